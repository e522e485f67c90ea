/** From a `Plugin` to bytes: sizes are computed, everything else stands as it was read or built. */
import { concat } from '../../shared/bytes.ts';
import { viewOf } from './fields.ts';
import { HEADER_SIZE, type Plugin, type PluginNode, type Subrecord } from './types.ts';

/** Byte for byte what `parsePlugin` read, when nothing was changed. */
export function formatPlugin(plugin: Pick<Plugin, 'tes4' | 'nodes'>): Uint8Array {
  // Sizes in the order in which `put` asks for them, so that each group is measured once.
  const sizes: number[] = [];
  const measure = (node: PluginNode): number => {
    if (node.kind === 'record') return HEADER_SIZE + node.data.length;
    const slot = sizes.push(0) - 1;
    let size = HEADER_SIZE;
    for (const child of node.children) size += measure(child);
    sizes[slot] = size;
    return size;
  };
  const all: readonly PluginNode[] = [plugin.tes4, ...plugin.nodes];
  let length = 0;
  for (const node of all) length += measure(node);

  const bytes = new Uint8Array(length);
  const view = viewOf(bytes);
  let at = 0;
  let group = 0;
  const put = (node: PluginNode): void => {
    bytes.set(node.header, at);
    if (node.kind === 'record') {
      view.setUint32(at + 4, node.data.length, true);
      bytes.set(node.data, at + HEADER_SIZE);
      at += HEADER_SIZE + node.data.length;
      return;
    }
    view.setUint32(at + 4, sizes[group++] as number, true);
    at += HEADER_SIZE;
    for (const child of node.children) put(child);
  };
  for (const node of all) put(node);
  return bytes;
}

/** Records and groups, without TES4: what HEDR counts. */
export function countNodes(nodes: readonly PluginNode[]): number {
  let count = nodes.length;
  for (const node of nodes) if (node.kind === 'group') count += countNodes(node.children);
  return count;
}

export function formatSubrecords(list: readonly Pick<Subrecord, 'type' | 'data' | 'long'>[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { type, data, long } of list) {
    const extended = long || data.length > 0xffff;
    if (extended) {
      const size = new Uint8Array(4);
      viewOf(size).setUint32(0, data.length, true);
      parts.push(subrecordHeader('XXXX', 4), size);
    }
    parts.push(subrecordHeader(type, extended ? 0 : data.length), data);
  }
  return concat(parts);
}

function subrecordHeader(type: string, size: number): Uint8Array {
  const header = new Uint8Array(6);
  for (let i = 0; i < 4; i++) header[i] = type.charCodeAt(i);
  viewOf(header).setUint16(4, size, true);
  return header;
}
