/**
 * The engine: one `CloudSyncEngine`, and the pipelines that it organises (`sync.ts` is the one to read first).
 * Vendors are given to it through the ports; it prints nothing, reads no arguments and never exits.
 */
export type { AssetEntry, OnDisk } from './assets/assetList.ts';
export type { Amount, DiskUse } from './assets/diskUse.ts';
export type { StoredAsset } from './assets/exchangeAsset.ts';
export type { ChosenParts, DroppedAssets, FetchedAssets } from './assets/keepAssets.ts';
export type { Parts } from './assets/parts.ts';
export { type ActivityEvent, CloudSyncEngine } from './CloudSyncEngine.ts';
export type { FollowOptions } from './following.ts';
export type { FormIdFinding, FormIdReport } from './formIds/check.ts';
export type { Leased, LeaseOptions } from './formIds/lease.ts';
export type { Lease } from './formIds/leases.ts';
export type { ProjectLock } from './locks/fileLocks.ts';
export type { Migrated, MigrateOptions } from './project/migrateToLfs.ts';
export type { Tracked, TrackedPattern } from './project/trackFiles.ts';
export type { Proposed, ProposeOptions } from './proposals/propose.ts';
export type {
  MadeRelease,
  ManifestEntry,
  PublishOptions,
  Release,
  ReleaseArchive,
  ReleaseCheck,
  ReleaseFault,
  ReleaseOptions,
  ReleasePart,
  VerifiedRelease,
  VerifyOptions,
} from './releases/index.ts';
export { parsePushes } from './stockGit/beforePush.ts';
export type { StockGit, StockGitState } from './stockGit/StockGit.ts';
export type { OpenedMerge } from './sync/openMerge.ts';
export type { ConflictDecision } from './sync/resolve.ts';
export type * from './types.ts';
