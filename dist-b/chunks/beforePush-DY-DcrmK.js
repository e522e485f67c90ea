import { a as parsePathPattern, b as parseTag, m as MODE, o as patternSubject } from "./git-DBr9p9nz.js";
import { f as object, h as string, i as array, l as literal, p as record, u as looseObject, y as unknown } from "./schemas-BxumLJnB.js";
import { i as throwIfAborted, r as hasCode, t as SyncError } from "./errors-CKzV5trQ.js";
import { r as isProjectId, t as isObjectId } from "./ids-DsdmpKNc.js";
import { c as utf8, o as text } from "./bytes-N1wsZNrM.js";
import { i as parentOf, n as join, r as nameOf } from "./paths-CcTiHc6F.js";
import { l as parsePointer, s as MAX_POINTER_LENGTH } from "./lfs-CdgAv04b.js";
import { t as pause } from "./pause-cDHNEcVL.js";

// ../../work/h/me/dist/engine/assets/parts.js
/**
* Which parts of a project a working copy has: `lfs.fetchinclude` and `lfs.fetchexclude`, so that git-lfs agrees. What
* is left out is a pointer on disk. Patterns are those of `.gitignore`. Source: git-lfs-fetch(1), "Include and exclude".
*/
async function partsOf(project) {
	const { include: only, exclude: without } = await project.lfs();
	const { repository } = project;
	const ignoreCase = repository.config.getBool("core.ignorecase") ?? false;
	const isIncluded = matchesAny(only, ignoreCase);
	const isExcluded = matchesAny(without, ignoreCase);
	return {
		only,
		without,
		isWhole: only.length === 0 && without.length === 0,
		wants: (path) => (only.length === 0 || isIncluded(path)) && !isExcluded(path)
	};
}
async function patternTest({ repository: { config } }, patterns) {
	await config.refresh();
	return matchesAny(patterns, config.getBool("core.ignorecase") ?? false);
}
/** A path matches a pattern when it, or a folder that it is in, does. */
function matchesAny(patterns, ignoreCase) {
	const parsed = patterns.map((pattern) => parsePathPattern(pattern, "", ignoreCase)).filter(({ negative }) => !negative);
	const folders = /* @__PURE__ */ new Map();
	const test = (path, isFolder) => {
		const subject = patternSubject(path, isFolder, ignoreCase);
		return parsed.some((pattern) => pattern.matches(subject));
	};
	const isFolderMatched = (folder) => {
		if (folder === "") return false;
		let matched = folders.get(folder);
		if (matched === void 0) {
			matched = isFolderMatched(parentOf(folder)) || test(folder, true);
			folders.set(folder, matched);
		}
		return matched;
	};
	return (path) => isFolderMatched(parentOf(path)) || test(path, false);
}
/** As configuration keys for the repository's own file. @throws SyncError `INVALID_INPUT` */
function partsConfig({ only, without }) {
	return [["lfs.fetchinclude", listOf(only)], ["lfs.fetchexclude", listOf(without)]];
}
function listOf(patterns) {
	for (const pattern of patterns) {
		const why = pattern.includes(",") ? "has a comma, which separates patterns" : pattern.startsWith("!") ? "begins with \"!\": name what to leave out with --without" : /^\.\//.test(pattern) || pattern.trim() === "" ? "matches nothing: patterns are as in .gitignore" : void 0;
		if (why) throw new SyncError("INVALID_INPUT", `The pattern "${pattern}" ${why}.`, { data: { pattern } });
	}
	return patterns.join(",");
}

