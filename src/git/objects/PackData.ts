import type { GitObject } from '../../shared/git.ts';
import type { ObjectId } from '../../shared/ids.ts';
import type { StreamedEntry } from './packStream.ts';

/**
 * What is in a pack that is being taken in, as far as it is small: inflated once, it is named, resolved and read by
 * whoever asked for it without being inflated again.
 */
export class PackData {
  /** Objects of the pack. */
  readonly objects = new Map<ObjectId, GitObject>();
  readonly #entries = new Map<StreamedEntry, Uint8Array>();
  #room: number;

  /** @param room bytes that are kept at most */
  constructor(room: number) {
    this.#room = room;
  }

  /** An entry: an object, or a delta. */
  entry(entry: StreamedEntry, data: Uint8Array): void {
    if (!this.#hasRoom(data)) return;
    this.#entries.set(entry, data);
    if (entry.id && entry.type) this.objects.set(entry.id, { type: entry.type, data });
  }

  /** What a delta comes to. */
  object(id: ObjectId, object: GitObject): void {
    if (this.#hasRoom(object.data)) this.objects.set(id, object);
  }

  dataOf(entry: StreamedEntry): Uint8Array | undefined {
    return this.#entries.get(entry);
  }

  #hasRoom({ length }: Uint8Array): boolean {
    if (length > this.#room) return false;
    this.#room -= length;
    return true;
  }
}
