/** What Git's configuration of one repository says so that stock Git runs modsync: `filter.lfs.*`. */
import type { Repository } from '../../git/index.ts';
import type { Host } from '../../platform/index.ts';

const FILTER = { process: 'filter-process', clean: 'clean -- %f', smudge: 'smudge -- %f' } as const;

/** A command line for the shell that Git uses, on Windows too. */
export const shellWords = (words: readonly string[]): string =>
  words.map((word) => `'${word.replaceAll('\\', '/').replaceAll("'", "'\\''")}'`).join(' ');

/** Where the user's state is not in its usual place, what a program with another environment needs to find it. */
export const homeSetting = ({ environment, home }: Host): string =>
  environment.MODSYNC_HOME ? `MODSYNC_HOME=${shellWords([home])}` : '';

/** modsync's command as Git's shell runs it. */
const commandLine = (host: Host): string =>
  [homeSetting(host), shellWords(host.command)].filter((part) => part !== '').join(' ');

/** As `commandLine` writes it; git-lfs's own names the bare program. */
export const isOurCommand = (value: string): boolean =>
  /^(MODSYNC_HOME=)?'.*' (filter-process|clean -- %f|smudge -- %f)$/.test(value);

/**
 * Stock Git turns assets into pointers, and back, through modsync. Not `required`: where modsync is gone, Git works on
 * in the folder, with pointers in place of assets. Written only where it is not so yet.
 */
export async function setFilter(repository: Repository): Promise<void> {
  if (!isFilterSet(repository)) await repository.config.setMany(wantedConfig(repository));
}

export const isFilterSet = (repository: Repository): boolean =>
  wantedConfig(repository).every(([key, value]) => repository.config.get(key) === value);

function wantedConfig({ host }: Repository): [key: string, value: string][] {
  const command = commandLine(host);
  const commands = Object.entries(FILTER).map(([key, words]): [string, string] => [
    `filter.lfs.${key}`,
    `${command} ${words}`,
  ]);
  return [...commands, ['filter.lfs.required', 'false']];
}

/** Stock Git asks modsync for the token of the remote's host: it stays in the user's own file. */
export async function setCredentialHelper({ config, host }: Repository, url: string): Promise<void> {
  const key = `credential.${new URL(url).origin}.helper`;
  const helper = `!${commandLine(host)} credential`;
  if (config.get(key) !== helper) await config.set(key, helper);
}

/** Takes away what this file wrote, and nothing else. */
export async function removeConfig(
  repository: Repository,
  { credentials }: { readonly credentials: boolean },
): Promise<void> {
  const { config } = repository;
  const keys = Object.keys(FILTER)
    .map((key) => `filter.lfs.${key}`)
    .filter((key) => config.getAll(key).some(isOurCommand));
  if (keys.length > 0) keys.push('filter.lfs.required');
  if (credentials)
    keys.push(
      ...config
        .subsections('credential')
        .map((host) => `credential.${host}.helper`)
        .filter((key) =>
          config.getAll(key).some((value) => /^!(MODSYNC_HOME=)?["'].*["'] credential$/.test(value)),
        ),
    );
  if (keys.length > 0) await config.setMany(keys.map((key) => [key, undefined]));
}
