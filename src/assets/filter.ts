import type { ContentFilter } from '../git/types.ts';
import { formatPointer, MAX_POINTER_LENGTH, parsePointer } from '../lfs/index.ts';
import { hasCode } from '../shared/errors.ts';
import type { AssetCache } from './cache.ts';

const NOTHING = new Uint8Array();

/**
 * What `filter=lfs` does to a path. Clean: the file goes into the cache, its pointer into Git; an empty file stays
 * empty, and a file that is a pointer already stays as it is, as with git-lfs: that is how an asset looks whose bytes
 * are not here. Smudge: the cached file, or the pointer itself where the cache has not got it, or where a git-lfs
 * extension that we do not know made it.
 */
export function lfsFilter(cache: AssetCache): ContentFilter {
  return {
    name: 'lfs',
    async clean(diskPath) {
      const { disk } = cache;
      const stat = await disk.lstat(diskPath);
      if (stat?.kind === 'file' && stat.size < MAX_POINTER_LENGTH) {
        const content = await disk.read(diskPath);
        if (content && parsePointer(content)) return content;
      }
      const asset = await cache.addFile(diskPath).catch(unlessGone);
      if (!asset) return undefined;
      return asset.size === 0 ? NOTHING : formatPointer(asset);
    },
    async smudge(blob) {
      const pointer = parsePointer(blob);
      if (!pointer || pointer.extensions.length > 0) return blob;
      if (pointer.size === 0) return NOTHING;
      return (await cache.has(pointer)) ? { copyFrom: cache.pathOf(pointer.oid), size: pointer.size } : blob;
    },
  };
}

/** A file that somebody deletes while it is read is no failure: the next look finds it deleted. */
function unlessGone(error: unknown): undefined {
  if (!hasCode(error, 'NOT_FOUND')) throw error;
}
