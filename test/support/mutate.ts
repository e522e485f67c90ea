/** Seeded damage to real bytes: what parsers meet after a broken disk, a cut transfer or a hostile sender. */
import fc from 'fast-check';
import { SOAK } from './soak.ts';

const WHOLE = 0x7fffffff;

/** 0 up to, not including, 1: evenly, where `fc.double` gives hardly anything but the tiniest numbers. */
export const fraction: fc.Arbitrary<number> = fc.noBias(fc.nat(WHOLE - 1)).map((part) => part / WHOLE);

/** Some bytes replaced, maybe a stretch cut out, maybe the end missing. */
export const mutated = (seeds: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> =>
  fc
    .record({
      seed: fc.constantFrom(...seeds),
      edits: fc.array(fc.tuple(fraction, fc.nat(255)), {
        maxLength: 12,
      }),
      early: fc.boolean(),
      cut: fc.option(fraction),
      hole: fc.option(fc.tuple(fraction, fc.integer({ min: 1, max: 40 }))),
    })
    .map(({ seed, edits, early, cut, hole }) => {
      let bytes = seed.slice();
      // Half of the time the damage is at the start, where the headers are.
      const reach = early ? Math.min(200, bytes.length) : bytes.length;
      for (const [where, value] of edits) bytes[Math.floor(where * reach)] = value;
      if (hole !== null) {
        const at = Math.floor(hole[0] * bytes.length);
        bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + hole[1])]);
      }
      return cut === null ? bytes : bytes.subarray(0, Math.floor(cut * bytes.length));
    });

/** A few bytes replaced anywhere: damage that most parsers read over. */
export const nudged = (seeds: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fraction, fc.nat(255)), { minLength: 1, maxLength: 4 }),
    )
    .map(([seed, edits]) => {
      const bytes = seed.slice();
      for (const [where, value] of edits) bytes[Math.floor(where * bytes.length)] = value;
      return bytes;
    });

export const soak = (runs: number): number => runs * SOAK;

/** Damaged inputs: at the factor that `npm run soak` has by itself, 100,000. */
export const fuzzed = (runs: number): number => (SOAK === 1 ? runs : Math.max(runs, 2000) * SOAK);
