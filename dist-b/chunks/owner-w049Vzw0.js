import { c as utf8, s as toHex } from "./bytes-N1wsZNrM.js";
import { _ as tuple, a as boolean, b as url, d as number, g as templateLiteral, h as string, i as array, l as literal, m as strictObject, n as _enum, o as custom, p as record$1, r as _undefined, s as discriminatedUnion, v as union } from "./schemas-BxumLJnB.js";
import { t as datetime } from "./iso-DWQ5Uzax.js";
import { n as join } from "./paths-CcTiHc6F.js";
import { a as parseLine, c as channels, i as failed, n as OWNER_LOCK, o as parseOwnerFile, r as OWNER_SOCKET, t as OWNER_FILE } from "./messages-BLhTFp4B.js";
import { n as errorBody$1, t as SyncError } from "./errors-CKzV5trQ.js";
import { n as isOid, r as isProjectId, t as isObjectId } from "./ids-DsdmpKNc.js";

// ../../work/h/me/dist/shared/contract/values.js
/**
* The schemas of what crosses the contract, for the values of shared/types.ts. They are strict, and know no `undefined`:
* a member is there or it is not, as in JSON.
*/
const text = (longest) => string().max(longest);
const list = (item, most = 1e5) => array(item).max(most).readonly();
const branded = (isOne, error) => custom((value) => typeof value === "string" && isOne(value), { error });
const projectId = branded(isProjectId, "must be a project id: 3 to 64 of a-z, 0-9 and \"-\"");
const commitId = branded(isObjectId, "must be a commit id: 40 lowercase hex digits");
const blobId = branded(isObjectId, "must be a blob id: 40 lowercase hex digits");
const oid = branded(isOid, "must be a SHA-256: 64 lowercase hex digits");
/** `PROJECT:COMMIT`; with the project said beside it also a name, or the beginning of a commit id. */
const snapshotName = text(300).min(1);
const snapshotId = templateLiteral([
	string(),
	":",
	string()
]);
const bytes = number().int().min(0);
const time = datetime();
const isProjectPath = (path) => path !== "" && !path.includes("\0") && path.split("/").every((name) => name !== "" && name !== "." && name !== "..");
const projectPath = text(4096).refine(isProjectPath, { error: "must be a path inside the project, with \"/\" between names" });
const isAbsolute = (path) => /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path) && !path.includes("\0");
/** A path of the machine's: Windows' own spelling becomes ours. */
const diskPath = text(32768).refine(isAbsolute, { error: "must be an absolute path" }).overwrite((path) => path.startsWith("/") ? path : path.replaceAll("\\", "/"));
const assetPath = text(32768).refine((path) => isAbsolute(path) || isProjectPath(path), { error: "must be an absolute path, or one inside the project" });
const patterns = list(text(4096).min(1), 1e3);
const direction = _enum([
	"push",
	"pull",
	"bidirectional"
]);
const strategy = _enum([
	"local",
	"remote",
	"merge",
	"manual"
]);
const changedPath = strictObject({
	path: text(4096),
	kind: _enum([
		"added",
		"modified",
		"deleted"
	])
});
const person = strictObject({
	name: string(),
	email: string()
});
const change = {
	projectId,
	kind: _enum([
		"push",
		"tag",
		"message",
		"lock"
	]),
	origin: text(100).exactOptional(),
	ref: text(300).exactOptional(),
	commitId: commitId.exactOptional(),
	previousCommitId: commitId.exactOptional(),
	paths: list(changedPath, 1e3).exactOptional(),
	pathsTruncated: boolean().exactOptional(),
	message: text(1e4).exactOptional()
};
const projectChange = strictObject({
	...change,
	changeId: text(100).min(1),
	author: text(200),
	timestamp: time
});
/** The engine adds what is left out. */
const newChange = strictObject({
	...change,
	changeId: text(100).min(1).exactOptional(),
	author: text(200).exactOptional(),
	timestamp: time.exactOptional()
});
const changeFilters = strictObject({
	paths: patterns.exactOptional(),
	kinds: list(change.kind, 4).exactOptional(),
	authors: list(text(200), 1e3).exactOptional()
});
const side = strictObject({
	blobId,
	size: bytes,
	author: person.exactOptional(),
	timestamp: string().exactOptional(),
	message: string().exactOptional()
});
const hunkChoice = _enum([
	"local",
	"remote",
	"both"
]);
const hunkSide = strictObject({
	line: bytes.exactOptional(),
	lines: list(string())
});
const hunk = strictObject({
	number: number().int().min(1),
	name: string().exactOptional(),
	base: hunkSide,
	ours: hunkSide,
	theirs: hunkSide,
	decided: hunkChoice.exactOptional()
});
const record = strictObject({
	formId: string(),
	type: string(),
	editorId: string().exactOptional(),
	groupPath: string(),
	kind: _enum([
		"both-modified",
		"deleted-by-us",
		"deleted-by-them",
		"formid-collision"
	]),
	reason: string(),
	rows: list(strictObject({
		type: string(),
		name: string(),
		base: string().exactOptional(),
		ours: string().exactOptional(),
		theirs: string().exactOptional(),
		changedBy: _enum([
			"nobody",
			"ours",
			"theirs",
			"both",
			"alike"
		])
	}))
});
const syncConflict = strictObject({
	conflictId: text(200).min(1),
	projectId,
	path: text(4096).min(1),
	kind: _enum([
		"both-modified",
		"both-added",
		"deleted-by-us",
		"deleted-by-them",
		"file-folder",
		"case-collision",
		"mode",
		"stale-edit"
	]),
	reason: string(),
	base: side.exactOptional(),
	ours: side.exactOptional(),
	theirs: side.exactOptional(),
	hunks: list(hunk).exactOptional(),
	records: list(record).exactOptional()
});
/** Exactly one of the ways. */
const conflictResolution = union([
	strictObject({ use: _enum([
		"local",
		"remote",
		"base",
		"merge"
	]) }),
	strictObject({ file: diskPath }),
	strictObject({ hunks: record$1(string().regex(/^\d{1,6}$/), hunkChoice) }),
	strictObject({ records: record$1(string().regex(/^[0-9A-F]{8}$/), _enum(["local", "remote"])) })
], { error: "must be one of { use }, { file }, { hunks } and { records }, with a choice of theirs" });
const projectState = strictObject({
	projectId,
	commitId: commitId.exactOptional(),
	branch: text(300).min(1)
});
const snapshot = strictObject({
	snapshotId,
	commitId,
	parents: list(commitId),
	message: string(),
	author: person,
	timestamp: string(),
	names: list(string()),
	automatic: boolean(),
	pushed: boolean()
});
const phase = _enum([
	"scan",
	"hash",
	"commit",
	"fetch",
	"download",
	"merge",
	"checkout",
	"upload",
	"push"
]);
const amounts = {
	phase,
	files: number().min(0),
	totalFiles: number().min(0).exactOptional(),
	bytes: number().min(0),
	totalBytes: number().min(0).exactOptional()
};
/** A sync's progress has `percent` and the rate besides. */
const progress = strictObject({
	...amounts,
	percent: number().min(0).max(100).exactOptional(),
	bytesPerSecond: number().min(0).exactOptional(),
	secondsLeft: number().min(0).exactOptional()
});
const syncProgress = strictObject({
	...amounts,
	percent: number().min(0).max(100),
	bytesPerSecond: number().min(0),
	secondsLeft: number().min(0).exactOptional()
});
const syncResult = strictObject({
	projectId,
	direction,
	outcome: _enum([
		"up-to-date",
		"synced",
		"conflicts"
	]),
	commitId: commitId.exactOptional(),
	snapshot: commitId.exactOptional(),
	pushed: boolean(),
	sent: list(changedPath),
	received: list(changedPath),
	conflicts: list(syncConflict),
	warnings: list(string()),
	bytesUploaded: bytes,
	bytesDownloaded: bytes,
	durationMs: number().min(0)
});
const parts = strictObject({
	only: patterns,
	without: patterns
});
const errorBody = strictObject({
	code: string(),
	message: string()
});
const syncStatus = strictObject({
	projectId,
	path: string(),
	branch: string(),
	commitId: commitId.exactOptional(),
	isSyncing: boolean(),
	syncProgress: number().min(0).max(100),
	progress: syncProgress.exactOptional(),
	changes: list(changedPath),
	ahead: bytes,
	behind: bytes,
	conflicts: list(syncConflict),
	parts: parts.exactOptional(),
	autoSync: boolean(),
	online: boolean(),
	remote: string().exactOptional(),
	lastSync: time.exactOptional(),
	lastError: errorBody.exactOptional()
});
const shareResult = strictObject({
	projectId,
	inviteCode: string(),
	collaborators: list(string())
});
const joinResult = strictObject({
	projectId,
	name: string(),
	path: string(),
	commitId: commitId.exactOptional(),
	warnings: list(string()).exactOptional()
});
const cdnUrl = strictObject({
	url: url().max(4096),
	oid,
	size: bytes,
	projectId
});
const storedAsset = strictObject({
	path: string(),
	oid,
	size: bytes
});
const collaborationSession = strictObject({
	projectId,
	online: boolean(),
	participants: list(strictObject({
		name: string(),
		isSelf: boolean(),
		lastSeen: time.exactOptional(),
		lastPaths: list(string()).exactOptional(),
		locked: list(string())
	}))
});
const fileDiff = strictObject({
	path: string(),
	kind: changedPath.shape.kind,
	patch: string().exactOptional(),
	binary: boolean(),
	sizeBefore: bytes.exactOptional(),
	sizeAfter: bytes.exactOptional()
});
const lock = {
	id: string(),
	path: string(),
	owner: string().exactOptional(),
	lockedAt: string()
};
const fileLock = strictObject(lock);
const projectLock = strictObject({
	...lock,
	mine: boolean()
});
const assetEntry = strictObject({
	oid,
	size: bytes,
	path: string(),
	cached: boolean(),
	onDisk: _enum([
		"content",
		"pointer",
		"absent"
	]),
	wanted: boolean()
});
const fetched = {
	files: bytes,
	bytes,
	restored: bytes,
	absent: list(string())
};
const fetchedAssets = strictObject(fetched);
const droppedAssets = strictObject({
	objects: bytes,
	bytes,
	kept: bytes
});
const chosenParts = strictObject({
	...fetched,
	only: patterns,
	without: patterns,
	left: bytes,
	kept: list(string())
});
const amount = strictObject({
	files: bytes,
	bytes
});
const diskUse = strictObject({
	working: amount,
	assetsOnDisk: amount,
	pointers: amount,
	cache: amount,
	cacheInUse: amount,
	cachedAndOnDisk: amount,
	history: amount,
	sharesBlocks: boolean().exactOptional()
});

