import { lfsClient } from '../../src/lfs/index.ts';
import { nodeFetch } from '../../src/platform/node/fetch.ts';
import { describeAssetStore } from '../conformance/assetStore.ts';
import { startLfsServer } from '../support/lfsServers.ts';

describeAssetStore('an LFS server', async () =>
  lfsClient({ url: (await startLfsServer()).url, fetch: nodeFetch }),
);

describeAssetStore("an LFS server, over the platform's fetch", async () =>
  lfsClient({ url: (await startLfsServer()).url }),
);

describeAssetStore('an LFS server that wants chunked bodies and a verification', async () => {
  const server = await startLfsServer({ verify: true, header: { 'Transfer-Encoding': 'chunked' } });
  return lfsClient({ url: server.url, fetch: nodeFetch });
});

describeAssetStore('an LFS server without ranges', async () => {
  const server = await startLfsServer();
  server.lie = ({ step }) => (step === 'download' ? { ignoreRange: true } : undefined);
  return lfsClient({ url: server.url, fetch: nodeFetch });
});
