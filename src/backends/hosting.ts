/** Places for projects: what a relay does before there is a remote to speak to. */
import type { Host } from '../platform/index.ts';
import type { Backends, Hosting } from '../ports/index.ts';
import type { ProjectInfo } from '../shared/wire/relay.ts';
import { parseInvite, relayApi } from './relayApi.ts';

const hosting = ({ projectId, name, gitUrl, defaultBranch }: ProjectInfo): Hosting => ({
  projectId,
  name,
  gitUrl,
  branch: defaultBranch,
});

const apiAt = (host: Host, endpoint: string, apiKey?: string) => {
  const { origin } = new URL(endpoint);
  return relayApi({ origin, token: async () => apiKey ?? (await host.keys.get(origin)) });
};

export const createHostedProject: Backends['createProject'] = async (
  host,
  { endpoint, apiKey, projectId, name, branch },
  options,
) =>
  hosting(
    await apiAt(host, endpoint, apiKey).createProject({ projectId, name, defaultBranch: branch }, options),
  );

export const acceptInvite: Backends['acceptInvite'] = async (host, invite, name, options) => {
  const { origin, code } = parseInvite(invite);
  const { token, project } = await apiAt(host, origin).acceptInvite(code, name, options);
  await host.keys.set(origin, token);
  return hosting(project);
};
