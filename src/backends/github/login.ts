/** Signing in at a GitHub: a token is checked and kept, or had by the device flow. */
import type { Host } from '../../platform/index.ts';
import { SyncError, throwIfAborted } from '../../shared/errors.ts';
import { pause } from '../../shared/pause.ts';
import type { CallOptions } from '../../shared/progress.ts';
import { NO_SETTINGS } from '../lfsRemote.ts';
import { fetchFor } from '../proxy.ts';
import { githubApi } from './api.ts';
import { holds, loginCommand, unreachable } from './failures.ts';
import { type GitHubSite, signedInName } from './site.ts';

export interface SignedIn {
  readonly origin: string;
  readonly login: string;
  /** `undefined`: GitHub does not say (a fine-grained token). */
  readonly scopes: readonly string[] | undefined;
  /** What modsync does at GitHub and this token may not. */
  readonly lacking: readonly string[];
}

/** What people are asked to agree to: repositories (and their releases), and the webhooks that `follow` sets up. */
const SCOPES = ['repo', 'admin:repo_hook'];

/** Checks a token and keeps it for this site. @throws SyncError `ACCESS_DENIED` */
export async function signIn(
  host: Host,
  site: GitHubSite,
  token: string,
  { signal }: CallOptions = {},
): Promise<SignedIn> {
  const api = await githubApi({ host, site, token });
  const { data: me } = await api.call(
    'say who you are',
    (octokit, request) => octokit.rest.users.getAuthenticated({ request }),
    { signal },
  );
  const scopes = api.scopes();
  await host.keys.set(site.origin, token);
  await host.keys.set(signedInName(site.origin), me.login);
  const lacking = scopes && scopes.length > 0 ? SCOPES.filter((scope) => !holds(scopes, scope)) : [];
  return { origin: site.origin, login: me.login, scopes, lacking };
}

export interface DeviceCode {
  /** What the person types there. */
  readonly userCode: string;
  readonly url: string;
  /** Milliseconds. */
  readonly validFor: number;
}

/**
 * A token by the OAuth device flow: the person types a code at GitHub, in whatever browser they like.
 * Source: RFC 8628; docs.github.com, "Authorizing OAuth apps", "Device flow".
 * @param clientId of an OAuth app with the device flow enabled
 * @param show is told what the person has to do
 */
export async function tokenByDevice(
  host: Host,
  site: GitHubSite,
  clientId: string,
  show: (code: DeviceCode) => void,
  { signal }: CallOptions = {},
): Promise<string> {
  const send = fetchFor(host, NO_SETTINGS);
  const ask = (path: string, form: Readonly<Record<string, string>>) => post(send, site, path, form, signal);
  const begun = await ask('/login/device/code', { client_id: clientId, scope: SCOPES.join(' ') });
  const { device_code: device, user_code: userCode, verification_uri: url } = begun;
  if (typeof device !== 'string' || typeof userCode !== 'string' || typeof url !== 'string')
    throw new SyncError(
      'INVALID_CONFIG',
      `GitHub does not take this client id for the device flow (${said(begun)}). Enable the device flow in the OAuth app's settings, or sign in with a token: ${loginCommand(site)} --token TOKEN`,
    );
  const validFor = seconds(begun.expires_in, 900);
  show({ userCode, url, validFor });
  const end = Date.now() + validFor;
  let interval = seconds(begun.interval, 5);
  while (Date.now() < end) {
    await pause(interval, signal);
    const answer = await ask('/login/oauth/access_token', {
      client_id: clientId,
      device_code: device,
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    });
    if (typeof answer.access_token === 'string') return answer.access_token;
    if (answer.error === 'slow_down') interval = seconds(answer.interval, interval / 1000 + 5);
    else if (answer.error === 'access_denied')
      throw new SyncError('ACCESS_DENIED', 'It was declined at GitHub. Nothing was changed.');
    else if (answer.error === 'expired_token') break;
    else if (answer.error !== 'authorization_pending')
      throw new SyncError('ACCESS_DENIED', `GitHub would not sign you in: ${said(answer)}`);
  }
  throw new SyncError('ACCESS_DENIED', `The code was not typed in time. Try again: ${loginCommand(site)}`);
}

type Answer = Readonly<Record<string, unknown>>;

async function post(
  send: typeof fetch,
  site: GitHubSite,
  path: string,
  form: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  throwIfAborted(signal);
  const response = await send(`${site.origin}${path}`, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    throwIfAborted(signal);
    throw unreachable(site, error instanceof Error ? error.message : 'no answer');
  });
  const answer: unknown = await response.json().catch(() => undefined);
  return typeof answer === 'object' && answer !== null ? { ...answer } : { error: `HTTP ${response.status}` };
}

/** As milliseconds. */
const seconds = (value: unknown, otherwise: number): number =>
  (typeof value === 'number' && value >= 0 && value <= 3600 ? value : otherwise) * 1000;

const said = (answer: Answer): string =>
  String(answer.error_description ?? answer.error ?? 'no reason given');
