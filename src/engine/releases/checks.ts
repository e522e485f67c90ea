/** What keeps a release back. Every check looks at everything, so that a person hears of all faults at once. */
import { checkFomod, checkInfo, isGameFile, parsePlugin } from '../../bethesda/index.ts';
import { brokenNameRule, collisionKey } from '../../git/index.ts';
import { errorBody, SyncError } from '../../shared/errors.ts';
import { nameOf, parentOf } from '../../shared/paths.ts';
import type { Project } from '../project/Project.ts';
import { FOMOD, isPluginFile, type ReleaseContents, wholeOf } from './contents.ts';

export type ReleaseCheck =
  | 'dirty'
  | 'not-synced'
  | 'conflict'
  | 'version-taken'
  | 'version-not-newer'
  | 'empty'
  | 'game-file'
  | 'name'
  | 'case'
  | 'odd-file'
  | 'plugin'
  | 'missing-master'
  | 'fomod'
  | 'too-large'
  | 'stamp';

export interface ReleaseFault {
  readonly check: ReleaseCheck;
  /** Where there is one: relative to `Data`. */
  readonly path?: string;
  readonly message: string;
}

/** @throws SyncError `RELEASE_REFUSED` with `data.faults`, when there are any */
export function refuse(version: string, faults: readonly ReleaseFault[]): void {
  if (faults.length === 0) return;
  const list = faults.map(({ message }) => `- ${message}`).join('\n');
  throw new SyncError('RELEASE_REFUSED', `${version} cannot be released yet; nothing was changed.\n${list}`, {
    data: { version, faults },
  });
}

/** Largest plugin that is looked into. Bytes. */
const LARGEST = 512 << 20;

export async function checkContents(project: Project, contents: ReleaseContents): Promise<ReleaseFault[]> {
  const { files } = contents;
  if (files.length === 0)
    return [
      {
        check: 'empty',
        message:
          'Nothing here ships: there is no plugin, archive or game folder. Name the folder that is the game’s Data in .modsync.json (rules.release.root).',
      },
    ];
  return [
    ...names(contents),
    ...files
      .filter(({ odd }) => odd)
      .map(({ path }) => ({
        check: 'odd-file' as const,
        path,
        message: `${path} is a link or a submodule, which an archive cannot hold.`,
      })),
    ...(await plugins(project, contents)),
    ...(await fomod(project, contents)),
  ];
}

function names({ files }: ReleaseContents): ReleaseFault[] {
  const faults: ReleaseFault[] = [];
  const spellings = new Map<string, string>();
  const told = new Set<string>();
  for (const { path } of files) {
    if (isGameFile(path))
      faults.push({
        check: 'game-file',
        path,
        message: `${path} is the game’s own: it may not be given away.`,
      });
    const broken = path
      .split('/')
      .map(brokenNameRule)
      .find((rule) => rule !== undefined);
    if (broken !== undefined) faults.push({ check: 'name', path, message: `${path}: ${broken}.` });
    for (let at = path; at !== ''; at = parentOf(at)) {
      const key = collisionKey(at);
      const known = spellings.get(key);
      if (known === at) break;
      if (known === undefined) spellings.set(key, at);
      // one fault for a folder, not for each file in it
      else if (nameOf(known) !== nameOf(at)) {
        if (told.has(at)) break;
        told.add(at);
        faults.push({
          check: 'case',
          path: at,
          message: `${at} and ${known} are one to the game, and two to everything else. Spell them alike.`,
        });
        break;
      }
    }
  }
  return faults;
}