// ../../work/h/me/dist/shared/contract/index.js
/**
* The contract: every call that another process may make of an engine, with what it takes and answers, and the events
* that come by themselves. Electron's channels, the preload's methods, the local socket, the typed client and
* docs/contract.md are all made from this table.
*
* Arguments are JSON: what is `undefined` is left out, `null` in the place of an argument counts as left out.
*/
const call = (summary, takes, input, output, more = {}) => ({
	summary,
	takes,
	input,
	output,
	...more
});
const nothing = _undefined();
const project = tuple([projectId]);
const SLOW = { slow: true };
const syncOptions = strictObject({
	message: string().max(65536).exactOptional(),
	strategy: strategy.exactOptional()
});
const subscription = strictObject({ subscriptionId: string() });
const contract = {
	"sync-project": call("One sync: snapshot, fetch, merge, assets, push. Conflicts are a result, not an error.", [
		"projectId",
		"direction",
		"options"
	], tuple([
		projectId,
		direction.optional(),
		syncOptions.optional()
	]), syncResult, SLOW),
	"enable-auto-sync": call("Keeps the project in sync by itself. `interval`: milliseconds between looks at a remote that cannot tell.", ["projectId", "interval"], tuple([projectId, number().int().min(1e3).max(864e5).optional()]), nothing),
	"share-project": call("An invite: whoever has it can join. The names are noted for the caller; nobody is mailed.", ["projectId", "collaborators"], tuple([projectId, list(string().min(1).max(200), 1e3).optional()]), shareResult),
	"join-project": call("Accepts an invite and makes a working copy in `folder`, an absolute path.", ["inviteCode", "folder"], tuple([string().min(1).max(4096), diskPath]), joinResult, SLOW),
	"broadcast-change": call("Tells the project’s other devices. A relay passes messages on, and makes the hints of pushes itself.", ["change"], tuple([newChange]), nothing),
	"subscribe-to-changes": call("Changes arrive as events until the caller unsubscribes, or is gone.", ["projectId", "filters"], tuple([projectId, changeFilters.optional()]), subscription),
	"unsubscribe-from-changes": call("Ends a subscription of the caller’s own. One that has ended already is no error.", ["subscriptionId"], tuple([string().min(1).max(200)]), nothing),
	"detect-conflicts": call("What would conflict if the two states were merged. Both commits must be in the local repository.", ["localState", "remoteState"], tuple([projectState, projectState]), list(syncConflict)),
	"resolve-conflict": call("Decides one conflict, or a part of it. After the last one the merge is made and sent.", [
		"conflict",
		"resolution",
		"options"
	], tuple([
		syncConflict,
		conflictResolution,
		syncOptions.optional()
	]), syncResult, SLOW),
	"get-project-history": call("The snapshots, newest first; 100 unless `limit` says otherwise.", ["projectId", "options"], tuple([projectId, strictObject({ limit: number().int().min(1).max(1e5).exactOptional() }).optional()]), list(snapshot)),
	"restore-snapshot": call("Puts an old snapshot back as a new one: `PROJECT:COMMIT`, or with `projectId` also a name or a shortened id.", ["snapshotId", "options"], tuple([snapshotName, strictObject({ projectId: projectId.exactOptional() }).optional()]), snapshot, SLOW),
	"upload-asset": call("Stores one file’s bytes at the remote. The file need not be in the project’s folder.", ["assetPath", "projectId"], tuple([assetPath, projectId]), cdnUrl, SLOW),
	"download-asset": call("Brings an asset to `localPath`, an absolute path, checked by its hash. A file with other content that is there stays.", ["cdnUrl", "localPath"], tuple([cdnUrl, diskPath]), storedAsset, SLOW),
	"get-status": call("What changed here, how far ahead or behind, open conflicts, whether a sync runs. Asks nobody over the network.", ["projectId"], project, syncStatus),
	"get-collaboration-session": call("Who works on the project, as far as its feed and its locks tell.", ["projectId"], project, collaborationSession),
	"disable-auto-sync": call("Ends auto-sync, after what is being done.", ["projectId"], project, nothing),
	"subscribe-to-activity": call("What auto-sync does arrives as events, until the caller unsubscribes or is gone.", ["projectId"], project, subscription),
	"get-project-states": call("The two states that `detect-conflicts` compares: here, and the remote as of the last contact.", ["projectId"], project, strictObject({
		local: projectState,
		remote: projectState
	})),
	"list-conflicts": call("What waits for a decision.", ["projectId"], project, list(syncConflict)),
	"resolve-conflicts": call("Decides several conflicts of one project: all of them or none, and one sync.", ["decisions", "options"], tuple([list(strictObject({
		conflict: syncConflict,
		resolution: conflictResolution
	})), syncOptions.optional()]), syncResult, SLOW),
	"name-snapshot": call("Makes a snapshot and names it: an annotated tag.", [
		"projectId",
		"name",
		"message"
	], tuple([
		projectId,
		string().min(1).max(300),
		string().max(65536).optional()
	]), snapshot),
	"diff-project": call("What differs between two snapshots; without `to` the files on disk, without `from` the newest snapshot.", [
		"projectId",
		"from",
		"to"
	], tuple([
		projectId,
		snapshotName.optional(),
		snapshotName.optional()
	]), list(fileDiff)),
	"list-locks": call("Everyone’s locks.", ["projectId"], project, list(projectLock), SLOW),
	"lock-files": call("Locks files, so that others wait.", ["projectId", "paths"], tuple([projectId, list(projectPath, 1e4)]), list(fileLock), SLOW),
	"unlock-files": call("Gives locks back; with `force` also another person’s, where the remote allows it.", [
		"projectId",
		"paths",
		"options"
	], tuple([
		projectId,
		list(projectPath, 1e4),
		strictObject({ force: boolean().exactOptional() }).optional()
	]), list(fileLock), SLOW),
	"list-assets": call("The newest snapshot’s assets, and where their bytes are here. Patterns as in `.gitignore`; none: all.", ["projectId", "patterns"], tuple([projectId, patterns.optional()]), list(assetEntry)),
	"fetch-assets": call("Brings assets, and puts them on disk where pointers stand.", ["projectId", "patterns"], tuple([projectId, patterns.optional()]), fetchedAssets, SLOW),
	"drop-assets": call("Frees copies in the cache of what the remote has.", ["projectId", "patterns"], tuple([projectId, patterns.optional()]), droppedAssets, SLOW),
	"get-parts": call("The parts of the project that this working copy has; both empty: all of it.", ["projectId"], project, parts),
	"choose-parts": call("Chooses them, and makes the disk agree.", ["projectId", "parts"], tuple([projectId, parts]), chosenParts, SLOW),
	"get-disk-use": call("What the working copy takes on the disk.", ["projectId"], project, diskUse)
};
/** What comes by itself. */
const events = {
	/** To the window or process that subscribed. */
	change: strictObject({
		subscriptionId: string(),
		change: projectChange
	}),
	activity: strictObject({
		subscriptionId: string(),
		activity: discriminatedUnion("type", [
			strictObject({
				type: literal("synced"),
				projectId,
				result: syncResult
			}),
			strictObject({
				type: literal("error"),
				projectId,
				error: errorBody,
				retryInMs: number().min(0).exactOptional()
			}),
			strictObject({
				type: literal("online"),
				projectId
			}),
			strictObject({
				type: literal("offline"),
				projectId,
				message: string()
			}),
			strictObject({
				type: literal("remote-change"),
				projectId,
				change: projectChange
			})
		])
	}),
	progress
};

