/**
 * The one pipeline: snapshot → fetch → integrate → assets → push. Each step leaves the project whole, so it can be
 * stopped between any two, and the barrier holds: no ref is pushed before the bytes it needs are stored.
 */
import type { Remote } from '../../ports/index.ts';
import { errorBody, hasCode, SyncError, throwIfAborted } from '../../shared/errors.ts';
import type { TreeChange } from '../../shared/git.ts';
import type { CommitId } from '../../shared/ids.ts';
import { pause } from '../../shared/pause.ts';
import type { CallOptions } from '../../shared/progress.ts';
import type { ConflictResolutionMode, SyncDirection, SyncResult } from '../../shared/types.ts';
import { lockChanged } from '../locks/autoLock.ts';
import { refuseLockedPaths } from '../locks/pushCheck.ts';
import { openConflicts } from '../merging/conflicts.ts';
import { type Project, shortName } from '../project/Project.ts';
import { changedPath } from '../snapshot/messages.ts';
import { type Snapshot, takeSnapshot } from '../snapshot/snapshot.ts';
import { EarlyAssets } from './EarlyAssets.ts';
import { EarlyRefs } from './EarlyRefs.ts';
import { differingTags, fetchAll, knownTips, namesOf, push, pushUpdates } from './exchange.ts';
import { integrate, refuseStalePush } from './integrate.ts';
import { recover } from './moveHead.ts';
import { sendAssets } from './projectAssets.ts';

/** Rounds of fetch and push before a crowded remote is given up on. */
const ROUNDS = 10;

export interface SyncRequest extends CallOptions {
  readonly direction: SyncDirection;
  readonly strategy: ConflictResolutionMode;
  readonly message?: string | undefined;
  readonly only?: readonly string[] | undefined;
  /** Go no further than the snapshot when that finds nothing and nothing waits to be pushed: for a watcher. */
  readonly onlyIfChanged?: boolean;
}

/**
 * @param connect the project's remote; `undefined` when it has none
 * @throws SyncError `BACKEND_CONNECTION_FAILED`: the snapshot is made, the rest waits; `PUSH_REJECTED`,
 *   `MERGE_IN_PROGRESS`, `PROJECT_BUSY`, `ABORTED`, …
 */
export async function syncOnce(
  project: Project,
  connect: () => Promise<Remote | undefined>,
  request: SyncRequest,
): Promise<SyncResult> {
  const started = performance.now();
  const lock = await project.lock(request.signal);
  const early = {
    refs: new EarlyRefs(connect, request.signal),
    assets: new EarlyAssets(project, connect),
  };
  try {
    await recover(project, request);
    if (!request.onlyIfChanged) early.refs.ask();
    if (request.direction !== 'pull') early.assets.begin();
    const snapshot = await takeSnapshot(project, { ...request, onChanges: () => early.refs.ask() });
    const exchanged = await exchange(project, connect, request, snapshot, early);
    const { commit } = await project.branch();
    const open = exchanged.conflicts.length > 0 ? exchanged.conflicts : await openConflicts(project);
    const moved = snapshot.commit !== undefined || exchanged.received.length > 0 || exchanged.pushed;
    const upkeep = moved ? await keepUp(project, request.signal) : [];
    return {
      projectId: project.id,
      direction: request.direction,
      outcome: open.length > 0 ? 'conflicts' : moved ? 'synced' : 'up-to-date',
      ...(commit && { commitId: commit }),
      ...(snapshot.commit && { snapshot: snapshot.commit }),
      pushed: exchanged.pushed,
      sent: exchanged.pushed ? exchanged.sent : [],
      sentNames: exchanged.pushed ? exchanged.sentNames : [],
      received: exchanged.received.map(changedPath),
      conflicts: open,
      warnings: [...snapshot.warnings, ...exchanged.warnings, ...upkeep],
      bytesUploaded: exchanged.bytesUploaded,
      bytesDownloaded: exchanged.bytesDownloaded,
      durationMs: performance.now() - started,
    };
  } finally {
    await early.assets.end();
    await lock.release();
  }
}

