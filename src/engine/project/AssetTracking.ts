import type { TrackOptions } from '../../lfs/index.ts';
import type { ProjectId } from '../../shared/ids.ts';
import type { OpenProject } from '../OpenedProject.ts';
import { type Migrated, type MigrateOptions, migrateToLfs } from './migrateToLfs.ts';
import { listTracked, type Tracked, type TrackedPattern, trackFiles, untrackFiles } from './trackFiles.ts';

/** `engine.tracking`: which files are assets. */
export class AssetTracking {
  readonly #open: OpenProject;

  constructor(open: OpenProject) {
    this.#open = open;
  }

  /** The patterns that make files assets. */
  async list(projectId: ProjectId): Promise<TrackedPattern[]> {
    return await listTracked((await this.#open(projectId)).project);
  }

  /**
   * Makes assets of files by a line in `.gitattributes`. The next snapshot moves those that are in Git already.
   * @param options.folder project path of the folder whose file it is; patterns are relative to it
   */
  async track(
    projectId: ProjectId,
    patterns: readonly string[],
    options: TrackOptions & { readonly folder: string },
  ): Promise<Tracked> {
    return await trackFiles((await this.#open(projectId)).project, patterns, options);
  }

  async untrack(
    projectId: ProjectId,
    patterns: readonly string[],
    options: { readonly folder: string },
  ): Promise<{ readonly untracked: readonly string[]; readonly moves: readonly string[] }> {
    return await untrackFiles((await this.#open(projectId)).project, patterns, options);
  }

  /** Moves files of the newest snapshot out of Git, in a new one; history is not rewritten. */
  async migrate(projectId: ProjectId, options: MigrateOptions = {}): Promise<Migrated> {
    return await migrateToLfs((await this.#open(projectId)).project, options);
  }
}
