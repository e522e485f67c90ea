/** Turns the operating system's errors into `SyncError`s, and retries those that pass by themselves. */
import { setTimeout as pause } from 'node:timers/promises';
import { type ErrorCode, SyncError } from '../../shared/errors.ts';

/** By shape, not `instanceof`: Node's own errors can come from another realm. */
const errno = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;

export const isErrno = (error: unknown, ...codes: readonly string[]): boolean => {
  const code = errno(error);
  return code !== undefined && codes.includes(code);
};

export const isAbsent = (error: unknown): boolean => isErrno(error, 'ENOENT', 'ENOTDIR');

/** This disk, or these two, will never make a copy that shares its blocks. */
export const sharesNoBlocks = (error: unknown): boolean =>
  isErrno(error, 'ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'ENOSYS', 'ENOTTY');

const KNOWN: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  EACCES: [
    'PERMISSION_DENIED',
    'this user may not do that here; check the permissions of the file and its folder',
  ],
  EPERM: [
    'PERMISSION_DENIED',
    'the system does not allow it; check permissions, or whether a program holds the file open',
  ],
  EROFS: ['PERMISSION_DENIED', 'the disk is read-only'],
  ENOSPC: ['NO_SPACE', 'the disk is full; free some space and run it again, nothing is lost'],
  EDQUOT: ['NO_SPACE', 'the disk quota is used up; free some space and run it again, nothing is lost'],
  EBUSY: ['FILE_BUSY', 'another program holds it open; close it and run it again'],
  ETXTBSY: ['FILE_BUSY', 'it is being run; close it and run it again'],
  ENOTDIR: [
    'INVALID_INPUT',
    'a file stands where a folder is needed; name another folder, or move the file away',
  ],
  ENAMETOOLONG: ['UNSAFE_PATH', 'the name is too long for this disk'],
};

export function diskError(error: unknown, path: string): SyncError {
  if (error instanceof SyncError) return error;
  const code = errno(error) ?? '';
  const known = KNOWN[code];
  const words = known?.[1] ?? (error instanceof Error ? error.message : String(error));
  return new SyncError(known?.[0] ?? 'INTERNAL', `${path}: ${words}`, {
    data: { path, errno: code },
    cause: error,
  });
}

/** On Windows a virus scanner or an open editor makes a rename fail for a moment with EPERM or EACCES. */
const PASSING = process.platform === 'win32' ? ['EBUSY', 'ETXTBSY', 'EPERM', 'EACCES'] : ['EBUSY', 'ETXTBSY'];
const PAUSES = [5, 10, 20, 50, 100, 200, 400, 800];

/** Runs a file operation, again after short pauses while somebody holds the file open. @throws SyncError */
export async function patiently<T>(path: string, operation: () => T | Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await operation();
    } catch (error) {
      const wait = PAUSES[attempt];
      if (wait === undefined || !isErrno(error, ...PASSING)) throw diskError(error, path);
      await pause(wait);
    }
  }
}
