/**
 * What a project keeps here, in bytes, and whether there is room for more. With a quota, a project is measured when
 * it is first asked about; from then on what comes in is added, and before anything is refused it is measured anew.
 */
import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProjectId } from '../../shared/ids.ts';
import type { DataFolder } from '../dataFolder.ts';
import { noSpace, RelayError } from '../http/http.ts';
import type { Limits } from '../limits.ts';

/** Room that was found: what has been stored stays counted, what has not is given back. */
export interface Room {
  /** @throws RelayError 507 when there is no room for so many bytes besides */
  more(bytes: number): Promise<void>;
  /** @param stored bytes that came after all */
  settle(stored: number): void;
}

interface Count {
  /** As of the last measure, and what arrived since. */
  kept: number;
  /** Room that was given and is not settled. */
  arriving: number;
  /** All that ever arrived. */
  arrived: number;
}

export class Usage {
  readonly #folder: DataFolder;
  readonly #limits: Limits;
  readonly #counts = new Map<ProjectId, Count>();

  constructor(folder: DataFolder, limits: Limits) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /** @throws RelayError 507 when the disk, or the project's quota, has no room for so many bytes more */
  async room(project: ProjectId, bytes: number): Promise<Room> {
    await this.disk(bytes);
    const quota = this.#limits.projectBytes;
    if (quota === 0) return { more: (more) => this.disk(more), settle: () => {} };
    let given = 0;
    let count: Count | undefined;
    const more = async (wanted: number) => {
      const current = await this.#measured(project, wanted);
      // forgotten meanwhile: what is arriving still is
      if (count !== current) current.arriving += given;
      count = current;
      const taken = count.kept + count.arriving;
      if (taken + wanted > quota)
        throw new RelayError(
          507,
          'NO_SPACE',
          `The project may keep ${quota} bytes here and has ${taken}: ${wanted} more do not fit. Ask who runs the relay.`,
        );
      count.arriving += wanted;
      given += wanted;
    };
    await more(bytes);
    return {
      more: async (wanted) => {
        await this.disk(wanted);
        await more(wanted);
      },
      settle: (stored) => {
        if (!count) return;
        count.arriving -= given;
        count.kept += stored;
        count.arrived += stored;
      },
    };
  }

  /** @throws RelayError 507 when too little would be left of the disk */
  async disk(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.#folder.path);
    if (bavail * bsize - bytes < this.#limits.freeBytes) throw noSpace();
  }

  /** What was removed by upkeep shows with the next measure. */
  forget(): void {
    this.#counts.clear();
  }

  /** The project's count: measured if it was not yet, or if so many bytes more do not fit by what is known. */
  async #measured(project: ProjectId, bytes: number): Promise<Count> {
    const known = this.#counts.get(project);
    const count = known ?? { kept: 0, arriving: 0, arrived: 0 };
    this.#counts.set(project, count);
    if (known === undefined || count.kept + count.arriving + bytes > this.#limits.projectBytes) {
      const { arrived } = count;
      const measured = await this.#measure(project);
      // What arrived meanwhile may be in the measure or not: better too much than too little.
      count.kept = measured + count.arrived - arrived;
    }
    return count;
  }

  async #measure(project: ProjectId): Promise<number> {
    const parts = await Promise.all([
      bytesBelow(this.#folder.repository(project)),
      bytesBelow(this.#folder.assets(project)),
      bytesBelow(this.#folder.uploads(project)),
    ]);
    return parts.reduce((sum, bytes) => sum + bytes, 0);
  }
}

/** For a body whose length nobody has declared: it comes as far as there is room. */
export async function* asRoomAllows(body: AsyncIterable<Buffer>, room: Room): AsyncGenerator<Buffer> {
  for await (const chunk of body) {
    await room.more(chunk.length);
    yield chunk;
  }
}

async function bytesBelow(folder: string): Promise<number> {
  let sum = 0;
  // What went away meanwhile takes no room.
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []))
    if (entry.isFile())
      sum += (await stat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size;
  return sum;
}
