/** What a plugin says in words, and what differs between two. */
import { eachRecord, parsePlugin, sameRecord } from '../../src/bethesda/index.ts';
import { describePlugin, diffPlugins } from '../../src/merge/plugin/index.ts';
import { group, plugin, record, u32, z } from '../support/pluginBuilder.ts';
import { describeReal, realFile, realPaths } from '../support/realFiles.ts';
import { zlibCodec } from '../support/zlibCodec.ts';

const condition = (padding: number, value: number) => {
  const data = new Uint8Array(32).fill(padding, 1, 4);
  data[4] = value;
  return data;
};
const perk = (formId: number, name: string, padding: number, value: number) =>
  record('PERK', formId, [
    ['EDID', z(name)],
    ['CTDA', condition(padding, value)],
  ]);
const of = (...records: ReturnType<typeof perk>[]) => plugin([group(0, 'PERK', records)]);

test('a difference lists records by EditorID, and leaves out padding, order and timestamps', () => {
  const before = of(
    perk(0x01000801, 'One', 1, 5),
    perk(0x01000802, 'Two', 1, 5),
    perk(0x01000803, 'Three', 1, 5),
  );
  const after = of(
    perk(0x01000804, 'Four', 2, 5),
    perk(0x01000802, 'Two', 2, 6),
    perk(0x01000801, 'One', 2, 5),
  );
  expect(diffPlugins(before, after, zlibCodec)).toMatchObject({
    records: [
      { kind: 'changed', editorId: 'Two', formId: '01000802', rows: [{ name: 'condition' }] },
      { kind: 'added', editorId: 'Four', groupPath: 'PERK' },
      { kind: 'deleted', editorId: 'Three' },
    ],
    header: [],
    noise: 1,
  });
  const same = of(
    perk(0x01000802, 'Two', 7, 5),
    perk(0x01000801, 'One', 7, 5),
    perk(0x01000803, 'Three', 7, 5),
  );
  expect(diffPlugins(before, same, zlibCodec)).toMatchObject({ records: [], noise: 3 });
  // as text, for git diff: nothing changed either
  expect(describePlugin(same, zlibCodec)).toEqual(describePlugin(before, zlibCodec));
});

test('values that begin alike are told apart by their text', () => {
  const long = (last: number) =>
    plugin([
      group(0, 'MISC', [
        record('MISC', 0x01000801, [
          ['MODT', Uint8Array.from({ length: 300 }, (_, at) => (at === 299 ? last : 7))],
        ]),
      ]),
    ]);
  expect(describePlugin(long(1), zlibCodec)).not.toEqual(describePlugin(long(2), zlibCodec));
});

test('another list of masters is told, and records keep their names under it', () => {
  const alone = plugin([group(0, 'MISC', [record('MISC', 0x01000801, [['DATA', u32(1, 0)]])])], {
    masters: ['Fallout4.esm'],
  });
  const more = plugin([group(0, 'MISC', [record('MISC', 0x02000801, [['DATA', u32(1, 0)]])])], {
    masters: ['Fallout4.esm', 'DLCRobot.esm'],
  });
  const { masters, records } = diffPlugins(alone, more, zlibCodec);
  expect(masters).toEqual({ before: ['Fallout4.esm'], after: ['Fallout4.esm', 'DLCRobot.esm'] });
  expect(records.filter(({ kind }) => kind !== 'changed')).toEqual([]);
});

describeReal('the saves of a real plugin', () => {
  test('differ in text exactly where a record says something else', () => {
    const files = realPaths(/mantella-history\/.*\.esp$/).map(realFile);
    expect(files.length).toBeGreaterThan(5);
    let raw = 0;
    let changed = 0;
    for (let at = 1; at < files.length; at++) {
      const [a, b] = [files[at - 1], files[at]] as [Uint8Array, Uint8Array];
      const { records, noise, header, masters } = diffPlugins(a, b, zlibCodec);
      changed += records.length;
      raw += records.length + noise;
      const texts = new Map(
        describePlugin(a, zlibCodec).records.map((one) => [one.formId, JSON.stringify(one)]),
      );
      const before = new Map<number, Parameters<typeof sameRecord>[0]>();
      eachRecord(parsePlugin(a), (one) => before.set(one.formId, one));
      const now = new Map(
        describePlugin(b, zlibCodec).records.map((one) => [one.formId, JSON.stringify(one)]),
      );
      eachRecord(parsePlugin(b), (one) => {
        const was = before.get(one.formId);
        if (!was || one.type === 'TES4') return;
        const formId = one.formId.toString(16).toUpperCase().padStart(8, '0');
        expect(`${formId} ${texts.get(formId) === now.get(formId)}`).toBe(
          `${formId} ${sameRecord(was, one, zlibCodec)}`,
        );
      });
      expect(masters.before).toEqual(masters.after);
      expect(header.length).toBeLessThan(3);
    }
    // 184 of 367 when this was written: half of what the bytes say is the Kit's noise
    expect(changed).toBeLessThan(raw * 0.55);
  });
});
