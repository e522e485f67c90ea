/** What a plugin says, record by record, and what differs between two: for people, and for `git diff`. */
import {
  type Inflate,
  type Plugin,
  type PluginGroup,
  type PluginNode,
  type PluginRecord,
  parsePlugin,
  RECORD_FLAG,
  sameRecord,
} from '../../bethesda/index.ts';
import { equal } from '../../shared/bytes.ts';
import type { ConflictRow } from '../../shared/types.ts';
import { GROUP, groupName } from './contents.ts';
import { cellsOf, layOutVersions } from './layout.ts';
import { formIdText } from './types.ts';

export interface DescribedRecord {
  /** Eight digits in uppercase hex. */
  readonly formId: string;
  readonly type: string;
  readonly editorId?: string;
  /** The groups around it, outermost first, in words. */
  readonly groupPath: string;
  /** The header's flags, without the one for compression. */
  readonly flags: number;
  readonly rows: readonly { readonly name: string; readonly text: string }[];
}

export interface DescribedPlugin {
  readonly masters: readonly string[];
  /** `master`, `light`, `localized`. */
  readonly kind: readonly string[];
  /** What the header says beside its masters. */
  readonly header: readonly { readonly name: string; readonly text: string }[];
  readonly records: readonly DescribedRecord[];
}

/** Nothing in it that the Creation Kit writes anew with each save. @throws SyncError `MALFORMED_PLUGIN` */
export function describePlugin(bytes: Uint8Array, codec: Inflate): DescribedPlugin {
  const plugin = parsePlugin(bytes);
  const rowsOf = (record: PluginRecord) =>
    [...cellsOf(record, codec).values()].map(({ name, text }) => ({ name, text }));
  const header = cellsOf(plugin.tes4, codec).values();
  return {
    masters: plugin.masters,
    kind: kindOf(plugin),
    header: [...header]
      .filter(({ type }) => !SHOWN_ELSEWHERE.has(type))
      .map(({ name, text }) => ({ name, text })),
    records: placed(plugin).map(({ record, groupPath }) => ({
      ...named(record, groupPath, codec),
      flags: (record.flags & ~RECORD_FLAG.compressed) >>> 0,
      rows: rowsOf(record),
    })),
  };
}

const SHOWN_ELSEWHERE = new Set(['HEDR', 'MAST', 'DATA']);

const kindOf = ({ isMaster, isLight, isLocalized }: Plugin): string[] => [
  ...(isMaster ? ['master'] : []),
  ...(isLight ? ['light'] : []),
  ...(isLocalized ? ['localized'] : []),
];

export interface RecordDifference {
  readonly formId: string;
  readonly type: string;
  readonly editorId?: string;
  readonly groupPath: string;
  readonly kind: 'added' | 'changed' | 'deleted';
  /** What it says otherwise: before as `base`, after as `ours`. Of a record that is there on both sides. */
  readonly rows: readonly ConflictRow[];
}

export interface PluginDifference {
  readonly masters: { readonly before: readonly string[]; readonly after: readonly string[] };
  /** What the headers say differently. */
  readonly header: readonly ConflictRow[];
  /** In the order of the file, the deleted ones last. */
  readonly records: readonly RecordDifference[];
  /** Records whose bytes differ, and that say the same. */
  readonly noise: number;
}

/**
 * Records are the same when they come from the same master and have the same number there, whatever place the master
 * has in the list.
 * @throws SyncError `MALFORMED_PLUGIN`
 */
export function diffPlugins(before: Uint8Array, after: Uint8Array, codec: Inflate): PluginDifference {
  const [a, b] = [parsePlugin(before), parsePlugin(after)];
  const [old, now] = [keyed(a), keyed(b)];
  const records: RecordDifference[] = [];
  let noise = 0;
  for (const [key, { record, groupPath }] of now) {
    const was = old.get(key);
    const identity = named(record, groupPath, codec);
    if (!was) records.push({ ...identity, kind: 'added', rows: [] });
    else if (was.groupPath !== groupPath || !sameRecord(was.record, record, codec)) {
      const rows = layOutVersions(record.type, was.record, record, undefined, codec);
      records.push({ ...identity, kind: 'changed', rows: rows.filter(isChange) });
    } else if (!equal(was.record.header, record.header) || !equal(was.record.data, record.data)) noise++;
  }
  for (const [key, { record, groupPath }] of old)
    if (!now.has(key)) records.push({ ...named(record, groupPath, codec), kind: 'deleted', rows: [] });
  const header = layOutVersions('TES4', a.tes4, b.tes4, undefined, codec);
  return {
    masters: { before: a.masters, after: b.masters },
    header: header.filter((row) => isChange(row) && row.type !== 'HEDR' && row.type !== 'MAST'),
    records,
    noise,
  };
}

const isChange = ({ changedBy }: ConflictRow): boolean => changedBy === 'ours' || changedBy === 'both';

interface Placed {
  readonly record: PluginRecord;
  readonly groupPath: string;
}

/**
 * By FormID within their group, since the Creation Kit writes them in another order at times; but the lines of a topic
 * as they stand, since the game takes the first that fits. What belongs to a record follows it.
 */
function placed({ nodes }: Plugin): Placed[] {
  const found: Placed[] = [];
  const walk = (list: readonly PluginNode[], path: string, inOrder: boolean): void => {
    const units: PluginNode[][] = [];
    for (const node of list) {
      const last = units.at(-1);
      if (node.kind === 'group' && last?.[0]?.kind === 'record') last.push(node);
      else units.push([node]);
    }
    const rank = ([first]: PluginNode[]) => (first?.kind === 'record' ? first.formId : (first?.label ?? 0));
    if (!inOrder) units.sort((a, b) => rank(a) - rank(b));
    for (const node of units.flat())
      if (node.kind === 'record') found.push({ record: node, groupPath: path });
      else walk(node.children, joined(path, node), node.groupType === GROUP.topic);
  };
  walk(nodes, '', true);
  return found;
}

const joined = (path: string, group: PluginGroup) =>
  path ? `${path} › ${groupName(group)}` : groupName(group);

function keyed(plugin: Plugin): Map<string, Placed> {
  const found = new Map<string, Placed>();
  for (const one of placed(plugin)) {
    const { formId, type } = one.record;
    const master = plugin.masters[formId >>> 24]?.toLowerCase() ?? '';
    const key = `${master} ${type} ${formId & 0xffffff}`;
    // a damaged plugin may have one twice
    let free = key;
    for (let time = 2; found.has(free); time++) free = `${key} ${time}`;
    found.set(free, one);
  }
  return found;
}

function named({ formId, type, ...record }: PluginRecord, groupPath: string, codec: Inflate) {
  const editorId = cellsOf({ formId, type, ...record }, codec).get('EDID#1')?.text;
  return { formId: formIdText(formId), type, ...(editorId !== undefined && { editorId }), groupPath };
}
