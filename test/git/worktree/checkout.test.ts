import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Repository } from '../../../src/git/index.ts';
import type { TreeId } from '../../../src/shared/ids.ts';
import { gitBytes } from '../../support/gitCommand.ts';
import { git } from '../../support/gitRepository.ts';
import { temporaryFolder, testHost } from '../../support/host.ts';

const author = { name: 'Ann', email: 'ann@example.org', seconds: 1_700_000_000, offset: 60 };

async function project(files: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder('checkout');
  const repository = await Repository.init(testHost(), folder, { branch: 'main' });
  const put = (path: string, content: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    if (lstatSync(join(folder, path), { throwIfNoEntry: false })?.isDirectory())
      rmSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const get = (path: string) => readFileSync(join(folder, path), 'utf8');
  const commit = async (contents: Readonly<Record<string, string | undefined>>): Promise<TreeId> => {
    for (const [path, content] of Object.entries(contents)) {
      if (content === undefined) rmSync(join(folder, path), { recursive: true });
      else put(path, content);
    }
    const made = await repository.commitWorkingTree({ message: 'x', author, allowEmpty: true });
    return made?.tree as TreeId;
  };
  const first = await commit(files);
  return { folder, repository, put, get, commit, first };
}

const paths = (changes: readonly { readonly path: string }[]) => changes.map(({ path }) => path).sort();

test('what a person did since the scan is kept, and shows as changed', async () => {
  const { repository, put, get, commit, first, folder } = await project({
    edited: '1',
    gone: '1',
    same: '1',
    removed: '1',
    'dir/x': '1',
  });
  const second = await commit({
    edited: '2',
    gone: '2',
    same: '2',
    removed: undefined,
    'dir/x': undefined,
    fresh: '2',
    dir: '2',
    other: '2',
  });
  await repository.checkout({ to: first });
  put('edited', 'mine');
  rmSync(join(folder, 'gone'));
  put('same', '2');
  put('removed', 'mine');
  put('fresh', 'mine');
  put('dir/untracked', 'mine');
  const { written, kept } = await repository.checkout({ to: second });
  expect(paths(kept)).toEqual(['dir', 'edited', 'fresh', 'gone', 'removed']);
  expect(paths(written)).toEqual(['dir/x', 'other', 'same']);
  expect([
    get('edited'),
    get('removed'),
    get('fresh'),
    get('dir/untracked'),
    get('same'),
    get('other'),
  ]).toEqual(['mine', 'mine', 'mine', 'mine', '2', '2']);
  expect(existsSync(join(folder, 'gone'))).toBe(false);
  expect(git(folder, 'write-tree').trim()).toBe(second);
  const status = await repository.status();
  expect(status.unstaged.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    'deleted dir',
    'added dir/untracked',
    'modified edited',
    'modified fresh',
    'deleted gone',
    'added removed',
  ]);
});

test('a link in the place of a folder is not written through', async () => {
  const outside = temporaryFolder('outside');
  const { repository, commit, first, folder } = await project({ x: '1' });
  const second = await commit({ 'dir/a': '2', 'dir/sub/b': '2' });
  await repository.checkout({ to: first });
  symlinkSync(outside, join(folder, 'dir'));
  const { kept } = await repository.checkout({ to: second });
  expect(paths(kept)).toEqual(['dir/a', 'dir/sub/b']);
  expect(readdirSync(outside)).toEqual([]);
  await repository.checkout({ to: first });
  expect(readlinkSync(join(folder, 'dir'))).toBe(outside);
});

test('a checkout that was killed halfway is finished by the next one', async () => {
  const { repository, put, commit, first, folder } = await project({ a: '1', b: '1', c: '1' });
  const second = await commit({ a: '2', b: '2', c: undefined, 'd/e': '2' });
  await repository.checkout({ to: first });
  put('a', '2');
  rmSync(join(folder, 'c'));
  put('d/e', '2');
  expect((await repository.checkout({ to: second })).kept).toEqual([]);
  expect(git(folder, 'diff-files')).toBe('');
});

