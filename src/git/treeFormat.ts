/** One tree object: from its bytes to its entries and back. Source: git's tree.c, tree-walk.c, fsck.c. */
import { asciiOf, commonEnd, commonStart, concat, exactText, toHex, utf8 } from '../shared/bytes.ts';
import { type FileMode, MODE } from '../shared/git.ts';
import type { BlobId, TreeId } from '../shared/ids.ts';
import { ID_LENGTH, malformed, writeId } from './objects/format.ts';

/** Tell them apart by `mode === MODE.tree`. A submodule's id names a commit of another repository. */
export type TreeEntry =
  | { readonly name: string; readonly mode: FileMode; readonly id: BlobId }
  | { readonly name: string; readonly mode: typeof MODE.tree; readonly id: TreeId };

const SPACE = 32;
const SLASH = 47;
/** A name of more bytes is no file system's. */
const LONG = 1000;
const TYPE_BITS = 0o170000;

function modeOf(mode: number): TreeEntry['mode'] | undefined {
  switch (mode & TYPE_BITS) {
    // Old Git wrote 100664; like Git, only the owner's executable bit counts.
    case 0o100000:
      return mode & 0o100 ? MODE.executable : MODE.file;
    case MODE.tree:
      return MODE.tree;
    case MODE.symlink:
      return MODE.symlink;
    case MODE.submodule:
      return MODE.submodule;
    default:
      return undefined;
  }
}

/** The end, where there is none. Names are short: a call of `indexOf` for each takes longer. */
function nulFrom(bytes: Uint8Array, at: number): number {
  let end = at;
  while (end < bytes.length && bytes[end] !== 0) end++;
  return end;
}

function nameOf(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start > LONG) return exactText(bytes.subarray(start, end));
  for (let i = start; i < end; i++)
    if ((bytes[i] as number) >= 0x80) return exactText(bytes.subarray(start, end));
  return asciiOf(bytes, start, end);
}

/** Git's order: by bytes, a folder's name as if it ended in "/". */
function inOrder(
  bytes: Uint8Array,
  aStart: number,
  aEnd: number,
  aFolder: boolean,
  bStart: number,
  bEnd: number,
  bFolder: boolean,
): boolean {
  for (let i = 0; ; i++) {
    const a = aStart + i < aEnd ? (bytes[aStart + i] as number) : aStart + i === aEnd && aFolder ? SLASH : 0;
    const b = bStart + i < bEnd ? (bytes[bStart + i] as number) : bStart + i === bEnd && bFolder ? SLASH : 0;
    if (a !== b) return a < b;
    if (a === 0) return false;
  }
}

export interface ParsedTree {
  readonly data: Uint8Array;
  readonly entries: readonly TreeEntry[];
}

/**
 * @param like another version of it: entries that are the same at either end are shared with it, and not read again
 * @throws SyncError `MALFORMED_OBJECT`: cut short, unsorted, duplicate, empty or not UTF-8 names, "/" in a name
 */
export function parseTree(id: TreeId, data: Uint8Array, like?: ParsedTree): TreeEntry[] {
  const same = like && commonEnds(like.data, data);
  // the whole ends where it ends
  if (!like || !same) return parseEntries(id, data, 0, data.length) as TreeEntry[];
  const { first, start, last, end } = same;
  const between = parseEntries(id, data, start, end);
  // an entry that stretches into what the other version's last ones look like
  if (!between) return parseTree(id, data);
  const before = like.entries.slice(0, first);
  const after = like.entries.slice(last);
  const hasOldNames =
    between.length === last - first && between.every(({ name }, i) => like.entries[first + i]?.name === name);
  if (!hasOldNames) {
    const names = new Set(between.map(({ name }) => name));
    const twice = [before, after].flatMap((shared) => shared.find(({ name }) => names.has(name)) ?? [])[0];
    if (twice) throw malformed(`The tree ${id} has the name "${twice.name}" twice`);
  }
  return before.concat(between, after);
}

/**
 * Which entries two trees share: those of `a` before the position `first` and from `last` on, and where the others of
 * `b` are. One on each side counts to the others, so that their order is looked at. `undefined`: too few to matter.
 */
