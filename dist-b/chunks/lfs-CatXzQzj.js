import { t as SyncError } from "./errors-CKzV5trQ.js";
import { a as boolean, b as url, c as int, d as number, f as object, h as string, i as array, n as _enum, p as record } from "./schemas-BxumLJnB.js";
import { c as utf8, n as concat, o as text } from "./bytes-N1wsZNrM.js";
import { n as isOid } from "./ids-DsdmpKNc.js";

// ../../work/h/me/dist/shared/wire/assetBundle.js
/**
* Several small assets in one request, for both sides of the transfer `modsync-bundle`: before each asset's bytes stands
* one line, `OID SIZE` and a line feed. Nothing stands between or behind them. See docs/protocol.md.
*/
const BUNDLE_TRANSFER = "modsync-bundle";
const BUNDLE_MEDIA_TYPE = "application/vnd.modsync.bundle";
/** Larger assets go by themselves, where a transfer that breaks off can be continued. Bytes. */
const BUNDLED_ASSET = 1 << 20;
/** 64 hex digits, a space, at most 7 digits and the line feed. */
const LONGEST_HEAD = 73;
const bundleHead = ({ oid, size }) => utf8(`${oid} ${size}\n`);
/**
* The assets of a bundle as they come, each whole. Nobody has looked yet whether the bytes are the oid's.
* @throws SyncError `REMOTE_PROTOCOL` when it is no bundle, or ends in the middle of an asset; what the stream throws
*/
async function* readBundle(stream) {
	const input = new Input(stream);
	for (;;) {
		const head = await input.line();
		if (head === void 0) return;
		const [, oid, size] = /^([0-9a-f]{64}) (0|[1-9][0-9]{0,6})$/.exec(head) ?? [];
		if (oid === void 0 || !isOid(oid) || Number(size) > 1048576) throw notABundle();
		yield {
			oid,
			bytes: await input.take(Number(size))
		};
	}
}
const notABundle = () => new SyncError("REMOTE_PROTOCOL", "This is no bundle of assets, or it broke off.");
/** A stream in other portions than it comes in; what is in one piece of it is not copied. */
var Input = class {
	#source;
	#piece = /* @__PURE__ */ new Uint8Array();
	constructor(stream) {
		this.#source = stream[Symbol.asyncIterator]();
	}
	/** `undefined` at the end. */
	async line() {
		let head = this.#piece;
		for (;;) {
			const end = head.subarray(0, LONGEST_HEAD).indexOf(10);
			if (end >= 0) {
				this.#piece = head.subarray(end + 1);
				return text(head.subarray(0, end));
			}
			if (head.length >= LONGEST_HEAD) throw notABundle();
			const next = await this.#source.next();
			if (next.done && head.length === 0) return void 0;
			if (next.done) throw notABundle();
			head = concat([head, next.value]);
		}
	}
	async take(size) {
		if (this.#piece.length >= size) return this.#cut(size);
		const whole = new Uint8Array(size);
		for (let at = 0;;) {
			const part = this.#cut(Math.min(size - at, this.#piece.length));
			whole.set(part, at);
			at += part.length;
			if (at === size) return whole;
			const next = await this.#source.next();
			if (next.done) throw notABundle();
			this.#piece = next.value;
		}
	}
	#cut(length) {
		const part = this.#piece.subarray(0, length);
		this.#piece = this.#piece.subarray(length);
		return part;
	}
};

// ../../work/h/me/dist/shared/wire/lfs.js
/** The LFS API, for both of its sides. Source: git-lfs `docs/api/batch.md`, `basic-transfers.md`, `locking.md`. */
const LFS_MEDIA_TYPE = "application/vnd.git-lfs+json";
/** What a `verify` action is sent. */
const lfsObject = object({
	oid: string(),
	size: number()
});
const batchRequest = object({
	operation: _enum(["download", "upload"]),
	transfers: array(string()).nullish(),
	ref: object({ name: string() }).nullish(),
	/** Judged one by one: a bad oid or size is that object's 422, not the request's. */
	objects: array(lfsObject),
	hash_algo: string().nullish()
});
const batchAction = object({
	href: url(),
	header: record(string(), string()).nullish(),
	/** Seconds; beats `expires_at`. */
	expires_in: number().nullish(),
	expires_at: string().nullish()
});
const batchResponse = object({
	transfer: string().nullish(),
	objects: array(object({
		oid: string(),
		size: number().nullish(),
		authenticated: boolean().nullish(),
		actions: object({
			download: batchAction.optional(),
			upload: batchAction.optional(),
			verify: batchAction.optional()
		}).nullish(),
		error: object({
			code: number(),
			message: string()
		}).nullish()
	}))
});
/** Which assets a bundle is to have (assetBundle.ts); and the answer to one that was sent: how it went for each. */
const bundleRequest = object({ objects: array(lfsObject) });
const bundleAnswer = object({ objects: array(object({
	oid: string(),
	error: object({
		code: number(),
		message: string()
	}).nullish()
})) });
const ref = object({ name: string() }).nullish();
const lfsLock = object({
	id: string(),
	path: string(),
	locked_at: string(),
	owner: object({ name: string() }).nullish()
});
const lockRequest = object({
	path: string().min(1).max(4096),
	ref
});
const unlockRequest = object({
	force: boolean().nullish(),
	ref
});
const verifyLocksRequest = object({
	cursor: string().nullish(),
	limit: int().min(0).nullish(),
	ref
});
/** Of a lock that was made (201), that another one has (409), or that was removed (200). */
const lockAnswer = object({ lock: lfsLock });
const nextCursor = string().nullish();
/** Empty lists come as null from some servers. */
const lockList = array(lfsLock).nullish().transform((locks) => locks ?? []);
const lockPage = object({
	locks: lockList,
	next_cursor: nextCursor
});
const verifyLocksPage = object({
	ours: lockList,
	theirs: lockList,
	next_cursor: nextCursor
});

export { readBundle as _, bundleRequest as a, lockPage as c, verifyLocksPage as d, verifyLocksRequest as f, bundleHead as g, BUNDLE_TRANSFER as h, bundleAnswer as i, lockRequest as l, BUNDLE_MEDIA_TYPE as m, batchRequest as n, lfsObject as o, BUNDLED_ASSET as p, batchResponse as r, lockAnswer as s, LFS_MEDIA_TYPE as t, unlockRequest as u };