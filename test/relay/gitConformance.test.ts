/** What a Git smart-HTTP server must show, line by line, by stock git and by requests of our own. Sources: Git's `gitprotocol-http`, `gitprotocol-v2`, `gitprotocol-pack`. */
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type GitAtRelay, pkt, startGitAtRelay } from '../support/gitAtRelay.ts';
import { temporaryFolder } from '../support/host.ts';
import {
  cloneWith,
  type GitClone,
  gitFolder,
  gitUrlWith,
  startTestRelay,
  type TestRelay,
} from '../support/relay.ts';

let relay: TestRelay;
let project: string;
let url: string;
let source: GitClone;
let cloned: GitAtRelay['cloned'];
let remoteRef: GitAtRelay['remoteRef'];

beforeAll(async () => {
  ({ relay, project, url, source, cloned, remoteRef } = await startGitAtRelay());
});

const empty = async (name: string) => {
  const folder = await gitFolder(temporaryFolder(name));
  await folder.git('init', '-q');
  return folder;
};
const log = (folder: GitClone) => folder.git('log', '--format=%s').then((text) => text.split('\n'));

interface Raw {
  readonly path?: string;
  readonly method?: string;
  readonly token?: string | undefined;
  readonly type?: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly protocol?: string;
  readonly encoding?: string;
}
const raw = async (raw: Raw) => {
  const { path = '/git-upload-pack', method = 'POST', type, body, protocol, encoding } = raw;
  const answer = await relay.request(`/${project}.git${path}`, {
    method,
    token: 'token' in raw ? raw.token : relay.ownerToken,
    ...(body === undefined ? {} : { body }),
    headers: {
      ...(method === 'POST' ? { 'content-type': type ?? 'application/x-git-upload-pack-request' } : {}),
      ...(protocol === undefined ? {} : { 'git-protocol': protocol }),
      ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
    },
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};
const advertised = (service: string, protocol?: string) =>
  raw({
    method: 'GET',
    path: `/info/refs?service=${service}`,
    ...(protocol === undefined ? {} : { protocol }),
  });

describe('the advertisement', () => {
  test.each(['git-upload-pack', 'git-receive-pack'])(
    'of %s has its own type, is never cached, and is pkt-lines',
    async (service) => {
      const { status, headers, text } = await advertised(service);
      expect([status, headers.get('content-type')]).toEqual([200, `application/x-${service}-advertisement`]);
      expect(headers.get('cache-control')).toBe('no-cache, max-age=0, must-revalidate');
      expect(headers.get('pragma')).toBe('no-cache');
      expect(text.startsWith(`${pkt(`# service=${service}\n`)}0000`)).toBe(true);
      expect(text.endsWith('0000')).toBe(true);
    },
  );
  test.each([
    ['0', undefined, /^001e# service=git-upload-pack\n0000[0-9a-f]{44} HEAD\0/],
    ['1', 'version=1', /^001e# service=git-upload-pack\n0000000eversion 1\n/],
    ['2', 'version=2', /^000eversion 2\n/],
  ])('speaks protocol %s', async (_, protocol, pattern) =>
    expect((await advertised('git-upload-pack', protocol)).text).toMatch(pattern),
  );
  test('of an empty repository is an advertisement, too', async () => {
    const made = await relay.createProject('Empty');
    const folder = await gitFolder(temporaryFolder('empty'));
    await folder.git('clone', '-q', gitUrlWith(made.gitUrl, relay.ownerToken), '.');
    expect(await folder.git('branch', '--show-current')).toBe('main');
  });
  test('of 2,000 tags is whole, and so is the clone', async () => {
    const made = await relay.createProject('Tags');
    const folder = await cloneWith(made.gitUrl, relay.ownerToken);
    await folder.git('commit', '-q', '--allow-empty', '-m', 'Tagged');
    const head = await folder.git('rev-parse', 'HEAD');
    await folder.write(
      '.git/packed-refs',
      Array.from({ length: 2000 }, (_, i) => `${head} refs/tags/t${10_000 + i}\n`).join(''),
    );
    await folder.git('push', '-q', '--tags', 'origin', 'HEAD:main');
    expect((await folder.git('ls-remote', '--tags', 'origin')).split('\n')).toHaveLength(2000);
    const other = await cloneWith(made.gitUrl, relay.ownerToken);
    expect((await other.git('tag')).split('\n')).toHaveLength(2000);
  });
});

describe('what is asked for wrongly', () => {
  test.each<[string, Raw, number]>([
    ['a service that there is not', { method: 'GET', path: '/info/refs?service=git-upload-archive' }, 403],
    ['the dumb protocol', { method: 'GET', path: '/info/refs' }, 403],
    ['a file of the repository', { method: 'GET', path: '/config' }, 404],
    ['its hooks', { method: 'GET', path: '/hooks/pre-receive' }, 404],
    ['an object by its path', { method: 'GET', path: `/objects/${'ab'}/${'c'.repeat(38)}` }, 404],
    ['a path that climbs out', { method: 'GET', path: '/..%2f..%2frelay.sqlite' }, 404],
    ['another content type', { type: 'text/plain', body: '0000' }, 415],
    ['another content encoding', { encoding: 'br', body: '0000' }, 415],
    ['GET for what is a POST', { method: 'GET', path: '/git-upload-pack' }, 404],
    ['bytes that are no pkt-line', { body: 'nonsense' }, 400],
    ['a pkt-line longer than the body', { body: 'fff0want' }, 400],
    ['protocol 2, no command', { protocol: 'version=2', body: `${pkt('agent=x')}0000` }, 400],
    [
      'protocol 2, an unknown command',
      { protocol: 'version=2', body: `${pkt('command=steal')}00010000` },
      400,
    ],
    [
      'protocol 2, an unknown argument',
      { protocol: 'version=2', body: `${pkt('command=ls-refs')}0001${pkt('rm -rf')}0000` },
      400,
    ],
    [
      'protocol 2, a bad object id',
      { protocol: 'version=2', body: `${pkt('command=fetch')}0001${pkt('want zzz\n')}0000` },
      400,
    ],
    ['no credentials', { token: undefined, body: '0000' }, 401],
    ['wrong credentials', { token: 'ms_wrong', body: '0000' }, 403],
  ])('%s', async (_, request, status) => {
    const answer = await raw(request);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('www-authenticate')).toBe(status === 401 ? 'Basic realm="modsync"' : null);
    // and it goes on
    expect((await advertised('git-upload-pack')).status).toBe(200);
  });
  test('a project that is not there', async () =>
    expect(
      (await relay.request('/absent.git/info/refs?service=git-upload-pack', { token: relay.ownerToken }))
        .status,
    ).toBe(404));
  test.each([
    'refs/heads/a..b',
    'refs/heads/.hidden',
    'refs/heads/x.lock',
    'refs/heads/sp ace',
    'refs/../../config',
    'HEAD:x',
  ])('a push to the ref %s moves nothing', async (ref) => {
    const head = await source.git('rev-parse', 'HEAD');
    const before = await source.git('ls-remote', 'origin');
    const answer = await raw({
      path: '/git-receive-pack',
      type: 'application/x-git-receive-pack-request',
      body: `${pkt(`${'0'.repeat(40)} ${head} ${ref}\0report-status`)}0000`,
    });
    expect(answer.status).toBeLessThan(500);
    expect(await source.git('ls-remote', 'origin')).toBe(before);
  });
});

describe('bodies', () => {
  const wanting = async () =>
    `${pkt('command=fetch')}0001${pkt('no-progress\n')}${pkt(`want ${await source.git('rev-parse', 'HEAD')}\n`)}${pkt('done\n')}0000`;
  test('gzipped ones are read', async () => {
    const answer = await raw({ body: gzipSync(await wanting()), encoding: 'gzip', protocol: 'version=2' });
    expect([answer.status, answer.text.includes('packfile')]).toEqual([200, true]);
  });
  test.each([1, 8, 20])('one that is gzipped and lacks its last %i bytes is refused', async (missing) => {
    const body = gzipSync(await wanting());
    const answer = await raw({
      body: body.subarray(0, body.length - missing),
      encoding: 'gzip',
      protocol: 'version=2',
    });
    expect(answer.status).toBe(400);
  });
  test('chunked ones are read: a push larger than http.postBuffer', async () => {
    const folder = await cloned();
    await folder.write('large.bin', randomBytes(3_000_000));
    await folder.git('add', '-A');
    await folder.git('commit', '-q', '-m', 'Large');
    await folder.git('-c', 'http.postBuffer=65536', 'push', '-q', 'origin', 'HEAD:refs/heads/chunked');
    expect(await remoteRef('refs/heads/chunked')).toBe(await folder.git('rev-parse', 'HEAD'));
  });
  test('what is larger than the bound is refused, counted after it is unzipped', async () => {
    const small = await startTestRelay({ limits: { fetchRequest: 10_000 } });
    const { projectId } = await small.createProject('Bounded');
    const answer = await small.request(`/${projectId}.git/git-upload-pack`, {
      method: 'POST',
      token: small.ownerToken,
      body: gzipSync(Buffer.alloc(1_000_000, '0')),
      headers: { 'content-type': 'application/x-git-upload-pack-request', 'content-encoding': 'gzip' },
    });
    expect(answer.status).toBe(413);
  });
});

describe('fetching', () => {
  test.each(['0', '1', '2'])('a clone by protocol %s is whole', async (version) => {
    const folder = await gitFolder(temporaryFolder('protocol'));
    await folder.git('-c', `protocol.version=${version}`, 'clone', '-q', url, '.');
    await folder.git('fsck', '--strict');
    expect(await log(folder)).toEqual(['Day 3', 'Day 2', 'Day 1']);
  });
  test('a shallow clone, deepened, then whole', async () => {
    const folder = await cloned('--depth=1');
    expect(await log(folder)).toEqual(['Day 3']);
    await folder.git('fetch', '-q', '--deepen=1');
    expect(await log(folder)).toEqual(['Day 3', 'Day 2']);
    await folder.git('fetch', '-q', '--unshallow');
    expect(await log(folder)).toEqual(['Day 3', 'Day 2', 'Day 1']);
  });
  test('shallow since a date', async () => {
    const folder = await gitFolder(temporaryFolder('since'));
    await folder.git(
      'clone',
      '-q',
      `--shallow-since=${new Date(Date.now() - 3600_000).toISOString()}`,
      url,
      '.',
    );
    // by the committer's date, which is now for all three
    expect(await log(folder)).toHaveLength(3);
    const none = await gitFolder(temporaryFolder('since'));
    expect((await none.tryGit('clone', '-q', '--shallow-since=2099-01-01', url, '.')).code).not.toBe(0);
  });
  test('shallow without what a tag reaches', async () =>
    expect(await log(await cloned('--shallow-exclude=first'))).toEqual(['Day 3', 'Day 2']));
  test('a partial clone, whose contents come when they are asked for', async () => {
    const folder = await cloned('--filter=blob:none', '--no-checkout');
    expect(await folder.git('rev-list', '--objects', '--missing=print', 'HEAD')).toMatch(/^\?/m);
    expect(await folder.git('show', 'HEAD:day 2.txt')).toBe('2'.repeat(100));
  });
  test('one commit by its id', async () => {
    const folder = await empty('by-id');
    await folder.git('fetch', '-q', url, await source.git('rev-parse', 'HEAD~1'));
    expect(await folder.git('log', '--format=%s', 'FETCH_HEAD')).toBe('Day 2\nDay 1');
  });
  test('an id that is not there is an error', async () => {
    const folder = await empty('absent');
    expect((await folder.tryGit('fetch', '-q', url, '1'.repeat(40))).code).not.toBe(0);
  });
});
