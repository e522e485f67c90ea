/** Merging small plugins, and what came of it. */
import { type PluginNode, parsePlugin } from '../../src/bethesda/index.ts';
import { mergePlugins, type PluginOutcome, type RecordConflict } from '../../src/merge/plugin/index.ts';
import { checkPlugin } from './independentPlugin.ts';
import { group, misc, type PluginOptions, plugin } from './pluginBuilder.ts';
import { zlibCodec } from './zlibCodec.ts';

/** The first object of a plugin with one master. */
export const OWN = 0x01000800;
export type Choice = 'local' | 'remote' | undefined;

export const merge = (
  base: Uint8Array,
  ours: Uint8Array,
  theirs: Uint8Array,
  decide?: (conflict: RecordConflict) => Choice,
): PluginOutcome => mergePlugins(base, ours, theirs, zlibCodec, decide ? { decide } : {});

/** The merged file, after a second reader found its sizes and its count right. */
export function mergedOf(outcome: PluginOutcome): Uint8Array {
  if (!('merged' in outcome)) throw new Error(outcome.conflict);
  const { declared, records, groups } = checkPlugin(outcome.merged);
  expect(declared).toBe(records + groups);
  return outcome.merged;
}

export function conflictsOf(outcome: PluginOutcome): readonly RecordConflict[] {
  if ('merged' in outcome) throw new Error('it was merged');
  if (!outcome.records) throw new Error(outcome.conflict);
  return outcome.records;
}

export function reasonOf(outcome: PluginOutcome): string {
  if ('merged' in outcome) throw new Error('it was merged');
  expect(outcome.records).toBeUndefined();
  return outcome.conflict;
}

/** The tree in words: `MISC 800=5` for a record with DATA, `[6:900 …]` for a group. */
export function outline(bytes: Uint8Array): string {
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

export const things = (values: Readonly<Record<number, number>>, options?: PluginOptions) =>
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
