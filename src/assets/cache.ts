/** The local asset cache, in the layout and with the temporary folders of git-lfs: either finds the other's files. */
import type { Disk, Host } from '../platform/index.ts';
import type { AssetRef, AssetSource } from '../ports/assetStore.ts';
import { hasCode, SyncError, throwIfAborted } from '../shared/errors.ts';
import type { Oid } from '../shared/ids.ts';
import type { CallOptions } from '../shared/progress.ts';
import { addContent } from './addContent.ts';
import { addFile } from './addFile.ts';
import { ArrivalMemory, Arrivals } from './arrivals.ts';
import { isWhole, LfsFolder } from './lfsFolder.ts';
import { PartialFile } from './partialFile.ts';

/** Up to this size an object is read in one call, which costs less than a stream. Bytes. */
const WHOLE = 1 << 20;

export class AssetCache {
  readonly disk: Disk;
  /** Told of each asset that `addFile` brings in and that was not here. */
  onNew: ((asset: AssetRef) => void) | undefined;
  readonly #folder: LfsFolder;
  readonly #memory = new ArrivalMemory();
  /** Assets that are being received now: a second stream of the same one waits for the first. */
  readonly #receiving = new Map<Oid, Promise<void>>();

  /** @param storage see `lfsStorage` */
  constructor({ disk, codec }: Pick<Host, 'disk' | 'codec'>, storage: string) {
    this.disk = disk;
    this.#folder = new LfsFolder(disk, codec, storage);
  }

  /** Where the asset's bytes are, or would be. A disk path. */
  pathOf(oid: Oid): string {
    return this.#folder.pathOf(oid);
  }