// ../../work/h/me/dist/assets/pace.js
/**
* How many transfers run at a time: more while more of them bring more. One connection waits for the other side most
* of the time; a link or a disk that is full gets no faster by more of them.
*/
/** As git-lfs to begin with. */
const USUAL = {
	first: 8,
	most: 32
};
const STEP = 4;
/** A look at the speed takes at least so long, and at least one round of transfers. Milliseconds. */
const WINDOW = 250;
/** More than this counts as faster. */
const BETTER = 1.1;
/** Looks after which another step is tried: the other side may have more room by then. */
const REST = 12;
var Pace = class {
	#rules;
	#limit;
	/** Before the step that is being tried. */
	#before;
	#rest = 0;
	#since = performance.now();
	#files = 0;
	#bytes = 0;
	constructor(rules) {
		this.#rules = rules;
		this.#limit = rules.first;
	}
	get limit() {
		return this.#limit;
	}
	/** A transfer has ended well. @param bytes of the whole asset */
	done(bytes, now = performance.now()) {
		this.#files++;
		this.#bytes += bytes;
		const passed = now - this.#since;
		if (passed < WINDOW || this.#files < this.#limit) return;
		this.#judge({
			files: this.#files / passed,
			bytes: this.#bytes / passed
		});
		this.#since = now;
		this.#files = 0;
		this.#bytes = 0;
	}
	/** The other side asks to slow down. */
	slower() {
		this.#limit = Math.max(1, Math.floor(this.#limit / 2));
		this.#before = void 0;
		this.#rest = REST;
	}
	#judge(speed) {
		const before = this.#before;
		this.#before = void 0;
		if (before && speed.files < before.files * BETTER && speed.bytes < before.bytes * BETTER) {
			this.#limit = Math.max(1, this.#limit - STEP);
			this.#rest = REST;
		} else if (this.#rest > 0) this.#rest--;
		else if (this.#limit < this.#rules.most) {
			this.#before = speed;
			this.#limit = Math.min(this.#rules.most, this.#limit + STEP);
		}
	}
};

