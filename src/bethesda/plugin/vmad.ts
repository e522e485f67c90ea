/**
 * VMAD: the scripts attached to a record and the values of their properties (Fallout 4: version 6, object format 2).
 * Read as far as its layout is the same for every record; the fragments that follow differ by record type and stay
 * raw bytes in `rest`. Source: xEdit's definitions, checked on the real plugins of the test data.
 */
import { viewOf } from './fields.ts';

export interface ScriptProperty {
  readonly name: string;
  readonly type: number;
  readonly status: number;
  /** The value in a form in which equal values are equal strings: members of a struct are sorted by name. */
  readonly value: string;
}

export interface AttachedScript {
  readonly name: string;
  readonly status: number;
  readonly properties: readonly ScriptProperty[];
}

export interface AttachedScripts {
  readonly version: number;
  readonly objectFormat: number;
  readonly scripts: readonly AttachedScript[];
  /** What follows the scripts: fragments and aliases of quests, topics, packages and so on. */
  readonly rest: Uint8Array;
}

/** Structs hold structs only through a hostile file: the game's compiler refuses it. */
const MAX_DEPTH = 4;

class OutOfBounds extends Error {}

class Cursor {
  at = 0;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = viewOf(bytes);
  }

  private advance(length: number): number {
    if (length > this.bytes.length - this.at) throw new OutOfBounds();
    const start = this.at;
    this.at += length;
    return start;
  }

  u8(): number {
    return this.bytes[this.advance(1)] as number;
  }

  u16(): number {
    return this.view.getUint16(this.advance(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.advance(4), true);
  }

  /** `length` bytes, one character for each. */
  raw(length: number): string {
    const start = this.advance(length);
    let text = '';
    for (let i = start; i < start + length; i++) text += String.fromCharCode(this.bytes[i] as number);
    return text;
  }

  text(): string {
    return this.raw(this.u16());
  }

  rest(): Uint8Array {
    return this.bytes.subarray(this.at);
  }
}

/** `undefined` when the bytes do not follow the layout: they are then compared as they are. */
export function readScripts(vmad: Uint8Array): AttachedScripts | undefined {
  try {
    const cursor = new Cursor(vmad);
    const version = cursor.u16();
    const objectFormat = cursor.u16();
    if (version < 4 || version > 6 || objectFormat < 1 || objectFormat > 2) return undefined;
    const scripts: AttachedScript[] = [];
    for (let left = cursor.u16(); left > 0; left--) scripts.push(readScript(cursor));
    return { version, objectFormat, scripts, rest: cursor.rest() };
  } catch (error) {
    if (error instanceof OutOfBounds) return undefined;
    throw error;
  }
}

function readScript(cursor: Cursor): AttachedScript {
  const name = cursor.text();
  const status = cursor.u8();
  const properties: ScriptProperty[] = [];
  for (let left = cursor.u16(); left > 0; left--) properties.push(readProperty(cursor, 0));
  return { name, status, properties };
}

function readProperty(cursor: Cursor, depth: number): ScriptProperty {
  const name = cursor.text();
  const type = cursor.u8();
  const status = cursor.u8();
  return { name, type, status, value: readValue(cursor, type, depth) };
}

function readValue(cursor: Cursor, type: number, depth: number): string {
  if (depth > MAX_DEPTH) throw new OutOfBounds();
  if (type >= 11 && type <= 17) {
    const values: string[] = [];
    for (let left = cursor.u32(); left > 0; left--) values.push(readValue(cursor, type - 10, depth + 1));
    return JSON.stringify(values);
  }
  switch (type) {
    case 0:
      return '';
    case 1:
      return cursor.raw(8);
    case 2:
      return cursor.text();
    case 3:
    case 4:
      return cursor.raw(4);
    case 5:
      return cursor.raw(1);
    case 7: {
      const members: ScriptProperty[] = [];
      for (let left = cursor.u32(); left > 0; left--) members.push(readProperty(cursor, depth + 1));
      return JSON.stringify(members.map(propertyKey).sort());
    }
    default:
      throw new OutOfBounds();
  }
}

const propertyKey = (property: ScriptProperty): string =>
  JSON.stringify([property.name, property.type, property.status, property.value]);

/** Bytes between the scripts and the script that holds a record's fragments: versions, flags, a count. */
const FRAGMENT_HEADS: Readonly<Record<string, number>> = {
  TERM: 1,
  PERK: 1,
  PACK: 2,
  INFO: 2,
  SCEN: 2,
  QUST: 3,
};

/**
 * Equal for two VMADs that differ in nothing but the order of scripts, properties and struct members.
 * @param recordType of the record that holds it: what follows the scripts differs by it
 * @returns `undefined` when the bytes do not follow the layout
 */
export function scriptsKey(vmad: Uint8Array, recordType: string): string | undefined {
  const read = readScripts(vmad);
  if (read === undefined) return undefined;
  const scripts = read.scripts.map(scriptKey).sort();
  return JSON.stringify([read.version, read.objectFormat, scripts, restKey(read.rest, recordType)]);
}

const scriptKey = (script: AttachedScript): string =>
  JSON.stringify([script.name, script.status, script.properties.map(propertyKey).sort()]);

/** What follows the scripts, in a form in which equal fragments are equal strings. */
export function restKey(rest: Uint8Array, recordType: string): string {
  const head = FRAGMENT_HEADS[recordType];
  const whole = new Cursor(rest).raw(rest.length);
  if (rest.length === 0 || head === undefined) return whole;
  try {
    const cursor = new Cursor(rest);
    const parts = [cursor.raw(head), scriptKey(readScript(cursor))];
    if (recordType === 'QUST') {
      const count = (rest[1] as number) | ((rest[2] as number) << 8);
      parts.push(fragmentsKey(cursor, count, 9), ...aliasKeys(cursor));
    } else if (recordType === 'TERM' || recordType === 'PERK')
      parts.push(fragmentsKey(cursor, cursor.u16(), 5));
    parts.push(cursor.raw(cursor.rest().length));
    return JSON.stringify(parts);
  } catch (error) {
    if (error instanceof OutOfBounds) return whole;
    throw error;
  }
}

/** Fragments carry the stage, item or entry they belong to (in `head` bytes), so their order means nothing. */
function fragmentsKey(cursor: Cursor, count: number, head: number): string {
  const fragments: string[] = [];
  for (let left = count; left > 0; left--)
    fragments.push(JSON.stringify([cursor.raw(head), cursor.text(), cursor.text()]));
  return JSON.stringify(fragments.sort());
}

/** The scripts of a quest's aliases. */
function aliasKeys(cursor: Cursor): string[] {
  const aliases: string[] = [];
  for (let left = cursor.u16(); left > 0; left--) {
    // The alias, the version and the object format.
    const alias = cursor.raw(12);
    const scripts: string[] = [];
    for (let count = cursor.u16(); count > 0; count--) scripts.push(scriptKey(readScript(cursor)));
    aliases.push(JSON.stringify([alias, scripts.sort()]));
  }
  return aliases;
}
