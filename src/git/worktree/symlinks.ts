/** Symlinks about to be written or committed: their text, and where a chain of them leads. */
import { exactText } from '../../shared/bytes.ts';
import { MODE, type TreeFile } from '../../shared/git.ts';
import type { BlobId } from '../../shared/ids.ts';
import type { ObjectStore } from '../objects/ObjectStore.ts';
import { brokenLinkRule, linkTarget, unsafePath } from './pathPolicy.ts';

const LONGEST_TARGET = 4096;
const MOST_HOPS = 40;

/** The file at a path of the tree that the links belong to. */
type Find = (path: string) => TreeFile | undefined | Promise<TreeFile | undefined>;

/** @throws SyncError `UNSAFE_PATH` for a link that is absolute, leaves the project, enters .git or goes in circles */
export async function checkSymlinks(
  links: readonly { readonly path: string; readonly id: BlobId }[],
  find: Find,
  objects: Pick<ObjectStore, 'readBlob'>,
): Promise<void> {
  for (const { path, id } of links) {
    const target = await readTarget(path, id, objects);
    const rule = brokenLinkRule(path, target);
    if (rule) throw unsafePath(path, rule);
  }
  for (const { path, id } of links) await follow(path, id, find, objects);
}

async function readTarget(path: string, id: BlobId, objects: Pick<ObjectStore, 'readBlob'>): Promise<string> {
  const blob = await objects.readBlob(id);
  const target = blob.length > LONGEST_TARGET ? undefined : exactText(blob);
  if (target === undefined) throw unsafePath(path, 'a symbolic link whose target is too long or not UTF-8');
  return target;
}

async function follow(
  path: string,
  id: BlobId,
  find: Find,
  objects: Pick<ObjectStore, 'readBlob'>,
): Promise<void> {
  let at = path;
  let blob = id;
  for (let hop = 0; hop < MOST_HOPS; hop++) {
    const names = linkTarget(at, await readTarget(at, blob, objects)).split('/');
    let prefix = '';
    let next: { readonly path: string; readonly id: BlobId } | undefined;
    for (const name of names) {
      prefix = prefix === '' ? name : `${prefix}/${name}`;
      if (prefix === '') break;
      const file = await find(prefix);
      if (file?.mode !== MODE.symlink) continue;
      next = { path: prefix, id: file.id };
      break;
    }
    if (!next) return;
    at = next.path;
    blob = next.id;
  }
  throw unsafePath(path, 'a symbolic link that leads in a circle');
}