// ../../work/h/me/dist/rpc/checkInput.js
/** Characters of all arguments of one call, as JSON. */
const LARGEST = 16 << 20;
const MOST_FAULTS = 100;
const LONGEST_FAULT = 300;
/** @throws SyncError `INVALID_INPUT` */
function checkChannel(channel) {
	if (typeof channel === "string" && Object.hasOwn(channels, channel)) return channel;
	const called = typeof channel === "string" ? `"${clipped(channel)}"` : "That";
	throw new SyncError("INVALID_INPUT", `${called} is no call of the contract.`);
}
/** @throws SyncError `INVALID_INPUT`, with every fault in its message and in `data.faults` */
function checkInput(channel, given) {
	const { input, takes } = contract[channel];
	const parsed = input.safeParse(plainArguments(given));
	if (parsed.success) return parsed.data;
	throw invalid(channel, parsed.error.issues.map((issue) => fault(issue, takes)));
}
/**
* Only what JSON can carry, so that a call has the same answer on every way it comes. A place that holds `null` counts
* as left out: JSON knows no `undefined` in a list.
*/
function plainArguments(given) {
	let text;
	try {
		text = JSON.stringify(given);
	} catch (error) {
		throw new SyncError("INVALID_INPUT", "The arguments are no plain values: they cannot be sent.", { cause: error });
	}
	if (text !== void 0 && text.length > LARGEST) throw new SyncError("INVALID_INPUT", `The arguments are too large: at most 16 MiB.`);
	const plain = text === void 0 ? void 0 : JSON.parse(text);
	if (!Array.isArray(plain)) throw new SyncError("INVALID_INPUT", "The arguments must be a list.");
	const args = plain.map((value) => value === null ? void 0 : value);
	while (args.length > 0 && args.at(-1) === void 0) args.pop();
	return args;
}
function fault(issue, takes) {
	const [at, ...inside] = issue.path;
	if (at === void 0) return `it takes ${takes.join(", ")}: ${clipped(issue.message)}`;
	const name = takes[Number(at)] ?? `argument ${Number(at) + 1}`;
	return clipped(`${[name, ...inside.map(String)].join(".")}: ${issue.message}`);
}
function invalid(channel, faults) {
	const told = faults.slice(0, MOST_FAULTS);
	const more = faults.length - told.length;
	const words = [...told, ...more > 0 ? [`and ${more} more`] : []].join("; ");
	return new SyncError("INVALID_INPUT", `${channel}: ${words}`, { data: { faults: told } });
}
const clipped = (text) => text.length > LONGEST_FAULT ? `${text.slice(0, LONGEST_FAULT)}…` : text;

