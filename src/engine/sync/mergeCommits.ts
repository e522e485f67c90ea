/** The three-way merge of two commits: plan, fetch the contents that the plan needs, merge them, write the tree. */

import { isPlugin } from '../../bethesda/index.ts';
import type { Repository } from '../../git/index.ts';
import { parsePointer } from '../../lfs/index.ts';
import {
  type ContentMerge,
  type Driver,
  formIdText,
  LONGEST_LIKE_TEXT,
  likelyRenames,
  mergeContents,
  type PlannedConflict,
  planTree,
  renameCandidates,
} from '../../merge/index.ts';
import { throwIfAborted } from '../../shared/errors.ts';
import type { TreeChange, TreeFile } from '../../shared/git.ts';
import type { BlobId, CommitId, TreeId } from '../../shared/ids.ts';
import type { ConflictKind, DecidedConflict } from '../../shared/types.ts';
import { type Change, change, chosenChanges, contradictions } from './applyDecisions.ts';
import { type InsideDecision, type WholeDecision, wordFor } from './decisions.ts';
import type { AssetContents } from './mergeAssets.ts';
import type { MergeRules } from './mergeRules.ts';

export interface MergedCommits {
  /** Ours, with everything that could be taken or merged, and with what `decide` decided. */
  readonly tree: TreeId;
  /** Undecided: in `tree` these paths are as ours has them. */
  readonly conflicts: readonly PlannedConflict[];
  readonly bases: readonly CommitId[];
  /** Paths that `decide` or `inside` settled, and how. */
  readonly settled: readonly DecidedConflict[];
  /** Of the contents that were read, in bytes. */
  readonly sizes: ReadonlyMap<BlobId, number>;
}

export interface MergeOptions {
  /** What a person or a strategy says of a conflict; `undefined` leaves it open. */
  readonly decide?: (conflict: PlannedConflict) => WholeDecision | undefined;
  /** What a person says of places in a file. */
  readonly inside?: ((merge: ContentMerge) => InsideDecision | undefined) | undefined;
  readonly rules?: MergeRules;
  /** Left out: assets are taken whole. */
  readonly assets?: AssetContents | undefined;
  readonly signal?: AbortSignal | undefined;
}

