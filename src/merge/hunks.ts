/** The places of a file that both sides changed, as a person sees them and decides them, one by one. */
import { exactText } from '../shared/bytes.ts';
import type { ConflictHunk, HunkChoice } from '../shared/types.ts';
import { type LineUnit, lineUnitOf } from './lines.ts';

/** @param number of the hunk, from 1 in the order of the file */
export type DecideHunk = (number: number) => HunkChoice | undefined;

export const UNDECIDED: DecideHunk = () => undefined;

export const isOpen = ({ decided }: ConflictHunk): boolean => decided === undefined;

/** A file, or some of its lines, for showing: without line endings, in the encoding that it seems to have. */
export function shownLines(bytes: Uint8Array, unit: LineUnit = lineUnitOf(bytes)): string[] {
  const text =
    unit === 'byte'
      ? (exactText(bytes) ?? new TextDecoder('windows-1252').decode(bytes))
      : new TextDecoder(unit).decode(bytes);
  return linesOf(text.replace(/^\uFEFF/, ''));
}

/** The lines of a text; the end of the last one is no line of its own. */
export function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
