/** Three-way merge of text by lines, with the verdicts of `git merge-file` and the exact bytes of both sides. */
import { concat, equal } from '../shared/bytes.ts';
import type { ConflictHunk, HunkChoice, HunkSide } from '../shared/types.ts';
import { diffLines, type LineChange } from './diffLines.ts';
import { type DecideHunk, isOpen, shownLines, UNDECIDED } from './hunks.ts';
import {
  bytesOf,
  encodingsClash,
  type Lines,
  type LineUnit,
  lineUnitOf,
  markLength,
  splitLines,
} from './lines.ts';

/** Ranges of lines of the three files that stand for each other: `[from, to)`. */
export interface Region {
  readonly base: readonly [number, number];
  readonly ours: readonly [number, number];
  readonly theirs: readonly [number, number];
  /** Who changed it. `same`: both, to the same lines. */
  readonly by: 'nobody' | 'ours' | 'theirs' | 'same' | 'conflict';
}

export type TextOutcome =
  | { readonly merged: Uint8Array }
  /** Why, in a person's words, and the places; none where the file can only be taken whole. */
  | { readonly conflict: string; readonly hunks: readonly ConflictHunk[] };

/**
 * Changes that neither overlap nor touch merge; of changes that do, only equal ones, and those that `decide` decides.
 * Bytes are copied from the side that a region comes from and never decoded, so encodings and line endings stay.
 */
export function mergeText(
  base: Uint8Array,
  ours: Uint8Array,
  theirs: Uint8Array,
  decide: DecideHunk = UNDECIDED,
): TextOutcome {
  if (equal(ours, theirs) || equal(base, theirs)) return { merged: ours };
  if (equal(base, ours)) return { merged: theirs };
  const unit = lineUnitOf(base);
  if (
    lineUnitOf(ours) !== unit ||
    lineUnitOf(theirs) !== unit ||
    (unit === 'byte' && encodingsClash(ours, theirs))
  )
    return { conflict: 'One side changed the encoding of this file: choose one side.', hunks: [] };
  const files = splitLines([base, ours, theirs], unit);
  return settle(mergeRegions(...files), files, unit, decide);
}

/** Two texts that were added under one name, which nothing says the order of: every place that differs is a person's. */
export function mergeAddedTexts(
  ours: Uint8Array,
  theirs: Uint8Array,
  decide: DecideHunk = UNDECIDED,
): TextOutcome {
  const unit = lineUnitOf(ours);
  if (lineUnitOf(theirs) !== unit || (unit === 'byte' && encodingsClash(ours, theirs)))
    return { conflict: 'They are encoded differently.', hunks: [] };
  const files = splitLines([new Uint8Array(), ours, theirs], unit);
  const [, o, t] = files;
  const regions: Region[] = [];
  let [at, there] = [0, 0];
  const upTo = (from: number) => {
    const same = from - at;
    if (same > 0)
      regions.push({ base: [0, 0], ours: [at, from], theirs: [there, there + same], by: 'nobody' });
    at = from;
    there += same;
  };
  for (const { from, removed, added } of diffLines(o.ids, t.ids)) {
    upTo(from);
    const [next, nextThere] = [at + removed, there + added];
    regions.push({ base: [0, 0], ours: [at, next], theirs: [there, nextThere], by: 'conflict' });
    at = next;
    there = nextThere;
  }
  upTo(o.ids.length);
  return settle(regions, files, unit, decide);
}

function settle(
  regions: readonly Region[],
  files: readonly [Lines, Lines, Lines],
  unit: LineUnit,
  decide: DecideHunk,
): TextOutcome {
  const [, o, t] = files;
  const clashes = regions.filter((region) => region.by === 'conflict');
  const hunks = clashes.map((region, at) => hunkOf(at + 1, region, files, unit, decide(at + 1)));
  const open = hunks.filter(isOpen).length;
  if (open > 0)
    return {
      conflict:
        open === 1
          ? 'Both of you changed the same lines in one place.'
          : `Both of you changed the same lines in ${open} places.`,
      hunks,
    };
  let clash = 0;
  return {
    merged: concat(
      regions.flatMap((region) => {
        const mine = bytesOf(o, ...region.ours);
        const other = bytesOf(t, ...region.theirs);
        const choice = region.by === 'conflict' ? hunks[clash++]?.decided : undefined;
        if (choice === 'both') {
          // a byte order mark has no place but the first
          const isFirst = mine.length > 0 && region.theirs[0] === 0;
          return [withLineEnd(mine, other, unit), isFirst ? other.subarray(markLength(t.bytes)) : other];
        }
        return [region.by === 'theirs' || choice === 'remote' ? other : mine];
      }),
    ),
  };
}

