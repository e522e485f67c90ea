/** Requests to a Git server over `fetch`: credentials, time limits, and errors that say what to do. */
import { SyncError, throwIfAborted } from '../shared/errors.ts';
import type { Service } from './advertisement.ts';
import { protocolError } from './pktLine.ts';

export interface GitServer {
  /** `https://host/path.git`, without credentials. */
  readonly url: string;
  readonly fetch?: typeof fetch;
  /** The `Authorization` header, asked for anew with each request. */
  readonly authorize: () => Promise<string | undefined>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds without a byte in either direction. */
  readonly timeoutMs?: number;
}

/** `fetch` streams a request body in Node only with `duplex`, which the DOM's types do not know. */
interface StreamingRequest extends RequestInit {
  readonly duplex?: 'half';
}

export class GitRequests {
  readonly #server: GitServer;
  #base: string;

  constructor(server: GitServer) {
    const url = new URL(server.url);
    if (url.username !== '' || url.password !== '') {
      throw new SyncError(
        'INVALID_CONFIG',
        `The URL of ${url.host} has a password in it. Take it out, and give it with "modsync login" instead.`,
      );
    }
    this.#server = server;
    this.#base = url.href.replace(/\/+$/, '');
  }

  async discover(service: Service, signal: AbortSignal | undefined): Promise<AsyncIterable<Uint8Array>> {
    const path = `/info/refs?service=${service}`;
    const { response, body } = await this.#request(path, { method: 'GET' }, signal);
    this.#check(response, `application/x-${service}-advertisement`);
    // A project that has moved on the same server is followed; credentials never go to another one.
    if (response.url.endsWith(path) && new URL(response.url).origin === new URL(this.#base).origin) {
      this.#base = response.url.slice(0, -path.length);
    }
    return body;
  }

  async call(
    service: Service,
    content: Uint8Array | AsyncIterable<Uint8Array>,
    signal: AbortSignal | undefined,
  ): Promise<AsyncIterable<Uint8Array>> {
    const request: RequestInit = {
      method: 'POST',
      headers: {
        'content-type': `application/x-${service}-request`,
        accept: `application/x-${service}-result`,
      },
      redirect: 'error',
    };
    const { response, body } = await this.#request(`/${service}`, request, signal, content);
    this.#check(response, `application/x-${service}-result`);
    return body;
  }

  async #request(
    path: string,
    request: RequestInit,
    signal: AbortSignal | undefined,
    content?: Uint8Array | AsyncIterable<Uint8Array>,
  ): Promise<{ readonly response: Response; readonly body: AsyncIterable<Uint8Array> }> {
    throwIfAborted(signal);
    const watch = new Stopwatch(this.#server.timeoutMs, signal);
    const authorization = await this.#server.authorize();
    const failed = (error: unknown): never => {
      watch.stop();
      throwIfAborted(signal);
      if (watch.failure) throw watch.failure;
      if (error instanceof SyncError) throw error;
      throw this.#connectionFailed(reasonOf(error), error, { dropped: isStaleConnection(error) });
    };
    try {
      const send = this.#server.fetch ?? fetch;
      const full: StreamingRequest = {
        ...request,
        ...(content && bodyOf(content instanceof Uint8Array ? content : watch.over(content))),
        signal: watch.signal,
        headers: {
          ...this.#server.headers,
          // Set above, as a plain record.
          ...(request.headers as Record<string, string> | undefined),
          ...(authorization !== undefined && { authorization }),
        },
      };
      const once = () => send(`${this.#base}${path}`, full);
      const mayRepeat = !path.includes('receive-pack') && (!content || content instanceof Uint8Array);
      const response = await once().catch((error: unknown) => {
        if (mayRepeat && isStaleConnection(error) && !watch.signal.aborted) return once();
        throw error;
      });
      watch.touch();
      const bytes = fromStream(response.body);
      const guarded = async function* () {
        try {
          yield* watch.over(bytes);
        } catch (error) {
          failed(error);
        } finally {
          watch.stop();
        }
      };
      if (!response.ok) {
        await response.body?.cancel();
        watch.stop();
      }
      return { response, body: guarded() };
    } catch (error) {
      return failed(error);
    }
  }

  /** @throws SyncError unless this is the answer of a Git server */
  #check(response: Response, type: string): void {
    const { status } = response;
    const data = { url: this.#base, status };
    if (status === 401 || status === 403) {
      throw new SyncError(
        'ACCESS_DENIED',
        `${this.#base} does not let you in (HTTP ${status}). At a relay, sign in with "modsync login ${new URL(this.#base).origin}", or ask the project's owner for an invite; at any other Git host, give Git's credential helper a token for it.`,
        { data },
      );
    }
    if (status === 404 || status === 410) {
      throw new SyncError(
        'NOT_FOUND',
        `There is no project at ${this.#base}. Check the URL, and that you are signed in: some servers hide projects from strangers.`,
        { data },
      );
    }
    if (status === 429) {
      throw new SyncError('RATE_LIMITED', `${this.#base} asks for a pause. Try again in a minute.`, { data });
    }
    if (status >= 500)
      throw this.#connectionFailed(`the server answers with HTTP ${status}`, undefined, { status });
    if (!response.ok) throw protocolError(`${this.#base} answers with HTTP ${status}`);
    if (response.headers.get('content-type')?.split(';')[0]?.trim() !== type) {
      throw protocolError(`${this.#base} is not a Git server`);
    }
  }

  /** `dropped`: the connection broke off, and whether the request was carried out is not known. */
  #connectionFailed(
    why: string,
    cause: unknown,
    more: { readonly status?: number; readonly dropped?: boolean },
  ): SyncError {
    return new SyncError(
      'BACKEND_CONNECTION_FAILED',
      `Backend connection failed: ${this.#base}: ${why}. Check the network and that the server runs; work goes on here, and syncs when it is back.`,
      { cause, data: { url: this.#base, ...more } },
    );
  }
}

/**
 * The connection that was kept from the last request is gone: the server closed it meanwhile, or the machine slept. That
 * shows only when it is used again, and says nothing of the server.
 */
function isStaleConnection(error: unknown): boolean {
  const cause = causeOf(error);
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET';
}

/** By shape, not `instanceof`: the platform's own errors can come from another realm. */
const causeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;

/** Aborts what takes too long between two bytes. */
class Stopwatch {
  readonly signal: AbortSignal;
  failure: SyncError | undefined;
  readonly #limit: number | undefined;
  readonly #stop = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(limit: number | undefined, signal: AbortSignal | undefined) {
    this.#limit = limit;
    this.signal = signal ? AbortSignal.any([signal, this.#stop.signal]) : this.#stop.signal;
    this.touch();
  }

  touch(): void {
    clearTimeout(this.#timer);
    if (this.#limit === undefined || this.failure) return;
    this.#timer = setTimeout(() => {
      this.failure = new SyncError(
        'SYNC_TIMEOUT',
        `Sync timeout: the server was silent for ${Math.round((this.#limit ?? 0) / 1000)} seconds. Try again; if it stays, raise "timeout" or check the server.`,
      );
      this.#stop.abort(this.failure);
    }, this.#limit);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async *over(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of bytes) {
      // While the receiver works on what came, nobody waits for the server.
      this.stop();
      yield chunk;
      this.touch();
    }
  }
}

/** The words behind fetch's "fetch failed". */
function reasonOf(error: unknown): string {
  const cause = causeOf(error);
  if (cause !== undefined) return reasonOf(cause);
  if (typeof error !== 'object' || error === null) return String(error);
  if ('errors' in error && Array.isArray(error.errors) && error.errors.length > 0)
    return reasonOf(error.errors[0]);
  return 'message' in error && typeof error.message === 'string' ? error.message : String(error);
}

const bodyOf = (content: Uint8Array | AsyncIterable<Uint8Array>): StreamingRequest =>
  content instanceof Uint8Array
    ? // Bytes are what every body may be; the types differ on whose memory they lie in.
      { body: content as Uint8Array<ArrayBuffer> }
    : { body: toStream(content), duplex: 'half' };

function toStream(source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

/** A reader rather than `for await`: not every browser iterates streams. */
async function* fromStream(stream: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array, void> {
  if (!stream) return;
  const reader = stream.getReader();
  let ended = false;
  try {
    for (;;) {
      const next = await reader.read();
      if (next.done) {
        ended = true;
        return;
      }
      yield next.value;
    }
  } finally {
    if (!ended) await reader.cancel().catch(() => {});
  }
}