// ../../work/h/me/dist/assets/retry.js
/** A server that asks for more than this before the next try is believed, and the transfer fails. Milliseconds. */
const MAX_RETRY_AFTER = 6e4;
/** Tries for bytes that are wrong: they may come from a partial file, and then from a bad copy in between. */
const CORRUPT_ATTEMPTS = 3;
/** Several transfers to one server: what one is told about slowing down holds for all. */
var Retry = class {
	#rules;
	/** Milliseconds since 1970. */
	#notBefore = 0;
	constructor(rules) {
		this.#rules = rules;
	}
	/**
	* Runs `work`, and again after a pause when its error says `data.retryable`.
	* @param gotSomewhere asked after a failure: whether the try brought something that the next one builds on
	*/
	async run(work, signal, gotSomewhere = () => false) {
		let corrupt = 0;
		for (let failed = 0;;) {
			await pause(this.#notBefore - Date.now(), signal);
			try {
				return await work();
			} catch (error) {
				throwIfAborted(signal);
				if (!(error instanceof SyncError) || error.data.retryable !== true) throw error;
				failed = gotSomewhere() ? 1 : failed + 1;
				if (hasCode(error, "ASSET_CORRUPT")) corrupt++;
				if (failed >= this.#rules.attempts || corrupt >= CORRUPT_ATTEMPTS) throw error;
				await pause(this.#delay(error, failed), signal);
			}
		}
	}
	#delay(error, failed) {
		const { baseMs, maxMs } = this.#rules;
		const backoff = Math.min(maxMs, baseMs * 2 ** (failed - 1)) * (.5 + Math.random() / 2);
		const { retryAfterMs } = error.data;
		if (typeof retryAfterMs !== "number") return backoff;
		if (retryAfterMs > MAX_RETRY_AFTER) throw error;
		this.#notBefore = Math.max(this.#notBefore, Date.now() + retryAfterMs);
		return retryAfterMs + backoff / 2;
	}
};

// ../../work/h/me/dist/assets/tally.js
/** Milliseconds between two reports, so that a thousand small assets do not flood whoever draws the bar. */
const INTERVAL = 50;
/** Adds up what concurrent transfers have done: bytes of an attempt that failed are taken off again. */
var Tally = class {
	#phase;
	#onProgress;
	#moving = /* @__PURE__ */ new Map();
	#files = 0;
	#bytes = 0;
	#totalFiles;
	#totalBytes;
	#reported = 0;
	#late;
	constructor(phase, assets, onProgress) {
		this.#phase = phase;
		this.#onProgress = onProgress;
		this.#totalFiles = assets.length;
		this.#totalBytes = assets.reduce((sum, { size }) => sum + size, 0);
	}
	/** It turned out that this one need not be transferred. */
	leaveOut({ size }) {
		this.#totalFiles--;
		this.#totalBytes -= size;
		this.#report();
	}
	/** The transfer of this asset (re)starts at an offset. */
	restart({ oid }, offset) {
		this.#bytes += offset - (this.#moving.get(oid) ?? 0);
		this.#moving.set(oid, offset);
		this.#report();
	}
	add(asset, length) {
		this.restart(asset, Math.min(asset.size, (this.#moving.get(asset.oid) ?? 0) + length));
	}
	done(asset) {
		this.#files++;
		this.restart(asset, asset.size);
		this.#moving.delete(asset.oid);
	}
	/** The last word: reported in any case. */
	finish() {
		this.#tell();
	}
	get files() {
		return this.#files;
	}
	get bytes() {
		return this.#bytes;
	}
	#report() {
		if (!this.#onProgress || this.#late) return;
		const wait = this.#reported + INTERVAL - Date.now();
		if (wait <= 0) this.#tell();
		else this.#late = setTimeout(() => this.#tell(), wait);
	}
	#tell() {
		clearTimeout(this.#late);
		this.#late = void 0;
		this.#reported = Date.now();
		this.#onProgress?.({
			phase: this.#phase,
			files: this.#files,
			totalFiles: this.#totalFiles,
			bytes: this.#bytes,
			totalBytes: this.#totalBytes
		});
	}
};

// ../../work/h/me/dist/assets/queue.js
/** These concern one asset: the others go on. Whatever else fails would fail for all. */
const OF_ONE_ASSET = /* @__PURE__ */ new Set([
	"ASSET_MISSING",
	"ASSET_CORRUPT",
	"ASSET_REFUSED"
]);
/** A try that brought at least this much more of an asset onto the disk has got somewhere. Bytes. */
const SOMEWHERE = 1 << 20;
/** Bytes of small assets that go in one request. */
const BUNDLE = 4 << 20;
var TransferQueue = class {
	#store;
	#cache;
	#pace;
	#retry;
	#elsewhere;
	constructor(store, cache, settings = {}) {
		this.#store = store;
		this.#cache = cache;
		const { concurrency } = settings;
		this.#pace = concurrency === void 0 ? USUAL : {
			first: concurrency,
			most: concurrency
		};
		this.#elsewhere = settings.elsewhere ?? (() => void 0);
		this.#retry = new Retry({
			attempts: 6,
			baseMs: 250,
			maxMs: 1e4,
			...settings.retry
		});
	}
	/**
	* Stores what the store lacks, from the cache. When it returns, all of them are stored.
	* @throws SyncError the first that says something: what concerns one asset (`ASSET_MISSING`, `ASSET_CORRUPT`,
	*   `ASSET_REFUSED`) after the others are done, with `data.failed` of them; anything else at once
	*/
	upload(assets, options = {}) {
		return this.#run(assets, options, {
			phase: "upload",
			operation: "put",
			select: (piece, signal) => this.#store.missing(piece, { signal }),
			begin: (asset, tally, signal) => ({
				attempt: () => this.#upload(asset, tally, signal),
				gotSomewhere: () => false
			}),
			together: async (some, arrived, signal) => {
				const sources = await Promise.all(some.map((asset) => this.#sourceOf(asset, false)));
				const stored = await this.#store.putMany?.(sources, { signal });
				for (const asset of some) if (stored?.has(asset.oid)) arrived(asset);
			}
		});
	}
	/** Brings what the cache lacks. Errors as in `upload`. An abort keeps what has come, to be continued. */
	async download(assets, options = {}) {
		const here = await this.#cache.hasMany(assets);
		const wanted = assets.filter((_, at) => !here[at]);
		return await this.#run(wanted, options, {
			phase: "download",
			operation: "get",
			select: async (piece, signal) => {
				await this.#store.prepare?.(piece, "get", { signal });
				return piece;
			},
			begin: (asset, tally, signal) => {
				let kept = 0;
				let before = 0;
				return {
					attempt: async () => {
						before = kept;
						try {
							await this.#download(asset, tally, signal);
						} catch (error) {
							kept = await this.#cache.partialSize(asset);
							throw error;
						}
					},
					gotSomewhere: () => kept >= before + SOMEWHERE
				};
			},
			together: async (some, arrived, signal) => {
				const wanted = new Map(some.map((asset) => [asset.oid, asset]));
				for await (const { oid, bytes } of this.#store.getMany?.(some, { signal }) ?? []) {
					throwIfAborted(signal);
					const asset = wanted.get(oid);
					if (!asset) continue;
					await this.#cache.addBytes(asset, bytes);
					arrived(asset);
				}
			}
		});
	}
	async #upload(asset, tally, signal) {
		const source = await this.#sourceOf(asset);
		const open = (start = 0) => {
			tally.restart(asset, start);
			return counted(source.open(start), (length) => tally.add(asset, length));
		};
		await this.#store.put({
			oid: asset.oid,
			size: asset.size,
			open
		}, { signal });
	}
	async #sourceOf(asset, verified = true) {
		const other = await this.#cache.has(asset) ? void 0 : this.#elsewhere(asset);
		return other === void 0 ? this.#cache.source(asset, verified) : this.#cache.sourceAt(other, asset);
	}
	async #download(asset, tally, signal) {
		const kept = await this.#cache.partialSize(asset);
		const { start, bytes } = kept >= asset.size ? {
			start: kept,
			bytes: NOTHING
		} : await this.#store.get(asset, kept, { signal });
		tally.restart(asset, Math.min(start, asset.size));
		const seen = counted(bytes, (length) => tally.add(asset, length));
		await this.#cache.addStream(asset, start, seen, { signal });
	}
	async #run(assets, { signal, onProgress }, direction) {
		throwIfAborted(signal);
		const unique = [...new Map(assets.filter(({ size }) => size > 0).map((one) => [one.oid, one])).values()];
		unique.sort((a, b) => b.size - a.size);
		const tally = new Tally(direction.phase, unique, onProgress);
		const stop = new AbortController();
		const onAbort = () => stop.abort(signal?.reason);
		signal?.addEventListener("abort", onAbort, { once: true });
		const failures = [];
		let fatal;
		const fail = (error) => {
			if (stop.signal.aborted) return;
			if (error instanceof SyncError && OF_ONE_ASSET.has(error.code)) failures.push(error);
			else {
				fatal = { error };
				stop.abort();
			}
		};
		const selected = this.#select(unique, tally, direction, stop.signal);
		const pace = new Pace(this.#pace);
		const transfer = async (asset, stopped) => {
			const { attempt, gotSomewhere } = direction.begin(asset, tally, stopped);
			const watched = async () => {
				try {
					await attempt();
				} catch (error) {
					if (hasCode(error, "RATE_LIMITED")) pace.slower();
					throw error;
				}
			};
			try {
				await this.#retry.run(watched, stopped, gotSomewhere);
				tally.done(asset);
				pace.done(asset.size);
			} catch (error) {
				tally.restart(asset, 0);
				fail(error);
			}
		};
		const transferAll = async (assets, stopped) => {
			const left = new Set(assets);
			if (assets.length > 1) try {
				await direction.together(assets, (asset) => {
					left.delete(asset);
					tally.done(asset);
					pace.done(asset.size);
				}, stopped);
			} catch (error) {
				if (hasCode(error, "RATE_LIMITED")) pace.slower();
			}
			for (const asset of left) if (!stopped.aborted) await transfer(asset, stopped);
		};
		const workers = [];
		let working = 0;
		const work = async () => {
			const stopped = AbortSignal.any([stop.signal]);
			try {
				while (!stop.signal.aborted && working <= pace.limit) {
					const next = await selected.next();
					if (next.done) return;
					await transferAll(next.value, stopped);
					hire();
				}
			} catch (error) {
				fail(error);
			} finally {
				working--;
			}
		};
		const hire = () => {
			while (!stop.signal.aborted && working < Math.min(pace.limit, unique.length)) {
				working++;
				workers.push(work());
			}
		};
		try {
			hire();
			for (const worker of workers) await worker;
		} finally {
			signal?.removeEventListener("abort", onAbort);
			tally.finish();
		}
		throwIfAborted(signal);
		if (fatal) throw fatal.error;
		if (failures.length > 0) throw summed(failures);
		return {
			files: tally.files,
			bytes: tally.bytes
		};
	}
	/** Asks the store piece by piece, one piece ahead of the transfers. */
	async *#select(assets, tally, direction, signal) {
		const size = this.#store.batchSize;
		const ask = (at) => {
			const piece = assets.slice(at, at + size);
			const answer = this.#retry.run(() => direction.select(piece, signal), signal);
			answer.catch(() => void 0);
			return {
				piece,
				answer
			};
		};
		let ahead = assets.length > 0 ? ask(0) : void 0;
		for (let at = size; ahead; at += size) {
			const { piece, answer } = ahead;
			const chosen = await answer;
			ahead = at < assets.length ? ask(at) : void 0;
			const left = new Set(chosen.map(({ oid }) => oid));
			for (const asset of piece) if (!left.has(asset.oid)) tally.leaveOut(asset);
			yield* bundled(chosen, await this.#store.bundles?.(direction.operation) ?? 0);
		}
	}
};
/** Small assets together, as many as make a request worth its while and still leave some for the others; large ones alone. */
function* bundled(assets, largest) {
	let some = [];
	let length = 0;
	for (const asset of assets) {
		if (asset.size > largest) yield [asset];
		else {
			some.push(asset);
			length += asset.size;
		}
		if (length < BUNDLE) continue;
		yield some;
		some = [];
		length = 0;
	}
	if (some.length > 0) yield some;
}
const NOTHING = { [Symbol.asyncIterator]: () => ({ next: async () => ({
	done: true,
	value: void 0
}) }) };
/** The first failure stands for all; that it is not the only one is in its data and its message. */
function summed(failures) {
	const [first] = failures;
	if (!first || failures.length === 1) return first;
	return new SyncError(first.code, `${first.message} ${failures.length - 1} more assets failed.`, {
		data: {
			...first.data,
			failed: failures.length,
			oids: failures.slice(0, 100).map(({ data }) => data.oid)
		},
		cause: first
	});
}
/** No generator: its `return` must reach the source even when nothing was read yet. */
function counted(bytes, onBytes) {
	return { [Symbol.asyncIterator]() {
		const source = bytes[Symbol.asyncIterator]();
		return {
			async next() {
				const next = await source.next();
				if (!next.done) onBytes(next.value.length);
				return next;
			},
			async return() {
				await source.return?.();
				return {
					done: true,
					value: void 0
				};
			}
		};
	} };
}

