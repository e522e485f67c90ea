/**
 * Who may give out which object ids of a plugin, so that two people who make records at the same time do not make two
 * of one FormID. Noted in `.modsync.json`, in the project itself: every host of a project has that, and it merges by
 * key. Of ranges that meet, one that the relay gave out counts first, then the one that was leased first.
 */
import { z } from 'zod';
import { text, utf8 } from '../../shared/bytes.ts';
import { SyncError } from '../../shared/errors.ts';
import { type IdRange, rangesWithout, sizeOf } from '../../shared/idRanges.ts';
import { join, nameOf } from '../../shared/paths.ts';
import type { Project } from '../project/Project.ts';
import { PROJECT_FILE, parseProjectFile } from '../project/projectFile.ts';

const objectId = z
  .string()
  .regex(/^[0-9A-F]{6}$/)
  .transform((hex) => Number.parseInt(hex, 16));
const lease = z.object({
  from: objectId,
  to: objectId,
  who: z.string(),
  email: z.string(),
  /** ISO 8601. */
  at: z.string(),
  device: z.string().optional().catch(undefined),
  by: z.literal('relay').optional().catch(undefined),
});
const leases = z.record(z.string(), z.record(z.string(), lease)).catch({});

export interface Lease extends IdRange {
  readonly leaseId: string;
  readonly who: string;
  readonly email: string;
  readonly at: string;
  /** The machine that it was leased on; leases of an older modsync do not say. */
  readonly device?: string | undefined;
  /** Who gave it out; left out: the project's file alone. */
  readonly by?: 'relay' | undefined;
}

export const hexId = (id: number): string => id.toString(16).toUpperCase().padStart(6, '0');

/** What all spellings of a plugin's file name have in common. */
export const pluginKey = (name: string): string => name.normalize('NFC').toLowerCase();

/** By the plugin's `pluginKey`, those that count first before the others. */
export function leasesIn(projectFile: Uint8Array): Map<string, Lease[]> {
  const { formIds } = parseProjectFile(projectFile);
  const found = new Map<string, Lease[]>();
  for (const [name, byId] of Object.entries(leases.parse(formIds ?? {})))
    found.set(
      pluginKey(name),
      Object.entries(byId)
        .map(([leaseId, one]) => ({ leaseId, ...one }))
        .sort(byPrecedence),
    );
  return found;
}

const byPrecedence = (a: Lease, b: Lease): number => {
  if (a.by !== b.by) return a.by === 'relay' ? -1 : 1;
  return a.at < b.at ? -1 : a.at > b.at ? 1 : a.leaseId < b.leaseId ? -1 : 1;
};

export async function leasesOf(project: Project, path: string): Promise<readonly Lease[]> {
  const bytes = await project.host.disk.read(join(project.folder, PROJECT_FILE));
  return (bytes && leasesIn(bytes).get(pluginKey(nameOf(path)))) ?? [];
}

/** Whose an object id is: of overlapping leases, the first. */
export const holderOf = (all: readonly Lease[], id: number): Lease | undefined =>
  all.find(({ from, to }) => id >= from && id <= to);

/**
 * The ranges that hold nothing and that nobody has, large enough for so many.
 * @throws SyncError `INVALID_INPUT` when there is none
 */
export function freeRanges(
  range: IdRange,
  count: number,
  used: Iterable<number>,
  taken: readonly IdRange[],
): readonly IdRange[] {
  const blocks = [...[...used].map((id) => ({ from: id, to: id })), ...taken];
  const free = rangesWithout([range], blocks).filter((one) => sizeOf(one) >= count);
  if (free.length > 0) return free;
  throw new SyncError(
    'INVALID_INPUT',
    `There are no ${count} free object ids in a row left for this plugin (${hexId(range.from)} to ${hexId(range.to)}). Ask for fewer with --count, give back leases that nobody needs (modsync formid release), or compact its FormIDs.`,
  );
}

/** `.modsync.json` with a lease more, or with one less. */
export function withLease(
  projectFile: Uint8Array,
  plugin: string,
  { leaseId, from, to, ...rest }: Lease,
  change: 'add' | 'remove',
): Uint8Array {
  parseProjectFile(projectFile);
  // it is an object, as the parser found
  const value = JSON.parse(text(projectFile).replace(/^\uFEFF/, '')) as Record<string, unknown>;
  const all = { ...(value.formIds as Record<string, Record<string, unknown>> | undefined) };
  const name = Object.keys(all).find((key) => pluginKey(key) === pluginKey(plugin)) ?? plugin;
  const { [leaseId]: _, ...others } = all[name] ?? {};
  all[name] =
    change === 'add' ? { ...others, [leaseId]: { from: hexId(from), to: hexId(to), ...rest } } : others;
  return utf8(`${JSON.stringify({ ...value, formIds: all }, null, 2)}\n`);
}