  /** By presence and size, as git-lfs looks: the bytes were verified when they came in. */
  async has(asset: AssetRef): Promise<boolean> {
    return asset.size === 0 || (await this.#folder.has(asset));
  }

  /** One answer for each asset, in order. */
  async hasMany(assets: readonly AssetRef[]): Promise<boolean[]> {
    const names = assets.map(({ oid }) => this.#folder.nameOf(oid));
    const stats = await this.disk.lstatMany(this.#folder.root, names);
    return assets.map((asset, at) => isWhole(stats[at], asset));
  }

  /** Everything that is kept, with the sizes of the files. */
  all(): Promise<AssetRef[]> {
    return this.#folder.all();
  }

  /** Gives an asset up. Whoever calls this knows that it can be had again. */
  drop({ oid }: AssetRef): Promise<void> {
    return this.#folder.remove(oid);
  }

  /** Frees what killed processes left half-written, once that is an hour ago. */
  sweep(): Promise<void> {
    return this.#folder.sweep(Date.now() / 1000);
  }

  /**
   * Hashes a file and keeps a copy of exactly the bytes that were hashed; no copy where the cache has them already.
   * A file that changes meanwhile is read again. An empty file has an `AssetRef`, but nothing is kept for it.
   * @throws SyncError `NOT_FOUND`, `FILE_BUSY` when it keeps changing, `ABORTED`
   */
  addFile(diskPath: string, options: CallOptions = {}): Promise<AssetRef> {
    return addFile(this.#folder, diskPath, { ...options, onNew: (asset) => this.onNew?.(asset) });
  }

  /**
   * Like `addFile`, for content that comes as a stream, read once: what Git hands to a filter. It becomes visible
   * whole, or not at all.
   * @throws SyncError `ABORTED`, `NO_SPACE`, what the stream throws
   */
  addContent(content: AsyncIterable<Uint8Array>, options: CallOptions = {}): Promise<AssetRef> {
    return addContent(this.#folder, content, options);
  }

  /** How many bytes of a broken-off download are kept, to be continued. */
  async partialSize(asset: AssetRef): Promise<number> {
    return (await this.disk.lstat(this.#folder.partialPath(asset.oid)))?.size ?? 0;
  }

  /**
   * Receives an asset, from offset `start` on (0, or at most what `partialSize` says). It becomes visible whole and
   * verified, or not at all: when the stream breaks off, what came is kept to be continued; when the bytes are wrong,
   * they are gone.
   * @throws SyncError `ASSET_CORRUPT` and `BACKEND_CONNECTION_FAILED` (too short), both with `data.retryable`;
   *   `ABORTED`; what the stream throws
   */
  async addStream(
    asset: AssetRef,
    start: number,
    bytes: AsyncIterable<Uint8Array>,
    { signal }: CallOptions = {},
  ): Promise<void> {
    const first = this.#receiving.get(asset.oid);
    if (!first) {
      const receiving = this.#receive(asset, start, bytes, signal);
      this.#receiving.set(asset.oid, receiving);
      return await receiving.finally(() => this.#receiving.delete(asset.oid));
    }
    await close(bytes);
    await first.catch(() => undefined);
    if (await this.has(asset)) return;
    throw new SyncError('ASSET_MISSING', `Another transfer of asset ${asset.oid} failed; try again.`, {
      data: { oid: asset.oid, retryable: true },
    });
  }

  /**
   * Takes an asset that is in memory.
   * @throws SyncError `ASSET_CORRUPT` when the bytes are not the asset's: nothing is kept then
   */
  async addBytes(asset: AssetRef, bytes: Uint8Array): Promise<void> {
    const isRight =
      bytes.length === asset.size && this.#folder.codec.sha256().update(bytes).hex() === asset.oid;
    if (!isRight)
      throw new SyncError('ASSET_CORRUPT', `The bytes that came for asset ${asset.oid} are not its own.`, {
        data: { oid: asset.oid, retryable: true },
      });
    if (asset.size > 0) await this.#folder.admitBytes(asset.oid, bytes);
  }

  /**
   * Takes many that are in memory, one after the other; what `addBytes` does goes on beside this thread.
   * @param arrived is told of each that is in the cache; of one with wrong bytes it never hears
   */
  arrivals(arrived: (asset: AssetRef) => void): Arrivals {
    return new Arrivals(this.#folder, this.#memory, arrived);
  }

  /** Many are about to arrive: the thread that looks at them can start while they are asked for. */
  expectArrivals(): void {
    this.disk.publishVerified(new ArrayBuffer(0), []).catch(() => undefined);
  }

  /**
   * The asset's bytes. Read from the beginning they are verified on the way: damaged ones end in `ASSET_CORRUPT`
   * before the last piece is out, and leave the cache for `lfs/bad`, as with `git lfs fsck`.
   * Reading throws `ASSET_MISSING` when the cache has not got it.
   * @param verified false: whoever gets the bytes verifies them
   */
  source(asset: AssetRef, verified = true): AssetSource {
    const path = this.pathOf(asset.oid);
    return {
      oid: asset.oid,
      size: asset.size,
      open: (start = 0) =>
        start > 0 || !verified
          ? this.#read(asset, path, start)
          : this.#readVerified(asset, path, () => this.#setAside(asset)),
      ...(!verified && {
        readInto: async (target: Uint8Array) => (await this.disk.readInto(path, target)) === target.length,
      }),
    };
  }

  /**
   * The asset's bytes from a file that is believed to hold them: a working file, where the cache has no copy of it.
   * Always read from its beginning, and verified on the way: reading ends in `ASSET_MISSING` when the file is
   * another one by now, before the last piece is out.
   */
  sourceAt(diskPath: string, asset: AssetRef): AssetSource {
    return {
      oid: asset.oid,
      size: asset.size,
      open: () => this.#readVerified(asset, diskPath, async () => notHere(asset)),
    };
  }

  async #receive(
    asset: AssetRef,
    start: number,
    bytes: AsyncIterable<Uint8Array>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const file = new PartialFile(this.#folder, asset);
    try {
      await file.openAt(start, signal);
    } catch (error) {
      await close(bytes);
      throw error;
    }
    try {
      for await (const chunk of bytes) {
        await file.add(chunk);
        throwIfAborted(signal);
      }
      await file.finish();
    } catch (error) {
      await file.keep();
      throw error;
    }
  }

  async *#read(asset: AssetRef, path: string, start: number): AsyncGenerator<Uint8Array> {
    if (asset.size === 0) return;
    if (start === 0 && asset.size <= WHOLE) {
      const bytes = await this.disk.read(path);
      if (!bytes) throw notHere(asset);
      yield bytes;
      return;
    }
    try {
      yield* this.disk.stream(path, { start });
    } catch (error) {
      throw hasCode(error, 'NOT_FOUND') ? notHere(asset) : error;
    }
  }

  /** @param onDamage says what is wrong when the bytes are not the asset's */
  async *#readVerified(
    asset: AssetRef,
    path: string,
    onDamage: () => Promise<SyncError>,
  ): AsyncGenerator<Uint8Array> {
    const digest = this.#folder.codec.sha256();
    let held: Uint8Array | undefined;
    for await (const chunk of this.#read(asset, path, 0)) {
      if (held) yield held;
      digest.update(chunk);
      held = chunk;
    }
    if (asset.size > 0 && digest.hex() !== asset.oid) throw await onDamage();
    if (held) yield held;
  }

  async #setAside(asset: AssetRef): Promise<SyncError> {
    const aside = await this.#folder.setAside(asset.oid);
    return new SyncError(
      'ASSET_CORRUPT',
      `The cached copy of asset ${asset.oid} is damaged and was set aside as ${aside}. ` +
        'Save the file that it belongs to once more and sync again, or fetch the asset anew.',
      { data: { oid: asset.oid, retryable: false } },
    );
  }
}

const notHere = ({ oid }: AssetRef) =>
  new SyncError('ASSET_MISSING', `Asset ${oid} is not on this machine; fetch it first.`, {
    data: { oid, retryable: false },
  });

const close = async (bytes: AsyncIterable<Uint8Array>): Promise<void> => {
  await bytes[Symbol.asyncIterator]().return?.();
};
