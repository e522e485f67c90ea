import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { isErrno } from './failures.ts';

/** With its parents. `path` as the system calls it. Node says ENOENT where a disk is read-only: this says why. */
export function makeFolders(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
    makeOneByOne(path, true);
  }
}

function makeOneByOne(path: string, hasParent = false): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return;
    if (hasParent || !isErrno(error, 'ENOENT') || dirname(path) === path) throw error;
    makeOneByOne(dirname(path));
    makeOneByOne(path, true);
  }
}
