import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import isomorphic from 'isomorphic-git';
import { parseConfig, setInConfig } from '../../src/git/configFormat.ts';
import { Repository } from '../../src/git/index.ts';
import { nodeHost } from '../../src/platform/node/index.ts';
import { SyncError } from '../../src/shared/errors.ts';
import type { CommitId } from '../../src/shared/ids.ts';
import { gitBytes, gitZ } from '../support/gitCommand.ts';
import { git, seededRepository } from '../support/gitRepository.ts';
import { temporaryFolder, testHost } from '../support/host.ts';

const SOAK = Number(process.env.MODSYNC_SOAK ?? 1);
const author = { name: 'Ann', email: 'ann@example.org', seconds: 1_700_000_000, offset: 60 };

test('a new repository is one that Git takes for its own', async () => {
  const folder = temporaryFolder();
  const repository = await Repository.init(testHost(), folder, { branch: 'trunk' });
  expect(git(folder, 'symbolic-ref', 'HEAD')).toBe('refs/heads/trunk\n');
  expect(git(folder, 'status', '--porcelain=v2', '--branch')).toContain('# branch.head trunk');
  expect(git(folder, 'config', 'core.filemode')).toBe('true\n');
  expect(await repository.headTree()).toBeUndefined();
  expect(await repository.commitWorkingTree({ message: 'nothing', author })).toBeUndefined();
  writeFileSync(join(folder, 'x'), 'x');
  expect(await repository.commitWorkingTree({ message: 'Add x\n\nBody', author })).toBeDefined();
  expect(git(folder, 'reflog', '--format=%gs')).toBe('commit (initial): Add x\n');
  expect(git(folder, 'log', '--format=%an %ae %at %B')).toBe(
    'Ann ann@example.org 1700000000 Add x\n\nBody\n\n',
  );
});

test('an init that was killed is done anew: HEAD comes last, with the settings before it', async () => {
  for (const left of [[], ['objects', 'refs'], ['objects', 'refs', 'config']]) {
    const folder = temporaryFolder();
    await Repository.init(testHost(), folder, { branch: 'main' });
    for (const name of ['HEAD', 'config', 'objects', 'refs', 'info', 'hooks'])
      if (!left.includes(name)) rmSync(join(folder, '.git', name), { recursive: true });
    await Repository.init(testHost(), folder, { branch: 'main' });
    expect(git(folder, 'status', '--porcelain=v2', '--branch')).toContain('# branch.head main');
    expect(git(folder, 'config', '--get-all', 'core.filemode')).toBe('true\n');
  }
});

describe('what modsync cannot work on is refused, with what to do', () => {
  const cases: readonly (readonly [what: string, make: (folder: string) => void, says: RegExp])[] = [
    ['a bare repository', (folder) => git(folder, 'init', '-q', '--bare'), /Clone it/],
    ['SHA-256', (folder) => git(folder, 'init', '-q', '--object-format=sha256'), /sha1/],
    [
      'an unknown extension',
      (folder) => {
        git(folder, 'init', '-q');
        git(folder, 'config', 'core.repositoryformatversion', '1');
        git(folder, 'config', 'extensions.future', 'true');
      },
      /future/,
    ],
    [
      'reftable',
      (folder) => {
        git(folder, 'init', '-q');
        git(folder, 'config', 'core.repositoryformatversion', '1');
        git(folder, 'config', 'extensions.refStorage', 'reftable');
      },
      /ref-format=files/,
    ],
    [
      'alternates',
      (folder) => {
        git(folder, 'init', '-q');
        writeFileSync(join(folder, '.git/objects/info/alternates'), '/elsewhere\n');
      },
      /repack/,
    ],
    [
      'a split index',
      (folder) => {
        git(folder, 'init', '-q');
        writeFileSync(join(folder, 'x'), '');
        git(folder, 'add', 'x');
        git(folder, 'update-index', '--split-index');
      },
      /no-split-index/,
    ],
    [
      'core.worktree',
      (folder) => {
        git(folder, 'init', '-q');
        git(folder, 'config', 'core.worktree', '/elsewhere');
      },
      /unset/,
    ],
    ['a .git that is a link', (folder) => symlinkSync('/elsewhere', join(folder, '.git')), /link/],
    [
      'a linked worktree',
      (folder) => writeFileSync(join(folder, '.git'), 'gitdir: /elsewhere\n'),
      /worktree/,
    ],
  ];
  test.each(cases)('%s', async (_, make, says) => {
    const folder = temporaryFolder();
    make(folder);
    await expect(Repository.open(testHost(), folder)).rejects.toMatchObject({
      code: 'UNSUPPORTED_REPOSITORY',
      message: expect.stringMatching(says),
    });
  });

  test('a folder without a repository', async () => {
    await expect(Repository.open(testHost(), temporaryFolder())).rejects.toMatchObject({
      code: 'NOT_A_PROJECT',
    });
  });
});

