/** The locks of the project as of the last contact with its remote: what is read-only here goes by them. */
import { z } from 'zod';
import type { FileLock, Locks } from '../../ports/index.ts';
import type { CallOptions } from '../../shared/progress.ts';
import type { Project } from '../project/Project.ts';
import { StateFile } from '../project/stateFile.ts';

const fileLock = z.object({
  id: z.string(),
  path: z.string(),
  owner: z.string().optional(),
  lockedAt: z.string(),
});
const schema = z.object({ ours: z.array(fileLock), theirs: z.array(fileLock) });

export interface KnownLocks {
  readonly ours: readonly FileLock[];
  readonly theirs: readonly FileLock[];
}

const NONE: KnownLocks = { ours: [], theirs: [] };

const fileOf = (project: Project) =>
  new StateFile<z.infer<typeof schema>>(project.host.disk, project.stateFile('locks.json'), schema);

export const knownLocks = async (project: Project): Promise<KnownLocks> =>
  plain((await fileOf(project).read()) ?? { ours: [], theirs: [] });

/**
 * Asks the remote.
 * @returns also the paths whose lock was taken, given back, or went to another person since the last contact
 * @throws SyncError `LOCKS_UNSUPPORTED`, and what the network throws
 */
export async function refreshLocks(
  project: Project,
  locks: Locks,
  options: CallOptions,
): Promise<KnownLocks & { readonly moved: readonly string[] }> {
  const { ours, theirs } = await locks.verify(options);
  const before = await knownLocks(project);
  const moved = movedPaths(before, { ours, theirs });
  if (moved.length > 0) await fileOf(project).write({ ours: [...ours], theirs: [...theirs] });
  return { ours, theirs, moved };
}

function movedPaths(before: KnownLocks, after: KnownLocks): string[] {
  const sides = (known: KnownLocks) =>
    new Map([
      ...known.theirs.map(({ path, id }) => [path, `theirs ${id}`] as const),
      ...known.ours.map(({ path, id }) => [path, `ours ${id}`] as const),
    ]);
  const old = sides(before);
  const now = sides(after);
  return [...new Set([...old.keys(), ...now.keys()])].filter((path) => old.get(path) !== now.get(path));
}

/** zod says "or undefined" where we say "absent". */
function plain({ ours, theirs }: z.infer<typeof schema>): KnownLocks {
  if (ours.length === 0 && theirs.length === 0) return NONE;
  const one = ({ id, path, owner, lockedAt }: z.infer<typeof fileLock>): FileLock => ({
    id,
    path,
    ...(owner !== undefined && { owner }),
    lockedAt,
  });
  return { ours: ours.map(one), theirs: theirs.map(one) };
}

/** `Bob, since 2026-01-02 15:04`. */
export const holderOf = ({ owner, lockedAt }: FileLock): string =>
  `${owner ?? 'someone else'}, since ${lockedAt.replace('T', ' ').replace(/:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/, (_, __, zone) => (zone === 'Z' ? ' UTC' : ` ${zone}`))}`;
