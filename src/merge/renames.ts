/**
 * Renames that keep a file's content: what the other side changed in the file goes with it to its new name. Found by
 * equal blobs within one side, where they are the only ones of that content. A file that was renamed and changed by one
 * side, and changed by the other, stays a person's decision.
 */
import type { TreeChange } from '../shared/git.ts';
import type { PlannedConflict } from './planTree.ts';

/** From old to new path. */
export function exactRenames(changes: readonly TreeChange[]): Map<string, TreeChange> {
  const gone = new Map<string, TreeChange | undefined>();
  const come = new Map<string, TreeChange | undefined>();
  for (const change of changes) {
    const { before, after } = change;
    if (before && after) continue;
    const list = after ? come : gone;
    const id = (after ?? before)?.id ?? '';
    // of two with one content, nobody knows which went where
    list.set(id, list.has(id) ? undefined : change);
  }
  const renames = new Map<string, TreeChange>();
  for (const [id, from] of gone) {
    const to = come.get(id);
    if (from && to && from.before?.mode === to.after?.mode) renames.set(from.path, to);
  }
  return renames;
}

export interface Followed {
  readonly take: readonly TreeChange[];
  readonly conflicts: readonly PlannedConflict[];
}

/**
 * @param take free of conflicts, applied on ours
 * @param isDoubtful paths whose base is not certain
 */
export function followRenames(
  ours: readonly TreeChange[],
  theirs: readonly TreeChange[],
  { take, conflicts }: Followed,
  isDoubtful: (path: string) => boolean,
): Followed {
  if (!conflicts.some(({ kind }) => kind === 'deleted-by-them' || kind === 'deleted-by-us'))
    return { take, conflicts };
  const byUs = exactRenames(ours);
  const byThem = exactRenames(theirs);
  const touchedByThem = new Set(theirs.map(({ path }) => path));
  const inTheWay = new Set(
    conflicts.flatMap(({ path, against = [] }) => (against.length > 0 ? [path, ...against] : [])),
  );
  const taken = new Map(take.map((change) => [change.path, change]));
  const open: PlannedConflict[] = [];
  const gone: TreeChange[] = [];
  for (const conflict of conflicts) {
    const { path, kind } = conflict;
    const to =
      kind === 'deleted-by-them' ? byThem.get(path) : kind === 'deleted-by-us' ? byUs.get(path) : undefined;
    if (!to || isDoubtful(path) || isDoubtful(to.path) || inTheWay.has(to.path)) open.push(conflict);
    else if (kind === 'deleted-by-them' && conflict.ours && taken.get(to.path)?.after === to.after) {
      gone.push({ path, before: conflict.ours });
      taken.set(to.path, { path: to.path, after: conflict.ours });
    } else if (kind === 'deleted-by-us' && conflict.theirs && to.after && !touchedByThem.has(to.path))
      taken.set(to.path, { path: to.path, before: to.after, after: conflict.theirs });
    else open.push(conflict);
  }
  return { take: [...gone, ...taken.values()], conflicts: open };
}
