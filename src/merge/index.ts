/**
 * Merging, as values: `planTree` says what to take from whom and which contents it needs; whoever called fetches
 * them; `mergeContents` merges each, by the table in drivers.ts. Neither touches a disk, and a conflict is a value, never an exception.
 * `judgeSave` tells an editor that saved an old version over a pulled one. Called by the engine.
 */
export { caseCollisions, foldName } from './collisions.ts';
export { type ContentOutcome, type ContentsToMerge, mergeContents } from './contents.ts';
export { DRIVERS, type Driver, driversWith, isBinary } from './drivers.ts';
export { type Entanglements, entangled } from './entangled.ts';
export { BlockEvidence, type SaveVerdict } from './evidence.ts';
export {
  LONGEST as LONGEST_LIKE_TEXT,
  likelyRenames,
  type RenameCandidates,
  renameCandidates,
} from './likeness.ts';
export { type MarkerLabels, markText } from './markers.ts';
export { mergeText, type TextOutcome } from './mergeText.ts';
export { checkDrivers, ownDrivers } from './ownDrivers.ts';
export {
  type ContentMerge,
  type FileNames,
  type PlannedConflict,
  planTree,
  type TreeMergeInput,
  type TreePlan,
} from './planTree.ts';
export {
  type DescribedPlugin,
  type DescribedRecord,
  describePlugin,
  diffPlugins,
  formIdText,
  layOutConflict,
  mergePlugins,
  type PluginDifference,
  type PluginMergeOptions,
  type PluginOutcome,
  type RecordConflict,
  type RecordDifference,
} from './plugin/index.ts';
export { judgeSave, type SaveToJudge } from './staleness.ts';
export { unifiedDiff } from './unifiedDiff.ts';
