/** A project at a relay of ours, or at any other Git host that serves smart HTTP and the LFS API. */
import { smartHttp } from '../history/index.ts';
import type { Host } from '../platform/index.ts';
import type { ConnectOptions, Remote } from '../ports/index.ts';
import { ORIGIN_HEADER, relayRoutes } from '../shared/wire/relay.ts';
import { Credentials } from './credentials.ts';
import { extraHeaders, lfsRemote, NO_SETTINGS } from './lfsRemote.ts';
import { fetchFor } from './proxy.ts';
import { relayApi } from './relayApi.ts';
import { relayFeed } from './relayFeed.ts';
import { relayFormIds } from './relayFormIds.ts';
import { relayReleases } from './relayReleases.ts';
import { parseRemoteUrl } from './remoteUrl.ts';

/** @throws SyncError `INVALID_CONFIG` when the URL is not http or https */
export async function connectSelfHosted(host: Host, options: ConnectOptions): Promise<Remote> {
  const address = parseRemoteUrl(options.url);
  const { url, origin, projectId } = address;
  const settings = (await options.workingCopy?.settings()) ?? NO_SETTINGS;
  const credentials = new Credentials(host, options, address);
  const send = fetchFor(host, settings);
  const headers = { [ORIGIN_HEADER]: options.device };
  const extra = extraHeaders(settings, url, true);
  const recipient = {
    url,
    credentials: address.credentials,
    helpers: !extra.some(([name]) => name === 'authorization'),
  };
  const remote = {
    url,
    history: smartHttp({
      url,
      fetch: send,
      authorize: () => credentials.authorization(recipient),
      headers: { ...Object.fromEntries(extra), ...headers },
    }),
    ...lfsRemote({ options, address, credentials, fetch: send, headers }),
    close: async () => undefined,
  };
  // Another Git host has no feed: the engine looks at its refs from time to time instead.
  if (projectId === undefined) return remote;
  const token = () => credentials.token();
  const api = relayApi({ origin, token, fetch: send });
  return {
    ...remote,
    assets: { ...remote.assets, publicUrl: ({ oid }) => `${origin}${relayRoutes.asset(projectId, oid)}` },
    feed: relayFeed({ api, projectId, device: options.device, token }),
    releases: relayReleases({ api, projectId, token, fetch: send }),
    formIds: relayFormIds(api, projectId),
    access: {
      invite: async (call) => ({ code: (await api.createInvite(projectId, call)).url }),
      members: async (call) => (await api.members(projectId, call)).map(({ name, role }) => ({ name, role })),
    },
  };
}
