/** What is asked of the thread beside ours, and what it answers. */
import type { ErrorBody } from '../../../shared/errors.ts';
import type { FileToKeep, KeptFile, VerifiedFile } from '../../index.ts';

export interface Publish {
  readonly memory: ArrayBuffer;
  readonly files: readonly VerifiedFile[];
}

export interface Keep {
  readonly keep: readonly FileToKeep[];
}

/** The order's memory back, and whether each had the right bytes and is in its place now; or why that failed. */
export type Published = { readonly memory: ArrayBuffer } & (
  | { readonly isRight: readonly boolean[] }
  | { readonly failure: ErrorBody }
);

/** One for each file, in order; `undefined` for one that changed while it was read. */
export interface Kept {
  readonly kept: readonly (KeptFile | 'failed' | undefined)[];
}

export type Order = Publish | Keep;
export type Report = Published | Kept;
