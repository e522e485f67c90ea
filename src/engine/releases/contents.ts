/** What a snapshot ships: the files of its tree that the profile and the project's rules choose, and their bytes. */
import { checkFomod, classify, gameRoot, installedBy, ships } from '../../bethesda/index.ts';
import { MAX_POINTER_LENGTH, parsePointer } from '../../lfs/index.ts';
import type { AssetRef, Remote } from '../../ports/index.ts';
import { compareBytes } from '../../shared/bytes.ts';
import { SyncError } from '../../shared/errors.ts';
import { MODE, type TreeFile } from '../../shared/git.ts';
import type { BlobId, TreeId } from '../../shared/ids.ts';
import { extensionOf } from '../../shared/paths.ts';
import type { CallOptions } from '../../shared/progress.ts';
import { matchesAny } from '../assets/parts.ts';
import { queueFor } from '../assets/transfers.ts';
import type { Project } from '../project/Project.ts';
import { PROJECT_FILE } from '../project/projectFile.ts';
import { type ReleaseRules, releaseRules } from './releaseRules.ts';

export interface ShippedFile {
  /** In the archive: relative to `Data`. */
  readonly path: string;
  readonly projectPath: string;
  readonly blob: BlobId;
  readonly size: number;
  readonly asset?: AssetRef;
  /** The archive that it is in, by the rules; absent: the main one. */
  readonly part?: string;
  /** A link or a submodule: no archive can hold it. */
  readonly odd: boolean;
}

export interface ReleaseContents {
  readonly rules: ReleaseRules & { readonly project?: string };
  readonly root: string;
  /** In the archive's order. */
  readonly files: readonly ShippedFile[];
  /** Relative to `Data`: of the project, and left at home. */
  readonly leftOut: readonly string[];
}

/** Compressed by themselves. `.ba2` mostly are. */
const PACKED = new Set([
  '.ba2',
  '.bsa',
  '.png',
  '.jpg',
  '.jpeg',
  '.mp3',
  '.ogg',
  '.xwm',
  '.fuz',
  '.bk2',
  '.zip',
  '.7z',
]);

export const isPacked = (path: string): boolean => PACKED.has(extensionOf(path));

/** @throws SyncError `INVALID_CONFIG` */
export async function contentsOf(project: Project, tree: TreeId): Promise<ReleaseContents> {
  const { trees, objects } = project.repository;
  const all = await trees.list(tree);
  const config = all.get(PROJECT_FILE);
  const rules = releaseRules(config && (await objects.readBlob(config.id)));
  const root = rules.root ?? gameRoot([...all.keys()]);
  const prefix = root === '' ? '' : `${root}/`;
  const inside = [...all]
    .filter(([path]) => path.startsWith(prefix))
    .map(([path, file]) => [path.slice(prefix.length), file] as const)
    .sort(([a], [b]) => compareBytes(a, b));

  const installer = inside.find(([path]) => path.toLowerCase() === FOMOD);
  const named = installer ? checkFomod(await objects.readBlob(installer[1].id), []).sources : [];
  const isIncluded = matchesAny(rules.include, true);
  const isExcluded = matchesAny(rules.exclude, true);
  const goes = (path: string) =>
    !isExcluded(path) && (isIncluded(path) || ships(path, rules) || installedBy(named, path, rules));
  const chosen = inside.filter(([path]) => goes(path));
  const parts = Object.entries(rules.parts).map(
    ([name, patterns]) => [name, matchesAny(patterns, true)] as const,
  );
  const partOf = (path: string) => parts.find(([, holds]) => holds(path))?.[0];
  return {
    rules,
    root,
    files: await Promise.all(
      chosen.map(([path, file]) => shipped(project, path, prefix, file, partOf(path))),
    ),
    leftOut: inside.map(([path]) => path).filter((path) => !goes(path)),
  };
}

export const FOMOD = 'fomod/moduleconfig.xml';

async function shipped(
  { repository }: Project,
  path: string,
  prefix: string,
  { mode, id }: TreeFile,
  part: string | undefined,
): Promise<ShippedFile> {
  const base = { path, projectPath: `${prefix}${path}`, ...(part !== undefined && { part }) };
  if (mode === MODE.submodule || mode === MODE.symlink)
    return { ...base, blob: id as BlobId, size: 0, odd: true }; // never read
  const blob = id as BlobId; // a file's mode, so a blob
  const bytes = await repository.objects.readBlob(blob);
  const asset = bytes.length < MAX_POINTER_LENGTH ? parsePointer(bytes) : undefined;
  return {
    ...base,
    blob,
    odd: false,
    size: asset?.size ?? bytes.length,
    ...(asset && { asset: { oid: asset.oid, size: asset.size } }),
  };
}

/** The files of each archive that there is, the main one first: nearly always one. Each has at least one file. */
export function archivesOf({
  rules,
  files,
}: ReleaseContents): { readonly part?: string; readonly files: readonly ShippedFile[] }[] {
  const main = { files: files.filter(({ part }) => part === undefined) };
  const others = Object.keys(rules.parts).map((part) => ({
    part,
    files: files.filter((file) => file.part === part),
  }));
  return [main, ...others].filter((archive) => archive.files.length > 0);
}

/** The bytes of a file of the tree: from Git, or from the cache, verified. */
export async function* bytesOf(project: Project, { blob, asset }: Pick<ShippedFile, 'blob' | 'asset'>) {
  if (asset) yield* project.cache.source(asset).open();
  else yield await project.repository.objects.readBlob(blob);
}

/** A whole file, for those that are looked into: plugins and texts. */
export async function wholeOf(
  project: Project,
  file: Pick<ShippedFile, 'blob' | 'asset' | 'size'>,
): Promise<Uint8Array> {
  const whole = new Uint8Array(file.size);
  let at = 0;
  for await (const piece of bytesOf(project, file)) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Brings the assets that are not in the cache. @throws SyncError `ASSET_MISSING`, `BACKEND_CONNECTION_FAILED` */
export async function bringContents(
  project: Project,
  remote: Remote | undefined,
  files: readonly ShippedFile[],
  options: CallOptions,
): Promise<void> {
  const assets = files.flatMap(({ asset }) => (asset && asset.size > 0 ? [asset] : []));
  const here = await project.cache.hasMany(assets);
  const absent = assets.filter((_, at) => !here[at]);
  if (absent.length === 0) return;
  if (!remote)
    throw new SyncError(
      'ASSET_MISSING',
      `The bytes of ${absent.length} assets are not here, and the project has no remote to bring them from.`,
      { data: { oids: absent.slice(0, 20).map(({ oid }) => oid) } },
    );
  await (await queueFor(project, remote.assets)).download(absent, options);
}

export const isPluginFile = ({ path }: Pick<ShippedFile, 'path'>): boolean => classify(path) === 'plugin';
