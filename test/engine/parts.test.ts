import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { matchesAny } from '../../src/engine/assets/parts.ts';
import { describeGitLfs, testGitLfs } from '../support/gitLfs.ts';
import { gitLfs } from '../support/lfsPerson.ts';
import { startTestRelay } from '../support/relay.ts';
import { joinTeamWith, type Person, startTeam, startTeamAt } from '../support/team.ts';

const texture = 'Textures/Beacon_d.dds';
const small = 'Textures/Sub/Glow.dds';
const sound = 'Sound/Beacon.wav';
const bytes = (seed: number, length = 5000) => Uint8Array.from({ length }, (_, at) => (at * seed) & 0xff);
const FILES = { [texture]: bytes(3), [small]: bytes(5), [sound]: bytes(7), 'notes.txt': 'x' };
const isPointer = (person: Person, path: string) =>
  person.read(path).startsWith('version https://git-lfs.github.com/spec/v1\n');
const latin = (content: Uint8Array) => Buffer.from(content).toString('latin1');

const team = async () => {
  const { people, relay } = await startTeam(['alice'], FILES);
  return { alice: people[0] as Person, relay };
};
const cached = ({ folder }: Person): string[] => {
  const root = join(folder, '.git/lfs/objects');
  return existsSync(root)
    ? readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => /[0-9a-f]{64}$/.test(path))
    : [];
};

test('a copy of a part downloads that part only, and the rest is a pointer that nobody takes for a change', async () => {
  const { alice, relay } = await team();
  const bob = await joinTeamWith(alice, 'bob', { only: ['Textures/**'], without: ['Glow.*'] });
  expect(bob.read(texture)).toBe(latin(bytes(3)));
  expect(isPointer(bob, small)).toBe(true);
  expect(isPointer(bob, sound)).toBe(true);
  expect(cached(bob)).toHaveLength(1);
  expect(bob.git('status', '--porcelain')).toBe('');
  const status = await bob.engine.getSyncStatus(bob.id);
  expect(status.changes).toEqual([]);
  expect(status.parts).toEqual({ only: ['Textures/**'], without: ['Glow.*'] });
  expect(await bob.sync()).toMatchObject({ outcome: 'up-to-date', warnings: [] });

  // what others change outside the part stays a pointer, the new one; a touched pointer is still no change
  alice.write(sound, bytes(9));
  alice.write(texture, bytes(11));
  await alice.sync();
  expect(await bob.sync()).toMatchObject({ outcome: 'synced', warnings: [] });
  expect(isPointer(bob, sound)).toBe(true);
  expect(bob.read(texture)).toBe(latin(bytes(11)));
  bob.write(sound, bob.read(sound));
  expect(await bob.sync()).toMatchObject({ outcome: 'up-to-date' });

  // his own work goes out, and is all there is to it
  bob.write(texture, bytes(13));
  expect(await bob.sync()).toMatchObject({ pushed: true, bytesUploaded: 5000 });
  await alice.sync();
  expect(alice.read(texture)).toBe(latin(bytes(13)));
  expect(alice.read(sound)).toBe(latin(bytes(9)));
  const findings = await bob.engine.diagnose(bob.folder);
  expect(findings.find(({ check }) => check === 'assets')).toMatchObject({
    state: 'good',
    message: expect.stringContaining('2 are left out'),
  });
  const [, first] = await bob.engine.getProjectHistory(bob.id);
  await bob.engine.restoreSnapshot(first!.snapshotId);
  expect(isPointer(bob, sound)).toBe(true);
  expect(bob.read(texture)).toBe(latin(bytes(11)));
  expect(relay.url).toContain('http');
});

test('parts can be changed later: what comes in is fetched, what goes out becomes a pointer and frees its space', async () => {
  const { alice } = await team();
  const bob = await joinTeamWith(alice, 'bob', { without: ['*.wav'] });
  const changed = await bob.engine.chooseParts(bob.id, { only: ['Sound'], without: [] });
  expect(changed).toMatchObject({ files: 1, bytes: 5000, restored: 1, left: 2, kept: [], absent: [] });
  expect(bob.read(sound)).toBe(latin(bytes(7)));
  expect(isPointer(bob, texture)).toBe(true);
  expect(cached(bob)).toHaveLength(1);
  expect(bob.git('status', '--porcelain')).toBe('');
  expect((await bob.engine.getDiskUse(bob.id)).pointers).toEqual({ files: 2, bytes: 10_000 });

  await bob.engine.chooseParts(bob.id, { only: [], without: [] });
  expect(bob.files()).toEqual(alice.files());
  expect((await bob.engine.getSyncStatus(bob.id)).parts).toBeUndefined();
});

