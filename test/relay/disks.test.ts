/** A relay whose disk is full: clear errors, nothing half-stored, reads go on, and all is well when there is space again. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { verify } from '../../src/relay/index.ts';
import { relayRoutes } from '../../src/shared/wire/relay.ts';
import { temporaryFolder } from '../support/host.ts';
import { cloneWith, startTestRelay, type TestRelay } from '../support/relay.ts';

const mounts: string[] = [];
const canMount =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('sh', [
    '-c',
    'd=$(mktemp -d) && mount -t tmpfs -o size=64k tmpfs "$d" && umount "$d" && rmdir "$d"',
  ]).status === 0;
if (!canMount) console.log('Without the right to mount (root on Linux), full disks are skipped.');

let relay: TestRelay | undefined;
// before the folders are removed
afterEach(async () => {
  await relay?.relay.close();
  for (const folder of mounts.splice(0)) spawnSync('umount', ['-l', folder]);
});

/** Fills the disk so that about `bytes` are left. */
function fill(disk: string, bytes: number): void {
  rmSync(join(disk, 'filler'), { force: true });
  const free = Number(execFileSync('df', ['--output=avail', '-B1', disk]).toString().trim().split('\n')[1]);
  writeFileSync(join(disk, 'filler'), Buffer.alloc(Math.max(0, free - bytes)));
}

(canMount ? test : test.skip)('uploads, pushes and messages are refused with 507 or land whole', async () => {
  const disk = temporaryFolder('disk');
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk]);
  mounts.push(disk);
  // no reserve: the disk itself says when it is full
  relay = await startTestRelay({ dataDir: join(disk, 'data'), limits: { freeBytes: 0 } });
  const { request, ownerToken: token } = relay;
  const { projectId, gitUrl } = await relay.createProject('Full disk');
  const put = async (bytes: Buffer<ArrayBuffer>) => {
    const path = relayRoutes.asset(projectId, createHash('sha256').update(bytes).digest('hex'));
    return { path, status: (await request(path, { method: 'PUT', token, body: bytes })).status };
  };
  const say = async () => {
    const json = {
      changeId: randomUUID(),
      projectId,
      kind: 'message',
      author: 'x',
      timestamp: '2026-01-01T00:00:00Z',
      message: 'm'.repeat(9000),
    };
    return (await request(relayRoutes.changes(projectId), { method: 'POST', token, json })).status;
  };
  const clone = await cloneWith(gitUrl, token);
  await clone.write('first.txt', 'first');
  await clone.git('add', '-A');
  await clone.git('commit', '-qm', 'First');
  await clone.git('push', '-q', 'origin', 'HEAD:main');
  const asset = await put(randomBytes(1000));
  expect(asset.status).toBe(200);

  let acknowledged = await clone.git('rev-parse', 'HEAD');
  let refused = 0;
  for (const left of [0, 4096, 16_384, 65_536, 300_000]) {
    fill(disk, left);
    const upload = await put(randomBytes(200_000));
    expect([200, 507]).toContain(upload.status);
    await clone.write('noise.bin', randomBytes(150_000));
    await clone.git('add', '-A');
    await clone.git('commit', '-qm', `With ${left} bytes left`);
    const pushed = await clone.tryGit('push', 'origin', 'HEAD:main');
    if (pushed.code === 0) acknowledged = await clone.git('rev-parse', 'HEAD');
    else expect(pushed.error).toMatch(/507|space|unpack|disk/i);
    const said = [await say(), await say(), await say()];
    for (const status of said) expect([201, 507]).toContain(status);
    refused +=
      [upload.status, ...said].filter((status) => status === 507).length + (pushed.code === 0 ? 0 : 1);

    // reads go on, and what was acknowledged is there
    expect((await request(asset.path, { token })).status).toBe(200);
    expect((await request(upload.path, { token })).status).toBe(upload.status === 200 ? 200 : 404);
    expect((await request(relayRoutes.project(projectId), { token })).status).toBe(200);
    expect(await clone.git('ls-remote', 'origin', 'refs/heads/main')).toContain(acknowledged);
    const fresh = await cloneWith(gitUrl, token);
    expect(await fresh.git('rev-parse', 'origin/main')).toBe(acknowledged);
    expect(await readdir(join(relay.dataDir, 'temporary'))).toEqual([]);
    fill(disk, 2_000_000);
    expect((await verify(relay.dataDir)).problems).toEqual([]);
    await clone.git('reset', '-q', '--hard', acknowledged);
  }
  expect(refused).toBeGreaterThan(5);

  rmSync(join(disk, 'filler'));
  expect((await put(randomBytes(50_000))).status).toBe(200);
  expect(await say()).toBe(201);
  await clone.git('commit', '-q', '--allow-empty', '-m', 'Space again');
  await clone.git('push', '-q', 'origin', 'HEAD:main');
});

(canMount ? test : test.skip)(
  'a disk that lets git run no hook is told of when the relay starts',
  async () => {
    const disk = temporaryFolder('noexec');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m,noexec', 'tmpfs', disk]);
    mounts.push(disk);
    relay = await startTestRelay({ dataDir: join(disk, 'data') });
    expect(relay.relay.warnings).toEqual([expect.stringContaining('Pushes are not checked')]);
    relay = await relay.restart({ requireAssets: false });
    expect(relay.relay.warnings).toEqual([]);
    relay = await relay.restart({ dataDir: temporaryFolder('ordinary'), requireAssets: true });
    expect(relay.relay.warnings).toEqual([]);
  },
);
