/** Stock git on a machine without git-lfs, through modsync's filter and hooks. Runs the built `dist`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { FLUSH, packets, pktLine } from '../../src/shared/wire/pktLine.ts';
import { bytesOf, refOf } from '../support/assets.ts';
import {
  cliPath,
  type Modder,
  type RelayProcess,
  runProgram,
  startRelayProcess,
  until,
} from '../support/processes.ts';
import { cloneWithGit, filterCommand, plainModder, startPlainProject } from '../support/stockGit.ts';

let relay: RelayProcess;
beforeAll(async () => {
  relay = await startRelayProcess();
});

/** For what needs a project, and leaves it as it was but for files of its own. */
let project: Promise<Modder> | undefined;
const anyProject = (): Promise<Modder> => {
  project ??= startPlainProject(relay, { 'Quest.psc': 'ScriptName Quest\n' });
  return project;
};

const isSame = (modder: Modder, path: string, bytes: Uint8Array) =>
  modder.tryRead(path)?.equals(bytes) ?? false;
const objectOf = (modder: Modder, bytes: Uint8Array) => {
  const { oid } = refOf(bytes);
  return modder.path('.git/lfs/objects', oid.slice(0, 2), oid.slice(2, 4), oid);
};

test('a team of git users clones, adds, commits, switches, merges and pushes assets', async () => {
  const [a, b, c] = [bytesOf('a', 300_000), bytesOf('b', 200_000), bytesOf('c', 9_000_000)];
  const ann = await startPlainProject(relay, { 'Textures/a.dds': a, 'Quest.psc': 'ScriptName Quest\n' });
  const { modder: bob, cloned } = await cloneWithGit(ann, 'Bob');
  expect(cloned).toMatchObject({ code: 0, err: '' });
  expect(isSame(bob, 'Textures/a.dds', a)).toBe(true);
  await bob.modsync('install');

  bob.write('Textures/b ü.dds', b);
  await bob.git('switch', '-qc', 'feature');
  await bob.git('add', '-A');
  await bob.git('commit', '-qm', 'B');
  expect(await bob.git('show', 'HEAD:Textures/b ü.dds')).toContain(`oid sha256:${refOf(b).oid}`);
  await bob.git('switch', '-q', 'main');
  expect(bob.tryRead('Textures/b ü.dds')).toBeUndefined();
  bob.write('Meshes/c.nif', c);
  await bob.git('add', '-A');
  await bob.git('commit', '-qm', 'C');
  await bob.git('merge', '-q', '--no-edit', 'feature');
  expect(isSame(bob, 'Textures/b ü.dds', b)).toBe(true);
  await bob.git('push', '-q');
  expect(await bob.git('status', '--porcelain')).toBe('');

  await ann.git('pull', '-q');
  expect(isSame(ann, 'Textures/b ü.dds', b)).toBe(true);
  expect(isSame(ann, 'Meshes/c.nif', c)).toBe(true);
  expect(await ann.git('status', '--porcelain')).toBe('');
  expect(await ann.modsync('sync')).toMatchObject({ outcome: 'up-to-date' });
});

test('no ref is pushed before its assets are stored', async () => {
  const ann = await startPlainProject(relay, { 'Textures/a.dds': bytesOf(1, 1000) });
  const lost = bytesOf('lost', 50_000);
  ann.write('Textures/lost.dds', lost);
  await ann.git('add', '-A');
  await ann.git('commit', '-qm', 'Lost');
  const before = await ann.git('ls-remote', 'origin', 'main');
  rmSync(objectOf(ann, lost));
  ann.remove('Textures/lost.dds');
  const refused = await ann.tryGit('push', '-q');
  expect(refused.code).not.toBe(0);
  expect(refused.err).toContain('Textures/lost.dds: its bytes are neither here nor at the remote');
  expect(await ann.git('ls-remote', 'origin', 'main')).toBe(before);

  ann.write('Textures/lost.dds', lost);
  await ann.git('add', '--renormalize', '.');
  await ann.git('push', '-q');
  expect(await ann.git('ls-remote', 'origin', 'main')).not.toBe(before);
});

test('200 assets come in a few rounds of parallel downloads', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 200 }, (_, at) => [`Textures/${at}.dds`, bytesOf(`many ${at}`, 5000)]),
  );
  const ann = await startPlainProject(relay, files);
  const { modder: bob, cloned } = await cloneWithGit(ann, 'Bob', { GIT_TRACE_PACKET: '1' });
  expect(cloned.code).toBe(0);
  const said = (words: string) => cloned.err.split(words).length - 1;
  expect(said('status=delayed')).toBe(200);
  expect(said('git> command=list_available_blobs') + said('command=list_available_blobs')).toBeLessThan(10);
  for (const [path, bytes] of Object.entries(files))
    expect([path, isSame(bob, path, bytes)]).toEqual([path, true]);
  expect(await bob.git('status', '--porcelain')).toBe('');
});

