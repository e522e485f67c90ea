/** What the engine's own methods take and give, beyond the public values of shared/types.ts. */
import type { CommitId, ProjectId } from '../shared/ids.ts';
import type { CallOptions } from '../shared/progress.ts';
import type { ChangedPath, ConflictResolutionMode, Person } from '../shared/types.ts';
import type { Parts } from './assets/parts.ts';

export interface SyncOptions extends CallOptions {
  /** The words of a person: the snapshot is kept as it is, never coalesced. */
  readonly message?: string | undefined;
  readonly strategy?: ConflictResolutionMode | undefined;
}

export interface CloneOptions extends CallOptions {
  /** The parts that the working copy is to have; left out: all of it. Changeable later. */
  readonly parts?: Parts | undefined;
}

export interface PlanOptions {
  readonly name?: string | undefined;
  /** For a folder that holds the game: the plugin whose files make the project. */
  readonly plugin?: string | undefined;
  readonly branch?: string | undefined;
  readonly relay?: string | undefined;
  readonly github?: GitHubPlan | undefined;
  /** The release workflow for GitHub's Actions is written, which runs this version of modsync. */
  readonly workflow?: string | undefined;
}

/** A repository that is made at GitHub. */
export interface GitHubPlan {
  /** `[OWNER/]NAME`; without an owner, the caller's own. */
  readonly repository: string;
  readonly isPrivate?: boolean;
  readonly description?: string | undefined;
  /** Of GitHub Enterprise; github.com unless given. */
  readonly endpoint?: string | undefined;
}

/** What `init` would do; `createProject` does exactly this. */
export interface ProjectPlan {
  readonly folder: string;
  readonly projectId: ProjectId;
  readonly name: string;
  readonly branch: string;
  readonly relay?: string;
  readonly github?: GitHubPlan;
  /** The folder is a Git repository already: its history, branch and attributes stay. */
  readonly existingRepository: boolean;
  /** The folder holds the game: only the plugin's own files are taken. */
  readonly gameFolder: boolean;
  readonly plugin?: string;
  /** Whole new files: `.modsync.json` and, in a new repository, `.gitattributes` and `.gitignore`. */
  readonly filesToWrite: readonly { readonly path: string; readonly content: string }[];
  readonly inGit: { readonly files: number; readonly bytes: number };
  readonly asAssets: { readonly files: number; readonly bytes: number };
  /** Files that are left alone: the game's, or not the plugin's. */
  readonly leftAlone: number;
  /** In a game folder: files that may belong to the plugin; a person decides by editing `.gitignore`. */
  readonly maybe: readonly string[];
  readonly warnings: readonly string[];
}

export interface CreatedProject {
  readonly projectId: ProjectId;
  readonly name: string;
  readonly path: string;
  readonly branch: string;
  readonly commitId?: CommitId;
  readonly remote?: string;
  /** What could not be set up, although the project is made. */
  readonly warnings?: readonly string[];
}

export interface FileDiff extends ChangedPath {
  /** Unified diff text; absent for binary files. */
  readonly patch?: string;
  readonly binary: boolean;
  readonly sizeBefore?: number;
  readonly sizeAfter?: number;
}

/** One thing that `doctor` looked at. */
export interface Finding {
  readonly check: string;
  readonly state: 'good' | 'warning' | 'bad';
  readonly message: string;
  /** What to do about it. */
  readonly mend?: string;
}

export interface Identity extends Person {
  /** Random, made once per user and machine: tells a device's own hints from others'. */
  readonly device: string;
}
