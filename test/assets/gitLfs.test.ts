/** The same repository under git-lfs and under our cache and filter. */
import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AssetCache, lfsFilter, TransferQueue } from '../../src/assets/index.ts';
import { lfsClient, parsePointer } from '../../src/lfs/index.ts';
import { text, utf8 } from '../../src/shared/bytes.ts';
import { bytesOf, refOf, testAsset } from '../support/assets.ts';
import { testGitLfs } from '../support/gitLfs.ts';
import { temporaryFolder, testHost } from '../support/host.ts';
import { startLfsServer } from '../support/lfsServers.ts';

const host = testHost();
const run = promisify(execFile);
const OID = '4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393';

async function repository() {
  const folder = temporaryFolder('git lfs');
  const home = temporaryFolder('home');
  const env = {
    ...process.env,
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.com',
  };
  // never synchronously: the LFS server lives in this process
  const git = async (...args: string[]) =>
    (await run('git', args, { cwd: folder, env, encoding: 'buffer' })).stdout;
  await git('init', '-q', '-b', 'main');
  await git('lfs', 'install', '--local');
  writeFileSync(join(folder, '.gitattributes'), '*.dds filter=lfs diff=lfs merge=lfs -text\n');
  const cache = new AssetCache(host, join(folder, '.git', 'lfs'));
  return { folder, git, cache, filter: lfsFilter(cache) };
}

const contents: [string, Uint8Array][] = [
  ['one byte', bytesOf(1, 1)],
  ['a texture', bytesOf(2, 200_000)],
  ['a large one', bytesOf(3, 9_000_000)],
  ['an empty file', new Uint8Array()],
  ['text with CRLF', utf8('a\r\nb\r\n')],
  ['a pointer', utf8(`version https://git-lfs.github.com/spec/v1\noid sha256:${OID}\nsize 12\n`)],
  ['an unusual pointer', utf8(`version https://hawser.github.com/spec/v1\r\noid sha256:${OID}\r\nsize 12`)],
  ['nearly a pointer', utf8(`version https://git-lfs.github.com/spec/v1\noid sha256:${OID}\n`)],
  [
    '1,023 bytes of a pointer',
    utf8(`version https://git-lfs.github.com/spec/v1\noid sha256:${OID}\nsize 12\n`.padEnd(1023, '\n')),
  ],
  [
    '1,024 bytes of a pointer',
    utf8(`version https://git-lfs.github.com/spec/v1\noid sha256:${OID}\nsize 12\n`.padEnd(1024, '\n')),
  ],
];

testGitLfs.each(contents)('clean makes the blob that git-lfs makes: %s', async (_, content) => {
  const { folder, git, filter } = await repository();
  const file = join(folder, 'a file.dds');
  writeFileSync(file, content);
  await git('add', 'a file.dds');
  const theirs = await git('cat-file', 'blob', ':a file.dds');
  const blob = await filter.clean(file, 'a file.dds');
  expect(blob && text(blob)).toBe(theirs.toString());
});

testGitLfs('a file that is gone when its turn comes has no blob, and is no failure', async () => {
  const { folder, filter } = await repository();
  expect(await filter.clean(join(folder, 'deleted.dds'), 'deleted.dds')).toBeUndefined();
});

testGitLfs('what our cache holds, git-lfs checks out, and its fsck is content', async () => {
  const { folder, git, filter } = await repository();
  const asset = testAsset('ours', 200_000);
  writeFileSync(join(folder, 'a.dds'), asset.bytes);
  const blob = await filter.clean(join(folder, 'a.dds'), 'a.dds');
  writeFileSync(join(folder, 'a.dds'), blob ?? '');
  await git('add', '-A');
  await git('commit', '-qm', 'one');
  await git('lfs', 'checkout');
  expect(Buffer.compare(readFileSync(join(folder, 'a.dds')), asset.bytes)).toBe(0);
  await git('lfs', 'fsck');
  expect((await git('lfs', 'ls-files', '--long')).toString()).toBe(`${asset.oid} * a.dds\n`);
});

testGitLfs('what git-lfs added, our cache has, and the filter puts on disk', async () => {
  const { folder, git, cache, filter } = await repository();
  const asset = testAsset('theirs', 200_000);
  writeFileSync(join(folder, 'a.dds'), asset.bytes);
  await git('add', '-A');
  expect(await cache.has(asset)).toBe(true);
  const blob = new Uint8Array(await git('cat-file', 'blob', ':a.dds'));
  expect(await filter.smudge(blob, 'a.dds')).toEqual({ copyFrom: cache.pathOf(asset.oid), size: 200_000 });
});

