/** Deciding inside a file: places of a text, keys, records; the whole file; and what history says of it afterwards. */
import { writeFileSync } from 'node:fs';
import { sampleProject } from '../../src/bethesda/index.ts';
import type { ConflictResolution, SyncConflict } from '../../src/shared/types.ts';
import { temporaryFolder } from '../support/host.ts';
import { type Person, startTeam } from '../support/team.ts';

const plugin = sampleProject(1, { megabytes: 0 }).find(({ path }) => path.endsWith('.esp'))!.content;
const price = (of: Uint8Array, part: string, value: number) => {
  const copy = Buffer.from(of);
  copy.writeUInt32LE(value, copy.indexOf('DATA', copy.indexOf(part)) + 6);
  return copy;
};
const lines = (...changed: readonly (readonly [number, string])[]) => {
  const all = Array.from({ length: 30 }, (_, at) => `line ${at + 1}`);
  for (const [at, text] of changed) all[at - 1] = text;
  return `${all.join('\r\n')}\r\n`;
};

/** Both change one file; Bob syncs second, and has the conflict. */
async function clash(
  path: string,
  base: string | Uint8Array,
  hers: string | Uint8Array,
  his: string | Uint8Array,
) {
  const { people } = await startTeam(['alice', 'bob'], { [path]: base });
  const [alice, bob] = people as [Person, Person];
  alice.write(path, hers);
  bob.write(path, his);
  await alice.sync();
  expect(await bob.sync()).toMatchObject({ outcome: 'conflicts', pushed: false });
  const open = async () => (await bob.engine.listConflicts(bob.id))[0] as SyncConflict; // one at most in these tests
  return { alice, bob, open, conflict: await open() };
}

test('places of a text are decided one by one; what only one side changed is merged whatever is chosen', async () => {
  const { alice, bob, open, conflict } = await clash(
    'Quest.psc',
    lines(),
    lines([2, 'her 2'], [10, 'her 10'], [20, 'her 20']),
    lines([10, 'his 10'], [20, 'his 20'], [28, 'his 28']),
  );
  expect(conflict.hunks).toMatchObject([
    {
      number: 1,
      base: { line: 10, lines: ['line 10'] },
      ours: { lines: ['his 10'] },
      theirs: { lines: ['her 10'] },
    },
    { number: 2, ours: { line: 20, lines: ['his 20'] }, theirs: { line: 20, lines: ['her 20'] } },
  ]);
  expect(conflict.base).toMatchObject({
    author: { name: expect.stringMatching(/alice/i) },
    message: expect.anything(),
  });
  expect(conflict.theirs).toMatchObject({
    author: { name: expect.stringMatching(/alice/i) },
    message: expect.anything(),
  });

  const half = await bob.engine.resolveSyncConflict(conflict, { hunks: { 1: 'both' } });
  expect(half).toMatchObject({ outcome: 'conflicts', pushed: false });
  expect((await open()).hunks).toMatchObject([{ number: 1, decided: 'both' }, { number: 2 }]);
  expect((await open()).reason).toMatch(/in one place/);

  expect(await bob.engine.resolveSyncConflict(await open(), { hunks: { 2: 'remote' } })).toMatchObject({
    outcome: 'synced',
    pushed: true,
  });
  expect(bob.read('Quest.psc')).toBe(
    lines([2, 'her 2'], [10, 'his 10\r\nher 10'], [20, 'her 20'], [28, 'his 28']),
  );
  await alice.sync();
  expect(alice.files()).toEqual(bob.files());
  // both sides stay in history, and it says what was decided
  expect(bob.git('rev-list', '--parents', '-1', 'HEAD').split(' ')).toHaveLength(3);
  expect(bob.git('log', '-1', '--format=%B')).toContain('Modsync-Decided: inside Quest.psc');
});

