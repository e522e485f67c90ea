import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Repository } from '../../src/git/index.ts';
import type { ObjectId } from '../../src/shared/ids.ts';
import { gitBytes } from '../support/gitCommand.ts';
import { git, gitEnvironment, randomFrom, seededRepository } from '../support/gitRepository.ts';
import { temporaryFolder, testHost } from '../support/host.ts';

const host = testHost();
const author = { name: 'Ann', email: 'ann@example.org', seconds: 1_700_000_000, offset: 60 };
const now = { minAge: 0 };

const filesIn = (folder: string, pattern: RegExp) =>
  readdirSync(join(folder, '.git/objects/pack')).filter((name) => pattern.test(name));
const packsOf = (folder: string) => filesIn(folder, /^pack-.*\.pack$/);
const looseOf = (folder: string) => Number(/^count: (\d+)/m.exec(git(folder, 'count-objects', '-v'))?.[1]);
const allObjects = (folder: string) =>
  git(folder, 'cat-file', '--batch-all-objects', '--batch-check').trim().split('\n');
const sound = (folder: string) => git(folder, 'fsck', '--strict', '--no-dangling', '--full');

/** Settings so low that anything has piled up. */
function eager(folder: string, packs = 1): void {
  git(folder, 'config', 'gc.auto', '1');
  git(folder, 'config', 'gc.autoPackLimit', String(packs));
}

/** A repository with `rounds` packs and some loose objects, as a day of saving leaves it. */
async function busyDay(
  seed: number,
  rounds: number,
  files = 25,
): Promise<{ folder: string; repository: Repository }> {
  const folder = temporaryFolder('day');
  const random = randomFrom(seed);
  const repository = await Repository.init(host, folder, { branch: 'main' });
  const contents = new Map<string, string[]>();
  for (let round = 0; round < rounds; round++) {
    for (let at = 0; at < files; at++) {
      const path = `file ${at}.psc`;
      const lines =
        contents.get(path) ?? Array.from({ length: 200 }, (_, line) => `${at} ${line} ${random()}`);
      lines[Math.floor(random() * lines.length)] = `edit ${round} ${random()}`;
      contents.set(path, lines);
      writeFileSync(join(folder, path), lines.join('\n'));
    }
    await repository.commitWorkingTree({ message: `round ${round}`, author });
    writeFileSync(join(folder, 'note.txt'), `${round}`);
    await repository.commitWorkingTree({ message: `note ${round}`, author });
  }
  return { folder, repository };
}

test('many packs and loose objects become one small pack; every object and every reader stays', async () => {
  const { folder, repository } = await busyDay(1, 12);
  const unreachable = gitBytes(folder, ['hash-object', '-w', '--stdin'], { input: 'nobody reaches me' });
  const before = allObjects(folder);
  const sizeBefore = packsOf(folder).reduce(
    (sum, name) => sum + statSync(join(folder, '.git/objects/pack', name)).size,
    0,
  );
  expect(packsOf(folder).length).toBe(12);
  expect(looseOf(folder)).toBeGreaterThan(30);
  // a process that has read the old packs and goes on
  const other = await Repository.open(host, folder);
  await other.objects.read(git(folder, 'rev-parse', 'HEAD~5').trim() as ObjectId);

  expect(await repository.upkeep(now)).toBeUndefined();
  eager(folder);
  const result = await repository.upkeep(now);
  expect(result).toMatchObject({ objects: before.length, packsRemoved: 12 });
  expect(packsOf(folder)).toEqual([`${result?.pack}.pack`]);
  expect(looseOf(folder)).toBe(0);
  expect(allObjects(folder)).toEqual(before);
  sound(folder);
  git(folder, 'verify-pack', join('.git/objects/pack', `${result?.pack}.idx`));
  git(folder, 'cat-file', '-e', unreachable.toString().trim());
  for (const line of before) await other.objects.read(line.slice(0, 40) as ObjectId);
  // files that changed in one line are stored as what changed
  expect(statSync(join(folder, '.git/objects/pack', `${result?.pack}.pack`)).size).toBeLessThan(
    sizeBefore / 3,
  );
  expect(await repository.upkeep(now)).toBeUndefined();
  expect((await repository.status()).unstaged).toEqual([]);
});

