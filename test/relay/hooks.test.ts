/** What GitHub delivers, and what others would like to pass off as that. */
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { ProjectId } from '../../src/shared/ids.ts';
import type { ProjectChange } from '../../src/shared/types.ts';
import { type MadeFollow, relayRoutes } from '../../src/shared/wire/relay.ts';
import { randomFrom } from '../support/gitRepository.ts';
import { startTestRelay, type TestRelay } from '../support/relay.ts';
import { sampled } from '../support/soak.ts';

const repository = { server: 'https://api.github.com', name: 'octo/mod', id: 4711 };
const NOTHING = '0'.repeat(40);
const commit = (letter: string) => letter.repeat(40);

const sign = (body: string | Uint8Array, secret: string) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

const push = (more: object = {}) =>
  JSON.stringify({
    ref: 'refs/heads/main',
    before: commit('a'),
    after: commit('b'),
    repository: { id: repository.id, full_name: repository.name },
    sender: { login: 'octocat' },
    commits: [{ added: ['Secret Quest.psc'] }],
    ...more,
  });

interface Sent {
  readonly event?: string | undefined;
  readonly id?: string;
  readonly secret?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly project?: string;
}

async function followed(options: Parameters<typeof startTestRelay>[0] = {}) {
  const relay = await startTestRelay(options);
  const { projectId } = await relay.createProject('Followed');
  return { relay, projectId, made: await follow(relay, projectId) };
}

async function follow(relay: TestRelay, projectId: ProjectId): Promise<MadeFollow> {
  const answer = await relay.request(relayRoutes.follow(projectId), {
    method: 'PUT',
    token: relay.ownerToken,
    json: { repository },
  });
  return ((await answer.json()) as { data: MadeFollow }).data;
}

type Followed = Awaited<ReturnType<typeof followed>>;

const deliver = (
  { relay, projectId, made }: Followed,
  body: string | Uint8Array<ArrayBuffer>,
  sent: Sent = {},
) =>
  relay.request(`${relayRoutes.githubHook}?project=${sent.project ?? projectId}`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': sent.event ?? 'push',
      'x-github-delivery': sent.id ?? randomUUID(),
      'x-hub-signature-256': sign(body, sent.secret ?? made.secret),
      ...sent.headers,
    },
  });

/** All hints so far, as one is told who has missed them all. */
async function hints({ relay, projectId, made }: Followed, token = made.key): Promise<ProjectChange[]> {
  const socket = new WebSocket(`${relay.url.replace('http', 'ws')}${relayRoutes.feed(projectId)}`);
  const changes: ProjectChange[] = [];
  socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', token, cursor: 0 })));
  await new Promise<void>((resolve, reject) => {
    socket.on('message', (data) => {
      const said = JSON.parse(String(data));
      if (said.type === 'change') changes.push(said.change);
      if (said.type === 'ready') resolve();
      if (said.type === 'error') reject(new Error(said.message));
    });
  });
  socket.close();
  await once(socket, 'close');
  return changes;
}

test('a push at GitHub is a hint for whoever has the project’s key, with nothing of what was pushed', async () => {
  const it = await followed();
  expect(it.made.hookUrl).toBe(`${it.relay.url}/hooks/github?project=${it.projectId}`);
  const answer = await deliver(it, push(), { id: 'delivery-1' });
  expect([answer.status, await answer.json()]).toEqual([200, { success: true, data: { did: 'hint' } }]);
  const told = await hints(it);
  expect(told).toEqual([
    {
      changeId: 'github-delivery-1',
      projectId: it.projectId,
      kind: 'push',
      author: 'octocat',
      timestamp: expect.any(String),
      ref: 'refs/heads/main',
      commitId: commit('b'),
      previousCommitId: commit('a'),
    },
  ]);
  const info = await it.relay.request(relayRoutes.follow(it.projectId), { token: it.relay.ownerToken });
  expect(await info.json()).toMatchObject({ data: { repository, lastDelivery: { event: 'push' } } });
});

