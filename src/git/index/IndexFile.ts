/**
 * Git's index as a value: entries sorted by path, then stage. Changing it makes a new one.
 */
import { compareBytes } from '../../shared/bytes.ts';
import { type CacheTree, invalidate } from './CacheTree.ts';
import type { IndexEntry } from './IndexEntry.ts';

/** One look-up in so many entries, and a map of all of them pays. */
const MAP_FROM = 8;

export class IndexFile {
  /** 2 or 3 (chosen by what it holds), or 4. */
  readonly version: number;
  readonly entries: readonly IndexEntry[];
  readonly cacheTree: CacheTree | undefined;
  /** When the file on disk was written, in seconds and their fractions; 0 for one that is not on disk. */
  readonly seconds: number;
  #byPath: Map<string, IndexEntry> | undefined;
  #searched = 0;
  #unmerged: readonly string[] | undefined;

  constructor(
    entries: readonly IndexEntry[],
    options: {
      readonly version?: number;
      readonly cacheTree?: CacheTree | undefined;
      readonly seconds?: number;
    } = {},
  ) {
    this.entries = entries;
    this.version = options.version ?? 2;
    this.cacheTree = options.cacheTree;
    this.seconds = options.seconds ?? 0;
  }

  static readonly empty = new IndexFile([]);

  /** Stage 0 entries only. */
  get(path: string): IndexEntry | undefined {
    if (this.#byPath) return this.#byPath.get(path);
    // each change makes a new index, which is mostly asked for what changed: a map of everything would cost more
    if (this.#searched++ < this.entries.length / MAP_FROM) {
      const found = this.entries[this.lowerBound(path)];
      return found?.path === path && found.flags.stage === 0 ? found : undefined;
    }
    this.#byPath = new Map();
    for (const entry of this.entries) if (entry.flags.stage === 0) this.#byPath.set(entry.path, entry);
    return this.#byPath.get(path);
  }

  /** Paths with stages 1 to 3, each once. */
  get unmerged(): readonly string[] {
    this.#unmerged ??= [
      ...new Set(this.entries.filter(({ flags }) => flags.stage !== 0).map(({ path }) => path)),
    ];
    return this.#unmerged;
  }

  /** Position of the first entry whose path is not before `path`. */
  lowerBound(path: string, from = 0, to = this.entries.length): number {
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareBytes((this.entries[middle] as IndexEntry).path, path) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Positions [from, to) of what lies below a folder. */
  below(folder: string, from = 0, to = this.entries.length): readonly [number, number] {
    if (folder === '') return [from, to];
    const start = this.lowerBound(`${folder}/`, from, to);
    // "0" is the character after "/".
    return [start, this.lowerBound(`${folder}0`, start, to)];
  }

  hasBelow(folder: string): boolean {
    const [from, to] = this.below(folder);
    return from < to;
  }

  /**
   * With entries put in (all stages of their path replaced) or, for `undefined`, taken out. A file takes the place of
   * what was below its path, and of a file that was where its folder is. Cached trees stay where content does.
   */
  with(changes: ReadonlyMap<string, IndexEntry | undefined>, newCacheTree?: CacheTree): IndexFile {
    if (changes.size === 0 && !newCacheTree) return this;
    const differing = [...changes.keys()].filter((path) => !this.#hasContent(path, changes.get(path)));
    const dropped = this.#displaced(changes, differing);
    const entries: IndexEntry[] = [];
    let from = 0;
    for (const path of [...new Set([...changes.keys(), ...dropped])].sort(compareBytes)) {
      const to = this.lowerBound(path, from);
      for (; from < to; from++) entries.push(this.entries[from] as IndexEntry);
      while (this.entries[from]?.path === path) from++;
      const entry = changes.get(path);
      if (entry) entries.push(entry);
    }
    for (; from < this.entries.length; from++) entries.push(this.entries[from] as IndexEntry);
    const cacheTree =
      newCacheTree ??
      (differing.length + dropped.size === 0 || !this.cacheTree
        ? this.cacheTree
        : invalidate(this.cacheTree, [...differing, ...dropped]));
    return new IndexFile(entries, { version: this.version, cacheTree, seconds: this.seconds });
  }

  /** With these stages (1 to 3) in the place of whatever there is of their paths. */
  withStages(stages: readonly IndexEntry[]): IndexFile {
    const paths = new Set(stages.map(({ path }) => path));
    const entries = [...this.entries.filter(({ path }) => !paths.has(path)), ...stages].sort(
      (a, b) => compareBytes(a.path, b.path) || a.flags.stage - b.flags.stage,
    );
    const cacheTree = this.cacheTree && invalidate(this.cacheTree, paths);
    return new IndexFile(entries, { version: this.version, cacheTree, seconds: this.seconds });
  }

  #hasContent(path: string, entry: IndexEntry | undefined): boolean {
    const old = this.get(path);
    if (!old || !entry) return false;
    return (
      old.id === entry.id && old.mode === entry.mode && old.flags.intentToAdd === entry.flags.intentToAdd
    );
  }

  #displaced(
    changes: ReadonlyMap<string, IndexEntry | undefined>,
    differing: readonly string[],
  ): Set<string> {
    const displaced = new Set<string>();
    for (const path of differing) {
      if (!changes.get(path)) continue;
      const [from, to] = this.below(path);
      for (let at = from; at < to; at++) displaced.add((this.entries[at] as IndexEntry).path);
      for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
        const parent = path.slice(0, slash);
        if (this.get(parent)) displaced.add(parent);
      }
    }
    for (const path of displaced) if (changes.get(path)) displaced.delete(path);
    return displaced;
  }
}
