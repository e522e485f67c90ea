import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  AssetCache,
  memoryAssetStore,
  TransferQueue,
  type TransferSettings,
} from '../../src/assets/index.ts';
import { Pace } from '../../src/assets/pace.ts';
import { lfsClient } from '../../src/lfs/index.ts';
import { nodeFetch } from '../../src/platform/node/fetch.ts';
import type { AssetStore } from '../../src/ports/assetStore.ts';
import type { Progress } from '../../src/shared/progress.ts';
import { bytesOf, refOf, type TestAsset, testAsset } from '../support/assets.ts';
import { temporaryFolder, testHost } from '../support/host.ts';
import type { Asked, LfsServer, Lie } from '../support/lfsServer.ts';
import { startLfsServer } from '../support/lfsServers.ts';

const soak = Number(process.env.MODSYNC_SOAK ?? 1);
const host = testHost();
const FAST: TransferSettings = { retry: { baseMs: 1, maxMs: 5 } };
const many = (count: number, size = 2000) =>
  Array.from({ length: count }, (_, at) => testAsset(at, size + at));

function machine(store: AssetStore, settings = FAST) {
  const gitDir = join(temporaryFolder('queue'), '.git');
  const cache = new AssetCache(host, join(gitDir, 'lfs'));
  const fill = async (assets: readonly TestAsset[]) => {
    for (const asset of assets) await cache.addStream(asset, 0, asset.open());
  };
  /** Every object is what its name says, and nothing lies about. */
  const intact = () => {
    const objects = join(gitDir, 'lfs/objects');
    const names = existsSync(objects)
      ? readdirSync(objects, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
      : [];
    for (const entry of names)
      expect(refOf(readFileSync(join(entry.parentPath, entry.name))).oid).toBe(entry.name);
    const temporary = join(gitDir, 'lfs/tmp');
    expect(existsSync(temporary) ? readdirSync(temporary) : []).toEqual([]);
    return names.length;
  };
  return { cache, fill, intact, queue: new TransferQueue(store, cache, settings) };
}

async function withServer(lie?: (asked: Asked) => Lie | undefined, settings = FAST, timeoutMs = 10_000) {
  const server = await startLfsServer();
  if (lie) server.lie = lie;
  return { server, ...machine(lfsClient({ url: server.url, fetch: nodeFetch, timeoutMs }), settings) };
}

const serve = (server: LfsServer, assets: readonly TestAsset[]) => {
  for (const asset of assets) writeFileSync(server.pathOf(asset.oid), asset.bytes);
};

test('assets go up from one machine and come down on another', async () => {
  const store = memoryAssetStore(host.codec);
  const one = machine(store);
  const two = machine(store);
  const assets = many(20);
  await one.fill(assets);
  const bytes = assets.reduce((sum, { size }) => sum + size, 0);
  expect(await one.queue.upload(assets)).toEqual({ files: 20, bytes });
  expect(await two.queue.download(assets)).toEqual({ files: 20, bytes });
  expect(two.intact()).toBe(20);
});

test('what the other side has is not sent again, the same asset twice goes once, an empty one never', async () => {
  const { server, queue, fill, cache } = await withServer();
  const assets = many(3);
  await fill(assets);
  serve(server, assets.slice(0, 1));
  const empty = refOf(new Uint8Array());
  await queue.upload([...assets, ...assets, empty]);
  expect(server.of('upload')).toHaveLength(2);
  await queue.download([...assets, empty]);
  expect(server.of('download')).toHaveLength(0);
  expect(await cache.has(empty)).toBe(true);
});

test('assets are asked about by the hundred, and never more are on their way than configured', async () => {
  const { server, queue, fill, intact } = await withServer(undefined, { ...FAST, concurrency: 8 });
  const assets = many(310, 10);
  await fill(assets);
  await queue.upload(assets);
  expect(server.of('batch').map(({ json }) => json?.objects?.length)).toEqual([100, 100, 100, 10]);
  expect(server.busiest).toBeLessThanOrEqual(8);
  expect(intact()).toBe(310);
});

describe('transfers at a time', () => {
  /** 700 transfers of so many milliseconds, of which `lanes` at once get anywhere, in a time of their own. @returns the most at once */
  function busiest(ms: number, lanes: number): number {
    const pace = new Pace({ first: 8, most: 32 });
    const freeAt = Array.from({ length: lanes }, () => performance.now());
    const ends: number[] = [];
    let now = performance.now();
    let most = 0;
    for (let left = 700; left > 0; ) {
      for (; left > 0 && ends.length < pace.limit; left--) {
        freeAt.sort((one, other) => one - other);
        freeAt[0] = Math.max(now, freeAt[0] ?? 0) + ms;
        ends.push(freeAt[0]);
      }
      most = Math.max(most, ends.length);
      now = ends.sort((one, other) => one - other).shift() ?? now;
      pace.done(10, now);
    }
    return most;
  }

  test('rise while that brings more: a slow answer is no slow link', () => {
    expect(busiest(30, 1000)).toBeGreaterThan(12);
    expect(busiest(30, 1000)).toBeLessThanOrEqual(32);
  });

  test('stay where more bring nothing', () => {
    expect(busiest(10, 4)).toBeLessThanOrEqual(16);
  });

  test('fall where the other side asks for that', () => {
    const pace = new Pace({ first: 8, most: 32 });
    pace.slower();
    expect(pace.limit).toBe(4);
    for (let at = 0; at < 4; at++) pace.slower();
    expect(pace.limit).toBe(1);
  });
});

test('a large asset goes up and comes down in one piece', async () => {
  const { server, queue, fill } = await withServer();
  const asset = testAsset('large', 5_000_001);
  await fill([asset]);
  await queue.upload([asset]);
  const other = machine(lfsClient({ url: server.url, fetch: nodeFetch }));
  await other.queue.download([asset]);
  expect(Buffer.compare(readFileSync(other.cache.pathOf(asset.oid)), asset.bytes)).toBe(0);
});

describe('progress', () => {
  test('ends at exactly everything that had to be moved', async () => {
    const { server, queue, fill } = await withServer();
    const assets = many(150);
    await fill(assets);
    serve(server, assets.slice(0, 10));
    const seen: Progress[] = [];
    await queue.upload(assets, { onProgress: (progress) => seen.push(progress) });
    const bytes = assets.slice(10).reduce((sum, { size }) => sum + size, 0);
    expect(seen.at(-1)).toEqual({ phase: 'upload', files: 140, totalFiles: 140, bytes, totalBytes: bytes });
    for (const { bytes, totalBytes } of seen) expect(bytes).toBeLessThanOrEqual(totalBytes!);
  });

  test('is taken back when an attempt has to begin anew', async () => {
    const asset = testAsset('large', 3_000_000);
    let attempts = 0;
    const { queue } = machine({
      ...memoryAssetStore(host.codec),
      get: async () => {
        const last = ++attempts === 3;
        return { start: 0, bytes: last ? asset.open() : cut(asset, 500_000) };
      },
    });
    const seen: number[] = [];
    const clock = Date.now;
    let now = 0;
    Date.now = () => (now += 1000);
    try {
      await queue.download([asset], { onProgress: ({ bytes }) => seen.push(bytes) });
    } finally {
      Date.now = clock;
    }
    expect(attempts).toBe(3);
    expect(seen.filter((bytes) => bytes === 0).length).toBeGreaterThanOrEqual(2);
    expect(Math.max(...seen)).toBe(asset.size);
    expect(seen.at(-1)).toBe(asset.size);
  });
});

async function* cut(asset: TestAsset, after: number): AsyncGenerator<Uint8Array> {
  yield asset.bytes.subarray(0, after);
}

describe('against a server that fails now and then', () => {
  const large = testAsset('large', 3_000_000);

  test.each<[string, Lie]>([
    ['500', { status: 500 }],
    ['503 with Retry-After: 0', { status: 503, headers: { 'retry-after': '0' } }],
    ['429', { status: 429, headers: { 'retry-after': '0' } }],
    ['reset', { after: 100_000, and: 'reset' }],
    ['silence', { after: 100_000, and: 'hang' }],
  ])('both directions succeed in the end: %s', async (_, lie) => {
    const { server, queue, fill, intact } = await withServer(undefined, FAST, 200);
    const trouble = ({ before, step }: Asked) =>
      before < 2 && !(step === 'batch' && 'after' in lie) ? lie : undefined;
    server.lie = trouble;
    await fill([large]);
    await queue.upload([large]);
    expect(refOf(readFileSync(server.pathOf(large.oid))).oid).toBe(large.oid);

    const other = machine(lfsClient({ url: server.url, fetch: nodeFetch, timeoutMs: 200 }));
    await other.queue.download([large]);
    expect(other.intact()).toBe(1);
    expect(intact()).toBe(1);
  });

  test('a download goes on where it broke off, as often as it takes, while it gets somewhere', async () => {
    const { server, queue, intact } = await withServer();
    const asset = testAsset('larger', 12_000_000);
    serve(server, [asset]);
    server.lie = ({ step }) => (step === 'download' ? { after: 1_100_000, and: 'reset' } : undefined);
    await queue.download([asset]);
    expect(intact()).toBe(1);
    const ranges = server.of('download').map(({ headers }) => headers.range ?? 'bytes=0-');
    const starts = ranges.map((range) => Number(/=(\d+)-/.exec(range)![1]));
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(starts.length).toBeGreaterThan(6);
  });

  test('a download that ends too early, without a word, goes on', async () => {
    const { server, queue, intact } = await withServer(({ step, before }) =>
      step === 'download' && before === 0 ? { after: 2_000_000, and: 'end' } : undefined,
    );
    serve(server, [large]);
    await queue.download([large]);
    expect(intact()).toBe(1);
  });

  test('wrong bytes are never seen on disk: asked for again, then ASSET_CORRUPT', async () => {
    const wrong = bytesOf('wrong', large.size);
    const { server, queue, cache, intact } = await withServer(({ step, before }) =>
      step === 'download' && before === 0 ? { send: wrong } : undefined,
    );
    serve(server, [large]);
    await queue.download([large]);
    expect(intact()).toBe(1);

    const hopeless = machine(lfsClient({ url: server.url, fetch: nodeFetch }));
    server.lie = ({ step }) => (step === 'download' ? { send: wrong } : undefined);
    await expect(hopeless.queue.download([large])).rejects.toMatchObject({ code: 'ASSET_CORRUPT' });
    expect(hopeless.intact()).toBe(0);
    expect(await hopeless.cache.partialSize(large)).toBe(0);
    expect(await cache.has(large)).toBe(true);
  });

  test.each<[string, number]>([
    ['ACCESS_DENIED', 403],
    ['ACCESS_DENIED', 401],
    ['REMOTE_PROTOCOL', 501],
  ])('what cannot get better is not tried again: %s', async (code, status) => {
    const { server, queue, fill } = await withServer(({ step }) =>
      step === 'batch' ? { status } : undefined,
    );
    const assets = many(300, 10);
    await fill(assets);
    await expect(queue.upload(assets)).rejects.toMatchObject({ code });
    expect(server.asked).toHaveLength(1);
  });

  test('trying again has an end', async () => {
    const { server, queue } = await withServer(() => ({ status: 500 }));
    await expect(queue.download([large])).rejects.toMatchObject({ code: 'BACKEND_CONNECTION_FAILED' });
    expect(server.asked).toHaveLength(6);
  });

  test('a server that asks for an hour is not waited for', async () => {
    const { server, queue } = await withServer(() => ({ status: 429, headers: { 'retry-after': '3600' } }));
    await expect(queue.download([large])).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(server.asked).toHaveLength(1);
  });

  test('Retry-After is kept to, by all transfers', async () => {
    const { server, queue } = await withServer();
    const assets = many(20);
    serve(server, assets);
    let told = 0;
    const early: number[] = [];
    server.lie = ({ step }) => {
      if (step !== 'download') return undefined;
      if (told === 0) {
        told = Date.now();
        return { status: 429, headers: { 'retry-after': '1' } };
      }
      early.push(Date.now() - told);
      return undefined;
    };
    await queue.download(assets);
    // those that were on their way already may arrive; none starts within the second
    expect(early.filter((ms) => ms > 300 && ms < 990)).toEqual([]);
    expect(early.filter((ms) => ms >= 990).length).toBeGreaterThan(10);
  });

  test('one asset that is missing does not keep the others from arriving, and is named', async () => {
    const { server, queue, intact } = await withServer();
    const assets = many(30);
    serve(server, assets.slice(2));
    await expect(queue.download(assets)).rejects.toMatchObject({
      code: 'ASSET_MISSING',
      data: { failed: 2, oids: expect.arrayContaining(assets.slice(0, 2).map(({ oid }) => oid)) },
    });
    expect(intact()).toBe(28);
  });

  test('an asset that is not in the cache cannot be uploaded, and is named', async () => {
    const { queue, fill, server } = await withServer();
    const assets = many(3);
    await fill(assets.slice(1));
    const upload = queue.upload(assets);
    await expect(upload).rejects.toMatchObject({ code: 'ASSET_MISSING', data: { oid: assets[0]!.oid } });
    expect(server.has(assets[1]!.oid) && server.has(assets[2]!.oid)).toBe(true);
  });

  test('a damaged cached copy never arrives anywhere', async () => {
    const { server, queue, fill, cache } = await withServer();
    for (const asset of [testAsset('s', 1000), large]) {
      await fill([asset]);
      const damaged = asset.bytes.slice();
      damaged[asset.size - 1]! ^= 1;
      writeFileSync(cache.pathOf(asset.oid), damaged);
      await expect(queue.upload([asset])).rejects.toMatchObject({ code: 'ASSET_CORRUPT' });
      expect(server.has(asset.oid)).toBe(false);
      expect(await cache.has(asset)).toBe(false);
    }
  });

  test('an abort stops at once, keeps what came, and the next run asks for the rest only', async () => {
    const { server, queue, cache, intact } = await withServer();
    serve(server, [large]);
    server.lie = ({ step, before }) =>
      step === 'download' && before === 0 ? { after: 2_000_000, and: 'hang' } : undefined;
    const controller = new AbortController();
    const download = queue.download([large], {
      signal: controller.signal,
      onProgress: ({ bytes }) => bytes > 1_500_000 && controller.abort(),
    });
    await expect(download).rejects.toMatchObject({ code: 'ABORTED' });
    expect(intact()).toBe(0);
    const kept = await cache.partialSize(large);
    expect(kept).toBeGreaterThan(1_000_000);
    await queue.download([large]);
    expect(server.of('download').at(-1)!.headers.range).toBe(`bytes=${kept}-2999999`);
    expect(intact()).toBe(1);
  });

  test('an abort ends a pause between two tries', async () => {
    const slow = { retry: { baseMs: 60_000, maxMs: 60_000 } };
    const { server, queue } = await withServer(undefined, slow);
    const controller = new AbortController();
    server.lie = () => {
      setImmediate(() => controller.abort());
      return { status: 500 };
    };
    const download = queue.download([large], { signal: controller.signal });
    await expect(download).rejects.toMatchObject({ code: 'ABORTED' });
  });

  test('whatever goes wrong on the way, everything arrives or the error is real, and no file is ever wrong', async () => {
    const assets = [...many(12, 100), testAsset('l', 2_500_000)];
    const lies = fc.oneof(
      { weight: 6, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constant<Lie>({ status: 500 }) },
      { weight: 1, arbitrary: fc.constant<Lie>({ status: 429, headers: { 'retry-after': '0' } }) },
      { weight: 1, arbitrary: fc.constant<Lie>({ status: 403 }) },
      { weight: 1, arbitrary: fc.constant<Lie>({ send: new Uint8Array(100) }) },
      { weight: 1, arbitrary: fc.constant<Lie>({ ignoreRange: true }) },
      { weight: 2, arbitrary: fc.nat(2_000_000).map((after): Lie => ({ after, and: 'reset' })) },
      { weight: 1, arbitrary: fc.nat(2_000_000).map((after): Lie => ({ after, and: 'end' })) },
    );
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(lies), async (stream) => {
        const server = await startLfsServer({ verify: true });
        const next = () => stream.next().value as Lie | undefined;
        server.lie = ({ step }) => {
          const lie = next();
          return lie && (step === 'download' || step === 'upload' || 'status' in lie) ? lie : undefined;
        };
        const store = lfsClient({ url: server.url, fetch: nodeFetch, timeoutMs: 200 });
        const [one, two] = [machine(store), machine(store)];
        await one.fill(assets);
        const failed = (error: unknown) => error;
        const up = await one.queue.upload(assets).then(() => undefined, failed);
        if (up) expect(up).toMatchObject({ name: 'SyncError' });
        else
          for (const asset of assets)
            expect(refOf(readFileSync(server.pathOf(asset.oid))).oid).toBe(asset.oid);
        const down = await two.queue.download(assets).then(() => undefined, failed);
        const arrived = two.intact();
        if (down) expect(down).toMatchObject({ name: 'SyncError' });
        else expect(arrived).toBe(assets.length);

        server.lie = () => undefined;
        await one.queue.upload(assets);
        await two.queue.download(assets);
        expect(two.intact()).toBe(assets.length);
        await server.close();
      }),
      { seed: 4, numRuns: 8 * soak },
    );
  });
});
