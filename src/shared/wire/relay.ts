/** What the relay's HTTP API takes and answers, for both of its sides. Paths are in `relayRoutes`. */
import { z } from 'zod';
import { isObjectId, isOid, isProjectId } from '../ids.ts';

const projectId = z
  .string()
  .refine(isProjectId, { error: 'is not a project id: 3 to 64 of a-z, 0-9 and "-"' });
const objectId = z.string().refine(isObjectId, { error: 'is not a Git object id: 40 lowercase hex digits' });
export const oid = z.string().refine(isOid, { error: 'is not a SHA-256: 64 lowercase hex digits' });
const displayName = z.string().trim().min(1).max(100);
const branch = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\s~^:?*[\\]+$/);

/** Git is served at `/<projectId>.git`, LFS below it at `info/lfs`, as stock clients expect. */
export const relayRoutes = {
  health: '/healthz',
  ready: '/readyz',
  metrics: '/metrics',
  whoAmI: '/api/whoami',
  projects: '/api/projects',
  project: (id: string) => `/api/projects/${id}`,
  invites: (id: string) => `/api/projects/${id}/invites`,
  members: (id: string) => `/api/projects/${id}/members`,
  changes: (id: string) => `/api/projects/${id}/changes`,
  /** WebSocket; the first message is a `FeedHello`. */
  feed: (id: string) => `/api/projects/${id}/feed`,
  /** Server-sent events, `Last-Event-ID` or `?cursor=`. */
  events: (id: string) => `/api/projects/${id}/events`,
  acceptInvite: '/api/invites/accept',
  /** What the project follows at GitHub. */
  follow: (id: string) => `/api/projects/${id}/github`,
  /** GitHub's webhooks; `?project=` names the project that follows. */
  githubHook: '/hooks/github',
  /** A page for a person with a browser; its URL is the invite that `share` prints. */
  join: (code: string) => `/join/${code}`,
  git: (id: string) => `/${id}.git`,
  lfsBatch: (id: string) => `/${id}.git/info/lfs/objects/batch`,
  sendBundle: (id: string) => `/${id}.git/info/lfs/objects/bundle/upload`,
  getBundle: (id: string) => `/${id}.git/info/lfs/objects/bundle/download`,
  lfsLocks: (id: string) => `/${id}.git/info/lfs/locks`,
  releases: (id: string) => `/api/projects/${id}/releases`,
  release: (id: string, tag: string) => `/api/projects/${id}/releases/${tag}`,
  releaseUpload: (id: string, tag: string, fileOid: string) =>
    `/api/projects/${id}/releases/${tag}/files/${fileOid}`,
  releaseDraft: (id: string, tag: string) => `/api/projects/${id}/releases/${tag}/draft`,
  releaseAudience: (id: string) => `/api/projects/${id}/audience`,
  /** Leases of object ids, `?plugin=` says of which. */
  formIds: (id: string) => `/api/projects/${id}/formids`,
  formIdLease: (id: string, lease: string) => `/api/projects/${id}/formids/${lease}`,
  /** Pages for players, and what they download. */
  releasesPage: (id: string) => `/releases/${id}`,
  releasePage: (id: string, tag: string) => `/releases/${id}/${tag}`,
  releaseFile: (id: string, tag: string, fileOid: string, name: string) =>
    `/releases/${id}/${tag}/${fileOid}/${name}`,
  asset: (id: string, assetOid: string) => `/assets/${id}/${assetOid}`,
  verifyAsset: (id: string, assetOid: string) => `/assets/${id}/${assetOid}/verify`,
} as const;

export const role = z.enum(['owner', 'editor', 'viewer']);
export type Role = z.infer<typeof role>;

export const createProjectRequest = z.object({
  projectId,
  name: displayName,
  defaultBranch: branch.default('main'),
});
export type CreateProjectRequest = z.infer<typeof createProjectRequest>;

export const projectInfo = z.object({
  projectId,
  name: displayName,
  defaultBranch: branch,
  gitUrl: z.url(),
  role,
});
export type ProjectInfo = z.infer<typeof projectInfo>;

export const whoAmI = z.object({ name: displayName, userId: z.string(), mayCreateProjects: z.boolean() });
export type WhoAmI = z.infer<typeof whoAmI>;

