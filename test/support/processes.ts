/**
 * The built command as real processes: a relay, people who each have a home, a folder and a `modsync` of their own,
 * and stock git beside it. scripts/test.mjs builds `dist` first; `MODSYNC_TEST_CLI` names another build's `main.js`.
 *
 * Half of what such a test costs is Node starting. So the sample types what only leads up to the proof (`modsync`,
 * `tryModsync`, `quickCli`) in the test's own process; the soak starts one for each. What is killed, raced, watched or
 * started in a folder is always a process: `run`, `runCli`, `killedAfter`, `Running`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runCommand } from './cli.ts';
import { haveGitLfs } from './gitLfs.ts';
import { temporaryFolder } from './host.ts';
import { SOAK } from './soak.ts';

export const cliPath =
  process.env.MODSYNC_TEST_CLI ?? fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** The sources compiled, a module each: for processes that look inside. */
export const compiledFolder = fileURLToPath(new URL('../../build', import.meta.url));

/** How long anything may take before a test gives up: generous, for loaded machines. Milliseconds. */
export const PATIENCE = 90_000;

const running = new Set<ChildProcess>();
const talking = new Set<Running>();

afterAll(async () => {
  const ended = [...running].map((child) => once(child, 'close'));
  for (const child of running) child.kill('SIGKILL');
  await Promise.all(ended);
});

/** Looks again and again until `check` gives something; what a test waits for is on disk or in a list of events. */
export async function until<T>(
  what: string,
  check: () => T | Promise<T>,
  patience = PATIENCE,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + patience;
  for (;;) {
    const started = performance.now();
    const found = await check();
    if (found !== undefined && found !== null && found !== false)
      return found as NonNullable<Exclude<T, false>>; // the line above
    if (performance.now() > deadline)
      throw new Error([`Waited ${patience} ms for: ${what}`, ...lastWords()].join('\n'));
    // whoever looks must not take the processor from what is looked for
    await pause(Math.max(5, 2 * (performance.now() - started)));
  }
}

/** What the processes that run said last: why something does not come. */
const lastWords = (): string[] =>
  [...talking].map(
    ({ child, events }) => `${child.spawnargs.slice(2, 5).join(' ')}: ${JSON.stringify(events.slice(-3))}`,
  );

