/** What GitHub asks of whoever keeps a mod there: tokens, scopes, roles, limits; and what modsync makes of its refusals. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { adviceOnHistory } from '../../src/backends/github/advice.ts';
import { findToken, githubRepository, githubSite } from '../../src/backends/github/index.ts';
import { localObjects } from '../../src/engine/sync/localObjects.ts';
import { Repository } from '../../src/git/index.ts';
import { smartHttp } from '../../src/history/index.ts';
import { CloudSyncEngine, nodeHost, SyncError } from '../../src/index.ts';
import { user } from '../support/cli.ts';
import { recorded } from '../support/github/recorded.ts';
import { type GitHubStandIn, startGitHub } from '../support/github/standIn.ts';
import { temporaryFolder } from '../support/host.ts';

let github: GitHubStandIn;
const engines: CloudSyncEngine[] = [];

beforeAll(async () => {
  github = await startGitHub(
    {
      ann: { token: 'ghp_ann' },
      bob: { token: 'ghp_bob', scopes: ['public_repo'] },
      eve: { token: 'ghp_eve', scopes: ['read:user'] },
    },
    { orgs: { beacons: ['ann'] } },
  );
});

beforeEach(() => {
  github.answer = () => undefined;
});

afterAll(async () => {
  for (const engine of engines) await engine.close();
});

/** As a tool configures it: the GitHub, and the token. */
async function engineOf(login: string): Promise<CloudSyncEngine> {
  const host = nodeHost({ home: temporaryFolder(`${login}-home`), environment: { USER: login } });
  const engine = new CloudSyncEngine(
    { backend: 'github', provider: { type: 'github', endpoint: github.url, apiKey: github.tokenOf(login) } },
    host,
  );
  engines.push(engine);
  await engine.initialize();
  return engine;
}

async function projectOf(
  login: string,
  repository: string,
  files: Readonly<Record<string, string | Buffer>>,
) {
  const engine = await engineOf(login);
  const folder = temporaryFolder(login);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const plan = await engine.planProject(folder, { github: { repository, endpoint: github.url } });
  const created = await engine.createProject(plan);
  return { engine, folder, id: created.projectId, created };
}

const failureOf = async (work: Promise<unknown>): Promise<SyncError> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof SyncError) return error;
  throw error ?? new Error('it succeeded');
};

describe('a token', () => {
  const site = githubSite('https://github.com');
  const hostWith = (environment: Record<string, string>) =>
    nodeHost({ home: temporaryFolder('home'), environment });

  test('of the environment is for its own GitHub, and goes to no other', async () => {
    const host = hostWith({
      GITHUB_TOKEN: 'ghp_main',
      GH_ENTERPRISE_TOKEN: 'ghp_work',
      GH_HOST: 'ghe.example',
    });
    expect(await findToken(host, site)).toEqual({ token: 'ghp_main', source: 'environment' });
    expect(await findToken(host, githubSite('https://ghe.example'))).toMatchObject({ token: 'ghp_work' });
    expect(await findToken(host, githubSite('https://other.example'))).toBeUndefined();
  });

  test('that modsync kept, and the login of gh, are found', async () => {
    const folder = temporaryFolder('gh');
    writeFileSync(
      join(folder, 'hosts.yml'),
      'ghe.example:\n    user: me\n    oauth_token: gho_work\ngithub.com:\n    users:\n        me:\n            oauth_token: gho_gh\n    oauth_token: gho_gh\n    user: me\n',
    );
    const host = hostWith({ GH_CONFIG_DIR: folder });
    expect(await findToken(host, site)).toEqual({ token: 'gho_gh', source: 'gh' });
    expect(await findToken(host, githubSite('https://ghe.example'))).toMatchObject({ token: 'gho_work' });
    await host.keys.set('https://github.com', 'ghp_kept');
    expect(await findToken(host, site)).toEqual({ token: 'ghp_kept', source: 'kept' });
    expect(await findToken(host, site, 'ghp_given')).toEqual({ token: 'ghp_given', source: 'given' });
  });

  test('that gh keeps in the keyring is asked of gh itself', async () => {
    const folder = temporaryFolder('gh');
    writeFileSync(join(folder, 'hosts.yml'), 'github.com:\n    user: me\n    git_protocol: https\n');
    writeFileSync(
      join(folder, 'gh'),
      '#!/bin/sh\n[ "$*" = "auth token --hostname github.com" ] && echo gho_ring\n',
      {
        mode: 0o755,
      },
    );
    const host = hostWith({ GH_CONFIG_DIR: folder, PATH: `${folder}:/usr/bin:/bin` });
    if (process.platform !== 'win32')
      expect(await findToken(host, site)).toEqual({ token: 'gho_ring', source: 'gh' });
    expect(await findToken(host, githubSite('https://ghe.example'))).toBeUndefined();
  });

  test('is had by a code that is typed in the browser', async () => {
    const ann = user('ann');
    github.answer = ({ path }) => {
      // while the command asks, the person agrees
      if (path === '/login/oauth/access_token')
        github.device.decide(github.device.codes.at(-1) ?? '', 'ghp_ann');
      return undefined;
    };
    const told = await ann.type('login', 'github', '--endpoint', github.url, '--client-id', 'Iv1.test');
    expect(told.err).toContain(`/login/device and type this code: ${github.device.codes.at(-1)}`);
    expect(told).toMatchObject({ code: 0, out: expect.stringMatching(/Signed in at http.* as ann/) });
    // and is git's too
    const asked = await ann.typeWith(`url=${github.url}\n`, 'credential', 'get');
    expect(asked.out).toContain('password=ghp_ann');
    expect((await ann.type('doctor')).out).toContain(`signed in at ${github.url}\n`);
  });

  test('that is declined, or has nowhere to come from, says what to do', async () => {
    const ann = user('ann');
    github.answer = ({ path }) => {
      if (path === '/login/oauth/access_token')
        github.device.decide(github.device.codes.at(-1) ?? '', undefined);
      return undefined;
    };
    const login = ['login', 'github', '--endpoint', github.url];
    expect((await ann.type(...login, '--client-id', 'Iv1.test')).err).toMatch(/declined at GitHub/);
    expect(await ann.type(...login)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/settings\/tokens\/new\?scopes=repo,admin:repo_hook.*--client-id/s),
    });
  });

  test('without a scope is told which; one for less than everything is told what it lacks', async () => {
    const told = await user('bob').typeWith('ghp_bob\n', 'login', 'github', '--endpoint', github.url);
    expect(told).toMatchObject({ code: 0, err: expect.stringMatching(/lacks repo, admin:repo_hook/) });
    const refused = await failureOf(projectOf('eve', 'mod', { 'a.txt': 'a' }));
    expect(refused).toMatchObject({
      code: 'ACCESS_DENIED',
      message: expect.stringMatching(/lacks the scope public_repo/),
    });
  });
});

