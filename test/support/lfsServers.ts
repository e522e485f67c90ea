/** LFS servers of a test file's own, closed after each test. */
import { temporaryFolder } from './host.ts';
import { type LfsServer, lfsServer } from './lfsServer.ts';

const servers: LfsServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

export async function startLfsServer(
  actions: LfsServer['actions'] = {},
  folder = temporaryFolder('lfs'),
): Promise<LfsServer> {
  const server = await lfsServer(folder);
  server.actions = actions;
  servers.push(server);
  return server;
}
