/** `modsync release` as a program: on machines that differ, and killed in the middle. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sampleProject } from '../../src/bethesda/index.ts';
import { git } from '../support/gitRepository.ts';
import { temporaryFolder } from '../support/host.ts';
import { quickCli, type Ran, runCli, until } from '../support/processes.ts';

const PATIENT = 170_000;
/** As `git` of the tests has it: a filter that the machine's own configuration names is not there for either. */
const ALONE = { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '' };

interface Machine {
  readonly folder: string;
  /** Where it matters what the machine is like. */
  run(...args: string[]): Promise<Ran>;
  tryModsync(...args: string[]): Promise<Ran>;
  /** Kills the command as soon as `moment` is there. @returns whether it had not ended before */
  killedAt(moment: () => boolean, ...args: string[]): Promise<boolean>;
}

function machine(folder: string, environment: NodeJS.ProcessEnv = {}): Machine {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...ALONE,
    MODSYNC_HOME: temporaryFolder('home'),
    USER: 'ann',
    ...environment,
  };
  const inFolder = (args: readonly string[]) => ['-C', folder, '--json', ...args];
  return {
    folder,
    run: (...args) => runCli(inFolder(args), { env }),
    tryModsync: (...args) => quickCli(inFolder(args), env),
    async killedAt(moment, ...args) {
      let ended = false;
      const { code } = await runCli(inFolder(args), {
        env,
        onStart: (child) => {
          child.once('close', () => {
            ended = true;
          });
          void until('the moment', () => ended || moment()).then(() => child.kill('SIGKILL'));
        },
      });
      return code === null;
    },
  };
}

async function project(seed: number, megabytes: number, release: object = {}): Promise<Machine> {
  const folder = temporaryFolder('mod');
  const put = (path: string, content: Uint8Array | string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  for (const { path, content } of sampleProject(seed, { megabytes })) put(path, content);
  const here = machine(folder);
  expect((await here.tryModsync('init', '-y', '--name', 'Beacon')).code).toBe(0);
  const file = JSON.parse(readFileSync(join(folder, '.modsync.json'), 'utf8'));
  put('.modsync.json', JSON.stringify({ ...file, rules: { release } }));
  expect((await here.tryModsync('sync')).code).toBe(0);
  return here;
}

interface Made {
  readonly archive: { readonly path: string; readonly sha256: string };
}
const madeBy = (ran: Ran): Made => {
  expect(ran.answer).toMatchObject({ success: true });
  return (ran.answer as unknown as { data: Made }).data; // a success has data
};
const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

test(
  'clones made under other umasks, locales and time zones release identical bytes',
  async () => {
    const first = await project(3, 2, { stamp: ['Beacon.esp', 'fomod/info.xml'] });
    const surroundings = [
      { umask: 0o022, TZ: 'UTC', LC_ALL: 'C' },
      { umask: 0o077, TZ: 'Asia/Kathmandu', LC_ALL: 'tr_TR.UTF-8' },
      { umask: 0o002, TZ: 'America/St_Johns', LC_ALL: 'de_DE.UTF-8' },
    ];
    const sums: string[] = [];
    const before = process.umask();
    try {
      for (const { umask, ...environment } of surroundings) {
        process.umask(umask);
        const folder = join(temporaryFolder('clone'), 'mod');
        git(dirname(folder), 'clone', '-q', first.folder, folder);
        git(folder, 'remote', 'remove', 'origin');
        // a clone from a folder has no LFS server: the assets are handed on as git-lfs would fetch them
        cpSync(join(first.folder, '.git/lfs'), join(folder, '.git/lfs'), { recursive: true });
        const made = madeBy(await machine(folder, environment).run('release', '1.0.0'));
        expect(sha256(made.archive.path)).toBe(made.archive.sha256);
        sums.push(made.archive.sha256);
      }
    } finally {
      process.umask(before);
    }
    expect(new Set(sums).size).toBe(1);
  },
  PATIENT,
);

test(
  'killed at any moment, there is no tag without its archive, and the next try makes the release',
  async () => {
    const here = await project(4, 3, { stamp: ['Beacon.esp'] });
    const inGit = (path: string) => join(here.folder, '.git', path);
    const archives = () =>
      existsSync(inGit('modsync/releases'))
        ? readdirSync(inGit('modsync/releases'), { recursive: true, encoding: 'utf8' })
        : [];
    const growing = () => existsSync(inGit('modsync/tmp')) && readdirSync(inGit('modsync/tmp')).length > 0;
    const has = (version: string, ending: string) =>
      archives().some((name) => name.startsWith(`v${version}`) && name.endsWith(ending));
    const moments: readonly ((version: string) => boolean)[] = [
      growing,
      (version) => has(version, '.zip'),
      (version) => has(version, '.sha256'),
      (version) => has(version, 'changelog.md'),
      () => existsSync(inGit('modsync/journal.json')),
    ];
    let killed = 0;
    for (const [at, moment] of moments.entries()) {
      const version = `1.${at}.0`;
      if (await here.killedAt(() => moment(version), 'release', version)) killed++;
      // whatever was under way is finished or undone by the next command
      expect((await here.tryModsync('sync')).code).toBe(0);
      const tagged = git(here.folder, 'tag', '-l', `v${version}`).trim() !== '';
      for (const name of archives().filter((path) => path.endsWith('.zip')))
        expect(
          readFileSync(inGit(`modsync/releases/${name}`))
            .subarray(-22, -18)
            .toString('latin1'),
        ).toBe('PK\x05\x06');
      expect(growing()).toBe(false);
      if (!tagged) madeBy(await here.tryModsync('release', version));
      expect((await here.tryModsync('release', '--verify', version)).answer).toMatchObject({
        success: true,
        data: { archive: expect.stringContaining('.zip') },
      });
      expect(git(here.folder, 'status', '--porcelain')).toBe('');
    }
    git(here.folder, 'fsck', '--strict', '--no-dangling');
    expect(killed).toBeGreaterThan(0);
  },
  PATIENT,
);
