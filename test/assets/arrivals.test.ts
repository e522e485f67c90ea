import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetCache } from '../../src/assets/index.ts';
import type { Disk } from '../../src/platform/index.ts';
import { SyncError } from '../../src/shared/errors.ts';
import { type TestAsset, testAsset } from '../support/assets.ts';
import { temporaryFolder, testHost } from '../support/host.ts';

const host = testHost();
/** More than one memory holds, and of odd lengths. */
const many = Array.from({ length: 60 }, (_, at) => testAsset(`arrival ${at}`, 1 + at * 2501));

function make(changed: Partial<Disk> = {}) {
  const gitDir = join(temporaryFolder('arrivals'), '.git');
  const cache = new AssetCache(
    { disk: { ...host.disk, ...changed }, codec: host.codec },
    join(gitDir, 'lfs'),
  );
  const arrived: string[] = [];
  return {
    cache,
    arrived,
    arrivals: cache.arrivals(({ oid }) => arrived.push(oid)),
    leftovers: () => {
      const temporary = join(gitDir, 'lfs/tmp');
      return existsSync(temporary) ? readdirSync(temporary) : [];
    },
  };
}

const names = (assets: readonly TestAsset[]) => assets.map(({ oid }) => oid);

test('what arrives in a row is in the cache, each with its own bytes', async () => {
  const { cache, arrivals, arrived, leftovers } = make();
  // one memory for all, as the reader of a bundle has it
  const lent = new Uint8Array(200_000);
  for (const asset of many) {
    const bytes = lent.subarray(0, asset.size);
    bytes.set(asset.bytes);
    expect(await arrivals.add(asset, bytes)).toBe(true);
  }
  await arrivals.end();
  expect(arrived).toEqual(names(many));
  for (const asset of many) expect(readFileSync(cache.pathOf(asset.oid)).equals(asset.bytes)).toBe(true);
  expect(leftovers()).toEqual([]);
});

test('wrong bytes never get a name, and those around them do', async () => {
  const { cache, arrivals, arrived, leftovers } = make();
  const [first, wrong, last] = many.slice(10, 13) as [TestAsset, TestAsset, TestAsset];
  await arrivals.add(first, first.bytes);
  await arrivals.add(wrong, new Uint8Array(wrong.size));
  await arrivals.add(last, last.bytes);
  await arrivals.end();
  expect(arrived).toEqual(names([first, last]));
  expect(await cache.hasMany([first, wrong, last])).toEqual([true, false, true]);
  expect(leftovers()).toEqual([]);
});

test('what has another length than it should, or does not fit, is left to the caller', async () => {
  const { arrivals, arrived } = make();
  const [asset] = many.slice(10) as [TestAsset];
  const large = testAsset('large', (1 << 20) + 1);
  expect(await arrivals.add(asset, asset.bytes.subarray(1))).toBe(false);
  expect(await arrivals.add(large, large.bytes)).toBe(false);
  await arrivals.end();
  expect(arrived).toEqual([]);
});

test('a disk that cannot take it is told of, and nothing is under way any more', async () => {
  let underWay = 0;
  const { arrivals, arrived } = make({
    publishVerified: async () => {
      underWay++;
      await new Promise(setImmediate);
      underWay--;
      throw new SyncError('NO_SPACE', 'the disk is full');
    },
  });
  for (const asset of many) await arrivals.add(asset, asset.bytes);
  await expect(arrivals.end()).rejects.toMatchObject({ code: 'NO_SPACE' });
  expect(underWay).toBe(0);
  expect(arrived).toEqual([]);
});

test('a folder in the way is told of with what it is, from the other thread too', async () => {
  const { cache, arrivals, leftovers } = make();
  const [asset] = many.slice(10) as [TestAsset];
  await host.disk.makeFolder(join(cache.pathOf(asset.oid), 'in', 'the', 'way'));
  await arrivals.add(asset, asset.bytes);
  await expect(arrivals.end()).rejects.toMatchObject({ message: expect.stringContaining(asset.oid) });
  expect(leftovers()).toEqual([]);
});
