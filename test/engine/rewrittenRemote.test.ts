/** A branch that somebody rewrote at the remote: nothing of a copy's is lost, and nothing comes back in silence. */
import { join } from 'node:path';
import { gitBytes } from '../support/gitCommand.ts';
import { type Person, startTeam } from '../support/team.ts';

test('what was taken out of the remote’s history comes back with words, and only then', async () => {
  const { people, relay } = await startTeam(['alice', 'bob'], { 'a.txt': 'a\n' });
  const [alice, bob] = people as [Person, Person];
  alice.write('withdrawn.txt', 'not meant for anyone\n');
  await alice.sync();
  expect(await bob.sync()).toMatchObject({ outcome: 'synced', warnings: [] });

  alice.git('reset', '-q', '--hard', 'HEAD~1');
  alice.write('b.txt', 'b\n');
  alice.git('add', '-A');
  alice.git('-c', 'user.name=alice', '-c', 'user.email=a@x', 'commit', '--no-verify', '-q', '-m', 'Instead');
  gitBytes(join(relay.dataDir, 'repos', `${alice.id}.git`), ['fetch', '-q', alice.folder, '+main:main']);
  const result = await bob.sync();
  expect(result).toMatchObject({ outcome: 'synced', pushed: true });
  expect(result.warnings).toEqual([expect.stringContaining("rewrote the remote's main")]);
  expect(bob.files().has('withdrawn.txt')).toBe(true);
  expect((await bob.sync()).warnings).toEqual([]);
  expect((await alice.sync()).warnings).toEqual([]);
});
