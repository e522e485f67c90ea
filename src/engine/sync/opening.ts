/** What says, in `.git`, that a merge is open for stock Git; and a journal, so that a kill leaves no half of it. */
import { z } from 'zod';
import { utf8 } from '../../shared/bytes.ts';
import { type CommitId, isObjectId } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';
import type { DecidedConflict } from '../../shared/types.ts';
import { type Project, shortName } from '../project/Project.ts';
import { StateFile } from '../project/stateFile.ts';
import { mergeMessage } from '../snapshot/messages.ts';

const commitId = z.custom<CommitId>((value) => typeof value === 'string' && isObjectId(value));
export const openingOf = (project: Project) =>
  new StateFile(
    project.host.disk,
    project.stateFile('opening.json'),
    z.object({ ours: commitId, theirs: commitId }),
  );

/**
 * What `git merge` leaves in `.git`. MERGE_HEAD comes last: it says that all the rest is there.
 * @param decided for the message: Git settles what is open, and history says so afterwards
 */
export async function recordMerge(
  project: Project,
  ours: CommitId,
  theirs: CommitId,
  decided: readonly DecidedConflict[],
): Promise<void> {
  const { host, repository } = project;
  const { ref: branch } = await project.branch();
  for (const [name, content] of [
    ['ORIG_HEAD', `${ours}\n`],
    ['MERGE_MODE', ''],
    ['MERGE_MSG', mergeMessage(shortName(branch), decided)],
    ['MERGE_HEAD', `${theirs}\n`],
  ] as const)
    await host.disk.publish(join(repository.gitDir, name), utf8(content), { sync: true });
}

/** A process was killed between the index and MERGE_HEAD: without it, Git would commit the merge as a plain commit. */
export async function finishOpening(project: Project): Promise<void> {
  const { repository } = project;
  const opening = await openingOf(project).read();
  if (!opening) return;
  const { commit } = await project.branch();
  if (commit === opening.ours && (await repository.mergeInProgress()) === 'conflict') {
    const open = (await repository.unmergedPaths()).map((path) => ({ path, how: 'git' as const }));
    await recordMerge(project, opening.ours, opening.theirs, open);
  }
  await openingOf(project).remove();
}
