/** `first`, with what only `second` has: each after the nearest that precedes it there and that `first` has too. */
export function interleaved<Key>(first: Iterable<Key>, second: Iterable<Key>): Key[] {
  const known = new Set(first);
  const leading: Key[] = [];
  const after = new Map<Key, Key[]>();
  let list = leading;
  for (const key of second) {
    if (!known.has(key)) list.push(key);
    else {
      list = after.get(key) ?? [];
      after.set(key, list);
    }
  }
  for (const key of known) {
    leading.push(key);
    for (const other of after.get(key) ?? []) leading.push(other);
  }
  return leading;
}
