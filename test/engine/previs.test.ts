/** Previs and precombined meshes stay with the version of the plugin that they were made from. */
import { previsName, sampleProject } from '../../src/bethesda/index.ts';
import { type Person, startTeam } from '../support/team.ts';

const plugin = sampleProject(1, { megabytes: 0 }).find(({ path }) => path.endsWith('.esp'))!.content;
const price = (of: Uint8Array, part: string, value: number) => {
  const copy = Buffer.from(of);
  copy.writeUInt32LE(value, copy.indexOf('DATA', copy.indexOf(part)) + 6);
  return copy;
};

const VISIBLE = 'Vis/Beacon.esp/00001A2B.uvd';
const MESH = 'Meshes/PreCombined/00001A2B_1_OC.nif';
const TABLE = 'Beacon - Geometry.csg';
const START = { 'Beacon.esp': plugin, [VISIBLE]: 'v0', [MESH]: 'm0', [TABLE]: 't0', 'Other.txt': 'o\n' };

async function pair() {
  const { people } = await startTeam(['alice', 'bob'], START);
  return people as [Person, Person];
}
const previs = (person: Person) => [VISIBLE, MESH, TABLE].map((path) => person.read(path));

test.each(['local', 'remote'] as const)(
  'previs that both made anew is one side’s, with its plugin (%s)',
  async (use) => {
    const [alice, bob] = await pair();
    const hers = price(plugin, 'Beacon_Part03', 33);
    const his = price(plugin, 'Beacon_Part05', 55);
    alice.write('Beacon.esp', hers);
    alice.write(VISIBLE, 'v hers');
    alice.write(MESH, 'm hers');
    alice.write('Other.txt', 'hers\n');
    bob.write('Beacon.esp', his);
    bob.write(VISIBLE, 'v his');
    bob.write(TABLE, 't his');
    await alice.sync();
    const { conflicts } = await bob.sync();
    expect(conflicts).toMatchObject([{ path: 'Beacon.esp', kind: 'previs-set' }]);
    expect(previs(bob)).toEqual(['v his', 'm0', 't his']);
    await bob.engine.resolveSyncConflict(conflicts[0]!, { use });
    await alice.sync();
    expect(alice.files()).toEqual(bob.files());
    expect(previs(bob)).toEqual(use === 'local' ? ['v his', 'm0', 't his'] : ['v hers', 'm hers', 't0']);
    expect(bob.read('Beacon.esp')).toBe((use === 'local' ? his : hers).toString('latin1'));
    expect(bob.read('Other.txt')).toBe('hers\n');
  },
);

test('previs of one side goes with a plugin whose records merge', async () => {
  const [alice, bob] = await pair();
  alice.write('Beacon.esp', price(plugin, 'Beacon_Part03', 33));
  alice.write(VISIBLE, 'v hers');
  bob.write('Beacon.esp', price(plugin, 'Beacon_Part05', 55));
  await alice.sync();
  expect(await bob.sync()).toMatchObject({ outcome: 'synced', conflicts: [] });
  expect(previs(bob)).toEqual(['v hers', 'm0', 't0']);
  const both = price(price(plugin, 'Beacon_Part03', 33), 'Beacon_Part05', 55);
  expect(bob.read('Beacon.esp')).toBe(both.toString('latin1'));
});

test.each([
  ['local', 'v0'],
  ['remote', 'v hers'],
  ['records', 'v hers'],
] as const)('previs of one side goes where the plugin goes that is decided (%s)', async (how, expected) => {
  const [alice, bob] = await pair();
  alice.write('Beacon.esp', price(plugin, 'Beacon_Part03', 33));
  alice.write(VISIBLE, 'v hers');
  bob.write('Beacon.esp', price(plugin, 'Beacon_Part03', 44));
  await alice.sync();
  const { conflicts } = await bob.sync();
  const [conflict] = conflicts;
  expect(conflict).toMatchObject({
    path: 'Beacon.esp',
    reason: expect.stringMatching(/previs .* go with it/),
  });
  const { formId } = conflict!.records![0]!;
  const resolution = how === 'records' ? { records: { [formId]: 'local' as const } } : { use: how };
  await bob.engine.resolveSyncConflict(conflict!, resolution);
  expect(bob.read(VISIBLE)).toBe(expected);
  await alice.sync();
  expect(alice.files()).toEqual(bob.files());
});

test('its files are known by their names, in any case, below Data or in it', () => {
  expect(previsName('Data/VIS/My Mod.esp/0001.uvd')).toEqual({ root: 'data/', plugin: 'my mod' });
  expect(previsName('My Mod - Geometry.csg')).toEqual({ root: '', plugin: 'my mod' });
  expect(previsName('My Mod.cdx')).toEqual({ root: '', plugin: 'my mod' });
  expect(previsName(MESH)).toEqual({ root: '' });
  expect(previsName('Meshes/Chair.nif')).toBeUndefined();
});
