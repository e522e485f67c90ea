/** Two people repack one archive. */
import fc from 'fast-check';
import { readBa2, readBa2Entry, writeBa2 } from '../../src/bethesda/index.ts';
import { mergeBa2 } from '../../src/merge/ba2.ts';
import { mergeContents } from '../../src/merge/index.ts';
import { concat, text, utf8 } from '../../src/shared/bytes.ts';
import { fuzzed, mutated } from '../support/mutate.ts';
import { describeReal, realFile, realPaths } from '../support/realFiles.ts';
import { zlibCodec } from '../support/zlibCodec.ts';

type Files = Readonly<Record<string, string>>;
const pack = (files: Files, codec?: typeof zlibCodec) =>
  writeBa2(
    Object.entries(files).map(([path, content]) => ({ path, content: utf8(content) })),
    codec,
  );
const unpack = (bytes: Uint8Array): Files =>
  Object.fromEntries(
    readBa2(bytes).entries.map((entry) => [entry.name, text(readBa2Entry(bytes, entry, zlibCodec))]),
  );
const merge = (base: Uint8Array, ours: Uint8Array, theirs: Uint8Array) =>
  mergeBa2(base, ours, theirs, zlibCodec);
const long = 'compiled '.repeat(200);
const base = { 'Scripts/a.pex': long, 'Scripts/b.pex': 'b', 'Scripts/c.pex': 'c', 'Meshes/d.nif': 'd' };

test('what only one of them changed, added or removed is in the result, whoever compresses', () => {
  const ours = { ...base, 'Scripts/a.pex': `${long}mine`, 'Scripts/mine.pex': 'new' };
  const { 'Scripts/c.pex': _, ...rest } = base;
  const theirs = { ...rest, 'Scripts/b.pex': 'B', 'Scripts/theirs.pex': 'new too' };
  const outcome = merge(pack(base), pack(ours, zlibCodec), pack(theirs));
  if (!('merged' in outcome)) throw new Error(outcome.conflict);
  expect(unpack(outcome.merged)).toEqual({
    'Scripts/a.pex': `${long}mine`,
    'Scripts/b.pex': 'B',
    'Meshes/d.nif': 'd',
    'Scripts/mine.pex': 'new',
    'Scripts/theirs.pex': 'new too',
  });
});

test('an entry that both changed is decided by name; one that was removed and changed, too', () => {
  const { 'Meshes/d.nif': _, ...without } = base;
  const [b, o, t] = [
    pack(base),
    pack({ ...without, 'Scripts/b.pex': 'mine' }),
    pack({ ...base, 'Scripts/b.pex': 'theirs!', 'Meshes/d.nif': 'D' }),
  ];
  const outcome = mergeContents({ path: 'My - Main.BA2', base: b, ours: o, theirs: t, codec: zlibCodec });
  expect(outcome).toMatchObject({
    conflict: 'Both of you changed Scripts/b.pex, Meshes/d.nif in this archive.',
    hunks: [
      { number: 1, name: 'Scripts/b.pex', ours: { lines: ['4 bytes'] }, theirs: { lines: ['7 bytes'] } },
      { number: 2, name: 'Meshes/d.nif', ours: { lines: [] } },
    ],
  });
  const decided = mergeBa2(b, o, t, zlibCodec, (number) => (number === 1 ? 'remote' : 'local'));
  if (!('merged' in decided)) throw new Error(decided.conflict);
  expect(unpack(decided.merged)).toEqual({ ...without, 'Scripts/b.pex': 'theirs!' });
});

test('bytes that no entry speaks of are nobody’s to drop: the archive is taken whole', () => {
  const more = (bytes: Uint8Array, end: string) => concat([bytes, utf8(end)]);
  const [plain, mine] = [pack(base), pack({ ...base, 'Scripts/b.pex': 'mine' })];
  expect(merge(plain, more(mine, 'tail'), more(plain, 'other'))).toMatchObject({
    conflict: expect.stringContaining('at its end'),
    hunks: [],
  });
});

test('a damaged archive is taken whole, with the reason, and never merged', () => {
  const [b, o, t] = [
    pack(base),
    pack({ ...base, 'Scripts/b.pex': 'x' }),
    pack({ ...base, 'Scripts/c.pex': 'y' }),
  ];
  expect(merge(b, o.subarray(0, 100), t)).toMatchObject({
    conflict: expect.stringMatching(/damaged at byte/),
    hunks: [],
  });
  fc.assert(
    fc.property(mutated([o]), (bytes) => {
      const outcome = merge(b, bytes, t);
      if ('merged' in outcome) expect(readBa2(outcome.merged).type).toBe('GNRL');
    }),
    { seed: 3, numRuns: fuzzed(300) },
  );
});

describeReal('real archives', () => {
  test.each(realPaths(/\.ba2$/).filter((path) => !path.includes('invalid')))(
    '%s is put together as it was',
    (path) => {
      const bytes = realFile(path);
      const { entries } = readBa2(bytes);
      const outcome = merge(bytes, bytes, bytes);
      if (!('merged' in outcome)) throw new Error(outcome.conflict);
      const again = readBa2(outcome.merged);
      expect(again.entries.map(({ name, nameHash, texture }) => ({ name, nameHash, texture }))).toEqual(
        entries.map(({ name, nameHash, texture }) => ({ name, nameHash, texture })),
      );
      again.entries.forEach((entry, i) => {
        entry.chunks.forEach((chunk, c) => {
          const old = entries[i]?.chunks[c];
          if (!old) throw new Error('no such chunk');
          const stored = (file: Uint8Array, { offset, packedSize, size }: typeof chunk) =>
            Buffer.from(file.subarray(offset, offset + (packedSize || size))).toString('base64');
          expect(stored(outcome.merged, chunk)).toBe(stored(bytes, old));
        });
      });
    },
  );
});
