import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A file of this package, by its path in the package: a native path. Found from the sources and from what is built of
 * them alike, wherever the build has put this module.
 */
export const inPackage = (...path: readonly string[]): string => join(packageFolder, ...path);

const packageFolder = nearest(dirname(fileURLToPath(import.meta.url)));

function nearest(folder: string): string {
  const isTop = dirname(folder) === folder;
  return isTop || existsSync(join(folder, 'package.json')) ? folder : nearest(dirname(folder));
}
