/**
 * The contents of assets that are merged inside: a plugin, an archive or a text that lives in LFS. Git's blobs are
 * pointers then; the bytes come from the cache, or from the remote where there is one at hand.
 */
import { classify } from '../../bethesda/index.ts';
import { formatPointer, parsePointer } from '../../lfs/index.ts';
import type { AssetRef, Remote } from '../../ports/index.ts';
import { hasCode } from '../../shared/errors.ts';
import type { Oid } from '../../shared/ids.ts';
import { extensionOf } from '../../shared/paths.ts';
import type { CallOptions } from '../../shared/progress.ts';
import { partsOf } from '../assets/parts.ts';
import { queueFor } from '../assets/transfers.ts';
import type { Project } from '../project/Project.ts';

/** Without a base where both sides added the file. */
export type Three = readonly [base: Uint8Array | undefined, ours: Uint8Array, theirs: Uint8Array];

export interface AssetContents {
  /** `undefined`: no assets, or ones that are taken whole. */
  read(path: string, blobs: Three): Promise<Three | undefined>;
  /** @returns the pointer for Git */
  store(content: Uint8Array): Promise<Uint8Array>;
}

/** Bytes of the three versions together, in memory at once. */
const MOST = 512 << 20;

/** @param remote absent: what is not in the cache is taken whole */
export function assetContents(project: Project, remote?: Remote, options: CallOptions = {}): AssetContents {
  const { cache, host } = project;

  async function fetch(assets: readonly AssetRef[]): Promise<boolean> {
    const here = await cache.hasMany(assets);
    const absent = assets.filter((_, at) => !here[at]);
    if (absent.length === 0) return true;
    if (!remote) return false;
    try {
      await (await queueFor(project, remote.assets)).download(absent, options);
      return true;
    } catch (error) {
      if (hasCode(error, 'ASSET_MISSING')) return false;
      throw error;
    }
  }

  /** What the cache has may have been damaged since; a merge of that would be pushed as good. */
  async function verified({ oid, size }: AssetRef): Promise<Uint8Array | undefined> {
    if (size === 0) return new Uint8Array();
    const bytes = await host.disk.read(cache.pathOf(oid));
    return bytes && host.codec.sha256().update(bytes).hex() === oid ? bytes : undefined;
  }

  return {
    async read(path, blobs) {
      if (!isMergeable(path)) return undefined;
      const versions = blobs.filter((blob) => blob !== undefined);
      const assets = versions.map((blob) => parsePointer(blob)).filter((pointer) => pointer !== undefined);
      // one that moved in or out of LFS meanwhile has two homes: a person looks at it
      if (assets.length < versions.length) return undefined;
      if (assets.reduce((sum, { size }) => sum + size, 0) > MOST) return undefined;
      if (!(await partsOf(project)).wants(path) || !(await fetch(assets))) return undefined;
      const contents = await Promise.all(assets.map(verified));
      const [theirs, ours, base] = contents.reverse();
      return ours && theirs && !contents.includes(undefined) ? [base, ours, theirs] : undefined;
    },

    async store(content) {
      const oid = host.codec.sha256().update(content).hex() as Oid; // a SHA-256 is an oid
      const asset = { oid, size: content.length };
      if (content.length > 0) await cache.addBytes(asset, content);
      return formatPointer(asset);
    },
  };
}

function isMergeable(path: string): boolean {
  const kind = classify(path);
  if (kind === 'archive') return extensionOf(path).toLowerCase() === '.ba2';
  return kind === 'plugin' || kind === 'text' || kind === 'script-source' || kind === 'fomod';
}
