import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { deflateSync } from 'node:zlib';
import { localEnvironment } from '../../src/platform/node/index.ts';
import { concat, utf8 } from '../../src/shared/bytes.ts';
import { temporaryFolder, testHost } from '../support/host.ts';

const SOAK = Number(process.env.MODSYNC_SOAK ?? 1);
const { disk, codec, keys, watch, home } = testHost();

describe('publishing', () => {
  test('a file appears whole, with its folders, and replaces what was there', async () => {
    const folder = temporaryFolder();
    await disk.publish(`${folder}/a/b/c.txt`, utf8('one'));
    await disk.publish(`${folder}/a/b/c.txt`, utf8('two'));
    expect(readFileSync(`${folder}/a/b/c.txt`, 'utf8')).toBe('two');
    expect(readdirSync(`${folder}/a/b`)).toEqual(['c.txt']);
  });

  test('an exclusive publish leaves what exists', async () => {
    const folder = temporaryFolder();
    expect(await disk.publish(`${folder}/x`, utf8('one'), { exclusive: true })).toBe(true);
    expect(await disk.publish(`${folder}/x`, utf8('two'), { exclusive: true })).toBe(false);
    expect(readFileSync(`${folder}/x`, 'utf8')).toBe('one');
  });

  test('a stream that fails leaves nothing behind', async () => {
    const folder = temporaryFolder();
    async function* broken() {
      yield utf8('half');
      throw new Error('cut');
    }
    await expect(disk.publish(`${folder}/x`, broken())).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a batch of writes', () => {
  test('leaves alone what is not as expected, and says so', async () => {
    const root = temporaryFolder();
    writeFileSync(`${root}/kept`, 'mine');
    const before = await disk.lstat(`${root}/kept`);
    writeFileSync(`${root}/kept`, 'mine, edited');
    const outcomes = await disk.writeMany(root, `${root}/.tmp`, [
      { path: 'kept', content: utf8('theirs'), expect: before! },
      { path: 'kept', content: utf8('theirs'), expect: 'absent' },
      { path: 'deep/new', content: utf8('new'), expect: 'absent' },
    ]);
    expect(outcomes.map((outcome) => outcome?.size)).toEqual([undefined, undefined, 3]);
    expect(readFileSync(`${root}/kept`, 'utf8')).toBe('mine, edited');
    expect(
      await disk.removeMany(root, `${root}/.tmp`, [{ path: 'kept', expect: before! }, { path: 'deep/new' }]),
    ).toEqual([false, true]);
    expect(existsSync(`${root}/deep`)).toBe(false);
    expect(readdirSync(`${root}/.tmp`)).toEqual([]);
  });

  test('a save in the very moment of a replacement or removal is never lost', async () => {
    const root = temporaryFolder();
    const path = `${root}/saved`;
    const turn = new Int32Array(new SharedArrayBuffer(8));
    const saver = new Worker(new URL('./saver.mjs', import.meta.url), { workerData: { path, turn } });
    await once(saver, 'online');
    for (let round = 1; round <= 300 * SOAK; round++) {
      writeFileSync(path, 'loaded');
      const expect = (await disk.lstat(path))!;
      Atomics.store(turn, 0, round);
      if (round % 3 === 0) await disk.removeMany(root, `${root}/.tmp`, [{ path: 'saved', expect }]);
      else await disk.writeMany(root, `${root}/.tmp`, [{ path: 'saved', content: utf8('pulled'), expect }]);
      while (Atomics.load(turn, 1) < round) await setImmediate();
      if (readFileSync(path, 'utf8') !== `save ${round}`) throw new Error(`lost the save of round ${round}`);
    }
    await saver.terminate();
    expect(readdirSync(`${root}/.tmp`)).toEqual([]);
  });

  test('never goes through a symlinked folder, and then writes nothing at all', async () => {
    const root = temporaryFolder();
    const outside = temporaryFolder();
    symlinkSync(outside, `${root}/link`);
    const write = disk.writeMany(root, `${root}/.tmp`, [
      { path: 'fine', content: utf8('x') },
      { path: 'link/evil', content: utf8('x') },
    ]);
    await expect(write).rejects.toMatchObject({ code: 'UNSAFE_PATH', data: { path: 'link' } });
    expect(existsSync(`${root}/fine`)).toBe(false);
    expect(readdirSync(outside)).toEqual([]);
  });
});

describe('locks', () => {
  test('a lock file of another program is waited for and never broken', async () => {
    const folder = temporaryFolder();
    writeFileSync(`${folder}/index.lock`, '');
    await expect(disk.lockFile(`${folder}/index`, { waitMs: 30 })).rejects.toMatchObject({
      code: 'LOCK_TIMEOUT',
    });
    expect(existsSync(`${folder}/index.lock`)).toBe(true);
  });

  test('committing a lock publishes the content and ends the lock', async () => {
    const folder = temporaryFolder();
    const lock = await disk.lockFile(`${folder}/index`);
    expect(existsSync(`${folder}/index.lock`)).toBe(true);
    await lock.commit(utf8('content'));
    expect(readdirSync(folder)).toEqual(['index']);
  });

  test('a lock that a killed process left is taken over; a living one is not', async () => {
    const folder = temporaryFolder();
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    writeFileSync(`${folder}/x.lock`, `modsync-lock ${dead} ${Date.now()} - 1a2b3c4d ${hostname()}\n`);
    const lock = await disk.lockFile(`${folder}/x`, { waitMs: 1000 });
    expect(await disk.lockProcess(`${folder}/x.lock`)).toBeUndefined();
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('many processes that want one lock get it one after the other', async () => {
    const folder = temporaryFolder();
    mkdirSync(`${folder}/f`);
    let inside = 0;
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const lock = await disk.lockFile(`${folder}/f/x`);
        expect(++inside).toBe(1);
        await Promise.resolve();
        inside--;
        await lock.release();
      }),
    );
  });
});

describe('compression', () => {
  test('tells how much of the input one stream took', () => {
    const packed = deflateSync(Buffer.from('some text'));
    const { data, consumed } = codec.inflate(concat([packed, utf8('what follows')]), 100);
    expect(Buffer.from(data).toString()).toBe('some text');
    expect(consumed).toBe(packed.length);
  });

  test.each([
    ['broken', utf8('not zlib at all')],
    ['cut short', deflateSync(Buffer.alloc(5000, 'ab')).subarray(0, 20)],
    ['longer than it says', deflateSync(Buffer.alloc(5000))],
  ])('%s data is refused', (_, bytes) => {
    expect(() => codec.inflate(bytes, 1000)).toThrow(expect.objectContaining({ code: 'MALFORMED_OBJECT' }));
  });
});

test('secrets are kept in a file that only their owner can read', async () => {
  await keys.set('relay', 'token');
  expect(await keys.get('relay')).toBe('token');
  if (process.platform !== 'win32')
    expect((await disk.lstat(`${home}/credentials.json`))!.mode & 0o777).toBe(0o600);
  await keys.remove('relay');
  expect(await keys.names()).toEqual([]);
});

test('a save is reported by its path, what happens in .git is not', async () => {
  const folder = temporaryFolder();
  execFileSync('git', ['init', '-q', folder]);
  const paths: string[] = [];
  let saw = () => {};
  const seen = new Promise<void>((resolve) => (saw = resolve));
  const watching = await watch.start(folder, {
    onChange: (changed) => {
      paths.push(...(changed ?? []));
      if (paths.length > 0) saw();
    },
    onError: saw,
  });
  try {
    writeFileSync(`${folder}/.git/x`, 'x');
    writeFileSync(`${folder}/saved.psc`, 'x');
    await seen;
    expect(paths).toContain('saved.psc');
    expect(paths.filter((path) => path.startsWith('.git'))).toEqual([]);
  } finally {
    await watching.close();
  }
});

test('.env.local adds to the environment, and what is set already wins', () => {
  const folder = temporaryFolder();
  const set = { GITHUB_TOKEN: 'set' };
  expect(localEnvironment(set, folder)).toEqual(set);
  writeFileSync(`${folder}/.env.local`, 'GITHUB_TOKEN=file\nAUTO_SYNC_INTERVAL="5000" # comment\n');
  expect(localEnvironment(set, folder)).toEqual({ ...set, AUTO_SYNC_INTERVAL: '5000' });
});

test('.env.local of a folder that came from others steers neither Git nor where tokens are kept', () => {
  const folder = temporaryFolder();
  writeFileSync(
    `${folder}/.env.local`,
    'GIT_CONFIG_COUNT=1\nMODSYNC_HOME=/tmp/theirs\nHOME=/tmp/theirs\nPATH=.\n',
  );
  expect(localEnvironment({}, folder)).toEqual({});
});
