/**
 * `npm test [-- JEST ARGUMENTS]`: set-up, formatter, linter and types, then the seeded sample of every proof. Says what it
 * skips because a program is missing, and how to get it; under MODSYNC_TEST_ALL=1 a missing one is a failure.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, setUp } from './setup.mjs';

/** Programs that make more tests possible. */
const OPTIONAL = [
  {
    name: 'git-lfs',
    probe: ['git', ['lfs', 'version']],
    get: 'apt-get install git-lfs, or https://git-lfs.com',
  },
  {
    name: 'chromium',
    probe: [process.env.CHROMIUM ?? 'chromium', ['--version']],
    get: 'apt-get install chromium, or set CHROMIUM to where one is',
  },
];

setUp();
const bin = (path) => join(root, 'node_modules', ...path.split('/'));
const args = process.argv.slice(2);

if (args.length === 0) {
  run(process.execPath, [
    bin('@biomejs/biome/bin/biome'),
    'ci',
    '--error-on-warnings',
    ...(process.stdout.isTTY ? [] : ['--colors=off']),
    '.',
  ]);
  run(process.execPath, [bin('typescript/bin/tsc'), '--noEmit', '-p', join('test', 'tsconfig.json')]);
}

const missing = OPTIONAL.filter(
  ({ probe: [command, words] }) => spawnSync(command, words, { stdio: 'ignore' }).status !== 0,
);
for (const { name, get } of missing)
  console.log(`Without ${name} the tests that need it are skipped. To run them: ${get}`);
if (missing.length > 0 && process.env.MODSYNC_TEST_ALL === '1') {
  console.error(
    `MODSYNC_TEST_ALL=1 is set, and ${missing.map(({ name }) => name).join(', ')} cannot be found.`,
  );
  process.exit(1);
}

/**
 * Where tests make their folders: in memory where there is room. They flush thousands of small files, and what they
 * prove does not depend on how long a disk takes.
 */
function temporaryFolder() {
  const memory = '/dev/shm';
  if (process.env.TMPDIR || !existsSync(memory)) return {};
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > 8 * 2 ** 30 ? { TMPDIR: memory } : {};
}

/**
 * glibc's word for large pages. A start of git copies the page tables of the process that starts it, and a test's are
 * long: with large pages a tenth of the whole run is saved.
 */
const LARGE_PAGES = { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' };

run(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings',
    bin('jest/bin/jest.js'),
    '--config',
    join('test', 'jest.config.mjs'),
    ...args,
  ],
  {
    env: { ...LARGE_PAGES, ...process.env, ...temporaryFolder() },
  },
);