// ../../work/h/me/dist/engine/assets/transfers.js
/** The queue between a project's cache and a store, with `lfs.concurrenttransfers` where somebody set it. */
async function queueFor(project, store, settings = {}) {
	const { concurrency } = await project.lfs();
	return new TransferQueue(store, project.cache, {
		...concurrency !== void 0 && { concurrency },
		...settings
	});
}

// ../../work/h/me/dist/engine/project/projectFile.js
/** `.modsync.json`, committed at the top of every project: what it is, and the rules it goes by. */
const PROJECT_FILE = ".modsync.json";
const schema$1 = looseObject({
	/** Version of this file's format. */
	modsync: literal(1, { error: "is a format that this modsync does not know; a newer one may" }),
	projectId: string().refine(isProjectId, { error: "is not a project id" }),
	name: string().trim().min(1).max(100),
	game: string().default("fallout4"),
	rules: record(string(), unknown()).default({})
});
/** @throws SyncError `INVALID_CONFIG` with every fault */
function parseProjectFile(bytes) {
	let value;
	try {
		value = JSON.parse(text(bytes).replace(/^\uFEFF/, ""));
	} catch (cause) {
		throw new SyncError("INVALID_CONFIG", `${PROJECT_FILE} is not valid JSON. Mend it, or bring the committed one back: git checkout -- ${PROJECT_FILE}`, { cause });
	}
	const parsed = schema$1.safeParse(value);
	if (parsed.success) return parsed.data;
	const faults = parsed.error.issues.map((issue) => `${issue.path.join(".") || "the file"}: ${issue.message}`);
	throw new SyncError("INVALID_CONFIG", `${PROJECT_FILE} cannot be used: ${faults.join("; ")}. Mend it, or bring the committed one back: git checkout -- ${PROJECT_FILE}`, { data: { faults } });
}
const formatProjectFile = (projectId, name) => utf8(`${JSON.stringify({
	modsync: 1,
	projectId,
	name,
	game: "fallout4",
	rules: {}
}, null, 2)}\n`);
/** `My Mod: Rebirth` → `my-mod-rebirth-x7k2m9`: readable, and different for two mods of one name. */
function makeProjectId(name, random) {
	const slug = name.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40).replace(/-+$/, "");
	const suffix = Array.from(random.subarray(0, 6), (byte) => (byte % 36).toString(36)).join("");
	return `${slug || "project"}-${suffix}`;
}

