/**
 * What stands between a working file and its blob, both ways: a filter (LFS), an encoding, line endings, `ident`, as
 * the path's attributes ask for. One is made for each operation.
 */
import type { Host } from '../../platform/index.ts';
import { throwIfAborted } from '../../shared/errors.ts';
import type { BlobId } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';
import type { ContentFilter } from '../types.ts';
import type { AttributeRules } from './attributes.ts';
import { decodeFromDisk, encodeForDisk } from './encoding.ts';
import { collapseIdent, expandIdent } from './ident.ts';
import {
  hasCrlf,
  type LineEndingConfig,
  type LineEndingRule,
  lineEndingRule,
  toLf,
  toWorkingLineEndings,
} from './lineEndings.ts';

export interface Conversion {
  readonly filter: ContentFilter | undefined;
  readonly lineEndings: LineEndingRule;
  readonly encoding: string | boolean | undefined;
  readonly ident: boolean;
}

export interface WorkingContentSource {
  readonly host: Pick<Host, 'disk'>;
  readonly folder: string;
  readonly rules: AttributeRules;
  /** The `.gitattributes` of folders. */
  readonly readAttributes: (folders: readonly string[]) => Promise<readonly (Uint8Array | undefined)[]>;
  readonly lineEndings: LineEndingConfig;
  readonly filters: readonly ContentFilter[];
  /** The blob that the index has for a path. */
  readonly indexBlob: (path: string) => Promise<Uint8Array | undefined>;
}

export interface Reading {
  readonly signal?: AbortSignal | undefined;
  /** Fewer than none: the file is read again. */
  readonly onRead: (bytes: number, isLast: boolean) => void;
}

export type DiskContent = Uint8Array | { readonly copyFrom: string; readonly size: number };

/** Files in flight at once through filters: they stream, the disk or another thread is what they wait for. */
const FILTERS_AT_ONCE = 16;
const BATCH_BYTES = 32 << 20;
const BATCH_FILES = 4096;

export class WorkingContent {
  readonly #source: WorkingContentSource;
  readonly #filters: ReadonlyMap<string, ContentFilter>;

  constructor(source: WorkingContentSource) {
    this.#source = source;
    this.#filters = new Map(source.filters.map((filter) => [filter.name, filter]));
  }

  /** Reads the attribute files that these paths need; `conversionOf` is for them only. */
  async prepare(paths: Iterable<string>): Promise<void> {
    const { rules, readAttributes } = this.#source;
    const folders = rules.foldersToRead(paths);
    if (folders.length === 0) return;
    const contents = await readAttributes(folders);
    for (const [i, folder] of folders.entries()) rules.put(folder, contents[i]);
  }

