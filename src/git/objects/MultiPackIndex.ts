/**
 * One index of many packs, as `git multi-pack-index write` and `git maintenance` make it. The packs keep their own
 * indexes, so that one that cannot be read is left out and nothing is missing. Source: gitformat-pack(5).
 */
import { text } from '../../shared/bytes.ts';
import { ID_LENGTH, malformed } from './format.ts';
import { SortedIds } from './SortedIds.ts';

const MAGIC = 0x4d494458;
const HEADER = 12;
const CHUNK = 12;
const NAMES = 0x504e414d;
const FANOUT = 0x4f494446;
const IDS = 0x4f49444c;
const OFFSETS = 0x4f4f4646;
const LARGE_OFFSETS = 0x4c4f4646;
const LARGE = 0x80000000;

export interface PackPlace {
  /** Of the pack, without its ending. */
  readonly name: string;
  readonly offset: number;
}

export class MultiPackIndex {
  /** Of the packs that it covers, without their ending. */
  readonly names: readonly string[];
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #ids: SortedIds;
  readonly #offsetsAt: number;
  readonly #largeAt: number | undefined;

  /** @throws SyncError `MALFORMED_OBJECT`, also for a form of another Git (SHA-256, a chain of indexes) */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const isKnown =
      bytes.length > HEADER + ID_LENGTH &&
      this.#view.getUint32(0) === MAGIC &&
      bytes[4] === 1 &&
      bytes[5] === 1 &&
      bytes[7] === 0;
    if (!isKnown) throw malformed('A multi-pack-index is of another kind');
    const chunks = this.#chunks(bytes[6] as number);
    const chunk = (id: number, size: number): number => {
      const found = chunks.get(id);
      if (!found || found.end - found.at < size) throw malformed('A multi-pack-index is cut short');
      return found.at;
    };
    this.#ids = new SortedIds(bytes, chunk(FANOUT, 256 * 4), chunk(IDS, 0));
    const { count } = this.#ids;
    chunk(IDS, count * ID_LENGTH);
    this.#offsetsAt = chunk(OFFSETS, count * 8);
    this.#largeAt = chunks.has(LARGE_OFFSETS) ? chunk(LARGE_OFFSETS, 8) : undefined;
    const names = chunks.get(NAMES) ?? { at: 0, end: 0 };
    this.names = text(bytes.subarray(names.at, names.end))
      .split('\0')
      .filter((name) => name.endsWith('.idx'))
      .map((name) => name.slice(0, -'.idx'.length));
    if (this.names.length !== this.#view.getUint32(8))
      throw malformed('A multi-pack-index names too few packs');
  }

  find(id: Uint8Array): PackPlace | undefined {
    const position = this.#ids.find(id);
    return position === undefined ? undefined : this.#place(position);
  }

  #chunks(count: number): Map<number, { readonly at: number; readonly end: number }> {
    const chunks = new Map<number, { readonly at: number; readonly end: number }>();
    if (HEADER + (count + 1) * CHUNK > this.#bytes.length) throw malformed('A multi-pack-index is cut short');
    const startOf = (entry: number) => {
      const at = HEADER + entry * CHUNK + 4;
      return this.#view.getUint32(at) * 0x100000000 + this.#view.getUint32(at + 4);
    };
    for (let entry = 0; entry < count; entry++) {
      const at = startOf(entry);
      const end = startOf(entry + 1);
      if (at > end || end > this.#bytes.length)
        throw malformed('A multi-pack-index points outside of itself');
      chunks.set(this.#view.getUint32(HEADER + entry * CHUNK), { at, end });
    }
    return chunks;
  }

  #place(position: number): PackPlace {
    const at = this.#offsetsAt + position * 8;
    const name = this.names[this.#view.getUint32(at)];
    if (name === undefined) throw malformed('A multi-pack-index names a pack that it has not');
    const offset = this.#view.getUint32(at + 4);
    if (this.#largeAt === undefined || offset < LARGE) return { name, offset };
    const large = this.#largeAt + (offset - LARGE) * 8;
    if (large + 8 > this.#bytes.length) throw malformed('A multi-pack-index points outside of itself');
    return { name, offset: this.#view.getUint32(large) * 0x100000000 + this.#view.getUint32(large + 4) };
  }
}
