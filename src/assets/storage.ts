import { expandHome, type GitConfig } from '../git/config.ts';
import type { Host } from '../platform/index.ts';
import { join } from '../shared/paths.ts';

/** Where a repository's assets lie: `lfs.storage`, else `lfs` in its Git folder. Source: git-lfs-config(5). */
export function lfsStorage(host: Host, config: Pick<GitConfig, 'get'>, gitDir: string): string {
  const named = config.get('lfs.storage');
  return named ? expandHome(host, named, gitDir).replace(/(?<=.)\/+$/, '') : join(gitDir, 'lfs');
}
