/** Numbers that are the same for the same seed on every machine (mulberry32). */
export interface Random {
  /** 32 random bits. */
  bits(): number;
  /** A whole number from 0 to `below - 1`. */
  below(below: number): number;
  pick<Item>(items: readonly Item[]): Item;
}

export function randomFrom(seed: number): Random {
  let state = seed | 0;
  const bits = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number): number => bits() % limit;
  // The index is always inside a list that is not empty, which every caller's is.
  return { bits, below, pick: (items) => items[below(items.length)] as (typeof items)[number] };
}
