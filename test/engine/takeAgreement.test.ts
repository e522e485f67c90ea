/**
 * Taking what does not conflict, and deciding the rest later, on random histories: the same questions, and in the end
 * the same tree as deciding at once; and over many takes, whatever one side alone touched is as that side has it.
 */

import { asksTheSame, cleanPart } from '../../src/engine/merging/cleanPart.ts';
import type { WholeDecision } from '../../src/engine/merging/decisions.ts';
import { conflictWords, type MergedCommits, mergeCommits } from '../../src/engine/merging/mergeCommits.ts';
import { takenRef } from '../../src/engine/project/Project.ts';
import { formatCommit, Repository } from '../../src/git/index.ts';
import { entangled, foldName, type PlannedConflict } from '../../src/merge/index.ts';
import { MODE } from '../../src/shared/git.ts';
import type { BlobId, CommitId, TreeId } from '../../src/shared/ids.ts';
import { git, randomFrom } from '../support/gitRepository.ts';
import { temporaryFolder, testHost } from '../support/host.ts';
import { soak } from '../support/mutate.ts';

const PATHS = [
  'a.txt',
  'b.txt',
  'c/d.txt',
  'C/e.txt',
  'c/f/g.txt',
  'h',
  'h/i.txt',
  'H/j.txt',
  'k.dds',
  'K.dds',
  'l/m.dds',
  'My.esp',
  'Vis/My.esp/1.uvd',
  'Vis/My.esp/2.uvd',
  'Meshes/Precombined/0001_OC.nif',
  'My.cdx',
];
const PLAIN = [
  'a.txt',
  'b.txt',
  'c/d.txt',
  'c/e.txt',
  'c/f/g.txt',
  'k.dds',
  'l/m.dds',
  'n.dds',
  'o.dds',
  'p.txt',
];

type Files = ReadonlyMap<string, string>;

class History {
  readonly random: () => number;
  readonly repository: Repository;
  #seconds = 1_700_000_000;
  /** Few: much is taken for a rename. */
  readonly #contents: number;

  constructor(repository: Repository, seed: number, contents: number) {
    this.#contents = contents;
    this.repository = repository;
    this.random = randomFrom(seed);
  }

  pick(count: number): number {
    return Math.floor(this.random() * count);
  }

  one<T>(list: readonly T[]): T {
    return list[this.pick(list.length)] as T; // none of them is empty
  }

  async tree(files: Files): Promise<TreeId> {
    const { objects, trees } = this.repository;
    const blobs = await objects.write(
      [...files.values()].map((content) => ({ type: 'blob', data: new TextEncoder().encode(content) })),
    );
    const changes = [...files.keys()].map((path, at) => ({
      path,
      after: { mode: MODE.file, id: blobs[at] as BlobId }, // one for each
    }));
    return await trees.write(undefined, changes);
  }

