import fc from 'fast-check';
import {
  countNodes,
  eachRecord,
  editorIdOf,
  formatPlugin,
  formatSubrecords,
  type PluginRecord,
  parsePlugin,
  payloadOf,
  readScripts,
  recordKey,
  sameRecord,
  sampleProject,
  subrecords,
  subrecordsOf,
} from '../../src/bethesda/index.ts';
import { concat, equal, utf8 } from '../../src/shared/bytes.ts';
import { SyncError } from '../../src/shared/errors.ts';
import { fuzzed, mutated } from '../support/mutate.ts';
import { describeReal, realFile, realPaths } from '../support/realFiles.ts';
import { zlibCodec } from '../support/zlibCodec.ts';

const sample = sampleProject(1, { megabytes: 0 }).find(({ path }) => path === 'Beacon.esp')
  ?.content as Uint8Array;

function recordsOf(bytes: Uint8Array): Map<string, PluginRecord> {
  const records = new Map<string, PluginRecord>();
  eachRecord(parsePlugin(bytes), (record, path) => records.set(recordKey(record, path), record));
  return records;
}

/** Reads everything there is to read. */
function readAll(bytes: Uint8Array): number {
  let read = 0;
  eachRecord(parsePlugin(bytes), (record) => {
    for (const { type, data } of subrecordsOf(record, zlibCodec)) {
      if (type === 'VMAD') readScripts(data);
      read++;
    }
  });
  return read;
}

describeReal('real plugins', () => {
  const paths = realPaths(/\.es[pml]$/);

  test.each(paths)('%s is written back byte for byte', (path) => {
    const bytes = realFile(path);
    const plugin = parsePlugin(bytes);
    expect(equal(formatPlugin(plugin), bytes)).toBe(true);
    expect(countNodes(plugin.nodes)).toBe(plugin.recordCount);
    expect(readAll(bytes)).toBeGreaterThan(0);
  });

  test.each(paths)('%s: every record is split into subrecords and put together again', (path) => {
    eachRecord(parsePlugin(realFile(path)), (record) => {
      const payload = payloadOf(record, zlibCodec);
      expect(equal(formatSubrecords(subrecords(payload)), payload)).toBe(true);
    });
  });

  test('what a person reads of a plugin is there: masters, author, flags, EditorIDs', () => {
    const plugin = parsePlugin(realFile('plugins/mantella-history/12-311c837.esp'));
    expect(plugin).toMatchObject({
      masters: ['Fallout4.esm'],
      author: 'DEFAULT',
      recordCount: 92,
      isLight: false,
    });
    const names: (string | undefined)[] = [];
    eachRecord(plugin, (record) => names.push(editorIdOf(record, zlibCodec)));
    expect(names).toContain('MantellaQuest');
    expect(parsePlugin(realFile('plugins/others/LootMan-en.esp')).isLight).toBe(true);
  });

  test('every attached script of the real plugins can be read, with its properties', () => {
    let scripts = 0;
    for (const path of paths)
      eachRecord(parsePlugin(realFile(path)), (record) => {
        for (const { type, data } of subrecordsOf(record, zlibCodec)) {
          if (type !== 'VMAD') continue;
          const read = readScripts(data);
          expect(read).toBeDefined();
          scripts += read?.scripts.length ?? 0;
        }
      });
    expect(scripts).toBeGreaterThan(300);
  });

  test('noise of the Creation Kit does not count as a change', () => {
    const versions = realPaths(/mantella-history\/.*\.esp$/).map((path) => recordsOf(realFile(path)));
    let raw = 0;
    let meant = 0;
    versions.slice(1).forEach((after, i) => {
      for (const [key, record] of after) {
        const before = versions[i]?.get(key);
        if (!before) continue;
        if (!equal(before.data, record.data)) raw++;
        if (!sameRecord(before, record, zlibCodec)) meant++;
      }
    });
    expect(raw).toBeGreaterThan(300);
    expect(meant).toBeLessThan(raw / 2);
  });
});

