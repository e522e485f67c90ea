/** The versions of one record side by side, subrecord by subrecord, for a person who has to choose. */
import {
  type Inflate,
  meaningful,
  type PluginRecord,
  readScripts,
  restKey,
  type ScriptProperty,
  type Subrecord,
  sameSubrecord,
  withoutNoise,
  zstring,
} from '../../bethesda/index.ts';
import { exactText, toHex } from '../../shared/bytes.ts';
import type { ConflictRow } from '../../shared/types.ts';
import { formIdText, type RecordConflict } from './types.ts';

const NAMES: Readonly<Record<string, string>> = {
  CNTO: 'item',
  COED: 'item ownership',
  CTDA: 'condition',
  DATA: 'data',
  DESC: 'description',
  DNAM: 'data (DNAM)',
  EDID: 'EditorID',
  FULL: 'full name',
  ICON: 'icon',
  KSIZ: 'number of keywords',
  KWDA: 'keywords',
  LNAM: 'list entry',
  MODL: 'model',
  MODT: 'model textures',
  NAME: 'base object',
  NAM1: 'response text',
  OBND: 'bounds',
  VMAD: 'scripts',
  XLOC: 'lock',
  XSCL: 'scale',
};

const TEXTS = new Set([
  'EDID',
  'FULL',
  'DESC',
  'MODL',
  'ICON',
  'MICO',
  'CNAM',
  'SNAM',
  'NAM1',
  'ITXT',
  'BTXT',
]);
const FORM_IDS = new Set(['KWDA', 'LNAM', 'NAME', 'XLOC']);

/** @throws SyncError `MALFORMED_PLUGIN`, which a record that came out of a merge does not give */
export const layOutConflict = (conflict: RecordConflict, codec: Inflate): ConflictRow[] =>
  layOutVersions(conflict.type, conflict.base, conflict.ours, conflict.theirs, codec);

/** @throws SyncError `MALFORMED_PLUGIN` */
export function layOutVersions(
  recordType: string,
  first: PluginRecord | undefined,
  second: PluginRecord | undefined,
  third: PluginRecord | undefined,
  codec: Inflate,
): ConflictRow[] {
  const [base, ours, theirs] = [first, second, third].map((record) =>
    record ? cellsOf(record, codec) : new Map<string, Cell>(),
  ) as [Cells, Cells, Cells]; // of three, three
  const rows: ConflictRow[] = [];
  for (const key of new Set([...ours.keys(), ...theirs.keys(), ...base.keys()])) {
    const [b, o, t] = [base.get(key), ours.get(key), theirs.get(key)];
    const { type, name } = (o ?? t ?? b) as Cell; // the key is of one of them
    const byUs = !same(recordType, b, o);
    const byThem = !same(recordType, b, t);
    rows.push({
      type,
      name,
      ...(b && { base: b.text }),
      ...(o && { ours: o.text }),
      ...(t && { theirs: t.text }),
      changedBy:
        byUs && byThem
          ? same(recordType, o, t)
            ? 'alike'
            : 'both'
          : byUs
            ? 'ours'
            : byThem
              ? 'theirs'
              : 'nobody',
    });
  }
  return rows;
}

function same(recordType: string, a: Cell | undefined, b: Cell | undefined): boolean {
  if (a?.subrecord && b?.subrecord) return sameSubrecord(recordType, a.subrecord, b.subrecord);
  return a?.text === b?.text;
}

/** One thing that a record says. */
export interface Cell {
  readonly type: string;
  readonly name: string;
  readonly text: string;
  /** Absent for a property, which its text tells apart. */
  readonly subrecord?: Subrecord;
}

export type Cells = ReadonlyMap<string, Cell>;

/**
 * What a record says, by what names a row in all versions of it: the type, and which of that type it is. Equal for
 * records that differ in noise only.
 */
