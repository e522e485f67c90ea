/** The bytes of assets: one file each, named by its SHA-256, per project. A file that is there is whole and right. */
import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Oid, ProjectId } from '../../shared/ids.ts';
import type { DataFolder } from '../dataFolder.ts';
import { RelayError } from '../http/http.ts';

/** Bytes, or `undefined` when it is not there. */
export async function assetSize(
  folder: DataFolder,
  project: ProjectId,
  oid: Oid,
): Promise<number | undefined> {
  try {
    return (await stat(folder.asset(project, oid))).size;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

export async function openAsset(
  folder: DataFolder,
  project: ProjectId,
  oid: Oid,
): Promise<{ readonly file: FileHandle; readonly size: number } | undefined> {
  try {
    const file = await open(folder.asset(project, oid), 'r');
    return { file, size: (await file.stat()).size };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

export interface Upload {
  readonly project: ProjectId;
  readonly oid: Oid;
  /** Bytes it must have, where known. */
  readonly size: number | undefined;
  /** Bytes that are taken at most. */
  readonly limit: number;
}

/**
 * Hashes while writing to a temporary file; flushed, then renamed, so that the same asset can arrive twice at once.
 * @returns how many bytes it has
 * @throws RelayError 422 when length or hash differ, 413 when it is too long; nothing is stored then
 */
export async function storeAsset(
  folder: DataFolder,
  upload: Upload,
  body: AsyncIterable<Buffer>,
): Promise<number> {
  const target = folder.asset(upload.project, upload.oid);
  const temporary = join(folder.temporary, randomUUID());
  const file = await open(temporary, 'wx');
  try {
    const hash = createHash('sha256');
    let length = 0;
    for await (const chunk of body) {
      length += chunk.length;
      if (length > (upload.size ?? upload.limit))
        throw upload.size === undefined ? tooLong(upload.limit) : wrongBytes();
      hash.update(chunk);
      await writeAll(file, chunk);
    }
    if ((upload.size !== undefined && length !== upload.size) || hash.digest('hex') !== upload.oid)
      throw wrongBytes();
    await file.sync();
    await file.close();
    await mkdir(dirname(target), { recursive: true });
    await rename(temporary, target);
    await syncFolder(dirname(target));
    return length;
  } catch (error) {
    await file.close();
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}

/** Without this a power cut could undo the rename. Windows neither needs nor allows it. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export const tooLong = (limit: number) =>
  new RelayError(413, 'INVALID_INPUT', `This relay takes assets of at most ${limit} bytes.`);

export const wrongBytes = () =>
  new RelayError(
    422,
    'ASSET_CORRUPT',
    'The bytes are not those that the oid and size name. Nothing was stored; send the file again.',
  );

const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
