/**
 * What does not conflict arrives while the rest waits for a person. It becomes a commit of its own on ours, a take, with
 * one parent, so nothing claims that theirs is merged. A ref keeps the base that the next merge has then, as a commit
 * with two parents: theirs, as far as it was taken, and the take.
 */
import { formatCommit } from '../../git/index.ts';
import type { Commit, TreeChange } from '../../shared/git.ts';
import type { CommitId, TreeId } from '../../shared/ids.ts';
import { asksTheSame, cleanPart } from '../merging/cleanPart.ts';
import type { MergedCommits, MergeOptions } from '../merging/mergeCommits.ts';
import { type Project, takenRef } from '../project/Project.ts';
import { backup } from '../snapshot/backup.ts';
import { automaticMessage, changedPath, isAutomatic, isTake, takeMessage } from '../snapshot/messages.ts';
import { isUnseen } from '../snapshot/snapshot.ts';

/** Where ours goes to, and the ref that goes with it. */
export interface Take {
  readonly to: CommitId;
  readonly beside: { readonly ref: string; readonly id: CommitId };
}

/** @returns `undefined` where nothing new can come by itself */
export async function takeClean(
  project: Project,
  { branch, ours, theirs }: { branch: string; ours: CommitId; theirs: CommitId },
  merged: MergedCommits,
  options: MergeOptions,
): Promise<Take | undefined> {
  const { repository } = project;
  const part = await cleanPart(repository, merged);
  if (!part || !(await asksTheSame(repository, merged, part, options))) return undefined;
  const { graph, trees } = repository;
  const below = await withoutTake(project, branch, ours);
  const before = (await graph.commit(below)).tree;
  const changes = (await trees.diff(before, part.ours)).map(changedPath);
  const message = takeMessage(changes, await authorsOf(project, theirs, ours));
  const to = await write(project, part.ours, [below], message);
  const id = await write(project, part.base, [theirs, to], `What ${to} took it from\n`);
  return { to, beside: { ref: takenRef(branch), id } };
}

/**
 * `ours` without the take that nobody else has seen: another one, or the merge, takes its place. An automatic snapshot on
 * top of it goes below it, and into the automatic one there, so that two who save in turn make two commits, not hundreds.
 */
export async function withoutTake(project: Project, branch: string, ours: CommitId): Promise<CommitId> {
  const { graph, trees } = project.repository;
  const parentOf = async ({ parents: [parent] }: Commit) => parent && (await graph.commit(parent));
  const isFree = async (commit: Commit | undefined, is: (message: string) => boolean): Promise<boolean> =>
    commit !== undefined && is(commit.message) && (await isUnseen(project, branch, commit));
  const head = await graph.commit(ours);
  const isSnapshot = await isFree(head, isAutomatic);
  const take = isSnapshot ? await parentOf(head) : head;
  const below = take && (await isFree(take, isTake)) ? await parentOf(take) : undefined;
  if (!below) return ours;
  const keep = () =>
    backup(project, branch, head.tree, ours, 'Keep what had been taken beside an open conflict');
  if (!isSnapshot) return await keep().then(() => below.id);

  const own = await trees.diff(take?.tree, head.tree);
  if (meet(own, await trees.diff(below.tree, take?.tree))) return ours;
  const tree = await trees.write(below.tree, own);
  const joins = (await isFree(below, isAutomatic)) ? await parentOf(below) : undefined;
  const changes = (await trees.diff(joins ? joins.tree : below.tree, tree)).map(changedPath);
  await keep();
  return await write(project, tree, [joins ? joins.id : below.id], automaticMessage(changes));
}

/** Whether a path of one is a path of the other, or lies below it. */
function meet(one: readonly TreeChange[], other: readonly TreeChange[]): boolean {
  const folders = (changes: readonly TreeChange[]) =>
    new Set(
      changes.flatMap(({ path }) => path.split('/').map((_, at, names) => names.slice(0, at + 1).join('/'))),
    );
  const [a, b] = [folders(one), folders(other)];
  return one.some(({ path }) => b.has(path)) || other.some(({ path }) => a.has(path));
}

async function write(
  project: Project,
  tree: TreeId,
  parents: readonly CommitId[],
  message: string,
): Promise<CommitId> {
  const who = project.signature();
  const data = formatCommit({ tree, parents, author: who, committer: who, message });
  const [id] = await project.repository.objects.write([{ type: 'commit', data }]);
  return id as CommitId; // an id that `write` gave for a commit
}

async function authorsOf(project: Project, theirs: CommitId, ours: CommitId): Promise<string[]> {
  const names = new Set<string>();
  for await (const { author } of project.repository.graph.log(theirs, { not: [ours] }))
    names.add(author.name);
  return [...names];
}

/**
 * The remote's history was rewritten: what a take brought from the old one is not ours to bring back.
 * @returns where ours goes to; `undefined` where it stays
 */
export async function takeBack(
  project: Project,
  branch: string,
  ours: CommitId,
  theirs: CommitId,
): Promise<CommitId | undefined> {
  const { refs, graph } = project.repository;
  const id = (await refs.read(takenRef(branch))) as CommitId | undefined; // only takes are there
  const [from, take] = id ? (await graph.commit(id)).parents : [];
  if (!from || !take || (await graph.isAncestor(from, theirs)) || !(await graph.isAncestor(take, ours)))
    return undefined;
  const below = await withoutTake(project, branch, ours);
  return below === ours ? undefined : below;
}

/** A person goes back to before a take: what it took is to come again. */
export async function forgetTake(project: Project, branch: string, to: CommitId): Promise<void> {
  const { refs, graph } = project.repository;
  const ref = takenRef(branch);
  const id = (await refs.read(ref)) as CommitId | undefined; // only takes are there
  const [, take] = id ? (await graph.commit(id)).parents : [];
  if (!take || (await graph.isAncestor(take, to))) return;
  await refs.update([{ ref, expected: id, next: undefined }], {
    message: 'modsync: restore',
    who: project.signature(),
  });
}
