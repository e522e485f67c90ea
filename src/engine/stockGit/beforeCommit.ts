/** What the pre-commit hook looks at: does something get into Git's history that should be an asset, or a FormID that is taken? */
import { type Repository, type StagedFile, stagedFiles } from '../../git/index.ts';
import { MAX_POINTER_LENGTH, parsePointer } from '../../lfs/index.ts';
import { text } from '../../shared/bytes.ts';
import { MODE } from '../../shared/git.ts';
import { type CommitId, isObjectId } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';
import { collisionsStaged } from '../formIds/collisions.ts';
import { megabytes, oversized, sizeLimits } from '../project/fileSizes.ts';
import type { Project } from '../project/Project.ts';

export interface CommitFindings {
  /** Why the commit should not be made, a line for each file. */
  readonly refused: readonly string[];
  readonly warnings: readonly string[];
}

/** A pointer's object is never larger than this on disk: zlib adds a few bytes to what it cannot compress. */
const LARGEST_POINTER_FILE = MAX_POINTER_LENGTH + 100;
/** Git's `core.bigFileThreshold`, as it comes. Bytes. */
const BIG_FILE = 512 << 20;

/** @param indexFile the index that is about to be committed, a disk path */
export async function beforeCommit(project: Project, indexFile: string): Promise<CommitFindings> {
  const { repository } = project;
  const staged = await withSizes(
    repository,
    (await stagedFiles(repository, indexFile)).filter(
      ({ file }) => file.mode === MODE.file || file.mode === MODE.executable,
    ),
  );
  const { warn: limit } = await sizeLimits(repository);
  const candidates = staged.filter(({ size }) => size > limit);
  const large = await oversized(repository, await newToHistory(repository, candidates), limit);
  const raw = await assetsThatAreNone(repository, staged);
  // a merge that Git concludes has settled which record stays
  const isMerge = (await repository.mergeInProgress()) !== undefined;
  const blobs = new Map(isMerge ? [] : staged.map(({ path, file }) => [path, file.id]));
  const collisions = await collisionsStaged(project, blobs);
  return {
    refused: [
      ...collisions,
      ...large.map(
        ({ path, size, rule }) =>
          `${path} (${megabytes(size)}) would stay in Git's history for ever, and no rule makes it an asset. Add one: ${rule}, then: git add .gitattributes "${path}"`,
      ),
      ...raw
        .filter(({ size }) => size > limit)
        .map(
          ({ path, size }) =>
            `${path} (${megabytes(size)}) is an asset by .gitattributes, but its content was staged, not its pointer. Stage it again: git add --renormalize "${path}"`,
        ),
    ],
    warnings: raw
      .filter(({ size }) => size <= limit)
      .map(
        ({ path }) =>
          `${path} is an asset by .gitattributes, but its content was staged, not its pointer: git add --renormalize "${path}"`,
      ),
  };
}

/** Without what history holds already, under another name or from the other side of a merge: it is too late for those. */
async function newToHistory(
  { host, gitDir, refs, graph, trees }: Repository,
  files: readonly StagedFile[],
): Promise<readonly StagedFile[]> {
  if (files.length === 0) return files;
  const merged = text((await host.disk.read(join(gitDir, 'MERGE_HEAD'))) ?? new Uint8Array());
  const { commit } = await refs.head();
  const known = new Set<string>();
  for (const id of [...(commit ? [commit] : []), ...merged.split('\n').filter(isObjectId)]) {
    // what Git merges are commits
    const { tree } = await graph.commit(id as CommitId);
    for (const file of (await trees.list(tree)).values()) known.add(file.id);
  }
  return files.filter(({ file }) => !known.has(file.id));
}

/** Git forgets the size of a file that it has to look at again: as it is on disk then. */
async function withSizes(
  { host, folder }: Repository,
  staged: readonly StagedFile[],
): Promise<readonly StagedFile[]> {
  const unknown = staged.filter(({ size }) => size === 0).map(({ path }) => path);
  const stats = await host.disk.lstatMany(folder, unknown);
  const sizes = new Map(unknown.map((path, at) => [path, stats[at]?.size ?? 0]));
  return staged.map((file) => ({ ...file, size: sizes.get(file.path) ?? file.size }));
}

/** Files whose path is an asset's and whose blob is no pointer: the filter did not run, or failed. */
async function assetsThatAreNone(
  repository: Repository,
  staged: readonly StagedFile[],
): Promise<StagedFile[]> {
  if (staged.length === 0) return [];
  const attributes = await repository.attributes(staged.map(({ path }) => path));
  const assets = staged.filter((_, at) => attributes[at]?.get('filter') === 'lfs');
  const { host, gitDir, objects } = repository;
  const stats = await host.disk.lstatMany(
    join(gitDir, 'objects'),
    assets.map(({ file }) => `${file.id.slice(0, 2)}/${file.id.slice(2)}`),
  );
  const raw: StagedFile[] = [];
  for (const [at, asset] of assets.entries()) {
    const size = stats[at]?.size;
    // what is packed was committed before, and is not judged anew, unless it is so large that Git packs it at once
    if (size === undefined && asset.size < BIG_FILE) continue;
    if (size === undefined || size <= LARGEST_POINTER_FILE) {
      const blob = await objects.readBlob(asset.file.id);
      if (blob.length === 0 || parsePointer(blob)) continue;
    }
    raw.push({ ...asset, size: Math.max(asset.size, size ?? 0) });
  }
  return raw;
}
