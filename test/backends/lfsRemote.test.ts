import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, connect as connectTo, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectRemote } from '../../src/backends/index.ts';
import { proxyFor } from '../../src/backends/proxy.ts';
import { readLfsSettings, workingCopyOf } from '../../src/engine/project/lfsSettings.ts';
import { Repository } from '../../src/git/index.ts';
import { nodeHost } from '../../src/platform/node/index.ts';
import type { GitSettings } from '../../src/ports/index.ts';
import { ORIGIN_HEADER } from '../../src/shared/wire/relay.ts';
import { testAsset } from '../support/assets.ts';
import { testGitLfs } from '../support/gitLfs.ts';
import { gitEnvironment } from '../support/gitRepository.ts';
import { temporaryFolder } from '../support/host.ts';
import { startLfsServer } from '../support/lfsServers.ts';

const run = promisify(execFile);
const asset = testAsset('one', 1000);

/** A working copy with these lines of configuration, and of `.lfsconfig`. */
async function workingCopy(config: readonly (readonly [string, string])[], lfsConfig?: string) {
  const folder = temporaryFolder('discovery');
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, env: gitEnvironment });
  git('init', '-q', '-b', 'main');
  for (const [key, value] of config) git('config', '--add', key, value);
  if (lfsConfig !== undefined) writeFileSync(join(folder, '.lfsconfig'), lfsConfig);
  const home = temporaryFolder('home');
  const environment = { PATH: process.env.PATH, HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
  const host = nodeHost({ home, environment });
  const repository = await Repository.open(host, folder);
  const connect = (url: string, apiKey?: string) =>
    connectRemote(host, {
      backend: 'self-hosted',
      url,
      apiKey,
      device: 'device-1',
      workingCopy: workingCopyOf({ repository }),
    });
  return { folder, host, repository, connect, environment };
}

const remoteOf = (server: { origin: string }) => `${server.origin}/p.git`;
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;
const HELPER = '!f() { test "$1" = get && echo username=helper && echo password=secret; }; f';

describe('where the assets are', () => {
  testGitLfs('is what git lfs env says', async () => {
    const cases: [url: string, config: [string, string][], lfsConfig?: string][] = [
      ['https://git.example/team/mod.git', []],
      ['https://git.example/team/mod', []],
      ['https://git.example/team/mod/', []],
      ['https://git.example/team/mod.git', [['lfs.url', 'https://lfs.example/a/b']]],
      ['https://git.example/team/mod.git', [['remote.origin.lfsurl', 'https://lfs.example/c/']]],
      ['https://git.example/team/mod.git', [], '[lfs]\n\turl = https://lfs.example/project\n'],
      ['https://git.example/team/mod.git', [], '[remote "origin"]\n\tlfsurl = https://lfs.example/r\n'],
      [
        'https://git.example/team/mod.git',
        [['lfs.url', 'https://lfs.example/mine']],
        '[lfs]\n\turl = https://lfs.example/project\n',
      ],
      [
        'https://git.example/team/mod.git',
        [['remote.origin.lfsurl', 'https://lfs.example/mine']],
        '[lfs]\n\turl = https://lfs.example/project\n',
      ],
      [
        'https://git.example/team/mod.git',
        [
          ['lfs.url', 'short:x/y'],
          ['url.https://long.example/.insteadOf', 'short:'],
        ],
      ],
    ];
    for (const [url, config, lfsConfig] of cases) {
      const { folder, repository, environment } = await workingCopy(
        [['remote.origin.url', url], ...config],
        lfsConfig,
      );
      const { stdout } = await run('git', ['lfs', 'env'], { cwd: folder, env: environment });
      const theirs = /^Endpoint=(\S+)/m.exec(stdout)?.[1]?.replace(/\/$/, '');
      const ours = (await readLfsSettings({ repository })).endpoint({ name: 'origin', url }, 'download');
      expect({ url, config, lfsConfig, endpoint: ours.url }).toEqual({
        url,
        config,
        lfsConfig,
        endpoint: theirs,
      });
    }
  });

  test('can be another server for uploads', async () => {
    const [down, up] = [await startLfsServer(), await startLfsServer()];
    const { connect } = await workingCopy([['lfs.pushurl', up.url]]);
    const { assets } = await connect(remoteOf(down));
    await assets.put(asset);
    expect(up.has(asset.oid)).toBe(true);
    expect(down.asked).toEqual([]);
    expect(await assets.available?.([asset])).toEqual([]);
    expect(down.of('batch')).toHaveLength(1);
  });

  test('an address that is neither http nor https is refused with the key that names it', async () => {
    const { connect } = await workingCopy([['lfs.url', 'ssh://git@lfs.example/x']]);
    const { assets } = await connect('https://git.example/mod.git');
    await expect(assets.missing([asset])).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringContaining('git config lfs.url'),
    });
  });

  test('the branch goes along, for servers that decide by it', async () => {
    const server = await startLfsServer();
    const { connect } = await workingCopy([]);
    await (await connect(remoteOf(server))).assets.missing([asset]);
    expect(server.of('batch')[0]!.json).toMatchObject({ ref: { name: 'refs/heads/main' } });
  });
});

