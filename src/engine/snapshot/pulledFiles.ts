/**
 * What pulls have overwritten, for editors that do not notice. For each such file: the version that an editor may
 * still hold, and the version that the pull wrote. The next local save is judged against both (staleEdits.ts).
 */
import { z } from 'zod';
import type { TreeChange } from '../../shared/git.ts';
import { type BlobId, isObjectId } from '../../shared/ids.ts';
import type { Project } from '../project/Project.ts';
import { StateFile } from '../project/stateFile.ts';

const blobId = z.custom<BlobId>((value) => typeof value === 'string' && isObjectId(value));
const entry = z.object({
  /**
   * P: what was on disk before. The oldest one, where several pulls came one after the other; absent where nothing
   * was, and a new file of ours stood in the way.
   */
  loaded: blobId.optional(),
  /** Q: what the pull wrote; absent when it deleted the file. */
  pulled: blobId.optional(),
  /**
   * Q never reached the disk: the file was saved during the sync. `base` is what was on disk when it was (absent: no
   * file), so whatever is there now was made without Q.
   */
  unseen: z.object({ base: blobId.optional() }).optional(),
  /** Milliseconds since 1970 of the last pull. */
  at: z.number(),
  /** A save of this content that a person has yet to decide about. */
  held: blobId.optional(),
  /** A person said that this content is meant. */
  accepted: blobId.optional(),
});
export type PulledFile = z.infer<typeof entry>;

const schema = z.record(z.string(), entry);

/** An editor that holds a file longer than this is not guarded against. Milliseconds. */
const REMEMBERED = 14 * 24 * 3600 * 1000;

export class PulledFiles {
  readonly #file: StateFile<Record<string, PulledFile>>;

  constructor(project: Project) {
    this.#file = new StateFile(project.host.disk, project.stateFile('pulled.json'), schema);
  }

  async all(): Promise<Map<string, PulledFile>> {
    return new Map(Object.entries((await this.#file.read()) ?? {}));
  }

  async save(files: ReadonlyMap<string, PulledFile>): Promise<void> {
    if (files.size > 0) await this.#file.write(Object.fromEntries(files));
    else await this.#file.remove();
  }

  /** Notes what is about to be overwritten. Called before the first byte is, so that a kill forgets nothing. */
  async remember(changes: readonly TreeChange[]): Promise<void> {
    const overwritten = changes.filter((change) => change.before !== undefined);
    if (overwritten.length === 0) return;
    const files = await this.all();
    const now = Date.now();
    for (const [path, file] of files) if (now - file.at > REMEMBERED && !file.held) files.delete(path);
    for (const { path, before, after } of overwritten) {
      if (!before) continue;
      const { loaded = before.id, held, unseen } = files.get(path) ?? {};
      if (loaded === after?.id && !held && !unseen) files.delete(path);
      else
        files.set(path, {
          loaded,
          at: now,
          ...(after && { pulled: after.id }),
          ...(held && { held }),
          ...(unseen && { unseen }),
        });
    }
    await this.save(files);
  }

  /**
   * Notes which files of a pull were left as they are, because someone had saved them meanwhile.
   * @param written paths that now hold what was pulled
   */
  async settle(kept: readonly TreeChange[], written: readonly TreeChange[]): Promise<void> {
    const files = await this.all();
    let changed = kept.length > 0;
    for (const { path, before, after } of kept) {
      const {
        loaded = before?.id,
        held,
        unseen = { ...(before && { base: before.id }) },
      } = files.get(path) ?? {};
      files.set(path, {
        at: Date.now(),
        unseen,
        ...(loaded && { loaded }),
        ...(after && { pulled: after.id }),
        ...(held && { held }),
      });
    }
    for (const { path } of written) {
      const file = files.get(path);
      if (!file?.unseen) continue;
      const { unseen: _, ...seen } = file;
      files.set(path, seen);
      changed = true;
    }
    if (changed) await this.save(files);
  }
}
