/** Re-reads everything a relay keeps. Changes nothing, and may run beside the relay. */
import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { SyncError, throwIfAborted } from '../../shared/errors.ts';
import type { Oid, ProjectId } from '../../shared/ids.ts';
import type { CallOptions } from '../../shared/progress.ts';
import { listAssets, openAsset } from '../assets/assetFolder.ts';
import { type FolderLayout, folderLayout } from '../dataFolder.ts';
import { faultsOf, projectsOf, releaseFilesOf } from '../db/db.ts';
import { Git } from '../git/gitProcess.ts';
import { reachedPointers } from '../git/pointers.ts';

export interface Problem {
  readonly kind: 'database' | 'repository' | 'asset-damaged' | 'asset-missing';
  readonly project?: ProjectId;
  readonly oid?: Oid;
  readonly message: string;
}

export interface VerifyReport {
  readonly projects: number;
  readonly assets: number;
  /** Of assets. */
  readonly bytes: number;
  readonly problems: readonly Problem[];
}

/** @throws SyncError `NOT_FOUND` without a relay's data */
export async function verify(
  dataDir: string,
  { signal, onProgress }: CallOptions = {},
): Promise<VerifyReport> {
  const folder = folderLayout(dataDir);
  await access(folder.database).catch((cause) => {
    throw new SyncError(
      'NOT_FOUND',
      `There is no relay's data in ${folder.path}. Name its folder with --data.`,
      { cause },
    );
  });
  const problems: Problem[] = faultsOf(folder.database).map((message) => ({ kind: 'database', message }));
  const git = Git.beside(folder);
  let assets = 0;
  let bytes = 0;
  const projects = projectsOf(folder.database);
  for (const project of projects) {
    throwIfAborted(signal);
    const present = new Set<Oid>();
    for await (const { oid, size } of listAssets(folder, project)) {
      throwIfAborted(signal);
      const whole = await isWhole(folder, project, oid);
      if (whole === undefined) continue;
      present.add(oid);
      assets++;
      bytes += size;
      if (!whole)
        problems.push({
          kind: 'asset-damaged',
          project,
          oid,
          message: 'its bytes are not those of its name',
        });
      onProgress?.({ phase: 'hash', files: assets, bytes });
    }
    try {
      await git.output(folder.repository(project), ['fsck', '--full', '--no-dangling', '--no-progress']);
      const named = [...(await reachedPointers(git, folder.repository(project))).keys()].map(
        (oid) => [oid, 'a commit'] as const,
      );
      const released = releaseFilesOf(folder.database, project).map((oid) => [oid, 'a release'] as const);
      // Looked for once more: it may have been pushed meanwhile.
      for (const [oid, who] of [...named, ...released])
        if (!present.has(oid) && (await isWhole(folder, project, oid)) === undefined)
          problems.push({
            kind: 'asset-missing',
            project,
            oid,
            message: `${who} names it, and it is not here`,
          });
    } catch (error) {
      problems.push({
        kind: 'repository',
        project,
        message: error instanceof Error ? error.message : String(error),
      });
    }
  }
  return { projects: projects.length, assets, bytes, problems };
}

/** `undefined` when it is not there. */
async function isWhole(folder: FolderLayout, project: ProjectId, oid: Oid): Promise<boolean | undefined> {
  const opened = await openAsset(folder, project, oid);
  if (opened === undefined) return undefined;
  try {
    const hash = createHash('sha256');
    for await (const chunk of opened.file.createReadStream({ highWaterMark: 1 << 20, autoClose: false }))
      hash.update(chunk);
    return hash.digest('hex') === oid;
  } finally {
    await opened.file.close();
  }
}
