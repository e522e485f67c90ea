import fc from 'fast-check';
import { mergeJson } from '../../src/merge/json.ts';
import { text, utf8 } from '../../src/shared/bytes.ts';
import { fuzzed, nudged, soak } from '../support/mutate.ts';

const merge = (base: string, ours: string, theirs: string): string => {
  const outcome = mergeJson(utf8(base), utf8(ours), utf8(theirs));
  if (!outcome) return 'not JSON';
  return 'merged' in outcome ? text(outcome.merged) : outcome.conflict;
};
const pretty = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

describe('JSON', () => {
  const base = { modName: 'Beacon', range: 10, nested: { a: 1, b: 2 }, tags: ['x', 'y', 'z'] };

  test('keys that stand side by side merge, where lines would not', () => {
    expect(
      merge(pretty(base), pretty({ ...base, range: 20 }), pretty({ ...base, modName: 'Beacon 2' })),
    ).toBe(pretty({ ...base, range: 20, modName: 'Beacon 2' }));
    expect(
      merge(
        pretty(base),
        pretty({ ...base, nested: { a: 5, b: 2, mine: [1] } }),
        pretty({ ...base, nested: { a: 1, b: 6, yours: { c: 1 } } }),
      ),
    ).toBe(pretty({ ...base, nested: { a: 5, b: 6, yours: { c: 1 }, mine: [1] } }));
  });

  test('deleted keys go, and a key that both changed is named', () => {
    const { range: _, ...without } = base;
    expect(merge(pretty(base), pretty(without), pretty({ ...base, modName: 'B' }))).toBe(
      pretty({ ...without, modName: 'B' }),
    );
    expect(merge(pretty(base), pretty({ ...base, modName: 'B' }), pretty(without))).toBe(
      pretty({ ...without, modName: 'B' }),
    );
    expect(merge(pretty(base), pretty(without), pretty({ ...base, range: 3 }))).toBe(
      'Both of you changed range.',
    );
    expect(
      merge(
        pretty(base),
        pretty({ ...base, nested: { a: 3, b: 2 } }),
        pretty({ ...base, nested: { a: 4, b: 2 } }),
      ),
    ).toBe('Both of you changed nested.a.');
  });

  test('formatting, order and line endings of ours stay', () => {
    const ours = '\ufeff{\r\n\t"b" : 1,\r\n\r\n\t"a": [1,2],\r\n\t"c": {"x":1}\r\n}\r\n';
    const baseText = '{"a": [1, 2], "b": 0, "c": {"x": 1}}';
    const theirs =
      '{\n  "a": [\n    1,\n    2\n  ],\n  "new": {\n    "deep": true\n  },\n  "b": 0,\n  "c": {"x": 1}\n}';
    expect(merge(baseText, ours, theirs)).toBe(
      '\ufeff{\r\n\t"b" : 1,\r\n\r\n\t"a": [1,2],\r\n\t"new": {\r\n\t\t"deep": true\r\n\t},\r\n\t"c": {"x":1}\r\n}\r\n',
    );
  });

  test('objects in arrays are told apart by their identity, others by their order', () => {
    const items = (...list: [string, number][]) =>
      pretty({ items: list.map(([id, value]) => ({ id, value })) });
    expect(
      merge(
        items(['a', 1], ['b', 1]),
        items(['a', 2], ['b', 1], ['c', 1]),
        items(['a', 1], ['b', 3], ['d', 1]),
      ),
    ).toBe(items(['a', 2], ['b', 3], ['d', 1], ['c', 1]));
    expect(merge(items(['a', 1], ['b', 1]), items(['a', 2], ['b', 1]), items(['b', 1], ['a', 1]))).toBe(
      items(['b', 1], ['a', 2]),
    );
    expect(merge(items(['a', 1], ['b', 1]), items(['a', 2], ['b', 1]), items(['a', 3], ['b', 1]))).toBe(
      'Both of you changed items."a".value.',
    );
    expect(merge('[1, 2, 3, 4, 5]', '[0, 1, 2, 3, 4, 5]', '[1, 2, 3, 4, 5, 6]')).toBe(
      '[0, 1, 2, 3, 4, 5, 6]',
    );
    expect(merge('[1, 2, 3]', '[1, 7, 3]', '[1, 8, 3]')).toBe('Both of you changed the whole document.');
  });

  test.each(['{"a": 1,}', '{"a": 1, "a": 2}', '// note\n{}', '', '{"a": 01}', '"\\x"', `${'['.repeat(80)}`])(
    '%j is text like any other',
    (broken) => {
      expect(merge('{}', broken, '{"a": 3}')).toBe('not JSON');
    },
  );

  test('a quarter of a million new keys are no trouble', () => {
    const many = Object.fromEntries(Array.from({ length: 250_000 }, (_, i) => [`key${i}`, i]));
    const merged = merge('{"a": 1, "b": 2}', '{"a": 1, "b": 3}', JSON.stringify({ a: 1, ...many, b: 2 }));
    expect(Object.keys(JSON.parse(merged)).length).toBe(250_002);
  });

  const value = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 3 }, fc.integer(), fc.string(), fc.boolean(), tie('object'), tie('list')),
    list: fc.array(tie('any'), { maxLength: 4 }),
    object: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'id', 'name', 'x y', '"'), tie('any'), {
      maxKeys: 5,
    }),
  })).object;

  test('what one side changed alone is the result, and a merge reads as JSON with each side’s keys', () => {
    fc.assert(
      fc.property(value, value, value, fc.constantFrom(0, 2, '\t'), (base, ours, theirs, space) => {
        const [b, o, t] = [
          JSON.stringify(base),
          JSON.stringify(ours, null, space),
          JSON.stringify(theirs, null, 1),
        ];
        expect(merge(b, o, b)).toBe(o);
        expect(JSON.parse(merge(b, b, t))).toEqual(theirs);
        const merged = merge(b, o, t);
        const swapped = merge(b, t, o);
        if (merged.startsWith('Both of you')) expect(swapped).toMatch(/^Both of you/);
        else {
          expect(JSON.parse(merged)).toEqual(JSON.parse(swapped));
          const objects = [base, ours, theirs, JSON.parse(merged)] as Record<string, unknown>[];
          const [x, y, z, result] = objects.map((object) => new Map(Object.entries(object))) as Map<
            string,
            unknown
          >[];
          for (const key of new Set([...x!.keys(), ...y!.keys(), ...z!.keys()])) {
            const [p, q, r] = [x, y, z].map((side) => JSON.stringify(side!.get(key)));
            if (p === q) expect(JSON.stringify(result!.get(key))).toBe(r);
            else if (p === r) expect(JSON.stringify(result!.get(key))).toBe(q);
          }
        }
      }),
      { seed: 7, numRuns: soak(400) },
    );
  });

  test('damaged JSON never crashes a merge', () => {
    const seeds = [
      utf8(pretty(base)),
      utf8('[{"id": 1, "v": "\\u00e4"}, {"id": 2, "v": [1, 2, {"x": null}]}]'),
    ];
    fc.assert(
      fc.property(nudged(seeds), nudged(seeds), nudged(seeds), (b, o, t) => {
        const outcome = mergeJson(b, o, t);
        if (outcome && 'merged' in outcome) JSON.parse(text(outcome.merged).replace(/^\ufeff/, ''));
      }),
      { seed: 3, numRuns: fuzzed(500) },
    );
  });
});
