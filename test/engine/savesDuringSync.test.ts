/** A file that is saved while a sync is under way, after the sync has looked at it: the pull must not lose to it, nor it to the pull. */
import { CloudSyncEngine, type Host, nodeHost } from '../../src/index.ts';
import { type Person, startTeam } from '../support/team.ts';

const script = 'Scripts/Source/User/Beacon.psc';
const SCRIPT =
  'Event OnInit()\r\n  Power = 1\r\nEndEvent\r\n\r\nFunction Stop()\r\n  Power = 0\r\nEndFunction\r\n';
const texture = 'Textures/Beacon_d.dds';
const first = (value: number) => SCRIPT.replace('Power = 1', `Power = ${value}`);

const team = async () => {
  const { people } = await startTeam(['alice', 'bob'], { [script]: SCRIPT, [texture]: 'texture' });
  return people as [Person, Person];
};

/** Saves once what was committed is committed, and before anything is written. */
function syncAndSave(person: Person, save: () => void) {
  let saved = false;
  return person.sync('bidirectional', {
    onProgress: ({ phase }) => {
      if (phase !== 'fetch' || saved) return;
      saved = true;
      save();
    },
  });
}

test('it is merged with what was pulled, also when several pulls changed the same place', async () => {
  const [alice, bob] = await team();
  for (const value of [5, 6]) {
    alice.write(script, first(value));
    await alice.sync();
    await bob.sync();
  }
  alice.write(script, first(7));
  await alice.sync();
  const result = await syncAndSave(bob, () =>
    bob.write(script, bob.read(script).replace('Power = 0', 'Power = -1')),
  );
  expect(result.warnings.join()).toContain('was changed here during the sync');
  expect(bob.read(script)).toBe(first(6).replace('Power = 0', 'Power = -1'));
  // and once more on top of that, after another pull
  alice.write(script, first(8));
  await alice.sync();
  expect(await bob.sync()).toMatchObject({ outcome: 'synced', pushed: true });
  expect(bob.read(script)).toBe(first(8).replace('Power = 0', 'Power = -1'));
  await alice.sync();
  expect(alice.files()).toEqual(bob.files());
});

test('a texture that both saved waits for a decision', async () => {
  const [alice, bob] = await team();
  alice.write(texture, 'by alice');
  await alice.sync();
  await syncAndSave(bob, () => bob.write(texture, 'by bob'));
  expect(await bob.sync()).toMatchObject({ outcome: 'conflicts', conflicts: [{ path: texture }] });
  await alice.sync();
  expect([alice.read(texture), bob.read(texture)]).toEqual(['by alice', 'by bob']);
  const [conflict] = await bob.engine.listConflicts(bob.id);
  await bob.engine.resolveSyncConflict(conflict!, { use: 'local' });
  await alice.sync();
  expect([alice.read(texture), bob.read(texture)]).toEqual(['by bob', 'by bob']);
});

test('a new file of one name, made by both, waits for a decision', async () => {
  const [alice, bob] = await team();
  alice.write('Notes.txt', 'by alice');
  await alice.sync();
  await syncAndSave(bob, () => bob.write('Notes.txt', 'by bob'));
  expect(await bob.sync()).toMatchObject({ outcome: 'conflicts', conflicts: [{ path: 'Notes.txt' }] });
  expect(bob.read('Notes.txt')).toBe('by bob');
  const [conflict] = await bob.engine.listConflicts(bob.id);
  await bob.engine.resolveSyncConflict(conflict!, { use: 'remote' });
  expect(bob.read('Notes.txt')).toBe('by alice');
  await alice.sync();
  expect(alice.files()).toEqual(bob.files());
});

test('a file that the other deleted meanwhile is not brought back in silence', async () => {
  const [alice, bob] = await team();
  alice.remove(script);
  await alice.sync();
  await syncAndSave(bob, () => bob.write(script, first(3)));
  expect(await bob.sync()).toMatchObject({ outcome: 'conflicts', conflicts: [{ path: script }] });
  expect(bob.read(script)).toBe(first(3));
  const [conflict] = await bob.engine.listConflicts(bob.id);
  await bob.engine.resolveSyncConflict(conflict!, { use: 'local' });
  await alice.sync();
  expect(alice.files()).toEqual(bob.files());
  expect(alice.read(script)).toBe(first(3));
});

test('a file deleted while a sync brings a change of it is put back, and told of', async () => {
  const [alice, bob] = await team();
  alice.write(script, first(9));
  await alice.sync();
  await syncAndSave(bob, () => bob.remove(script));
  const result = await bob.sync();
  expect(result.warnings.join()).toContain('it was put back');
  expect(bob.read(script)).toBe(first(9));
  // meant: once more
  bob.remove(script);
  await bob.sync();
  await alice.sync();
  expect(alice.files()).toEqual(bob.files());
  expect(alice.files().has(script)).toBe(false);
});

describe('a save that waits for a decision', () => {
  const held = async () => {
    const [alice, bob] = await team();
    alice.write(texture, 'by alice');
    await alice.sync();
    await syncAndSave(bob, () => bob.write(texture, 'by bob'));
    expect(await bob.sync()).toMatchObject({ outcome: 'conflicts' });
    return [alice, bob] as const;
  };

  test('still waits after a watcher has seen other files only', async () => {
    const [alice, bob] = await held();
    const sent = new Promise<void>((resolve) => {
      bob.engine.onActivity((event) => {
        if (event.type === 'synced' && event.result.sent.some(({ path }) => path === 'other.txt')) resolve();
      });
    });
    await bob.engine.enableAutoSync(bob.id);
    bob.write('other.txt', 'goes on');
    await sent;
    await bob.engine.disableAutoSync(bob.id);
    expect(await bob.sync()).toMatchObject({ outcome: 'conflicts', conflicts: [{ path: texture }] });
    await alice.sync();
    expect([alice.read('other.txt'), alice.read(texture)]).toEqual(['goes on', 'by alice']);
  });

  test('is kept although the next save overwrites it', async () => {
    const [, bob] = await held();
    bob.write(texture, 'by bob, again');
    await bob.sync();
    const kept = bob.git('log', '--format=%s', 'refs/modsync/backup/main', '--', texture);
    expect(kept.split('Keep the save of').length - 1).toBe(2);
  });
});

test('a save that comes while the one before it is merged is not written over', async () => {
  const [alice, bob] = await team();
  alice.write(script, first(5));
  await alice.sync();
  await syncAndSave(bob, () => bob.write(script, bob.read(script).replace('Power = 0', 'Power = -1')));
  const last = first(5).replace('Power = 0', 'Power = -22');
  const host = nodeHost({ home: bob.home, environment: { USER: 'bob' } });
  let isSaved = false;
  const disk: Host['disk'] = {
    ...host.disk,
    writeMany: (root, temp, files) => {
      if (!isSaved && files.some(({ path }) => path === script)) {
        isSaved = true;
        bob.write(script, last);
      }
      return host.disk.writeMany(root, temp, files);
    },
  };
  const engine = new CloudSyncEngine({}, { ...host, disk });
  await engine.initialize();
  try {
    const id = await engine.openProject(bob.folder);
    await engine.syncProject(id);
    expect(isSaved).toBe(true);
    expect(bob.read(script)).toBe(last);
    await engine.syncProject(id);
  } finally {
    await engine.close();
  }
  await alice.sync();
  expect(alice.read(script)).toBe(last);
});
