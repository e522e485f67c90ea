/**
 * The one place where access is decided. A route says who may call it, and its handler receives the proof: a handler
 * of a project's route cannot be reached, or even written, without a `Member`.
 *
 * app.ts mounts every `Route` through `guarded`; the access test walks the same table.
 */
import type { Request, RequestHandler, Response } from 'express';
import { isOid, isProjectId, type Oid, type ProjectId } from '../../shared/ids.ts';
import { type Role, relayRoutes } from '../../shared/wire/relay.ts';
import type { RelayContext } from '../context.ts';
import type { Member, Project, User } from '../db/db.ts';
import { denied, notFound, pathPart, unauthenticated, WrongSecret } from '../http/http.ts';
import { hashSecret, sentToken, userOf, userOfToken } from './auth.ts';
import { isCapability, readCapability } from './capability.ts';
import { reaches } from './roles.ts';

export interface Call {
  readonly relay: RelayContext;
  readonly request: Request;
  readonly response: Response;
}

/** An asset that the caller may read, or write. */
export interface AssetGrant {
  readonly projectId: ProjectId;
  readonly oid: Oid;
  /** Bytes that the asset must have, where the grant says so. */
  readonly size?: number;
}

/** Someone who may see a project's releases; drafts only as a member. */
export interface Reader {
  readonly project: Project;
  readonly member?: Member;
}

type Handler<Proof> = (call: Call & Proof) => void | Promise<void>;

export type Route = {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** Express pattern. With `:project` for all but the first two kinds of access, with `:oid` for assets. */
  readonly path: string;
} & (
  | { readonly access: 'anyone'; readonly handle: Handler<unknown> }
  | { readonly access: 'user'; readonly handle: Handler<{ readonly user: User }> }
  /** A member with at least this role. */
  | { readonly access: Role; readonly handle: Handler<{ readonly member: Member }> }
  /** A member; where the owner made the releases public, everyone. */
  | { readonly access: 'reader'; readonly handle: Handler<{ readonly reader: Reader }> }
  /** A capability for this asset, or a member who may read (or write) the project. */
  | {
      readonly access: 'asset-read' | 'asset-write';
      readonly handle: Handler<{ readonly asset: AssetGrant }>;
    }
);

/** @throws RelayError 403 when the member's role does not reach so far */
export function requireRole(member: Member, role: Role): void {
  if (!reaches(member.role, role))
    throw denied(
      role === 'owner'
        ? "Only the project's owner may do this."
        : 'You may read this project, but not change it. Ask its owner for the role of editor.',
    );
}

/** @throws RelayError 404 alike for a project that is not there and for one of others */
export function memberOf(relay: RelayContext, user: User, project: string): Member {
  const member = isProjectId(project) ? relay.db.projects.member(project, user) : undefined;
  if (member === undefined) throw notFound();
  return member;
}

function requireUser(call: Call): User {
  const user = userOf(call.relay, call.request);
  if (user === undefined) throw unauthenticated();
  return user;
}

function requireMember(call: Call, role: Role): Member {
  const member = memberOf(call.relay, requireUser(call), pathPart(call.request, 'project'));
  requireRole(member, role);
  return member;
}

function requireReader({ relay, request }: Call): Reader {
  const user = userOf(relay, request);
  const id = pathPart(request, 'project');
  const project = isProjectId(id) ? relay.db.projects.find(id) : undefined;
  const member = user && project && relay.db.projects.member(project.id, user);
  if (project && member) return { project, member };
  if (project && relay.db.releases.audience(project.id) === 'public') return { project };
  throw user === undefined ? unauthenticated() : notFound();
}

function requireAsset(call: Call, access: 'asset-read' | 'asset-write'): AssetGrant {
  const { relay, request } = call;
  const token = sentToken(request);
  if (token === undefined) throw unauthenticated();
  const project = pathPart(request, 'project');
  const oid = pathPart(request, 'oid');
  if (!isCapability(token)) {
    const member = memberOf(relay, userOfToken(relay, token), project);
    requireRole(member, access === 'asset-read' ? 'viewer' : 'editor');
    if (!isOid(oid)) throw notFound();
    return { projectId: member.project.id, oid };
  }
  const granted = readCapability(relay.folder.key, token);
  const operation = access === 'asset-read' ? 'download' : 'upload';
  if (granted?.operation !== operation || granted.project !== project || granted.oid !== oid)
    throw denied('This link has expired, or is for something else. Ask for a new one and try again.');
  if (!isProjectId(project) || !isOid(oid)) throw notFound();
  return { projectId: project, oid, size: granted.size };
}

/** They ask for no token of ours; GitHub's address must not be locked out for what others had it send. */
const WITHOUT_TOKENS: ReadonlySet<string> = new Set([relayRoutes.health, relayRoutes.githubHook]);

export const guarded =
  (relay: RelayContext, route: Route): RequestHandler =>
  async (request, response) => {
    response.locals.route = route.path;
    const running = admitted({ relay, request, response }, route);
    relay.running.add(running);
    try {
      await running;
    } finally {
      relay.running.delete(running);
    }
  };

/** Counts the request, and each wrong secret, against the address it comes from. */
async function admitted(call: Call, route: Route): Promise<void> {
  const { throttle, callers } = call.relay;
  const { address } = callers.of(call.request);
  const token = sentToken(call.request);
  // What a batch allowed was counted there: an LFS client moves thousands of small objects in a minute.
  const isTransfer = token !== undefined && isCapability(token) && route.access.startsWith('asset-');
  if (!isTransfer) throttle.request(address);
  const hash = token === undefined || isTransfer ? undefined : hashSecret(token);
  if (!isTransfer && !WITHOUT_TOKENS.has(route.path)) throttle.beforeSecret(address, hash);
  try {
    await authorised(call, route);
  } catch (error) {
    if (error instanceof WrongSecret) throttle.wrongSecret(address);
    throw error;
  }
}

async function authorised(call: Call, route: Route): Promise<void> {
  switch (route.access) {
    case 'anyone':
      return route.handle(call);
    case 'user':
      return route.handle({ ...call, user: requireUser(call) });
    case 'reader':
      return route.handle({ ...call, reader: requireReader(call) });
    case 'asset-read':
    case 'asset-write':
      return route.handle({ ...call, asset: requireAsset(call, route.access) });
    default:
      return route.handle({ ...call, member: requireMember(call, route.access) });
  }
}
