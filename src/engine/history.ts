/** Looking back: the list of snapshots, their names, and putting an old one back as a new one. */
import { formatCommit, formatTag, isRefName, parseTag } from '../git/index.ts';
import { SyncError } from '../shared/errors.ts';
import { type CommitId, isObjectId, type ObjectId, snapshotId, type TagId } from '../shared/ids.ts';
import type { CallOptions } from '../shared/progress.ts';
import type { ProjectSnapshot } from '../shared/types.ts';
import { type Project, shortName } from './project/Project.ts';
import { listReleases } from './releases/releaseTag.ts';
import { decidedIn, isOwn } from './snapshot/messages.ts';
import { takeSnapshot } from './snapshot/snapshot.ts';
import { moveHead, recover } from './sync/moveHead.ts';
import { forgetTake } from './sync/takeClean.ts';

/** @param options.conflicts only those in which conflicts were decided */
export async function listSnapshots(
  project: Project,
  limit: number,
  { conflicts = false }: { readonly conflicts?: boolean | undefined } = {},
): Promise<ProjectSnapshot[]> {
  const { graph } = project.repository;
  const { ref: branch, commit: head } = await project.branch();
  if (!head) return [];
  const names = await namesByCommit(project);
  // highest first: of several on one commit, the highest counts
  const releases = new Map((await listReleases(project)).reverse().map((one) => [one.commitId, one]));
  const tracked = await project.tracked(branch);
  const unpushed = new Set<CommitId>();
  for await (const commit of graph.log(head, { not: tracked ? [tracked] : [] })) unpushed.add(commit.id);

  const snapshots: ProjectSnapshot[] = [];
  for await (const commit of graph.log(head, conflicts ? {} : { limit })) {
    const decided = decidedIn(commit.message);
    if (conflicts && decided.length === 0) continue;
    const release = releases.get(commit.id);
    snapshots.push({
      snapshotId: snapshotId(project.id, commit.id),
      commitId: commit.id,
      parents: commit.parents,
      message: commit.message,
      author: { name: commit.author.name, email: commit.author.email },
      timestamp: new Date(commit.author.seconds * 1000).toISOString(),
      names: names.get(commit.id) ?? [],
      automatic: isOwn(commit.message),
      pushed: !unpushed.has(commit.id),
      ...(release && { release: { version: release.version, prerelease: release.prerelease } }),
      ...(decided.length > 0 && { decided }),
    });
    if (snapshots.length === limit) break;
  }
  return snapshots;
}

async function namesByCommit(project: Project): Promise<Map<CommitId, string[]>> {
  const names = new Map<CommitId, string[]>();
  for (const [ref, id] of await project.repository.refs.list('refs/tags/')) {
    const commit = await peel(project, id);
    if (commit) names.set(commit, [...(names.get(commit) ?? []), shortName(ref)]);
  }
  return names;
}

/** The commit behind a tag object, or the commit itself; `undefined` for tags on trees and blobs. */
async function peel(project: Project, id: ObjectId): Promise<CommitId | undefined> {
  const { type, data } = await project.repository.objects.read(id);
  if (type === 'commit') return id as CommitId; // just read as one
  return type === 'tag' ? await peel(project, parseTag(id as TagId, data).object) : undefined; // just read as one
}

/**
 * What a person calls a snapshot: `projectId:commitId`, a commit id or the beginning of one (of those in this
 * branch's history), or a name.
 * @throws SyncError `NOT_FOUND`
 */
