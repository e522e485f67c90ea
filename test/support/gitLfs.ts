/** Tests that need stock git-lfs: skipped, and named as such, where it is not installed. */
import { spawnSync } from 'node:child_process';

export const haveGitLfs = spawnSync('git', ['lfs', 'version'], { stdio: 'ignore' }).status === 0;

export const testGitLfs: typeof test = haveGitLfs ? test : test.skip;

export function describeGitLfs(name: string, body: () => void): void {
  if (haveGitLfs) describe(name, body);
  else describe.skip(`${name} (skipped: git-lfs is not installed)`, body);
}
