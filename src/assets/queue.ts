/** Moves many assets between the cache and a store, to be continued where one breaks off. */
import type { AssetRef, AssetSource, AssetStore } from '../ports/assetStore.ts';
import { throwIfAborted } from '../shared/errors.ts';
import type { CallOptions } from '../shared/progress.ts';
import type { AssetCache } from './cache.ts';
import { type PaceRules, USUAL } from './pace.ts';
import { Retry, type RetryRules } from './retry.ts';
import type { Tally } from './tally.ts';
import { type Direction, type TransferSummary, transferAll } from './transferAll.ts';

export interface TransferSettings {
  /** Transfers at a time. Left out: 8, as git-lfs, and up to 32 while that brings more. */
  readonly concurrency?: number;
  readonly retry?: Partial<RetryRules>;
  /** Where else, as a disk path, an asset's bytes should be when they are to be sent and the cache lacks them. */
  readonly elsewhere?: (asset: AssetRef) => string | undefined;
}

/** A try that brought at least this much more of an asset onto the disk has got somewhere. Bytes. */
const SOMEWHERE = 1 << 20;

/** From so many bytes on, checking and writing what comes in is worth a thread of its own. */
const MANY = 32 << 20;

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

  #run(assets: readonly AssetRef[], options: CallOptions, direction: Direction): Promise<TransferSummary> {
    const means = { store: this.#store, retry: this.#retry, pace: this.#pace };
    return transferAll(assets, direction, means, options);
  }
}

const NOTHING: AsyncIterable<Uint8Array> = {
  [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }),
};

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
