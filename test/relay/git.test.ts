import { readdir, readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { temporaryFolder } from '../support/host.ts';
import { cloneWith, gitFolder, gitUrlWith, startTestRelay, type TestRelay } from '../support/relay.ts';

let relay: TestRelay;
beforeAll(async () => {
  relay = await startTestRelay();
});

async function projectWithCommit(name: string) {
  const project = await relay.createProject(name);
  const clone = await cloneWith(project.gitUrl, relay.ownerToken);
  await clone.git('checkout', '-q', '-B', 'main');
  await clone.write('Scripts/Main.psc', 'Scriptname Main\n');
  await clone.git('add', '-A');
  await clone.git('commit', '-q', '-m', 'First');
  await clone.git('push', '-q', 'origin', 'main');
  return { project, clone };
}

const pkt = (line: string) => (line.length + 4).toString(16).padStart(4, '0') + line;

describe('stock git', () => {
  test('what one pushes, the other clones, edits and pushes back', async () => {
    const { project, clone } = await projectWithCommit('Round trip');
    const token = await relay.join(project.projectId, 'Nick');
    const other = await cloneWith(project.gitUrl, token);
    expect(await readFile(join(other.path, 'Scripts/Main.psc'), 'utf8')).toBe('Scriptname Main\n');
    await other.write('Scripts/Main.psc', 'Scriptname Main extends Quest\n');
    await other.git('commit', '-qam', 'Edit');
    await other.git('push', '-q');
    await clone.git('pull', '-q');
    expect(await readFile(join(clone.path, 'Scripts/Main.psc'), 'utf8')).toBe(
      'Scriptname Main extends Quest\n',
    );
  });

  test.each(['0', '1', '2'])('protocol version %s is spoken', async (version) => {
    const { project, clone } = await projectWithCommit(`Protocol ${version}`);
    const folder = await gitFolder(temporaryFolder('protocol'));
    await folder.git(
      '-c',
      `protocol.version=${version}`,
      'clone',
      '-q',
      gitUrlWith(project.gitUrl, relay.ownerToken),
      '.',
    );
    expect(await folder.git('rev-parse', 'HEAD')).toBe(await clone.git('rev-parse', 'HEAD'));
    await folder.git('-c', `protocol.version=${version}`, 'push', '-q', 'origin', 'HEAD:refs/heads/side');
  });

  test('a token in a header serves as well as one in the URL', async () => {
    const { project } = await projectWithCommit('Header');
    const folder = await gitFolder(temporaryFolder('header'));
    await folder.git(
      '-c',
      `http.extraHeader=Authorization: Bearer ${relay.ownerToken}`,
      'clone',
      '-q',
      project.gitUrl,
      '.',
    );
    expect(await folder.git('log', '--format=%s')).toBe('First');
  });

  test('shallow and partial clones fetch what they need, when they need it', async () => {
    const { project, clone } = await projectWithCommit('Partial');
    await clone.write('Scripts/Main.psc', 'second\n');
    await clone.git('commit', '-qam', 'Second');
    await clone.git('push', '-q');
    const url = gitUrlWith(project.gitUrl, relay.ownerToken);
    const shallow = await gitFolder(temporaryFolder('shallow'));
    await shallow.git('clone', '-q', '--depth=1', url, '.');
    expect(await shallow.git('log', '--format=%s')).toBe('Second');
    await shallow.git('fetch', '-q', '--deepen=1');
    expect(await shallow.git('log', '--format=%s')).toBe('Second\nFirst');
    const partial = await gitFolder(temporaryFolder('partial'));
    await partial.git('clone', '-q', '--filter=blob:none', '--no-checkout', url, '.');
    expect(await partial.git('show', 'HEAD~1:Scripts/Main.psc')).toBe('Scriptname Main');
    const byId = await gitFolder(temporaryFolder('by-id'));
    await byId.git('init', '-q');
    const first = await clone.git('rev-parse', 'HEAD~1');
    await byId.git('fetch', '-q', url, first);
    expect(await byId.git('log', '--format=%s', 'FETCH_HEAD')).toBe('First');
  });

  test('a push that is not a fast-forward is refused, and a lease that holds is honoured', async () => {
    const { project, clone } = await projectWithCommit('Fast forward');
    const other = await cloneWith(project.gitUrl, relay.ownerToken);
    await clone.git('commit', '-q', '--allow-empty', '-m', 'Mine');
    await clone.git('push', '-q');
    await other.git('commit', '-q', '--allow-empty', '-m', 'Theirs');
    expect((await other.tryGit('push', '-q')).code).not.toBe(0);
    expect(await other.git('ls-remote', 'origin', 'refs/heads/main')).toContain(
      await clone.git('rev-parse', 'HEAD'),
    );
    await other.git('fetch', '-q');
    await other.git('push', '-q', '--force-with-lease');
    expect(await clone.git('ls-remote', 'origin', 'refs/heads/main')).toContain(
      await other.git('rev-parse', 'HEAD'),
    );
  });

  test('atomic pushes, push options and deletions work; the default branch stays', async () => {
    const { clone } = await projectWithCommit('Atomic');
    await clone.git('push', '-q', '--atomic', '-o', 'note=1', 'origin', 'main:one', 'main:two');
    await clone.git('push', '-q', 'origin', ':one');
    expect(await clone.git('ls-remote', 'origin', 'refs/heads/*')).not.toContain('refs/heads/one');
    expect((await clone.tryGit('push', '-q', 'origin', ':main')).code).not.toBe(0);
  });

  test('of eight that race for one branch exactly one wins; eight on branches of their own all land', async () => {
    const { project } = await projectWithCommit('Race');
    const clones = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        const clone = await cloneWith(project.gitUrl, relay.ownerToken);
        await clone.git('commit', '-q', '--allow-empty', '-m', `Racer ${index}`);
        return clone;
      }),
    );
    const race = await Promise.all(clones.map((clone) => clone.tryGit('push', '-q', 'origin', 'HEAD:main')));
    expect(race.filter(({ code }) => code === 0)).toHaveLength(1);
    const own = await Promise.all(
      clones.map((clone, i) => clone.tryGit('push', '-q', 'origin', `HEAD:refs/heads/own-${i}`)),
    );
    expect(own.map(({ code }) => code)).toEqual(Array(8).fill(0));
  });

  test('an object that fsck rejects is refused, and no ref moves', async () => {
    const { clone } = await projectWithCommit('Fsck');
    const blob = await clone.git('hash-object', '-w', '/dev/null');
    await clone.write('tree', '');
    const { code, error } = await clone.tryGit(
      'update-index',
      '--add',
      '--cacheinfo',
      `100644,${blob},sub/.GIT/config`,
    );
    // Git itself refuses the name unless told otherwise: the hostile client is one that was.
    expect(code === 0 || error.length > 0).toBe(true);
    await clone.git(
      '-c',
      'core.protectNTFS=false',
      '-c',
      'core.protectHFS=false',
      'update-index',
      '--add',
      '--cacheinfo',
      `100644,${blob},sub/git~1/config`,
    );
    await clone.git('commit', '-q', '-m', 'Hostile');
    const pushed = await clone.tryGit('push', '-q', 'origin', 'main');
    expect(pushed.code).not.toBe(0);
    expect(await clone.git('ls-remote', 'origin', 'refs/heads/main')).toContain(
      await clone.git('rev-parse', 'HEAD~1'),
    );
  });

  test('refs under refs/modsync stay with their owner', async () => {
    const { clone } = await projectWithCommit('Hidden');
    expect((await clone.tryGit('push', '-q', 'origin', 'HEAD:refs/modsync/backup/1')).code).not.toBe(0);
  });

  test('a viewer’s, a stranger’s and a forged token get no push through', async () => {
    const { project, clone } = await projectWithCommit('Strangers');
    const elsewhere = await relay.createProject('Elsewhere');
    const stranger = await relay.join(elsewhere.projectId, 'Stranger');
    const asStranger = await clone.tryGit('push', gitUrlWith(project.gitUrl, stranger), 'main');
    expect(asStranger.error).toMatch(/not found/);
    const forged = await clone.tryGit('push', gitUrlWith(project.gitUrl, `${stranger}x`), 'main');
    expect(forged.error).toMatch(/403/);
    const anonymous = await clone.tryGit('push', project.gitUrl, 'main');
    expect(anonymous.error).toMatch(/could not read Username|Authentication/);
  });
});

