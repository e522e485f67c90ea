/** Disks that are full, read-only or slow to let go, and clocks that jump: a clear error or success, never a half-state. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Project } from '../../src/engine/project/Project.ts';
import { takeSnapshot } from '../../src/engine/snapshot/snapshot.ts';
import { Repository } from '../../src/git/index.ts';
import { git, randomFrom } from '../support/gitRepository.ts';
import { temporaryFolder, testHost } from '../support/host.ts';
import { startLocalProject } from '../support/localProject.ts';
import { filesOf } from '../support/team.ts';
import { emptyFiles, locksIn, sharedProject } from './project.ts';

const mounts: string[] = [];
const canMount =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('sh', [
    '-c',
    'd=$(mktemp -d) && mount -t tmpfs -o size=64k tmpfs "$d" && umount "$d" && rmdir "$d"',
  ]).status === 0;
const needsMount = canMount ? test : test.skip;
if (!canMount)
  console.log('Without the right to mount (root on Linux), full and read-only disks are skipped.');

function mount(...options: string[]): string {
  const folder = temporaryFolder('disk');
  execFileSync('mount', [...options, folder]);
  mounts.push(folder);
  return folder;
}
// before the folders are removed
afterEach(() => {
  for (const folder of mounts.splice(0)) spawnSync('umount', ['-l', folder]);
});

const noise = (size: number, seed: number) => {
  const random = randomFrom(seed);
  return Buffer.from(Array.from({ length: size }, () => random() * 256));
};

const snapshot = async (folder: string) => {
  const project = await Project.find(testHost(), folder);
  const lock = await project.lock();
  try {
    return await takeSnapshot(project, {});
  } finally {
    await lock.release();
  }
};

/** Fills the disk so that about `bytes` are left. */
function fill(disk: string, bytes: number): void {
  const free = Number(execFileSync('df', ['--output=avail', '-B1', disk]).toString().trim().split('\n')[1]);
  writeFileSync(join(disk, 'filler'), Buffer.alloc(Math.max(0, free - bytes)));
}

needsMount(
  'a full disk: a snapshot, a sync that pulls, and upkeep say so, and go on when there is space',
  async () => {
    const disk = mount('-t', 'tmpfs', '-o', 'size=6m', 'tmpfs');
    const { folder, bare, server, sync } = await sharedProject({ 'start.txt': 'start' }, disk);
    const colleague = temporaryFolder('colleague');
    git(colleague, 'clone', '-q', bare, '.');
    const acknowledged: string[] = [];
    try {
      for (const [round, left] of [0, 4096, 20_000, 60_000, 150_000, 400_000].entries()) {
        for (let i = 0; i < 4; i++)
          writeFileSync(join(colleague, `theirs ${i}.bin`), noise(40_000, round * 10 + i));
        git(colleague, 'add', '-A');
        git(colleague, 'commit', '-qm', `theirs ${round}`);
        git(colleague, 'push', '-q');
        for (let i = 0; i < 3; i++)
          writeFileSync(join(folder, `mine ${i}.bin`), noise(30_000, 1000 + round * 10 + i));
        const mine = filesOf(folder);
        fill(disk, left);

        const outcome = await sync().then(
          () => 'done',
          (error: unknown) => error,
        );
        if (outcome !== 'done') {
          expect(outcome).toMatchObject({ name: 'SyncError' });
          expect((outcome as { code: string }).code).toMatch(
            /NO_SPACE|PUSH_REJECTED|REMOTE_PROTOCOL|BACKEND/,
          );
        }
        // what was there is there: nothing empty, nothing cut off
        expect(emptyFiles(folder)).toEqual([]);
        for (const [path, content] of mine)
          if (path.startsWith('mine')) expect(filesOf(folder).get(path)).toBe(content);
        git(folder, 'fsck', '--strict', '--no-dangling');

        rmSync(join(disk, 'filler'));
        await sync();
        expect(git(folder, 'status', '--porcelain')).toBe('');
        expect(locksIn(folder)).toEqual([]);
        git(folder, 'fsck', '--strict', '--no-dangling');
        git(folder, 'reflog', '--all');
        acknowledged.push(git(folder, 'rev-parse', 'HEAD').trim());
        git(colleague, 'pull', '-q', '--rebase');
        expect(filesOf(colleague)).toEqual(filesOf(folder));
        git(folder, 'gc', '-q', '--prune=now');
        git(bare, 'gc', '-q', '--prune=now');
      }
      for (const commit of acknowledged) git(folder, 'cat-file', '-e', commit);
    } finally {
      await server.close();
    }
  },
);

needsMount('a full disk: doctor says so', async () => {
  const disk = mount('-t', 'tmpfs', '-o', 'size=4m', 'tmpfs');
  const { engine, folder } = await startLocalProject({ 'a.txt': 'a' }, join(disk, 'mod'));
  const ownState = async () => (await engine.diagnose(folder)).find(({ check }) => check === 'own state');
  fill(disk, 0);
  expect(await ownState()).toMatchObject({
    state: 'bad',
    message: expect.stringContaining('the disk is full') as string,
  });
  rmSync(join(disk, 'filler'));
  expect(await ownState()).toMatchObject({ state: 'good' });
});

