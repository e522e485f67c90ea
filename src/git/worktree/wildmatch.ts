/**
 * Git's wildmatch, as `.gitignore` and `.gitattributes` use it. It compares bytes, so both sides are byte strings
 * (`byteString`). Compiled to tokens and run with at most two places to go back to, never to a RegExp: a pattern that
 * a stranger wrote must not be able to take exponential time.
 *
 * Source: git 2.39 wildmatch.c, dir.c (match_basename, match_pathname).
 */
import { utf8 } from '../../shared/bytes.ts';

/** One char per UTF-8 byte. The same string when it is ASCII. */
export function byteString(text: string): string {
  if (!/[^\0-\x7f]/.test(text)) return text;
  let bytes = '';
  for (const byte of utf8(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

/** Lowers A-Z only: Git folds bytes, not characters. */
export const lowerAscii = (text: string): string => text.replace(/[A-Z]+/g, (part) => part.toLowerCase());

type Token =
  | { readonly kind: 'char'; readonly code: number }
  | { readonly kind: 'any' }
  | { readonly kind: 'class'; readonly members: Uint8Array }
  /** `*`: any run without a slash. */
  | { readonly kind: 'star' }
  /** `**` at the end or before an escaped slash: any run. */
  | { readonly kind: 'globstar' }
  /** `**` and its slash: nothing, or any run that ends with a slash. */
  | { readonly kind: 'folders' };

export interface WildmatchOptions {
  /** Slashes are boundaries (WM_PATHNAME). */
  readonly pathname: boolean;
  readonly ignoreCase: boolean;
}

export type Matcher = (text: string) => boolean;

const never: Matcher = () => false;

/**
 * @param pattern a byte string
 * @returns a test for byte strings; with `ignoreCase` the caller lowers the text (`lowerAscii`)
 */
export function compileWildmatch(pattern: string, options: WildmatchOptions): Matcher {
  const tokens = tokenize(pattern, options);
  if (!tokens) return never;
  return (text) => run(tokens, text, options.pathname);
}

const SLASH = 47;
const code = (char: string) => char.charCodeAt(0);

/** `undefined` for a malformed pattern, which matches nothing. */
function tokenize(pattern: string, { pathname, ignoreCase }: WildmatchOptions): Token[] | undefined {
  const tokens: Token[] = [];
  let at = 0;
  while (at < pattern.length) {
    const char = pattern[at] as string;
    if (char === '*') {
      const start = at;
      while (pattern[at] === '*') at++;
      if (at - start === 1) {
        tokens.push({ kind: pathname ? 'star' : 'globstar' });
        continue;
      }
      const startsName = start === 0 || pattern[start - 1] === '/';
      if (!pathname) tokens.push({ kind: 'globstar' });
      else if (startsName && pattern[at] === '/') {
        at++;
        tokens.push({ kind: 'folders' });
      } else if (startsName && (at === pattern.length || pattern.startsWith('\\/', at))) {
        tokens.push({ kind: 'globstar' });
      } else tokens.push({ kind: 'star' });
    } else if (char === '?') {
      tokens.push({ kind: 'any' });
      at++;
    } else if (char === '[') {
      const end = readClass(pattern, at, ignoreCase);
      if (!end) return undefined;
      tokens.push({ kind: 'class', members: end.members });
      at = end.next;
    } else if (char === '\\') {
      const escaped = pattern[at + 1];
      if (escaped === undefined) return undefined;
      tokens.push({ kind: 'char', code: code(escaped) });
      at += 2;
    } else {
      tokens.push({ kind: 'char', code: code(ignoreCase ? lowerAscii(char) : char) });
      at++;
    }
  }
  return tokens;
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[0-9A-Za-z]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[\0-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\v\f\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

/** The bytes that a bracket expression matches, by Git's rules, quirks included; `undefined` when it never ends. */
function readClass(
  pattern: string,
  open: number,
  ignoreCase: boolean,
): { members: Uint8Array; next: number } | undefined {
  const matched = new Uint8Array(256);
  const addRange = (from: number, to: number) => {
    for (let byte = from; byte <= to; byte++) {
      matched[byte] = 1;
      if (ignoreCase && byte >= 65 && byte <= 90) matched[byte + 32] = 1;
    }
  };
  let at = open + 1;
  const negated = pattern[at] === '!' || pattern[at] === '^';
  if (negated) at++;
  let previous = 0;
  do {
    let char = pattern[at];
    if (char === undefined) return undefined;
    let current = code(char);
    if (char === '\\') {
      char = pattern[++at];
      if (char === undefined) return undefined;
      current = code(char);
      matched[current] = 1;
    } else if (char === '-' && previous && at + 1 < pattern.length && pattern[at + 1] !== ']') {
      char = pattern[++at];
      if (char === '\\') char = pattern[++at];
      if (char === undefined) return undefined;
      addRange(previous, code(char));
      current = 0;
    } else if (char === '[' && pattern[at + 1] === ':') {
      const close = pattern.indexOf(']', at + 2);
      if (close < 0) return undefined;
      if (close - at - 3 < 0 || pattern[close - 1] !== ':') {
        matched[current] = 1;
      } else {
        const name = pattern.slice(at + 2, close - 1);
        const members = CLASSES[name];
        if (!members) return undefined;
        for (let byte = 0; byte < 128; byte++) if (members.test(String.fromCharCode(byte))) matched[byte] = 1;
        if (ignoreCase && name === 'upper') addRange(65, 90);
        at = close;
        current = 0;
      }
    } else matched[current] = 1;
    previous = current;
    at++;
  } while (pattern[at] !== ']');
  if (negated) for (let byte = 0; byte < 256; byte++) matched[byte] = matched[byte] ? 0 : 1;
  return { members: matched, next: at + 1 };
}

/**
 * Going back to the last `*` in this name, then to the last `**`, is enough: an earlier `*` cannot cross the slash that
 * the later one has to stop at, and a longer run for an earlier `**` leaves nothing that the later one could not take.
 */
function run(tokens: readonly Token[], text: string, pathname: boolean): boolean {
  let token = 0;
  let at = 0;
  let star = -1;
  let starAt = 0;
  let wide = -1;
  let wideAt = 0;
  for (;;) {
    const next = tokens[token];
    if (!next) {
      if (at === text.length) return true;
    } else if (next.kind === 'star') {
      star = token++;
      starAt = at;
      continue;
    } else if (next.kind === 'globstar' || next.kind === 'folders') {
      wide = token++;
      wideAt = at;
      star = -1;
      continue;
    } else if (at < text.length && matches(next, text.charCodeAt(at), pathname)) {
      token++;
      at++;
      continue;
    }
    if (star >= 0 && starAt < text.length && text.charCodeAt(starAt) !== SLASH) {
      at = ++starAt;
      token = star + 1;
    } else if (wide >= 0 && wideAt < text.length) {
      if (tokens[wide]?.kind === 'folders') {
        const slash = text.indexOf('/', wideAt);
        if (slash < 0) return false;
        wideAt = slash + 1;
      } else wideAt++;
      at = wideAt;
      token = wide + 1;
      star = -1;
    } else return false;
  }
}

function matches(token: Token, byte: number, pathname: boolean): boolean {
  if (token.kind === 'char') return token.code === byte;
  if (pathname && byte === SLASH) return false;
  if (token.kind === 'class') return token.members[byte] === 1;
  return token.kind === 'any';
}
