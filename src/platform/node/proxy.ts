/**
 * HTTP through a proxy. Node's own `fetch` takes a proxy's agent only from the very version of undici that it contains,
 * so a proxy brings undici's `fetch` along: an optional dependency, loaded when somebody uses a proxy.
 */
import { SyncError } from '../../shared/errors.ts';

/** @param proxy `http://user:password@host:port`, or the same with https @throws SyncError `INVALID_CONFIG` */
export async function fetchThrough(proxy: string): Promise<typeof fetch> {
  const undici = await import('undici').catch((cause: unknown) => {
    throw new SyncError(
      'INVALID_CONFIG',
      'A proxy is configured, and the package that speaks to proxies is not installed. Install it ("npm install undici"), or leave the proxy out with NO_PROXY.',
      { cause },
    );
  });
  const url = new URL(proxy);
  const credentials = url.username
    ? `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64')}`
    : undefined;
  const dispatcher = new undici.ProxyAgent({
    uri: url.origin,
    ...(credentials !== undefined && { token: credentials }),
  });
  // undici's types and those of the DOM name the same things apart
  const send = undici.fetch as unknown as (url: string, init: object) => Promise<Response>;
  return (input, init) => {
    const { headers, ...rest } = init ?? {};
    // its Headers are another class than the global ones: pairs are understood by both
    return send(String(input), { ...rest, headers: [...new Headers(headers)], dispatcher });
  };
}
