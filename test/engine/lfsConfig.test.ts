/** A project that keeps its assets somewhere else than its history, by its `.lfsconfig`. */
import { LfsSettings } from '../../src/lfs/index.ts';
import { bytesOf } from '../support/assets.ts';
import { startLfsServer } from '../support/lfsServers.ts';
import { joinTeam, type Person, startTeam } from '../support/team.ts';

const latin = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

test('a clone finds the assets where the .lfsconfig says that comes with it; a pull may move them', async () => {
  const [a, b, c] = [bytesOf('a', 5000), bytesOf('b', 6000), bytesOf('c', 7000)];
  const { people } = await startTeam(['alice'], { 'Textures/a.dds': a, 'notes.txt': 'x' });
  const [alice] = people as [Person];
  const [first, second] = [await startLfsServer(), await startLfsServer()];
  const moveTo = (server: { url: string }) =>
    alice.write(
      '.lfsconfig',
      `[lfs]\n\turl = ${server.url}\n\tfetchexclude = *.wav\n\tconcurrenttransfers = 1\n[core]\n\thooksPath = evil\n`,
    );
  const oids = (server: Awaited<ReturnType<typeof startLfsServer>>, step: 'upload' | 'download') =>
    server.of(step).map(({ oid }) => oid);

  // the remote's token is the relay's alone
  moveTo(first);
  alice.write('Textures/b.dds', b);
  alice.write('Sound/b.wav', bytesOf('wav', 100));
  await alice.sync();
  expect(oids(first, 'upload')).toHaveLength(2);
  expect(first.asked.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);

  // what was sent before the move lies at the relay still: bob is told what he does not get
  const bob = await joinTeam(alice, 'bob');
  expect(bob.read('Textures/b.dds')).toBe(latin(b));
  expect(bob.read('Sound/b.wav')).toContain('oid sha256:');
  expect(bob.read('Textures/a.dds')).toContain('oid sha256:');

  // in a process that has been running since
  moveTo(second);
  alice.write('Textures/c.dds', c);
  await alice.sync();
  expect(oids(second, 'upload')).toHaveLength(1);
  const asked = first.asked.length;
  expect((await bob.sync()).warnings).toEqual([]);
  expect(first.asked).toHaveLength(asked);
  expect(Buffer.from(bob.read('Textures/c.dds'), 'latin1').equals(c)).toBe(true);
  expect(oids(second, 'download')).toHaveLength(1);
});

test('lfs.locksverify: for one server, for the remote, for all, and by whom it is said', () => {
  const url = 'https://git.example/team/mod.git';
  const verify = (user: Record<string, string>, project: [key: string, value: string][] = []) =>
    new LfsSettings(
      {
        get: (key) => user[key],
        getAll: (key) => (user[key] === undefined ? [] : [user[key]]),
        keys: () => Object.keys(user),
      },
      project.map(([key, value]) => ({ key, value })),
    ).locksVerify(url);
  expect(verify({})).toBeUndefined();
  expect(verify({ 'lfs.locksverify': 'true' })).toBe(true);
  expect(verify({ 'lfs.locksverify': 'no' })).toBe(false);
  expect(verify({ 'lfs.https://git.example/team/mod.git/info/lfs.locksverify': 'false' })).toBe(false);
  expect(verify({ 'lfs.https://git.example/.locksverify': 'true', 'lfs.locksverify': 'false' })).toBe(true);
  expect(verify({ 'lfs.https://other.example/.locksverify': 'true' })).toBeUndefined();
  expect(verify({}, [['lfs.locksverify', 'true']])).toBe(true);
  expect(verify({ 'lfs.locksverify': 'false' }, [['lfs.locksverify', 'true']])).toBe(false);
  // a project may not say it for an address
  expect(verify({}, [['lfs.https://git.example/.locksverify', 'false']])).toBeUndefined();
});
