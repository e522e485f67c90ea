/** The TES4 header of a merged plugin: the count is recomputed, the next object id is the larger one. */
import {
  formatSubrecords,
  HEADER_SIZE,
  type PluginRecord,
  type Subrecord,
  sameSubrecords,
  subrecords,
} from '../../bethesda/index.ts';
import type { PluginContents } from './contents.ts';
import { NotMergeable } from './types.ts';

/** Not merged: written anew, a cache of the Creation Kit, and the masters, which are the same on all sides. */
const OURS = new Set(['HEDR', 'TNAM', 'MAST', 'DATA']);

export interface HeaderMerge {
  /** Subrecord types, such as SNAM, that both sides changed differently. */
  readonly clashes: readonly string[];
  /** @param count records and groups of the merged plugin */
  format(count: number, clashesFrom: 'local' | 'remote'): PluginRecord;
}

/** @throws NotMergeable when both sides changed ONAM, the list of overridden records that a master keeps */
export function mergeHeader(base: PluginContents, ours: PluginContents, theirs: PluginContents): HeaderMerge {
  const b = partsOf(base);
  const o = partsOf(ours);
  const t = partsOf(theirs);
  const fromTheirs: string[] = [];
  const clashes: string[] = [];
  for (const type of new Set([...o.keys(), ...t.keys(), ...b.keys()])) {
    if (OURS.has(type)) continue;
    const same = (x: Parts, y: Parts) => sameSubrecords('TES4', x.get(type) ?? [], y.get(type) ?? []);
    if (same(o, t) || same(b, t)) continue;
    if (same(b, o)) fromTheirs.push(type);
    else clashes.push(type);
  }
  if (clashes.includes('ONAM'))
    throw new NotMergeable(
      'Both of you changed the list of overridden records in the header (ONAM), which only the Creation Kit can write anew',
    );
  return {
    clashes,
    format: (count, clashesFrom) => {
      const taken = new Set(clashesFrom === 'remote' ? [...fromTheirs, ...clashes] : fromTheirs);
      const list = [...withParts(o, t, taken).values()].flat();
      const data = formatSubrecords(
        list.map((sub) =>
          sub.type === 'HEDR' ? { ...sub, data: hedr(sub.data, ours, theirs, count) } : sub,
        ),
      );
      const flags = mergedFlags(base, ours, theirs);
      const header = copyOf(ours.plugin.tes4.header);
      new DataView(header.buffer).setUint32(8, flags, true);
      return { ...ours.plugin.tes4, header, flags, data };
    },
  };
}

type Parts = ReadonlyMap<string, readonly Subrecord[]>;

/** By type, in the order of first appearance; a master and its DATA stay together. */
function partsOf({ plugin }: PluginContents): Map<string, Subrecord[]> {
  const parts = new Map<string, Subrecord[]>();
  for (const sub of subrecords(plugin.tes4.data, HEADER_SIZE)) {
    const key = sub.type === 'DATA' ? 'MAST' : sub.type;
    const list = parts.get(key);
    if (list) list.push(sub);
    else parts.set(key, [sub]);
  }
  return parts;
}

/** Ours, with some types as theirs has them: in their old position, or after what precedes them in theirs. */
function withParts(
  ours: Parts,
  theirs: Parts,
  taken: ReadonlySet<string>,
): Map<string, readonly Subrecord[]> {
  const result = new Map<string, readonly Subrecord[]>();
  const put = (type: string) => {
    result.set(type, taken.has(type) ? (theirs.get(type) ?? []) : (ours.get(type) ?? []));
    const order = [...theirs.keys()];
    for (let at = order.indexOf(type) + 1; at > 0 && at < order.length; at++) {
      const next = order[at] as string; // below the length
      if (!taken.has(next) || ours.has(next) || result.has(next)) break;
      result.set(next, theirs.get(next) ?? []);
    }
  };
  for (const type of ours.keys()) put(type);
  for (const type of taken) if (!result.has(type)) put(type);
  return result;
}

function hedr(data: Uint8Array, ours: PluginContents, theirs: PluginContents, count: number): Uint8Array {
  const copy = copyOf(data);
  const view = new DataView(copy.buffer);
  // The later format allows more object ids, and the other side may have used them.
  if (theirs.plugin.version > ours.plugin.version) view.setFloat32(0, theirs.plugin.version, true);
  view.setUint32(4, count, true);
  view.setUint32(8, Math.max(ours.plugin.nextObjectId, theirs.plugin.nextObjectId), true);
  return copy;
}

/** Each bit that either side changed. */
function mergedFlags(base: PluginContents, ours: PluginContents, theirs: PluginContents): number {
  const [b, o, t] = [base, ours, theirs].map(({ plugin }) => plugin.tes4.flags) as [number, number, number]; // of three, three
  return (b ^ ((b ^ o) | (b ^ t))) >>> 0;
}

/** The file with a larger next object id; itself where that is the case already. */
export function withNextObjectId(bytes: Uint8Array, { plugin }: PluginContents, least: number): Uint8Array {
  if (plugin.nextObjectId >= least) return bytes;
  const sub = subrecords(plugin.tes4.data, HEADER_SIZE).find(({ type }) => type === 'HEDR');
  if (!sub) return bytes;
  const copy = copyOf(bytes);
  new DataView(copy.buffer).setUint32(sub.data.byteOffset - bytes.byteOffset + 8, least, true);
  return copy;
}

/** Not `slice`: of Node's buffers that is a view, and writing to it would change the file it was read from. */
const copyOf = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
