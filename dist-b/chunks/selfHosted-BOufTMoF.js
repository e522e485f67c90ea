import { c as utf8, n as concat, o as text } from "./bytes-N1wsZNrM.js";
import { i as throwIfAborted, t as SyncError } from "./errors-CKzV5trQ.js";
import { r as isProjectId, t as isObjectId } from "./ids-DsdmpKNc.js";
import { f as FLUSH, h as lfsClient, i as LfsSettings, m as pktLine, o as valuesForUrl, p as PacketReader$1, u as lfsLocks } from "./lfs-CdgAv04b.js";
import { p as relayRoutes, s as feedMessage, t as ORIGIN_HEADER } from "./relay-C9Y_RNf1.js";
import { r as relayApi, t as connectionFailed } from "./relayApi-DfzQCqkk.js";

// ../../work/h/me/dist/backends/remoteUrl.js
/** What a project's Git URL says about who serves it. */
/** @throws SyncError `INVALID_CONFIG` for anything but http and https */
function parseRemoteUrl(text) {
	const parsed = URL.canParse(text) ? new URL(text) : void 0;
	if (parsed === void 0 || !/^https?:$/.test(parsed.protocol)) throw new SyncError("INVALID_CONFIG", "The remote must have an http or https URL, such as https://relay.example/my-mod.git. Change it with: git remote set-url origin URL");
	const user = decoded(parsed.username);
	const password = decoded(parsed.password);
	if (user === void 0 || password === void 0) throw new SyncError("INVALID_CONFIG", "The user or password in the remote URL is not one: it has a line break, a NUL or a broken escape. Change it with: git remote set-url origin URL");
	const path = parsed.pathname.replace(/\/+$/, "");
	const id = /^\/([^/]+)\.git$/.exec(path)?.[1];
	return {
		url: parsed.origin + path,
		origin: parsed.origin,
		...id !== void 0 && isProjectId(id) && { projectId: id },
		...(user || password) && { credentials: {
			user,
			password
		} }
	};
}
/** `undefined` for what could end a line where it is written: in a header, or to a credential helper. */
function decoded(part) {
	try {
		const plain = decodeURIComponent(part);
		return /[\r\n\0]/.test(plain) ? void 0 : plain;
	} catch {
		return;
	}
}

// ../../work/h/me/dist/history/pktLine.js
/** A remote's packets and side bands. Source: gitprotocol-common(5), gitprotocol-pack(5). */
const protocolError = (what, cause) => new SyncError("REMOTE_PROTOCOL", `${what}. Check that the URL is a Git remote, and that no proxy stands in between; then try again.`, { cause });
/** Packets of a remote. @throws SyncError `REMOTE_PROTOCOL` from `next` when they are none */
var PacketReader = class extends PacketReader$1 {
	constructor(source) {
		super(source, (what, cause) => protocolError(`The remote ${what}`, cause));
	}
	/** The next packet as text without its newline, or its kind. @throws SyncError what the remote reports by `ERR` */
	async line() {
		const packet = await this.next();
		if (typeof packet === "string") return packet;
		const line = text(packet).replace(/\n$/, "");
		if (line.startsWith("ERR ")) throw new SyncError("REMOTE_PROTOCOL", `The remote says: ${printable(line.slice(4))}`);
		return { line };
	}
};
/** A remote's words go to a terminal: no control characters, no endless text. */
const printable = (words) => words.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, "").trim().slice(0, 2e3);
/** Side-band packets (`side-band-64k`): the content of band 1; band 2 goes to `onMessage`; band 3 is an error. */
async function* sideBand(reader, onMessage = () => {}) {
	try {
		for (;;) {
			const packet = await reader.next();
			if (packet === "flush") return;
			if (typeof packet === "string") throw protocolError("The remote broke off in the middle of its answer");
			const band = packet[0];
			const content = packet.subarray(1);
			if (band === 1) {
				if (content.length > 0) yield content;
			} else if (band === 2) onMessage(text(content));
			else if (band === 3) throw new SyncError("REMOTE_PROTOCOL", `The remote stopped: ${printable(text(content))}`);
			else if (text(packet).startsWith("ERR ")) throw new SyncError("REMOTE_PROTOCOL", `The remote says: ${printable(text(packet).slice(4))}`);
			else throw protocolError("The remote answers on an unknown band");
		}
	} finally {
		await reader.close();
	}
}

