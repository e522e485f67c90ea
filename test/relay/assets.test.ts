import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRange } from '../../src/relay/assets/range.ts';
import { type BatchResponse, LFS_MEDIA_TYPE } from '../../src/shared/wire/lfs.ts';
import { relayRoutes } from '../../src/shared/wire/relay.ts';
import { testGitLfs } from '../support/gitLfs.ts';
import { cloneWith, startTestRelay, type TestRelay } from '../support/relay.ts';

let relay: TestRelay;
let project: string;
let editor: string;
beforeAll(async () => {
  relay = await startTestRelay();
  project = (await relay.createProject('Assets')).projectId;
  editor = await relay.join(project, 'Piper');
});

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const lfsHeaders = { 'content-type': `${LFS_MEDIA_TYPE}; charset=utf-8`, accept: LFS_MEDIA_TYPE };

const post = (path: string, body: unknown, token: string | undefined = editor) =>
  relay.request(path, { method: 'POST', token, body: JSON.stringify(body), headers: lfsHeaders });

async function batch(
  operation: 'upload' | 'download',
  objects: readonly { oid: string; size: number }[],
  more: object = {},
): Promise<BatchResponse['objects']> {
  const answer = await post(relayRoutes.lfsBatch(project), { operation, objects, ...more });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toContain(LFS_MEDIA_TYPE);
  return ((await answer.json()) as BatchResponse).objects;
}

type Action = NonNullable<NonNullable<BatchResponse['objects'][number]['actions']>['upload']>;
const follow = (action: Action | undefined, options: RequestInit = {}) =>
  fetch(action?.href ?? '', { ...options, headers: { ...action?.header, ...options.headers } });

async function stored(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const oid = sha256(bytes);
  const [object] = await batch('upload', [{ oid, size: bytes.length }]);
  expect((await follow(object?.actions?.upload, { method: 'PUT', body: bytes })).status).toBe(200);
  return oid;
}

const streamOf = (parts: readonly Uint8Array[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });

async function noHalfFiles() {
  expect(await readdir(join(relay.dataDir, 'temporary'))).toEqual([]);
}

