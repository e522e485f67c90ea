/** Every kind of conflict at once, in the real command: each strategy, decisions one by one, and stock git instead. */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleProject, writeBa2 } from '../../src/bethesda/index.ts';
import type { ProjectSnapshot, SyncConflict } from '../../src/shared/types.ts';
import { temporaryFolder } from '../support/host.ts';
import { group, misc, plugin } from '../support/pluginBuilder.ts';
import { type Modder, startTeamOfProcesses } from '../support/processes.ts';
import { blobIdOnDisk, reachableIds } from '../support/reachable.ts';
import { filesOf } from '../support/team.ts';
import { expectHealthy } from '../support/workingCopies.ts';

const beacon = sampleProject(1, { megabytes: 0 }).find(({ path }) => path.endsWith('.esp'))!.content;
const price = (value: number) => {
  const copy = Buffer.from(beacon);
  copy.writeUInt32LE(value, copy.indexOf('DATA', copy.indexOf('Beacon_Part05')) + 6);
  return copy;
};
const own = (...values: number[]) =>
  plugin([
    group(
      0,
      'MISC',
      values.map((value, at) => misc(0x01000800 + at, value)),
    ),
  ]);
/** With a new record of this name. */
const withNew = (name: string) => {
  const file = Buffer.from(own(1, 2, 3));
  file.write(name, file.indexOf('Thing1000802'), 'latin1');
  return file;
};
const lines = (seventh: string, first = 'line 1') =>
  Array.from({ length: 12 }, (_, at) => (at === 6 ? seventh : at === 0 ? first : `line ${at + 1}`)).join(
    '\n',
  );
const pack = (script: string) => writeBa2([{ path: 'Scripts/a.pex', content: Buffer.from(script) }]);

const START: Readonly<Record<string, string | Uint8Array>> = {
  'Text.psc': lines('seven'),
  'Keys.json': '{\n  "a": 1,\n  "b": 1\n}\n',
  'Keys.ini': '[A]\na=1\nb=1\n',
  'Records.esp': beacon,
  'Collision.esp': own(1, 2),
  'Mod - Main.ba2': pack('one'),
  'Textures/sign.dds': 'DDS one',
  'Lost.txt': 'lost\n',
  'Gone.txt': 'gone\n',
  'Meshes/named.nif': 'mesh',
  'Renamed.psc': lines('seven'),
  'Sets.esp': own(1),
  'Vis/Sets.esp/00001A2B.uvd': 'v0',
  'place.txt': 'file\n',
};

/** What each person does; `hers` is at the remote first. */
function change(person: Modder, isHers: boolean): void {
  const who = isHers ? 'hers' : 'his';
  person.write('Text.psc', lines(who, isHers ? 'her first' : 'line 1'));
  person.write('Keys.json', `{\n  "a": ${isHers ? 2 : 3},\n  "b": ${isHers ? 2 : 1}\n}\n`);
  person.write('Keys.ini', `[A]\na=${isHers ? 2 : 3}\nb=${isHers ? 2 : 1}\n`);
  person.write('Records.esp', price(isHers ? 2 : 3));
  person.write('Collision.esp', withNew(isHers ? 'HerOwnThings' : 'HisOwnThings'));
  person.write('Mod - Main.ba2', pack(who));
  person.write('Textures/sign.dds', `DDS ${who}`);
  person.write('Both.txt', `${who}\n`);
  if (isHers) person.remove('Lost.txt');
  else person.write('Lost.txt', 'changed\n');
  if (isHers) person.write('Gone.txt', 'changed\n');
  else person.remove('Gone.txt');
  person.rename('Meshes/named.nif', `Meshes/${who}.nif`);
  if (isHers) person.rename('Renamed.psc', 'Moved.psc');
  person.write(isHers ? 'Moved.psc' : 'Renamed.psc', lines(who));
  person.write(isHers ? 'Case.txt' : 'case.txt', `${who}\n`);
  person.write('Sets.esp', own(isHers ? 2 : 3));
  person.write('Vis/Sets.esp/00001A2B.uvd', who);
  person.write('tool.sh', 'run\n');
  person.chmod('tool.sh', isHers ? 0o755 : 0o644);
  if (isHers) {
    person.remove('place.txt');
    person.write('place.txt/inside.txt', 'hers\n');
  } else {
    person.write('place.txt', 'his\n');
  }
}

