import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import type { ProjectChange } from '../../src/shared/types.ts';
import { type FeedMessage, feedMessage, ORIGIN_HEADER, relayRoutes } from '../../src/shared/wire/relay.ts';
import { cloneWith, type GitClone, startTestRelay, type TestRelay } from '../support/relay.ts';

let relay: TestRelay;
beforeAll(async () => {
  relay = await startTestRelay();
});

/** Hands out messages in order, to whoever waits for the next one. */
class Inbox<T> {
  readonly #arrived: T[] = [];
  readonly #waiting: ((message: T) => void)[] = [];
  put(message: T): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#arrived.push(message);
    else waiting(message);
  }
  next(): Promise<T> {
    const message = this.#arrived.shift();
    return message === undefined
      ? new Promise((resolve) => this.#waiting.push(resolve))
      : Promise.resolve(message);
  }
}

interface TestFeed {
  next(): Promise<FeedMessage>;
  nextChange(): Promise<ProjectChange & { cursor: number }>;
  readonly closed: Promise<number>;
  readonly socket: WebSocket;
}

function openFeed(projectId: string, hello: unknown): TestFeed {
  const socket = new WebSocket(`${relay.url.replace('http', 'ws')}${relayRoutes.feed(projectId)}`);
  const inbox = new Inbox<FeedMessage>();
  socket.on('message', (data) => inbox.put(feedMessage.parse(JSON.parse(String(data)))));
  socket.on('open', () => socket.send(typeof hello === 'string' ? hello : JSON.stringify(hello)));
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  return {
    socket,
    closed,
    next: () => inbox.next(),
    nextChange: async () => {
      const message = await inbox.next();
      if (message.type !== 'change') throw new Error(`Expected a change, got ${JSON.stringify(message)}`);
      return { ...(message.change as ProjectChange), cursor: message.cursor };
    },
  };
}

const hello = (cursor?: number, token = relay.ownerToken) => ({
  type: 'hello',
  token,
  ...(cursor === undefined ? {} : { cursor }),
});

const say = (projectId: string, message: string, more: object = {}) =>
  relay.request(relayRoutes.changes(projectId), {
    method: 'POST',
    token: relay.ownerToken,
    json: {
      changeId: randomUUID(),
      projectId,
      kind: 'message',
      author: 'x',
      timestamp: new Date().toISOString(),
      message,
      ...more,
    },
  });

async function projectWithClone(
  name: string,
): Promise<{ projectId: string; clone: GitClone; gitUrl: string }> {
  const { projectId, gitUrl } = await relay.createProject(name);
  const clone = await cloneWith(gitUrl, relay.ownerToken);
  await clone.git('checkout', '-q', '-B', 'main');
  return { projectId, clone, gitUrl };
}

async function commitFile(clone: GitClone, path: string, content: string): Promise<string> {
  await clone.write(path, content);
  await clone.git('add', '-A');
  await clone.git('commit', '-q', '-m', path);
  return clone.git('rev-parse', 'HEAD');
}

test('a push is announced to everyone, with who, what and where from', async () => {
  const { projectId, clone } = await projectWithClone('Announced');
  const feed = openFeed(projectId, hello());
  expect(await feed.next()).toEqual({ type: 'ready', cursor: 0 });
  const first = await commitFile(clone, 'Scripts/Ünïcode name.psc', '1');
  await clone.git('-c', `http.extraHeader=${ORIGIN_HEADER}: device-1`, 'push', '-q', 'origin', 'main');
  expect(await feed.nextChange()).toMatchObject({
    cursor: 1,
    projectId,
    kind: 'push',
    author: 'owner',
    origin: 'device-1',
    ref: 'refs/heads/main',
    commitId: first,
    paths: [{ path: 'Scripts/Ünïcode name.psc', kind: 'added' }],
  });
  await clone.git('rm', '-q', 'Scripts/Ünïcode name.psc');
  const second = await commitFile(clone, 'b', '2');
  await clone.git('push', '-q', 'origin', 'main');
  const change = await feed.nextChange();
  expect(change).toMatchObject({ cursor: 2, commitId: second, previousCommitId: first });
  expect(change.origin).toBeUndefined();
  expect(change.paths).toEqual([
    { path: 'Scripts/Ünïcode name.psc', kind: 'deleted' },
    { path: 'b', kind: 'added' },
  ]);
  await clone.git('push', '-q', 'origin', 'main:side');
  expect(await feed.nextChange()).toMatchObject({ ref: 'refs/heads/side', paths: [] });
  await clone.git('push', '-q', 'origin', ':side');
  const gone = await feed.nextChange();
  expect(gone).toMatchObject({ ref: 'refs/heads/side', previousCommitId: second });
  expect(gone.commitId).toBeUndefined();
  feed.socket.close();
});

