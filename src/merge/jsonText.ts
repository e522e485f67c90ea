/** Strict JSON (RFC 8259) as a tree that knows where each value stands in its text. */

interface Span {
  /** Characters of the text, `[start, end)`. */
  readonly start: number;
  readonly end: number;
}

interface Value extends Span {
  /** Equal for equal values among documents read with the same `Numbers`, whatever their spaces and order of keys. */
  readonly number: number;
}

/** What stands between two commas: `key: value`, or an element, whose key is its index. */
export interface JsonMember extends Span {
  readonly key: string;
  readonly value: JsonNode;
  /** Where the space before it begins, and where the space after it ends. */
  readonly leadStart: number;
  readonly tailEnd: number;
}

export interface JsonScalar extends Value {
  readonly kind: 'scalar';
  /** As it is written. */
  readonly text: string;
}
export interface JsonObject extends Value {
  readonly kind: 'object';
  readonly members: readonly JsonMember[];
}
export interface JsonArray extends Value {
  readonly kind: 'array';
  readonly members: readonly JsonMember[];
}
export type JsonNode = JsonScalar | JsonObject | JsonArray;

export const jsonEqual = (a: JsonNode, b: JsonNode): boolean => a.number === b.number;

/** Numbers given to values so far. Scalars count as they are written: 1 and 1.0 are not the same. */
export type Numbers = Map<string, number>;

/** Deeper documents are nobody's settings. */
const MAX_DEPTH = 64;

class NotJson extends Error {}

const SPACE = /[ \t\r\n]*/y;
const SCALAR =
  /"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\x00-\x1f]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** @returns `undefined` for anything but one strict JSON value, and for objects that have a key twice */
export function parseJson(text: string, numbers: Numbers = new Map()): JsonNode | undefined {
  try {
    const reader = new Reader(text, numbers);
    const root = reader.value(0);
    reader.space();
    return reader.at === text.length ? root : undefined;
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

class Reader {
  at: number;
  readonly #text: string;
  readonly #numbers: Numbers;

  constructor(text: string, numbers: Numbers) {
    this.#text = text;
    this.#numbers = numbers;
    this.at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  }

  space(): void {
    SPACE.lastIndex = this.at;
    SPACE.test(this.#text);
    this.at = SPACE.lastIndex;
  }

  value(depth: number): JsonNode {
    this.space();
    const open = this.#text[this.at];
    if (open === '{' || open === '[') return this.#container(open === '{', depth);
    const start = this.at;
    const text = this.#scalar();
    return { kind: 'scalar', start, end: this.at, text, number: this.#numberOf(text) };
  }

  #numberOf(words: string): number {
    const number = this.#numbers.get(words) ?? this.#numbers.size;
    this.#numbers.set(words, number);
    return number;
  }

  #scalar(): string {
    SCALAR.lastIndex = this.at;
    const match = SCALAR.exec(this.#text);
    if (!match) throw new NotJson();
    this.at += match[0].length;
    return match[0];
  }

  #take(char: string): boolean {
    if (this.#text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  #container(isObject: boolean, depth: number): JsonObject | JsonArray {
    if (depth >= MAX_DEPTH) throw new NotJson();
    const close = isObject ? '}' : ']';
    const start = this.at++;
    const members: JsonMember[] = [];
    const keys = new Set<string>();
    let leadStart = this.at;
    this.space();
    while (!this.#take(close)) {
      const memberStart = this.at;
      const key = isObject ? this.#key(keys) : String(members.length);
      const value = this.value(depth + 1);
      this.space();
      members.push({ key, value, start: memberStart, end: value.end, leadStart, tailEnd: this.at });
      if (!this.#take(',')) {
        if (this.#take(close)) break;
        throw new NotJson();
      }
      leadStart = this.at;
      this.space();
      // No comma before the end.
      if (this.#text[this.at] === close) throw new NotJson();
    }
    const parts = members.map(({ key, value }) =>
      isObject ? `${JSON.stringify(key)}:${value.number}` : value.number,
    );
    const number = this.#numberOf(isObject ? `{${parts.sort().join()}` : `[${parts.join()}`);
    return { kind: isObject ? 'object' : 'array', start, end: this.at, number, members };
  }

  #key(seen: Set<string>): string {
    if (this.#text[this.at] !== '"') throw new NotJson();
    const key: unknown = JSON.parse(this.#scalar());
    if (typeof key !== 'string' || seen.has(key)) throw new NotJson();
    seen.add(key);
    this.space();
    if (!this.#take(':')) throw new NotJson();
    return key;
  }
}
