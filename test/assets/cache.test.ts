import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { AssetCache } from '../../src/assets/index.ts';
import type { Disk } from '../../src/platform/index.ts';
import type { AssetRef } from '../../src/ports/assetStore.ts';
import { gather, pieces, refOf, testAsset } from '../support/assets.ts';
import { temporaryFolder, testHost } from '../support/host.ts';

const soak = Number(process.env.MODSYNC_SOAK ?? 1);
const small = testAsset('small', 1000);
const large = testAsset('large', 3_000_000);
const host = testHost();

function make(disk: Partial<Disk> = {}) {
  const folder = temporaryFolder('cache');
  const cache = new AssetCache(
    { disk: { ...host.disk, ...disk }, codec: host.codec },
    join(folder, '.git', 'lfs'),
  );
  const lfs = join(folder, '.git/lfs');
  return { cache, folder, partOf: ({ oid }: AssetRef) => join(lfs, `incomplete/${oid}.part`), lfs };
}

/** Nothing but whole objects. */
const leftovers = (lfs: string) =>
  ['tmp', 'incomplete'].flatMap((name) => (existsSync(join(lfs, name)) ? readdirSync(join(lfs, name)) : []));

async function* breaking(bytes: Uint8Array, after: number): AsyncGenerator<Uint8Array> {
  yield* pieces(bytes.subarray(0, after));
  throw new Error('cut');
}

