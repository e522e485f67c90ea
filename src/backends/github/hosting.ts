/** GitHub as the place for projects: making a repository, and accepting an invitation to another's. */
import type { Host } from '../../platform/index.ts';
import type { Hosting, NewHosting } from '../../ports/index.ts';
import { hasCode, SyncError } from '../../shared/errors.ts';
import type { CallOptions } from '../../shared/progress.ts';
import { parseRemoteUrl } from '../remoteUrl.ts';
import { type GitHubApi, githubApi } from './api.ts';
import { holds, loginCommand } from './failures.ts';
import { type GitHubRepository, githubRepository, githubSite, repositoryAt } from './site.ts';
import { githubToken } from './token.ts';

/** What makes a repository findable, and says what it is. */
const TOPICS = ['fallout4', 'fallout4-mod', 'modsync'];

/** @throws SyncError `ACCESS_DENIED`, `PROJECT_EXISTS`, `INVALID_INPUT` */
export async function createAtGitHub(
  host: Host,
  project: NewHosting,
  options: CallOptions = {},
): Promise<Hosting> {
  const { endpoint, apiKey, name, branch, repository, isPrivate = false, description, remote } = project;
  const site = githubSite(endpoint);
  const api = await signedIn(host, site, apiKey);
  const { signal } = options;
  const { data: me } = await api.call(
    'say who you are',
    (octokit, request) => octokit.rest.users.getAuthenticated({ request }),
    { signal },
  );
  const [owner, repo] = nameParts(repository ?? name, me.login);
  const scopes = api.scopes();
  // GitHub would say "Not Found", which says nothing
  if (scopes && !holds(scopes, isPrivate ? 'repo' : 'public_repo'))
    throw new SyncError(
      'ACCESS_DENIED',
      `The token of ${me.login} lacks the scope ${isPrivate ? 'repo' : 'public_repo (or repo)'}, which making a repository takes. Make one that has it, and sign in with it: ${loginCommand(site)}`,
      { data: { scopes } },
    );
  const made = repositoryAt(site, owner, repo);
  const hosting: Hosting = {
    projectId: project.projectId,
    name,
    branch,
    gitUrl: made.gitUrl,
    backend: 'github',
  };
  const settings = {
    name: repo,
    description: description ?? `${name}: a mod for Fallout 4`,
    private: isPrivate,
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    delete_branch_on_merge: true,
  };
  try {
    await api.call(
      `make the repository ${owner}/${repo}`,
      (octokit, request) =>
        owner.toLowerCase() === me.login.toLowerCase()
          ? octokit.rest.repos.createForAuthenticatedUser({ ...settings, request })
          : octokit.rest.repos.createInOrg({ ...settings, org: owner, request }),
      { signal },
    );
  } catch (error) {
    if (!hasCode(error, 'PROJECT_EXISTS')) throw error;
    // made by a try that was broken off, or by hand: as good as new while there is nothing in it
    if (remote !== made.gitUrl && !(await isEmpty(host, made, apiKey, options)))
      throw new SyncError(
        'PROJECT_EXISTS',
        `${owner}/${repo} is there already, and has a history of its own. Choose another name, or get a working copy of it: modsync clone ${site.origin}/${owner}/${repo}`,
        { data: { url: made.gitUrl } },
      );
  }
  await api.call(
    `set the topics of ${owner}/${repo}`,
    (octokit, request) => octokit.rest.repos.replaceAllTopics({ owner, repo, names: TOPICS, request }),
    { signal },
  );
  return hosting;
}

/**
 * A repository's own address, of one that was pasted from the browser. A token in it is kept as after a login, unless there
 * is another: in an address it would stand in Git's configuration.
 */
export async function addressAtGitHub(
  host: Host,
  url: string,
): Promise<{ readonly gitUrl: string; readonly backend: 'github' }> {
  const { site, gitUrl } = githubRepository(url);
  const token = parseRemoteUrl(url).credentials?.password;
  if (token && (await githubToken(host, site)) === undefined) await host.keys.set(site.origin, token);
  return { gitUrl, backend: 'github' };
}

