import type { Repository } from '../../git/index.ts';
import type { LocalObjects } from '../../ports/index.ts';
import type { CommitId, ObjectId } from '../../shared/ids.ts';

/**
 * A repository as `History` sees it.
 * @param received is told the objects of every pack that is stored
 */
export function localObjects(
  { objects, refs, graph, trees }: Repository,
  received?: (ids: readonly ObjectId[]) => void,
): LocalObjects {
  return {
    has: (id) => objects.has(id),
    async storePack(pack, options) {
      const stored = await objects.storePack(pack, options);
      received?.(stored.ids);
      return stored;
    },
    shallow: async () => [...graph.shallow],
    makePack: (wants, haves, options) => objects.makePack(wants, haves, { ...options, trees }),
    /** Remote-tracking tips first: unless the remote was rewritten, it has every one of them. */
    async haves(limit) {
      const haves = new Set<ObjectId>((await refs.list('refs/remotes/')).values());
      const { commit } = await refs.head();
      if (commit) {
        for await (const { id } of graph.log(commit, { limit })) {
          if (haves.size >= limit) break;
          haves.add(id);
        }
      }
      return [...haves] as CommitId[]; // remote-tracking refs name commits
    },
  };
}