const KINDS: Readonly<Record<string, string>> = {
  'Both.txt': 'both-added',
  'Case.txt': 'case-collision',
  'Collision.esp': 'both-modified',
  'Gone.txt': 'deleted-by-us',
  'Keys.ini': 'both-modified',
  'Keys.json': 'both-modified',
  'Lost.txt': 'deleted-by-them',
  'Meshes/hers.nif': 'rename-rename',
  'Mod - Main.ba2': 'both-modified',
  'Moved.psc': 'rename-modify',
  'Records.esp': 'both-modified',
  'Sets.esp': 'previs-set',
  'Text.psc': 'both-modified',
  'Textures/sign.dds': 'both-modified',
  'place.txt': 'deleted-by-them',
  'place.txt/inside.txt': 'file-folder',
  'tool.sh': 'mode',
};
const kindsOf = (conflicts: unknown) =>
  Object.fromEntries((conflicts as SyncConflict[]).map(({ path, kind }) => [path, kind]));

/** Files that Git has no form of a conflict for: more than one path each. */
const SEVERAL = ['Case.txt', 'Meshes/hers.nif', 'Moved.psc', 'Sets.esp', 'place.txt/inside.txt'];

async function openConflicts(bob: Modder): Promise<SyncConflict[]> {
  const { answer } = await bob.tryModsync('conflicts');
  return (answer as { readonly data: SyncConflict[] }).data; // what the command answers
}

/** Runs `work` in a copy of the folder, so that the next strategy finds what this one found. */
async function inCopy(bob: Modder, work: () => Promise<void>): Promise<void> {
  const { folder } = bob;
  bob.folder = join(temporaryFolder('copy'), 'mod');
  cpSync(folder, bob.folder, { recursive: true, preserveTimestamps: true });
  await work();
  await expectHealthy(bob);
  bob.folder = folder;
}

