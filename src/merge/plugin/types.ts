/** What goes into a merge of plugins and what comes out of it. */
import type { PluginRecord } from '../../bethesda/index.ts';
import type { RecordConflictKind } from '../../shared/types.ts';

/** One record that needs a person. The versions are views into the three files: `layOutConflict` reads them. */
export interface RecordConflict {
  /** 0 for the plugin's header (TES4). */
  readonly formId: number;
  readonly type: string;
  readonly editorId?: string;
  /** The groups around it, outermost first, in words: `QUST › children of 01000F99`. Empty for the header. */
  readonly groupPath: string;
  readonly kind: RecordConflictKind;
  /** In words for a person. */
  readonly reason: string;
  /** Absent where that side has no such record. */
  readonly base?: PluginRecord;
  readonly ours?: PluginRecord;
  readonly theirs?: PluginRecord;
}

/** How many records one side changed against the base, noise of the Creation Kit left out. */
export interface ChangeCounts {
  readonly added: number;
  readonly changed: number;
  readonly deleted: number;
}

export interface PluginMergeSummary {
  readonly ours: ChangeCounts;
  readonly theirs: ChangeCounts;
  /** Records that both changed to the same. */
  readonly alike: number;
  /** Conflicts that `decide` decided. */
  readonly decided: number;
}

export type PluginOutcome =
  | { readonly merged: Uint8Array; readonly summary: PluginMergeSummary }
  /** With `records`: these, and only these, have to be decided. Without: the plugin is taken whole. */
  | { readonly conflict: string; readonly records?: readonly RecordConflict[] };

export interface PluginMergeOptions {
  /**
   * A person's choice for one record; `undefined` leaves it open. Deleting a record deletes what belongs to it (a
   * cell's objects, a topic's lines); choices for those then count for nothing.
   */
  readonly decide?: (conflict: RecordConflict) => 'local' | 'remote' | undefined;
}

/** Thrown inside this folder only: why these plugins cannot be merged by their records. */
export class NotMergeable extends Error {}

export const formIdText = (formId: number): string => formId.toString(16).toUpperCase().padStart(8, '0');
