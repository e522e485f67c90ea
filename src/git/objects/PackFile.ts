import type { Host } from '../../platform/index.ts';
import type { GitObject } from '../../shared/git.ts';
import type { ObjectId } from '../../shared/ids.ts';
import { applyDelta } from './delta.ts';
import { idBytes, MAX_DELTA_DEPTH, MAX_OBJECT_SIZE, malformed } from './format.ts';
import type { LruCache } from './LruCache.ts';
import { type EntryHeader, inflateEntry, MAX_ENTRY_HEADER, readEntryHeader } from './packEntry.ts';
import { PackIndex } from './packIndex.ts';

/** The pack was there when the folder was listed and is not now: stock Git has repacked. Look again. */
export class PackGone extends Error {}

/** Objects by pack and offset, shared by all packs of a repository: the bases of deltas, above all. */
export type BaseCache = LruCache<string, GitObject>;

/** Of an entry here and there, as merges read them: most fit. */
const MIN_WINDOW = 4 << 10;
/** A read that begins so close behind the window goes on in order. */
const NEAR = 16 << 10;
const MAX_WINDOW = 512 << 10;

/** One pack and its index. Never in memory whole: ranged reads through a window that grows while reads go on in order. */
export class PackFile {
  readonly name: string;
  readonly #host: Pick<Host, 'disk' | 'codec'>;
  readonly #path: string;
  readonly #cache: BaseCache;
  #index: Promise<PackIndex> | undefined;
  #window: { readonly at: number; readonly bytes: Uint8Array } = { at: 0, bytes: new Uint8Array(0) };
  #windowSize = MIN_WINDOW;

  /** @param path without `.pack` and `.idx` */
  constructor(host: Pick<Host, 'disk' | 'codec'>, path: string, cache: BaseCache) {
    this.#host = host;
    this.#path = path;
    this.#cache = cache;
    this.name = path.slice(path.lastIndexOf('/') + 1);
  }

  /** @throws PackGone */
  index(): Promise<PackIndex> {
    this.#index ??= this.#host.disk.read(`${this.#path}.idx`).then((bytes) => {
      if (!bytes) throw new PackGone();
      return new PackIndex(bytes);
    });
    return this.#index;
  }

  /**
   * The object whose entry starts at `offset`. Its bytes may be shared with the cache: never change them.
   * @throws PackGone
   * @throws SyncError `MALFORMED_OBJECT`
   */
  async read(offset: number): Promise<GitObject> {
    const deltas: { readonly at: number; readonly data: Uint8Array }[] = [];
    let held = 0;
    let at = offset;
    let object: GitObject;
    for (;;) {
      const cached = this.#cache.get(this.#key(at));
      if (cached) {
        object = cached;
        break;
      }
      const { header, data } = await this.#entry(at);
      if (header.type) {
        object = { type: header.type, data };
        this.#keep(at, object);
        break;
      }
      held += data.length;
      deltas.push({ at, data });
      // The depth also ends a circle of deltas that name their bases by id.
      if (deltas.length > MAX_DELTA_DEPTH || held > MAX_OBJECT_SIZE) {
        throw malformed(`A chain of deltas in ${this.name} does not end`);
      }
      at = await this.#baseOf(header);
    }
    for (let delta = deltas.pop(); delta; delta = deltas.pop()) {
      object = { type: object.type, data: applyDelta(object.data, delta.data) };
      this.#keep(delta.at, object);
    }
    return object;
  }

  async #baseOf({ base }: EntryHeader): Promise<number> {
    if (base && 'offset' in base) return base.offset;
    const offset = base && (await this.index()).find(idBytes(base.id as ObjectId));
    if (offset === undefined) throw malformed(`A delta in ${this.name} lacks its base`);
    return offset;
  }

  async #entry(offset: number) {
    const bytes = await this.#bytes(offset, MAX_ENTRY_HEADER);
    const header = readEntryHeader(bytes, offset);
    const read = (at: number, length: number) => this.#bytes(at, length);
    const { data } = await inflateEntry(this.#host.codec, read, offset + header.length, header.size);
    return { header, data };
  }

  /** Fewer than `length` bytes only at the end of the pack. */
  async #bytes(offset: number, length: number): Promise<Uint8Array> {
    const { at, bytes } = this.#window;
    const end = at + bytes.length;
    if (offset >= at && offset + length <= end) return bytes.subarray(offset - at, offset - at + length);

    const inOrder = offset >= at && offset <= end + NEAR;
    this.#windowSize = inOrder ? Math.min(this.#windowSize * 2, MAX_WINDOW) : MIN_WINDOW;
    const fresh = await this.#host.disk.readRange(
      `${this.#path}.pack`,
      offset,
      Math.max(length, this.#windowSize),
    );
    if (!fresh) throw new PackGone();
    if (fresh.length <= MAX_WINDOW) this.#window = { at: offset, bytes: fresh };
    return fresh.length > length ? fresh.subarray(0, length) : fresh;
  }

  #key(offset: number): string {
    return `${this.name}:${offset}`;
  }

  #keep(offset: number, object: GitObject): void {
    this.#cache.set(this.#key(offset), object, object.data.length + 200);
  }
}
