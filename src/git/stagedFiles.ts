import { SyncError } from '../shared/errors.ts';
import type { TreeFile } from '../shared/git.ts';
import { compareIndexToTree } from './index/compareTree.ts';
import { parseIndex } from './index/indexFormat.ts';
import type { Repository } from './Repository.ts';

export interface StagedFile {
  readonly path: string;
  readonly file: TreeFile;
  /** Of the working file when it was staged, in bytes; 0 where Git did not keep it. */
  readonly size: number;
}

/**
 * What a commit of this index would add or change. Git's hooks name one that is about to become `.git/index`.
 * @param indexFile a disk path
 * @throws SyncError `NOT_FOUND`, `MALFORMED_OBJECT`
 */
export async function stagedFiles(repository: Repository, indexFile: string): Promise<StagedFile[]> {
  const { host, trees } = repository;
  const bytes = await host.disk.read(indexFile);
  if (!bytes)
    throw new SyncError('NOT_FOUND', `There is no index ${indexFile}.`, { data: { path: indexFile } });
  const index = parseIndex(bytes, host.codec);
  const differences = await compareIndexToTree(index, await repository.headTree(), trees);
  return differences.flatMap(({ path, entry }) =>
    entry && !entry.isSubmodule ? [{ path, file: entry.file, size: entry.stat.size }] : [],
  );
}
