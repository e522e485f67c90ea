/** The difference of two texts in the form that `git diff` prints: hunks with three lines around each change. */
import { text } from '../shared/bytes.ts';
import { diffLines, type LineChange } from './diffLines.ts';
import { bytesOf, type Lines, lineUnitOf, splitLines } from './lines.ts';

const CONTEXT = 3;

/** For showing: bytes that are not UTF-8 come out as U+FFFD. An empty string where nothing differs. */
export function unifiedDiff(before: Uint8Array, after: Uint8Array): string {
  const [a, b] = splitLines([before, after], lineUnitOf(after));
  let out = '';
  for (const hunk of hunksOf(diffLines(a.ids, b.ids))) out += formatHunk(a, b, hunk);
  return out;
}

/** Changes whose surroundings touch stand in one hunk. */
function hunksOf(changes: readonly LineChange[]): LineChange[][] {
  const hunks: LineChange[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const change of changes) {
    const hunk = hunks[hunks.length - 1];
    if (hunk && change.from - end <= 2 * CONTEXT) hunk.push(change);
    else hunks.push([change]);
    end = change.from + change.removed;
  }
  return hunks;
}

function formatHunk(a: Lines, b: Lines, hunk: readonly LineChange[]): string {
  const first = hunk[0] as LineChange; // a hunk has at least one change
  const last = hunk[hunk.length - 1] as LineChange;
  const lead = Math.min(CONTEXT, first.from);
  const aFrom = first.from - lead;
  const bFrom = first.to - lead;
  const aTo = Math.min(a.ids.length, last.from + last.removed + CONTEXT);
  const bTo = last.to + last.added + (aTo - last.from - last.removed);
  let out = `@@ -${range(aFrom, aTo)} +${range(bFrom, bTo)} @@\n`;
  let at = aFrom;
  for (const { from, removed, to, added } of hunk) {
    out += marked(' ', a, at, from) + marked('-', a, from, from + removed) + marked('+', b, to, to + added);
    at = from + removed;
  }
  return out + marked(' ', a, at, aTo);
}

const range = (from: number, to: number) =>
  `${to > from ? from + 1 : from}${to - from === 1 ? '' : `,${to - from}`}`;

function marked(mark: string, lines: Lines, from: number, to: number): string {
  let out = '';
  for (let at = from; at < to; at++) {
    const line = text(bytesOf(lines, at, at + 1));
    out += line.endsWith('\n') ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`;
  }
  return out;
}
