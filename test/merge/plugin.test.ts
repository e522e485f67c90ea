import {
  eachRecord,
  type PluginNode,
  type PluginRecord,
  parsePlugin,
  sameRecord,
} from '../../src/bethesda/index.ts';
import { mergePlugins, type PluginOutcome, type RecordConflict } from '../../src/merge/plugin/index.ts';
import { equal } from '../../src/shared/bytes.ts';
import { checkPlugin } from '../support/independentPlugin.ts';
import { group, misc, type PluginOptions, plugin, record, u32, z } from '../support/pluginBuilder.ts';
import { zlibCodec } from '../support/zlibCodec.ts';

const OWN = 0x01000800;
type Choice = 'local' | 'remote' | undefined;

const merge = (
  base: Uint8Array,
  ours: Uint8Array,
  theirs: Uint8Array,
  decide?: (conflict: RecordConflict) => Choice,
): PluginOutcome => mergePlugins(base, ours, theirs, zlibCodec, decide ? { decide } : {});

/** The merged file, after a second reader found its sizes and its count right. */
function mergedOf(outcome: PluginOutcome): Uint8Array {
  if (!('merged' in outcome)) throw new Error(outcome.conflict);
  const { declared, records, groups } = checkPlugin(outcome.merged);
  expect(declared).toBe(records + groups);
  return outcome.merged;
}

function conflictsOf(outcome: PluginOutcome): readonly RecordConflict[] {
  if ('merged' in outcome) throw new Error('it was merged');
  if (!outcome.records) throw new Error(outcome.conflict);
  return outcome.records;
}

function reasonOf(outcome: PluginOutcome): string {
  if ('merged' in outcome) throw new Error('it was merged');
  expect(outcome.records).toBeUndefined();
  return outcome.conflict;
}

/** The tree in words: `MISC 800=5` for a record with DATA, `[6:900 …]` for a group. */
function outline(bytes: Uint8Array): string {
  const show = (node: PluginNode): string => {
    if (node.kind === 'record') {
      const value = node.data.length >= 8 ? node.data[node.data.length - 8] : 0;
      return `${node.type}${(node.formId & 0xffffff).toString(16)}=${value}`;
    }
    const { groupType, label, header } = node;
    const name =
      groupType === 0 ? String.fromCharCode(...header.subarray(8, 12)) : (label & 0xffffff).toString(16);
    return `[${groupType}:${name}${node.children.map((child) => ` ${show(child)}`).join('')}]`;
  };
  return parsePlugin(bytes).nodes.map(show).join(' ');
}

const things = (values: Readonly<Record<number, number>>, options?: PluginOptions) =>
  plugin(
    [
      group(
        0,
        'MISC',
        Object.entries(values).map(([id, value]) => misc(OWN + Number(id), value)),
      ),
    ],
    options,
  );

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

