/** SIGKILL of the relay, and a power cut, in the middle of pushes, uploads and messages: what it had acknowledged is there when it is started again, and nothing is half there. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { folderLayout } from '../../src/relay/dataFolder.ts';
import { verify } from '../../src/relay/index.ts';
import { hasCode } from '../../src/shared/errors.ts';
import { parseProjectId } from '../../src/shared/ids.ts';
import type { ProjectChange } from '../../src/shared/types.ts';
import { BUNDLE_MEDIA_TYPE, bundleHead, readBundle } from '../../src/shared/wire/assetBundle.ts';
import { relayRoutes } from '../../src/shared/wire/relay.ts';
import { testAsset } from '../support/assets.ts';
import { randomFrom } from '../support/gitRepository.ts';
import { temporaryFolder } from '../support/host.ts';
import { Running, until } from '../support/processes.ts';
import { type GitClone, gitFolder, gitUrlWith } from '../support/relay.ts';
import { sampled } from '../support/soak.ts';

const KILLS = sampled(2, 3);
const PROJECT = 'killed-project';

interface Serving {
  readonly running: Running;
  readonly url: string;
  readonly ownerToken?: string;
}

async function serve(dataDir: string): Promise<Serving> {
  const env = { ...process.env, MODSYNC_HOME: temporaryFolder('home') };
  const running = new Running(['serve', '--data', dataDir, '--port', '0', '--log', 'warn'], { env });
  const event = await running.next('the relay', ({ url }) => url !== undefined);
  // as `serve` says it
  return { running, ...(event as { url: string; ownerToken?: string }) };
}

/** What the relay said yes to. */
class Acknowledged {
  readonly assets = new Set<string>();
  /** By ref: the commit that its last acknowledged push left there. */
  readonly refs = new Map<string, string>();
  readonly messages = new Set<string>();
}

