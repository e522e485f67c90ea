import { SyncError } from '../../shared/errors.ts';
import { describeUnderWay } from '../../shared/underWay.ts';
import type { Project } from './Project.ts';

/** While stock Git is in the middle of something, modsync waits. @throws SyncError `MERGE_IN_PROGRESS` */
export async function refuseDuringMerge(project: Project): Promise<void> {
  const doing = await project.repository.mergeInProgress();
  if (doing === undefined) return;
  const { what, mend } = describeUnderWay(doing);
  throw new SyncError(
    'MERGE_IN_PROGRESS',
    `${what} in ${project.folder}. ${mend} and sync again; until then modsync changes nothing.`,
    { data: { doing } },
  );
}
