/** One process works on a project; the others on this machine ask it. */
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Host, LocalConnection } from '../../src/platform/index.ts';
import { neighbourhoodOf, ownProject, PROTOCOL, reachOwner } from '../../src/rpc/index.ts';
import { callsThrough, type OwnerClient } from '../../src/rpc/reach.ts';
import type { SyncError } from '../../src/shared/errors.ts';
import { git } from '../support/gitRepository.ts';
import { temporaryFolder } from '../support/host.ts';
import { type LocalProject, startLocalProject } from '../support/localProject.ts';
import { mutated, soak } from '../support/mutate.ts';

const PROGRAM = 'modsync 9.9.9';
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function own(project: LocalProject, protocol = PROTOCOL) {
  const { engine, id } = project;
  const ownership = await ownProject(engine, { projectId: id, program: PROGRAM, protocol });
  if (ownership) closing.push(() => ownership.close());
  return ownership;
}

async function reach({ host, folder }: LocalProject): Promise<OwnerClient> {
  const reached = await reachOwner(neighbourhoodOf(host), folder);
  if (reached.owner !== 'reached') throw new Error(`Not reached: ${reached.owner}`);
  closing.push(() => reached.client.close());
  return reached.client;
}

const state = (project: LocalProject, name: string) => join(project.folder, '.git', 'modsync', name);
const ownerFile = (project: LocalProject) =>
  JSON.parse(readFileSync(state(project, 'owner.json'), 'utf8')) as { address: string; token: string };

test('another process has an engine’s methods, with the owner’s answers', async () => {
  const project = await startLocalProject();
  await own(project);
  const calls = callsThrough(await reach(project));
  project.write('a.txt', 'changed\n');
  const status = await calls.getSyncStatus(project.id);
  expect(status).toEqual(await project.engine.getSyncStatus(project.id));
  expect(status.changes).toEqual([{ path: 'a.txt', kind: 'modified' }]);
  const phases = new Set<string>();
  const result = await calls.syncProject(project.id, undefined, {
    message: 'By way of the owner',
    onProgress: ({ phase }) => phases.add(phase),
  });
  expect(result.outcome).toBe('synced');
  expect(phases.size).toBeGreaterThan(0);
  const [newest] = await calls.getProjectHistory(project.id, { limit: 1 });
  expect(newest?.message.trim()).toBe('By way of the owner');
});

test('what an engine refuses reaches the other process with its code and its words', async () => {
  const project = await startLocalProject();
  await own(project);
  const calls = callsThrough(await reach(project));
  const refused = await project.engine.restoreSnapshot('nothing', { projectId: project.id }).catch((e) => e);
  await expect(calls.restoreSnapshot('nothing', { projectId: project.id })).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: refused.message,
  });
});

test('a client that stops reading is cut off, before what waits for it fills the owner’s memory', async () => {
  const project = await startLocalProject();
  await own(project);
  writeFileSync(state(project, 'long message'), `Long\n\n${'words '.repeat(500_000)}`);
  git(project.folder, 'commit', '-q', '--allow-empty', '-F', state(project, 'long message'));
  const { address, token } = ownerFile(project);
  const socket = createConnection(address);
  closing.push(() => socket.destroy());
  let ended = false;
  socket
    .on('error', () => undefined)
    .on('close', () => {
      ended = true;
    });
  socket.write(`${JSON.stringify({ protocol: PROTOCOL, token })}\n`);
  await once(socket, 'data');
  socket.pause();
  // three megabytes each
  const client = callsThrough(await reach(project));
  let asked = 0;
  while (!socket.destroyed && asked < 60) {
    socket.write(
      `${JSON.stringify({ id: ++asked, call: 'get-project-history', args: [project.id, { limit: 1 }] })}\n`,
    );
    expect(await client.getProjectHistory(project.id, { limit: 1 })).toHaveLength(1);
  }
  socket.resume();
  await (ended || once(socket, 'close'));
  // what had left for it, and what waited
  expect(socket.bytesRead).toBeLessThan((64 << 20) + 8_000_000);
  expect(socket.bytesRead).toBeLessThan(asked * 3_000_000);
  expect((await client.getSyncStatus(project.id)).projectId).toBe(project.id);
});

