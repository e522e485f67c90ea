/**
 * Merging plugins (esp, esm, esl) by their records, without a schema: `mergePlugins` takes three files and gives one,
 * or the records that a person has to decide, or the reason why this plugin is taken whole.
 *
 * contents.ts names what stands where; changes.ts says what a side changed; dependencies.ts refuses what records alone
 * do not tell; plan.ts decides who gives each record; assemble.ts and header.ts put the file together; layout.ts shows
 * a conflict; describe.ts says what a plugin holds, and what differs between two. Called by the table of drivers (../drivers.ts), and by whoever shows or decides records.
 */
export {
  type DescribedPlugin,
  type DescribedRecord,
  describePlugin,
  diffPlugins,
  type PluginDifference,
  type RecordDifference,
} from './describe.ts';
export { layOutConflict } from './layout.ts';
export { mergeAddedPlugins, mergePlugins } from './mergePlugins.ts';
export type {
  ChangeCounts,
  PluginMergeOptions,
  PluginMergeSummary,
  PluginOutcome,
  RecordConflict,
} from './types.ts';
export { formIdText } from './types.ts';
