/**
 * The three-way merge of two commits: plan, fetch the contents that the plan needs, merge them, write the tree. This room
 * reads commits, rules and decisions, and writes objects and decisions alone; refs, index and files are moved in `../sync`.
 *
 *   mergeCommits, mergeFiles, mergeAssets    trees, then the contents that both sides changed, in Git or in LFS
 *   mergeRules, decisions, applyDecisions    what rules and people say, and what that changes in the tree (`beside`: two files kept)
 *   conflicts                                what is open, as the values that people see
 *   cleanPart, takenBase                     what may arrive while something is open, and the base of the merge after it
 */

import type { Repository } from '../../git/index.ts';
import {
  type Entanglements,
  LONGEST_LIKE_TEXT,
  likelyRenames,
  type PlannedConflict,
  planTree,
  renameCandidates,
} from '../../merge/index.ts';
import { throwIfAborted } from '../../shared/errors.ts';
import type { TreeChange } from '../../shared/git.ts';
import type { BlobId, CommitId, TreeId } from '../../shared/ids.ts';
import type { DecidedConflict } from '../../shared/types.ts';
import { type Change, chosenChanges, contradictions } from './applyDecisions.ts';
import { type WholeDecision, wordFor } from './decisions.ts';
import { BATCH, type FileMergeOptions, mergeFiles, pathsOf } from './mergeFiles.ts';
import type { MergeRules } from './mergeRules.ts';
import { takenBase } from './takenBase.ts';

export interface MergedCommits {
  /** Ours, with everything that could be taken or merged, and with what `decide` decided. */
  readonly tree: TreeId;
  /** Undecided: in `tree` these paths are as ours has them. */
  readonly conflicts: readonly PlannedConflict[];
  readonly bases: readonly CommitId[];
  /** For cleanPart.ts. */
  readonly merge: Merge;
  /** Paths that `decide` or `inside` settled, and how. */
  readonly settled: readonly DecidedConflict[];
  /** Of the contents that were read, in bytes. */
  readonly sizes: ReadonlyMap<BlobId, number>;
}

export interface MergeOptions extends FileMergeOptions {
  /** What a person or a strategy says of a conflict; `undefined` leaves it open. */
  readonly decide?: (conflict: PlannedConflict) => WholeDecision | undefined;
  readonly rules?: MergeRules;
}

/** What was merged with what, and what of it is certain. */
interface Merge {
  readonly base: Base;
  readonly ours: TreeId;
  readonly theirs: TreeId;
  /** Neither undecided nor decided by a person or a rule. */
  readonly clean: readonly Change[];
  readonly entanglements: Entanglements;
}

export async function mergeCommits(
  repository: Repository,
  ours: CommitId,
  theirs: CommitId,
  options: MergeOptions = {},
): Promise<MergedCommits> {
  const { bases, sides } = await sidesOf(repository, ours, theirs, options);
  const merged = await mergeTrees(repository, ...sides, options);
  const [base, a, b] = sides;
  const { clean, entanglements, ...rest } = merged;
  return { ...rest, bases, merge: { base, ours: a, theirs: b, clean, entanglements } };
}

/** What `mergeCommits` would leave open. Writes nothing. */
export async function findConflicts(
  repository: Repository,
  ours: CommitId,
  theirs: CommitId,
  options: MergeOptions = {},
): Promise<Pick<MergedCommits, 'conflicts' | 'bases' | 'sizes'>> {
  const { bases, sides } = await sidesOf(repository, ours, theirs, options);
  const { conflicts, sizes } = await compareTrees(repository, ...sides, { ...options, keep: false });
  return { conflicts, bases, sizes };
}

/** Tells a question from every other: the path, and what the sides have of it. */
export function conflictWords({
  path,
  kind,
  base,
  ours,
  theirs,
  together = [],
}: Pick<PlannedConflict, 'path' | 'kind' | 'base' | 'ours' | 'theirs' | 'together'>): string {
  const files = [base, ours, theirs, ...together.flatMap((one) => [one.ours, one.theirs])];
  return [path, kind, ...files.map((file) => `${file?.mode} ${file?.id}`)].join('\0');
}

async function sidesOf(
  repository: Repository,
  ours: CommitId,
  theirs: CommitId,
  { signal }: MergeOptions,
): Promise<{ readonly bases: readonly CommitId[]; readonly sides: readonly [Base, TreeId, TreeId] }> {
  const { graph } = repository;
  const bases = await graph.mergeBases(ours, theirs);
  const virtual = await virtualBase(repository, bases, signal);
  const taken = await takenBase(repository, ours, theirs, bases);
  const base = taken ? { ...virtual, tree: taken.tree } : virtual;
  const [a, b] = await Promise.all([graph.commit(ours), graph.commit(theirs)]);
  return { bases, sides: [base, a.tree, b.tree] };
}

interface Base {
  readonly tree: TreeId | undefined;
  /** Paths on which the merge bases themselves disagree. */
  readonly ambiguous: ReadonlySet<string>;
}

