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
  return sameSubrecords(a.type, meaningful(a, codec), meaningful(b, codec));
}

export const sameSubrecords = (
  recordType: string,
  a: readonly Subrecord[],
  b: readonly Subrecord[],
): boolean => a.length === b.length && a.every((sub, i) => sameSubrecord(recordType, sub, b[i]));

/** The subrecords of a record, without what one Creation Kit writes and another leaves out: TES4's cache of its own, GLOB's default type. */
export function meaningful(record: PluginRecord, codec: Inflate): Subrecord[] {
  const all = subrecordsOf(record, codec);
  if (record.type === 'TES4') return all.filter(({ type }) => type !== 'TNAM');
  if (record.type === 'GLOB') return all.filter(({ type, data }) => type !== 'FNAM' || data[0] !== FLOAT);
  return all;
}

/** `f` */
const FLOAT = 0x66;

/** @param recordType of the record that both stand in */
export function sameSubrecord(recordType: string, a: Subrecord, b: Subrecord | undefined): boolean {
  if (b === undefined || a.type !== b.type) return false;
  if (a.type === 'VMAD') {
    if (equal(a.data, b.data)) return true;
    const key = scriptsKey(a.data, recordType);
    return key !== undefined && key === scriptsKey(b.data, recordType);
  }
  if (a.data.length !== b.data.length) return false;
  for (let i = 0; i < a.data.length; i++)
    if (a.data[i] !== b.data[i] && !isNoise(recordType, a.type, i)) return false;
  return true;
}

/**
 * Bytes that mean nothing: padding that the Creation Kit leaves unset, and HEDR, whose count follows from the content
 * and whose version follows from the Kit that saved (0.95 and 1.0 alternate in a real history).
 */
function isNoise(recordType: string, type: string, index: number): boolean {
  if (type === 'CTDA') return (index >= 1 && index <= 3) || index === 10 || index === 11;
  if (recordType === 'QUST' && type === 'DNAM') return index === 3;
  if (recordType === 'PACK' && type === 'PFO2') return index >= 13;
  return recordType === 'TES4' && type === 'HEDR';
}

/** The data with zeros in place of what means nothing. @param recordType of the record that it stands in */
export function withoutNoise(recordType: string, { type, data }: Subrecord): Uint8Array {
  if (!data.some((byte, i) => byte !== 0 && isNoise(recordType, type, i))) return data;
  return Uint8Array.from(data, (byte, i) => (isNoise(recordType, type, i) ? 0 : byte));
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