// ../../work/h/me/dist/rpc/handlers.js
const handlers = {
	"sync-project": ({ engine, call }, projectId, direction, options) => engine.syncProject(projectId, direction, {
		...options,
		...call
	}),
	"enable-auto-sync": async ({ engine }, projectId, interval) => {
		await engine.enableAutoSync(projectId, interval);
	},
	"disable-auto-sync": async ({ engine }, projectId) => {
		await engine.disableAutoSync(projectId);
	},
	"share-project": ({ engine }, projectId, collaborators) => engine.shareProject(projectId, collaborators),
	"join-project": ({ engine, call }, inviteCode, folder) => engine.joinProject(inviteCode, folder, call),
	"broadcast-change": async ({ engine }, change) => {
		await engine.broadcastChange(change);
	},
	"subscribe-to-changes": async ({ subscriptions }, projectId, filters) => ({ subscriptionId: await subscriptions.changes(projectId, filters) }),
	"subscribe-to-activity": async ({ subscriptions }, projectId) => ({ subscriptionId: await subscriptions.activity(projectId) }),
	"unsubscribe-from-changes": ({ subscriptions }, subscriptionId) => {
		subscriptions.end(subscriptionId);
	},
	"detect-conflicts": ({ engine }, local, remote) => engine.detectSyncConflicts(local, remote),
	"resolve-conflict": ({ engine, call }, conflict, resolution, options) => engine.resolveSyncConflict(conflict, resolution, {
		...options,
		...call
	}),
	"resolve-conflicts": ({ engine, call }, decisions, options) => engine.resolveSyncConflicts(decisions, {
		...options,
		...call
	}),
	"get-project-history": ({ engine }, projectId, options) => engine.getProjectHistory(projectId, options),
	"restore-snapshot": ({ engine, call }, snapshotId, options) => engine.restoreSnapshot(snapshotId, {
		...options,
		...call
	}),
	"upload-asset": ({ engine, call }, assetPath, projectId) => engine.uploadAsset(assetPath, projectId, call),
	"download-asset": ({ engine, call }, cdnUrl, localPath) => engine.downloadAsset(cdnUrl, localPath, call),
	"get-status": ({ engine }, projectId) => engine.getSyncStatus(projectId),
	"get-collaboration-session": ({ engine }, projectId) => engine.getCollaborationSession(projectId),
	"get-project-states": ({ engine }, projectId) => engine.getProjectStates(projectId),
	"list-conflicts": ({ engine }, projectId) => engine.listConflicts(projectId),
	"name-snapshot": ({ engine }, projectId, name, message) => engine.nameSnapshot(projectId, name, message),
	"diff-project": ({ engine }, projectId, from, to) => engine.diffProject(projectId, from, to),
	"list-locks": ({ engine, call }, projectId) => engine.listLocks(projectId, call),
	"lock-files": ({ engine, call }, projectId, paths) => engine.lockFiles(projectId, paths, call),
	"unlock-files": ({ engine, call }, projectId, paths, options) => engine.unlockFiles(projectId, paths, {
		...options,
		...call
	}),
	"list-assets": ({ engine }, projectId, patterns) => engine.listAssets(projectId, patterns),
	"fetch-assets": ({ engine, call }, projectId, patterns) => engine.fetchAssets(projectId, patterns, call),
	"drop-assets": ({ engine, call }, projectId, patterns) => engine.dropAssets(projectId, patterns, call),
	"get-parts": ({ engine }, projectId) => engine.getParts(projectId),
	"choose-parts": ({ engine, call }, projectId, parts) => engine.chooseParts(projectId, parts, call),
	"get-disk-use": ({ engine }, projectId) => engine.getDiskUse(projectId)
};

