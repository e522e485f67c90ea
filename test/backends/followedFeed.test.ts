/** Hints of a project whose history is at GitHub: from the relay that follows it, or from looking. */
import { createHmac, randomUUID } from 'node:crypto';
import { type FollowedFeedOptions, followedFeed } from '../../src/backends/followedFeed.ts';
import { relayApi } from '../../src/backends/index.ts';
import { pollFeed } from '../../src/backends/pollFeed.ts';
import { relayFeed } from '../../src/backends/relayFeed.ts';
import type { FeedSubscription } from '../../src/ports/feed.ts';
import type { HintSource } from '../../src/ports/index.ts';
import { type Relay, startRelay } from '../../src/relay/index.ts';
import { SyncError } from '../../src/shared/errors.ts';
import { type ObjectId, parseProjectId } from '../../src/shared/ids.ts';
import type { MadeFollow } from '../../src/shared/wire/relay.ts';
import { describeFeed } from '../conformance/feed.ts';
import { temporaryFolder } from '../support/host.ts';

const projectId = parseProjectId('my-mod');
const repository = { server: 'https://api.github.com', name: 'octo/mod', id: 4711 };
const id = (letter: string) => letter.repeat(40) as ObjectId;
const SOON = 5;
const NEVER = 2 ** 30;

const open = new Set<{ close(): unknown }>();
afterEach(async () => {
  for (const one of open) await one.close();
  open.clear();
});

async function followed(dataDir = temporaryFolder('relay'), port = 0) {
  const relay: Relay = await startRelay({ dataDir, log: 'silent', port });
  const owner = relay.ownerToken!;
  const api = relayApi({ origin: relay.url, token: async () => owner });
  await api.createProject({ projectId, name: 'My Mod', defaultBranch: 'main' });
  const made = await api.follow(projectId, { repository });
  return { relay, dataDir, owner, api, made, hints: { relay: relay.url, projectId, key: made.key } };
}

/** As a member's working copy has it. */
function member(hints: () => HintSource | undefined, more: Partial<FollowedFeedOptions> = {}) {
  return followedFeed({
    projectId,
    hints: async () => hints(),
    relay: ({ relay, key }) =>
      relayFeed({
        api: relayApi({ origin: relay }),
        projectId,
        device: 'd2',
        name: 'Ben',
        token: async () => key,
      }),
    look: async () => new Map(),
    least: () => 1,
    newId: randomUUID,
    isOwn: () => false,
    device: 'd2',
    ...more,
  });
}

/** Notes what it hears, and waits for it. */
function listen(feed: { subscribe: ReturnType<typeof followedFeed>['subscribe'] }) {
  const heard: string[] = [];
  const waiting = new Set<() => void>();
  const note = (words: string) => {
    heard.push(words);
    for (const look of waiting) look();
  };
  const subscription: FeedSubscription = feed.subscribe({
    onEvent: ({ change }) =>
      note(
        `${change.kind} ${change.ref ?? ''} ${(change.commitId ?? '').slice(0, 1)}${change.origin ? ` of ${change.origin}` : ''}`.trim(),
      ),
    onConnect: () => note('connected'),
    lookEvery: SOON,
    onDisconnect: (error) => note(`lost: ${error instanceof SyncError ? error.code : error}`),
  });
  open.add(subscription);
  const until = (words: string, times = 1) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (heard.filter((one) => one === words).length < times) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { heard, until, close: () => subscription.close() };
}

const deliver = (made: MadeFollow, after: ObjectId) => {
  const body = JSON.stringify({
    ref: 'refs/heads/main',
    before: id('0'),
    after,
    repository: { id: repository.id },
  });
  return fetch(made.hookUrl, {
    method: 'POST',
    body,
    headers: {
      'x-github-event': 'push',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', made.secret).update(body).digest('hex')}`,
    },
  });
};

describeFeed('a relay that follows', async () => {
  let { relay, dataDir, owner, api, hints } = await followed();
  const port = Number(new URL(relay.url).port);
  let isDown = false;
  const look = async () => {
    if (isDown) throw new SyncError('BACKEND_CONNECTION_FAILED', 'cut');
    return new Map<string, ObjectId>();
  };
  const ben = member(() => hints, { look });
  return {
    projectId,
    feeds: [
      relayFeed({ api, projectId, device: 'd1', token: async () => owner }),
      { ...ben, subscribe: (handlers, cursor) => ben.subscribe({ ...handlers, lookEvery: SOON }, cursor) },
    ],
    cut: async () => {
      isDown = true;
      await relay.close();
      return async () => {
        isDown = false;
        relay = await startRelay({ dataDir, log: 'silent', port });
      };
    },
    close: () => relay.close(),
  };
});