test('configuration comes from where Git takes it, the nearest last', async () => {
  const home = temporaryFolder('home');
  const folder = temporaryFolder();
  mkdirSync(join(home, '.config/git'), { recursive: true });
  writeFileSync(join(home, '.config/git/config'), '[user]\n\tname = Xdg\n\temail = xdg@example.org\n');
  writeFileSync(
    join(home, '.gitconfig'),
    '[user]\n name = Home\n[include]\n\tpath = more.cfg\n[includeIf "gitdir:~/elsewhere/"]\n path = never.cfg\n',
  );
  writeFileSync(join(home, 'more.cfg'), '[core]\n autocrlf = input\n');
  writeFileSync(join(home, 'never.cfg'), '[core]\n autocrlf = true\n');
  const environment = {
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'x.y',
    GIT_CONFIG_VALUE_0: 'z',
  };
  const { config } = await Repository.init(nodeHost({ home, environment }), folder, { branch: 'main' });
  expect([
    config.get('user.name'),
    config.get('USER.Email'),
    config.get('core.autocrlf'),
    config.get('x.y'),
  ]).toEqual(['Home', 'xdg@example.org', 'input', 'z']);
  await config.set('user.name', 'Here; "quoted" # not a comment');
  await config.set('remote.My Origin.url', 'https://example.org/x.git');
  await config.set('remote.My Origin.fetch', '+refs/heads/*:refs/remotes/o/*');
  expect(git(folder, 'config', 'user.name')).toBe('Here; "quoted" # not a comment\n');
  expect(git(folder, 'config', 'remote.My Origin.url')).toBe('https://example.org/x.git\n');
  expect(config.subsections('remote')).toEqual(['My Origin']);
  git(folder, 'config', 'user.name', 'By Git');
  await config.refresh();
  expect(config.getAll('user.name')).toEqual(['Xdg', 'Home', 'By Git']);
});

const word = fc.constantFrom(
  'a',
  'b c',
  '"',
  '\\',
  '#',
  ';',
  '=',
  'é',
  ' ',
  '\\n',
  '\\\n',
  '"x ; y"',
  '[',
  ']',
);
const value = fc.array(word, { maxLength: 5 }).map((parts) => parts.join(''));
const line = fc.oneof(
  fc.constantFrom(
    '[core]',
    '[Core]',
    '[a "b"]',
    '[a "B"]',
    '[a "x\\"y"]',
    '[a.b]',
    '# comment',
    '; [core]',
    '',
    '[core] name = here',
    '  name',
    'bare # x',
    'bare',
  ),
  fc
    .tuple(fc.constantFrom('name', 'Name', 'x-1', 'other'), fc.constantFrom(' = ', '=', '\t=\t'), value)
    .map((parts) => parts.join('')),
);

test('a configuration file means what it means to Git, before and after a change', () => {
  const folder = temporaryFolder('config');
  const file = join(folder, 'config');
  // Git before 2.45 reads a tab between words as a space.
  const blanks = (entry: string) => entry.replaceAll('\t', ' ');
  const theirs = (): string[] | undefined => {
    try {
      return gitZ(folder, ['config', '-z', '-f', file, '--list']).map((entry) =>
        blanks(entry.includes('\n') ? entry : `${entry}\ntrue`),
      );
    } catch {
      return undefined;
    }
  };
  const ours = (source: string): string[] | undefined => {
    try {
      return parseConfig(source, file).map((entry) => blanks(`${entry.key}\n${entry.value}`));
    } catch (error) {
      expect(error).toBeInstanceOf(SyncError);
      return undefined;
    }
  };
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 8 }),
      fc.constantFrom('core.name', 'a.b.name', 'a.B.other', 'new.section', 'new.Sub "x\\.y'),
      fc.option(value),
      fc.constantFrom('\n', '\r\n'),
      (lines, key, next, end) => {
        const source = ['[core]', ...lines].join(end);
        writeFileSync(file, source);
        const read = ours(source);
        expect(read).toEqual(theirs());
        if (!read || read.some((entry) => entry.includes('\0'))) return;
        const changed = setInConfig(source, key, next ?? undefined);
        writeFileSync(file, changed);
        expect(ours(changed)).toEqual(theirs());
        const got = gitBytes(folder, ['config', '-z', '-f', file, '--get', key], { allow: [1] }).toString();
        expect(got).toBe(next === null ? '' : `${next}\0`);
      },
    ),
    { seed: 61, numRuns: 100 * SOAK },
  );
});

