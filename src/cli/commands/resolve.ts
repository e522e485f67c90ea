import type { ConflictResolution, HunkChoice, SyncConflict } from '../../index.ts';
import { SyncError } from '../../shared/errors.ts';
import type { Command, CommandContext, ReachedProject } from '../context.ts';
import { UsageError } from '../exit.ts';
import { shown } from '../format.ts';
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

/** The open conflicts of these paths, as the list prints them or relative to where the user is. */
export async function namedConflicts(
  { engine, projectId, root }: ReachedProject,
  paths: readonly string[],
  context: CommandContext,
): Promise<SyncConflict[]> {
  const open = await engine.listConflicts(projectId);
  const chosen: SyncConflict[] = [];
  for (const typed of paths) {
    const slashed = typed.replaceAll('\\', '/');
    const onDisk = await context.pathFrom(typed);
    const conflict = open.find(({ path }) => path === slashed || `${root}/${path}` === onDisk);
    if (conflict === undefined)
      throw new SyncError(
        'NOT_FOUND',
        `There is no open conflict in "${typed}". "modsync conflicts" lists them.`,
        { data: { path: typed } },
      );
    chosen.push(conflict);
  }
  return chosen;
}

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
