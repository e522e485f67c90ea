/** One entry of a pack: type and size, the base of a delta, then a zlib stream. Source: gitformat-pack(5). */
import type { Codec } from '../../platform/index.ts';
import { toHex } from '../../shared/bytes.ts';
import type { ObjectType } from '../../shared/git.ts';
import type { ObjectId } from '../../shared/ids.ts';
import { ID_LENGTH, MAX_OBJECT_SIZE, malformed, tooLarge, writeId } from './format.ts';

export const PACK_HEADER_LENGTH = 12;
/** Type and size take at most 10 bytes, the base at most 20. */
export const MAX_ENTRY_HEADER = 32;

export type DeltaBase = { readonly offset: number } | { readonly id: ObjectId };

export interface EntryHeader {
  /** `undefined`: the data is a delta against `base`, whose type it has. */
  readonly type: ObjectType | undefined;
  readonly base: DeltaBase | undefined;
  /** Of the inflated data. */
  readonly size: number;
  /** Bytes before the zlib stream. */
  readonly length: number;
}

const TYPES: readonly (ObjectType | undefined)[] = [undefined, 'commit', 'tree', 'blob', 'tag'];
const CODES: Readonly<Record<ObjectType, number>> = { commit: 1, tree: 2, blob: 3, tag: 4 };
const OFS_DELTA = 6;
const REF_DELTA = 7;

/** @throws SyncError `MALFORMED_OBJECT` */
export function readEntryHeader(bytes: Uint8Array, offset: number): EntryHeader {
  let at = 0;
  const next = (): number => {
    const byte = bytes[at++];
    if (byte === undefined) throw malformed('A pack ends in the middle of an entry');
    return byte;
  };

  let byte = next();
  const code = (byte >> 4) & 7;
  let size = byte & 15;
  for (let scale = 16; byte & 0x80; scale *= 128) {
    byte = next();
    size += (byte & 0x7f) * scale;
    if (size > MAX_OBJECT_SIZE || scale > MAX_OBJECT_SIZE) throw tooLarge(size);
  }

  const type = TYPES[code];
  if (type) return { type, base: undefined, size, length: at };
  if (code === OFS_DELTA) {
    byte = next();
    let distance = byte & 0x7f;
    while (byte & 0x80) {
      byte = next();
      distance = (distance + 1) * 128 + (byte & 0x7f);
      if (distance > offset) break;
    }
    if (distance <= 0 || distance > offset - PACK_HEADER_LENGTH) {
      throw malformed('A delta in a pack points outside of it');
    }
    return { type: undefined, base: { offset: offset - distance }, size, length: at };
  }
  if (code === REF_DELTA) {
    if (at + ID_LENGTH > bytes.length) throw malformed('A pack ends in the middle of an entry');
    // Twenty bytes as hex are an object id.
    const id = toHex(bytes, at, at + ID_LENGTH) as ObjectId;
    return { type: undefined, base: { id }, size, length: at + ID_LENGTH };
  }
  throw malformed(`A pack has an entry of the unknown type ${code}`);
}

/** For an `offset` base, give the distance back from this entry. */
export function entryHeader(
  kind: ObjectType | { readonly distance: number } | { readonly id: ObjectId },
  size: number,
): Uint8Array {
  const header = new Uint8Array(MAX_ENTRY_HEADER);
  let at = 0;
  const code = typeof kind === 'string' ? CODES[kind] : 'id' in kind ? REF_DELTA : OFS_DELTA;
  let rest = Math.floor(size / 16);
  header[at++] = (code << 4) | (size & 15) | (rest > 0 ? 0x80 : 0);
  while (rest > 0) {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    header[at++] = low | (rest > 0 ? 0x80 : 0);
  }
  if (typeof kind === 'string') return header.subarray(0, at);
  if ('id' in kind) {
    writeId(header, at, kind.id);
    return header.subarray(0, at + ID_LENGTH);
  }
  const digits: number[] = [];
  let distance = kind.distance;
  digits.push(distance % 128);
  while (distance >= 128) {
    distance = Math.floor(distance / 128) - 1;
    digits.push((distance % 128) | 0x80);
  }
  for (const digit of digits.reverse()) header[at++] = digit;
  return header.subarray(0, at);
}

export function packHeader(objects: number): Uint8Array {
  const header = new Uint8Array(PACK_HEADER_LENGTH);
  const view = new DataView(header.buffer);
  view.setUint32(0, 0x5041434b); // PACK
  view.setUint32(4, 2);
  view.setUint32(8, objects);
  return header;
}

/** @returns the number of objects */
export function readPackHeader(bytes: Uint8Array): number {
  if (bytes.length < PACK_HEADER_LENGTH) throw malformed('A pack is cut short');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(0) !== 0x5041434b) throw malformed('What should be a pack is not one');
  const version = view.getUint32(4);
  if (version !== 2 && version !== 3) throw malformed(`A pack has the unknown version ${version}`);
  return view.getUint32(8);
}

/** What zlib needs at most for `size` bytes when it cannot compress them, with room for small blocks. */
export const compressedBound = (size: number): number => size + (size >> 5) + (size >> 7) + 64;

/** Bytes from `offset` on; fewer than asked for only at the end. */
export type ReadBytes = (offset: number, length: number) => Promise<Uint8Array>;

/**
 * The data of an entry whose zlib stream starts at `offset` and that says it has `size` bytes.
 * @throws SyncError `MALFORMED_OBJECT`
 */
export async function inflateEntry(
  codec: Codec,
  read: ReadBytes,
  offset: number,
  size: number,
): Promise<{ readonly data: Uint8Array; readonly consumed: number }> {
  // Almost every stream fits the first look; one made of tiny blocks may need more, a broken one ends here too.
  for (let length = compressedBound(size), looks = 1; ; length *= 4, looks++) {
    const bytes = await read(offset, length);
    try {
      const inflated = codec.inflate(bytes, size);
      if (inflated.data.length !== size) {
        throw malformed(`An entry of a pack has ${inflated.data.length} bytes and not the ${size} it says`);
      }
      return inflated;
    } catch (error) {
      if (looks === 3 || bytes.length < length) throw error;
    }
  }
}
