/**
 * The objects of one repository: loose ones and packs, read and written as Git does it, beside stock Git. Whoever
 * holds a repository (src/git/Repository.ts) makes one `ObjectStore` of it; `Trees` and `CommitGraph` read through it.
 *
 *   LooseObjects           one file per object
 *   NewObjects             gathers what is stored together
 *   Packs, PackFile        ranged reads through pack indexes (MultiPackIndex where Git made one); delta.ts resolves what is stored as a difference
 *   storePack              takes in a pack from a remote (packStream reads it, PackResolver names what is in it, PackData keeps it)
 *   makePack               makes the (thin) pack of a push
 */
import type { Host, ProcessLock } from '../../platform/index.ts';
import { toHex } from '../../shared/bytes.ts';
import type { GitObject, ObjectType } from '../../shared/git.ts';
import type { BlobId, ObjectId } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';
import type { CallOptions } from '../../shared/progress.ts';
import { hashObject, malformed, missing } from './format.ts';
import { LooseObjects } from './LooseObjects.ts';
import { LruCache } from './LruCache.ts';
import { makePack, type PackOptions } from './makePack.ts';
import { Packs } from './Packs.ts';
import { PackWriter } from './PackWriter.ts';
import { wholeIfSmall } from './pieces.ts';
import { type StoredPack, storePack } from './storePack.ts';

/**
 * Up to here, new objects become loose ones, each flushed to the disk; more become one pack with a single flush.
 * Measured: 2 ms for a flushed loose object, 9 ms for a flushed pack of 110. Fewer packs are quicker to search.
 */
const FEW = 20;
/** Bytes of objects that were just stored: whoever stored them reads them next, to send them or to write files. */
const RECENT = 8 << 20;

/** What others depend on comes first, so that a kill never leaves an object whose parts are missing. */
const RANK: Readonly<Record<ObjectType, number>> = { blob: 0, tree: 1, commit: 2, tag: 3 };

export class ObjectStore {
  readonly #host: Pick<Host, 'disk' | 'codec'>;
  readonly #gitDir: string;
  readonly #packFolder: string;
  readonly #loose: LooseObjects;
  readonly #packs: Packs;
  readonly #recent = new LruCache<ObjectId, GitObject>(RECENT);
  readonly #holds = new Set<object>();
  readonly #kept = new Map<string, ProcessLock>();

  constructor(host: Pick<Host, 'disk' | 'codec'>, gitDir: string) {
    this.#host = host;
    this.#gitDir = gitDir;
    this.#packFolder = join(gitDir, 'objects/pack');
    this.#loose = new LooseObjects(host, join(gitDir, 'objects'));
    this.#packs = new Packs(host, this.#packFolder);
  }

  /** @throws SyncError `OBJECT_MISSING`, `MALFORMED_OBJECT` */
  async read(id: ObjectId): Promise<GitObject> {
    const [object] = await this.#find([id]);
    if (!object) throw missing(id);
    return object;
  }

  /**
   * In the order of `ids`. All are in memory at once: ask for blobs in portions. Bytes may be shared with a cache:
   * never change them.
   * @throws SyncError `OBJECT_MISSING`, `MALFORMED_OBJECT`
   */
  async readMany(ids: readonly ObjectId[]): Promise<GitObject[]> {
    const objects = await this.#find(ids);
    return objects.map((object, i) => {
      if (!object) throw missing(ids[i] as ObjectId);
      return object;
    });
  }

  /** @throws SyncError `OBJECT_MISSING`, `MALFORMED_OBJECT` (also when it is not a blob) */
  async readBlob(id: BlobId): Promise<Uint8Array> {
    const { type, data } = await this.read(id);
    if (type !== 'blob') throw notABlob(id, type);
    return data;
  }

  /** By id. @throws SyncError as `readBlob` does */
  async readBlobs(ids: Iterable<BlobId>): Promise<Map<BlobId, Uint8Array>> {
    const wanted = [...new Set(ids)];
    const found = await this.readMany(wanted);
    return new Map(
      wanted.map((id, i) => {
        const { type, data } = found[i] as GitObject; // one for each
        if (type !== 'blob') throw notABlob(id, type);
        return [id, data];
      }),
    );
  }

  async has(id: ObjectId): Promise<boolean> {
    return (await this.hasMany([id]))[0] === true;
  }