test('deltas of git survive, whatever their kind, and packs that have the same objects', async () => {
  const folder = seededRepository(31, 14);
  const pack = (revisions: string, ...options: string[]) =>
    execFileSync(
      'git',
      ['pack-objects', '-q', '--revs', ...options, join(folder, '.git/objects/pack/pack')],
      {
        cwd: folder,
        input: revisions,
        env: gitEnvironment,
        stdio: ['pipe', 'ignore', 'inherit'],
      },
    );
  pack('HEAD~6\n');
  pack('HEAD~3\n', '--delta-base-offset', '--window=20');
  pack('HEAD\n', '--no-reuse-delta', '--window=3', '--depth=200');
  pack('HEAD\n^HEAD~9\n', '--delta-base-offset');
  const before = allObjects(folder);
  eager(folder);
  const repository = await Repository.open(host, folder);
  expect(await repository.upkeep(now)).toMatchObject({ packsRemoved: 4, objects: before.length });
  expect(allObjects(folder)).toEqual(before);
  sound(folder);
  for (const line of before) await repository.objects.read(line.slice(0, 40) as ObjectId);
});

/** A loose object among those that Git counts. */
function inSample(folder: string, random: () => number): void {
  for (;;) {
    const content = `${random()}`;
    const id = createHash('sha1').update(`blob ${content.length}\0${content}`).digest('hex');
    if (!id.startsWith('17')) continue;
    gitBytes(folder, ['hash-object', '-w', '--stdin'], { input: content });
    return;
  }
}

test('Git’s own settings decide: 0 turns it off, limits are Git’s', async () => {
  const { folder, repository } = await busyDay(2, 4, 25);
  const random = randomFrom(2);
  const packs = packsOf(folder);
  for (const [auto, limit, does] of [
    ['0', '1', false],
    ['6700', '4', false],
    ['1k', '3', true],
    ['1', '0', true],
  ] as const) {
    git(folder, 'config', 'gc.auto', auto);
    git(folder, 'config', 'gc.autoPackLimit', limit);
    // `gc.auto = 1` looks at one folder of 256 only
    if (auto === '1') for (let i = 0; i < 3; i++) inSample(folder, random);
    expect([auto, limit, (await repository.upkeep(now)) !== undefined]).toEqual([auto, limit, does]);
    if (!does) expect(packsOf(folder)).toEqual(packs);
    else expect(packsOf(folder)).toHaveLength(1);
  }
  sound(folder);
});

test('what somebody keeps, and loose objects of this moment, stay where they are', async () => {
  const { folder, repository } = await busyDay(3, 5);
  eager(folder);
  const [kept] = packsOf(folder).map((name) => name.replace(/pack$/, 'keep')) as [string];
  const packFolder = join(folder, '.git/objects/pack');
  writeFileSync(join(packFolder, kept), 'mine\n');
  const loose = looseOf(folder);
  expect(await repository.upkeep()).toMatchObject({ packsRemoved: 4, looseRemoved: 0 });
  expect(packsOf(folder)).toHaveLength(2);
  expect(existsSync(join(packFolder, kept))).toBe(true);
  expect(looseOf(folder)).toBe(loose);
  sound(folder);
});

test('a keep file of a killed modsync is removed, one of a living process is not', async () => {
  const { folder, repository } = await busyDay(4, 4);
  eager(folder);
  const packFolder = join(folder, '.git/objects/pack');
  const [one, two] = packsOf(folder).map((name) => join(packFolder, name.replace(/pack$/, 'keep'))) as [
    string,
    string,
  ];
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  writeFileSync(one, `modsync-lock ${child.pid} ${Date.now()} - 1a2b3c4d ${hostname()}\n`);
  const living = await host.disk.lockProcess(two);
  await repository.upkeep(now);
  expect(filesIn(folder, /keep/)).toEqual([two.slice(packFolder.length + 1)]);
  await living?.release();
});