test('there is one owner at a time; when it ends, the next takes its place', async () => {
  const project = await startLocalProject();
  const first = await own(project);
  expect(first).toBeDefined();
  expect(await own(project)).toBeUndefined();
  const client = await reach(project);
  await first?.close();
  await client.ended;
  expect(existsSync(state(project, 'owner.json'))).toBe(false);
  expect((await reachOwner(neighbourhoodOf(project.host), project.folder)).owner).toBe('none');
  expect(await own(project)).toBeDefined();
  await reach(project);
});

test('a call whose owner ends in the middle is made again without it', async () => {
  const project = await startLocalProject();
  const ownership = await own(project);
  const client = await reach(project);
  let alone = 0;
  const calls = callsThrough(client, async () => {
    alone++;
    return project.engine;
  });
  await ownership?.close();
  await client.ended;
  expect((await calls.getSyncStatus(project.id)).projectId).toBe(project.id);
  expect(alone).toBe(1);
  await expect(callsThrough(client).getSyncStatus(project.id)).rejects.toMatchObject({ code: 'OWNER_GONE' });
});

test('what a killed owner left is recognised, and replaced', async () => {
  const project = await startLocalProject();
  const address = state(project, 'owner.sock');
  // a socket file that nobody listens on, as after SIGKILL: node removes it only when it closes
  writeFileSync(
    state(project, 'owner.json'),
    JSON.stringify({ protocol: PROTOCOL, program: PROGRAM, projectId: project.id, address, token: 'x' }),
  );
  expect((await reachOwner(neighbourhoodOf(project.host), project.folder)).owner).toBe('none');
  expect(await own(project)).toBeDefined();
  expect(ownerFile(project).token).not.toBe('x');
  await reach(project);
});

test('something else at the address, that never greets or hangs up, is no owner', async () => {
  const project = await startLocalProject();
  const address = join(temporaryFolder('s'), 's');
  const server = createServer((socket) => socket.end('hello?\n'));
  await new Promise<void>((resolve) => server.listen(address, resolve));
  closing.push(() => server.close());
  writeFileSync(
    state(project, 'owner.json'),
    JSON.stringify({ protocol: PROTOCOL, program: PROGRAM, projectId: project.id, address, token: 'x' }),
  );
  expect((await reachOwner(neighbourhoodOf(project.host), project.folder)).owner).toBe('none');
});

test.each([
  '',
  'no JSON',
  '[]',
  '{"protocol":1}',
  '{"protocol":1,"address":"/","token":"t","projectId":"../x"}',
])('an owner file that holds %p is no owner, or another version’s', async (content) => {
  const project = await startLocalProject();
  writeFileSync(state(project, 'owner.json'), content);
  const { owner } = await reachOwner(neighbourhoodOf(project.host), project.folder);
  expect(['none', 'other-version']).toContain(owner);
  expect(await own(project)).toBeDefined();
  await reach(project);
});

test('an owner of another version is named, so that everyone can take turns', async () => {
  const project = await startLocalProject();
  await own(project, PROTOCOL + 1);
  expect(await reachOwner(neighbourhoodOf(project.host), project.folder)).toEqual({
    owner: 'other-version',
    program: PROGRAM,
  });
});

test('only this user can read the token, and nobody is let in without it', async () => {
  const project = await startLocalProject();
  await own(project);
  const { address, token } = ownerFile(project);
  if (process.platform !== 'win32') {
    expect(statSync(state(project, 'owner.json')).mode & 0o777).toBe(0o600);
    expect(statSync(address).mode & 0o777).toBe(0o600);
  }
  const hellos = [
    { protocol: PROTOCOL, token: token.replace(/^./, (first) => (first === '0' ? '1' : '0')) },
    { protocol: PROTOCOL },
    { protocol: PROTOCOL, token: [token] },
    { protocol: PROTOCOL + 1, token },
    { id: 1, call: 'get-status', args: [project.id] },
  ];
  for (const hello of hellos) {
    const { lines } = await speak(project.host, address, [
      hello,
      { id: 1, call: 'get-status', args: [project.id] },
    ]);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ success: false });
  }
});

