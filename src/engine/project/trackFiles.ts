/** Which files are assets: reads and changes `.gitattributes`, as `git lfs track` does. */
import { stagedFiles } from '../../git/index.ts';
import {
  type KnownPattern,
  patternsOf,
  type TrackOptions,
  trackPatterns,
  untrackPatterns,
} from '../../lfs/index.ts';
import { text, utf8 } from '../../shared/bytes.ts';
import { SyncError } from '../../shared/errors.ts';
import { join, nameOf, parentOf } from '../../shared/paths.ts';
import { trackedAssets } from '../assets/assetList.ts';
import { markLockable } from '../locks/lockable.ts';
import type { Project } from './Project.ts';

const ATTRIBUTES = '.gitattributes';
/** Git, git-lfs and modsync read these themselves: a pointer in their place would break the project. */
const NEVER_ASSETS = ['.git', '.lfs', '.modsync'];

export interface Tracked {
  readonly tracked: readonly string[];
  readonly already: readonly string[];
  /** Files that Git has already, and that the next snapshot moves. */
  readonly moves: readonly string[];
}

export interface TrackedPattern extends KnownPattern {
  /** Project path of the attribute file. */
  readonly source: string;
}

export const canBeAsset = (path: string): boolean =>
  !NEVER_ASSETS.some((prefix) => nameOf(path).startsWith(prefix));

/** The patterns of all attribute files, the deepest file first. */
export async function listTracked({ host, folder }: Project): Promise<TrackedPattern[]> {
  const files = await host.disk.walk(folder, (_at, entries) =>
    entries.filter(({ name, kind }) => (kind === 'folder' ? name !== '.git' : name === ATTRIBUTES)),
  );
  const sources = files.map(({ path }) => path).sort((a, b) => b.length - a.length);
  const contents = await host.disk.readMany(sources.map((path) => join(folder, path)));
  return sources.flatMap((source, at) => patternsIn(text(contents[at] ?? new Uint8Array()), source));
}

function patternsIn(content: string, source: string): TrackedPattern[] {
  const folder = parentOf(source);
  return patternsOf(content).map(({ pattern, lockable }) => ({
    pattern: folder === '' ? pattern : `${folder}/${pattern}`,
    lockable,
    source,
  }));
}

/**
 * @param folder project path of the folder whose `.gitattributes` is written: patterns are relative to it
 * @throws SyncError `INVALID_INPUT` when a pattern would make an asset of what Git itself reads, or can match nothing
 */
export async function trackFiles(
  project: Project,
  patterns: readonly string[],
  { folder, ...options }: TrackOptions & { readonly folder: string },
): Promise<Tracked> {
  for (const pattern of patterns) refuseUseless(pattern, options.filename === true);
  const before = await readAttributes(project, folder);
  const known = await listTracked(project);
  const { content, tracked, already } = trackPatterns(before, patterns, { ...options, folder, known });
  if (content === before) return { tracked, already, moves: [] };

  const paths = await trackedFiles(project);
  await refuseBreaking(project, folder, content, paths);
  const moves = await changeAttributes(project, folder, content, paths);
  if (options.lockable !== undefined) await markLockable(project, [ATTRIBUTES]);
  return { tracked, already, moves };
}

/** git-lfs writes such lines all the same, and Git warns of some of them at each command. */
function refuseUseless(pattern: string, isName: boolean): void {
  const path = pattern.replaceAll('\\', '/');
  const why =
    !isName && path.startsWith('!')
      ? 'attributes know no negative patterns. Track narrower ones instead'
      : path.split('/').includes('..')
        ? 'a pattern stays below the folder it is given in. Give it in the folder above'
        : /^[./]*$/.test(path)
          ? 'it names nothing. All files of a folder are "folder/**"'
          : path.endsWith('/')
            ? `attributes are for files, not for folders. Its files are "${path}**"`
            : undefined;
  if (why !== undefined)
    throw new SyncError('INVALID_INPUT', `No file can match "${pattern}": ${why}. Nothing was changed.`, {
      data: { pattern },
    });
}

