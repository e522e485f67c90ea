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
import type { Trees } from './trees.ts';

/** Trees read in one go. */
const BATCH = 256;

interface Source {
  readonly objects: Pick<ObjectStore, 'read' | 'hasMany'>;
  readonly graph: Pick<CommitGraph, 'commit'>;
  readonly trees: Pick<Trees, 'readMany'>;
}

/**
 * Follows `wants` through what was `received`; at what was here before, it is enough that it is here.
 * @throws SyncError `OBJECT_MISSING` naming the first object that is neither
 */
export async function checkConnected(
  { objects, graph, trees }: Source,
  wants: readonly ObjectId[],
  received: ReadonlySet<ObjectId>,
  { signal }: CallOptions = {},
): Promise<void> {
  const walk = new Walk(received);
  for (const id of wants) walk.reach(id, 'any');
  for (;;) {
    throwIfAborted(signal);
    const commit = walk.commits.pop();
    if (commit !== undefined) {
      // A shallow clone's edge has no parents here: nobody promised them.
      const { tree, parents } = await graph.commit(commit);
      walk.reach(tree, 'tree');
      for (const parent of parents) walk.reach(parent, 'commit');
      continue;
    }
    const any = walk.any.pop();
    if (any !== undefined) {
      const { type, data } = await objects.read(any);
      if (type === 'commit') walk.commits.push(any as CommitId); // just read as one
      if (type === 'tree') walk.trees.push(any as TreeId); // just read as one
      if (type === 'tag') walk.reach(parseTag(any as TagId, data).object, 'any'); // just read as one
      continue;
    }
    if (walk.trees.length === 0) break;
    for (const entries of await trees.readMany(walk.trees.splice(-BATCH))) {
      for (const { mode, id } of entries) {
        if (mode === MODE.tree) walk.reach(id, 'tree');
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

class Walk {
  readonly commits: CommitId[] = [];
  readonly trees: TreeId[] = [];
  readonly any: ObjectId[] = [];
  /** Was not received: must have been here. */
  readonly elsewhere = new Set<ObjectId>();
  readonly #received: ReadonlySet<ObjectId>;
  readonly #seen = new Set<ObjectId>();

  constructor(received: ReadonlySet<ObjectId>) {
    this.#received = received;
  }

  reach(id: ObjectId, as: 'commit' | 'tree' | 'blob' | 'any'): void {
    if (!this.#received.has(id)) this.elsewhere.add(id);
    else if (as !== 'blob' && !this.#seen.has(id)) {
      this.#seen.add(id);
      if (as === 'commit') this.commits.push(id as CommitId);
      else if (as === 'tree') this.trees.push(id as TreeId);
      else this.any.push(id);
    }
  }
}
