/**
 * Brings a release to players: its tag to the remote, its files after it, and the release out at the end. Each step is
 * one that can be made again, so a try that was killed is finished by the next. Archives that are not here (any more,
 * or on this machine) are built again from the tag.
 */
import type { PublishedRelease, ReleaseAudience, ReleaseFile, Releases, Remote } from '../../ports/index.ts';
import { hasCode, SyncError } from '../../shared/errors.ts';
import type { Oid } from '../../shared/ids.ts';
import { join, nameOf } from '../../shared/paths.ts';
import type { CallOptions } from '../../shared/progress.ts';
import type { Project } from '../project/Project.ts';
import { modName, releaseFolder, writeArchives } from './archiveFiles.ts';
import { bringContents, contentsOf } from './contents.ts';
import { listReleases, type Release, tagRef } from './releaseTag.ts';
import { findMade, hashOf } from './verify.ts';
import { parseVersion } from './version.ts';

export interface PublishOptions extends CallOptions {
  /** It goes there, and only members see it. */
  readonly draft?: boolean | undefined;
}

/** What the remote has, drafts too; `undefined` when it is no place for releases. */
export async function publishedReleases(
  remote: Remote | undefined,
  options: CallOptions,
): Promise<PublishedRelease[] | undefined> {
  try {
    return await remote?.releases?.list(options);
  } catch (error) {
    // a Git host whose URL only looks like a relay's
    if (hasCode(error, 'REMOTE_PROTOCOL')) return undefined;
    throw error;
  }
}

/** The release of a version that is made here, and not out there yet: a try that was cut short, or a draft. */
export async function unfinishedRelease(
  project: Project,
  remote: Remote | undefined,
  typed: string,
  options: CallOptions,
): Promise<Release | undefined> {
  const version = parseVersion(typed);
  const release = (await listReleases(project)).find((one) => one.version === version);
  if (!release?.archive) return undefined;
  const there = await publishedReleases(remote, options);
  const known = there?.find(({ tag }) => tag === release.tag);
  return there && (!known || known.draft) ? release : undefined;
}

/**
 * @param send a sync of the project
 * @throws SyncError `NOT_FOUND`, `INVALID_CONFIG` where the remote takes no releases, `RELEASE_DIFFERS`, `RELEASE_REFUSED`
 */
export async function publishRelease(
  project: Project,
  remote: Remote | undefined,
  typed: string,
  options: PublishOptions,
  send: () => Promise<unknown>,
): Promise<PublishedRelease> {
  const { signal, onProgress } = options;
  const releases = requireReleases(remote);
  const release = await findMade(project, typed);
  await sendTag(project, remote, release, options, send);
  const files = await filesOf(project, remote, release, options);
  const contents = await contentsOf(project, (await project.repository.graph.commit(release.commitId)).tree);
  const there = await releases.upload(
    {
      tag: release.tag,
      commitId: release.commitId,
      title: `${modName(contents, project.name)} ${release.version}`,
      notes: release.notes,
      prerelease: release.prerelease,
      files,
    },
    { signal, onProgress },
  );
  return there.draft && !options.draft ? await releases.setDraft(release.tag, false, { signal }) : there;
}

/** A draft again. The tag stays, here and there: a release can be hidden, its version is taken. */
export async function unrelease(
  project: Project,
  remote: Remote | undefined,
  typed: string,
  options: CallOptions,
): Promise<PublishedRelease> {
  const releases = requireReleases(remote);
  const version = parseVersion(typed);
  const tag = (await listReleases(project)).find((one) => one.version === version)?.tag ?? `v${version}`;
  const there = (await releases.list(options)).find((one) => one.tag === tag);
  if (!there)
    throw new SyncError('NOT_FOUND', `${tag} is not at the remote. "modsync releases" says what is.`, {
      data: { tag },
    });
  return there.draft ? there : await releases.setDraft(tag, true, options);
}

