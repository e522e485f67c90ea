/** A project at GitHub as people live it: the command, and stock git beside it. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GitHubStandIn, startGitHub } from '../support/github/standIn.ts';
import { haveGitLfs } from '../support/gitLfs.ts';
import { temporaryFolder } from '../support/host.ts';
import { Modder, quickCli, runCli } from '../support/processes.ts';
import { filesOf } from '../support/team.ts';

const TOKENS = { ann: 'ghp_annsSecret0001', bob: 'ghp_bobsSecret0002', carol: 'ghp_carolsSecret03' };

let github: GitHubStandIn;

beforeAll(async () => {
  const people = {
    ann: { token: TOKENS.ann, scopes: ['repo', 'admin:repo_hook'] },
    bob: { token: TOKENS.bob },
    carol: { token: TOKENS.carol },
  };
  github = await startGitHub(people, { orgs: { beacons: ['ann'] } });
});

function modder(name: keyof typeof TOKENS, signedIn = true): Modder {
  const one = new Modder(name);
  one.env.GITHUB_SERVER_URL = github.url;
  if (signedIn) one.env.GITHUB_TOKEN = TOKENS[name];
  mkdirSync(one.folder, { recursive: true });
  return one;
}

async function run(one: Modder, ...args: string[]) {
  const ran = await quickCli([...args, '--json'], one.env);
  if (ran.code !== 0) throw new Error(`${args.join(' ')} ended with ${ran.code}: ${ran.out}${ran.err}`);
  return ran.answer?.success ? (ran.answer.data as Record<string, unknown>) : {};
}

const texture = Buffer.alloc(300_000, 7);

test('a team keeps its mod at GitHub', async () => {
  const ann = modder('ann');
  ann.write('MyMod.ini', '[General]\r\nbGood=1\r\n');
  ann.write('Textures/Beacon_d.dds', texture);
  const made = await ann.modsync(
    'init',
    '--github',
    'beacons/my-mod',
    '--private',
    '--endpoint',
    github.url,
    '--yes',
    ann.folder,
  );
  expect(made.remote).toBe(`${github.url}/beacons/my-mod.git`);

  // a repository as its owner would have set it up by hand
  const repository = (await (await github.request('ann', '/repos/beacons/my-mod')).json()) as Record<
    string,
    unknown
  >;
  expect(repository).toMatchObject({
    private: true,
    has_wiki: false,
    topics: expect.arrayContaining(['fallout4', 'modsync']),
    description: expect.stringMatching(/Fallout 4/),
  });
  const oid = execFileSync('sha256sum', { input: texture }).toString().slice(0, 64);
  expect(github.lfs('beacons', 'my-mod').has(oid)).toBe(true);

  // not invited yet: it does not exist
  const bob = modder('bob');
  const early = await quickCli(['join', `${github.url}/beacons/my-mod`, bob.folder, '--json'], bob.env);
  expect(early.answer).toMatchObject({ error: { code: 'INVALID_INVITE' } });

  const shared = await ann.modsync('share', 'bob', '@carol');
  expect(shared).toMatchObject({ inviteCode: `${github.url}/beacons/my-mod`, isPersonal: true });
  expect(await ann.modsync('members')).toEqual([
    { name: 'ann', role: 'owner' },
    { name: 'bob', role: 'editor', invited: true },
    { name: 'carol', role: 'editor', invited: true },
  ]);
  await run(bob, 'join', String(shared.inviteCode), bob.folder);
  expect(readFileSync(join(bob.folder, 'Textures/Beacon_d.dds')).equals(texture)).toBe(true);
  expect(filesOf(bob.folder)).toEqual(filesOf(ann.folder));

  // edits on both sides meet
  ann.write('Scripts/Source/User/MyQuest.psc', 'Scriptname MyQuest extends Quest\r\n');
  bob.write('MyMod.ini', '[General]\r\nbGood=0\r\n');
  await bob.modsync('sync');
  await ann.modsync('sync');
  await bob.modsync('sync');
  expect(filesOf(bob.folder)).toEqual(filesOf(ann.folder));
  expect(ann.read('MyMod.ini')).toMatch(/bGood=0/);

  // a lock is everyone's: git-lfs's, GitHub's, ours
  await bob.modsync('lock', 'Textures/Beacon_d.dds');
  expect(await ann.modsync('locks')).toMatchObject([{ path: 'Textures/Beacon_d.dds', owner: 'bob' }]);
  ann.write('Textures/Beacon_d.dds', Buffer.alloc(1000, 1));
  expect((await ann.tryModsync('sync')).answer).toMatchObject({ error: { code: 'LOCKED' } });
  await bob.modsync('unlock', 'Textures/Beacon_d.dds');
  await ann.modsync('sync');

  // stock git works on, with the same token
  if (haveGitLfs) {
    bob.write('notes.txt', 'by hand\n');
    await bob.git('pull', '--quiet');
    await bob.git('add', 'notes.txt');
    await bob.git('commit', '--quiet', '-m', 'By stock git');
    await bob.git('push', '--quiet');
    await ann.modsync('sync');
    expect(ann.read('notes.txt')).toBe('by hand\n');
  }

  // a viewer looks, and is told why that is all
  await ann.modsync('share', 'carol', '--role', 'viewer');
  const carol = modder('carol');
  await run(carol, 'join', `${github.url}/beacons/my-mod`, carol.folder);
  carol.write('MyMod.ini', 'mine');
  const refused = await carol.tryModsync('sync');
  expect(refused.answer).toMatchObject({
    error: { code: 'ACCESS_DENIED', message: expect.stringMatching(/you may look, not edit/) },
  });
  expect(carol.read('MyMod.ini')).toBe('mine');

  // and init again goes on where it was
  await ann.modsync(
    'init',
    '--github',
    'beacons/my-mod',
    '--private',
    '--endpoint',
    github.url,
    '--yes',
    ann.folder,
  );
});

test('a repository that modsync has never seen is cloned as it is, and worked on', async () => {
  const ann = modder('ann');
  const created = await github.request('ann', '/user/repos', { method: 'POST', json: { name: 'OldMod' } });
  expect(created.status).toBe(201);
  const old = github.repository('ann', 'OldMod');
  const work = temporaryFolder('old');
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Old', '-c', 'user.email=old@example.org', ...args], { cwd: work });
  git('init', '--quiet', '--initial-branch=master');
  ann.folder = work;
  ann.write('OldMod.esp.txt', 'an old mod\n');
  git('add', '.');
  git('commit', '--quiet', '-m', 'Before modsync');
  git('push', '--quiet', old, 'master');
  execFileSync('git', ['symbolic-ref', 'HEAD', 'refs/heads/master'], { cwd: old });

  const copies: Modder[] = [];
  for (const name of ['one', 'two']) {
    const copy = modder('ann');
    copy.folder = join(temporaryFolder(name), 'mod');
    await run(copy, 'clone', `${github.url}/ann/OldMod`, copy.folder);
    copies.push(copy);
  }
  const [one, two] = copies as [Modder, Modder]; // made above
  expect(existsSync(join(one.folder, '.modsync.json'))).toBe(false);
  expect(await one.git('status', '--porcelain')).toBe('');
  one.write('OldMod.esp.txt', 'an old mod, mended\n');
  await one.modsync('sync');
  await two.modsync('sync');
  expect(two.read('OldMod.esp.txt')).toBe('an old mod, mended\n');
  const [status, other] = [await one.modsync('status'), await two.modsync('status')];
  expect(status.projectId).toBe(other.projectId);
});

test('a token in an address does not stay there', async () => {
  const ann = modder('ann', false);
  await github.request('ann', '/user/repos', { method: 'POST', json: { name: 'Pasted', private: true } });
  const pasted = new URL(`${github.url}/ann/Pasted/tree/main`);
  pasted.username = 'x-access-token';
  pasted.password = TOKENS.ann;
  await run(ann, 'clone', pasted.href, ann.folder);
  expect(await ann.git('remote', 'get-url', 'origin')).toBe(`${github.url}/ann/Pasted.git`);
  ann.write('MyMod.ini', '[General]\r\n');
  await ann.modsync('sync');
  await ann.git('fetch', '--quiet');
  for (const [path, content] of filesOf(join(ann.folder, '.git')))
    if (content.includes(TOKENS.ann)) throw new Error(`The token is in .git/${path}`);
});

test('the token shows nowhere: no configuration, no output, no list of processes', async () => {
  const ann = modder('ann', false);
  ann.write('MyMod.ini', '[General]\r\n');
  const login = ['login', 'github', '--endpoint', github.url, '--json'];
  const outputs: string[] = [];
  const told = await runCli(login, { env: ann.env, input: `${TOKENS.ann}\n` });
  expect(told.answer).toMatchObject({ success: true, data: { login: 'ann', lacking: [] } });
  outputs.push(told.out, told.err);

  const seen = new Set<string>();
  const watched = async (args: readonly string[]) => {
    const ran = await runCli([...args, '-C', ann.folder], {
      env: ann.env,
      onStart: (child) => {
        const look = setInterval(() => {
          for (const line of execFileSync('ps', ['-eo', 'args']).toString().split('\n')) seen.add(line);
        }, 50);
        child.once('close', () => clearInterval(look));
      },
    });
    outputs.push(ran.out, ran.err);
    return ran;
  };
  const init = await watched([
    'init',
    '--github',
    'secret-mod',
    '--endpoint',
    github.url,
    '--yes',
    ann.folder,
  ]);
  expect(init.code).toBe(0);
  await watched(['sync']);
  await watched(['status', '--json']);
  github.answer = ({ path }) =>
    path.endsWith('/info/refs') ? { status: 401, body: { message: 'no' } } : undefined;
  expect((await watched(['sync'])).code).toBe(1);
  github.answer = () => undefined;

  const git = await ann.git('config', '--list');
  for (const text of [...outputs, git, ...seen]) expect(text).not.toContain(TOKENS.ann);
  for (const [path, content] of filesOf(join(ann.folder, '.git')))
    if (content.includes(TOKENS.ann)) throw new Error(`The token is in .git/${path}`);
  // it is where it belongs: readable by its owner only
  const kept = join(String(ann.env.MODSYNC_HOME), 'credentials.json');
  expect(readFileSync(kept, 'utf8')).toContain(TOKENS.ann);
  if (process.platform !== 'win32')
    expect(execFileSync('stat', ['-c', '%a', kept]).toString().trim()).toBe('600');
});
