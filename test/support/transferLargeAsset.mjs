/**
 * Run as a process: adds a large file to a cache, uploads it, downloads it into another cache, and prints how far the
 * process's memory grew meanwhile. Arguments: the folder of the compiled sources, LFS URL, an empty folder, bytes.
 */
import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [compiled, url, folder, length] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(join(compiled, path)).href);
const { AssetCache, TransferQueue } = await load('assets/index.js');
const { lfsClient } = await load('lfs/index.js');
const { nodeHost } = await load('platform/node/index.js');

const host = nodeHost({ home: join(folder, 'home'), environment: {} });
const store = lfsClient({ url });

async function write(path, size) {
  const block = randomBytes(1 << 20);
  const file = await open(path, 'w');
  for (let at = 0; at < size; at += block.length)
    await file.write(block, 0, Math.min(block.length, size - at));
  await file.close();
}

async function thereAndBack(name, size) {
  const path = join(folder, name);
  await write(path, size);
  const one = new AssetCache(host, join(folder, 'one'));
  const two = new AssetCache(host, join(folder, 'two'));
  const asset = await one.addFile(path);
  await new TransferQueue(store, one).upload([asset]);
  await new TransferQueue(store, two).download([asset]);
  if (!(await two.has(asset))) throw new Error('did not arrive');
}

await thereAndBack('warm up', 2 << 20);
const baseline = process.memoryUsage.rss();
let peak = baseline;
const sampling = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 5);
const begun = performance.now();
await thereAndBack('large', Number(length));
clearInterval(sampling);
process.stdout.write(
  `${JSON.stringify({ baseline, peak, grown: peak - baseline, ms: Math.round(performance.now() - begun) })}\n`,
);
