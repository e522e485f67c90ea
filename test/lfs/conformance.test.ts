import { lfsClient } from '../../src/lfs/index.ts';
import { describeAssetStore } from '../conformance/assetStore.ts';
import { temporaryFolder } from '../support/host.ts';
import { type LfsServer, lfsServer } from '../support/lfsServer.ts';

const servers: LfsServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

async function start(actions: LfsServer['actions'] = {}): Promise<LfsServer> {
  const server = await lfsServer(temporaryFolder('lfs'));
  server.actions = actions;
  servers.push(server);
  return server;
}

describeAssetStore('an LFS server', async () => lfsClient({ url: (await start()).url }));

describeAssetStore('an LFS server that wants chunked bodies and a verification', async () => {
  const server = await start({ verify: true, header: { 'Transfer-Encoding': 'chunked' } });
  return lfsClient({ url: server.url });
});

describeAssetStore('an LFS server without ranges', async () => {
  const server = await start();
  server.lie = ({ step }) => (step === 'download' ? { ignoreRange: true } : undefined);
  return lfsClient({ url: server.url });
});
