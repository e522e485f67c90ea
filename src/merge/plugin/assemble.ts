/**
 * The groups of a merged plugin. Structure and order follow ours; what is new from theirs comes at the end of the
 * records of its group, a new group after the one that precedes it in theirs, a record's children right after it.
 */
import type { PluginGroup, PluginNode } from '../../bethesda/index.ts';
import { interleaved } from '../interleave.ts';
import { type Entry, GROUP, ownedPlace, type Place, recordIds } from './contents.ts';
import type { Sides } from './dependencies.ts';
import type { Plan } from './plan.ts';

export interface Assembled {
  readonly nodes: readonly PluginNode[];
  readonly records: number;
}

export function assemble(sides: Sides, plan: Plan): Assembled {
  const { base, ours, theirs, byUs, byThem } = sides;
  let records = 0;

  /** New to their place in ours, in the order of theirs. */
  const added = new Map<string, number[]>();
  const arrivals = [...plan.taken.values()].filter(
    ({ record, place }) => ours.records.get(record.formId)?.place.key !== place.key,
  );
  for (const { record, place } of arrivals.sort(byOffset)) {
    const list = added.get(place.key);
    if (list) list.push(record.formId);
    else added.set(place.key, [record.formId]);
  }

  const recordsAt = (key: string): number[] => {
    const mine = recordIds(ours.places.get(key));
    const other = theirs.places.get(key);
    if (other?.group.groupType !== GROUP.topic) return mine.concat(added.get(key) ?? []);
    // The order of a topic's lines comes from whoever changed it; from theirs only if we did not.
    const theirsFirst = byThem.topics.has(key) && !byUs.topics.has(key);
    return theirsFirst ? interleaved(recordIds(other), mine) : interleaved(mine, recordIds(other));
  };

  const build = (key: string): PluginGroup | undefined => {
    const mine = ours.places.get(key);
    const other = theirs.places.get(key);
    const standing = mine ?? other;
    if (!standing) return undefined;
    const children: PluginNode[] = [];
    for (const formId of recordsAt(key)) {
      const entry = plan.result(formId);
      if (entry?.place.key !== key) continue;
      children.push(entry.record);
      records++;
      const owned = ownedPlace(entry.record);
      const group = owned === undefined ? undefined : build(owned);
      if (group) children.push(group);
    }
    for (const inner of innerPlaces(standing, mine, other)) {
      const group = build(inner);
      if (group) children.push(group);
    }
    if (children.length === 0 && !standsEmpty(mine, other, base.places.has(key))) return undefined;
    const { groupType, label, header, offset } = standing.group;
    return { kind: 'group', groupType, label, header, children, offset };
  };

  const nodes: PluginNode[] = [];
  for (const key of interleaved(ours.top.map(keyOf), theirs.top.map(keyOf))) {
    const group = build(key);
    if (group) nodes.push(group);
  }
  return { nodes, records };
}

const keyOf = ({ key }: Place): string => key;
const byOffset = (a: Entry, b: Entry): number => a.record.offset - b.record.offset;

function innerPlaces(standing: Place, mine: Place | undefined, other: Place | undefined): string[] {
  if (standing.group.groupType !== GROUP.cell)
    return interleaved((mine?.inner ?? []).map(keyOf), (other?.inner ?? []).map(keyOf));
  // Persistent objects come before temporary ones.
  const both = new Map([...(other?.inner ?? []), ...(mine?.inner ?? [])].map((place) => [place.key, place]));
  return [...both.values()].sort((a, b) => a.group.groupType - b.group.groupType).map(keyOf);
}

/** A group without records stays if ours or theirs has it so, unless it only became empty by one side's removing it. */
function standsEmpty(mine: Place | undefined, other: Place | undefined, inBase: boolean): boolean {
  const empty = (place: Place) => place.group.children.length === 0;
  if (mine) return empty(mine) || (other !== undefined && empty(other));
  return other !== undefined && empty(other) && !inBase;
}
