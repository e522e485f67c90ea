/**
 * A zip whose bytes depend on names and contents alone: no clock, no owner, no locale, and a deflate in plain
 * JavaScript, because the one in Node differs between its versions and between processors. Written in one pass and in
 * constant memory: sizes follow each file in a data descriptor. Source: PKWARE's APPNOTE, 4.3 and 4.5.3 (zip64).
 */
import { crc32 } from '../../git/index.ts';
import { concat, utf8 } from '../../shared/bytes.ts';
import { SyncError } from '../../shared/errors.ts';

export interface ZipFile {
  /** `/` between names. */
  readonly path: string;
  /** Bytes, exactly. */
  readonly size: number;
  /** Already compressed by itself: kept as it is. */
  readonly packed: boolean;
  open(): AsyncIterable<Uint8Array>;
}

interface Written {
  readonly name: Uint8Array;
  readonly crc: number;
  readonly size: number;
  readonly stored: number;
  readonly offset: number;
  readonly large: boolean;
}

const MOST_32 = 0xffffffff;
const MOST_16 = 0xffff;
/** What a deflater is fed at a time, however the content comes: what it makes depends on it. Bytes. */
const PIECE = 1 << 16;
/** 1980-01-01 00:00, the first that a zip can say. */
const DATE = 0x21;
/** Sizes follow the data; the name is UTF-8. */
const FLAGS = 0x0808;
const DEFLATED = 8;
const UNIX = 3 << 8;
const MODE = 0o100644;

/** @param files in the order that they are to stand in @throws SyncError `INTERNAL` when a file is not as long as it says */
export async function* zip(files: Iterable<ZipFile>): AsyncGenerator<Uint8Array> {
  const deflaters = await import('fflate');
  const written: Written[] = [];
  let at = 0;
  for (const file of files) {
    const offset = at;
    const name = utf8(file.path);
    // compressed, it can come out longer than it was
    const large = file.size + (file.size >>> 8) + PIECE >= MOST_32;
    const head = localHeader(name, large);
    at += head.length;
    yield head;

    let [crc, size, stored] = [0, 0, 0];
    async function* counted() {
      for await (const piece of pieces(file)) {
        crc = crc32(piece, crc);
        size += piece.length;
        yield piece;
      }
    }
    for await (const out of deflated(counted(), file, deflaters)) {
      stored += out.length;
      yield out;
    }
    if (size !== file.size)
      throw new SyncError('INTERNAL', `${file.path} has ${size} bytes where ${file.size} were announced.`);
    const entry = { name, crc, size, stored, offset, large };
    const tail = descriptor(entry);
    at += stored + tail.length;
    yield tail;
    written.push(entry);
  }

  const start = at;
  for (const entry of written) {
    const record = centralRecord(entry);
    at += record.length;
    yield record;
  }
  yield endOf(written.length, start, at - start);
}

type Deflaters = Pick<typeof import('fflate'), 'Deflate' | 'deflateSync'>;

/** @param content in pieces of `PIECE` bytes */
async function* deflated(
  content: AsyncIterable<Uint8Array>,
  { size, packed }: Pick<ZipFile, 'size' | 'packed'>,
  { Deflate, deflateSync }: Deflaters,
): AsyncGenerator<Uint8Array> {
  const level = packed ? 0 : 6;
  if (size <= PIECE) {
    // most files are small, and a stream costs each of them a few hundred kilobytes
    let whole: Uint8Array = new Uint8Array();
    for await (const piece of content) whole = concat([whole, piece]);
    yield deflateSync(whole, { level });
    return;
  }
  let made: Uint8Array[] = [];
  const deflate = new Deflate({ level }, (piece) => void made.push(piece));
  const taken = () => {
    const out = made;
    made = [];
    return out;
  };
  for await (const piece of content) {
    deflate.push(piece);
    yield* taken();
  }
  deflate.push(new Uint8Array(), true);
  yield* taken();
}

/** The same bytes in pieces of one length, whatever they came in. */
async function* pieces({ size, open }: Pick<ZipFile, 'size' | 'open'>) {
  let left = size;
  const room = () => new Uint8Array(Math.max(1, Math.min(PIECE, left)));
  let held = room();
  let filled = 0;
  for await (const chunk of open())
    for (let from = 0; from < chunk.length; ) {
      const some = chunk.subarray(from, from + held.length - filled);
      held.set(some, filled);
      filled += some.length;
      from += some.length;
      if (filled < held.length) continue;
      yield held;
      left -= filled;
      held = room();
      filled = 0;
    }
  if (filled > 0) yield held.subarray(0, filled);
}

/** Little-endian fields, one after the other: [bytes, value]. */
function fields(...list: readonly (readonly [width: 2 | 4 | 8, value: number])[]): Uint8Array {
  const bytes = new Uint8Array(list.reduce((sum, [width]) => sum + width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [width, value] of list) {
    if (width === 2) view.setUint16(at, value, true);
    else if (width === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += width;
  }
  return bytes;
}

const versionFor = (large: boolean) => (large ? 45 : 20);

function localHeader(name: Uint8Array, large: boolean): Uint8Array {
  const extra = large ? fields([2, 1], [2, 16], [8, 0], [8, 0]) : new Uint8Array();
  const size = large ? MOST_32 : 0;
  const head = fields(
    [4, 0x04034b50],
    [2, versionFor(large)],
    [2, FLAGS],
    [2, DEFLATED],
    [2, 0],
    [2, DATE],
    [4, 0],
    [4, size],
    [4, size],
    [2, name.length],
    [2, extra.length],
  );
  return concat([head, name, extra]);
}

const descriptor = ({ crc, stored, size, large }: Written): Uint8Array => {
  const width = large ? 8 : 4;
  return fields([4, 0x08074b50], [4, crc], [width, stored], [width, size]);
};

function centralRecord({ name, crc, size, stored, offset, large }: Written): Uint8Array {
  const far = offset >= MOST_32;
  const wide: (readonly [8, number])[] = [
    ...(large
      ? ([
          [8, size],
          [8, stored],
        ] as const)
      : []),
    ...(far ? ([[8, offset]] as const) : []),
  ];
  const extra = wide.length > 0 ? fields([2, 1], [2, wide.length * 8], ...wide) : new Uint8Array();
  const version = versionFor(large || far);
  const head = fields(
    [4, 0x02014b50],
    [2, UNIX | version],
    [2, version],
    [2, FLAGS],
    [2, DEFLATED],
    [2, 0],
    [2, DATE],
    [4, crc],
    [4, large ? MOST_32 : stored],
    [4, large ? MOST_32 : size],
    [2, name.length],
    [2, extra.length],
    [2, 0],
    [2, 0],
    [2, 0],
    [4, (MODE << 16) >>> 0],
    [4, far ? MOST_32 : offset],
  );
  return concat([head, name, extra]);
}

function endOf(count: number, start: number, length: number): Uint8Array {
  const large = count >= MOST_16 || start >= MOST_32 || length >= MOST_32;
  const end = fields(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, Math.min(count, MOST_16)],
    [2, Math.min(count, MOST_16)],
    [4, Math.min(length, MOST_32)],
    [4, Math.min(start, MOST_32)],
    [2, 0],
  );
  if (!large) return end;
  const record = fields(
    [4, 0x06064b50],
    [8, 44],
    [2, UNIX | 45],
    [2, 45],
    [4, 0],
    [4, 0],
    [8, count],
    [8, count],
    [8, length],
    [8, start],
  );
  const locator = fields([4, 0x07064b50], [4, 0], [8, start + length], [4, 1]);
  return concat([record, locator, end]);
}
