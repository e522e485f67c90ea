/**
 * Proposing what is here instead of sending it to everyone: it goes to a branch of its own, and a pull request asks the
 * others to take it in. The branch that everyone works on goes back to where the remote has it; nothing on disk moves.
 */
import type { Proposals, Remote, RemoteRefs } from '../../ports/index.ts';
import { hasCode, SyncError } from '../../shared/errors.ts';
import type { CommitId } from '../../shared/ids.ts';
import type { CallOptions } from '../../shared/progress.ts';
import type { Proposal, SyncResult } from '../../shared/types.ts';
import { openConflicts } from '../merging/conflicts.ts';
import { type Project, shortName } from '../project/Project.ts';
import { takeSnapshot } from '../snapshot/snapshot.ts';
import { fetchAll } from '../sync/exchange.ts';
import { moveHead, recover } from '../sync/moveHead.ts';
import { bringAssets } from '../sync/projectAssets.ts';
import { describeProposal } from './describe.ts';
import { noteProposals } from './knownProposals.ts';

export interface ProposeOptions extends CallOptions {
  /** In a line, what it is about. */
  readonly title: string;
  /** Made from the title unless given. */
  readonly branch?: string | undefined;
}

export interface Proposed {
  readonly proposal: Proposal;
  /** False: the branch had one already, which says this now. */
  readonly isNew: boolean;
  readonly branch: string;
  readonly base: string;
  /** Markdown: what it changes. */
  readonly text: string;
}

type Sync = () => Promise<SyncResult>;

/** @throws SyncError `INVALID_INPUT` when there is nothing to propose; `INVALID_CONFIG` where the host has no such thing */
export async function propose(
  project: Project,
  remote: Remote | undefined,
  sync: Sync,
  options: ProposeOptions,
): Promise<Proposed> {
  const { connected, proposals } = withProposals(remote);
  const base = await moveToBranch(project, connected, options);
  await sent(sync);
  const { ref, commit } = await project.branch();
  const tip = await project.tracked(base);
  const { graph } = project.repository;
  const [since] = commit && tip ? await graph.mergeBases(commit, tip) : [];
  const text = commit && since ? await describeProposal(project, since, commit) : '';
  const [branch, onto] = [shortName(ref), shortName(base)];
  const opened = await proposals.open({ title: options.title, text, branch, base: onto }, options);
  await noteProposals(project, await proposals.list(options)).catch(() => undefined);
  return { ...opened, branch, base: onto, text };
}

/** Back to the branch that everyone works on. What the proposal's branch has stays there, and is sent first. */
export async function leaveProposal(
  project: Project,
  remote: Remote | undefined,
  sync: Sync,
  options: CallOptions,
): Promise<{ readonly branch: string; readonly left: string }> {
  const { connected } = withProposals(remote);
  // the snapshot comes first in it: what cannot be sent is on its branch all the same
  await sent(sync).catch((error: unknown) => {
    if (!hasCode(error, 'ACCESS_DENIED') && !hasCode(error, 'PUSH_REJECTED')) throw error;
  });
  const lock = await project.lock(options.signal);
  let moved: { readonly branch: string; readonly left: string };
  try {
    await recover(project, options);
    const theirs = await fetchAll(project, connected, options);
    const base = baseOf(theirs);
    const { refs, graph, trees } = project.repository;
    const { ref, commit: from } = await project.branch();
    const to = ((await refs.read(base)) ?? theirs.refs.get(base)) as CommitId | undefined; // a branch's ref names a commit
    if (from && to && ref !== base) {
      const reason = `modsync: back to ${shortName(base)}`;
      if (!(await refs.read(base)))
        await refs.update([{ ref: base, expected: undefined, next: to }], {
          message: reason,
          who: project.signature(),
        });
      const changes = await trees.diff((await graph.commit(from)).tree, (await graph.commit(to)).tree);
      await bringAssets(project, connected, changes, options);
      await moveHead(project, { branch: ref, from, to, reason, onto: base }, options);
    }
    moved = { branch: shortName(base), left: shortName(ref) };
  } finally {
    await lock.release();
  }
  await sent(sync);
  return moved;
}

