import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { backends, connectRemote, relayApi } from '../../src/backends/index.ts';
import { parseProjectId } from '../../src/shared/ids.ts';
import { ORIGIN_HEADER } from '../../src/shared/wire/relay.ts';
import { testHost } from '../support/host.ts';
import { startTestRelay } from '../support/relay.ts';

describe('who is told which credentials', () => {
  const asked: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers);
    response.writeHead(404).end();
  });
  let origin = '';
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  async function sent(path: string, { apiKey, user = '' }: { apiKey?: string; user?: string } = {}) {
    const host = testHost();
    await host.keys.set(origin, 'ms_kept');
    await host.keys.set('http://other.example', 'ms_other');
    const url = `${origin.replace('://', `://${user}`)}/${path}`;
    const remote = await connectRemote(host, { backend: 'self-hosted', url, apiKey, device: 'device-1' });
    asked.length = 0;
    await expect(remote.history.listRefs()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(asked[0]?.[ORIGIN_HEADER]).toBe('device-1');
    return asked[0]?.authorization;
  }
  const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

  test('a relay gets the token that is kept for it, or the one of the configuration', async () => {
    expect(await sent('my-mod.git')).toBe('Bearer ms_kept');
    expect(await sent('my-mod.git', { apiKey: 'ms_given' })).toBe('Bearer ms_given');
  });

  test('another Git host gets it as a password, as such hosts want it', async () => {
    expect(await sent('team/Mod.git')).toBe(basic('modsync:ms_kept'));
    expect(await sent('team/Mod.git', { user: 'bob@' })).toBe(basic('bob:ms_kept'));
    expect(await sent('team/Mod.git', { user: 'bob:p%40ss@' })).toBe(basic('bob:p@ss'));
  });
});

test.each([
  'file:///srv/mod.git',
  'ssh://git@example.org/mod.git',
  'git@example.org:mod.git',
  'C:\\mods\\mod.git',
])('an address that modsync does not speak to is refused as one: %s', async (url) => {
  await expect(
    connectRemote(testHost(), { backend: 'self-hosted', url, device: 'device-1' }),
  ).rejects.toMatchObject({
    code: 'INVALID_CONFIG',
    message: expect.stringContaining('must have an http or https URL') as string,
  });
});

describe('joining and making projects', () => {
  test('a project can be made only by someone who is signed in, and is made once', async () => {
    const relay = await startTestRelay();
    const host = testHost();
    const project = {
      endpoint: `${relay.url}/`,
      projectId: parseProjectId('my-mod'),
      name: 'My Mod',
      branch: 'main',
    };
    await expect(backends.createProject(host, project)).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      message: expect.stringContaining(`modsync login ${relay.url}`),
    });
    await host.keys.set(relay.url, relay.ownerToken);
    const made = await backends.createProject(host, project);
    expect(made).toEqual({
      projectId: 'my-mod',
      name: 'My Mod',
      branch: 'main',
      gitUrl: `${relay.url}/my-mod.git`,
    });
    expect(await backends.createProject(host, project)).toEqual(made);
  });

  test('an invite lets in, keeps a token, and mends one that the relay forgot', async () => {
    const relay = await startTestRelay();
    const { projectId } = await relay.createProject('Mod');
    const owner = relayApi({ origin: relay.url, token: async () => relay.ownerToken });
    const { url } = await owner.createInvite(projectId);
    for (const before of [undefined, 'ms_forgotten']) {
      const host = testHost();
      if (before) await host.keys.set(relay.url, before);
      const joined = await backends.acceptInvite(host, url, 'Bob');
      expect(joined).toMatchObject({ projectId, gitUrl: `${relay.url}/${projectId}.git` });
      const token = await host.keys.get(relay.url);
      expect(await relayApi({ origin: relay.url, token: async () => token }).whoAmI()).toMatchObject({
        name: 'Bob',
      });
    }
  });

  test('a relay that claims another address gets its token kept for itself alone', async () => {
    const data = {
      token: 'ms_evil',
      project: {
        projectId: 'my-mod',
        name: 'Mod',
        defaultBranch: 'main',
        gitUrl: 'https://github.com/my-mod.git',
        role: 'editor',
      },
    };
    const liar = createServer((_, response) => response.end(JSON.stringify({ success: true, data })));
    await new Promise<void>((done) => liar.listen(0, '127.0.0.1', done));
    try {
      const origin = `http://127.0.0.1:${(liar.address() as AddressInfo).port}`;
      const host = testHost();
      await host.keys.set('https://github.com', 'precious');
      const { gitUrl } = await backends.acceptInvite(host, `${origin}/join/abcdefgh`, 'Bob');
      expect(gitUrl).toBe(`${origin}/my-mod.git`);
      expect(await host.keys.get('https://github.com')).toBe('precious');
      expect(await host.keys.get(origin)).toBe('ms_evil');
    } finally {
      liar.closeAllConnections();
      liar.close();
    }
  });
});
