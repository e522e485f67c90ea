import { layOutConflict, mergePlugins, type RecordConflict } from '../../src/merge/plugin/index.ts';
import { concat, utf8 } from '../../src/shared/bytes.ts';
import { group, type Part, plugin, record, u32, z } from '../support/pluginBuilder.ts';
import { describeReal, realFile } from '../support/realFiles.ts';
import { zlibCodec } from '../support/zlibCodec.ts';

const word = (text: string) => concat([Uint8Array.of(text.length, 0), utf8(text)]);
const scripts = (range: number, marker: number) =>
  concat([
    Uint8Array.of(6, 0, 2, 0, 1, 0),
    word('BeaconQuest'),
    Uint8Array.of(0, 2, 0),
    ...[concat([word('Range'), Uint8Array.of(3, 1), u32(range)])],
    ...[concat([word('Marker'), Uint8Array.of(1, 1), u32(0xffff0000, marker)])],
  ]);

function conflictOf(base: readonly Part[], ours: readonly Part[], theirs: readonly Part[]): RecordConflict {
  const of = (parts: readonly Part[]) => plugin([group(0, 'MISC', [record('MISC', 0x01000800, parts)])]);
  const outcome = mergePlugins(of(base), of(ours), of(theirs), zlibCodec);
  if ('merged' in outcome || !outcome.records?.[0]) throw new Error('no conflict');
  return outcome.records[0];
}

test('a person sees each subrecord and each script property of the three versions, and who changed it', () => {
  const common: Part[] = [
    ['EDID', z('Lamp')],
    ['OBND', new Uint8Array(new Int16Array([-4, -4, 0, 4, 4, 9]).buffer)],
  ];
  const conflict = conflictOf(
    [...common, ['VMAD', scripts(10, 0x123)], ['FULL', z('Lamp')], ['KWDA', u32(0x123)]],
    [...common, ['VMAD', scripts(20, 0x123)], ['FULL', z('Old Lamp')], ['KWDA', u32(0x123, 0x456)]],
    [...common, ['VMAD', scripts(10, 0x789)], ['FULL', z('New Lamp')], ['DATA', u32(7)]],
  );
  expect(layOutConflict(conflict, zlibCodec)).toEqual([
    { type: 'EDID', name: 'EditorID', base: 'Lamp', ours: 'Lamp', theirs: 'Lamp', changedBy: 'nobody' },
    expect.objectContaining({ name: 'bounds', ours: '-4 -4 0 4 4 9', changedBy: 'nobody' }),
    expect.objectContaining({ name: 'script BeaconQuest', changedBy: 'nobody' }),
    expect.objectContaining({
      name: 'script BeaconQuest, property Marker',
      theirs: '00000789',
      changedBy: 'theirs',
    }),
    expect.objectContaining({
      name: 'script BeaconQuest, property Range',
      base: '10',
      ours: '20',
      changedBy: 'ours',
    }),
    expect.objectContaining({ name: 'full name', ours: 'Old Lamp', theirs: 'New Lamp', changedBy: 'both' }),
    { type: 'KWDA', name: 'keywords', base: '00000123', ours: '00000123 00000456', changedBy: 'both' },
    { type: 'DATA', name: 'data', theirs: '07000000', changedBy: 'theirs' },
  ]);
});

describeReal('the real divergent edit', () => {
  test('shows what the two people did to the record that both changed', () => {
    const [base, ours, theirs] = ['base', 'ours', 'theirs'].map((name) =>
      realFile(`plugins/mantella-merge/${name}.esp`),
    ) as [Uint8Array, Uint8Array, Uint8Array];
    const outcome = mergePlugins(base, ours, theirs, zlibCodec);
    if ('merged' in outcome || !outcome.records?.[0]) throw new Error('no conflict');
    const rows = layOutConflict(outcome.records[0], zlibCodec);
    expect(rows[0]).toMatchObject({ name: 'EditorID', ours: 'VirtualLocation', changedBy: 'nobody' });
    expect(rows.filter(({ changedBy }) => changedBy === 'both').length).toBeGreaterThan(0);
  });
});
