/** The values that the git room takes and gives. */
import type { FileStat } from '../platform/index.ts';
import type { TreeChange, TreeFile } from '../shared/git.ts';
import type { ObjectId } from '../shared/ids.ts';
import type { CallOptions } from '../shared/progress.ts';

/** A path of the working tree that differs from the index, or of the index that differs from HEAD's tree. */
export interface WorkingChange {
  readonly path: string;
  readonly kind: 'added' | 'modified' | 'deleted';
  /** What the index has; absent for an untracked file. */
  readonly before?: TreeFile;
  /** What is on disk; absent when deleted. */
  readonly stat?: FileStat;
}

export interface WorkingStatus {
  /** Working tree against index, untracked files included, ignored ones not. */
  readonly unstaged: readonly WorkingChange[];
  /** Index against HEAD. */
  readonly staged: readonly TreeChange[];
  /** Paths with index stages 1 to 3: stock Git is in the middle of a merge. */
  readonly unmerged: readonly string[];
  /** Folders that are repositories of their own, and that Git does not know as submodules: no new file in them is seen. */
  readonly nested: readonly string[];
}

/**
 * What stands between a working file and its blob for paths whose attributes name a filter: LFS. The engine makes
 * it; the git room calls it and knows nothing of LFS.
 */
export interface ContentFilter {
  /** The filter's name in `.gitattributes` (`filter=lfs`). */
  readonly name: string;
  /**
   * The blob for a working file, `undefined` when it is gone. Streams the file: it can be of any size.
   * @param options `onProgress` may be told how many of the file's bytes have been read
   */
  clean(diskPath: string, projectPath: string, options?: CallOptions): Promise<Uint8Array | undefined>;
  /** What to put on disk for a blob: a file to copy, or bytes (the blob itself, when its content is not here). */
  smudge(
    blob: Uint8Array,
    projectPath: string,
  ): Promise<Uint8Array | { readonly copyFrom: string; readonly size: number }>;
}

export interface RefUpdate {
  /** Full name, `refs/heads/main`, or `HEAD` itself when detached. */
  readonly ref: string;
  /** What it must be now; `undefined`: it must not exist; left out: whatever it is. */
  readonly expected?: ObjectId | undefined | 'any';
  /** `undefined` deletes it. */
  readonly next: ObjectId | undefined;
}
