/**
 * One HTTP exchange with an LFS server or with the storage it points to: who gets which credentials, redirects,
 * streamed bodies, a clock that notices a silent connection, and failures as `SyncError`s.
 */
import { concat, text } from '../shared/bytes.ts';
import { SyncError, throwIfAborted } from '../shared/errors.ts';
import {
  type Attempt,
  connectionFailure,
  isUnexpectedRedirect,
  protocolFailure,
  refusal,
  retryAfter,
} from './failures.ts';
import { Patience } from './patience.ts';
import { outgoing, type RequestBody } from './requestBody.ts';

const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Headers that say nothing about who asks, and go along to another host. */
const ANONYMOUS: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'content-length',
  'content-type',
  'range',
]);
/** Belong to the connection: a server's answer must not set them. */
const HOP_BY_HOP = [
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
];
/** Most bytes of an error message that are read. */
const MAX_MESSAGE = 64 << 10;

export interface HttpRequest {
  readonly attempt: Attempt;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Sent to the first host as they are, to another one only as far as they are harmless. */
  readonly headers: Headers;
  readonly body?: RequestBody;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Ends with an error when the connection falls silent or breaks off. Read it, or call `discard`. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** @throws SyncError `REMOTE_PROTOCOL` when it is longer */
  readWhole(limit: number): Promise<Uint8Array>;
  discard(): Promise<void>;
}

/** As the server gave them, but for those that are the connection's. @throws SyncError `REMOTE_PROTOCOL` */
export function actionHeaders(given: Readonly<Record<string, string>>, attempt: Attempt): Headers {
  try {
    const headers = new Headers(given);
    for (const name of HOP_BY_HOP) headers.delete(name);
    return headers;
  } catch (cause) {
    throw protocolFailure('The asset store asks for headers that HTTP does not allow', attempt, cause);
  }
}

/** @throws SyncError `REMOTE_PROTOCOL` for what is not a plain http(s) address */
export function httpUrl(url: string, attempt: Attempt, base?: string): URL {
  const parsed = URL.canParse(url, base) ? new URL(url, base) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username || parsed.password)
    throw protocolFailure('The asset store points to an address that is not plain http or https', attempt);
  return parsed;
}

export class Http {
  readonly #fetch: typeof fetch;
  readonly #timeoutMs: number;

  constructor(fetcher: typeof fetch, timeoutMs: number) {
    this.#fetch = fetcher;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * @throws SyncError for every status but 2xx and those in `accept`; `SYNC_TIMEOUT`, `BACKEND_CONNECTION_FAILED`,
   * `REMOTE_PROTOCOL`, `ABORTED`
   */
  async send(request: HttpRequest, accept: readonly number[] = []): Promise<HttpAnswer> {
    const { attempt } = request;
    let url = httpUrl(attempt.url, attempt);
    let headers = request.headers;
    for (let hops = 0; ; hops++) {
      const answer = await this.#exchange(request, url, headers);
      if (!REDIRECTS.has(answer.status)) return await this.#judge(answer, attempt, accept);

      await answer.discard();
      const location = answer.headers.get('location');
      if (location === null || hops === MAX_REDIRECTS || (answer.status === 303 && request.method !== 'GET'))
        throw protocolFailure(`The asset store redirects (${answer.status}) to nowhere`, attempt);
      const next = httpUrl(location, attempt, url.href);
      if (url.protocol === 'https:' && next.protocol === 'http:')
        throw protocolFailure('The asset store redirects from https to http, which is not followed', attempt);
      if (next.origin !== url.origin)
        headers = new Headers([...headers].filter(([name]) => ANONYMOUS.has(name)));
      url = next;
    }
  }

  async #judge(answer: HttpAnswer, attempt: Attempt, accept: readonly number[]): Promise<HttpAnswer> {
    if ((answer.status >= 200 && answer.status < 300) || accept.includes(answer.status)) return answer;
    // the words are a courtesy: when they cannot be read, the status is enough
    const words = await answer.readWhole(MAX_MESSAGE).catch(() => undefined);
    const after = retryAfter(answer.headers.get('retry-after'));
    throw refusal(answer.status, words ? messageIn(words) : '', attempt, after);
  }

  async #exchange(request: HttpRequest, url: URL, headers: Headers): Promise<HttpAnswer> {
    const { body } = request;
    if (body === undefined) return await this.#fetchOnce(request, url, headers, { redirect: 'manual' });
    const sent = new Headers(headers);
    if (!(body instanceof Uint8Array || body.chunked)) sent.set('content-length', String(body.size));
    try {
      // Whoever may have to send a body again keeps a copy of it, the whole file in memory. These two, by the fetch
      // standard, promise that it is sent once.
      return await this.#fetchOnce(request, url, sent, { redirect: 'error', window: null });
    } catch (error) {
      if (!(error instanceof SyncError && isUnexpectedRedirect(error.cause))) throw error;
      return await this.#fetchOnce(request, url, sent, { redirect: 'manual' });
    }
  }

  async #fetchOnce(
    { attempt, method, body, signal }: HttpRequest,
    url: URL,
    headers: Headers,
    mode: RequestInit,
  ): Promise<HttpAnswer> {
    throwIfAborted(signal);
    const patience = new Patience(this.#timeoutMs, attempt, signal);
    const out = outgoing(body, attempt, patience);
    try {
      patience.wait();
      const init: RequestInit = { method, headers, signal: patience.signal, ...mode, ...out.init };
      const response = await this.#fetch(url.href, init);
      patience.rest();
      return answerOf(response, patience, attempt);
    } catch (error) {
      patience.end();
      await out.close();
      throw patience.failure() ?? out.failure() ?? connectionFailure(error, attempt);
    }
  }
}

function messageIn(body: Uint8Array): string {
  try {
    const parsed: unknown = JSON.parse(text(body));
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed) return String(parsed.message);
  } catch {
    // a page of HTML, most often
  }
  return '';
}

function answerOf(response: Response, patience: Patience, attempt: Attempt): HttpAnswer {
  const reader = response.body?.getReader();
  const stop = async () => {
    patience.end();
    await reader?.cancel().catch(() => undefined);
  };
  // no generator: `return` on one that has not started would leave the connection open
  const iterator: AsyncIterator<Uint8Array> = {
    async next() {
      try {
        patience.wait();
        const next = await reader?.read();
        patience.rest();
        if (next && !next.done) return next;
        patience.end();
        return { done: true, value: undefined };
      } catch (error) {
        await stop();
        throw patience.failure() ?? connectionFailure(error, attempt);
      }
    },
    async return() {
      await stop();
      return { done: true, value: undefined };
    },
  };
  const bytes = { [Symbol.asyncIterator]: () => iterator };

  const readWhole = async (limit: number): Promise<Uint8Array> => {
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of bytes) {
      length += part.length;
      if (length > limit) throw protocolFailure("The asset store's answer is endless", attempt);
      parts.push(part);
    }
    return concat(parts);
  };
  return {
    status: response.status,
    headers: response.headers,
    bytes,
    readWhole,
    async discard() {
      // a short rest is read, so that the connection can be used again
      await readWhole(MAX_MESSAGE).catch(() => undefined);
    },
  };
}
