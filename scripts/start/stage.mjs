/** The stage of `npm start`: a folder of its own, a relay, two people with a `modsync` each. All real processes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const WINDOWS = process.platform === 'win32';
/** How long a process gets to end by itself. Milliseconds. */
const PATIENCE = 8000;

export class Failed extends Error {}

export class Stage {
  folder = realpathSync.native(mkdtempSync(join(tmpdir(), 'modsync-start-')));
  #cli;
  #running = new Map();

  constructor(cli) {
    this.#cli = cli;
    // what nothing else ended must not outlive us
    process.on('exit', () => {
      for (const child of this.#running.keys()) child.kill('SIGKILL');
    });
  }

  /** Someone with a working copy, and with state and a name of their own. */
  person(name) {
    const home = join(this.folder, `${name.toLowerCase()}-home`);
    mkdirSync(home, { recursive: true });
    const env = {
      ...process.env,
      MODSYNC_HOME: home,
      // for stock git and for modsync alike, whatever this machine's own configuration says
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'user.name',
      GIT_CONFIG_VALUE_0: name,
      GIT_CONFIG_KEY_1: 'user.email',
      GIT_CONFIG_VALUE_1: `${name.toLowerCase()}@example.invalid`,
    };
    return {
      name,
      home,
      folder: join(this.folder, name.toLowerCase()),
      env,
      modsync: (...args) => this.#run(args, env),
      watch: (folder, onEvent) => this.#follow(['watch', '-C', folder], env, onEvent),
    };
  }

  /** @returns the relay's first line: `url`, and `ownerToken` */
  relay() {
    const data = join(this.folder, 'relay');
    let started;
    const first = new Promise((resolve) => {
      started = resolve;
    });
    const { ended } = this.#follow(
      ['serve', '--data', data, '--port', '0', '--log', 'error'],
      process.env,
      (line) => started(line),
    );
    return Promise.race([first, ended.then(failedEarly)]);
  }

  /** Runs one command to its end. @returns the `data` of its answer */
  async #run(args, env) {
    const child = this.#spawn(args, env);
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
    const [code] = await once(child, 'close');
    const answer = out.trim() ? JSON.parse(out) : undefined;
    if (answer?.success) return answer.data;
    throw new Failed(`modsync ${args[0]}: ${answer?.error.message ?? (err.trim() || `exit code ${code}`)}`);
  }

  /** Runs a command that goes on, and hands over what it says, line by line. */
  #follow(args, env, onData) {
    const child = this.#spawn(args, env);
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err = (err + text).slice(-4000);
    });
    let failure;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const answer = JSON.parse(line);
      if (answer.success) onData(answer.data);
      else failure = answer.error.message;
    });
    const ended = once(child, 'close').then(([code]) => ({
      what: args[0],
      code,
      err: failure ?? err.trim(),
    }));
    return { child, ended };
  }

  #spawn(args, env) {
    const child = spawn(process.execPath, [this.#cli, ...args, '--json'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      // a group of its own: Ctrl-C reaches us alone, and we end everything in order
      detached: !WINDOWS,
    });
    this.#running.set(child, args[0]);
    child.once('close', () => this.#running.delete(child));
    return child;
  }

  /** Ends what runs, the relay last; a process that does not end by itself is killed. */
  async close({ keep }) {
    const [relays, others] = [[], []];
    for (const [child, command] of this.#running) (command === 'serve' ? relays : others).push(child);
    for (const group of [others, relays]) await Promise.all(group.map(endOne));
    if (!keep) await rm(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

async function endOne(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGINT');
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  await closed;
  clearTimeout(timer);
}

export function failedEarly({ what, code, err }) {
  throw new Failed(`modsync ${what} ended by itself (exit code ${code}). ${err}`);
}
