import type { SyncConflict } from '../../index.ts';
import { SyncError } from '../../shared/errors.ts';
import { conflictView } from '../conflictView.ts';
import type { Command, CommandContext, ReachedProject } from '../context.ts';
import { EXIT } from '../exit.ts';
import { count, shown } from '../format.ts';
import type { Paint } from '../output.ts';

export interface ConflictsOptions {
  readonly action?: 'show';
  readonly paths: readonly string[];
}

export const conflicts: Command<ConflictsOptions> = async ({ action, paths }, context) => {
  const project = await context.reachProject();
  const listed =
    paths.length > 0
      ? await namedConflicts(project, paths, context)
      : await project.engine.listConflicts(project.projectId, { decided: true });
  const open = listed.filter(({ decided }) => decided === undefined);
  const inGit =
    open.length > 0 && (await project.engine.getSyncStatus(project.projectId)).underWay === 'merge';
  const lines = (paint: Paint) =>
    action === 'show' && (open.length > 0 || paths.length > 0)
      ? (paths.length > 0 ? listed : open).flatMap((conflict) => conflictView(conflict, context.width, paint))
      : [
          ...(open.length > 0 ? conflictLines(open, paint, inGit) : ['No conflicts are open.']),
          ...decidedLines(listed),
        ];
  return {
    data: listed,
    text: lines,
    exitCode: open.length > 0 ? EXIT.conflicts : EXIT.done,
  };
};

function decidedLines(listed: readonly SyncConflict[]): string[] {
  const lines = listed.flatMap(({ path, decided }) =>
    decided ? [`  ${shown(path)}: ${DECIDED[decided]}`] : [],
  );
  return lines.length > 0
    ? ['', 'Decided, and sent with the rest; "modsync resolve" changes it:', ...lines]
    : [];
}

const DECIDED: Readonly<Record<NonNullable<SyncConflict['decided']>, string>> = {
  local: 'yours',
  remote: 'theirs',
  base: 'what both began with',
  both: 'both files',
  file: 'another file',
  inside: 'place by place',
};

/** The conflicts of these paths, decided ones too, as the list prints them or relative to where the user is. */
export async function namedConflicts(
  { engine, projectId, root }: ReachedProject,
  paths: readonly string[],
  context: CommandContext,
): Promise<SyncConflict[]> {
  const open = await engine.listConflicts(projectId, { decided: true });
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

/** While stock Git has them. */
export const SETTLED_WITH_GIT: readonly string[] = [
  '  git checkout --theirs PATH    take theirs (--ours: yours)',
  '  git add PATH                  it is settled as it is on disk',
  '  git commit                    when all are; then modsync sync',
  '  modsync merge --abort         go back',
];

/** @param inGit a merge of them is open in stock Git */
export function conflictLines(open: readonly SyncConflict[], paint: Paint, inGit = false): string[] {
  const lines = [
    paint('yellow', `Conflicts detected: ${count(open.length, 'file')} that both sides changed.`),
  ];
  for (const conflict of open) {
    const who = conflict.theirs?.author?.name;
    lines.push(`  ${paint('bold', shown(conflict.path))}  ${paint('dim', conflict.kind)}`);
    lines.push(`    ${shown(conflict.reason)}${who ? paint('dim', ` (theirs: ${shown(who)})`) : ''}`);
  }
  if (inGit) return [...lines, '', ...SETTLED_WITH_GIT];
  lines.push(
    '',
    'Your versions of these stay, the rest of theirs arrives; nothing is sent until this is settled:',
  );
  if (open.some(({ hunks, records }) => hunks || records))
    lines.push('  modsync conflicts show PATH          see both sides, and decide inside the file');
  lines.push('  modsync resolve PATH --use local     keep yours');
  lines.push('  modsync resolve PATH --use remote    take theirs; yours stays in history');
  return lines;
}
