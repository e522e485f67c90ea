/**
 * Which paths Git ignores: `.gitignore` files of each folder, `.git/info/exclude`, `core.excludesFile`. The last line
 * that matches decides, the deepest file first; nothing below an ignored folder can be re-included.
 *
 * Source: gitignore(5), git 2.39 dir.c.
 */
import { text } from '../../shared/bytes.ts';
import { nameOf, parentOf } from '../../shared/paths.ts';
import { type PathPattern, type PatternSubject, parsePathPattern, patternSubject } from './pathPattern.ts';

/** One file's patterns, the last line first. */
export type IgnoreList = readonly PathPattern[];

export function parseIgnoreFile(content: Uint8Array, base: string, ignoreCase: boolean): IgnoreList {
  const list: PathPattern[] = [];
  let source = text(content);
  if (source.startsWith('\uFEFF')) source = source.slice(1);
  for (let line of source.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const end = line.indexOf('\0');
    if (end >= 0) line = line.slice(0, end);
    if (line.endsWith('\r')) line = line.slice(0, -1);
    list.push(parsePathPattern(withoutTrailingSpaces(line), base, ignoreCase));
  }
  return list.reverse();
}

/** A backslash keeps the space after it. */
function withoutTrailingSpaces(line: string): string {
  let end = -1;
  for (let at = 0; at < line.length; at++) {
    const char = line[at];
    if (char === ' ') {
      if (end < 0) end = at;
      continue;
    }
    end = -1;
    if (char === '\\' && ++at >= line.length) return line;
  }
  return end < 0 ? line : line.slice(0, end);
}

/** `undefined`: no line matches. */
function verdict(list: IgnoreList, subject: PatternSubject): boolean | undefined {
  for (const pattern of list) if (pattern.matches(subject)) return !pattern.negative;
  return undefined;
}

interface FolderRules {
  /** The folder itself is ignored, and so is everything below. */
  readonly ignored: boolean;
  /** This folder's list, then its parents'. */
  readonly lists: readonly IgnoreList[];
}

/** The rules of one walk. Folders are entered parents first; each one's `.gitignore` is parsed once. */
export class IgnoreRules {
  readonly #ignoreCase: boolean;
  readonly #shared: readonly IgnoreList[];
  readonly #folders = new Map<string, FolderRules>();
  /** Folders are asked for twice: by their parent, and when they are entered. */
  readonly #folderVerdicts = new Map<string, boolean>();

  /** @param shared lists for the whole project, the strongest first: info/exclude, then core.excludesFile */
  constructor(shared: readonly IgnoreList[], ignoreCase: boolean) {
    this.#shared = shared;
    this.#ignoreCase = ignoreCase;
  }

  has(folder: string): boolean {
    return this.#folders.has(folder);
  }

  /** Takes in a folder, after its parent. `gitignore`: its own file's content, if it has one. */
  enter(folder: string, gitignore: Uint8Array | undefined): void {
    const parent = folder === '' ? undefined : this.#folders.get(parentOf(folder));
    const ignored = folder !== '' && this.isIgnored(parentOf(folder), nameOf(folder), true);
    const inherited = parent?.lists ?? [];
    const lists =
      gitignore && !ignored
        ? [parseIgnoreFile(gitignore, folder, this.#ignoreCase), ...inherited]
        : inherited;
    this.#folders.set(folder, { ignored, lists });
  }

  /** @param folder one that was entered */
  isIgnored(folder: string, name: string, isFolder: boolean): boolean {
    const rules = this.#folders.get(folder);
    if (!rules) return false;
    if (rules.ignored) return true;
    const path = folder === '' ? name : `${folder}/${name}`;
    if (!isFolder) return this.#decide(rules, path, false);
    const known = this.#folderVerdicts.get(path);
    if (known !== undefined) return known;
    const ignored = this.#decide(rules, path, true);
    this.#folderVerdicts.set(path, ignored);
    return ignored;
  }

  #decide(rules: FolderRules, path: string, isFolder: boolean): boolean {
    const subject = patternSubject(path, isFolder, this.#ignoreCase);
    for (const list of rules.lists) {
      const ignored = verdict(list, subject);
      if (ignored !== undefined) return ignored;
    }
    for (const list of this.#shared) {
      const ignored = verdict(list, subject);
      if (ignored !== undefined) return ignored;
    }
    return false;
  }
}
