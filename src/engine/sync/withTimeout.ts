import { SyncError } from '../../shared/errors.ts';
import type { CallOptions, Progress } from '../../shared/progress.ts';

/**
 * Runs work that is stopped when it makes no progress for `timeout` milliseconds. Slow is fine, stuck is not.
 * @throws SyncError `SYNC_TIMEOUT`
 */
export async function withTimeout<T>(
  { timeout, signal, onProgress }: CallOptions & { readonly timeout: number },
  work: (options: CallOptions) => Promise<T>,
): Promise<T> {
  const stuck = new AbortController();
  const give = () =>
    stuck.abort(
      new SyncError(
        'SYNC_TIMEOUT',
        `Sync timeout: nothing moved for ${Math.round(timeout / 1000)} s. Your files are as they were; check the connection and sync again.`,
      ),
    );
  let timer = setTimeout(give, timeout);
  const alive = (progress: Progress) => {
    clearTimeout(timer);
    timer = setTimeout(give, timeout);
    onProgress?.(progress);
  };
  try {
    return await work({
      signal: signal ? AbortSignal.any([signal, stuck.signal]) : stuck.signal,
      onProgress: alive,
    });
  } finally {
    clearTimeout(timer);
  }
}
