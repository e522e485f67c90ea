/**
 * Lock files that say who holds them. The file is linked into place with its content, so it is never seen empty;
 * a holder that died (or did not survive a restart of the machine) is recognised, and its lock taken over.
 */

import { randomUUID } from 'node:crypto';
import {
  closeSync,
  linkSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { hostname, uptime } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { throwIfAborted } from '../../shared/errors.ts';
import { diskError, isAbsent, isErrno } from './failures.ts';
import { makeFolders } from './folders.ts';
import { native } from './native.ts';
import { removeIfThere } from './publish.ts';

const MARK = 'modsync-lock';

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Milliseconds since 1970 at which the lock was taken. */
  readonly since: number;
  /** Which run of which process this is, where the system tells: a pid comes back after a restart, this does not. */
  readonly birth: string | undefined;
  /** The line as it stands in the file: no two locks have the same. */
  readonly line: string;
}

/** `modsync-lock PID MILLISECONDS BIRTH NONCE HOST`; BIRTH is "-" where it is not known. `undefined`: not ours. */
function parseHolder(content: string): Holder | undefined {
  const line = content.trimEnd();
  const [mark, pid, since, birth, nonce, ...host] = line.split(' ');
  if (mark !== MARK || nonce === undefined) return undefined;
  return {
    pid: Number(pid),
    since: Number(since),
    birth: birth === '-' ? undefined : birth,
    host: host.join(' '),
    line,
  };
}

const newHolderLine = () =>
  `${MARK} ${process.pid} ${Date.now()} ${ownBirth ?? '-'} ${randomUUID().slice(0, 8)} ${hostname()}\n`;

export function readHolder(lockPath: string): Holder | undefined {
  try {
    return parseHolder(readFileSync(native(lockPath), 'latin1').slice(0, 500));
  } catch {
    return undefined;
  }
}

/** Linux says which start of the machine it is, which view of its processes, and when a process began, in ticks. */
function birthOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8);
    const namespace = readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name, in parentheses, may hold anything; the 22nd field is the 20th after it.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return ticks && [boot, namespace, ticks].join('.');
  } catch {
    return undefined;
  }
}

const ownBirth = birthOf(process.pid);

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isErrno(error, 'ESRCH');
  }
};

function isDead({ pid, host, since, birth }: Holder): boolean {
  if (host !== hostname()) return false;
  if (birth !== undefined && ownBirth !== undefined) {
    const [boot, namespace] = birth.split('.');
    const [ownBoot, ownNamespace] = ownBirth.split('.');
    if (boot !== ownBoot) return true;
    // In a container beside this one: its processes are not to be seen from here.
    if (namespace !== ownNamespace) return false;
    return birthOf(pid) !== birth;
  }
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isRunning(pid)) return true;
  // Only where nothing better is known: a clock that was set forward looks like a restart.
  return since < Date.now() - uptime() * 1000 - 2000;
}

/** Creates the file with its content in one step, or answers false because it exists. */
function createWhole(lockPath: string, content: string): boolean {
  const target = native(lockPath);
  const temporary = `${target}.${randomUUID().slice(0, 8)}.lock`;
  try {
    writeFileSync(temporary, content, { flag: 'wx' });
    linkSync(temporary, target);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    // Disks without hard links (exFAT): the file is empty for a moment.
    if (isErrno(error, 'EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL', 'EISDIR', 'UNKNOWN'))
      return createInPlace(target, content);
    throw error;
  } finally {
    removeIfThere(temporary);
  }
}

function createInPlace(target: string, content: string): boolean {
  let file: number;
  try {
    file = openSync(target, 'wx');
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
  try {
    writeSync(file, content);
  } finally {
    closeSync(file);
  }
  return true;
}

/**
 * Removes the lock that a dead process left. Several may try at once: whoever wants to remove this very lock first
 * takes a lock that is named after it, and looks again. So nobody takes away the lock that another has made
 * meanwhile. That second lock may be left behind too, and is removed in the same way.
 */
function removeDead(lockPath: string, holder: Holder): void {
  const nonce = holder.line.split(' ')[4];
  // Ends in ".lock": below `.git/refs` it is no ref.
  const guard = `${lockPath}.${nonce}.takeover.lock`;
  if (!createWhole(guard, newHolderLine())) {
    const other = readHolder(guard);
    if (other && isDead(other)) removeDead(guard, other);
    return;
  }
  try {
    if (readHolder(lockPath)?.line === holder.line) unlinkSync(native(lockPath));
  } finally {
    removeIfThere(guard);
  }
}

/** Takes the lock at `lockPath`, waiting up to `waitMs`; false when it stayed taken. */
export async function takeLock(lockPath: string, waitMs: number, signal?: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + waitMs;
  for (let wait = 5; ; wait = Math.min(wait * 1.5, 100)) {
    throwIfAborted(signal);
    try {
      if (createWhole(lockPath, newHolderLine())) return true;
      const holder = readHolder(lockPath);
      if (holder && isDead(holder)) {
        removeDead(lockPath, holder);
        if (!readHolder(lockPath)) continue;
      }
    } catch (error) {
      if (!isAbsent(error)) throw diskError(error, lockPath);
      try {
        makeFolders(dirname(native(lockPath)));
      } catch (cause) {
        throw diskError(cause, lockPath);
      }
      continue;
    }
    if (performance.now() >= deadline) return false;
    await pause(wait);
  }
}

export function dropLock(lockPath: string): void {
  try {
    unlinkSync(native(lockPath));
  } catch (error) {
    if (!isAbsent(error)) throw diskError(error, lockPath);
  }
}

/** Git itself does not believe a `gc.pid` that is older. Milliseconds. */
const LONGEST_GC = 12 * 60 * 60 * 1000;

/**
 * Takes `gc.pid` as `git gc` takes it, so that the two never run at once: under `gc.pid.lock`, and only when no living
 * process (or one of another machine) holds it. False: somebody is at it. Source: git's builtin/gc.c.
 */
export function takeGcLock(path: string): boolean {
  const target = native(path);
  const lock = `${target}.lock`;
  try {
    // As `git gc` makes it, and held as briefly; `git gc` removes neither, so one of a killed process ages away.
    if (Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > LONGEST_GC)
      rmSync(lock, { force: true });
    writeFileSync(lock, `${process.pid} ${hostname()}`, { flag: 'wx' });
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw diskError(error, path);
  }
  let isOurs = false;
  try {
    const made = statSync(target, { throwIfNoEntry: false })?.mtimeMs;
    if (made !== undefined && Math.abs(Date.now() - made) <= LONGEST_GC) {
      const [pid, host] = readFileSync(target, 'latin1').split(' ');
      if (host !== undefined && (host.trim() !== hostname() || isRunning(Number(pid)))) return false;
    }
    renameSync(lock, target);
    isOurs = true;
    return true;
  } catch (error) {
    throw diskError(error, path);
  } finally {
    if (!isOurs) rmSync(lock, { force: true });
  }
}
