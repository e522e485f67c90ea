/** Conflicts between real processes: killed while they are settled, settled by two at once, opened beside a watch. */
import { existsSync } from 'node:fs';
import { sampleProject } from '../../src/bethesda/index.ts';
import type { SyncConflict } from '../../src/shared/types.ts';
import { randomFrom } from '../support/gitRepository.ts';
import { group, plugin, record, z } from '../support/pluginBuilder.ts';
import { killedAfter, type Modder, startTeamOfProcesses, until } from '../support/processes.ts';
import { blobIdOnDisk, reachableIds } from '../support/reachable.ts';
import { expectHealthy, stateOf } from '../support/workingCopies.ts';

const SOAK = Number(process.env.MODSYNC_SOAK ?? 1);
const ROUNDS = 2 * SOAK;
const random = randomFrom(20261122);

const numbered = (...changed: readonly (readonly [number, string])[]) => {
  const all = Array.from({ length: 20 }, (_, at) => `line ${at + 1}`);
  for (const [at, text] of changed) all[at - 1] = text;
  return `${all.join('\n')}\n`;
};

test('killed while a conflict is settled or opened, the next run goes on, and both sides are kept', async () => {
  const { people } = await startTeamOfProcesses(
    ['alice', 'bob'],
    Object.fromEntries(Array.from({ length: ROUNDS }, (_, at) => [`a${at}.txt`, numbered()])),
  );
  const [alice, bob] = people as [Modder, Modder];
  let took: number | undefined;
  let kills = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const path = `a${round}.txt`;
    const hers = numbered([3, `her ${round}`], [12, `her own ${round}`]);
    const his = numbered([3, `his ${round}`], [18, `his own ${round}`]);
    alice.write(path, hers);
    bob.write(path, his);
    await alice.modsync('sync');
    expect((await bob.tryModsync('sync')).code).toBe(3);

    const open = round % 2 === 1;
    const words = open ? ['merge', '--open'] : ['resolve', path, '--hunk', '1=both'];
    const delay = took === undefined ? 150 + 400 * random() : took * (0.3 + 0.7 * random());
    const started = performance.now();
    const killed = await killedAfter(delay, [...words, '-C', bob.folder], bob);
    if (killed) kills++;
    else took = performance.now() - started;
    const next = await bob.tryModsync('sync');
    if (next.answer?.success === false) {
      expect(next.answer.error.code).toBe('MERGE_IN_PROGRESS');
      await bob.git('merge', '--abort');
      expect(bob.read(path)).toBe(his);
    }
    const conflicts = await bob.tryModsync('conflicts');
    if (conflicts.code === 3) await bob.modsync('resolve', path, '--hunk', '1=both');
    await bob.modsync('sync');
    expect(bob.read(path)).toBe(
      numbered([3, `his ${round}\nher ${round}`], [12, `her own ${round}`], [18, `his own ${round}`]),
    );
    await alice.modsync('sync');
    expect(alice.read(path)).toBe(bob.read(path));
    const kept = reachableIds([bob.folder]);
    for (const content of [hers, his]) expect(kept.has(blobIdOnDisk(path, content))).toBe(true);
    expect(existsSync(bob.path('.git', 'MERGE_HEAD'))).toBe(false);
  }
  expect(kills).toBeGreaterThan(0);
  for (const person of people) await expectHealthy(person);
});

test('a conflict that waits for long keeps nothing else back, however often a sync is killed', async () => {
  const { people } = await startTeamOfProcesses(['alice', 'bob'], {
    'sign.dds': 'base',
    'wall.dds': 'base',
    'Quest.psc': numbered(),
    'old.txt': 'old',
  });
  const [alice, bob] = people as [Modder, Modder];
  alice.write('sign.dds', 'hers');
  bob.write('sign.dds', 'his');
  await alice.modsync('sync');
  expect((await bob.tryModsync('sync')).code).toBe(3);
  let took: number | undefined;
  const his: [number, string][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    alice.write('wall.dds', `hers ${round}`);
    alice.write(`new${round}.dds`, `new ${round}`);
    alice.write('Quest.psc', numbered([3, `hers ${round}`]));
    await alice.modsync('sync');
    if (round % 2 === 1) {
      his.push([12 + (round % 8), `his ${round}`]);
      bob.write('Quest.psc', numbered([3, `hers ${round - 1}`], ...his));
      bob.write('own.txt', `his ${round}`);
    }
    const delay = took === undefined ? 150 + 400 * random() : took * (0.3 + 0.7 * random());
    const started = performance.now();
    if (!(await killedAfter(delay, ['sync', '-C', bob.folder], bob))) took = performance.now() - started;
    const { code, answer } = await bob.tryModsync('sync');
    expect(code).toBe(3);
    const open = answer?.success ? (answer.data as { conflicts: SyncConflict[] }).conflicts : [];
    expect(open.map(({ path }) => path)).toEqual(['sign.dds']);
    expect(bob.read('wall.dds')).toBe(`hers ${round}`);
    expect(bob.read(`new${round}.dds`)).toBe(`new ${round}`);
    expect(bob.read('Quest.psc')).toBe(numbered([3, `hers ${round}`], ...his));
  }
  // a watch goes on receiving, and keeps what is saved meanwhile
  const watching = await bob.watch();
  alice.write('wall.dds', 'for the watch');
  await alice.modsync('sync');
  await until('it arrives by itself', () => bob.read('wall.dds') === 'for the watch');
  bob.write('own.txt', 'saved under the watch');
  await until('it is in a snapshot', async () => (await bob.git('show', 'HEAD:own.txt')).startsWith('saved'));
  alice.write('wall.dds', 'once more');
  await alice.modsync('sync');
  await until('that arrives, too', () => bob.read('wall.dds') === 'once more');
  await bob.modsync('resolve', 'sign.dds', '--use', 'remote');
  expect(await watching.end()).toBe(0);
  await alice.modsync('sync');
  expect(stateOf(alice.folder)).toEqual(stateOf(bob.folder));
  expect(bob.read('sign.dds')).toBe('hers');
  expect(reachableIds([alice.folder]).has(blobIdOnDisk('sign.dds', 'his'))).toBe(true);
  for (const person of people) await expectHealthy(person);
});

