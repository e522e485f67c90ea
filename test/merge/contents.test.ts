import { readBa2, writeBa2 } from '../../src/bethesda/index.ts';
import {
  type ContentsToMerge,
  checkDrivers,
  DRIVERS,
  isBinary,
  mergeContents as mergeWith,
  ownDrivers,
} from '../../src/merge/index.ts';
import { text, utf8 } from '../../src/shared/bytes.ts';
import type { FileToMerge, MergeDriver } from '../../src/shared/mergeDriver.ts';
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
  });

  test('two files added under one name are a conflict, unless they are the same', () => {
    expect(mergeContents({ path: 'x.psc', base: undefined, ours, theirs })).toHaveProperty('conflict');
    expect(mergeContents({ path: 'x.psc', base: undefined, ours, theirs: ours })).toEqual({ merged: ours });
  });

  test('what is too large to merge is a conflict', () => {
    expect(mergeContents({ path: 'x.txt', base, ours, theirs, oversize: true })).toHaveProperty('conflict');
  });
});

describe('two files added under one name', () => {
  const add = (path: string, ours: string | Uint8Array, theirs: string | Uint8Array, more = {}) => {
    const bytes = (side: string | Uint8Array) => (typeof side === 'string' ? utf8(side) : side);
    const outcome = mergeContents({
      path,
      base: undefined,
      ours: bytes(ours),
      theirs: bytes(theirs),
      ...more,
    });
    return 'merged' in outcome ? text(outcome.merged) : outcome;
  };

  test('keys of JSON that one of them has are in the result; a value that differs is asked about', () => {
    expect(add('a.json', '{\n  "a": 1,\n  "o": { "x": 1 }\n}\n', '{ "a": 1, "o": { "y": 2 }, "b": 3 }')).toBe(
      '{\n  "a": 1,\n  "o": { "y": 2, "x": 1 },\n  "b": 3\n}\n',
    );
    const differing = ['{ "a": 1, "list": [1] }', '{ "a": 2, "list": [2], "new": 1 }'] as const;
    expect(add('a.json', ...differing)).toMatchObject({
      conflict: expect.stringMatching(
        /added .* differ in a, list\. Choose one side, or decide place by place/,
      ),
      hunks: [{ name: 'a', base: { lines: [] } }, { name: 'list' }],
    });
    const decided = add('a.json', ...differing, {
      decideHunk: (n: number) => (n === 1 ? 'remote' : 'local'),
    });
    expect(JSON.parse(decided as string)).toEqual({ a: 2, list: [1], new: 1 });
  });

  test('keys of INI files, with the comments of whoever wrote one', () => {
    expect(add('a.ini', '[A]\nx=1\nk=1\n', '; mine\n[A]\nx=1\ny=2\n[B]\nz=3\n')).toBe(
      '; mine\n[A]\nx=1\ny=2\nk=1\n[B]\nz=3\n',
    );
    const bom = '\ufeff';
    expect(add('a.ini', `${bom}[A]\nx=1\n`, `${bom}[A]\ny=2\n`)).toMatch(
      /^\ufeff\[A\]\n(x=1\ny=2|y=2\nx=1)\n$/,
    );
    expect(add('a.ini', '[A]\nx=1\n', '[a]\nX=2\ny=2\n')).toMatchObject({
      hunks: [{ name: '[a] x', ours: { lines: ['x=1'] }, theirs: { lines: ['X=2'] } }],
    });
  });

  test('records of plugins with one header; with others they are taken whole, with the reason', () => {
    const of = (records: Readonly<Record<number, number>>, author = 'A') =>
      plugin(
        [
          group(
            0,
            'MISC',
            Object.entries(records).map(([id, value]) => misc(0x01000000 + Number(id), value)),
          ),
        ],
        { author },
      );
    const added = (ours: Uint8Array, theirs: Uint8Array) =>
      mergeContents({ path: 'New.esp', base: undefined, ours, theirs });
    const outcome = added(of({ 2048: 1, 2049: 1 }), of({ 2048: 1, 2050: 2 }));
    expect(outcome).toEqual({ merged: of({ 2048: 1, 2049: 1, 2050: 2 }) });
    expect(added(of({ 2048: 1, 2049: 1 }), of({ 2048: 2 }))).toMatchObject({
      conflict: expect.stringMatching(/added .*same FormID/),
      records: [{ formId: 0x01000800, kind: 'formid-collision' }],
    });
    expect(added(of({ 2048: 1 }), of({ 2049: 1 }, 'B'))).toEqual({
      conflict: expect.stringMatching(/added .*taken whole.*headers differ/),
    });
  });

  test('entries of archives', () => {
    const pack = (files: Readonly<Record<string, string>>) =>
      writeBa2(Object.entries(files).map(([path, content]) => ({ path, content: utf8(content) })));
    const outcome = mergeContents({
      path: 'New - Main.ba2',
      base: undefined,
      ours: pack({ 'a.psc': '1', 'b.psc': '2' }),
      theirs: pack({ 'a.psc': '1', 'c.psc': '3' }),
    });
    if (!('merged' in outcome)) throw new Error(outcome.conflict);
    expect(
      readBa2(outcome.merged)
        .entries.map(({ name }) => name)
        .sort(),
    ).toEqual(['a.psc', 'b.psc', 'c.psc']);
  });

  test('what is no text is taken whole', () => {
    expect(add('a.nif', 'mine', 'hers')).toEqual({
      conflict: expect.stringMatching(/added .* Choose one side\.$/),
    });
  });
});