test('not while git gc runs, and git gc not while it does', async () => {
  const { folder, repository } = await busyDay(5, 3);
  eager(folder);
  const lock = await host.disk.lockGarbageCollection(join(folder, '.git'));
  expect(await repository.upkeep(now)).toBeUndefined();
  await lock?.release();
  const [outcome] = await Promise.all([repository.upkeep(now), repository.upkeep(now)]);
  expect(outcome).toBeDefined();
  expect(existsSync(join(folder, '.git/gc.pid'))).toBe(false);
  git(folder, 'gc', '-q');
  sound(folder);
});

test('a damaged pack is said, and nothing is removed', async () => {
  const { folder, repository } = await busyDay(6, 4);
  eager(folder);
  const [name] = packsOf(folder) as [string];
  const path = join(folder, '.git/objects/pack', name);
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 0xff;
  rmSync(path);
  writeFileSync(path, bytes);
  const before = readdirSync(join(folder, '.git/objects/pack')).sort();
  await expect(repository.upkeep(now)).rejects.toMatchObject({ code: 'MALFORMED_OBJECT' });
  expect(readdirSync(join(folder, '.git/objects/pack')).sort()).toEqual(before);
  expect(existsSync(join(folder, '.git/gc.pid'))).toBe(false);
});

test('stops when it is told to, and leaves everything as it was', async () => {
  const { folder, repository } = await busyDay(7, 4);
  eager(folder);
  const before = allObjects(folder);
  await expect(repository.upkeep({ ...now, signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'ABORTED',
  });
  const stop = new AbortController();
  setImmediate(() => stop.abort());
  await repository.upkeep({ ...now, signal: stop.signal }).catch(() => undefined);
  expect(allObjects(folder)).toEqual(before);
  expect(filesIn(folder, /^tmp/)).toEqual([]);
  sound(folder);
});

test('without time left it still makes one pack, only a larger one; large packs are not copied again', async () => {
  const { folder, repository } = await busyDay(8, 6);
  eager(folder);
  expect(await repository.upkeep({ ...now, budgetMs: 0 })).toMatchObject({ packsRemoved: 6 });
  sound(folder);
  const [large] = packsOf(folder);
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 25; i++) writeFileSync(join(folder, `new ${i}.txt`), `${round} ${i}`);
    await repository.commitWorkingTree({ message: `more ${round}`, author });
  }
  await repository.upkeep({ ...now, maxBytes: 100_000 });
  expect(packsOf(folder)).toContain(large);
  expect(packsOf(folder)).toHaveLength(2);
  sound(folder);
});

test('unfinished files of killed processes go after a day', async () => {
  const { folder, repository } = await busyDay(9, 3);
  eager(folder);
  const gitDir = join(folder, '.git');
  const old = Date.now() / 1000 - 2 * 86_400;
  const names = [
    'tmp_obj_1.lock',
    'objects/pack/tmp_pack_12',
    'refs/heads/tmp_obj_2.lock',
    'refs/heads/main.lock.0a1b2c3d.lock',
    'index.lock.0a1b2c3d.takeover.lock',
  ];
  for (const name of names) {
    writeFileSync(join(gitDir, name), '');
    utimesSync(join(gitDir, name), old, old);
  }
  writeFileSync(join(gitDir, 'tmp_obj_3.lock'), '');
  await repository.upkeep(now);
  expect(names.filter((name) => existsSync(join(gitDir, name)))).toEqual([]);
  expect(existsSync(join(gitDir, 'tmp_obj_3.lock'))).toBe(true);
});

test('half a lock of a killed process goes at once, and a lock of git stays', async () => {
  const { folder, repository } = await busyDay(9, 3);
  const inGit = (path: string) => join(folder, '.git', path);
  const halves = ['refs/heads/main', 'index', 'modsync/sync', 'objects/pack/x.keep'];
  const names = [...halves.map((name) => `${name}.lock.0a1b2c3d.lock`), 'refs/heads/main.lock'];
  mkdirSync(inGit('modsync'), { recursive: true });
  for (const name of names) writeFileSync(inGit(name), '');
  await repository.releaseDeadLocks();
  expect(names.filter((name) => existsSync(inGit(name)))).toEqual(['refs/heads/main.lock']);
});

