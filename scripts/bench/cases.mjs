/**
 * What is measured. Each case makes what it needs, then has both sides do the same work on copies of one project.
 * `budget` is the highest ratio modsync / git that DESIGN.md allows.
 */
import { createHash, randomFillSync } from 'node:crypto';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare, inTurn, median, settle } from './measure.mjs';
import { editFiles, MANY } from './repository.mjs';

const CHANGED = 100;

/** Cases that one size of a project runs, in this order. */
export const projectCases = {
  async status({ ground, local, files, runs }) {
    const git = () => ground.git(local, 'status', '--porcelain');
    const budget = files > 10_000 ? 2 : 1.5;
    const rows = [];
    const measure = async (what) => {
      const row = (name, sides, goal) => rows.push({ name: `${what}: ${name}`, ...sides, budget: goal });
      row(
        'the whole command',
        await compare({ runs, git, ours: () => ground.modsync('status', '-C', local) }),
      );
      row(
        'cold start of the library',
        await compare({ runs, git, ours: () => ground.cold(local, 'status') }),
        budget,
      );
      row('cold start, git only', await compare({ runs, git, ours: () => ground.cold(local, 'statusOnly') }));
      const owner = ground.worker(local);
      await owner.run('status');
      row('in a running process', await compare({ runs, git, ours: () => owner.run('status') }));
      await owner.close();
    };
    await measure('status, clean');
    // a smaller project is not worth a budget: Git's own start-up is all of it
    const fromMemory = files < 10_000 ? {} : { budget: 0.2 };
    const watching = ground.worker(local);
    await watching.run('watch');
    rows.push({
      name: 'status, clean: in a process that watches',
      ...(await compare({ runs, git, ours: () => watching.run('status') })),
      ...fromMemory,
    });
    const asking = ground.worker(local);
    await asking.run('ask');
    rows.push({
      name: 'status, clean: asked of the process that watches',
      ...(await compare({ runs, git, ours: () => asking.run('ask') })),
      ...fromMemory,
    });
    await asking.close();
    rows.push({
      name: 'status, clean: the whole command, beside it',
      ...(await compare({ runs, git, ours: () => ground.modsync('status', '-C', local) })),
    });
    await watching.close();
    editFiles(local, files, 10, 1);
    await measure('status, 10 changed');
    await ground.git(local, 'checkout', '-q', '.');
    await ground.git(local, 'status');
    return rows;
  },

  async log({ ground, local, runs }) {
    const git = () => ground.git(local, 'log', '-200', '--format=%H %P %an %ae %at %B');
    const owner = ground.worker(local);
    await owner.run('open');
    const warm = await compare({ runs, git, ours: () => owner.run('log') });
    await owner.close();
    const cold = await compare({ runs, git, ours: () => ground.cold(local, 'log') });
    return [
      { name: 'log of 200, in a running process', ...warm },
      { name: 'log of 200, cold start', ...cold },
    ];
  },

  async diff({ ground, local, runs }) {
    const ends = (await ground.git(local, 'rev-parse', 'HEAD~100', 'HEAD')).out.trim().split('\n');
    const git = () => ground.git(local, 'diff-tree', '-r', '--name-status', ...ends);
    const owner = ground.worker(local);
    await owner.run('open');
    const sides = await compare({ runs, git, ours: () => owner.run('diff', ...ends) });
    await owner.close();
    return [{ name: 'diff of two commits, caches cold', ...sides }];
  },

  async checkout({ ground, local, runs }) {
    const ends = (await ground.git(local, 'rev-parse', 'HEAD~2', 'HEAD')).out.trim().split('\n');
    const owner = ground.worker(local);
    await owner.run('open');
    // each side goes to the older commit and back, so that the other one finds what it left
    const both = (move) => () => inTurn(...ends.map((end) => () => settle().then(() => move(end))));
    const sides = await compare({
      runs,
      git: both((commit) => ground.git(local, 'checkout', '-q', '--detach', commit)),
      ours: both((commit) => owner.run('checkout', commit)),
    });
    await owner.close();
    await ground.git(local, 'checkout', '-q', '-f', 'main');
    return [{ name: `checkout of ${MANY} changed files, there and back`, ...sides }];
  },

  async snapshot({ ground, make, files, runs }) {
    const [theirs, ours] = [await make('snapshot-git'), await make('snapshot-ours')];
    const owner = ground.worker(ours);
    await owner.run('status');
    const sides = (mine, before = () => {}) =>
      compare({
        runs,
        git: () => {
          editFiles(theirs, files, CHANGED, ++seed);
          return inTurn(
            () => ground.git(theirs, 'add', '-A'),
            () => ground.git(theirs, 'commit', '-q', '-m', 'Bench'),
          );
        },
        ours: async () => {
          await before();
          editFiles(ours, files, CHANGED, ++seed);
          return mine();
        },
      });
    const running = await sides(() => owner.run('snapshot'));
    await owner.close();
    const watching = ground.worker(ours);
    await watching.run('watch');
    const watched = await sides(
      () => watching.run('done', 'snapshots', 1),
      () => watching.run('begin'),
    );
    await watching.close();
    const command = await sides(() => ground.modsync('sync', '-C', ours));
    return [
      { name: `snapshot of ${CHANGED} changed files, in a running process`, ...running, budget: 0.5 },
      { name: `snapshot of ${CHANGED} changed files, in a process that watches`, ...watched, budget: 0.5 },
      { name: `snapshot of ${CHANGED} changed files, the whole command`, ...command },
    ];
  },

  async clone({ ground, gitUrl, runs }) {
    const folders = [];
    const next = (side) => {
      const folder = ground.path(`clone-${side}-${folders.length}`);
      folders.push(folder);
      return folder;
    };
    const sides = await compare({
      runs: Math.min(runs, 3),
      git: () => ground.git(ground.folder, 'clone', '-q', gitUrl, next('git')),
      ours: () => ground.modsync('clone', gitUrl, next('ours')),
    });
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    return [{ name: 'clone, the whole command', ...sides, budget: 1.2 }];
  },

  async sync({ ground, makeTeam, files, runs }) {
    const theirs = await makeTeam('sync-git');
    const ours = await makeTeam('sync-ours');
    const git = () => {
      editFiles(theirs.alice, files, CHANGED, ++seed);
      return inTurn(
        () => ground.git(theirs.alice, 'add', '-A'),
        () => ground.git(theirs.alice, 'commit', '-q', '-m', 'Bench'),
        () => ground.git(theirs.alice, 'push', '-q', 'origin', 'main'),
        () => ground.git(theirs.bob, 'pull', '-q'),
      );
    };
    const [alice, bob] = [ground.worker(ours.alice), ground.worker(ours.bob)];
    await inTurn(
      () => alice.run('sync'),
      () => bob.run('sync'),
    );
    const sides = (send, receive, before = () => {}) =>
      compare({
        runs,
        git,
        ours: async () => {
          await before();
          editFiles(ours.alice, files, CHANGED, ++seed);
          return inTurn(send, receive);
        },
      });
    const running = await sides(
      () => alice.run('sync'),
      () => bob.run('sync'),
    );
    await Promise.all([alice.close(), bob.close()]);

    // what both do by themselves: their syncs are added up, and the pauses for a quiet moment are not
    const watching = [ground.worker(ours.alice), ground.worker(ours.bob, 'bob')];
    for (const one of watching) await one.run('watch');
    const [saving, following] = watching;
    const fromSaveToDisk = [];
    let saved = 0;
    const watched = await sides(
      () => {
        saved = performance.now();
        return saving.run('done', 'sent', CHANGED);
      },
      async () => {
        const sample = await following.run('done', 'received', CHANGED);
        fromSaveToDisk.push(performance.now() - saved);
        return sample;
      },
      async () => {
        for (const one of watching) await one.run('begin');
      },
    );
    for (const one of watching) await one.close();
    const command = await sides(
      () => ground.modsync('sync', '-C', ours.alice),
      () => ground.modsync('sync', '-C', ours.bob),
    );

    const counter = await ground.counter();
    const counted = async (work) => {
      const before = counter.sent;
      await work();
      return { bytes: counter.sent - before };
    };
    for (const side of [theirs, ours]) {
      const url = side.url.replace(ground.url, counter.url);
      await ground.git(side.alice, 'remote', 'set-url', 'origin', url);
    }
    const bytes = await compare({
      runs: 3,
      git: async () => {
        editFiles(theirs.alice, files, CHANGED, ++seed);
        await ground.git(theirs.alice, 'commit', '-q', '-a', '-m', 'Bench');
        return counted(() => ground.git(theirs.alice, 'push', '-q', 'origin', 'main'));
      },
      ours: () => {
        editFiles(ours.alice, files, CHANGED, ++seed);
        return counted(() => ground.modsync('sync', '-C', ours.alice));
      },
    });
    await counter.close();
    return [
      { name: `sync of ${CHANGED} changed files, two running processes`, ...running, budget: 0.5 },
      { name: `sync of ${CHANGED} changed files, two processes that watch`, ...watched, budget: 0.5 },
      {
        name: `${CHANGED} changed files from the save to the other's disk, both watching`,
        ours: { ms: median(fromSaveToDisk) },
      },
      { name: `sync of ${CHANGED} changed files, two commands`, ...command, budget: 0.5 },
      { name: `push of ${CHANGED} changed files`, unit: 'bytes', ...bytes, budget: 1 },
    ];
  },
};

