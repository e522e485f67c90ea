import type { Host } from '../platform/index.ts';
import { text } from '../shared/bytes.ts';
import type { Commit } from '../shared/git.ts';
import { type CommitId, isObjectId } from '../shared/ids.ts';
import { join } from '../shared/paths.ts';
import { CommitQueue } from './CommitQueue.ts';
import { parseCommit } from './commits.ts';
import { malformed } from './objects/format.ts';
import { LruCache } from './objects/LruCache.ts';
import type { ObjectStore } from './objects/ObjectStore.ts';

/** Commits that are kept parsed. */
const CACHE = 50_000;
/**
 * Dates guide the walks, and clocks differ: a walk that looks for everything on one side goes on until it is this
 * many seconds past the oldest commit that it would report.
 */
const CLOCK_SLOP = 24 * 60 * 60;

const A = 1;
const B = 2;
const BOTH = A | B;
/** Below a common ancestor: nothing new is found there. */
const STALE = 4;

/** The ids in `.git/shallow`: commits whose parents were left out on purpose. */
export async function readShallow(disk: Host['disk'], gitDir: string): Promise<ReadonlySet<CommitId>> {
  const bytes = await disk.read(join(gitDir, 'shallow'));
  const lines = bytes ? text(bytes).split('\n') : [];
  // The file lists commits.
  return new Set(lines.filter((line): line is CommitId => isObjectId(line)));
}

/** How commits follow one another. Parents beyond a shallow clone's edge do not exist for it. */
export class CommitGraph {
  readonly #objects: Pick<ObjectStore, 'read'>;
  readonly #shallow: ReadonlySet<CommitId>;
  readonly #cache = new LruCache<CommitId, Commit>(CACHE);

  /** The edge of a shallow clone. */
  get shallow(): ReadonlySet<CommitId> {
    return this.#shallow;
  }

  constructor(objects: Pick<ObjectStore, 'read'>, shallow: ReadonlySet<CommitId> = new Set()) {
    this.#objects = objects;
    this.#shallow = shallow;
  }

  /** @throws SyncError `OBJECT_MISSING`, `MALFORMED_OBJECT` */
  async commit(id: CommitId): Promise<Commit> {
    const cached = this.#cache.get(id);
    if (cached) return cached;
    const { type, data } = await this.#objects.read(id);
    if (type !== 'commit') throw malformed(`The object ${id} is a ${type} where a commit was expected`);
    const whole = parseCommit(id, data);
    const commit = this.#shallow.has(id) ? { ...whole, parents: [] } : whole;
    this.#cache.set(id, commit, 1 + (data.length >> 12));
    return commit;
  }

  /**
   * What `from` reaches and `not` does not: newest first by committer date, and never a parent before any of its
   * children, whatever the clocks said. Streams: a limit on a long history reads little more than it reports.
   */
  async *log(
    from: CommitId | readonly CommitId[],
    options: { readonly not?: readonly CommitId[]; readonly limit?: number } = {},
  ): AsyncGenerator<Commit, void> {
    const tips = typeof from === 'string' ? [from] : from;
    const { not = [], limit = Number.POSITIVE_INFINITY } = options;
    let left = limit;
    const regions = not.length > 0 ? this.#difference(tips, not) : this.#regions(tips);
    for await (const region of regions) {
      for (const commit of inOrder(region)) {
        if (left-- <= 0) return;
        yield commit;
      }
    }
  }

  /** Every commit is an ancestor of itself. */
  async isAncestor(ancestor: CommitId, descendant: CommitId): Promise<boolean> {
    if (ancestor === descendant) return true;
    return (await this.mergeBases(ancestor, descendant)).includes(ancestor);
  }

  /** All best common ancestors: more than one in a criss-cross history, none for unrelated ones. */
  async mergeBases(a: CommitId, b: CommitId): Promise<CommitId[]> {
    if (a === b) return [a];
    const flags = await this.#paint([a], [b], true);
    const common: CommitId[] = [];
    for (const [id, flag] of flags) if ((flag & BOTH) === BOTH && !(flag & STALE)) common.push(id);
    return common.length < 2 ? common : this.#independent(common);
  }

