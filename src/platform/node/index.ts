/**
 * The machine as Node sees it. Batches use synchronous fs calls (20 times cheaper than promises per file) and give
 * way to other work every few milliseconds. Whoever starts a process for a person (CLI, Electron, a test) makes one
 * host and passes it down; no other room imports this folder.
 */
import type { Host } from '../index.ts';
import { nodeCodec } from './codec.ts';
import { nodeDisk } from './disk.ts';
import { localEnvironment } from './environment.ts';
import { nodeFetch } from './fetch.ts';
import { ghLogin } from './ghLogin.ts';
import { gitCredentials } from './gitCredentials.ts';
import { gitLfsHooks } from './gitLfsHooks.ts';
import { homeFolder } from './home.ts';
import { systemKeyring } from './keyring.ts';
import { nodeKeys } from './keys.ts';
import { nodeSockets } from './localSockets.ts';
import { diskPath } from './native.ts';
import { inPackage } from './packageFolder.ts';
import { fetchThrough } from './proxy.ts';
import { nodeWatch } from './watch.ts';

export { localEnvironment } from './environment.ts';
export { diskPath } from './native.ts';
export { inPackage } from './packageFolder.ts';
export { findProgram } from './programs.ts';

export interface NodeHostOptions {
  /** Per-user state; default `MODSYNC_HOME` or the platform's place for it. */
  readonly home?: string;
  /** Default: this process's, and `.env.local` in the current folder. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export function nodeHost(options: NodeHostOptions = {}): Host {
  const environment = options.environment ?? localEnvironment();
  const home = options.home ?? homeFolder(environment);
  const disk = nodeDisk();
  const command = [process.execPath, inPackage('dist', 'cli', 'main.js')];
  const hooks = diskPath(inPackage('hooks'));
  const keys = nodeKeys(disk, home, usesKeyring(options, environment) ? systemKeyring : undefined);
  return {
    disk,
    codec: nodeCodec,
    keys,
    watch: nodeWatch,
    home,
    environment,
    command,
    hooks,
    sockets: nodeSockets,
    gitCredentials: gitCredentials(environment),
    gitLfsHooks: gitLfsHooks(environment),
    ghToken: ghLogin(environment),
    fetch: nodeFetch,
    fetchThrough,
  };
}

/**
 * The keyring belongs to the user of this machine: whoever keeps their state somewhere else (another user's, a test's, a
 * service's) has their secrets there, too, unless they ask for it.
 */
function usesKeyring({ home }: NodeHostOptions, environment: Host['environment']): boolean {
  const { MODSYNC_KEYRING: wanted, MODSYNC_HOME: moved } = environment;
  if (wanted) return !['0', 'false', 'no', 'off'].includes(wanted.toLowerCase());
  return home === undefined && !moved;
}
