import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ObjectStore } from '../../src/git/objects/ObjectStore.ts';
import type { CommitId, ObjectId } from '../../src/shared/ids.ts';
import { git, gitEnvironment, randomFrom, seededRepository } from '../support/gitRepository.ts';
import { temporaryFolder, testHost } from '../support/host.ts';
import { SOAK, sampled } from '../support/soak.ts';

const host = testHost();
const open = (folder: string) => new ObjectStore(host, join(folder, '.git'));
const revParse = (folder: string, name: string) => git(folder, 'rev-parse', name).trim() as CommitId;

function emptyRepository(): string {
  const folder = temporaryFolder('empty');
  git(folder, 'init', '-q');
  return folder;
}

function gitPack(folder: string, revisions: string, ...options: string[]): Buffer {
  return execFileSync('git', ['pack-objects', '--revs', '--stdout', '-q', ...options], {
    cwd: folder,
    input: revisions,
    env: gitEnvironment,
    maxBuffer: 1 << 30,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
}

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield new Uint8Array(bytes.subarray(at, at + size));
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

/** Everything that these commits reach is there and sound. */
function expectComplete(folder: string, ...tips: ObjectId[]): void {
  for (const [i, tip] of tips.entries()) git(folder, 'update-ref', `refs/check/${i}`, tip);
  git(folder, 'fsck', '--strict');
}

describe('taking in a pack', () => {
  test.each([
    ['with deltas by offset', ['--delta-base-offset']],
    ['with deltas by id', []],
    ['without deltas', ['--depth=0']],
  ])('%s, in chunks of any size', async (_, options) => {
    const source = seededRepository(11);
    const pack = gitPack(source, 'HEAD\n', ...options);
    for (const size of [7, 1000, 1 << 20]) {
      const folder = emptyRepository();
      const { objects } = await open(folder).storePack(inChunks(pack, size));
      expect(objects).toBeGreaterThan(100);
      expectComplete(folder, revParse(source, 'HEAD'));
      const [name] = readdirSync(join(folder, '.git/objects/pack')).filter((file) => file.endsWith('.idx'));
      git(folder, 'verify-pack', join('.git/objects/pack', name!));
      // byte for byte what git itself makes of it
      const ours = join(folder, '.git/objects/pack', name!);
      git(folder, 'index-pack', '-o', join(folder, 'theirs.idx'), ours.replace(/idx$/, 'pack'));
      expect(readFileSync(ours).equals(readFileSync(join(folder, 'theirs.idx')))).toBe(true);
    }
  });

  test('a thin pack is completed, whether it is small or large', async () => {
    const source = seededRepository(12, 20);
    for (const from of ['HEAD~1', 'HEAD~15']) {
      const folder = emptyRepository();
      const store = open(folder);
      await store.storePack(inChunks(gitPack(source, `${from}\n`), 5000));
      const thin = gitPack(source, `HEAD\n^${from}\n`, '--thin', '--delta-base-offset');
      await store.storePack(inChunks(thin, 5000));
      expectComplete(folder, revParse(source, 'HEAD'));
      await expect(open(emptyRepository()).storePack(inChunks(thin, 5000))).rejects.toMatchObject({
        code: 'OBJECT_MISSING',
      });
    }
  });

  test('a large pack goes through a file, and is not in memory', async () => {
    const source = emptyRepository();
    const noise = createNoise(3 << 20);
    for (let i = 0; i < 12; i++) {
      writeFileSync(
        join(source, `noise ${i}.bin`),
        Buffer.concat([noise.subarray(i * 80000), Buffer.from([i])]),
      );
    }
    git(source, 'add', '-A');
    git(source, 'commit', '-qm', 'large');
    const pack = gitPack(source, 'HEAD\n', '--window=3');
    expect(pack.length).toBeGreaterThan(3 << 20);
    const folder = emptyRepository();
    const store = open(folder);
    await store.storePack(inChunks(pack, 100_000));
    expectComplete(folder, revParse(source, 'HEAD'));

    for (let i = 0; i < 12; i++) {
      writeFileSync(
        join(source, `noise ${i}.bin`),
        Buffer.concat([Buffer.from([i]), noise.subarray(i * 80000)]),
      );
    }
    writeFileSync(join(source, 'fresh.bin'), createNoise(6 << 20));
    git(source, 'commit', '-qam', 'edit');
    git(source, 'add', '-A');
    git(source, 'commit', '-qm', 'add');
    const thin = gitPack(source, 'HEAD\n^HEAD~2\n', '--thin', '--delta-base-offset');
    expect(thin.length).toBeGreaterThan(4 << 20);
    await store.storePack(inChunks(thin, 100_000));
    expectComplete(folder, revParse(source, 'HEAD'));
    expect(readdirSync(join(folder, '.git/objects/pack')).filter((name) => name.startsWith('tmp'))).toEqual(
      [],
    );
  });

  test('a pack that is cut short or changed leaves nothing behind', async () => {
    const source = seededRepository(13);
    const pack = gitPack(source, 'HEAD\n', '--delta-base-offset');
    const folder = emptyRepository();
    const store = open(folder);
    for (const length of [0, 5, 12, 100, pack.length - 30, pack.length - 1]) {
      await expect(store.storePack(inChunks(pack.subarray(0, length), 999))).rejects.toMatchObject({
        code: 'MALFORMED_OBJECT',
      });
    }
    await expect(store.storePack(inChunks(Buffer.concat([pack, Buffer.of(1)]), 999))).rejects.toMatchObject({
      code: 'MALFORMED_OBJECT',
    });
    const random = randomFrom(99);
    for (let i = 0; i < sampled(20, 50); i++) {
      const bad = Buffer.from(pack);
      const at = Math.floor(random() * bad.length);
      bad[at] = (bad[at] as number) ^ (1 + Math.floor(random() * 255));
      // with a checksum that fits, so that the parsers behind it are reached
      if (i % 2) bad.set(createHash('sha1').update(bad.subarray(0, -20)).digest(), bad.length - 20);
      const outcome = await store.storePack(inChunks(bad, 4096)).then(
        () => 'stored',
        (error: unknown) => error,
      );
      if (outcome !== 'stored') expect(outcome).toMatchObject({ name: 'SyncError' });
    }
    git(folder, 'fsck', '--strict', '--no-dangling');
  });

  test('stops when it is told to', async () => {
    const pack = gitPack(seededRepository(13), 'HEAD\n');
    const stop = new AbortController();
    const store = open(emptyRepository());
    const onProgress = () => stop.abort();
    const stored = store.storePack(inChunks(pack, 999), { signal: stop.signal, onProgress });
    await expect(stored).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

const createNoise = (size: number): Buffer => createHash('shake256', { outputLength: size }).digest();

describe('making a pack', () => {
  test('everything, for somebody who has nothing', async () => {
    const source = seededRepository(21);
    git(source, 'repack', '-adq');
    const tip = revParse(source, 'HEAD');
    const tag = revParse(source, 'v4');
    const pack = await collect(await open(source).makePack([tip, tag], []));
    const folder = emptyRepository();
    execFileSync('git', ['index-pack', '--strict', '--stdin'], {
      cwd: folder,
      input: pack,
      env: gitEnvironment,
    });
    expectComplete(folder, tip, tag);
  });

  test('no more than what the other side lacks, thin, and no larger than what git sends', async () => {
    let ours = 0;
    let theirs = 0;
    for (let seed = 22; seed < 22 + SOAK; seed++) {
      const source = seededRepository(seed, 20);
      const tip = revParse(source, 'HEAD');
      for (const back of [1, 3, 10]) {
        const have = revParse(source, `HEAD~${back}`);
        const folder = emptyRepository();
        execFileSync('git', ['index-pack', '--stdin'], {
          cwd: folder,
          input: gitPack(source, `${have}\n`),
          env: gitEnvironment,
        });
        git(folder, 'update-ref', 'refs/check/have', have);
        const pack = await collect(await open(source).makePack([tip], [have, 'f'.repeat(40) as CommitId]));
        execFileSync('git', ['index-pack', '--strict', '--fix-thin', '--stdin'], {
          cwd: folder,
          input: pack,
          env: gitEnvironment,
        });
        expectComplete(folder, tip);
        ours += pack.length;
        theirs += gitPack(source, `${tip}\n^${have}\n`, '--thin', '--delta-base-offset').length;
      }
    }
    expect(ours).toBeLessThanOrEqual(theirs * 1.02);
  });

  test('a folder that was only moved costs its trees, not its files', async () => {
    const source = emptyRepository();
    for (let i = 0; i < 30; i++) writeFileSync(join(source, `f${i}`), createNoise(2000 + i));
    git(source, 'add', '-A');
    git(source, 'commit', '-qm', 'one');
    git(source, 'mv', '-k', ...Array.from({ length: 30 }, (_, i) => `f${i}`), source);
    const inner = join(source, 'inner');
    execFileSync('mkdir', [inner]);
    for (let i = 0; i < 30; i++) renameSync(join(source, `f${i}`), join(inner, `f${i}`));
    git(source, 'add', '-A');
    git(source, 'commit', '-qm', 'two');
    const pack = await collect(
      await open(source).makePack([revParse(source, 'HEAD')], [revParse(source, 'HEAD~1')]),
    );
    expect(pack.length).toBeLessThan(1500);
  });

  test('a file that was edited and put back: no circle of deltas', async () => {
    const source = emptyRepository();
    const commit = (content: Buffer) => {
      writeFileSync(join(source, 'file'), content);
      git(source, 'add', '-A');
      git(source, 'commit', '-qm', 'x');
    };
    const first = createNoise(5000);
    commit(first);
    commit(Buffer.concat([first, Buffer.from('edited')]));
    commit(first);
    const have = revParse(source, 'HEAD~2');
    const folder = emptyRepository();
    git(folder, 'fetch', '-q', source, `${have}:refs/heads/have`);
    const pack = await collect(await open(source).makePack([revParse(source, 'HEAD')], [have]));
    execFileSync('git', ['index-pack', '--strict', '--fix-thin', '--stdin'], {
      cwd: folder,
      input: pack,
      env: gitEnvironment,
    });
    expectComplete(folder, revParse(source, 'HEAD'));
  });

  test('merges and several branches', async () => {
    const source = seededRepository(25);
    git(source, 'checkout', '-qb', 'side', 'HEAD~6');
    writeFileSync(join(source, 'side.txt'), 'side\n');
    git(source, 'add', '-A');
    git(source, 'commit', '-qm', 'side');
    git(source, 'merge', '-q', '--no-edit', 'main');
    const tip = revParse(source, 'HEAD');
    const have = revParse(source, 'main~2');
    const pack = await collect(await open(source).makePack([tip, revParse(source, 'v4')], [have]));
    const folder = emptyRepository();
    execFileSync('git', ['fetch', '-q', source, `${have}:refs/heads/have`], {
      cwd: folder,
      env: gitEnvironment,
    });
    execFileSync('git', ['index-pack', '--strict', '--fix-thin', '--stdin'], {
      cwd: folder,
      input: pack,
      env: gitEnvironment,
    });
    expectComplete(folder, tip, revParse(source, 'v4'));
  });

  test('our packs come back through our own indexer', async () => {
    const source = seededRepository(26, 15);
    const tip = revParse(source, 'HEAD');
    const have = revParse(source, 'HEAD~5');
    const folder = emptyRepository();
    const store = open(folder);
    await store.storePack(await open(source).makePack([have], []));
    await store.storePack(await open(source).makePack([tip], [have]));
    expectComplete(folder, tip);
    const empty = await collect(await open(source).makePack([tip], [tip]));
    expect(empty.length).toBe(32);
    expect(await store.storePack(inChunks(empty, 10))).toMatchObject({ objects: 0 });
    expect(statSync(join(folder, '.git')).isDirectory()).toBe(true);
  });
});
