import type { Host } from '../../platform/index.ts';
import { asciiOf, concat } from '../../shared/bytes.ts';
import type { GitObject } from '../../shared/git.ts';
import type { ObjectId } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';
import { isObjectType, MAX_OBJECT_SIZE, malformed, objectHeader } from './format.ts';

const pathOf = (id: ObjectId): string => `${id.slice(0, 2)}/${id.slice(2)}`;

/** Bytes of type and size. */
const LONGEST_HEADER = 32;

/** One file for each object: `objects/ab/cdef…`, a zlib stream of header and content. */
export class LooseObjects {
  readonly #host: Pick<Host, 'disk' | 'codec'>;
  readonly #folder: string;

  constructor(host: Pick<Host, 'disk' | 'codec'>, folder: string) {
    this.#host = host;
    this.#folder = folder;
  }

  /** An empty file, left by a crash of the machine, counts as absent: writing the object again mends it. */
  async has(ids: readonly ObjectId[]): Promise<boolean[]> {
    const stats = await this.#host.disk.lstatMany(this.#folder, ids.map(pathOf));
    return stats.map((stat) => stat !== undefined && stat.size > 0);
  }

  /** Sets their age to nothing; says which are here. */
  async freshen(ids: readonly ObjectId[]): Promise<boolean[]> {
    const here: boolean[] = [];
    for (const id of ids) here.push(await this.#host.disk.touch(join(this.#folder, pathOf(id))));
    return here;
  }

  async read(ids: readonly ObjectId[]): Promise<(GitObject | undefined)[]> {
    const files = await this.#host.disk.readMany(ids.map((id) => join(this.#folder, pathOf(id))));
    return files.map((bytes, i) =>
      bytes && bytes.length > 0 ? this.#parse(ids[i] as ObjectId, bytes) : undefined,
    );
  }

  /** Each written beside its place, flushed, renamed. Objects that others depend on come first. */
  async write(objects: readonly { readonly id: ObjectId; readonly object: GitObject }[]): Promise<void> {
    for (const { id, object } of objects) {
      const whole = concat([objectHeader(object.type, object.data.length), object.data]);
      await this.#host.disk.publish(join(this.#folder, pathOf(id)), this.#host.codec.deflate(whole), {
        sync: true,
      });
    }
  }

  #parse(id: ObjectId, bytes: Uint8Array): GitObject {
    const { data } = this.#host.codec.inflate(bytes, MAX_OBJECT_SIZE);
    let end = 0;
    while (end < LONGEST_HEADER && data[end] !== 0) end++;
    const [type = '', size = ''] = asciiOf(data, 0, end).split(' ');
    const content = data.subarray(end + 1);
    if (data[end] !== 0 || !isObjectType(type) || size !== String(content.length)) {
      throw malformed(`The object ${id} has a broken header`);
    }
    // with its header, as it is hashed
    if (this.#host.codec.sha1Of(data) !== id) throw malformed(`The object ${id} has other content`);
    return { type, data: content };
  }
}
