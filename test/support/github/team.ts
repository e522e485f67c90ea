/** People who work on one project at the stand-in GitHub, as real processes. */
import { mkdirSync } from 'node:fs';
import { Modder, runCli } from '../processes.ts';
import { type Account, type GitHubStandIn, startGitHub } from './standIn.ts';

export interface GitHubTeam {
  readonly github: GitHubStandIn;
  readonly people: readonly Modder[];
  /** `OWNER/NAME`. */
  readonly repository: string;
}

/** The first person has a repository with `files` in it; the others may push, and have a copy. */
export async function startGitHubTeam(
  [first = 'ann', ...others]: readonly string[],
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<GitHubTeam> {
  const accounts = Object.fromEntries(
    [first, ...others].map((name): [string, Account] => [name, { token: `ghp_${name}_0123456789abcdef` }]),
  );
  const github = await startGitHub(accounts);
  const modder = (name: string) => {
    const one = new Modder(name);
    Object.assign(one.env, { GITHUB_SERVER_URL: github.url, GITHUB_TOKEN: accounts[name]?.token });
    return one;
  };
  const owner = modder(first);
  mkdirSync(owner.folder, { recursive: true });
  for (const [path, content] of Object.entries(files)) owner.write(path, content);
  // emulate makes pull requests only of what it takes for a repository with commits
  await github.request(first, '/user/repos', { method: 'POST', json: { name: 'mod', auto_init: true } });
  await owner.modsync('init', owner.folder, '--name', 'Test Mod', '--yes');
  await owner.git('remote', 'add', 'origin', `${github.url}/${first}/mod.git`);
  await owner.modsync('sync');
  await owner.git('branch', '--quiet', '--set-upstream-to=origin/main');
  const people = [owner];
  for (const name of others) {
    await github.request(first, `/repos/${first}/mod/collaborators/${name}`, {
      method: 'PUT',
      json: { permission: 'push' },
    });
    const [invitation] = (await (await github.request(name, '/user/repository_invitations')).json()) as {
      id: number;
    }[]; // as the stand-in lists them
    await github.request(name, `/user/repository_invitations/${invitation?.id}`, { method: 'PATCH' });
    const other = modder(name);
    const ran = await runCli(['clone', `${github.url}/${first}/mod.git`, other.folder, '--json'], {
      env: other.env,
    });
    if (ran.code !== 0) throw new Error(`clone ended with ${ran.code}: ${ran.out}${ran.err}`);
    people.push(other);
  }
  return { github, people, repository: `${first}/mod` };
}
