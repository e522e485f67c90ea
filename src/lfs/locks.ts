/** Locks at any LFS server. Source: git-lfs `docs/api/locking.md`. */
import type { FileLock, Locks } from '../ports/locks.ts';
import { utf8 } from '../shared/bytes.ts';
import { hasCode, SyncError } from '../shared/errors.ts';
import { type LfsLock, lockAnswer, lockPage, verifyLocksPage } from '../shared/wire/lfs.ts';
import { type Attempt, protocolFailure, shownUrl } from './failures.ts';
import type { HttpAnswer } from './http.ts';
import { parseAnswer } from './json.ts';
import { LfsServer, type LfsServerOptions } from './server.ts';

const MAX_ANSWER = 16 << 20;
/** Locks asked for at a time; a server may give fewer. */
const PAGE = 1000;
/** A server that gives pages without end is stopped. */
const MAX_PAGES = 1000;

export function lfsLocks(options: LfsServerOptions): Locks {
  const server = new LfsServer(options);

  async function call(
    path: string,
    method: 'GET' | 'POST',
    body: object | undefined,
    { signal, accept = [] }: { signal?: AbortSignal | undefined; accept?: readonly number[] },
  ): Promise<{ readonly answer: HttpAnswer; readonly bytes: Uint8Array; readonly attempt: Attempt }> {
    const attempt: Attempt = { step: 'locks', url: `${server.url}/locks${path}` };
    const headers = await server.apiHeaders();
    const answer = await server.http.send(
      { attempt, method, headers, signal, ...(body && { body: utf8(JSON.stringify(body)) }) },
      accept,
    );
    return { answer, bytes: await answer.readWhole(MAX_ANSWER), attempt };
  }

  /** Where nothing answers, the server keeps no locks: so git-lfs takes it, too. */
  async function orUnsupported<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      const { status } = error instanceof SyncError ? error.data : {};
      if (!(hasCode(error, 'NOT_FOUND') || status === 405 || status === 501)) throw error;
      throw new SyncError(
        'LOCKS_UNSUPPORTED',
        `${shownUrl(server.url)} keeps no locks. Tell each other who works on what, or move the project to a relay.`,
        { data: { url: shownUrl(server.url) }, cause: error },
      );
    }
  }

  async function* pages<T extends { next_cursor?: string | null | undefined }>(
    ask: (cursor: string | undefined) => Promise<{ page: T; attempt: Attempt }>,
  ): AsyncGenerator<T, void> {
    let cursor: string | undefined;
    for (let count = 0; ; count++) {
      const { page, attempt } = await ask(cursor);
      yield page;
      if (!page.next_cursor) return;
      if (page.next_cursor === cursor || count === MAX_PAGES)
        throw protocolFailure('The list of locks has no end', attempt);
      cursor = page.next_cursor;
    }
  }

  return {
    async lock(path, { signal } = {}) {
      const body = { path, ...(await server.ref()) };
      const { answer, bytes, attempt } = await orUnsupported(
        call('', 'POST', body, { signal, accept: [409] }),
      );
      const { lock } = parseAnswer(bytes, lockAnswer, attempt);
      return { lock: fileLock(lock), isNew: answer.status !== 409 };
    },

    async unlock(id, { signal, force = false } = {}) {
      const body = { force, ...(await server.ref()) };
      await call(`/${encodeURIComponent(id)}/unlock`, 'POST', body, { signal });
    },

    async list({ path } = {}, { signal } = {}) {
      const found: FileLock[] = [];
      const { ref } = await server.ref();
      const ask = async (cursor: string | undefined) => {
        const query = new URLSearchParams({
          ...(path !== undefined && { path }),
          ...(ref && { refspec: ref.name }),
          ...(cursor !== undefined && { cursor }),
          limit: String(PAGE),
        });
        const { bytes, attempt } = await orUnsupported(call(`?${query}`, 'GET', undefined, { signal }));
        return { page: parseAnswer(bytes, lockPage, attempt), attempt };
      };
      for await (const { locks } of pages(ask)) found.push(...locks.map(fileLock));
      return found;
    },

    async verify({ signal } = {}) {
      const ours: FileLock[] = [];
      const theirs: FileLock[] = [];
      const ref = await server.ref();
      const ask = async (cursor: string | undefined) => {
        const body = { ...ref, limit: PAGE, ...(cursor !== undefined && { cursor }) };
        const { bytes, attempt } = await orUnsupported(call('/verify', 'POST', body, { signal }));
        return { page: parseAnswer(bytes, verifyLocksPage, attempt), attempt };
      };
      for await (const page of pages(ask)) {
        ours.push(...page.ours.map(fileLock));
        theirs.push(...page.theirs.map(fileLock));
      }
      return { ours, theirs };
    },
  };
}

const fileLock = ({ id, path, locked_at, owner }: LfsLock): FileLock => ({
  id,
  path,
  lockedAt: locked_at,
  ...(owner && { owner: owner.name }),
});
