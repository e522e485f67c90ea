import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeHost } from '../../src/platform/node/index.ts';
import { user } from '../support/cli.ts';

const someone = user('someone');
const { keys } = nodeHost({ home: someone.home, environment: {} });
const relay = 'protocol=http\nhost=relay.example:7460\n';

describe('as a credential helper of git', () => {
  test('it answers with the token that is kept for the host, and with nothing for others', async () => {
    await keys.set('http://relay.example:7460', 'ms_token');
    const known = await someone.typeWith(`${relay}path=mod.git\n\n`, 'credential', 'get');
    expect(known).toMatchObject({ code: 0, out: 'username=modsync\npassword=ms_token\n' });
    for (const asked of ['protocol=https\nhost=relay.example:7460\n', 'protocol=http\nhost=github.com\n'])
      expect(await someone.typeWith(asked, 'credential', 'get')).toMatchObject({ code: 0, out: '' });
  });

  test('it keeps a token of a relay that git learned, and no password of other hosts', async () => {
    await someone.typeWith(`${relay}username=x\npassword=ms_new\r\n`, 'credential', 'store');
    expect(await keys.get('http://relay.example:7460')).toBe('ms_new');
    await someone.typeWith(
      'protocol=https\nhost=github.com\nusername=x\npassword=hunter2\n',
      'credential',
      'store',
    );
    expect(readFileSync(join(someone.home, 'credentials.json'), 'utf8')).not.toContain('hunter2');
  });

  test('it forgets what the host refused, if that is what is kept', async () => {
    await someone.typeWith(`${relay}password=ms_other\n`, 'credential', 'erase');
    expect(await keys.get('http://relay.example:7460')).toBe('ms_new');
    await someone.typeWith(`${relay}password=ms_new\n`, 'credential', 'erase');
    expect(await keys.get('http://relay.example:7460')).toBeUndefined();
  });

  test('an operation that a later git invents is ignored; a question without a host is wrong usage', async () => {
    expect(await someone.typeWith(relay, 'credential', 'capability')).toMatchObject({ code: 0, out: '' });
    expect((await someone.typeWith('host=x\n', 'credential', 'get')).code).toBe(2);
  });
});
