/**
 * Everything of a hostile tree is refused before the first byte is written, with the path and the rule, on every way
 * that leads to the working tree: clone, join, fetch and checkout, merge, restore.
 */
import { existsSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRemoteUrl } from '../../src/backends/remoteUrl.ts';
import { restore } from '../../src/engine/history.ts';
import { cloneProject } from '../../src/engine/project/createProject.ts';
import { Project } from '../../src/engine/project/Project.ts';
import { GitConfig } from '../../src/git/index.ts';
import { git } from '../support/gitRepository.ts';
import { temporaryFolder, testHost } from '../support/host.ts';
import { hostedRepositories } from '../support/reachable.ts';
import { startTestRelay } from '../support/relay.ts';
import { filesOf, joinTeam, startTeamAt } from '../support/team.ts';
import {
  type Entry,
  HOSTILE,
  type Hostile,
  hostileCommit,
  makerIn,
  SOME,
  setBranch,
} from './hostileTrees.ts';
import { remoteAt, type SharedProject, sharedProject } from './project.ts';

const refused = {
  name: 'SyncError',
  // with an empty name, the server's own git gives up
  code: expect.stringMatching(/^(UNSAFE_PATH|MALFORMED_OBJECT|REMOTE_PROTOCOL)$/),
};

/** The error says which path and which rule; what is no tree at all says where it breaks. */
function expectRefusal(error: unknown, { rule }: Pick<Hostile, 'rule'>): void {
  expect(error).toMatchObject(refused);
  const { code, data, message } = error as {
    code: string;
    data: { path?: string; rule?: string };
    message: string;
  };
  expect(message).toMatch(rule);
  if (code !== 'UNSAFE_PATH') return;
  expect(data.rule).toMatch(rule);
  expect(typeof data.path).toBe('string');
}

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

let shared: SharedProject;
let base: string;
beforeAll(async () => {
  shared = await sharedProject({ 'keep.txt': 'keep', 'dir/file.psc': 'file' });
  base = git(shared.bare, 'rev-parse', 'main').trim();
});
afterAll(() => shared.server.close());

const serve = (commit: string) => setBranch(shared.bare, commit);

/** Files, index and HEAD stay as they are. */
async function staysAsItIs(folder: string, work: () => Promise<unknown>): Promise<unknown> {
  const state = () => [
    [...filesOf(folder)],
    ...['index', 'HEAD', 'refs/heads/main'].map((name) => readFileSync(join(folder, '.git', name), 'latin1')),
  ];
  const before = state();
  const error = await failure(work());
  expect(state()).toEqual(before);
  return error;
}

/** Each of them is refused by its rule in test/git/worktree; on the whole way a sample, all of them in the soak. */
const sample = process.env.MODSYNC_SOAK ? HOSTILE : HOSTILE.filter((_, at) => at % 6 === 0);

test.each(sample)('fetch and checkout: $what', async (hostile) => {
  serve(hostileCommit(shared.bare, base, hostile));
  expectRefusal(await staysAsItIs(shared.folder, () => shared.sync()), hostile);
});

test('a refusal is said each time, and nothing stands in the way of what comes later', async () => {
  serve(hostileCommit(shared.bare, base, HOSTILE[0]!));
  for (const _ of ['once', 'twice'])
    expectRefusal(await staysAsItIs(shared.folder, () => shared.sync()), HOSTILE[0]!);
  serve(base);
  expect(await shared.sync()).toMatchObject({ outcome: 'up-to-date' });
});

test.each(SOME)('clone: $what', async (hostile) => {
  serve(hostileCommit(shared.bare, base, hostile));
  const folder = join(temporaryFolder('clones'), 'clone');
  const cloned = cloneProject(
    testHost(),
    folder,
    { gitUrl: shared.server.url },
    async ({ url }) => remoteAt(url),
    {},
  );
  expectRefusal(await failure(cloned), hostile);
  expect(existsSync(folder)).toBe(false);
});

