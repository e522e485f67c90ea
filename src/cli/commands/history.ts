import type { ProjectSnapshot } from '../../index.ts';
import type { Command } from '../context.ts';
import { ago, columns, firstLine, shown } from '../format.ts';
import type { Paint } from '../output.ts';

export interface HistoryOptions {
  readonly limit: number;
  readonly conflicts?: boolean;
}

export const history: Command<HistoryOptions> = async ({ limit, conflicts }, context) => {
  const { engine, projectId } = await context.reachProject();
  const snapshots = await engine.getProjectHistory(projectId, {
    limit,
    ...(conflicts && { conflicts }),
  });
  return {
    data: snapshots,
    text: (paint) =>
      snapshots.length > 0
        ? conflicts
          ? snapshots.flatMap((one) => [...historyLines([one], paint), ...decidedLines(one)])
          : historyLines(snapshots, paint)
        : conflicts
          ? 'No conflicts were decided here.'
          : 'There are no snapshots yet: modsync sync',
  };
};

export const historyLines = (snapshots: readonly ProjectSnapshot[], paint: Paint): string[] =>
  columns(
    snapshots.map(({ commitId, timestamp, author, message, names, pushed, release }) => [
      paint('yellow', commitId.slice(0, 7)),
      paint('dim', ago(timestamp)),
      shown(author.name),
      (names.length > 0 ? `${paint('green', `[${names.map((name) => shown(name)).join(', ')}]`)} ` : '') +
        firstLine(message) +
        (release ? paint('cyan', release.prerelease ? ' (pre-release)' : ' (release)') : '') +
        (pushed ? '' : paint('dim', ' (not sent yet)')),
    ]),
  );

const TAKEN = {
  local: 'kept their own',
  remote: 'took the remote’s',
  base: 'took what both began with',
  both: 'kept both files',
  file: 'took another file',
  inside: 'decided place by place',
  git: 'settled with git',
} as const;

const decidedLines = ({ decided = [] }: ProjectSnapshot): string[] =>
  decided.map(({ path, how }) => `         ${shown(path)}: ${TAKEN[how]}`);
