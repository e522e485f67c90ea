/** What a Git smart-HTTP server must show, line by line, by stock git and by requests of our own. Sources: Git's `gitprotocol-http`, `gitprotocol-v2`, `gitprotocol-pack`. */
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { temporaryFolder } from '../support/host.ts';
import {
  cloneWith,
  type GitClone,
  gitFolder,
  gitUrlWith,
  startTestRelay,
  type TestRelay,
} from '../support/relay.ts';

const SOAK = Number(process.env.MODSYNC_SOAK ?? 1);

let relay: TestRelay;
let project: string;
let url: string;
/** A clone with three commits of a day each, on main, and a tag on the first. */
let source: GitClone;

beforeAll(async () => {
  relay = await startTestRelay();
  const made = await relay.createProject('Git conformance');
  project = made.projectId;
  url = gitUrlWith(made.gitUrl, relay.ownerToken);
  source = await cloneWith(made.gitUrl, relay.ownerToken);
  await source.git('checkout', '-q', '-B', 'main');
  for (const day of ['1', '2', '3']) {
    await source.write(`day ${day}.txt`, day.repeat(100));
    await source.git('add', '-A');
    await source.git('commit', '-q', '-m', `Day ${day}`, '--date', `2026-01-0${day}T00:00:00Z`);
    if (day === '1') await source.git('tag', 'first');
  }
  await source.git('push', '-q', '--tags', 'origin', 'main');
});

const pkt = (line: string) => (line.length + 4).toString(16).padStart(4, '0') + line;
const empty = async (name: string) => {
  const folder = await gitFolder(temporaryFolder(name));
  await folder.git('init', '-q');
  return folder;
};
const cloned = async (...options: string[]) => {
  const folder = await gitFolder(temporaryFolder('conform'));
  await folder.git('clone', '-q', ...options, url, '.');
  return folder;
};
const log = (folder: GitClone) => folder.git('log', '--format=%s').then((text) => text.split('\n'));
const remoteRef = async (ref: string) => (await source.git('ls-remote', 'origin', ref)).split('\t')[0];

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

