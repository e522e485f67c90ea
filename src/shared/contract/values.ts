/**
 * The schemas of what crosses the contract, for the values of shared/types.ts. They are strict, and know no `undefined`:
 * a member is there or it is not, as in JSON.
 */
import { z } from 'zod';
import {
  type BlobId,
  type CommitId,
  isObjectId,
  isOid,
  isProjectId,
  type Oid,
  type ProjectId,
} from '../ids.ts';
import type {
  CollaborationSession,
  ConflictResolution,
  ProjectChange,
  SyncConflict,
  SyncStatus,
} from '../types.ts';
import { proposal } from '../wire/proposals.ts';

const text = (longest: number) => z.string().max(longest);
export const list = <Item extends z.ZodType>(item: Item, most = 100_000) =>
  z.array(item).max(most).readonly();

const branded = <Id extends string>(isOne: (value: string) => boolean, error: string) =>
  z.custom<Id>((value) => typeof value === 'string' && isOne(value), { error });

export const projectId = branded<ProjectId>(
  isProjectId,
  'must be a project id: 3 to 64 of a-z, 0-9 and "-"',
).meta({ id: 'ProjectId' });
export const commitId = branded<CommitId>(isObjectId, 'must be a commit id: 40 lowercase hex digits').meta({
  id: 'CommitId',
});
const blobId = branded<BlobId>(isObjectId, 'must be a blob id: 40 lowercase hex digits').meta({
  id: 'BlobId',
});
export const oid = branded<Oid>(isOid, 'must be a SHA-256: 64 lowercase hex digits').meta({ id: 'Oid' });
/** `PROJECT:COMMIT`; with the project said beside it also a name, or the beginning of a commit id. */
export const snapshotName = text(300).min(1).meta({ id: 'SnapshotName' });
const snapshotId = z.templateLiteral([z.string(), ':', z.string()]);

const bytes = z.number().int().min(0);
const time = z.iso.datetime();
const isProjectPath = (path: string) =>
  path !== '' &&
  !path.includes('\0') &&
  path.split('/').every((name) => name !== '' && name !== '.' && name !== '..');
export const projectPath = text(4096)
  .refine(isProjectPath, {
    error: 'must be a path inside the project, with "/" between names',
  })
  .meta({ id: 'ProjectPath' });
const isAbsolute = (path: string) => /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path) && !path.includes('\0');
/** A path of the machine's: Windows' own spelling becomes ours. */
export const diskPath = text(32_768)
  .refine(isAbsolute, { error: 'must be an absolute path' })
  .overwrite((path) => (path.startsWith('/') ? path : path.replaceAll('\\', '/')))
  .meta({ id: 'DiskPath' });
export const assetPath = text(32_768)
  .refine((path) => isAbsolute(path) || isProjectPath(path), {
    error: 'must be an absolute path, or one inside the project',
  })
  .meta({ id: 'AssetPath' });
export const patterns = list(text(4096).min(1), 1000).meta({ id: 'Patterns' });

export const direction = z.enum(['push', 'pull', 'bidirectional']);
export const strategy = z.enum(['local', 'remote', 'merge', 'manual']);

export const changedPath = z
  .strictObject({
    path: text(4096),
    kind: z.enum(['added', 'modified', 'deleted']),
  })
  .meta({ id: 'ChangedPath' });
const person = z.strictObject({ name: z.string(), email: z.string() }).meta({ id: 'Person' });

const change = {
  projectId,
  kind: z.enum(['push', 'tag', 'message', 'lock', 'people']),
  origin: text(100).exactOptional(),
  ref: text(300).exactOptional(),
  commitId: commitId.exactOptional(),
  previousCommitId: commitId.exactOptional(),
  paths: list(changedPath, 1000).exactOptional(),
  pathsTruncated: z.boolean().exactOptional(),
  message: text(10_000).exactOptional(),
};
export const projectChange: z.ZodType<ProjectChange> = z
  .strictObject({
    ...change,
    changeId: text(100).min(1),
    author: text(200),
    timestamp: time,
  })
  .meta({ id: 'ProjectChange' });
/** The engine adds what is left out. */
export const newChange = z
  .strictObject({
    ...change,
    changeId: text(100).min(1).exactOptional(),
    author: text(200).exactOptional(),
    timestamp: time.exactOptional(),
  })
  .meta({ id: 'NewChange' });
export const changeFilters = z
  .strictObject({
    paths: patterns.exactOptional(),
    kinds: list(change.kind, 5).exactOptional(),
    authors: list(text(200), 1000).exactOptional(),
  })
  .meta({ id: 'ChangeFilters' });

const side = z
  .strictObject({
    blobId,
    size: bytes,
    author: person.exactOptional(),
    timestamp: z.string().exactOptional(),
    message: z.string().exactOptional(),
  })
  .meta({ id: 'ConflictSide' });
const hunkChoice = z.enum(['local', 'remote', 'both']).meta({ id: 'HunkChoice' });
const hunkSide = z
  .strictObject({ line: bytes.exactOptional(), lines: list(z.string()) })
  .meta({ id: 'HunkSide' });
