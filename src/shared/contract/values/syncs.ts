/** Snapshots, syncs, and how a project stands. */
import { z } from 'zod';
import type { SyncStatus } from '../../types.ts';
import { proposal } from '../../wire/proposals.ts';
import { syncConflict } from './conflicts.ts';
import {
  bytes,
  changedPath,
  commitId,
  direction,
  list,
  patterns,
  person,
  projectId,
  snapshotId,
  text,
  time,
} from './names.ts';

export const projectState = z
  .strictObject({
    projectId,
    commitId: commitId.exactOptional(),
    branch: text(300).min(1),
  })
  .meta({ id: 'ProjectState' });

export const snapshot = z
  .strictObject({
    snapshotId,
    commitId,
    parents: list(commitId),
    message: z.string(),
    author: person,
    timestamp: z.string(),
    names: list(z.string()),
    automatic: z.boolean(),
    pushed: z.boolean(),
    release: z.object({ version: z.string(), prerelease: z.boolean() }).exactOptional(),
    decided: list(
      z.strictObject({
        path: z.string(),
        how: z.enum(['local', 'remote', 'base', 'both', 'file', 'inside', 'git']),
      }),
    ).exactOptional(),
  })
  .meta({ id: 'ProjectSnapshot' });

export const phase = z
  .enum(['scan', 'hash', 'commit', 'fetch', 'download', 'merge', 'checkout', 'upload', 'push'])
  .meta({ id: 'SyncPhase' });
const amounts = {
  phase,
  files: z.number().min(0),
  totalFiles: z.number().min(0).exactOptional(),
  bytes: z.number().min(0),
  totalBytes: z.number().min(0).exactOptional(),
};
/** A sync's progress has `percent` and the rate besides. */
export const progress = z
  .strictObject({
    ...amounts,
    percent: z.number().min(0).max(100).exactOptional(),
    bytesPerSecond: z.number().min(0).exactOptional(),
    secondsLeft: z.number().min(0).exactOptional(),
  })
  .meta({ id: 'Progress' });
const syncProgress = z
  .strictObject({
    ...amounts,
    percent: z.number().min(0).max(100),
    bytesPerSecond: z.number().min(0),
    secondsLeft: z.number().min(0).exactOptional(),
  })
  .meta({ id: 'SyncProgress' });

export const syncResult = z
  .strictObject({
    projectId,
    direction,
    outcome: z.enum(['up-to-date', 'synced', 'conflicts']),
    commitId: commitId.exactOptional(),
    snapshot: commitId.exactOptional(),
    pushed: z.boolean(),
    sent: list(changedPath),
    sentNames: list(z.string()),
    received: list(changedPath),
    conflicts: list(syncConflict),
    warnings: list(z.string()),
    bytesUploaded: bytes,
    bytesDownloaded: bytes,
    durationMs: z.number().min(0),
  })
  .meta({ id: 'SyncResult' });

export const parts = z.strictObject({ only: patterns, without: patterns }).meta({ id: 'Parts' });
export const errorBody = z.strictObject({ code: z.string(), message: z.string() }).meta({ id: 'ErrorBody' });

export const knownProposals = z
  .strictObject({ asOf: time, open: list(proposal.meta({ id: 'Proposal' })) })
  .meta({ id: 'KnownProposals' });

export const syncStatus: z.ZodType<SyncStatus> = z
  .strictObject({
    projectId,
    path: z.string(),
    branch: z.string(),
    underWay: z.enum(['merge', 'rebase', 'cherry-pick', 'revert', 'conflict']).exactOptional(),
    commitId: commitId.exactOptional(),
    isSyncing: z.boolean(),
    syncProgress: z.number().min(0).max(100),
    progress: syncProgress.exactOptional(),
    changes: list(changedPath),
    ahead: bytes,
    behind: bytes,
    conflicts: list(syncConflict),
    parts: parts.exactOptional(),
    autoSync: z.boolean(),
    online: z.boolean(),
    remote: z.string().exactOptional(),
    budget: z.strictObject({ limit: bytes, remaining: bytes, resetsAt: time }).exactOptional(),
    lastSync: time.exactOptional(),
    lastError: errorBody.exactOptional(),
    proposals: knownProposals.exactOptional(),
  })
  .meta({ id: 'SyncStatus' });

export const fileDiff = z
  .strictObject({
    path: z.string(),
    kind: changedPath.shape.kind,
    patch: z.string().exactOptional(),
    binary: z.boolean(),
    sizeBefore: bytes.exactOptional(),
    sizeAfter: bytes.exactOptional(),
  })
  .meta({ id: 'FileDiff' });
