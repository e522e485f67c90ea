/**
 * People with stock git and modsync, and no git-lfs anywhere: the PATH is a folder of links. What git runs of modsync are
 * processes, as ever.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './host.ts';
import { cliPath, Modder, quickCli, type Ran, type RelayProcess, runProgram } from './processes.ts';

/** What git and the shell scripts of hooks need. */
const PROGRAMS = ['git', 'sh', 'cat', 'rm', 'sed'];

let links: string | undefined;

export function pathWithoutGitLfs(): string {
  if (links) return links;
  links = temporaryFolder('bin');
  for (const program of PROGRAMS) {
    const found = execFileSync('/bin/sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
    symlinkSync(found, join(links, program));
  }
  return links;
}

export const filterCommand = `'${process.execPath}' '${cliPath}'`;

/** What a person without git-lfs has in `~/.gitconfig`. */
export function plainModder(name: string): Modder {
  const modder = new Modder(name);
  writeFileSync(
    join(modder.home, '.gitconfig'),
    `[user]\n\tname = ${name}\n\temail = ${name}@example.org\n[init]\n\tdefaultBranch = main\n[pull]\n\trebase = false\n`,
  );
  modder.env.PATH = pathWithoutGitLfs();
  return modder;
}

/** Makes a project of the person's folder and shares it. */
export async function startPlainProject(
  relay: RelayProcess,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<Modder> {
  const owner = plainModder('Ann');
  mkdirSync(owner.folder, { recursive: true });
  for (const [path, content] of Object.entries(files)) owner.write(path, content);
  await owner.modsync('login', relay.url, '--token', relay.ownerToken);
  await owner.modsync('init', owner.folder, '--name', 'Test Mod', '--relay', relay.url, '--yes');
  return owner;
}

/** A member of the project whose working copy `git clone` made. */
export async function cloneWithGit(
  owner: Modder,
  name: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<{ readonly modder: Modder; readonly cloned: Ran }> {
  const modder = plainModder(name);
  const url = await owner.git('config', 'remote.origin.url');
  const { origin } = new URL(url);
  const { inviteCode } = await owner.modsync('share');
  // joining makes the person a member and keeps the token
  const joined = await quickCli(['join', String(inviteCode), join(modder.home, 'joined')], modder.env);
  expect(joined).toMatchObject({ code: 0 });
  const settings = [
    `filter.lfs.process=${filterCommand} filter-process`,
    `credential.${origin}.helper=!${filterCommand} credential`,
  ];
  const cloned = await runProgram(
    'git',
    ['clone', '-q', ...settings.flatMap((setting) => ['-c', setting]), url, modder.folder],
    { env: { ...modder.env, ...environment } },
  );
  return { modder, cloned };
}
