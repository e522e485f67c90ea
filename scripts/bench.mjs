/**
 * `npm run bench [-- --files 1000,10000,50000] [--only status,sync,…] [--runs N] [--json] [--keep]`: modsync beside
 * stock git and git-lfs, in one run, on the same disk and the same relay, one after the other in turn. The budgets
 * are those of the design; "CPU" is the ratio of CPU time, "memory" modsync's peak. MODSYNC_BENCH_DIR says on which disk.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { assetCases, projectCases } from './bench/cases.mjs';
import { downloadCases } from './bench/downloads.mjs';
import { feedCases } from './bench/feed.mjs';
import { Ground } from './bench/ground.mjs';
import { conflictCases, mergeCases } from './bench/merge.mjs';
import { table } from './bench/report.mjs';
import { makeRepository } from './bench/repository.mjs';
import { root, setUp } from './setup.mjs';

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '1000,10000,50000' },
    only: { type: 'string' },
    runs: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const inProject = { ...projectCases, ...conflictCases };
const known = [inProject, assetCases, downloadCases, feedCases, mergeCases].flatMap((cases) =>
  Object.keys(cases),
);
const only = values.only?.split(',') ?? known;
const unknown = only.find((name) => !known.includes(name));
if (unknown) {
  console.error(`There is no case "${unknown}". There are: ${known.join(', ')}.`);
  process.exit(2);
}
const chosen = (cases) => Object.entries(cases).filter(([name]) => only.includes(name));
const runs = Number(values.runs);

setUp();
const ground = new Ground(pathToFileURL(join(root, 'dist', '/')));
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void ground.close(values).finally(() => process.exit(130)));
const results = [];
try {
  await ground.start();
  if (chosen(inProject).length > 0)
    for (const files of values.files.split(',').map(Number)) await measure(files, chosen(inProject));
  if (chosen(assetCases).length > 0) await measure(100, chosen(assetCases), 'Assets, beside git-lfs');
  if (chosen(downloadCases).length > 0)
    await measure(100, chosen(downloadCases), 'Downloads, beside express and send');
  if (chosen(feedCases).length > 0)
    await measure(100, chosen(feedCases), 'The feed, beside a bare ws broadcast');
  if (chosen(mergeCases).length > 0) await measure(100, chosen(mergeCases), 'Large plugins, by their size');
} finally {
  await ground.close(values);
}
if (values.json) console.log(JSON.stringify(results, null, 2));

async function measure(files, cases, title = `${files} files`) {
  const bare = ground.path(`base-${files}-${results.length}.git`);
  mkdirSync(bare);
  const took = await makeRepository(bare, files, `bench-${files}`);
  note(`\n${title}: made in ${(took / 1000).toFixed(1)} s`);

  /** Copies and projects at the relay are made when a case asks for them. */
  const make = async (name, from = bare) => {
    const folder = ground.path(`${name}-${files}`);
    await ground.git(ground.folder, 'clone', '-q', '--no-local', from, folder);
    // what was written within the index's own second would be read again at each look
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await ground.git(folder, 'update-index', '-q', '--really-refresh');
    if (from === bare) await ground.git(folder, 'remote', 'remove', 'origin');
    return folder;
  };
  const makeTeam = async (name) => {
    const url = await ground.host(`${name}-${files}`, bare);
    return { url, alice: await make(`${name}-alice`, url), bob: await make(`${name}-bob`, url) };
  };
  const context = { ground, files, runs, make, makeTeam };
  const names = cases.map(([name]) => name);
  if (names.some((name) => ['status', 'log', 'diff', 'checkout'].includes(name)))
    context.local = await make('local');
  if (names.includes('clone')) context.gitUrl = await ground.host(`clone-${files}`, bare);

  const rows = [];
  for (const [name, run] of cases) {
    note(`  ${name} …`);
    try {
      rows.push(...(await run(context)));
    } catch (error) {
      // the others are worth their time still
      note(`  ${name} failed: ${error.message}`);
      process.exitCode = 1;
    }
  }
  results.push({ title, files, rows });
  if (!values.json) console.log(table(title, rows));
}

/** What goes on, for whoever watches; the tables alone go where the output goes. */
function note(line) {
  console.error(line);
}
