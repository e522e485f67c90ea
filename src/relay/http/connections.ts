/** The server's connections: how many there may be, from where, and which of them need not be waited for. */
import type { IncomingMessage, Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Limits } from '../limits.ts';
import type { Metrics } from '../operate/metrics.ts';
import { type Callers, plainAddress } from './callers.ts';

export class Connections {
  /** By address, but for trusted proxies. */
  readonly #byAddress = new Map<string, number>();
  /** A client may connect and then need no request: Node counts that as a busy connection. */
  readonly #silent = new Set<Socket>();
  #open = 0;

  constructor(server: Server | TlsServer, limits: Limits, callers: Callers, metrics: Metrics) {
    server.maxConnections = limits.connections;
    server.on('connection', (socket: Socket) => {
      const address = plainAddress(socket.remoteAddress);
      if (!callers.isTrusted(address) && !this.#admit(socket, address, limits.connectionsPerAddress)) return;
      this.#open++;
      socket.once('close', () => {
        this.#open--;
        metrics.traffic(socket.bytesRead, socket.bytesWritten);
      });
    });
    server.on('setSecureContext' in server ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#silent.add(socket);
      socket.once('close', () => this.#silent.delete(socket));
    });
    for (const event of ['request', 'upgrade'])
      server.on(event, ({ socket }: IncomingMessage) => this.#silent.delete(socket));
    // While the relay closes, a connection that is kept open between requests would hold it.
    server.on('request', (_request, response) => {
      response.once('close', () => {
        if (!server.listening) server.closeIdleConnections();
      });
    });
  }

  get open(): number {
    return this.#open;
  }

  endSilent(): void {
    for (const socket of this.#silent) socket.destroy();
  }

  #admit(socket: Socket, address: string, most: number): boolean {
    const count = (this.#byAddress.get(address) ?? 0) + 1;
    if (count > most) {
      socket.destroy();
      return false;
    }
    this.#byAddress.set(address, count);
    socket.once('close', () => {
      const left = (this.#byAddress.get(address) ?? 1) - 1;
      if (left === 0) this.#byAddress.delete(address);
      else this.#byAddress.set(address, left);
    });
    return true;
  }
}
