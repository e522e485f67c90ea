import { c as utf8, i as exactText, n as concat, o as text } from "./bytes-N1wsZNrM.js";
import { i as throwIfAborted, r as hasCode, t as SyncError } from "./errors-CKzV5trQ.js";
import { _ as readBundle, c as lockPage, d as verifyLocksPage, g as bundleHead, h as BUNDLE_TRANSFER, i as bundleAnswer, m as BUNDLE_MEDIA_TYPE, p as BUNDLED_ASSET, r as batchResponse, s as lockAnswer, t as LFS_MEDIA_TYPE } from "./lfs-CatXzQzj.js";
import { n as isOid } from "./ids-DsdmpKNc.js";

// ../../work/h/me/dist/lfs/failures.js
/** What an LFS server's refusals and a broken connection mean to the caller, as `SyncError`s. */
/** A URL without its query, which may hold a signature. */
function shownUrl(url) {
	const parsed = URL.canParse(url) ? new URL(url) : void 0;
	return parsed ? `${parsed.origin}${parsed.pathname}` : "an invalid URL";
}
function failure(code, message, attempt, data, cause) {
	const where = attempt.oid ? `${message} (asset ${attempt.oid})` : message;
	return new SyncError(code, where, {
		data: {
			...data,
			step: attempt.step,
			url: shownUrl(attempt.url),
			...attempt.oid && { oid: attempt.oid }
		},
		cause
	});
}
/** The server's own words, made harmless for a terminal and short. */
function quoted(message) {
	const clean = message.replace(/[\p{Cc}\p{Cf}]+/gu, " ").trim().slice(0, 300);
	return clean ? `. It says: "${clean}"` : "";
}
/** Milliseconds from a `Retry-After` header: seconds, or a date. */
function retryAfter(header, now = Date.now()) {
	if (!header) return void 0;
	if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1e3;
	const date = Date.parse(header);
	return Number.isNaN(date) ? void 0 : Math.max(0, date - now);
}
function meaningOf(status, { step, oid }) {
	const aboutOne = oid !== void 0;
	switch (status) {
		case 401: return {
			code: "ACCESS_DENIED",
			words: "The asset store asks who you are; sign in with \"modsync login\" and try again",
			retryable: false
		};
		case 403: return {
			code: "ACCESS_DENIED",
			words: step === "locks" ? "The remote does not let you change this lock; its holder or an owner of the project can" : "The asset store does not let you do this; ask an owner of the project for the right to",
			retryable: false
		};
		case 404:
		case 410:
			if (!aboutOne) return {
				code: "NOT_FOUND",
				words: "No asset store answers at this address; check the URL and that you may see the project",
				retryable: false
			};
			return step === "verify" ? {
				code: "ASSET_MISSING",
				words: "The store does not have what was just uploaded",
				retryable: true
			} : {
				code: "ASSET_MISSING",
				words: "The asset store does not have this asset; whoever added it has to sync once more",
				retryable: false
			};
		case 408:
		case 425: return {
			code: "BACKEND_CONNECTION_FAILED",
			words: "Backend connection failed: the asset store gave up waiting; try again",
			retryable: true
		};
		case 422:
			if (step === "upload") return {
				code: "ASSET_CORRUPT",
				words: "The asset store says that the bytes are not those of the asset",
				retryable: false
			};
			return {
				code: "ASSET_REFUSED",
				words: "The asset store does not accept this request",
				retryable: false
			};
		case 409:
		case 413: return {
			code: "ASSET_REFUSED",
			words: "The asset store refuses this (too large?)",
			retryable: false
		};
		case 429: return {
			code: "RATE_LIMITED",
			words: "The asset store asks to slow down",
			retryable: true
		};
		case 507: return {
			code: "ASSET_REFUSED",
			words: "The asset store is full",
			retryable: false
		};
		case 509: return {
			code: "RATE_LIMITED",
			words: "The bandwidth that the asset store grants is used up",
			retryable: false
		};
		case 501: return {
			code: "REMOTE_PROTOCOL",
			words: "This server does not speak the LFS batch API; check the URL",
			retryable: false
		};
	}
	return status >= 500 ? {
		code: "BACKEND_CONNECTION_FAILED",
		words: `Backend connection failed: the asset store answered ${status}; try again in a while`,
		retryable: true
	} : {
		code: "REMOTE_PROTOCOL",
		words: `The asset store answered ${status}, which is no answer to this request; check the URL`,
		retryable: false
	};
}
/** For an HTTP status, of a whole answer or of one object within a batch answer. */
function refusal(status, message, attempt, retryAfterMs) {
	const { code, words, retryable } = meaningOf(status, attempt);
	return failure(code, `${words}${quoted(message)}`, attempt, {
		retryable,
		status,
		...retryAfterMs !== void 0 && { retryAfterMs }
	});
}
const protocolFailure = (words, attempt, cause) => failure("REMOTE_PROTOCOL", words, attempt, { retryable: false }, cause);
const stalled = (timeoutMs, attempt) => failure("SYNC_TIMEOUT", `Sync timeout: nothing came from the asset store for ${timeoutMs / 1e3} seconds; check the connection and try again`, attempt, { retryable: true });
/** By shape: `fetch` may belong to another realm, whose `Error` is not ours. */
const part = (error, name) => typeof error === "object" && error !== null && name in error ? error[name] : void 0;
/** `fetch` was told not to follow a redirect, and met one: so undici says it. */
const isUnexpectedRedirect = (error) => /redirect/i.test(String(part(part(error, "cause"), "message")));
/** What `fetch` throws says little itself; its cause has the system's code. */
function connectionFailure(error, attempt) {
	if (error instanceof SyncError) return error;
	const cause = part(error, "cause") ?? error;
	const words = part(cause, "code") ?? part(cause, "message") ?? String(cause);
	return failure("BACKEND_CONNECTION_FAILED", `Backend connection failed: ${shownUrl(attempt.url)} cannot be reached or broke off (${words}); check the address and the network`, attempt, { retryable: true }, error);
}

// ../../work/h/me/dist/lfs/json.js
/** A body of the LFS API, checked. @throws SyncError `REMOTE_PROTOCOL` */
function parseAnswer(body, schema, attempt) {
	let json;
	try {
		json = JSON.parse(text(body));
	} catch (cause) {
		throw protocolFailure("What answers is no LFS server (no JSON); check the URL", attempt, cause);
	}
	const parsed = schema.safeParse(json);
	if (parsed.success) return parsed.data;
	throw protocolFailure("The asset store answers in a form that is not LFS", attempt, parsed.error);
}

