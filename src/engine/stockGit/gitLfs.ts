import type { Repository } from '../../git/index.ts';
import { isWindows } from '../../git/index.ts';
import type { Host } from '../../platform/index.ts';
import { join, parentOf } from '../../shared/paths.ts';
import { beforeKey, isOurCommand } from './filterConfig.ts';

/**
 * Whether git-lfs does this repository's filtering by itself: Git's configuration names it, and the program is there.
 * Nothing is started: `git-lfs` is looked for where Git would find it.
 */
export async function gitLfsStands(repository: Repository): Promise<boolean> {
  const { config, host } = repository;
  await config.refresh();
  const keys = ['filter.lfs.process', 'filter.lfs.clean'];
  const named = [...keys, ...keys.map(beforeKey)].some((key) =>
    config.getAll(key).some((value) => value !== '' && !isOurCommand(value)),
  );
  return named && (await hasGitLfs(host));
}

/** On the PATH, or where Git's own programs lie: Git for Windows brings git-lfs along, and puts only itself on the PATH. */
export async function hasGitLfs(host: Host): Promise<boolean> {
  const { environment, disk } = host;
  const windows = isWindows(host);
  const program = (name: string) => (windows ? `${name}.exe` : name);
  const path = environment.PATH ?? environment.Path ?? '';
  const folders = path
    .split(windows ? ';' : ':')
    .map((folder) => folder.replaceAll('\\', '/').replace(/^"|"$/g, ''))
    .filter((folder) => folder !== '');
  const isProgram = async (file: string) => {
    // a folder of the PATH that this user may not look into has nothing for them
    const stat = await disk.lstat(file).catch(() => undefined);
    return stat?.kind === 'file' || stat?.kind === 'symlink';
  };
  const gits: string[] = [];
  for (const folder of folders) {
    if (await isProgram(join(folder, program('git-lfs')))) return true;
    if (await isProgram(join(folder, program('git')))) gits.push(folder);
  }
  const beside = gits.flatMap((folder) => {
    const root = parentOf(folder);
    return windows
      ? ['mingw64/bin', 'mingw64/libexec/git-core', 'clangarm64/bin'].map((name) => join(root, name))
      : [join(root, 'libexec/git-core'), join(root, 'lib/git-core')];
  });
  if (environment.GIT_EXEC_PATH) beside.push(environment.GIT_EXEC_PATH.replaceAll('\\', '/'));
  for (const folder of beside) if (await isProgram(join(folder, program('git-lfs')))) return true;
  return false;
}
