/** Getting a lease, and giving one back. */
import { SyncError } from '../../shared/errors.ts';
import { overlaps } from '../../shared/idRanges.ts';
import { MOST_IDS } from '../../shared/wire/formIds.ts';
import type { Project } from '../project/Project.ts';
import type { Identity } from '../types.ts';
import { type Lease, leasesOf } from './leases.ts';
import { idsInUse, setNextId } from './plugins.ts';
import { type LeaseContext, reserve, takeBack } from './reserve.ts';

export interface LeaseOptions {
  /** How many object ids; default 256, or 64 of a light plugin. */
  readonly count?: number | undefined;
  /** Sets the plugin's next object id to the first free one of the lease. Close the Creation Kit before. */
  readonly writeNextId?: boolean | undefined;
}

export interface Leased extends Lease {
  readonly plugin: string;
  /** The first object id in it that no record has. */
  readonly next: number;
  /** It was there already, with room in it. */
  readonly standing: boolean;
  /** The remote knows of it: nobody else gets these. */
  readonly sure: boolean;
}

const ATTEMPTS = 5;

/** @throws SyncError `NOT_FOUND`, `MALFORMED_PLUGIN`, `INVALID_INPUT` when the plugin has no ids left, `ACCESS_DENIED` */
export async function leaseFormIds(
  project: Project,
  path: string,
  { count, writeNextId }: LeaseOptions,
  context: LeaseContext,
): Promise<Leased> {
  if (count !== undefined && !(Number.isInteger(count) && count >= 1 && count <= MOST_IDS))
    throw new SyncError('INVALID_INPUT', `A lease has 1 to ${MOST_IDS} object ids.`, { data: { count } });
  let sure = await context.sync();
  let lease: Lease | undefined;
  if (count === undefined) {
    const { used } = await idsInUse(project, path);
    const mine = standing(await leasesOf(project, path), project.identity);
    lease = mine.find((one) => firstFree(one, used) !== undefined);
  }
  const isStanding = lease !== undefined;
  for (let attempt = 1; lease === undefined; attempt++) {
    if (attempt > ATTEMPTS)
      throw new SyncError('REF_CHANGED', 'Others keep leasing the same object ids. Try again in a moment.');
    const asked = await reserve(project, path, count, context.formIds);
    sure = await context.sync();
    const others = (await leasesOf(project, path)).filter(({ leaseId }) => leaseId !== asked.leaseId);
    // what is there after a sync was pushed before this one, and its owner may rely on it
    if (others.some((other) => overlaps(other, asked))) await takeBack(project, path, asked, context.formIds);
    else lease = asked;
  }
  const next = firstFree(lease, (await idsInUse(project, path)).used) ?? lease.from;
  if (writeNextId) await setNextId(project, path, next);
  return { ...lease, plugin: path, next, standing: isStanding, sure: sure || lease.by === 'relay' };
}

/** Those of one person, on this machine, that nobody leased before them: two machines know of each other too late. */
const standing = (all: readonly Lease[], { email, device }: Identity): Lease[] =>
  all.filter(
    (lease, at) =>
      lease.email === email &&
      (lease.device === undefined || lease.device === device) &&
      !all.slice(0, at).some((other) => overlaps(other, lease)),
  );

function firstFree({ from, to }: Lease, used: ReadonlySet<number>): number | undefined {
  for (let id = from; id <= to; id++) if (!used.has(id)) return id;
  return undefined;
}

/**
 * @param leaseId left out: those of this person on this machine
 * @returns what was given back
 * @throws SyncError `NOT_FOUND` when there is nothing to give back, `ACCESS_DENIED`, `BACKEND_CONNECTION_FAILED`
 */
export async function releaseFormIds(
  project: Project,
  path: string,
  leaseId: string | undefined,
  { sync, formIds }: LeaseContext,
): Promise<Lease[]> {
  await sync();
  const { email, device } = project.identity;
  const chosen = (await leasesOf(project, path)).filter((lease) =>
    leaseId === undefined
      ? lease.email === email && (lease.device === undefined || lease.device === device)
      : lease.leaseId === leaseId,
  );
  if (chosen.length === 0)
    throw new SyncError(
      'NOT_FOUND',
      leaseId === undefined
        ? `You have leased nothing of ${path} on this machine. "modsync formid check ${path} --json" shows every lease with its id.`
        : `There is no lease ${leaseId} of ${path}.`,
    );
  for (const lease of chosen) await takeBack(project, path, lease, formIds);
  await sync();
  return chosen;
}
