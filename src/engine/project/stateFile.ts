import type { z } from 'zod';
import type { Disk } from '../../platform/index.ts';
import { text, utf8 } from '../../shared/bytes.ts';

/**
 * A small JSON file of modsync's own. Written whole or not at all; one that does not fit its schema (an older
 * version, a damaged disk) reads as `undefined`: nothing in such a file is the only copy of anything.
 */
export class StateFile<T> {
  readonly #disk: Disk;
  readonly #path: string;
  readonly #schema: z.ZodType<T>;

  constructor(disk: Disk, path: string, schema: z.ZodType<T>) {
    this.#disk = disk;
    this.#path = path;
    this.#schema = schema;
  }

  async read(): Promise<T | undefined> {
    const bytes = await this.#disk.read(this.#path);
    if (!bytes) return undefined;
    try {
      return this.#schema.safeParse(JSON.parse(text(bytes))).data;
    } catch {
      return undefined;
    }
  }

  async write(value: T): Promise<void> {
    await this.#disk.publish(this.#path, utf8(`${JSON.stringify(value)}\n`), { sync: true });
  }

  remove(): Promise<void> {
    return this.#disk.remove(this.#path);
  }
}
