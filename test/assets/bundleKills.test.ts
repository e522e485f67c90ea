/** SIGKILL while bundles of small assets are on their way, to our relay and from it: nothing half, and only the rest goes again. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { AssetCache } from '../../src/assets/index.ts';
import { testAsset } from '../support/assets.ts';
import { randomFrom } from '../support/gitRepository.ts';
import { temporaryFolder, testHost } from '../support/host.ts';
import { compiledFolder, until } from '../support/processes.ts';
import { startTestRelay, type TestRelay } from '../support/relay.ts';
import { sampled } from '../support/soak.ts';

const KILLS = sampled(1, 2);
/** Milliseconds, on a machine that is busy with other things. */
const PATIENCE = 60_000 + KILLS * 10_000;
const support = join(process.cwd(), 'test/support');
const random = randomFrom(20261123);

/** So many bytes that what comes in is checked and written by a thread of its own. */
const assets = Array.from({ length: 240 }, (_, at) => testAsset(`bundled ${at}`, 150_000 + at));
const totalBytes = assets.reduce((sum, { size }) => sum + size, 0);
/** Requests, answers and heads. */
const AROUND = 200_000;

let relay: TestRelay;
beforeAll(async () => {
  relay = await startTestRelay();
});

/** Stands before the relay and counts what passes, both ways. */
async function counter() {
  let passed = 0;
  let onPassed = (_bytes: number) => {};
  const { hostname, port } = new URL(relay.url);
  const open = new Set<unknown>();
  const server = createServer((client) => {
    const behind = connect(Number(port), hostname);
    open.add(client);
    for (const [one, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      one.on('data', (bytes: Buffer) => {
        passed += bytes.length;
        onPassed(passed);
      });
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        other.destroy();
        open.delete(client);
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo; // it listens on an address
  return {
    url: `http://127.0.0.1:${own}`,
    get passed() {
      return passed;
    },
    /** Calls back once, when so many bytes have passed. */
    at(bytes: number, call: () => void) {
      onPassed = (now) => {
        if (now < bytes) return;
        onPassed = () => {};
        call();
      };
    },
    silent: () => until('nobody is connected', () => open.size === 0),
    close: () => server.close(),
  };
}

function start(url: string, project: string, gitDir: string, direction: 'up' | 'down') {
  const list = JSON.stringify(assets.map(({ oid, size }) => ({ oid, size })));
  const lfs = `${url}/${project}.git/info/lfs`;
  const words = [compiledFolder, lfs, gitDir, direction, list, relay.ownerToken];
  return spawn(process.execPath, [join(support, 'transferAssets.mjs'), ...words], {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Sizes of the files with an asset's name; each has that asset's bytes. */
function wholeBytesIn(folder: string): number {
  if (!existsSync(folder)) return 0;
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return paths
    .filter((path) => /(^|[\\/])[0-9a-f]{64}$/.test(path))
    .reduce((sum, path) => {
      const bytes = readFileSync(join(folder, path));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(path.slice(-64));
      return sum + bytes.length;
    }, 0);
}

/** Kills a transfer somewhere on its way, looks, and lets another one finish. */
async function killAndResume(project: string, gitDir: string, direction: 'up' | 'down', arrived: string) {
  const way = await counter();
  const child = start(way.url, project, gitDir, direction);
  way.at(1 + Math.floor(random() * totalBytes), () => child.kill('SIGKILL'));
  await once(child, 'exit');
  await way.silent();
  await until('the relay is done', () => readdirSync(join(relay.dataDir, 'temporary')).length === 0);
  const rest = totalBytes - wholeBytesIn(arrived);
  const before = way.passed;
  const [code] = await once(start(way.url, project, gitDir, direction), 'exit');
  expect(code).toBe(0);
  expect(way.passed - before).toBeLessThan(rest + AROUND);
  expect(wholeBytesIn(arrived)).toBe(totalBytes);
  way.close();
}

test(
  `${KILLS} kills while bundles go up`,
  async () => {
    const gitDir = join(temporaryFolder('kills'), '.git');
    const cache = new AssetCache(testHost(), join(gitDir, 'lfs'));
    for (const asset of assets) await cache.addBytes(asset, asset.bytes);
    for (let kill = 0; kill < KILLS; kill++) {
      const { projectId } = await relay.createProject(`Up ${kill}`);
      await killAndResume(projectId, gitDir, 'up', join(relay.dataDir, 'lfs', projectId));
    }
  },
  PATIENCE,
);

test(
  `${KILLS} kills while bundles come down`,
  async () => {
    const { projectId } = await relay.createProject('Down');
    const full = join(temporaryFolder('kills'), '.git');
    const cache = new AssetCache(testHost(), join(full, 'lfs'));
    for (const asset of assets) await cache.addBytes(asset, asset.bytes);
    expect((await once(start(relay.url, projectId, full, 'up'), 'exit'))[0]).toBe(0);
    for (let kill = 0; kill < KILLS; kill++) {
      const gitDir = join(temporaryFolder('kills'), '.git');
      await killAndResume(projectId, gitDir, 'down', join(gitDir, 'lfs/objects'));
    }
  },
  PATIENCE,
);
