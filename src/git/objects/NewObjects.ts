import type { GitObject } from '../../shared/git.ts';
import type { BlobId, ObjectId } from '../../shared/ids.ts';
import type { ObjectStore } from './ObjectStore.ts';

/** What waits at most before it is stored. Bytes. */
const MOST = 8 << 20;

/**
 * Objects that belong together, on their way into the store: the blobs, trees and commit of a snapshot become one pack
 * with one flush to the disk. Nothing is sure to be stored before `flush`.
 */
export class NewObjects {
  readonly #store: Pick<ObjectStore, 'hash' | 'write' | 'readBlob'>;
  readonly #waiting = new Map<ObjectId, GitObject>();
  #bytes = 0;

  constructor(store: Pick<ObjectStore, 'hash' | 'write' | 'readBlob'>) {
    this.#store = store;
  }

  hash(object: GitObject): ObjectId {
    return this.#store.hash(object);
  }

  async write(objects: readonly GitObject[]): Promise<ObjectId[]> {
    const ids = objects.map((object) => this.hash(object));
    for (const [i, object] of objects.entries()) {
      this.#waiting.set(ids[i] as ObjectId, object);
      this.#bytes += object.data.length;
    }
    if (this.#bytes > MOST) await this.flush();
    return ids;
  }

  /** Also one that waits. */
  async readBlob(id: BlobId): Promise<Uint8Array> {
    const waiting = this.#waiting.get(id);
    return waiting?.type === 'blob' ? waiting.data : this.#store.readBlob(id);
  }

  async flush(): Promise<void> {
    const objects = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#bytes = 0;
    if (objects.length > 0) await this.#store.write(objects);
  }
}
