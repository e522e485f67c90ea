import type { ConflictResolution, HunkChoice } from '../../index.ts';
import type { Command, CommandContext } from '../context.ts';
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
    ? await project.engine.listConflicts(project.projectId)
    : await namedConflicts(project, options.paths, context);
  if (chosen.length === 0) return { data: [], text: () => 'No conflicts are open.' };
  const decisions = chosen.map((conflict) => ({ conflict, resolution }));
  const answer = answerOf(await project.engine.resolveSyncConflicts(decisions, context.call));
  const settled = chosen.map(({ path }) => `${done(resolution)}: ${shown(path)}`);
  return { ...answer, text: (paint) => [...settled, ...answer.text(paint)] };
};

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
  merge: 'To be decided place by place',
} as const;
