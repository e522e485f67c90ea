import type { Command } from '../context.ts';
import { shown } from '../format.ts';

export interface SnapshotOptions {
  readonly name: string;
  readonly message?: string;
}

export const snapshot: Command<SnapshotOptions> = async ({ name, message }, context) => {
  const { engine, projectId } = await context.reachProject();
  const made = await engine.nameSnapshot(projectId, name, message);
  return {
    data: made,
    text: (paint) => [
      `${paint('green', '✓')} ${shown(name)} names snapshot ${made.commitId.slice(0, 7)}.`,
      '',
      `Next:  modsync sync    send it`,
      `       modsync restore ${shown(name)}    come back to it, whenever you like`,
    ],
  };
};
