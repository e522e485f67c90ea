import type { Migrated } from '../../index.ts';
import type { Command } from '../context.ts';
import { columns, count, firstOf, shown, size } from '../format.ts';
import type { Paint } from '../output.ts';

export interface LfsMigrateOptions {
  readonly patterns: readonly string[];
  /** Bytes. */
  readonly above?: number;
  readonly dryRun?: boolean;
}

export const lfsMigrate: Command<LfsMigrateOptions> = async (
  { patterns, above, dryRun = false },
  context,
) => {
  const { engine, projectId } = await context.openProject();
  const result = await engine.tracking.migrate(projectId, { patterns, above, dryRun, ...context.call });
  return { data: result, text: (paint) => migratedText(result, dryRun, paint) };
};

/** As git-lfs has it: one option, patterns with commas between them. For a comma in a name, or what a shell reads, any character will do. */
function included(paths: readonly string[]): string {
  const patterns = paths
    .slice(0, 3)
    .map((path) => shown(path.replace(/[*?[\\]/g, '\\$&').replace(/[,"$`!]/g, '?')));
  return [...patterns, ...(paths.length > 3 ? ['…'] : [])].join(',');
}

function migratedText({ files, lines, history }: Migrated, dryRun: boolean, paint: Paint): string[] {
  if (files.length === 0)
    return ['There is nothing to move: name patterns or --above SIZE, or look at "modsync track".'];
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  const what = `${count(files.length, 'file')}, ${size(bytes)}`;
  return [
    dryRun
      ? `${what} would move:`
      : `${paint('green', '✓')} ${what} moved out of Git itself, in a new snapshot:`,
    ...columns(files.slice(0, 20).map((file) => [`  ${shown(file.path)}`, size(file.size)])),
    ...(files.length > 20 ? [`  … and ${files.length - 20} more`] : []),
    ...(lines.length > 0
      ? ['', 'Lines in .gitattributes:', ...firstOf(lines, 20, (line) => `  ${shown(line)}`)]
      : []),
    '',
    `Earlier commits keep ${count(history.versions, 'version')} of them, and clones stay as large as they were. Taking`,
    `those out means rewriting: ${history.rewritten} of ${count(history.commits, 'commit')} would get a new id, everyone would have to clone`,
    'anew, and what is not pushed by then would have to be moved over by hand. If it is worth that, git-lfs does it:',
    `  git lfs migrate import --everything --include="${included(files.map(({ path }) => path))}"`,
  ];
}
