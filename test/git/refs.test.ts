import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRefName } from '../../src/git/refNames.ts';
import { Refs } from '../../src/git/refs.ts';
import type { CommitId, ObjectId } from '../../src/shared/ids.ts';
import { git, gitEnvironment, seededRepository } from '../support/gitRepository.ts';
import { temporaryFolder, testHost } from '../support/host.ts';

const host = testHost();
const who = { name: 'Ann', email: 'ann@example.org', seconds: 1_700_000_123, offset: -90 };
const reason = { message: 'test: move\nit', who };

let folder: string;
let refs: Refs;
let tips: CommitId[];
const all = () =>
  new Map(
    git(folder, 'for-each-ref', '--format=%(refname) %(objectname)')
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(' ') as [string, string]),
  );

beforeEach(() => {
  folder = seededRepository(51, 5);
  refs = new Refs(host, join(folder, '.git'));
  tips = git(folder, 'rev-list', 'HEAD').trim().split('\n') as CommitId[];
});

test('lists and reads what git has, loose, packed and both', async () => {
  git(folder, 'branch', 'old', 'HEAD~2');
  git(folder, 'pack-refs', '--all');
  git(folder, 'branch', '-f', 'old', 'HEAD~1');
  git(folder, 'branch', 'folder/inner');
  git(folder, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/heads/old');
  expect(await refs.list('refs/')).toEqual(all());
  expect([...(await refs.list('refs/heads/f')).keys()]).toEqual(['refs/heads/folder/inner']);
  expect(await refs.list('refs/nothing/')).toEqual(new Map());
  expect(await refs.read('refs/remotes/origin/HEAD')).toBe(tips[1]);
  expect(await refs.read('refs/heads/nothing')).toBeUndefined();
  expect(await refs.read('refs/heads')).toBeUndefined();
});

test('HEAD on a branch, detached, and before the first commit', async () => {
  expect(await refs.head()).toEqual({ branch: 'refs/heads/main', commit: tips[0] });
  git(folder, 'checkout', '-q', '--detach', 'HEAD~1');
  expect(await refs.head()).toEqual({ commit: tips[1] });
  await refs.update([{ ref: 'HEAD', expected: tips[1], next: tips[2] }], reason);
  expect(git(folder, 'rev-parse', 'HEAD').trim()).toBe(tips[2]);
  const empty = temporaryFolder('unborn');
  git(empty, 'init', '-q', '-b', 'start');
  expect(await new Refs(host, join(empty, '.git')).head()).toEqual({ branch: 'refs/heads/start' });
});

test('moves refs as git does, with a line in the reflog of the branch and of HEAD', async () => {
  await refs.update(
    [
      { ref: 'refs/heads/main', expected: tips[0], next: tips[1] },
      { ref: 'refs/heads/new/branch', expected: undefined, next: tips[2] },
      { ref: 'refs/modsync/backup/x', next: tips[3] },
    ],
    reason,
  );
  expect(git(folder, 'rev-parse', 'main', 'new/branch', 'refs/modsync/backup/x').trim().split('\n')).toEqual(
    tips.slice(1, 4),
  );
  for (const name of ['HEAD', 'main', 'new/branch']) {
    expect(git(folder, 'reflog', '-1', '--format=%H %gn %ge %gd %gs', '--date=raw', name)).toMatch(
      / Ann ann@example.org .*1700000123 -0130.* test: move it\n$/,
    );
  }
  expect(existsSync(join(folder, '.git/logs/refs/modsync/backup/x'))).toBe(false);
  git(folder, 'fsck', '--strict', '--no-dangling');
  await refs.update([{ ref: 'HEAD', next: tips[2] }], reason);
  expect(git(folder, 'rev-parse', 'main').trim()).toBe(tips[2]);
});

test('a ref that somebody else moved stays, and so do all others of the same update', async () => {
  const before = all();
  for (const expected of [tips[2], undefined]) {
    await expect(
      refs.update(
        [
          { ref: 'refs/heads/a', expected: undefined, next: tips[1] },
          { ref: 'refs/heads/main', expected, next: tips[1] },
        ],
        reason,
      ),
    ).rejects.toMatchObject({ code: 'REF_CHANGED', data: { ref: 'refs/heads/main', found: tips[0] } });
  }
  await expect(
    refs.update([{ ref: 'refs/heads/absent', expected: tips[0], next: undefined }], reason),
  ).rejects.toMatchObject({ code: 'REF_CHANGED' });
  expect(all()).toEqual(before);
  git(folder, 'fsck', '--strict', '--no-dangling');
});

test('deletes loose and packed refs with their logs, and leaves no folders in the way', async () => {
  git(folder, 'branch', 'one/two/three');
  git(folder, 'tag', '-a', 'noted', '-m', 'noted');
  git(folder, 'pack-refs', '--all');
  git(folder, 'branch', '-f', 'one/two/three', 'HEAD~1');
  const others = [...all()].filter(([name]) => name !== 'refs/heads/one/two/three');
  await refs.update([{ ref: 'refs/heads/one/two/three', expected: tips[1], next: undefined }], reason);
  expect([...all()]).toEqual(others);
  expect(git(folder, 'rev-parse', 'noted^{}').trim()).toBe(tips[0]);
  expect(existsSync(join(folder, '.git/refs/heads/one'))).toBe(false);
  expect(existsSync(join(folder, '.git/logs/refs/heads/one'))).toBe(false);
  await refs.update([{ ref: 'refs/heads/one', next: tips[0] }], reason);
  git(folder, 'fsck', '--strict', '--no-dangling');
});

test('a name that is the folder of another is refused with both names', async () => {
  git(folder, 'branch', 'one/two');
  for (const pack of [false, true]) {
    if (pack) git(folder, 'pack-refs', '--all');
    for (const ref of ['refs/heads/one', 'refs/heads/one/two/three']) {
      await expect(refs.update([{ ref, next: tips[0] }], reason)).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        data: { ref, other: 'refs/heads/one/two' },
      });
    }
  }
  mkdirSync(join(folder, '.git/refs/heads/empty/inner'), { recursive: true });
  await refs.update([{ ref: 'refs/heads/empty', next: tips[0] }], reason);
  expect(git(folder, 'rev-parse', 'empty').trim()).toBe(tips[0]);
});

