/**
 * Three-way merge of INI files by section and key. Ours is the file that stays, with its order and comments; what
 * theirs changed, comments above a key included, is put in its place. Bytes are never decoded.
 */
import { exactText } from '../shared/bytes.ts';
import type { ConflictHunk, HunkSide } from '../shared/types.ts';
import { type DecideHunk, isOpen, linesOf, UNDECIDED } from './hunks.ts';
import { type IniFile, type IniItem, type IniSection, iniValues, keyId, parseIni } from './iniText.ts';
import { interleaved } from './interleave.ts';
import { encodingsClash, lineUnitOf } from './lines.ts';

export type IniOutcome =
  | { readonly merged: Uint8Array }
  /** Why, in a person's words, and the keys; none where the file can only be taken whole. */
  | { readonly conflict: string; readonly hunks: readonly ConflictHunk[] };

/**
 * @param before absent when both sides added the file
 * @returns `undefined` when one of them is not an INI file of single bytes: then it is text like any other
 */
export function mergeIni(
  before: Uint8Array | undefined,
  ours: Uint8Array,
  theirs: Uint8Array,
  decide: DecideHunk = UNDECIDED,
): IniOutcome | undefined {
  const base = before ?? (hasBom(ours) ? ours.subarray(0, 3) : new Uint8Array());
  const files = [base, ours, theirs];
  if (files.some((file) => lineUnitOf(file) !== 'byte' || hasBom(file) !== hasBom(ours))) return undefined;
  if (encodingsClash(ours, theirs))
    return { conflict: 'One side changed the encoding of this file: choose one side.', hunks: [] };

  const text = characters(ours);
  const bom = hasBom(ours) ? text.slice(0, 3) : '';
  const [b, o, t] = files.map((file) => parseIni(characters(file).slice(bom.length))) as [
    IniFile,
    IniFile,
    IniFile,
  ]; // of three, three
  if ([b, o, t].every((file) => iniValues(file).size === 0)) return undefined;
  const merge = new IniMerge(b, o, t, newlineOf(text) ?? newlineOf(characters(theirs)) ?? '\r\n', decide);
  const merged = merge.run();
  const { hunks } = merge;
  const open = hunks.filter(isOpen);
  if (open.length > 0) {
    const places = open.slice(0, 3).map(({ name }) => name);
    const more = open.length > 3 ? ` and ${open.length - 3} more` : '';
    return { conflict: `Both of you changed ${places.join(', ')}${more}.`, hunks };
  }
  if (sameValues(iniValues(parseIni(merged)), expectedValues(b, o, t, merge.decided)))
    return { merged: bytes(bom + merged) };
  return hunks.length === 0
    ? undefined
    : { conflict: 'These choices do not fit together in one file: choose one side.', hunks: [] };
}

/** A key, a header or the end of the file on the three sides. */
interface Three {
  readonly b: IniItem | undefined;
  readonly o: IniItem | undefined;
  readonly t: IniItem | undefined;
}

class IniMerge {
  /** What both sides changed. */
  readonly hunks: ConflictHunk[] = [];
  /** Keys (as `keyId` names them) of which a person took one side. */
  readonly decided = new Map<string, 'local' | 'remote'>();
  readonly #decide: DecideHunk;
  readonly #base: IniFile;
  readonly #ours: IniFile;
  readonly #theirs: IniFile;
  readonly #newline: string;
  readonly #keys: readonly [base: Items, ours: Items, theirs: Items];
  readonly #text: string[] = [];

  constructor(base: IniFile, ours: IniFile, theirs: IniFile, newline: string, decide: DecideHunk) {
    this.#decide = decide;
    this.#base = base;
    this.#ours = ours;
    this.#theirs = theirs;
    this.#newline = newline;
    this.#keys = [itemsOf(base), itemsOf(ours), itemsOf(theirs)];
  }