export async function mergeCommits(
  repository: Repository,
  ours: CommitId,
  theirs: CommitId,
  options: MergeOptions = {},
): Promise<MergedCommits> {
  const { bases, sides } = await sidesOf(repository, ours, theirs, options);
  return { ...(await mergeTrees(repository, ...sides, options)), bases };
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

async function sidesOf(
  repository: Repository,
  ours: CommitId,
  theirs: CommitId,
  { signal }: MergeOptions,
): Promise<{ readonly bases: readonly CommitId[]; readonly sides: readonly [Base, TreeId, TreeId] }> {
  const { graph } = repository;
  const bases = await graph.mergeBases(ours, theirs);
  const base = await virtualBase(repository, bases, signal);
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
): Promise<Omit<MergedCommits, 'bases'>> {
  const { changes, ...found } = await compareTrees(repository, base, ours, theirs, {
    ...options,
    keep: true,
  });
  const tree = changes.length > 0 ? await repository.trees.write(ours, changes) : ours;
  return { tree, ...found };
}

/** @param options.keep whether merged contents are stored; without, `changes` is not to be written */
async function compareTrees(
  repository: Repository,
  base: Base,
  ours: TreeId,
  theirs: TreeId,
  { decide, inside, rules, assets, signal, keep }: MergeOptions & { readonly keep: boolean },
): Promise<Pick<MergedCommits, 'conflicts' | 'settled' | 'sizes'> & { readonly changes: readonly Change[] }> {
  const { trees } = repository;
  const [fromOurs, fromTheirs] = await Promise.all([
    trees.diff(base.tree, ours),
    trees.diff(base.tree, theirs),
  ]);
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
  const contents = await mergeAll(repository, plan.merge, { inside, driversOf, assets, signal, keep });
  const conflicts = [...plan.conflicts, ...contents.conflicts];
  const decided = new Map<PlannedConflict, WholeDecision>();
  for (const conflict of conflicts) {
    const choice = decide?.(conflict) ?? strategyOf(ruled.get(conflict.path));
    if (choice) decided.set(conflict, choice);
  }
  const unfit = contradictions(decided);
  for (const conflict of unfit.keys()) decided.delete(conflict);
  const merged: Change[] = [...plan.take, ...contents.changes];
  const changes = [...merged, ...(await chosenChanges(decided, merged, () => trees.list(ours)))];
  const settled = [...decided].map(([{ path }, choice]): DecidedConflict => ({ path, how: wordFor(choice) }));
  return {
    changes,
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
  const ids = candidates.flatMap(({ from, to }) => [from.before.id, ...to.map(({ after }) => after.id)]);
  for (const id of new Set(ids)) {
    const blob = await objects.readBlob(id);
    if (blob.length <= LONGEST_LIKE_TEXT) contents.set(id, blob);
  }
  return likelyRenames(candidates, contents);
}

/** Files whose contents are in memory at a time; of plugins, which are larger, one. */
const BATCH = 32;

function* portions(merges: readonly ContentMerge[]): Generator<readonly ContentMerge[]> {
  const small = merges.filter(({ path }) => !isPlugin(path));
  for (let at = 0; at < small.length; at += BATCH) yield small.slice(at, at + BATCH);
  for (const merge of merges) if (isPlugin(merge.path)) yield [merge];
}

async function mergeAll(
  repository: Repository,
  merges: readonly ContentMerge[],
  {
    inside,
    driversOf,
    assets,
    signal,
    keep,
  }: Pick<MergeOptions, 'inside' | 'assets' | 'signal'> & {
    readonly driversOf: (path: string) => readonly Driver[] | undefined;
    readonly keep: boolean;
  },
) {
  const changes: Change[] = [];
  const conflicts: PlannedConflict[] = [];
  const settled: DecidedConflict[] = [];
  const sizes = new Map<BlobId, number>();
  for (const batch of portions(merges)) {
    throwIfAborted(signal);
    const blobs = await repository.objects.readBlobs(
      batch.flatMap(({ base, ours, theirs }) => [...(base ? [base.id] : []), ours.id, theirs.id]),
    );
    for (const merge of batch) {
      const { path, renamed, together = [] } = merge;
      const read = ({ id }: TreeFile) => blobs.get(id) as Uint8Array; // just read
      const [began, mine, other] = [merge.base && read(merge.base), read(merge.ours), read(merge.theirs)];
      const inAssets = await assets?.read(path, [began, mine, other]);
      const [base, ours, theirs] = inAssets ?? [began, mine, other];
      const choices = inside?.(merge);
      const { codec } = repository.host;
      const drivers = driversOf(path);
      const outcome = mergeContents({
        path,
        base,
        ours,
        theirs,
        codec,
        ...decidedBy(choices),
        ...(drivers && { drivers }),
      });
      for (const [file, blob] of [
        [merge.base, began],
        [merge.ours, mine],
        [merge.theirs, other],
      ] as const)
        if (file && blob) sizes.set(file.id, sizeOf(blob));
      if ('merged' in outcome) {
        if (keep) {
          const blob = inAssets ? await assets?.store(outcome.merged) : outcome.merged;
          changes.push({ path, after: await store(repository, blob ?? outcome.merged, merge) });
          if (renamed?.by === 'theirs') changes.push({ path: renamed.from });
          for (const one of together) if (one.by === 'theirs') changes.push(change(one.path, one.theirs));
        }
        if (choices) settled.push({ path, how: 'inside' });
      } else {
        const { conflict, hunks, records } = outcome;
        const reason =
          together.length === 0
            ? conflict
            : `${conflict} Its previs and precombined meshes (${together.length} changed) go with it: where you take one side whole, that side's.`;
        conflicts.push({
          path,
          kind: kindOf(merge),
          reason,
          ...(merge.base && { base: merge.base }),
          ours: merge.ours,
          theirs: merge.theirs,
          ...(renamed?.by === 'theirs' && { against: [renamed.from] }),
          ...(together.length > 0 && { together }),
          ...(hunks && hunks.length > 0 && { hunks }),
          ...(records && { records }),
        });
      }
    }
  }
  return { changes, conflicts, settled, sizes };
}

/** Of an asset: its own, not the pointer's. */
export const sizeOf = (blob: Uint8Array): number => parsePointer(blob)?.size ?? blob.length;

/** Of a conflict inside the contents. */
export const kindOf = ({ base, renamed }: ContentMerge): ConflictKind =>
  renamed ? 'rename-modify' : base ? 'both-modified' : 'both-added';

/** A person's choices, as a merge of contents asks for them. */
export function decidedBy(choices: InsideDecision | undefined) {
  const { hunks, records } = choices ?? {};
  return {
    ...(hunks && { decideHunk: (number: number) => hunks[number] }),
    ...(records && {
      decideRecord: ({ formId }: { readonly formId: number }) => records[formIdText(formId)],
    }),
  };
}

async function store(repository: Repository, data: Uint8Array, { mode }: ContentMerge): Promise<TreeFile> {
  const [id] = await repository.objects.write([{ type: 'blob', data }]);
  return { mode, id: id as BlobId }; // an id that `write` gave for a blob
}
