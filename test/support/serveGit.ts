/** One request of Git's smart HTTP, answered by stock git's upload-pack or receive-pack. */
import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createGunzip } from 'node:zlib';
import { gitEnvironment } from './gitRepository.ts';

export interface GitRequest {
  /** A bare repository, or a `.git`. */
  readonly repository: string;
  readonly service: 'git-upload-pack' | 'git-receive-pack';
  readonly advertise: boolean;
}

/** Which repository path and service a URL's path asks for; `undefined`: it is none of Git's. */
export function gitRequestOf(
  url: string,
):
  | { readonly path: string; readonly service: GitRequest['service']; readonly advertise: boolean }
  | undefined {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const [, path, action] = /^(\/.+?)\/(info\/refs|git-upload-pack|git-receive-pack)$/.exec(pathname) ?? [];
  const service = action === 'info/refs' ? searchParams.get('service') : action;
  if (path === undefined || (service !== 'git-upload-pack' && service !== 'git-receive-pack'))
    return undefined;
  return { path, service, advertise: action === 'info/refs' };
}

/** Resolves when git is done; the response has ended then. */
export function serveGit(
  { repository, service, advertise }: GitRequest,
  request: IncomingMessage,
  response: ServerResponse,
  counts: { sent: number; received: number } = { sent: 0, received: 0 },
): Promise<void> {
  response.setHeader('content-type', `application/x-${service}-${advertise ? 'advertisement' : 'result'}`);
  const write = (bytes: Buffer | string) => {
    counts.sent += bytes.length;
    return response.write(bytes);
  };
  if (advertise) {
    const line = `# service=${service}\n`;
    write(`${(line.length + 4).toString(16).padStart(4, '0')}${line}0000`);
  }
  const args = [service.slice(4), '--stateless-rpc', ...(advertise ? ['--advertise-refs'] : []), repository];
  const git = spawn('git', args, {
    env: { ...gitEnvironment, GIT_PROTOCOL: String(request.headers['git-protocol'] ?? '') },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const done = new Promise<void>((resolve) => {
    git.on('close', () => {
      response.end();
      resolve();
    });
  });
  git.stdin.on('error', () => {});
  git.stdout.on('data', write);
  response.on('close', () => git.kill());
  request.on('data', (chunk: Buffer) => {
    counts.received += chunk.length;
  });
  const body = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
  body.pipe(git.stdin);
  return done;
}
