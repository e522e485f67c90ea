import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testGitLfs } from '../support/gitLfs.ts';
import { gitLfs } from '../support/lfsPerson.ts';
import { type Person, startTeam } from '../support/team.ts';

const plugin = 'Beacon.esp';
const texture = 'Textures/Beacon_d.dds';

const team = async (files: Record<string, string> = {}) => {
  const { people, relay } = await startTeam(['alice', 'bob'], {
    [plugin]: 'TES4 one',
    [texture]: 'pixels one',
    ...files,
  });
  const [alice, bob] = people as [Person, Person];
  return { alice, bob, relay };
};

const LOCKABLE = { '.gitattributes': '*.dds filter=lfs diff=lfs merge=lfs -text lockable\n*.esp binary\n' };

const isWritable = ({ folder }: Person, path: string): boolean => {
  try {
    accessSync(join(folder, path), constants.W_OK);
    return true;
  } catch {
    return false;
  }
};
// root may write to anything: the mode is what counts
const modeOf = ({ folder }: Person, path: string) => statSync(join(folder, path)).mode;
const readOnly = async (person: Person, path: string) => (modeOf(person, path) & 0o222) === 0;

test('a lock keeps others from sending changes to the file, and says who and since when', async () => {
  const { alice, bob } = await team();
  const [lock] = await alice.engine.lockFiles(alice.id, [texture]);
  expect(lock).toMatchObject({ path: texture, owner: expect.any(String), lockedAt: expect.any(String) });
  // again is fine
  await alice.engine.lockFiles(alice.id, [texture]);
  await expect(bob.engine.lockFiles(bob.id, [texture])).rejects.toMatchObject({
    code: 'LOCKED',
    message: expect.stringMatching(/Textures\/Beacon_d.dds is locked by .*, since 20\d\d-/),
  });

  bob.write(texture, 'pixels of bob');
  bob.write('notes.txt', 'x');
  await expect(bob.sync()).rejects.toMatchObject({ code: 'LOCKED', data: { paths: [texture] } });
  // his work is in his history, and hers goes on
  expect(bob.git('status', '--porcelain')).toBe('');
  alice.write(texture, 'pixels of alice');
  expect(await alice.sync()).toMatchObject({ pushed: true });

  await alice.engine.unlockFiles(alice.id, [texture]);
  expect(await bob.sync(undefined, { strategy: 'local' })).toMatchObject({ outcome: 'synced', pushed: true });
});

test('files that nobody locked are sent as ever', async () => {
  const { alice, bob } = await team();
  await alice.engine.lockFiles(alice.id, [texture]);
  bob.write(plugin, 'TES4 two');
  expect(await bob.sync()).toMatchObject({ outcome: 'synced', pushed: true });
});

test('unlocking: not with unsent changes, not another’s, unless forced by an owner', async () => {
  const { alice, bob } = await team();
  await bob.engine.lockFiles(bob.id, [texture]);
  bob.write(texture, 'changed');
  await expect(bob.engine.unlockFiles(bob.id, [texture])).rejects.toMatchObject({ code: 'WOULD_OVERWRITE' });
  await expect(alice.engine.unlockFiles(alice.id, [texture])).rejects.toMatchObject({ code: 'LOCKED' });
  await expect(alice.engine.unlockFiles(alice.id, [plugin])).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await alice.engine.unlockFiles(alice.id, [texture], { force: true });
  expect(await bob.engine.listLocks(bob.id)).toEqual([]);
  await alice.engine.lockFiles(alice.id, [texture]);
  await expect(bob.engine.unlockFiles(bob.id, [texture], { force: true })).rejects.toMatchObject({
    code: 'ACCESS_DENIED',
  });
});

testGitLfs('git lfs sees the same locks, both ways', async () => {
  const { alice, bob, relay } = await team();
  await alice.engine.lockFiles(alice.id, [texture]);
  const theirs = await gitLfs(bob, relay.url, 'locks');
  expect(theirs.out).toContain(texture);
  expect((await gitLfs(bob, relay.url, 'lock', texture)).code).not.toBe(0);

  expect(await gitLfs(bob, relay.url, 'lock', plugin)).toMatchObject({ code: 0 });
  const seen = await alice.engine.listLocks(alice.id);
  expect(seen.map(({ path, mine }) => [path, mine])).toEqual([
    [plugin, false],
    [texture, true],
  ]);
  alice.write(plugin, 'TES4 of alice');
  await expect(alice.sync()).rejects.toMatchObject({ code: 'LOCKED' });
  expect(await gitLfs(bob, relay.url, 'unlock', plugin)).toMatchObject({ code: 0 });
  expect(await alice.sync()).toMatchObject({ pushed: true });
  // a lock that git-lfs took with this person's token is this person's
  await gitLfs(bob, relay.url, 'lock', plugin);
  await bob.engine.unlockFiles(bob.id, [plugin]);
  expect((await gitLfs(alice, relay.url, 'locks')).out).not.toContain(plugin);
});

