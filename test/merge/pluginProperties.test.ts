import fc from 'fast-check';
import {
  mergeAddedPlugins,
  mergePlugins,
  type PluginOutcome,
  type RecordConflict,
} from '../../src/merge/plugin/index.ts';
import { equal } from '../../src/shared/bytes.ts';
import { checkPlugin } from '../support/independentPlugin.ts';
import { fuzzed, mutated, nudged, soak } from '../support/mutate.ts';
import { anyEdits, anyModel, applyEdits, type Model, render, rootOf } from '../support/randomPlugin.ts';
import { describeReal, realFile } from '../support/realFiles.ts';
import { zlibCodec } from '../support/zlibCodec.ts';

const merge = (
  base: Uint8Array,
  ours: Uint8Array,
  theirs: Uint8Array,
  decide?: (conflict: RecordConflict) => 'local' | 'remote' | undefined,
): PluginOutcome => mergePlugins(base, ours, theirs, zlibCodec, decide ? { decide } : {});

/** Sorted records of a file with what is in them, after a second reader found its sizes and its count right. */
function contentsOf(file: Uint8Array): string[] {
  const { declared, records, groups } = checkPlugin(file);
  expect(declared).toBe(records + groups);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const found: string[] = [];
  const walk = (from: number, to: number, place: string): void => {
    for (let at = from; at < to; ) {
      const size = view.getUint32(at + 4, true);
      const type = String.fromCharCode(...file.subarray(at, at + 4));
      const end = at + size + (type === 'GRUP' ? 0 : 24);
      if (type === 'GRUP')
        walk(at + 24, end, `${place}/${view.getInt32(at + 12, true)}:${view.getUint32(at + 8, true)}`);
      else found.push(`${place} ${type} ${view.getUint32(at + 12, true).toString(16)}=${file[end - 8]}`);
      at = end;
    }
  };
  walk(24 + view.getUint32(4, true), file.length, '');
  return found.sort();
}

function mergedOf(outcome: PluginOutcome): Uint8Array {
  if ('merged' in outcome) return outcome.merged;
  throw new Error(outcome.conflict);
}

const everything = () => true;

/** Each record as the side that changed it has it. For edits that do not meet. */
function expected(base: Model, ours: Model, theirs: Model): Model {
  const model = new Map(ours);
  for (const [id, record] of theirs) if (base.get(id) !== record) model.set(id, record);
  for (const id of base.keys()) if (!theirs.has(id)) model.delete(id);
  return model;
}

test('a side that changed nothing gives way to the other, byte for byte', () => {
  fc.assert(
    fc.property(anyModel, anyEdits, fc.nat(0x7ff), (model, edits, more) => {
      const base = render(model);
      const changed = render(applyEdits(model, edits, everything, 0x900), 0x900 + more);
      expect(equal(mergedOf(merge(base, changed, base)), changed)).toBe(true);
      expect(equal(mergedOf(merge(base, base, changed)), changed)).toBe(true);
      if (equal(base, render(applyEdits(model, edits, everything, 0x900)))) return;
      // also when the Creation Kit saved it without a change
      const resaved = base.slice();
      for (let i = 0; i < 4; i++) resaved[24 + new DataView(base.buffer).getUint32(4, true) + 16 + i] = 0x5a;
      expect(equal(mergedOf(merge(base, changed, resaved)), changed)).toBe(true);
      expect(equal(mergedOf(merge(base, resaved, changed)), changed)).toBe(true);
    }),
    { seed: 1, numRuns: soak(300) },
  );
});

test('edits of different records always merge, to what both meant, whoever is ours', () => {
  fc.assert(
    fc.property(anyModel, anyEdits, anyEdits, (model, mine, other) => {
      // Every third root is everybody's to add to, nobody's to delete; the others belong to one side each.
      const share = (id: number) => rootOf(model, id) % 3;
      const ours = applyEdits(model, mine, (id) => !model.has(id) || share(id) === 1, 0x900);
      const theirs = applyEdits(model, other, (id) => !model.has(id) || share(id) === 2, 0xa00);
      const cells = [...model].filter(([id, { kind }]) => kind === 'CELL' && share(id) === 0);
      for (const [cell] of cells) {
        (ours as Map<number, unknown>).set(0x01000b00 + (cell & 0xff), {
          kind: 'temporary',
          value: 5,
          parent: cell,
        });
        (theirs as Map<number, unknown>).set(0x01000c00 + (cell & 0xff), {
          kind: 'persistent',
          value: 6,
          parent: cell,
        });
      }
      const merged = mergedOf(merge(render(model), render(ours), render(theirs)));
      const wanted = contentsOf(render(expected(model, ours, theirs)));
      expect(contentsOf(merged)).toEqual(wanted);
      expect(contentsOf(mergedOf(merge(render(model), render(theirs), render(ours))))).toEqual(wanted);
    }),
    { seed: 2, numRuns: soak(200) },
  );
});

