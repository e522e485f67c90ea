/**
 * The difference of two sequences of lines, in time that does not explode on repeated lines.
 *
 * Common beginnings and ends are cut off; a large gap is split at anchors (lines that occur once on either side, in
 * the longest order that both share) until node-diff3 finds the longest common sequence between them quickly. A
 * large gap without anchors, of nothing but repeated lines, gets a greedy search for the shortest edit, with a bound;
 * beyond the bound it is one change: coarser, never wrong. Last, changes slide to where Git would put them, so that
 * both agree on which changes touch.
 */
import { diffIndices } from 'node-diff3';

/** Lines `from` … `from + removed` of the first side became `to` … `to + added` of the second. */
export interface LineChange {
  readonly from: number;
  readonly removed: number;
  readonly to: number;
  readonly added: number;
}

/** Pairs of lines in a gap up to which node-diff3 is fast. */
const SMALL_GAP = 4_096;
/** Edits up to which the greedy search goes on. Its trace takes the square of it, in 32-bit words. */
const MAX_EDITS = 1_000;
const MAX_SPLITS = 12;

/** Both sides, and which of their lines are marked as changed so far. */
interface Sides {
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly removed: Uint8Array;
  readonly added: Uint8Array;
}

/** `a[aFrom..aTo)` beside `b[bFrom..bTo)`. */
interface Gap {
  readonly aFrom: number;
  readonly aTo: number;
  readonly bFrom: number;
  readonly bTo: number;
}

export function diffLines(a: Int32Array, b: Int32Array): LineChange[] {
  const sides = { a, b, removed: new Uint8Array(a.length), added: new Uint8Array(b.length) };
  diffGap(sides, { aFrom: 0, aTo: a.length, bFrom: 0, bTo: b.length }, 0);
  slide(a, sides.removed, sides.added);
  slide(b, sides.added, sides.removed);
  return changesOf(sides.removed, sides.added);
}

function diffGap(sides: Sides, whole: Gap, splits: number): void {
  const gap = withoutCommonEnds(sides, whole);
  const { aFrom, aTo, bFrom, bTo } = gap;
  if (aFrom === aTo || bFrom === bTo) markAll(sides, gap);
  else if ((aTo - aFrom) * (bTo - bFrom) <= SMALL_GAP) diffSmall(sides, gap);
  else {
    const anchors = splits < MAX_SPLITS ? anchorsOf(sides, gap) : [];
    if (anchors.length === 0) {
      if (!greedy(sides, gap)) markAll(sides, gap);
      return;
    }
    let aStart = aFrom;
    let bStart = bFrom;
    for (const [aAnchor, bAnchor] of anchors) {
      diffGap(sides, { aFrom: aStart, aTo: aAnchor, bFrom: bStart, bTo: bAnchor }, splits + 1);
      aStart = aAnchor + 1;
      bStart = bAnchor + 1;
    }
    diffGap(sides, { aFrom: aStart, aTo, bFrom: bStart, bTo }, splits + 1);
  }
}

function withoutCommonEnds({ a, b }: Sides, gap: Gap): Gap {
  let { aFrom, aTo, bFrom, bTo } = gap;
  while (aFrom < aTo && bFrom < bTo && a[aFrom] === b[bFrom]) {
    aFrom++;
    bFrom++;
  }
  while (aFrom < aTo && bFrom < bTo && a[aTo - 1] === b[bTo - 1]) {
    aTo--;
    bTo--;
  }
  return { aFrom, aTo, bFrom, bTo };
}

function markAll({ removed, added }: Sides, { aFrom, aTo, bFrom, bTo }: Gap): void {
  removed.fill(1, aFrom, aTo);
  added.fill(1, bFrom, bTo);
}

/** Lines that occur once in either gap, as pairs, in the longest order that both share (patience sorting). */
function anchorsOf({ a, b }: Sides, { aFrom, aTo, bFrom, bTo }: Gap): [number, number][] {
  const onlyInB = onceOnly(b, bFrom, bTo);
  const pairs: [number, number][] = [];
  for (const [id, at] of onceOnly(a, aFrom, aTo)) {
    const other = onlyInB.get(id);
    if (at >= 0 && other !== undefined && other >= 0) pairs.push([at, other]);
  }
  pairs.sort((x, y) => x[0] - y[0]);

  // piles[k]: the pair that ends the best sequence of length k + 1; before[i]: the pair that precedes pair i in it.
  const piles: number[] = [];
  const before = new Int32Array(pairs.length);
  pairs.forEach(([, at], i) => {
    let low = 0;
    let high = piles.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[piles[middle] as number] as [number, number])[1] < at) low = middle + 1;
      else high = middle;
    }
    before[i] = low === 0 ? -1 : (piles[low - 1] as number);
    piles[low] = i;
  });
  const anchors: [number, number][] = [];
  for (let i = piles.at(-1) ?? -1; i >= 0; i = before[i] as number)
    anchors.push(pairs[i] as [number, number]);
  return anchors.reverse();
}

