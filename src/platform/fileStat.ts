import type { FileStat } from './index.ts';

/** It is the file that it was, by what Git compares. */
export const sameFile = (a: FileStat, b: FileStat): boolean =>
  a.kind === b.kind &&
  a.size === b.size &&
  a.ino === b.ino &&
  a.mtimeSeconds === b.mtimeSeconds &&
  a.mtimeNanoseconds === b.mtimeNanoseconds;

/** Nobody has touched it in between, as far as the disk's clock shows. */
export const isUntouched = (a: FileStat, b: FileStat | undefined): boolean =>
  b !== undefined &&
  sameFile(a, b) &&
  a.ctimeSeconds === b.ctimeSeconds &&
  a.ctimeNanoseconds === b.ctimeNanoseconds;
