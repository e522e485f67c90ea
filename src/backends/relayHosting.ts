/** A relay as the place for projects: making one, and becoming a member of another's. */
import type { Host } from '../platform/index.ts';
import type { Hosting, NewHosting } from '../ports/index.ts';
import { hasCode, SyncError } from '../shared/errors.ts';
import type { CallOptions } from '../shared/progress.ts';
import { type AcceptInviteAnswer, type ProjectInfo, relayRoutes } from '../shared/wire/relay.ts';
import { parseInvite, relayApi } from './relayApi.ts';

export async function createAtRelay(
  host: Host,
  { endpoint, apiKey, projectId, name, branch }: NewHosting,
  options?: CallOptions,
): Promise<Hosting> {
  const origin = originOf(endpoint);
  const token = apiKey ?? (await host.keys.get(origin));
  if (token === undefined)
    throw new SyncError(
      'ACCESS_DENIED',
      `You are not signed in at ${origin}. Whoever runs it has a token for you: modsync login ${origin} --token TOKEN`,
      { data: { origin } },
    );
  const api = relayApi({ origin, token: async () => token });
  return hosting(origin, await api.createProject({ projectId, name, defaultBranch: branch }, options));
}

/** Someone who is signed in there already stays the same person. */
export async function acceptAtRelay(
  host: Host,
  invite: string,
  name: string,
  options?: CallOptions,
): Promise<Hosting> {
  const { origin, code } = parseInvite(invite);
  const kept = await host.keys.get(origin);
  const accept = (token: string | undefined): Promise<AcceptInviteAnswer> =>
    relayApi({ origin, token: async () => token }).acceptInvite(code, name, options);
  const { token, project } = await accept(kept).catch((error: unknown) => {
    // a token that the relay no longer knows must not keep anyone out who has an invite
    if (kept !== undefined && hasCode(error, 'ACCESS_DENIED')) return accept(undefined);
    throw error;
  });
  await host.keys.set(origin, token);
  return hosting(origin, project);
}

/**
 * At the address that was just used, whatever the relay calls itself: that one works from here, and the token is kept
 * for it and for no other.
 */
const hosting = (origin: string, { projectId, name, defaultBranch }: ProjectInfo): Hosting => ({
  projectId,
  name,
  branch: defaultBranch,
  gitUrl: `${origin}${relayRoutes.git(projectId)}`,
});

function originOf(endpoint = ''): string {
  const parsed = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (parsed && /^https?:$/.test(parsed.protocol)) return parsed.origin;
  throw new SyncError(
    'INVALID_CONFIG',
    `"${endpoint}" is not a relay's address: it looks like http://relay.example:7460.`,
  );
}
