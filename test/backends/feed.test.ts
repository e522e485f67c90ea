import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { connectRemote, memoryFeed, parseInvite, relayApi } from '../../src/backends/index.ts';
import { relayFeed } from '../../src/backends/relayFeed.ts';
import type { FeedEvent } from '../../src/ports/feed.ts';
import { type Relay, startRelay } from '../../src/relay/index.ts';
import { parseProjectId } from '../../src/shared/ids.ts';
import { describeFeed } from '../conformance/feed.ts';
import { temporaryFolder, testHost } from '../support/host.ts';

const projectId = parseProjectId('my-mod');

describeFeed('the in-memory feed', async () => {
  const shared = { events: [] as FeedEvent[], listeners: new Set<(event: FeedEvent) => void>() };
  return { projectId, feeds: [memoryFeed(shared), memoryFeed(shared)], close: async () => undefined };
});

describeFeed('the relay', async () => {
  const dataDir = temporaryFolder('relay');
  let relay: Relay = await startRelay({ dataDir, log: 'silent' });
  const origin = relay.url;
  const owner = relay.ownerToken!;
  const asOwner = relayApi({ origin, token: async () => owner });
  await asOwner.createProject({ projectId, name: 'My Mod', defaultBranch: 'main' });
  const { code } = parseInvite((await asOwner.createInvite(projectId)).url);
  const { token } = await relayApi({ origin }).acceptInvite(code, 'Bob');
  const feed = (secret: string) =>
    relayFeed({
      api: relayApi({ origin, token: async () => secret }),
      projectId,
      device: secret.slice(-8),
      token: async () => secret,
    });
  return {
    projectId,
    feeds: [feed(owner), feed(token)],
    cut: async () => {
      await relay.close();
      return async () => {
        relay = await startRelay({ dataDir, log: 'silent', port: Number(new URL(origin).port) });
      };
    },
    close: () => relay.close(),
  };
});

describe('a subscription to a relay', () => {
  test('tells of a change once, also where a relay says it again', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    const change = (changeId: string) => ({
      changeId,
      projectId,
      kind: 'message',
      author: 'x',
      timestamp: '2026-01-01T00:00:00Z',
    });
    server.on('connection', (socket) => {
      const ids = ['one', 'one', 'two', 'one', 'three'];
      for (const [at, id] of ids.entries())
        socket.send(JSON.stringify({ type: 'change', cursor: at + 1, change: change(id) }));
      socket.send(JSON.stringify({ type: 'ready', cursor: ids.length }));
    });
    await once(server, 'listening');
    // it listens on TCP
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const feed = relayFeed({ api: relayApi({ origin }), projectId, device: 'd', token: async () => 'ms_x' });
    const heard: [cursor: number, changeId: string][] = [];
    await new Promise<void>((resolve) => {
      const subscription = feed.subscribe({
        onEvent: (event) => heard.push([event.cursor, event.change.changeId]),
        onConnect: () => {
          subscription.close();
          resolve();
        },
        onDisconnect: () => undefined,
      });
    });
    expect(heard).toEqual([
      [1, 'one'],
      [3, 'two'],
      [5, 'three'],
    ]);
    server.close();
  });

  test('that nobody answers tells so once, in words that say what to do', async () => {
    const host = testHost();
    // port 1 is nobody's
    const remote = await connectRemote(host, {
      backend: 'self-hosted',
      url: 'http://127.0.0.1:1/my-mod.git',
      apiKey: 'ms_x',
      device: 'd',
    });
    const error = await new Promise((resolve) => {
      const subscription = remote.feed!.subscribe({
        onEvent: () => undefined,
        onConnect: () => undefined,
        onDisconnect: (reason) => {
          subscription.close();
          resolve(reason);
        },
      });
    });
    expect(error).toMatchObject({ code: 'BACKEND_CONNECTION_FAILED' });
    expect(String(error)).toMatch(/Backend connection failed: http:\/\/127.0.0.1:1 .*modsync serve/);
  });

  test('with a token that is not known says that access is denied', async () => {
    const relay = await startRelay({ dataDir: temporaryFolder('relay'), log: 'silent' });
    try {
      const feed = relayFeed({
        api: relayApi({ origin: relay.url }),
        projectId,
        device: 'd1',
        token: async () => 'ms_wrong',
      });
      const error = await new Promise((resolve) => {
        const subscription = feed.subscribe({
          onEvent: () => undefined,
          onConnect: () => undefined,
          onDisconnect: (reason) => {
            subscription.close();
            resolve(reason);
          },
        });
      });
      expect(error).toMatchObject({ code: 'ACCESS_DENIED' });
    } finally {
      await relay.close();
    }
  });
});
