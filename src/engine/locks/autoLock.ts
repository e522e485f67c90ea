/** The rule `autoLock`: a lockable file is locked when it is first changed. */
import type { Remote } from '../../ports/index.ts';
import { hasCode } from '../../shared/errors.ts';
import type { CallOptions } from '../../shared/progress.ts';
import type { Project } from '../project/Project.ts';
import { rulesOf } from '../project/rules.ts';
import { lockFiles } from './fileLocks.ts';
import { knownLocks } from './knownLocks.ts';
import { lockablePaths } from './lockable.ts';

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
