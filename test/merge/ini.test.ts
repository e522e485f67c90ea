import fc from 'fast-check';
import { mergeIni } from '../../src/merge/ini.ts';
import { iniValues, parseIni } from '../../src/merge/iniText.ts';
import { fuzzed, nudged, soak } from '../support/mutate.ts';

const latin1 = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const merge = (base: string, ours: string, theirs: string): string => {
  const outcome = mergeIni(latin1(base), latin1(ours), latin1(theirs));
  if (!outcome) return 'not INI';
  return 'merged' in outcome ? Buffer.from(outcome.merged).toString('latin1') : outcome.conflict;
};

describe('INI', () => {
  const base = '; Beacon\r\n[General]\r\niRange=10\r\nbSound=1\r\n\r\n[Display]\r\nfScale=1.0\r\n';

  test('neighbouring keys merge, where lines would not', () => {
    expect(merge(base, base.replace('=10', '=20'), base.replace('bSound=1', 'bSound=0'))).toBe(
      base.replace('=10', '=20').replace('bSound=1', 'bSound=0'),
    );
  });

  test('new keys stand in their section, new sections after the one before them, comments with them', () => {
    const ours = base.replace('bSound=1\r\n', 'bSound=1\r\niMine=1\r\n');
    const theirs = base
      .replace('bSound=1\r\n', 'bSound=1\r\n; louder\r\niTheirs=2\r\n')
      .replace('\r\n[Display]', '\r\n[Extra]\r\nx=1\r\n\r\n[Display]');
    expect(merge(base, ours, theirs)).toBe(
      base
        .replace('bSound=1\r\n', 'bSound=1\r\n; louder\r\niTheirs=2\r\niMine=1\r\n')
        .replace('\r\n[Display]', '\r\n[Extra]\r\nx=1\r\n\r\n[Display]'),
    );
    // a section at the end of a file without a last newline
    expect(merge('[A]\na=1', '[A]\na=2', '[A]\na=1\n[B]\nb=1')).toBe('[A]\na=2\n[B]\nb=1');
  });

  test('names are compared without case, and ours keeps its spelling and spacing', () => {
    expect(merge('[A]\nKey=1\nb=1\n', '[a]\nKEY = 1\nb=2\n', '[A]\nkey=5\nb=1\n')).toBe('[a]\nkey=5\nb=2\n');
  });

  test('of duplicate keys the last one counts', () => {
    expect(merge('[A]\nk=1\nk=2\nz=1\n', '[A]\nk=1\nk=2\nz=3\n', '[A]\nk=1\nk=9\nz=1\n')).toBe(
      '[A]\nk=1\nk=9\nz=3\n',
    );
    // theirs changed one that does not count
    expect(merge('[A]\nk=1\nk=2\nz=1\n', '[A]\nk=1\nk=2\nz=3\n', '[A]\nk=5\nk=2\nz=1\n')).toBe(
      '[A]\nk=5\nk=2\nz=3\n',
    );
  });

  test('deleted keys go, comments that one side wrote stay, and what both changed is named', () => {
    expect(merge(base, base.replace('bSound=1\r\n', ''), base.replace('=10', '=20'))).toBe(
      base.replace('bSound=1\r\n', '').replace('=10', '=20'),
    );
    expect(merge(base, base.replace('=10', '=20'), base.replace('bSound', '; mute\r\nbSound'))).toBe(
      base.replace('=10', '=20').replace('bSound', '; mute\r\nbSound'),
    );
    expect(merge(base, base.replace('=10', '=20'), base.replace('=10', '=30'))).toBe(
      'Both of you changed [general] irange.',
    );
    expect(merge(base, base.replace('bSound=1\r\n', ''), base.replace('bSound=1', 'bSound=0'))).toBe(
      'Both of you changed [general] bsound.',
    );
  });

  test('a section that one side deleted stays for the keys that the other added to it', () => {
    const theirs = base.replace('\r\n[Display]\r\nfScale=1.0\r\n', '');
    expect(merge(base, `${base}fNew=1\r\n`, theirs)).toBe(base.replace('fScale=1.0', 'fNew=1'));
    expect(merge(base, base.replace('=10', '=20'), theirs)).toBe(theirs.replace('=10', '=20'));
  });

  test('bytes stay as they are, and encodings are not mixed', () => {
    const of = (name: string, range: number) => `[A]\nsName=${name}\niRange=${range}\n`;
    const windows = 'B\xe4r';
    const utf8 = 'B\xc3\xa4r';
    expect(merge(of(windows, 1), of(windows, 2), of(`${windows}!`, 1))).toBe(of(`${windows}!`, 2));
    expect(merge(of(windows, 1), of(windows, 2), of(utf8, 1))).toMatch(/encoding/);
    expect(merge(`\xef\xbb\xbf${of('a', 1)}`, `\xef\xbb\xbf${of('a', 2)}`, `\xef\xbb\xbf${of('b', 1)}`)).toBe(
      `\xef\xbb\xbf${of('b', 2)}`,
    );
    expect(merge('\xff\xfe[\0', '\xff\xfea\0', '\xff\xfe]\0')).toBe('not INI');
    expect(merge('nothing\n', 'but\n', 'words\n')).toBe('not INI');
  });

  const line = fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .tuple(fc.constantFrom('a', 'B', 'c', 'd'), fc.nat(3))
        .map(([key, value]) => `${key}=${value}`),
    },
    { weight: 2, arbitrary: fc.constantFrom('[A]', '[b]', '[C]') },
    fc.constantFrom('', '; note', '# other', 'garbage', '[broken'),
  );
  const file = fc
    .tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', ''))
    .map(([lines, end]) => lines.join('\n') + end);

  test('what one side changed alone is the result; every other key is as the side that changed it says', () => {
    fc.assert(
      fc.property(file, file, file, (b, o, t) => {
        const values = (content: string) => Object.fromEntries(iniValues(parseIni(content)));
        const alone = merge(b, o, b);
        if (alone !== 'not INI') expect(alone).toBe(o);
        const merged = merge(b, o, t);
        if (merged === 'not INI' || merged.startsWith('Both')) return;
        const [x, y, z, result] = [b, o, t, merged].map(values);
        for (const key of Object.keys({ ...x, ...y, ...z }))
          expect([key, result![key]]).toEqual([key, x![key] === y![key] ? z![key] : y![key]]);
        // nobody's comment is lost
        for (const note of ['; note', '# other'])
          if (!b.includes(note) && o.includes(note)) expect(merged).toContain(note);
      }),
      { seed: 11, numRuns: soak(600) },
    );
  });

  test('damaged files never crash a merge', () => {
    const seeds = [latin1(base), latin1('[A]\nk=1\n[A]\nk=2\n; end')];
    fc.assert(
      fc.property(nudged(seeds), nudged(seeds), nudged(seeds), (b, o, t) => {
        mergeIni(b, o, t);
      }),
      { seed: 5, numRuns: fuzzed(500) },
    );
  });
});
