/** What an LFS server's refusals and a broken connection mean to the caller, as `SyncError`s. */
import { type ErrorCode, SyncError } from '../shared/errors.ts';
import type { Oid } from '../shared/ids.ts';

/** What was being done when it failed. */
export interface Attempt {
  readonly step: 'batch' | 'download' | 'upload' | 'verify' | 'locks';
  readonly url: string;
  readonly oid?: Oid;
}

/** `retryable`: the same call may succeed later. `retryAfterMs`: not before, says the server. */
export interface FailureData {
  readonly retryable: boolean;
  readonly status?: number;
  readonly retryAfterMs?: number;
  readonly oid?: Oid;
  readonly url?: string;
}

/** A URL without its query, which may hold a signature. */
export function shownUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return parsed ? `${parsed.origin}${parsed.pathname}` : 'an invalid URL';
}

export function failure(
  code: ErrorCode,
  message: string,
  attempt: Attempt,
  data: Omit<FailureData, 'oid' | 'url'>,
  cause?: unknown,
): SyncError {
  const where = attempt.oid ? `${message} (asset ${attempt.oid})` : message;
  return new SyncError(code, where, {
    data: {
      ...data,
      step: attempt.step,
      url: shownUrl(attempt.url),
      ...(attempt.oid && { oid: attempt.oid }),
    },
    cause,
  });
}

/** The server's own words, made harmless for a terminal and short. */
function quoted(message: string): string {
  const clean = message
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, 300);
  return clean ? `. It says: "${clean}"` : '';
}

/** Milliseconds from a `Retry-After` header: seconds, or a date. */
export function retryAfter(header: string | null, now = Date.now()): number | undefined {
  if (!header) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

interface Meaning {
  readonly code: ErrorCode;
  readonly words: string;
  readonly retryable: boolean;
}

function meaningOf(status: number, { step, oid }: Attempt): Meaning {
  const aboutOne = oid !== undefined;
  switch (status) {
    case 401:
      return {
        code: 'ACCESS_DENIED',
        words:
          'The asset store asks who you are. At a relay, sign in with "modsync login URL"; any other is told what Git\'s credential helpers know, and one that only .lfsconfig names is told nothing until you choose it: git config lfs.url URL',
        retryable: false,
      };
    case 403:
      return {
        code: 'ACCESS_DENIED',
        words:
          step === 'locks'
            ? 'The remote does not let you change this lock; its holder or an owner of the project can'
            : 'The asset store does not let you do this; ask an owner of the project for the right to',
        retryable: false,
      };
    case 404:
    case 410:
      if (!aboutOne)
        return {
          code: 'NOT_FOUND',
          words: 'No asset store answers at this address; check the URL and that you may see the project',
          retryable: false,
        };
      return step === 'verify'
        ? { code: 'ASSET_MISSING', words: 'The store does not have what was just uploaded', retryable: true }
        : {
            code: 'ASSET_MISSING',
            words: 'The asset store does not have this asset; whoever added it has to sync once more',
            retryable: false,
          };
    case 408:
    case 425:
      return {
        code: 'BACKEND_CONNECTION_FAILED',
        words: 'Backend connection failed: the asset store gave up waiting; try again',
        retryable: true,
      };
    case 422:
      if (step === 'upload')
        return {
          code: 'ASSET_CORRUPT',
          words: 'The asset store says that the bytes are not those of the asset',
          retryable: false,
        };
      return {
        code: 'ASSET_REFUSED',
        words: 'The asset store does not accept this request',
        retryable: false,
      };
    case 409:
    case 413:
      return { code: 'ASSET_REFUSED', words: 'The asset store refuses this (too large?)', retryable: false };
    case 429:
      return { code: 'RATE_LIMITED', words: 'The asset store asks to slow down', retryable: true };
    case 507:
      return { code: 'ASSET_REFUSED', words: 'The asset store is full', retryable: false };
    case 509:
      return {
        code: 'RATE_LIMITED',
        words: 'The bandwidth that the asset store grants is used up',
        retryable: false,
      };
    case 501:
      return {
        code: 'REMOTE_PROTOCOL',
        words: 'This server does not speak the LFS batch API; check the URL',
        retryable: false,
      };
  }
  return status >= 500
    ? {
        code: 'BACKEND_CONNECTION_FAILED',
        words: `Backend connection failed: the asset store answered ${status}; try again in a while`,
        retryable: true,
      }
    : {
        code: 'REMOTE_PROTOCOL',
        words: `The asset store answered ${status}, which is no answer to this request; check the URL`,
        retryable: false,
      };
}

/** For an HTTP status, of a whole answer or of one object within a batch answer. */
export function refusal(status: number, message: string, attempt: Attempt, retryAfterMs?: number): SyncError {
  const { code, words, retryable } = meaningOf(status, attempt);
  return failure(code, `${words}${quoted(message)}`, attempt, {
    retryable,
    status,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

export const protocolFailure = (words: string, attempt: Attempt, cause?: unknown): SyncError =>
  failure('REMOTE_PROTOCOL', words, attempt, { retryable: false }, cause);

export const stalled = (timeoutMs: number, attempt: Attempt): SyncError =>
  failure(
    'SYNC_TIMEOUT',
    `Sync timeout: nothing came from the asset store for ${timeoutMs / 1000} seconds; check the connection and try again`,
    attempt,
    { retryable: true },
  );

/** By shape: `fetch` may belong to another realm, whose `Error` is not ours. */
const part = (error: unknown, name: 'cause' | 'code' | 'message'): unknown =>
  typeof error === 'object' && error !== null && name in error
    ? (error as Readonly<Record<string, unknown>>)[name]
    : undefined;

/** `fetch` was told not to follow a redirect, and met one: so undici says it. */
export const isUnexpectedRedirect = (error: unknown): boolean =>
  /redirect/i.test(String(part(part(error, 'cause'), 'message')));

/** What `fetch` throws says little itself; its cause has the system's code. */
export function connectionFailure(error: unknown, attempt: Attempt): SyncError {
  if (error instanceof SyncError) return error;
  const cause = part(error, 'cause') ?? error;
  const words = part(cause, 'code') ?? part(cause, 'message') ?? String(cause);
  return failure(
    'BACKEND_CONNECTION_FAILED',
    `Backend connection failed: ${shownUrl(attempt.url)} cannot be reached or broke off (${words}); check the address and the network`,
    attempt,
    { retryable: true },
    error,
  );
}
