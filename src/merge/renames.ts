/**
 * Renames. What the other side changed in a file goes with it to its new name: certain where the content is the same
 * and the only one of it within its side; likely where whoever called compared the texts (likeness.ts). A file that
 * the two sides renamed to two names is a person's decision.
 */
import type { TreeChange } from '../shared/git.ts';
import { mergeModes } from './modes.ts';
import type { ContentMerge, PlannedConflict } from './planTree.ts';

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

/** From old to new path, of each side, where the content changed too. */
export interface LikelyRenames {
  readonly ours: ReadonlyMap<string, TreeChange>;
  readonly theirs: ReadonlyMap<string, TreeChange>;
}

export interface Followed {
  readonly take: readonly TreeChange[];
  readonly merge: readonly ContentMerge[];
  readonly conflicts: readonly PlannedConflict[];
}

/**
 * @param plan applied on ours
 * @param isDoubtful paths whose base is not certain
 */
export function followRenames(
  ours: readonly TreeChange[],
  theirs: readonly TreeChange[],
  plan: Followed,
  isDoubtful: (path: string) => boolean,
  likely?: LikelyRenames,
): Followed {
  const byUs = exactRenames(ours);
  const byThem = exactRenames(theirs);
  const touchedByThem = new Set(theirs.map(({ path }) => path));
  const inTheWay = new Set(
    plan.conflicts.flatMap(({ path, against = [] }) => (against.length > 0 ? [path, ...against] : [])),
  );
  const taken = new Map(plan.take.map((change) => [change.path, change]));
  const open: PlannedConflict[] = [];
  const merge = [...plan.merge];
  const gone: TreeChange[] = [];
  const isFree = (path: string, to: TreeChange) =>
    !isDoubtful(path) && !isDoubtful(to.path) && !inTheWay.has(to.path);
  const comes = (to: TreeChange) => taken.get(to.path)?.after === to.after;

  const follow = (conflict: PlannedConflict): boolean => {
    const { path, kind, base } = conflict;
    if (kind === 'deleted-by-them' && conflict.ours) {
      const to = byThem.get(path) ?? likely?.theirs.get(path);
      if (!to?.after || !isFree(path, to) || !comes(to)) return false;
      if (byThem.has(path)) {
        gone.push({ path, before: conflict.ours });
        taken.set(to.path, { path: to.path, after: conflict.ours });
        return true;
      }
      const mode = mergeModes(base?.mode, conflict.ours.mode, to.after.mode);
      if (!base || mode === undefined) return false;
      taken.delete(to.path);
      const renamed = { from: path, by: 'theirs' } as const;
      merge.push({ path: to.path, base, ours: conflict.ours, theirs: to.after, mode, renamed });
      return true;
    }
    if (kind === 'deleted-by-us' && conflict.theirs) {
      const to = byUs.get(path) ?? likely?.ours.get(path);
      if (!to?.after || !isFree(path, to) || touchedByThem.has(to.path)) return false;
      if (byUs.has(path)) {
        taken.set(to.path, { path: to.path, before: to.after, after: conflict.theirs });
        return true;
      }
      const mode = mergeModes(base?.mode, to.after.mode, conflict.theirs.mode);
      if (!base || mode === undefined) return false;
      const renamed = { from: path, by: 'ours' } as const;
      merge.push({ path: to.path, base, ours: to.after, theirs: conflict.theirs, mode, renamed });
      return true;
    }
    return false;
  };

  for (const conflict of plan.conflicts) if (!follow(conflict)) open.push(conflict);
  for (const [path, mine] of byUs) {
    const other = byThem.get(path);
    if (!mine.after || !other?.after || other.path === mine.path) continue;
    if (!isFree(path, other) || !comes(other) || touchedByThem.has(mine.path)) continue;
    taken.delete(other.path);
    open.push({
      path: other.path,
      kind: 'rename-rename',
      reason: `You renamed "${path}" to "${mine.path}", the other side to "${other.path}": choose one name.`,
      base: mine.after,
      ours: mine.after,
      theirs: other.after,
      against: [mine.path],
      names: { base: path, ours: mine.path, theirs: other.path },
    });
  }
  return { take: [...gone, ...taken.values()], merge, conflicts: open };
}