needsMount(
  'a read-only disk: status answers, everything that writes says so and changes nothing',
  async () => {
    const { folder, server, sync } = await sharedProject({ 'a.txt': 'a', 'b.txt': 'b' });
    writeFileSync(join(folder, 'a.txt'), 'edited');
    const before = filesOf(folder);
    execFileSync('mount', ['--bind', folder, folder]);
    mounts.push(folder);
    execFileSync('mount', ['-o', 'remount,ro,bind', folder]);
    try {
      const repository = await Repository.open(testHost(), folder);
      expect((await repository.status()).unstaged.map(({ path }) => path)).toEqual(['a.txt']);
      const refused = {
        name: 'SyncError',
        code: 'PERMISSION_DENIED',
        message: expect.stringContaining('read-only'),
      };
      await expect(sync()).rejects.toMatchObject(refused);
      await expect(snapshot(folder)).rejects.toMatchObject(refused);
      const tree = (await repository.headTree())!;
      await expect(repository.checkout({ to: tree })).rejects.toMatchObject(refused);
      expect(filesOf(folder)).toEqual(before);
    } finally {
      spawnSync('umount', ['-l', folder]);
    }
    expect(await sync()).toMatchObject({ pushed: true });
    await server.close();
  },
);

needsMount(
  'a folder that nobody may change: what a pull cannot write is said by name, and comes later',
  async () => {
    const { folder, bare, server, sync } = await sharedProject({ 'locked/x.txt': 'one', 'free.txt': 'one' });
    const colleague = temporaryFolder('colleague');
    git(colleague, 'clone', '-q', bare, '.');
    writeFileSync(join(colleague, 'locked/x.txt'), 'two');
    writeFileSync(join(colleague, 'free.txt'), 'two');
    git(colleague, 'commit', '-qam', 'two');
    git(colleague, 'push', '-q');
    const locked = join(folder, 'locked');
    execFileSync('mount', ['--bind', locked, locked]);
    mounts.push(locked);
    execFileSync('mount', ['-o', 'remount,ro,bind', locked]);
    const error = await sync().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'SyncError', message: expect.stringContaining('locked') });
    expect(readFileSync(join(locked, 'x.txt'), 'utf8')).toBe('one');
    git(folder, 'fsck', '--strict', '--no-dangling');
    spawnSync('umount', ['-l', locked]);
    expect(await sync()).toMatchObject({ outcome: expect.stringMatching(/synced|up-to-date/) });
    expect(readFileSync(join(locked, 'x.txt'), 'utf8')).toBe('two');
    expect(git(folder, 'status', '--porcelain')).toBe('');
    await server.close();
  },
);

describe('a clock that jumps', () => {
  test('files from the future and from 1970 are seen when they change, and only then', async () => {
    const { folder, server, sync } = await sharedProject({ 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' });
    const far = 4_000_000_000;
    for (const [name, time] of [
      ['a.txt', far],
      ['b.txt', 0],
      ['c.txt', -100_000],
    ] as const)
      utimesSync(join(folder, name), time, time);
    expect(await sync()).toMatchObject({ outcome: 'up-to-date' });
    // edits of the same length that keep such times
    for (const [name, time] of [
      ['a.txt', far],
      ['b.txt', 0],
    ] as const) {
      writeFileSync(join(folder, name), name[0]!.toUpperCase());
      utimesSync(join(folder, name), time, time);
    }
    expect(await sync()).toMatchObject({ pushed: true });
    expect(git(folder, 'show', 'HEAD:a.txt', 'HEAD:b.txt')).toBe('AB');
    expect(git(folder, 'status', '--porcelain')).toBe('');
    await server.close();
  });

  test('commits from 1970, from the future and out of order are pulled, merged and listed', async () => {
    const { folder, bare, server, sync } = await sharedProject({ 'a.txt': 'a' });
    const colleague = temporaryFolder('colleague');
    git(colleague, 'clone', '-q', bare, '.');
    const commit = (where: string, name: string, seconds: number) => {
      mkdirSync(join(where, 'd'), { recursive: true });
      writeFileSync(join(where, 'd', name), name);
      git(where, 'add', '-A');
      execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@y', 'commit', '-qm', name], {
        cwd: where,
        env: {
          ...process.env,
          GIT_AUTHOR_DATE: `@${seconds} +0000`,
          GIT_COMMITTER_DATE: `@${seconds} +0000`,
        },
      });
    };
    for (const [i, seconds] of [4_000_000_000, 1, 1_000_000_000, 4_100_000_000, 2].entries()) {
      commit(colleague, `theirs ${i}`, seconds);
    }
    git(colleague, 'push', '-q');
    for (const [i, seconds] of [3, 4_200_000_000, 5].entries()) commit(folder, `mine ${i}`, seconds);
    expect(await sync()).toMatchObject({ outcome: 'synced', pushed: true });
    git(colleague, 'pull', '-q', '--rebase');
    expect(filesOf(colleague)).toEqual(filesOf(folder));
    git(folder, 'fsck', '--strict', '--no-dangling');
    const { repository } = await Project.find(testHost(), folder);
    const { commit: head } = await repository.refs.head();
    let count = 0;
    for await (const _ of repository.graph.log(head!)) count++;
    expect(count).toBe(Number(git(folder, 'rev-list', '--count', 'HEAD')));
    await server.close();
  });
});
