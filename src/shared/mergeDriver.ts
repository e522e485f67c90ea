/** What somebody outside brings to have their own kind of file merged: `CloudSyncConfig.mergeDrivers`. */
import type { ConflictHunk, HunkChoice } from './types.ts';

/** One file that both sides changed. The bytes are views: read them, never write to them. */
export interface FileToMerge {
  /** In the project, with `/` between names. */
  readonly path: string;
  /** Absent when both sides added the file. */
  readonly base?: Uint8Array | undefined;
  readonly ours: Uint8Array;
  readonly theirs: Uint8Array;
  /** What a person has chosen for a place so far. @param number `ConflictHunk.number` */
  readonly decideHunk?: ((number: number) => HunkChoice | undefined) | undefined;
}

export type FileMerge =
  | { readonly merged: Uint8Array }
  /**
   * @property conflict why, in words for a person
   * @property hunks all places that both sides changed, the decided ones too, numbered from 1; without them a person
   *   can only take one side whole
   */
  | { readonly conflict: string; readonly hunks?: readonly ConflictHunk[] };

/**
 * Merges one kind of file. Pure, and the same answer each time: a person's choices are kept by the numbers of the places, and
 * every machine of a project merges for itself. When it is not certain, it is a conflict. What it throws is one, too.
 */
export interface MergeDriver {
  /** As a rule of `.modsync.json` or a `merge=` attribute names it: a letter, then letters, digits, `-` and `_`. */
  readonly name: string;
  /** Which files it merges where no rule says otherwise, before the drivers of modsync are asked; left out: none. */
  readonly claims?: ((path: string) => boolean) | undefined;
  /** `undefined`: the file is not what it seemed, and the next driver is asked. */
  readonly merge: (file: FileToMerge) => FileMerge | undefined;
}
