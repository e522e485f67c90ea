/** docs/example-driver.mjs as it stands, in the real command: a third party's kind of file. It runs the built `dist`. */
import { fileURLToPath } from 'node:url';
import { type Modder, startTeamOfProcesses } from '../support/processes.ts';

const example = fileURLToPath(new URL('../../docs/example-driver.mjs', import.meta.url));
const PATH = 'Interface/Translations/Beacon_en.txt';
const translations = (...lines: string[]) =>
  Buffer.from(`\ufeff${lines.map((line) => `${line}\r\n`).join('')}`, 'utf16le');

test('a driver that Git’s configuration names merges its files, asks by key, and fails without harm', async () => {
  const { people } = await startTeamOfProcesses(['alice', 'bob'], {
    [PATH]: translations('$A\tOne', '$B\tTwo', '$C\tThree'),
  });
  const [alice, bob] = people as [Modder, Modder];
  await bob.git('config', 'modsync.mergeDriver', example);

  // neighbouring lines: by lines that would be a conflict
  alice.write(PATH, translations('$A\tUno', '$B\tTwo', '$C\tThree'));
  bob.write(PATH, translations('$A\tOne', '$B\tDos', '$C\tThree', '$D\tFour'));
  await alice.modsync('sync');
  await bob.modsync('sync');
  await alice.modsync('sync');
  const merged = translations('$A\tUno', '$B\tDos', '$C\tThree', '$D\tFour').toString('latin1');
  expect([alice.read(PATH), bob.read(PATH)]).toEqual([merged, merged]);

  alice.write(PATH, translations('$A\tUno', '$B\tII', '$C\tThree', '$D\tFour'));
  bob.write(PATH, translations('$A\tI', '$B\tZwei', '$C\tThree', '$D\tFour'));
  await alice.modsync('sync');
  expect((await bob.tryModsync('sync')).code).toBe(3);
  expect((await bob.tryModsync('conflicts', 'show', PATH)).answer).toMatchObject({
    data: [{ reason: 'Both of you changed $B.', hunks: [{ name: '$B' }] }],
  });
  await bob.modsync('resolve', PATH, '--hunk', '1=remote');
  expect(bob.read(PATH)).toBe(translations('$A\tI', '$B\tII', '$C\tThree', '$D\tFour').toString('latin1'));

  await bob.git('config', 'modsync.mergeDriver', '/nowhere/gone.mjs');
  const refused = await bob.tryModsync('sync');
  expect(refused.answer).toMatchObject({
    error: {
      code: 'INVALID_CONFIG',
      message: expect.stringContaining('modsync.mergeDriver names /nowhere/gone.mjs'),
    },
  });
});
