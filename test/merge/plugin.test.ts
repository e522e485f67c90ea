import { eachRecord, type PluginRecord, parsePlugin, sameRecord } from '../../src/bethesda/index.ts';
import { equal } from '../../src/shared/bytes.ts';
import { checkPlugin } from '../support/independentPlugin.ts';
import {
  type Choice,
  conflictsOf,
  merge,
  mergedOf,
  OWN,
  outline,
  reasonOf,
  things,
} from '../support/mergedPlugins.ts';
import { group, misc, type PluginOptions, plugin, record, u32, z } from '../support/pluginBuilder.ts';
import { zlibCodec } from '../support/zlibCodec.ts';

describe('records that one side changed', () => {
  const base = things({ 0: 1, 1: 1, 2: 1, 3: 1 });

  test('come together: changed, added, deleted', () => {
    const ours = things({ 0: 2, 1: 1, 2: 1, 3: 1, 4: 4 });
    const theirs = things({ 0: 1, 1: 3, 3: 1, 5: 5 });
    expect(outline(mergedOf(merge(base, ours, theirs)))).toBe(
      '[0:MISC MISC800=2 MISC801=3 MISC803=1 MISC804=4 MISC805=5]',
    );
    expect(merge(base, ours, theirs)).toMatchObject({
      summary: {
        ours: { added: 1, changed: 1, deleted: 0 },
        theirs: { added: 1, changed: 1, deleted: 1 },
        alike: 0,
      },
    });
  });

  test('the next object id is the larger one, whoever has it', () => {
    const low = things({ 0: 2, 1: 1, 2: 1, 3: 1 }, { nextObjectId: 0x901 });
    const high = things({ 0: 1, 1: 2, 2: 1, 3: 1 }, { nextObjectId: 0x955 });
    for (const [ours, theirs] of [
      [low, high],
      [high, low],
    ] as const)
      expect(checkPlugin(mergedOf(merge(base, ours, theirs))).nextObjectId).toBe(0x955);
    const onlyId = things({ 0: 1, 1: 1, 2: 1, 3: 1 }, { nextObjectId: 0x999 });
    expect(checkPlugin(mergedOf(merge(base, low, onlyId))).nextObjectId).toBe(0x999);
    expect(checkPlugin(mergedOf(merge(base, onlyId, low))).nextObjectId).toBe(0x999);
  });

  test('changed alike by both are no conflict', () => {
    const both = things({ 0: 9, 1: 1, 2: 1, 3: 1, 7: 7 });
    const ours = things({ 0: 9, 1: 2, 2: 1, 3: 1, 7: 7 });
    expect(outline(mergedOf(merge(base, ours, both)))).toBe(outline(ours));
  });

  test('noise of the Creation Kit on one side gives way to the other, byte for byte', () => {
    const resaved = base.slice();
    // timestamp and version control info of the group and of the first record
    const first = parsePlugin(base).nodes[0]?.offset as number;
    resaved.set([1, 2, 3, 4], first + 16);
    resaved.set([5, 6, 7, 8], first + 24 + 16);
    const changed = things({ 0: 1, 1: 1, 2: 1, 3: 7 });
    expect(equal(mergedOf(merge(base, resaved, changed)), changed)).toBe(true);
    expect(equal(mergedOf(merge(base, changed, resaved)), changed)).toBe(true);
  });

  test('the files that are merged stay as they are, Node’s pooled buffers included', () => {
    const three = [
      base,
      things({ 0: 2, 1: 1, 2: 1, 3: 1 }),
      things({ 0: 1, 1: 2, 2: 1, 3: 1 }, { nextObjectId: 0xaaa }),
      things({ 0: 1, 1: 1, 2: 1, 3: 1 }, { nextObjectId: 0xbbb }),
    ];
    const pooled = three.map((file) => Buffer.from(file)) as [Buffer, Buffer, Buffer, Buffer];
    const before = pooled.map((file) => file.toString('hex'));
    mergedOf(merge(pooled[0], pooled[1], pooled[2]));
    mergedOf(merge(pooled[0], pooled[1], pooled[3]));
    expect(pooled.map((file) => file.toString('hex'))).toEqual(before);
  });

  test('compressed and oversized records keep their bytes', () => {
    const long = { type: 'ABCD', data: new Uint8Array(70_000).fill(3), long: true };
    const big = record('MISC', OWN + 9, [
      ['EDID', z('Big')],
      ['DATA', long.data],
    ]);
    const payload = misc(OWN + 8, 5).data;
    const packed: PluginRecord = {
      ...misc(OWN + 8, 5),
      flags: 0x40000,
      data: Uint8Array.from([...u32(payload.length), ...zlibCodec.deflate(payload)]),
    };
    new DataView(packed.header.buffer).setUint32(8, 0x40000, true);
    const of = (value: number, ...more: PluginRecord[]) =>
      plugin([group(0, 'MISC', [misc(OWN, value), ...more])]);
    const merged = mergedOf(merge(of(1), of(2), of(1, big, packed)));
    const records = new Map<number, PluginRecord>();
    eachRecord(parsePlugin(merged), (entry) => records.set(entry.formId, entry));
    expect(equal(records.get(OWN + 9)?.data as Uint8Array, big.data)).toBe(true);
    expect(equal(records.get(OWN + 8)?.data as Uint8Array, packed.data)).toBe(true);
    expect(records.get(OWN)?.data.at(-8)).toBe(2);
  });
});