describe('batch', () => {
  test('asks for what is missing and gives what is there', async () => {
    const bytes = randomBytes(1000);
    const oid = sha256(bytes);
    const [missing] = await batch('download', [{ oid, size: 1000 }]);
    expect(missing?.error?.code).toBe(404);
    expect(missing?.actions).toBeUndefined();
    const [asked] = await batch('upload', [{ oid, size: 1000 }]);
    expect(
      (
        await follow(asked?.actions?.verify, {
          method: 'POST',
          body: JSON.stringify({ oid, size: 1000 }),
          headers: lfsHeaders,
        })
      ).status,
    ).toBe(404);
    expect((await follow(asked?.actions?.upload, { method: 'PUT', body: bytes })).status).toBe(200);
    expect(
      (
        await follow(asked?.actions?.verify, {
          method: 'POST',
          body: JSON.stringify({ oid, size: 1000 }),
          headers: lfsHeaders,
        })
      ).status,
    ).toBe(200);
    const [present] = await batch('upload', [{ oid, size: 1000 }]);
    expect(present?.actions).toBeUndefined();
    expect(present?.error).toBeUndefined();
    const [given] = await batch('download', [{ oid, size: 1000 }], {
      ref: null,
      transfers: ['lfs-standalone', 'basic'],
    });
    expect(Buffer.from(await (await follow(given?.actions?.download)).arrayBuffer())).toEqual(bytes);
  });

  test('judges objects one by one', async () => {
    const good = sha256(randomBytes(8));
    const objects = [
      { oid: good, size: 8 },
      { oid: good.slice(1), size: 8 },
      { oid: `${good}0`, size: 8 },
      { oid: good.toUpperCase(), size: 8 },
      { oid: '../../../../etc/passwd', size: 8 },
      { oid: good, size: -1 },
      { oid: good, size: 1.5 },
    ];
    const answers = await batch('upload', objects);
    expect(answers.map(({ error }) => error?.code)).toEqual([undefined, 422, 422, 422, 422, 422, 422]);
    expect(answers[0]?.actions?.upload?.expires_in).toBeGreaterThan(0);
  });

  test('refuses as a whole what it cannot read, in words git-lfs shows', async () => {
    const path = relayRoutes.lfsBatch(project);
    const status = async (body: unknown) => (await post(path, body)).status;
    expect(await status({ operation: 'sideways', objects: [] })).toBe(422);
    expect(await status({ operation: 'download' })).toBe(422);
    expect(await status({ operation: 'download', objects: [], transfers: ['tus'] })).toBe(422);
    expect(await status({ operation: 'download', objects: [], hash_algo: 'sha512' })).toBe(409);
    const many = Array.from({ length: 1001 }, () => ({ oid: 'x', size: 1 }));
    expect(await status({ operation: 'download', objects: many })).toBe(413);
    expect((await post(path, { operation: 'download', objects: ['x'.repeat(3_000_000)] })).status).toBe(413);
    const broken = await relay.request(path, {
      method: 'POST',
      token: editor,
      body: '{',
      headers: lfsHeaders,
    });
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({ message: expect.any(String) });
    const anonymous = await relay.request(path, { method: 'POST', body: '{}', headers: lfsHeaders });
    expect(anonymous.status).toBe(401);
    expect(anonymous.headers.get('lfs-authenticate')).toBe('Basic realm="modsync"');
  });

  test('knowing an oid opens nothing in another project', async () => {
    const oid = await stored(randomBytes(64));
    const other = (await relay.createProject('Other')).projectId;
    const ask = async (operation: string) => {
      const answer = await post(
        relayRoutes.lfsBatch(other),
        { operation, objects: [{ oid, size: 64 }] },
        relay.ownerToken,
      );
      return ((await answer.json()) as BatchResponse).objects[0];
    };
    expect((await ask('download'))?.error?.code).toBe(404);
    expect((await ask('upload'))?.actions?.upload).toBeDefined();
    const [given] = await batch('download', [{ oid, size: 64 }]);
    const href = given?.actions?.download?.href.replace(project, other);
    expect((await fetch(href ?? '', { headers: given?.actions?.download?.header ?? {} })).status).toBe(403);
  });

  test('an action is good for its own operation and time only', async () => {
    const bytes = randomBytes(32);
    const oid = await stored(bytes);
    const [given] = await batch('download', [{ oid, size: 32 }]);
    const download = given?.actions?.download;
    expect((await follow(download, { method: 'PUT', body: bytes })).status).toBe(403);
    const forged = {
      ...download,
      href: download?.href ?? '',
      header: { Authorization: `${download?.header?.Authorization}x` },
    };
    expect((await follow(forged)).status).toBe(403);
    const brief = await startTestRelay({ limits: { capabilitySeconds: 0 } });
    const { projectId } = await brief.createProject('Brief');
    const answer = await brief.request(relayRoutes.lfsBatch(projectId), {
      method: 'POST',
      token: brief.ownerToken,
      body: JSON.stringify({ operation: 'upload', objects: [{ oid, size: 32 }] }),
      headers: lfsHeaders,
    });
    const expired = ((await answer.json()) as BatchResponse).objects[0]?.actions?.upload;
    expect((await follow(expired, { method: 'PUT', body: bytes })).status).toBe(403);
  });
});

