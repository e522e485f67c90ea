/** The object ids of a plugin's own records: the lower 24 bits of FormIDs whose top byte is the plugin itself. */
import { viewOf } from './fields.ts';
import { parsePlugin } from './read.ts';
import { subrecords } from './subrecords.ts';
import { HEADER_SIZE, type Plugin, type PluginNode, type PluginRecord } from './types.ts';

/** Which a plugin may give out, first and last. Source: UESP and the Creation Kit's own limits for light plugins. */
export function objectIdRange({
  isLight,
  version,
}: Pick<Plugin, 'isLight' | 'version'>): readonly [number, number] {
  if (!isLight) return [0x800, 0xffffff];
  return version >= 1 ? [0x001, 0xfff] : [0x800, 0xfff];
}

/** Records that the plugin itself made, by object id; of one that stands there twice, both. */
export function ownRecords(plugin: Plugin): Map<number, PluginRecord[]> {
  const own = new Map<number, PluginRecord[]>();
  const walk = (nodes: readonly PluginNode[]): void => {
    for (const node of nodes) {
      if (node.kind === 'group') walk(node.children);
      else if (node.formId >>> 24 === plugin.masters.length) {
        const id = node.formId & 0xffffff;
        const list = own.get(id);
        if (list) list.push(node);
        else own.set(id, [node]);
      }
    }
  };
  walk(plugin.nodes);
  return own;
}

/**
 * The same file with another next object id, which the Creation Kit gives to the next new record.
 * @throws SyncError `MALFORMED_PLUGIN`
 */
export function withNextObjectId(bytes: Uint8Array, next: number): Uint8Array {
  const { tes4 } = parsePlugin(bytes);
  const hedr = subrecords(tes4.data, HEADER_SIZE).find(({ type }) => type === 'HEDR');
  // not `slice`: of Node's buffers that is a view
  const copy = new Uint8Array(bytes);
  if (hedr) viewOf(copy).setUint32(hedr.data.byteOffset - bytes.byteOffset + 8, next, true);
  return copy;
}
