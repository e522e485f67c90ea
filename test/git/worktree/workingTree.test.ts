import { lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Repository } from '../../../src/git/index.ts';
import type { TreeId } from '../../../src/shared/ids.ts';
import { gitZ } from '../../support/gitCommand.ts';
import { git, randomFrom } from '../../support/gitRepository.ts';
import { temporaryFolder, testHost } from '../../support/host.ts';
import { SOAK, sampled } from '../../support/soak.ts';
import { RandomTree } from './randomTree.ts';

const author = { name: 'Ann', email: 'ann@example.org', seconds: 1_700_000_000, offset: 60 };

async function project(name = 'tree') {
  const folder = temporaryFolder(name);
  return { folder, repository: await Repository.init(testHost(), folder, { branch: 'main' }) };
}

interface Shown {
  readonly unstaged: string[];
  readonly staged: string[];
  readonly unmerged: string[];
}

/** `git status` in our words. */
function theirStatus(folder: string): Shown {
  const shown: Shown = { unstaged: [], staged: [], unmerged: [] };
  const kinds: Record<string, string> = { M: 'modified', T: 'modified', D: 'deleted', A: 'added' };
  for (const line of gitZ(folder, [
    '--no-optional-locks',
    'status',
    '--porcelain=v2',
    '-uall',
    '-z',
    '--no-renames',
    '--ignore-submodules=all',
  ])) {
    const fields = line.split(' ');
    if (fields[0] === '?') {
      if (!line.endsWith('/')) shown.unstaged.push(`added ${line.slice(2)}`);
      continue;
    }
    const path = fields.slice(fields[0] === 'u' ? 10 : 8).join(' ');
    if (fields[0] === 'u') shown.unmerged.push(path);
    else {
      const [x, y] = fields[1] as unknown as [string, string];
      if (x !== '.') shown.staged.push(`${kinds[x]} ${path}`);
      if (y !== '.') shown.unstaged.push(`${kinds[y]} ${path}`);
    }
  }
  return { unstaged: shown.unstaged.sort(), staged: shown.staged.sort(), unmerged: shown.unmerged.sort() };
}

async function ourStatus(repository: Repository, only?: readonly string[]): Promise<Shown> {
  const { unstaged, staged, unmerged } = await repository.status(only && { only });
  return {
    unstaged: unstaged.map(({ kind, path }) => `${kind} ${path}`).sort(),
    staged: staged
      .map(({ before, after, path }) => `${before ? (after ? 'modified' : 'deleted') : 'added'} ${path}`)
      .sort(),
    unmerged: [...unmerged].sort(),
  };
}

/** Git agrees that nothing changed, by the index alone: it may not refresh it first. */
function expectClean(folder: string): void {
  expect(git(folder, 'diff-files')).toBe('');
  expect(git(folder, 'diff-index', '--cached', 'HEAD')).toBe('');
  expect(git(folder, '--no-optional-locks', 'status', '--porcelain', '-uall')).toBe('');
}

test.each(Array.from({ length: 4 * SOAK }, (_, i) => i))(
  'status, commit and checkout agree with Git on random work (seed %i)',
  async (seed) => {
    const { folder, repository } = await project();
    if (seed % 4 === 1) git(folder, 'update-index', '--index-version', '4');
    const tree = new RandomTree(folder, seed);
    const trees: TreeId[] = [];
    for (let round = 0; round < 12; round++) {
      tree.mutate(1 + round * 2);
      if (tree.chance(0.5)) {
        const files = tree.files();
        const some = Array.from({ length: 3 }, () => tree.pick(files)).filter(Boolean);
        if (some.length > 0) git(folder, 'add', '-f', '--', ...new Set(some));
        if (tree.chance(0.4) && some[0]) tree.mutate(2);
      }
      if (seed % 4 === 2 && tree.chance(0.3))
        tree.put('.gitignore', tree.pick(['*.txt\n', 'a/\n!x.txt\n', '/b\n']));
      expect(await ourStatus(repository)).toEqual(theirStatus(folder));
      if (tree.chance(0.3)) {
        git(folder, 'add', '-A');
        git(folder, 'commit', '-q', '--allow-empty', '-m', `theirs ${round}`);
      } else {
        const made = await repository.commitWorkingTree({ message: `ours ${round}`, author });
        if (made) expect(git(folder, 'rev-parse', 'HEAD^{tree}').trim()).toBe(made.tree);
        if (made) expect(git(folder, 'write-tree').trim()).toBe(made.tree);
      }
      const head = await repository.headTree();
      if (!head) continue;
      expectClean(folder);
      expect(await ourStatus(repository)).toEqual({ unstaged: [], staged: [], unmerged: [] });
      trees.push(head);
      // Ignored files stand in the way, and are kept.
      if (seed % 4 !== 2 && tree.chance(0.5)) {
        const to = tree.pick(trees);
        const { kept } = await repository.checkout({ to });
        expect(kept).toEqual([]);
        expect(git(folder, 'diff-files')).toBe('');
        expect(git(folder, 'diff-index', '--cached', to)).toBe('');
        expect(gitZ(folder, ['ls-files', '-o', '--exclude-standard', '-z'])).toEqual([]);
        expect(gitZ(folder, ['ls-tree', '-r', '--name-only', '-z', to]).sort()).toEqual(
          gitZ(folder, ['ls-files', '-z']).sort(),
        );
      }
    }
    expect(git(folder, 'fsck', '--strict', '--no-dangling')).toBe('');
  },
);

