/**
 * Run as a process, to be killed: moves assets. Arguments: LFS URL, a Git folder, `up` or `down`, the assets as JSON, and
 * where the server wants one, a token.
 */
import { AssetCache, TransferQueue } from '../../src/assets/index.ts';
import { lfsClient } from '../../src/lfs/index.ts';
import { nodeHost } from '../../src/platform/node/index.ts';

const [url = '', gitDir = '', direction = '', assets = '[]', token] = process.argv.slice(2);
const cache = new AssetCache(nodeHost({ home: `${gitDir}/home`, environment: {} }), gitDir);
const store = lfsClient({ url, ...(token && { authorize: async () => `Bearer ${token}` }) });
const queue = new TransferQueue(store, cache);
const moved = JSON.parse(assets);
await (direction === 'up' ? queue.upload(moved) : queue.download(moved));
