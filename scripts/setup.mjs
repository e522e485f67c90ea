/**
 * What every script needs first, on a machine with nothing but Node and git: the dependencies installed and `dist`
 * built, each only when it is missing or older than what it is made from.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...names) => join(root, ...names);
const FLOOR = [20, 19];

export function setUp({ build = true } = {}) {
  checkNode();
  install();
  if (build) buildIfStale();
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > FLOOR[0] || (major === FLOOR[0] && minor >= FLOOR[1])) return;
  stop(`modsync needs Node ${FLOOR.join('.')} or newer; this is ${process.versions.node}.`);
}

function install() {
  const done = at('node_modules', '.package-lock.json');
  if (existsSync(done) && timeOf(done) >= timeOf(at('package-lock.json'))) return;
  console.log('Installing dependencies (once) …');
  // Installs what the lockfile says and leaves it as it is, and what is there already; `ci` would delete that first.
  const [command, ...args] = npm(
    'install',
    '--no-save',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  );
  run(command, args);
}

/** Calls npm: the one beside this Node, without a shell, because on Windows `npm` is a batch file. */
export function npm(...args) {
  const beside = [
    process.env.npm_execpath,
    join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const cli = beside.find((path) => path && existsSync(path));
  return cli ? [process.execPath, cli, ...args] : ['npm', ...args];
}

function buildIfStale() {
  const built = at('dist', 'index.js');
  const from = ['tsconfig.json', 'package.json', join('scripts', 'build.mjs')];
  const newestSource = Math.max(newest(at('src')), ...from.map((path) => timeOf(at(path))));
  if (existsSync(built) && timeOf(built) >= newestSource) return;
  console.log('Building …');
  run(process.execPath, [at('scripts', 'build.mjs')]);
}

const timeOf = (path) => statSync(path).mtimeMs;

function newest(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Math.max(...files.map((entry) => timeOf(join(entry.parentPath ?? entry.path, entry.name))));
}

export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error) stop(`${command} does not start: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

function stop(message) {
  console.error(message);
  process.exit(1);
}
