import type { PublishedRelease, ReleaseAudience } from '../../ports/index.ts';
import type { ProjectId } from '../../shared/ids.ts';
import type { CallOptions } from '../../shared/progress.ts';
import type { OpenProject } from '../OpenedProject.ts';
import {
  type PublishOptions,
  publishedReleases,
  publishRelease,
  setReleaseAudience,
  unfinishedRelease,
  unrelease,
} from './publish.ts';
import { type MadeRelease, makeRelease, type ReleaseOptions } from './release.ts';
import { listReleases, type Release } from './releaseTag.ts';
import { type VerifiedRelease, type VerifyOptions, verifyRelease } from './verify.ts';

/** `engine.releases`: versions for players. */
export class ProjectReleases {
  readonly #open: OpenProject;

  constructor(open: OpenProject) {
    this.#open = open;
  }

  /**
   * A version for players: an annotated tag, and an archive that the tag can be built into again. Both are here only,
   * until `publish`; a sync sends the tag.
   * @throws SyncError `RELEASE_REFUSED` with every fault in `data.faults`; `INVALID_INPUT`, `INVALID_CONFIG`
   */
  async make(projectId: ProjectId, version: string, options: ReleaseOptions = {}): Promise<MadeRelease> {
    const opened = await this.#open(projectId);
    return await makeRelease(opened.project, () => opened.remote(), version, options);
  }

  /** Highest version first. */
  async list(projectId: ProjectId): Promise<Release[]> {
    return await listReleases((await this.#open(projectId)).project);
  }

  /**
   * Brings a release that was made to where the project is hosted, and out. What a try that was cut short has sent
   * already is not sent again; of one that is out nothing changes.
   * @throws SyncError `INVALID_CONFIG` where the remote takes no releases, `NOT_FOUND`, `RELEASE_REFUSED`, `RELEASE_DIFFERS`
   */
  async publish(
    projectId: ProjectId,
    version: string,
    options: PublishOptions = {},
  ): Promise<PublishedRelease> {
    const opened = await this.#open(projectId);
    const { signal, onProgress } = options;
    return await publishRelease(opened.project, await opened.remote(), version, options, () =>
      opened.sync({ direction: 'bidirectional', signal, onProgress }),
    );
  }

  /** Takes it back: a draft, which only members see. The tag stays. @throws SyncError `NOT_FOUND`, `INVALID_CONFIG` */
  async withdraw(
    projectId: ProjectId,
    version: string,
    options: CallOptions = {},
  ): Promise<PublishedRelease> {
    const opened = await this.#open(projectId);
    return await unrelease(opened.project, await opened.remote(), version, options);
  }

  /** What is at the remote, drafts too. `undefined`: it takes no releases. */
  async published(projectId: ProjectId, options: CallOptions = {}): Promise<PublishedRelease[] | undefined> {
    return await publishedReleases(await (await this.#open(projectId)).remote(), options);
  }

  /** The release of this version that was made and is not out: `publish` goes on with it. */
  async unfinished(
    projectId: ProjectId,
    version: string,
    options: CallOptions = {},
  ): Promise<Release | undefined> {
    const opened = await this.#open(projectId);
    return await unfinishedRelease(opened.project, await opened.remote(), version, options);
  }

  /** Who sees releases that are out. @throws SyncError `ACCESS_DENIED`: only the owner may; `INVALID_CONFIG` */
  async setAudience(
    projectId: ProjectId,
    audience: ReleaseAudience,
    options: CallOptions = {},
  ): Promise<void> {
    await setReleaseAudience(await (await this.#open(projectId)).remote(), audience, options);
  }

  /** Builds a release again from its tag, and compares. @throws SyncError `RELEASE_DIFFERS`, `NOT_FOUND` */
  async verify(projectId: ProjectId, version: string, options: VerifyOptions = {}): Promise<VerifiedRelease> {
    const opened = await this.#open(projectId);
    return await verifyRelease(opened.project, await opened.remote(), version, options);
  }
}