test('a configured token goes to the GitHub that it is for, and to no other', async () => {
  const strangers = await startGitHub({ mallory: { token: 'ghp_mallory' } });
  const engine = await engineOf('ann');
  const folder = join(temporaryFolder('ann'), 'mod');
  await failureOf(engine.cloneProject(`${strangers.url}/mallory/trap`, folder));
  expect(strangers.asked.length).toBeGreaterThan(0);
  for (const { headers } of strangers.asked) expect(headers.authorization).toBeUndefined();
});

test('addresses are read as people paste them', () => {
  for (const url of [
    'https://github.com/ann/my.mod',
    'https://github.com/ann/my.mod.git',
    'https://github.com/ann/my.mod/tree/main/Scripts',
    'https://x-access-token:secret@github.com/ann/my.mod',
  ])
    expect(githubRepository(url)).toMatchObject({
      owner: 'ann',
      repo: 'my.mod',
      gitUrl: 'https://github.com/ann/my.mod.git',
    });
  expect(() => githubRepository('https://github.com/ann')).toThrow(
    /looks like https:\/\/github.com\/OWNER\/NAME/,
  );
  expect(githubSite('https://ghe.example/api/v3/').api).toBe('https://ghe.example/api/v3');
  expect(githubSite('https://acme.ghe.com')).toEqual({
    origin: 'https://acme.ghe.com',
    api: 'https://api.acme.ghe.com',
  });
});

test('a tool that is configured for GitHub makes private repositories, named like the project', async () => {
  const engine = await engineOf('ann');
  const folder = temporaryFolder('ann');
  writeFileSync(join(folder, 'MyMod.ini'), '[General]\r\n');
  const created = await engine.createProject(await engine.planProject(folder, { name: 'Nuka Works' }));
  expect(created.remote).toBe(`${github.url}/ann/Nuka-Works.git`);
  const repository = await github.request('ann', '/repos/ann/Nuka-Works');
  expect(await repository.json()).toMatchObject({ private: true });
});

test('an organization has projects; a repository with a history is never written over', async () => {
  const { created, engine, id } = await projectOf('ann', 'beacons/Far Harbor', {
    'MyMod.ini': '[General]\r\n',
  });
  expect(created.remote).toBe(`${github.url}/beacons/Far-Harbor.git`);
  const other = await failureOf(projectOf('ann', 'beacons/Far-Harbor', { 'Other.ini': '[General]\r\n' }));
  expect(other).toMatchObject({
    code: 'PROJECT_EXISTS',
    message: expect.stringMatching(/modsync clone http/),
  });
  // what was asked of the API shows
  await engine.listMembers(id);
  expect((await engine.getSyncStatus(id)).budget).toMatchObject({
    limit: 5000,
    remaining: expect.any(Number),
  });
});

