/** What an LFS server must show, line by line. Sources: git-lfs `docs/api/` (batch, basic transfers, authentication, server discovery). */
import { randomBytes } from 'node:crypto';
import { type BatchResponse, LFS_MEDIA_TYPE } from '../../src/shared/wire/lfs.ts';
import { relayRoutes } from '../../src/shared/wire/relay.ts';
import { testGitLfs } from '../support/gitLfs.ts';
import { cloneWith, startTestRelay } from '../support/relay.ts';
import { follow, named, startLfsStand } from './lfsStand.ts';

const { relay, project, gitUrl, owner, viewer, lfs, batch, one, store, isStored } = await startLfsStand();

describe('discovery', () => {
  test('the API is below the remote’s URL, at info/lfs', async () => {
    expect(relayRoutes.lfsBatch(project)).toBe(`/${project}.git/info/lfs/objects/batch`);
    const clone = await cloneWith(gitUrl, owner);
    expect(await clone.git('lfs', 'env')).toContain(`${new URL(gitUrl).host}/${project}.git/info/lfs`);
  });
  test('answers are application/vnd.git-lfs+json, failures too; a charset is tolerated', async () => {
    const body = { operation: 'download', objects: [] };
    for (const [sent, status] of [
      [{ body, headers: { 'content-type': `${LFS_MEDIA_TYPE}; charset=utf-8` } }, 200],
      [{ body: {} }, 422],
    ] as const) {
      const answer = await lfs('/objects/batch', sent);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        status,
        expect.stringContaining(LFS_MEDIA_TYPE),
      ]);
    }
  });
  test('another content type is refused', async () =>
    expect(
      (await lfs('/objects/batch', { body: 'x', headers: { 'content-type': 'text/plain' } })).status,
    ).toBe(415));
});

