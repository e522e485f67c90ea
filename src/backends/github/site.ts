/** Which GitHub a project is at, and where that one's API is. */
import type { Host } from '../../platform/index.ts';
import type { GitSettings } from '../../ports/index.ts';
import { SyncError } from '../../shared/errors.ts';
import { parseRemoteUrl } from '../remoteUrl.ts';

export const GITHUB = 'https://github.com';

/** Of a working copy's own Git configuration: which backend made it. */
export const BACKEND_SETTING = 'modsync.backend';

export interface GitHubSite {
  /** `https://github.com`: what its tokens are kept under, and what repositories' URLs begin with. */
  readonly origin: string;
  /** Without a slash at the end. GitHub Enterprise has it below its own address. */
  readonly api: string;
}

export interface GitHubRepository {
  readonly site: GitHubSite;
  readonly owner: string;
  readonly repo: string;
  /** What stock Git clones. */
  readonly gitUrl: string;
}

/**
 * @param endpoint of GitHub Enterprise: its address, or its API's; github.com unless given
 * @throws SyncError `INVALID_CONFIG`
 */
export function githubSite(endpoint: string = GITHUB): GitHubSite {
  const parsed = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
    throw new SyncError(
      'INVALID_CONFIG',
      `"${shownEndpoint(endpoint)}" is not a GitHub's address: it looks like https://github.example.`,
    );
  const { hostname, origin } = parsed;
  if (['github.com', 'www.github.com', 'api.github.com'].includes(hostname))
    return { origin: GITHUB, api: 'https://api.github.com' };
  // GitHub Enterprise Cloud with data residency has an API host of its own
  const tenant = /^(?:api\.)?([^.]+\.ghe\.com)$/.exec(hostname)?.[1];
  if (tenant) return { origin: `https://${tenant}`, api: `https://api.${tenant}` };
  return { origin, api: `${origin}/api/v3` };
}

/** What someone typed may hold a password. */
const shownEndpoint = (text: string) => text.replace(/\/\/[^@/]*@/, '//');

/**
 * The repository that a URL names: as Git clones it, or as the browser shows it.
 * @throws SyncError `INVALID_CONFIG` for anything that names no repository
 */
export function githubRepository(url: string): GitHubRepository {
  const { url: plain, origin } = parseRemoteUrl(url);
  const [, owner, name] = /^\/([^/]+)\/([^/]+?)(?:\.git)?(?:\/.*)?$/.exec(plain.slice(origin.length)) ?? [];
  if (owner === undefined || name === undefined)
    throw new SyncError(
      'INVALID_CONFIG',
      `${plain} names no repository: a project's address at GitHub looks like ${origin}/OWNER/NAME.`,
    );
  return repositoryAt(githubSite(origin), owner, name);
}

export const repositoryAt = (site: GitHubSite, owner: string, repo: string): GitHubRepository => ({
  site,
  owner,
  repo,
  gitUrl: `${site.origin}/${owner}/${repo}.git`,
});

/** The sites whose tokens the environment holds, as the `gh` tool and GitHub's own Actions name them. */
export function sitesOfEnvironment(environment: Host['environment']): {
  /** Where GITHUB_TOKEN and GH_TOKEN belong. */
  readonly main: string;
  /** Where GH_ENTERPRISE_TOKEN belongs. */
  readonly enterprise: string | undefined;
} {
  const { GITHUB_SERVER_URL: server, GH_HOST: ghHost } = environment;
  const main = server && URL.canParse(server) ? new URL(server).origin : GITHUB;
  const enterprise =
    ghHost && URL.canParse(`https://${ghHost}`) ? new URL(`https://${ghHost}`).origin : undefined;
  return { main, enterprise };
}

/**
 * Whether a GitHub serves this address: by its name, by what the environment or the working copy say, or because this
 * user is signed in there.
 */
export async function isGitHub(host: Host, url: string, settings?: GitSettings): Promise<boolean> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return false;
  const { origin, hostname } = new URL(url);
  if (githubSite(origin).origin === GITHUB || hostname.endsWith('.ghe.com')) return true;
  const { main, enterprise } = sitesOfEnvironment(host.environment);
  if (origin === main || origin === enterprise) return true;
  if (settings?.get(BACKEND_SETTING) === 'github') return true;
  return (await host.keys.get(signedInName(origin))) !== undefined;
}

/** Kept beside the token: that the site is a GitHub. Its value is the login. */
export const signedInName = (origin: string): string => `github ${origin}`;
