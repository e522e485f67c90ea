/**
 * The typed client: an engine's methods, answered by the process that owns the project. It checks nothing before it
 * calls, and so loads no schemas; the owner checks everything.
 */
import type { ActivityEvent, CloudSyncEngine } from '../engine/index.ts';
import type { LocalConnection } from '../platform/index.ts';
import { channelNames, channels } from '../shared/contract/channels.ts';
import type { Answer, Channel } from '../shared/contract/index.ts';
import { hasCode, SyncError, throwIfAborted } from '../shared/errors.ts';
import type { ProjectId } from '../shared/ids.ts';
import type { CallOptions, Progress } from '../shared/progress.ts';
import { parseLine, type Request, type SessionEvent } from './messages.ts';

/** What works the same through an owner and with an engine of one's own. */
export type ProjectCalls = Pick<
  CloudSyncEngine,
  Exclude<
    (typeof channels)[Channel],
    'subscribeToChanges' | 'unsubscribe' | 'subscribeToActivity' | 'joinProject'
  >
>;

interface Pending {
  readonly resolve: (data: unknown) => void;
  readonly reject: (error: SyncError) => void;
  readonly onProgress: CallOptions['onProgress'];
}

const gone = () =>
  new SyncError(
    'OWNER_GONE',
    'The modsync that works on this project has ended. Nothing is lost; run it again.',
  );

/** A connection to an owner that has let this process in. */
export class OwnerClient {
  readonly projectId: ProjectId;
  readonly #connection: LocalConnection;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Set<(event: SessionEvent) => void>();
  readonly #ended: Promise<void>;
  #end: () => void = () => undefined;
  #isOpen = true;
  #last = 0;

  constructor(connection: LocalConnection, projectId: ProjectId) {
    this.#connection = connection;
    this.projectId = projectId;
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** Resolves when the connection has ended, from either side. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** @throws SyncError as the engine does; `OWNER_GONE` when the owner dies meanwhile */
  async call(channel: Channel, args: readonly unknown[], options: CallOptions = {}): Promise<unknown> {
    throwIfAborted(options.signal);
    if (!this.#isOpen) throw gone();
    const id = ++this.#last;
    const request = written({ id, call: channel, args });
    const abort = () => this.#connection.send(written({ id, abort: true }));
    options.signal?.addEventListener('abort', abort, { once: true });
    try {
      return await new Promise((resolve, reject) => {
        this.#pending.set(id, { resolve, reject, onProgress: options.onProgress });
        this.#connection.send(request);
      });
    } finally {
      this.#pending.delete(id);
      options.signal?.removeEventListener('abort', abort);
    }
  }

  onEvent(listener: (event: SessionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What auto-sync of the owner does, as it happens. @returns ends the listening */
  async onActivity(listener: (event: ActivityEvent) => void): Promise<() => void> {
    const stop = this.onEvent((event) => {
      // the owner's engine made it; its protocol is ours
      if (event.name === 'activity') listener(event.activity as ActivityEvent);
    });
    await this.call('subscribe-to-activity', [this.projectId]);
    return stop;
  }

  close(): void {
    this.#connection.close();
  }

  /** A line from the owner. */
  hear(line: string): void {
    const message = parseLine(line);
    if (message?.event !== undefined) {
      for (const listener of this.#listeners) listener(message.event as SessionEvent); // of our protocol
      return;
    }
    const pending = this.#pending.get(message?.id as number); // a Map takes any key
    if (pending === undefined || message === undefined) return;
    if (message.progress !== undefined) pending.onProgress?.(message.progress as Progress);
    else settle(pending, message as unknown as Answer<unknown>);
  }

  /** The connection has ended. */
  lost(): void {
    this.#isOpen = false;
    for (const { reject } of this.#pending.values()) reject(gone());
    this.#end();
  }
}

/** @throws SyncError `INVALID_INPUT` for arguments that are no JSON */
function written(request: Request): string {
  try {
    return JSON.stringify(request);
  } catch (cause) {
    throw new SyncError('INVALID_INPUT', 'The arguments are no plain values: they cannot be sent.', {
      cause,
    });
  }
}

function settle({ resolve, reject }: Pending, answer: Answer<unknown>): void {
  if (answer.success) resolve(answer.data);
  else reject(new SyncError(answer.error.code, answer.error.message));
}

/**
 * The engine's methods through an owner.
 * @param alone goes on with an engine of one's own when the owner dies in the middle of a call
 */
export function callsThrough(client: OwnerClient, alone?: () => Promise<ProjectCalls>): ProjectCalls {
  const call = async (channel: Channel, args: readonly unknown[]): Promise<unknown> => {
    const { plain, options } = withoutCallOptions(args);
    try {
      return await client.call(channel, plain, options);
    } catch (error) {
      if (alone === undefined || !hasCode(error, 'OWNER_GONE')) throw error;
      const method = channels[channel] as keyof ProjectCalls; // below, only these are made
      const calls = await alone();
      return await (calls[method] as (...args: unknown[]) => Promise<unknown>).apply(calls, [...args]);
    }
  };
  const methods = channelNames.map((channel) => [
    channels[channel],
    (...args: readonly unknown[]) => call(channel, args),
  ]);
  return Object.fromEntries(methods) as ProjectCalls; // one method for each name of the contract
}

/** The engine takes `signal` and `onProgress` beside its other options; over a wire they go their own way. */
function withoutCallOptions(args: readonly unknown[]): {
  readonly plain: readonly unknown[];
  readonly options: CallOptions;
} {
  const last = args.at(-1);
  if (typeof last !== 'object' || last === null || !('signal' in last || 'onProgress' in last))
    return { plain: args, options: {} };
  const { signal, onProgress, ...rest } = last as CallOptions; // says the line above
  const others = Object.values(rest).some((value) => value !== undefined) ? [rest] : [];
  return { plain: [...args.slice(0, -1), ...others], options: { signal, onProgress } };
}
