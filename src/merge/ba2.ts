/** Three-way merge of BA2 archives by entry: what only one side repacked is taken, stored bytes and all. */
import { type Ba2Part, type Inflate, putTogether, readBa2Entry, takeApart } from '../bethesda/index.ts';
import { equal } from '../shared/bytes.ts';
import { hasCode } from '../shared/errors.ts';
import type { ConflictHunk, HunkSide } from '../shared/types.ts';
import { type DecideHunk, isOpen, UNDECIDED } from './hunks.ts';
import { interleaved } from './interleave.ts';

export type Ba2Outcome =
  | { readonly merged: Uint8Array }
  /** Why, in a person's words, and the entries; none where the archive can only be taken whole. */
  | { readonly conflict: string; readonly hunks: readonly ConflictHunk[] };

const whole = (why: string): Ba2Outcome => ({
  conflict: `Both of you changed this archive, which is taken whole: choose one side. ${why}`,
  hunks: [],
});

/**
 * Order and format follow ours; entries that are new from theirs come after those that precede them there.
 * @param base absent when both sides added the archive
 */
export function mergeBa2(
  base: Uint8Array | undefined,
  ours: Uint8Array,
  theirs: Uint8Array,
  codec: Inflate,
  decide: DecideHunk = UNDECIDED,
): Ba2Outcome {
  try {
    const [o, t] = [readParts(ours), readParts(theirs)];
    const b = base ? readParts(base) : o && { ...o, byName: new Map<string, Ba2Part>() };
    if (!b || !o || !t) return whole('One of the three versions has two entries of one name.');
    if ([b, o, t].some(({ after }) => after > 0))
      return whole('One of the three versions has bytes at its end that no entry speaks of.');
    if (o.archive.type !== t.archive.type || o.archive.type !== b.archive.type)
      return whole('One of the three versions is for textures, another is not.');
    if (o.isNamed !== t.isNamed || o.isNamed !== b.isNamed)
      return whole('One of the three versions has no table of names.');
    const hunks: ConflictHunk[] = [];
    const parts: Ba2Part[] = [];
    for (const key of interleaved(o.byName.keys(), t.byName.keys())) {
      const [was, mine, other] = [b.byName.get(key), o.byName.get(key), t.byName.get(key)];
      const taken = pick(was, mine, other, codec, () => {
        const choice = decide(hunks.length + 1);
        // there is no such thing as both of two files
        const decided = choice === 'both' ? undefined : choice;
        const name = (mine ?? other)?.entry.name ?? key;
        hunks.push({
          number: hunks.length + 1,
          name,
          base: shown(was),
          ours: shown(mine),
          theirs: shown(other),
          ...(decided && { decided }),
        });
        return decided;
      });
      if (taken) parts.push(taken);
    }
    const open = hunks.filter(isOpen);
    if (open.length === 0) return { merged: putTogether(o.archive, parts) };
    const names = open.slice(0, 3).map(({ name }) => name);
    const more = open.length > 3 ? ` and ${open.length - 3} more` : '';
    return { conflict: `Both of you changed ${names.join(', ')}${more} in this archive.`, hunks };
  } catch (error) {
    if (hasCode(error, 'MALFORMED_ARCHIVE')) return whole(error.message);
    throw error;
  }
}

function pick(
  base: Ba2Part | undefined,
  ours: Ba2Part | undefined,
  theirs: Ba2Part | undefined,
  codec: Inflate,
  ask: () => 'local' | 'remote' | undefined,
): Ba2Part | undefined {
  if (same(ours, theirs, codec) || same(base, theirs, codec)) return ours;
  if (same(base, ours, codec)) return theirs;
  return ask() === 'remote' ? theirs : ours;
}

/** Two packers may compress one file in two ways. */
function same(a: Ba2Part | undefined, b: Ba2Part | undefined, codec: Inflate): boolean {
  if (!a || !b) return a === b;
  const [x, y] = [a.entry, b.entry];
  if (JSON.stringify(x.texture) !== JSON.stringify(y.texture) || x.chunks.length !== y.chunks.length)
    return false;
  return x.chunks.every((chunk, i) => {
    const other = y.chunks[i];
    const [p, q] = [a.data[i], b.data[i]];
    if (!other || !p || !q || chunk.size !== other.size) return false;
    if (chunk.packedSize === other.packedSize && equal(p, q)) return true;
    return equal(contentOf(p, chunk, codec), contentOf(q, other, codec));
  });
}

function contentOf(
  stored: Uint8Array,
  chunk: Ba2Part['entry']['chunks'][number],
  codec: Inflate,
): Uint8Array {
  const entry = { name: '', nameHash: 0, folderHash: 0, extension: '', chunks: [{ ...chunk, offset: 0 }] };
  return readBa2Entry(stored, entry, codec);
}

function shown(part: Ba2Part | undefined): HunkSide {
  if (!part) return { lines: [] };
  const { chunks, texture } = part.entry;
  const size = chunks.reduce((sum, chunk) => sum + chunk.size, 0);
  const pixels = texture ? `, ${texture.width} × ${texture.height}` : '';
  return { lines: [`${size} bytes${pixels}`] };
}

function readParts(bytes: Uint8Array) {
  const { archive, parts, after } = takeApart(bytes);
  const byName = new Map(
    parts.map((part) => {
      const { name, nameHash, extension, folderHash } = part.entry;
      return [
        name?.toLowerCase() ?? `${folderHash.toString(16)}/${nameHash.toString(16)}.${extension}`,
        part,
      ];
    }),
  );
  if (byName.size < parts.length) return undefined;
  return { archive, byName, after, isNamed: parts.some(({ name }) => name !== undefined) };
}
