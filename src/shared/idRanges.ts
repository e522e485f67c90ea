/** Ranges of whole numbers, such as object ids: the first and the last, both in it. */
export interface IdRange {
  readonly from: number;
  readonly to: number;
}

export const sizeOf = ({ from, to }: IdRange): number => to - from + 1;

export const overlaps = (a: IdRange, b: IdRange): boolean => a.from <= b.to && b.from <= a.to;

/**
 * What is left of some ranges without others, ascending.
 * @param ranges ascending, none of them meets another
 * @param taken in any order, and they may meet
 */
export function rangesWithout(ranges: readonly IdRange[], taken: Iterable<IdRange>): IdRange[] {
  const holes = [...taken].sort((a, b) => a.from - b.from);
  const left: IdRange[] = [];
  let at = 0;
  /** Everything up to here is taken. */
  let reached = -1;
  for (const { from, to } of ranges) {
    let start = Math.max(from, reached + 1);
    for (let hole = holes[at]; hole && hole.from <= to; hole = holes[++at]) {
      if (hole.from > start) left.push({ from: start, to: hole.from - 1 });
      reached = Math.max(reached, hole.to);
      start = Math.max(start, reached + 1);
    }
    if (start <= to) left.push({ from: start, to });
  }
  return left;
}