// ../../work/h/me/dist/history/advertisement.js
/** What a remote says first: its refs, and what it can do. Source: gitprotocol-http(5), gitprotocol-capabilities(5). */
const MAX_REFS = 1e6;
async function readAdvertisement(reader, service) {
	const first = await reader.line();
	if (typeof first === "string" || first.line !== `# service=${service}`) throw protocolError("The remote does not answer like a Git server");
	if (await reader.line() !== "flush") throw protocolError("The remote does not answer like a Git server");
	const refs = /* @__PURE__ */ new Map();
	let capabilities;
	for (;;) {
		const packet = await reader.line();
		if (packet === "flush") break;
		if (typeof packet === "string") throw protocolError("The remote broke off while it listed its branches");
		const [entry = "", words] = packet.line.split("\0");
		capabilities ??= new Set((words ?? "").trim().split(" "));
		const id = entry.slice(0, 40);
		const name = entry.slice(41);
		if (entry.startsWith("shallow ") || name.endsWith("^{}") || name === "HEAD") continue;
		if (!isObjectId(id) || !name.startsWith("refs/")) throw protocolError("The remote lists something that is not a branch or tag");
		refs.set(name, id);
		if (refs.size > MAX_REFS) throw protocolError("The remote lists more branches and tags than can be");
	}
	capabilities ??= /* @__PURE__ */ new Set();
	for (const capability of capabilities) if (capability.startsWith("object-format=") && capability !== "object-format=sha1") throw new SyncError("UNSUPPORTED_REPOSITORY", "The remote is a SHA-256 repository, which modsync cannot use. Make it with \"git init --object-format=sha1\".");
	const head = [...capabilities].find((capability) => capability.startsWith("symref=HEAD:"))?.slice(12);
	return {
		refs,
		capabilities,
		...head && { head }
	};
}

