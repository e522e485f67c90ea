/** One asset, apart from any snapshot: to the remote, and from there to a place on the disk. */
import type { AssetRef, Remote } from '../../ports/index.ts';
import { SyncError } from '../../shared/errors.ts';
import { join } from '../../shared/paths.ts';
import type { CallOptions } from '../../shared/progress.ts';
import type { CDNUrl } from '../../shared/types.ts';
import type { Project } from '../project/Project.ts';
import { queueFor } from './transfers.ts';

export interface StoredAsset extends AssetRef {
  /** A disk path. */
  readonly path: string;
}

const isAbsolute = (path: string) => /^(\/|[A-Za-z]:\/)/.test(path);

/** @param path a disk path, or a project path @throws SyncError `NOT_FOUND`, `INVALID_CONFIG` without a remote */
export async function uploadAsset(
  project: Project,
  remote: Remote | undefined,
  path: string,
  options: CallOptions,
): Promise<CDNUrl> {
  const { url, assets } = needed(remote);
  const asset = await project.cache.addFile(isAbsolute(path) ? path : join(project.folder, path), options);
  const queue = await queueFor(project, assets);
  await queue.upload([asset], options);
  // where nobody serves single assets, the address at the LFS server names it all the same
  const publicUrl = assets.publicUrl?.(asset) ?? `${url}/info/lfs/objects/${asset.oid}`;
  return { url: publicUrl, ...asset, projectId: project.id };
}

/**
 * @param to a disk path; a file that is there stays, whatever it holds
 * @throws SyncError `WOULD_OVERWRITE`, `UNSAFE_PATH`, `ASSET_MISSING`, `INVALID_CONFIG` without a remote
 */
export async function downloadAsset(
  project: Project,
  remote: Remote | undefined,
  { oid, size }: AssetRef,
  to: string,
  options: CallOptions,
): Promise<StoredAsset> {
  const { disk } = project.host;
  const asset = { oid, size };
  // Git runs what lies in there
  if (to.split('/').some((name) => name.toLowerCase() === '.git'))
    throw new SyncError('UNSAFE_PATH', `${to} is inside a .git folder: that is Git's own.`, {
      data: { path: to },
    });
  const inTheWay = () =>
    new SyncError('WOULD_OVERWRITE', `${to} is there already. Choose another name, or move it away.`, {
      data: { path: to },
    });
  if (await disk.lstat(to)) throw inTheWay();
  if (!(await project.cache.has(asset))) {
    const queue = await queueFor(project, needed(remote).assets);
    await queue.download([asset], options);
  }
  const content = size === 0 ? new Uint8Array() : disk.stream(project.cache.pathOf(oid));
  if (!(await disk.publish(to, content, { exclusive: true }))) throw inTheWay();
  return { ...asset, path: to };
}

function needed(remote: Remote | undefined): Remote {
  if (remote) return remote;
  throw new SyncError(
    'INVALID_CONFIG',
    'This project has no remote to keep assets at. Run "modsync init --relay URL" in its folder first.',
  );
}
