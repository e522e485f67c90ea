import type { ChangedPath, KnownProposals, SyncStatus } from '../../index.ts';
import { describeUnderWay } from '../../shared/underWay.ts';
import type { Command } from '../context.ts';
import { ago, columns, count, shown } from '../format.ts';
import type { Answer, Colour, Paint } from '../output.ts';
import { partsText } from './assets.ts';
import { conflictLines } from './conflicts.ts';

const MOST_PATHS = 50;

const DETACHED =
  'HEAD is detached: no branch is checked out, so nothing is synced. Next:  git switch main, or git switch -c NAME';

export const status: Command<object> = async (_options, context) => {
  const { engine, projectId } = await context.reachProject();
  return statusAnswer(await engine.getSyncStatus(projectId));
};

export const statusAnswer = (now: SyncStatus): Answer => ({
  data: now,
  text: (paint) => statusText(now, paint),
});

function statusText(status: SyncStatus, paint: Paint): string[] {
  const { changes, behind, conflicts } = status;
  // without a remote, there is nowhere to send to
  const ahead = status.remote ? status.ahead : 0;
  const lines = [`${paint('bold', shown(status.branch))} in ${shown(status.path)}`];
  const since = status.lastSync ? `, last sync ${ago(status.lastSync)}` : '';
  lines.push(
    status.remote ? `${shown(status.remote)}${paint('dim', since)}` : 'It has no remote: this copy only.',
  );
  if (status.parts) lines.push(paint('dim', partsText(status.parts)));
  if (status.progress)
    lines.push(`A sync is running: ${status.progress.phase}, ${Math.floor(status.progress.percent)}%`);
  if (ahead > 0) lines.push(`${count(ahead, 'snapshot')} to send`);
  if (behind > 0) lines.push(`${count(behind, 'snapshot')} to receive`);
  // as long as there is plenty, nobody has to know that it is counted
  if (status.budget && status.budget.remaining < status.budget.limit / 10)
    lines.push(
      paint(
        'yellow',
        `GitHub answers ${count(status.budget.remaining, 'more request')} until ${status.budget.resetsAt}`,
      ),
    );
  if (status.lastError)
    lines.push(paint('yellow', `The last sync failed: ${shown(status.lastError.message)}`));
  if (status.underWay) {
    const { what, mend } = describeUnderWay(status.underWay);
    lines.push(paint('yellow', `${what}. ${mend}. Until then modsync changes nothing.`));
  } else if (status.branch === 'HEAD') lines.push(paint('yellow', DETACHED));
  if (conflicts.length > 0) lines.push('', ...conflictLines(conflicts, paint, status.underWay === 'merge'));
  if (changes.length > 0)
    lines.push('', 'Changed since the last snapshot:', ...changeLines(changes, paint, MOST_PATHS));
  if (status.proposals && status.proposals.open.length > 0)
    lines.push('', ...proposalLines(status.proposals, paint));
  if (conflicts.length > 0 || status.underWay || status.branch === 'HEAD') return lines;
  if (changes.length > 0 || ahead > 0 || behind > 0) lines.push('', 'Next:  modsync sync');
  else lines.push(paint('green', 'Nothing to do: everything is in a snapshot.'));
  return lines;
}

const MERGEABLE = {
  yes: ['green', 'merges'],
  conflicts: ['yellow', 'conflicts'],
  blocked: ['dim', 'waits for a review or a check'],
  unknown: ['dim', 'not known yet'],
} as const;

function proposalLines({ asOf, open }: KnownProposals, paint: Paint): string[] {
  const rows = open.map(({ number, title, branch, base, draft, mergeable }) => {
    const [colour, words] = MERGEABLE[mergeable];
    return [
      `#${number}`,
      shown(title),
      paint('dim', `${shown(branch)} → ${shown(base)}`),
      draft ? paint('dim', 'a draft') : paint(colour, words),
    ];
  });
  return [`Pull requests, as of ${ago(asOf)}:`, ...columns(rows, '  ')];
}

const COLOURS: Readonly<Record<ChangedPath['kind'], Colour>> = {
  added: 'green',
  modified: 'cyan',
  deleted: 'red',
};

export function changeLines(changes: readonly ChangedPath[], paint: Paint, limit: number): string[] {
  const rows = changes.slice(0, limit).map(({ path, kind }) => [paint(COLOURS[kind], kind), shown(path)]);
  const more = changes.length - rows.length;
  return [...columns(rows, '  '), ...(more > 0 ? [`  … and ${count(more, 'more', 'more')}`] : [])];
}