test('keys of INI and JSON files are decided by key', async () => {
  const ini = await clash(
    'Mod.ini',
    '[Display]\r\niSize=1\r\nbOn=0\r\n',
    '[Display]\r\niSize=2\r\nbOn=0\r\n',
    '[Display]\r\niSize=3\r\nbOn=1\r\n',
  );
  expect(ini.conflict.hunks).toMatchObject([
    { number: 1, name: '[display] isize', ours: { lines: ['iSize=3'] }, theirs: { lines: ['iSize=2'] } },
  ]);
  await expect(
    ini.bob.engine.resolveSyncConflict(ini.conflict, { hunks: { 1: 'both' } }),
  ).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  });
  await ini.bob.engine.resolveSyncConflict(ini.conflict, { hunks: { 1: 'remote' } });
  expect(ini.bob.read('Mod.ini')).toBe('[Display]\r\niSize=2\r\nbOn=1\r\n');

  const json = await clash(
    'config.json',
    '{\n  "a": 1,\n  "b": { "c": 1, "gone": 1 }\n}\n',
    '{\n  "a": 2,\n  "b": { "c": 2, "gone": 2 }\n}\n',
    '{\n  "a": 1,\n  "b": { "c": 3 }\n}\n',
  );
  expect(json.conflict.hunks).toMatchObject([
    { number: 1, name: 'b.c', base: { lines: ['1'] }, ours: { lines: ['3'] }, theirs: { lines: ['2'] } },
    { number: 2, name: 'b.gone', ours: { lines: [] }, theirs: { lines: ['2'] } },
  ]);
  await json.bob.engine.resolveSyncConflict(json.conflict, { hunks: { 1: 'local', 2: 'remote' } });
  expect(JSON.parse(json.bob.read('config.json'))).toEqual({ a: 2, b: { c: 3, gone: 2 } });
});

test('records of a plugin are decided by FormID, laid out by subrecord; the rest of both sides is merged', async () => {
  let hers = price(plugin, 'Beacon_Part03', 77);
  let his = price(plugin, 'Beacon_Part05', 55);
  for (const [part, value] of [
    ['Beacon_Part07', 1],
    ['Beacon_Part09', 3],
  ] as const) {
    hers = price(hers, part, value);
    his = price(his, part, value + 1);
  }
  const { alice, bob, open, conflict } = await clash('Beacon.esp', plugin, hers, his);
  const [seven, nine] = conflict.records ?? [];
  expect(seven).toMatchObject({
    type: 'MISC',
    editorId: 'Beacon_Part07',
    kind: 'both-modified',
    groupPath: 'MISC',
  });
  const row = seven?.rows.find(({ changedBy }) => changedBy === 'both');
  expect(row).toMatchObject({
    type: 'DATA',
    ours: 'value 2, weight 1.1',
    theirs: 'value 1, weight 1.1',
  });

  await bob.engine.resolveSyncConflict(conflict, { records: { [seven!.formId]: 'remote' } });
  expect((await open()).records).toMatchObject([{ editorId: 'Beacon_Part09' }]);
  // as people type it
  const typed = `0x${Number.parseInt(nine!.formId, 16).toString(16)}`;
  await expect(
    bob.engine.resolveSyncConflict(await open(), { records: { '00000999': 'local' } }),
  ).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  expect(await bob.engine.resolveSyncConflict(await open(), { records: { [typed]: 'local' } })).toMatchObject(
    {
      pushed: true,
    },
  );
  const merged = price(price(price(hers, 'Beacon_Part05', 55), 'Beacon_Part09', 4), 'Beacon_Part07', 1);
  expect(bob.read('Beacon.esp')).toBe(merged.toString('latin1'));
  await alice.sync();
  expect(alice.files()).toEqual(bob.files());
});

