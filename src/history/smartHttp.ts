import type { History, LocalObjects, PushOutcome, PushUpdate } from '../ports/history.ts';
import { concat } from '../shared/bytes.ts';
import type { ObjectId } from '../shared/ids.ts';
import type { CallOptions } from '../shared/progress.ts';
import { type Advertisement, readAdvertisement, type Service } from './advertisement.ts';
import { GitRequests, type GitServer } from './gitRequests.ts';
import { PacketReader } from './pktLine.ts';
import { pushCommands, readPushReport } from './receivePack.ts';
import { negotiate } from './uploadPack.ts';

/** Most commits that a fetch tells the remote of. */
const MAX_HAVES = 1024;
/** Refs of the remote that are looked up here, because what we have of them is certainly common. */
const MAX_KNOWN = 256;
/** Pushes up to here are sent with their length, in one piece, as `git push` does it. Bytes. */
const POST_BUFFER = 1 << 20;

/**
 * History at any Git server that speaks HTTP: our relay, GitHub, Gitea, `git http-backend`.
 *
 * All calls throw SyncError `ACCESS_DENIED`, `NOT_FOUND`, `RATE_LIMITED`, `BACKEND_CONNECTION_FAILED`,
 * `REMOTE_PROTOCOL`, `SYNC_TIMEOUT`, `ABORTED`.
 */
export function smartHttp(server: GitServer): History {
  const requests = new GitRequests(server);
  /** What each service can do does not change; its refs are as old as the last look. */
  const known = new Map<Service, Advertisement>();

  async function discover(service: Service, signal: AbortSignal | undefined): Promise<Advertisement> {
    const reader = new PacketReader(await requests.discover(service, signal));
    try {
      const advertisement = await readAdvertisement(reader, service);
      known.set(service, advertisement);
      return advertisement;
    } finally {
      await reader.close();
    }
  }

  /** Tips that the remote had when it was last asked, whichever service answered. */
  const remoteTips = (): ObjectId[] => [
    ...new Set([...known.values()].flatMap(({ refs }) => [...refs.values()])),
  ];

  async function commonTips(local: LocalObjects): Promise<ObjectId[]> {
    const here: ObjectId[] = [];
    for (const id of remoteTips().slice(0, MAX_KNOWN)) if (await local.has(id)) here.push(id);
    return here;
  }

  async function sendPush(
    local: LocalObjects,
    updates: readonly PushUpdate[],
    { capabilities }: Advertisement,
    options: CallOptions,
  ) {
    const commands = pushCommands(updates, capabilities);
    const wants = updates.flatMap(({ next }) => (next ? [next] : []));
    const expected = updates.flatMap((update) => (update.expected ? [update.expected] : []));
    const haves = [...new Set([...expected, ...remoteTips()])];
    const pack = wants.length > 0 ? await local.makePack(wants, haves, options) : undefined;
    const body = await inOnePieceIfSmall(commands, pack);
    const answer = await requests.call('git-receive-pack', body, options.signal);
    return readPushReport(answer, updates, capabilities);
  }

  return {
    async listRefs({ signal } = {}) {
      const { refs, head } = await discover('git-upload-pack', signal);
      return { refs, ...(head && { head }) };
    },

    async fetch(local, wants, options = {}) {
      const { signal } = options;
      if (wants.length === 0) return;
      const { capabilities } = known.get('git-upload-pack') ?? (await discover('git-upload-pack', signal));
      const wanted = new Set(wants);
      const haves = new Set([...(await commonTips(local)), ...(await local.haves(MAX_HAVES))]);
      const pack = await negotiate({
        wants: [...wanted],
        haves: [...haves].filter((id) => !wanted.has(id)),
        shallow: (await local.shallow?.()) ?? [],
        capabilities,
        call: (request) => requests.call('git-upload-pack', request, signal),
      });
      await local.storePack(pack, options);
    },

    async push(local, updates, options = {}) {
      if (updates.length === 0) return [];
      let remote = known.get('git-receive-pack');
      const fresh = remote === undefined;
      remote ??= await discover('git-receive-pack', options.signal);
      // Just asked: what has moved already need not be sent first.
      const lost = fresh ? alreadyMoved(updates, remote) : [];
      if (lost.length > 0) return lost;
      const report = await sendPush(local, updates, remote, options);
      if (report.unpackError === undefined || fresh) return report.outcomes;
      // The pack was built on tips that the remote may have dropped since: ask, and once more.
      known.clear();
      remote = await discover('git-receive-pack', options.signal);
      const moved = alreadyMoved(updates, remote);
      if (moved.length > 0) return moved;
      return (await sendPush(local, updates, remote, options)).outcomes;
    },
  };
}

/** Outcomes for all updates if one of them is too late, else none. */
function alreadyMoved(updates: readonly PushUpdate[], { refs }: Advertisement): PushOutcome[] {
  const late = updates.find(({ ref, expected }) => refs.get(ref) !== expected);
  if (!late) return [];
  const message = `${late.ref} is at ${refs.get(late.ref) ?? 'nothing'} and not at ${late.expected ?? 'nothing'}`;
  return updates.map(({ ref }) => ({ ref, ok: false, why: 'lost-race', message }));
}

async function inOnePieceIfSmall(
  commands: Uint8Array,
  pack: AsyncIterable<Uint8Array> | undefined,
): Promise<Uint8Array | AsyncIterable<Uint8Array>> {
  if (!pack) return commands;
  const parts = [commands];
  let length = commands.length;
  const iterator = pack[Symbol.asyncIterator]();
  for (;;) {
    const next = await iterator.next();
    if (next.done) return concat(parts);
    parts.push(next.value);
    length += next.value.length;
    if (length > POST_BUFFER) break;
  }
  return (async function* () {
    try {
      yield* parts;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  })();
}
