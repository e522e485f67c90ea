/**
 * Three-way merge of trees, by path: what to take from theirs, which contents must be merged, and what a person has
 * to decide. Pure, and linear in the changes; the contents are fetched after it, by whoever called.
 *
 * File against folder: only ours' *changed* paths can be in theirs' way. A path that ours left as the base had it
 * and that lies below (or above) a file that theirs added is a path that theirs deleted, in the same changes.
 */
import { type FileMode, MODE, type TreeChange, type TreeFile } from '../shared/git.ts';
import type { ConflictHunk, ConflictKind } from '../shared/types.ts';
import { caseCollisions } from './collisions.ts';
import { mergeModes } from './modes.ts';
import type { RecordConflict } from './plugin/index.ts';
import { type Companion, keepSetsTogether } from './previs.ts';
import { followRenames, type LikelyRenames } from './renames.ts';

export interface TreeMergeInput {
  /** Base to ours, and base to theirs. Each path at most once. */
  readonly ours: readonly TreeChange[];
  readonly theirs: readonly TreeChange[];
  /** Paths whose virtual base (of several merge bases) could not be merged: both changed them, so a person decides. */
  readonly ambiguousBase?: ReadonlySet<string> | undefined;
  /** Every path of ours' tree, to find names that differ in case only. Read only when theirs adds a path. */
  readonly oursPaths?: Iterable<string> | undefined;
  readonly likely?: LikelyRenames | undefined;
}

/** Both sides changed it: the merge of the contents goes to `path` with `mode`. */
export interface ContentMerge {
  readonly path: string;
  /** Absent: both added the file. */
  readonly base?: TreeFile;
  readonly ours: TreeFile;
  readonly theirs: TreeFile;
  readonly mode: FileMode;
  /** One side has moved it here from another path, and both changed it. */
  readonly renamed?: { readonly from: string; readonly by: 'ours' | 'theirs' };
  readonly together?: readonly Companion[];
}

export interface FileNames {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
}

export interface PlannedConflict {
  readonly path: string;
  readonly kind: ConflictKind;
  /** In words for a person. */
  readonly reason: string;
  readonly base?: TreeFile;
  readonly ours?: TreeFile;
  readonly theirs?: TreeFile;
  /** Paths of ours that stand in the way of theirs (`file-folder`, `case-collision`), the first few of them; or under other names. */
  readonly against?: readonly string[];
  /** What the file is called in each version, where that is not `path` in all of them. */
  readonly names?: FileNames;
  /** Files that go the way of this one. */
  readonly together?: readonly Companion[];
  /** Of contents that are merged inside, as `ContentOutcome` has them. */
  readonly hunks?: readonly ConflictHunk[];
  readonly records?: readonly RecordConflict[];
}

export interface TreePlan {
  /** To apply on ours' tree, deletions first: `before` is what ours has. */
  readonly take: readonly TreeChange[];
  readonly merge: readonly ContentMerge[];
  readonly conflicts: readonly PlannedConflict[];
}

/** As many paths as a conflict names of a folder that is in the way. */
const NAMED = 20;

export function planTree(input: TreeMergeInput): TreePlan {
  const ours = new Map(input.ours.map((change) => [change.path, change]));
  const byThem = new Set(input.ambiguousBase && input.theirs.map(({ path }) => path));
  const isAmbiguous = (path: string) => input.ambiguousBase?.has(path) === true;
  const inTheWay = obstacles(input.ours);
  const take: TreeChange[] = [];
  const merge: ContentMerge[] = [];
  const conflicts: PlannedConflict[] = [];

  for (const theirs of input.theirs) {
    const mine = ours.get(theirs.path);
    if (mine && sameFile(mine.after, theirs.after)) continue;
    const against = theirs.after ? inTheWay(theirs.path) : [];
    if (against.length > 0) {
      conflicts.push({
        ...sides(theirs, mine),
        kind: 'file-folder',
        reason: `Here "${theirs.path}" cannot stand beside "${against[0]}": one is a file where the other needs a folder.`,
        against,
      });
    } else if (mine) mergeBoth(theirs, mine, isAmbiguous(theirs.path), { take, merge, conflicts });
    else if (isAmbiguous(theirs.path)) conflicts.push(ambiguousConflict(theirs, undefined));
    else take.push(theirs);
  }
  for (const path of input.ambiguousBase ?? []) {
    const mine = ours.get(path);
    if (mine && !byThem.has(path)) conflicts.push(ambiguousConflict(undefined, mine));
  }
  const free = withoutCollisions(take, input.oursPaths, conflicts);
  const { likely } = input;
  const followed = followRenames(
    input.ours,
    input.theirs,
    { take: free, merge, conflicts },
    isAmbiguous,
    likely,
  );
  const whole = keepSetsTogether(followed, input.ours, input.theirs);
  return { ...whole, take: deletionsFirst(whole.take) };
}

/**
 * The virtual base has one of several versions of it, so a side that looks unchanged may have decided for that one, and
 * the change of the other may be the other's decision.
 * @param theirs absent where they have it as the base does; the same for `mine`
 */
