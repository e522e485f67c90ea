/** Seeded damage to real bytes: what parsers meet after a broken disk, a cut transfer or a hostile sender. */
import fc from 'fast-check';

/** Some bytes replaced, maybe a stretch cut out, maybe the end missing. */
export const mutated = (seeds: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> =>
  fc
    .record({
      seed: fc.constantFrom(...seeds),
      edits: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), fc.nat(255)), {
        maxLength: 12,
      }),
      early: fc.boolean(),
      cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      hole: fc.option(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 40 }))),
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

export const soak = (runs: number): number => runs * Number(process.env.MODSYNC_SOAK ?? 1);
