import type { Codec } from '../platform/index.ts';
import type { AssetStore } from '../ports/assetStore.ts';
import { concat } from '../shared/bytes.ts';
import { SyncError, throwIfAborted } from '../shared/errors.ts';
import type { Oid } from '../shared/ids.ts';

/** An `AssetStore` that forgets: for tests, and as the shortest example of the port. */
export function memoryAssetStore(codec: Pick<Codec, 'sha256'>): AssetStore {
  const stored = new Map<Oid, Uint8Array>();
  return {
    batchSize: 1000,
    async missing(assets, { signal } = {}) {
      throwIfAborted(signal);
      return assets.filter(({ oid }) => !stored.has(oid));
    },
    async available(assets, { signal } = {}) {
      throwIfAborted(signal);
      return assets.filter(({ oid, size }) => stored.get(oid)?.length === size);
    },
    async put(asset, { signal } = {}) {
      if (stored.has(asset.oid)) return;
      const parts: Uint8Array[] = [];
      for await (const part of asset.open()) {
        throwIfAborted(signal);
        parts.push(part);
      }
      const bytes = concat(parts);
      if (bytes.length !== asset.size || codec.sha256().update(bytes).hex() !== asset.oid)
        throw new SyncError('ASSET_CORRUPT', `These are not the bytes of asset ${asset.oid}.`, {
          data: { oid: asset.oid, retryable: false },
        });
      stored.set(asset.oid, bytes.slice());
    },
    async get({ oid }, start = 0, { signal } = {}) {
      throwIfAborted(signal);
      const bytes = stored.get(oid);
      if (!bytes)
        throw new SyncError('ASSET_MISSING', `The store does not have asset ${oid}.`, {
          data: { oid, retryable: false },
        });
      return { start, bytes: pieces(bytes.subarray(start)) };
    },
  };
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1 << 16) yield bytes.subarray(at, at + (1 << 16));
}
