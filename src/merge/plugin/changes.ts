/** What one side changed in a plugin, noise of the Creation Kit left out. */
import { type Inflate, sameRecord, subrecordsOf } from '../../bethesda/index.ts';
import { asNotMergeable, type Entry, GROUP, type PluginContents, recordIds } from './contents.ts';
import type { ChangeCounts } from './types.ts';

export type RecordChange = 'added' | 'changed' | 'deleted';

export interface PluginChanges {
  /** In the order of the file, the deleted ones last. */
  readonly records: ReadonlyMap<number, RecordChange>;
  /** Topics whose lines are others or in another order, by the key of the place. */
  readonly topics: ReadonlySet<string>;
  /** TES4 says something else, masters included. */
  readonly header: boolean;
}

export const isEmpty = ({ records, topics, header }: PluginChanges): boolean =>
  records.size === 0 && topics.size === 0 && !header;

/** A record that stands elsewhere counts as changed. Absent on both sides is the same. */
export function sameEntry(a: Entry | undefined, b: Entry | undefined, codec: Inflate): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.place.key === b.place.key && sameRecord(a.record, b.record, codec);
}

/** @throws NotMergeable when a changed record cannot be read */
export function changesOf(
  base: PluginContents,
  side: PluginContents,
  whose: string,
  codec: Inflate,
): PluginChanges {
  try {
    const records = new Map<number, RecordChange>();
    for (const [formId, entry] of side.records) {
      const before = base.records.get(formId);
      if (sameEntry(before, entry, codec)) continue;
      // What a merge will carry over has to be sound.
      subrecordsOf(entry.record, codec);
      records.set(formId, before ? 'changed' : 'added');
    }
    for (const formId of base.records.keys()) if (!side.records.has(formId)) records.set(formId, 'deleted');
    return {
      records,
      topics: changedTopics(base, side),
      header: !sameRecord(base.plugin.tes4, side.plugin.tes4, codec),
    };
  } catch (error) {
    throw asNotMergeable(error, whose);
  }
}

function changedTopics(base: PluginContents, side: PluginContents): Set<string> {
  const topics = new Set<string>();
  for (const { places } of [base, side])
    for (const [key, { group }] of places)
      if (group.groupType === GROUP.topic && !sameLines(base, side, key)) topics.add(key);
  return topics;
}

/** Whether a topic has the same lines (INFO) in the same order. */
export function sameLines(a: PluginContents, b: PluginContents, key: string): boolean {
  const x = recordIds(a.places.get(key));
  const y = recordIds(b.places.get(key));
  return x.length === y.length && x.every((id, i) => id === y[i]);
}

export function countChanges({ records }: PluginChanges): ChangeCounts {
  const counts = { added: 0, changed: 0, deleted: 0 };
  for (const change of records.values()) counts[change]++;
  return counts;
}