// ../../work/h/me/dist/engine/project/rules.js
/** The rules that a project goes by, from `.modsync.json` as it is on disk. Unknown ones are another version's. */
async function rulesOf(project) {
	const bytes = await project.host.disk.read(join(project.folder, PROJECT_FILE));
	return { autoLock: (bytes ? parseProjectFile(bytes).rules : {}).autoLock === true };
}

// ../../work/h/me/dist/engine/project/stateFile.js
/**
* A small JSON file of modsync's own. Written whole or not at all; one that does not fit its schema (an older
* version, a damaged disk) reads as `undefined`: nothing in such a file is the only copy of anything.
*/
var StateFile = class {
	#disk;
	#path;
	#schema;
	constructor(disk, path, schema) {
		this.#disk = disk;
		this.#path = path;
		this.#schema = schema;
	}
	async read() {
		const bytes = await this.#disk.read(this.#path);
		if (!bytes) return void 0;
		try {
			return this.#schema.safeParse(JSON.parse(text(bytes))).data;
		} catch {
			return;
		}
	}
	async write(value) {
		await this.#disk.publish(this.#path, utf8(`${JSON.stringify(value)}\n`), { sync: true });
	}
	remove() {
		return this.#disk.remove(this.#path);
	}
};

// ../../work/h/me/dist/engine/locks/knownLocks.js
/** The locks of the project as of the last contact with its remote: what is read-only here goes by them. */
const fileLock = object({
	id: string(),
	path: string(),
	owner: string().optional(),
	lockedAt: string()
});
const schema = object({
	ours: array(fileLock),
	theirs: array(fileLock)
});
const NONE = {
	ours: [],
	theirs: []
};
const fileOf = (project) => new StateFile(project.host.disk, project.stateFile("locks.json"), schema);
const knownLocks = async (project) => plain(await fileOf(project).read() ?? {
	ours: [],
	theirs: []
});
/**
* Asks the remote.
* @returns also the paths whose lock was taken, given back, or went to another person since the last contact
* @throws SyncError `LOCKS_UNSUPPORTED`, and what the network throws
*/
async function refreshLocks(project, locks, options) {
	const { ours, theirs } = await locks.verify(options);
	const moved = movedPaths(await knownLocks(project), {
		ours,
		theirs
	});
	if (moved.length > 0) await fileOf(project).write({
		ours: [...ours],
		theirs: [...theirs]
	});
	return {
		ours,
		theirs,
		moved
	};
}
function movedPaths(before, after) {
	const sides = (known) => new Map([...known.theirs.map(({ path, id }) => [path, `theirs ${id}`]), ...known.ours.map(({ path, id }) => [path, `ours ${id}`])]);
	const old = sides(before);
	const now = sides(after);
	return [.../* @__PURE__ */ new Set([...old.keys(), ...now.keys()])].filter((path) => old.get(path) !== now.get(path));
}
/** zod says "or undefined" where we say "absent". */
function plain({ ours, theirs }) {
	if (ours.length === 0 && theirs.length === 0) return NONE;
	const one = ({ id, path, owner, lockedAt }) => ({
		id,
		path,
		...owner !== void 0 && { owner },
		lockedAt
	});
	return {
		ours: ours.map(one),
		theirs: theirs.map(one)
	};
}
/** `Bob, since 2026-01-02 15:04`. */
const holderOf = ({ owner, lockedAt }) => `${owner ?? "someone else"}, since ${lockedAt.replace("T", " ").replace(/:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/, (_, __, zone) => zone === "Z" ? " UTC" : ` ${zone}`)}`;

