/** The values of the public surface: what `CloudSyncEngine` takes and returns, on this machine and across a wire. */
import type { BlobId, CommitId, Oid, ProjectId, SnapshotId } from './ids.ts';
import type { MergeDriver } from './mergeDriver.ts';
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
  /** Kinds of files that modsync does not merge by itself, or otherwise than you want. */
  readonly mergeDrivers?: readonly MergeDriver[];
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
  /**
   * `lock`: of `paths`, which are locked now, or no longer, as `message` says. `people`: somebody came or went, as
   * `message` says.
   */
  readonly kind: 'push' | 'tag' | 'message' | 'lock' | 'people';
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
  /** Of a `lock`: `locked` or `unlocked`. Of `people`: `added Ben`. */
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
  /** The release that was made of it: its version, and whether it is one for trying out. */
  readonly release?: { readonly version: string; readonly prerelease: boolean };
  /** Where somebody, or a strategy, decided conflicts, or saves over pulled files: what was taken. `inside`: place by place; `git`: with stock Git. */
  readonly decided?: readonly DecidedConflict[];
}

export interface DecidedConflict {
  readonly path: string;
  readonly how: 'local' | 'remote' | 'base' | 'both' | 'file' | 'inside' | 'git';
}

/** One side of a conflict; `undefined` where the side has no such file. */
export interface ConflictSide {
  readonly blobId: BlobId;
  readonly size: number;
  readonly author?: Person;
  readonly timestamp?: string;
  readonly message?: string;
}

/**
 * `rename-rename`: one file, two new names. `rename-modify`: renamed and changed by one side, changed by the other.
 * `previs-set`: previs and precombined meshes that both made anew, with their plugin. `stale-edit`: a save over a version
 * that was pulled meanwhile.
 */
export type ConflictKind =
  | 'both-modified'
  | 'both-added'
  | 'deleted-by-us'
  | 'deleted-by-them'
  | 'file-folder'
  | 'case-collision'
  | 'rename-rename'
  | 'rename-modify'
  | 'previs-set'
  | 'mode'
  | 'stale-edit';

/** What is taken for one place of a file; `both`: ours, then theirs. */
export type HunkChoice = 'local' | 'remote' | 'both';

/** One side of a place: for people, decoded; a side that has nothing there has no lines. */
export interface HunkSide {
  /** The first line, from 1; absent for the keys of JSON and INI files. */
  readonly line?: number;
  readonly lines: readonly string[];
}

/** A place of a file that both sides changed: lines of a text, a key of a JSON or INI file. */
export interface ConflictHunk {
  /** From 1, in the order of the file. */
  readonly number: number;
  /** What the place is called, where it is a key: `graphics.width`, `[display] isize`. There is no `both` for keys. */
  readonly name?: string;
  readonly base: HunkSide;
  readonly ours: HunkSide;
  readonly theirs: HunkSide;
  /** A person has chosen already, and other places are open still. */
  readonly decided?: HunkChoice;
}

/**
 * `formid-collision`: both sides made a new record, and both gave it the same FormID. `deleted-by-us`: gone in ours,
 * changed or needed in theirs; `deleted-by-them` the reverse. Two new overrides of one master's record are
 * `both-modified` without a base.
 */
export type RecordConflictKind = 'both-modified' | 'deleted-by-us' | 'deleted-by-them' | 'formid-collision';

/** One subrecord, or one property of an attached script. A version without it has no text. */
export interface ConflictRow {
  /** Four characters. */
  readonly type: string;
  /** In words: `full name`, `script BeaconQuest, property Range`; the type where it has no known name. */
  readonly name: string;
  readonly base?: string;
  readonly ours?: string;
  readonly theirs?: string;
  /** Against the base, noise of the Creation Kit left out. `both`: to different things. */
  readonly changedBy: 'nobody' | 'ours' | 'theirs' | 'both' | 'alike';
}

