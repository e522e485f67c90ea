/** So many at once, and of one person no more than a share of them; who comes after that waits, in order. */

/** A client that sends or reads a byte a minute keeps its turn: one person alone must not keep them all. */
const SHARES = 4;

interface Waiting {
  readonly who: string;
  readonly begin: () => void;
}

export class Turns {
  #free: number;
  readonly #share: number;
  /** Turns that somebody has. */
  readonly #held = new Map<string, number>();
  readonly #waiting: Waiting[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
    this.#share = Math.max(1, Math.floor(atOnce / SHARES));
  }

  /** Resolves with what ends the turn. */
  async take(who: string): Promise<() => void> {
    if (this.#mayBegin(who)) this.#begin(who);
    else await new Promise<void>((resolve) => this.#waiting.push({ who, begin: resolve }));
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#end(who);
    };
  }

  #mayBegin(who: string): boolean {
    return this.#free > 0 && (this.#held.get(who) ?? 0) < this.#share;
  }

  #begin(who: string): void {
    this.#free--;
    this.#held.set(who, (this.#held.get(who) ?? 0) + 1);
  }

  #end(who: string): void {
    this.#free++;
    const left = (this.#held.get(who) ?? 1) - 1;
    if (left === 0) this.#held.delete(who);
    else this.#held.set(who, left);
    const at = this.#waiting.findIndex((waiting) => this.#mayBegin(waiting.who));
    const [next] = at < 0 ? [] : this.#waiting.splice(at, 1);
    if (next === undefined) return;
    this.#begin(next.who);
    next.begin();
  }
}