describe('who gets which credentials', () => {
  const headersOf = (server: { asked: { headers: IncomingHttpHeaders }[] }) => server.asked.at(-1)!.headers;

  test('a server that .lfsconfig names, and the user did not, gets none', async () => {
    const [remote, evil] = [await startLfsServer(), await startLfsServer()];
    const { connect, host } = await workingCopy(
      [
        ['credential.helper', HELPER],
        ['http.extraHeader', 'X-Secret: yes'],
      ],
      `[lfs]\n\turl = ${evil.url}\n[http]\n\textraHeader = X-Planted: yes\n[credential]\n\thelper = !touch planted\n`,
    );
    await host.keys.set(remote.origin, 'ms_kept');
    for (const apiKey of [undefined, 'ms_given']) {
      const { assets } = await connect(remoteOf(remote), apiKey);
      await assets.put(asset);
      for (const { headers } of evil.asked) {
        expect(headers.authorization).toBeUndefined();
        expect(headers[ORIGIN_HEADER]).toBeUndefined();
        expect(headers['x-secret']).toBeUndefined();
        expect(headers['x-planted']).toBeUndefined();
      }
    }
    expect(remote.asked).toEqual([]);
    // once the user has signed in there, it is theirs to use
    await host.keys.set(evil.origin, 'own-token');
    await (await connect(remoteOf(remote))).assets.missing([asset]);
    expect(headersOf(evil).authorization).toBe(basic('modsync:own-token'));
  });

  test('.lfsconfig may name another project of the same host', async () => {
    const server = await startLfsServer();
    const { connect, host } = await workingCopy([], `[lfs]\n\turl = ${server.url}\n`);
    await host.keys.set(server.origin, 'ms_kept');
    await (await connect(`${server.origin}/other.git`)).assets.missing([asset]);
    expect(headersOf(server).authorization).toBe(basic('modsync:ms_kept'));
  });

  test('Git’s credential helpers are asked once where modsync keeps no token', async () => {
    const server = await startLfsServer();
    const { connect, folder, host } = await workingCopy([
      ['credential.helper', `!f() { echo "$1" >> asked; echo username=helper; echo password=secret; }; f`],
    ]);
    const { assets } = await connect(remoteOf(server));
    await assets.missing([asset]);
    await assets.put(asset);
    expect(headersOf(server).authorization).toBe(basic('helper:secret'));
    expect(execFileSync('cat', [join(folder, 'asked')]).toString()).toBe('get\n');
    await host.keys.set(server.origin, 'ms_kept');
    await (await connect(remoteOf(server))).assets.missing([asset]);
    expect(headersOf(server).authorization).toBe(basic('modsync:ms_kept'));
  });

  test('nobody is asked on the terminal where no helper knows', async () => {
    const { host, folder } = await workingCopy([]);
    expect(await host.gitCredentials?.fill('https://git.example/mod.git', folder)).toBeUndefined();
    expect(await host.gitCredentials?.fill('https://git.example/\nhost=evil', folder)).toBeUndefined();
    const withoutGit = nodeHost({ home: temporaryFolder('home'), environment: { PATH: '/nonexistent' } });
    expect(await withoutGit.gitCredentials?.fill('https://git.example/mod.git')).toBeUndefined();
  });

  test('a header of Git’s configuration goes to the server, and to storage only where it is named', async () => {
    const [server, storage] = [await startLfsServer(), await startLfsServer()];
    server.lie = ({ step }) =>
      step === 'batch'
        ? {
            rewrite: (answer) => ({
              ...answer,
              objects: [
                { ...asset, actions: { upload: { href: `${storage.origin}/objects/${asset.oid}` } } },
              ],
            }),
          }
        : undefined;
    const { connect, repository } = await workingCopy([
      ['http.extraHeader', 'X-For-All: a'],
      ['http.extraHeader', 'X-More: b'],
      ['http.https://git.example.extraHeader', 'X-Other: c'],
    ]);
    await (await connect(remoteOf(server))).assets.put(asset);
    expect(headersOf(server)).toMatchObject({ 'x-for-all': 'a', 'x-more': 'b', [ORIGIN_HEADER]: 'device-1' });
    expect(headersOf(server)['x-other']).toBeUndefined();
    expect(headersOf(storage)['x-for-all']).toBeUndefined();
    await repository.config.set(`http.${storage.origin}/.extraHeader`, 'X-Storage: d');
    await (await connect(remoteOf(server))).assets.put(asset);
    expect(headersOf(storage)['x-storage']).toBe('d');
    // the more specific one takes the place of the general one, as in Git
    await repository.config.set(`http.${server.origin}/p.git.extraHeader`, 'Authorization: Basic eDp5');
    await (await connect(remoteOf(server))).assets.missing([asset]);
    expect(headersOf(server)).toMatchObject({ authorization: 'Basic eDp5' });
    expect(headersOf(server)['x-for-all']).toBeUndefined();
  });
});

