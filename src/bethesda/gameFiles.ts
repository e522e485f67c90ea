/**
 * The game's own files. A real `Data` folder holds 30 GB of them beside the mods; they are Bethesda's, and a
 * project that is made there never takes them.
 */

const DLC = '(?:dlcrobot|dlcworkshop0[1-3]|dlccoast|dlcnukaworld|dlcultrahighresolution)';
const GAME = `(?:fallout4|${DLC})`;
/** Creation Club: three letters for the maker, the game, a number, a name. */
const CREATION_CLUB = 'cc[a-z]{3}fo4\\d{3}-[^/]+';

/** On lowercase paths relative to `Data`. */
const GAME_FILES: readonly RegExp[] = [
  new RegExp(`^${GAME}\\.(?:esm|cdx|ini|ccc)$`),
  new RegExp(`^${GAME} - [^/]+\\.(?:ba2|csg)$`),
  new RegExp(`^${CREATION_CLUB}\\.(?:esl|esm|esp|ba2|cdx|csg|ini)$`),
  new RegExp(`^strings/${GAME}_[^/]+\\.(?:strings|dlstrings|ilstrings)$`),
  new RegExp(`^strings/${CREATION_CLUB}\\.(?:strings|dlstrings|ilstrings)$`),
  /^video\/[^/]+\.(?:bk2|bik)$/,
  /^lsdata\/[^/]+\.dat$/,
  /^scripts\/source\/(?:base|dlc\d\d)\//,
  /^scripts\/source\/[^/]+\.(?:zip|rar|7z)$/,
  /^(?:sound\/voice|vis|meshes\/precombined|meshes\/actors\/character\/facegendata\/facegeom|textures\/actors\/character\/facecustomization)\/(?:fallout4|dlc[a-z0-9]+)\.es[mp]\//,
  /^creationkit - [^/]+\.ba2$/,
];

/**
 * Whether this is the game's own `Data` folder.
 * @param names the names directly in it
 */
export function isGameFolder(names: Iterable<string>): boolean {
  for (const name of names) if (/^fallout4(?:\.esm| - [^/]+\.ba2)$/i.test(name)) return true;
  return false;
}

/**
 * Whether a file of a `Data` folder belongs to the game, its DLC or the Creation Club.
 * @param path relative to `Data`; case does not count
 */
export function isGameFile(path: string): boolean {
  const lower = path.toLowerCase();
  return GAME_FILES.some((pattern) => pattern.test(lower));
}
