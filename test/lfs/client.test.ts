import { writeFileSync } from 'node:fs';
import { lfsClient } from '../../src/lfs/index.ts';
import { nodeFetch } from '../../src/platform/node/fetch.ts';
import { gather, testAsset } from '../support/assets.ts';
import { temporaryFolder } from '../support/host.ts';
import type { LfsServer } from '../support/lfsServer.ts';
import { startLfsServer } from '../support/lfsServers.ts';

const small = testAsset('small', 1000);
const large = testAsset('large', 3_000_000);
const SECRET = 'Bearer our-secret';

const keep = (server: LfsServer, ...assets: (typeof small)[]) => {
  for (const asset of assets) writeFileSync(server.pathOf(asset.oid), asset.bytes);
};

describe.each([
  ['the fetch of the platform', fetch],
  ['our own', nodeFetch],
])('over %s:', (_, send) => {
  const clientOf = (server: LfsServer, timeoutMs?: number) =>
    lfsClient({
      url: server.url,
      fetch: send,
      authorize: async () => SECRET,
      headers: { 'x-extra': 'extra' },
      ...(timeoutMs && { timeoutMs }),
    });

  describe('requests', () => {
    test('an upload says its length, so that storage behind the server accepts it', async () => {
      const server = await startLfsServer();
      const client = clientOf(server);
      for (const asset of [small, large]) await client.put(asset);
      for (const { headers } of server.of('upload')) {
        expect(headers['transfer-encoding']).toBeUndefined();
        expect(headers['content-type']).toBe('application/octet-stream');
      }
      expect(server.of('upload').map(({ headers }) => headers['content-length'])).toEqual([
        '1000',
        '3000000',
      ]);
    });

    test('a server that asks for a chunked upload gets one', async () => {
      const server = await startLfsServer({ header: { 'Transfer-Encoding': 'chunked' } });
      await clientOf(server).put(small);
      const headers = server.of('upload')[0]!.headers;
      expect(headers['transfer-encoding']).toBe('chunked');
      expect(headers['content-length']).toBeUndefined();
      expect(server.has(small.oid)).toBe(true);
    });

    test('230 assets are asked for in three batches, and their actions are used without asking again', async () => {
      const server = await startLfsServer();
      const client = clientOf(server);
      const many = Array.from({ length: 230 }, (_, at) => testAsset(at, 10));
      await client.missing(many);
      await Promise.all(many.slice(0, 10).map((asset) => client.put(asset)));
      expect(server.of('batch').map(({ json }) => json?.objects?.length)).toEqual([100, 100, 30]);
      expect(server.of('batch')[0]!.json).toMatchObject({
        operation: 'upload',
        transfers: ['basic', 'modsync-bundle'],
      });
      expect(server.of('batch')[0]!.headers).toMatchObject({
        accept: 'application/vnd.git-lfs+json',
        'content-type': 'application/vnd.git-lfs+json',
      });
    });

    test('what the server has already is not sent', async () => {
      const server = await startLfsServer();
      keep(server, small);
      await clientOf(server).put(small);
      expect(server.of('upload')).toEqual([]);
    });

    test('a verification is made where the server asks for it, and its no is an error', async () => {
      const server = await startLfsServer({ verify: true });
      const client = clientOf(server);
      await client.put(small);
      expect(server.of('verify')[0]!.json).toEqual({ oid: small.oid, size: 1000 });
      server.lie = ({ step }) => (step === 'upload' ? { forget: true } : undefined);
      await expect(client.put(large)).rejects.toMatchObject({
        code: 'ASSET_MISSING',
        data: { retryable: true },
      });
    });

    test('only the rest of a download is asked for', async () => {
      const server = await startLfsServer();
      keep(server, large);
      const { start, bytes } = await clientOf(server).get(large, 2_000_000);
      expect(start).toBe(2_000_000);
      expect((await gather(bytes)).length).toBe(1_000_000);
      expect(server.of('download')[0]!.headers.range).toBe('bytes=2000000-2999999');
    });

    test('a range that the server refuses becomes a whole download', async () => {
      const server = await startLfsServer();
      keep(server, large);
      server.lie = ({ step, before }) => (step === 'download' && before === 0 ? { status: 416 } : undefined);
      const { start, bytes } = await clientOf(server).get(large, 2_000_000);
      expect(start).toBe(0);
      expect((await gather(bytes)).length).toBe(large.size);
    });
  });

  describe('actions', () => {
    test.each([
      ['expires_in', { expires_in: 1, expires_at: '2999-01-01T00:00:00Z' }, 2],
      ['expires_at', { expires_at: '2001-01-01T00:00:00Z' }, 2],
      ['expires_in beats expires_at', { expires_in: 3600, expires_at: '2001-01-01T00:00:00Z' }, 1],
      ['the zero time means never', { expires_at: '0001-01-01T00:00:00Z' }, 1],
    ])('are renewed when they have expired: %s', async (_, actions, batches) => {
      const server = await startLfsServer(actions);
      const client = clientOf(server);
      await client.missing([small]);
      await client.put(small);
      expect(server.has(small.oid)).toBe(true);
      expect(server.of('batch')).toHaveLength(batches);
    });

    test('that storage calls outdated, though they did not say so, are renewed once', async () => {
      const server = await startLfsServer();
      keep(server, large);
      const client = clientOf(server);
      server.lie = ({ step, before }) => (step === 'download' && before === 0 ? { status: 403 } : undefined);
      await client.prepare?.([large], 'get');
      expect((await gather((await client.get(large)).bytes)).length).toBe(large.size);

      server.lie = ({ step }) => (step === 'download' ? { status: 403 } : undefined);
      await client.prepare?.([large], 'get');
      await expect(client.get(large)).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
      expect(server.of('download')).toHaveLength(4);
    });

    test('headers are sent as given and beat ours; ours are added on our own server only', async () => {
      const server = await startLfsServer({ header: { Authorization: 'Action token', 'X-Sign': 'abc' } });
      keep(server, small);
      await gather((await clientOf(server).get(small)).bytes);
      expect(server.of('batch')[0]!.headers).toMatchObject({ authorization: SECRET, 'x-extra': 'extra' });
      expect(server.of('download')[0]!.headers).toMatchObject({
        authorization: 'Action token',
        'x-sign': 'abc',
        'x-extra': 'extra',
      });
    });

    test('on another host never get our credentials', async () => {
      const folder = temporaryFolder('lfs');
      const server = await startLfsServer({}, folder);
      const storage = await startLfsServer({ verify: true }, folder);
      server.lie = ({ step }) =>
        step === 'batch'
          ? {
              rewrite: (answer) =>
                JSON.parse(JSON.stringify(answer).replaceAll(server.origin, storage.origin)),
            }
          : undefined;
      const client = clientOf(server);
      await client.put(small);
      await gather((await client.get(small)).bytes);
      expect(storage.asked).toHaveLength(2);
      for (const { headers } of storage.asked) {
        expect(headers.authorization).toBeUndefined();
        expect(headers['x-extra']).toBeUndefined();
      }
    });
  });

  describe('redirects', () => {
    test('to another host are followed, without any credentials, for every kind of request', async () => {
      const folder = temporaryFolder('lfs');
      const server = await startLfsServer({ header: { 'X-Sign': 'secret' } }, folder);
      const other = await startLfsServer({}, folder);
      server.lie = ({ step, oid }) => ({
        status: 307,
        headers: {
          location: `${other.origin}${step === 'batch' ? '/p.git/info/lfs/objects/batch' : `/objects/${oid}`}`,
        },
      });
      other.lie = ({ step }) =>
        step === 'batch'
          ? {
              rewrite: (answer) => JSON.parse(JSON.stringify(answer).replaceAll(other.origin, server.origin)),
            }
          : undefined;
      const client = clientOf(server);
      await client.put(large);
      expect((await gather((await client.get(large)).bytes)).length).toBe(large.size);
      expect(other.asked.map(({ step }) => step)).toEqual(['batch', 'upload', 'batch', 'download']);
      for (const { headers } of other.asked) {
        expect(headers.authorization).toBeUndefined();
        expect(headers['x-extra']).toBeUndefined();
        expect(headers['x-sign']).toBeUndefined();
      }
    });

    test('within the host keep them', async () => {
      const server = await startLfsServer();
      keep(server, small);
      server.lie = ({ step, before }) =>
        step === 'download' && before === 0
          ? { status: 302, headers: { location: `/objects/${small.oid}` } }
          : undefined;
      await gather((await clientOf(server).get(small)).bytes);
      expect(server.of('download')[1]!.headers.authorization).toBe(SECRET);
    });

    test.each([
      ['in a circle', { status: 302, headers: { location: `/objects/${small.oid}` } }],
      ['to a file', { status: 302, headers: { location: 'file:///etc/passwd' } }],
      ['with a password', { status: 302, headers: { location: 'http://a:b@127.0.0.1:1/' } }],
      ['to nowhere', { status: 302 }],
    ])('%s are an error', async (_, lie) => {
      const server = await startLfsServer();
      keep(server, small);
      server.lie = ({ step }) => (step === 'download' ? lie : undefined);
      await expect(clientOf(server).get(small)).rejects.toMatchObject({ code: 'REMOTE_PROTOCOL' });
    });
  });

  describe('refusals', () => {
    test.each([
      [401, 'ACCESS_DENIED', false],
      [403, 'ACCESS_DENIED', false],
      [404, 'NOT_FOUND', false],
      [413, 'ASSET_REFUSED', false],
      [422, 'ASSET_REFUSED', false],
      [429, 'RATE_LIMITED', true],
      [500, 'BACKEND_CONNECTION_FAILED', true],
      [501, 'REMOTE_PROTOCOL', false],
      [503, 'BACKEND_CONNECTION_FAILED', true],
      [507, 'ASSET_REFUSED', false],
      [509, 'RATE_LIMITED', false],
      [418, 'REMOTE_PROTOCOL', false],
    ])('a batch refused with %i is %s', async (status, code, retryable) => {
      const server = await startLfsServer();
      server.lie = () => ({ status, body: '{"message":"so \\u001b[31msays the server"}' });
      const refused = clientOf(server).missing([small]);
      await expect(refused).rejects.toMatchObject({ code, data: { status, retryable, step: 'batch' } });
      await expect(refused).rejects.toThrow(/so {2}\[31msays the server"$/);
    });

    test.each([
      [404, 'ASSET_MISSING', 'download'],
      [410, 'ASSET_MISSING', 'download'],
      [403, 'ACCESS_DENIED', 'download'],
      [422, 'ASSET_CORRUPT', 'upload'],
      [413, 'ASSET_REFUSED', 'upload'],
    ] as const)('a transfer refused with %i is %s', async (status, code, wanted) => {
      const server = await startLfsServer();
      if (wanted === 'download') keep(server, large);
      server.lie = ({ step }) => (step === wanted ? { status } : undefined);
      const client = clientOf(server);
      const refused = wanted === 'download' ? client.get(large) : client.put(large);
      await expect(refused).rejects.toMatchObject({
        code,
        data: { status, oid: large.oid, retryable: false },
      });
    });

    test.each([404, 409, 410, 422])(
      'an object refused with %i within a batch concerns that one only',
      async (code) => {
        const server = await startLfsServer();
        server.lie = ({ step }) =>
          step === 'batch'
            ? {
                rewrite: (answer) => {
                  answer.objects[0] = { oid: small.oid, error: { code, message: 'not this one' } };
                  return answer;
                },
              }
            : undefined;
        const client = clientOf(server);
        expect(await client.missing([small, large])).toHaveLength(2);
        await expect(client.put(small)).rejects.toThrow(/not this one/);
        await client.prepare?.([small, large], 'put');
        await client.put({ ...large, open: large.open });
        expect(server.has(large.oid)).toBe(true);
      },
    );

    test('Retry-After is passed on, in seconds and as a date', async () => {
      const server = await startLfsServer();
      server.lie = () => ({ status: 429, headers: { 'retry-after': '7' } });
      await expect(clientOf(server).missing([small])).rejects.toMatchObject({ data: { retryAfterMs: 7000 } });
      server.lie = () => ({
        status: 503,
        headers: { 'retry-after': new Date(Date.now() - 1000).toUTCString() },
      });
      await expect(clientOf(server).missing([small])).rejects.toMatchObject({ data: { retryAfterMs: 0 } });
    });

    test.each([
      ['a page of HTML', () => '<html>'],
      ['JSON of another kind', () => ({ hello: 1 })],
      ['a transfer that nobody asked for', (answer: object) => ({ ...answer, transfer: 'tus' })],
      ['an address that is no URL', () => answerWith('/relative')],
      ['an address of another protocol', () => answerWith('file:///etc/passwd')],
      ['headers that break HTTP', () => answerWith('http://127.0.0.1:1/', { 'x\r\ny': 'z' })],
      ['no word about the asset', (answer: object) => ({ ...answer, objects: [] })],
    ])('%s for an answer is REMOTE_PROTOCOL, never "the store has it"', async (_, rewrite) => {
      const server = await startLfsServer();
      server.lie = () => ({ rewrite });
      await expect(clientOf(server).put(small)).rejects.toMatchObject({
        code: 'REMOTE_PROTOCOL',
        data: { retryable: false },
      });
    });
  });

  const answerWith = (href: string, header?: Record<string, string>) => ({
    objects: [{ oid: small.oid, size: 1000, actions: { upload: { href, ...(header && { header }) } } }],
  });

  describe('connections', () => {
    test('a server that is not there is "Backend connection failed", retryable', async () => {
      const server = await startLfsServer();
      await server.close();
      const refused = clientOf(server).missing([small]);
      await expect(refused).rejects.toMatchObject({
        code: 'BACKEND_CONNECTION_FAILED',
        data: { retryable: true },
      });
      await expect(refused).rejects.toThrow(/^Backend connection failed/);
    });

    test('a download that breaks off says so', async () => {
      const server = await startLfsServer();
      keep(server, large);
      server.lie = ({ step }) => (step === 'download' ? { after: 100_000, and: 'reset' } : undefined);
      const { bytes } = await clientOf(server).get(large);
      await expect(gather(bytes)).rejects.toMatchObject({ code: 'BACKEND_CONNECTION_FAILED' });
    });

    test('an upload that breaks off says so', async () => {
      const server = await startLfsServer();
      server.lie = ({ step }) => (step === 'upload' ? { after: 100_000, and: 'reset' } : undefined);
      await expect(clientOf(server).put(large)).rejects.toMatchObject({ code: 'BACKEND_CONNECTION_FAILED' });
    });

    test('silence ends with "Sync timeout", while a slow reader or a slow source is no silence', async () => {
      const server = await startLfsServer();
      keep(server, large);
      const client = clientOf(server, 800);
      server.lie = ({ step }) => (step === 'download' ? { after: 100_000, and: 'hang' } : undefined);
      const { bytes } = await client.get(large);
      await expect(gather(bytes)).rejects.toMatchObject({ code: 'SYNC_TIMEOUT', data: { retryable: true } });

      server.lie = () => undefined;
      const slow = async function* () {
        for await (const chunk of testAsset('slow', 2_000_000).open()) {
          if (chunk.length < 64 << 10) await new Promise((done) => setTimeout(done, 1000));
          yield chunk;
        }
      };
      await client.put({ ...testAsset('slow', 2_000_000), open: slow });
    });

    test('a silent upload ends with "Sync timeout" too', async () => {
      const server = await startLfsServer();
      server.lie = ({ step }) => (step === 'upload' ? { after: 1000, and: 'hang' } : undefined);
      await expect(clientOf(server, 150).put(large)).rejects.toMatchObject({ code: 'SYNC_TIMEOUT' });
    });

    test('an abort in the middle of a transfer ends it with ABORTED', async () => {
      const server = await startLfsServer();
      keep(server, large);
      server.lie = ({ step }) => (step === 'download' ? { after: 100_000, and: 'hang' } : undefined);
      const controller = new AbortController();
      const { bytes } = await clientOf(server).get(large, 0, { signal: controller.signal });
      const reading = gather(bytes);
      controller.abort();
      await expect(reading).rejects.toMatchObject({ code: 'ABORTED' });
    });

    test('an answer that never ends is not read for ever', async () => {
      const endless = new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(1 << 20)),
      });
      const client = lfsClient({ url: 'http://lfs.test/info/lfs', fetch: async () => new Response(endless) });
      await expect(client.missing([small])).rejects.toThrow(/endless/);
    });
  });
});
