/**
 * Files whose SHA-256 is known, checked and published. Receiving many keeps one thread busy, so a second one does this while
 * they come. Where it cannot be started, the work is done here.
 */
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { SyncError } from '../../shared/errors.ts';
import type { Disk } from '../index.ts';
import { inPackage } from './packageFolder.ts';
import { type Order, publishChecked, type Report } from './publishChecked.ts';

/** A thread that has had nothing to do for so long ends. Milliseconds. */
const IDLE = 2000;
/** verifyingThread.ts as one file by itself, made by scripts/build.mjs. */
const PROGRAM = inPackage('dist', 'platform', 'verifyingThread.js');

let thread: VerifyingThread | undefined;
let isUsable: boolean | undefined;

export const publishVerified: Disk['publishVerified'] = async (memory, files) => {
  const order = { memory, files };
  isUsable ??= existsSync(PROGRAM);
  if (!isUsable) return { memory, isRight: await publishChecked(order) };
  thread ??= new VerifyingThread();
  const report = await thread.run(order);
  if ('isRight' in report) return report;
  throw new SyncError(report.failure.code, report.failure.message);
};

interface Waiting {
  readonly resolve: (report: Report) => void;
  readonly reject: (error: SyncError) => void;
}

class VerifyingThread {
  readonly #worker = new Worker(PROGRAM, { execArgv: [] });
  /** The thread reports in the order in which it was asked. */
  readonly #waiting: Waiting[] = [];
  #idle: NodeJS.Timeout | undefined;

  constructor() {
    this.#worker.on('message', (report: Report) => {
      this.#waiting.shift()?.resolve(report);
      if (this.#waiting.length === 0) this.#rest();
    });
    this.#worker.on('error', (cause) => {
      // whatever keeps it from running would do so again: from now on without
      isUsable = false;
      this.#end(cause);
    });
    this.#worker.on('exit', () => this.#end());
  }

  run(order: Order): Promise<Report> {
    clearTimeout(this.#idle);
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(order, [order.memory]);
    });
  }

  /** Nobody waits for it: it keeps no process alive any more. */
  #rest(): void {
    this.#worker.unref();
    this.#idle = setTimeout(() => {
      this.#end();
      void this.#worker.terminate();
    }, IDLE).unref();
  }

  #end(cause?: unknown): void {
    clearTimeout(this.#idle);
    if (thread === this) thread = undefined;
    for (const { reject } of this.#waiting.splice(0))
      reject(new SyncError('INTERNAL', 'The thread that checks what is received has ended.', { cause }));
  }
}
