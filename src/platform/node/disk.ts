import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { SyncError } from '../../shared/errors.ts';
import { join, nameOf, parentOf } from '../../shared/paths.ts';
import type { ByteStream, Disk } from '../index.ts';
import { keepHashed, publishVerified } from './beside/index.ts';
import { copyShowing } from './copyShowing.ts';
import { diskError, isAbsent, isErrno, patiently, sharesNoBlocks } from './failures.ts';
import { makeFolders } from './folders.ts';
import { dropLock, readHolder, takeGcLock, takeLock } from './locks.ts';
import { native } from './native.ts';
import { copyToTemporary, publish, removeIfThere, temporaryIn } from './publish.ts';
import { readInto } from './readInto.ts';
import { kindOf, statOf } from './stat.ts';
import { walk } from './walk.ts';
import { removeMany, writeMany } from './workingTree.ts';

const CHUNK = 1 << 20;
/** Milliseconds of synchronous work after which a batch lets timers and sockets have a turn. */
const SLICE = 15;

/** Runs `each` over items, giving way to other work now and then. */
async function inSlices<T, R>(items: readonly T[], each: (item: T) => R): Promise<R[]> {
  const results: R[] = [];
  let until = performance.now() + SLICE;
  for (const item of items) {
    results.push(each(item));
    if (performance.now() > until) {
      await yieldToOthers();
      until = performance.now() + SLICE;
    }
  }
  return results;
}

function absentAs<T, A>(path: string, absent: A, operation: () => T): T | A {
  try {
    return operation();
  } catch (error) {
    if (isAbsent(error)) return absent;
    throw diskError(error, path);
  }
}

const read = (path: string) => absentAs(path, undefined, (): Uint8Array => readFileSync(native(path)));

function readRange(path: string, offset: number, length: number): Uint8Array | undefined {
  const bytes = new Uint8Array(length);
  const filled = readInto(path, bytes, offset);
  if (filled === undefined) return undefined;
  return filled === length ? bytes : bytes.subarray(0, filled);
}

