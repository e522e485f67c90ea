/** Exact stats: nanoseconds as integers, as Git's index keeps them. */
import { type BigIntStats, constants, lstatSync } from 'node:fs';
import type { FileKind, FileStat } from '../index.ts';
import { diskError, isAbsent } from './failures.ts';
import { native } from './native.ts';

export const kindOf = (of: {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}): FileKind =>
  of.isFile() ? 'file' : of.isDirectory() ? 'folder' : of.isSymbolicLink() ? 'symlink' : 'other';

const BILLION = 1_000_000_000n;
const OPTIONS = { bigint: true, throwIfNoEntry: false } as const;

/** By the bits: `BigIntStats` answers `isFile()` in three operations on big integers. */
const kindOfMode = (mode: number): FileKind => {
  const type = mode & constants.S_IFMT;
  if (type === constants.S_IFREG) return 'file';
  if (type === constants.S_IFDIR) return 'folder';
  return type === constants.S_IFLNK ? 'symlink' : 'other';
};

const exact = (stat: BigIntStats): FileStat => ({
  kind: kindOfMode(Number(stat.mode)),
  mode: Number(stat.mode),
  size: Number(stat.size),
  dev: Number(stat.dev),
  ino: Number(stat.ino),
  uid: Number(stat.uid),
  gid: Number(stat.gid),
  mtimeSeconds: Number(stat.mtimeNs / BILLION),
  mtimeNanoseconds: Number(stat.mtimeNs % BILLION),
  ctimeSeconds: Number(stat.ctimeNs / BILLION),
  ctimeNanoseconds: Number(stat.ctimeNs % BILLION),
  links: Number(stat.nlink),
});

/** `path` is a disk path. @throws SyncError other than for absence */
export function statOf(path: string): FileStat | undefined {
  try {
    const stat = lstatSync(native(path), OPTIONS);
    return stat && exact(stat);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw diskError(error, path);
  }
}
