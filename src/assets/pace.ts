/**
 * How many transfers run at a time: more while more of them bring more. One connection waits for the other side most
 * of the time; a link or a disk that is full gets no faster by more of them.
 */

export interface PaceRules {
  readonly first: number;
  readonly most: number;
}

/** As git-lfs to begin with. */
export const USUAL: PaceRules = { first: 8, most: 32 };

const STEP = 4;
/** A look at the speed takes at least so long, and at least one round of transfers. Milliseconds. */
const WINDOW = 250;
/** More than this counts as faster. */
const BETTER = 1.1;
/** Looks after which another step is tried: the other side may have more room by then. */
const REST = 12;

interface Speed {
  readonly files: number;
  readonly bytes: number;
}

export class Pace {
  readonly #rules: PaceRules;
  #limit: number;
  /** Before the step that is being tried. */
  #before: Speed | undefined;
  #rest = 0;
  #since = performance.now();
  #files = 0;
  #bytes = 0;

  constructor(rules: PaceRules) {
    this.#rules = rules;
    this.#limit = rules.first;
  }

  get limit(): number {
    return this.#limit;
  }

  /** A transfer has ended well. @param bytes of the whole asset */
  done(bytes: number, now = performance.now()): void {
    this.#files++;
    this.#bytes += bytes;
    const passed = now - this.#since;
    if (passed < WINDOW || this.#files < this.#limit) return;
    this.#judge({ files: this.#files / passed, bytes: this.#bytes / passed });
    this.#since = now;
    this.#files = 0;
    this.#bytes = 0;
  }

  /** The other side asks to slow down. */
  slower(): void {
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
    this.#before = undefined;
    this.#rest = REST;
  }

  #judge(speed: Speed): void {
    const before = this.#before;
    this.#before = undefined;
    // the largest go first, so that bytes slow down where files do not: either will do
    if (before && speed.files < before.files * BETTER && speed.bytes < before.bytes * BETTER) {
      this.#limit = Math.max(1, this.#limit - STEP);
      this.#rest = REST;
    } else if (this.#rest > 0) this.#rest--;
    else if (this.#limit < this.#rules.most) {
      this.#before = speed;
      this.#limit = Math.min(this.#rules.most, this.#limit + STEP);
    }
  }
}
