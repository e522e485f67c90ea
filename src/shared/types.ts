/** The values of the public surface: what `CloudSyncEngine` takes and returns, on this machine and across a wire. */
import type { BlobId, CommitId, Oid, ProjectId, SnapshotId } from './ids.ts';
import type { SyncPhase } from './progress.ts';

export type BackendName = 'self-hosted' | 'github' | 'firebase' | 'aws' | 'supabase' | 'p2p';
export type ProviderType =
  | 'relay'
  | 'pocketbase'
  | 'minio'
  | 'github'
  | 'firebase'
  | 'aws'
  | 'supabase'
  | 'webrtc'
  | 'ipfs'
  | 'libp2p';
export type ConflictResolutionMode = 'local' | 'remote' | 'merge' | 'manual';
export type SyncDirection = 'push' | 'pull' | 'bidirectional';

export interface CloudSyncConfig {
  readonly backend: BackendName;
  readonly provider: {
    readonly type: ProviderType;
    readonly endpoint?: string;
    readonly apiKey?: string;
    readonly config?: Readonly<Record<string, unknown>>;
  };
  readonly autoSync?: boolean;
  /** Milliseconds between looks at the remote while its feed cannot be reached. */
  readonly syncInterval?: number;
  readonly encryptionEnabled?: boolean;
  readonly compressionEnabled?: boolean;
  readonly conflictResolutionMode?: ConflictResolutionMode;
  /** Milliseconds without any progress after which a sync fails with `SYNC_TIMEOUT`. */
  readonly timeout?: number;
}

export interface Person {
  readonly name: string;
  readonly email: string;
}

export type ChangeKind = 'added' | 'modified' | 'deleted';

export interface ChangedPath {
  readonly path: string;
  readonly kind: ChangeKind;
}

/** Something that happened to a project: a hint, with the paths that it touched, never with their contents. */
export interface ProjectChange {
  readonly changeId: string;
  readonly projectId: ProjectId;
  /** `lock`: of `paths`, which are locked now, or no longer, as `message` says. */
  readonly kind: 'push' | 'tag' | 'message' | 'lock';
  /** Display name of who did it. */
  readonly author: string;
  /** ISO 8601. */
  readonly timestamp: string;
  /** The device it came from: a device drops hints of its own. */
  readonly origin?: string;
  readonly ref?: string;
  readonly commitId?: CommitId;
  readonly previousCommitId?: CommitId;
  readonly paths?: readonly ChangedPath[];
  /** More paths changed than are listed. */
  readonly pathsTruncated?: boolean;
  /** Of a `lock`: `locked` or `unlocked`. */
  readonly message?: string;
}

export interface ChangeFilters {
  /** Globs; a change passes when any of its paths matches (or when it lists none). */
  readonly paths?: readonly string[];
  readonly kinds?: readonly ProjectChange['kind'][];
  readonly authors?: readonly string[];
}

export interface ChangeSubscription {
  readonly subscriptionId: string;
  readonly projectId: ProjectId;
  unsubscribe(): void;
}

export interface ProjectSnapshot {
  readonly snapshotId: SnapshotId;
  readonly commitId: CommitId;
  readonly parents: readonly CommitId[];
  readonly message: string;
  readonly author: Person;
  readonly timestamp: string;
  /** Annotated tags on this commit. */
  readonly names: readonly string[];
  /** Made by modsync itself, without words of a person. */
  readonly automatic: boolean;
  readonly pushed: boolean;
}

/** One side of a conflict; `undefined` where the side has no such file. */
export interface ConflictSide {
  readonly blobId: BlobId;
  readonly size: number;
  readonly author?: Person;
  readonly timestamp?: string;
  readonly message?: string;
}

export type ConflictKind =
  | 'both-modified'
  | 'both-added'
  | 'deleted-by-us'
  | 'deleted-by-them'
  | 'file-folder'
  | 'case-collision'
  | 'mode'
  | 'stale-edit';

export interface SyncConflict {
  /** Stable while the three contents stay the same. */
  readonly conflictId: string;
  readonly projectId: ProjectId;
  readonly path: string;
  readonly kind: ConflictKind;
  /** Why it could not be merged, in words for a person. */
  readonly reason: string;
  readonly base?: ConflictSide;
  readonly ours?: ConflictSide;
  readonly theirs?: ConflictSide;
}

/** `local` keeps what is on this disk, `remote` takes the other side. The one not taken stays in history. */
export interface ConflictResolution {
  readonly use: 'local' | 'remote';
}

/** A project at one commit, seen from one working copy. */
export interface ProjectState {
  readonly projectId: ProjectId;
  readonly commitId?: CommitId;
  readonly branch: string;
}

export interface SyncResult {
  readonly projectId: ProjectId;
  readonly direction: SyncDirection;
  readonly outcome: 'up-to-date' | 'synced' | 'conflicts';
  readonly commitId?: CommitId;
  /** The commit this sync made of local changes, if there were any. */
  readonly snapshot?: CommitId;
  readonly pushed: boolean;
  readonly sent: readonly ChangedPath[];
  readonly received: readonly ChangedPath[];
  readonly conflicts: readonly SyncConflict[];
  /** What the user should know although the sync went on: files left alone, and why. */
  readonly warnings: readonly string[];
  readonly bytesUploaded: number;
  readonly bytesDownloaded: number;
  readonly durationMs: number;
}

export interface SyncProgress {
  readonly phase: SyncPhase;
  readonly percent: number;
  readonly files: number;
  readonly totalFiles?: number;
  readonly bytes: number;
  readonly totalBytes?: number;
  readonly bytesPerSecond: number;
  readonly secondsLeft?: number;
}

export interface SyncStatus {
  readonly projectId: ProjectId;
  readonly path: string;
  readonly branch: string;
  readonly commitId?: CommitId;
  readonly isSyncing: boolean;
  /** 0 to 100. */
  readonly syncProgress: number;
  readonly progress?: SyncProgress;
  readonly changes: readonly ChangedPath[];
  /** Commits here that the remote lacks, and the reverse, as of the last contact. */
  readonly ahead: number;
  readonly behind: number;
  readonly conflicts: readonly SyncConflict[];
  /** Which assets this working copy has, where it has not all of them: the others are pointers on disk. */
  readonly parts?: { readonly only: readonly string[]; readonly without: readonly string[] };
  readonly autoSync: boolean;
  readonly online: boolean;
  readonly remote?: string;
  readonly lastSync?: string;
  readonly lastError?: { readonly code: string; readonly message: string };
}

export interface ShareResult {
  readonly projectId: ProjectId;
  readonly inviteCode: string;
  readonly collaborators: readonly string[];
}

export interface ProjectJoinResult {
  readonly projectId: ProjectId;
  readonly name: string;
  readonly path: string;
  readonly commitId?: CommitId;
  /** What could not be set up, although the working copy is there. */
  readonly warnings?: readonly string[];
}

/** Where an asset's bytes can be had; content-addressed, so the bytes behind one URL never change. */
export interface CDNUrl {
  readonly url: string;
  readonly oid: Oid;
  readonly size: number;
}
