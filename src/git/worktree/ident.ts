/** The `ident` attribute: `$Id: <blob id> $` on disk, `$Id$` in the blob. Source: git 2.39 convert.c. */
import { concat, utf8 } from '../../shared/bytes.ts';

const DOLLAR = 36;
const LF = 10;
const SPACE = 32;
const I = 73;
const D = 100;
const COLON = 58;

/** The closing `$` of an expanded keyword whose `$` is at `at`; -1 when there is none on this line. */
function closing(bytes: Uint8Array, at: number): number {
  const end = bytes.indexOf(DOLLAR, at + 4);
  if (end < 0) return -1;
  const newline = bytes.subarray(at, end).indexOf(LF);
  return newline < 0 ? end : -1;
}

const startsKeyword = (bytes: Uint8Array, at: number) => bytes[at + 1] === I && bytes[at + 2] === D;

export function collapseIdent(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (let at = bytes.indexOf(DOLLAR); at >= 0; at = bytes.indexOf(DOLLAR, at)) {
    const end = startsKeyword(bytes, at) && bytes[at + 3] === COLON ? closing(bytes, at) : -1;
    if (end < 0) {
      at++;
      continue;
    }
    parts.push(bytes.subarray(from, at + 3));
    from = end;
    at = end + 1;
  }
  return parts.length === 0 ? bytes : concat([...parts, bytes.subarray(from)]);
}

/**
 * Git has two ways, and they differ where a `$` stands just before a keyword, or inside one of another system: `streamed`
 * goes on after the character that was no keyword's, and so passes over a keyword that begins there.
 */
export function expandIdent(bytes: Uint8Array, id: string, way: 'streamed' | 'whole'): Uint8Array {
  const parts: Uint8Array[] = [];
  const expanded = utf8(`Id: ${id} $`);
  let from = 0;
  for (let at = bytes.indexOf(DOLLAR); at >= 0; at = bytes.indexOf(DOLLAR, at)) {
    const { isOwn, end } = keywordAt(bytes, at);
    if (isOwn) {
      parts.push(bytes.subarray(from, at + 1), expanded);
      from = end;
    }
    at = isOwn || way === 'streamed' ? end : at + 1;
  }
  return parts.length === 0 ? bytes : concat([...parts, bytes.subarray(from)]);
}

/** `end`: after the keyword whose `$` is at `at`, or after what shows that it is none. */
function keywordAt(bytes: Uint8Array, at: number): { readonly isOwn: boolean; readonly end: number } {
  if (bytes[at + 1] !== I) return { isOwn: false, end: at + 2 };
  if (bytes[at + 2] !== D) return { isOwn: false, end: at + 3 };
  if (bytes[at + 3] === DOLLAR) return { isOwn: true, end: at + 4 };
  if (bytes[at + 3] !== COLON) return { isOwn: false, end: at + 4 };
  const end = closing(bytes, at);
  if (end < 0) {
    const newline = bytes.indexOf(LF, at);
    return { isOwn: false, end: newline < 0 ? bytes.length : newline + 1 };
  }
  const space = bytes.indexOf(SPACE, at + 5);
  // Spaces inside: the keyword of some other system, kept.
  return { isOwn: space < 0 || space >= end - 1, end: end + 1 };
}