/** Cases about assets beside git-lfs: both halves of a transfer, and all that stands around it. */
export const assetCases = {
  async assets(context) {
    return [...(await assetCase(context, 'small', SMALL)), ...(await assetCase(context, 'large', LARGE))];
  },

  /** The same over a long way. */
  async assetsFarAway(context) {
    return [
      ...(await assetCase(context, 'small-far', { ...SMALL, delay: 50 })),
      ...(await assetCase(context, 'large-far', { ...LARGE, delay: 50 })),
    ];
  },
};

const SMALL = { count: 1000, size: 200_000, budget: 0.5 };
const LARGE = { count: 1, size: 100_000_000, budget: 1 };

/** @param {{count: number, size: number, budget: number, delay?: number}} kind `delay`: milliseconds more for each request */
async function assetCase({ ground, makeTeam, runs: most }, name, { count, size, budget, delay }) {
  // far away, git-lfs takes half a minute for each
  const runs = delay ? Math.min(most, 3) : most;
  const theirs = await makeTeam(`assets-${name}-git`);
  const ours = await makeTeam(`assets-${name}-ours`);
  const way = delay && (await ground.farAway(delay));
  if (way)
    for (const { url, alice, bob } of [theirs, ours])
      for (const folder of [alice, bob])
        await ground.git(folder, 'remote', 'set-url', 'origin', url.replace(ground.url, way.url));
  const up = {
    git: (run) => {
      writeAssets(join(theirs.alice, `Textures/${run}`), count, size, `${name} git ${run}`);
      return inTurn(
        () => ground.git(theirs.alice, 'add', '-A'),
        () => ground.git(theirs.alice, 'commit', '-q', '-m', 'Bench'),
        () => ground.git(theirs.alice, 'push', '-q', 'origin', 'main'),
      );
    },
    ours: (run) => {
      writeAssets(join(ours.alice, `Textures/${run}`), count, size, `${name} ours ${run}`);
      return ground.modsync('sync', '-C', ours.alice);
    },
  };
  const down = {
    git: () => settle().then(() => ground.git(theirs.bob, 'pull', '-q')),
    ours: () => settle().then(() => ground.modsync('sync', '-C', ours.bob)),
  };
  const halves = { git: [], ours: [] };
  const side = (each) => async (run) => {
    const parts = [];
    for (const half of [up[each], down[each]]) parts.push(await half(run));
    if (run > 0) halves[each].push(parts);
    return inTurn(...parts.map((part) => async () => part));
  };
  const both = await compare({ runs, git: side('git'), ours: side('ours') });
  for (const { bob } of [theirs, ours])
    if (statSync(join(bob, 'Textures/0/t0.dds')).size !== size) throw new Error('An asset did not arrive');
  await way?.close();
  const middle = (each, at, key) =>
    halves[each].map((parts) => parts[at][key]).sort((a, b) => a - b)[halves[each].length >> 1];
  const half = (each, at) => ({ ms: middle(each, at, 'ms'), cpu: middle(each, at, 'cpu') });
  const perMegabyte = (each) => ({ ms: (both[each].cpu * 1e6) / (2 * count * size) });
  const what = `${count} × ${size / 1000} KB${delay ? `, ${delay} ms away` : ''}`;
  return [
    { name: `assets, ${what}: add and send`, git: half('git', 0), ours: half('ours', 0), budget },
    { name: `assets, ${what}: receive`, git: half('git', 1), ours: half('ours', 1), budget },
    { name: `assets, ${what}: both, the whole commands`, ...both, budget },
    ...(both.git.cpu && both.ours.cpu
      ? [{ name: `assets, ${what}: CPU for each MB`, git: perMegabyte('git'), ours: perMegabyte('ours') }]
      : []),
  ];
}

/** Bytes that do not compress, as textures are. */
function writeAssets(folder, count, size, seed) {
  mkdirSync(folder, { recursive: true });
  const bytes = randomFillSync(Buffer.alloc(size));
  for (let each = 0; each < count; each++) {
    createHash('sha256').update(`${seed} ${each}`).digest().copy(bytes);
    writeFileSync(join(folder, `t${each}.dds`), bytes);
  }
}

let seed = 1000;