// ../../work/h/me/dist/rpc/Session.js
const MOST_SUBSCRIPTIONS = 100;
/** One caller of an engine: a window, another process, a page. When it is gone, nothing of it stays. */
var Session = class {
	#engine;
	#emit;
	#subscriptions = /* @__PURE__ */ new Map();
	#gone = new AbortController();
	#activities = 0;
	constructor(engine, emit) {
		this.#engine = engine;
		this.#emit = emit;
	}
	/** Never rejects. What the call is, and what it takes, comes from outside: anything is possible. */
	async call(channel, args, { signal, onProgress } = {}) {
		try {
			const name = checkChannel(channel);
			const gone = this.#gone.signal;
			const context = {
				engine: this.#engine,
				subscriptions: this.#own,
				call: {
					signal: signal ? AbortSignal.any([signal, gone]) : gone,
					onProgress
				}
			};
			const handle = handlers[name];
			return {
				success: true,
				data: await handle(context, ...checkInput(name, args))
			};
		} catch (error) {
			return failed(errorBody$1(error));
		}
	}
	/** Ends what it subscribed to, and stops what it has asked for. */
	close() {
		this.#gone.abort(new SyncError("ABORTED", "Whoever asked for this is gone."));
		for (const end of this.#subscriptions.values()) end();
		this.#subscriptions.clear();
	}
	#own = {
		changes: async (projectId, filters) => {
			this.#checkRoom();
			let subscriptionId = "";
			const subscription = await this.#engine.subscribeToChanges(projectId, (change) => this.#emit({
				name: "change",
				subscriptionId,
				change
			}), filters);
			subscriptionId = subscription.subscriptionId;
			return this.#keep(subscriptionId, () => subscription.unsubscribe());
		},
		activity: async (projectId) => {
			this.#checkRoom();
			await this.#engine.getParts(projectId);
			const subscriptionId = `activity-${++this.#activities}`;
			const stop = this.#engine.onActivity((activity) => {
				if (activity.projectId === projectId) this.#emit({
					name: "activity",
					subscriptionId,
					activity
				});
			});
			return this.#keep(subscriptionId, stop);
		},
		end: (subscriptionId) => {
			this.#subscriptions.get(subscriptionId)?.();
			this.#subscriptions.delete(subscriptionId);
		}
	};
	#checkRoom() {
		if (this.#subscriptions.size >= MOST_SUBSCRIPTIONS) throw new SyncError("RATE_LIMITED", `At most ${MOST_SUBSCRIPTIONS} subscriptions; end some first.`);
	}
	#keep(subscriptionId, end) {
		if (this.#gone.signal.aborted) end();
		else this.#subscriptions.set(subscriptionId, end);
		return subscriptionId;
	}
};

