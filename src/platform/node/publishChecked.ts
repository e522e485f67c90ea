/** What verifiedFiles.ts hands to its thread, and what is done there. */
import { hash } from 'node:crypto';
import type { ErrorBody } from '../../shared/errors.ts';
import type { VerifiedFile } from '../index.ts';
import { publish } from './publish.ts';

export interface Order {
  readonly memory: ArrayBuffer;
  readonly files: readonly VerifiedFile[];
}

/** The order's memory back, and what became of each file; or why that failed. */
export type Report = { readonly memory: ArrayBuffer } & (
  | { readonly isRight: readonly boolean[] }
  | { readonly failure: ErrorBody }
);

/** @returns whether each had the right bytes, and is in its place now @throws SyncError what publishing throws */
export async function publishChecked({ memory, files }: Order): Promise<boolean[]> {
  const outcomes: boolean[] = [];
  for (const { path, temporary, sha256, start, length } of files) {
    const bytes = new Uint8Array(memory, start, length);
    const isRight = hash('sha256', bytes) === sha256;
    if (isRight) await publish(path, bytes, { temporary });
    outcomes.push(isRight);
  }
  return outcomes;
}
