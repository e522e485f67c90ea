/** Locks of processes that died, that live, and that only look dead; Git's own lock for `git gc`. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { patiently } from '../../src/platform/node/failures.ts';
import { windowsPath } from '../../src/platform/node/native.ts';
import { git } from '../support/gitRepository.ts';
import { temporaryFolder, testHost } from '../support/host.ts';

const { disk } = testHost();
const onLinux = process.platform === 'linux' ? test : test.skip;
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid;
const taken = { code: 'LOCK_TIMEOUT' };

/** A lock of this process as it stands in the file, with some of its words replaced. */
async function lockLine(folder: string, replace: Partial<Record<number, string>> = {}): Promise<string> {
  const lock = await disk.lockFile(`${folder}/sample`);
  const words = readFileSync(`${folder}/sample.lock`, 'latin1').trimEnd().split(' ');
  await lock.release();
  for (const [at, word] of Object.entries(replace)) words[Number(at)] = word as string;
  return `${words.join(' ')}\n`;
}

test('a clock that is set forward or back does not break a lock that is alive', async () => {
  const folder = temporaryFolder();
  for (const since of [0, Date.now() + 10 * 365 * 86_400_000]) {
    writeFileSync(`${folder}/x.lock`, await lockLine(folder, { 2: String(since) }));
    await expect(disk.lockFile(`${folder}/x`, { waitMs: 30 })).rejects.toMatchObject(taken);
    rmSync(`${folder}/x.lock`);
  }
});

onLinux('a process that got the number of a dead one does not keep its lock alive', async () => {
  const folder = temporaryFolder();
  const [, , , birth] = (await lockLine(folder)).split(' ') as [string, string, string, string];
  const [boot, namespace, ticks] = birth.split('.');
  for (const other of [`${boot}.${namespace}.${Number(ticks) - 1}`, `00000000.${namespace}.${ticks}`]) {
    writeFileSync(`${folder}/x.lock`, await lockLine(folder, { 3: other }));
    await (await disk.lockFile(`${folder}/x`, { waitMs: 1000 })).release();
  }
  expect(readdirSync(folder)).toEqual([]);
});

onLinux('a lock of a container beside this one, and of another machine, is never broken', async () => {
  const folder = temporaryFolder();
  const [, , , birth] = (await lockLine(folder)).split(' ') as [string, string, string, string];
  const [boot, , ticks] = birth.split('.');
  const dead = String(deadPid());
  for (const change of [
    { 1: dead, 3: `${boot}.1.${ticks}` },
    { 1: dead, 5: 'elsewhere' },
  ]) {
    writeFileSync(`${folder}/x.lock`, await lockLine(folder, change));
    await expect(disk.lockFile(`${folder}/x`, { waitMs: 30 })).rejects.toMatchObject(taken);
    rmSync(`${folder}/x.lock`);
  }
});

test('a take-over that was killed half way is carried on', async () => {
  const folder = temporaryFolder();
  const dead = deadPid();
  const line = (nonce: string) => `modsync-lock ${dead} ${Date.now()} - ${nonce} ${hostname()}\n`;
  writeFileSync(`${folder}/x.lock`, line('11111111'));
  writeFileSync(`${folder}/x.lock.11111111.takeover.lock`, line('22222222'));
  await (await disk.lockFile(`${folder}/x`, { waitMs: 2000 })).release();
  expect(readdirSync(folder)).toEqual([]);
});

test('of many that find a dead lock, one at a time gets it', async () => {
  const folder = temporaryFolder();
  const dead = deadPid();
  let inside = 0;
  for (let round = 0; round < 20; round++) {
    writeFileSync(
      `${folder}/x.lock`,
      `modsync-lock ${dead} ${Date.now()} - ${10000000 + round} ${hostname()}\n`,
    );
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const lock = await disk.lockFile(`${folder}/x`);
        expect(++inside).toBe(1);
        await Promise.resolve();
        inside--;
        await lock.release();
      }),
    );
  }
  expect(readdirSync(folder)).toEqual([]);
});

