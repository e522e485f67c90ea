/** What keeps a relay's data: backup, restore, verify, and what becomes of old events and old versions. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashSecret } from '../../src/relay/access/auth.ts';
import { connect } from '../../src/relay/db/connection.ts';
import { migrate, SCHEMA_VERSIONS } from '../../src/relay/db/migrations.ts';
import { backUp, restore, verify } from '../../src/relay/index.ts';
import { relayRoutes } from '../../src/shared/wire/relay.ts';
import { temporaryFolder } from '../support/host.ts';
import { cloneWith, startTestRelay } from '../support/relay.ts';
import { assetPath, download, oidOf, shared } from '../support/sharedProject.ts';

const SOAK = Number(process.env.MODSYNC_SOAK ?? 1);

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
