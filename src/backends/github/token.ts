/** Where a token for a GitHub comes from. One is sent to its own site and to no other. */
import type { Host } from '../../platform/index.ts';
import { GITHUB, type GitHubSite, sitesOfEnvironment } from './site.ts';

export type TokenSource = 'given' | 'environment' | 'kept' | 'gh';

export interface FoundToken {
  readonly token: string;
  readonly source: TokenSource;
}

/** In this order: given by the caller, the environment, `modsync login github`, the login of the `gh` tool. */
export async function findToken(
  host: Host,
  { origin }: GitHubSite,
  given?: string,
): Promise<FoundToken | undefined> {
  if (given) return { token: given, source: 'given' };
  const ofEnvironment = tokenOfEnvironment(host.environment, origin);
  if (ofEnvironment) return { token: ofEnvironment, source: 'environment' };
  const kept = await host.keys.get(origin);
  if (kept) return { token: kept, source: 'kept' };
  const ofGh = await host.ghToken?.(new URL(origin).host);
  return ofGh ? { token: ofGh, source: 'gh' } : undefined;
}

export const githubToken = async (
  host: Host,
  site: GitHubSite,
  given?: string,
): Promise<string | undefined> => (await findToken(host, site, given))?.token;

/** Source: gh-help-environment(1). `GITHUB_SERVER_URL` is what GitHub's Actions set beside `GITHUB_TOKEN`. */
function tokenOfEnvironment(environment: Host['environment'], origin: string): string | undefined {
  const { main, enterprise } = sitesOfEnvironment(environment);
  if (origin === main) return environment.GITHUB_TOKEN || environment.GH_TOKEN;
  if (origin === enterprise && origin !== GITHUB)
    return environment.GH_ENTERPRISE_TOKEN || environment.GITHUB_ENTERPRISE_TOKEN;
  return undefined;
}
