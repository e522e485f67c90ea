/**
 * Lock files that say who holds them. The file is linked into place with its content, so it is never seen empty;
 * a holder that died (or did not survive a restart of the machine) is recognised, and its lock taken over.
 */

import { randomUUID } from 'node:crypto';
import {
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
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
import { native } from './native.ts';

const MARK = 'modsync-lock';

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Milliseconds since 1970 at which the lock was taken. */
  readonly since: number;
}

/** `undefined`: not a lock of ours. */
function parseHolder(content: string): Holder | undefined {
  const [mark, pid, since, ...host] = content.trimEnd().split(' ');
  if (mark !== MARK) return undefined;
  return { pid: Number(pid), since: Number(since), host: host.join(' ') };
}

export function readHolder(lockPath: string): Holder | undefined {
  try {
    return parseHolder(readFileSync(native(lockPath), 'latin1').slice(0, 500));
  } catch {
    return undefined;
  }
}

function isDead(holder: Holder): boolean {
  if (holder.host !== hostname()) return false;
  if (holder.since < Date.now() - uptime() * 1000 - 2000) return true;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return isErrno(error, 'ESRCH');
  }
}

/** Creates the file with its content in one step, or answers false because it exists. */
function createWhole(lockPath: string, content: string): boolean {
  const target = native(lockPath);
  const temporary = `${target}.${randomUUID().slice(0, 8)}.lock`;
  writeFileSync(temporary, content, { flag: 'wx' });
  try {
    linkSync(temporary, target);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    // disks without hard links (exFAT): the file is empty for a moment
    return createInPlace(target, content);
  } finally {
    unlinkSync(temporary);
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
  writeSync(file, content);
  closeSync(file);
  return true;
}

/**
 * Removes a dead process's lock. Two may try at once: a second lock file lets one of them look again and remove,
 * so that neither takes away the lock that the other has made meanwhile.
 */
function removeDead(lockPath: string): void {
  const guard = native(`${lockPath}.takeover`);
  try {
    closeSync(openSync(guard, 'wx'));
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
    const made = statSync(guard, { throwIfNoEntry: false })?.mtimeMs;
    if (made !== undefined && Date.now() - made > 5000) unlinkSync(guard);
    return;
  }
  try {
    const holder = readHolder(lockPath);
    if (holder && isDead(holder)) unlinkSync(native(lockPath));
  } finally {
    unlinkSync(guard);
  }
}

/** Takes the lock at `lockPath`, waiting up to `waitMs`; false when it stayed taken. */
export async function takeLock(lockPath: string, waitMs: number, signal?: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + waitMs;
  for (let wait = 5; ; wait = Math.min(wait * 1.5, 100)) {
    throwIfAborted(signal);
    try {
      if (createWhole(lockPath, `${MARK} ${process.pid} ${Date.now()} ${hostname()}\n`)) return true;
      const holder = readHolder(lockPath);
      if (holder && isDead(holder)) {
        removeDead(lockPath);
        continue;
      }
    } catch (error) {
      if (!isAbsent(error)) throw diskError(error, lockPath);
      mkdirSync(dirname(native(lockPath)), { recursive: true });
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
