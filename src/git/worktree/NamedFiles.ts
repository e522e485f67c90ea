/** Working files that are named one by one, by what a person chose: looked at, written, stored. */
import type { FileStat } from '../../platform/index.ts';
import { hasCode, throwIfAborted } from '../../shared/errors.ts';
import type { FileMode, TreeFile } from '../../shared/git.ts';
import type { BlobId } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';
import type { IndexEntry } from '../index/IndexEntry.ts';
import type { IndexStore } from '../index/IndexStore.ts';
import { secondsNow, settleRacy } from './racy.ts';
import { restoreFile } from './restoreFile.ts';
import type { Candidate } from './scan.ts';
import { type OperationOptions, WorkTree, type WorkTreeParts } from './WorkTree.ts';
import { hashFiles, stageCandidates } from './workingFiles.ts';

export class NamedFiles {
  readonly #index: IndexStore;
  readonly #parts: WorkTreeParts;

  constructor(index: IndexStore, parts: WorkTreeParts) {
    this.#index = index;
    this.#parts = parts;
  }

  /**
   * Writes a working file as a blob of this content would be there, and leaves the index alone.
   * @throws SyncError `WOULD_OVERWRITE` when what is there is not as expected, `UNSAFE_PATH`
   */
  async write(
    path: string,
    file: { readonly data: Uint8Array; readonly mode: FileMode },
    options: OperationOptions & { readonly expect?: FileStat | 'absent' } = {},
  ): Promise<void> {
    const workTree = await WorkTree.open(this.#parts, await this.#index.read());
    const [id] = await this.#parts.objects.write([{ type: 'blob', data: file.data }]);
    const context = await workTree.checkoutContext(options);
    // an id that `write` gave for a blob
    await restoreFile(path, { mode: file.mode, id: id as BlobId }, options.expect, context);
  }

  /**
   * Puts one version of a file on disk and into the index; `undefined` removes it from both.
   * @param options.expect what is believed to be there; left out: whatever it is
   * @throws SyncError `WOULD_OVERWRITE` when it is not as expected, `UNSAFE_PATH`
   */
  async restore(
    path: string,
    file: TreeFile | undefined,
    options: OperationOptions & { readonly expect?: FileStat | 'absent' } = {},
  ): Promise<void> {
    const since = secondsNow();
    await this.#index.update(async (current) => {
      const workTree = await WorkTree.open(this.#parts, current);
      const context = await workTree.checkoutContext(options);
      const entry = await restoreFile(path, file, options.expect, context);
      const next = await settleRacy(
        current.with(new Map([[path, entry]])),
        current,
        context,
        since,
        'written',
      );
      return { index: next, result: undefined };
    }, options);
  }

  /**
   * Like `restore` for many files, in one change of the index.
   * @returns the paths that were not as expected, and were left as they are
   */
  async restoreMany(
    files: readonly {
      readonly path: string;
      readonly file: TreeFile;
      readonly expect: FileStat | 'absent';
    }[],
    options: OperationOptions = {},
  ): Promise<string[]> {
    const since = secondsNow();
    return await this.#index.update(async (current) => {
      const workTree = await WorkTree.open(this.#parts, current);
      const context = await workTree.checkoutContext(options);
      await context.content.prepare(files.map(({ path }) => path));
      const entries = new Map<string, IndexEntry | undefined>();
      const kept: string[] = [];
      for (const { path, file, expect } of files) {
        throwIfAborted(options.signal);
        try {
          entries.set(path, await restoreFile(path, file, expect, context));
        } catch (error) {
          if (!hasCode(error, 'WOULD_OVERWRITE')) throw error;
          kept.push(path);
        }
      }
      const next = await settleRacy(current.with(entries), current, context, since, 'written');
      return { index: next, result: kept };
    }, options);
  }

  /** The id that the working file would get, nothing stored; `undefined` when there is no file. */
  async hash(path: string, options: OperationOptions = {}): Promise<BlobId | undefined> {
    const stat = await this.#parts.host.disk.lstat(join(this.#parts.folder, path));
    if (!stat) return undefined;
    const workTree = await WorkTree.open(this.#parts, await this.#index.read());
    return (await hashFiles([{ path, stat }], await workTree.hashContext(options))).get(path);
  }

  /** Like `hash`, and the blob is stored. */
  async store(path: string, options: OperationOptions = {}): Promise<BlobId | undefined> {
    const stat = await this.#parts.host.disk.lstat(join(this.#parts.folder, path));
    if (stat?.kind !== 'file' && stat?.kind !== 'symlink') return undefined;
    const workTree = await WorkTree.open(this.#parts, await this.#index.read());
    const candidate: Candidate = { path, stat, verdict: 'untracked' };
    return (await stageCandidates([candidate], await workTree.hashContext(options))).get(path)?.id;
  }

  /** Stores what a file anywhere on the disk would be at `path`; `undefined` when there is no such file. */
  async storeAs(path: string, diskPath: string, options: OperationOptions = {}): Promise<BlobId | undefined> {
    if ((await this.#parts.host.disk.lstat(diskPath))?.kind !== 'file') return undefined;
    const workTree = await WorkTree.open(this.#parts, await this.#index.read());
    const data = await (await workTree.hashContext(options)).content.blobFrom(path, diskPath);
    if (!data) return undefined;
    const [id] = await this.#parts.objects.write([{ type: 'blob', data }]);
    return id as BlobId; // an id that `write` gave for a blob
  }
}
