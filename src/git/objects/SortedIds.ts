/** The table of object ids that pack indexes and multi-pack-indexes share: a fan-out by first byte, then sorted ids. */
import { toHex } from '../../shared/bytes.ts';
import type { ObjectId } from '../../shared/ids.ts';
import { ID_LENGTH, malformed } from './format.ts';

export class SortedIds {
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #fanoutAt: number;
  readonly #idsAt: number;

  /** @throws SyncError `MALFORMED_OBJECT` when the fan-out is not in order */
  constructor(bytes: Uint8Array, fanoutAt: number, idsAt: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#fanoutAt = fanoutAt;
    this.#idsAt = idsAt;
    let count = 0;
    for (let first = 0; first < 256; first++) {
      const next = this.#fanout(first);
      if (next < count) throw malformed('A pack index is not in order');
      count = next;
    }
    this.count = count;
  }

  /** Position of the id, or `undefined`. The caller has checked that all of the ids are there. */
  find(id: Uint8Array): number | undefined {
    const first = id[0] as number;
    let low = first === 0 ? 0 : this.#fanout(first - 1);
    let high = this.#fanout(first);
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.#compare(middle, id);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return undefined;
  }

  at(position: number): ObjectId {
    const at = this.#idsAt + position * ID_LENGTH;
    // twenty bytes as hex are an object id
    return toHex(this.#bytes, at, at + ID_LENGTH) as ObjectId;
  }

  #fanout(first: number): number {
    return this.#view.getUint32(this.#fanoutAt + first * 4);
  }

  #compare(position: number, id: Uint8Array): number {
    const at = this.#idsAt + position * ID_LENGTH;
    for (let i = 0; i < ID_LENGTH; i++) {
      const order = (this.#bytes[at + i] as number) - (id[i] as number);
      if (order !== 0) return order;
    }
    return 0;
  }
}
