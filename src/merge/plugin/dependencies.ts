/**
 * What cannot be merged record by record, because records depend on each other and no rule covers it yet: each is
 * refused with its reason.
 */
import { type Inflate, type PluginRecord, sameSubrecords, subrecordsOf } from '../../bethesda/index.ts';
import { type PluginChanges, sameEntry, sameLines } from './changes.ts';
import { GROUP, type PluginContents, rootOf } from './contents.ts';
import { formIdText, NotMergeable } from './types.ts';

export interface Sides {
  readonly base: PluginContents;
  readonly ours: PluginContents;
  readonly theirs: PluginContents;
  readonly byUs: PluginChanges;
  readonly byThem: PluginChanges;
  readonly codec: Inflate;
}

/**
 * FormIDs count masters, so plugins with other masters have other FormIDs throughout, and a localized plugin's texts
 * stand in tables beside it.
 * @throws NotMergeable
 */
export function refuseOtherFrame({ base, ours, theirs }: Sides): void {
  const lists = [base, ours, theirs].map(({ plugin }) => plugin.masters);
  const [first = ''] = lists.map(spelled);
  if (lists.some((list) => spelled(list) !== first))
    throw new NotMergeable(
      `The lists of masters differ (${lists.map((list) => list.length).join(', ')} masters${inSomeOnly(lists)}), so the FormIDs do too`,
    );
  const plugins = [base.plugin, ours.plugin, theirs.plugin];
  if (plugins.some(({ isLocalized }) => isLocalized))
    throw new NotMergeable(
      'The plugin is localized: its texts stand in string tables, which would have to be merged with it',
    );
  if (plugins.some(({ isLight }) => isLight !== base.plugin.isLight))
    throw new NotMergeable(
      'One of you made it a light plugin or a full one, and the FormIDs it may use differ',
    );
  if (plugins.some(({ isMaster }) => isMaster !== base.plugin.isMaster))
    throw new NotMergeable('One of you made it a master or a plugin, and its records are arranged by that');
}

const spelled = (masters: readonly string[]): string => masters.join('\n').toLowerCase();

/** The masters that not all of the lists have; the same ones in another order differ, too. */
function inSomeOnly(lists: readonly (readonly string[])[]): string {
  const names = new Map(lists.flat().map((name) => [name.toLowerCase(), name]));
  const some = [...names].filter(([key]) =>
    lists.some((list) => !list.some((name) => name.toLowerCase() === key)),
  );
  if (some.length === 0) return ' in another order';
  const more = some.length > 3 ? ` and ${some.length - 3} more` : '';
  return `: ${some
    .slice(0, 3)
    .map(([, name]) => name)
    .join(', ')}${more} not in all of them`;
}

/** @throws NotMergeable */
export function refuseDependentRecords(sides: Sides): void {
  refuseNavigation(sides);
  refuseTopics(sides);
  refusePrecombined(sides);
  refuseSecondOfOne(sides);
}

/** A worldspace has one cell at a place, a cell one landscape; the game takes one of two, and the other's work is gone. */
function refuseSecondOfOne({ ours, theirs, byUs, byThem, codec }: Sides): void {
  const made = new Map<string, number>();
  for (const [what, formId] of onlyOnes(ours, byUs, codec)) made.set(what, formId);
  for (const [what, formId] of onlyOnes(theirs, byThem, codec)) {
    const mine = made.get(what);
    if (mine !== undefined && mine !== formId)
      throw new NotMergeable(
        `Both of you made ${what}, yours as ${formIdText(mine)}, theirs as ${formIdText(formId)}, and there can be one only`,
      );
  }
}

/** New records of which there can be one in their place: the place in words, and the FormID. */
function* onlyOnes(
  { records }: PluginContents,
  changes: PluginChanges,
  codec: Inflate,
): Generator<readonly [what: string, formId: number]> {
  for (const [formId, change] of changes.records) {
    const entry = change === 'added' ? records.get(formId) : undefined;
    const owner = entry && rootOf(entry.place).owner;
    if (!entry || owner === undefined) continue;
    const { record, place } = entry;
    if (record.type === 'LAND') yield [`the landscape of the cell ${formIdText(owner)}`, formId];
    if (record.type !== 'CELL' || place.group.groupType !== GROUP.exterior) continue;
    const grid = subrecordsOf(record, codec).find(({ type, data }) => type === 'XCLC' && data.length >= 8);
    if (!grid) continue;
    const view = new DataView(grid.data.buffer, grid.data.byteOffset, grid.data.byteLength);
    const at = `${view.getInt32(0, true)}, ${view.getInt32(4, true)}`;
    yield [`a cell at ${at} of the worldspace ${formIdText(owner)}`, formId];
  }
}