  async commitTree(tree: TreeId, parents: readonly CommitId[]): Promise<CommitId> {
    const who = { name: 'A', email: 'a@x', seconds: this.#seconds++, offset: 0 };
    const data = formatCommit({ tree, parents, author: who, committer: who, message: 'x\n' });
    const [id] = await this.repository.objects.write([{ type: 'commit', data }]);
    return id as CommitId; // an id that `write` gave for a commit
  }

  async commit(files: Files, ...parents: CommitId[]): Promise<CommitId> {
    return await this.commitTree(await this.tree(files), parents);
  }

  async files(commit: CommitId): Promise<Map<string, string>> {
    const { graph, objects, trees } = this.repository;
    const found = new Map<string, string>();
    for (const [path, { id }] of await trees.list((await graph.commit(commit)).tree))
      found.set(path, new TextDecoder().decode(await objects.readBlob(id)));
    return found;
  }

  content(path: string): string {
    if (!path.endsWith('.txt')) return `\0${this.pick(this.#contents)}`;
    return Array.from({ length: 8 }, (_, at) => `line ${at} ${this.pick(1e6)}\n`).join('');
  }

  edited(files: Files, { paths, edits, moves }: { paths: readonly string[]; edits: number; moves: boolean }) {
    const next = new Map(files);
    const add = (path: string, content: string) => {
      for (const other of next.keys())
        if (other.startsWith(`${path}/`) || path.startsWith(`${other}/`)) next.delete(other);
      next.set(path, content);
    };
    for (let left = edits; left > 0; left--) {
      const path = this.one(paths);
      const content = next.get(path);
      const kind = this.pick(8);
      if (content === undefined) add(path, this.content(path));
      else if (kind === 0) next.delete(path);
      else if (kind <= 2 && moves) {
        next.delete(path);
        add(this.one(paths.filter((other) => other.endsWith(path.slice(-4)))), this.#touched(path, content));
      } else next.set(path, this.#touched(path, content));
    }
    return next;
  }

  #touched(path: string, content: string): string {
    if (!path.endsWith('.txt')) return this.pick(3) === 0 ? content : this.content(path);
    const lines = content.split('\n');
    if (this.pick(3) > 0) lines[this.pick(8)] = `edit ${this.pick(3)}`;
    return lines.join('\n');
  }

  /** What `takeClean` does, without a working copy. */
  async take(
    ours: CommitId,
    theirs: CommitId,
    merged: MergedCommits,
  ): Promise<CommitId | 'nothing' | 'refused'> {
    const part = await cleanPart(this.repository, merged);
    if (!part) return 'nothing';
    if (!(await asksTheSame(this.repository, merged, part, {}))) return 'refused';
    const take = await this.commitTree(part.ours, [ours]);
    const base = await this.commitTree(part.base, [theirs, take]);
    await this.repository.refs.update([{ ref: takenRef('refs/heads/main'), next: base }], {
      message: 'take',
      who: { name: 'A', email: 'a@x', seconds: 0, offset: 0 },
    });
    return take;
  }
}

async function history(seed: number, contents: number): Promise<History> {
  const folder = temporaryFolder(`take-${seed}`);
  git(folder, 'init', '-q', '--bare', '.git');
  git(folder, 'config', 'core.bare', 'false');
  return new History(await Repository.open(testHost(), folder), seed, contents);
}

const words = ({ conflicts }: Pick<MergedCommits, 'conflicts'>) => conflicts.map(conflictWords).sort();

test('what was taken, and then decided, comes to what deciding at once does', async () => {
  const counted = { taken: 0, nothing: 0, clean: 0, crissCross: 0 };
  const refused: unknown[] = [];
  for (let seed = 1; seed <= soak(40); seed++) {
    const made = await history(seed, 4);
    const { repository } = made;
    const moves = seed % 2 === 0;
    const from = made.edited(new Map(), { paths: PATHS, edits: 14, moves: false });
    const base = await made.commit(from);
    const edit = (files: Files) => made.edited(files, { paths: PATHS, edits: 2 + made.pick(6), moves });
    let [a, b] = [await made.commit(edit(from), base), await made.commit(edit(from), base)];
    if (seed % 4 === 3) {
      // each took the other's in a way of its own
      const both = [await made.files(a), await made.files(b)];
      [a, b] = [await made.commit(edit(made.one(both)), a, b), await made.commit(edit(made.one(both)), b, a)];
    }
    const of = async (commit: CommitId) => await made.commit(edit(await made.files(commit)), commit);
    const [ours, theirs] = [await of(a), await of(b)];
    const merged = await mergeCommits(repository, ours, theirs);
    if (merged.conflicts.length === 0) {
      counted.clean++;
      continue;
    }
    const decide: ((conflict: PlannedConflict) => WholeDecision)[] = [
      () => 'local',
      () => 'remote',
      ({ path }) => ((path.length + seed) % 2 ? 'local' : 'remote'),
    ];
    const atOnce = [];
    for (const one of decide) atOnce.push(await mergeCommits(repository, ours, theirs, { decide: one }));
    const take = await made.take(ours, theirs, merged);
    if (take === 'nothing') counted.nothing++;
    if (take === 'refused') refused.push(seed);
    if (take === 'nothing' || take === 'refused') continue;
    counted.taken++;
    if (merged.bases.length > 1) counted.crissCross++;
    expect({ seed, words: words(await mergeCommits(repository, take, theirs)) }).toEqual({
      seed,
      words: words(merged),
    });
    for (const [at, one] of decide.entries()) {
      const later = await mergeCommits(repository, take, theirs, { decide: one });
      expect({ seed, at, open: words(later), tree: later.tree }).toEqual({
        seed,
        at,
        open: words(atOnce[at]!),
        tree: atOnce[at]!.tree,
      });
    }
  }
  expect(counted.taken).toBeGreaterThan(refused.length * 10);
  expect(counted.taken).toBeGreaterThan(15);
  if (process.env.MODSYNC_SOAK) console.log(counted, refused);
});

test('over many takes, what one side alone touched is as that side has it', async () => {
  const counted = { takes: 0, refused: 0, paths: 0 };
  for (let seed = 1; seed <= soak(10); seed++) {
    const made = await history(seed, 1e9);
    const { repository } = made;
    const how = { paths: PLAIN, edits: 3, moves: false };
    const from = made.edited(new Map(), { ...how, edits: 20 });
    const base = await made.commit(from);
    const touched = { ours: new Set<string>(), theirs: new Set<string>() };
    const differing = (a: Files, b: Files, into: Set<string>) => {
      for (const path of new Set([...a.keys(), ...b.keys()])) if (a.get(path) !== b.get(path)) into.add(path);
    };
    const step = async (at: CommitId, into: Set<string>) => {
      const before = await made.files(at);
      const after = made.edited(before, how);
      differing(before, after, into);
      return await made.commit(after, at);
    };
    const sure = new Map([...from, ['sure.dds', '\0ours']]);
    touched.ours.add('sure.dds');
    touched.theirs.add('sure.dds');
    let ours = await made.commit(sure, base);
    let theirs = await made.commit(new Map([...from, ['sure.dds', '\0theirs']]), base);
    for (let round = 0; round < 6; round++) {
      if (made.pick(2)) ours = await step(ours, touched.ours);
      theirs = await step(theirs, touched.theirs);
      const merged = await mergeCommits(repository, ours, theirs);
      expect(merged.conflicts.map(({ path }) => path)).toContain('sure.dds');
      const take = await made.take(ours, theirs, merged);
      if (take === 'refused') {
        counted.refused++;
        continue;
      }
      if (take !== 'nothing') {
        counted.takes++;
        ours = take;
      }
      const [mine, other] = [await made.files(ours), await made.files(theirs)];
      const waiting = new Set([...entangled(merged.merge.entanglements)].map(foldName));
      for (const path of touched.theirs) {
        if (touched.ours.has(path) || waiting.has(foldName(path))) continue;
        expect({ seed, round, path, content: mine.get(path) }).toEqual({
          seed,
          round,
          path,
          content: other.get(path),
        });
      }
    }
    const decide = ({ path }: PlannedConflict) => (path.length % 2 ? 'local' : 'remote') as WholeDecision;
    const last = await mergeCommits(repository, ours, theirs);
    const end = await mergeCommits(repository, ours, theirs, { decide });
    expect(end.conflicts).toEqual([]);
    const asked = new Set([...entangled(last.merge.entanglements)].map(foldName));
    const result = await made.files(await made.commitTree(end.tree, [ours, theirs]));
    const [mine, other] = [await made.files(ours), await made.files(theirs)];
    for (const path of PLAIN) {
      if (asked.has(foldName(path)) || (touched.ours.has(path) && touched.theirs.has(path))) continue;
      counted.paths++;
      const whose = touched.theirs.has(path) ? other : touched.ours.has(path) ? mine : from;
      expect({ seed, path, content: result.get(path) }).toEqual({ seed, path, content: whose.get(path) });
    }
  }
  expect(counted.takes).toBeGreaterThan(counted.refused * 10);
  if (process.env.MODSYNC_SOAK) console.log(counted);
});
