/**
 * The pack of a push: what `wants` reach and `haves` do not. Commits are taken oldest first; each is compared with
 * its parents only where their folders differ, so the cost follows the change and not the size of the project. What
 * has a predecessor at the same path is sent as a delta against it, if that is shorter.
 */
import type { Host } from '../../platform/index.ts';
import { throwIfAborted } from '../../shared/errors.ts';
import { type Commit, type GitObject, MODE } from '../../shared/git.ts';
import type { BlobId, CommitId, ObjectId, TagId, TreeId } from '../../shared/ids.ts';
import type { CallOptions } from '../../shared/progress.ts';
import { parseTag } from '../commits.ts';
import { CommitGraph, readShallow } from '../graph.ts';
import { Trees } from '../trees.ts';
import { makeDelta } from './delta.ts';
import { malformed } from './format.ts';
import type { ObjectStore } from './ObjectStore.ts';
import { PackWriter } from './PackWriter.ts';
import { inPieces } from './pieces.ts';

/** Longer chains cost every later reader more than they save. */
const MAX_DEPTH = 50;
/** Above this, looking for a delta takes too much memory; such files belong into LFS. Bytes. */
const MAX_DELTA_SIZE = 64 << 20;
/** zlib level: what a wire costs is worth the time. Above `LARGE` bytes the quick level. */
const LEVEL = 6;
const LARGE = 4 << 20;
/** Objects, and bytes of them, that are read ahead. */
const BATCH = 128;

interface PackItem {
  readonly id: ObjectId;
  /** Same path, one commit earlier. */
  readonly base?: ObjectId;
}

export interface PackSource {
  readonly objects: ObjectStore;
  readonly host: Pick<Host, 'disk' | 'codec'>;
  readonly gitDir: string;
}

export interface PackOptions extends CallOptions {
  /** Deltas may build on what the other side has; default true. */
  readonly thin?: boolean;
  /** Those of the repository, which know folders already. */
  readonly trees?: Pick<Trees, 'readMany'>;
}

export async function makePack(
  { objects, host, gitDir }: PackSource,
  wants: readonly ObjectId[],
  haves: readonly ObjectId[],
  { signal, onProgress, thin = true, trees = new Trees(objects) }: PackOptions,
): Promise<AsyncIterable<Uint8Array>> {
  const graph = new CommitGraph(objects, await readShallow(host.disk, gitDir));
  const items = await enumerate({ objects, graph, trees }, wants, haves, signal);

  const writer = new PackWriter(host.codec);
  const inPack = new Set(items.map(({ id }) => id));
  const offsets = new Map<ObjectId, number>();
  const depths = new Map<ObjectId, number>();

  const asDelta = async (item: PackItem, object: GitObject): Promise<Uint8Array | undefined> => {
    const { base } = item;
    const depth = base ? (depths.get(base) ?? 0) : 0;
    if (!base || depth >= MAX_DEPTH || object.data.length > MAX_DELTA_SIZE) return undefined;
    // A base that comes later in this pack may build on this very object: a file that was edited, and put back.
    if (!offsets.has(base) && (!thin || inPack.has(base))) return undefined;
    const [from] = await objects.readMany([base]);
    if (!from || from.type !== object.type || from.data.length > MAX_DELTA_SIZE) return undefined;
    const delta = makeDelta(from.data, object.data, object.data.length >> 1);
    if (!delta) return undefined;
    const deflated = host.codec.deflate(delta, LEVEL);
    // A delta that is hardly shorter costs every reader a second object.
    if (delta.length > object.data.length >> 3) {
      const whole = host.codec.deflate(object.data, LEVEL);
      if (whole.length <= deflated.length + 24) return undefined;
    }
    depths.set(item.id, depth + 1);
    const at = offsets.get(base);
    const kind = at === undefined ? { id: base } : { distance: writer.offset - at };
    const { offset } = writer;
    const bytes = writer.entry(item.id, kind, delta.length, deflated);
    offsets.set(item.id, offset);
    return bytes;
  };

  const stream = async function* (): AsyncGenerator<Uint8Array, void> {
    yield writer.start(items.length);
    let done = 0;
    for (let at = 0; at < items.length; at += BATCH) {
      throwIfAborted(signal);
      const batch = items.slice(at, at + BATCH);
      // One by one where objects may be large; the reader's window makes the small ones cheap.
      for (const item of batch) {
        const object = await objects.read(item.id);
        const delta = await asDelta(item, object);
        if (delta) yield delta;
        else {
          offsets.set(item.id, writer.offset);
          yield writer.object(item.id, object.type, object.data, object.data.length > LARGE ? 1 : LEVEL);
        }
      }
      done += batch.length;
      onProgress?.({ phase: 'push', files: done, totalFiles: items.length, bytes: writer.offset });
    }
    yield writer.finish();
  };
  return inPieces(stream(), 64 << 10);
}