/** Meshes are linked to each other, and NAVI lists them all. */
function refuseNavigation({ base, ours, theirs, byUs, byThem, codec }: Sides): void {
  const touched = (changes: PluginChanges): Set<string> => {
    const types = new Set<string>();
    for (const formId of changes.records.keys()) {
      // What both changed alike counts for neither.
      const [o, t] = [ours.records.get(formId), theirs.records.get(formId)];
      const type = (o ?? t ?? base.records.get(formId))?.record.type;
      if ((type === 'NAVI' || type === 'NAVM') && !sameEntry(o, t, codec)) types.add(type);
    }
    return types;
  };
  const mine = touched(byUs);
  const other = touched(byThem);
  if (mine.size === 0 || other.size === 0) return;
  throw new NotMergeable(
    mine.has('NAVI') && other.has('NAVI')
      ? 'Both of you changed the navigation map (NAVI)'
      : 'Both of you changed navigation meshes, which are linked to each other',
  );
}

/** The game takes the first line of a topic whose conditions hold. */
function refuseTopics({ ours, theirs, byUs, byThem }: Sides): void {
  for (const key of byUs.topics)
    if (byThem.topics.has(key) && !sameLines(ours, theirs, key)) {
      const label = (ours.places.get(key) ?? theirs.places.get(key))?.group.label ?? 0;
      throw new NotMergeable(
        `Both of you changed which lines the topic ${formIdText(label)} has, or their order, which decides what is said`,
      );
    }
}

const PRECOMBINED = new Set(['XCRI', 'XPRI', 'PCMB', 'VISI', 'RVIS']);

/** Precombined meshes and previs are made of a cell's objects as they were, by a tool, with files beside the plugin. */
function refusePrecombined(sides: Sides): void {
  const { base, ours, theirs, byUs, byThem, codec } = sides;
  const made = (side: PluginContents, changes: PluginChanges): Set<number> => {
    const cells = new Set<number>();
    for (const formId of changes.records.keys()) {
      const after = side.records.get(formId)?.record;
      const before = base.records.get(formId)?.record;
      if (after?.type !== 'CELL') continue;
      if (!samePrecombined(before, after, codec)) cells.add(formId);
    }
    return cells;
  };
  const mine = made(ours, byUs);
  const other = made(theirs, byThem);
  for (const cell of mine)
    if (
      other.has(cell) &&
      !samePrecombined(ours.records.get(cell)?.record, theirs.records.get(cell)?.record, codec)
    )
      throw new NotMergeable(
        `Both of you made the precombined meshes or the previs of the cell ${formIdText(cell)} anew`,
      );
  refuseMovedUnder(sides, mine, byThem);
  refuseMovedUnder(sides, other, byUs);
}

/** Objects that were there when one side built a cell's precombined meshes, changed by the other side. */
function refuseMovedUnder(
  { base, ours, theirs, codec }: Sides,
  cells: ReadonlySet<number>,
  by: PluginChanges,
): void {
  if (cells.size === 0) return;
  for (const [formId, change] of by.records) {
    const place = base.records.get(formId)?.place;
    if (change === 'added' || !place) continue;
    const { group, owner } = rootOf(place);
    if (group.groupType !== GROUP.cell || owner === undefined || !cells.has(owner)) continue;
    if (sameEntry(ours.records.get(formId), theirs.records.get(formId), codec)) continue;
    throw new NotMergeable(
      `One of you made the precombined meshes or the previs of the cell ${formIdText(owner)} anew, the other changed the object ${formIdText(formId)} in it`,
    );
  }
}

function samePrecombined(a: PluginRecord | undefined, b: PluginRecord | undefined, codec: Inflate): boolean {
  const parts = (record: PluginRecord | undefined) =>
    record ? subrecordsOf(record, codec).filter(({ type }) => PRECOMBINED.has(type)) : [];
  return sameSubrecords('CELL', parts(a), parts(b));
}
