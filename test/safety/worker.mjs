/**
 * One process that works on a project until it is killed, for kills.test.ts and races.test.ts: edits, snapshots,
 * commits, syncs, restores, names, upkeep, in an order that the seed decides. Says "saved COMMIT" on its output after
 * every version that it was promised. Runs the compiled sources: argument 1 is their folder, argument 2 the orders as JSON.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [compiled, orders] = process.argv.slice(2);
const { folder, home, url, seed, who, steps, kinds } = JSON.parse(orders);
const load = (path) => import(pathToFileURL(join(compiled, path)).href);
const { nodeHost } = await load('platform/node/index.js');
const { Project } = await load('engine/project/Project.js');
const { takeSnapshot } = await load('engine/snapshot/snapshot.js');
const { recover } = await load('engine/sync/moveHead.js');
const { syncOnce } = await load('engine/sync/sync.js');
const { restore, nameSnapshot } = await load('engine/history.js');
const { smartHttp } = await load('history/index.js');
const { memoryAssetStore } = await load('assets/memoryStore.js');

const host = nodeHost({ home, environment: { USER: who } });
const project = await Project.find(host, folder);
const remote = {
  url,
  history: smartHttp({ url, authorize: async () => undefined }),
  assets: memoryAssetStore(host.codec),
  close: async () => {},
};

let state = seed >>> 0;
function random() {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}
const pick = (count) => Math.floor(random() * count);
const say = (line) => process.stdout.write(`${line}\n`);

function edit() {
  for (let left = 1 + pick(30); left > 0; left--) {
    const path = join(folder, 'work', 'abcd'[pick(4)], `${who} ${pick(40)}.psc`);
    try {
      const what = pick(8);
      if (what === 0) rmSync(path);
      else if (what === 1) renameSync(path, join(dirname(path), `${who} ${pick(40)}.psc`));
      else {
        mkdirSync(dirname(path), { recursive: true });
        const lines = Array.from({ length: 1 + pick(60) }, (_, line) => `${line} ${random()}`);
        // whole or not at all: an editor that is killed while it writes is not what is tested
        const whole = join(home, `${process.pid}`);
        writeFileSync(whole, `${who} ${process.pid} ${random()}\n${lines.join('\n')}`);
        renameSync(whole, path);
      }
    } catch (error) {
      // the other process, or a checkout, was faster with this file
      if (!['ENOENT', 'ENOTDIR', 'EISDIR'].includes(error.code)) throw error;
    }
  }
}

async function locked(work) {
  const lock = await project.lock();
  try {
    await recover(project);
    return await work();
  } finally {
    await lock.release();
  }
}

const does = {
  async snapshot() {
    edit();
    const message = pick(2) ? `${who} ${pick(1e6)}` : undefined;
    const { commit } = await locked(() => takeSnapshot(project, { message }));
    return commit;
  },
  /** As stock Git commits: without the project's lock. */
  async commit() {
    edit();
    const author = project.signature();
    const made = await project.repository.commitWorkingTree({
      message: `${who} commit ${pick(1e6)}`,
      author,
    });
    return made?.commit;
  },
  /** One new file, one commit with its number; again until it is made. */
  async counted(step) {
    writeFileSync(join(folder, `${who} ${step}.psc`), `${step}\n`);
    for (;;) {
      const author = project.signature();
      const options = { message: `${who} ${step}`, author, only: [`${who} ${step}.psc`] };
      const made = await project.repository.commitWorkingTree(options).catch((error) => {
        if (error.code !== 'LOCK_TIMEOUT' && error.code !== 'REF_CHANGED') throw error;
      });
      if (made) return made.commit;
      // another's `git add -A` would have taken it along; nobody here does that
      const head = await project.repository.headTree();
      if (await project.repository.trees.find(head, `${who} ${step}.psc`))
        throw new Error(`${step} went along`);
    }
  },
  async sync() {
    if (pick(2)) edit();
    const strategy = pick(2) ? 'local' : 'remote';
    const { snapshot } = await syncOnce(project, async () => remote, {
      direction: 'bidirectional',
      strategy,
    });
    return snapshot;
  },
  async restore() {
    const commits = [];
    const { commit } = await project.repository.refs.head();
    for await (const { id } of project.repository.graph.log(commit, { limit: 12 })) commits.push(id);
    const made = await restore(project, commits[pick(commits.length)], { beforeCheckout: async () => {} });
    return made.commitId;
  },
  async name() {
    const made = await nameSnapshot(project, `${who}-${process.pid}-${pick(1e9)}`, undefined);
    return made.commitId;
  },
  async upkeep() {
    await locked(() => project.repository.upkeep({ minAge: 0, budgetMs: 100 }));
  },
};

/** What two at once may lose a race for; the next run does it. Anything else is a fault. */
const PASSES = ['REF_CHANGED', 'PUSH_REJECTED', 'LOCK_TIMEOUT', 'WOULD_OVERWRITE', 'MERGE_IN_PROGRESS'];

say('ready');
for (let step = 0; step < steps; step++) {
  const kind = kinds[pick(kinds.length)];
  try {
    const commit = await does[kind](step);
    if (commit) say(`saved ${commit}`);
    say(`did ${kind}`);
  } catch (error) {
    if (!PASSES.includes(error.code)) {
      say(`failed ${kind} ${error.code} ${error.stack} ${error.cause?.stack ?? ''}`.replaceAll('\n', ' | '));
      process.exit(3);
    }
    say(`lost ${kind} ${error.code} ${error.message}`.replaceAll('\n', ' '));
  }
}
say('done');
