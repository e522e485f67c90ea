/** The least that the port of history asks for, over a repository that stock Git made. */
import { join } from 'node:path';
import { CommitGraph, readShallow } from '../../src/git/graph.ts';
import { ObjectStore } from '../../src/git/objects/ObjectStore.ts';
import type { LocalObjects } from '../../src/ports/history.ts';
import type { CommitId } from '../../src/shared/ids.ts';
import { git } from './gitRepository.ts';
import { testHost } from './host.ts';

export function localObjects(folder: string): LocalObjects {
  const host = testHost();
  const gitDir = join(folder, '.git');
  const objects = new ObjectStore(host, gitDir);
  return {
    has: (id) => objects.has(id),
    storePack: (pack, options) => objects.storePack(pack, options),
    makePack: (wants, haves, options) => objects.makePack(wants, haves, options),
    shallow: async () => [...(await readShallow(host.disk, gitDir))],
    async haves(limit) {
      const tips = git(folder, 'for-each-ref', '--format=%(objectname)', 'refs/remotes', 'refs/heads');
      const graph = new CommitGraph(objects, await readShallow(host.disk, gitDir));
      const ids = new Set(tips.split('\n').filter(Boolean) as CommitId[]);
      for await (const { id } of graph.log([...ids], { limit })) ids.add(id);
      return [...ids].slice(0, limit);
    },
  };
}
