/**
 * Makes a release: everything is looked at first, the archive is built from Git's tree, and the tag is the last thing
 * that comes to be. Killed before, there is no release; the archive that may lie there is replaced by the next try.
 */
import { formatCommit } from '../../git/index.ts';
import type { Remote } from '../../ports/index.ts';
import { hasCode, SyncError } from '../../shared/errors.ts';
import type { CommitId, TagId, TreeId } from '../../shared/ids.ts';
import type { CallOptions } from '../../shared/progress.ts';
import type { Project } from '../project/Project.ts';
import { refuseDuringMerge } from '../project/underWay.ts';
import { projectStatus } from '../status.ts';
import { fetchAll } from '../sync/exchange.ts';
import { moveHead, recover } from '../sync/moveHead.ts';
import {
  type ArchiveFiles,
  copyFiles,
  refuseToOverwrite,
  releaseFolder,
  type WrittenArchive,
  writeArchives,
} from './archiveFiles.ts';
import { changelog } from './changelog.ts';
import { checkContents, type ReleaseFault, refuse, tooLarge, warningsOf } from './checks.ts';
import { bringContents, contentsOf, isPluginFile, type ReleaseContents } from './contents.ts';
import { ARCHIVE_FORMAT, listReleases, type Release, releaseTag, tagRef } from './releaseTag.ts';
import { type Stamped, stampedTree, stamps } from './stamps.ts';
import { compareVersions, isPrerelease, parseVersion } from './version.ts';

export interface ReleaseOptions extends CallOptions {
  /** What a person says of it: Markdown. */
  readonly notes?: string | undefined;
  /** Not for everyone yet, although the version does not say so. */
  readonly prerelease?: boolean | undefined;
  /** A folder (disk path) that gets copies of archive, manifest and checksum. */
  readonly out?: string | undefined;
  /** Archives may be larger than the remote takes: they stay here. */
  readonly local?: boolean | undefined;
  /** Checks, and says what would happen; changes nothing. */
  readonly dryRun?: boolean | undefined;
}

export interface MadeRelease {
  readonly version: string;
  readonly tag: string;
  readonly prerelease: boolean;
  /** Project paths of files that got the version. */
  readonly stamped: readonly string[];
  readonly changelog: string;
  readonly files: readonly { readonly path: string; readonly size: number }[];
  /** Relative to `Data`: stays at home. */
  readonly leftOut: readonly string[];
  /** What a person should look at, although it keeps nothing back. */
  readonly warnings: readonly string[];
  /** Absent in a dry run. */
  readonly commitId?: CommitId;
  /** Absent in a dry run. */
  readonly archive?: ArchiveFiles & { readonly sha256: string; readonly size: number };
  /** Archives beside it, by the project's rules. Absent in a dry run. */
  readonly parts?: readonly WrittenArchive[];
}

