import type { SyncResult } from '../../index.ts';
import { SyncError } from '../../shared/errors.ts';
import type { Command } from '../context.ts';
import { shown } from '../format.ts';
import { answerOf } from './sync.ts';

export interface ResolveOptions {
  readonly paths: readonly string[];
  readonly use: 'local' | 'remote';
}

export const resolve: Command<ResolveOptions> = async ({ paths, use }, context) => {
  const { engine, projectId } = await context.openProject();
  const [open, { path: root }] = await Promise.all([
    engine.listConflicts(projectId),
    engine.getSyncStatus(projectId),
  ]);
  const chosen = [];
  for (const typed of paths) {
    // as the list prints it, or relative to where the user is
    const slashed = typed.replaceAll('\\', '/');
    const onDisk = await context.pathFrom(typed);
    const conflict = open.find(({ path }) => path === slashed || `${root}/${path}` === onDisk);
    if (conflict === undefined)
      throw new SyncError(
        'NOT_FOUND',
        `There is no open conflict in "${typed}". "modsync conflicts" lists them.`,
        {
          data: { path: typed },
        },
      );
    chosen.push(conflict);
  }
  let result: SyncResult | undefined;
  for (const conflict of chosen) result = await engine.resolveSyncConflict(conflict, { use }, context.call);
  if (result === undefined) return undefined;
  const settled = chosen.map(
    ({ path }) => `${use === 'local' ? 'Kept yours' : 'Took theirs'}: ${shown(path)}`,
  );
  const answer = answerOf(result);
  return { ...answer, text: (paint) => [...settled, ...answer.text(paint)] };
};
