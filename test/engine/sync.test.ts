import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { sampleProject } from '../../src/bethesda/index.ts';
import { startTestRelay } from '../support/relay.ts';
import { type Person, startTeam, startTeamAt } from '../support/team.ts';

const SCRIPT =
  'Scriptname Beacon extends Quest\r\n\r\nInt Property Power Auto\r\n\r\nEvent OnInit()\r\n  Power = 1\r\nEndEvent\r\n\r\nFunction Stop()\r\n  Power = 0\r\nEndFunction\r\n';
const script = 'Scripts/Source/User/Beacon.psc';
const texture = 'Textures/Beacon_d.dds';
const pixels = (seed: number) => Uint8Array.from({ length: 5000 }, (_, at) => (at * seed) & 0xff);

const plugin = sampleProject(1, { megabytes: 0 }).find(({ path }) => path.endsWith('.esp'))!.content;
/** The plugin with another price for one part. */
const price = (of: Uint8Array, part: string, value: number) => {
  const copy = Buffer.from(of);
  copy.writeUInt32LE(value, copy.indexOf('DATA', copy.indexOf(part)) + 6);
  return copy;
};

const blobIdOf = (content: Uint8Array) =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');

const team = async () => {
  const { people } = await startTeam(['alice', 'bob'], {
    [script]: SCRIPT,
    [texture]: pixels(7),
    'empty.txt': '',
  });
  return people as [Person, Person];
};

test('what one person saves, the other has after a sync: text, assets, new files, deletions', async () => {
  const [alice, bob] = await team();
  expect(bob.files()).toEqual(alice.files());

  alice.write(script, SCRIPT.replace('Power = 1', 'Power = 2'));
  alice.write(texture, pixels(11));
  alice.write('Textures/New d.dds', pixels(13));
  alice.remove('empty.txt');
  expect(await alice.sync()).toMatchObject({ outcome: 'synced', pushed: true });
  const result = await bob.sync();
  expect(result).toMatchObject({ outcome: 'synced', pushed: false });
  expect(result.received.map(({ path, kind }) => `${kind} ${path}`).sort()).toEqual([
    `added Textures/New d.dds`,
    `deleted empty.txt`,
    `modified ${script}`,
    `modified ${texture}`,
  ]);
  expect(bob.files()).toEqual(alice.files());
  expect(await bob.sync()).toMatchObject({ outcome: 'up-to-date' });
  for (const person of [alice, bob]) {
    expect(person.git('status', '--porcelain')).toBe('');
    person.git('fsck', '--strict');
  }
});

test('two people’s edits of one plugin merge by record; of one record they wait for a person', async () => {
  const { people } = await startTeam(['alice', 'bob'], { 'Beacon.esp': plugin });
  const [alice, bob] = people as [Person, Person];
  alice.write('Beacon.esp', price(plugin, 'Beacon_Part03', 77));
  bob.write('Beacon.esp', price(plugin, 'Beacon_Part05', 55));
  await alice.sync();
  expect(await bob.sync()).toMatchObject({ outcome: 'synced', pushed: true, conflicts: [] });
  await alice.sync();
  const both = price(price(plugin, 'Beacon_Part03', 77), 'Beacon_Part05', 55);
  expect(alice.read('Beacon.esp')).toBe(both.toString('latin1'));
  expect(bob.files()).toEqual(alice.files());

  alice.write('Beacon.esp', price(both, 'Beacon_Part07', 1));
  bob.write('Beacon.esp', price(both, 'Beacon_Part07', 2));
  await alice.sync();
  const result = await bob.sync();
  expect(result).toMatchObject({
    conflicts: [{ path: 'Beacon.esp', reason: expect.stringContaining('MISC Beacon_Part07') }],
  });
});

test('edits of different lines of one script merge by themselves, and history stays a line', async () => {
  const [alice, bob] = await team();
  alice.write(script, SCRIPT.replace('Power = 1', 'Power = 2'));
  bob.write(script, SCRIPT.replace('Power = 0', 'Power = -1'));
  await alice.sync();
  expect(await bob.sync()).toMatchObject({ outcome: 'synced', pushed: true, conflicts: [] });
  await alice.sync();
  expect(alice.read(script)).toBe(
    SCRIPT.replace('Power = 1', 'Power = 2').replace('Power = 0', 'Power = -1'),
  );
  expect(bob.files()).toEqual(alice.files());
  expect(alice.git('rev-list', '--count', '--merges', 'HEAD').trim()).toBe('0');
  // what bob had before it was moved onto alice's work
  expect(bob.git('log', '--format=%H', 'refs/modsync/backup/main').split('\n').length).toBeGreaterThan(1);
});

