import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { formatCacheTree, parseCacheTree } from '../../../src/git/index/CacheTree.ts';
import { IndexEntry, NO_STAT } from '../../../src/git/index/IndexEntry.ts';
import { IndexFile } from '../../../src/git/index/IndexFile.ts';
import { formatIndex, parseIndex } from '../../../src/git/index/indexFormat.ts';
import { hasCode, SyncError } from '../../../src/shared/errors.ts';
import { MODE } from '../../../src/shared/git.ts';
import type { BlobId } from '../../../src/shared/ids.ts';
import { gitBytes } from '../../support/gitCommand.ts';
import { git } from '../../support/gitRepository.ts';
import { temporaryFolder, testHost } from '../../support/host.ts';

const SOAK = Number(process.env.MODSYNC_SOAK ?? 1);
const { codec } = testHost();

function repository(files: readonly string[]): string {
  const folder = temporaryFolder('index');
  git(folder, 'init', '-q');
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), file);
  }
  git(folder, 'add', '-A');
  git(folder, 'commit', '-qm', 'x');
  return folder;
}

const FILES = ['a', 'a.b', 'dir/b', 'dir/sub/ü', 'dir.x', 'dir0', `${'long/'.repeat(60)}x`, 'y '.repeat(30)];
const listing = (folder: string) => git(folder, 'ls-files', '--stage', '--debug', '-v');

test.each(['2', '3', '4'])(
  'an index of version %s comes back as Git wrote it, and Git reads ours',
  (version) => {
    const folder = repository(FILES);
    git(folder, 'update-index', '--index-version', version);
    git(folder, 'update-index', '--assume-unchanged', 'a');
    if (version !== '2') {
      git(folder, 'update-index', '--skip-worktree', 'dir/b');
      writeFileSync(join(folder, 'new'), 'new');
      git(folder, 'add', '-N', 'new');
    }
    const path = join(folder, '.git/index');
    const before = listing(folder);
    const index = parseIndex(readFileSync(path), codec);
    expect(index.entries).toHaveLength(FILES.length + (version === '2' ? 0 : 1));
    writeFileSync(path, formatIndex(index, codec));
    expect(listing(folder)).toBe(before);
    expect(git(folder, 'diff', '--cached', '--name-only')).toBe('');
    // Git's own check that the cached trees are the ones the entries make.
    gitBytes(folder, ['update-index', '--force-write-index'], {
      environment: { GIT_TEST_CHECK_CACHE_TREE: '1' },
    });
  },
);

test('an index of an open merge keeps its stages', () => {
  const folder = repository(['x']);
  git(folder, 'checkout', '-qb', 'other');
  writeFileSync(join(folder, 'x'), 'theirs');
  git(folder, 'commit', '-qam', 'theirs');
  git(folder, 'checkout', '-q', 'main');
  writeFileSync(join(folder, 'x'), 'ours');
  git(folder, 'commit', '-qam', 'ours');
  gitBytes(folder, ['merge', 'other'], { allow: [1] });
  const path = join(folder, '.git/index');
  const before = listing(folder);
  const index = parseIndex(readFileSync(path), codec);
  expect(index.unmerged).toEqual(['x']);
  expect(index.get('x')).toBeUndefined();
  writeFileSync(path, formatIndex(index, codec));
  expect(listing(folder)).toBe(before);
});

test('what modsync would get wrong is refused with what to do', () => {
  const split = repository(['x']);
  git(split, 'update-index', '--split-index');
  expect(() => parseIndex(readFileSync(join(split, '.git/index')), codec)).toThrow(/no-split-index/);
  const sparse = repository(['in/x', 'out/y']);
  git(sparse, 'sparse-checkout', 'set', '--cone', '--sparse-index', 'in');
  expect(() => parseIndex(readFileSync(join(sparse, '.git/index')), codec)).toThrow(/sparse/);
});

test('an index without checksum is read, a damaged one is not', () => {
  const folder = repository(['x', 'y']);
  const bytes = readFileSync(join(folder, '.git/index'));
  const skipped = Buffer.from(bytes);
  skipped.fill(0, skipped.length - 20);
  expect(parseIndex(skipped, codec).entries).toHaveLength(2);
  bytes[50] = (bytes[50] as number) ^ 1;
  expect(() => parseIndex(bytes, codec)).toThrow(/checksum/);
});

const name = fc
  .array(fc.constantFrom('a', 'b', 'é', '😀', '\uffee', 'x.y', '-'), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join(''));
const paths = fc.uniqueArray(
  fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/')),
  { maxLength: 30 },
);
const entry = (path: string) => new IndexEntry(path, MODE.file, NO_STAT, '1'.repeat(40) as BlobId);

test('entries put in and taken out leave the index that was meant', () => {
  fc.assert(
    fc.property(paths, paths, paths, fc.boolean(), (first, added, removed, four) => {
      const changes = (all: readonly string[]) => new Map(all.map((path) => [path, entry(path)]));
      let index = new IndexFile([], { version: four ? 4 : 2 }).with(changes(first)).with(changes(added));
      index = index.with(new Map(removed.map((path) => [path, undefined])));
      const model = new Set<string>();
      for (const path of [...index.entries.map((each) => each.path)]) model.add(path);
      for (const path of added)
        if (
          !removed.includes(path) &&
          !added.some(
            (other) => other !== path && (other.startsWith(`${path}/`) || path.startsWith(`${other}/`)),
          )
        )
          expect(model).toContain(path);
      for (const path of removed) expect(model).not.toContain(path);
      const back = parseIndex(formatIndex(index, codec), codec);
      expect(back.entries.map((each) => each.path)).toEqual(index.entries.map((each) => each.path));
      for (const path of model) {
        expect(back.get(path)?.id).toBe('1'.repeat(40));
        const [from, to] = back.below(path.split('/')[0] as string);
        for (let at = from; at < to; at++)
          expect(back.entries[at]?.path.startsWith(`${path.split('/')[0]}/`)).toBe(true);
      }
    }),
    { seed: 41, numRuns: 200 * SOAK },
  );
});

test('no bytes break the index parser in other ways than it says', () => {
  const good = readFileSync(join(repository(FILES), '.git/index'));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(good.length - 21), fc.nat(255)), { maxLength: 8 }),
      fc.nat(good.length),
      (edits, cut) => {
        const bytes = Buffer.from(good.subarray(0, Math.max(40, edits.length > 4 ? cut : good.length)));
        for (const [at, value] of edits) if (at < bytes.length) bytes[at] = value;
        bytes.fill(0, bytes.length - 20);
        try {
          formatIndex(parseIndex(bytes, codec), codec);
        } catch (error) {
          expect(error).toBeInstanceOf(SyncError);
          expect(hasCode(error, 'MALFORMED_OBJECT') || hasCode(error, 'UNSUPPORTED_REPOSITORY')).toBe(true);
        }
        parseCacheTree(bytes);
      },
    ),
    { seed: 42, numRuns: 500 * SOAK },
  );
  const tree = parseIndex(good, codec).cacheTree;
  expect(tree && parseCacheTree(formatCacheTree(tree))).toEqual(tree);
});
