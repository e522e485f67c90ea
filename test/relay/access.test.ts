/** Every route, asked by everyone. The table of routes is the relay's own: one that is not judged here fails. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { createApp, routes } from '../../src/relay/app.ts';
import type { RelayContext } from '../../src/relay/context.ts';
import { relayRoutes } from '../../src/shared/wire/relay.ts';
import { startTestRelay, type TestRelay } from '../support/relay.ts';

let relay: TestRelay;
let project: string;
/** Token by person. */
const people: Record<string, string | undefined> = {};

const bytes = Buffer.from('asset');
const oid = createHash('sha256').update(bytes).digest('hex');

beforeAll(async () => {
  relay = await startTestRelay({ limits: { guessesPerMinute: 10_000 } });
  project = (await relay.createProject('Guarded')).projectId;
  people.owner = relay.ownerToken;
  people.editor = await relay.join(project, 'Editor');
  // A member of another project of the same relay: to this one a stranger with a valid token.
  people.stranger = await relay.join((await relay.createProject('Elsewhere')).projectId, 'Stranger');
  people.forged = `${relay.ownerToken.slice(0, -2)}zz`;
  people.nobody = undefined;
});

const PEOPLE = ['owner', 'editor', 'stranger', 'forged', 'nobody'] as const;

/** What each gets of a route, beyond the guard: with an empty body, most are then told what is wrong with it. */
const EXPECTED: Record<
  string,
  readonly [owner: number, editor: number, stranger: number, forged: number, nobody: number]
> = {
  'get /healthz': [200, 200, 200, 200, 200],
  'get /readyz': [200, 200, 200, 200, 200],
  // to whoever asks from this machine, and to nobody else (limits.test.ts)
  'get /metrics': [200, 200, 200, 200, 200],
  'get /api/whoami': [200, 200, 200, 403, 401],
  'get /api/projects': [200, 200, 200, 403, 401],
  'post /api/projects': [400, 403, 403, 403, 401],
  'get /api/projects/:project': [200, 200, 404, 403, 401],
  'get /api/projects/:project/members': [200, 200, 404, 403, 401],
  'post /api/projects/:project/invites': [201, 403, 404, 403, 401],
  'post /api/invites/accept': [400, 400, 400, 403, 400],
  'put /api/projects/:project/github': [400, 403, 404, 403, 401],
  'get /api/projects/:project/github': [404, 404, 404, 403, 401],
  'delete /api/projects/:project/github': [404, 403, 404, 403, 401],
  // to whoever signs with a repository's secret, and to nobody else (hooks.test.ts)
  'post /hooks/github': [403, 403, 403, 403, 403],
  'get /join/:code': [404, 404, 404, 404, 404],
  'get /api/projects/:project/events': [200, 200, 404, 403, 401],
  'post /api/projects/:project/changes': [400, 400, 404, 403, 401],
  'get /:project.git/info/refs': [403, 403, 404, 403, 401],
  'post /:project.git/git-upload-pack': [415, 415, 404, 403, 401],
  'post /:project.git/git-receive-pack': [415, 415, 404, 403, 401],
  'post /:project.git/info/lfs/objects/batch': [422, 422, 404, 403, 401],
  'post /:project.git/info/lfs/objects/bundle/upload': [415, 415, 404, 403, 401],
  'post /:project.git/info/lfs/objects/bundle/download': [422, 422, 404, 403, 401],
  'post /:project.git/info/lfs/locks': [422, 422, 404, 403, 401],
  'get /:project.git/info/lfs/locks': [200, 200, 404, 403, 401],
  'post /:project.git/info/lfs/locks/verify': [200, 200, 404, 403, 401],
  'post /:project.git/info/lfs/locks/:id/unlock': [404, 404, 404, 403, 401],
  'get /api/projects/:project/releases': [200, 200, 404, 403, 401],
  'post /api/projects/:project/releases': [400, 400, 404, 403, 401],
  'put /api/projects/:project/releases/:tag/files/:oid': [404, 404, 404, 403, 401],
  'post /api/projects/:project/releases/:tag/draft': [400, 400, 404, 403, 401],
  'post /api/projects/:project/audience': [400, 403, 404, 403, 401],
  'put /api/projects/:project/formids/:lease': [400, 400, 404, 403, 401],
  'get /api/projects/:project/formids': [400, 400, 404, 403, 401],
  'delete /api/projects/:project/formids/:lease': [404, 404, 404, 403, 401],
  // to everyone, once the owner says so (releases.test.ts)
  'get /releases/:project': [200, 200, 404, 403, 401],
  'get /releases/:project/:tag': [404, 404, 404, 403, 401],
  'get /releases/:project/:tag/:oid/:name': [404, 404, 404, 403, 401],
  'get /assets/:project/:oid': [404, 404, 404, 403, 401],
  'put /assets/:project/:oid': [422, 422, 404, 403, 401],
  'post /assets/:project/:oid/verify': [422, 422, 404, 403, 401],
};

const key = (route: { method: string; path: string }) => `${route.method} ${route.path}`;

async function statuses(method: string, path: string): Promise<number[]> {
  const answers = [];
  for (const person of PEOPLE) {
    const abort = new AbortController();
    const token = people[person];
    const answer = await fetch(`${relay.url}${path}`, {
      method: method.toUpperCase(),
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(method === 'get' ? {} : { 'content-type': 'application/json' }),
      },
      ...(method === 'get' ? {} : { body: '{}' }),
      signal: abort.signal,
    });
    answers.push(answer.status);
    if (answer.status === 401) expect(answer.headers.get('www-authenticate')).toBe('Basic realm="modsync"');
    abort.abort();
  }
  return answers;
}

