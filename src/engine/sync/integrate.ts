/** Bringing what was fetched into the working copy: fast-forward, merge, or open conflicts. */

import { formatCommit, type RefUpdate } from '../../git/index.ts';
import type { PlannedConflict } from '../../merge/index.ts';
import type { Remote } from '../../ports/index.ts';
import { SyncError } from '../../shared/errors.ts';
import type { TreeChange } from '../../shared/git.ts';
import type { CommitId, TreeId } from '../../shared/ids.ts';
import type { CallOptions } from '../../shared/progress.ts';
import type { ConflictResolutionMode, DecidedConflict, SyncConflict } from '../../shared/types.ts';
import { learnLocks } from '../locks/autoLock.ts';
import { markLockable } from '../locks/lockable.ts';
import { byDecisions, describe } from '../merging/conflicts.ts';
import { Decisions } from '../merging/decisions.ts';
import { assetContents } from '../merging/mergeAssets.ts';
import { type MergeOptions, mergeCommits } from '../merging/mergeCommits.ts';
import { conflictRef, type Project, shortName, takenRef } from '../project/Project.ts';
import { backup } from '../snapshot/backup.ts';
import { automaticMessage, changedPath, isAutomatic, mergeMessage } from '../snapshot/messages.ts';
import { isNamed } from '../snapshot/snapshot.ts';
import { moveHead } from './moveHead.ts';
import { bringAssets } from './projectAssets.ts';
import { type Take, takeBack, takeClean, withoutTake } from './takeClean.ts';

export interface Integration {
  readonly received: readonly TreeChange[];
  readonly conflicts: readonly SyncConflict[];
  readonly warnings: readonly string[];
  readonly bytesDownloaded: number;
}

const NOTHING: Integration = { received: [], conflicts: [], warnings: [], bytesDownloaded: 0 };

/** @param theirs the remote's branch, already fetched */
export async function integrate(
  project: Project,
  remote: Remote,
  theirs: CommitId,
  { strategy, ...options }: CallOptions & { readonly strategy: ConflictResolutionMode },
): Promise<Integration> {
  const { repository } = project;
  const { graph } = repository;
  const { ref: branch, commit: ours } = await project.branch();

  if (ours === theirs || (ours && (await graph.isAncestor(theirs, ours)))) {
    await closeConflict(project, branch);
    return NOTHING;
  }
  if (ours === undefined || (await graph.isAncestor(ours, theirs))) {
    await closeConflict(project, branch);
    return await arrive(
      project,
      remote,
      { branch, from: ours, to: theirs, reason: 'modsync: fast-forward' },
      options,
    );
  }

  const before = await takeBack(project, branch, ours, theirs);
  if (before) {
    const reason = 'modsync: take back';
    const back = await arrive(project, remote, { branch, from: ours, to: before, reason }, options);
    const then = await integrate(project, remote, theirs, { strategy, ...options });
    return {
      ...then,
      received: [...back.received, ...then.received],
      warnings: [...back.warnings, ...then.warnings],
      bytesDownloaded: back.bytesDownloaded + then.bytesDownloaded,
    };
  }

  const decisions = await new Decisions(project).all();
  options.onProgress?.({ phase: 'merge', files: 0, bytes: 0 });
  const chosen = byDecisions(project, decisions);
  const how: MergeOptions = {
    ...chosen,
    assets: assetContents(project, remote, options),
    signal: options.signal,
    // what a person chose for this very file comes before what is said of all
    decide: (conflict) => chosen.decide?.(conflict) ?? byStrategy(strategy),
  };
  const merged = await mergeCommits(repository, ours, theirs, how);
  if (merged.conflicts.length > 0) {
    await openConflict(project, branch, theirs);
    const take = await takeClean(project, { branch, ours, theirs }, merged, how);
    const arrived = take
      ? await arrive(project, remote, { branch, from: ours, ...take, reason: 'modsync: take' }, options)
      : NOTHING;
    return {
      ...arrived,
      conflicts: await describe(project, merged.conflicts as readonly PlannedConflict[], {
        ours,
        theirs,
        bases: merged.bases,
        sizes: merged.sizes,
      }),
    };
  }
  const { tree, settled } = merged;
  const below = await withoutTake(project, branch, ours);
  const to = await commitMerge(project, branch, { ours: below, theirs, tree, settled });
  const integration = await arrive(
    project,
    remote,
    { branch, from: ours, to, reason: 'modsync: merge' },
    options,
  );
  await closeConflict(project, branch);
  return integration;
}