// ../../work/h/me/dist/lfs/batch.js
const BATCH_SIZE = 100;
const MAX_ANSWER$2 = 16 << 20;
/** Answers that nobody asked for any more go, the oldest first. */
const MAX_REMEMBERED = 2e4;
/** An action this close to its end is renewed rather than used. Milliseconds. */
const EXPIRY_MARGIN = 5e3;
var Batches = class {
	#server;
	#url;
	#remembered = /* @__PURE__ */ new Map();
	/** The server takes several small assets in one request. */
	takesBundles = false;
	constructor(server) {
		this.#server = server;
		this.#url = `${server.url}/objects/batch`;
	}
	/** Asks about all of them, in pieces, and remembers what it heard. */
	async ask(operation, assets, signal) {
		const wanted = [...new Map(assets.map((asset) => [asset.oid, asset])).values()];
		const answers = /* @__PURE__ */ new Map();
		for (let at = 0; at < wanted.length; at += 100) for (const [oid, answer] of await this.#request(operation, wanted.slice(at, at + 100), signal)) {
			answers.set(oid, answer);
			this.#remember(operation, oid, answer);
		}
		return answers;
	}
	/** A remembered answer that still holds. It is given once: whoever comes back after a failure asks anew. */
	take(operation, oid) {
		const key = `${operation} ${oid}`;
		const answer = this.#remembered.get(key);
		this.#remembered.delete(key);
		return answer?.kind === "action" && answer.expiresAt - EXPIRY_MARGIN <= Date.now() ? void 0 : answer;
	}
	/** Asks about one object now. */
	async fresh(operation, asset, signal) {
		return (await this.#request(operation, [asset], signal)).get(asset.oid) ?? {
			kind: "error",
			error: this.#silence(operation, asset.oid)
		};
	}
	#remember(operation, oid, answer) {
		const oldest = this.#remembered.keys().next();
		if (this.#remembered.size >= MAX_REMEMBERED && !oldest.done) this.#remembered.delete(oldest.value);
		this.#remembered.set(`${operation} ${oid}`, answer);
	}
	async #request(operation, assets, signal) {
		const attempt = {
			step: "batch",
			url: this.#url
		};
		const response = parseResponse(await (await this.#server.http.send({
			attempt,
			method: "POST",
			headers: await this.#server.apiHeaders(),
			body: utf8(JSON.stringify({
				operation,
				transfers: ["basic", BUNDLE_TRANSFER],
				...await this.#server.ref(),
				objects: assets.map(({ oid, size }) => ({
					oid,
					size
				})),
				hash_algo: "sha256"
			})),
			signal
		})).readWhole(MAX_ANSWER$2), attempt);
		this.takesBundles = response.transfer === BUNDLE_TRANSFER;
		const heard = new Map(response.objects.map((object) => [object.oid, object]));
		return new Map(assets.map(({ oid }) => {
			const object = heard.get(oid);
			return [oid, object ? this.#answerOf(operation, oid, object) : {
				kind: "error",
				error: this.#silence(operation, oid)
			}];
		}));
	}
	#answerOf(operation, oid, object) {
		if (object.error) {
			const { code, message } = object.error;
			return {
				kind: "error",
				error: refusal(code, message, {
					step: operation,
					url: this.#url,
					oid
				})
			};
		}
		const action = object.actions?.[operation];
		if (!action) return operation === "upload" ? { kind: "present" } : {
			kind: "error",
			error: refusal(404, "", {
				step: operation,
				url: this.#url,
				oid
			})
		};
		const verify = object.actions?.verify;
		return {
			kind: "action",
			action,
			...operation === "upload" && verify && { verify },
			authenticated: object.authenticated ?? false,
			expiresAt: expiryOf(action)
		};
	}
	#silence(operation, oid) {
		return protocolFailure("The asset store did not answer for an asset it was asked about", {
			step: operation,
			url: this.#url,
			oid
		});
	}
};
/** `expires_in` beats `expires_at`; neither, zero, or nonsense: it does not expire. */
function expiryOf({ expires_in, expires_at }) {
	if (expires_in) return Date.now() + expires_in * 1e3;
	const at = expires_at ? Date.parse(expires_at) : NaN;
	return at > 0 ? at : Number.POSITIVE_INFINITY;
}
function parseResponse(body, attempt) {
	const parsed = parseAnswer(body, batchResponse, attempt);
	const { transfer } = parsed;
	if (transfer && transfer !== "basic" && transfer !== "modsync-bundle") throw protocolFailure(`The asset store insists on the transfer "${transfer}"`, attempt);
	return parsed;
}

// ../../work/h/me/dist/lfs/bundles.js
const MAX_ANSWER$1 = 1 << 20;
/** Bytes that go out in one piece: small assets one by one would cost more than they carry. */
const PIECE = 524288;
/** @returns those that are stored now */
async function sendBundle(server, assets, signal) {
	const attempt = {
		step: "upload",
		url: `${server.url}/objects/bundle/upload`
	};
	const headers = await server.apiHeaders();
	headers.set("content-type", BUNDLE_MEDIA_TYPE);
	const body = {
		size: assets.reduce((sum, asset) => sum + bundleHead(asset).length + asset.size, 0),
		open: () => inPieces(contentOf(assets))
	};
	const answer = await server.http.send({
		attempt,
		method: "POST",
		headers,
		body,
		signal
	});
	const { objects } = parseAnswer(await answer.readWhole(MAX_ANSWER$1), bundleAnswer, attempt);
	const stored = new Set(objects.filter(({ error }) => !error).map(({ oid }) => oid));
	return new Set(assets.map(({ oid }) => oid).filter((oid) => stored.has(oid)));
}
/** In any order; what the server leaves out has to be asked for by itself. Not verified. */
async function* getBundle(server, assets, signal) {
	const attempt = {
		step: "download",
		url: `${server.url}/objects/bundle/download`
	};
	const headers = await server.apiHeaders();
	headers.set("accept", BUNDLE_MEDIA_TYPE);
	headers.set("accept-encoding", "identity");
	const body = utf8(JSON.stringify({ objects: assets.map(({ oid, size }) => ({
		oid,
		size
	})) }));
	const answer = await server.http.send({
		attempt,
		method: "POST",
		headers,
		body,
		signal
	});
	yield* readBundle(answer.bytes);
}
async function* contentOf(assets) {
	for (const asset of assets) {
		yield bundleHead(asset);
		yield* asset.open();
	}
}
async function* inPieces(content) {
	let parts = [];
	let length = 0;
	for await (const part of content) {
		parts.push(part);
		length += part.length;
		if (length < PIECE) continue;
		yield concat(parts);
		parts = [];
		length = 0;
	}
	if (length > 0) yield concat(parts);
}

