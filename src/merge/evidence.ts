/** What speaks for a stale save and what for a fresh one, and what comes of it. */

/**
 * `fresh`: an edit of what was pulled. `stale`: it brings back what the pull had changed. `unclear`: no evidence
 * (a texture exported anew, every place rewritten): a person, or a merge with base P, has to decide.
 */
export type SaveVerdict = 'fresh' | 'stale' | 'unclear';

/** In places that the pull changed: lines, words, records. */
export class Evidence {
  stale = 0;
  fresh = 0;
  places = 0;

  /** @param old how much of P's version is in L, 0 to 1; `pulled` the same of Q's */
  weigh(old: number, pulled: number): void {
    this.places++;
    if (old > pulled) this.stale++;
    else if (pulled > old) this.fresh++;
  }

  verdict(): SaveVerdict {
    return this.stale > 0 ? 'stale' : this.fresh > 0 ? 'fresh' : 'unclear';
  }

  /** Of single words, some are alike by chance: a stale save has all of the old ones. */
  verdictOfWords(): SaveVerdict {
    if (this.stale > 0) return this.stale === this.places ? 'stale' : 'unclear';
    return this.fresh > 0 ? 'fresh' : 'unclear';
  }
}

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
