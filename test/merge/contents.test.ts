import {
  type ContentsToMerge,
  DRIVERS,
  isBinary,
  type MergeDriver,
  mergeContents as mergeWith,
} from '../../src/merge/index.ts';
import { text, utf8 } from '../../src/shared/bytes.ts';
import { group, misc, plugin } from '../support/pluginBuilder.ts';
import { zlibCodec } from '../support/zlibCodec.ts';

const mergeContents = (input: Omit<ContentsToMerge, 'codec'>) => mergeWith({ ...input, codec: zlibCodec });

const pointer = (oid: string, size: number) =>
  utf8(`version https://git-lfs.github.com/spec/v1\noid sha256:${oid.repeat(64)}\nsize ${size}\n`);

describe('merging the contents of a file', () => {
  const base = utf8('a\nb\nc\n');
  const ours = utf8('A\nb\nc\n');
  const theirs = utf8('a\nb\nC\n');

  test('scripts and other text merge by lines', () => {
    expect(mergeContents({ path: 'x.psc', base, ours, theirs })).toEqual({ merged: utf8('A\nb\nC\n') });
  });

  test.each([
    ['Mod.esp', 'plugin'],
    ['a.dds', 'texture'],
    ['a.pex', 'script'],
    ['a.zip', 'archive'],
  ])('%s is taken whole, and the reason names what it is', (path, word) => {
    expect(mergeContents({ path, base, ours, theirs })).toEqual({
      conflict: expect.stringMatching(new RegExp(`${word}.*choose one side`)),
    });
  });

  test('whatever the kind, one side’s change alone is no conflict', () => {
    expect(mergeContents({ path: 'Mod.esp', base, ours: base, theirs })).toEqual({ merged: theirs });
    expect(mergeContents({ path: 'Mod.esp', base, ours, theirs: base })).toEqual({ merged: ours });
    expect(mergeContents({ path: 'Mod.esp', base, ours, theirs: ours })).toEqual({ merged: ours });
  });

  test('bytes that are not text are never merged by lines, whatever the name says', () => {
    const binary = (...bytes: number[]) => Uint8Array.of(...bytes, 10, 0, 10, 65);
    expect(
      mergeContents({ path: 'x.txt', base: binary(1), ours: binary(2), theirs: binary(1, 3) }),
    ).toHaveProperty('conflict');
  });

  test('LFS pointers are never merged by lines', () => {
    const outcome = mergeContents({
      path: 'big.txt',
      base: pointer('a', 1),
      ours: pointer('b', 1),
      theirs: pointer('a', 2),
    });
    expect(outcome).toEqual({ conflict: expect.stringContaining('asset') });
  });

  test('of two texts added under one name, only the places that differ are asked about', () => {
    const both = { base: undefined, ours: utf8('a\nmine\nc\n'), theirs: utf8('a\nhers\nc\n') };
    expect(mergeContents({ path: 'x.psc', ...both })).toMatchObject({
      conflict: expect.stringMatching(/added .* place by place/),
      hunks: [{ ours: { lines: ['mine'] }, theirs: { lines: ['hers'] } }],
    });
    expect(mergeContents({ path: 'x.psc', ...both, decideHunk: () => 'both' })).toEqual({
      merged: utf8('a\nmine\nhers\nc\n'),
    });
    // a key or a record of two new files is not known to be one thing
    for (const path of ['x.json', 'x.ini', 'x.esp'])
      expect(mergeContents({ path, ...both })).toEqual({
        conflict: expect.stringContaining('Choose one side'),
      });
  });

  test('two files added under one name are a conflict, unless they are the same', () => {
    expect(mergeContents({ path: 'x.psc', base: undefined, ours, theirs })).toHaveProperty('conflict');
    expect(mergeContents({ path: 'x.psc', base: undefined, ours, theirs: ours })).toEqual({ merged: ours });
  });

  test('what is too large to merge is a conflict', () => {
    expect(mergeContents({ path: 'x.txt', base, ours, theirs, oversize: true })).toHaveProperty('conflict');
  });
});

test('whoever calls can put drivers of their own in front of the table', () => {
  const input = {
    path: 'a.list',
    base: utf8('a\n'),
    ours: utf8('b\na\n'),
    theirs: utf8('c\na\n'),
    codec: zlibCodec,
  };
  const union: MergeDriver = {
    name: 'union',
    claims: ({ path }) => path.endsWith('.list'),
    merge: ({ ours, theirs }) => ({
      merged: utf8([...new Set((text(ours) + text(theirs)).match(/.*\n/g))].join('')),
    }),
  };
  expect(mergeWith(input)).toHaveProperty('conflict');
  expect(mergeWith({ ...input, drivers: [union, ...DRIVERS] })).toEqual({ merged: utf8('b\na\nc\n') });
  expect(DRIVERS.map(({ name }) => name)).toEqual([...new Set(DRIVERS.map(({ name }) => name))]);
});

test('a JSON or INI file that cannot be read as one is merged like any text', () => {
  for (const path of ['a.json', 'a.ini'])
    expect(
      mergeContents({ path, base: utf8('{x\nb\nc\n'), ours: utf8('{x\nb\nC\n'), theirs: utf8('{y\nb\nc\n') }),
    ).toEqual({
      merged: utf8('{y\nb\nC\n'),
    });
});

test('a plugin merges by its records, and an open record is told of with its FormID', () => {
  const of = (...values: number[]) =>
    plugin([
      group(
        0,
        'MISC',
        values.map((value, i) => misc(0x01000800 + i, value)),
      ),
    ]);
  expect(mergeContents({ path: 'M.esp', base: of(1, 1), ours: of(2, 1), theirs: of(1, 3) })).toEqual({
    merged: of(2, 3),
  });
  expect(mergeContents({ path: 'M.esp', base: of(1, 1), ours: of(2, 1), theirs: of(3, 1) })).toMatchObject({
    conflict: expect.stringContaining('MISC Thing1000800'),
    records: [{ formId: 0x01000800 }],
  });
  const decideRecord = () => 'remote' as const;
  expect(
    mergeContents({ path: 'M.esp', base: of(1, 1), ours: of(2, 4), theirs: of(3, 1), decideRecord }),
  ).toEqual({ merged: of(3, 4) });
});

test('binary is what Git calls binary, but for UTF-16 that says so', () => {
  expect(isBinary(utf8('text'))).toBe(false);
  expect(isBinary(Uint8Array.of(65, 0))).toBe(true);
  expect(isBinary(Uint8Array.of(0xff, 0xfe, 65, 0))).toBe(false);
  expect(isBinary(new Uint8Array(9000).fill(65).fill(0, 8500))).toBe(false);
});
