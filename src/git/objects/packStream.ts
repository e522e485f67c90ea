/** Reads a pack as it arrives: every entry is looked at once, and the bytes go on to wherever the pack is kept. */
import type { Codec } from '../../platform/index.ts';
import { toHex } from '../../shared/bytes.ts';
import type { ObjectType } from '../../shared/git.ts';
import type { ObjectId } from '../../shared/ids.ts';
import { pause } from '../../shared/pause.ts';
import { crc32 } from './crc32.ts';
import { hashObject, ID_LENGTH, malformed } from './format.ts';
import {
  type DeltaBase,
  inflateEntry,
  MAX_ENTRY_HEADER,
  PACK_HEADER_LENGTH,
  readEntryHeader,
  readPackHeader,
} from './packEntry.ts';

export interface StreamedEntry {
  readonly offset: number;
  /** Bytes of header, base and zlib stream. */
  readonly length: number;
  readonly headerLength: number;
  /** Of the inflated data: the object, or the delta. */
  readonly size: number;
  readonly crc: number;
  /** Both known at once for a whole object; for a delta when its base is. */
  type: ObjectType | undefined;
  id: ObjectId | undefined;
  readonly base: DeltaBase | undefined;
}

const PIECE = 512 << 10;
/** Bytes of an object. */
const LARGE = 8 << 20;

/** A window over a stream: bytes in front of it have been handed on, bytes behind it have not arrived. */
class Window {
  readonly #source: AsyncIterator<Uint8Array>;
  #bytes: Uint8Array = new Uint8Array(0);
  /** Position of `#bytes[0]` in the stream. */
  #start = 0;
  #end = 0;
  #ended = false;

  constructor(source: AsyncIterator<Uint8Array>) {
    this.#source = source;
  }

  /** Bytes of the stream from `offset` on; fewer than `length` only at its end. Valid until the next call. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const from = offset - this.#start;
    while (this.#end - from < length && !this.#ended) await this.#pull(length - (this.#end - from));
    return this.#bytes.subarray(from, Math.min(from + length, this.#end));
  }

  /** Gives up what is in front of `offset`, as a copy. */
  take(offset: number): Uint8Array {
    const count = offset - this.#start;
    const taken = this.#bytes.slice(0, count);
    this.#bytes.copyWithin(0, count, this.#end);
    this.#start = offset;
    this.#end -= count;
    return taken;
  }

  async #pull(needed: number): Promise<void> {
    const parts: Uint8Array[] = [];
    let more = 0;
    while (more < needed) {
      const next = await this.#source.next();
      if (next.done) {
        this.#ended = true;
        break;
      }
      parts.push(next.value);
      more += next.value.length;
    }
    if (this.#end + more > this.#bytes.length) {
      const larger = new Uint8Array(Math.max((this.#end + more) * 2, 2 * PIECE));
      larger.set(this.#bytes.subarray(0, this.#end));
      this.#bytes = larger;
    }
    for (const part of parts) {
      this.#bytes.set(part, this.#end);
      this.#end += part.length;
    }
  }
}

/**
 * Yields the pack's own bytes in pieces while it fills `entries`; returns the pack's checksum, hex.
 * @param onData gets what each entry holds: an object, or a delta
 * @throws SyncError `MALFORMED_OBJECT`
 */
export async function* readPackStream(
  codec: Codec,
  source: AsyncIterable<Uint8Array>,
  entries: StreamedEntry[],
  onEntry: (count: number, total: number, bytes: number) => void,
  onData: (entry: StreamedEntry, data: Uint8Array) => void = () => {},
): AsyncGenerator<Uint8Array, string> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    const window = new Window(iterator);
    const digest = codec.sha1();
    const total = readPackHeader(await window.read(0, PACK_HEADER_LENGTH));
    const read = (at: number, length: number) => window.read(at, length);
    let offset = PACK_HEADER_LENGTH;
    let taken = 0;
    const piece = (): Uint8Array => {
      const bytes = window.take(offset);
      digest.update(bytes);
      taken = offset;
      return bytes;
    };

    for (let count = 0; count < total; count++) {
      const header = readEntryHeader(await window.read(offset, MAX_ENTRY_HEADER), offset);
      const { data, consumed } = await inflateEntry(codec, read, offset + header.length, header.size);
      const length = header.length + consumed;
      const entry: StreamedEntry = {
        offset,
        length,
        headerLength: header.length,
        size: header.size,
        crc: crc32(await window.read(offset, length)),
        type: header.type,
        id: header.type && hashObject(codec, { type: header.type, data }),
        base: header.base,
      };
      entries.push(entry);
      onData(entry, data);
      offset += length;
      onEntry(count + 1, total, offset);
      // A turn of the event loop lets the collector take what is done with: a pack of large objects costs one of them.
      if (header.size > LARGE) await pause(1);
      if (offset - taken >= PIECE) yield piece();
    }
    yield piece();

    const checksum = digest.hex();
    const trailer = await window.read(offset, ID_LENGTH + 1);
    if (trailer.length !== ID_LENGTH || toHex(trailer) !== checksum) {
      throw malformed(
        'A pack does not have the checksum that it says: it was cut short or changed on its way',
      );
    }
    yield window.take(offset + ID_LENGTH);
    return checksum;
  } finally {
    await iterator.return?.();
  }
}