test.each(Array.from({ length: sampled(2, 3) }, (_, i) => 100 + i))(
  'a watcher’s paths are enough to see what changed (seed %i)',
  async (seed) => {
    const { folder, repository } = await project();
    const tree = new RandomTree(folder, seed);
    for (let round = 0; round < 10; round++) {
      const before = new Map(tree.files().map((path) => [path, stamp(folder, path)]));
      tree.mutate(4);
      const after = new Map(tree.files().map((path) => [path, stamp(folder, path)]));
      const dirty = [...new Set([...before.keys(), ...after.keys()])].filter(
        (path) => before.get(path) !== after.get(path),
      );
      const whole = await ourStatus(repository);
      expect(await ourStatus(repository, dirty)).toEqual(whole);
      const made = await repository.commitWorkingTree({ message: `${round}`, author, only: dirty });
      expect(made === undefined).toBe(whole.unstaged.length === 0);
      if (await repository.headTree()) expectClean(folder);
      expect((await ourStatus(repository, [])).unstaged).toEqual([]);
    }
  },
);

function stamp(folder: string, path: string): string {
  const { ino, mtimeNs, ctimeNs, mode } = lstatSync(join(folder, path), { bigint: true });
  return `${ino} ${mtimeNs} ${ctimeNs} ${mode}`;
}

// other systems' disks take no such names
const testOnLinux = process.platform === 'linux' ? test : test.skip;

testOnLinux(
  'a file or folder whose name is not UTF-8 is seen, and no commit leaves it out in silence',
  async () => {
    for (const kind of ['file', 'folder']) {
      const { folder, repository } = await project();
      writeFileSync(join(folder, 'good \ufffd.txt'), 'its name is fine\n');
      const path = Buffer.concat([Buffer.from(join(folder, 'sub/')), Buffer.from('caf\xe9', 'latin1')]);
      mkdirSync(join(folder, 'sub'));
      if (kind === 'file') writeFileSync(path, 'x');
      else mkdirSync(path);
      const { unstaged } = await repository.status();
      expect(unstaged.map((change) => change.path)).toEqual(['good \ufffd.txt', 'sub/caf\ufffd']);
      const refused = {
        code: 'UNSAFE_PATH',
        message: expect.stringContaining('not UTF-8') as string,
        data: expect.objectContaining({ path: 'sub/caf\ufffd' }) as object,
      };
      await expect(repository.status({ beforeCommit: true })).rejects.toMatchObject(refused);
      const commit = { message: 'All', author };
      await expect(repository.commitWorkingTree(commit)).rejects.toMatchObject(refused);
      writeFileSync(join(folder, '.gitignore'), 'sub/\n');
      expect((await repository.commitWorkingTree(commit))?.changes.length).toBe(2);
    }
  },
);

test('an edit that keeps size and time is seen as long as Git would see it', async () => {
  const { folder, repository } = await project();
  const random = randomFrom(7);
  writeFileSync(join(folder, 'x'), 'aaaa');
  await repository.commitWorkingTree({ message: 'x', author });
  for (let i = 0; i < 30; i++) {
    writeFileSync(join(folder, 'x'), random() < 0.5 ? 'bbbb' : 'aaaa');
    writeFileSync(join(folder, 'y'), `${i}`);
    await repository.commitWorkingTree({ message: `${i}`, author, only: ['y'] });
    const changed = readFileSync(join(folder, 'x'), 'utf8') !== git(folder, 'show', 'HEAD:x');
    expect((await ourStatus(repository)).unstaged.length > 0).toBe(changed);
    expect(theirStatus(folder).unstaged.length > 0).toBe(changed);
    if (random() < 0.5) await repository.commitWorkingTree({ message: `${i}`, author });
  }
});
