/** Symlinks of a tree about to be written: their text, and where a chain of them leads. */
import { exactText } from '../../shared/bytes.ts';
import { MODE } from '../../shared/git.ts';
import type { BlobId, TreeId } from '../../shared/ids.ts';
import type { ObjectStore } from '../objects/ObjectStore.ts';
import type { Trees } from '../trees.ts';
import { brokenLinkRule, linkTarget, unsafePath } from './pathPolicy.ts';

const LONGEST_TARGET = 4096;
const MOST_HOPS = 40;

/** @throws SyncError `UNSAFE_PATH` for a link that is absolute, leaves the project, enters .git or goes in circles */
export async function checkSymlinks(
  tree: TreeId,
  links: readonly { readonly path: string; readonly id: BlobId }[],
  trees: Pick<Trees, 'find'>,
  objects: Pick<ObjectStore, 'readBlob'>,
): Promise<void> {
  for (const { path, id } of links) {
    const target = await readTarget(path, id, objects);
    const rule = brokenLinkRule(path, target);
    if (rule) throw unsafePath(path, rule);
  }
  for (const { path, id } of links) await follow(tree, path, id, trees, objects);
}

async function readTarget(path: string, id: BlobId, objects: Pick<ObjectStore, 'readBlob'>): Promise<string> {
  const blob = await objects.readBlob(id);
  const target = blob.length > LONGEST_TARGET ? undefined : exactText(blob);
  if (target === undefined) throw unsafePath(path, 'a symbolic link whose target is too long or not UTF-8');
  return target;
}

async function follow(
  tree: TreeId,
  path: string,
  id: BlobId,
  trees: Pick<Trees, 'find'>,
  objects: Pick<ObjectStore, 'readBlob'>,
): Promise<void> {
  let at = path;
  let blob = id;
  for (let hop = 0; hop < MOST_HOPS; hop++) {
    const names = linkTarget(at, await readTarget(at, blob, objects)).split('/');
    let prefix = '';
    let next: { readonly path: string; readonly id: BlobId; readonly rest: readonly string[] } | undefined;
    for (const [i, name] of names.entries()) {
      prefix = prefix === '' ? name : `${prefix}/${name}`;
      if (prefix === '') break;
      const file = await trees.find(tree, prefix);
      if (file?.mode !== MODE.symlink) continue;
      next = { path: prefix, id: file.id, rest: names.slice(i + 1) };
      break;
    }
    if (!next) return;
    at = next.path;
    blob = next.id;
  }
  throw unsafePath(path, 'a symbolic link that leads in a circle');
}
