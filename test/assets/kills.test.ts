/** SIGKILL in the middle of uploads and downloads: nothing half is ever seen, and the next run moves only the rest. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetCache } from '../../src/assets/index.ts';
import { type TestAsset, testAsset } from '../support/assets.ts';
import { randomFrom } from '../support/gitRepository.ts';
import { temporaryFolder, testHost } from '../support/host.ts';
import type { LfsServer } from '../support/lfsServer.ts';
import { startLfsServer } from '../support/lfsServers.ts';
import { compiledFolder } from '../support/processes.ts';
import { sampled } from '../support/soak.ts';

/** 200 of each with the soak's usual factor. */
const KILLS = sampled(2, 4);
/** Milliseconds, on a machine that is busy with other things. */
const PATIENCE = 60_000 + KILLS * 10_000;
const MEGABYTE = 1 << 20;
const support = join(process.cwd(), 'test/support');
const random = randomFrom(20261122);
const below = (limit: number) => Math.floor(random() * limit);

const assets: readonly TestAsset[] = [
  testAsset('large', 5 * MEGABYTE + 17),
  testAsset('middle', 2 * MEGABYTE + 5),
  ...Array.from({ length: 10 }, (_, at) => testAsset(`small ${at}`, 40_000 + at)),
];
const totalBytes = assets.reduce((sum, { size }) => sum + size, 0);

function start(server: LfsServer, gitDir: string, direction: 'up' | 'down'): ChildProcess {
  const list = JSON.stringify(assets.map(({ oid, size }) => ({ oid, size })));
  const words = [compiledFolder, server.url, gitDir, direction, list];
  return spawn(process.execPath, [join(support, 'transferAssets.mjs'), ...words], {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Kills the process at one of its requests, some way into it. @returns the requests up to then */
async function killedOnTheWay(server: LfsServer, gitDir: string, direction: 'up' | 'down'): Promise<void> {
  const victim = 1 + below(direction === 'up' ? 20 : 11);
  let count = 0;
  const reached = new Promise<void>((resolve) => {
    server.lie = ({ step }) => {
      if (++count !== victim) return undefined;
      resolve();
      return step === 'download' || step === 'upload'
        ? { after: 1 + below(5 * MEGABYTE), and: 'hang' }
        : undefined;
    };
  });
  const child = start(server, gitDir, direction);
  const ended = once(child, 'exit');
  await Promise.race([reached, ended]);
  // further on by a random number of looks at the world, so that bytes and files are under way
  for (let turns = below(3000); turns > 0; turns--) await new Promise((next) => setImmediate(next));
  child.kill('SIGKILL');
  await ended;
  // what the dead process had sent whole may still be on its way into the store
  await server.idle();
  server.lie = () => undefined;
}

const oidsIn = (folder: string) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
        /(^|[\\/])[0-9a-f]{64}$/.test(path),
      )
    : [];

/** Every file that has an asset's name has an asset's bytes. */
function expectWhole(folder: string): string[] {
  return oidsIn(folder).map((path) => {
    const oid = path.slice(-64);
    expect(
      createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('hex'),
    ).toBe(oid);
    return oid;
  });
}

test(
  `${KILLS} kills during uploads: what is stored is whole, and the next run sends only the rest`,
  async () => {
    const gitDir = join(temporaryFolder('kills'), '.git');
    const cache = new AssetCache(testHost(), join(gitDir, 'lfs'));
    for (const asset of assets) await cache.addStream(asset, 0, asset.open());
    for (let kill = 0; kill < KILLS; kill++) {
      const folder = temporaryFolder('store');
      const server = await startLfsServer({}, folder);
      await killedOnTheWay(server, gitDir, 'up');
      const stored = new Set(expectWhole(folder));
      const before = server.of('upload').length;
      const [code] = await once(start(server, gitDir, 'up'), 'exit');
      expect(code).toBe(0);
      const again = server
        .of('upload')
        .slice(before)
        .map(({ oid }) => oid ?? '');
      expect(again.sort()).toEqual(
        assets
          .map(({ oid }): string => oid)
          .filter((oid) => !stored.has(oid))
          .sort(),
      );
      expect(expectWhole(folder)).toHaveLength(assets.length);
      await server.close();
    }
  },
  PATIENCE,
);

test(
  `${KILLS} kills during downloads: no file is half, and the next run asks for the rest only`,
  async () => {
    const store = temporaryFolder('store');
    for (const asset of assets) writeFileSync(join(store, asset.oid), asset.bytes);
    for (let kill = 0; kill < KILLS; kill++) {
      const server = await startLfsServer({}, store);
      const gitDir = join(temporaryFolder('kills'), '.git');
      const objects = join(gitDir, 'lfs/objects');
      await killedOnTheWay(server, gitDir, 'down');
      const here = new Set(expectWhole(objects));
      const kept = new Map(
        assets.map(({ oid }) => {
          const part = join(gitDir, 'lfs/incomplete', `${oid}.part`);
          return [oid, existsSync(part) ? statSync(part).size : 0];
        }),
      );
      const before = server.of('download').length;
      const [code] = await once(start(server, gitDir, 'down'), 'exit');
      expect(code).toBe(0);
      const again = server.of('download').slice(before);
      expect(again.filter(({ oid }) => here.has(oid ?? ''))).toEqual([]);
      let asked = 0;
      for (const { oid, size } of assets) {
        const part = kept.get(oid) ?? 0;
        const [request, ...more] = again.filter((one) => one.oid === oid);
        expect(more).toEqual([]);
        // a whole partial file needs no request
        expect(request?.headers.range).toBe(
          part > 0 && part < size ? `bytes=${part}-${size - 1}` : undefined,
        );
        if (request) asked += size - part;
      }
      expect(asked).toBeLessThanOrEqual(totalBytes);
      expect(expectWhole(objects)).toHaveLength(assets.length);
      expect(readdirSync(join(gitDir, 'lfs/incomplete'))).toEqual([]);
      await server.close();
    }
  },
  PATIENCE,
);

test('what a kill left half-written is swept away after an hour, and nothing that is younger', async () => {
  const gitDir = join(temporaryFolder('sweep'), '.git');
  const host = testHost();
  const cache = new AssetCache(host, join(gitDir, 'lfs'));
  const [large] = assets as [TestAsset];
  await cache.addStream(large, 0, large.open());
  const left = (name: string) => join(gitDir, 'lfs', name);
  for (const name of [
    'tmp/old',
    'tmp/young',
    `incomplete/${large.oid}.part`,
    `incomplete/${'0'.repeat(64)}.part`,
  ]) {
    await host.disk.makeFolder(join(left(name), '..'));
    writeFileSync(left(name), 'x');
  }
  const ago = Date.now() / 1000 - 3700;
  utimesSync(left('tmp/old'), ago, ago);
  await cache.sweep();
  expect(readdirSync(left('tmp'))).toEqual(['young']);
  expect(readdirSync(left('incomplete'))).toEqual([`${'0'.repeat(64)}.part`]);
  expect(await cache.has(large)).toBe(true);
});
