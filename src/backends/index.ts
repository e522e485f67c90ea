/**
 * Makes a `Remote` out of a project's URL: one file per vendor, loaded only when it is chosen. `backends` is what the
 * engine is given; `relayApi` and `parseInvite` are what signing in and tests need of a relay besides. A new vendor
 * adds a file, and a line to `vendors` below.
 */
import type { Host } from '../platform/index.ts';
import type { Backends, ConnectOptions, Remote } from '../ports/index.ts';
import { SyncError } from '../shared/errors.ts';
import type { BackendName } from '../shared/types.ts';
import { isGitHub } from './github/site.ts';

export { type MemoryFeedOptions, memoryFeed } from './memoryFeed.ts';
export { type ParsedInvite, parseInvite, type RelayApi, type RelayApiOptions, relayApi } from './relayApi.ts';
export { parseRemoteUrl, type RemoteAddress } from './remoteUrl.ts';

type Connect = (host: Host, options: ConnectOptions) => Promise<Remote>;

const vendors: Partial<Record<BackendName, () => Promise<Connect>>> = {
  github: async () => (await import('./github/connect.ts')).connectGitHub,
  'self-hosted': async () => (await import('./selfHosted.ts')).connectSelfHosted,
};

/** Which backend serves a URL: a GitHub is known by its address, whatever the caller's own projects use. */
async function backendOf(host: Host, { backend, url, workingCopy }: ConnectOptions): Promise<BackendName> {
  if (backend !== 'self-hosted') return backend;
  return (await isGitHub(host, url, await workingCopy?.settings())) ? 'github' : backend;
}

/**
 * Makes no request: the first use of a port does.
 * @throws SyncError `INVALID_CONFIG` for a backend that is not there, or a URL that it cannot use
 */
export async function connectRemote(host: Host, options: ConnectOptions): Promise<Remote> {
  const load = vendors[await backendOf(host, options)];
  if (load === undefined)
    throw new SyncError(
      'INVALID_CONFIG',
      `The backend "${options.backend}" does not exist here. Choose one of: ${Object.keys(vendors).join(', ')}.`,
      { data: { backend: options.backend } },
    );
  const connect = await load();
  return connect(host, options);
}

export const backends: Backends = {
  addressOf: async (host, url) =>
    (await isGitHub(host, url))
      ? (await import('./github/hosting.ts')).addressAtGitHub(host, url)
      : { gitUrl: url },
  connect: connectRemote,
  createProject: async (host, project, options) =>
    project.backend === 'github'
      ? (await import('./github/hosting.ts')).createAtGitHub(host, project, options)
      : (await import('./relayHosting.ts')).createAtRelay(host, project, options),
  acceptInvite: async (host, invite, name, options) =>
    !isRelayInvite(invite) && (await isGitHub(host, invite))
      ? (await import('./github/hosting.ts')).acceptAtGitHub(host, invite, options?.apiKey, options)
      : (await import('./relayHosting.ts')).acceptAtRelay(host, invite, name, options),
};

const isRelayInvite = (invite: string): boolean =>
  URL.canParse(invite) && /^\/join\/[^/]+\/?$/.test(new URL(invite).pathname);
