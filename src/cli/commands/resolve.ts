import type { ConflictResolution, HunkChoice, SyncConflict } from '../../index.ts';
import type { Command, CommandContext, ReachedProject } from '../context.ts';
import { UsageError } from '../exit.ts';
import { shown } from '../format.ts';
import { namedConflicts } from './conflicts.ts';
import { answerOf } from './sync.ts';

export interface ResolveOptions {
  readonly paths: readonly string[];
  /** local, remote, base, both, merge, or a file. */
  readonly use?: string;
  readonly record?: Readonly<Record<string, 'local' | 'remote'>>;
  readonly hunk?: Readonly<Record<string, HunkChoice>>;
  readonly all?: boolean;
}

export const resolve: Command<ResolveOptions> = async (options, context) => {
  const resolution = await resolutionOf(options, context);
  if (options.all ? options.paths.length > 0 : options.paths.length === 0)
    throw new UsageError('Name the files to settle, or use --all without any.');
  if (!('use' in resolution) && (options.all || options.paths.length > 1))
    throw new UsageError('--record, --hunk and a file are for one conflict: name that one.');
  const project = await context.reachProject();
  const chosen = options.all
    ? await everyConflict(project, resolution)
    : await namedConflicts(project, options.paths, context);
  if (chosen.length === 0) return { data: [], text: () => 'No conflicts are open.' };
  const decisions = chosen.map((conflict) => ({ conflict, resolution }));
  const result = await project.engine.resolveSyncConflicts(decisions, context.call);
  const answer = answerOf(result);
  const others = new Set(
    chosen
      .filter((one) => result.conflicts.some((open) => isOtherQuestion(one, open)))
      .map(({ path }) => path),
  );
  const settled = chosen
    .filter(({ path }) => !others.has(path))
    .map(({ path }) => `${done(resolution)}: ${shown(path)}`);
  const warnings = [...others].map(
    (path) =>
      `${shown(path)} was changed on the other side meanwhile, so what you chose counts no more: choose anew.`,
  );
  return {
    ...answer,
    text: (paint) => [...settled, ...answer.text(paint)],
    warnings: [...warnings, ...answer.warnings],
  };
};

/** With `merge` those that can be decided inside; the others have nothing that could be merged. */
async function everyConflict(
  { engine, projectId }: ReachedProject,
  resolution: ConflictResolution,
): Promise<SyncConflict[]> {
  if (!('use' in resolution) || resolution.use !== 'merge') return await engine.listConflicts(projectId);
  const all = await engine.listConflicts(projectId, { decided: true });
  const inside = all.filter(({ hunks, records }) => hunks || records);
  if (inside.length > 0 || all.length === 0) return inside;
  throw new UsageError('Nothing in the open conflicts can be merged: take a side of each.');
}

const isOtherQuestion = (asked: SyncConflict, open: SyncConflict): boolean =>
  asked.path === open.path && asked.conflictId !== open.conflictId && asked.kind === open.kind;

async function resolutionOf(
  { use, record, hunk }: ResolveOptions,
  context: CommandContext,
): Promise<ConflictResolution> {
  if ([use, record, hunk].filter((one) => one !== undefined).length !== 1)
    throw new UsageError('Say what to take, in one way: --use, --record or --hunk.');
  if (record) return { records: record };
  if (hunk) return { hunks: hunk };
  if (use === 'local' || use === 'remote' || use === 'base' || use === 'both' || use === 'merge')
    return { use };
  const file = await context.pathFrom(use ?? '');
  if ((await (await context.host()).disk.lstat(file))?.kind !== 'file')
    throw new UsageError(
      `--use takes local, remote, base, both, merge or a file, and there is no file "${use}".`,
    );
  return { file };
}

function done(resolution: ConflictResolution): string {
  if ('file' in resolution) return 'Took the file';
  if ('records' in resolution) return `Decided ${Object.keys(resolution.records).join(', ')}`;
  if ('hunks' in resolution) return `Decided place ${Object.keys(resolution.hunks).join(', ')}`;
  return DONE[resolution.use];
}

const DONE = {
  local: 'Kept yours',
  remote: 'Took theirs',
  base: 'Took what both began with',
  both: 'Kept both',
  merge: 'Open again',
} as const;
