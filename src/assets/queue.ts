/** Moves many assets between the cache and a store: batches, concurrency, retry, resume and progress. */
import type { AssetRef, AssetSource, AssetStore } from '../ports/assetStore.ts';
import { type ErrorCode, hasCode, SyncError, throwIfAborted } from '../shared/errors.ts';
import type { CallOptions, SyncPhase } from '../shared/progress.ts';
import type { AssetCache } from './cache.ts';
import { Pace, type PaceRules, USUAL } from './pace.ts';
import { Retry, type RetryRules } from './retry.ts';
import { Tally } from './tally.ts';

export interface TransferSettings {
  /** Transfers at a time. Left out: 8, as git-lfs, and up to 32 while that brings more. */
  readonly concurrency?: number;
  readonly retry?: Partial<RetryRules>;
  /** Where else, as a disk path, an asset's bytes should be when they are to be sent and the cache lacks them. */
  readonly elsewhere?: (asset: AssetRef) => string | undefined;
}

/** What was really transferred; assets that the other side had are not among it. */
export interface TransferSummary {
  readonly files: number;
  readonly bytes: number;
}

/** These concern one asset: the others go on. Whatever else fails would fail for all. */
const OF_ONE_ASSET: ReadonlySet<ErrorCode> = new Set(['ASSET_MISSING', 'ASSET_CORRUPT', 'ASSET_REFUSED']);
/** A try that brought at least this much more of an asset onto the disk has got somewhere. Bytes. */
const SOMEWHERE = 1 << 20;

/** From so many bytes on, checking and writing what comes in is worth a thread of its own. */
const MANY = 32 << 20;
/** Bytes of small assets that go in one request. */
const BUNDLE = 4 << 20;

interface Direction {
  readonly phase: SyncPhase;
  readonly operation: 'get' | 'put';
  /** Those of a piece that must be transferred. */
  select(piece: readonly AssetRef[], signal: AbortSignal): Promise<readonly AssetRef[]>;
  /** @returns whether a failed try left something to build on */
  begin(
    asset: AssetRef,
    tally: Tally,
    signal: AbortSignal,
  ): { attempt(): Promise<void>; gotSomewhere(): boolean };
  /** Several small ones in one request. Calls `arrived` for each that made it. */
  together(
    assets: readonly AssetRef[],
    arrived: (asset: AssetRef) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

export class TransferQueue {
  readonly #store: AssetStore;
  readonly #cache: AssetCache;
  readonly #pace: PaceRules;
  readonly #retry: Retry;
  readonly #elsewhere: (asset: AssetRef) => string | undefined;

  constructor(store: AssetStore, cache: AssetCache, settings: TransferSettings = {}) {
    this.#store = store;
    this.#cache = cache;
    const { concurrency } = settings;
    this.#pace = concurrency === undefined ? USUAL : { first: concurrency, most: concurrency };
    this.#elsewhere = settings.elsewhere ?? (() => undefined);
    this.#retry = new Retry({ attempts: 6, baseMs: 250, maxMs: 10_000, ...settings.retry });
  }

  /**
   * Stores what the store lacks, from the cache. When it returns, all of them are stored.
   * @throws SyncError the first that says something: what concerns one asset (`ASSET_MISSING`, `ASSET_CORRUPT`,
   *   `ASSET_REFUSED`) after the others are done, with `data.failed` of them; anything else at once
   */
  upload(assets: readonly AssetRef[], options: CallOptions = {}): Promise<TransferSummary> {
    return this.#run(assets, options, {
      phase: 'upload',
      operation: 'put',
      select: (piece, signal) => this.#store.missing(piece, { signal }),
      begin: (asset, tally, signal) => ({
        attempt: () => this.#upload(asset, tally, signal),
        gotSomewhere: () => false,
      }),
      together: async (some, arrived, signal) => {
        // not verified on the way: the other side looks at each, and what it refuses goes by itself
        const sources = await Promise.all(some.map((asset) => this.#sourceOf(asset, false)));
        const stored = await this.#store.putMany?.(sources, { signal });
        for (const asset of some) if (stored?.has(asset.oid)) arrived(asset);
      },
    });
  }

  /** Brings what the cache lacks. Errors as in `upload`. An abort keeps what has come, to be continued. */
  async download(assets: readonly AssetRef[], options: CallOptions = {}): Promise<TransferSummary> {
    const here = await this.#cache.hasMany(assets);
    const wanted = assets.filter((_, at) => !here[at]);
    const areMany = wanted.reduce((sum, { size }) => sum + size, 0) >= MANY;
    if (areMany) this.#cache.expectArrivals();
    return await this.#run(wanted, options, {
      phase: 'download',
      operation: 'get',
      select: async (piece, signal) => {
        await this.#store.prepare?.(piece, 'get', { signal });
        return piece;
      },
      begin: (asset, tally, signal) => {
        let kept = 0;
        let before = 0;
        return {
          attempt: async () => {
            before = kept;
            try {
              await this.#download(asset, tally, signal);
            } catch (error) {
              kept = await this.#cache.partialSize(asset);
              throw error;
            }
          },
          gotSomewhere: () => kept >= before + SOMEWHERE,
        };
      },
      together: async (some, arrived, signal) => {
        const wanted = new Map(some.map((asset) => [asset.oid, asset]));
        const arrivals = areMany ? this.#cache.arrivals(arrived) : undefined;
        try {
          for await (const { oid, bytes } of this.#store.getMany?.(some, { signal }) ?? []) {
            throwIfAborted(signal);
            const asset = wanted.get(oid);
            if (!asset || (await arrivals?.add(asset, bytes))) continue;
            await this.#cache.addBytes(asset, bytes);
            arrived(asset);
          }
        } finally {
          await arrivals?.end();
        }
      },
    });
  }

