/** Publishing one file: written beside its target under a name that Git's own clean-up knows, then renamed. */
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { copyFile, open, unlink } from 'node:fs/promises';
import { join, parentOf } from '../../shared/paths.ts';
import type { ByteStream, PublishOptions } from '../index.ts';
import { diskError, isAbsent, isErrno, patiently } from './failures.ts';
import { makeFolders } from './folders.ts';
import { native } from './native.ts';
import { statOf } from './stat.ts';

/** From this size on, a copy is made beside the main thread. Bytes. */
const LARGE = 64 << 10;

const umask = process.umask();

/** `git prune` removes what starts with `tmp_obj_` below `.git/objects`; what ends in `.lock` is no ref below `.git/refs`. */
export const temporaryIn = (folder: string): string => join(folder, `tmp_obj_${randomUUID()}.lock`);

export const modeFor = ({ executable, secret }: PublishOptions): number =>
  secret ? 0o600 : (executable ? 0o777 : 0o666) & ~umask;

/** A quarter of what `rmSync` costs, which looks first. */
export function removeIfThere(path: string): void {
  try {
    unlinkSync(native(path));
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

/** As `removeIfThere`, beside this thread. */
export async function removeBeside(path: string): Promise<void> {
  try {
    await unlink(native(path));
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

export function writeWhole(path: string, content: Uint8Array, mode: number, sync = false): void {
  const file = openSync(native(path), 'wx', mode);
  try {
    for (let at = 0; at < content.length; ) at += writeSync(file, content, at);
    if (sync) fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

async function writeStream(path: string, content: ByteStream, mode: number, sync: boolean): Promise<void> {
  const file = await open(native(path), 'wx', mode);
  try {
    for await (const chunk of content) {
      for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten;
    }
    if (sync) await file.sync();
  } finally {
    await file.close();
  }
}

/** Runs `write`; when the parent folder is missing, makes it and runs it again. `git gc` removes empty ones beside us. */
async function withParent<T>(folder: string, write: () => T | Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (!isErrno(error, 'ENOENT') || attempt === 5) throw error;
      makeFolders(native(folder));
    }
  }
}

export async function publish(
  path: string,
  content: Uint8Array | ByteStream,
  options: PublishOptions = {},
): Promise<boolean> {
  const folder = parentOf(path);
  const { temporary = temporaryIn(folder), sync = false } = options;
  const mode = modeFor(options);
  let isMoved = false;
  try {
    if (content instanceof Uint8Array)
      await withParent(parentOf(temporary), () => writeWhole(temporary, content, mode, sync));
    else {
      makeFolders(native(parentOf(temporary)));
      await writeStream(temporary, content, mode, sync);
    }
    if (options.exclusive) return linkIfAbsent(temporary, path);
    await patiently(path, () => withParent(folder, () => renameSync(native(temporary), native(path))));
    isMoved = true;
    return true;
  } catch (error) {
    throw diskError(error, path);
  } finally {
    if (!isMoved) removeIfThere(temporary);
  }
}

function linkIfAbsent(temporary: string, path: string): boolean {
  try {
    linkSync(native(temporary), native(path));
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    if (statOf(path)) return false;
    renameSync(native(temporary), native(path));
    return true;
  }
}

/** A copy of `from` beside `to`, blocks shared where the disk can, with a mode of its own. */
export async function copyToTemporary(
  from: string,
  to: string,
  options: PublishOptions,
  folder = parentOf(to),
): Promise<string> {
  const temporary = temporaryIn(folder);
  const flags = constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL;
  const { size = 0, mode = 0 } = statOf(from) ?? {};
  const wanted = modeFor(options);
  try {
    await withParent(folder, () =>
      size >= LARGE
        ? copyFile(native(from), native(temporary), flags)
        : copyFileSync(native(from), native(temporary), flags),
    );
    if ((mode & 0o7777) !== wanted) chmodSync(native(temporary), wanted);
    return temporary;
  } catch (error) {
    removeIfThere(temporary);
    throw diskError(error, isAbsent(error) ? from : to);
  }
}
