/**
 * Three-way merge of JSON by key. Ours is the text that stays: its formatting, order and line endings; what theirs
 * changed is put in its place. Arrays of objects that carry an identity (id, name, EditorID, …) are merged by it,
 * other arrays by the order of their elements.
 */
import { exactText, utf8 } from '../shared/bytes.ts';
import type { ConflictHunk } from '../shared/types.ts';
import { type DecideHunk, isOpen, linesOf, UNDECIDED } from './hunks.ts';
import { interleaved } from './interleave.ts';
import {
  type JsonArray,
  type JsonMember,
  type JsonNode,
  type JsonObject,
  jsonEqual,
  type Numbers,
  parseJson,
} from './jsonText.ts';
import { mergeRegions } from './mergeText.ts';

export type JsonOutcome =
  | { readonly merged: Uint8Array }
  /** Why, in a person's words, and the values. */
  | { readonly conflict: string; readonly hunks: readonly ConflictHunk[] };

/**
 * @param base absent when both sides added the file
 * @returns `undefined` when one of them is not strict JSON in UTF-8: then it is text like any other
 */
export function mergeJson(
  base: Uint8Array | undefined,
  ours: Uint8Array,
  theirs: Uint8Array,
  decide: DecideHunk = UNDECIDED,
): JsonOutcome | undefined {
  const numbers: Numbers = new Map();
  const b = base && read(base, numbers);
  const o = read(ours, numbers);
  const t = read(theirs, numbers);
  if ((base && !b) || !o || !t) return undefined;
  const merge = new JsonMerge(b?.text ?? '', o.text, t.text, decide);
  const merged = merge.value(b?.root, o.root, t.root, '');
  const { hunks } = merge;
  const open = hunks.filter(isOpen);
  if (open.length > 0) {
    const places = open.slice(0, 3).map(({ name }) => name);
    const more = open.length > 3 ? ` and ${open.length - 3} more` : '';
    return { conflict: `Both of you changed ${places.join(', ')}${more}.`, hunks };
  }
  return { merged: utf8(o.text.slice(0, o.root.start) + merged + o.text.slice(o.root.end)) };
}

function read(
  bytes: Uint8Array,
  numbers: Numbers,
): { readonly text: string; readonly root: JsonNode } | undefined {
  const text = exactText(bytes);
  const root = text === undefined ? undefined : parseJson(text, numbers);
  return text !== undefined && root ? { text, root } : undefined;
}

/** Keys by which people tell the objects of an array apart, the most telling first. */
const IDENTITIES = ['id', 'uuid', 'guid', 'editorid', 'formid', 'key', 'name'];

type Container = JsonObject | JsonArray;
type Members = ReadonlyMap<string, JsonMember>;

/** What will stand between two commas. */
interface Item {
  readonly text: string;
  /** Where ours has it: the space around it stays. */
  readonly member?: JsonMember;
}

class JsonMerge {
  /** Values that both sides changed. */
  readonly hunks: ConflictHunk[] = [];
  readonly #base: string;
  readonly #decide: DecideHunk;
  readonly #ours: string;
  readonly #theirs: string;
  /** Absent where ours is a single line. */
  readonly #newline: string | undefined;
  readonly #indents: readonly [ours: string | undefined, theirs: string | undefined];

  constructor(base: string, ours: string, theirs: string, decide: DecideHunk) {
    this.#base = base;
    this.#decide = decide;
    this.#ours = ours;
    this.#theirs = theirs;
    this.#newline = /\r?\n/.exec(ours.trim())?.[0];
    this.#indents = [indentOf(ours), indentOf(theirs)];
  }

  /** The text of the merged value. `base` is absent for what both added. */
  value(base: JsonNode | undefined, ours: JsonNode, theirs: JsonNode, path: string): string {
    if (jsonEqual(ours, theirs) || (base && jsonEqual(base, theirs))) return this.#mine(ours);
    if (base && jsonEqual(base, ours)) return this.#other(theirs.start, theirs.end);
    if (ours.kind === 'object' && theirs.kind === 'object' && (!base || base.kind === 'object')) {
      const [b, o, t] = [base, ours, theirs].map((object) => byName(object?.members ?? [], nameOf));
      return this.#join(this.#byKey(b as Members, o as Members, t as Members, path, false), ours, theirs); // of three, three
    }
    if (ours.kind === 'array' && theirs.kind === 'array' && base?.kind === 'array') {
      const items = this.#elements(base, ours, theirs, path);
      if (items) return this.#join(items, ours, theirs);
    }
    const remote = this.#takesTheirs(path, base, ours, theirs);
    return remote ? this.#other(theirs.start, theirs.end) : this.#mine(ours);
  }

  /** Notes a value that both sides changed; one that is open stays as ours has it. */
  #takesTheirs(path: string, base?: Span, ours?: Span, theirs?: Span): boolean {
    const number = this.hunks.length + 1;
    const choice = this.#decide(number);
    // there is no such thing as both of two values
    const decided = choice === 'both' ? undefined : choice;
    const side = (text: string, span: Span | undefined) => ({
      lines: span ? linesOf(text.slice(span.start, span.end)) : [],
    });
    this.hunks.push({
      number,
      name: path || 'the whole document',
      base: side(this.#base, base),
      ours: side(this.#ours, ours),
      theirs: side(this.#theirs, theirs),
      ...(decided && { decided }),
    });
    return decided === 'remote';
  }

  #mine({ start, end }: JsonNode): string {
    return this.#ours.slice(start, end);
  }

  #elements(base: JsonArray, ours: JsonArray, theirs: JsonArray, path: string): Item[] | undefined {
    for (const identity of IDENTITIES) {
      const [b, o, t] = [base, ours, theirs].map((array) => identified(array, identity));
      if (!b || !o || !t) continue;
      const reordered = !sameOrder(b, t);
      if (reordered && !sameOrder(b, o) && !sameOrder(o, t)) return undefined;
      return this.#byKey(b, o, t, path, reordered);
    }
    return this.#sequence(base, ours, theirs);
  }

