import { closeSync, openSync, readSync } from 'node:fs';
import { diskError, isAbsent } from './failures.ts';
import { native } from './native.ts';

/** Fills `target` with what a file has from `offset` on, as far as that goes: how many bytes; `undefined` without a file. */
export function readInto(path: string, target: Uint8Array, offset = 0): number | undefined {
  let file: number;
  try {
    file = openSync(native(path), 'r');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw diskError(error, path);
  }
  try {
    let filled = 0;
    while (filled < target.length) {
      const got = readSync(file, target, filled, target.length - filled, offset + filled);
      if (got === 0) break;
      filled += got;
    }
    return filled;
  } catch (error) {
    throw diskError(error, path);
  } finally {
    closeSync(file);
  }
}
