import { compareBytes } from '../shared/bytes.ts';
import { SyncError } from '../shared/errors.ts';
import { type GitObject, MODE, type TreeChange, type TreeFile } from '../shared/git.ts';
import type { ObjectId, TreeId } from '../shared/ids.ts';
import { malformed } from './objects/format.ts';
import { LruCache } from './objects/LruCache.ts';
import type { ObjectStore } from './objects/ObjectStore.ts';
import { formatTree, type ParsedTree, parseTree, type TreeEntry } from './treeFormat.ts';

export type { TreeEntry } from './treeFormat.ts';

export interface FileChange {
  readonly path: string;
  /** Left out: the file is not there afterwards. */
  readonly after?: TreeFile | undefined;
}

/** Bytes of tree objects whose entries are kept (these take a few times as much). */
const CACHE = 8 << 20;
/** Changes that are kept: one question about a merge asks for the same comparison several times. */
const COMPARED = 30_000;
/** A tree of trees that repeat themselves can expand without end. */
const MAX_FILES = 1_000_000;
const MAX_DEPTH = 1000;
/** Trees read in one go. */
const BATCH = 256;

interface Folder {
  readonly files: Map<string, TreeFile | undefined>;
  readonly folders: Map<string, Folder>;
}

/** The folders that commits hold: read, listed, compared, and written anew where files change. */
export class Trees {
  readonly #objects: Pick<ObjectStore, 'readMany' | 'write' | 'hash'>;
  readonly #cache = new LruCache<TreeId, ParsedTree>(CACHE);
  readonly #compared = new LruCache<string, readonly TreeChange[]>(COMPARED);

  constructor(objects: Pick<ObjectStore, 'readMany' | 'write' | 'hash'>) {
    this.#objects = objects;
  }

  /** @throws SyncError `OBJECT_MISSING`, `MALFORMED_OBJECT` */
  async read(id: TreeId): Promise<readonly TreeEntry[]> {
    const [entries] = await this.readMany([id]);
    return entries as readonly TreeEntry[];
  }

