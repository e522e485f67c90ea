/**
 * An open conflict as stock Git knows it: MERGE_HEAD, stages 1 to 3, clean merges on disk, markers in texts (never in a
 * plugin, a texture or an asset). From here on it is Git's: `git mergetool`, `git add`, `git commit`, `git merge
 * --abort`. modsync changes nothing until that is over, and then goes on from what it finds.
 */
import { parsePointer } from '../../lfs/index.ts';
import { isBinary, markText, type PlannedConflict } from '../../merge/index.ts';
import type { Remote } from '../../ports/index.ts';
import { SyncError } from '../../shared/errors.ts';
import { MODE, type TreeFile } from '../../shared/git.ts';
import type { BlobId, CommitId } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';
import type { CallOptions } from '../../shared/progress.ts';
import { byDecisions } from '../merging/conflicts.ts';
import { Decisions } from '../merging/decisions.ts';
import { assetContents } from '../merging/mergeAssets.ts';
import { mergeCommits } from '../merging/mergeCommits.ts';
import { conflictRef, type Project } from '../project/Project.ts';
import { PROJECT_FILE } from '../project/projectFile.ts';
import { refuseDuringMerge } from '../project/underWay.ts';
import { PulledFiles } from '../snapshot/pulledFiles.ts';
import { takeSnapshot } from '../snapshot/snapshot.ts';
import { heldPaths, keepSave } from '../snapshot/staleEdits.ts';
import { recover } from './moveHead.ts';
import { openingOf, recordMerge } from './opening.ts';
import { bringAssets } from './projectAssets.ts';

export interface OpenedMerge {
  readonly theirs: CommitId;
  /** To be settled with Git; those with markers in them first. */
  readonly paths: readonly string[];
  readonly marked: readonly string[];
  /** You have deleted them: theirs lies there, to be kept or removed. */
  readonly deleted: readonly string[];
  /** Of theirs, whose bytes the remote has not got: pointers stand in their place. */
  readonly absent: readonly string[];
}

/**
 * @param connect the project's remote: theirs' assets may be there only
 * @throws SyncError `NOT_FOUND` when nothing is open; `INVALID_INPUT` for a conflict that Git's index has no form for;
 *   `MERGE_IN_PROGRESS`
 */
export async function openMerge(
  project: Project,
  connect: () => Promise<Remote | undefined>,
  options: CallOptions = {},
): Promise<OpenedMerge> {
  const lock = await project.lock(options.signal);
  try {
    await recover(project, options);
    await refuseDuringMerge(project);
    await takeSnapshot(project, options);
    const { repository } = project;
    const { ref: branch, commit: ours } = await project.branch();
    const theirs = (await repository.refs.read(conflictRef(branch))) as CommitId | undefined; // only sync writes it
    if (!ours || !theirs)
      throw new SyncError(
        'NOT_FOUND',
        'No conflict with the remote is open, as of the last sync: modsync sync',
      );
    const remote = await connect();
    const { tree, conflicts, settled } = await mergeCommits(repository, ours, theirs, {
      ...byDecisions(project, await new Decisions(project).all()),
      assets: assetContents(project, remote, options),
      ...options,
    });
    if (conflicts.length === 0)
      throw new SyncError('NOT_FOUND', 'Nothing conflicts any more. "modsync sync" merges it.');
    await refuseWhatGitCannotShow(project, conflicts);

    const received = await repository.trees.diff((await repository.graph.commit(ours)).tree, tree);
    // what `git checkout --theirs` will want, too
    const choices = conflicts.flatMap(({ path, theirs: after }) => (after ? [{ path, after }] : []));
    const { absent } = remote
      ? await bringAssets(project, remote, [...received, ...choices], options)
      : { absent: [] };
    await new PulledFiles(project).remember(received);
    await openingOf(project).write({ ours, theirs });
    const open = conflicts.map(({ path }) => ({ path, how: 'git' as const }));
    await repository.checkoutMerge({
      to: tree,
      unmerged: conflicts,
      filters: project.filters,
      ...options,
      record: () => recordMerge(project, ours, theirs, [...settled, ...open]),
    });
    const marked = await writeMarkers(project, conflicts, theirs);
    await openingOf(project).remove();
    const others = conflicts.map(({ path }) => path).filter((path) => !marked.includes(path));
    const deleted = conflicts.filter((one) => !one.ours && one.theirs).map(({ path }) => path);
    return { theirs, paths: [...marked, ...others], marked, deleted, absent };
  } finally {
    await lock.release();
  }
}