/** What was begun while the working copy was looked at. */
interface Early {
  readonly refs: EarlyRefs;
  readonly assets: EarlyAssets;
}

/** The sync is done: what goes wrong now is only said. */
async function keepUp(project: Project, signal: AbortSignal | undefined): Promise<string[]> {
  try {
    await project.repository.upkeep({ signal });
    await project.cache.sweep();
    return [];
  } catch (error) {
    if (hasCode(error, 'ABORTED') || hasCode(error, 'SYNC_TIMEOUT')) return [];
    return [`Upkeep of the repository stopped, nothing is lost: ${errorBody(error).message}`];
  }
}

type Exchanged = Pick<
  SyncResult,
  'pushed' | 'sent' | 'sentNames' | 'conflicts' | 'bytesUploaded' | 'bytesDownloaded'
> & {
  readonly received: readonly TreeChange[];
  readonly warnings: readonly string[];
};

const NOTHING: Exchanged = {
  pushed: false,
  sent: [],
  sentNames: [],
  conflicts: [],
  bytesUploaded: 0,
  bytesDownloaded: 0,
  received: [],
  warnings: [],
};

async function exchange(
  project: Project,
  connect: () => Promise<Remote | undefined>,
  request: SyncRequest,
  snapshot: Snapshot,
  early: Early,
): Promise<Exchanged> {
  if (request.onlyIfChanged && snapshot.commit === undefined && !(await hasUnsent(project))) return NOTHING;
  try {
    const remote = await connect();
    if (!remote) return NOTHING;
    const changed = snapshot.changes.map(({ path }) => path);
    const warnings = await lockChanged(project, remote, changed, request);
    const exchanged = await rounds(project, remote, request, early);
    return { ...exchanged, warnings: [...warnings, ...exchanged.warnings] };
  } catch (error) {
    if (!hasCode(error, 'BACKEND_CONNECTION_FAILED')) throw error;
    const { ref } = await project.branch();
    throw new SyncError(
      error.code,
      `${error.message.replace(/[^.]$/, '$&.')} Your work is safe in the local history of ${shortName(ref)}, and goes out with the next sync.`,
      {
        data: error.data,
        cause: error,
      },
    );
  }
}

/** Somebody committed here with stock Git since the last contact with the remote. */
async function hasUnsent(project: Project): Promise<boolean> {
  const { ref, commit } = await project.branch();
  return commit !== (await project.tracked(ref));
}

