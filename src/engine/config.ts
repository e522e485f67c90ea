/** The engine's configuration: what the caller gave, then the environment. */
import { z } from 'zod';
import { checkDrivers } from '../merge/index.ts';
import type { Host } from '../platform/index.ts';
import { SyncError } from '../shared/errors.ts';
import type { MergeDriver } from '../shared/mergeDriver.ts';
import type { CloudSyncConfig } from '../shared/types.ts';

const schema = z.object({
  backend: z.enum(['self-hosted', 'github', 'firebase', 'aws', 'supabase', 'p2p']).default('self-hosted'),
  provider: z
    .object({
      type: z
        .enum([
          'relay',
          'pocketbase',
          'minio',
          'github',
          'firebase',
          'aws',
          'supabase',
          'webrtc',
          'ipfs',
          'libp2p',
        ])
        .default('relay'),
      endpoint: z.url().optional(),
      apiKey: z.string().min(1).optional(),
      config: z.record(z.string(), z.unknown()).optional(),
    })
    .prefault({}),
  autoSync: z.boolean().default(false),
  syncInterval: z.number().int().min(1000).default(30_000),
  encryptionEnabled: z.literal(false, { error: 'is not available yet' }).default(false),
  compressionEnabled: z.literal(false, { error: 'is not available yet' }).default(false),
  conflictResolutionMode: z.enum(['local', 'remote', 'merge', 'manual']).default('manual'),
  timeout: z.number().int().min(1000).default(120_000),
  /** Checked by whoever knows which names are taken. */
  mergeDrivers: z.array(z.unknown()).default([]),
});

export type EngineConfig = Omit<z.output<typeof schema>, 'mergeDrivers'> & {
  readonly mergeDrivers: readonly MergeDriver[];
};

/** @throws SyncError `INVALID_CONFIG` that lists every fault */
export function checkConfig(given: Partial<CloudSyncConfig>, environment: Host['environment']): EngineConfig {
  const interval = environment.AUTO_SYNC_INTERVAL;
  const parsed = schema.safeParse({ ...(interval && { syncInterval: Number(interval) }), ...given });
  if (parsed.success) return { ...parsed.data, mergeDrivers: checkDrivers(parsed.data.mergeDrivers) };
  const isOfEnvironment = interval !== undefined && given.syncInterval === undefined;
  const nameOf = (path: readonly PropertyKey[]) =>
    path[0] === 'syncInterval' && isOfEnvironment
      ? `AUTO_SYNC_INTERVAL=${interval} (milliseconds, from the environment or .env.local)`
      : path.join('.') || 'config';
  const faults = parsed.error.issues.map((issue) => `${nameOf(issue.path)}: ${issue.message}`);
  throw new SyncError(
    'INVALID_CONFIG',
    `The configuration has ${faults.length === 1 ? 'a fault' : 'faults'}: ${faults.join('; ')}`,
    {
      data: { faults },
    },
  );
}

/**
 * The key that was configured, for an address that it may be sent to. It goes to the endpoint that was configured with it
 * alone, by the same protocol: a project of the same engine can be elsewhere.
 */
export function apiKeyFor({ backend, provider }: EngineConfig, url: string): string | undefined {
  const { apiKey, endpoint = backend === 'github' ? 'https://github.com' : undefined } = provider;
  if (endpoint === undefined) return apiKey;
  return URL.canParse(url) && siteOf(endpoint) === siteOf(url) ? apiKey : undefined;
}

/** The API's address is as good as the site's. */
function siteOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host.replace(/^(api|www)\./, '')}`;
}

/** `false` only where someone turned the engine off. */
export const isEnabled = (environment: Host['environment']): boolean =>
  !['false', '0', 'no', 'off'].includes((environment.CLOUD_SYNC_ENABLED ?? '').toLowerCase());