export const memberInfo = z.object({ userId: z.string(), name: displayName, role });
export type MemberInfo = z.infer<typeof memberInfo>;

export const inviteInfo = z.object({ code: z.string(), url: z.url() });
export type InviteInfo = z.infer<typeof inviteInfo>;

export const acceptInviteRequest = z.object({ code: z.string().min(8).max(200), name: displayName });
/** `token` is shown this once; the relay keeps its hash. */
export const acceptInviteAnswer = z.object({ token: z.string(), project: projectInfo });
export type AcceptInviteAnswer = z.infer<typeof acceptInviteAnswer>;

export const repositoryName = z
  .string()
  .regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/, { error: 'is not OWNER/NAME' });
const followedRepository = z.object({
  /** Of GitHub's API. */
  server: z.url({ protocol: /^https?$/ }).max(300),
  name: repositoryName,
  id: z.int().positive(),
});
export const followRequest = z.object({ repository: followedRepository });
export type FollowRequest = z.infer<typeof followRequest>;

export const followInfo = z.object({
  repository: followedRepository,
  since: z.iso.datetime(),
  /** What GitHub told of last, a `ping` for one. */
  lastDelivery: z.object({ at: z.iso.datetime(), event: z.string() }).optional(),
});
export type FollowInfo = z.infer<typeof followInfo>;

/** `secret` is for GitHub, which signs with it; `key` lets whoever has it follow the feed. Both are shown this once. */
export const madeFollow = z.object({ hookUrl: z.url(), secret: z.string(), key: z.string() });
export type MadeFollow = z.infer<typeof madeFollow>;

const changedPath = z.object({ path: z.string(), kind: z.enum(['added', 'modified', 'deleted']) });

/** `ProjectChange` of shared/types.ts. */
export const projectChange = z.object({
  changeId: z.string().min(1).max(100),
  projectId,
  kind: z.enum(['push', 'tag', 'message', 'lock', 'people']),
  author: z.string().max(200),
  timestamp: z.iso.datetime(),
  origin: z.string().max(100).optional(),
  ref: z.string().max(300).optional(),
  commitId: objectId.optional(),
  previousCommitId: objectId.optional(),
  paths: z.array(changedPath).max(1000).optional(),
  pathsTruncated: z.boolean().optional(),
  message: z.string().max(10_000).optional(),
});

/** Of a published change: its place in the feed. */
export const publishedChange = z.object({ cursor: z.int() });

export const feedHello = z.object({
  type: z.literal('hello'),
  token: z.string(),
  cursor: z.int().min(0).optional(),
  /** Counts this device as present, and asks who else is. */
  presence: z
    .object({
      device: z.string().min(1).max(100),
      /** Of whom the relay does not know: a follower with a project's key. */
      name: displayName.optional(),
    })
    .optional(),
});
export type FeedHello = z.infer<typeof feedHello>;

/** After a hello with presence: what the person has open, told to the others and kept nowhere. No path: nothing. */
export const feedAt = z.object({ type: z.literal('at'), path: z.string().min(1).max(1000).optional() });
export type FeedAt = z.infer<typeof feedAt>;

/** Someone who follows a project at the moment, and on which devices. */
export const presentPerson = z.object({
  name: z.string(),
  since: z.iso.datetime(),
  devices: z.array(z.string()),
  /** Paths that they have open, where they say so. */
  at: z.array(z.string()).optional(),
});
export type PresentPerson = z.infer<typeof presentPerson>;

/** `ready` carries the newest cursor, after the replay. `presence` comes only to those who asked for it. `error` is the last message before the relay closes. */
export const feedMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), cursor: z.int() }),
  z.object({ type: z.literal('change'), cursor: z.int(), change: projectChange }),
  z.object({ type: z.literal('presence'), people: z.array(presentPerson) }),
  z.object({ type: z.literal('error'), code: z.string(), message: z.string() }),
]);
export type FeedMessage = z.infer<typeof feedMessage>;

/** Names the device that pushes, so that its own hint can be dropped when it comes back. */
export const ORIGIN_HEADER = 'modsync-origin';

export const success = <T>(data: T) => ({ success: true as const, data });
export const failure = z.object({
  success: z.literal(false),
  error: z.object({ code: z.string(), message: z.string() }),
});