describe('merge', () => {
  let mine: SharedProject;
  beforeAll(async () => {
    mine = await sharedProject({ 'keep.txt': 'keep' });
    writeFileSync(join(mine.folder, 'mine.txt'), 'mine');
    git(mine.folder, 'add', '-A');
    git(mine.folder, 'commit', '-qm', 'my own words');
  });
  afterAll(() => mine.server.close());

  test.each(SOME)('$what', async (hostile) => {
    const start = git(mine.folder, 'rev-parse', 'HEAD~1').trim();
    setBranch(mine.bare, hostileCommit(mine.bare, start, hostile));
    for (const strategy of ['local', 'remote', 'manual'] as const) {
      expectRefusal(await staysAsItIs(mine.folder, () => mine.sync(strategy)), hostile);
    }
  });

  test('what is saved here goes on while the remote is hostile, and goes out when it is mended', async () => {
    writeFileSync(join(mine.folder, 'more.txt'), 'more');
    await expect(mine.sync()).rejects.toMatchObject(refused);
    expect(git(mine.folder, 'status', '--porcelain')).toBe('');
    expect(git(mine.folder, 'show', 'HEAD:more.txt')).toBe('more');
    git(
      mine.bare,
      'update-ref',
      'refs/heads/main',
      git(mine.folder, 'rev-list', '--max-parents=0', 'HEAD').trim(),
    );
    expect(await mine.sync()).toMatchObject({ pushed: true });
  });
});

describe('restore', () => {
  let mine: SharedProject;
  let start: string;
  beforeAll(async () => {
    mine = await sharedProject({ 'keep.txt': 'keep' });
    start = git(mine.folder, 'rev-parse', 'HEAD').trim();
  });
  afterAll(() => mine.server.close());

  test.each(SOME)('$what', async (hostile) => {
    const { folder } = mine;
    const bad = hostileCommit(folder, start, hostile);
    // somebody took it back: its files are gone, it is in the history
    setBranch(folder, git(folder, 'commit-tree', `${start}^{tree}`, '-p', bad, '-m', 'taken back').trim());
    const project = await Project.find(testHost(), folder);
    const restored = () => restore(project, bad, { beforeCheckout: async () => undefined });
    expectRefusal(await staysAsItIs(folder, restored), hostile);
    expectRefusal(await staysAsItIs(folder, restored), hostile);
  });
});

test('join: one of each, planted in the relay’s own repository', async () => {
  const { relay, people } = await startTeamAt(await startTestRelay(), ['alice'], { 'keep.txt': 'keep' });
  const [bare] = hostedRepositories(relay.dataDir);
  const start = git(bare as string, 'rev-parse', 'main').trim();
  for (const hostile of SOME) {
    setBranch(bare as string, hostileCommit(bare as string, start, hostile));
    expectRefusal(await failure(joinTeam(people[0]!, 'bob')), hostile);
  }
  setBranch(bare as string, start);
  expect((await joinTeam(people[0]!, 'carol')).read('keep.txt')).toBe('keep');
});