test('lines that are no calls, too long or never end do not disturb the owner', async () => {
  const project = await startLocalProject();
  await own(project);
  const { address, token } = ownerFile(project);
  const hello = { protocol: PROTOCOL, token };
  const bad = ['no JSON', '[]', '{}', '{"id":"1"}', '{"id":1e400,"call":"get-status"}', 'x'.repeat(17 << 20)];
  for (const line of bad) await speak(project.host, address, [hello, line]);
  const calls = callsThrough(await reach(project));
  expect((await calls.getSyncStatus(project.id)).projectId).toBe(project.id);
});

test('a folder whose path is too long for a socket is owned all the same', async () => {
  const project = await startLocalProject({ 'a.txt': 'a' }, join(temporaryFolder('long'), 'x'.repeat(100)));
  await own(project);
  expect(Buffer.byteLength(ownerFile(project).address)).toBeLessThan(104);
  expect((await callsThrough(await reach(project)).getSyncStatus(project.id)).projectId).toBe(project.id);
});

test('whatever bytes arrive, the owner goes on', async () => {
  const project = await startLocalProject();
  await own(project);
  const { address, token } = ownerFile(project);
  const lines = [
    { protocol: PROTOCOL, token },
    { id: 1, call: 'get-status', args: [project.id] },
    { id: 2, call: 'subscribe-to-changes', args: [project.id, { paths: ['**'] }] },
    { id: 2, abort: true },
    { id: 3, call: 'diff-project', args: [project.id, 'HEAD', 'main'] },
  ];
  const hello = Buffer.from(`${JSON.stringify(lines[0])}\n`);
  const rest = Buffer.from(
    lines
      .slice(1)
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
  );
  const send = (bytes: Uint8Array) =>
    new Promise<void>((resolve) => {
      const socket = createConnection(address, () => socket.end(bytes));
      socket.on('error', () => undefined);
      socket.once('close', () => resolve());
      socket.resume();
    });
  await fc.assert(
    fc.asyncProperty(fc.boolean(), mutated([rest]), mutated([hello]), async (isIn, calls, greeting) => {
      await send(Buffer.concat([isIn ? hello : greeting, calls]));
    }),
    { seed: 20_261_122, numRuns: soak(150) },
  );
  const calls = callsThrough(await reach(project));
  expect((await calls.getSyncStatus(project.id)).projectId).toBe(project.id);
});

test('a client that asks for too much at once is told so, and the others are served', async () => {
  const project = await startLocalProject();
  await own(project);
  const greedy = await reach(project);
  const asked = Array.from({ length: 300 }, () =>
    greedy.call('get-status', [project.id]).then(
      () => 'answered',
      ({ code }: SyncError) => code,
    ),
  );
  const calls = callsThrough(await reach(project));
  expect((await calls.getSyncStatus(project.id)).projectId).toBe(project.id);
  const answers = new Set(await Promise.all(asked));
  expect([...answers].sort()).toEqual(['RATE_LIMITED', 'answered']);
  for (let at = 0; at < 100; at++) await greedy.call('subscribe-to-activity', [project.id]);
  await expect(greedy.call('subscribe-to-activity', [project.id])).rejects.toMatchObject({
    code: 'RATE_LIMITED',
  });
});

test('a call that is given up is stopped, and what a client leaves open ends with it', async () => {
  const project = await startLocalProject();
  await own(project);
  const client = await reach(project);
  const stop = new AbortController();
  const held = await project.host.disk.lockProcess(state(project, 'sync.lock'));
  const waiting = callsThrough(client).syncProject(project.id, undefined, { signal: stop.signal });
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
  const left = callsThrough(client).syncProject(project.id);
  client.close();
  await expect(left).rejects.toMatchObject({ code: 'OWNER_GONE' });
  await held?.release();
  expect((await project.engine.syncProject(project.id)).outcome).toBe('up-to-date');
});

/** Sends lines, and hears until the other side hangs up. */
async function speak(
  host: Host,
  address: string,
  messages: readonly unknown[],
): Promise<{ lines: string[] }> {
  const lines: string[] = [];
  let connection: LocalConnection | undefined;
  await new Promise<void>((resolve) => {
    void host.sockets
      ?.connect(address, { onLine: (line) => lines.push(line), onClose: () => resolve() })
      .then((made) => {
        connection = made;
        for (const message of messages)
          made?.send(typeof message === 'string' ? message : JSON.stringify(message));
      });
  });
  connection?.cut();
  return { lines };
}
