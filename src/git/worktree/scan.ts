/**
 * The working tree beside the index, by stat data alone: which paths are surely as they were, which surely not, and
 * which only their content can tell. One walk; ignore rules are asked for untracked files and folders only.
 */
import type { Disk, FileStat, FolderEntry, WalkVisitor } from '../../platform/index.ts';
import { compareBytes } from '../../shared/bytes.ts';
import { join, nameOf, parentOf } from '../../shared/paths.ts';
import type { IndexEntry } from '../index/IndexEntry.ts';
import type { IndexFile } from '../index/IndexFile.ts';
import { compareStat, type StatConfig } from '../index/statMatch.ts';
import type { IgnoreRules } from './ignore.ts';

/** A path that may differ. Untracked and without `stat`: its name is not UTF-8, so nothing can be done with it. `changed`: surely; `resized`: surely unless a conversion stands between; `unsure`: ask the content. */
export interface Candidate {
  readonly path: string;
  readonly entry?: IndexEntry;
  readonly stat?: FileStat;
  readonly verdict: 'untracked' | 'deleted' | 'changed' | 'resized' | 'unsure';
}

export interface ScanInput {
  readonly disk: Pick<Disk, 'walk' | 'lstat' | 'lstatMany' | 'readMany'>;
  readonly folder: string;
  readonly index: IndexFile;
  readonly ignore: IgnoreRules;
  readonly ignoreCase: boolean;
  readonly stat: StatConfig;
  readonly signal?: AbortSignal | undefined;
}

/** An entry of a folder, with the position in the index of the file that it is. */
interface Found extends FolderEntry {
  readonly at: number | undefined;
}

const NOTHING = [0, 0] as const;
const GIT = '.git';
const GITIGNORE = '.gitignore';
const REPLACED = '\ufffd';

export interface Scanned {
  readonly candidates: readonly Candidate[];
  /** Repositories inside this one, which are left out. */
  readonly nested: readonly string[];
}

/** @param only project paths (files or folders) to look at; left out: everything */
export async function scan(input: ScanInput, only?: readonly string[]): Promise<Scanned> {
  const scanner = new Scanner(input);
  if (only === undefined) await scanner.folder('');
  else {
    const targets = await scanner.narrow(only);
    for (const target of targets) await scanner.path(target);
  }
  await scanner.unreadableNames();
  const candidates = scanner.candidates.sort((a, b) => compareBytes(a.path, b.path));
  return { candidates, nested: scanner.nested.sort(compareBytes) };
}

class Scanner {
  readonly candidates: Candidate[] = [];
  readonly nested: string[] = [];
  readonly #input: ScanInput;
  readonly #submodules: ReadonlySet<string>;
  readonly #unmerged: ReadonlySet<string>;
  /** Folders of which only tracked files count: nested repositories, and what lies below them. */
  readonly #foreign = new Set<string>();
  /** With the sign that stands for what could not be decoded. */
  readonly #replaced: string[] = [];
  /** Positions [from, to) in the index of what lies below a folder, for folders that the walk has come to. */
  readonly #ranges = new Map<string, readonly [number, number]>();
  #folded: Map<string, number> | undefined;