async function isEmpty(
  host: Host,
  { gitUrl }: GitHubRepository,
  apiKey: string | undefined,
  options: CallOptions,
): Promise<boolean> {
  const { connectGitHub } = await import('./connect.ts');
  const remote = await connectGitHub(host, { backend: 'github', url: gitUrl, apiKey, device: '' });
  return (await remote.history.listRefs(options)).refs.size === 0;
}

/** The invitation to a repository, if there is one, is accepted: whoever is a member, or may read it anyway, just goes on. */
export async function acceptAtGitHub(
  host: Host,
  url: string,
  apiKey: string | undefined,
  { signal }: CallOptions = {},
): Promise<Hosting> {
  const { site, owner, repo } = githubRepository(url);
  const fullName = `${owner}/${repo}`;
  const api = await githubApi({ host, site, token: apiKey });
  if (api.signedIn) {
    const doing = `show the invitation to ${fullName}`;
    const invitations = await api.call(
      doing,
      (octokit, request) =>
        octokit.paginate(octokit.rest.repos.listInvitationsForAuthenticatedUser, { per_page: 100, request }),
      { signal },
    );
    const ours = invitations.find(
      ({ repository, expired }) => repository.full_name.toLowerCase() === fullName.toLowerCase() && !expired,
    );
    if (ours)
      await api.call(
        `accept the invitation to ${fullName}`,
        (octokit, request) =>
          octokit.rest.repos.acceptInvitationForAuthenticatedUser({ invitation_id: ours.id, request }),
        { signal },
      );
  }
  const { data } = await api
    .call(`show ${fullName}`, (octokit, request) => octokit.rest.repos.get({ owner, repo, request }), {
      signal,
    })
    .catch((error: unknown) => {
      if (!hasCode(error, 'NOT_FOUND')) throw error;
      throw new SyncError(
        'INVALID_INVITE',
        api.signedIn
          ? `GitHub shows you no ${fullName}, and no invitation to it. Ask for one with your GitHub name, or sign in as the person who has it: ${loginCommand(site)}`
          : `GitHub shows strangers no ${fullName}. Sign in as the person who is invited, and join again: ${loginCommand(site)}`,
      );
    });
  // as GitHub has it: a repository that was renamed is somewhere else now
  const [nowOwner = owner, nowRepo = repo] = data.full_name.split('/');
  return {
    name: data.name,
    branch: data.default_branch,
    gitUrl: repositoryAt(site, nowOwner, nowRepo).gitUrl,
    backend: 'github',
  };
}

async function signedIn(
  host: Host,
  site: ReturnType<typeof githubSite>,
  token: string | undefined,
): Promise<GitHubApi> {
  const api = await githubApi({ host, site, token });
  if (api.signedIn) return api;
  throw new SyncError(
    'ACCESS_DENIED',
    `You are not signed in at ${site.origin}. Sign in: ${loginCommand(site)}; or set GITHUB_TOKEN.`,
    { data: { origin: site.origin } },
  );
}

/** `[OWNER/]NAME`, as GitHub allows it. */
function nameParts(text: string, me: string): [owner: string, repo: string] {
  const [, owner = me, typed = ''] = /^(?:([^/]+)\/)?([^/]+?)(?:\.git)?$/.exec(text.trim()) ?? [];
  // GitHub itself turns what it does not allow into hyphens
  const repo = typed.replace(/[^\w.-]+/g, '-').slice(0, 100);
  if (/^[\w-]+$/.test(owner) && /[\w]/.test(repo)) return [owner, repo];
  throw new SyncError(
    'INVALID_INPUT',
    `"${text}" names no repository: write NAME, or OWNER/NAME, with letters, digits, "-", "_" and "."`,
  );
}