  /** How many commits `a` has and `b` does not, and the other way round. */
  async countAheadBehind(
    a: CommitId,
    b: CommitId,
  ): Promise<{ readonly ahead: number; readonly behind: number }> {
    if (a === b) return { ahead: 0, behind: 0 };
    let ahead = 0;
    let behind = 0;
    for (const flag of (await this.#paint([a], [b], false)).values()) {
      if (flag === A) ahead++;
      if (flag === B) behind++;
    }
    return { ahead, behind };
  }

  /**
   * Walks from both sides, newest first, and says of each commit which sides reach it. A commit that is reached
   * again with more to say is walked again. Ends when all that is left is known to both.
   *
   * @param stale the walk is for merge bases: marks what lies below a common ancestor and stops where only that is
   *   left. Otherwise it is for counting, and goes on past the oldest commit of one side, for clocks that differ.
   */
  async #paint(
    a: readonly CommitId[],
    b: readonly CommitId[],
    stale: boolean,
  ): Promise<Map<CommitId, number>> {
    const flags = new Map<CommitId, number>();
    const waiting = new Map<CommitId, Commit>();
    const queue = new CommitQueue();
    let open = 0; // commits in the queue that are not known to both sides (or not stale)
    const closed = stale ? BOTH | STALE : BOTH;
    const isOpen = (flag: number) => (flag & closed) !== closed;
    const reach = async (id: CommitId, more: number): Promise<void> => {
      const before = flags.get(id) ?? 0;
      const now = before | more;
      if (now === before) return;
      flags.set(id, now);
      if (waiting.has(id)) {
        if (isOpen(before) && !isOpen(now)) open--;
        return;
      }
      const commit = await this.commit(id);
      waiting.set(id, commit);
      queue.push(commit);
      if (isOpen(now)) open++;
    };
    for (const id of a) await reach(id, A);
    for (const id of b) await reach(id, B);

    let oldest = Number.POSITIVE_INFINITY; // date of the oldest commit that one side alone reaches
    while (open > 0 || (!stale && (queue.peek()?.committer.seconds ?? 0) >= oldest - CLOCK_SLOP)) {
      const commit = queue.pop();
      if (!commit) break;
      waiting.delete(commit.id);
      const flag = flags.get(commit.id) as number;
      if (isOpen(flag)) open--;
      if ((flag & BOTH) !== BOTH) oldest = Math.min(oldest, commit.committer.seconds);
      const handed = stale && (flag & BOTH) === BOTH ? flag | STALE : flag;
      for (const parent of commit.parents) await reach(parent, handed);
    }
    return flags;
  }

  /** Those of `ids` that no other of them reaches. Rare (criss-cross), so the exact, long way. */
  async #independent(ids: readonly CommitId[]): Promise<CommitId[]> {
    const redundant = new Set<CommitId>();
    for (const id of ids) {
      if (redundant.has(id)) continue;
      const seen = new Set<CommitId>([id]);
      const stack = [id];
      for (let next = stack.pop(); next; next = stack.pop()) {
        for (const parent of (await this.commit(next)).parents) {
          if (seen.has(parent)) continue;
          seen.add(parent);
          stack.push(parent);
        }
      }
      for (const other of ids) if (other !== id && seen.has(other)) redundant.add(other);
    }
    return ids.filter((id) => !redundant.has(id));
  }

  async *#difference(from: readonly CommitId[], not: readonly CommitId[]): AsyncGenerator<Commit[], void> {
    const flags = await this.#paint(from, not, false);
    const region: Commit[] = [];
    for (const [id, flag] of flags) if (flag === A) region.push(await this.commit(id));
    yield region;
  }

  /**
   * Cuts history into pieces such that no commit of a later piece is a child of one in an earlier piece. A piece
   * ends where all that is left to walk lies below one single commit, unless a root was met: its descendants may
   * then still be to come.
   */
  async *#regions(from: readonly CommitId[]): AsyncGenerator<Commit[], void> {
    const seen = new Set<CommitId>();
    const queue = new CommitQueue();
    const reach = async (id: CommitId) => {
      if (seen.has(id)) return;
      seen.add(id);
      queue.push(await this.commit(id));
    };
    for (const id of from) await reach(id);
    let region: Commit[] = [];
    let metRoot = false;
    for (let commit = queue.pop(); commit; commit = queue.pop()) {
      region.push(commit);
      if (commit.parents.length === 0) metRoot = true;
      for (const parent of commit.parents) await reach(parent);
      if (queue.size === 1 && !metRoot) {
        yield region;
        region = [];
      }
    }
    yield region;
  }
}

/** Children before parents, otherwise by date. */
function inOrder(region: readonly Commit[]): Commit[] {
  if (region.length < 2) return [...region];
  const byId = new Map(region.map((commit) => [commit.id, commit]));
  const children = new Map<CommitId, number>();
  for (const commit of region) {
    for (const parent of new Set(commit.parents)) {
      if (byId.has(parent)) children.set(parent, (children.get(parent) ?? 0) + 1);
    }
  }
  const queue = new CommitQueue();
  for (const commit of region) if (!children.has(commit.id)) queue.push(commit);
  const ordered: Commit[] = [];
  for (let commit = queue.pop(); commit; commit = queue.pop()) {
    ordered.push(commit);
    for (const id of new Set(commit.parents)) {
      const left = (children.get(id) ?? 0) - 1;
      children.set(id, left);
      const parent = byId.get(id);
      if (left === 0 && parent) queue.push(parent);
    }
  }
  return ordered;
}
