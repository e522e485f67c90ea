/** Plugins that live in LFS merge by their records like those in Git. */
import { readBa2, sampleProject, writeBa2 } from '../../src/bethesda/index.ts';
import type { SyncConflict } from '../../src/shared/types.ts';
import { type Person, startTeam } from '../support/team.ts';

const plugin = sampleProject(1, { megabytes: 0 }).find(({ path }) => path.endsWith('.esp'))!.content;
const price = (of: Uint8Array, part: string, value: number) => {
  const copy = Buffer.from(of);
  copy.writeUInt32LE(value, copy.indexOf('DATA', copy.indexOf(part)) + 6);
  return copy;
};
const LFS = '*.esp filter=lfs diff=lfs merge=lfs -text\n';

test('edits of other records merge, of one record wait for a person, and what comes out is an asset again', async () => {
  const { people } = await startTeam(['alice', 'bob'], { '.gitattributes': LFS, 'Big.esp': plugin });
  const [alice, bob] = people as [Person, Person];
  expect(bob.git('cat-file', '-p', 'HEAD:Big.esp')).toMatch(/^version https:\/\/git-lfs/);
  alice.write('Big.esp', price(plugin, 'Beacon_Part03', 77));
  bob.write('Big.esp', price(plugin, 'Beacon_Part05', 55));
  await alice.sync();
  expect(await bob.sync()).toMatchObject({ outcome: 'synced', pushed: true, conflicts: [] });
  await alice.sync();
  const both = price(price(plugin, 'Beacon_Part03', 77), 'Beacon_Part05', 55);
  expect(alice.read('Big.esp')).toBe(both.toString('latin1'));
  expect(bob.files()).toEqual(alice.files());
  expect(bob.git('cat-file', '-p', 'HEAD:Big.esp')).toMatch(/^version https:\/\/git-lfs/);
  expect(bob.git('status', '--porcelain')).toBe('');

  alice.write('Big.esp', price(both, 'Beacon_Part07', 1));
  bob.write('Big.esp', price(price(both, 'Beacon_Part07', 2), 'Beacon_Part08', 8));
  await alice.sync();
  const { conflicts } = await bob.sync();
  expect(conflicts).toMatchObject([{ path: 'Big.esp', records: [{ editorId: 'Beacon_Part07' }] }]);
  const [conflict] = (await bob.engine.listConflicts(bob.id)) as [SyncConflict];
  const formId = conflict.records![0]!.formId;
  expect(await bob.engine.resolveSyncConflict(conflict, { records: { [formId]: 'remote' } })).toMatchObject({
    pushed: true,
  });
  await alice.sync();
  const all = price(price(both, 'Beacon_Part07', 1), 'Beacon_Part08', 8);
  expect(alice.read('Big.esp')).toBe(all.toString('latin1'));
  expect(bob.files()).toEqual(alice.files());
});

test('an archive that two people repacked merges by its entries', async () => {
  const pack = (...names: string[]) =>
    writeBa2(names.map((name) => ({ path: `Scripts/${name}.pex`, content: Buffer.from(`of ${name}`) })));
  const path = 'Mod - Main.ba2';
  const { people } = await startTeam(['alice', 'bob'], { [path]: pack('a', 'b') });
  const [alice, bob] = people as [Person, Person];
  alice.write(path, pack('a', 'b', 'hers'));
  bob.write(path, pack('b', 'his'));
  await alice.sync();
  expect(await bob.sync()).toMatchObject({ outcome: 'synced', pushed: true, conflicts: [] });
  await alice.sync();
  expect(bob.files()).toEqual(alice.files());
  const { entries } = readBa2(Buffer.from(alice.read(path), 'latin1'));
  expect(entries.map(({ name }) => name).sort()).toEqual([
    'Scripts/b.pex',
    'Scripts/hers.pex',
    'Scripts/his.pex',
  ]);
  expect(bob.git('cat-file', '-p', `HEAD:${path}`)).toMatch(/^version https:\/\/git-lfs/);
});

test('two archives added under one name merge by their entries, and come out as an asset', async () => {
  const pack = (...names: string[]) =>
    writeBa2(names.map((name) => ({ path: `Scripts/${name}.pex`, content: Buffer.from(`of ${name}`) })));
  const path = 'New - Main.ba2';
  const { people } = await startTeam(['alice', 'bob'], { 'a.txt': 'a' });
  const [alice, bob] = people as [Person, Person];
  alice.write(path, pack('both', 'hers'));
  bob.write(path, pack('both', 'his'));
  await alice.sync();
  expect(await bob.sync()).toMatchObject({ outcome: 'synced', pushed: true, conflicts: [] });
  await alice.sync();
  expect(alice.files()).toEqual(bob.files());
  const { entries } = readBa2(Buffer.from(alice.read(path), 'latin1'));
  expect(entries.map(({ name }) => name).sort()).toEqual([
    'Scripts/both.pex',
    'Scripts/hers.pex',
    'Scripts/his.pex',
  ]);
  expect(bob.git('cat-file', '-p', `HEAD:${path}`)).toMatch(/^version https:\/\/git-lfs/);
});
