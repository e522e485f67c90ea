/** One contract for every caller: the same call has the same answer, on whatever way it comes. */
import fc from 'fast-check';
import { randomFrom } from '../../src/bethesda/sample/random.ts';
import { checkInput } from '../../src/rpc/checkInput.ts';
import {
  type Channel,
  channelNames,
  channels,
  contract,
  windowChannelNames,
} from '../../src/shared/contract/index.ts';
import { type LocalProject, startLocalProject } from '../support/localProject.ts';
import { type Caller, callByElectron, callBySocket, callInProcess, isForWindows } from './callers.ts';

const SOAK = Number(process.env.MODSYNC_SOAK ?? 1);
const SEED = 20_261_122;

let project: LocalProject;
let callers: readonly Caller[];

beforeAll(async () => {
  project = await startLocalProject({ 'a.txt': 'one\n', 'notes.ini': '[A]\nx=1\n' });
  callers = [
    callInProcess(project.engine),
    callByElectron(project.engine),
    await callBySocket(project.engine, project.id, project.folder),
  ];
});

afterAll(async () => {
  for (const caller of callers) await caller.close();
});

const NONE = '0'.repeat(40);
const OID = 'ab'.repeat(32);

/** For each call, arguments that it takes; with none of them anything happens beyond this project. */
const good = (): Readonly<Record<Channel, readonly unknown[]>> => {
  const { id } = project;
  const state = { projectId: id, branch: 'refs/heads/main' };
  const conflict = {
    conflictId: 'c1',
    projectId: id,
    path: 'a.txt',
    kind: 'both-modified',
    reason: 'both',
    base: { blobId: NONE, size: 3 },
    ours: { blobId: NONE, size: 3, author: { name: 'A', email: 'a@b' }, timestamp: 't', message: 'm' },
    hunks: [{ number: 1, base: { lines: [] }, ours: { line: 1, lines: ['x'] }, theirs: { lines: [] } }],
  };
  return {
    'sync-project': [id, 'bidirectional', { message: 'words', strategy: 'manual' }],
    'enable-auto-sync': [id, 60_000],
    'disable-auto-sync': [id],
    'share-project': [id, ['Bob']],
    'join-project': ['no invite', '/nowhere/at/all'],
    'broadcast-change': [
      { projectId: id, kind: 'message', message: 'hello', paths: [{ path: 'a', kind: 'added' }] },
    ],
    'subscribe-to-changes': [id, { paths: ['**'], kinds: ['push'], authors: ['A'] }],
    'subscribe-to-activity': [id],
    'unsubscribe-from-changes': ['gone-1'],
    'detect-conflicts': [state, { ...state, commitId: NONE }],
    'resolve-conflict': [conflict, { use: 'local' }, { strategy: 'merge' }],
    'resolve-conflicts': [[{ conflict, resolution: { hunks: { 1: 'both' } } }], {}],
    'get-project-history': [id, { limit: 5 }],
    'restore-snapshot': [`${id}:${NONE}`, { projectId: id }],
    'upload-asset': ['no such file.dds', id],
    'download-asset': [
      { url: 'http://relay.example/x', oid: OID, size: 7, projectId: id },
      `${project.folder}/no/such.dds`,
    ],
    'get-status': [id],
    'get-collaboration-session': [id],
    'get-project-states': [id],
    'list-conflicts': [id],
    'name-snapshot': [id, 'no good name~', 'words'],
    'diff-project': [id, 'HEAD~9', 'nothing'],
    'list-locks': [id],
    'lock-files': [id, ['a.txt']],
    'unlock-files': [id, ['a.txt'], { force: true }],
    'list-assets': [id, ['*.dds']],
    'fetch-assets': [id, ['*.dds']],
    'drop-assets': [id, ['*.dds']],
    'get-parts': [id],
    'choose-parts': [id, { only: ['a/**'], without: [] }],
    'get-disk-use': [id],
  };
};

/** The same answer each time it is asked. */
const READS: readonly Channel[] = [
  'get-status',
  'get-collaboration-session',
  'get-project-history',
  'get-project-states',
  'list-conflicts',
  'diff-project',
  'list-assets',
  'get-parts',
  'get-disk-use',
  'detect-conflicts',
  'unsubscribe-from-changes',
];

const takenBy = (channel: Channel) =>
  callers.filter(({ way }) => way !== 'electron' || isForWindows(channel));

async function answersTo(channel: Channel, args: readonly unknown[]) {
  const answers = [];
  for (const caller of takenBy(channel)) answers.push(await caller.call(channel, args));
  return answers;
}

const isUnpolluted = () =>
  Object.keys(Object.prototype).length === 0 &&
  Object.keys(Array.prototype).length === 0 &&
  !('polluted' in {});

test('the design’s fifteen channels are there, and each call has an engine’s method', () => {
  expect(windowChannelNames).toHaveLength(15);
  const missing = Object.values(channels).filter((method) => !(method in project.engine));
  expect(missing).toEqual(['unsubscribe', 'subscribeToActivity']);
});

test.each(channelNames)('%s takes its good input, whatever way it comes', (channel) => {
  expect(checkInput(channel, good()[channel])).toBeDefined();
});

