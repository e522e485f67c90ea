/**
 * Git compares times by the second, we to a tenth of one. An index that is written later than a file was changed, but lists that file's
 * earlier state of the same time, would hide the change for good. So before the index is written, entries as young
 * as that are looked at again; where the file is another by now, the entry gets size 0 ("smudged", as Git does it).
 *
 * Source: racy-git documentation, git 2.39 read-cache.c (ce_smudge_racily_clean_entry).
 */
import type { IndexEntry } from '../index/IndexEntry.ts';
import type { IndexFile } from '../index/IndexFile.ts';
import { compareStat, isRacy, TICK } from '../index/statMatch.ts';
import { type HashContext, hashFiles } from './workingFiles.ts';

/**
 * @param next what is to be written in the place of `current`
 * @param since when the operation began, in seconds: before, the files that it looked at cannot have changed unnoticed
 * @param origin of entries that are new: files that were `hashed`, and may have changed since by less than a tick of the
 *   disk's clock; or `written` by ourselves, with a time that lies before that tick (see `writeMany`)
 */
export async function settleRacy(
  next: IndexFile,
  current: IndexFile,
  context: HashContext,
  since: number,
  origin: 'hashed' | 'written',
): Promise<IndexFile> {
  const isOld = (entry: IndexEntry) => current.get(entry.path) === entry;
  const oldest = Math.floor(Math.min(since, current.seconds || since) - TICK);
  const young = next.entries.filter(
    (entry) =>
      entry.stat.mtimeSeconds >= oldest &&
      entry.flags.stage === 0 &&
      !entry.isSubmodule &&
      !entry.flags.skipWorktree &&
      entry.stat.size !== 0 &&
      isRacy(entry, isOld(entry) ? current.seconds : since),
  );
  if (young.length === 0) return next;
  const stats = await context.disk.lstatMany(
    context.folder,
    young.map((entry) => entry.path),
  );
  const smudged = new Map<string, IndexEntry>();
  const doubtful = young.flatMap((entry, i) => {
    const stat = stats[i];
    const verdict = stat && compareStat(entry, stat, 0, context.stat);
    // Where the time is the same, only the content can tell. Other sizes Git sees by itself.
    if (verdict === 'unsure' || (verdict === 'same' && (origin === 'hashed' || isOld(entry))))
      return [{ path: entry.path, stat, entry }];
    return [];
  });
  const ids = await hashFiles(
    doubtful.flatMap(({ stat, ...rest }) => (stat ? [{ ...rest, stat }] : [])),
    context,
  );
  for (const { path, entry } of doubtful) {
    if (ids.get(path) !== entry.id) smudged.set(path, entry.with({ stat: { ...entry.stat, size: 0 } }));
  }
  return next.with(smudged);
}

export const secondsNow = (): number => Date.now() / 1000;
