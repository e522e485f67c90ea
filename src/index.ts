/**
 * modsync's public surface: the engine bound to this machine and to the backends, its values and its errors.
 *
 * ```ts
 * const engine = new CloudSyncEngine({ backend: 'self-hosted', provider: { type: 'relay', endpoint, apiKey } });
 * await engine.initialize();
 * const projectId = await engine.openProject('/home/me/MyMod');
 * await engine.syncProject(projectId);
 * ```
 */
import { backends } from './backends/index.ts';
import { CloudSyncEngine as Engine } from './engine/index.ts';
import type { Host } from './platform/index.ts';
import { nodeHost } from './platform/node/index.ts';
import type { CloudSyncConfig } from './shared/types.ts';

export class CloudSyncEngine extends Engine {
  /** @param host this machine, as Node sees it, unless a test or a browser brings its own */
  constructor(config: Partial<CloudSyncConfig> = {}, host: Host = nodeHost()) {
    super(config, host, backends);
  }
}

export type * from './engine/index.ts';
export type { Host } from './platform/index.ts';
export { diskPath, nodeHost } from './platform/node/index.ts';
export type { Member, PublishedRelease, ReleaseAudience } from './ports/index.ts';
export { type ErrorCode, SyncError } from './shared/errors.ts';
export * from './shared/ids.ts';
export type * from './shared/mergeDriver.ts';
export type { CallOptions, Progress, SyncPhase } from './shared/progress.ts';
export type * from './shared/types.ts';
