/** Batches that change a working tree: never through a symlinked folder, never over what was not expected. */
import { chmodSync, rmdirSync, symlinkSync, utimesSync } from 'node:fs';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { SyncError } from '../../shared/errors.ts';
import { join, parentOf } from '../../shared/paths.ts';
import { sameFile } from '../fileStat.ts';
import type { Disk, Expected, FileToWrite, WriteOutcome } from '../index.ts';
import { diskError, isErrno } from './failures.ts';
import { makeFolders } from './folders.ts';
import { native } from './native.ts';
import { copyToTemporary, modeFor, removeIfThere, temporaryIn, writeWhole } from './publish.ts';
import { Replacements } from './replace.ts';
import { statOf } from './stat.ts';

const SLICE = 15;
/**
 * How much older a file is made than it is: whoever writes to it next, even in the same tick of the disk's clock, gives it
 * another time than we know it by. And more than by what an index has to be younger than a file that it believes (`TICK`
 * in git/index/statMatch): otherwise the next look would read all that was just written. Seconds.
 */
const EARLIER = 0.12;

/** Files that are made ahead of the one that is put in its place: those that are copied are copied beside this thread. */
const AHEAD = 4;

type Parent = 'folder' | 'absent' | 'blocked';

/** What stands at the parent folders below `root`, each looked at once. @throws SyncError `UNSAFE_PATH` at a symlink */
class Parents {
  readonly #root: string;
  readonly #seen = new Map<string, Parent>([['', 'folder']]);
  readonly #made = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  of(path: string): Parent {
    return this.#look(parentOf(path));
  }

  made(folder: string): void {
    for (let at = folder; this.#seen.get(at) !== 'folder'; at = parentOf(at)) this.#seen.set(at, 'folder');
    this.#made.add(folder);
  }

  /** Made by this batch: nobody else has put anything there. */
  isNew(path: string): boolean {
    return this.#made.has(parentOf(path));
  }

  #look(folder: string): Parent {
    const known = this.#seen.get(folder);
    if (known) return known;
    const above = this.#look(parentOf(folder));
    const found = above === 'folder' ? this.#stat(folder) : above;
    this.#seen.set(folder, found);
    return found;
  }

  #stat(folder: string): Parent {
    const stat = statOf(join(this.#root, folder));
    if (!stat) return 'absent';
    if (stat.kind === 'folder') return 'folder';
    if (stat.kind !== 'symlink') return 'blocked';
    throw new SyncError(
      'UNSAFE_PATH',
      `${folder} is a symbolic link: modsync does not write through it. Replace it by a folder.`,
      {
        data: { path: folder, rule: 'symlinked parent folder' },
      },
    );
  }
}

async function prepare(temp: string, { path, content, executable = false }: FileToWrite): Promise<string> {
  if (!(content instanceof Uint8Array) && 'linkTo' in content) {
    const temporary = temporaryIn(temp);
    symlinkSync(content.linkTo, native(temporary));
    return temporary;
  }
  const temporary =
    content instanceof Uint8Array
      ? temporaryIn(temp)
      : await copyToTemporary(content.copyFrom, path, { executable }, temp);
  if (content instanceof Uint8Array) writeWhole(temporary, content, modeFor({ executable }));
  const time = Date.now() / 1000 - EARLIER;
  utimesSync(native(temporary), time, time);
  return temporary;
}

/** The files of a batch beside their places, in its order; each is made once, and belongs to whoever takes it. */
class Prepared {
  readonly #make: (at: number) => Promise<string> | undefined;
  readonly #made: (Promise<string> | undefined)[] = [];
  readonly #count: number;

  constructor(count: number, make: (at: number) => Promise<string> | undefined) {
    this.#count = count;
    this.#make = make;
  }

  /** `undefined`: none is wanted there. */
  take(at: number): Promise<string> | undefined {
    while (this.#made.length < Math.min(this.#count, at + AHEAD)) {
      const made = this.#make(this.#made.length);
      // whoever takes it hears of its failure
      made?.catch(() => undefined);
      this.#made.push(made);
    }
    const taken = this.#made[at];
    this.#made[at] = undefined;
    return taken;
  }