async function plugins(project: Project, { files, rules }: ReleaseContents): Promise<ReleaseFault[]> {
  const faults: ReleaseFault[] = [];
  const known = new Set(
    [...files.filter(isPluginFile).map(({ path }) => nameOf(path)), ...rules.requires].map((name) =>
      name.toLowerCase(),
    ),
  );
  for (const file of files.filter((one) => isPluginFile(one) && !one.odd && one.size <= LARGEST)) {
    const { path } = file;
    try {
      const { masters } = parsePlugin(await wholeOf(project, file));
      for (const master of masters)
        if (!known.has(master.toLowerCase()) && !isGameFile(master))
          faults.push({
            check: 'missing-master',
            path,
            message: `${path} needs ${master}, which is neither in the release nor the game’s. Clean its masters, or name it as one that players must have (rules.release.requires).`,
          });
    } catch (error) {
      faults.push({ check: 'plugin', path, message: `${path}: ${errorBody(error).message}` });
    }
  }
  return faults;
}

/** An installer is looked at as mod managers read it: with what the archive holds. */
async function fomod(project: Project, contents: ReleaseContents): Promise<ReleaseFault[]> {
  const faults: ReleaseFault[] = [];
  // a mod manager unpacks one archive at a time
  const files = contents.files.filter(({ part }) => part === undefined);
  const read = async (name: string, check: (bytes: Uint8Array) => readonly string[]) => {
    const file = files.find(({ path }) => path.toLowerCase() === name);
    if (!file || file.odd) return;
    for (const fault of check(await wholeOf(project, file)))
      faults.push({ check: 'fomod', path: file.path, message: `${file.path}, ${fault}.` });
  };
  const paths = files.map(({ path }) => path);
  await read(FOMOD, (bytes) => checkFomod(bytes, paths).faults);
  await read('fomod/info.xml', checkInfo);
  return faults;
}

/** An archive that the place it is for does not take. @param limit bytes */
export function tooLarge(
  { files }: ReleaseContents,
  archives: readonly { readonly name: string; readonly size: number }[],
  limit: number,
): ReleaseFault[] {
  const folders = new Map<string, number>();
  for (const { path, part, size } of files) {
    const folder =
      part === undefined && path.includes('/') ? `${path.slice(0, path.indexOf('/'))}/` : undefined;
    if (folder !== undefined) folders.set(folder, (folders.get(folder) ?? 0) + size);
  }
  const [largest] = [...folders].sort(([, a], [, b]) => b - a);
  const [folder, bytes] = largest ?? ['Textures/', 0];
  const rule = `"parts": { "${folder.replaceAll('/', '').replace(/[^\w -]/g, '') || 'More'}": ["${folder}"] }`;
  return archives
    .filter(({ size }) => size > limit)
    .map(({ name, size }) => ({
      check: 'too-large',
      path: name,
      message: `${name} has ${inWords(size)}, and the remote takes files of at most ${inWords(limit)}. Give players several archives (rules.release of .modsync.json), such as ${rule}${bytes > 0 ? `: that folder has ${inWords(bytes)}` : ''}. Or leave something out, or release without the remote: --local.`,
    }));
}

const inWords = (bytes: number): string =>
  bytes < 1e6
    ? `${bytes} bytes`
    : bytes < 1e9
      ? `${(bytes / 1e6).toFixed(1)} MB`
      : `${(bytes / 1e9).toFixed(2)} GB`;

/** Sources of scripts that nothing compiled goes along with: the game runs `.pex` alone. A plugin's archive may hold them. */
export function warningsOf({ files, leftOut }: ReleaseContents): string[] {
  const paths = files.map(({ path }) => path.toLowerCase());
  if (paths.some((path) => path.endsWith('.ba2'))) return [];
  const compiled = new Set(paths.filter((path) => path.endsWith('.pex')));
  const all = [...paths, ...leftOut.map((path) => path.toLowerCase())];
  const sources = all.flatMap((path) => /^scripts\/source\/(?:user\/)?(.+)\.psc$/.exec(path)?.[1] ?? []);
  const absent = sources.filter((name) => !compiled.has(`scripts/${name}.pex`));
  const [first] = absent;
  if (first === undefined) return [];
  const which = absent.length === 1 ? `${first} has` : `${absent.length} scripts, such as ${first}, have`;
  return [`${which} a source and no compiled .pex in the release: the game will not run them.`];
}
