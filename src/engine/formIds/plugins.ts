/** The versions of a plugin that a project has, and the object ids in them. */
import { isPlugin, objectIdRange, ownRecords, parsePlugin, withNextObjectId } from '../../bethesda/index.ts';
import { SyncError } from '../../shared/errors.ts';
import type { IdRange } from '../../shared/idRanges.ts';
import type { CommitId } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';
import type { Project } from '../project/Project.ts';

export interface IdsInUse {
  /** A record has them here, in the newest snapshot, or at the remote. */
  readonly used: ReadonlySet<number>;
  /** Those that the plugin's flags allow. */
  readonly range: IdRange;
  readonly isLight: boolean;
}

/** @throws SyncError `NOT_FOUND`, `MALFORMED_PLUGIN`, `INVALID_INPUT` for what is no plugin */
export async function idsInUse(project: Project, path: string): Promise<IdsInUse> {
  if (!isPlugin(path))
    throw new SyncError('INVALID_INPUT', `${path} is no plugin: name an esp, esm or esl file.`, {
      data: { path },
    });
  const onDisk = await pluginOnDisk(project, path);
  const files = [onDisk];
  for (const tip of await knownTips(project)) {
    const blob = await pluginAt(project, tip, path);
    if (blob) files.push(blob);
  }
  const plugin = parsePlugin(onDisk);
  const used = new Set(files.flatMap((bytes) => [...ownRecords(parsePlugin(bytes)).keys()]));
  const [from, to] = objectIdRange(plugin);
  return { used, range: { from, to }, isLight: plugin.isLight };
}

/** The newest snapshot here, and the remote's as of the last contact. */
export async function knownTips(project: Project): Promise<CommitId[]> {
  const { ref, commit } = await project.branch();
  return [commit, await project.tracked(ref)].filter((tip) => tip !== undefined);
}

/** @throws SyncError `NOT_FOUND` */
export async function pluginOnDisk({ host, folder }: Project, path: string): Promise<Uint8Array> {
  const bytes = await host.disk.read(join(folder, path));
  if (bytes) return bytes;
  throw new SyncError('NOT_FOUND', `There is no plugin ${path} in this project.`, { data: { path } });
}

/** Of a commit; `undefined` where it has none, or only the pointer of one. */
export async function pluginAt(
  project: Project,
  commit: CommitId,
  path: string,
): Promise<Uint8Array | undefined> {
  const blob = await fileAt(project, commit, path);
  return blob && String.fromCharCode(...blob.subarray(0, 4)) === 'TES4' ? blob : undefined;
}

export async function fileAt(
  { repository }: Project,
  commit: CommitId,
  path: string,
): Promise<Uint8Array | undefined> {
  const file = await repository.trees.find((await repository.graph.commit(commit)).tree, path);
  return file && (await repository.objects.readBlob(file.id));
}

export async function setNextId(project: Project, path: string, next: number): Promise<void> {
  const bytes = await pluginOnDisk(project, path);
  if (parsePlugin(bytes).nextObjectId === next) return;
  await project.writeFile(path, withNextObjectId(bytes, next));
}
