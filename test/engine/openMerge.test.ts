/** A conflict opened for stock Git: what Git sees, what modsync leaves alone meanwhile, and how both go on. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleProject } from '../../src/bethesda/index.ts';
import { temporaryFolder } from '../support/host.ts';
import { type Person, startTeam } from '../support/team.ts';

const plugin = sampleProject(1, { megabytes: 0 }).find(({ path }) => path.endsWith('.esp'))!.content;
const price = (value: number) => {
  const copy = Buffer.from(plugin);
  copy.writeUInt32LE(value, copy.indexOf('DATA', copy.indexOf('Beacon_Part07')) + 6);
  return copy;
};
const numbered = (...changed: readonly (readonly [number, string])[]) => {
  const all = Array.from({ length: 20 }, (_, at) => `line ${at + 1}`);
  for (const [at, text] of changed) all[at - 1] = text;
  return `${all.join('\n')}\n`;
};
const BASE = numbered();
const HERS = numbered([3, 'her 3'], [10, 'her 10']);
const HIS = numbered([10, 'his 10'], [18, 'his 18']);

async function opened() {
  const { people } = await startTeam(['alice', 'bob'], {
    'Beacon.esp': plugin,
    'both.txt': BASE,
    'clean.txt': BASE,
    'gone.txt': BASE,
    'lost.txt': BASE,
  });
  const [alice, bob] = people as [Person, Person];
  alice.write('Beacon.esp', price(1));
  bob.write('Beacon.esp', price(2));
  alice.write('both.txt', HERS);
  bob.write('both.txt', HIS);
  alice.write('clean.txt', numbered([3, 'her 3']));
  bob.write('clean.txt', numbered([18, 'his 18']));
  alice.write('gone.txt', HERS);
  bob.remove('gone.txt');
  alice.remove('lost.txt');
  bob.write('lost.txt', HIS);
  alice.write('new.txt', 'new\n');
  await alice.sync();
  await bob.sync();
  const before = bob.files();
  const merge = await bob.engine.openMerge(bob.id);
  return { alice, bob, before, merge };
}

const status = (person: Person) =>
  person
    .git('status', '--porcelain', '-uall')
    .split('\n')
    .filter((line) => line !== '')
    .sort();

test('Git sees the merge as its own: stages, clean merges, markers in texts only; and commits it', async () => {
  const { alice, bob, merge } = await opened();
  expect(merge.marked).toEqual(['both.txt']);
  // what does not conflict had arrived with the sync
  expect(status(bob)).toEqual(['DU gone.txt', 'UD lost.txt', 'UU Beacon.esp', 'UU both.txt']);
  expect(bob.read('Beacon.esp')).toBe(price(2).toString('latin1'));
  expect(bob.read('clean.txt')).toBe(numbered([3, 'her 3'], [18, 'his 18']));
  expect(bob.read('gone.txt')).toBe(HERS);

  // byte for byte what git itself writes
  const folder = temporaryFolder();
  for (const [name, content] of [
    ['base', BASE],
    ['ours', HIS],
    ['theirs', HERS],
  ] as const)
    writeFileSync(join(folder, name), content);
  const labels = ['HEAD', 'both began with', merge.theirs.slice(0, 10)].flatMap((label) => ['-L', label]);
  let told = '';
  try {
    execFileSync('git', ['merge-file', '-p', '--diff3', ...labels, 'ours', 'base', 'theirs'], {
      cwd: folder,
    });
  } catch (error) {
    told = String((error as { stdout: Buffer }).stdout); // execFileSync gives what the failed program wrote
  }
  expect(bob.read('both.txt')).toBe(told);

  // modsync waits, and knows what is settled already
  await expect(bob.sync()).rejects.toMatchObject({ code: 'MERGE_IN_PROGRESS' });
  bob.git('checkout', '--theirs', 'Beacon.esp');
  bob.git('add', 'Beacon.esp');
  const left = (await bob.engine.listConflicts(bob.id)).map(({ path }) => path).sort();
  expect(left).toEqual(['both.txt', 'gone.txt', 'lost.txt']);
  bob.write('both.txt', 'settled\n');
  bob.git('add', 'both.txt', 'gone.txt', 'lost.txt');
  bob.git('commit', '-q', '--no-edit');

  expect(await bob.sync()).toMatchObject({ outcome: 'synced', pushed: true, conflicts: [] });
  await alice.sync();
  expect(alice.files()).toEqual(bob.files());
  expect(alice.read('Beacon.esp')).toBe(price(1).toString('latin1'));
  expect(bob.git('rev-list', '--parents', '-1', 'HEAD').split(' ')).toHaveLength(3);
  expect(bob.git('for-each-ref', 'refs/modsync/conflict')).toBe('');
  const [decided] = await alice.engine.getProjectHistory(alice.id, { conflicts: true });
  // whom the tests' git commits as
  expect(decided?.author.name).toBe('Ann Author');
  expect(
    decided?.decided
      ?.filter(({ how }) => how === 'git')
      .map(({ path }) => path)
      .sort(),
  ).toEqual(['Beacon.esp', 'both.txt', 'gone.txt', 'lost.txt']);
  bob.git('fsck', '--strict');
});

test.each(['git', 'modsync'])('%s aborts it: files as they were, the conflict still open', async (who) => {
  const { alice, bob, before } = await opened();
  if (who === 'git') bob.git('merge', '--abort');
  else {
    bob.write('both.txt', 'half settled\n');
    await bob.engine.abortMerge(bob.id);
  }
  expect(bob.files()).toEqual(before);
  expect(status(bob)).toEqual([]);
  expect(await bob.engine.listConflicts(bob.id)).toHaveLength(4);
  await expect(bob.engine.abortMerge(bob.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const open = await bob.engine.listConflicts(bob.id);
  const result = await bob.engine.resolveSyncConflicts(
    open.map((conflict) => ({ conflict, resolution: { use: 'remote' } })),
  );
  expect(result).toMatchObject({ outcome: 'synced', pushed: true });
  await alice.sync();
  expect(alice.files()).toEqual(bob.files());
});

test('killed between the index and MERGE_HEAD, the next run finishes opening it', async () => {
  const { bob, merge } = await opened();
  const file = (name: string) => join(bob.folder, '.git', name);
  const ours = bob.git('rev-parse', 'HEAD').trim();
  rmSync(file('MERGE_HEAD'));
  writeFileSync(file('modsync/opening.json'), JSON.stringify({ ours, theirs: merge.theirs }));
  await expect(bob.sync()).rejects.toMatchObject({ code: 'MERGE_IN_PROGRESS' });
  expect(readFileSync(file('MERGE_HEAD'), 'utf8').trim()).toBe(merge.theirs);
  bob.git('merge', '--abort');
  expect(await bob.sync()).toMatchObject({ outcome: 'conflicts' });
});

test('a conflict in .modsync.json leaves modsync able to go back', async () => {
  const { people } = await startTeam(['alice', 'bob'], { 'a.txt': 'a\n' });
  const [alice, bob] = people as [Person, Person];
  for (const [person, name] of [
    [alice, 'Hers'],
    [bob, 'His'],
  ] as const)
    person.write(
      '.modsync.json',
      JSON.stringify({ ...JSON.parse(person.read('.modsync.json')), name }, null, 2),
    );
  await alice.sync();
  expect(await bob.sync()).toMatchObject({
    conflicts: [{ path: '.modsync.json', hunks: [{ name: 'name' }] }],
  });
  expect(await bob.engine.openMerge(bob.id)).toMatchObject({ paths: ['.modsync.json'], marked: [] });
  await bob.engine.abortMerge(bob.id);
  expect(await bob.engine.listConflicts(bob.id)).toMatchObject([{ path: '.modsync.json' }]);
});