test('each event says what it can, and what nobody need know is only noted', async () => {
  const it = await followed();
  const about = { repository: { id: repository.id }, sender: { login: 'octocat' } };
  const said: [event: string, payload: object, did: string][] = [
    ['ping', { zen: 'Keep it simple.', ...about }, 'noted'],
    ['push', { ...JSON.parse(push()), ref: 'refs/heads/old', after: NOTHING }, 'hint'],
    ['push', { ...JSON.parse(push()), ref: 'refs/tags/v1.0.0' }, 'hint'],
    ['push', { ...JSON.parse(push()), ref: 'refs/notes/commits' }, 'noted'],
    ['create', { ref: 'beta', ref_type: 'tag', ...about }, 'hint'],
    ['delete', { ref: 'idea', ref_type: 'branch', ...about }, 'hint'],
    ['release', { action: 'created', release: { tag_name: 'v1.0.0' }, ...about }, 'noted'],
    ['release', { action: 'published', release: { tag_name: 'v1.0.0' }, ...about }, 'hint'],
    ['member', { action: 'added', member: { login: 'ben' }, ...about }, 'hint'],
    ['star', { action: 'created', ...about }, 'noted'],
    // the name of the event is not signed
    ['constructor', { kind: 'push', ref: 'refs/heads/made-up', ...about }, 'noted'],
    ['__proto__', { kind: 'push', ...about }, 'noted'],
    // signed by an organisation's webhook, and about another of its repositories
    ['push', { ...JSON.parse(push()), repository: { id: 1 } }, 'noted'],
  ];
  for (const [event, payload, did] of said)
    expect([
      event,
      ((await (await deliver(it, JSON.stringify(payload), { event })).json()) as { data: unknown }).data,
    ]).toEqual([event, { did }]);
  const told = (await hints(it)).map(({ kind, ref, commitId, message }) => [kind, ref, commitId, message]);
  expect(told).toEqual([
    ['push', 'refs/heads/old', undefined, undefined],
    ['tag', 'refs/tags/v1.0.0', undefined, undefined],
    ['tag', 'refs/tags/beta', undefined, undefined],
    ['push', 'refs/heads/idea', undefined, undefined],
    ['tag', 'refs/tags/v1.0.0', undefined, undefined],
    ['people', undefined, undefined, 'added ben'],
  ]);
});

test('wrong and missing signatures, projects that are not there or follow nothing: one answer, and no hint', async () => {
  const it = await followed();
  const idle = (await it.relay.createProject('Idle')).projectId;
  const { headers } = { headers: (signature: string) => ({ 'x-hub-signature-256': signature }) };
  const right = sign(push(), it.made.secret);
  const answers = [
    await deliver(it, push(), { secret: 'guess' }),
    await deliver(it, `${push()} `, { headers: headers(right) }),
    await deliver(it, push(), { headers: headers('') }),
    await deliver(it, push(), { headers: headers(right.slice(0, -2)) }),
    await deliver(it, push(), { headers: headers(right.replace('sha256=', 'sha1=')) }),
    await deliver(it, push(), { headers: headers(right.toUpperCase()) }),
    await deliver(it, push(), { project: idle }),
    await deliver(it, push(), { project: 'no-such-project' }),
    await deliver(it, push(), { project: '../relay.sqlite' }),
    await deliver(it, push(), { project: '' }),
    // what would be malformed, signed by nobody
    await deliver(it, '{', { secret: 'guess', event: 'no such event' }),
  ];
  const whole = async (answer: Response) => [
    answer.status,
    [...answer.headers].filter(([name]) => !/^(date|x-request-id)$/.test(name)),
    await answer.text(),
  ];
  const [first, ...others] = await Promise.all(answers.map(whole));
  expect(first?.[0]).toBe(403);
  for (const other of others) expect(other).toEqual(first);
  expect(await hints(it)).toEqual([]);
});

test('wrong signatures do not lock out an address: GitHub’s is everybody’s', async () => {
  const it = await followed({ limits: { guessesPerMinute: 2 } });
  for (let i = 0; i < 5; i++) expect((await deliver(it, push(), { secret: 'guess' })).status).toBe(403);
  expect((await deliver(it, push())).status).toBe(200);
});

test('a delivery that comes again is dropped: under its id, under another one, and after a restart', async () => {
  const it = await followed();
  const did = async (where: Followed, id: string) =>
    ((await (await deliver(where, push(), { id })).json()) as { data: { did: string } }).data.did;
  expect(await did(it, 'one')).toBe('hint');
  expect(await did(it, 'one')).toBe('known');
  // the id is not signed: whoever caught a delivery can write another
  expect(await did(it, 'two')).toBe('known');
  const again = { ...it, relay: await it.relay.restart() };
  expect(await did(again, 'one')).toBe('known');
  expect(await hints(again)).toHaveLength(1);
});

test('what was delivered long ago is forgotten, and comes as a hint again', async () => {
  const it = await followed({ limits: { deliveryDays: 1e-9 } });
  await deliver(it, push(), { id: 'one' });
  // the first may fall into the delivery's own millisecond
  for (let run = 0; run < 2; run++) await it.relay.relay.runUpkeep();
  expect(await (await deliver(it, push({ sender: { login: 'other' } }), { id: 'one' })).json()).toMatchObject(
    {
      data: { did: 'hint' },
    },
  );
});

test('of the same delivery many times at once, one is a hint', async () => {
  const it = await followed();
  const answers = await Promise.all(Array.from({ length: 8 }, () => deliver(it, push(), { id: 'one' })));
  const did = await Promise.all(
    answers.map(async (answer) => ((await answer.json()) as { data: { did: string } }).data.did),
  );
  expect(did.sort()).toEqual(['hint', ...Array(7).fill('known')]);
});