test(`killed ${KILLS} times at work, nothing acknowledged is lost and nothing is half there`, async () => {
  const random = randomFrom(20261122);
  const dataDir = temporaryFolder('killed');
  const first = await serve(dataDir);
  const token = first.ownerToken ?? '';
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const post = (url: string, path: string, body: unknown) =>
    fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  expect((await post(first.url, relayRoutes.projects, { projectId: PROJECT, name: 'Killed' })).status).toBe(
    201,
  );
  expect(await first.running.end('SIGTERM')).toBe(0);

  const known = new Acknowledged();
  const folder = await gitFolder(temporaryFolder('pusher'));
  await folder.git('init', '-q');
  await folder.git('commit', '-q', '--allow-empty', '-m', 'Root');
  const root = await folder.git('rev-parse', 'HEAD');
  let number = 0;
  let lost = 0;

  /** Each worker goes on until the relay is gone. */
  async function worker(step: () => Promise<void>, over: AbortSignal): Promise<void> {
    while (!over.aborted)
      await step().catch((error: unknown) => {
        if (!over.aborted) throw error;
      });
  }
  const push = async (url: string, clone: GitClone, branch: string) => {
    const parent = known.refs.get(branch) ?? root;
    const tree = await clone.git('rev-parse', `${parent}^{tree}`);
    const commit = await clone.git('commit-tree', '-p', parent, '-m', `Commit ${++number}`, tree);
    const { code } = await clone.tryGit(
      'push',
      '-q',
      '--force',
      gitUrlWith(`${url}/${PROJECT}.git`, token),
      `${commit}:${branch}`,
    );
    if (code === 0) known.refs.set(branch, commit);
  };

  for (let kill = 0; kill < KILLS; kill++) {
    const { running, url } = await serve(dataDir);
    const over = new AbortController();
    let done = 0;
    const workers = [
      ...['refs/heads/main', 'refs/heads/side'].map((branch) =>
        worker(async () => {
          await push(url, folder, branch);
          done++;
        }, over.signal),
      ),
      ...[10, 3_000_000].map((size) =>
        worker(async () => {
          const bytes = Buffer.alloc(size, `${randomUUID()}\n`);
          const oid = createHash('sha256').update(bytes).digest('hex');
          const answer = await fetch(url + relayRoutes.asset(PROJECT, oid), {
            method: 'PUT',
            headers,
            body: bytes,
          });
          if (answer.status === 200) known.assets.add(oid);
          done++;
        }, over.signal),
      ),
      worker(async () => {
        const bundled = Array.from({ length: 5 }, () => testAsset(randomUUID(), 20_000));
        const answer = await fetch(url + relayRoutes.sendBundle(PROJECT), {
          method: 'POST',
          headers: { ...headers, 'content-type': BUNDLE_MEDIA_TYPE },
          body: Buffer.concat(bundled.flatMap((asset) => [bundleHead(asset), asset.bytes])),
        });
        if (answer.status === 200) for (const { oid } of bundled) known.assets.add(oid);
        done++;
      }, over.signal),
      worker(async () => {
        const changeId = randomUUID();
        const change = {
          changeId,
          projectId: PROJECT,
          kind: 'message',
          author: 'x',
          timestamp: '2026-01-01T00:00:00Z',
          message: changeId,
        };
        if ((await post(url, relayRoutes.changes(PROJECT), change)).status === 201)
          known.messages.add(changeId);
        done++;
      }, over.signal),
    ];
    // each of them has been at work, somewhere in its steps
    const enough = 5 + Math.floor(random() * 30);
    await until('work', () => done >= enough);
    await pause(random() * 30);
    over.abort();
    await running.end('SIGKILL');
    await Promise.all(workers);
    lost += await cutPower(dataDir, random);
  }
  expect(lost).toBeGreaterThan(0);

  const last = await serve(dataDir);
  expect(await readdir(join(dataDir, 'received'))).toEqual([]);
  expect(await readdir(join(dataDir, 'temporary'))).toEqual([]);
  const { problems, assets } = await verify(dataDir);
  expect(problems).toEqual([]);
  expect(assets).toBeGreaterThanOrEqual(known.assets.size);
  for (const oid of known.assets)
    expect(
      (await fetch(last.url + relayRoutes.asset(PROJECT, oid), { method: 'HEAD', headers })).status,
    ).toBe(200);

  const remote = gitUrlWith(`${last.url}/${PROJECT}.git`, token);
  const refs = new Map(
    (await folder.git('ls-remote', remote, 'refs/heads/*'))
      .split('\n')
      .map((line) => line.split('\t').reverse() as [string, string]),
  );
  for (const [ref, commit] of known.refs) {
    await folder.git('fetch', '-q', remote, ref);
    // a push that was cut off may have landed all the same
    expect((await folder.tryGit('merge-base', '--is-ancestor', commit, 'FETCH_HEAD')).code).toBe(0);
  }

  const changes = await until('the last refs in the feed', async () => {
    const all = await replay(last.url, token);
    const told = new Map(
      all.filter(({ ref }) => ref !== undefined).map(({ ref, commitId }) => [ref, commitId]),
    );
    return [...refs].every(([ref, commit]) => told.get(ref) === commit) && all;
  });
  expect(changes.map(({ cursor }) => cursor)).toEqual(changes.map((_, at) => at + 1));
  const ids = changes.map(({ changeId }) => changeId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of known.messages) expect(ids).toContain(id);
  expect(await last.running.end('SIGTERM')).toBe(0);
});

/**
 * What a power cut does to files that were written and not flushed yet: they are gone, short, or zeros.
 * @returns to how many
 */
async function cutPower(dataDir: string, random: () => number): Promise<number> {
  const { received, asset: pathOf } = folderLayout(dataDir);
  let lost = 0;
  const lose = [
    (path: string) => rm(path, { force: true }),
    (path: string) => writeFile(path, ''),
    async (path: string) => writeFile(path, Buffer.alloc((await stat(path)).size)),
  ];
  for (const name of await readdir(received))
    try {
      for await (const { oid } of readBundle(createReadStream(join(received, name)))) {
        const path = pathOf(parseProjectId(PROJECT), oid);
        const how = lose[Math.floor(random() * 4)];
        if (!how || !existsSync(path)) continue;
        await how(path);
        lost++;
      }
    } catch (error) {
      // nobody was told of a bundle that broke off
      if (!hasCode(error, 'REMOTE_PROTOCOL')) throw error;
    }
  return lost;
}

/** All that the feed has kept. */
async function replay(url: string, token: string): Promise<(ProjectChange & { cursor: number })[]> {
  const answer = await fetch(`${url}${relayRoutes.events(PROJECT)}?cursor=0`, {
    headers: { authorization: `Bearer ${token}` },
  });
  let seen = '';
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    seen += chunk;
    if (seen.includes('event: ready')) break;
  }
  return [...seen.matchAll(/^event: change\ndata: (.*)$/gm)].map(([, data = '']) => {
    // as the relay writes it
    const { cursor, change } = JSON.parse(data) as { cursor: number; change: ProjectChange };
    return { ...change, cursor };
  });
}
