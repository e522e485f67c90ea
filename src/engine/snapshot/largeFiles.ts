import type { WorkingStatus } from '../../git/index.ts';
import { SyncError } from '../../shared/errors.ts';
import { megabytes, oversized, sizeLimits } from '../project/fileSizes.ts';
import type { Project } from '../project/Project.ts';

/**
 * Files that are about to get into Git's history for ever although they should be assets.
 * @returns a warning for each
 * @throws SyncError `INVALID_INPUT` for one that is too large for any Git host, with the rule to add
 */
export async function checkLargeFiles(
  { repository, host }: Project,
  { unstaged, staged }: Pick<WorkingStatus, 'unstaged' | 'staged'>,
): Promise<string[]> {
  const limits = await sizeLimits(repository);
  const added = staged.flatMap(({ path, after }) => (after ? [path] : []));
  const stats = await host.disk.lstatMany(repository.folder, added);
  const sizes = new Map(added.map((path, at) => [path, stats[at]?.size ?? 0]));
  for (const { path, stat } of unstaged) sizes.set(path, stat?.size ?? 0);
  const files = [...sizes].map(([path, size]) => ({ path, size }));
  const large = await oversized(repository, files, limits.warn);
  const refused = large.filter(({ size }) => size > limits.refuse);
  const [first] = refused;
  if (first)
    throw new SyncError(
      'INVALID_INPUT',
      `${first.path} (${megabytes(first.size)}) is too large for Git itself, and no rule makes it an asset. Add one: ${first.rule}${refused.length > 1 ? ` (${refused.length - 1} more like it)` : ''}. Or leave it out with a line in .gitignore. Nothing was committed.`,
      { data: { paths: refused.map(({ path }) => path), rule: first.rule } },
    );
  return large.map(
    ({ path, size, rule }) =>
      `${path} (${megabytes(size)}) is in Git's history now, not an asset: no rule covers it. For the next ones like it: ${rule}`,
  );
}
