/** Which projects this user has on this machine, and where: a project can have several working copies. */
import { z } from 'zod';
import type { Host } from '../../platform/index.ts';
import { SyncError } from '../../shared/errors.ts';
import type { ProjectId } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';
import { LOCAL_PROJECT_FILE, PROJECT_FILE } from './projectFile.ts';
import { StateFile } from './stateFile.ts';

const schema = z.record(z.string(), z.array(z.string()));

export class KnownProjects {
  readonly #host: Host;
  readonly #path: string;
  readonly #file: StateFile<Record<string, string[]>>;

  constructor(host: Host) {
    this.#host = host;
    this.#path = join(host.home, 'projects.json');
    this.#file = new StateFile(host.disk, this.#path, schema);
  }

  async add(id: ProjectId, folder: string): Promise<void> {
    if ((await this.#file.read())?.[id]?.includes(folder)) return;
    // its own lock: two processes may open projects at the same time
    const lock = await this.#host.disk.lockFile(`${this.#path}.change`);
    try {
      const known = (await this.#file.read()) ?? {};
      const folders = (known[id] ?? []).filter((each) => each !== folder);
      await this.#file.write({ ...known, [id]: [...folders, folder] });
    } finally {
      await lock.release();
    }
  }

  /**
   * The one folder where this user has the project.
   * @throws SyncError `NOT_A_PROJECT`, `PROJECT_AMBIGUOUS`
   */
  async folderOf(id: ProjectId): Promise<string> {
    const folders: string[] = [];
    for (const folder of (await this.#file.read())?.[id] ?? []) {
      if (await isProject(this.#host.disk, folder)) folders.push(folder);
    }
    const [only, second] = folders;
    if (only === undefined) {
      throw new SyncError(
        'NOT_A_PROJECT',
        `Project ${id} is not on this machine. Open its folder, clone it or join it first.`,
        {
          data: { projectId: id },
        },
      );
    }
    if (second !== undefined) {
      throw new SyncError(
        'PROJECT_AMBIGUOUS',
        `Project ${id} has several folders here. Open the one you mean: ${folders.join(', ')}`,
        {
          data: { projectId: id, folders },
        },
      );
    }
    return only;
  }
}

const isProject = async (disk: Host['disk'], folder: string): Promise<boolean> =>
  (await disk.lstatMany(folder, [PROJECT_FILE, LOCAL_PROJECT_FILE])).some((stat) => stat !== undefined);
