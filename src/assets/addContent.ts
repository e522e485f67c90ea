import type { AssetRef } from '../ports/assetStore.ts';
import { concat } from '../shared/bytes.ts';
import { SyncError, throwIfAborted } from '../shared/errors.ts';
import { isOid } from '../shared/ids.ts';
import type { CallOptions } from '../shared/progress.ts';
import type { LfsFolder } from './lfsFolder.ts';

/** Up to this size content waits in memory until its name is known, and is written only if it is new. Bytes. */
const IN_MEMORY = 8 << 20;
/** Bytes that are gathered before they are written. */
const BUFFER = 1 << 20;

/** See `AssetCache.addContent`. */
export async function addContent(
  folder: LfsFolder,
  content: AsyncIterable<Uint8Array>,
  { signal }: CallOptions,
): Promise<AssetRef> {
  const digest = folder.codec.sha256();
  const source = content[Symbol.asyncIterator]();
  let size = 0;

  /** Reads until about `limit` bytes are here, or all. */
  async function read(limit: number): Promise<{ readonly bytes: Uint8Array; readonly done: boolean }> {
    const parts: Uint8Array[] = [];
    let length = 0;
    while (length < limit) {
      throwIfAborted(signal);
      const next = await source.next();
      if (next.done) return { bytes: concat(parts), done: true };
      digest.update(next.value);
      parts.push(next.value);
      length += next.value.length;
      size += next.value.length;
    }
    return { bytes: concat(parts), done: false };
  }

  function named(): AssetRef {
    const oid = digest.hex();
    if (isOid(oid)) return { oid, size };
    throw new SyncError('INTERNAL', 'The machine computes no SHA-256.');
  }

  const first = await read(IN_MEMORY);
  if (first.done) {
    const asset = named();
    if (size > 0 && !(await folder.has(asset))) await folder.admitBytes(asset.oid, first.bytes);
    return asset;
  }
  return await folder.withTemporary('unknown', async (path) => {
    for (let piece = first; ; piece = await read(BUFFER)) {
      if (piece.bytes.length > 0) await folder.disk.append(path, piece.bytes);
      if (piece.done) break;
    }
    const asset = named();
    if (await folder.has(asset)) await folder.disk.remove(path);
    else await folder.admit(asset.oid, path);
    return asset;
  });
}
