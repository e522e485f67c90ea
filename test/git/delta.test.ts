import fc from 'fast-check';
import { parseCommit, parseTag } from '../../src/git/commits.ts';
import { applyDelta, makeDelta } from '../../src/git/objects/delta.ts';
import { readEntryHeader } from '../../src/git/objects/packEntry.ts';
import { PackIndex } from '../../src/git/objects/packIndex.ts';
import { parsePackedRefs } from '../../src/git/packedRefs.ts';
import { parseTree } from '../../src/git/treeFormat.ts';
import { SyncError } from '../../src/shared/errors.ts';
import type { CommitId, TagId, TreeId } from '../../src/shared/ids.ts';

const soak = Number(process.env.MODSYNC_SOAK ?? 1);
const runs = (count: number) => ({ seed: 20, numRuns: count * soak });

/** Bytes with repeats in them, and an edited version of them. */
const edited = fc
  .tuple(
    fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 30 }),
    fc.array(fc.tuple(fc.nat(40), fc.nat(40), fc.uint8Array({ maxLength: 200 })), { maxLength: 8 }),
  )
  .map(([blocks, edits]) => {
    const before = new Uint8Array(blocks.flatMap((block) => [...block]));
    const list = [...blocks];
    for (const [at, drop, insert] of edits) list.splice(at % (list.length + 1), drop % 3, insert);
    return { before, after: new Uint8Array(list.flatMap((block) => [...block])) };
  });

test('a delta gives back exactly what it was made for', () => {
  fc.assert(
    fc.property(edited, ({ before, after }) => {
      const delta = makeDelta(before, after, Number.POSITIVE_INFINITY);
      if (delta) expect(Buffer.compare(applyDelta(before, delta), after)).toBe(0);
      else expect(Math.min(before.length, after.length)).toBeLessThan(16);
    }),
    runs(400),
  );
});

// where time grew with the square of the size, these two would take hours
test('a large file with a small edit makes a small delta, quickly', () => {
  const before = new Uint8Array(4 << 20).map((_, i) => (Math.imul(i, 2654435761) >>> 13) ^ (i >> 9));
  const after = new Uint8Array(before.length + 3);
  after.set(before.subarray(0, 3_000_000));
  after.set([1, 2, 3], 3_000_000);
  after.set(before.subarray(3_000_000), 3_000_003);
  const delta = makeDelta(before, after)!;
  expect(delta.length).toBeLessThan(2000);
  expect(Buffer.compare(applyDelta(before, delta), after)).toBe(0);
});

test('repetitive files do not make it slow', () => {
  const zeros = new Uint8Array(2 << 20);
  const other = new Uint8Array(zeros.length).map((_, i) => (i % 4097 === 0 ? 1 : 0));
  const through = (from: Uint8Array, to: Uint8Array) =>
    Buffer.compare(applyDelta(from, makeDelta(from, to, Number.POSITIVE_INFINITY)!), to);
  expect(through(zeros, other)).toBe(0);
  expect(through(other, zeros)).toBe(0);
});

test('no bytes can do more than be refused', () => {
  const base = new Uint8Array(100).map((_, i) => i);
  const id = 'a'.repeat(40);
  const small = fc.uint8Array({ maxLength: 200 });
  const withSize = small.map((bytes) => new Uint8Array([100, 120, ...bytes]));
  const text = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          'tree ',
          'parent ',
          'author ',
          'tagger ',
          'object ',
          'type ',
          'tag ',
          id,
          '\n',
          ' ',
          '<',
          '>',
        ),
        fc.constantFrom(
          '100644 a\0',
          '40000 a\0',
          '100644 \0',
          '100644 a/b\0',
          '\0'.repeat(20),
          'commit\n',
          '\0',
        ),
        fc.string(),
      ),
    )
    .map((parts) => new TextEncoder().encode(parts.join('')));
  const index = small.map((bytes) => {
    const whole = new Uint8Array(8 + 1024 + 40 + bytes.length);
    whole.set([0xff, 0x74, 0x4f, 0x63, 0, 0, 0, 2]);
    whole.set(bytes, bytes[0]);
    return whole;
  });
  const parsers: [(bytes: Uint8Array) => unknown, fc.Arbitrary<Uint8Array>][] = [
    [(bytes) => applyDelta(base, bytes), fc.oneof(small, withSize)],
    [(bytes) => readEntryHeader(bytes, 1000), small],
    [
      (bytes) =>
        [...new PackIndex(bytes).ids()].map((_, i) => new PackIndex(bytes).find(bytes.slice(i, i + 20))),
      index,
    ],
    [(bytes) => parseCommit(id as CommitId, bytes), fc.oneof(small, text)],
    [(bytes) => parseTag(id as TagId, bytes), fc.oneof(small, text)],
    [(bytes) => parseTree(id as TreeId, bytes), fc.oneof(small, text)],
    [(bytes) => parsePackedRefs(bytes), fc.oneof(small, text)],
  ];
  for (const [parse, bytes] of parsers) {
    fc.assert(
      fc.property(bytes, (input) => {
        try {
          parse(input);
        } catch (error) {
          expect(error).toBeInstanceOf(SyncError);
        }
      }),
      runs(500),
    );
  }
});