test.each(READS)(
  '%s has the same answer on every way, in the shape that the contract says',
  async (channel) => {
    const answers = await answersTo(channel, good()[channel]);
    const [first, ...others] = answers.map((answer) => JSON.parse(JSON.stringify(answer)) as unknown);
    for (const other of others) expect(other).toEqual(first);
    for (const answer of answers) {
      if (answer.success) expect(contract[channel].output.safeParse(answer.data).error).toBeUndefined();
      else expect(answer.error).toEqual({ code: expect.any(String), message: expect.any(String) });
    }
  },
);

test('every fault of an input is told, not only the first', async () => {
  const args = [{ projectId: 'X', kind: 'gossip', message: 5, extra: 1 }, 'too much'];
  for (const answer of await answersTo('broadcast-change', args)) {
    expect(answer).toMatchObject({ success: false, error: { code: 'INVALID_INPUT' } });
    const message = answer.success ? '' : answer.error.message;
    for (const named of ['projectId', 'kind', 'message', 'extra', 'takes change'])
      expect(message).toContain(named);
  }
});

test('a place that holds null, and what is left out, count the same', async () => {
  const { id } = project;
  for (const args of [[id], [id, null], [id, undefined], [id, null, null]].slice(0, 3))
    for (const answer of await answersTo('get-project-history', args)) expect(answer.success).toBe(true);
});

/** What no call expects. */
const hostile: readonly unknown[] = [
  null,
  undefined,
  true,
  -1,
  0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 60,
  '',
  '\0',
  '../../etc/passwd',
  '/etc/\0passwd',
  'C:\\..\\..',
  '\ud800',
  '__proto__',
  'constructor',
  'x'.repeat(100_000),
  [],
  [[[[]]]],
  {},
  JSON.parse('{"__proto__":{"polluted":true}}'),
  JSON.parse('{"constructor":{"prototype":{"polluted":true}}}'),
  JSON.parse('{"__proto__":{"projectId":"abc"},"projectId":"abc"}'),
  { toString: 'no function', length: -1 },
  Array.from({ length: 20_000 }, () => '*'),
  new Date(Number.NaN),
  new Map([['a', 1]]),
  new Uint8Array(1000),
];

/** One place of the value, at any depth, becomes another; `pick` gives numbers from 0 to 1. */
function damaged(value: unknown, pick: () => number): unknown {
  const other = hostile[Math.floor(pick() * hostile.length)];
  if (typeof value !== 'object' || value === null || pick() < 0.3) return other;
  if (Array.isArray(value)) {
    if (pick() < 0.2) return [...value, other];
    const at = Math.floor(pick() * value.length);
    return value.map((each, index) => (index === at ? damaged(each, pick) : each));
  }
  const keys = Object.keys(value);
  const key = keys[Math.floor(pick() * keys.length)];
  if (key === undefined || pick() < 0.2) return { ...value, [pick() < 0.5 ? 'constructor' : 'extra']: other };
  return { ...value, [key]: damaged((value as Record<string, unknown>)[key], pick) };
}

test('bad and hostile input has the same answer on every way, changes nothing and pollutes nothing', async () => {
  const before = await project.engine.getProjectStates(project.id);
  const isRead = (channel: Channel) => READS.includes(channel);
  const passes = (channel: Channel, args: readonly unknown[]) => {
    try {
      checkInput(channel, args);
      return true;
    } catch {
      return false;
    }
  };
  let refused = 0;
  const random = randomFrom(SEED);
  const pick = () => random.bits() / 2 ** 32;
  for (let round = 0; round < 30 * SOAK; round++)
    for (const channel of channelNames) {
      const args = good()[channel].map((arg, at, { length }) =>
        at === round % length ? damaged(arg, pick) : arg,
      );
      if (pick() < 0.1) args.push(hostile[Math.floor(pick() * hostile.length)]);
      // what is still good would be done
      if (passes(channel, args) && !isRead(channel)) continue;
      const [first, ...others] = await answersTo(channel, args);
      for (const other of others) expect({ channel, answer: other }).toEqual({ channel, answer: first });
      if (first?.success === false) refused++;
      expect(isUnpolluted()).toBe(true);
    }
  expect(refused).toBeGreaterThan(300 * SOAK);
  expect(await project.engine.getProjectStates(project.id)).toEqual(before);
});

test('anything at all as arguments is an answer, never a crash', async () => {
  const cycle: unknown[] = [];
  cycle.push(cycle);
  let deep: unknown = [];
  for (let level = 0; level < 200_000; level++) deep = [deep];
  const cannotBeSent: readonly unknown[] = [cycle, deep, 1n, () => 1, Symbol('s'), 'x'.repeat(17 << 20)];
  for (const channel of ['get-status', 'broadcast-change', 'resolve-conflict'] as const)
    for (const value of cannotBeSent.slice(0, 5))
      for (const answer of await answersTo(channel, [value]))
        expect(answer).toMatchObject({ success: false, error: { code: 'INVALID_INPUT' } });
  const [inProcess] = callers;
  expect(await inProcess?.call('get-status', [cannotBeSent[5]])).toMatchObject({
    success: false,
    error: { code: 'INVALID_INPUT', message: expect.stringMatching(/too large/) },
  });
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.string(), fc.constantFrom('__proto__', 'toString', 'constructor', 'get-status')),
      fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withNullPrototype: true,
        withSparseArray: true,
      }),
      async (channel, args) => {
        const answer = await inProcess?.call(channel as Channel, args as readonly unknown[]); // anything
        expect(answer?.success).toBe(false);
      },
    ),
    { seed: SEED, numRuns: 300 * SOAK },
  );
  expect(isUnpolluted()).toBe(true);
});