test('a whole file may be what both began with, or a file from elsewhere; and a choice can be taken back', async () => {
  const first = await clash('a.txt', 'base\n', 'hers\n', 'his\n');
  await first.bob.engine.resolveSyncConflict(first.conflict, { use: 'base' });
  expect(first.bob.read('a.txt')).toBe('base\n');
  expect(first.bob.git('log', '-1', '--format=%B')).toContain('Modsync-Decided: base a.txt');

  const { alice, bob, conflict } = await clash('a.txt', 'base\n', 'hers\n', 'his\n');
  const file = `${temporaryFolder()}/mine.txt`;
  writeFileSync(file, 'made by hand\n');
  await expect(bob.engine.resolveSyncConflict(conflict, { file: `${file}.gone` })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await bob.engine.resolveSyncConflict(conflict, { file });
  await alice.sync();
  expect(alice.read('a.txt')).toBe('made by hand\n');
  expect(bob.read('a.txt')).toBe('made by hand\n');

  // with another conflict open, a choice waits and can be taken back
  alice.write('0.txt', 'hers\n');
  alice.write('b.txt', 'hers\n');
  bob.write('0.txt', 'his\n');
  bob.write('b.txt', 'his\n');
  await alice.sync();
  await bob.sync();
  const [a, b] = await bob.engine.listConflicts(bob.id);
  await bob.engine.resolveSyncConflict(a!, { use: 'remote' });
  expect(await bob.engine.listConflicts(bob.id)).toMatchObject([{ path: 'b.txt' }]);
  const decided = () => bob.engine.listConflicts(bob.id, { decided: true });
  expect(await decided()).toMatchObject([{ path: 'b.txt' }, { path: '0.txt', decided: 'remote' }]);
  await bob.engine.resolveSyncConflict(a!, { use: 'merge' });
  expect(await bob.engine.listConflicts(bob.id)).toHaveLength(2);
  await bob.engine.resolveSyncConflict(a!, { use: 'local' });
  await bob.engine.resolveSyncConflict(a!, { use: 'remote' });
  expect(b).toMatchObject({ kind: 'both-added' });
  // there is no version that both began with
  await expect(bob.engine.resolveSyncConflict(b!, { use: 'base' })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  });
  // several at once: all or none
  await expect(
    bob.engine.resolveSyncConflicts([
      { conflict: b!, resolution: { use: 'local' } },
      { conflict, resolution: { use: 'local' } },
    ]),
  ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await bob.engine.resolveSyncConflict(b!, { use: 'local' })).toMatchObject({ pushed: true });
  expect(bob.read('0.txt')).toBe('hers\n');
  expect(bob.read('b.txt')).toBe('his\n');
});