const byStrategy = (strategy: ConflictResolutionMode) =>
  strategy === 'local' || strategy === 'remote' ? strategy : undefined;

/**
 * Automatic snapshots that nobody else has seen become one, on top of the remote's head, so that history reads as a
 * line. Whatever a person made stays as it is and is merged; so does a merge in which one side was chosen, since its
 * second parent is what keeps the other side reachable.
 */
async function commitMerge(
  project: Project,
  branch: string,
  {
    ours,
    theirs,
    tree,
    settled,
  }: { ours: CommitId; theirs: CommitId; tree: TreeId; settled: readonly DecidedConflict[] },
): Promise<CommitId> {
  const { graph, objects, trees } = project.repository;
  const who = project.signature();
  const theirTree = (await graph.commit(theirs)).tree;
  if (settled.length === 0 && (await allAutomatic(project, ours, theirs))) {
    await backup(
      project,
      branch,
      (await graph.commit(ours)).tree,
      ours,
      'Keep a snapshot that was moved onto the remote’s head',
    );
    if (tree === theirTree) return theirs;
    const changes = (await trees.diff(theirTree, tree)).map(changedPath);
    return await write({ parents: [theirs], message: automaticMessage(changes) });
  }
  return await write({ parents: [ours, theirs], message: mergeMessage(shortName(branch), settled) });

  async function write({ parents, message }: { parents: CommitId[]; message: string }): Promise<CommitId> {
    const data = formatCommit({ tree, parents, author: who, committer: who, message });
    const [id] = await objects.write([{ type: 'commit', data }]);
    return id as CommitId; // an id that `write` gave for a commit
  }
}

async function allAutomatic(project: Project, ours: CommitId, theirs: CommitId): Promise<boolean> {
  for await (const commit of project.repository.graph.log(ours, { not: [theirs] })) {
    if (
      !isAutomatic(commit.message) ||
      commit.parents.length > 1 ||
      commit.author.email !== project.identity.email
    )
      return false;
    if (await isNamed(project, commit.id)) return false;
  }
  return true;
}

/** Assets first, so that the working copy never shows a pointer where a texture should be; then the move. */
async function arrive(
  project: Project,
  remote: Remote,
  move: { branch: string; from: CommitId | undefined; reason: string } & Pick<Take, 'to'> & Partial<Take>,
  options: CallOptions,
): Promise<Integration> {
  const { graph, trees } = project.repository;
  const before = move.from && (await graph.commit(move.from)).tree;
  const received = await trees.diff(before, (await graph.commit(move.to)).tree);
  const { bytes, absent } = await bringAssets(project, remote, received, options);
  const { from, ...rest } = move;
  const { kept } = await moveHead(project, { ...rest, ...(from && { from }) }, options);
  const present = received.flatMap(({ path, after }) => (after ? [path] : []));
  await learnLocks(project, remote, present, options);
  await markLockable(project, present);
  return {
    received,
    conflicts: [],
    bytesDownloaded: bytes,
    warnings: [
      ...absent.map(
        (path) =>
          `${path}: the remote has not got its bytes (yet); a pointer stands in its place. Whoever added it should sync, or run "git lfs push --all".`,
      ),
      ...kept.map(
        ({ path }) =>
          `${path} was changed here during the sync and was left as it is; it is merged at the next one.`,
      ),
    ],
  };
}

export async function openConflict(project: Project, branch: string, theirs: CommitId): Promise<void> {
  const { refs } = project.repository;
  const ref = conflictRef(branch);
  await refs.update([{ ref, expected: await refs.read(ref), next: theirs }], {
    message: 'modsync: conflict',
    who: project.signature(),
  });
}

export async function closeConflict(project: Project, branch: string): Promise<void> {
  const { refs } = project.repository;
  const updates: RefUpdate[] = [];
  for (const ref of [conflictRef(branch), takenRef(branch)]) {
    const expected = await refs.read(ref);
    if (expected !== undefined) updates.push({ ref, expected, next: undefined });
  }
  if (updates.length === 0) return;
  await refs.update(updates, { message: 'modsync: resolved', who: project.signature() });
  await new Decisions(project).clear();
}

/** @throws SyncError `PUSH_REJECTED` */
export function refuseStalePush(branch: string): never {
  throw new SyncError(
    'PUSH_REJECTED',
    `The remote's ${shortName(branch)} has work that is not here yet, and you asked for a push only. Run "modsync sync" to bring it in and push.`,
  );
}
