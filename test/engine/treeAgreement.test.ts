/**
 * Our merge of commits beside `git merge-tree --write-tree` on random histories, criss-cross ones included: the same
 * tree, or conflicts in the same paths.
 *
 * The differences accepted, each on the safe side:
 * - Several merge bases that conflict with each other: Git merges on, with markers in the base; we ask a person
 *   about every path that both sides changed since.
 * - Renames are followed only for what would be a conflict (docs/decisions.md, renames.test.ts). The texts here are too
 *   different to be taken for renames.
 * - A file in the way of a folder: Git moves it aside under another name; we name the path that cannot stand.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mergeCommits } from '../../src/engine/merging/mergeCommits.ts';
import { Repository } from '../../src/git/index.ts';
import type { CommitId } from '../../src/shared/ids.ts';
import { git, gitEnvironment, randomFrom } from '../support/gitRepository.ts';
import { temporaryFolder, testHost } from '../support/host.ts';
import { soak } from '../support/mutate.ts';

type Mode = '100644' | '100755' | '120000';
type Tree = ReadonlyMap<string, { readonly mode: Mode; readonly lines: readonly string[] }>;

const PATHS = ['a.txt', 'b.txt', 'c/d.txt', 'c/e.txt', 'c/f/g.txt', 'h', 'h/i.txt', 'j.psc', 'k/l.psc'];

/** A history that branches and merges, with trees at random; the marks of the last two commits of it. */
function randomHistory(seed: number): { readonly stream: string; readonly tips: readonly [number, number] } {
  const random = randomFrom(seed);
  const pick = (count: number) => Math.floor(random() * count);
  const out: string[] = [];
  const trees: Tree[] = [];
  const commit = (tree: Tree, parents: readonly number[]) => {
    trees.push(tree);
    const mark = trees.length;
    out.push(
      `commit refs/heads/c${mark}\nmark :${mark}\ncommitter A <a@x> ${1_700_000_000 + mark} +0000\ndata 1\nx\n`,
    );
    for (const [at, parent] of parents.entries()) out.push(`${at === 0 ? 'from' : 'merge'} :${parent}\n`);
    out.push('deleteall\n');
    for (const [path, { mode, lines }] of tree) {
      const content = mode === '120000' ? (lines[0] ?? 'x') : `${lines.join('\n')}\n`;
      out.push(`M ${mode} inline ${path}\ndata ${Buffer.byteLength(content)}\n${content}\n`);
    }
    return mark;
  };
  const fresh = () => Array.from({ length: 6 + pick(10) }, (_, at) => `line ${at} ${pick(1e6)}`);
  const edited = (tree: Tree): Tree => {
    const next = new Map(tree);
    for (let edits = 1 + pick(3); edits > 0; edits--) {
      const path = PATHS[pick(PATHS.length)] as string; // below the length
      const file = next.get(path);
      const kind = pick(12);
      if (!file) {
        for (const other of next.keys())
          if (other.startsWith(`${path}/`) || path.startsWith(`${other}/`)) next.delete(other);
        next.set(path, { mode: '100644', lines: fresh() });
      } else if (kind === 0) next.delete(path);
      else if (kind === 1) next.set(path, { ...file, mode: file.mode === '100644' ? '100755' : '100644' });
      else if (kind === 2 && pick(3) === 0) next.set(path, { mode: '120000', lines: [`to${pick(3)}`] });
      else if (file.mode !== '120000') {
        const lines = [...file.lines];
        lines.splice(pick(lines.length), pick(2), `edit ${pick(6)}`);
        next.set(path, { ...file, lines });
      }
    }
    return next;
  };
  /** As a person may have merged: each path from one side or the other. */
  const mixed = (a: Tree, b: Tree): Tree => {
    const next = new Map(pick(2) ? a : b);
    for (const [path, file] of b) if (pick(2) && a.has(path)) next.set(path, file);
    return next;
  };
  const of = (mark: number) => trees[mark - 1] as Tree; // every mark has its tree
  const root = commit(edited(edited(edited(edited(new Map())))), []);
  let [left, right] = [commit(edited(of(root)), [root]), commit(edited(of(root)), [root])];
  for (let rounds = pick(3); rounds > 0; rounds--) {
    // criss-cross: each takes the other's
    if (pick(2)) {
      const [x, y] = [
        commit(mixed(of(left), of(right)), [left, right]),
        commit(mixed(of(right), of(left)), [right, left]),
      ];
      [left, right] = [x, y];
    }
    left = commit(edited(of(left)), [left]);
    right = commit(edited(of(right)), [right]);
  }
  return { stream: out.join(''), tips: [left, right] };
}

/** What Git makes of it: the tree of a clean merge, or the paths that conflict. */
function gitMerge(folder: string, ours: string, theirs: string) {
  const words = [
    '-c',
    'merge.renames=false',
    'merge-tree',
    '--write-tree',
    '--name-only',
    '--no-messages',
    '-z',
  ];
  const { status, stdout } = spawnSync('git', [...words, ours, theirs], {
    cwd: folder,
    env: gitEnvironment,
    encoding: 'utf8',
  });
  const [tree = '', ...paths] = stdout.split('\0').filter((part) => part !== '');
  if (status !== 0 && status !== 1) throw new Error(`git merge-tree ended with ${status}`);
  return { tree, paths: status === 0 ? [] : [...new Set(paths)].sort() };
}

test('merges of random histories agree with git merge-tree', async () => {
  const counted = { clean: 0, conflicts: 0, crissCross: 0, cautious: 0, aside: 0 };
  const different: unknown[] = [];
  for (let seed = 1; seed <= soak(60); seed++) {
    const folder = temporaryFolder(`tree-${seed}`);
    git(folder, 'init', '-q', '--bare', '.git');
    git(folder, 'config', 'core.bare', 'false');
    const { stream, tips } = randomHistory(seed);
    execFileSync('git', ['fast-import', '--quiet'], { cwd: folder, env: gitEnvironment, input: stream });
    const [ours, theirs] = tips.map(
      (mark) => git(folder, 'rev-parse', `refs/heads/c${mark}`).trim() as CommitId,
    );
    if (!ours || !theirs) throw new Error('no tips');
    const repository = await Repository.open(testHost(), folder);
    const merged = await mergeCommits(repository, ours, theirs);
    const expected = gitMerge(folder, ours, theirs);
    const paths = [...new Set(merged.conflicts.map(({ path }) => path))].sort();
    const several = merged.bases.length > 1;
    if (several) counted.crissCross++;
    const folders =
      merged.conflicts.some(({ kind }) => kind === 'file-folder') ||
      expected.paths.some((path) => path.includes('~'));
    if (paths.length === 0 && expected.paths.length === 0) {
      counted.clean++;
      if (merged.tree !== expected.tree) different.push({ seed, ours: merged.tree, git: expected.tree });
    } else if (paths.join() === expected.paths.join()) counted.conflicts++;
    else if (several && expected.paths.every((path) => paths.includes(path))) counted.cautious++;
    else if (folders && paths.length > 0 && expected.paths.length > 0) counted.aside++;
    else
      different.push({
        seed,
        ours: merged.conflicts.map(({ path, kind }) => `${path} ${kind}`),
        git: expected.paths,
        several,
      });
  }
  expect(different).toEqual([]);
  // the sample holds every kind
  expect(counted.clean).toBeGreaterThan(5);
  expect(counted.conflicts).toBeGreaterThan(5);
  expect(counted.crissCross).toBeGreaterThan(3);
  if (process.env.MODSYNC_SOAK) console.log(counted);
});
