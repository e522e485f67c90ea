/** Deciding one conflict by file. The side not taken stays reachable: in the merge commit, or in the backup chain. */
import { SyncError } from '../../shared/errors.ts';
import type { ConflictResolution, SyncConflict } from '../../shared/types.ts';
import type { Project } from '../project/Project.ts';
import { PulledFiles } from '../snapshot/pulledFiles.ts';
import { refuseDuringMerge } from '../snapshot/snapshot.ts';
import { keepSave } from '../snapshot/staleEdits.ts';
import { Decisions, openConflicts } from './conflicts.ts';
import { recover } from './moveHead.ts';

/** @throws SyncError `NOT_FOUND` when the conflict is not open (any more) as it was shown */
export async function resolveConflict(
  project: Project,
  conflict: SyncConflict,
  { use }: ConflictResolution,
): Promise<void> {
  const lock = await project.lock();
  try {
    await recover(project);
    await refuseDuringMerge(project);
    const open = await openConflicts(project);
    const found = open.find(({ conflictId }) => conflictId === conflict.conflictId);
    if (!found) {
      throw new SyncError(
        'NOT_FOUND',
        `${conflict.path} has no open conflict like that: one side has changed, or it was decided already. List them anew: modsync conflicts`,
        {
          data: { path: conflict.path },
        },
      );
    }
    if (found.kind === 'stale-edit') await decideSave(project, found.path, use);
    else await new Decisions(project).add(found.conflictId, use);
  } finally {
    await lock.release();
  }
}

async function decideSave(project: Project, path: string, use: 'local' | 'remote'): Promise<void> {
  const { repository, filters } = project;
  const pulledFiles = new PulledFiles(project);
  const files = await pulledFiles.all();
  const file = files.get(path);
  if (!file) return;
  const { held: _, ...rest } = file;
  const saved = await repository.storeFile(path, { filters });
  if (use === 'local') files.set(path, { ...rest, ...(saved && { accepted: saved }) });
  else {
    const { ref: branch } = await project.branch();
    if (saved) await keepSave(project, branch, path, saved);
    const tree = await repository.headTree();
    const pulled = tree && (await repository.trees.find(tree, path));
    await repository.restoreFile(path, pulled, { filters });
    files.delete(path);
  }
  await pulledFiles.save(files);
}
