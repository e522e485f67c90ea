/** A release in Git: an annotated tag `vX.Y.Z` whose message has the notes, and whose trailers name the archive. */
import { formatTag, parseTag } from '../../git/index.ts';
import type { CommitId, Oid, TagId } from '../../shared/ids.ts';
import type { Project } from '../project/Project.ts';
import { compareVersions, isPrerelease, isVersion } from './version.ts';

export interface ReleasePart {
  readonly name: string;
  readonly sha256: Oid;
  readonly size: number;
}

export interface ReleaseArchive extends ReleasePart {
  /** Of the rules that made it: another number may make other bytes. */
  readonly format: number;
}

export interface Release {
  readonly version: string;
  readonly tag: string;
  readonly commitId: CommitId;
  readonly prerelease: boolean;
  readonly author?: string;
  /** ISO 8601. */
  readonly timestamp?: string;
  /** The message without its trailers: Markdown. */
  readonly notes: string;
  /** Absent for a version that was tagged by other means. */
  readonly archive?: ReleaseArchive;
  /** Archives beside it: of a release that is split. */
  readonly parts: readonly ReleasePart[];
}

/** What decides the bytes of an archive: the zip, its order, what ships. Grows with every change of these. */
export const ARCHIVE_FORMAT = 1;

export const tagRef = (version: string): string => `refs/tags/v${version}`;

const TRAILER = 'Modsync-';

export function releaseTag(
  project: Project,
  made: { readonly version: string; readonly commitId: CommitId; readonly prerelease: boolean },
  words: string,
  archive: ReleaseArchive,
  parts: readonly ReleasePart[],
): Uint8Array {
  const trailers = [
    `${TRAILER}Archive: ${archive.name}`,
    `${TRAILER}SHA256: ${archive.sha256}`,
    `${TRAILER}Size: ${archive.size}`,
    `${TRAILER}Format: ${archive.format}`,
    ...parts.map(({ name, sha256, size }) => `${TRAILER}Part: ${sha256} ${size} ${name}`),
    ...(made.prerelease ? [`${TRAILER}Prerelease: yes`] : []),
  ];
  return formatTag({
    object: made.commitId,
    type: 'commit',
    name: `v${made.version}`,
    tagger: project.signature(),
    message: `Release ${made.version}\n\n${words.trim()}\n\n${trailers.join('\n')}\n`,
  });
}

/** Highest version first. Tags that are no versions are left out. */
export async function listReleases(project: Project): Promise<Release[]> {
  const releases: Release[] = [];
  for (const [ref, id] of await project.repository.refs.list('refs/tags/')) {
    const tag = ref.slice('refs/tags/'.length);
    const version = tag.replace(/^v/, '');
    if (!isVersion(version)) continue;
    const { type, data } = await project.repository.objects.read(id);
    if (type === 'commit')
      releases.push({
        version,
        tag,
        commitId: id as CommitId,
        prerelease: isPrerelease(version),
        notes: '',
        parts: [],
      }); // just read
    else if (type === 'tag') {
      const { object, type: of, tagger, message } = parseTag(id as TagId, data); // just read
      if (of !== 'commit') continue;
      const { notes, archive, parts, prerelease } = readMessage(message);
      releases.push({
        version,
        tag,
        commitId: object as CommitId, // as its type says
        prerelease: prerelease || isPrerelease(version),
        ...(tagger && { author: tagger.name, timestamp: new Date(tagger.seconds * 1000).toISOString() }),
        notes,
        ...(archive && { archive }),
        parts,
      });
    }
  }
  return releases.sort((a, b) => compareVersions(b.version, a.version) || (a.tag < b.tag ? -1 : 1));
}

function readMessage(message: string) {
  const lines = message.trimEnd().split('\n');
  let from = lines.length;
  while (lines[from - 1]?.startsWith(TRAILER)) from--;
  const said = lines.slice(from).map((line) => {
    const colon = line.indexOf(': ');
    return [line.slice(TRAILER.length, colon), line.slice(colon + 2)] as const;
  });
  const trailers = new Map(said);
  const [name, sha256] = [trailers.get('Archive'), trailers.get('SHA256')];
  // others write tags too: a name is one name, not a way to somewhere
  const isWhole =
    name !== undefined && isOneName(name) && sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256);
  const archive: ReleaseArchive | undefined = isWhole
    ? {
        name,
        sha256: sha256 as Oid, // as was just looked
        size: Number(trailers.get('Size')) || 0,
        format: Number(trailers.get('Format')) || 0,
      }
    : undefined;
  const parts = said.flatMap(([key, value]) => {
    const [, oid, size, part = ''] = /^([0-9a-f]{64}) (\d{1,15}) (.+)$/.exec(value) ?? [];
    return key === 'Part' && oid !== undefined && isOneName(part)
      ? [{ name: part, sha256: oid as Oid, size: Number(size) }] // as its pattern says
      : [];
  });
  const notes = lines.slice(/^Release \d/.test(lines[0] ?? '') ? 1 : 0, from);
  return { notes: notes.join('\n').trim(), archive, parts, prerelease: trailers.get('Prerelease') === 'yes' };
}

const isOneName = (name: string): boolean => !/[\\/]/.test(name);