  async hasMany(ids: readonly ObjectId[]): Promise<boolean[]> {
    if (ids.length === 0) return [];
    // Most are packed, and the packs' indexes are in memory: only the rest costs a look at the disk each.
    const here = await this.#packs.has(ids);
    const look = async (has: (ids: readonly ObjectId[]) => Promise<boolean[]>) => {
      const rest = ids.flatMap((_, i) => (here[i] ? [] : [i]));
      if (rest.length === 0) return;
      const found = await has(rest.map((i) => ids[i] as ObjectId));
      for (const [n, i] of rest.entries()) here[i] = found[n] === true;
    };
    await look((rest) => this.#loose.has(rest));
    // `git gc` may have packed a loose object, and removed it, between the two looks.
    await look((rest) => this.#packs.has(rest));
    return here;
  }

  hash(object: GitObject): ObjectId {
    return hashObject(this.#host.codec, object);
  }

  /** Writes what is not here yet, flushed to the disk. Answers the ids in the order of `objects`. */
  async write(objects: readonly GitObject[]): Promise<ObjectId[]> {
    const ids = objects.map((object) => this.hash(object));
    const fresh = new Map(ids.map((id, i) => [id, objects[i] as GitObject]));
    const known = [...fresh.keys()];
    const here = await this.hasMany(known);
    const old = known.filter((_, i) => here[i]);
    for (const id of old) fresh.delete(id);
    await this.#freshen(old);
    if (fresh.size === 0) return ids;
    const sorted = [...fresh]
      .map(([id, object]) => ({ id, object }))
      .sort((a, b) => RANK[a.object.type] - RANK[b.object.type]);
    if (sorted.length <= FEW) await this.#loose.write(sorted);
    else await this.#writePack(sorted);
    this.#remember(fresh);
    return ids;
  }

  /**
   * Packs that come in until `release` get a `.keep` file, as `git fetch` makes it: a `git repack -ad` beside us would
   * otherwise drop objects that no ref reaches yet. The file says which process it belongs to; upkeep removes those of
   * dead ones.
   */
  hold(): { release(): Promise<void> } {
    const hold = {};
    this.#holds.add(hold);
    return {
      release: async () => {
        this.#holds.delete(hold);
        if (this.#holds.size > 0) return;
        const kept = [...this.#kept.values()];
        this.#kept.clear();
        for (const lock of kept) await lock.release();
      },
    };
  }

  /**
   * Takes in a pack; thin packs are completed. Nothing is visible before all of it is checked.
   * @throws SyncError `MALFORMED_OBJECT`, `OBJECT_MISSING`, `ABORTED`
   */
  storePack(pack: AsyncIterable<Uint8Array>, options: CallOptions = {}): Promise<StoredPack> {
    const target = {
      host: this.#host,
      folder: this.#packFolder,
      keep: (path: string) => this.#keep(path),
      few: FEW,
      readBase: async (id: ObjectId) => (await this.#find([id]))[0],
      // A pack has the newest commit and the root of a tree first: what they depend on comes after them.
      writeFew: (objects: readonly GitObject[]) => this.write([...objects].reverse()),
      remember: (objects: ReadonlyMap<ObjectId, GitObject>) => this.#remember(objects),
    };
    return storePack(target, pack, options);
  }

  /**
   * A pack of what `wants` reach and `haves` do not, with deltas against what the haves' side has (thin). Haves that
   * are not here are ignored. `thin: false` makes a pack that stands alone.
   * @throws SyncError `OBJECT_MISSING`, `MALFORMED_OBJECT`, `ABORTED`
   */
  makePack(
    wants: readonly ObjectId[],
    haves: readonly ObjectId[],
    options: PackOptions = {},
  ): Promise<AsyncIterable<Uint8Array>> {
    return makePack({ objects: this, host: this.#host, gitDir: this.#gitDir }, wants, haves, options);
  }

  async #find(ids: readonly ObjectId[]): Promise<(GitObject | undefined)[]> {
    const objects = ids.map((id) => this.#recent.get(id));
    const stored = ids.flatMap((_, i) => (objects[i] ? [] : [i]));
    if (stored.length === 0) return objects;
    // Most of what is in no known pack is loose: only what is nowhere costs a look for new packs.
    const packed = await this.#packs.read(
      stored.map((i) => ids[i] as ObjectId),
      { known: true },
    );
    for (const [n, i] of stored.entries()) objects[i] = packed[n];
    const rest = stored.filter((i) => !objects[i]);
    if (rest.length === 0) return objects;
    const loose = await this.#loose.read(rest.map((i) => ids[i] as ObjectId));
    const gone: number[] = [];
    for (const [n, i] of rest.entries()) {
      objects[i] = loose[n];
      if (!loose[n]) gone.push(i);
    }
    if (gone.length === 0) return objects;
    // In a new pack; one that `git gc` made of a loose object between the two looks, for one.
    const again = await this.#packs.read(gone.map((i) => ids[i] as ObjectId));
    for (const [n, i] of gone.entries()) objects[i] = again[n];
    return objects;
  }

  async #writePack(objects: readonly { readonly id: ObjectId; readonly object: GitObject }[]): Promise<void> {
    const { disk, codec } = this.#host;
    const writer = new PackWriter(codec);
    const stream = async function* () {
      yield writer.start(objects.length);
      for (const { id, object } of objects) yield writer.object(id, object.type, object.data);
      yield writer.finish();
    };
    const temporary = join(this.#packFolder, `tmp_pack_${toHex(codec.randomBytes(8))}`);
    try {
      await disk.publish(temporary, await wholeIfSmall(stream()), { sync: true });
      const path = join(this.#packFolder, `pack-${writer.trailer}`);
      await this.#keep(path);
      await disk.rename(temporary, `${path}.pack`);
      await disk.publish(`${path}.idx`, writer.index(), { sync: true });
    } finally {
      await disk.remove(temporary);
    }
  }

  #remember(objects: ReadonlyMap<ObjectId, GitObject>): void {
    for (const [id, object] of objects) this.#recent.set(id, object, object.data.length + 200);
  }

  /** @param path of a pack that is about to become visible, without its ending */
  async #keep(path: string): Promise<void> {
    if (this.#holds.size === 0 || this.#kept.has(path)) return;
    const lock = await this.#host.disk.lockProcess(`${path}.keep`);
    // Kept by somebody else: a person, or a process that stores the same pack for the same refs.
    if (lock) this.#kept.set(path, lock);
  }

  /** What is written again counts as new: `git prune` looks at the age of what nothing reaches. */
  async #freshen(ids: readonly ObjectId[]): Promise<void> {
    if (ids.length === 0) return;
    const loose = await this.#loose.freshen(ids);
    await this.#packs.freshen(ids.filter((_, i) => !loose[i]));
  }
}

const notABlob = (id: BlobId, type: string) =>
  malformed(`The object ${id} is a ${type} where a blob was expected`);
