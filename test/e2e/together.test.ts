/** Several people save at the same time, in the same file, while all of them watch. */
import { setTimeout as pause } from 'node:timers/promises';
import { bytesOf } from '../support/assets.ts';
import { randomFrom } from '../support/gitRepository.ts';
import { type Modder, type Running, startTeamOfProcesses, until } from '../support/processes.ts';
import { converged, expectHealthy, stateOf } from '../support/workingCopies.ts';

const SOAK = Number(process.env.MODSYNC_SOAK ?? 1);
const EDITS = 12;

const script = 'Scripts/Source/User/Shared.psc';
const part = (name: string, value: string) =>
  `Function ${name}()\r\n  value = "${value}"\r\nEndFunction\r\n\r\n`;
const people = ['ann', 'ben', 'cat'];

/** Edits the part of the script that is theirs, as an editor does that reloads before it saves. */
function saveScript(modder: Modder, value: string): void {
  const text = modder.read(script);
  const own = new RegExp(`(Function ${modder.name}\\(\\)\\r\\n {2}value = )"[^"]*"`);
  expect(text).toMatch(own);
  modder.write(script, Buffer.from(text.replace(own, `$1"${value}"`), 'latin1'));
}

test.each(Array.from({ length: SOAK }, (_, at) => 500 + at))(
  'three people edit one script and their own assets at once, seed %i: every last save is with everyone',
  async (seed) => {
    const { people: team } = await startTeamOfProcesses(people, {
      [script]: people.map((name) => part(name, 'start')).join('; ------\r\n\r\n'),
    });
    const watching = await Promise.all(team.map((person) => person.watch()));
    await Promise.all(
      team.map(async (person, who) => {
        const random = randomFrom(seed * 10 + who);
        for (let edit = 1; edit <= EDITS; edit++) {
          if (random() < 0.6) saveScript(person, `${person.name} ${edit}`);
          else person.write(`Textures/${person.name}.dds`, bytesOf(`${person.name} ${edit}`, 30_000));
          // people do not save in step
          await pause(random() * 500);
        }
        saveScript(person, `${person.name} is done`);
        person.write(`Textures/${person.name}.dds`, bytesOf(`${person.name} is done`, 30_000));
        // the editor saw what it saved, or it saves again: what is on disk counts
        await until(`${person.name}'s last save stands`, () =>
          person.read(script).includes(`${person.name} is done`),
        );
      }),
    );
    await until('every last save is with everyone', () =>
      team.every((person) => people.every((name) => person.read(script).includes(`"${name} is done"`))),
    ).catch((error: Error) => {
      const last = (watch: Running) => watch.events.slice(-4).map((event) => JSON.stringify(event));
      const states = team.map((person, at) => [
        person.name,
        person.read(script),
        ...last(watching[at] as Running),
      ]);
      throw new Error([error.message, ...states.flat()].join('\n'));
    });
    await converged(team);
    for (const person of team) {
      expect(person.read(script)).toBe(
        people.map((name) => part(name, `${name} is done`)).join('; ------\r\n\r\n'),
      );
      expect(stateOf(person.folder)).toEqual(stateOf((team[0] as Modder).folder));
    }
    for (const watch of watching) {
      expect(watch.events.filter(({ type }) => type === 'error')).toEqual([]);
      expect(await watch.end()).toBe(0);
    }
    for (const person of team) await expectHealthy(person);
  },
);
