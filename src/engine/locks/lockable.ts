/**
 * Files that the attribute `lockable` marks: read-only on disk until their lock is this person's, as git-lfs has it.
 * With the rule `autoLock` they are read-only only while another person has the lock.
 */
import { join, nameOf } from '../../shared/paths.ts';
import type { Project } from '../project/Project.ts';
import { PROJECT_FILE } from '../project/projectFile.ts';
import { rulesOf } from '../project/rules.ts';
import { knownLocks } from './knownLocks.ts';

/**
 * Makes the files on disk writable or not, as the locks of the last contact say.
 * @param changed project paths; where a `.gitattributes` or the project's rules are among them, every file is looked at
 */
export async function markLockable(project: Project, changed: readonly string[]): Promise<void> {
  if (changed.length === 0) return;
  const all = changed.some((path) => nameOf(path) === '.gitattributes' || path === PROJECT_FILE);
  const paths = await lockablePaths(project, all ? await trackedPaths(project) : changed);
  if (paths.length === 0) return;
  const { ours, theirs } = await knownLocks(project);
  const mine = new Set(ours.map(({ path }) => path));
  const taken = new Set(theirs.map(({ path }) => path));
  const { autoLock } = await rulesOf(project);
  const wanted = await isWanted(project);
  for (const path of paths) {
    const writable = !wanted || mine.has(path) || (autoLock && !taken.has(path));
    await project.host.disk.setWritable(join(project.folder, path), writable);
  }
}

/** Those that are lockable by the attributes on disk. */
export async function lockablePaths(project: Project, paths: readonly string[]): Promise<string[]> {
  const attributes = await project.repository.attributes(paths);
  return paths.filter((_, at) => {
    const lockable = attributes[at]?.get('lockable');
    return lockable !== undefined && lockable !== false && lockable !== 'false';
  });
}

/** `GIT_LFS_SET_LOCKABLE_READONLY` goes before `lfs.setlockablereadonly`. */
async function isWanted(project: Project): Promise<boolean> {
  const said = project.host.environment.GIT_LFS_SET_LOCKABLE_READONLY;
  if (said !== undefined && said !== '') return !/^(false|no|off|0)$/i.test(said);
  return (await project.lfs()).lockableReadOnly;
}

async function trackedPaths(project: Project): Promise<string[]> {
  const tree = await project.repository.headTree();
  return tree ? [...(await project.repository.trees.list(tree)).keys()] : [];
}
