/** What keeps a relay's data: backup, restore, verify, and the removal of what nothing needs. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashSecret } from '../../src/relay/access/auth.ts';
import { connect } from '../../src/relay/db/connection.ts';
import { migrate, SCHEMA_VERSIONS } from '../../src/relay/db/migrations.ts';
import { backUp, restore, verify } from '../../src/relay/index.ts';
import type { Oid, ProjectId } from '../../src/shared/ids.ts';
import type { BatchResponse } from '../../src/shared/wire/lfs.ts';
import { relayRoutes } from '../../src/shared/wire/relay.ts';
import { randomFrom } from '../support/gitRepository.ts';
import { temporaryFolder } from '../support/host.ts';
import { cloneWith, type GitClone, startTestRelay, type TestRelay } from '../support/relay.ts';

const SOAK = Number(process.env.MODSYNC_SOAK ?? 1);

const oidOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex') as Oid;
const pointer = (bytes: Uint8Array) =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${oidOf(bytes)}\nsize ${bytes.length}\n`;

/** As an LFS client does it: asks first, and sends what is asked for. */
async function upload(relay: TestRelay, project: ProjectId, bytes: Buffer<ArrayBuffer>): Promise<void> {
  const object = { oid: oidOf(bytes), size: bytes.length };
  const json = { operation: 'upload', objects: [object] };
  const asked = await relay.request(relayRoutes.lfsBatch(project), {
    method: 'POST',
    token: relay.ownerToken,
    json,
  });
  const { objects } = (await asked.json()) as BatchResponse;
  const action = objects[0]?.actions?.upload;
  if (action === undefined) return;
  const answer = await fetch(action.href, { method: 'PUT', headers: action.header ?? {}, body: bytes });
  if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
}

const download = async (relay: TestRelay, project: ProjectId, oid: string) =>
  (await relay.request(relayRoutes.asset(project, oid), { token: relay.ownerToken })).status;

interface Shared {
  readonly relay: TestRelay;
  readonly project: ProjectId;
  readonly clone: GitClone;
  /** Commits and pushes files: contents of assets, as pointers. */
  push(branch: string, assets: readonly Buffer<ArrayBuffer>[]): Promise<void>;
}

async function shared(name: string, options: Parameters<typeof startTestRelay>[0] = {}): Promise<Shared> {
  const relay = await startTestRelay(options);
  const { projectId, gitUrl } = await relay.createProject(name);
  const clone = await cloneWith(gitUrl, relay.ownerToken);
  await clone.git('commit', '-q', '--allow-empty', '-m', 'Start');
  await clone.git('push', '-q', 'origin', 'HEAD:main');
  let at = 0;
  return {
    relay,
    project: projectId,
    clone,
    push: async (branch, assets) => {
      for (const bytes of assets) await upload(relay, projectId, bytes);
      await clone.git('checkout', '-q', '--detach', 'origin/main');
      for (const bytes of assets) await clone.write(`asset ${++at}.dds`, pointer(bytes));
      await clone.git('add', '-A');
      await clone.git('commit', '-q', '--allow-empty', '-m', branch);
      await clone.git('push', '-q', '--force', 'origin', `HEAD:refs/heads/${branch}`);
    },
  };
}

const assetPath = (dataDir: string, project: string, oid: string) =>
  join(dataDir, 'lfs', project, oid.slice(0, 2), oid.slice(2, 4), oid);

/** As if it had come long ago, and had been known to be unreached for as long. */
async function age({ relay, project }: Shared, oids: readonly string[]): Promise<void> {
  for (const oid of oids) await utimes(assetPath(relay.dataDir, project, oid), 1, 1);
  const connection = connect(join(relay.dataDir, 'relay.sqlite'));
  for (const oid of oids)
    connection.run(
      'INSERT INTO unreached (project_id, oid, since) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET since = 1',
      [project, oid],
    );
  connection.close();
}

