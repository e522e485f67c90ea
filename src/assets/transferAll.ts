/** Many transfers in one direction: so many at a time as bring more, each tried again where that can help. */
import type { AssetRef, AssetStore } from '../ports/assetStore.ts';
import { type ErrorCode, hasCode, SyncError, throwIfAborted } from '../shared/errors.ts';
import type { CallOptions, SyncPhase } from '../shared/progress.ts';
import { Pace, type PaceRules } from './pace.ts';
import { portions } from './portions.ts';
import type { Retry } from './retry.ts';
import { Tally } from './tally.ts';

/** What was really transferred; assets that the other side had are not among it. */
export interface TransferSummary {
  readonly files: number;
  readonly bytes: number;
}

/** One asset's transfer. */
export interface Transfer {
  attempt(): Promise<void>;
  /** Whether a failed try left something to build on. */
  gotSomewhere(): boolean;
}

export interface Direction {
  readonly phase: SyncPhase;
  readonly operation: 'get' | 'put';
  /** Those of a piece that must be transferred. */
  select(piece: readonly AssetRef[], signal: AbortSignal): Promise<readonly AssetRef[]>;
  begin(asset: AssetRef, tally: Tally, signal: AbortSignal): Transfer;
  /** Several small ones in one request. Calls `arrived` for each that made it. */
  together(
    assets: readonly AssetRef[],
    arrived: (asset: AssetRef) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

export interface Means {
  readonly store: Pick<AssetStore, 'batchSize' | 'bundles'>;
  readonly retry: Retry;
  readonly pace: PaceRules;
}

/** These concern one asset: the others go on. Whatever else fails would fail for all. */
const OF_ONE_ASSET: ReadonlySet<ErrorCode> = new Set(['ASSET_MISSING', 'ASSET_CORRUPT', 'ASSET_REFUSED']);

/** @throws SyncError see `TransferQueue.upload` */
export async function transferAll(
  assets: readonly AssetRef[],
  direction: Direction,
  means: Means,
  { signal, onProgress }: CallOptions,
): Promise<TransferSummary> {
  throwIfAborted(signal);
  const unique = [...new Map(assets.filter(({ size }) => size > 0).map((one) => [one.oid, one])).values()];
  // the largest first, so that none of them is left alone at the end
  unique.sort((a, b) => b.size - a.size);
  const run = new Run(unique, direction, means, new Tally(direction.phase, unique, onProgress));
  const onAbort = () => run.stop(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const summary = await run.finish();
    throwIfAborted(signal);
    run.throwFailure();
    return summary;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

class Run {
  readonly #direction: Direction;
  readonly #retry: Retry;
  readonly #tally: Tally;
  readonly #pace: Pace;
  /** Of transfers at a time. */
  readonly #most: number;
  readonly #portions: AsyncGenerator<readonly AssetRef[], void>;
  readonly #stop = new AbortController();
  readonly #workers: Promise<void>[] = [];
  #working = 0;
  readonly #failures: SyncError[] = [];
  #fatal: { readonly error: unknown } | undefined;

  constructor(
    assets: readonly AssetRef[],
    direction: Direction,
    { store, retry, pace }: Means,
    tally: Tally,
  ) {
    this.#direction = direction;
    this.#retry = retry;
    this.#tally = tally;
    this.#pace = new Pace(pace);
    this.#most = assets.length;
    const { signal } = this.#stop;
    this.#portions = portions(assets, {
      size: store.batchSize,
      ask: (piece) => retry.run(() => direction.select(piece, signal), signal),
      leaveOut: (asset) => tally.leaveOut(asset),
      largestTogether: async () => (await store.bundles?.(direction.operation)) ?? 0,
    });
  }

  stop(reason?: unknown): void {
    this.#stop.abort(reason);
  }

  /** Until all are transferred, or have failed, or were stopped. */
  async finish(): Promise<TransferSummary> {
    this.#hire();
    // those who work may hire more
    for (const worker of this.#workers) await worker;
    this.#tally.finish();
    return { files: this.#tally.files, bytes: this.#tally.bytes };
  }

  throwFailure(): void {
    if (this.#fatal) throw this.#fatal.error;
    if (this.#failures.length > 0) throw summed(this.#failures);
  }

  #hire(): void {
    while (!this.#stop.signal.aborted && this.#working < Math.min(this.#pace.limit, this.#most)) {
      this.#working++;
      this.#workers.push(this.#work());
    }
  }

  async #work(): Promise<void> {
    // one signal for all of them would have more listeners than Node finds normal
    const stopped = AbortSignal.any([this.#stop.signal]);
    try {
      while (!stopped.aborted && this.#working <= this.#pace.limit) {
        const next = await this.#portions.next();
        if (next.done) return;
        await this.#transfer(next.value, stopped);
        this.#hire();
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#working--;
    }
  }

  /** Together where there are several, and what did not make it each by itself. */
  async #transfer(assets: readonly AssetRef[], stopped: AbortSignal): Promise<void> {
    const left = new Set(assets);
    const arrived = (asset: AssetRef) => {
      left.delete(asset);
      this.#done(asset);
    };
    if (assets.length > 1) {
      try {
        await this.#direction.together(assets, arrived, stopped);
      } catch (error) {
        // each by itself will say what is wrong, and is tried again where that can help
        this.#slowDownFor(error);
      }
    }
    for (const asset of left) if (!stopped.aborted) await this.#transferOne(asset, stopped);
  }

  async #transferOne(asset: AssetRef, stopped: AbortSignal): Promise<void> {
    const transfer = this.#direction.begin(asset, this.#tally, stopped);
    const attempt = async () => {
      try {
        await transfer.attempt();
      } catch (error) {
        this.#slowDownFor(error);
        throw error;
      }
    };
    try {
      await this.#retry.run(attempt, stopped, transfer.gotSomewhere);
      this.#done(asset);
    } catch (error) {
      this.#tally.restart(asset, 0);
      this.#fail(error);
    }
  }

  #done(asset: AssetRef): void {
    this.#tally.done(asset);
    this.#pace.done(asset.size);
  }

  #slowDownFor(error: unknown): void {
    if (hasCode(error, 'RATE_LIMITED')) this.#pace.slower();
  }

  #fail(error: unknown): void {
    // after the one that stops everything, the others only say that they were stopped
    if (this.#stop.signal.aborted) return;
    if (error instanceof SyncError && OF_ONE_ASSET.has(error.code)) this.#failures.push(error);
    else {
      this.#fatal = { error };
      this.stop();
    }
  }
}

/** The first failure stands for all; that it is not the only one is in its data and its message. */
function summed(failures: readonly SyncError[]): SyncError | undefined {
  const [first] = failures;
  if (!first || failures.length === 1) return first;
  return new SyncError(first.code, `${first.message} ${failures.length - 1} more assets failed.`, {
    data: {
      ...first.data,
      failed: failures.length,
      oids: failures.slice(0, 100).map(({ data }) => data.oid),
    },
    cause: first,
  });
}
