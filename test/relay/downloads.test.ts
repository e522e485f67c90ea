/** Downloads at once: the relay reads them all through the same few buffers. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { ProjectId } from '../../src/shared/ids.ts';
import type { BatchResponse } from '../../src/shared/wire/lfs.ts';
import { relayRoutes } from '../../src/shared/wire/relay.ts';
import { testAsset } from '../support/assets.ts';
import { randomFrom } from '../support/gitRepository.ts';
import { startTestRelay, type TestRelay } from '../support/relay.ts';

const SOAK = Number(process.env.MODSYNC_SOAK ?? 1);

let relay: TestRelay;
let project: ProjectId;
const assets = [0, 1, 65_535, 65_536, 300_000, 1 << 20, (1 << 20) + 1, 5_000_000].map((size) =>
  testAsset(`download ${size}`, size),
);
beforeAll(async () => {
  relay = await startTestRelay({ limits: { shutdownMs: 500 } });
  project = (await relay.createProject('Downloads')).projectId;
  for (const { oid, size, bytes } of assets) {
    const asked = await relay.request(relayRoutes.lfsBatch(project), {
      method: 'POST',
      token: relay.ownerToken,
      json: { operation: 'upload', objects: [{ oid, size }] },
    });
    const action = ((await asked.json()) as BatchResponse).objects[0]?.actions?.upload;
    const put = await fetch(action?.href ?? '', {
      method: 'PUT',
      headers: action?.header ?? {},
      body: Buffer.from(bytes),
    });
    expect(put.status).toBe(200);
  }
});

const requestFor = (path: string) =>
  `GET ${path} HTTP/1.1\r\nHost: relay\r\nAuthorization: Bearer ${relay.ownerToken}\r\n\r\n`;

async function open(): Promise<Socket> {
  const socket = connect(Number(new URL(relay.url).port), '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

test('many at once, quick and slow readers beside some that leave: each gets its own bytes', async () => {
  const random = randomFrom(11);
  const reader = async () => {
    for (let i = 0; i < 12 * SOAK; i++) {
      const { oid, size } = assets[Math.floor(random() * assets.length)]!;
      const answer = await relay.request(relayRoutes.asset(project, oid), { token: relay.ownerToken });
      if (random() < 0.25) {
        await answer.body?.cancel();
        continue;
      }
      const hash = createHash('sha256');
      let length = 0;
      for await (const chunk of answer.body ?? []) {
        hash.update(chunk);
        length += chunk.length;
        // others take their turn
        if (random() < 0.3) await new Promise((resolve) => setImmediate(resolve));
      }
      expect([length, hash.digest('hex')]).toEqual([size, oid]);
    }
  };
  await Promise.all(Array.from({ length: 12 }, reader));
});

test('who asks for several things on one connection and leaves in the middle keeps nothing open', async () => {
  const kinds = [
    relayRoutes.asset(project, assets.at(-1)!.oid),
    relayRoutes.events(project),
    `${relayRoutes.git(project)}/info/refs?service=git-upload-pack`,
  ];
  for (let round = 0; round < 10 * SOAK; round++) {
    const socket = await open();
    socket.write(kinds.map((_, at) => requestFor(kinds[(at + round) % kinds.length]!)).join(''));
    await once(socket, 'data');
    if (round % 2 === 0) socket.destroy();
    else socket.resetAndDestroy();
    await once(socket, 'close');
  }
  const gauge = async (name: string) => {
    const metrics = await (await relay.request(relayRoutes.metrics)).text();
    return new RegExp(`^${name} (\\d+)$`, 'm').exec(metrics)?.[1];
  };
  // the relay hears of each of them in its own time
  while ((await gauge('modsync_feed_followers')) !== '0' || (await gauge('modsync_git_processes')) !== '0')
    await new Promise((resolve) => setImmediate(resolve));
  // asked for all at once, answered in their order
  const all = await open();
  all.write(
    kinds
      .filter((_, at) => at !== 1)
      .map(requestFor)
      .join(''),
  );
  let text = '';
  while (!text.includes('# service=git-upload-pack')) text += String((await once(all, 'data'))[0]);
  expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  all.destroy();
  const greedy = await open();
  greedy.write(requestFor(kinds[1]!).repeat(200));
  await once(greedy, 'close');
  // who says nothing and reads nothing is still there when the relay stops
  const stuck = await open();
  stuck.write(requestFor(kinds[0]!).repeat(3));
  await once(stuck, 'readable');
  relay = await relay.restart();
  stuck.destroy();
});
