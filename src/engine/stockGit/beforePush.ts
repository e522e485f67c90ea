/** What the pre-push hook does: the barrier that `sync` keeps, for stock Git's push. */
import { parseTag, type Repository } from '../../git/index.ts';
import type { Remote } from '../../ports/index.ts';
import { SyncError } from '../../shared/errors.ts';
import type { Commit } from '../../shared/git.ts';
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
  await refuseLockedPaths(project, remote, () => pathsOf(project, pushes, have), options);
  let sent = 0;
  for (const commit of wanted) sent += (await sendAssets(project, remote, commit, have, options)).bytes;
  return sent;
}

/** What the branches would change at the remote, which is known to have the commits `have`. */
async function pathsOf(
  { repository }: Project,
  pushes: readonly RefPush[],
  have: readonly CommitId[],
): Promise<Set<string>> {
  const { graph, trees, objects } = repository;
  const paths = new Set<string>();
  for (const { ref, next, before } of pushes) {
    if (!next || !ref.startsWith('refs/heads/')) continue;
    // a branch's ref names a commit
    const to = next as CommitId;
    if (before && (await objects.has(before))) {
      const [from, after] = [await graph.commit(before as CommitId), await graph.commit(to)];
      for (const { path } of await trees.diff(from.tree, after.tree)) paths.add(path);
    } else
      for await (const commit of graph.log(to, { not: [...have] }))
        await addChanges(repository, commit, paths);
  }
  return paths;
}

/** What a commit itself changes: a merge, what none of its parents has. */
async function addChanges(
  { graph, trees }: Repository,
  { tree, parents }: Commit,
  paths: Set<string>,
): Promise<void> {
  const counts = new Map<string, number>();
  for (const parent of parents.length > 0 ? parents : [undefined]) {
    const changes = await trees.diff(parent && (await graph.commit(parent)).tree, tree);
    for (const { path } of changes) counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  for (const [path, count] of counts) if (count >= parents.length) paths.add(path);
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
