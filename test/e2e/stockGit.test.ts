/** Stock git and git-lfs beside modsync: as a third participant, and in the very folder that modsync watches. */
import { existsSync } from 'node:fs';
import { bytesOf } from '../support/assets.ts';
import { gitBytes } from '../support/gitCommand.ts';
import { testGitLfs } from '../support/gitLfs.ts';
import { Modder, runProgram, startTeamOfProcesses, until } from '../support/processes.ts';
import { hostedRepositories } from '../support/reachable.ts';
import { gitUrlWith } from '../support/relay.ts';
import { converged, expectHealthy, stateOf } from '../support/workingCopies.ts';

const start = {
  'Scripts/Source/User/Quest.psc': Array.from({ length: 30 }, (_, at) => `; line ${at}\n`).join(''),
  'Quest.esp': bytesOf('plugin', 5000),
  'Textures/wall_d.dds': bytesOf('wall', 60_000),
  'Sound/empty.wav': '',
};
const script = 'Scripts/Source/User/Quest.psc';
const edited = (text: string, line: number, by: string) =>
  text.replace(`; line ${line}\n`, `; ${by} ${line}\n`);

testGitLfs(
  'stock git and git-lfs take part: clone, pull, edit, commit, push, while two others watch',
  async () => {
    const { relay, people } = await startTeamOfProcesses(['alice', 'bob'], start);
    const [alice, bob] = people as [Modder, Modder];
    const watching = await Promise.all(people.map((person) => person.watch()));

    const carol = new Modder('carol');
    const url = gitUrlWith(await alice.git('remote', 'get-url', 'origin'), relay.ownerToken);
    const cloned = await runProgram('git', ['clone', '--quiet', url, carol.folder], { env: carol.env });
    expect(cloned).toMatchObject({ code: 0 });
    expect(stateOf(carol.folder)).toEqual(stateOf(alice.folder));

    for (let round = 1; round <= 3; round++) {
      // carol, with stock git
      carol.write(script, edited(carol.read(script), round, 'carol'));
      carol.write('Textures/wall_d.dds', bytesOf(`carol ${round}`, 60_000 + round));
      carol.write(`Textures/carol ${round}.dds`, bytesOf(`carol's ${round}`, 40_000));
      await carol.git('add', '--all');
      await carol.git('commit', '--quiet', '-m', `Carol's round ${round}`);
      await carol.git('pull', '--quiet', '--no-edit');
      await carol.git('push', '--quiet');
      for (const person of [alice, bob]) {
        await until(`carol's round ${round} is with ${person.name}`, () => {
          const there = person
            .tryRead('Textures/wall_d.dds')
            ?.equals(bytesOf(`carol ${round}`, 60_000 + round));
          return there && person.read(script).includes(`; carol ${round}\n`);
        });
      }

      // the others, by saving
      alice.write(script, edited(alice.read(script), 10 + round, 'alice'));
      bob.write(`Textures/bob ${round}.dds`, bytesOf(`bob ${round}`, 30_000));
      await until(`round ${round} of alice and bob has met`, () => {
        const there = bob.read(script).includes(`; alice ${10 + round}\n`);
        return there && existsSync(alice.path(`Textures/bob ${round}.dds`));
      });
      await converged([alice, bob]);
      await carol.git('pull', '--quiet', '--no-edit');
      expect(stateOf(carol.folder)).toEqual(stateOf(alice.folder));
    }
    carol.remove('Sound/empty.wav');
    await carol.git('mv', 'Quest.esp', 'Renamed.esp');
    await carol.git('commit', '--quiet', '--all', '-m', 'Tidy up');
    await carol.git('push', '--quiet');
    await until('the deletion is with bob', () => !existsSync(bob.path('Sound/empty.wav')));
    await converged([carol, alice, bob]);

    const assets = await carol.git('lfs', 'ls-files', '--long');
    expect(assets.split('\n').length).toBe(7);
    for (const person of [alice, bob, carol]) {
      expect(stateOf(person.folder)).toEqual(stateOf(carol.folder));
      expect(await person.git('lfs', 'ls-files', '--long')).toBe(assets);
      await expectHealthy(person);
    }
    for (const watch of watching) {
      expect(watch.events.filter(({ type }) => type === 'error')).toEqual([]);
      await watch.end();
    }
    // what the relay holds is a repository that stock git finds sound
    for (const repository of hostedRepositories(relay.dataDir))
      expect(gitBytes(repository, ['fsck', '--strict', '--no-dangling']).toString()).toBe('');
  },
);

