/** Which assets commits need, and their way between the cache and the remote. */
import { MAX_POINTER_LENGTH, parsePointer } from '../../lfs/index.ts';
import type { AssetRef, Remote } from '../../ports/index.ts';
import { hasCode, SyncError } from '../../shared/errors.ts';
import { MODE, type TreeChange } from '../../shared/git.ts';
import type { BlobId, CommitId, Oid } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';
import type { CallOptions } from '../../shared/progress.ts';
import { partsOf } from '../assets/parts.ts';
import { queueFor } from '../assets/transfers.ts';
import { lfsConfigIn } from '../project/lfsSettings.ts';
import type { Project } from '../project/Project.ts';
import type { EarlyAssets } from './EarlyAssets.ts';
import { HostLimits } from './hostLimits.ts';

/** Most blobs, and about as many bytes of them, that are read at a time: most are pointers, some are plugins. */
const MOST = 512;
const BYTES = 32 << 20;

/** The assets behind the blobs that changes bring, by the path they are first seen at. @param seen is told of every blob */
async function assetsOf(
  project: Project,
  changes: readonly TreeChange[],
  seen?: (path: string, size: number) => void,
): Promise<Map<Oid, AssetRef & { path: string }>> {
  const paths = new Map<BlobId, string>();
  for (const { path, after } of changes)
    if (after && (after.mode === MODE.file || after.mode === MODE.executable) && !paths.has(after.id))
      paths.set(after.id, path);
  const blobs = [...paths];
  const assets = new Map<Oid, AssetRef & { path: string }>();
  // how large a blob is shows when it is read: so many at once as fit if they are like the ones before
  let atOnce = 8;
  for (let at = 0; at < blobs.length; ) {
    const some = blobs.slice(at, at + atOnce);
    at += some.length;
    const objects = await project.repository.objects.readMany(some.map(([id]) => id));
    const read = objects.reduce((sum, { data }) => sum + data.length, 0);
    atOnce = Math.max(1, Math.min(MOST, atOnce * 2, Math.floor((BYTES * some.length) / (read + 1))));
    for (const [i, [, path]] of some.entries()) {
      const blob = objects[i]?.data;
      seen?.(path, blob?.length ?? 0);
      const pointer = blob && blob.length < MAX_POINTER_LENGTH ? parsePointer(blob) : undefined;
      if (pointer) assets.set(pointer.oid, { oid: pointer.oid, size: pointer.size, path });
    }
  }
  return assets;
}

/**
 * Downloads what `changes` bring, as far as it is in the parts that this working copy has; says which paths the remote
 * has no bytes for. Where they change `.lfsconfig`, the new one counts.
 */
export async function bringAssets(
  project: Project,
  remote: Remote,
  changes: readonly TreeChange[],
  options: CallOptions,
): Promise<{ readonly bytes: number; readonly absent: readonly string[] }> {
  project.arriving = lfsConfigIn(changes);
  try {
    return await bring(project, remote, changes, options);
  } finally {
    project.arriving = undefined;
  }
}

async function bring(
  project: Project,
  remote: Remote,
  changes: readonly TreeChange[],
  options: CallOptions,
): Promise<{ readonly bytes: number; readonly absent: readonly string[] }> {
  const { isWhole, wants } = await partsOf(project);
  const wanted = isWhole ? changes : changes.filter(({ path }) => wants(path));
  const assets = await assetsOf(project, wanted);
  if (assets.size === 0) return { bytes: 0, absent: [] };
  const all = [...assets.values()];
  const queue = await queueFor(project, remote.assets);
  try {
    return { bytes: (await queue.download(all, options)).bytes, absent: [] };
  } catch (error) {
    if (!hasCode(error, 'ASSET_MISSING')) throw error;
    // the others have arrived: what is absent now is what the remote lacks
    const here = await project.cache.hasMany(all);
    return { bytes: 0, absent: all.filter((_, at) => !here[at]).map(({ path }) => path) };
  }
}

export interface SendOptions extends CallOptions {
  /** Sends some of them already. */
  readonly early?: EarlyAssets;
}

/**
 * Stores at the remote every asset that the commits from `have` to `next` name. The barrier: no ref is pushed
 * before this returns.
 * @throws SyncError `ASSET_MISSING` when neither side has the bytes; `PUSH_REJECTED` for files that the host refuses
 */
export async function sendAssets(
  project: Project,
  remote: Remote,
  next: CommitId,
  have: readonly CommitId[],
  options: SendOptions,
): Promise<{ readonly bytes: number; readonly warnings: readonly string[] }> {
  const limits = new HostLimits(remote.limits);
  const { graph, trees } = project.repository;
  const assets = new Map<Oid, AssetRef & { path: string }>();
  for await (const commit of graph.log(next, { not: [...have] })) {
    const [parent] = commit.parents;
    const before = parent && (await graph.commit(parent)).tree;
    const changes = await trees.diff(before, commit.tree);
    const named = await assetsOf(project, changes, (path, size) => limits.see(path, size));
    for (const [oid, asset] of named) assets.set(oid, asset);
  }
  const warnings = limits.check();
  if (assets.size === 0) return { bytes: 0, warnings };
  const queue = await queueFor(project, remote.assets, {
    // the cache may have given its copy up: an unchanged working file has the same bytes
    elsewhere: ({ oid }) => {
      const path = assets.get(oid)?.path;
      return path === undefined ? undefined : join(project.folder, path);
    },
  });
  try {
    const all = [...assets.values()];
    const begun = await options.early?.take(all, options.onProgress);
    if (!begun) return { bytes: (await queue.upload(all, options)).bytes, warnings };
    const send = (some: readonly AssetRef[]) =>
      queue.upload(some, { ...options, onProgress: begun.transfer() });
    const [usual, before] = await Promise.all([send(begun.left), begun.ended]);
    const again = await send(before.failed);
    return { bytes: usual.bytes + before.bytes + again.bytes, warnings };
  } catch (error) {
    const asset = hasCode(error, 'ASSET_MISSING') ? assets.get(error.data.oid as Oid) : undefined; // a Map takes any key
    if (!asset) throw error;
    throw new SyncError(
      'ASSET_MISSING',
      `${asset.path}: its bytes are neither here nor at the remote, so nothing was pushed. Fetch them ("git lfs fetch --all") or save the file once more, then sync again.`,
      { data: { path: asset.path, oid: asset.oid }, cause: error },
    );
  }
}
