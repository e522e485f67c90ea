/** What Git's configuration of one repository says so that stock Git runs modsync: `filter.lfs.*`. */
import type { Repository } from '../../git/index.ts';
import type { Host } from '../../platform/index.ts';

const FILTER = { process: 'filter-process', clean: 'clean -- %f', smudge: 'smudge -- %f' } as const;
/**
 * A filter that can do nothing: Git leaves the content as it is. Where the process ends before it has said so much, Git
 * gives up on the whole command, also where the filter is not required. Source: gitattributes(5), "Long Running Filter
 * Process".
 */
const STAND_IN = "printf '0016git-filter-server\\n000eversion=2\\n00000000'; cat >/dev/null";

/** A command line for the shell that Git uses, on Windows too. */
export const shellWords = (words: readonly string[]): string =>
  words.map((word) => `'${word.replaceAll('\\', '/').replaceAll("'", "'\\''")}'`).join(' ');

/** Where the user's state is not in its usual place, what a program with another environment needs to find it. */
export const homeSetting = ({ environment, home }: Host): string =>
  environment.MODSYNC_HOME ? `MODSYNC_HOME=${shellWords([home])}` : '';

/** modsync's command as Git's shell runs it. */
const commandLine = (host: Host): string =>
  [homeSetting(host), shellWords(host.command)].filter((part) => part !== '').join(' ');

/** For as long as the program is there: it moves, as with each new Node, and the folder stays. */
const processCommand = (host: Host): string => {
  const isThere = host.command.map((part) => `[ -e ${shellWords([part])} ]`).join(' && ');
  return `if ${isThere}; then ${commandLine(host)} ${FILTER.process}; else ${STAND_IN}; fi`;
};

/** As it is written here; git-lfs's own names the bare program. */
export const isOurCommand = (value: string): boolean =>
  /^(MODSYNC_HOME=)?'.*' (filter-process|clean -- %f|smudge -- %f)$/.test(value) ||
  (value.startsWith("if [ -e '") && value.endsWith(`${STAND_IN}; fi`));

/**
 * Stock Git turns assets into pointers, and back, through modsync. Not `required`: where modsync is gone, Git works on
 * in the folder, with pointers in place of assets. Written only where it is not so yet.
 */
export async function setFilter(repository: Repository): Promise<void> {
  if (isFilterSet(repository)) return;
  const { config } = repository;
  const wanted = wantedConfig(repository);
  const isOurs = wanted.some(([key]) => isOurCommand(config.getOwn(key) ?? ''));
  const theirs = isOurs ? [] : wanted.map(([key]) => [beforeKey(key), config.getOwn(key)] as const);
  await config.setMany([...theirs.filter(([, value]) => value !== undefined), ...wanted]);
}

/** Where `git lfs install --local` was before us, its values, to be put back. */
export const beforeKey = (key: string): string => key.replace('filter.lfs.', 'filter.lfs-before-modsync.');

export const isFilterSet = (repository: Repository): boolean =>
  wantedConfig(repository).every(([key, value]) => repository.config.get(key) === value);

function wantedConfig({ host }: Repository): [key: string, value: string][] {
  const command = commandLine(host);
  return [
    ['filter.lfs.process', processCommand(host)],
    ['filter.lfs.clean', `${command} ${FILTER.clean}`],
    ['filter.lfs.smudge', `${command} ${FILTER.smudge}`],
    ['filter.lfs.required', 'false'],
  ];
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
  const before = keys.map((key) => [key, config.getOwn(beforeKey(key))] as const);
  const noted = wantedConfig(repository)
    .map(([key]) => beforeKey(key))
    .filter((key) => config.getOwn(key) !== undefined);
  if (credentials)
    keys.push(
      ...config
        .subsections('credential')
        .map((host) => `credential.${host}.helper`)
        .filter((key) =>
          config.getAll(key).some((value) => /^!(MODSYNC_HOME=)?["'].*["'] credential$/.test(value)),
        ),
    );
  const gone = [...keys, ...noted].map((key) => [key, undefined] as const);
  const back = before.filter(([, value]) => value !== undefined);
  if (gone.length > 0) await config.setMany([...gone, ...back]);
}
