/**
 * Takes in a pack from elsewhere: every entry is inflated, resolved and named, thin packs are completed, and nothing
 * is visible before the whole is checked.
 *
 * A pack of few objects becomes loose objects, as `git fetch` does it: a project that is pulled a hundred times a day
 * must not collect a hundred packs, each of which would be searched for every object. A larger one stays a pack.
 */
import type { Host } from '../../platform/index.ts';
import { toHex } from '../../shared/bytes.ts';
import { throwIfAborted } from '../../shared/errors.ts';
import type { GitObject } from '../../shared/git.ts';
import type { ObjectId } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';
import type { CallOptions } from '../../shared/progress.ts';
import { malformed } from './format.ts';
import { PackData } from './PackData.ts';
import { PackResolver } from './PackResolver.ts';
import { PackWriter } from './PackWriter.ts';
import { PACK_HEADER_LENGTH, packHeader, type ReadBytes } from './packEntry.ts';
import { formatPackIndex, type IndexedEntry } from './packIndex.ts';
import { readPackStream, type StreamedEntry } from './packStream.ts';
import { peek, wholeIfSmall } from './pieces.ts';

/** Packs up to here are kept in memory while they are checked; larger ones are spooled to a file. */
const IN_MEMORY = 4 << 20;
/** Objects that are in memory together take at most about as much. Bytes. */
const LARGE = 16 << 20;

export interface StoredPack {
  /** How many the pack had. */
  readonly objects: number;
  readonly ids: readonly ObjectId[];
}

export interface PackTarget {
  readonly host: Pick<Host, 'disk' | 'codec'>;
  /** `objects/pack` */
  readonly folder: string;
  /** Called before a pack becomes visible, with its path without the ending. */
  readonly keep: (path: string) => Promise<void>;
  /** Packs with at most this many objects are handed to `writeFew`. */
  readonly few: number;
  /** Objects that a thin pack builds on; `undefined` for what is not there. */
  readonly readBase: (id: ObjectId) => Promise<GitObject | undefined>;
  readonly writeFew: (objects: readonly GitObject[]) => Promise<unknown>;
  /** Is given objects that have just become visible, as far as they are in memory. */
  readonly remember: (objects: ReadonlyMap<ObjectId, GitObject>) => void;
}

/** @throws SyncError `MALFORMED_OBJECT`, `OBJECT_MISSING` (a thin pack builds on what is not here), `ABORTED` */
export async function storePack(
  target: PackTarget,
  source: AsyncIterable<Uint8Array>,
  { signal, onProgress }: CallOptions = {},
): Promise<StoredPack> {
  const { disk, codec } = target.host;
  const entries: StreamedEntry[] = [];
  const onEntry = (count: number, total: number, bytes: number) => {
    if (count !== total && count % 256 !== 0) return;
    throwIfAborted(signal);
    onProgress?.({ phase: 'fetch', files: count, totalFiles: total, bytes });
  };

  throwIfAborted(signal);
  const peeked = await peek(source, IN_MEMORY);
  if ('whole' in peeked) {
    const { whole } = peeked;
    const found = new PackData(LARGE);
    const onData = (entry: StreamedEntry, data: Uint8Array) => found.entry(entry, data);
    const checksum = await drain(readPackStream(codec, once(whole), entries, onEntry, onData));
    const read: ReadBytes = async (offset, length) => whole.subarray(offset, offset + length);
    const resolver = new PackResolver(codec, entries, read, target.readBase, found, signal);
    await resolver.resolve();
    const few = entries.length <= target.few ? await readSmall(entries, resolver) : undefined;
    if (few) await target.writeFew(few);
    else if (resolver.bases.size === 0) {
      await publishPack(target, entries, checksum, (path) => disk.publish(path, whole, { sync: true }));
    } else await completeThin(target, entries, resolver, once(whole));
    target.remember(found.objects);
    return stored(entries);
  }

  // `tmp_pack_` is what `git gc` removes when a killed process leaves it behind.
  const spool = join(target.folder, `tmp_pack_${toHex(codec.randomBytes(8))}`);
  try {
    let checksum = '';
    const pieces = readPackStream(codec, peeked.rest, entries, onEntry);
    const stream = async function* () {
      checksum = yield* pieces;
    };
    await disk.publish(spool, stream(), { sync: true });
    const read: ReadBytes = async (offset, length) => {
      const bytes = await disk.readRange(spool, offset, length);
      if (!bytes) throw malformed('A pack vanished while it was being received');
      return bytes;
    };
    const resolver = new PackResolver(
      codec,
      entries,
      windowed(read),
      target.readBase,
      new PackData(0),
      signal,
    );
    await resolver.resolve();
    if (resolver.bases.size === 0) {
      await publishPack(target, entries, checksum, (path) => disk.rename(spool, path));
    } else await completeThin(target, entries, resolver, disk.stream(spool));
  } finally {
    await disk.remove(spool);
  }
  return stored(entries);
}

