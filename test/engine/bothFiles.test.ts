/** Keeping both files of a conflict side by side. */
import { besidePath } from '../../src/engine/merging/beside.ts';
import { foldName } from '../../src/merge/index.ts';
import type { SyncConflict } from '../../src/shared/types.ts';
import { bytesOf } from '../support/assets.ts';
import { type Person, startTeam } from '../support/team.ts';

const both = { use: 'both' } as const;
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

async function clash(
  files: Readonly<
    Record<string, readonly [base: string | Uint8Array, hers: string | Uint8Array, his: string | Uint8Array]>
  >,
) {
  const { people } = await startTeam(
    ['alice', 'bob'],
    Object.fromEntries(Object.entries(files).map(([path, [base]]) => [path, base])),
  );
  const [alice, bob] = people as [Person, Person];
  for (const [path, [, hers, his]] of Object.entries(files)) {
    alice.write(path, hers);
    bob.write(path, his);
  }
  await alice.sync();
  const { conflicts } = await bob.sync();
  return { alice, bob, conflicts: conflicts as [SyncConflict, ...SyncConflict[]] };
}

test('two textures stay, theirs beside ours under a name that says whose it is, both as assets', async () => {
  const path = 'Textures/Sign.DDS';
  const [base, hers, his] = [bytesOf(1, 5000), bytesOf(2, 5000), bytesOf(3, 5000)];
  const { alice, bob, conflicts } = await clash({ [path]: [base, hers, his] });
  const result = await bob.engine.resolveSyncConflict(conflicts[0], both);
  expect(result).toMatchObject({
    pushed: true,
    received: [{ path: 'Textures/Sign.from-alice.DDS', kind: 'added' }],
  });
  expect(bob.read(path)).toBe(latin1(his));
  expect(bob.read('Textures/Sign.from-alice.DDS')).toBe(latin1(hers));
  await alice.sync();
  expect(alice.files()).toEqual(bob.files());
  for (const name of [path, 'Textures/Sign.from-alice.DDS'])
    expect(bob.git('cat-file', '-p', `HEAD:${name}`)).toMatch(/^version https:\/\/git-lfs/);
  expect(bob.git('status', '--porcelain')).toBe('');
  expect(await alice.engine.getProjectHistory(alice.id, { conflicts: true })).toMatchObject([
    { author: { name: 'bob' }, decided: [{ path, how: 'both' }] },
  ]);
});

test('a name that is there already is left alone, whatever its case', async () => {
  const { bob, conflicts } = await clash({
    'a.bin': ['\0', '\0hers', '\0his'],
    'A.FROM-ALICE.bin': ['mine', 'mine', 'mine'],
  });
  await bob.engine.resolveSyncConflict(conflicts[0], both);
  expect(bob.read('A.FROM-ALICE.bin')).toBe('mine');
  expect(bob.read('a.from-alice-2.bin')).toBe('\0hers');
});

test('two new names for one file: both stay', async () => {
  const { alice, bob } = await clash({ 'Meshes/a.nif': ['mesh', 'mesh', 'mesh'] });
  for (const [person, name] of [
    [alice, 'Meshes/hers.nif'],
    [bob, 'Meshes/his.nif'],
  ] as const) {
    person.remove('Meshes/a.nif');
    person.write(name, 'mesh');
  }
  await alice.sync();
  const { conflicts } = await bob.sync();
  expect(conflicts).toMatchObject([{ kind: 'rename-rename' }]);
  await bob.engine.resolveSyncConflict(conflicts[0] as SyncConflict, both);
  await alice.sync();
  for (const { read } of [alice, bob])
    expect([read('Meshes/hers.nif'), read('Meshes/his.nif')]).toEqual(['mesh', 'mesh']);
});

test('names that differ in case: theirs goes into our folder, under a name of its own where ours has it', async () => {
  const { alice, bob } = await clash({ 'Textures/Walls/old.dds': ['old', 'old', 'old'] });
  // git sees two folders where Windows has one
  alice.remove('Textures/Walls/old.dds');
  alice.write('textures/walls/old.dds', 'old');
  alice.write('textures/walls/Sign.dds', 'hers');
  alice.write('Readme.txt', 'hers');
  bob.write('Textures/Walls/sign.dds', 'his');
  bob.write('readme.TXT', 'his');
  await alice.sync();
  const { conflicts } = await bob.sync();
  expect(conflicts.map(({ path, kind }) => `${path} ${kind}`)).toEqual([
    'Readme.txt case-collision',
    'textures/walls/Sign.dds case-collision',
    'textures/walls/old.dds case-collision',
  ]);
  await bob.engine.resolveSyncConflicts(conflicts.map((conflict) => ({ conflict, resolution: both })));
  await alice.sync();
  expect(alice.files()).toEqual(bob.files());
  expect([...bob.files()].filter(([path]) => !path.startsWith('.'))).toEqual([
    ['Readme.from-alice.txt', 'hers'],
    ['Textures/Walls/Sign.from-alice.dds', 'hers'],
    ['Textures/Walls/old.dds', 'old'],
    ['Textures/Walls/sign.dds', 'his'],
    ['readme.TXT', 'his'],
  ]);
});

