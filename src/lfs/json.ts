import type { z } from 'zod';
import { text } from '../shared/bytes.ts';
import { type Attempt, protocolFailure } from './failures.ts';

/** A body of the LFS API, checked. @throws SyncError `REMOTE_PROTOCOL` */
export function parseAnswer<T>(body: Uint8Array, schema: z.ZodType<T>, attempt: Attempt): T {
  let json: unknown;
  try {
    json = JSON.parse(text(body));
  } catch (cause) {
    throw protocolFailure('What answers is no LFS server (no JSON); check the URL', attempt, cause);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw protocolFailure('The asset store answers in a form that is not LFS', attempt, parsed.error);
}