describe('beside others', () => {
  /** stock git, again and again, until told to stop */
  function loop(folder: string, script: string): { stop(): Promise<string> } {
    const child = spawn('sh', ['-c', `while [ ! -e stop ]; do ${script}; done`], {
      cwd: folder,
      env: { ...gitEnvironment, GIT_CONFIG_COUNT: '0' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (text: Buffer) => {
      said += text.toString();
    });
    const ended = once(child, 'exit');
    return {
      stop: async () => {
        writeFileSync(join(folder, 'stop'), '');
        await ended;
        rmSync(join(folder, 'stop'));
        return said;
      },
    };
  }

  test.each([
    ['git gc', 'git gc -q 2>/dev/null'],
    ['git repack -ad', 'git repack -adq 2>/dev/null'],
    // `git fsck` lists the objects first, and so complains beside any repack, git's own as well
    ['git log', '{ git log -p --all && git rev-list --objects --all; } >/dev/null 2>&1 || echo failed >&2'],
  ])('%s, while snapshots are made and packs are put together', async (name, script) => {
    const { folder, repository } = await busyDay(10, 3);
    eager(folder);
    git(folder, 'config', 'user.name', 'x');
    git(folder, 'config', 'core.excludesFile', join(folder, '.git/ignored'));
    writeFileSync(join(folder, '.git/ignored'), 'stop\n');
    const beside = loop(folder, script);
    const made: string[] = [];
    const rounds = 12 * Number(process.env.MODSYNC_SOAK ?? 1);
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < 22; i++) writeFileSync(join(folder, `r ${i}`), `${round} ${i}`);
      const hold = repository.objects.hold();
      const result = await repository.commitWorkingTree({ message: `snapshot ${round}`, author });
      await hold.release();
      if (result) made.push(result.commit);
      // git takes the packs away while we read them: a clear error, and nothing is lost
      await repository
        .upkeep(now)
        .catch((error: unknown) => expect(error).toMatchObject({ name: 'SyncError' }));
    }
    const said = await beside.stop();
    if (name === 'git log') expect(said).toBe('');
    expect(made).toHaveLength(rounds);
    sound(folder);
    expect(git(folder, 'rev-list', 'HEAD').trim().split('\n').slice(0, rounds).reverse()).toEqual(made);
    expect((await repository.status()).unstaged).toEqual([]);
  });

  test('a repack between the arrival of a pack and its ref takes nothing away', async () => {
    const source = seededRepository(33, 12);
    const folder = temporaryFolder('keep');
    const repository = await Repository.init(host, folder, { branch: 'main' });
    writeFileSync(join(folder, 'x'), 'x');
    await repository.commitWorkingTree({ message: 'x', author });
    const pack = execFileSync('git', ['pack-objects', '--revs', '--stdout', '-q'], {
      cwd: source,
      input: 'HEAD\n',
      env: gitEnvironment,
    });
    const bytes = async function* () {
      yield new Uint8Array(pack);
    };
    const hold = repository.objects.hold();
    const { ids } = await repository.objects.storePack(bytes());
    git(folder, 'repack', '-adq');
    git(folder, 'gc', '-q', '--prune=now');
    expect(await repository.objects.hasMany(ids)).toEqual(ids.map(() => true));
    const tip = git(source, 'rev-parse', 'HEAD').trim() as ObjectId;
    await repository.refs.update([{ ref: 'refs/remotes/origin/main', expected: undefined, next: tip }], {
      message: 'fetch',
      who: author,
    });
    await hold.release();
    expect(filesIn(folder, /keep/)).toEqual([]);
    git(folder, 'repack', '-adq');
    sound(folder);
    expect(git(folder, 'rev-list', '--count', 'origin/main').trim()).toBe('12');
  });

  test('an object that is written again is safe from git prune, however old it was', async () => {
    const folder = temporaryFolder('fresh');
    const repository = await Repository.init(host, folder, { branch: 'main' });
    const blob = { type: 'blob', data: Buffer.from('once upon a time') } as const;
    const [id] = (await repository.objects.write([blob])) as [ObjectId];
    const path = join(folder, '.git/objects', id.slice(0, 2), id.slice(2));
    const old = Date.now() / 1000 - 30 * 86_400;
    utimesSync(path, old, old);
    await repository.objects.write([blob]);
    git(folder, 'prune', '--expire=2.weeks.ago');
    expect(await repository.objects.has(id)).toBe(true);
  });
});
