import { hash } from 'node:crypto';
import { publish } from '../publish.ts';
import type { Publish } from './orders.ts';

/** @returns whether each had the right bytes, and is in its place now @throws SyncError what publishing throws */
export async function publishChecked({ memory, files }: Publish): Promise<boolean[]> {
  const outcomes: boolean[] = [];
  for (const { path, temporary, sha256, start, length } of files) {
    const bytes = new Uint8Array(memory, start, length);
    const isRight = hash('sha256', bytes) === sha256;
    if (isRight) await publish(path, bytes, { temporary });
    outcomes.push(isRight);
  }
  return outcomes;
}
