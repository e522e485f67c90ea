/**
 * Removes what no ref reaches: objects of Git, and assets that no commit and no release names. Beside pushes and uploads that run.
 *
 * Objects: git's own `gc`, which leaves young ones alone, while no push is between its last check and its refs
 * (../git/gate.ts). Assets: in two steps. What is unreached is noted first, and removed by a later run when the grace
 * period has gone by since then, and since it arrived or a client was last told that it is here
 * (../assets/assetFolder.ts).
 */
import type { ProjectId } from '../../shared/ids.ts';
import { listAssets, removeIfOlder } from '../assets/assetFolder.ts';
import type { RelayContext } from '../context.ts';
import { reachedPointers } from '../git/pointers.ts';
import { removeStaleUploads } from '../releases/upload.ts';

const AT_A_TIME = 100;

export interface Removed {
  readonly assets: number;
  /** Of assets. */
  readonly bytes: number;
  /** Assets that wait for the grace period to pass. */
  readonly waiting: number;
}

/** @param graceMs 0 removes at once what nobody uses at this moment; a push that is being made would lose its assets */
export async function collectGarbage(
  relay: RelayContext,
  project: ProjectId,
  graceMs: number,
): Promise<Removed> {
  const removed = await removeAssets(relay, project, graceMs);
  await removeStaleUploads(relay.folder, project, Date.now() - graceMs);
  await removeObjects(relay, project, graceMs);
  relay.usage.forget();
  return removed;
}

async function removeAssets(relay: RelayContext, project: ProjectId, graceMs: number): Promise<Removed> {
  const { folder, git, db } = relay;
  // Pushes whose assets were claimed before this moment have landed; those of later ones are younger than any grace.
  const now = await relay.gate.alone(project, async () => Date.now());
  // The list first: what arrives after it is not on it.
  const unreached = [];
  for await (const { oid } of listAssets(folder, project)) unreached.push(oid);
  const reached = await reachedPointers(git, folder.repository(project));
  // A release that is made from here on claims its files, or is asked for them.
  const released = db.releases.oids(project);
  const since = db.unreached.note(
    project,
    unreached.filter((oid) => !reached.has(oid) && !released.has(oid)),
    now,
  );
  let assets = 0;
  let bytes = 0;
  let looked = 0;
  for (const [oid, at] of since) {
    if (at > now - graceMs) continue;
    // Each is judged and removed in one step. In between others are served; who needs one of the rest claims it.
    if (++looked % AT_A_TIME === 0) await new Promise((resolve) => setImmediate(resolve));
    const size = removeIfOlder(folder, project, oid, now - graceMs);
    if (size === undefined) continue;
    assets++;
    bytes += size;
  }
  return { assets, bytes, waiting: since.size - assets };
}

async function removeObjects(relay: RelayContext, project: ProjectId, graceMs: number): Promise<void> {
  const seconds = Math.ceil(graceMs / 1000);
  await relay.gate.alone(project, () =>
    relay.git.output(relay.folder.repository(project), [
      '-c',
      'gc.cruftPacks=true',
      // Nothing here is ever read through a reflog.
      '-c',
      'gc.reflogExpire=now',
      '-c',
      'gc.packRefs=true',
      'gc',
      '--quiet',
      seconds === 0 ? '--prune=now' : `--prune=${seconds}.seconds.ago`,
    ]),
  );
}
