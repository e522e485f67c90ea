/**
 * Keeps what was used last, up to a total weight. In two generations: what is asked for comes into the younger one; when
 * that weighs half, the older one goes and it takes its place. So a use costs nothing where it is young already.
 */
export class LruCache<Key, Value> {
  readonly #half: number;
  #young = new Map<Key, Kept<Value>>();
  #old = new Map<Key, Kept<Value>>();
  #weight = 0;

  constructor(limit: number) {
    this.#half = limit / 2;
  }

  get(key: Key): Value | undefined {
    const young = this.#young.get(key);
    if (young) return young.value;
    const old = this.#old.get(key);
    if (old) this.#keep(key, old);
    return old?.value;
  }

  /** A value that weighs more than half of the whole would push out too much, and is not kept. */
  set(key: Key, value: Value, weight: number): void {
    if (weight > this.#half) {
      this.delete(key);
      return;
    }
    // an older value is never asked for: the younger one is looked at first, and outlives it
    this.#weight -= this.#young.get(key)?.weight ?? 0;
    this.#keep(key, { value, weight });
  }

  delete(key: Key): void {
    this.#weight -= this.#young.get(key)?.weight ?? 0;
    this.#young.delete(key);
    this.#old.delete(key);
  }

  #keep(key: Key, kept: Kept<Value>): void {
    if (this.#weight + kept.weight > this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#weight = 0;
    }
    this.#young.set(key, kept);
    this.#weight += kept.weight;
  }
}

interface Kept<Value> {
  readonly value: Value;
  readonly weight: number;
}
