/** A typed client of the relay's HTTP API. Every answer is checked against the schemas of shared/wire/relay.ts. */
import { z } from 'zod';
import { concat, text } from '../shared/bytes.ts';
import { type ErrorCode, SyncError, throwIfAborted } from '../shared/errors.ts';
import type { ProjectId } from '../shared/ids.ts';
import type { CallOptions } from '../shared/progress.ts';
import type { ProjectChange } from '../shared/types.ts';
import { type LeaseInfo, type LeaseRequest, leaseInfo } from '../shared/wire/formIds.ts';
import {
  type AcceptInviteAnswer,
  acceptInviteAnswer,
  type CreateProjectRequest,
  type FollowInfo,
  type FollowRequest,
  failure,
  followInfo,
  type InviteInfo,
  inviteInfo,
  type MadeFollow,
  type MemberInfo,
  madeFollow,
  memberInfo,
  type ProjectInfo,
  projectInfo,
  publishedChange,
  relayRoutes,
  type WhoAmI,
  whoAmI,
} from '../shared/wire/relay.ts';
import {
  type Audience,
  audienceRequest,
  type ReleaseInfo,
  type ReleaseList,
  releaseInfo,
  releaseList,
  type SaveReleaseRequest,
} from '../shared/wire/releases.ts';

export interface RelayApiOptions {
  /** `http://127.0.0.1:7460`. */
  readonly origin: string;
  /** Asked before each request, so that a login takes effect at once. */
  readonly token?: () => Promise<string | undefined>;
  readonly fetch?: typeof fetch;
  /** Milliseconds for one answer. Default: half a minute. */
  readonly timeoutMs?: number;
}

/**
 * Errors of every call: `BACKEND_CONNECTION_FAILED`, `REMOTE_PROTOCOL` (not a relay), `ACCESS_DENIED`, `NOT_FOUND`,
 * `INVALID_INPUT`, `RATE_LIMITED`, `NO_SPACE`, `ABORTED`.
 */
export interface RelayApi {
  readonly origin: string;
  /** A relay of ours answers at this address. */
  isRelay(options?: CallOptions): Promise<boolean>;
  whoAmI(options?: CallOptions): Promise<WhoAmI>;
  projects(options?: CallOptions): Promise<ProjectInfo[]>;
  /** A project that is the caller's already is a success. @throws SyncError `PROJECT_EXISTS` when it is another's */
  createProject(project: CreateProjectRequest, options?: CallOptions): Promise<ProjectInfo>;
  project(id: ProjectId, options?: CallOptions): Promise<ProjectInfo>;
  createInvite(id: ProjectId, options?: CallOptions): Promise<InviteInfo>;
  /** The token it answers is shown this once: keep it. @throws SyncError `INVALID_INVITE` */
  acceptInvite(code: string, name: string, options?: CallOptions): Promise<AcceptInviteAnswer>;
  members(id: ProjectId, options?: CallOptions): Promise<MemberInfo[]>;
  /** Follows a repository at GitHub: the secret is for GitHub, the key for the members. New ones with each call. */
  follow(id: ProjectId, request: FollowRequest, options?: CallOptions): Promise<MadeFollow>;
  /** @throws SyncError `NOT_FOUND` when it follows nothing */
  followed(id: ProjectId, options?: CallOptions): Promise<FollowInfo>;
  /** @throws SyncError `NOT_FOUND` when it follows nothing */
  unfollow(id: ProjectId, options?: CallOptions): Promise<void>;
  /** Only messages: hints of pushes and tags are the relay's own. */
  publishChange(change: ProjectChange, options?: CallOptions): Promise<{ readonly cursor: number }>;
  /** Drafts too. */
  releases(id: ProjectId, options?: CallOptions): Promise<ReleaseList>;
  /** @throws SyncError `RELEASE_REFUSED` when another one of this tag is out */
  saveRelease(id: ProjectId, release: SaveReleaseRequest, options?: CallOptions): Promise<ReleaseInfo>;
  /** @throws SyncError `RELEASE_REFUSED` when it is not whole */
  setReleaseDraft(id: ProjectId, tag: string, draft: boolean, options?: CallOptions): Promise<ReleaseInfo>;
  setReleaseAudience(id: ProjectId, audience: Audience, options?: CallOptions): Promise<void>;
  /** The same `leaseId` again answers the same lease. @throws SyncError `NOT_FOUND` of a relay that knows no leases */
  leaseFormIds(
    id: ProjectId,
    leaseId: string,
    request: LeaseRequest,
    options?: CallOptions,
  ): Promise<LeaseInfo>;
  formIdLeases(id: ProjectId, plugin: string, options?: CallOptions): Promise<LeaseInfo[]>;
  /** @throws SyncError `NOT_FOUND` when there is none */
  releaseFormIds(id: ProjectId, leaseId: string, options?: CallOptions): Promise<void>;
}

