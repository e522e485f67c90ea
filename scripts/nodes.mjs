/**
 * The versions of Node that the suite runs on, wherever they are: listed in MODSYNC_NODES (paths, separated as in PATH), on the
 * PATH as `node22`, or else installed by npm into a folder that goes when this process ends. The packages hold one
 * binary each, and no script of theirs runs.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { npm } from './setup.mjs';

const majorOf = (path) => {
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return status === 0 ? Number(/^v(\d+)\./.exec(stdout)?.[1]) : undefined;
};

/** @returns {string | undefined} the path of a Node of this major version, other than the one that runs this */
export function findNode(major) {
  const listed = (process.env.MODSYNC_NODES ?? '').split(delimiter).filter((path) => path !== '');
  return [...listed, `node${major}`].find((path) => majorOf(path) === major) ?? installed(major);
}

function installed(major) {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const folder = mkdtempSync(join(tmpdir(), 'modsync-node-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const [command, ...args] = npm('install', '--prefix', folder, ...quietly, `${name}@${major}`);
  if (spawnSync(command, args, { cwd: folder, stdio: 'ignore' }).status !== 0) return undefined;
  const binary = join(
    folder,
    'node_modules',
    name,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  return existsSync(binary) && majorOf(binary) === major ? binary : undefined;
}
