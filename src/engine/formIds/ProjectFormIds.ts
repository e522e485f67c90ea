import { hasCode } from '../../shared/errors.ts';
import type { ProjectId } from '../../shared/ids.ts';
import type { OpenProject } from '../OpenedProject.ts';
import { checkFormIds, type FormIdReport } from './check.ts';
import { type Leased, type LeaseOptions, leaseFormIds } from './lease.ts';

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
    const opened = await this.#open(projectId);
    const sync = async () => {
      try {
        const { conflicts } = await opened.sync({ direction: 'bidirectional' });
        return conflicts.length === 0 && (await opened.remote()) !== undefined;
      } catch (error) {
        if (hasCode(error, 'BACKEND_CONNECTION_FAILED')) return false;
        throw error;
      }
    };
    return await leaseFormIds(opened.project, path, options, sync);
  }
}
