/** Leases of object ids, and what is said of FormIDs that meet. */
import { ownRecords, parsePlugin } from '../../src/bethesda/index.ts';
import { freeRanges, leasesIn, withLease } from '../../src/engine/formIds/leases.ts';
import { formatProjectFile } from '../../src/engine/project/projectFile.ts';
import type { ProjectId } from '../../src/shared/ids.ts';
import { group, plugin, record, z } from '../support/pluginBuilder.ts';
import { type Person, startTeam } from '../support/team.ts';

const named = (id: number, name: string) => record('MISC', 0x01000000 + id, [['EDID', z(name)]]);
const mod = (...records: readonly (readonly [number, string])[]) =>
  plugin(
    [
      group(
        0,
        'MISC',
        records.map(([id, name]) => named(id, name)),
      ),
    ],
    { masters: ['Fallout4.esm'] },
  );
const START = [
  [0x800, 'First'],
  [0x801, 'Second'],
] as const;

test('two people lease disjoint ranges of one plugin, and the Creation Kit begins in them', async () => {
  const { people } = await startTeam(['alice', 'bob'], { 'My.esp': mod(...START) });
  const [alice, bob] = people as [Person, Person];
  const hers = await alice.engine.formIds.lease(alice.id, 'My.esp', { writeNextId: true });
  expect(hers).toMatchObject({ from: 0x802, to: 0x901, next: 0x802, standing: false, sure: true });
  expect(parsePlugin(Buffer.from(alice.read('My.esp'), 'latin1')).nextObjectId).toBe(0x802);
  // he does not know of hers before he asks
  const his = await bob.engine.formIds.lease(bob.id, 'My.esp', { count: 16 });
  expect(his).toMatchObject({ from: 0x902, to: 0x911, sure: true });
  expect(await alice.engine.formIds.lease(alice.id, 'My.esp')).toMatchObject({ from: 0x802, standing: true });

  // at once, both asking for the same: nobody gets what the other has
  const both = await Promise.all(
    [alice, bob].map((person) => person.engine.formIds.lease(person.id, 'My.esp', { count: 32 })),
  );
  const [a, b] = both as [(typeof both)[0], (typeof both)[0]];
  expect(a.from > b.to || b.from > a.to).toBe(true);

  // records in the lease are quiet, others are told of: to their maker, with their names
  await alice.sync();
  await bob.sync();
  alice.write('My.esp', mod(...START, [0x802, 'InHers']));
  expect((await alice.sync()).warnings).toEqual([]);
  await bob.sync();
  bob.write('My.esp', mod(...START, [0x802, 'InHers'], [0x803, 'Stray'], [0xa00, 'Loose']));
  const { warnings } = await bob.sync();
  expect(warnings.join('\n')).toMatch(/My\.esp: MISC Stray \(000803\) is in a range that .*alice.* leased/i);
  expect(warnings.join('\n')).toMatch(/MISC Loose \(000A00\) is outside the range that you leased/);
});

test('records that meet are named before they are shared, and never merged', async () => {
  const { people } = await startTeam(['alice', 'bob'], { 'My.esp': mod(...START) });
  const [alice, bob] = people as [Person, Person];
  alice.write('My.esp', mod(...START, [0x802, 'Hers']));
  bob.write('My.esp', mod(...START, [0x802, 'His']));
  await alice.sync();
  const { conflicts } = await bob.sync();
  expect(conflicts[0]?.records).toMatchObject([{ kind: 'formid-collision', formId: '01000802' }]);
  const { findings } = await bob.engine.formIds.check(bob.id);
  expect(findings).toMatchObject([
    {
      plugin: 'My.esp',
      state: 'bad',
      message: expect.stringMatching(/MISC His here and MISC Hers at the remote.*000802/),
    },
  ]);
  expect((await alice.engine.formIds.check(alice.id)).findings).toEqual([]);
  expect(conflicts[0]?.records?.[0]?.reason).toMatch(/MISC His yours, MISC Hers theirs.*both stay/);

  // his snapshot is kept and nothing was sent; with another FormID both are there
  bob.write('My.esp', mod(...START, [0x900, 'His']));
  expect(await bob.sync()).toMatchObject({ outcome: 'synced', conflicts: [] });
  const merged = [...ownRecords(parsePlugin(Buffer.from(bob.read('My.esp'), 'latin1'))).keys()];
  expect(merged.sort()).toEqual([0x800, 0x801, 0x802, 0x900]);
  expect((await bob.engine.formIds.check(bob.id)).findings.filter(({ state }) => state === 'bad')).toEqual(
    [],
  );
});

/** A push that comes too late has fetched. */
const fetchOnly = (person: Person) =>
  expect(person.sync('push')).rejects.toMatchObject({ code: 'PUSH_REJECTED' });

