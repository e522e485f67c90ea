/**
 * Names that cannot stand side by side: on Windows and macOS `Foo.dds` and `foo.dds` are one file, as they are to
 * the game, and a name in NFC is the same as in NFD.
 */

/** Equal for names that are one name to Windows, macOS or the game. */
export function foldName(name: string): string {
  for (let i = 0; i < name.length; i++)
    if (name.charCodeAt(i) > 0x7f) return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
  return name.toLowerCase();
}

/** Calls `visit` with each folder of a path, outermost first, and then the path. */
function eachPrefix(path: string, visit: (prefix: string) => void): void {
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
    visit(path.slice(0, slash));
  visit(path);
}

/**
 * For each of `added`, a path (or folder) of `present` that is spelled differently and would be the same name.
 * A folder spelled as it stands in `present` is no collision, even where another spelling of it stands there too.
 * Linear in the paths: those that share no folded name with an added one cost one look each.
 */
export function caseCollisions(
  added: readonly string[],
  present: Iterable<string>,
): ReadonlyMap<string, string> {
  /** Folded prefix of an added path → the spellings of it that stand in `present`. */
  const spellings = new Map<string, Set<string>>();
  for (const path of added)
    eachPrefix(path, (prefix) => {
      const folded = foldName(prefix);
      if (!spellings.has(folded)) spellings.set(folded, new Set());
    });
  if (spellings.size === 0) return new Map();

  const seenFolders = new Set<string>();
  const note = (name: string) => spellings.get(foldName(name))?.add(name);
  for (const path of present) {
    note(path);
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const folder = path.slice(0, slash);
      if (seenFolders.has(folder)) break;
      seenFolders.add(folder);
      note(folder);
    }
  }

  const collisions = new Map<string, string>();
  for (const path of added)
    eachPrefix(path, (prefix) => {
      if (collisions.has(path)) return;
      const standing = spellings.get(foldName(prefix));
      if (standing === undefined || standing.size === 0 || standing.has(prefix)) return;
      for (const spelling of standing) {
        collisions.set(path, spelling);
        return;
      }
    });
  return collisions;
}
