/**
 * Git LFS as the wire and the blob see it: the pointer file, and a client for the batch API with `basic` transfers.
 * Exported as `modsync/lfs`, and usable alone: beside isomorphic-git it gives a project LFS without git-lfs.
 * Knows nothing of working trees or of a local cache (that is `assets/`), and never retries: an error's
 * `data.retryable` says whether its caller may.
 */
export { lfsClient } from './client.ts';
export { type FilterWork, serveFilterProcess } from './filterProcess.ts';
export { lfsLocks } from './locks.ts';
export { formatPointer, MAX_POINTER_LENGTH, type Pointer, parsePointer } from './pointer.ts';
export type { LfsServerOptions } from './server.ts';
export { type LfsEndpoint, LfsSettings, lfsUrlOf } from './settings.ts';
export {
  type KnownPattern,
  patternsOf,
  type TrackOptions,
  type TrackResult,
  trackLine,
  trackPatterns,
  untrackPatterns,
} from './trackPatterns.ts';
export { rewrittenUrl, valuesForUrl } from './urlSettings.ts';