function ambiguousConflict(theirs: TreeChange | undefined, mine: TreeChange | undefined): PlannedConflict {
  const { path, before: base } = (theirs ?? mine) as TreeChange; // one of them changed it
  const [a, b] = [mine ? mine.after : base, theirs ? theirs.after : base];
  return {
    path,
    kind: !a ? 'deleted-by-us' : !b ? 'deleted-by-them' : base ? 'both-modified' : 'both-added',
    reason: AMBIGUOUS,
    ...(base && { base }),
    ...(a && { ours: a }),
    ...(b && { theirs: b }),
  };
}

const AMBIGUOUS =
  'Earlier merges of this file disagree, and what was decided in one was not in the other: choose one side.';

function mergeBoth(
  theirs: TreeChange,
  mine: TreeChange,
  ambiguous: boolean,
  plan: { take: TreeChange[]; merge: ContentMerge[]; conflicts: PlannedConflict[] },
): void {
  const { path } = theirs;
  const base = mine.before ?? theirs.before;
  const conflict = (kind: ConflictKind, reason: string) =>
    plan.conflicts.push({ ...sides(theirs, mine), kind, reason });
  if (mine.after === undefined)
    return void conflict('deleted-by-us', 'You deleted this file; the other side changed it.');
  if (theirs.after === undefined)
    return void conflict('deleted-by-them', 'You changed this file; the other side deleted it.');
  const a = mine.after;
  const b = theirs.after;
  if (ambiguous && a.id !== b.id) return void plan.conflicts.push(ambiguousConflict(theirs, mine));
  if (base === undefined && a.id !== b.id && (a.mode !== b.mode || isOdd(a)))
    return void conflict('both-added', 'Both of you added a file of this name, with different contents.');
  if (a.id !== b.id && (isOdd(a) || isOdd(b) || (base && isOdd(base))))
    return void conflict('both-modified', 'Both of you changed this path, and on one side it is a link.');
  const mode = mergeModes(base?.mode, a.mode, b.mode);
  if (mode === undefined)
    return void conflict(
      'mode',
      'Both of you changed what kind of file this is (plain, executable or link).',
    );
  if (a.id === b.id || base?.id === b.id) {
    if (mode !== a.mode) plan.take.push({ path, before: a, after: { mode, id: a.id } });
  } else if (base?.id === a.id) plan.take.push({ path, before: a, after: { mode, id: b.id } });
  else plan.merge.push({ path, ...(base && { base }), ours: a, theirs: b, mode });
}

/** A symlink or a submodule: nothing whose contents could be merged. */
const isOdd = (file: TreeFile): boolean => file.mode === MODE.symlink || file.mode === MODE.submodule;

const sameFile = (a: TreeFile | undefined, b: TreeFile | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && a.id === b.id && a.mode === b.mode);

/** What a conflict shows of its three sides. */
function sides(
  theirs: TreeChange,
  mine: TreeChange | undefined,
): Pick<PlannedConflict, 'path' | 'base' | 'ours' | 'theirs'> {
  const base = theirs.before ?? mine?.before;
  const ours = mine === undefined ? theirs.before : mine.after;
  return {
    path: theirs.path,
    ...(base && { base }),
    ...(ours && { ours }),
    ...(theirs.after && { theirs: theirs.after }),
  };
}

/** Finds the files of ours that theirs' file would have to replace, or to lie in. */
function obstacles(ours: readonly TreeChange[]): (path: string) => string[] {
  const files = new Set<string>();
  /** Folder → files of ours below it. */
  const folders = new Map<string, string[]>();
  for (const { path, after } of ours) {
    if (!after) continue;
    files.add(path);
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const folder = path.slice(0, slash);
      const below = folders.get(folder);
      if (below === undefined) folders.set(folder, [path]);
      else if (below.length < NAMED) below.push(path);
    }
  }
  return (path) => {
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
      if (files.has(path.slice(0, slash))) return [path.slice(0, slash)];
    return folders.get(path) ?? [];
  };
}

/** Moves additions whose names collide with one of ours from what is taken to the conflicts. */
function withoutCollisions(
  take: readonly TreeChange[],
  oursPaths: Iterable<string> | undefined,
  conflicts: PlannedConflict[],
): readonly TreeChange[] {
  const added = take.filter((change) => !change.before && change.after).map((change) => change.path);
  if (oursPaths === undefined || added.length === 0) return take;
  const gone = new Set(take.filter((change) => !change.after).map((change) => change.path));
  const collisions = caseCollisions(added, without(oursPaths, gone));
  if (collisions.size === 0) return take;
  return take.filter((change) => {
    const other = collisions.get(change.path);
    if (other === undefined) return true;
    conflicts.push({
      ...sides(change, undefined),
      kind: 'case-collision',
      reason: `"${change.path}" and "${other}" are one name to Windows and to the game: keep one, or rename one.`,
      against: [other],
    });
    return false;
  });
}

function* without(paths: Iterable<string>, gone: ReadonlySet<string>): Generator<string> {
  for (const path of paths) if (!gone.has(path)) yield path;
}

/** A file that becomes a folder, and the reverse, needs its old paths gone before the new ones come. */
function deletionsFirst(changes: readonly TreeChange[]): readonly TreeChange[] {
  return [...changes.filter((change) => !change.after), ...changes.filter((change) => change.after)];
}
