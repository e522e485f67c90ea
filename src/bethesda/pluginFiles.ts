/** Which files of a `Data` folder belong to one plugin: what a project made there begins with. */
import { extensionOf, nameOf } from '../shared/paths.ts';
import { isGameFile } from './gameFiles.ts';
import { eachRecord, type Inflate, parsePlugin, readScripts, subrecordsOf, zstring } from './plugin/index.ts';

export interface PluginFiles {
  /** Named after the plugin, or attached by it. */
  readonly belongs: readonly string[];
  /** Only mentioned by the plugin, or named nearly like it: a person should look. */
  readonly maybe: readonly string[];
}

/**
 * @param pluginName file name, such as `My Mod.esp`
 * @param plugin its bytes: they name the scripts and the assets that its records use
 * @param paths every path of the folder, relative to `Data`
 * @throws SyncError `MALFORMED_PLUGIN`
 */
export function filesOfPlugin(
  pluginName: string,
  plugin: Uint8Array | undefined,
  paths: Iterable<string>,
  codec?: Inflate,
): PluginFiles {
  const named = namedLike(pluginName);
  const uses = plugin === undefined ? NOTHING : usedBy(plugin, codec);
  const belongs: string[] = [];
  const maybe: string[] = [];
  for (const path of paths) {
    if (isGameFile(path)) continue;
    const lower = path.toLowerCase();
    const verdict = named(lower);
    if (verdict === 'belongs' || uses.scripts.has(scriptOf(lower))) belongs.push(path);
    else if (verdict === 'maybe' || uses.assets.has(lower)) maybe.push(path);
  }
  return { belongs, maybe };
}

/** Where the game looks for files that carry a plugin's name. */
function namedLike(pluginName: string): (lower: string) => 'belongs' | 'maybe' | undefined {
  const plugin = pluginName.toLowerCase();
  const stem = plugin.slice(0, plugin.length - extensionOf(plugin).length);
  const squeezed = squeeze(stem);
  return (lower) => {
    const parts = lower.split('/');
    const name = parts.pop() as string;
    // `sound/voice/my mod.esp/…`, `textures/my mod/…`, `mcm/config/my mod/…`, `scripts/my mod/…`
    if (parts.includes(plugin) || parts.includes(stem)) return 'belongs';
    if (name === plugin || name.startsWith(`${stem} - `)) return 'belongs';
    const bare = name.slice(0, name.length - extensionOf(name).length);
    if (bare === stem) return 'belongs';
    if (parts[0] === 'strings' && bare.startsWith(`${stem}_`)) return 'belongs';
    if (parts[0] === 'f4se' && (bare.startsWith(`${stem}_`) || bare === `${stem}custom`)) return 'belongs';
    if (parts.length === 0 && bare.startsWith(`${stem}_`) && extensionOf(name) === '.ini') return 'belongs';
    if (squeezed.length < 4) return undefined;
    if (squeeze(bare).startsWith(squeezed)) return 'maybe';
    return parts.some((part) => squeeze(part) === squeezed) ? 'maybe' : undefined;
  };
}

const squeeze = (name: string): string => name.replace(/[\s_.'-]+/g, '');

interface Uses {
  /** Script names in lowercase with `/` for `:`. */
  readonly scripts: ReadonlySet<string>;
  /** Paths in lowercase, relative to `Data`. */
  readonly assets: ReadonlySet<string>;
}

const NOTHING: Uses = { scripts: new Set(), assets: new Set() };

/** `scripts/a/b.pex`, `scripts/source/user/a/b.psc` → `a/b`; anything else → ''. */
function scriptOf(lower: string): string {
  const source = /^scripts\/source\/(?:user\/)?(.+)\.psc$/.exec(lower);
  if (source) return source[1] as string;
  return /^scripts\/(.+)\.pex$/.exec(lower)?.[1] ?? '';
}

/** In which folder a record's relative path starts, by extension. */
const ASSET_FOLDERS: Readonly<Record<string, string>> = {
  '.nif': 'meshes',
  '.hkx': 'meshes',
  '.tri': 'meshes',
  '.dds': 'textures',
  '.bgsm': 'materials',
  '.bgem': 'materials',
  '.wav': 'sound',
  '.xwm': 'sound',
  '.swf': 'interface',
};
const LONGEST_PATH = 400;

function usedBy(bytes: Uint8Array, codec: Inflate | undefined): Uses {
  const scripts = new Set<string>();
  const assets = new Set<string>();
  eachRecord(parsePlugin(bytes), (record) => {
    if (record.flags & 0x40000 && codec === undefined) return;
    for (const { type, data } of subrecordsOf(record, codec ?? NO_CODEC)) {
      if (type === 'VMAD') for (const name of scriptNames(data)) scripts.add(name);
      else if (data.length > 5 && data.length < LONGEST_PATH && data.at(-1) === 0) {
        const path = assetPath(zstring(data));
        if (path !== undefined) assets.add(path);
      }
    }
  });
  return { scripts, assets };
}

const NO_CODEC: Inflate = {
  inflate: () => {
    throw new Error('compressed records are skipped without a codec');
  },
};

/** Attached scripts, and the fragments that the Creation Kit generates for quests, terminals and so on. */
function* scriptNames(vmad: Uint8Array): Generator<string> {
  const read = readScripts(vmad);
  if (read === undefined) return;
  for (const { name } of read.scripts) yield name.toLowerCase().replaceAll(':', '/');
  let rest = '';
  for (const byte of read.rest) rest += String.fromCharCode(byte);
  for (const [name] of rest.matchAll(/fragments:\w+:\w+/gi)) yield name.toLowerCase().replaceAll(':', '/');
}

function assetPath(text: string): string | undefined {
  const folder = ASSET_FOLDERS[extensionOf(nameOf(text.replaceAll('\\', '/')))];
  if (folder === undefined) return undefined;
  const path = text
    .toLowerCase()
    .replaceAll('\\', '/')
    .replace(/^(?:data)?\/+/, '');
  return path.startsWith(`${folder}/`) ? path : `${folder}/${path}`;
}
