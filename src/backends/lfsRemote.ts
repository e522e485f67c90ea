/** Assets and locks at the LFS server that the configuration names, or the remote itself. */
import {
  type LfsEndpoint,
  type LfsServerOptions,
  LfsSettings,
  lfsClient,
  lfsLocks,
  valuesForUrl,
} from '../lfs/index.ts';
import type { AssetStore, ConnectOptions, GitSettings, Locks } from '../ports/index.ts';
import type { Credentials } from './credentials.ts';
import type { RemoteAddress } from './remoteUrl.ts';

/** git-lfs and Git alike call it so; a project here has one remote. */
const REMOTE = 'origin';
const LARGEST_BATCH = 100;

export const NO_SETTINGS: GitSettings = { get: () => undefined, getAll: () => [], keys: () => [] };

export interface LfsRemoteParts {
  readonly options: ConnectOptions;
  readonly address: RemoteAddress;
  readonly credentials: Credentials;
  readonly fetch: typeof fetch;
  /** Sent to the remote's own origin only. */
  readonly headers: Readonly<Record<string, string>>;
}

interface Connected {
  readonly assets: AssetStore;
  readonly locks: Locks;
  /** The addresses, and who named them. */
  readonly at: string;
}

/**
 * Nothing is looked up before the first use: in a clone, `.lfsconfig` has not come before. It may change with any pull,
 * so whatever begins some work (a batch, locks) looks again.
 */
export function lfsRemote(parts: LfsRemoteParts): { readonly assets: AssetStore; readonly locks: Locks } {
  let last: Promise<Connected | undefined> = Promise.resolve(undefined);
  // one after the other: a second server object would not know what the first was answered
  const again = () => {
    const next = last.catch(() => undefined).then((before) => connect(parts, before));
    last = next;
    return next;
  };
  const connected = async () => (await last.catch(() => undefined)) ?? (await again());
  const assets = async () => (await connected()).assets;
  const newest = async () => (await again()).assets;
  const locks = async () => (await again()).locks;
  return {
    assets: {
      batchSize: LARGEST_BATCH,
      missing: async (...given) => await (await newest()).missing(...given),
      available: async (...given) => (await (await newest()).available?.(...given)) ?? [],
      put: async (...given) => await (await assets()).put(...given),
      get: async (...given) => await (await assets()).get(...given),
      prepare: async (...given) => await (await newest()).prepare?.(...given),
      bundles: async (...given) => (await (await assets()).bundles?.(...given)) ?? 0,
      putMany: async (...given) => (await (await assets()).putMany?.(...given)) ?? new Set(),
      place: async () => (await again()).at,
      async *getMany(...given) {
        yield* (await assets()).getMany?.(...given) ?? [];
      },
    },
    locks: {
      lock: async (...given) => await (await locks()).lock(...given),
      unlock: async (...given) => await (await locks()).unlock(...given),
      list: async (...given) => await (await locks()).list(...given),
      verify: async (...given) => await (await locks()).verify(...given),
    },
  };
}

async function connect(parts: LfsRemoteParts, before: Connected | undefined): Promise<Connected> {
  const { options, address } = parts;
  const copy = options.workingCopy;
  const settings = new LfsSettings((await copy?.settings()) ?? NO_SETTINGS, await copy?.lfsConfig());
  const remote = { name: REMOTE, url: address.url };
  const down = settings.endpoint(remote, 'download');
  const up = settings.endpoint(remote, 'upload');
  const at = JSON.stringify([down, up]);
  if (before?.at === at) return before;
  const download = lfsClient(serverOptions(parts, settings, down));
  const upload = up.url === down.url ? download : lfsClient(serverOptions(parts, settings, up));
  return {
    at,
    assets: {
      ...download,
      missing: upload.missing,
      put: upload.put,
      bundles: async (operation) =>
        (await (operation === 'put' ? upload : download).bundles?.(operation)) ?? 0,
      putMany: async (...given) => (await upload.putMany?.(...given)) ?? new Set(),
      prepare: async (assets, operation, call) =>
        await (operation === 'put' ? upload : download).prepare?.(assets, operation, call),
    },
    // whoever locks means to push
    locks: lfsLocks(serverOptions(parts, settings, up)),
  };
}

function serverOptions(
  { options, address, credentials, fetch, headers }: LfsRemoteParts,
  settings: LfsSettings,
  endpoint: LfsEndpoint,
): LfsServerOptions {
  const { url, namedBy } = endpoint;
  const { origin } = new URL(url);
  const isRemote = origin === address.origin;
  const chosen = namedBy !== 'project' || isRemote;
  const branch = options.workingCopy?.branch;
  const own = extraHeaders(settings.user, url, chosen);
  const recipient = {
    url,
    credentials: endpoint.credentials,
    helpers: chosen && !own.some(([name]) => name === 'authorization'),
  };
  return {
    url,
    fetch,
    authorize: () => credentials.authorization(recipient),
    ...(isRemote && { headers }),
    // a header for every address may be a secret: it goes where the user meant to go, not to any storage
    headersFor: (to) => extraHeaders(settings.user, to, chosen && new URL(to).origin === origin),
    ...(branch && { ref: branch }),
  };
}

/** `http.extraHeader` and `http.<url>.extraHeader`, names in lowercase. @param general whether the one without a URL counts */
export function extraHeaders(
  settings: GitSettings,
  url: string,
  general: boolean,
): readonly (readonly [name: string, value: string])[] {
  return valuesForUrl(settings, 'http', 'extraheader', url, { general }).flatMap((line) => {
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*?)\s*$/.exec(line) ?? [];
    return name !== undefined && value !== undefined ? [[name.toLowerCase(), value] as const] : [];
  });
}
