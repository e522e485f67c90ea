/**
 * `npm run soak [FACTOR] [-- JEST ARGUMENTS]`: the whole suite on every version of Node that modsync promises to run on, then
 * the tests with their full counts on this one: kills, races, random histories, fuzzers. Hours rather than minutes;
 * FACTOR (default 50) multiplies the sample's counts.
 */
import { delimiter, dirname, join } from 'node:path';
import { findNode } from './nodes.mjs';
import { root, run } from './setup.mjs';

const MAJORS = [20, 22, 24];

const [first, ...others] = process.argv.slice(2);
const isFactor = /^\d+$/.test(first ?? '');
const factor = isFactor ? first : '50';
const args = isFactor ? others : process.argv.slice(2);
const thisMajor = Number(process.versions.node.split('.')[0]);
const suite = join(root, 'scripts', 'test.mjs');

const skipped = [];
for (const major of MAJORS) {
  if (major === thisMajor) continue;
  const node = findNode(major);
  if (node === undefined) skipped.push(major);
  else {
    console.log(`\nThe suite on Node ${major}: ${node}`);
    // a first argument leaves out what does not depend on the version: formatter, linter, types
    run(node, [suite, '--testTimeout=600000', ...args], {
      env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
    });
  }
}

console.log(`\nThe full counts (× ${factor}) on Node ${thisMajor}`);
run(process.execPath, [suite, '--testTimeout=7200000', ...args], {
  env: { ...process.env, MODSYNC_SOAK: factor },
});
for (const major of skipped)
  console.log(
    `Skipped: the suite on Node ${major}, which npm could not install here. Put it on the PATH as node${major}, or name it in MODSYNC_NODES.`,
  );
