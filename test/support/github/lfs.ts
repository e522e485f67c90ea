/** The LFS API of one repository of the stand-in: objects by `basic`, and locks. Written from git-lfs's documents. */
import { createHash, randomUUID } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const MEDIA_TYPE = 'application/vnd.git-lfs+json';

interface Lock {
  readonly id: string;
  readonly path: string;
  readonly locked_at: string;
  readonly owner: { readonly name: string };
}

export interface Visitor {
  readonly login: string;
  readonly mayWrite: boolean;
  readonly isAdmin: boolean;
}

export class LfsRepository {
  readonly #folder: string;
  readonly #storage: string;
  readonly #locks = new Map<string, Lock>();
  /** Of the addresses given out: whoever has one needs no token, and gets nothing else for it. */
  readonly #tickets = new Map<string, { readonly oid: string; readonly upload: boolean }>();

  /** @param storage the URL below which `transfer` is called */
  constructor(folder: string, storage: string) {
    this.#folder = folder;
    this.#storage = storage;
    mkdirSync(folder, { recursive: true });
  }

  has = (oid: string): boolean => existsSync(join(this.#folder, oid));

  /** @param path below `info/lfs` */
  answer(
    method: string,
    path: string,
    query: URLSearchParams,
    body: Record<string, unknown>,
    visitor: Visitor,
  ): { status: number; body: unknown } {
    if (method === 'POST' && path === '/objects/batch') return this.#batch(body, visitor);
    if (method === 'GET' && path === '/locks') {
      const wanted = query.get('path');
      const locks = [...this.#locks.values()].filter((lock) => wanted === null || lock.path === wanted);
      return { status: 200, body: { locks } };
    }
    if (!visitor.mayWrite)
      return { status: 403, body: { message: 'You must have push access to manage locks.' } };
    if (method === 'POST' && path === '/locks') return this.#lock(String(body.path), visitor);
    if (method === 'POST' && path === '/locks/verify') {
      const all = [...this.#locks.values()];
      const isOurs = (lock: Lock) => lock.owner.name === visitor.login;
      return { status: 200, body: { ours: all.filter(isOurs), theirs: all.filter((lock) => !isOurs(lock)) } };
    }
    const id = /^\/locks\/([^/]+)\/unlock$/.exec(path)?.[1];
    const lock = id === undefined ? undefined : this.#locks.get(id);
    if (method !== 'POST' || !lock) return { status: 404, body: { message: 'Not found' } };
    if (lock.owner.name !== visitor.login && !(body.force === true && visitor.isAdmin))
      return { status: 403, body: { message: 'You must have admin access to force delete a lock.' } };
    this.#locks.delete(lock.id);
    return { status: 200, body: { lock } };
  }

  #lock(path: string, { login }: Visitor) {
    const taken = [...this.#locks.values()].find((lock) => lock.path === path);
    if (taken) return { status: 409, body: { lock: taken, message: 'already created lock' } };
    const lock = { id: randomUUID(), path, locked_at: new Date().toISOString(), owner: { name: login } };
    this.#locks.set(lock.id, lock);
    return { status: 201, body: { lock } };
  }

  #batch(body: Record<string, unknown>, { mayWrite }: Visitor) {
    const upload = body.operation === 'upload';
    if (upload && !mayWrite)
      return { status: 403, body: { message: 'You do not have permission to push to this repository.' } };
    const asked = body.objects as { oid: string; size: number }[]; // the test's client sent it
    const objects = asked.map(({ oid, size }) => {
      if (!upload && !this.has(oid))
        return { oid, size, error: { code: 404, message: `Object ${oid} not found` } };
      if (upload && this.has(oid)) return { oid, size };
      const ticket = randomUUID();
      this.#tickets.set(ticket, { oid, upload });
      const action = { href: `${this.#storage}/${oid}?ticket=${ticket}`, expires_in: 3600 };
      return { oid, size, actions: { [upload ? 'upload' : 'download']: action } };
    });
    return { status: 200, body: { transfer: 'basic', objects } };
  }

  async transfer(
    oid: string,
    ticket: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const granted = this.#tickets.get(ticket);
    const upload = request.method === 'PUT';
    if (granted?.oid !== oid || granted.upload !== upload) return void response.writeHead(403).end();
    if (upload) return await this.#receive(oid, request, response);
    const { size } = statSync(join(this.#folder, oid));
    const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (start >= size && size > 0) return void response.writeHead(416).end();
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': size - start,
      ...(start > 0 && { 'content-range': `bytes ${start}-${size - 1}/${size}` }),
    });
    await pipeline(createReadStream(join(this.#folder, oid), { start }), response);
  }

  async #receive(oid: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const temporary = join(this.#folder, `tmp-${randomUUID()}`);
    const hash = createHash('sha256');
    const hashing = new Transform({
      transform(chunk: Buffer, _encoding, next) {
        hash.update(chunk);
        next(null, chunk);
      },
    });
    try {
      await pipeline(request, hashing, createWriteStream(temporary));
      if (hash.digest('hex') !== oid) return void response.writeHead(422).end();
      renameSync(temporary, join(this.#folder, oid));
      response.writeHead(200).end();
    } finally {
      rmSync(temporary, { force: true });
    }
  }

  static send(response: ServerResponse, { status, body }: { status: number; body: unknown }): void {
    response
      .writeHead(status, {
        'content-type': MEDIA_TYPE,
        ...(status === 401 && { 'lfs-authenticate': 'Basic realm="GitHub"' }),
      })
      .end(JSON.stringify(body));
  }
}
