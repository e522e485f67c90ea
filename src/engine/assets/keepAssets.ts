/** Which assets this machine keeps: fetching them, giving up copies of them, and choosing the parts of the project. */
import type { AssetRef, AssetStore, Remote } from '../../ports/index.ts';
import { hasCode, SyncError } from '../../shared/errors.ts';
import type { Oid } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';
import type { CallOptions } from '../../shared/progress.ts';
import { markLockable } from '../locks/lockable.ts';
import type { Project } from '../project/Project.ts';
import { type TrackedAsset, trackedAssets } from './assetList.ts';
import { type Parts, partsConfig, partsOf, patternTest } from './parts.ts';
import { queueFor } from './transfers.ts';

export interface FetchedAssets {
  /** What came over the network. */
  readonly files: number;
  readonly bytes: number;
  /** Pointers on disk that became files. */
  readonly restored: number;
  /** The remote has no bytes for these paths. */
  readonly absent: readonly string[];
}

export interface DroppedAssets {
  readonly objects: number;
  readonly bytes: number;
  /** Copies that stay, because the remote is not known to have their bytes. */
  readonly kept: number;
}

export interface ChosenParts extends Parts, FetchedAssets {
  /** Files that became pointers. */
  readonly left: number;
  /** Paths that were to become pointers and stay as they are: changed here, or not at the remote yet. */
  readonly kept: readonly string[];
}

/**
 * Brings the bytes of the newest snapshot's assets, and puts them on disk where pointers stand.
 * @param patterns as in `.gitignore`; none: what the chosen parts include
 */
export async function fetchAssets(
  project: Project,
  remote: Remote | undefined,
  patterns: readonly string[],
  options: CallOptions,
): Promise<FetchedAssets> {
  const lock = await project.lock(options.signal);
  try {
    const named = patterns.length > 0 ? await patternTest(project, patterns) : (await partsOf(project)).wants;
    const assets = await trackedAssets(project, named);
    return await bring(project, remote, await withOwnCopies(project, assets, options), options);
  } finally {
    await lock.release();
  }
}

/** A file on disk that is the asset spares the network: its copy goes into the cache. */
async function withOwnCopies(project: Project, assets: readonly TrackedAsset[], options: CallOptions) {
  const { cache, folder } = project;
  const known = [];
  for (const asset of assets) {
    if (asset.cached || asset.onDisk !== 'content') {
      known.push(asset);
      continue;
    }
    const isSame =
      asset.stat?.size === asset.size &&
      (await cache.addFile(join(folder, asset.path), { signal: options.signal })).oid === asset.oid;
    // a file that was edited does not stand for the version of the snapshot
    known.push(isSame ? { ...asset, cached: true } : { ...asset, onDisk: 'edited' as const });
  }
  return known;
}

async function bring(
  project: Project,
  remote: Remote | undefined,
  assets: readonly (Omit<TrackedAsset, 'onDisk'> & { readonly onDisk: TrackedAsset['onDisk'] | 'edited' })[],
  options: CallOptions,
): Promise<FetchedAssets> {
  // what is on disk needs no copy in the cache
  const wanted = assets.filter(({ cached, onDisk }) => !cached && onDisk !== 'content');
  let moved = { files: 0, bytes: 0 };
  try {
    if (wanted.length > 0) moved = await (await queueFor(project, storeOf(remote))).download(wanted, options);
  } catch (error) {
    if (!hasCode(error, 'ASSET_MISSING')) throw error;
  }
  const here = await project.cache.hasMany(wanted);
  const absent = wanted.filter((_, at) => !here[at]).map(({ path }) => path);
  const gone = new Set(absent);
  const pointers = assets.filter(({ path, onDisk }) => onDisk === 'pointer' && !gone.has(path));
  const kept = await restore(project, pointers, options);
  return { ...moved, restored: pointers.length - kept.length, absent };
}

/** From index and cache to disk: content where the cache has it, else the pointer. @returns those left as they are */
async function restore(
  project: Project,
  assets: readonly Pick<TrackedAsset, 'path' | 'file' | 'stat'>[],
  options: CallOptions,
): Promise<string[]> {
  if (assets.length === 0) return [];
  const { signal } = options;
  const kept = await project.repository.files.restoreMany(
    assets.map(({ path, file, stat }) => ({ path, file, expect: stat ?? 'absent' })),
    { filters: project.filters, signal },
  );
  await markLockable(
    project,
    assets.map(({ path }) => path),
  );
  return kept;
}

/**
 * Frees the copies in the cache of what the remote has. Files on disk stay.
 * @param patterns of paths in the newest snapshot; none: everything in the cache, old versions included
 */