describe('plugin', () => {
  test('a compressed record is read as if it were not', () => {
    const plugin = parsePlugin(sample);
    const packed = {
      ...plugin,
      nodes: plugin.nodes.map((node) =>
        node.kind === 'record'
          ? node
          : { ...node, children: node.children.map((c) => compress(c as PluginRecord)) },
      ),
    };
    const bytes = formatPlugin(packed);
    expect(bytes.length).not.toBe(sample.length);
    const plain = recordsOf(sample);
    for (const [key, record] of recordsOf(bytes))
      expect(sameRecord(record, plain.get(key) as PluginRecord, zlibCodec)).toBe(true);
  });

  test('a subrecord beyond 65,535 bytes keeps its size', () => {
    const long = { type: 'DATA', data: new Uint8Array(70_000).fill(7), long: false };
    const short = { type: 'EDID', data: utf8('x\0'), long: false };
    const payload = formatSubrecords([short, long, short]);
    expect(subrecords(payload).map(({ type, data }) => [type, data.length])).toEqual([
      ['EDID', 2],
      ['DATA', 70_000],
      ['EDID', 2],
    ]);
    expect(equal(formatSubrecords(subrecords(payload)), payload)).toBe(true);
  });

  test.each([
    ['nothing', new Uint8Array(), 0],
    ['a picture', utf8('DDS this is no plugin, it is a picture'), 0],
    ['a plugin cut short', sample.subarray(0, sample.length - 3), undefined],
    ['a plugin with bytes after its end', concat([sample, new Uint8Array(5)]), sample.length],
  ])('%s is refused, with the place and the reason', (_, bytes, offset) => {
    const error = failure(() => parsePlugin(bytes));
    expect(error.code).toBe('MALFORMED_PLUGIN');
    expect(error.data.reason).toEqual(expect.any(String));
    if (offset !== undefined) expect(error.data.offset).toBe(offset);
  });

  test('groups nested without end are refused instead of exhausting the stack', () => {
    const depth = 50_000;
    const header = sample.subarray(0, 24 + new DataView(sample.buffer, sample.byteOffset).getUint32(4, true));
    const nest = new Uint8Array(depth * 24);
    const view = new DataView(nest.buffer);
    for (let i = 0; i < depth; i++) {
      nest.set(utf8('GRUP'), i * 24);
      view.setUint32(i * 24 + 4, nest.length - i * 24, true);
    }
    expect(failure(() => parsePlugin(concat([header, nest]))).code).toBe('MALFORMED_PLUGIN');
  });

  test('a record that claims gigabytes of compressed data allocates nothing', () => {
    const record = parsePlugin(sample).tes4;
    const data = new Uint8Array(64);
    new DataView(data.buffer).setUint32(0, 0xffffffff, true);
    expect(failure(() => payloadOf({ ...record, flags: 0x40000, data }, zlibCodec)).code).toBe(
      'MALFORMED_PLUGIN',
    );
  });

  test('damaged plugins are read or refused, never worse', () => {
    const seeds = [sample, ...realPaths(/(mantella-merge|others)\/.*\.es[pml]$/).map(realFile)];
    fc.assert(
      fc.property(mutated(seeds), (bytes) => {
        try {
          readAll(bytes);
          expect(formatPlugin(parsePlugin(bytes)).length).toBe(bytes.length);
        } catch (error) {
          if (!(error instanceof SyncError && error.code === 'MALFORMED_PLUGIN')) throw error;
        }
      }),
      { seed: 1, numRuns: fuzzed(400) },
    );
  });
});

function compress(record: PluginRecord): PluginRecord {
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, record.data.length, true);
  const header = record.header.slice();
  const flags = record.flags | 0x40000;
  new DataView(header.buffer).setUint32(8, flags, true);
  return { ...record, header, flags, data: concat([size, zlibCodec.deflate(record.data)]) };
}

function failure(action: () => unknown): SyncError {
  try {
    action();
  } catch (error) {
    if (error instanceof SyncError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}