test('fifty tags pushed at once are fifty hints, each once, in order', async () => {
  const { projectId, clone } = await projectWithClone('Tags');
  const head = await commitFile(clone, 'a', '1');
  const feed = openFeed(projectId, hello());
  expect((await feed.next()).type).toBe('ready');
  await clone.git('push', '-q', 'origin', 'main');
  await feed.nextChange();
  const names = Array.from({ length: 50 }, (_, index) => `t${String(index).padStart(2, '0')}`);
  for (const name of names) await clone.git('tag', '-a', '-m', name, name);
  await clone.git('push', '-q', '--tags', 'origin');
  const changes = [];
  for (const _ of names) changes.push(await feed.nextChange());
  expect(changes.map(({ ref }) => ref)).toEqual(names.map((name) => `refs/tags/${name}`));
  expect(changes.map(({ cursor }) => cursor)).toEqual(names.map((_, index) => index + 2));
  expect(new Set(changes.map(({ kind, commitId }) => `${kind} ${commitId}`))).toEqual(
    new Set([`tag ${head}`]),
  );
  feed.socket.close();
});

test('of pushes that run at once each is attributed to its own sender', async () => {
  const { projectId, clone, gitUrl } = await projectWithClone('Attribution');
  await commitFile(clone, 'a', '1');
  const feed = openFeed(projectId, hello());
  expect((await feed.next()).type).toBe('ready');
  await clone.git('push', '-q', 'origin', 'main');
  await feed.nextChange();
  const people = await Promise.all(
    Array.from({ length: 6 }, async (_, index) => {
      const name = `Person ${index}`;
      const theirs = await cloneWith(gitUrl, await relay.join(projectId, name));
      await commitFile(theirs, `file-${index}`, name);
      return { index, name, theirs };
    }),
  );
  await Promise.all(
    people.map(({ index, theirs }) =>
      theirs.git(
        '-c',
        `http.extraHeader=${ORIGIN_HEADER}: device-${index}`,
        'push',
        '-q',
        'origin',
        `HEAD:refs/heads/b${index}`,
      ),
    ),
  );
  const seen = [];
  for (const _ of people) {
    const { ref, author, origin, paths } = await feed.nextChange();
    seen.push({ ref, author, origin, paths });
  }
  seen.sort((a, b) => ((a.ref ?? '') < (b.ref ?? '') ? -1 : 1));
  expect(seen).toEqual(
    people.map(({ index, name }) => ({
      ref: `refs/heads/b${index}`,
      author: name,
      origin: `device-${index}`,
      paths: [{ path: `file-${index}`, kind: 'added' }],
    })),
  );
  feed.socket.close();
});

test('a large push lists a bounded number of paths, and says so', async () => {
  const { projectId, clone } = await projectWithClone('Large');
  for (let index = 0; index < 510; index++) await clone.write(`many/${index}`, `${index}`);
  await commitFile(clone, 'a', '1');
  const feed = openFeed(projectId, hello());
  await feed.next();
  await clone.git('push', '-q', 'origin', 'main');
  const change = await feed.nextChange();
  expect([change.paths?.length, change.pathsTruncated]).toEqual([500, true]);
  feed.socket.close();
});

test('who was away is replayed what they missed, over either wire, then hears what comes', async () => {
  const { projectId } = await relay.createProject('Replay');
  for (let index = 1; index <= 250; index++) await say(projectId, `m${index}`);
  const feed = openFeed(projectId, hello(100));
  for (let index = 101; index <= 250; index++) expect((await feed.nextChange()).message).toBe(`m${index}`);
  expect(await feed.next()).toEqual({ type: 'ready', cursor: 250 });

  const events = openEvents(projectId, { 'last-event-id': '249' });
  expect(await events.next()).toMatchObject({ type: 'change', cursor: 250 });
  expect(await events.next()).toEqual({ type: 'ready', cursor: 250 });
  await say(projectId, 'live');
  expect(await feed.nextChange()).toMatchObject({ cursor: 251, message: 'live', author: 'owner' });
  expect(await events.next()).toMatchObject({ cursor: 251, change: { message: 'live' } });
  feed.socket.close();
  events.close();
});

/** The types of the browser, where bodies cannot be iterated yet, win over Node's. */
const bodyOf = (answer: Response) => answer.body as unknown as AsyncIterable<Uint8Array>;

