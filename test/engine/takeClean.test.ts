/** While a conflict waits for a person, what does not conflict arrives all the same. */
import { type Person, startTeam } from '../support/team.ts';

const numbered = (...changed: readonly (readonly [number, string])[]) => {
  const all = Array.from({ length: 20 }, (_, at) => `line ${at + 1}`);
  for (const [at, text] of changed) all[at - 1] = text;
  return `${all.join('\n')}\n`;
};

test('other files of theirs arrive beside an open conflict, again and again, and deciding ends as one merge', async () => {
  const { people } = await startTeam(['alice', 'bob'], {
    'sign.dds': 'base',
    'wall.dds': 'base',
    'gone.dds': 'base',
    'both.txt': numbered(),
  });
  const [alice, bob] = people as [Person, Person];
  alice.write('sign.dds', 'hers');
  alice.write('wall.dds', 'hers 1');
  alice.write('new.dds', 'hers');
  alice.write('both.txt', numbered([3, 'hers']));
  alice.remove('gone.dds');
  bob.write('sign.dds', 'his');
  bob.write('both.txt', numbered([12, 'his']));
  await alice.sync();
  const first = await bob.sync();
  expect(first).toMatchObject({ outcome: 'conflicts', pushed: false, conflicts: [{ path: 'sign.dds' }] });
  expect(first.received.map(({ path }) => path)).toEqual(['both.txt', 'gone.dds', 'new.dds', 'wall.dds']);
  expect(bob.read('wall.dds')).toBe('hers 1');
  expect(bob.read('both.txt')).toBe(numbered([3, 'hers'], [12, 'his']));
  expect(bob.read('sign.dds')).toBe('his');
  const [conflict] = await bob.engine.listConflicts(bob.id);
  expect(conflict).toEqual({
    ...first.conflicts[0],
    base: expect.objectContaining(first.conflicts[0]!.base!),
  });
  expect(bob.git('log', '-1', '--format=%s')).toMatch(/^Take .* from alice.* beside an open conflict\n$/);
  expect(bob.git('status', '--porcelain')).toBe('');
  // nothing new: no further commit
  const head = bob.git('rev-parse', 'HEAD');
  expect((await bob.sync()).received).toEqual([]);
  expect(bob.git('rev-parse', 'HEAD')).toBe(head);

  alice.write('wall.dds', 'hers 2');
  alice.write('both.txt', numbered([3, 'hers again'], [4, 'hers']));
  await alice.sync();
  expect((await bob.sync()).conflicts).toMatchObject([
    { conflictId: conflict!.conflictId, path: 'sign.dds' },
  ]);
  expect(bob.read('wall.dds')).toBe('hers 2');
  expect(bob.read('both.txt')).toBe(numbered([3, 'hers again'], [4, 'hers'], [12, 'his']));
  expect(bob.git('rev-parse', 'HEAD^')).toBe(`${bob.git('rev-parse', `${head.trim()}^`).trim()}\n`);

  const ended = await bob.engine.resolveSyncConflict(conflict!, { use: 'local' });
  expect(ended).toMatchObject({ outcome: 'synced', pushed: true, conflicts: [] });
  expect(bob.git('for-each-ref', 'refs/modsync/conflict', 'refs/modsync/taken')).toBe('');
  expect(bob.git('log', '--format=%s')).not.toContain('Take');
  await alice.sync();
  expect(alice.files()).toEqual(bob.files());
  expect(alice.read('sign.dds')).toBe('his');
});