async function* stream(
  path: string,
  range: { readonly start?: number; readonly end?: number } = {},
): ByteStream {
  const file = await open(native(path), 'r').catch((error: unknown) => {
    if (isAbsent(error))
      throw new SyncError('NOT_FOUND', `${path} is not there (any more).`, { data: { path }, cause: error });
    throw diskError(error, path);
  });
  try {
    let at = range.start ?? 0;
    const end = range.end ?? Number.POSITIVE_INFINITY;
    while (at < end) {
      const { bytesRead, buffer } = await file.read(new Uint8Array(Math.min(CHUNK, end - at)), 0, null, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield bytesRead === buffer.length ? buffer : buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    throw diskError(error, path);
  } finally {
    await file.close();
  }
}

/** All of it or nothing: a disk that fills up in the middle does not leave half a line. */
function append(path: string, content: Uint8Array): void {
  const file = openSync(native(path), 'a');
  try {
    const { size } = fstatSync(file);
    try {
      for (let at = 0; at < content.length; ) at += writeSync(file, content, at);
    } catch (error) {
      ftruncateSync(file, size);
      throw error;
    }
  } finally {
    closeSync(file);
  }
}

export function nodeDisk(): Disk {
  return {
    lstat: async (path) => statOf(path),
    lstatMany: (root, paths) => inSlices(paths, (path) => statOf(join(root, path))),
    list: async (folder) =>
      absentAs(folder, undefined, () =>
        readdirSync(native(folder), { withFileTypes: true }).map((entry) => ({
          name: entry.name,
          kind: kindOf(entry),
        })),
      ),
    walk,

    read: async (path) => read(path),
    readInto: async (path, target) => readInto(path, target),
    readMany: (paths) => inSlices(paths, read),
    readRange: async (path, offset, length) => readRange(path, offset, length),
    stream,
    readLink: async (path) =>
      absentAs(path, undefined, () => {
        try {
          return readlinkSync(native(path));
        } catch (error) {
          if (isErrno(error, 'EINVAL')) return undefined;
          throw error;
        }
      }),

    publish,
    publishVerified,
    keepHashed,
    writeMany,
    removeMany,
    async copy(from, to, options = {}) {
      const temporary = await copyToTemporary(from, to, options);
      try {
        await patiently(to, () => renameSync(native(temporary), native(to)));
      } catch (error) {
        removeIfThere(temporary);
        throw error;
      }
    },
    copyShowing,
    append: (path, content) =>
      patiently(path, () => {
        try {
          append(path, content);
        } catch (error) {
          if (!isAbsent(error)) throw error;
          makeFolders(native(parentOf(path)));
          append(path, content);
        }
      }),
    touch: async (path) =>
      absentAs(path, false, () => {
        const now = new Date();
        utimesSync(native(path), now, now);
        return true;
      }),
    rename: (from, to) => patiently(to, () => renameSync(native(from), native(to))),
    setWritable: async (path, writable) =>
      absentAs(path, undefined, () => {
        const { kind, mode = 0 } = statOf(path) ?? {};
        if (kind !== 'file' || ((mode & 0o200) !== 0) === writable) return;
        // whoever may read may write again, as far as the umask lets them
        const next = writable ? mode | 0o200 | (((mode & 0o044) >> 1) & ~process.umask()) : mode & ~0o222;
        chmodSync(native(path), next & 0o7777);
      }),
    symlink: (target, path) => patiently(path, () => symlinkSync(target, native(path))),
    makeFolder: async (path) => {
      await patiently(path, () => makeFolders(native(path)));
    },
    remove: (path) => patiently(path, () => removeIfThere(path)),
    removeEmptyFolder: async (path) => {
      try {
        rmdirSync(native(path));
        return true;
      } catch (error) {
        if (isErrno(error, 'ENOENT')) return true;
        if (isErrno(error, 'ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EBUSY', 'EPERM')) return false;
        throw diskError(error, path);
      }
    },
    removeTree: async (path) => {
      await patiently(path, () => rmSync(native(path), { recursive: true, force: true }));
    },

    async lockFile(path, { waitMs = 10_000, signal } = {}) {
      const lockPath = `${path}.lock`;
      if (!(await takeLock(lockPath, waitMs, signal))) {
        const holder = readHolder(lockPath);
        const who = holder
          ? `modsync (process ${holder.pid} on ${holder.host})`
          : 'another program, such as git,';
        throw new SyncError(
          'LOCK_TIMEOUT',
          `${who} holds ${lockPath}. Wait until it is done and try again; if nothing is running, "modsync doctor" tells more.`,
          { data: { path: lockPath, ...(holder && { pid: holder.pid }) } },
        );
      }
      let held = true;
      const release = async () => {
        if (!held) return;
        held = false;
        dropLock(lockPath);
      };
      return {
        async publish(content, options = {}) {
          await publish(path, content, { sync: true, ...options });
        },
        async commit(content, options = {}) {
          await publish(path, content, { sync: true, ...options });
          await release();
        },
        release,
      };
    },
    async lockProcess(path, { waitMs = 0, signal } = {}) {
      if (!(await takeLock(path, waitMs, signal))) return undefined;
      return { release: async () => dropLock(path) };
    },
    async lockGarbageCollection(gitDir) {
      const path = join(gitDir, 'gc.pid');
      return takeGcLock(path) ? { release: async () => dropLock(path) } : undefined;
    },
    async sharesBlocks(folder) {
      const probe = temporaryIn(folder);
      try {
        makeFolders(native(folder));
        writeFileSync(native(probe), new Uint8Array(1 << 16), { flag: 'wx' });
        const flags = constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL;
        copyFileSync(native(probe), native(`${probe}-copy`), flags);
        return true;
      } catch (error) {
        return sharesNoBlocks(error) || isErrno(error, 'EINVAL') ? false : undefined;
      } finally {
        for (const path of [probe, `${probe}-copy`]) rmSync(native(path), { force: true });
      }
    },
    async ignoresCase(folder) {
      const name = nameOf(folder);
      const swapped = name === name.toLowerCase() ? name.toUpperCase() : name.toLowerCase();
      if (swapped === name) return process.platform === 'win32' || process.platform === 'darwin';
      const there = statOf(folder);
      const other = statOf(join(parentOf(folder), swapped));
      return there !== undefined && other !== undefined && there.ino === other.ino && there.dev === other.dev;
    },
  };
}