const TIMEOUT_MS = 30_000;
/** Most bytes of an answer that are read. */
const LARGEST_ANSWER = 8 << 20;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** What a relay may tell of; any other code is an answer that this version does not understand. */
const RELAY_CODES: ReadonlySet<string> = new Set<ErrorCode>([
  'ACCESS_DENIED',
  'INTERNAL',
  'INVALID_ID',
  'INVALID_INPUT',
  'INVALID_INVITE',
  'NOT_FOUND',
  'NO_SPACE',
  'PROJECT_EXISTS',
  'RATE_LIMITED',
  'RELEASE_REFUSED',
]);
const isRelayCode = (code: string): code is ErrorCode => RELAY_CODES.has(code);

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

const health = z.object({ status: z.string() });

export function relayApi(options: RelayApiOptions): RelayApi {
  const origin = options.origin.replace(/\/+$/, '');
  const send = options.fetch ?? fetch;

  async function exchange(
    method: Method,
    path: string,
    { signal }: CallOptions,
    body?: unknown,
  ): Promise<{ status: number; json: unknown }> {
    throwIfAborted(signal);
    const headers = new Headers({ accept: 'application/json' });
    const token = await options.token?.();
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    if (body !== undefined) headers.set('content-type', 'application/json');
    const deadline = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
    try {
      const response = await send(origin + path, {
        method,
        headers,
        // following one would carry the token to who knows where
        redirect: 'manual',
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (REDIRECTS.has(response.status)) throw redirected(origin, response.headers.get('location'));
      return { status: response.status, json: parsedJson(await readText(response)) };
    } catch (error) {
      throwIfAborted(signal);
      if (error instanceof SyncError) throw error;
      throw connectionFailed(origin, deadline.aborted ? new Error('no answer in time') : error);
    }
  }

  async function call<T>(
    schema: z.ZodType<T>,
    method: Method,
    path: string,
    callOptions: CallOptions = {},
    body?: unknown,
  ): Promise<T> {
    const { status, json } = await exchange(method, path, callOptions, body);
    const answer = z.object({ success: z.literal(true), data: schema }).safeParse(json);
    if (answer.success) return answer.data.data;
    throw refusal(origin, status, json);
  }

  return {
    origin,
    isRelay: async (callOptions = {}) => {
      const { status, json } = await exchange('GET', relayRoutes.health, callOptions);
      return status === 200 && health.safeParse(json).success;
    },
    whoAmI: (callOptions) => call(whoAmI, 'GET', relayRoutes.whoAmI, callOptions),
    projects: (callOptions) => call(z.array(projectInfo), 'GET', relayRoutes.projects, callOptions),
    createProject: (project, callOptions) =>
      call(projectInfo, 'POST', relayRoutes.projects, callOptions, project),
    project: (id, callOptions) => call(projectInfo, 'GET', relayRoutes.project(id), callOptions),
    createInvite: (id, callOptions) => call(inviteInfo, 'POST', relayRoutes.invites(id), callOptions, {}),
    acceptInvite: (code, name, callOptions) =>
      call(acceptInviteAnswer, 'POST', relayRoutes.acceptInvite, callOptions, { code, name }),
    members: (id, callOptions) => call(z.array(memberInfo), 'GET', relayRoutes.members(id), callOptions),
    follow: (id, request, callOptions) =>
      call(madeFollow, 'PUT', relayRoutes.follow(id), callOptions, request),
    followed: (id, callOptions) => call(followInfo, 'GET', relayRoutes.follow(id), callOptions),
    unfollow: async (id, callOptions) => {
      await call(z.object({}), 'DELETE', relayRoutes.follow(id), callOptions);
    },
    publishChange: (change, callOptions) =>
      call(publishedChange, 'POST', relayRoutes.changes(change.projectId), callOptions, change),
    releases: (id, callOptions) => call(releaseList, 'GET', relayRoutes.releases(id), callOptions),
    saveRelease: (id, release, callOptions) =>
      call(releaseInfo, 'POST', relayRoutes.releases(id), callOptions, release),
    setReleaseDraft: (id, tag, draft, callOptions) =>
      call(releaseInfo, 'POST', relayRoutes.releaseDraft(id, tag), callOptions, { draft }),
    setReleaseAudience: async (id, audience, callOptions) =>
      void (await call(audienceRequest, 'POST', relayRoutes.releaseAudience(id), callOptions, { audience })),
    leaseFormIds: (id, leaseId, request, callOptions) =>
      call(leaseInfo, 'PUT', relayRoutes.formIdLease(id, leaseId), callOptions, request),
    formIdLeases: (id, plugin, callOptions) =>
      call(
        z.array(leaseInfo),
        'GET',
        `${relayRoutes.formIds(id)}?plugin=${encodeURIComponent(plugin)}`,
        callOptions,
      ),
    releaseFormIds: async (id, leaseId, callOptions) =>
      void (await call(leaseInfo, 'DELETE', relayRoutes.formIdLease(id, leaseId), callOptions)),
  };
}

export interface ParsedInvite {
  /** Of the relay. */
  readonly origin: string;
  readonly code: string;
}

/** An invite is the URL of the relay's join page. @throws SyncError `INVALID_INVITE` */
export function parseInvite(invite: string): ParsedInvite {
  const typed = invite.trim();
  const parsed = URL.canParse(typed) ? new URL(typed) : undefined;
  const code = parsed && /^\/join\/([\w-]{8,200})\/?$/.exec(parsed.pathname)?.[1];
  if (!parsed || !code || !/^https?:$/.test(parsed.protocol))
    throw new SyncError(
      'INVALID_INVITE',
      'This is not an invite. It looks like https://relay.example/join/CODE; "modsync share" prints one. A project that you are in already is cloned: modsync clone URL',
    );
  return { origin: parsed.origin, code };
}

function parsedJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

async function readText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  // lib.dom does not know yet that Node's body, and every recent browser's, can be iterated
  const body = response.body as AsyncIterable<Uint8Array> | null;
  if (body === null) return '';
  for await (const part of body) {
    length += part.length;
    if (length > LARGEST_ANSWER) throw new Error('the answer is too long');
    parts.push(part);
  }
  return text(concat(parts));
}

/** Another machine's words, made harmless for a terminal and short. */
const clean = (words: string) =>
  words
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, 500);

