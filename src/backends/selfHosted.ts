/** A project at a relay of ours, or at any other Git host that serves smart HTTP and the LFS API. */
import { smartHttp } from '../history/index.ts';
import { lfsClient, lfsLocks } from '../lfs/index.ts';
import type { Host } from '../platform/index.ts';
import type { ConnectOptions, Remote } from '../ports/index.ts';
import { utf8 } from '../shared/bytes.ts';
import { ORIGIN_HEADER } from '../shared/wire/relay.ts';
import { relayApi } from './relayApi.ts';
import { relayFeed } from './relayFeed.ts';
import { parseRemoteUrl, type RemoteAddress } from './remoteUrl.ts';

/** @throws SyncError `INVALID_CONFIG` when the URL is not http or https */
export async function connectSelfHosted(host: Host, options: ConnectOptions): Promise<Remote> {
  const address = parseRemoteUrl(options.url);
  const { url, origin, projectId } = address;
  const token = async () => options.apiKey || address.credentials?.password || (await host.keys.get(origin));
  const authorize = async () => authorization(address, await token());
  const http = { authorize, headers: { [ORIGIN_HEADER]: options.device } };
  const remote = {
    url,
    history: smartHttp({ url, ...http }),
    assets: lfsClient({ url: `${url}/info/lfs`, ...http }),
    locks: lfsLocks({ url: `${url}/info/lfs`, ...http }),
    close: async () => undefined,
  };
  // Another Git host has no feed: the engine looks at its refs from time to time instead.
  if (projectId === undefined) return remote;
  const api = relayApi({ origin, token });
  return {
    ...remote,
    feed: relayFeed({ api, projectId, token }),
    access: { invite: async (call) => ({ code: (await api.createInvite(projectId, call)).url }) },
  };
}

/** A relay takes `Bearer`; Git hosts in general take a token as the password of any user. */
function authorization({ projectId, credentials }: RemoteAddress, token: string | undefined) {
  if (token === undefined) return undefined;
  if (projectId !== undefined && !credentials?.user) return `Bearer ${token}`;
  return `Basic ${base64(utf8(`${credentials?.user || 'modsync'}:${token}`))}`;
}

const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