function hunkOf(
  number: number,
  region: Region,
  [base, ours, theirs]: readonly [Lines, Lines, Lines],
  unit: LineUnit,
  decided: HunkChoice | undefined,
): ConflictHunk {
  const side = (lines: Lines, [from, to]: readonly [number, number]): HunkSide => ({
    line: from + 1,
    lines: shownLines(bytesOf(lines, from, to), unit),
  });
  return {
    number,
    base: side(base, region.base),
    ours: side(ours, region.ours),
    theirs: side(theirs, region.theirs),
    ...(decided && { decided }),
  };
}

/** The last line of a file may have no end, and gets one when something follows. */
export function withLineEnd(lines: Uint8Array, next: Uint8Array, unit: LineUnit): Uint8Array {
  const newline = NEWLINES[unit];
  if (lines.length === 0 || next.length === 0 || equal(lines.subarray(-newline.length), newline))
    return lines;
  return concat([lines, newline]);
}

const NEWLINES: Readonly<Record<LineUnit, Uint8Array>> = {
  byte: Uint8Array.of(10),
  'utf-16le': Uint8Array.of(10, 0),
  'utf-16be': Uint8Array.of(0, 10),
};

/** Lines, or whatever else has equal numbers for equal things. */
type Sequence = Pick<Lines, 'ids'>;

/** The three sequences as regions that cover all of each. */
export function mergeRegions(base: Sequence, ours: Sequence, theirs: Sequence): Region[] {
  const left = diffLines(base.ids, ours.ids);
  const right = diffLines(base.ids, theirs.ids);
  const regions: Region[] = [];
  let i = 0;
  let j = 0;
  /** Where the last region ended, in each file. */
  let b = 0;
  let o = 0;
  let t = 0;
  while (i < left.length || j < right.length) {
    const start = Math.min(left[i]?.from ?? Infinity, right[j]?.from ?? Infinity);
    const oursFirst = i;
    const theirsFirst = j;
    let end = start;
    for (let grown = true; grown; ) {
      grown = false;
      // An end is part of it: changes that only touch have no common line between them to tell their order.
      for (let change = left[i]; change && change.from <= end; change = left[++i]) {
        end = Math.max(end, change.from + change.removed);
        grown = true;
      }
      for (let change = right[j]; change && change.from <= end; change = right[++j]) {
        end = Math.max(end, change.from + change.removed);
        grown = true;
      }
    }
    const quiet = start - b;
    const oursStart = o + quiet;
    const theirsStart = t + quiet;
    if (quiet > 0)
      regions.push({ base: [b, start], ours: [o, oursStart], theirs: [t, theirsStart], by: 'nobody' });
    const oursEnd = oursStart + (end - start) + growth(left, oursFirst, i);
    const theirsEnd = theirsStart + (end - start) + growth(right, theirsFirst, j);
    const by =
      theirsFirst === j
        ? 'ours'
        : oursFirst === i
          ? 'theirs'
          : sameLines(ours, oursStart, oursEnd, theirs, theirsStart, theirsEnd)
            ? 'same'
            : 'conflict';
    regions.push({ base: [start, end], ours: [oursStart, oursEnd], theirs: [theirsStart, theirsEnd], by });
    b = end;
    o = oursEnd;
    t = theirsEnd;
  }
  if (b < base.ids.length)
    regions.push({
      base: [b, base.ids.length],
      ours: [o, ours.ids.length],
      theirs: [t, theirs.ids.length],
      by: 'nobody',
    });
  return regions;
}

function growth(changes: readonly LineChange[], first: number, end: number): number {
  let lines = 0;
  for (let i = first; i < end; i++) {
    const change = changes[i] as LineChange;
    lines += change.added - change.removed;
  }
  return lines;
}

function sameLines(
  a: Sequence,
  aFrom: number,
  aTo: number,
  b: Sequence,
  bFrom: number,
  bTo: number,
): boolean {
  if (aTo - aFrom !== bTo - bFrom) return false;
  for (let i = 0; i < aTo - aFrom; i++) if (a.ids[aFrom + i] !== b.ids[bFrom + i]) return false;
  return true;
}
