/** What decisions about conflicts change in the tree of ours. */
import { foldName, type PlannedConflict } from '../../merge/index.ts';
import type { TreeChange, TreeFile } from '../../shared/git.ts';
import { besidePath, spellingOf } from './beside.ts';
import { chosenFile, type WholeDecision } from './decisions.ts';

export type Change = Pick<TreeChange, 'path' | 'after'>;

/** Choices that keep a file, and others that put a folder in its place: all of them stay open, with the reason. */
export function contradictions(
  decided: ReadonlyMap<PlannedConflict, WholeDecision>,
): Map<PlannedConflict, string> {
  const unfit = new Map<PlannedConflict, string>();
  const byPath = new Map([...decided.keys()].map((conflict) => [conflict.path, conflict]));
  for (const [conflict, choice] of decided) {
    if (conflict.kind !== 'file-folder' || choice === 'local') continue;
    for (const path of conflict.against ?? []) {
      const other = byPath.get(path);
      const kept = other && decided.get(other);
      if (!other || !kept || (typeof kept === 'string' && !chosenFile(kept, other))) continue;
      const reason = `What you chose for "${path}" and for "${conflict.path}" cannot stand side by side: take the same side of both.`;
      unfit.set(conflict, reason).set(other, reason);
    }
  }
  return unfit;
}

/** Theirs beside ours. Of two names for one file each stays with its own content; a folder has one spelling, ours. */
function keptBeside(
  conflicts: readonly { readonly conflict: PlannedConflict; readonly who: string }[],
  oursPaths: Iterable<string>,
  changes: readonly Change[],
): Change[] {
  const paths = new Set(oursPaths);
  for (const { path, after } of changes) if (after) paths.add(path);
  const gone = new Set(changes.flatMap(({ path, after }) => (after ? [] : [path])));
  const taken = new Set([...paths].filter((path) => !gone.has(path)).map(foldName));
  const isTaken = (name: string) => taken.has(name);
  const spelledLikeOurs = spellingOf(paths);
  return conflicts.map(({ conflict: { path, kind, theirs }, who }) => {
    const inOurs = kind === 'case-collision' ? spelledLikeOurs(path) : path;
    const spelled = isBelow(inOurs, paths) ? path : inOurs;
    const isFree = kind === 'rename-rename' || (kind === 'case-collision' && !isTaken(foldName(spelled)));
    const beside = isFree ? spelled : besidePath(spelled, who, isTaken);
    taken.add(foldName(beside));
    return change(beside, theirs);
  });
}

/** What was chosen in the place of ours, and of whatever of ours stands in its way. */
function taken(conflict: PlannedConflict, choice: Parameters<typeof chosenFile>[0]): Change[] {
  const { path, against = [], together = [] } = conflict;
  const gone = against.filter((other) => other !== path).map((other) => ({ path: other }));
  const after = chosenFile(choice, conflict);
  const others = choice === 'remote' ? together.map((one) => change(one.path, one.theirs)) : [];
  return [...gone, ...others, change(path, after)];
}

export const change = (path: string, after: TreeFile | undefined): Change =>
  after ? { path, after } : { path };

const isBelow = (path: string, files: ReadonlySet<string>): boolean => {
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
    if (files.has(path.slice(0, slash))) return true;
  return false;
};

/**
 * Collisions whose file of theirs goes into our spelling of its folder, over the one that has its name in another case.
 * Where a file comes into the place of that folder, it stays as it is: theirs has names that cannot stand side by side.
 */
function spelledLikeOurs(
  collisions: readonly PlannedConflict[],
  oursPaths: readonly string[],
  changes: readonly Change[],
): PlannedConflict[] {
  const spelled = spellingOf(oursPaths);
  const byName = new Map(oursPaths.map((path) => [foldName(path), path]));
  const coming = new Set(changes.flatMap(({ path, after }) => (after ? [path] : [])));
  return collisions.map((conflict) => {
    const path = spelled(conflict.path);
    if (isBelow(path, coming)) return conflict;
    const other = byName.get(foldName(path));
    return { ...conflict, path, against: other === undefined ? [] : [other] };
  });
}

/**
 * @param merged what changes besides
 * @param list every path of ours; asked only where two files are kept, or names differ in case
 */
export async function chosenChanges(
  decided: ReadonlyMap<PlannedConflict, WholeDecision>,
  merged: readonly Change[],
  list: () => Promise<ReadonlyMap<string, TreeFile>>,
): Promise<Change[]> {
  const changes: Change[] = [];
  const besides: { readonly conflict: PlannedConflict; readonly who: string }[] = [];
  const collisions: PlannedConflict[] = [];
  for (const [conflict, choice] of decided) {
    if (choice === 'local') continue;
    if (typeof choice === 'object' && 'both' in choice) besides.push({ conflict, who: choice.both });
    else if (choice === 'remote' && conflict.kind === 'case-collision') collisions.push(conflict);
    else changes.push(...taken(conflict, choice));
  }
  if (besides.length + collisions.length === 0) return changes;
  const oursPaths = [...(await list()).keys()];
  for (const collision of spelledLikeOurs(collisions, oursPaths, [...merged, ...changes]))
    changes.push(...taken(collision, 'remote'));
  return [...changes, ...keptBeside(besides, oursPaths, [...merged, ...changes])];
}