describe('a driver of one’s own', () => {
  const input = { path: 'a.list', base: utf8('a\n'), ours: utf8('b\na\n'), theirs: utf8('c\na\n') };
  const driver = {
    name: 'list',
    claims: (path: string) => path.endsWith('.list'),
    merge: ({ ours, theirs }: FileToMerge) => ({
      merged: utf8([...new Set((text(ours) + text(theirs)).match(/.*\n/g))].join('')),
    }),
  } satisfies MergeDriver;
  const mergeOwn = (own: MergeDriver, changed: Partial<ContentsToMerge> = {}) =>
    mergeContents({ ...input, drivers: [...ownDrivers([own]), ...DRIVERS], ...changed });

  test('comes before the table, for files that are there', () => {
    expect(mergeContents(input)).toHaveProperty('conflict');
    expect(mergeOwn(driver)).toEqual({ merged: utf8('b\na\nc\n') });
    expect(mergeOwn(driver, { base: undefined })).toEqual({ merged: utf8('b\na\nc\n') });
    expect(mergeOwn(driver, { oversize: true })).toHaveProperty('conflict');
    expect(mergeOwn(driver, { ours: pointer('a', 1) })).toEqual({
      conflict: expect.stringContaining('asset'),
    });
  });

  test.each([
    [
      () => {
        throw new Error('Boom');
      },
      /failed: Boom/,
    ],
    [() => ({ merged: 'text' }), /no bytes/],
    [() => ({}), /neither/],
    [() => ({ conflict: 'x', hunks: [{ number: 2 }] }), /numbered/],
  ])('that fails is a conflict, and nothing is lost: %s', (merge, words) => {
    expect(mergeOwn({ ...driver, merge: merge as unknown as MergeDriver['merge'] })).toEqual({
      conflict: expect.stringMatching(words),
    });
  });

  test('is refused for a name that is taken, and for what is none', () => {
    expect(checkDrivers([driver])).toEqual([driver]);
    for (const wrong of [
      [driver, driver],
      [{ ...driver, name: 'json' }],
      [{ ...driver, name: 'remote' }],
      [{}],
      [1],
    ])
      expect(() => checkDrivers(wrong)).toThrow(/mergeDrivers: /);
  });

  test('has names of its own', () => {
    expect(DRIVERS.map(({ name }) => name)).toEqual([...new Set(DRIVERS.map(({ name }) => name))]);
  });
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
