/**
 * Releases: a version of the mod for players. A release is an annotated tag `vX.Y.Z`, and an archive that anybody can
 * build from it again, byte for byte.
 *
 *   release.ts     makes one: checks, stamps, archive, and the tag last
 *   publish.ts     brings one to players, where the remote takes releases
 *   verify.ts      builds one again from its tag and compares
 *   contents.ts    what of a snapshot ships; zip.ts and archive.ts, how
 *
 * The engine calls these. Nothing here asks anybody but the project's own remote.
 */
export type { ManifestEntry } from './archive.ts';
export type { ReleaseCheck, ReleaseFault } from './checks.ts';
export { ProjectReleases } from './ProjectReleases.ts';
export type { PublishOptions } from './publish.ts';
export type { MadeRelease, ReleaseOptions } from './release.ts';
export type { Release, ReleaseArchive, ReleasePart } from './releaseTag.ts';
export type { VerifiedRelease, VerifyOptions } from './verify.ts';
