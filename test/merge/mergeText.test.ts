import fc from 'fast-check';
import { markText, mergeContents, mergeText } from '../../src/merge/index.ts';
import { bytesOf, splitLines } from '../../src/merge/lines.ts';
import { concat, equal, text, utf8 } from '../../src/shared/bytes.ts';
import { randomFrom } from '../support/gitRepository.ts';
import { soak } from '../support/mutate.ts';
import { zlibCodec } from '../support/zlibCodec.ts';

/** Bytes that form many lines, of any encoding. */
const lines = fc
  .array(fc.oneof(fc.constant(10), fc.constant(13), fc.constant(0xe4), fc.integer({ min: 1, max: 255 })), {
    maxLength: 80,
  })
  .map((bytes) => Uint8Array.from(bytes));

const merged = (base: Uint8Array, ours: Uint8Array, theirs: Uint8Array): Uint8Array => {
  const outcome = mergeText(base, ours, theirs);
  if ('merged' in outcome) return outcome.merged;
  throw new Error(outcome.conflict);
};

const utf16 = (content: string, littleEndian: boolean): Uint8Array => {
  const bytes = new Uint8Array(2 + content.length * 2);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xfeff, littleEndian);
  for (let i = 0; i < content.length; i++) view.setUint16(2 + i * 2, content.charCodeAt(i), littleEndian);
  return bytes;
};

describe('merging text', () => {
  test('an edit of one side alone is taken byte for byte', () => {
    fc.assert(
      fc.property(lines, lines, (base, edited) => {
        expect(equal(merged(base, edited, base), edited)).toBe(true);
        expect(equal(merged(base, base, edited), edited)).toBe(true);
        expect(equal(merged(base, edited, edited), edited)).toBe(true);
      }),
      { seed: 3, numRuns: soak(500) },
    );
  });

  test('the same comes out whoever merges', () => {
    fc.assert(
      fc.property(lines, lines, lines, (base, ours, theirs) => {
        const [one, other] = [mergeText(base, ours, theirs), mergeText(base, theirs, ours)];
        const turned = (outcome: typeof one) =>
          'merged' in outcome
            ? outcome
            : outcome.hunks.map(({ ours, theirs, ...hunk }) => ({ ...hunk, ours: theirs, theirs: ours }));
        expect('merged' in one ? one : one.hunks).toEqual(turned(other));
      }),
      { seed: 4, numRuns: soak(500) },
    );
  });

  test('edits in different functions of a script both arrive, with their line endings', () => {
    const base = 'Scriptname A\r\n\r\nEvent OnInit()\r\nEndEvent\r\n\r\nFunction B()\r\nEndFunction\r\n';
    const ours = base.replace('Event OnInit()\r\n', 'Event OnInit()\r\n  Go()\r\n');
    const theirs = base.replace('Function B()\r\n', 'Function B(int x)\r\n');
    expect(text(merged(utf8(base), utf8(ours), utf8(theirs)))).toBe(
      'Scriptname A\r\n\r\nEvent OnInit()\r\n  Go()\r\nEndEvent\r\n\r\nFunction B(int x)\r\nEndFunction\r\n',
    );
  });

  test('edits of the same line and of neighbouring lines are conflicts', () => {
    const base = utf8('a\nb\nc\nd\n');
    expect(mergeText(base, utf8('a\nB\nc\nd\n'), utf8('a\nBB\nc\nd\n'))).toMatchObject({
      hunks: [{ number: 1 }],
    });
    expect(mergeText(base, utf8('a\nB\nc\nd\n'), utf8('a\nb\nC\nd\n'))).toMatchObject({
      hunks: [{ number: 1 }],
    });
    expect(text(merged(base, utf8('A\nb\nc\nd\n'), utf8('a\nb\nC\nd\n')))).toBe('A\nb\nC\nd\n');
  });

  test('bytes of Windows-1252 come through as they were', () => {
    const part = (...bytes: number[]) => Uint8Array.of(...bytes, 10);
    const [umlaut, sharp, dash] = [part(0xe4, 0x81), part(0xdf), part(0x97)];
    const base = concat([umlaut, utf8('m\n'), sharp]);
    expect(merged(base, concat([dash, utf8('m\n'), sharp]), concat([umlaut, utf8('m\n'), umlaut]))).toEqual(
      concat([dash, utf8('m\n'), umlaut]),
    );
  });

  test.each([true, false])('UTF-16 merges by its own lines (little-endian: %s)', (littleEndian) => {
    // U+0A0D and U+0D0A hold the bytes of a newline without being one.
    const of = (content: string) => utf16(content, littleEndian);
    const outcome = merged(
      of('one\r\ntwo ਍ഊ\r\nthree\r\n'),
      of('ONE\r\ntwo ਍ഊ\r\nthree\r\n'),
      of('one\r\ntwo ਍ഊ\r\nTHREE\r\n'),
    );
    expect(outcome).toEqual(of('ONE\r\ntwo ਍ഊ\r\nTHREE\r\n'));
  });

  test('lines of UTF-8 and of Windows-1252 are never put into one file', () => {
    const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
    const lines = (first: string, last: string) => bytes(`${first}\n2\n3\n4\n5\n6\n${last}\n`);
    const labels = { ours: 'o', base: 'b', theirs: 't' };
    const [windows, utf8Bytes] = ['B\xe4r', 'B\xc3\xa4r'];
    // converted by the one, written on by the other
    expect(mergeText(lines(windows, 'x'), lines(utf8Bytes, 'x'), lines(windows, 'f\xfcr'))).toEqual({
      conflict: expect.stringContaining('encoding'),
      hunks: [],
    });
    expect(mergeText(lines('a', 'x'), lines(utf8Bytes, 'x'), lines('a', 'f\xfcr'))).toHaveProperty(
      'conflict',
    );
    expect(markText(lines('a', 'x'), lines(utf8Bytes, 'x'), lines('a', 'f\xfcr'), labels)).toBeUndefined();
    // a side without such letters goes with either
    expect(mergeText(lines(windows, 'x'), lines(windows, 'f\xfcr'), lines('Bear', 'x'))).toEqual({
      merged: lines('Bear', 'f\xfcr'),
    });
  });

  test('a byte order mark stays first, whatever is kept of the first line', () => {
    const marked = (text: string) => utf8(`\uFEFF${text}`);
    for (const encode of [
      marked,
      (text: string) => utf16(text, true),
      (text: string) => utf16(text, false),
    ]) {
      const sides = [encode('one\r\nb\r\n'), encode('mine\r\nb\r\n'), encode('theirs\r\nb\r\n')] as const;
      expect(mergeText(...sides, () => 'both')).toEqual({ merged: encode('mine\r\ntheirs\r\nb\r\n') });
      expect(markText(...sides, { ours: 'o', base: 'b', theirs: 't' })).toEqual(
        encode('<<<<<<< o\r\nmine\r\n||||||| b\r\none\r\n=======\r\ntheirs\r\n>>>>>>> t\r\nb\r\n'),
      );
    }
    const added = mergeContents({
      path: 'a.txt',
      base: undefined,
      ours: marked('mine\n'),
      theirs: marked('theirs\n'),
      codec: zlibCodec,
      decideHunk: () => 'both',
    });
    expect(added).toEqual({ merged: marked('mine\ntheirs\n') });
  });

  test('a side that changed the encoding is a conflict, never a mixture', () => {
    expect(mergeText(utf8('a\nb\n'), utf16('a\nb\n', true), utf8('a\nc\n'))).toHaveProperty('conflict');
  });
});