function withProposals(remote: Remote | undefined): { connected: Remote; proposals: Proposals } {
  if (remote?.proposals) return { connected: remote, proposals: remote.proposals };
  throw new SyncError(
    'INVALID_CONFIG',
    'This project’s remote knows no pull requests: only GitHub does. "modsync sync" sends what is here.',
  );
}

async function sent(sync: Sync): Promise<void> {
  const { conflicts } = await sync();
  if (conflicts.length > 0) throw conflictsFirst(conflicts.length);
}

const conflictsFirst = (count: number): SyncError =>
  new SyncError(
    'CONFLICTS_DETECTED',
    `Conflicts detected: ${count} wait for your decision. Settle them first: modsync conflicts`,
  );

function baseOf(theirs: RemoteRefs): string {
  const base = theirs.head ?? 'refs/heads/main';
  if (theirs.refs.has(base)) return base;
  throw new SyncError(
    'INVALID_INPUT',
    'The remote has nothing yet that changes could be proposed to. Send it first: modsync sync',
  );
}

/** @returns the branch that the proposal is for */
async function moveToBranch(
  project: Project,
  remote: Remote,
  { title, branch, ...options }: ProposeOptions,
): Promise<string> {
  const lock = await project.lock(options.signal);
  try {
    await recover(project, options);
    const open = await openConflicts(project);
    if (open.length > 0) throw conflictsFirst(open.length);
    const theirs = await fetchAll(project, remote, options);
    const base = baseOf(theirs);
    const tip = theirs.refs.get(base) as CommitId; // a branch's ref names a commit, and it is there
    const { refs, graph } = project.repository;
    const { ref, commit: before } = await project.branch();
    const nothing = () =>
      new SyncError(
        'INVALID_INPUT',
        `There is nothing to propose: ${shortName(base)} at the remote has all that is here.`,
      );
    if (before === undefined) throw nothing();
    const isUnsent = async (commit: CommitId) => !(await graph.isAncestor(commit, tip));
    const snapshot = async () => {
      await takeSnapshot(project, { ...options, message: title });
      return (await project.branch()).commit ?? before;
    };
    if (ref !== base) {
      if (await isUnsent(await snapshot())) return base;
      throw nothing();
    }
    const own = await freeBranch(project, theirs, branch ?? branchName(title), branch !== undefined);
    const why = { message: `modsync: propose ${shortName(own)}`, who: project.signature() };
    // the branch first: a snapshot on the common one would go to everyone with the next sync, however this ends
    await refs.update([{ ref: own, expected: undefined, next: before }], why);
    await refs.setSymbolic('HEAD', own, why);
    const commit = await snapshot();
    if (!(await isUnsent(commit))) {
      await refs.setSymbolic('HEAD', base, why);
      await refs.update([{ ref: own, expected: commit, next: undefined }], why);
      throw nothing();
    }
    const [back] = await graph.mergeBases(before, tip);
    if (back && back !== before) await refs.update([{ ref: base, expected: before, next: back }], why);
    return base;
  } finally {
    await lock.release();
  }
}

/** `Balance the shotguns!` → `balance-the-shotguns`. */
const branchName = (title: string): string =>
  title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replace(/^-+|-+$/g, '') || 'proposal';

const MOST_TRIES = 100;

async function freeBranch(
  project: Project,
  theirs: RemoteRefs,
  name: string,
  chosen: boolean,
): Promise<string> {
  // what stock Git's commands would take for an option, or for something else
  if (name.startsWith('-') || name === 'HEAD')
    throw new SyncError('INVALID_INPUT', `${name} is no name for a branch. Give another: --branch NAME`);
  for (let nth = 1; nth < MOST_TRIES; nth++) {
    const ref = `refs/heads/${name}${nth === 1 ? '' : `-${nth}`}`;
    if (!theirs.refs.has(ref) && !(await project.repository.refs.read(ref))) return ref;
    if (chosen) break;
  }
  throw new SyncError('INVALID_INPUT', `There is a branch ${name} already. Give another name: --branch NAME`);
}
