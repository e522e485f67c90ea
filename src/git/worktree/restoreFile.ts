/** One version of one file, onto the disk. */
import type { Expected } from '../../platform/index.ts';
import { exactText } from '../../shared/bytes.ts';
import { SyncError } from '../../shared/errors.ts';
import { MODE, type TreeFile } from '../../shared/git.ts';
import { join } from '../../shared/paths.ts';
import { IndexEntry, indexStat, NO_STAT } from '../index/IndexEntry.ts';
import type { CheckoutContext } from './checkout.ts';
import { brokenLinkRule, checkPath, unsafePath } from './pathPolicy.ts';

/**
 * @returns the entry that the index is to have
 * @throws SyncError `WOULD_OVERWRITE`, `UNSAFE_PATH`
 */
export async function restoreFile(
  path: string,
  file: TreeFile | undefined,
  expect: Expected | undefined,
  context: CheckoutContext,
): Promise<IndexEntry | undefined> {
  const { disk, folder, temp, objects, content, stat } = context;
  const inTheWay = () =>
    new SyncError(
      'WOULD_OVERWRITE',
      `${path} changed in the meantime, or something else stands in its place. It was left as it is.`,
      {
        data: { path },
      },
    );
  checkPath(path);
  if (!file) {
    if (expect === 'absent') {
      if (await disk.lstat(join(folder, path))) throw inTheWay();
      return undefined;
    }
    const [removed] = await disk.removeMany(folder, temp, [{ path, ...(expect && { expect }) }]);
    if (!removed) throw inTheWay();
    return undefined;
  }
  if (file.mode === MODE.submodule) return new IndexEntry(path, file.mode, NO_STAT, file.id);
  const blob = await objects.readBlob(file.id);
  const expected = expect && { expect };
  let written: Awaited<ReturnType<typeof disk.writeMany>>;
  if (file.mode === MODE.symlink) {
    const linkTo = exactText(blob) ?? '';
    const rule = brokenLinkRule(path, linkTo);
    if (rule) throw unsafePath(path, rule);
    written = await disk.writeMany(folder, temp, [
      { path, ...expected, content: stat.symlinks ? { linkTo } : blob },
    ]);
  } else {
    await content.prepare([path]);
    const onDisk = await content.toDisk(path, blob, file.id);
    const executable = file.mode === MODE.executable;
    written = await disk.writeMany(folder, temp, [{ path, ...expected, content: onDisk, executable }]);
  }
  if (!written[0]) throw inTheWay();
  return new IndexEntry(path, file.mode, indexStat(written[0]), file.id);
}
