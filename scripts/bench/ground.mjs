/** Where a bench takes place: a folder, a relay, stock git with its credentials, and modsync's processes. */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { delaying } from './delay.mjs';
import { timed } from './measure.mjs';

const WORKER = fileURLToPath(new URL('worker.mjs', import.meta.url));

export class Ground {
  folder = realpathSync.native(
    mkdtempSync(join(process.env.MODSYNC_BENCH_DIR ?? tmpdir(), 'modsync-bench-')),
  );
  #dist;
  #children = new Set();
  #env;

  /** @param {URL} dist */
  constructor(dist) {
    this.#dist = dist;
    process.on('exit', () => {
      for (const child of this.#children) child.kill('SIGKILL');
    });
    const home = this.path('home');
    mkdirSync(home);
    this.#env = {
      PATH: process.env.PATH,
      HOME: home,
      MODSYNC_HOME: join(home, 'modsync'),
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
    };
  }

  path(...names) {
    return join(this.folder, ...names);
  }

  get cli() {
    return fileURLToPath(new URL('cli/main.js', this.#dist));
  }

  /** Starts the relay and lets both sides in. */
  async start() {
    const relay = [
      this.cli,
      'serve',
      '--data',
      this.path('relay'),
      '--port',
      '0',
      '--log',
      'error',
      '--json',
    ];
    const { said, pid } = await this.serve(relay);
    const { url, ownerToken } = said.data;
    this.relayPid = pid;
    this.url = url;
    this.token = ownerToken;
    await this.#configure('user.name', 'Bench');
    await this.#configure('user.email', 'bench@example.invalid');
    // neither side tidies up while it is measured
    await this.#configure('gc.auto', '0');
    await this.#configure('lfs.locksverify', 'false');
    await this.git(this.folder, 'lfs', 'install');
    await this.letIn(url);
  }

  /** Credentials for an address of the relay: stock git gets them without a helper, the quickest way there is. */
  async letIn(url) {
    await this.#configure(`http.${url}.extraHeader`, `Authorization: Bearer ${this.token}`);
    await this.#configure(`lfs.${url}.access`, 'none');
    await this.modsync('login', url, '--token', this.token);
  }

  #homeOf(device) {
    const home = this.path('home', device);
    const filter = (path) => !path.endsWith('identity.json');
    cpSync(this.#env.MODSYNC_HOME, home, { recursive: true, filter });
    return home;
  }

  #configure(key, value) {
    return this.git(this.folder, 'config', '--global', key, value);
  }

  /** @returns the project's Git URL at the relay, filled with a bare repository's main branch */
  async host(projectId, bare) {
    const { relayApi } = await import(new URL('../build/backends/index.js', this.#dist));
    const api = relayApi({ origin: this.url, token: async () => this.token });
    const { gitUrl } = await api.createProject({ projectId, name: projectId, defaultBranch: 'main' });
    await this.git(bare, 'push', '-q', gitUrl, 'main');
    return gitUrl;
  }

  git(cwd, ...args) {
    return timed('git', args, { env: this.#env, cwd, scratch: this.folder });
  }

  /** Git where a conflict is an answer. */
  gitConflicts(cwd, ...args) {
    return timed('git', args, { env: this.#env, cwd, scratch: this.folder, codes: [0, 1] });
  }

  /** A script in a process of its own, which is given the build. */
  node(script, ...args) {
    return timed(process.execPath, [script, this.#dist.href, ...args], {
      env: this.#env,
      cwd: this.folder,
      scratch: this.folder,
    });
  }

  modsync(...args) {
    return timed(process.execPath, [this.cli, ...args], {
      env: this.#env,
      cwd: this.folder,
      scratch: this.folder,
    });
  }

  /** A cold start of the library. @returns what the process says itself, and `whole`: with Node's own start and end */
  async cold(folder, ...task) {
    const args = [WORKER, this.#dist.href, folder, ...task];
    const whole = await timed(process.execPath, args, {
      env: this.#env,
      cwd: this.folder,
      scratch: this.folder,
    });
    return { ...JSON.parse(whole.out), memory: whole.memory, whole };
  }

  /** A process that stays, as a running `watch` does. @param device another one than this: it hears of what others push */
  worker(folder, device) {
    const env = device === undefined ? this.#env : { ...this.#env, MODSYNC_HOME: this.#homeOf(device) };
    const child = fork(WORKER, [this.#dist.href, folder], { env, execArgv: this.execArgv ?? [] });
    this.#children.add(child);
    const waiting = new Map();
    let count = 0;
    child.on('message', ({ id, sample, error }) => {
      const { resolve, reject } = waiting.get(id);
      waiting.delete(id);
      if (sample) resolve(sample);
      else reject(new Error(error));
    });
    child.once('exit', (code) => {
      this.#children.delete(child);
      for (const { reject } of waiting.values()) reject(new Error(`A worker ended with ${code}`));
    });
    return {
      run: (...task) =>
        new Promise((resolve, reject) => {
          waiting.set(++count, { resolve, reject });
          // where the process has died, its exit code says more than a closed channel
          child.send({ id: count, task }, (error) => error && reject(error));
        }),
      async close() {
        const ended = once(child, 'exit');
        child.disconnect();
        await ended;
      },
    };
  }

  /** Stands before the relay and counts what clients send through it. */
  async counter() {
    const { hostname, port } = new URL(this.url);
    const counter = { sent: 0, received: 0 };
    const server = createServer((client) => {
      const relay = connect(Number(port), hostname);
      client.on('data', (bytes) => (counter.sent += bytes.length));
      relay.on('data', (bytes) => (counter.received += bytes.length));
      client.pipe(relay).pipe(client);
      for (const socket of [client, relay]) socket.on('error', () => socket.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    counter.url = `http://127.0.0.1:${server.address().port}`;
    counter.close = () => new Promise((resolve) => server.close(resolve));
    await this.letIn(counter.url);
    return counter;
  }

  /** The relay, with so many milliseconds more for each request. */
  async farAway(ms) {
    const way = await delaying(this.url, ms);
    await this.letIn(way.url);
    return way;
  }

  /** Starts a server. @param args what Node runs @returns the line of JSON that says that it is up */
  async serve(args) {
    const child = spawn(process.execPath, args, { env: this.#env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.#children.add(child);
    child.once('close', () => this.#children.delete(child));
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    return { said: JSON.parse(line), pid: child.pid, stop: () => child.kill() };
  }

  async close({ keep }) {
    for (const child of this.#children) {
      const closed = once(child, 'close');
      child.kill('SIGINT');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await closed;
      clearTimeout(timer);
    }
    if (keep) console.log(`Kept: ${this.folder}`);
    else await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
