/** What scripts and programs rely on: exit codes, one JSON object, clean ends. With the built command. */
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bytesOf } from '../support/assets.ts';
import { temporaryFolder } from '../support/host.ts';
import {
  Modder,
  PATIENCE,
  quickCli,
  type Ran,
  runCli,
  startTeamOfProcesses,
  until,
} from '../support/processes.ts';
import { converged, expectHealthy, stateOf } from '../support/workingCopies.ts';

const COMMANDS = [
  ...['init', 'clone', 'join', 'share', 'status', 'sync', 'watch', 'history', 'snapshot', 'restore', 'diff'],
  ...['conflicts', 'resolve', 'serve', 'login', 'doctor'],
];

/** One object on one line, nothing else, and the shape that its success says. */
function onlyAnswer({ out, answer }: Ran): NonNullable<Ran['answer']> {
  expect(out.trimEnd().split('\n').length).toBe(1);
  if (!answer) throw new Error(`No JSON: ${out}`);
  expect(Object.keys(answer).sort()).toEqual(answer.success ? ['data', 'success'] : ['error', 'success']);
  if (!answer.success)
    expect(answer.error).toEqual({
      code: expect.stringMatching(/^[A-Z_]+$/),
      message: expect.stringMatching(/\w/),
    });
  return answer;
}

test('every command has help with examples', async () => {
  const { env } = new Modder('reader');
  const helps = await Promise.all(COMMANDS.map((command) => quickCli([command, '--help'], env)));
  for (const [at, { code, out, err }] of helps.entries()) {
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(new RegExp(`Usage: modsync ${COMMANDS[at]}`));
    expect(out).toMatch(new RegExp(`Examples:\n  modsync ${COMMANDS[at]}`));
  }
  const { out } = await runCli(['--help'], { env });
  for (const command of COMMANDS) expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
});