/** Where each line stands, or -1 for those that occur more than once. */
function onceOnly(ids: Int32Array, from: number, to: number): Map<number, number> {
  const found = new Map<number, number>();
  for (let i = from; i < to; i++) {
    const id = ids[i] as number;
    found.set(id, found.has(id) ? -1 : i);
  }
  return found;
}

function diffSmall({ a, b, removed, added }: Sides, { aFrom, aTo, bFrom, bTo }: Gap): void {
  const changes = diffIndices(Array.from(a.subarray(aFrom, aTo)), Array.from(b.subarray(bFrom, bTo)));
  for (const { buffer1, buffer2 } of changes) {
    removed.fill(1, aFrom + buffer1[0], aFrom + buffer1[0] + buffer1[1]);
    added.fill(1, bFrom + buffer2[0], bFrom + buffer2[0] + buffer2[1]);
  }
}

/**
 * Myers' greedy algorithm ("An O(ND) Difference Algorithm", 1986) for up to `MAX_EDITS` edits.
 * @returns false, with nothing marked, when there are more
 */
function greedy({ a, b, removed, added }: Sides, { aFrom, aTo, bFrom, bTo }: Gap): boolean {
  const n = aTo - aFrom;
  const m = bTo - bFrom;
  const most = Math.min(MAX_EDITS, n + m);
  // reach[d]: for each diagonal k = x - y in -d, -d + 2, …, d, the furthest x that d edits get to.
  const reach: Int32Array[] = [];
  const furthest = (d: number, k: number): number => (reach[d] as Int32Array)[(k + d) >> 1] as number;
  for (let d = 0; d <= most; d++) {
    const row = new Int32Array(d + 1).fill(-1);
    reach.push(row);
    for (let k = -d; k <= d; k += 2) {
      if (k < -m || k > n) continue;
      let x = 0;
      if (d > 0) {
        const down = k < d ? furthest(d - 1, k + 1) : -1;
        const right = k > -d ? furthest(d - 1, k - 1) + 1 : -1;
        x = Math.max(down, right > 0 ? right : -1);
        if (x < 0 || x > n || x - k > m) continue;
      }
      while (x < n && x - k < m && a[aFrom + x] === b[bFrom + x - k]) x++;
      row[(k + d) >> 1] = x;
      if (x < n || x - k < m) continue;
      // Back along the trace: one edit for each row.
      let diagonal = k;
      for (let step = d; step > 0; step--) {
        const down = diagonal < step ? furthest(step - 1, diagonal + 1) : -1;
        const right = diagonal > -step ? furthest(step - 1, diagonal - 1) + 1 : -1;
        if (right > down) {
          removed[aFrom + right - 1] = 1;
          diagonal--;
        } else {
          added[bFrom + down - diagonal - 1] = 1;
          diagonal++;
        }
      }
      return true;
    }
  }
  return false;
}

/**
 * A run of changed lines that could stand higher or lower with the same result (an inserted blank line among blank
 * lines) goes as low as it can, taking up the runs it meets; but where a run of the other side stands on the way,
 * beside it. That is Git's habit: without it, one tool would see two changes touch where the other does not.
 */
function slide(ids: Int32Array, changed: Uint8Array, other: Uint8Array): void {
  const length = ids.length;
  let at = 0;
  /** The position on the other side that the unchanged line at `at` stands for. */
  let across = 0;
  const skipAcross = () => {
    while (across < other.length && other[across]) across++;
  };
  const backAcross = () => {
    across--;
    while (across > 0 && other[across - 1]) across--;
  };
  while (at < length) {
    if (!changed[at]) {
      skipAcross();
      across++;
      at++;
      continue;
    }
    let start = at;
    let end = start;
    while (end < length && changed[end]) end++;
    while (across > 0 && other[across - 1]) across--;
    let size: number;
    let beside: number;
    do {
      size = end - start;
      while (start > 0 && ids[start - 1] === ids[end - 1]) {
        changed[--start] = 1;
        changed[--end] = 0;
        while (start > 0 && changed[start - 1]) start--;
        backAcross();
      }
      beside = other[across] ? end : -1;
      while (end < length && ids[start] === ids[end]) {
        changed[start++] = 0;
        changed[end++] = 1;
        while (end < length && changed[end]) end++;
        skipAcross();
        across++;
        if (other[across]) beside = end;
      }
    } while (end - start !== size);
    while (beside >= 0 && end > beside) {
      changed[--start] = 1;
      changed[--end] = 0;
      backAcross();
    }
    skipAcross();
    at = end;
  }
}

function changesOf(removed: Uint8Array, added: Uint8Array): LineChange[] {
  const changes: LineChange[] = [];
  let from = 0;
  let to = 0;
  while (from < removed.length || to < added.length) {
    const fromStart = from;
    const toStart = to;
    while (from < removed.length && removed[from]) from++;
    while (to < added.length && added[to]) to++;
    if (from > fromStart || to > toStart)
      changes.push({ from: fromStart, removed: from - fromStart, to: toStart, added: to - toStart });
    from++;
    to++;
  }
  return changes;
}
