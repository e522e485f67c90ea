import type { FileStat, Host } from '../../platform/index.ts';
import type { GitObject } from '../../shared/git.ts';
import type { ObjectId } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';
import { idBytes, malformed } from './format.ts';
import { LruCache } from './LruCache.ts';
import { MultiPackIndex } from './MultiPackIndex.ts';
import { type BaseCache, PackFile, PackGone } from './PackFile.ts';

/** A pack is made new again at most this often. Milliseconds. */
const FRESH = 10 * 60 * 1000;
/** Bytes of objects that are kept as bases of deltas. */
const CACHE = 64 << 20;

const MULTI_PACK_INDEX = 'multi-pack-index';

interface Place {
  readonly pack: PackFile;
  readonly offset: number;
}

/** A multi-pack-index, and the packs that it covers. */
interface Joint {
  readonly index: MultiPackIndex;
  readonly stat: FileStat;
  readonly packs: ReadonlyMap<string, PackFile>;
}

/**
 * All packs of a repository. New packs are noticed when an object is not found; a pack that stock Git has replaced
 * (`git gc`, `git repack -ad`) is noticed when it cannot be read, and the object is found in its successor.
 */
export class Packs {
  readonly #host: Pick<Host, 'disk' | 'codec'>;
  readonly #folder: string;
  readonly #cache: BaseCache = new LruCache(CACHE);
  readonly #freshened = new WeakMap<PackFile, number>();
  /** The pack that had the last object first: the next one is likely there too. */
  #packs: PackFile[] | undefined;
  #joint: Joint | undefined;
  #last: Promise<PackFile[]> = Promise.resolve([]);
  #next: Promise<PackFile[]> | undefined;

  constructor(host: Pick<Host, 'disk' | 'codec'>, folder: string) {
    this.#host = host;
    this.#folder = folder;
  }

  async has(ids: readonly ObjectId[]): Promise<boolean[]> {
    return (await this.#places(ids)).map((place) => place !== undefined);
  }

  /**
   * In the order of `ids`; `undefined` for what is in no pack. Bytes may be shared: never change them.
   * @param known only in packs that are known: what is absent may be in one that has come since
   */
  async read(
    ids: readonly ObjectId[],
    { known = false }: { readonly known?: boolean } = {},
  ): Promise<(GitObject | undefined)[]> {
    const objects = new Array<GitObject | undefined>(ids.length);
    let wanted = ids.map((_, i) => i);
    for (let attempt = 0; wanted.length > 0; attempt++) {
      const places = await this.#places(
        wanted.map((i) => ids[i] as ObjectId),
        known,
      );
      const found = wanted.flatMap((i, n) => (places[n] ? [{ i, ...places[n] }] : []));
      // In the order of the disk, so that the packs are read once from front to back.
      if (found.length > 1) {
        found.sort((a, b) => (a.pack === b.pack ? a.offset - b.offset : a.pack.name < b.pack.name ? -1 : 1));
      }
      const again: number[] = [];
      for (const { i, pack, offset } of found) {
        try {
          objects[i] = await pack.read(offset);
        } catch (error) {
          if (!(error instanceof PackGone)) throw error;
          if (attempt === 4) throw malformed(`${pack.name}.pack is gone and its index is not`, error);
          again.push(i);
        }
      }
      if (again.length > 0) await this.#look();
      wanted = again;
    }
    return objects;
  }