test('a lock that Git holds is waited for, and a merge of Git’s is not disturbed', async () => {
  const { repository, put, folder, first } = await project({ x: '1\n' });
  git(folder, 'checkout', '-q', '-b', 'other');
  put('x', 'theirs\n');
  git(folder, 'commit', '-qam', 'theirs');
  git(folder, 'checkout', '-q', 'main');
  put('x', 'ours\n');
  git(folder, 'commit', '-qam', 'ours');
  expect(await repository.mergeInProgress()).toBeUndefined();
  gitBytes(folder, ['merge', 'other'], { allow: [1] });
  expect(await repository.mergeInProgress()).toBe('merge');
  expect((await repository.status()).unmerged).toEqual(['x']);
  await expect(repository.commitWorkingTree({ message: 'x', author })).rejects.toMatchObject({
    code: 'MERGE_IN_PROGRESS',
  });
  await expect(repository.checkout({ to: first })).rejects.toMatchObject({ code: 'MERGE_IN_PROGRESS' });
  rmSync(join(folder, '.git/MERGE_HEAD'));
  expect(await repository.mergeInProgress()).toBe('conflict');
});

test('two programs that commit at the same time lose nothing', async () => {
  const { repository, folder, put } = await project({ x: '1' });
  const other = await Repository.open(testHost(), folder);
  const rounds = 15;
  const work = async (who: Repository, name: string) => {
    for (let i = 0; i < rounds; i++) {
      put(`${name}/${i}`, name);
      await who.commitWorkingTree({ message: `${name} ${i}`, author, only: [`${name}/${i}`] });
    }
  };
  const byGit = async () => {
    for (let i = 0; i < rounds; i++) {
      put(`git/${i}`, 'git');
      // Git gives up at once when the index is locked.
      while (!tryGit(folder, 'add', `git/${i}`)) await repository.status();
      await repository.status();
    }
  };
  await Promise.all([work(repository, 'a'), work(other, 'b'), byGit()]);
  await repository.commitWorkingTree({ message: 'rest', author });
  expect(git(folder, 'ls-tree', '-r', '--name-only', 'HEAD').trim().split('\n')).toHaveLength(3 * rounds + 1);
  expect(git(folder, 'status', '--porcelain')).toBe('');
  expect(git(folder, 'fsck', '--strict', '--no-dangling')).toBe('');
});

function tryGit(folder: string, ...args: string[]): boolean {
  try {
    git(folder, ...args);
    return true;
  } catch {
    return false;
  }
}

test('one version of one file comes back, unless somebody changed it', async () => {
  const { repository, put, get, folder } = await project({ 'dir/x': '1' });
  const id = git(folder, 'rev-parse', 'HEAD:dir/x').trim();
  const before = (await repository.host.disk.lstat(join(folder, 'dir/x'))) as NonNullable<
    Awaited<ReturnType<typeof repository.host.disk.lstat>>
  >;
  put('dir/x', 'a longer text');
  const file = { mode: 0o100644, id: id as never } as const;
  await expect(repository.files.restore('dir/x', file, { expect: before })).rejects.toMatchObject({
    code: 'WOULD_OVERWRITE',
  });
  await repository.files.restore('dir/x', file);
  expect(get('dir/x')).toBe('1');
  expect(git(folder, 'diff-files')).toBe('');
  await repository.files.restore('dir/x', undefined);
  expect(existsSync(join(folder, 'dir'))).toBe(false);
  expect(git(folder, 'status', '--porcelain')).toBe('D  dir/x\n');
  await expect(repository.files.restore('../x', file)).rejects.toMatchObject({ code: 'UNSAFE_PATH' });
});