// ../../work/h/me/dist/engine/locks/lockable.js
/**
* Files that the attribute `lockable` marks: read-only on disk until their lock is this person's, as git-lfs has it.
* With the rule `autoLock` they are read-only only while another person has the lock.
*/
/**
* Makes the files on disk writable or not, as the locks of the last contact say.
* @param changed project paths; where a `.gitattributes` is among them, every file is looked at
*/
async function markLockable(project, changed) {
	if (changed.length === 0) return;
	const paths = await lockablePaths(project, changed.some((path) => nameOf(path) === ".gitattributes") ? await trackedPaths(project) : changed);
	if (paths.length === 0) return;
	const { ours, theirs } = await knownLocks(project);
	const mine = new Set(ours.map(({ path }) => path));
	const taken = new Set(theirs.map(({ path }) => path));
	const { autoLock } = await rulesOf(project);
	const wanted = await isWanted(project);
	for (const path of paths) {
		const writable = !wanted || mine.has(path) || autoLock && !taken.has(path);
		await project.host.disk.setWritable(join(project.folder, path), writable);
	}
}
/** Those that are lockable by the attributes on disk. */
async function lockablePaths(project, paths) {
	const attributes = await project.repository.attributes(paths);
	return paths.filter((_, at) => {
		const lockable = attributes[at]?.get("lockable");
		return lockable !== void 0 && lockable !== false && lockable !== "false";
	});
}
/** `GIT_LFS_SET_LOCKABLE_READONLY` goes before `lfs.setlockablereadonly`. */
async function isWanted(project) {
	const said = project.host.environment.GIT_LFS_SET_LOCKABLE_READONLY;
	if (said !== void 0 && said !== "") return !/^(false|no|off|0)$/i.test(said);
	return (await project.lfs()).lockableReadOnly;
}
async function trackedPaths(project) {
	const tree = await project.repository.headTree();
	return tree ? [...(await project.repository.trees.list(tree)).keys()] : [];
}