test('a snapshot with words is refused for a FormID that a fetch has brought, with both EditorIDs; one without is kept', async () => {
  const { people } = await startTeam(['alice', 'bob'], { 'My.esp': mod(...START), 'a.txt': 'a' });
  const [alice, bob] = people as [Person, Person];
  alice.write('My.esp', mod(...START, [0x802, 'Hers']));
  await alice.sync();
  await fetchOnly(bob);
  bob.write('My.esp', mod(...START, [0x802, 'His']));
  bob.write('a.txt', 'b');
  const before = bob.git('rev-parse', 'HEAD');
  for (const refused of [
    bob.sync('bidirectional', { message: 'My thing' }),
    bob.engine.nameSnapshot(bob.id, 'beta'),
  ])
    await expect(refused).rejects.toMatchObject({
      code: 'FORMID_COLLISION',
      message: expect.stringMatching(/My\.esp: MISC His here and MISC Hers at the remote .*000802/),
    });
  expect(bob.git('rev-parse', 'HEAD')).toBe(before);
  expect(bob.read('a.txt')).toBe('b');

  // with a FormID of its own it goes out
  bob.write('My.esp', mod(...START, [0x900, 'His']));
  expect(await bob.sync('bidirectional', { message: 'My thing' })).toMatchObject({ outcome: 'synced' });

  // one that comes by itself is kept, waits, and asks; work with words goes on beside it
  alice.write('My.esp', mod(...START, [0x802, 'Hers'], [0x901, 'Hers2'], [0x900, 'His']));
  await alice.sync();
  await fetchOnly(bob);
  const his = mod(...START, [0x802, 'Hers'], [0x901, 'His2'], [0x900, 'His']);
  bob.write('My.esp', his);
  expect((await bob.sync()).conflicts[0]?.records).toMatchObject([{ kind: 'formid-collision' }]);
  bob.write('a.txt', 'c');
  expect(await bob.sync('bidirectional', { message: 'Beside it' })).toMatchObject({ outcome: 'conflicts' });
  expect(bob.git('log', '-1', '--format=%s').trim()).toBe('Beside it');
});

test('records of two people with one EditorID merge, and the check tells of them', async () => {
  const { people } = await startTeam(['alice', 'bob'], { 'My.esp': mod(...START) });
  const [alice, bob] = people as [Person, Person];
  alice.write('My.esp', mod(...START, [0x802, 'Lamp']));
  bob.write('My.esp', mod(...START, [0x901, 'LAMP']));
  await alice.sync();
  expect(await bob.sync()).toMatchObject({ outcome: 'synced', conflicts: [] });
  expect((await bob.engine.formIds.check(bob.id)).findings).toMatchObject([
    {
      state: 'warning',
      message: expect.stringMatching(
        /2 records are called LAMP \(000901, 000802\)|2 records are called Lamp \(000802, 000901\)/,
      ),
    },
  ]);
});

test('a light plugin is held to its range; a damaged one is told of', async () => {
  const { people } = await startTeam(['alice'], {
    'Light.esl': plugin([group(0, 'MISC', [named(0x800, 'In'), named(0x1000, 'Out')])], {
      masters: ['Fallout4.esm'],
      flags: 0x200,
    }),
    'Bad.esp': mod(...START).subarray(0, 60),
  });
  const [alice] = people as [Person];
  const { plugins, findings } = await alice.engine.formIds.check(alice.id);
  expect(plugins).toMatchObject([{ plugin: 'Light.esl', records: 2 }]);
  expect(findings).toMatchObject([
    { plugin: 'Bad.esp', state: 'bad', message: expect.stringMatching(/damaged/) },
    { plugin: 'Light.esl', state: 'bad', message: expect.stringMatching(/1 of its records .* light/) },
  ]);
  await expect(alice.engine.formIds.lease(alice.id, 'Light.esl', { count: 5000 })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  });
});

test('a free range holds nothing that is used or leased, and a lease is a line of the project file', () => {
  const taken = { leaseId: 'a', from: 0x810, to: 0x81f, who: 'A', email: 'a@x', at: '2026-01-01' };
  const light = { from: 0x800, to: 0xfff };
  const [small, large] = [
    { from: 0x801, to: 0x80f },
    { from: 0x820, to: 0xfff },
  ];
  expect(freeRanges(light, 15, [0x800], [taken])).toEqual([small, large]);
  expect(freeRanges(light, 16, [0x800], [taken])).toEqual([large]);
  expect(() => freeRanges(light, 0x800, [0x800], [])).toThrow(/no 2048 free/);
  const file = formatProjectFile('my-mod' as ProjectId, 'My Mod');
  const added = withLease(file, 'My.esp', taken, 'add');
  expect(leasesIn(added).get('my.esp')).toEqual([taken]);
  expect(leasesIn(withLease(added, 'MY.ESP', taken, 'remove')).get('my.esp')).toEqual([]);
});
