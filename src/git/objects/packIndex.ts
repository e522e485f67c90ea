/** Pack indexes, version 2: which object stands where in a pack. Source: gitformat-pack(5). */
import type { Codec } from '../../platform/index.ts';
import { fromHex } from '../../shared/bytes.ts';
import { SyncError } from '../../shared/errors.ts';
import type { ObjectId } from '../../shared/ids.ts';
import { ID_LENGTH, malformed, writeId } from './format.ts';
import { SortedIds } from './SortedIds.ts';

const MAGIC = 0xff744f63;
const FANOUT_AT = 8;
const IDS_AT = FANOUT_AT + 256 * 4;
const TRAILER = 2 * ID_LENGTH;
const LARGE = 0x80000000;

/** An index in memory, as it is on disk; 28 bytes for each object. */
export class PackIndex {
  readonly #ids: SortedIds;
  readonly #view: DataView;
  readonly #offsetsAt: number;
  readonly #largeAt: number;
  readonly #largeCount: number;

  /** @throws SyncError `MALFORMED_OBJECT`, `UNSUPPORTED_REPOSITORY` (version 1, of before 2007) */
  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (bytes.length < IDS_AT + TRAILER) throw malformed('A pack index is cut short');
    if (this.#view.getUint32(0) !== MAGIC || this.#view.getUint32(4) !== 2) {
      throw new SyncError(
        'UNSUPPORTED_REPOSITORY',
        'A pack index is not of version 2. Run "git repack -ad" in the project once, then try again.',
      );
    }
    this.#ids = new SortedIds(bytes, FANOUT_AT, IDS_AT);
    this.#offsetsAt = IDS_AT + this.count * (ID_LENGTH + 4);
    this.#largeAt = this.#offsetsAt + this.count * 4;
    const rest = bytes.length - this.#largeAt - TRAILER;
    if (rest < 0 || rest % 8 !== 0) throw malformed('A pack index has not the length that it says');
    this.#largeCount = rest / 8;
  }

  get count(): number {
    return this.#ids.count;
  }

  /** Offset in the pack, or `undefined`. */
  find(id: Uint8Array): number | undefined {
    const position = this.#ids.find(id);
    return position === undefined ? undefined : this.#offset(position);
  }

  /** Every object id, in order. */
  *ids(): Generator<ObjectId> {
    for (let position = 0; position < this.count; position++) yield this.#ids.at(position);
  }

  /** Every entry, in the order of ids. */
  *entries(): Generator<IndexedEntry> {
    let position = 0;
    for (const id of this.ids()) {
      const crc = this.#view.getUint32(IDS_AT + this.count * ID_LENGTH + position * 4);
      yield { id, crc, offset: this.#offset(position) };
      position++;
    }
  }

  #offset(position: number): number {
    const offset = this.#view.getUint32(this.#offsetsAt + position * 4);
    if (offset < LARGE) return offset;
    const large = offset - LARGE;
    if (large >= this.#largeCount) throw malformed('A pack index points outside of itself');
    const at = this.#largeAt + large * 8;
    return this.#view.getUint32(at) * 0x100000000 + this.#view.getUint32(at + 4);
  }
}

export interface IndexedEntry {
  readonly id: ObjectId;
  readonly offset: number;
  /** Of the entry's bytes in the pack, header included. */
  readonly crc: number;
}

/** @param packTrailer the SHA-1 at the end of the pack, hex */
export function formatPackIndex(
  codec: Codec,
  entries: readonly IndexedEntry[],
  packTrailer: string,
): Uint8Array {
  const sorted = [...entries].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const large = sorted.filter((entry) => entry.offset >= LARGE);
  const crcAt = IDS_AT + sorted.length * ID_LENGTH;
  const offsetsAt = crcAt + sorted.length * 4;
  const largeAt = offsetsAt + sorted.length * 4;
  const bytes = new Uint8Array(largeAt + large.length * 8 + TRAILER);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  view.setUint32(4, 2);

  const fanout = new Uint32Array(256);
  let largeUsed = 0;
  for (const [i, { id, crc, offset }] of sorted.entries()) {
    const at = IDS_AT + i * ID_LENGTH;
    writeId(bytes, at, id);
    const first = bytes[at] as number;
    fanout[first] = (fanout[first] as number) + 1;
    view.setUint32(crcAt + i * 4, crc);
    if (offset < LARGE) view.setUint32(offsetsAt + i * 4, offset);
    else {
      view.setUint32(offsetsAt + i * 4, LARGE + largeUsed);
      view.setUint32(largeAt + largeUsed * 8, Math.floor(offset / 0x100000000));
      view.setUint32(largeAt + largeUsed * 8 + 4, offset % 0x100000000);
      largeUsed++;
    }
  }
  let total = 0;
  for (let first = 0; first < 256; first++) {
    total += fanout[first] as number;
    view.setUint32(FANOUT_AT + first * 4, total);
  }
  const trailerAt = bytes.length - TRAILER;
  bytes.set(fromHex(packTrailer), trailerAt);
  const sum = codec.sha1().update(bytes.subarray(0, trailerAt + ID_LENGTH));
  bytes.set(fromHex(sum.hex()), trailerAt + ID_LENGTH);
  return bytes;
}