describe('adding a file', () => {
  test.each([0, 1, 1000, 3_000_000, 9_000_001])('of %i bytes keeps exactly its bytes', async (size) => {
    const { cache, folder, lfs } = make();
    const asset = testAsset(size, size);
    const file = join(folder, 'a file');
    writeFileSync(file, asset.bytes);
    expect(await cache.addFile(file)).toEqual({ oid: asset.oid, size });
    expect(await cache.has(asset)).toBe(true);
    expect(Buffer.compare(await gather(cache.source(asset).open()), asset.bytes)).toBe(0);
    expect(existsSync(cache.pathOf(asset.oid))).toBe(size > 0);
    expect(leftovers(lfs)).toEqual([]);
  });

  test('that the cache knows writes nothing', async () => {
    const { cache, folder } = make();
    for (const asset of [small, testAsset('big', 9_000_000)]) {
      const file = join(folder, 'f');
      writeFileSync(file, asset.bytes);
      await cache.addFile(file);
      const { ino, mtimeMs } = statSync(cache.pathOf(asset.oid));
      await cache.addFile(file);
      expect(statSync(cache.pathOf(asset.oid))).toMatchObject({ ino, mtimeMs });
    }
  });

  test('replaces a cached copy of the wrong size', async () => {
    const { cache, folder } = make();
    mkdirSync(dirname(cache.pathOf(small.oid)), { recursive: true });
    writeFileSync(cache.pathOf(small.oid), 'cut short');
    expect(await cache.has(small)).toBe(false);
    writeFileSync(join(folder, 'f'), small.bytes);
    await cache.addFile(join(folder, 'f'));
    expect(await cache.has(small)).toBe(true);
  });

  test.each([
    ['small', 1000],
    ['large', 9_000_000],
  ])('a %s one that is saved while it is read is read again', async (_, size) => {
    const old = testAsset('old', size);
    const saved = testAsset('new', size + 10);
    let saves = 0;
    const file = join(temporaryFolder('file'), 'f');
    const save = () => {
      if (saves++ === 0) writeFileSync(file, saved.bytes);
    };
    const { cache, lfs } = make({
      keepHashed: (from) => {
        save();
        return host.disk.keepHashed(from);
      },
      copyShowing: async (from, to, show) => {
        await host.disk.copyShowing(from, to, show);
        save();
      },
    });
    writeFileSync(file, old.bytes);
    expect(await cache.addFile(file)).toEqual({ oid: saved.oid, size: saved.size });
    expect(await cache.has(old)).toBe(false);
    expect(leftovers(lfs)).toEqual([]);
  });

  test('that is torn by a save, without a time stamp that tells, is kept under the name of what was read', async () => {
    const asset = testAsset('big', 9_000_000);
    const { cache, folder, lfs } = make({
      copyShowing: async (from, to, show) => {
        let isFirst = true;
        await host.disk.copyShowing(from, to, (piece) => {
          show(piece);
          if (isFirst) writeFileSync(from, testAsset('torn', asset.size).bytes, { flag: 'r+' });
          isFirst = false;
        });
      },
      lstat: async (path) => {
        const stat = await host.disk.lstat(path);
        return (
          stat && { ...stat, ctimeSeconds: 0, ctimeNanoseconds: 0, mtimeSeconds: 0, mtimeNanoseconds: 0 }
        );
      },
    });
    const file = join(folder, 'f');
    writeFileSync(file, asset.bytes);
    const { oid } = await cache.addFile(file);
    expect(oid).not.toBe(asset.oid);
    expect(refOf(readFileSync(cache.pathOf(oid))).oid).toBe(oid);
    expect(leftovers(lfs)).toEqual([]);
  });

  test('that never holds still is FILE_BUSY, one that is not there NOT_FOUND', async () => {
    const file = join(temporaryFolder('file'), 'f');
    writeFileSync(file, 'x');
    const { cache } = make({
      keepHashed: (from) => {
        appendFileSync(file, 'x');
        return host.disk.keepHashed(from);
      },
    });
    await expect(cache.addFile(file)).rejects.toMatchObject({ code: 'FILE_BUSY' });
    await expect(cache.addFile(`${file}2`)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('a full disk leaves nothing behind', async () => {
    const full = async () => {
      throw new Error('no space');
    };
    const { cache, folder, lfs } = make({ rename: full, keepHashed: full });
    for (const asset of [small, testAsset('big', 9_000_000)]) {
      writeFileSync(join(folder, 'f'), asset.bytes);
      await expect(cache.addFile(join(folder, 'f'))).rejects.toThrow('no space');
    }
    expect(leftovers(lfs)).toEqual([]);
  });

  test('an abort ends it', async () => {
    const { cache, folder } = make();
    writeFileSync(join(folder, 'f'), small.bytes);
    const signal = AbortSignal.abort();
    await expect(cache.addFile(join(folder, 'f'), { signal })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('receiving a stream', () => {
  test.each([small, large])('of $size bytes makes it visible at the end', async (asset) => {
    const { cache, lfs } = make();
    await cache.addStream(asset, 0, asset.open());
    expect(Buffer.compare(readFileSync(cache.pathOf(asset.oid)), asset.bytes)).toBe(0);
    expect(await cache.hasMany([asset, testAsset('other', 5), asset])).toEqual([true, false, true]);
    expect(leftovers(lfs)).toEqual([]);
  });

  test('that breaks off anywhere, any number of times, resumes where it stopped', async () => {
    const cuts = fc.array(fc.nat(large.size), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(cuts, fc.boolean(), async (at, overlapping) => {
        const { cache, lfs } = make();
        for (const cut of [...at].sort((a, b) => a - b)) {
          const kept = await cache.partialSize(large);
          const stream = breaking(large.bytes.subarray(kept), Math.max(0, cut - kept));
          await expect(cache.addStream(large, kept, stream)).rejects.toThrow('cut');
          expect(await cache.has(large)).toBe(false);
          expect(await cache.partialSize(large)).toBe(Math.max(kept, cut));
        }
        const start = Math.floor((await cache.partialSize(large)) / (overlapping ? 2 : 1));
        await cache.addStream(large, start, large.open(start));
        expect(Buffer.compare(readFileSync(cache.pathOf(large.oid)), large.bytes)).toBe(0);
        expect(leftovers(lfs)).toEqual([]);
      }),
      { seed: 4, numRuns: 15 * soak },
    );
  });

  test.each([
    ['wrong bytes', testAsset('other', large.size).bytes],
    ['too many bytes', new Uint8Array([...large.bytes, 1])],
  ])('with %s leaves nothing', async (_, bytes) => {
    const { cache, lfs } = make();
    const added = cache.addStream(large, 0, pieces(bytes));
    await expect(added).rejects.toMatchObject({ code: 'ASSET_CORRUPT', data: { retryable: true } });
    expect(await cache.has(large)).toBe(false);
    expect(leftovers(lfs)).toEqual([]);
  });

  test('an endless stream is cut as soon as it is too long', async () => {
    const { cache } = make();
    let sent = 0;
    const endless = async function* () {
      for (;;) {
        sent += 64 << 10;
        yield new Uint8Array(64 << 10);
      }
    };
    await expect(cache.addStream(large, 0, endless())).rejects.toMatchObject({ code: 'ASSET_CORRUPT' });
    expect(sent).toBeLessThan(large.size + (128 << 10));
  });

  test('that ends too early is kept, to be continued', async () => {
    const { cache } = make();
    const added = cache.addStream(large, 0, pieces(large.bytes.subarray(0, 2_000_000)));
    await expect(added).rejects.toMatchObject({
      code: 'BACKEND_CONNECTION_FAILED',
      data: { retryable: true },
    });
    expect(await cache.partialSize(large)).toBe(2_000_000);
  });

  test('a damaged partial file is noticed and thrown away', async () => {
    const { cache, partOf } = make();
    await cache.addStream(large, 0, breaking(large.bytes, 2_000_000)).catch(() => undefined);
    writeFileSync(partOf(large), testAsset('other', 2_000_000).bytes);
    const added = cache.addStream(large, 2_000_000, large.open(2_000_000));
    await expect(added).rejects.toMatchObject({ code: 'ASSET_CORRUPT' });
    expect(await cache.partialSize(large)).toBe(0);
  });

  test('the same asset from two streams at once is stored once, and the second stream is closed', async () => {
    const { cache, lfs } = make();
    let closed = false;
    const second: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: true, value: undefined }),
        return: async () => {
          closed = true;
          return { done: true, value: undefined };
        },
      }),
    };
    await Promise.all([cache.addStream(large, 0, large.open()), cache.addStream(large, 0, second)]);
    expect(closed).toBe(true);
    expect(await cache.has(large)).toBe(true);
    expect(leftovers(lfs)).toEqual([]);
  });

  test('an abort keeps what has come', async () => {
    const { cache } = make();
    const controller = new AbortController();
    const stream = async function* () {
      yield large.bytes.subarray(0, 1_500_000);
      controller.abort();
      yield large.bytes.subarray(1_500_000);
    };
    const added = cache.addStream(large, 0, stream(), { signal: controller.signal });
    await expect(added).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await cache.partialSize(large)).toBeGreaterThanOrEqual(1_500_000);
  });
});

describe('reading', () => {
  test('a damaged object never leaves whole, and goes to where git lfs fsck puts it', async () => {
    const { cache, lfs } = make();
    await cache.addStream(large, 0, large.open());
    const damaged = large.bytes.slice();
    damaged[2_999_999]! ^= 1;
    writeFileSync(cache.pathOf(large.oid), damaged);
    let out = 0;
    const reading = async () => {
      for await (const chunk of cache.source(large).open()) out += chunk.length;
    };
    await expect(reading()).rejects.toMatchObject({ code: 'ASSET_CORRUPT', data: { retryable: false } });
    expect(out).toBeLessThan(large.size);
    expect(await cache.has(large)).toBe(false);
    expect(readdirSync(join(lfs, 'bad'))).toEqual([large.oid]);
  });

  test('an asset that is not here is ASSET_MISSING; a part of one that is here is just that part', async () => {
    const { cache } = make();
    await expect(gather(cache.source(small).open())).rejects.toMatchObject({ code: 'ASSET_MISSING' });
    await cache.addStream(small, 0, small.open());
    expect(Buffer.compare(await gather(cache.source(small).open(400)), small.bytes.subarray(400))).toBe(0);
  });
});
