/** Builds a release again from its tag, writes nothing, and compares. */
import type { Host } from '../../platform/index.ts';
import type { Remote } from '../../ports/index.ts';
import { SyncError } from '../../shared/errors.ts';
import { join } from '../../shared/paths.ts';
import type { CallOptions } from '../../shared/progress.ts';
import type { Project } from '../project/Project.ts';
import { archiveOf } from './archive.ts';
import { releaseFolder } from './archiveFiles.ts';
import { archivesOf, bringContents, contentsOf } from './contents.ts';
import { ARCHIVE_FORMAT, listReleases, type Release, type ReleasePart } from './releaseTag.ts';
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
  /** Archives beside the main one. */
  readonly parts: readonly ReleasePart[];
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
  const { tag, version, commitId, archive: said, parts } = await findMade(project, typed);
  if (said.format !== ARCHIVE_FORMAT)
    throw new SyncError(
      'RELEASE_DIFFERS',
      `${tag} was made by rules number ${said.format}, and this modsync has number ${ARCHIVE_FORMAT}: verify it with the modsync that made it.`,
      { data: { tag, format: said.format } },
    );
  const { graph } = project.repository;
  const contents = await contentsOf(project, (await graph.commit(commitId)).tree);
  await bringContents(project, remote, contents.files, options);
  const expected: readonly ReleasePart[] = [said, ...parts];
  const archives = archivesOf(contents);
  for (const [at, archive] of archives.entries()) {
    const built = archiveOf(project, archive.files, options);
    for await (const _ of built.bytes);
    refuseOther(tag, expected[at]?.sha256, built.result().sha256);
  }
  refuseOther(tag, expected[archives.length]?.sha256, undefined);
  const path = await compared(project, version, expected, options.archive);
  return {
    version,
    tag,
    commitId,
    sha256: said.sha256,
    size: said.size,
    files: contents.files.length,
    parts,
    ...(path !== undefined && { archive: path }),
  };
}

function refuseOther(tag: string, expected: string | undefined, actual: string | undefined): void {
  if (expected === actual) return;
  throw new SyncError(
    'RELEASE_DIFFERS',
    `${tag} names ${expected === undefined ? 'no such archive' : `an archive of ${expected}`}, and its snapshot makes ${actual === undefined ? 'none' : `one of ${actual}`}.`,
    { data: { tag, expected, actual } },
  );
}

/** A release that modsync made. @throws SyncError `NOT_FOUND` */
export async function findMade(
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
  version: string,
  archives: readonly ReleasePart[],
  given: string | undefined,
): Promise<string | undefined> {
  const { disk, codec } = project.host;
  const [main] = archives;
  const path = given ?? join(releaseFolder(project, version), main?.name ?? '');
  if (!(await disk.lstat(path))) {
    if (given === undefined) return undefined;
    throw new SyncError('NOT_FOUND', `There is no file ${given}.`, { data: { path: given } });
  }
  const actual = await hashOf({ disk, codec }, path);
  if (archives.some(({ sha256 }) => sha256 === actual)) return path;
  const names = archives.map(({ sha256 }) => sha256).join(' or ');
  throw new SyncError(
    'RELEASE_DIFFERS',
    `${path} is not the archive of v${version}: it is ${actual}, not ${names}.`,
    {
      data: { path, expected: main?.sha256, actual },
    },
  );
}

/** SHA-256 of a file. @param path a disk path */
export async function hashOf({ disk, codec }: Pick<Host, 'disk' | 'codec'>, path: string): Promise<string> {
  const digest = codec.sha256();
  for await (const piece of disk.stream(path)) digest.update(piece);
  return digest.hex();
}