describe('batch', () => {
  test('a download of what is there has an action', async () => {
    const { bytes: _, ...object } = await store();
    expect(await one('download', object)).toMatchObject({
      ...object,
      actions: { download: { href: expect.any(String) } },
    });
  });
  test('a download of what is missing has an error of its own, 404, and no action', async () => {
    const answer = await one('download', named(randomBytes(9)));
    expect([answer.error?.code, answer.actions]).toEqual([404, undefined]);
  });
  test('an upload of what is missing has an action', async () =>
    expect((await one('upload', named(randomBytes(9)))).actions?.upload?.href).toBeDefined());
  test('an upload of what is there has none', async () => {
    const { bytes: _, ...object } = await store();
    expect(await one('upload', object)).toEqual(object);
  });
  test('mixed requests are answered object by object, in order', async () => {
    const { oid, size } = await store();
    const missing = named(randomBytes(9));
    const { objects } = await batch('download', [{ oid, size }, missing, { oid: 'x', size: 1 }]);
    expect(objects.map(({ error }) => error?.code)).toEqual([undefined, 404, 422]);
  });
  test.each([
    ['short', 'a'.repeat(63), 1],
    ['long', 'a'.repeat(65), 1],
    ['not hexadecimal', 'g'.repeat(64), 1],
    ['upper-case', 'A'.repeat(64), 1],
    ['a path', '../../../etc/passwd', 1],
    ['of a negative size', 'a'.repeat(64), -1],
    ['of half a byte', 'a'.repeat(64), 0.5],
    ['larger than any file', 'a'.repeat(64), 2 ** 60],
  ])('an oid that is %s is refused alone, with 422', async (_, oid, size) => {
    const good = named(randomBytes(3));
    const { objects } = await batch('upload', [{ oid, size }, good]);
    expect(objects.map(({ error }) => error?.code)).toEqual([422, undefined]);
  });
  test('size 0 is accepted', async () =>
    expect((await one('upload', named(new Uint8Array()))).error).toBeUndefined());
  test('a size that is not the stored one is refused alone, with 422', async () => {
    const { oid, size } = await store();
    for (const operation of ['upload', 'download'])
      expect((await one(operation, { oid, size: size + 1 })).error?.code).toBe(422);
  });
  test('a missing ref, a null ref and a named ref are fine; so are missing transfers', async () => {
    for (const more of [{}, { ref: null }, { ref: { name: 'refs/heads/main' } }, { transfers: [] }])
      expect((await batch('upload', [named(randomBytes(3))], more)).transfer).toBe('basic');
  });
  test('the transfer of the answer is one that the request listed', async () => {
    expect((await batch('upload', [], { transfers: ['ssh', 'basic'] })).transfer).toBe('basic');
    const { status } = await lfs('/objects/batch', {
      body: { operation: 'upload', objects: [], transfers: ['tus'] },
    });
    expect(status).toBe(422);
  });
  test('a long answer is gzipped for who accepts that, and only for them', async () => {
    const body = { operation: 'upload', objects: Array.from({ length: 100 }, () => named(randomBytes(3))) };
    const lengths = [];
    for (const accepted of ['gzip', 'identity']) {
      const { status, headers, json } = await lfs('/objects/batch', {
        body,
        headers: { 'accept-encoding': accepted },
      });
      expect([status, headers.get('content-encoding')]).toEqual([200, accepted === 'gzip' ? 'gzip' : null]);
      expect(json.objects).toHaveLength(100);
      lengths.push(Number(headers.get('content-length')));
    }
    expect(lengths[0]).toBeLessThan((lengths[1] ?? 0) / 2);
  });
  test('an action says in seconds how long it is good for', async () =>
    expect((await one('upload', named(randomBytes(3)))).actions?.upload?.expires_in).toBeGreaterThan(60));
  test.each([
    ['no credentials: 401, with LFS-Authenticate', { token: undefined, body: {} }, 401],
    ['wrong credentials: 403', { token: 'ms_wrong', body: {} }, 403],
    ['an upload by a viewer: 403', 'viewer', 403],
    ['no JSON: 400', { body: '{' }, 400],
    ['an operation that there is not: 422', { body: { operation: 'x', objects: [] } }, 422],
    ['no objects: 422', { body: { operation: 'upload' } }, 422],
    ['another hash: 409', { body: { operation: 'upload', objects: [], hash_algo: 'sha512' } }, 409],
    [
      'more objects than fit: 413',
      { body: { operation: 'upload', objects: Array(1001).fill({ oid: 'x', size: 1 }) } },
      413,
    ],
    ['a body that is too long: 413', { body: { operation: 'x'.repeat(3_000_000), objects: [] } }, 413],
  ] as const)('%s', async (_, sent, status) => {
    const answer = await lfs(
      '/objects/batch',
      sent === 'viewer' ? { token: viewer, body: { operation: 'upload', objects: [] } } : sent,
    );
    expect(answer.status).toBe(status);
    expect(answer.json.message).toEqual(expect.any(String));
    expect(answer.headers.get('lfs-authenticate')).toBe(status === 401 ? 'Basic realm="modsync"' : null);
  });
  test('a project that is not there: 404', async () => {
    const answer = await relay.request('/absent.git/info/lfs/objects/batch', {
      method: 'POST',
      token: owner,
      json: {},
    });
    expect(answer.status).toBe(404);
  });
  test('more than the address may ask: 429, with Retry-After; it is let in again', async () => {
    const strict = await startTestRelay({ limits: { requestsPerMinute: 5 } });
    const ask = () =>
      strict.request(relayRoutes.lfsBatch('absent'), { method: 'POST', token: strict.ownerToken, json: {} });
    let answer = await ask();
    for (let i = 0; i < 10 && answer.status !== 429; i++) answer = await ask();
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.headers.get('content-type')).toContain(LFS_MEDIA_TYPE);
  });
  test('more than the project may keep: 507, and what is there can be read', async () => {
    const small = await startTestRelay({ limits: { projectBytes: 1000 } });
    const { projectId } = await small.createProject('Small');
    const ask = (operation: string, bytes: Uint8Array) =>
      small.request(relayRoutes.lfsBatch(projectId), {
        method: 'POST',
        token: small.ownerToken,
        json: { operation, objects: [named(bytes)] },
      });
    const first = randomBytes(700);
    const { objects } = (await (await ask('upload', first)).json()) as BatchResponse;
    await follow(objects[0]?.actions?.upload, { method: 'PUT', body: first });
    expect((await ask('upload', randomBytes(700))).status).toBe(507);
    expect((await ask('upload', randomBytes(100))).status).toBe(200);
    expect((await ask('download', first)).status).toBe(200);
  });
});