// ../../work/h/me/dist/history/gitRequests.js
/** Requests to a Git server over `fetch`: credentials, time limits, and errors that say what to do. */
var GitRequests = class {
	#server;
	#base;
	constructor(server) {
		const url = new URL(server.url);
		if (url.username !== "" || url.password !== "") throw new SyncError("INVALID_CONFIG", `The URL of ${url.host} has a password in it. Take it out, and give it with "modsync login" instead.`);
		this.#server = server;
		this.#base = url.href.replace(/\/+$/, "");
	}
	async discover(service, signal) {
		const path = `/info/refs?service=${service}`;
		const { response, body } = await this.#request(path, { method: "GET" }, signal);
		this.#check(response, `application/x-${service}-advertisement`);
		if (response.url.endsWith(path) && new URL(response.url).origin === new URL(this.#base).origin) this.#base = response.url.slice(0, -path.length);
		return body;
	}
	async call(service, content, signal) {
		const request = {
			method: "POST",
			headers: {
				"content-type": `application/x-${service}-request`,
				accept: `application/x-${service}-result`
			},
			redirect: "error"
		};
		const { response, body } = await this.#request(`/${service}`, request, signal, content);
		this.#check(response, `application/x-${service}-result`);
		return body;
	}
	async #request(path, request, signal, content) {
		throwIfAborted(signal);
		const watch = new Stopwatch(this.#server.timeoutMs, signal);
		const authorization = await this.#server.authorize();
		const failed = (error) => {
			watch.stop();
			throwIfAborted(signal);
			if (watch.failure) throw watch.failure;
			if (error instanceof SyncError) throw error;
			throw this.#connectionFailed(reasonOf(error), error, { dropped: isStaleConnection(error) });
		};
		try {
			const send = this.#server.fetch ?? fetch;
			const full = {
				...request,
				...content && bodyOf(content instanceof Uint8Array ? content : watch.over(content)),
				signal: watch.signal,
				headers: {
					...this.#server.headers,
					...request.headers,
					...authorization !== void 0 && { authorization }
				}
			};
			const once = () => send(`${this.#base}${path}`, full);
			const mayRepeat = !path.includes("receive-pack") && (!content || content instanceof Uint8Array);
			const response = await once().catch((error) => {
				if (mayRepeat && isStaleConnection(error) && !watch.signal.aborted) return once();
				throw error;
			});
			watch.touch();
			const bytes = fromStream(response.body);
			const guarded = async function* () {
				try {
					yield* watch.over(bytes);
				} catch (error) {
					failed(error);
				} finally {
					watch.stop();
				}
			};
			if (!response.ok) {
				await response.body?.cancel();
				watch.stop();
			}
			return {
				response,
				body: guarded()
			};
		} catch (error) {
			return failed(error);
		}
	}
	/** @throws SyncError unless this is the answer of a Git server */
	#check(response, type) {
		const { status } = response;
		const data = {
			url: this.#base,
			status
		};
		if (status === 401 || status === 403) throw new SyncError("ACCESS_DENIED", `${this.#base} does not let you in (HTTP ${status}). Sign in with "modsync login ${new URL(this.#base).origin}", or ask the project's owner for an invite.`, { data });
		if (status === 404 || status === 410) throw new SyncError("NOT_FOUND", `There is no project at ${this.#base}. Check the URL, and that you are signed in: some servers hide projects from strangers.`, { data });
		if (status === 429) throw new SyncError("RATE_LIMITED", `${this.#base} asks for a pause. Try again in a minute.`, { data });
		if (status >= 500) throw this.#connectionFailed(`the server answers with HTTP ${status}`, void 0, { status });
		if (!response.ok) throw protocolError(`${this.#base} answers with HTTP ${status}`);
		if (response.headers.get("content-type")?.split(";")[0]?.trim() !== type) throw protocolError(`${this.#base} is not a Git server`);
	}
	/** `dropped`: the connection broke off, and whether the request was carried out is not known. */
	#connectionFailed(why, cause, more) {
		return new SyncError("BACKEND_CONNECTION_FAILED", `Backend connection failed: ${this.#base}: ${why}. Check the network and that the server runs; work goes on here, and syncs when it is back.`, {
			cause,
			data: {
				url: this.#base,
				...more
			}
		});
	}
};
/**
* The connection that was kept from the last request is gone: the server closed it meanwhile, or the machine slept. That
* shows only when it is used again, and says nothing of the server.
*/
function isStaleConnection(error) {
	const cause = causeOf(error);
	const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : void 0;
	return code === "ECONNRESET" || code === "EPIPE" || code === "UND_ERR_SOCKET";
}
/** By shape, not `instanceof`: the platform's own errors can come from another realm. */
const causeOf = (error) => typeof error === "object" && error !== null && "cause" in error ? error.cause : void 0;
/** Aborts what takes too long between two bytes. */
var Stopwatch = class {
	signal;
	failure;
	#limit;
	#stop = new AbortController();
	#timer;
	constructor(limit, signal) {
		this.#limit = limit;
		this.signal = signal ? AbortSignal.any([signal, this.#stop.signal]) : this.#stop.signal;
		this.touch();
	}
	touch() {
		clearTimeout(this.#timer);
		if (this.#limit === void 0 || this.failure) return;
		this.#timer = setTimeout(() => {
			this.failure = new SyncError("SYNC_TIMEOUT", `Sync timeout: the server was silent for ${Math.round((this.#limit ?? 0) / 1e3)} seconds. Try again; if it stays, raise "timeout" or check the server.`);
			this.#stop.abort(this.failure);
		}, this.#limit);
	}
	stop() {
		clearTimeout(this.#timer);
	}
	async *over(bytes) {
		for await (const chunk of bytes) {
			this.stop();
			yield chunk;
			this.touch();
		}
	}
};
/** The words behind fetch's "fetch failed". */
function reasonOf(error) {
	const cause = causeOf(error);
	if (cause !== void 0) return reasonOf(cause);
	if (typeof error !== "object" || error === null) return String(error);
	if ("errors" in error && Array.isArray(error.errors) && error.errors.length > 0) return reasonOf(error.errors[0]);
	return "message" in error && typeof error.message === "string" ? error.message : String(error);
}
const bodyOf = (content) => content instanceof Uint8Array ? { body: content } : {
	body: toStream(content),
	duplex: "half"
};
function toStream(source) {
	const iterator = source[Symbol.asyncIterator]();
	return new ReadableStream({
		async pull(controller) {
			const next = await iterator.next();
			if (next.done) controller.close();
			else controller.enqueue(next.value);
		},
		async cancel() {
			await iterator.return?.();
		}
	});
}
/** A reader rather than `for await`: not every browser iterates streams. */
async function* fromStream(stream) {
	if (!stream) return;
	const reader = stream.getReader();
	let ended = false;
	try {
		for (;;) {
			const next = await reader.read();
			if (next.done) {
				ended = true;
				return;
			}
			yield next.value;
		}
	} finally {
		if (!ended) await reader.cancel().catch(() => {});
	}
}

// ../../work/h/me/dist/history/receivePack.js
/** The two sides of a push: the commands that go before the pack, and what the remote says to each. */
const NOTHING = "0".repeat(40);
const MAX_MESSAGE = 4e3;
/** The ref was not as expected, as Git's receive-pack, JGit and GitHub say it. */
const LOST_RACE = /non-fast-forward|fetch first|failed to lock|cannot lock ref|reference already exists|stale info|incorrect old value|but expected|failed to update ref|atomic (transaction|push) fail/i;
/** Also said with "cannot lock ref", but no fetch changes it: one ref's name is the folder of another. */
const IN_THE_WAY = /exists; cannot create|there are still refs under/i;
function pushCommands(updates, capabilities) {
	const words = [...[
		"report-status",
		"side-band-64k",
		...updates.length > 1 ? ["atomic"] : []
	].filter((name) => capabilities.has(name)), "agent=modsync"].join(" ");
	const lines = updates.map(({ ref, expected, next }, i) => pktLine(`${expected ?? NOTHING} ${next ?? NOTHING} ${ref}${i === 0 ? `\0 ${words}` : ""}\n`));
	return concat([...lines, FLUSH]);
}
async function readPushReport(body, updates, capabilities) {
	let words = "";
	const onMessage = (message) => {
		if (words.length < MAX_MESSAGE) words += message;
	};
	const outer = new PacketReader(body);
	const reader = capabilities.has("side-band-64k") ? new PacketReader(sideBand(outer, onMessage)) : outer;
	let unpackError = "the remote said nothing";
	const refused = /* @__PURE__ */ new Map();
	const accepted = /* @__PURE__ */ new Set();
	for (let packet = await reader.line(); typeof packet !== "string"; packet = await reader.line()) {
		const [word = "", ref = ""] = packet.line.split(" ", 2);
		const rest = packet.line.slice(word.length + ref.length + 2);
		if (word === "unpack") unpackError = packet.line === "unpack ok" ? void 0 : printable(packet.line.slice(7));
		else if (word === "ok") accepted.add(ref);
		else if (word === "ng") refused.set(ref, printable(rest) || "refused");
	}
	await reader.close();
	const said = printable(words);
	const races = [...refused.values()].some((why) => isLostRace(why, said));
	const outcomes = updates.map(({ ref }) => {
		if (accepted.has(ref) && unpackError === void 0) return {
			ref,
			ok: true
		};
		const why = refused.get(ref) ?? `the remote could not take the objects: ${unpackError ?? "no answer"}`;
		const lost = isLostRace(why, said) || races && /atomic/i.test(why);
		const message = said === "" ? `${ref}: ${why}` : `${ref}: ${why}\n${said}`;
		return {
			ref,
			ok: false,
			why: lost ? "lost-race" : "refused",
			message
		};
	});
	return {
		unpackError,
		outcomes
	};
}
const isLostRace = (why, said) => LOST_RACE.test(why) && !IN_THE_WAY.test(why) && !IN_THE_WAY.test(said);

// ../../work/h/me/dist/history/uploadPack.js
/**
* The negotiation of a fetch: which commits both sides have, and then the pack of the rest. Protocol version 0 over
* stateless HTTP: one request where version 2 needs two. Source: gitprotocol-pack(5), gitprotocol-http(5).
*/
const WISHED = [
	"multi_ack_detailed",
	"no-done",
	"side-band-64k",
	"thin-pack",
	"ofs-delta",
	"no-progress"
];
/** Haves of the first request, and of each later one; a request repeats what was found to be common. */
const BATCHES = [
	32,
	256,
	1024
];
/** The pack with all that `wants` reach, without most of what `haves` reach. @throws SyncError `REMOTE_PROTOCOL` */
async function negotiate(negotiation) {
	const { wants, haves, shallow, capabilities, call } = negotiation;
	const spoken = WISHED.filter((name) => capabilities.has(name));
	const patient = spoken.includes("multi_ack_detailed");
	const words = [...spoken, "agent=modsync"].join(" ");
	const intro = [
		...wants.map((id, i) => pktLine(`want ${id}${i === 0 ? ` ${words}` : ""}\n`)),
		...shallow.map((id) => pktLine(`shallow ${id}\n`)),
		FLUSH
	];
	const common = /* @__PURE__ */ new Set();
	let told = 0;
	let ready = false;
	for (let round = 0;; round++) {
		const batch = haves.slice(told, patient ? told + (BATCHES[round] ?? 1024) : void 0);
		told += batch.length;
		const done = ready || told >= haves.length;
		const request = [
			...intro,
			...[...common, ...ready ? [] : batch].map((id) => pktLine(`have ${id}\n`)),
			done ? pktLine("done\n") : FLUSH
		];
		const reader = new PacketReader(await call(concat(request)));
		const answer = await readAcks(reader, done);
		if (answer.pack) return spoken.includes("side-band-64k") ? sideBand(reader) : reader.rest();
		await reader.close();
		if (done) throw protocolError("The remote does not send what was asked for");
		for (const id of answer.common) common.add(id);
		ready = answer.ready;
	}
}
/** Up to where the pack begins, if it does. */
async function readAcks(reader, done) {
	const common = [];
	let ready = false;
	for (;;) {
		const packet = await reader.line();
		if (packet === "end") return {
			common,
			ready,
			pack: false
		};
		if (typeof packet === "string") continue;
		const [word, id = "", state] = packet.line.split(" ");
		if (word === "NAK") {
			if (done) return {
				common,
				ready,
				pack: true
			};
		} else if (word === "ACK" && isObjectId(id)) {
			if (state === void 0) return {
				common,
				ready,
				pack: true
			};
			if (state === "ready") ready = true;
			else common.push(id);
		} else if (word !== "shallow" && word !== "unshallow") throw protocolError("The remote answers something unexpected to a fetch");
	}
}

// ../../work/h/me/dist/history/smartHttp.js
/** Most commits that a fetch tells the remote of. */
const MAX_HAVES = 1024;
/** Refs of the remote that are looked up here, because what we have of them is certainly common. */
const MAX_KNOWN = 256;
/** Pushes up to here are sent with their length, in one piece, as `git push` does it. Bytes. */
const POST_BUFFER = 1 << 20;
/**
* History at any Git server that speaks HTTP: our relay, GitHub, Gitea, `git http-backend`.
*
* All calls throw SyncError `ACCESS_DENIED`, `NOT_FOUND`, `RATE_LIMITED`, `BACKEND_CONNECTION_FAILED`,
* `REMOTE_PROTOCOL`, `SYNC_TIMEOUT`, `ABORTED`.
*/
function smartHttp(server) {
	const requests = new GitRequests(server);
	/** What each service can do does not change; its refs are as old as the last look. */
	const known = /* @__PURE__ */ new Map();
	async function discover(service, signal) {
		const reader = new PacketReader(await requests.discover(service, signal));
		try {
			const advertisement = await readAdvertisement(reader, service);
			known.set(service, advertisement);
			return advertisement;
		} finally {
			await reader.close();
		}
	}
	/** Tips that the remote had when it was last asked, whichever service answered. */
	const remoteTips = () => [...new Set([...known.values()].flatMap(({ refs }) => [...refs.values()]))];
	async function commonTips(local) {
		const here = [];
		for (const id of remoteTips().slice(0, MAX_KNOWN)) if (await local.has(id)) here.push(id);
		return here;
	}
	async function sendPush(local, updates, { capabilities }, options) {
		const commands = pushCommands(updates, capabilities);
		const wants = updates.flatMap(({ next }) => next ? [next] : []);
		const expected = updates.flatMap((update) => update.expected ? [update.expected] : []);
		const haves = [.../* @__PURE__ */ new Set([...expected, ...remoteTips()])];
		const body = await inOnePieceIfSmall(commands, wants.length > 0 ? await local.makePack(wants, haves, options) : void 0);
		const answer = await requests.call("git-receive-pack", body, options.signal);
		return readPushReport(answer, updates, capabilities);
	}
	return {
		async listRefs({ signal } = {}) {
			const { refs, head } = await discover("git-upload-pack", signal);
			return {
				refs,
				...head && { head }
			};
		},
		async fetch(local, wants, options = {}) {
			const { signal } = options;
			if (wants.length === 0) return;
			const { capabilities } = known.get("git-upload-pack") ?? await discover("git-upload-pack", signal);
			const wanted = new Set(wants);
			const haves = /* @__PURE__ */ new Set([...await commonTips(local), ...await local.haves(MAX_HAVES)]);
			const pack = await negotiate({
				wants: [...wanted],
				haves: [...haves].filter((id) => !wanted.has(id)),
				shallow: await local.shallow?.() ?? [],
				capabilities,
				call: (request) => requests.call("git-upload-pack", request, signal)
			});
			await local.storePack(pack, options);
		},
		async push(local, updates, options = {}) {
			if (updates.length === 0) return [];
			let remote = known.get("git-receive-pack");
			const fresh = remote === void 0;
			remote ??= await discover("git-receive-pack", options.signal);
			const lost = fresh ? alreadyMoved(updates, remote) : [];
			if (lost.length > 0) return lost;
			const report = await sendPush(local, updates, remote, options);
			if (report.unpackError === void 0 || fresh) return report.outcomes;
			known.clear();
			remote = await discover("git-receive-pack", options.signal);
			const moved = alreadyMoved(updates, remote);
			if (moved.length > 0) return moved;
			return (await sendPush(local, updates, remote, options)).outcomes;
		}
	};
}
/** Outcomes for all updates if one of them is too late, else none. */
function alreadyMoved(updates, { refs }) {
	const late = updates.find(({ ref, expected }) => refs.get(ref) !== expected);
	if (!late) return [];
	const message = `${late.ref} is at ${refs.get(late.ref) ?? "nothing"} and not at ${late.expected ?? "nothing"}`;
	return updates.map(({ ref }) => ({
		ref,
		ok: false,
		why: "lost-race",
		message
	}));
}
async function inOnePieceIfSmall(commands, pack) {
	if (!pack) return commands;
	const parts = [commands];
	let length = commands.length;
	const iterator = pack[Symbol.asyncIterator]();
	for (;;) {
		const next = await iterator.next();
		if (next.done) return concat(parts);
		parts.push(next.value);
		length += next.value.length;
		if (length > POST_BUFFER) break;
	}
	return (async function* () {
		try {
			yield* parts;
			for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
		} finally {
			await iterator.return?.();
		}
	})();
}

// ../../work/h/me/dist/backends/credentials.js
var Credentials = class {
	#host;
	#options;
	#remote;
	#filled = /* @__PURE__ */ new Map();
	constructor(host, options, remote) {
		this.#host = host;
		this.#options = options;
		this.#remote = remote;
	}
	/** For the remote's own API. */
	async token() {
		const { apiKey } = this.#options;
		return apiKey || this.#remote.credentials?.password || await this.#host.keys.get(this.#remote.origin);
	}
	/** The `Authorization` header. */
	async authorization(recipient) {
		const { url, credentials, helpers } = recipient;
		const { origin, pathname } = new URL(url);
		if (credentials?.password) return basic(credentials);
		const isRemote = origin === this.#remote.origin;
		const token = isRemote ? await this.token() : await this.#host.keys.get(origin);
		if (token !== void 0) {
			const user = credentials?.user || (isRemote ? this.#remote.credentials?.user : void 0);
			if (isRelayPath(pathname) && !user) return `Bearer ${token}`;
			return basic({
				user: user || "modsync",
				password: token
			});
		}
		const filled = helpers ? await this.#fill(isRemote ? this.#remote.url : url) : void 0;
		return filled && basic(filled);
	}
	/** Once for each address: a helper is a process of its own. */
	#fill(url) {
		let filled = this.#filled.get(url);
		if (!filled) {
			filled = this.#host.gitCredentials?.fill(url, this.#options.workingCopy?.folder) ?? Promise.resolve(void 0);
			this.#filled.set(url, filled);
		}
		return filled;
	}
};
/** `/<projectId>.git`, and what is below it. Any other Git host has longer paths, or names that are no ids. */
function isRelayPath(pathname) {
	const id = /^\/([^/]+)\.git(\/info\/lfs)?\/?$/.exec(pathname)?.[1];
	return id !== void 0 && isProjectId(id);
}
const basic = ({ user, password }) => `Basic ${btoa(String.fromCharCode(...utf8(`${user}:${password}`)))}`;

// ../../work/h/me/dist/backends/lfsRemote.js
/** Assets and locks at the LFS server that the configuration names, or the remote itself. */
/** git-lfs and Git alike call it so; a project here has one remote. */
const REMOTE = "origin";
const LARGEST_BATCH = 100;
const NO_SETTINGS = {
	get: () => void 0,
	getAll: () => [],
	keys: () => []
};
/** Nothing is looked up before the first use: in a clone, `.lfsconfig` has not come before. */
function lfsRemote(parts) {
	let made;
	const connected = () => {
		made ??= connect(parts).catch((error) => {
			made = void 0;
			throw error;
		});
		return made;
	};
	const assets = async () => (await connected()).assets;
	const locks = async () => (await connected()).locks;
	return {
		assets: {
			batchSize: LARGEST_BATCH,
			missing: async (...given) => await (await assets()).missing(...given),
			available: async (...given) => await (await assets()).available?.(...given) ?? [],
			put: async (...given) => await (await assets()).put(...given),
			get: async (...given) => await (await assets()).get(...given),
			prepare: async (...given) => await (await assets()).prepare?.(...given),
			bundles: async (...given) => await (await assets()).bundles?.(...given) ?? 0,
			putMany: async (...given) => await (await assets()).putMany?.(...given) ?? /* @__PURE__ */ new Set(),
			async *getMany(...given) {
				yield* (await assets()).getMany?.(...given) ?? [];
			}
		},
		locks: {
			lock: async (...given) => await (await locks()).lock(...given),
			unlock: async (...given) => await (await locks()).unlock(...given),
			list: async (...given) => await (await locks()).list(...given),
			verify: async (...given) => await (await locks()).verify(...given)
		}
	};
}
async function connect(parts) {
	const { options, address } = parts;
	const copy = options.workingCopy;
	const settings = new LfsSettings(await copy?.settings() ?? NO_SETTINGS, await copy?.lfsConfig());
	const remote = {
		name: REMOTE,
		url: address.url
	};
	const down = settings.endpoint(remote, "download");
	const up = settings.endpoint(remote, "upload");
	const download = lfsClient(serverOptions(parts, settings, down));
	const upload = up.url === down.url ? download : lfsClient(serverOptions(parts, settings, up));
	return {
		assets: {
			...download,
			missing: upload.missing,
			put: upload.put,
			bundles: async (operation) => await (operation === "put" ? upload : download).bundles?.(operation) ?? 0,
			putMany: async (...given) => await upload.putMany?.(...given) ?? /* @__PURE__ */ new Set(),
			prepare: async (assets, operation, call) => await (operation === "put" ? upload : download).prepare?.(assets, operation, call)
		},
		locks: lfsLocks(serverOptions(parts, settings, up))
	};
}
function serverOptions({ options, address, credentials, fetch, headers }, settings, endpoint) {
	const { url, namedBy } = endpoint;
	const { origin } = new URL(url);
	const isRemote = origin === address.origin;
	const chosen = namedBy !== "project" || isRemote;
	const branch = options.workingCopy?.branch;
	const own = extraHeaders(settings.user, url, chosen);
	const recipient = {
		url,
		credentials: endpoint.credentials,
		helpers: chosen && !own.some(([name]) => name === "authorization")
	};
	return {
		url,
		fetch,
		authorize: () => credentials.authorization(recipient),
		...isRemote && { headers },
		headersFor: (to) => extraHeaders(settings.user, to, chosen && new URL(to).origin === origin),
		...branch && { ref: branch }
	};
}
/** `http.extraHeader` and `http.<url>.extraHeader`, names in lowercase. @param general whether the one without a URL counts */
function extraHeaders(settings, url, general) {
	return valuesForUrl(settings, "http", "extraheader", url, { general }).flatMap((line) => {
		const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*?)\s*$/.exec(line) ?? [];
		return name !== void 0 && value !== void 0 ? [[name.toLowerCase(), value]] : [];
	});
}

// ../../work/h/me/dist/backends/proxy.js
/**
* Which requests go through a proxy: `http.<url>.proxy` and `http.proxy` of Git's configuration, then `HTTPS_PROXY`,
* `HTTP_PROXY` and `ALL_PROXY`; `NO_PROXY` names the hosts that do not. As curl, and so git, has it.
*/
/** The proxy's URL. @throws SyncError `INVALID_CONFIG` for one that is not http or https */
function proxyFor(url, settings, environment) {
	const { protocol, hostname, port } = new URL(url);
	const variable = (name) => environment[name.toLowerCase()] || environment[name];
	const proxy = valuesForUrl(settings, "http", "proxy", url, { resettable: false }).at(-1) ?? (protocol === "https:" ? variable("HTTPS_PROXY") : environment.http_proxy) ?? variable("ALL_PROXY");
	if (!proxy || isExempt(hostname, port, variable("NO_PROXY") ?? "")) return void 0;
	const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
	if (URL.canParse(full) && /^https?:$/.test(new URL(full).protocol)) return full;
	throw new SyncError("INVALID_CONFIG", "The proxy that is configured (http.proxy, HTTPS_PROXY) is no http or https address, and modsync speaks to no other kind.");
}
function isExempt(hostname, port, list) {
	const host = hostname.replace(/^\[|\]$/g, "").toLowerCase();
	return list.split(/[\s,]+/).some((entry) => {
		if (entry === "*") return true;
		const [, name = "", wantedPort] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
		const bare = name.replace(/^\*?\./, "");
		if (bare === "" || wantedPort !== void 0 && wantedPort !== port) return false;
		return host === bare || host.endsWith(`.${bare}`);
	});
}
/** `fetch` that takes the way that is configured for each address. */
function fetchFor(host, settings) {
	const { fetchThrough } = host;
	if (!fetchThrough) return fetch;
	const through = /* @__PURE__ */ new Map();
	return async (input, init) => {
		const url = input instanceof Request ? input.url : String(input);
		const proxy = proxyFor(url, settings, host.environment);
		if (proxy === void 0) return await fetch(input, init);
		let send = through.get(proxy);
		if (!send) {
			send = fetchThrough(proxy);
			through.set(proxy, send);
		}
		return await (await send)(url, init);
	};
}

// ../../work/h/me/dist/backends/webSocket.js
/** The relay pings every 25 s; two missed ones and some patience. Milliseconds. */
const SILENCE_MS = 6e4;
const HANDSHAKE_MS = 15e3;
/** A close frame that nobody answers must not keep a process alive. Milliseconds. */
const FAREWELL_MS = 300;
const LARGEST_MESSAGE = 4 << 20;
async function openSocket(url, handlers, silenceMs = SILENCE_MS) {
	const node = (await import("ws").catch(() => void 0))?.WebSocket;
	return node ? openNodeSocket(node, url, handlers, silenceMs) : openBrowserSocket(url, handlers);
}
function openNodeSocket(Class, url, handlers, silenceMs) {
	const socket = new Class(url, {
		handshakeTimeout: HANDSHAKE_MS,
		maxPayload: LARGEST_MESSAGE,
		perMessageDeflate: false
	});
	let ended = false;
	let failure;
	const silence = setTimeout(() => {
		failure = /* @__PURE__ */ new Error("nothing was heard of it for a minute");
		socket.terminate();
	}, silenceMs);
	const heard = () => silence.refresh();
	const self = {
		send: (text) => socket.send(text, () => void 0),
		close: () => {
			if (ended) return;
			ended = true;
			clearTimeout(silence);
			const farewell = setTimeout(() => socket.terminate(), FAREWELL_MS);
			socket.once("close", () => clearTimeout(farewell));
			socket.close();
		}
	};
	socket.on("open", () => {
		if (!ended) handlers.onOpen(self);
	});
	socket.on("ping", heard);
	socket.on("message", (data) => {
		heard();
		if (!ended) handlers.onText(String(data));
	});
	socket.on("error", (error) => {
		failure ??= error;
	});
	socket.on("close", (code, reason) => {
		clearTimeout(silence);
		if (ended) return;
		ended = true;
		handlers.onClose(failure ?? /* @__PURE__ */ new Error(`it closed the connection (${code} ${String(reason)})`));
	});
	return self;
}
function openBrowserSocket(url, handlers) {
	const socket = new WebSocket(url);
	let ended = false;
	const self = {
		send: (text) => socket.send(text),
		close: () => {
			ended = true;
			socket.close();
		}
	};
	socket.addEventListener("open", () => {
		if (!ended) handlers.onOpen(self);
	});
	socket.addEventListener("message", ({ data }) => {
		if (!ended && typeof data === "string") handlers.onText(data);
	});
	socket.addEventListener("close", ({ code, reason }) => {
		if (ended) return;
		ended = true;
		handlers.onClose(/* @__PURE__ */ new Error(`the connection closed (${code} ${reason})`));
	});
	return self;
}

// ../../work/h/me/dist/backends/relayFeed.js
const SHORTEST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 3e4;
/** Between half and the whole of the pause, so that a team does not come back to a restarted relay in one instant. */
const jittered = (pauseMs) => pauseMs * (.5 + Math.random() / 2);
function relayFeed({ api, projectId, token }) {
	const url = `${api.origin.replace(/^http/, "ws")}${relayRoutes.feed(projectId)}`;
	return {
		async publish(change) {
			if (change.kind === "message") await api.publishChange(change);
		},
		subscribe: (handlers, cursor) => new RelaySubscription(url, api.origin, token, handlers, cursor)
	};
}
var RelaySubscription = class {
	#url;
	#origin;
	#token;
	#handlers;
	#cursor;
	#pauseMs = SHORTEST_PAUSE_MS;
	#socket;
	#timer;
	#closed = false;
	/** What was reported last: the same trouble, met again every few seconds, is told once. */
	#trouble;
	constructor(url, origin, token, handlers, cursor) {
		this.#url = url;
		this.#origin = origin;
		this.#token = token;
		this.#handlers = handlers;
		this.#cursor = cursor;
		this.#connect();
	}
	close() {
		this.#closed = true;
		clearTimeout(this.#timer);
		this.#socket?.close();
	}
	async #connect() {
		try {
			const token = await this.#token();
			if (token === void 0) throw new SyncError("ACCESS_DENIED", `Nobody is signed in at ${this.#origin}. Run: modsync login ${this.#origin} --token TOKEN`);
			if (this.#closed) return;
			const socket = await openSocket(this.#url, {
				onOpen: (open) => open.send(JSON.stringify(this.#hello(token))),
				onText: (text) => this.#hear(text),
				onClose: (reason) => this.#lost(connectionFailed(this.#origin, reason))
			});
			this.#socket = socket;
			if (this.#closed) socket.close();
		} catch (error) {
			this.#lost(error);
		}
	}
	#hello(token) {
		return {
			type: "hello",
			token,
			...this.#cursor !== void 0 && { cursor: this.#cursor }
		};
	}
	#hear(text) {
		const message = parsedMessage(text);
		if (message === void 0) {
			const words = `${this.#origin} sent a hint that cannot be read. Is it a modsync relay, of the same version?`;
			this.#refuse(new SyncError("REMOTE_PROTOCOL", words));
			return;
		}
		switch (message.type) {
			case "change":
				this.#cursor = message.cursor;
				this.#handlers.onEvent({
					cursor: message.cursor,
					change: message.change
				});
				break;
			case "ready":
				this.#cursor = message.cursor;
				this.#pauseMs = SHORTEST_PAUSE_MS;
				this.#trouble = void 0;
				this.#handlers.onConnect();
				break;
			case "error": this.#refuse(new SyncError(codeOf(message.code), message.message, { data: { origin: this.#origin } }));
		}
	}
	/** What a quick retry would not mend. */
	#refuse(error) {
		this.#socket?.close();
		this.#pauseMs = LONGEST_PAUSE_MS;
		this.#lost(error);
	}
	#lost(error) {
		if (this.#closed) return;
		this.#socket = void 0;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.#connect(), jittered(this.#pauseMs));
		this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
		const trouble = error instanceof SyncError ? error.code : String(error);
		if (trouble === this.#trouble) return;
		this.#trouble = trouble;
		this.#handlers.onDisconnect(error);
	}
};
const codeOf = (code) => code === "ACCESS_DENIED" || code === "NOT_FOUND" ? code : "REMOTE_PROTOCOL";
function parsedMessage(text) {
	try {
		return feedMessage.parse(JSON.parse(text));
	} catch {
		return;
	}
}

// ../../work/h/me/dist/backends/selfHosted.js
/** A project at a relay of ours, or at any other Git host that serves smart HTTP and the LFS API. */
/** @throws SyncError `INVALID_CONFIG` when the URL is not http or https */
async function connectSelfHosted(host, options) {
	const address = parseRemoteUrl(options.url);
	const { url, origin, projectId } = address;
	const settings = await options.workingCopy?.settings() ?? NO_SETTINGS;
	const credentials = new Credentials(host, options, address);
	const send = fetchFor(host, settings);
	const headers = { [ORIGIN_HEADER]: options.device };
	const extra = extraHeaders(settings, url, true);
	const recipient = {
		url,
		credentials: address.credentials,
		helpers: !extra.some(([name]) => name === "authorization")
	};
	const remote = {
		url,
		history: smartHttp({
			url,
			fetch: send,
			authorize: () => credentials.authorization(recipient),
			headers: {
				...Object.fromEntries(extra),
				...headers
			}
		}),
		...lfsRemote({
			options,
			address,
			credentials,
			fetch: send,
			headers
		}),
		close: async () => void 0
	};
	if (projectId === void 0) return remote;
	const token = () => credentials.token();
	const api = relayApi({
		origin,
		token,
		fetch: send
	});
	return {
		...remote,
		feed: relayFeed({
			api,
			projectId,
			token
		}),
		access: { invite: async (call) => ({ code: (await api.createInvite(projectId, call)).url }) }
	};
}

export { connectSelfHosted };