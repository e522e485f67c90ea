/** Copies a file and shows what the copy has, in one go: who hashes a large file and keeps a copy reads it once. */
import { constants, fstatSync, statSync } from 'node:fs';
import { copyFile, type FileHandle, open, rm } from 'node:fs/promises';
import { SyncError } from '../../shared/errors.ts';
import { parentOf } from '../../shared/paths.ts';
import type { Disk } from '../index.ts';
import { diskError, isAbsent, sharesNoBlocks } from './failures.ts';
import { makeFolders } from './folders.ts';
import { native } from './native.ts';

/** Two of these are used again and again: clearing a new one for each piece costs more than reading it. Bytes. */
const PIECE = 1 << 20;

export const copyShowing: Disk['copyShowing'] = async (from, to, show) => {
  const source = await open(native(from), 'r').catch((error: unknown) => {
    if (!isAbsent(error)) throw diskError(error, from);
    throw new SyncError('NOT_FOUND', `${from} is not there (any more).`, {
      data: { path: from },
      cause: error,
    });
  });
  try {
    makeFolders(native(parentOf(to)));
    if (await isShared(source, from, to)) await each(to, show);
    else await copied(source, to, show);
  } catch (error) {
    await rm(native(to), { force: true });
    throw diskError(error, to);
  } finally {
    await source.close();
  }
};

/** Devices, from and to, between which no blocks are shared: each try would make a file and remove it again. */
const apart = new Set<string>();

/** A copy that shares its blocks with the original; false where the disk makes none. */
async function isShared(source: FileHandle, from: string, to: string): Promise<boolean> {
  const devices = `${fstatSync(source.fd).dev} ${statSync(native(parentOf(to))).dev}`;
  if (apart.has(devices)) return false;
  try {
    await copyFile(native(from), native(to), constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (sharesNoBlocks(error)) apart.add(devices);
    await rm(native(to), { force: true });
    return false;
  }
}

async function each(path: string, show: (bytes: Uint8Array) => void): Promise<void> {
  const file = await open(native(path), 'r');
  try {
    await pieces(file, async (bytes) => show(bytes));
  } finally {
    await file.close();
  }
}

/** One piece is on its way to the disk while the next is shown. */
async function copied(source: FileHandle, to: string, show: (bytes: Uint8Array) => void): Promise<void> {
  const copy = await open(native(to), 'wx');
  try {
    await pieces(source, async (bytes) => {
      const written = writeAll(copy, bytes);
      // whoever waits for it hears of its failure
      written.catch(() => undefined);
      try {
        show(bytes);
      } finally {
        await written;
      }
    });
  } finally {
    await copy.close();
  }
}

/** The next piece is read while `use` has the last. */
async function pieces(file: FileHandle, use: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  let [filling, used] = [new Uint8Array(PIECE), new Uint8Array(PIECE)];
  const read = () => file.read(filling, 0, PIECE, null);
  let next = read();
  try {
    for (;;) {
      const { bytesRead } = await next;
      if (bytesRead === 0) return;
      [filling, used] = [used, filling];
      next = read();
      await use(used.subarray(0, bytesRead));
    }
  } finally {
    // nothing reads from a file that is closed, or into a buffer that is gone
    await next.catch(() => undefined);
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}
