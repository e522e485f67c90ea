import { throwIfAborted } from '../shared/errors.ts';
import { type Attempt, stalled } from './failures.ts';

/**
 * How long an exchange may stay silent. The clock runs between `wait` and `rest` only, so that a slow disk or a slow
 * reader on our side is never taken for a server that hangs. Carries the caller's abort along.
 */
export class Patience {
  readonly #controller = new AbortController();
  readonly #timeoutMs: number;
  readonly #attempt: Attempt;
  readonly #caller: AbortSignal | undefined;
  /** One for many pieces: a timer for each would cost more than the piece. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Since when the other side is waited for, by `performance.now`. */
  #since: number | undefined;
  #timedOut = false;
  #ended = false;

  constructor(timeoutMs: number, attempt: Attempt, caller: AbortSignal | undefined) {
    this.#timeoutMs = timeoutMs;
    this.#attempt = attempt;
    this.#caller = caller;
    caller?.addEventListener('abort', this.#abort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  readonly #abort = () => this.#controller.abort(this.#caller?.reason);

  wait(): void {
    if (this.#ended || this.#controller.signal.aborted) return;
    this.#since = performance.now();
    this.#timer ??= setTimeout(this.#look, this.#timeoutMs);
  }

  rest(): void {
    this.#since = undefined;
  }

  readonly #look = (): void => {
    this.#timer = undefined;
    if (this.#ended || this.#since === undefined) return;
    const left = this.#since + this.#timeoutMs - performance.now();
    if (left > 0) {
      this.#timer = setTimeout(this.#look, left);
      return;
    }
    this.#timedOut = true;
    this.#controller.abort();
  };

  /** The exchange is over; a body that is still being pulled starts no clock any more. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener('abort', this.#abort);
  }

  /** The reason why the exchange was cut short from our side, if it was. */
  failure(): unknown {
    if (this.#timedOut) return stalled(this.#timeoutMs, this.#attempt);
    try {
      throwIfAborted(this.#caller);
      return undefined;
    } catch (error) {
      return error;
    }
  }
}
