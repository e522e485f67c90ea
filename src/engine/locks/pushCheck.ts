/** Before a push: does it change what another person has locked? */
import type { FileLock, Remote } from '../../ports/index.ts';
import { type ErrorCode, hasCode, SyncError } from '../../shared/errors.ts';
import type { CallOptions } from '../../shared/progress.ts';
import type { Project } from '../project/Project.ts';
import { holderOf, refreshLocks } from './knownLocks.ts';
import { markLockable } from './lockable.ts';

/** Remotes that said that they keep no locks: they are not asked again. */
const withoutLocks = new WeakSet<Remote>();
/** The push itself would fail as well, and says more. */
const OF_THE_PUSH: readonly ErrorCode[] = ['ABORTED', 'BACKEND_CONNECTION_FAILED', 'SYNC_TIMEOUT'];

/**
 * As git-lfs: `lfs.locksverify` false asks nobody, true insists on an answer; else a remote that cannot answer is
 * taken for one without locks.
 * @throws SyncError `LOCKED` with who and since when
 */
export async function refuseLockedPaths(
  project: Project,
  remote: Remote,
  paths: () => Promise<Iterable<string>>,
  options: CallOptions,
): Promise<void> {
  if (!remote.locks || withoutLocks.has(remote)) return;
  const wanted = (await project.lfs()).locksVerify(remote.url);
  if (wanted === false) return;
  let theirs: readonly FileLock[];
  try {
    const known = await refreshLocks(project, remote.locks, options);
    theirs = known.theirs;
    await markLockable(project, known.moved);
  } catch (error) {
    if (wanted === true || OF_THE_PUSH.some((code) => hasCode(error, code))) throw error;
    if (hasCode(error, 'LOCKS_UNSUPPORTED')) withoutLocks.add(remote);
    return;
  }
  if (theirs.length === 0) return;
  const changed = new Set(await paths());
  const refused = theirs.filter(({ path }) => changed.has(path));
  if (refused.length === 0) return;
  const more = refused.length > 3 ? ` and ${refused.length - 3} more` : '';
  const said = refused.slice(0, 3).map((lock) => `${lock.path} is locked by ${holderOf(lock)}`);
  throw new SyncError(
    'LOCKED',
    `${said.join('; ')}${more}: nothing was pushed. Your work is safe in your own history, and goes out when they have unlocked.`,
    { data: { paths: refused.map(({ path }) => path) } },
  );
}
