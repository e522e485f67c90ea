/** Plugins of random records, and random edits of them, as a model that can be compared with what a merge gives. */
import fc from 'fast-check';
import type { PluginNode } from '../../src/bethesda/index.ts';
import { fraction } from './mutate.ts';
import { group, misc, plugin } from './pluginBuilder.ts';

export type Kind = 'MISC' | 'WEAP' | 'CELL' | 'persistent' | 'temporary' | 'QUST' | 'DIAL' | 'INFO';

export interface ModelRecord {
  readonly kind: Kind;
  readonly value: number;
  /** FormID of the cell, quest or topic that it belongs to; 0 for none. */
  readonly parent: number;
}

/** By FormID, in the order of the file. */
export type Model = ReadonlyMap<number, ModelRecord>;

const CHILDREN: Partial<Record<Kind, readonly Kind[]>> = {
  CELL: ['persistent', 'temporary'],
  QUST: ['DIAL'],
  DIAL: ['INFO'],
};
const TOP: readonly Kind[] = ['MISC', 'WEAP', 'CELL', 'QUST'];

/** The file that a model describes. */
export function render(model: Model, nextObjectId = 0x900): Uint8Array {
  const families = new Map<string, number[]>();
  for (const [id, { kind, parent }] of model) {
    const key = `${parent} ${kind}`;
    families.set(key, [...(families.get(key) ?? []), id]);
  }
  const family = (parent: number, kind: Kind): PluginNode[] =>
    (families.get(`${parent} ${kind}`) ?? []).flatMap((id) => node(id));
  const node = (id: number): PluginNode[] => {
    const { kind, value } = model.get(id)!;
    const type = kind === 'persistent' || kind === 'temporary' ? 'REFR' : kind;
    const self = misc(id, value, type);
    if (kind === 'CELL') {
      const lists = (['persistent', 'temporary'] as const).flatMap((list, i) => {
        const children = family(id, list);
        return children.length > 0 ? [group(8 + i, id, children)] : [];
      });
      return lists.length > 0 ? [self, group(6, id, lists)] : [self];
    }
    const children = CHILDREN[kind]?.flatMap((child) => family(id, child)) ?? [];
    return children.length > 0 ? [self, group(kind === 'QUST' ? 10 : 7, id, children)] : [self];
  };
  const tops = TOP.flatMap((kind) => {
    const children = family(0, kind);
    if (children.length === 0) return [];
    return [group(0, kind, kind === 'CELL' ? [group(2, 0, [group(3, 0, children)])] : children)];
  });
  return plugin(tops, { nextObjectId });
}

const OWN = 0x01000000;

/** A plugin of some things, cells with objects, quests with topics and lines. */
export const anyModel: fc.Arbitrary<Model> = fc
  .record({
    things: fc.integer({ min: 1, max: 6 }),
    weapons: fc.nat(3),
    cells: fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { maxLength: 4 }),
    quests: fc.array(fc.array(fc.nat(3), { maxLength: 2 }), { maxLength: 2 }),
  })
  .map(({ things, weapons, cells, quests }) => {
    const model = new Map<number, ModelRecord>();
    let next = 0x800;
    const add = (kind: Kind, parent = 0): number => {
      const id = OWN | next++;
      model.set(id, { kind, value: 1, parent });
      return id;
    };
    const times = (count: number, action: () => void) => {
      for (let i = 0; i < count; i++) action();
    };
    times(things, () => add('MISC'));
    times(weapons, () => add('WEAP'));
    for (const [persistent, temporary] of cells) {
      const cell = add('CELL');
      times(persistent, () => add('persistent', cell));
      times(temporary, () => add('temporary', cell));
    }
    for (const topics of quests) {
      const quest = add('QUST');
      for (const lines of topics) {
        const topic = add('DIAL', quest);
        times(lines, () => add('INFO', topic));
      }
    }
    return model;
  });

export interface RandomEdit {
  readonly what: 'change' | 'delete' | 'add' | 'addBelow';
  /** Which record, as a part of the whole. */
  readonly where: number;
  readonly value: number;
}

export const anyEdits: fc.Arbitrary<readonly RandomEdit[]> = fc.array(
  fc.record({
    what: fc.constantFrom('change', 'change', 'delete', 'add', 'addBelow'),
    where: fraction,
    value: fc.integer({ min: 2, max: 200 }),
  }),
  { maxLength: 6 },
);

/** The outermost record that one belongs to. */
export function rootOf(model: Model, id: number): number {
  let root = id;
  for (let parent = model.get(root)?.parent; parent; parent = model.get(root)?.parent) root = parent;
  return root;
}

/**
 * @param mine which records may be touched; records below a deleted one go with it
 * @param firstId FormIDs of new records count up from here
 */
export function applyEdits(
  base: Model,
  edits: readonly RandomEdit[],
  mine: (id: number, record: ModelRecord) => boolean,
  firstId: number,
): Model {
  const model = new Map(base);
  let next = firstId;
  for (const { what, where, value } of edits) {
    const open = [...model].filter(([id, record]) => mine(id, record));
    const [id, record] = open[Math.floor(where * open.length)] ?? [];
    if (what === 'add') model.set(OWN | next++, { kind: value % 2 ? 'MISC' : 'WEAP', value, parent: 0 });
    if (id === undefined || record === undefined) continue;
    if (what === 'change') model.set(id, { ...record, value });
    const below = CHILDREN[record.kind];
    const kind = below?.[value % below.length];
    if (what === 'addBelow' && kind) model.set(OWN | next++, { kind, value, parent: id });
    if (what === 'delete') remove(model, id);
  }
  return model;
}

function remove(model: Map<number, ModelRecord>, id: number): void {
  model.delete(id);
  for (const [other, { parent }] of [...model]) if (parent === id) remove(model, other);
}
