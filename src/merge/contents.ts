/** Merging the contents of one file that both sides changed: what kind of file it is decides how. */
import { classify } from '../bethesda/index.ts';
import { equal } from '../shared/bytes.ts';
import { lineUnitOf } from './lines.ts';
import { mergeText } from './mergeText.ts';

export interface ContentsToMerge {
  readonly path: string;
  /** Absent when both sides added the file. */
  readonly base: Uint8Array | undefined;
  readonly ours: Uint8Array;
  readonly theirs: Uint8Array;
  /** The contents are LFS assets, or too large to hold in memory: only compared, never merged. */
  readonly oversize?: boolean;
}

export type ContentOutcome =
  | { readonly merged: Uint8Array }
  /** `hunks`: how many places are open, for text. */
  | { readonly conflict: string; readonly hunks?: number };

/** How much of a file Git looks at to tell text from binary. */
const LOOKED_AT = 8_000;

/** As Git decides it: a NUL among the first bytes; but UTF-16 that says so in its first two bytes is text. */
export function isBinary(bytes: Uint8Array): boolean {
  return lineUnitOf(bytes) === 'byte' && bytes.subarray(0, LOOKED_AT).includes(0);
}

const POINTER = new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\n');

/** Where both sides hold the same bytes, or one side those of the base, there is nothing to decide. */
export function mergeContents(input: ContentsToMerge): ContentOutcome {
  const { path, base, ours, theirs } = input;
  if (equal(ours, theirs)) return { merged: ours };
  if (base === undefined)
    return { conflict: 'Both of you added a file of this name, with different contents: choose one side.' };
  if (equal(base, ours)) return { merged: theirs };
  if (equal(base, theirs)) return { merged: ours };
  const whole = takenWhole(path, [base, ours, theirs], input.oversize === true);
  return whole === undefined ? mergeText(base, ours, theirs) : { conflict: whole };
}

/** Why a file is not merged by lines, in a person's words. */
function takenWhole(path: string, sides: readonly Uint8Array[], oversize: boolean): string | undefined {
  const kind = classify(path);
  if (kind === 'plugin') return 'Both of you changed this plugin. A plugin is taken whole: choose one side.';
  const noun = NOUNS[kind];
  if (noun !== undefined) return `Both of you changed this ${noun}, which is taken whole: choose one side.`;
  if (sides.some(isPointer)) return 'Both of you changed this asset, which is taken whole: choose one side.';
  if (oversize) return 'Both of you changed this file, which is too large to merge: choose one side.';
  if (sides.some(isBinary))
    return 'Both of you changed this file. It is not text, so it is taken whole: choose one side.';
  return undefined;
}

/** Classes that are never text, whatever their bytes look like. */
const NOUNS: Partial<Record<ReturnType<typeof classify>, string>> = {
  script: 'compiled script',
  texture: 'texture',
  mesh: 'mesh',
  sound: 'sound',
  archive: 'archive',
  interface: 'interface movie',
  strings: 'string table',
};

function isPointer(bytes: Uint8Array): boolean {
  return bytes.length < 1024 && equal(bytes.subarray(0, POINTER.length), POINTER);
}
