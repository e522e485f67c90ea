import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../../src/cli/commandTable/index.ts';
import { user } from '../support/cli.ts';
import { temporaryFolder } from '../support/host.ts';

const someone = user('someone');

describe('help', () => {
  test('lists every command, and an example of each can be had', async () => {
    const { code, out } = await someone.type('--help');
    expect(code).toBe(0);
    for (const { usage, summary, hidden } of commands) {
      const [name = ''] = usage.split(' ');
      expect(out.includes(summary)).toBe(!hidden);
      const help = await someone.type(name, '--help');
      expect(help.code).toBe(0);
      expect(help.out).toMatch(/Examples:\n {2}\S/);
      expect(help.out).toContain('--json');
      expect(help.out).toContain('-C, --project <dir>');
    }
  });

  test('prints the version', async () => {
    expect((await someone.type('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('a command line that is wrong', () => {
  test.each<[string, string[], RegExp]>([
    ['an unknown command', ['stats'], /status/],
    ['an unknown option', ['sync', '--pshu'], /--push/],
    ['a missing argument', ['clone'], /url/],
    ['too many arguments', ['status', 'x', 'y'], /too many/i],
    ['options that exclude each other', ['sync', '--push', '--pull'], /--pull/],
    ['a strategy that is none', ['sync', '--strategy', 'guess'], /Allowed choices/],
    ['a port that is none', ['serve', '--port', '70000'], /0 to 65535/],
    ['a relay that is no URL', ['init', '--relay', 'relay.example:7460'], /http:\/\//],
    ['no side to resolve with', ['resolve', 'a.psc'], /--use/],
    ['a project to clone that is no URL', ['clone', 'my-mod'], /http:\/\//],
    ['an invite to clone', ['clone', 'http://relay.example:7460/join/abcdefgh'], /modsync join/],
    ['an address to log in that is none', ['login', 'relay', '--token', 'x'], /http:\/\//],
  ])('%s exits with 2, says how to mend it, and is one JSON object for programs', async (_, words, told) => {
    const plain = await someone.type(...words);
    expect(plain.code).toBe(2);
    expect(plain.err).toMatch(told);
    expect(plain.out).toBe('');
    const json = await someone.type(...words, '--json');
    expect(json.code).toBe(2);
    expect(json.err).toBe('');
    expect(json.json).toMatchObject({ success: false, error: { code: 'INVALID_INPUT' } });
    expect(json.json.error?.message).toMatch(told);
  });

  test('no command at all shows the help and exits with 2', async () => {
    const { code, err } = await someone.type();
    expect(code).toBe(2);
    expect(err).toContain('Usage: modsync');
  });
});

test('a project without a remote has nothing to send', async () => {
  const folder = temporaryFolder('alone');
  writeFileSync(join(folder, 'Quest.psc'), 'ScriptName Quest\n');
  expect((await someone.type('init', folder, '--yes')).code).toBe(0);
  const { out } = await someone.type('-C', folder, 'status');
  expect(out).toContain('It has no remote');
  expect(out).not.toMatch(/to send|Next:/);
});

test('plugin says which file is none', async () => {
  const folder = temporaryFolder('plugins');
  writeFileSync(join(folder, 'empty.esp'), '');
  writeFileSync(
    join(folder, 'far.esp'),
    `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 5\n`,
  );
  const show = async (name: string) => await someone.type('plugin', 'show', join(folder, name), '--json');
  expect((await show('.')).json.error).toMatchObject({ code: 'NOT_FOUND' });
  expect((await show('empty.esp')).json.error).toMatchObject({
    code: 'MALFORMED_PLUGIN',
    message: expect.stringContaining('empty.esp: '),
  });
  expect((await show('far.esp')).json.error).toMatchObject({
    code: 'ASSET_MISSING',
    message: expect.stringContaining('modsync assets fetch'),
  });
});

describe('outside of a project', () => {
  test('a command fails with 1 and says how to get one', async () => {
    const folder = temporaryFolder('nothing');
    for (const words of [['status'], ['sync'], ['history'], ['share'], ['diff'], ['conflicts'], ['watch']]) {
      const { code, json } = await someone.type('-C', folder, ...words, '--json');
      expect(code).toBe(1);
      expect(json).toMatchObject({ success: false, error: { code: 'NOT_A_PROJECT' } });
    }
    expect((await someone.type('-C', folder, 'status')).err).toMatch(/modsync init.*NOT_A_PROJECT/);
    expect(existsSync(join(folder, '.git'))).toBe(false);
  });

  test('doctor still checks the machine', async () => {
    const { data } = await someone.type('-C', temporaryFolder('nothing'), 'doctor', '--json');
    const checks = new Map(data.findings.map((finding: { check: string }) => [finding.check, finding]));
    expect(checks.get('node')).toMatchObject({ state: 'good' });
    expect(checks.get('watching')).toMatchObject({ state: 'good' });
    expect(checks.get('project')).toMatchObject({
      state: 'warning',
      mend: expect.stringContaining('modsync init'),
    });
  });

  test.each<[string, string, RegExp]>([
    ['its Git repository half deleted', '{"modsync":1,"projectId":"my-mod","name":"My Mod"}', /no HEAD/],
    ['a .modsync.json that is cut short', '{ "modsync": 1,', /git checkout -- \.modsync\.json/],
    [
      'a .modsync.json of a newer format',
      '{"modsync":9,"projectId":"my-mod","name":"My Mod"}',
      /newer one may/,
    ],
  ])('doctor calls a project with %s broken, not absent', async (_, file, told) => {
    const folder = temporaryFolder('broken');
    mkdirSync(join(folder, '.git'));
    writeFileSync(join(folder, '.modsync.json'), file);
    const { code, data } = await someone.type('-C', folder, 'doctor', '--json');
    expect(code).toBe(1);
    expect(data.findings).toContainEqual(
      expect.objectContaining({ check: 'project', state: 'bad', message: expect.stringMatching(told) }),
    );
  });
});
