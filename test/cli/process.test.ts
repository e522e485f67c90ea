/** What only a real process shows: signals, exit codes, pipes. Runs the built `dist`. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../support/host.ts';

const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const home = temporaryFolder('home');
const env = {
  ...process.env,
  MODSYNC_HOME: home,
  GIT_CONFIG_GLOBAL: '',
  GIT_CONFIG_NOSYSTEM: '1',
  USER: 'Alice',
};
const running = new Set<ChildProcess>();

afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

function start(...words: string[]) {
  const child = spawn(process.execPath, [cli, ...words], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  running.add(child);
  const ended = once(child, 'close').then(([code, signal]) => {
    running.delete(child);
    return { code, signal };
  });
  return { child, ended, lines: createInterface({ input: child.stdout }) };
}

const modsync = (...words: string[]) =>
  spawnSync(process.execPath, [cli, ...words], { env, encoding: 'utf8' });

async function serve(data: string) {
  const relay = start('serve', '--data', data, '--port', '0', '--json', '--log', 'silent');
  const [line] = await once(relay.lines, 'line');
  return { ...relay, told: JSON.parse(line) };
}

test('a relay says where it is on one line, shows its token once, and ends cleanly at Ctrl-C', async () => {
  const data = temporaryFolder('relay');
  const first = await serve(data);
  expect(first.told).toMatchObject({
    success: true,
    data: { url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/), ownerToken: expect.any(String) },
  });
  const more: string[] = [];
  first.lines.on('line', (line) => more.push(line));

  const second = modsync('serve', '--data', data, '--port', '0', '--json');
  expect(second.status).toBe(1);
  expect(JSON.parse(second.stdout)).toMatchObject({ success: false, error: { code: 'FILE_BUSY' } });

  first.child.kill('SIGINT');
  expect(await first.ended).toEqual({ code: 0, signal: null });
  expect(more).toEqual([]);
  const socket = connect(Number(new URL(first.told.data.url).port), '127.0.0.1');
  expect((await once(socket, 'error'))[0]).toMatchObject({ code: 'ECONNREFUSED' });

  const again = await serve(data);
  expect(again.told.data.ownerToken).toBeUndefined();
  again.child.kill('SIGTERM');
  expect((await again.ended).code).toBe(0);
});

test('Ctrl-C stops a command that waits for the network, with 130', async () => {
  const asked = new Promise<void>((resolve) => {
    silent.once('request', () => resolve());
  });
  await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
  const { port } = silent.address() as AddressInfo;
  const login = start('login', `http://127.0.0.1:${port}`, '--token', 'ms_x', '--json');
  const told = once(login.lines, 'line');
  await asked;
  login.child.kill('SIGINT');
  expect(await login.ended).toEqual({ code: 130, signal: null });
  expect(JSON.parse((await told)[0])).toMatchObject({ success: false, error: { code: 'ABORTED' } });
});
const silent = createServer(() => undefined);
afterAll(() => {
  silent.closeAllConnections();
  silent.close();
});

test('stock git fetches and pushes with the token that modsync keeps', async () => {
  const relay = await serve(temporaryFolder('relay'));
  const { url, ownerToken } = relay.told.data;
  expect(modsync('login', url, '--token', ownerToken).status).toBe(0);
  const folder = temporaryFolder('mod');
  writeFileSync(join(folder, 'Quest.psc'), 'ScriptName Quest\n');
  expect(modsync('init', folder, '--relay', url, '--yes').status).toBe(0);
  const git = (...words: string[]) =>
    spawnSync('git', ['-C', folder, ...words], {
      env: {
        ...env,
        GIT_TERMINAL_PROMPT: '0',
        GIT_AUTHOR_EMAIL: 'a@b.c',
        GIT_COMMITTER_EMAIL: 'a@b.c',
        GIT_COMMITTER_NAME: 'A',
        GIT_AUTHOR_NAME: 'A',
      },
      encoding: 'utf8',
    });
  expect(git('fetch')).toMatchObject({ status: 0 });
  writeFileSync(join(folder, 'Quest.psc'), 'ScriptName Quest\n; by git\n');
  expect(git('commit', '-qam', 'By stock git')).toMatchObject({ status: 0 });
  expect(git('push', '-q')).toMatchObject({ status: 0 });
  const status = JSON.parse(modsync('-C', folder, 'sync', '--json').stdout);
  expect(status.data).toMatchObject({ outcome: 'up-to-date' });
  expect(modsync('-C', folder, 'history').stdout).toContain('By stock git');
  relay.child.kill('SIGINT');
  await relay.ended;
});

test('a reader that stops reading is no failure', async () => {
  const help = start('--help');
  help.child.stdout.destroy();
  expect((await help.ended).code).toBe(0);
});

test('where no temporary files can be made, doctor says so among the rest', () => {
  const nowhere = {
    ...env,
    TMPDIR: join(home, 'nowhere'),
    TMP: join(home, 'nowhere'),
    TEMP: join(home, 'nowhere'),
  };
  const { stdout } = spawnSync(process.execPath, [cli, 'doctor', '--json', '-C', home], {
    env: nowhere,
    encoding: 'utf8',
  });
  const { success, data } = JSON.parse(stdout);
  expect(success).toBe(true);
  expect(data.findings).toContainEqual(
    expect.objectContaining({ check: 'watching', state: 'warning', mend: expect.stringContaining('TMPDIR') }),
  );
});
