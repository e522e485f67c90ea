import { type ContentFilter, isRacy } from '../git/index.ts';
import { formatPointer, MAX_POINTER_LENGTH, parsePointer } from '../lfs/index.ts';
import { type FileStat, isUntouched } from '../platform/index.ts';
import type { AssetRef } from '../ports/assetStore.ts';
import { hasCode } from '../shared/errors.ts';
import type { AssetCache } from './cache.ts';

const NOTHING = new Uint8Array();
/** Files whose assets are remembered. */
const REMEMBERED = 20_000;

/**
 * What `filter=lfs` does to a path. Clean: the file goes into the cache, its pointer into Git; an empty file stays
 * empty, and a file that is a pointer already stays as it is, as with git-lfs: that is how an asset looks whose bytes
 * are not here. Smudge: the cached file, or the pointer itself where the cache has not got it, or where a git-lfs
 * extension that we do not know made it.
 */
export function lfsFilter(cache: AssetCache): ContentFilter {
  const cleaned = new Cleaned();
  return {
    name: 'lfs',
    async clean(diskPath, _, options) {
      const { disk } = cache;
      const stat = await disk.lstat(diskPath);
      if (stat?.kind === 'file' && stat.size < MAX_POINTER_LENGTH) {
        const content = await disk.read(diskPath);
        if (content && parsePointer(content)) return content;
      }
      const known = stat && cleaned.of(diskPath, stat);
      if (known && (await cache.has(known))) return formatPointer(known);
      const since = Date.now() / 1000;
      const asset = await cache.addFile(diskPath, options).catch(unlessGone);
      if (!asset) return undefined;
      if (stat && asset.size > 0 && isUntouched(stat, await disk.lstat(diskPath)))
        cleaned.remember(diskPath, { stat, asset, since });
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

interface CleanedFile {
  readonly stat: FileStat;
  readonly asset: AssetRef;
  /** When it began to be read, in seconds. */
  readonly since: number;
}

/**
 * What changed files hold, while they stay as they are: a sync looks at them and then commits them, a page asks for
 * the status again and again, and each of these would read gigabytes.
 */
class Cleaned {
  readonly #files = new Map<string, CleanedFile>();

  of(path: string, stat: FileStat): AssetRef | undefined {
    const found = this.#files.get(path);
    return found && isUntouched(found.stat, stat) ? found.asset : undefined;
  }

  /** Not a file that was written or moved here so shortly before that this could happen once more unseen. */
  remember(path: string, file: CleanedFile): void {
    const { ctimeSeconds, ctimeNanoseconds } = file.stat;
    const moved = { stat: { mtimeSeconds: ctimeSeconds, mtimeNanoseconds: ctimeNanoseconds } };
    if (isRacy(file, file.since) || isRacy(moved, file.since)) return;
    if (this.#files.size >= REMEMBERED) this.#files.clear();
    this.#files.set(path, file);
  }
}

/** A file that somebody deletes while it is read is no failure: the next look finds it deleted. */
function unlessGone(error: unknown): undefined {
  if (!hasCode(error, 'NOT_FOUND')) throw error;
}