/** Of several paths, or a save that no commit has. */
async function refuseWhatGitCannotShow(
  project: Project,
  conflicts: readonly PlannedConflict[],
): Promise<void> {
  const odd = conflicts.find(({ against = [], together = [] }) => against.length + together.length > 0);
  const [held] = await heldPaths(project);
  const path = odd?.path ?? held;
  if (path === undefined) return;
  throw new SyncError(
    'INVALID_INPUT',
    `Decide ${path} first, which Git cannot show as a conflict of one file: modsync resolve "${path}" --use local|remote`,
    { data: { path } },
  );
}

/** @returns the paths that have markers in them now */
async function writeMarkers(
  project: Project,
  conflicts: readonly PlannedConflict[],
  theirs: CommitId,
): Promise<string[]> {
  const { repository, filters } = project;
  const labels = { ours: 'HEAD', base: 'both began with', theirs: theirs.slice(0, 10) };
  const marked: string[] = [];
  for (const { path, base, ours, theirs: other } of conflicts) {
    if (!ours && other) {
      // as Git does it: what was changed lies there, to be kept or removed
      const data = await repository.objects.readBlob(other.id);
      await repository.files.write(path, { data, mode: other.mode }, { filters, expect: 'absent' });
      continue;
    }
    // every command reads that one first, `merge --abort` too
    if (path === PROJECT_FILE) continue;
    if (!ours || !other || [base, ours, other].some((file) => file?.mode === MODE.symlink)) continue;
    const [b, o, t] = await Promise.all([base, ours, other].map((file) => contentOf(project, file)));
    if (!o || !t || [b, o, t].some((side) => side && (isBinary(side) || parsePointer(side)))) continue;
    const content = markText(b ?? new Uint8Array(), o, t, labels);
    const stat = await project.host.disk.lstat(join(project.folder, path));
    // saved in this very moment: it stays as it is
    if (!content || !stat || (await repository.files.hash(path, { filters })) !== ours.id) continue;
    await repository.files.write(path, { data: content, mode: ours.mode }, { filters, expect: stat });
    marked.push(path);
  }
  return marked;
}

const contentOf = async ({ repository }: Project, file: TreeFile | undefined) =>
  file && (await repository.objects.readBlob(file.id));

/**
 * Back to ours, for people without Git: what `git merge --abort` does. What is on disk is kept in the backup chain.
 * @throws SyncError `NOT_FOUND` when no merge is open
 */
export async function abortMerge(project: Project): Promise<void> {
  const lock = await project.lock();
  try {
    await recover(project);
    const { repository, filters, host } = project;
    const { ref: branch } = await project.branch();
    const head = await host.disk.read(join(repository.gitDir, 'MERGE_HEAD'));
    if (!head) throw new SyncError('NOT_FOUND', 'No merge is open here.');
    const tree = await repository.headTree();
    const { staged, unmerged } = await repository.status({ filters });
    for (const path of new Set([...staged.map((change) => change.path), ...unmerged])) {
      const file = tree && (await repository.trees.find(tree, path));
      const onDisk: BlobId | undefined = await repository.files.store(path, { filters });
      if (onDisk && onDisk !== file?.id) await keepSave(project, branch, path, onDisk);
      await repository.files.restore(path, file, { filters });
    }
    for (const name of ['MERGE_HEAD', 'MERGE_MODE', 'MERGE_MSG', 'AUTO_MERGE'])
      await host.disk.remove(join(repository.gitDir, name));
  } finally {
    await lock.release();
  }
}
