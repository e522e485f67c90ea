/** The version in the files that say it: a plugin's description, `fomod/info.xml`, a key of a JSON file. */
import { classify, withDescribedVersion, withInfoVersion } from '../../bethesda/index.ts';
import { formatPointer, parsePointer } from '../../lfs/index.ts';
import { exactText, utf8 } from '../../shared/bytes.ts';
import { errorBody } from '../../shared/errors.ts';
import type { TreeFile } from '../../shared/git.ts';
import type { BlobId, TreeId } from '../../shared/ids.ts';
import { extensionOf } from '../../shared/paths.ts';
import type { Project } from '../project/Project.ts';
import type { ReleaseFault } from './checks.ts';
import { wholeOf } from './contents.ts';
import type { ReleaseRules } from './releaseRules.ts';

export interface Stamped {
  readonly path: string;
  readonly content: Uint8Array;
  readonly file: TreeFile;
  readonly isAsset: boolean;
}

/** Changes nothing. Only the files that do not say it yet. */
export async function stamps(
  project: Project,
  tree: TreeId,
  { stamp }: ReleaseRules,
  version: string,
): Promise<{ readonly stamped: readonly Stamped[]; readonly faults: readonly ReleaseFault[] }> {
  const { trees, objects } = project.repository;
  const stamped: Stamped[] = [];
  const faults: ReleaseFault[] = [];
  for (const one of stamp) {
    const { path, key } = typeof one === 'string' ? { path: one, key: 'version' } : one;
    const fault = (message: string) =>
      void faults.push({ check: 'stamp', path, message: `${path}: ${message}` });
    const file = await trees.find(tree, path);
    if (!file) {
      fault('rules.release.stamp names it, and it is not there.');
      continue;
    }
    const blob = file.id as BlobId; // a file of a tree
    const bytes = await objects.readBlob(blob);
    const asset = parsePointer(bytes);
    try {
      const before = asset ? await wholeOf(project, { blob, asset, size: asset.size }) : bytes;
      const content = changed(path, before, key, version);
      if (content === undefined)
        fault(WHERE[classify(path)] ?? `it has no "${key}" to put the version at, or several.`);
      else if (content !== before && !same(content, before))
        stamped.push({ path, content, file, isAsset: asset !== undefined });
    } catch (error) {
      fault(errorBody(error).message);
    }
  }
  return { stamped, faults };
}

const WHERE: Readonly<Record<string, string>> = {
  fomod: 'it has no place for a <Version>.',
};

const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, at) => byte === b[at]);

function changed(path: string, bytes: Uint8Array, key: string, version: string): Uint8Array | undefined {
  if (classify(path) === 'plugin') return withDescribedVersion(bytes, version);
  if (extensionOf(path) === '.xml') return withInfoVersion(bytes, version);
  if (extensionOf(path) === '.json') return withJsonVersion(bytes, key, version);
  return undefined;
}

/** The text stays as it is, but for the one value. */
function withJsonVersion(bytes: Uint8Array, key: string, version: string): Uint8Array | undefined {
  const source = exactText(bytes);
  if (source === undefined) return undefined;
  const quoted = JSON.stringify(key).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const places = [...source.matchAll(new RegExp(`(${quoted}\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"`, 'g'))];
  const [place] = places;
  if (!place || places.length > 1) return undefined;
  const { 0: old, 1: before = '', index } = place;
  return utf8(
    `${source.slice(0, index)}${before}${JSON.stringify(version)}${source.slice(index + old.length)}`,
  );
}

/** Stores the stamped files, and gives the tree that has them. */
export async function stampedTree(
  project: Project,
  tree: TreeId,
  stamped: readonly Stamped[],
): Promise<TreeId> {
  const { trees, objects } = project.repository;
  const changes = [];
  for (const { path, content, file, isAsset } of stamped) {
    const data = isAsset ? formatPointer(await project.cache.addContent(once(content))) : content;
    const [id] = await objects.write([{ type: 'blob', data }]);
    changes.push({ path, after: { mode: file.mode, id: id as BlobId } }); // an id that `write` gave for a blob
  }
  return await trees.write(tree, changes);
}

async function* once(content: Uint8Array) {
  yield content;
}
