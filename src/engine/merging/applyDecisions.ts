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

/** Ours with these changes, by path. */
function pathsThatStay(oursPaths: Iterable<string>, changes: readonly Change[]): Set<string> {
  const stay = new Set(oursPaths);
  for (const { path, after } of changes) {
    if (after) stay.add(path);
    else stay.delete(path);
  }
  return stay;
}

/**
 * A folder has one spelling, ours. Where a file comes into the place of that folder, a path stays as it is: theirs has names
 * that cannot stand side by side.
 */
function intoOurFolders(stay: ReadonlySet<string>): (path: string) => string {
  const spelled = spellingOf(stay);
  return (path) => {
    const inOurs = spelled(path);
    for (let slash = inOurs.indexOf('/'); slash >= 0; slash = inOurs.indexOf('/', slash + 1))
      if (stay.has(inOurs.slice(0, slash))) return path;
    return inOurs;
  };
}

/** Theirs beside ours. Of two names for one file each stays with its own content. */
function keptBeside(
  conflicts: readonly { readonly conflict: PlannedConflict; readonly who: string }[],
  stay: ReadonlySet<string>,
): Change[] {
  const taken = new Set([...stay].map(foldName));
  const isTaken = (name: string) => taken.has(name);
  const placeOf = intoOurFolders(stay);
  return conflicts.map(({ conflict: { path, kind, theirs }, who }) => {
    const isCollision = kind === 'case-collision';
    const place = isCollision ? placeOf(path) : path;
    const isFree = kind === 'rename-rename' || (isCollision && !isTaken(foldName(place)));
    const beside = isFree ? place : besidePath(place, who, isTaken);
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

/** Collisions whose file of theirs takes the place of the one that has its name in another case. */
function inOurPlaces(collisions: readonly PlannedConflict[], stay: ReadonlySet<string>): PlannedConflict[] {
  const placeOf = intoOurFolders(stay);
  const byName = new Map([...stay].map((path) => [foldName(path), path]));
  return collisions.map((conflict) => {
    const path = placeOf(conflict.path);
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
  if (collisions.length > 0) {
    const stay = pathsThatStay(oursPaths, [...merged, ...changes]);
    for (const collision of inOurPlaces(collisions, stay)) changes.push(...taken(collision, 'remote'));
  }
  return [...changes, ...keptBeside(besides, pathsThatStay(oursPaths, [...merged, ...changes]))];
}
