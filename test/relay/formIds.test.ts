/** Leases of object ids at a relay: who may, what it refuses, and what is left of them after a restart or a restore. */
import { join } from 'node:path';
import { backUp, restore, verify } from '../../src/relay/index.ts';
import { rangesWithout } from '../../src/shared/idRanges.ts';
import { relayRoutes } from '../../src/shared/wire/relay.ts';
import { randomFrom } from '../support/gitRepository.ts';
import { temporaryFolder } from '../support/host.ts';
import { startTestRelay, type TestRelay } from '../support/relay.ts';

const FREE = [{ from: 0x800, to: 0xffffff }];
const WISH = { plugin: 'My.esp', count: 16, free: FREE };
const ID = 'a'.repeat(16);

let relay: TestRelay;
let project: string;
let editor: string;
beforeAll(async () => {
  relay = await startTestRelay({ limits: { formIdLeases: 50 } });
});
beforeEach(async () => {
  project = (await relay.createProject('Leased')).projectId;
  editor = await relay.join(project, 'Editor');
});

const ask = (json: unknown, id = ID, token = editor, at = relay) =>
  at.request(relayRoutes.formIdLease(project, id), { method: 'PUT', token, json });
const list = async (plugin = 'My.esp', at = relay): Promise<Record<string, unknown>[]> => {
  const path = `${relayRoutes.formIds(project)}?plugin=${encodeURIComponent(plugin)}`;
  const answer = await at.request(path, { token: editor });
  return ((await answer.json()) as { data: Record<string, unknown>[] }).data;
};

test('what is no wish for a lease is refused with every fault, and nothing is given out', async () => {
  const range = (from: unknown, to: unknown) => ({ ...WISH, free: [{ from, to }] });
  const hostile: unknown[] = [
    {},
    null,
    [],
    { ...WISH, plugin: '../My.esp' },
    { ...WISH, plugin: 'a\\b.esp' },
    { ...WISH, plugin: 'My.txt' },
    { ...WISH, plugin: `${'x'.repeat(300)}.esp` },
    { ...WISH, plugin: 'My\u202e.esp' },
    { ...WISH, plugin: 'My\n.esp' },
    { ...WISH, plugin: 7 },
    ...[0, -1, 1.5, 1e9, '16', null].map((count) => ({ ...WISH, count })),
    { ...WISH, free: [] },
    { ...WISH, free: 'all' },
    range(0, 0x900),
    range(0x900, 0x800),
    range(0x800, 0x1000000),
    range(-5, 5),
    range(1.5, 5),
    range('0x800', 5),
    { ...WISH, free: [{ from: 0x900, to: 0x9ff }, ...FREE] },
    { ...WISH, free: [...FREE, ...FREE] },
    {
      ...WISH,
      free: Array.from({ length: 1001 }, (_, at) => ({ from: 0x800 + 2 * at, to: 0x800 + 2 * at })),
    },
  ];
  for (const json of hostile) {
    const answer = await ask(json);
    expect([JSON.stringify(json).slice(0, 80), answer.status]).toEqual([
      JSON.stringify(json).slice(0, 80),
      400,
    ]);
    expect(await answer.json()).toMatchObject({ success: false, error: { code: 'INVALID_INPUT' } });
  }
  for (const id of ['x', 'A'.repeat(16), 'a'.repeat(33), "a' OR 1=1 --", '%00', 'é'.repeat(16)])
    expect((await ask(WISH, encodeURIComponent(id))).status).toBe(400);
  for (const plugin of ['', 'x', '../a.esp'])
    expect(
      (await relay.request(`${relayRoutes.formIds(project)}?plugin=${plugin}`, { token: editor })).status,
    ).toBe(400);
  expect(await list()).toEqual([]);
});

test('a lease is made once, and the project has a bound on how many', async () => {
  expect((await ask(WISH)).status).toBe(201);
  expect((await ask(WISH)).status).toBe(200);
  expect((await ask(WISH, ID, relay.ownerToken)).status).toBe(409);
  const statuses = [];
  for (let at = 1; at < 52; at++) statuses.push((await ask(WISH, String(at).padStart(8, '0'))).status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(49);
  expect(statuses.slice(-2)).toEqual([409, 409]);
  // what was given stays askable, and giving one back makes room
  expect((await ask(WISH)).status).toBe(200);
  await relay.request(relayRoutes.formIdLease(project, ID), { method: 'DELETE', token: editor });
  expect((await ask(WISH)).status).toBe(201);
});

test('leases are there after a restart, and after a restore', async () => {
  const own = await startTestRelay();
  const { projectId } = await own.createProject('Kept');
  const token = own.ownerToken;
  const path = relayRoutes.formIdLease(projectId, ID);
  const given = await (await own.request(path, { method: 'PUT', token, json: WISH })).json();
  const target = temporaryFolder('backup');
  await backUp(own.dataDir, target);
  const dataDir = join(temporaryFolder('restored'), 'data');
  await restore(target, dataDir);
  expect((await verify(dataDir)).problems).toEqual([]);
  for (const options of [{}, { dataDir }]) {
    const again = await own.restart(options);
    const answer = await again.request(path, { method: 'PUT', token, json: WISH });
    expect([answer.status, await answer.json()]).toEqual([200, given]);
    await again.relay.close();
  }
});

test('what is left of ranges is what is in none of the others', () => {
  const random = randomFrom(7);
  const below = (bound: number) => Math.floor(random() * bound);
  for (let round = 0; round < 500; round++) {
    let at = 0;
    const ranges = Array.from({ length: below(5) }, () => {
      const from = at + 1 + below(6);
      at = from + below(12);
      return { from, to: at };
    });
    const taken = Array.from({ length: below(6) }, () => {
      const from = below(60);
      return { from, to: from + below(10) };
    });
    const has = (all: readonly { from: number; to: number }[], id: number) =>
      all.some(({ from, to }) => from <= id && id <= to);
    const left = rangesWithout(ranges, taken);
    for (let id = 0; id < 80; id++)
      expect([id, has(left, id)]).toEqual([id, has(ranges, id) && !has(taken, id)]);
    // as few as possible, in order
    for (const [n, { from, to }] of left.entries())
      expect(from <= to && from > (left[n - 1]?.to ?? -1)).toBe(true);
  }
});
