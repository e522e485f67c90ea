/** What keeps a release back, or is told of before it goes out; a refusal changes nothing. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReleaseCheck, ReleaseFault } from '../../src/index.ts';
import type { SyncError } from '../../src/shared/errors.ts';
import { git } from '../support/gitRepository.ts';
import { startLocalProject } from '../support/localProject.ts';
import { plugin } from '../support/pluginBuilder.ts';
import { startTestRelay } from '../support/relay.ts';
import { joinTeam, type Person, startTeamAt } from '../support/team.ts';
import { alone, checksOf, type Files, FOMOD, faultsOf, MOD, releaseOf, ruled } from './releaseProject.ts';

test('a version that is taken, older or none, and work that nobody else has, keep a release back', async () => {
  const alice = await alone();
  await releaseOf(alice, '1.1.0');
  await alice.sync();
  expect(await checksOf(alice, '1.1.0')).toEqual(['version-taken']);
  expect(await checksOf(alice, '1.1.0-rc.1')).toEqual(['version-not-newer']);
  await expect(releaseOf(alice, 'newest')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  const bob = await joinTeam(alice, 'bob');
  expect(await checksOf(bob, '1.1.0')).toEqual(['version-taken']);

  alice.write('Scripts/My.pex', 'unsaved');
  expect(await checksOf(alice, '1.2.0')).toEqual(['dirty']);
  await alice.engine.nameSnapshot(alice.id, 'mine');
  expect(await checksOf(alice, '1.2.0')).toEqual(['not-synced']);
  await alice.sync();
  // he is told of what she sent, although he did not ask for it
  await expect(releaseOf(bob, '1.2.0')).rejects.toMatchObject({
    code: 'RELEASE_REFUSED',
    message: expect.stringContaining('0 snapshots ahead of the remote and 1 behind'),
  });
  await releaseOf(alice, '1.2.0');
});

test('an open conflict keeps a release back', async () => {
  const alice = await alone();
  const bob = await joinTeam(alice, 'bob');
  alice.write('Readme.txt', 'hers\n');
  bob.write('Readme.txt', 'his\n');
  await alice.sync();
  await bob.sync();
  expect(await checksOf(bob, '1.0.0')).toEqual(['conflict', 'not-synced']);
});

const fallout = (masters: readonly string[]) => plugin([], { masters });

test.each<readonly [string, Files, object, readonly ReleaseCheck[]]>([
  ['a master that nobody has', { 'My.esp': fallout(['Fallout4.esm', 'Other.esm']) }, {}, ['missing-master']],
  ['a damaged plugin', { 'My.esp': 'TES4 and no more' }, {}, ['plugin']],
  [
    'an installer that names what is not there',
    { 'fomod/ModuleConfig.xml': FOMOD.replace('My.esp', 'Your.esp') },
    {},
    ['fomod'],
  ],
  ['an installer that is no XML', { 'fomod/ModuleConfig.xml': '<config>' }, {}, ['fomod']],
  ['a file of the game', { 'Strings/DLCCoast_en.STRINGS': 'theirs' }, {}, ['game-file']],
  ['a stamp that has no place', {}, { stamp: ['Scripts/My.pex', 'nothing.json'] }, ['stamp']],
  ['a project without anything for players', {}, { root: 'docs' }, ['empty']],
])('%s keeps a release back, and nothing is changed', async (_, files, rules, checks) => {
  const alice = await alone();
  for (const [path, content] of Object.entries(files)) alice.write(path, content);
  await ruled(alice, rules);
  expect(await checksOf(alice, '1.0.0')).toEqual(checks);
});

test('all faults are told of at once', async () => {
  const alice = await alone({ 'My.esp': fallout(['A.esm', 'B.esm']), 'fomod/ModuleConfig.xml': '<a/>' });
  alice.write('Readme.txt', 'unsaved');
  expect((await faultsOf(alice, '1.0.0')).map(({ check }) => check)).toEqual([
    'dirty',
    'missing-master',
    'missing-master',
    'fomod',
  ]);
});

test('rules say what else goes along, what does not, and what players must have', async () => {
  const alice = await alone(
    {
      'package/My.esp': fallout(['Fallout4.esm', 'DLCCoast.esm', 'Other.esm']),
      'package/Scripts/Source/User/My.psc': 'Scriptname My\n',
      'package/Textures/test.dds': 'test',
      'package/extra/guide.pdf': 'guide',
      'Main.esp': 'elsewhere',
    },
    {
      root: 'package',
      name: 'My Mod',
      include: ['extra/'],
      exclude: ['test.*'],
      sources: true,
      requires: ['other.ESM'],
    },
  );
  const made = await releaseOf(alice, '1.0.0');
  expect(made.files.map(({ path }) => path)).toEqual([
    'My.esp',
    'Scripts/Source/User/My.psc',
    'extra/guide.pdf',
  ]);
  expect(made.archive?.path.endsWith('/v1.0.0/My Mod-1.0.0.zip')).toBe(true);
  await ruled(alice, { sauces: true });
  await expect(releaseOf(alice, '1.1.0')).rejects.toMatchObject({
    code: 'INVALID_CONFIG',
    message: expect.stringContaining('sauces'),
  });
});

test('scripts that nobody compiled are told of', async () => {
  const alice = await alone({ ...MOD, 'Scripts/Source/User/New.psc': 'Scriptname New\n' });
  const { warnings } = await releaseOf(alice, '1.0.0');
  expect(warnings).toEqual([expect.stringContaining('new has a source and no compiled .pex')]);
});

test('what stock git lets in and an archive cannot hold is told of: two spellings, links, names of Windows', async () => {
  const { engine, id, folder } = await startLocalProject({ 'Textures/My/a.dds': 'a', 'My.ini': '[My]' });
  // as a person on Linux would, by Git's plumbing: not every disk can hold these
  const add = (mode: string, path: string, content: string) => {
    writeFileSync(join(folder, '.git/content'), content);
    const blob = git(folder, 'hash-object', '-w', '.git/content').trim();
    git(folder, 'update-index', '--add', '--cacheinfo', `${mode},${blob},${path}`);
  };
  add('100644', 'textures/My/b.dds', 'b');
  add('100644', 'textures/My/c.dds', 'c');
  add('100644', 'Meshes/aux.nif', 'mesh');
  add('120000', 'Meshes/link.nif', 'other.nif');
  git(folder, 'commit', '-qm', 'From elsewhere');
  const error = await engine.releases.make(id, '1.0.0').catch((thrown: unknown) => thrown);
  const faults = (error as SyncError).data.faults as readonly ReleaseFault[];
  expect(faults.filter(({ check }) => check !== 'dirty').map(({ check, path }) => [check, path])).toEqual([
    ['name', 'Meshes/aux.nif'],
    ['case', 'textures'],
    ['odd-file', 'Meshes/link.nif'],
  ]);
  expect(git(folder, 'tag')).toBe('');
});

test('a tag that others wrote is a version, and is believed nothing', async () => {
  const alice = await alone();
  alice.git('tag', 'v1.0.0');
  const lines = 'Modsync-Archive: ../../secret.zip\nModsync-SHA256: '.concat(
    '0'.repeat(64),
    '\nModsync-Format: 1',
  );
  alice.git('tag', '-a', 'v1.1.0', '-m', `Ours\n\n${lines}`);
  alice.git('tag', 'v1', '-m', 'no version');
  const releases = await alice.engine.releases.list(alice.id);
  expect(releases.map(({ version, archive }) => [version, archive])).toEqual([
    ['1.1.0', undefined],
    ['1.0.0', undefined],
  ]);
  await expect(alice.engine.releases.verify(alice.id, '1.1.0')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await checksOf(alice, '1.0.0')).toEqual(['version-taken']);

  // and one that names other bytes than its snapshot makes is found out
  alice.git('tag', '-a', 'v1.2.0', '-m', `Ours\n\n${lines.replace('../../secret.zip', 'Mod.zip')}`);
  await expect(alice.engine.releases.verify(alice.id, '1.2.0')).rejects.toMatchObject({
    code: 'RELEASE_DIFFERS',
  });
});

test('an archive that the relay does not take keeps the release back, with the rule that splits it', async () => {
  const relay = await startTestRelay({ limits: { asset: 40_000 } });
  const files = { ...MOD, 'Textures/My/b.dds': randomBytes(50_000) };
  const { people } = await startTeamAt(relay, ['alice'], files);
  const [alice] = people as [Person];
  expect(await checksOf(alice, '1.0.0')).toEqual(['too-large']);
  const [fault] = await faultsOf(alice, '1.0.0');
  expect(fault?.message).toContain('"parts": { "Textures": ["Textures/"] }');
  expect(await releaseOf(alice, '1.0.0', { local: true })).toMatchObject({ tag: 'v1.0.0' });
});
