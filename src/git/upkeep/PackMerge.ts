/**
 * Makes one pack out of several packs and loose objects. Entries are copied as they are, deltas with their bases; what
 * is stored whole becomes a delta against its predecessor at the same path, as long as there is time.
 */
import { toHex } from '../../shared/bytes.ts';
import { throwIfAborted } from '../../shared/errors.ts';
import type { GitObject } from '../../shared/git.ts';
import type { ObjectId } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';
import { pause } from '../../shared/pause.ts';
import { crc32 } from '../objects/crc32.ts';
import { makeDelta } from '../objects/delta.ts';
import { idBytes, malformed } from '../objects/format.ts';
import { LruCache } from '../objects/LruCache.ts';
import { PackFile } from '../objects/PackFile.ts';
import { PackWriter } from '../objects/PackWriter.ts';
import { type EntryHeader, MAX_ENTRY_HEADER, readEntryHeader } from '../objects/packEntry.ts';
import { PackIndex } from '../objects/packIndex.ts';
import { inPieces } from '../objects/pieces.ts';
import type { UpkeepTarget } from './index.ts';
import { predecessors } from './predecessors.ts';
import type { SourcePack } from './sources.ts';

/** A chain of deltas that is copied may be as long as this; a new delta only makes chains up to `MAX_NEW_DEPTH`. */
const MAX_DEPTH = 250;
const MAX_NEW_DEPTH = 50;
/** Above this, looking for a delta takes too much memory and time. Bytes. */
const MAX_DELTA_SIZE = 32 << 20;
const LEVEL = 6;
/** Milliseconds of work after which others get a turn. */
const SLICE = 15;
const TRAILER = 20;

interface Place {
  readonly pack: string;
  readonly offset: number;
  readonly end: number;
  readonly crc: number;
}

interface PackedEntry {
  readonly header: EntryHeader;
  /** Of a delta. */
  readonly base: ObjectId | undefined;
  /** The zlib stream. */
  readonly data: Uint8Array;
}

export interface Merged {
  /** `pack-…` */
  readonly pack: string;
  readonly objects: number;
  /** Loose objects that are in the pack now. */
  readonly loose: readonly ObjectId[];
}

/** Writes the pack and looks at it; removes nothing. @throws SyncError; then no pack was made */
export async function mergeIntoPack(
  target: UpkeepTarget,
  packs: readonly SourcePack[],
  loose: readonly ObjectId[],
  { signal, budgetMs }: { readonly signal: AbortSignal | undefined; readonly budgetMs: number },
): Promise<Merged> {
  const { disk, codec } = target.host;
  const merge = new PackMerge(target, signal, budgetMs);
  for (const pack of packs) await merge.addPack(pack);
  for (const id of loose) merge.addLoose(id);

  const folder = join(target.gitDir, 'objects/pack');
  const temporary = join(folder, `tmp_pack_${toHex(codec.randomBytes(8))}`);
  const { writer } = merge;
  try {
    await disk.publish(temporary, inPieces(merge.stream()), { sync: true });
    const pack = `pack-${writer.trailer}`;
    const path = join(folder, pack);
    await disk.rename(temporary, `${path}.pack`);
    await disk.publish(`${path}.idx`, writer.index(), { sync: true });
    await check(target, path, writer);
    return { pack, objects: writer.entries.length, loose };
  } finally {
    await disk.remove(temporary);
  }
}

/** What is about to be the only copy is read back: all of its ids, its length, its checksum. */
async function check({ host }: UpkeepTarget, path: string, writer: PackWriter): Promise<void> {
  const index = await new PackFile(host, path, new LruCache(0)).index();
  const isFound = writer.entries.every(({ id, offset }) => index.find(idBytes(id)) === offset);
  const end = await host.disk.readRange(`${path}.pack`, writer.offset, TRAILER + 1);
  if (isFound && end && end.length === TRAILER && toHex(end) === writer.trailer) return;
  throw malformed(`The new pack ${path} is not as it was written`);
}

class PackMerge {
  readonly writer: PackWriter;
  readonly #target: UpkeepTarget;
  readonly #signal: AbortSignal | undefined;
  readonly #budgetMs: number;
  /** `undefined`: a loose object. */
  readonly #places = new Map<ObjectId, Place | undefined>();
  readonly #idsByOffset = new Map<string, Map<number, ObjectId>>();
  readonly #written = new Map<ObjectId, { readonly offset: number; readonly depth: number }>();
  readonly #underWay = new Set<ObjectId>();
  #bases: ReadonlyMap<ObjectId, ObjectId> = new Map();
  #deadline = 0;
  #nextTurn = 0;

  constructor(target: UpkeepTarget, signal: AbortSignal | undefined, budgetMs: number) {
    this.#target = target;
    this.#signal = signal;
    this.#budgetMs = budgetMs;
    this.writer = new PackWriter(target.host.codec);
  }

