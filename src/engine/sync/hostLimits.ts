/** What the remote's host takes no file of: known before anything is sent, because history cannot be taken back. */
import type { Limits } from '../../ports/index.ts';
import { SyncError } from '../../shared/errors.ts';
import { megabytes } from '../project/fileSizes.ts';

/** Told of the blobs that a push would bring. */
export class HostLimits {
  readonly #limits: Limits | undefined;
  readonly #large = new Map<string, number>();

  constructor(limits: Limits | undefined) {
    this.#limits = limits;
  }

  see(path: string, size: number): void {
    if (this.#limits && size > this.#limits.warnFile && size > (this.#large.get(path) ?? 0))
      this.#large.set(path, size);
  }

  /** @returns a warning for each that the host does not like @throws SyncError `PUSH_REJECTED` for one that it refuses */
  check(): string[] {
    const { refuseFile = 0, warnFile = 0 } = this.#limits ?? {};
    const refused = [...this.#large].filter(([, size]) => size > refuseFile);
    const [first] = refused;
    if (first) {
      const [path, size] = first;
      const more = refused.length > 1 ? `, and ${refused.length - 1} more` : '';
      throw new SyncError(
        'PUSH_REJECTED',
        `${path} (${megabytes(size)}${more}) is in Git's history itself, and the remote takes no file over ${megabytes(refuseFile)} there. Make it an asset from its first snapshot on: git lfs migrate import --include="${path}", then sync again. Nothing was sent; your work is safe in your own history.`,
        { data: { paths: refused.map(([each]) => each), limit: refuseFile } },
      );
    }
    return [...this.#large].map(
      ([path, size]) =>
        `${path} (${megabytes(size)}) is in Git's history itself; the remote wants no file over ${megabytes(warnFile)} there. For the next ones: modsync lfs migrate "${path}"`,
    );
  }
}
