/**
 * A small LFS server of the tests' own, written from git-lfs's documents and sharing no code with ours. It keeps its
 * objects in a folder, remembers what it was asked, and lies when told to.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

export type Step = 'batch' | 'download' | 'upload' | 'verify';

export interface Asked {
  readonly step: Step;
  readonly method: string;
  readonly oid?: string;
  readonly headers: IncomingMessage['headers'];
  /** Of a batch or verify request. */
  readonly json?: { readonly operation?: string; readonly objects?: { oid: string; size: number }[] };
  /** How many requests of this step (and object) came before. */
  readonly before: number;
}

export type Lie =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  /** Downloads: sends this many bytes of what was asked for, then breaks the connection, or says nothing more. */
  | { readonly after: number; readonly and: 'reset' | 'hang' | 'end' }
  /** Downloads: sends other bytes. */
  | { readonly send: Uint8Array }
  | { readonly ignoreRange: true }
  /** Takes the bytes and says 200, but does not keep them. */
  | { readonly forget: true }
  /** Batch: changes the answer before it is sent. */
  // biome-ignore lint/suspicious/noExplicitAny: a test may put any nonsense into the answer
  | { readonly rewrite: (answer: any) => unknown };

export interface LfsServer {
  readonly origin: string;
  /** The LFS endpoint. */
  readonly url: string;
  readonly asked: Asked[];
  /** Decides for each request whether to lie. */
  lie: (asked: Asked) => Lie | undefined;
  /** What batch answers add to their actions. */
  actions: { header?: Record<string, string>; expires_in?: number; expires_at?: string; verify?: boolean };
  /** Most objects in transfer at the same time so far. */
  readonly busiest: number;
  has(oid: string): boolean;
  pathOf(oid: string): string;
  of(step: Step): Asked[];
  /** When nobody is connected, and all that came from those who were is done with. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** What a dead client had sent has been read by then. Milliseconds. */
const LINGER = 3000;

/** @param folder where objects are kept; two servers may share it */
export async function lfsServer(folder: string): Promise<LfsServer> {
  const asked: Asked[] = [];
  const counts = new Map<string, number>();
  let busy = 0;
  let busiest = 0;
  const pathOf = (oid: string) => join(folder, oid);

  const open = new Set<IncomingMessage>();
  const http = createServer((request, response) => {
    open.add(request);
    response.once('close', () => open.delete(request));
    handle(request, response).catch(() => response.destroy());
  });

  // all of them: the server itself forgets one whose client left in the middle of an answer, and still waits for it
  const sockets = new Set<Socket>();
  http.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const closeConnections = () => {
    for (const socket of sockets) socket.destroy();
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    const oid = /^\/objects\/([^/]+)$/.exec(path)?.[1];
    const step: Step | undefined =
      path === '/p.git/info/lfs/objects/batch'
        ? 'batch'
        : path === '/verify'
          ? 'verify'
          : oid
            ? request.method === 'PUT'
              ? 'upload'
              : 'download'
            : undefined;
    if (!step) return void response.writeHead(404).end();

    const key = `${step} ${oid}`;
    const before = counts.get(key) ?? 0;
    counts.set(key, before + 1);
    const json = step === 'batch' || step === 'verify' ? JSON.parse(await wholeText(request)) : undefined;
    const one: Asked = {
      step,
      method: request.method ?? '',
      headers: request.headers,
      before,
      ...(oid && { oid }),
      ...(json && { json }),
    };
    asked.push(one);
    const lie = server.lie(one);

    if (lie && 'status' in lie) {
      request.resume();
      response.writeHead(lie.status, lie.headers).end(lie.body);
      return;
    }
    if (step === 'batch') return batch(json, lie, response);
    if (step === 'verify') {
      const good = existsSync(pathOf(json.oid)) && statSync(pathOf(json.oid)).size === json.size;
      return void response.writeHead(good ? 200 : 404).end();
    }
    busiest = Math.max(busiest, ++busy);
    // who is gone in the middle of an answer is not waited for; an upload goes on with what has come
    const gone = new Promise<void>((done) => response.once('close', done));
    try {
      await (step === 'upload'
        ? receive(request, response, oid!, lie)
        : Promise.race([send(request, response, oid!, lie), gone]));
    } finally {
      busy--;
    }
  }

  function batch(
    asked: { operation: string; objects: { oid: string; size: number }[] },
    lie: Lie | undefined,
    response: ServerResponse,
  ): void {
    const { verify, ...extra } = server.actions;
    const objects = asked.objects.map(({ oid, size }) => {
      if (!/^[0-9a-f]{64}$/.test(oid)) return { oid, size, error: { code: 422, message: 'bad oid' } };
      const here = existsSync(pathOf(oid));
      const href = `${server.origin}/objects/${oid}`;
      if (asked.operation === 'upload')
        return here
          ? { oid, size }
          : {
              oid,
              size,
              actions: {
                upload: { href, ...extra },
                ...(verify && { verify: { href: `${server.origin}/verify`, ...extra } }),
              },
            };
      return here
        ? { oid, size, actions: { download: { href, ...extra } } }
        : { oid, size, error: { code: 404, message: 'not here' } };
    });
    let answer: unknown = { transfer: 'basic', objects };
    if (lie && 'rewrite' in lie) answer = lie.rewrite(answer);
    response.writeHead(200, { 'content-type': 'application/vnd.git-lfs+json' }).end(JSON.stringify(answer));
  }

  async function receive(
    request: IncomingMessage,
    response: ServerResponse,
    oid: string,
    lie: Lie | undefined,
  ): Promise<void> {
    if (lie && 'after' in lie) {
      let got = 0;
      for await (const chunk of request) {
        got += chunk.length;
        if (got >= lie.after) break;
      }
      if (lie.and === 'reset') response.destroy();
      return;
    }
    const temporary = join(folder, `tmp-${randomUUID()}`);
    const hash = createHash('sha256');
    try {
      await pipeline(
        request,
        async function* (chunks) {
          for await (const chunk of chunks) {
            hash.update(chunk);
            yield chunk;
          }
        },
        createWriteStream(temporary),
      );
      if (lie && 'forget' in lie) return void response.writeHead(200).end();
      if (hash.digest('hex') !== oid) return void response.writeHead(422).end('{"message":"wrong bytes"}');
      renameSync(temporary, pathOf(oid));
      response.writeHead(200).end();
    } finally {
      rmSync(temporary, { force: true });
    }
  }

  async function send(
    request: IncomingMessage,
    response: ServerResponse,
    oid: string,
    lie: Lie | undefined,
  ): Promise<void> {
    if (!existsSync(pathOf(oid))) return void response.writeHead(404).end();
    if (lie && 'send' in lie) return void response.writeHead(200).end(lie.send);
    const { size } = statSync(pathOf(oid));
    const range =
      lie && 'ignoreRange' in lie ? null : /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    const start = range ? Number(range[1]) : 0;
    if (start >= size && size > 0)
      return void response.writeHead(416, { 'content-range': `bytes */${size}` }).end();
    const end = range?.[2] ? Math.min(Number(range[2]), size - 1) : size - 1;
    response.writeHead(range ? 206 : 200, {
      'content-length': size === 0 ? 0 : end - start + 1,
      ...(range && { 'content-range': `bytes ${start}-${end}/${size}` }),
    });
    if (size === 0) return void response.end();
    if (!(lie && 'after' in lie))
      return await pipeline(createReadStream(pathOf(oid), { start, end }), response);

    if (lie.and === 'end') response.removeHeader('content-length');
    const part = createReadStream(pathOf(oid), { start, end: start + lie.after - 1 });
    await pipeline(part, response, { end: false });
    if (lie.and === 'hang') return;
    // the bytes must be out before the connection goes
    await new Promise((done) => response.write('', done));
    response.destroy();
  }

  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const server: LfsServer = {
    origin,
    url: `${origin}/p.git/info/lfs`,
    asked,
    lie: () => undefined,
    actions: {},
    get busiest() {
      return busiest;
    },
    has: (oid) => existsSync(pathOf(oid)),
    pathOf,
    of: (step) => asked.filter((one) => one.step === step),
    async idle() {
      const deadline = performance.now() + LINGER;
      while (busy > 0 || sockets.size > 0) {
        // one that a lie left unread, or half answered, may never be seen to end
        if (busy === 0) for (const request of open) request.resume();
        if (performance.now() > deadline) closeConnections();
        // nothing can come any more, whatever Node still believes of an answer to the dead
        if (performance.now() > deadline + LINGER) return;
        await new Promise((next) => setImmediate(next));
      }
    },
    close: () =>
      new Promise((done) => {
        http.close(() => done());
        closeConnections();
        // it may wait for ever for a connection that it has lost sight of
        setTimeout(done, LINGER).unref();
      }),
  };
  return server;
}

async function wholeText(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}
