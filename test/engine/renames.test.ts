/** Files that one side moved and the other changed, as two people and stock Git see them. */
import { spawnSync } from 'node:child_process';
import type { SyncConflict } from '../../src/shared/types.ts';
import { gitEnvironment } from '../support/gitRepository.ts';
import { type Person, startTeam } from '../support/team.ts';

const lines = (...changed: readonly (readonly [number, string])[]) => {
  const all = Array.from({ length: 30 }, (_, at) => `line ${at + 1}`);
  for (const [at, text] of changed) all[at - 1] = text;
  return `${all.join('\n')}\n`;
};

async function pair(files: Readonly<Record<string, string>>) {
  const { people } = await startTeam(['alice', 'bob'], files);
  return people as [Person, Person];
}

const scripts = (person: Person) =>
  person
    .git('ls-files')
    .split('\n')
    .filter((path) => path.endsWith('.psc'));

function move(person: Person, from: string, to: string, content: string) {
  person.remove(from);
  person.write(to, content);
}

/** The tree that stock Git makes of the two, or the paths that it cannot merge. */
function gitMerge(person: Person, ours: string, theirs: string): string {
  const { status, stdout } = spawnSync(
    'git',
    ['merge-tree', '--write-tree', '--no-messages', '--name-only', ours, theirs],
    { cwd: person.folder, env: gitEnvironment, encoding: 'utf8' },
  );
  return status === 0 ? stdout.trim() : 'conflicts';
}

test.each(['alice', 'bob'])(
  'what is changed in a script goes to its new name, though %s changed it while renaming',
  async (who) => {
    const [alice, bob] = await pair({ 'Old.psc': lines(), 'Other.psc': 'other\n' });
    const [mover, editor] = who === 'alice' ? [alice, bob] : [bob, alice];
    move(mover, 'Old.psc', 'Scripts/New.psc', lines([3, 'moved']));
    editor.write('Old.psc', lines([20, 'edited']));
    await alice.sync();
    expect(await bob.sync()).toMatchObject({ outcome: 'synced', conflicts: [] });
    await alice.sync();
    expect(bob.files()).toEqual(alice.files());
    expect(bob.read('Scripts/New.psc')).toBe(lines([3, 'moved'], [20, 'edited']));
    expect(scripts(bob)).not.toContain('Old.psc');
  },
);

test('of a renamed script that both changed in one line, that place is decided, and Git sees a conflict there too', async () => {
  for (const choice of ['local', 'remote'] as const) {
    const [alice, bob] = await pair({ 'Old.psc': lines() });
    move(alice, 'Old.psc', 'New.psc', lines([3, 'hers'], [9, 'hers too']));
    bob.write('Old.psc', lines([3, 'his'], [20, 'his too']));
    await alice.sync();
    const { conflicts } = await bob.sync();
    const [conflict] = conflicts as [SyncConflict];
    expect(conflict).toMatchObject({
      path: 'New.psc',
      kind: 'rename-modify',
      reason:
        'The other side renamed "Old.psc" to "New.psc". Both of you changed the same lines in one place.',
      ours: { author: { name: 'bob' } },
      theirs: { author: { name: 'alice' } },
      hunks: [{ ours: { lines: ['his'] }, theirs: { lines: ['hers'] } }],
    });
    expect(await bob.engine.listConflicts(bob.id)).toMatchObject([{ base: { author: { name: 'alice' } } }]);
    expect(gitMerge(bob, 'HEAD', 'origin/main')).toBe('conflicts');
    expect(bob.read('Old.psc')).toBe(lines([3, 'his'], [20, 'his too']));
    if (choice === 'local') await bob.engine.resolveSyncConflict(conflict, { hunks: { 1: 'local' } });
    else await bob.engine.resolveSyncConflict(conflict, { use: 'remote' });
    await alice.sync();
    expect(alice.files()).toEqual(bob.files());
    expect(scripts(bob)).not.toContain('Old.psc');
    expect(bob.read('New.psc')).toBe(
      choice === 'local'
        ? lines([3, 'his'], [9, 'hers too'], [20, 'his too'])
        : lines([3, 'hers'], [9, 'hers too']),
    );
  }
});

test('a script that became another one is no rename', async () => {
  const [alice, bob] = await pair({ 'Old.psc': lines() });
  move(alice, 'Old.psc', 'New.psc', 'all\nof\nit\nis\nnew\n');
  bob.write('Old.psc', lines([3, 'his']));
  await alice.sync();
  expect((await bob.sync()).conflicts).toMatchObject([{ path: 'Old.psc', kind: 'deleted-by-them' }]);
});

test.each(['local', 'remote'] as const)(
  'one file that got two names has one of them in the end (%s)',
  async (use) => {
    const [alice, bob] = await pair({ 'Old.psc': lines(), 'b.txt': 'b\n' });
    move(alice, 'Old.psc', 'Hers.psc', lines());
    move(bob, 'Old.psc', 'His.psc', lines());
    await alice.sync();
    const { conflicts } = await bob.sync();
    expect(conflicts).toMatchObject([
      {
        path: 'Hers.psc',
        kind: 'rename-rename',
        reason: expect.stringMatching(/"His.psc".*"Hers.psc"/),
        ours: { author: { name: 'bob' } },
        theirs: { author: { name: 'alice' } },
      },
    ]);
    expect(gitMerge(bob, 'HEAD', 'origin/main')).toBe('conflicts');
    await bob.engine.resolveSyncConflict(conflicts[0]!, { use });
    await alice.sync();
    expect(alice.files()).toEqual(bob.files());
    expect(scripts(bob)).toEqual([use === 'local' ? 'His.psc' : 'Hers.psc']);
  },
);