describe('groups', () => {
  const cell = (
    id: number,
    persistent: number[],
    temporary: number[],
    parts: PluginRecord['data'] | undefined = undefined,
  ) => {
    const lists = [
      ...(persistent.length
        ? [
            group(
              8,
              OWN + id,
              persistent.map((ref) => misc(OWN + ref, 1, 'REFR')),
            ),
          ]
        : []),
      ...(temporary.length
        ? [
            group(
              9,
              OWN + id,
              temporary.map((ref) => misc(OWN + ref, 1, 'REFR')),
            ),
          ]
        : []),
    ];
    const cellRecord = parts ? record('CELL', OWN + id, [['XCRI', parts]]) : misc(OWN + id, 0, 'CELL');
    return [cellRecord, ...(lists.length ? [group(6, OWN + id, lists)] : [])];
  };
  const interior = (...cells: PluginNode[][]) =>
    plugin([group(0, 'CELL', [group(2, 0, [group(3, 0, cells.flat())])])]);

  test('new objects of a cell stand with their cell, persistent ones before temporary ones', () => {
    const base = interior(cell(0x10, [], [0x11]), cell(0x20, [], [0x21]));
    const ours = interior(cell(0x10, [], [0x11, 0x12]), cell(0x20, [], [0x21]));
    const theirs = interior(cell(0x10, [0x31], [0x11, 0x13]), cell(0x20, [], [0x21]), cell(0x40, [0x41], []));
    expect(outline(mergedOf(merge(base, ours, theirs)))).toBe(
      '[0:CELL [2:0 [3:0 CELL810=0 [6:810 [8:810 REFR831=1] [9:810 REFR811=1 REFR812=1 REFR813=1]] ' +
        'CELL820=0 [6:820 [9:820 REFR821=1]] CELL840=0 [6:840 [8:840 REFR841=1]]]]]',
    );
  });

  test('a deleted cell with new objects in it waits for a person; without it they go', () => {
    const base = interior(cell(0x10, [], [0x11]), cell(0x20, [], [0x21]));
    const gone = interior(cell(0x20, [], [0x21, 0x22]));
    const used = interior(cell(0x10, [], [0x11, 0x12]), cell(0x20, [], [0x21]));
    expect(conflictsOf(merge(base, gone, used))).toMatchObject([
      {
        kind: 'deleted-by-us',
        formId: OWN + 0x10,
        reason: expect.stringContaining('REFR 01000812 belongs to it'),
      },
    ]);
    expect(conflictsOf(merge(base, used, gone))).toMatchObject([
      { kind: 'deleted-by-them', formId: OWN + 0x10 },
    ]);
    const without = '[0:CELL [2:0 [3:0 CELL820=0 [6:820 [9:820 REFR821=1 REFR822=1]]]]]';
    expect(outline(mergedOf(merge(base, gone, used, () => 'local')))).toBe(without);
    expect(outline(mergedOf(merge(base, used, gone, () => 'remote')))).toBe(without);
    expect(outline(mergedOf(merge(base, used, gone, () => 'local')))).toContain(
      'CELL810=0 [6:810 [9:810 REFR812=1]]',
    );
    expect(outline(mergedOf(merge(base, gone, used, () => 'remote')))).toContain(
      'CELL810=0 [6:810 [9:810 REFR812=1]]',
    );
  });

  test('a group that one side emptied goes with its last record, and new groups stand where theirs had them', () => {
    const base = plugin([group(0, 'GLOB', [misc(OWN, 1, 'GLOB')]), group(0, 'MISC', [misc(OWN + 1, 1)])]);
    const ours = plugin([group(0, 'GLOB', [misc(OWN, 1, 'GLOB')]), group(0, 'MISC', [misc(OWN + 1, 2)])]);
    const theirs = plugin([
      group(0, 'KYWD', [misc(OWN + 5, 1, 'KYWD')]),
      group(0, 'MISC', [misc(OWN + 1, 1)]),
      group(0, 'FLST', [misc(OWN + 6, 1, 'FLST')]),
    ]);
    expect(outline(mergedOf(merge(base, ours, theirs)))).toBe(
      '[0:KYWD KYWD805=1] [0:MISC MISC801=2] [0:FLST FLST806=1]',
    );
  });

  test('an object moved into another cell by one side and changed by the other waits for a person', () => {
    const base = interior(cell(0x10, [], [0x11, 0x12]), cell(0x20, [], [0x21]));
    const moved = interior(cell(0x10, [], [0x12]), cell(0x20, [], [0x21, 0x11]));
    const changed = interior(
      [
        misc(OWN + 0x10, 0, 'CELL'),
        group(6, OWN + 0x10, [
          group(9, OWN + 0x10, [misc(OWN + 0x11, 9, 'REFR'), misc(OWN + 0x12, 1, 'REFR')]),
        ]),
      ],
      cell(0x20, [], [0x21]),
    );
    expect(conflictsOf(merge(base, moved, changed))).toMatchObject([
      { kind: 'both-modified', formId: OWN + 0x11 },
    ]);
    expect(outline(mergedOf(merge(base, moved, changed, () => 'remote')))).toBe(
      '[0:CELL [2:0 [3:0 CELL810=0 [6:810 [9:810 REFR812=1 REFR811=9]] CELL820=0 [6:820 [9:820 REFR821=1]]]]]',
    );
    const other = interior(cell(0x10, [], [0x11, 0x12]), cell(0x20, [], [0x21, 0x22]));
    expect(outline(mergedOf(merge(base, other, moved)))).toContain('[9:820 REFR821=1 REFR822=1 REFR811=1]');
  });

  test('worldspaces: new exterior cells and new objects find their blocks', () => {
    const world = (...blocks: PluginNode[]) =>
      plugin([group(0, 'WRLD', [misc(OWN, 1, 'WRLD'), group(1, OWN, [...cell(1, [2], []), ...blocks])])]);
    const base = world(group(4, 0, [group(5, 0, cell(0x10, [], [0x11]))]));
    const ours = world(group(4, 0, [group(5, 0, cell(0x10, [], [0x11, 0x12]))]));
    const theirs = world(
      group(4, 0, [group(5, 0, cell(0x10, [], [0x11, 0x13])), group(5, 1, cell(0x20, [], [0x21]))]),
      group(4, 1, [group(5, 9, cell(0x30, [], []))]),
    );
    expect(outline(mergedOf(merge(base, ours, theirs)))).toBe(
      '[0:WRLD WRLD800=1 [1:800 CELL801=0 [6:801 [8:801 REFR802=1]] ' +
        '[4:0 [5:0 CELL810=0 [6:810 [9:810 REFR811=1 REFR812=1 REFR813=1]]] [5:1 CELL820=0 [6:820 [9:820 REFR821=1]]]] ' +
        '[4:1 [5:9 CELL830=0]]]]',
    );
  });

  test('two new cells in one place of a worldspace, and two landscapes of one cell, are not merged: the game takes one', () => {
    const grid = (id: number, x: number, y: number) => record('CELL', OWN + id, [['XCLC', u32(x, y, 0)]]);
    const world = (...cells: PluginNode[]) =>
      plugin([group(0, 'WRLD', [misc(OWN, 1, 'WRLD'), group(1, OWN, [group(4, 0, [group(5, 0, cells)])])])]);
    const base = world(grid(0x10, 1, 1));
    const merged = merge(
      base,
      world(grid(0x10, 1, 1), grid(0x20, 2, -3)),
      world(grid(0x10, 1, 1), grid(0x30, 2, 3)),
    );
    expect(outline(mergedOf(merged))).toMatch(/CELL820=\d+ CELL830=/);
    expect(
      reasonOf(
        merge(base, world(grid(0x10, 1, 1), grid(0x20, 2, -3)), world(grid(0x10, 1, 1), grid(0x30, 2, -3))),
      ),
    ).toMatch(/a cell at 2, -3 of the worldspace 01000800, yours as 01000820, theirs as 01000830/);
    const land = (id: number) =>
      world(grid(0x10, 1, 1), group(6, OWN + 0x10, [group(9, OWN + 0x10, [misc(OWN + id, 1, 'LAND')])]));
    expect(reasonOf(merge(base, land(0x40), land(0x50)))).toMatch(/the landscape of the cell 01000810/);
  });

  describe('of a topic', () => {
    const topic = (values: readonly (readonly [number, number])[], ...more: PluginNode[]) =>
      plugin([
        group(0, 'QUST', [
          misc(OWN, 1, 'QUST'),
          group(10, OWN, [
            misc(OWN + 1, 1, 'DIAL'),
            group(
              7,
              OWN + 1,
              values.map(([id, value]) => misc(OWN + id, value, 'INFO')),
            ),
          ]),
        ]),
        ...more,
      ]);
    const base = topic([
      [5, 1],
      [6, 1],
      [7, 1],
    ]);

    test('take the order of the one side that changed it', () => {
      const ours = topic([
        [5, 1],
        [6, 9],
        [7, 1],
      ]);
      const theirs = topic([
        [7, 1],
        [8, 1],
        [5, 1],
        [6, 1],
      ]);
      const expected = '[7:801 INFO807=1 INFO808=1 INFO805=1 INFO806=9]';
      expect(outline(mergedOf(merge(base, ours, theirs)))).toContain(expected);
      expect(outline(mergedOf(merge(base, theirs, ours)))).toContain(expected);
    });

    test('are not merged when both changed the order', () => {
      const ours = topic([
        [6, 1],
        [5, 1],
        [7, 1],
      ]);
      const theirs = topic([
        [5, 1],
        [6, 1],
        [7, 1],
        [8, 1],
      ]);
      expect(reasonOf(merge(base, ours, theirs))).toMatch(/topic 01000801.*order/);
    });

    test('a line that one side deleted and the other changed comes back where it was', () => {
      const ours = topic([
        [5, 1],
        [7, 1],
      ]);
      const theirs = topic([
        [5, 1],
        [6, 9],
        [7, 1],
      ]);
      expect(conflictsOf(merge(base, ours, theirs))).toMatchObject([{ kind: 'deleted-by-us' }]);
      expect(outline(mergedOf(merge(base, ours, theirs, () => 'remote')))).toContain(
        '[7:801 INFO805=1 INFO806=9 INFO807=1]',
      );
    });
  });

  describe('that depend on each other are not merged', () => {
    const things = group(0, 'MISC', [misc(OWN + 0x70, 1)]);
    test.each<[string, Uint8Array, Uint8Array, Uint8Array, RegExp]>([
      [
        'the navigation map',
        ...([1, 2, 3].map((value) => plugin([group(0, 'NAVI', [misc(0xff1, value, 'NAVI')]), things])) as [
          Uint8Array,
          Uint8Array,
          Uint8Array,
        ]),
        /NAVI/,
      ],
      [
        'the list of overridden records of a master',
        ...([1, 2, 3].map((value) =>
          plugin([group(0, 'MISC', [misc(OWN, value)])], { flags: 1, parts: [['ONAM', u32(value)]] }),
        ) as [Uint8Array, Uint8Array, Uint8Array]),
        /ONAM/,
      ],
      [
        'a cell’s precombined meshes, built by both',
        ...([1, 2, 3].map((value) => interior(cell(0x10, [], [0x11], u32(value)))) as [
          Uint8Array,
          Uint8Array,
          Uint8Array,
        ]),
        /precombined/,
      ],
      [
        'a cell’s precombined meshes and an object in it',
        interior(cell(0x10, [], [0x11, 0x12], u32(1))),
        interior(cell(0x10, [], [0x11, 0x12], u32(2))),
        interior(cell(0x10, [], [0x11], u32(1))),
        /01000811|01000812/,
      ],
    ])('%s', (_, base, ours, theirs, reason) => {
      expect(reasonOf(merge(base, ours, theirs))).toMatch(reason);
      expect(reasonOf(merge(base, theirs, ours))).toMatch(reason);
    });

    test('but what only one side touched of it is merged', () => {
      const of = (navi: number, value: number) =>
        plugin([group(0, 'NAVI', [misc(0xff1, navi, 'NAVI')]), group(0, 'MISC', [misc(OWN, value)])]);
      expect(outline(mergedOf(merge(of(1, 1), of(2, 1), of(1, 5))))).toBe(
        '[0:NAVI NAVIff1=2] [0:MISC MISC800=5]',
      );
    });
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
    ['other masters', { masters: ['Fallout4.esm', 'DLCRobot.esm'] }, /masters differ \(1, 2, 1 masters\)/],
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
