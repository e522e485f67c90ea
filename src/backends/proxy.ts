/**
 * Which requests go through a proxy: `http.<url>.proxy` and `http.proxy` of Git's configuration, then `HTTPS_PROXY`,
 * `HTTP_PROXY` and `ALL_PROXY`; `NO_PROXY` names the hosts that do not. As curl, and so git, has it.
 */
import { valuesForUrl } from '../lfs/index.ts';
import type { Host } from '../platform/index.ts';
import type { GitSettings } from '../ports/index.ts';
import { SyncError } from '../shared/errors.ts';

/** The proxy's URL. @throws SyncError `INVALID_CONFIG` for one that is not http or https */
export function proxyFor(
  url: string,
  settings: GitSettings,
  environment: Host['environment'],
): string | undefined {
  const { protocol, hostname, port } = new URL(url);
  const variable = (name: string) => environment[name.toLowerCase()] || environment[name];
  const configured = valuesForUrl(settings, 'http', 'proxy', url, { resettable: false }).at(-1);
  // an empty setting turns the environment's proxy off
  const proxy =
    configured ??
    // HTTP_PROXY in capitals could come from a request's header in a CGI program: curl ignores it
    (protocol === 'https:' ? variable('HTTPS_PROXY') : environment.http_proxy) ??
    variable('ALL_PROXY');
  if (!proxy || isExempt(hostname, port, variable('NO_PROXY') ?? '')) return undefined;
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
  if (URL.canParse(full) && /^https?:$/.test(new URL(full).protocol)) return full;
  throw new SyncError(
    'INVALID_CONFIG',
    'The proxy that is configured (http.proxy, HTTPS_PROXY) is no http or https address, and modsync speaks to no other kind.',
  );
}

function isExempt(hostname: string, port: string, list: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return list.split(/[\s,]+/).some((entry) => {
    if (entry === '*') return true;
    const [, name = '', wantedPort] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    const bare = name.replace(/^\*?\./, '');
    if (bare === '' || (wantedPort !== undefined && wantedPort !== port)) return false;
    return host === bare || host.endsWith(`.${bare}`);
  });
}

/** `fetch` that takes the way that is configured for each address. */
export function fetchFor(host: Host, settings: GitSettings): typeof fetch {
  const { fetchThrough } = host;
  const direct = host.fetch ?? fetch;
  if (!fetchThrough) return direct;
  const through = new Map<string, Promise<typeof fetch>>();
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const proxy = proxyFor(url, settings, host.environment);
    if (proxy === undefined) return await direct(input, init);
    let send = through.get(proxy);
    if (!send) {
      send = fetchThrough(proxy);
      through.set(proxy, send);
    }
    return await (await send)(url, init);
  };
}