export function cellsOf(record: PluginRecord, codec: Inflate): Cells {
  const cells = new Map<string, Cell>();
  const times = new Map<string, number>();
  for (const subrecord of meaningful(record, codec)) {
    const { type, data } = subrecord;
    const scripts = type === 'VMAD' ? readScripts(data) : undefined;
    for (const { name, properties } of byName(scripts?.scripts ?? [])) {
      cells.set(`VMAD ${name}`, { type, name: `script ${name}`, text: 'attached' });
      for (const property of byName(properties))
        cells.set(`VMAD ${name} ${property.name}`, {
          type,
          name: `script ${name}, property ${property.name}`,
          text: propertyText(property, scripts?.objectFormat),
        });
    }
    if (scripts && scripts.rest.length === 0) continue;
    const time = (times.get(type) ?? 0) + 1;
    times.set(type, time);
    const name = scripts ? 'script fragments' : (NAMES[type] ?? type);
    cells.set(`${type}#${time}`, {
      type,
      name: time > 1 ? `${name} ${time}` : name,
      text: scripts
        ? `${scripts.rest.length} bytes, ${digest(restKey(scripts.rest, record.type))}`
        : textOf(record.type, subrecord),
      ...(!scripts && { subrecord }),
    });
  }
  return cells;
}

/** The Creation Kit writes scripts and properties in another order with each save. */
const byName = <Named extends { readonly name: string }>(list: readonly Named[]): Named[] =>
  [...list].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));

function textOf(recordType: string, subrecord: Subrecord): string {
  const { type } = subrecord;
  const data = withoutNoise(recordType, subrecord);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if ((TEXTS.has(type) || looksLikeText(data)) && isText(data))
    return exactText(data.subarray(0, -1)) ?? zstring(data);
  if (FORM_IDS.has(type) && data.length % 4 === 0)
    return Array.from({ length: data.length / 4 }, (_, i) => formIdText(view.getUint32(i * 4, true))).join(
      ' ',
    );
  if (type === 'OBND' && data.length === 12)
    return Array.from({ length: 6 }, (_, i) => view.getInt16(i * 2, true)).join(' ');
  if (type === 'FLTV' && data.length === 4) return String(view.getFloat32(0, true));
  if (PRICED.has(recordType) && type === 'DATA' && data.length === 8)
    return `value ${view.getUint32(0, true)}, weight ${Number(view.getFloat32(4, true).toPrecision(7))}`;
  return hex(data);
}

/** Records whose DATA is a value and a weight. */
const PRICED = new Set(['MISC', 'KEYM', 'BOOK']);

/** A text ends with its only NUL: the same type is a number in some records. */
const isText = (data: Uint8Array): boolean =>
  data.length > 0 &&
  data.indexOf(0) === data.length - 1 &&
  data.every((byte, i) => byte >= 9 || i === data.length - 1);

/** Of a type that is not known to be one. */
const looksLikeText = (data: Uint8Array): boolean =>
  data.length > 5 && data.subarray(0, -1).every((byte) => byte >= 0x20 && byte < 0x7f);

const SHOWN = 64;

const hex = (data: Uint8Array): string =>
  data.length > SHOWN ? `${toHex(data, 0, SHOWN)}… (${data.length} bytes, ${digest(data)})` : toHex(data);

/** Tells long values apart that begin alike (FNV-1a); nothing relies on it. */
function digest(value: Uint8Array | string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < value.length; i++)
    hash = Math.imul(
      hash ^ (typeof value === 'string' ? value.charCodeAt(i) : (value[i] as number)),
      0x01000193,
    );
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** A property's value, which is raw characters, one for each byte. */
function propertyText({ type, value }: ScriptProperty, objectFormat = 2): string {
  const bytes = Uint8Array.from(value, (char) => char.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  if (type === 1 && bytes.length === 8) return formIdText(view.getUint32(objectFormat === 2 ? 4 : 0, true));
  if (type === 3 && bytes.length === 4) return String(view.getInt32(0, true));
  if (type === 4 && bytes.length === 4) return String(view.getFloat32(0, true));
  if (type === 5 && bytes.length === 1) return bytes[0] ? 'true' : 'false';
  if (type > 10)
    return (JSON.parse(value) as string[]) // `readValue` writes arrays so
      .map((element) => propertyText({ name: '', type: type - 10, status: 0, value: element }, objectFormat))
      .join(', ');
  return value;
}
