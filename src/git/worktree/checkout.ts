/**
 * From the index's state to a tree: checks all of it first, then removes, writes, and says what the index becomes. A
 * working file that is not what the index says is never touched.
 */
import type { Disk, FileStat, FileToWrite } from '../../platform/index.ts';
import { exactText } from '../../shared/bytes.ts';
import { throwIfAborted } from '../../shared/errors.ts';
import { MODE, type TreeChange, type TreeFile } from '../../shared/git.ts';
import type { BlobId, TreeId } from '../../shared/ids.ts';
import { join, parentOf } from '../../shared/paths.ts';
import { cacheTreeOf, compareIndexToTree, type IndexDifference } from '../index/compareTree.ts';
import { type EntryFlags, IndexEntry, type IndexStat, indexStat, NO_STAT } from '../index/IndexEntry.ts';
import type { IndexFile } from '../index/IndexFile.ts';
import { compareStat } from '../index/statMatch.ts';
import type { ObjectStore } from '../objects/ObjectStore.ts';
import type { Trees } from '../trees.ts';
import { checkFolder } from './pathPolicy.ts';
import { checkSymlinks } from './symlinks.ts';
import type { WorkingContent } from './WorkingContent.ts';
import { type HashContext, hashFiles, modeOf } from './workingFiles.ts';

export interface CheckoutContext extends HashContext {
  readonly objects: ObjectStore;
  readonly trees: Trees;
  /** On the project's disk, for files half written. */
  readonly temp: string;
  readonly ignoreCase: boolean;
  /** Conversions by the attributes of the tree that is checked out. */
  readonly targetContent: (attributeBlobs: ReadonlyMap<string, BlobId | undefined>) => WorkingContent;
}

export interface CheckoutResult {
  readonly index: IndexFile;
  readonly written: TreeChange[];
  readonly kept: TreeChange[];
}

const GITATTRIBUTES = '.gitattributes';
const BATCH_BYTES = 32 << 20;
const MOST_AT_ONCE = 512;

/** What differs between an index and a tree, once it is known to be safe. */
export interface CheckedTarget {
  readonly index: IndexFile;
  readonly to: TreeId;
  readonly differences: readonly IndexDifference[];
  /** Of each folder of the tree that differs. */
  readonly attributeBlobs: ReadonlyMap<string, BlobId | undefined>;
}

/**
 * Names, collisions and links of what differs. Writes nothing.
 * @throws SyncError `UNSAFE_PATH`
 */
export async function checkTarget(
  index: IndexFile,
  to: TreeId,
  context: Pick<CheckoutContext, 'objects' | 'trees'>,
): Promise<CheckedTarget> {
  const attributeBlobs = new Map<string, BlobId | undefined>();
  const differences = await compareIndexToTree(index, to, context.trees, (folder, entries) => {
    checkFolder(folder, entries);
    const attributes = entries.find((entry) => entry.name === GITATTRIBUTES);
    const isFile = attributes?.mode === MODE.file || attributes?.mode === MODE.executable;
    attributeBlobs.set(folder, isFile ? attributes.id : undefined);
  });
  const links = differences.flatMap(({ path, file }) =>
    file?.mode === MODE.symlink ? [{ path, id: file.id }] : [],
  );
  await checkSymlinks(links, (path) => context.trees.find(to, path), context.objects);
  return { index, to, differences, attributeBlobs };
}

export async function checkoutTree(
  { index, to, differences, attributeBlobs }: CheckedTarget,
  context: CheckoutContext,
): Promise<CheckoutResult> {
  const checkout = new Checkout(index.seconds, context, context.targetContent(attributeBlobs));
  await checkout.look(differences);
  await checkout.remove();
  await checkout.write();
  const next = index.with(checkout.entries);
  const cacheTree = await cacheTreeOf(next, to, context.trees);
  return {
    index: cacheTree ? next.with(new Map(), cacheTree) : next,
    written: checkout.written,
    kept: checkout.kept,
  };
}

interface Step {
  readonly path: string;
  readonly entry: IndexEntry | undefined;
  readonly file: TreeFile | undefined;
  /** What was there when it was looked at. */
  readonly stat: FileStat | undefined;
}

class Checkout {
  readonly entries = new Map<string, IndexEntry | undefined>();
  readonly written: TreeChange[] = [];
  readonly kept: TreeChange[] = [];
  readonly #context: CheckoutContext;
  readonly #content: WorkingContent;
  readonly #indexSeconds: number;
  readonly #removals: Step[] = [];
  readonly #writes: Step[] = [];
  #done = 0;
  #bytes = 0;
  #total = 0;

  constructor(indexSeconds: number, context: CheckoutContext, content: WorkingContent) {
    this.#indexSeconds = indexSeconds;
    this.#context = context;
    this.#content = content;
  }

