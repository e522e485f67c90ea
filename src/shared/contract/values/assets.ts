/** Assets, and the room that a project takes. */
import { z } from 'zod';
import { bytes, list, oid, patterns, projectId } from './names.ts';

export const cdnUrl = z
  .strictObject({ url: z.url().max(4096), oid, size: bytes, projectId })
  .meta({ id: 'CDNUrl' });
export const storedAsset = z.strictObject({ path: z.string(), oid, size: bytes }).meta({ id: 'StoredAsset' });

export const assetEntry = z
  .strictObject({
    oid,
    size: bytes,
    path: z.string(),
    cached: z.boolean(),
    onDisk: z.enum(['content', 'pointer', 'absent']),
    wanted: z.boolean(),
  })
  .meta({ id: 'AssetEntry' });
const fetched = { files: bytes, bytes, restored: bytes, absent: list(z.string()) };
export const fetchedAssets = z.strictObject(fetched).meta({ id: 'FetchedAssets' });
export const droppedAssets = z
  .strictObject({ objects: bytes, bytes, kept: bytes })
  .meta({ id: 'DroppedAssets' });
export const chosenParts = z
  .strictObject({
    ...fetched,
    only: patterns,
    without: patterns,
    left: bytes,
    kept: list(z.string()),
  })
  .meta({ id: 'ChosenParts' });
const amount = z.strictObject({ files: bytes, bytes }).meta({ id: 'Amount' });
export const diskUse = z
  .strictObject({
    working: amount,
    assetsOnDisk: amount,
    pointers: amount,
    cache: amount,
    cacheInUse: amount,
    cachedAndOnDisk: amount,
    history: amount,
    sharesBlocks: z.boolean().exactOptional(),
  })
  .meta({ id: 'DiskUse' });
