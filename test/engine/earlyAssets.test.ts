/** Many small assets are sent while the rest of the working copy is still read; whatever becomes of that, the sync is right. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { memoryAssetStore } from '../../src/assets/index.ts';
import { Project } from '../../src/engine/project/Project.ts';
import { syncOnce } from '../../src/engine/sync/sync.ts';
import type { AssetStore } from '../../src/ports/index.ts';
import { SyncError } from '../../src/shared/errors.ts';
import type { Progress } from '../../src/shared/progress.ts';
import { remoteAt, sharedProject } from '../safety/project.ts';
import { testAsset } from '../support/assets.ts';
import { git } from '../support/gitRepository.ts';
import { testHost } from '../support/host.ts';
import { type Person, startTeam } from '../support/team.ts';

const textures = Array.from({ length: 350 }, (_, at) => testAsset(`early ${at}`, 3000 + at));
const totalBytes = textures.reduce((sum, { size }) => sum + size, 0);
const nameOf = (at: number) => `Textures/t${at}.dds`;
const request = { direction: 'bidirectional', strategy: 'manual' } as const;
const gone = () => new SyncError('BACKEND_CONNECTION_FAILED', 'nobody there', { data: { retryable: true } });

/** A store in memory that takes many at a time, and says when. */
function bundlingStore(changed: Partial<AssetStore> = {}): AssetStore {
  const store = memoryAssetStore(testHost().codec);
  return {
    ...store,
    batchSize: 100,
    bundles: async () => 1 << 20,
    async putMany(assets, options) {
      for (const asset of assets) await store.put(asset, options);
      return new Set(assets.map(({ oid }) => oid));
    },
    ...changed,
  };
}

async function projectWith(store: AssetStore) {
  const { folder, server, bare } = await sharedProject({ '.gitattributes': '*.dds filter=lfs -text\n' });
  mkdirSync(join(folder, 'Textures'));
  for (const [at, { bytes }] of textures.entries()) writeFileSync(join(folder, nameOf(at)), bytes);
  const project = await Project.find(testHost(), folder);
  const remote = { ...remoteAt(server.url), assets: store };
  const seen: Progress[] = [];
  return {
    folder,
    bare,
    server,
    project,
    seen,
    sync: (signal?: AbortSignal) =>
      syncOnce(project, async () => remote, { ...request, signal, onProgress: (one) => seen.push(one) }),
  };
}

test('through a relay they arrive, counted once, and show as one transfer', async () => {
  const { people } = await startTeam(['alice', 'bob'], { 'notes.txt': 'x' });
  const [alice, bob] = people as [Person, Person];
  for (const [at, { bytes }] of textures.entries()) alice.write(nameOf(at), bytes);
  const sent = await alice.sync();
  expect(sent).toMatchObject({ outcome: 'synced', bytesUploaded: totalBytes });
  expect(await bob.sync()).toMatchObject({ bytesDownloaded: totalBytes });
  for (const [at, { bytes }] of textures.entries())
    expect(bob.read(nameOf(at))).toBe(Buffer.from(bytes).toString('latin1'));
});

test('some go out before the snapshot is made, the rest after it, each once', async () => {
  const commits: string[] = [];
  const put: string[] = [];
  const inner = bundlingStore();
  const project = await projectWith({
    ...inner,
    putMany: async (assets, options) => {
      commits.push(git(project.folder, 'rev-parse', 'HEAD'));
      put.push(...assets.map(({ oid }) => oid));
      return (await inner.putMany?.(assets, options)) ?? new Set();
    },
  });
  const before = git(project.folder, 'rev-parse', 'HEAD');
  expect(await project.sync()).toMatchObject({ pushed: true, bytesUploaded: totalBytes });
  expect(commits[0]).toBe(before);
  expect(commits.at(-1)).not.toBe(before);
  expect([...put].sort()).toEqual(textures.map(({ oid }) => oid).sort());
  const all = { files: textures.length, totalFiles: textures.length, bytes: totalBytes, totalBytes };
  const uploads = project.seen.filter(({ phase }) => phase === 'upload');
  expect(uploads.at(-1)).toEqual({ phase: 'upload', ...all });
  expect(project.seen).toContainEqual({ phase: 'hash', ...all });
  // the bar of the working copy is not disturbed
  const phases = project.seen.map(({ phase }) => phase).filter((phase, at, all) => phase !== all[at - 1]);
  expect(phases.filter((phase) => phase === 'upload')).toHaveLength(1);
  await project.server.close();
});

