/** An editor that saves in place, once each turn, a little later every time: see node.test.ts. */
import { writeFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

const { path, turn } = workerData;
for (let round = 1; ; round++) {
  while (Atomics.load(turn, 0) < round);
  for (let spin = (round % 50) * 400; spin > 0; spin--) Atomics.load(turn, 0);
  writeFileSync(path, `save ${round}`);
  Atomics.store(turn, 1, round);
}