// ../../work/h/me/dist/rpc/serveConnection.js
/** Milliseconds. */
const HELLO_TIME = 5e3;
const PROGRESS_PAUSE = 50;
const MOST_CALLS = 100;
/** Bytes of events that may wait for a client that does not read. */
const MOST_BACKLOG = 64 << 20;
function serveConnection(connection, options) {
	let served;
	const refuse = (code, message) => {
		connection.send(JSON.stringify(failed({
			code,
			message
		})));
		connection.close();
	};
	const timer = setTimeout(() => connection.cut(), HELLO_TIME);
	return {
		onLine(line) {
			if (served) {
				served.hear(line);
				return;
			}
			clearTimeout(timer);
			const hello = parseLine(line);
			if (hello === void 0 || !sameText(hello.token, options.token)) return refuse("ACCESS_DENIED", "The first line must be a hello with the token of this project.");
			if (hello.protocol !== 1) return refuse("REMOTE_PROTOCOL", `${options.program} speaks protocol ${1}. Use the same version on both sides.`);
			served = new Served(connection, options.engine);
			const welcome = {
				success: true,
				data: { projectId: options.projectId }
			};
			connection.send(JSON.stringify(welcome));
		},
		onClose() {
			clearTimeout(timer);
			served?.close();
		}
	};
}
var Served = class {
	#connection;
	#session;
	#running = /* @__PURE__ */ new Map();
	constructor(connection, engine) {
		this.#connection = connection;
		this.#session = new Session(engine, (event) => {
			if (connection.backlog > MOST_BACKLOG) connection.cut();
			else this.#send({ event });
		});
	}
	hear(line) {
		const request = parseLine(line);
		const id = request?.id;
		if (request === void 0 || typeof id !== "number" || !Number.isSafeInteger(id)) {
			this.#connection.cut();
			return;
		}
		if (request.abort === true) this.#running.get(id)?.abort();
		else this.#answer(id, request.call, request.args);
	}
	close() {
		this.#session.close();
	}
	async #answer(id, channel, args) {
		if (this.#running.has(id) || this.#running.size >= MOST_CALLS) {
			const message = `At most ${MOST_CALLS} calls at once, each with its own id.`;
			this.#send({
				id,
				...failed({
					code: "RATE_LIMITED",
					message
				})
			});
			return;
		}
		const stop = new AbortController();
		this.#running.set(id, stop);
		const answer = await this.#session.call(channel, args, {
			signal: stop.signal,
			onProgress: spaced((progress) => this.#send({
				id,
				progress
			}))
		});
		this.#running.delete(id);
		this.#send({
			id,
			...answer
		});
	}
	#send(message) {
		this.#connection.send(JSON.stringify(message));
	}
};
/** Progress comes with every chunk; a bar needs less. A new phase is told at once. */
function spaced(tell) {
	let last = Number.NEGATIVE_INFINITY;
	let phase;
	return (progress) => {
		const now = performance.now();
		if (progress.phase === phase && now - last < PROGRESS_PAUSE) return;
		last = now;
		phase = progress.phase;
		tell(progress);
	};
}
/** In a time that does not tell how much of it agrees. */
function sameText(given, expected) {
	if (typeof given !== "string" || given.length !== expected.length) return false;
	let difference = 0;
	for (let at = 0; at < expected.length; at++) difference |= given.charCodeAt(at) ^ expected.charCodeAt(at);
	return difference === 0;
}