// ../../work/h/me/dist/lfs/patience.js
/**
* How long an exchange may stay silent. The clock runs between `wait` and `rest` only, so that a slow disk or a slow
* reader on our side is never taken for a server that hangs. Carries the caller's abort along.
*/
var Patience = class {
	#controller = new AbortController();
	#timeoutMs;
	#attempt;
	#caller;
	/** One for many pieces: a timer for each would cost more than the piece. */
	#timer;
	/** Since when the other side is waited for, by `performance.now`. */
	#since;
	#timedOut = false;
	#ended = false;
	constructor(timeoutMs, attempt, caller) {
		this.#timeoutMs = timeoutMs;
		this.#attempt = attempt;
		this.#caller = caller;
		caller?.addEventListener("abort", this.#abort, { once: true });
	}
	get signal() {
		return this.#controller.signal;
	}
	#abort = () => this.#controller.abort(this.#caller?.reason);
	wait() {
		if (this.#ended || this.#controller.signal.aborted) return;
		this.#since = performance.now();
		this.#timer ??= setTimeout(this.#look, this.#timeoutMs);
	}
	rest() {
		this.#since = void 0;
	}
	#look = () => {
		this.#timer = void 0;
		if (this.#ended || this.#since === void 0) return;
		const left = this.#since + this.#timeoutMs - performance.now();
		if (left > 0) {
			this.#timer = setTimeout(this.#look, left);
			return;
		}
		this.#timedOut = true;
		this.#controller.abort();
	};
	/** The exchange is over; a body that is still being pulled starts no clock any more. */
	end() {
		this.#ended = true;
		clearTimeout(this.#timer);
		this.#caller?.removeEventListener("abort", this.#abort);
	}
	/** The reason why the exchange was cut short from our side, if it was. */
	failure() {
		if (this.#timedOut) return stalled(this.#timeoutMs, this.#attempt);
		try {
			throwIfAborted(this.#caller);
			return;
		} catch (error) {
			return error;
		}
	}
};

// ../../work/h/me/dist/lfs/requestBody.js
function outgoing(body, attempt, patience) {
	if (body !== void 0 && !(body instanceof Uint8Array)) return streamed(body, attempt, patience);
	return {
		init: body === void 0 ? {} : { body },
		failure: () => void 0,
		close: async () => void 0
	};
}
function streamed(body, attempt, patience) {
	const source = body.open()[Symbol.asyncIterator]();
	let sent = 0;
	let failed;
	let closed = false;
	const close = async () => {
		closed = true;
		await source.return?.();
	};
	return {
		init: {
			body: new ReadableStream({
				async pull(controller) {
					patience.rest();
					try {
						const next = await source.next();
						if (closed) return;
						sent += next.done ? 0 : next.value.length;
						if (sent > body.size || next.done && sent < body.size) throw failure("ASSET_CORRUPT", "The file is not as long as its pointer says", attempt, { retryable: false });
						if (next.done) controller.close();
						else controller.enqueue(next.value);
					} catch (error) {
						failed = error;
						controller.error(error);
					} finally {
						patience.wait();
					}
				},
				cancel: close
			}, { highWaterMark: 0 }),
			duplex: "half"
		},
		failure: () => failed,
		close
	};
}

// ../../work/h/me/dist/lfs/http.js
/**
* One HTTP exchange with an LFS server or with the storage it points to: who gets which credentials, redirects,
* streamed bodies, a clock that notices a silent connection, and failures as `SyncError`s.
*/
const MAX_REDIRECTS = 5;
const REDIRECTS = /* @__PURE__ */ new Set([
	301,
	302,
	303,
	307,
	308
]);
/** Headers that say nothing about who asks, and go along to another host. */
const ANONYMOUS = /* @__PURE__ */ new Set([
	"accept",
	"accept-encoding",
	"content-length",
	"content-type",
	"range"
]);
/** Belong to the connection: a server's answer must not set them. */
const HOP_BY_HOP = [
	"connection",
	"content-length",
	"expect",
	"host",
	"keep-alive",
	"te",
	"trailer",
	"transfer-encoding"
];
/** Most bytes of an error message that are read. */
const MAX_MESSAGE = 65536;
/** As the server gave them, but for those that are the connection's. @throws SyncError `REMOTE_PROTOCOL` */
function actionHeaders(given, attempt) {
	try {
		const headers = new Headers(given);
		for (const name of HOP_BY_HOP) headers.delete(name);
		return headers;
	} catch (cause) {
		throw protocolFailure("The asset store asks for headers that HTTP does not allow", attempt, cause);
	}
}
/** @throws SyncError `REMOTE_PROTOCOL` for what is not a plain http(s) address */
function httpUrl(url, attempt, base) {
	const parsed = URL.canParse(url, base) ? new URL(url, base) : void 0;
	if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username || parsed.password) throw protocolFailure("The asset store points to an address that is not plain http or https", attempt);
	return parsed;
}
var Http = class {
	#fetch;
	#timeoutMs;
	constructor(fetcher, timeoutMs) {
		this.#fetch = fetcher;
		this.#timeoutMs = timeoutMs;
	}
	/**
	* @throws SyncError for every status but 2xx and those in `accept`; `SYNC_TIMEOUT`, `BACKEND_CONNECTION_FAILED`,
	* `REMOTE_PROTOCOL`, `ABORTED`
	*/
	async send(request, accept = []) {
		const { attempt } = request;
		let url = httpUrl(attempt.url, attempt);
		let headers = request.headers;
		for (let hops = 0;; hops++) {
			const answer = await this.#exchange(request, url, headers);
			if (!REDIRECTS.has(answer.status)) return await this.#judge(answer, attempt, accept);
			await answer.discard();
			const location = answer.headers.get("location");
			if (location === null || hops === MAX_REDIRECTS || answer.status === 303 && request.method !== "GET") throw protocolFailure(`The asset store redirects (${answer.status}) to nowhere`, attempt);
			const next = httpUrl(location, attempt, url.href);
			if (url.protocol === "https:" && next.protocol === "http:") throw protocolFailure("The asset store redirects from https to http, which is not followed", attempt);
			if (next.origin !== url.origin) headers = new Headers([...headers].filter(([name]) => ANONYMOUS.has(name)));
			url = next;
		}
	}
	async #judge(answer, attempt, accept) {
		if (answer.status >= 200 && answer.status < 300 || accept.includes(answer.status)) return answer;
		const words = await answer.readWhole(MAX_MESSAGE).catch(() => void 0);
		const after = retryAfter(answer.headers.get("retry-after"));
		throw refusal(answer.status, words ? messageIn(words) : "", attempt, after);
	}
	async #exchange(request, url, headers) {
		const { body } = request;
		if (body === void 0) return await this.#fetchOnce(request, url, headers, { redirect: "manual" });
		const sent = new Headers(headers);
		if (!(body instanceof Uint8Array || body.chunked)) sent.set("content-length", String(body.size));
		try {
			return await this.#fetchOnce(request, url, sent, {
				redirect: "error",
				window: null
			});
		} catch (error) {
			if (!(error instanceof SyncError && isUnexpectedRedirect(error.cause))) throw error;
			return await this.#fetchOnce(request, url, sent, { redirect: "manual" });
		}
	}
	async #fetchOnce({ attempt, method, body, signal }, url, headers, mode) {
		throwIfAborted(signal);
		const patience = new Patience(this.#timeoutMs, attempt, signal);
		const out = outgoing(body, attempt, patience);
		try {
			patience.wait();
			const init = {
				method,
				headers,
				signal: patience.signal,
				...mode,
				...out.init
			};
			const response = await this.#fetch(url.href, init);
			patience.rest();
			return answerOf(response, patience, attempt);
		} catch (error) {
			patience.end();
			await out.close();
			throw patience.failure() ?? out.failure() ?? connectionFailure(error, attempt);
		}
	}
};
function messageIn(body) {
	try {
		const parsed = JSON.parse(text(body));
		if (typeof parsed === "object" && parsed !== null && "message" in parsed) return String(parsed.message);
	} catch {}
	return "";
}
function answerOf(response, patience, attempt) {
	const reader = response.body?.getReader();
	const stop = async () => {
		patience.end();
		await reader?.cancel().catch(() => void 0);
	};
	const iterator = {
		async next() {
			try {
				patience.wait();
				const next = await reader?.read();
				patience.rest();
				if (next && !next.done) return next;
				patience.end();
				return {
					done: true,
					value: void 0
				};
			} catch (error) {
				await stop();
				throw patience.failure() ?? connectionFailure(error, attempt);
			}
		},
		async return() {
			await stop();
			return {
				done: true,
				value: void 0
			};
		}
	};
	const bytes = { [Symbol.asyncIterator]: () => iterator };
	const readWhole = async (limit) => {
		const parts = [];
		let length = 0;
		for await (const part of bytes) {
			length += part.length;
			if (length > limit) throw protocolFailure("The asset store's answer is endless", attempt);
			parts.push(part);
		}
		return concat(parts);
	};
	return {
		status: response.status,
		headers: response.headers,
		bytes,
		readWhole,
		async discard() {
			await readWhole(MAX_MESSAGE).catch(() => void 0);
		}
	};
}