test('without the network a checkout succeeds, with pointers and a word about them', async () => {
  const a = bytesOf('far', 4000);
  const ann = await anyProject();
  ann.write('Textures/a.dds', a);
  await ann.git('add', '-A');
  await ann.git('commit', '-qm', 'A');
  await ann.git('push', '-q');
  const url = await ann.git('config', 'remote.origin.url');
  rmSync(objectOf(ann, a));
  rmSync(ann.path('Textures/a.dds'));
  await ann.git('config', 'remote.origin.url', 'http://127.0.0.1:9/nowhere.git');
  const offline = await ann.tryGit('checkout', '.');
  expect(offline.code).toBe(0);
  expect(offline.err).toContain(
    '1 asset is not on this machine: its pointer will do until "modsync assets fetch" brings it.',
  );
  expect(ann.read('Textures/a.dds')).toContain(refOf(a).oid);
  expect(await ann.git('status', '--porcelain')).toBe('');

  await ann.git('config', 'remote.origin.url', url);
  await ann.modsync('assets', 'fetch');
  expect(isSame(ann, 'Textures/a.dds', a)).toBe(true);
});

test('a clone that git made with pointers is set up and filled afterwards', async () => {
  const a = bytesOf('filled', 4000);
  const ann = await startPlainProject(relay, { 'Textures/a.dds': a });
  const bob = plainModder('Bob');
  const url = await ann.git('config', 'remote.origin.url');
  await bob.modsync('login', relay.url, '--token', relay.ownerToken);
  const helper = `credential.helper=!${filterCommand} credential`;
  const cloned = await runProgram('git', ['-c', helper, 'clone', '-q', url, bob.folder], { env: bob.env });
  expect(cloned).toMatchObject({ code: 0 });
  expect(bob.read('Textures/a.dds')).toContain(refOf(a).oid);
  expect(await bob.modsync('doctor')).toMatchObject({
    findings: expect.arrayContaining([expect.objectContaining({ check: 'stock git', state: 'warning' })]),
  });
  await bob.modsync('install');
  await bob.modsync('assets', 'fetch');
  expect(isSame(bob, 'Textures/a.dds', a)).toBe(true);
  bob.write('Textures/b.dds', bytesOf('b', 10));
  await bob.git('add', '-A');
  await bob.git('commit', '-qm', 'B');
  await bob.git('push', '-q');
  await ann.git('pull', '-q');
  expect(isSame(ann, 'Textures/b.dds', bytesOf('b', 10))).toBe(true);
});

test('parts of the project that this copy leaves out stay pointers', async () => {
  const [a, b] = [bytesOf('wanted', 4000), bytesOf('unwanted', 4000)];
  const ann = await startPlainProject(relay, { 'Textures/a.dds': a, 'Sound/b.wav': b });
  await ann.modsync('assets', 'only', 'Textures/**');
  rmSync(ann.path('.git/lfs/objects'), { recursive: true });
  rmSync(ann.path('Textures'), { recursive: true });
  rmSync(ann.path('Sound'), { recursive: true });
  expect(await ann.tryGit('checkout', '.')).toMatchObject({
    code: 0,
    err: expect.not.stringContaining('not on'),
  });
  expect(isSame(ann, 'Textures/a.dds', a)).toBe(true);
  expect(ann.read('Sound/b.wav')).toContain(refOf(b).oid);
  expect(await ann.git('status', '--porcelain')).toBe('');
});

