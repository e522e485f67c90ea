/** A team that works through the contract alone: all that it answers and tells has the shape that it says. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, type Channel, contract, events } from '../../src/shared/contract/index.ts';
import type { CDNUrl, CollaborationSession, SyncConflict } from '../../src/shared/types.ts';
import { temporaryFolder } from '../support/host.ts';
import { until } from '../support/processes.ts';
import { type Person, startTeam } from '../support/team.ts';
import { type Caller, callByElectron, callBySocket, callInProcess, isForWindows } from './callers.ts';

let alice: Person;
let bob: Person;
let own: Caller;
let callers: readonly Caller[];

beforeAll(async () => {
  const { people } = await startTeam(['alice', 'bob'], { 'a.txt': 'one\ntwo\nthree\n', 'x.dds': 'texture' });
  [alice, bob] = people as [Person, Person];
  own = callInProcess(alice.engine);
  callers = [own, callByElectron(alice.engine), await callBySocket(alice.engine, alice.id, alice.folder)];
});

afterAll(async () => {
  for (const caller of callers) await caller.close();
});

/** The answer's data, after it has been found to be what the contract says. */
function checked(channel: Channel, answer: Answer<unknown>): unknown {
  if (!answer.success) throw new Error(`${channel}: ${answer.error.code}: ${answer.error.message}`);
  const plain: unknown = answer.data === undefined ? undefined : JSON.parse(JSON.stringify(answer.data));
  expect(contract[channel].output.safeParse(plain).error).toBeUndefined();
  return plain;
}

const ask = async (channel: Channel, ...args: readonly unknown[]) =>
  checked(channel, await own.call(channel, args));

test('a conflict is found, listed, detected and settled', async () => {
  bob.write('a.txt', 'one\nbob\nthree\n');
  await bob.sync();
  alice.write('a.txt', 'one\nalice\nthree\n');
  expect(await ask('sync-project', alice.id)).toMatchObject({ outcome: 'conflicts' });
  const { local, remote } = (await ask('get-project-states', alice.id)) as Record<string, unknown>;
  expect(await ask('detect-conflicts', local, remote)).toHaveLength(1);
  const [conflict] = (await ask('list-conflicts', alice.id)) as [SyncConflict];
  expect(conflict.hunks).toHaveLength(1);
  expect(await ask('get-status', alice.id)).toMatchObject({ conflicts: [{ path: 'a.txt' }] });
  expect(await ask('resolve-conflict', conflict, { hunks: { 1: 'both' } })).toMatchObject({
    outcome: 'synced',
    pushed: true,
  });
  expect(alice.read('a.txt')).toBe('one\nalice\nbob\nthree\n');
});

test('snapshots are named, listed, compared and brought back', async () => {
  expect(await ask('name-snapshot', alice.id, 'beta', 'for testers')).toMatchObject({ names: ['beta'] });
  alice.write('b.txt', 'new\n');
  expect(await ask('diff-project', alice.id)).toMatchObject([{ path: 'b.txt', kind: 'added' }]);
  await ask('sync-project', alice.id, 'push');
  expect((await ask('get-project-history', alice.id)) as unknown[]).not.toHaveLength(0);
  await ask('restore-snapshot', 'beta', { projectId: alice.id });
  expect(existsSync(join(alice.folder, 'b.txt'))).toBe(false);
  await ask('share-project', alice.id, ['Carol']);
});

test('an asset goes to the remote and comes to another person’s disk, once', async () => {
  const file = join(temporaryFolder('assets'), 'beacon.dds');
  const { writeFileSync } = await import('node:fs');
  writeFileSync(file, 'the bytes of a texture');
  const url = (await ask('upload-asset', file, alice.id)) as CDNUrl;
  expect(url).toMatchObject({ size: 22, projectId: alice.id, url: expect.stringContaining(url.oid) });
  expect(await ask('upload-asset', 'x.dds', alice.id)).toMatchObject({ size: 7 });
  // whoever may read the project can have it with a plain request
  const token = (await alice.engine.host.keys.get(new URL(url.url).origin)) ?? '';
  const served = await fetch(url.url, { headers: { authorization: `Bearer ${token}` } });
  expect(await served.text()).toBe('the bytes of a texture');
  expect((await fetch(url.url)).status).toBe(401);

  const to = join(temporaryFolder('assets'), 'sub', 'copy.dds');
  const bobs = callInProcess(bob.engine);
  expect(checked('download-asset', await bobs.call('download-asset', [url, to]))).toMatchObject({ path: to });
  expect(readFileSync(to, 'utf8')).toBe('the bytes of a texture');
  expect(await bobs.call('download-asset', [url, to])).toMatchObject({ error: { code: 'WOULD_OVERWRITE' } });
  const hook = join(bob.folder, '.git', 'hooks', 'post-checkout-x');
  expect(await bobs.call('download-asset', [url, hook])).toMatchObject({ error: { code: 'UNSAFE_PATH' } });
  expect(await bobs.call('download-asset', [{ ...url, oid: 'ab'.repeat(32) }, `${to}2`])).toMatchObject({
    success: false,
  });
  expect(existsSync(`${to}2`)).toBe(false);
  await bobs.close();
  expect((await ask('list-assets', alice.id)) as unknown[]).toMatchObject([{ path: 'x.dds' }]);
  await ask('get-parts', alice.id);
  await ask('get-disk-use', alice.id);
  await ask('fetch-assets', alice.id, ['*.dds']);
  await ask('drop-assets', alice.id);
  await ask('choose-parts', alice.id, { only: [], without: ['*.wav'] });
  await ask('choose-parts', alice.id, { only: [], without: [] });
});