/** Several merge bases (criss-cross histories) are merged into one first, as Git's recursive strategy does. */
async function virtualBase(
  repository: Repository,
  bases: readonly CommitId[],
  signal?: AbortSignal,
): Promise<Base> {
  const [first, ...others] = bases;
  if (first === undefined) return { tree: undefined, ambiguous: new Set() };
  let { tree } = await repository.graph.commit(first);
  const ambiguous = new Set<string>();
  for (const other of others) {
    const below = await virtualBase(repository, await repository.graph.mergeBases(first, other), signal);
    const next = await repository.graph.commit(other);
    const merged = await mergeTrees(repository, below, tree, next.tree, { signal });
    for (const { path, against = [], together = [] } of merged.conflicts)
      for (const one of [path, ...against, ...together.map((file) => file.path)]) ambiguous.add(one);
    for (const path of below.ambiguous) ambiguous.add(path);
    tree = merged.tree;
  }
  return { tree, ambiguous };
}

async function mergeTrees(
  repository: Repository,
  base: Base,
  ours: TreeId,
  theirs: TreeId,
  options: MergeOptions,
): Promise<Omit<MergedCommits, 'bases' | 'merge'> & Pick<Merge, 'clean' | 'entanglements'>> {
  const { changes, ...found } = await compareTrees(repository, base, ours, theirs, {
    ...options,
    keep: true,
  });
  const tree = changes.length > 0 ? await repository.trees.write(ours, changes) : ours;
  return { tree, ...found };
}

/** @param options.keep whether merged contents are stored; without, `changes` is not to be written */
export async function compareTrees(
  repository: Repository,
  base: Base,
  ours: TreeId,
  theirs: TreeId,
  { decide, inside, rules, assets, signal, keep }: MergeOptions & { readonly keep: boolean },
): Promise<
  Pick<MergedCommits, 'conflicts' | 'settled' | 'sizes'> &
    Pick<Merge, 'clean' | 'entanglements'> & {
      readonly changes: readonly Change[];
      /** Of ours: what is taken and merged, certain or not. */
      readonly touched: readonly string[];
    }
> {
  const { trees } = repository;
  // one after the other: the second finds the base's folders read
  const fromOurs = await trees.diff(base.tree, ours);
  const fromTheirs = await trees.diff(base.tree, theirs);
  const likely = {
    ours: await renamesOf(repository, fromOurs, fromTheirs),
    theirs: await renamesOf(repository, fromTheirs, fromOurs),
  };
  const adds = fromTheirs.some((change) => change.before === undefined);
  const plan = planTree({
    ours: fromOurs,
    theirs: fromTheirs,
    ambiguousBase: base.ambiguous,
    likely,
    oursPaths: adds ? (await trees.list(ours)).keys() : undefined,
  });
  throwIfAborted(signal);
  const ruled = (await rules?.of([...plan.merge, ...plan.conflicts].map(({ path }) => path))) ?? NO_RULES;
  const driversOf = (path: string) => rules?.drivers(ruled.get(path));
  const contents = await mergeFiles(repository, plan.merge, { inside, driversOf, assets, signal, keep });
  const conflicts = [...plan.conflicts, ...contents.conflicts];
  const decided = new Map<PlannedConflict, WholeDecision>();
  for (const conflict of conflicts) {
    const choice = decide?.(conflict) ?? strategyOf(ruled.get(conflict.path));
    if (choice) decided.set(conflict, choice);
  }
  const unfit = contradictions(decided);
  for (const conflict of unfit.keys()) decided.delete(conflict);
  const clean: Change[] = [...plan.take, ...contents.changes];
  const merged: Change[] = [...clean, ...contents.chosen];
  const changes = [...merged, ...(await chosenChanges(decided, merged, () => trees.list(ours)))];
  const settled = [...decided].map(([{ path }, choice]): DecidedConflict => ({ path, how: wordFor(choice) }));
  return {
    changes,
    clean,
    touched: pathsOf([...plan.take, ...plan.merge]),
    entanglements: {
      ours: fromOurs,
      theirs: fromTheirs,
      likely,
      asked: [
        ...conflicts.map(({ path, against = [], together = [] }) => [path, ...against, ...pathsOf(together)]),
        ...contents.asked,
      ],
    },
    conflicts: conflicts
      .filter((conflict) => !decided.has(conflict))
      .map((conflict) => ({ ...conflict, reason: unfit.get(conflict) ?? conflict.reason })),
    settled: [...settled, ...contents.settled],
    sizes: contents.sizes,
  };
}

const NO_RULES: ReadonlyMap<string, string> = new Map();

const strategyOf = (rule: string | undefined): 'local' | 'remote' | undefined =>
  rule === 'local' || rule === 'remote' ? rule : undefined;

/** Texts that one side renamed and changed, and the other changed: reads only what may be one. */
async function renamesOf(
  { objects }: Repository,
  side: readonly TreeChange[],
  other: readonly TreeChange[],
): Promise<ReadonlyMap<string, TreeChange>> {
  const candidates = renameCandidates(side, other);
  const contents = new Map<string, Uint8Array>();
  const ids = [
    ...new Set(candidates.flatMap(({ from, to }) => [from.before.id, ...to.map(({ after }) => after.id)])),
  ];
  for (let at = 0; at < ids.length; at += BATCH)
    for (const [id, blob] of await objects.readBlobs(ids.slice(at, at + BATCH)))
      if (blob.length <= LONGEST_LIKE_TEXT) contents.set(id, blob);
  return likelyRenames(candidates, contents);
}
