/** One project, written in turn by modsync and by stock git with git-lfs: every look at it says the same, on both sides. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bytesOf, refOf } from '../support/assets.ts';
import { testGitLfs } from '../support/gitLfs.ts';
import { gitLfs } from '../support/lfsPerson.ts';
import { cloneWith, type GitClone, startTestRelay } from '../support/relay.ts';
import { type Person, startTeamAt } from '../support/team.ts';

const FILES = {
  'Textures/a.dds': bytesOf('a', 5000),
  'Textures/b ü.dds': bytesOf('b', 300_000),
  'Q.psc': 'ScriptName Q\n',
};

const objectsIn = (folder: string): string[] => {
  const root = join(folder, '.git/lfs/objects');
  return existsSync(root)
    ? readdirSync(root, { recursive: true, encoding: 'utf8' })
        .filter((path) => /[0-9a-f]{64}$/.test(path))
        .map((path) => path.slice(-64))
        .sort()
    : [];
};

testGitLfs(
  'after both have written: clone, fetch, push, lock, fsck, ls-files, status and prune agree',
  async () => {
    const { relay, people } = await startTeamAt(await startTestRelay(), ['alice'], FILES);
    const [alice] = people as [Person];
    const project = await alice.engine.getSyncStatus(alice.id);
    const gitUrl = alice.git('config', 'remote.origin.url').trim();
    expect(project.changes).toEqual([]);
    const token = await relay.join(alice.id, 'bob');
    const bob: GitClone = await cloneWith(gitUrl, token);

    /** What each program says of each working copy. */
    async function expectAgreement() {
      const listed = (await gitLfs(alice, relay.url, 'ls-files', '--long')).out;
      expect(await bob.git('lfs', 'ls-files', '--long')).toBe(listed.trim());
      const assets = await alice.engine.listAssets(alice.id);
      expect(assets.map(({ oid, path }) => `${oid} * ${path}`).sort()).toEqual(
        listed.trim().split('\n').sort(),
      );
      expect((await gitLfs(alice, relay.url, 'fsck')).out).toContain('Git LFS fsck OK');
      expect(await bob.git('lfs', 'fsck')).toBe('Git LFS fsck OK');
      expect((await gitLfs(alice, relay.url, 'status', '--porcelain')).out.trim()).toBe('');
      expect(await bob.git('lfs', 'status', '--porcelain')).toBe('');
      expect(alice.git('status', '--porcelain')).toBe('');
      expect(await bob.git('status', '--porcelain')).toBe('');
      expect((await alice.engine.getSyncStatus(alice.id)).changes).toEqual([]);
      expect(await bob.git('rev-parse', 'HEAD')).toBe(alice.git('rev-parse', 'HEAD').trim());
    }
    await expectAgreement();

    // modsync writes, git-lfs takes; then the other way round, several times
    for (let round = 0; round < 2; round++) {
      alice.write(`Textures/ours ${round}.dds`, bytesOf(`ours ${round}`, 40_000));
      alice.write('Textures/a.dds', bytesOf(`a ${round}`, 5000 + round));
      await alice.sync();
      await bob.git('pull', '-q');
      await expectAgreement();
      await bob.write(`Meshes/theirs ${round}.nif`, bytesOf(`theirs ${round}`, 60_000));
      await bob.write('Textures/b ü.dds', bytesOf(`b ${round}`, 300_000 + round));
      await bob.git('add', '-A');
      await bob.git('commit', '-qm', `By git-lfs ${round}`);
      await bob.git('push', '-q', 'origin', 'main');
      expect(await alice.sync()).toMatchObject({ outcome: 'synced', warnings: [] });
      await expectAgreement();
    }
    expect(alice.read('Meshes/theirs 1.nif')).toBe(
      Buffer.from(bytesOf('theirs 1', 60_000)).toString('latin1'),
    );

    // locks: taken by either, seen by both, and only their holder's to give back
    await alice.engine.lockFiles(alice.id, ['Textures/a.dds']);
    await bob.git('lfs', 'lock', 'Meshes/theirs 0.nif');
    const both = ['Meshes/theirs 0.nif', 'Textures/a.dds'];
    expect((await alice.engine.listLocks(alice.id)).map(({ path, mine }) => [path, mine])).toEqual([
      [both[0], false],
      [both[1], true],
    ]);
    const seen = JSON.parse(await bob.git('lfs', 'locks', '--json')) as { path: string }[];
    expect(seen.map(({ path }) => path).sort()).toEqual(both);
    await bob.write('Textures/a.dds', bytesOf('not mine', 10));
    await bob.git('commit', '-qam', 'Not mine');
    const refused = await bob.tryGit('-c', 'lfs.locksverify=true', 'push', 'origin', 'main');
    expect(refused.code === 0 ? refused.error : 'refused').toBe('refused');
    await bob.git('reset', '-q', '--hard', 'HEAD~1');
    await bob.git('lfs', 'unlock', 'Meshes/theirs 0.nif');
    await alice.engine.unlockFiles(alice.id, ['Textures/a.dds']);
    expect(await bob.git('lfs', 'locks')).toBe('');

    // git lfs prune in modsync's copy, modsync's drop, and git lfs fetch after it
    expect(await gitLfs(alice, relay.url, 'prune', '--force', '--verify-remote')).toMatchObject({ code: 0 });
    expect(await alice.engine.fetchAssets(alice.id)).toMatchObject({ absent: [] });
    const needed = (await alice.engine.listAssets(alice.id)).map(({ oid }): string => oid).sort();
    expect(objectsIn(alice.folder)).toEqual([...new Set(needed)]);
    expect(await alice.engine.dropAssets(alice.id)).toMatchObject({ kept: 0 });
    expect(objectsIn(alice.folder)).toEqual([]);
    expect(await gitLfs(alice, relay.url, 'fetch')).toMatchObject({ code: 0 });
    expect(objectsIn(alice.folder)).toEqual([...new Set(needed)]);
    await bob.git('lfs', 'prune', '--force');
    await bob.git('lfs', 'fetch', '--all');
    await expectAgreement();

    // every version that anyone ever pushed is at the relay: a mirror gets all of it
    const mirror = await cloneWith(gitUrl, token);
    await mirror.git('lfs', 'fetch', '--all');
    expect(objectsIn(mirror.path)).toEqual(expect.arrayContaining([refOf(bytesOf('a 0', 5000)).oid]));
    expect(await mirror.git('lfs', 'fsck')).toBe('Git LFS fsck OK');
  },
);
