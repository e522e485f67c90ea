/** Keeping both files of a conflict: theirs beside ours, under a name that says whose it is and that nothing else has. */
import { foldName } from '../../merge/index.ts';
import { extensionOf, nameOf } from '../../shared/paths.ts';

/** Of a name in bytes: file systems end at 255, and a number may follow. */
const LONGEST_STEM = 180;

/**
 * `Textures/a.dds` of Alice becomes `Textures/a.from-Alice.dds`: with the extension, and so with the rules for assets, that
 * it had. Letters and digits of ASCII only are added, which every program around the game takes.
 * @param isTaken told folded names, as `foldName` gives them
 */
export function besidePath(path: string, who: string, isTaken: (folded: string) => boolean): string {
  const folder = path.slice(0, path.length - nameOf(path).length);
  const stem = nameOf(path).slice(0, nameOf(path).length - extensionOf(path).length);
  const extension = nameOf(path).slice(stem.length);
  const whose = `from-${asciiOf(who) || 'theirs'}`;
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? whose : `${whose}-${number}`;
    const name = `${folder}${shortened(stem)}.${suffix}${extension}`;
    if (!isTaken(foldName(name))) return name;
  }
}

/** Spells a path's folders as the first of `paths` that has them does: `textures/a.dds` goes into their `Textures`. */
export function spellingOf(paths: Iterable<string>): (path: string) => string {
  const folders = new Map<string, string>();
  for (const other of paths)
    for (let slash = other.lastIndexOf('/'); slash > 0; slash = other.lastIndexOf('/', slash - 1)) {
      const folder = other.slice(0, slash);
      const folded = foldName(folder);
      if (!folders.has(folded)) folders.set(folded, folder);
    }
  return (path) => {
    const names = path.split('/');
    const file = names.pop() as string; // no path is empty
    let at = '';
    for (const name of names) at = `${folders.get(foldName(at + name)) ?? at + name}/`;
    return at + file;
  };
}

const asciiOf = (who: string): string =>
  who
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 24);

function shortened(stem: string): string {
  const characters = [...stem];
  while (new TextEncoder().encode(characters.join('')).length > LONGEST_STEM) characters.pop();
  return characters.join('').replace(/[ .]+$/, '');
}