test('two people settle one conflict at once: the second decides again, and nobody’s work is lost', async () => {
  const { people } = await startTeamOfProcesses(['alice', 'bob', 'carol'], { 'a.txt': numbered() });
  const [alice, bob, carol] = people as [Modder, Modder, Modder];
  const said = people.map((person) => numbered([5, `of ${person.name}`]));
  people.forEach((person, at) => {
    person.write('a.txt', said[at] as string); // one for each
  });
  await alice.modsync('sync');
  for (const person of [bob, carol]) expect((await person.tryModsync('sync')).code).toBe(3);

  const ended = await Promise.all([
    bob.run(['resolve', 'a.txt', '--hunk', '1=both']),
    carol.run(['resolve', 'a.txt', '--use', 'local']),
  ]);
  expect(ended.map(({ code }) => code).sort()).toEqual([0, 3]);
  const second = ended[0].code === 3 ? bob : carol;
  await second.modsync('resolve', 'a.txt', '--use', 'local');
  for (const person of people) await person.modsync('sync');
  for (const person of people) expect(person.read('a.txt')).toBe(second.read('a.txt'));
  const kept = reachableIds([alice.folder]);
  for (const content of said) expect(kept.has(blobIdOnDisk('a.txt', content))).toBe(true);
  for (const person of people) await expectHealthy(person);
});

test('a watch waits while a conflict is open for git, and goes on by itself when it is committed', async () => {
  const { people } = await startTeamOfProcesses(['alice', 'bob'], { 'a.txt': numbered() });
  const [alice, bob] = people as [Modder, Modder];
  const watching = await bob.watch();
  alice.write('a.txt', numbered([5, 'hers'], [15, 'her own']));
  bob.write('a.txt', numbered([5, 'his']));
  await alice.modsync('sync').catch(() => undefined);
  if ((await alice.tryModsync('conflicts')).code === 3)
    await alice.modsync('resolve', 'a.txt', '--use', 'local');
  alice.write('a.txt', numbered([5, 'hers again'], [15, 'her own']));
  bob.write('a.txt', numbered([5, 'his again']));
  await alice.tryModsync('sync');
  let tries = 0;
  const [stuck, other] = (await until('one of them has a conflict', async () => {
    for (const [one, other] of [people, people.toReversed()] as [Modder, Modder][]) {
      const { answer } = await one.tryModsync('conflicts');
      const [open] = answer?.success ? (answer.data as SyncConflict[]) : [];
      if (!open) continue;
      if (open.kind !== 'stale-edit') {
        // with what the other saved last: else another one follows when this is settled
        if ((await one.git('rev-parse', '@{u}')) === (await other.git('rev-parse', 'HEAD')))
          return [one, other];
        continue;
      }
      // the save and the pull met: git knows no conflict like that
      await one.tryModsync('resolve', 'a.txt', '--use', 'local');
      tries++;
      alice.write('a.txt', numbered([5, `hers ${tries}`], [15, 'her own']));
      bob.write('a.txt', numbered([5, `his ${tries}`]));
    }
    await alice.tryModsync('sync');
    return undefined;
  })) as [Modder, Modder];
  // not while the watch is about to take a snapshot of what was saved last
  await until('the merge is open', async () => (await stuck.tryModsync('merge', '--open')).code === 3);
  const before = await stuck.git('rev-parse', 'HEAD');
  expect(stuck.read('a.txt')).toContain('<<<<<<<');
  stuck.write('meanwhile.txt', 'saved during the merge');
  expect((await stuck.tryModsync('sync')).answer).toMatchObject({ error: { code: 'MERGE_IN_PROGRESS' } });
  expect(await stuck.git('rev-parse', 'HEAD')).toBe(before);
  stuck.write('a.txt', numbered([5, 'settled']));
  await stuck.git('add', 'a.txt');
  await stuck.git('commit', '--quiet', '--no-edit');
  if (stuck === alice) await alice.modsync('sync');
  await until('the other has it', async () => {
    if (other === alice) await alice.tryModsync('sync');
    return other.read('a.txt').includes('settled') && other.tryRead('meanwhile.txt') !== undefined;
  });
  expect(await watching.end()).toBe(0);
  for (const person of people) await expectHealthy(person);
});

