/**
 * Merging plugins (esp, esm, esl) by their records, without a schema: `mergePlugins` takes three files and gives one,
 * or the records that a person has to decide, or the reason why this plugin is taken whole.
 *
 * contents.ts names what stands where; changes.ts says what a side changed; dependencies.ts refuses what records alone
 * do not tell; plan.ts decides who gives each record; assemble.ts and header.ts put the file together; layout.ts shows
 * a conflict. Called by the table of drivers (../drivers.ts), and by whoever shows or decides records.
 */
export { layOutConflict } from './layout.ts';
export { mergePlugins } from './mergePlugins.ts';
export type {
  ChangeCounts,
  PluginMergeOptions,
  PluginMergeSummary,
  PluginOutcome,
  RecordConflict,
} from './types.ts';
export { formIdText } from './types.ts';
