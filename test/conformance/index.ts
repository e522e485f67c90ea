/**
 * `modsync/testing`: one suite for each port. A backend that passes those of its ports can stand under a project. They are
 * made of the globals of Jest (`describe`, `test`, `expect`), and need git on the PATH.
 */
export { type AccessStand, describeAccess } from './access.ts';
export { describeAssetStore } from './assetStore.ts';
export { describeFeed, type FeedStand } from './feed.ts';
export { describeFormIds, type FormIdsStand } from './formIds.ts';
export { describeHistory, type HistoryStand } from './history.ts';
export { describeLocks, type LocksStand } from './locks.ts';
export { describeReleases, type ReleasesStand } from './releases.ts';
