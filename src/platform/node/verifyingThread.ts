/** The thread of verifiedFiles.ts: checks and publishes what it is handed, in order. */
import { parentPort } from 'node:worker_threads';
import { errorBody } from '../../shared/errors.ts';
import { type Order, publishChecked, type Report } from './publishChecked.ts';

async function report(order: Order): Promise<Report> {
  const { memory } = order;
  try {
    return { memory, isRight: await publishChecked(order) };
  } catch (error) {
    return { memory, failure: errorBody(error) };
  }
}

let last: Promise<void> = Promise.resolve();
parentPort?.on('message', (order: Order) => {
  last = last.then(async () => {
    const made = await report(order);
    parentPort?.postMessage(made, [made.memory]);
  });
});
