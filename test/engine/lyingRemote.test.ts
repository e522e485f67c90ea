/** Giving up copies and locking, against an LFS server that does not tell the truth. */
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { dropAssets } from '../../src/engine/assets/keepAssets.ts';
import { Project } from '../../src/engine/project/Project.ts';
import { Repository } from '../../src/git/index.ts';
import { lfsClient, lfsLocks } from '../../src/lfs/index.ts';
import type { Remote } from '../../src/ports/index.ts';
import { parseProjectId } from '../../src/shared/ids.ts';
import { bytesOf, refOf } from '../support/assets.ts';
import { temporaryFolder, testHost } from '../support/host.ts';
import type { LfsServer } from '../support/lfsServer.ts';
import { startLfsServer } from '../support/lfsServers.ts';

const content = bytesOf(3, 5000);
const asset = refOf(content);

async function project() {
  const host = testHost();
  const folder = temporaryFolder('lied-to');
  const repository = await Repository.init(host, folder, { branch: 'main' });
  const opened = await Project.open(repository, parseProjectId('lied-to'), 'Lied to');
  writeFileSync(join(folder, 'a.dds'), content);
  await opened.cache.addFile(join(folder, 'a.dds'));
  return opened;
}
const remoteOf = (server: LfsServer): Remote => ({
  url: server.origin,
  assets: lfsClient({ url: server.url }),
  // biome-ignore lint/suspicious/noExplicitAny: nothing here asks for history
  history: undefined as any,
  close: async () => undefined,
});

describe('a copy is kept when the remote', () => {
  const answers: [string, (server: LfsServer) => void][] = [
    ['has not got it', () => undefined],
    [
      'answers for an upload only',
      (server) =>
        (server.lie = () => ({
          rewrite: ({ objects }) => ({
            objects: objects.map(({ oid, size }: { oid: string; size: number }) => ({ oid, size })),
          }),
        })),
    ],
    ['says nothing of it', (server) => (server.lie = () => ({ rewrite: () => ({ objects: [] }) }))],
    [
      'speaks of another',
      (server) =>
        (server.lie = () => ({
          rewrite: () => ({
            objects: [
              { oid: 'a'.repeat(64), size: 1, actions: { download: { href: `${server.origin}/x` } } },
            ],
          }),
        })),
    ],
    [
      'answers with an error for it',
      (server) =>
        (server.lie = () => ({
          rewrite: () => ({
            objects: [
              {
                ...asset,
                error: { code: 422, message: 'no' },
                actions: { download: { href: `${server.origin}/x` } },
              },
            ],
          }),
        })),
    ],
  ];
  test.each(answers)('%s', async (_, lie) => {
    const server = await startLfsServer();
    lie(server);
    const opened = await project();
    expect(await dropAssets(opened, remoteOf(server), [], {})).toEqual({ objects: 0, bytes: 0, kept: 1 });
    expect(existsSync(opened.cache.pathOf(asset.oid))).toBe(true);
  });

  test.each([[401], [403], [404], [429], [500]])('refuses with %i', async (status) => {
    const server = await startLfsServer();
    server.lie = () => ({ status });
    const opened = await project();
    await expect(dropAssets(opened, remoteOf(server), [], {})).rejects.toHaveProperty('code');
    expect(existsSync(opened.cache.pathOf(asset.oid))).toBe(true);
  });

  test('and it is given up when it has', async () => {
    const server = await startLfsServer();
    writeFileSync(server.pathOf(asset.oid), content);
    const opened = await project();
    expect(await dropAssets(opened, remoteOf(server), [], {})).toEqual({ objects: 1, bytes: 5000, kept: 0 });
    expect(existsSync(opened.cache.pathOf(asset.oid))).toBe(false);
  });
});

describe('locks', () => {
  const lock = { id: '1', path: 'a.dds', locked_at: '2026-01-02T03:04:05Z', owner: { name: 'Bob' } };
  async function asked(status: number, body: unknown) {
    const requests: { url: string; body: string }[] = [];
    const server = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      requests.push({ url: request.url ?? '', body: text });
      const answer = typeof body === 'function' ? body(requests.length) : body;
      response.writeHead(status).end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const locks = lfsLocks({
      url: `http://127.0.0.1:${port}/p.git/info/lfs`,
      ref: async () => 'refs/heads/main',
    });
    return {
      locks,
      requests,
      close: () => {
        server.closeAllConnections();
        server.close();
      },
    };
  }

  test.each([
    ['no lock API', 404, '', 'LOCKS_UNSUPPORTED'],
    ['no such method', 501, '', 'LOCKS_UNSUPPORTED'],
    ['nobody signed in', 401, '{}', 'ACCESS_DENIED'],
    ['a page of HTML', 200, '<html>', 'REMOTE_PROTOCOL'],
    ['a form that is none', 200, { ours: 'all' }, 'REMOTE_PROTOCOL'],
    ['pages without end', 200, { ours: [lock], theirs: null, next_cursor: 'again' }, 'REMOTE_PROTOCOL'],
    ['a broken server', 500, '', 'BACKEND_CONNECTION_FAILED'],
  ])('%s: says so', async (_, status, body, code) => {
    const server = await asked(status, body);
    await expect(server.locks.verify()).rejects.toMatchObject({ code });
    server.close();
  });

  test('all pages are read, and the branch is named', async () => {
    const server = await asked(200, (page: number) =>
      page < 3
        ? { ours: [{ ...lock, id: String(page) }], theirs: null, next_cursor: String(page) }
        : { ours: null, theirs: [{ ...lock, id: '9', owner: null }] },
    );
    expect(await server.locks.verify()).toEqual({
      ours: [
        { id: '1', path: 'a.dds', owner: 'Bob', lockedAt: lock.locked_at },
        { id: '2', path: 'a.dds', owner: 'Bob', lockedAt: lock.locked_at },
      ],
      theirs: [{ id: '9', path: 'a.dds', lockedAt: lock.locked_at }],
    });
    expect(JSON.parse(server.requests[1]!.body)).toMatchObject({
      cursor: '1',
      ref: { name: 'refs/heads/main' },
    });
    server.close();
  });

  test('an id is one part of an address, whatever it says', async () => {
    const server = await asked(200, { lock });
    await server.locks.unlock('../../x?y');
    expect(server.requests[0]!.url).toBe('/p.git/info/lfs/locks/..%2F..%2Fx%3Fy/unlock');
    server.close();
  });
});
