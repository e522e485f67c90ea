/**
 * Who may give out which object ids of a plugin, so that two people who make records at the same time do not make two
 * of one FormID. Kept in `.modsync.json`, in the project itself: every host of a project has that, it merges by key,
 * and a push decides who came first. Of ranges that two people leased without a remote, the first counts.
 */
import { z } from 'zod';
import { text, utf8 } from '../../shared/bytes.ts';
import { SyncError } from '../../shared/errors.ts';
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
});
const leases = z.record(z.string(), z.record(z.string(), lease)).catch({});

export interface Lease {
  readonly leaseId: string;
  /** First and last object id. */
  readonly from: number;
  readonly to: number;
  readonly who: string;
  readonly email: string;
  readonly at: string;
}

export const hexId = (id: number): string => id.toString(16).toUpperCase().padStart(6, '0');

/** By the plugin's file name in lowercase, the first that was leased first. */
export function leasesIn(projectFile: Uint8Array): Map<string, Lease[]> {
  const { formIds } = parseProjectFile(projectFile);
  const found = new Map<string, Lease[]>();
  for (const [name, byId] of Object.entries(leases.parse(formIds ?? {})))
    found.set(
      name.toLowerCase(),
      Object.entries(byId)
        .map(([leaseId, one]) => ({ leaseId, ...one }))
        .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.leaseId < b.leaseId ? -1 : 1)),
    );
  return found;
}

export async function leasesOf(project: Project, path: string): Promise<readonly Lease[]> {
  const bytes = await project.host.disk.read(join(project.folder, PROJECT_FILE));
  return (bytes && leasesIn(bytes).get(nameOf(path).toLowerCase())) ?? [];
}

/** Whose an object id is: of overlapping leases, the first. */
export const holderOf = (all: readonly Lease[], id: number): Lease | undefined =>
  all.find(({ from, to }) => id >= from && id <= to);

export const overlaps = (a: Pick<Lease, 'from' | 'to'>, b: Pick<Lease, 'from' | 'to'>): boolean =>
  a.from <= b.to && b.from <= a.to;

/**
 * The first range that holds nothing and that nobody has.
 * @throws SyncError `INVALID_INPUT` when there is none
 */
export function freeRange(
  [lowest, highest]: readonly [number, number],
  count: number,
  used: Iterable<number>,
  taken: readonly Lease[],
): { readonly from: number; readonly to: number } {
  const blocks = [
    ...[...used].map((id) => ({ from: id, to: id })),
    ...taken.map(({ from, to }) => ({ from, to })),
  ].sort((a, b) => a.from - b.from);
  let from = lowest;
  for (const block of blocks) {
    if (block.from - from >= count) break;
    from = Math.max(from, block.to + 1);
  }
  if (from + count - 1 <= highest) return { from, to: from + count - 1 };
  throw new SyncError(
    'INVALID_INPUT',
    `There are no ${count} free object ids in a row left for this plugin (${hexId(lowest)} to ${hexId(highest)}). Ask for fewer with --count, or compact its FormIDs.`,
  );
}

/** `.modsync.json` with a lease more, or with one less. */
export function withLease(
  projectFile: Uint8Array,
  plugin: string,
  { leaseId, from, to, who, email, at }: Lease,
  change: 'add' | 'remove',
): Uint8Array {
  parseProjectFile(projectFile);
  // it is an object, as the parser found
  const value = JSON.parse(text(projectFile).replace(/^\uFEFF/, '')) as Record<string, unknown>;
  const all = { ...(value.formIds as Record<string, Record<string, unknown>> | undefined) };
  const name = Object.keys(all).find((key) => key.toLowerCase() === plugin.toLowerCase()) ?? plugin;
  const { [leaseId]: _, ...others } = all[name] ?? {};
  all[name] =
    change === 'add'
      ? { ...others, [leaseId]: { from: hexId(from), to: hexId(to), who, email, at } }
      : others;
  return utf8(`${JSON.stringify({ ...value, formIds: all }, null, 2)}\n`);
}