describe('a record that both sides changed', () => {
  const base = things({ 0: 1, 1: 1, 2: 1 });

  test('is a conflict of that record alone, with its three versions, and either choice gives a sound plugin', () => {
    const ours = things({ 0: 2, 1: 5, 2: 1 });
    const theirs = things({ 0: 3, 1: 1, 2: 6 });
    const conflicts = conflictsOf(merge(base, ours, theirs));
    expect(conflicts).toMatchObject([
      { formId: OWN, type: 'MISC', editorId: 'Thing1000800', groupPath: 'MISC', kind: 'both-modified' },
    ]);
    expect(
      [conflicts[0]?.base, conflicts[0]?.ours, conflicts[0]?.theirs].map((side) => side?.data.at(-8)),
    ).toEqual([1, 2, 3]);
    const of = (choice: Choice) => outline(mergedOf(merge(base, ours, theirs, () => choice)));
    expect(of('local')).toBe('[0:MISC MISC800=2 MISC801=5 MISC802=6]');
    expect(of('remote')).toBe('[0:MISC MISC800=3 MISC801=5 MISC802=6]');
    expect(conflictsOf(merge(base, ours, theirs, () => undefined))).toHaveLength(1);
  });

  test('deleted by one and changed by the other waits for a person', () => {
    const changed = things({ 0: 2, 1: 1, 2: 1 });
    const deleted = things({ 1: 1, 2: 8 });
    expect(conflictsOf(merge(base, deleted, changed))).toMatchObject([
      { kind: 'deleted-by-us', formId: OWN },
    ]);
    expect(conflictsOf(merge(base, changed, deleted))).toMatchObject([
      { kind: 'deleted-by-them', formId: OWN },
    ]);
    const of = (choice: Choice) => outline(mergedOf(merge(base, deleted, changed, () => choice)));
    expect(of('local')).toBe('[0:MISC MISC801=1 MISC802=8]');
    expect(of('remote')).toBe('[0:MISC MISC801=1 MISC802=8 MISC800=2]');
  });

  test('two new records under one FormID are a collision', () => {
    const ours = things({ 0: 1, 1: 1, 2: 1, 9: 4 });
    const theirs = things({ 0: 1, 1: 1, 2: 1, 9: 5 });
    const outcome = merge(base, ours, theirs);
    expect(conflictsOf(outcome)).toMatchObject([{ kind: 'formid-collision', formId: OWN + 9 }]);
    expect(outcome).toHaveProperty('conflict', expect.stringContaining('same FormID: MISC Thing1000809'));
    const other = plugin([
      group(
        0,
        'MISC',
        [0, 1, 2].map((id) => misc(OWN + id, 1)),
      ),
      group(0, 'WEAP', [misc(OWN + 9, 4, 'WEAP')]),
    ]);
    expect(conflictsOf(merge(base, ours, other))).toMatchObject([{ kind: 'formid-collision' }]);
  });

  test('two new overrides of one record of the game are no collision, but both changed it', () => {
    const of = (value: number) =>
      plugin([group(0, 'MISC', [...[0, 1, 2].map((id) => misc(OWN + id, 1)), misc(0x000123, value)])]);
    expect(conflictsOf(merge(base, of(3), of(4)))).toMatchObject([{ kind: 'both-modified', formId: 0x123 }]);
  });

  test('a record that one side deleted and the other made a new reference to waits for a person', () => {
    const list = record('FLST', OWN + 0x20, [
      ['EDID', z('List')],
      ['LNAM', u32(OWN + 1)],
    ]);
    const parts = [0, 1, 2].map((id) => misc(OWN + id, 1));
    const using = plugin([group(0, 'MISC', parts), group(0, 'FLST', [list])]);
    const without = things({ 0: 1, 2: 1 });
    expect(conflictsOf(merge(base, without, using))).toMatchObject([
      {
        kind: 'deleted-by-us',
        formId: OWN + 1,
        reason: expect.stringContaining('FLST 01000820 refers to it'),
      },
    ]);
    expect(conflictsOf(merge(base, using, without))).toMatchObject([
      { kind: 'deleted-by-them', formId: OWN + 1 },
    ]);
    expect(outline(mergedOf(merge(base, without, using, () => 'remote')))).toContain('MISC801');
    expect(outline(mergedOf(merge(base, using, without, () => 'local')))).toContain('MISC801');
    expect(outline(mergedOf(merge(base, using, without, () => 'remote')))).not.toContain('MISC801');
  });
});

