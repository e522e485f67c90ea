/**
 * No commit lands here before the assets that it names: whoever pulled it would have a file that nobody can give them.
 * Clients send assets first, so this refuses only who left that out.
 */
import type { Oid, ProjectId } from '../../shared/ids.ts';
import { claimAsset } from '../assets/assetFolder.ts';
import type { RelayContext } from '../context.ts';
import type { Verdict } from './incomingPush.ts';
import { namesLfsServer } from './lfsConfig.ts';
import { newPointers } from './pointers.ts';

/** More than so many paths are counted, not named. */
const MOST_NAMED = 10;
const LONGEST_PATH = 200;
/** A path is shown on somebody's terminal. */
const UNPRINTABLE = /\p{Cc}/gu;

export function requireAssets(relay: RelayContext, project: ProjectId): Verdict {
  return async (push) => {
    const seen = new Set<Oid>();
    const named: string[] = [];
    let missing = 0;
    try {
      for await (const { oid, path } of newPointers(relay.git, relay.folder.repository(project), push)) {
        if (seen.has(oid)) continue;
        seen.add(oid);
        // Claimed, so that the upkeep leaves it alone until the ref is written.
        if (claimAsset(relay.folder, project, oid) !== undefined) continue;
        missing++;
        if (named.length < MOST_NAMED)
          named.push(
            `  ${path.slice(0, LONGEST_PATH).replace(UNPRINTABLE, '?')} (sha256 ${oid.slice(0, 12)}…)`,
          );
      }
    } catch (err) {
      relay.log.error({ project, err }, 'the pointers of a push could not be read');
      throw err;
    }
    if (missing === 0) return [];
    // By its .lfsconfig the project keeps its assets on another server: what is there is not for this one to say.
    if (await namesLfsServer(relay.git, relay.folder.repository(project), push)) return [];
    return [
      `Refused: this push names ${missing === 1 ? 'a large file' : `${missing} large files`} that the relay does not have:`,
      ...named,
      ...(missing > named.length ? [`  and ${missing - named.length} more`] : []),
      'Send them first, with "git lfs push --all REMOTE BRANCH" or "modsync sync", then push again.',
    ];
  };
}
