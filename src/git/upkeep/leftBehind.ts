/** What killed processes leave in a repository. None of it is in anybody's way; it only takes up room. */
import type { Host } from '../../platform/index.ts';
import { join } from '../../shared/paths.ts';

type Disk = Host['disk'];

/** Nobody writes to one temporary file for so long. Seconds. */
const ABANDONED = 24 * 60 * 60;
/** Names that modsync gives to files that are not finished, and to locks on locks. */
const UNFINISHED = /^tmp_(obj|pack)_|\.[0-9a-f]{8}\.(takeover\.)?lock$/;

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
      kind === 'folder'
        ? !(folder === '' && ['lfs', 'modules', 'logs'].includes(name))
        : UNFINISHED.test(name),
    ),
  );
  for (const { path, stat } of files) if (stat.mtimeSeconds < old) await disk.remove(join(gitDir, path));
}
