import {
  type FilterWork,
  formatPointer,
  MAX_POINTER_LENGTH,
  type Pointer,
  parsePointer,
} from '../lfs/index.ts';
import type { AssetRef } from '../ports/assetStore.ts';
import { concat } from '../shared/bytes.ts';
import type { ErrorCode } from '../shared/errors.ts';
import { errorBody, hasCode } from '../shared/errors.ts';
import type { AssetCache } from './cache.ts';

export interface GitFilterOptions {
  readonly cache: AssetCache;
  /**
   * Brings assets into the cache. It rejects when one of them did not come; the others have come then.
   * Left out: only what is here is put in place.
   */
  readonly download?: ((assets: readonly AssetRef[]) => Promise<unknown>) | undefined;
  /** Left out of this working copy: pointers, by choice. Default: nothing is. */
  readonly wants?: ((path: string) => boolean) | undefined;
  /** Words for the person who runs Git. */
  readonly note: (words: string) => void;
}

/** Assets that are asked for in one go, as many as in one batch of the LFS API. */
const PIECE = 100;
/** A blob that is no pointer stays in memory up to here. Bytes. */
const IN_MEMORY = 1 << 20;
/** These concern one asset. After any other failure, nothing more is asked for while this Git command runs. */
const OF_ONE_ASSET: readonly ErrorCode[] = ['ASSET_MISSING', 'ASSET_CORRUPT', 'ASSET_REFUSED'];

/**
 * `filter=lfs` for stock Git: as `lfsFilter`, on streams. A checkout never fails for want of an asset: its pointer
 * stands in its place then, as with GIT_LFS_SKIP_SMUDGE.
 */
export class GitFilter implements FilterWork {
  readonly #options: GitFilterOptions;
  /** Put off, by path. */
  readonly #delayed = new Map<string, Pointer>();
  /** Of those, what has not been asked for yet. */
  #waiting: { readonly path: string; readonly pointer: Pointer }[] = [];
  #ahead: Promise<readonly string[]> | undefined;
  #gaveUp = false;
  #absent = 0;
  #why: string | undefined;

  constructor(options: GitFilterOptions) {
    this.#options = options;
  }

  async clean(_path: string, content: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
    const { head, rest } = await peek(content, MAX_POINTER_LENGTH);
    if (head.length < MAX_POINTER_LENGTH && parsePointer(head)) return once(head);
    const asset = await this.#options.cache.addContent(rest);
    return once(asset.size === 0 ? new Uint8Array() : formatPointer(asset));
  }

  async smudge(
    path: string,
    blob: AsyncIterable<Uint8Array>,
    canDelay: boolean,
  ): Promise<AsyncIterable<Uint8Array> | 'later'> {
    const { cache } = this.#options;
    const delayed = canDelay ? undefined : this.#delayed.get(path);
    if (delayed) {
      this.#delayed.delete(path);
      return await this.#contentOf(delayed, formatPointer(delayed));
    }
    const { head, rest } = await peek(blob, MAX_POINTER_LENGTH);
    const pointer = head.length < MAX_POINTER_LENGTH ? parsePointer(head) : undefined;
    if (!pointer) return await this.#asItIs(rest);
    if (pointer.extensions.length > 0 || this.#options.wants?.(path) === false) return once(head);
    if (!(await cache.has(pointer)) && this.#options.download && !this.#gaveUp) {
      if (canDelay) {
        this.#delayed.set(path, pointer);
        this.#waiting.push({ path, pointer });
        return 'later';
      }
      await this.#download([pointer]);
    }
    return await this.#contentOf(pointer, head);
  }

  /** One piece is on its way while Git writes the one before. */
  async ready(): Promise<readonly string[]> {
    const paths = await (this.#ahead ?? this.#bring());
    this.#ahead = this.#waiting.length > 0 ? this.#bring() : undefined;
    return paths;
  }

  failed(path: string, error: unknown): void {
    this.#options.note(`${path}: ${errorBody(error).message}`);
  }

  /** After the last file: what a person should know. */
  finish(): void {
    if (this.#absent === 0) return;
    const words =
      this.#absent === 1
        ? '1 asset is not on this machine: its pointer will do until "modsync assets fetch" brings it.'
        : `${this.#absent} assets are not on this machine: their pointers will do until "modsync assets fetch" brings them.`;
    this.#options.note(this.#why === undefined ? words : `${words} ${this.#why}`);
  }

  async #bring(): Promise<readonly string[]> {
    const piece = this.#waiting.splice(0, PIECE);
    if (piece.length > 0 && !this.#gaveUp) await this.#download(piece.map(({ pointer }) => pointer));
    return piece.map(({ path }) => path);
  }

  async #download(assets: readonly AssetRef[]): Promise<void> {
    try {
      await this.#options.download?.(assets);
    } catch (error) {
      this.#why ??= errorBody(error).message;
      if (!OF_ONE_ASSET.some((code) => hasCode(error, code))) this.#gaveUp = true;
    }
  }

  async #contentOf(pointer: Pointer, blob: Uint8Array): Promise<AsyncIterable<Uint8Array>> {
    const { cache } = this.#options;
    if (pointer.size === 0) return once(new Uint8Array());
    if (await cache.has(pointer)) return cache.source(pointer).open();
    this.#absent++;
    return once(blob);
  }

  /**
   * A blob that is no pointer, although its path is an asset's. A large one takes the way through the cache: Git reads
   * no answer before it has sent all, and the next `git add` of that file puts the same bytes there.
   */
  async #asItIs(blob: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
    const { head, rest } = await peek(blob, IN_MEMORY);
    if (head.length < IN_MEMORY) return once(head);
    return this.#options.cache.source(await this.#options.cache.addContent(rest)).open();
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

/** The first `length` bytes or more, all where there are fewer; and the whole from the beginning. */
async function peek(
  content: AsyncIterable<Uint8Array>,
  length: number,
): Promise<{ readonly head: Uint8Array; readonly rest: AsyncIterable<Uint8Array> }> {
  const source = content[Symbol.asyncIterator]();
  const parts: Uint8Array[] = [];
  for (let have = 0; have < length; ) {
    const next = await source.next();
    if (next.done) break;
    parts.push(next.value);
    have += next.value.length;
  }
  const head = concat(parts);
  async function* rest() {
    if (head.length > 0) yield head;
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
  }
  return { head, rest: rest() };
}