test('waits for a lock of git, and takes part in its races without losing one', async () => {
  const lock = join(folder, '.git/refs/heads/main.lock');
  const moves = () =>
    readFileSync(join(folder, '.git/logs/refs/heads/main'), 'utf8').trim().split('\n').length;
  const before = moves();
  writeFileSync(lock, '');
  const moved = refs.update([{ ref: 'refs/heads/main', expected: tips[0], next: tips[1] }], reason);
  await refs.list('refs/');
  expect(git(folder, 'rev-parse', 'main').trim()).toBe(tips[0]);
  rmSync(lock);
  await moved;
  expect(git(folder, 'rev-parse', 'main').trim()).toBe(tips[1]);

  const outcomes = await Promise.allSettled(
    tips.slice(2).map((next) => refs.update([{ ref: 'refs/heads/main', expected: tips[1], next }], reason)),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(moves()).toBe(before + 2);
});

test('switches HEAD', async () => {
  git(folder, 'branch', 'other', 'HEAD~1');
  await refs.setSymbolic('HEAD', 'refs/heads/other', { message: 'checkout: moving from main to other', who });
  expect(git(folder, 'symbolic-ref', 'HEAD').trim()).toBe('refs/heads/other');
  expect(git(folder, 'reflog', '-1', '--format=%gs').trim()).toBe('checkout: moving from main to other');
  expect(await refs.readSymbolic('HEAD')).toBe('refs/heads/other');
});

test('names are judged as git judges them', () => {
  const parts = [
    'a',
    'B-c',
    '.',
    '..',
    '.x',
    'x.',
    'x.lock',
    '',
    '@',
    '@{',
    'é',
    'a b',
    'a~',
    'a^',
    'a:',
    'a?',
    'a*',
    'a[',
    'a\\',
    '-',
    'a@',
    '\x7f',
  ];
  const isWhole = Number(process.env.MODSYNC_SOAK ?? 1) > 1;
  for (const first of parts) {
    for (const second of isWhole ? parts : ['a', first]) {
      for (const name of [`refs/heads/${first}/${second}`, `refs/heads/${second}/${first}`]) {
        let valid = true;
        try {
          execFileSync('git', ['check-ref-format', name], { env: gitEnvironment });
        } catch {
          valid = false;
        }
        expect([name, isRefName(name)]).toEqual([name, valid]);
      }
    }
  }
});

test('a name that leads out of the repository is refused', async () => {
  for (const ref of ['refs/../../x', 'config', 'refs/heads/../x', '/etc/passwd', 'refs/heads/a.lock']) {
    await expect(refs.update([{ ref, next: tips[0] as ObjectId }], reason)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    expect(await refs.read(ref)).toBeUndefined();
  }
});
