/** Stock git's upload-pack and receive-pack behind HTTP, with the means to be slow, rude or broken. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gitRequestOf, serveGit } from './serveGit.ts';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  received: number;
  sent: number;
}

export interface GitHttpServer {
  readonly url: string;
  readonly requests: SeenRequest[];
  /** Answers a request itself, by returning true, before git sees it. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>) | undefined;
  close(): Promise<void>;
}

/** Serves one repository (a bare one, or a `.git`) at `url`. */
export async function gitHttpServer(repository: string): Promise<GitHttpServer> {
  const requests: SeenRequest[] = [];
  const server: GitHttpServer = { url: '', requests, intercept: undefined, close: async () => {} };

  const listener = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const seen: SeenRequest = { method, url, headers, received: 0, sent: 0 };
    requests.push(seen);
    if (server.intercept && (await server.intercept(request, response))) return;
    const asked = gitRequestOf(url);
    if (asked?.path !== '/project.git') {
      response.writeHead(404).end();
      return;
    }
    await serveGit({ ...asked, repository }, request, response, seen);
  });

  // as long as a slow machine may take between two requests
  listener.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  // listening on TCP, so it has an address with a port
  const { port } = listener.address() as AddressInfo;
  return Object.assign(server, {
    url: `http://127.0.0.1:${port}/project.git`,
    close: () =>
      new Promise<void>((resolve) => {
        listener.close(() => resolve());
        listener.closeAllConnections();
      }),
  });
}
