/** Progress of long work, the same words from the transfer queue up to the bar on a terminal. */

export type SyncPhase =
  | 'scan'
  | 'hash'
  | 'commit'
  | 'fetch'
  | 'download'
  | 'merge'
  | 'checkout'
  | 'upload'
  | 'push';

export interface Progress {
  readonly phase: SyncPhase;
  /** Files (or Git objects, in `fetch` and `push`) done so far, and in all where known. */
  readonly files: number;
  readonly totalFiles?: number;
  /** Bytes done so far, and in all where known. */
  readonly bytes: number;
  readonly totalBytes?: number;
}

export type OnProgress = (progress: Progress) => void;

/** What every slow call takes. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}
