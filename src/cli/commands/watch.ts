import type { ActivityEvent, ChangedPath, SyncResult } from '../../index.ts';
import type { Command } from '../context.ts';
import { clock, count, duration, shown } from '../format.ts';
import type { Paint } from '../output.ts';

export interface WatchOptions {
  /** Seconds. */
  readonly interval?: number;
}

export const watch: Command<WatchOptions> = async ({ interval }, context) => {
  const { signal, output } = context;
  const { engine, projectId } = await context.openProject();
  const { path } = await engine.getSyncStatus(projectId);
  const stopListening = engine.onActivity((event) => {
    const time = output.paint('dim', clock());
    output.event(
      event,
      linesOf(event, output.paint).map((line) => `${time}  ${line}`),
    );
  });
  const ended = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await engine.enableAutoSync(projectId, interval === undefined ? undefined : interval * 1000);
  output.event({ type: 'watching', projectId, path }, [`Watching ${shown(path)}. Ctrl-C ends it.`]);
  await ended;
  stopListening();
  await engine.disableAutoSync(projectId);
  return undefined;
};

function linesOf(event: ActivityEvent, paint: Paint): string[] {
  switch (event.type) {
    case 'synced':
      return syncedLines(event.result, paint);
    case 'remote-change': {
      const { change } = event;
      const author = shown(change.author || 'someone');
      if (change.kind === 'message') return [`${paint('magenta', author)}: ${shown(change.message ?? '')}`];
      if (change.kind === 'lock')
        return [
          paint('dim', `${author} ${shown(change.message ?? 'locked')} ${namesOf(change.paths ?? [])}`),
        ];
      const what =
        change.kind === 'tag'
          ? `named a snapshot ${shown(change.ref?.split('/').at(-1) ?? '')}`
          : `sent ${namesOf(change.paths ?? [])}`;
      return [paint('dim', `${author} ${what}`)];
    }
    case 'online':
      return [paint('green', 'connected')];
    case 'offline':
      return [paint('yellow', `offline: ${shown(event.message)}`)];
    case 'error': {
      const retry =
        event.retryInMs === undefined ? '' : paint('dim', ` (again in ${duration(event.retryInMs)})`);
      return [`${paint('red', 'error:')} ${shown(event.error.message)}${retry}`];
    }
  }
}

function syncedLines(result: SyncResult, paint: Paint): string[] {
  const { sent, received, conflicts, warnings, snapshot } = result;
  const took = paint('dim', `  ${duration(result.durationMs)}`);
  const lines: string[] = [];
  if (received.length > 0) lines.push(`${paint('cyan', '↓')} ${namesOf(received)}${took}`);
  if (sent.length > 0) lines.push(`${paint('green', '↑')} ${namesOf(sent)}${took}`);
  else if (snapshot && !result.pushed) lines.push(`● snapshot ${snapshot.slice(0, 7)}, not sent yet`);
  for (const { path, reason } of conflicts)
    lines.push(`${paint('yellow', '!')} conflict in ${shown(path)}: ${shown(reason)}`);
  if (conflicts.length > 0)
    lines.push(paint('yellow', '! settle it with: modsync resolve PATH --use local|remote'));
  for (const warning of warnings) lines.push(`${paint('yellow', '!')} ${shown(warning)}`);
  return lines;
}

const MOST_NAMES = 3;
const SIGNS: Readonly<Record<ChangedPath['kind'], string>> = {
  added: ' (new)',
  modified: '',
  deleted: ' (deleted)',
};

function namesOf(paths: readonly ChangedPath[]): string {
  if (paths.length === 0) return 'something';
  const names = paths.slice(0, MOST_NAMES).map(({ path, kind }) => shown(path) + SIGNS[kind]);
  const more = paths.length - names.length;
  return names.join(', ') + (more > 0 ? ` and ${count(more, 'file')} more` : '');
}