test('a file with changes of one’s own, or that the remote lacks, never becomes a pointer', async () => {
  const { alice } = await team();
  alice.write(texture, bytes(17));
  const result = await alice.engine.chooseParts(alice.id, { only: [], without: ['*.dds'] });
  expect(result.kept).toEqual([texture]);
  expect(alice.read(texture)).toBe(latin(bytes(17)));
  expect(isPointer(alice, small)).toBe(true);
  // committed, but nowhere else yet
  alice.write('New.dds', bytes(19));
  alice.git('add', 'New.dds');
  alice.git('commit', '-qm', 'new');
  expect(
    [...(await alice.engine.chooseParts(alice.id, { only: [], without: ['*.dds'] })).kept].sort(),
  ).toEqual(['New.dds', texture]);
  expect(alice.read('New.dds')).toBe(latin(bytes(19)));
});

describe('giving up copies', () => {
  test('frees what the remote has; files stay, and sync goes on', async () => {
    const { alice } = await team();
    alice.write('New.dds', bytes(21));
    alice.git('add', 'New.dds');
    alice.git('commit', '-qm', 'not sent yet');
    expect(await alice.engine.dropAssets(alice.id)).toEqual({ objects: 3, bytes: 15_000, kept: 1 });
    expect(cached(alice)).toHaveLength(1);
    expect(alice.read(texture)).toBe(latin(bytes(3)));
    expect((await alice.engine.getSyncStatus(alice.id)).changes).toEqual([]);
    expect(await alice.sync()).toMatchObject({ outcome: 'synced', pushed: true, bytesUploaded: 5000 });
    // back without the network: the files themselves are the assets
    expect(await alice.engine.fetchAssets(alice.id)).toMatchObject({ files: 0, absent: [] });
    expect(cached(alice)).toHaveLength(4);
    expect(await alice.engine.dropAssets(alice.id, ['Textures/Sub'])).toMatchObject({ objects: 1 });
  });

  test('an asset whose copy is gone is sent from its unchanged file, and never from a changed one', async () => {
    const { relay, people } = await startTeamAt(await startTestRelay(), ['alice'], FILES);
    const alice = people[0] as Person;
    const other = await relay.createProject('Other');
    rmSync(join(alice.folder, '.git/lfs/objects'), { recursive: true, force: true });
    alice.git('remote', 'set-url', 'origin', other.gitUrl);
    const { CloudSyncEngine, nodeHost } = await import('../../src/index.ts');
    const engine = new CloudSyncEngine({}, nodeHost({ home: alice.home, environment: { USER: 'alice' } }));
    await engine.initialize();
    try {
      const id = await engine.openProject(alice.folder);
      expect(await engine.syncProject(id)).toMatchObject({ pushed: true, bytesUploaded: 15_000 });

      const third = await relay.createProject('Third');
      alice.git('remote', 'set-url', 'origin', third.gitUrl);
      rmSync(join(alice.folder, '.git/lfs/objects'), { recursive: true, force: true });
      // same length, other bytes: what was committed before is nowhere any more
      alice.write(texture, bytes(23));
      const late = new CloudSyncEngine({}, nodeHost({ home: alice.home, environment: { USER: 'alice' } }));
      await late.initialize();
      await expect(late.syncProject(await late.openProject(alice.folder))).rejects.toMatchObject({
        code: 'ASSET_MISSING',
        message: expect.stringContaining(texture),
      });
      await late.close();
    } finally {
      await engine.close();
    }
  });

  testGitLfs('git lfs fetch brings a dropped copy back, and its fsck is content', async () => {
    const { alice, relay } = await team();
    await alice.engine.dropAssets(alice.id);
    expect(await gitLfs(alice, relay.url, 'fetch')).toMatchObject({ code: 0 });
    expect(cached(alice)).toHaveLength(3);
    expect((await gitLfs(alice, relay.url, 'fsck')).out).toContain('Git LFS fsck OK');
    // and the other way round: what git-lfs pruned or never had, we fetch
    expect(await gitLfs(alice, relay.url, 'prune', '--force')).toMatchObject({ code: 0 });
    expect(await alice.engine.fetchAssets(alice.id)).toMatchObject({ absent: [] });
    expect(cached(alice)).toHaveLength(3);
  });
});

