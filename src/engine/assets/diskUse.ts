/** What a working copy takes on the disk, and what of it could be had again. */
import { join } from '../../shared/paths.ts';
import type { Project } from '../project/Project.ts';
import { trackedAssets } from './assetList.ts';

export interface Amount {
  readonly files: number;
  readonly bytes: number;
}

export interface DiskUse {
  /** Files of the newest snapshot as they are on disk, assets included. */
  readonly working: Amount;
  /** Assets among them whose content is on disk. */
  readonly assetsOnDisk: Amount;
  /** Assets that are pointers on disk, with the sizes that they would have. */
  readonly pointers: Amount;
  /** Of assets. */
  readonly cache: Amount;
  /** Of the cache: what the newest snapshot needs. The rest are old versions. */
  readonly cacheInUse: Amount;
  /** Of the cache: what stands on disk as well. */
  readonly cachedAndOnDisk: Amount;
  /** Git's own objects. */
  readonly history: Amount;
  /**
   * Copies share their blocks on this disk, so that what is both cached and on disk takes its space once;
   * `undefined` when that cannot be found out.
   */
  readonly sharesBlocks?: boolean;
}

const add = ({ files, bytes }: Amount, size: number): Amount => ({ files: files + 1, bytes: bytes + size });
const NONE: Amount = { files: 0, bytes: 0 };

export async function diskUse(project: Project): Promise<DiskUse> {
  const { repository, host, cache } = project;
  const tree = await repository.headTree();
  const paths = tree ? [...(await repository.trees.list(tree)).keys()] : [];
  const stats = await host.disk.lstatMany(project.folder, paths);
  let working = NONE;
  for (const stat of stats) if (stat?.kind === 'file') working = add(working, stat.size);

  let assetsOnDisk = NONE;
  let pointers = NONE;
  const onDisk = new Set<string>();
  const inUse = new Set<string>();
  for (const asset of await trackedAssets(project)) {
    inUse.add(asset.oid);
    if (asset.onDisk === 'pointer') pointers = add(pointers, asset.size);
    if (asset.onDisk !== 'content') continue;
    onDisk.add(asset.oid);
    assetsOnDisk = add(assetsOnDisk, asset.stat?.size ?? 0);
  }
  let cached = NONE;
  let cacheInUse = NONE;
  let cachedAndOnDisk = NONE;
  for (const { oid, size } of await cache.all()) {
    cached = add(cached, size);
    if (inUse.has(oid)) cacheInUse = add(cacheInUse, size);
    if (onDisk.has(oid)) cachedAndOnDisk = add(cachedAndOnDisk, size);
  }
  let history = NONE;
  const objects = join(repository.gitDir, 'objects');
  for (const { stat } of await host.disk.walk(objects, (_, entries) => entries))
    history = add(history, stat.size);
  const sharesBlocks = await host.disk.sharesBlocks?.(join(repository.gitDir, 'modsync'));
  return {
    working,
    assetsOnDisk,
    pointers,
    cache: cached,
    cacheInUse,
    cachedAndOnDisk,
    history,
    ...(sharesBlocks !== undefined && { sharesBlocks }),
  };
}
