/** The sample's plugin: a small settlement mod for Fallout4.esm, laid out as the Creation Kit writes it. */
import { concat, utf8 } from '../../shared/bytes.ts';
import {
  countNodes,
  formatPlugin,
  formatSubrecords,
  HEADER_SIZE,
  type PluginGroup,
  type PluginNode,
  type PluginRecord,
} from '../plugin/index.ts';
import type { Random } from './random.ts';

const FORM_VERSION = 131;
/** The first object id that a plugin may own. */
const FIRST_OBJECT_ID = 0x800;
/** One master, so the plugin's own records have 01 as their top byte. */
const OWN = 0x01000000;

/** A subrecord in the making. */
type Part = readonly [type: string, data: Uint8Array];

const number = (size: number, write: (view: DataView) => void): Uint8Array => {
  const bytes = new Uint8Array(size);
  write(new DataView(bytes.buffer));
  return bytes;
};
const u8 = (value: number) => Uint8Array.of(value);
const u16 = (value: number) => number(2, (view) => view.setUint16(0, value, true));
const u32 = (value: number) => number(4, (view) => view.setUint32(0, value, true));
const f32 = (value: number) => number(4, (view) => view.setFloat32(0, value, true));
const zstring = (text: string) => utf8(`${text}\0`);
/** Length in two bytes, then the text. */
const wstring = (text: string) => concat([u16(utf8(text).length), utf8(text)]);

function record(type: string, formId: number, parts: readonly Part[], flags = 0): PluginRecord {
  const header = new Uint8Array(HEADER_SIZE);
  const view = new DataView(header.buffer);
  header.set(utf8(type));
  view.setUint32(8, flags, true);
  view.setUint32(12, formId, true);
  view.setUint16(20, FORM_VERSION, true);
  const data = formatSubrecords(parts.map(([type, data]) => ({ type, data, long: false })));
  return { kind: 'record', type, flags, formId, header, data, offset: 0 };
}

function topGroup(type: string, children: readonly PluginNode[]): PluginGroup {
  const header = new Uint8Array(HEADER_SIZE);
  header.set(utf8('GRUP'));
  header.set(utf8(type), 8);
  const label = new DataView(header.buffer).getUint32(8, true);
  return { kind: 'group', groupType: 0, label, header, children, offset: 0 };
}

const JUNK = [
  'Vacuum Tube',
  'Copper Coil',
  'Cracked Lens',
  'Relay Board',
  'Signal Horn',
  'Fuse Box',
  'Antenna Rod',
];
/** OBND: two corners of a box, in game units. */
const BOUNDS = concat([-4, -4, 0, 4, 4, 9].map((edge) => u16(edge & 0xffff)));
const CONDITIONS = ['Old', 'Scorched', 'Polished', 'Military', 'Vault-Tec', 'Makeshift'];

/**
 * @param script the script that the quest carries, such as `Beacon:BeaconQuest`
 */
export function samplePlugin(random: Random, author: string, script: string): Uint8Array {
  let objectId = FIRST_OBJECT_ID;
  const next = (): number => OWN | objectId++;

  const range = next();
  const interval = next();
  const globals = [
    record('GLOB', range, [
      ['EDID', zstring('Beacon_Range')],
      ['FNAM', u8(0x66)],
      ['FLTV', f32(2048)],
    ]),
    record('GLOB', interval, [
      ['EDID', zstring('Beacon_Interval')],
      ['FNAM', u8(0x66)],
      ['FLTV', f32(5 + random.below(20))],
    ]),
  ];
  const keyword = next();
  const keywords = [
    record('KYWD', keyword, [
      ['EDID', zstring('Beacon_IsPart')],
      ['CNAM', u32(0x00ffa500)],
      ['TNAM', u32(0)],
    ]),
  ];
  const parts: PluginRecord[] = [];
  for (let i = 0; i < 40; i++) {
    const name = `${random.pick(CONDITIONS)} ${random.pick(JUNK)}`;
    parts.push(
      record('MISC', next(), [
        ['EDID', zstring(`Beacon_Part${String(i).padStart(2, '0')}`)],
        ['OBND', BOUNDS],
        ['FULL', zstring(name)],
        ['MODL', zstring(`Beacon\\Part${i % 4}.nif`)],
        ['KSIZ', u32(1)],
        ['KWDA', u32(keyword)],
        ['DATA', concat([u32(5 + random.below(200)), f32((1 + random.below(40)) / 10)])],
      ]),
    );
  }
  const list = record('FLST', next(), [
    ['EDID', zstring('Beacon_Parts')],
    ...parts.map((part): Part => ['LNAM', u32(part.formId)]),
  ]);
  const quest = record('QUST', next(), [
    ['EDID', zstring('Beacon_Quest')],
    ['VMAD', attached(script, { BeaconRange: range, BeaconInterval: interval, BeaconParts: list.formId })],
    ['FULL', zstring('The Beacon')],
    // Start game enabled, run once; priority 50.
    ['DNAM', concat([u16(0x0111), u8(50), new Uint8Array(9)])],
    ['NEXT', new Uint8Array()],
    ['INDX', u32(0)],
    ['ANAM', u32(0)],
  ]);
  const nodes = [
    topGroup('KYWD', keywords),
    topGroup('GLOB', globals),
    topGroup('MISC', parts),
    topGroup('QUST', [quest]),
    topGroup('FLST', [list]),
  ];
  const tes4 = record('TES4', 0, [
    ['HEDR', concat([f32(1), u32(countNodes(nodes)), u32(objectId)])],
    ['CNAM', zstring(author)],
    ['MAST', zstring('Fallout4.esm')],
    ['DATA', new Uint8Array(8)],
    ['INTV', u32(1)],
  ]);
  return formatPlugin({ tes4, nodes });
}

/** VMAD of version 6, object format 2: one script whose properties are objects. */
function attached(script: string, objects: Readonly<Record<string, number>>): Uint8Array {
  const properties = Object.entries(objects).map(([name, formId]) =>
    // Type 1 (object), status 1 (edited); no alias.
    concat([wstring(name), u8(1), u8(1), u16(0), u16(0xffff), u32(formId)]),
  );
  return concat([u16(6), u16(2), u16(1), wstring(script), u8(0), u16(properties.length), ...properties]);
}
