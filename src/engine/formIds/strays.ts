/** New records outside of their maker's leases. */
import { isPlugin, ownRecords, type PluginRecord, parsePlugin } from '../../bethesda/index.ts';
import { parsePointer } from '../../lfs/index.ts';
import type { TreeChange } from '../../shared/git.ts';
import type { Project } from '../project/Project.ts';
import { recordName } from './collisions.ts';
import { hexId, holderOf, type Lease, leasesOf } from './leases.ts';

/** What to say of new records that stand outside one's own leases. Nothing where nobody leases. */
export function strayRecords(
  all: readonly Lease[],
  email: string,
  fresh: ReadonlyMap<number, string>,
): string[] {
  const told: string[] = [];
  const loose: string[] = [];
  for (const [id, name] of fresh) {
    const holder = holderOf(all, id);
    if (holder?.email === email) continue;
    if (holder) told.push(`${name} (${hexId(id)}) is in a range that ${holder.who} leased`);
    else if (all.some((lease) => lease.email === email)) loose.push(`${name} (${hexId(id)})`);
  }
  if (loose.length > 0)
    told.push(
      `${loose.slice(0, 3).join(', ')}${loose.length > 3 ? ` and ${loose.length - 3} more` : ''} ${loose.length === 1 ? 'is' : 'are'} outside the range that you leased`,
    );
  return told;
}

/** Of a snapshot that was just made: new records outside one's leases. A plugin that cannot be read is no reason to fail. */
export async function warnOfStrays(project: Project, changes: readonly TreeChange[]): Promise<string[]> {
  const warnings: string[] = [];
  for (const { path, before, after } of changes) {
    if (!after || !isPlugin(path)) continue;
    const leases = await leasesOf(project, path).catch(() => []);
    if (leases.length === 0) continue;
    try {
      const [was, is] = await Promise.all(
        [before, after].map(async (file) => {
          const blob = file && (await project.repository.objects.readBlob(file.id));
          return blob && !parsePointer(blob)
            ? ownRecords(parsePlugin(blob))
            : new Map<number, PluginRecord[]>();
        }),
      );
      const fresh = new Map<number, string>();
      for (const [id, [record]] of is ?? []) if (!was?.has(id)) fresh.set(id, recordName(project, record));
      for (const told of strayRecords(leases, project.identity.email, fresh))
        warnings.push(`${path}: ${told}, and may meet another person's record. See: modsync formid check`);
    } catch {
      // it is told of where it is merged or shown
    }
  }
  return warnings;
}