testGitLfs(
  'smudge leaves the pointer where the asset is not here, and content that is no pointer as it is',
  async () => {
    const { filter, cache } = await repository();
    const pointer = contents[5]![1];
    expect(await filter.smudge(pointer, 'a.dds')).toEqual(pointer);
    expect(await filter.smudge(utf8('plain'), 'a.dds')).toEqual(utf8('plain'));
    expect(await filter.smudge(new Uint8Array(), 'a.dds')).toEqual(new Uint8Array());

    const asset = testAsset('x', 10);
    await cache.addStream(asset, 0, asset.open());
    const extended = utf8(
      `version https://git-lfs.github.com/spec/v1\next-0-x sha256:${OID}\noid sha256:${asset.oid}\nsize 10\n`,
    );
    expect(parsePointer(extended)).toBeDefined();
    expect(await filter.smudge(extended, 'a.dds')).toEqual(extended);
  },
);

testGitLfs('git-lfs goes on with a download that we broke off, and we with one of its', async () => {
  const { folder, git, cache } = await repository();
  const server = await startLfsServer();
  const store = lfsClient({ url: server.url });
  const queue = new TransferQueue(store, cache, { retry: { attempts: 1 } });
  const asset = testAsset('shared', 3_000_000);
  await store.put(asset);
  writeFileSync(
    join(folder, 'a.dds'),
    `version https://git-lfs.github.com/spec/v1\noid sha256:${asset.oid}\nsize ${asset.size}\n`,
  );
  await git('add', '-A');
  await git('commit', '-qm', 'one');
  await git('config', 'lfs.url', server.url);
  // else it tries eight times, and pauses longer each time
  await git('config', 'lfs.transfer.maxretries', '1');
  await git('config', 'lfs.transfer.maxretrydelay', '1');
  const object = cache.pathOf(asset.oid);

  server.lie = ({ step }) => (step === 'download' ? { after: 2_000_000, and: 'reset' } : undefined);
  await expect(queue.download([asset])).rejects.toMatchObject({ code: 'BACKEND_CONNECTION_FAILED' });
  const kept = await cache.partialSize(asset);
  expect(kept).toBeGreaterThan(0);
  server.lie = () => undefined;
  await git('lfs', 'fetch');
  expect(server.of('download').at(-1)!.headers.range).toBe(`bytes=${kept}-2999999`);
  expect(refOf(readFileSync(object)).oid).toBe(asset.oid);

  rmSync(object);
  const before = server.of('download').length;
  server.lie = ({ step }) => {
    if (step !== 'download') return undefined;
    return server.of('download').length === before + 1 ? { after: 2_000_000, and: 'reset' } : { status: 403 };
  };
  await expect(git('lfs', 'fetch')).rejects.toThrow();
  const theirs = await cache.partialSize(asset);
  server.lie = () => undefined;
  await queue.download([asset]);
  expect(theirs).toBeGreaterThan(0);
  expect(server.of('download').at(-1)!.headers.range).toBe(`bytes=${theirs}-2999999`);
  expect(refOf(readFileSync(object)).oid).toBe(asset.oid);
});

testGitLfs('a second machine gets by git-lfs what the first one put by our queue', async () => {
  const first = await repository();
  const second = await repository();
  const server = await startLfsServer({ verify: true });
  const assets = [1, 2, 3].map((seed) => testAsset(seed, seed * 100_000));
  for (const asset of assets) {
    const file = join(first.folder, `${asset.size}.dds`);
    writeFileSync(file, asset.bytes);
    await first.filter.clean(file, '');
  }
  await new TransferQueue(lfsClient({ url: server.url }), first.cache).upload(assets);

  await first.git('add', '-A');
  await first.git('commit', '-qm', 'one');
  await second.git('config', 'lfs.url', server.url);
  rmSync(join(second.folder, '.gitattributes'));
  await second.git('pull', '-q', first.folder, 'main');
  for (const asset of assets)
    expect(Buffer.compare(readFileSync(join(second.folder, `${asset.size}.dds`)), asset.bytes)).toBe(0);
});