describe('transfer', () => {
  test.each([
    ['a wrong hash', (bytes: Uint8Array) => bytes.map((byte) => byte ^ 1)],
    ['a byte less', (bytes: Uint8Array) => bytes.subarray(1)],
    ['a byte more', (bytes: Uint8Array) => Buffer.concat([bytes, bytes.subarray(0, 1)])],
    ['nothing', () => new Uint8Array()],
  ])('%s is refused with 422, and nothing is stored', async (_, damage) => {
    const bytes = randomBytes(3000);
    const { actions } = await one('upload', named(bytes));
    const put = await follow(actions?.upload, { method: 'PUT', body: Uint8Array.from(damage(bytes)) });
    expect(put.status).toBe(422);
    expect(await isStored(named(bytes))).toBe(false);
  });
  test('a chunked PUT is taken', async () => {
    const bytes = randomBytes(200_000);
    const { actions } = await one('upload', named(bytes));
    const body = new Blob([bytes]).stream();
    const init = { method: 'PUT', body, duplex: 'half' } as RequestInit;
    expect((await follow(actions?.upload, init)).status).toBe(200);
    expect(await isStored(named(bytes))).toBe(true);
  });
  test('Range answers 206 with those bytes, and 416 past the end', async () => {
    const { bytes, ...object } = await store();
    const { actions } = await one('download', object);
    const part = await follow(actions?.download, { headers: { range: 'bytes=990-' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 990-999/1000']);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(990));
    expect((await follow(actions?.download, { headers: { range: 'bytes=1000-' } })).status).toBe(416);
  });
  test('an object of no bytes goes up and comes down', async () => {
    const { bytes: _, ...object } = await store(Buffer.alloc(0));
    expect(
      (await (await follow((await one('download', object)).actions?.download)).arrayBuffer()).byteLength,
    ).toBe(0);
  });
  test('the same object, four times at once, is stored once and whole', async () => {
    const bytes = randomBytes(300_000);
    const { actions } = await one('upload', named(bytes));
    const puts = await Promise.all(
      Array.from({ length: 4 }, () => follow(actions?.upload, { method: 'PUT', body: bytes })),
    );
    expect(puts.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const got = await follow((await one('download', named(bytes))).actions?.download);
    expect(Buffer.from(await got.arrayBuffer())).toEqual(bytes);
  });
  test('verify answers 404 before the upload and 200 after it, and 404 for another size', async () => {
    const bytes = randomBytes(50);
    const { actions } = await one('upload', named(bytes));
    const verify = async (size: number) => {
      const body = JSON.stringify({ ...named(bytes), size });
      const answer = await follow(actions?.verify, {
        method: 'POST',
        body,
        headers: { 'content-type': LFS_MEDIA_TYPE },
      });
      return answer.status;
    };
    expect(await verify(50)).toBe(404);
    await follow(actions?.upload, { method: 'PUT', body: bytes });
    expect([await verify(50), await verify(51)]).toEqual([200, 404]);
  });
  test('no Content-Encoding is put on the bytes, whatever the client accepts', async () => {
    const { bytes: _, ...object } = await store(Buffer.alloc(5000));
    const got = await follow((await one('download', object)).actions?.download, {
      headers: { 'accept-encoding': 'gzip' },
    });
    expect([got.headers.get('content-encoding'), got.headers.get('content-length')]).toEqual([null, '5000']);
  });
});

describe('authorisation', () => {
  test('an oid known from another project is neither downloaded nor “already there”', async () => {
    const { oid, size } = await store();
    const other = (await relay.createProject('Elsewhere')).projectId;
    const ask = async (operation: string) => {
      const json = { operation, objects: [{ oid, size }] };
      const answer = await relay.request(relayRoutes.lfsBatch(other), { method: 'POST', token: owner, json });
      return ((await answer.json()) as BatchResponse).objects[0];
    };
    expect((await ask('download'))?.error?.code).toBe(404);
    expect((await ask('upload'))?.actions?.upload).toBeDefined();
  });
  test('an action is good for its own object, project and operation only', async () => {
    const { bytes, ...object } = await store();
    const { actions } = await one('download', object);
    const header = actions?.download?.header ?? {};
    const other = await store();
    const get = async (path: string, init: RequestInit = {}) =>
      (await fetch(`${relay.url}${path}`, { headers: header, ...init })).status;
    expect(await get(relayRoutes.asset(project, object.oid))).toBe(200);
    expect(await get(relayRoutes.asset(project, other.oid))).toBe(403);
    expect(await get(relayRoutes.asset('elsewhere', object.oid))).toBe(403);
    expect(await get(relayRoutes.asset(project, object.oid), { method: 'PUT', body: bytes })).toBe(403);
    expect(await get(relayRoutes.lfsLocks(project))).toBe(403);
  });
});

testGitLfs(
  'git-lfs itself: 250 objects in batches of 100, eight at a time, up, down, and up again for nothing',
  async () => {
    const made = await relay.createProject('Habits');
    const clone = await cloneWith(made.gitUrl, owner);
    await clone.git('checkout', '-q', '-B', 'main');
    await clone.git('lfs', 'install', '--local');
    await clone.git('lfs', 'track', '*.dds');
    for (let i = 0; i < 250; i++) await clone.write(`t/${i}.dds`, `texture ${i}`);
    await clone.git('add', '-A');
    await clone.git('commit', '-qm', 'Textures');
    await clone.git('push', '-q', 'origin', 'main');
    const other = await cloneWith(made.gitUrl, owner);
    expect(await other.git('lfs', 'fsck')).toContain('OK');
    expect(await clone.git('lfs', 'push', '--all', 'origin', 'main')).not.toMatch(/error/i);
  },
);
