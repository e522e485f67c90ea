/**
 * The ports that a backend implements, and the `Remote` that bundles them. Small documented interfaces, never
 * base classes. Every slow call takes `{ signal, onProgress }`; absence is `undefined`; failure is a `SyncError`;
 * an optional capability is an optional method.
 */
export type * from './access.ts';
export type * from './assetStore.ts';
export type * from './backend.ts';
export type * from './feed.ts';
export type * from './following.ts';
export type * from './formIds.ts';
export type * from './history.ts';
export type * from './locks.ts';
export type * from './proposals.ts';
export type * from './releases.ts';
export type * from './remote.ts';
