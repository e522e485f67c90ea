import { hasCode, SyncError, throwIfAborted } from '../shared/errors.ts';
import { pause } from '../shared/pause.ts';

export interface RetryRules {
  /** Tries in all. A try that got somewhere does not count. */
  readonly attempts: number;
  /** Milliseconds before the second try; doubled for each further one, and jittered down to half. */
  readonly baseMs: number;
  readonly maxMs: number;
}

/** A server that asks for more than this before the next try is believed, and the transfer fails. Milliseconds. */
const MAX_RETRY_AFTER = 60_000;
/** Tries for bytes that are wrong: they may come from a partial file, and then from a bad copy in between. */
const CORRUPT_ATTEMPTS = 3;

/** Several transfers to one server: what one is told about slowing down holds for all. */
export class Retry {
  readonly #rules: RetryRules;
  /** Milliseconds since 1970. */
  #notBefore = 0;

  constructor(rules: RetryRules) {
    this.#rules = rules;
  }

  /**
   * Runs `work`, and again after a pause when its error says `data.retryable`.
   * @param gotSomewhere asked after a failure: whether the try brought something that the next one builds on
   */
  async run<T>(
    work: () => Promise<T>,
    signal: AbortSignal | undefined,
    gotSomewhere: () => boolean = () => false,
  ): Promise<T> {
    let corrupt = 0;
    for (let failed = 0; ; ) {
      await pause(this.#notBefore - Date.now(), signal);
      try {
        return await work();
      } catch (error) {
        throwIfAborted(signal);
        if (!(error instanceof SyncError) || error.data.retryable !== true) throw error;
        failed = gotSomewhere() ? 1 : failed + 1;
        if (hasCode(error, 'ASSET_CORRUPT')) corrupt++;
        if (failed >= this.#rules.attempts || corrupt >= CORRUPT_ATTEMPTS) throw error;
        await pause(this.#delay(error, failed), signal);
      }
    }
  }

  #delay(error: SyncError, failed: number): number {
    const { baseMs, maxMs } = this.#rules;
    const backoff = Math.min(maxMs, baseMs * 2 ** (failed - 1)) * (0.5 + Math.random() / 2);
    const { retryAfterMs } = error.data;
    if (typeof retryAfterMs !== 'number') return backoff;
    if (retryAfterMs > MAX_RETRY_AFTER) throw error;
    this.#notBefore = Math.max(this.#notBefore, Date.now() + retryAfterMs);
    // not all at the same instant
    return retryAfterMs + backoff / 2;
  }
}
