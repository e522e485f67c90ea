/** What a working copy must look like at the end of a test, in the eyes of stock git and git-lfs. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { haveGitLfs } from './gitLfs.ts';
import type { Modder } from './processes.ts';
import { until } from './processes.ts';
import { filesOf } from './team.ts';

/** `git status --porcelain`. Without git-lfs stock git can say nothing of the assets. */
export const gitStatus = async (modder: Modder): Promise<string> => {
  const assets = haveGitLfs ? [] : ['--', '.', ':(exclude)*.dds', ':(exclude)*.ba2'];
  const { out, err } = await modder.tryGit('status', '--porcelain', ...assets);
  return out + err;
};

/** Every file with its content and its executable bit. */
export function stateOf(folder: string): Map<string, string> {
  const state = new Map<string, string>();
  for (const [path, content] of filesOf(folder)) {
    // gone since it was listed: what waits for a state looks again
    const stat = statSync(join(folder, path), { throwIfNoEntry: false });
    const executable = ((stat?.mode ?? 0) & 0o100) !== 0;
    state.set(path, `${executable ? 'x' : '-'} ${content}`);
  }
  return state;
}

/** Files of the working tree that no person made: what a killed or careless program leaves behind. */
export function leftovers(folder: string): string[] {
  // `.git` is left out before it is read: in there a process that watches makes and removes folders at any time
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== '.git')
    .flatMap((entry) => [
      entry.name,
      ...(entry.isDirectory()
        ? readdirSync(join(folder, entry.name), { recursive: true, encoding: 'utf8' }).map(
            (path) => `${entry.name}/${path.replaceAll('\\', '/')}`,
          )
        : []),
    ])
    .filter((path) => /tmp_|\.lock$|\.modsync-|~$/.test(path));
}

/** `git fsck --strict`, `git lfs fsck`, `git status`: all clean. */
export async function expectHealthy(modder: Modder): Promise<void> {
  const fsck = await modder.tryGit('fsck', '--strict', '--no-dangling');
  expect({ who: modder.name, code: fsck.code, said: fsck.out + fsck.err }).toEqual({
    who: modder.name,
    code: 0,
    said: '',
  });
  expect(await gitStatus(modder)).toBe('');
  if (haveGitLfs) expect(await modder.git('lfs', 'fsck')).toBe('Git LFS fsck OK');
  expect(leftovers(modder.folder)).toEqual([]);
}

/** Waits until all have the same newest commit, the remote too, and nothing to add to it. */
export async function converged(people: readonly Modder[]): Promise<string> {
  let last: string[] = [];
  const same = until('all have one state', async () => {
    last = await Promise.all(
      people.map(async (person) => {
        const [heads, status] = await Promise.all([
          person.tryGit('rev-parse', 'HEAD', '@{u}'),
          gitStatus(person),
        ]);
        return heads.out + heads.err + status;
      }),
    );
    const [id, ...others] = last.flatMap((text) => text.trim().split('\n'));
    return others.every((other) => other === id) ? id : undefined;
  });
  return await same.catch((error: Error) => {
    throw new Error(`${error.message}\n${people.map(({ name }, at) => `${name}: ${last[at]}`).join('\n')}`);
  });
}
