import type { Codec } from '../../platform/index.ts';
import { SyncError, throwIfAborted } from '../../shared/errors.ts';
import type { GitObject } from '../../shared/git.ts';
import type { ObjectId } from '../../shared/ids.ts';
import { applyDelta } from './delta.ts';
import { hashObject, MAX_DELTA_DEPTH, malformed } from './format.ts';
import { LruCache } from './LruCache.ts';
import type { PackData } from './PackData.ts';
import { inflateEntry, type ReadBytes } from './packEntry.ts';
import type { StreamedEntry } from './packStream.ts';

/** Bytes of resolved objects that are kept while their deltas are looked at. */
const CACHE = 64 << 20;

/** Where a delta builds on: another entry of the pack, or an object that is here already (a thin pack). */
type Parent = StreamedEntry | ObjectId;

/**
 * Resolves the deltas of one received pack: gives each entry its type and id. Base before delta, deepest first, so
 * that the base is nearly always still in the cache.
 */
export class PackResolver {
  /** Objects from outside of the pack that it builds on. */
  readonly bases = new Set<ObjectId>();
  readonly #codec: Codec;
  readonly #entries: readonly StreamedEntry[];
  readonly #read: ReadBytes;
  readonly #found: PackData;
  readonly #readBase: (id: ObjectId) => Promise<GitObject | undefined>;
  readonly #signal: AbortSignal | undefined;
  readonly #cache = new LruCache<Parent, GitObject>(CACHE);
  readonly #parents = new Map<StreamedEntry, Parent>();
  readonly #waitingForOffset = new Map<number, StreamedEntry[]>();
  readonly #waitingForId = new Map<ObjectId, StreamedEntry[]>();

  constructor(
    codec: Codec,
    entries: readonly StreamedEntry[],
    read: ReadBytes,
    readBase: (id: ObjectId) => Promise<GitObject | undefined>,
    found: PackData,
    signal?: AbortSignal,
  ) {
    this.#found = found;
    this.#codec = codec;
    this.#entries = entries;
    this.#read = read;
    this.#readBase = readBase;
    this.#signal = signal;
  }

  /** @throws SyncError `MALFORMED_OBJECT`, `OBJECT_MISSING` when a base is neither in the pack nor here */
  async resolve(): Promise<void> {
    let unresolved = 0;
    for (const entry of this.#entries) {
      if (!entry.base) continue;
      unresolved++;
      if ('offset' in entry.base) add(this.#waitingForOffset, entry.base.offset, entry);
      else add(this.#waitingForId, entry.base.id, entry);
    }
    if (unresolved === 0) return;
    for (const entry of this.#entries) if (entry.type) unresolved -= await this.#resolveFrom(entry);
    for (const id of [...this.#waitingForId.keys()]) {
      const waiting = this.#waitingForId.get(id);
      const object = waiting && (await this.#readBase(id));
      if (!object) continue;
      this.bases.add(id);
      this.#keep(id, object);
      unresolved -= await this.#resolveFrom(id);
    }
    if (unresolved === 0) return;
    const [id] = this.#waitingForId.keys();
    if (!id) throw malformed('A pack has deltas without their base');
    throw new SyncError(
      'OBJECT_MISSING',
      `A pack builds on the object ${id}, which is not here. Fetch again; if it stays, clone the project anew.`,
      { data: { id } },
    );
  }

  /** The object of a resolved entry. */
  async read(entry: StreamedEntry): Promise<GitObject> {
    return await this.#object(entry);
  }

  /** Resolves all that builds on `root`, directly or not; says how many. */
  async #resolveFrom(root: Parent): Promise<number> {
    let resolved = 0;
    const stack: { readonly parent: Parent; readonly depth: number }[] = [{ parent: root, depth: 0 }];
    for (let top = stack.pop(); top; top = stack.pop()) {
      const { parent, depth } = top;
      const children = this.#take(parent);
      if (children.length === 0) continue;
      if (depth >= MAX_DELTA_DEPTH) throw malformed('A chain of deltas in a pack does not end');
      throwIfAborted(this.#signal);
      const base = await this.#object(parent);
      for (const child of children) {
        const delta = await this.#inflate(child);
        const object = { type: base.type, data: applyDelta(base.data, delta) };
        child.type = object.type;
        child.id = hashObject(this.#codec, object);
        this.#parents.set(child, parent);
        this.#found.object(child.id, object);
        resolved++;
        if (!this.#waitingForOffset.has(child.offset) && !this.#waitingForId.has(child.id)) continue;
        this.#keep(child, object);
        stack.push({ parent: child, depth: depth + 1 });
      }
    }
    return resolved;
  }

  #take(parent: Parent): StreamedEntry[] {
    const id = typeof parent === 'string' ? parent : parent.id;
    const byId = (id && this.#waitingForId.get(id)) ?? [];
    if (id) this.#waitingForId.delete(id);
    if (typeof parent === 'string') return byId;
    const byOffset = this.#waitingForOffset.get(parent.offset) ?? [];
    this.#waitingForOffset.delete(parent.offset);
    return [...byOffset, ...byId];
  }

  async #object(from: Parent): Promise<GitObject> {
    const deltas: StreamedEntry[] = [];
    let at = from;
    for (;;) {
      const object = this.#cache.get(at) ?? (await this.#whole(at));
      if (object) {
        let data = object.data;
        for (let delta = deltas.pop(); delta; delta = deltas.pop()) {
          data = applyDelta(data, await this.#inflate(delta));
        }
        const result = { type: object.type, data };
        this.#keep(from, result);
        return result;
      }
      const parent = typeof at === 'string' ? undefined : this.#parents.get(at);
      if (typeof at === 'string' || !parent) throw malformed('A pack has a delta without its base');
      deltas.push(at);
      at = parent;
    }
  }

  /** What is not a delta. */
  async #whole(at: Parent): Promise<GitObject | undefined> {
    if (typeof at === 'string') return this.#readBase(at);
    if (at.base || !at.type) return undefined;
    return { type: at.type, data: await this.#inflate(at) };
  }

  async #inflate(entry: StreamedEntry): Promise<Uint8Array> {
    const known = this.#found.dataOf(entry);
    if (known) return known;
    const read: ReadBytes = (offset, length) =>
      this.#read(offset, Math.min(length, entry.offset + entry.length - offset));
    return (await inflateEntry(this.#codec, read, entry.offset + entry.headerLength, entry.size)).data;
  }

  #keep(at: Parent, object: GitObject): void {
    this.#cache.set(at, object, object.data.length + 200);
  }
}

function add<Key>(map: Map<Key, StreamedEntry[]>, key: Key, entry: StreamedEntry): void {
  const list = map.get(key);
  if (list) list.push(entry);
  else map.set(key, [entry]);
}
