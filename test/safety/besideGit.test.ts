/** After whatever stock git does ours is right, stock git reads what ours did, and holes in what a remote sends are found. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { restore } from '../../src/engine/history.ts';
import { Project } from '../../src/engine/project/Project.ts';
import { CommitGraph, Repository } from '../../src/git/index.ts';
import type { CommitId, ObjectId } from '../../src/shared/ids.ts';
import { git, gitEnvironment, seededRepository } from '../support/gitRepository.ts';
import { testHost } from '../support/host.ts';
import { sharedProject } from './project.ts';

const host = testHost();
const author = { name: 'Ann', email: 'ann@example.org', seconds: 1_700_000_000, offset: 60 };

const edit = (folder: string, line: string) => {
  const [path] = git(folder, 'ls-files', '-z').split('\0');
  appendFileSync(join(folder, path!), `\n${line}\n`);
  return path!;
};

/** Ours and git's answers to the same questions. */
async function expectSame(repository: Repository): Promise<void> {
  const { folder } = repository;
  const status = await repository.status();
  const changed = [
    ...status.unstaged.filter(({ before }) => before).map(({ path }) => path),
    ...status.staged.map(({ path }) => path),
  ];
  const theirs = git(folder, 'diff', '--name-only', '--no-renames', '-z', 'HEAD').split('\0').filter(Boolean);
  expect([...new Set(changed)].sort()).toEqual(theirs.sort());
  const head = git(folder, 'rev-parse', 'HEAD').trim();
  expect((await repository.refs.head()).commit).toBe(head);
  expect(await repository.headTree()).toBe(git(folder, 'rev-parse', 'HEAD^{tree}').trim());
  const ours: string[] = [];
  for await (const { id } of new CommitGraph(repository.objects).log(head as CommitId)) ours.push(id);
  expect(ours.sort()).toEqual(git(folder, 'rev-list', 'HEAD').trim().split('\n').sort());
}

const works: readonly (readonly [what: string, run: (folder: string) => void])[] = [
  ['git gc', (folder) => git(folder, 'gc', '-q')],
  ['git gc --prune=now --aggressive', (folder) => git(folder, 'gc', '-q', '--aggressive', '--prune=now')],
  ['git repack -ad', (folder) => git(folder, 'repack', '-adq')],
  ['git repack -adf, with a bitmap', (folder) => git(folder, 'repack', '-adfbq')],
  ['git pack-refs --all', (folder) => git(folder, 'pack-refs', '--all', '--prune')],
  [
    'git multi-pack-index',
    (folder) => {
      git(folder, 'repack', '-dq');
      git(folder, 'multi-pack-index', 'write');
    },
  ],
  ['git commit-graph', (folder) => git(folder, 'commit-graph', 'write', '--reachable')],
  ['git unpack-objects', unpackAll],
  [
    'git commit',
    (folder) => {
      edit(folder, 'commit');
      git(folder, 'commit', '-qam', 'theirs');
    },
  ],
  [
    'git commit --amend',
    (folder) => {
      edit(folder, 'amend');
      git(folder, 'commit', '-qa', '--amend', '--no-edit');
    },
  ],
  [
    'git add, without a commit',
    (folder) => {
      git(folder, 'add', edit(folder, 'added'));
    },
  ],
  [
    'git stash',
    (folder) => {
      edit(folder, 'stashed');
      git(folder, 'stash', '-q');
    },
  ],
  [
    'git stash pop',
    (folder) => {
      edit(folder, 'popped');
      git(folder, 'stash', '-q');
      git(folder, 'stash', 'pop', '-q');
    },
  ],
  [
    'git rebase',
    (folder) => {
      git(folder, 'checkout', '-qb', 'topic', 'HEAD~3');
      writeFileSync(join(folder, 'topic.txt'), 'topic\n');
      git(folder, 'add', '-A');
      git(folder, 'commit', '-qm', 'topic');
      git(folder, 'rebase', '-q', 'main');
    },
  ],
  ['git reset --hard', (folder) => git(folder, 'reset', '-q', '--hard', 'HEAD~2')],
  ['git reset --soft', (folder) => git(folder, 'reset', '-q', '--soft', 'HEAD~1')],
  ['git switch', (folder) => git(folder, 'checkout', '-qb', 'other', 'HEAD~4')],
  ['git merge', mergeSide],
  ['git update-index --index-version 4', (folder) => git(folder, 'update-index', '--index-version', '4')],
  ['git mv and git rm', moveAndRemove],
];