  /** Removes what nobody took. */
  async close(): Promise<void> {
    for (const made of this.#made)
      if (made)
        await made.then(
          (temporary) => removeIfThere(temporary),
          () => undefined,
        );
  }
}

export const writeMany: Disk['writeMany'] = async (root, temp, files) => {
  const parents = new Parents(root);
  for (const file of files) parents.of(file.path);
  makeFolders(native(temp));

  const outcomes: WriteOutcome[] = [];
  const replacements = new Replacements(temp);
  const prepared = new Prepared(files.length, (at) => {
    const file = files[at];
    return file && parents.of(file.path) !== 'blocked' ? prepare(temp, file) : undefined;
  });
  let saved: ReadonlySet<string> = new Set();
  let until = performance.now() + SLICE;
  try {
    for (const [at, file] of files.entries()) {
      outcomes.push(await writeOne(join(root, file.path), prepared.take(at), file, parents, replacements));
      if (performance.now() > until) {
        await yieldToOthers();
        until = performance.now() + SLICE;
      }
    }
  } finally {
    // first: a save that came meanwhile goes back to its place, whatever else fails
    saved = await replacements.settle();
    await prepared.close();
  }
  return outcomes.map((outcome, i) => (saved.has(join(root, files[i]?.path ?? '')) ? undefined : outcome));
};

async function writeOne(
  target: string,
  preparing: Promise<string> | undefined,
  file: FileToWrite,
  parents: Parents,
  replacements: Replacements,
): Promise<WriteOutcome> {
  if (!preparing) return undefined;
  let temporary: string | undefined;
  let written: WriteOutcome;
  try {
    temporary = await preparing;
    if (parents.of(file.path) === 'absent') {
      makeFolders(native(parentOf(target)));
      parents.made(parentOf(file.path));
    }
    if (process.platform === 'win32') liftReadOnly(target, file.expect);
    const expected = parents.isNew(file.path) ? undefined : file.expect;
    written = await replacements.replace(temporary, target, expected);
    return written;
  } catch (error) {
    throw diskError(error, target);
  } finally {
    if (temporary && !written) removeIfThere(temporary);
  }
}

/** Windows replaces no read-only file, and a file that waits for its lock is one. */
function liftReadOnly(target: string, expected: Expected | undefined): void {
  const stat = statOf(target);
  if (stat?.kind !== 'file' || (stat.mode & 0o200) !== 0) return;
  if (expected === undefined || (expected !== 'absent' && sameFile(stat, expected)))
    chmodSync(native(target), 0o666);
}

export const removeMany: Disk['removeMany'] = async (root, temp, files) => {
  const parents = new Parents(root);
  for (const file of files) parents.of(file.path);
  makeFolders(native(temp));
  const replacements = new Replacements(temp);
  const outcomes: boolean[] = [];
  let saved: ReadonlySet<string> = new Set();
  try {
    for (const { path, expect } of files) {
      const target = join(root, path);
      const isGone = parents.of(path) !== 'folder' || !statOf(target);
      outcomes.push(isGone || (await replacements.remove(target, expect)));
    }
  } finally {
    saved = await replacements.settle();
  }
  const emptied = new Set<string>();
  const removed = files.map(({ path }, i) => outcomes[i] === true && !saved.has(join(root, path)));
  for (const [i, { path }] of files.entries()) if (removed[i]) emptied.add(parentOf(path));
  for (const folder of emptied) removeUpwards(root, folder);
  return removed;
};

function removeUpwards(root: string, folder: string): void {
  for (let at = folder; at !== ''; at = parentOf(at)) {
    try {
      rmdirSync(native(join(root, at)));
    } catch (error) {
      if (isErrno(error, 'ENOENT')) continue;
      if (isErrno(error, 'ENOTEMPTY', 'EEXIST', 'EBUSY', 'EPERM', 'EACCES', 'ENOTDIR')) return;
      throw diskError(error, at);
    }
  }
}