  /** Sorts the paths into those to remove, to write, and to leave alone. Removes and writes nothing. */
  async look(differences: readonly IndexDifference[]): Promise<void> {
    const { disk, folder } = this.#context;
    this.#total = differences.length;
    const paths = differences.map(({ path }) => path);
    const { blocked, absent } = await parentFolders(disk, folder, paths);
    // a clone puts each file into a folder that is not there yet: nothing need be asked about these
    const asked = paths.filter((path) => !blocked.has(parentOf(path)) && !absent.has(parentOf(path)));
    const found = await disk.lstatMany(folder, asked);
    const stats = new Map(asked.map((path, i) => [path, found[i]]));
    const steps = differences.map(
      ({ path, entry, file }): Step => ({
        path,
        entry: entry?.flags.intentToAdd ? undefined : entry,
        file,
        stat: stats.get(path),
      }),
    );
    const ids = await this.#hash(steps);
    const removed = new Map<string, number>();
    for (const step of steps) {
      const { path, file, stat } = step;
      if (file || (await this.#isSpecial(step))) continue;
      if (!stat) this.#settle(step);
      else if (this.#isAsStaged(step, ids)) {
        this.#removals.push(step);
        removed.set(path.toLowerCase(), stat.ino);
      } else this.#keep(step);
    }
    for (const step of steps) {
      const { path, entry, file, stat } = step;
      if (!file || (await this.#isSpecial(step))) continue;
      // A name that changes in case only is, on some disks, the file that is about to be removed.
      const isRenamed =
        this.#context.ignoreCase && stat !== undefined && removed.get(path.toLowerCase()) === stat.ino;
      if (stat && this.#isTarget(step, ids) && !isRenamed) this.#settle(step, indexStat(stat));
      else if (entry && stat && this.#isAsStaged(step, ids)) this.#writes.push(step);
      // A folder that is empty, or that the removals empty, makes way.
      else if (!entry && (!stat || stat.kind === 'folder')) this.#writes.push(step);
      else if (!entry && isRenamed) this.#writes.push({ ...step, stat: undefined });
      else this.#keep(step);
    }
  }

  async remove(): Promise<void> {
    const { disk, folder, temp, signal } = this.#context;
    throwIfAborted(signal);
    const files = this.#removals.map(({ path, stat }) => ({ path, ...(stat && { expect: stat }) }));
    const outcomes = await disk.removeMany(folder, temp, files);
    for (const [i, step] of this.#removals.entries()) {
      if (outcomes[i]) this.#settle(step);
      else this.#keep(step);
    }
  }

  async write(): Promise<void> {
    const { disk, folder, objects, signal } = this.#context;
    const { blocked } = await parentFolders(
      disk,
      folder,
      this.#writes.map(({ path }) => path),
    );
    const steps: Step[] = [];
    for (const step of this.#writes) {
      const isFree = !blocked.has(parentOf(step.path)) && (await this.#makeWay(step));
      if (isFree) steps.push(step);
      else this.#keep(step);
    }
    await this.#content.prepare(steps.map(({ path }) => path));
    let batch: Step[] = [];
    let files: FileToWrite[] = [];
    let bytes = 0;
    const flush = async () => {
      await this.#writeBatch(batch, files);
      batch = [];
      files = [];
      bytes = 0;
    };
    // How large a blob is shows when it is read: so many at once as fit if they are like the ones before.
    let atOnce = 8;
    for (let at = 0; at < steps.length; ) {
      throwIfAborted(signal);
      const some = steps.slice(at, at + atOnce);
      at += some.length;
      const blobs = await objects.readMany(some.map(({ file }) => (file as TreeFile).id));
      let read = 0;
      for (const [i, step] of some.entries()) {
        const blob = blobs[i]?.data ?? NO_BYTES;
        read += blob.length;
        files.push(await this.#fileToWrite(step, blob));
        batch.push(step);
      }
      bytes += read;
      if (bytes >= BATCH_BYTES || batch.length >= MOST_AT_ONCE) await flush();
      const average = Math.max(1, read / some.length);
      atOnce = Math.max(1, Math.min(MOST_AT_ONCE, atOnce * 2, Math.floor(BATCH_BYTES / average)));
    }
    await flush();
  }

  /** Folders without a file in them are nothing to Git: one gives way to a file. */
  async #makeWay({ path, stat }: Step): Promise<boolean> {
    if (stat?.kind !== 'folder') return true;
    return removeEmptyFolders(this.#context.disk, join(this.#context.folder, path));
  }

  async #writeBatch(batch: readonly Step[], files: readonly FileToWrite[]): Promise<void> {
    if (batch.length === 0) return;
    const { disk, folder, temp, onProgress } = this.#context;
    const outcomes = await disk.writeMany(folder, temp, files);
    for (const [i, step] of batch.entries()) {
      const stat = outcomes[i];
      if (stat) {
        this.#bytes += stat.size;
        this.#settle(step, indexStat(stat));
      } else this.#keep(step);
    }
    onProgress?.({ phase: 'checkout', files: this.#done, totalFiles: this.#total, bytes: this.#bytes });
  }

  async #fileToWrite({ path, file, stat }: Step, blob: Uint8Array): Promise<FileToWrite> {
    const { mode, id } = file as TreeFile;
    const expect = stat && stat.kind !== 'folder' ? stat : 'absent';
    if (mode === MODE.symlink) {
      // Checked to be text before. Where links cannot be made, Git writes their target into a file.
      const linkTo = exactText(blob) ?? '';
      return { path, expect, content: this.#context.stat.symlinks ? { linkTo } : blob };
    }
    const content = await this.#content.toDisk(path, blob, id);
    return { path, expect, content, executable: mode === MODE.executable };
  }

  /** Submodules are not entered, and what is outside a sparse checkout stays outside: both change in the index only. */
  async #isSpecial(step: Step): Promise<boolean> {
    const { path, entry, file, stat } = step;
    const { disk, folder } = this.#context;
    if (entry?.flags.skipWorktree) {
      this.#settle(step, NO_STAT, entry.flags);
      return true;
    }
    if (file?.mode === MODE.submodule) {
      if (!stat && !entry) await disk.makeFolder(join(folder, path));
      this.#settle(step, NO_STAT);
      return true;
    }
    if (!entry?.isSubmodule) return false;
    const isGone = !stat || (await disk.removeEmptyFolder(join(folder, path)));
    if (file && isGone) this.#writes.push({ ...step, entry: undefined, stat: undefined });
    else if (file) this.#keep(step);
    else this.#settle(step);
    return true;
  }

  #isAsStaged({ path, entry, stat }: Step, ids: ReadonlyMap<string, BlobId>): boolean {
    if (!entry || !stat) return false;
    const verdict = compareStat(entry, stat, this.#indexSeconds, this.#context.stat);
    return verdict === 'same' || (verdict !== 'changed' && ids.get(path) === entry.id);
  }

  #isTarget({ path, entry, file, stat }: Step, ids: ReadonlyMap<string, BlobId>): boolean {
    if (!file || !stat || (stat.kind !== 'file' && stat.kind !== 'symlink')) return false;
    return ids.get(path) === file.id && modeOf(stat, entry, this.#context.stat) === file.mode;
  }

  /** Hashes the files whose stat data does not say that they are as staged. */
  async #hash(steps: readonly Step[]): Promise<Map<string, BlobId>> {
    const doubtful = steps.flatMap(({ path, entry, stat }) => {
      if (!stat || stat.kind === 'folder' || stat.kind === 'other' || entry?.flags.skipWorktree) return [];
      const isSame = entry && compareStat(entry, stat, this.#indexSeconds, this.#context.stat) === 'same';
      return isSame ? [] : [{ path, stat, entry }];
    });
    return hashFiles(doubtful, this.#context);
  }

  /** The path is now as the tree has it. */
  #settle(step: Step, stat: IndexStat = NO_STAT, flags?: EntryFlags): void {
    const { path, file } = step;
    this.entries.set(path, file && new IndexEntry(path, file.mode, stat, file.id, flags));
    this.written.push(changeOf(step));
    this.#done++;
  }

  /** The index goes on without the file: it shows as modified, deleted or untracked from now on. */
  #keep(step: Step): void {
    const { path, file } = step;
    this.entries.set(path, file && new IndexEntry(path, file.mode, NO_STAT, file.id));
    this.kept.push(changeOf(step));
    this.#done++;
  }
}

const NO_BYTES = new Uint8Array(0);

const changeOf = ({ path, entry, file }: Step): TreeChange => ({
  path,
  ...(entry && { before: entry.file }),
  ...(file && { after: file }),
});

async function removeEmptyFolders(disk: Disk, folder: string): Promise<boolean> {
  for (const { name, kind } of (await disk.list(folder)) ?? []) {
    if (kind !== 'folder' || !(await removeEmptyFolders(disk, join(folder, name)))) return false;
  }
  return disk.removeEmptyFolder(folder);
}

/** Of the parent folders of the paths: where a file or a link stands, in its place or further up; where nothing does. */
async function parentFolders(disk: Disk, root: string, paths: readonly string[]) {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let at = parentOf(path); at !== '' && !folders.has(at); at = parentOf(at)) folders.add(at);
  }
  const sorted = [...folders].sort((a, b) => a.length - b.length);
  const stats = await disk.lstatMany(root, sorted);
  const blocked = new Set<string>();
  const absent = new Set<string>();
  for (const [i, folder] of sorted.entries()) {
    const kind = stats[i]?.kind;
    if ((kind !== undefined && kind !== 'folder') || blocked.has(parentOf(folder))) blocked.add(folder);
    else if (kind === undefined) absent.add(folder);
  }
  return { blocked, absent };
}