describe('gc.pid', () => {
  const repository = () => {
    const folder = temporaryFolder();
    git(folder, 'init', '-q');
    return folder;
  };

  test('while ours is held, git gc does not run; afterwards it does', async () => {
    const folder = repository();
    const lock = await disk.lockGarbageCollection(`${folder}/.git`);
    expect(lock).toBeDefined();
    expect(await disk.lockGarbageCollection(`${folder}/.git`)).toBeUndefined();
    expect(() => git(folder, 'gc', '-q')).toThrow(/gc is already running/);
    await lock?.release();
    git(folder, 'gc', '-q');
    expect(existsSync(`${folder}/.git/gc.pid`)).toBe(false);
  });

  test('while git gc holds it, ours is not given; one that a killed gc left is', async () => {
    const folder = repository();
    const living = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    try {
      writeFileSync(`${folder}/.git/gc.pid`, `${living.pid} ${hostname()}`);
      expect(await disk.lockGarbageCollection(`${folder}/.git`)).toBeUndefined();
      writeFileSync(`${folder}/.git/gc.pid`, `1 another-machine`);
      expect(await disk.lockGarbageCollection(`${folder}/.git`)).toBeUndefined();
    } finally {
      living.kill();
    }
    writeFileSync(`${folder}/.git/gc.pid`, `${deadPid()} ${hostname()}`);
    await (await disk.lockGarbageCollection(`${folder}/.git`))?.release();
    const old = Date.now() / 1000 - 13 * 60 * 60;
    writeFileSync(`${folder}/.git/gc.pid`, `1 another-machine`);
    utimesSync(`${folder}/.git/gc.pid`, old, old);
    await (await disk.lockGarbageCollection(`${folder}/.git`))?.release();
    expect(readdirSync(`${folder}/.git`).filter((name) => name.startsWith('gc'))).toEqual([]);
  });
});

describe('a file that another program holds open', () => {
  const busy = () => Object.assign(new Error('busy'), { code: 'EBUSY' });

  test('is tried again, and then it works', async () => {
    let calls = 0;
    const outcome = await patiently('/x', () => {
      if (++calls < 4) throw busy();
      return 'done';
    });
    expect([outcome, calls]).toEqual(['done', 4]);
  });

  test('is said by name when it stays so; what does not pass is said at once', async () => {
    let calls = 0;
    const always = (code: string) => () => {
      calls++;
      throw Object.assign(new Error(code), { code });
    };
    await expect(patiently('/x/y.esp', always('EBUSY'))).rejects.toMatchObject({
      code: 'FILE_BUSY',
      message: expect.stringContaining('/x/y.esp'),
      data: { path: '/x/y.esp' },
    });
    expect(calls).toBe(9);
    calls = 0;
    await expect(patiently('/x', always('ENOSPC'))).rejects.toMatchObject({ code: 'NO_SPACE' });
    expect(calls).toBe(1);
  });
});

test('Windows gets long paths with the prefix that lifts its limit, and only those', () => {
  const long = 'n'.repeat(100);
  expect(windowsPath('C:/a/b')).toBe('C:\\a\\b');
  expect(windowsPath(`C:/${long}/${long}/${long}`)).toBe(`\\\\?\\C:\\${long}\\${long}\\${long}`);
  expect(windowsPath(`//server/share/${long}/${long}/${long}`)).toBe(
    `\\\\?\\UNC\\server\\share\\${long}\\${long}\\${long}`,
  );
});

test('paths far over 260 characters are written, read, listed and removed', async () => {
  const folder = temporaryFolder();
  const deep = Array.from({ length: 8 }, (_, at) => `${at}`.repeat(100)).join('/');
  mkdirSync(`${folder}/${deep}`, { recursive: true });
  const outcomes = await disk.writeMany(folder, `${folder}/.tmp`, [
    { path: `${deep}/x`, content: new Uint8Array([1]), expect: 'absent' },
  ]);
  expect(outcomes[0]?.size).toBe(1);
  expect((await disk.walk(folder, (_, entries) => entries)).map(({ path }) => path)).toEqual([`${deep}/x`]);
  expect(await disk.removeMany(folder, `${folder}/.tmp`, [{ path: `${deep}/x` }])).toEqual([true]);
  expect(readdirSync(folder)).toEqual(['.tmp']);
});
