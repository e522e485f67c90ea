/**
 * Small assets that come in together. Flushing each of a thousand files to the disk before the client is answered takes
 * longer than all the rest, so a bundle is kept a second time, as one file that is flushed once. It goes when its
 * assets have reached the disk one by one, which the system has mostly done by itself by then. After a power cut the
 * next start puts right what they had not.
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  fsync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
  writevSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Logger } from 'pino';
import { hasCode } from '../../shared/errors.ts';
import { isProjectId, type Oid, type ProjectId } from '../../shared/ids.ts';
import { type BundledAsset, bundleHead, readBundle } from '../../shared/wire/assetBundle.ts';
import type { DataFolder } from '../dataFolder.ts';
import { claimAsset, isAbsent } from './assetFolder.ts';

/** What systems write out by themselves is on the disk by then. Milliseconds. */
const SETTLED = 40_000;
/** Bytes that are kept twice at most; above, whoever sends more waits for the disk. */
const MOST = 512 << 20;
/** Flushes that are asked for at once. */
const TOGETHER = 32;

interface Kept {
  readonly path: string;
  readonly bytes: number;
  /** Files that may not have reached the disk yet. */
  readonly assets: readonly string[];
}

export class ReceivedBundles {
  readonly #folder: DataFolder;
  readonly #log: Logger;
  /** The oldest first. */
  readonly #kept: Kept[] = [];
  #bytes = 0;
  readonly #timers = new Set<NodeJS.Timeout>();

  private constructor(folder: DataFolder, log: Logger) {
    this.#folder = folder;
    this.#log = log;
  }

  /** Puts right what the relay before could not finish. Nobody may read assets before. */
  static async open(folder: DataFolder, log: Logger): Promise<ReceivedBundles> {
    const received = new ReceivedBundles(folder, log);
    mkdirSync(folder.received, { recursive: true });
    for (const name of readdirSync(folder.received)) await received.#replay(name);
    await received.#settleAll();
    return received;
  }

  begin(project: ProjectId): IncomingBundle {
    const path = join(this.#folder.received, `${project}.${randomUUID()}`);
    return new IncomingBundle(this.#folder, project, path, (kept) => this.#keep(kept));
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#settleAll();
  }

  async #keep(kept: Kept): Promise<void> {
    this.#kept.push(kept);
    this.#bytes += kept.bytes;
    if (this.#bytes > MOST) return await this.#settleOldest();
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (this.#kept.includes(kept)) void this.#settleOldest();
    }, SETTLED);
    timer.unref();
    this.#timers.add(timer);
  }

  async #settleAll(): Promise<void> {
    while (this.#kept.length > 0) await this.#settleOldest();
  }

  async #settleOldest(): Promise<void> {
    const kept = this.#kept.shift();
    if (!kept) return;
    this.#bytes -= kept.bytes;
    try {
      await flushFiles(kept.assets, 'r+');
      const folders = new Set(kept.assets.map((path) => dirname(path)));
      for (const path of [...folders]) folders.add(dirname(path));
      await flushFolders([...folders]);
      // megabytes that are freed: beside this thread
      await rm(kept.path, { force: true });
    } catch (err) {
      // the next start tries again, from the file that stays
      this.#log.error({ err, path: kept.path }, 'assets could not be flushed to the disk');
    }
  }

