/** BA2 archives taken apart and put together again entry by entry, nothing inflated: for merging. */
import { concat } from '../shared/bytes.ts';
import { SyncError } from '../shared/errors.ts';
import { type Ba2, type Ba2Entry, readBa2 } from './ba2.ts';

export interface Ba2Part {
  readonly entry: Ba2Entry;
  /** Of the entry and its chunks, as in the file. */
  readonly header: Uint8Array;
  /** The stored bytes of its chunks, in order. */
  readonly data: readonly Uint8Array[];
  /** As in the table of names; absent in an archive without one. */
  readonly name: Uint8Array | undefined;
}

const HEADER_SIZE = 24;
/** Of an entry, and of each of its chunks. A `GNRL` entry has its one chunk in it. */
const SIZES = { GNRL: [36, 0], DX10: [24, 24] } as const;
/** Where a chunk's offset stands: in the entry's header, or in the chunk's own. */
const FIRST_OFFSET = { GNRL: 16, DX10: 24 } as const;

export interface TakenApart {
  readonly archive: Ba2;
  readonly parts: readonly Ba2Part[];
  /** Bytes after everything that the archive speaks of: `putTogether` has no place for them. */
  readonly after: number;
}

/** @throws SyncError `MALFORMED_ARCHIVE` */
export function takeApart(bytes: Uint8Array): TakenApart {
  const archive = readBa2(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [own, each] = SIZES[archive.type];
  let at = HEADER_SIZE;
  let nameAt = Number(view.getBigUint64(16, true));
  let end = nameAt;
  const parts = archive.entries.map((entry): Ba2Part => {
    const size = own + each * entry.chunks.length;
    const header = bytes.subarray(at, at + size);
    at += size;
    let name: Uint8Array | undefined;
    if (entry.name !== undefined) {
      const length = view.getUint16(nameAt, true);
      name = bytes.subarray(nameAt + 2, nameAt + 2 + length);
      nameAt += 2 + length;
    }
    const data = entry.chunks.map(({ offset, packedSize, size }) => {
      end = Math.max(end, offset + (packedSize || size));
      return bytes.subarray(offset, offset + (packedSize || size));
    });
    return { entry, header, data, name };
  });
  return { archive, parts, after: bytes.length - Math.max(end, at, nameAt) };
}

/**
 * An archive of these entries, in this order.
 * @param parts all of archives of that type, all with names or all without
 * @throws SyncError `MALFORMED_ARCHIVE` when what came out does not hold together
 */
export function putTogether(
  { version, type }: Pick<Ba2, 'version' | 'type'>,
  parts: readonly Ba2Part[],
): Uint8Array {
  const named = parts.every(({ name }) => name !== undefined) && parts.length > 0;
  const head = new Uint8Array(HEADER_SIZE);
  const view = new DataView(head.buffer);
  head.set(new TextEncoder().encode(`BTDX....${type}`));
  view.setUint32(4, version, true);
  view.setUint32(12, parts.length, true);
  let offset = HEADER_SIZE + parts.reduce((sum, { header }) => sum + header.length, 0);
  const headers = parts.map(({ header, data }) => {
    // not `slice`: of Node's buffers that is a view
    const copy = new Uint8Array(header);
    const fields = new DataView(copy.buffer);
    data.forEach((chunk, i) => {
      fields.setBigUint64(FIRST_OFFSET[type] + i * SIZES[type][1], BigInt(offset), true);
      offset += chunk.length;
    });
    return copy;
  });
  view.setBigUint64(16, BigInt(named ? offset : 0), true);
  const names = named
    ? parts.flatMap(({ name = NO_NAME }) => [Uint8Array.of(name.length & 0xff, name.length >> 8), name])
    : [];
  const bytes = concat([head, ...headers, ...parts.flatMap(({ data }) => data), ...names]);
  if (readBa2(bytes).entries.length !== parts.length)
    throw new SyncError('MALFORMED_ARCHIVE', 'The archive that was put together does not hold together.');
  return bytes;
}

const NO_NAME = new Uint8Array();
