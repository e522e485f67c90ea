/**
 * Writing the index makes it younger, and so would hide a change to a file that is as young as the old index was.
 * Before that, such entries are compared by content; what changed is marked with size 0, as Git does ("smudged").
 */
import type { IndexEntry } from '../index/IndexEntry.ts';
import type { IndexFile } from '../index/IndexFile.ts';
import { compareStat, isRacy } from '../index/statMatch.ts';
import { type HashContext, hashFiles } from './workingFiles.ts';

/** @param next what is to be written in the place of `current`; entries that it changed have been looked at */
export async function settleRacy(
  next: IndexFile,
  current: IndexFile,
  context: HashContext,
): Promise<IndexFile> {
  const racy = next.entries.filter(
    (entry) =>
      isRacy(entry, current.seconds) &&
      entry.flags.stage === 0 &&
      !entry.isSubmodule &&
      !entry.flags.skipWorktree &&
      entry.stat.size !== 0 &&
      current.get(entry.path) === entry,
  );
  if (racy.length === 0) return next;
  const stats = await context.disk.lstatMany(
    context.folder,
    racy.map((entry) => entry.path),
  );
  const doubtful = racy.flatMap((entry, i) => {
    const stat = stats[i];
    // Other stat data says by itself that the file is another.
    return stat && compareStat(entry, stat, 0, context.stat) === 'same'
      ? [{ path: entry.path, stat, entry }]
      : [];
  });
  const ids = await hashFiles(doubtful, context);
  const smudged = new Map<string, IndexEntry>();
  for (const { path, entry } of doubtful) {
    if (ids.get(path) !== entry.id) smudged.set(path, entry.with({ stat: { ...entry.stat, size: 0 } }));
  }
  return next.with(smudged);
}
