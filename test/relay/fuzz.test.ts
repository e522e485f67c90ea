/** Nonsense of every kind, from a seed: no 5xx, no crash, nothing left open, nothing changed. */

import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { routes } from '../../src/relay/app.ts';
import { verify } from '../../src/relay/index.ts';
import { LFS_MEDIA_TYPE } from '../../src/shared/wire/lfs.ts';
import { relayRoutes } from '../../src/shared/wire/relay.ts';
import { randomFrom } from '../support/gitRepository.ts';
import { until } from '../support/processes.ts';
import { cloneWith, type GitClone, startTestRelay, type TestRelay } from '../support/relay.ts';

const ROUNDS = 200 * Number(process.env.MODSYNC_SOAK ?? 1);

let relay: TestRelay;
let project: string;
let clone: GitClone;
let refs: string;

beforeAll(async () => {
  const limits = { requestsPerMinute: 1e9, guessesPerMinute: 1e9, feedHelloMs: 500 };
  relay = await startTestRelay({ limits });
  const made = await relay.createProject('Fuzzed');
  project = made.projectId;
  clone = await cloneWith(made.gitUrl, relay.ownerToken);
  await clone.git('commit', '-q', '--allow-empty', '-m', 'Only');
  await clone.git('push', '-q', 'origin', 'HEAD:main');
  refs = await clone.git('ls-remote', 'origin');
});

/** It is up, holds nothing open, and has what it had. */
afterEach(async () => {
  const metric = async (name: string) => {
    const text = await (
      await relay.request(relayRoutes.metrics, { headers: { connection: 'close' } })
    ).text();
    expect(text).not.toMatch(/status="5\d\d"/);
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
  };
  await until('nothing left open', async () => {
    const open = [await metric('modsync_feed_followers'), await metric('modsync_git_processes')];
    // fetch keeps some of its own
    return open.every((count) => count === 0) && (await metric('modsync_connections')) < 10;
  });
  expect(await clone.git('ls-remote', 'origin')).toBe(refs);
  expect((await verify(relay.dataDir)).problems).toEqual([]);
});

type Random = () => number;
const below = (random: Random, bound: number) => Math.floor(random() * bound);
const pick = <T>(random: Random, from: readonly T[]): T => from[below(random, from.length)] as T; // never empty

/** Sends bytes as they are, ends, and gives all that came back. */
async function exchange(...parts: (string | Uint8Array)[]): Promise<string> {
  const socket = connect(Number(new URL(relay.url).port), '127.0.0.1');
  const answer = collect(socket);
  for (const part of parts) socket.write(part);
  socket.end();
  return answer;
}

async function collect(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  // a reset is an answer too
  socket.on('error', () => {});
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1');
}

const statusesOf = (answer: string) =>
  [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));

function expectNoFailure(answer: string, what: string): void {
  const failures = statusesOf(answer).filter((status) => status >= 500);
  if (failures.length > 0) throw new Error(`${failures} for ${JSON.stringify(what.slice(0, 2000))}`);
  expect(answer).not.toMatch(/node:internal|at .*\.[tj]s:\d+/);
}

/** Flips, cuts, doubles and inserts, now and then. */
function mutate(random: Random, bytes: Uint8Array): Buffer {
  let out = Buffer.from(bytes);
  for (let i = below(random, 4); i >= 0; i--) {
    const at = below(random, out.length + 1);
    const what = below(random, 5);
    if (what === 0)
      out = Buffer.concat([out.subarray(0, at), Buffer.from([below(random, 256)]), out.subarray(at)]);
    else if (what === 1) out = out.subarray(0, at);
    else if (what === 2) out = Buffer.concat([out.subarray(0, at), out.subarray(below(random, at + 1))]);
    else if (what === 3 && at < out.length) out[at] = below(random, 256);
    else
      out = Buffer.concat([out.subarray(0, at), out.subarray(Math.min(out.length, at + below(random, 9)))]);
  }
  return out;
}

const PIECES = [
  '..',
  '.',
  '',
  '%2e%2e',
  '%2f',
  '%5c',
  '%00',
  '%ff',
  '%',
  '%zz',
  'config',
  'HEAD',
  'objects',
  'é',
  '\\',
  ';',
  '?',
  '#',
  '//',
  'x'.repeat(3000),
  '__proto__',
  'constructor',
  ':project',
  '*',
  '(',
  '[',
  '\u202e',
];