function redirected(origin: string, location: string | null): SyncError {
  const to =
    location !== null && URL.canParse(location, origin) ? new URL(location, origin).origin : undefined;
  const named = to === undefined || to === origin ? 'another address' : to;
  return new SyncError(
    'REMOTE_PROTOCOL',
    `${origin} sends you to ${named}: use that address, if you trust it.`,
    {
      data: { origin },
    },
  );
}

/** What an answer other than a success means. */
export function refusal(origin: string, status: number, json: unknown): SyncError {
  const data = { origin, status };
  const told = failure.safeParse(json);
  if (told.success) {
    const { code, message } = told.data.error;
    if (isRelayCode(code)) return new SyncError(code, clean(message), { data });
    return new SyncError('REMOTE_PROTOCOL', `The relay refused (${clean(code)}): ${clean(message)}`, {
      data,
    });
  }
  if (status >= 500)
    return new SyncError(
      'BACKEND_CONNECTION_FAILED',
      `Backend connection failed: ${origin} answered ${status}. Try again in a while; its owner may have to look at its log.`,
      { data },
    );
  return new SyncError(
    'REMOTE_PROTOCOL',
    `${origin} does not answer as a modsync relay does (HTTP ${status}). Check the address; one is started with "modsync serve".`,
    { data },
  );
}

/** What `fetch` throws says little itself; its cause has the system's code. */
export function connectionFailed(origin: string, error: unknown): SyncError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const words = code || (cause instanceof Error ? cause.message : String(cause));
  return new SyncError(
    'BACKEND_CONNECTION_FAILED',
    `Backend connection failed: ${origin} cannot be reached (${clean(words)}). Check the address and the network, and that the relay runs: modsync serve`,
    { data: { origin, retryable: true }, cause: error },
  );
}
