import type { ConflictResolutionMode, SyncDirection, SyncResult } from '../../index.ts';
import type { Command } from '../context.ts';
import { EXIT } from '../exit.ts';
import { count, duration, shown, size } from '../format.ts';
import type { Paint } from '../output.ts';
import { conflictLines } from './conflicts.ts';
import { changeLines } from './status.ts';

export interface SyncCommandOptions {
  readonly push?: boolean;
  readonly pull?: boolean;
  readonly message?: string;
  readonly strategy?: ConflictResolutionMode;
}

const MOST_PATHS = 20;
const UNUSED_WORDS =
  'Your words (-m) were not used: nothing has changed here since the last snapshot, which a watch may have taken.';

export const sync: Command<SyncCommandOptions> = async ({ push, pull, message, strategy }, context) => {
  const { engine, projectId } = await context.reachProject();
  const direction: SyncDirection = push ? 'push' : pull ? 'pull' : 'bidirectional';
  const result = await engine.syncProject(projectId, direction, { ...context.call, message, strategy });
  const answer = answerOf(result);
  if (message === undefined || result.snapshot) return answer;
  return { ...answer, warnings: [...answer.warnings, UNUSED_WORDS] };
};

/** A sync's result as an answer; also what `resolve` ends with. */
export const answerOf = (result: SyncResult) => ({
  data: result,
  text: (paint: Paint) => syncText(result, paint),
  warnings: result.warnings,
  exitCode: result.outcome === 'conflicts' ? EXIT.conflicts : EXIT.done,
});

function syncText(result: SyncResult, paint: Paint): string[] {
  const lines: string[] = [];
  if (result.received.length > 0) lines.push('Received:', ...changeLines(result.received, paint, MOST_PATHS));
  if (result.sent.length > 0) lines.push('Sent:', ...changeLines(result.sent, paint, MOST_PATHS));
  if (result.sentNames.length > 0)
    lines.push(`Named: ${result.sentNames.map((name) => shown(name)).join(', ')}`);
  if (result.outcome === 'conflicts') return [...lines, ...conflictLines(result.conflicts, paint)];
  if (result.outcome === 'up-to-date') return [...lines, `${paint('green', '✓')} Up to date.`];
  const moved = [
    result.sent.length > 0 && `${count(result.sent.length, 'file')} sent`,
    result.sentNames.length > 0 && `${count(result.sentNames.length, 'name')} sent`,
    result.received.length > 0 && `${count(result.received.length, 'file')} received`,
    result.bytesUploaded > 0 && `${size(result.bytesUploaded)} of assets up`,
    result.bytesDownloaded > 0 && `${size(result.bytesDownloaded)} down`,
  ].filter((part) => part !== false);
  const what = moved.length > 0 ? `: ${moved.join(', ')}` : '';
  const where = result.snapshot && !result.pushed ? ', in the local history' : '';
  return [...lines, `${paint('green', '✓')} Synced in ${duration(result.durationMs)}${where}${what}.`];
}
