/** Who made the version of a file that one side of a conflict has. */
import type { Commit } from '../../shared/git.ts';
import type { BlobId, CommitId } from '../../shared/ids.ts';
import type { ConflictSide } from '../../shared/types.ts';
import type { Project } from '../project/Project.ts';
import { isTake } from '../snapshot/messages.ts';

/** Commits before the base in which its author is looked for. */
export const LOOKED_BACK = 1000;

export type LastChange = Pick<ConflictSide, 'author' | 'timestamp' | 'message'>;

/**
 * For each path the newest commit that made of it what the tip has: one walk for all of them.
 * @param versions of the tip, by path
 * @param options.before commits whose history is not looked at
 */
export async function lastChanges(
  project: Project,
  tip: CommitId,
  versions: ReadonlyMap<string, BlobId>,
  { before = [], limit }: { readonly before?: readonly CommitId[]; readonly limit?: number },
): Promise<Map<string, LastChange>> {
  const { graph } = project.repository;
  const found = new Map<string, LastChange>();
  if (versions.size === 0) return found;
  for await (const commit of graph.log(tip, { not: [...before], ...(limit !== undefined && { limit }) })) {
    // nobody's change of a file: whoever made it comes further down
    if (isTake(commit.message)) continue;
    for (const [path, id] of await made(project, commit)) {
      if (id === undefined || found.has(path) || versions.get(path) !== id) continue;
      const { name, email, seconds } = commit.author;
      found.set(path, {
        author: { name, email },
        timestamp: new Date(seconds * 1000).toISOString(),
        message: commit.message,
      });
    }
    if (found.size === versions.size) break;
  }
  return found;
}

/** What a commit has otherwise than each of its parents: what a merge has from one of them is not the merge's. */
async function made(
  { repository: { graph, trees } }: Project,
  { tree, parents }: Commit,
): Promise<ReadonlyMap<string, BlobId | undefined>> {
  const [first, ...others] = parents;
  const treeOf = async (parent: CommitId) => (await graph.commit(parent)).tree;
  const changes = await trees.diff(first && (await treeOf(first)), tree);
  const found = new Map(changes.map(({ path, after }) => [path, after?.id]));
  for (const other of found.size > 0 ? others : []) {
    const differs = new Set((await trees.diff(await treeOf(other), tree)).map(({ path }) => path));
    for (const path of found.keys()) if (!differs.has(path)) found.delete(path);
  }
  return found;
}
