/**
 * SIGKILL at random moments: the next run finishes by itself, nothing is lost, nothing is left behind. The moments
 * are spread over the time that the same work takes undisturbed.
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bytesOf } from '../support/assets.ts';
import { gitBytes } from '../support/gitCommand.ts';
import { randomFrom } from '../support/gitRepository.ts';
import { temporaryFolder } from '../support/host.ts';
import { killedAfter, Modder, runCli, startTeamOfProcesses } from '../support/processes.ts';
import { blobIdOnDisk, hostedRepositories, reachableIds } from '../support/reachable.ts';
import { filesOf } from '../support/team.ts';
import { expectHealthy, leftovers, stateOf } from '../support/workingCopies.ts';

const SOAK = Number(process.env.MODSYNC_SOAK ?? 1);
/** Each with a kill of the sender and one of the receiver. */
const ROUNDS = SOAK;
const CLONES = SOAK;
const RELAY_KILLS = SOAK;
const INITS = SOAK;

const random = randomFrom(20260727);

/** Node itself takes the first part of the time: before it there is nothing to interrupt. */
const moments = (count: number): number[] =>
  Array.from({ length: count }, (_, at) => 0.3 + (0.75 * (at + random())) / count);

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** What one person changes between two syncs: edits, new files, deletions, renames, small and larger assets. */
function work(modder: Modder, round: string): void {
  for (let at = 0; at < 30; at++)
    modder.write(`Scripts/Source/User/S${at}.psc`, `; ${at} of ${round}\n`.repeat(50));
  for (let at = 0; at < 8; at++) modder.write(`Textures/t${at}.dds`, bytesOf(`${round} ${at}`, 60_000));
  modder.write('Textures/large.dds', bytesOf(round, 3_000_000));
  modder.write(`Added/${round}.txt`, round);
  modder.write(`Added/${round}.dds`, bytesOf(`added ${round}`, 20_000));
  modder.write(`Added/${round}.esp`, bytesOf(`plugin ${round}`, 50_000));
  const [oldest] = readdirSync(modder.path('Old')).sort();
  if (oldest) modder.rename(`Old/${oldest}`, `Renamed/${round}.txt`);
}

const start = (): Record<string, Uint8Array> =>
  Object.fromEntries(
    Array.from({ length: ROUNDS + 10 }, (_, at) => [`Old/${1000 + at}.txt`, Buffer.from(`old ${at}`)]),
  );

const emptyFiles = (folder: string) =>
  [...filesOf(folder)].filter(([, content]) => content === '').map(([path]) => path);

