import { formatPlugin } from '../../src/bethesda/index.ts';
import { mergePlugins } from '../../src/merge/plugin/index.ts';
import { concat } from '../../src/shared/bytes.ts';
import { checkPlugin } from '../support/independentPlugin.ts';
import { group, plugin, record, u32, z } from '../support/pluginBuilder.ts';
import { zlibCodec } from '../support/zlibCodec.ts';

const TEMPLATE = formatPlugin({
  tes4: record('MISC', 0, [
    ['EDID', z('Thing')],
    ['MODT', new Uint8Array(400).fill(7)],
    ['DATA', u32(1, 0)],
  ]),
  nodes: [],
});

/** Of one group with records of half a kilobyte; `changed` says which are not as in the others. */
function large(megabytes: number, changed: (index: number) => boolean): Uint8Array {
  const count = Math.floor((megabytes * 1e6) / TEMPLATE.length);
  const body = new Uint8Array(count * TEMPLATE.length);
  const view = new DataView(body.buffer);
  for (let i = 0; i < count; i++) {
    const at = i * TEMPLATE.length;
    body.set(TEMPLATE, at);
    view.setUint32(at + 12, 0x01000800 + i, true);
    if (changed(i)) body[at + TEMPLATE.length - 8] = 2;
  }
  // The group and the header of a plugin without records, with their sizes and count set to these.
  const frame = plugin([group(0, 'MISC', [])]);
  const head = new DataView(frame.buffer);
  head.setUint32(frame.length - 20, body.length + 24, true);
  head.setUint32(24 + 6 + 4, count + 1, true);
  return concat([frame, body]);
}

interface Measured {
  readonly milliseconds: number;
  readonly merged: Uint8Array;
}

function measure(megabytes: number): Measured {
  const [base, ours, theirs] = [() => false, (i: number) => i % 100 === 1, (i: number) => i % 100 === 51].map(
    (changed) => large(megabytes, changed),
  ) as [Uint8Array, Uint8Array, Uint8Array];
  const start = performance.now();
  const outcome = mergePlugins(base, ours, theirs, zlibCodec);
  const milliseconds = performance.now() - start;
  if (!('merged' in outcome)) throw new Error(outcome.conflict);
  expect(outcome.merged.length).toBe(base.length);
  return { milliseconds, merged: outcome.merged };
}

test('two plugins of 10 MB merge whole', () => {
  const { merged } = measure(10);
  const { declared, records, groups } = checkPlugin(merged);
  expect(declared).toBe(records + groups);
  const changed = (index: number) =>
    merged[merged.length - (records - index) * TEMPLATE.length + TEMPLATE.length - 8];
  expect([0, 1, 51, 52, 101, 151].map(changed)).toEqual([1, 2, 2, 1, 2, 2]);
});

(process.env.MODSYNC_SOAK ? test : test.skip)(
  'two plugins of 100 MB merge in time and memory that grow with their size, no faster (soak only)',
  () => {
    measure(10);
    const small = measure(10).milliseconds;
    const before = process.memoryUsage().rss;
    const { milliseconds } = measure(100);
    const grown = process.memoryUsage().rss - before;
    console.log(
      `10 MB: ${small.toFixed(0)} ms, 100 MB: ${milliseconds.toFixed(0)} ms, ${(grown / 1e6).toFixed(0)} MB more`,
    );
    expect(milliseconds).toBeLessThan(small * 10 * 4 + 2000);
    // the three files, the result, and the tables of their records
    expect(grown).toBeLessThan(1.5e9);
  },
);
