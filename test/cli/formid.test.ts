import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { user } from '../support/cli.ts';
import { temporaryFolder } from '../support/host.ts';
import { group, misc, plugin } from '../support/pluginBuilder.ts';
import { startTestRelay } from '../support/relay.ts';

test('a range is leased, shown and given back, and who gave it out is said', async () => {
  const relay = await startTestRelay();
  const alice = user('Alice');
  const folder = temporaryFolder('alice');
  writeFileSync(
    join(folder, 'My.esp'),
    plugin([group(0, 'MISC', [misc(0x01000800, 1)])], { masters: ['Fallout4.esm'] }),
  );
  await alice.typeWith(`${relay.ownerToken}\n`, 'login', relay.url);
  expect((await alice.type('init', folder, '--relay', relay.url, '--yes')).code).toBe(0);
  const formid = (...words: string[]) => alice.type('formid', ...words, '-C', folder);

  const leased = await formid('lease', join(folder, 'My.esp'), '--count', '16');
  expect(leased.out).toMatch(/My\.esp: 000801 to 000810 is yours \(the relay gives it to nobody else\)/);
  expect([leased.code, leased.err]).toEqual([0, '']);
  expect((await formid('check')).out).toMatch(/000801 to 000810 {2}Alice {2}\([0-9a-f]{16}\)/);
  const { data } = await formid('check', '--json');
  const [{ leaseId }] = data.plugins[0].leases;

  const given = await formid('release', join(folder, 'My.esp'), '--lease', leaseId);
  expect([given.code, given.out]).toEqual([
    0,
    expect.stringContaining('000801 to 000810 of Alice can be leased again'),
  ]);
  expect((await formid('release', join(folder, 'My.esp'))).code).toBe(1);
  for (const words of [['release'], ['lease', 'a.esp', '--lease', leaseId], ['check', '--count', '3']])
    expect((await formid(...words)).code).toBe(2);

  writeFileSync(join(folder, 'notes.txt'), 'no plugin');
  expect((await formid('lease', join(folder, 'notes.txt'), '--count', '3')).err).toMatch(
    /notes\.txt is no plugin/,
  );

  await relay.relay.close();
  const alone = await formid('lease', join(folder, 'My.esp'));
  expect(alone.out).toMatch(
    /000801 to 000900 is yours \(no relay gave it out: \.modsync\.json alone has it\)/,
  );
  expect(alone.err).toMatch(/The remote does not know of this lease yet/);
});
