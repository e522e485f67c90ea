/**
 * `fetch` over Node's own HTTP client. The one that Node brings reads HTTP in WebAssembly and copies each piece of an answer
 * three times: of receiving many assets that was a third of the processor time. This one does what our rooms ask of
 * `fetch`, on the same terms, and hands everything else to the platform's.
 */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/**
 * A connection that nobody uses is given up before the server does so: many close after five seconds, as Node's own, and what
 * is sent at that moment is lost. In use, it may be silent for as long as whoever asks has patience. `timeout`: milliseconds.
 */
const KEPT = { keepAlive: true, maxFreeSockets: 32, timeout: 4000 };
const agents = { 'http:': new HttpAgent(KEPT), 'https:': new HttpsAgent(KEPT) };

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);
/** As the platform's says it: some servers refuse whoever does not say what they are. */
const USUAL_HEADERS = { accept: '*/*', 'accept-encoding': 'gzip, deflate, br', 'user-agent': 'node' };

type Body = Uint8Array | ReadableStream<Uint8Array> | string | undefined;

export const nodeFetch: typeof fetch = async (input, init = {}) => {
  const { redirect = 'follow', signal } = init;
  const url = typeof input === 'string' || input instanceof URL ? new URL(input) : undefined;
  const body = bodyOf(init.body);
  if (url === undefined || body === 'another' || (redirect === 'follow' && body !== undefined))
    return fetch(input, init);

  signal?.throwIfAborted();
  const message = await exchange(url, init, body);
  const status = message.statusCode ?? 0;
  // what no Response can say
  if (status < 200 || status > 599) {
    message.destroy();
    throw failed('fetch failed', new Error(`the server answered with status ${status}`));
  }
  if (REDIRECTS.has(status) && redirect !== 'manual') {
    message.destroy();
    if (redirect === 'follow') return fetch(input, init);
    throw failed('fetch failed', new Error('unexpected redirect'));
  }
  const isEmpty = WITHOUT_BODY.has(status) || init.method === 'HEAD';
  if (isEmpty) message.resume();
  const response = new Response(isEmpty ? null : streamOf(message, decoded(message)), {
    status,
    headers: Object.entries(message.headersDistinct).flatMap(([name, values = []]) =>
      values.map((value): [string, string] => [name, value]),
    ),
  });
  Object.defineProperty(response, 'url', { value: url.href });
  return response;
};

function bodyOf(body: RequestInit['body']): Body | 'another' {
  if (body === undefined || body === null) return undefined;
  return typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream
    ? body
    : 'another';
}

const failed = (message: 'fetch failed' | 'terminated', cause: unknown) => new TypeError(message, { cause });

/** Resolves with the head of the answer. An abort ends what goes out and what comes in. */
function exchange(url: URL, init: RequestInit, body: Body): Promise<IncomingMessage> {
  const { method = 'GET', signal } = init;
  const headers = { ...USUAL_HEADERS, ...Object.fromEntries(new Headers(init.headers)) };
  return new Promise((resolve, reject) => {
    const isSecure = url.protocol === 'https:';
    const request = (isSecure ? httpsRequest : httpRequest)(url, {
      method,
      headers,
      agent: agents[isSecure ? 'https:' : 'http:'],
    });
    const abort = () => {
      const { reason } = signal as AbortSignal;
      reject(reason);
      request.destroy(reason instanceof Error ? reason : new Error('aborted'));
    };
    signal?.addEventListener('abort', abort, { once: true });
    request.once('close', () => signal?.removeEventListener('abort', abort));
    // after the answer has begun, whoever reads it hears of what breaks
    request.on('error', (error) => reject(failed('fetch failed', error)));
    request.once('response', (message) => {
      // nobody may be reading it (any more)
      message.on('error', () => undefined);
      // what still goes out is not wanted any more
      message.once('end', () => {
        if (!request.writableEnded) request.destroy();
      });
      resolve(message);
    });
    if (body instanceof ReadableStream)
      send(body, request).catch((error: unknown) =>
        request.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    else request.end(body);
  });
}

/** Asks for a piece when the one before has left: until then its memory is not the sender's to use again. */
async function send(
  body: ReadableStream<Uint8Array>,
  request: ReturnType<typeof httpRequest>,
): Promise<void> {
  const reader = body.getReader();
  const letGo = () => reader.cancel().catch(() => undefined);
  let left = () => {};
  // of a connection that has closed, Node does not call every write back
  request.once('close', () => {
    left();
    void letGo();
  });
  try {
    for (;;) {
      const next = await reader.read();
      if (request.destroyed) return;
      if (next.done) break;
      const { value } = next;
      await new Promise<void>((resolve) => {
        left = resolve;
        request.write(value, () => resolve());
      });
    }
    request.end();
  } finally {
    await letGo();
  }
}

function decoded(message: IncomingMessage): Readable {
  const decoder = decoderFor(message.headers['content-encoding']);
  // whoever reads the decoder hears of the connection's failure
  return decoder ? pipeline(message, decoder, () => undefined) : message;
}

function decoderFor(encoding = 'identity') {
  switch (encoding.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      return undefined;
  }
}

/** @param source the message, or what decodes it */
function streamOf(message: IncomingMessage, source: Readable): ReadableStream<Uint8Array> {
  let wake = () => {};
  let isOver = false;
  let failure: unknown;
  source.on('readable', () => wake());
  source.once('end', () => {
    isOver = true;
    wake();
  });
  source.on('error', (error) => {
    failure = failed('terminated', error);
    wake();
  });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          if (failure !== undefined) return controller.error(failure);
          // read() answers Buffers: nobody has set an encoding
          const piece = source.read() as Buffer | null;
          if (piece !== null) return controller.enqueue(piece);
          if (isOver) return controller.close();
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      },
      cancel() {
        message.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}
