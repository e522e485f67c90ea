/**
 * The four ports that a backend implements, and the `Remote` that bundles them. Small documented interfaces, never
 * base classes. Every slow call takes `{ signal, onProgress }`; absence is `undefined`; failure is a `SyncError`;
 * an optional capability is an optional method.
 */
export type * from './access.ts';
export type * from './assetStore.ts';
export type * from './backend.ts';
export type * from './feed.ts';
export type * from './history.ts';

import type { Access } from './access.ts';
import type { AssetStore } from './assetStore.ts';
import type { Feed } from './feed.ts';
import type { History } from './history.ts';

/** Where one project's history and assets live. */
export interface Remote {
  /** What a person recognises it by: a URL without secrets. */
  readonly url: string;
  readonly history: History;
  readonly assets: AssetStore;
  readonly feed?: Feed;
  readonly access?: Access;
  close(): Promise<void>;
}