test('locks are taken, listed and given back, and the session tells who has them', async () => {
  expect(await ask('lock-files', alice.id, ['a.txt'])).toMatchObject([{ path: 'a.txt' }]);
  expect(await ask('list-locks', alice.id)).toMatchObject([{ path: 'a.txt', mine: true }]);
  const session = await ask('get-collaboration-session', alice.id);
  expect(session).toMatchObject({
    participants: expect.arrayContaining([
      expect.objectContaining({ name: 'alice', isSelf: true, locked: ['a.txt'] }),
      expect.objectContaining({ name: 'bob', isSelf: false, lastSeen: expect.any(String) }),
    ]),
  });
  await ask('unlock-files', alice.id, ['a.txt']);
});

test('changes reach who has subscribed, on every way, until they end it', async () => {
  const subscribed = await Promise.all(
    callers.map(async (caller) => {
      const answer = await caller.call('subscribe-to-changes', [alice.id]);
      return (checked('subscribe-to-changes', answer) as { subscriptionId: string }).subscriptionId;
    }),
  );
  expect(new Set(subscribed).size).toBe(callers.length);
  await until('everyone heard the message', async () => {
    // before all are connected it may be too early for some
    await bob.engine.broadcastChange({ projectId: bob.id, kind: 'message', message: 'hello' });
    return callers.every(({ events: heard }) => JSON.stringify(heard).includes('"hello"'));
  });
  const isChange = events.change;
  const [inProcess, electron, socket] = callers as [Caller, Caller, Caller];
  const heard = [inProcess.events[0], (electron.events[0] as { event: unknown }).event, socket.events[0]];
  for (const [at, event] of heard.entries()) {
    const { name: _, ...rest } = event as { name?: string };
    expect(isChange.safeParse(rest).error).toBeUndefined();
    expect(rest).toMatchObject({ subscriptionId: subscribed[at], change: { author: 'bob' } });
  }
  for (const [at, caller] of callers.entries())
    checked('unsubscribe-from-changes', await caller.call('unsubscribe-from-changes', [subscribed[at]]));
  const counts = callers.map(({ events: all }) => all.length);
  const again = callInProcess(alice.engine);
  await again.call('subscribe-to-changes', [alice.id]);
  await until('a new subscriber hears the next one', async () => {
    await bob.engine.broadcastChange({ projectId: bob.id, kind: 'message', message: 'more' });
    return JSON.stringify(again.events).includes('"more"');
  });
  expect(callers.map(({ events: all }) => all.length)).toEqual(counts);
  await again.close();
});

test('a process that asks hears what auto-sync does', async () => {
  const socket = callers.find(({ way }) => way === 'socket') as Caller;
  checked('subscribe-to-activity', await socket.call('subscribe-to-activity', [alice.id]));
  checked('enable-auto-sync', await socket.call('enable-auto-sync', [alice.id]));
  alice.write('a.txt', 'saved\n');
  await until('the sync is told', () => JSON.stringify(socket.events).includes('"synced"'));
  for (const event of socket.events) {
    const { name, ...rest } = event as { name: string };
    if (name === 'activity') expect(events.activity.safeParse(rest).error).toBeUndefined();
  }
  checked('disable-auto-sync', await socket.call('disable-auto-sync', [alice.id]));
});

test('the session tells who is there, while auto-sync runs', async () => {
  const participants = async () =>
    ((await ask('get-collaboration-session', alice.id)) as CollaborationSession).participants;
  const isThere = async (name: string) =>
    (await participants()).some(
      (one) => one.isPresent && (name === 'alice' ? one.isSelf : one.name === name),
    );
  await ask('enable-auto-sync', alice.id);
  await until('alice is there', () => isThere('alice'));
  expect(await isThere('bob')).toBe(false);
  await bob.engine.enableAutoSync(bob.id);
  await until('bob is there', () => isThere('bob'));
  const bobsFiles = async () => (await participants()).find(({ name }) => name === 'bob')?.at;
  await bob.engine.setOpenFile(bob.id, 'Scripts/Main.psc');
  await until('alice sees what bob has open', async () => (await bobsFiles())?.[0] === 'Scripts/Main.psc');
  await bob.engine.setOpenFile(bob.id, undefined);
  await until('alice sees that he has closed it', async () => (await bobsFiles()) === undefined);
  await bob.engine.disableAutoSync(bob.id);
  await until('bob is gone', async () => !(await isThere('bob')));
  await ask('disable-auto-sync', alice.id);
  expect(await isThere('alice')).toBe(false);
});

test('windows have the fifteen channels, and none of the others', async () => {
  const electron = callers.find(({ way }) => way === 'electron') as Caller;
  expect(isForWindows('list-conflicts')).toBe(false);
  const refused = await electron.call('list-conflicts', [alice.id]);
  expect(refused).toMatchObject({ success: false });
});