/** Commits and tags first, then trees, then blobs, older ones before those that build on them. */
async function enumerate(
  {
    objects,
    graph,
    trees: folders,
  }: Pick<PackSource, 'objects'> & {
    readonly graph: CommitGraph;
    readonly trees: Pick<Trees, 'readMany'>;
  },
  wants: readonly ObjectId[],
  haves: readonly ObjectId[],
  signal: AbortSignal | undefined,
): Promise<PackItem[]> {
  const roots = await peel(objects, wants);
  const here = await objects.hasMany(haves);
  const known = await peel(
    objects,
    haves.filter((_, i) => here[i]),
  );

  const commits: Commit[] = [];
  for await (const commit of graph.log([...roots.commits], { not: [...known.commits] })) {
    throwIfAborted(signal);
    commits.push(commit);
  }
  commits.reverse();

  const sent = new Set<ObjectId>();
  const heads: PackItem[] = [];
  const trees: PackItem[] = [];
  const blobs: PackItem[] = [];
  const add = (list: PackItem[], id: ObjectId, base?: ObjectId) => {
    sent.add(id);
    list.push(base ? { id, base } : { id });
  };
  for (const tag of roots.tags) if (!known.tags.has(tag)) add(heads, tag);
  for (const commit of commits) add(heads, commit.id);

  const walk = new TreeWalk(folders, sent, {
    tree: (id, base) => add(trees, id, base),
    blob: (id, base) => add(blobs, id, base),
  });
  for (const commit of commits) {
    throwIfAborted(signal);
    const parents: TreeId[] = [];
    for (const parent of commit.parents) parents.push((await graph.commit(parent)).tree);
    await walk.commit(commit.tree, parents);
  }
  const knownTrees = [...known.trees];
  for (const tree of roots.trees) await walk.commit(tree, knownTrees);
  for (const blob of roots.blobs) if (!sent.has(blob) && !known.blobs.has(blob)) add(blobs, blob);
  return [...heads.reverse(), ...trees, ...blobs];
}

interface Peeled {
  readonly tags: Set<TagId>;
  readonly commits: Set<CommitId>;
  readonly trees: Set<TreeId>;
  readonly blobs: Set<BlobId>;
}

/** Follows annotated tags to what they name. */
async function peel(objects: ObjectStore, ids: readonly ObjectId[]): Promise<Peeled> {
  const peeled: Peeled = { tags: new Set(), commits: new Set(), trees: new Set(), blobs: new Set() };
  for (const start of ids) {
    for (let id: ObjectId | undefined = start; id; ) {
      const { type, data }: GitObject = await objects.read(id);
      let next: ObjectId | undefined;
      // The object's type says what kind of id it has.
      if (type === 'tag') {
        if (peeled.tags.has(id as TagId)) break;
        peeled.tags.add(id as TagId);
        next = parseTag(id as TagId, data).object;
      } else if (type === 'commit') peeled.commits.add(id as CommitId);
      else if (type === 'tree') peeled.trees.add(id as TreeId);
      else peeled.blobs.add(id as BlobId);
      id = next;
    }
  }
  return peeled;
}

interface Found {
  readonly tree: (id: TreeId, base: TreeId | undefined) => void;
  readonly blob: (id: BlobId, base: BlobId | undefined) => void;
}

/** Finds what a commit's tree has and its parents' trees have not. */
class TreeWalk {
  readonly #trees: Pick<Trees, 'readMany'>;
  readonly #sent: ReadonlySet<ObjectId>;
  readonly #found: Found;

  constructor(trees: Pick<Trees, 'readMany'>, sent: ReadonlySet<ObjectId>, found: Found) {
    this.#trees = trees;
    this.#sent = sent;
    this.#found = found;
  }

  async commit(tree: TreeId, parents: readonly TreeId[]): Promise<void> {
    if (this.#sent.has(tree) || parents.includes(tree)) return;
    const moved = await this.#goneFrom(tree, parents[0]);
    await this.#folder(tree, parents, moved, 0);
  }

  async #folder(
    tree: TreeId,
    parents: readonly TreeId[],
    moved: ReadonlySet<ObjectId>,
    depth: number,
  ): Promise<void> {
    if (depth > 1000) throw malformed('A tree has folders in folders without end');
    this.#found.tree(tree, parents[0]);
    const [entries = [], ...befores] = await this.#trees.readMany([tree, ...parents]);
    const known = befores.map((before) => new Map(before.map((entry) => [entry.name, entry])));
    for (const entry of entries) {
      if (entry.mode === MODE.submodule || this.#sent.has(entry.id) || moved.has(entry.id)) continue;
      const old = known.map((before) => before.get(entry.name));
      if (old.some((other) => other?.id === entry.id)) continue;
      if (entry.mode === MODE.tree) {
        const folders = old.flatMap((other) => (other?.mode === MODE.tree ? [other.id] : []));
        await this.#folder(entry.id, folders, moved, depth + 1);
        continue;
      }
      const base = old.find((other) => other && other.mode !== MODE.tree && other.mode !== MODE.submodule);
      this.#found.blob(entry.id, base?.mode === MODE.tree ? undefined : base?.id);
    }
  }

  /**
   * Files and folders that the commit took away from some path: what turns up elsewhere with the same content was
   * only moved, and the other side has it.
   */
  async #goneFrom(tree: TreeId, parent: TreeId | undefined): Promise<Set<ObjectId>> {
    const gone = new Set<ObjectId>();
    if (!parent) return gone;
    const look = async (before: TreeId, after: TreeId | undefined): Promise<void> => {
      const [old = [], now = []] = await this.#trees.readMany(after ? [before, after] : [before]);
      const names = new Map(now.map((entry) => [entry.name, entry]));
      for (const entry of old) {
        const other = names.get(entry.name);
        if (other?.id === entry.id) continue;
        gone.add(entry.id);
        if (entry.mode === MODE.tree) await look(entry.id, other?.mode === MODE.tree ? other.id : undefined);
      }
    };
    await look(parent, tree);
    return gone;
  }
}
