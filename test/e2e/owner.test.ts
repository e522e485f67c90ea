/** A running watch owns its project; commands beside it, and a second watch, are its clients. */
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { randomFrom } from '../../src/bethesda/sample/random.ts';
import { ownProject, PROTOCOL } from '../../src/rpc/index.ts';
import { temporaryFolder } from '../support/host.ts';
import { startLocalProject } from '../support/localProject.ts';
import {
  environmentOf,
  type Modder,
  Running,
  runCli,
  startTeamOfProcesses,
  until,
} from '../support/processes.ts';
import { sampled } from '../support/soak.ts';
import { converged, expectHealthy } from '../support/workingCopies.ts';

const watching = ({ type }: Record<string, unknown>) => type === 'watching';
const watch = async (modder: Modder) => {
  const running = new Running(['watch', '-C', modder.folder], { env: modder.env });
  await running.next(`${modder.name} watches`, watching);
  return running;
};

test('commands beside a watch go through it: what they do is there for everyone', async () => {
  const { people } = await startTeamOfProcesses(['alice', 'bob'], {
    'a.txt': 'first\n',
    'b.ini': '[A]\nx=1\n',
  });
  const [alice, bob] = people as [Modder, Modder];
  const running = await alice.watch();
  const ownStatus = await until('the watch is settled', async () => {
    const status = await alice.modsync('status');
    return status.autoSync && status.online && (status.changes as unknown[]).length === 0 && status;
  });
  expect(ownStatus).toMatchObject({ branch: 'main', ahead: 0, behind: 0, conflicts: [] });

  let saves = 0;
  await until('the command takes the snapshot, and not the watch', async () => {
    alice.write('a.txt', `second, save ${++saves}\n`);
    await alice.modsync('sync', '-m', 'Words of a person');
    return (await alice.git('log', '-1', '--format=%s')) === 'Words of a person';
  });
  await alice.modsync('snapshot', 'beta-1');
  await alice.modsync('sync');
  expect(await alice.git('log', '-1', '--format=%s', 'beta-1')).toBe('Words of a person');
  await alice.modsync('restore', 'beta-1');
  expect((await alice.tryModsync('restore', 'no-such')).answer).toMatchObject({
    success: false,
    error: { code: 'NOT_FOUND' },
  });
  await bob.modsync('sync');
  expect(bob.read('a.txt')).toBe(`second, save ${saves}\n`);

  // a command that is killed in the middle takes nothing with it
  alice.write('a.txt', 'third\n');
  await alice.run(['sync'], { onStart: (child) => void setTimeout(() => child.kill('SIGKILL'), 120) });
  await until('the watch sends it all the same', async () => {
    await bob.modsync('sync');
    return bob.read('a.txt') === 'third\n';
  });
  expect(await running.end()).toBe(0);
  expect(existsSync(alice.path('.git/modsync/owner.json'))).toBe(false);
  expect((await alice.modsync('status')).autoSync).toBe(false);
  // the watch may have ended when all was sent, and before it had noted that
  await alice.modsync('sync');
  await converged(people);
  await expectHealthy(alice);
});

const ROUNDS = sampled(1, 2);

test('a second watch tells what the first does, and takes over when that is killed', async () => {
  const { people } = await startTeamOfProcesses(['alice', 'bob'], { 'a.txt': 'first\n' });
  const [alice, bob] = people as [Modder, Modder];
  let first = await alice.watch();
  let second = await watch(alice);
  bob.write('a.txt', 'by bob\n');
  await bob.modsync('sync');
  await second.next('the second hears of it', ({ type }) => type === 'synced');
  expect(alice.read('a.txt')).toBe('by bob\n');

  const random = randomFrom(20_261_122);
  for (let round = 1; round <= ROUNDS; round++) {
    alice.write('a.txt', `round ${round}\n`);
    // whatever is asked while the owner dies is done all the same
    const asked = [['status'], ['sync'], ['history', '-n', '3']].map((words) => alice.run(words));
    await pause(random.below(300));
    await first.end('SIGKILL');
    for (const ran of await Promise.all(asked))
      expect({ code: ran.code, err: ran.err }).toEqual({ code: 0, err: '' });
    await second.next('the second is the owner', watching);
    await until('commands go through it', async () => (await alice.modsync('status')).autoSync);
    await until('what was saved arrives', async () => {
      await bob.modsync('sync');
      return bob.read('a.txt') === `round ${round}\n`;
    });
    [first, second] = [second, await watch(alice)];
  }
  expect(await second.end()).toBe(0);
  expect(await first.end()).toBe(0);
  await converged(people);
  await expectHealthy(alice);
});

test('beside another version, commands take turns and say so; a second watch is refused', async () => {
  const { engine, id, folder } = await startLocalProject();
  const program = 'modsync 99.0.0';
  const ownership = await ownProject(engine, { projectId: id, program, protocol: PROTOCOL + 1 });
  const env = environmentOf('ann', temporaryFolder('ann-home'));
  const status = await runCli(['status'], { cwd: folder, env });
  expect(status).toMatchObject({ code: 0, out: expect.stringContaining('Nothing to do') });
  expect(status.err).toMatch(/^modsync 99.0.0 works on this project too, and is not of this version/);
  expect(await runCli(['watch', '--json'], { cwd: folder, env })).toMatchObject({
    code: 1,
    answer: {
      success: false,
      error: { code: 'PROJECT_BUSY', message: expect.stringMatching(/^modsync 99.0.0/) },
    },
  });
  await ownership?.close();
  expect((await runCli(['status'], { cwd: folder, env })).err).toBe('');
});
