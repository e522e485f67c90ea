/**
 * modsync as a bench runs it: a process that imports `dist` and works on one folder. `node worker.mjs DIST FOLDER
 * TASK…` does the tasks and prints what they took, the import included: a cold start. Forked without tasks, it takes
 * them one by one and keeps its engine, as the process of a running `watch` does.
 */
const [dist, folder, ...tasks] = process.argv.slice(2);
const from = (path) => import(new URL(path, dist).href);

let engine;
let projectId;
/** The connection to the process that owns the project. */
let owner;
/** What a watch has done since `begin`. */
let watched;
async function open() {
  if (engine) return;
  const { CloudSyncEngine } = await from('index.js');
  engine = new CloudSyncEngine();
  await engine.initialize();
  projectId = await engine.openProject(folder);
}

/** The room itself, with nothing remembered from the call before. */
async function repository() {
  const [{ Repository }, { nodeHost }] = await Promise.all([
    from('../build/git/index.js'),
    from('../build/platform/node/index.js'),
  ]);
  return await Repository.open(nodeHost(), folder);
}

const work = {
  open,
  async status() {
    await open();
    return (await engine.getSyncStatus(projectId)).changes.length;
  },
  /** Begins to watch, and waits until everything was looked at once. */
  async watch() {
    await open();
    const { ownProject } = await from('rpc/index.js');
    if (!(await ownProject(engine, { projectId, program: 'bench' }))) throw new Error('It has an owner');
    await engine.enableAutoSync(projectId);
    // nobody says when the system's watches stand, nor when their last words were heard
    await new Promise((resolve) => setTimeout(resolve, 100));
    await engine.syncProject(projectId);
    await new Promise((resolve) => setTimeout(resolve, 100));
  },
  /** From now on, what the watch does by itself is added up; `done` tells. */
  async begin() {
    const before = process.cpuUsage();
    const total = { ms: 0, cpu: () => cpuSince(before), snapshots: 0, sent: 0, received: 0, more: () => {} };
    const stop = engine.onActivity((event) => {
      if (event.type !== 'synced') return;
      total.ms += event.result.durationMs;
      if (event.result.snapshot) total.snapshots++;
      total.sent += event.result.sent.length;
      total.received += event.result.received.length;
      total.more();
    });
    watched = { total, stop };
  },
  /** When so much was done. @param what `snapshots`, `sent` or `received` */
  async done(what, count) {
    const { total, stop } = watched;
    while (total[what] < count) await new Promise((resolve) => (total.more = resolve));
    stop();
    return { ms: total.ms, cpu: total.cpu() };
  },
  /** Of the process that owns the project, over its socket. */
  async ask() {
    if (!owner) {
      const [{ neighbourhoodOf, reachOwner }, { nodeHost }] = await Promise.all([
        from('rpc/index.js'),
        from('../build/platform/node/index.js'),
      ]);
      owner = (await reachOwner(neighbourhoodOf(nodeHost()), folder)).client;
    }
    return (await owner.call('get-status', [owner.projectId])).changes.length;
  },
  async sync() {
    await open();
    const { outcome, sent, received } = await engine.syncProject(projectId);
    if (outcome === 'conflicts') throw new Error('A bench must not have conflicts');
    return sent.length + received.length;
  },
  async snapshot() {
    await open();
    // where the project has no remote, a sync is its snapshot
    const { snapshot } = await engine.syncProject(projectId, 'push', { message: 'Bench' });
    if (!snapshot) throw new Error('No snapshot was made');
  },
  async log() {
    await open();
    return (await engine.getProjectHistory(projectId, { limit: 200 })).length;
  },
  async conflicts(local, remote) {
    await open();
    const state = (commitId) => ({ projectId, commitId, branch: 'main' });
    return (await engine.detectSyncConflicts(state(local), state(remote))).length;
  },
  async statusOnly() {
    const { unstaged } = await (await repository()).status();
    return unstaged.length;
  },
  async diff(before, after) {
    const { graph, trees } = await repository();
    const changes = await trees.diff((await graph.commit(before)).tree, (await graph.commit(after)).tree);
    return changes.length;
  },
  async checkout(commit) {
    const found = await repository();
    const { written, kept } = await found.checkout({ to: (await found.graph.commit(commit)).tree });
    if (kept.length > 0) throw new Error('A checkout left files alone');
    return written.length;
  },
};

function cpuSince(before) {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** A task that has times of its own answers them. */
async function run([task, ...args]) {
  const before = process.cpuUsage();
  const started = performance.now();
  const result = await work[task](...args);
  const { ms = performance.now() - started, cpu = cpuSince(before) } = result ?? {};
  return { ms, cpu, memory: process.resourceUsage().maxRSS * 1024, result };
}

if (process.send) {
  process.once('disconnect', () => {
    owner?.close();
    void engine?.close();
  });
  process.on('message', async ({ id, task }) => {
    try {
      process.send({ id, sample: await run(task) });
    } catch (error) {
      process.send({ id, error: error.stack });
    }
  });
} else {
  const sample = await run(tasks);
  await engine?.close();
  process.stdout.write(JSON.stringify(sample));
}