describe('the protocol itself', () => {
  test('says what it serves, to be asked anew each time', async () => {
    const { project } = await projectWithCommit('Headers');
    const url = `/${project.projectId}.git/info/refs`;
    const answer = await relay.request(`${url}?service=git-upload-pack`, { token: relay.ownerToken });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/x-git-upload-pack-advertisement');
    expect(answer.headers.get('cache-control')).toMatch(/no-cache/);
    expect(await answer.text()).toMatch(/^001e# service=git-upload-pack\n0000/);
    const second = await relay.request(`${url}?service=git-upload-pack`, {
      token: relay.ownerToken,
      headers: { 'git-protocol': 'version=2' },
    });
    expect(await second.text()).toMatch(/^000eversion 2\n/);
  });

  test('answers what it does not serve with the status that says so', async () => {
    const { project } = await projectWithCommit('Statuses');
    const base = `/${project.projectId}.git`;
    const token = relay.ownerToken;
    const status = async (path: string, options = {}) =>
      (await relay.request(path, { token, ...options })).status;
    expect(await status(`${base}/info/refs?service=git-upload-archive`)).toBe(403);
    expect(await status(`${base}/info/refs`)).toBe(403);
    expect(await status('/absent.git/info/refs?service=git-upload-pack')).toBe(404);
    for (const path of [
      'HEAD',
      'config',
      'objects/info/packs',
      'hooks/update',
      '../relay.sqlite',
      '%2e%2e/relay.sqlite',
    ])
      expect(await status(`${base}/${path}`)).toBe(404);
    expect(await status(`${base}/git-upload-pack`, { method: 'POST', json: {} })).toBe(415);
    const headers = { 'content-type': 'application/x-git-upload-pack-request' };
    expect(await status(`${base}/git-upload-pack`, { method: 'POST', body: 'zzzz nonsense', headers })).toBe(
      400,
    );
    const anonymous = await relay.request(`${base}/info/refs?service=git-upload-pack`);
    expect(anonymous.status).toBe(401);
    expect(anonymous.headers.get('www-authenticate')).toBe('Basic realm="modsync"');
  });

  test('reads bodies that are gzipped, and refuses one that is cut short', async () => {
    const { project, clone } = await projectWithCommit('Gzip');
    const head = await clone.git('rev-parse', 'HEAD');
    const body = gzipSync(
      `${pkt('command=fetch')}0001${pkt('no-progress\n')}${pkt(`want ${head}\n`)}${pkt('done\n')}0000`,
    );
    const post = (bytes: Uint8Array<ArrayBuffer>) =>
      relay.request(`/${project.projectId}.git/git-upload-pack`, {
        method: 'POST',
        token: relay.ownerToken,
        body: bytes,
        headers: {
          'content-type': 'application/x-git-upload-pack-request',
          'content-encoding': 'gzip',
          'git-protocol': 'version=2',
        },
      });
    const whole = await post(body);
    expect(whole.status).toBe(200);
    expect(await whole.text()).toContain('packfile');
    expect((await post(body.subarray(0, body.length - 10))).status).toBe(400);
  });

  test('a push over the bound is refused', async () => {
    const small = await startTestRelay({ limits: { push: 1000 } });
    const project = await small.createProject('Small');
    const clone = await cloneWith(project.gitUrl, small.ownerToken);
    await clone.write(
      'noise',
      Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919 + (i >> 3)) % 251)),
    );
    await clone.git('add', '-A');
    await clone.git('commit', '-q', '-m', 'Large');
    expect((await clone.tryGit('push', 'origin', 'HEAD:main')).error).toMatch(/413/);
    expect(await clone.git('ls-remote', 'origin')).toBe('');
  });

  test('a push whose sender dies leaves no trace', async () => {
    const { project, clone } = await projectWithCommit('Killed');
    const repository = join(relay.dataDir, 'repos', `${project.projectId}.git`);
    const before = await readdir(join(repository, 'objects'));
    const head = await clone.git('rev-parse', 'HEAD');
    const push = httpRequest(`${project.gitUrl}/git-receive-pack`, {
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
    // Git has taken the first part: it answers a second request meanwhile.
    await clone.git('ls-remote', 'origin');
    push.destroy();
    await closed;
    await relay.relay.close();
    expect(await readdir(join(repository, 'objects'))).toEqual(before);
    relay = await relay.restart();
    const refs = await relay.request(`/${project.projectId}.git/info/refs?service=git-upload-pack`, {
      token: relay.ownerToken,
    });
    expect(await refs.text()).not.toContain('refs/heads/dead');
  });
});
