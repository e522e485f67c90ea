/** Builds a release again from its tag, writes nothing, and compares. */
import type { Remote } from '../../ports/index.ts';
import { SyncError } from '../../shared/errors.ts';
import { join } from '../../shared/paths.ts';
import type { CallOptions } from '../../shared/progress.ts';
import type { Project } from '../project/Project.ts';
import { archiveOf } from './archive.ts';
import { releaseFolder } from './archiveFiles.ts';
import { bringContents, contentsOf } from './contents.ts';
import { ARCHIVE_FORMAT, listReleases, type Release } from './releaseTag.ts';
import { parseVersion } from './version.ts';

export interface VerifyOptions extends CallOptions {
  /** A disk path: an archive from anywhere. Left out: the one that this working copy has, if it has one. */
  readonly archive?: string | undefined;
}

export interface VerifiedRelease {
  readonly version: string;
  readonly tag: string;
  readonly commitId: string;
  readonly sha256: string;
  readonly size: number;
  readonly files: number;
  /** The archive that was compared too: a disk path. */
  readonly archive?: string;
}

/**
 * @throws SyncError `RELEASE_DIFFERS`: the tag or the archive says something else than the tagged snapshot; `NOT_FOUND`,
 *   `ASSET_MISSING`
 */
export async function verifyRelease(
  project: Project,
  remote: Remote | undefined,
  typed: string,
  options: VerifyOptions,
): Promise<VerifiedRelease> {
  const { tag, version, commitId, archive: said } = await find(project, typed);
  if (said.format !== ARCHIVE_FORMAT)
    throw new SyncError(
      'RELEASE_DIFFERS',
      `${tag} was made by rules number ${said.format}, and this modsync has number ${ARCHIVE_FORMAT}: verify it with the modsync that made it.`,
      { data: { tag, format: said.format } },
    );
  const { graph } = project.repository;
  const contents = await contentsOf(project, (await graph.commit(commitId)).tree);
  await bringContents(project, remote, contents.files, options);
  const built = archiveOf(project, contents, options);
  for await (const _ of built.bytes);
  const { sha256, size, files } = built.result();
  if (sha256 !== said.sha256)
    throw new SyncError(
      'RELEASE_DIFFERS',
      `${tag} names an archive of ${said.sha256}, and its snapshot makes one of ${sha256}.`,
      { data: { tag, expected: said.sha256, actual: sha256 } },
    );
  const path = await compared(project, { version, name: said.name, sha256 }, options.archive);
  return {
    version,
    tag,
    commitId,
    sha256,
    size,
    files: files.length,
    ...(path !== undefined && { archive: path }),
  };
}

async function find(
  project: Project,
  typed: string,
): Promise<Release & { readonly archive: NonNullable<Release['archive']> }> {
  const version = parseVersion(typed);
  const release = (await listReleases(project)).find((one) => one.version === version);
  if (!release)
    throw new SyncError('NOT_FOUND', `There is no release ${version}. "modsync releases" lists them.`, {
      data: { version },
    });
  const { archive } = release;
  if (archive) return { ...release, archive };
  throw new SyncError(
    'NOT_FOUND',
    `${release.tag} was tagged without modsync: it names no archive to compare with.`,
    {
      data: { version },
    },
  );
}

async function compared(
  project: Project,
  { version, name, sha256 }: { readonly version: string; readonly name: string; readonly sha256: string },
  given: string | undefined,
): Promise<string | undefined> {
  const { disk, codec } = project.host;
  const path = given ?? join(releaseFolder(project, version), name);
  if (!(await disk.lstat(path))) {
    if (given === undefined) return undefined;
    throw new SyncError('NOT_FOUND', `There is no file ${given}.`, { data: { path: given } });
  }
  const digest = codec.sha256();
  for await (const piece of disk.stream(path)) digest.update(piece);
  const actual = digest.hex();
  if (actual === sha256) return path;
  throw new SyncError(
    'RELEASE_DIFFERS',
    `${path} is not the archive of v${version}: it is ${actual}, not ${sha256}.`,
    {
      data: { path, expected: sha256, actual },
    },
  );
}
