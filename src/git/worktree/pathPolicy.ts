/**
 * Names and symlinks that no checkout may write, on any platform: `.git` aliases, names that Windows cannot hold or
 * reads as something else, names that fall together, links that lead out. `git fsck` on Linux lets most of them pass.
 */
import { utf8 } from '../../shared/bytes.ts';
import { SyncError } from '../../shared/errors.ts';
import { MODE } from '../../shared/git.ts';
import { nameOf } from '../../shared/paths.ts';

/** Zero-width and direction marks that HFS+ leaves out when it compares names. */
const INVISIBLE = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
const LONGEST_NAME = 255;
const LONGEST_PATH = 4096;

const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)[ ]*(?:[.:].*)?$/i;
const WINDOWS_CHARACTER = /[<>:"|?*\0-\x1f\x7f\x1b]/;

/** Files that Git or LFS obeys, and so must not be a link: by name, and the start of its 8.3 short name. */
const OBEYED: readonly (readonly [name: string, short: string, hashed: string])[] = [
  ['.gitmodules', 'gitmod', 'gi7eba'],
  ['.gitattributes', 'gitatt', 'gi7d29'],
  ['.gitignore', 'gitign', 'gi250a'],
  ['.lfsconfig', 'lfscon', 'lf'],
];
const SHORT_NAME_LENGTH = 8;

/** A name as a file system might see it: without invisible marks, streams, trailing dots and spaces; lowercase. */
function seenAs(name: string): string {
  const bare = name.replace(INVISIBLE, '').toLowerCase();
  const stream = bare.indexOf(':', 1);
  return (stream < 0 ? bare : bare.slice(0, stream)).replace(/[. ]+$/, '');
}

function isDotGit(name: string): boolean {
  const seen = seenAs(name);
  return seen === '.git' || seen === 'git~1';
}

function isObeyed(name: string): boolean {
  const seen = seenAs(name);
  return OBEYED.some(
    ([full, short, hashed]) =>
      seen === full ||
      (seen.startsWith(`${short}~`) && /^[1-4]$/.test(seen.slice(short.length + 1))) ||
      isHashedShortName(seen, hashed),
  );
}

/** NTFS, out of plain short names: some of the name, a hash of it, and a number, eight characters in all. */
function isHashedShortName(seen: string, hashed: string): boolean {
  const tilde = seen.indexOf('~');
  if (tilde < 1 || seen.length !== SHORT_NAME_LENGTH || !/^[1-9][0-9]*$/.test(seen.slice(tilde + 1)))
    return false;
  const start = seen.slice(0, tilde);
  return (
    hashed.startsWith(start) || (start.startsWith(hashed) && /^[0-9a-f]*$/.test(start.slice(hashed.length)))
  );
}

/** The rule that one name of a tree breaks, or `undefined`. */
export function brokenNameRule(name: string): string | undefined {
  if (SAFE_NAME.test(name) && !name.endsWith('.')) {
    return WINDOWS_DEVICE.test(name)
      ? 'a device name on Windows'
      : name.length > LONGEST_NAME
        ? 'longer than 255 bytes'
        : undefined;
  }
  if (name === '' || name === '.' || name === '..') return 'empty, "." or ".."';
  if (name.includes('/')) return 'a slash within a name';
  if (isDotGit(name) || (name.includes('\\') && name.split('\\').some(isDotGit))) return 'an alias of .git';
  if (name.includes('\\')) return 'a backslash';
  if (WINDOWS_CHARACTER.test(name)) return 'a character that Windows does not allow';
  if (/[. ]$/.test(name)) return 'a trailing dot or space';
  if (WINDOWS_DEVICE.test(name)) return 'a device name on Windows';
  if (utf8(name).length > LONGEST_NAME) return 'longer than 255 bytes';
  return undefined;
}
/** The common case, decided with one look. A name that begins with a dot or has a tilde takes the long way. */
const SAFE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

export function unsafePath(path: string, rule: string): SyncError {
  return new SyncError(
    'UNSAFE_PATH',
    `"${path}" cannot be kept on every machine: ${rule}. Rename it; nothing was written.`,
    { data: { path, rule } },
  );
}

/** @throws SyncError `UNSAFE_PATH` */
export function checkPath(path: string): void {
  if (path.length > LONGEST_PATH / 4 && utf8(path).length > LONGEST_PATH) {
    throw unsafePath(path, 'a path longer than 4096 bytes');
  }
  for (const name of path.split('/')) {
    const rule = brokenNameRule(name);
    if (rule) throw unsafePath(path, rule);
  }
}

/** Names with equal keys are one file on a Windows or Mac disk. */
export function collisionKey(name: string): string {
  if (SAFE_NAME.test(name)) return name.toLowerCase();
  return [...name.replace(INVISIBLE, '').normalize('NFC')]
    .map((char) => {
      const upper = char.toUpperCase();
      return (upper.length === char.length ? upper : char).toLowerCase();
    })
    .join('')
    .normalize('NFC');
}

/**
 * One folder of a tree about to be written.
 * @param folder its path, '' for the root
 * @throws SyncError `UNSAFE_PATH`
 */
export function checkFolder(
  folder: string,
  entries: Iterable<{ readonly name: string; readonly mode: number }>,
): void {
  const keys = new Map<string, string>();
  const pathOf = (name: string) => (folder === '' ? name : `${folder}/${name}`);
  if (folder.length > LONGEST_PATH / 4 && utf8(folder).length > LONGEST_PATH) {
    throw unsafePath(folder, 'a path longer than 4096 bytes');
  }
  for (const { name, mode } of entries) {
    const rule = brokenNameRule(name);
    if (rule) throw unsafePath(pathOf(name), rule);
    if (mode === MODE.symlink && isObeyed(name))
      throw unsafePath(pathOf(name), 'a symbolic link that Git would obey');
    const key = collisionKey(name);
    const other = keys.get(key);
    if (other === name) throw unsafePath(pathOf(name), 'twice in one folder');
    if (other !== undefined) {
      throw unsafePath(pathOf(name), `the same name as "${other}" where case or Unicode form does not count`);
    }
    keys.set(key, name);
  }
}

/** The rule that a symlink breaks, or `undefined`. Where it leads is decided by its text, as if written on any platform. */
export function brokenLinkRule(path: string, target: string): string | undefined {
  if (isObeyed(nameOf(path))) return 'a symbolic link that Git would obey';
  if (target === '' || target.includes('\0')) return 'a symbolic link to nothing';
  const parts = target.replaceAll('\\', '/').split('/');
  if (parts[0] === '' || /^[A-Za-z]:/.test(target)) return 'a symbolic link to an absolute path';
  let depth = path.split('/').length - 1;
  let named = false;
  for (const part of parts) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      // After a name, ".." leads to wherever that name, perhaps another link, has its parent.
      if (named || --depth < 0) return 'a symbolic link that leads out of the project';
    } else {
      named = true;
      if (isDotGit(part)) return 'a symbolic link into .git';
    }
  }
  return undefined;
}

/** Where a safe link's text leads, as a project path; '' is the project's folder itself. */
export function linkTarget(path: string, target: string): string {
  const parts = path.split('/').slice(0, -1);
  for (const part of target.replaceAll('\\', '/').split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}
