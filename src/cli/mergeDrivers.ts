/**
 * Merge drivers of this user's own, as `modsync.mergeDriver` in Git's configuration names their modules: each exports
 * `mergeDrivers`. Never from a file of the project: what is fetched must not run here.
 */
import { pathToFileURL } from 'node:url';
import { expandHome, GitConfig } from '../git/index.ts';
import type { MergeDriver } from '../index.ts';
import type { Host } from '../platform/index.ts';
import { errorBody, SyncError } from '../shared/errors.ts';
import { join, parentOf } from '../shared/paths.ts';

const KEY = 'modsync.mergeDriver';

/** @param folder a disk path, in the repository or outside of any. @throws SyncError `INVALID_CONFIG` */
export async function configuredDrivers(host: Host, folder: string): Promise<readonly MergeDriver[]> {
  const config = await GitConfig.open(host, await gitDirAbove(host, folder));
  const drivers: MergeDriver[] = [];
  for (const path of new Set(config.getAll(KEY))) {
    const { mergeDrivers } = await load(expandHome(host, path, folder), path);
    if (!Array.isArray(mergeDrivers)) throw refused(path, 'the module exports no list "mergeDrivers"');
    drivers.push(...mergeDrivers);
  }
  return drivers;
}

async function load(file: string, path: string): Promise<{ readonly mergeDrivers?: unknown }> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    throw refused(path, errorBody(error).message);
  }
}

const refused = (path: string, why: string) =>
  new SyncError(
    'INVALID_CONFIG',
    `${KEY} names ${path}, which cannot be used: ${why}. To look: git config --show-origin --get-all ${KEY}`,
  );

async function gitDirAbove({ disk }: Host, folder: string): Promise<string | undefined> {
  for (let at = folder; at !== ''; at = parentOf(at)) {
    const gitDir = join(at, '.git');
    if ((await disk.lstat(gitDir))?.kind === 'folder') return gitDir;
    if (parentOf(at) === at) break;
  }
  return undefined;
}
