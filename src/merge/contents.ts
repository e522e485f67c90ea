/** Merging the contents of one file that both sides changed: what kind of file it is decides how. */
import type { Inflate } from '../bethesda/index.ts';
import { equal } from '../shared/bytes.ts';
import type { ConflictHunk } from '../shared/types.ts';
import { DRIVERS, type Driver } from './drivers.ts';
import type { DecideHunk } from './hunks.ts';
import type { PluginMergeOptions, RecordConflict } from './plugin/index.ts';

export interface ContentsToMerge {
  readonly path: string;
  /** Absent when both sides added the file. */
  readonly base: Uint8Array | undefined;
  readonly ours: Uint8Array;
  readonly theirs: Uint8Array;
  /** For the compressed records of plugins. */
  readonly codec: Inflate;
  /** The contents are LFS assets, or too large to hold in memory: only compared, never merged. */
  readonly oversize?: boolean;
  /** What a person says of single places of a file that is merged by lines or keys. */
  readonly decideHunk?: DecideHunk;
  /** What a person says of single records of a plugin. */
  readonly decideRecord?: PluginMergeOptions['decide'];
  /** Asked in this order; default `DRIVERS`. */
  readonly drivers?: readonly Driver[];
}

export type ContentOutcome =
  | { readonly merged: Uint8Array }
  /**
   * `hunks`: every place of a file that is merged by lines or keys, the decided ones too. `records`: the open ones of a
   * plugin. Neither: it is taken whole.
   */
  | {
      readonly conflict: string;
      readonly hunks?: readonly ConflictHunk[];
      readonly records?: readonly RecordConflict[];
    };

/** Where both sides hold the same bytes, or one side those of the base, there is nothing to decide. */
export function mergeContents(input: ContentsToMerge): ContentOutcome {
  const { base, ours, theirs, drivers = DRIVERS } = input;
  if (equal(ours, theirs)) return { merged: ours };
  if (base && equal(base, ours)) return { merged: theirs };
  if (base && equal(base, theirs)) return { merged: ours };
  for (const driver of drivers) {
    if (!driver.claims(input)) continue;
    if (!base && !driver.mergeAdded) return { conflict: `${ADDED} Choose one side.` };
    const outcome = base ? driver.merge({ ...input, base }) : driver.mergeAdded?.(input);
    if (outcome) return base || 'merged' in outcome ? outcome : addedConflict(outcome);
  }
  return { conflict: 'Both of you changed this file, and nothing here merges its kind: choose one side.' };
}

const ADDED = 'Both of you added a file of this name, with different contents.';

/** Nothing says what either of them began with, so only what one of them lacks goes without saying. */
function addedConflict(outcome: Exclude<ContentOutcome, { readonly merged: Uint8Array }>): ContentOutcome {
  const { hunks = [], records, conflict } = outcome;
  if (hunks.length === 0) return { ...outcome, conflict: `${ADDED} ${conflict}` };
  const names = hunks.flatMap(({ name }) => name ?? []);
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  const where = names.length > 0 ? ` They differ in ${names.slice(0, 3).join(', ')}${more}.` : '';
  return {
    hunks,
    conflict: `${ADDED}${where} Choose one side, or decide place by place.`,
    ...(records && { records }),
  };
}
