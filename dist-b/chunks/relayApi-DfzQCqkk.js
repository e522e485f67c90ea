import { n as concat, o as text } from "./bytes-N1wsZNrM.js";
import { f as object, h as string, i as array, l as literal } from "./schemas-BxumLJnB.js";
import { i as throwIfAborted, t as SyncError } from "./errors-CKzV5trQ.js";
import { a as failure, c as inviteInfo, d as projectInfo, f as publishedChange, h as whoAmI, l as memberInfo, n as acceptInviteAnswer, p as relayRoutes } from "./relay-C9Y_RNf1.js";

// ../../work/h/me/dist/backends/relayApi.js
/** A typed client of the relay's HTTP API. Every answer is checked against the schemas of shared/wire/relay.ts. */
const TIMEOUT_MS = 3e4;
/** Most bytes of an answer that are read. */
const LARGEST_ANSWER = 8 << 20;
const REDIRECTS = /* @__PURE__ */ new Set([
	301,
	302,
	303,
	307,
	308
]);
/** What a relay may tell of; any other code is an answer that this version does not understand. */
const RELAY_CODES = /* @__PURE__ */ new Set([
	"ACCESS_DENIED",
	"INTERNAL",
	"INVALID_ID",
	"INVALID_INPUT",
	"INVALID_INVITE",
	"NOT_FOUND",
	"NO_SPACE",
	"PROJECT_EXISTS",
	"RATE_LIMITED"
]);
const isRelayCode = (code) => RELAY_CODES.has(code);
const health = object({ status: string() });
function relayApi(options) {
	const origin = options.origin.replace(/\/+$/, "");
	const send = options.fetch ?? fetch;
	async function exchange(method, path, { signal }, body) {
		throwIfAborted(signal);
		const headers = new Headers({ accept: "application/json" });
		const token = await options.token?.();
		if (token !== void 0) headers.set("authorization", `Bearer ${token}`);
		if (body !== void 0) headers.set("content-type", "application/json");
		const deadline = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
		try {
			const response = await send(origin + path, {
				method,
				headers,
				redirect: "manual",
				signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
				...body !== void 0 && { body: JSON.stringify(body) }
			});
			if (REDIRECTS.has(response.status)) throw redirected(origin, response.headers.get("location"));
			return {
				status: response.status,
				json: parsedJson(await readText(response))
			};
		} catch (error) {
			throwIfAborted(signal);
			if (error instanceof SyncError) throw error;
			throw connectionFailed(origin, deadline.aborted ? /* @__PURE__ */ new Error("no answer in time") : error);
		}
	}
	async function call(schema, method, path, callOptions = {}, body) {
		const { status, json } = await exchange(method, path, callOptions, body);
		const answer = object({
			success: literal(true),
			data: schema
		}).safeParse(json);
		if (answer.success) return answer.data.data;
		throw refusal(origin, status, json);
	}
	return {
		origin,
		isRelay: async (callOptions = {}) => {
			const { status, json } = await exchange("GET", relayRoutes.health, callOptions);
			return status === 200 && health.safeParse(json).success;
		},
		whoAmI: (callOptions) => call(whoAmI, "GET", relayRoutes.whoAmI, callOptions),
		projects: (callOptions) => call(array(projectInfo), "GET", relayRoutes.projects, callOptions),
		createProject: (project, callOptions) => call(projectInfo, "POST", relayRoutes.projects, callOptions, project),
		project: (id, callOptions) => call(projectInfo, "GET", relayRoutes.project(id), callOptions),
		createInvite: (id, callOptions) => call(inviteInfo, "POST", relayRoutes.invites(id), callOptions, {}),
		acceptInvite: (code, name, callOptions) => call(acceptInviteAnswer, "POST", relayRoutes.acceptInvite, callOptions, {
			code,
			name
		}),
		members: (id, callOptions) => call(array(memberInfo), "GET", relayRoutes.members(id), callOptions),
		publishChange: (change, callOptions) => call(publishedChange, "POST", relayRoutes.changes(change.projectId), callOptions, change)
	};
}
/** An invite is the URL of the relay's join page. @throws SyncError `INVALID_INVITE` */
function parseInvite(invite) {
	const typed = invite.trim();
	const parsed = URL.canParse(typed) ? new URL(typed) : void 0;
	const code = parsed && /^\/join\/([\w-]{8,200})\/?$/.exec(parsed.pathname)?.[1];
	if (!parsed || !code || !/^https?:$/.test(parsed.protocol)) throw new SyncError("INVALID_INVITE", "This is not an invite. It looks like https://relay.example/join/CODE; \"modsync share\" prints one. A project that you are in already is cloned: modsync clone URL");
	return {
		origin: parsed.origin,
		code
	};
}
function parsedJson(content) {
	try {
		return JSON.parse(content);
	} catch {
		return;
	}
}
async function readText(response) {
	const parts = [];
	let length = 0;
	const body = response.body;
	if (body === null) return "";
	for await (const part of body) {
		length += part.length;
		if (length > LARGEST_ANSWER) throw new Error("the answer is too long");
		parts.push(part);
	}
	return text(concat(parts));
}
/** Another machine's words, made harmless for a terminal and short. */
const clean = (words) => words.replace(/[\p{Cc}\p{Cf}]+/gu, " ").trim().slice(0, 500);
function redirected(origin, location) {
	const to = location !== null && URL.canParse(location, origin) ? new URL(location, origin).origin : void 0;
	return new SyncError("REMOTE_PROTOCOL", `${origin} sends you to ${to === void 0 || to === origin ? "another address" : to}: use that address, if you trust it.`, { data: { origin } });
}
function refusal(origin, status, json) {
	const data = {
		origin,
		status
	};
	const told = failure.safeParse(json);
	if (told.success) {
		const { code, message } = told.data.error;
		if (isRelayCode(code)) return new SyncError(code, clean(message), { data });
		return new SyncError("REMOTE_PROTOCOL", `The relay refused (${clean(code)}): ${clean(message)}`, { data });
	}
	if (status >= 500) return new SyncError("BACKEND_CONNECTION_FAILED", `Backend connection failed: ${origin} answered ${status}. Try again in a while; its owner may have to look at its log.`, { data });
	return new SyncError("REMOTE_PROTOCOL", `${origin} does not answer as a modsync relay does (HTTP ${status}). Check the address; one is started with "modsync serve".`, { data });
}
/** What `fetch` throws says little itself; its cause has the system's code. */
function connectionFailed(origin, error) {
	const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
	const words = (cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "") || (cause instanceof Error ? cause.message : String(cause));
	return new SyncError("BACKEND_CONNECTION_FAILED", `Backend connection failed: ${origin} cannot be reached (${clean(words)}). Check the address and the network, and that the relay runs: modsync serve`, {
		data: {
			origin,
			retryable: true
		},
		cause: error
	});
}

export { parseInvite as n, relayApi as r, connectionFailed as t };