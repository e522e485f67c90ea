/** Fetch and push of refs. The remote's branches are kept as remote-tracking refs, as `git fetch` keeps them. */
import type { RefUpdate } from '../../git/index.ts';
import type { PushUpdate, Remote, RemoteRefs } from '../../ports/index.ts';
import { SyncError } from '../../shared/errors.ts';
import type { CommitId, ObjectId } from '../../shared/ids.ts';
import type { CallOptions } from '../../shared/progress.ts';
import type { Project } from '../project/Project.ts';
import { localObjects } from './localObjects.ts';

const isBranch = (ref: string) => ref.startsWith('refs/heads/');
const TAGS = 'refs/tags/';
const isTag = (ref: string) => ref.startsWith(TAGS);

/** Names of snapshots, of those refs that are tags. */
export const namesOf = (updates: readonly PushUpdate[]): string[] =>
  updates.flatMap(({ ref }) => (isTag(ref) ? [ref.slice(TAGS.length)] : []));

/**
 * Brings all branches and new tags. A tag that is here already never moves.
 * @param known the remote's refs, where it was asked just now
 */
export async function fetchAll(
  project: Project,
  remote: Remote,
  options: CallOptions,
  known?: RemoteRefs,
): Promise<RemoteRefs> {
  const { refs, objects } = project.repository;
  options.onProgress?.({ phase: 'fetch', files: 0, bytes: 0 });
  const theirs = known ?? (await remote.history.listRefs(options));
  const tags = await refs.list(TAGS);
  const updates: RefUpdate[] = [];
  for (const [ref, id] of theirs.refs) {
    if (isBranch(ref)) {
      const tracking = await project.trackingRef(ref);
      const before = await refs.read(tracking);
      if (before !== id) updates.push({ ref: tracking, expected: before, next: id });
    } else if (isTag(ref) && !ref.endsWith('^{}') && !tags.has(ref))
      updates.push({ ref, expected: undefined, next: id });
  }
  const wanted = [...new Set(updates.map(({ next }) => next).filter((id) => id !== undefined))];
  const present = await objects.hasMany(wanted);
  const wants = wanted.filter((_, at) => !present[at]);
  if (wants.length > 0) {
    const received = new Set<ObjectId>();
    const local = localObjects(project.repository, (ids) => {
      for (const id of ids) received.add(id);
    });
    await remote.history.fetch(local, wants, options);
    await project.repository.checkConnected(wants, received, options);
  }
  if (updates.length > 0) await refs.update(updates, { message: 'modsync: fetch', who: project.signature() });
  return theirs;
}

/** Names that two people gave at once: neither side's ever moves, so a person must choose. */
export async function differingTags(project: Project, theirs: RemoteRefs): Promise<string[]> {
  const ours = await project.repository.refs.list('refs/tags/');
  return [...ours].flatMap(([ref, id]) => {
    const there = theirs.refs.get(ref);
    if (there === undefined || there === id) return [];
    const tag = ref.slice('refs/tags/'.length);
    return [
      `${tag} names one thing here and another at the remote, and is not sent. To take the remote's: git tag -d ${tag}, then modsync sync`,
    ];
  });
}

/** What the remote lacks: the branch's commits, and tags that only we have. */
export async function pushUpdates(
  project: Project,
  branch: string,
  next: CommitId,
  theirs: RemoteRefs,
): Promise<PushUpdate[]> {
  const updates: PushUpdate[] = [];
  const expected = theirs.refs.get(branch);
  if (expected !== next && !(await wasDeleted(project, branch, next, theirs)))
    updates.push({ ref: branch, expected, next });
  for (const [ref, id] of await project.repository.refs.list(TAGS)) {
    if (!theirs.refs.has(ref)) updates.push({ ref, expected: undefined, next: id });
  }
  return updates;
}

/**
 * A branch beside the common one that is gone at the remote, after all of it had arrived there: that of a pull request that
 * was taken in, for one. It is not brought back.
 */
async function wasDeleted(project: Project, branch: string, next: CommitId, { head, refs }: RemoteRefs) {
  if (refs.has(branch) || head === undefined || head === branch || !refs.has(head)) return false;
  return (await project.tracked(branch)) === next;
}

/**
 * @returns false when somebody else was faster: fetch and try again
 * @throws SyncError `PUSH_REJECTED` with the remote's words
 */
export async function push(
  project: Project,
  remote: Remote,
  updates: readonly PushUpdate[],
  options: CallOptions,
): Promise<boolean> {
  const { refs } = project.repository;
  const outcomes = await remote.history.push(localObjects(project.repository), updates, options);
  const refused = outcomes.find((outcome) => !outcome.ok && outcome.why === 'refused');
  if (refused && !refused.ok) {
    throw new SyncError(
      'PUSH_REJECTED',
      `The remote refused ${refused.ref}: ${refused.message}. Your work is safe in your own history.`,
      {
        data: { ref: refused.ref, message: refused.message },
      },
    );
  }
  if (outcomes.some((outcome) => !outcome.ok)) return false;
  const moved: RefUpdate[] = [];
  for (const { ref, next } of updates) {
    if (isBranch(ref) && next) moved.push({ ref: await project.trackingRef(ref), expected: 'any', next });
  }
  if (moved.length > 0) await refs.update(moved, { message: 'modsync: push', who: project.signature() });
  return true;
}

/** The tips that the remote is known to have, which bound what a push must look at. */
export const knownTips = (theirs: RemoteRefs): ObjectId[] =>
  [...theirs.refs].filter(([ref]) => isBranch(ref)).map(([, id]) => id);
