import type { Followed } from '../ports/index.ts';
import type { ProjectId } from '../shared/ids.ts';
import type { CallOptions } from '../shared/progress.ts';
import { type FollowOptions, followProject, unfollowProject } from './following.ts';
import type { OpenProject } from './OpenedProject.ts';

/** `engine.following`: a relay that tells of what happens at the project's host. */
export class ProjectFollowing {
  readonly #open: OpenProject;

  constructor(open: OpenProject) {
    this.#open = open;
  }

  /**
   * Has a relay tell everyone's copies of what happens at the project's host, GitHub. The next sync passes it on to them.
   * @throws SyncError `INVALID_CONFIG` for another host, or a relay that the host cannot reach; `ACCESS_DENIED`
   */
  async begin(projectId: ProjectId, options: FollowOptions): Promise<Followed> {
    const opened = await this.#open(projectId);
    return await followProject(opened.project, await opened.remote(), options);
  }

  /** @returns the relay that it was, and what could not be ended @throws SyncError `NOT_FOUND` */
  async end(
    projectId: ProjectId,
    options: CallOptions = {},
  ): Promise<{ readonly relay: string; readonly warnings: readonly string[] }> {
    const opened = await this.#open(projectId);
    return await unfollowProject(opened.project, await opened.remote(), options);
  }
}
