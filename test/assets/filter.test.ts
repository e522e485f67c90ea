/** A file that stays as it is is read once, however often it is asked for. */
import { readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetCache, lfsFilter } from '../../src/assets/index.ts';
import { parsePointer } from '../../src/lfs/index.ts';
import { pause } from '../../src/shared/pause.ts';
import { bytesOf, refOf } from '../support/assets.ts';
import { temporaryFolder, testHost } from '../support/host.ts';

/** A texture that was saved a while ago, and a filter whose reads are counted. */
function texture() {
  const folder = temporaryFolder('cleaned');
  const path = join(folder, 'a.dds');
  const { disk, codec } = testHost();
  let reads = 0;
  const counting: typeof disk = {
    ...disk,
    keepHashed: (file) => {
      reads++;
      return disk.keepHashed(file);
    },
  };
  const cache = new AssetCache({ disk: counting, codec }, join(folder, '.git', 'lfs'));
  const filter = lfsFilter(cache);
  const longAgo = Date.now() / 1000 - 10;
  const save = (seed: number, time = longAgo) => {
    writeFileSync(path, bytesOf(seed, 20_000));
    utimesSync(path, time, time);
    return refOf(bytesOf(seed, 20_000));
  };
  const clean = async () => parsePointer((await filter.clean(path, 'a.dds')) ?? new Uint8Array());
  return { path, cache, save, clean, reads: () => reads };
}

test('an asset that was cleaned a moment ago is not read again', async () => {
  const { cache, save, clean, reads } = texture();
  const asset = save(1);
  await pause(150);
  for (let times = 0; times < 3; times++) expect(await clean()).toMatchObject(asset);
  expect(reads()).toBe(1);
  expect(readFileSync(cache.pathOf(asset.oid))).toEqual(Buffer.from(bytesOf(1, 20_000)));
});

test('it is read again when it was saved, even with its old time and size', async () => {
  const { path, save, clean } = texture();
  expect(await clean()).toBeUndefined();
  save(1);
  await pause(150);
  await clean();
  const second = save(2);
  expect(await clean()).toMatchObject(second);
  renameSync(path, `${path}.bak`);
  await pause(150);
  const third = save(3);
  expect(await clean()).toMatchObject(third);
  renameSync(`${path}.bak`, path);
  expect(await clean()).toMatchObject(second);
});

test('it is read again when it is so young that it may have changed in the same moment', async () => {
  const { save, clean, reads } = texture();
  const asset = save(1, Date.now() / 1000 + 1);
  for (let times = 0; times < 2; times++) expect(await clean()).toMatchObject(asset);
  expect(reads()).toBe(2);
});

test('it is read again when the cache has given it up, and is there again', async () => {
  const { cache, save, clean } = texture();
  const asset = save(1);
  await pause(150);
  await clean();
  rmSync(cache.pathOf(asset.oid));
  expect(await clean()).toMatchObject(asset);
  expect(await cache.has(asset)).toBe(true);
});
