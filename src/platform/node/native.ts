/** Between disk paths (absolute, `/`) and what the operating system calls them. */
import { resolve } from 'node:path';

const WINDOWS = process.platform === 'win32';

/** Windows refuses paths from 260 characters on unless they carry this prefix; it turns off `/` and `..` for them. */
const LONG = '\\\\?\\';

export function windowsPath(path: string): string {
  const backslashed = path.replaceAll('/', '\\');
  if (backslashed.length < 248 || backslashed.startsWith(LONG)) return backslashed;
  return backslashed.startsWith('\\\\') ? `${LONG}UNC\\${backslashed.slice(2)}` : LONG + backslashed;
}

export const native = (path: string): string => (WINDOWS ? windowsPath(path) : path);

/** A disk path for whatever a person typed, relative to the current folder. */
export function diskPath(typed: string): string {
  const absolute = resolve(typed);
  return WINDOWS ? absolute.replaceAll('\\', '/') : absolute;
}