/** A record of a plugin that needs a person. */
export interface ConflictRecord {
  /** Eight digits in uppercase hex; `00000000` for the plugin's header. */
  readonly formId: string;
  readonly type: string;
  readonly editorId?: string;
  /** The groups around it, outermost first, in words. */
  readonly groupPath: string;
  readonly kind: RecordConflictKind;
  readonly reason: string;
  readonly rows: readonly ConflictRow[];
}

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
  /** All places that both sides changed, where the file is merged by lines or keys. */
  readonly hunks?: readonly ConflictHunk[];
  /** The records that are not decided yet, where the file is merged by records. */
  readonly records?: readonly ConflictRecord[];
  /** What was chosen, while other conflicts are open: until the merge is made, it can be chosen anew. */
  readonly decided?: Exclude<DecidedConflict['how'], 'git'>;
}

/**
 * What a person decides. What is not taken stays in history. Of a file that is merged inside, what only one side
 * changed is merged whatever the choices are; it is settled when the last place or record is.
 */
export type ConflictResolution =
  /** The whole file: what is on this disk, the other side's, or what both began with. */
  | { readonly use: 'local' | 'remote' | 'base' }
  /** Ours under its name, and theirs beside it under one that says whose it is: `a.from-Alice.dds`. */
  | { readonly use: 'both' }
  /** Takes a choice for the whole file back: it is decided place by place. */
  | { readonly use: 'merge' }
  /** The whole file, as it is at this disk path. */
  | { readonly file: string }
  /** By `ConflictHunk.number`. */
  | { readonly hunks: Readonly<Record<string, HunkChoice>> }
  /** By `ConflictRecord.formId`. */
  | { readonly records: Readonly<Record<string, 'local' | 'remote'>> };

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
  /** Names of snapshots (tags) that were sent. */
  readonly sentNames: readonly string[];
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

/** What stock Git is in the middle of; `conflict`: files wait to be resolved, as after `git stash pop`. */
export type UnderWay = 'merge' | 'rebase' | 'cherry-pick' | 'revert' | 'conflict';

export interface SyncStatus {
  readonly projectId: ProjectId;
  readonly path: string;
  /** `HEAD` where no branch is checked out. */
  readonly branch: string;
  /** Until it is done, modsync changes nothing. */
  readonly underWay?: UnderWay;
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
  /** What the remote's API still answers, where it counts requests, as of the last one: an hour's limit, an ISO time. */
  readonly budget?: { readonly limit: number; readonly remaining: number; readonly resetsAt: string };
  readonly lastSync?: string;
  readonly lastError?: { readonly code: string; readonly message: string };
  /** Where the host has them: what is open, as of when it was asked last. */
  readonly proposals?: KnownProposals;
}

/** `blocked`: a review or a check is missing. `unknown`: the host has not found out yet. */
export type Mergeable = 'yes' | 'conflicts' | 'blocked' | 'unknown';

/** A branch that somebody asks others to take in: a pull request. */
export interface Proposal {
  readonly number: number;
  readonly title: string;
  readonly url: string;
  /** Login name. */
  readonly author: string;
  /** `idea`; of another's copy of the repository, `OWNER:idea`. */
  readonly branch: string;
  readonly base: string;
  readonly draft: boolean;
  readonly mergeable: Mergeable;
}

export interface KnownProposals {
  /** ISO 8601. */
  readonly asOf: string;
  /** The newest first. */
  readonly open: readonly Proposal[];
}

export interface ShareResult {
  readonly projectId: ProjectId;
  readonly inviteCode: string;
  readonly collaborators: readonly string[];
  /** The code is no secret: it lets in those who were invited by name, and nobody else. */
  readonly isPersonal?: boolean;
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
  /** Bytes. */
  readonly size: number;
  /** Whose asset it is: the way to it, and the credentials, are that project's. */
  readonly projectId: ProjectId;
}

/** Someone who works on a project, as its feed and its locks tell. */
export interface Collaborator {
  readonly name: string;
  readonly isSelf: boolean;
  /** They follow the project at this moment. Known while auto-sync runs here, at a relay. */
  readonly isPresent: boolean;
  /** Paths that they have open, where their tool says so. */
  readonly at?: readonly string[];
  /** ISO 8601: when they last sent something, as far as was heard here. */
  readonly lastSeen?: string;
  /** What that touched. */
  readonly lastPaths?: readonly string[];
  /** Paths that they have locked. */
  readonly locked: readonly string[];
}

/** Who works on a project at the moment. */
export interface CollaborationSession {
  readonly projectId: ProjectId;
  /** This engine hears of changes as they happen. */
  readonly online: boolean;
  readonly participants: readonly Collaborator[];
}
