import type { SaveVerdict } from './staleness.ts';

/** One compressed block of a texture, or one vertex: small enough that an edit leaves most of them alone. Bytes. */
const BLOCK = 16;
/** Some blocks are alike by chance (black, transparent): that much more has to speak for a fresh save than against. */
const CLEARLY = 4;

/**
 * Evidence in files without lines or records, such as textures and meshes: block by block at the same offset. Where
 * the pull changed a block, the save has the old one (stale), the pulled one (fresh), or another (nothing said). A
 * file that was exported anew as a whole says nothing.
 */
export class BlockEvidence {
  #stale = 0;
  #fresh = 0;

  /** Adds the next pieces of the three files, cut at the same offsets, each a whole number of blocks but the last. */
  add(loaded: Uint8Array, pulled: Uint8Array, saved: Uint8Array): void {
    const length = Math.min(loaded.length, pulled.length, saved.length);
    for (let at = 0; at + BLOCK <= length; at += BLOCK) {
      if (sameBlock(loaded, pulled, at)) continue;
      if (sameBlock(saved, loaded, at)) this.#stale++;
      else if (sameBlock(saved, pulled, at)) this.#fresh++;
    }
  }

  verdict(): SaveVerdict {
    if (this.#fresh > this.#stale * CLEARLY) return 'fresh';
    return this.#stale > 0 ? 'stale' : 'unclear';
  }
}

function sameBlock(a: Uint8Array, b: Uint8Array, at: number): boolean {
  for (let i = at; i < at + BLOCK; i++) if (a[i] !== b[i]) return false;
  return true;
}
