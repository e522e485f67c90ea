/**
 * The file system that isomorphic-git gets: atomic writes, exact stats, errors as Node shapes them, a bounded number
 * of calls at once. A loose object that is in a pack is answered from our store, so that its own reader, which takes
 * whole packs into memory, is never used.
 */
import type { FileStat, Host } from '../platform/index.ts';
import { concat, text, utf8 } from '../shared/bytes.ts';
import { hasCode } from '../shared/errors.ts';
import { isObjectId, type ObjectId } from '../shared/ids.ts';
import { join, parentOf } from '../shared/paths.ts';
import { objectHeader } from './objects/format.ts';
import type { ObjectStore } from './objects/ObjectStore.ts';

const AT_ONCE = 64;

/** The subset of Node's `Stats` that isomorphic-git reads. */
interface IsomorphicStat extends Omit<FileStat, 'kind'> {
  readonly type: 'file' | 'dir' | 'symlink';
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

type Encoding = string | { readonly encoding?: string } | undefined;

export interface IsomorphicPromises {
  readFile(path: string, options?: Encoding): Promise<Uint8Array | string>;
  writeFile(
    path: string,
    content: Uint8Array | string,
    options?: string | { readonly encoding?: string; readonly mode?: number },
  ): Promise<void>;
  unlink(path: string): Promise<void>;
  readdir(path: string): Promise<string[]>;
  mkdir(path: string, options?: { readonly recursive?: boolean } | number): Promise<void>;
  rmdir(path: string): Promise<void>;
  rm(path: string, options?: { readonly recursive?: boolean }): Promise<void>;
  stat(path: string): Promise<IsomorphicStat>;
  lstat(path: string): Promise<IsomorphicStat>;
  readlink(path: string): Promise<string>;
  symlink(target: string, path: string): Promise<void>;
}

export interface IsomorphicFs {
  readonly promises: IsomorphicPromises;
}

class FsError extends Error {
  readonly code: string;

  constructor(code: string, path: string) {
    super(`${code}: ${path}`);
    this.code = code;
  }
}

/** @param objects left out while there is no repository yet */
export function isomorphicFs(host: Host, gitDir: string, objects?: ObjectStore): IsomorphicFs {
  const { disk, codec } = host;
  const objectsFolder = `${join(gitDir, 'objects')}/`;
  const packFolder = join(gitDir, 'objects/pack');

  const statOf = async (path: string): Promise<IsomorphicStat> => {
    const stat = await disk.lstat(path);
    if (!stat) throw new FsError('ENOENT', path);
    const { kind, ...rest } = stat;
    return {
      ...rest,
      type: kind === 'folder' ? 'dir' : kind === 'symlink' ? 'symlink' : 'file',
      mtimeMs: stat.mtimeSeconds * 1000 + stat.mtimeNanoseconds / 1e6,
      ctimeMs: stat.ctimeSeconds * 1000 + stat.ctimeNanoseconds / 1e6,
      isFile: () => kind === 'file',
      isDirectory: () => kind === 'folder',
      isSymbolicLink: () => kind === 'symlink',
    };
  };

  /** What a loose object's file would hold, for one that is in a pack. */
  const packedAsLoose = async (path: string): Promise<Uint8Array | undefined> => {
    if (!objects || !path.startsWith(objectsFolder)) return undefined;
    const id = path.slice(objectsFolder.length).replace('/', '');
    if (!isObjectId(id)) return undefined;
    try {
      const { type, data } = await objects.read(id as ObjectId);
      return codec.deflate(concat([objectHeader(type, data.length), data]));
    } catch (error) {
      if (hasCode(error, 'OBJECT_MISSING')) return undefined;
      throw error;
    }
  };

  const promises: IsomorphicPromises = {
    async readFile(path, options) {
      const content = (await disk.read(path)) ?? (await packedAsLoose(path));
      if (!content)
        throw new FsError((await disk.lstat(path))?.kind === 'folder' ? 'EISDIR' : 'ENOENT', path);
      const encoding = typeof options === 'string' ? options : options?.encoding;
      return encoding === undefined || encoding === 'buffer' ? content : text(content);
    },
    async writeFile(path, content, options) {
      const mode = typeof options === 'object' ? options.mode : undefined;
      const bytes = typeof content === 'string' ? utf8(content) : content;
      await disk.publish(path, bytes, { executable: mode !== undefined && (mode & 0o100) !== 0 });
    },
    async unlink(path) {
      if (!(await disk.lstat(path))) throw new FsError('ENOENT', path);
      await disk.remove(path);
    },
    async readdir(path) {
      const entries = await disk.list(path);
      if (!entries) throw new FsError((await disk.lstat(path)) ? 'ENOTDIR' : 'ENOENT', path);
      return path === packFolder && objects ? [] : entries.map((entry) => entry.name);
    },
    async mkdir(path) {
      if (await disk.lstat(path)) throw new FsError('EEXIST', path);
      if (!(await disk.lstat(parentOf(path)))) throw new FsError('ENOENT', path);
      await disk.makeFolder(path);
    },
    async rmdir(path) {
      if (!(await disk.lstat(path))) throw new FsError('ENOENT', path);
      if (!(await disk.removeEmptyFolder(path))) throw new FsError('ENOTEMPTY', path);
    },
    async rm(path, options) {
      if (options?.recursive) await disk.removeTree(path);
      else await disk.remove(path);
    },
    stat: statOf,
    lstat: statOf,
    async readlink(path) {
      const target = await disk.readLink(path);
      if (target === undefined) throw new FsError('ENOENT', path);
      return target;
    },
    symlink: (target, path) => disk.symlink(target, path),
  };
  return { promises: bounded(promises) };
}

/** At most `AT_ONCE` calls run; isomorphic-git starts thousands. */
function bounded(promises: IsomorphicPromises): IsomorphicPromises {
  let running = 0;
  const waiting: (() => void)[] = [];
  const limit =
    <Arguments extends readonly unknown[], Result>(call: (...values: Arguments) => Promise<Result>) =>
    async (...values: Arguments): Promise<Result> => {
      if (running >= AT_ONCE) await new Promise<void>((go) => waiting.push(go));
      else running++;
      try {
        return await call(...values);
      } finally {
        // The place goes to the next in line, or is given back.
        const next = waiting.shift();
        if (next) next();
        else running--;
      }
    };
  return {
    readFile: limit(promises.readFile),
    writeFile: limit(promises.writeFile),
    unlink: limit(promises.unlink),
    readdir: limit(promises.readdir),
    mkdir: limit(promises.mkdir),
    rmdir: limit(promises.rmdir),
    rm: limit(promises.rm),
    stat: limit(promises.stat),
    lstat: limit(promises.lstat),
    readlink: limit(promises.readlink),
    symlink: limit(promises.symlink),
  };
}
