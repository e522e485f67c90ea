/**
 * Assets on this machine and on their way: the cache in Git's own LFS layout, the filter that puts pointers in place
 * of files, and the queue that moves bytes between the cache and an `AssetStore`. The engine and the relay make
 * these; the git room sees only the filter. Retry, concurrency and progress of transfers live here and nowhere else.
 */
export { AssetCache } from './cache.ts';
export { lfsFilter } from './filter.ts';
export { GitFilter, type GitFilterOptions } from './gitFilter.ts';
export { memoryAssetStore } from './memoryStore.ts';
export { TransferQueue, type TransferSettings } from './queue.ts';
export { Retry, type RetryRules } from './retry.ts';
export { lfsStorage } from './storage.ts';
export type { TransferSummary } from './transferAll.ts';
