/** Stock git's upload-pack and receive-pack behind HTTP, with the means to be slow, rude or broken. */
import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGunzip } from 'node:zlib';
import { gitEnvironment } from './gitRepository.ts';

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
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const service = searchParams.get('service') ?? pathname.split('/').pop() ?? '';
    if (
      !/^\/project\.git\/(info\/refs|git-(upload|receive)-pack)$/.test(pathname) ||
      !/^git-/.test(service)
    ) {
      response.writeHead(404).end();
      return;
    }
    const advertise = pathname.endsWith('/info/refs');
    response.setHeader('content-type', `application/x-${service}-${advertise ? 'advertisement' : 'result'}`);
    const write = (bytes: Buffer | string) => {
      seen.sent += bytes.length;
      return response.write(bytes);
    };
    if (advertise) {
      const line = `# service=${service}\n`;
      write(`${(line.length + 4).toString(16).padStart(4, '0')}${line}0000`);
    }
    const args = [
      service.slice(4),
      '--stateless-rpc',
      ...(advertise ? ['--advertise-refs'] : []),
      repository,
    ];
    const git = spawn('git', args, {
      env: { ...gitEnvironment, GIT_PROTOCOL: String(headers['git-protocol'] ?? '') },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    git.stdin.on('error', () => {});
    git.stdout.on('data', write);
    git.on('close', () => response.end());
    response.on('close', () => git.kill());
    request.on('data', (chunk: Buffer) => {
      seen.received += chunk.length;
    });
    const body = headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
    body.pipe(git.stdin);
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