test('a filter that is killed in the middle of a file leaves nothing half', async () => {
  const ann = await anyProject();
  const bytes = bytesOf('killed', 12_000_000);
  const child = spawn(process.execPath, [cliPath, 'filter-process'], {
    cwd: ann.folder,
    env: ann.env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => undefined);
  for (const part of greeting('clean', 'x.dds')) child.stdin.write(part);
  child.stdin.write(packets(bytes));
  const temporary = ann.path('.git/lfs/tmp');
  await until(
    'part of the file is written',
    () => existsSync(temporary) && readdirSync(temporary).length > 0,
  );
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(existsSync(objectOf(ann, bytes))).toBe(false);
  expect(await ann.git('status', '--porcelain')).toBe('');

  ann.write('x.dds', bytes);
  await ann.git('add', '-A');
  expect(readFileSync(objectOf(ann, bytes)).equals(bytes)).toBe(true);
  await ann.git('commit', '-qm', 'X');
});

/** What Git says up to the content of one file. */
function greeting(command: string, path: string): Uint8Array[] {
  const lines = (...words: string[]) => [...words.map((word) => pktLine(`${word}\n`)), FLUSH];
  return [
    ...lines('git-filter-client', 'version=2'),
    ...lines('capability=clean', 'capability=smudge', 'capability=delay'),
    ...lines(`command=${command}`, `pathname=${path}`),
  ];
}

/** Megabytes. */
const LARGE = process.env.MODSYNC_SOAK ? 300 : 70;

/** Peak of the resident memory, as Linux keeps it. */
const peakOf = (pid: number | undefined): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

(existsSync('/proc/self/status') ? test : test.skip)(
  `a file of ${LARGE} MB passes in constant memory, both ways`,
  async () => {
    const ann = await anyProject();
    const MEGABYTE = 1_000_000;
    const piece = bytesOf('piece', MEGABYTE);
    async function run(command: string, mega: number, pointer?: Uint8Array) {
      const child = spawn(process.execPath, [cliPath, 'filter-process'], {
        cwd: ann.folder,
        env: ann.env,
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const said: Buffer[] = [];
      let length = 0;
      child.stdout.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length < 10_000) said.push(chunk);
      });
      const write = async (bytes: Uint8Array) => {
        if (!child.stdin.write(bytes)) await once(child.stdin, 'drain');
      };
      for (const part of greeting(command, 'big.dds')) await write(part);
      if (pointer) await write(packets(pointer));
      else for (let at = 0; at < mega; at++) await write(packets(piece));
      await write(FLUSH);
      if (command === 'clean')
        await until('the pointer comes', () => Buffer.concat(said).includes('oid sha256:'));
      else await until('the file comes', () => length > mega * MEGABYTE);
      const peak = peakOf(child.pid); // while it waits for more: a process that ended has none
      child.stdin.end();
      const [code] = await once(child, 'close');
      expect(code).toBe(0);
      return { peak, text: Buffer.concat(said).toString('latin1') };
    }
    const pointerIn = (text: string) =>
      Buffer.from(text.slice(text.indexOf('version https')).replace(/(\nsize \d+\n).*$/s, '$1'));
    const [small, large] = [await run('clean', 20), await run('clean', LARGE)];
    expect(large.peak).toBeLessThan(small.peak + 40 * MEGABYTE);
    const out = [
      await run('smudge', 20, pointerIn(small.text)),
      await run('smudge', LARGE, pointerIn(large.text)),
    ] as const;
    expect(out[1].peak).toBeLessThan(out[0].peak + 40 * MEGABYTE);
  },
);

test('a push that changes what another person has locked is refused by stock git, and goes out when they have unlocked', async () => {
  const ann = await startPlainProject(relay, { 'Textures/a.dds': bytesOf('lock', 1000) });
  const { modder: bob } = await cloneWithGit(ann, 'Bob');
  await bob.modsync('install');
  await ann.modsync('lock', 'Textures/a.dds');
  await expect(ann.modsync('lock', 'Textures/nothing.dds')).rejects.toThrow('nothing was locked');
  bob.write('Textures/a.dds', bytesOf('of bob', 1000));
  await bob.git('commit', '-qam', 'Bob');
  const before = await bob.git('ls-remote', 'origin', 'main');
  const refused = await bob.tryGit('push', '-q');
  expect(refused.code).not.toBe(0);
  expect(refused.err).toMatch(/Textures\/a\.dds is locked by .*, since 20\d\d-/);
  expect(await bob.git('ls-remote', 'origin', 'main')).toBe(before);
  // on a branch of its own as little, nor over work of others that is not here
  expect((await bob.tryGit('push', '-q', 'origin', 'HEAD:refs/heads/new')).err).toContain('is locked by');
  ann.write('more.txt', 'more');
  await ann.git('add', '-A');
  await ann.git('commit', '-qm', 'More');
  await ann.git('push', '-q');
  expect((await bob.tryGit('push', '-qf', 'origin', 'HEAD:main')).err).toContain('is locked by');
  await bob.git('pull', '-q', '--no-rebase', '--no-edit');
  await ann.modsync('unlock', 'Textures/a.dds');
  await bob.git('push', '-q');
  expect(await bob.git('ls-remote', 'origin', 'main')).not.toBe(before);
});