/** @throws SyncError `ACCESS_DENIED`: only the owner may; `INVALID_CONFIG` where something else decides it */
export async function setReleaseAudience(
  remote: Remote | undefined,
  audience: ReleaseAudience,
  options: CallOptions,
): Promise<void> {
  const releases = requireReleases(remote);
  if (!releases.setAudience)
    throw new SyncError(
      'INVALID_CONFIG',
      'Who sees releases is decided by who sees the repository there: change that in its settings.',
    );
  await releases.setAudience(audience, options);
}

function requireReleases(remote: Remote | undefined): Releases {
  if (remote?.releases) return remote.releases;
  throw new SyncError(
    'INVALID_CONFIG',
    'This project’s remote takes no releases: it is a plain Git host, or there is none. A relay does, and GitHub.',
  );
}

async function sendTag(
  project: Project,
  remote: Remote | undefined,
  { version, tag }: Release,
  options: CallOptions,
  send: () => Promise<unknown>,
): Promise<void> {
  const ours = await project.repository.refs.read(tagRef(version));
  const theirs = async () => (await remote?.history.listRefs(options))?.refs.get(tagRef(version));
  if ((await theirs()) === undefined) await send();
  const there = await theirs();
  if (there === ours) return;
  throw new SyncError(
    'RELEASE_REFUSED',
    there === undefined
      ? `${tag} could not be sent. Look at "modsync status", then run this again.`
      : `${tag} is another release at the remote. To take that one: git tag -d ${tag}, then modsync sync`,
    { data: { version, faults: [] } },
  );
}

/** Archives, then what checks them. */
async function filesOf(
  project: Project,
  remote: Remote | undefined,
  release: Awaited<ReturnType<typeof findMade>>,
  options: CallOptions,
): Promise<ReleaseFile[]> {
  const expected = [release.archive, ...release.parts];
  const folder = releaseFolder(project, release.version);
  const paths = expected.map(({ name }) => join(folder, name));
  const beside = paths.flatMap((path) => [`${path}.sha256`, `${path}.manifest.json`]);
  const look = () => Promise.all([...paths, ...beside].map((path) => fileAt(project, path)));
  const areWhole = (files: readonly ReleaseFile[]) =>
    files.every(({ size, sha256 }, at) => size > 0 && (expected[at]?.sha256 ?? sha256) === sha256);
  const files = await look();
  if (areWhole(files)) return files;
  await buildAgain(project, remote, release, options);
  return await look();
}

async function buildAgain(
  project: Project,
  remote: Remote | undefined,
  { version, tag, commitId, notes, archive, parts }: Awaited<ReturnType<typeof findMade>>,
  options: CallOptions,
): Promise<void> {
  const lock = await project.lock(options.signal);
  try {
    const contents = await contentsOf(project, (await project.repository.graph.commit(commitId)).tree);
    await bringContents(project, remote, contents.files, options);
    const written = await writeArchives(project, { version, commitId, contents, words: notes }, options);
    const said = [archive, ...parts].map(({ sha256 }) => sha256).join();
    if (written.map(({ sha256 }) => sha256).join() === said) return;
    await project.host.disk.removeTree(releaseFolder(project, version));
    throw new SyncError(
      'RELEASE_DIFFERS',
      `${tag} cannot be built again to the archive that it names: publish it with the modsync that made it.`,
      { data: { tag, expected: said, actual: written.map(({ sha256 }) => sha256).join() } },
    );
  } finally {
    await lock.release();
  }
}

/** Of no bytes where there is none. */
async function fileAt({ host }: Project, path: string): Promise<ReleaseFile> {
  const stat = await host.disk.lstat(path);
  return {
    name: nameOf(path),
    size: stat?.size ?? 0,
    sha256: (stat ? await hashOf(host, path) : '') as Oid, // what the digest of a SHA-256 is
    open: (start = 0) => host.disk.stream(path, { start }),
  };
}