test('what fails before the snapshot goes the usual way after it', async () => {
  let calls = 0;
  const inner = bundlingStore();
  const project = await projectWith({
    ...inner,
    missing: async (assets, options) => {
      if (calls++ === 0) throw gone();
      return await inner.missing(assets, options);
    },
  });
  expect(await project.sync()).toMatchObject({ pushed: true, bytesUploaded: totalBytes });
  expect(await inner.missing(textures)).toEqual([]);
  await project.server.close();
});

test('what fails half way is not shown twice', async () => {
  let isDown = true;
  const inner = bundlingStore();
  const project = await projectWith({
    ...inner,
    putMany: async (assets, options) => {
      if (isDown) throw gone();
      return (await inner.putMany?.(assets, options)) ?? new Set();
    },
    put: async (source, options) => {
      const isLast = (await inner.missing(textures)).length < textures.length - 10;
      if (isDown && isLast) {
        isDown = false;
        throw gone();
      }
      await inner.put(source, options);
    },
  });
  expect(await project.sync()).toMatchObject({ pushed: true });
  expect(isDown).toBe(false);
  const uploads = project.seen.filter(({ phase }) => phase === 'upload');
  expect(Math.max(...uploads.map(({ totalFiles = 0 }) => totalFiles))).toBeLessThanOrEqual(textures.length);
  await project.server.close();
});

test('where assets belong elsewhere after all, all of them go there', async () => {
  const [first, second] = [bundlingStore(), bundlingStore()];
  let isMoved = false;
  const now = () => (isMoved ? second : first);
  const project = await projectWith({
    ...first,
    missing: (...given) => now().missing(...given),
    put: (...given) => now().put(...given),
    putMany: async (...given) => {
      const stored = await now().putMany?.(...given);
      isMoved = true;
      return stored ?? new Set();
    },
    place: async () => (isMoved ? 'second' : 'first'),
  });
  expect(await project.sync()).toMatchObject({ pushed: true });
  expect((await first.missing(textures)).length).toBeLessThan(textures.length);
  expect(await second.missing(textures)).toEqual([]);
  await project.server.close();
});

test('a store that takes one at a time, or nothing, hears of them after the snapshot', async () => {
  const commits: string[] = [];
  const inner = bundlingStore({ bundles: async () => 0 });
  const project = await projectWith({
    ...inner,
    put: (...given) => {
      commits.push(git(project.folder, 'rev-parse', 'HEAD'));
      return inner.put(...given);
    },
  });
  const before = git(project.folder, 'rev-parse', 'HEAD');
  expect(await project.sync()).toMatchObject({ pushed: true });
  expect(commits).toHaveLength(textures.length);
  expect(commits).not.toContain(before);
  await project.server.close();
});

test('an interruption stops them too, at once; nothing is pushed, and the next sync sends the rest', async () => {
  const stop = new AbortController();
  let underWay = 0;
  const inner = bundlingStore();
  const project = await projectWith({
    ...inner,
    async putMany(_, options) {
      underWay++;
      stop.abort(new SyncError('ABORTED', 'stopped'));
      await new Promise<void>((resolve) => {
        options?.signal?.addEventListener('abort', () => resolve(), { once: true });
        if (options?.signal?.aborted) resolve();
      });
      underWay--;
      throw gone();
    },
  });
  const before = git(project.bare, 'rev-parse', 'main');
  await expect(project.sync(stop.signal)).rejects.toMatchObject({ code: 'ABORTED' });
  expect(underWay).toBe(0);
  expect(project.project.cache.onNew).toBeUndefined();
  expect(git(project.bare, 'rev-parse', 'main')).toBe(before);
  const result = await syncOnce(
    project.project,
    async () => ({ ...remoteAt(project.server.url), assets: inner }),
    request,
  );
  expect(result.pushed).toBe(true);
  expect(await inner.missing(textures)).toEqual([]);
  await project.server.close();
});