test('submodules and nested repositories are listed or left out, never entered', async () => {
  const { repository, folder, commit, first } = await project({ x: '1' });
  const inner = join(folder, 'inner');
  mkdirSync(inner);
  git(inner, 'init', '-q');
  writeFileSync(join(inner, 'y'), 'y');
  git(inner, 'add', 'y');
  git(inner, 'commit', '-qm', 'y');
  expect((await repository.status()).unstaged).toEqual([]);
  expect((await repository.status({ only: ['inner/y'] })).unstaged).toEqual([]);
  git(folder, 'add', 'inner');
  expect((await repository.status()).submodules).toEqual(['inner']);
  await commit({ x: '2' });
  expect(git(folder, 'ls-tree', 'HEAD', 'inner')).toContain('160000 commit');
  await repository.checkout({ to: first });
  expect(readFileSync(join(inner, 'y'), 'utf8')).toBe('y');
});

/** `git mktree` refuses some of these; a tree is only bytes. */
function tree(
  folder: string,
  entries: readonly (readonly [mode: string, name: string, id: string])[],
): TreeId {
  const parts = entries.map(([mode, name, id]) =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]),
  );
  return gitBytes(folder, ['hash-object', '-t', 'tree', '--literally', '-w', '--stdin'], {
    input: Buffer.concat(parts),
  })
    .toString()
    .trim() as TreeId;
}

describe('a hostile tree is refused before the first byte is written', () => {
  const names = [
    '.git',
    '.GIT',
    '.Git',
    'git~1',
    'GIT~1',
    '.git ',
    '.git.',
    '.git...',
    '.git . ',
    '.git:x',
    '.git::$INDEX_ALLOCATION',
    '.git\\x',
    'x\\..\\.git\\config',
    '.g\u200cit',
    '\u202e.git',
    '.git\ufeff',
    '..',
    '.',
    'CON',
    'con.txt',
    'aux',
    'NUL.tar.gz',
    'COM1',
    'com¹.psc',
    'LPT9',
    'CONIN$',
    'CONOUT$.x',
    'x.',
    'x ',
    'a<b',
    'a>b',
    'C:x',
    'a"b',
    'a|b',
    'a?b',
    'a*b',
    'a\x01b',
    'a\x1bb',
    'x\\y',
    '..\\..\\x',
    '\\\\server\\share',
    'n'.repeat(256),
  ];
  const attempt = async (make: (folder: string, blob: (content: string) => string) => TreeId) => {
    const { repository, folder } = await project({ x: '1' });
    const blob = (content: string) =>
      gitBytes(folder, ['hash-object', '-w', '--stdin'], { input: content }).toString().trim();
    const to = make(folder, blob);
    const before = git(folder, 'ls-files', '--stage', '--debug');
    let error: unknown;
    await repository.checkout({ to }).catch((caught: unknown) => {
      error = caught;
    });
    expect(readdirSync(folder).sort()).toEqual(['.git', 'x']);
    expect(git(folder, 'ls-files', '--stage', '--debug')).toBe(before);
    return error;
  };
  const unsafe = { code: 'UNSAFE_PATH', data: { path: expect.any(String), rule: expect.any(String) } };

  test.each(names)('the name %j, as a file, as a folder, and below one', async (name) => {
    expect(await attempt((folder, blob) => tree(folder, [['100644', name, blob('x')]]))).toMatchObject(
      unsafe,
    );
    expect(
      await attempt((folder, blob) =>
        tree(folder, [['40000', name, tree(folder, [['100644', 'config', blob('x')]])]]),
      ),
    ).toMatchObject(unsafe);
    expect(
      await attempt((folder, blob) =>
        tree(folder, [['40000', 'dir', tree(folder, [['120000', name, blob('x')]])]]),
      ),
    ).toMatchObject(unsafe);
  });

  test.each([
    ['A', 'a'],
    ['Readme', 'readme'],
    ['u\u0308', 'ü'],
    ['Ü', 'ü'],
    ['é.TXT', 'e\u0301.txt'],
  ])('%j beside %j', async (one, other) => {
    const error = await attempt((folder, blob) =>
      tree(
        folder,
        [one, other]
          .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
          .map((name) => ['100644', name, blob('x')] as const),
      ),
    );
    expect(error).toMatchObject(unsafe);
  });

  test.each([
    ['link', '/etc/passwd'],
    ['link', '..'],
    ['link', '../x'],
    ['link', 'a/../../x'],
    ['link', 'x/../y'],
    ['link', '.git/hooks'],
    ['link', './.GIT'],
    ['link', 'C:\\Windows'],
    ['link', '..\\..\\x'],
    ['link', '\\\\server\\share'],
    ['link', 'link'],
    ['link', ''],
    ['.gitmodules', 'x'],
    ['.gitattributes', 'x'],
    ['.GitIgnore', 'x'],
    ['.lfsconfig', 'x'],
    ['gitmod~1', 'x'],
    ['GI7EBA~1', 'x'],
    ['gi7eb~10', 'x'],
  ])('the symbolic link %j to %j', async (name, target) => {
    expect(await attempt((folder, blob) => tree(folder, [['120000', name, blob(target)]]))).toMatchObject(
      unsafe,
    );
  });

  test('a link to .git/hooks beside a folder of its name', async () => {
    const error = await attempt((folder, blob) =>
      tree(folder, [
        ['120000', 'A', blob('.git/hooks')],
        ['40000', 'a', tree(folder, [['100755', 'post-checkout', blob('x')]])],
      ]),
    );
    expect(error).toMatchObject(unsafe);
  });

  test('links in a circle, duplicates, unsorted trees', async () => {
    expect(
      await attempt((folder, blob) =>
        tree(folder, [
          ['120000', 'p', blob('q')],
          ['120000', 'q', blob('p')],
        ]),
      ),
    ).toMatchObject(unsafe);
    for (const order of [
      ['b', 'a'],
      ['a', 'a'],
    ]) {
      expect(
        await attempt((folder, blob) =>
          tree(
            folder,
            order.map((name) => ['100644', name, blob('x')] as const),
          ),
        ),
      ).toMatchObject({ code: 'MALFORMED_OBJECT' });
    }
  });

  test('a tree that expands without end', async () => {
    const bomb = await attempt((folder, blob) => {
      let at = tree(
        folder,
        Array.from({ length: 10 }, (_, i) => ['100644', `${i}`, blob('x')] as const),
      );
      for (let depth = 0; depth < 9; depth++) {
        const below = at;
        at = tree(
          folder,
          Array.from({ length: 10 }, (_, i) => ['40000', `${i}`, below] as const),
        );
      }
      return at;
    });
    expect(bomb).toMatchObject(unsafe);
  });
});

