/**
 * Upkeep: loose objects and packs that pile up become one pack, so that a project that is saved and pulled all day
 * stays quick to read. Git's own settings decide when (`gc.auto`, `gc.autoPackLimit`), Git's own lock (`gc.pid`) keeps
 * it and `git gc` apart. Called by `Repository.upkeep`, and by nobody else.
 *
 * Nothing is ever dropped here, reachable or not: what no ref reaches is for `git gc` to judge. The new pack is on the
 * disk, and looked at, before what it holds is removed elsewhere; readers beside us find every object at all times.
 *
 *   sources        which packs and loose objects are taken together
 *   PackMerge      makes one pack of them: copies entries as they are, finds deltas where there is time
 *   leftBehind     what killed processes left: keep files, temporary files
 */
import type { Host } from '../../platform/index.ts';
import { throwIfAborted } from '../../shared/errors.ts';
import type { ObjectId } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';
import type { GitConfig } from '../config.ts';
import type { CommitGraph } from '../graph.ts';
import type { ObjectStore } from '../objects/ObjectStore.ts';
import type { Refs } from '../refs.ts';
import type { Trees } from '../trees.ts';
import { releaseDeadKeeps, removeLeftovers } from './leftBehind.ts';
import { mergeIntoPack } from './PackMerge.ts';
import { choosePacks, isPiledUp, listLoose, listPacks, type SourcePack } from './sources.ts';

export interface UpkeepOptions {
  readonly signal?: AbortSignal | undefined;
  /** Deltas are looked for as long as this; then what is left is copied as it is. Milliseconds, default 3 s. */
  readonly budgetMs?: number | undefined;
  /** Bytes of packs that are taken together at most, default 256 MiB. */
  readonly maxBytes?: number | undefined;
  /** Loose objects younger than this stay: somebody may be about to make a ref to them. Seconds, default 1 hour. */
  readonly minAge?: number | undefined;
}

export interface UpkeepResult {
  /** The new pack's name, `pack-…`. */
  readonly pack: string;
  readonly objects: number;
  readonly packsRemoved: number;
  readonly looseRemoved: number;
}

export interface UpkeepTarget {
  readonly host: Pick<Host, 'disk' | 'codec'>;
  readonly gitDir: string;
  readonly config: GitConfig;
  readonly objects: ObjectStore;
  readonly trees: Trees;
  readonly refs: Refs;
  readonly graph: CommitGraph;
}

/**
 * @returns `undefined` when there was nothing to do, or somebody else is at it
 * @throws SyncError `ABORTED`, `NO_SPACE`, `MALFORMED_OBJECT`, …: the repository is as it was
 */
export async function upkeep(
  target: UpkeepTarget,
  { signal, budgetMs = 3000, maxBytes = 256 << 20, minAge = 3600 }: UpkeepOptions = {},
): Promise<UpkeepResult | undefined> {
  const { host, gitDir, config } = target;
  await config.refresh();
  if (!(await isPiledUp(host.disk, gitDir, config))) return undefined;
  const lock = await host.disk.lockGarbageCollection(gitDir);
  if (!lock) return undefined;
  try {
    await releaseDeadKeeps(host.disk, gitDir);
    await removeLeftovers(host.disk, gitDir);
    const packs = choosePacks(await listPacks(host.disk, gitDir), maxBytes);
    const loose = await listLoose(host.disk, gitDir, minAge);
    if (packs.length < 2 && loose.length < 2) return undefined;
    throwIfAborted(signal);
    const merged = await mergeIntoPack(target, packs, loose, { signal, budgetMs });
    const others = packs.filter(({ name }) => name !== merged.pack);
    for (const id of merged.loose) await host.disk.remove(loosePath(gitDir, id));
    const packsRemoved = await removePacks(target, others);
    return { pack: merged.pack, objects: merged.objects, packsRemoved, looseRemoved: merged.loose.length };
  } finally {
    await lock.release();
  }
}

const loosePath = (gitDir: string, id: ObjectId) => join(gitDir, 'objects', id.slice(0, 2), id.slice(2));

/** The index first: without it nobody sees the pack any more. One that a program holds open stays for the next time. */
async function removePacks(
  { host: { disk }, gitDir }: UpkeepTarget,
  packs: readonly SourcePack[],
): Promise<number> {
  const folder = join(gitDir, 'objects/pack');
  // It would go on to name the packs that are about to go; Git removes it in this case as well.
  if (packs.length > 0) await disk.remove(join(folder, 'multi-pack-index'));
  let removed = 0;
  for (const { name } of packs) {
    const path = join(folder, name);
    if (await disk.lstat(`${path}.keep`)) continue;
    try {
      for (const ending of ['idx', 'pack', 'rev', 'bitmap']) await disk.remove(`${path}.${ending}`);
      removed++;
    } catch {
      // Both copies hold the same objects.
    }
  }
  return removed;
}
