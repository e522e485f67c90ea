/** The projects that an engine has opened, by id; one that is asked for is found by where this user has it. */
import { SyncError } from '../shared/errors.ts';
import type { ProjectId } from '../shared/ids.ts';
import { OpenedProject, type Surroundings } from './OpenedProject.ts';
import { KnownProjects } from './project/knownProjects.ts';
import { Project } from './project/Project.ts';

export class OpenedProjects {
  readonly #around: Surroundings;
  readonly #known: KnownProjects;
  readonly #opened = new Map<ProjectId, OpenedProject>();

  constructor(around: Surroundings) {
    this.#around = around;
    this.#known = new KnownProjects(around.host);
  }

  /** @throws SyncError `NOT_A_PROJECT`, `PROJECT_AMBIGUOUS` */
  async get(projectId: ProjectId): Promise<OpenedProject> {
    const opened = this.#opened.get(projectId);
    if (opened) return opened;
    return await this.add(await Project.find(this.#around.host, await this.#known.folderOf(projectId)));
  }

  /** A working copy in another folder than before takes the place of the one that was open. */
  async add(project: Project): Promise<OpenedProject> {
    let opened = this.#opened.get(project.id);
    if (opened?.project.folder !== project.folder) {
      await opened?.disableAutoSync();
      opened = new OpenedProject(project, this.#around);
      this.#opened.set(project.id, opened);
    }
    await this.#known.add(project.id, project.folder);
    const { autoSync, syncInterval } = this.#around.config;
    if (autoSync) await opened.enableAutoSync(syncInterval);
    return opened;
  }

  /** Only what is open already. @throws SyncError `NOT_FOUND` */
  peek(projectId: ProjectId): OpenedProject {
    const opened = this.#opened.get(projectId);
    if (opened) return opened;
    throw new SyncError('NOT_FOUND', `Project ${projectId} is not open here.`);
  }

  async close(): Promise<void> {
    for (const opened of this.#opened.values()) await opened.close();
    this.#opened.clear();
  }
}
