/**
 * Whether two versions of a record mean the same. The Creation Kit rewrites noise on every save: timestamps and
 * version control info in headers, padding in conditions, the order of script properties. None of it counts here.
 */
import { equal } from '../../shared/bytes.ts';
import { type Inflate, subrecordsOf } from './subrecords.ts';
import { type Plugin, type PluginNode, type PluginRecord, RECORD_FLAG, type Subrecord } from './types.ts';
import { scriptsKey } from './vmad.ts';

/** @throws SyncError `MALFORMED_PLUGIN` when the payload of one cannot be read */
export function sameRecord(a: PluginRecord, b: PluginRecord, codec: Inflate): boolean {
  if (a.type !== b.type || a.formId !== b.formId) return false;
  if ((a.flags | RECORD_FLAG.compressed) !== (b.flags | RECORD_FLAG.compressed)) return false;
  const bothPlainOrPacked = ((a.flags ^ b.flags) & RECORD_FLAG.compressed) === 0;
  if (bothPlainOrPacked && equal(a.data, b.data)) return true;
  const ours = meaningful(a, codec);
  const theirs = meaningful(b, codec);
  return ours.length === theirs.length && ours.every((sub, i) => sameSubrecord(a.type, sub, theirs[i]));
}

/** TNAM of TES4 is a cache of the Creation Kit's. */
function meaningful(record: PluginRecord, codec: Inflate): Subrecord[] {
  const all = subrecordsOf(record, codec);
  return record.type === 'TES4' ? all.filter((sub) => sub.type !== 'TNAM') : all;
}

function sameSubrecord(recordType: string, a: Subrecord, b: Subrecord | undefined): boolean {
  if (b === undefined || a.type !== b.type) return false;
  if (a.type === 'VMAD') {
    if (equal(a.data, b.data)) return true;
    const key = scriptsKey(a.data);
    return key !== undefined && key === scriptsKey(b.data);
  }
  if (a.data.length !== b.data.length) return false;
  for (let i = 0; i < a.data.length; i++)
    if (a.data[i] !== b.data[i] && !isNoise(recordType, a.type, i)) return false;
  return true;
}

/** Bytes that mean nothing: padding that the Creation Kit leaves unset, and HEDR, which follows from the content. */
function isNoise(recordType: string, type: string, index: number): boolean {
  if (type === 'CTDA') return (index >= 1 && index <= 3) || index === 10 || index === 11;
  if (recordType === 'QUST' && type === 'DNAM') return index === 3;
  return recordType === 'TES4' && type === 'HEDR' && index >= 4;
}

/** Names a record within its plugin: the groups it stands in, its type and its FormID. */
export function recordKey(record: PluginRecord, groupPath: string): string {
  return `${groupPath}/${record.type}:${record.formId.toString(16)}`;
}

/**
 * Calls `visit` for TES4 and every record in the order of the file, with the path of the groups around it:
 * `type:label` for each, in hex, outermost first.
 */
export function eachRecord(
  plugin: Pick<Plugin, 'tes4' | 'nodes'>,
  visit: (record: PluginRecord, groupPath: string) => void,
): void {
  const walk = (nodes: readonly PluginNode[], path: string): void => {
    for (const node of nodes) {
      if (node.kind === 'record') visit(node, path);
      else walk(node.children, `${path}/${node.groupType.toString(16)}:${node.label.toString(16)}`);
    }
  };
  visit(plugin.tes4, '');
  walk(plugin.nodes, '');
}
