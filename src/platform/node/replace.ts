/**
 * Working files replaced and removed while an editor may be saving them. Between a look at a file and its replacement
 * there is a moment, and a save in it must not be lost: the old file keeps a second name until it is sure that nobody
 * wrote to it any more.
 */
import { linkSync, renameSync, unlinkSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { sameFile } from '../fileStat.ts';
import type { Expected, FileStat } from '../index.ts';
import { isErrno, patiently } from './failures.ts';
import { native } from './native.ts';
import { removeBeside, removeIfThere, temporaryIn } from './publish.ts';
import { statOf } from './stat.ts';

/** A program that had opened the file before it was replaced has begun to write by then. Milliseconds. */
const LATE = 5;
/** Files that are removed at a time. */
const TOGETHER = 2;

interface Old {
  readonly target: string;
  /** The second name. */
  readonly name: string;
  readonly expected: FileStat;
  /** What took its place; `undefined` after a removal. */
  readonly successor: FileStat | undefined;
}

/** One batch of them. `temp` is a folder on the same disk. */
export class Replacements {
  readonly #temp: string;
  readonly #old: Old[] = [];

  constructor(temp: string) {
    this.#temp = temp;
  }

  /** Moves `temporary` to `target` if what is there is as expected: the stat of what stands there then. */
  async replace(temporary: string, target: string, expected?: Expected): Promise<FileStat | undefined> {
    if (expected === undefined) return move(temporary, target);
    if (expected === 'absent') return (await placeNew(temporary, target)) ? statOf(target) : undefined;
    const name = secondName(target, this.#temp);
    if (name === undefined) return isStill(target, expected) ? move(temporary, target) : undefined;
    if (!isStill(name, expected)) {
      removeIfThere(name);
      return undefined;
    }
    const successor = await move(temporary, target);
    this.#old.push({ target, name, expected, successor });
    return successor;
  }

  /** Removes `target` if it is as expected; says whether it did. */
  async remove(target: string, expected?: FileStat): Promise<boolean> {
    if (expected && !isStill(target, expected)) return false;
    const name = temporaryIn(this.#temp);
    await move(target, name);
    if (expected) this.#old.push({ target, name, expected, successor: undefined });
    else unlinkSync(native(name));
    return true;
  }

  /** Gives those their name back that were saved after all, and forgets the others. Answers the targets given back. */
  async settle(): Promise<Set<string>> {
    const saved = new Set<string>();
    if (this.#old.length > 0) await pause(LATE);
    const old = this.#old.splice(0);
    for (const { target, name, expected, successor } of old) {
      const isSaved = !isStill(name, expected);
      if (isSaved && (await giveBack(name, target, successor))) saved.add(target);
    }
    await forget(old.map(({ name }) => name));
    return saved;
  }
}

/** A file's last name goes when the disk has written what is under way for it: others need not wait for that meanwhile. */
async function forget(names: readonly string[]): Promise<void> {
  const left = names.values();
  const some = async () => {
    for (const name of left) await removeBeside(name);
  };
  await Promise.all(Array.from({ length: Math.min(TOGETHER, names.length) }, some));
}

/** Not over a save that came later still. What is replaced is in Git. */
async function giveBack(name: string, target: string, successor: FileStat | undefined): Promise<boolean> {
  if (!successor) return placeNew(name, target);
  if (!isStill(target, successor)) return false;
  await move(name, target);
  return true;
}

const isStill = (path: string, expected: FileStat): boolean => {
  const stat = statOf(path);
  return stat !== undefined && sameFile(stat, expected);
};

async function move(from: string, to: string): Promise<FileStat | undefined> {
  await patiently(to, () => renameSync(native(from), native(to)));
  return statOf(to);
}

/** `undefined` where the disk or the system gives none: FAT, a file of another user, nothing there. */
function secondName(path: string, temp: string): string | undefined {
  const name = temporaryIn(temp);
  try {
    linkSync(native(path), native(name));
    return name;
  } catch {
    return undefined;
  }
}

async function placeNew(from: string, to: string): Promise<boolean> {
  try {
    linkSync(native(from), native(to));
  } catch (error) {
    if (isErrno(error, 'EEXIST') || statOf(to)) return false;
    await move(from, to);
    return true;
  }
  unlinkSync(native(from));
  return true;
}