describe('bytes', () => {
  test('of a wrong hash or length nothing is stored', async () => {
    const bytes = randomBytes(500);
    const oid = sha256(bytes);
    const [object] = await batch('upload', [{ oid, size: 500 }]);
    const put = async (body: BodyInit, more: object = {}) =>
      (await follow(object?.actions?.upload, { method: 'PUT', body, ...more })).status;
    const flipped = Buffer.from(bytes);
    flipped[7] = (flipped[7] ?? 0) ^ 1;
    expect(await put(flipped)).toBe(422);
    expect(await put(bytes.subarray(0, 499))).toBe(422);
    expect(await put(Buffer.concat([bytes, bytes]))).toBe(422);
    const chunked = (parts: Uint8Array[]) => ({ body: streamOf(parts), duplex: 'half' });
    expect(await put('', chunked([bytes, bytes]))).toBe(422);
    expect((await batch('download', [{ oid, size: 500 }]))[0]?.error?.code).toBe(404);
    await noHalfFiles();
    expect(await put('', chunked([bytes.subarray(0, 100), bytes.subarray(100)]))).toBe(200);
    expect((await batch('download', [{ oid, size: 500 }]))[0]?.error).toBeUndefined();
  });

  test('an upload that breaks off leaves nothing', async () => {
    const bytes = randomBytes(100_000);
    const [object] = await batch('upload', [{ oid: sha256(bytes), size: bytes.length }]);
    const abort = new AbortController();
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes.subarray(0, 50_000));
      },
    });
    const put = follow(object?.actions?.upload, {
      method: 'PUT',
      body,
      duplex: 'half',
      signal: abort.signal,
    } as RequestInit);
    abort.abort();
    await expect(put).rejects.toThrow();
    relay = await relay.restart();
    await noHalfFiles();
    expect((await batch('download', [{ oid: sha256(bytes), size: bytes.length }]))[0]?.error?.code).toBe(404);
  });

  test('empty ones and two of the same at once are fine', async () => {
    const empty = await stored(new Uint8Array());
    const got = await relay.request(relayRoutes.asset(project, empty), { token: editor });
    expect([got.status, (await got.arrayBuffer()).byteLength]).toEqual([200, 0]);
    const bytes = randomBytes(300_000);
    const oid = sha256(bytes);
    const [object] = await batch('upload', [{ oid, size: bytes.length }]);
    const both = await Promise.all(
      [0, 1].map(() => follow(object?.actions?.upload, { method: 'PUT', body: bytes })),
    );
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(
      await readFile(join(relay.dataDir, 'lfs', project, oid.slice(0, 2), oid.slice(2, 4), oid)),
    ).toEqual(bytes);
  });

  test('a download resumes where it stopped, and is not repeated for nothing', async () => {
    const bytes = randomBytes(5000);
    const oid = await stored(bytes);
    const get = (headers: Record<string, string> = {}, method = 'GET') =>
      relay.request(relayRoutes.asset(project, oid), { token: editor, method, headers });
    const whole = await get();
    expect(whole.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    expect(whole.headers.get('accept-ranges')).toBe('bytes');
    const etag = whole.headers.get('etag') ?? '';
    expect(etag).toBe(`"${oid}"`);
    const rest = await get({ range: 'bytes=1234-' });
    expect([rest.status, rest.headers.get('content-range')]).toEqual([206, 'bytes 1234-4999/5000']);
    expect(Buffer.from(await rest.arrayBuffer())).toEqual(bytes.subarray(1234));
    expect(Buffer.from(await (await get({ range: 'bytes=-10' })).arrayBuffer())).toEqual(
      bytes.subarray(4990),
    );
    const beyond = await get({ range: 'bytes=5000-' });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */5000']);
    expect((await get({ range: 'bytes=0-9', 'if-range': '"other"' })).status).toBe(200);
    expect((await get({ 'if-none-match': `"x", ${etag}` })).status).toBe(304);
    const head = await get({}, 'HEAD');
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '5000']);
    expect(
      (await relay.request(relayRoutes.asset(project, sha256(Buffer.from('absent'))), { token: editor }))
        .status,
    ).toBe(404);
  });

  test.each([
    ['bytes=0-0', 10, { start: 0, end: 0 }],
    ['bytes=3-', 10, { start: 3, end: 9 }],
    ['bytes=3-99', 10, { start: 3, end: 9 }],
    ['bytes=-3', 10, { start: 7, end: 9 }],
    ['bytes=-99', 10, { start: 0, end: 9 }],
    ['bytes=10-', 10, 'unsatisfiable'],
    ['bytes=0-', 0, 'unsatisfiable'],
    ['bytes=-0', 10, 'unsatisfiable'],
    ['bytes=5-3', 10, undefined],
    ['bytes=0-1,3-4', 10, undefined],
    ['bytes=-', 10, undefined],
    ['lines=0-1', 10, undefined],
    [undefined, 10, undefined],
  ])('Range %s of %i bytes', (header, size, expected) => {
    expect(parseRange(header, size)).toEqual(expected);
  });
});

