/** People who work on one project at the stand-in GitHub. */
import { mkdirSync } from 'node:fs';
import { Modder, quickCli } from '../processes.ts';
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
  await owner.modsync(
    'init',
    owner.folder,
    '--name',
    'Test Mod',
    '--github',
    'mod',
    '--endpoint',
    github.url,
    '--yes',
  );
  const people = [owner];
  for (const name of others) {
    await owner.modsync('share', name);
    const other = modder(name);
    const ran = await quickCli(['join', `${github.url}/${first}/mod`, other.folder, '--json'], other.env);
    if (ran.code !== 0) throw new Error(`join ended with ${ran.code}: ${ran.out}${ran.err}`);
    people.push(other);
  }
  return { github, people, repository: `${first}/mod` };
}
