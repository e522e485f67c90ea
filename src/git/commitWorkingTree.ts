/** Like `git add -A && git commit`: objects first, then the index, then the ref. */
import { hasCode, SyncError } from '../shared/errors.ts';
import type { Signature, TreeChange } from '../shared/git.ts';
import type { CommitId, TreeId } from '../shared/ids.ts';
import { formatCommit } from './commits.ts';
import type { CommitGraph } from './graph.ts';
import { cacheTreeOf, compareIndexToTree, headToIndex } from './index/compareTree.ts';
import type { IndexEntry } from './index/IndexEntry.ts';
import type { IndexFile } from './index/IndexFile.ts';
import type { IndexStore } from './index/IndexStore.ts';
import { refuseUnmerged } from './mergeState.ts';
import { NewObjects } from './objects/NewObjects.ts';
import type { Refs } from './refs.ts';
import { checkAdditions, refuseUnreadable } from './worktree/addPolicy.ts';
import { secondsNow, settleRacy } from './worktree/racy.ts';
import { type Candidate, scan } from './worktree/scan.ts';
import { type OperationOptions, WorkTree, type WorkTreeParts } from './worktree/WorkTree.ts';
import { stageCandidates } from './worktree/workingFiles.ts';

export interface CommitOptions extends OperationOptions {
  /** Project paths (files or folders) that a watcher saw change: only there is anything looked at. */
  readonly only?: readonly string[] | undefined;
  readonly message: string;
  readonly author: Signature;
  /** Paths that stay as they are in the index. */
  readonly exclude?: ReadonlySet<string> | undefined;
  /** Make a commit even if HEAD's tree would not change. */
  readonly allowEmpty?: boolean | undefined;
  /**
   * The commit takes the place of this one and has its parents. It must be HEAD, still under Git's locks: another
   * program's commit on top of it would be lost.
   */
  readonly replaces?: { readonly commit: CommitId; readonly parents: readonly CommitId[] } | undefined;
  /** For the reflog; default `commit: ` and the message's first line. */
  readonly reason?: string | undefined;
}

export interface CommitResult {
  readonly commit: CommitId;
  readonly tree: TreeId;
  /** Against HEAD's tree. */
  readonly changes: readonly TreeChange[];
}

/** Files that a status found unchanged, with fresh stat data, as long as Git's index is this one. */
export interface Refreshed {
  readonly index: IndexFile;
  readonly entries: ReadonlyMap<string, IndexEntry>;
}

export interface CommitContext {
  readonly index: IndexStore;
  readonly parts: WorkTreeParts;
  readonly refs: Refs;
  readonly graph: CommitGraph;
  readonly refreshed: Refreshed | undefined;
}

const ATTEMPTS = 20;
const AGAIN = 'the index changed';

/**
 * `undefined` when HEAD's tree would not change.
 * @throws SyncError `MERGE_IN_PROGRESS` (unmerged entries), `UNSAFE_PATH`, `REF_CHANGED`, `LOCK_TIMEOUT`
 */
export async function commitWorkingTree(
  context: CommitContext,
  options: CommitOptions,
): Promise<CommitResult | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const outcome = await tryCommit(context, options);
    if (outcome !== AGAIN) return outcome;
  }
  throw new SyncError(
    'LOCK_TIMEOUT',
    'Another Git program keeps changing the index or HEAD. Let it finish, then try again.',
  );
}

async function tryCommit(
  { index: store, parts, refs, graph, refreshed }: CommitContext,
  options: CommitOptions,
): Promise<CommitResult | undefined | typeof AGAIN> {
  const { objects, trees } = parts;
  const since = secondsNow();
  const index = await store.read();
  const workTree = await WorkTree.open(parts, index);
  const found = await scan(await workTree.scanInput(options.signal), options.only);
  const candidates = found.candidates.filter(({ path }) => !options.exclude?.has(path));
  refuseUnreadable(candidates);
  const fresh = new NewObjects(objects);
  const context = { ...(await workTree.hashContext(options)), objects: fresh };
  const staged = await stageCandidates(candidates, context);
  const made = await store
    .update<CommitResult | typeof AGAIN | undefined>(async (current) => {
      if (!isUnchanged(candidates, current)) return { result: AGAIN };
      refuseUnmerged(current);
      const head = await refs.head();
      const { replaces } = options;
      const before = head.commit && (await graph.commit(head.commit)).tree;
      const known = refreshed?.index === current ? refreshed.entries : [];
      let next = current.with(new Map([...known, ...staged]));
      const differences = await compareIndexToTree(next, before, trees);
      await checkAdditions(next, differences, fresh);
      next = await settleRacy(next, current, context, since, 'hashed');
      const changes = differences.map(headToIndex);
      if (changes.length === 0 && !options.allowEmpty) {
        await fresh.flush();
        return { index: next === current ? undefined : next, result: undefined };
      }
      const tree = await trees.write(before, changes, fresh);
      const expected = replaces ? replaces.commit : head.commit;
      const parents = replaces?.parents ?? (head.commit ? [head.commit] : []);
      const message = options.message.endsWith('\n') ? options.message : `${options.message}\n`;
      const data = formatCommit({
        tree,
        parents,
        author: options.author,
        committer: options.author,
        message,
      });
      const [commit] = await fresh.write([{ type: 'commit', data }]);
      await fresh.flush();
      const cacheTree = await cacheTreeOf(next, tree, trees);
      if (cacheTree) next = next.with(new Map(), cacheTree);
      // The hash of a commit is a commit's id.
      const result: CommitResult = { commit: commit as CommitId, tree, changes };
      // Still under the index's lock, as git does it: another's commit in between would take ours along as its own.
      const beforeRelease = () =>
        refs.update([{ ref: 'HEAD', expected, next: result.commit }], {
          message: options.reason ?? reasonFor(options, head.commit),
          who: options.author,
        });
      return { index: next, result, beforeRelease };
    }, options)
    .catch((error: unknown): typeof AGAIN => {
      // The branch was moved by other means: what this commit adds is in the index, and goes on top.
      if (hasCode(error, 'REF_CHANGED') && !options.replaces) return AGAIN;
      throw error;
    });
  if (made === AGAIN || made === undefined) return made;
  const files = made.changes.length;
  options.onProgress?.({ phase: 'commit', files, totalFiles: files, bytes: 0 });
  return made;
}

/** Whether the index still says of these paths what it said when they were scanned. */
function isUnchanged(candidates: readonly Candidate[], current: IndexFile): boolean {
  return candidates.every(({ path, entry }) => {
    const now = current.get(path);
    return (
      now === entry ||
      (now !== undefined && entry !== undefined && now.id === entry.id && now.mode === entry.mode)
    );
  });
}

function reasonFor({ message, replaces }: CommitOptions, head: CommitId | undefined): string {
  const kind = head === undefined ? 'commit (initial)' : replaces ? 'commit (amend)' : 'commit';
  return `${kind}: ${message.split('\n', 1)[0]}`;
}
