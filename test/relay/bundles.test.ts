/** Many small assets at our relay: a few requests instead of thousands. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AssetCache, TransferQueue } from '../../src/assets/index.ts';
import { lfsClient } from '../../src/lfs/index.ts';
import { concat } from '../../src/shared/bytes.ts';
import type { Oid } from '../../src/shared/ids.ts';
import { BUNDLE_MEDIA_TYPE, bundleHead, readBundle } from '../../src/shared/wire/assetBundle.ts';
import { relayRoutes } from '../../src/shared/wire/relay.ts';
import { gather, pieces, type TestAsset, testAsset } from '../support/assets.ts';
import { temporaryFolder, testHost } from '../support/host.ts';
import { startTestRelay, type TestRelay } from '../support/relay.ts';

let relay: TestRelay;
let editor: string;
let project: string;
beforeAll(async () => {
  relay = await startTestRelay();
  project = (await relay.createProject('Bundles')).projectId;
  editor = await relay.join(project, 'Piper');
});

/** A client of the relay, and the paths that it asked for. @param change what comes back, before the client sees it */
function clientOf(change: (path: string, answer: Response) => Response = (_, answer) => answer) {
  const asked: string[] = [];
  const store = lfsClient({
    url: `${relay.url}/${project}.git/info/lfs`,
    authorize: async () => `Bearer ${editor}`,
    fetch: async (input, init) => {
      const { pathname } = new URL(String(input));
      asked.push(pathname.replace(/[0-9a-f]{64}/, 'OID').replace(project, 'P'));
      return change(pathname, await fetch(input, init));
    },
  });
  return { store, asked, count: (path: string) => asked.filter((one) => one.includes(path)).length };
}
const newCache = () => new AssetCache(testHost(), join(temporaryFolder('bundles'), '.git', 'lfs'));
const many = (seed: string, count: number, size = 20_000) =>
  Array.from({ length: count }, (_, at) => testAsset(`${seed} ${at}`, size + at));
async function cacheWith(assets: readonly TestAsset[]): Promise<AssetCache> {
  const cache = newCache();
  for (const asset of assets) await cache.addBytes(asset, asset.bytes);
  return cache;
}
const wholeIn = async (cache: AssetCache, asset: TestAsset) =>
  Buffer.compare(await gather(cache.source(asset).open()), asset.bytes) === 0;

test('250 small assets and a large one go up and down in a handful of requests', async () => {
  const assets = [...many('up', 250), testAsset('large', 3_000_000)];
  const up = clientOf();
  const sent = await new TransferQueue(up.store, await cacheWith(assets)).upload(assets);
  expect(sent).toMatchObject({ files: 251 });
  expect([up.count('bundle/upload'), up.count('/assets/')]).toEqual([3, 2]);

  const down = clientOf();
  const cache = newCache();
  expect(await new TransferQueue(down.store, cache).download(assets)).toEqual(sent);
  expect([down.count('bundle/download'), down.count('/assets/')]).toEqual([3, 1]);
  for (const asset of assets) expect(await wholeIn(cache, asset)).toBe(true);
});

test('of a bundle with a damaged asset the others arrive, and the damaged one is named', async () => {
  const [bad, ...good] = many('damaged', 20) as [TestAsset, ...TestAsset[]];
  const cache = await cacheWith([bad, ...good]);
  await testHost().disk.publish(cache.pathOf(bad.oid), new Uint8Array(bad.size));
  const { store } = clientOf();
  await expect(new TransferQueue(store, cache).upload([bad, ...good])).rejects.toMatchObject({
    code: 'ASSET_CORRUPT',
    data: { oid: bad.oid },
  });
  expect(await store.missing([bad, ...good])).toEqual([expect.objectContaining({ oid: bad.oid })]);
});

test.each([
  ['other bytes', (bytes: Uint8Array) => bytes.fill(1, 100, 120)],
  ['a broken-off bundle', (bytes: Uint8Array) => bytes.subarray(0, bytes.length >> 1)],
  ['nonsense', () => new TextEncoder().encode('<html>no</html>')],
  ['nothing', () => new Uint8Array()],
])('%s in place of a bundle: each asset is asked for by itself, and arrives whole', async (_, lie) => {
  const assets = many('lies', 20);
  await new TransferQueue(clientOf().store, await cacheWith(assets)).upload(assets);
  const { store } = clientOf((path, answer) =>
    path.includes('/bundle/')
      ? new Response(
          new ReadableStream({
            async start(controller) {
              controller.enqueue(lie(new Uint8Array(await answer.arrayBuffer())));
              controller.close();
            },
          }),
        )
      : answer,
  );
  const cache = newCache();
  await new TransferQueue(store, cache).download(assets);
  for (const asset of assets) expect(await wholeIn(cache, asset)).toBe(true);
});

test('a bundle that breaks off leaves its whole assets, and nothing half', async () => {
  const [first, second] = many('broken', 2) as [TestAsset, TestAsset];
  const body = concat([bundleHead(first), first.bytes, bundleHead(second), second.bytes.subarray(0, 99)]);
  const answer = await relay.request(relayRoutes.sendBundle(project), {
    method: 'POST',
    token: editor,
    body: body as Uint8Array<ArrayBuffer>,
    headers: { 'content-type': BUNDLE_MEDIA_TYPE },
  });
  expect(answer.status).toBe(422);
  const { store } = clientOf();
  expect((await store.missing([first, second])).map(({ oid }) => oid)).toEqual([second.oid]);
  expect(readdirSync(join(relay.dataDir, 'temporary'))).toEqual([]);
});

test('knowing an oid of another project gives nothing', async () => {
  const assets = many('other', 3);
  await new TransferQueue(clientOf().store, await cacheWith(assets)).upload(assets);
  const { projectId } = await relay.createProject('Elsewhere');
  const answer = await relay.request(relayRoutes.getBundle(projectId), {
    method: 'POST',
    token: relay.ownerToken,
    json: { objects: assets.map(({ oid, size }) => ({ oid, size })) },
  });
  expect(answer.status).toBe(200);
  expect((await answer.arrayBuffer()).byteLength).toBe(0);
});

test('a bundle is read the same, however it is cut', async () => {
  const assets = [testAsset('one', 0), testAsset('two', 1), testAsset('three', 5000)];
  const whole = concat(assets.flatMap((asset) => [bundleHead(asset), asset.bytes]));
  for (const length of [1, 7, 72, 73, 74, 4096, whole.length]) {
    const found: Oid[] = [];
    for await (const { oid, bytes } of readBundle(pieces(whole, length))) {
      expect(Buffer.compare(bytes, assets[found.length]!.bytes)).toBe(0);
      found.push(oid);
    }
    expect(found).toEqual(assets.map(({ oid }) => oid));
  }
});