describe('lockable files', () => {
  test('are read-only until locked, wherever they arrive, and others stay as they are', async () => {
    const { alice, bob } = await team(LOCKABLE);
    for (const person of [alice, bob]) {
      expect(await readOnly(person, texture)).toBe(true);
      expect(isWritable(person, plugin)).toBe(true);
    }
    await alice.engine.lockFiles(alice.id, [texture]);
    expect(await readOnly(alice, texture)).toBe(false);
    alice.write(texture, 'pixels two');
    await alice.sync();
    await bob.sync();
    expect(bob.read(texture)).toBe('pixels two');
    expect(await readOnly(bob, texture)).toBe(true);
    await alice.engine.unlockFiles(alice.id, [texture]);
    expect(await readOnly(alice, texture)).toBe(true);
    expect(alice.git('status', '--porcelain')).toBe('');
    expect((await alice.engine.getSyncStatus(alice.id)).changes).toEqual([]);
  });

  test('stay writable where the user turned that off, as in git-lfs', async () => {
    const { alice } = await team(LOCKABLE);
    alice.git('config', 'lfs.setlockablereadonly', 'false');
    await alice.engine.lockFiles(alice.id, [texture]);
    await alice.engine.unlockFiles(alice.id, [texture]);
    expect(await readOnly(alice, texture)).toBe(false);
  });

  test('with the rule autoLock are locked when first changed, and read-only while another has them', async () => {
    const { alice, bob } = await team(LOCKABLE);
    const file = join(alice.folder, '.modsync.json');
    const settings = JSON.parse(alice.read('.modsync.json'));
    writeFileSync(file, JSON.stringify({ ...settings, rules: { autoLock: true } }));
    await alice.sync();
    await bob.sync();
    expect(existsSync(join(bob.folder, '.git/modsync/locks.json'))).toBe(false);
    for (const person of [alice, bob]) expect(await readOnly(person, texture)).toBe(false);
    alice.write(texture, 'pixels two');
    await alice.sync();
    await bob.sync();
    expect(await readOnly(bob, texture)).toBe(true);
    expect((await bob.engine.listLocks(bob.id)).map(({ path, mine }) => [path, mine])).toEqual([
      [texture, false],
    ]);
    expect(await readOnly(bob, texture)).toBe(true);
    expect(await readOnly(alice, texture)).toBe(false);
    await alice.engine.unlockFiles(alice.id, [texture]);
    await bob.engine.listLocks(bob.id);
    expect(await readOnly(bob, texture)).toBe(false);
  });

  test('whoever watches is told at once, and the file is read-only there, or no longer', async () => {
    const { alice, bob } = await team(LOCKABLE);
    writeFileSync(
      join(alice.folder, '.modsync.json'),
      JSON.stringify({ ...JSON.parse(alice.read('.modsync.json')), rules: { autoLock: true } }),
    );
    await alice.sync();
    await bob.sync();
    const told: string[] = [];
    let online = () => undefined as unknown;
    const connected = new Promise((done) => {
      online = () => done(undefined);
    });
    const stop = bob.engine.onActivity((event) => {
      if (event.type === 'online') online();
      if (event.type === 'remote-change' && event.change.kind === 'lock')
        told.push(`${event.change.message} ${event.change.paths?.[0]?.path}`);
    });
    await bob.engine.enableAutoSync(bob.id);
    await connected;
    const isSo = async (wanted: boolean) => {
      for (;;) {
        if ((await readOnly(bob, texture)) === wanted) return;
        await new Promise((next) => setImmediate(next));
      }
    };
    await alice.engine.lockFiles(alice.id, [texture]);
    await isSo(true);
    await alice.engine.unlockFiles(alice.id, [texture]);
    await isSo(false);
    expect(told).toEqual([`locked ${texture}`, `unlocked ${texture}`]);
    stop();
    await bob.engine.disableAutoSync(bob.id);
  });
});
