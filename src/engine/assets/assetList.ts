/** The assets of the newest snapshot, and where their bytes are on this machine. */
import { MAX_POINTER_LENGTH, parsePointer } from '../../lfs/index.ts';
import type { FileStat } from '../../platform/index.ts';
import type { AssetRef } from '../../ports/index.ts';
import { MODE, type TreeFile } from '../../shared/git.ts';
import { join } from '../../shared/paths.ts';
import type { Project } from '../project/Project.ts';
import { partsOf, patternTest } from './parts.ts';

/** What stands at an asset's path: its content (or an edit of it), its pointer, or nothing. */
export type OnDisk = 'content' | 'pointer' | 'absent';

export interface AssetEntry extends AssetRef {
  readonly path: string;
  readonly cached: boolean;
  readonly onDisk: OnDisk;
  /** The parts that this working copy has include it. */
  readonly wanted: boolean;
}

/** An entry with what the engine needs to change it. */
export interface TrackedAsset extends AssetEntry {
  readonly file: TreeFile;
  readonly stat: FileStat | undefined;
}

/** Blobs read at a time. */
const BATCH = 512;

/** @param wanted left out: all of them. Only pointers of paths that pass are read. */
export async function trackedAssets(
  project: Project,
  wanted: (path: string) => boolean = () => true,
): Promise<TrackedAsset[]> {
  const { repository, cache, host } = project;
  const tree = await repository.headTree();
  if (!tree) return [];
  const files = [...(await repository.trees.list(tree))].filter(
    ([path, { mode }]) => (mode === MODE.file || mode === MODE.executable) && wanted(path),
  );
  const attributes = await repository.attributes(files.map(([path]) => path));
  const marked = files.filter((_, at) => attributes[at]?.get('filter') === 'lfs');
  const parts = await partsOf(project);
  const assets: TrackedAsset[] = [];
  for (let at = 0; at < marked.length; at += BATCH) {
    const some = marked.slice(at, at + BATCH);
    const blobs = await repository.objects.readMany(some.map(([, { id }]) => id));
    const found = some.flatMap(([path, file], i) => {
      const blob = blobs[i]?.data;
      const pointer = blob && blob.length < MAX_POINTER_LENGTH ? parsePointer(blob) : undefined;
      return pointer ? [{ path, file, pointer }] : [];
    });
    const stats = await host.disk.lstatMany(
      project.folder,
      found.map(({ path }) => path),
    );
    const cached = await cache.hasMany(found.map(({ pointer }) => pointer));
    for (const [i, { path, file, pointer }] of found.entries()) {
      const stat = stats[i];
      assets.push({
        path,
        oid: pointer.oid,
        size: pointer.size,
        cached: cached[i] === true,
        onDisk: await onDisk(project, path, stat, pointer),
        wanted: parts.wants(path),
        file,
        stat,
      });
    }
  }
  return assets;
}

async function onDisk(
  { host, folder }: Project,
  path: string,
  stat: FileStat | undefined,
  { oid }: AssetRef,
): Promise<OnDisk> {
  if (stat?.kind !== 'file') return stat ? 'content' : 'absent';
  if (stat.size >= MAX_POINTER_LENGTH) return 'content';
  // its line ends may be those of the working copy
  const bytes = await host.disk.read(join(folder, path));
  return bytes && parsePointer(bytes)?.oid === oid ? 'pointer' : 'content';
}

/** @param patterns as in `.gitignore`; none: all of them */
export async function listAssets(project: Project, patterns: readonly string[]): Promise<AssetEntry[]> {
  const assets = await trackedAssets(
    project,
    patterns.length > 0 ? await patternTest(project, patterns) : undefined,
  );
  return assets.map(({ file: _, stat: __, ...entry }) => entry);
}
