/** What stock Git leaves in its folder and its index in the middle of a merge. */
import type { Disk } from '../platform/index.ts';
import { SyncError } from '../shared/errors.ts';
import type { TreeFile } from '../shared/git.ts';
import type { UnderWay } from '../shared/types.ts';
import { IndexEntry, NO_STAT, PLAIN } from './index/IndexEntry.ts';
import type { IndexFile } from './index/IndexFile.ts';

/** The versions of a file that conflicts: stages 1 to 3. */
export interface UnmergedFile {
  readonly path: string;
  readonly base?: TreeFile;
  readonly ours?: TreeFile;
  readonly theirs?: TreeFile;
}

const UNDER_WAY: readonly (readonly [file: string, what: UnderWay])[] = [
  ['MERGE_HEAD', 'merge'],
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
];

/** By the files that Git keeps while it lasts; a conflict in the index alone is not seen here. */
export async function underWay(disk: Disk, gitDir: string): Promise<UnderWay | undefined> {
  const stats = await disk.lstatMany(
    gitDir,
    UNDER_WAY.map(([file]) => file),
  );
  return UNDER_WAY.find((_, i) => stats[i] !== undefined)?.[1];
}

/** @throws SyncError `MERGE_IN_PROGRESS` */
export function refuseUnmerged({ unmerged }: IndexFile): void {
  if (unmerged.length === 0) return;
  throw new SyncError(
    'MERGE_IN_PROGRESS',
    'Some files have unresolved conflicts. Resolve them ("git add" or "git mergetool"), then go on.',
    { data: { paths: unmerged } },
  );
}

export const stagesOf = ({ path, base, ours, theirs }: UnmergedFile): IndexEntry[] =>
  [base, ours, theirs].flatMap((file, at) =>
    file ? [new IndexEntry(path, file.mode, NO_STAT, file.id, { ...PLAIN, stage: at + 1 })] : [],
  );
