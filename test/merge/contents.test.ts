import { isBinary, mergeContents } from '../../src/merge/index.ts';
import { utf8 } from '../../src/shared/bytes.ts';

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
    ['a.ba2', 'archive'],
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

  test('two files added under one name are a conflict, unless they are the same', () => {
    expect(mergeContents({ path: 'x.psc', base: undefined, ours, theirs })).toHaveProperty('conflict');
    expect(mergeContents({ path: 'x.psc', base: undefined, ours, theirs: ours })).toEqual({ merged: ours });
  });

  test('what is too large to merge is a conflict', () => {
    expect(mergeContents({ path: 'x.txt', base, ours, theirs, oversize: true })).toHaveProperty('conflict');
  });
});

test('binary is what Git calls binary, but for UTF-16 that says so', () => {
  expect(isBinary(utf8('text'))).toBe(false);
  expect(isBinary(Uint8Array.of(65, 0))).toBe(true);
  expect(isBinary(Uint8Array.of(0xff, 0xfe, 65, 0))).toBe(false);
  expect(isBinary(new Uint8Array(9000).fill(65).fill(0, 8500))).toBe(false);
});
