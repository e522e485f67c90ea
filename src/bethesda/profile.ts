/**
 * The Fallout 4 project profile: what each path is, and the `.gitattributes` and `.gitignore` that a new project
 * begins with. Stock Git and stock git-lfs read both, so every pattern is theirs.
 */
import { extensionOf, nameOf } from '../shared/paths.ts';

export type FileClass =
  | 'plugin'
  | 'script-source'
  | 'script'
  | 'texture'
  | 'mesh'
  | 'sound'
  | 'archive'
  | 'interface'
  | 'strings'
  | 'fomod'
  | 'text'
  | 'other';

/** Bytes. A plugin beyond it gets an attribute line of its own and lives in LFS from then on. */
export const PLUGIN_LIMIT = 20 * 1024 * 1024;

/** What goes to LFS, by extension, under a heading for the person who reads `.gitattributes`. */
const LFS_GROUPS: readonly (readonly [string, readonly string[]])[] = [
  [
    'Textures and images',
    [
      'dds',
      'tga',
      'bmp',
      'png',
      'jpg',
      'jpeg',
      'tif',
      'tiff',
      'hdr',
      'psd',
      'xcf',
      'kra',
      'spp',
      'sbs',
      'sbsar',
    ],
  ],
  [
    'Meshes, animations, facial data, level of detail',
    [
      'nif',
      'hkx',
      'tri',
      'egm',
      'egt',
      'ssf',
      'bto',
      'btr',
      'btt',
      'lod',
      'fbx',
      'obj',
      'blend',
      'max',
      'ma',
      'mb',
      'ztl',
    ],
  ],
  ['Previs and precombined meshes', ['csg', 'cdx', 'uvd']],
  ['Sound and video', ['wav', 'xwm', 'fuz', 'lip', 'mp3', 'ogg', 'flac', 'bk2', 'bik', 'mp4', 'avi', 'mkv']],
  ['Archives', ['ba2', 'bsa', 'zip', '7z', 'rar']],
  ['Interface movies, fonts, programs', ['swf', 'gfx', 'fla', 'ttf', 'otf', 'dll', 'exe', 'pdb']],
  ['Documents', ['pdf', 'doc', 'docx', 'xls', 'xlsx', 'odt', 'ods']],
];

const CLASSES: Readonly<Record<Exclude<FileClass, 'fomod' | 'other'>, readonly string[]>> = {
  plugin: ['esp', 'esm', 'esl'],
  'script-source': ['psc'],
  script: ['pex'],
  texture: ['dds', 'tga', 'bmp', 'png', 'jpg', 'jpeg', 'tif', 'tiff', 'hdr', 'psd', 'xcf', 'kra'],
  mesh: [
    'nif',
    'hkx',
    'tri',
    'egm',
    'egt',
    'ssf',
    'bto',
    'btr',
    'btt',
    'lod',
    'csg',
    'cdx',
    'uvd',
    'fbx',
    'obj',
    'blend',
    'max',
  ],
  sound: ['wav', 'xwm', 'fuz', 'lip', 'mp3', 'ogg', 'flac'],
  archive: ['ba2', 'bsa', 'zip', '7z', 'rar'],
  interface: ['swf', 'gfx', 'fla'],
  strings: ['strings', 'dlstrings', 'ilstrings'],
  text: [
    'txt',
    'md',
    'ini',
    'json',
    'xml',
    'ppj',
    'as',
    'toml',
    'yaml',
    'yml',
    'csv',
    'tsv',
    'cfg',
    'html',
    'htm',
    'css',
    'js',
    'pas',
    'bat',
    'ps1',
    'flg',
    'achlist',
    'gitignore',
    'gitattributes',
  ],
};

const CLASS_OF = new Map<string, FileClass>();
// `Object.entries` widens the keys of CLASSES to string.
for (const [name, extensions] of Object.entries(CLASSES))
  for (const extension of extensions) CLASS_OF.set(`.${extension}`, name as FileClass);

/** What a project path is, by its name alone. Case does not count, as in the game. */
export function classify(path: string): FileClass {
  const lower = path.toLowerCase();
  if (/(^|\/)fomod\/[^/]+\.xml$/.test(lower)) return 'fomod';
  const extension = extensionOf(lower) || (nameOf(lower).startsWith('.') ? nameOf(lower) : '');
  return CLASS_OF.get(extension) ?? 'other';
}

export const isPlugin = (path: string): boolean => classify(path) === 'plugin';

/** `dds` → `*.[dD][dD][sS]`: Git matches case on every platform but the game does not. */
function anyCase(extension: string): string {
  let pattern = '*.';
  for (const char of extension) {
    const upper = char.toUpperCase();
    pattern += upper === char ? char : `[${char}${upper}]`;
  }
  return pattern;
}

const LFS = 'filter=lfs diff=lfs merge=lfs -text';

/** The `.gitattributes` of a new project. Later lines win, so lines of its own can follow. */
export function gitAttributes(): string {
  const lines = [
    '# Fallout 4 project. Bytes are kept as they are: no line ending is ever converted.',
    '* -text',
    '',
    '# Scripts and plugins live in Git itself: text is merged by lines, plugins are never merged as text.',
    `${anyCase('psc')} diff`,
    ...CLASSES.plugin.map((extension) => `${anyCase(extension)} binary diff=modsync-plugin`),
    `${anyCase('pex')} binary`,
    ...CLASSES.strings.map((extension) => `${anyCase(extension)} binary`),
  ];
  for (const [heading, extensions] of LFS_GROUPS)
    lines.push('', `# ${heading}`, ...extensions.map((extension) => `${anyCase(extension)} ${LFS}`));
  return `${lines.join('\n')}\n`;
}

/**
 * The attribute line that moves one file to LFS, such as a plugin beyond `PLUGIN_LIMIT`. Matches this path only.
 * @param path a project path
 */
export function lfsLineFor(path: string): string {
  // A leading slash anchors the pattern and takes the special meaning from `#`, `!` and `"` at its start.
  const pattern = path.replace(/[*?[]/g, '[$&]').replace(/\\/g, '\\\\').replace(/\s/g, '[[:space:]]');
  return `/${pattern} ${LFS}`;
}

/** The `.gitignore` of a new project: secrets, and what editors and the system leave behind. Nothing that a mod ships. */
export function gitIgnore(): string {
  return `# Keys and tokens
.env.local

# The system
[Tt]humbs.db
ehthumbs.db
[Dd]esktop.ini
$RECYCLE.BIN/
.DS_Store
._*
.Trash-*/

# Editors
*.tmp
*.temp
*.swp
*~
~$*
.#*
*.[bB][aA][kK]
*.orig
*.rej
*.blend[1-9]
.vs/
.vscode/
.idea/

# Creation Kit, xEdit, Mod Organizer, Vortex
/[Bb]ackup/*.[eE][sS][pPmMlL]*
*.[eE][sS][pPmMlL].save.*
*.[eE][sS][pPmMlL].backup.*
FO4Edit Backups/
FO4Edit Cache/
/meta.ini
__folder_managed_by_vortex
vortex.deployment.*
*.vortex_backup

# Logs and crash dumps
*.[lL][oO][gG]
*.dmp
*.mdmp
`;
}
