/** The files of a release: in a folder of this working copy's own, and where a person wants them. */
import { utf8 } from '../../shared/bytes.ts';
import { SyncError } from '../../shared/errors.ts';
import type { CommitId, Oid } from '../../shared/ids.ts';
import { join, nameOf } from '../../shared/paths.ts';
import type { CallOptions } from '../../shared/progress.ts';
import type { Project } from '../project/Project.ts';
import { archiveOf, checksumLine, manifestOf } from './archive.ts';
import { archivesOf, type ReleaseContents } from './contents.ts';
import { ARCHIVE_FORMAT } from './releaseTag.ts';

/** Disk paths. */
export interface ArchiveFiles {
  readonly path: string;
  readonly manifest: string;
  readonly checksum: string;
}

export interface WrittenArchive extends ArchiveFiles {
  readonly name: string;
  readonly sha256: Oid;
  readonly size: number;
}

/** Where the archives of this working copy are. */
export const releaseFolder = (project: Project, version: string): string =>
  join(project.stateFile('releases'), `v${version}`);

/** What a person calls the mod. */
export const modName = ({ rules }: ReleaseContents, fallback: string): string =>
  rules.name ?? rules.project ?? fallback;

/** @param part of a release with several archives */
export function archiveName(
  contents: ReleaseContents,
  fallback: string,
  version: string,
  part?: string,
): string {
  const name =
    modName(contents, fallback)
      .replace(/[\\/:*?"<>|\p{Cc}]/gu, '')
      .trim() || 'release';
  return `${name}${part === undefined ? '' : `-${part}`}-${version}.zip`;
}

/** @throws SyncError `WOULD_OVERWRITE` */
export async function refuseToOverwrite(
  project: Project,
  contents: ReleaseContents,
  version: string,
  out: string | undefined,
): Promise<void> {
  if (out === undefined) return;
  for (const { part } of archivesOf(contents)) {
    const path = join(out, archiveName(contents, project.name, version, part));
    if (await project.host.disk.lstat(path))
      throw new SyncError(
        'WOULD_OVERWRITE',
        `${path} is there already. Move it away, or name another folder.`,
        { data: { path } },
      );
  }
}

export interface ArchivesToWrite {
  readonly version: string;
  readonly commitId: CommitId;
  readonly contents: ReleaseContents;
  /** Of `changelog.md`. */
  readonly words: string;
}

/** All archives of a release, each with its manifest and checksum; the main one first. The assets must be in the cache. */
export async function writeArchives(
  project: Project,
  { version, commitId, contents, words }: ArchivesToWrite,
  options: CallOptions,
): Promise<WrittenArchive[]> {
  const { disk } = project.host;
  const folder = releaseFolder(project, version);
  const written: WrittenArchive[] = [];
  for (const { part, files } of archivesOf(contents)) {
    const name = archiveName(contents, project.name, version, part);
    const path = join(folder, name);
    const [manifest, checksum] = [`${path}.manifest.json`, `${path}.sha256`] as const;
    // recovery empties this folder: a kill leaves nothing for good
    const half = join(project.stateFile('tmp'), name);
    const archive = archiveOf(project, files, options);
    let result: ReturnType<typeof archive.result>;
    try {
      await disk.publish(half, archive.bytes, { sync: true });
      result = archive.result();
      await disk.makeFolder(folder);
      await disk.rename(half, path);
    } finally {
      await disk.removeTree(project.stateFile('tmp'));
    }
    const { sha256, size } = result;
    await disk.publish(
      manifest,
      manifestOf(
        { name: modName(contents, project.name), version, commitId },
        { file: name, sha256, size, format: ARCHIVE_FORMAT },
        result.files,
      ),
    );
    await disk.publish(checksum, checksumLine(sha256, name));
    written.push({ name, path, manifest, checksum, sha256, size });
  }
  await disk.publish(join(folder, 'changelog.md'), utf8(`${words.trim()}\n`));
  return written;
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