  async addPack({ name, size }: SourcePack): Promise<void> {
    const bytes = await this.#target.host.disk.read(join(this.#target.gitDir, 'objects/pack', `${name}.idx`));
    if (!bytes) throw malformed(`${name} went away while it was looked at`);
    const entries = [...new PackIndex(bytes).entries()].sort((a, b) => a.offset - b.offset);
    const ids = new Map<number, ObjectId>();
    for (const [i, { id, offset, crc }] of entries.entries()) {
      ids.set(offset, id);
      if (this.#places.has(id)) continue;
      this.#places.set(id, { pack: name, offset, end: entries[i + 1]?.offset ?? size - TRAILER, crc });
    }
    this.#idsByOffset.set(name, ids);
  }

  addLoose(id: ObjectId): void {
    if (!this.#places.has(id)) this.#places.set(id, undefined);
  }

  async *stream(): AsyncGenerator<Uint8Array, void> {
    this.#deadline = performance.now() + this.#budgetMs;
    this.#bases = await predecessors(this.#target, this.#places.keys(), this.#deadline);
    yield this.writer.start(this.#places.size);
    for (const id of this.#places.keys()) yield* this.#write(id);
    yield this.writer.finish();
  }

  /** An object, and before it the base of its delta. */
  async *#write(wanted: ObjectId): AsyncGenerator<Uint8Array, void> {
    const stack = [wanted];
    for (let id = stack.at(-1); id; id = stack.at(-1)) {
      if (this.#written.has(id)) {
        stack.pop();
        continue;
      }
      await this.#giveWay();
      const place = this.#places.get(id);
      const entry = place && (await this.#read(place));
      const base = entry?.base ?? this.#newBase(id);
      if (base && this.#places.has(base) && !this.#written.has(base) && !this.#underWay.has(base)) {
        this.#underWay.add(id);
        stack.push(base);
        continue;
      }
      stack.pop();
      this.#underWay.delete(id);
      yield await this.#entry(id, entry, base);
    }
  }

  /** Reads the entry's bytes once more than needed when its base comes first; that is rare, and memory stays small. */
  async #read(place: Place): Promise<PackedEntry> {
    const path = join(this.#target.gitDir, 'objects/pack', `${place.pack}.pack`);
    const bytes = await this.#target.host.disk.readRange(path, place.offset, place.end - place.offset);
    if (!bytes || bytes.length !== place.end - place.offset || crc32(bytes) !== place.crc) {
      throw malformed(`${place.pack}.pack is damaged at ${place.offset}, or went away`);
    }
    const header = readEntryHeader(bytes.subarray(0, MAX_ENTRY_HEADER), place.offset);
    const base =
      header.base &&
      ('id' in header.base ? header.base.id : this.#idsByOffset.get(place.pack)?.get(header.base.offset));
    if (header.base && !base) throw malformed(`${place.pack}.pack has a delta without its base`);
    return { header, base, data: bytes.subarray(header.length) };
  }

  #newBase(id: ObjectId): ObjectId | undefined {
    return performance.now() < this.#deadline ? this.#bases.get(id) : undefined;
  }

  async #entry(
    id: ObjectId,
    entry: PackedEntry | undefined,
    base: ObjectId | undefined,
  ): Promise<Uint8Array> {
    const from = base && this.#written.get(base);
    const { offset } = this.writer;
    const note = (depth: number) => this.#written.set(id, { offset, depth });
    if (entry?.header.type === undefined && entry && from && from.depth < MAX_DEPTH) {
      note(from.depth + 1);
      return this.writer.entry(id, { distance: offset - from.offset }, entry.header.size, entry.data);
    }
    const isWhole = entry?.header.type !== undefined;
    const looks = !isWhole || (entry.header.size >= 64 && entry.header.size <= MAX_DELTA_SIZE);
    if (base && from && from.depth < MAX_NEW_DEPTH && looks && performance.now() < this.#deadline) {
      const delta = await this.#delta(id, base, entry?.data.length);
      if (delta) {
        note(from.depth + 1);
        return this.writer.entry(id, { distance: offset - from.offset }, delta.size, delta.deflated);
      }
    }
    note(0);
    if (entry?.header.type) return this.writer.entry(id, entry.header.type, entry.header.size, entry.data);
    const { type, data } = await this.#target.objects.read(id);
    return this.writer.object(id, type, data, performance.now() < this.#deadline ? LEVEL : 1);
  }

  /** @param whole bytes that the object takes as it is, where known */
  async #delta(id: ObjectId, base: ObjectId, whole: number | undefined) {
    const { objects, host } = this.#target;
    const [from, to] = (await objects.readMany([base, id])) as [GitObject, GitObject];
    if (from.type !== to.type || Math.max(from.data.length, to.data.length) > MAX_DELTA_SIZE)
      return undefined;
    const delta = makeDelta(from.data, to.data, to.data.length >> 1);
    if (!delta) return undefined;
    const deflated = host.codec.deflate(delta, LEVEL);
    const isWorthIt = whole === undefined ? delta.length < to.data.length >> 3 : deflated.length + 24 < whole;
    return isWorthIt ? { size: delta.length, deflated } : undefined;
  }

  async #giveWay(): Promise<void> {
    throwIfAborted(this.#signal);
    if (performance.now() < this.#nextTurn) return;
    await pause(1);
    this.#nextTurn = performance.now() + SLICE;
  }
}