export interface Ran {
  /** `null` after a signal. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly answer: Answer | undefined;
}

export type Answer =
  | { readonly success: true; readonly data: unknown }
  | { readonly success: false; readonly error: { readonly code: string; readonly message: string } };

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** Called with the process, to watch or to kill it. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Runs a program to its end, however it ends. */
export async function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env, input, onStart }: RunOptions,
): Promise<Ran> {
  const child = spawn(program, args, {
    cwd,
    env,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  running.add(child);
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  // a program that does not read all of it is no failure of the test
  child.stdin?.on('error', () => undefined).end(input);
  const closed = once(child, 'close');
  onStart?.(child);
  const [code] = (await closed) as [number | null];
  running.delete(child);
  return { code, out, err, answer: parseAnswer(out) };
}

function parseAnswer(out: string): Answer | undefined {
  try {
    return JSON.parse(out) as Answer;
  } catch {
    return undefined;
  }
}

export const runCli = (args: readonly string[], options: RunOptions): Promise<Ran> =>
  runProgram(process.execPath, [cliPath, ...args], options);

/** In the soak, and where it is a build that is tested. */
const STARTS_EACH = SOAK > 1 || process.env.MODSYNC_TEST_CLI !== undefined;

/** As `runCli`, and in the test's own process where that will do. */
export async function quickCli(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> {
  if (STARTS_EACH) return await runCli(args, { env });
  const { code, out, err } = await runCommand(args, { environment: env });
  return { code, out, err, answer: parseAnswer(out) };
}

/** Runs a command and kills it after `delay` milliseconds. @returns whether it had not ended before */
export async function killedAfter(
  delay: number,
  args: readonly string[],
  modder: { readonly env: NodeJS.ProcessEnv },
): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const { code } = await runCli([...args, '--json'], {
    env: modder.env,
    onStart: (child) => {
      timer = setTimeout(() => child.kill('SIGKILL'), delay);
    },
  });
  clearTimeout(timer);
  return code === null;
}

/** A command that goes on (`watch`, `serve`), and what it has said so far. */
export class Running {
  readonly child: ChildProcess;
  readonly events: Record<string, unknown>[] = [];
  readonly #ended: Promise<number | null>;
  #err = '';
  #seen = 0;

  constructor(args: readonly string[], { cwd, env }: RunOptions) {
    this.child = spawn(process.execPath, [cliPath, ...args, '--json'], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(this.child);
    talking.add(this);
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#err = (this.#err + text).slice(-4000);
    });
    if (this.child.stdout) {
      createInterface({ input: this.child.stdout }).on('line', (line) => {
        const answer = JSON.parse(line) as Answer;
        this.events.push(
          // every line of these commands is an object
          answer.success ? (answer.data as Record<string, unknown>) : { type: 'failure', ...answer.error },
        );
      });
    }
    this.#ended = once(this.child, 'close').then(([code]) => {
      running.delete(this.child);
      talking.delete(this);
      return code as number | null;
    });
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  /** The next event that matches, from where the last call of `next` left off. */
  async next(
    what: string,
    matches: (event: Record<string, unknown>) => boolean,
    patience = PATIENCE,
  ): Promise<Record<string, unknown>> {
    return await until(
      what,
      () => {
        while (this.#seen < this.events.length) {
          const event = this.events[this.#seen++];
          if (event && matches(event)) return event;
        }
        if (this.child.exitCode !== null)
          throw new Error(`It ended with ${this.child.exitCode} before: ${what}\n${this.#err}`);
        return undefined;
      },
      patience,
    ).catch((error: Error) => {
      throw new Error(`${error.message}\n${JSON.stringify(this.events.slice(-5), null, 1)}\n${this.#err}`);
    });
  }

  /** Asks it to end (SIGINT), or kills it. @returns the exit code; `null` after a kill */
  async end(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    this.child.kill(signal);
    return await this.#ended;
  }
}

/** As `git lfs install` writes it. */
const LFS_FILTER = `[filter "lfs"]
	clean = git-lfs clean -- %f
	smudge = git-lfs smudge -- %f
	process = git-lfs filter-process
	required = true
`;

/** Nothing of this machine's own configuration: a home, and what a stock git with git-lfs installed has in it. */
export function environmentOf(name: string, home: string): NodeJS.ProcessEnv {
  mkdirSync(home, { recursive: true });
  writeFileSync(
    join(home, '.gitconfig'),
    `[user]
	name = ${name}
	email = ${name.toLowerCase()}@example.org
[init]
	defaultBranch = main
[pull]
	rebase = false
[advice]
	detachedHead = false
${haveGitLfs ? LFS_FILTER : ''}`,
  );
  const { PATH, TMPDIR, SystemRoot } = process.env;
  return {
    PATH,
    ...(TMPDIR && { TMPDIR }),
    ...(SystemRoot && { SystemRoot }),
    HOME: home,
    USER: name,
    MODSYNC_HOME: join(home, 'modsync'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_EDITOR: 'true',
    LC_ALL: 'C.UTF-8',
    NO_COLOR: '1',
  };
}

export interface RelayProcess {
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  readonly ownerToken: string;
  readonly process: Running;
  stop(): Promise<void>;
  kill(): Promise<void>;
  /** On the same data and the same port. */
  restart(): Promise<void>;
}

export async function startRelayProcess(extraEnv: NodeJS.ProcessEnv = {}): Promise<RelayProcess> {
  const dataDir = temporaryFolder('relay');
  const env = { ...environmentOf('relay', temporaryFolder('relay-home')), ...extraEnv };
  const start = async (port: number) => {
    const relay = new Running(['serve', '--data', dataDir, '--port', String(port), '--log', 'error'], {
      env,
    });
    const { url, ownerToken } = await relay.next('the relay listens', ({ url }) => typeof url === 'string');
    return { relay, url: String(url), ownerToken };
  };
  let { relay, url, ownerToken } = await start(0);
  const port = Number(new URL(url).port);
  return {
    url,
    port,
    dataDir,
    ownerToken: String(ownerToken),
    get process() {
      return relay;
    },
    stop: async () => {
      expect(await relay.end('SIGINT')).toBe(0);
    },
    kill: async () => {
      await relay.end('SIGKILL');
    },
    restart: async () => {
      relay = (await start(port)).relay;
    },
  };
}

/** Someone with a working copy, who runs `modsync` and stock git in it. */
export class Modder {
  readonly name: string;
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  folder: string;

  constructor(name: string, folder = join(realpathSync.native(temporaryFolder(name)), 'mod')) {
    this.name = name;
    this.folder = folder;
    this.home = temporaryFolder(`${name}-home`);
    this.env = environmentOf(name, this.home);
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), content);
  }

  /** `undefined` where there is no such file (at this moment). */
  tryRead(path: string): Buffer | undefined {
    try {
      return readFileSync(this.path(path));
    } catch {
      return undefined;
    }
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'latin1');
  }

  remove(path: string): void {
    rmSync(this.path(path));
  }

  rename(from: string, to: string): void {
    mkdirSync(dirname(this.path(to)), { recursive: true });
    renameSync(this.path(from), this.path(to));
  }

  chmod(path: string, mode: number): void {
    chmodSync(this.path(path), mode);
  }

  /** `modsync ARGS -C folder --json` as a process, however it ends. */
  run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    return runCli([...args, '-C', this.folder, '--json'], { env: this.env, ...options });
  }

  /** The same, quickly. */
  tryModsync(...args: string[]): Promise<Ran> {
    return quickCli([...args, '-C', this.folder, '--json'], this.env);
  }

  /** @returns the answer's data; throws when it is none, or the exit code is not 0 */
  async modsync(...args: string[]): Promise<Record<string, unknown>> {
    const ran = await this.tryModsync(...args);
    if (ran.answer?.success && ran.code === 0) return ran.answer.data as Record<string, unknown>;
    throw new Error(`modsync ${args.join(' ')} (${this.name}) ended with ${ran.code}: ${ran.out}${ran.err}`);
  }

  /** Watches, from when it is connected. */
  async watch(): Promise<Running> {
    const watching = new Running(['watch', '-C', this.folder], { env: this.env });
    await watching.next(`${this.name} is online`, ({ type }) => type === 'online');
    return watching;
  }

  tryGit(...args: string[]): Promise<Ran> {
    return runProgram('git', args, { cwd: this.folder, env: this.env });
  }

  /** Stock git in the folder, with this person's configuration. */
  async git(...args: string[]): Promise<string> {
    const { code, out, err } = await this.tryGit(...args);
    if (code !== 0) throw new Error(`git ${args.join(' ')} (${this.name}) ended with ${code}: ${err}${out}`);
    return out.trimEnd();
  }
}

export interface TeamOfProcesses {
  readonly relay: RelayProcess;
  readonly people: readonly Modder[];
}

/** The first person starts the project with `files`, the others join by invite. */
export async function startTeamOfProcesses(
  names: readonly string[],
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<TeamOfProcesses> {
  const relay = await startRelayProcess();
  const [owner, ...others] = names.map((name) => new Modder(name));
  if (!owner) throw new Error('A team has someone in it.');
  mkdirSync(owner.folder, { recursive: true });
  for (const [path, content] of Object.entries(files)) owner.write(path, content);
  await owner.modsync('login', relay.url, '--token', relay.ownerToken);
  await owner.modsync('init', owner.folder, '--name', 'Test Mod', '--relay', relay.url, '--yes');
  for (const other of others) await joinTeamOf(owner, other);
  return { relay, people: [owner, ...others] };
}

async function joinTeamOf(owner: Modder, other: Modder): Promise<void> {
  const { inviteCode } = await owner.modsync('share');
  const ran = await quickCli(['join', String(inviteCode), other.folder, '--json'], other.env);
  if (ran.code !== 0) throw new Error(`join ended with ${ran.code}: ${ran.out}${ran.err}`);
}
