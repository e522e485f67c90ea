/** What differs between two snapshots, or between a snapshot and the files on disk. */
import { MAX_POINTER_LENGTH, parsePointer } from '../lfs/index.ts';
import { isBinary, unifiedDiff } from '../merge/index.ts';
import { MODE, type TreeChange, type TreeFile } from '../shared/git.ts';
import { findSnapshot } from './history.ts';
import type { Project } from './project/Project.ts';
import { changedPath } from './snapshot/messages.ts';
import type { FileDiff } from './types.ts';

/** Text beyond this is not shown line by line. Bytes. */
const LARGE = 2 * 1024 * 1024;

/** @param to left out: the working copy; @param from left out: the newest snapshot */
export async function diffProject(project: Project, from?: string, to?: string): Promise<FileDiff[]> {
  const { graph, trees } = project.repository;
  const { commit: head } = await project.branch();
  const start = from === undefined ? head : await findSnapshot(project, from);
  const before = start && (await graph.commit(start)).tree;
  const end = to === undefined ? head : await findSnapshot(project, to);
  const committed = await trees.diff(before, end && (await graph.commit(end)).tree);
  const changes = to === undefined ? await withWorkingCopy(project, committed) : committed;
  return await Promise.all(changes.map((change) => fileDiff(project, change)));
}

/** The same changes, with the files on disk in place of those of HEAD. Their contents are stored, as `git add` does. */
async function withWorkingCopy(project: Project, committed: readonly TreeChange[]): Promise<TreeChange[]> {
  const { repository, filters } = project;
  const { unstaged, staged } = await repository.status({ filters });
  const changes = new Map(committed.map((change) => [change.path, change]));
  const tree = await repository.headTree();
  for (const path of new Set([...unstaged, ...staged].map((change) => change.path))) {
    const inHead =
      changes.get(path)?.before ??
      (changes.has(path) || !tree ? undefined : await repository.trees.find(tree, path));
    const id = await repository.files.store(path, { filters });
    const stat = unstaged.find((change) => change.path === path)?.stat;
    const mode =
      stat?.kind === 'symlink'
        ? MODE.symlink
        : stat && (stat.mode & 0o111) !== 0
          ? MODE.executable
          : MODE.file;
    const after: TreeFile | undefined = id && { mode, id };
    if (inHead?.id === after?.id) changes.delete(path);
    else changes.set(path, { path, ...(inHead && { before: inHead }), ...(after && { after }) });
  }
  return [...changes.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function fileDiff(project: Project, change: TreeChange): Promise<FileDiff> {
  const [before, after] = await Promise.all([
    contentOf(project, change.before),
    contentOf(project, change.after),
  ]);
  const binary = [before, after].some((side) => side?.asset || (side && isBinary(side.bytes)));
  const large = [before, after].some((side) => side && side.bytes.length > LARGE);
  return {
    ...changedPath(change),
    binary,
    ...(before && { sizeBefore: before.size }),
    ...(after && { sizeAfter: after.size }),
    ...(!binary &&
      !large && { patch: unifiedDiff(before?.bytes ?? new Uint8Array(), after?.bytes ?? new Uint8Array()) }),
  };
}

async function contentOf(project: Project, file: TreeFile | undefined) {
  if (!file || file.mode === MODE.submodule) return undefined;
  const bytes = await project.repository.objects.readBlob(file.id);
  const pointer = bytes.length < MAX_POINTER_LENGTH ? parsePointer(bytes) : undefined;
  return { bytes, size: pointer?.size ?? bytes.length, asset: pointer !== undefined };
}
