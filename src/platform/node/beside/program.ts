/** The thread: does what it is handed, in order. One file by itself, made by scripts/build.mjs. */
import { parentPort } from 'node:worker_threads';
import { errorBody } from '../../../shared/errors.ts';
import type { FileToKeep } from '../../index.ts';
import { keepHashed } from './keepHashed.ts';
import type { Kept, Order, Publish, Published } from './orders.ts';
import { publishChecked } from './publishChecked.ts';

async function published(order: Publish): Promise<Published> {
  const { memory } = order;
  try {
    return { memory, isRight: await publishChecked(order) };
  } catch (error) {
    return { memory, failure: errorBody(error) };
  }
}

async function kept(files: readonly FileToKeep[]): Promise<Kept> {
  const kept: Kept['kept'][number][] = [];
  for (const file of files) {
    try {
      kept.push(await keepHashed(file));
    } catch {
      kept.push('failed');
    }
  }
  return { kept };
}

let last: Promise<void> = Promise.resolve();
parentPort?.on('message', (order: Order) => {
  last = last.then(async () => {
    if ('keep' in order) parentPort?.postMessage(await kept(order.keep));
    else {
      const report = await published(order);
      parentPort?.postMessage(report, [report.memory]);
    }
  });
});
