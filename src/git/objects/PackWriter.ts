import type { Codec, Digest } from '../../platform/index.ts';
import { concat, fromHex } from '../../shared/bytes.ts';
import type { ObjectType } from '../../shared/git.ts';
import type { ObjectId } from '../../shared/ids.ts';
import { crc32 } from './crc32.ts';
import { entryHeader, packHeader } from './packEntry.ts';
import { formatPackIndex, type IndexedEntry } from './packIndex.ts';

/** Makes a pack piece by piece: every call returns the next bytes of it. */
export class PackWriter {
  readonly entries: IndexedEntry[] = [];
  readonly #codec: Codec;
  readonly #digest: Digest;
  #offset = 0;
  #trailer = '';

  constructor(codec: Codec) {
    this.#codec = codec;
    this.#digest = codec.sha1();
  }

  /** Where the next entry will stand. */
  get offset(): number {
    return this.#offset;
  }

  /** SHA-1 of everything before it, hex; after `finish`. It names the pack: `pack-<trailer>.pack`. */
  get trailer(): string {
    return this.#trailer;
  }

  start(objects: number): Uint8Array {
    return this.raw(packHeader(objects));
  }

  /** @param deflated the entry's data, or the delta's */
  entry(
    id: ObjectId,
    kind: Parameters<typeof entryHeader>[0],
    size: number,
    deflated: Uint8Array,
  ): Uint8Array {
    const bytes = concat([entryHeader(kind, size), deflated]);
    this.entries.push({ id, offset: this.#offset, crc: crc32(bytes) });
    return this.raw(bytes);
  }

  object(id: ObjectId, type: ObjectType, data: Uint8Array, level = 1): Uint8Array {
    return this.entry(id, type, data.length, this.#codec.deflate(data, level));
  }

  /** Bytes that are part of a pack already. */
  raw(bytes: Uint8Array): Uint8Array {
    this.#digest.update(bytes);
    this.#offset += bytes.length;
    return bytes;
  }

  finish(): Uint8Array {
    this.#trailer = this.#digest.hex();
    return fromHex(this.#trailer);
  }

  index(): Uint8Array {
    return formatPackIndex(this.#codec, this.entries, this.#trailer);
  }
}