testGitLfs('stock git-lfs pushes, clones, locks and unlocks', async () => {
  const made = await relay.createProject('Stock LFS');
  const clone = await cloneWith(made.gitUrl, relay.ownerToken);
  await clone.git('checkout', '-q', '-B', 'main');
  await clone.git('lfs', 'install', '--local');
  await clone.git('lfs', 'track', '*.dds');
  const textures = Array.from({ length: 12 }, (_, index) => randomBytes(index * 1000));
  for (const [index, bytes] of textures.entries()) await clone.write(`Textures/T ${index}.dds`, bytes);
  await clone.git('add', '-A');
  await clone.git('commit', '-q', '-m', 'Textures');
  await clone.git('push', '-q', 'origin', 'main');
  const token = await relay.join(made.projectId, 'Artist');
  const other = await cloneWith(made.gitUrl, token);
  for (const [index, bytes] of textures.entries())
    expect(await readFile(join(other.path, `Textures/T ${index}.dds`))).toEqual(bytes);

  await clone.git('lfs', 'lock', 'Textures/T 1.dds');
  expect(await other.git('lfs', 'locks')).toContain('Textures/T 1.dds');
  expect((await other.tryGit('lfs', 'lock', 'Textures/T 1.dds')).code).not.toBe(0);
  expect((await other.tryGit('lfs', 'unlock', '--force', 'Textures/T 1.dds')).code).not.toBe(0);
  await clone.git('lfs', 'unlock', 'Textures/T 1.dds');
  expect(await other.git('lfs', 'locks')).toBe('');
});

describe('locks', () => {
  test('of two at once on one path exactly one wins, and the loser learns whose it is', async () => {
    const path = relayRoutes.lfsLocks(project);
    const both = await Promise.all([
      post(path, { path: 'a.nif' }),
      post(path, { path: 'a.nif' }, relay.ownerToken),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    const bodies = (await Promise.all(both.map((answer) => answer.json()))) as { lock: { id: string } }[];
    expect(bodies[0]?.lock).toEqual(bodies[1]?.lock);
  });

  test('are listed by path, id and page, never as null', async () => {
    const path = relayRoutes.lfsLocks((await relay.createProject('Locks')).projectId);
    const token = relay.ownerToken;
    const list = async (query = '') =>
      (await (await relay.request(`${path}${query}`, { token })).json()) as {
        locks: { id: string; path: string }[];
        next_cursor?: string;
      };
    expect(await list()).toEqual({ locks: [] });
    for (const name of ['a', 'b', 'c']) await post(path, { path: name }, token);
    const first = await list('?limit=2');
    expect(first.locks.map((lock) => lock.path)).toEqual(['a', 'b']);
    const second = await list(`?limit=2&cursor=${first.next_cursor}`);
    expect(second.locks.map((lock) => lock.path)).toEqual(['c']);
    expect(second.next_cursor).toBeUndefined();
    expect((await list('?path=b')).locks).toEqual([first.locks[1]]);
    expect((await list(`?id=${first.locks[0]?.id}`)).locks).toEqual([first.locks[0]]);
    const verified = await (await post(`${path}/verify`, {}, token)).json();
    expect(verified).toMatchObject({ ours: [{ path: 'a' }, { path: 'b' }, { path: 'c' }], theirs: [] });
  });

  test('are opened by who holds them, or by force of the owner', async () => {
    const path = relayRoutes.lfsLocks(project);
    const lock = async (name: string, token: string) =>
      ((await (await post(path, { path: name }, token)).json()) as { lock: { id: string } }).lock.id;
    const unlock = async (id: string, body: object, token: string) =>
      (await post(`${path}/${id}/unlock`, body, token)).status;
    const owners = await lock('owner.nif', relay.ownerToken);
    expect(await unlock(owners, {}, editor)).toBe(403);
    expect(await unlock(owners, { force: true }, editor)).toBe(403);
    const editors = await lock('editor.nif', editor);
    expect(await unlock(editors, {}, relay.ownerToken)).toBe(403);
    expect(await unlock(editors, { force: true }, relay.ownerToken)).toBe(200);
    expect(await unlock(editors, {}, editor)).toBe(404);
    expect(await unlock(owners, {}, relay.ownerToken)).toBe(200);
  });
});
