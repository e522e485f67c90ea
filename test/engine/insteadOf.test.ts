/** An address that Git's configuration reads as another, as people set it up who work from two networks. */
import { type Person, startTeam } from '../support/team.ts';

test('the remote is where git would look for it', async () => {
  const { people } = await startTeam(['alice', 'bob'], { 'a.txt': 'a\n' });
  const [alice, bob] = people as [Person, Person];
  const url = new URL(alice.git('remote', 'get-url', 'origin').trim());
  alice.git('config', `url.${url.origin}/.insteadOf`, 'team:');
  alice.git('remote', 'set-url', 'origin', `team:${url.pathname.slice(1)}`);

  alice.write('a.txt', 'mine\n');
  expect(await alice.sync()).toMatchObject({ outcome: 'synced', pushed: true });
  expect(await bob.sync()).toMatchObject({ received: [expect.objectContaining({ path: 'a.txt' })] });
  expect(alice.git('remote', 'get-url', 'origin').trim()).toBe(url.href);
});
