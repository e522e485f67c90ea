/**
 * Every failure that reaches a caller is a `SyncError`: a stable `code` to act on, a message that says what to do,
 * the failing operation's `data`, and the `cause`.
 */

/** The codes. Stable: tools and scripts match on them. */
export type ErrorCode =
  | 'ABORTED'
  | 'ACCESS_DENIED'
  | 'ASSET_CORRUPT'
  | 'ASSET_MISSING'
  | 'ASSET_REFUSED'
  | 'BACKEND_CONNECTION_FAILED'
  | 'CONFLICTS_DETECTED'
  | 'ENGINE_NOT_INITIALIZED'
  | 'FILE_BUSY'
  | 'FORMID_COLLISION'
  | 'GAME_FOLDER'
  | 'INTERNAL'
  | 'INVALID_CONFIG'
  | 'INVALID_ID'
  | 'INVALID_INPUT'
  | 'INVALID_INVITE'
  | 'LOCKED'
  | 'LOCKS_UNSUPPORTED'
  | 'LOCK_TIMEOUT'
  | 'MALFORMED_ARCHIVE'
  | 'MALFORMED_OBJECT'
  | 'MALFORMED_PLUGIN'
  | 'MALFORMED_POINTER'
  | 'MERGE_IN_PROGRESS'
  | 'NOT_A_PROJECT'
  | 'NOT_FOUND'
  | 'NO_SPACE'
  | 'OBJECT_MISSING'
  | 'OWNER_GONE'
  | 'PERMISSION_DENIED'
  | 'PROJECT_AMBIGUOUS'
  | 'PROJECT_BUSY'
  | 'PROJECT_EXISTS'
  | 'PUSH_REJECTED'
  | 'RATE_LIMITED'
  | 'REF_CHANGED'
  | 'RELEASE_DIFFERS'
  | 'RELEASE_REFUSED'
  | 'REMOTE_PROTOCOL'
  | 'SYNC_TIMEOUT'
  | 'UNSAFE_PATH'
  | 'UNSUPPORTED_REPOSITORY'
  | 'WOULD_OVERWRITE';

export interface SyncErrorOptions {
  /** Plain values that describe the failure: a path, a rule, an HTTP status. Never a secret. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

export class SyncError extends Error {
  override readonly name = 'SyncError';
  readonly code: ErrorCode;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: SyncErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.data = options.data ?? {};
  }
}

/** What crosses a wire: a code and a message, never a stack. */
export interface ErrorBody {
  readonly code: ErrorCode;
  readonly message: string;
}

export const errorBody = (error: unknown): ErrorBody =>
  error instanceof SyncError
    ? { code: error.code, message: error.message }
    : { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) };

export const hasCode = (error: unknown, code: ErrorCode): error is SyncError =>
  error instanceof SyncError && error.code === code;

/** @throws SyncError `ABORTED` when the signal has fired */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  if (signal.reason instanceof SyncError) throw signal.reason;
  throw new SyncError('ABORTED', 'Stopped before it was done. Nothing is lost; run it again to go on.', {
    cause: signal.reason,
  });
}