async function rounds(
  project: Project,
  remote: Remote,
  request: SyncRequest,
  early: Early,
): Promise<Exchanged> {
  const { direction, strategy, signal, onProgress } = request;
  const options: CallOptions = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
  const received: TreeChange[] = [];
  const warnings: string[] = [];
  let bytesUploaded = 0;
  let bytesDownloaded = 0;

  for (let round = 1; ; round++) {
    throwIfAborted(signal);
    const { ref: branch, commit: ours } = await project.branch();
    const before = await project.tracked(branch);
    const theirs = await fetchAll(project, remote, options, await early.refs.take());
    if (round === 1) warnings.push(...(await differingTags(project, theirs)));
    const tip = theirs.refs.get(branch) as CommitId | undefined; // a branch's ref names a commit
    if (await isRewritten(project, { before, tip, ours }))
      warnings.push(
        `Somebody rewrote the remote's ${shortName(branch)}: what they took out of its history is still in this copy, and comes back with what it sends. For it to go, each copy that has it must be cloned anew.`,
      );
    if (tip !== undefined) {
      if (direction === 'push') await refuseIfBehind(project, branch, tip);
      const integrated = await integrate(project, remote, tip, { ...options, strategy });
      received.push(...integrated.received);
      warnings.push(...integrated.warnings);
      bytesDownloaded += integrated.bytesDownloaded;
      if (integrated.conflicts.length > 0)
        return { ...NOTHING, conflicts: integrated.conflicts, received, warnings, bytesDownloaded };
    }
    const { commit: next } = await project.branch();
    const updates =
      direction === 'pull' || next === undefined ? [] : await pushUpdates(project, branch, next, theirs);
    if (updates.length === 0 || next === undefined)
      return { ...NOTHING, received, warnings, bytesDownloaded };

    const known = (await heldTips(project, knownTips(theirs))) as CommitId[]; // branch tips are commits
    const assets = await sendUnlessLocked(project, remote, { tip, next, known, early }, options);
    bytesUploaded += assets.bytes;
    if (round === 1) warnings.push(...assets.warnings);
    onProgress?.({ phase: 'push', files: 0, bytes: 0 });
    const pushed = await push(project, remote, updates, options).catch((error: unknown) => {
      // whether the push arrived shows at the next look: it names the old values, so it is never carried out twice
      if (round === 1 && hasCode(error, 'BACKEND_CONNECTION_FAILED') && error.data.dropped) return false;
      throw error;
    });
    if (pushed) {
      const sent = (await changesBetween(project, tip, next)).map(changedPath);
      const sentNames = namesOf(updates);
      return {
        pushed: true,
        sent,
        sentNames,
        conflicts: [],
        received,
        warnings,
        bytesUploaded,
        bytesDownloaded,
      };
    }
    if (round === ROUNDS) {
      throw new SyncError(
        'PUSH_REJECTED',
        `Others pushed first, ${ROUNDS} times in a row. Your work is safe in your own history; sync again in a moment.`,
      );
    }
    await pause(Math.random() * 100 * round, signal);
  }
}

/** The remote's branch has lost what it had at the last contact, and what is here builds on that. */
async function isRewritten(
  { repository: { graph } }: Project,
  { before, tip, ours }: Readonly<Record<'before' | 'tip' | 'ours', CommitId | undefined>>,
): Promise<boolean> {
  if (!before || !tip || !ours || before === tip) return false;
  return !(await graph.isAncestor(before, tip)) && (await graph.isAncestor(before, ours));
}

interface ToSend {
  readonly tip: CommitId | undefined;
  readonly next: CommitId;
  readonly known: readonly CommitId[];
  readonly early: Early;
}

/** The locks are asked for while the assets are sent; a lock of another person's stops the sending. */
async function sendUnlessLocked(
  project: Project,
  remote: Remote,
  { tip, next, known, early }: ToSend,
  options: CallOptions,
): ReturnType<typeof sendAssets> {
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const changed = async () => (await changesBetween(project, tip, next)).map(({ path }) => path);
  const asking = refuseLockedPaths(project, remote, changed, options).catch((error: unknown) => {
    stop.abort(error);
    throw error;
  });
  const [asked, sent] = await Promise.allSettled([
    asking,
    sendAssets(project, remote, next, known, { ...options, signal, early: early.assets }),
  ]);
  if (asked.status === 'rejected') throw asked.reason;
  if (sent.status === 'rejected') throw sent.reason;
  return sent.value;
}

async function refuseIfBehind(project: Project, branch: string, tip: CommitId): Promise<void> {
  const { commit } = await project.branch();
  if (commit === undefined || !(await project.repository.graph.isAncestor(tip, commit)))
    refuseStalePush(branch);
}

async function heldTips(project: Project, tips: Parameters<Project['repository']['objects']['hasMany']>[0]) {
  const here = await project.repository.objects.hasMany(tips);
  return tips.filter((_, at) => here[at]);
}

async function changesBetween(
  project: Project,
  from: CommitId | undefined,
  to: CommitId,
): Promise<TreeChange[]> {
  const { graph, trees } = project.repository;
  return await trees.diff(from && (await graph.commit(from)).tree, (await graph.commit(to)).tree);
}
