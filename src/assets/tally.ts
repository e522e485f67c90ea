import type { AssetRef } from '../ports/assetStore.ts';
import type { Oid } from '../shared/ids.ts';
import type { OnProgress, SyncPhase } from '../shared/progress.ts';

/** Milliseconds between two reports, so that a thousand small assets do not flood whoever draws the bar. */
const INTERVAL = 50;

/** Adds up what concurrent transfers have done: bytes of an attempt that failed are taken off again. */
export class Tally {
  readonly #phase: SyncPhase;
  readonly #onProgress: OnProgress | undefined;
  readonly #moving = new Map<Oid, number>();
  #files = 0;
  #bytes = 0;
  #totalFiles: number;
  #totalBytes: number;
  #reported = 0;
  #late: ReturnType<typeof setTimeout> | undefined;

  constructor(phase: SyncPhase, assets: readonly AssetRef[], onProgress: OnProgress | undefined) {
    this.#phase = phase;
    this.#onProgress = onProgress;
    this.#totalFiles = assets.length;
    this.#totalBytes = assets.reduce((sum, { size }) => sum + size, 0);
  }

  /** It turned out that this one need not be transferred. */
  leaveOut({ size }: AssetRef): void {
    this.#totalFiles--;
    this.#totalBytes -= size;
    this.#report();
  }

  /** The transfer of this asset (re)starts at an offset. */
  restart({ oid }: AssetRef, offset: number): void {
    this.#bytes += offset - (this.#moving.get(oid) ?? 0);
    this.#moving.set(oid, offset);
    this.#report();
  }

  add(asset: AssetRef, length: number): void {
    this.restart(asset, Math.min(asset.size, (this.#moving.get(asset.oid) ?? 0) + length));
  }

  done(asset: AssetRef): void {
    this.#files++;
    this.restart(asset, asset.size);
    this.#moving.delete(asset.oid);
  }

  /** The last word: reported in any case. */
  finish(): void {
    this.#tell();
  }

  get files(): number {
    return this.#files;
  }

  get bytes(): number {
    return this.#bytes;
  }

  #report(): void {
    if (!this.#onProgress || this.#late) return;
    const wait = this.#reported + INTERVAL - Date.now();
    if (wait <= 0) this.#tell();
    else this.#late = setTimeout(() => this.#tell(), wait);
  }

  #tell(): void {
    clearTimeout(this.#late);
    this.#late = undefined;
    this.#reported = Date.now();
    this.#onProgress?.({
      phase: this.#phase,
      files: this.#files,
      totalFiles: this.#totalFiles,
      bytes: this.#bytes,
      totalBytes: this.#totalBytes,
    });
  }
}
