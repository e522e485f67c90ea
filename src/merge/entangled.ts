/**
 * What waits for the same decision: paths that a conflict names, and whatever must not come without them. Those are the
 * other end of a rename, what stands in the place of their folders, other spellings, and a plugin's previs.
 */
import { pluginName, previsName } from '../bethesda/index.ts';
import type { TreeChange } from '../shared/git.ts';
import { foldName } from './collisions.ts';
import { exactRenames, type LikelyRenames } from './renames.ts';

export interface Entanglements {
  /** Base to ours, and base to theirs. */
  readonly ours: readonly TreeChange[];
  readonly theirs: readonly TreeChange[];
  readonly likely?: LikelyRenames | undefined;
  /** For each question to a person, the paths that it names. */
  readonly asked: Iterable<readonly string[]>;
}

/** Of all changed paths, those that wait. */
export function entangled({ ours, theirs, likely, asked }: Entanglements): ReadonlySet<string> {
  const paths = [...new Set([...ours, ...theirs].map(({ path }) => path))];
  const groups = new Groups();
  const names = new Set(paths.map(foldName));
  for (const name of names)
    for (let slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/', slash - 1))
      if (names.has(name.slice(0, slash))) groups.join(name, name.slice(0, slash));
  for (const renames of [exactRenames(ours), exactRenames(theirs), likely?.ours, likely?.theirs])
    for (const [from, to] of renames ?? []) groups.join(foldName(from), foldName(to.path));
  joinSets(paths, groups);
  const waiting = new Set<string>();
  for (const question of asked)
    for (const path of question) {
      groups.join(foldName(question[0] ?? path), foldName(path));
      waiting.add(foldName(path));
    }
  const roots = new Set([...waiting].map((name) => groups.rootOf(name)));
  return new Set(paths.filter((path) => roots.has(groups.rootOf(foldName(path)))));
}

/** As previs.ts has them: where a precombined mesh changed, all sets beside it are one. */
function joinSets(paths: readonly string[], groups: Groups): void {
  const found = paths.flatMap((path) => {
    const name = previsName(path);
    return name ? [{ path, ...name }] : [];
  });
  if (found.length === 0) return;
  const pooled = new Set(found.flatMap(({ root, plugin }) => (plugin === undefined ? [root] : [])));
  // a NUL is in no path
  const setOf = (root: string, plugin = '') => (pooled.has(root) ? `${root}\0` : `${root}\0${plugin}`);
  for (const { path, root, plugin } of found) groups.join(foldName(path), setOf(root, plugin));
  for (const path of paths) {
    const name = pluginName(path);
    if (name) groups.join(foldName(path), setOf(name.root, name.plugin));
  }
}

/** A union-find. */
class Groups {
  readonly #parents = new Map<string, string>();

  rootOf(name: string): string {
    let root = name;
    for (let next = this.#parents.get(root); next !== undefined; next = this.#parents.get(root)) root = next;
    for (let at = name; at !== root; ) {
      const next = this.#parents.get(at) as string; // below the root, all have one
      this.#parents.set(at, root);
      at = next;
    }
    return root;
  }

  join(a: string, b: string): void {
    const [one, other] = [this.rootOf(a), this.rootOf(b)];
    if (one !== other) this.#parents.set(one, other);
  }
}
