/**
 * Before a ref moves to what was fetched: is everything here that it leads to? A remote that sends less than it should
 * (a fault, a lie, a broken repository of its own) would otherwise leave a history with holes.
 */
import { SyncError, throwIfAborted } from '../shared/errors.ts';
import { MODE } from '../shared/git.ts';
import type { CommitId, ObjectId, TagId, TreeId } from '../shared/ids.ts';
import type { CallOptions } from '../shared/progress.ts';
import { parseTag } from './commits.ts';
import type { CommitGraph } from './graph.ts';
import type { ObjectStore } from './objects/ObjectStore.ts';
import type { TreeEntry, Trees } from './trees.ts';

/** Trees read in one go. */
const BATCH = 256;

interface Source {
  readonly objects: Pick<ObjectStore, 'read' | 'hasMany'>;
  readonly graph: Pick<CommitGraph, 'commit'>;
  readonly trees: Pick<Trees, 'readMany'>;
}

/**
 * Follows `wants` through what was `received`; at what was here before, it is enough that it is here. What a folder has
 * in common with the same one of the commit before is passed over: a large project differs in little.
 * @param complete commits that refs lead to: all of them is here
 * @throws SyncError `OBJECT_MISSING` naming the first object that is neither
 */
export async function checkConnected(
  { objects, graph, trees }: Source,
  wants: readonly ObjectId[],
  received: ReadonlySet<ObjectId>,
  complete: ReadonlySet<ObjectId>,
  { signal }: CallOptions = {},
): Promise<void> {
  const walk = new Walk(received);
  /** Of a parent that is all here, or whose tree is followed as well. A first fetch has none that is. */
  const treeBefore = async (parents: readonly CommitId[]): Promise<TreeId | undefined> => {
    for (const parent of complete.size > 0 ? parents : []) {
      if (!received.has(parent) && !complete.has(parent)) continue;
      const { tree } = await graph.commit(parent);
      if (complete.has(parent) || received.has(tree)) return tree;
    }
    return undefined;
  };
  for (const id of wants) walk.reach(id, 'any');
  for (;;) {
    throwIfAborted(signal);
    const commit = walk.commits.pop();
    if (commit !== undefined) {
      // A shallow clone's edge has no parents here: nobody promised them.
      const { tree, parents } = await graph.commit(commit);
      for (const parent of parents) walk.reach(parent, 'commit');
      walk.reachTree(tree, await treeBefore(parents));
      continue;
    }
    const id = walk.any.pop();
    if (id !== undefined) {
      const { type, data } = await objects.read(id);
      if (type === 'commit') walk.commits.push(id as CommitId); // just read as one
      if (type === 'tree') walk.trees.push({ id: id as TreeId, before: undefined }); // just read as one
      if (type === 'tag') walk.reach(parseTag(id as TagId, data).object, 'any'); // just read as one
      continue;
    }
    if (walk.trees.length === 0) break;
    const batch = walk.trees.splice(-BATCH);
    const ids = batch.flatMap(({ id, before }) => (before ? [id, before] : [id]));
    const read = (await trees.readMany(ids))[Symbol.iterator]();
    const next = (): readonly TreeEntry[] => read.next().value ?? [];
    for (const { before } of batch) {
      const entries = next();
      const old = new Map((before ? next() : []).map((entry) => [entry.name, entry]));
      for (const { name, mode, id } of entries) {
        const same = old.get(name);
        if (same?.id === id) continue;
        if (mode === MODE.tree) walk.reachTree(id, same?.mode === MODE.tree ? same.id : undefined);
        else if (mode !== MODE.submodule) walk.reach(id, 'blob');
      }
    }
  }
  const elsewhere = [...walk.elsewhere];
  const missing = (await objects.hasMany(elsewhere)).indexOf(false);
  if (missing < 0) return;
  throw new SyncError(
    'OBJECT_MISSING',
    `The remote sent history that leads to the object ${elsewhere[missing]}, and did not send that. No branch was moved. Sync again; if it stays, the remote's repository is damaged ("git fsck" there).`,
    { data: { id: elsewhere[missing] } },
  );
}

interface Folder {
  readonly id: TreeId;
  /** The same folder, one commit earlier. */
  readonly before: TreeId | undefined;
}

class Walk {
  readonly commits: CommitId[] = [];
  readonly trees: Folder[] = [];
  readonly any: ObjectId[] = [];
  /** Was not received: must have been here. */
  readonly elsewhere = new Set<ObjectId>();
  readonly #received: ReadonlySet<ObjectId>;
  readonly #seen = new Set<ObjectId>();

  constructor(received: ReadonlySet<ObjectId>) {
    this.#received = received;
  }

  reach(id: ObjectId, as: 'commit' | 'blob' | 'any'): void {
    if (!this.#isNew(id) || as === 'blob') return;
    if (as === 'commit') this.commits.push(id as CommitId);
    else this.any.push(id);
  }

  reachTree(id: TreeId, before: TreeId | undefined): void {
    if (id !== before && this.#isNew(id)) this.trees.push({ id, before });
  }

  /** Received, and not looked at yet. */
  #isNew(id: ObjectId): boolean {
    if (!this.#received.has(id)) this.elsewhere.add(id);
    else if (!this.#seen.has(id)) {
      this.#seen.add(id);
      return true;
    }
    return false;
  }
}