/** Server-sent events, read as the standard says. */
function openEvents(projectId: string, headers: Record<string, string>) {
  const inbox = new Inbox<FeedMessage>();
  const abort = new AbortController();
  const ended = (async () => {
    const answer = await fetch(`${relay.url}${relayRoutes.events(projectId)}`, {
      headers: { authorization: `Bearer ${relay.ownerToken}`, ...headers },
      signal: abort.signal,
    });
    let pending = '';
    const decoder = new TextDecoder();
    for await (const chunk of bodyOf(answer)) {
      pending += decoder.decode(chunk, { stream: true });
      const frames = pending.split('\n\n');
      pending = frames.pop() ?? '';
      for (const frame of frames) {
        const data = /^data: (.*)$/m.exec(frame)?.[1];
        if (data !== undefined) inbox.put(feedMessage.parse(JSON.parse(data)));
      }
    }
  })().catch(() => {});
  return { next: () => inbox.next(), close: () => abort.abort(), ended };
}

test('a message said twice under one id is heard once; nobody speaks in another name', async () => {
  const { projectId } = await relay.createProject('Messages');
  const feed = openFeed(projectId, hello());
  await feed.next();
  const changeId = randomUUID();
  const first = await say(projectId, 'once', { changeId, author: 'Somebody else' });
  const second = await say(projectId, 'once', { changeId });
  expect([first.status, second.status]).toEqual([201, 200]);
  expect(await first.json()).toEqual(await second.json());
  await say(projectId, 'next');
  expect(await feed.nextChange()).toMatchObject({ message: 'once', author: 'owner' });
  expect(await feed.nextChange()).toMatchObject({ message: 'next' });
  expect((await say(projectId, 'forged push', { kind: 'push' })).status).toBe(403);
  feed.socket.close();
});

test('a first message that is no hello, a wrong token and a stranger’s are told apart only as far as they may be', async () => {
  const { projectId } = await relay.createProject('Door');
  const stranger = await relay.join((await relay.createProject('Next door')).projectId, 'Stranger');
  const refusal = async (id: string, first: unknown) => {
    const feed = openFeed(id, first);
    const message = await feed.next();
    expect(await feed.closed).toBe(4403);
    return message.type === 'error' ? message.code : message.type;
  };
  expect(await refusal(projectId, 'nonsense')).toBe('INVALID_INPUT');
  expect(await refusal(projectId, hello(0, 'ms_wrong'))).toBe('ACCESS_DENIED');
  expect(await refusal(projectId, hello(0, stranger))).toBe('NOT_FOUND');
  expect(await refusal('absent', hello(0, stranger))).toBe('NOT_FOUND');
});

test('who says nothing for too long, or does not answer a heartbeat, is let go', async () => {
  const strict = await startTestRelay({ limits: { feedHelloMs: 20, heartbeatMs: 20 } });
  const { projectId } = await strict.createProject('Silence');
  const url = `${strict.url.replace('http', 'ws')}${relayRoutes.feed(projectId)}`;
  const silent = new WebSocket(url);
  expect(await new Promise((resolve) => silent.on('close', resolve))).toBe(4403);
  const deaf = new WebSocket(url, { autoPong: false });
  deaf.on('open', () => deaf.send(JSON.stringify(hello(0, strict.ownerToken))));
  expect(await new Promise((resolve) => deaf.on('close', resolve))).toBe(1006);
});

test('a restart asks everyone to come back, and keeps projects, people, hints and what nobody had heard yet', async () => {
  const { projectId, clone } = await projectWithClone('Restart');
  const token = await relay.join(projectId, 'Hancock');
  await say(projectId, 'kept');
  const feed = openFeed(projectId, hello());
  await feed.next();
  const events = openEvents(projectId, {});
  await events.next();
  const head = await commitFile(clone, 'a', '1');
  await clone.git('push', '-q', 'origin', 'main');
  relay = await relay.restart();
  await events.ended;
  expect(await feed.closed).toBe(1012);
  const again = openFeed(projectId, hello(0, token));
  expect(await again.nextChange()).toMatchObject({ cursor: 1, message: 'kept' });
  expect(await again.nextChange()).toMatchObject({
    cursor: 2,
    kind: 'push',
    commitId: head,
    author: 'owner',
  });
  again.socket.close();
});

test('a push that the relay died after is announced by the next start', async () => {
  const { projectId, clone } = await projectWithClone('Crash');
  const head = await commitFile(clone, 'a', '1');
  // What a kill between the push and its hint leaves behind: a ref that the database has never heard of.
  await relay.relay.close();
  await clone.git('push', '-q', `${relay.dataDir}/repos/${projectId}.git`, 'main');
  relay = await relay.restart();
  const feed = openFeed(projectId, hello(0));
  let message = await feed.next();
  if (message.type === 'ready') message = await feed.next();
  expect(message).toMatchObject({ type: 'change', change: { kind: 'push', commitId: head, author: 'Test' } });
  feed.socket.close();
});
