/**
 * Run as a process, to be killed: moves assets, with the compiled sources. Arguments: their folder, LFS URL, a Git folder,
 * `up` or `down`, the assets as JSON, and where the server wants one, a token.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [compiled, url, gitDir, direction, assets, token] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(join(compiled, path)).href);
const { AssetCache, TransferQueue } = await load('assets/index.js');
const { lfsClient } = await load('lfs/index.js');
const { nodeHost } = await load('platform/node/index.js');

const cache = new AssetCache(nodeHost({ home: `${gitDir}/home`, environment: {} }), `${gitDir}/lfs`);
const store = lfsClient({ url, ...(token && { authorize: async () => `Bearer ${token}` }) });
const queue = new TransferQueue(store, cache);
const moved = JSON.parse(assets);
await (direction === 'up' ? queue.upload(moved) : queue.download(moved));
