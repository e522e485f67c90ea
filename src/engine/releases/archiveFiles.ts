/** The files of a release: in a folder of this working copy's own, and where a person wants them. */
import { utf8 } from '../../shared/bytes.ts';
import { SyncError } from '../../shared/errors.ts';
import type { CommitId } from '../../shared/ids.ts';
import { join, nameOf } from '../../shared/paths.ts';
import type { CallOptions } from '../../shared/progress.ts';
import type { Project } from '../project/Project.ts';
import { archiveOf, checksumLine, manifestOf } from './archive.ts';
import type { ReleaseContents } from './contents.ts';
import { ARCHIVE_FORMAT } from './releaseTag.ts';

/** Disk paths. */
export interface ArchiveFiles {
  readonly path: string;
  readonly manifest: string;
  readonly checksum: string;
}

/** Where the archives of this working copy are. */
export const releaseFolder = (project: Project, version: string): string =>
  join(project.stateFile('releases'), `v${version}`);

export const archiveName = ({ rules }: ReleaseContents, fallback: string, version: string): string =>
  `${(rules.name ?? rules.project ?? fallback).replace(/[\\/:*?"<>|\p{Cc}]/gu, '').trim() || 'release'}-${version}.zip`;

/** @throws SyncError `WOULD_OVERWRITE` */
export async function refuseToOverwrite(
  project: Project,
  contents: ReleaseContents,
  version: string,
  out: string | undefined,
): Promise<void> {
  if (out === undefined) return;
  const path = join(out, archiveName(contents, project.name, version));
  if (await project.host.disk.lstat(path))
    throw new SyncError(
      'WOULD_OVERWRITE',
      `${path} is there already. Move it away, or name another folder.`,
      {
        data: { path },
      },
    );
}

export async function writeArchive(
  project: Project,
  version: string,
  commitId: CommitId,
  contents: ReleaseContents,
  words: string,
  options: CallOptions,
) {
  const { disk } = project.host;
  const name = archiveName(contents, project.name, version);
  const folder = releaseFolder(project, version);
  const path = join(folder, name);
  const [manifest, checksum] = [`${path}.manifest.json`, `${path}.sha256`] as const;
  // recovery empties this folder: a kill leaves nothing for good
  const half = join(project.stateFile('tmp'), name);
  const archive = archiveOf(project, contents, options);
  let result: ReturnType<typeof archive.result>;
  try {
    await disk.publish(half, archive.bytes, { sync: true });
    result = archive.result();
    await disk.makeFolder(folder);
    await disk.rename(half, path);
  } finally {
    await disk.removeTree(project.stateFile('tmp'));
  }
  const { sha256, size, files } = result;
  await disk.publish(
    manifest,
    manifestOf(
      { name: contents.rules.name ?? contents.rules.project ?? project.name, version, commitId },
      { file: name, sha256, size, format: ARCHIVE_FORMAT },
      files,
    ),
  );
  await disk.publish(checksum, checksumLine(sha256, name));
  await disk.publish(join(folder, 'changelog.md'), utf8(`${words.trim()}\n`));
  return { name, path, manifest, checksum, sha256, size };
}

/** The release is made by now, and stays in its own folder whatever happens here. */
export async function copyFiles(project: Project, files: ArchiveFiles, out: string): Promise<ArchiveFiles> {
  const { disk } = project.host;
  await disk.makeFolder(out);
  const copied = async (path: string) => {
    const copy = join(out, nameOf(path));
    await disk.copy(path, copy);
    return copy;
  };
  return {
    path: await copied(files.path),
    manifest: await copied(files.manifest),
    checksum: await copied(files.checksum),
  };
}
