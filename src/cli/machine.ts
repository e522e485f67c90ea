/** What `doctor` looks at on this machine: what modsync itself needs, and what stands beside it. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Finding } from '../index.ts';
import type { Host } from '../platform/index.ts';
import { findProgram } from '../platform/node/index.ts';
import { errorBody } from '../shared/errors.ts';

const run = promisify(execFile);

export async function machineFindings(host: Host): Promise<Finding[]> {
  return [
    nodeVersion(),
    ...(await Promise.all([
      program(host, 'git', 'stock Git works beside modsync; a relay (modsync serve) needs it'),
      program(host, 'git-lfs', 'stock Git uses modsync in its place, in the copies that modsync set up'),
      watcher(host),
      home(host),
    ])),
  ];
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const recent = major > 20 || (major === 20 && minor >= 19);
  return {
    check: 'node',
    state: recent ? 'good' : 'bad',
    message: `${process.version} at ${process.execPath}`,
    ...(!recent && { mend: 'Install Node.js 20.19 or newer: https://nodejs.org' }),
  };
}

async function program(host: Host, name: string, why: string): Promise<Finding> {
  try {
    const path = findProgram(name, host.environment) ?? findProgram(name, process.env);
    if (path === undefined) throw new Error('not found');
    const { stdout } = await run(path, ['--version'], { windowsHide: true, timeout: 10_000 });
    return { check: name, state: 'good', message: stdout.trim().split('\n', 1)[0] ?? '' };
  } catch {
    return {
      check: name,
      state: 'warning',
      message: `not found. modsync does without it here; ${why}.`,
      mend: name === 'git' ? 'https://git-scm.com' : 'https://git-lfs.com',
    };
  }
}

async function watcher(host: Host): Promise<Finding> {
  let folder: string;
  try {
    folder = mkdtempSync(join(tmpdir(), 'modsync-doctor-'));
  } catch (error) {
    return {
      check: 'watching',
      state: 'warning',
      message: `not tried: no folder can be made in ${tmpdir()}, where temporary files go (${errorBody(error).message})`,
      mend: 'Let TMPDIR name a folder that you may write to.',
    };
  }
  try {
    let complaint: unknown;
    const watching = await host.watch.start(folder, {
      onChange: () => undefined,
      onError: (error) => {
        complaint = error;
      },
    });
    await watching.close();
    if (complaint !== undefined) throw complaint;
    return { check: 'watching', state: 'good', message: 'changes to files are noticed at once' };
  } catch (error) {
    return {
      check: 'watching',
      state: 'bad',
      message: `Changes to files cannot be watched: ${errorBody(error).message}`,
      mend: 'modsync sync works; for modsync watch, install modsync anew: npm install',
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function home(host: Host): Promise<Finding> {
  const path = `${host.home}/doctor`;
  try {
    await host.disk.publish(path, new Uint8Array());
    await host.disk.remove(path);
    // beside a token, its site's kind is kept under a name that is no address
    const names = (await host.keys.names()).filter((name) => URL.canParse(name));
    const signedIn = names.length > 0 ? `signed in at ${names.join(', ')}` : 'signed in nowhere yet';
    return { check: 'own state', state: 'good', message: `${host.home}, ${signedIn}` };
  } catch (error) {
    return {
      check: 'own state',
      state: 'bad',
      message: errorBody(error).message,
      mend: `Make ${host.home} writable, or set MODSYNC_HOME to a folder that is.`,
    };
  }
}
