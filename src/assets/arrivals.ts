/** Small assets as they come in, one after the other: gathered, and handed to the disk's other thread together. */
import type { VerifiedFile } from '../platform/index.ts';
import type { AssetRef } from '../ports/assetStore.ts';
import type { LfsFolder } from './lfsFolder.ts';

/** Bytes that are handed over in one go; any asset that comes in a bundle fits in. */
const TOGETHER = 1 << 20;
/** Of those, so many may wait for the disk; whoever brings more waits, too. */
const MOST_WAITING = 16;

/** What all arrivals of a folder share: memory that is used again, and how much of it is with the disk. */
export class ArrivalMemory {
  readonly #spare: ArrayBuffer[] = [];
  readonly #waiting = new Set<Promise<void>>();

  take(): ArrayBuffer {
    return this.#spare.pop() ?? new ArrayBuffer(TOGETHER);
  }

  giveBack(memory: ArrayBuffer): void {
    this.#spare.push(memory);
  }

  /** Resolves when there is room for more. */
  async handOver(work: Promise<void>): Promise<void> {
    const settled = work.then(
      () => undefined,
      () => undefined,
    );
    this.#waiting.add(settled);
    void settled.then(() => this.#waiting.delete(settled));
    while (this.#waiting.size > MOST_WAITING) await Promise.race(this.#waiting);
  }
}

/** Those of one request. */
export class Arrivals {
  readonly #folder: LfsFolder;
  readonly #memory: ArrivalMemory;
  readonly #arrived: (asset: AssetRef) => void;
  readonly #work: Promise<void>[] = [];
  #filling: Uint8Array<ArrayBuffer> | undefined;
  #filled = 0;
  #gathered: { readonly asset: AssetRef; readonly file: VerifiedFile }[] = [];

  /** @param arrived is told of each that is in the cache; of one with wrong bytes it never hears */
  constructor(folder: LfsFolder, memory: ArrivalMemory, arrived: (asset: AssetRef) => void) {
    this.#folder = folder;
    this.#memory = memory;
    this.#arrived = arrived;
  }

  /** @param bytes are copied. @returns false for an asset that is too large, or whose bytes have another length */
  async add(asset: AssetRef, bytes: Uint8Array): Promise<boolean> {
    const { length } = bytes;
    if (length > TOGETHER || length !== asset.size) return false;
    if (this.#filled + length > TOGETHER) await this.#handOver();
    this.#filling ??= new Uint8Array(this.#memory.take());
    this.#filling.set(bytes, this.#filled);
    const { path, temporary } = this.#folder.placeOf(asset.oid);
    const file = { path, temporary, sha256: asset.oid, start: this.#filled, length };
    this.#gathered.push({ asset, file });
    this.#filled += length;
    return true;
  }

  /** Nothing of it is on its way to the disk any more. @throws SyncError the first that went wrong */
  async end(): Promise<void> {
    await this.#handOver();
    const outcomes = await Promise.allSettled(this.#work);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  async #handOver(): Promise<void> {
    const [filling, gathered] = [this.#filling, this.#gathered];
    if (!filling) return;
    this.#filling = undefined;
    this.#filled = 0;
    this.#gathered = [];
    const work = this.#publish(filling.buffer, gathered);
    this.#work.push(work);
    await this.#memory.handOver(work);
  }

  async #publish(
    memory: ArrayBuffer,
    gathered: readonly { readonly asset: AssetRef; readonly file: VerifiedFile }[],
  ): Promise<void> {
    const published = await this.#folder.disk.publishVerified(
      memory,
      gathered.map(({ file }) => file),
    );
    this.#memory.giveBack(published.memory);
    for (const [at, { asset }] of gathered.entries()) if (published.isRight[at]) this.#arrived(asset);
  }
}