test('bodies that are too large, packed or malformed are refused, and nothing is stored', async () => {
  const it = await followed({ limits: { webhook: 1000 } });
  expect((await deliver(it, push({ padding: 'x'.repeat(1000) }))).status).toBe(413);
  expect((await deliver(it, push(), { headers: { 'content-encoding': 'gzip' } })).status).toBe(415);
  const malformed: (string | Uint8Array<ArrayBuffer>)[] = [
    '',
    '{',
    'null',
    '[]',
    '{}',
    'payload=%7B%7D',
    push({ after: 'not a commit' }),
    push({ ref: 5 }),
    push({ repository: { id: 'x' } }),
    new Uint8Array([0xff, 0xfe, 0x00]),
  ];
  for (const body of malformed) expect([body, (await deliver(it, body)).status]).toEqual([body, 400]);
  expect((await deliver(it, push(), { event: 'no such event' })).status).toBe(400);
  expect((await deliver(it, push(), { id: 'x'.repeat(101) })).status).toBe(400);
  expect(await hints(it)).toEqual([]);
  expect((await deliver(it, push())).status).toBe(200);
});

test.each(Array.from({ length: sampled(2, 3) }, (_, at) => 70 + at))(
  'whatever bytes come, signed or not, seed %i: the relay answers, and goes on',
  async (seed) => {
    const random = randomFrom(seed);
    const it = await followed();
    for (let at = 0; at < 60; at++) {
      const text = push();
      const cut = Math.floor(random() * text.length);
      const bytes = Uint8Array.from(
        Buffer.from(text.slice(0, cut) + String.fromCharCode(random() * 300) + text.slice(cut + 1)),
      );
      const status = (await deliver(it, bytes, random() < 0.3 ? { secret: 'guess' } : {})).status;
      expect([200, 400, 403]).toContain(status);
    }
    expect((await deliver(it, push({ last: true }))).status).toBe(200);
  },
);

test('pushes that arrive in the wrong order are hints all the same: none takes another back', async () => {
  const it = await followed();
  const steps = ['a', 'b', 'c', 'd'].map(commit);
  const bodies = steps.slice(1).map((after, at) => push({ before: steps[at], after }));
  for (const body of bodies.reverse()) expect((await deliver(it, body)).status).toBe(200);
  expect((await hints(it)).map(({ commitId }) => commitId)).toEqual([commit('d'), commit('c'), commit('b')]);
});

test('the secret is nowhere on the relay’s disk, and the key only as a hash', async () => {
  const it = await followed();
  await deliver(it, push());
  await it.relay.relay.close();
  const stored = readFileSync(join(it.relay.dataDir, 'relay.sqlite'), 'latin1');
  expect(stored).toContain(repository.name);
  expect(stored).not.toContain(it.made.secret);
  expect(stored).not.toContain(it.made.key);
});

describe('a project’s key', () => {
  test('follows its own feed, and opens nothing else', async () => {
    const it = await followed();
    const other = await it.relay.createProject('Other');
    const { key } = it.made;
    expect(await hints(it)).toEqual([]);
    await expect(hints({ ...it, projectId: other.projectId })).rejects.toThrow(/Nothing is here/);
    await expect(hints({ ...it, projectId: 'no-such-project' as ProjectId })).rejects.toThrow(
      /Nothing is here/,
    );
    for (const path of [
      relayRoutes.whoAmI,
      relayRoutes.project(it.projectId),
      relayRoutes.follow(it.projectId),
      relayRoutes.events(it.projectId),
    ])
      expect((await it.relay.request(path, { token: key })).status).toBe(403);
  });

  test('is void when the project is followed anew, or no longer; so is the secret', async () => {
    const it = await followed();
    const anew = { ...it, made: await follow(it.relay, it.projectId) };
    await expect(hints(it)).rejects.toThrow(/not known here/);
    expect((await deliver(it, push())).status).toBe(403);
    expect(await hints(anew)).toEqual([]);
    expect((await deliver(anew, push())).status).toBe(200);
    const end = () =>
      it.relay.request(relayRoutes.follow(it.projectId), { method: 'DELETE', token: it.relay.ownerToken });
    expect([(await end()).status, (await end()).status]).toEqual([200, 404]);
    await expect(hints(anew)).rejects.toThrow(/not known here/);
    expect((await deliver(anew, push())).status).toBe(403);
  });

  test('shows who is there under the name they say', async () => {
    const it = await followed();
    const socket = new WebSocket(`${it.relay.url.replace('http', 'ws')}${relayRoutes.feed(it.projectId)}`);
    socket.on('open', () =>
      socket.send(
        JSON.stringify({ type: 'hello', token: it.made.key, presence: { device: 'd1', name: 'Ann' } }),
      ),
    );
    const people = await new Promise((resolve) => {
      socket.on('message', (data) => {
        const said = JSON.parse(String(data));
        if (said.type === 'presence') resolve(said.people);
      });
    });
    expect(people).toMatchObject([{ name: 'Ann', devices: ['d1'] }]);
    socket.close();
    await once(socket, 'close');
  });
});
