/** Which paths a push changed: as much of that as a hint can carry. */
import { SyncError } from '../../shared/errors.ts';
import type { CommitId } from '../../shared/ids.ts';
import type { ChangedPath, ChangeKind, ProjectChange } from '../../shared/types.ts';
import type { Git } from './gitProcess.ts';

const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** What a new branch is compared with: the commit where it left the default one, or nothing at all. */
export async function forkPoint(
  git: Git,
  repository: string,
  ref: string,
  defaultBranch: string,
  commit: CommitId,
): Promise<string> {
  const main = `refs/heads/${defaultBranch}`;
  if (ref === main) return EMPTY_TREE;
  // It fails where the two have nothing in common, or there is no default branch yet.
  const base = await git.output(repository, ['merge-base', main, commit]).catch(() => '');
  return base.trim() || EMPTY_TREE;
}

const KINDS: Readonly<Record<string, ChangeKind>> = { A: 'added', D: 'deleted' };

/**
 * Reads `git diff-tree -z --name-status` as it comes: status NUL path NUL, and so on.
 * @param most after so many paths git is stopped and the list says that it is cut
 * @throws SyncError `INTERNAL` when git fails
 */
export async function changedPaths(
  git: Git,
  repository: string,
  from: string,
  to: CommitId,
  most: number,
): Promise<Pick<ProjectChange, 'paths' | 'pathsTruncated'>> {
  const diff = git.start(repository, ['diff-tree', '-r', '-z', '--name-status', '--no-renames', from, to]);
  const paths: ChangedPath[] = [];
  let kind: ChangeKind | undefined;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of diff.output as AsyncIterable<Buffer>) {
    const bytes = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, start)) {
      const word = bytes.toString('utf8', start, end);
      start = end + 1;
      if (kind === undefined) kind = KINDS[word] ?? 'modified';
      else if (paths.length === most) {
        diff.stop();
        return { paths, pathsTruncated: true };
      } else {
        paths.push({ path: word, kind });
        kind = undefined;
      }
    }
    rest = bytes.subarray(start);
  }
  const { code, complaint } = await diff.exit;
  if (code !== 0) throw new SyncError('INTERNAL', `git diff-tree failed: ${complaint}`);
  return { paths };
}
