import type { CloudSyncEngine } from '../engine/index.ts';
import type { Answer } from '../shared/contract/index.ts';
import { errorBody, SyncError } from '../shared/errors.ts';
import type { CallOptions } from '../shared/progress.ts';
import { checkChannel, checkInput } from './checkInput.ts';
import { type HandlerContext, handlers, type Subscriptions } from './handlers.ts';
import { failed, type SessionEvent } from './messages.ts';

export type { SessionEvent } from './messages.ts';

const MOST_SUBSCRIPTIONS = 100;

/** One caller of an engine: a window, another process, a page. When it is gone, nothing of it stays. */
export class Session {
  readonly #engine: CloudSyncEngine;
  readonly #emit: (event: SessionEvent) => void;
  readonly #subscriptions = new Map<string, () => void>();
  readonly #gone = new AbortController();
  #activities = 0;

  constructor(engine: CloudSyncEngine, emit: (event: SessionEvent) => void) {
    this.#engine = engine;
    this.#emit = emit;
  }

  /** Never rejects. What the call is, and what it takes, comes from outside: anything is possible. */
  async call(
    channel: unknown,
    args: unknown,
    { signal, onProgress }: CallOptions = {},
  ): Promise<Answer<unknown>> {
    try {
      const name = checkChannel(channel);
      const gone = this.#gone.signal;
      const context: HandlerContext = {
        engine: this.#engine,
        subscriptions: this.#own,
        call: { signal: signal ? AbortSignal.any([signal, gone]) : gone, onProgress },
      };
      // the schema of a name gives what the handler of the same name takes
      const handle = handlers[name] as (context: HandlerContext, ...args: readonly unknown[]) => unknown;
      return { success: true, data: await handle(context, ...checkInput(name, args)) };
    } catch (error) {
      return failed(errorBody(error));
    }
  }

  /** Ends what it subscribed to, and stops what it has asked for. */
  close(): void {
    this.#gone.abort(new SyncError('ABORTED', 'Whoever asked for this is gone.'));
    for (const end of this.#subscriptions.values()) end();
    this.#subscriptions.clear();
  }

  readonly #own: Subscriptions = {
    changes: async (projectId, filters) => {
      this.#checkRoom();
      let subscriptionId = '';
      const subscription = await this.#engine.subscribeToChanges(
        projectId,
        (change) => this.#emit({ name: 'change', subscriptionId, change }),
        filters,
      );
      subscriptionId = subscription.subscriptionId;
      return this.#keep(subscriptionId, () => subscription.unsubscribe());
    },
    activity: async (projectId) => {
      this.#checkRoom();
      await this.#engine.getParts(projectId); // of a project that is here
      const subscriptionId = `activity-${++this.#activities}`;
      const stop = this.#engine.onActivity((activity) => {
        if (activity.projectId === projectId) this.#emit({ name: 'activity', subscriptionId, activity });
      });
      return this.#keep(subscriptionId, stop);
    },
    end: (subscriptionId) => {
      this.#subscriptions.get(subscriptionId)?.();
      this.#subscriptions.delete(subscriptionId);
    },
  };

  #checkRoom(): void {
    if (this.#subscriptions.size >= MOST_SUBSCRIPTIONS)
      throw new SyncError('RATE_LIMITED', `At most ${MOST_SUBSCRIPTIONS} subscriptions; end some first.`);
  }

  #keep(subscriptionId: string, end: () => void): string {
    // gone while it was being made
    if (this.#gone.signal.aborted) end();
    else this.#subscriptions.set(subscriptionId, end);
    return subscriptionId;
  }
}
