/** Cells, worldspaces, topics: records that stand inside others' groups, merged. */
import type { PluginNode, PluginRecord } from '../../src/bethesda/index.ts';
import { conflictsOf, merge, mergedOf, OWN, outline, reasonOf } from '../support/mergedPlugins.ts';
import { group, misc, plugin, record, u32 } from '../support/pluginBuilder.ts';

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
