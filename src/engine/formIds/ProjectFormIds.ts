import { hasCode } from '../../shared/errors.ts';
import type { ProjectId } from '../../shared/ids.ts';
import type { OpenProject } from '../OpenedProject.ts';
import { checkFormIds, type FormIdReport } from './check.ts';
import { type Leased, type LeaseOptions, leaseFormIds, releaseFormIds } from './lease.ts';
import type { Lease } from './leases.ts';
import type { LeaseContext } from './reserve.ts';

/** `engine.formIds`: the FormIDs of the project's plugins. */
export class ProjectFormIds {
  readonly #open: OpenProject;

  constructor(open: OpenProject) {
    this.#open = open;
  }

  /** What is wrong with the FormIDs of the project's plugins. @param paths project paths; none: all of them */
  async check(projectId: ProjectId, paths: readonly string[] = []): Promise<FormIdReport> {
    return await checkFormIds((await this.#open(projectId)).project, paths);
  }

  /**
   * Reserves object ids of a plugin for this person: a range that nobody else gets, once the remote knows of it.
   * @param path of the plugin in the project
   * @throws SyncError `NOT_FOUND`, `MALFORMED_PLUGIN`, `INVALID_INPUT`
   */
  async lease(projectId: ProjectId, path: string, options: LeaseOptions = {}): Promise<Leased> {
    return await leaseFormIds(
      (await this.#open(projectId)).project,
      path,
      options,
      await this.#context(projectId),
    );
  }

  /**
   * Gives back what this person has leased of a plugin on this machine, or one lease of anybody's that they may give back.
   * @param path of the plugin in the project; it may be gone
   * @throws SyncError `NOT_FOUND`, `ACCESS_DENIED`, `BACKEND_CONNECTION_FAILED`
   */
  async release(projectId: ProjectId, path: string, leaseId?: string): Promise<Lease[]> {
    return await releaseFormIds(
      (await this.#open(projectId)).project,
      path,
      leaseId,
      await this.#context(projectId),
    );
  }

  async #context(projectId: ProjectId): Promise<LeaseContext> {
    const opened = await this.#open(projectId);
    const remote = await opened.remote();
    return {
      formIds: remote?.formIds,
      sync: async () => {
        try {
          const { conflicts } = await opened.sync({ direction: 'bidirectional' });
          return conflicts.length === 0 && remote !== undefined;
        } catch (error) {
          if (hasCode(error, 'BACKEND_CONNECTION_FAILED')) return false;
          throw error;
        }
      },
    };
  }
}
