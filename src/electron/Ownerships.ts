import type { CloudSyncEngine } from '../engine/index.ts';
import { type Ownership, ownProject } from '../rpc/index.ts';
import { isProjectId, type ProjectId } from '../shared/ids.ts';

/** The projects that a tool keeps in sync: it owns them, so that commands beside it ask it. Best effort. */
export class Ownerships {
  readonly #held = new Map<ProjectId, Promise<Ownership | undefined>>();

  async take(engine: CloudSyncEngine, projectId: unknown): Promise<void> {
    if (typeof projectId !== 'string' || !isProjectId(projectId)) return;
    const held = await this.#held.get(projectId);
    if (held && !held.isClosed) return;
    const program = `a tool with modsync (process ${process.pid})`;
    const taken = ownProject(engine, { projectId, program }).catch(() => undefined);
    this.#held.set(projectId, taken);
    await taken;
  }

  close(): void {
    for (const held of this.#held.values()) void held.then((ownership) => ownership?.close());
    this.#held.clear();
  }
}
