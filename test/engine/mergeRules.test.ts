/** A project's own rules for what is merged how. */
import type { SyncConflict } from '../../src/shared/types.ts';
import { type Person, startTeam } from '../support/team.ts';

async function both(
  files: Readonly<Record<string, readonly [base: string, hers: string, his: string]>>,
  rules: object,
  attributes = '',
) {
  const { people } = await startTeam(
    ['alice', 'bob'],
    Object.fromEntries(Object.entries(files).map(([path, [base]]) => [path, base])),
  );
  const [alice, bob] = people as [Person, Person];
  const project = JSON.parse(alice.read('.modsync.json'));
  alice.write('.modsync.json', JSON.stringify({ ...project, rules }, null, 2));
  if (attributes) alice.write('.gitattributes', `${alice.read('.gitattributes')}${attributes}`);
  await alice.sync();
  await bob.sync();
  for (const [path, [, hers, his]] of Object.entries(files)) {
    alice.write(path, hers);
    bob.write(path, his);
  }
  await alice.sync();
  return { alice, bob, result: await bob.sync() };
}

const clash = ['base\n', 'hers\n', 'his\n'] as const;
const paths = (conflicts: readonly SyncConflict[]) => conflicts.map(({ path }) => path).sort();

test('a pattern names a driver or a side, and the last one that fits counts', async () => {
  const { alice, bob, result } = await both(
    {
      'credits.txt': clash,
      'made/a.txt': clash,
      'made/keep/b.txt': clash,
      'values.cfg': ['{ "a": 1, "b": 1 }\n', '{ "a": 2, "b": 1 }\n', '{ "a": 1, "b": 2 }\n'],
      'whole.txt': ['1\n2\n3\n', 'one\n2\n3\n', '1\n2\nthree\n'],
      'other.txt': clash,
    },
    {
      merge: {
        'CREDITS.txt': 'union',
        'made/**': 'remote',
        'made/keep/': 'local',
        '*.cfg': 'json',
        'whole.txt': 'binary',
      },
    },
  );
  expect(paths(result.conflicts)).toEqual(['other.txt', 'whole.txt']);
  const decided = await bob.engine.resolveSyncConflicts(
    result.conflicts.map((conflict) => ({ conflict, resolution: { use: 'local' } })),
  );
  expect(decided).toMatchObject({ outcome: 'synced', pushed: true });
  await alice.sync();
  expect(alice.files()).toEqual(bob.files());
  expect(alice.read('credits.txt')).toBe('his\nhers\n');
  expect(alice.read('made/a.txt')).toBe('hers\n');
  expect(alice.read('made/keep/b.txt')).toBe('his\n');
  expect(JSON.parse(alice.read('values.cfg'))).toEqual({ a: 2, b: 2 });
  expect(bob.git('log', '-1', '--format=%B')).toContain('Modsync-Decided: remote made/a.txt');
});

test('an attribute names a driver, and one that nobody knows is left to other programs', async () => {
  const { bob, result } = await both(
    { 'a.txt': clash, 'b.txt': clash },
    {},
    '\na.txt merge=union\nb.txt merge=lawyer\n',
  );
  expect(paths(result.conflicts)).toEqual(['b.txt']);
  expect(result.conflicts[0]?.hunks).toHaveLength(1);
  await bob.engine.resolveSyncConflict(result.conflicts[0]!, { use: 'remote' });
  expect(bob.read('a.txt')).toBe('his\nhers\n');
});

test('a rule for a driver that is not here takes those files whole, says so, and stops nothing else', async () => {
  const { alice, bob, result } = await both(
    {
      'a.txt': ['1\n2\n3\n', 'one\n2\n3\n', '1\n2\nthree\n'],
      'b.txt': ['1\n2\n3\n', 'one\n2\n3\n', '1\n2\nthree\n'],
    },
    { merge: { 'a.txt': 'magic' } },
  );
  expect(result.conflicts).toMatchObject([{ path: 'a.txt', reason: expect.stringContaining('"magic"') }]);
  await bob.engine.resolveSyncConflict(result.conflicts[0]!, { use: 'local' });
  await alice.sync();
  expect(alice.read('a.txt')).toBe('1\n2\nthree\n');
  expect(alice.read('b.txt')).toBe('one\n2\nthree\n');
});

test('a list of rules that is none is refused with what it should be, before anything is merged', async () => {
  await expect(both({ 'a.txt': clash }, { merge: { 'a.txt': 7 } })).rejects.toMatchObject({
    code: 'INVALID_CONFIG',
    message: expect.stringMatching(/rules\.merge is a list of patterns/),
  });
});
