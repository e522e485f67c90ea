/** Which object stood at the same path one commit earlier: the likely base of a delta. */
import { hasCode } from '../../shared/errors.ts';
import { MODE } from '../../shared/git.ts';
import type { CommitId, ObjectId, TreeId } from '../../shared/ids.ts';
import type { UpkeepTarget } from './index.ts';

/** What piles up is recent: after so many commits in a row that are elsewhere, older ones are not looked at. */
const ELSEWHERE = 500;

/**
 * Found along the commits that refs reach, newest first, until `deadline` (of `performance.now()`). Both objects of a
 * pair are of `ids`.
 */
export async function predecessors(
  { refs, graph, trees }: Pick<UpkeepTarget, 'refs' | 'graph' | 'trees'>,
  ids: Iterable<ObjectId>,
  deadline: number,
): Promise<Map<ObjectId, ObjectId>> {
  const wanted = new Set<ObjectId>(ids);
  const bases = new Map<ObjectId, ObjectId>();
  const put = (id: ObjectId, base: ObjectId) => {
    if (id !== base && wanted.has(id) && wanted.has(base) && !bases.has(id)) bases.set(id, base);
  };
  const pair = async (before: TreeId, after: TreeId): Promise<void> => {
    put(after, before);
    const [old = [], now = []] = await trees.readMany([before, after]);
    const names = new Map(old.map((entry) => [entry.name, entry]));
    for (const entry of now) {
      const other = names.get(entry.name);
      if (!other || other.id === entry.id || entry.mode === MODE.submodule || !wanted.has(entry.id)) continue;
      if (entry.mode !== MODE.tree) put(entry.id, other.id);
      else if (other.mode === MODE.tree) await pair(other.id, entry.id);
    }
  };

  const tips: CommitId[] = [];
  for (const [ref, id] of await refs.list('refs/'))
    if (!ref.startsWith('refs/tags/')) tips.push(id as CommitId); // branches name commits
  try {
    let elsewhere = 0;
    for await (const { id, tree, parents } of graph.log(tips)) {
      if (performance.now() > deadline || elsewhere > ELSEWHERE) break;
      elsewhere = wanted.has(id) ? 0 : elsewhere + 1;
      const [first] = parents;
      if (elsewhere === 0 && first !== undefined) await pair((await graph.commit(first)).tree, tree);
    }
  } catch (error) {
    // Only hints: a ref to something else, or history that is not all here, ends the search.
    if (!hasCode(error, 'MALFORMED_OBJECT') && !hasCode(error, 'OBJECT_MISSING')) throw error;
  }
  return bases;
}
