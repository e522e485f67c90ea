/** What stock Git leaves a folder in: in the middle of something, on no branch, behind a lock of the dead. */

import { spawnSync } from 'node:child_process';
import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { git, gitEnvironment } from '../support/gitRepository.ts';
import { type LocalProject, startLocalProject } from '../support/localProject.ts';

/** Ends with 1 where Git stops for a person. */
const tryGit = (folder: string, ...args: readonly string[]): number | null =>
  spawnSync('git', args, { cwd: folder, env: gitEnvironment, stdio: 'ignore' }).status;

/** A branch `other` that changes the line that `main` changes. */
async function twoBranches(): Promise<LocalProject> {
  const project = await startLocalProject({ 'a.txt': 'first\n' });
  const { folder, write } = project;
  git(folder, 'switch', '-q', '-c', 'other');
  write('a.txt', 'theirs\n');
  git(folder, 'commit', '-qam', 'Theirs');
  git(folder, 'switch', '-q', 'main');
  write('a.txt', 'ours\n');
  git(folder, 'commit', '-qam', 'Ours');
  return project;
}

test.each([
  ['merge', ['merge', 'other'], 'git merge --abort'],
  ['rebase', ['rebase', 'other'], 'git rebase --abort'],
  ['cherry-pick', ['cherry-pick', 'other'], 'git cherry-pick --abort'],
])(
  'in the middle of a %s, a sync says how that ends, and a status what Git has open',
  async (what, command, end) => {
    const { engine, id, folder } = await twoBranches();
    expect(tryGit(folder, ...command)).toBe(1);
    await expect(engine.syncProject(id)).rejects.toMatchObject({
      code: 'MERGE_IN_PROGRESS',
      message: expect.stringContaining(end) as string,
    });
    expect(await engine.getSyncStatus(id)).toMatchObject({
      underWay: what,
      changes: [{ path: 'a.txt', kind: 'modified' }],
    });
    const findings = await engine.diagnose(folder);
    expect(findings.filter(({ state }) => state === 'bad')).toEqual([]);
    expect(findings.find(({ check }) => check === 'unfinished work')?.mend).toContain(end);
  },
);

test('conflicts without a merge, as after git stash pop, are told apart from one', async () => {
  const { engine, id, folder, write } = await startLocalProject({ 'a.txt': 'first\n' });
  write('a.txt', 'stashed\n');
  git(folder, 'stash', '-q');
  write('a.txt', 'ours\n');
  git(folder, 'commit', '-qam', 'Ours');
  expect(tryGit(folder, 'stash', 'pop')).toBe(1);
  await expect(engine.syncProject(id)).rejects.toMatchObject({
    code: 'MERGE_IN_PROGRESS',
    message: expect.not.stringContaining('git conflict') as string,
  });
  expect(await engine.getSyncStatus(id)).toMatchObject({
    underWay: 'conflict',
    changes: [{ path: 'a.txt', kind: 'modified' }],
  });
  git(folder, 'add', 'a.txt');
  expect((await engine.syncProject(id)).outcome).not.toBe('conflicts');
});

test('on no branch, a status still says what changed, and a sync what to do', async () => {
  const { engine, id, folder, write } = await startLocalProject();
  git(folder, 'switch', '-q', '--detach');
  write('a.txt', 'changed\n');
  expect(await engine.getSyncStatus(id)).toMatchObject({
    branch: 'HEAD',
    changes: [{ path: 'a.txt', kind: 'modified' }],
    ahead: 0,
    behind: 0,
    conflicts: [],
  });
  await expect(engine.syncProject(id)).rejects.toMatchObject({
    code: 'UNSUPPORTED_REPOSITORY',
    message: expect.stringContaining('git switch -c NAME') as string,
  });
});

test.each([
  ['a branch', 'refs/heads/main.lock', -600],
  ['the index, from before the clock was set back', 'index.lock', 7200],
])(
  'doctor finds a lock on %s that stops every sync, and removes it when asked to',
  async (_, lock, seconds) => {
    const { engine, id, folder, write } = await startLocalProject();
    const path = join(folder, '.git', lock);
    writeFileSync(path, '');
    const then = new Date(Date.now() + seconds * 1000);
    utimesSync(path, then, then);
    const locks = async (fix: boolean) =>
      (await engine.diagnose(folder, { fix })).filter(({ check }) => check === 'locks');
    expect(await locks(false)).toMatchObject([
      { state: 'bad', message: expect.stringContaining(lock) as string },
    ]);
    expect(await locks(true)).toMatchObject([{ state: 'good' }]);
    expect(existsSync(path)).toBe(false);
    write('a.txt', 'changed\n');
    expect((await engine.syncProject(id)).snapshot).toBeDefined();
  },
);

test('a folder that is a Git repository of its own is left out, and every sync says so until .gitignore does', async () => {
  const { engine, id, folder, write } = await startLocalProject();
  write('Tools/readme.txt', 'mine');
  git(join(folder, 'Tools'), 'init', '-q');
  const leftOut = [expect.stringMatching(/^Tools is a Git repository of its own/)];
  expect(await engine.syncProject(id)).toMatchObject({ warnings: leftOut });
  write('a.txt', 'second\n');
  expect(await engine.syncProject(id)).toMatchObject({ outcome: 'synced', warnings: leftOut });
  write('.gitignore', 'Tools/\n');
  expect(await engine.syncProject(id)).toMatchObject({ outcome: 'synced', warnings: [] });
});
