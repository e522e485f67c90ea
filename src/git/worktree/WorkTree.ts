/** The working tree of one repository: what it reads anew for each operation, and what operations share. */
import type { Host } from '../../platform/index.ts';
import type { BlobId } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';
import type { CallOptions } from '../../shared/progress.ts';
import type { GitConfig } from '../config.ts';
import type { IndexFile } from '../index/IndexFile.ts';
import type { ObjectStore } from '../objects/ObjectStore.ts';
import type { Trees } from '../trees.ts';
import type { ContentFilter } from '../types.ts';
import { AttributeRules } from './attributes.ts';
import type { CheckoutContext } from './checkout.ts';
import { IgnoreRules, parseIgnoreFile } from './ignore.ts';
import { regularFiles, type ScanInput } from './scan.ts';
import { type WorkTreeSettings, workTreeSettings } from './settings.ts';
import { WorkingContent } from './WorkingContent.ts';
import type { HashContext } from './workingFiles.ts';

const GITATTRIBUTES = '.gitattributes';

export interface WorkTreeParts {
  readonly host: Host;
  readonly folder: string;
  readonly gitDir: string;
  readonly config: GitConfig;
  readonly objects: ObjectStore;
  readonly trees: Trees;
}

export interface OperationOptions extends CallOptions {
  readonly filters?: readonly ContentFilter[] | undefined;
}

/** Made for one operation, on one state of the index. */
export class WorkTree {
  readonly #parts: WorkTreeParts;
  readonly #settings: WorkTreeSettings;
  readonly #index: IndexFile;

  private constructor(parts: WorkTreeParts, settings: WorkTreeSettings, index: IndexFile) {
    this.#parts = parts;
    this.#settings = settings;
    this.#index = index;
  }

  static async open(parts: WorkTreeParts, index: IndexFile): Promise<WorkTree> {
    await parts.config.refresh();
    return new WorkTree(parts, workTreeSettings(parts.host, parts.folder, parts.config), index);
  }

  async ignoreRules(): Promise<IgnoreRules> {
    const { host, gitDir } = this.#parts;
    const { excludesFile, ignoreCase } = this.#settings;
    const [exclude, global] = await host.disk.readMany([join(gitDir, 'info/exclude'), excludesFile ?? '']);
    const lists = [exclude, excludesFile ? global : undefined].flatMap((content) =>
      content ? [parseIgnoreFile(content, '', ignoreCase)] : [],
    );
    return new IgnoreRules(lists, ignoreCase);
  }

  async attributeRules(): Promise<AttributeRules> {
    const { host, gitDir } = this.#parts;
    const { attributesFile, ignoreCase } = this.#settings;
    const [info, global, system] = await host.disk.readMany([
      join(gitDir, 'info/attributes'),
      attributesFile ?? '',
      '/etc/gitattributes',
    ]);
    return new AttributeRules({ info, global: attributesFile ? global : undefined, system, ignoreCase });
  }

  async scanInput(signal: AbortSignal | undefined): Promise<ScanInput> {
    const { host, folder } = this.#parts;
    const { ignoreCase, stat } = this.#settings;
    return {
      disk: host.disk,
      folder,
      index: this.#index,
      ignore: await this.ignoreRules(),
      ignoreCase,
      stat,
      signal,
    };
  }

  /** Ignore rules with the folders above a path entered. */
  async ignoreRulesAbove(path: string): Promise<IgnoreRules> {
    const { host, folder } = this.#parts;
    const ignore = await this.ignoreRules();
    const folders = [''];
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) folders.push(path.slice(0, at));
    const contents = await regularFiles(host.disk, folder, folders, '.gitignore');
    for (const [i, at] of folders.entries()) ignore.enter(at, contents[i]);
    return ignore;
  }

  /** Attributes as they are on disk; where a folder's file is missing there, as the index has it. */
  async readAttributes(folders: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    const { host, folder } = this.#parts;
    const contents = await regularFiles(host.disk, folder, folders, GITATTRIBUTES);
    for (const [i, at] of folders.entries()) {
      if (!contents[i])
        contents[i] = await this.indexBlob(at === '' ? GITATTRIBUTES : `${at}/${GITATTRIBUTES}`);
    }
    return contents;
  }

  async indexBlob(path: string): Promise<Uint8Array | undefined> {
    const entry = this.#index.get(path);
    return entry && !entry.isSubmodule ? this.#parts.objects.readBlob(entry.id) : undefined;
  }

  async hashContext(options: OperationOptions): Promise<HashContext> {
    const { host, folder, objects } = this.#parts;
    return {
      disk: host.disk,
      codec: host.codec,
      folder,
      objects,
      stat: this.#settings.stat,
      content: await this.#content(options, (folders) => this.readAttributes(folders)),
      signal: options.signal,
      onProgress: options.onProgress,
    };
  }

  async checkoutContext(options: OperationOptions): Promise<CheckoutContext> {
    const { gitDir, objects, trees } = this.#parts;
    const rules = await this.attributeRules();
    const fromTarget = (blobs: ReadonlyMap<string, BlobId | undefined>) =>
      this.#makeContent(options, rules, (folders) => this.#targetAttributes(folders, blobs));
    return {
      ...(await this.hashContext(options)),
      objects,
      trees,
      temp: join(gitDir, 'modsync/tmp'),
      ignoreCase: this.#settings.ignoreCase,
      targetContent: fromTarget,
    };
  }

  /** A folder without the file in the tree may have an untracked one on disk. */
  async #targetAttributes(folders: readonly string[], blobs: ReadonlyMap<string, BlobId | undefined>) {
    const { host, folder, objects } = this.#parts;
    const onDisk = await regularFiles(host.disk, folder, folders, GITATTRIBUTES);
    const contents: (Uint8Array | undefined)[] = [];
    for (const [i, at] of folders.entries()) {
      const id = blobs.get(at);
      const isTracked = this.#index.get(at === '' ? GITATTRIBUTES : `${at}/${GITATTRIBUTES}`) !== undefined;
      if (id) contents.push(await objects.readBlob(id));
      else contents.push(isTracked && blobs.has(at) ? undefined : onDisk[i]);
    }
    return contents;
  }

  async #content(
    options: OperationOptions,
    read: (folders: readonly string[]) => Promise<(Uint8Array | undefined)[]>,
  ) {
    return this.#makeContent(options, await this.attributeRules(), read);
  }

  #makeContent(
    options: OperationOptions,
    rules: AttributeRules,
    readAttributes: (folders: readonly string[]) => Promise<(Uint8Array | undefined)[]>,
  ): WorkingContent {
    const { host, folder } = this.#parts;
    return new WorkingContent({
      host,
      folder,
      rules,
      readAttributes,
      lineEndings: this.#settings.lineEndings,
      filters: options.filters ?? [],
      indexBlob: (path) => this.indexBlob(path),
    });
  }
}
