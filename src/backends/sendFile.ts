/** One file as the body of a request: streamed, counted, and given up when the other side falls silent. */
import { SyncError, throwIfAborted } from '../shared/errors.ts';

export interface SentFile {
  readonly method: 'PUT' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes that `content` brings. */
  readonly size: number;
  readonly content: AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes: (length: number) => void;
  /** The error of a connection that could not be made, or broke. */
  readonly unreachable: (cause: unknown) => SyncError;
}

/** Without a byte taken, or an answer: a server that hashes a large file at its end needs some of it. Milliseconds. */
const SILENCE_MS = 120_000;

/** @throws SyncError what `unreachable` makes, `ABORTED` */
export async function sendFile(
  send: typeof fetch,
  file: SentFile,
): Promise<{ readonly status: number; readonly headers: Headers; readonly json: unknown }> {
  const { method, url, signal, size } = file;
  throwIfAborted(signal);
  const silence = new AbortController();
  const listen = () => setTimeout(() => silence.abort(), SILENCE_MS);
  let timer = listen();
  let over = false;
  const source = file.content[Symbol.asyncIterator]();
  let failed: unknown;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        clearTimeout(timer);
        try {
          const next = await source.next();
          if (next.done) controller.close();
          else {
            file.onBytes(next.value.length);
            controller.enqueue(next.value);
          }
        } catch (error) {
          failed = error;
          controller.error(error);
        }
        if (!over) timer = listen();
      },
      cancel: async () => void (await source.return?.()),
    },
    { highWaterMark: 0 },
  );
  try {
    const response = await send(url, {
      method,
      headers: { ...file.headers, 'content-length': String(size) },
      body,
      // by the fetch standard these two promise that the body is sent once: else all of it would be kept for another try
      redirect: 'error',
      window: null,
      signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
      // required for a streamed body, and missing in lib.dom
      duplex: 'half',
    } as RequestInit);
    return {
      status: response.status,
      headers: response.headers,
      json: parsed(await response.text()),
    };
  } catch (error) {
    throwIfAborted(signal);
    if (failed instanceof SyncError) throw failed;
    throw file.unreachable(silence.signal.aborted ? new Error('no answer in time') : (failed ?? error));
  } finally {
    over = true;
    clearTimeout(timer);
    await source.return?.();
  }
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
