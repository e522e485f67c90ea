import { i as throwIfAborted, r as hasCode, t as SyncError } from "./errors-CKzV5trQ.js";
import { r as isProjectId } from "./ids-DsdmpKNc.js";
import { i as parentOf, n as join } from "./paths-CcTiHc6F.js";
import { a as parseLine, c as channels, o as parseOwnerFile, s as channelNames, t as OWNER_FILE } from "./messages-BLhTFp4B.js";

// ../../work/h/me/dist/rpc/client.js
const gone = () => new SyncError("OWNER_GONE", "The modsync that works on this project has ended. Nothing is lost; run it again.");
/** A connection to an owner that has let this process in. */
var OwnerClient = class {
	projectId;
	#connection;
	#pending = /* @__PURE__ */ new Map();
	#listeners = /* @__PURE__ */ new Set();
	#ended;
	#end = () => void 0;
	#isOpen = true;
	#last = 0;
	constructor(connection, projectId) {
		this.#connection = connection;
		this.projectId = projectId;
		this.#ended = new Promise((resolve) => {
			this.#end = resolve;
		});
	}
	/** Resolves when the connection has ended, from either side. */
	get ended() {
		return this.#ended;
	}
	/** @throws SyncError as the engine does; `OWNER_GONE` when the owner dies meanwhile */
	async call(channel, args, options = {}) {
		throwIfAborted(options.signal);
		if (!this.#isOpen) throw gone();
		const id = ++this.#last;
		const abort = () => this.#send({
			id,
			abort: true
		});
		options.signal?.addEventListener("abort", abort, { once: true });
		try {
			return await new Promise((resolve, reject) => {
				this.#pending.set(id, {
					resolve,
					reject,
					onProgress: options.onProgress
				});
				this.#send({
					id,
					call: channel,
					args
				});
			});
		} finally {
			this.#pending.delete(id);
			options.signal?.removeEventListener("abort", abort);
		}
	}
	onEvent(listener) {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}
	/** What auto-sync of the owner does, as it happens. @returns ends the listening */
	async onActivity(listener) {
		const stop = this.onEvent((event) => {
			if (event.name === "activity") listener(event.activity);
		});
		await this.call("subscribe-to-activity", [this.projectId]);
		return stop;
	}
	close() {
		this.#connection.close();
	}
	/** A line from the owner. */
	hear(line) {
		const message = parseLine(line);
		if (message?.event !== void 0) {
			for (const listener of this.#listeners) listener(message.event);
			return;
		}
		const pending = this.#pending.get(message?.id);
		if (pending === void 0 || message === void 0) return;
		if (message.progress !== void 0) pending.onProgress?.(message.progress);
		else settle(pending, message);
	}
	/** The connection has ended. */
	lost() {
		this.#isOpen = false;
		for (const { reject } of this.#pending.values()) reject(gone());
		this.#end();
	}
	#send(request) {
		this.#connection.send(JSON.stringify(request));
	}
};
function settle({ resolve, reject }, answer) {
	if (answer.success) resolve(answer.data);
	else reject(new SyncError(answer.error.code, answer.error.message));
}
/**
* The engine's methods through an owner.
* @param alone goes on with an engine of one's own when the owner dies in the middle of a call
*/
function callsThrough(client, alone) {
	const call = async (channel, args) => {
		const { plain, options } = withoutCallOptions(args);
		try {
			return await client.call(channel, plain, options);
		} catch (error) {
			if (alone === void 0 || !hasCode(error, "OWNER_GONE")) throw error;
			const method = channels[channel];
			const calls = await alone();
			return await calls[method].apply(calls, [...args]);
		}
	};
	const methods = channelNames.map((channel) => [channels[channel], (...args) => call(channel, args)]);
	return Object.fromEntries(methods);
}
/** The engine takes `signal` and `onProgress` beside its other options; over a wire they go their own way. */
function withoutCallOptions(args) {
	const last = args.at(-1);
	if (typeof last !== "object" || last === null || !("signal" in last || "onProgress" in last)) return {
		plain: args,
		options: {}
	};
	const { signal, onProgress, ...rest } = last;
	const others = Object.values(rest).some((value) => value !== void 0) ? [rest] : [];
	return {
		plain: [...args.slice(0, -1), ...others],
		options: {
			signal,
			onProgress
		}
	};
}

// ../../work/h/me/dist/rpc/reach.js
/** Milliseconds until an owner that does not greet counts as none. */
const PATIENCE = 5e3;
const neighbourhoodOf = ({ disk, sockets }) => ({
	disk: {
		read: (path) => disk.read(path),
		isThere: async (path) => await disk.lstat(path) !== void 0
	},
	sockets
});
/** @param folder a disk path in the project */
async function reachOwner({ disk, sockets }, folder) {
	const root = sockets && await findProject(disk, folder);
	if (sockets === void 0 || root === void 0) return { owner: "none" };
	const bytes = await disk.read(join(root, ".git", "modsync", OWNER_FILE));
	if (bytes === void 0) return { owner: "none" };
	const { protocol, program, projectId, address, token } = parseOwnerFile(bytes) ?? {};
	if (protocol !== 1) return {
		owner: "other-version",
		program: typeof program === "string" ? program : "another modsync"
	};
	if (typeof address !== "string" || typeof token !== "string") return { owner: "none" };
	if (typeof projectId !== "string" || !isProjectId(projectId)) return { owner: "none" };
	let client;
	let greeted = () => void 0;
	const greeting = new Promise((resolve) => {
		greeted = resolve;
	});
	const connection = await sockets.connect(address, {
		onLine: (line) => client ? client.hear(line) : greeted(line),
		onClose: () => {
			greeted(void 0);
			client?.lost();
		}
	}).catch(() => void 0);
	if (connection === void 0) return { owner: "none" };
	const timer = setTimeout(() => connection.cut(), PATIENCE);
	const hello = {
		protocol: 1,
		token
	};
	connection.send(JSON.stringify(hello));
	const made = new OwnerClient(connection, projectId);
	if (parseLine(await greeting.finally(() => clearTimeout(timer)) ?? "")?.success !== true) {
		connection.cut();
		return { owner: "none" };
	}
	client = made;
	return {
		owner: "reached",
		client,
		folder: root
	};
}
/** As `modsync` finds a project: upwards. */
async function findProject(disk, folder) {
	for (let at = folder;; at = parentOf(at)) {
		if (await disk.isThere(join(at, ".modsync.json"))) return at;
		if (at === "" || parentOf(at) === at) return void 0;
	}
}
const otherVersion = (program) => new SyncError("PROJECT_BUSY", `${program} works on this project already, and is not of this version. Stop it, or use the same version.`);

export { callsThrough as a, OwnerClient as i, otherVersion as n, reachOwner as r, neighbourhoodOf as t };