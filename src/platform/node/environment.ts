/** The environment, with what `.env.local` in the current folder adds; what is set already wins. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { diskError, isAbsent } from './failures.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What the file may set. The current folder may be somebody else's project: nothing of it steers Git's configuration,
 * or where tokens are kept.
 */
const NAMES: ReadonlySet<string> = new Set([
  'AUTO_SYNC_INTERVAL',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'CLOUD_SYNC_ENABLED',
  'ENCRYPTION_KEY',
  'FIREBASE_API_KEY',
  'FIREBASE_AUTH_DOMAIN',
  'FIREBASE_PROJECT_ID',
  'GITHUB_TOKEN',
  'POCKETBASE_KEY',
  'POCKETBASE_URL',
  'SUPABASE_KEY',
  'SUPABASE_URL',
]);

/** @param folder a folder of the operating system; default: the current one */
export function localEnvironment(set: Environment = process.env, folder = '.'): Environment {
  const path = join(folder, '.env.local');
  try {
    const lines = Object.entries(parseEnv(readFileSync(path, 'utf8')));
    return { ...Object.fromEntries(lines.filter(([name]) => NAMES.has(name))), ...set };
  } catch (error) {
    if (isAbsent(error)) return set;
    throw diskError(error, path);
  }
}
