import type { Command } from '../context.ts';
import { firstLine, shown } from '../format.ts';

export interface RestoreOptions {
  readonly snapshot: string;
}

export const restore: Command<RestoreOptions> = async ({ snapshot }, context) => {
  const { engine, projectId } = await context.reachProject();
  const made = await engine.restoreSnapshot(snapshot, { ...context.call, projectId });
  return {
    data: made,
    text: (paint) => [
      `${paint('green', '✓')} The files are those of ${shown(snapshot)} again, as snapshot ${made.commitId.slice(0, 7)}: ${firstLine(made.message)}`,
      '',
      'Next:  modsync sync    send it',
    ],
  };
};
