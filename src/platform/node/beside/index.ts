/**
 * Files that are hashed. Many of them keep one thread busy, so a second one does this while ours sends or receives. Where it
 * cannot be started, the work is done here.
 */
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { SyncError } from '../../../shared/errors.ts';
import type { Disk, FileToKeep, KeptFile } from '../../index.ts';
import { fileThread } from './FileThread.ts';
import { keepHashed as keepHere } from './keepHashed.ts';
import { publishChecked } from './publishChecked.ts';

/** From so many bytes in a row on, the thread is worth its start. */
const MANY = 16 << 20;
/** What comes after a pause of this length is not in a row any more. Milliseconds. */
const PAUSE = 1000;
/** Milliseconds of work here after which others have a turn. */
const SLICE = 15;
/** Files that are handed to the thread together: to wake it for each would cost as much as reading it. */
const TOGETHER = 8;

export const publishVerified: Disk['publishVerified'] = async (memory, files) => {
  const order = { memory, files };
  const report = (await fileThread()?.publish(order)) ?? { memory, isRight: await publishChecked(order) };
  if ('isRight' in report) return report;
  throw new SyncError(report.failure.code, report.failure.message);
};

let inARow = 0;
let lastAt = 0;
let turnUntil = 0;

export const keepHashed: Disk['keepHashed'] = async (file) => {
  const now = performance.now();
  inARow = (now > lastAt + PAUSE ? 0 : inARow) + file.stat.size;
  lastAt = now;
  if (inARow > MANY && fileThread()) return await keepBeside(file);
  const kept = await keepHere(file);
  if (performance.now() > turnUntil) {
    await yieldToOthers();
    turnUntil = performance.now() + SLICE;
  }
  return kept;
};

interface Waiting {
  readonly file: FileToKeep;
  readonly resolve: (kept: KeptFile | undefined) => void;
  readonly reject: (error: unknown) => void;
}

let gathered: Waiting[] = [];

function keepBeside(file: FileToKeep): Promise<KeptFile | undefined> {
  return new Promise((resolve, reject) => {
    if (gathered.length === 0) setImmediate(() => void handOver());
    gathered.push({ file, resolve, reject });
    if (gathered.length === TOGETHER) void handOver();
  });
}

/** What failed there is tried here: it fails with all that is known about it, or not any more. */
async function handOver(): Promise<void> {
  const waiting = gathered;
  gathered = [];
  if (waiting.length === 0) return;
  // asked for anew: the one of a moment ago may have gone to rest
  const asked = fileThread()?.keep({ keep: waiting.map(({ file }) => file) });
  const report = await asked?.catch(() => undefined);
  for (const [at, { file, resolve, reject }] of waiting.entries()) {
    const kept = report ? report.kept[at] : 'failed';
    if (kept === 'failed') keepHere(file).then(resolve, reject);
    else resolve(kept);
  }
}
