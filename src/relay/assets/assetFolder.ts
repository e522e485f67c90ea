/** The bytes of assets: one file each, named by its SHA-256, per project. A file that is there is whole and right. */
import { createHash, randomUUID } from 'node:crypto';
import { fstatSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isOid, type Oid, type ProjectId } from '../../shared/ids.ts';
import type { FolderLayout } from '../dataFolder.ts';
import { RelayError } from '../http/http.ts';

/**
 * Bytes, or `undefined` when it is not there. Batches ask for a thousand: sent to another thread one by one, they would
 * cost many times as much.
 */
export function assetSize(folder: FolderLayout, project: ProjectId, oid: Oid): number | undefined {
  return statSync(folder.asset(project, oid), { throwIfNoEntry: false })?.size;
}

// What says that an asset is here (`claimAsset`, the end of each upload) and what removes it (`removeIfOlder`) are
// synchronous, and happen in the one process that serves the folder: none can come between the steps of another.

/** `assetSize` for whoever is about to refer to it: from now on it is as if it had just arrived. */
export function claimAsset(folder: FolderLayout, project: ProjectId, oid: Oid): number | undefined {
  const path = folder.asset(project, oid);
  // an exception costs ten times as much as this look
  const size = assetSize(folder, project, oid);
  if (size === undefined) return undefined;
  try {
    const now = new Date();
    utimesSync(path, now, now);
    return size;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Bytes that it had; `undefined` when it is not there, or arrived or was claimed since then. */
export function removeIfOlder(
  folder: FolderLayout,
  project: ProjectId,
  oid: Oid,
  sinceMs: number,
): number | undefined {
  const path = folder.asset(project, oid);
  try {
    const { mtimeMs, size } = statSync(path);
    if (mtimeMs > sinceMs) return undefined;
    rmSync(path);
    return size;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Every asset of a project, as the folder has it. */
export async function* listAssets(folder: FolderLayout, project: ProjectId): AsyncGenerator<StoredAsset> {
  for (const entry of await readdir(folder.assets(project), { recursive: true, withFileTypes: true }).catch(
    none,
  )) {
    if (!entry.isFile() || !isOid(entry.name)) continue;
    try {
      const { size, mtimeMs } = await stat(join(entry.parentPath, entry.name));
      yield { oid: entry.name, size, mtimeMs };
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }
}

export interface StoredAsset {
  readonly oid: Oid;
  readonly size: number;
  /** When it arrived, or was claimed last. */
  readonly mtimeMs: number;
}

function none(error: unknown): [] {
  if (isAbsent(error)) return [];
  throw error;
}

export async function openAsset(
  folder: FolderLayout,
  project: ProjectId,
  oid: Oid,
): Promise<{ readonly file: FileHandle; readonly size: number } | undefined> {
  try {
    const file = await open(folder.asset(project, oid), 'r');
    // of an open file: nothing that would wait for the disk
    return { file, size: fstatSync(file.fd).size };
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
  folder: FolderLayout,
  upload: Upload,
  body: AsyncIterable<Buffer>,
): Promise<number> {
  const target = folder.asset(upload.project, upload.oid);
  const temporary = join(folder.temporary, randomUUID());
  const file = await open(temporary, 'wx');
  try {
    const hash = createHash('sha256');
    const writer = new WriteBehind(file);
    let length = 0;
    try {
      for await (const chunk of body) {
        length += chunk.length;
        if (length > (upload.size ?? upload.limit))
          throw upload.size === undefined ? tooLong(upload.limit) : wrongBytes();
        hash.update(chunk);
        await writer.add(chunk);
      }
    } finally {
      await writer.end();
    }
    if ((upload.size !== undefined && length !== upload.size) || hash.digest('hex') !== upload.oid)
      throw wrongBytes();
    await file.sync();
    await file.close();
    await mkdir(dirname(target), { recursive: true });
    renameSync(temporary, target);
    await syncFolder(dirname(target));
    return length;
  } catch (error) {
    await file.close();
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Bytes that are gathered before they go to the disk: what comes in is cut much smaller. */
const GATHERED = 1 << 20;

/** Writes what was gathered while more is gathered, so that neither the sender nor the disk waits for the other. */
class WriteBehind {
  readonly #file: FileHandle;
  #chunks: Buffer[] = [];
  #length = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** @throws what writing the bytes before threw */
  async add(chunk: Buffer): Promise<void> {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length >= GATHERED) await this.#flush();
  }

  /** Nothing is being written any more. */
  async end(): Promise<void> {
    await this.#flush();
    await this.#writing;
  }

  async #flush(): Promise<void> {
    await this.#writing;
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#length = 0;
    this.#writing = this.#write(chunks);
    // whoever comes next hears of its failure
    this.#writing.catch(() => undefined);
  }

  async #write(chunks: readonly Buffer[]): Promise<void> {
    if (chunks.length === 0) return;
    let { bytesWritten: done } = await this.#file.writev(chunks);
    for (const chunk of chunks) {
      for (; done < chunk.length; ) done += (await this.#file.write(chunk, done)).bytesWritten;
      done -= chunk.length;
    }
  }
}

/** Without this a power cut could undo the rename. Windows neither needs nor allows it. */
export async function syncFolder(path: string): Promise<void> {
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

export const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
