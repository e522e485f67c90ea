import type { ProjectId } from '../../shared/ids.ts';
import type { CallOptions } from '../../shared/progress.ts';
import type { OpenProject } from '../OpenedProject.ts';
import { leaveProposal, type Proposed, type ProposeOptions, propose } from './propose.ts';

/** `engine.proposals`: work that is proposed instead of sent to everyone. */
export class ProjectProposals {
  readonly #open: OpenProject;

  constructor(open: OpenProject) {
    this.#open = open;
  }

  /**
   * Sends what is here to a branch of its own, and opens a pull request. The working copy is on that branch then.
   * @throws SyncError `INVALID_INPUT` when there is nothing to propose, `INVALID_CONFIG`, `CONFLICTS_DETECTED`
   */
  async open(projectId: ProjectId, options: ProposeOptions): Promise<Proposed> {
    const opened = await this.#open(projectId);
    const { signal, onProgress } = options;
    const calls = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
    const sync = () => opened.sync({ ...calls, direction: 'bidirectional' });
    return await propose(opened.project, await opened.remote(), sync, options);
  }

  /** Back from a proposal's branch to the one that everyone works on. Everything is in snapshots first, and sent. */
  async leave(
    projectId: ProjectId,
    options: CallOptions = {},
  ): Promise<{ readonly branch: string; readonly left: string }> {
    const opened = await this.#open(projectId);
    const sync = () => opened.sync({ ...options, direction: 'bidirectional' });
    return await leaveProposal(opened.project, await opened.remote(), sync, options);
  }
}
