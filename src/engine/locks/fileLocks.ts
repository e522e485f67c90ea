/** Saying that one works on files, and that one no longer does: the locks that `git lfs lock` takes. */
import type { FileLock, Locks, Remote } from '../../ports/index.ts';
import { SyncError } from '../../shared/errors.ts';
import type { CallOptions } from '../../shared/progress.ts';
import type { Project } from '../project/Project.ts';
import { holderOf, refreshLocks } from './knownLocks.ts';
import { markLockable } from './lockable.ts';

/** A lock, and whether it is this person's. */
export interface ProjectLock extends FileLock {
  readonly mine: boolean;
}

/** Sorted by path. @throws SyncError `LOCKS_UNSUPPORTED` */
export async function listLocks(
  project: Project,
  remote: Remote | undefined,
  options: CallOptions,
): Promise<ProjectLock[]> {
  const known = await refreshLocks(project, locksOf(remote), options);
  await markLockable(project, known.moved);
  const all = [
    ...known.ours.map((lock) => ({ ...lock, mine: true })),
    ...known.theirs.map((lock) => ({ ...lock, mine: false })),
  ];
  return all.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * All of the paths, as far as they are free; what another person holds is told at the end.
 * @returns this person's locks on the paths, those that were there before included
 * @throws SyncError `LOCKED` with who and since when
 */
export async function lockFiles(
  project: Project,
  remote: Remote | undefined,
  paths: readonly string[],
  options: CallOptions,
): Promise<FileLock[]> {
  const locks = locksOf(remote);
  const held: FileLock[] = [];
  for (const path of paths) {
    const { lock, isNew } = await locks.lock(path, options);
    if (!isNew) held.push(lock);
  }
  const { ours, moved } = await refreshLocks(project, locks, options);
  await markLockable(project, [...moved, ...paths]);
  const mine = new Set(ours.map(({ id }) => id));
  const refused = held.filter(({ id }) => !mine.has(id));
  if (refused.length > 0)
    throw new SyncError(
      'LOCKED',
      `${refused.map((lock) => `${lock.path} is locked by ${holderOf(lock)}`).join('; ')}. Ask them to unlock it; an owner of the project can take it away: modsync unlock --force`,
      { data: { paths: refused.map(({ path }) => path) } },
    );
  const wanted = new Set(paths);
  return ours.filter(({ path }) => wanted.has(path));
}

/**
 * A lock on a path that is no file would keep nobody from anything.
 * @throws SyncError `NOT_FOUND`, `INVALID_INPUT` for a folder
 */
export async function refuseNoFiles(project: Project, paths: readonly string[]): Promise<void> {
  const { repository, host, folder } = project;
  const stats = await host.disk.lstatMany(folder, paths);
  const tree = await repository.headTree();
  for (const [at, path] of paths.entries()) {
    if (stats[at]?.kind === 'folder')
      throw new SyncError(
        'INVALID_INPUT',
        `${path} is a folder: locks are for files. Name the files in it.`,
        {
          data: { path },
        },
      );
    if (!stats[at] && !(tree && (await repository.trees.find(tree, path))))
      throw new SyncError(
        'NOT_FOUND',
        `${path} is neither on disk nor in the newest snapshot: nothing was locked. Check the spelling.`,
        { data: { path } },
      );
  }
}

/**
 * @param options.force also another person's, where the remote allows it, and files with changes that nobody else has
 * @throws SyncError `NOT_FOUND` when a path is not locked; `LOCKED` when it is another's; `WOULD_OVERWRITE` when it has
 *   changes that are in no snapshot yet
 */
export async function unlockFiles(
  project: Project,
  remote: Remote | undefined,
  paths: readonly string[],
  { force = false, ...options }: CallOptions & { readonly force?: boolean },
): Promise<FileLock[]> {
  const locks = locksOf(remote);
  const { ours, theirs } = await refreshLocks(project, locks, options);
  const wanted = paths.map((path) => {
    const lock = [...ours, ...theirs].find((one) => one.path === path);
    if (!lock)
      throw new SyncError('NOT_FOUND', `${path} is not locked. "modsync locks" lists what is.`, {
        data: { path },
      });
    if (!force && !ours.includes(lock))
      throw new SyncError(
        'LOCKED',
        `${path} is locked by ${holderOf(lock)}. Ask them; an owner of the project can take it away: modsync unlock --force "${path}"`,
        { data: { path } },
      );
    return lock;
  });
  if (!force) await refuseUnsaved(project, paths);
  for (const { id } of wanted) await locks.unlock(id, { ...options, force });
  const { moved } = await refreshLocks(project, locks, options);
  await markLockable(project, [...moved, ...paths]);
  return wanted;
}

/** As `git lfs unlock`: who unlocks says that others can go on from what is there. */
async function refuseUnsaved(project: Project, paths: readonly string[]): Promise<void> {
  const { unstaged, staged } = await project.repository.status({ filters: project.filters, only: paths });
  const wanted = new Set(paths);
  const changed = [...unstaged, ...staged].map(({ path }) => path).filter((path) => wanted.has(path));
  if (changed.length === 0) return;
  throw new SyncError(
    'WOULD_OVERWRITE',
    `${changed.join(', ')}: your changes are not sent yet, and others would go on without them. Run "modsync sync" first, or unlock with --force.`,
    { data: { paths: changed } },
  );
}

/** @throws SyncError `LOCKS_UNSUPPORTED` */
export function locksOf(remote: Remote | undefined): Locks {
  if (remote?.locks) return remote.locks;
  throw new SyncError(
    'LOCKS_UNSUPPORTED',
    'This project’s remote keeps no locks, or there is no remote. A relay keeps them: modsync init --relay URL',
  );
}
