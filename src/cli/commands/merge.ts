import type { Command } from '../context.ts';
import { EXIT, UsageError } from '../exit.ts';
import { shown } from '../format.ts';
import { SETTLED_WITH_GIT } from './conflicts.ts';

export interface MergeOptions {
  readonly open?: boolean;
  readonly abort?: boolean;
}

export const merge: Command<MergeOptions> = async ({ open, abort }, context) => {
  if (!open && !abort)
    throw new UsageError(
      '"modsync sync" merges by itself. --open writes what conflicts for git; --abort goes back.',
    );
  const { engine, projectId } = await context.openProject();
  if (abort) {
    await engine.abortMerge(projectId);
    return {
      data: { aborted: true },
      text: () => 'Your files are as they were. The conflict is still open: modsync conflicts',
    };
  }
  const opened = await engine.openMerge(projectId, context.call);
  const [marked, deleted] = [new Set(opened.marked), new Set(opened.deleted)];
  return {
    data: opened,
    text: (paint) => [
      paint('yellow', 'The merge is open, as git knows it. modsync changes nothing until it is over.'),
      ...opened.paths.map((path) => {
        const state = marked.has(path) ? 'has markers in it' : deleted.has(path) ? 'is theirs' : 'is yours';
        return `  ${shown(path)}${paint('dim', `  ${state}`)}`;
      }),
      '',
      ...SETTLED_WITH_GIT,
    ],
    warnings: opened.absent.map(
      (path) => `${path}: the remote has not got its bytes (yet); a pointer stands in its place.`,
    ),
    exitCode: EXIT.conflicts,
  };
};