test('edits of one line are an open conflict: files stay, the push waits, either choice ends it', async () => {
  const [alice, bob] = await team();
  alice.write(script, SCRIPT.replace('Power = 1', 'Power = 2'));
  bob.write(script, SCRIPT.replace('Power = 1', 'Power = 3'));
  await alice.sync();
  const result = await bob.sync();
  expect(result).toMatchObject({ outcome: 'conflicts', pushed: false });
  expect(result.conflicts).toMatchObject([
    { path: script, kind: 'both-modified', theirs: { author: { name: 'alice' } } },
  ]);
  expect(bob.read(script)).toContain('Power = 3');
  expect(existsSync(`${bob.folder}/.git/MERGE_HEAD`)).toBe(false);

  // work goes on meanwhile
  bob.write('notes.txt', 'more');
  expect(await bob.sync()).toMatchObject({ outcome: 'conflicts' });

  const [conflict] = await bob.engine.listConflicts(bob.id);
  expect(await bob.engine.resolveSyncConflict(conflict!, { use: 'remote' })).toMatchObject({
    outcome: 'synced',
    pushed: true,
  });
  expect(bob.read(script)).toContain('Power = 2');
  await alice.sync();
  expect(alice.files()).toEqual(bob.files());
  // the side not taken is in history
  expect(bob.git('log', '--all', '-S', 'Power = 3', '--format=%an', '--', script)).toContain('bob');
});

test.each(['local', 'remote'] as const)('the strategy "%s" decides without asking', async (strategy) => {
  const [alice, bob] = await team();
  alice.write(texture, pixels(3));
  bob.write(texture, pixels(5));
  await alice.sync();
  expect(await bob.sync('bidirectional', { strategy })).toMatchObject({ outcome: 'synced', pushed: true });
  await alice.sync();
  expect(alice.files()).toEqual(bob.files());
  expect(alice.read(texture)).toBe(Buffer.from(pixels(strategy === 'local' ? 5 : 3)).toString('latin1'));
});

test('a push only is refused when the remote has more, and a pull only sends nothing', async () => {
  const [alice, bob] = await team();
  alice.write('a.txt', 'a');
  await alice.sync('push');
  bob.write('b.txt', 'b');
  await expect(bob.sync('push')).rejects.toMatchObject({ code: 'PUSH_REJECTED' });
  expect(await bob.sync('pull')).toMatchObject({ pushed: false });
  expect(bob.read('a.txt')).toBe('a');
  await alice.sync();
  expect(existsSync(`${alice.folder}/b.txt`)).toBe(false);
  await bob.sync();
  await alice.sync();
  expect(alice.read('b.txt')).toBe('b');
});