  /** Sets the age of the packs that have these objects to nothing. */
  async freshen(ids: readonly ObjectId[]): Promise<void> {
    for (const place of ids.length > 0 ? await this.#places(ids) : []) {
      if (!place) continue;
      const { pack } = place;
      const now = performance.now();
      if (now - (this.#freshened.get(pack) ?? Number.NEGATIVE_INFINITY) < FRESH) continue;
      this.#freshened.set(pack, now);
      await this.#host.disk.touch(join(this.#folder, `${pack.name}.pack`));
    }
  }

  async #places(ids: readonly ObjectId[], only = false): Promise<(Place | undefined)[]> {
    const keys = ids.map(idBytes);
    const places = new Array<Place | undefined>(ids.length);
    const known = this.#packs ?? (await this.#look());
    const missing = await this.#search(known, keys, places, [...keys.keys()]);
    if (missing.length === 0 || only) return places;
    const now = await this.#look();
    const fresh = now.filter((pack) => !known.includes(pack));
    await this.#search(fresh, keys, places, missing);
    return places;
  }

  /**
   * Pack by pack, so that one look into an index serves all keys.
   * @param wanted positions in `keys`
   * @returns those that are in none of the packs
   */
  async #search(
    packs: readonly PackFile[],
    keys: readonly Uint8Array[],
    places: (Place | undefined)[],
    wanted: readonly number[],
  ): Promise<readonly number[]> {
    let missing = this.#searchJoint(keys, places, wanted);
    for (const pack of packs) {
      if (missing.length === 0) break;
      if (this.#joint?.packs.get(pack.name) === pack) continue;
      try {
        const index = await pack.index();
        const before = missing.length;
        missing = missing.filter((i) => {
          const offset = index.find(keys[i] as Uint8Array);
          if (offset !== undefined) places[i] = { pack, offset };
          return offset === undefined;
        });
        if (missing.length < before && this.#packs && this.#packs[0] !== pack) {
          this.#packs = [pack, ...this.#packs.filter((other) => other !== pack)];
        }
      } catch (error) {
        if (!(error instanceof PackGone)) throw error;
        this.#packs = this.#packs?.filter((other) => other !== pack);
      }
    }
    return missing;
  }

  #searchJoint(
    keys: readonly Uint8Array[],
    places: (Place | undefined)[],
    wanted: readonly number[],
  ): readonly number[] {
    const { index, packs } = this.#joint ?? {};
    if (!index) return wanted;
    return wanted.filter((i) => {
      const found = index.find(keys[i] as Uint8Array);
      const pack = found && packs?.get(found.name);
      if (found && pack) places[i] = { pack, offset: found.offset };
      return pack === undefined;
    });
  }

  /** Lists the folder again, once for all who ask before it begins: what was there when they asked is seen. */
  #look(): Promise<PackFile[]> {
    this.#next ??= this.#last.then(() => {
      this.#next = undefined;
      return this.#list();
    });
    this.#last = this.#next.catch(() => []);
    return this.#next;
  }

  async #list(): Promise<PackFile[]> {
    const entries = (await this.#host.disk.list(this.#folder)) ?? [];
    const files = new Set(entries.map((entry) => entry.name));
    const known = new Map(this.#packs?.map((pack) => [pack.name, pack]));
    const packs: PackFile[] = [];
    for (const [name, pack] of known) if (files.has(`${name}.idx`)) packs.push(pack);
    for (const file of files) {
      if (!file.startsWith('pack-') || !file.endsWith('.idx')) continue;
      const name = file.slice(0, -4);
      if (known.has(name) || !files.has(`${name}.pack`)) continue;
      packs.push(new PackFile(this.#host, join(this.#folder, name), this.#cache));
    }
    this.#joint = files.has(MULTI_PACK_INDEX) ? await this.#readJoint(packs) : undefined;
    this.#packs = packs;
    return packs;
  }

  /** One that is broken, or names a pack that is gone, is left out: each pack has its own index too. */
  async #readJoint(packs: readonly PackFile[]): Promise<Joint | undefined> {
    const { disk } = this.#host;
    const path = join(this.#folder, MULTI_PACK_INDEX);
    const stat = await disk.lstat(path);
    const same = this.#joint?.stat;
    const isSame = stat && same && stat.ino === same.ino && stat.size === same.size;
    const index = isSame ? this.#joint?.index : parse(await disk.read(path));
    if (!index || !stat) return undefined;
    const byName = new Map(packs.map((pack) => [pack.name, pack]));
    const covered = index.names.flatMap((name) => byName.get(name) ?? []);
    if (covered.length < index.names.length) return undefined;
    return { index, stat, packs: new Map(covered.map((pack) => [pack.name, pack])) };
  }
}

function parse(bytes: Uint8Array | undefined): MultiPackIndex | undefined {
  try {
    return bytes && new MultiPackIndex(bytes);
  } catch {
    return undefined;
  }
}