test('edits that may meet merge or leave exactly those records open that both touched; any choice gives a sound plugin', () => {
  let conflicts = 0;
  fc.assert(
    fc.property(
      anyModel,
      anyEdits,
      anyEdits,
      fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
      (model, mine, other, choices) => {
        const ours = applyEdits(model, mine, everything, 0x900);
        const theirs = applyEdits(model, other, everything, 0x904);
        const files = [render(model), render(ours), render(theirs)] as const;
        const outcome = merge(...files);
        const swapped = merge(files[0], files[2], files[1]);
        if ('merged' in outcome) {
          expect(contentsOf(outcome.merged)).toEqual(contentsOf(mergedOf(swapped)));
          return;
        }
        expect(swapped).toHaveProperty('conflict');
        if (!outcome.records) {
          // only the order of a topic's lines is refused here
          expect(outcome.conflict).toContain('topic');
          return;
        }
        conflicts++;
        const touched = (side: Model, id: number) =>
          side.get(id)?.value !== model.get(id)?.value || side.has(id) !== model.has(id);
        const below = (side: Model, id: number) =>
          [...new Set([...side.keys(), ...model.keys()])].some(
            (child) =>
              (rootOf(side, child) === id ||
                side.get(child)?.parent === id ||
                model.get(child)?.parent === id) &&
              touched(side, child),
          );
        for (const { formId } of outcome.records) {
          expect(touched(ours, formId) || below(ours, formId)).toBe(true);
          expect(touched(theirs, formId) || below(theirs, formId)).toBe(true);
        }
        const decided = merge(...files, ({ formId }) => (choices[formId & 7] ? 'local' : 'remote'));
        const known = new Set(files.flatMap(contentsOf));
        for (const record of contentsOf(mergedOf(decided))) expect(known).toContain(record);
      },
    ),
    { seed: 3, numRuns: soak(400) },
  );
  expect(conflicts).toBeGreaterThan(50);
});

test('two plugins added under one name lose nothing: all records of both, or those open that both have and differ', () => {
  let merged = 0;
  fc.assert(
    fc.property(anyModel, anyEdits, anyEdits, (model, mine, other) => {
      const ours = applyEdits(model, mine, everything, 0x900);
      const theirs = applyEdits(model, other, everything, 0xa00);
      const [a, b] = [render(ours), render(theirs)];
      const outcome = mergeAddedPlugins(a, b, zlibCodec);
      const differing = [...ours].filter(
        ([id, { value }]) => theirs.has(id) && theirs.get(id)?.value !== value,
      );
      if ('merged' in outcome) {
        merged++;
        expect(differing).toEqual([]);
        expect(contentsOf(outcome.merged)).toEqual([...new Set([...contentsOf(a), ...contentsOf(b)])].sort());
      } else if (outcome.records) {
        const open = outcome.records.map(({ formId }) => formId);
        for (const [id] of differing) expect(open).toContain(id);
        const decided = mergeAddedPlugins(a, b, zlibCodec, { decide: () => 'remote' });
        if ('merged' in decided)
          for (const record of contentsOf(b)) expect(contentsOf(decided.merged)).toContain(record);
      } else expect(outcome.conflict).toContain('topic');
    }),
    { seed: 5, numRuns: soak(200) },
  );
  expect(merged).toBeGreaterThan(10);
});

describeReal('damaged plugins', () => {
  const real = ['base', 'ours', 'theirs'].map((name) => realFile(`plugins/mantella-merge/${name}.esp`));

  test('are merged soundly or refused with a reason, never worse', () => {
    let refused = 0;
    let merged = 0;
    fc.assert(
      fc.property(fc.oneof(mutated(real), nudged(real)), fc.nat(2), fc.boolean(), (damaged, which, local) => {
        const [base, ours, theirs] = real.map((file, i) => (i === which ? damaged : file)) as [
          Uint8Array,
          Uint8Array,
          Uint8Array,
        ];
        const outcome = merge(base, ours, theirs, () => (local ? 'local' : 'remote'));
        if ('conflict' in outcome) {
          expect(outcome.conflict).toMatch(/\.$/);
          refused++;
          return;
        }
        merged++;
        if (outcome.merged === ours || outcome.merged === theirs) return;
        const { declared, records, groups } = checkPlugin(outcome.merged);
        expect(declared).toBe(records + groups);
      }),
      { seed: 4, numRuns: fuzzed(250) },
    );
    expect(Math.min(refused, merged)).toBeGreaterThan(20);
  });
});
