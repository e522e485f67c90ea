/**
 * Which added text is a deleted one under another name, as Git finds it: at least half of the larger one's bytes are
 * lines that both have. Only deletions are looked at that the other side's change makes a conflict, against additions
 * of the same kind of file; and where there are many of both, none, as nobody can tell them apart cheaply.
 */

import type { TreeChange, TreeFile } from '../shared/git.ts';
import { extensionOf } from '../shared/paths.ts';
import { isBinary } from './drivers.ts';
import { splitLines } from './lines.ts';
import { exactRenames } from './renames.ts';

export interface RenameCandidates {
  readonly from: TreeChange & { readonly before: TreeFile };
  readonly to: readonly (TreeChange & { readonly after: TreeFile })[];
}

/** Files to compare at most, of one side. */
const MOST = 200;
/** Bytes of a text that is looked at. */
export const LONGEST = 1 << 20;
const ENOUGH = 0.5;

/** What of `side` may be a rename of a file that `other` changed. */
export function renameCandidates(
  side: readonly TreeChange[],
  other: readonly TreeChange[],
): readonly RenameCandidates[] {
  const changed = new Set(other.flatMap(({ path, before, after }) => (before && after ? [path] : [])));
  const gone = side.filter(
    (change): change is RenameCandidates['from'] =>
      change.before !== undefined && !change.after && changed.has(change.path),
  );
  if (gone.length === 0) return [];
  const exact = exactRenames(side);
  const found = new Set([...exact.values()].map(({ path }) => path));
  const come = new Map<string, (TreeChange & { readonly after: TreeFile })[]>();
  for (const { path, before, after } of side) {
    if (before || !after || found.has(path)) continue;
    const extension = extensionOf(path).toLowerCase();
    come.set(extension, [...(come.get(extension) ?? []), { path, after }]);
  }
  const pairs = gone
    .filter(({ path }) => !exact.has(path))
    .map((from) => ({ from, to: come.get(extensionOf(from.path).toLowerCase()) ?? [] }))
    .filter(({ to }) => to.length > 0);
  const files = new Set(pairs.flatMap(({ from, to }) => [from.path, ...to.map(({ path }) => path)]));
  return files.size > MOST ? [] : pairs;
}

/** From old to new path; of two that are equally like it, or that want one file, none. */
export function likelyRenames(
  candidates: readonly RenameCandidates[],
  contents: ReadonlyMap<string, Uint8Array>,
): Map<string, TreeChange> {
  const wanted = new Map<string, string | undefined>();
  const renames = new Map<string, TreeChange>();
  for (const { from, to } of candidates) {
    const before = contents.get(from.before.id);
    if (!before) continue;
    const scores = to
      .map((change) => ({ change, score: likeness(before, contents.get(change.after.id)) }))
      .filter(({ score }) => score >= ENOUGH)
      .sort((a, b) => b.score - a.score);
    const [best, second] = scores;
    if (!best || best.score === second?.score) continue;
    const rival = wanted.get(best.change.path);
    if (wanted.has(best.change.path)) {
      if (rival !== undefined) renames.delete(rival);
      wanted.set(best.change.path, undefined);
      continue;
    }
    wanted.set(best.change.path, from.path);
    renames.set(from.path, best.change);
  }
  return renames;
}

/** 0 to 1. */
function likeness(a: Uint8Array, b: Uint8Array | undefined): number {
  if (!b || a.length > LONGEST || b.length > LONGEST || isBinary(a) || isBinary(b)) return 0;
  const larger = Math.max(a.length, b.length);
  if (Math.min(a.length, b.length) < larger * ENOUGH) return 0;
  const [one, two] = splitLines([a, b], 'byte');
  const left = new Map<number, number>();
  for (const id of one.ids) left.set(id, (left.get(id) ?? 0) + 1);
  let common = 0;
  two.ids.forEach((id, at) => {
    const count = left.get(id) ?? 0;
    if (count === 0) return;
    left.set(id, count - 1);
    common += (two.starts[at + 1] ?? 0) - (two.starts[at] ?? 0);
  });
  return common / larger;
}