  run(): string {
    for (const id of interleaved(this.#ours.sections.keys(), this.#theirs.sections.keys())) this.#section(id);
    const end = (file: IniFile): IniItem => ({ lead: file.end, line: '', value: '' });
    const ends = { b: end(this.#base), o: end(this.#ours), t: end(this.#theirs) };
    this.#put(this.#merged(ends, 'the end of the file'));
    return this.#text.join('');
  }

  #section(id: string): void {
    const mine = this.#ours.sections.get(id);
    const other = this.#theirs.sections.get(id);
    const { name } = (mine ?? other) as IniSection; // the id is of one of them
    const [b, o, t] = this.#keys;
    const items: IniItem[] = [];
    for (const key of interleaved(mine?.keys.keys() ?? [], other?.keys.keys() ?? [])) {
      const here = keyId(name, key);
      // Where ours has it in another section of that name, it stays there.
      if (o.has(here) && !mine?.keys.has(key)) continue;
      const three = { b: b.get(here), o: o.get(here), t: t.get(here) };
      const item = this.#merged(three, name ? `[${name}] ${key}` : key, here);
      if (item) items.push(item);
    }
    const headers = { b: this.#base.sections.get(id)?.header, o: mine?.header, t: other?.header };
    // Whoever deleted a section did not know of the keys that are new in it.
    const header =
      items.length > 0 && headers.b && (!headers.o || !headers.t)
        ? (headers.o ?? headers.t)
        : this.#merged(headers, `[${name}]`);
    this.#put(header);
    for (const item of items) this.#put(item);
  }

  /** @param id of a key */
  #merged({ b, o, t }: Three, where: string, id?: string): IniItem | undefined {
    if (o && t) {
      const saysOf = (item: IniItem | undefined) => item && { compared: item.value, shown: item.line };
      // above a key that both added, a comment that one of them wrote stays
      const leadOf = (item: IniItem | undefined) => ({
        compared: wordsOf(item?.lead ?? ''),
        shown: item?.lead ?? '',
      });
      const value = this.#pick([b, o, t].map(saysOf), where, id);
      const lead = this.#pick([b, o, t].map(leadOf), `the comments above ${where}`);
      const line = value === 'theirs' ? this.#other(t.line) : o.line;
      return { value: o.value, line, lead: lead === 'theirs' ? this.#other(t.lead) : o.lead };
    }
    const left = o ?? t;
    if (!left) return undefined;
    if (b) {
      const touched = b.value !== left.value || wordsOf(b.lead) !== wordsOf(left.lead);
      if (!touched) return undefined;
      const choice = this.#ask([b.line, o?.line, t?.line], where, id);
      if ((choice === 'remote' ? t : o) !== left) return undefined;
    }
    return o ?? { ...left, line: this.#other(left.line), lead: this.#other(left.lead) };
  }

  /** @param sides base, ours, theirs */
  #pick(sides: readonly (Compared | undefined)[], where: string, id?: string): 'ours' | 'theirs' {
    const [base, ours, theirs] = sides;
    if (ours?.compared === theirs?.compared || base?.compared === theirs?.compared) return 'ours';
    if (base?.compared === ours?.compared) return 'theirs';
    const shown = sides.map((side) => side?.shown);
    return this.#ask(shown, where, id) === 'remote' ? 'theirs' : 'ours';
  }

  #ask(shown: readonly (string | undefined)[], name: string, id?: string): 'local' | 'remote' | undefined {
    const number = this.hunks.length + 1;
    const choice = this.#decide(number);
    // there is no such thing as both of two values
    const decided = choice === 'both' ? undefined : choice;
    if (decided && id !== undefined) this.decided.set(id, decided);
    const [base, ours, theirs] = shown.map(
      (text): HunkSide => ({ lines: linesOf(readable(text ?? '')) }),
    ) as [HunkSide, HunkSide, HunkSide]; // of three, three
    this.hunks.push({ number, name, base, ours, theirs, ...(decided && { decided }) });
    return decided;
  }

  #put(item: IniItem | undefined): void {
    for (const piece of [item?.lead, item?.line]) {
      if (!piece) continue;
      if (this.#text.at(-1)?.endsWith('\n') === false) this.#text.push(this.#newline);
      this.#text.push(piece);
    }
  }

  #other(text: string): string {
    return text.replace(/\r?\n/g, this.#newline);
  }
}

interface Compared {
  readonly compared: string;
  readonly shown: string;
}

type Items = ReadonlyMap<string, IniItem>;

/** Characters that stand for bytes, as text. */
const readable = (characters: string): string => exactText(bytes(characters)) ?? characters;

function itemsOf({ sections }: IniFile): Items {
  const items = new Map<string, IniItem>();
  for (const { name, keys } of sections.values())
    for (const [key, item] of keys) items.set(keyId(name, key), item);
  return items;
}

/** What stands above a key, without blank lines and the space around the others. */
const wordsOf = (lead: string): string =>
  lead
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');

/** What the merged file has to say: each key as the side that changed it says. */
function expectedValues(
  base: IniFile,
  ours: IniFile,
  theirs: IniFile,
  decided: ReadonlyMap<string, 'local' | 'remote'>,
): Map<string, string> {
  const [b, o, t] = [base, ours, theirs].map(iniValues) as Values[] as [Values, Values, Values]; // of three, three
  const expected = new Map<string, string>();
  for (const key of new Set([...o.keys(), ...t.keys()])) {
    const choice = decided.get(key);
    const changed = o.get(key) !== b.get(key);
    const value = (choice ? choice === 'local' : changed) ? o.get(key) : t.get(key);
    if (value !== undefined) expected.set(key, value);
  }
  return expected;
}

type Values = ReadonlyMap<string, string>;

function sameValues(a: Values, b: Values): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) if (b.get(key) !== value) return false;
  return true;
}

/** The first one. */
const newlineOf = (text: string): string | undefined => /\r?\n/.exec(text)?.[0];

const hasBom = (file: Uint8Array): boolean => file[0] === 0xef && file[1] === 0xbb && file[2] === 0xbf;

/** One character for each byte. */
function characters(file: Uint8Array): string {
  let text = '';
  for (let at = 0; at < file.length; at += 8192) text += String.fromCharCode(...file.subarray(at, at + 8192));
  return text;
}

function bytes(text: string): Uint8Array {
  const file = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) file[at] = text.charCodeAt(at);
  return file;
}
