/** GitHub's REST API through octokit. */
import type { Octokit as OctokitClass } from 'octokit';
import type { Host } from '../../platform/index.ts';
import type { RateBudget } from '../../ports/index.ts';
import { SyncError, throwIfAborted } from '../../shared/errors.ts';
import { NO_SETTINGS } from '../lfsRemote.ts';
import { fetchFor } from '../proxy.ts';
import { conditionalFetch } from './conditional.ts';
import { type Answered, githubFailure, scopesOf, unreachable } from './failures.ts';
import type { GitHubSite } from './site.ts';
import { findToken } from './token.ts';

export type Octokit = OctokitClass;

export interface GitHubApiOptions {
  readonly host: Host;
  readonly site: GitHubSite;
  /** Instead of what the environment or this machine hold. */
  readonly token?: string | undefined;
  readonly fetch?: typeof fetch;
  /** Longest pause that GitHub may ask for and that is kept to, in seconds; beyond it: `RATE_LIMITED`. */
  readonly longestPause?: number;
}

export interface GitHubApi {
  readonly site: GitHubSite;
  /**
   * One call, or several that belong together.
   * @param doing what is to happen, for the words "GitHub would not …"
   * @param work gets octokit, and what to give on as `request`
   * @throws SyncError `ACCESS_DENIED`, `NOT_FOUND`, `PROJECT_EXISTS`, `RATE_LIMITED`, `INVALID_INPUT`,
   *   `BACKEND_CONNECTION_FAILED`, `ABORTED`
   */
  call<T>(
    doing: string,
    work: (octokit: Octokit, request: { signal?: AbortSignal }) => Promise<T>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<T>;
  /** A GET of a path such as `/repos/a/b/releases`, if it has changed since the answer with this ETag. */
  changed(
    path: string,
    etag?: string,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<{ readonly etag: string | undefined; readonly data: unknown } | undefined>;
  /** As of the last answer. */
  budget(): RateBudget | undefined;
  /** What the token may do; `undefined` where GitHub does not say (fine-grained ones, none), or nothing was asked yet. */
  scopes(): readonly string[] | undefined;
  readonly signedIn: boolean;
}

const LONGEST_PAUSE = 60;
const API_VERSION = '2022-11-28';
const quiet = () => undefined;

export async function githubApi(options: GitHubApiOptions): Promise<GitHubApi> {
  const { host, site } = options;
  const token = (await findToken(host, site, options.token))?.token;
  let budget: RateBudget | undefined;
  let scopes: readonly string[] | undefined;
  let loading: Promise<Octokit> | undefined;

  const send = options.fetch ?? fetchFor(host, NO_SETTINGS);
  const watched: typeof fetch = async (input, init) => {
    const answer = await send(input, init);
    budget = budgetOf(answer.headers) ?? budget;
    const granted = answer.headers.get('x-oauth-scopes');
    if (granted !== null) scopes = scopesOf(granted);
    return answer;
  };
  const octokit = () => {
    loading ??= load({ ...options, token, fetch: conditionalFetch(watched) });
    return loading;
  };

  const api: GitHubApi = {
    site,
    signedIn: token !== undefined,
    budget: () => budget,
    scopes: () => scopes,
    async call(doing, work, { signal } = {}) {
      throwIfAborted(signal);
      try {
        return await work(await octokit(), signal ? { signal } : {});
      } catch (error) {
        throwIfAborted(signal);
        throw failureOf(error, site, doing);
      }
    },
    async changed(path, etag, { signal } = {}) {
      throwIfAborted(signal);
      try {
        const headers = etag === undefined ? {} : { 'if-none-match': etag };
        const { headers: answered, data } = await (await octokit()).request(`GET ${path}`, {
          headers,
          request: signal ? { signal } : {},
        });
        return { etag: answered.etag, data };
      } catch (error) {
        throwIfAborted(signal);
        if (answered(error)?.status === 304) return undefined;
        throw failureOf(error, site, `show ${path}`);
      }
    },
  };
  return api;
}

async function load({
  site,
  token,
  fetch,
  longestPause = LONGEST_PAUSE,
}: GitHubApiOptions): Promise<Octokit> {
  const { Octokit } = await import('octokit');
  const waits = (retryAfter: number, _options: unknown, _octokit: unknown, retryCount: number) =>
    retryAfter <= longestPause && retryCount < 1;
  const octokit = new Octokit({
    baseUrl: site.api,
    userAgent: 'modsync',
    ...(token !== undefined && { auth: token }),
    request: { fetch },
    // what a 409 is in the way of stays so; a 429 says how long to wait, which is not for a guess to shorten
    retry: { retries: 2, doNotRetry: [400, 401, 403, 404, 409, 410, 422, 429, 451] },
    throttle: {
      id: site.origin,
      onRateLimit: waits,
      onSecondaryRateLimit: waits,
      fallbackSecondaryRateRetryAfter: 60,
      ...(isEnterpriseServer(site) && { write: unpaced, notifications: unpaced }),
    },
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  octokit.hook.before('request', (request) => {
    request.headers['x-github-api-version'] = API_VERSION;
  });
  return octokit;
}

/** Its API is below its own address; github.com and the tenants of ghe.com have a host for it. */
const isEnterpriseServer = ({ origin, api }: GitHubSite) => new URL(api).origin === origin;

/**
 * What octokit makes writes wait in: a second for each, three for a release, as GitHub asks on its own hosts. An Enterprise
 * Server has no limits unless its owner sets some, and then says how long to wait.
 */
const unpaced = {
  key: () => ({ schedule: (_options: unknown, work: () => Promise<void>) => work() }),
} as never; // of a Bottleneck.Group, which is not ours to import, the one method that octokit calls

function failureOf(error: unknown, site: GitHubSite, doing: string): unknown {
  if (error instanceof SyncError) return error;
  const answer = answered(error);
  if (answer) return githubFailure(answer, site, doing);
  return error instanceof Error && isOfNetwork(error) ? unreachable(site, reasonOf(error)) : error;
}

/** octokit calls a request that got no answer a 500 without a response. */
const isOfNetwork = (error: Error) =>
  'status' in error || error instanceof TypeError || error.name === 'FetchError';

/** What a failed connection says for itself. */
export function reasonOf(error: Error): string {
  const cause = error.cause instanceof Error ? error.cause : error;
  const code = 'code' in cause ? String(cause.code) : undefined;
  return code ?? cause.message.split('\n')[0] ?? 'no answer';
}

/** What octokit's RequestError says of the answer; its class is not to be had without loading octokit. */
function answered(error: unknown): Answered | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  const response: unknown = 'response' in error ? error.response : undefined;
  if (typeof response !== 'object' || response === null) return undefined;
  const { headers, data } = response as { headers?: unknown; data?: unknown }; // both looked at below
  return {
    status: error.status,
    headers: Object.fromEntries(
      Object.entries(typeof headers === 'object' && headers !== null ? headers : {}).map(([name, value]) => [
        name.toLowerCase(),
        String(value),
      ]),
    ),
    ...wordsOf(data),
  };
}

function wordsOf(data: unknown): Pick<Answered, 'message' | 'faults'> {
  if (typeof data !== 'object' || data === null) return { message: '', faults: [] };
  const message = 'message' in data && typeof data.message === 'string' ? data.message : '';
  const errors: readonly unknown[] = 'errors' in data && Array.isArray(data.errors) ? data.errors : [];
  return {
    message,
    faults: errors.flatMap((fault) => {
      if (typeof fault === 'string') return [fault];
      if (typeof fault !== 'object' || fault === null) return [];
      if ('message' in fault && typeof fault.message === 'string') return [fault.message];
      const { field, code } = fault as { field?: unknown; code?: unknown }; // either may be missing
      return [`${String(field ?? 'a value')}: ${String(code ?? 'invalid').replaceAll('_', ' ')}`];
    }),
  };
}

function budgetOf(headers: Headers): RateBudget | undefined {
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
    Number(headers.get(`x-ratelimit-${name}`) ?? Number.NaN),
  );
  const resource = headers.get('x-ratelimit-resource');
  if (limit === undefined || remaining === undefined || reset === undefined) return undefined;
  if ([limit, remaining, reset].some(Number.isNaN) || (resource !== null && resource !== 'core'))
    return undefined;
  return { limit, remaining, resetsAt: new Date(reset * 1000).toISOString() };
}