describe('40,000 lines merge in a fraction of a second', () => {
  const LINES = 40_000;
  const json = (i: number) => ['  {', `    "name": "n${i}",`, '    "value": 1', '  },'][i % 4] as string;
  const periodic = (i: number) => ['{', 'a', '}', '', 'b'][i % 5] as string;
  const unique = (i: number) => `line ${i}`;
  const with1 = (at: number) => (all: string[]) => all.with(at, 'edited');
  const reverse = (all: string[]) => all.toReversed();
  const rewrite = (all: string[]) => all.map((_, i) => `new ${i}`);
  const shuffleFew = (all: string[]) => all.map((_, i) => periodic((i * 7919) % 31));

  test.each<[string, (i: number) => string, (all: string[]) => string[], boolean]>([
    ['like JSON', json, with1(100), true],
    ['that repeat', periodic, with1(100), true],
    ['all the same', () => 'x', with1(100), true],
    ['all the same, one rewritten', unique, rewrite, false],
    ['in reverse', unique, reverse, false],
    ['that repeat, shuffled', periodic, shuffleFew, false],
  ])('%s', (_, line, edit, clean) => {
    const base = Array.from({ length: LINES }, (_, i) => line(i));
    const bytes = (all: string[]) => utf8(`${all.join('\n')}\n`);
    const start = performance.now();
    const outcome = mergeText(bytes(base), bytes(edit(base)), bytes(with1(30_000)(base)));
    // Twenty times what it takes: quadratic work would be thousands of times that.
    expect(performance.now() - start).toBeLessThan(2_000);
    expect('merged' in outcome).toBe(clean);
  });
});

test('lines are the same whether versions are split beside each other or one by one', () => {
  const random = randomFrom(23);
  const below = (bound: number) => Math.floor(random() * bound);
  for (let round = 0; round < soak(1500); round++) {
    const unit = (['byte', 'utf-16le', 'utf-16be'] as const)[below(3)] ?? 'byte';
    // few kinds of bytes, so that newlines stand across two units as well
    const some = (most: number) =>
      Uint8Array.from({ length: below(most) }, () => [10, 0, 10, 97][below(4)] ?? 0);
    const base = some(round % 2 ? 40 : 300);
    const versions = [0, 1].map(() => {
      const at = below(base.length + 1);
      const end = at + below(base.length - at + 1);
      return concat([base.subarray(0, at), some(6), base.subarray(random() < 0.5 ? at : end)]);
    });
    const files = [base, ...versions];
    const numbers = new Map<string, number>();
    const alone = files.map((bytes) => {
      const [lines] = splitLines([bytes], unit);
      const ids = Array.from(lines.ids, (_, at) => {
        const line = Buffer.from(bytesOf(lines, at, at + 1)).toString('latin1');
        const id = numbers.get(line) ?? numbers.size;
        numbers.set(line, id);
        return id;
      });
      return [...lines.starts, -1, ...ids].join();
    });
    expect(splitLines(files, unit).map(({ starts, ids }) => [...starts, -1, ...ids].join())).toEqual(alone);
  }
});
