/**
 * A plugin and its previs and precombined meshes are of one version. Where both sides made them anew, a person takes
 * one side's, with the plugin; where one side did, they go where the plugin goes. Never some of each.
 */
import { pluginName, previsName } from '../bethesda/index.ts';
import type { TreeChange, TreeFile } from '../shared/git.ts';
import type { PlannedConflict, TreePlan } from './planTree.ts';

/** A file that goes the way of another: `remote` gives it as theirs has it, `local` as ours. */
export interface Companion {
  readonly path: string;
  readonly ours?: TreeFile;
  readonly theirs?: TreeFile;
  /** Who changed it, so whose it is where the two sides are merged. */
  readonly by: 'ours' | 'theirs';
}

interface PrevisSet {
  readonly ours: Map<string, TreeChange>;
  readonly theirs: Map<string, TreeChange>;
  readonly plugins: Set<string>;
}

export function keepSetsTogether(
  plan: TreePlan,
  ours: readonly TreeChange[],
  theirs: readonly TreeChange[],
): TreePlan {
  let { take, merge, conflicts } = plan;
  const sets = setsOf(ours, theirs);
  if (sets.size === 0) return plan;
  const byUs = new Map(ours.map((change) => [change.path, change]));
  const byThem = new Map(theirs.map((change) => [change.path, change]));
  for (const set of sets.values()) {
    const paths = new Set([...set.ours.keys(), ...set.theirs.keys()]);
    const [plugin] = [...set.plugins].sort();
    if (differ(set)) {
      const inSet = (path: string) => paths.has(path) || set.plugins.has(path);
      const rest = ({ path }: { readonly path: string }) => !inSet(path);
      const all = [...paths, ...set.plugins].sort();
      const path = plugin ?? (all[0] as string); // both sides changed something in it
      const companions = [...new Set(all)]
        .filter((one) => one !== path)
        .map((one) => companion(one, byUs, byThem));
      take = take.filter(rest);
      merge = merge.filter(rest);
      conflicts = [...conflicts.filter(rest), asOne(path, companions, byUs, byThem)];
    } else if (plugin !== undefined && merge.some(({ path }) => path === plugin)) {
      const together = [...paths].sort().map((path) => companion(path, byUs, byThem));
      take = take.filter(({ path }) => !paths.has(path));
      merge = merge.map((one) => (one.path === plugin ? { ...one, together } : one));
    }
  }
  return { take, merge, conflicts };
}

/** By plugin; precombined meshes do not say whose they are, so where some changed, all in that `Data` are one set. */
function setsOf(ours: readonly TreeChange[], theirs: readonly TreeChange[]): Map<string, PrevisSet> {
  const pooled = new Set<string>();
  const named: [name: { root: string; plugin?: string }, change: TreeChange, side: 'ours' | 'theirs'][] = [];
  for (const [side, changes] of [
    ['ours', ours],
    ['theirs', theirs],
  ] as const)
    for (const change of changes) {
      const name = previsName(change.path);
      if (!name) continue;
      named.push([name, change, side]);
      if (name.plugin === undefined) pooled.add(name.root);
    }
  const key = ({ root, plugin }: { root: string; plugin?: string }) =>
    pooled.has(root) ? root : `${root}\0${plugin}`;
  const sets = new Map<string, PrevisSet>();
  if (named.length === 0) return sets;
  for (const [name, change, side] of named) {
    const set = sets.get(key(name)) ?? { ours: new Map(), theirs: new Map(), plugins: new Set() };
    sets.set(key(name), set);
    set[side].set(change.path, change);
  }
  for (const { path } of [...ours, ...theirs]) {
    const name = pluginName(path);
    if (name) sets.get(key(name))?.plugins.add(path);
  }
  return sets;
}

/** Whether both sides changed it, and not to the same. */
function differ({ ours, theirs }: PrevisSet): boolean {
  if (ours.size === 0 || theirs.size === 0) return false;
  if (ours.size !== theirs.size) return true;
  return [...ours].some(([path, { after }]) => {
    const other = theirs.get(path);
    return !other || other.after?.id !== after?.id || other.after?.mode !== after?.mode;
  });
}

type Changes = ReadonlyMap<string, TreeChange>;

function companion(path: string, ours: Changes, theirs: Changes): Companion {
  const [mine, other] = [ours.get(path), theirs.get(path)];
  const [a, b] = [mine ? mine.after : other?.before, other ? other.after : mine?.before];
  return { path, ...(a && { ours: a }), ...(b && { theirs: b }), by: other ? 'theirs' : 'ours' };
}

function asOne(
  path: string,
  together: readonly Companion[],
  ours: Changes,
  theirs: Changes,
): PlannedConflict {
  const { by: _, ...sides } = companion(path, ours, theirs);
  const base = (ours.get(path) ?? theirs.get(path))?.before;
  return {
    ...sides,
    ...(base && { base }),
    kind: 'previs-set',
    reason: `Both of you made previs or precombined meshes anew, which fit their own version of the plugin only. Choose one side: "${path}" and ${together.length} other ${together.length === 1 ? 'file' : 'files'} go together. To have both sides' work in it, make them anew afterwards.`,
    together,
  };
}
