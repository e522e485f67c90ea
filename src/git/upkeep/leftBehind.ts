/** What killed processes leave in a repository: locks, which are in stock Git's way, and files that only take up room. */
import type { Host } from '../../platform/index.ts';
import { join } from '../../shared/paths.ts';

type Disk = Host['disk'];

/** Nobody writes to one temporary file for so long. Seconds. */
const ABANDONED = 24 * 60 * 60;
/** The name of a lock that is not in its place yet. */
const HALF_LOCK = /\.[0-9a-f]{8}\.lock$/;
/** Names that modsync gives to files that are not finished, and to locks on locks. */
const UNFINISHED = /^tmp_(obj|pack)_|\.[0-9a-f]{8}\.(takeover\.)?lock$/;

/** Of a file that is not finished: it stops nobody, and goes by itself. */
export const isUnfinished = (name: string): boolean => UNFINISHED.test(name);

/**
 * Locks of modsync whose process died. We take such a lock over when we need it; stock Git would wait for a person.
 * Those of living processes and of git stay.
 */
export async function releaseDeadLocks(disk: Disk, gitDir: string): Promise<void> {
  const isLock = (name: string) => /\.(lock|keep)$/.test(name);
  /** Nobody's: whoever is just about to write to it begins again. */
  const isEmptyHalf = async (name: string, path: string) =>
    HALF_LOCK.test(name) && (await disk.lstat(path))?.size === 0;
  const look = async (folder: string, deep: boolean): Promise<void> => {
    for (const { name, kind } of (await disk.list(folder)) ?? []) {
      const path = join(folder, name);
      if (kind === 'folder') {
        if (deep) await look(path, true);
      } else if (await isEmptyHalf(name, path)) await disk.remove(path);
      else if (isLock(name)) await (await disk.lockProcess(path))?.release();
    }
  };
  for (const folder of [gitDir, join(gitDir, 'modsync'), join(gitDir, 'objects/pack')])
    await look(folder, false);
  await look(join(gitDir, 'refs'), true);
}

/** Keep files of modsync whose process died before its refs moved. Those of people and of git stay. */
export async function releaseDeadKeeps(disk: Disk, gitDir: string): Promise<void> {
  const folder = join(gitDir, 'objects/pack');
  for (const { name } of (await disk.list(folder)) ?? []) {
    if (!name.endsWith('.keep')) continue;
    // Taken over when it is a dead process's; not given when it is anything else.
    const lock = await disk.lockProcess(join(folder, name));
    await lock?.release();
  }
}

/** Unfinished files that nobody has touched for a day. */
export async function removeLeftovers(disk: Disk, gitDir: string): Promise<void> {
  const old = Date.now() / 1000 - ABANDONED;
  const files = await disk.walk(gitDir, (folder, entries) =>
    entries.filter(({ name, kind }) =>
      kind === 'folder' ? !(folder === '' && ['lfs', 'modules', 'logs'].includes(name)) : isUnfinished(name),
    ),
  );
  for (const { path, stat } of files) if (stat.mtimeSeconds < old) await disk.remove(join(gitDir, path));
}
