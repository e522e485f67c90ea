/** Unix sockets, or Windows' named pipes, that carry lines of text between processes of one user. */
import { randomUUID } from 'node:crypto';
import { chmodSync, lstatSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { LocalConnection, LocalHandlers, LocalSockets } from '../index.ts';
import { diskError, isErrno } from './failures.ts';
import { makeFolders } from './folders.ts';
import { native } from './native.ts';

/** Where the system cuts a socket's path off, with some room: 104 bytes on macOS, 108 on Linux. */
const LONGEST_PATH = 100;
/** Characters of a line. Who sends more is cut off. */
const LONGEST_LINE = 16 << 20;

export const nodeSockets: LocalSockets = {
  async listen(path, accept) {
    const { address, folder } = addressFor(path);
    const open = new Set<Socket>();
    const server = createServer((socket) => {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      speakLines(socket, accept(connectionOf(socket)), LONGEST_LINE);
    });
    const close = async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      await closed;
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    };
    try {
      await listening(server, address);
      if (process.platform !== 'win32') chmodSync(address, 0o600);
    } catch (error) {
      await close();
      throw diskError(error, address);
    }
    return { address, close };
  },

  connect: (address, handlers) =>
    new Promise((resolve, reject) => {
      const socket = createConnection(address);
      const refused = (error: Error) => {
        // the file of a process that has died, or none at all
        if (isErrno(error, 'ECONNREFUSED', 'ENOENT', 'ENOTSOCK', 'EPIPE', 'ECONNRESET')) resolve(undefined);
        else reject(diskError(error, address));
      };
      socket.once('error', refused);
      socket.once('connect', () => {
        socket.off('error', refused);
        // an answer can be as long as it has to be: it is from a process that this one trusts
        speakLines(socket, handlers, Number.POSITIVE_INFINITY);
        resolve(connectionOf(socket));
      });
    }),

  forget(address) {
    // the address is read from a file: nothing but a socket is removed
    if (process.platform !== 'win32' && lstatSync(address, { throwIfNoEntry: false })?.isSocket())
      rmSync(address, { force: true });
  },
};

/** Beside `path`; in a short folder of the user's own where the system could not take that. */
function addressFor(path: string): { readonly address: string; readonly folder?: string } {
  if (process.platform === 'win32') return { address: `\\\\.\\pipe\\modsync-${randomUUID()}` };
  const address = native(path);
  if (Buffer.byteLength(address) <= LONGEST_PATH) {
    makeFolders(dirname(address));
    rmSync(address, { force: true });
    return { address };
  }
  const short = Buffer.byteLength(tmpdir()) <= LONGEST_PATH / 2 ? tmpdir() : '/tmp';
  const folder = mkdtempSync(join(short, 'modsync-'));
  return { address: join(folder, 's'), folder };
}

const listening = (server: Server, address: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve();
    });
  });

const connectionOf = (socket: Socket): LocalConnection => ({
  send: (line) => void (socket.destroyed || socket.write(`${line}\n`)),
  get backlog() {
    return socket.writableLength;
  },
  close: () => void (socket.destroyed || socket.end()),
  cut: () => void socket.destroy(),
});

/** JSON has no line breaks, so that a line is a message. */
function speakLines(socket: Socket, { onLine, onClose }: LocalHandlers, longest: number): void {
  let pieces: string[] = [];
  let length = 0;
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      pieces.push(text.slice(start, end));
      const line = pieces.join('');
      pieces = [];
      length = 0;
      start = end + 1;
      if (line.length <= longest) onLine(line);
      else socket.destroy();
    }
    if (start < text.length) {
      pieces.push(text.slice(start));
      length += text.length - start;
      if (length > longest) socket.destroy();
    }
  });
  socket.on('error', () => undefined);
  socket.once('close', onClose);
}
