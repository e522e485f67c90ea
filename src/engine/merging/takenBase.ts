/**
 * The base of a merge after a take (`../sync/takeClean.ts`). Stock Git knows nothing of it, and whatever it does meanwhile, this
 * base counts only where it is true: the take is in ours, what it took from is in theirs, and nothing was merged since.
 */
import type { Repository } from '../../git/index.ts';
import type { CommitId, TreeId } from '../../shared/ids.ts';
import { TAKEN_REFS } from '../project/Project.ts';

export interface TakenBase {
  readonly commit: CommitId;
  /** Of what was taken theirs' version, of what waits the one that both began with. */
  readonly tree: TreeId;
  /** Theirs, as far as it was taken. */
  readonly theirs: CommitId;
}

/** @param bases of `ours` and `theirs` */
export async function takenBase(
  { refs, graph }: Repository,
  ours: CommitId,
  theirs: CommitId,
  bases: readonly CommitId[],
): Promise<TakenBase | undefined> {
  for (const id of (await refs.list(TAKEN_REFS)).values()) {
    const { tree, parents } = await graph.commit(id as CommitId); // only a take writes these refs
    const [from, take] = parents;
    if (!from || !take) continue;
    if (!(await graph.isAncestor(take, ours)) || !(await graph.isAncestor(from, theirs))) continue;
    const then = new Set(await graph.mergeBases(take, from));
    if (then.size === bases.length && bases.every((base) => then.has(base)))
      return { commit: id as CommitId, tree, theirs: from }; // as above
  }
  return undefined;
}