test('git commit is kept from taking a FormID that a fetch has brought; with a free one it goes on', async () => {
  const mod = (...records: readonly (readonly [number, string])[]) =>
    plugin([
      group(
        0,
        'MISC',
        records.map(([id, name]) => record('MISC', 0x01000000 + id, [['EDID', z(name)]])),
      ),
    ]);
  const { people } = await startTeamOfProcesses(['alice', 'bob'], { 'My.esp': mod([0x800, 'First']) });
  const [alice, bob] = people as [Modder, Modder];
  alice.write('My.esp', mod([0x800, 'First'], [0x801, 'Hers']));
  await alice.modsync('sync');
  await bob.git('fetch', '-q');
  bob.write('My.esp', mod([0x800, 'First'], [0x801, 'His']));
  const refused = await bob.tryGit('commit', '-qam', 'Mine');
  expect(refused.code).not.toBe(0);
  expect(refused.err).toMatch(/MISC His here and MISC Hers at the remote .*000801/);
  expect((await bob.tryModsync('sync', '-m', 'Mine')).answer).toMatchObject({
    error: { code: 'FORMID_COLLISION' },
  });
  // with a detached HEAD there is nothing to compare with
  await bob.git('checkout', '-q', '--detach');
  expect((await bob.tryGit('commit', '-qam', 'Aside')).err).toBe('');
  await bob.git('checkout', '-q', 'main');
  bob.write('My.esp', mod([0x800, 'First'], [0x900, 'His']));
  await bob.git('commit', '-qam', 'Mine');
  await bob.modsync('sync');
  await alice.modsync('sync');
  expect(alice.read('My.esp')).toContain('Hers');
  expect(alice.read('My.esp')).toContain('His');
});

test('the Creation Kit saves over a plugin that a watch has pulled: merged by record, or held and asked about', async () => {
  const price = (of: Uint8Array, part: string, value: number) => {
    const copy = Buffer.from(of);
    copy.writeUInt32LE(value, copy.indexOf('DATA', copy.indexOf(part)) + 6);
    return copy;
  };
  const start = sampleProject(1, { megabytes: 0 }).find((file) => file.path.endsWith('.esp'))!.content;
  const { people } = await startTeamOfProcesses(['alice', 'bob'], { 'Beacon.esp': start, 'a.txt': 'a' });
  const [alice, bob] = people as [Modder, Modder];
  const watching = await bob.watch();
  const hers = price(price(start, 'Beacon_Part03', 33), 'Beacon_Part04', 44);
  alice.write('Beacon.esp', hers);
  await alice.modsync('sync');
  const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
  await until('it is pulled', () => bob.read('Beacon.esp') === latin1(hers));

  // the Kit had loaded the old version, and edits another record
  bob.write('Beacon.esp', price(start, 'Beacon_Part05', 55));
  const both = price(hers, 'Beacon_Part05', 55);
  await until('both are in it', () => bob.read('Beacon.esp') === latin1(both));
  await until('it is sent', async () => {
    await alice.tryModsync('sync');
    return alice.read('Beacon.esp') === latin1(both);
  });

  // still the old version in memory, and now a record that she has changed
  const next = price(both, 'Beacon_Part07', 7);
  alice.write('Beacon.esp', price(next, 'Beacon_Part09', 9));
  await alice.modsync('sync');
  await until('that is pulled', () => bob.read('Beacon.esp') === alice.read('Beacon.esp'));
  const stale = price(both, 'Beacon_Part09', 10);
  bob.write('Beacon.esp', stale);
  bob.write('a.txt', 'b');
  const [held] = await until('it is asked about', async () => {
    const { answer } = await bob.tryModsync('conflicts');
    const open = answer?.success ? (answer.data as SyncConflict[]) : [];
    return open.length > 0 ? open : undefined;
  });
  expect(held).toMatchObject({ kind: 'stale-edit', records: [{ editorId: 'Beacon_Part09' }] });
  expect(bob.read('Beacon.esp')).toBe(latin1(stale));
  await until('other work goes on', async () => {
    await alice.tryModsync('sync');
    return alice.read('a.txt') === 'b';
  });
  expect(alice.read('Beacon.esp')).toBe(latin1(price(next, 'Beacon_Part09', 9)));
  await bob.modsync('resolve', 'Beacon.esp', '--record', `${held?.records?.[0]?.formId}=local`);
  await until('her work and his are in it', async () => {
    await alice.tryModsync('sync');
    return alice.read('Beacon.esp') === latin1(price(next, 'Beacon_Part09', 10));
  });
  expect(await watching.end()).toBe(0);
  const kept = reachableIds([bob.folder]);
  expect(kept.has(blobIdOnDisk('Beacon.esp', latin1(stale)))).toBe(true);
  for (const person of people) await expectHealthy(person);
});
