import { setTimeout as pause } from 'node:timers/promises';
import type { ActivityEvent, ChangedPath, SyncResult } from '../../index.ts';
import type { Command } from '../context.ts';
import { clock, count, duration, shown } from '../format.ts';
import type { Paint } from '../output.ts';
import { packageVersion } from '../version.ts';

export interface WatchOptions {
  /** Seconds. */
  readonly interval?: number;
}

/** Milliseconds between looks at who owns the project, while one owner has ended and the next is not there yet. */
const LOOK_AGAIN = 200;
/** After so many of them, somebody should be told. */
const WAITS_TOLD = 10;

/**
 * The first to watch a project owns it: it syncs, and serves the other processes of this machine. Who comes later
 * tells what the owner does, and takes its place when that ends.
 */
export const watch: Command<WatchOptions> = async ({ interval }, context) => {
  const { signal, output } = context;
  const { engine, projectId } = await context.openProject();
  const [{ ownProject }, { neighbourhoodOf, otherVersion, reachOwner }, host] = await Promise.all([
    import('../../rpc/owner.ts'),
    import('../../rpc/reach.ts'),
    context.host(),
  ]);
  const { path } = engine.placeOf(projectId);
  const ended = aborted(signal);
  const told = { conflicts: '' };
  const tell = (event: ActivityEvent) => {
    const time = output.paint('dim', clock());
    output.event(
      event,
      linesOf(event, told, output.paint).map((line) => `${time}  ${line}`),
    );
  };
  const began = () =>
    output.event({ type: 'watching', projectId, path }, [`Watching ${shown(path)}. Ctrl-C ends it.`]);

  let unreached = 0;
  while (!signal.aborted) {
    const ownership = await ownProject(engine, { projectId, program: `modsync ${packageVersion()}` });
    if (ownership) {
      const stopListening = engine.onActivity(tell);
      try {
        await engine.enableAutoSync(projectId, interval === undefined ? undefined : interval * 1000);
        began();
        await ended;
      } finally {
        stopListening();
        await engine.disableAutoSync(projectId);
        await ownership.close();
      }
      return undefined;
    }
    const reached = await reachOwner(neighbourhoodOf(host), path);
    if (reached.owner === 'other-version') throw otherVersion(reached.program);
    if (reached.owner === 'none') {
      // it is on its way, or cannot be spoken to here: it works on the project all the same
      if (++unreached === WAITS_TOLD)
        output.note('Another modsync works on this project. This one takes its place when that ends.');
      await Promise.race([ended, pause(LOOK_AGAIN)]);
      continue;
    }
    const { client } = reached;
    try {
      // the owner may end at any moment; then this process tries to be it
      if (await client.onActivity(tell).catch(() => undefined)) {
        began();
        await Promise.race([ended, client.ended]);
      }
    } finally {
      client.close();
    }
  }
  return undefined;
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** @param told changed here: each set of open conflicts is news once */
function linesOf(event: ActivityEvent, told: { conflicts: string }, paint: Paint): string[] {
  switch (event.type) {
    case 'synced': {
      const now = event.result.conflicts.map(({ conflictId }) => conflictId).join();
      const conflicts = now === told.conflicts ? [] : event.result.conflicts;
      told.conflicts = now;
      return syncedLines({ ...event.result, conflicts }, paint);
    }
    case 'remote-change': {
      const { change } = event;
      const author = shown(change.author || 'someone');
      if (change.kind === 'message') return [`${paint('magenta', author)}: ${shown(change.message ?? '')}`];
      if (change.kind === 'lock')
        return [
          paint('dim', `${author} ${shown(change.message ?? 'locked')} ${namesOf(change.paths ?? [])}`),
        ];
      if (change.kind === 'people')
        return [paint('dim', `${author} ${shown(change.message ?? 'changed who works on this')}`)];
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
