/** People at GitHub are collaborators of the repository: owner → admin, editor → push, viewer → pull. */
import type { Access, Member } from '../../ports/index.ts';
import { SyncError } from '../../shared/errors.ts';
import type { Role } from '../../shared/wire/relay.ts';
import type { GitHubApi } from './api.ts';
import { loginCommand } from './failures.ts';
import type { GitHubRepository } from './site.ts';

const PERMISSION = { owner: 'admin', editor: 'push', viewer: 'pull' } as const;

/** `maintain` edits and more, `triage` edits nothing. */
function roleOf(permission: string): Role {
  if (permission === 'admin') return 'owner';
  return ['push', 'write', 'maintain'].includes(permission) ? 'editor' : 'viewer';
}

/** As GitHub has them; a `@` before it is how people write it. */
function loginOf(person: string): string {
  const login = person.trim().replace(/^@/, '');
  if (/^[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}$/i.test(login)) return login;
  throw new SyncError(
    'INVALID_INPUT',
    `${JSON.stringify(person)} is no GitHub name. Give the names that people have at GitHub, not their addresses.`,
    { data: { person } },
  );
}

export function githubAccess(
  { site, owner, repo }: GitHubRepository,
  connect: () => Promise<GitHubApi>,
): Access {
  const url = `${site.origin}/${owner}/${repo}`;
  const api = async () => {
    const ready = await connect();
    if (ready.signedIn) return ready;
    throw new SyncError(
      'ACCESS_DENIED',
      `You are not signed in at ${site.origin}. Sign in: ${loginCommand(site)}`,
    );
  };
  return {
    // whoever is invited types the repository's own address
    invite: async () => ({ code: url }),
    async share(people, role, { signal } = {}) {
      const logins = people.map(loginOf);
      const github = await api();
      if (role !== 'editor') await refusePersonal(github, { owner, repo }, role, signal);
      for (const username of logins)
        await github.call(
          `share ${owner}/${repo} with ${username}`,
          (octokit, request) =>
            octokit.rest.repos.addCollaborator({
              owner,
              repo,
              username,
              permission: PERMISSION[role],
              request,
            }),
          { signal },
        );
      return { code: url };
    },
    async members({ signal } = {}) {
      const github = await api();
      const doing = `list who may work on ${owner}/${repo}`;
      const people = await github.call(
        doing,
        (octokit, request) =>
          octokit.paginate(octokit.rest.repos.listCollaborators, { owner, repo, per_page: 100, request }),
        { signal },
      );
      const members: Member[] = people.map(({ login, role_name }) => ({
        name: login,
        role: roleOf(role_name),
      }));
      const isOwner = people.length > 0 && (await mayInvite(github, owner, repo, doing, signal));
      if (!isOwner) return members;
      const invited = await github.call(
        doing,
        (octokit, request) =>
          octokit.paginate(octokit.rest.repos.listInvitations, { owner, repo, per_page: 100, request }),
        { signal },
      );
      return [
        ...members,
        ...invited.flatMap(({ invitee, permissions }): Member[] =>
          invitee ? [{ name: invitee.login, role: roleOf(permissions), invited: true }] : [],
        ),
      ];
    },
  };
}

interface Place {
  readonly owner: string;
  readonly repo: string;
}

/** What a repository of a person's own gives to others is always the right to push: GitHub does not say so, and goes on. */
async function refusePersonal(
  github: GitHubApi,
  { owner, repo }: Place,
  role: Role,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { data } = await github.call(
    `show ${owner}/${repo}`,
    (octokit, request) => octokit.rest.repos.get({ owner, repo, request }),
    { signal },
  );
  if (data.owner.type !== 'User') return;
  throw new SyncError(
    'INVALID_INPUT',
    `${owner}/${repo} is a person's own repository, where GitHub makes everyone else an editor: nobody can be ${role} there. Transfer it to an organization (at GitHub: Settings, Transfer ownership), or share it without --role.`,
    { data: { role } },
  );
}

/** Only an admin sees who is invited. */
async function mayInvite(
  github: GitHubApi,
  owner: string,
  repo: string,
  doing: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { data } = await github.call(
    doing,
    (octokit, request) => octokit.rest.repos.get({ owner, repo, request }),
    { signal },
  );
  return data.permissions?.admin === true;
}
