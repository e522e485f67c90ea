/** Changes that no time stamp tells: of as many bytes, in the same tick of the disk's clock. */
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Repository } from '../../../src/git/index.ts';
import type { Disk } from '../../../src/platform/index.ts';
import { git } from '../../support/gitRepository.ts';
import { temporaryFolder, testHost } from '../../support/host.ts';

const ROUNDS = 20 * Number(process.env.MODSYNC_SOAK ?? 1);
const author = { name: 'Ann', email: 'ann@example.org', seconds: 1_700_000_000, offset: 60 };
const content = (letter: string) => letter.repeat(1000);

/** A project with a commit for each letter, on the last of them. */
async function project(...letters: readonly string[]) {
  const folder = temporaryFolder('racy');
  const file = join(folder, 'f.txt');
  const repository = await Repository.init(testHost(), folder, { branch: 'main' });
  const trees = [];
  for (const letter of letters) {
    writeFileSync(file, content(letter));
    const commit = await repository.commitWorkingTree({ message: letter, author });
    if (commit) trees.push(commit.tree);
  }
  return { folder, file, repository, trees };
}

/** The index as if it had been written so many seconds later, and its repository as another process opens it. */
async function later(folder: string, seconds: number): Promise<Repository> {
  const time = Date.now() / 1000 + seconds;
  utimesSync(join(folder, '.git/index'), time, time);
  return await Repository.open(testHost(), folder);
}

const changed = async (repository: Repository) =>
  (await repository.status()).unstaged.map(({ path }) => path);

test('a save right after a checkout is seen, however late the index was written', async () => {
  const { folder, file, repository, trees } = await project('a', 'b');
  for (let round = 0; round < ROUNDS; round++) {
    const to = trees[round % 2];
    if (!to) throw new Error('There are two');
    await repository.checkout({
      to,
      beforeIndex: async () => writeFileSync(file, content('s'), { flag: 'r+' }),
    });
    expect(await changed(await later(folder, 2))).toEqual(['f.txt']);
    writeFileSync(file, content(round % 2 === 0 ? 'a' : 'b'));
    expect(await changed(repository)).toEqual([]);
  }
});

test('a save right after a file was hashed is seen, however late the index was written', async () => {
  const { folder, file, repository } = await project('a');
  git(folder, 'config', 'core.trustctime', 'false');
  for (let round = 0; round < ROUNDS; round++) {
    const tick = Date.now() / 1000;
    writeFileSync(file, content('h') + round);
    utimesSync(file, tick, tick);
    let isSaved = false;
    await repository.commitWorkingTree({
      message: `${round}`,
      author,
      onProgress: ({ phase }) => {
        if (phase !== 'hash' || isSaved) return;
        isSaved = true;
        writeFileSync(file, content('s') + round, { flag: 'r+' });
        utimesSync(file, tick, tick);
      },
    });
    expect(isSaved).toBe(true);
    expect(await changed(await later(folder, 2))).toEqual(['f.txt']);
  }
});

test('what a checkout has just written is not read by the next look', async () => {
  const { folder, file, repository, trees } = await project('a', 'b');
  const [first] = trees;
  if (!first) throw new Error('There are two');
  await repository.checkout({ to: first });
  expect(readFileSync(file, 'utf8')).toBe(content('a'));
  const read: string[] = [];
  const host = testHost();
  const readMany: Disk['readMany'] = (paths) => {
    read.push(...paths);
    return host.disk.readMany(paths);
  };
  const seen = await Repository.open({ ...host, disk: { ...host.disk, readMany } }, folder);
  expect(await changed(seen)).toEqual([]);
  expect(read.filter((path) => path.endsWith('f.txt'))).toEqual([]);
});