test('a choice is about the file as it is on the disk, though no snapshot has it yet', async () => {
  const { people } = await startTeam(['alice', 'bob'], {
    'a.txt': 'base\n',
    'b.txt': lines(),
    'c.txt': 'base\n',
  });
  const [alice, bob] = people as [Person, Person];
  for (const [path, hers, his] of [
    ['a.txt', 'hers\n', 'his\n'],
    ['b.txt', lines([3, 'hers']), lines([3, 'his'])],
    ['c.txt', 'hers\n', 'his\n'],
  ] as const) {
    alice.write(path, hers);
    bob.write(path, his);
  }
  await alice.sync();
  const { conflicts } = await bob.sync('bidirectional', { message: 'His words' });
  const [a, b, c] = conflicts as [SyncConflict, SyncConflict, SyncConflict];
  bob.write('a.txt', 'merged by hand\n');
  bob.write('b.txt', lines([1, 'new'], [3, 'his']));
  bob.write('c.txt', 'his last\n');
  // its places may be others now
  await expect(bob.engine.resolveSyncConflict(b, { hunks: { 1: 'local' } })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  const both = [
    { conflict: a, resolution: { use: 'local' } },
    { conflict: c, resolution: { use: 'remote' } },
  ] as const;
  expect((await bob.engine.resolveSyncConflicts(both)).conflicts).toMatchObject([{ path: 'b.txt' }]);
  const [open] = await bob.engine.listConflicts(bob.id);
  expect(await bob.engine.resolveSyncConflict(open!, { hunks: { 1: 'local' } })).toMatchObject({
    pushed: true,
  });
  await alice.sync();
  expect([alice.read('a.txt'), alice.read('b.txt'), alice.read('c.txt')]).toEqual([
    'merged by hand\n',
    lines([1, 'new'], [3, 'his']),
    'hers\n',
  ]);
  expect(bob.git('log', '--all', '--format=%H', '-S', 'his last')).not.toBe('');
});

test('a file decided place by place can be opened again, while another one waits', async () => {
  const { people } = await startTeam(['alice', 'bob'], { 'a.txt': 'base\n', 'b.txt': 'base\n' });
  const [alice, bob] = people as [Person, Person];
  for (const path of ['a.txt', 'b.txt']) {
    alice.write(path, 'hers\n');
    bob.write(path, 'his\n');
  }
  await alice.sync();
  const [a, b] = (await bob.sync()).conflicts as [SyncConflict, SyncConflict];
  const listed = async () =>
    (await bob.engine.listConflicts(bob.id, { decided: true })).map(
      ({ path, decided }) => `${path} ${decided}`,
    );
  await bob.engine.resolveSyncConflict(a, { hunks: { 1: 'both' } });
  expect(await listed()).toEqual(['b.txt undefined', 'a.txt inside']);
  await bob.engine.resolveSyncConflict(a, { use: 'merge' });
  expect(await listed()).toEqual(['a.txt undefined', 'b.txt undefined']);
  await bob.engine.resolveSyncConflict(a, { hunks: { 1: 'both' } });
  await bob.engine.resolveSyncConflict(a, { hunks: { 1: 'remote' } });
  expect(await bob.engine.resolveSyncConflict(b, { use: 'local' })).toMatchObject({ pushed: true });
  expect([bob.read('a.txt'), bob.read('b.txt')]).toEqual(['hers\n', 'his\n']);
});

test('a choice that is none changes nothing', async () => {
  const { bob, open, conflict } = await clash('a.txt', 'base\n', 'hers\n', 'his\n');
  for (const resolution of [
    {},
    { use: 'mine' },
    { hunks: { 1: 'mine' } },
    { records: {} },
    { hunks: {} },
    { file: '' },
  ])
    await expect(
      // what a caller in JavaScript can pass
      bob.engine.resolveSyncConflict(conflict, resolution as unknown as ConflictResolution),
    ).rejects.toMatchObject({ name: 'SyncError' });
  expect(await open()).toEqual(conflict);
});

test('what was chosen for one file stays when a strategy decides the rest', async () => {
  const { people } = await startTeam(['alice', 'bob'], { 'a.txt': 'base\n', 'b.txt': 'base\n' });
  const [alice, bob] = people as [Person, Person];
  for (const path of ['a.txt', 'b.txt']) {
    alice.write(path, 'hers\n');
    bob.write(path, 'his\n');
  }
  await alice.sync();
  const { conflicts } = await bob.sync();
  await bob.engine.resolveSyncConflict(conflicts[0]!, { use: 'local' });
  expect(await bob.sync('bidirectional', { strategy: 'remote' })).toMatchObject({ pushed: true });
  await alice.sync();
  expect([alice.read('a.txt'), alice.read('b.txt')]).toEqual(['his\n', 'hers\n']);
});

test('a version is of whoever made it, not of whoever merged it', async () => {
  const { people } = await startTeam(['alice', 'bob', 'cora'], { 'a.txt': 'base\n', 'b.txt': 'base\n' });
  const [alice, bob, cora] = people as [Person, Person, Person];
  alice.write('a.txt', 'hers\n');
  bob.write('a.txt', 'his\n');
  cora.write('a.txt', 'cora’s\n');
  await alice.sync('bidirectional', { message: 'Her own words' });
  const { conflicts } = await bob.sync('bidirectional', { message: 'His own words' });
  await bob.engine.resolveSyncConflict(conflicts[0]!, { use: 'remote' });
  expect((await cora.sync()).conflicts).toMatchObject([
    {
      path: 'a.txt',
      theirs: { author: { name: expect.stringMatching(/alice/i) }, message: 'Her own words\n' },
    },
  ]);
});

test('a save over a pulled plugin is decided by record, too', async () => {
  const { people } = await startTeam(['alice', 'bob'], { 'Beacon.esp': plugin });
  const [alice, bob] = people as [Person, Person];
  const pulled = price(plugin, 'Beacon_Part03', 77);
  alice.write('Beacon.esp', price(pulled, 'Beacon_Part04', 44));
  await alice.sync();
  await bob.sync();
  // the Kit still holds the old version, and touches one of the two records
  bob.write('Beacon.esp', price(price(plugin, 'Beacon_Part05', 55), 'Beacon_Part03', 33));
  const { conflicts } = await bob.sync();
  expect(conflicts).toMatchObject([{ kind: 'stale-edit', records: [{ editorId: 'Beacon_Part03' }] }]);
  const [conflict] = conflicts as [SyncConflict];
  const formId = conflict.records![0]!.formId;
  // saved once more since it was shown: what was chosen is not about that
  const first = Buffer.from(bob.read('Beacon.esp'), 'latin1');
  bob.write('Beacon.esp', price(first, 'Beacon_Part06', 66));
  await expect(
    bob.engine.resolveSyncConflict(conflict, { records: { [formId]: 'local' } }),
  ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  bob.write('Beacon.esp', first);
  expect(await bob.engine.resolveSyncConflict(conflict, { records: { [formId]: 'local' } })).toMatchObject({
    outcome: 'synced',
    pushed: true,
  });
  await alice.sync();
  const merged = price(price(price(plugin, 'Beacon_Part04', 44), 'Beacon_Part05', 55), 'Beacon_Part03', 33);
  expect(alice.read('Beacon.esp')).toBe(merged.toString('latin1'));
  expect(bob.files()).toEqual(alice.files());
  expect(await alice.engine.getProjectHistory(alice.id, { conflicts: true })).toMatchObject([
    {
      message: expect.stringMatching(/^Decide Beacon.esp, /),
      decided: [{ path: 'Beacon.esp', how: 'inside' }],
    },
  ]);
});

test('two texts added under one name are decided place by place, and both stay in history', async () => {
  const { people } = await startTeam(['alice', 'bob'], { 'a.txt': 'x\n' });
  const [alice, bob] = people as [Person, Person];
  alice.write('Notes.md', '# Notes\nhers\nend\nher last\n');
  bob.write('Notes.md', '# Notes\nhis\nend\n');
  await alice.sync();
  const { conflicts } = await bob.sync();
  expect(conflicts).toMatchObject([
    { path: 'Notes.md', kind: 'both-added', hunks: [{ number: 1 }, { number: 2 }] },
  ]);
  await bob.engine.resolveSyncConflict(conflicts[0]!, { hunks: { 1: 'both' } });
  const [left] = await bob.engine.listConflicts(bob.id);
  expect(left?.hunks).toMatchObject([{ decided: 'both' }, { theirs: { lines: ['her last'] } }]);
  await bob.engine.resolveSyncConflict(left!, { hunks: { 2: 'remote' } });
  await alice.sync();
  expect(bob.read('Notes.md')).toBe('# Notes\nhis\nhers\nend\nher last\n');
  expect(alice.files()).toEqual(bob.files());
  expect(bob.git('log', '-1', '--format=%B')).toContain('Modsync-Decided: inside Notes.md');
});

test('choices that cannot stand side by side stay open, and can be made anew', async () => {
  const { people } = await startTeam(['alice', 'bob'], { 'place.txt': 'file\n' });
  const [alice, bob] = people as [Person, Person];
  alice.remove('place.txt');
  alice.write('place.txt/inside.txt', 'hers\n');
  bob.write('place.txt', 'his\n');
  await alice.sync();
  const { conflicts } = await bob.sync();
  const of = (path: string, all: readonly SyncConflict[]) =>
    all.find((one) => one.path === path) as SyncConflict;
  const choose = (all: readonly SyncConflict[], file: 'local' | 'base', folder: 'remote' | 'local') =>
    bob.engine.resolveSyncConflicts([
      { conflict: of('place.txt', all), resolution: { use: file } },
      { conflict: of('place.txt/inside.txt', all), resolution: { use: folder } },
    ]);
  for (const file of ['local', 'base'] as const) {
    expect(await choose(conflicts, file, 'remote')).toMatchObject({ outcome: 'conflicts' });
    const open = await bob.engine.listConflicts(bob.id);
    expect(open.map(({ path }) => path).sort()).toEqual(['place.txt', 'place.txt/inside.txt']);
    expect(open[0]?.reason).toMatch(/cannot stand side by side/);
  }
  expect(await choose(await bob.engine.listConflicts(bob.id), 'local', 'local')).toMatchObject({
    pushed: true,
  });
  expect(bob.read('place.txt')).toBe('his\n');
});