// ../../work/h/me/dist/lfs/server.js
var LfsServer = class {
	/** Without a slash at the end. */
	url;
	http;
	#origin;
	#options;
	constructor(options) {
		this.#options = options;
		this.url = options.url.replace(/\/+$/, "");
		this.#origin = new URL(this.url).origin;
		this.http = new Http(options.fetch ?? fetch, options.timeoutMs ?? 6e4);
	}
	/** For a request of the LFS API. */
	async apiHeaders() {
		const headers = await this.#ownHeaders();
		headers.set("accept", LFS_MEDIA_TYPE);
		headers.set("content-type", LFS_MEDIA_TYPE);
		return headers;
	}
	/** The action's headers as given. Ours are added only where the action leads back to the LFS server itself. */
	async actionHeaders({ header, href }, authenticated, attempt) {
		const headers = actionHeaders(header ?? {}, attempt);
		const more = new URL(href).origin === this.#origin ? await this.#ownHeaders() : new Headers(this.#configured(href));
		for (const [name, value] of more) if (!headers.has(name) && !(authenticated && name === "authorization")) headers.set(name, value);
		return headers;
	}
	/** As the `ref` of a request: absent where nobody said which. */
	async ref() {
		const name = await this.#options.ref?.();
		return name === void 0 ? {} : { ref: { name } };
	}
	async #ownHeaders() {
		const headers = new Headers(this.#configured(this.url));
		for (const [name, value] of Object.entries(this.#options.headers ?? {})) headers.set(name, value);
		const authorization = await this.#options.authorize?.();
		if (authorization !== void 0) headers.set("authorization", authorization);
		return headers;
	}
	#configured(url) {
		return [...this.#options.headersFor?.(url) ?? []].map(([name, value]) => [name, value]);
	}
};

// ../../work/h/me/dist/lfs/client.js
/** An asset up to this size is sent as one buffer, which costs less than a stream. Bytes. */
const SMALL = 1 << 20;
/** Storage answers an outdated signature with one of these: worth one look at a new action. */
const STALE = /* @__PURE__ */ new Set([
	400,
	401,
	403,
	404,
	410
]);
/**
* Nothing is retried here, but an action that was remembered and turns out to be stale is renewed once.
* Errors: `ASSET_MISSING`, `ASSET_CORRUPT`, `ASSET_REFUSED`, `ACCESS_DENIED`, `NOT_FOUND`, `RATE_LIMITED`,
* `SYNC_TIMEOUT`, `BACKEND_CONNECTION_FAILED`, `REMOTE_PROTOCOL`, `ABORTED`; their `data` is a `FailureData`.
*/
function lfsClient(options) {
	const server = new LfsServer(options);
	const { http } = server;
	const batches = new Batches(server);
	async function withAction(operation, asset, signal, use, present) {
		const run = async (answer) => {
			if (answer.kind === "error") throw answer.error;
			return answer.kind === "present" ? present() : await use(answer);
		};
		const remembered = batches.take(operation, asset.oid);
		if (remembered?.kind === "action") try {
			return await run(remembered);
		} catch (error) {
			if (!(error instanceof SyncError && STALE.has(error.data.status))) throw error;
		}
		else if (remembered) return await run(remembered);
		return await run(await batches.fresh(operation, asset, signal));
	}
	async function upload(asset, { action, verify, authenticated }, signal) {
		const attempt = {
			step: "upload",
			url: action.href,
			oid: asset.oid
		};
		const headers = await server.actionHeaders(action, authenticated, attempt);
		if (!headers.has("content-type")) headers.set("content-type", "application/octet-stream");
		const chunked = asksForChunks(action);
		const body = asset.size <= SMALL && !chunked ? await collect(asset) : {
			size: asset.size,
			open: () => asset.open(),
			chunked
		};
		await (await http.send({
			attempt,
			method: "PUT",
			headers,
			body,
			signal
		})).discard();
		if (verify) await confirm(asset, verify, authenticated, signal);
	}
	async function confirm({ oid, size }, verify, authenticated, signal) {
		const attempt = {
			step: "verify",
			url: verify.href,
			oid
		};
		const headers = await server.actionHeaders(verify, authenticated, attempt);
		headers.set("accept", LFS_MEDIA_TYPE);
		headers.set("content-type", LFS_MEDIA_TYPE);
		const body = utf8(JSON.stringify({
			oid,
			size
		}));
		await (await http.send({
			attempt,
			method: "POST",
			headers,
			body,
			signal
		})).discard();
	}
	async function download({ oid, size }, start, { action, authenticated }, signal) {
		const attempt = {
			step: "download",
			url: action.href,
			oid
		};
		const headers = await server.actionHeaders(action, authenticated, attempt);
		headers.set("accept-encoding", "identity");
		if (start > 0 && start < size) {
			const ranged = new Headers(headers);
			ranged.set("range", `bytes=${start}-${size - 1}`);
			const answer = await http.send({
				attempt,
				method: "GET",
				headers: ranged,
				signal
			}, [416]);
			const from = startOf(answer);
			if (from !== void 0 && from <= start) return {
				start: from,
				bytes: answer.bytes
			};
			await answer.discard();
		}
		return {
			start: 0,
			bytes: (await http.send({
				attempt,
				method: "GET",
				headers,
				signal
			})).bytes
		};
	}
	return {
		batchSize: 100,
		async missing(assets, { signal } = {}) {
			const answers = await batches.ask("upload", assets, signal);
			return assets.filter(({ oid }) => answers.get(oid)?.kind !== "present");
		},
		put: (asset, { signal } = {}) => withAction("upload", asset, signal, (answer) => upload(asset, answer, signal), () => void 0),
		get: (asset, start = 0, { signal } = {}) => withAction("download", asset, signal, (answer) => download(asset, start, answer, signal), () => {
			throw new SyncError("INTERNAL", "A download cannot be present already.");
		}),
		async available(assets, { signal } = {}) {
			const answers = await batches.ask("download", assets, signal);
			return assets.filter(({ oid }) => answers.get(oid)?.kind === "action");
		},
		bundles: async () => batches.takesBundles ? BUNDLED_ASSET : 0,
		putMany: (assets, { signal } = {}) => sendBundle(server, assets, signal),
		getMany: (assets, { signal } = {}) => getBundle(server, assets, signal),
		async prepare(assets, operation, { signal } = {}) {
			await batches.ask(operation === "get" ? "download" : "upload", assets, signal);
		}
	};
}
/** Some servers say by this header that they take no declared length; the connection itself sets the header. */
const asksForChunks = ({ header }) => Object.entries(header ?? {}).some(([name, value]) => /^transfer-encoding$/i.test(name) && /^chunked$/i.test(value));
/** Where an answer to a range begins; `undefined` when it is none that can be used. */
function startOf({ status, headers }) {
	if (status === 200) return 0;
	const range = status === 206 ? /^bytes (\d{1,16})-/.exec(headers.get("content-range") ?? "") : null;
	return range ? Number(range[1]) : void 0;
}
/** @throws SyncError `ASSET_CORRUPT` when the source is not as long as it says */
async function collect(asset) {
	const parts = [];
	let length = 0;
	for await (const part of asset.open()) {
		length += part.length;
		if (length > asset.size) break;
		parts.push(part);
	}
	if (length === asset.size) return concat(parts);
	throw new SyncError("ASSET_CORRUPT", `The file is not as long as its pointer says (asset ${asset.oid}).`, { data: {
		oid: asset.oid,
		size: asset.size,
		retryable: false
	} });
}

// ../../work/h/me/dist/shared/wire/pktLine.js
/** Git's packets: four hex digits of length, then the content. Source: gitprotocol-common(5). */
const MAX_LENGTH = 65520;
const HEADER = 4;
/** Most bytes that one packet carries. */
const MAX_CONTENT = 65516;
const FLUSH = utf8("0000");
const headerOf = (length) => utf8((length + HEADER).toString(16).padStart(HEADER, "0"));
/** @throws SyncError `INVALID_INPUT` when it does not fit into a packet */
function pktLine(content) {
	const bytes = utf8(content);
	if (bytes.length > 65516) throw new SyncError("INVALID_INPUT", "A line for Git is too long.");
	return concat([headerOf(bytes.length), bytes]);
}
/** Bytes of any length in packets, without the flush that ends them. */
function packets(bytes) {
	const parts = [];
	for (let at = 0; at < bytes.length; at += MAX_CONTENT) {
		const part = bytes.subarray(at, at + MAX_CONTENT);
		parts.push(headerOf(part.length), part);
	}
	return concat(parts);
}
/** Reads packets from a stream of bytes of any size. Holds one packet and one piece of the stream at most. */
var PacketReader = class {
	#source;
	#fault;
	#bytes = /* @__PURE__ */ new Uint8Array(0);
	/** Of a packet that is read in pieces: bytes that have not come yet. */
	#left = 0;
	constructor(source, fault) {
		this.#source = source[Symbol.asyncIterator]();
		this.#fault = fault;
	}
	/** `'end'`: the stream is over. @throws SyncError as `fault` makes it */
	async next() {
		const length = await this.#header();
		if (typeof length === "string") return length;
		if (!await this.#fill(length)) throw this.#fault("broke off in the middle of what it said");
		return this.#take(length);
	}
	/** As `next`, but a packet comes in the pieces that the stream has it in, uncopied: for contents of any size. */
	async nextPiece() {
		while (this.#left === 0) {
			const length = await this.#header();
			if (typeof length === "string") return length;
			this.#left = length;
		}
		if (!await this.#fill(1)) throw this.#fault("broke off in the middle of what it said");
		const piece = this.#take(Math.min(this.#left, this.#bytes.length));
		this.#left -= piece.length;
		return piece;
	}
	/** How long the next packet's content is, or what kind without content it is. */
	async #header() {
		if (!await this.#fill(HEADER)) {
			if (this.#bytes.length === 0) return "end";
			throw this.#fault("broke off in the middle of what it said");
		}
		const length = lengthOf(this.#take(HEADER));
		if (length === 0) return "flush";
		if (length === 1 || length === 2) return "delimiter";
		if (length === void 0 || length < HEADER || length > MAX_LENGTH) throw this.#fault("sends something that is not the Git protocol");
		return length - HEADER;
	}
	/** What is left of the stream, packets no more. */
	async *rest() {
		try {
			const held = this.#take(this.#bytes.length);
			if (held.length > 0) yield held;
			for (let next = await this.#source.next(); !next.done; next = await this.#source.next()) yield next.value;
		} finally {
			await this.close();
		}
	}
	/** Lets go of the stream. */
	async close() {
		await this.#source.return?.();
	}
	async #fill(length) {
		if (this.#bytes.length >= length) return true;
		const parts = this.#bytes.length > 0 ? [this.#bytes] : [];
		let have = this.#bytes.length;
		while (have < length) {
			const next = await this.#source.next();
			if (next.done) break;
			parts.push(next.value);
			have += next.value.length;
		}
		this.#bytes = concat(parts);
		return have >= length;
	}
	#take(length) {
		const taken = this.#bytes.subarray(0, length);
		this.#bytes = this.#bytes.subarray(length);
		return taken;
	}
};
function lengthOf(bytes) {
	let length = 0;
	for (let i = 0; i < HEADER; i++) {
		const digit = Number.parseInt(String.fromCharCode(bytes[i]), 16);
		if (Number.isNaN(digit)) return void 0;
		length = length * 16 + digit;
	}
	return length;
}

// ../../work/h/me/dist/lfs/filterProcess.js
/**
* Git's long-running filter process, version 2: one process serves all files of one Git command.
* Source: gitattributes(5), "Long Running Filter Process"; gitprotocol-common(5).
*
* Portable: bytes come in by an `AsyncIterable` and go out by `write`. Neither a file nor its pointer is ever whole
* in memory here. Git sends all of a file before it reads the first byte of an answer, so an answer begins when all
* of the request has been read.
*/
const CAPABILITIES = [
	"clean",
	"smudge",
	"delay"
];
const brokenPipe = (what, cause) => new SyncError("REMOTE_PROTOCOL", `Git ${what}. This command is for Git itself to run.`, { cause });
/**
* Serves Git until it closes the pipe.
* @param write resolves when more may come
* @throws SyncError `REMOTE_PROTOCOL` when the other side is not Git, or dies in the middle of a file
*/
async function serveFilterProcess(input, write, work) {
	const reader = new PacketReader(input, brokenPipe);
	const lines = async (...content) => {
		for (const line of content) await write(pktLine(`${line}\n`));
		await write(FLUSH);
	};
	const hello = (await readLines(reader))?.lines ?? [];
	if (!hello.includes("git-filter-client") || !hello.includes("version=2")) throw brokenPipe("does not speak version 2 of the filter protocol");
	await lines("git-filter-server", "version=2");
	const offered = (await readLines(reader))?.lines ?? [];
	await lines(...CAPABILITIES.map((name) => `capability=${name}`).filter((capability) => offered.includes(capability)));
	for (;;) {
		const request = await readLines(reader);
		if (!request) return;
		const { command, pathname = "", "can-delay": delay } = valuesOf(request.lines);
		const canDelay = delay === "1" && request.exact;
		if (command === "list_available_blobs") {
			await lines(...(await work.ready()).map((path) => `pathname=${path}`));
			await lines("status=success");
			continue;
		}
		const content = new Content(reader);
		try {
			if (command === "clean") await answer(await work.clean(pathname, content));
			else if (command === "smudge") await answer(await work.smudge(pathname, content, canDelay));
			else throw new SyncError("INVALID_INPUT", `Git asks for "${command}", which is not known here.`);
		} catch (error) {
			if (content.broken) throw error;
			work.failed(pathname, error);
			await content.skip();
			await lines("status=error");
		}
		async function answer(bytes) {
			await content.skip();
			if (bytes === "later") return await lines("status=delayed");
			const source = bytes[Symbol.asyncIterator]();
			let next = await source.next();
			await lines("status=success");
			try {
				for (; !next.done; next = await source.next()) await write(packets(next.value));
			} catch (error) {
				work.failed(pathname, error);
				await write(FLUSH);
				return await lines("status=error");
			}
			await write(FLUSH);
			await lines();
		}
	}
}
/** Lines up to a flush; `undefined` at the end of the stream. */
async function readLines(reader) {
	const lines = [];
	let exact = true;
	for (;;) {
		const packet = await reader.next();
		if (packet === "end" && lines.length === 0) return void 0;
		if (packet === "flush") return {
			lines,
			exact
		};
		if (typeof packet === "string") throw brokenPipe("broke off in the middle of what it said");
		exact &&= exactText(packet) !== void 0;
		lines.push(text(packet).replace(/\n$/, ""));
	}
}
const valuesOf = (lines) => Object.fromEntries(lines.map((line) => {
	const equals = line.indexOf("=");
	return equals < 0 ? [line, ""] : [line.slice(0, equals), line.slice(equals + 1)];
}));
/** The packets up to the next flush. Leaving a loop over it early leaves the rest to `skip`. */
var Content = class {
	#reader;
	#done = false;
	/** The stream ended, or is no packets any more. */
	broken = false;
	constructor(reader) {
		this.#reader = reader;
	}
	[Symbol.asyncIterator]() {
		return { next: () => this.#next() };
	}
	async skip() {
		while (!this.#done) await this.#next();
	}
	async #next() {
		if (this.#done) return {
			done: true,
			value: void 0
		};
		try {
			const packet = await this.#reader.nextPiece();
			if (packet instanceof Uint8Array) return {
				done: false,
				value: packet
			};
			if (packet !== "flush") throw brokenPipe("broke off in the middle of a file");
			this.#done = true;
			return {
				done: true,
				value: void 0
			};
		} catch (error) {
			this.broken = true;
			throw error;
		}
	}
};

// ../../work/h/me/dist/lfs/locks.js
const MAX_ANSWER = 16 << 20;
/** Locks asked for at a time; a server may give fewer. */
const PAGE = 1e3;
/** A server that gives pages without end is stopped. */
const MAX_PAGES = 1e3;
function lfsLocks(options) {
	const server = new LfsServer(options);
	async function call(path, method, body, { signal, accept = [] }) {
		const attempt = {
			step: "locks",
			url: `${server.url}/locks${path}`
		};
		const headers = await server.apiHeaders();
		const answer = await server.http.send({
			attempt,
			method,
			headers,
			signal,
			...body && { body: utf8(JSON.stringify(body)) }
		}, accept);
		return {
			answer,
			bytes: await answer.readWhole(MAX_ANSWER),
			attempt
		};
	}
	/** Where nothing answers, the server keeps no locks: so git-lfs takes it, too. */
	async function orUnsupported(work) {
		try {
			return await work;
		} catch (error) {
			const { status } = error instanceof SyncError ? error.data : {};
			if (!(hasCode(error, "NOT_FOUND") || status === 405 || status === 501)) throw error;
			throw new SyncError("LOCKS_UNSUPPORTED", `${shownUrl(server.url)} keeps no locks. Tell each other who works on what, or move the project to a relay.`, {
				data: { url: shownUrl(server.url) },
				cause: error
			});
		}
	}
	async function* pages(ask) {
		let cursor;
		for (let count = 0;; count++) {
			const { page, attempt } = await ask(cursor);
			yield page;
			if (!page.next_cursor) return;
			if (page.next_cursor === cursor || count === MAX_PAGES) throw protocolFailure("The list of locks has no end", attempt);
			cursor = page.next_cursor;
		}
	}
	return {
		async lock(path, { signal } = {}) {
			const { answer, bytes, attempt } = await orUnsupported(call("", "POST", {
				path,
				...await server.ref()
			}, {
				signal,
				accept: [409]
			}));
			const { lock } = parseAnswer(bytes, lockAnswer, attempt);
			return {
				lock: fileLock(lock),
				isNew: answer.status !== 409
			};
		},
		async unlock(id, { signal, force = false } = {}) {
			const body = {
				force,
				...await server.ref()
			};
			await call(`/${encodeURIComponent(id)}/unlock`, "POST", body, { signal });
		},
		async list({ path } = {}, { signal } = {}) {
			const found = [];
			const { ref } = await server.ref();
			const ask = async (cursor) => {
				const { bytes, attempt } = await orUnsupported(call(`?${new URLSearchParams({
					...path !== void 0 && { path },
					...ref && { refspec: ref.name },
					...cursor !== void 0 && { cursor },
					limit: String(PAGE)
				})}`, "GET", void 0, { signal }));
				return {
					page: parseAnswer(bytes, lockPage, attempt),
					attempt
				};
			};
			for await (const { locks } of pages(ask)) found.push(...locks.map(fileLock));
			return found;
		},
		async verify({ signal } = {}) {
			const ours = [];
			const theirs = [];
			const ref = await server.ref();
			const ask = async (cursor) => {
				const { bytes, attempt } = await orUnsupported(call("/verify", "POST", {
					...ref,
					limit: PAGE,
					...cursor !== void 0 && { cursor }
				}, { signal }));
				return {
					page: parseAnswer(bytes, verifyLocksPage, attempt),
					attempt
				};
			};
			for await (const page of pages(ask)) {
				ours.push(...page.ours.map(fileLock));
				theirs.push(...page.theirs.map(fileLock));
			}
			return {
				ours,
				theirs
			};
		}
	};
}
const fileLock = ({ id, path, locked_at, owner }) => ({
	id,
	path,
	lockedAt: locked_at,
	...owner && { owner: owner.name }
});

// ../../work/h/me/dist/lfs/pointer.js
/** A blob of this many bytes or more is never a pointer. */
const MAX_POINTER_LENGTH = 1024;
const VERSION = "https://git-lfs.github.com/spec/v1";
const VERSIONS = /* @__PURE__ */ new Set([
	VERSION,
	"https://hawser.github.com/spec/v1",
	"http://git-media.io/v/2"
]);
const KEYS = [
	"version",
	"oid",
	"size"
];
const EXTENSION = /^ext-\d-\w+$/;
const SIZE = /^\d{1,16}$/;
/** What git-lfs strips around a pointer. A byte order mark is not among it. */
const SURROUNDING_SPACE = /^[ \t\n\v\f\r\u0085\u00a0]+|[ \t\n\v\f\r\u0085\u00a0]+$/g;
/** Byte for byte what git-lfs writes. An empty file has no pointer: its blob is empty too. */
const formatPointer = ({ oid, size }) => utf8(`version ${VERSION}\noid sha256:${oid}\nsize ${size}\n`);
/**
* As lenient as git-lfs about older version lines, blank lines, CRLF and white space around; strict about values: an
* oid is 64 lowercase hex digits, a size is 0 to 2^53-1. `undefined` for whatever else: then it is content like any
* other, never an error. So is an empty blob, which stands for an empty file.
*/
function parsePointer(bytes) {
	if (bytes.length === 0 || bytes.length >= 1024) return void 0;
	const whole = exactText(bytes);
	if (whole === void 0) return void 0;
	const values = [];
	const extensions = [];
	for (const raw of whole.replace(SURROUNDING_SPACE, "").split("\n")) {
		const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
		if (line === "") continue;
		const expected = KEYS[values.length];
		if (expected === void 0) return void 0;
		const space = line.indexOf(" ");
		if (space < 0) return void 0;
		const key = line.slice(0, space);
		if (key === expected) values.push(line.slice(space + 1));
		else if (EXTENSION.test(key)) extensions.push(line);
		else return void 0;
	}
	const [version, hash, digits] = values;
	if (version === void 0 || hash === void 0 || digits === void 0) return void 0;
	if (!VERSIONS.has(version) || !hash.startsWith("sha256:") || !SIZE.test(digits)) return void 0;
	const oid = hash.slice(7);
	const size = Number(digits);
	return isOid(oid) && Number.isSafeInteger(size) ? {
		oid,
		size,
		extensions
	} : void 0;
}

// ../../work/h/me/dist/lfs/urlSettings.js
/**
* The values of `section.<url>.name` for the most specific URL that `target` is below; else those of `section.name`.
* @param options.general whether `section.name`, which is for every address, counts
* @param options.resettable an empty value takes back what came before it: so it is with lists
*/
function valuesForUrl(settings, section, name, target, { general = true, resettable = true } = {}) {
	const ending = `.${name.toLowerCase()}`;
	const start = `${section.toLowerCase()}.`;
	const since = resettable ? sinceReset : (values) => values;
	let best;
	for (const key of settings.keys()) {
		if (!key.startsWith(start) || !key.endsWith(ending) || key.length <= start.length + ending.length - 1) continue;
		const match = matchUrl(key.slice(start.length, -ending.length), target);
		if (match && (!best || isBetter(match, best))) best = match;
	}
	if (best) return since(settings.getAll(`${section}.${best.url}.${name}`));
	return general ? since(settings.getAll(`${section}.${name}`)) : [];
}
const sinceReset = (values) => values.slice(values.lastIndexOf("") + 1);
function isBetter({ rank: a }, { rank: b }) {
	for (const at of [
		0,
		1,
		2
	]) if (a[at] !== b[at]) return a[at] > b[at];
	return true;
}
function matchUrl(url, target) {
	const wild = url.replace(/\*/g, "wildcard-label");
	if (!URL.canParse(wild) || !URL.canParse(target)) return void 0;
	const pattern = new URL(wild);
	const wanted = new URL(target);
	if (pattern.protocol !== wanted.protocol || pattern.port !== wanted.port) return void 0;
	if (pattern.username !== "" && pattern.username !== wanted.username) return void 0;
	const labels = pattern.hostname.split(".");
	const theirs = wanted.hostname.split(".");
	const isHost = labels.length === theirs.length && labels.every((label, at) => label === "wildcard-label" || label === theirs[at]);
	const folder = pattern.pathname.replace(/\/*$/, "/");
	if (!isHost || !`${wanted.pathname}/`.startsWith(folder)) return void 0;
	return {
		url,
		rank: [
			labels.filter((label) => label !== "wildcard-label").length,
			folder.length,
			pattern.username === "" ? 0 : 1
		]
	};
}

// ../../work/h/me/dist/lfs/settings.js
/** Keys that a project may set for those who clone it. */
const ALLOWED = /* @__PURE__ */ new Set([
	"lfs.allowincompletepush",
	"lfs.fetchexclude",
	"lfs.fetchinclude",
	"lfs.gitprotocol",
	"lfs.locksverify",
	"lfs.pushurl",
	"lfs.skipdownloaderrors",
	"lfs.url"
]);
const isAllowed = (key) => ALLOWED.has(key) || /^(lfs\..+\.access|remote\..+\.lfsurl)$/s.test(key);
var LfsSettings = class {
	#user;
	#project;
	/** @param lfsConfig the lines of `.lfsconfig`, keys normalised as Git does it */
	constructor(user, lfsConfig = []) {
		this.#user = user;
		const project = /* @__PURE__ */ new Map();
		for (const { key, value } of lfsConfig) if (isAllowed(key)) project.set(key, [...project.get(key) ?? [], value]);
		this.#project = project;
	}
	get(key) {
		return this.#user.get(key) ?? this.#project.get(key)?.at(-1);
	}
	getAll(key) {
		const own = this.#user.getAll(key);
		return own.length > 0 ? own : this.#project.get(key) ?? [];
	}
	keys() {
		return [.../* @__PURE__ */ new Set([...this.#user.keys(), ...this.#project.keys()])];
	}
	/** Git's own configuration alone: for whatever has to do with credentials. */
	get user() {
		return this.#user;
	}
	/** `lfs.fetchinclude`: where it is not empty, other assets stay pointers. */
	get include() {
		return patterns(this.get("lfs.fetchinclude"));
	}
	/** `lfs.fetchexclude`: these assets stay pointers. */
	get exclude() {
		return patterns(this.get("lfs.fetchexclude"));
	}
	/** Whether lockable files that this person has not locked are read-only on disk. */
	get lockableReadOnly() {
		return isTrue(this.get("lfs.setlockablereadonly")) ?? true;
	}
	/** `lfs.concurrenttransfers`, where somebody set it. */
	get concurrency() {
		const value = Number(this.get("lfs.concurrenttransfers") ?? NaN);
		return Number.isInteger(value) && value > 0 ? Math.min(value, 256) : void 0;
	}
	/** Whether locks are looked at before a push; `undefined`: if the remote has them. @param url of the remote */
	locksVerify(url) {
		for (const address of [lfsUrlOf(url), url]) for (const value of valuesForUrl(this, "lfs", "locksverify", address, { general: false }).slice(-1)) return isTrue(value);
		return isTrue(this.get("lfs.locksverify"));
	}
	/**
	* Where the assets of a remote are: `lfs.url`, `remote.<name>.lfsurl`, or below the remote's own URL; uploads may
	* have their own.
	* @throws SyncError `INVALID_CONFIG` for anything but http and https
	*/
	endpoint(remote, operation) {
		const keys = [
			...operation === "upload" ? ["lfs.pushurl"] : [],
			"lfs.url",
			...operation === "upload" ? [`remote.${remote.name}.lfspushurl`] : [],
			`remote.${remote.name}.lfsurl`
		];
		for (const key of keys) {
			const own = this.#user.get(key);
			const named = own || this.#project.get(key)?.at(-1);
			if (named) return endpointAt(this.#rewritten(named), own ? "user" : "project", key);
		}
		return endpointAt(lfsUrlOf(remote.url), "remote", `remote.${remote.name}.url`);
	}
	/** `url.<base>.insteadOf`: the longest that fits. */
	#rewritten(url) {
		let best;
		for (const key of this.#user.keys()) {
			const base = /^url\.(.+)\.insteadof$/s.exec(key)?.[1];
			if (base === void 0) continue;
			for (const prefix of this.#user.getAll(key)) if (url.startsWith(prefix) && prefix.length > (best?.length ?? 0)) best = {
				base,
				length: prefix.length
			};
		}
		return best ? best.base + url.slice(best.length) : url;
	}
};
/** Where git-lfs looks for the LFS API of a Git URL. */
function lfsUrlOf(gitUrl) {
	const url = gitUrl.replace(/\/+$/, "");
	return url.endsWith(".git") ? `${url}/info/lfs` : `${url}.git/info/lfs`;
}
function endpointAt(text, namedBy, key) {
	const parsed = URL.canParse(text) ? new URL(text) : void 0;
	if (!parsed || !/^https?:$/.test(parsed.protocol)) throw new SyncError("INVALID_CONFIG", `The assets are said to be at "${text}" (${key}), which is no http or https address: modsync speaks no other. Change it with: git config ${key} URL`, { data: { key } });
	const { username, password } = parsed;
	return {
		url: parsed.origin + parsed.pathname.replace(/\/+$/, "") + parsed.search,
		namedBy,
		...(username || password) && { credentials: {
			user: decodeURIComponent(username),
			password: decodeURIComponent(password)
		} }
	};
}
const patterns = (list) => (list ?? "").split(",").map((pattern) => pattern.trim()).filter((pattern) => pattern !== "");
function isTrue(value) {
	if (value === void 0) return void 0;
	return !/^(false|no|off|0|)$/i.test(value);
}

// ../../work/h/me/dist/lfs/trackPatterns.js
/**
* The lines of `.gitattributes` that make files assets, byte for byte as `git lfs track` and `untrack` write them.
* All other lines stay as they are (git-lfs drops empty ones).
*/
const ATTRIBUTES = "filter=lfs diff=lfs merge=lfs -text";
/** White space ends a pattern and `#` at its start a comment: neither can stand in a line as it is. */
const escapePattern = (pattern) => pattern.replaceAll("\\", "/").replaceAll(" ", "[[:space:]]").replaceAll("#", "\\#");
const unescapePattern = (escaped) => escaped.replaceAll("[[:space:]]", " ").replaceAll("\\#", "#");
const escapeName = (name) => escapePattern(name.replaceAll("\\", "/").replace(/[*[\]?]/g, "\0$&")).replaceAll("\0", "\\");
const withoutDot = (pattern) => pattern.replace(/^\.[/\\]/, "");
/** The whole line for one pattern, without its end. */
const trackLine = (pattern, { filename = false, lockable = false } = {}) => `${filename ? escapeName(pattern) : escapePattern(pattern)} ${ATTRIBUTES}${lockable ? " lockable" : ""}`;
/**
* @param content of the `.gitattributes` of one folder; '' where there is none
* @param folder that folder's project path, '' for the top
* @param known patterns of all attribute files of the project
*/
function trackPatterns(content, patterns, options = {}) {
	const { folder = "", known = [], filename = false, lockable } = options;
	const lines = /* @__PURE__ */ new Map();
	const already = [];
	for (const typed of patterns) {
		const pattern = filename ? escapeName(withoutDot(typed)) : withoutDot(typed);
		const place = folder === "" ? pattern : `${folder}/${pattern}`;
		if (known.some((one) => unescapePattern(one.pattern) === place && (lockable === void 0 || one.lockable === lockable))) already.push(pattern);
		else lines.set(pattern, trackLine(withoutDot(typed), {
			filename,
			lockable: lockable === true
		}));
	}
	const tracked = [...lines.keys()].map((pattern) => unescapePattern(filename ? pattern : escapePattern(pattern)));
	if (lines.size === 0) return {
		content,
		tracked,
		already
	};
	const lineEnd = /\r?\n/.exec(content)?.[0] ?? "\n";
	const written = [];
	for (const line of linesOf(content)) {
		const first = unescapePattern(firstWord(line));
		const next = lines.get(first);
		lines.delete(first);
		written.push(next === void 0 ? line : next + lineEnd);
	}
	const last = written.at(-1);
	if (last !== void 0 && !last.endsWith("\n")) written.push(lineEnd);
	written.push(...[...lines.values()].map((line) => line + lineEnd));
	return {
		content: written.join(""),
		tracked,
		already
	};
}
/** @returns the patterns that were there and are gone */
function untrackPatterns(content, patterns) {
	const gone = new Set(patterns.map((pattern) => escapePattern(withoutDot(pattern))));
	const untracked = [];
	return {
		content: linesOf(content).filter((line) => {
			const pattern = firstWord(line);
			if (!line.includes("filter=lfs") || !gone.has(withoutDot(pattern))) return true;
			untracked.push(unescapePattern(pattern));
			return false;
		}).join(""),
		untracked
	};
}
/** Each with its end. */
const linesOf = (content) => content.match(/[^\n]*\n|[^\n]+$/g) ?? [];
const firstWord = (line) => /\S+/.exec(line)?.[0] ?? "";

export { lfsUrlOf as a, formatPointer as c, serveFilterProcess as d, FLUSH as f, lfsClient as h, LfsSettings as i, parsePointer as l, pktLine as m, trackPatterns as n, valuesForUrl as o, PacketReader as p, untrackPatterns as r, MAX_POINTER_LENGTH as s, trackLine as t, lfsLocks as u };