// ../../work/h/me/dist/engine/locks/pushCheck.js
/** Remotes that said that they keep no locks: they are not asked again. */
const withoutLocks = /* @__PURE__ */ new WeakSet();
/** The push itself would fail as well, and says more. */
const OF_THE_PUSH = [
	"ABORTED",
	"BACKEND_CONNECTION_FAILED",
	"SYNC_TIMEOUT"
];
/**
* As git-lfs: `lfs.locksverify` false asks nobody, true insists on an answer; else a remote that cannot answer is
* taken for one without locks.
* @throws SyncError `LOCKED` with who and since when
*/
async function refuseLockedPaths(project, remote, paths, options) {
	if (!remote.locks || withoutLocks.has(remote)) return;
	const wanted = (await project.lfs()).locksVerify(remote.url);
	if (wanted === false) return;
	let theirs;
	try {
		const known = await refreshLocks(project, remote.locks, options);
		theirs = known.theirs;
		await markLockable(project, known.moved);
	} catch (error) {
		if (wanted === true || OF_THE_PUSH.some((code) => hasCode(error, code))) throw error;
		if (hasCode(error, "LOCKS_UNSUPPORTED")) withoutLocks.add(remote);
		return;
	}
	if (theirs.length === 0) return;
	const changed = new Set(await paths());
	const refused = theirs.filter(({ path }) => changed.has(path));
	if (refused.length === 0) return;
	const more = refused.length > 3 ? ` and ${refused.length - 3} more` : "";
	const said = refused.slice(0, 3).map((lock) => `${lock.path} is locked by ${holderOf(lock)}`);
	throw new SyncError("LOCKED", `${said.join("; ")}${more}: nothing was pushed. Your work is safe in your own history, and goes out when they have unlocked.`, { data: { paths: refused.map(({ path }) => path) } });
}

// ../../work/h/me/dist/engine/sync/projectAssets.js
/** Which assets commits need, and their way between the cache and the remote. */
/** Most blobs, and about as many bytes of them, that are read at a time: most are pointers, some are plugins. */
const MOST = 512;
const BYTES = 32 << 20;
/** The assets behind the blobs that changes bring, by the path they are first seen at. */
async function assetsOf(project, changes) {
	const paths = /* @__PURE__ */ new Map();
	for (const { path, after } of changes) if (after && (after.mode === MODE.file || after.mode === MODE.executable) && !paths.has(after.id)) paths.set(after.id, path);
	const blobs = [...paths];
	const assets = /* @__PURE__ */ new Map();
	let atOnce = 8;
	for (let at = 0; at < blobs.length;) {
		const some = blobs.slice(at, at + atOnce);
		at += some.length;
		const objects = await project.repository.objects.readMany(some.map(([id]) => id));
		const read = objects.reduce((sum, { data }) => sum + data.length, 0);
		atOnce = Math.max(1, Math.min(MOST, atOnce * 2, Math.floor(BYTES * some.length / (read + 1))));
		for (const [i, [, path]] of some.entries()) {
			const blob = objects[i]?.data;
			const pointer = blob && blob.length < 1024 ? parsePointer(blob) : void 0;
			if (pointer) assets.set(pointer.oid, {
				oid: pointer.oid,
				size: pointer.size,
				path
			});
		}
	}
	return assets;
}
/**
* Downloads what `changes` bring, as far as it is in the parts that this working copy has; says which paths the remote
* has no bytes for.
*/
async function bringAssets(project, remote, changes, options) {
	const { isWhole, wants } = await partsOf(project);
	const assets = await assetsOf(project, isWhole ? changes : changes.filter(({ path }) => wants(path)));
	if (assets.size === 0) return {
		bytes: 0,
		absent: []
	};
	const all = [...assets.values()];
	const queue = await queueFor(project, remote.assets);
	try {
		return {
			bytes: (await queue.download(all, options)).bytes,
			absent: []
		};
	} catch (error) {
		if (!hasCode(error, "ASSET_MISSING")) throw error;
		const here = await project.cache.hasMany(all);
		return {
			bytes: 0,
			absent: all.filter((_, at) => !here[at]).map(({ path }) => path)
		};
	}
}
/**
* Stores at the remote every asset that the commits from `have` to `next` name. The barrier: no ref is pushed
* before this returns.
* @throws SyncError `ASSET_MISSING` when neither side has the bytes
*/
async function sendAssets(project, remote, next, have, options) {
	const { graph, trees } = project.repository;
	const assets = /* @__PURE__ */ new Map();
	for await (const commit of graph.log(next, { not: [...have] })) {
		const [parent] = commit.parents;
		const before = parent && (await graph.commit(parent)).tree;
		const changes = await trees.diff(before, commit.tree);
		for (const [oid, asset] of await assetsOf(project, changes)) assets.set(oid, asset);
	}
	if (assets.size === 0) return 0;
	const queue = await queueFor(project, remote.assets, { elsewhere: ({ oid }) => {
		const path = assets.get(oid)?.path;
		return path === void 0 ? void 0 : join(project.folder, path);
	} });
	try {
		return (await queue.upload([...assets.values()], options)).bytes;
	} catch (error) {
		const asset = hasCode(error, "ASSET_MISSING") ? assets.get(error.data.oid) : void 0;
		if (!asset) throw error;
		throw new SyncError("ASSET_MISSING", `${asset.path}: its bytes are neither here nor at the remote, so nothing was pushed. Fetch them ("git lfs fetch --all") or save the file once more, then sync again.`, {
			data: {
				path: asset.path,
				oid: asset.oid
			},
			cause: error
		});
	}
}

