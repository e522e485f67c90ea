/**
 * SIGKILL at random moments of two processes that work on one repository at once, with a third person pushing. The
 * next run finishes by itself; Git finds no fault; every version that was once promised is still there.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { git, randomFrom } from '../support/gitRepository.ts';
import { temporaryFolder } from '../support/host.ts';
import { SOAK, sampled } from '../support/soak.ts';
import { emptyFiles, locksIn, type Orders, sharedProject, unreachable, Worker } from './project.ts';

/** Each with two kills. */
const ROUNDS = sampled(3, 8);
const KINDS = [
  'snapshot',
  'snapshot',
  'snapshot',
  'commit',
  'sync',
  'sync',
  'restore',
  'name',
  'upkeep',
  'upkeep',
];

test(
  'kills at any moment, two processes at once: nothing that was saved is lost, the next run goes on',
  async () => {
    const seed = Number(process.env.MODSYNC_SEED ?? 20260728);
    const random = randomFrom(seed);
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [
        `work/${'abcd'[at % 4]}/start ${at}.psc`,
        `start ${at}\n`.repeat(30),
      ]),
    );
    const { folder, bare, server, sync } = await sharedProject(files);
    git(folder, 'config', 'gc.auto', '10');
    git(folder, 'config', 'gc.autoPackLimit', '3');
    const colleague = temporaryFolder('colleague');
    git(colleague, 'clone', '-q', bare, '.');
    const saved = new Set<string>();
    let midway = 0;
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const workers = ['ann', 'bea'].map((who, at) => {
          const orders: Orders = {
            folder,
            url: server.url,
            seed: seed + round * 2 + at,
            who,
            steps: 1000,
            kinds: KINDS,
          };
          return new Worker(orders);
        });
        await Promise.all(workers.map(({ ready }) => ready));
        push(colleague, round);
        await Promise.all(
          workers.map(async (worker) => {
            await new Promise((resolve) => setTimeout(resolve, 5 + random() ** 2 * 600));
            worker.kill();
            await worker.ended;
          }),
        );
        for (const worker of workers) {
          expect(worker.failed).toEqual([]);
          for (const commit of worker.saved) saved.add(commit);
          if (worker.lines.at(-1) !== 'done') midway++;
        }

        expect(await sync()).toMatchObject({ outcome: expect.stringMatching(/synced|up-to-date/) });
        git(folder, 'fsck', '--strict', '--no-dangling');
        expect(git(folder, 'status', '--porcelain')).toBe('');
        expect(emptyFiles(folder)).toEqual([]);
        expect(locksIn(folder)).toEqual([]);
        expect(unreachable(folder, [...saved])).toEqual([]);
      }
    } finally {
      await server.close();
    }
    git(bare, 'fsck', '--strict', '--no-dangling');
    expect(git(bare, 'rev-parse', 'main')).toBe(git(folder, 'rev-parse', 'main'));
    expect(git(folder, 'reflog', 'main').split('\n').length).toBeGreaterThan(ROUNDS);
    expect(midway).toBe(2 * ROUNDS);
    expect(saved.size).toBeGreaterThan(ROUNDS);
  },
  240_000 * SOAK,
);

function push(colleague: string, round: number): void {
  git(colleague, 'pull', '-q', '--rebase');
  mkdirSync(join(colleague, 'work/c'), { recursive: true });
  writeFileSync(join(colleague, `work/c/colleague ${round % 7}.psc`), `${round}\n`.repeat(20));
  git(colleague, 'add', '-A');
  git(colleague, 'commit', '-qm', `colleague ${round}`);
  try {
    git(colleague, 'push', '-q');
  } catch {
    // one of the two was faster; next round
  }
}