/** @throws SyncError `RELEASE_REFUSED` with every fault, `INVALID_INPUT`, `INVALID_CONFIG`, `MERGE_IN_PROGRESS`, … */
export async function makeRelease(
  project: Project,
  connect: () => Promise<Remote | undefined>,
  typed: string,
  options: ReleaseOptions,
): Promise<MadeRelease> {
  const version = parseVersion(typed);
  const lock = await project.lock(options.signal);
  try {
    await recover(project, options);
    await refuseDuringMerge(project);
    const remote = await connect();
    if (remote) await fetchAll(project, remote, options);
    const { graph } = project.repository;
    const { ref: branch, commit: head } = await project.branch();
    if (!head)
      throw new SyncError('NOT_FOUND', 'There is nothing to release yet: the project has no snapshots.');
    const releases = await listReleases(project);
    const before = await releasesBefore(project, head, releases);
    // players of a full version come from the last full one
    const last = isPrerelease(version) ? before[0] : before.find((one) => !one.prerelease);
    const { tree } = await graph.commit(head);
    const contents = await contentsOf(project, tree);
    const looked = contents.files.filter((file) => isPluginFile(file) || /^fomod\//i.test(file.path));
    const standing = await checkStanding(project, version, releases, before[0], remote !== undefined);
    await bringContents(project, remote, looked, options);
    const { stamped, faults } = await stamps(project, tree, contents.rules, version);
    await refuseToOverwrite(project, contents, version, options.out);
    refuse(version, [...standing, ...(await checkContents(project, contents)), ...faults]);
    return await carryOut(project, { version, branch, head, tree, contents, stamped, last, remote }, options);
  } finally {
    await lock.release();
  }
}

/** What this snapshot stands on, the highest version first. */
async function releasesBefore(
  { repository: { graph } }: Project,
  head: CommitId,
  releases: readonly Release[],
): Promise<Release[]> {
  const before: Release[] = [];
  for (const release of releases) if (await graph.isAncestor(release.commitId, head)) before.push(release);
  return before;
}

async function checkStanding(
  project: Project,
  version: string,
  releases: readonly Release[],
  last: Release | undefined,
  hasRemote: boolean,
): Promise<ReleaseFault[]> {
  const faults: ReleaseFault[] = [];
  const { changes, conflicts, ahead, behind } = await projectStatus(project);
  const [first] = changes;
  if (first)
    faults.push({
      check: 'dirty',
      message: `${changes.length === 1 ? `${first.path} is` : `${first.path} and ${changes.length - 1} more are`} not in a snapshot: modsync sync`,
    });
  if (conflicts.length > 0)
    faults.push({ check: 'conflict', message: `${conflicts.length} conflicts are open: modsync conflicts` });
  if (hasRemote && ahead + behind > 0)
    faults.push({
      check: 'not-synced',
      message: `This copy is ${ahead} snapshots ahead of the remote and ${behind} behind: modsync sync`,
    });
  const taken = releases.find((release) => compareVersions(release.version, version) === 0);
  if (taken)
    faults.push({
      check: 'version-taken',
      message: `${taken.tag} is there already, and a release never changes. Take the next version.`,
    });
  else if (last && compareVersions(version, last.version) < 0)
    faults.push({
      check: 'version-not-newer',
      message: `${version} comes before ${last.version}, which is released. Take a higher version.`,
    });
  return faults;
}

interface Plan {
  readonly version: string;
  readonly branch: string;
  readonly head: CommitId;
  readonly tree: TreeId;
  readonly contents: ReleaseContents;
  readonly stamped: readonly Stamped[];
  readonly last: Release | undefined;
  readonly remote: Remote | undefined;
}

async function carryOut(project: Project, plan: Plan, options: ReleaseOptions): Promise<MadeRelease> {
  const { version, head, last, stamped } = plan;
  const since = last && { commit: last.commitId, version: last.version };
  const prerelease = options.prerelease === true || isPrerelease(version);
  const changed = await changelog(project, plan.contents, head, since);
  const made = {
    version,
    tag: `v${version}`,
    prerelease,
    stamped: stamped.map(({ path }) => path),
    changelog: changed,
    files: plan.contents.files.map(({ path, size }) => ({ path, size })),
    leftOut: plan.contents.leftOut,
    warnings: warningsOf(plan.contents),
  };
  if (options.dryRun) return made;

  const commitId = stamped.length > 0 ? await stampedCommit(project, plan) : head;
  const contents =
    commitId === head
      ? plan.contents
      : await contentsOf(project, (await project.repository.graph.commit(commitId)).tree);
  await bringContents(project, plan.remote, contents.files, options);
  const words = [options.notes?.trim(), changed].filter((part) => part).join('\n\n');
  const written = await writeArchives(project, { version, commitId, contents, words }, options);
  const limit = options.local ? undefined : await plan.remote?.releases?.largestFile(options).catch(noLimit);
  await refuseTooLarge(project, plan, contents, written, limit);
  const [archive, ...parts] = written;
  if (!archive) throw new SyncError('INTERNAL', 'The release has no archive.');
  const data = releaseTag(
    project,
    { version, commitId, prerelease },
    words,
    { name: archive.name, sha256: archive.sha256, size: archive.size, format: ARCHIVE_FORMAT },
    parts,
  );
  const [tag] = await project.repository.objects.write([{ type: 'tag', data }]);
  await publish(project, plan, commitId, tag as TagId); // an id that `write` gave for a tag
  const { path, manifest, checksum, sha256, size } = archive;
  const own = { path, manifest, checksum };
  const { out } = options;
  const copied = async <T extends ArchiveFiles>(files: T): Promise<T> =>
    out === undefined ? files : { ...files, ...(await copyFiles(project, files, out)) };
  return {
    ...made,
    commitId,
    archive: { ...(await copied(own)), sha256, size },
    parts: await Promise.all(parts.map(copied)),
  };
}

/** A Git host that answers like a relay in its URL only: it takes no releases. */
function noLimit(error: unknown): undefined {
  if (hasCode(error, 'REMOTE_PROTOCOL') || hasCode(error, 'NOT_FOUND')) return undefined;
  throw error;
}

/** Known only now, and still before there is a release. */
async function refuseTooLarge(
  project: Project,
  { version }: Plan,
  contents: ReleaseContents,
  archives: readonly WrittenArchive[],
  limit: number | undefined,
): Promise<void> {
  const faults = limit === undefined ? [] : tooLarge(contents, archives, limit);
  if (faults.length > 0) await project.host.disk.removeTree(releaseFolder(project, version));
  refuse(version, faults);
}

async function stampedCommit(project: Project, { version, head, tree, stamped }: Plan): Promise<CommitId> {
  const who = project.signature();
  const next = await stampedTree(project, tree, stamped);
  const data = formatCommit({
    tree: next,
    parents: [head],
    author: who,
    committer: who,
    message: `Release ${version}\n`,
  });
  const [id] = await project.repository.objects.write([{ type: 'commit', data }]);
  return id as CommitId; // an id that `write` gave for a commit
}

/** The tag, and with it the branch where files were stamped: both or neither. */
async function publish(
  project: Project,
  { version, branch, head }: Plan,
  to: CommitId,
  id: TagId,
): Promise<void> {
  const reason = `modsync: release ${version}`;
  const ref = tagRef(version);
  if (to !== head) {
    await moveHead(project, { branch, from: head, to, reason, tag: { ref, id } });
    return;
  }
  await project.repository.refs.update([{ ref, expected: undefined, next: id }], {
    message: reason,
    who: project.signature(),
  });
}
