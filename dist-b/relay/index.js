import { r as hasCode, t as SyncError } from "../chunks/errors-CKzV5trQ.js";
import { S as NEVER, _ as tuple, b as url, c as int, d as number, h as string, i as array, m as strictObject, n as _enum, v as union } from "../chunks/schemas-BxumLJnB.js";
import { t as parseSize } from "../chunks/sizes-4zYUFLHM.js";
import { _ as readBundle, a as bundleRequest, f as verifyLocksRequest, g as bundleHead, h as BUNDLE_TRANSFER, l as lockRequest, m as BUNDLE_MEDIA_TYPE, n as batchRequest, o as lfsObject, p as BUNDLED_ASSET, t as LFS_MEDIA_TYPE, u as unlockRequest } from "../chunks/lfs-CatXzQzj.js";
import { n as isOid, r as isProjectId, t as isObjectId } from "../chunks/ids-DsdmpKNc.js";
import { i as createProjectRequest, m as success, o as feedHello, p as relayRoutes, r as acceptInviteRequest, t as ORIGIN_HEADER, u as projectChange } from "../chunks/relay-C9Y_RNf1.js";
import { n as findProgram } from "../chunks/node-BeDrjqbm.js";
import { createRequire } from "node:module";
import { createHash, createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { createGunzip } from "node:zlib";
import { closeSync, existsSync, fsync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { access, mkdir, open, readFile, readdir, rename, rm, stat, statfs, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { spawn } from "node:child_process";
import { BlockList, isIP } from "node:net";
import { pino } from "pino";
import express from "express";
import helmet from "helmet";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import { WebSocketServer } from "ws";
import { createServer as createServer$1 } from "node:http";
import { createServer as createServer$2 } from "node:https";

// ../../work/h/me/dist/relay/http/callers.js
const LOOPBACK = ["127.0.0.0/8", "::1/128"];
/** Addresses and networks as people write them: `10.0.0.0/8`, `::1`, `loopback`. @throws SyncError `INVALID_CONFIG` */
function addressList(entries) {
	const list = new BlockList();
	for (const entry of entries.flatMap((text) => text === "loopback" ? LOOPBACK : [text])) {
		const [address = "", bits] = entry.split("/");
		const family = isIP(address);
		const longest = family === 6 ? 128 : 32;
		if (family === 0 || bits !== void 0 && !(/^\d+$/.test(bits) && Number(bits) <= longest)) throw new SyncError("INVALID_CONFIG", `"${entry}" is no address or network, such as 10.0.0.0/8 or ::1.`);
		list.addSubnet(address, Number(bits ?? longest), family === 6 ? "ipv6" : "ipv4");
	}
	return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}
/** An IPv4 address that came in over an IPv6 socket is the IPv4 address. */
const plainAddress = (address) => (address ?? "").replace(/^::ffff:(?=\d+\.)/, "");
var Callers = class {
	isTrusted;
	constructor(trustedProxies) {
		this.isTrusted = addressList(trustedProxies);
	}
	of(request) {
		const { headers, socket } = request;
		const own = plainAddress(socket.remoteAddress);
		const scheme = "encrypted" in socket && socket.encrypted === true ? "https" : "http";
		if (!this.isTrusted(own)) return {
			address: grouped(own),
			scheme,
			host: headers.host
		};
		const proto = last(headers["x-forwarded-proto"]);
		return {
			address: grouped(this.#forwarded(own, headers["x-forwarded-for"])),
			scheme: proto === "https" || proto === "http" ? proto : scheme,
			host: last(headers["x-forwarded-host"]) ?? headers.host
		};
	}
	/** Each proxy appended whom it heard from: read from the end, the first that is not one of ours. */
	#forwarded(own, header) {
		let address = own;
		for (const hop of String(header ?? "").split(",").reverse()) {
			const next = plainAddress(hop.trim());
			if (!this.isTrusted(address) || isIP(next) === 0) break;
			address = next;
		}
		return address;
	}
};
const last = (header) => String(header ?? "").split(",").at(-1)?.trim() || void 0;
function grouped(address) {
	if (isIP(address) !== 6) return address;
	const [head = "", tail] = address.split("::", 2);
	const start = head === "" ? [] : head.split(":");
	const end = tail === void 0 || tail === "" ? [] : tail.split(":");
	const zeros = Array(Math.max(0, 8 - start.length - end.length)).fill("0");
	return `${[
		...start,
		...zeros,
		...end
	].slice(0, 4).join(":")}::/64`;
}

// ../../work/h/me/dist/relay/limits.js
/** The bounds that the relay keeps to. Each has a default that suits a team on one machine; all can be configured. */
const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const defaultLimits = {
	/** Bytes of a JSON body. */
	json: 2 * MIB,
	/** Bytes of a push (packed, and its commands). */
	push: 4 * GIB,
	/** Bytes of a fetch request: what a client wants and has. */
	fetchRequest: 64 * MIB,
	/** Bytes of one asset. */
	asset: 64 * GIB,
	/** Bytes that a project may keep here, history and assets; 0: as many as there is room for. */
	projectBytes: 0,
	/** Bytes of the disk that are left free: nothing is taken in when there are fewer. */
	freeBytes: 256 * MIB,
	/** Objects in one LFS batch. */
	batchObjects: 1e3,
	/** Bytes of a bundle of small assets, either way. */
	bundle: 64 * MIB,
	/** Paths that one hint lists. */
	changedPaths: 500,
	/** Requests that one address may make in a minute; transfers of assets that a batch allowed are not counted. */
	requestsPerMinute: 6e3,
	/** Wrong tokens and invite codes from one address in a minute; whoever tries more has to wait. */
	guessesPerMinute: 30,
	/** Connections at once, in all. */
	connections: 1e4,
	/** Connections at once from one address; those of a trusted proxy are not counted. */
	connectionsPerAddress: 2e3,
	/** Followers of one project's feed at once. */
	followersPerProject: 5e3,
	/** Processes of git at once; more wait for their turn. */
	gitAtOnce: 64,
	/** Bytes that wait for a slow reader of the feed before it is cut off. */
	feedBacklog: MIB,
	/** Events of a project's feed that are kept, at least; older ones go after `eventDays`. */
	eventsKept: 1e4,
	/** Days after which events may go. */
	eventDays: 90,
	/** Milliseconds for a feed's first message. */
	feedHelloMs: 1e4,
	heartbeatMs: 25e3,
	/** Milliseconds without a byte on a connection before it is closed. */
	idleMs: 3e5,
	/** Milliseconds that running requests get when the relay closes. */
	shutdownMs: 1e4,
	/** Seconds that an LFS action can be used. */
	capabilitySeconds: 3600
};

// ../../work/h/me/dist/relay/operate/config.js
/**
* How a relay is set up: a JSON file, the environment, and what was said on the command line, each over the one
* before it. Pure but for reading the file.
*/
const LOG_LEVELS = [
	"silent",
	"error",
	"warn",
	"info",
	"debug"
];
const amount = union([number(), string()]).transform((said, context) => {
	const size = parseSize(said);
	if (size === void 0) context.addIssue({
		code: "custom",
		message: "is no number, or size such as \"10 GiB\""
	});
	return size ?? NEVER;
});
/** 0 means none, where that makes sense. */
const MAY_BE_ZERO = /* @__PURE__ */ new Set([
	"projectBytes",
	"freeBytes",
	"eventsKept"
]);
const limits = strictObject(Object.fromEntries(Object.keys(defaultLimits).map((name) => [name, amount.refine((value) => value > 0 || MAY_BE_ZERO.has(name), { error: "is not above 0" }).optional()])));
const networks = array(string()).superRefine((entries, context) => {
	for (const entry of entries) try {
		addressList([entry]);
	} catch (error) {
		context.addIssue({
			code: "custom",
			message: error instanceof Error ? error.message : String(error)
		});
	}
});
const settings$1 = strictObject({
	data: string().min(1).optional(),
	host: string().min(1).optional(),
	port: int().min(0).max(65535).optional(),
	publicUrl: url({ protocol: /^https?$/ }).optional(),
	log: _enum(LOG_LEVELS).optional(),
	tls: strictObject({
		cert: string().min(1),
		key: string().min(1)
	}).optional(),
	trustedProxies: networks.optional(),
	metricsFor: networks.optional(),
	limits: limits.optional()
});
const list = (text) => text.split(",").map((entry) => entry.trim()).filter((entry) => entry !== "");
/** What the environment can say; a list has commas. */
const ENVIRONMENT = {
	MODSYNC_RELAY_CONFIG: void 0,
	MODSYNC_RELAY_DATA: (text) => ({ data: text }),
	MODSYNC_RELAY_HOST: (text) => ({ host: text }),
	MODSYNC_RELAY_PORT: (text) => ({ port: Number(text) }),
	MODSYNC_RELAY_PUBLIC_URL: (text) => ({ publicUrl: text }),
	MODSYNC_RELAY_LOG: (text) => ({ log: text }),
	MODSYNC_RELAY_TLS_CERT: (cert) => ({ tls: { cert } }),
	MODSYNC_RELAY_TLS_KEY: (key) => ({ tls: { key } }),
	MODSYNC_RELAY_TRUSTED_PROXIES: (text) => ({ trustedProxies: list(text) }),
	MODSYNC_RELAY_METRICS_FOR: (text) => ({ metricsFor: list(text) })
};
/**
* @param flags what the command line says: the names of the settings
* @throws SyncError `INVALID_CONFIG`, with every fault
*/
async function readConfig(configFile, environment, flags) {
	const path = configFile ?? environment.MODSYNC_RELAY_CONFIG;
	const parts = [
		path === void 0 ? {} : await readSettings(path),
		...Object.entries(ENVIRONMENT).flatMap(([name, read]) => {
			const text = environment[name];
			return read === void 0 || text === void 0 || text === "" ? [] : [read(text)];
		}),
		flags
	];
	const tls = Object.assign({}, ...parts.map((part) => part.tls));
	const { data, limits: bounds, ...rest } = parsed({
		...Object.assign({}, ...parts),
		...Object.keys(tls).length > 0 ? { tls } : {}
	}, "The relay cannot be set up like this");
	const options = Object.fromEntries(Object.entries({
		...rest,
		limits: bounds
	}).filter(([, value]) => value !== void 0));
	return {
		...data === void 0 ? {} : { data },
		options
	};
}
/** Paths in the file start from where the file is. */
async function readSettings(path) {
	let content;
	try {
		content = JSON.parse(await readFile(path, "utf8"));
	} catch (cause) {
		throw new SyncError("INVALID_CONFIG", `The relay's configuration ${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`, {
			data: { path },
			cause
		});
	}
	const file = parsed(content, path);
	const from = (name) => resolve(dirname(path), name);
	return {
		...file,
		...file.data === void 0 ? {} : { data: from(file.data) },
		...file.tls === void 0 ? {} : { tls: {
			cert: from(file.tls.cert),
			key: from(file.tls.key)
		} }
	};
}
function parsed(value, what) {
	const result = settings$1.safeParse(value);
	if (result.success) return result.data;
	const faults = result.error.issues.map(({ path, message }) => path.length === 0 ? message : `${path.join(".")}: ${message}`);
	throw new SyncError("INVALID_CONFIG", `${what}: ${faults.join("; ")}`, { data: { faults } });
}

// ../../work/h/me/dist/relay/http/http.js
/** A failure that the caller is told of: with this status, and with a message that gives nothing inner away. */
var RelayError = class extends SyncError {
	status;
	headers;
	constructor(status, code, message, options = {}) {
		super(code, message, options);
		this.status = status;
		this.headers = options.headers ?? {};
	}
};
/** The same words whether a project is not there or not theirs: a stranger cannot learn which exist. */
const notFound = () => new RelayError(404, "NOT_FOUND", "Nothing is here, or it is not yours to see.");
const invalid = (message, status = 400) => new RelayError(status, "INVALID_INPUT", message);
const denied = (message) => new RelayError(403, "ACCESS_DENIED", message);
/** A token or an invite code that nobody has: each of these is counted against the address it came from. */
var WrongSecret = class extends RelayError {};
/** @param seconds after which the caller may try again */
const tooMany = (seconds) => new RelayError(429, "RATE_LIMITED", `Too many requests from your address. Try again in ${seconds} seconds.`, { headers: { "Retry-After": String(seconds) } });
const CHALLENGE = "Basic realm=\"modsync\"";
const unauthenticated = () => new RelayError(401, "ACCESS_DENIED", "Sign in first: send the token that `modsync login` keeps.", { headers: {
	"WWW-Authenticate": CHALLENGE,
	"LFS-Authenticate": CHALLENGE
} });
/** Turns whatever was thrown into what may be said of it. */
function relayError(error) {
	if (error instanceof RelayError) return error;
	if (error instanceof SyncError && error.code === "NO_SPACE") return noSpace(error);
	if (error instanceof Error) {
		if ("code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT")) return noSpace(error);
		if ("status" in error && typeof error.status === "number" && error.status >= 400 && error.status < 500) return new RelayError(error.status, "INVALID_INPUT", error.status === 413 ? "The request is too large." : "The request could not be read.", { cause: error });
	}
	return new RelayError(500, "INTERNAL", "The relay failed. Its log says why, under this request id.", { cause: error });
}
const noSpace = (cause) => new RelayError(507, "NO_SPACE", "The relay's disk is full. Nothing was stored; what is there can be read.", { cause });
/** The last handler: git gets text (it prints it as `remote: …`), git-lfs its own shape, all others ours. */
const errorHandler = (log) => (thrown, request, response, _next) => {
	if (request.destroyed && !request.complete) {
		response.destroy();
		return;
	}
	if (!request.complete) request.resume();
	const error = relayError(thrown);
	if (error.status >= 500) log.error({
		request: response.locals.requestId,
		err: error.cause ?? error
	});
	if (response.headersSent) {
		response.destroy();
		return;
	}
	response.status(error.status).set(error.headers).set("Cache-Control", "no-store");
	const { path } = request;
	if (path.includes(".git/info/lfs/") || path.startsWith("/assets/")) response.type(LFS_MEDIA_TYPE).send(JSON.stringify({
		message: error.message,
		request_id: response.locals.requestId
	}));
	else if (path.includes(".git/")) response.type("text/plain").send(`${error.message}\n`);
	else response.json({
		success: false,
		error: {
			code: error.code,
			message: error.message
		}
	});
};
/** Reads bodies only where a route asks for one, so after the caller has been authorised. */
function jsonReader(limit) {
	const parse = express.json({
		limit,
		type: ["application/json", LFS_MEDIA_TYPE]
	});
	return async (request, response, schema, status = 400) => {
		await new Promise((resolve, reject) => {
			parse(request, response, (error) => error === void 0 ? resolve() : reject(error));
		});
		if (request.body === void 0) throw invalid("The body must be JSON, and Content-Type must say so.", 415);
		const parsed = schema.safeParse(request.body);
		if (parsed.success) return parsed.data;
		const faults = parsed.error.issues.map((issue) => issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`);
		throw invalid(faults.join("; "), status);
	};
}
/** A named part of the route's path; patterns here have no repeated parts. */
function pathPart(request, name) {
	const value = request.params[name];
	if (typeof value !== "string") throw notFound();
	return value;
}
function queryPart(request, name) {
	const value = request.query[name];
	return typeof value === "string" ? value : void 0;
}
/** What a `Host` may look like before it becomes part of a link. */
const HOST = /^[a-zA-Z0-9.-]+(:\d{1,5})?$|^\[[0-9a-fA-F:]+\](:\d{1,5})?$/;
/**
* Where the caller reaches this relay: the URL it was told it has, else the one the caller used, so that answers
* hold on every interface it listens on.
*/
const baseUrlOf = (publicUrl, callers, listening) => (request) => {
	if (publicUrl !== void 0) return publicUrl;
	const { scheme, host } = callers.of(request);
	return host !== void 0 && HOST.test(host) ? `${scheme}://${host}` : listening();
};

// ../../work/h/me/dist/relay/access/auth.js
/** Who is asking: tokens and invite codes, and how a request carries a token. */
const newToken = () => `ms_${randomBytes(32).toString("base64url")}`;
const newInviteCode = () => randomBytes(24).toString("base64url");
/**
* What is stored and looked up in place of a secret. The secrets are random and long, so one round of SHA-256
* suffices; and since an index finds the hash, the time of a comparison tells nothing about the secret.
*/
const hashSecret = (secret) => createHash("sha256").update(secret).digest("hex");
/** `Bearer TOKEN`, or `Basic` with the token as the password of any user name, as git and git-lfs send it. */
function sentToken(request) {
	const [scheme, value] = (request.headers.authorization ?? "").split(/ +/, 2);
	if (scheme === void 0 || value === void 0) return void 0;
	switch (scheme.toLowerCase()) {
		case "bearer": return value;
		case "basic": {
			const pair = Buffer.from(value, "base64").toString("utf8");
			return pair.slice(pair.indexOf(":") + 1);
		}
		default: return;
	}
}
/** @throws RelayError 403 when nobody has this token */
function userOfToken({ db, throttle }, token) {
	const hash = hashSecret(token);
	const user = db.people.userByToken(hash);
	if (user === void 0) throw new WrongSecret(403, "ACCESS_DENIED", "This token is not known here. Check that it is whole and of this relay (`modsync login URL`), or ask for an invite.");
	throttle.rightToken(hash);
	return user;
}
/** `undefined` when the request carries no credentials. @throws RelayError 403 when they are wrong */
function userOf$1(secrets, request) {
	const token = sentToken(request);
	return token === void 0 ? void 0 : userOfToken(secrets, token);
}

// ../../work/h/me/dist/relay/access/capability.js
/**
* What an LFS action carries in its header: the right to read or write one asset of one project for a while, signed
* by this relay, so that a transfer needs neither the user's token nor a look into the database.
*
* `msc_` payload `.` HMAC-SHA-256 of the payload, both base64url. The payload is a JSON array.
*/
const payload = tuple([
	_enum(["download", "upload"]),
	string(),
	string(),
	int(),
	int()
]);
const PREFIX = "msc_";
const isCapability = (token) => token.startsWith(PREFIX);
const mac = (key, body) => createHmac("sha256", key).update(body).digest();
function signCapability(key, capability, lifeSeconds) {
	const { operation, project, oid, size } = capability;
	const expires = Math.floor(Date.now() / 1e3) + lifeSeconds;
	const body = Buffer.from(JSON.stringify([
		operation,
		project,
		oid,
		size,
		expires
	])).toString("base64url");
	return `${PREFIX}${body}.${mac(key, body).toString("base64url")}`;
}
/** `undefined` when it was not signed here or has expired. */
function readCapability(key, token) {
	const [body = "", signature = ""] = token.slice(4).split(".", 2);
	const expected = mac(key, body);
	const given = Buffer.from(signature, "base64url");
	if (given.length !== expected.length || !timingSafeEqual(given, expected)) return void 0;
	const parsed = payload.safeParse(JSON.parse(Buffer.from(body, "base64url").toString("utf8")));
	if (!parsed.success) return void 0;
	const [operation, project, oid, size, expires] = parsed.data;
	return expires * 1e3 > Date.now() ? {
		operation,
		project,
		oid,
		size
	} : void 0;
}

// ../../work/h/me/dist/relay/access/roles.js
const RANK = {
	viewer: 0,
	editor: 1,
	owner: 2
};
const reaches = (held, wanted) => RANK[held] >= RANK[wanted];

// ../../work/h/me/dist/relay/access/routes.js
/** @throws RelayError 403 when the member's role does not reach so far */
function requireRole(member, role) {
	if (!reaches(member.role, role)) throw denied(role === "owner" ? "Only the project's owner may do this." : "You may read this project, but not change it. Ask its owner for the role of editor.");
}
/** @throws RelayError 404 alike for a project that is not there and for one of others */
function memberOf(relay, user, project) {
	const member = isProjectId(project) ? relay.db.projects.member(project, user) : void 0;
	if (member === void 0) throw notFound();
	return member;
}
function requireUser(call) {
	const user = userOf$1(call.relay, call.request);
	if (user === void 0) throw unauthenticated();
	return user;
}
function requireMember(call, role) {
	const member = memberOf(call.relay, requireUser(call), pathPart(call.request, "project"));
	requireRole(member, role);
	return member;
}
function requireAsset(call, access) {
	const { relay, request } = call;
	const token = sentToken(request);
	if (token === void 0) throw unauthenticated();
	const project = pathPart(request, "project");
	const oid = pathPart(request, "oid");
	if (!isCapability(token)) {
		const member = memberOf(relay, userOfToken(relay, token), project);
		requireRole(member, access === "asset-read" ? "viewer" : "editor");
		if (!isOid(oid)) throw notFound();
		return {
			projectId: member.project.id,
			oid
		};
	}
	const granted = readCapability(relay.folder.key, token);
	const operation = access === "asset-read" ? "download" : "upload";
	if (granted?.operation !== operation || granted.project !== project || granted.oid !== oid) throw denied("This link has expired, or is for something else. Ask for a new one and try again.");
	if (!isProjectId(project) || !isOid(oid)) throw notFound();
	return {
		projectId: project,
		oid,
		size: granted.size
	};
}
const guarded = (relay, route) => async (request, response) => {
	response.locals.route = route.path;
	const running = admitted({
		relay,
		request,
		response
	}, route);
	relay.running.add(running);
	try {
		await running;
	} finally {
		relay.running.delete(running);
	}
};
/** Counts the request, and each wrong secret, against the address it comes from. */
async function admitted(call, route) {
	const { throttle, callers } = call.relay;
	const { address } = callers.of(call.request);
	const token = sentToken(call.request);
	const isTransfer = token !== void 0 && isCapability(token) && route.access.startsWith("asset-");
	if (!isTransfer) throttle.request(address);
	const hash = token === void 0 || isTransfer ? void 0 : hashSecret(token);
	if (!isTransfer && route.path !== relayRoutes.health) throttle.beforeSecret(address, hash);
	try {
		await authorised(call, route);
	} catch (error) {
		if (error instanceof WrongSecret) throttle.wrongSecret(address);
		throw error;
	}
}
async function authorised(call, route) {
	switch (route.access) {
		case "anyone": return route.handle(call);
		case "user": return route.handle({
			...call,
			user: requireUser(call)
		});
		case "asset-read":
		case "asset-write": return route.handle({
			...call,
			asset: requireAsset(call, route.access)
		});
		default: return route.handle({
			...call,
			member: requireMember(call, route.access)
		});
	}
}

// ../../work/h/me/dist/relay/assets/assetFolder.js
/** The bytes of assets: one file each, named by its SHA-256, per project. A file that is there is whole and right. */
/** Bytes, or `undefined` when it is not there. */
async function assetSize(folder, project, oid) {
	try {
		return (await stat(folder.asset(project, oid))).size;
	} catch (error) {
		if (isAbsent(error)) return void 0;
		throw error;
	}
}
async function openAsset(folder, project, oid) {
	try {
		const file = await open(folder.asset(project, oid), "r");
		return {
			file,
			size: (await file.stat()).size
		};
	} catch (error) {
		if (isAbsent(error)) return void 0;
		throw error;
	}
}
/**
* Hashes while writing to a temporary file; flushed, then renamed, so that the same asset can arrive twice at once.
* @returns how many bytes it has
* @throws RelayError 422 when length or hash differ, 413 when it is too long; nothing is stored then
*/
async function storeAsset(folder, upload, body) {
	const target = folder.asset(upload.project, upload.oid);
	const temporary = join(folder.temporary, randomUUID());
	const file = await open(temporary, "wx");
	try {
		const hash = createHash("sha256");
		let length = 0;
		for await (const chunk of body) {
			length += chunk.length;
			if (length > (upload.size ?? upload.limit)) throw upload.size === void 0 ? tooLong(upload.limit) : wrongBytes();
			hash.update(chunk);
			await writeAll(file, chunk);
		}
		if (upload.size !== void 0 && length !== upload.size || hash.digest("hex") !== upload.oid) throw wrongBytes();
		await file.sync();
		await file.close();
		await mkdir(dirname(target), { recursive: true });
		await rename(temporary, target);
		await syncFolder(dirname(target));
		return length;
	} catch (error) {
		await file.close();
		await rm(temporary, { force: true });
		throw error;
	}
}
/**
* A few small assets that are known to be right, made durable together. Only the flushes wait for the disk, so only they
* leave this thread: a handful of calls for each file, sent to another, would cost more than the files.
* @returns bytes that were not here before
*/
async function storeSmall(folder, project, assets) {
	let stored = 0;
	const written = [];
	const files = [];
	try {
		try {
			for (const { oid, bytes } of assets) {
				if (existsSync(folder.asset(project, oid))) continue;
				stored += bytes.length;
				const temporary = join(folder.temporary, randomUUID());
				const file = openSync(temporary, "wx");
				files.push(file);
				written.push({
					temporary,
					target: folder.asset(project, oid)
				});
				for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
			}
			await flushed(files);
		} finally {
			for (const file of files) closeSync(file);
		}
		const folders = [...new Set(written.map(({ target }) => dirname(target)))];
		for (const path of folders) mkdirSync(path, { recursive: true });
		for (const { temporary, target } of written) renameSync(temporary, target);
		await syncFolders(folders);
		return stored;
	} catch (error) {
		for (const { temporary } of written) rmSync(temporary, { force: true });
		throw error;
	}
}
const flush = promisify(fsync);
const flushed = async (files) => {
	const outcomes = await Promise.allSettled(files.map((file) => flush(file)));
	for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
};
async function syncFolders(paths) {
	if (process.platform === "win32") return;
	const files = [];
	try {
		for (const path of paths) files.push(openSync(path, "r"));
		await flushed(files);
	} finally {
		for (const file of files) closeSync(file);
	}
}
async function writeAll(file, bytes) {
	for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
}
/** Without this a power cut could undo the rename. Windows neither needs nor allows it. */
async function syncFolder(path) {
	if (process.platform === "win32") return;
	const folder = await open(path, "r");
	try {
		await folder.sync();
	} finally {
		await folder.close();
	}
}
const tooLong = (limit) => new RelayError(413, "INVALID_INPUT", `This relay takes assets of at most ${limit} bytes.`);
const wrongBytes = () => new RelayError(422, "ASSET_CORRUPT", "The bytes are not those that the oid and size name. Nothing was stored; send the file again.");
const isAbsent = (error) => error.code === "ENOENT";

// ../../work/h/me/dist/relay/assets/range.js
/** One byte range of a `Range` header. Source: RFC 9110, section 14. */
const SINGLE = /^bytes=(\d*)-(\d*)$/;
/** `undefined`: send the whole (no range, several ranges, or not in bytes: a server may ignore those). */
function parseRange(header, size) {
	const [, first, last] = SINGLE.exec(header ?? "") ?? [];
	if (first === void 0 || last === void 0 || first === "" && last === "") return void 0;
	if (first === "") {
		const length = Math.min(Number(last), size);
		return length === 0 ? "unsatisfiable" : {
			start: size - length,
			end: size - 1
		};
	}
	const start = Number(first);
	if (last !== "" && Number(last) < start) return void 0;
	if (start >= size) return "unsatisfiable";
	return {
		start,
		end: last === "" ? size - 1 : Math.min(Number(last), size - 1)
	};
}

// ../../work/h/me/dist/relay/assets/assets.js
/**
* Assets over HTTP: `/assets/:project/:oid`. What is behind one URL never changes, so a download may be kept for ever
* by whoever was allowed to make it.
*/
const READ_SIZE = 1048576;
const PATH$1 = relayRoutes.asset(":project", ":oid");
const assetRoutes = [
	{
		method: "get",
		path: PATH$1,
		access: "asset-read",
		handle: download
	},
	{
		method: "put",
		path: PATH$1,
		access: "asset-write",
		handle: upload
	},
	{
		method: "post",
		path: relayRoutes.verifyAsset(":project", ":oid"),
		access: "asset-write",
		handle: verify
	}
];
async function download({ relay, request, response, asset }) {
	const opened = await openAsset(relay.folder, asset.projectId, asset.oid);
	if (opened === void 0) throw notFound();
	const { file, size } = opened;
	try {
		const etag = `"${asset.oid}"`;
		response.set({
			ETag: etag,
			"Accept-Ranges": "bytes",
			"Cache-Control": "private, max-age=31536000, immutable",
			"Content-Type": "application/octet-stream"
		});
		if (matches(request.headers["if-none-match"], etag)) {
			response.status(304).end();
			return;
		}
		const ifRange = request.headers["if-range"];
		const range = ifRange === void 0 || ifRange === etag ? parseRange(request.headers.range, size) : void 0;
		if (range === "unsatisfiable") {
			response.status(416).set("Content-Range", `bytes */${size}`).removeHeader("Cache-Control");
			response.end();
			return;
		}
		const { start, end } = range ?? {
			start: 0,
			end: size - 1
		};
		if (range !== void 0) response.status(206).set("Content-Range", `bytes ${start}-${end}/${size}`);
		response.set("Content-Length", String(end - start + 1));
		if (request.method === "HEAD" || size === 0) response.end();
		else await pipeline(file.createReadStream({
			start,
			end,
			highWaterMark: READ_SIZE,
			autoClose: false
		}), response);
	} catch (error) {
		if (!response.destroyed) throw error;
	} finally {
		await file.close();
	}
}
const matches = (header, etag) => (header ?? "").split(",").some((candidate) => candidate.trim() === "*" || candidate.trim().replace(/^W\//, "") === etag);
async function upload({ relay, request, response, asset }) {
	const { limits, folder } = relay;
	if (request.headers["content-encoding"] !== void 0) throw invalid("Send the bytes as they are, unencoded.", 415);
	const declared = request.headers["content-length"];
	if (declared !== void 0) {
		if (Number(declared) > limits.asset) throw tooLong(limits.asset);
		if (asset.size !== void 0 && Number(declared) !== asset.size) throw wrongBytes();
	}
	const body = request.iterator({ destroyOnReturn: false });
	const room = await relay.usage.room(asset.projectId, asset.size ?? Number(declared ?? 0));
	let stored = 0;
	try {
		stored = await storeAsset(folder, {
			project: asset.projectId,
			oid: asset.oid,
			size: asset.size,
			limit: limits.asset
		}, body);
	} finally {
		room.settle(stored);
	}
	response.status(200).end();
}
async function verify({ relay, request, response, asset }) {
	const claimed = await relay.readJson(request, response, lfsObject, 422);
	const size = await assetSize(relay.folder, asset.projectId, asset.oid);
	if (claimed.oid !== asset.oid || claimed.size !== size) throw notFound();
	response.status(200).end();
}

// ../../work/h/me/dist/relay/feed/feed.js
const REPLAY_PAGE = 100;
const FULL_WAIT_SECONDS = 60;
var FeedHub = class {
	#db;
	/** Those that have caught up, by project. */
	#followers = /* @__PURE__ */ new Map();
	/** All of them. */
	#connected = /* @__PURE__ */ new Set();
	#closed = false;
	/** Events, since the start. */
	published = 0;
	/** Followers that were too slow, since the start. */
	cutOff = 0;
	#most;
	constructor(db, limits) {
		this.#db = db;
		this.#most = limits.followersPerProject;
	}
	publish(projectId, events) {
		this.published += events.length;
		for (const follower of this.#followers.get(projectId) ?? []) for (const event of events) follower.event(event, false);
	}
	get connected() {
		return this.#connected.size;
	}
	/** @throws RelayError 429 when a project has as many followers as it may have */
	requirePlace(projectId) {
		if ((this.#followers.get(projectId)?.size ?? 0) >= this.#most) throw tooMany(FULL_WAIT_SECONDS);
	}
	/**
	* Replays what came after the cursor, says `ready`, then sends what comes. Without a cursor nothing is replayed; a
	* cursor of a future that never was (the relay was restored from a backup) counts as none.
	* @returns what ends it
	*/
	follow(projectId, cursor, follower) {
		const state = { ended: false };
		const newest = this.#db.events.newestCursor(projectId);
		this.#connected.add(follower);
		this.#catchUp(projectId, cursor === void 0 ? newest : Math.min(cursor, newest), follower, state);
		return () => {
			state.ended = true;
			this.#connected.delete(follower);
			const followers = this.#followers.get(projectId);
			followers?.delete(follower);
			if (followers?.size === 0) this.#followers.delete(projectId);
		};
	}
	async #catchUp(projectId, cursor, follower, state) {
		let at = cursor;
		while (!state.ended && !this.#closed) {
			const page = this.#db.events.after(projectId, at, REPLAY_PAGE);
			if (page.length === 0) {
				const followers = this.#followers.get(projectId) ?? /* @__PURE__ */ new Set();
				this.#followers.set(projectId, followers.add(follower));
				follower.ready(at);
				return;
			}
			for (const event of page) {
				follower.event(event, true);
				at = event.cursor;
			}
			if (!await follower.drained()) return;
		}
	}
	/** Ends every connection in a way that makes clients come back. */
	close() {
		this.#closed = true;
		for (const follower of this.#connected) follower.goAway();
		this.#connected.clear();
		this.#followers.clear();
	}
};
/** The `change` message of the wire, around the stored JSON. */
const changeMessage = (event) => `{"type":"change","cursor":${event.cursor},"change":${event.change}}`;

// ../../work/h/me/dist/relay/feed/feedRoutes.js
/** Milliseconds after which a browser comes back by itself. */
const RETRY_MS = 2e3;
const cursorText = string().regex(/^\d{1,15}$/).transform(Number);
const feedRoutes = [{
	method: "get",
	path: relayRoutes.events(":project"),
	access: "viewer",
	handle: ({ relay, request, response, member }) => {
		const asked = request.headers["last-event-id"] ?? queryPart(request, "cursor");
		const cursor = asked === void 0 ? void 0 : cursorText.safeParse(asked);
		if (cursor?.success === false) throw invalid("The cursor must be a number that this feed gave.");
		relay.feed.requirePlace(member.project.id);
		response.status(200).set({
			"Content-Type": "text/event-stream",
			"Cache-Control": "no-store",
			"X-Accel-Buffering": "no"
		});
		response.write(`retry: ${RETRY_MS}\n\n`);
		const unfollow = relay.feed.follow(member.project.id, cursor?.data, eventStream(response, relay));
		const heartbeat = setInterval(() => response.write(": still here\n\n"), relay.limits.heartbeatMs);
		response.once("close", () => {
			clearInterval(heartbeat);
			unfollow();
		});
	}
}, {
	method: "post",
	path: relayRoutes.changes(":project"),
	access: "editor",
	handle: async ({ relay, request, response, member }) => {
		const sent = await relay.readJson(request, response, projectChange);
		if (sent.projectId !== member.project.id) throw invalid("projectId: is not the project of this URL");
		if (sent.kind !== "message") throw denied("Hints of pushes, tags and locks are made by the relay itself; send a message.");
		const change = {
			...sent,
			author: member.user.name,
			timestamp: (/* @__PURE__ */ new Date()).toISOString()
		};
		const { isNew, ...event } = relay.db.events.add(change);
		if (isNew) relay.feed.publish(member.project.id, [event]);
		response.status(isNew ? 201 : 200).json(success({ cursor: event.cursor }));
	}
}];
function eventStream(response, { limits, feed }) {
	const send = (type, cursor, data) => response.write(`id: ${cursor}\nevent: ${type}\ndata: ${data}\n\n`);
	return {
		event: (event, replayed) => {
			if (!replayed && response.writableLength > limits.feedBacklog) {
				feed.cutOff++;
				response.destroy();
			} else send("change", event.cursor, changeMessage(event));
		},
		ready: (cursor) => void send("ready", cursor, JSON.stringify({
			type: "ready",
			cursor
		})),
		drained: () => new Promise((resolve) => {
			if (response.destroyed || !response.writableNeedDrain) return resolve(!response.destroyed);
			const done = () => {
				response.off("drain", done).off("close", done);
				resolve(!response.destroyed);
			};
			response.on("drain", done).on("close", done);
		}),
		goAway: () => void response.end()
	};
}

// ../../work/h/me/dist/relay/git/pushCommands.js
/**
* Reads along with a push: which ref it wants where. Source: Git's `gitprotocol-pack`, "Reference Update Request":
* pkt-lines `old SP new SP ref`, the first one followed by NUL and capabilities, up to a flush packet; the pack
* follows.
*/
const ZERO_ID = "0".repeat(40);
/** A longer list goes on to git all the same, which judges it; only its author stays unknown. */
const LONGEST_LIST = 16777216;
const COMMAND = /^[0-9a-f]{40} ([0-9a-f]{40}) (refs\/[^\0\n]+)/;
var PushCommandReader = class {
	#pending = Buffer.alloc(0);
	#seen = 0;
	#done = false;
	#onCommand;
	constructor(onCommand) {
		this.#onCommand = onCommand;
	}
	read(chunk) {
		if (this.#done) return;
		this.#seen += chunk.length;
		this.#pending = Buffer.concat([this.#pending, chunk]);
		let at = 0;
		while (!this.#done && at + 4 <= this.#pending.length) {
			const length = Number.parseInt(this.#pending.toString("latin1", at, at + 4), 16);
			if (!(length >= 4) || this.#seen > LONGEST_LIST) this.#done = true;
			else if (at + length > this.#pending.length) break;
			else {
				const [, to, ref] = COMMAND.exec(this.#pending.toString("utf8", at + 4, at + length)) ?? [];
				if (to !== void 0 && ref !== void 0 && isObjectId(to)) this.#onCommand({
					ref,
					to: to === ZERO_ID ? void 0 : to
				});
				at += length;
			}
		}
		this.#pending = this.#done ? Buffer.alloc(0) : this.#pending.subarray(at);
	}
};

// ../../work/h/me/dist/relay/git/git.js
const gitRoutes = [
	{
		method: "get",
		path: `${relayRoutes.git(":project")}/info/refs`,
		access: "viewer",
		handle: advertise
	},
	{
		method: "post",
		path: `${relayRoutes.git(":project")}/git-upload-pack`,
		access: "viewer",
		handle: (call) => exchange(call, "upload-pack", () => {})
	},
	{
		method: "post",
		path: `${relayRoutes.git(":project")}/git-receive-pack`,
		access: "editor",
		handle: receivePush
	}
];
async function advertise(call) {
	const { relay, request, response, member } = call;
	const service = serviceNamed(queryPart(request, "service"));
	if (service === "receive-pack") requireRole(member, "editor");
	const protocol = protocolOf(request);
	const git = await relay.git.serve(service, relay.folder.repository(member.project.id), {
		advertise: true,
		protocol
	});
	git.input.end();
	await answer(call, git, `application/x-git-${service}-advertisement`, () => void 0, () => {
		if (protocol !== "version=2" || service === "receive-pack") {
			const line = `# service=git-${service}\n`;
			response.write(`${(line.length + 4).toString(16).padStart(4, "0")}${line}0000`);
		}
	});
}
async function receivePush(call) {
	const { relay, request, member } = call;
	const origin = request.headers[ORIGIN_HEADER];
	const room = await relay.usage.room(member.project.id, Number(request.headers["content-length"] ?? 0));
	let received = 0;
	const push = relay.announcer.begin(member.project, {
		author: member.user.name,
		...typeof origin === "string" && origin.length <= 100 ? { origin } : {}
	});
	const commands = new PushCommandReader((command) => push.expect(command));
	try {
		await exchange(call, "receive-pack", (chunk) => {
			received += chunk.length;
			commands.read(chunk);
		});
	} finally {
		room.settle(received);
		push.finish();
	}
}
async function exchange(call, service, onInput) {
	const { relay, request, member, response } = call;
	if (request.headers["content-type"] !== `application/x-git-${service}-request`) throw invalid(`Content-Type must be application/x-git-${service}-request.`, 415);
	const limit = service === "receive-pack" ? relay.limits.push : relay.limits.fetchRequest;
	if (Number(request.headers["content-length"] ?? 0) > limit) throw tooLarge(limit);
	const body = decodedBody(request);
	const git = await relay.git.serve(service, relay.folder.repository(member.project.id), {
		advertise: false,
		protocol: protocolOf(request)
	});
	if (response.destroyed) git.stop();
	let inputFault;
	let received = false;
	copyInput(body, git, limit, onInput).then(() => {
		received = true;
	}, (error) => {
		inputFault = error;
		git.stop();
	});
	response.once("close", () => {
		if (!response.writableFinished && !(service === "receive-pack" && received)) git.stop();
	});
	await answer(call, git, `application/x-git-${service}-result`, () => inputFault, () => {});
}
/** The request's body as git is to read it. */
function decodedBody(request) {
	switch (request.headers["content-encoding"] ?? "identity") {
		case "identity": return request.iterator({ destroyOnReturn: false });
		case "gzip":
		case "x-gzip": return gunzipped(request);
		default: throw invalid("Content-Encoding may be gzip, or absent.", 415);
	}
}
/** Not by `pipeline`: that would cut the connection on a fault, and the client would never read what the fault was. */
function gunzipped(request) {
	const gunzip = createGunzip();
	request.once("close", () => {
		if (!request.complete) gunzip.destroy(/* @__PURE__ */ new Error("The client went away."));
	});
	return request.pipe(gunzip);
}
/**
* Each chunk waits for the one after it, and the last one for the proper end of the body: a push that is cut short
* anywhere, in its gzip trailer for one, never reaches git whole.
*/
async function copyInput(body, git, limit, onInput) {
	let length = 0;
	let waiting;
	for await (const chunk of body) {
		length += chunk.length;
		if (length > limit) throw tooLarge(limit);
		if (waiting !== void 0) await writeTo(git.input, waiting);
		onInput(chunk);
		waiting = chunk;
	}
	git.input.end(waiting);
}
/** When the reader has gone, the rest is dropped: a client reads its answer after it has sent all. */
async function writeTo(stream, chunk) {
	if (!stream.writable || stream.write(chunk)) return;
	await new Promise((resolve) => {
		const done = () => {
			stream.off("drain", done).off("close", done);
			resolve();
		};
		stream.on("drain", done).on("close", done);
		if (stream.destroyed) done();
	});
}
/** Sends what git says. The status waits for its first byte: until then a failure can still be told as one. */
async function answer({ relay, response }, git, contentType, inputFault, begin) {
	const start = () => {
		if (response.headersSent) return;
		response.status(200).set({
			"Content-Type": contentType,
			"Cache-Control": "no-cache, max-age=0, must-revalidate",
			Pragma: "no-cache",
			Expires: "Fri, 01 Jan 1980 00:00:00 GMT"
		});
		begin();
	};
	for await (const chunk of git.output) {
		start();
		await writeTo(response, chunk);
	}
	const { code, signal, complaint } = await git.exit;
	const fault = inputFault();
	if (code !== 0) relay.log.warn({
		request: response.locals.requestId,
		code,
		signal,
		complaint
	}, "git failed");
	if (response.headersSent) {
		if (signal !== null || fault !== void 0) response.destroy();
		else response.end();
		return;
	}
	if (fault !== void 0) throw fault instanceof RelayError ? fault : invalid("The body is damaged, or not whole.");
	if (code === 0) {
		start();
		response.end();
	} else if (code === null && signal === null) throw new Error(`git did not start: ${complaint}`);
	else throw invalid("Git could not read this request.");
}
function serviceNamed(name) {
	switch (name) {
		case "git-upload-pack": return "upload-pack";
		case "git-receive-pack": return "receive-pack";
		default: throw denied("Only git-upload-pack and git-receive-pack are served, by the smart protocol.");
	}
}
const PROTOCOL = /^version=[012]$/;
function protocolOf(request) {
	const asked = request.headers["git-protocol"];
	return typeof asked === "string" && PROTOCOL.test(asked) ? asked : void 0;
}
const tooLarge = (limit) => invalid(`This relay takes at most ${limit} bytes at once here.`, 413);

// ../../work/h/me/dist/relay/lfs/batch.js
/** The LFS batch API. Source: git-lfs `docs/api/batch.md`. Where the bytes go is in ../assets.ts. */
const batchRoutes = [{
	method: "post",
	path: relayRoutes.lfsBatch(":project"),
	access: "viewer",
	handle: async ({ relay, request, response, member }) => {
		const batch = await relay.readJson(request, response, batchRequest, 422);
		if (batch.operation === "upload") requireRole(member, "editor");
		if (batch.objects.length > relay.limits.batchObjects) throw invalid(`At most ${relay.limits.batchObjects} objects at once; ask in smaller batches.`, 413);
		if (batch.transfers?.length && !batch.transfers.includes("basic")) throw invalid("This relay speaks the transfer \"basic\" only.", 422);
		if ((batch.hash_algo ?? "sha256") !== "sha256") throw new RelayError(409, "INVALID_INPUT", "Objects are named by their SHA-256 here.");
		if (batch.operation === "upload") await requireRoom(relay, member.project.id, batch.objects);
		const base = relay.baseUrl(request);
		const answer = {
			transfer: batch.transfers?.includes("modsync-bundle") ? BUNDLE_TRANSFER : "basic",
			objects: await Promise.all(batch.objects.map((asked) => answerFor(relay, base, member.project, batch.operation, asked)))
		};
		response.type(LFS_MEDIA_TYPE).send(JSON.stringify({
			...answer,
			hash_algo: "sha256"
		}));
	}
}];
/** Before anything is sent: that the last object of a thousand does not fit is better known now. */
async function requireRoom(relay, project, objects) {
	let bytes = 0;
	for (const { oid, size } of objects) if (isOid(oid) && size > 0 && size <= relay.limits.asset && await assetSize(relay.folder, project, oid) === void 0) bytes += size;
	if (bytes > 0) (await relay.usage.room(project, bytes)).settle(0);
}
async function answerFor(relay, base, project, operation, { oid, size }) {
	const refuse = (code, message) => ({
		oid,
		size,
		error: {
			code,
			message
		}
	});
	if (!isOid(oid)) return refuse(422, "The oid is not a SHA-256: 64 lowercase hex digits.");
	if (!Number.isSafeInteger(size) || size < 0) return refuse(422, "The size is not a number of bytes.");
	if (operation === "upload" && size > relay.limits.asset) return refuse(422, `This relay takes assets of at most ${relay.limits.asset} bytes.`);
	const present = await assetSize(relay.folder, project.id, oid);
	if (present !== void 0 && present !== size) return refuse(422, `The object has ${present} bytes, not ${size}: the pointer is wrong.`);
	if (operation === "download" && present === void 0) return refuse(404, "The object is not here. Whoever has it must push it again.");
	if (operation === "upload" && present !== void 0) return {
		oid,
		size
	};
	const seconds = relay.limits.capabilitySeconds;
	const capability = signCapability(relay.folder.key, {
		operation,
		project: project.id,
		oid,
		size
	}, seconds);
	const action = (path) => ({
		href: `${base}${path}`,
		header: { Authorization: `Bearer ${capability}` },
		expires_in: seconds
	});
	const bytes = action(relayRoutes.asset(project.id, oid));
	return {
		oid,
		size,
		authenticated: true,
		actions: operation === "download" ? { download: bytes } : {
			upload: bytes,
			verify: action(relayRoutes.verifyAsset(project.id, oid))
		}
	};
}

// ../../work/h/me/dist/relay/lfs/bundle.js
/** Several small assets in one request: the transfer `modsync-bundle`, which stock git-lfs never asks for. */
/** Assets that are made durable together. */
const TOGETHER = 32;
const bundleRoutes = [{
	method: "post",
	path: relayRoutes.sendBundle(":project"),
	access: "editor",
	handle: async ({ relay, request, response, member }) => {
		if (!request.is("application/vnd.modsync.bundle")) throw invalid(`The body must be ${BUNDLE_MEDIA_TYPE}.`, 415);
		const { limits, folder } = relay;
		const room = await relay.usage.room(member.project.id, Number(request.headers["content-length"] ?? 0));
		let stored = 0;
		const objects = [];
		let waiting = [];
		let storing = Promise.resolve();
		/** Goes on reading meanwhile, but no further than to the next portion. */
		const store = async () => {
			await storing;
			storing = storeSmall(folder, member.project.id, waiting).then((bytes) => {
				stored += bytes;
			});
			storing.catch(() => void 0);
			waiting = [];
		};
		let length = 0;
		try {
			for await (const asset of readBundle(request.iterator({ destroyOnReturn: false }))) {
				const { oid, bytes } = asset;
				length += bytes.length;
				if (length > limits.bundle || objects.length === limits.batchObjects) throw invalid("That is too much for one bundle; send several.", 413);
				const isRight = createHash("sha256").update(bytes).digest("hex") === oid;
				objects.push({
					oid,
					...!isRight && { error: {
						code: 422,
						message: wrongBytes().message
					} }
				});
				if (isRight) waiting.push(asset);
				if (waiting.length === TOGETHER) await store();
			}
		} catch (error) {
			if (hasCode(error, "REMOTE_PROTOCOL")) throw invalid(error.message, 422);
			throw error;
		} finally {
			try {
				await store();
				await storing;
			} finally {
				room.settle(stored);
			}
		}
		const answer = { objects };
		response.type(LFS_MEDIA_TYPE).send(JSON.stringify(answer));
	}
}, {
	method: "post",
	path: relayRoutes.getBundle(":project"),
	access: "viewer",
	handle: async ({ relay, request, response, member }) => {
		const { objects } = await relay.readJson(request, response, bundleRequest, 422);
		if (objects.length > relay.limits.batchObjects) throw invalid("That is too much for one bundle; ask for several.", 413);
		const found = await present(relay.folder, member.project.id, objects, relay.limits.bundle);
		const length = found.reduce((sum, { head, size }) => sum + head.length + size, 0);
		response.type(BUNDLE_MEDIA_TYPE).set("Content-Length", String(length));
		try {
			await pipeline(Readable.from(contentOf(found), { highWaterMark: 2 }), response);
		} catch (error) {
			if (!response.destroyed) throw error;
		}
	}
}];
/** What is not here, or too large, is left out: the client asks for it by itself, and is told why there. */
async function present(folder, project, objects, limit) {
	const found = [];
	let length = 0;
	for (const { oid } of objects) {
		const size = isOid(oid) ? await assetSize(folder, project, oid) : void 0;
		if (!isOid(oid) || size === void 0 || size > 1048576) continue;
		length += size;
		if (length > limit) break;
		found.push({
			head: bundleHead({
				oid,
				size
			}),
			path: folder.asset(project, oid),
			size
		});
	}
	return found;
}
async function* contentOf(found) {
	for (const { head, path } of found) {
		yield head;
		yield await readFile(path);
	}
}

// ../../work/h/me/dist/relay/lfs/locks.js
/** The LFS file locking API. Source: git-lfs `docs/api/locking.md`. Advisory: git-lfs asks before it pushes. */
const LOCKS = relayRoutes.lfsLocks(":project");
const PAGE = 100;
const LONGEST_PAGE = 1e3;
const lockRoutes = [
	{
		method: "post",
		path: LOCKS,
		access: "editor",
		handle: async ({ relay, request, response, member }) => {
			const { path } = await relay.readJson(request, response, lockRequest, 422);
			const { lock, isNew } = relay.db.locks.add(member.project.id, {
				id: randomUUID(),
				path,
				owner: member.user
			});
			if (isNew) {
				announce(relay, member, request, lock, "locked");
				send$1(response, 201, { lock: wireLock(lock) });
			} else send$1(response, 409, {
				lock: wireLock(lock),
				message: `${lock.ownerName} has locked this path.`
			});
		}
	},
	{
		method: "get",
		path: LOCKS,
		access: "editor",
		handle: ({ relay, request, response, member }) => {
			const page = relay.db.locks.list(member.project.id, {
				path: queryPart(request, "path"),
				id: queryPart(request, "id"),
				...pageOf(queryPart(request, "cursor"), limitText(request))
			});
			send$1(response, 200, {
				locks: page.locks.map(wireLock),
				...nextCursor(page.nextCursor)
			});
		}
	},
	{
		method: "post",
		path: `${LOCKS}/verify`,
		access: "editor",
		handle: async ({ relay, request, response, member }) => {
			const { cursor, limit } = await relay.readJson(request, response, verifyLocksRequest, 422);
			const page = relay.db.locks.list(member.project.id, pageOf(cursor ?? void 0, limit || void 0));
			const isOurs = (lock) => lock.ownerId === member.user.id;
			send$1(response, 200, {
				ours: page.locks.filter(isOurs).map(wireLock),
				theirs: page.locks.filter((lock) => !isOurs(lock)).map(wireLock),
				...nextCursor(page.nextCursor)
			});
		}
	},
	{
		method: "post",
		path: `${LOCKS}/:id/unlock`,
		access: "editor",
		handle: async ({ relay, request, response, member }) => {
			const { force } = await relay.readJson(request, response, unlockRequest, 422);
			const lock = relay.db.locks.find(member.project.id, pathPart(request, "id"));
			if (lock === void 0) throw notFound();
			if (lock.ownerId !== member.user.id) {
				if (!force) throw denied(`${lock.ownerName} has locked this path. Ask them, or the project's owner.`);
				requireRole(member, "owner");
			}
			if (relay.db.locks.remove(member.project.id, lock.id)) announce(relay, member, request, lock, "unlocked");
			send$1(response, 200, { lock: wireLock(lock) });
		}
	}
];
/** Tells everyone at once, so that the file is read-only, or no longer, where they work. */
function announce(relay, { project, user }, request, { path }, message) {
	const origin = request.get(ORIGIN_HEADER)?.slice(0, 100);
	const { isNew: _, ...event } = relay.db.events.add({
		changeId: randomUUID(),
		projectId: project.id,
		kind: "lock",
		author: user.name,
		timestamp: (/* @__PURE__ */ new Date()).toISOString(),
		...origin !== void 0 && { origin },
		paths: [{
			path,
			kind: "modified"
		}],
		message
	});
	relay.feed.publish(project.id, [event]);
}
const send$1 = (response, status, body) => response.status(status).type(LFS_MEDIA_TYPE).send(JSON.stringify(body));
const wireLock = (lock) => ({
	id: lock.id,
	path: lock.path,
	locked_at: lock.lockedAt,
	owner: { name: lock.ownerName }
});
const nextCursor = (cursor) => cursor === void 0 ? {} : { next_cursor: cursor };
function limitText(request) {
	const limit = queryPart(request, "limit");
	return limit === void 0 || limit === "" ? void 0 : Number(limit);
}
function pageOf(cursor, limit = PAGE) {
	if (!Number.isInteger(limit) || limit < 1) throw invalid("limit: is not a positive number", 422);
	if (cursor && !/^\d{1,15}$/.test(cursor)) throw invalid("cursor: is not one that this relay gave", 422);
	return {
		cursor: cursor || void 0,
		limit: Math.min(limit, LONGEST_PAGE)
	};
}

// ../../work/h/me/dist/relay/operate/health.js
/** What whoever runs the relay asks it: is it alive, can it work, how busy is it. */
/** Why it could not take a push or an upload now. */
async function faultOf(relay) {
	try {
		relay.db.people.hasUsers();
		await relay.usage.disk(0);
		return;
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
}
const healthRoutes = [
	{
		method: "get",
		path: relayRoutes.health,
		access: "anyone",
		handle: ({ response }) => {
			response.json({ status: "ok" });
		}
	},
	{
		method: "get",
		path: relayRoutes.ready,
		access: "anyone",
		handle: async ({ relay, response }) => {
			const fault = await faultOf(relay);
			if (fault !== void 0) relay.log.warn({ fault }, "not ready");
			response.status(fault === void 0 ? 200 : 503).set("Cache-Control", "no-store").json({ status: fault === void 0 ? "ready" : "not ready" });
		}
	},
	{
		method: "get",
		path: relayRoutes.metrics,
		access: "anyone",
		handle: ({ relay, request, response }) => {
			if (!relay.mayReadMetrics(relay.callers.of(request).address)) throw notFound();
			response.set({
				"Content-Type": "text/plain; version=0.0.4; charset=utf-8",
				"Cache-Control": "no-store"
			}).send(relay.metrics.text(relay, relay.connections()));
		}
	}
];

// ../../work/h/me/dist/relay/projects/joinPage.js
/** The page behind an invite's link, for a person who opened it in a browser. Without scripts. */
const ESCAPES = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	"\"": "&quot;",
	"'": "&#39;"
};
const escaped = (text) => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
/** @param projectName `undefined` when nobody knows the invite */
function joinPage(projectName, inviteUrl) {
	const body = projectName === void 0 ? `<h1>This invite is not known here</h1>
<p>Perhaps a part of the link is missing. Ask whoever sent it for a new one.</p>` : `<h1>You are invited to ${escaped(projectName)}</h1>
<p>modsync keeps a mod's folder in sync between the people who build it: someone saves a script, a plugin or a
texture, and a second later the others have it. Underneath is a plain Git repository.</p>
<p>To get a working copy, you need <a href="https://nodejs.org">Node.js</a> 20.19 or newer and modsync. Then run:</p>
<pre>modsync join ${escaped(inviteUrl)}</pre>
<p>Keep this link to yourself: whoever has it can join.</p>`;
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${projectName === void 0 ? "Unknown invite" : `Join ${escaped(projectName)}`} · modsync</title>
<style>
body { font: 1.05rem/1.6 system-ui, sans-serif; max-width: 42rem; margin: 4rem auto; padding: 0 1.25rem; color: #1c2321; background: #fbfaf6; }
h1 { font-size: 1.6rem; line-height: 1.25; }
pre { padding: 1rem; background: #1c2321; color: #d8f3c4; border-radius: .4rem; white-space: pre-wrap; overflow-wrap: anywhere; }
</style>
</head>
<body>
${body}
</body>
</html>
`;
}

// ../../work/h/me/dist/relay/projects/projects.js
const projectInfo = (relay, request, member) => ({
	projectId: member.project.id,
	name: member.project.name,
	defaultBranch: member.project.defaultBranch,
	gitUrl: `${relay.baseUrl(request)}${relayRoutes.git(member.project.id)}`,
	role: member.role
});
const projectRoutes = [
	{
		method: "get",
		path: relayRoutes.whoAmI,
		access: "user",
		handle: ({ response, user }) => {
			const answer = {
				name: user.name,
				userId: user.id,
				mayCreateProjects: user.mayCreateProjects
			};
			response.json(success(answer));
		}
	},
	{
		method: "get",
		path: relayRoutes.projects,
		access: "user",
		handle: ({ relay, request, response, user }) => {
			response.json(success(relay.db.projects.memberships(user).map((member) => projectInfo(relay, request, member))));
		}
	},
	{
		method: "post",
		path: relayRoutes.projects,
		access: "user",
		handle: async ({ relay, request, response, user }) => {
			if (!user.mayCreateProjects) throw denied("You may not make projects here. Ask the relay's owner.");
			const wanted = await relay.readJson(request, response, createProjectRequest);
			const project = {
				id: wanted.projectId,
				name: wanted.name,
				defaultBranch: wanted.defaultBranch
			};
			if (relay.db.projects.find(project.id) === void 0) await relay.git.createRepository(relay.folder.repository(project.id), project.defaultBranch);
			const isNew = relay.db.projects.add(project, user);
			const member = relay.db.projects.member(project.id, user);
			if (member?.role !== "owner") throw new RelayError(409, "PROJECT_EXISTS", "This project id is taken. Choose another one.");
			response.status(isNew ? 201 : 200).json(success(projectInfo(relay, request, member)));
		}
	},
	{
		method: "get",
		path: relayRoutes.project(":project"),
		access: "viewer",
		handle: ({ relay, request, response, member }) => {
			response.json(success(projectInfo(relay, request, member)));
		}
	},
	{
		method: "get",
		path: relayRoutes.members(":project"),
		access: "viewer",
		handle: ({ relay, response, member }) => {
			const members = relay.db.projects.members(member.project).map(({ user, role }) => ({
				userId: user.id,
				name: user.name,
				role
			}));
			response.json(success(members));
		}
	}
];

// ../../work/h/me/dist/relay/projects/invites.js
/** Invites: a code that lets whoever has it into a project. */
const unknownInvite = () => new WrongSecret(404, "INVALID_INVITE", "This invite is not known here. Ask for a new one: `modsync share`.");
const inviteRoutes = [
	{
		method: "post",
		path: relayRoutes.invites(":project"),
		access: "owner",
		handle: ({ relay, request, response, member }) => {
			const code = newInviteCode();
			relay.db.invites.add(hashSecret(code), member.project.id, "editor", member.user);
			const answer = {
				code,
				url: `${relay.baseUrl(request)}${relayRoutes.join(code)}`
			};
			response.status(201).json(success(answer));
		}
	},
	{
		method: "post",
		path: relayRoutes.acceptInvite,
		access: "anyone",
		handle: async ({ relay, request, response }) => {
			const known = userOf$1(relay, request);
			const { code, name } = await relay.readJson(request, response, acceptInviteRequest);
			const invite = relay.db.invites.find(hashSecret(code));
			if (invite === void 0) throw unknownInvite();
			const user = known ?? {
				id: randomUUID(),
				name,
				mayCreateProjects: false
			};
			const token = newToken();
			relay.db.invites.accept(invite.project.id, invite.role, user, known === void 0, hashSecret(token));
			const member = relay.db.projects.member(invite.project.id, user);
			if (member === void 0) throw unknownInvite();
			const answer = {
				token,
				project: projectInfo(relay, request, member)
			};
			response.json(success(answer));
		}
	},
	{
		method: "get",
		path: relayRoutes.join(":code"),
		access: "anyone",
		handle: ({ relay, request, response }) => {
			const code = pathPart(request, "code");
			const invite = relay.db.invites.find(hashSecret(code));
			if (invite === void 0) relay.throttle.wrongSecret(relay.callers.of(request).address);
			response.status(invite === void 0 ? 404 : 200).set("Cache-Control", "no-store").type("html").send(joinPage(invite?.project.name, `${relay.baseUrl(request)}${relayRoutes.join(code)}`));
		}
	}
];

// ../../work/h/me/dist/relay/app.js
/** The Express application: every route of the relay, each behind its guard, between a log line and the errors. */
/** All there is. The order matters nowhere: no two of them match one request. */
const routes = [
	...healthRoutes,
	...projectRoutes,
	...inviteRoutes,
	...feedRoutes,
	...gitRoutes,
	...batchRoutes,
	...bundleRoutes,
	...lockRoutes,
	...assetRoutes
];
function createApp(relay) {
	const app = express();
	app.disable("x-powered-by").disable("etag").enable("case sensitive routing").enable("strict routing");
	app.set("query parser", "simple");
	app.use(requestLog(relay));
	app.use(helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }));
	for (const route of routes) app[route.method](route.path, guarded(relay, route));
	app.use((request) => {
		relay.throttle.request(relay.callers.of(request).address);
		throw notFound();
	});
	app.use(errorHandler(relay.log));
	return app;
}
/** One line for each request. Of its URL only the route's pattern and the project: paths can hold invite codes. */
const requestLog = ({ log, metrics, callers }) => (request, response, next) => {
	const start = performance.now();
	const { address } = callers.of(request);
	response.locals.requestId = randomUUID();
	response.set("X-Request-Id", response.locals.requestId);
	response.once("close", () => {
		const seconds = (performance.now() - start) / 1e3;
		metrics.request(request.method, response.locals.route ?? "none", response.statusCode, seconds);
		log.info({
			request: response.locals.requestId,
			method: request.method,
			route: response.locals.route,
			project: request.params?.project,
			status: response.statusCode,
			...response.writableFinished ? {} : { cut: true },
			ms: Math.round(seconds * 1e4) / 10,
			address
		});
	});
	next();
};

// ../../work/h/me/dist/relay/assets/usage.js
/**
* What a project keeps here, in bytes, and whether there is room for more. With a quota, a project is measured when
* it is first asked about; from then on what comes in is added, and before anything is refused it is measured anew.
*/
var Usage = class {
	#folder;
	#limits;
	#counts = /* @__PURE__ */ new Map();
	constructor(folder, limits) {
		this.#folder = folder;
		this.#limits = limits;
	}
	/** @throws RelayError 507 when the disk, or the project's quota, has no room for so many bytes more */
	async room(project, bytes) {
		await this.disk(bytes);
		const quota = this.#limits.projectBytes;
		if (quota === 0) return { settle: () => {} };
		const known = this.#counts.get(project);
		const count = known ?? {
			kept: 0,
			arriving: 0,
			arrived: 0
		};
		this.#counts.set(project, count);
		if (known === void 0 || count.kept + count.arriving + bytes > quota) {
			const { arrived } = count;
			count.kept = await this.#measure(project) + count.arrived - arrived;
		}
		const taken = count.kept + count.arriving;
		if (taken + bytes > quota) throw new RelayError(507, "NO_SPACE", `The project may keep ${quota} bytes here and has ${taken}: ${bytes} more do not fit. Ask who runs the relay.`);
		count.arriving += bytes;
		return { settle: (stored) => {
			count.arriving -= bytes;
			count.kept += stored;
			count.arrived += stored;
		} };
	}
	/** @throws RelayError 507 when too little would be left of the disk */
	async disk(bytes) {
		const { bavail, bsize } = await statfs(this.#folder.path);
		if (bavail * bsize - bytes < this.#limits.freeBytes) throw noSpace();
	}
	/** What was removed by upkeep shows with the next measure. */
	forget() {
		this.#counts.clear();
	}
	async #measure(project) {
		const [history, assets] = await Promise.all([bytesBelow(this.#folder.repository(project)), bytesBelow(this.#folder.assets(project))]);
		return history + assets;
	}
};
async function bytesBelow(folder) {
	let sum = 0;
	for (const entry of await readdir(folder, {
		recursive: true,
		withFileTypes: true
	}).catch(() => [])) if (entry.isFile()) sum += (await stat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size;
	return sum;
}

// ../../work/h/me/dist/relay/dataFolder.js
/** Where the relay keeps what: the layout of its data folder, readable by the relay's user only. */
const KEY_BYTES = 32;
/** Makes what is missing. */
async function openDataFolder(dataDir) {
	const path = resolve(dataDir);
	const temporary = join(path, "temporary");
	const hooks = join(path, "hooks");
	await mkdir(path, {
		recursive: true,
		mode: 448
	});
	for (const folder of [
		temporary,
		hooks,
		join(path, "repos"),
		join(path, "lfs")
	]) await mkdir(folder, { recursive: true });
	return {
		path,
		database: join(path, "relay.sqlite"),
		lock: join(path, "relay.lock"),
		gitConfig: join(path, "gitconfig"),
		hooks,
		temporary,
		key: await readKey(join(path, "asset.key")),
		repository: (project) => join(path, "repos", `${project}.git`),
		assets: (project) => join(path, "lfs", project),
		asset: (project, oid) => join(path, "lfs", project, oid.slice(0, 2), oid.slice(2, 4), oid)
	};
}
/** What a killed relay left half-written. Only its holder may call this: see `holdFile` in db/. */
async function emptyTemporary(folder) {
	for (const name of await readdir(folder.temporary)) await rm(join(folder.temporary, name), {
		recursive: true,
		force: true
	});
}
async function readKey(path) {
	try {
		await writeFile(path, randomBytes(KEY_BYTES), {
			flag: "wx",
			mode: 384,
			flush: true
		});
	} catch (error) {
		if (error.code !== "EEXIST") throw error;
	}
	const key = await readFile(path);
	if (key.length === KEY_BYTES) return key;
	const fresh = randomBytes(KEY_BYTES);
	await writeFile(path, fresh, {
		mode: 384,
		flush: true
	});
	return fresh;
}

// ../../work/h/me/dist/relay/db/connection.js
/**
* SQLite, from Node where Node has it (22.5 and later), else from `libsql`; both sit behind `Connection`. All of it is
* synchronous: microseconds, one writer.
*/
function connect(path) {
	const builtin = nodeSqlite();
	const database = builtin === void 0 ? new (libsql())(path) : new builtin(path);
	const statements = /* @__PURE__ */ new Map();
	const prepared = (sql) => {
		let statement = statements.get(sql);
		if (statement === void 0) {
			statement = database.prepare(sql);
			statements.set(sql, statement);
		}
		return statement;
	};
	const bound = (values) => {
		for (const value of values) if (value !== null && typeof value !== "string" && !Number.isSafeInteger(value)) throw new SyncError("INTERNAL", "Only strings, whole numbers and null can be stored.");
		return builtin === void 0 ? [values] : [...values];
	};
	return {
		exec: (sql) => void database.exec(sql),
		all: (sql, values) => prepared(sql).all(...bound(values)),
		run: (sql, values) => Number(prepared(sql).run(...bound(values)).changes),
		close: () => {
			if (statements.size > 0) database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
			statements.clear();
			database.close();
		}
	};
}
function nodeSqlite() {
	const emitWarning = process.emitWarning;
	process.emitWarning = () => {};
	try {
		const { getBuiltinModule } = process;
		return (getBuiltinModule?.("node:sqlite"))?.DatabaseSync;
	} finally {
		process.emitWarning = emitWarning;
	}
}
/** Loaded only where it is needed: it is native code. */
const libsql = () => createRequire(import.meta.url)("libsql");

// ../../work/h/me/dist/relay/db/events.js
var Events = class {
	#sql;
	constructor(sql) {
		this.#sql = sql;
	}
	newestCursor(projectId) {
		return this.#sql.row("SELECT max(cursor) AS cursor FROM events WHERE project_id = ?", projectId)?.cursor ?? 0;
	}
	after(projectId, cursor, limit) {
		return this.#sql.rows("SELECT cursor, change FROM events WHERE project_id = ? AND cursor > ? ORDER BY cursor LIMIT ?", projectId, cursor, limit);
	}
	/** A change that is already there (by its id) keeps its place: publishing it again changes nothing. */
	add(change) {
		return this.#sql.transaction(() => {
			const known = this.#sql.row("SELECT cursor, change FROM events WHERE project_id = ? AND change_id = ?", change.projectId, change.changeId);
			return known === void 0 ? {
				...this.#appendEvent(change),
				isNew: true
			} : {
				...known,
				isNew: false
			};
		});
	}
	#appendEvent(change) {
		const event = {
			cursor: this.newestCursor(change.projectId) + 1,
			change: JSON.stringify(change)
		};
		this.#sql.run("INSERT INTO events (project_id, cursor, change_id, change) VALUES (?, ?, ?, ?)", change.projectId, event.cursor, change.changeId, event.change);
		return event;
	}
	announcedRefs(projectId) {
		const rows = this.#sql.rows("SELECT name, id, commit_id FROM refs WHERE project_id = ?", projectId);
		return new Map(rows.map((row) => [row.name, row.commit_id === null ? { id: row.id } : {
			id: row.id,
			commitId: row.commit_id
		}]));
	}
	/** Events and the refs they tell of, together: a kill between the two would lose or repeat a hint. */
	announce(projectId, moves) {
		return this.#sql.transaction(() => moves.map(({ name, to, change }) => {
			if (to === void 0) this.#sql.run("DELETE FROM refs WHERE project_id = ? AND name = ?", projectId, name);
			else this.#sql.run(`INSERT INTO refs (project_id, name, id, commit_id) VALUES (?, ?, ?, ?)
             ON CONFLICT (project_id, name) DO UPDATE SET id = excluded.id, commit_id = excluded.commit_id`, projectId, name, to.id, to.commitId ?? null);
			return this.#appendEvent(change);
		}));
	}
};

// ../../work/h/me/dist/relay/db/statements.js
/** As the tables keep time. */
const now = () => (/* @__PURE__ */ new Date()).toISOString();
var Statements = class {
	#connection;
	constructor(connection) {
		this.#connection = connection;
	}
	/** `Row` states the columns of the statement beside it: SQLite's answers carry no types. */
	rows(sql, ...values) {
		return this.#connection.all(sql, values);
	}
	row(sql, ...values) {
		return this.rows(sql, ...values)[0];
	}
	/** How many rows it changed. */
	run(sql, ...values) {
		return this.#connection.run(sql, values);
	}
	#open = 0;
	/** All of it or nothing. A transaction inside another is part of it. */
	transaction(work) {
		if (this.#open > 0) return work();
		this.#connection.exec("BEGIN IMMEDIATE");
		this.#open++;
		try {
			const result = work();
			this.#connection.exec("COMMIT");
			return result;
		} catch (error) {
			this.#connection.exec("ROLLBACK");
			throw error;
		} finally {
			this.#open--;
		}
	}
};

// ../../work/h/me/dist/relay/db/people.js
/** People and their tokens. Secrets arrive hashed (../access/auth.ts) and are stored so. */
/** `last_used_at` is for people: a minute's precision spares a write on every request. */
const LAST_USED_PRECISION_MS = 6e4;
const userOf = (row) => ({
	id: row.id,
	name: row.name,
	mayCreateProjects: row.may_create_projects === 1
});
var People = class {
	#sql;
	constructor(sql) {
		this.#sql = sql;
	}
	hasUsers() {
		return this.#sql.row("SELECT 1 FROM users LIMIT 1") !== void 0;
	}
	addUser(user, tokenHash) {
		this.#sql.transaction(() => {
			this.#sql.run("INSERT INTO users (id, name, may_create_projects, created_at) VALUES (?, ?, ?, ?)", user.id, user.name, user.mayCreateProjects ? 1 : 0, now());
			this.addToken(user.id, tokenHash);
		});
	}
	addToken(userId, tokenHash) {
		this.#sql.run("INSERT INTO tokens (hash, user_id, created_at) VALUES (?, ?, ?)", tokenHash, userId, now());
	}
	userByToken(tokenHash) {
		const row = this.#sql.row("SELECT users.*, tokens.last_used_at FROM tokens JOIN users ON users.id = tokens.user_id WHERE hash = ?", tokenHash);
		if (row === void 0) return void 0;
		if (row.last_used_at === null || Date.now() - Date.parse(row.last_used_at) > LAST_USED_PRECISION_MS) this.#sql.run("UPDATE tokens SET last_used_at = ? WHERE hash = ?", now(), tokenHash);
		return userOf(row);
	}
};

// ../../work/h/me/dist/relay/db/projects.js
const projectOf = (row) => ({
	id: row.id,
	name: row.name,
	defaultBranch: row.default_branch
});
var Projects = class {
	#sql;
	constructor(sql) {
		this.#sql = sql;
	}
	/** Answers false when there already is a project of this id. */
	add(project, owner) {
		return this.#sql.transaction(() => {
			if (this.#sql.run("INSERT INTO projects (id, name, default_branch, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", project.id, project.name, project.defaultBranch, now()) === 0) return false;
			this.addMember(project.id, owner.id, "owner");
			return true;
		});
	}
	find(id) {
		const row = this.#sql.row("SELECT * FROM projects WHERE id = ?", id);
		return row === void 0 ? void 0 : projectOf(row);
	}
	ids() {
		return this.#sql.rows("SELECT * FROM projects").map((row) => row.id);
	}
	/** Makes the user a member, or raises the role of one who is; a role is never lowered here. */
	addMember(projectId, userId, role) {
		const held = this.#sql.row("SELECT role FROM members WHERE project_id = ? AND user_id = ?", projectId, userId);
		if (held !== void 0 && reaches(held.role, role)) return;
		this.#sql.run(`INSERT INTO members (project_id, user_id, role, created_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (project_id, user_id) DO UPDATE SET role = excluded.role`, projectId, userId, role, now());
	}
	/** `undefined` alike when there is no such project and when the user is not in it. */
	member(projectId, user) {
		const row = this.#sql.row(`SELECT projects.*, members.role FROM members JOIN projects ON projects.id = members.project_id
       WHERE project_id = ? AND user_id = ?`, projectId, user.id);
		return row === void 0 ? void 0 : {
			user,
			project: projectOf(row),
			role: row.role
		};
	}
	memberships(user) {
		return this.#sql.rows(`SELECT projects.*, members.role FROM members JOIN projects ON projects.id = members.project_id
       WHERE user_id = ? ORDER BY projects.id`, user.id).map((row) => ({
			user,
			project: projectOf(row),
			role: row.role
		}));
	}
	members(project) {
		return this.#sql.rows(`SELECT users.*, members.role FROM members JOIN users ON users.id = members.user_id
       WHERE project_id = ? ORDER BY members.created_at, users.id`, project.id).map((row) => ({
			user: userOf(row),
			project,
			role: row.role
		}));
	}
};

// ../../work/h/me/dist/relay/db/invites.js
var Invites = class {
	#sql;
	#people;
	#projects;
	constructor(sql, people, projects) {
		this.#sql = sql;
		this.#people = people;
		this.#projects = projects;
	}
	add(codeHash, projectId, role, createdBy) {
		this.#sql.run("INSERT INTO invites (hash, project_id, role, created_by, created_at) VALUES (?, ?, ?, ?, ?)", codeHash, projectId, role, createdBy.id, now());
	}
	find(codeHash) {
		const row = this.#sql.row(`SELECT projects.*, invites.role FROM invites JOIN projects ON projects.id = invites.project_id
       WHERE hash = ?`, codeHash);
		return row === void 0 ? void 0 : {
			project: projectOf(row),
			role: row.role
		};
	}
	/** Lets someone in: a new user with a first token, or one more token for a user that is there. */
	accept(projectId, role, user, isNew, tokenHash) {
		this.#sql.transaction(() => {
			if (isNew) this.#people.addUser(user, tokenHash);
			else this.#people.addToken(user.id, tokenHash);
			this.#projects.addMember(projectId, user.id, role);
		});
	}
};

// ../../work/h/me/dist/relay/db/locks.js
/** LFS locks. */
const lockOf = (row) => ({
	id: row.id,
	path: row.path,
	ownerId: row.owner_id,
	ownerName: row.owner_name,
	lockedAt: row.locked_at
});
var Locks = class {
	#sql;
	constructor(sql) {
		this.#sql = sql;
	}
	/** The lock, and whether it is the new one: of two at once on one path, exactly one wins. */
	add(projectId, lock) {
		return this.#sql.transaction(() => {
			const added = this.#sql.run(`INSERT INTO locks (id, project_id, path, owner_id, locked_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (project_id, path) DO NOTHING`, lock.id, projectId, lock.path, lock.owner.id, now());
			const [held] = this.list(projectId, {
				path: lock.path,
				limit: 1
			}).locks;
			if (held === void 0) throw new SyncError("INTERNAL", `The lock on "${lock.path}" was not stored.`);
			return {
				lock: held,
				isNew: added > 0
			};
		});
	}
	find(projectId, id) {
		return this.list(projectId, {
			id,
			limit: 1
		}).locks[0];
	}
	list(projectId, query) {
		const rows = this.#sql.rows(`SELECT locks.*, users.name AS owner_name FROM locks JOIN users ON users.id = locks.owner_id
       WHERE project_id = ? AND sequence > ? AND (? IS NULL OR path = ?) AND (? IS NULL OR locks.id = ?)
       ORDER BY sequence LIMIT ?`, projectId, Number(query.cursor ?? 0), query.path ?? null, query.path ?? null, query.id ?? null, query.id ?? null, query.limit + 1);
		const page = rows.slice(0, query.limit);
		const last = page.at(-1);
		const locks = page.map(lockOf);
		return rows.length > query.limit && last !== void 0 ? {
			locks,
			nextCursor: String(last.sequence)
		} : { locks };
	}
	remove(projectId, id) {
		return this.#sql.run("DELETE FROM locks WHERE project_id = ? AND id = ?", projectId, id) > 0;
	}
};

// ../../work/h/me/dist/relay/db/migrations.js
/** The schema, version by version. A data folder of any older version is brought up to date when it is opened. */
/** Each entry takes the schema from its index to the next version. Never edit one that was released: append. */
const MIGRATIONS = [`CREATE TABLE users (
     id TEXT PRIMARY KEY, name TEXT NOT NULL, may_create_projects INTEGER NOT NULL, created_at TEXT NOT NULL
   ) STRICT;
   CREATE TABLE tokens (
     hash TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users(id), created_at TEXT NOT NULL, last_used_at TEXT
   ) STRICT;
   CREATE TABLE projects (
     id TEXT PRIMARY KEY, name TEXT NOT NULL, default_branch TEXT NOT NULL, created_at TEXT NOT NULL
   ) STRICT;
   CREATE TABLE members (
     project_id TEXT NOT NULL REFERENCES projects(id), user_id TEXT NOT NULL REFERENCES users(id),
     role TEXT NOT NULL, created_at TEXT NOT NULL, PRIMARY KEY (project_id, user_id)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE invites (
     hash TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES projects(id), role TEXT NOT NULL,
     created_by TEXT NOT NULL REFERENCES users(id), created_at TEXT NOT NULL
   ) STRICT;
   CREATE TABLE events (
     project_id TEXT NOT NULL REFERENCES projects(id), cursor INTEGER NOT NULL, change_id TEXT NOT NULL,
     change TEXT NOT NULL, PRIMARY KEY (project_id, cursor), UNIQUE (project_id, change_id)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE refs (
     project_id TEXT NOT NULL REFERENCES projects(id), name TEXT NOT NULL, id TEXT NOT NULL, commit_id TEXT,
     PRIMARY KEY (project_id, name)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE locks (
     sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
     project_id TEXT NOT NULL REFERENCES projects(id), path TEXT NOT NULL,
     owner_id TEXT NOT NULL REFERENCES users(id), locked_at TEXT NOT NULL, UNIQUE (project_id, path)
   ) STRICT;`];
/** @throws SyncError `INVALID_CONFIG` when a newer modsync wrote it; nothing is changed then */
function migrate(connection) {
	const [row] = connection.all("PRAGMA user_version", []);
	if (row.user_version > MIGRATIONS.length) throw new SyncError("INVALID_CONFIG", "A newer modsync wrote this data folder. Serve it with that version, or newer; this one leaves it untouched.", { data: {
		found: row.user_version,
		known: MIGRATIONS.length
	} });
	for (let version = row.user_version; version < MIGRATIONS.length; version++) connection.exec(`BEGIN IMMEDIATE; ${MIGRATIONS[version]} PRAGMA user_version = ${version + 1}; COMMIT;`);
}

// ../../work/h/me/dist/relay/db/holdFile.js
/** One process at a time: what the data folder, and upkeep in it, is held by. */
/**
* Holds a data folder for this process, by an exclusive transaction in a file of its own: the operating system lets
* go of it however the process ends.
* @returns what lets go of it
* @throws SyncError `FILE_BUSY` when another relay holds it
*/
function holdFile(path) {
	const connection = connect(path);
	try {
		connection.exec("BEGIN EXCLUSIVE");
	} catch (cause) {
		connection.close();
		throw new SyncError("FILE_BUSY", `Another relay serves this data folder. Stop it first, or give --data another folder.`, {
			data: { path },
			cause
		});
	}
	return () => connection.close();
}

// ../../work/h/me/dist/relay/db/db.js
/**
* The relay's memory: one SQLite file. This folder is the only place of the house that speaks SQL: a class for each
* group of tables, with a method for each question and each change; every method is one statement or one transaction.
*/
var Database = class Database {
	people;
	projects;
	invites;
	events;
	locks;
	close;
	constructor(sql, close) {
		this.people = new People(sql);
		this.projects = new Projects(sql);
		this.invites = new Invites(sql, this.people, this.projects);
		this.events = new Events(sql);
		this.locks = new Locks(sql);
		this.close = close;
	}
	/**
	* Opens the file, or makes it, and brings its schema up to date.
	* @throws SyncError `INVALID_CONFIG` when a newer modsync wrote it
	*/
	static open(path) {
		const connection = connect(path);
		try {
			connection.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000;");
			migrate(connection);
		} catch (error) {
			connection.close();
			throw error;
		}
		return new Database(new Statements(connection), () => connection.close());
	}
};

// ../../work/h/me/dist/relay/feed/feedSocket.js
const PATH = /^\/api\/projects\/([^/?]+)\/feed(?:\?|$)/;
const LARGEST_MESSAGE = 16384;
/** Close codes of RFC 6455 and its registry; those from 4000 on are ours: the client should not simply try again. */
const CLOSE = {
	goingAway: 1012,
	tooSlow: 1013,
	refused: 4403
};
function serveFeedSockets(server, relay) {
	const sockets = new WebSocketServer({
		noServer: true,
		maxPayload: LARGEST_MESSAGE,
		perMessageDeflate: false
	});
	const answered = /* @__PURE__ */ new WeakSet();
	server.on("upgrade", (request, socket, head) => {
		socket.on("error", () => {});
		const project = PATH.exec(request.url ?? "")?.[1];
		const refuse = (status) => void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
		if (project === void 0) return refuse("404 Not Found");
		const { address } = relay.callers.of(request);
		try {
			relay.throttle.request(address);
		} catch {
			return refuse("429 Too Many Requests");
		}
		sockets.handleUpgrade(request, socket, head, (client) => {
			answered.add(client);
			client.on("pong", () => answered.add(client));
			client.on("error", () => client.terminate());
			greet(client, project, relay, address);
		});
	});
	const heartbeat = setInterval(() => {
		for (const client of sockets.clients) if (!answered.delete(client)) client.terminate();
		else client.ping();
	}, relay.limits.heartbeatMs);
	heartbeat.unref();
	return {
		close: () => {
			clearInterval(heartbeat);
			for (const client of sockets.clients) client.close(CLOSE.goingAway, "The relay restarts.");
		},
		terminate: () => {
			for (const client of sockets.clients) client.terminate();
		}
	};
}
function greet(client, project, relay, address) {
	const refuse = (error) => {
		const told = error instanceof SyncError ? error : new SyncError("INTERNAL", "The relay failed.");
		if (told !== error) relay.log.error({ err: error });
		send(client, {
			type: "error",
			code: told.code,
			message: told.message
		});
		if (error instanceof WrongSecret) relay.throttle.wrongSecret(address);
		client.close(told.code === "RATE_LIMITED" ? CLOSE.tooSlow : CLOSE.refused, told.code);
	};
	const timer = setTimeout(() => refuse(invalid("The first message did not come in time: a hello with a token.")), relay.limits.feedHelloMs);
	client.once("close", () => clearTimeout(timer));
	client.once("message", (data) => {
		clearTimeout(timer);
		try {
			const hello = feedHello.safeParse(parsedJson(String(data)));
			if (!hello.success) throw invalid("The first message must be a hello with a token.");
			relay.throttle.beforeSecret(address, hashSecret(hello.data.token));
			const member = memberOf(relay, userOfToken(relay, hello.data.token), project);
			relay.feed.requirePlace(member.project.id);
			follow(client, member.project.id, hello.data.cursor, relay);
		} catch (error) {
			refuse(error);
		}
	});
}
function follow(client, projectId, cursor, relay) {
	let sent = Promise.resolve(true);
	const unfollow = relay.feed.follow(projectId, cursor, {
		event: (event, replayed) => {
			const message = changeMessage(event);
			if (replayed) sent = new Promise((resolve) => client.send(message, (error) => resolve(error === void 0 || error === null)));
			else if (client.bufferedAmount > relay.limits.feedBacklog) {
				relay.feed.cutOff++;
				client.close(CLOSE.tooSlow, "Too slow: come back with your cursor.");
				client.terminate();
			} else client.send(message);
		},
		ready: (newest) => send(client, {
			type: "ready",
			cursor: newest
		}),
		drained: () => sent,
		goAway: () => client.close(CLOSE.goingAway, "The relay restarts.")
	});
	client.once("close", unfollow);
}
const send = (client, message) => client.send(JSON.stringify(message));
function parsedJson(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}

// ../../work/h/me/dist/relay/git/changedPaths.js
/** Which paths a push changed: as much of that as a hint can carry. */
const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
/** What a new branch is compared with: the commit where it left the default one, or nothing at all. */
async function forkPoint(git, repository, ref, defaultBranch, commit) {
	const main = `refs/heads/${defaultBranch}`;
	if (ref === main) return EMPTY_TREE;
	return (await git.output(repository, [
		"merge-base",
		main,
		commit
	]).catch(() => "")).trim() || EMPTY_TREE;
}
const KINDS = {
	A: "added",
	D: "deleted"
};
/**
* Reads `git diff-tree -z --name-status` as it comes: status NUL path NUL, and so on.
* @param most after so many paths git is stopped and the list says that it is cut
* @throws SyncError `INTERNAL` when git fails
*/
async function changedPaths(git, repository, from, to, most) {
	const diff = git.start(repository, [
		"diff-tree",
		"-r",
		"-z",
		"--name-status",
		"--no-renames",
		from,
		to
	]);
	const paths = [];
	let kind;
	let rest = Buffer.alloc(0);
	for await (const chunk of diff.output) {
		const bytes = Buffer.concat([rest, chunk]);
		let start = 0;
		for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, start)) {
			const word = bytes.toString("utf8", start, end);
			start = end + 1;
			if (kind === void 0) kind = KINDS[word] ?? "modified";
			else if (paths.length === most) {
				diff.stop();
				return {
					paths,
					pathsTruncated: true
				};
			} else {
				paths.push({
					path: word,
					kind
				});
				kind = void 0;
			}
		}
		rest = bytes.subarray(start);
	}
	const { code, complaint } = await diff.exit;
	if (code !== 0) throw new SyncError("INTERNAL", `git diff-tree failed: ${complaint}`);
	return { paths };
}

// ../../work/h/me/dist/relay/git/announce.js
/**
* Turns moved refs into hints. After each push, and for every project when the relay starts, the repository's refs
* are compared with those announced last; the differences become events, stored in one transaction with the new
* refs. So a kill between a push and its hint loses nothing.
*
* Several pushes can run at once, and one comparison may see what another of them moved. Each push therefore says
* beforehand which ref it wants where (pushCommands.ts), and a move is attributed to whoever announced it: a hint
* with the wrong origin would be dropped by the one device that needs it.
*/
/** A move of more branches than this is announced without paths: each costs a process. */
const MOST_DIFFS = 50;
var Announcer = class {
	#parts;
	#pushes = /* @__PURE__ */ new Map();
	/** Comparisons of one project run one after the other; one that waits serves all who asked meanwhile. */
	#running = /* @__PURE__ */ new Map();
	constructor(parts) {
		this.#parts = parts;
	}
	begin(project, pusher) {
		const push = {
			pusher,
			targets: /* @__PURE__ */ new Map()
		};
		const pushes = this.#pushes.get(project.id) ?? /* @__PURE__ */ new Set();
		this.#pushes.set(project.id, pushes.add(push));
		return {
			expect: ({ ref, to }) => push.targets.set(ref, to),
			finish: () => {
				this.compare(project).finally(() => {
					pushes.delete(push);
					if (pushes.size === 0) this.#pushes.delete(project.id);
				});
			}
		};
	}
	/** Resolves when every move made before this call is announced. Failures are logged; the next comparison mends. */
	compare(project) {
		const running = this.#running.get(project.id);
		if (running !== void 0) {
			running.again = true;
			return running.done;
		}
		const state = {
			again: false,
			done: Promise.resolve()
		};
		this.#running.set(project.id, state);
		state.done = (async () => {
			do {
				state.again = false;
				await this.#compareOnce(project).catch((err) => this.#parts.log.error({
					project: project.id,
					err
				}, "moved refs could not be announced"));
			} while (state.again);
			this.#running.delete(project.id);
		})();
		return state.done;
	}
	/** Resolves when nothing is left to announce. */
	async idle() {
		while (this.#running.size > 0) await Promise.all([...this.#running.values()].map(({ done }) => done));
	}
	async #compareOnce(project) {
		const { db, feed } = this.#parts;
		const current = await this.#currentRefs(project);
		const announced = db.events.announcedRefs(project.id);
		const moves = [];
		for (const [name, to] of current) {
			const from = announced.get(name);
			if (from?.id !== to.id) moves.push({
				name,
				from,
				to
			});
		}
		for (const [name, from] of announced) if (!current.has(name)) moves.push({
			name,
			from,
			to: void 0
		});
		if (moves.length === 0) return;
		const withPaths = moves.filter((move) => isBranch(move.name)).length <= MOST_DIFFS;
		const announcements = [];
		for (const move of moves) announcements.push({
			name: move.name,
			to: move.to,
			change: await this.#change(project, move, withPaths)
		});
		feed.publish(project.id, db.events.announce(project.id, announcements));
	}
	async #change(project, move, withPaths) {
		const { name, from, to } = move;
		const pusher = this.#pusherOf(project.id, move);
		const paths = !isBranch(name) || to?.commitId === void 0 ? {} : withPaths ? await this.#paths(project, name, from?.commitId, to.commitId) : { pathsTruncated: true };
		return {
			changeId: randomUUID(),
			projectId: project.id,
			kind: isBranch(name) ? "push" : "tag",
			author: pusher?.author ?? to?.madeBy ?? "",
			timestamp: (/* @__PURE__ */ new Date()).toISOString(),
			...pusher?.origin === void 0 ? {} : { origin: pusher.origin },
			ref: name,
			...to?.commitId === void 0 ? {} : { commitId: to.commitId },
			...from?.commitId === void 0 ? {} : { previousCommitId: from.commitId },
			...paths
		};
	}
	#pusherOf(projectId, { name, to }) {
		for (const { pusher, targets } of this.#pushes.get(projectId) ?? []) if (targets.has(name) && targets.get(name) === to?.id) return pusher;
	}
	async #paths(project, name, from, to) {
		const { git, folder, limits, log } = this.#parts;
		const repository = folder.repository(project.id);
		try {
			const base = from ?? await forkPoint(git, repository, name, project.defaultBranch, to);
			return await changedPaths(git, repository, base, to, limits.changedPaths);
		} catch (err) {
			log.warn({
				project: project.id,
				err
			}, "the paths of a push could not be listed");
			return { pathsTruncated: true };
		}
	}
	async #currentRefs(project) {
		const { git, folder } = this.#parts;
		const listing = await git.output(folder.repository(project.id), [
			"for-each-ref",
			`--format=${[
				"objectname",
				"objecttype",
				"*objectname",
				"*objecttype",
				"refname",
				"authorname",
				"taggername"
			].map((field) => `%(${field})`).join("%00")}`,
			"refs/heads",
			"refs/tags"
		]);
		const refs = /* @__PURE__ */ new Map();
		for (const line of listing.split("\n")) {
			const [id = "", type, peeled = "", peeledType, name, author, tagger] = line.split("\0");
			if (!isObjectId(id) || name === void 0) continue;
			const commit = type === "commit" ? id : peeledType === "commit" ? peeled : void 0;
			refs.set(name, {
				id,
				...commit === void 0 ? {} : { commitId: commit },
				madeBy: (author || tagger || "").slice(0, 200)
			});
		}
		return refs;
	}
};
const isBranch = (ref) => ref.startsWith("refs/heads/");

// ../../work/h/me/dist/relay/git/turns.js
/** So many at once; who comes after that waits, in order. */
var Turns = class {
	#free;
	#waiting = [];
	constructor(atOnce) {
		this.#free = atOnce;
	}
	/** Resolves with what ends the turn. */
	async take() {
		if (this.#free > 0) this.#free--;
		else await new Promise((resolve) => this.#waiting.push(resolve));
		let ended = false;
		return () => {
			if (ended) return;
			ended = true;
			const next = this.#waiting.shift();
			if (next === void 0) this.#free++;
			else next();
		};
	}
};

// ../../work/h/me/dist/relay/git/gitProcess.js
/**
* The system's git, as this relay starts it: by its absolute path, with an environment of our making, on one pinned
* repository, under settings of ours. Nothing of the machine's or the user's Git configuration reaches it, and
* nothing that a client sends becomes an argument without a check.
*/
/** For every repository here. Git reads it in place of the user's configuration; the system's is switched off. */
const settings = (limits) => `\
# Written by the relay at each start.
[core]
	fsync = committed
	fsyncMethod = batch
[receive]
	fsckObjects = true
	maxInputSize = ${limits.push}
	autogc = false
	advertisePushOptions = true
[transfer]
	hideRefs = refs/modsync
[uploadpack]
	allowFilter = true
	allowAnySHA1InWant = true
[http]
	receivepack = true
[gc]
	auto = 0
[maintenance]
	auto = false
`;
/** Of what git says on stderr, this much is kept, for the log. */
const COMPLAINT_LENGTH = 4096;
/** Milliseconds between asking a git to stop and making it. */
const STOP_GRACE_MS = 5e3;
var Git = class Git {
	#path;
	#folder;
	#running = /* @__PURE__ */ new Set();
	#turns;
	constructor(path, folder, atOnce) {
		this.#turns = new Turns(atOnce);
		this.#path = path;
		this.#folder = folder;
	}
	/** @throws SyncError `INVALID_CONFIG` when there is no git */
	static async open(folder, limits, gitPath) {
		const path = gitPath ?? findProgram("git", process.env);
		if (path === void 0) throw new SyncError("INVALID_CONFIG", "The relay needs git, and there is none on the PATH. Install git, then start again.");
		await writeFile(folder.gitConfig, settings(limits));
		return new Git(path, folder, limits.gitAtOnce);
	}
	/** How many run. */
	get running() {
		return this.#running.size;
	}
	/**
	* The server's side of a fetch or a push, when it is its turn. `protocol` as the client's `Git-Protocol` header asks.
	*/
	async serve(service, repository, options) {
		const endTurn = await this.#turns.take();
		const git = this.#start(repository, [
			service,
			"--stateless-rpc",
			...options.advertise ? ["--http-backend-info-refs"] : [],
			"."
		], options.protocol);
		git.exit.then(endTurn);
		return git;
	}
	/** Starts a git command; its output is a stream. */
	start(repository, args) {
		const git = this.#start(repository, args);
		git.input.end();
		return git;
	}
	/** The whole output of a command. @throws SyncError `INTERNAL` when it fails */
	async output(repository, args) {
		const git = this.start(repository, args);
		const chunks = [];
		for await (const chunk of git.output) chunks.push(chunk);
		const { code, complaint } = await git.exit;
		if (code !== 0) throw new SyncError("INTERNAL", `git ${args[0]} failed: ${complaint}`);
		return Buffer.concat(chunks).toString("utf8");
	}
	/** Makes an empty bare repository, unless the folder is there: of two at once one wins, and both are served. */
	async createRepository(repository, branch) {
		const made = join(this.#folder.temporary, randomUUID());
		await this.output(this.#folder.path, [
			"init",
			"--quiet",
			"--bare",
			"--template=",
			`--initial-branch=${branch}`,
			made
		]);
		try {
			await rename(made, repository);
		} catch (error) {
			await rm(made, {
				recursive: true,
				force: true
			});
			if (!await exists(join(repository, "HEAD"))) throw error;
		}
	}
	/** Ends those that still run. */
	close() {
		for (const git of this.#running) git.stop();
	}
	#start(repository, args, protocol) {
		const child = spawn(this.#path, [
			"-c",
			`core.hooksPath=${this.#folder.hooks}`,
			"-c",
			"safe.directory=*",
			...args
		], {
			cwd: repository,
			env: {
				PATH: dirname(this.#path),
				HOME: this.#folder.path,
				LC_ALL: "C.UTF-8",
				GIT_CONFIG_NOSYSTEM: "1",
				GIT_CONFIG_GLOBAL: this.#folder.gitConfig,
				GIT_TERMINAL_PROMPT: "0",
				...args[0] === "init" ? {} : { GIT_DIR: repository },
				...protocol === void 0 ? {} : { GIT_PROTOCOL: protocol },
				...process.platform === "win32" ? { SystemRoot: process.env.SystemRoot } : {}
			},
			detached: process.platform !== "win32",
			windowsHide: true,
			stdio: [
				"pipe",
				"pipe",
				"pipe"
			]
		});
		child.stdin.on("error", () => {});
		const git = {
			input: child.stdin,
			output: child.stdout,
			exit: exitOf(child, child.stderr),
			stop: () => stop(child, args[0] === "receive-pack")
		};
		this.#running.add(git);
		child.once("close", () => this.#running.delete(git));
		return git;
	}
};
function exitOf(child, stderr) {
	let complaint = "";
	stderr.setEncoding("utf8").on("data", (text) => {
		if (complaint.length < COMPLAINT_LENGTH) complaint += text.slice(0, COMPLAINT_LENGTH - complaint.length);
	});
	return new Promise((resolve) => {
		child.once("error", (error) => resolve({
			code: null,
			signal: null,
			complaint: error.message
		}));
		child.once("close", (code, signal) => resolve({
			code,
			signal,
			complaint: complaint.trim()
		}));
	});
}
/**
* A signal makes receive-pack leave its half-received objects behind (since Git 2.39), the end of its input makes it
* remove them: so that comes first, and a signal only when it does not help.
*/
function stop(child, byInput) {
	if (child.exitCode !== null || child.signalCode !== null) return;
	child.stdin?.destroy();
	if (!byInput) child.kill("SIGTERM");
	const timer = setTimeout(() => {
		try {
			if (process.platform !== "win32" && child.pid !== void 0) process.kill(-child.pid, "SIGKILL");
			else child.kill("SIGKILL");
		} catch {}
	}, STOP_GRACE_MS);
	timer.unref();
	child.once("close", () => clearTimeout(timer));
}
const exists = (path) => access(path).then(() => true, () => false);

// ../../work/h/me/dist/relay/http/listener.js
/** The server under the app: plain or TLS, how many may connect, and how long they may be silent. */
const RENEWAL_LOOK_MS = 36e5;
/** @throws SyncError `INVALID_CONFIG` when the certificate cannot be used */
async function makeListener(limits, callers, tls, onRenewalFault) {
	const server = tls === void 0 ? createServer$1() : await tlsServer(tls);
	server.requestTimeout = 0;
	server.keepAliveTimeout = 65e3;
	server.timeout = limits.idleMs;
	server.maxConnections = limits.connections;
	limitConnections(server, limits, callers);
	const renew = async () => {
		if (tls !== void 0 && "setSecureContext" in server) await usable(tls, (pems) => server.setSecureContext(pems));
	};
	const timer = tls === void 0 ? void 0 : setInterval(() => renew().catch(onRenewalFault), RENEWAL_LOOK_MS);
	timer?.unref();
	return {
		server,
		scheme: tls === void 0 ? "http" : "https",
		renew,
		stop: () => clearInterval(timer)
	};
}
const tlsServer = (files) => usable(files, (pems) => createServer$2({
	...pems,
	minVersion: "TLSv1.2"
}));
async function usable(files, use) {
	try {
		return use({
			cert: await readFile(files.cert),
			key: await readFile(files.key)
		});
	} catch (cause) {
		throw new SyncError("INVALID_CONFIG", `The certificate ${files.cert} and its key ${files.key} cannot be used: ${cause instanceof Error ? cause.message : cause}`, {
			data: { ...files },
			cause
		});
	}
}
function limitConnections(server, limits, callers) {
	const open = /* @__PURE__ */ new Map();
	server.on("connection", (socket) => {
		const address = plainAddress(socket.remoteAddress);
		if (callers.isTrusted(address)) return;
		const count = (open.get(address) ?? 0) + 1;
		if (count > limits.connectionsPerAddress) {
			socket.destroy();
			return;
		}
		open.set(address, count);
		socket.once("close", () => {
			const left = (open.get(address) ?? 1) - 1;
			if (left === 0) open.delete(address);
			else open.set(address, left);
		});
	});
}
/** @returns the URL under which this machine reaches it */
function listen({ server, scheme }, host, port) {
	return new Promise((resolve, reject) => {
		server.once("error", (cause) => reject(new SyncError("INVALID_CONFIG", `The relay cannot listen on ${host}:${port}. Is the port taken? Try another one.`, {
			data: {
				host,
				port
			},
			cause
		})));
		server.listen(port, host, () => {
			const address = server.address();
			resolve(`${scheme}://${address.address === "0.0.0.0" || address.address === "::" ? "127.0.0.1" : address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`);
		});
	});
}

// ../../work/h/me/dist/relay/http/throttle.js
/** Buckets beyond this many are looked through, and the full ones forgotten: they say nothing. */
const MOST_BUCKETS = 1e4;
const MINUTE_MS = 6e4;
var Buckets = class {
	#capacity;
	#buckets = /* @__PURE__ */ new Map();
	constructor(perMinute) {
		this.#capacity = perMinute;
	}
	/** How many may be taken now. */
	level(key) {
		const bucket = this.#buckets.get(key);
		if (bucket === void 0) return this.#capacity;
		const now = performance.now();
		bucket.level = Math.min(this.#capacity, bucket.level + (now - bucket.at) / MINUTE_MS * this.#capacity);
		bucket.at = now;
		return bucket.level;
	}
	take(key) {
		const level = this.level(key) - 1;
		const bucket = this.#buckets.get(key);
		if (bucket !== void 0) bucket.level = Math.max(0, level);
		else {
			if (this.#buckets.size >= MOST_BUCKETS) this.#forgetFull();
			this.#buckets.set(key, {
				level,
				at: performance.now()
			});
		}
	}
	/** Seconds until one may be taken, or a few more than that. */
	wait(key) {
		return Math.max(1, Math.ceil((1 - this.level(key)) / this.#capacity * 60));
	}
	#forgetFull() {
		for (const key of this.#buckets.keys()) if (this.level(key) >= this.#capacity) this.#buckets.delete(key);
	}
};
var Throttle = class {
	#requests;
	#guesses;
	/** Hashes of tokens that were right before: one guesser does not lock out everybody behind the same address. */
	#known = /* @__PURE__ */ new Set();
	constructor(limits) {
		this.#requests = new Buckets(limits.requestsPerMinute);
		this.#guesses = new Buckets(limits.guessesPerMinute);
	}
	/** Counts a request. @throws RelayError 429 */
	request(address) {
		if (this.#requests.level(address) < 1) throw tooMany(this.#requests.wait(address));
		this.#requests.take(address);
	}
	/** Before a secret is looked at. @throws RelayError 429 while the address has guessed too often */
	beforeSecret(address, tokenHash) {
		if (tokenHash !== void 0 && this.#known.has(tokenHash)) return;
		if (this.#guesses.level(address) < 1) throw tooMany(this.#guesses.wait(address));
	}
	wrongSecret(address) {
		this.#guesses.take(address);
	}
	rightToken(tokenHash) {
		this.#known.add(tokenHash);
	}
};

// ../../work/h/me/dist/relay/operate/metrics.js
/** Seconds. */
const BUCKETS = [
	.005,
	.025,
	.1,
	.5,
	2.5,
	10,
	60
];
var Metrics = class {
	/** By method, route and status. */
	#requests = /* @__PURE__ */ new Map();
	#seconds = /* @__PURE__ */ new Map();
	#received = 0;
	#sent = 0;
	/** @param route the route's pattern; `none` where no route matched */
	request(method, route, status, seconds) {
		const key = `method="${method}",route="${route}",status="${status}"`;
		this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1);
		const label = `route="${route}"`;
		const histogram = this.#seconds.get(label) ?? {
			counts: BUCKETS.map(() => 0),
			sum: 0,
			count: 0
		};
		this.#seconds.set(label, histogram);
		histogram.sum += seconds;
		histogram.count++;
		for (const [at, bound] of BUCKETS.entries()) if (seconds <= bound) histogram.counts[at] = (histogram.counts[at] ?? 0) + 1;
	}
	/** Of one connection, when it has ended. */
	traffic(received, sent) {
		this.#received += received;
		this.#sent += sent;
	}
	text(relay, connections) {
		const memory = process.memoryUsage();
		return `${[
			...family("modsync_requests_total", "counter", "Requests that were answered.", [...this.#requests]),
			...this.#histograms(),
			...family("modsync_connections", "gauge", "Open connections.", [["", connections]]),
			...family("modsync_received_bytes_total", "counter", "Bytes that came in over connections that have ended.", [["", this.#received]]),
			...family("modsync_sent_bytes_total", "counter", "Bytes that went out over connections that have ended.", [["", this.#sent]]),
			...family("modsync_feed_followers", "gauge", "Followers of a feed.", [["", relay.feed.connected]]),
			...family("modsync_feed_events_total", "counter", "Events that were published.", [["", relay.feed.published]]),
			...family("modsync_feed_cut_off_total", "counter", "Followers that were too slow.", [["", relay.feed.cutOff]]),
			...family("modsync_git_processes", "gauge", "Processes of git that run.", [["", relay.git.running]]),
			...family("modsync_projects", "gauge", "Projects.", [["", relay.db.projects.ids().length]]),
			...family("process_resident_memory_bytes", "gauge", "Memory of the process.", [["", memory.rss]]),
			...family("process_cpu_seconds_total", "counter", "CPU time of the process.", [["", (process.cpuUsage().user + process.cpuUsage().system) / 1e6]]),
			...family("process_start_time_seconds", "gauge", "When the process started.", [["", Math.round(performance.timeOrigin) / 1e3]])
		].join("\n")}\n`;
	}
	#histograms() {
		const name = "modsync_request_seconds";
		const lines = [`# HELP ${name} How long answers took.`, `# TYPE ${name} histogram`];
		for (const [label, { counts, sum, count }] of this.#seconds) {
			for (const [at, bound] of BUCKETS.entries()) lines.push(`${name}_bucket{${label},le="${bound}"} ${counts[at]}`);
			lines.push(`${name}_bucket{${label},le="+Inf"} ${count}`, `${name}_sum{${label}} ${sum}`, `${name}_count{${label}} ${count}`);
		}
		return lines;
	}
};
function family(name, type, help, values) {
	return [
		`# HELP ${name} ${help}`,
		`# TYPE ${name} ${type}`,
		...values.map(([labels, value]) => `${name}${labels === "" ? "" : `{${labels}}`} ${value}`)
	];
}

// ../../work/h/me/dist/relay/server.js
/** Puts a relay together from its parts, starts it, and takes it down without dropping what is in flight. */
const STDERR = 2;
const SECOND_LOOK_MS = 3e4;
/**
* @throws SyncError `FILE_BUSY` when another relay serves the data folder, `INVALID_CONFIG` when git is missing, the
* address is taken, or a newer modsync wrote the folder
*/
async function startRelay(options) {
	const limits = {
		...defaultLimits,
		...options.limits
	};
	const callers = new Callers(options.trustedProxies ?? []);
	const log = pino({ level: options.log ?? "info" }, pino.destination(STDERR));
	const folder = await openDataFolder(options.dataDir);
	const letGo = holdFile(folder.lock);
	let db;
	try {
		await emptyTemporary(folder);
		const git = await Git.open(folder, limits, options.gitPath);
		db = Database.open(folder.database);
		const feed = new FeedHub(db, limits);
		const announcer = new Announcer({
			db,
			folder,
			git,
			feed,
			limits,
			log
		});
		const listener = await makeListener(limits, callers, options.tls, (err) => log.error({ err }, "the certificate could not be read again"));
		const { server } = listener;
		const metrics = new Metrics();
		let url = "";
		const publicUrl = options.publicUrl?.replace(/\/+$/, "");
		const relay = {
			db,
			folder,
			git,
			feed,
			announcer,
			limits,
			log,
			readJson: jsonReader(limits.json),
			running: /* @__PURE__ */ new Set(),
			callers,
			throttle: new Throttle(limits),
			metrics,
			mayReadMetrics: addressList(options.metricsFor ?? ["loopback"]),
			connections: () => connections,
			usage: new Usage(folder, limits),
			baseUrl: baseUrlOf(publicUrl, callers, () => url)
		};
		let connections = 0;
		server.on("connection", (socket) => {
			connections++;
			socket.once("close", () => {
				connections--;
				metrics.traffic(socket.bytesRead, socket.bytesWritten);
			});
		});
		server.on("request", createApp(relay));
		server.on("request", (_request, response) => {
			response.once("close", () => {
				if (!server.listening) server.closeIdleConnections();
			});
		});
		const sockets = serveFeedSockets(server, relay);
		const listening = await listen(listener, options.host ?? "127.0.0.1", options.port ?? 0);
		url = publicUrl ?? listening;
		const ownerToken = db.people.hasUsers() ? void 0 : addOwner(db, options.ownerName ?? "owner");
		log.info({
			url,
			listening,
			dataDir: folder.path
		}, "the relay listens");
		const stopAnnouncing = announceAll(relay);
		let closing;
		return {
			url,
			...ownerToken === void 0 ? {} : { ownerToken },
			renewCertificate: () => listener.renew(),
			close: () => {
				stopAnnouncing();
				listener.stop();
				closing ??= closeRelay(relay, server, sockets).finally(letGo);
				return closing;
			}
		};
	} catch (error) {
		db?.close();
		letGo();
		throw error;
	}
}
function addOwner(db, name) {
	const token = newToken();
	db.people.addUser({
		id: randomUUID(),
		name,
		mayCreateProjects: true
	}, hashSecret(token));
	return token;
}
/**
* Tells of what was pushed just before the last relay died, project by project; and once more a little later, for a
* git that outlived that relay and landed its push meanwhile.
* @returns what stops it
*/
function announceAll(relay) {
	let stopped = false;
	const announce = async () => {
		for (const id of relay.db.projects.ids()) {
			const project = stopped ? void 0 : relay.db.projects.find(id);
			if (project === void 0) return;
			await relay.announcer.compare(project);
		}
	};
	const again = setTimeout(announce, SECOND_LOOK_MS);
	again.unref();
	announce();
	return () => {
		stopped = true;
		clearTimeout(again);
	};
}
async function closeRelay(relay, server, sockets) {
	const closed = new Promise((resolve) => server.close(() => resolve()));
	const patience = setTimeout(() => {
		sockets.terminate();
		relay.git.close();
		server.closeAllConnections();
	}, relay.limits.shutdownMs);
	relay.feed.close();
	sockets.close();
	while (relay.running.size > 0) await Promise.allSettled(relay.running);
	await closed;
	clearTimeout(patience);
	await relay.announcer.idle();
	relay.db.close();
}

export { readConfig, startRelay };