/** The index beside a tree: what differs, and the cached trees of an index that equals one. */
import { compareBytes } from '../../shared/bytes.ts';
import { MODE, type TreeChange, type TreeFile } from '../../shared/git.ts';
import type { TreeId } from '../../shared/ids.ts';
import type { TreeEntry } from '../treeFormat.ts';
import type { Trees } from '../trees.ts';
import { unsafePath } from '../worktree/pathPolicy.ts';
import type { CacheTree } from './CacheTree.ts';
import type { IndexEntry } from './IndexEntry.ts';
import type { IndexFile } from './IndexFile.ts';

/** A path whose index entry and tree file differ, or that only one of them has. */
export interface IndexDifference {
  readonly path: string;
  readonly entry?: IndexEntry;
  readonly file?: TreeFile;
}

const MAX_FILES = 1_000_000;
/** Folders read in one go: what a tree expands to is known only when it is read. */
const BATCH = 256;
/** Deeper than any path can be. */
const MAX_DEPTH = 2048;

interface Folder {
  readonly path: string;
  readonly tree: TreeId | undefined;
  readonly from: number;
  readonly to: number;
  readonly cached: CacheTree | undefined;
}

/**
 * Folders whose cached tree is the tree's own are skipped unread. Entries that are only an intent to add count as
 * absent; unmerged paths are not compared.
 * @param onFolder sees the entries of each folder of the tree that is read, parents first
 */
export async function compareIndexToTree(
  index: IndexFile,
  tree: TreeId | undefined,
  trees: Pick<Trees, 'readMany'>,
  onFolder?: (folder: string, entries: readonly TreeEntry[]) => void,
): Promise<IndexDifference[]> {
  const differences: IndexDifference[] = [];
  let level: Folder[] = [{ path: '', tree, from: 0, to: index.entries.length, cached: index.cacheTree }];
  for (let depth = 0; level.length > 0; depth++) {
    const folders = level.filter(({ tree: id, cached }) => id === undefined || cached?.valid?.id !== id);
    level = [];
    for (let at = 0; at < folders.length; at += BATCH) {
      const some = folders.slice(at, at + BATCH);
      const ids = some.flatMap((folder) => (folder.tree ? [folder.tree] : []));
      const read = (await trees.readMany(ids))[Symbol.iterator]();
      for (const folder of some) {
        const entries: readonly TreeEntry[] = folder.tree ? (read.next().value ?? []) : [];
        if (folder.tree) onFolder?.(folder.path, entries);
        compareFolder(index, folder, entries, differences, level);
      }
      if (differences.length + level.length > MAX_FILES || depth > MAX_DEPTH) {
        throw unsafePath(level[0]?.path ?? '', `a tree that expands to more than ${MAX_FILES} files`);
      }
    }
  }
  return differences.sort((a, b) => compareBytes(a.path, b.path));
}

function compareFolder(
  index: IndexFile,
  { path, from, to, cached }: Folder,
  entries: readonly TreeEntry[],
  differences: IndexDifference[],
  next: Folder[],
): void {
  const prefix = path === '' ? '' : `${path}/`;
  const rest = new Map(entries.map((entry) => [entry.name, entry]));
  const unmerged = new Set<string>();
  for (let at = from; at < to; ) {
    const entry = index.entries[at] as IndexEntry;
    const slash = entry.path.indexOf('/', prefix.length);
    if (slash >= 0) {
      const below = entry.path.slice(0, slash);
      const name = below.slice(prefix.length);
      const [, end] = index.below(below, at, to);
      const inTree = rest.get(name);
      const isFolder = inTree?.mode === MODE.tree;
      if (isFolder) rest.delete(name);
      next.push({
        path: below,
        tree: isFolder ? inTree.id : undefined,
        from: at,
        to: end,
        cached: cached?.children.get(name),
      });
      at = end;
      continue;
    }
    at++;
    const name = entry.path.slice(prefix.length);
    if (entry.flags.stage !== 0) {
      unmerged.add(name);
      continue;
    }
    if (entry.flags.intentToAdd) continue;
    const inTree = rest.get(name);
    if (!inTree || inTree.mode === MODE.tree) differences.push({ path: entry.path, entry });
    else {
      rest.delete(name);
      if (inTree.mode !== entry.mode || inTree.id !== entry.id) {
        differences.push({ path: entry.path, entry, file: { mode: inTree.mode, id: inTree.id } });
      }
    }
  }
  for (const [name, entry] of rest) {
    const below = prefix + name;
    if (entry.mode === MODE.tree) next.push({ path: below, tree: entry.id, from: to, to, cached: undefined });
    else if (!unmerged.has(name)) differences.push({ path: below, file: { mode: entry.mode, id: entry.id } });
  }
}

/**
 * The cached trees of an index that holds exactly what `tree` holds: reads only the folders that changed.
 * `undefined` when some entries are not part of any tree.
 */
export async function cacheTreeOf(
  index: IndexFile,
  tree: TreeId,
  trees: Pick<Trees, 'readMany'>,
): Promise<CacheTree | undefined> {
  if (index.entries.some((entry) => entry.flags.intentToAdd || entry.flags.stage !== 0)) return undefined;
  interface Node {
    readonly valid: { readonly id: TreeId; readonly entries: number };
    readonly children: Map<string, CacheTree>;
  }
  const makeNode = (id: TreeId, entries: number): Node => ({ valid: { id, entries }, children: new Map() });
  const root = makeNode(tree, index.entries.length);
  let level = [{ path: '', node: root, from: 0, to: index.entries.length, old: index.cacheTree }];
  while (level.length > 0) {
    const folders = level;
    level = [];
    const contents = await trees.readMany(folders.map(({ node }) => node.valid.id));
    for (const [i, folder] of folders.entries()) {
      for (const entry of contents[i] ?? []) {
        if (entry.mode !== MODE.tree) continue;
        const old = folder.old?.children.get(entry.name);
        if (old?.valid?.id === entry.id) {
          folder.node.children.set(entry.name, old);
          continue;
        }
        const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
        const [from, to] = index.below(path, folder.from, folder.to);
        const node = makeNode(entry.id, to - from);
        folder.node.children.set(entry.name, node);
        level.push({ path, node, from, to, old });
      }
    }
  }
  return root;
}

export const headToIndex = ({ path, entry, file }: IndexDifference): TreeChange => ({
  path,
  ...(file && { before: file }),
  ...(entry && { after: entry.file }),
});