test('a commit does not add what the others could not check out', async () => {
  const { repository, put, folder, commit } = await project({ 'Data/x': '1' });
  const refused = { code: 'UNSAFE_PATH' };
  for (const [name, rule] of [
    ['aux.psc', /device/],
    ['a:b', /character/],
    ['data/x', /one name/],
    ['Data/X', /one name/],
    ['end.', /dot/],
  ] as const) {
    put(name, 'x');
    await expect(repository.commitWorkingTree({ message: 'x', author })).rejects.toMatchObject({
      ...refused,
      message: expect.stringMatching(rule),
    });
    rmSync(join(folder, name.split('/')[0] === 'Data' ? name : (name.split('/')[0] as string)), {
      recursive: true,
    });
  }
  symlinkSync('/etc/passwd', join(folder, 'link'));
  await expect(repository.commitWorkingTree({ message: 'x', author })).rejects.toMatchObject(refused);
  rmSync(join(folder, 'link'));
  await commit({ 'u\u0308ber.txt': 'NFD stays NFD' });
  expect(readdirSync(folder)).toContain('u\u0308ber.txt');
  expect(git(folder, '-c', 'core.quotepath=false', 'ls-files')).toContain('u\u0308ber.txt');
  expect(lstatSync(join(folder, 'u\u0308ber.txt')).isFile()).toBe(true);
});
