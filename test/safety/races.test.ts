/** Two modsync processes and stock git commit into one repository at once: every commit is in the history. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { git, gitEnvironment } from '../support/gitRepository.ts';
import { emptyFiles, locksIn, sharedProject, unreachable, Worker } from './project.ts';

/** Of each of the three. */
const COMMITS = Math.min(100, 15 * Number(process.env.MODSYNC_SOAK ?? 1));

/** Stock git in a shell, as a person's script runs it; again where a lock is in the way. */
function stockGit(folder: string, commits: number) {
  const script = `
    i=0
    while [ $i -lt ${commits} ]; do
      echo "$i" > stock.txt
      until git commit -qm "stock $i" stock.txt 2>/dev/null; do sleep 0.01; done
      i=$((i+1))
    done`;
  const child = spawn('sh', ['-c', script], { cwd: folder, env: gitEnvironment, stdio: 'ignore' });
  return once(child, 'close');
}

test(
  'two modsync processes and stock git at once: all commits are there, git finds no fault',
  async () => {
    const { folder, server, sync } = await sharedProject({ 'stock.txt': 'start\n' });
    try {
      const workers = ['ann', 'bea'].map(
        (who, at) =>
          new Worker({ folder, url: server.url, seed: 100 + at, who, steps: COMMITS, kinds: ['counted'] }),
      );
      await Promise.all(workers.map(({ ready }) => ready));
      await Promise.all([stockGit(folder, COMMITS), ...workers.map(({ ended }) => ended)]);
      for (const worker of workers) {
        expect(worker.failed).toEqual([]);
        expect(worker.lines.at(-1)).toBe('done');
        expect(new Set(worker.saved).size).toBe(COMMITS);
        expect(unreachable(folder, worker.saved)).toEqual([]);
      }
      const messages = git(folder, 'log', '--first-parent', '--format=%s').trim().split('\n');
      const paths = git(folder, 'ls-tree', '-r', '--name-only', 'HEAD').split('\n');
      for (const who of ['ann', 'bea', 'stock']) {
        for (let i = 0; i < COMMITS; i++) expect(messages.filter((m) => m === `${who} ${i}`)).toHaveLength(1);
      }
      for (const who of ['ann', 'bea']) {
        expect(paths.filter((path) => path.startsWith(`${who} `))).toHaveLength(COMMITS);
      }
      // one line of history: nobody's commit is beside it
      const history = git(folder, 'rev-list', '--first-parent', 'HEAD').trim().split('\n');
      expect(history).toHaveLength(1 + 3 * COMMITS);
      expect(git(folder, 'reflog', 'main').trim().split('\n')).toHaveLength(history.length);
      git(folder, 'fsck', '--strict', '--no-dangling');
      expect(git(folder, 'status', '--porcelain')).toBe('');
      expect(emptyFiles(folder)).toEqual([]);
      expect(locksIn(folder)).toEqual([]);
      await sync();
    } finally {
      await server.close();
    }
  },
  180_000 * Number(process.env.MODSYNC_SOAK ?? 1),
);