describe('proxies', () => {
  const settings = (values: Record<string, string>): GitSettings => ({
    get: (key) => values[key],
    getAll: (key) => (values[key] === undefined ? [] : [values[key]]),
    keys: () => Object.keys(values),
  });
  const at = 'https://git.example:8443/mod.git';
  test.each<[string, Record<string, string>, Record<string, string>, string | undefined]>([
    ['none', {}, {}, undefined],
    ['the environment’s', {}, { HTTPS_PROXY: 'http://p:1' }, 'http://p:1'],
    ['in small letters', {}, { https_proxy: 'p:1' }, 'http://p:1'],
    ['for all', {}, { ALL_PROXY: 'http://p:1' }, 'http://p:1'],
    [
      'git’s, before the environment’s',
      { 'http.proxy': 'http://g:2' },
      { HTTPS_PROXY: 'http://p:1' },
      'http://g:2',
    ],
    ['git’s empty one: none', { 'http.proxy': '' }, { HTTPS_PROXY: 'http://p:1' }, undefined],
    [
      'one for this host',
      { 'http.proxy': 'http://g:2', 'http.https://git.example:8443.proxy': 'http://h:3' },
      {},
      'http://h:3',
    ],
    ['not for this host', {}, { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'other, .example' }, undefined],
    ['not for this port', {}, { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'git.example:8443' }, undefined],
    ['another port', {}, { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'git.example:443' }, 'http://p:1'],
    ['another name', {}, { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'it.example' }, 'http://p:1'],
    ['for nobody', {}, { HTTPS_PROXY: 'http://p:1', NO_PROXY: '*' }, undefined],
    ['of http only', {}, { http_proxy: 'http://p:1' }, undefined],
  ])('%s', (_, config, environment, expected) => {
    expect(proxyFor(at, settings(config), environment)).toBe(expected);
  });

  test('a proxy of another kind is said to be one', () => {
    expect(() => proxyFor(at, settings({ 'http.proxy': 'socks5://p:1' }), {})).toThrow('http.proxy');
  });

  test('assets go up and come down through one that wants a password', async () => {
    const server = await startLfsServer();
    const through: { target: string; authorization: string | undefined }[] = [];
    const sockets = new Set<Socket>();
    const proxy = createServer();
    proxy.on('connect', (request, socket: Socket) => {
      through.push({ target: request.url ?? '', authorization: request.headers['proxy-authorization'] });
      const [host, port] = (request.url ?? '').split(':');
      const onward = connectTo(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
      for (const one of [socket, onward]) {
        sockets.add(one);
        one.on('error', () => undefined);
      }
    });
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
    try {
      const { port } = proxy.address() as AddressInfo;
      const { connect } = await workingCopy([['http.proxy', `http://me:pass%20word@127.0.0.1:${port}`]]);
      const { assets } = await connect(remoteOf(server));
      const large = testAsset('large', 3_000_000);
      for (const one of [asset, large]) await assets.put(one);
      expect(server.has(large.oid)).toBe(true);
      const { bytes } = await assets.get(large, 1_000_000);
      let length = 0;
      for await (const chunk of bytes) length += chunk.length;
      expect(length).toBe(2_000_000);
      expect(new Set(through.map(({ target }) => target))).toEqual(new Set([new URL(server.origin).host]));
      expect(through[0]!.authorization).toBe(basic('me:pass word'));
    } finally {
      for (const socket of sockets) socket.destroy();
      proxy.closeAllConnections();
      proxy.close();
    }
  });
});
