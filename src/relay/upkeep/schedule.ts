/** What the relay does by itself, now and then: removing what no ref reaches, and events that are old. */
import type { RelayContext } from '../context.ts';
import { collectGarbage, type Removed } from './gc.ts';
import { answerRequests } from './requests.ts';

export interface UpkeepOptions {
  /** Between two runs; 0: never. 24 unless told otherwise. */
  readonly upkeepHours?: number;
  /** Days that something stays after nothing reaches it any more. 14 unless told otherwise. */
  readonly graceDays?: number;
}

export interface UpkeepReport extends Removed {
  readonly projects: number;
  /** Projects that something is wrong with; the log says what. */
  readonly failed: number;
  readonly events: number;
}

/** The first run waits: a relay that starts has other things to do. */
const FIRST_MS = 600_000;
const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;

export interface Upkeep {
  /**
   * Once, now; two calls at once share one run.
   * @param graceDays other than those of the relay: a run of its own, after one that is under way
   */
  run(graceDays?: number): Promise<UpkeepReport>;
  /** Resolves when what runs has ended: after the project that it is at. */
  stop(): Promise<void>;
}

export function scheduleUpkeep(
  relay: RelayContext,
  { upkeepHours = 24, graceDays = 14 }: UpkeepOptions,
): Upkeep {
  let stopped = false;
  let running: Promise<UpkeepReport> | undefined;
  const once = async (days: number) => {
    const { db, limits, log } = relay;
    const report = { projects: 0, failed: 0, events: 0, assets: 0, bytes: 0, waiting: 0 };
    db.follows.prune(new Date(Date.now() - limits.deliveryDays * DAY_MS));
    for (const project of db.projects.ids()) {
      if (stopped) break;
      report.projects++;
      report.events += db.events.prune(
        project,
        limits.eventsKept,
        new Date(Date.now() - limits.eventDays * DAY_MS),
      );
      try {
        const { assets, bytes, waiting } = await collectGarbage(relay, project, days * DAY_MS);
        report.assets += assets;
        report.bytes += bytes;
        report.waiting += waiting;
      } catch (err) {
        report.failed++;
        log.error({ project, err }, 'what nothing reaches could not be removed');
      }
    }
    log.info(report, 'upkeep is done');
    return report;
  };
  const run = (days?: number) => {
    if (running !== undefined && days === undefined) return running;
    const before = running?.catch(() => undefined) ?? Promise.resolve(undefined);
    const mine = before
      .then(() => once(days ?? graceDays))
      .finally(() => {
        if (running === mine) running = undefined;
      });
    running = mine;
    return mine;
  };
  const logged = () => void run().catch((err) => relay.log.error({ err }, 'upkeep failed'));
  const timers =
    upkeepHours === 0
      ? []
      : [setTimeout(logged, FIRST_MS), setInterval(logged, Math.min(upkeepHours * HOUR_MS, 2 ** 31 - 1))];
  for (const timer of timers) timer.unref();
  const stopAnswering = answerRequests(
    relay.folder,
    ({ graceDays: days }) => run(days),
    (err) => relay.log.error({ err }, 'a request could not be answered'),
  );
  return {
    run,
    stop: async () => {
      stopped = true;
      stopAnswering();
      for (const timer of timers) clearInterval(timer);
      await running?.catch(() => {});
    },
  };
}
