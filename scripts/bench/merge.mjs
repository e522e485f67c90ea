/** Finding conflicts beside `git merge-tree`, and merging large plugins, which nobody else does: beside smaller ones. */
import { fileURLToPath } from 'node:url';
import { editFiles } from './repository.mjs';

const CHANGED = 100;
/** Each pair of commits is new to both sides. */
const PAIRS = 60;
/** Of the running process: it is being compiled meanwhile. */
const WARM_UP = 15;
const PLUGINS = fileURLToPath(new URL('mergePlugins.mjs', import.meta.url));

export const conflictCases = {
  async conflicts({ ground, make, files }) {
    const folder = await make('conflicts');
    const git = async (...args) => (await ground.git(folder, ...args)).out.trim();
    const base = await git('rev-parse', 'HEAD');
    // what the commits leave behind would be collected by a `git gc` in the background, in the middle of the questions
    await git('config', 'gc.auto', '0');
    const pairs = [];
    for (let pair = 0; pair < WARM_UP + PAIRS; pair++) {
      const tips = [];
      for (const side of [1, 2]) {
        await git('checkout', '-q', '--detach', base);
        editFiles(folder, files, CHANGED / 2, 5000 + 2 * pair + side);
        // the other half of the files both change
        editFiles(folder, files, CHANGED / 2, 9000 + pair, `side ${side}`);
        await git('commit', '-qam', `Side ${side} of ${pair}`);
        tips.push(await git('rev-parse', 'HEAD'));
      }
      // as a fetch leaves so many objects, and a snapshot of modsync's
      await git('repack', '-dq');
      pairs.push(tips);
    }
    const owner = ground.worker(folder);
    await owner.run('open');
    const took = { git: [], ours: [] };
    for (const [pair, tips] of pairs.entries()) {
      const ours = await owner.run('conflicts', ...tips);
      if (ours.result < CHANGED / 4) throw new Error(`Only ${ours.result} conflicts were found`);
      const beside = await ground.gitConflicts(folder, 'merge-tree', '--write-tree', '--name-only', ...tips);
      if (pair < WARM_UP) continue;
      took.ours.push(ours);
      took.git.push(beside);
    }
    await owner.close();
    return [50, 95].map((percent) => ({
      name: `conflicts of ${CHANGED} against ${CHANGED} changed files, in a running process, p${percent}`,
      git: at(took.git, percent),
      ours: at(took.ours, percent),
      ...(percent === 95 && files === 10_000 && { most: 25 }),
    }));
  },
};

export const mergeCases = {
  /** Two people's edits of a hundredth of the records each; memory is the whole process's at its highest. */
  async plugins({ ground, runs }) {
    const measure = async (megabytes) => {
      const samples = [];
      for (let run = 0; run < Math.min(runs, 3); run++) {
        const { out, memory } = await ground.node(PLUGINS, String(megabytes));
        samples.push({ ...JSON.parse(out), memory });
      }
      return at(samples, 50);
    };
    const [small, large] = [await measure(10), await measure(100)];
    return [
      { name: 'merge of two plugins of 10 MB', ours: small },
      { name: 'merge of two plugins of 100 MB', ours: large },
      {
        name: 'a MB of them: of 10 MB, and of 100 MB',
        git: { ms: small.ms / 10 },
        ours: { ms: large.ms / 100, memory: (large.memory - small.memory) / 90 },
        budget: 1.5,
      },
    ];
  },
};

/** The sample at a percentile of time. */
const at = (samples, percent) =>
  [...samples].sort((a, b) => a.ms - b.ms)[
    Math.min(samples.length - 1, Math.ceil((samples.length * percent) / 100) - 1)
  ];