function unpackAll(folder: string): void {
  const packs = join(folder, '.git/objects/pack');
  git(folder, 'repack', '-adq');
  const names = readdirSync(packs).filter((name) => name.endsWith('.pack'));
  const contents = names.map((name) => readFileSync(join(packs, name)));
  for (const name of readdirSync(packs)) rmSync(join(packs, name));
  for (const input of contents)
    execFileSync('git', ['unpack-objects', '-q'], { cwd: folder, env: gitEnvironment, input });
}

function mergeSide(folder: string): void {
  git(folder, 'checkout', '-qb', 'side', 'HEAD~2');
  writeFileSync(join(folder, 'side.txt'), 'side\n');
  git(folder, 'add', '-A');
  git(folder, 'commit', '-qm', 'side');
  git(folder, 'checkout', '-q', 'main');
  git(folder, 'merge', '-q', '--no-edit', 'side');
}

function moveAndRemove(folder: string): void {
  const [first, second] = git(folder, 'ls-files', '-z').split('\0') as [string, string];
  git(folder, 'mv', first, 'moved.txt');
  git(folder, 'rm', '-q', second);
}

/** Every third of them, all in the soak: each begins with a repository of its own. */
const sample = process.env.MODSYNC_SOAK ? works : works.filter((_, at) => at % 3 === 0);

test.each(sample)('after %s: status, history, commit and checkout are right', async (_, run) => {
  const folder = seededRepository(71, 8);
  // opened before, so that what it remembers is put to the test
  const repository = await Repository.open(host, folder);
  await expectSame(repository);
  const start = git(folder, 'rev-parse', 'HEAD').trim() as CommitId;
  const old = (await repository.graph.commit(start)).tree;
  run(folder);
  await expectSame(repository);

  edit(folder, 'ours');
  writeFileSync(join(folder, 'ours.txt'), 'ours\n');
  const made = await repository.commitWorkingTree({ message: 'ours', author });
  expect(git(folder, 'rev-parse', 'HEAD').trim()).toBe(made?.commit);
  expect(git(folder, 'status', '--porcelain')).toBe('');
  await expectSame(repository);

  await repository.checkout({ to: old });
  await repository.refs.update([{ ref: 'HEAD', next: start }], { message: 'back', who: author });
  expect(git(folder, 'status', '--porcelain')).toBe('');
  await expectSame(repository);
  git(folder, 'fsck', '--strict', '--no-dangling');
});

test('upkeep beside a multi-pack-index leaves none that names packs which are gone', async () => {
  const folder = seededRepository(73, 6);
  for (const back of [4, 2, 0]) {
    execFileSync('git', ['pack-objects', '-q', '--revs', join(folder, '.git/objects/pack/pack')], {
      cwd: folder,
      input: `HEAD~${back}\n`,
      env: gitEnvironment,
      stdio: ['pipe', 'ignore', 'inherit'],
    });
  }
  git(folder, 'multi-pack-index', 'write');
  git(folder, 'config', 'gc.autoPackLimit', '1');
  const repository = await Repository.open(host, folder);
  expect(await repository.upkeep({ minAge: 0 })).toMatchObject({ packsRemoved: 3 });
  git(folder, 'fsck', '--strict', '--no-dangling');
  expect(git(folder, 'rev-list', '--objects', '--all').length).toBeGreaterThan(0);
});