test('a pointer with the line ends of the working copy is a pointer', async () => {
  const { people } = await startTeam(['alice'], {
    ...FILES,
    '.gitattributes': '*.dds filter=lfs -text\n*.wav text eol=crlf filter=lfs\n',
  });
  const alice = people[0] as Person;
  const bob = await joinTeamWith(alice, 'bob', { only: ['Textures'], without: [] });
  expect(bob.read(sound)).toMatch(/^version .*\r\noid .*\r\n/);
  expect(await bob.engine.listAssets(bob.id, ['*.wav'])).toMatchObject([{ onDisk: 'pointer' }]);
  expect(await bob.engine.chooseParts(bob.id, { only: [], without: [] })).toMatchObject({ files: 1 });
  expect(bob.read(sound)).toBe(latin(bytes(7)));
  expect(await bob.sync()).toMatchObject({ outcome: 'up-to-date' });
});

describeGitLfs('git-lfs agrees on the parts', () => {
  test('with the same configuration it fetches and checks out the same files', async () => {
    const { alice, relay } = await team();
    const bob = await joinTeamWith(alice, 'bob', { only: ['Textures'], without: ['Glow.dds'] });
    await gitLfs(bob, relay.url, 'pull');
    expect(cached(bob)).toHaveLength(1);
    expect(isPointer(bob, small)).toBe(true);
    const listed = await gitLfs(bob, relay.url, 'ls-files');
    const marks = new Map(
      listed.out
        .trim()
        .split('\n')
        .map((line) => [line.slice(13), line[11]]),
    );
    expect(Object.fromEntries(marks)).toEqual({ [texture]: '*', [small]: '-', [sound]: '-' });
  });

  const paths = [
    'a.dds',
    'a.wav',
    'Textures/a.dds',
    'Textures/b.wav',
    'Textures/Sub/c.dds',
    'Sound/d.wav',
    'Sound/Textures/e.dds',
    'Sp ace/f.dds',
    'textures.dds',
    'we[i]rd.dds',
  ];
  // what `git lfs ls-files -I PATTERN` of 3.3 lists, as indexes into paths
  test.each([
    ['Textures/**', [2, 3, 4]],
    ['Textures', [2, 3, 4, 6]],
    ['Textures/', [2, 3, 4, 6]],
    ['/Textures', [2, 3, 4]],
    ['*.wav', [1, 3, 5]],
    ['Textures/*', [2, 3, 4]],
    ['**/Textures', [2, 3, 4, 6]],
    ['Sub', [4]],
    ['/a.dds', [0]],
    ['!Textures/a.dds', []],
    ['textures/**', []],
    ['Sp ace/*', [7]],
    ['we[i]rd.dds', []],
    ['T*/Sub', [4]],
    ['./Textures/a.dds', []],
    ['Textures/**/c.dds', [4]],
    ['?.dds', [0, 2, 4, 6, 7]],
  ])('%s means the same', (pattern, expected) => {
    const matches = matchesAny([pattern], false);
    expect(paths.flatMap((path, at) => (matches(path) ? [at] : []))).toEqual(expected);
  });
});

test('the modes and sizes of what stands on disk are told', async () => {
  const { alice } = await team();
  const use = await alice.engine.getDiskUse(alice.id);
  expect(use).toMatchObject({
    assetsOnDisk: { files: 3, bytes: 15_000 },
    cache: { files: 3, bytes: 15_000 },
    cacheInUse: { files: 3, bytes: 15_000 },
    cachedAndOnDisk: { files: 3, bytes: 15_000 },
    pointers: { files: 0, bytes: 0 },
  });
  expect(use.working.bytes).toBeGreaterThan(15_000);
  expect(use.history.bytes).toBeGreaterThan(0);
  const listed = await alice.engine.listAssets(alice.id, ['*.wav']);
  expect(listed).toEqual([
    { path: sound, oid: expect.any(String), size: 5000, cached: true, onDisk: 'content', wanted: true },
  ]);
  expect(statSync(join(alice.folder, sound)).size).toBe(5000);
});
