/**
 * Has GitHub tell a relay, by a webhook of the repository. What is missing at either side is found out before anything is
 * made; what is made can be made again.
 */
import type { Host } from '../../platform/index.ts';
import type { FeedSubscription, Followed, Following, FollowRequest, HintSource } from '../../ports/index.ts';
import { toHex } from '../../shared/bytes.ts';
import { hasCode, SyncError, throwIfAborted } from '../../shared/errors.ts';
import { pause } from '../../shared/pause.ts';
import type { CallOptions } from '../../shared/progress.ts';
import { relayRoutes } from '../../shared/wire/relay.ts';
import { type RelayApi, relayApi } from '../relayApi.ts';
import { relayFeed } from '../relayFeed.ts';
import type { GitHubApi } from './api.ts';
import type { GitHubRepository } from './site.ts';

const EVENTS = ['push', 'create', 'delete', 'release', 'member'];
/** How long GitHub's first delivery is waited for. */
const LOOKS = 20;
const LOOK_MS = 250;

export interface FollowingParts {
  readonly host: Host;
  readonly connect: () => Promise<GitHubApi>;
  readonly repository: GitHubRepository;
  readonly fetch: typeof fetch;
}

export function following(parts: FollowingParts): Following {
  return {
    follow: (request, options = {}) => follow(parts, request, options),
    check: (hints, options = {}) => check(parts, hints, options),
    unfollow: (hints, options = {}) => unfollow(parts, hints, options),
  };
}

async function follow(
  parts: FollowingParts,
  request: FollowRequest,
  options: CallOptions,
): Promise<Followed> {
  const { connect, repository, fetch, host } = parts;
  const { owner, repo, site } = repository;
  const { projectId } = request;
  const typed = new URL(request.relay).origin;
  refuseUnreachable(typed, site.origin);
  const token = await host.keys.get(typed);
  if (token === undefined)
    throw new SyncError(
      'ACCESS_DENIED',
      `You are not signed in at ${typed}. Whoever runs it has a token for you: modsync login ${typed} --token TOKEN`,
      { data: { origin: typed } },
    );
  const relay = relayApi({ origin: typed, token: async () => token, fetch });

  const name = `${owner}/${repo}`;
  const api = await connect();
  const { data: found } = await api.call(
    `show ${name}`,
    (octokit, asked) => octokit.rest.repos.get({ owner, repo, request: asked }),
    options,
  );
  const notAdmin = (cause?: unknown) =>
    new SyncError(
      'ACCESS_DENIED',
      `Only an admin of ${found.full_name} can have GitHub tell a relay of it. Ask one to run: modsync follow --relay ${typed}`,
      { cause },
    );
  if (found.permissions?.admin === false) throw notAdmin();
  const hooks = await hooksOf(parts, options).catch((error: unknown) => {
    const isDenied = hasCode(error, 'ACCESS_DENIED') || hasCode(error, 'NOT_FOUND');
    // a scope or a permission that the token lacks is named already
    throw isDenied && !('scopes' in error.data || 'permissions' in error.data) ? notAdmin(error) : error;
  });
  await relay.createProject({ projectId, name: request.name, defaultBranch: request.branch }, options);
  const made = await relay.follow(
    projectId,
    { repository: { server: site.api, name: found.full_name, id: found.id } },
    options,
  );
  refuseUnreachable(made.hookUrl, site.origin);
  const config = { url: made.hookUrl, secret: made.secret, content_type: 'json' };
  const settings = { owner, repo, config, events: EVENTS, active: true };
  const old = hooks.find(({ url }) => isHookOf(url, projectId));
  const { data: hook } = await api.call<{ data: { id: number } }>(
    `make a webhook of ${name}`,
    (octokit, asked) =>
      old
        ? octokit.rest.repos.updateWebhook({ ...settings, hook_id: old.id, request: asked })
        : octokit.rest.repos.createWebhook({ ...settings, request: asked }),
    options,
  );
  return {
    hints: { relay: new URL(made.hookUrl).origin, projectId, key: made.key },
    repository: found.full_name,
    heard: await isHeard(parts, relay, request, hook.id, options),
    settingsUrl: `${site.origin}/${found.full_name}/settings/hooks`,
  };
}