test('what GitHub delivers is heard through the relay, and a look that finds the same says nothing', async () => {
  const { relay, made, hints } = await followed();
  open.add(relay);
  let refs = new Map([['refs/heads/main', id('a')]]);
  let looks = 0;
  const it = listen(
    member(() => hints, {
      look: async () => {
        looks++;
        return refs;
      },
    }),
  );
  await it.until('connected');
  expect((await deliver(made, id('b'))).status).toBe(200);
  await it.until('push refs/heads/main b');
  refs = new Map([['refs/heads/main', id('b')]]);
  const until = looks + 3;
  while (looks < until) await new Promise((resolve) => setTimeout(resolve, SOON));
  // a delivery that was lost is found by looking
  refs = new Map([['refs/heads/main', id('c')]]);
  await it.until('push refs/heads/main c');
  expect(it.heard.filter((words) => words.startsWith('push'))).toEqual([
    'push refs/heads/main b',
    'push refs/heads/main c',
  ]);
});

test('a push of this device’s own comes back as its own', async () => {
  const { relay, made, hints } = await followed();
  open.add(relay);
  const it = listen(member(() => hints, { isOwn: ({ commitId }) => commitId === id('b') }));
  await it.until('connected');
  await deliver(made, id('b'));
  await deliver(made, id('c'));
  await it.until('push refs/heads/main c');
  expect(it.heard.slice(-2)).toEqual(['push refs/heads/main b of d2', 'push refs/heads/main c']);
});

test('a relay that the project names later is met by itself, and one that it no longer names is left', async () => {
  const { relay, made, hints } = await followed();
  open.add(relay);
  let now: HintSource | undefined;
  const it = listen(member(() => now));
  await it.until('connected');
  now = hints;
  await it.until('connected', 2);
  await deliver(made, id('b'));
  await it.until('push refs/heads/main b');
  now = undefined;
  // the looks go on alone
  await it.until('push refs/heads/main b');
  expect(it.heard.some((words) => words.startsWith('lost'))).toBe(false);
});

test('a relay that is away, or does not know the key, costs only time', async () => {
  const { relay, hints } = await followed();
  open.add(relay);
  for (const source of [
    { ...hints, relay: 'http://127.0.0.1:1' },
    { ...hints, key: 'msf_void' },
  ]) {
    let refs = new Map([['refs/heads/main', id('a')]]);
    const it = listen(member(() => source, { look: async () => refs }));
    await it.until('connected');
    refs = new Map([['refs/heads/main', id('b')]]);
    await it.until('push refs/heads/main b');
    expect(it.heard.some((words) => words.startsWith('lost'))).toBe(false);
    it.close();
  }
});

describe('looking', () => {
  const poll = (look: () => Promise<ReadonlyMap<string, ObjectId>>, every = SOON) =>
    listen(pollFeed({ projectId, look, every: () => every, newId: randomUUID }));

  test('tells of branches and tags that moved, came and went, and nothing of what was there', async () => {
    const states = [
      { 'refs/heads/main': id('a'), 'refs/tags/v1': id('a') },
      { 'refs/heads/main': id('a'), 'refs/tags/v1': id('a') },
      { 'refs/heads/main': id('b'), 'refs/heads/idea': id('c'), 'refs/tags/v2': id('d') },
    ];
    const it = poll(async () => new Map(Object.entries(states.length > 1 ? states.shift()! : states[0]!)));
    await it.until('tag refs/tags/v1');
    expect(it.heard).toEqual([
      'connected',
      'push refs/heads/main b',
      'push refs/heads/idea c',
      'tag refs/tags/v2',
      'tag refs/tags/v1',
    ]);
  });

  test('says once that it cannot, and when it can again', async () => {
    let looks = 0;
    const it = poll(async () => {
      if (++looks < 5) throw new SyncError('BACKEND_CONNECTION_FAILED', 'away');
      return new Map();
    }, 5);
    await it.until('connected');
    expect(it.heard).toEqual(['lost: BACKEND_CONNECTION_FAILED', 'connected']);
  });

  test('asks no sooner than a host that was asked too often wants', async () => {
    const at: number[] = [];
    const it = poll(async () => {
      at.push(performance.now());
      if (at.length === 1) throw new SyncError('RATE_LIMITED', 'slow', { data: { retryAfter: 1 } });
      return new Map();
    });
    await it.until('connected');
    expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(990);
  });

  test('ends when it is closed: in the middle of a look, and between two', async () => {
    let looks = 0;
    let answer: () => void = () => undefined;
    const it = poll(async () => {
      looks++;
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return new Map();
    });
    it.close();
    answer();
    const between = listen(
      pollFeed({ projectId, look: async () => new Map(), every: () => NEVER, newId: randomUUID }),
    );
    await between.until('connected');
    between.close();
    expect([it.heard, looks]).toEqual([[], 1]);
  });

  test('has nobody to pass a message on to', async () => {
    const feed = pollFeed({ projectId, look: async () => new Map(), every: () => NEVER, newId: randomUUID });
    const change = { changeId: 'c', projectId, author: 'Ann', timestamp: new Date().toISOString() };
    await expect(feed.publish({ ...change, kind: 'message', message: 'hello' })).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
    });
    await expect(feed.publish({ ...change, kind: 'push' })).resolves.toBeUndefined();
  });
});
