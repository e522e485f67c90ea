/**
 * The system's git, as this relay starts it: by its absolute path, with an environment of our making, on one pinned
 * repository, under settings of ours. Nothing of the machine's or the user's Git configuration reaches it, and
 * nothing that a client sends becomes an argument without a check.
 */
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { access, chmod, constants, copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Duplex, Readable, Writable } from 'node:stream';
import { findProgram, inPackage } from '../../platform/node/index.ts';
import { SyncError } from '../../shared/errors.ts';
import type { FolderLayout } from '../dataFolder.ts';
import type { Limits } from '../limits.ts';
import { answerHook, type IncomingPush, type Verdict } from './incomingPush.ts';
import { Turns } from './turns.ts';

export type GitService = 'upload-pack' | 'receive-pack';

/** A git that was started. */
export interface RunningGit {
  readonly input: Writable;
  readonly output: Readable;
  /** Settles after the output has ended. */
  readonly exit: Promise<Exit>;
  /** Ends it without a trace, if it has not ended yet. */
  stop(): void;
}

/** For every repository here. Git reads it in place of the user's configuration; the system's is switched off. */
const settings = (limits: Limits) => `\
# Written by the relay at each start.
[core]
	fsync = committed
	fsyncMethod = batch
[receive]
	fsckObjects = true
	maxInputSize = ${limits.push}
	autogc = false
	advertisePushOptions = true
[transfer]
	hideRefs = refs/modsync
[uploadpack]
	allowFilter = true
	allowAnySHA1InWant = true
[http]
	receivepack = true
[gc]
	auto = 0
[maintenance]
	auto = false
[safe]
	directory = *
`;

/** Of what git says on stderr, this much is kept, for the log. */
const COMPLAINT_LENGTH = 4096;
/** Milliseconds between asking a git to stop and making it. */
const STOP_GRACE_MS = 5000;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly complaint: string;
}

export class Git {
  readonly #path: string;
  readonly #folder: FolderLayout;
  readonly #running = new Set<RunningGit>();
  readonly #turns: Turns;
  /** Whether a `Verdict` is asked for at all: Windows was never tried, and a disk mounted `noexec` lets git run no hook. */
  #asksAboutPushes = false;

  private constructor(path: string, folder: FolderLayout, atOnce: number) {
    this.#turns = new Turns(atOnce);
    this.#path = path;
    this.#folder = folder;
  }

  /** @throws SyncError `INVALID_CONFIG` when there is no git */
  static async open(folder: FolderLayout, limits: Limits, gitPath?: string): Promise<Git> {
    await writeFile(folder.gitConfig, settings(limits));
    await mkdir(folder.pushHooks, { recursive: true });
    const hook = join(folder.pushHooks, 'pre-receive');
    await copyFile(inPackage('hooks', 'relay', 'pre-receive'), hook);
    await chmod(hook, 0o700);
    const git = Git.beside(folder, gitPath, limits.gitAtOnce);
    git.#asksAboutPushes = process.platform !== 'win32' && (await isRunnable(hook));
    return git;
  }

  get asksAboutPushes(): boolean {
    return this.#asksAboutPushes;
  }

  /** For work on a folder that a relay may be serving: its settings stay. @throws SyncError `INVALID_CONFIG` */
  static beside(folder: FolderLayout, gitPath?: string, atOnce = 1): Git {
    const path = gitPath ?? findProgram('git', process.env);
    if (path === undefined)
      throw new SyncError(
        'INVALID_CONFIG',
        'The relay needs git, and there is none on the PATH. Install git, then start again.',
      );
    return new Git(path, folder, atOnce);
  }

  /** How many run. */
  get running(): number {
    return this.#running.size;
  }

