/** The rule `autoLock`: a lockable file is locked when it is first changed. */
import type { Remote } from '../../ports/index.ts';
import { hasCode } from '../../shared/errors.ts';
import type { CallOptions } from '../../shared/progress.ts';
import type { Project } from '../project/Project.ts';
import { rulesOf } from '../project/rules.ts';
import { lockFiles } from './fileLocks.ts';
import { knownLocks, refreshLocks } from './knownLocks.ts';
import { lockablePaths, markLockable } from './lockable.ts';

/**
 * For lockable files that have just come: with the rule, nothing but another person's lock keeps them read-only. Where
 * the remote cannot say, it is as it was.
 */
export async function learnLocks(
  project: Project,
  remote: Remote,
  received: readonly string[],
  options: CallOptions,
): Promise<void> {
  if (!remote.locks || !(await rulesOf(project)).autoLock) return;
  if ((await lockablePaths(project, received)).length === 0) return;
  const known = await refreshLocks(project, remote.locks, options).catch(() => undefined);
  if (known) await markLockable(project, known.moved);
}

/** @returns warnings: what another person has locked already; the push will say so once more */
export async function lockChanged(
  project: Project,
  remote: Remote,
  paths: readonly string[],
  options: CallOptions,
): Promise<string[]> {
  if (paths.length === 0 || !remote.locks || !(await rulesOf(project)).autoLock) return [];
  const mine = new Set((await knownLocks(project)).ours.map(({ path }) => path));
  const fresh = (await lockablePaths(project, paths)).filter((path) => !mine.has(path));
  if (fresh.length === 0) return [];
  try {
    await lockFiles(project, remote, fresh, options);
    return [];
  } catch (error) {
    if (hasCode(error, 'LOCKED')) return [error.message];
    if (hasCode(error, 'LOCKS_UNSUPPORTED')) return [];
    throw error;
  }
}
