/** Batches that change a working tree: never through a symlinked folder, never over what was not expected. */
import { chmodSync, renameSync, rmdirSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { SyncError } from '../../shared/errors.ts';
import { join, parentOf } from '../../shared/paths.ts';
import type { Disk, Expected, FileToWrite, WriteOutcome } from '../index.ts';
import { diskError, isErrno, patiently } from './failures.ts';
import { makeFolders } from './folders.ts';
import { native } from './native.ts';
import { copyToTemporary, modeFor, temporaryIn, writeWhole } from './publish.ts';
import { sameFile, statOf } from './stat.ts';

const SLICE = 15;

type Parent = 'folder' | 'absent' | 'blocked';

/** What stands at the parent folders below `root`, each looked at once. @throws SyncError `UNSAFE_PATH` at a symlink */
class Parents {
  readonly #root: string;
  readonly #seen = new Map<string, Parent>([['', 'folder']]);

  constructor(root: string) {
    this.#root = root;
  }

  of(path: string): Parent {
    return this.#look(parentOf(path));
  }

  made(folder: string): void {
    for (let at = folder; this.#seen.get(at) !== 'folder'; at = parentOf(at)) this.#seen.set(at, 'folder');
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

function holds(path: string, expected: Expected | undefined): boolean {
  if (expected === undefined) return true;
  const stat = statOf(path);
  return expected === 'absent' ? stat === undefined : stat !== undefined && sameFile(stat, expected);
}

async function prepare(temp: string, file: FileToWrite): Promise<string> {
  if (!(file.content instanceof Uint8Array) && 'copyFrom' in file.content) {
    return copyToTemporary(file.content.copyFrom, file.path, { executable: file.executable ?? false }, temp);
  }
  const temporary = temporaryIn(temp);
  if (file.content instanceof Uint8Array)
    writeWhole(temporary, file.content, modeFor({ executable: file.executable ?? false }));
  else symlinkSync(file.content.linkTo, native(temporary));
  return temporary;
}

export const writeMany: Disk['writeMany'] = async (root, temp, files) => {
  const parents = new Parents(root);
  for (const file of files) parents.of(file.path);
  makeFolders(native(temp));

  const outcomes: WriteOutcome[] = [];
  let until = performance.now() + SLICE;
  for (const file of files) {
    outcomes.push(await writeOne(root, temp, file, parents));
    if (performance.now() > until) {
      await yieldToOthers();
      until = performance.now() + SLICE;
    }
  }
  return outcomes;
};

async function writeOne(
  root: string,
  temp: string,
  file: FileToWrite,
  parents: Parents,
): Promise<WriteOutcome> {
  const target = join(root, file.path);
  if (parents.of(file.path) === 'blocked') return undefined;
  let temporary: string | undefined;
  try {
    temporary = await prepare(temp, file);
    if (parents.of(file.path) === 'absent') {
      makeFolders(native(parentOf(target)));
      parents.made(parentOf(file.path));
    }
    if (!holds(target, file.expect)) return undefined;
    const from = native(temporary);
    if (process.platform === 'win32') liftReadOnly(target);
    await patiently(target, () => renameSync(from, native(target)));
    temporary = undefined;
    return statOf(target);
  } catch (error) {
    throw diskError(error, target);
  } finally {
    if (temporary) rmSync(native(temporary), { force: true });
  }
}

/** Windows replaces no read-only file, and a file that waits for its lock is one. */
function liftReadOnly(target: string): void {
  const stat = statOf(target);
  if (stat?.kind === 'file' && (stat.mode & 0o200) === 0) chmodSync(native(target), 0o666);
}

export const removeMany: Disk['removeMany'] = async (root, files) => {
  const parents = new Parents(root);
  for (const file of files) parents.of(file.path);
  const outcomes: boolean[] = [];
  const emptied = new Set<string>();
  for (const { path, expect } of files) {
    const target = join(root, path);
    if (parents.of(path) !== 'folder' || !statOf(target)) {
      outcomes.push(true);
      continue;
    }
    const go = holds(target, expect);
    if (go) {
      await patiently(target, () => unlinkSync(native(target)));
      emptied.add(parentOf(path));
    }
    outcomes.push(go);
  }
  for (const folder of emptied) removeUpwards(root, folder);
  return outcomes;
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