  /**
   * The server's side of a fetch or a push, when it is its turn. `protocol` as the client's `Git-Protocol` header asks;
   * `who` asks, of all that take turns; `verdict` lets a push land or not.
   */
  async serve(
    service: GitService,
    repository: string,
    options: {
      advertise: boolean;
      protocol?: string | undefined;
      who: string;
      verdict?: Verdict | undefined;
    },
  ): Promise<RunningGit> {
    const endTurn = await this.#turns.take(options.who);
    const git = this.#start(
      repository,
      [service, '--stateless-rpc', ...(options.advertise ? ['--http-backend-info-refs'] : []), '.'],
      {
        verdict: options.verdict,
        ...(options.protocol === undefined ? {} : { environment: { GIT_PROTOCOL: options.protocol } }),
      },
    );
    void git.exit.then(endTurn);
    return git;
  }

  /** Starts a git command; its output is a stream. */
  start(repository: string, args: readonly string[]): RunningGit {
    const git = this.#start(repository, args);
    git.input.end();
    return git;
  }

  /** Starts a git command that reads what comes from another; when that fails, so does this one. */
  startWith(
    repository: string,
    args: readonly string[],
    input: Readable,
    environment: IncomingPush['environment'] = {},
  ): RunningGit {
    const git = this.#start(repository, args, { environment });
    input.once('error', () => git.stop());
    input.pipe(git.input);
    return git;
  }

  /** The whole output of a command. @throws SyncError `INTERNAL` when it fails */
  async output(repository: string, args: readonly string[], input = ''): Promise<string> {
    const git = this.#start(repository, args);
    git.input.end(input);
    const chunks: Buffer[] = [];
    for await (const chunk of git.output) chunks.push(chunk);
    const { code, complaint } = await git.exit;
    if (code !== 0) throw new SyncError('INTERNAL', `git ${args[0]} failed: ${complaint}`);
    return Buffer.concat(chunks).toString('utf8');
  }

  /** Makes an empty bare repository, unless the folder is there: of two at once one wins, and both are served. */
  async createRepository(repository: string, branch: string): Promise<void> {
    const made = join(this.#folder.temporary, randomUUID());
    await this.init(made, `refs/heads/${branch}`);
    try {
      await rename(made, repository);
    } catch (error) {
      await rm(made, { recursive: true, force: true });
      if (!(await exists(join(repository, 'HEAD')))) throw error;
    }
  }

  /** @param head name of the default branch's ref */
  async init(repository: string, head: string): Promise<void> {
    await this.output(this.#folder.path, ['init', '--quiet', '--bare', '--template=', repository]);
    await this.output(repository, ['symbolic-ref', 'HEAD', head]);
  }

  /** Ends those that still run. */
  close(): void {
    for (const git of this.#running) git.stop();
  }

  #start(
    repository: string,
    args: readonly string[],
    {
      environment = {},
      verdict,
    }: { environment?: IncomingPush['environment']; verdict?: Verdict | undefined } = {},
  ): RunningGit {
    const hooks = verdict === undefined ? this.#folder.hooks : this.#folder.pushHooks;
    const child = spawn(
      this.#path,
      // On the command line, where no repository's own configuration can overrule them.
      ['-c', `core.hooksPath=${hooks}`, '-c', 'safe.directory=*', ...args],
      {
        cwd: repository,
        env: {
          PATH: dirname(this.#path),
          HOME: this.#folder.path,
          LC_ALL: 'C.UTF-8',
          GIT_CONFIG_NOSYSTEM: '1',
          GIT_CONFIG_GLOBAL: this.#folder.gitConfig,
          GIT_TERMINAL_PROMPT: '0',
          ...(args[0] === 'init' ? {} : { GIT_DIR: repository }),
          ...environment,
          ...(process.platform === 'win32' ? { SystemRoot: process.env.SystemRoot } : {}),
        },
        // A group of its own, so that git's own children end with it, and Ctrl-C reaches the relay alone.
        detached: process.platform !== 'win32',
        windowsHide: true,
        // The fourth is the hook's; git itself does not touch it.
        stdio: verdict === undefined ? ['pipe', 'pipe', 'pipe'] : ['pipe', 'pipe', 'pipe', 'pipe'],
      },
    );
    // Node makes a socket of a descriptor that is a pipe to both sides.
    if (verdict !== undefined) void answerHook(child.stdio[3] as Duplex, verdict);
    // The first three are always pipes.
    const { stdin, stdout, stderr } = child as ChildProcessWithoutNullStreams;
    // A git that ends before it has read all is no failure of ours: its exit tells.
    stdin.on('error', () => {});
    const git: RunningGit = {
      input: stdin,
      output: stdout,
      exit: exitOf(child, stderr),
      stop: () => stop(child, args[0] === 'receive-pack'),
    };
    this.#running.add(git);
    child.once('close', () => this.#running.delete(git));
    return git;
  }
}

function exitOf(child: ChildProcess, stderr: Readable): Promise<Exit> {
  let complaint = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    if (complaint.length < COMPLAINT_LENGTH) complaint += text.slice(0, COMPLAINT_LENGTH - complaint.length);
  });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, complaint: error.message }));
    child.once('close', (code, signal) => resolve({ code, signal, complaint: complaint.trim() }));
  });
}

/**
 * A signal makes receive-pack leave its half-received objects behind (since Git 2.39), the end of its input makes it
 * remove them: so that comes first, and a signal only when it does not help.
 */
function stop(child: ChildProcess, byInput: boolean): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.stdin?.destroy();
  if (!byInput) child.kill('SIGTERM');
  const timer = setTimeout(() => {
    try {
      if (process.platform !== 'win32' && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      else child.kill('SIGKILL');
    } catch {
      // They have ended meanwhile.
    }
  }, STOP_GRACE_MS);
  timer.unref();
  child.once('close', () => clearTimeout(timer));
}

const exists = (path: string, mode?: number): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    () => false,
  );
const isRunnable = (path: string) => exists(path, constants.X_OK);