/** Locks that nobody holds any more and that stop others. Half an object is none: `git prune` knows its name. */
const locksIn = (folder: string) =>
  readdirSync(join(folder, '.git'), { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.lock') && !path.includes('tmp_'),
  );

test(
  'a sync killed at any moment, while sending or while receiving, is finished by the next one',
  async () => {
    const { relay, people } = await startTeamOfProcesses(['alice', 'bob'], start());
    const [alice, bob] = people as [Modder, Modder];
    const saved = new Map<string, string>();
    const remember = (modder: Modder, when: string) => {
      for (const [path, content] of filesOf(modder.folder))
        saved.set(blobIdOnDisk(path, content), `${path}, ${modder.name}, ${when}`);
    };

    work(alice, 'measured');
    const sending = await timed(() => alice.modsync('sync'));
    const receiving = await timed(() => bob.modsync('sync'));

    let kills = 0;
    for (const [round, moment] of moments(ROUNDS).entries()) {
      const [from, to] = round % 2 ? [bob, alice] : [alice, bob];
      work(from, `round ${round}`);
      remember(from, `round ${round}`);
      const wanted = stateOf(from.folder);
      if (await killedAfter(sending * moment, ['sync', '-C', from.folder], from)) kills++;
      expect(stateOf(from.folder)).toEqual(wanted);
      await from.modsync('sync');

      if (await killedAfter(receiving * moment, ['sync', '-C', to.folder], to)) kills++;
      expect(emptyFiles(to.folder)).toEqual([]);
      await to.modsync('sync');
      expect(stateOf(to.folder)).toEqual(wanted);
      expect(stateOf(from.folder)).toEqual(wanted);
      for (const person of people) {
        await expectHealthy(person);
        expect(locksIn(person.folder)).toEqual([]);
      }
    }
    expect(kills).toBeGreaterThan(ROUNDS / 2);
    const refs = reachableIds([...people.map(({ folder }) => folder), ...hostedRepositories(relay.dataDir)]);
    expect([...saved].filter(([id]) => !refs.has(id)).map(([, where]) => where)).toEqual([]);
    for (const repository of hostedRepositories(relay.dataDir))
      expect(gitBytes(repository, ['fsck', '--strict', '--no-dangling']).toString()).toBe('');
  },
  240_000 * SOAK,
);

test(
  'a clone killed at any moment is carried on by the same command',
  async () => {
    const { people } = await startTeamOfProcesses(['alice'], start());
    const [alice] = people as [Modder];
    work(alice, 'to be cloned');
    await alice.modsync('sync');
    const url = await alice.git('remote', 'get-url', 'origin');
    const wanted = stateOf(alice.folder);
    const clone = (into: Modder) => runCli(['clone', url, into.folder, '--json'], { env: alice.env });

    const undisturbed = new Modder('undisturbed');
    const cloning = await timed(async () => expect(await clone(undisturbed)).toMatchObject({ code: 0 }));
    const folder = temporaryFolder('clones');
    for (const [at, moment] of moments(CLONES).entries()) {
      const copy = new Modder('copy', join(folder, `copy ${at}`));
      const killed = await killedAfter(cloning * moment, ['clone', url, copy.folder], alice);
      const { answer } = killed ? await clone(copy) : { answer: undefined };
      // killed on its way out, when all was done: a second clone finds the folder taken, and nothing is missing in it
      if (answer?.success === false) expect(answer.error).toMatchObject({ code: 'WOULD_OVERWRITE' });
      expect(stateOf(copy.folder)).toEqual(wanted);
      // as good as one that nobody killed: stock git knows where it comes from, and may ask for the token
      const settings = async (of: Modder) =>
        (await of.git('config', '--local', '--list'))
          .split('\n')
          .filter((line) => /^(branch|remote|credential)/.test(line))
          .sort();
      expect(await settings(copy)).toEqual(await settings(undisturbed));
      await expectHealthy(copy);
      expect(locksIn(copy.folder)).toEqual([]);
      expect(basename(copy.folder)).toBe(`copy ${at}`);
    }
  },
  240_000 * SOAK,
);

test(
  'a relay killed in the middle of a push goes on where it was, and so does the one who pushed',
  async () => {
    const { relay, people } = await startTeamOfProcesses(['alice', 'bob'], start());
    const [alice, bob] = people as [Modder, Modder];
    work(alice, 'measured');
    const sending = await timed(() => alice.modsync('sync'));
    for (const [at, moment] of moments(RELAY_KILLS).entries()) {
      work(alice, `relay ${at}`);
      const [sync] = await Promise.all([
        alice.run(['sync']),
        new Promise((resolve) => setTimeout(resolve, sending * moment)).then(() => relay.kill()),
      ]);
      expect([0, 1]).toContain(sync.code);
      await relay.restart();
      await alice.modsync('sync');
      await bob.modsync('sync');
      expect(stateOf(bob.folder)).toEqual(stateOf(alice.folder));
      for (const repository of hostedRepositories(relay.dataDir))
        expect(gitBytes(repository, ['fsck', '--strict', '--no-dangling']).toString()).toBe('');
    }
    for (const person of people) await expectHealthy(person);
  },
  240_000 * SOAK,
);

test(
  'an init killed at any moment is finished by the same command',
  async () => {
    const { relay, people } = await startTeamOfProcesses(['alice'], { 'a.txt': 'a' });
    const [alice] = people as [Modder];
    const folders = temporaryFolder('inits');
    const init = (modder: Modder) => ['init', modder.folder, '--relay', relay.url, '--yes'];
    const fresh = (name: string) => {
      const modder = new Modder('owner', join(folders, name));
      mkdirSync(modder.folder);
      mkdirSync(modder.path('Old'));
      work(modder, name);
      return modder;
    };
    const first = fresh('measured');
    const making = await timed(async () =>
      expect(await runCli([...init(first), '--json'], { env: alice.env })).toMatchObject({ code: 0 }),
    );
    for (const [at, moment] of moments(INITS).entries()) {
      const modder = fresh(`killed ${at}`);
      const wanted = [...filesOf(modder.folder)];
      await killedAfter(making * moment, init(modder), alice);
      const again = await runCli([...init(modder), '--json'], { env: alice.env });
      expect(again).toMatchObject({ code: 0, answer: { success: true } });
      await expectHealthy(modder);
      expect(leftovers(modder.folder)).toEqual([]);
      const copy = new Modder('copy', join(folders, `copy ${at}`));
      const url = await modder.git('remote', 'get-url', 'origin');
      expect(await runCli(['clone', url, copy.folder, '--json'], { env: alice.env })).toMatchObject({
        code: 0,
      });
      const theirs = filesOf(copy.folder);
      for (const [path, content] of wanted) expect([path, theirs.get(path)]).toEqual([path, content]);
    }
  },
  240_000 * SOAK,
);
