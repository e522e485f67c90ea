import { type FileStat, isUntouched } from '../platform/index.ts';
import type { AssetRef } from '../ports/assetStore.ts';
import { SyncError, throwIfAborted } from '../shared/errors.ts';
import { isOid, type Oid } from '../shared/ids.ts';
import { pause } from '../shared/pause.ts';
import type { CallOptions } from '../shared/progress.ts';
import type { LfsFolder } from './lfsFolder.ts';

/** Up to this size a file passes through memory once; above, it is hashed while it is copied. */
const IN_MEMORY = 8 << 20;
/** Milliseconds before a file that changed while it was read is read again. */
const PAUSES = [20, 50, 100, 200, 400, 800];

export interface AddOptions extends CallOptions {
  /** Told of what was not here before. */
  readonly onNew: (asset: AssetRef) => void;
}

/** See `AssetCache.addFile`. */
export async function addFile(folder: LfsFolder, path: string, options: AddOptions): Promise<AssetRef> {
  for (let attempt = 0; ; attempt++) {
    throwIfAborted(options.signal);
    const before = await folder.disk.lstat(path);
    if (before?.kind !== 'file')
      throw new SyncError('NOT_FOUND', `${path} is no file (any more).`, { data: { path } });
    const add = before.size <= IN_MEMORY ? addSmall : addLarge;
    const added = await add(folder, path, before, options);
    if (added) return added;

    const wait = PAUSES[attempt];
    if (wait === undefined)
      throw new SyncError(
        'FILE_BUSY',
        `${path} keeps changing while it is read; close the program that writes it and run it again.`,
        { data: { path } },
      );
    await pause(wait, options.signal);
  }
}

/** `undefined`: it changed while it was read. */
async function addSmall(
  folder: LfsFolder,
  path: string,
  before: FileStat,
  { onNew, onProgress }: AddOptions,
): Promise<AssetRef | undefined> {
  const { size } = before;
  const kept = await folder.disk.keepHashed({
    path,
    stat: before,
    objects: folder.root,
    temporary: folder.newTemporary(),
  });
  if (!kept) return undefined;
  const asset = { oid: oidFrom(kept.sha256), size };
  if (kept.isNew) onNew(asset);
  onProgress?.({ phase: 'hash', files: 1, totalFiles: 1, bytes: size, totalBytes: size });
  return asset;
}

/** The object is what its name says, whatever the time stamps miss: what is hashed is the copy. */
async function addLarge(
  folder: LfsFolder,
  path: string,
  before: FileStat,
  { onNew, signal, onProgress }: AddOptions,
): Promise<AssetRef | undefined> {
  const { size } = before;
  return await folder.withTemporary('unknown', async (copy) => {
    const digest = folder.codec.sha256();
    let bytes = 0;
    await folder.disk.copyShowing(path, copy, (piece) => {
      throwIfAborted(signal);
      digest.update(piece);
      bytes += piece.length;
      onProgress?.({ phase: 'hash', files: bytes === size ? 1 : 0, totalFiles: 1, bytes, totalBytes: size });
    });
    const isSame = bytes === size && isUntouched(before, await folder.disk.lstat(path));
    const asset = { oid: oidFrom(digest.hex()), size };
    if (isSame && !(await folder.has(asset))) {
      await folder.admit(asset.oid, copy);
      onNew(asset);
    } else await folder.disk.remove(copy);
    return isSame ? asset : undefined;
  });
}

function oidFrom(hex: string): Oid {
  if (isOid(hex)) return hex;
  throw new SyncError('INTERNAL', 'The machine computes no SHA-256.');
}
