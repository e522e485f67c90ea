/**
 * A range that nobody has: the relay gives it out, where the project is at one, and the project's own file notes it in
 * any case, so that checks, warnings and hosts without a relay need nothing else. Without a relay, or without a way to
 * it, the file alone has it, and a push decides who came first.
 */
import { z } from 'zod';
import { isPlugin } from '../../bethesda/index.ts';
import type { FormIdLeases, GivenLease } from '../../ports/index.ts';
import { type ErrorCode, hasCode, SyncError } from '../../shared/errors.ts';
import { type IdRange, sizeOf } from '../../shared/idRanges.ts';
import { join, nameOf } from '../../shared/paths.ts';
import { MOST_RANGES } from '../../shared/wire/formIds.ts';
import type { Project } from '../project/Project.ts';
import { PROJECT_FILE } from '../project/projectFile.ts';
import { StateFile } from '../project/stateFile.ts';
import { freeRanges, type Lease, leasesIn, pluginKey, withLease } from './leases.ts';
import { fileAt, idsInUse, knownTips } from './plugins.ts';

/** What a lease needs of the world. */
export interface LeaseContext {
  /** Brings and sends. @returns whether the remote has everything now; that it cannot be reached is no failure */
  readonly sync: () => Promise<boolean>;
  readonly formIds: FormIdLeases | undefined;
}

/** What was asked of the relay, until the project's file has it: killed in between, the next call gets the same. */
const pendingSchema = z.object({ leaseId: z.string(), plugin: z.string(), count: z.int() });
const pendingFile = (project: Project) =>
  new StateFile(project.host.disk, project.stateFile('formid-lease.json'), pendingSchema);

export async function reserve(
  project: Project,
  path: string,
  wanted: number | undefined,
  formIds: FormIdLeases | undefined,
): Promise<Lease> {
  const lock = await project.lock();
  try {
    const { used, range, isLight } = await idsInUse(project, path);
    const count = wanted ?? (isLight ? 64 : 256);
    const free = freeRanges(range, count, used, await takenOf(project, path));
    const given = formIds && (await askRelay(project, formIds, nameOf(path), count, free));
    const [first] = free as [IdRange]; // there is one
    const { leaseId, from, to, at } = given ?? {
      leaseId: newId(project),
      from: first.from,
      to: first.from + count - 1,
      at: new Date().toISOString(),
    };
    const lease: Lease = {
      leaseId,
      from,
      to,
      who: project.identity.name,
      email: project.identity.email,
      device: project.identity.device,
      at,
      ...(given && { by: 'relay' }),
    };
    await changeProjectFile(project, (before) => withLease(before, nameOf(path), lease, 'add'));
    if (given) await pendingFile(project).remove();
    return lease;
  } finally {
    await lock.release();
  }
}

const newId = ({ host }: Project): string =>
  host.codec.sha256().update(host.codec.randomBytes(16)).hex().slice(0, 16);

/** `undefined`: it gives none out, or cannot be reached. */
async function askRelay(
  project: Project,
  formIds: FormIdLeases,
  plugin: string,
  count: number,
  free: readonly IdRange[],
): Promise<GivenLease | undefined> {
  const wish = { plugin, count, free: named(free) };
  const fits = (given: GivenLease | undefined): given is GivenLease =>
    given !== undefined &&
    sizeOf(given) === count &&
    free.some(({ from, to }) => from <= given.from && given.to <= to);
  const file = pendingFile(project);
  const pending = await file.read();
  try {
    if (pending) {
      const isSame = pending.plugin === pluginKey(plugin) && pending.count === count;
      const again = isSame && (await unless('INVALID_INPUT', formIds.lease({ ...wish, ...pending })));
      // records may have come into it since
      if (again && fits(again)) return again;
      await unless('ACCESS_DENIED', formIds.release(pending.leaseId));
    }
    const leaseId = newId(project);
    await file.write({ leaseId, plugin: pluginKey(plugin), count });
    const given = await formIds.lease({ ...wish, leaseId });
    return fits(given) ? given : undefined;
  } catch (error) {
    if (hasCode(error, 'BACKEND_CONNECTION_FAILED')) return undefined;
    throw error;
  }
}

/** `undefined` where that is refused: another person works in this copy now. */
const unless = <T>(code: ErrorCode, asked: Promise<T>): Promise<T | undefined> =>
  asked.catch((error: unknown) => {
    if (hasCode(error, code)) return undefined;
    throw error;
  });

/** The last one too: it is the largest as a rule. */
const named = (free: readonly IdRange[]): readonly IdRange[] =>
  free.length <= MOST_RANGES ? free : [...free.slice(0, MOST_RANGES - 1), ...free.slice(-1)];

/**
 * Ranges that are leased, here or at the remote. Those of plugins that are gone count for each: one of them may have
 * been renamed to this.
 */
async function takenOf(project: Project, path: string): Promise<IdRange[]> {
  const { repository, host, folder } = project;
  const here = new Set([pluginKey(nameOf(path))]);
  const tree = await repository.headTree();
  for (const file of tree ? (await repository.trees.list(tree)).keys() : [])
    if (isPlugin(file)) here.add(pluginKey(nameOf(file)));
  const files = [await host.disk.read(join(folder, PROJECT_FILE))];
  for (const tip of await knownTips(project)) files.push(await fileAt(project, tip, PROJECT_FILE));
  const key = pluginKey(nameOf(path));
  return files.flatMap((bytes) =>
    [...leasesOfFile(bytes)].flatMap(([plugin, all]) => (plugin === key || !here.has(plugin) ? all : [])),
  );
}

/** A project file that is damaged is told of where it is used. */
function leasesOfFile(bytes: Uint8Array | undefined): ReadonlyMap<string, readonly Lease[]> {
  try {
    return bytes ? leasesIn(bytes) : new Map();
  } catch {
    return new Map();
  }
}

/** At the relay first: killed in between, the project still notes what others may have by then, and nobody takes it. */
export async function takeBack(
  project: Project,
  path: string,
  lease: Lease,
  formIds: FormIdLeases | undefined,
): Promise<void> {
  if (lease.by === 'relay') await formIds?.release(lease.leaseId);
  const lock = await project.lock();
  try {
    await changeProjectFile(project, (before) => withLease(before, nameOf(path), lease, 'remove'));
  } finally {
    await lock.release();
  }
}

async function changeProjectFile(
  project: Project,
  change: (before: Uint8Array) => Uint8Array,
): Promise<void> {
  const before = await project.host.disk.read(join(project.folder, PROJECT_FILE));
  if (!before)
    throw new SyncError(
      'NOT_A_PROJECT',
      `${PROJECT_FILE} is gone. Bring it back: git checkout -- ${PROJECT_FILE}`,
    );
  await project.writeFile(PROJECT_FILE, change(before));
}
