/**
 * Other programs are started by their absolute path. Given a bare name, Windows would look into the current folder
 * first, and a project can hold a `git.exe` of its own (CVE-2020-27955).
 */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Host } from '../index.ts';

const WINDOWS = process.platform === 'win32';

/** Of the absolute folders of PATH. On Windows an `.exe`: a `.cmd` would be run by a shell. */
export function findProgram(name: string, environment: Host['environment']): string | undefined {
  const path = environment.PATH ?? environment.Path ?? '';
  for (const folder of path.split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const file = join(folder, WINDOWS ? `${name}.exe` : name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}