export async function dropAssets(
  project: Project,
  remote: Remote | undefined,
  patterns: readonly string[],
  options: CallOptions,
): Promise<DroppedAssets> {
  const lock = await project.lock(options.signal);
  try {
    const candidates =
      patterns.length > 0
        ? (await trackedAssets(project, await patternTest(project, patterns))).filter(({ cached }) => cached)
        : await project.cache.all();
    return await drop(project, remote, candidates, options);
  } finally {
    await lock.release();
  }
}

async function drop(
  project: Project,
  remote: Remote | undefined,
  candidates: readonly AssetRef[],
  options: CallOptions,
): Promise<DroppedAssets> {
  const unique = [
    ...new Map(candidates.filter(({ size }) => size > 0).map((one) => [one.oid, one])).values(),
  ];
  const safe = await availableAt(remote, unique, options);
  let objects = 0;
  let bytes = 0;
  for (const asset of unique) {
    if (!safe.has(asset.oid)) continue;
    await project.cache.drop(asset);
    objects++;
    bytes += asset.size;
  }
  return { objects, bytes, kept: unique.length - objects };
}

/** What can be had from the remote again. */
async function availableAt(
  remote: Remote | undefined,
  assets: readonly AssetRef[],
  options: CallOptions,
): Promise<ReadonlySet<Oid>> {
  const found = new Set<Oid>();
  if (assets.length === 0) return found;
  const store = storeOf(remote);
  for (let at = 0; at < assets.length; at += store.batchSize) {
    const some = assets.slice(at, at + store.batchSize);
    const here = store.available
      ? await store.available(some, options)
      : except(some, await store.missing(some, options));
    for (const { oid } of here) found.add(oid);
  }
  return found;
}

const except = (assets: readonly AssetRef[], others: readonly AssetRef[]): AssetRef[] => {
  const left = new Set(others.map(({ oid }) => oid));
  return assets.filter(({ oid }) => !left.has(oid));
};

/**
 * Chooses the parts of the project that this working copy has, and makes the disk agree: what is included now is
 * fetched; what is left out becomes a pointer, if it is unchanged and the remote has it.
 */
export async function chooseParts(
  project: Project,
  remote: Remote | undefined,
  parts: Parts,
  options: CallOptions,
): Promise<ChosenParts> {
  const config = partsConfig(parts);
  const lock = await project.lock(options.signal);
  try {
    await project.repository.config.setMany(config);
    const assets = await trackedAssets(project);
    const left = assets.filter(({ wanted, onDisk }) => !wanted && onDisk === 'content');
    const { pointers, kept } = await leaveOut(project, remote, left, assets, options);
    const fetched = await bring(
      project,
      remote,
      assets.filter(({ wanted }) => wanted),
      options,
    );
    const { only, without } = await partsOf(project);
    return { ...fetched, only, without, left: pointers, kept };
  } finally {
    await lock.release();
  }
}

async function leaveOut(
  project: Project,
  remote: Remote | undefined,
  assets: readonly TrackedAsset[],
  all: readonly TrackedAsset[],
  options: CallOptions,
): Promise<{ readonly pointers: number; readonly kept: readonly string[] }> {
  if (assets.length === 0) return { pointers: 0, kept: [] };
  const { unstaged, staged } = await project.repository.status({
    filters: project.filters,
    only: assets.map(({ path }) => path),
    signal: options.signal,
  });
  const changed = new Set([...unstaged, ...staged].map(({ path }) => path));
  const safe = await availableAt(remote, assets, options);
  const leaving = assets.filter(({ path, oid }) => !changed.has(path) && safe.has(oid));
  const leavingPaths = new Set(leaving.map(({ path }) => path));
  const needed = new Set(all.filter(({ path }) => !leavingPaths.has(path)).map(({ oid }) => oid));
  for (const asset of leaving) if (!needed.has(asset.oid)) await project.cache.drop(asset);
  const kept = new Set(await writePointers(project, leaving, options));
  return {
    pointers: leaving.length - kept.size,
    kept: assets.map(({ path }) => path).filter((path) => kept.has(path) || !leavingPaths.has(path)),
  };
}

/** Also where the cache still has the bytes, because another path needs them. */
async function writePointers(
  project: Project,
  assets: readonly TrackedAsset[],
  { signal }: CallOptions,
): Promise<string[]> {
  const [lfs] = project.filters;
  const asPointer = lfs && { ...lfs, smudge: async (blob: Uint8Array) => blob };
  const kept = await project.repository.files.restoreMany(
    assets.map(({ path, file, stat }) => ({ path, file, expect: stat ?? 'absent' })),
    { filters: asPointer ? [asPointer] : [], signal },
  );
  await markLockable(
    project,
    assets.map(({ path }) => path),
  );
  return kept;
}

/** @throws SyncError `INVALID_CONFIG` */
function storeOf(remote: Remote | undefined): AssetStore {
  if (remote) return remote.assets;
  throw new SyncError(
    'INVALID_CONFIG',
    'This project has no remote: what is here is the only copy, and nothing can be fetched.',
  );
}
