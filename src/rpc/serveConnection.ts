/** One client of an owner, on a connection: greets it, then answers its calls until it is gone. */
import type { CloudSyncEngine } from '../engine/index.ts';
import type { LocalConnection, LocalHandlers } from '../platform/index.ts';
import type { ErrorCode } from '../shared/errors.ts';
import type { ProjectId } from '../shared/ids.ts';
import type { Progress } from '../shared/progress.ts';
import { failed, type Message, PROTOCOL, parseLine, type Welcome } from './messages.ts';
import { Session } from './Session.ts';

/** Milliseconds. */
const HELLO_TIME = 5000;
const PROGRESS_PAUSE = 50;
const MOST_CALLS = 100;
/** Bytes that may wait for a client that does not read: it loses the connection, not the owner its memory. */
const MOST_BACKLOG = 64 << 20;

export interface ConnectionOptions {
  readonly engine: CloudSyncEngine;
  readonly projectId: ProjectId;
  readonly token: string;
  readonly program: string;
}

export function serveConnection(connection: LocalConnection, options: ConnectionOptions): LocalHandlers {
  let served: Served | undefined;
  const refuse = (code: ErrorCode, message: string) => {
    connection.send(JSON.stringify(failed({ code, message }) satisfies Welcome));
    connection.close();
  };
  const timer = setTimeout(() => connection.cut(), HELLO_TIME);
  return {
    onLine(line) {
      if (served) {
        served.hear(line);
        return;
      }
      clearTimeout(timer);
      const hello = parseLine(line);
      if (hello === undefined || !sameText(hello.token, options.token))
        return refuse('ACCESS_DENIED', 'The first line must be a hello with the token of this project.');
      if (hello.protocol !== PROTOCOL)
        return refuse(
          'REMOTE_PROTOCOL',
          `${options.program} speaks protocol ${PROTOCOL}. Use the same version on both sides.`,
        );
      served = new Served(connection, options.engine);
      const welcome: Welcome = { success: true, data: { projectId: options.projectId } };
      connection.send(JSON.stringify(welcome));
    },
    onClose() {
      clearTimeout(timer);
      served?.close();
    },
  };
}

class Served {
  readonly #connection: LocalConnection;
  readonly #session: Session;
  readonly #running = new Map<number, AbortController>();

  constructor(connection: LocalConnection, engine: CloudSyncEngine) {
    this.#connection = connection;
    this.#session = new Session(engine, (event) => this.#send({ event }));
  }

  hear(line: string): void {
    const request = parseLine(line);
    const id = request?.id;
    if (request === undefined || typeof id !== 'number' || !Number.isSafeInteger(id)) {
      this.#connection.cut();
      return;
    }
    if (request.abort === true) this.#running.get(id)?.abort();
    else void this.#answer(id, request.call, request.args);
  }

  close(): void {
    this.#session.close();
  }

  async #answer(id: number, channel: unknown, args: unknown): Promise<void> {
    if (this.#running.has(id) || this.#running.size >= MOST_CALLS) {
      const message = `At most ${MOST_CALLS} calls at once, each with its own id.`;
      this.#send({ id, ...failed({ code: 'RATE_LIMITED', message }) });
      return;
    }
    const stop = new AbortController();
    this.#running.set(id, stop);
    const answer = await this.#session.call(channel, args, {
      signal: stop.signal,
      onProgress: spaced((progress) => this.#send({ id, progress })),
    });
    this.#running.delete(id);
    this.#send({ id, ...answer });
  }

  #send(message: Message): void {
    if (this.#connection.backlog > MOST_BACKLOG) this.#connection.cut();
    else this.#connection.send(JSON.stringify(message));
  }
}

/** Progress comes with every chunk; a bar needs less. A new phase is told at once. */
function spaced(tell: (progress: Progress) => void): (progress: Progress) => void {
  let last = Number.NEGATIVE_INFINITY;
  let phase: Progress['phase'] | undefined;
  return (progress) => {
    const now = performance.now();
    if (progress.phase === phase && now - last < PROGRESS_PAUSE) return;
    last = now;
    phase = progress.phase;
    tell(progress);
  };
}

/** In a time that does not tell how much of it agrees. */
function sameText(given: unknown, expected: string): boolean {
  if (typeof given !== 'string' || given.length !== expected.length) return false;
  let difference = 0;
  for (let at = 0; at < expected.length; at++) difference |= given.charCodeAt(at) ^ expected.charCodeAt(at);
  return difference === 0;
}