// ../../work/h/me/dist/rpc/owner.js
/**
* Makes this process the project's owner, until it closes that or dies.
* @returns `undefined` while another living process is
*/
async function ownProject(engine, { host, projectId, program, protocol = 1 }) {
	await engine.getParts(projectId);
	const { state } = engine.placeOf(projectId);
	const lock = await host.disk.lockProcess(join(state, OWNER_LOCK));
	if (lock === void 0) return void 0;
	const file = join(state, OWNER_FILE);
	try {
		await forgetDead(host, file);
		const token = toHex(host.codec.randomBytes(32));
		const server = await host.sockets?.listen(join(state, OWNER_SOCKET), (connection) => serveConnection(connection, {
			engine,
			projectId,
			token,
			program
		})).catch(() => void 0);
		if (server === void 0) return { close: () => lock.release() };
		const said = {
			protocol,
			program,
			projectId,
			address: server.address,
			token
		};
		await host.disk.publish(file, utf8(`${JSON.stringify(said)}\n`), { secret: true });
		return {
			address: server.address,
			close: async () => {
				await host.disk.remove(file);
				await server.close();
				await lock.release();
			}
		};
	} catch (error) {
		await lock.release();
		throw error;
	}
}
/** What an owner left that was killed. */
async function forgetDead(host, file) {
	const left = parseOwnerFile(await host.disk.read(file));
	if (left === void 0) return;
	await host.disk.remove(file);
	if (left.address !== void 0) host.sockets?.forget(left.address);
}

export { ownProject };