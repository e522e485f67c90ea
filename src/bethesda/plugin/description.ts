/** The description in a plugin's header (TES4 SNAM), which mod managers show: the place for its version. */
import { zstring } from './fields.ts';
import { parsePlugin } from './read.ts';
import { subrecords } from './subrecords.ts';
import type { Subrecord } from './types.ts';
import { formatPlugin, formatSubrecords } from './write.ts';

const VERSION = /\d+\.\d+(?:\.\d+)*(?:-[0-9A-Za-z.-]*[0-9A-Za-z])?/;

/**
 * The first version in the description becomes this one; where there is none, a line is added. Nothing else changes.
 * @throws SyncError `MALFORMED_PLUGIN`
 */
export function withDescribedVersion(bytes: Uint8Array, version: string): Uint8Array {
  const plugin = parsePlugin(bytes);
  const list: Pick<Subrecord, 'type' | 'data' | 'long'>[] = [...subrecords(plugin.tes4.data)];
  const place = list.findIndex(({ type }) => type === 'SNAM');
  const before = place < 0 ? '' : zstring(list[place]?.data ?? new Uint8Array());
  const after = VERSION.test(before)
    ? before.replace(VERSION, version)
    : `${before}${before && '\r\n'}Version ${version}`;
  // one character for each byte, as it was read
  const data = Uint8Array.from(`${after}\0`, (character) => character.charCodeAt(0));
  if (place >= 0) list[place] = { type: 'SNAM', data, long: false };
  else {
    const author = list.findIndex(({ type }) => type === 'CNAM');
    list.splice(Math.max(author, 0) + 1, 0, { type: 'SNAM', data, long: false });
  }
  return formatPlugin({ tes4: { ...plugin.tes4, data: formatSubrecords(list) }, nodes: plugin.nodes });
}
