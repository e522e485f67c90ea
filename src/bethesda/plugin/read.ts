/** From bytes to a `Plugin`: views into the file, nothing copied, nothing inflated. */
import { malformed, typeAt, viewOf, zstring } from './fields.ts';
import { subrecords } from './subrecords.ts';
import {
  HEADER_SIZE,
  type Plugin,
  type PluginGroup,
  type PluginNode,
  type PluginRecord,
  RECORD_FLAG,
} from './types.ts';

/** Real plugins nest eight deep. The limit keeps a hostile file from exhausting the stack. */
const MAX_DEPTH = 32;
const GRUP = 0x50555247;

/**
 * Reads a whole plugin with 24-byte headers: Fallout 4, and the games since Skyrim that share them.
 * @throws SyncError `MALFORMED_PLUGIN` with `data.offset` and `data.reason`
 */
export function parsePlugin(bytes: Uint8Array): Plugin {
  const view = viewOf(bytes);
  if (bytes.length < HEADER_SIZE || typeAt(bytes, 0) !== 'TES4')
    throw malformed('it does not begin with a TES4 record', 0);
  const tes4 = recordAt(bytes, view, 0, bytes.length);
  const nodes = nodesBetween(bytes, view, HEADER_SIZE + tes4.data.length, bytes.length, 0);
  return { ...headerOf(tes4), nodes };
}

/**
 * The header alone, from the first bytes of a file that hold its TES4 record.
 * @throws SyncError `MALFORMED_PLUGIN`
 */
export function parsePluginHeader(bytes: Uint8Array): Omit<Plugin, 'nodes'> {
  if (bytes.length < HEADER_SIZE || typeAt(bytes, 0) !== 'TES4')
    throw malformed('it does not begin with a TES4 record', 0);
  return headerOf(recordAt(bytes, viewOf(bytes), 0, bytes.length));
}

function headerOf(tes4: PluginRecord): Omit<Plugin, 'nodes'> {
  if (tes4.flags & RECORD_FLAG.compressed) throw malformed('its TES4 record is compressed', 0);
  const masters: string[] = [];
  let author: string | undefined;
  let hedr: DataView | undefined;
  for (const { type, data } of subrecords(tes4.data, HEADER_SIZE)) {
    if (type === 'HEDR') hedr = viewOf(data);
    else if (type === 'CNAM') author = zstring(data);
    else if (type === 'MAST') masters.push(zstring(data));
  }
  if (hedr === undefined || hedr.byteLength < 12) throw malformed('its TES4 record has no HEDR', 0);
  return {
    tes4,
    masters,
    author,
    version: hedr.getFloat32(0, true),
    recordCount: hedr.getUint32(4, true),
    nextObjectId: hedr.getUint32(8, true),
    isMaster: (tes4.flags & RECORD_FLAG.master) !== 0,
    isLight: (tes4.flags & RECORD_FLAG.light) !== 0,
    isLocalized: (tes4.flags & RECORD_FLAG.localized) !== 0,
  };
}

function recordAt(bytes: Uint8Array, view: DataView, offset: number, end: number): PluginRecord {
  const size = view.getUint32(offset + 4, true);
  const start = offset + HEADER_SIZE;
  if (size > end - start)
    throw malformed(
      `a ${typeAt(bytes, offset)} record of ${size} bytes where ${end - start} are left`,
      offset,
    );
  return {
    kind: 'record',
    type: typeAt(bytes, offset),
    flags: view.getUint32(offset + 8, true),
    formId: view.getUint32(offset + 12, true),
    header: bytes.subarray(offset, start),
    data: bytes.subarray(start, start + size),
    offset,
  };
}

function nodesBetween(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  depth: number,
): PluginNode[] {
  const nodes: PluginNode[] = [];
  let at = start;
  while (at < end) {
    if (end - at < HEADER_SIZE) throw malformed(`${end - at} bytes where a header of 24 belongs`, at);
    if (view.getUint32(at, true) === GRUP) {
      const group = groupAt(bytes, view, at, end, depth);
      nodes.push(group);
      at += view.getUint32(at + 4, true);
    } else {
      const record = recordAt(bytes, view, at, end);
      nodes.push(record);
      at += HEADER_SIZE + record.data.length;
    }
  }
  return nodes;
}

function groupAt(bytes: Uint8Array, view: DataView, offset: number, end: number, depth: number): PluginGroup {
  const size = view.getUint32(offset + 4, true);
  if (size < HEADER_SIZE || size > end - offset)
    throw malformed(`a group of ${size} bytes where ${end - offset} are left`, offset);
  if (depth >= MAX_DEPTH) throw malformed(`groups are nested more than ${MAX_DEPTH} deep`, offset);
  const start = offset + HEADER_SIZE;
  return {
    kind: 'group',
    groupType: view.getInt32(offset + 12, true),
    label: view.getUint32(offset + 8, true),
    header: bytes.subarray(offset, start),
    children: nodesBetween(bytes, view, start, offset + size, depth + 1),
    offset,
  };
}
