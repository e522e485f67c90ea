/** What stock Git is in the middle of, how it ends, and that modsync waits for it. */
import { SyncError } from '../../shared/errors.ts';
import type { UnderWay } from '../../shared/types.ts';
import type { Project } from './Project.ts';

/** @throws SyncError `MERGE_IN_PROGRESS` */
export async function refuseDuringMerge(project: Project): Promise<void> {
  const doing = await project.repository.mergeInProgress();
  if (doing === undefined) return;
  const what =
    doing === 'conflict'
      ? `Files in ${project.folder} have conflicts that Git waits for. Resolve them and "git add" them ("git status" names them)`
      : `Git is in the middle of a ${doing} in ${project.folder}. Finish it (or "git ${doing} --abort")`;
  throw new SyncError('MERGE_IN_PROGRESS', `${what} and sync again; until then modsync changes nothing.`, {
    data: { doing },
  });
}

export function describeUnderWay(doing: UnderWay): { readonly message: string; readonly mend: string } {
  if (doing === 'conflict')
    return {
      message: 'Files have conflicts that Git waits for; modsync waits.',
      mend: 'Resolve them, then "git add" them: git status names them',
    };
  return {
    message: `Git is in the middle of a ${doing}; modsync waits.`,
    mend: `Finish it, or: git ${doing} --abort`,
  };
}
