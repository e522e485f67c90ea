/** Bounds for each address and each project, and who counts as which address. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { addressList, Callers } from '../../src/relay/http/callers.ts';
import { BUNDLE_MEDIA_TYPE, bundleHead } from '../../src/shared/wire/assetBundle.ts';
import { LFS_MEDIA_TYPE } from '../../src/shared/wire/lfs.ts';
import { relayRoutes } from '../../src/shared/wire/relay.ts';
import { type TestAsset, testAsset } from '../support/assets.ts';
import { cloneWith, startTestRelay, type TestRelay } from '../support/relay.ts';

const whoAmI = async (relay: TestRelay, token?: string, headers: Record<string, string> = {}) =>
  (await relay.request(relayRoutes.whoAmI, { token, headers })).status;

describe('one address', () => {
  test('that asks too much is told when to come back, before anything else is looked at', async () => {
    const relay = await startTestRelay({ limits: { requestsPerMinute: 3 } });
    const seen = [];
    for (let i = 0; i < 6; i++) seen.push(await whoAmI(relay, relay.ownerToken));
    expect(seen.slice(0, 3)).toEqual([200, 200, 200]);
    expect(seen).toContain(429);
    const answer = await relay.request('/no/such/route');
    expect([answer.status, Number(answer.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect(await answer.json()).toMatchObject({ success: false, error: { code: 'RATE_LIMITED' } });
  });

  test('that guesses tokens is held up; who was known before goes on, even beside it', async () => {
    const relay = await startTestRelay({ limits: { guessesPerMinute: 5 } });
    const { projectId } = await relay.createProject('Guessed');
    const late = await relay.join(projectId, 'Not seen yet');
    const seen = [];
    for (let i = 0; i < 8; i++) seen.push(await whoAmI(relay, `ms_${i}`));
    expect(seen).toEqual([403, 403, 403, 403, 403, 429, 429, 429]);
    // held up like a guess: a right answer must not stand out
    expect(await whoAmI(relay, late)).toBe(429);
    expect(await whoAmI(relay, relay.ownerToken)).toBe(200);
    expect((await relay.request(relayRoutes.health)).status).toBe(200);
  });

  test('that guesses invites, or tokens on the feed, is held up too', async () => {
    const relay = await startTestRelay({ limits: { guessesPerMinute: 3 } });
    const accept = async (code: string) =>
      (await relay.request(relayRoutes.acceptInvite, { method: 'POST', json: { code, name: 'X' } })).status;
    expect(await accept('guess-number-1')).toBe(404);
    expect((await relay.request(relayRoutes.join('guess-number-2'))).status).toBe(404);
    const feed = async () => {
      const socket = new WebSocket(`${relay.url.replace('http', 'ws')}${relayRoutes.feed('any-project')}`);
      await once(socket, 'open');
      socket.send(JSON.stringify({ type: 'hello', token: 'ms_guess' }));
      return (await once(socket, 'close'))[0];
    };
    expect(await feed()).toBe(4403);
    expect(await feed()).toBe(1013);
    expect(await accept('guess-number-3')).toBe(429);
  });

  test('has so many connections and no more; one that ends makes room', async () => {
    const relay = await startTestRelay({ limits: { connectionsPerAddress: 3 } });
    const port = Number(new URL(relay.url).port);
    const open = await Promise.all(
      [1, 2, 3].map(async () => {
        const socket = connect(port, '127.0.0.1');
        // the answer says that the relay has seen it
        socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
        await once(socket, 'data');
        return socket;
      }),
    );
    const refused = connect(port, '127.0.0.1').on('error', () => {});
    await once(refused, 'close');
    const [first] = open;
    first?.end();
    await once(first!, 'close');
    expect(await whoAmI(relay, relay.ownerToken)).toBe(200);
    for (const socket of open) socket.destroy();
  });

  test('behind a trusted proxy is the one that the proxy names; anybody else’s word counts for nothing', async () => {
    const from = (address: string) => ({ 'x-forwarded-for': address });
    for (const [trustedProxies, second] of [
      [['loopback'], 200],
      [[], 429],
    ] as const) {
      const relay = await startTestRelay({ limits: { requestsPerMinute: 2 }, trustedProxies });
      for (let i = 0; i < 3; i++) await whoAmI(relay, relay.ownerToken, from('198.51.100.1'));
      expect(await whoAmI(relay, relay.ownerToken, from('198.51.100.1'))).toBe(429);
      expect(await whoAmI(relay, relay.ownerToken, from('198.51.100.2'))).toBe(second);
    }
  });
});

describe('who calls', () => {
  // As much of a request as is looked at.
  const request = (remoteAddress: string, headers: Record<string, string> = {}) =>
    ({ headers: { host: 'own:7460', ...headers }, socket: { remoteAddress } }) as never;

  test.each([
    ['198.51.100.7', {}, '198.51.100.7'],
    ['::ffff:198.51.100.7', {}, '198.51.100.7'],
    ['2001:db8:1:2:3:4:5:6', {}, '2001:db8:1:2::/64'],
    ['2001:db8::1', {}, '2001:db8:0:0::/64'],
    ['198.51.100.7', { 'x-forwarded-for': '1.1.1.1' }, '198.51.100.7'],
    ['10.1.2.3', { 'x-forwarded-for': '1.1.1.1' }, '1.1.1.1'],
    ['10.1.2.3', { 'x-forwarded-for': '6.6.6.6, 1.1.1.1, 10.9.9.9' }, '1.1.1.1'],
    ['10.1.2.3', { 'x-forwarded-for': 'nonsense' }, '10.1.2.3'],
    ['10.1.2.3', {}, '10.1.2.3'],
  ])('from %s with %j it is %s', (remote, headers, address) =>
    expect(new Callers(['10.0.0.0/8']).of(request(remote, headers)).address).toBe(address),
  );

  test('links lead where the trusted proxy was asked, and only then', () => {
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'mods.example.org' };
    const callers = new Callers(['10.0.0.1']);
    expect(callers.of(request('10.0.0.1', headers))).toMatchObject({
      scheme: 'https',
      host: 'mods.example.org',
    });
    expect(callers.of(request('10.0.0.2', headers))).toMatchObject({ scheme: 'http', host: 'own:7460' });
  });

  test.each(['proxy', '10.0.0.0/33', '10.0.0.0/x', '', '::1/129'])('"%s" is no network', (entry) =>
    expect(() => addressList([entry])).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG' })),
  );

  test('metrics are for this machine, unless told otherwise, and name nobody', async () => {
    const relay = await startTestRelay({ trustedProxies: ['loopback'] });
    const { projectId } = await relay.createProject('Counted');
    await whoAmI(relay, relay.ownerToken);
    const get = (headers: Record<string, string> = {}) => relay.request(relayRoutes.metrics, { headers });
    const text = await (await get()).text();
    expect(text).toMatch(/^modsync_requests_total\{method="GET",route="\/api\/whoami",status="200"\} 1$/m);
    expect(text).toMatch(/^modsync_projects 1$/m);
    expect(text).toMatch(/^modsync_request_seconds_bucket\{route="\/api\/whoami",le="\+Inf"\} 1$/m);
    expect(text).not.toContain(projectId);
    for (const line of text.trim().split('\n'))
      expect(line).toMatch(/^# (HELP|TYPE) \w+ |^\w+(\{[^}]*\})? [\d.e+-]+$/);
    expect((await get({ 'x-forwarded-for': '198.51.100.7' })).status).toBe(404);
    const open = await startTestRelay({ trustedProxies: ['loopback'], metricsFor: ['198.51.100.0/24'] });
    expect(
      (await open.request(relayRoutes.metrics, { headers: { 'x-forwarded-for': '198.51.100.7' } })).status,
    ).toBe(200);
    expect((await open.request(relayRoutes.metrics)).status).toBe(404);
  });
});

describe('one project', () => {
  test('keeps no more than its quota: uploads and pushes over it are refused, reads go on, what is freed is room', async () => {
    const relay = await startTestRelay({ limits: { projectBytes: 200_000 } });
    const { projectId, gitUrl } = await relay.createProject('Quota');
    const put = async (bytes: Buffer<ArrayBuffer>) => {
      const oid = createHash('sha256').update(bytes).digest('hex');
      const answer = await relay.request(relayRoutes.asset(projectId, oid), {
        method: 'PUT',
        token: relay.ownerToken,
        body: bytes,
      });
      return {
        status: answer.status,
        path: relayRoutes.asset(projectId, oid),
        type: answer.headers.get('content-type'),
      };
    };
    const clone = await cloneWith(gitUrl, relay.ownerToken);
    await clone.write('small.txt', 'x');
    await clone.git('add', '-A');
    await clone.git('commit', '-qm', 'Small');
    await clone.git('push', '-q', 'origin', 'HEAD:main');
    const first = await put(randomBytes(100_000));
    expect(first.status).toBe(200);
    // two at once that fit one by one and not together
    const both = await Promise.all([put(randomBytes(60_000)), put(randomBytes(60_000))]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 507]);
    expect(both.find(({ status }) => status === 507)?.type).toContain(LFS_MEDIA_TYPE);
    await clone.write('large.bin', randomBytes(100_000));
    await clone.git('add', '-A');
    await clone.git('commit', '-qm', 'Large');
    expect((await clone.tryGit('push', 'origin', 'HEAD:main')).error).toMatch(/507/);
    expect((await relay.request(first.path, { token: relay.ownerToken })).status).toBe(200);
    await clone.git('fetch', '-q');
    // another project has a quota of its own
    const other = await relay.createProject('Other quota');
    const oid = createHash('sha256').update('x'.repeat(150_000)).digest('hex');
    const elsewhere = await relay.request(relayRoutes.asset(other.projectId, oid), {
      method: 'PUT',
      token: relay.ownerToken,
      body: 'x'.repeat(150_000),
    });
    expect(elsewhere.status).toBe(200);
  });

  test('keeps no more than its quota of what comes without a declared length', async () => {
    const relay = await startTestRelay({ limits: { projectBytes: 200_000 } });
    const { projectId } = await relay.createProject('Undeclared');
    /** @param pieces sent one by one, chunked */
    const send = async (path: string, method: string, type: string, pieces: readonly Uint8Array[]) => {
      const answer = await fetch(new URL(path, relay.url), {
        method,
        headers: { authorization: `Bearer ${relay.ownerToken}`, 'content-type': type },
        body: new ReadableStream({
          start(controller) {
            for (const piece of pieces) controller.enqueue(piece);
            controller.close();
          },
        }),
        duplex: 'half',
      } as RequestInit); // `duplex` is missing in lib.dom
      return answer.status;
    };
    const assets = Array.from({ length: 10 }, (_, at) => testAsset(`undeclared ${at}`, 30_000));
    const bundle = (some: readonly TestAsset[]) =>
      send(
        relayRoutes.sendBundle(projectId),
        'POST',
        BUNDLE_MEDIA_TYPE,
        some.flatMap((asset) => [bundleHead(asset), asset.bytes]),
      );
    expect(await bundle(assets.slice(0, 2))).toBe(200);
    // what fits of the others is kept
    expect(await bundle(assets.slice(2))).toBe(507);
    const kept = [];
    for (const { oid, size } of assets) {
      const answer = await relay.request(relayRoutes.asset(projectId, oid), { token: relay.ownerToken });
      if (answer.status === 200) kept.push(size);
      await answer.arrayBuffer();
    }
    expect(kept.length).toBeGreaterThanOrEqual(2);
    expect(kept.reduce((sum, size) => sum + size, 0)).toBeLessThan(200_000);
    const large = testAsset('undeclared', 400_000);
    const alone = relayRoutes.asset(projectId, large.oid);
    const pieces = [large.bytes.subarray(0, 300_000), large.bytes.subarray(300_000)];
    expect(await send(alone, 'PUT', 'application/octet-stream', pieces)).toBe(507);
  });

  test('keeps to its quota also where a push does not say how long it is', async () => {
    const relay = await startTestRelay({ limits: { projectBytes: 3_000_000 } });
    const { gitUrl } = await relay.createProject('Chunked');
    const clone = await cloneWith(gitUrl, relay.ownerToken);
    await clone.write('large.bin', randomBytes(10_000_000));
    await clone.git('add', '-A');
    await clone.git('commit', '-qm', 'Large');
    const push = () => clone.tryGit('-c', 'http.postBuffer=65536', 'push', '-q', 'origin', 'HEAD:main');
    expect((await push()).code).not.toBe(0);
    expect(await clone.git('ls-remote', 'origin')).toBe('');
    const wide = await relay.restart({ limits: {} });
    const there = (await clone.git('remote', 'get-url', 'origin')).replace(
      /:\d+\//,
      `:${new URL(wide.url).port}/`,
    );
    await clone.git('remote', 'set-url', 'origin', there);
    expect((await push()).code).toBe(0);
  });

  test('has so many messages and locks in a minute, whoever makes them; another has its own', async () => {
    const relay = await startTestRelay({ limits: { changesPerMinute: 3 } });
    const [one, other] = [await relay.createProject('Loud'), await relay.createProject('Quiet')];
    const lock = async (projectId: string, path: string) =>
      (
        await relay.request(relayRoutes.lfsLocks(projectId), {
          method: 'POST',
          token: relay.ownerToken,
          json: { path },
        })
      ).status;
    const seen = [];
    for (let i = 0; i < 4; i++) seen.push(await lock(one.projectId, `${i}.esp`));
    expect(seen).toEqual([201, 201, 201, 429]);
    expect(await lock(other.projectId, '0.esp')).toBe(201);
  });

  test('has so many followers and no more', async () => {
    const relay = await startTestRelay({ limits: { followersPerProject: 2 } });
    const { projectId } = await relay.createProject('Followed');
    const follow = async () => {
      const abort = new AbortController();
      const answer = await relay.request(relayRoutes.events(projectId), { token: relay.ownerToken });
      return { status: answer.status, end: () => abort.abort(), answer };
    };
    const followers = [await follow(), await follow(), await follow()];
    expect(followers.map(({ status }) => status)).toEqual([200, 200, 429]);
    for (const { answer } of followers) await answer.body?.cancel();
  });
});

