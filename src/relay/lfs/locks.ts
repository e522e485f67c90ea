/** The LFS file locking API. Source: git-lfs `docs/api/locking.md`. Advisory: git-lfs asks before it pushes. */
import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import {
  LFS_MEDIA_TYPE,
  type LfsLock,
  lockRequest,
  unlockRequest,
  verifyLocksRequest,
} from '../../shared/wire/lfs.ts';
import { ORIGIN_HEADER, relayRoutes } from '../../shared/wire/relay.ts';
import { type Route, requireRole } from '../access/routes.ts';
import type { RelayContext } from '../context.ts';
import type { Lock, LockQuery, Member } from '../db/db.ts';
import { denied, invalid, notFound, pathPart, queryPart } from '../http/http.ts';

const LOCKS = relayRoutes.lfsLocks(':project');
const PAGE = 100;
const LONGEST_PAGE = 1000;

export const lockRoutes: readonly Route[] = [
  {
    method: 'post',
    path: LOCKS,
    access: 'editor',
    handle: async ({ relay, request, response, member }) => {
      relay.throttle.change(member.project.id);
      const { path } = await relay.readJson(request, response, lockRequest, 422);
      const { lock, isNew } = relay.db.locks.add(member.project.id, {
        id: randomUUID(),
        path,
        owner: member.user,
      });
      if (isNew) {
        announce(relay, member, request, lock, 'locked');
        send(response, 201, { lock: wireLock(lock) });
      } else
        send(response, 409, { lock: wireLock(lock), message: `${lock.ownerName} has locked this path.` });
    },
  },
  {
    method: 'get',
    path: LOCKS,
    access: 'editor',
    handle: ({ relay, request, response, member }) => {
      const page = relay.db.locks.list(member.project.id, {
        path: queryPart(request, 'path'),
        id: queryPart(request, 'id'),
        ...pageOf(queryPart(request, 'cursor'), limitText(request)),
      });
      send(response, 200, { locks: page.locks.map(wireLock), ...nextCursor(page.nextCursor) });
    },
  },
  {
    method: 'post',
    path: `${LOCKS}/verify`,
    access: 'editor',
    handle: async ({ relay, request, response, member }) => {
      const { cursor, limit } = await relay.readJson(request, response, verifyLocksRequest, 422);
      const page = relay.db.locks.list(member.project.id, pageOf(cursor ?? undefined, limit || undefined));
      const isOurs = (lock: Lock) => lock.ownerId === member.user.id;
      send(response, 200, {
        ours: page.locks.filter(isOurs).map(wireLock),
        theirs: page.locks.filter((lock) => !isOurs(lock)).map(wireLock),
        ...nextCursor(page.nextCursor),
      });
    },
  },
  {
    method: 'post',
    path: `${LOCKS}/:id/unlock`,
    access: 'editor',
    handle: async ({ relay, request, response, member }) => {
      relay.throttle.change(member.project.id);
      const { force } = await relay.readJson(request, response, unlockRequest, 422);
      const lock = relay.db.locks.find(member.project.id, pathPart(request, 'id'));
      if (lock === undefined) throw notFound();
      if (lock.ownerId !== member.user.id) {
        if (!force) throw denied(`${lock.ownerName} has locked this path. Ask them, or the project's owner.`);
        requireRole(member, 'owner');
      }
      if (relay.db.locks.remove(member.project.id, lock.id))
        announce(relay, member, request, lock, 'unlocked');
      send(response, 200, { lock: wireLock(lock) });
    },
  },
];

/** Tells everyone at once, so that the file is read-only, or no longer, where they work. */
function announce(
  relay: RelayContext,
  { project, user }: Member,
  request: Request,
  { path }: Lock,
  message: 'locked' | 'unlocked',
): void {
  const origin = request.get(ORIGIN_HEADER)?.slice(0, 100);
  const { isNew: _, ...event } = relay.db.events.add({
    changeId: randomUUID(),
    projectId: project.id,
    kind: 'lock',
    author: user.name,
    timestamp: new Date().toISOString(),
    ...(origin !== undefined && { origin }),
    paths: [{ path, kind: 'modified' }],
    message,
  });
  relay.feed.publish(project.id, [event]);
}

const send = (response: Response, status: number, body: object) =>
  response.status(status).type(LFS_MEDIA_TYPE).send(JSON.stringify(body));

const wireLock = (lock: Lock): LfsLock => ({
  id: lock.id,
  path: lock.path,
  locked_at: lock.lockedAt,
  owner: { name: lock.ownerName },
});

const nextCursor = (cursor: string | undefined) => (cursor === undefined ? {} : { next_cursor: cursor });

function limitText(request: Request): number | undefined {
  const limit = queryPart(request, 'limit');
  return limit === undefined || limit === '' ? undefined : Number(limit);
}

function pageOf(cursor: string | undefined, limit = PAGE): Pick<LockQuery, 'cursor' | 'limit'> {
  if (!Number.isInteger(limit) || limit < 1) throw invalid('limit: is not a positive number', 422);
  if (cursor && !/^\d{1,15}$/.test(cursor)) throw invalid('cursor: is not one that this relay gave', 422);
  return { cursor: cursor || undefined, limit: Math.min(limit, LONGEST_PAGE) };
}
