import { type Attempt, failure } from './failures.ts';
import type { Patience } from './patience.ts';

/** Sent whole when it is bytes; else streamed, and opened anew when a redirect asks for it again. */
export type RequestBody = Uint8Array | StreamedBody;

export interface StreamedBody {
  readonly size: number;
  open(): AsyncIterable<Uint8Array>;
  /** The server asked for a body without a declared length. */
  readonly chunked?: boolean;
}

/** One request's body, as `fetch` takes it. */
export interface Outgoing {
  readonly init: RequestInit;
  /** Why the body broke off, if it was our side: `fetch` itself would only say that it failed. */
  failure(): unknown;
  /** Lets go of the source. */
  close(): Promise<void>;
}

export function outgoing(body: RequestBody | undefined, attempt: Attempt, patience: Patience): Outgoing {
  if (body !== undefined && !(body instanceof Uint8Array)) return streamed(body, attempt, patience);
  // lib.dom wants a buffer that is not shared; ours never are
  const init = body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> };
  return { init, failure: () => undefined, close: async () => undefined };
}

function streamed(body: StreamedBody, attempt: Attempt, patience: Patience): Outgoing {
  const source = body.open()[Symbol.asyncIterator]();
  let sent = 0;
  let failed: unknown;
  let closed = false;
  const close = async () => {
    closed = true;
    await source.return?.();
  };
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        // reading our own disk is not the server's silence
        patience.rest();
        try {
          const next = await source.next();
          // an early end is the connection's, not the file's
          if (closed) return;
          sent += next.done ? 0 : next.value.length;
          if (sent > body.size || (next.done && sent < body.size))
            throw failure('ASSET_CORRUPT', 'The file is not as long as its pointer says', attempt, {
              retryable: false,
            });
          if (next.done) controller.close();
          else controller.enqueue(next.value);
        } catch (error) {
          failed = error;
          controller.error(error);
        } finally {
          patience.wait();
        }
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
  // `duplex` is required for a streamed body and missing in lib.dom
  const init = { body: stream, duplex: 'half' } as RequestInit;
  return { init, failure: () => failed, close };
}