  /** @param order whose order the members follow: ours, or theirs if only they changed it */
  #byKey(base: Members, ours: Members, theirs: Members, path: string, orderOfTheirs: boolean): Item[] {
    const items: Item[] = [];
    const order = orderOfTheirs
      ? interleaved(theirs.keys(), ours.keys())
      : interleaved(ours.keys(), theirs.keys());
    for (const key of order) {
      const [b, o, t] = [base.get(key), ours.get(key), theirs.get(key)];
      const at = path ? `${path}.${key}` : key;
      if (o && t) {
        const value = this.value(b?.value, o.value, t.value, at);
        items.push(this.#kept(o, this.#ours.slice(o.start, o.value.start) + value));
      } else {
        const left = o ?? t;
        // Deleted by the one, left alone by the other.
        if (!left || (b && jsonEqual(b.value, left.value))) continue;
        // An open one stays there, whoever has it: nothing is written before all are decided.
        const remote = b && this.#takesTheirs(at, b.value, o?.value, t?.value);
        if (b && !(remote ? t : o)) continue;
        items.push(o ? this.#kept(o) : { text: this.#other(left.start, left.end) });
      }
    }
    return items;
  }

  /** Arrays without identities merge like the lines of a text. */
  #sequence(base: JsonArray, ours: JsonArray, theirs: JsonArray): Item[] | undefined {
    const [b, o, t] = [base, ours, theirs].map(({ members }) => ({
      ids: Int32Array.from(members, ({ value }) => value.number),
    })) as [Sequence, Sequence, Sequence]; // of three, three
    const items: Item[] = [];
    for (const { by, ours: mine, theirs: other } of mergeRegions(b, o, t)) {
      if (by === 'conflict') return undefined;
      if (by === 'theirs')
        for (const { start, end } of theirs.members.slice(...other))
          items.push({ text: this.#other(start, end) });
      else for (const member of ours.members.slice(...mine)) items.push(this.#kept(member));
    }
    return items;
  }

  #kept(member: JsonMember, text = this.#ours.slice(member.start, member.end)): Item {
    return { text, member };
  }

  /** Items in brackets, with commas, spaced as ours spaces its own. */
  #join(items: readonly Item[], ours: Container, theirs: Container): string {
    const [open, close] = ours.kind === 'object' ? '{}' : '[]';
    if (items.length === 0) return `${open}${close}`;
    const model = ours.members.length > 0 ? ours : theirs;
    const space = (from: number, to: number) =>
      model === ours ? this.#ours.slice(from, to) : this.#other(from, to);
    const [first, second] = model.members;
    const last = model.members.at(-1);
    const opening = first ? space(first.leadStart, first.start) : '';
    const usual = second ? space(second.leadStart, second.start) : opening || ' ';
    // Without the blank lines that set some members apart.
    const between = /\r?\n[ \t]*$/.exec(usual)?.[0] ?? usual;
    const closing = last ? space(last.end, last.tailEnd) : '';
    const parts = items.map(({ text, member }, i) => {
      const lead = member && member !== first ? this.#ours.slice(member.leadStart, member.start) : between;
      const tail = member && member !== last ? this.#ours.slice(member.end, member.tailEnd) : '';
      return (i === 0 ? opening : lead) + text + (i === items.length - 1 ? '' : tail);
    });
    return `${open}${parts.join(',')}${closing}${close}`;
  }

  /** A piece of theirs with the indentation and line endings of ours. No string of JSON holds a newline. */
  #other(start: number, end: number): string {
    const [mine, other] = this.#indents;
    return this.#theirs.slice(start, end).replace(/\r?\n([ \t]*)/g, (_, space: string) => {
      if (this.#newline === undefined) return '';
      if (mine === undefined || other === undefined || mine === other) return this.#newline + space;
      const depth = Math.floor(space.length / other.length);
      return this.#newline + mine.repeat(depth) + space.slice(depth * other.length);
    });
  }
}

type Sequence = { readonly ids: Int32Array };
type Span = Pick<JsonNode, 'start' | 'end'>;

/** One step of indentation, as the first indented line has it. */
const indentOf = (text: string): string | undefined => /\n([ \t]+)\S/.exec(text)?.[1];

const nameOf = ({ key }: JsonMember): string => key;

/** @returns `undefined` where a name is missing or stands twice */
function byName(
  members: readonly JsonMember[],
  name: (member: JsonMember) => string | undefined,
): Members | undefined {
  const named = new Map<string, JsonMember>();
  for (const member of members) {
    const key = name(member);
    if (key === undefined || named.has(key)) return undefined;
    named.set(key, member);
  }
  return named;
}

const identified = ({ members }: JsonArray, identity: string): Members | undefined =>
  byName(members, ({ value }) => {
    if (value.kind !== 'object') return undefined;
    const id = value.members.find(({ key }) => key.toLowerCase() === identity)?.value;
    return id?.kind === 'scalar' ? id.text : undefined;
  });

/** What both have stands in the same order. */
function sameOrder(a: Members, b: Members): boolean {
  const common = [...a.keys()].filter((key) => b.has(key));
  let at = 0;
  for (const key of b.keys()) if (a.has(key) && common[at++] !== key) return false;
  return true;
}
