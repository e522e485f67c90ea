/**
 * Real game files from public projects, beside the repository at `../shared/real`. They are not part of it: where
 * they are absent, the suites that need them are skipped and their names say so.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../../shared/real');

export const haveRealFiles = existsSync(folder);

/** `describe` where the files are there; else a skipped suite that names what is missing. */
export function describeReal(name: string, body: () => void): void {
  if (haveRealFiles) describe(name, body);
  // the body of a skipped `describe` is run all the same, and would read the files
  else test.skip(`${name} (skipped: no files at ../shared/real)`, () => undefined);
}

/** Paths below the folder, such as `plugins/mantella-history/01-5692bc1.esp`, whose names match. */
export function realPaths(pattern: RegExp): string[] {
  if (!haveRealFiles) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => pattern.test(path))
    .sort();
}

export const realFile = (path: string): Uint8Array => new Uint8Array(readFileSync(join(folder, path)));