const hunk = z
  .strictObject({
    number: z.number().int().min(1),
    name: z.string().exactOptional(),
    base: hunkSide,
    ours: hunkSide,
    theirs: hunkSide,
    decided: hunkChoice.exactOptional(),
  })
  .meta({ id: 'ConflictHunk' });
const record = z
  .strictObject({
    formId: z.string(),
    type: z.string(),
    editorId: z.string().exactOptional(),
    groupPath: z.string(),
    kind: z.enum(['both-modified', 'deleted-by-us', 'deleted-by-them', 'formid-collision']),
    reason: z.string(),
    rows: list(
      z.strictObject({
        type: z.string(),
        name: z.string(),
        base: z.string().exactOptional(),
        ours: z.string().exactOptional(),
        theirs: z.string().exactOptional(),
        changedBy: z.enum(['nobody', 'ours', 'theirs', 'both', 'alike']),
      }),
    ),
  })
  .meta({ id: 'ConflictRecord' });
export const syncConflict: z.ZodType<SyncConflict, SyncConflict> = z
  .strictObject({
    conflictId: text(200).min(1),
    projectId,
    path: text(4096).min(1),
    kind: z.enum([
      'both-modified',
      'both-added',
      'deleted-by-us',
      'deleted-by-them',
      'file-folder',
      'case-collision',
      'rename-rename',
      'rename-modify',
      'previs-set',
      'mode',
      'stale-edit',
    ]),
    reason: z.string(),
    base: side.exactOptional(),
    ours: side.exactOptional(),
    theirs: side.exactOptional(),
    hunks: list(hunk).exactOptional(),
    records: list(record).exactOptional(),
  })
  .meta({ id: 'SyncConflict' });
/** Exactly one of the ways. */
export const conflictResolution: z.ZodType<ConflictResolution, ConflictResolution> = z
  .union(
    [
      z.strictObject({ use: z.enum(['local', 'remote', 'base', 'both', 'merge']) }),
      z.strictObject({ file: diskPath }),
      z.strictObject({ hunks: z.record(z.string().regex(/^\d{1,6}$/), hunkChoice) }),
      z.strictObject({ records: z.record(z.string().regex(/^[0-9A-F]{8}$/), z.enum(['local', 'remote'])) }),
    ],
    { error: 'must be one of { use }, { file }, { hunks } and { records }, with a choice of theirs' },
  )
  .meta({ id: 'ConflictResolution' });

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

export const shareResult = z
  .strictObject({
    projectId,
    inviteCode: z.string(),
    collaborators: list(z.string()),
    isPersonal: z.boolean().exactOptional(),
  })
  .meta({ id: 'ShareResult' });
export const joinResult = z
  .strictObject({
    projectId,
    name: z.string(),
    path: z.string(),
    commitId: commitId.exactOptional(),
    warnings: list(z.string()).exactOptional(),
  })
  .meta({ id: 'ProjectJoinResult' });

export const cdnUrl = z
  .strictObject({ url: z.url().max(4096), oid, size: bytes, projectId })
  .meta({ id: 'CDNUrl' });
export const storedAsset = z.strictObject({ path: z.string(), oid, size: bytes }).meta({ id: 'StoredAsset' });

export const collaborationSession: z.ZodType<CollaborationSession> = z
  .strictObject({
    projectId,
    online: z.boolean(),
    participants: list(
      z.strictObject({
        name: z.string(),
        isSelf: z.boolean(),
        isPresent: z.boolean(),
        at: list(z.string()).exactOptional(),
        lastSeen: time.exactOptional(),
        lastPaths: list(z.string()).exactOptional(),
        locked: list(z.string()),
      }),
    ),
  })
  .meta({ id: 'CollaborationSession' });

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

const lock = {
  id: z.string(),
  path: z.string(),
  owner: z.string().exactOptional(),
  lockedAt: z.string(),
};
export const fileLock = z.strictObject(lock).meta({ id: 'FileLock' });
export const projectLock = z.strictObject({ ...lock, mine: z.boolean() }).meta({ id: 'ProjectLock' });

export const assetEntry = z
  .strictObject({
    oid,
    size: bytes,
    path: z.string(),
    cached: z.boolean(),
    onDisk: z.enum(['content', 'pointer', 'absent']),
    wanted: z.boolean(),
  })
  .meta({ id: 'AssetEntry' });
const fetched = { files: bytes, bytes, restored: bytes, absent: list(z.string()) };
export const fetchedAssets = z.strictObject(fetched).meta({ id: 'FetchedAssets' });
export const droppedAssets = z
  .strictObject({ objects: bytes, bytes, kept: bytes })
  .meta({ id: 'DroppedAssets' });
export const chosenParts = z
  .strictObject({
    ...fetched,
    only: patterns,
    without: patterns,
    left: bytes,
    kept: list(z.string()),
  })
  .meta({ id: 'ChosenParts' });
const amount = z.strictObject({ files: bytes, bytes }).meta({ id: 'Amount' });
export const diskUse = z
  .strictObject({
    working: amount,
    assetsOnDisk: amount,
    pointers: amount,
    cache: amount,
    cacheInUse: amount,
    cachedAndOnDisk: amount,
    history: amount,
    sharesBlocks: z.boolean().exactOptional(),
  })
  .meta({ id: 'DiskUse' });
