/**
 * Files that are too large for Git itself and that no rule makes an asset. The rule `maxFileSize` of `.modsync.json`
 * moves the limit: a number of bytes, or words such as "25 MB" (10^6) and "25 MiB" (2^20).
 */
import { isPlugin, PLUGIN_LIMIT } from '../../bethesda/index.ts';
import type { Repository } from '../../git/index.ts';
import { SyncError } from '../../shared/errors.ts';
import { extensionOf, join } from '../../shared/paths.ts';
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

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  kib: 2 ** 10,
  m: 1e6,
  mb: 1e6,
  mib: 2 ** 20,
  g: 1e9,
  gb: 1e9,
  gib: 2 ** 30,
};

/** As git-lfs reads sizes. `undefined` when it is none. */
export function parseSize(said: unknown): number | undefined {
  if (typeof said === 'number') return Number.isFinite(said) && said >= 0 ? Math.floor(said) : undefined;
  const [, number, unit] =
    (typeof said === 'string' && /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(said)) || [];
  const factor = UNITS[unit?.toLowerCase() ?? ''];
  return number === undefined || factor === undefined ? undefined : Math.floor(Number(number) * factor);
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
