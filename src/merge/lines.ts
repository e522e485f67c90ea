/**
 * Lines of a file without decoding it: text in game files is UTF-8, Windows-1252 or UTF-16, and a merge must give
 * back the exact bytes. A line is a range of bytes, its ending included; equal lines get equal numbers.
 */

import { commonEnd, commonStart, exactText } from '../shared/bytes.ts';

/** How a newline is written: one byte, or the two of UTF-16 by its byte order mark. */
export type LineUnit = 'byte' | 'utf-16le' | 'utf-16be';

export interface Lines {
  readonly bytes: Uint8Array;
  /** Where each line starts, and the length of the file at the end: one more than there are lines. */
  readonly starts: Uint32Array;
  /** Equal for equal lines, within the files that were split together. */
  readonly ids: Int32Array;
}

export function lineUnitOf(bytes: Uint8Array): LineUnit {
  if (bytes.length < 2) return 'byte';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'byte';
}

/** Of the byte order mark at the start of a file; 0 where there is none. */
export function markLength(bytes: Uint8Array): number {
  if (lineUnitOf(bytes) !== 'byte') return 2;
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

/**
 * One is UTF-8, the other is not: lines of both in one file would be readable in no encoding. ASCII alone goes with
 * either, and UTF-16 is told apart by its unit.
 */
export function encodingsClash(a: Uint8Array, b: Uint8Array): boolean {
  return !isAscii(a) && !isAscii(b) && (exactText(a) === undefined) !== (exactText(b) === undefined);
}

function isAscii(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) if ((bytes[at] as number) >= 0x80) return false;
  return true;
}

/** Maps every byte to a character of its own. Never used to write anything back. */
const decoder = new TextDecoder('windows-1252');

/**
 * Splits files whose lines are to be compared with each other. The last line may lack its ending. Versions of one file
 * have most lines in common: those that the others have at their ends as the first file has them are not read again.
 */
export function splitLines<const Files extends readonly Uint8Array[]>(
  files: Files,
  unit: LineUnit,
): { readonly [I in keyof Files]: Lines } {
  const numbers = new Map<string, number>();
  let first: Lines | undefined;
  const split = files.map((bytes) => {
    const lines = first ? splitLike(first, bytes, unit, numbers) : splitWhole(bytes, unit, numbers);
    first ??= lines;
    return lines;
  });
  // `map` over a tuple gives an array; the lengths are the same.
  return split as unknown as { readonly [I in keyof Files]: Lines };
}

function splitWhole(bytes: Uint8Array, unit: LineUnit, numbers: Map<string, number>): Lines {
  const text = decoder.decode(bytes);
  const starts = [0];
  const ids: number[] = [];
  let start = 0;
  while (start < text.length) {
    const end = lineEnd(text, start, unit);
    const line = text.slice(start, end);
    let id = numbers.get(line);
    if (id === undefined) {
      id = numbers.size;
      numbers.set(line, id);
    }
    ids.push(id);
    starts.push(end);
    start = end;
  }
  return { bytes, starts: Uint32Array.from(starts), ids: Int32Array.from(ids) };
}

function splitLike(like: Lines, bytes: Uint8Array, unit: LineUnit, numbers: Map<string, number>): Lines {
  const head = commonStart(like.bytes, bytes);
  const tail = commonEnd(like.bytes, bytes, Math.min(like.bytes.length, bytes.length) - head);
  const moved = bytes.length - like.bytes.length;
  const newline = unit === 'byte' ? 1 : 2;
  const { length } = like.ids;
  const startOf = (line: number) => like.starts[line] as number;
  // the last line may lack its ending, and go on here
  let from = 0;
  while (from < length - 1 && startOf(from + 1) <= head) from++;
  // in whole units, and with the newline before it, so that a line starts here too
  let to = length;
  if (moved % newline === 0) while (to > from && startOf(to - 1) - newline >= like.bytes.length - tail) to--;
  const start = startOf(from);
  const between = splitWhole(bytes.subarray(start, startOf(to) + moved), unit, numbers);
  const lines = between.ids.length;
  const ids = new Int32Array(from + lines + length - to);
  ids.set(like.ids.subarray(0, from));
  ids.set(between.ids, from);
  ids.set(like.ids.subarray(to), from + lines);
  const starts = new Uint32Array(ids.length + 1);
  starts.set(like.starts.subarray(0, from));
  for (let i = 0; i <= lines; i++) starts[from + i] = start + (between.starts[i] as number);
  for (let i = to + 1; i <= length; i++) starts[from + lines + i - to] = startOf(i) + moved;
  return { bytes, starts, ids };
}

const WORDS = /[A-Za-z0-9_\x80-\xff]+|[^A-Za-z0-9_\x80-\xff]/g;

/** The words of files that are to be compared with each other, as equal numbers for equal words. */
export function splitWords<const Files extends readonly Uint8Array[]>(
  files: Files,
): { readonly [I in keyof Files]: Pick<Lines, 'ids'> } {
  const numbers = new Map<string, number>();
  const split = files.map((bytes) => {
    const ids = Array.from(decoder.decode(bytes).matchAll(WORDS), ([word]) => {
      const id = numbers.get(word) ?? numbers.size;
      numbers.set(word, id);
      return id;
    });
    return { ids: Int32Array.from(ids) };
  });
  // `map` over a tuple gives an array; the lengths are the same.
  return split as unknown as { readonly [I in keyof Files]: Pick<Lines, 'ids'> };
}

function lineEnd(text: string, start: number, unit: LineUnit): number {
  if (unit === 'byte') {
    const newline = text.indexOf('\n', start);
    return newline < 0 ? text.length : newline + 1;
  }
  const newline = unit === 'utf-16le' ? '\n\0' : '\0\n';
  let at = text.indexOf(newline, start);
  // Both bytes of one unit: U+0A0D and its like hold the same bytes across two.
  while (at >= 0 && at % 2 === 1) at = text.indexOf(newline, at + 1);
  return at < 0 ? text.length : at + 2;
}

/** The bytes of lines `from` up to, not including, `to`. */
export const bytesOf = (lines: Lines, from: number, to: number): Uint8Array =>
  lines.bytes.subarray(lines.starts[from], lines.starts[to]);