function somePath(random: Random): string {
  const route = pick(random, routes).path.replace(
    ':project',
    pick(random, [project, 'absent-project', pick(random, PIECES)]),
  );
  const words = route
    .split('/')
    .map((word) => (word.startsWith(':') || random() < 0.15 ? pick(random, PIECES) : word));
  if (random() < 0.2) words.splice(below(random, words.length), 0, pick(random, PIECES));
  const query =
    random() < 0.4
      ? `?${pick(random, ['service', 'cursor', 'limit', 'path', '__proto__[x]', 'a[b]'])}=${pick(random, PIECES)}`
      : '';
  return `${words.join('/') || '/'}${query}`.replace(/ /g, '%20');
}

test('paths, methods and headers', async () => {
  const random = randomFrom(1);
  const methods = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'PROPFIND', 'FOO', 'get'];
  const values = [
    `Bearer ${relay.ownerToken}`,
    `Basic ${Buffer.from(`a:${relay.ownerToken}`).toString('base64')}`,
    'Basic !!!',
    'Bearer',
    'Bearer msc_a.b',
    'Bearer msc_',
    'gzip',
    '-1',
    '99999999999999999999',
    'chunked',
    'bytes=-',
    'bytes=99999999999999999999-',
    '"',
    '1e3',
    'application/json; charset=x',
    'application/json',
    LFS_MEDIA_TYPE,
    'application/x-git-upload-pack-request',
    'version=2',
    'x'.repeat(5000),
    '\u00e9\u00ff',
    '0',
    '5',
    '',
  ];
  const names = [
    'Authorization',
    'Content-Length',
    'Content-Type',
    'Content-Encoding',
    'Transfer-Encoding',
    'Range',
    'If-Range',
    'If-None-Match',
    'Last-Event-ID',
    'X-Forwarded-For',
    'Expect',
    'Git-Protocol',
    'Host',
    'Connection',
    'Upgrade',
    'Modsync-Origin',
    'Accept-Encoding',
    'Cookie',
  ];
  for (let i = 0; i < ROUNDS; i++) {
    const headers = Array.from(
      { length: below(random, 5) },
      () => `${pick(random, names)}: ${pick(random, values)}\r\n`,
    ).join('');
    const token = random() < 0.7 ? `Authorization: Bearer ${relay.ownerToken}\r\n` : '';
    const request = `${pick(random, methods)} ${somePath(random)} HTTP/1.1\r\nHost: relay\r\n${token}${headers}Connection: close\r\n\r\n`;
    const sent = random() < 0.2 ? mutate(random, Buffer.from(request)) : Buffer.from(request);
    expectNoFailure(await exchange(sent, random() < 0.3 ? '{"a":1}' : ''), sent.toString('latin1'));
  }
});

test('JSON bodies', async () => {
  const random = randomFrom(2);
  const oid = createHash('sha256').update('x').digest('hex');
  const bodies: readonly (readonly [string, object])[] = [
    [relayRoutes.projects, { projectId: 'some-project', name: 'N', defaultBranch: 'main' }],
    [relayRoutes.acceptInvite, { code: 'abcdefghij', name: 'N' }],
    [
      relayRoutes.changes(project),
      { changeId: 'c', projectId: project, kind: 'lock', author: 'a', timestamp: '2026-01-01T00:00:00Z' },
    ],
    [
      relayRoutes.lfsBatch(project),
      { operation: 'download', transfers: ['basic'], ref: { name: 'r' }, objects: [{ oid, size: 1 }] },
    ],
    [relayRoutes.lfsLocks(project), { path: 'a.esp', ref: null }],
    [`${relayRoutes.lfsLocks(project)}/verify`, { cursor: '1', limit: 5 }],
    [`${relayRoutes.lfsLocks(project)}/x/unlock`, { force: true }],
    [relayRoutes.verifyAsset(project, oid), { oid, size: 1 }],
  ];
  const hostile = [
    null,
    true,
    0,
    -1,
    1e308,
    1.5,
    '',
    '\u0000',
    '\ud800',
    'x'.repeat(100_000),
    [],
    {},
    [[[[]]]],
    { __proto__: { a: 1 } },
    '../../x',
    Array(2000).fill('x'),
  ];
  /** Something else in one place. */
  const changed = (value: unknown): unknown => {
    if (random() < 0.3 || typeof value !== 'object' || value === null) return pick(random, hostile);
    if (Array.isArray(value)) return [...value, changed(value[0])];
    const key = pick(random, [...Object.keys(value), '__proto__', 'constructor', 'extra']);
    return { ...value, [key]: changed((value as Record<string, unknown>)[key]) };
  };
  for (let i = 0; i < ROUNDS; i++) {
    const [path, good] = pick(random, bodies);
    const text = JSON.stringify(random() < 0.9 ? changed(good) : good);
    const body = random() < 0.3 ? mutate(random, Buffer.from(text)) : Buffer.from(text);
    const type = path.includes('/lfs/') ? LFS_MEDIA_TYPE : 'application/json';
    const answer = await relay.request(path, {
      method: 'POST',
      token: relay.ownerToken,
      body: new Uint8Array(body),
      headers: { 'content-type': type },
    });
    if (answer.status >= 500)
      throw new Error(`${answer.status} from ${path} for ${body.toString('latin1').slice(0, 2000)}`);
    await answer.arrayBuffer();
  }
  expect(({} as { a?: unknown }).a).toBeUndefined();
});

