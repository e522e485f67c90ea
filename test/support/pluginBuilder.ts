/** Plugins built by hand: what a test needs of records and groups, laid out as the Creation Kit writes them. */
import {
  countNodes,
  formatPlugin,
  formatSubrecords,
  type PluginGroup,
  type PluginNode,
  type PluginRecord,
} from '../../src/bethesda/index.ts';
import { concat, utf8 } from '../../src/shared/bytes.ts';

export const u32 = (...values: number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer);
export const z = (text: string): Uint8Array => utf8(`${text}\0`);

export type Part = readonly [type: string, data: Uint8Array];

export function record(type: string, formId: number, parts: readonly Part[], flags = 0): PluginRecord {
  const header = new Uint8Array(24);
  header.set(utf8(type));
  header.set(u32(0, flags, formId, 0, 131), 4);
  const data = formatSubrecords(parts.map(([type, data]) => ({ type, data, long: false })));
  return { kind: 'record', type, flags, formId, header, data, offset: 0 };
}

/** @param label a record type, or a number */
export function group(
  groupType: number,
  label: string | number,
  children: readonly PluginNode[],
): PluginGroup {
  const header = new Uint8Array(24);
  header.set(utf8('GRUP'));
  header.set(typeof label === 'string' ? utf8(label) : u32(label), 8);
  header.set(u32(groupType), 12);
  const number = new DataView(header.buffer).getUint32(8, true);
  return { kind: 'group', groupType, label: number, header, children, offset: 0 };
}

export interface PluginOptions {
  readonly masters?: readonly string[];
  readonly flags?: number;
  readonly nextObjectId?: number;
  readonly author?: string;
  /** More subrecords of TES4. */
  readonly parts?: readonly Part[];
}

/** One master unless told, so its own records are 01xxxxxx. */
export function plugin(nodes: readonly PluginNode[], options: PluginOptions = {}): Uint8Array {
  const { masters = ['Fallout4.esm'], flags = 0, nextObjectId = 0x900, author = 'me', parts = [] } = options;
  const hedr = concat([new Uint8Array(Float32Array.of(1).buffer), u32(countNodes(nodes), nextObjectId)]);
  const tes4 = record(
    'TES4',
    0,
    [
      ['HEDR', hedr],
      ['CNAM', z(author)],
      ...masters.flatMap((name): Part[] => [
        ['MAST', z(name)],
        ['DATA', new Uint8Array(8)],
      ]),
      ...parts,
    ],
    flags,
  );
  return formatPlugin({ tes4, nodes });
}

/** A record with a name and a value: MISC unless told. */
export const misc = (formId: number, value: number, type = 'MISC'): PluginRecord =>
  record(type, formId, [
    ['EDID', z(`Thing${formId.toString(16)}`)],
    ['DATA', u32(value, 0)],
  ]);
