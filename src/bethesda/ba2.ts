/**
 * BA2 archives: what is in them and where. Versions 1, 7 and 8; `GNRL` (any file) and `DX10` (textures, cut into
 * chunks of mip levels). Sources: the BA2 pages of fo4docs and xEdit, checked on the archives of the test data.
 */
import type { Codec } from '../platform/index.ts';
import { concat, utf8 } from '../shared/bytes.ts';
import { SyncError } from '../shared/errors.ts';

/** One stretch of an archive's data. */
export interface Ba2Chunk {
  /** In bytes from the start of the archive. */
  readonly offset: number;
  /** Bytes in the archive, when compressed; 0: stored as it is. */
  readonly packedSize: number;
  readonly size: number;
}

export interface Ba2Entry {
  /** With `/` between names; `undefined` in an archive without a table of names. */
  readonly name: string | undefined;
  /** CRC-32 variants that the game looks files up by. */
  readonly nameHash: number;
  readonly folderHash: number;
  /** Without dot, as stored in four bytes. */
  readonly extension: string;
  /** One for `GNRL`; mip levels in order for `DX10`. */
  readonly chunks: readonly Ba2Chunk[];
  /** Of `DX10`. */
  readonly texture?: {
    readonly width: number;
    readonly height: number;
    readonly mipLevels: number;
    /** DXGI_FORMAT. */
    readonly format: number;
    readonly isCubemap: boolean;
  };
}

export interface Ba2 {
  readonly version: 1 | 7 | 8;
  readonly type: 'GNRL' | 'DX10';
  readonly entries: readonly Ba2Entry[];
}

const HEADER_SIZE = 24;
const GENERAL_SIZE = 36;
const TEXTURE_SIZE = 24;
const CHUNK_SIZE = 24;
/** As `GNRL` entries state it. */
const GENERAL_CHUNK_HEADER = 16;
const SENTINEL = 0xbaadf00d;
/** Beyond it a JavaScript number is not exact: no archive is that large. */
const MAX_OFFSET = 2 ** 52;

function malformed(reason: string, offset: number): SyncError {
  return new SyncError(
    'MALFORMED_ARCHIVE',
    `The BA2 archive is damaged at byte ${offset}: ${reason}. Pack it again.`,
    { data: { offset, reason } },
  );
}

/**
 * @param bytes the whole archive
 * @throws SyncError `MALFORMED_ARCHIVE` with `data.offset` and `data.reason`
 */
export function readBa2(bytes: Uint8Array): Ba2 {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const need = (offset: number, length: number, what: string) => {
    if (offset + length > bytes.length) throw malformed(`it ends inside ${what}`, offset);
  };
  const u64 = (offset: number): number => {
    const value = view.getBigUint64(offset, true);
    if (value > BigInt(MAX_OFFSET)) throw malformed('an offset is beyond every file', offset);
    return Number(value);
  };

  need(0, HEADER_SIZE, 'its header');
  if (characters(bytes, 0, 4) !== 'BTDX') throw malformed('it does not begin with BTDX', 0);
  const version = view.getUint32(4, true);
  if (version !== 1 && version !== 7 && version !== 8) throw malformed(`version ${version} is unknown`, 4);
  const type = characters(bytes, 8, 4);
  if (type !== 'GNRL' && type !== 'DX10') throw malformed(`type "${type}" is unknown`, 8);
  const count = view.getUint32(12, true);
  const namesOffset = u64(16);
  const smallest = type === 'GNRL' ? GENERAL_SIZE : TEXTURE_SIZE;
  // Before anything is allocated for `count` entries.
  need(HEADER_SIZE, count * smallest, `its ${count} entries`);
  const names = namesOffset === 0 ? undefined : readNames(bytes, view, namesOffset, count);

  const entries: Ba2Entry[] = [];
  let at = HEADER_SIZE;
  const chunkAt = (offset: number, sentinelAt: number): Ba2Chunk => {
    if (view.getUint32(sentinelAt, true) !== SENTINEL)
      throw malformed('an entry does not end as it must', sentinelAt);
    const chunk = {
      offset: u64(offset),
      packedSize: view.getUint32(offset + 8, true),
      size: view.getUint32(offset + 12, true),
    };
    if (chunk.offset + (chunk.packedSize || chunk.size) > bytes.length)
      throw malformed('an entry lies beyond the end', offset);
    return chunk;
  };
  for (let i = 0; i < count; i++) {
    need(at, smallest, `entry ${i}`);
    const common = {
      name: names?.[i],
      nameHash: view.getUint32(at, true),
      extension: characters(bytes, at + 4, 4).replace(/\0+$/, ''),
      folderHash: view.getUint32(at + 8, true),
    };
    const chunkHeader = view.getUint16(at + 14, true);
    if (chunkHeader !== (type === 'GNRL' ? GENERAL_CHUNK_HEADER : CHUNK_SIZE))
      throw malformed(`a chunk header of ${chunkHeader} bytes`, at + 14);
    if (type === 'GNRL') {
      entries.push({ ...common, chunks: [chunkAt(at + 16, at + 32)] });
      at += GENERAL_SIZE;
      continue;
    }
    const chunkCount = bytes[at + 13] as number;
    const texture = {
      height: view.getUint16(at + 16, true),
      width: view.getUint16(at + 18, true),
      mipLevels: bytes[at + 20] as number,
      format: bytes[at + 21] as number,
      isCubemap: (view.getUint16(at + 22, true) & 1) !== 0,
    };
    at += TEXTURE_SIZE;
    need(at, chunkCount * CHUNK_SIZE, `the chunks of entry ${i}`);
    const chunks: Ba2Chunk[] = [];
    for (let c = 0; c < chunkCount; c++, at += CHUNK_SIZE) chunks.push(chunkAt(at, at + 20));
    entries.push({ ...common, chunks, texture });
  }
  return { version, type, entries };
}