/** All objects at once; `undefined` when they are too large for that, however small they were on the way. */
async function readSmall(
  entries: readonly StreamedEntry[],
  resolver: PackResolver,
): Promise<GitObject[] | undefined> {
  const objects: GitObject[] = [];
  let left = LARGE;
  for (const entry of entries) {
    left -= entry.size;
    if (left < 0) return undefined;
    const object = await resolver.read(entry);
    if (entry.base) left -= object.data.length;
    objects.push(object);
  }
  return objects;
}

const stored = (entries: readonly StreamedEntry[]): StoredPack => ({
  objects: entries.length,
  ids: entries.flatMap(({ id }) => (id ? [id] : [])),
});

/** The pack first, then the index that makes it visible. */
async function publishPack(
  { host, folder, keep }: PackTarget,
  entries: readonly StreamedEntry[],
  checksum: string,
  place: (path: string) => Promise<unknown>,
): Promise<void> {
  const indexed = entries.map(({ id, offset, crc }): IndexedEntry => {
    if (!id) throw malformed('A pack has a delta without its base');
    return { id, offset, crc };
  });
  const path = join(folder, `pack-${checksum}`);
  await keep(path);
  await place(`${path}.pack`);
  await host.disk.publish(`${path}.idx`, formatPackIndex(host.codec, indexed, checksum), { sync: true });
}

/** A thin pack with the bases that it lacks appended, as `git index-pack --fix-thin` does it. */
async function completeThin(
  target: PackTarget,
  entries: readonly StreamedEntry[],
  resolver: PackResolver,
  thin: AsyncIterable<Uint8Array>,
): Promise<void> {
  const { disk, codec } = target.host;
  const last = entries.at(-1);
  const end = last ? last.offset + last.length : PACK_HEADER_LENGTH;
  const writer = new PackWriter(codec);
  const bases: StreamedEntry[] = [];
  const stream = async function* () {
    yield writer.raw(packHeader(entries.length + resolver.bases.size));
    let at = 0;
    for await (const piece of thin) {
      const body = piece.subarray(Math.max(0, PACK_HEADER_LENGTH - at), Math.max(0, end - at));
      at += piece.length;
      if (body.length > 0) yield writer.raw(body);
    }
    for (const id of resolver.bases) {
      const object = await target.readBase(id);
      if (!object) throw malformed('The base of a delta vanished');
      const { offset } = writer;
      const bytes = writer.object(id, object.type, object.data);
      const crc = writer.entries.at(-1)?.crc ?? 0;
      bases.push({
        id,
        type: object.type,
        offset,
        crc,
        length: bytes.length,
        headerLength: 0,
        size: object.data.length,
        base: undefined,
      });
      yield bytes;
    }
    yield writer.finish();
  };
  const complete = join(target.folder, `tmp_pack_${toHex(codec.randomBytes(8))}`);
  try {
    await disk.publish(complete, await wholeIfSmall(stream()), { sync: true });
    await publishPack(target, [...entries, ...bases], writer.trailer, (path) => disk.rename(complete, path));
  } finally {
    await disk.remove(complete);
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

async function drain(pieces: AsyncGenerator<Uint8Array, string>): Promise<string> {
  for (;;) {
    const next = await pieces.next();
    if (next.done) return next.value;
  }
}

/** Deltas are resolved mostly in the order of the pack: one read serves many entries. */
function windowed(read: ReadBytes, size = 256 << 10): ReadBytes {
  let start = 0;
  let bytes: Uint8Array = new Uint8Array(0);
  return async (offset, length) => {
    if (offset < start || offset + length > start + bytes.length) {
      bytes = await read(offset, Math.max(length, size));
      start = offset;
    }
    return bytes.subarray(offset - start, offset - start + length);
  };
}