describe('an editor that still holds the old version', () => {
  test('a script: its save is merged with what was pulled, not committed over it', async () => {
    const [alice, bob] = await team();
    const loaded = bob.read(script);
    alice.write(script, SCRIPT.replace('Power = 0', 'Power = -1'));
    await alice.sync();
    await bob.sync();
    expect(bob.read(script)).toContain('Power = -1');
    // bob's editor did not notice
    bob.write(script, loaded.replace('Power = 1', 'Power = 9'));
    const result = await bob.sync();
    expect(result).toMatchObject({ outcome: 'synced' });
    expect(result.warnings.join()).toContain('both were merged');
    expect(bob.read(script)).toBe(
      SCRIPT.replace('Power = 1', 'Power = 9').replace('Power = 0', 'Power = -1'),
    );
    await alice.sync();
    expect(alice.files()).toEqual(bob.files());
    // the save as it was on disk is kept
    expect(bob.git('log', '-p', 'refs/modsync/backup/main', '--', script)).toContain('Power = 9');
  });

  describe('a plugin', () => {
    const pulled = price(plugin, 'Beacon_Part03', 77);
    /** Bob's Creation Kit has loaded the plugin; then he pulls what alice made of it. */
    const pullBehindTheKit = async () => {
      const { people } = await startTeam(['alice', 'bob'], { 'Beacon.esp': plugin });
      const [alice, bob] = people as [Person, Person];
      alice.write('Beacon.esp', pulled);
      await alice.sync();
      await bob.sync();
      return [alice, bob] as const;
    };

    test('whose save touches other records than the pull: both are merged', async () => {
      const [alice, bob] = await pullBehindTheKit();
      const saved = price(plugin, 'Beacon_Part05', 55);
      bob.write('Beacon.esp', saved);
      const result = await bob.sync();
      expect(result).toMatchObject({ outcome: 'synced', pushed: true, conflicts: [] });
      expect(result.warnings.join()).toContain('both were merged');
      expect(bob.read('Beacon.esp')).toBe(price(pulled, 'Beacon_Part05', 55).toString('latin1'));
      await alice.sync();
      expect(alice.files()).toEqual(bob.files());
      // the save as it was on disk is kept
      expect(bob.git('rev-list', '--objects', 'refs/modsync/backup/main')).toContain(blobIdOf(saved));
    });

    test('whose save touches a record of the pull: it waits for a decision, everything else goes on', async () => {
      const [alice, bob] = await pullBehindTheKit();
      const saved = price(price(plugin, 'Beacon_Part05', 55), 'Beacon_Part03', 33);
      bob.write('Beacon.esp', saved);
      bob.write('other.txt', 'goes on');
      const result = await bob.sync();
      expect(result).toMatchObject({ outcome: 'conflicts', pushed: true });
      expect(result.conflicts).toMatchObject([{ path: 'Beacon.esp', kind: 'stale-edit' }]);
      await alice.sync();
      expect(alice.read('other.txt')).toBe('goes on');
      expect(alice.read('Beacon.esp')).toBe(pulled.toString('latin1'));
      expect(bob.read('Beacon.esp')).toBe(saved.toString('latin1'));

      const [conflict] = await bob.engine.listConflicts(bob.id);
      const resolved = await bob.engine.resolveSyncConflict(conflict!, { use: 'remote' });
      expect(resolved).toMatchObject({ outcome: 'synced', conflicts: [], pushed: true });
      expect(bob.files()).toEqual(alice.files());
      // history says what was decided, and by whom, to everyone
      await alice.sync();
      expect(await alice.engine.getProjectHistory(alice.id, { conflicts: true })).toMatchObject([
        {
          author: { name: expect.stringMatching(/bob/i) },
          automatic: true,
          decided: [{ path: 'Beacon.esp', how: 'remote' }],
        },
      ]);
      expect(await bob.sync()).toMatchObject({ outcome: 'up-to-date' });
      // the save that was not taken is kept
      expect(bob.git('rev-list', '--objects', 'refs/modsync/backup/main')).toContain(blobIdOf(saved));
    });
  });

  test('a save of what was pulled is an edit like any other', async () => {
    const [alice, bob] = await team();
    for (const [at, [from, to]] of [
      [alice, bob],
      [bob, alice],
      [alice, bob],
    ].entries() as ArrayIterator<[number, [Person, Person]]>) {
      from.write(script, from.read(script).replace(/Power = \d+/, `Power = ${at + 10}`));
      from.write(texture, pixels(at + 20));
      expect(await from.sync()).toMatchObject({ outcome: 'synced', pushed: true });
      await to.sync();
      expect(to.files()).toEqual(from.files());
    }
  });
});

test('named snapshots travel as annotated tags, and an old one comes back as a new snapshot', async () => {
  const [alice, bob] = await team();
  await alice.engine.nameSnapshot(alice.id, 'beta-1', 'Before the rewrite');
  alice.write(script, 'rewritten');
  alice.write(texture, pixels(99));
  await alice.sync();
  await bob.sync();
  expect(bob.git('cat-file', '-t', 'beta-1').trim()).toBe('tag');
  const restored = await bob.engine.restoreSnapshot('beta-1', { projectId: bob.id });
  expect(restored.message).toContain('Restore');
  expect(bob.read(script)).toBe(SCRIPT);
  expect(bob.read(texture)).toBe(Buffer.from(pixels(7)).toString('latin1'));
  await bob.sync();
  await alice.sync();
  expect(alice.files()).toEqual(bob.files());
  const history = await alice.engine.getProjectHistory(alice.id);
  expect(history.flatMap(({ names }) => names)).toEqual(['beta-1']);
  expect(history.length).toBe(3);
});

test('without the relay a snapshot is made all the same, and goes out later', async () => {
  const { relay, people } = await startTeamAt(await startTestRelay(), ['alice', 'bob'], { 'a.txt': 'a' });
  const [alice, bob] = people as [Person, Person];
  await relay.relay.close();
  alice.write('a.txt', 'offline 1');
  await expect(alice.sync()).rejects.toMatchObject({
    code: 'BACKEND_CONNECTION_FAILED',
    message: expect.stringMatching(/^Backend connection failed/),
  });
  alice.write('a.txt', 'offline 2');
  await expect(alice.sync()).rejects.toMatchObject({ code: 'BACKEND_CONNECTION_FAILED' });
  // two automatic snapshots became one
  expect(alice.git('rev-list', '--count', 'HEAD').trim()).toBe('2');
  expect((await alice.engine.getSyncStatus(alice.id)).ahead).toBe(1);
  const again = await relay.restart({ port: Number(new URL(relay.url).port) });
  expect(again.url).toBe(relay.url);
  await alice.sync();
  await bob.sync();
  expect(bob.read('a.txt')).toBe('offline 2');
});