describe('the header', () => {
  test('gives each side’s change; both changing the author is a conflict to decide', () => {
    const base = things({ 0: 1, 1: 1 });
    const ours = things({ 0: 2, 1: 1 }, { parts: [['SNAM', z('described')]] });
    const theirs = things({ 0: 1, 1: 2 }, { author: 'they' });
    const merged = mergedOf(merge(base, ours, theirs));
    expect(parsePlugin(merged)).toMatchObject({ author: 'they', masters: ['Fallout4.esm'] });
    expect(new TextDecoder('latin1').decode(merged)).toContain('described');
    const swapped = mergedOf(merge(base, theirs, ours));
    expect(sameRecord(parsePlugin(swapped).tes4, parsePlugin(merged).tes4, zlibCodec)).toBe(true);

    const mine = things({ 0: 2, 1: 1 }, { author: 'mine' });
    expect(conflictsOf(merge(base, mine, theirs))).toMatchObject([
      { formId: 0, type: 'TES4', reason: expect.stringContaining('CNAM') },
    ]);
    expect(parsePlugin(mergedOf(merge(base, mine, theirs, () => 'remote'))).author).toBe('they');
    expect(parsePlugin(mergedOf(merge(base, mine, theirs, () => 'local'))).author).toBe('mine');
  });

  test.each<[string, PluginOptions, RegExp]>([
    [
      'other masters',
      { masters: ['Fallout4.esm', 'DLCRobot.esm'] },
      /masters differ \(1, 2, 1 masters: DLCRobot.esm not in all of them\)/,
    ],
    ['a light flag', { flags: 0x200 }, /light/],
    ['a master flag', { flags: 0x1 }, /master/],
    ['string tables', { flags: 0x80 }, /localized.*string tables/],
  ])('%s on one side: nothing is merged, and the reason says why', (_, options, reason) => {
    const base = things({ 0: 1, 1: 1 });
    const ours = things({ 0: 2, 1: 1 }, options);
    const theirs = things({ 0: 1, 1: 2 });
    expect(reasonOf(merge(base, ours, theirs))).toMatch(reason);
    // unless only that side changed anything
    expect(equal(mergedOf(merge(base, ours, base.slice())), ours)).toBe(true);
  });

  test('masters spelled in another case are the same', () => {
    const base = things({ 0: 1, 1: 1 });
    const ours = things({ 0: 2, 1: 1 }, { masters: ['fallout4.esm'] });
    expect(outline(mergedOf(merge(base, ours, things({ 0: 1, 1: 2 }))))).toBe('[0:MISC MISC800=2 MISC801=2]');
  });
});

test.each<[string, Uint8Array, RegExp]>([
  ['cut short', things({ 0: 1, 1: 2 }).slice(0, -5), /^Your version is damaged at byte \d+/],
  [
    'two records with one FormID',
    plugin([group(0, 'MISC', [misc(OWN, 1), misc(OWN, 2)])]),
    /two records.*01000800/,
  ],
  ['two groups of one type', plugin([group(0, 'MISC', [misc(OWN, 1)]), group(0, 'MISC', [])]), /two groups/],
  [
    'a record in a group of others',
    plugin([group(0, 'WEAP', [misc(OWN, 1)])]),
    /MISC record in the group WEAP/,
  ],
  ['a FormID beyond its masters', plugin([group(0, 'MISC', [misc(0x02000800, 1)])]), /belongs to none/],
  ['a record without a group', plugin([misc(OWN, 1)]), /outside the groups/],
  ['children without their record', plugin([group(0, 'CELL', [group(6, OWN, [])])]), /group of type 6/],
  [
    'a changed record that cannot be read',
    plugin([group(0, 'MISC', [{ ...misc(OWN, 1), data: u32(9, 9) }])]),
    /damaged/,
  ],
])('a doubtful plugin is never merged: %s', (_, ours, reason) => {
  const base = things({ 0: 1, 1: 1 });
  expect(reasonOf(merge(base, ours, things({ 0: 1, 1: 2 })))).toMatch(reason);
});