  async #upload(asset: AssetRef, tally: Tally, signal: AbortSignal): Promise<void> {
    const source = await this.#sourceOf(asset);
    const open = (start = 0) => {
      tally.restart(asset, start);
      return counted(source.open(start), (length) => tally.add(asset, length));
    };
    await this.#store.put({ oid: asset.oid, size: asset.size, open }, { signal });
  }

  async #sourceOf(asset: AssetRef, verified = true): Promise<AssetSource> {
    const other = (await this.#cache.has(asset)) ? undefined : this.#elsewhere(asset);
    return other === undefined ? this.#cache.source(asset, verified) : this.#cache.sourceAt(other, asset);
  }

  async #download(asset: AssetRef, tally: Tally, signal: AbortSignal): Promise<void> {
    const kept = await this.#cache.partialSize(asset);
    // a whole one was left when a process died before the rename; one that is too long is thrown away
    const { start, bytes } =
      kept >= asset.size ? { start: kept, bytes: NOTHING } : await this.#store.get(asset, kept, { signal });
    tally.restart(asset, Math.min(start, asset.size));
    const seen = counted(bytes, (length) => tally.add(asset, length));
    await this.#cache.addStream(asset, start, seen, { signal });
  }

  async #run(
    assets: readonly AssetRef[],
    { signal, onProgress }: CallOptions,
    direction: Direction,
  ): Promise<TransferSummary> {
    throwIfAborted(signal);
    const unique = [...new Map(assets.filter(({ size }) => size > 0).map((one) => [one.oid, one])).values()];
    // the largest first, so that none of them is left alone at the end
    unique.sort((a, b) => b.size - a.size);

    const tally = new Tally(direction.phase, unique, onProgress);
    const stop = new AbortController();
    const onAbort = () => stop.abort(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });

    const failures: SyncError[] = [];
    let fatal: { readonly error: unknown } | undefined;
    const fail = (error: unknown) => {
      // after the one that stops everything, the others only say that they were stopped
      if (stop.signal.aborted) return;
      if (error instanceof SyncError && OF_ONE_ASSET.has(error.code)) failures.push(error);
      else {
        fatal = { error };
        stop.abort();
      }
    };

    const selected = this.#select(unique, tally, direction, stop.signal);
    const pace = new Pace(this.#pace);
    const transfer = async (asset: AssetRef, stopped: AbortSignal) => {
      const { attempt, gotSomewhere } = direction.begin(asset, tally, stopped);
      const watched = async () => {
        try {
          await attempt();
        } catch (error) {
          if (hasCode(error, 'RATE_LIMITED')) pace.slower();
          throw error;
        }
      };
      try {
        await this.#retry.run(watched, stopped, gotSomewhere);
        tally.done(asset);
        pace.done(asset.size);
      } catch (error) {
        tally.restart(asset, 0);
        fail(error);
      }
    };
    const transferAll = async (assets: readonly AssetRef[], stopped: AbortSignal) => {
      const left = new Set(assets);
      if (assets.length > 1) {
        try {
          await direction.together(
            assets,
            (asset) => {
              left.delete(asset);
              tally.done(asset);
              pace.done(asset.size);
            },
            stopped,
          );
        } catch (error) {
          // each by itself will say what is wrong, and is tried again where that can help
          if (hasCode(error, 'RATE_LIMITED')) pace.slower();
        }
      }
      for (const asset of left) if (!stopped.aborted) await transfer(asset, stopped);
    };
    const workers: Promise<void>[] = [];
    let working = 0;
    const work = async () => {
      // one signal for all of them would have more listeners than Node finds normal
      const stopped = AbortSignal.any([stop.signal]);
      try {
        while (!stop.signal.aborted && working <= pace.limit) {
          const next = await selected.next();
          if (next.done) return;
          await transferAll(next.value, stopped);
          hire();
        }
      } catch (error) {
        fail(error);
      } finally {
        working--;
      }
    };
    const hire = () => {
      while (!stop.signal.aborted && working < Math.min(pace.limit, unique.length)) {
        working++;
        workers.push(work());
      }
    };
    try {
      hire();
      // those who work may hire more
      for (const worker of workers) await worker;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      tally.finish();
    }
    throwIfAborted(signal);
    if (fatal) throw fatal.error;
    if (failures.length > 0) throw summed(failures);
    return { files: tally.files, bytes: tally.bytes };
  }

  /** Asks the store piece by piece, one piece ahead of the transfers. */
  async *#select(
    assets: readonly AssetRef[],
    tally: Tally,
    direction: Direction,
    signal: AbortSignal,
  ): AsyncGenerator<readonly AssetRef[], void> {
    const size = this.#store.batchSize;
    const ask = (at: number) => {
      const piece = assets.slice(at, at + size);
      const answer = this.#retry.run(() => direction.select(piece, signal), signal);
      // it may fail before anyone waits for it
      answer.catch(() => undefined);
      return { piece, answer };
    };
    let ahead = assets.length > 0 ? ask(0) : undefined;
    for (let at = size; ahead; at += size) {
      const { piece, answer } = ahead;
      const chosen = await answer;
      ahead = at < assets.length ? ask(at) : undefined;
      const left = new Set(chosen.map(({ oid }) => oid));
      for (const asset of piece) if (!left.has(asset.oid)) tally.leaveOut(asset);
      yield* bundled(chosen, (await this.#store.bundles?.(direction.operation)) ?? 0);
    }
  }
}

/** Small assets together, as many as make a request worth its while and still leave some for the others; large ones alone. */
function* bundled(assets: readonly AssetRef[], largest: number): Generator<readonly AssetRef[], void> {
  let some: AssetRef[] = [];
  let length = 0;
  for (const asset of assets) {
    if (asset.size > largest) yield [asset];
    else {
      some.push(asset);
      length += asset.size;
    }
    if (length < BUNDLE) continue;
    yield some;
    some = [];
    length = 0;
  }
  if (some.length > 0) yield some;
}

const NOTHING: AsyncIterable<Uint8Array> = {
  [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }),
};

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

/** No generator: its `return` must reach the source even when nothing was read yet. */
function counted(
  bytes: AsyncIterable<Uint8Array>,
  onBytes: (length: number) => void,
): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const source = bytes[Symbol.asyncIterator]();
      return {
        async next() {
          const next = await source.next();
          if (!next.done) onBytes(next.value.length);
          return next;
        },
        async return() {
          await source.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
