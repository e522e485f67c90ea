/** `.git/index` on disk: read once while it stays the same, written under Git's own lock. */
import type { FileStat, Host } from '../../platform/index.ts';
import { equal } from '../../shared/bytes.ts';
import { SyncError } from '../../shared/errors.ts';
import { join } from '../../shared/paths.ts';
import { IndexFile } from './IndexFile.ts';
import { formatIndex, parseIndex } from './indexFormat.ts';

const ATTEMPTS = 20;
const CHECKSUM = 20;

interface Snapshot {
  readonly stat: FileStat | undefined;
  readonly index: IndexFile;
}

export class IndexStore {
  readonly #host: Pick<Host, 'disk' | 'codec'>;
  readonly #path: string;
  #known: Snapshot | undefined;

  constructor(host: Pick<Host, 'disk' | 'codec'>, gitDir: string) {
    this.#host = host;
    this.#path = join(gitDir, 'index');
  }

  /** @throws SyncError `MALFORMED_OBJECT`, `UNSUPPORTED_REPOSITORY` */
  async read(): Promise<IndexFile> {
    const { disk, codec } = this.#host;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const stat = await disk.lstat(this.#path);
      if (this.#known && sameStat(this.#known.stat, stat)) return this.#known.index;
      const bytes = stat && (await disk.read(this.#path));
      // Git replaces the file by a rename: what was read belongs to the stat only if it is still there.
      if (!sameStat(stat, await disk.lstat(this.#path))) continue;
      if (stat && !bytes) continue;
      const index = bytes ? parseIndex(bytes, codec, stat && writtenAt(stat)) : IndexFile.empty;
      this.#known = { stat, index };
      return index;
    }
    throw new SyncError(
      'LOCK_TIMEOUT',
      `${this.#path} changes all the time. Let other Git programs finish, then try again.`,
      {
        data: { path: this.#path },
      },
    );
  }

  /**
   * Holds `index.lock` around `change`, which gets the index as it is under the lock. What it answers as `index` is
   * written; `undefined` leaves the file alone.
   * @param waitMs how long to wait for the lock; 0 gives up at once
   * @throws SyncError `LOCK_TIMEOUT`
   */
  async update<Result>(
    change: (index: IndexFile) => Promise<{
      readonly index?: IndexFile | undefined;
      readonly result: Result;
      /** Runs after the index is written, before anyone else may change it. */
      readonly beforeRelease?: () => Promise<void>;
    }>,
    options: { readonly signal?: AbortSignal | undefined; readonly waitMs?: number } = {},
  ): Promise<Result> {
    const { disk, codec } = this.#host;
    const lock = await disk.lockFile(this.#path, {
      ...(options.signal && { signal: options.signal }),
      ...(options.waitMs !== undefined && { waitMs: options.waitMs }),
    });
    try {
      const { index, result, beforeRelease } = await change(await this.read());
      if (index) {
        const bytes = formatIndex(index, codec);
        // Not flushed, as Git does not: the index is made anew from HEAD and the files, and it can be large.
        await lock.publish(bytes, { sync: false });
        await this.#remember(index, bytes);
      }
      await beforeRelease?.();
      return result;
    } finally {
      await lock.release();
    }
  }

  /** Spares the next read, if nobody else wrote in between. */
  async #remember(index: IndexFile, bytes: Uint8Array): Promise<void> {
    const { disk } = this.#host;
    this.#known = undefined;
    const stat = await disk.lstat(this.#path);
    if (stat?.size !== bytes.length) return;
    const end = await disk.readRange(this.#path, bytes.length - CHECKSUM, CHECKSUM);
    if (!end || !equal(end, bytes.subarray(bytes.length - CHECKSUM))) return;
    if (!sameStat(stat, await disk.lstat(this.#path))) return;
    const { entries, version, cacheTree } = index;
    this.#known = { stat, index: new IndexFile(entries, { version, cacheTree, seconds: writtenAt(stat) }) };
  }
}

const writtenAt = ({ mtimeSeconds, mtimeNanoseconds }: FileStat) => mtimeSeconds + mtimeNanoseconds / 1e9;

function sameStat(a: FileStat | undefined, b: FileStat | undefined): boolean {
  if (!a || !b) return a === b;
  return (
    a.ino === b.ino &&
    a.size === b.size &&
    a.mtimeSeconds === b.mtimeSeconds &&
    a.mtimeNanoseconds === b.mtimeNanoseconds &&
    a.ctimeSeconds === b.ctimeSeconds &&
    a.ctimeNanoseconds === b.ctimeNanoseconds
  );
}
