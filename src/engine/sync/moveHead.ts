/**
 * Moving the working copy from one commit to another: files, then index, then the branch. The journal makes it
 * repeatable: killed anywhere in between, the next run finishes it.
 */
import { z } from 'zod';
import { hasCode } from '../../shared/errors.ts';
import type { TreeChange } from '../../shared/git.ts';
import { type CommitId, isObjectId, type TagId } from '../../shared/ids.ts';
import type { CallOptions } from '../../shared/progress.ts';
import type { Project } from '../project/Project.ts';
import { StateFile } from '../project/stateFile.ts';
import { PulledFiles } from '../snapshot/pulledFiles.ts';
import { finishOpening } from './opening.ts';

const commitId = z.custom<CommitId>((value) => typeof value === 'string' && isObjectId(value));
const tagId = z.custom<TagId>((value) => typeof value === 'string' && isObjectId(value));
const schema = z.object({
  branch: z.string(),
  from: commitId.optional(),
  to: commitId,
  reason: z.string(),
  /** A new tag that comes to be together with the move, or not at all. */
  tag: z.object({ ref: z.string(), id: tagId }).optional(),
  /** Another branch, which is at `to` already: HEAD goes to it, and `branch` stays where it is. */
  onto: z.string().optional(),
  /** A ref of modsync's own that goes where it is said to, whatever it was. */
  beside: z.object({ ref: z.string(), id: commitId }).optional(),
});
type Move = z.infer<typeof schema>;

const journalOf = (project: Project) =>
  new StateFile(project.host.disk, project.stateFile('journal.json'), schema);

/**
 * @throws SyncError `UNSAFE_PATH`, `OBJECT_MISSING` before anything is changed
 * @returns what could not be put on disk because a person had changed it meanwhile; it is merged at the next snapshot
 */
export async function moveHead(
  project: Project,
  move: Move,
  options: CallOptions = {},
): Promise<{ kept: readonly TreeChange[] }> {
  // What cannot be put on disk is found out before it is promised.
  await project.repository.checkTarget((await project.repository.graph.commit(move.to)).tree);
  await journalOf(project).write(move);
  return await carryOut(project, move, options);
}

async function carryOut(
  project: Project,
  { branch, from, to, reason, tag, onto, beside }: Move,
  options: CallOptions,
): Promise<{ kept: readonly TreeChange[] }> {
  const { repository } = project;
  const target = await repository.graph.commit(to);
  const before = from && (await repository.graph.commit(from)).tree;
  const pulledFiles = new PulledFiles(project);
  await pulledFiles.remember(await repository.trees.diff(before, target.tree));
  const { kept } = await repository.checkout({
    to: target.tree,
    filters: project.filters,
    beforeIndex: ({ kept, written }) => pulledFiles.settle(kept, written),
    ...options,
  });
  const why = { message: reason, who: project.signature() };
  if (onto) await repository.refs.setSymbolic('HEAD', onto, why);
  else
    await repository.refs.update(
      [
        { ref: branch, expected: from, next: to },
        ...(tag ? [{ ref: tag.ref, expected: undefined, next: tag.id }] : []),
        ...(beside ? [{ ref: beside.ref, next: beside.id }] : []),
      ],
      why,
    );
  await journalOf(project).remove();
  return { kept };
}

/** Finishes what a killed process had begun. Where someone moved the branch since, there is nothing to finish. */
export async function recover(project: Project, options: CallOptions = {}): Promise<void> {
  const { host, repository } = project;
  const halfWritten = project.stateFile('tmp');
  if ((await host.disk.list(halfWritten))?.length) await host.disk.removeTree(halfWritten);
  await repository.releaseDeadLocks();
  await finishOpening(project);
  const move = await journalOf(project).read();
  if (!move) return;
  const { branch, commit } = await repository.refs.head();
  const goesOn = branch === move.branch && commit === move.from && (await isPossible(project, move));
  if (goesOn) return void (await carryOut(project, move, options));
  // of several refs the branch may have moved alone
  if (move.beside && branch === move.branch && commit === move.to)
    await repository.refs.update([{ ref: move.beside.ref, next: move.beside.id }], {
      message: move.reason,
      who: project.signature(),
    });
  await journalOf(project).remove();
}

/** False for a promise that cannot be kept: it must not stand in the way of every later run. */
async function isPossible({ repository }: Project, { to, tag, onto }: Move): Promise<boolean> {
  if (tag && (await repository.refs.read(tag.ref))) return false;
  if (onto && (await repository.refs.read(onto)) !== to) return false;
  try {
    await repository.checkTarget((await repository.graph.commit(to)).tree);
    return true;
  } catch (error) {
    if (hasCode(error, 'UNSAFE_PATH') || hasCode(error, 'OBJECT_MISSING')) return false;
    throw error;
  }
}
