import type { FileStat } from '../platform/index.ts';
import type { AssetRef } from '../ports/assetStore.ts';
import { SyncError, throwIfAborted } from '../shared/errors.ts';
import { isOid, type Oid } from '../shared/ids.ts';
import { pause } from '../shared/pause.ts';
import type { CallOptions } from '../shared/progress.ts';
import type { LfsFolder } from './lfsFolder.ts';

/** Up to this size a file passes through memory once; above, it is streamed: hashed, copied, and the copy hashed. */
const IN_MEMORY = 8 << 20;
/** Milliseconds before a file that changed while it was read is read again. */
const PAUSES = [20, 50, 100, 200, 400, 800];

/** See `AssetCache.addFile`. */
export async function addFile(folder: LfsFolder, path: string, options: CallOptions): Promise<AssetRef> {
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

const sameFile = (a: FileStat, b: FileStat | undefined): boolean =>
  b !== undefined &&
  a.size === b.size &&
  a.mtimeSeconds === b.mtimeSeconds &&
  a.mtimeNanoseconds === b.mtimeNanoseconds &&
  a.ctimeSeconds === b.ctimeSeconds &&
  a.ctimeNanoseconds === b.ctimeNanoseconds &&
  a.ino === b.ino;

/** `undefined`: it changed while it was read. */
async function addSmall(
  folder: LfsFolder,
  path: string,
  before: FileStat,
  { onProgress }: CallOptions,
): Promise<AssetRef | undefined> {
  const content = await folder.disk.read(path);
  if (content?.length !== before.size || !sameFile(before, await folder.disk.lstat(path))) return undefined;
  const asset = { oid: oidFrom(folder.codec.sha256().update(content).hex()), size: content.length };
  if (!(await folder.has(asset))) await folder.admitBytes(asset.oid, content);
  onProgress?.({ phase: 'hash', files: 1, totalFiles: 1, bytes: asset.size, totalBytes: asset.size });
  return asset;
}

async function addLarge(
  folder: LfsFolder,
  path: string,
  before: FileStat,
  options: CallOptions,
): Promise<AssetRef | undefined> {
  const oid = await hashOf(folder, path, before.size, options);
  if (!sameFile(before, await folder.disk.lstat(path))) return undefined;
  const asset = { oid, size: before.size };
  if (await folder.has(asset)) return asset;
  return await folder.withTemporary(oid, async (copy) => {
    await folder.disk.copy(path, copy);
    // time stamps can miss a write; the object must be what its name says
    if ((await hashOf(folder, copy, before.size, { signal: options.signal })) === oid) {
      await folder.admit(oid, copy);
      return asset;
    }
    await folder.disk.remove(copy);
    return undefined;
  });
}

async function hashOf(
  { disk, codec }: LfsFolder,
  path: string,
  size: number,
  { signal, onProgress }: CallOptions,
): Promise<Oid> {
  const digest = codec.sha256();
  let bytes = 0;
  for await (const chunk of disk.stream(path, { end: size })) {
    throwIfAborted(signal);
    digest.update(chunk);
    bytes += chunk.length;
    const files = bytes === size ? 1 : 0;
    onProgress?.({ phase: 'hash', files, totalFiles: 1, bytes, totalBytes: size });
  }
  return oidFrom(digest.hex());
}

function oidFrom(hex: string): Oid {
  if (isOid(hex)) return hex;
  throw new SyncError('INTERNAL', 'The machine computes no SHA-256.');
}
