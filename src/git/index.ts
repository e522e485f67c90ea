/**
 * The git room: one repository and its working tree, in Git's own formats, beside stock Git. `Repository` is the door;
 * the rooms above (history, assets, engine, backends) and the relay call it. All use of isomorphic-git is in here.
 *
 *   Repository       init, open, status, commitWorkingTree, checkout; `files`: those that are named one by one
 *   index/           `.git/index`
 *   worktree/        ignore, attributes, conversions, scan, checkout, path policy
 *   upkeep/          loose objects and packs that pile up become one pack
 *   objects/, trees.ts, refs.ts, graph.ts, commits.ts    what is stored
 */
export * from './commits.ts';
export type { CommitOptions, CommitResult } from './commitWorkingTree.ts';
export { expandHome, GitConfig, isWindows, userConfig } from './config.ts';
export { parseConfig } from './configFormat.ts';
export { CommitGraph } from './graph.ts';
export { isRacy } from './index/statMatch.ts';
export type { UnmergedFile } from './mergeState.ts';
export { crc32 } from './objects/crc32.ts';
export { ObjectStore } from './objects/ObjectStore.ts';
export {
  type CheckoutOptions,
  type IsomorphicArguments,
  Repository,
  type StatusOptions,
} from './Repository.ts';
export { isRefName } from './refNames.ts';
export { type RefReason, Refs } from './refs.ts';
export { type StagedFile, stagedFiles } from './stagedFiles.ts';
export { type TreeEntry, Trees } from './trees.ts';
export type * from './types.ts';
export type { UpkeepOptions, UpkeepResult } from './upkeep/index.ts';
export { isUnfinished } from './upkeep/leftBehind.ts';
export { AttributeRules, type Attributes } from './worktree/attributes.ts';
export { IgnoreRules } from './worktree/ignore.ts';
export { parsePathPattern, patternSubject } from './worktree/pathPattern.ts';
export { brokenLinkRule, brokenNameRule, checkPath, collisionKey } from './worktree/pathPolicy.ts';
