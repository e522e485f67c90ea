/** The relay goes away while people work, and comes back. */
import { type Modder, startTeamOfProcesses, until } from '../support/processes.ts';
import { converged, expectHealthy, gitStatus, stateOf } from '../support/workingCopies.ts';

const lines = (count: number) => Array.from({ length: count }, (_, at) => `line ${at}\r\n`);

test.each(['stopped', 'killed'] as const)(
  'a relay that is %s meanwhile: both go on working, and come together by themselves',
  async (how) => {
    const text = lines(20);
    const { relay, people } = await startTeamOfProcesses(['alice', 'bob'], {
      'shared.psc': text.join(''),
      'Textures/a.dds': Buffer.alloc(9000, 1),
      'gone.txt': 'deleted while offline',
    });
    const [alice, bob] = people as [Modder, Modder];
    const watching = await Promise.all(people.map((person) => person.watch()));

    await (how === 'stopped' ? relay.stop() : relay.kill());
    for (const watch of watching) await watch.next('it notices', ({ type }) => type === 'offline');

    alice.write('shared.psc', text.with(2, 'alice was here\r\n').join(''));
    alice.write('Textures/a.dds', Buffer.alloc(9000, 2));
    bob.write('shared.psc', text.with(17, 'bob was here\r\n').join(''));
    bob.write('Textures/b.dds', Buffer.alloc(7000, 3));
    bob.remove('gone.txt');
    // without a relay the snapshots are made all the same
    for (const person of people)
      await until(`${person.name} has a snapshot`, async () => {
        const ahead = await person.git('rev-list', '--count', '@{u}..HEAD');
        return Number(ahead) > 0 && (await gitStatus(person)) === '';
      });

    await relay.restart();
    await converged(people);
    expect(stateOf(bob.folder)).toEqual(stateOf(alice.folder));
    expect(alice.read('shared.psc')).toBe(
      text.with(2, 'alice was here\r\n').with(17, 'bob was here\r\n').join(''),
    );
    expect(alice.tryRead('gone.txt')).toBeUndefined();
    expect(alice.tryRead('Textures/b.dds')).toEqual(Buffer.alloc(7000, 3));

    // and it is live again: a hint, not a look now and then
    alice.write('after.txt', 'after');
    await until('the next edit arrives', () => bob.tryRead('after.txt')?.toString() === 'after');
    await converged(people);
    for (const watch of watching) expect(await watch.end()).toBe(0);
    for (const person of people) await expectHealthy(person);
  },
);
