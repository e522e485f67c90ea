/**
 * Makes a `Remote` out of a project's URL: one file per vendor, loaded only when it is chosen. `connectRemote` is what
 * the engine is given; `relayApi` and `parseInvite` are what joining, sharing and signing in need of a relay before
 * there is a project. New vendors add a file and a line to `vendors` below.
 */
import type { Host } from '../platform/index.ts';
import type { Backends, Remote } from '../ports/index.ts';
import { SyncError } from '../shared/errors.ts';
import type { BackendName } from '../shared/types.ts';
import { acceptInvite, createHostedProject } from './hosting.ts';

export { type MemoryFeedOptions, memoryFeed } from './memoryFeed.ts';
export { type ParsedInvite, parseInvite, type RelayApi, type RelayApiOptions, relayApi } from './relayApi.ts';
export { parseRemoteUrl, type RemoteAddress } from './remoteUrl.ts';

export interface ConnectOptions {
  readonly backend: BackendName;
  /** The project's Git URL, such as `http://127.0.0.1:7460/lootman-ab12.git`. */
  readonly url: string;
  /** Used instead of what `host.keys` holds for the URL's origin. */
  readonly apiKey?: string | undefined;
  /** Names this device in the hints that its pushes cause, so that it can drop its own. */
  readonly device: string;
}

type Connect = (host: Host, options: ConnectOptions) => Promise<Remote>;

const vendors: Partial<Record<BackendName, () => Promise<Connect>>> = {
  'self-hosted': async () => (await import('./selfHosted.ts')).connectSelfHosted,
};

/**
 * Makes no request: the first use of a port does.
 * @throws SyncError `INVALID_CONFIG` for a backend that is not there, or a URL that it cannot use
 */
export async function connectRemote(host: Host, options: ConnectOptions): Promise<Remote> {
  const load = vendors[options.backend];
  if (load === undefined)
    throw new SyncError(
      'INVALID_CONFIG',
      `The backend "${options.backend}" does not exist here. Choose one of: ${Object.keys(vendors).join(', ')}.`,
      { data: { backend: options.backend } },
    );
  const connect = await load();
  return connect(host, options);
}

/** What the engine is given. */
export const backends: Backends = {
  connect: connectRemote,
  createProject: createHostedProject,
  acceptInvite,
};
