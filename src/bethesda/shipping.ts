/** What of a project players get: the files that the game, its tools and mod managers read, and a readme. */
import { extensionOf, nameOf } from '../shared/paths.ts';
import { classify } from './profile.ts';

/** Folders of `Data` that the game, F4SE or MCM read. */
const GAME_FOLDERS = new Set([
  'actors',
  'aaf',
  'bodyslide',
  'calientetools',
  'distantlod',
  'dialogueviews',
  'f4se',
  'fomod',
  'interface',
  'lodsettings',
  'lsdata',
  'materials',
  'mcm',
  'meshes',
  'misc',
  'music',
  'planetdata',
  'programs',
  'scripts',
  'seq',
  'shadersfx',
  'sound',
  'strings',
  'terrain',
  'textures',
  'tools',
  'video',
  'vis',
]);

/** What an artist or a programmer works with, and the game never reads. */
const SOURCES = new Set(
  'psd xcf kra spp sbs sbsar fla blend max ma mb ztl fbx obj pdb ppj as pas bat ps1 sh py c cpp h hpp cs csproj sln vcxproj lua achlist zip 7z rar tmp log bak'
    .split(' ')
    .map((extension) => `.${extension}`),
);

/** Beside the plugins, at the top. */
const TOP_FILES = new Set(['.ini', '.ba2', '.bsa', '.modgroups', '.cdx', '.csg']);
const FOR_PEOPLE = /^(?:readme|changelog|changes|credits|permissions|licen[cs]e|copying)(?:[ ._-][^/]*)?$/;

/**
 * The folder of the project that is the game's `Data`: where the plugins are, or an installer; '' is the project's own.
 * @param paths of the whole project
 */
export function gameRoot(paths: readonly string[]): string {
  const tops = new Map<string, string>();
  for (const path of paths) {
    const [top = '', ...rest] = path.split('/');
    if (rest.length === 0 && classify(path) === 'plugin') return '';
    if (rest.length === 1 && top.toLowerCase() === 'fomod') return '';
    if (rest.length > 0) tops.set(top.toLowerCase(), top);
  }
  return tops.get('data') ?? '';
}

/**
 * Whether a file goes to players, by its name.
 * @param path relative to `Data`; case does not count
 * @param options.sources Papyrus sources go along
 */
export function ships(path: string, { sources = false }: { readonly sources?: boolean } = {}): boolean {
  const lower = path.toLowerCase();
  if (!mayShip(lower, sources)) return false;
  const [top = '', ...rest] = lower.split('/');
  if (rest.length > 0) return GAME_FOLDERS.has(top);
  return classify(lower) === 'plugin' || TOP_FILES.has(extensionOf(lower)) || FOR_PEOPLE.test(lower);
}

/** Whether a file goes along because an installer names it, or a folder that it is in. @param named in lowercase */
export function installedBy(
  named: readonly string[],
  path: string,
  options: { readonly sources?: boolean } = {},
): boolean {
  const lower = path.toLowerCase();
  if (!mayShip(lower, options.sources ?? false)) return false;
  return named.some((name) => name !== '' && (lower === name || lower.startsWith(`${name}/`)));
}

function mayShip(lower: string, sources: boolean): boolean {
  if (lower.split('/').some((name) => name.startsWith('.') || name.endsWith('~'))) return false;
  if (classify(lower) === 'script-source') return sources;
  return !SOURCES.has(extensionOf(nameOf(lower)));
}