test('a sparse index is refused with what to do', async () => {
  const folder = seededRepository(74, 3);
  git(folder, 'sparse-checkout', 'init', '--cone', '--sparse-index');
  git(folder, 'sparse-checkout', 'set', 'Data/a');
  await expect(Repository.open(host, folder)).rejects.toMatchObject({
    code: 'UNSUPPORTED_REPOSITORY',
    message: expect.stringContaining('no-sparse-index'),
  });
});

test('every move of a ref is in the reflog, and stock git reads it', async () => {
  const { folder, bare, server, sync } = await sharedProject({ 'a.txt': 'a' });
  const moves = (name: string) => git(folder, 'reflog', '--format=%H', name).trim().split('\n').length;
  const values = () =>
    ['HEAD', 'main', 'origin/main'].map((name) => [git(folder, 'rev-parse', name), moves(name)] as const);
  const steps: readonly (() => Promise<unknown> | undefined)[] = [
    async () => {
      writeFileSync(join(folder, 'a.txt'), 'snapshot');
      return await sync();
    },
    async () => {
      const tree = git(bare, 'rev-parse', 'main^{tree}').trim();
      const next = git(bare, 'commit-tree', tree, '-p', 'main', '-m', 'theirs').trim();
      git(bare, 'update-ref', 'refs/heads/main', next);
      return await sync();
    },
    async () => {
      const project = await Project.find(host, folder);
      return await restore(project, git(folder, 'rev-parse', 'HEAD~2').trim(), {
        beforeCheckout: async () => undefined,
      });
    },
    async () => sync(),
  ];
  for (const step of steps) {
    const before = values();
    await step();
    for (const [i, [value, count]] of values().entries()) {
      const [valueBefore, countBefore] = before[i]!;
      expect([i, count > countBefore]).toEqual([i, value !== valueBefore]);
    }
    // each line starts where the one before ended
    for (const name of ['HEAD', 'refs/heads/main', 'refs/remotes/origin/main']) {
      const lines = readFileSync(join(folder, '.git/logs', name), 'utf8')
        .trim()
        .split('\n');
      for (let i = 1; i < lines.length; i++) expect(lines[i]!.slice(0, 40)).toBe(lines[i - 1]!.slice(41, 81));
      expect(lines.at(-1)!.slice(41, 81)).toBe(git(folder, 'rev-parse', name).trim());
    }
  }
  expect(git(folder, 'reflog', '--format=%gs', 'main')).toMatch(/modsync: restore/);
  expect(git(folder, 'rev-parse', 'main@{1}')).toMatch(/^[0-9a-f]{40}/);
  git(folder, 'fsck', '--strict', '--no-dangling');
  await server.close();
});

test('a shallow clone of stock git fetches, merges and pushes', async () => {
  const { folder, bare, server } = await sharedProject({ 'a.txt': 'a' });
  for (let i = 0; i < 5; i++) {
    writeFileSync(join(folder, 'a.txt'), `${i}`);
    git(folder, 'commit', '-qam', `${i}`);
  }
  git(folder, 'push', '-q', bare, 'main');
  const shallow = await sharedProject({});
  await shallow.server.close();
  rmSync(shallow.folder, { recursive: true });
  git(join(shallow.folder, '..'), 'clone', '-q', '--depth=2', `file://${bare}`, shallow.folder);
  git(shallow.folder, 'remote', 'set-url', 'origin', server.url);
  // from before the edge, so that its parents must not be asked for
  const tree = git(bare, 'rev-parse', 'main^{tree}').trim();
  const old = git(bare, 'commit-tree', tree, '-p', 'main~4', '-m', 'from the past').trim();
  const merge = git(bare, 'commit-tree', tree, '-p', 'main', '-p', old, '-m', 'merge').trim();
  git(bare, 'update-ref', 'refs/heads/main', merge);
  writeFileSync(join(shallow.folder, 'mine.txt'), 'mine');
  const project = await Project.find(host, shallow.folder);
  const { syncOnce } = await import('../../src/engine/sync/sync.ts');
  const { remoteAt } = await import('./project.ts');
  await syncOnce(project, async () => remoteAt(server.url), {
    direction: 'bidirectional',
    strategy: 'manual',
  });
  git(shallow.folder, 'fsck', '--strict', '--no-dangling');
  expect(git(bare, 'show', 'main:mine.txt')).toBe('mine');
  git(bare, 'fsck', '--strict', '--no-dangling');
  await server.close();
});

