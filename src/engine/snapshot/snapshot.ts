/** A snapshot of the working copy: what changed since the last one, as a commit. */
import { isPlugin, lfsLineFor, PLUGIN_LIMIT } from '../../bethesda/index.ts';
import type { WorkingStatus } from '../../git/index.ts';
import { concat, text, utf8 } from '../../shared/bytes.ts';
import { hasCode } from '../../shared/errors.ts';
import type { Commit, TreeChange } from '../../shared/git.ts';
import type { CommitId } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';
import type { CallOptions } from '../../shared/progress.ts';
import type { ChangedPath, ChangeKind } from '../../shared/types.ts';
import { refuseCollisions } from '../formIds/collisions.ts';
import { warnOfStrays } from '../formIds/strays.ts';
import { markLockable } from '../locks/lockable.ts';
import type { Project } from '../project/Project.ts';
import { refuseDuringMerge } from '../project/underWay.ts';
import { backup } from './backup.ts';
import { DecidedSaves } from './decidedSaves.ts';
import { checkLargeFiles } from './largeFiles.ts';
import { automaticMessage, changedPath, decisionMessage, isAutomatic, withDecided } from './messages.ts';
import { heldPaths, judgeSaves } from './staleEdits.ts';

/** To take the place of a snapshot that other programs keep committing on. */
const ATTEMPTS = 5;

export interface SnapshotOptions extends CallOptions {
  /** A person's words. Without them the snapshot is an automatic one. */
  readonly message?: string | undefined;
  /** The words are modsync's own, about what it does just now: FormIDs that meet are asked about later. */
  readonly ownWords?: boolean;
  /** Look at these paths only: what a watcher reported. */
  readonly only?: readonly string[] | undefined;
  /** Called when something differs, before it is judged and committed. */
  readonly onChanges?: () => void;
}

export interface Snapshot {
  readonly commit?: CommitId;
  readonly changes: readonly TreeChange[];
  readonly warnings: readonly string[];
}

/**
 * @throws SyncError `MERGE_IN_PROGRESS` while stock Git is in the middle of something, `FORMID_COLLISION` only with a
 *   message, `UNSAFE_PATH`, …
 */
export async function takeSnapshot(project: Project, options: SnapshotOptions): Promise<Snapshot> {
  const { repository, filters } = project;
  const { ref: branch } = await project.branch();
  await refuseDuringMerge(project);

  const { signal, onProgress } = options;
  const only = options.only && [...options.only, ...(await heldPaths(project))];
  const calls = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
  const status = await repository.status({ filters, only, beforeCommit: true, ...(signal && { signal }) });
  const changed = changedPaths(status);
  const decidedSaves = new DecidedSaves(project);
  const decided = await decidedSaves.all();
  const leftOut = status.nested.map(
    (path) =>
      `${path} is a Git repository of its own: no new file in it is saved. Move its .git folder away to save them here, or name ${path}/ in .gitignore.`,
  );
  if (changed.size === 0 && decided.length === 0) return { changes: [], warnings: leftOut };
  options.onChanges?.();

  const { held, newly, merged, doubtful, restored } = await judgeSaves(project, branch, changed.keys());
  const grown = await moveGrownPlugins(project, status.unstaged);
  const paths = [...new Set([...changed.keys(), ...grown])].filter((path) => !held.has(path));
  const warnings = [
    ...leftOut,
    ...(await checkLargeFiles(project, status)),
    ...newly.map(
      (path) =>
        `${path} was saved over a version that had just been pulled, and cannot be merged by itself. It waits for you: modsync resolve "${path}" --use local|remote`,
    ),
    ...doubtful.map(
      (path) =>
        `${path} was saved over a version that had just been pulled, and changes all that the pull had changed. If the program had not reloaded it, look at what it replaced: modsync diff`,
    ),
    ...restored.map(
      (path) =>
        `${path} was deleted here while a sync brought a change of it: it was put back. Delete it again if you mean it.`,
    ),
    ...merged.map((path) => `${path} was saved over a version that had just been pulled: both were merged.`),
    ...grown.map(() => 'A plugin grew beyond 20 MB and moved to LFS: its line in .gitattributes stays.'),
  ];
  if (paths.length === 0 && decided.length === 0) return { changes: [], warnings };

  if (options.message !== undefined && !options.ownWords) await refuseCollisions(project, paths);
  // what was just found and judged: no second look at everything else, and nothing that nobody has judged
  const message =
    decided.length === 0
      ? options.message
      : options.message === undefined
        ? decisionMessage(decided)
        : withDecided(options.message, decided);
  const made = await commitPaths(project, branch, {
    paths,
    held,
    changed,
    message,
    allowEmpty: decided.length > 0,
    calls,
  });
  await decidedSaves.clear();
  if (!made) return { changes: [], warnings };
  const present = made.changes.flatMap(({ path, after }) => (after ? [path] : []));
  await markLockable(project, present);
  const strays = await warnOfStrays(project, made.changes);
  return { commit: made.commit, changes: made.changes, warnings: [...warnings, ...strays] };
}

