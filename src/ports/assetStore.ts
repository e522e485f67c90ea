import type { Oid } from '../shared/ids.ts';
import type { CallOptions } from '../shared/progress.ts';

export interface AssetRef {
  readonly oid: Oid;
  /** Bytes. */
  readonly size: number;
}

/** Where an asset's bytes come from when it is put: read again from the start on a retry. */
export interface AssetSource extends AssetRef {
  open(start?: number): AsyncIterable<Uint8Array>;
  /**
   * All of it into a buffer of its length, where that is cheaper. Not verified: who gets it looks.
   * @returns false when there is not so much
   */
  readInto?(target: Uint8Array): Promise<boolean>;
}

/** Content-addressed, immutable bytes. Retry, concurrency and progress are the caller's (assets/). */
export interface AssetStore {
  /** Most assets that one call of `missing` or `locate` should name. */
  readonly batchSize: number;
  /** Those of `assets` that the store lacks. */
  missing(assets: readonly AssetRef[], options?: CallOptions): Promise<AssetRef[]>;
  /** Stores the bytes; an asset that is already there is a success. The store checks the hash. */
  put(asset: AssetSource, options?: CallOptions): Promise<void>;
  /**
   * The asset's bytes from `start` on. Not verified: the caller hashes. A store that cannot continue answers from
   * an earlier offset, which it says.
   * @throws SyncError `ASSET_MISSING`
   */
  get(
    asset: AssetRef,
    start?: number,
    options?: CallOptions,
  ): Promise<{ readonly start: number; readonly bytes: AsyncIterable<Uint8Array> }>;
  /** Those of `assets` that `get` would find: what may be given up here, because it can be had again. */
  available?(assets: readonly AssetRef[], options?: CallOptions): Promise<AssetRef[]>;
  /** Tells the store which assets are wanted next, so that it can ask for them in one request. */
  prepare?(assets: readonly AssetRef[], operation: 'get' | 'put', options?: CallOptions): Promise<void>;
  /**
   * The largest asset that `putMany` and `getMany` take at the moment, in bytes; 0: they take none. Asked after `missing`
   * or `prepare`. Left out: there is no such thing as several in one request.
   */
  bundles?(operation: 'get' | 'put'): Promise<number>;
  /** Stores several small assets in one request. @returns those that are stored: the others want `put`, which says why */
  putMany?(assets: readonly AssetSource[], options?: CallOptions): Promise<ReadonlySet<Oid>>;
  /** Several small assets in one request, each whole, not verified, in any order. Those that do not come want `get`. */
  getMany?(
    assets: readonly AssetRef[],
    options?: CallOptions,
  ): AsyncIterable<{ readonly oid: Oid; readonly bytes: Uint8Array }>;
  /**
   * A name for where `put` and `putMany` store at the moment. Another one than before: what was stored is elsewhere. Left out:
   * that never changes.
   */
  place?(): Promise<string>;
  /** Where the asset is served by a plain GET, if it is. */
  publicUrl?(asset: AssetRef): string | undefined;
}