const characters = (bytes: Uint8Array, from: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(from, from + length));

const decoder = new TextDecoder();

function readNames(bytes: Uint8Array, view: DataView, offset: number, count: number): string[] {
  const names: string[] = [];
  let at = offset;
  for (let i = 0; i < count; i++) {
    if (at + 2 > bytes.length) throw malformed(`name ${i} is missing`, at);
    const length = view.getUint16(at, true);
    if (at + 2 + length > bytes.length) throw malformed(`name ${i} is cut short`, at);
    names.push(decoder.decode(bytes.subarray(at + 2, at + 2 + length)).replaceAll('\\', '/'));
    at += 2 + length;
  }
  return names;
}

/**
 * The bytes of a `GNRL` entry.
 * @throws SyncError `MALFORMED_ARCHIVE` when they cannot be inflated
 */
export function readBa2Entry(bytes: Uint8Array, entry: Ba2Entry, codec: Pick<Codec, 'inflate'>): Uint8Array {
  return concat(
    entry.chunks.map(({ offset, packedSize, size }) => {
      if (packedSize === 0) return bytes.subarray(offset, offset + size);
      try {
        const { data } = codec.inflate(bytes.subarray(offset, offset + packedSize), size);
        if (data.length === size) return data;
      } catch (cause) {
        throw malformed(`an entry cannot be inflated (${String(cause)})`, offset);
      }
      throw malformed('an entry is shorter than it says', offset);
    }),
  );
}

/**
 * Packs files into a `GNRL` archive of version 1.
 * @param codec without it the files are stored as they are
 */
export function writeBa2(
  files: readonly { readonly path: string; readonly content: Uint8Array }[],
  codec?: Pick<Codec, 'deflate'>,
): Uint8Array {
  const header = new Uint8Array(HEADER_SIZE + files.length * GENERAL_SIZE);
  const view = new DataView(header.buffer);
  const data: Uint8Array[] = [];
  const names: Uint8Array[] = [];
  let offset = header.length;
  files.forEach(({ path, content }, i) => {
    const packed = codec?.deflate(content, 6);
    const stored = packed !== undefined && packed.length < content.length ? packed : content;
    const at = HEADER_SIZE + i * GENERAL_SIZE;
    const { name, extension, folder } = hashesOf(path);
    view.setUint32(at, name, true);
    header.set(utf8(extension).subarray(0, 4), at + 4);
    view.setUint32(at + 8, folder, true);
    // Mod index 0, one chunk, chunk header of 16 bytes.
    header.set([0, 1, 16, 0], at + 12);
    view.setBigUint64(at + 16, BigInt(offset), true);
    view.setUint32(at + 24, stored === content ? 0 : stored.length, true);
    view.setUint32(at + 28, content.length, true);
    view.setUint32(at + 32, SENTINEL, true);
    data.push(stored);
    offset += stored.length;
    const name8 = utf8(path.replaceAll('/', '\\'));
    names.push(Uint8Array.of(name8.length & 0xff, name8.length >> 8), name8);
  });
  header.set(utf8('BTDX'), 0);
  view.setUint32(4, 1, true);
  header.set(utf8('GNRL'), 8);
  view.setUint32(12, files.length, true);
  view.setBigUint64(16, BigInt(offset), true);
  return concat([header, ...data, ...names]);
}

/** What the game looks a file up by: hashes of the name without extension, and of the folder. */
export function hashesOf(path: string): {
  readonly name: number;
  readonly extension: string;
  readonly folder: number;
} {
  const lower = path.toLowerCase().replaceAll('/', '\\');
  const slash = lower.lastIndexOf('\\');
  const file = lower.slice(slash + 1);
  const dot = file.lastIndexOf('.');
  return {
    name: crc(dot < 0 ? file : file.slice(0, dot)),
    extension: dot < 0 ? '' : file.slice(dot + 1),
    folder: crc(slash < 0 ? '' : lower.slice(0, slash)),
  };
}

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 that begins with 0 and is not inverted at the end. */
function crc(text: string): number {
  let value = 0;
  for (const byte of utf8(text)) value = (value >>> 8) ^ (CRC[(value ^ byte) & 0xff] as number);
  return value >>> 0;
}
