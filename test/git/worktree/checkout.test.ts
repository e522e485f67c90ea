import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Repository } from '../../../src/git/index.ts';
import { gitBytes } from '../../support/gitCommand.ts';
import { git } from '../../support/gitRepository.ts';
import { patientHost, temporaryFolder } from '../../support/host.ts';
import { author, project } from './project.ts';

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
  const other = await Repository.open(patientHost(), folder);
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

test('submodules and nested repositories are left out, never entered, and it is said of which nobody else knows', async () => {
  const { repository, folder, commit, first } = await project({ x: '1' });
  const inner = join(folder, 'inner');
  mkdirSync(inner);
  git(inner, 'init', '-q');
  writeFileSync(join(inner, 'y'), 'y');
  git(inner, 'add', 'y');
  git(inner, 'commit', '-qm', 'y');
  expect(await repository.status()).toMatchObject({ unstaged: [], nested: ['inner'] });
  expect((await repository.status({ only: ['inner/y'] })).unstaged).toEqual([]);
  git(folder, 'add', 'inner');
  expect((await repository.status()).nested).toEqual([]);
  await commit({ x: '2' });
  expect(git(folder, 'ls-tree', 'HEAD', 'inner')).toContain('160000 commit');
  await repository.checkout({ to: first });
  expect(readFileSync(join(inner, 'y'), 'utf8')).toBe('y');
});
