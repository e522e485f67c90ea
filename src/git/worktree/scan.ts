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

/** A path that may differ. `changed`: surely; `resized`: surely unless a conversion stands between; `unsure`: ask the content. */
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

const GIT = '.git';
const GITIGNORE = '.gitignore';

/** @param only project paths (files or folders) to look at; left out: everything */
export async function scan(input: ScanInput, only?: readonly string[]): Promise<Candidate[]> {
  const scanner = new Scanner(input);
  if (only === undefined) await scanner.folder('');
  else {
    const targets = await scanner.narrow(only);
    for (const target of targets) await scanner.path(target);
  }
  return scanner.candidates.sort((a, b) => compareBytes(a.path, b.path));
}

class Scanner {
  readonly candidates: Candidate[] = [];
  readonly #input: ScanInput;
  readonly #submodules: ReadonlySet<string>;
  readonly #unmerged: ReadonlySet<string>;
  /** Folders of which only tracked files count: nested repositories, and what lies below them. */
  readonly #foreign = new Set<string>();
  #folded: Map<string, IndexEntry> | undefined;

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
    const prefix = root === '' ? '' : `${root}/`;
    const visit: WalkVisitor = (below, entries, read) => {
      const path = root === '' ? below : below === '' ? root : `${root}/${below}`;
      return this.#keep(path, entries, read);
    };
    const seen = new Set<IndexEntry>();
    for (const { path, stat } of await disk.walk(join(folder, root), visit, signal)) {
      const entry = this.#file(prefix + path, stat);
      if (entry) seen.add(entry);
    }
    const [from, to] = index.below(root);
    for (let at = from; at < to; at++) {
      const entry = index.entries[at] as IndexEntry;
      if (!seen.has(entry)) this.#gone(entry);
    }
  }

  /** One path that a watcher named, whatever it is now. Its parents are folders, and were entered. */
  async path(path: string): Promise<void> {
    const { disk, folder, index, ignore } = this.#input;
    if (path === '') return this.folder('');
    const stat = await disk.lstat(join(folder, path));
    const entry = this.#tracked(path);
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
      if (entry || !(this.#foreign.has(parent) || ignore.isIgnored(parent, nameOf(path), false)))
        this.#file(path, stat);
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
    const { index, ignore } = this.#input;
    let rules: Uint8Array | undefined;
    for (const { name, kind } of entries) {
      if (name === GITIGNORE && kind === 'file') rules = read(GITIGNORE);
      else if (name === GIT && folder !== '') this.#foreign.add(folder);
    }
    if (!ignore.has(folder)) ignore.enter(folder, rules);
    const foreign = this.#foreign.has(folder);
    const kept: FolderEntry[] = [];
    for (const entry of entries) {
      const { name, kind } = entry;
      if (kind === 'other' || this.#isGit(name)) continue;
      const path = folder === '' ? name : `${folder}/${name}`;
      if (kind === 'folder') {
        if (this.#submodules.has(path)) continue;
        if (!foreign && !ignore.isIgnored(folder, name, true)) kept.push(entry);
        else if (index.hasBelow(path)) {
          if (foreign) this.#foreign.add(path);
          kept.push(entry);
        }
      } else if (this.#tracked(path) || (!foreign && !ignore.isIgnored(folder, name, false)))
        kept.push(entry);
    }
    return kept;
  }

  #isGit(name: string): boolean {
    return (
      name === GIT || (this.#input.ignoreCase && name.length === GIT.length && name.toLowerCase() === GIT)
    );
  }

  #tracked(path: string): IndexEntry | undefined {
    const { index, ignoreCase } = this.#input;
    const entry = index.byPath.get(path);
    if (entry || !ignoreCase) return entry;
    this.#folded ??= new Map([...index.byPath.values()].map((each) => [each.path.toLowerCase(), each]));
    return this.#folded.get(path.toLowerCase());
  }

  /** Answers the entry that this file is. */
  #file(path: string, stat: FileStat): IndexEntry | undefined {
    const entry = this.#tracked(path);
    if (!entry) {
      if (!this.#unmerged.has(path)) this.candidates.push({ path, stat, verdict: 'untracked' });
      return undefined;
    }
    const { assumeUnchanged, skipWorktree, intentToAdd } = entry.flags;
    if (assumeUnchanged || skipWorktree) return entry;
    if (intentToAdd) {
      this.candidates.push({ path: entry.path, entry, stat, verdict: 'changed' });
      return entry;
    }
    const verdict = compareStat(entry, stat, this.#input.index.seconds, this.#input.stat);
    if (verdict !== 'same') this.candidates.push({ path: entry.path, entry, stat, verdict });
    return entry;
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
