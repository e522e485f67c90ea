import type { CallOptions } from '../shared/progress.ts';

/** One person has said that they work on this path; others are to wait. */
export interface FileLock {
  readonly id: string;
  /** Project path. */
  readonly path: string;
  /** Display name; some servers do not say. */
  readonly owner?: string;
  /** ISO 8601. */
  readonly lockedAt: string;
}

/**
 * Locks on paths, as `git lfs lock` sees them. Advisory: whoever pushes asks first. Every call of a remote that keeps
 * no locks throws `LOCKS_UNSUPPORTED`; others: `ACCESS_DENIED`, `BACKEND_CONNECTION_FAILED`, …
 */
export interface Locks {
  /** @returns the lock that stands now, and whether this call made it: of two at once, exactly one does */
  lock(path: string, options?: CallOptions): Promise<{ readonly lock: FileLock; readonly isNew: boolean }>;
  /**
   * @param options.force takes another person's lock away, where the remote lets this one do that
   * @throws SyncError `NOT_FOUND` when the lock is gone already
   */
  unlock(id: string, options?: CallOptions & { readonly force?: boolean }): Promise<void>;
  list(query?: { readonly path?: string }, options?: CallOptions): Promise<FileLock[]>;
  /** All of them, by whose they are. */
  verify(
    options?: CallOptions,
  ): Promise<{ readonly ours: readonly FileLock[]; readonly theirs: readonly FileLock[] }>;
}
