import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { SyncError } from '../../../shared/errors.ts';
import { inPackage } from '../packageFolder.ts';
import type { Keep, Kept, Order, Publish, Published, Report } from './orders.ts';

/** A thread that has had nothing to do for so long ends. Milliseconds. */
const IDLE = 2000;
/** program.ts as one file by itself, made by scripts/build.mjs. */
const PROGRAM = inPackage('dist', 'platform', 'fileThread.js');

let thread: FileThread | undefined;
let isUsable: boolean | undefined;

/** The one thread of this process, started when it is wanted; `undefined` where it cannot be started. */
export function fileThread(): FileThread | undefined {
  isUsable ??= existsSync(PROGRAM);
  if (isUsable) thread ??= new FileThread();
  return isUsable ? thread : undefined;
}

interface Waiting {
  readonly resolve: (report: Report) => void;
  readonly reject: (error: SyncError) => void;
}

class FileThread {
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

  publish(order: Publish): Promise<Published> {
    return this.#run(order, [order.memory]) as Promise<Published>; // it answers what it is asked
  }

  keep(order: Keep): Promise<Kept> {
    return this.#run(order) as Promise<Kept>; // as above
  }

  #run(order: Order, given: readonly ArrayBuffer[] = []): Promise<Report> {
    clearTimeout(this.#idle);
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(order, given);
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
      reject(new SyncError('INTERNAL', 'The thread that reads and writes files has ended.', { cause }));
  }
}
