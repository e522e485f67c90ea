import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectRemote, parseInvite, parseRemoteUrl, relayApi } from '../../src/backends/index.ts';
import { relayFormIds } from '../../src/backends/relayFormIds.ts';
import { type Relay, startRelay } from '../../src/relay/index.ts';
import { parseProjectId } from '../../src/shared/ids.ts';
import { temporaryFolder, testHost } from '../support/host.ts';

const projectId = parseProjectId('my-mod');

describe('the client of a relay', () => {
  let relay: Relay;
  beforeAll(async () => {
    relay = await startRelay({ dataDir: temporaryFolder('relay'), log: 'silent', ownerName: 'Alice' });
  });
  afterAll(() => relay.close());
  const api = (token?: string) => relayApi({ origin: relay.url, token: async () => token });

  test('an owner makes a project, invites, and the invited one is a member with a token of their own', async () => {
    const owner = api(relay.ownerToken);
    expect(await owner.isRelay()).toBe(true);
    expect(await owner.whoAmI()).toMatchObject({ name: 'Alice', mayCreateProjects: true });
    const made = await owner.createProject({ projectId, name: 'My Mod', defaultBranch: 'main' });
    expect(made).toEqual({
      projectId,
      name: 'My Mod',
      defaultBranch: 'main',
      gitUrl: `${relay.url}/my-mod.git`,
      role: 'owner',
    });
    expect(await owner.createProject({ projectId, name: 'My Mod', defaultBranch: 'main' })).toEqual(made);

    const { origin, code } = parseInvite((await owner.createInvite(projectId)).url);
    expect(origin).toBe(relay.url);
    const { token, project } = await api().acceptInvite(code, 'Bob');
    expect(project).toMatchObject({ projectId, role: 'editor' });
    const bob = api(token);
    expect(await bob.whoAmI()).toMatchObject({ name: 'Bob' });
    expect((await bob.members(projectId)).map(({ name, role }) => [name, role]).sort()).toEqual([
      ['Alice', 'owner'],
      ['Bob', 'editor'],
    ]);
    expect(await bob.projects()).toHaveLength(1);
    await expect(bob.createInvite(projectId)).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
  });

  test('refusals keep their code', async () => {
    await expect(api().whoAmI()).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await expect(api('ms_wrong').whoAmI()).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await expect(api(relay.ownerToken).project(parseProjectId('no-such'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(api().acceptInvite('12345678', 'Eve')).rejects.toMatchObject({ code: 'INVALID_INVITE' });
    await expect(api().whoAmI({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
  });

  test('an invite in the hand of someone signed in keeps them one person', async () => {
    const owner = api(relay.ownerToken);
    await owner.createProject({ projectId, name: 'My Mod', defaultBranch: 'main' });
    const { code } = parseInvite((await owner.createInvite(projectId)).url);
    await owner.acceptInvite(code, 'Alice again');
    expect((await owner.whoAmI()).name).toBe('Alice');
  });
});

describe('an address that is no relay', () => {
  async function answering(listener: RequestListener, use: (origin: string) => Promise<void>): Promise<void> {
    const server = createServer(listener);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
      await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    } finally {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  }

  test.each<[string, RequestListener]>([
    [
      'an older relay',
      (_, response) =>
        response.writeHead(404).end('{"success":false,"error":{"code":"NOT_FOUND","message":"Nothing"}}'),
    ],
    ['another host', (_, response) => response.writeHead(404).end('<html>No such page</html>')],
  ])('%s gives out no FormIDs, which is no failure', async (_, listener) => {
    await answering(listener, async (origin) => {
      const formIds = relayFormIds(relayApi({ origin }), projectId);
      const wish = { leaseId: '12345678', plugin: 'a.esp', count: 1, free: [{ from: 1, to: 2 }] };
      expect(await formIds.lease(wish)).toBeUndefined();
      expect(await formIds.list('a.esp')).toBeUndefined();
      await formIds.release('12345678');
    });
  });

  test.each<[string, RequestListener, string]>([
    ['a web page', (_, response) => response.end('<html>hello</html>'), 'REMOTE_PROTOCOL'],
    ['another API', (_, response) => response.end('{"success":true,"data":{"name":1}}'), 'REMOTE_PROTOCOL'],
    [
      'a redirect',
      (_, response) => response.writeHead(302, { location: 'https://elsewhere.example/x' }).end(),
      'REMOTE_PROTOCOL',
    ],
    [
      'a proxy without a relay behind it',
      (_, response) => response.writeHead(502).end(),
      'BACKEND_CONNECTION_FAILED',
    ],
    ['a connection that breaks', (request) => request.socket.destroy(), 'BACKEND_CONNECTION_FAILED'],
    [
      'an endless answer',
      (_, response) => {
        const more = () => {
          while (!response.destroyed && response.write(Buffer.alloc(1 << 20)));
        };
        response.on('drain', more);
        more();
      },
      'BACKEND_CONNECTION_FAILED',
    ],
    [
      'terminal escapes in a message',
      (_, response) =>
        response
          .writeHead(403)
          .end(JSON.stringify({ success: false, error: { code: 'ACCESS_DENIED', message: '\x1b[2Jgone' } })),
      'ACCESS_DENIED',
    ],
  ])('%s is told as what it is', async (_, listener, code) => {
    await answering(listener, async (origin) => {
      const failure: unknown = await relayApi({ origin, token: async () => 'ms_x' })
        .whoAmI()
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ code });
      expect(String(failure)).not.toContain('\x1b');
      if (code === 'BACKEND_CONNECTION_FAILED')
        expect(failure).toHaveProperty('message', expect.stringMatching(/^Backend connection failed/));
    });
  });

  test('silence ends after the time that was given', async () => {
    await answering(
      () => undefined,
      async (origin) => {
        await expect(relayApi({ origin, timeoutMs: 50 }).whoAmI()).rejects.toThrow(
          /^Backend connection failed: .*no answer in time/,
        );
      },
    );
  });
});

describe('addresses', () => {
  test('a relay is known by its URL, any other Git host works without a feed', async () => {
    const connect = (url: string) =>
      connectRemote(testHost(), { backend: 'self-hosted', url, device: 'this-one' });
    const relay = await connect('http://me:secret@relay.example:7460/my-mod.git/');
    expect(relay.url).toBe('http://relay.example:7460/my-mod.git');
    expect(relay.feed).toBeDefined();
    expect(relay.access).toBeDefined();
    const other = await connect('https://git.example/team/Mod.git');
    expect(other.feed).toBeUndefined();
    expect(other.access).toBeUndefined();
  });

  test('an address or a backend that cannot work says so', async () => {
    expect(() => parseRemoteUrl('git@github.com:a/b.git')).toThrow(/http or https/);
    for (const invite of ['', 'abc', 'http://relay.example/', 'ftp://relay.example/join/abcdefgh'])
      expect(() => parseInvite(invite)).toThrow(/modsync share/);
    await expect(
      connectRemote(testHost(), { backend: 'aws', url: 'https://x.example/a.git', device: 'd' }),
    ).rejects.toMatchObject({ code: 'INVALID_CONFIG', message: expect.stringContaining('self-hosted') });
  });
});
