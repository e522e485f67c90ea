/** Followers of a feed who stop reading: what waits for them is bounded, and nobody else waits. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { Database } from '../../src/relay/db/db.ts';
import { FeedHub, type Follower } from '../../src/relay/feed/feed.ts';
import { defaultLimits } from '../../src/relay/limits.ts';
import { parseProjectId } from '../../src/shared/ids.ts';
import type { ProjectChange } from '../../src/shared/types.ts';
import { type FeedMessage, relayRoutes } from '../../src/shared/wire/relay.ts';
import { temporaryFolder } from '../support/host.ts';
import { startTestRelay } from '../support/relay.ts';

/** Of some 270 KB each: more than the kernel holds for a reader (10 MB here), and than the relay is willing to. */
const EVENTS = Number(process.env.MODSYNC_SOAK ?? 1) > 1 ? 240 : 70;
const paths = Array.from({ length: 900 }, () => ({ path: 'p'.repeat(300), kind: 'modified' as const }));

const large = (projectId: string): ProjectChange => ({
  changeId: randomUUID(),
  projectId: parseProjectId(projectId),
  kind: 'message',
  author: 'x',
  timestamp: new Date().toISOString(),
  message: 'large',
  paths,
});

test('over either wire they are cut off, come back with their cursor, and the others hear all of it at once', async () => {
  const relay = await startTestRelay();
  const { projectId } = await relay.createProject('Slow');
  const metric = async (name: string) => {
    const text = await (await relay.request(relayRoutes.metrics)).text();
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
  };
  const follow = async (cursor?: number) => {
    const socket = new WebSocket(`${relay.url.replace('http', 'ws')}${relayRoutes.feed(projectId)}`);
    const cursors: number[] = [];
    const ready = new Promise<void>((resolve) =>
      socket.on('message', (data) => {
        const message = JSON.parse(String(data)) as FeedMessage;
        if (message.type === 'change') cursors.push(message.cursor);
        else resolve();
      }),
    );
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'hello', token: relay.ownerToken, cursor }));
    await ready;
    return { socket, cursors };
  };

  const quick = await follow();
  const deaf = await follow();
  const deafClosed = once(deaf.socket, 'close');
  deaf.socket.pause();
  const events = connect(Number(new URL(relay.url).port), '127.0.0.1');
  const eventsClosed = once(events, 'close');
  events.on('error', () => {});
  events.write(
    `GET ${relayRoutes.events(projectId)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${relay.ownerToken}\r\n\r\n`,
  );
  while (!String((await once(events, 'data'))[0]).includes('event: ready'));
  events.pause();
  expect(await metric('modsync_feed_followers')).toBe(3);

  for (let cursor = 1; cursor <= EVENTS; cursor++) {
    const answer = await relay.request(relayRoutes.changes(projectId), {
      method: 'POST',
      token: relay.ownerToken,
      json: large(projectId),
    });
    expect(answer.status).toBe(201);
    while (quick.cursors.at(-1) !== cursor) await once(quick.socket, 'message');
  }
  expect([await metric('modsync_feed_cut_off_total'), await metric('modsync_feed_followers')]).toEqual([
    2, 1,
  ]);

  deaf.socket.resume();
  events.resume();
  expect((await deafClosed)[0]).toBe(1006);
  await eventsClosed;
  const back = await follow(deaf.cursors.at(-1) ?? 0);
  expect([...deaf.cursors, ...back.cursors]).toEqual(quick.cursors);
  quick.socket.close();
  back.socket.close();
});

test('who stops reading while it is told of the past is given no more than the limit, however long the past is', async () => {
  const db = Database.open(join(temporaryFolder('feed'), 'relay.sqlite'));
  const projectId = parseProjectId('long-past');
  const owner = { id: 'u', name: 'Owner', mayCreateProjects: true };
  db.people.addUser(owner, 'hash');
  db.projects.add({ id: projectId, name: 'Long past', defaultBranch: 'main' }, owner);
  for (let i = 0; i < 60; i++) db.events.add(large(projectId));
  const hub = new FeedHub(db, defaultLimits);
  const given: number[] = [];
  let bytes = 0;
  let drain = (_open: boolean) => {};
  let asked = () => {};
  const follower: Follower = {
    change: (change) => {
      given.push(change.cursor);
      bytes += change.bytes.length;
    },
    ready: () => asked(),
    drained: () =>
      new Promise((resolve) => {
        drain = resolve;
        asked();
      }),
    goAway: () => {},
  };
  let stops = 0;
  let next = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const unfollow = hub.follow(projectId, 0, follower);
  for (;;) {
    await next;
    const last = given.length === 60 && bytes === 0;
    if (last) break;
    expect(bytes).toBeLessThanOrEqual(defaultLimits.feedBacklog + 300_000);
    bytes = 0;
    stops++;
    next = new Promise<void>((resolve) => {
      asked = resolve;
    });
    drain(true);
  }
  expect(given).toEqual(Array.from({ length: 60 }, (_, at) => at + 1));
  expect(stops).toBeGreaterThan(10);
  unfollow();
  db.close();
});