test.each([
  ['a blob', 'HEAD:a.txt'],
  ['a tree', 'HEAD^{tree}'],
  ['a tree of the commit before', 'HEAD~1^{tree}'],
  ['a parent', 'HEAD~1'],
])('a remote that leaves out %s moves no ref', async (_, what) => {
  const source = seededRepository(72, 3);
  writeFileSync(join(source, 'a.txt'), 'left out?');
  git(source, 'add', '-A');
  git(source, 'commit', '-qm', 'last');
  const gone = git(source, 'rev-parse', what).trim();
  const ids = git(source, 'rev-list', '--objects', 'HEAD')
    .trim()
    .split('\n')
    .map((line) => line.slice(0, 40))
    .filter((id) => id !== gone);
  const pack = execFileSync('git', ['pack-objects', '--stdout', '-q'], {
    cwd: source,
    env: gitEnvironment,
    input: ids.join('\n'),
  });
  const { folder, server } = await sharedProject({});
  await server.close();
  const { repository } = await Project.find(host, folder);
  const bytes = async function* () {
    yield new Uint8Array(pack);
  };
  const { ids: received } = await repository.objects.storePack(bytes());
  const tip = git(source, 'rev-parse', 'HEAD').trim() as ObjectId;
  await expect(repository.checkConnected([tip], new Set(received))).rejects.toMatchObject({
    code: 'OBJECT_MISSING',
    data: { id: gone },
  });
});

test.each([
  ['the changed file', 'HEAD:a/b/c.txt'],
  ['a folder above it', 'HEAD:a/b'],
  ['a file of the snapshot between', 'HEAD~1:a/d.txt'],
  ['nothing', undefined],
])('a remote that leaves out %s, on top of what is here, is found out', async (_, what) => {
  const { folder, bare, server } = await sharedProject({
    'a/b/c.txt': '1',
    'a/b/e.txt': '1',
    'f/g.txt': '1',
  });
  await server.close();
  const source = join(folder, '..', 'source');
  git(join(folder, '..'), 'clone', '-q', bare, source);
  for (const [path, content] of [
    ['a/d.txt', 'new'],
    ['a/b/c.txt', '2'],
  ] as const) {
    writeFileSync(join(source, path), content);
    git(source, 'add', '-A');
    git(source, '-c', 'user.name=A', '-c', 'user.email=a@example.org', 'commit', '-qm', path);
  }
  const gone = what && git(source, 'rev-parse', what).trim();
  const ids = git(source, 'rev-list', '--objects', 'HEAD', '^HEAD~2').trim().split('\n');
  const pack = execFileSync('git', ['pack-objects', '--stdout', '-q'], {
    cwd: source,
    env: gitEnvironment,
    input: ids
      .map((line) => line.slice(0, 40))
      .filter((id) => id !== gone)
      .join('\n'),
  });
  const { repository } = await Project.find(host, folder);
  const bytes = async function* () {
    yield new Uint8Array(pack);
  };
  const { ids: received } = await repository.objects.storePack(bytes());
  const tip = git(source, 'rev-parse', 'HEAD').trim() as ObjectId;
  const checked = repository.checkConnected([tip], new Set(received));
  if (gone) await expect(checked).rejects.toMatchObject({ code: 'OBJECT_MISSING', data: { id: gone } });
  else await checked;
});