  conversionOf(path: string): Conversion {
    const attributes = this.#source.rules.of(path);
    const filter = attributes.get('filter');
    return {
      filter: typeof filter === 'string' ? this.#filters.get(filter) : undefined,
      lineEndings: lineEndingRule(attributes, this.#source.lineEndings),
      encoding: attributes.get('working-tree-encoding'),
      ident: attributes.get('ident') === true,
    };
  }

  /** The blob has the file's own bytes. */
  isPlain(path: string): boolean {
    const { filter, lineEndings, encoding, ident } = this.conversionOf(path);
    return !filter && !lineEndings && !ident && (typeof encoding !== 'string' || encoding === '');
  }

  /**
   * Blobs of working files (symlinks: their target), in order, in batches whose bytes fit in memory. `undefined` for
   * a file that is gone.
   * @param reading.onRead is told of bytes that have been read, and whether a file ends with them
   */
  async *blobs(
    files: readonly { readonly path: string; readonly size: number; readonly isLink: boolean }[],
    reading: Reading,
  ): AsyncGenerator<{ readonly path: string; readonly blob: Uint8Array | undefined }[]> {
    await this.prepare(files.map((file) => file.path));
    let batch: WorkingFile[] = [];
    let bytes = 0;
    for (const file of files) {
      const conversion = file.isLink ? undefined : this.conversionOf(file.path);
      const size = conversion?.filter ? 1024 : file.size;
      if (batch.length > 0 && (bytes + size > BATCH_BYTES || batch.length >= BATCH_FILES)) {
        yield await this.#readBatch(batch, reading);
        batch = [];
        bytes = 0;
      }
      batch.push({ path: file.path, size: file.size, conversion });
      bytes += size;
    }
    if (batch.length > 0) yield await this.#readBatch(batch, reading);
  }

  async #readBatch(batch: readonly WorkingFile[], { signal, onRead }: Reading) {
    throwIfAborted(signal);
    const { host, folder } = this.#source;
    const blobs = new Map<string, Uint8Array | undefined>();
    const whole = batch.filter(({ conversion }) => conversion && !conversion.filter);
    const contents = await host.disk.readMany(whole.map(({ path }) => join(folder, path)));
    for (const [i, { path, size, conversion }] of whole.entries()) {
      onRead(size, true);
      const content = contents[i];
      blobs.set(path, content && conversion && (await this.#toBlob(path, content, conversion)));
    }
    for (const { path, size, conversion } of batch) {
      if (conversion) continue;
      onRead(size, true);
      const target = await host.disk.readLink(join(folder, path));
      blobs.set(path, target === undefined ? undefined : new TextEncoder().encode(target));
    }
    const filtered = batch.filter(({ conversion }) => conversion?.filter)[Symbol.iterator]();
    const work = async () => {
      for (const { path, size, conversion } of filtered) {
        throwIfAborted(signal);
        const diskPath = join(folder, path);
        let read = 0;
        const cleaned = await conversion?.filter?.clean(diskPath, path, {
          ...(signal && { signal }),
          onProgress: ({ bytes }) => {
            onRead(bytes - read, false);
            read = bytes;
          },
        });
        onRead(size - read, true);
        blobs.set(path, cleaned && conversion && (await this.#toBlob(path, cleaned, conversion)));
      }
    };
    await Promise.all(Array.from({ length: FILTERS_AT_ONCE }, work));
    return batch.map(({ path }) => ({ path, blob: blobs.get(path) }));
  }

  async #toBlob(path: string, content: Uint8Array, conversion: Conversion): Promise<Uint8Array> {
    const decoded = decodeFromDisk(content, conversion.encoding, path);
    const lines = await toLf(decoded, conversion.lineEndings, async () => {
      const staged = await this.#source.indexBlob(path);
      return staged !== undefined && hasCrlf(staged);
    });
    return conversion.ident ? collapseIdent(lines) : lines;
  }

  /** The blob that a file which lies elsewhere on the disk would be at `path`; `undefined` when it is gone. */
  async blobFrom(path: string, diskPath: string): Promise<Uint8Array | undefined> {
    await this.prepare([path]);
    const conversion = this.conversionOf(path);
    const { filter } = conversion;
    const content = filter ? await filter.clean(diskPath, path) : await this.#source.host.disk.read(diskPath);
    return content && (await this.#toBlob(path, content, conversion));
  }

  /** After `prepare`. */
  async toDisk(path: string, blob: Uint8Array, id: BlobId): Promise<DiskContent> {
    const conversion = this.conversionOf(path);
    const { filter, lineEndings, encoding, ident } = conversion;
    // Git reads a blob whole where it has to see all of it before it can write
    const isWhole = filter !== undefined || encoding !== undefined || (lineEndings?.auto && lineEndings.crlf);
    const expanded = ident ? expandIdent(blob, id, isWhole ? 'whole' : 'streamed') : blob;
    const encoded = encodeForDisk(toWorkingLineEndings(expanded, lineEndings), encoding, path);
    return filter ? filter.smudge(encoded, path) : encoded;
  }
}

interface WorkingFile {
  readonly path: string;
  readonly size: number;
  /** Absent for a symlink. */
  readonly conversion: Conversion | undefined;
}
