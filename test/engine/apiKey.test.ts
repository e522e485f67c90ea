/** A key that a tool was configured with, and projects of the same engine that lie elsewhere. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CloudSyncEngine } from '../../src/index.ts';
import { temporaryFolder, testHost } from '../support/host.ts';

/** A Git host that lets nobody in, and remembers what it was shown. */
async function startStranger() {
  const asked: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers);
    response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo; // a TCP server's
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () => new Promise((done) => server.close(done).closeAllConnections()),
  };
}

test.each([
  ['goes to the relay that it is for', (url: string) => url, true],
  ['goes to no other', () => 'http://relay.example:7460', false],
  ['does not go in the clear where it is for https', (url: string) => url.replace('http', 'https'), false],
  ['goes wherever the project is, if it is for no place', () => undefined, true],
])('a configured key %s', async (_, endpointOf, isSent) => {
  const stranger = await startStranger();
  const endpoint = endpointOf(stranger.url);
  const engine = new CloudSyncEngine(
    {
      backend: 'self-hosted',
      provider: { type: 'relay', apiKey: 'ms_given', ...(endpoint && { endpoint }) },
    },
    testHost(),
  );
  await engine.initialize();
  const folder = join(temporaryFolder('clone'), 'mod');
  await expect(engine.cloneProject(`${stranger.url}/team/mod.git`, folder)).rejects.toThrow();
  expect(stranger.asked.length).toBeGreaterThan(0);
  for (const { authorization } of stranger.asked) expect(authorization !== undefined).toBe(isSent);
  await engine.close();
  await stranger.close();
});
