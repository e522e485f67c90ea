/** Merging the contents of one file that both sides changed: what kind of file it is decides how. */
import type { Inflate } from '../bethesda/index.ts';
import { equal } from '../shared/bytes.ts';
import type { ConflictHunk } from '../shared/types.ts';
import { DRIVERS, type MergeDriver } from './drivers.ts';
import type { DecideHunk } from './hunks.ts';
import { mergeAddedTexts } from './mergeText.ts';
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
  readonly drivers?: readonly MergeDriver[];
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
  if (base === undefined) return addedByBoth(input);
  if (equal(base, ours)) return { merged: theirs };
  if (equal(base, theirs)) return { merged: ours };
  for (const driver of drivers) {
    const whole = { ...input, base };
    const outcome = driver.claims(whole) ? driver.merge(whole) : undefined;
    if (outcome) return outcome;
  }
  return { conflict: 'Both of you changed this file, and nothing here merges its kind: choose one side.' };
}

/** Only lines can be told apart without a common beginning: keys and records of two new files are not one thing. */
const BY_LINES = ['text', 'union'];

function addedByBoth(input: ContentsToMerge): ContentOutcome {
  const { drivers = DRIVERS } = input;
  const { ours, theirs, decideHunk } = input;
  const driver = drivers.find(({ claims }) => claims({ ...input, base: new Uint8Array() }));
  const byLines = driver !== undefined && BY_LINES.includes(driver.name);
  const decide = driver?.name === 'union' ? () => 'both' as const : decideHunk;
  const outcome = byLines ? mergeAddedTexts(ours, theirs, decide) : undefined;
  if (outcome && 'merged' in outcome) return outcome;
  const hunks = outcome?.hunks ?? [];
  const where = hunks.length > 0 ? ' Choose one side, or decide place by place.' : ' Choose one side.';
  const conflict = `Both of you added a file of this name, with different contents.${where}`;
  return hunks.length > 0 ? { conflict, hunks } : { conflict };
}