function commonEnds(
  a: Uint8Array,
  b: Uint8Array,
):
  | { readonly first: number; readonly start: number; readonly last: number; readonly end: number }
  | undefined {
  const shorter = Math.min(a.length, b.length);
  const head = commonStart(a, b);
  const tail = commonEnd(a, b, shorter - head);
  if (head + tail < shorter >> 1) return undefined;
  const afterEntry = (at: number) => nulFrom(a, at) + 1 + ID_LENGTH;
  let [at, entry, first, start] = [0, 0, 0, 0];
  for (let next = 0; at < a.length; entry++) {
    next = afterEntry(at);
    if (next > head) break;
    [first, start] = [entry, at];
    at = next;
  }
  for (; at < a.length - tail; entry++) at = afterEntry(at);
  if (at < a.length) {
    at = afterEntry(at);
    entry++;
  }
  return { first, start, last: entry, end: b.length - (a.length - at) };
}

/** Of the bytes from `start` to `end`; `undefined` where an entry ends beyond it. */
function parseEntries(id: TreeId, data: Uint8Array, start: number, end: number): TreeEntry[] | undefined {
  const entries: TreeEntry[] = [];
  /** Files whose name a later folder could repeat, since there is one: they do not stand side by side. */
  let files: Set<string> | undefined;
  /** Where the name before is. */
  let [lastAt, lastEnd, lastIsFolder] = [0, 0, false];
  let at = start;
  while (at < end) {
    let raw = 0;
    const modeAt = at;
    for (; at < data.length && data[at] !== SPACE; at++) {
      const digit = (data[at] as number) - 48;
      if (digit < 0 || digit > 7 || at - modeAt > 7) throw malformed(`The tree ${id} has a broken mode`);
      raw = raw * 8 + digit;
    }
    const nameAt = at + 1;
    const nameEnd = nulFrom(data, nameAt);
    if (nameEnd + 1 + ID_LENGTH > data.length) throw malformed(`The tree ${id} is cut short`);
    const mode = modeOf(raw);
    if (mode === undefined) throw malformed(`The tree ${id} has an entry of unknown kind ${raw.toString(8)}`);
    const name = nameOf(data, nameAt, nameEnd);
    if (!name) throw malformed(`The tree ${id} has a name that is empty or not UTF-8`);
    if (name.includes('/')) throw malformed(`The tree ${id} has the name "${name}" with a slash in it`);
    const isFolder = mode === MODE.tree;
    if (lastEnd > 0 && !inOrder(data, lastAt, lastEnd, lastIsFolder, nameAt, nameEnd, isFolder)) {
      throw malformed(`The tree ${id} is not in order, or has a name twice, at "${name}"`);
    }
    if (isFolder) {
      files ??= new Set(entries.flatMap((entry) => (entry.mode === MODE.tree ? [] : [entry.name])));
      if (files.has(name)) throw malformed(`The tree ${id} has a file and a folder with the name "${name}"`);
    } else files?.add(name);
    [lastAt, lastEnd, lastIsFolder] = [nameAt, nameEnd, isFolder];
    at = nameEnd + 1 + ID_LENGTH;
    // The union's two sides differ in the brand of the id only, which the mode decides.
    entries.push({ name, mode, id: toHex(data, nameEnd + 1, at) } as TreeEntry);
  }
  return at === end ? entries : undefined;
}

export function formatTree(entries: readonly TreeEntry[]): Uint8Array {
  const sorted = entries
    .map((entry) => ({ entry, key: utf8(entry.mode === MODE.tree ? `${entry.name}/` : entry.name) }))
    .sort((a, b) => compare(a.key, b.key));
  const parts: Uint8Array[] = [];
  for (const { entry } of sorted) {
    const head = utf8(`${entry.mode.toString(8)} ${entry.name}\0`);
    const id = new Uint8Array(ID_LENGTH);
    writeId(id, 0, entry.id);
    parts.push(head, id);
  }
  return concat(parts);
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number);
  return a.length - b.length;
}
