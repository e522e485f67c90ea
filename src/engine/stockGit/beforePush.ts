/** What the pre-push hook does: the barrier that `sync` keeps, for stock Git's push. */
import { parseTag } from '../../git/index.ts';
import type { Remote } from '../../ports/index.ts';
import { SyncError } from '../../shared/errors.ts';
import { type CommitId, isObjectId, type ObjectId, type TagId } from '../../shared/ids.ts';
import type { CallOptions } from '../../shared/progress.ts';
import { refuseLockedPaths } from '../locks/pushCheck.ts';
import type { Project } from '../project/Project.ts';
import { sendAssets } from '../sync/projectAssets.ts';

/** One line of the hook's input. Source: githooks(5), pre-push. */
export interface RefPush {
  readonly ref: string;
  /** `undefined`: the ref is deleted. */
  readonly next: ObjectId | undefined;
  /** What the remote has there now. */
  readonly before: ObjectId | undefined;
}

/** @throws SyncError `INVALID_INPUT` when the lines are not those of the hook */
export function parsePushes(input: string): RefPush[] {
  return input
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, next = '', ref = '', before = ''] = line.split(' ');
      if (!isObjectId(next) || !isObjectId(before))
        throw new SyncError('INVALID_INPUT', 'This is for Git to run, as its pre-push hook.');
      return { ref, next: orNone(next), before: orNone(before) };
    });
}

const orNone = (id: ObjectId) => (/^0+$/.test(id) ? undefined : id);

/**
 * Stores at the remote what the pushed commits name.
 * @param remoteName the remote's name in Git's configuration, or its URL: what is known of it bounds the search
 * @returns bytes that were sent
 * @throws SyncError `ASSET_MISSING`, `BACKEND_CONNECTION_FAILED`, `ACCESS_DENIED`, …
 */
export async function beforePush(
  project: Project,
  remote: Remote,
  remoteName: string,
  pushes: readonly RefPush[],
  options: CallOptions,
): Promise<number> {
  const { refs, objects } = project.repository;
  const tracked = [...(await refs.list(`refs/remotes/${remoteName}/`)).values()];
  const theirs = [...pushes.flatMap(({ before }) => before ?? []), ...tracked];
  const here = await objects.hasMany(theirs);
  const have = await commitsOf(
    project,
    theirs.filter((_, at) => here[at]),
  );
  const wanted = await commitsOf(
    project,
    pushes.flatMap(({ next }) => next ?? []),
  );
  await refuseLockedPaths(project, remote, () => pathsOf(project, pushes), options);
  let sent = 0;
  for (const commit of wanted) sent += (await sendAssets(project, remote, commit, have, options)).bytes;
  return sent;
}

/** What the branches would change at the remote. */
async function pathsOf({ repository }: Project, pushes: readonly RefPush[]): Promise<Set<string>> {
  const { graph, trees, objects } = repository;
  const paths = new Set<string>();
  for (const { ref, next, before } of pushes) {
    // of a branch that is new there, nothing is known to be changed
    if (!next || !before || !ref.startsWith('refs/heads/') || !(await objects.has(before))) continue;
    // a branch's ref names a commit
    const [from, to] = [await graph.commit(before as CommitId), await graph.commit(next as CommitId)];
    for (const { path } of await trees.diff(from.tree, to.tree)) paths.add(path);
  }
  return paths;
}

/** Tags stand for what they point to; a tag on something else than a commit needs no assets. */
async function commitsOf({ repository }: Project, ids: readonly ObjectId[]): Promise<CommitId[]> {
  const commits = new Set<CommitId>();
  for (const start of ids) {
    for (let id: ObjectId | undefined = start; id; ) {
      const { type, data } = await repository.objects.read(id);
      if (type === 'commit') commits.add(id as CommitId); // just read as one
      id = type === 'tag' ? parseTag(id as TagId, data).object : undefined; // just read as one
    }
  }
  return [...commits];
}