test('every route of the relay is judged here', () => {
  expect(routes.map(key).sort()).toEqual(Object.keys(EXPECTED).sort());
});

test('the router has no route beside the table', () => {
  // Only the log is asked for before a request comes.
  const app = createApp({ log: pino({ level: 'silent' }) } as RelayContext);
  const mounted = app.router.stack.flatMap(({ route }) =>
    (route?.stack ?? []).map(({ method }) => `${method} ${route?.path}`),
  );
  expect(mounted.sort()).toEqual(routes.map(key).sort());
});

function placeOf(route: string, id: string): readonly [method: string, path: string] {
  const [method = '', pattern = ''] = route.split(' ');
  const path = pattern
    .replace(':project', id)
    .replace(':oid', oid)
    .replace(':code', 'x')
    .replace(':tag', 'v1.0.0')
    .replace(':name', 'x')
    .replace(':id', 'x');
  return [method, path];
}

test.each(Object.entries(EXPECTED))('%s', async (route, expected) => {
  expect(await statuses(...placeOf(route, project))).toEqual(expected);
});

/** Where the owner made a project's releases public: who is no member is answered as members are. */
const PUBLIC: typeof EXPECTED = {
  'get /releases/:project': [200, 200, 200, 403, 200],
  'get /releases/:project/:tag': [404, 404, 404, 403, 404],
  'get /releases/:project/:tag/:oid/:name': [404, 404, 404, 403, 404],
};

test.each(Object.entries(EXPECTED).filter(([route]) => route.includes(':project')))(
  '%s, of a project whose releases are public',
  async (route, expected) => {
    const shown = (await relay.createProject('Shown')).projectId;
    const token = relay.ownerToken;
    const invited = await relay.request(relayRoutes.invites(shown), { method: 'POST', token });
    const { code } = ((await invited.json()) as { data: { code: string } }).data;
    await relay.request(relayRoutes.acceptInvite, {
      method: 'POST',
      token: people.editor,
      json: { code, name: 'Editor' },
    });
    const json = { audience: 'public' };
    await relay.request(relayRoutes.releaseAudience(shown), { method: 'POST', token, json });
    expect(await statuses(...placeOf(route, shown))).toEqual(PUBLIC[route] ?? expected);
  },
);

/** What one person gets of a route, in a project of that id: all that an answer says. */
async function whole(route: string, id: string, person: (typeof PEOPLE)[number]) {
  const [method = '', pattern = ''] = route.split(' ');
  const path = pattern
    .replace(':project', id)
    .replace(':oid', oid)
    .replace(':tag', 'v1.0.0')
    .replace(':name', 'x')
    .replace(':id', 'x');
  const token = people[person];
  const answer = await fetch(`${relay.url}${path}`, {
    method: method.toUpperCase(),
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(method === 'get' ? {} : { body: '{}' }),
  });
  const headers = [...answer.headers].filter(([name]) => !/^(date|x-request-id)$/.test(name));
  return [answer.status, headers, (await answer.text()).replace(/"request_id":"[^"]*"/, '')];
}

test.each(Object.keys(EXPECTED).filter((route) => route.includes(':project')))(
  'to strangers of every kind, %s of this project and of none look the same',
  async (route) => {
    for (const person of ['stranger', 'forged', 'nobody'] as const)
      expect(await whole(route, project, person)).toEqual(
        await whole(route, 'x'.repeat(project.length), person),
      );
  },
);

test('the feed, too, says the same to strangers of every kind, whether the project is there or not', async () => {
  const follow = async (id: string, token: string) => {
    const socket = new WebSocket(`${relay.url.replace('http', 'ws')}${relayRoutes.feed(id)}`);
    const said: string[] = [];
    socket.on('message', (data) => said.push(String(data)));
    socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', token })));
    const [code, reason] = await once(socket, 'close');
    return [said, code, String(reason)];
  };
  for (const person of ['stranger', 'forged'] as const) {
    const told = await follow(project, people[person] ?? '');
    expect(told[1]).toBe(4403);
    expect(told).toEqual(await follow('x'.repeat(project.length), people[person] ?? ''));
  }
});

test('what is not a route is not found, and says nothing of the inside', async () => {
  for (const path of [
    '/',
    '/api',
    '/relay.sqlite',
    '/assets/../relay.sqlite',
    '/%00',
    '/api/projects/%ff',
    `/${project}`,
  ]) {
    const answer = await relay.request(path, { token: people.owner });
    expect([400, 404]).toContain(answer.status);
    expect(await answer.text()).not.toMatch(/node:|\/src\/|stack|Error:/);
  }
});

test('someone else’s project id is taken, without a word about the project', async () => {
  const { projectId } = await relay.createProject('Mine');
  const again = await relay.request(relayRoutes.projects, {
    method: 'POST',
    token: relay.ownerToken,
    json: { projectId, name: 'Renamed' },
  });
  expect(again.status).toBe(200);
  expect(await again.json()).toMatchObject({ success: true, data: { name: 'Mine', role: 'owner' } });
});

test('every fault of a body is told, not the first', async () => {
  const answer = await relay.request(relayRoutes.projects, {
    method: 'POST',
    token: relay.ownerToken,
    json: { projectId: 'NOT AN ID', name: '' },
  });
  expect(answer.status).toBe(400);
  const { error } = (await answer.json()) as { error: { code: string; message: string } };
  expect(error.code).toBe('INVALID_INPUT');
  expect(error.message).toMatch(/projectId: .*name: /);
});
