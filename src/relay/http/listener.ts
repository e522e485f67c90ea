/** The server under the app: plain or TLS, where it listens, and how long a connection may be silent. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { SyncError } from '../../shared/errors.ts';
import type { Limits } from '../limits.ts';

/** PEM files. They are read again when they change: certificates are renewed while the relay runs. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

const RENEWAL_LOOK_MS = 3600_000;

export interface Listener {
  readonly server: Server | TlsServer;
  readonly scheme: 'http' | 'https';
  /** Reads the certificate again. @throws SyncError `INVALID_CONFIG`; the one before stays then */
  renew(): Promise<void>;
  stop(): void;
}

/** @throws SyncError `INVALID_CONFIG` when the certificate cannot be used */
export async function makeListener(
  limits: Limits,
  tls: TlsFiles | undefined,
  onRenewalFault: (error: unknown) => void,
): Promise<Listener> {
  const server = tls === undefined ? createServer() : await tlsServer(tls);
  // A push may take its time; what ends a connection is silence.
  server.requestTimeout = 0;
  // longer than the pauses of someone who works: a connection that closes while it is used again looks like a failure
  server.keepAliveTimeout = 65_000;
  server.timeout = limits.idleMs;
  const renew = async () => {
    if (tls !== undefined && 'setSecureContext' in server)
      await usable(tls, (pems) => server.setSecureContext(pems));
  };
  const timer =
    tls === undefined ? undefined : setInterval(() => renew().catch(onRenewalFault), RENEWAL_LOOK_MS);
  timer?.unref();
  return { server, scheme: tls === undefined ? 'http' : 'https', renew, stop: () => clearInterval(timer) };
}

const tlsServer = (files: TlsFiles): Promise<TlsServer> =>
  usable(files, (pems) => createTlsServer({ ...pems, minVersion: 'TLSv1.2' }));

async function usable<T>(files: TlsFiles, use: (pems: { cert: Buffer; key: Buffer }) => T): Promise<T> {
  try {
    return use({ cert: await readFile(files.cert), key: await readFile(files.key) });
  } catch (cause) {
    throw new SyncError(
      'INVALID_CONFIG',
      `The certificate ${files.cert} and its key ${files.key} cannot be used: ${cause instanceof Error ? cause.message : cause}`,
      { data: { ...files }, cause },
    );
  }
}

/** @returns the URL under which this machine reaches it */
export function listen({ server, scheme }: Listener, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new SyncError(
          'INVALID_CONFIG',
          `The relay cannot listen on ${host}:${port}. Is the port taken? Try another one.`,
          { data: { host, port }, cause },
        ),
      ),
    );
    server.listen(port, host, () => {
      // A TCP server's address is never a pipe's name.
      const address = server.address() as AddressInfo;
      const everywhere = address.address === '0.0.0.0' || address.address === '::';
      const name = everywhere
        ? '127.0.0.1'
        : address.family === 'IPv6'
          ? `[${address.address}]`
          : address.address;
      resolve(`${scheme}://${name}:${address.port}`);
    });
  });
}