test('a public repository needs no invitation and no account', async () => {
  await projectOf('ann', 'public', { 'MyMod.ini': '[General]\r\n' });
  const zoe = user('zoe', { GITHUB_SERVER_URL: github.url });
  const folder = join(temporaryFolder('zoe'), 'mod');
  expect(await zoe.type('join', `${github.url}/ann/public`, folder)).toMatchObject({ code: 0 });
  expect(readFileSync(join(folder, 'MyMod.ini'), 'utf8')).toBe('[General]\r\n');
  writeFileSync(join(folder, 'MyMod.ini'), 'mine');
  expect(await zoe.type('sync', '-C', folder)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/Sign in: modsync login github --endpoint/),
  });
});

describe('what GitHub refuses', () => {
  test('LFS over its quota says whose it is, and keeps the work', async () => {
    const { engine, id, folder } = await projectOf('ann', 'quota', { 'MyMod.ini': '[General]\r\n' });
    github.answer = ({ path }) => (path.endsWith('/objects/batch') ? recorded.lfsQuota : undefined);
    writeFileSync(join(folder, 'Beacon_d.dds'), Buffer.alloc(5000, 3));
    expect(await failureOf(engine.syncProject(id))).toMatchObject({
      message: expect.stringMatching(/owner of the repository has used up.*Git LFS/),
    });
    github.answer = () => undefined;
    expect(await engine.syncProject(id)).toMatchObject({ pushed: true });
  });

  test('a file over 100 MB in history is known before anything is sent; over 50 MB it is said', async () => {
    const { engine, id, folder } = await projectOf('ann', 'large', { 'MyMod.ini': '[General]\r\n' });
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], { cwd: folder });
    const commit = (name: string, megabytes: number) => {
      writeFileSync(join(folder, name), Buffer.alloc(megabytes << 20));
      git('-c', 'core.compression=1', 'add', name);
      git('-c', 'core.hooksPath=/dev/null', 'commit', '--quiet', '-m', name);
    };
    commit('Large.bin', 51);
    expect((await engine.syncProject(id)).warnings?.join()).toMatch(
      /Large\.bin \(53 MB\).*wants no file over 52 MB/,
    );
    commit('TooLarge.bin', 101);
    const asked = github.asked.length;
    expect(await failureOf(engine.syncProject(id))).toMatchObject({
      code: 'PUSH_REJECTED',
      message: expect.stringMatching(/TooLarge\.bin \(106 MB\).*git lfs migrate import/),
    });
    expect(github.asked.slice(asked).filter(({ path }) => path.endsWith('git-receive-pack'))).toEqual([]);
  });

  test('a push larger than GitHub takes stops there, and says how to send it in portions', async () => {
    const { engine, id, folder } = await projectOf('ann', 'portions', { 'MyMod.ini': '[General]\r\n' });
    await engine.syncProject(id);
    const url = `${github.url}/ann/portions.git`;
    const plain = smartHttp({ url, authorize: async () => `Bearer ${github.tokenOf('ann')}` });
    const history = adviceOnHistory(githubRepository(url), plain, 3 << 20);
    writeFileSync(join(folder, 'noise.txt'), randomBytes(6 << 20));
    execFileSync('git', ['add', 'noise.txt'], { cwd: folder });
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@x', 'commit', '-qm', 'Noise'], {
      cwd: folder,
    });
    const repository = await Repository.open(nodeHost({ home: temporaryFolder('home') }), folder);
    const { commit: next } = await repository.refs.head();
    const ref = 'refs/heads/noise';
    expect(
      await failureOf(history.push(localObjects(repository), [{ ref, expected: undefined, next }])),
    ).toMatchObject({
      code: 'PUSH_REJECTED',
      message: expect.stringMatching(/in portions.*git push origin/),
    });
    expect((await history.listRefs()).refs.has(ref)).toBe(false);
  });

  test('a name that is none, or nobody’s, is not invited, and nobody gets more than was meant', async () => {
    const { engine, id } = await projectOf('ann', 'people', { 'MyMod.ini': '[General]\r\n' });
    expect(await failureOf(engine.shareProject(id, ['bob'], { role: 'viewer' }))).toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringMatching(/own repository.*nobody can be viewer.*organization/),
    });
    expect(await failureOf(engine.shareProject(id, ['bob@example.org']))).toMatchObject({
      code: 'INVALID_INPUT',
    });
    expect(await failureOf(engine.shareProject(id, ['nobody']))).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('an organization that wants single sign-on names the page, also when history is asked for', async () => {
    const { engine, id } = await projectOf('ann', 'sso', { 'MyMod.ini': '[General]\r\n' });
    github.answer = ({ path }) =>
      path.startsWith('/repos/') || path.includes('.git/')
        ? recorded.sso('https://github.example/sso?a=1')
        : undefined;
    expect(await failureOf(engine.listMembers(id))).toMatchObject({
      message: expect.stringMatching(/https:\/\/github\.example\/sso\?a=1/),
    });
    expect(await failureOf(engine.syncProject(id))).toMatchObject({
      code: 'ACCESS_DENIED',
      message: expect.stringMatching(/single sign-on/),
    });
  });
});