test('one person who keeps git waiting does not keep the others from it', async () => {
  const relay = await startTestRelay({ limits: { gitAtOnce: 8 } });
  const { projectId, gitUrl } = await relay.createProject('Dripping');
  const dripper = await relay.join(projectId, 'Dripper');
  const path = `${relayRoutes.git(projectId)}/git-upload-pack`;
  const sockets = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const socket = connect(Number(new URL(relay.url).port), '127.0.0.1').on('error', () => {});
      await once(socket, 'connect');
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${dripper}\r\nContent-Length: 1000\r\n` +
          'Content-Type: application/x-git-upload-pack-request\r\n\r\n0011',
      );
      return socket;
    }),
  );
  const processes = async () => {
    const text = await (await relay.request(relayRoutes.metrics)).text();
    return Number(/^modsync_git_processes (\d+)$/m.exec(text)?.[1]);
  };
  while ((await processes()) < 2) await new Promise((resolve) => setImmediate(resolve));
  const clone = await cloneWith(gitUrl, relay.ownerToken);
  await clone.git('commit', '-q', '--allow-empty', '-m', 'Through');
  await clone.git('push', '-q', 'origin', 'HEAD:main');
  expect(await processes()).toBeGreaterThanOrEqual(2);
  for (const socket of sockets) socket.destroy();
  while ((await processes()) > 0) await new Promise((resolve) => setImmediate(resolve));
});

test('a relay whose disk is nearly full is not ready, takes nothing in, and still answers', async () => {
  const relay = await startTestRelay({ limits: { freeBytes: Number.MAX_SAFE_INTEGER } });
  const { projectId } = await relay.createProject('Nearly full');
  expect((await relay.request(relayRoutes.ready)).status).toBe(503);
  expect((await relay.request(relayRoutes.health)).status).toBe(200);
  const put = await relay.request(relayRoutes.asset(projectId, 'a'.repeat(64)), {
    method: 'PUT',
    token: relay.ownerToken,
    body: 'x',
  });
  expect(put.status).toBe(507);
  expect((await relay.request(relayRoutes.project(projectId), { token: relay.ownerToken })).status).toBe(200);
});
