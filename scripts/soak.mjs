/**
 * `npm run soak [FACTOR]`: the tests with their full counts: kills, races, random histories, fuzzers. Hours rather
 * than minutes; FACTOR (default 50) multiplies the sample's counts.
 */
import { join } from 'node:path';
import { root, run } from './setup.mjs';

const factor = process.argv[2] ?? '50';
run(process.execPath, [join(root, 'scripts', 'test.mjs'), '--testTimeout=7200000'], {
  env: { ...process.env, MODSYNC_SOAK: factor },
});