describe('a project', () => {
  test('every command answers with one JSON object, and the exit code says what it is', async () => {
    const { relay, people } = await startTeamOfProcesses(['alice', 'bob'], {
      'Quest.psc': 'one\ntwo\nthree\n',
      'Wall.dds': bytesOf('wall', 4000),
    });
    const [alice, bob] = people as [Modder, Modder];
    alice.write('Quest.psc', 'one\n2\nthree\n');
    const url = await alice.git('remote', 'get-url', 'origin');
    const elsewhere = temporaryFolder('elsewhere');
    const table: readonly (readonly [args: string[], code: number, shape: object])[] = [
      [
        ['status'],
        0,
        { data: { branch: 'main', changes: [{ path: 'Quest.psc', kind: 'modified' }], ahead: 0 } },
      ],
      [
        ['diff'],
        0,
        { data: [{ path: 'Quest.psc', kind: 'modified', patch: expect.stringContaining('+2') }] },
      ],
      [
        ['sync', '-m', 'Two'],
        0,
        { data: { outcome: 'synced', pushed: true, sent: [{ path: 'Quest.psc' }] } },
      ],
      [['sync'], 0, { data: { outcome: 'up-to-date', pushed: false } }],
      [['history', '-n', '1'], 0, { data: [{ message: 'Two\n', pushed: true }] }],
      [['snapshot', 'beta', '-m', 'Try it'], 0, { data: { names: ['beta'] } }],
      [['restore', 'beta'], 0, { data: { commitId: expect.any(String) } }],
      [['conflicts'], 0, { data: [] }],
      [
        ['share', 'Carol'],
        0,
        { data: { inviteCode: expect.stringContaining(relay.url), collaborators: ['Carol'] } },
      ],
      [['doctor'], 0, { data: { healthy: true } }],
      [['init', '--dry-run'], 0, { data: { existingRepository: true } }],
      [['login', relay.url, '--token', relay.ownerToken], 0, { data: { origin: relay.url } }],
      [['clone', url, join(elsewhere, 'clone')], 0, { data: { path: join(elsewhere, 'clone') } }],
      // what fails
      [['clone', url, join(elsewhere, 'clone')], 1, { error: { code: 'WOULD_OVERWRITE' } }],
      [['restore', 'no-such-name'], 1, { error: { code: 'NOT_FOUND' } }],
      [['resolve', 'Quest.psc', '--use', 'local'], 1, { error: { code: 'NOT_FOUND' } }],
      [
        ['join', `${relay.url}/join/no-such-invite`, join(elsewhere, 'join')],
        1,
        { error: { code: 'INVALID_INVITE' } },
      ],
      [['login', relay.url, '--token', 'ms_wrong'], 1, { error: { code: 'ACCESS_DENIED' } }],
      [['status', '-C', elsewhere], 1, { error: { code: 'NOT_A_PROJECT' } }],
      // what is not understood
      [['sync', '--push', '--pull'], 2, { error: { code: 'INVALID_INPUT' } }],
      [['sync', '--strategy', 'force'], 2, { error: { code: 'INVALID_INPUT' } }],
      [['resolve', 'Quest.psc'], 2, { error: { code: 'INVALID_INPUT' } }],
      [['history', '-n', 'many'], 2, { error: { code: 'INVALID_INPUT' } }],
      [['no-such-command'], 2, { error: { code: 'INVALID_INPUT' } }],
      [['snapshot'], 2, { error: { code: 'INVALID_INPUT' } }],
    ];
    const started = new Set<number>();
    for (const [args, code, shape] of table) {
      const words = [...args, ...(args.includes('-C') ? [] : ['-C', alice.folder]), '--json'];
      // the first that ends so as a process: its exit code is the system's
      const ran = started.has(code)
        ? await quickCli(words, alice.env)
        : await runCli(words, { env: alice.env });
      started.add(code);
      expect({ args, code: ran.code, answer: onlyAnswer(ran) }).toMatchObject({ args, code, answer: shape });
    }
    expect(existsSync(join(elsewhere, 'join'))).toBe(false);

    // conflicts are open: 3, for every command that says so, until they are settled
    await alice.modsync('sync');
    await bob.modsync('sync');
    alice.write('Quest.psc', 'one\nalice\nthree\n');
    bob.write('Quest.psc', 'one\nbob\nthree\n');
    await alice.modsync('sync');
    for (const command of ['sync', 'conflicts']) {
      const ran = await bob.run([command]);
      expect(ran.code).toBe(3);
      expect(JSON.stringify(onlyAnswer(ran))).toContain('"path":"Quest.psc"');
    }
    const resolved = await bob.run(['resolve', 'Quest.psc', '--use', 'remote']);
    expect([resolved.code, onlyAnswer(resolved).success]).toEqual([0, true]);
    await converged([bob]);
    expect(stateOf(bob.folder)).toEqual(stateOf(alice.folder));
  });

  test('what modsync keeps for a user is readable by that user only', async () => {
    const { people } = await startTeamOfProcesses(['alice', 'bob'], { 'a.txt': 'a' });
    for (const { env } of people) {
      const home = String(env.MODSYNC_HOME);
      expect(readdirSync(home)).toEqual(
        expect.arrayContaining(['credentials.json', 'identity.json', 'projects.json']),
      );
      expect(statSync(join(home, 'credentials.json')).mode & 0o077).toBe(0);
    }
    // and the token is nowhere in the project
    const token = (await people[1]?.git('config', '--local', '--list')) ?? '';
    expect(token).not.toContain('ms_');
  });

  test('Ctrl-C in the middle of a sync ends it with 130, cleanly, and the next one goes on', async () => {
    const { people } = await startTeamOfProcesses(['alice', 'bob'], { 'a.txt': 'a' });
    const [alice, bob] = people as [Modder, Modder];
    for (let at = 0; at < 60; at++) alice.write(`Textures/${at}.dds`, bytesOf(`${at}`, 200_000));
    const started = performance.now();
    // in the upload: the snapshot is made then, and assets are on their way
    const sending = await alice.run(['sync'], {
      onStart: (child) =>
        void until('the snapshot is made', async () => {
          const { out } = await alice.tryGit('rev-list', '--count', 'HEAD');
          return Number(out) > 1;
        }).then(() => child.kill('SIGINT')),
    });
    expect(performance.now() - started).toBeLessThan(PATIENCE);
    expect(sending).toMatchObject({ code: 130, answer: { success: false, error: { code: 'ABORTED' } } });
    await expectHealthy(alice);
    await alice.modsync('sync');
    // in the checkout, or wherever it is when the first asset is there
    const receiving = await bob.run(['sync'], {
      onStart: (child) =>
        void until('an asset has arrived', () => existsSync(bob.path('.git/lfs/objects'))).then(() =>
          child.kill('SIGINT'),
        ),
    });
    expect([0, 130]).toContain(receiving.code);
    await bob.modsync('sync');
    expect(stateOf(bob.folder)).toEqual(stateOf(alice.folder));
    for (const person of people) await expectHealthy(person);
  });
});

test('.env.local counts where the process stands, for what a user may set there', async () => {
  const { people } = await startTeamOfProcesses(['alice'], { 'a.txt': 'a' });
  const [alice] = people as [Modder];
  const here = temporaryFolder('env');
  mkdirSync(here, { recursive: true });
  new Modder('env', here).write('.env.local', 'CLOUD_SYNC_ENABLED=false\n');
  const off = await alice.run(['status'], { cwd: here });
  expect(off).toMatchObject({
    code: 1,
    answer: { error: { message: expect.stringContaining('CLOUD_SYNC_ENABLED') } },
  });
  const on = await alice.run(['status'], { cwd: here, env: { ...alice.env, CLOUD_SYNC_ENABLED: 'true' } });
  expect(on.code).toBe(0);
  // it holds keys: it is never part of a project
  alice.write('.env.local', 'GITHUB_TOKEN=secret\n');
  expect(await alice.modsync('sync')).toMatchObject({ outcome: 'up-to-date' });
});