test('names that differ in case: theirs alone goes into our folder, over what has its name', async () => {
  const { alice, bob } = await clash({ 'Textures/Walls/old.dds': ['old', 'old', 'old'] });
  alice.write('textures/walls/Sign.dds', 'hers');
  alice.write('textures/walls/new.dds', 'hers');
  alice.remove('Textures/Walls/old.dds');
  bob.write('Textures/Walls/sign.dds', 'his');
  await alice.sync();
  const { conflicts } = await bob.sync();
  expect(conflicts.map(({ kind }) => kind)).toEqual(['case-collision', 'case-collision']);
  await bob.engine.resolveSyncConflicts(
    conflicts.map((conflict) => ({ conflict, resolution: { use: 'remote' } })),
  );
  await alice.sync();
  expect(alice.files()).toEqual(bob.files());
  expect([...bob.files()].filter(([path]) => !path.startsWith('.'))).toEqual([
    ['Textures/Walls/Sign.dds', 'hers'],
    ['Textures/Walls/new.dds', 'hers'],
  ]);
});

test('a save over a pulled file stays, and what was pulled lies beside it', async () => {
  const lines = (second: string, tenth: string) =>
    Array.from({ length: 12 }, (_, at) => (at === 1 ? second : at === 9 ? tenth : `line ${at + 1}`)).join(
      '\n',
    );
  const { people } = await startTeam(['alice', 'bob'], { 'a.txt': lines('two', 'ten') });
  const [alice, bob] = people as [Person, Person];
  alice.write('a.txt', lines('hers', 'her ten'));
  await alice.sync();
  await bob.sync();
  // an editor that still has the old version
  bob.write('a.txt', lines('his', 'ten'));
  const { conflicts } = await bob.sync();
  expect(conflicts).toMatchObject([{ path: 'a.txt', kind: 'stale-edit' }]);
  expect(await bob.engine.resolveSyncConflict(conflicts[0] as SyncConflict, both)).toMatchObject({
    outcome: 'synced',
    pushed: true,
  });
  await alice.sync();
  expect(alice.read('a.txt')).toBe(lines('his', 'ten'));
  const beside = [...alice.files()].filter(([path]) => /^a\.from-.*\.txt$/.test(path));
  expect(beside.map(([, content]) => content)).toEqual([lines('hers', 'her ten')]);
});

test('is refused where there are no two files, and where theirs would not be an asset under its name', async () => {
  const { alice, bob, conflicts } = await clash({
    '.gitattributes': [
      '/big.txt filter=lfs diff=lfs merge=lfs -text\n',
      '/big.txt filter=lfs diff=lfs merge=lfs -text\n',
      '/big.txt filter=lfs diff=lfs merge=lfs -text\n',
    ],
    'big.txt': ['a\n', 'hers\n', 'his\n'],
  });
  await expect(bob.engine.resolveSyncConflict(conflicts[0], both)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringContaining('big.from-alice.txt'),
  });
  await bob.engine.resolveSyncConflict(conflicts[0], { use: 'local' });
  await alice.sync();
  alice.remove('big.txt');
  bob.write('big.txt', 'more\n');
  await alice.sync();
  const { conflicts: next } = await bob.sync();
  await expect(bob.engine.resolveSyncConflict(next[0] as SyncConflict, both)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  });
});

test.each([
  ['Mod - Main.ba2', 'José Ñandú 3', 'Mod - Main.from-Jose-Nandu-3.ba2'],
  ['a/b.c/README', '美咲', 'a/b.c/README.from-theirs'],
  ['.hidden', 'X', '.hidden.from-X'],
  [`${'ä'.repeat(200)}.dds`, 'X', `${'ä'.repeat(90)}.from-X.dds`],
])('%s of %s becomes %s', (path, who, name) => {
  expect(besidePath(path, who, () => false)).toBe(name);
  const taken = new Set([foldName(name)]);
  expect(besidePath(path, who, (other) => taken.has(other))).not.toBe(name);
});