test.each([
  ['goes with its last line', '[a]\n\tx = 1\n[b "c"]\n\tname = 2\n[d]\n\ty = 3\n'],
  ['stays for what is left in it', '[b "c"]\n\tname = 2\n\tother = 3\n'],
  ['stays for a comment in it', '[b "c"]\n\tname = 2\n\t# why\n'],
  ['stays for a comment above it', '[a]\n\tx = 1\n# why\n[b "c"]\n\tname = 2\n'],
])('a section of the configuration %s, as with Git', (_, source) => {
  const file = join(temporaryFolder('config'), 'config');
  writeFileSync(file, source);
  gitBytes(dirname(file), ['config', '-f', file, '--unset-all', 'b.c.name']);
  expect(setInConfig(source, 'b.c.name', undefined)).toBe(readFileSync(file, 'utf8'));
});

test('isomorphic-git reads history from packs through our store, and writes whole files', async () => {
  const folder = seededRepository(5);
  git(folder, 'repack', '-adq');
  const repository = await Repository.open(testHost(), folder);
  const args = repository.isomorphic();
  const log = await isomorphic.log({ ...args, depth: 5 });
  expect(log.map((entry) => entry.oid)).toEqual(git(folder, 'log', '-5', '--format=%H').trim().split('\n'));
  const [file] = gitZ(folder, ['ls-files', '-z']);
  const { blob } = await isomorphic.readBlob({
    ...args,
    oid: log[0]?.oid as string,
    filepath: file as string,
  });
  expect(Buffer.from(blob)).toEqual(readFileSync(join(folder, file as string)));
  await isomorphic.annotatedTag({
    ...args,
    ref: 'v99',
    message: 'Nine',
    tagger: { name: 'Ann', email: 'ann@example.org', timestamp: 1_700_000_000, timezoneOffset: -60 },
  });
  expect(git(folder, 'cat-file', '-p', 'v99')).toContain('Nine');
  await isomorphic.addRemote({ ...args, remote: 'origin', url: 'https://example.org/x.git' });
  expect(git(folder, 'remote', 'get-url', 'origin')).toBe('https://example.org/x.git\n');
  await expect(isomorphic.readBlob({ ...args, oid: '1'.repeat(40) })).rejects.toMatchObject({
    code: 'NotFoundError',
  });
  expect(git(folder, 'fsck', '--strict', '--no-dangling')).toBe('');
});

test('a commit that takes the place of another one never takes along what came on top of it', async () => {
  const folder = temporaryFolder('replaces');
  const repository = await Repository.init(testHost(), folder, { branch: 'main' });
  const author = { name: 'Ann', email: 'ann@example.org', seconds: 1_700_000_000, offset: 60 };
  const commit = async (text: string, replaces?: { commit: CommitId; parents: CommitId[] }) => {
    writeFileSync(join(folder, 'x'), text);
    const made = await repository.commitWorkingTree({ message: text, author, replaces });
    return made?.commit as CommitId; // something changed
  };
  const first = await commit('first');
  const second = await commit('second');
  git(folder, 'commit', '-q', '--allow-empty', '-m', 'by another program');
  const replaces = { commit: second, parents: [first] };
  await expect(commit('third', replaces)).rejects.toMatchObject({ code: 'REF_CHANGED' });
  git(folder, 'reset', '-q', '--soft', second);
  await commit('third', replaces);
  expect(git(folder, 'log', '--format=%s').trim().split('\n')).toEqual(['third', 'first']);
});
