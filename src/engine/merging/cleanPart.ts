/** What of a merge does not conflict, apart from the rest: for `../sync/takeClean.ts`. */

import type { Repository } from '../../git/index.ts';
import { entangled } from '../../merge/index.ts';
import type { TreeId } from '../../shared/ids.ts';
import type { DecidedConflict } from '../../shared/types.ts';
import { change } from './applyDecisions.ts';
import { compareTrees, conflictWords, type MergedCommits, type MergeOptions } from './mergeCommits.ts';

export interface CleanPart {
  readonly ours: TreeId;
  /** What a later merge begins with: theirs, but where a question is open what both began with. */
  readonly base: TreeId;
  /** Paths that are left for it. */
  readonly waiting: ReadonlySet<string>;
}

/** @returns `undefined` where nothing can come by itself, or nothing new does */
export async function cleanPart(
  { trees }: Repository,
  { merge }: MergedCommits,
): Promise<CleanPart | undefined> {
  const { entanglements, clean } = merge;
  const waiting = entangled(entanglements);
  // what they say is about all other files
  if ([...waiting].some((path) => /(^|\/)\.(gitattributes|lfsconfig)$/.test(path))) return undefined;
  const kept = entanglements.theirs.filter(({ path }) => waiting.has(path));
  const base = await trees.write(
    merge.theirs,
    kept.map(({ path, before }) => change(path, before)),
  );
  if (base === (merge.base.tree ?? (await trees.write(undefined, [])))) return undefined;
  const ours = await trees.write(
    merge.ours,
    clean.filter(({ path }) => !waiting.has(path)),
  );
  return { ours, base, waiting };
}

/** Whether the later merge asks the very same, and takes nothing else. */
export async function asksTheSame(
  repository: Repository,
  { conflicts, settled, merge }: MergedCommits,
  { ours, base, waiting }: CleanPart,
  options: MergeOptions,
): Promise<boolean> {
  const then = await compareTrees(repository, { ...merge.base, tree: base }, ours, merge.theirs, {
    ...options,
    keep: false,
  });
  return (
    sameWords(then.conflicts.map(conflictWords), conflicts.map(conflictWords)) &&
    sameWords(then.settled.map(settledWords), settled.map(settledWords)) &&
    then.touched.every((path) => waiting.has(path))
  );
}

const settledWords = ({ path, how }: DecidedConflict): string => `${how} ${path}`;

function sameWords(a: readonly string[], b: readonly string[]): boolean {
  const others = [...b].sort();
  return a.length === b.length && [...a].sort().every((words, at) => words === others[at]);
}
