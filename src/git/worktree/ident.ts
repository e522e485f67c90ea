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

export function expandIdent(bytes: Uint8Array, id: string): Uint8Array {
  const parts: Uint8Array[] = [];
  const expanded = utf8(`Id: ${id} $`);
  let from = 0;
  for (let at = bytes.indexOf(DOLLAR); at >= 0; at = bytes.indexOf(DOLLAR, at)) {
    let end = -1;
    if (startsKeyword(bytes, at)) {
      if (bytes[at + 3] === DOLLAR) end = at + 3;
      else if (bytes[at + 3] === COLON) {
        end = closing(bytes, at);
        const space = bytes.indexOf(SPACE, at + 5);
        // Spaces inside: the keyword of some other system, kept.
        if (space >= 0 && space < end - 1) end = -1;
      }
    }
    if (end < 0) {
      at++;
      continue;
    }
    parts.push(bytes.subarray(from, at + 1), expanded);
    from = end + 1;
    at = end + 1;
  }
  return parts.length === 0 ? bytes : concat([...parts, bytes.subarray(from)]);
}
