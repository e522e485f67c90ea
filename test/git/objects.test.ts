import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ObjectStore } from '../../src/git/objects/ObjectStore.ts';
import type { ObjectId } from '../../src/shared/ids.ts';
import { git, gitEnvironment, seededRepository } from '../support/gitRepository.ts';
import { temporaryFolder, testHost } from '../support/host.ts';

const host = testHost();
const open = (folder: string) => new ObjectStore(host, join(folder, '.git'));

function allObjects(folder: string): { id: ObjectId; type: string; data: Buffer }[] {
  const ids = git(folder, 'cat-file', '--batch-all-objects', '--batch-check=%(objectname)')
    .trim()
    .split('\n');
  const out = execFileSync('git', ['cat-file', '--batch'], {
    cwd: folder,
    input: `${ids.join('\n')}\n`,
    maxBuffer: 1 << 30,
    env: gitEnvironment,
  });
  let at = 0;
  return ids.map((id) => {
    const end = out.indexOf(10, at);
    const [, type = '', size = ''] = out.toString('latin1', at, end).split(' ');
    const data = out.subarray(end + 1, end + 1 + Number(size));
    at = end + 2 + Number(size);
    return { id: id as ObjectId, type, data };
  });
}

async function expectSame(folder: string, store = open(folder), objects = allObjects(folder)): Promise<void> {
  expect(objects.length).toBeGreaterThan(50);
  const ours = await store.readMany(objects.map(({ id }) => id));
  for (const [i, { id, type, data }] of objects.entries()) {
    expect(ours[i]?.type).toBe(type);
    expect(Buffer.compare(Buffer.from(ours[i]?.data ?? []), data)).toBe(0);
    expect(store.hash(ours[i]!)).toBe(id);
  }
}

describe('reading what git wrote', () => {
  test('loose objects', async () => {
    await expectSame(seededRepository(1));
  });

  test('packs with long chains of deltas, and both kinds side by side', async () => {
    const folder = seededRepository(2);
    const store = open(folder);
    await expectSame(folder, store);
    git(folder, 'repack', '-adfq', '--depth=200', '--window=50');
    await expectSame(folder, store);
    await expectSame(folder);
    writeFileSync(join(folder, 'more.txt'), 'more\n');
    git(folder, 'add', '-A');
    git(folder, 'commit', '-qm', 'more');
    await expectSame(folder, store);
    git(folder, '-c', 'repack.useDeltaBaseOffset=false', 'repack', '-adfq');
    await expectSame(folder, store);
  });

  test('goes on while stock git repacks underneath', async () => {
    const folder = seededRepository(3);
    const store = open(folder);
    const objects = allObjects(folder);
    for (let round = 0; round < 6; round++) {
      git(folder, 'repack', '-adfq', `--window=${round + 1}`);
      const some = objects.filter((_, i) => i % 6 === round);
      const ours = await store.readMany(some.map(({ id }) => id));
      for (const [i, { data }] of some.entries()) expect(Buffer.compare(ours[i]!.data, data)).toBe(0);
      git(folder, 'commit', '-q', '--allow-empty', '-m', `round ${round}`);
      await store.read(git(folder, 'rev-parse', 'HEAD').trim() as ObjectId);
    }
  });

  test('many packs under one index, also when it is stale or broken', async () => {
    const folder = seededRepository(4);
    const store = open(folder);
    git(folder, 'repack', '-adq');
    for (let round = 0; round < 5; round++) {
      writeFileSync(join(folder, `more ${round}.txt`), `${round}\n`.repeat(50));
      git(folder, 'add', '-A');
      git(folder, 'commit', '-qm', `more ${round}`);
      git(folder, 'repack', '-dq');
    }
    git(folder, 'multi-pack-index', 'write');
    await expectSame(folder);
    await expectSame(folder, store);
    // each object is found through it: the packs' own indexes are not asked
    const reading: string[] = [];
    const disk = new Proxy(host.disk, {
      get: (target, name: keyof typeof host.disk) =>
        name === 'read' ? (path: string) => reading.push(path) && target.read(path) : target[name],
    });
    await expectSame(folder, new ObjectStore({ ...host, disk }, join(folder, '.git')));
    expect(reading.map((path) => path.split('/').at(-1))).toEqual(['multi-pack-index']);
    writeFileSync(join(folder, 'later.txt'), 'later\n');
    git(folder, 'add', '-A');
    git(folder, 'commit', '-qm', 'later');
    git(folder, 'repack', '-dq');
    await expectSame(folder);
    await expectSame(folder, store);
    const path = join(folder, '.git/objects/pack/multi-pack-index');
    const whole = readFileSync(path);
    const objects = allObjects(folder);
    rmSync(path);
    for (const broken of [
      whole.subarray(0, whole.length / 2),
      Buffer.alloc(whole.length),
      whole.subarray(0, 8),
    ]) {
      writeFileSync(path, broken);
      await expectSame(folder, open(folder), objects);
    }
    writeFileSync(path, whole);
    git(folder, 'repack', '-adq');
    writeFileSync(path, whole); // names packs that are gone
    await expectSame(folder, open(folder), objects);
    await expectSame(folder, store, objects);
  });

  test('says which object is missing', async () => {
    const store = open(seededRepository(1));
    const id = 'f'.repeat(40) as ObjectId;
    await expect(store.read(id)).rejects.toMatchObject({ code: 'OBJECT_MISSING', data: { id } });
    expect(await store.hasMany([id])).toEqual([false]);
  });
});

describe('writing what git reads', () => {
  test.each([3, 400])('%i objects', async (count) => {
    const folder = temporaryFolder('write');
    git(folder, 'init', '-q');
    const store = open(folder);
    const objects = Array.from({ length: count }, (_, i) => ({
      type: 'blob' as const,
      data: new Uint8Array(i % 3 === 0 ? randomBytes(i * 11) : Buffer.from('text '.repeat(i))),
    }));
    const ids = await store.write([...objects, ...objects]);
    expect(ids.slice(0, count)).toEqual(ids.slice(count));
    git(folder, 'fsck', '--strict');
    expect(countObjects(folder)).toBe(new Set(ids).size);
    await store.write(objects);
    expect(countObjects(folder)).toBe(new Set(ids).size);
    const packs = readdirSync(join(folder, '.git/objects/pack'));
    expect(packs).toHaveLength(count > 100 ? 2 : 0);
    for (const name of packs) expect(name).toMatch(/^pack-[0-9a-f]{40}\.(pack|idx)$/);
    if (count > 100) git(folder, 'verify-pack', join('.git/objects/pack', packs[0]!.replace(/pack$/, 'idx')));
    const mirror = open(folder);
    for (const [i, id] of ids.entries()) {
      expect(Buffer.compare((await mirror.read(id)).data, objects[i % count]!.data)).toBe(0);
    }
  });

  test('an object left empty by a crash is written again', async () => {
    const folder = temporaryFolder('write');
    git(folder, 'init', '-q');
    const store = open(folder);
    const blob = { type: 'blob' as const, data: new TextEncoder().encode('hello') };
    const id = store.hash(blob);
    mkdirSync(join(folder, '.git/objects', id.slice(0, 2)));
    writeFileSync(join(folder, '.git/objects', id.slice(0, 2), id.slice(2)), '');
    await store.write([blob]);
    expect(git(folder, 'cat-file', '-p', id)).toBe('hello');
  });
});

function countObjects(folder: string): number {
  return git(folder, 'cat-file', '--batch-all-objects', '--batch-check').trim().split('\n').length;
}
