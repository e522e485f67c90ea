/**
 * Files that are too large for Git itself and that no rule makes an asset. The rule `maxFileSize` of `.modsync.json`
 * moves the limit: a number of bytes, or words such as "25 MB" (10^6) and "25 MiB" (2^20).
 */
import { isPlugin, PLUGIN_LIMIT } from '../../bethesda/index.ts';
import type { Repository } from '../../git/index.ts';
import { SyncError } from '../../shared/errors.ts';
import { extensionOf, join } from '../../shared/paths.ts';
import { parseSize } from '../../shared/sizes.ts';
import { PROJECT_FILE, parseProjectFile } from './projectFile.ts';

/** Bytes. */
const DEFAULT_LIMIT = 10 << 20;
/** Beyond it a snapshot is refused: GitHub takes no more than twice this, and history never forgets it. */
const REFUSED = 50 << 20;

export interface SizeLimits {
  /** Beyond it a person is told, and stock Git's commit is stopped. */
  readonly warn: number;
  readonly refuse: number;
}

export interface Oversized {
  readonly path: string;
  readonly size: number;
  /** The command that makes it an asset. */
  readonly rule: string;
}

/** @throws SyncError `INVALID_CONFIG` */
export async function sizeLimits({ host, folder }: Repository): Promise<SizeLimits> {
  const bytes = await host.disk.read(join(folder, PROJECT_FILE));
  const said = bytes && parseProjectFile(bytes).rules.maxFileSize;
  if (said === undefined) return { warn: DEFAULT_LIMIT, refuse: REFUSED };
  const warn = parseSize(said);
  if (warn !== undefined) return { warn, refuse: Math.max(warn, REFUSED) };
  throw new SyncError(
    'INVALID_CONFIG',
    `${PROJECT_FILE}: rules.maxFileSize is ${JSON.stringify(said)}; it can be a number of bytes, or a size such as "25 MB".`,
    { data: { value: said } },
  );
}

/** Those of `files` that go into Git itself and are larger than `limit`. A plugin belongs there, up to its own limit. */
export async function oversized(
  repository: Repository,
  files: readonly { readonly path: string; readonly size: number }[],
  limit: number,
): Promise<Oversized[]> {
  const large = files.filter(
    ({ path, size }) => size > (isPlugin(path) ? Math.max(limit, PLUGIN_LIMIT) : limit),
  );
  if (large.length === 0) return [];
  const attributes = await repository.attributes(large.map(({ path }) => path));
  return large
    .filter((_, at) => attributes[at]?.get('filter') !== 'lfs')
    .map(({ path, size }) => ({ path, size, rule: ruleFor(path) }));
}

/** Double quotes are quotes for every shell. */
function ruleFor(path: string): string {
  const extension = isPlugin(path) ? '' : extensionOf(path);
  return extension === '' ? `modsync track --filename "${path}"` : `modsync track "*${extension}"`;
}

export const megabytes = (size: number): string => `${(size / 1e6).toFixed(size < 1e7 ? 1 : 0)} MB`;