testGitLfs('stock git commit, pull, push and merge in the folder that modsync watches', async () => {
  const { people } = await startTeamOfProcesses(['alice', 'bob'], start);
  const [alice, bob] = people as [Modder, Modder];
  const watching = await alice.watch();

  // commit: watch may be faster, and then there is nothing left to commit; either way alice's words or the bytes go out
  alice.write(script, edited(alice.read(script), 1, 'alice'));
  await alice.tryGit('commit', '--all', '-m', 'Words of my own');
  await converged([alice]);
  await alice.git('tag', 'light');
  await alice.git('commit', '--quiet', '--allow-empty', '-m', 'An empty commit of mine');
  // nothing of the work tree changes, so it is the next sync that sends it
  alice.write('notes.txt', 'more');
  await converged([alice]);
  expect(await alice.git('log', '--format=%s', 'origin/main')).toContain('An empty commit of mine');

  // pull and push by hand: the credential helper answers
  await bob.modsync('sync');
  expect(bob.read(script)).toContain('; alice 1\n');
  bob.write('Textures/bob.dds', bytesOf('bob', 20_000));
  await bob.git('add', '--all');
  await bob.git('commit', '--quiet', '-m', 'A texture, by stock git');
  await bob.git('push', '--quiet');
  await until('it is with alice', () => alice.tryRead('Textures/bob.dds')?.equals(bytesOf('bob', 20_000)));
  alice.write('Textures/alice.dds', bytesOf('alice', 20_000));
  await converged([alice]);
  await bob.git('pull', '--quiet');
  expect(bob.tryRead('Textures/alice.dds')).toEqual(Buffer.from(bytesOf('alice', 20_000)));
  await alice.git('pull', '--quiet');
  await alice.git('push', '--quiet');

  // a merge with a conflict, by stock git, under a running watch
  await alice.git('switch', '--quiet', '-c', 'side');
  await alice.git('commit', '--quiet', '--allow-empty', '-m', 'side');
  await alice.git('switch', '--quiet', 'main');
  await converged([alice]);
  const blob = async (content: string) =>
    (
      await runProgram('git', ['hash-object', '-w', '--stdin'], {
        cwd: alice.folder,
        env: alice.env,
        input: content,
      })
    ).out.trim();
  const text = alice.read(script);
  // the other branch is made without touching the working tree
  const theirs = await blob(edited(text, 20, 'side'));
  const index = { ...alice.env, GIT_INDEX_FILE: alice.path('.git', 'index.side') };
  const inIndex = async (...args: string[]) =>
    (await runProgram('git', args, { cwd: alice.folder, env: index })).out.trim();
  await inIndex('read-tree', 'side');
  await inIndex('update-index', '--cacheinfo', `100644,${theirs},${script}`);
  const tree = await inIndex('write-tree');
  const commit = await alice.git('commit-tree', tree, '-p', 'side', '-m', 'Side story');
  await alice.git('update-ref', 'refs/heads/side', commit);
  alice.write(script, edited(text, 20, 'main'));
  await converged([alice]);
  const before = await alice.git('rev-parse', 'HEAD');

  const merge = await alice.tryGit('merge', 'side');
  expect(merge.code).toBe(1);
  expect(alice.read(script)).toContain('<<<<<<<');
  await watching.next(
    'watch says that it waits',
    ({ type, error }) =>
      type === 'error' && (error as { code: string } | undefined)?.code === 'MERGE_IN_PROGRESS',
  );
  alice.write('meanwhile.txt', 'saved during the merge');
  const sync = await alice.tryModsync('sync');
  expect(sync).toMatchObject({ code: 1, answer: { error: { code: 'MERGE_IN_PROGRESS' } } });
  expect(await alice.git('rev-parse', 'HEAD')).toBe(before);
  expect(existsSync(alice.path('.git', 'MERGE_HEAD'))).toBe(true);
  expect(await alice.git('ls-files', '--unmerged')).not.toBe('');

  alice.write(script, edited(text, 20, 'both'));
  await alice.git('add', script);
  await alice.git('commit', '--quiet', '--no-edit');
  await converged([alice]);
  expect(await alice.git('rev-list', '--merges', '--count', `${before}..origin/main`)).toBe('1');
  await bob.modsync('sync');
  expect(bob.read(script)).toContain('; both 20\n');
  expect(bob.read('meanwhile.txt')).toBe('saved during the merge');
  expect(await watching.end()).toBe(0);
  for (const person of people) await expectHealthy(person);
});
