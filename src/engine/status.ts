import type { CommitId } from '../shared/ids.ts';
import type { ChangedPath, ProjectState, SyncStatus } from '../shared/types.ts';
import { openConflicts } from './merging/conflicts.ts';
import { type Project, shortName } from './project/Project.ts';
import { changedPath } from './snapshot/messages.ts';
import { PulledFiles } from './snapshot/pulledFiles.ts';

type ProjectPart = Pick<
  SyncStatus,
  'projectId' | 'path' | 'branch' | 'underWay' | 'commitId' | 'changes' | 'ahead' | 'behind' | 'conflicts'
>;

/**
 * How a working copy stands, without asking anyone: what changed here, and the remote as of the last contact.
 * @param dirty the only paths that can differ from Git's index, where a watcher knows; saves held for a decision differ
 *   besides
 */
export async function projectStatus(project: Project, dirty?: readonly string[]): Promise<ProjectPart> {
  const { repository, filters } = project;
  const { branch, commit } = await repository.refs.head();
  const only = dirty && [...dirty, ...(await heldPaths(project))];
  const { staged, unstaged, unmerged } = await repository.status({ filters, only });
  const changes = new Map<string, ChangedPath>();
  for (const change of staged) changes.set(change.path, changedPath(change));
  for (const { path, kind } of unstaged) changes.set(path, { path, kind });
  for (const path of unmerged) changes.set(path, { path, kind: 'modified' });
  const tracked = branch === undefined ? commit : await project.tracked(branch);
  const underWay = await repository.mergeInProgress();
  return {
    projectId: project.id,
    path: project.folder,
    branch: branch === undefined ? 'HEAD' : shortName(branch),
    ...(underWay && { underWay }),
    ...(commit && { commitId: commit }),
    changes: [...changes.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    ...(await aheadBehind(project, commit, tracked)),
    conflicts: await openConflicts(project),
  };
}

async function heldPaths(project: Project): Promise<string[]> {
  const files = await new PulledFiles(project).all();
  return [...files].flatMap(([path, { held }]) => (held ? [path] : []));
}

async function aheadBehind(project: Project, commit: CommitId | undefined, tracked: CommitId | undefined) {
  const { graph } = project.repository;
  if (commit && tracked) return await graph.countAheadBehind(commit, tracked);
  const count = async (from: CommitId | undefined) => {
    let commits = 0;
    if (from) for await (const _ of graph.log(from, {})) commits++;
    return commits;
  };
  return { ahead: await count(commit), behind: await count(tracked) };
}

/** Here, and at the remote as of the last contact. */
export async function projectStates(
  project: Project,
): Promise<{ readonly local: ProjectState; readonly remote: ProjectState }> {
  const { ref: branch, commit } = await project.branch();
  const tracked = await project.tracked(branch);
  const at = (commitId: CommitId | undefined): ProjectState => ({
    projectId: project.id,
    branch,
    ...(commitId && { commitId }),
  });
  return { local: at(commit), remote: at(tracked) };
}
