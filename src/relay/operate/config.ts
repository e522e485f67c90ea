/**
 * How a relay is set up: a JSON file, the environment, and what was said on the command line, each over the one
 * before it. Pure but for reading the file.
 */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { SyncError } from '../../shared/errors.ts';
import { parseSize } from '../../shared/sizes.ts';
import { addressList } from '../http/callers.ts';
import { defaultLimits } from '../limits.ts';
import type { RelayOptions } from '../server.ts';

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;

const amount = z.union([z.number(), z.string()]).transform((said, context) => {
  const size = parseSize(said);
  if (size === undefined)
    context.addIssue({ code: 'custom', message: 'is no number, or size such as "10 GiB"' });
  return size ?? z.NEVER;
});
/** 0 means none, where that makes sense. */
const MAY_BE_ZERO: ReadonlySet<string> = new Set(['projectBytes', 'freeBytes', 'eventsKept']);
const limits = z.strictObject(
  Object.fromEntries(
    Object.keys(defaultLimits).map((name) => [
      name,
      amount.refine((value) => value > 0 || MAY_BE_ZERO.has(name), { error: 'is not above 0' }).optional(),
    ]),
  ),
);

const networks = z.array(z.string()).superRefine((entries, context) => {
  for (const entry of entries)
    try {
      addressList([entry]);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    }
});

const settings = z.strictObject({
  data: z.string().min(1).optional(),
  host: z.string().min(1).optional(),
  port: z.int().min(0).max(65_535).optional(),
  publicUrl: z.url({ protocol: /^https?$/ }).optional(),
  log: z.enum(LOG_LEVELS).optional(),
  tls: z.strictObject({ cert: z.string().min(1), key: z.string().min(1) }).optional(),
  trustedProxies: networks.optional(),
  metricsFor: networks.optional(),
  requireAssets: z.boolean().optional(),
  upkeepHours: z.number().min(0).optional(),
  graceDays: z.number().min(0).optional(),
  limits: limits.optional(),
});
type RelaySettings = z.infer<typeof settings>;

const list = (text: string): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/** What the environment can say; a list has commas. */
export const ENVIRONMENT = {
  MODSYNC_RELAY_CONFIG: undefined,
  MODSYNC_RELAY_DATA: (text: string) => ({ data: text }),
  MODSYNC_RELAY_HOST: (text: string) => ({ host: text }),
  MODSYNC_RELAY_PORT: (text: string) => ({ port: Number(text) }),
  MODSYNC_RELAY_PUBLIC_URL: (text: string) => ({ publicUrl: text }),
  MODSYNC_RELAY_LOG: (text: string) => ({ log: text }),
  MODSYNC_RELAY_TLS_CERT: (cert: string) => ({ tls: { cert } }),
  MODSYNC_RELAY_TLS_KEY: (key: string) => ({ tls: { key } }),
  MODSYNC_RELAY_TRUSTED_PROXIES: (text: string) => ({ trustedProxies: list(text) }),
  MODSYNC_RELAY_METRICS_FOR: (text: string) => ({ metricsFor: list(text) }),
} as const;

export interface RelayConfig {
  /** Where its data is, if anybody said so: a path as it was written, or absolute when the file says it. */
  readonly data?: string;
  readonly options: Omit<RelayOptions, 'dataDir'>;
}

/**
 * @param flags what the command line says: the names of the settings
 * @throws SyncError `INVALID_CONFIG`, with every fault
 */
export async function readConfig(
  configFile: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  flags: Partial<Record<keyof RelaySettings, unknown>>,
): Promise<RelayConfig> {
  const path = configFile ?? environment.MODSYNC_RELAY_CONFIG;
  const file = path === undefined ? {} : await readSettings(path);
  const fromEnvironment = Object.entries(ENVIRONMENT).flatMap(([name, read]) => {
    const text = environment[name];
    return read === undefined || text === undefined || text === '' ? [] : [read(text)];
  });
  const parts: Readonly<Record<string, unknown>>[] = [file, ...fromEnvironment, flags];
  const tls = Object.assign({}, ...parts.map((part) => part.tls));
  const said = parsed(
    { ...Object.assign({}, ...parts), ...(Object.keys(tls).length > 0 ? { tls } : {}) },
    'The relay cannot be set up like this',
  );
  const { data, limits: bounds, ...rest } = said;
  // zod's optional keys admit `undefined`; none of these is.
  const options = Object.fromEntries(
    Object.entries({ ...rest, limits: bounds }).filter(([, value]) => value !== undefined),
  ) as Omit<RelayOptions, 'dataDir'>;
  return { ...(data === undefined ? {} : { data }), options };
}

/** Paths in the file start from where the file is. */
async function readSettings(path: string): Promise<RelaySettings> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new SyncError(
      'INVALID_CONFIG',
      `The relay's configuration ${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`,
      { data: { path }, cause },
    );
  }
  const file = parsed(content, path);
  const from = (name: string) => resolve(dirname(path), name);
  return {
    ...file,
    ...(file.data === undefined ? {} : { data: from(file.data) }),
    ...(file.tls === undefined ? {} : { tls: { cert: from(file.tls.cert), key: from(file.tls.key) } }),
  };
}

function parsed(value: unknown, what: string): RelaySettings {
  const result = settings.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw new SyncError('INVALID_CONFIG', `${what}: ${faults.join('; ')}`, { data: { faults } });
}