  constructor(input: ScanInput) {
    this.#input = input;
    this.#submodules = new Set(
      input.index.entries.filter((entry) => entry.isSubmodule).map((entry) => entry.path),
    );
    this.#unmerged = new Set(input.index.unmerged);
  }

  /** Walks one folder; index entries below it that the walk does not meet are gone. */
  async folder(root: string): Promise<void> {
    const { disk, folder, index, signal } = this.#input;
    const range = index.below(root);
    this.#ranges.set(root, range);
    const visit: WalkVisitor<Found> = (below, entries, read) => {
      const path = root === '' ? below : below === '' ? root : `${root}/${below}`;
      return this.#keep(path, entries, read);
    };
    const prefix = root === '' ? '' : `${root}/`;
    const [from, to] = range;
    const seen = new Uint8Array(to - from);
    for (const { path, stat, entry } of await disk.walk(join(folder, root), visit, signal)) {
      if (entry.at === undefined) this.#untracked(prefix + path, stat);
      else {
        seen[entry.at - from] = 1;
        this.#file(index.entries[entry.at] as IndexEntry, stat);
      }
    }
    for (let at = from; at < to; at++) {
      if (seen[at - from] === 0) this.#gone(index.entries[at] as IndexEntry);
    }
  }

  /** A name that is not UTF-8 comes decoded from the disk, and there is no file of that name. */
  async unreadableNames(): Promise<void> {
    const { disk, folder } = this.#input;
    const stats = await disk.lstatMany(folder, this.#replaced);
    for (const [i, path] of this.#replaced.entries())
      if (stats[i] === undefined) this.candidates.push({ path, verdict: 'untracked' });
  }

  /** One path that a watcher named, whatever it is now. Its parents are folders, and were entered. */
  async path(path: string): Promise<void> {
    const { disk, folder, index, ignore } = this.#input;
    if (path === '') return this.folder('');
    const stat = await disk.lstat(join(folder, path));
    const tracked = this.#tracked(path);
    const entry = tracked === undefined ? undefined : index.entries[tracked];
    if (stat?.kind === 'folder') {
      if (entry) this.#gone(entry);
      const parent = parentOf(path);
      const foreign = this.#foreign.has(parent) || ignore.isIgnored(parent, nameOf(path), true);
      if (!this.#submodules.has(path) && (!foreign || index.hasBelow(path))) {
        if (this.#foreign.has(parent)) this.#foreign.add(path);
        await this.folder(path);
      }
      return;
    }
    const [from, to] = index.below(path);
    for (let at = from; at < to; at++) this.#gone(index.entries[at] as IndexEntry);
    if (!stat) {
      if (entry) this.#gone(entry);
    } else if (stat.kind !== 'other') {
      const parent = parentOf(path);
      if (entry) this.#file(entry, stat);
      else if (!(this.#foreign.has(parent) || ignore.isIgnored(parent, nameOf(path), false)))
        this.#untracked(path, stat);
    } else if (entry) this.#gone(entry);
  }

  /**
   * The paths to look at: none inside another one, none below what is not a folder, and a whole folder where its
   * ignore rules changed. Enters their parents' ignore rules.
   */
  async narrow(only: readonly string[]): Promise<string[]> {
    const wanted = new Set<string>();
    for (const path of only) {
      if (path.split('/').some((name) => name.toLowerCase() === GIT)) continue;
      wanted.add(nameOf(path) === GITIGNORE ? parentOf(path) : path);
    }
    if (wanted.has('')) return [''];
    const parents = new Set<string>();
    for (const path of wanted) for (let at = parentOf(path); at !== ''; at = parentOf(at)) parents.add(at);
    const sorted = [...parents].sort((a, b) => a.length - b.length);
    const { disk, folder, ignore } = this.#input;
    const stats = await disk.lstatMany(folder, sorted);
    const real = new Set(['']);
    const blocked = new Set<string>();
    for (const [i, parent] of sorted.entries()) {
      if (stats[i]?.kind === 'folder' && real.has(parentOf(parent))) real.add(parent);
      else if (real.has(parentOf(parent))) blocked.add(parent);
    }
    const entered = ['', ...sorted.filter((parent) => real.has(parent))].filter(
      (parent) => !ignore.has(parent),
    );
    const rules = await regularFiles(disk, folder, entered, GITIGNORE);
    const nested = await disk.lstatMany(
      folder,
      entered.map((parent) => (parent === '' ? GIT : `${parent}/${GIT}`)),
    );
    for (const [i, parent] of entered.entries()) {
      ignore.enter(parent, rules[i]);
      const isForeign =
        parent !== '' &&
        (nested[i] !== undefined || this.#foreign.has(parentOf(parent)) || this.#submodules.has(parent));
      if (isForeign) this.#foreign.add(parent);
    }
    const targets = new Set<string>();
    for (const path of wanted) {
      let top = path;
      for (let at = parentOf(path); at !== ''; at = parentOf(at))
        if (wanted.has(at) || blocked.has(at)) top = at;
      targets.add(top);
    }
    return [...targets];
  }

  #keep(folder: string, entries: readonly FolderEntry[], read: (name: string) => Uint8Array | undefined) {
    const { ignore, ignoreCase } = this.#input;
    let rules: Uint8Array | undefined;
    for (const { name, kind } of entries) {
      if (name === GITIGNORE && kind === 'file') rules = read(GITIGNORE);
      else if (name === GIT && folder !== '') {
        this.#foreign.add(folder);
        this.nested.push(folder);
      }
    }
    if (!ignore.has(folder)) ignore.enter(folder, rules);
    const foreign = this.#foreign.has(folder);
    const prefix = folder === '' ? '' : `${folder}/`;
    const tracked = this.#inFolder(folder, prefix);
    const kept: Found[] = [];
    for (const { name, kind } of entries) {
      if (kind === 'other' || this.#isGit(name)) continue;
      if (kind === 'folder') {
        const isTracked = tracked.folders.has(name);
        if (!isTracked && (foreign || ignore.isIgnored(folder, name, true))) continue;
        const path = prefix + name;
        if (this.#submodules.has(path)) continue;
        if (foreign) this.#foreign.add(path);
        kept.push({ name, kind, at: undefined });
        if (name.includes(REPLACED)) this.#replaced.push(path);
        continue;
      }
      const at = tracked.files.get(name) ?? (ignoreCase ? this.#tracked(prefix + name) : undefined);
      if (at !== undefined || !(foreign || ignore.isIgnored(folder, name, false))) {
        kept.push({ name, kind, at });
        if (at === undefined && name.includes(REPLACED)) this.#replaced.push(prefix + name);
      }
    }
    return kept;
  }

  /**
   * What the index has directly in a folder: the positions of its files (stage 0), the names of its folders. By name,
   * folder by folder: looking up whole paths costs more than the walk itself.
   */
  #inFolder(folder: string, prefix: string) {
    const { entries } = this.#input.index;
    const files = new Map<string, number>();
    const folders = new Set<string>();
    const [from, to] = this.#ranges.get(folder) ?? NOTHING;
    for (let at = from; at < to; ) {
      const { path, flags } = entries[at] as IndexEntry;
      const slash = path.indexOf('/', prefix.length);
      if (slash < 0) {
        if (flags.stage === 0) files.set(path.slice(prefix.length), at);
        at++;
        continue;
      }
      const below = path.slice(0, slash);
      const range = this.#input.index.below(below, at, to);
      this.#ranges.set(below, range);
      folders.add(below.slice(prefix.length));
      at = range[1];
    }
    return { files, folders };
  }

  #isGit(name: string): boolean {
    return (
      name === GIT || (this.#input.ignoreCase && name.length === GIT.length && name.toLowerCase() === GIT)
    );
  }

  /** The position of a path's entry (stage 0). */
  #tracked(path: string): number | undefined {
    const { index, ignoreCase } = this.#input;
    const at = index.lowerBound(path);
    const found = index.entries[at];
    if (found?.path === path && found.flags.stage === 0) return at;
    if (!ignoreCase) return undefined;
    this.#folded ??= new Map(
      index.entries.flatMap((entry, i) =>
        entry.flags.stage === 0 ? [[entry.path.toLowerCase(), i] as const] : [],
      ),
    );
    return this.#folded.get(path.toLowerCase());
  }

  #untracked(path: string, stat: FileStat): void {
    if (!this.#unmerged.has(path)) this.candidates.push({ path, stat, verdict: 'untracked' });
  }

  #file(entry: IndexEntry, stat: FileStat): void {
    const { path } = entry;
    const { assumeUnchanged, skipWorktree, intentToAdd } = entry.flags;
    if (assumeUnchanged || skipWorktree) return;
    const verdict = intentToAdd
      ? 'changed'
      : compareStat(entry, stat, this.#input.index.seconds, this.#input.stat);
    if (verdict !== 'same') this.candidates.push({ path, entry, stat, verdict });
  }

  #gone(entry: IndexEntry): void {
    const { stage, assumeUnchanged, skipWorktree } = entry.flags;
    if (stage !== 0 || assumeUnchanged || skipWorktree || entry.isSubmodule) return;
    this.candidates.push({ path: entry.path, entry, verdict: 'deleted' });
  }
}

/** The content of a file of this name in each folder. Links are not followed, as Git does not follow them. */
export async function regularFiles(
  disk: Pick<Disk, 'lstatMany' | 'readMany'>,
  root: string,
  folders: readonly string[],
  name: string,
): Promise<(Uint8Array | undefined)[]> {
  const paths = folders.map((folder) => (folder === '' ? name : `${folder}/${name}`));
  const stats = await disk.lstatMany(root, paths);
  const files = paths.flatMap((_, i) => (stats[i]?.kind === 'file' ? [i] : []));
  const contents = await disk.readMany(files.map((i) => join(root, paths[i] as string)));
  const found: (Uint8Array | undefined)[] = paths.map(() => undefined);
  for (const [n, i] of files.entries()) found[i] = contents[n];
  return found;
}