test('WebSocket handshakes and frames', async () => {
  const random = randomFrom(3);
  const mask = randomBytes(4);
  const frame = (first: number, payload: Buffer, masked = true) => {
    const length =
      payload.length < 126
        ? Buffer.from([payload.length | (masked ? 128 : 0)])
        : Buffer.from([126 | (masked ? 128 : 0), payload.length >> 8, payload.length & 255]);
    return Buffer.concat([
      Buffer.from([first]),
      length,
      masked ? mask : Buffer.alloc(0),
      payload.map((byte, at) => byte ^ (masked ? (mask[at % 4] as number) : 0)),
    ]);
  };
  const hellos = [
    { type: 'hello', token: relay.ownerToken },
    { type: 'hello', token: relay.ownerToken, cursor: 0 },
    { type: 'hello', token: relay.ownerToken, cursor: -1 },
    { type: 'hello', token: relay.ownerToken, cursor: 1e300 },
    { type: 'hello', token: {} },
    { type: 'bye' },
    [],
    null,
  ];
  for (let i = 0; i < ROUNDS / 3; i++) {
    const path =
      random() < 0.7 ? relayRoutes.feed(pick(random, [project, 'absent', '%00', '..'])) : somePath(random);
    const handshake = `GET ${path} HTTP/1.1\r\nHost: relay\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`;
    const frames = Array.from({ length: 1 + below(random, 4) }, () => {
      const payload =
        random() < 0.7 ? Buffer.from(JSON.stringify(pick(random, hellos))) : randomBytes(below(random, 400));
      const made = frame(random() < 0.6 ? 0x81 : below(random, 256), payload, random() < 0.9);
      return random() < 0.3 ? mutate(random, made) : made;
    });
    const sent = random() < 0.2 ? mutate(random, Buffer.from(handshake)) : Buffer.from(handshake);
    expectNoFailure(await exchange(sent, ...frames), sent.toString('latin1'));
  }
});

test('pkt-lines, packs and what wraps them', async () => {
  const random = randomFrom(4);
  const pkt = (line: string) => (line.length + 4).toString(16).padStart(4, '0') + line;
  const head = (await clone.git('rev-parse', 'HEAD')).trim();
  const zero = '0'.repeat(40);
  const good: readonly (readonly [string, string, string])[] = [
    [
      'upload-pack',
      'version=2',
      `${pkt('command=ls-refs\n')}0001${pkt('peel\n')}${pkt('ref-prefix refs/heads/\n')}0000`,
    ],
    ['upload-pack', 'version=2', `${pkt('command=fetch')}0001${pkt(`want ${head}\n`)}${pkt('done\n')}0000`],
    ['upload-pack', '', `${pkt(`want ${head} ofs-delta\n`)}0000${pkt('done\n')}`],
    [
      'receive-pack',
      '',
      `${pkt(`${zero} ${'1'.repeat(40)} refs/heads/x\0report-status atomic`)}0000PACK\0\0\0\x02\0\0\0\x01`,
    ],
    [
      'receive-pack',
      '',
      `${pkt(`${head} ${'2'.repeat(40)} refs/heads/main\0report-status`)}0000PACK\0\0\0\x02\0\0\0\0`,
    ],
  ];
  for (let i = 0; i < ROUNDS / 3; i++) {
    const [service, protocol, text] = pick(random, good);
    const body = mutate(random, Buffer.from(text, 'latin1'));
    const answer = await relay.request(`/${project}.git/git-${service}`, {
      method: 'POST',
      token: relay.ownerToken,
      body: new Uint8Array(body),
      headers: {
        'content-type': `application/x-git-${service}-request`,
        'git-protocol': protocol,
        ...(random() < 0.1 ? { 'content-encoding': 'gzip' } : {}),
      },
    });
    if (answer.status >= 500)
      throw new Error(`${answer.status} for ${JSON.stringify(body.toString('latin1'))}`);
    await answer.arrayBuffer().catch(() => undefined);
  }
});
