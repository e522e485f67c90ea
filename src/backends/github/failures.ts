/**
 * What GitHub answered, as something a modder can act on. Nothing of the request gets into an error: it carries the token.
 * Source: docs.github.com, "Troubleshooting the REST API", "Rate limits for the REST API".
 */
import { SyncError } from '../../shared/errors.ts';
import type { GitHubSite } from './site.ts';

export interface Answered {
  readonly status: number;
  /** Names in lowercase. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly message: string;
  /** Of a validation: what GitHub says of each field. */
  readonly faults: readonly string[];
}

/** @param doing what was to happen, as in "GitHub would not …" */
export function githubFailure(answer: Answered, site: GitHubSite, doing: string): SyncError {
  const { status, headers } = answer;
  const said = [answer.message, ...answer.faults].filter(Boolean).join('; ');
  const data = { status, site: site.origin };
  const fail = (code: ConstructorParameters<typeof SyncError>[0], text: string, more = {}) =>
    new SyncError(code, text, { data: { ...data, ...more } });
  const login = loginCommand(site);

  if (status === 401)
    return fail(
      'ACCESS_DENIED',
      `GitHub does not accept this token: it is wrong, expired or revoked. Sign in again: ${login}`,
    );
  const pause = pauseOf(answer);
  if (pause)
    return fail('RATE_LIMITED', `${pause.why} ${pause.until}. Nothing is lost: run it again then.`, {
      retryAfter: pause.seconds,
    });
  const sso = ssoOf(headers);
  if (status === 403 && sso !== undefined)
    return fail(
      'ACCESS_DENIED',
      sso === ''
        ? 'The organization wants this token authorized for its single sign-on: do that at GitHub under Settings, Developer settings, and run it again.'
        : `The organization wants this token authorized for its single sign-on. Open this page, authorize it, and run it again: ${sso}`,
    );
  const lacking = lackingScopes(headers);
  if ((status === 403 || status === 404) && lacking.length > 0)
    return fail(
      'ACCESS_DENIED',
      `GitHub would not ${doing}: the token lacks the scope ${lacking.join(' or ')}. Make one that has it, and sign in with it: ${login}`,
      { scopes: lacking },
    );
  const permissions = headers['x-accepted-github-permissions'];
  if (status === 403 && /not accessible by (personal access token|integration)/i.test(said))
    return fail(
      'ACCESS_DENIED',
      `GitHub would not ${doing}: the token lacks a permission${permissions ? ` (${permissions.replaceAll('=', ': ')})` : ''}. Edit the token at GitHub under Settings, Developer settings, or sign in with another: ${login}`,
      { permissions },
    );
  if (status === 403) return fail('ACCESS_DENIED', `GitHub would not ${doing}: ${said}`);
  if (status === 404)
    return fail(
      'NOT_FOUND',
      `GitHub would not ${doing}: it is not there, or this token may not see it. Look at the name, and at who you are: ${login}`,
    );
  if (status === 451)
    return fail('ACCESS_DENIED', `GitHub has blocked this repository for legal reasons: ${said}`);
  if (status === 422 && /already exists/i.test(said))
    return fail('PROJECT_EXISTS', `GitHub would not ${doing}: ${said}`);
  if (status >= 500)
    return fail(
      'BACKEND_CONNECTION_FAILED',
      `Backend connection failed: GitHub has a problem of its own (${status}). Look at https://www.githubstatus.com, and try again later.`,
    );
  return fail('INVALID_INPUT', `GitHub would not ${doing}: ${said || status}`);
}

export const unreachable = (site: GitHubSite, why: string): SyncError =>
  new SyncError(
    'BACKEND_CONNECTION_FAILED',
    `Backend connection failed: ${site.origin} cannot be reached (${why}). Check the network; what you have is kept.`,
    { data: { site: site.origin } },
  );

export const loginCommand = ({ origin }: GitHubSite): string =>
  `modsync login github${origin === 'https://github.com' ? '' : ` --endpoint ${origin}`}`;

function pauseOf({ status, headers, message }: Answered) {
  if (status !== 403 && status !== 429) return undefined;
  const secondary = /secondary rate limit|abuse/i.test(message);
  const spent = headers['x-ratelimit-remaining'] === '0';
  const retryAfter = headers['retry-after'];
  if (!secondary && !spent && retryAfter === undefined && status !== 429) return undefined;
  const seconds =
    retryAfter !== undefined && /^\d+$/.test(retryAfter)
      ? Number(retryAfter)
      : spent
        ? Math.max(0, Number(headers['x-ratelimit-reset'] ?? 0) - Math.floor(Date.now() / 1000))
        : 60;
  const until = seconds < 120 ? `in ${seconds} seconds` : `in ${Math.ceil(seconds / 60)} minutes`;
  const limit = headers['x-ratelimit-limit'];
  return {
    seconds,
    until,
    why:
      spent && !secondary
        ? `This token has used up what GitHub allows it${limit ? ` (${limit} requests an hour)` : ''}. It may ask again`
        : 'GitHub asks for a pause: there were too many requests in a short time. It will answer again',
  };
}

/** `''`: it is wanted, and the answer does not say where. */
function ssoOf(headers: Answered['headers']): string | undefined {
  const header = headers['x-github-sso'];
  if (header === undefined || !header.startsWith('required')) return undefined;
  const url = /url=(\S+)/.exec(header)?.[1];
  return url?.startsWith('https://') ? url : '';
}

/** What one of would do, and the token has none of; a scope holds those below it (`repo` holds `public_repo`). */
function lackingScopes(headers: Answered['headers']): readonly string[] {
  const { 'x-accepted-oauth-scopes': accepted, 'x-oauth-scopes': granted } = headers;
  if (!accepted || granted === undefined) return [];
  const has = scopesOf(granted);
  const wanted = scopesOf(accepted);
  return wanted.some((scope) => holds(has, scope)) ? [] : wanted;
}

export const scopesOf = (header: string): string[] =>
  header
    .split(',')
    .map((scope) => scope.trim())
    .filter(Boolean);

/** Source: docs.github.com, "Scopes for OAuth apps". */
export function holds(granted: readonly string[], scope: string): boolean {
  if (granted.includes(scope)) return true;
  if (['public_repo', 'repo:status', 'repo_deployment', 'repo:invite', 'security_events'].includes(scope))
    return granted.includes('repo');
  const [, level, of] = /^(?:(read|write):)?(.+)$/.exec(scope) ?? [];
  if (level === 'read') return granted.includes(`write:${of}`) || granted.includes(`admin:${of}`);
  return level === 'write' && granted.includes(`admin:${of}`);
}