export async function findSnapshot(project: Project, called: string): Promise<CommitId> {
  const { refs, graph, objects } = project.repository;
  const bare = called.startsWith(`${project.id}:`) ? called.slice(project.id.length + 1) : called;
  const { commit: head } = await project.branch();
  if (bare === 'HEAD' && head) return head;
  if (isObjectId(bare) && (await objects.has(bare))) {
    const commit = await peel(project, bare);
    if (commit) return commit;
  }
  for (const ref of [`refs/tags/${bare}`, `refs/heads/${bare}`]) {
    const id = await refs.read(ref).catch(() => undefined);
    const commit = id && (await peel(project, id));
    if (commit) return commit;
  }
  if (head && /^[0-9a-f]{4,39}$/.test(bare)) {
    const matches: CommitId[] = [];
    for await (const { id } of graph.log(head, {})) if (id.startsWith(bare)) matches.push(id);
    if (matches.length === 1 && matches[0]) return matches[0];
    if (matches.length > 1)
      throw new SyncError(
        'NOT_FOUND',
        `"${called}" fits ${matches.length} snapshots. Give more of its letters.`,
      );
  }
  throw new SyncError('NOT_FOUND', `There is no snapshot "${called}". "modsync history" lists them.`, {
    data: { snapshot: called },
  });
}

/** An annotated tag on the newest snapshot; local changes become a snapshot first. */
export async function nameSnapshot(
  project: Project,
  name: string,
  message: string | undefined,
): Promise<ProjectSnapshot> {
  const lock = await project.lock();
  try {
    await recover(project);
    const { refs, objects } = project.repository;
    const ref = `refs/tags/${name}`;
    if (name.startsWith('-') || !isRefName(ref)) {
      throw new SyncError(
        'INVALID_INPUT',
        `"${name}" cannot be a name. Leave out spaces, ".." and ~ ^ : ? * [ \\, and do not begin with "-" or a dot.`,
        { data: { name } },
      );
    }
    if (await refs.read(ref)) {
      throw new SyncError(
        'INVALID_INPUT',
        `There is a snapshot named "${name}" already. Choose another name; names never move.`,
        { data: { name } },
      );
    }
    // only now: a name that cannot be given leaves nothing behind
    await takeSnapshot(project, { message: message ?? name });
    const { commit: head } = await project.branch();
    if (!head) throw new SyncError('NOT_FOUND', 'There is nothing to name yet: the project has no files.');
    const who = project.signature();
    const data = formatTag({
      object: head,
      type: 'commit',
      name,
      tagger: who,
      message: `${message ?? name}\n`,
    });
    const [tag] = await objects.write([{ type: 'tag', data }]);
    await refs.update([{ ref, expected: undefined, next: tag }], {
      message: `modsync: snapshot ${name}`,
      who,
    });
    const [snapshot] = await listSnapshots(project, 1);
    if (snapshot) return snapshot;
    throw new SyncError('NOT_FOUND', 'The snapshot vanished while it was named. Try again.');
  } finally {
    await lock.release();
  }
}

/** A new commit with the old tree: history is never rewritten. What was not saved yet becomes a snapshot first. */
export async function restore(
  project: Project,
  called: string,
  options: CallOptions & { readonly beforeCheckout: (from: CommitId, to: CommitId) => Promise<void> },
): Promise<ProjectSnapshot> {
  const lock = await project.lock(options.signal);
  try {
    await recover(project);
    await takeSnapshot(project, options);
    const wanted = await findSnapshot(project, called);
    const { graph, objects } = project.repository;
    const { ref: branch, commit: head } = await project.branch();
    if (!head) throw new SyncError('NOT_FOUND', 'There is nothing to restore: the project has no snapshots.');
    const { tree, message } = await graph.commit(wanted);
    if ((await graph.commit(head)).tree !== tree) {
      const who = project.signature();
      const [subject] = message.split('\n');
      const data = formatCommit({
        tree,
        parents: [head],
        author: who,
        committer: who,
        message: `Restore ${wanted.slice(0, 10)}: ${subject}\n`,
      });
      const [id] = await objects.write([{ type: 'commit', data }]);
      const to = id as CommitId; // an id that `write` gave for a commit
      await options.beforeCheckout(head, to);
      await forgetTake(project, branch, wanted);
      await moveHead(
        project,
        { branch, from: head, to, reason: `modsync: restore ${wanted.slice(0, 10)}` },
        options,
      );
    }
    const [snapshot] = await listSnapshots(project, 1);
    if (snapshot) return snapshot;
    throw new SyncError('NOT_FOUND', 'The snapshot vanished while it was restored. Try again.');
  } finally {
    await lock.release();
  }
}