test('every kind of conflict is found and settled: by each strategy, one by one, by stock git; nothing is lost', async () => {
  const { people } = await startTeamOfProcesses(['alice', 'bob'], START);
  const [alice, bob] = people as [Modder, Modder];
  change(alice, true);
  change(bob, false);
  await alice.modsync('sync');
  const his = bob.read('Text.psc');
  expect((await bob.tryModsync('sync')).code).toBe(3);
  expect(kindsOf(await openConflicts(bob))).toEqual(KINDS);
  expect(bob.read('Text.psc')).toBe(his);
  const sides = new Map([alice, bob].map((person) => [person, filesOf(person.folder)]));

  await inCopy(bob, async () => {
    await bob.modsync('sync', '--pull', '--strategy', 'local');
    // but for what only she made, it is his folder
    for (const [path, content] of sides.get(bob)!) expect([path, bob.read(path)]).toEqual([path, content]);
    expect(bob.tryRead('Gone.txt')).toBeUndefined();
  });
  await inCopy(bob, async () => {
    await bob.modsync('sync', '--pull', '--strategy', 'remote');
    expect(filesOf(bob.folder)).toEqual(sides.get(alice));
  });
  await inCopy(bob, async () => {
    expect((await bob.tryModsync('sync', '--pull', '--strategy', 'merge')).code).toBe(3);
    expect(kindsOf(await openConflicts(bob))).toEqual(KINDS);
    // all or none: not all of them are two files
    expect((await bob.tryModsync('resolve', '--all', '--use', 'both')).answer).toMatchObject({
      error: { code: 'INVALID_INPUT' },
    });
    expect(kindsOf(await openConflicts(bob))).toEqual(KINDS);
  });

  // what Git has no form for first; then opened, aborted, opened again and settled with stock git alone
  await inCopy(bob, async () => {
    expect((await bob.tryModsync('merge', '--open')).answer).toMatchObject({
      error: { code: 'INVALID_INPUT' },
    });
    expect((await bob.tryModsync('resolve', ...SEVERAL, '--use', 'remote')).code).toBe(3);
    const before = filesOf(bob.folder);
    expect((await bob.tryModsync('merge', '--open')).code).toBe(3);
    expect(bob.read('Text.psc')).toContain('<<<<<<<');
    await bob.git('merge', '--abort');
    expect(filesOf(bob.folder)).toEqual(before);
    expect((await bob.tryModsync('merge', '--open')).code).toBe(3);
    const unmerged = (await bob.git('diff', '--name-only', '--diff-filter=U')).split('\n');
    await bob.git('checkout', '--theirs', '--', ...unmerged.filter((path) => !/Lost|place/.test(path)));
    await bob.git('rm', '-q', '--', 'Lost.txt', 'place.txt').catch(() => undefined);
    await bob.git('add', '-A');
    await bob.git('commit', '-q', '--no-edit');
    await bob.modsync('sync', '--pull');
    expect(await openConflicts(bob)).toEqual([]);
    expect(bob.read('Textures/sign.dds')).toBe('DDS hers');
    expect(bob.read('Text.psc')).toBe(lines('hers', 'her first'));
  });

  const mine = join(temporaryFolder('mine'), 'Both.txt');
  writeFileSync(mine, 'of both\n');
  const record = (path: string, open: readonly SyncConflict[]) =>
    open.find((conflict) => conflict.path === path)?.records?.[0]?.formId ?? '';
  const open = await openConflicts(bob);
  for (const [path, ...choice] of [
    ['Text.psc', '--hunk', '1=both'],
    ['Keys.json', '--hunk', '1=remote'],
    ['Keys.ini', '--hunk', '1=local'],
    ['Mod - Main.ba2', '--hunk', '1=remote'],
    ['Records.esp', '--record', `${record('Records.esp', open)}=remote`],
    ['Collision.esp', '--record', `${record('Collision.esp', open)}=local`],
    ['Textures/sign.dds', '--use', 'both'],
    ['Both.txt', '--use', mine],
    ['Lost.txt', '--use', 'remote'],
    ['Gone.txt', '--use', 'base'],
    ['Meshes/hers.nif', '--use', 'both'],
    ['Moved.psc', '--use', 'remote'],
    ['Case.txt', '--use', 'remote'],
    ['Sets.esp', '--use', 'remote'],
    ['tool.sh', '--use', 'remote'],
    ['place.txt', '--use', 'remote'],
  ] as const)
    expect([path, (await bob.tryModsync('resolve', path, ...choice)).code]).toEqual([path, 3]);
  await bob.modsync('resolve', 'place.txt/inside.txt', '--use', 'remote');
  await alice.modsync('sync');
  const all = filesOf(alice.folder);
  expect(filesOf(bob.folder)).toEqual(all);
  const expected: Readonly<Record<string, string>> = {
    'Text.psc': lines('his\nhers', 'her first'),
    'Keys.json': '{\n  "a": 2,\n  "b": 2\n}\n',
    'Keys.ini': '[A]\na=3\nb=2\n',
    'Records.esp': price(2).toString('latin1'),
    'Collision.esp': withNew('HisOwnThings').toString('latin1'),
    'Mod - Main.ba2': Buffer.from(pack('hers')).toString('latin1'),
    'Textures/sign.dds': 'DDS his',
    'Textures/sign.from-alice.dds': 'DDS hers',
    'Both.txt': 'of both\n',
    'Gone.txt': 'gone\n',
    'Meshes/hers.nif': 'mesh',
    'Meshes/his.nif': 'mesh',
    'Moved.psc': lines('hers'),
    'Case.txt': 'hers\n',
    'Vis/Sets.esp/00001A2B.uvd': 'hers',
    'place.txt/inside.txt': 'hers\n',
  };
  for (const [path, content] of Object.entries(expected))
    expect([path, all.get(path)]).toEqual([path, content]);
  for (const path of ['Lost.txt', 'Renamed.psc', 'case.txt', 'Meshes/named.nif'])
    expect(all.has(path)).toBe(false);

  const history = (await alice.modsync('history', '--conflicts')) as unknown as ProjectSnapshot[];
  expect(history[0]?.author.name).toBe('bob');
  expect(history[0]?.decided?.map(({ path }) => path).sort()).toEqual(Object.keys(KINDS).sort());
  const kept = reachableIds([bob.folder]);
  for (const files of sides.values())
    for (const [path, content] of files)
      if (!/\.(dds|ba2|nif|uvd)$/.test(path))
        expect([path, kept.has(blobIdOnDisk(path, content))]).toEqual([path, true]);
  for (const person of people) await expectHealthy(person);
});