export async function untrackFiles(
  project: Project,
  patterns: readonly string[],
  { folder }: { readonly folder: string },
): Promise<{ readonly untracked: readonly string[]; readonly moves: readonly string[] }> {
  const { content, untracked } = untrackPatterns(await readAttributes(project, folder), patterns);
  if (untracked.length === 0) return { untracked, moves: [] };
  const paths = await trackedFiles(project);
  await refusePointers(project, folder, content, paths);
  return { untracked, moves: await changeAttributes(project, folder, content, paths) };
}

/**
 * A pointer that no rule covers any more would be the file, for everybody.
 * @throws SyncError `ASSET_MISSING` with what brings the bytes
 */
async function refusePointers(
  project: Project,
  folder: string,
  content: string,
  paths: readonly string[],
): Promise<void> {
  const stays = await areAssets(project, paths, { folder, content: utf8(content) });
  const leaving = new Set(paths.filter((_, at) => !stays[at]));
  const assets = await trackedAssets(project, (path) => leaving.has(path));
  const pointer = assets.find(({ onDisk }) => onDisk === 'pointer');
  if (pointer)
    throw new SyncError(
      'ASSET_MISSING',
      `${pointer.path} is not on this machine: its pointer would become the file, for everybody. Bring its bytes first: modsync assets only --all. Nothing was changed.`,
      { data: { path: pointer.path, oid: pointer.oid } },
    );
}

/**
 * Before a folder's attribute file gets this content.
 * @throws SyncError `INVALID_INPUT` where it would make an asset of what must be read, itself included, or where one of
 *   `wanted` would be none
 */
export async function refuseBreaking(
  project: Project,
  folder: string,
  content: string,
  paths: readonly string[],
  wanted: readonly string[] = [],
): Promise<void> {
  const written = folder === '' ? ATTRIBUTES : join(folder, ATTRIBUTES);
  const own = [...new Set([written, ...paths.filter((path) => !canBeAsset(path))])];
  const proposed = { folder, content: utf8(content) };
  const broken = await areAssets(project, own, proposed);
  const first = own.find((_, at) => broken[at]);
  if (first !== undefined)
    throw new SyncError(
      'INVALID_INPUT',
      `That would make an asset of ${first}, which Git and modsync must read themselves. Choose a narrower pattern; nothing was changed.`,
      { data: { path: first } },
    );
  const isAsset = await areAssets(project, wanted, proposed);
  const kept = wanted.find((_, at) => !isAsset[at]);
  if (kept !== undefined)
    throw new SyncError(
      'INVALID_INPUT',
      `${kept} would stay in Git: another line says that it is no asset (look at .gitattributes beside it). Nothing was changed.`,
      { data: { path: kept } },
    );
}

/** Writes the file, and has Git look again at those of `paths` that now are assets, or no longer are. */
export async function changeAttributes(
  project: Project,
  folder: string,
  content: string,
  paths: readonly string[],
): Promise<string[]> {
  const { host, repository } = project;
  const before = await areAssets(project, paths);
  await project.writeFile(join(folder, ATTRIBUTES), utf8(content));
  const after = await areAssets(project, paths);
  const moves = paths.filter((_, at) => before[at] !== after[at]);
  for (const path of moves) await host.disk.touch(join(repository.folder, path));
  return moves;
}

/** @param proposed what the attribute file of a folder may become; left out: by the files on disk */
export async function areAssets(
  { repository }: Project,
  paths: readonly string[],
  proposed?: { readonly folder: string; readonly content: Uint8Array },
): Promise<boolean[]> {
  const attributes = await repository.attributes(paths, proposed);
  return attributes.map((of) => of.get('filter') === 'lfs');
}

export async function readAttributes({ host, folder }: Project, at: string): Promise<string> {
  return text((await host.disk.read(join(folder, at, ATTRIBUTES))) ?? new Uint8Array());
}

/** Those of the newest commit, and those that are staged. */
export async function trackedFiles({ repository, host }: Project): Promise<string[]> {
  const tree = await repository.headTree();
  const paths = new Set(tree ? (await repository.trees.list(tree)).keys() : []);
  const index = join(repository.gitDir, 'index');
  if (await host.disk.lstat(index))
    for (const { path } of await stagedFiles(repository, index)) paths.add(path);
  return [...paths];
}