describe('backup', () => {
  test('made while the relay runs, it restores elsewhere to the same projects, people, assets and cursors', async () => {
    const made = await shared('Saved');
    const { relay, project, clone, push } = made;
    const [kept, other] = [randomBytes(100_000), randomBytes(10)];
    await push('main', [kept, other, Buffer.alloc(0)]);
    await clone.git('tag', '-a', '-m', 'Release', 'v1.0.0');
    await clone.git('push', '-q', 'origin', 'v1.0.0');
    const member = await relay.join(project, 'Member');
    const refs = await clone.git('ls-remote', 'origin');
    const target = temporaryFolder('backup');

    const first = await backUp(relay.dataDir, target);
    expect(first).toMatchObject({ projects: 1, assets: 3, copied: 3, damaged: [] });
    expect(first.copiedBytes).toBe(100_010);
    const again = await backUp(relay.dataDir, target);
    expect(again).toMatchObject({ assets: 3, copied: 0 });
    expect((await readdir(target)).filter((name) => name.endsWith('.sqlite'))).toHaveLength(1);
    // no key, no secret: only who has the relay can sign for it
    expect(existsSync(join(target, 'asset.key'))).toBe(false);

    const dataDir = join(temporaryFolder('restored'), 'data');
    expect(await restore(target, dataDir)).toMatchObject({ projects: 1, copied: 3 });
    expect(await verify(dataDir)).toMatchObject({ projects: 1, assets: 3, problems: [] });
    await relay.relay.close();
    const elsewhere = await relay.restart({ dataDir });
    expect(await download(elsewhere, project, oidOf(kept))).toBe(200);
    expect((await elsewhere.request(relayRoutes.project(project), { token: member })).status).toBe(200);
    await clone.git(
      'remote',
      'set-url',
      'origin',
      (await clone.git('remote', 'get-url', 'origin')).replace(/:\d+\//, `:${new URL(elsewhere.url).port}/`),
    );
    expect(await clone.git('ls-remote', 'origin')).toBe(refs);
    const fresh = await cloneWith(`${elsewhere.url}/${project}.git`, member);
    await fresh.git('fsck', '--strict');
  });

  test('taken again and again beside pushes, each is whole', async () => {
    const made = await shared('Busy');
    const target = temporaryFolder('backup');
    let pushed = 0;
    let over = false;
    const pushing = (async () => {
      while (!over) await made.push(`branch-${pushed++ % 7}`, [randomBytes(2000), randomBytes(3000)]);
    })();
    for (let round = 0; round < 3 * SOAK; round++) {
      await backUp(made.relay.dataDir, target);
      const dataDir = join(temporaryFolder('restored'), 'data');
      await restore(target, dataDir);
      expect((await verify(dataDir)).problems).toEqual([]);
    }
    over = true;
    await pushing;
    expect(pushed).toBeGreaterThan(1);
  });

  test('one that is cut short leaves the one before it as it was', async () => {
    const { relay, project, clone, push } = await shared('Cut');
    await push('main', [randomBytes(100)]);
    const before = await clone.git('rev-parse', 'HEAD');
    const target = temporaryFolder('backup');
    await backUp(relay.dataDir, target);
    await push('main', [randomBytes(100)]);
    const abort = new AbortController();
    await expect(
      backUp(relay.dataDir, target, { signal: abort.signal, onProgress: () => abort.abort() }),
    ).rejects.toMatchObject({ code: 'ABORTED' });
    const dataDir = join(temporaryFolder('restored'), 'data');
    await restore(target, dataDir);
    expect((await verify(dataDir)).problems).toEqual([]);
    expect(await readFile(join(dataDir, 'repos', `${project}.git`, 'HEAD'), 'utf8')).toBe(
      'ref: refs/heads/main\n',
    );
    const restored = await relay.restart({ dataDir });
    const fresh = await cloneWith(`${restored.url}/${project}.git`, relay.ownerToken);
    expect(await fresh.git('rev-parse', 'HEAD')).toBe(before);
  });

  test('it goes into no folder that holds something else, and restore writes over nothing', async () => {
    const { relay } = await shared('Refused');
    const other = temporaryFolder('other');
    await writeFile(join(other, 'thesis.txt'), 'mine');
    await expect(backUp(relay.dataDir, other)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(backUp(relay.dataDir, join(relay.dataDir, 'backup'))).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    await expect(backUp(temporaryFolder('nothing'), temporaryFolder('x'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const target = temporaryFolder('backup');
    await backUp(relay.dataDir, target);
    await expect(restore(target, relay.dataDir)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(restore(other, join(other, 'new'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await readdir(other)).toEqual(['thesis.txt']);
  });

  test('an asset that rotted is named, and not passed on', async () => {
    const { relay, project, push } = await shared('Rotten');
    const bytes = randomBytes(50);
    await push('main', [bytes]);
    await writeFile(assetPath(relay.dataDir, project, oidOf(bytes)), randomBytes(50));
    const target = temporaryFolder('backup');
    expect((await backUp(relay.dataDir, target)).damaged).toEqual([`${project}/${oidOf(bytes)}`]);
    expect(existsSync(assetPath(target, project, oidOf(bytes)))).toBe(false);
  });
});

describe('verify', () => {
  test('finds rotten and missing assets, damaged repositories, and says whose', async () => {
    const { relay, project, push } = await shared('Checked');
    const [rotten, missing, good] = [randomBytes(100), randomBytes(100), randomBytes(100)];
    await push('main', [rotten, missing, good]);
    expect(await verify(relay.dataDir)).toMatchObject({ projects: 1, assets: 3, bytes: 300, problems: [] });
    await appendFile(assetPath(relay.dataDir, project, oidOf(rotten)), 'x');
    await rm(assetPath(relay.dataDir, project, oidOf(missing)));
    const { problems } = await verify(relay.dataDir);
    expect(problems).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'asset-damaged', project, oid: oidOf(rotten) }),
        expect.objectContaining({ kind: 'asset-missing', project, oid: oidOf(missing) }),
      ]),
    );
    expect(problems).toHaveLength(2);
    const objects = join(relay.dataDir, 'repos', `${project}.git`, 'objects');
    for (const folder of await readdir(objects))
      if (/^[0-9a-f]{2}$/.test(folder)) await rm(join(objects, folder), { recursive: true });
    expect((await verify(relay.dataDir)).problems).toContainEqual(
      expect.objectContaining({ kind: 'repository', project }),
    );
  });
});

describe('gc', () => {
  test('what nothing reaches goes when the grace period has passed, and nothing else', async () => {
    const made = await shared('Collected', { graceDays: 1 });
    const { relay, project, clone, push } = made;
    const [kept, dropped, young, deep] = [randomBytes(10), randomBytes(20), randomBytes(30), randomBytes(40)];
    await push('main', [kept]);
    await push('topic', [dropped]);
    // in the history of a branch, not at its head
    await push('deep', [deep]);
    await clone.git('rm', '-q', '-r', '.');
    await clone.git('commit', '-q', '-m', 'Removed', '--allow-empty');
    await clone.git('push', '-q', 'origin', 'HEAD:refs/heads/deep');
    await upload(relay, project, young);
    await clone.git('push', '-q', 'origin', ':topic');
    const all = [kept, dropped, deep].map(oidOf);

    // unreached since a moment ago: all of it stays, however old
    for (const oid of all) await utimes(assetPath(relay.dataDir, project, oid), 1, 1);
    expect(await relay.relay.runUpkeep()).toMatchObject({ projects: 1, failed: 0, assets: 0, waiting: 2 });
    await age(made, all);
    expect(await relay.relay.runUpkeep()).toMatchObject({ assets: 1, bytes: 20, waiting: 1 });
    const left = await Promise.all(
      [kept, dropped, young, deep].map((bytes) => download(relay, project, oidOf(bytes))),
    );
    expect(left).toEqual([200, 404, 200, 200]);
    expect((await verify(relay.dataDir)).problems).toEqual([]);
    // a client that still has it can push it again
    await push('topic', [dropped]);
    expect((await verify(relay.dataDir)).problems).toEqual([]);
  });

  test('an asset that a client was just told is here stays', async () => {
    const made = await shared('Claimed', { graceDays: 1 });
    const { relay, project, push } = made;
    const bytes = randomBytes(64);
    await upload(relay, project, bytes);
    await age(made, [oidOf(bytes)]);
    await upload(relay, project, bytes);
    expect(await relay.relay.runUpkeep()).toMatchObject({ assets: 0, waiting: 1 });
    await push('main', [bytes]);
    expect((await verify(relay.dataDir)).problems).toEqual([]);
  });

  test('objects that no ref reaches go; packs and loose objects become one pack', async () => {
    const { relay, project, clone } = await shared('Packed', { graceDays: 0 });
    await clone.git('commit', '-q', '--allow-empty', '-m', 'Gone');
    const gone = await clone.git('rev-parse', 'HEAD');
    await clone.git('push', '-q', 'origin', 'HEAD:refs/heads/gone');
    await clone.git('push', '-q', 'origin', ':gone');
    const repository = join(relay.dataDir, 'repos', `${project}.git`);
    expect(await relay.relay.runUpkeep()).toMatchObject({ failed: 0 });
    const packs = await readdir(join(repository, 'objects', 'pack'));
    expect(packs.filter((name) => name.endsWith('.pack'))).toHaveLength(1);
    const other = await cloneWith(`${relay.url}/${project}.git`, relay.ownerToken);
    expect((await other.tryGit('fetch', '-q', 'origin', gone)).code).not.toBe(0);
  });

  test('raced by pushes that bring back what it removes, nothing that was pushed dangles', async () => {
    const made = await shared('Raced', { graceDays: 1 });
    const { relay, project, clone } = made;
    const random = randomFrom(7);
    const garbage = Array.from({ length: 12 }, () => randomBytes(500));
    for (const bytes of garbage) await upload(relay, project, bytes);
    let pushes = 0;
    let removed = 0;
    for (let round = 0; round < 4 * SOAK; round++) {
      const present = [];
      for (const bytes of garbage)
        if ((await download(relay, project, oidOf(bytes))) === 200) present.push(oidOf(bytes));
      await age(made, present);
      const collecting = (async () => {
        for (let i = 0; i < 3; i++) removed += (await relay.relay.runUpkeep()).assets;
      })();
      const pick = garbage.filter(() => random() < 0.4);
      await made.push(`round-${round % 3}`, pick);
      pushes++;
      await collecting;
      expect((await verify(relay.dataDir)).problems).toEqual([]);
      if (round % 2 === 1) await clone.tryGit('push', '-q', 'origin', `:round-${round % 3}`);
    }
    expect([pushes, removed > 0]).toEqual([4 * SOAK, true]);
    expect(await readdir(join(relay.dataDir, 'temporary'))).toEqual([]);
  });

  test('pushes raced by the removal of objects, without any grace, land whole or are refused', async () => {
    const { relay, project, clone } = await shared('Objects raced', { graceDays: 0 });
    let landed = 0;
    for (let round = 0; round < 3 * SOAK; round++) {
      await clone.git('checkout', '-q', '--detach', 'origin/main');
      await clone.write(`file ${round % 2}.txt`, `content ${round % 2}`);
      await clone.git('add', '-A');
      await clone.git(
        'commit',
        '-q',
        '-m',
        `Round ${round % 2}`,
        '--date',
        '2026-01-01T00:00:00Z',
        '--allow-empty',
      );
      const pushes = Array.from({ length: 4 }, (_, i) =>
        clone.tryGit('push', '-q', '--force', 'origin', `HEAD:refs/heads/b${i}`),
      );
      const collecting = relay.relay.runUpkeep();
      landed += (await Promise.all(pushes)).filter(({ code }) => code === 0).length;
      // without a grace period git may meet half-received objects that go away under it: the next run mends that
      if ((await collecting).failed > 0) expect((await relay.relay.runUpkeep()).failed).toBe(0);
      expect((await verify(relay.dataDir)).problems).toEqual([]);
      for (let i = 0; i < 4; i++) await clone.tryGit('push', '-q', 'origin', `:refs/heads/b${i}`);
    }
    expect(landed).toBeGreaterThan(0);
    expect(project).toBeDefined();
  });
});

test('old events are forgotten, but for the newest; followers and cursors go on', async () => {
  const relay = await startTestRelay({ limits: { eventsKept: 3, eventDays: 1e-12 } });
  const { projectId } = await relay.createProject('Forgetful');
  const say = (message: string) =>
    relay.request(relayRoutes.changes(projectId), {
      method: 'POST',
      token: relay.ownerToken,
      json: {
        changeId: message,
        projectId,
        kind: 'message',
        author: 'x',
        timestamp: '2020-01-01T00:00:00Z',
        message,
      },
    });
  for (let i = 1; i <= 10; i++) await say(`message ${i}`);
  expect(await relay.relay.runUpkeep()).toMatchObject({ events: 7 });
  const events = await relay.request(`${relayRoutes.events(projectId)}?cursor=0`, {
    token: relay.ownerToken,
  });
  let seen = '';
  for await (const chunk of events.body!.pipeThrough(new TextDecoderStream())) {
    seen += chunk;
    if (seen.includes('event: ready')) break;
  }
  expect([...seen.matchAll(/^id: (\d+)\nevent: change/gm)].map(([, id]) => id)).toEqual(['8', '9', '10']);
  expect(await (await say('next')).json()).toMatchObject({ data: { cursor: 11 } });
});

describe('data of another version', () => {
  test.each(SCHEMA_VERSIONS.slice(0, -1))(
    'version %i is brought up to date when the relay starts, and all of it is there',
    async (version) => {
      const relay = await startTestRelay();
      const { projectId } = await relay.createProject('Old');
      await relay.relay.close();
      const path = join(relay.dataDir, 'relay.sqlite');
      await rm(path);
      const connection = connect(path);
      migrate(connection, version);
      const at = '2026-01-01T00:00:00Z';
      connection.run('INSERT INTO users (id, name, may_create_projects, created_at) VALUES (?, ?, 1, ?)', [
        'u',
        'Old hand',
        at,
      ]);
      connection.run('INSERT INTO tokens (hash, user_id, created_at) VALUES (?, ?, ?)', [
        hashSecret(relay.ownerToken),
        'u',
        at,
      ]);
      connection.run('INSERT INTO projects (id, name, default_branch, created_at) VALUES (?, ?, ?, ?)', [
        projectId,
        'Old',
        'main',
        at,
      ]);
      connection.run('INSERT INTO members (project_id, user_id, role, created_at) VALUES (?, ?, ?, ?)', [
        projectId,
        'u',
        'owner',
        at,
      ]);
      connection.close();
      const again = await relay.restart();
      const members = await again.request(relayRoutes.members(projectId), { token: relay.ownerToken });
      expect(await members.json()).toMatchObject({ data: [{ name: 'Old hand', role: 'owner' }] });
      expect(await again.relay.runUpkeep()).toMatchObject({ projects: 1, failed: 0 });
    },
  );
});
