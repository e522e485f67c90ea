import { a as boolean, b as url, c as int, f as object, h as string, i as array, l as literal, n as _enum, s as discriminatedUnion } from "./schemas-BxumLJnB.js";
import { t as datetime } from "./iso-DWQ5Uzax.js";
import { n as isOid, r as isProjectId, t as isObjectId } from "./ids-DsdmpKNc.js";

// ../../work/h/me/dist/shared/wire/relay.js
/** What the relay's HTTP API takes and answers, for both of its sides. Paths are in `relayRoutes`. */
const projectId = string().refine(isProjectId, { error: "is not a project id: 3 to 64 of a-z, 0-9 and \"-\"" });
const objectId = string().refine(isObjectId, { error: "is not a Git object id: 40 lowercase hex digits" });
const oid = string().refine(isOid, { error: "is not a SHA-256: 64 lowercase hex digits" });
const displayName = string().trim().min(1).max(100);
const branch = string().min(1).max(200).regex(/^[^\s~^:?*[\\]+$/);
/** Git is served at `/<projectId>.git`, LFS below it at `info/lfs`, as stock clients expect. */
const relayRoutes = {
	health: "/healthz",
	ready: "/readyz",
	metrics: "/metrics",
	whoAmI: "/api/whoami",
	projects: "/api/projects",
	project: (id) => `/api/projects/${id}`,
	invites: (id) => `/api/projects/${id}/invites`,
	members: (id) => `/api/projects/${id}/members`,
	changes: (id) => `/api/projects/${id}/changes`,
	/** WebSocket; the first message is a `FeedHello`. */
	feed: (id) => `/api/projects/${id}/feed`,
	/** Server-sent events, `Last-Event-ID` or `?cursor=`. */
	events: (id) => `/api/projects/${id}/events`,
	acceptInvite: "/api/invites/accept",
	/** A page for a person with a browser; its URL is the invite that `share` prints. */
	join: (code) => `/join/${code}`,
	git: (id) => `/${id}.git`,
	lfsBatch: (id) => `/${id}.git/info/lfs/objects/batch`,
	sendBundle: (id) => `/${id}.git/info/lfs/objects/bundle/upload`,
	getBundle: (id) => `/${id}.git/info/lfs/objects/bundle/download`,
	lfsLocks: (id) => `/${id}.git/info/lfs/locks`,
	asset: (id, assetOid) => `/assets/${id}/${assetOid}`,
	verifyAsset: (id, assetOid) => `/assets/${id}/${assetOid}/verify`
};
const role = _enum([
	"owner",
	"editor",
	"viewer"
]);
const createProjectRequest = object({
	projectId,
	name: displayName,
	defaultBranch: branch.default("main")
});
const projectInfo = object({
	projectId,
	name: displayName,
	defaultBranch: branch,
	gitUrl: url(),
	role
});
const whoAmI = object({
	name: displayName,
	userId: string(),
	mayCreateProjects: boolean()
});
const memberInfo = object({
	userId: string(),
	name: displayName,
	role
});
const inviteInfo = object({
	code: string(),
	url: url()
});
const acceptInviteRequest = object({
	code: string().min(8).max(200),
	name: displayName
});
/** `token` is shown this once; the relay keeps its hash. */
const acceptInviteAnswer = object({
	token: string(),
	project: projectInfo
});
const changedPath = object({
	path: string(),
	kind: _enum([
		"added",
		"modified",
		"deleted"
	])
});
/** `ProjectChange` of shared/types.ts. */
const projectChange = object({
	changeId: string().min(1).max(100),
	projectId,
	kind: _enum([
		"push",
		"tag",
		"message",
		"lock"
	]),
	author: string().max(200),
	timestamp: datetime(),
	origin: string().max(100).optional(),
	ref: string().max(300).optional(),
	commitId: objectId.optional(),
	previousCommitId: objectId.optional(),
	paths: array(changedPath).max(1e3).optional(),
	pathsTruncated: boolean().optional(),
	message: string().max(1e4).optional()
});
/** Of a published change: its place in the feed. */
const publishedChange = object({ cursor: int() });
const feedHello = object({
	type: literal("hello"),
	token: string(),
	cursor: int().min(0).optional()
});
/** `ready` carries the newest cursor, after the replay. `error` is the last message before the relay closes. */
const feedMessage = discriminatedUnion("type", [
	object({
		type: literal("ready"),
		cursor: int()
	}),
	object({
		type: literal("change"),
		cursor: int(),
		change: projectChange
	}),
	object({
		type: literal("error"),
		code: string(),
		message: string()
	})
]);
/** Names the device that pushes, so that its own hint can be dropped when it comes back. */
const ORIGIN_HEADER = "modsync-origin";
const success = (data) => ({
	success: true,
	data
});
const failure = object({
	success: literal(false),
	error: object({
		code: string(),
		message: string()
	})
});

export { failure as a, inviteInfo as c, projectInfo as d, publishedChange as f, whoAmI as h, createProjectRequest as i, memberInfo as l, success as m, acceptInviteAnswer as n, feedHello as o, relayRoutes as p, acceptInviteRequest as r, feedMessage as s, ORIGIN_HEADER as t, projectChange as u };