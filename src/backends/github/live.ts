/** How a working copy hears of what happens at GitHub: what is particular to GitHub about a `followedFeed`. */

import type { Host } from '../../platform/index.ts';
import type { ConnectOptions, Feed, History } from '../../ports/index.ts';
import { toHex } from '../../shared/bytes.ts';
import { followedFeed } from '../followedFeed.ts';
import { relayApi } from '../relayApi.ts';
import { relayFeed } from '../relayFeed.ts';
import type { GitHubApi } from './api.ts';
import { refLook } from './refLook.ts';
import type { GitHubRepository } from './site.ts';

/** Milliseconds between looks. Without a token GitHub counts each of them, and allows sixty an hour. */
const LEAST = 1000;
const LEAST_UNSIGNED = 180_000;

export interface LiveParts {
  readonly host: Host;
  readonly options: ConnectOptions;
  readonly connect: () => Promise<GitHubApi>;
  readonly repository: GitHubRepository;
  readonly history: History;
  readonly fetch: typeof fetch;
}

/** @returns the history, through which pushes of this device's own are noted, and the feed; a clone under way has none */
export async function live(parts: LiveParts): Promise<{ readonly history: History; readonly feed?: Feed }> {
  const { host, options, connect, repository, history, fetch } = parts;
  const { device, name, workingCopy } = options;
  const project = await workingCopy?.project();
  if (!workingCopy || !project) return { history };
  const { projectId } = project;
  const pushed = new Set<string>();
  let least = LEAST;
  const api = async () => {
    const ready = await connect();
    least = ready.signedIn ? LEAST : LEAST_UNSIGNED;
    return ready;
  };
  const relayAt = (origin: string, token: () => Promise<string | undefined>) =>
    relayApi({ origin, token, fetch });
  return {
    history: notingPushes(history, pushed),
    feed: followedFeed({
      projectId,
      hints: async () => (await workingCopy.project())?.hints,
      relay: ({ relay, projectId: followed, key }) => ({
        subscribe: relayFeed({
          api: relayAt(relay, async () => key),
          projectId: followed,
          device,
          ...(name !== undefined && { name }),
          token: async () => key,
        }).subscribe,
        // a message is somebody's: the key is everybody's
        publish: async (change) => {
          if (change.kind === 'message')
            await relayAt(relay, () => host.keys.get(relay)).publishChange(change);
        },
      }),
      look: refLook(api, repository),
      least: () => least,
      newId: () => toHex(host.codec.randomBytes(16)),
      isOwn: ({ commitId }) => commitId !== undefined && pushed.has(commitId),
      device,
    }),
  };
}

/** As many as may come back as hints. */
const REMEMBERED = 1000;

function notingPushes(history: History, pushed: Set<string>): History {
  return {
    ...history,
    async push(local, updates, options) {
      // noted before: the hint may be faster than the answer
      for (const { next } of updates) if (next !== undefined) pushed.add(next);
      for (const oldest of pushed) if (pushed.size > REMEMBERED) pushed.delete(oldest);
      const outcomes = await history.push(local, updates, options);
      outcomes.forEach(({ ok }, at) => {
        const next = updates[at]?.next;
        if (!ok && next !== undefined) pushed.delete(next);
      });
      return outcomes;
    },
  };
}