interface ToCommit {
  readonly paths: readonly string[];
  readonly held: ReadonlySet<string>;
  readonly changed: ReadonlyMap<string, ChangeKind>;
  readonly message: string | undefined;
  readonly allowEmpty: boolean;
  readonly calls: CallOptions;
}

/** In the place of the last automatic snapshot, where that is possible. */
async function commitPaths(
  project: Project,
  branch: string,
  { paths, held, changed, message, allowEmpty, calls }: ToCommit,
) {
  const { repository, filters } = project;
  for (let attempt = 1; ; attempt++) {
    const { commit: head } = await project.branch();
    const replaced = message === undefined && head ? await coalescible(project, branch, head) : undefined;
    if (replaced)
      await backup(project, branch, replaced.tree, replaced.commit, 'Keep a snapshot that was coalesced');
    try {
      return await repository.commitWorkingTree({
        message:
          message === undefined
            ? automaticMessage(union(replaced?.changes ?? [], paths, changed))
            : withNewline(message),
        author: project.signature(),
        filters,
        only: paths,
        exclude: held,
        allowEmpty,
        ...(replaced && { replaces: replaced }),
        ...calls,
      });
    } catch (error) {
      // another program committed on top of what was to be replaced
      if (!replaced || !hasCode(error, 'REF_CHANGED') || attempt === ATTEMPTS) throw error;
    }
  }
}

function changedPaths({ staged, unstaged }: WorkingStatus): Map<string, ChangeKind> {
  const changed = new Map<string, ChangeKind>();
  for (const change of staged) changed.set(change.path, changedPath(change).kind);
  for (const { path, kind } of unstaged) changed.set(path, kind);
  return changed;
}

/** What a snapshot changes that takes the place of another. */
function union(
  replaced: readonly ChangedPath[],
  paths: readonly string[],
  kinds: ReadonlyMap<string, ChangeKind>,
): ChangedPath[] {
  const all = new Map(replaced.map((change) => [change.path, change]));
  for (const path of paths) if (!all.has(path)) all.set(path, { path, kind: kinds.get(path) ?? 'modified' });
  return [...all.values()];
}

/**
 * HEAD, when the next automatic snapshot may take its place: made by modsync for this person, nowhere but here, and
 * without a name. It stays reachable from the backup chain.
 */
async function coalescible(project: Project, branch: string, head: CommitId) {
  const { graph, trees } = project.repository;
  const commit = await graph.commit(head);
  if (!isAutomatic(commit.message) || !(await isUnseen(project, branch, commit))) return undefined;
  const [parent] = commit.parents;
  const changes = await trees.diff(parent && (await graph.commit(parent)).tree, commit.tree);
  return { commit: head, parents: commit.parents, tree: commit.tree, changes: changes.map(changedPath) };
}

/** Of this person's, nowhere but here, and without a name. Never a merge. */
export async function isUnseen(
  project: Project,
  branch: string,
  { id, parents, author }: Commit,
): Promise<boolean> {
  if (parents.length > 1 || author.email !== project.identity.email) return false;
  const tracked = await project.tracked(branch);
  if (tracked === undefined || (await project.repository.graph.isAncestor(id, tracked))) return false;
  return !(await isNamed(project, id));
}

/** A tag points to the commit: a person gave it a name. */
export async function isNamed(project: Project, commit: CommitId): Promise<boolean> {
  const { refs, objects } = project.repository;
  for (const id of (await refs.list('refs/tags/')).values()) {
    if (id === commit) return true;
    const { type, data } = await objects.read(id);
    if (type === 'tag' && text(data.subarray(0, 48)).startsWith(`object ${commit}`)) return true;
  }
  return false;
}

/**
 * A plugin beyond the limit gets an attribute line of its own and moves to LFS. It never flips back, so that its
 * history does not alternate between two homes.
 */
async function moveGrownPlugins(
  project: Project,
  changes: readonly { readonly path: string; readonly stat?: { readonly size: number } }[],
): Promise<string[]> {
  const grown = changes
    .filter(({ path, stat }) => stat !== undefined && stat.size > PLUGIN_LIMIT && isPlugin(path))
    .map(({ path }) => path);
  if (grown.length === 0) return [];
  const attributes = await project.repository.attributes(grown);
  const lines = grown.filter((_, at) => attributes[at]?.get('filter') !== 'lfs').map(lfsLineFor);
  if (lines.length === 0) return [];
  const path = '.gitattributes';
  const before = (await project.host.disk.read(join(project.folder, path))) ?? new Uint8Array();
  const gap = before.length > 0 && before[before.length - 1] !== 10 ? '\n' : '';
  await project.writeFile(path, concat([before, utf8(`${gap}${lines.join('\n')}\n`)]));
  return [path];
}

const withNewline = (message: string) => (message.endsWith('\n') ? message : `${message}\n`);
