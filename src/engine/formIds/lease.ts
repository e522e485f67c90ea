/** Getting a lease: asked of what the project knows, written into it, and sure once it is pushed. */
import { objectIdRange, ownRecords, parsePlugin, withNextObjectId } from '../../bethesda/index.ts';
import { SyncError } from '../../shared/errors.ts';
import type { CommitId } from '../../shared/ids.ts';
import { join, nameOf } from '../../shared/paths.ts';
import type { Project } from '../project/Project.ts';
import { PROJECT_FILE } from '../project/projectFile.ts';
import { freeRange, hexId, holderOf, type Lease, leasesOf, overlaps, withLease } from './leases.ts';

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

/**
 * @param sync brings and sends; what it throws is not fatal: the lease is then not sure
 * @throws SyncError `NOT_FOUND`, `MALFORMED_PLUGIN`, `INVALID_INPUT` when the plugin has no ids left
 */
export async function leaseFormIds(
  project: Project,
  path: string,
  { count, writeNextId }: LeaseOptions,
  sync: () => Promise<boolean>,
): Promise<Leased> {
  let sure = await sync();
  let lease: Lease | undefined;
  if (count === undefined) {
    const { used } = await idsInUse(project, path);
    const mine = standing(await leasesOf(project, path), project.identity.email);
    lease = mine.find((one) => firstFree(one, used) !== undefined);
  }
  const isStanding = lease !== undefined;
  for (let attempt = 1; lease === undefined; attempt++) {
    if (attempt > ATTEMPTS)
      throw new SyncError('REF_CHANGED', 'Others keep leasing the same object ids. Try again in a moment.');
    const asked = await write(project, path, count);
    sure = await sync();
    const others = (await leasesOf(project, path)).filter(({ leaseId }) => leaseId !== asked.leaseId);
    // what is there after a sync was pushed before this one, and its owner may rely on it
    if (others.some((other) => overlaps(other, asked))) await takeBack(project, path, asked);
    else lease = asked;
  }
  const next = firstFree(lease, (await idsInUse(project, path)).used) ?? lease.from;
  if (writeNextId) await setNextId(project, path, next);
  return { ...lease, plugin: path, next, standing: isStanding, sure };
}

/** Those of one person that nobody leased before them. */
const standing = (all: readonly Lease[], email: string): Lease[] =>
  all.filter(
    (lease, at) => lease.email === email && !all.slice(0, at).some((other) => overlaps(other, lease)),
  );

function firstFree({ from, to }: Lease, used: ReadonlySet<number>): number | undefined {
  for (let id = from; id <= to; id++) if (!used.has(id)) return id;
  return undefined;
}

async function write(project: Project, path: string, count: number | undefined): Promise<Lease> {
  const { codec } = project.host;
  const { used, range, light } = await idsInUse(project, path);
  const taken = await leasesOf(project, path);
  const lease: Lease = {
    leaseId: codec.sha256().update(codec.randomBytes(16)).hex().slice(0, 8),
    ...freeRange(range, count ?? (light ? 64 : 256), used, taken),
    who: project.identity.name,
    email: project.identity.email,
    at: new Date().toISOString(),
  };
  await changeProjectFile(project, (before) => withLease(before, nameOf(path), lease, 'add'));
  return lease;
}

const takeBack = (project: Project, path: string, lease: Lease): Promise<void> =>
  changeProjectFile(project, (before) => withLease(before, nameOf(path), lease, 'remove'));

async function changeProjectFile(
  project: Project,
  change: (before: Uint8Array) => Uint8Array,
): Promise<void> {
  const { disk } = project.host;
  const lock = await project.lock();
  try {
    const file = join(project.folder, PROJECT_FILE);
    const before = await disk.read(file);
    if (!before)
      throw new SyncError(
        'NOT_A_PROJECT',
        `${PROJECT_FILE} is gone. Bring it back: git checkout -- ${PROJECT_FILE}`,
      );
    await project.writeFile(PROJECT_FILE, change(before));
  } finally {
    await lock.release();
  }
}

/** Object ids that a record has here, in the newest snapshot, or at the remote. */
async function idsInUse(project: Project, path: string) {
  const { ref: branch, commit } = await project.branch();
  const onDisk = await pluginOnDisk(project, path);
  const files = [onDisk];
  for (const tip of [commit, await project.tracked(branch)]) {
    const blob = tip && (await pluginAt(project, tip, path));
    if (blob) files.push(blob);
  }
  const plugin = parsePlugin(onDisk);
  const used = new Set(files.flatMap((bytes) => [...ownRecords(parsePlugin(bytes)).keys()]));
  return { used, range: objectIdRange(plugin), light: plugin.isLight };
}

/** @throws SyncError `NOT_FOUND` */
export async function pluginOnDisk({ host, folder }: Project, path: string): Promise<Uint8Array> {
  const bytes = await host.disk.read(join(folder, path));
  if (bytes) return bytes;
  throw new SyncError('NOT_FOUND', `There is no plugin ${path} in this project.`, { data: { path } });
}

/** Of a commit; `undefined` where it has none, or only the pointer of one. */
export async function pluginAt(
  { repository }: Project,
  commit: CommitId,
  path: string,
): Promise<Uint8Array | undefined> {
  const file = await repository.trees.find((await repository.graph.commit(commit)).tree, path);
  if (!file) return undefined;
  const blob = await repository.objects.readBlob(file.id);
  return String.fromCharCode(...blob.subarray(0, 4)) === 'TES4' ? blob : undefined;
}

async function setNextId(project: Project, path: string, next: number): Promise<void> {
  const bytes = await pluginOnDisk(project, path);
  if (parsePlugin(bytes).nextObjectId === next) return;
  await project.writeFile(path, withNextObjectId(bytes, next));
}

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
