/** No push lands whose assets the relay does not have, whoever sends it. */
import { createHash, randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { verify } from '../../src/relay/index.ts';
import type { Oid, ProjectId } from '../../src/shared/ids.ts';
import { relayRoutes } from '../../src/shared/wire/relay.ts';
import { testGitLfs } from '../support/gitLfs.ts';
import { randomFrom } from '../support/gitRepository.ts';
import { cloneWith, type GitClone, startTestRelay, type TestRelay } from '../support/relay.ts';
import { sampled } from '../support/soak.ts';

const ROUNDS = sampled(2, 4);

const oidOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex') as Oid;
const pointer = (bytes: Uint8Array) =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${oidOf(bytes)}\nsize ${bytes.length}\n`;
const assetPath = (relay: TestRelay, project: ProjectId, oid: Oid) =>
  join(relay.dataDir, 'lfs', project, oid.slice(0, 2), oid.slice(2, 4), oid);

async function upload(relay: TestRelay, project: ProjectId, bytes: Buffer<ArrayBuffer>): Promise<void> {
  const asked = await relay.request(relayRoutes.lfsBatch(project), {
    method: 'POST',
    token: relay.ownerToken,
    json: { operation: 'upload', objects: [{ oid: oidOf(bytes), size: bytes.length }] },
  });
  const { objects } = (await asked.json()) as {
    objects: { actions?: { upload: { href: string; header: Record<string, string> } } }[];
  };
  const action = objects[0]?.actions?.upload;
  if (action === undefined) return;
  const answer = await fetch(action.href, { method: 'PUT', headers: action.header, body: bytes });
  if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
}

async function started(name: string, options: Parameters<typeof startTestRelay>[0] = {}) {
  const relay = await startTestRelay(options);
  const { projectId, gitUrl } = await relay.createProject(name);
  const clone = await cloneWith(gitUrl, relay.ownerToken);
  await clone.git('checkout', '-q', '-B', 'main');
  return { relay, project: projectId, gitUrl, clone };
}

async function commit(clone: GitClone, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) await clone.write(path, content);
  await clone.git('add', '-A');
  await clone.git('commit', '-q', '-m', Object.keys(files).join(' ').slice(0, 60));
}

testGitLfs(
  'a push of stock git that left its assets at home is refused with their paths, and lands once they are sent',
  async () => {
    const { relay, project, clone } = await started('Forgotten');
    await commit(clone, {
      '.gitattributes': '*.dds filter=lfs diff=lfs merge=lfs -text\n',
      'Textures/wall red.dds': randomBytes(5000),
      'Scripts/Main.psc': 'Scriptname Main\n',
    });
    // git-lfs puts its hook into place by itself
    const refused = await clone.tryGit('push', '--no-verify', 'origin', 'main');
    expect(refused.code).not.toBe(0);
    expect(refused.error).toMatch(
      /remote: Refused: this push names a large file that the relay does not have/,
    );
    expect(refused.error).toMatch(/remote: {3}Textures\/wall red\.dds \(sha256 [0-9a-f]{12}…\)/);
    expect(refused.error).toMatch(/git lfs push --all/);
    expect(await clone.git('ls-remote', 'origin')).toBe('');
    // nothing of it stays
    const objects = join(relay.dataDir, 'repos', `${project}.git`, 'objects');
    expect((await readdir(objects)).filter((name) => name.includes('incoming'))).toEqual([]);

    await clone.git('lfs', 'push', '--all', 'origin', 'main');
    await clone.git('push', '-q', '--no-verify', 'origin', 'main');
    expect((await verify(relay.dataDir)).problems).toEqual([]);
  },
);

test('an asset is missed deep in the history, under a tag, and in a pack; what the relay has is not asked for again', async () => {
  const { relay, project, clone } = await started('Deep');
  const [lost, sent] = [randomBytes(100), randomBytes(200)];
  await upload(relay, project, sent);
  await commit(clone, { 'sent.dds': pointer(sent) });
  await clone.git('push', '-q', 'origin', 'main');

  await commit(clone, { 'lost.dds': pointer(lost) });
  await clone.git('rm', '-q', 'lost.dds');
  // more objects than git unpacks one by one
  await commit(clone, Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`${i}.txt`, `text ${i}`])));
  await clone.git('tag', '-a', '-m', 'Release', 'v1.0.0');
  for (const ref of ['main', 'v1.0.0', 'HEAD:refs/heads/other'])
    expect((await clone.tryGit('push', 'origin', ref)).error).toMatch(/lost\.dds/);
  // of several refs at once, none lands
  await clone.git('branch', 'fine', 'HEAD~2');
  expect((await clone.tryGit('push', 'origin', 'fine', 'main')).error).toMatch(/lost\.dds/);
  expect(await clone.git('ls-remote', '--heads', 'origin', 'fine')).toBe('');
  await clone.git('push', '-q', 'origin', 'fine');

  await upload(relay, project, lost);
  await clone.git('push', '-q', 'origin', 'main', 'v1.0.0');
  // commits that are there already, under another name; and a removal
  await clone.git('push', '-q', 'origin', 'HEAD:refs/heads/other');
  await clone.git('push', '-q', 'origin', ':fine');
  // what was lost on the relay since then hinders nobody
  await rm(assetPath(relay, project, oidOf(sent)));
  await commit(clone, { 'more.txt': 'more' });
  await clone.git('push', '-q', 'origin', 'main');
});

test('of many missing assets some are named, and no path writes to the terminal', async () => {
  const { clone } = await started('Many');
  const files = Object.fromEntries(
    Array.from({ length: 500 }, (_, i) => [`${i}\u001b[31m.dds`, pointer(Buffer.from(`asset ${i}`))]),
  );
  await commit(clone, files);
  const { code, error } = await clone.tryGit('push', 'origin', 'main');
  expect(code).not.toBe(0);
  expect(error).toMatch(/names 500 large files/);
  expect(error).toMatch(/and 490 more/);
  expect(error).not.toContain('\u001b[31m');
});

test('a relay that is told to take them takes them: the copy of a history that has lost some', async () => {
  const { relay, clone } = await started('Mirror', { requireAssets: false });
  await commit(clone, { 'lost.dds': pointer(randomBytes(10)) });
  await clone.git('push', '-q', 'origin', 'main');
  expect((await verify(relay.dataDir)).problems).toMatchObject([{ kind: 'asset-missing' }]);
});

test('raced by the removal of assets without any grace, a push lands with them or is refused', async () => {
  const { relay, project, clone, gitUrl } = await started('Raced', { graceDays: 0 });
  await commit(clone, { 'start.txt': '' });
  await clone.git('push', '-q', 'origin', 'main');
  const clones = [
    clone,
    await cloneWith(gitUrl, relay.ownerToken),
    await cloneWith(gitUrl, relay.ownerToken),
  ];
  const random = randomFrom(11);
  const outcomes = { landed: 0, refused: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const pushes = clones.map(async (pusher, at) => {
      const assets = Array.from({ length: 3 }, () => randomBytes(300));
      await pusher.git('checkout', '-q', '--detach', 'origin/main');
      await commit(
        pusher,
        Object.fromEntries(assets.map((bytes, i) => [`${round} ${at} ${i}.dds`, pointer(bytes)])),
      );
      for (const bytes of assets) await upload(relay, project, bytes);
      const { code, error } = await pusher.tryGit('push', 'origin', `HEAD:refs/heads/${round}-${at}`);
      if (code === 0) outcomes.landed++;
      else {
        expect(error).toMatch(/large files? that the relay does not have/);
        outcomes.refused++;
      }
    });
    let over = false;
    const pushed = Promise.all(pushes).finally(() => {
      over = true;
    });
    while (!over && random() < 0.9) await relay.relay.runUpkeep();
    await pushed;
    expect((await verify(relay.dataDir)).problems).toEqual([]);
  }
  expect(outcomes.landed + outcomes.refused).toBe(3 * ROUNDS);
});

test('an empty asset has no bytes that could be missing', async () => {
  const { clone } = await started('Empty');
  await commit(clone, { 'Textures/empty.dds': pointer(Buffer.alloc(0)) });
  await clone.git('push', '-q', 'origin', 'main');
});
