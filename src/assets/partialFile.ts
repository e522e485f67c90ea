import type { Digest } from '../platform/index.ts';
import type { AssetRef } from '../ports/assetStore.ts';
import { concat } from '../shared/bytes.ts';
import { SyncError, throwIfAborted } from '../shared/errors.ts';
import type { LfsFolder } from './lfsFolder.ts';

/** Bytes that are gathered before they are written. An asset that fits in never has a partial file. */
const BUFFER = 1 << 20;

/** One asset as it comes in, in `lfs/incomplete/<oid>.part` where git-lfs would continue it too. */
export class PartialFile {
  readonly #folder: LfsFolder;
  readonly #path: string;
  readonly #asset: AssetRef;
  readonly #digest: Digest;
  #buffer: Uint8Array[] = [];
  #buffered = 0;
  /** Bytes in the file, and in all. */
  #written = 0;
  #received = 0;
  /** Bytes of the stream that the file has already. */
  #skip = 0;

  constructor(folder: LfsFolder, asset: AssetRef) {
    this.#folder = folder;
    this.#asset = asset;
    this.#path = folder.partialPath(asset.oid);
    this.#digest = folder.codec.sha256();
  }

  /** Says that the stream begins at this offset. What the file has before and after it is kept, and hashed again. */
  async openAt(start: number, signal: AbortSignal | undefined): Promise<void> {
    const { disk } = this.#folder;
    if (start === 0) return await disk.remove(this.#path);
    const size = (await disk.lstat(this.#path))?.size ?? 0;
    if (size < start || size > this.#asset.size) throw await this.#corrupt('does not continue what is here');
    for await (const chunk of disk.stream(this.#path)) {
      throwIfAborted(signal);
      this.#digest.update(chunk);
      this.#written += chunk.length;
    }
    this.#received = this.#written;
    this.#skip = this.#written - start;
  }

  /** @throws SyncError `ASSET_CORRUPT` when more comes than the asset has */
  async add(chunk: Uint8Array): Promise<void> {
    const fresh = chunk.subarray(this.#skip);
    this.#skip -= chunk.length - fresh.length;
    if (fresh.length === 0) return;
    this.#received += fresh.length;
    if (this.#received > this.#asset.size) throw await this.#corrupt('is longer than it should be');
    this.#digest.update(fresh);
    this.#buffer.push(fresh);
    this.#buffered += fresh.length;
    if (this.#buffered >= BUFFER) await this.#flush();
  }

  /**
   * The end of the stream: makes the asset visible.
   * @throws SyncError `BACKEND_CONNECTION_FAILED` when it came too early, `ASSET_CORRUPT` when the bytes are wrong
   */
  async finish(): Promise<void> {
    const { oid, size } = this.#asset;
    if (this.#received < size)
      throw new SyncError(
        'BACKEND_CONNECTION_FAILED',
        `Backend connection failed: asset ${oid} broke off after ${this.#received} of ${size} bytes; try again to go on from there.`,
        { data: { oid, received: this.#received, size, retryable: true } },
      );
    if (this.#digest.hex() !== oid) throw await this.#corrupt('has other bytes than its name says');
    if (this.#written === 0) return await this.#folder.admitBytes(oid, concat(this.#buffer));
    await this.#flush();
    // another process may have appended to the same file
    const stat = await this.#folder.disk.lstat(this.#path);
    if (stat?.size !== size) throw await this.#corrupt('was written by two programs at once');
    await this.#folder.admit(oid, this.#path);
  }

  /** After a break: writes what is still in memory, so that the next attempt asks for the rest only. */
  async keep(): Promise<void> {
    // the reason for the break is what the caller must hear
    await this.#flush().catch(() => undefined);
  }

  async #flush(): Promise<void> {
    if (this.#buffered === 0) return;
    const bytes = concat(this.#buffer);
    // dropped first: a write that fails half-way must not be repeated behind what it wrote
    this.#buffer = [];
    this.#buffered = 0;
    await this.#folder.disk.append(this.#path, bytes);
    this.#written += bytes.length;
  }

  async #corrupt(how: string): Promise<SyncError> {
    await this.#folder.disk.remove(this.#path);
    this.#buffer = [];
    this.#buffered = 0;
    const { oid, size } = this.#asset;
    return new SyncError(
      'ASSET_CORRUPT',
      `What came for asset ${oid} ${how} and was thrown away; try again, and tell the store's owner if it stays.`,
      { data: { oid, size, retryable: true } },
    );
  }
}
