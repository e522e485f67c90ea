/** What of a merge does not conflict, apart from the rest: for takeClean.ts. */

import type { Repository } from '../../git/index.ts';
import { entangled } from '../../merge/index.ts';
import type { TreeId } from '../../shared/ids.ts';
import type { DecidedConflict } from '../../shared/types.ts';
import { change } from './applyDecisions.ts';
import { compareTrees, conflictWords, type MergedCommits, type MergeOptions } from './mergeCommits.ts';

/**
 * Ours with it, and the base that a later merge has then: theirs, but where a question is open what both began with.
 * @returns `undefined` where that merge would not ask the very same, or would take more
 */
export async function cleanPart(
  repository: Repository,
  { conflicts, settled, merge }: MergedCommits,
  options: MergeOptions,
): Promise<{ readonly ours: TreeId; readonly base: TreeId } | undefined> {
  const { trees } = repository;
  const { entanglements, clean } = merge;
  const waiting = entangled(entanglements);
  // what they say is about all other files
  if ([...waiting].some((path) => /(^|\/)\.(gitattributes|lfsconfig)$/.test(path))) return undefined;
  const kept = entanglements.theirs.filter(({ path }) => waiting.has(path));
  const base = await trees.write(
    merge.theirs,
    kept.map(({ path, before }) => change(path, before)),
  );
  const ours = await trees.write(
    merge.ours,
    clean.filter(({ path }) => !waiting.has(path)),
  );
  const then = await compareTrees(repository, { ...merge.base, tree: base }, ours, merge.theirs, {
    ...options,
    keep: false,
  });
  const asksTheSame =
    sameWords(then.conflicts.map(conflictWords), conflicts.map(conflictWords)) &&
    sameWords(then.settled.map(settledWords), settled.map(settledWords));
  return asksTheSame && then.touched.every((path) => waiting.has(path)) ? { ours, base } : undefined;
}

const settledWords = ({ path, how }: DecidedConflict): string => `${how} ${path}`;

function sameWords(a: readonly string[], b: readonly string[]): boolean {
  const others = [...b].sort();
  return a.length === b.length && [...a].sort().every((words, at) => words === others[at]);
}