/** GitHub is asked for a ping, and the relay whether it came. */
async function isHeard(
  { connect, repository: { owner, repo } }: FollowingParts,
  relay: RelayApi,
  { projectId }: FollowRequest,
  hookId: number,
  options: CallOptions,
): Promise<boolean> {
  const api = await connect();
  await api
    .call(
      'ping the webhook',
      (octokit, asked) => octokit.rest.repos.pingWebhook({ owner, repo, hook_id: hookId, request: asked }),
      options,
    )
    .catch(() => undefined);
  for (let look = 0; look < LOOKS; look++) {
    if ((await relay.followed(projectId, options)).lastDelivery) return true;
    await pause(LOOK_MS, options.signal);
  }
  return false;
}

/** Follows the feed for as long as it takes to be let in. */
async function check(
  { host, fetch }: FollowingParts,
  { relay, projectId, key }: HintSource,
  { signal }: CallOptions,
): Promise<void> {
  throwIfAborted(signal);
  const feed = relayFeed({
    api: relayApi({ origin: relay, fetch }),
    projectId,
    device: toHex(host.codec.randomBytes(8)),
    token: async () => key,
  });
  let subscription: FeedSubscription | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      signal?.addEventListener('abort', reject, { once: true });
      subscription = feed.subscribe({
        onEvent: () => undefined,
        onConnect: resolve,
        onDisconnect: reject,
      });
    });
  } finally {
    subscription?.close();
    throwIfAborted(signal);
  }
}

async function unfollow(
  parts: FollowingParts,
  { relay: origin, projectId }: HintSource,
  options: CallOptions,
): Promise<readonly string[]> {
  const { connect, repository, host, fetch } = parts;
  const { owner, repo } = repository;
  const left: string[] = [];
  const said = (error: unknown) => {
    if (hasCode(error, 'ABORTED')) throw error;
    if (!hasCode(error, 'NOT_FOUND')) left.push(error instanceof Error ? error.message : String(error));
  };
  const token = await host.keys.get(origin);
  if (token === undefined)
    left.push(`You are not signed in at ${origin}: the relay still takes what GitHub tells it.`);
  else
    await relayApi({ origin, token: async () => token, fetch })
      .unfollow(projectId, options)
      .catch(said);
  try {
    const api = await connect();
    for (const { id, url } of await hooksOf(parts, options))
      if (isHookOf(url, projectId))
        await api.call(
          `remove the webhook of ${owner}/${repo}`,
          (octokit, request) => octokit.rest.repos.deleteWebhook({ owner, repo, hook_id: id, request }),
          options,
        );
  } catch (error) {
    said(error);
  }
  return left;
}

async function hooksOf({ connect, repository: { owner, repo } }: FollowingParts, options: CallOptions) {
  const api = await connect();
  const hooks = await api.call(
    `list the webhooks of ${owner}/${repo}`,
    (octokit, request) =>
      octokit.paginate(octokit.rest.repos.listWebhooks, { owner, repo, per_page: 100, request }),
    options,
  );
  return hooks.map(({ id, config }) => ({ id, url: config.url ?? '' }));
}

/** Of whatever relay: there is one for a project. */
function isHookOf(url: string, projectId: string): boolean {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return parsed?.pathname === relayRoutes.githubHook && parsed.searchParams.get('project') === projectId;
}

/** @throws SyncError `INVALID_CONFIG` for an address that means something else to GitHub, or nothing */
function refuseUnreachable(relay: string, site: string): void {
  const { hostname } = new URL(relay);
  if (!isOfOwnNetwork(hostname) || isOfOwnNetwork(new URL(site).hostname)) return;
  throw new SyncError(
    'INVALID_CONFIG',
    `${site} cannot reach ${new URL(relay).origin}: that is an address of your own machine or network. The relay needs one that the internet reaches: start it behind HTTPS with --public-url https://mods.example (docs/deploy.md), and follow that. Without it, modsync looks at GitHub by itself every half minute.`,
    { data: { relay: new URL(relay).origin } },
  );
}

/** Loopback, link-local and private ranges, and names that no public DNS knows. */
function isOfOwnNetwork(hostname: string): boolean {
  if (hostname.startsWith('['))
    return /^\[(::1?|f[cd][\da-f]{2}:.*|fe[89ab][\da-f]:.*|::ffff:.*)\]$/.test(hostname);
  if (/^[\d.]+$/.test(hostname))
    return /^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(
      hostname,
    );
  return !hostname.includes('.') || /\.(local|localhost|internal|lan|home|test|invalid)$/.test(hostname);
}