// ../../work/h/me/dist/engine/stockGit/beforePush.js
/** What the pre-push hook does: the barrier that `sync` keeps, for stock Git's push. */
/** @throws SyncError `INVALID_INPUT` when the lines are not those of the hook */
function parsePushes(input) {
	return input.split("\n").filter((line) => line.trim() !== "").map((line) => {
		const [, next = "", ref = "", before = ""] = line.split(" ");
		if (!isObjectId(next) || !isObjectId(before)) throw new SyncError("INVALID_INPUT", "This is for Git to run, as its pre-push hook.");
		return {
			ref,
			next: orNone(next),
			before: orNone(before)
		};
	});
}
const orNone = (id) => /^0+$/.test(id) ? void 0 : id;
/**
* Stores at the remote what the pushed commits name.
* @param remoteName the remote's name in Git's configuration, or its URL: what is known of it bounds the search
* @returns bytes that were sent
* @throws SyncError `ASSET_MISSING`, `BACKEND_CONNECTION_FAILED`, `ACCESS_DENIED`, …
*/
async function beforePush(project, remote, remoteName, pushes, options) {
	const { refs, objects } = project.repository;
	const tracked = [...(await refs.list(`refs/remotes/${remoteName}/`)).values()];
	const theirs = [...pushes.flatMap(({ before }) => before ?? []), ...tracked];
	const here = await objects.hasMany(theirs);
	const have = await commitsOf(project, theirs.filter((_, at) => here[at]));
	const wanted = await commitsOf(project, pushes.flatMap(({ next }) => next ?? []));
	await refuseLockedPaths(project, remote, () => pathsOf(project, pushes), options);
	let sent = 0;
	for (const commit of wanted) sent += await sendAssets(project, remote, commit, have, options);
	return sent;
}
/** What the branches would change at the remote. */
async function pathsOf({ repository }, pushes) {
	const { graph, trees, objects } = repository;
	const paths = /* @__PURE__ */ new Set();
	for (const { ref, next, before } of pushes) {
		if (!next || !before || !ref.startsWith("refs/heads/") || !await objects.has(before)) continue;
		const [from, to] = [await graph.commit(before), await graph.commit(next)];
		for (const { path } of await trees.diff(from.tree, to.tree)) paths.add(path);
	}
	return paths;
}
/** Tags stand for what they point to; a tag on something else than a commit needs no assets. */
async function commitsOf({ repository }, ids) {
	const commits = /* @__PURE__ */ new Set();
	for (const start of ids) for (let id = start; id;) {
		const { type, data } = await repository.objects.read(id);
		if (type === "commit") commits.add(id);
		id = type === "tag" ? parseTag(id, data).object : void 0;
	}
	return [...commits];
}

export { queueFor as _, refuseLockedPaths as a, patternTest as b, holderOf as c, StateFile as d, rulesOf as f, parseProjectFile as g, makeProjectId as h, sendAssets as i, knownLocks as l, formatProjectFile as m, parsePushes as n, lockablePaths as o, PROJECT_FILE as p, bringAssets as r, markLockable as s, beforePush as t, refreshLocks as u, partsConfig as v, partsOf as y };