  /**
   * In the order of `ids`.
   * @param others for each the tree that it is compared with, so another version of it as a rule: what both have is read once
   */
  async readMany(
    ids: readonly TreeId[],
    others: readonly (TreeId | undefined)[] = [],
  ): Promise<(readonly TreeEntry[])[]> {
    const trees = ids.map((id) => this.#cache.get(id)?.entries);
    const absent = ids.flatMap((_, i) => (trees[i] ? [] : [i]));
    for (let at = 0; at < absent.length; at += BATCH) {
      const batch = absent.slice(at, at + BATCH);
      const objects = await this.#objects.readMany(batch.map((i) => ids[i] as TreeId));
      for (const [n, i] of batch.entries()) {
        const id = ids[i] as TreeId;
        const { type, data } = objects[n] as GitObject;
        if (type !== 'tree') throw malformed(`The object ${id} is a ${type} where a tree was expected`);
        const other = others[i];
        const entries = parseTree(id, data, other && this.#cache.get(other));
        this.#cache.set(id, { data, entries }, data.length + 100);
        trees[i] = entries;
      }
    }
    return trees as (readonly TreeEntry[])[];
  }

  /** Every file below, by project path, in the order of Git's index. */
  async list(id: TreeId): Promise<Map<string, TreeFile>> {
    const found: [string, TreeFile][] = [];
    for (const change of await this.diff(undefined, id)) {
      if (change.after) found.push([change.path, change.after]);
    }
    return new Map(found);
  }

  /** The file at a project path; `undefined` when there is none, or a folder. */
  async find(id: TreeId, path: string): Promise<TreeFile | undefined> {
    const names = path.split('/');
    const last = names.pop();
    let folder = id;
    for (const name of names) {
      const entry = (await this.read(folder)).find((candidate) => candidate.name === name);
      if (entry?.mode !== MODE.tree) return undefined;
      folder = entry.id;
    }
    const entry = (await this.read(folder)).find((candidate) => candidate.name === last);
    return entry && entry.mode !== MODE.tree ? { mode: entry.mode, id: entry.id } : undefined;
  }

  /** The files that differ, sorted by path. Folders with equal ids are never read. */
  async diff(before: TreeId | undefined, after: TreeId | undefined): Promise<TreeChange[]> {
    const key = `${before} ${after}`;
    const known = this.#compared.get(key);
    if (known) return [...known];
    const changes = await this.#diff(before, after);
    this.#compared.set(key, changes, 1 + changes.length);
    return [...changes];
  }

  async #diff(before: TreeId | undefined, after: TreeId | undefined): Promise<readonly TreeChange[]> {
    const changes: TreeChange[] = [];
    let level: { readonly path: string; readonly before?: TreeId; readonly after?: TreeId }[] = [];
    const descend = (path: string, a: TreeId | undefined, b: TreeId | undefined) => {
      if (a !== b) level.push({ path, ...(a && { before: a }), ...(b && { after: b }) });
    };
    descend('', before, after);
    for (let depth = 0; level.length > 0; depth++) {
      if (depth > MAX_DEPTH) throw malformed('A tree has folders in folders without end');
      const pairs = level;
      level = [];
      // A portion at a time: what a tree expands to is known only when it is read.
      for (let at = 0; at < pairs.length; at += BATCH) {
        const some = pairs.slice(at, at + BATCH);
        const both = some.flatMap((pair) => [
          [pair.before, pair.after],
          [pair.after, pair.before],
        ]);
        const asked = both.filter(([id]) => id !== undefined) as [TreeId, TreeId | undefined][];
        const trees = (
          await this.readMany(
            asked.map(([id]) => id),
            asked.map(([, other]) => other),
          )
        )[Symbol.iterator]();
        const next = (id: TreeId | undefined): readonly TreeEntry[] => (id ? (trees.next().value ?? []) : []);
        for (const pair of some) {
          const prefix = pair.path === '' ? '' : `${pair.path}/`;
          compareEntries(next(pair.before), next(pair.after), (name, a, b) => {
            const path = prefix + name;
            const fileBefore = a && a.mode !== MODE.tree ? { mode: a.mode, id: a.id } : undefined;
            const fileAfter = b && b.mode !== MODE.tree ? { mode: b.mode, id: b.id } : undefined;
            if (fileBefore || fileAfter) {
              changes.push({
                path,
                ...(fileBefore && { before: fileBefore }),
                ...(fileAfter && { after: fileAfter }),
              });
            }
            descend(path, a?.mode === MODE.tree ? a.id : undefined, b?.mode === MODE.tree ? b.id : undefined);
          });
          if (changes.length + level.length > MAX_FILES) {
            throw malformed(`A tree expands to more than ${MAX_FILES} files`);
          }
        }
      }
    }
    return changes.sort((a, b) => compareBytes(a.path, b.path));
  }

  /**
   * The tree that `base` becomes with these changes. Only folders that change get new objects; a folder left empty
   * vanishes; a file takes the place of a folder of its name, and the other way round.
   * @param store where new trees go to
   * @throws SyncError `INVALID_INPUT` when the changes put a file and a folder at one path
   */
  async write(
    base: TreeId | undefined,
    changes: readonly FileChange[],
    store: Pick<ObjectStore, 'write'> = this.#objects,
  ): Promise<TreeId> {
    const root: Folder = { files: new Map(), folders: new Map() };
    for (const { path, after } of changes) {
      const names = path.split('/');
      const last = names.pop() as string;
      let folder = root;
      for (const name of names) folder = childOf(folder, name);
      if (last === '' || names.includes('')) {
        throw new SyncError('INVALID_INPUT', `"${path}" is not a project path.`, { data: { path } });
      }
      folder.files.set(last, after);
    }
    const fresh: GitObject[] = [];
    const id = await this.#apply(base, root, '', fresh);
    if (id === undefined) {
      const empty = { type: 'tree', data: new Uint8Array(0) } as const;
      fresh.push(empty);
      await store.write(fresh);
      return this.#objects.hash(empty) as TreeId;
    }
    if (fresh.length > 0) await store.write(fresh);
    return id;
  }

  /** Adds new trees to `fresh`, those inside first; `undefined` when nothing is left. */
  async #apply(
    base: TreeId | undefined,
    change: Folder,
    path: string,
    fresh: GitObject[],
  ): Promise<TreeId | undefined> {
    const entries = new Map<string, TreeEntry>();
    for (const entry of base ? await this.read(base) : []) entries.set(entry.name, entry);
    for (const [name, file] of change.files) {
      const there = entries.get(name);
      if (file) entries.set(name, { name, mode: file.mode, id: file.id });
      else if (there?.mode !== MODE.tree) entries.delete(name);
    }
    for (const [name, inner] of change.folders) {
      const there = entries.get(name);
      const below = path === '' ? name : `${path}/${name}`;
      const id = await this.#apply(there?.mode === MODE.tree ? there.id : undefined, inner, below, fresh);
      if (id && change.files.get(name)) {
        throw new SyncError('INVALID_INPUT', `"${below}" cannot be a file and a folder at once.`, {
          data: { path: below },
        });
      }
      if (id) entries.set(name, { name, mode: MODE.tree, id });
      else if (there?.mode === MODE.tree) {
        // Unless a file has taken the empty folder's place.
        if (!change.files.get(name)) entries.delete(name);
      }
    }
    if (entries.size === 0) return undefined;
    const object = { type: 'tree', data: formatTree([...entries.values()]) } as const;
    // The hash of a tree is a tree's id.
    const id = this.#objects.hash(object as GitObject) as ObjectId as TreeId;
    if (id !== base) fresh.push(object);
    return id;
  }
}

function childOf(folder: Folder, name: string): Folder {
  const child = folder.folders.get(name) ?? { files: new Map(), folders: new Map() };
  folder.folders.set(name, child);
  return child;
}

/**
 * Calls `differ` for each name whose entries differ. Both sides are in Git's order, which is not the names' order: as
 * far as they have the same names they go side by side, and only what lies between is looked up by name.
 */
function compareEntries(
  before: readonly TreeEntry[],
  after: readonly TreeEntry[],
  differ: (name: string, before: TreeEntry | undefined, after: TreeEntry | undefined) => void,
): void {
  let [start, end, endBefore] = [0, after.length, before.length];
  const pair = (old: TreeEntry | undefined, entry: TreeEntry | undefined): boolean => {
    // one object in both where the two trees are alike
    if (old === entry) return old !== undefined;
    if (!old || !entry || old.name !== entry.name) return false;
    if (old.id !== entry.id || old.mode !== entry.mode) differ(entry.name, old, entry);
    return true;
  };
  while (pair(before[start], after[start])) start++;
  while (end > start && endBefore > start && pair(before[endBefore - 1], after[end - 1])) {
    end--;
    endBefore--;
  }
  if (start === after.length && start === before.length) return;
  const rest = new Map(before.slice(start, endBefore).map((entry) => [entry.name, entry]));
  for (const entry of after.slice(start, end)) {
    const old = rest.get(entry.name);
    rest.delete(entry.name);
    if (old?.id !== entry.id || old.mode !== entry.mode) differ(entry.name, old, entry);
  }
  for (const entry of rest.values()) differ(entry.name, entry, undefined);
}
