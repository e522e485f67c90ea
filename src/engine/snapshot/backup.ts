import { formatCommit } from '../../git/index.ts';
import type { CommitId, TreeId } from '../../shared/ids.ts';
import { backupRef, type Project } from '../project/Project.ts';

/**
 * Keeps something reachable that history will no longer show: a snapshot that was coalesced, a save that was merged
 * or set aside. One chain of commits for each branch, `refs/modsync/backup/<branch>`, newest first; local, never
 * pushed.
 */
export async function backup(
  project: Project,
  branch: string,
  tree: TreeId,
  commit: CommitId | undefined,
  why: string,
): Promise<void> {
  const { objects, refs } = project.repository;
  const ref = backupRef(branch);
  const previous = (await refs.read(ref)) as CommitId | undefined; // only this function writes the ref
  const who = project.signature();
  const parents = [previous, commit].filter((id) => id !== undefined);
  const data = formatCommit({ tree, parents, author: who, committer: who, message: `${why}\n` });
  const [kept] = await objects.write([{ type: 'commit', data }]);
  await refs.update([{ ref, expected: previous, next: kept }], { message: why, who });
}
