/** `.git/lfs`, or what `lfs.storage` names, as git-lfs lays it out: where objects, broken-off downloads and temporary files lie. */
import type { Codec, Disk, FileStat } from '../platform/index.ts';
import type { AssetRef } from '../ports/assetStore.ts';
import { toHex } from '../shared/bytes.ts';
import { isOid, type Oid } from '../shared/ids.ts';
import { lfsObjectName } from '../shared/lfsObject.ts';
import { join, nameOf, parentOf } from '../shared/paths.ts';

/** Seconds. */
const LEFT_BEHIND = 3600;

export class LfsFolder {
  readonly disk: Disk;
  readonly codec: Codec;
  /** Of the objects. */
  readonly root: string;
  readonly #lfs: string;
  /** Of this object's temporary files: nobody else's have it. */
  readonly #own: string;
  #temporaries = 0;

  constructor(disk: Disk, codec: Codec, storage: string) {
    this.disk = disk;
    this.codec = codec;
    this.#lfs = storage;
    this.root = join(this.#lfs, 'objects');
    this.#own = toHex(codec.randomBytes(8));
  }

  /** Relative to `root`. */
  nameOf(oid: Oid): string {
    return lfsObjectName(oid);
  }

  pathOf(oid: Oid): string {
    return join(this.root, this.nameOf(oid));
  }

  partialPath(oid: Oid): string {
    return join(this.#lfs, 'incomplete', `${oid}.part`);
  }

  async has(asset: AssetRef): Promise<boolean> {
    return isWhole(await this.disk.lstat(this.pathOf(asset.oid)), asset);
  }

  /**
   * Calls `write` with a path in `lfs/tmp`, where git-lfs clears away what is older than an hour, and removes it after.
   * @param oid of what is written, when that is known: git-lfs clears it away sooner then, once the object is there
   */
  async withTemporary<T>(oid: Oid | 'unknown', write: (path: string) => Promise<T>): Promise<T> {
    const path = this.#temporary(oid);
    try {
      return await write(path);
    } catch (error) {
      await this.disk.remove(path);
      throw error;
    }
  }

  /** An object's place, and a name of its own for the time until it is whole. */
  placeOf(oid: Oid): { readonly path: string; readonly temporary: string } {
    return { path: this.pathOf(oid), temporary: this.#temporary(oid) };
  }

  /** A name for what nobody knows the oid of yet. */
  newTemporary(): string {
    return this.#temporary('unknown');
  }

  #temporary(oid: Oid | 'unknown'): string {
    return join(this.#lfs, 'tmp', `${oid}-${this.#own}${this.#temporaries++}`);
  }

  /** Makes a whole, verified file visible as the object. */
  async admit(oid: Oid, path: string): Promise<void> {
    const target = this.pathOf(oid);
    await this.disk.makeFolder(parentOf(target));
    await this.disk.rename(path, target);
  }

  async admitBytes(oid: Oid, content: Uint8Array): Promise<void> {
    const { path, temporary } = this.placeOf(oid);
    await this.disk.publish(path, content, { temporary });
  }

  async remove(oid: Oid): Promise<void> {
    const path = this.pathOf(oid);
    await this.disk.remove(path);
    if (await this.disk.removeEmptyFolder(parentOf(path)))
      await this.disk.removeEmptyFolder(parentOf(parentOf(path)));
  }

  /** Every object, by its name and its file's size. */
  async all(): Promise<AssetRef[]> {
    const files = await this.disk.walk(this.root, (_, entries) => entries);
    return files.flatMap(({ path, stat }) => {
      const oid = nameOf(path);
      return isOid(oid) && path === this.nameOf(oid) && stat.kind === 'file'
        ? [{ oid, size: stat.size }]
        : [];
    });
  }

  /**
   * Removes what killed processes left, ours or git-lfs's: temporary files of more than an hour ago, as git-lfs counts,
   * and broken-off downloads of what is here by now.
   * @param now seconds since 1970
   */
  async sweep(now: number): Promise<void> {
    for (const name of await this.#filesIn('tmp')) {
      const path = join(this.#lfs, 'tmp', name);
      const stat = await this.disk.lstat(path);
      if (stat?.kind === 'file' && stat.mtimeSeconds < now - LEFT_BEHIND) await this.disk.remove(path);
    }
    for (const name of await this.#filesIn('incomplete')) {
      const oid = name.replace(/\.part$/, '');
      if (!isOid(oid) || !(await this.disk.lstat(this.pathOf(oid)))) continue;
      await this.disk.remove(join(this.#lfs, 'incomplete', name));
    }
  }

  async #filesIn(folder: string): Promise<string[]> {
    const entries = (await this.disk.list(join(this.#lfs, folder))) ?? [];
    return entries.filter(({ kind }) => kind === 'file').map(({ name }) => name);
  }

  /** Takes a damaged object out of the way. @returns where it is now, which is where `git lfs fsck` puts it */
  async setAside(oid: Oid): Promise<string> {
    const bad = join(this.#lfs, 'bad', oid);
    await this.disk.makeFolder(parentOf(bad));
    await this.disk.rename(this.pathOf(oid), bad);
    return bad;
  }
}

/** The empty asset has no file: its content is known. */
export const isWhole = (stat: FileStat | undefined, { size }: AssetRef): boolean =>
  size === 0 || (stat?.kind === 'file' && stat.size === size);
