/** Who follows a project at the moment: told to those who are there, and to nobody else. */
import { relayApi } from '../../src/backends/relayApi.ts';
import { relayFeed } from '../../src/backends/relayFeed.ts';
import type { Present } from '../../src/ports/index.ts';
import { parseProjectId } from '../../src/shared/ids.ts';
import { relayRoutes } from '../../src/shared/wire/relay.ts';
import { until } from '../support/processes.ts';
import { startTestRelay, type TestRelay } from '../support/relay.ts';

let relay: TestRelay;
const open: { close(): void }[] = [];

beforeAll(async () => {
  relay = await startTestRelay();
});

afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

/** A device that follows, and the list that it was told last. */
function follow(projectId: string, token: string, device: string, asks = true) {
  const lists: (readonly Present[])[] = [];
  const api = relayApi({ origin: relay.url, token: async () => token });
  const feed = relayFeed({ api, projectId: parseProjectId(projectId), device, token: async () => token });
  let connected = false;
  const subscription = feed.subscribe({
    onEvent: () => undefined,
    onConnect: () => {
      connected = true;
    },
    onDisconnect: () => undefined,
    ...(asks && { onPresence: (people: readonly Present[]) => void lists.push(people) }),
  });
  open.push(subscription);
  return {
    lists,
    isConnected: () => connected,
    /** Waits until exactly these devices are there, by the name of their person. */
    sees: (wanted: Readonly<Record<string, readonly string[]>>) =>
      until(`${device} sees ${JSON.stringify(wanted)}`, () => {
        const now = (lists.at(-1) ?? []).map(({ name, devices }) => [name, [...devices].sort()]);
        return JSON.stringify(now.sort()) === JSON.stringify(Object.entries(wanted).sort());
      }),
    moveTo: (path: string | undefined) => subscription.moveTo?.(path),
    close: () => subscription.close(),
  };
}

test('people and their devices come and go', async () => {
  const { projectId } = await relay.createProject('Presence');
  const [ann, bob] = [await relay.join(projectId, 'Ann'), await relay.join(projectId, 'Bob')];
  const first = follow(projectId, ann, 'desk');
  await first.sees({ Ann: ['desk'] });
  const second = follow(projectId, bob, 'laptop');
  const third = follow(projectId, ann, 'tower');
  await first.sees({ Ann: ['desk', 'tower'], Bob: ['laptop'] });
  await second.sees({ Ann: ['desk', 'tower'], Bob: ['laptop'] });
  third.close();
  await second.sees({ Ann: ['desk'], Bob: ['laptop'] });
  first.close();
  await second.sees({ Bob: ['laptop'] });
});

test('which file is open where is told to those who are there, survives a lost connection, and is kept nowhere', async () => {
  const { projectId } = await relay.createProject('Open files');
  const [ann, bob] = [await relay.join(projectId, 'Ann'), await relay.join(projectId, 'Bob')];
  const [desk, tower] = [follow(projectId, ann, 'desk'), follow(projectId, ann, 'tower')];
  const other = follow(projectId, bob, 'laptop');
  const sees = (files: readonly string[] | undefined) =>
    until(`bob sees ${files}`, () => {
      const there = other.lists.at(-1)?.find(({ name }) => name === 'Ann');
      return (
        there !== undefined && JSON.stringify(there.at && [...there.at].sort()) === JSON.stringify(files)
      );
    });
  desk.moveTo('a.psc');
  await sees(['a.psc']);
  tower.moveTo('b.psc');
  await sees(['a.psc', 'b.psc']);
  desk.moveTo('b.psc');
  await sees(['b.psc']);
  // too long, so nobody is told
  desk.moveTo('x'.repeat(2000));
  tower.moveTo(undefined);
  await sees(['b.psc']);
  desk.moveTo(undefined);
  await sees(undefined);
  desk.moveTo('c.psc');
  await sees(['c.psc']);
  desk.close();
  await sees(undefined);
  const port = Number(new URL(relay.url).port);
  tower.moveTo('d.psc');
  await sees(['d.psc']);
  const before = other.lists.length;
  relay = await relay.restart({ port });
  await until('they are told anew', () => other.lists.length > before);
  await sees(['d.psc']);
  const events = await relay.request(`${relayRoutes.events(projectId)}?cursor=0`, { token: bob });
  let seen = '';
  for await (const chunk of events.body!.pipeThrough(new TextDecoderStream())) {
    seen += chunk;
    if (seen.includes('event: ready')) break;
  }
  expect(seen).not.toContain('.psc');
});

test('who does not ask is neither counted nor told, and projects do not mix', async () => {
  const [one, other] = [await relay.createProject('One'), await relay.createProject('Other')];
  const quiet = follow(one.projectId, relay.ownerToken, 'quiet', false);
  const elsewhere = follow(other.projectId, relay.ownerToken, 'elsewhere');
  const token = await relay.join(one.projectId, 'Ann');
  const there = follow(one.projectId, token, 'desk');
  await until('all are connected', () => quiet.isConnected() && elsewhere.isConnected());
  await there.sees({ Ann: ['desk'] });
  expect(quiet.lists).toEqual([]);
  await until('it is told', () => elsewhere.lists.length > 0);
  expect(elsewhere.lists.at(-1)?.map(({ devices }) => devices)).toEqual([['elsewhere']]);
});

test('a crowd that comes at once is told in a few lists', async () => {
  const { projectId } = await relay.createProject('Crowd');
  const token = await relay.join(projectId, 'Ann');
  const crowd = Array.from({ length: 40 }, (_, at) => follow(projectId, token, `device ${at}`));
  const [first] = crowd;
  // one person is one, and of the many devices some are named
  await until('the crowd is seen', () =>
    crowd.every(({ lists }) => lists.at(-1)?.[0]?.devices.length === 20),
  );
  expect(first?.lists.at(-1)).toHaveLength(1);
  expect(first?.lists.length).toBeLessThan(20);
});
