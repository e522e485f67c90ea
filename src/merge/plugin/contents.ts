/**
 * A plugin's records by FormID, each with the place it stands in. A place is named so that the same group has the
 * same name in two versions: the children of a record by that record alone, wherever the record stands, every other
 * group by its path.
 */
import { type Plugin, type PluginGroup, type PluginRecord, parsePlugin } from '../../bethesda/index.ts';
import { hasCode } from '../../shared/errors.ts';
import { formIdText, NotMergeable } from './types.ts';

export interface Place {
  readonly key: string;
  readonly group: PluginGroup;
  /** The group around it; absent for a top group and for the children of a record. */
  readonly around: Place | undefined;
  /** The record whose children these are. */
  readonly owner: number | undefined;
  /** The groups in it, but for the children of its records. */
  readonly inner: readonly Place[];
}

export interface Entry {
  readonly record: PluginRecord;
  readonly place: Place;
}

export interface PluginContents {
  readonly plugin: Plugin;
  /** In the order of the file. */
  readonly records: ReadonlyMap<number, Entry>;
  readonly places: ReadonlyMap<string, Place>;
  readonly top: readonly Place[];
}

/** Group types, as `PluginGroup.groupType` has them. */
export const GROUP = {
  top: 0,
  exterior: 5,
  cell: 6,
  topic: 7,
  persistent: 8,
  temporary: 9,
  ten: 10,
} as const;

/** Records whose children follow them in a group of this type. */
const OWNED: Readonly<Record<string, number>> = { WRLD: 1, CELL: 6, DIAL: 7, QUST: 10 };

/** Which other group stands in which: interior blocks, exterior blocks, the lists of a cell. Skyrim's third is 10. */
const STANDS_IN: Readonly<Record<number, number>> = { 2: 0, 3: 2, 4: 1, 5: 4, 8: 6, 9: 6, 10: 6 };

/** The place of a record's children, where it is of a type that can have any. */
export function ownedPlace({ type, formId }: PluginRecord): string | undefined {
  const groupType = OWNED[type];
  return groupType === undefined ? undefined : `${groupType}:${formId.toString(16)}`;
}

export function placeOwnedBy(contents: PluginContents, formId: number): Place | undefined {
  const entry = contents.records.get(formId);
  const key = entry && ownedPlace(entry.record);
  return key === undefined ? undefined : contents.places.get(key);
}

/**
 * @param whose the side, for the reason: `Your version`
 * @throws NotMergeable for a damaged plugin, and for one whose records cannot be told apart
 */
export function readContents(bytes: Uint8Array, whose: string): PluginContents {
  const plugin = parse(bytes, whose);
  const records = new Map<number, Entry>();
  const places = new Map<string, Place>();
  const doubt = (what: string) => new NotMergeable(`${whose} ${what}`);

  const enter = (group: PluginGroup, around: Place | undefined, owner: number | undefined): Place => {
    const name = `${group.groupType}:${group.label.toString(16)}`;
    const key = around ? `${around.key}/${name}` : name;
    if (places.has(key)) throw doubt(`has two groups where one belongs (${placeName({ group, around })})`);
    const inner: Place[] = [];
    const place: Place = { key, group, around, owner, inner };
    places.set(key, place);
    let previous: PluginRecord | undefined;
    for (const node of group.children) {
      if (node.kind === 'record') {
        const { formId, type } = node;
        if (formId === 0 || formId >>> 24 > plugin.masters.length || records.has(formId))
          throw doubt(
            records.has(formId)
              ? `has two records with the FormID ${formIdText(formId)}`
              : `has a ${type} record with the FormID ${formIdText(formId)}, which belongs to none of its masters`,
          );
        if (group.groupType === GROUP.top && group.label !== labelOf(node))
          throw doubt(`has a ${type} record in the group ${placeName(place)}`);
        records.set(formId, { record: node, place });
        previous = node;
      } else if (previous && OWNED[previous.type] === node.groupType && previous.formId === node.label) {
        enter(node, undefined, previous.formId);
        previous = undefined;
      } else {
        const fits =
          STANDS_IN[node.groupType] === group.groupType &&
          (group.groupType !== GROUP.cell || node.label === group.label);
        if (!fits) throw doubt(`has a group of type ${node.groupType} in the group ${placeName(place)}`);
        inner.push(enter(node, place, undefined));
        previous = undefined;
      }
    }
    return place;
  };

  const top = plugin.nodes.map((node) => {
    if (node.kind !== 'group' || node.groupType !== GROUP.top)
      throw doubt('has records or groups outside the groups of its records');
    return enter(node, undefined, undefined);
  });
  return { plugin, records, places, top };
}

function parse(bytes: Uint8Array, whose: string): Plugin {
  try {
    return parsePlugin(bytes);
  } catch (error) {
    throw asNotMergeable(error, whose);
  }
}

/** A damaged plugin is a reason not to merge; anything else stays what it is. */
export function asNotMergeable(error: unknown, whose: string): unknown {
  if (!hasCode(error, 'MALFORMED_PLUGIN')) return error;
  return new NotMergeable(`${whose} is damaged at byte ${error.data.offset}: ${error.data.reason}`);
}

/** A record's type as a top group's label has it. */
const labelOf = ({ header }: PluginRecord): number =>
  ((header[0] as number) |
    ((header[1] as number) << 8) |
    ((header[2] as number) << 16) |
    ((header[3] as number) << 24)) >>>
  0;

/** In words: `CELL › block 3 › sub-block 7`. */
export function placeName({ group, around }: Pick<Place, 'group' | 'around'>): string {
  const name = groupName(group);
  return around ? `${placeName(around)} › ${name}` : name;
}

export function groupName({ groupType, label, header }: PluginGroup): string {
  if (groupType === 0) return String.fromCharCode(...header.subarray(8, 12));
  if (groupType === 2) return `block ${label}`;
  if (groupType === 3) return `sub-block ${label}`;
  // Grid coordinates: y, then x, 16 bits each.
  if (groupType === 4 || groupType === 5)
    return `${groupType === 4 ? 'block' : 'sub-block'} ${label >> 16}, ${(label << 16) >> 16}`;
  if (groupType === GROUP.persistent) return 'persistent';
  if (groupType === GROUP.temporary) return 'temporary';
  return `children of ${formIdText(label)}`;
}

export const recordIds = (place: Place | undefined): number[] => {
  const ids: number[] = [];
  if (place) for (const node of place.group.children) if (node.kind === 'record') ids.push(node.formId);
  return ids;
};

/** The outermost group that a place stands in without leaving the children of a record. */
export function rootOf(place: Place): Place {
  let root = place;
  while (root.around) root = root.around;
  return root;
}
