/** What a commit must not add: names that the others could not check out. */

import { MODE } from '../../shared/git.ts';
import type { BlobId } from '../../shared/ids.ts';
import type { IndexDifference } from '../index/compareTree.ts';
import type { IndexFile } from '../index/IndexFile.ts';
import type { ObjectStore } from '../objects/ObjectStore.ts';
import { checkPath, collisionKey, unsafePath } from './pathPolicy.ts';
import type { Candidate } from './scan.ts';
import { checkSymlinks } from './symlinks.ts';

/** @throws SyncError `UNSAFE_PATH` for a file that no name leads to */
export function refuseUnreadable(candidates: readonly Candidate[]): void {
  const found = candidates.find(({ verdict, stat }) => verdict === 'untracked' && stat === undefined);
  if (found) throw unsafePath(found.path, 'a name that is not UTF-8');
}

/**
 * Looks at paths that the index has and HEAD has not, and at links that change.
 * @throws SyncError `UNSAFE_PATH`
 */
export async function checkAdditions(
  index: IndexFile,
  differences: readonly IndexDifference[],
  objects: Pick<ObjectStore, 'readBlob'>,
): Promise<void> {
  const siblings = new Map<string, ReadonlyMap<string, string>>();
  const checked = new Set<string>();
  const links: { path: string; id: BlobId }[] = [];
  for (const { path, entry, file } of differences) {
    if (!entry) continue;
    if (entry.mode === MODE.symlink) links.push({ path, id: entry.id });
    if (file) continue;
    checkPath(path);
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const at = path.slice(0, end);
      if (checked.has(at)) break;
      checked.add(at);
      const slash = at.lastIndexOf('/');
      const folder = slash < 0 ? '' : at.slice(0, slash);
      const name = at.slice(slash + 1);
      const names = siblings.get(folder) ?? namesIn(index, folder);
      siblings.set(folder, names);
      const other = names.get(`${collisionKey(name)}\0${name}`);
      if (other !== undefined) {
        throw unsafePath(
          path,
          `"${name}" and "${other}" are one name where case or Unicode form does not count`,
        );
      }
    }
  }
  await checkSymlinks(links, (path) => index.get(path)?.file, objects);
}

/** For each name that shares its collision key with another one: that other one. */
function namesIn(index: IndexFile, folder: string): ReadonlyMap<string, string> {
  const first = new Map<string, string>();
  const colliding = new Map<string, string>();
  const prefix = folder === '' ? 0 : folder.length + 1;
  const [from, to] = index.below(folder);
  for (let at = from; at < to; ) {
    const path = index.entries[at]?.path ?? '';
    const slash = path.indexOf('/', prefix);
    const name = path.slice(prefix, slash < 0 ? undefined : slash);
    if (slash < 0) at++;
    else [, at] = index.below(path.slice(0, slash), at, to);
    const key = collisionKey(name);
    const other = first.get(key);
    if (other === undefined) first.set(key, name);
    else if (other !== name) {
      colliding.set(`${key}\0${name}`, other);
      colliding.set(`${key}\0${other}`, name);
    }
  }
  return colliding;
}