  async #replay(name: string): Promise<void> {
    const path = join(this.#folder.received, name);
    const project = name.split('.')[0] ?? '';
    if (!isProjectId(project)) return;
    const assets: string[] = [];
    try {
      for await (const asset of readBundle(createReadStream(path))) {
        if (sha256(asset.bytes) !== asset.oid) break;
        const target = this.#folder.asset(project, asset.oid);
        if (!holds(target, asset.oid)) place(write(this.#folder, asset), target);
        assets.push(target);
      }
    } catch (error) {
      // a bundle that was being received when everything stopped: nobody was told that it is here
      if (!hasCode(error, 'REMOTE_PROTOCOL')) throw error;
    }
    this.#kept.push({ path, bytes: 0, assets });
  }
}

/** One bundle while it comes. Its assets are there for others from `commit` on: all of them, or none. */
export class IncomingBundle {
  readonly #folder: DataFolder;
  readonly #project: ProjectId;
  readonly #path: string;
  readonly #keep: (kept: Kept) => Promise<void>;
  readonly #written: { readonly temporary: string; readonly target: string }[] = [];
  #file: number | undefined;
  #bytes = 0;
  #isKept = false;

  constructor(folder: DataFolder, project: ProjectId, path: string, keep: (kept: Kept) => Promise<void>) {
    this.#folder = folder;
    this.#project = project;
    this.#path = path;
    this.#keep = keep;
  }

  /** @param asset known to be right; its bytes are not needed any more afterwards */
  add(asset: BundledAsset): void {
    if (claimAsset(this.#folder, this.#project, asset.oid) !== undefined) return;
    this.#file ??= openSync(this.#path, 'wx');
    const head = bundleHead({ oid: asset.oid, size: asset.bytes.length });
    writeAll(this.#file, head, asset.bytes);
    this.#bytes += asset.bytes.length;
    const target = this.#folder.asset(this.#project, asset.oid);
    this.#written.push({ temporary: write(this.#folder, asset), target });
  }

  /** @returns bytes that were not here before; from now on nothing takes them away */
  async commit(): Promise<number> {
    if (this.#file === undefined) return 0;
    await Promise.all([flush(this.#file), flushFolders([this.#folder.received])]);
    this.#isKept = true;
    const assets: string[] = [];
    try {
      for (const { temporary, target } of this.#written) {
        place(temporary, target);
        assets.push(target);
      }
      this.#written.length = 0;
    } finally {
      // what others can see by now must stay, whatever happens to the rest
      await this.#keep({ path: this.#path, bytes: this.#bytes, assets });
    }
    return this.#bytes;
  }

  /** In any case, at the end. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    for (const { temporary } of this.#written) rmSync(temporary, { force: true });
    if (!this.#isKept) rmSync(this.#path, { force: true });
  }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function holds(path: string, oid: Oid): boolean {
  try {
    return sha256(readFileSync(path)) === oid;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

/** Not flushed. @returns where, on the same file system as its place */
function write(folder: DataFolder, { bytes }: BundledAsset): string {
  const temporary = join(folder.temporary, randomUUID());
  const file = openSync(temporary, 'wx');
  try {
    writeAll(file, bytes);
    return temporary;
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

function writeAll(file: number, ...parts: readonly Uint8Array[]): void {
  let done = writevSync(file, parts);
  for (const part of parts) {
    for (; done < part.length; ) done += writeSync(file, part, done);
    done -= part.length;
  }
}

function place(temporary: string, target: string): void {
  const folder = dirname(target);
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) mkdirSync(folder, { recursive: true });
  renameSync(temporary, target);
}

const flush = promisify(fsync);

/** What is gone by now was removed on purpose. */
async function flushFiles(paths: readonly string[], flags: 'r' | 'r+'): Promise<void> {
  for (let at = 0; at < paths.length; at += TOGETHER) {
    const files: number[] = [];
    try {
      for (const path of paths.slice(at, at + TOGETHER)) {
        try {
          files.push(openSync(path, flags));
        } catch (error) {
          if (!isAbsent(error)) throw error;
        }
      }
      // all of them, before anyone closes one
      const outcomes = await Promise.allSettled(files.map((file) => flush(file)));
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    } finally {
      for (const file of files) closeSync(file);
    }
  }
}

/** Without this a power cut could undo a rename. Windows neither needs nor allows it. */
async function flushFolders(paths: readonly string[]): Promise<void> {
  if (process.platform !== 'win32') await flushFiles(paths, 'r');
}