describe('known attacks', () => {
  const planted = (make: Hostile['make']) => serve(hostileCommit(shared.bare, base, { make }));
  const cases: readonly (readonly [cve: string, what: string, make: Hostile['make']])[] = [
    ['CVE-2014-9390', '.GIT/config', (m) => [['40000', '.GIT', m.tree([['100644', 'config', m.blob('x')]])]]],
    [
      'CVE-2019-1352',
      'an NTFS stream of .git',
      (m) => [['40000', '.git::$INDEX_ALLOCATION', m.tree([['100644', 'config', m.blob('x')]])]],
    ],
    ['CVE-2019-1353', 'git~1', (m) => [['40000', 'git~1', m.tree([['100644', 'config', m.blob('x')]])]]],
    [
      'CVE-2021-21300',
      'a link in the place of a folder, on disks without case, with a filter',
      (m) => [
        ['100644', '.gitattributes', m.blob('a/post-checkout filter=lfs\n')],
        ['120000', 'A', m.blob('.git/hooks')],
        ['40000', 'a', m.tree([['100755', 'post-checkout', m.blob('x')]])],
      ],
    ],
    [
      'CVE-2023-23946',
      'a file below a link',
      (m) => [
        ['120000', 'd', m.blob('../outside')],
        ['40000', 'd', m.tree([['100644', 'x', m.blob('x')]])],
      ],
    ],
    [
      'CVE-2024-32002',
      'a submodule below a link to .git, on disks without case',
      (m) => [
        ['100644', '.gitmodules', m.blob('[submodule "x/y"]\n\tpath = A/modules/x\n\turl = ../x\n')],
        ['40000', 'A', m.tree([['40000', 'modules', m.tree([['160000', 'x', base]])]])],
        ['120000', 'a', m.blob('.git')],
      ],
    ],
    ['CVE-2025-48384', 'a submodule path that ends in CR', () => [['160000', 'sub\r', base]]],
  ];
  test.each(cases)('%s: %s is refused', async (_, __, make) => {
    planted(make);
    expectRefusal(await staysAsItIs(shared.folder, () => shared.sync()), { rule: /./ });
  });

  test('CVE-2018-11235: a submodule whose name leads out is listed and left alone', async () => {
    const { folder, bare, server, sync } = await sharedProject({ 'keep.txt': 'keep' });
    const start = git(bare, 'rev-parse', 'main').trim();
    const make: Hostile['make'] = (m) => [
      ['100644', '.gitmodules', m.blob('[submodule "../../evil"]\n\tpath = evil\n\turl = ./evil\n')],
      ['160000', 'evil', start],
    ];
    setBranch(bare, hostileCommit(bare, start, { make }));
    expect(await sync()).toMatchObject({ outcome: 'synced' });
    expect(existsSync(join(folder, '.git/modules'))).toBe(false);
    expect(filesOf(folder).has('evil/x')).toBe(false);
    expect(git(folder, 'ls-files', '-s', 'evil')).toMatch(/^160000 /);
    await server.close();
  });

  test('CVE-2020-27955, CVE-2022-24826: programs in the project are never run', async () => {
    const { folder, bare, server, sync } = await sharedProject({ 'keep.txt': 'keep' });
    const proof = join(temporaryFolder(), 'ran');
    const start = git(bare, 'rev-parse', 'main').trim();
    const make: Hostile['make'] = (m) =>
      ['git', 'git.exe', 'git.bat', 'git.cmd', 'git-lfs', 'git-lfs.exe', 'node', 'sh'].map(
        (name): Entry => ['100755', name, m.blob(`#!/bin/sh\ntouch '${proof}'\n`)],
      );
    setBranch(bare, hostileCommit(bare, start, { make }));
    const here = process.cwd();
    const path = process.env.PATH;
    try {
      expect(await sync()).toMatchObject({ outcome: 'synced' });
      process.chdir(folder);
      process.env.PATH = `.:${path}`;
      writeFileSync(join(folder, 'keep.txt'), 'kept');
      // the server of this test runs git itself, found before the path was changed
      const project = await Project.find(testHost(), folder);
      await project.repository.status();
      await project.repository.upkeep();
    } finally {
      process.chdir(here);
      process.env.PATH = path;
      await server.close();
    }
    expect(existsSync(proof)).toBe(false);
  });

  test('CVE-2022-24765: what a repository’s configuration would run is not run', async () => {
    const { folder, server, sync } = await sharedProject({
      'keep.txt': 'keep',
      '.gitattributes': '* filter=evil\n',
    });
    const proof = join(temporaryFolder(), 'ran');
    const script = join(temporaryFolder(), 'evil');
    writeFileSync(script, `#!/bin/sh\ntouch '${proof}'\n`, { mode: 0o755 });
    for (const key of [
      'core.fsmonitor',
      'core.sshCommand',
      'core.pager',
      'core.editor',
      'core.gitProxy',
      'filter.evil.clean',
      'filter.evil.smudge',
      'filter.evil.process',
      'gpg.program',
      'diff.external',
    ])
      git(folder, 'config', key, script);
    git(folder, 'config', 'core.hooksPath', join(script, '..'));
    writeFileSync(join(folder, 'keep.txt'), 'kept');
    expect(await sync()).toMatchObject({ pushed: true });
    await server.close();
    expect(existsSync(proof)).toBe(false);
  });

  test('CVE-2025-26625: a hard link or a symlinked folder does not lead the writing out of the project', async () => {
    const { folder, bare, server, sync } = await sharedProject({ 'linked.txt': 'one', 'd/x.txt': 'one' });
    const outside = temporaryFolder('outside');
    linkSync(join(folder, 'linked.txt'), join(outside, 'linked.txt'));
    mkdirSync(join(outside, 'd'));
    writeFileSync(join(outside, 'd/x.txt'), 'mine');
    git(folder, 'rm', '-rq', '--cached', 'd');
    git(folder, 'commit', '-qm', 'd goes');
    git(folder, 'push', '-q', bare, 'main');
    git(folder, 'clean', '-fdqx');
    symlinkSync(join(outside, 'd'), join(folder, 'd'));
    writeFileSync(join(folder, '.git/info/exclude'), 'd\n');
    const start = git(bare, 'rev-parse', 'main').trim();
    const make: Hostile['make'] = (m) => [
      ['100644', 'linked.txt', m.blob('two')],
      ['40000', 'd', m.tree([['100644', 'x.txt', m.blob('two')]])],
    ];
    setBranch(bare, hostileCommit(bare, start, { make }));
    await failure(sync());
    expect(readFileSync(join(outside, 'linked.txt'), 'utf8')).toBe('one');
    expect(readFileSync(join(outside, 'd/x.txt'), 'utf8')).toBe('mine');
    await server.close();
  });

  test.each([
    'http://u:a%0ab@h/p.git',
    'http://u%0d:p@h/p.git',
    'http://u:%00@h/p.git',
    'http://u:%zz@h/p.git',
  ])('CVE-2024-53263: credentials with line ends are refused: %s', (url) => {
    expect(() => parseRemoteUrl(url)).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG' }));
  });

  test('CVE-2025-48384: what is written into the configuration is what Git reads from it', async () => {
    const folder = temporaryFolder();
    git(folder, 'init', '-q');
    const config = await GitConfig.open(testHost(), join(folder, '.git'));
    for (const value of ['sub\r', ' x', 'x ', '"', '\\', 'a;b', 'a#b', 'a\tb', 'a\nb']) {
      await config.set('test.value', value);
      expect(git(folder, 'config', '--get', 'test.value')).toBe(`${value}\n`);
    }
  });
});

test('trees of stock git’s own making are what they were: nothing here refuses an ordinary project', async () => {
  const maker = makerIn(shared.bare);
  const names = [
    '.gitattributes',
    '.gitignore',
    '.github',
    'git',
    'gitmod',
    'con1',
    'auxiliary.psc',
    'COM10',
    'nul-x',
    'a b',
    'ü',
    'x.y.z',
    '~',
    'git~10',
    '[a]',
    "o'x",
    '.hidden',
    '$x',
    'a&b',
    '日本',
  ];
  const root = names.map((name): Entry => ['100644', name, maker.blob('fine')]);
  serve(hostileCommit(shared.bare, base, { make: () => root }));
  expect(await shared.sync()).toMatchObject({ outcome: 'synced' });
  for (const name of names) expect(readFileSync(join(shared.folder, name), 'utf8')).toBe('fine');
});
