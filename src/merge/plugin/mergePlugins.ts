/** The three-way merge of a plugin by its records. */
import { countNodes, formatPlugin, type Inflate, type Plugin, parsePlugin } from '../../bethesda/index.ts';
import { equal } from '../../shared/bytes.ts';
import { assemble } from './assemble.ts';
import { changesOf, countChanges, isEmpty } from './changes.ts';
import { asNotMergeable, readContents } from './contents.ts';
import { refuseDependentRecords, refuseOtherFrame, type Sides } from './dependencies.ts';
import { mergeHeader, withNextObjectId } from './header.ts';
import { Plan } from './plan.ts';
import {
  NotMergeable,
  type PluginMergeOptions,
  type PluginMergeSummary,
  type PluginOutcome,
} from './types.ts';

const NOTHING = { added: 0, changed: 0, deleted: 0 } as const;

/**
 * Compares without the noise of the Creation Kit and writes original bytes. A side that changed nothing else gives way
 * to the other, byte for byte. Whatever is doubtful is a conflict: with `records` one that a person decides record by
 * record, without them one that takes the plugin whole.
 *
 * The rules come from the histories of real plugins; each stands where it is applied.
 */
export function mergePlugins(
  base: Uint8Array,
  ours: Uint8Array,
  theirs: Uint8Array,
  codec: Inflate,
  options: PluginMergeOptions = {},
): PluginOutcome {
  const unmerged = { ours: NOTHING, theirs: NOTHING, alike: 0, decided: 0 };
  if (equal(ours, theirs) || equal(base, theirs)) return { merged: ours, summary: unmerged };
  if (equal(base, ours)) return { merged: theirs, summary: unmerged };
  try {
    return mergeRecords(sidesOf(base, ours, theirs, codec), ours, theirs, options);
  } catch (error) {
    const refused = asNotMergeable(error, 'One of the three versions');
    if (refused instanceof NotMergeable) return { conflict: `${refused.message}.` };
    throw error;
  }
}

/**
 * Two plugins that were added under one name: what only one of them has is in the result, what both have must be the
 * same, and their headers too. With other masters the same FormID would be another record.
 */
export function mergeAddedPlugins(
  ours: Uint8Array,
  theirs: Uint8Array,
  codec: Inflate,
  options: PluginMergeOptions = {},
): PluginOutcome {
  try {
    const { tes4 } = readContents(ours, OURS).plugin;
    const sides = sidesOf(formatPlugin({ tes4, nodes: [] }), ours, theirs, codec);
    if (sides.byThem.header)
      throw new NotMergeable('Their headers differ: the masters, the flags or the author');
    return mergeRecords(sides, ours, theirs, options);
  } catch (error) {
    const refused = asNotMergeable(error, 'One of the two versions');
    if (refused instanceof NotMergeable) return { conflict: `${refused.message}.` };
    throw error;
  }
}

const OURS = 'Your version';
const THEIRS = 'The other side’s version';

function sidesOf(base: Uint8Array, ours: Uint8Array, theirs: Uint8Array, codec: Inflate): Sides {
  const b = readContents(base, 'The version that both started from');
  const o = readContents(ours, OURS);
  const t = readContents(theirs, THEIRS);
  const byUs = changesOf(b, o, OURS, codec);
  return { base: b, ours: o, theirs: t, byUs, byThem: changesOf(b, t, THEIRS, codec), codec };
}

function mergeRecords(
  sides: Sides,
  oursFile: Uint8Array,
  theirsFile: Uint8Array,
  { decide }: PluginMergeOptions,
): PluginOutcome {
  const { base, ours, theirs, byUs, byThem } = sides;
  const summary: PluginMergeSummary = {
    ours: countChanges(byUs),
    theirs: countChanges(byThem),
    alike: 0,
    decided: 0,
  };
  if (isEmpty(byThem))
    return { merged: withNextObjectId(oursFile, ours, theirs.plugin.nextObjectId), summary };
  if (isEmpty(byUs))
    return { merged: withNextObjectId(theirsFile, theirs, ours.plugin.nextObjectId), summary };

  refuseOtherFrame(sides);
  refuseDependentRecords(sides);
  const header = mergeHeader(base, ours, theirs);
  const plan = new Plan(sides, decide);
  const headerFrom =
    header.clashes.length === 0
      ? 'local'
      : plan.ask({
          formId: 0,
          type: 'TES4',
          groupPath: '',
          kind: 'both-modified',
          reason: `Both of you changed the plugin’s header (${header.clashes.join(', ')}).`,
          base: base.plugin.tes4,
          ours: ours.plugin.tes4,
          theirs: theirs.plugin.tes4,
        });
  if (plan.conflicts.length > 0) return { conflict: reasonFor(plan), records: plan.conflicts };

  const { nodes, records } = assemble(sides, plan);
  if (records > plan.size || (records < plan.size && !plan.cut))
    throw new NotMergeable('Both of you moved records, and no arrangement keeps all of them');
  const tes4 = header.format(countNodes(nodes), headerFrom ?? 'local');
  const merged = formatPlugin({ tes4, nodes });
  checkMerged(merged, nodes.length);
  return { merged, summary: { ...summary, alike: plan.alike, decided: plan.decided } };
}

/** What was written is read again before anybody else does. */
function checkMerged(merged: Uint8Array, groups: number): void {
  let plugin: Plugin;
  try {
    plugin = parsePlugin(merged);
  } catch (error) {
    throw asNotMergeable(error, 'The merged plugin');
  }
  if (plugin.nodes.length !== groups || plugin.recordCount !== countNodes(plugin.nodes))
    throw new NotMergeable('The merged plugin did not hold together');
}

function reasonFor({ conflicts }: Plan): string {
  const collisions = conflicts.filter(({ kind }) => kind === 'formid-collision').length;
  const names = conflicts
    .slice(0, 3)
    .map(
      ({ type, editorId, formId }) =>
        `${type} ${editorId ?? formId.toString(16).toUpperCase().padStart(8, '0')}`,
    );
  const more = conflicts.length > names.length ? ` and ${conflicts.length - names.length} more` : '';
  if (collisions === conflicts.length)
    return `Both of you made new records with the same FormID: ${names.join(', ')}${more}.`;
  return `Both of you changed ${conflicts.length === 1 ? 'the same record' : `the same ${conflicts.length} records`}: ${names.join(', ')}${more}.`;
}