describe('pushing', () => {
  let at = 0;
  /** A clone with a commit of its own, and the name of a branch that is not there yet. */
  async function commit(...options: string[]) {
    const folder = await cloned(...options);
    const branch = `push-${++at}`;
    await folder.write(`${branch}.txt`, branch);
    await folder.git('add', '-A');
    await folder.git('commit', '-q', '-m', branch);
    return { folder, branch, head: await folder.git('rev-parse', 'HEAD') };
  }

  test('from a shallow clone', async () => {
    const { folder, branch, head } = await commit('--depth=1');
    await folder.git('push', '-q', 'origin', `HEAD:refs/heads/${branch}`);
    expect(await remoteRef(`refs/heads/${branch}`)).toBe(head);
  });
  test('what is no fast-forward is refused, and the ref stays', async () => {
    const { folder, branch, head } = await commit();
    await folder.git('push', '-q', 'origin', `HEAD:refs/heads/${branch}`);
    await folder.git('commit', '-q', '--amend', '-m', 'Another');
    expect((await folder.tryGit('push', 'origin', `HEAD:refs/heads/${branch}`)).error).toMatch(
      /rejected|fast-forward/,
    );
    expect(await remoteRef(`refs/heads/${branch}`)).toBe(head);
  });
  test('a lease that holds is honoured, one that does not is refused', async () => {
    const { folder, branch, head } = await commit();
    await folder.git('push', '-q', 'origin', `HEAD:refs/heads/${branch}`);
    await folder.git('commit', '-q', '--amend', '-m', 'Another');
    const push = (lease: string) =>
      folder.tryGit(
        'push',
        '-q',
        `--force-with-lease=${branch}:${lease}`,
        'origin',
        `HEAD:refs/heads/${branch}`,
      );
    expect((await push('1'.repeat(40))).code).not.toBe(0);
    expect(await remoteRef(`refs/heads/${branch}`)).toBe(head);
    expect((await push(head)).code).toBe(0);
  });
  test('a branch is deleted; the default one is not', async () => {
    const { folder, branch } = await commit();
    await folder.git('push', '-q', 'origin', `HEAD:refs/heads/${branch}`);
    await folder.git('push', '-q', 'origin', `:refs/heads/${branch}`);
    expect(await remoteRef(`refs/heads/${branch}`)).toBe('');
    expect((await folder.tryGit('push', '-q', 'origin', ':refs/heads/main')).code).not.toBe(0);
  });
  test('--atomic: all or none', async () => {
    const { folder, branch } = await commit();
    await folder.git('commit', '-q', '--amend', '-m', 'Diverged');
    await folder.git(
      'push',
      '-q',
      '--atomic',
      'origin',
      `HEAD:refs/heads/${branch}-1`,
      `HEAD:refs/heads/${branch}-2`,
    );
    await folder.git('reset', '-q', '--hard', 'HEAD~1');
    await folder.git('commit', '-q', '--allow-empty', '-m', 'Other');
    const mixed = await folder.tryGit(
      'push',
      '--atomic',
      'origin',
      `HEAD:refs/heads/${branch}-new`,
      `HEAD:refs/heads/${branch}-1`,
    );
    expect(mixed.code).not.toBe(0);
    expect(await remoteRef(`refs/heads/${branch}-new`)).toBe('');
  });
  test('push options are taken', async () => {
    const { folder, branch } = await commit();
    await folder.git('push', '-q', '-o', 'ci.skip', 'origin', `HEAD:refs/heads/${branch}`);
  });
  test('hidden refs are neither shown nor written', async () => {
    const { folder } = await commit();
    expect((await folder.tryGit('push', '-q', 'origin', 'HEAD:refs/modsync/backup/main')).code).not.toBe(0);
    expect(await folder.git('ls-remote', 'origin')).not.toContain('refs/modsync');
  });
  test('an object that fsck refuses is refused; the reason comes over the sideband, no ref moves', async () => {
    const { folder, branch } = await commit();
    const blob = await folder.git('hash-object', '-w', `${branch}.txt`);
    // Git itself refuses the name unless told otherwise: the hostile client is one that was.
    const careless = ['-c', 'core.protectNTFS=false', '-c', 'core.protectHFS=false'];
    await folder.git(...careless, 'update-index', '--add', '--cacheinfo', `100644,${blob},sub/git~1/config`);
    await folder.git('commit', '-q', '-m', 'Hostile');
    const pushed = await folder.tryGit('push', 'origin', `HEAD:refs/heads/${branch}`);
    expect(pushed.code).not.toBe(0);
    expect(pushed.error).toMatch(/remote: error: object \w+: hasDotgit/);
    expect(await remoteRef(`refs/heads/${branch}`)).toBe('');
  });
  test('a pack of 60 MB', async () => {
    const { folder, branch } = await commit();
    // noise, and git told so: what is measured elsewhere is not how fast it finds that nothing gets smaller
    const noise = ['-c', 'core.compression=0', '-c', 'core.bigFileThreshold=1m'];
    await folder.write('large.bin', randomBytes(60_000_000));
    await folder.git(...noise, 'add', '-A');
    await folder.git('commit', '-q', '-m', 'Large');
    await folder.git(...noise, 'push', '-q', 'origin', `HEAD:refs/heads/${branch}`);
    expect(await remoteRef(`refs/heads/${branch}`)).toBe(await folder.git('rev-parse', 'HEAD'));
    await folder.git('push', '-q', 'origin', `:refs/heads/${branch}`);
  });
  test('one that is killed leaves neither a ref nor an object', async () => {
    const objects = join(relay.dataDir, 'repos', `${project}.git`, 'objects');
    const before = (await readdir(objects)).sort();
    const head = await source.git('rev-parse', 'HEAD');
    const push = httpRequest(`${relay.url}/${project}.git/git-receive-pack`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${relay.ownerToken}`,
        'content-type': 'application/x-git-receive-pack-request',
      },
    });
    push.on('error', () => {});
    const closed = new Promise((resolve) => push.once('close', resolve));
    push.write(`${pkt(`${'0'.repeat(40)} ${head} refs/heads/dead\0report-status`)}0000PACK`);
    push.write(Buffer.from([0, 0, 0, 2, 0, 0, 0, 200]));
    await source.git('ls-remote', 'origin');
    push.destroy();
    await closed;
    await relay.relay.close();
    expect((await readdir(objects)).sort()).toEqual(before);
    relay = await relay.restart();
    url = gitUrlWith(`${relay.url}/${project}.git`, relay.ownerToken);
    await source.git('remote', 'set-url', 'origin', url);
    expect(await remoteRef('refs/heads/dead')).toBe('');
  });
});

describe('races', () => {
  /** Bare commits on top of main, each other's siblings, in one folder: racers cost a push, not a clone. */
  async function siblings(count: number): Promise<{ folder: GitClone; commits: string[] }> {
    const folder = await cloned();
    const commits = [];
    for (let i = 0; i < count; i++)
      commits.push(
        await folder.git('commit-tree', '-p', 'origin/main', '-m', `Racer ${i}`, 'origin/main^{tree}'),
      );
    return { folder, commits };
  }
  test('eight to one branch: exactly one wins, and it is what the branch has', async () => {
    const { folder, commits } = await siblings(8);
    const pushed = await Promise.all(
      commits.map((commit) => folder.tryGit('push', '-q', 'origin', `${commit}:refs/heads/main`)),
    );
    const winners = commits.filter((_, i) => pushed[i]?.code === 0);
    expect(winners).toEqual([await remoteRef('refs/heads/main')]);
  });
  const RACERS = SOAK > 1 ? 50 : 12;
  test(`${RACERS} to branches of their own: all land`, async () => {
    const { folder, commits } = await siblings(RACERS);
    const push = (i: number) => folder.tryGit('push', '-q', 'origin', `${commits[i]}:refs/heads/own-${i}`);
    const pushed = await Promise.all(commits.map((_, i) => push(i)));
    expect(pushed.filter(({ code }) => code !== 0)).toEqual([]);
    const listed = await source.git('ls-remote', 'origin', 'refs/heads/own-*');
    expect(commits.filter((commit) => !listed.includes(commit))).toEqual([]);
  });
});
