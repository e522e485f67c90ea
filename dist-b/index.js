import { r as __toESM, t as __commonJSMin } from "./chunks/rolldown-runtime-CoNq6U3z.js";
import { i as throwIfAborted, n as errorBody, r as hasCode, t as SyncError } from "./chunks/errors-CKzV5trQ.js";
import { a as boolean, b as url, d as number, f as object, h as string, i as array, l as literal, n as _enum, o as custom, p as record, v as union$1, y as unknown } from "./chunks/schemas-BxumLJnB.js";
import { b as parseTag, c as isRefName, g as formatCommit, i as AttributeRules, m as MODE, n as Repository, r as IgnoreRules, t as stagedFiles, v as formatTag } from "./chunks/git-DBr9p9nz.js";
import { a as snapshotId, i as parseProjectId, n as isOid, r as isProjectId, t as isObjectId } from "./chunks/ids-DsdmpKNc.js";
import { i as parentOf, n as join, r as nameOf$1, t as extensionOf } from "./chunks/paths-CcTiHc6F.js";
import { c as formatPointer, i as LfsSettings, l as parsePointer, n as trackPatterns, r as untrackPatterns, s as MAX_POINTER_LENGTH, t as trackLine } from "./chunks/lfs-CdgAv04b.js";
import { _ as queueFor, a as refuseLockedPaths, b as patternTest, c as holderOf, d as StateFile, f as rulesOf, g as parseProjectFile, h as makeProjectId, i as sendAssets, l as knownLocks, m as formatProjectFile, o as lockablePaths, p as PROJECT_FILE, r as bringAssets, s as markLockable, t as beforePush, u as refreshLocks, v as partsConfig, y as partsOf$1 } from "./chunks/beforePush-DY-DcrmK.js";
import { A as isGameFile, C as subrecords, O as HEADER_SIZE, S as payloadOf, T as parsePlugin, _ as sameSubrecords, a as gitIgnore, c as filesOfPlugin, d as formatSubrecords, f as eachRecord, h as sameRecord, i as gitAttributes, j as isGameFolder, l as countNodes, m as recordKey, n as PLUGIN_LIMIT, o as isPlugin, r as classify, s as lfsLineFor, u as formatPlugin, w as subrecordsOf, x as editorIdOf } from "./chunks/bethesda-BKckgJL1.js";
import { t as parseSize } from "./chunks/sizes-4zYUFLHM.js";
import { a as userConfig, i as isWindows, n as GitConfig, r as expandHome, s as parseConfig, t as pause } from "./chunks/pause-cDHNEcVL.js";
import { c as utf8, i as exactText, n as concat, o as text, r as equal, s as toHex } from "./chunks/bytes-N1wsZNrM.js";
import { a as asNotMergeable, c as placeName, d as recordIds, f as rootOf, i as GROUP, l as placeOwnedBy, m as formIdText, n as layOutConflict, p as NotMergeable, s as ownedPlace, u as readContents } from "./chunks/layout-C8oeoO2Y.js";
import { t as AssetCache } from "./chunks/cache-JxOWAS3U.js";
import { t as nodeHost } from "./chunks/node-BeDrjqbm.js";
import { n as diskPath } from "./chunks/localSockets-DXGbsRhs.js";

// ../../work/h/me/dist/backends/index.js
const vendors = { "self-hosted": async () => (await import("./chunks/selfHosted-BOufTMoF.js")).connectSelfHosted };
/**
* Makes no request: the first use of a port does.
* @throws SyncError `INVALID_CONFIG` for a backend that is not there, or a URL that it cannot use
*/
async function connectRemote$1(host, options) {
	const load = vendors[options.backend];
	if (load === void 0) throw new SyncError("INVALID_CONFIG", `The backend "${options.backend}" does not exist here. Choose one of: ${Object.keys(vendors).join(", ")}.`, { data: { backend: options.backend } });
	return (await load())(host, options);
}
const backends = {
	connect: connectRemote$1,
	createProject: async (host, project, options) => (await import("./chunks/relayHosting-D_g2WbbO.js")).createAtRelay(host, project, options),
	acceptInvite: async (host, invite, name, options) => (await import("./chunks/relayHosting-D_g2WbbO.js")).acceptAtRelay(host, invite, name, options)
};

// ../../work/h/me/dist/engine/assets/assetList.js
/** The assets of the newest snapshot, and where their bytes are on this machine. */
/** Blobs read at a time. */
const BATCH$1 = 512;
/** @param wanted left out: all of them. Only pointers of paths that pass are read. */
async function trackedAssets(project, wanted = () => true) {
	const { repository, cache, host } = project;
	const tree = await repository.headTree();
	if (!tree) return [];
	const files = [...await repository.trees.list(tree)].filter(([path, { mode }]) => (mode === MODE.file || mode === MODE.executable) && wanted(path));
	const attributes = await repository.attributes(files.map(([path]) => path));
	const marked = files.filter((_, at) => attributes[at]?.get("filter") === "lfs");
	const parts = await partsOf$1(project);
	const assets = [];
	for (let at = 0; at < marked.length; at += BATCH$1) {
		const some = marked.slice(at, at + BATCH$1);
		const blobs = await repository.objects.readMany(some.map(([, { id }]) => id));
		const found = some.flatMap(([path, file], i) => {
			const blob = blobs[i]?.data;
			const pointer = blob && blob.length < 1024 ? parsePointer(blob) : void 0;
			return blob && pointer ? [{
				path,
				file,
				pointer,
				pointerSize: blob.length
			}] : [];
		});
		const stats = await host.disk.lstatMany(project.folder, found.map(({ path }) => path));
		const cached = await cache.hasMany(found.map(({ pointer }) => pointer));
		for (const [i, { path, file, pointer, pointerSize }] of found.entries()) {
			const stat = stats[i];
			assets.push({
				path,
				oid: pointer.oid,
				size: pointer.size,
				cached: cached[i] === true,
				onDisk: await onDisk(project, path, stat, pointerSize),
				wanted: parts.wants(path),
				file,
				stat
			});
		}
	}
	return assets;
}
async function onDisk({ host, folder }, path, stat, pointerSize) {
	if (stat?.kind !== "file") return stat ? "content" : "absent";
	if (stat.size !== pointerSize) return "content";
	const bytes = await host.disk.read(join(folder, path));
	return bytes && parsePointer(bytes) ? "pointer" : "content";
}
/** @param patterns as in `.gitignore`; none: all of them */
async function listAssets(project, patterns) {
	return (await trackedAssets(project, patterns.length > 0 ? await patternTest(project, patterns) : void 0)).map(({ file: _, stat: __, ...entry }) => entry);
}

// ../../work/h/me/dist/engine/assets/diskUse.js
/** What a working copy takes on the disk, and what of it could be had again. */
const add = ({ files, bytes }, size) => ({
	files: files + 1,
	bytes: bytes + size
});
const NONE = {
	files: 0,
	bytes: 0
};
async function diskUse(project) {
	const { repository, host, cache } = project;
	const tree = await repository.headTree();
	const paths = tree ? [...(await repository.trees.list(tree)).keys()] : [];
	const stats = await host.disk.lstatMany(project.folder, paths);
	let working = NONE;
	for (const stat of stats) if (stat?.kind === "file") working = add(working, stat.size);
	let assetsOnDisk = NONE;
	let pointers = NONE;
	const onDisk = /* @__PURE__ */ new Set();
	const inUse = /* @__PURE__ */ new Set();
	for (const asset of await trackedAssets(project)) {
		inUse.add(asset.oid);
		if (asset.onDisk === "pointer") pointers = add(pointers, asset.size);
		if (asset.onDisk !== "content") continue;
		onDisk.add(asset.oid);
		assetsOnDisk = add(assetsOnDisk, asset.stat?.size ?? 0);
	}
	let cached = NONE;
	let cacheInUse = NONE;
	let cachedAndOnDisk = NONE;
	for (const { oid, size } of await cache.all()) {
		cached = add(cached, size);
		if (inUse.has(oid)) cacheInUse = add(cacheInUse, size);
		if (onDisk.has(oid)) cachedAndOnDisk = add(cachedAndOnDisk, size);
	}
	let history = NONE;
	const objects = join(repository.gitDir, "objects");
	for (const { stat } of await host.disk.walk(objects, (_, entries) => entries)) history = add(history, stat.size);
	const sharesBlocks = await host.disk.sharesBlocks?.(join(repository.gitDir, "modsync"));
	return {
		working,
		assetsOnDisk,
		pointers,
		cache: cached,
		cacheInUse,
		cachedAndOnDisk,
		history,
		...sharesBlocks !== void 0 && { sharesBlocks }
	};
}

// ../../work/h/me/dist/assets/filter.js
const NOTHING$3 = /* @__PURE__ */ new Uint8Array();
/**
* What `filter=lfs` does to a path. Clean: the file goes into the cache, its pointer into Git; an empty file stays
* empty, and a file that is a pointer already stays as it is, as with git-lfs: that is how an asset looks whose bytes
* are not here. Smudge: the cached file, or the pointer itself where the cache has not got it, or where a git-lfs
* extension that we do not know made it.
*/
function lfsFilter(cache) {
	return {
		name: "lfs",
		async clean(diskPath) {
			const { disk } = cache;
			const stat = await disk.lstat(diskPath);
			if (stat?.kind === "file" && stat.size < 1024) {
				const content = await disk.read(diskPath);
				if (content && parsePointer(content)) return content;
			}
			const asset = await cache.addFile(diskPath);
			return asset.size === 0 ? NOTHING$3 : formatPointer(asset);
		},
		async smudge(blob) {
			const pointer = parsePointer(blob);
			if (!pointer || pointer.extensions.length > 0) return blob;
			if (pointer.size === 0) return NOTHING$3;
			return await cache.has(pointer) ? {
				copyFrom: cache.pathOf(pointer.oid),
				size: pointer.size
			} : blob;
		}
	};
}

// ../../work/h/me/dist/engine/assets/exchangeAsset.js
const isAbsolute = (path) => /^(\/|[A-Za-z]:\/)/.test(path);
/** @param path a disk path, or a project path @throws SyncError `NOT_FOUND`, `INVALID_CONFIG` without a remote */
async function uploadAsset(project, remote, path, options) {
	const { url, assets } = needed(remote);
	const asset = await project.cache.addFile(isAbsolute(path) ? path : join(project.folder, path), options);
	await (await queueFor(project, assets)).upload([asset], options);
	return {
		url: assets.publicUrl?.(asset) ?? `${url}/info/lfs/objects/${asset.oid}`,
		...asset,
		projectId: project.id
	};
}
/**
* @param to a disk path; a file that is there stays, whatever it holds
* @throws SyncError `WOULD_OVERWRITE`, `UNSAFE_PATH`, `ASSET_MISSING`, `INVALID_CONFIG` without a remote
*/
async function downloadAsset(project, remote, { oid, size }, to, options) {
	const { disk } = project.host;
	const asset = {
		oid,
		size
	};
	if (to.split("/").some((name) => name.toLowerCase() === ".git")) throw new SyncError("UNSAFE_PATH", `${to} is inside a .git folder: that is Git's own.`, { data: { path: to } });
	const inTheWay = () => new SyncError("WOULD_OVERWRITE", `${to} is there already. Choose another name, or move it away.`, { data: { path: to } });
	if (await disk.lstat(to)) throw inTheWay();
	if (!await project.cache.has(asset)) await (await queueFor(project, needed(remote).assets)).download([asset], options);
	const content = size === 0 ? /* @__PURE__ */ new Uint8Array() : disk.stream(project.cache.pathOf(oid));
	if (!await disk.publish(to, content, { exclusive: true })) throw inTheWay();
	return {
		...asset,
		path: to
	};
}
function needed(remote) {
	if (remote) return remote;
	throw new SyncError("INVALID_CONFIG", "This project has no remote to keep assets at. Run \"modsync init --relay URL\" in its folder first.");
}

// ../../work/h/me/dist/engine/assets/keepAssets.js
/**
* Brings the bytes of the newest snapshot's assets, and puts them on disk where pointers stand.
* @param patterns as in `.gitignore`; none: what the chosen parts include
*/
async function fetchAssets(project, remote, patterns, options) {
	const lock = await project.lock(options.signal);
	try {
		const named = patterns.length > 0 ? await patternTest(project, patterns) : (await partsOf$1(project)).wants;
		return await bring(project, remote, await withOwnCopies(project, await trackedAssets(project, named), options), options);
	} finally {
		await lock.release();
	}
}
/** A file on disk that is the asset spares the network: its copy goes into the cache. */
async function withOwnCopies(project, assets, options) {
	const { cache, folder } = project;
	const known = [];
	for (const asset of assets) {
		if (asset.cached || asset.onDisk !== "content") {
			known.push(asset);
			continue;
		}
		const isSame = asset.stat?.size === asset.size && (await cache.addFile(join(folder, asset.path), { signal: options.signal })).oid === asset.oid;
		known.push(isSame ? {
			...asset,
			cached: true
		} : {
			...asset,
			onDisk: "edited"
		});
	}
	return known;
}
async function bring(project, remote, assets, options) {
	const wanted = assets.filter(({ cached, onDisk }) => !cached && onDisk !== "content");
	let moved = {
		files: 0,
		bytes: 0
	};
	try {
		if (wanted.length > 0) moved = await (await queueFor(project, storeOf(remote))).download(wanted, options);
	} catch (error) {
		if (!hasCode(error, "ASSET_MISSING")) throw error;
	}
	const here = await project.cache.hasMany(wanted);
	const absent = wanted.filter((_, at) => !here[at]).map(({ path }) => path);
	const gone = new Set(absent);
	const pointers = assets.filter(({ path, onDisk }) => onDisk === "pointer" && !gone.has(path));
	const kept = await restore$1(project, pointers, options);
	return {
		...moved,
		restored: pointers.length - kept.length,
		absent
	};
}
/** From index and cache to disk: content where the cache has it, else the pointer. @returns those left as they are */
async function restore$1(project, assets, options) {
	if (assets.length === 0) return [];
	const { signal } = options;
	const kept = await project.repository.restoreFiles(assets.map(({ path, file, stat }) => ({
		path,
		file,
		expect: stat ?? "absent"
	})), {
		filters: project.filters,
		signal
	});
	await markLockable(project, assets.map(({ path }) => path));
	return kept;
}
/**
* Frees the copies in the cache of what the remote has. Files on disk stay.
* @param patterns of paths in the newest snapshot; none: everything in the cache, old versions included
*/
async function dropAssets(project, remote, patterns, options) {
	const lock = await project.lock(options.signal);
	try {
		return await drop(project, remote, patterns.length > 0 ? (await trackedAssets(project, await patternTest(project, patterns))).filter(({ cached }) => cached) : await project.cache.all(), options);
	} finally {
		await lock.release();
	}
}
async function drop(project, remote, candidates, options) {
	const unique = [...new Map(candidates.filter(({ size }) => size > 0).map((one) => [one.oid, one])).values()];
	const safe = await availableAt(remote, unique, options);
	let objects = 0;
	let bytes = 0;
	for (const asset of unique) {
		if (!safe.has(asset.oid)) continue;
		await project.cache.drop(asset);
		objects++;
		bytes += asset.size;
	}
	return {
		objects,
		bytes,
		kept: unique.length - objects
	};
}
/** What can be had from the remote again. */
async function availableAt(remote, assets, options) {
	const found = /* @__PURE__ */ new Set();
	if (assets.length === 0) return found;
	const store = storeOf(remote);
	for (let at = 0; at < assets.length; at += store.batchSize) {
		const some = assets.slice(at, at + store.batchSize);
		const here = store.available ? await store.available(some, options) : except(some, await store.missing(some, options));
		for (const { oid } of here) found.add(oid);
	}
	return found;
}
const except = (assets, others) => {
	const left = new Set(others.map(({ oid }) => oid));
	return assets.filter(({ oid }) => !left.has(oid));
};
/**
* Chooses the parts of the project that this working copy has, and makes the disk agree: what is included now is
* fetched; what is left out becomes a pointer, if it is unchanged and the remote has it.
*/
async function chooseParts(project, remote, parts, options) {
	const config = partsConfig(parts);
	const lock = await project.lock(options.signal);
	try {
		await project.repository.config.setMany(config);
		const assets = await trackedAssets(project);
		const { pointers, kept } = await leaveOut(project, remote, assets.filter(({ wanted, onDisk }) => !wanted && onDisk === "content"), assets, options);
		const fetched = await bring(project, remote, assets.filter(({ wanted }) => wanted), options);
		const { only, without } = await partsOf$1(project);
		return {
			...fetched,
			only,
			without,
			left: pointers,
			kept
		};
	} finally {
		await lock.release();
	}
}
async function leaveOut(project, remote, assets, all, options) {
	if (assets.length === 0) return {
		pointers: 0,
		kept: []
	};
	const { unstaged, staged } = await project.repository.status({
		filters: project.filters,
		only: assets.map(({ path }) => path),
		signal: options.signal
	});
	const changed = new Set([...unstaged, ...staged].map(({ path }) => path));
	const safe = await availableAt(remote, assets, options);
	const leaving = assets.filter(({ path, oid }) => !changed.has(path) && safe.has(oid));
	const leavingPaths = new Set(leaving.map(({ path }) => path));
	const needed = new Set(all.filter(({ path }) => !leavingPaths.has(path)).map(({ oid }) => oid));
	for (const asset of leaving) if (!needed.has(asset.oid)) await project.cache.drop(asset);
	const kept = new Set(await writePointers(project, leaving, options));
	return {
		pointers: leaving.length - kept.size,
		kept: assets.map(({ path }) => path).filter((path) => kept.has(path) || !leavingPaths.has(path))
	};
}
/** Also where the cache still has the bytes, because another path needs them. */
async function writePointers(project, assets, { signal }) {
	const [lfs] = project.filters;
	const asPointer = lfs && {
		...lfs,
		smudge: async (blob) => blob
	};
	const kept = await project.repository.restoreFiles(assets.map(({ path, file, stat }) => ({
		path,
		file,
		expect: stat ?? "absent"
	})), {
		filters: asPointer ? [asPointer] : [],
		signal
	});
	await markLockable(project, assets.map(({ path }) => path));
	return kept;
}
/** @throws SyncError `INVALID_CONFIG` */
function storeOf(remote) {
	if (remote) return remote.assets;
	throw new SyncError("INVALID_CONFIG", "This project has no remote: what is here is the only copy, and nothing can be fetched.");
}

// ../../work/h/me/dist/engine/config.js
/** The engine's configuration: what the caller gave, then the environment. */
const schema$5 = object({
	backend: _enum([
		"self-hosted",
		"github",
		"firebase",
		"aws",
		"supabase",
		"p2p"
	]).default("self-hosted"),
	provider: object({
		type: _enum([
			"relay",
			"pocketbase",
			"minio",
			"github",
			"firebase",
			"aws",
			"supabase",
			"webrtc",
			"ipfs",
			"libp2p"
		]).default("relay"),
		endpoint: url().optional(),
		apiKey: string().min(1).optional(),
		config: record(string(), unknown()).optional()
	}).prefault({}),
	autoSync: boolean().default(false),
	syncInterval: number().int().min(1e3).default(3e4),
	encryptionEnabled: literal(false, { error: "is not available yet" }).default(false),
	compressionEnabled: literal(false, { error: "is not available yet" }).default(false),
	conflictResolutionMode: _enum([
		"local",
		"remote",
		"merge",
		"manual"
	]).default("manual"),
	timeout: number().int().min(1e3).default(12e4)
});
/** @throws SyncError `INVALID_CONFIG` that lists every fault */
function checkConfig(given, environment) {
	const interval = environment.AUTO_SYNC_INTERVAL;
	const parsed = schema$5.safeParse({
		...interval && { syncInterval: Number(interval) },
		...given
	});
	if (parsed.success) return parsed.data;
	const isOfEnvironment = interval !== void 0 && given.syncInterval === void 0;
	const nameOf = (path) => path[0] === "syncInterval" && isOfEnvironment ? `AUTO_SYNC_INTERVAL=${interval} (milliseconds, from the environment or .env.local)` : path.join(".") || "config";
	const faults = parsed.error.issues.map((issue) => `${nameOf(issue.path)}: ${issue.message}`);
	throw new SyncError("INVALID_CONFIG", `The configuration has ${faults.length === 1 ? "a fault" : "faults"}: ${faults.join("; ")}`, { data: { faults } });
}
/** `false` only where someone turned the engine off. */
const isEnabled = (environment) => ![
	"false",
	"0",
	"no",
	"off"
].includes((environment.CLOUD_SYNC_ENABLED ?? "").toLowerCase());

// ../../work/h/me/dist/engine/project/fileSizes.js
/**
* Files that are too large for Git itself and that no rule makes an asset. The rule `maxFileSize` of `.modsync.json`
* moves the limit: a number of bytes, or words such as "25 MB" (10^6) and "25 MiB" (2^20).
*/
/** Bytes. */
const DEFAULT_LIMIT = 10 << 20;
/** Beyond it a snapshot is refused: GitHub takes no more than twice this, and history never forgets it. */
const REFUSED = 50 << 20;
/** @throws SyncError `INVALID_CONFIG` */
async function sizeLimits({ host, folder }) {
	const bytes = await host.disk.read(join(folder, PROJECT_FILE));
	const said = bytes && parseProjectFile(bytes).rules.maxFileSize;
	if (said === void 0) return {
		warn: DEFAULT_LIMIT,
		refuse: REFUSED
	};
	const warn = parseSize(said);
	if (warn !== void 0) return {
		warn,
		refuse: Math.max(warn, REFUSED)
	};
	throw new SyncError("INVALID_CONFIG", `${PROJECT_FILE}: rules.maxFileSize is ${JSON.stringify(said)}; it can be a number of bytes, or a size such as "25 MB".`, { data: { value: said } });
}
/** Those of `files` that go into Git itself and are larger than `limit`. A plugin belongs there, up to its own limit. */
async function oversized(repository, files, limit) {
	const large = files.filter(({ path, size }) => size > (isPlugin(path) ? Math.max(limit, PLUGIN_LIMIT) : limit));
	if (large.length === 0) return [];
	const attributes = await repository.attributes(large.map(({ path }) => path));
	return large.filter((_, at) => attributes[at]?.get("filter") !== "lfs").map(({ path, size }) => ({
		path,
		size,
		rule: ruleFor(path)
	}));
}
/** Double quotes are quotes for every shell. */
function ruleFor(path) {
	const extension = isPlugin(path) ? "" : extensionOf(path);
	return extension === "" ? `modsync track --filename "${path}"` : `modsync track "*${extension}"`;
}
const megabytes = (size) => `${(size / 1e6).toFixed(size < 1e7 ? 1 : 0)} MB`;

// ../../work/h/me/dist/engine/stockGit/beforeCommit.js
/** What the pre-commit hook looks at: does something get into Git's history that should be an asset? */
/** A pointer's object is never larger than this on disk: zlib adds a few bytes to what it cannot compress. */
const LARGEST_POINTER_FILE = MAX_POINTER_LENGTH + 100;
/** Git's `core.bigFileThreshold`, as it comes. Bytes. */
const BIG_FILE = 512 << 20;
/** @param indexFile the index that is about to be committed, a disk path */
async function beforeCommit(repository, indexFile) {
	const staged = await withSizes(repository, (await stagedFiles(repository, indexFile)).filter(({ file }) => file.mode === MODE.file || file.mode === MODE.executable));
	const { warn: limit } = await sizeLimits(repository);
	const large = await oversized(repository, staged, limit);
	const raw = await assetsThatAreNone(repository, staged);
	return {
		refused: [...large.map(({ path, size, rule }) => `${path} (${megabytes(size)}) would stay in Git's history for ever, and no rule makes it an asset. Add one: ${rule}, then: git add .gitattributes "${path}"`), ...raw.filter(({ size }) => size > limit).map(({ path, size }) => `${path} (${megabytes(size)}) is an asset by .gitattributes, but its content was staged, not its pointer. Stage it again: git add --renormalize "${path}"`)],
		warnings: raw.filter(({ size }) => size <= limit).map(({ path }) => `${path} is an asset by .gitattributes, but its content was staged, not its pointer: git add --renormalize "${path}"`)
	};
}
/** Git forgets the size of a file that it has to look at again: as it is on disk then. */
async function withSizes({ host, folder }, staged) {
	const unknown = staged.filter(({ size }) => size === 0).map(({ path }) => path);
	const stats = await host.disk.lstatMany(folder, unknown);
	const sizes = new Map(unknown.map((path, at) => [path, stats[at]?.size ?? 0]));
	return staged.map((file) => ({
		...file,
		size: sizes.get(file.path) ?? file.size
	}));
}
/** Files whose path is an asset's and whose blob is no pointer: the filter did not run, or failed. */
async function assetsThatAreNone(repository, staged) {
	if (staged.length === 0) return [];
	const attributes = await repository.attributes(staged.map(({ path }) => path));
	const assets = staged.filter((_, at) => attributes[at]?.get("filter") === "lfs");
	const { host, gitDir, objects } = repository;
	const stats = await host.disk.lstatMany(join(gitDir, "objects"), assets.map(({ file }) => `${file.id.slice(0, 2)}/${file.id.slice(2)}`));
	const raw = [];
	for (const [at, asset] of assets.entries()) {
		const size = stats[at]?.size;
		if (size === void 0 && asset.size < BIG_FILE) continue;
		if (size === void 0 || size <= LARGEST_POINTER_FILE) {
			const blob = await objects.readBlob(asset.file.id);
			if (blob.length === 0 || parsePointer(blob)) continue;
		}
		raw.push({
			...asset,
			size: Math.max(asset.size, size ?? 0)
		});
	}
	return raw;
}

// ../../work/h/me/dist/engine/stockGit/filterConfig.js
const FILTER = {
	process: "filter-process",
	clean: "clean -- %f",
	smudge: "smudge -- %f"
};
/** A command line for the shell that Git uses, on Windows too. */
const shellWords = (words) => words.map((word) => `'${word.replaceAll("\\", "/").replaceAll("'", "'\\''")}'`).join(" ");
/** Where the user's state is not in its usual place, what a program with another environment needs to find it. */
const homeSetting = ({ environment, home }) => environment.MODSYNC_HOME ? `MODSYNC_HOME=${shellWords([home])}` : "";
/** modsync's command as Git's shell runs it. */
const commandLine = (host) => [homeSetting(host), shellWords(host.command)].filter((part) => part !== "").join(" ");
/** As `commandLine` writes it; git-lfs's own names the bare program. */
const isOurCommand = (value) => /^(MODSYNC_HOME=)?'.*' (filter-process|clean -- %f|smudge -- %f)$/.test(value);
/**
* Stock Git turns assets into pointers, and back, through modsync. Not `required`: where modsync is gone, Git works on
* in the folder, with pointers in place of assets. Written only where it is not so yet.
*/
async function setFilter(repository) {
	if (!isFilterSet(repository)) await repository.config.setMany(wantedConfig(repository));
}
const isFilterSet = (repository) => wantedConfig(repository).every(([key, value]) => repository.config.get(key) === value);
function wantedConfig({ host }) {
	const command = commandLine(host);
	return [...Object.entries(FILTER).map(([key, words]) => [`filter.lfs.${key}`, `${command} ${words}`]), ["filter.lfs.required", "false"]];
}
/** Stock Git asks modsync for the token of the remote's host: it stays in the user's own file. */
async function setCredentialHelper({ config, host }, url) {
	const key = `credential.${new URL(url).origin}.helper`;
	const helper = `!${commandLine(host)} credential`;
	if (config.get(key) !== helper) await config.set(key, helper);
}
/** Takes away what this file wrote, and nothing else. */
async function removeConfig(repository, { credentials }) {
	const { config } = repository;
	const keys = Object.keys(FILTER).map((key) => `filter.lfs.${key}`).filter((key) => config.getAll(key).some(isOurCommand));
	if (keys.length > 0) keys.push("filter.lfs.required");
	if (credentials) keys.push(...config.subsections("credential").map((host) => `credential.${host}.helper`).filter((key) => config.getAll(key).some((value) => /^!(MODSYNC_HOME=)?["'].*["'] credential$/.test(value))));
	if (keys.length > 0) await config.setMany(keys.map((key) => [key, void 0]));
}

// ../../work/h/me/dist/engine/stockGit/gitLfs.js
/**
* Whether git-lfs does this repository's filtering by itself: Git's configuration names it, and the program is there.
* Nothing is started: `git-lfs` is looked for where Git would find it.
*/
async function gitLfsStands(repository) {
	const { config, host } = repository;
	await config.refresh();
	return ["filter.lfs.process", "filter.lfs.clean"].some((key) => config.getAll(key).some((value) => value !== "" && !isOurCommand(value))) && await hasGitLfs(host);
}
/** On the PATH, or where Git's own programs lie: Git for Windows brings git-lfs along, and puts only itself on the PATH. */
async function hasGitLfs(host) {
	const { environment, disk } = host;
	const windows = isWindows(host);
	const program = (name) => windows ? `${name}.exe` : name;
	const folders = (environment.PATH ?? environment.Path ?? "").split(windows ? ";" : ":").map((folder) => folder.replaceAll("\\", "/").replace(/^"|"$/g, "")).filter((folder) => folder !== "");
	const isProgram = async (file) => {
		const kind = (await disk.lstat(file))?.kind;
		return kind === "file" || kind === "symlink";
	};
	const gits = [];
	for (const folder of folders) {
		if (await isProgram(join(folder, program("git-lfs")))) return true;
		if (await isProgram(join(folder, program("git")))) gits.push(folder);
	}
	const beside = gits.flatMap((folder) => {
		const root = parentOf(folder);
		return windows ? [
			"mingw64/bin",
			"mingw64/libexec/git-core",
			"clangarm64/bin"
		].map((name) => join(root, name)) : [join(root, "libexec/git-core"), join(root, "lib/git-core")];
	});
	if (environment.GIT_EXEC_PATH) beside.push(environment.GIT_EXEC_PATH.replaceAll("\\", "/"));
	for (const folder of beside) if (await isProgram(join(folder, program("git-lfs")))) return true;
	return false;
}

// ../../work/h/me/dist/engine/stockGit/hooks.js
/** With git-lfs at work, only what it does not do by itself. */
const BESIDE_GIT_LFS = ["pre-commit"];
const OF_GIT_LFS = [
	"pre-push",
	"post-checkout",
	"post-commit",
	"post-merge"
];
const HOOKS = [...BESIDE_GIT_LFS, ...OF_GIT_LFS];
const MARK = "# A hook of modsync";
/** Another's hook, which ours runs first. The scripts know this name. */
const CHAINED = ".before-modsync";
/** git-lfs's own hook, on a machine without git-lfs: it would fail each time. */
const PARKED = ".of-git-lfs";
/**
* @param gitLfs git-lfs is at work here: its hooks are left to it
* @returns why there are none, where that is so
*/
async function installHooks(repository, gitLfs) {
	const folder = await hooksFolder(repository);
	if (typeof folder !== "string") return folder.why;
	for (const name of HOOKS) if (gitLfs && !BESIDE_GIT_LFS.some((own) => own === name)) await removeHook(repository, folder, name);
	else await installHook(repository, folder, name);
}
async function removeHooks(repository) {
	const folder = await hooksFolder(repository);
	if (typeof folder !== "string") return;
	for (const name of HOOKS) await removeHook(repository, folder, name);
}
/** `core.hooksPath` may name a folder that all projects of this user share, or one that everybody of this project has. */
async function hooksFolder(repository) {
	const { config, host, folder, gitDir } = repository;
	const named = config.get("core.hookspath");
	if (!named) return join(gitDir, "hooks");
	const path = expandHome(host, named, folder).replace(/\/+$/, "");
	const isIn = (outer) => path === outer || path.startsWith(`${outer}/`);
	if (isIn(gitDir)) return path;
	const outside = `core.hooksPath is ${named}, which is not this working copy's alone: no hooks were installed. Call "modsync hook NAME -- ARGUMENTS" from the ones that are there.`;
	if (!isIn(folder)) return { why: outside };
	const inside = path.slice(folder.length + 1);
	return await repository.isIgnored(`${inside}/pre-commit`) ? path : { why: outside };
}
async function installHook(repository, folder, name) {
	const { disk, hooks, command } = repository.host;
	const home = homeSetting(repository.host);
	const script = await disk.read(join(hooks, name));
	if (!script) throw new SyncError("NOT_FOUND", `${join(hooks, name)} is missing: install modsync anew.`, { data: { name } });
	const wanted = text(script).replace("@HOME@\n", home === "" ? "" : `export ${home}\n`).replaceAll("@MODSYNC@", shellWords(command));
	const path = join(folder, name);
	const before = await readHook(repository, path);
	if (before === wanted) return;
	if (before !== void 0 && !before.includes(MARK)) {
		const aside = path + (isOfGitLfs(before, name) ? PARKED : CHAINED);
		if (await disk.lstat(aside)) return;
		await disk.rename(path, aside);
	}
	await disk.publish(path, utf8(wanted), { executable: true });
}
async function removeHook(repository, folder, name) {
	const { disk } = repository.host;
	const path = join(folder, name);
	if (!(await readHook(repository, path))?.includes(MARK)) return;
	for (const aside of [CHAINED, PARKED]) if (await disk.lstat(path + aside)) return await disk.rename(path + aside, path);
	await disk.remove(path);
}
async function readHook({ host }, path) {
	const bytes = await host.disk.read(path);
	return bytes && text(bytes);
}
/** Unchanged, as `git lfs install` writes it, in any of its versions. */
const isOfGitLfs = (script, name) => new RegExp(`^#!/bin/sh\\n(command -v git-lfs .*\\n)?git lfs ${name} "\\$@"\\n*$`).test(script);

// ../../work/h/me/dist/engine/stockGit/pluginDiff.js
const DRIVER = "modsync-plugin";
const TEXTCONV = `diff.${DRIVER}.textconv`;
/** For the `.git/info/attributes` of repositories whose `.gitattributes` do not name it. */
const LINES = [
	"esp",
	"esm",
	"esl"
].map((extension) => {
	return `*.${[...extension].map((letter) => `[${letter}${letter.toUpperCase()}]`).join("")} diff=${DRIVER}`;
});
/** Git gives up on the whole diff when the command fails, so where modsync is gone, the name of the content stands. */
const commandOf = ({ host }) => `f() { ${shellWords(host.command)} plugin textconv "$1" 2>/dev/null || git hash-object --no-filters "$1"; }; f`;
async function setPluginDiff(repository) {
	const command = commandOf(repository);
	if (repository.config.get(TEXTCONV) !== command) await repository.config.set(TEXTCONV, command);
	const probes = await repository.attributes([
		"x.esp",
		"x.esm",
		"x.esl"
	]);
	const missing = LINES.filter((_, at) => typeof probes[at]?.get("diff") !== "string");
	if (missing.length > 0) await changeInfo(repository, (lines) => [...lines, ...missing]);
}
async function removePluginDiff(repository) {
	if (repository.config.get(TEXTCONV) !== void 0) await repository.config.setMany([[TEXTCONV, void 0]]);
	await changeInfo(repository, (lines) => lines.filter((line) => !LINES.includes(line)));
}
async function changeInfo({ host, gitDir }, change) {
	const path = join(gitDir, "info/attributes");
	const bytes = await host.disk.read(path);
	const before = text(bytes ?? /* @__PURE__ */ new Uint8Array()).split("\n").filter((line, at, all) => line !== "" || at < all.length - 1);
	const after = change(before);
	if (after.length === before.length) return;
	if (after.length > 0) await host.disk.publish(path, utf8(`${after.join("\n")}\n`));
	else await host.disk.remove(path);
}

// ../../work/h/me/dist/engine/stockGit/StockGit.js
/** A person waits at `git checkout`: what is not reachable is given up on sooner than in a sync. */
const CHECKOUT_RETRY = { attempts: 3 };
/**
* Makes stock Git work in this repository: through git-lfs where the user has it, else through modsync. Repeating it
* changes nothing; after git-lfs came or went, it puts the other in its place.
*/
async function setUpStockGit(project) {
	const { repository, host } = project;
	const gitLfs = await gitLfsStands(repository);
	if (gitLfs) await removeConfig(repository, { credentials: false });
	else await setFilter(repository);
	await setPluginDiff(repository);
	const url = await project.remoteUrl();
	if (url !== void 0 && /^https?:/.test(url) && await host.keys.get(new URL(url).origin) !== void 0) await setCredentialHelper(repository, url);
	const why = await installHooks(repository, gitLfs);
	return {
		filter: gitLfs ? "git-lfs" : "modsync",
		warnings: why === void 0 ? [] : [why]
	};
}
/** Who turns assets into pointers when stock Git runs here; `undefined`: nobody, or a modsync that is elsewhere now. */
async function stockGitFilter({ repository }) {
	if (await gitLfsStands(repository)) return "git-lfs";
	return isFilterSet(repository) ? "modsync" : void 0;
}
var StockGit = class {
	#project;
	#connect;
	#remote;
	/** @param connect with a URL: that remote; else the repository's own */
	constructor(project, connect) {
		this.#project = project;
		this.#connect = connect;
	}
	setUp() {
		return setUpStockGit(this.#project);
	}
	/** As if modsync had never been here: configuration and hooks. Files and history stay as they are. */
	async remove() {
		await removeHooks(this.#project.repository);
		await removeConfig(this.#project.repository, { credentials: true });
		await removePluginDiff(this.#project.repository);
	}
	/**
	* Brings assets from the remote into the cache.
	* @throws SyncError `NOT_FOUND` when there is no remote, and what a download throws
	*/
	async fetchAssets(assets, options = {}) {
		this.#remote ??= this.#connect(void 0);
		const remote = await this.#remote;
		if (!remote) throw new SyncError("NOT_FOUND", "This repository has no remote to fetch assets from.", { data: { folder: this.#project.folder } });
		await (await queueFor(this.#project, remote.assets, { retry: CHECKOUT_RETRY })).download(assets, options);
	}
	/** Which paths this working copy has assets for. */
	async wanted() {
		return (await partsOf$1(this.#project)).wants;
	}
	/** @param indexFile the index that is about to be committed, a disk path */
	beforeCommit(indexFile) {
		return beforeCommit(this.#project.repository, indexFile);
	}
	/**
	* The barrier, for stock Git's push.
	* @throws SyncError when the refs must not be pushed
	*/
	async beforePush({ name, url }, pushes, options) {
		this.#remote ??= this.#connect(url).catch((error) => unusable(url, error));
		const remote = await this.#remote;
		if (remote) await beforePush(this.#project, remote, name, pushes, options);
	}
	/** After stock Git wrote files: lockable ones are read-only until they are locked. */
	markLockable() {
		return markLockable(this.#project, [".gitattributes"]);
	}
	async close() {
		await (await this.#remote?.catch(() => void 0))?.close();
	}
};
/** A remote that modsync cannot speak to: a push that needs no assets does not mind. */
function unusable(url, cause) {
	const refuse = () => {
		throw new SyncError("BACKEND_CONNECTION_FAILED", `Backend connection failed: the commits name assets, and modsync cannot store them at ${url} (${errorBody(cause).message}). To push the commits without them: git push --no-verify`, {
			data: { url },
			cause
		});
	};
	return {
		url,
		get history() {
			return refuse();
		},
		get assets() {
			return refuse();
		},
		close: async () => void 0
	};
}

// ../../work/h/me/dist/merge/collisions.js
/**
* Names that cannot stand side by side: on Windows and macOS `Foo.dds` and `foo.dds` are one file, as they are to
* the game, and a name in NFC is the same as in NFD.
*/
/** Equal for names that are one name to Windows, macOS or the game. */
function foldName(name) {
	for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) > 127) return name.normalize("NFC").toUpperCase().toLowerCase().normalize("NFC");
	return name.toLowerCase();
}
/** Calls `visit` with each folder of a path, outermost first, and then the path. */
function eachPrefix(path, visit) {
	for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) visit(path.slice(0, slash));
	visit(path);
}
/**
* For each of `added`, a path (or folder) of `present` that is spelled differently and would be the same name.
* A folder spelled as it stands in `present` is no collision, even where another spelling of it stands there too.
* Linear in the paths: those that share no folded name with an added one cost one look each.
*/
function caseCollisions(added, present) {
	/** Folded prefix of an added path → the spellings of it that stand in `present`. */
	const spellings = /* @__PURE__ */ new Map();
	for (const path of added) eachPrefix(path, (prefix) => {
		const folded = foldName(prefix);
		if (!spellings.has(folded)) spellings.set(folded, /* @__PURE__ */ new Set());
	});
	if (spellings.size === 0) return /* @__PURE__ */ new Map();
	const seenFolders = /* @__PURE__ */ new Set();
	const note = (name) => spellings.get(foldName(name))?.add(name);
	for (const path of present) {
		note(path);
		for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
			const folder = path.slice(0, slash);
			if (seenFolders.has(folder)) break;
			seenFolders.add(folder);
			note(folder);
		}
	}
	const collisions = /* @__PURE__ */ new Map();
	for (const path of added) eachPrefix(path, (prefix) => {
		if (collisions.has(path)) return;
		const standing = spellings.get(foldName(prefix));
		if (standing === void 0 || standing.size === 0 || standing.has(prefix)) return;
		for (const spelling of standing) {
			collisions.set(path, spelling);
			return;
		}
	});
	return collisions;
}

// ../../work/h/me/dist/merge/lines.js
/**
* Lines of a file without decoding it: text in game files is UTF-8, Windows-1252 or UTF-16, and a merge must give
* back the exact bytes. A line is a range of bytes, its ending included; equal lines get equal numbers.
*/
function lineUnitOf(bytes) {
	if (bytes.length < 2) return "byte";
	if (bytes[0] === 255 && bytes[1] === 254) return "utf-16le";
	if (bytes[0] === 254 && bytes[1] === 255) return "utf-16be";
	return "byte";
}
/** Maps every byte to a character of its own. Never used to write anything back. */
const decoder = new TextDecoder("windows-1252");
/** Splits files whose lines are to be compared with each other. The last line may lack its ending. */
function splitLines(files, unit) {
	const numbers = /* @__PURE__ */ new Map();
	return files.map((bytes) => {
		const text = decoder.decode(bytes);
		const starts = [0];
		const ids = [];
		let start = 0;
		while (start < text.length) {
			const end = lineEnd(text, start, unit);
			const line = text.slice(start, end);
			let id = numbers.get(line);
			if (id === void 0) {
				id = numbers.size;
				numbers.set(line, id);
			}
			ids.push(id);
			starts.push(end);
			start = end;
		}
		return {
			bytes,
			starts: Uint32Array.from(starts),
			ids: Int32Array.from(ids)
		};
	});
}
const WORDS = /[A-Za-z0-9_\x80-\xff]+|[^A-Za-z0-9_\x80-\xff]/g;
/** The words of files that are to be compared with each other, as equal numbers for equal words. */
function splitWords(files) {
	const numbers = /* @__PURE__ */ new Map();
	return files.map((bytes) => {
		const ids = Array.from(decoder.decode(bytes).matchAll(WORDS), ([word]) => {
			const id = numbers.get(word) ?? numbers.size;
			numbers.set(word, id);
			return id;
		});
		return { ids: Int32Array.from(ids) };
	});
}
function lineEnd(text, start, unit) {
	if (unit === "byte") {
		const newline = text.indexOf("\n", start);
		return newline < 0 ? text.length : newline + 1;
	}
	const newline = unit === "utf-16le" ? "\n\0" : "\0\n";
	let at = text.indexOf(newline, start);
	while (at >= 0 && at % 2 === 1) at = text.indexOf(newline, at + 1);
	return at < 0 ? text.length : at + 2;
}
/** The bytes of lines `from` up to, not including, `to`. */
const bytesOf = (lines, from, to) => lines.bytes.subarray(lines.starts[from], lines.starts[to]);

// ../../work/h/me/dist/merge/hunks.js
/** The places of a file that both sides changed, as a person sees them and decides them, one by one. */
const UNDECIDED = () => void 0;
const isOpen = ({ decided }) => decided === void 0;
/** A file, or some of its lines, for showing: without line endings, in the encoding that it seems to have. */
function shownLines(bytes, unit = lineUnitOf(bytes)) {
	return linesOf((unit === "byte" ? exactText(bytes) ?? new TextDecoder("windows-1252").decode(bytes) : new TextDecoder(unit).decode(bytes)).replace(/^\uFEFF/, ""));
}
/** The lines of a text; the end of the last one is no line of its own. */
function linesOf(text) {
	if (text === "") return [];
	const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
	if (lines.at(-1) === "") lines.pop();
	return lines;
}

// ../../work/h/me/dist/merge/iniText.js
/** The sections and keys of an INI file, with every byte of it. */
/** Names and keys are told apart without case, as the game does it. Only ASCII folds: bytes above mean many things. */
const fold = (name) => name.trim().replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
/** Names a key in its section, across sections of one name. */
const keyId = (section, key) => `${section}\n${key}`;
/** @param text one character for each byte, without a byte order mark */
function parseIni(text) {
	const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
	/** The line of each key that counts. */
	const last = /* @__PURE__ */ new Map();
	const found = lines.map((line) => {
		const words = line.trim();
		if (words[0] === "[") {
			const close = words.indexOf("]");
			return close < 0 ? void 0 : { header: fold(words.slice(1, close)) };
		}
		const equals = words.indexOf("=");
		if (equals <= 0 || words[0] === ";" || words[0] === "#") return void 0;
		return {
			key: fold(words.slice(0, equals)),
			value: words.slice(equals + 1).trim()
		};
	});
	let name = "";
	found.forEach((entry, at) => {
		if (entry?.header !== void 0) name = entry.header;
		else if (entry) last.set(keyId(name, entry.key), at);
	});
	const times = /* @__PURE__ */ new Map();
	const sections = /* @__PURE__ */ new Map();
	let lead = "";
	let keys = /* @__PURE__ */ new Map();
	sections.set("", {
		id: "",
		name: "",
		header: void 0,
		keys
	});
	name = "";
	lines.forEach((line, at) => {
		const entry = found[at];
		if (entry?.header !== void 0) {
			name = entry.header;
			const time = times.get(name) ?? 0;
			times.set(name, time + 1);
			keys = /* @__PURE__ */ new Map();
			const id = `[${name}]${time}`;
			sections.set(id, {
				id,
				name,
				header: {
					lead,
					line,
					value: ""
				},
				keys
			});
			lead = "";
		} else if (entry && last.get(keyId(name, entry.key)) === at) {
			keys.set(entry.key, {
				lead,
				line,
				value: entry.value
			});
			lead = "";
		} else lead += line;
	});
	return {
		sections,
		end: lead
	};
}
/** What the file says to the game. */
function iniValues({ sections }) {
	const values = /* @__PURE__ */ new Map();
	for (const { name, keys } of sections.values()) for (const [key, { value }] of keys) values.set(keyId(name, key), value);
	return values;
}

// ../../work/h/me/dist/merge/interleave.js
/** `first`, with what only `second` has: each after the nearest that precedes it there and that `first` has too. */
function interleaved(first, second) {
	const known = new Set(first);
	const leading = [];
	const after = /* @__PURE__ */ new Map();
	let list = leading;
	for (const key of second) if (!known.has(key)) list.push(key);
	else {
		list = after.get(key) ?? [];
		after.set(key, list);
	}
	for (const key of known) {
		leading.push(key);
		for (const other of after.get(key) ?? []) leading.push(other);
	}
	return leading;
}

// ../../work/h/me/dist/merge/ini.js
/**
* Three-way merge of INI files by section and key. Ours is the file that stays, with its order and comments; what
* theirs changed, comments above a key included, is put in its place. Bytes are never decoded.
*/
/** @returns `undefined` when one of the three is not an INI file of single bytes: then it is text like any other */
function mergeIni(base, ours, theirs, decide = UNDECIDED) {
	const files = [
		base,
		ours,
		theirs
	];
	if (files.some((file) => lineUnitOf(file) !== "byte" || hasBom(file) !== hasBom(ours))) return void 0;
	if (new Set([ours, theirs].map(encodingOf).filter((encoding) => encoding !== "ascii")).size > 1) return {
		conflict: "One side changed the encoding of this file: choose one side.",
		hunks: []
	};
	const text = characters(ours);
	const bom = hasBom(ours) ? text.slice(0, 3) : "";
	const [b, o, t] = files.map((file) => parseIni(characters(file).slice(bom.length)));
	if ([
		b,
		o,
		t
	].every((file) => iniValues(file).size === 0)) return void 0;
	const merge = new IniMerge(b, o, t, /\r?\n/.exec(text)?.[0] ?? "\r\n", decide);
	const merged = merge.run();
	const { hunks } = merge;
	const open = hunks.filter(isOpen);
	if (open.length > 0) {
		const places = open.slice(0, 3).map(({ name }) => name);
		const more = open.length > 3 ? ` and ${open.length - 3} more` : "";
		return {
			conflict: `Both of you changed ${places.join(", ")}${more}.`,
			hunks
		};
	}
	if (sameValues(iniValues(parseIni(merged)), expectedValues(b, o, t, merge.decided))) return { merged: bytes(bom + merged) };
	return hunks.length === 0 ? void 0 : {
		conflict: "These choices do not fit together in one file: choose one side.",
		hunks: []
	};
}
var IniMerge = class {
	/** What both sides changed. */
	hunks = [];
	/** Keys (as `keyId` names them) of which a person took one side. */
	decided = /* @__PURE__ */ new Map();
	#decide;
	#base;
	#ours;
	#theirs;
	#newline;
	#keys;
	#text = [];
	constructor(base, ours, theirs, newline, decide) {
		this.#decide = decide;
		this.#base = base;
		this.#ours = ours;
		this.#theirs = theirs;
		this.#newline = newline;
		this.#keys = [
			itemsOf(base),
			itemsOf(ours),
			itemsOf(theirs)
		];
	}
	run() {
		for (const id of interleaved(this.#ours.sections.keys(), this.#theirs.sections.keys())) this.#section(id);
		const end = (file) => ({
			lead: file.end,
			line: "",
			value: ""
		});
		const ends = {
			b: end(this.#base),
			o: end(this.#ours),
			t: end(this.#theirs)
		};
		this.#put(this.#merged(ends, "the end of the file"));
		return this.#text.join("");
	}
	#section(id) {
		const mine = this.#ours.sections.get(id);
		const other = this.#theirs.sections.get(id);
		const { name } = mine ?? other;
		const [b, o, t] = this.#keys;
		const items = [];
		for (const key of interleaved(mine?.keys.keys() ?? [], other?.keys.keys() ?? [])) {
			const here = keyId(name, key);
			if (o.has(here) && !mine?.keys.has(key)) continue;
			const three = {
				b: b.get(here),
				o: o.get(here),
				t: t.get(here)
			};
			const item = this.#merged(three, name ? `[${name}] ${key}` : key, here);
			if (item) items.push(item);
		}
		const headers = {
			b: this.#base.sections.get(id)?.header,
			o: mine?.header,
			t: other?.header
		};
		const header = items.length > 0 && headers.b && (!headers.o || !headers.t) ? headers.o ?? headers.t : this.#merged(headers, `[${name}]`);
		this.#put(header);
		for (const item of items) this.#put(item);
	}
	/** @param id of a key */
	#merged({ b, o, t }, where, id) {
		if (o && t) {
			const saysOf = (item) => item && {
				compared: item.value,
				shown: item.line
			};
			const leadOf = (item) => item && {
				compared: wordsOf(item.lead),
				shown: item.lead
			};
			const value = this.#pick([
				b,
				o,
				t
			].map(saysOf), where, id);
			const lead = this.#pick([
				b,
				o,
				t
			].map(leadOf), `the comments above ${where}`);
			const line = value === "theirs" ? this.#other(t.line) : o.line;
			return {
				value: o.value,
				line,
				lead: lead === "theirs" ? this.#other(t.lead) : o.lead
			};
		}
		const left = o ?? t;
		if (!left) return void 0;
		if (b) {
			if (!(b.value !== left.value || wordsOf(b.lead) !== wordsOf(left.lead))) return void 0;
			if ((this.#ask([
				b.line,
				o?.line,
				t?.line
			], where, id) === "remote" ? t : o) !== left) return void 0;
		}
		return o ?? {
			...left,
			line: this.#other(left.line),
			lead: this.#other(left.lead)
		};
	}
	/** @param sides base, ours, theirs */
	#pick(sides, where, id) {
		const [base, ours, theirs] = sides;
		if (ours?.compared === theirs?.compared || base?.compared === theirs?.compared) return "ours";
		if (base?.compared === ours?.compared) return "theirs";
		const shown = sides.map((side) => side?.shown);
		return this.#ask(shown, where, id) === "remote" ? "theirs" : "ours";
	}
	#ask(shown, name, id) {
		const number = this.hunks.length + 1;
		const choice = this.#decide(number);
		const decided = choice === "both" ? void 0 : choice;
		if (decided && id !== void 0) this.decided.set(id, decided);
		const [base, ours, theirs] = shown.map((text) => ({ lines: linesOf(readable(text ?? "")) }));
		this.hunks.push({
			number,
			name,
			base,
			ours,
			theirs,
			...decided && { decided }
		});
		return decided;
	}
	#put(item) {
		for (const piece of [item?.lead, item?.line]) {
			if (!piece) continue;
			if (this.#text.at(-1)?.endsWith("\n") === false) this.#text.push(this.#newline);
			this.#text.push(piece);
		}
	}
	#other(text) {
		return text.replace(/\r?\n/g, this.#newline);
	}
};
/** Characters that stand for bytes, as text. */
const readable = (characters) => exactText(bytes(characters)) ?? characters;
function itemsOf({ sections }) {
	const items = /* @__PURE__ */ new Map();
	for (const { name, keys } of sections.values()) for (const [key, item] of keys) items.set(keyId(name, key), item);
	return items;
}
/** What stands above a key, without blank lines and the space around the others. */
const wordsOf = (lead) => lead.split("\n").map((line) => line.trim()).filter((line) => line !== "").join("\n");
/** What the merged file has to say: each key as the side that changed it says. */
function expectedValues(base, ours, theirs, decided) {
	const [b, o, t] = [
		base,
		ours,
		theirs
	].map(iniValues);
	const expected = /* @__PURE__ */ new Map();
	for (const key of /* @__PURE__ */ new Set([...o.keys(), ...t.keys()])) {
		const choice = decided.get(key);
		const changed = o.get(key) !== b.get(key);
		const value = (choice ? choice === "local" : changed) ? o.get(key) : t.get(key);
		if (value !== void 0) expected.set(key, value);
	}
	return expected;
}
function sameValues(a, b) {
	if (a.size !== b.size) return false;
	for (const [key, value] of a) if (b.get(key) !== value) return false;
	return true;
}
const hasBom = (file) => file[0] === 239 && file[1] === 187 && file[2] === 191;
function encodingOf(file) {
	if (file.every((byte) => byte < 128)) return "ascii";
	return exactText(file) === void 0 ? "other" : "utf-8";
}
/** One character for each byte. */
function characters(file) {
	let text = "";
	for (let at = 0; at < file.length; at += 8192) text += String.fromCharCode(...file.subarray(at, at + 8192));
	return text;
}
function bytes(text) {
	const file = new Uint8Array(text.length);
	for (let at = 0; at < text.length; at++) file[at] = text.charCodeAt(at);
	return file;
}

// ../../work/h/me/dist/merge/jsonText.js
/** Strict JSON (RFC 8259) as a tree that knows where each value stands in its text. */
const jsonEqual = (a, b) => a.number === b.number;
/** Deeper documents are nobody's settings. */
const MAX_DEPTH = 64;
var NotJson = class extends Error {};
const SPACE = /[ \t\r\n]*/y;
const SCALAR = /"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\x00-\x1f]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
/** @returns `undefined` for anything but one strict JSON value, and for objects that have a key twice */
function parseJson(text, numbers = /* @__PURE__ */ new Map()) {
	try {
		const reader = new Reader(text, numbers);
		const root = reader.value(0);
		reader.space();
		return reader.at === text.length ? root : void 0;
	} catch (error) {
		if (error instanceof NotJson) return void 0;
		throw error;
	}
}
var Reader = class {
	at;
	#text;
	#numbers;
	constructor(text, numbers) {
		this.#text = text;
		this.#numbers = numbers;
		this.at = text.charCodeAt(0) === 65279 ? 1 : 0;
	}
	space() {
		SPACE.lastIndex = this.at;
		SPACE.test(this.#text);
		this.at = SPACE.lastIndex;
	}
	value(depth) {
		this.space();
		const open = this.#text[this.at];
		if (open === "{" || open === "[") return this.#container(open === "{", depth);
		const start = this.at;
		const text = this.#scalar();
		return {
			kind: "scalar",
			start,
			end: this.at,
			text,
			number: this.#numberOf(text)
		};
	}
	#numberOf(words) {
		const number = this.#numbers.get(words) ?? this.#numbers.size;
		this.#numbers.set(words, number);
		return number;
	}
	#scalar() {
		SCALAR.lastIndex = this.at;
		const match = SCALAR.exec(this.#text);
		if (!match) throw new NotJson();
		this.at += match[0].length;
		return match[0];
	}
	#take(char) {
		if (this.#text[this.at] !== char) return false;
		this.at++;
		return true;
	}
	#container(isObject, depth) {
		if (depth >= MAX_DEPTH) throw new NotJson();
		const close = isObject ? "}" : "]";
		const start = this.at++;
		const members = [];
		const keys = /* @__PURE__ */ new Set();
		let leadStart = this.at;
		this.space();
		while (!this.#take(close)) {
			const memberStart = this.at;
			const key = isObject ? this.#key(keys) : String(members.length);
			const value = this.value(depth + 1);
			this.space();
			members.push({
				key,
				value,
				start: memberStart,
				end: value.end,
				leadStart,
				tailEnd: this.at
			});
			if (!this.#take(",")) {
				if (this.#take(close)) break;
				throw new NotJson();
			}
			leadStart = this.at;
			this.space();
			if (this.#text[this.at] === close) throw new NotJson();
		}
		const parts = members.map(({ key, value }) => isObject ? `${JSON.stringify(key)}:${value.number}` : value.number);
		const number = this.#numberOf(isObject ? `{${parts.sort().join()}` : `[${parts.join()}`);
		return {
			kind: isObject ? "object" : "array",
			start,
			end: this.at,
			number,
			members
		};
	}
	#key(seen) {
		if (this.#text[this.at] !== "\"") throw new NotJson();
		const key = JSON.parse(this.#scalar());
		if (typeof key !== "string" || seen.has(key)) throw new NotJson();
		seen.add(key);
		this.space();
		if (!this.#take(":")) throw new NotJson();
		return key;
	}
};

// ../../work/h/me/node_modules/node-diff3/dist/diff3.mjs
function LCS(buffer1, buffer2) {
	let equivalenceClasses = Object.create(null);
	for (let j = 0; j < buffer2.length; j++) {
		const item = buffer2[j];
		if (equivalenceClasses[item]) equivalenceClasses[item].push(j);
		else equivalenceClasses[item] = [j];
	}
	let candidates = [{
		buffer1index: -1,
		buffer2index: -1,
		chain: null
	}];
	for (let i = 0; i < buffer1.length; i++) {
		const buffer2indices = equivalenceClasses[buffer1[i]] || [];
		let r = 0;
		let c = candidates[0];
		for (const j of buffer2indices) {
			let s;
			for (s = r; s < candidates.length; s++) if (candidates[s].buffer2index < j && (s === candidates.length - 1 || candidates[s + 1].buffer2index > j)) break;
			if (s < candidates.length) {
				const newCandidate = {
					buffer1index: i,
					buffer2index: j,
					chain: candidates[s]
				};
				if (r === candidates.length) candidates.push(c);
				else candidates[r] = c;
				r = s + 1;
				c = newCandidate;
				if (r === candidates.length) break;
			}
		}
		candidates[r] = c;
	}
	return candidates[candidates.length - 1];
}
function diffIndices(buffer1, buffer2) {
	const lcs = LCS(buffer1, buffer2);
	let result = [];
	let tail1 = buffer1.length;
	let tail2 = buffer2.length;
	for (let candidate = lcs; candidate !== null; candidate = candidate.chain) {
		const mismatchLength1 = tail1 - candidate.buffer1index - 1;
		const mismatchLength2 = tail2 - candidate.buffer2index - 1;
		tail1 = candidate.buffer1index;
		tail2 = candidate.buffer2index;
		if (mismatchLength1 || mismatchLength2) result.push({
			buffer1: [tail1 + 1, mismatchLength1],
			buffer1Content: buffer1.slice(tail1 + 1, tail1 + 1 + mismatchLength1),
			buffer2: [tail2 + 1, mismatchLength2],
			buffer2Content: buffer2.slice(tail2 + 1, tail2 + 1 + mismatchLength2)
		});
	}
	result.reverse();
	return result;
}

// ../../work/h/me/dist/merge/diffLines.js
/**
* The difference of two sequences of lines, in time that does not explode on repeated lines.
*
* Common beginnings and ends are cut off; a large gap is split at anchors (lines that occur once on either side, in
* the longest order that both share) until node-diff3 finds the longest common sequence between them quickly. A
* large gap without anchors, of nothing but repeated lines, gets a greedy search for the shortest edit, with a bound;
* beyond the bound it is one change: coarser, never wrong. Last, changes slide to where Git would put them, so that
* both agree on which changes touch.
*/
/** Pairs of lines in a gap up to which node-diff3 is fast. */
const SMALL_GAP = 4096;
/** Edits up to which the greedy search goes on. Its trace takes the square of it, in 32-bit words. */
const MAX_EDITS = 1e3;
const MAX_SPLITS = 12;
function diffLines(a, b) {
	const sides = {
		a,
		b,
		removed: new Uint8Array(a.length),
		added: new Uint8Array(b.length)
	};
	diffGap(sides, {
		aFrom: 0,
		aTo: a.length,
		bFrom: 0,
		bTo: b.length
	}, 0);
	slide(a, sides.removed, sides.added);
	slide(b, sides.added, sides.removed);
	return changesOf$1(sides.removed, sides.added);
}
function diffGap(sides, whole, splits) {
	const gap = withoutCommonEnds(sides, whole);
	const { aFrom, aTo, bFrom, bTo } = gap;
	if (aFrom === aTo || bFrom === bTo) markAll(sides, gap);
	else if ((aTo - aFrom) * (bTo - bFrom) <= SMALL_GAP) diffSmall(sides, gap);
	else {
		const anchors = splits < MAX_SPLITS ? anchorsOf(sides, gap) : [];
		if (anchors.length === 0) {
			if (!greedy(sides, gap)) markAll(sides, gap);
			return;
		}
		let aStart = aFrom;
		let bStart = bFrom;
		for (const [aAnchor, bAnchor] of anchors) {
			diffGap(sides, {
				aFrom: aStart,
				aTo: aAnchor,
				bFrom: bStart,
				bTo: bAnchor
			}, splits + 1);
			aStart = aAnchor + 1;
			bStart = bAnchor + 1;
		}
		diffGap(sides, {
			aFrom: aStart,
			aTo,
			bFrom: bStart,
			bTo
		}, splits + 1);
	}
}
function withoutCommonEnds({ a, b }, gap) {
	let { aFrom, aTo, bFrom, bTo } = gap;
	while (aFrom < aTo && bFrom < bTo && a[aFrom] === b[bFrom]) {
		aFrom++;
		bFrom++;
	}
	while (aFrom < aTo && bFrom < bTo && a[aTo - 1] === b[bTo - 1]) {
		aTo--;
		bTo--;
	}
	return {
		aFrom,
		aTo,
		bFrom,
		bTo
	};
}
function markAll({ removed, added }, { aFrom, aTo, bFrom, bTo }) {
	removed.fill(1, aFrom, aTo);
	added.fill(1, bFrom, bTo);
}
/** Lines that occur once in either gap, as pairs, in the longest order that both share (patience sorting). */
function anchorsOf({ a, b }, { aFrom, aTo, bFrom, bTo }) {
	const onlyInB = onceOnly(b, bFrom, bTo);
	const pairs = [];
	for (const [id, at] of onceOnly(a, aFrom, aTo)) {
		const other = onlyInB.get(id);
		if (at >= 0 && other !== void 0 && other >= 0) pairs.push([at, other]);
	}
	pairs.sort((x, y) => x[0] - y[0]);
	const piles = [];
	const before = new Int32Array(pairs.length);
	pairs.forEach(([, at], i) => {
		let low = 0;
		let high = piles.length;
		while (low < high) {
			const middle = low + high >> 1;
			if (pairs[piles[middle]][1] < at) low = middle + 1;
			else high = middle;
		}
		before[i] = low === 0 ? -1 : piles[low - 1];
		piles[low] = i;
	});
	const anchors = [];
	for (let i = piles.at(-1) ?? -1; i >= 0; i = before[i]) anchors.push(pairs[i]);
	return anchors.reverse();
}
/** Where each line stands, or -1 for those that occur more than once. */
function onceOnly(ids, from, to) {
	const found = /* @__PURE__ */ new Map();
	for (let i = from; i < to; i++) {
		const id = ids[i];
		found.set(id, found.has(id) ? -1 : i);
	}
	return found;
}
function diffSmall({ a, b, removed, added }, { aFrom, aTo, bFrom, bTo }) {
	const changes = diffIndices(Array.from(a.subarray(aFrom, aTo)), Array.from(b.subarray(bFrom, bTo)));
	for (const { buffer1, buffer2 } of changes) {
		removed.fill(1, aFrom + buffer1[0], aFrom + buffer1[0] + buffer1[1]);
		added.fill(1, bFrom + buffer2[0], bFrom + buffer2[0] + buffer2[1]);
	}
}
/**
* Myers' greedy algorithm ("An O(ND) Difference Algorithm", 1986) for up to `MAX_EDITS` edits.
* @returns false, with nothing marked, when there are more
*/
function greedy({ a, b, removed, added }, { aFrom, aTo, bFrom, bTo }) {
	const n = aTo - aFrom;
	const m = bTo - bFrom;
	const most = Math.min(MAX_EDITS, n + m);
	const reach = [];
	const furthest = (d, k) => reach[d][k + d >> 1];
	for (let d = 0; d <= most; d++) {
		const row = new Int32Array(d + 1).fill(-1);
		reach.push(row);
		for (let k = -d; k <= d; k += 2) {
			if (k < -m || k > n) continue;
			let x = 0;
			if (d > 0) {
				const down = k < d ? furthest(d - 1, k + 1) : -1;
				const right = k > -d ? furthest(d - 1, k - 1) + 1 : -1;
				x = Math.max(down, right > 0 ? right : -1);
				if (x < 0 || x > n || x - k > m) continue;
			}
			while (x < n && x - k < m && a[aFrom + x] === b[bFrom + x - k]) x++;
			row[k + d >> 1] = x;
			if (x < n || x - k < m) continue;
			let diagonal = k;
			for (let step = d; step > 0; step--) {
				const down = diagonal < step ? furthest(step - 1, diagonal + 1) : -1;
				const right = diagonal > -step ? furthest(step - 1, diagonal - 1) + 1 : -1;
				if (right > down) {
					removed[aFrom + right - 1] = 1;
					diagonal--;
				} else {
					added[bFrom + down - diagonal - 1] = 1;
					diagonal++;
				}
			}
			return true;
		}
	}
	return false;
}
/**
* A run of changed lines that could stand higher or lower with the same result (an inserted blank line among blank
* lines) goes as low as it can, taking up the runs it meets; but where a run of the other side stands on the way,
* beside it. That is Git's habit: without it, one tool would see two changes touch where the other does not.
*/
function slide(ids, changed, other) {
	const length = ids.length;
	let at = 0;
	/** The position on the other side that the unchanged line at `at` stands for. */
	let across = 0;
	const skipAcross = () => {
		while (across < other.length && other[across]) across++;
	};
	const backAcross = () => {
		across--;
		while (across > 0 && other[across - 1]) across--;
	};
	while (at < length) {
		if (!changed[at]) {
			skipAcross();
			across++;
			at++;
			continue;
		}
		let start = at;
		let end = start;
		while (end < length && changed[end]) end++;
		while (across > 0 && other[across - 1]) across--;
		let size;
		let beside;
		do {
			size = end - start;
			while (start > 0 && ids[start - 1] === ids[end - 1]) {
				changed[--start] = 1;
				changed[--end] = 0;
				while (start > 0 && changed[start - 1]) start--;
				backAcross();
			}
			beside = other[across] ? end : -1;
			while (end < length && ids[start] === ids[end]) {
				changed[start++] = 0;
				changed[end++] = 1;
				while (end < length && changed[end]) end++;
				skipAcross();
				across++;
				if (other[across]) beside = end;
			}
		} while (end - start !== size);
		while (beside >= 0 && end > beside) {
			changed[--start] = 1;
			changed[--end] = 0;
			backAcross();
		}
		skipAcross();
		at = end;
	}
}
function changesOf$1(removed, added) {
	const changes = [];
	let from = 0;
	let to = 0;
	while (from < removed.length || to < added.length) {
		const fromStart = from;
		const toStart = to;
		while (from < removed.length && removed[from]) from++;
		while (to < added.length && added[to]) to++;
		if (from > fromStart || to > toStart) changes.push({
			from: fromStart,
			removed: from - fromStart,
			to: toStart,
			added: to - toStart
		});
		from++;
		to++;
	}
	return changes;
}

// ../../work/h/me/dist/merge/mergeText.js
/** Three-way merge of text by lines, with the verdicts of `git merge-file` and the exact bytes of both sides. */
/**
* Changes that neither overlap nor touch merge; of changes that do, only equal ones, and those that `decide` decides.
* Bytes are copied from the side that a region comes from and never decoded, so encodings and line endings stay.
*/
function mergeText(base, ours, theirs, decide = UNDECIDED) {
	if (equal(ours, theirs) || equal(base, theirs)) return { merged: ours };
	if (equal(base, ours)) return { merged: theirs };
	const unit = lineUnitOf(base);
	if (lineUnitOf(ours) !== unit || lineUnitOf(theirs) !== unit) return {
		conflict: "One side changed the encoding of this file: choose one side.",
		hunks: []
	};
	const files = splitLines([
		base,
		ours,
		theirs
	], unit);
	const [, o, t] = files;
	const regions = mergeRegions(...files);
	const hunks = regions.filter((region) => region.by === "conflict").map((region, at) => hunkOf(at + 1, region, files, unit, decide(at + 1)));
	const open = hunks.filter(isOpen).length;
	if (open > 0) return {
		conflict: open === 1 ? "Both of you changed the same lines in one place." : `Both of you changed the same lines in ${open} places.`,
		hunks
	};
	let clash = 0;
	return { merged: concat(regions.flatMap((region) => {
		const mine = bytesOf(o, ...region.ours);
		const other = bytesOf(t, ...region.theirs);
		const choice = region.by === "conflict" ? hunks[clash++]?.decided : void 0;
		if (choice === "both") return [withLineEnd(mine, other, unit), other];
		return [region.by === "theirs" || choice === "remote" ? other : mine];
	})) };
}
function hunkOf(number, region, [base, ours, theirs], unit, decided) {
	const side = (lines, [from, to]) => ({
		line: from + 1,
		lines: shownLines(bytesOf(lines, from, to), unit)
	});
	return {
		number,
		base: side(base, region.base),
		ours: side(ours, region.ours),
		theirs: side(theirs, region.theirs),
		...decided && { decided }
	};
}
/** The last line of a file may have no end, and gets one when something follows. */
function withLineEnd(lines, next, unit) {
	const newline = NEWLINES[unit];
	if (lines.length === 0 || next.length === 0 || equal(lines.subarray(-newline.length), newline)) return lines;
	return concat([lines, newline]);
}
const NEWLINES = {
	byte: Uint8Array.of(10),
	"utf-16le": Uint8Array.of(10, 0),
	"utf-16be": Uint8Array.of(0, 10)
};
/** The three sequences as regions that cover all of each. */
function mergeRegions(base, ours, theirs) {
	const left = diffLines(base.ids, ours.ids);
	const right = diffLines(base.ids, theirs.ids);
	const regions = [];
	let i = 0;
	let j = 0;
	/** Where the last region ended, in each file. */
	let b = 0;
	let o = 0;
	let t = 0;
	while (i < left.length || j < right.length) {
		const start = Math.min(left[i]?.from ?? 1e400, right[j]?.from ?? 1e400);
		const oursFirst = i;
		const theirsFirst = j;
		let end = start;
		for (let grown = true; grown;) {
			grown = false;
			for (let change = left[i]; change && change.from <= end; change = left[++i]) {
				end = Math.max(end, change.from + change.removed);
				grown = true;
			}
			for (let change = right[j]; change && change.from <= end; change = right[++j]) {
				end = Math.max(end, change.from + change.removed);
				grown = true;
			}
		}
		const quiet = start - b;
		const oursStart = o + quiet;
		const theirsStart = t + quiet;
		if (quiet > 0) regions.push({
			base: [b, start],
			ours: [o, oursStart],
			theirs: [t, theirsStart],
			by: "nobody"
		});
		const oursEnd = oursStart + (end - start) + growth(left, oursFirst, i);
		const theirsEnd = theirsStart + (end - start) + growth(right, theirsFirst, j);
		const by = theirsFirst === j ? "ours" : oursFirst === i ? "theirs" : sameLines$1(ours, oursStart, oursEnd, theirs, theirsStart, theirsEnd) ? "same" : "conflict";
		regions.push({
			base: [start, end],
			ours: [oursStart, oursEnd],
			theirs: [theirsStart, theirsEnd],
			by
		});
		b = end;
		o = oursEnd;
		t = theirsEnd;
	}
	if (b < base.ids.length) regions.push({
		base: [b, base.ids.length],
		ours: [o, ours.ids.length],
		theirs: [t, theirs.ids.length],
		by: "nobody"
	});
	return regions;
}
function growth(changes, first, end) {
	let lines = 0;
	for (let i = first; i < end; i++) {
		const change = changes[i];
		lines += change.added - change.removed;
	}
	return lines;
}
function sameLines$1(a, aFrom, aTo, b, bFrom, bTo) {
	if (aTo - aFrom !== bTo - bFrom) return false;
	for (let i = 0; i < aTo - aFrom; i++) if (a.ids[aFrom + i] !== b.ids[bFrom + i]) return false;
	return true;
}

// ../../work/h/me/dist/merge/json.js
/**
* Three-way merge of JSON by key. Ours is the text that stays: its formatting, order and line endings; what theirs
* changed is put in its place. Arrays of objects that carry an identity (id, name, EditorID, …) are merged by it,
* other arrays by the order of their elements.
*/
/** @returns `undefined` when one of the three is not strict JSON in UTF-8: then it is text like any other */
function mergeJson(base, ours, theirs, decide = UNDECIDED) {
	const numbers = /* @__PURE__ */ new Map();
	const b = read(base, numbers);
	const o = read(ours, numbers);
	const t = read(theirs, numbers);
	if (!b || !o || !t) return void 0;
	const merge = new JsonMerge(b.text, o.text, t.text, decide);
	const merged = merge.value(b.root, o.root, t.root, "");
	const { hunks } = merge;
	const open = hunks.filter(isOpen);
	if (open.length > 0) {
		const places = open.slice(0, 3).map(({ name }) => name);
		const more = open.length > 3 ? ` and ${open.length - 3} more` : "";
		return {
			conflict: `Both of you changed ${places.join(", ")}${more}.`,
			hunks
		};
	}
	return { merged: utf8(o.text.slice(0, o.root.start) + merged + o.text.slice(o.root.end)) };
}
function read(bytes, numbers) {
	const text = exactText(bytes);
	const root = text === void 0 ? void 0 : parseJson(text, numbers);
	return text !== void 0 && root ? {
		text,
		root
	} : void 0;
}
/** Keys by which people tell the objects of an array apart, the most telling first. */
const IDENTITIES = [
	"id",
	"uuid",
	"guid",
	"editorid",
	"formid",
	"key",
	"name"
];
var JsonMerge = class {
	/** Values that both sides changed. */
	hunks = [];
	#base;
	#decide;
	#ours;
	#theirs;
	/** Absent where ours is a single line. */
	#newline;
	#indents;
	constructor(base, ours, theirs, decide) {
		this.#base = base;
		this.#decide = decide;
		this.#ours = ours;
		this.#theirs = theirs;
		this.#newline = /\r?\n/.exec(ours.trim())?.[0];
		this.#indents = [indentOf(ours), indentOf(theirs)];
	}
	/** The text of the merged value. `base` is absent for what both added. */
	value(base, ours, theirs, path) {
		if (jsonEqual(ours, theirs) || base && jsonEqual(base, theirs)) return this.#mine(ours);
		if (base && jsonEqual(base, ours)) return this.#other(theirs.start, theirs.end);
		if (ours.kind === "object" && theirs.kind === "object" && (!base || base.kind === "object")) {
			const [b, o, t] = [
				base,
				ours,
				theirs
			].map((object) => byName(object?.members ?? [], nameOf));
			return this.#join(this.#byKey(b, o, t, path, false), ours, theirs);
		}
		if (ours.kind === "array" && theirs.kind === "array" && base?.kind === "array") {
			const items = this.#elements(base, ours, theirs, path);
			if (items) return this.#join(items, ours, theirs);
		}
		return this.#takesTheirs(path, base, ours, theirs) ? this.#other(theirs.start, theirs.end) : this.#mine(ours);
	}
	/** Notes a value that both sides changed; one that is open stays as ours has it. */
	#takesTheirs(path, base, ours, theirs) {
		const number = this.hunks.length + 1;
		const choice = this.#decide(number);
		const decided = choice === "both" ? void 0 : choice;
		const side = (text, span) => ({ lines: span ? linesOf(text.slice(span.start, span.end)) : [] });
		this.hunks.push({
			number,
			name: path || "the whole document",
			base: side(this.#base, base),
			ours: side(this.#ours, ours),
			theirs: side(this.#theirs, theirs),
			...decided && { decided }
		});
		return decided === "remote";
	}
	#mine({ start, end }) {
		return this.#ours.slice(start, end);
	}
	#elements(base, ours, theirs, path) {
		for (const identity of IDENTITIES) {
			const [b, o, t] = [
				base,
				ours,
				theirs
			].map((array) => identified(array, identity));
			if (!b || !o || !t) continue;
			const reordered = !sameOrder(b, t);
			if (reordered && !sameOrder(b, o) && !sameOrder(o, t)) return void 0;
			return this.#byKey(b, o, t, path, reordered);
		}
		return this.#sequence(base, ours, theirs);
	}
	/** @param order whose order the members follow: ours, or theirs if only they changed it */
	#byKey(base, ours, theirs, path, orderOfTheirs) {
		const items = [];
		const order = orderOfTheirs ? interleaved(theirs.keys(), ours.keys()) : interleaved(ours.keys(), theirs.keys());
		for (const key of order) {
			const [b, o, t] = [
				base.get(key),
				ours.get(key),
				theirs.get(key)
			];
			const at = path ? `${path}.${key}` : key;
			if (o && t) {
				const value = this.value(b?.value, o.value, t.value, at);
				items.push(this.#kept(o, this.#ours.slice(o.start, o.value.start) + value));
			} else {
				const left = o ?? t;
				if (!left || b && jsonEqual(b.value, left.value)) continue;
				const remote = b && this.#takesTheirs(at, b.value, o?.value, t?.value);
				if (b && !(remote ? t : o)) continue;
				items.push(o ? this.#kept(o) : { text: this.#other(left.start, left.end) });
			}
		}
		return items;
	}
	/** Arrays without identities merge like the lines of a text. */
	#sequence(base, ours, theirs) {
		const [b, o, t] = [
			base,
			ours,
			theirs
		].map(({ members }) => ({ ids: Int32Array.from(members, ({ value }) => value.number) }));
		const items = [];
		for (const { by, ours: mine, theirs: other } of mergeRegions(b, o, t)) {
			if (by === "conflict") return void 0;
			if (by === "theirs") for (const { start, end } of theirs.members.slice(...other)) items.push({ text: this.#other(start, end) });
			else for (const member of ours.members.slice(...mine)) items.push(this.#kept(member));
		}
		return items;
	}
	#kept(member, text = this.#ours.slice(member.start, member.end)) {
		return {
			text,
			member
		};
	}
	/** Items in brackets, with commas, spaced as ours spaces its own. */
	#join(items, ours, theirs) {
		const [open, close] = ours.kind === "object" ? "{}" : "[]";
		if (items.length === 0) return `${open}${close}`;
		const model = ours.members.length > 0 ? ours : theirs;
		const space = (from, to) => model === ours ? this.#ours.slice(from, to) : this.#other(from, to);
		const [first, second] = model.members;
		const last = model.members.at(-1);
		const opening = first ? space(first.leadStart, first.start) : "";
		const usual = second ? space(second.leadStart, second.start) : opening || " ";
		const between = /\r?\n[ \t]*$/.exec(usual)?.[0] ?? usual;
		const closing = last ? space(last.end, last.tailEnd) : "";
		return `${open}${items.map(({ text, member }, i) => {
			const lead = member && member !== first ? this.#ours.slice(member.leadStart, member.start) : between;
			const tail = member && member !== last ? this.#ours.slice(member.end, member.tailEnd) : "";
			return (i === 0 ? opening : lead) + text + (i === items.length - 1 ? "" : tail);
		}).join(",")}${closing}${close}`;
	}
	/** A piece of theirs with the indentation and line endings of ours. No string of JSON holds a newline. */
	#other(start, end) {
		const [mine, other] = this.#indents;
		return this.#theirs.slice(start, end).replace(/\r?\n([ \t]*)/g, (_, space) => {
			if (this.#newline === void 0) return "";
			if (mine === void 0 || other === void 0 || mine === other) return this.#newline + space;
			const depth = Math.floor(space.length / other.length);
			return this.#newline + mine.repeat(depth) + space.slice(depth * other.length);
		});
	}
};
/** One step of indentation, as the first indented line has it. */
const indentOf = (text) => /\n([ \t]+)\S/.exec(text)?.[1];
const nameOf = ({ key }) => key;
/** @returns `undefined` where a name is missing or stands twice */
function byName(members, name) {
	const named = /* @__PURE__ */ new Map();
	for (const member of members) {
		const key = name(member);
		if (key === void 0 || named.has(key)) return void 0;
		named.set(key, member);
	}
	return named;
}
const identified = ({ members }, identity) => byName(members, ({ value }) => {
	if (value.kind !== "object") return void 0;
	const id = value.members.find(({ key }) => key.toLowerCase() === identity)?.value;
	return id?.kind === "scalar" ? id.text : void 0;
});
/** What both have stands in the same order. */
function sameOrder(a, b) {
	const common = [...a.keys()].filter((key) => b.has(key));
	let at = 0;
	for (const key of b.keys()) if (a.has(key) && common[at++] !== key) return false;
	return true;
}

// ../../work/h/me/dist/merge/plugin/assemble.js
function assemble(sides, plan) {
	const { base, ours, theirs, byUs, byThem } = sides;
	let records = 0;
	/** New to their place in ours, in the order of theirs. */
	const added = /* @__PURE__ */ new Map();
	const arrivals = [...plan.taken.values()].filter(({ record, place }) => ours.records.get(record.formId)?.place.key !== place.key);
	for (const { record, place } of arrivals.sort(byOffset)) {
		const list = added.get(place.key);
		if (list) list.push(record.formId);
		else added.set(place.key, [record.formId]);
	}
	const recordsAt = (key) => {
		const mine = recordIds(ours.places.get(key));
		const other = theirs.places.get(key);
		if (other?.group.groupType !== GROUP.topic) return mine.concat(added.get(key) ?? []);
		return byThem.topics.has(key) && !byUs.topics.has(key) ? interleaved(recordIds(other), mine) : interleaved(mine, recordIds(other));
	};
	const build = (key) => {
		const mine = ours.places.get(key);
		const other = theirs.places.get(key);
		const standing = mine ?? other;
		if (!standing) return void 0;
		const children = [];
		for (const formId of recordsAt(key)) {
			const entry = plan.result(formId);
			if (entry?.place.key !== key) continue;
			children.push(entry.record);
			records++;
			const owned = ownedPlace(entry.record);
			const group = owned === void 0 ? void 0 : build(owned);
			if (group) children.push(group);
		}
		for (const inner of innerPlaces(standing, mine, other)) {
			const group = build(inner);
			if (group) children.push(group);
		}
		if (children.length === 0 && !standsEmpty(mine, other, base.places.has(key))) return void 0;
		const { groupType, label, header, offset } = standing.group;
		return {
			kind: "group",
			groupType,
			label,
			header,
			children,
			offset
		};
	};
	const nodes = [];
	for (const key of interleaved(ours.top.map(keyOf), theirs.top.map(keyOf))) {
		const group = build(key);
		if (group) nodes.push(group);
	}
	return {
		nodes,
		records
	};
}
const keyOf = ({ key }) => key;
const byOffset = (a, b) => a.record.offset - b.record.offset;
function innerPlaces(standing, mine, other) {
	if (standing.group.groupType !== GROUP.cell) return interleaved((mine?.inner ?? []).map(keyOf), (other?.inner ?? []).map(keyOf));
	return [...new Map([...other?.inner ?? [], ...mine?.inner ?? []].map((place) => [place.key, place])).values()].sort((a, b) => a.group.groupType - b.group.groupType).map(keyOf);
}
/** A group without records stays if ours or theirs has it so, unless it only became empty by one side's removing it. */
function standsEmpty(mine, other, inBase) {
	const empty = (place) => place.group.children.length === 0;
	if (mine) return empty(mine) || other !== void 0 && empty(other);
	return other !== void 0 && empty(other) && !inBase;
}

// ../../work/h/me/dist/merge/plugin/changes.js
/** What one side changed in a plugin, noise of the Creation Kit left out. */
const isEmpty = ({ records, topics, header }) => records.size === 0 && topics.size === 0 && !header;
/** A record that stands elsewhere counts as changed. Absent on both sides is the same. */
function sameEntry(a, b, codec) {
	if (a === void 0 || b === void 0) return a === b;
	return a.place.key === b.place.key && sameRecord(a.record, b.record, codec);
}
/** @throws NotMergeable when a changed record cannot be read */
function changesOf(base, side, whose, codec) {
	try {
		const records = /* @__PURE__ */ new Map();
		for (const [formId, entry] of side.records) {
			const before = base.records.get(formId);
			if (sameEntry(before, entry, codec)) continue;
			subrecordsOf(entry.record, codec);
			records.set(formId, before ? "changed" : "added");
		}
		for (const formId of base.records.keys()) if (!side.records.has(formId)) records.set(formId, "deleted");
		return {
			records,
			topics: changedTopics(base, side),
			header: !sameRecord(base.plugin.tes4, side.plugin.tes4, codec)
		};
	} catch (error) {
		throw asNotMergeable(error, whose);
	}
}
function changedTopics(base, side) {
	const topics = /* @__PURE__ */ new Set();
	for (const { places } of [base, side]) for (const [key, { group }] of places) if (group.groupType === GROUP.topic && !sameLines(base, side, key)) topics.add(key);
	return topics;
}
/** Whether a topic has the same lines (INFO) in the same order. */
function sameLines(a, b, key) {
	const x = recordIds(a.places.get(key));
	const y = recordIds(b.places.get(key));
	return x.length === y.length && x.every((id, i) => id === y[i]);
}
function countChanges({ records }) {
	const counts = {
		added: 0,
		changed: 0,
		deleted: 0
	};
	for (const change of records.values()) counts[change]++;
	return counts;
}

// ../../work/h/me/dist/merge/plugin/dependencies.js
/**
* What cannot be merged record by record, because records depend on each other and no rule covers it yet: each is
* refused with its reason.
*/
/**
* FormIDs count masters, so plugins with other masters have other FormIDs throughout, and a localized plugin's texts
* stand in tables beside it.
* @throws NotMergeable
*/
function refuseOtherFrame({ base, ours, theirs }) {
	const lists = [
		base,
		ours,
		theirs
	].map(({ plugin }) => plugin.masters.join("\n").toLowerCase());
	if (lists.some((list) => list !== lists[0])) throw new NotMergeable(`The lists of masters differ (${[
		base,
		ours,
		theirs
	].map(({ plugin }) => plugin.masters.length).join(", ")} masters), so the FormIDs do too`);
	const plugins = [
		base.plugin,
		ours.plugin,
		theirs.plugin
	];
	if (plugins.some(({ isLocalized }) => isLocalized)) throw new NotMergeable("The plugin is localized: its texts stand in string tables, which would have to be merged with it");
	if (plugins.some(({ isLight }) => isLight !== base.plugin.isLight)) throw new NotMergeable("One of you made it a light plugin or a full one, and the FormIDs it may use differ");
	if (plugins.some(({ isMaster }) => isMaster !== base.plugin.isMaster)) throw new NotMergeable("One of you made it a master or a plugin, and its records are arranged by that");
}
/** @throws NotMergeable */
function refuseDependentRecords(sides) {
	refuseNavigation(sides);
	refuseTopics(sides);
	refusePrecombined(sides);
}
/** Meshes are linked to each other, and NAVI lists them all. */
function refuseNavigation({ base, ours, theirs, byUs, byThem, codec }) {
	const touched = (changes) => {
		const types = /* @__PURE__ */ new Set();
		for (const formId of changes.records.keys()) {
			const [o, t] = [ours.records.get(formId), theirs.records.get(formId)];
			const type = (o ?? t ?? base.records.get(formId))?.record.type;
			if ((type === "NAVI" || type === "NAVM") && !sameEntry(o, t, codec)) types.add(type);
		}
		return types;
	};
	const mine = touched(byUs);
	const other = touched(byThem);
	if (mine.size === 0 || other.size === 0) return;
	throw new NotMergeable(mine.has("NAVI") && other.has("NAVI") ? "Both of you changed the navigation map (NAVI)" : "Both of you changed navigation meshes, which are linked to each other");
}
/** The game takes the first line of a topic whose conditions hold. */
function refuseTopics({ ours, theirs, byUs, byThem }) {
	for (const key of byUs.topics) if (byThem.topics.has(key) && !sameLines(ours, theirs, key)) {
		const label = (ours.places.get(key) ?? theirs.places.get(key))?.group.label ?? 0;
		throw new NotMergeable(`Both of you changed which lines the topic ${formIdText(label)} has, or their order, which decides what is said`);
	}
}
const PRECOMBINED = /* @__PURE__ */ new Set([
	"XCRI",
	"XPRI",
	"PCMB",
	"VISI",
	"RVIS"
]);
/** Precombined meshes and previs are made of a cell's objects as they were, by a tool, with files beside the plugin. */
function refusePrecombined(sides) {
	const { base, ours, theirs, byUs, byThem, codec } = sides;
	const made = (side, changes) => {
		const cells = /* @__PURE__ */ new Set();
		for (const formId of changes.records.keys()) {
			const after = side.records.get(formId)?.record;
			const before = base.records.get(formId)?.record;
			if (after?.type !== "CELL") continue;
			if (!samePrecombined(before, after, codec)) cells.add(formId);
		}
		return cells;
	};
	const mine = made(ours, byUs);
	const other = made(theirs, byThem);
	for (const cell of mine) if (other.has(cell) && !samePrecombined(ours.records.get(cell)?.record, theirs.records.get(cell)?.record, codec)) throw new NotMergeable(`Both of you made the precombined meshes or the previs of the cell ${formIdText(cell)} anew`);
	refuseMovedUnder(sides, mine, byThem);
	refuseMovedUnder(sides, other, byUs);
}
/** Objects that were there when one side built a cell's precombined meshes, changed by the other side. */
function refuseMovedUnder({ base, ours, theirs, codec }, cells, by) {
	if (cells.size === 0) return;
	for (const [formId, change] of by.records) {
		const place = base.records.get(formId)?.place;
		if (change === "added" || !place) continue;
		const { group, owner } = rootOf(place);
		if (group.groupType !== GROUP.cell || owner === void 0 || !cells.has(owner)) continue;
		if (sameEntry(ours.records.get(formId), theirs.records.get(formId), codec)) continue;
		throw new NotMergeable(`One of you made the precombined meshes or the previs of the cell ${formIdText(owner)} anew, the other changed the object ${formIdText(formId)} in it`);
	}
}
function samePrecombined(a, b, codec) {
	const parts = (record) => record ? subrecordsOf(record, codec).filter(({ type }) => PRECOMBINED.has(type)) : [];
	return sameSubrecords("CELL", parts(a), parts(b));
}

// ../../work/h/me/dist/merge/plugin/header.js
/** The TES4 header of a merged plugin: the count is recomputed, the next object id is the larger one. */
/** Not merged: written anew, a cache of the Creation Kit, and the masters, which are the same on all sides. */
const OURS$1 = /* @__PURE__ */ new Set([
	"HEDR",
	"TNAM",
	"MAST",
	"DATA"
]);
/** @throws NotMergeable when both sides changed ONAM, the list of overridden records that a master keeps */
function mergeHeader(base, ours, theirs) {
	const b = partsOf(base);
	const o = partsOf(ours);
	const t = partsOf(theirs);
	const fromTheirs = [];
	const clashes = [];
	for (const type of /* @__PURE__ */ new Set([
		...o.keys(),
		...t.keys(),
		...b.keys()
	])) {
		if (OURS$1.has(type)) continue;
		const same = (x, y) => sameSubrecords("TES4", x.get(type) ?? [], y.get(type) ?? []);
		if (same(o, t) || same(b, t)) continue;
		if (same(b, o)) fromTheirs.push(type);
		else clashes.push(type);
	}
	if (clashes.includes("ONAM")) throw new NotMergeable("Both of you changed the list of overridden records in the header (ONAM), which only the Creation Kit can write anew");
	return {
		clashes,
		format: (count, clashesFrom) => {
			const taken = new Set(clashesFrom === "remote" ? [...fromTheirs, ...clashes] : fromTheirs);
			const list = [...withParts(o, t, taken).values()].flat();
			const data = formatSubrecords(list.map((sub) => sub.type === "HEDR" ? {
				...sub,
				data: hedr(sub.data, ours, theirs, count)
			} : sub));
			const flags = mergedFlags(base, ours, theirs);
			const header = copyOf(ours.plugin.tes4.header);
			new DataView(header.buffer).setUint32(8, flags, true);
			return {
				...ours.plugin.tes4,
				header,
				flags,
				data
			};
		}
	};
}
/** By type, in the order of first appearance; a master and its DATA stay together. */
function partsOf({ plugin }) {
	const parts = /* @__PURE__ */ new Map();
	for (const sub of subrecords(plugin.tes4.data, 24)) {
		const key = sub.type === "DATA" ? "MAST" : sub.type;
		const list = parts.get(key);
		if (list) list.push(sub);
		else parts.set(key, [sub]);
	}
	return parts;
}
/** Ours, with some types as theirs has them: in their old position, or after what precedes them in theirs. */
function withParts(ours, theirs, taken) {
	const result = /* @__PURE__ */ new Map();
	const put = (type) => {
		result.set(type, taken.has(type) ? theirs.get(type) ?? [] : ours.get(type) ?? []);
		const order = [...theirs.keys()];
		for (let at = order.indexOf(type) + 1; at > 0 && at < order.length; at++) {
			const next = order[at];
			if (!taken.has(next) || ours.has(next) || result.has(next)) break;
			result.set(next, theirs.get(next) ?? []);
		}
	};
	for (const type of ours.keys()) put(type);
	for (const type of taken) if (!result.has(type)) put(type);
	return result;
}
function hedr(data, ours, theirs, count) {
	const copy = copyOf(data);
	const view = new DataView(copy.buffer);
	if (theirs.plugin.version > ours.plugin.version) view.setFloat32(0, theirs.plugin.version, true);
	view.setUint32(4, count, true);
	view.setUint32(8, Math.max(ours.plugin.nextObjectId, theirs.plugin.nextObjectId), true);
	return copy;
}
/** Each bit that either side changed. */
function mergedFlags(base, ours, theirs) {
	const [b, o, t] = [
		base,
		ours,
		theirs
	].map(({ plugin }) => plugin.tes4.flags);
	return (b ^ (b ^ o | b ^ t)) >>> 0;
}
/** The file with a larger next object id; itself where that is the case already. */
function withNextObjectId(bytes, { plugin }, least) {
	if (plugin.nextObjectId >= least) return bytes;
	const sub = subrecords(plugin.tes4.data, 24).find(({ type }) => type === "HEDR");
	if (!sub) return bytes;
	const copy = copyOf(bytes);
	new DataView(copy.buffer).setUint32(sub.data.byteOffset - bytes.byteOffset + 8, least, true);
	return copy;
}
/** Not `slice`: of Node's buffers that is a view, and writing to it would change the file it was read from. */
const copyOf = (bytes) => new Uint8Array(bytes);

// ../../work/h/me/dist/merge/plugin/references.js
/** FormIDs that a record mentions, found without a schema: any four bytes that are one of those looked for. */
/**
* A number or a text can look like a FormID: what is found may be a reference, what is not found is none.
* @param wanted FormIDs of one plugin's own records: all with the same top byte, `index`
*/
function mentioned(record, wanted, index, codec) {
	const found = /* @__PURE__ */ new Set();
	const payload = payloadOf(record, codec);
	for (let at = 3; at < payload.length; at++) {
		if (payload[at] !== index) continue;
		const formId = (payload[at - 3] | payload[at - 2] << 8 | payload[at - 1] << 16 | index << 24) >>> 0;
		if (wanted.has(formId)) found.add(formId);
	}
	return found;
}

// ../../work/h/me/dist/merge/plugin/plan.js
/** Which record of a merged plugin comes from whom, and what a person has to decide. */
var Plan = class {
	/** Records of theirs that replace ours or are new. */
	taken = /* @__PURE__ */ new Map();
	/** Records of ours that go. */
	dropped = /* @__PURE__ */ new Set();
	conflicts = [];
	alike = 0;
	decided = 0;
	/** Somebody chose to delete a record although the other side has put new ones below it. */
	cut = false;
	#sides;
	#decide;
	#asked = /* @__PURE__ */ new Map();
	constructor(sides, decide) {
		this.#sides = sides;
		this.#decide = decide;
		const { byUs, byThem } = sides;
		for (const [formId, change] of byThem.records) if (byUs.records.has(formId)) this.#both(formId, change);
		else this.#apply(formId, "remote");
		this.#deletedButUsed();
		this.#deletedAround();
	}
	/** The record as the merged plugin has it. */
	result(formId) {
		if (this.dropped.has(formId)) return void 0;
		return this.taken.get(formId) ?? this.#sides.ours.records.get(formId);
	}
	/** How many records that is. */
	get size() {
		const { ours } = this.#sides;
		let size = ours.records.size - this.dropped.size;
		for (const formId of this.taken.keys()) if (!ours.records.has(formId)) size++;
		return size;
	}
	/** A conflict that is no record of the groups: the header. */
	ask(conflict) {
		if (this.#asked.has(conflict.formId)) return this.#asked.get(conflict.formId);
		const choice = this.#decide?.(conflict);
		this.#asked.set(conflict.formId, choice);
		if (choice) this.decided++;
		else this.conflicts.push(conflict);
		return choice;
	}
	#apply(formId, choice) {
		const { ours, theirs } = this.#sides;
		const [mine, other] = [ours.records.get(formId), theirs.records.get(formId)];
		this.taken.delete(formId);
		this.dropped.delete(formId);
		if (choice === "local") return;
		if (other) this.taken.set(formId, other);
		else if (mine) this.dropped.add(formId);
	}
	#both(formId, change) {
		const { base, ours, theirs, codec } = this.#sides;
		const mine = ours.records.get(formId);
		const other = theirs.records.get(formId);
		if (sameEntry(mine, other, codec)) {
			this.alike++;
			return;
		}
		const own = formId >>> 24 === base.plugin.masters.length;
		const kind = change === "added" && own ? "formid-collision" : mine === void 0 ? "deleted-by-us" : other === void 0 ? "deleted-by-them" : "both-modified";
		const choice = this.ask(this.#describe(formId, kind, REASONS[kind]));
		if (choice) this.#apply(formId, choice);
	}
	/** A record that one side deleted and to which the other has made a new reference. */
	#deletedButUsed() {
		const { base, ours, theirs, byUs, byThem, codec } = this.#sides;
		const index = base.plugin.masters.length;
		const gone = /* @__PURE__ */ new Map();
		const note = (changes, other, kind) => {
			for (const [formId, change] of changes.records) if (change === "deleted" && formId >>> 24 === index && other.records.has(formId) && !this.result(formId)) gone.set(formId, kind);
		};
		note(byUs, theirs, "deleted-by-us");
		note(byThem, ours, "deleted-by-them");
		if (gone.size === 0) return;
		const queue = [];
		for (const { records } of [byUs, byThem]) for (const formId of records.keys()) queue.push([formId, base.records.get(formId)]);
		for (const [formId, before] of queue) {
			const entry = this.result(formId);
			if (!entry || gone.size === 0) continue;
			const kindToMeet = entry === ours.records.get(formId) ? "deleted-by-them" : "deleted-by-us";
			const old = before ? mentioned(before.record, gone, index, codec) : void 0;
			for (const wanted of mentioned(entry.record, gone, index, codec)) {
				const kind = gone.get(wanted);
				if (kind !== kindToMeet || old?.has(wanted) || this.result(wanted)) continue;
				const choice = this.ask(this.#describe(wanted, kind, `${REASONS[kind]} ${entry.record.type} ${formIdText(formId)} refers to it.`));
				if (choice === (kind === "deleted-by-us" ? "remote" : "local")) {
					this.#apply(wanted, choice);
					queue.push([wanted, void 0]);
				}
			}
		}
	}
	/** A cell, a worldspace, a topic, a quest that one side deleted, while the other changed what belongs to it. */
	#deletedAround() {
		const { ours } = this.#sides;
		for (const entry of [...this.taken.values()]) this.#checkOwners(entry);
		for (const formId of [...this.dropped]) {
			const place = placeOwnedBy(ours, formId);
			if (place) for (const below of this.#recordsBelow(place)) this.#checkOwners(below);
		}
	}
	/** Those of ours that the merged plugin keeps there. */
	*#recordsBelow(place) {
		const { ours } = this.#sides;
		for (const formId of recordIds(place)) {
			const entry = ours.records.get(formId);
			if (entry && this.result(formId) === entry) yield entry;
			const owned = placeOwnedBy(ours, formId);
			if (owned) yield* this.#recordsBelow(owned);
		}
		for (const inner of place.inner) yield* this.#recordsBelow(inner);
	}
	/** Asks about every record above this one that is gone. */
	#checkOwners(entry) {
		const { ours, theirs } = this.#sides;
		let above = rootOf(entry.place).owner;
		for (let steps = 0; above !== void 0 && steps < 64; steps++) {
			const standing = this.result(above);
			if (!standing) {
				const kind = ours.records.has(above) ? "deleted-by-them" : "deleted-by-us";
				const choice = this.ask(this.#describe(above, kind, `${REASONS[kind]} ${entry.record.type} ${formIdText(entry.record.formId)} belongs to it.`));
				if (choice === (kind === "deleted-by-us" ? "remote" : "local")) this.#apply(above, choice);
				else if (choice) this.cut = true;
			}
			const place = (standing ?? ours.records.get(above) ?? theirs.records.get(above))?.place;
			above = place && rootOf(place).owner;
		}
	}
	#describe(formId, kind, reason) {
		const { base, ours, theirs, codec } = this.#sides;
		const [b, o, t] = [
			base,
			ours,
			theirs
		].map((side) => side.records.get(formId));
		const shown = o ?? t ?? b;
		const editorId = editorIdOf(shown.record, codec);
		return {
			formId,
			type: shown.record.type,
			...editorId !== void 0 && { editorId },
			groupPath: placeName(shown.place),
			kind,
			reason,
			...b && { base: b.record },
			...o && { ours: o.record },
			...t && { theirs: t.record }
		};
	}
};
const REASONS = {
	"both-modified": "Both of you changed this record.",
	"deleted-by-us": "You deleted this record, the other side changed or needs it.",
	"deleted-by-them": "The other side deleted this record, you changed or need it.",
	"formid-collision": "Both of you made a new record, and both have this FormID."
};

// ../../work/h/me/dist/merge/plugin/mergePlugins.js
/** The three-way merge of a plugin by its records. */
const NOTHING$2 = {
	added: 0,
	changed: 0,
	deleted: 0
};
/**
* Compares without the noise of the Creation Kit and writes original bytes. A side that changed nothing else gives way
* to the other, byte for byte. Whatever is doubtful is a conflict: with `records` one that a person decides record by
* record, without them one that takes the plugin whole.
*
* The rules come from the histories of real plugins; each stands where it is applied.
*/
function mergePlugins(base, ours, theirs, codec, options = {}) {
	const unmerged = {
		ours: NOTHING$2,
		theirs: NOTHING$2,
		alike: 0,
		decided: 0
	};
	if (equal(ours, theirs) || equal(base, theirs)) return {
		merged: ours,
		summary: unmerged
	};
	if (equal(base, ours)) return {
		merged: theirs,
		summary: unmerged
	};
	try {
		return mergeRecords(sidesOf$1(base, ours, theirs, codec), ours, theirs, options);
	} catch (error) {
		const refused = asNotMergeable(error, "One of the three versions");
		if (refused instanceof NotMergeable) return { conflict: `${refused.message}.` };
		throw error;
	}
}
const OURS = "Your version";
const THEIRS = "The other side’s version";
function sidesOf$1(base, ours, theirs, codec) {
	const b = readContents(base, "The version that both started from");
	const o = readContents(ours, OURS);
	const t = readContents(theirs, THEIRS);
	return {
		base: b,
		ours: o,
		theirs: t,
		byUs: changesOf(b, o, OURS, codec),
		byThem: changesOf(b, t, THEIRS, codec),
		codec
	};
}
function mergeRecords(sides, oursFile, theirsFile, { decide }) {
	const { base, ours, theirs, byUs, byThem } = sides;
	const summary = {
		ours: countChanges(byUs),
		theirs: countChanges(byThem),
		alike: 0,
		decided: 0
	};
	if (isEmpty(byThem)) return {
		merged: withNextObjectId(oursFile, ours, theirs.plugin.nextObjectId),
		summary
	};
	if (isEmpty(byUs)) return {
		merged: withNextObjectId(theirsFile, theirs, ours.plugin.nextObjectId),
		summary
	};
	refuseOtherFrame(sides);
	refuseDependentRecords(sides);
	const header = mergeHeader(base, ours, theirs);
	const plan = new Plan(sides, decide);
	const headerFrom = header.clashes.length === 0 ? "local" : plan.ask({
		formId: 0,
		type: "TES4",
		groupPath: "",
		kind: "both-modified",
		reason: `Both of you changed the plugin’s header (${header.clashes.join(", ")}).`,
		base: base.plugin.tes4,
		ours: ours.plugin.tes4,
		theirs: theirs.plugin.tes4
	});
	if (plan.conflicts.length > 0) return {
		conflict: reasonFor(plan),
		records: plan.conflicts
	};
	const { nodes, records } = assemble(sides, plan);
	if (records > plan.size || records < plan.size && !plan.cut) throw new NotMergeable("Both of you moved records, and no arrangement keeps all of them");
	const tes4 = header.format(countNodes(nodes), headerFrom ?? "local");
	const merged = formatPlugin({
		tes4,
		nodes
	});
	checkMerged(merged, nodes.length);
	return {
		merged,
		summary: {
			...summary,
			alike: plan.alike,
			decided: plan.decided
		}
	};
}
/** What was written is read again before anybody else does. */
function checkMerged(merged, groups) {
	let plugin;
	try {
		plugin = parsePlugin(merged);
	} catch (error) {
		throw asNotMergeable(error, "The merged plugin");
	}
	if (plugin.nodes.length !== groups || plugin.recordCount !== countNodes(plugin.nodes)) throw new NotMergeable("The merged plugin did not hold together");
}
function reasonFor({ conflicts }) {
	const collisions = conflicts.filter(({ kind }) => kind === "formid-collision").length;
	const names = conflicts.slice(0, 3).map(({ type, editorId, formId }) => `${type} ${editorId ?? formId.toString(16).toUpperCase().padStart(8, "0")}`);
	const more = conflicts.length > names.length ? ` and ${conflicts.length - names.length} more` : "";
	if (collisions === conflicts.length) return `Both of you made new records with the same FormID: ${names.join(", ")}${more}.`;
	return `Both of you changed ${conflicts.length === 1 ? "the same record" : `the same ${conflicts.length} records`}: ${names.join(", ")}${more}.`;
}

// ../../work/h/me/dist/merge/drivers.js
/**
* Who merges which file: the first driver of the table that claims a file and can read it. A third party puts its own
* in front: `mergeContents({ …, drivers: [mine, ...DRIVERS] })`.
*/
const whole$1 = (what) => ({ conflict: `Both of you changed this ${what}: choose one side.` });
/** Classes that are never text, whatever their bytes look like. */
const NOUNS$1 = {
	script: "compiled script",
	texture: "texture",
	mesh: "mesh",
	sound: "sound",
	archive: "archive",
	interface: "interface movie",
	strings: "string table"
};
const sidesOf = ({ base, ours, theirs }) => [
	base,
	ours,
	theirs
];
const hasExtension = (path, extension) => path.toLowerCase().endsWith(`.${extension}`);
const DRIVERS = [
	{
		name: "binary",
		claims: ({ path }) => NOUNS$1[classify(path)] !== void 0,
		merge: ({ path }) => whole$1(`${NOUNS$1[classify(path)]}, which is taken whole`)
	},
	{
		name: "asset",
		claims: (input) => sidesOf(input).some(isPointer),
		merge: () => whole$1("asset, which is taken whole")
	},
	{
		name: "large",
		claims: ({ oversize }) => oversize === true,
		merge: () => whole$1("file, which is too large to merge")
	},
	{
		name: "plugin",
		claims: ({ path }) => isPlugin(path),
		merge: ({ base, ours, theirs, codec, decideRecord }) => {
			const outcome = mergePlugins(base, ours, theirs, codec, decideRecord && { decide: decideRecord });
			if ("merged" in outcome) return { merged: outcome.merged };
			const { conflict, records } = outcome;
			if (records) return {
				conflict,
				records
			};
			return { conflict: `Both of you changed this plugin, which is taken whole: choose one side. ${conflict}` };
		}
	},
	{
		name: "json",
		claims: ({ path }) => hasExtension(path, "json"),
		merge: ({ base, ours, theirs, decideHunk }) => mergeJson(base, ours, theirs, decideHunk)
	},
	{
		name: "ini",
		claims: ({ path }) => hasExtension(path, "ini"),
		merge: ({ base, ours, theirs, decideHunk }) => mergeIni(base, ours, theirs, decideHunk)
	},
	{
		name: "not-text",
		claims: (input) => sidesOf(input).some(isBinary),
		merge: () => ({ conflict: "Both of you changed this file. It is not text, so it is taken whole: choose one side." })
	},
	{
		name: "text",
		claims: () => true,
		merge: ({ base, ours, theirs, decideHunk }) => mergeText(base, ours, theirs, decideHunk)
	}
];
/** How much of a file Git looks at to tell text from binary. */
const LOOKED_AT = 8e3;
/** As Git decides it: a NUL among the first bytes; but UTF-16 that says so in its first two bytes is text. */
function isBinary(bytes) {
	return lineUnitOf(bytes) === "byte" && bytes.subarray(0, LOOKED_AT).includes(0);
}
const POINTER = new TextEncoder().encode("version https://git-lfs.github.com/spec/v1\n");
function isPointer(bytes) {
	return bytes.length < 1024 && equal(bytes.subarray(0, POINTER.length), POINTER);
}

// ../../work/h/me/dist/merge/contents.js
/** Where both sides hold the same bytes, or one side those of the base, there is nothing to decide. */
function mergeContents(input) {
	const { base, ours, theirs, drivers = DRIVERS } = input;
	if (equal(ours, theirs)) return { merged: ours };
	if (base === void 0) return { conflict: "Both of you added a file of this name, with different contents: choose one side." };
	if (equal(base, ours)) return { merged: theirs };
	if (equal(base, theirs)) return { merged: ours };
	for (const driver of drivers) {
		const whole = {
			...input,
			base
		};
		const outcome = driver.claims(whole) ? driver.merge(whole) : void 0;
		if (outcome) return outcome;
	}
	return { conflict: "Both of you changed this file, and nothing here merges its kind: choose one side." };
}

// ../../work/h/me/dist/merge/evidence.js
/** What speaks for a stale save and what for a fresh one, and what comes of it. */
/** In places that the pull changed: lines, words, records. */
var Evidence = class {
	stale = 0;
	fresh = 0;
	places = 0;
	/** @param old how much of P's version is in L, 0 to 1; `pulled` the same of Q's */
	weigh(old, pulled) {
		this.places++;
		if (old > pulled) this.stale++;
		else if (pulled > old) this.fresh++;
	}
	verdict() {
		return this.stale > 0 ? "stale" : this.fresh > 0 ? "fresh" : "unclear";
	}
	/** Of single words, some are alike by chance: a stale save has all of the old ones. */
	verdictOfWords() {
		if (this.stale > 0) return this.stale === this.places ? "stale" : "unclear";
		return this.fresh > 0 ? "fresh" : "unclear";
	}
};
/** One compressed block of a texture, or one vertex: small enough that an edit leaves most of them alone. Bytes. */
const BLOCK = 16;
/** Some blocks are alike by chance (black, transparent): that much more has to speak for a fresh save than against. */
const CLEARLY = 4;
/**
* Evidence in files without lines or records, such as textures and meshes: block by block at the same offset. Where
* the pull changed a block, the save has the old one (stale), the pulled one (fresh), or another (nothing said). A
* file that was exported anew as a whole says nothing.
*/
var BlockEvidence = class {
	#stale = 0;
	#fresh = 0;
	/** Adds the next pieces of the three files, cut at the same offsets, each a whole number of blocks but the last. */
	add(loaded, pulled, saved) {
		const length = Math.min(loaded.length, pulled.length, saved.length);
		for (let at = 0; at + BLOCK <= length; at += BLOCK) {
			if (sameBlock(loaded, pulled, at)) continue;
			if (sameBlock(saved, loaded, at)) this.#stale++;
			else if (sameBlock(saved, pulled, at)) this.#fresh++;
		}
	}
	verdict() {
		if (this.#fresh > this.#stale * CLEARLY) return "fresh";
		return this.#stale > 0 ? "stale" : "unclear";
	}
};
function sameBlock(a, b, at) {
	for (let i = at; i < at + BLOCK; i++) if (a[i] !== b[i]) return false;
	return true;
}

// ../../work/h/me/dist/merge/planTree.js
/**
* Three-way merge of trees, by path: what to take from theirs, which contents must be merged, and what a person has
* to decide. Pure, and linear in the changes; the contents are fetched after it, by whoever called.
*
* File against folder: only ours' *changed* paths can be in theirs' way. A path that ours left as the base had it
* and that lies below (or above) a file that theirs added is a path that theirs deleted, in the same changes.
*/
/** As many paths as a conflict names of a folder that is in the way. */
const NAMED = 20;
function planTree(input) {
	const ours = new Map(input.ours.map((change) => [change.path, change]));
	const inTheWay = obstacles(input.ours);
	const take = [];
	const merge = [];
	const conflicts = [];
	for (const theirs of input.theirs) {
		const mine = ours.get(theirs.path);
		if (mine && sameFile(mine.after, theirs.after)) continue;
		const against = theirs.after ? inTheWay(theirs.path) : [];
		if (against.length > 0) conflicts.push({
			...sides(theirs, mine),
			kind: "file-folder",
			reason: `Here "${theirs.path}" cannot stand beside "${against[0]}": one is a file where the other needs a folder.`,
			against
		});
		else if (mine === void 0) take.push(theirs);
		else mergeBoth(theirs, mine, input.ambiguousBase?.has(theirs.path) === true, {
			take,
			merge,
			conflicts
		});
	}
	return {
		take: deletionsFirst(withoutCollisions(take, input.oursPaths, conflicts)),
		merge,
		conflicts
	};
}
function mergeBoth(theirs, mine, ambiguous, plan) {
	const { path } = theirs;
	const base = mine.before ?? theirs.before;
	const conflict = (kind, reason) => plan.conflicts.push({
		...sides(theirs, mine),
		kind,
		reason
	});
	if (mine.after === void 0) return void conflict("deleted-by-us", "You deleted this file; the other side changed it.");
	if (theirs.after === void 0) return void conflict("deleted-by-them", "You changed this file; the other side deleted it.");
	const a = mine.after;
	const b = theirs.after;
	if (base === void 0 && a.id !== b.id) return void conflict("both-added", "Both of you added a file of this name, with different contents.");
	if (a.id !== b.id && (isOdd(a) || isOdd(b) || base && isOdd(base))) return void conflict("both-modified", "Both of you changed this path, and on one side it is a link.");
	const mode = mergeModes(base?.mode, a.mode, b.mode);
	if (mode === void 0) return void conflict("mode", "Both of you changed what kind of file this is (plain, executable or link).");
	if (a.id === b.id || base?.id === b.id) {
		if (mode !== a.mode) plan.take.push({
			path,
			before: a,
			after: {
				mode,
				id: a.id
			}
		});
	} else if (base?.id === a.id) plan.take.push({
		path,
		before: a,
		after: {
			mode,
			id: b.id
		}
	});
	else if (ambiguous) conflict("both-modified", "Both of you changed this file, and earlier merges of it disagree: choose one side.");
	else if (base) plan.merge.push({
		path,
		base,
		ours: a,
		theirs: b,
		mode
	});
}
/** A symlink or a submodule: nothing whose contents could be merged. */
const isOdd = (file) => file.mode === MODE.symlink || file.mode === MODE.submodule;
function mergeModes(base, ours, theirs) {
	if (ours === theirs || base === theirs) return ours;
	return base === ours ? theirs : void 0;
}
const sameFile = (a, b) => a === b || a !== void 0 && b !== void 0 && a.id === b.id && a.mode === b.mode;
/** What a conflict shows of its three sides. */
function sides(theirs, mine) {
	const base = theirs.before ?? mine?.before;
	const ours = mine === void 0 ? theirs.before : mine.after;
	return {
		path: theirs.path,
		...base && { base },
		...ours && { ours },
		...theirs.after && { theirs: theirs.after }
	};
}
/** Finds the files of ours that theirs' file would have to replace, or to lie in. */
function obstacles(ours) {
	const files = /* @__PURE__ */ new Set();
	/** Folder → files of ours below it. */
	const folders = /* @__PURE__ */ new Map();
	for (const { path, after } of ours) {
		if (!after) continue;
		files.add(path);
		for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
			const folder = path.slice(0, slash);
			const below = folders.get(folder);
			if (below === void 0) folders.set(folder, [path]);
			else if (below.length < NAMED) below.push(path);
		}
	}
	return (path) => {
		for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) if (files.has(path.slice(0, slash))) return [path.slice(0, slash)];
		return folders.get(path) ?? [];
	};
}
/** Moves additions whose names collide with one of ours from what is taken to the conflicts. */
function withoutCollisions(take, oursPaths, conflicts) {
	const added = take.filter((change) => !change.before && change.after).map((change) => change.path);
	if (oursPaths === void 0 || added.length === 0) return take;
	const gone = new Set(take.filter((change) => !change.after).map((change) => change.path));
	const collisions = caseCollisions(added, without(oursPaths, gone));
	if (collisions.size === 0) return take;
	return take.filter((change) => {
		const other = collisions.get(change.path);
		if (other === void 0) return true;
		conflicts.push({
			...sides(change, void 0),
			kind: "case-collision",
			reason: `"${change.path}" and "${other}" are one name to Windows and to the game: keep one, or rename one.`,
			against: [other]
		});
		return false;
	});
}
function* without(paths, gone) {
	for (const path of paths) if (!gone.has(path)) yield path;
}
/** A file that becomes a folder, and the reverse, needs its old paths gone before the new ones come. */
function deletionsFirst(changes) {
	return [...changes.filter((change) => !change.after), ...changes.filter((change) => change.after)];
}

// ../../work/h/me/dist/merge/staleness.js
/**
* Tells an editor that saved an old version over a pulled one.
*
* The Creation Kit loads version P, a pull writes Q, the Kit saves P plus its edit as L. Committed as an edit of Q,
* L would undo in silence what the pull had brought. So each thing that changed from P to Q is looked for in L: where
* L has P's version of it, that is evidence of a stale save; where it has Q's, of a fresh one. What L changed beyond
* says nothing, and what it rewrote altogether says nothing either.
*
* Any stale evidence wins, because the two mistakes do not weigh the same: a fresh save taken for stale is merged
* with base P, ours L, theirs Q, which gives L again but for the reverted places; a stale one taken for fresh loses
* somebody's work.
*/
function judgeSave(save) {
	const { path, loaded, pulled, saved } = save;
	if (equal(saved, pulled)) return "fresh";
	if (equal(saved, loaded)) return "stale";
	if (equal(loaded, pulled)) return "fresh";
	if (isPlugin(path)) return judgePlugin(save);
	const unit = lineUnitOf(pulled);
	if ([
		loaded,
		pulled,
		saved
	].some((side) => isBinary(side) || lineUnitOf(side) !== unit)) {
		const blocks = new BlockEvidence();
		blocks.add(loaded, pulled, saved);
		return blocks.verdict();
	}
	return judgeText(save);
}
function judgeText({ loaded, pulled, saved }) {
	const sides = [
		loaded,
		pulled,
		saved
	];
	const verdict = evidenceIn(splitLines(sides, lineUnitOf(pulled))).verdict();
	return verdict === "unclear" ? evidenceIn(splitWords(sides)).verdictOfWords() : verdict;
}
function evidenceIn([p, q, l]) {
	const fromLoaded = matches(p.ids.length, diffLines(p.ids, l.ids));
	const fromPulled = matches(q.ids.length, diffLines(q.ids, l.ids));
	const evidence = new Evidence();
	for (const { from, removed, to, added } of diffLines(p.ids, q.ids)) {
		const old = kept(fromLoaded, from, removed);
		const now = kept(fromPulled, to, added);
		evidence.weigh(old ?? (closed(fromLoaded, from, l.ids.length) ? 1 : now === 0 && beside(fromLoaded, from) ? .5 : 0), now ?? (closed(fromPulled, to, l.ids.length) ? 1 : 0));
	}
	return evidence;
}
/** For each line of a first file, the line of the second that it is matched with, or -1. */
function matches(length, changes) {
	const matched = new Int32Array(length).fill(-1);
	let from = 0;
	let to = 0;
	for (const change of changes) {
		while (from < change.from) matched[from++] = to++;
		from += change.removed;
		to += change.added;
	}
	while (from < length) matched[from++] = to++;
	return matched;
}
/** How many of these lines are in the other file, 0 to 1; `undefined` when there are none to look for. */
function kept(matched, from, count) {
	if (count === 0) return void 0;
	let found = 0;
	for (let i = from; i < from + count; i++) if (matched[i] >= 0) found++;
	return found / count;
}
/** The lines before and at `at` stand side by side in the other file; so does a line at an end of the file. */
function closed(matched, at, length) {
	const before = at === 0 ? -1 : matched[at - 1];
	if (at > 0 && before < 0) return false;
	if (at === matched.length) return at > 0 && before === length - 1;
	return matched[at] === before + 1;
}
const beside = (matched, at) => (matched[at - 1] ?? -1) >= 0 || (matched[at] ?? -1) >= 0;
function judgePlugin({ loaded, pulled, saved, codec }) {
	try {
		const p = recordsOf(loaded);
		const q = recordsOf(pulled);
		const l = recordsOf(saved);
		const same = (a, b) => a === void 0 || b === void 0 ? a === b : sameRecord(a, b, codec);
		const evidence = new Evidence();
		let changed = false;
		for (const key of /* @__PURE__ */ new Set([...p.keys(), ...q.keys()])) {
			const before = p.get(key);
			const after = q.get(key);
			if (same(before, after)) continue;
			changed = true;
			const now = l.get(key);
			if (same(now, before)) evidence.weigh(1, 0);
			else if (same(now, after)) evidence.weigh(0, 1);
			else if (before && after && now) weighRecord(before, after, now, codec, evidence);
		}
		return changed ? evidence.verdict() : "fresh";
	} catch (error) {
		if (hasCode(error, "MALFORMED_PLUGIN")) return "unclear";
		throw error;
	}
}
/**
* A record that is neither P's nor Q's was edited further: its subrecords are looked at instead, all those of one
* type together. Conditions are left out: the Creation Kit leaves garbage in parameters that their function does not
* take, and which those are would need a schema.
*/
function weighRecord(before, after, now, codec, evidence) {
	const p = byType(before, codec);
	const q = byType(after, codec);
	const l = byType(now, codec);
	for (const type of /* @__PURE__ */ new Set([...p.keys(), ...q.keys()])) {
		if (type === "CTDA") continue;
		const same = (a = [], b = []) => sameSubrecords(before.type, a, b);
		if (same(p.get(type), q.get(type))) continue;
		if (same(l.get(type), p.get(type))) evidence.weigh(1, 0);
		else if (same(l.get(type), q.get(type))) evidence.weigh(0, 1);
	}
}
function byType(record, codec) {
	const lists = /* @__PURE__ */ new Map();
	for (const sub of subrecordsOf(record, codec)) {
		const list = lists.get(sub.type);
		if (list) list.push(sub);
		else lists.set(sub.type, [sub]);
	}
	return lists;
}
/** By group path, type and FormID; of records that stand twice in one group, the last, as in the game. */
function recordsOf(bytes) {
	const records = /* @__PURE__ */ new Map();
	eachRecord(parsePlugin(bytes), (record, groupPath) => records.set(recordKey(record, groupPath), record));
	return records;
}

// ../../work/h/me/dist/merge/unifiedDiff.js
/** The difference of two texts in the form that `git diff` prints: hunks with three lines around each change. */
const CONTEXT = 3;
/** For showing: bytes that are not UTF-8 come out as U+FFFD. An empty string where nothing differs. */
function unifiedDiff(before, after) {
	const [a, b] = splitLines([before, after], lineUnitOf(after));
	let out = "";
	for (const hunk of hunksOf(diffLines(a.ids, b.ids))) out += formatHunk(a, b, hunk);
	return out;
}
/** Changes whose surroundings touch stand in one hunk. */
function hunksOf(changes) {
	const hunks = [];
	let end = Number.NEGATIVE_INFINITY;
	for (const change of changes) {
		const hunk = hunks[hunks.length - 1];
		if (hunk && change.from - end <= 6) hunk.push(change);
		else hunks.push([change]);
		end = change.from + change.removed;
	}
	return hunks;
}
function formatHunk(a, b, hunk) {
	const first = hunk[0];
	const last = hunk[hunk.length - 1];
	const lead = Math.min(CONTEXT, first.from);
	const aFrom = first.from - lead;
	const bFrom = first.to - lead;
	const aTo = Math.min(a.ids.length, last.from + last.removed + CONTEXT);
	const bTo = last.to + last.added + (aTo - last.from - last.removed);
	let out = `@@ -${range(aFrom, aTo)} +${range(bFrom, bTo)} @@\n`;
	let at = aFrom;
	for (const { from, removed, to, added } of hunk) {
		out += marked(" ", a, at, from) + marked("-", a, from, from + removed) + marked("+", b, to, to + added);
		at = from + removed;
	}
	return out + marked(" ", a, at, aTo);
}
const range = (from, to) => `${to > from ? from + 1 : from}${to - from === 1 ? "" : `,${to - from}`}`;
function marked(mark, lines, from, to) {
	let out = "";
	for (let at = from; at < to; at++) {
		const line = text(bytesOf(lines, at, at + 1));
		out += line.endsWith("\n") ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`;
	}
	return out;
}

// ../../work/h/me/dist/engine/project/identity.js
/** Who works here: the author of snapshots, and the device that hints come from. */
const schema$4 = object({
	device: string().min(8),
	name: string().optional(),
	email: string().optional()
});
const identityFile = (host) => new StateFile(host.disk, join(host.home, "identity.json"), schema$4);
/** Git's own `user.name` and `user.email` come first, then what is kept in `identity.json`, then the system's user. */
async function identityFor(host, repository) {
	const file = identityFile(host);
	let kept = await file.read();
	if (!kept) {
		kept = { device: toHex(host.codec.randomBytes(8)) };
		await file.write(kept);
	}
	const user = host.environment.USERNAME ?? host.environment.USER ?? host.environment.LOGNAME ?? "modder";
	const config = repository?.config ?? await userConfig(host);
	const name = config.get("user.name") ?? kept.name ?? user;
	const email = config.get("user.email") ?? kept.email ?? `${user.replace(/\s+/g, ".")}@modsync.invalid`;
	return {
		device: kept.device,
		name: plain(name),
		email: plain(email)
	};
}
/** What a commit's author line cannot hold. */
const plain = (value) => value.replace(/[<>\n\0]/g, "").trim() || "modder";
function signatureOf({ name, email }, now = /* @__PURE__ */ new Date()) {
	return {
		name,
		email,
		seconds: Math.floor(now.getTime() / 1e3),
		offset: -now.getTimezoneOffset()
	};
}

// ../../work/h/me/dist/engine/project/lfsSettings.js
/** Reads the project's `.lfsconfig`, where git-lfs looks for it. */
const LFS_CONFIG = ".lfsconfig";
/** Anew with each call: both files are small, and a person may change them at any time. */
async function readLfsSettings(repository) {
	await repository.config.refresh();
	return new LfsSettings(repository.config, await readLfsConfig(repository));
}
async function readLfsConfig(repository) {
	const content = await lfsConfigOf(repository);
	try {
		return content ? parseConfig(text(content), LFS_CONFIG) : [];
	} catch (error) {
		if (hasCode(error, "INVALID_CONFIG")) return [];
		throw error;
	}
}
/** A folder that is a working copy, or becomes one: before that, it has what the user's own configuration says. */
function workingCopyAt(host, folder) {
	const opened = async () => await Repository.open(host, folder);
	return {
		folder,
		settings: async () => await GitConfig.open(host, join(folder, ".git")),
		lfsConfig: async () => await readLfsConfig(await opened()),
		branch: async () => (await (await opened()).refs.head()).branch
	};
}
/** The same of one that is open. */
const workingCopyOf = (repository) => ({
	folder: repository.folder,
	async settings() {
		await repository.config.refresh();
		return repository.config;
	},
	lfsConfig: () => readLfsConfig(repository),
	branch: async () => (await repository.refs.head()).branch
});
/** On disk; where it is not there, as the newest commit has it: of a clone under way, the remote's. */
async function lfsConfigOf(repository) {
	const { host, folder, refs, graph, trees, objects } = repository;
	const path = join(folder, LFS_CONFIG);
	if ((await host.disk.lstat(path))?.kind === "file") return await host.disk.read(path);
	const { branch, commit } = await refs.head();
	const tracked = branch && await refs.read(branch.replace(/^refs\/heads\//, "refs/remotes/origin/"));
	const from = commit ?? tracked;
	const file = from && await trees.find((await graph.commit(from)).tree, LFS_CONFIG);
	return file && await objects.readBlob(file.id);
}

// ../../work/h/me/dist/engine/project/Project.js
/** How long another modsync may hold the project before we say so. Milliseconds. */
const PATIENCE = 6e4;
/** One working copy, opened: its repository, its asset cache, and the folder where modsync keeps its own state. */
var Project = class Project {
	host;
	id;
	name;
	repository;
	cache;
	filters;
	identity;
	constructor(repository, id, name, identity) {
		this.host = repository.host;
		this.repository = repository;
		this.id = id;
		this.name = name;
		this.identity = identity;
		this.cache = new AssetCache(repository.host, repository.gitDir);
		this.filters = [lfsFilter(this.cache)];
	}
	/**
	* The project that `folder` is in, looking upwards.
	* @throws SyncError `NOT_A_PROJECT`, `INVALID_CONFIG`, `UNSUPPORTED_REPOSITORY`
	*/
	static async find(host, folder) {
		for (let at = folder;; at = parentOf(at)) {
			const bytes = await host.disk.read(join(at, PROJECT_FILE));
			if (bytes) {
				const { projectId, name } = parseProjectFile(bytes);
				return await Project.open(await Repository.open(host, at), projectId, name);
			}
			if (at === "" || parentOf(at) === at) break;
		}
		throw new SyncError("NOT_A_PROJECT", `${folder} is not in a modsync project. Make one with "modsync init", or get one with "modsync join" or "modsync clone".`, { data: { folder } });
	}
	static async open(repository, id, name) {
		return new Project(repository, id, name, await identityFor(repository.host, repository));
	}
	get folder() {
		return this.repository.folder;
	}
	/** A file of modsync's own state: local to this working copy, never committed. */
	stateFile(name) {
		return join(this.repository.gitDir, "modsync", name);
	}
	/** Which of Git's remotes is the project's: `origin`, unless that one was there before and is another. */
	async remoteName() {
		return await this.repository.config.get("modsync.remote") ?? "origin";
	}
	async remoteUrl() {
		return await this.repository.config.get(`remote.${await this.remoteName()}.url`);
	}
	/** The remote-tracking ref of a branch: what the remote's was at the last contact. */
	async trackingRef(branch) {
		return `refs/remotes/${await this.remoteName()}/${shortName(branch)}`;
	}
	async tracked(branch) {
		return await this.repository.refs.read(await this.trackingRef(branch));
	}
	/** As of now: Git's configuration and the project's `.lfsconfig`. */
	lfs() {
		return readLfsSettings(this.repository);
	}
	signature() {
		return signatureOf(this.identity);
	}
	/**
	* Whoever changes the project holds this; others wait.
	* @throws SyncError `PROJECT_BUSY`
	*/
	async lock(signal) {
		const lock = await this.host.disk.lockProcess(this.stateFile("sync.lock"), {
			waitMs: PATIENCE,
			...signal && { signal }
		});
		if (lock) {
			const hold = this.repository.objects.hold();
			return { release: () => hold.release().finally(() => lock.release()) };
		}
		throw new SyncError("PROJECT_BUSY", `Another modsync is at work in ${this.folder}. Wait until it is done, or stop it.`, { data: { folder: this.folder } });
	}
	/** The branch that HEAD is on. @throws SyncError `UNSUPPORTED_REPOSITORY` when HEAD is detached */
	async branch() {
		const { branch, commit } = await this.repository.refs.head();
		if (branch === void 0) throw new SyncError("UNSUPPORTED_REPOSITORY", "HEAD is detached: no branch is checked out. Check one out (\"git switch main\") and try again.");
		return {
			ref: branch,
			...commit && { commit }
		};
	}
};
const shortName = (ref) => ref.replace(/^refs\/(heads|tags|remotes)\//, "");
const conflictRef = (branch) => `refs/modsync/conflict/${shortName(branch)}`;
const backupRef = (branch) => `refs/modsync/backup/${shortName(branch)}`;

// ../../work/h/me/dist/engine/snapshot/pulledFiles.js
/**
* What pulls have overwritten, for editors that do not notice. For each such file: the version that an editor may
* still hold, and the version that the pull wrote. The next local save is judged against both (staleEdits.ts).
*/
const blobId$1 = custom((value) => typeof value === "string" && isObjectId(value));
const entry = object({
	/**
	* P: what was on disk before. The oldest one, where several pulls came one after the other; absent where nothing
	* was, and a new file of ours stood in the way.
	*/
	loaded: blobId$1.optional(),
	/** Q: what the pull wrote; absent when it deleted the file. */
	pulled: blobId$1.optional(),
	/**
	* Q never reached the disk: the file was saved during the sync. `base` is what was on disk when it was (absent: no
	* file), so whatever is there now was made without Q.
	*/
	unseen: object({ base: blobId$1.optional() }).optional(),
	/** Milliseconds since 1970 of the last pull. */
	at: number(),
	/** A save of this content that a person has yet to decide about. */
	held: blobId$1.optional(),
	/** A person said that this content is meant. */
	accepted: blobId$1.optional()
});
const schema$3 = record(string(), entry);
/** An editor that holds a file longer than this is not guarded against. Milliseconds. */
const REMEMBERED$1 = 12096e5;
var PulledFiles = class {
	#file;
	constructor(project) {
		this.#file = new StateFile(project.host.disk, project.stateFile("pulled.json"), schema$3);
	}
	async all() {
		return new Map(Object.entries(await this.#file.read() ?? {}));
	}
	async save(files) {
		if (files.size > 0) await this.#file.write(Object.fromEntries(files));
		else await this.#file.remove();
	}
	/** Notes what is about to be overwritten. Called before the first byte is, so that a kill forgets nothing. */
	async remember(changes) {
		const overwritten = changes.filter((change) => change.before !== void 0);
		if (overwritten.length === 0) return;
		const files = await this.all();
		const now = Date.now();
		for (const [path, file] of files) if (now - file.at > REMEMBERED$1 && !file.held) files.delete(path);
		for (const { path, before, after } of overwritten) {
			if (!before) continue;
			const { loaded = before.id, held, unseen } = files.get(path) ?? {};
			if (loaded === after?.id && !held && !unseen) files.delete(path);
			else files.set(path, {
				loaded,
				at: now,
				...after && { pulled: after.id },
				...held && { held },
				...unseen && { unseen }
			});
		}
		await this.save(files);
	}
	/**
	* Notes which files of a pull were left as they are, because someone had saved them meanwhile.
	* @param written paths that now hold what was pulled
	*/
	async settle(kept, written) {
		const files = await this.all();
		let changed = kept.length > 0;
		for (const { path, before, after } of kept) {
			const { loaded = before?.id, held, unseen = { ...before && { base: before.id } } } = files.get(path) ?? {};
			files.set(path, {
				at: Date.now(),
				unseen,
				...loaded && { loaded },
				...after && { pulled: after.id },
				...held && { held }
			});
		}
		for (const { path } of written) {
			const file = files.get(path);
			if (!file?.unseen) continue;
			const { unseen: _, ...seen } = file;
			files.set(path, seen);
			changed = true;
		}
		if (changed) await this.save(files);
	}
};

// ../../work/h/me/dist/engine/sync/decisions.js
/** What a person has decided of open conflicts, by conflict id, kept until all are decided and the merge is made. */
const blobId = custom((value) => typeof value === "string" && isObjectId(value));
const side = _enum(["local", "remote"]);
const whole = union$1([_enum([
	"local",
	"remote",
	"base"
]), object({
	blob: blobId,
	mode: union$1([literal(MODE.file), literal(MODE.executable)])
})]);
const inside = object({
	/** By number. */
	hunks: record(string(), _enum([
		"local",
		"remote",
		"both"
	])).optional(),
	/** By FormID, eight digits. */
	records: record(string(), side).optional()
});
const schema$2 = record(string(), union$1([whole, inside]));
const isWhole = (decision) => typeof decision === "string" || "blob" in decision;
/** The file that a decision puts in the place of a conflict; `undefined` removes what is there. */
function chosenFile(decision, sides) {
	if (typeof decision !== "string") return {
		mode: decision.mode,
		id: decision.blob
	};
	return decision === "local" ? sides.ours : decision === "remote" ? sides.theirs : sides.base;
}
var Decisions = class {
	#file;
	constructor(project) {
		this.#file = new StateFile(project.host.disk, project.stateFile("decisions.json"), schema$2);
	}
	async all() {
		return new Map(Object.entries(await this.#file.read() ?? {}));
	}
	/** Choices for places of a file join those before; a choice for the whole file replaces them, and the reverse. */
	async add(conflictId, decision) {
		const all = await this.#file.read() ?? {};
		const before = all[conflictId];
		const joined = isWhole(decision) || before === void 0 || isWhole(before) ? decision : {
			hunks: {
				...before.hunks,
				...decision.hunks
			},
			records: {
				...before.records,
				...decision.records
			}
		};
		await this.#file.write({
			...all,
			[conflictId]: joined
		});
	}
	async forget(conflictId) {
		const { [conflictId]: _, ...others } = await this.#file.read() ?? {};
		if (Object.keys(others).length > 0) await this.#file.write(others);
		else await this.clear();
	}
	clear() {
		return this.#file.remove();
	}
};

// ../../work/h/me/dist/engine/sync/mergeCommits.js
/** The three-way merge of two commits: plan, fetch the contents that the plan needs, merge them, write the tree. */
async function mergeCommits(repository, ours, theirs, options = {}) {
	const { graph } = repository;
	const bases = await graph.mergeBases(ours, theirs);
	const base = await virtualBase(repository, bases, options.signal);
	const [a, b] = await Promise.all([graph.commit(ours), graph.commit(theirs)]);
	return {
		...await mergeTrees(repository, base, a.tree, b.tree, options),
		bases
	};
}
/** Several merge bases (criss-cross histories) are merged into one first, as Git's recursive strategy does. */
async function virtualBase(repository, bases, signal) {
	const [first, ...others] = bases;
	if (first === void 0) return {
		tree: void 0,
		ambiguous: /* @__PURE__ */ new Set()
	};
	let { tree } = await repository.graph.commit(first);
	const ambiguous = /* @__PURE__ */ new Set();
	for (const other of others) {
		const below = await virtualBase(repository, await repository.graph.mergeBases(first, other), signal);
		const next = await repository.graph.commit(other);
		const merged = await mergeTrees(repository, below, tree, next.tree, { signal });
		for (const { path } of merged.conflicts) ambiguous.add(path);
		for (const path of below.ambiguous) ambiguous.add(path);
		tree = merged.tree;
	}
	return {
		tree,
		ambiguous
	};
}
async function mergeTrees(repository, base, ours, theirs, { decide, inside, signal }) {
	const { trees } = repository;
	const [fromOurs, fromTheirs] = await Promise.all([trees.diff(base.tree, ours), trees.diff(base.tree, theirs)]);
	const adds = fromTheirs.some((change) => change.before === void 0);
	const plan = planTree({
		ours: fromOurs,
		theirs: fromTheirs,
		ambiguousBase: base.ambiguous,
		oursPaths: adds ? (await trees.list(ours)).keys() : void 0
	});
	throwIfAborted(signal);
	const contents = await mergeAll(repository, plan.merge, inside, signal);
	const conflicts = [...plan.conflicts, ...contents.conflicts];
	const decided = /* @__PURE__ */ new Map();
	for (const conflict of conflicts) {
		const choice = decide?.(conflict);
		if (choice) decided.set(conflict, choice);
	}
	const changes = [...plan.take, ...contents.changes];
	for (const [conflict, choice] of decided) if (choice !== "local") changes.push(...taken(conflict, choice));
	const settled = [...decided].map(([{ path }, choice]) => ({
		path,
		how: typeof choice === "string" ? choice : "file"
	}));
	return {
		tree: changes.length > 0 ? await trees.write(ours, changes) : ours,
		conflicts: conflicts.filter((conflict) => !decided.has(conflict)),
		settled: [...settled, ...contents.settled]
	};
}
/** What was chosen in the place of ours, and of whatever of ours stands in its way. */
function taken(conflict, choice) {
	const { path, against = [] } = conflict;
	const gone = against.filter((other) => other !== path).map((other) => ({ path: other }));
	const after = chosenFile(choice, conflict);
	return [...gone, after ? {
		path,
		after
	} : { path }];
}
/** Contents in memory at a time, in files: plugins of a few megabytes each. */
const BATCH = 32;
async function mergeAll(repository, merges, inside, signal) {
	const changes = [];
	const conflicts = [];
	const settled = [];
	for (let at = 0; at < merges.length; at += BATCH) {
		throwIfAborted(signal);
		for (const merge of merges.slice(at, at + BATCH)) {
			const [base, ours, theirs] = await Promise.all([
				merge.base,
				merge.ours,
				merge.theirs
			].map((file) => repository.objects.readBlob(file.id)));
			if (!base || !ours || !theirs) continue;
			const { path } = merge;
			const choices = inside?.(merge);
			const { codec } = repository.host;
			const outcome = mergeContents({
				path,
				base,
				ours,
				theirs,
				codec,
				...decidedBy(choices)
			});
			if ("merged" in outcome) {
				changes.push({
					path,
					after: await store(repository, outcome.merged, merge)
				});
				if (choices) settled.push({
					path,
					how: "inside"
				});
			} else {
				const { conflict: reason, hunks, records } = outcome;
				conflicts.push({
					path,
					kind: "both-modified",
					reason,
					base: merge.base,
					ours: merge.ours,
					theirs: merge.theirs,
					...hunks && hunks.length > 0 && { hunks },
					...records && { records }
				});
			}
		}
	}
	return {
		changes,
		conflicts,
		settled
	};
}
/** A person's choices, as a merge of contents asks for them. */
function decidedBy(choices) {
	const { hunks, records } = choices ?? {};
	return {
		...hunks && { decideHunk: (number) => hunks[number] },
		...records && { decideRecord: ({ formId }) => records[formIdText(formId)] }
	};
}
async function store(repository, data, { mode }) {
	const [id] = await repository.objects.write([{
		type: "blob",
		data
	}]);
	return {
		mode,
		id
	};
}

// ../../work/h/me/dist/engine/sync/conflicts.js
/**
* Open conflicts, as values. A conflict is theirs' commit under `refs/modsync/conflict/` and nothing else: files,
* index and HEAD stay ours, and what exactly conflicts is computed anew from the two commits. Choices that a person
* has made so far are kept beside it, by conflict id, until all are made.
*/
/** The same as long as path and contents are. */
function conflictIdOf(project, { path, kind, base, ours, theirs }) {
	const words = [
		path,
		kind,
		...[
			base,
			ours,
			theirs
		].map((file) => `${file?.mode} ${file?.id}`)
	].join("\0");
	return project.host.codec.sha256().update(utf8(words)).hex().slice(0, 16);
}
/** All that waits for a person: what the last merge could not decide, and saves over pulled files. */
async function openConflicts(project) {
	const { ref: branch, commit: ours } = await project.branch();
	const theirs = await project.repository.refs.read(conflictRef(branch));
	const decisions = await new Decisions(project).all();
	return [...ours && theirs ? await conflictsBetween(project, ours, theirs, byDecisions(project, decisions)) : [], ...await heldSaves(project, decisions)];
}
/** What a person has decided so far, as a merge asks for it. */
function byDecisions(project, decisions) {
	if (decisions.size === 0) return {};
	return {
		decide: (conflict) => {
			const decision = decisions.get(conflictIdOf(project, conflict));
			return decision && isWhole(decision) ? decision : void 0;
		},
		inside: (merge) => {
			const decision = decisions.get(conflictIdOf(project, {
				...merge,
				kind: "both-modified"
			}));
			return decision && !isWhole(decision) ? decision : void 0;
		}
	};
}
async function conflictsBetween(project, ours, theirs, options = {}) {
	const { conflicts, bases } = await mergeCommits(project.repository, ours, theirs, options);
	return await describe(project, conflicts, {
		ours,
		theirs,
		bases
	});
}
async function describe(project, conflicts, { ours, theirs, bases }) {
	if (conflicts.length === 0) return [];
	const paths = new Set(conflicts.map(({ path }) => path));
	const [byUs, byThem] = await Promise.all([lastChanges(project, ours, bases, paths), lastChanges(project, theirs, bases, paths)]);
	return await Promise.all(conflicts.map(async (conflict) => {
		const base = await sideOf(project, conflict.base);
		const mine = await sideOf(project, conflict.ours, byUs.get(conflict.path));
		const other = await sideOf(project, conflict.theirs, byThem.get(conflict.path));
		return {
			conflictId: conflictIdOf(project, conflict),
			projectId: project.id,
			path: conflict.path,
			kind: conflict.kind,
			reason: conflict.reason,
			...base && { base },
			...mine && { ours: mine },
			...other && { theirs: other },
			...placesOf(project, conflict)
		};
	}));
}
/** Where in the file it is, for a person to decide. */
function placesOf({ host }, { hunks, records }) {
	return {
		...hunks && hunks.length > 0 && { hunks },
		...records && { records: records.map((record) => {
			const { formId, type, editorId, groupPath, kind, reason } = record;
			const rows = layOutConflict(record, host.codec);
			const named = editorId === void 0 ? {} : { editorId };
			return {
				formId: formIdText(formId),
				type,
				...named,
				groupPath,
				kind,
				reason,
				rows
			};
		}) }
	};
}
/** For each path the newest commit of one side that changed it: one walk for all of them. */
async function lastChanges(project, tip, bases, paths) {
	const { graph, trees } = project.repository;
	const found = /* @__PURE__ */ new Map();
	for await (const commit of graph.log(tip, { not: [...bases] })) {
		const [parent] = commit.parents;
		const before = parent && (await graph.commit(parent)).tree;
		for (const { path } of await trees.diff(before, commit.tree)) {
			if (!paths.has(path) || found.has(path)) continue;
			const { name, email, seconds } = commit.author;
			found.set(path, {
				author: {
					name,
					email
				},
				timestamp: (/* @__PURE__ */ new Date(seconds * 1e3)).toISOString(),
				message: commit.message
			});
		}
		if (found.size === paths.size) break;
	}
	return found;
}
async function sideOf(project, file, change) {
	if (!file) return void 0;
	const blob = await project.repository.objects.readBlob(file.id);
	return {
		blobId: file.id,
		size: parsePointer(blob)?.size ?? blob.length,
		...change
	};
}
/** The three versions of a save that waits: what the editor began with, the save, what a pull had brought. */
const sidesOfSave = ({ loaded, pulled, held, unseen }) => ({
	base: unseen ? unseen.base : loaded,
	ours: held,
	theirs: pulled
});
async function heldSaves(project, decisions) {
	const conflicts = [];
	for (const [path, file] of await new PulledFiles(project).all()) {
		const { loaded, pulled, held, unseen } = file;
		if (!held) continue;
		const conflictId = project.host.codec.sha256().update(utf8(`stale ${path} ${loaded} ${held} ${pulled}`)).hex().slice(0, 16);
		const ids = sidesOfSave(file);
		const side = (id) => id && sideOf(project, {
			mode: MODE.file,
			id
		});
		const [base, ours, theirs] = await Promise.all([
			side(ids.base),
			side(ids.ours),
			side(ids.theirs)
		]);
		const outcome = await mergeSave(project, path, file, decisions.get(conflictId));
		conflicts.push({
			conflictId,
			projectId: project.id,
			path,
			kind: "stale-edit",
			reason: unseen ? "It was saved here while a sync brought what the other side had changed, and the two cannot be merged by themselves." : "It was saved here over a version that had just been pulled, without what the other side had changed.",
			...base && { base },
			...ours && { ours },
			...theirs && { theirs },
			...outcome && "conflict" in outcome && placesOf(project, outcome)
		});
	}
	return conflicts;
}
/** The save and what was pulled, merged with a person's choices; `undefined` where one of them is no file. */
async function mergeSave(project, path, file, decision) {
	const { repository, host } = project;
	const ids = sidesOfSave(file);
	if (!ids.ours || !ids.theirs) return void 0;
	const [base, ours, theirs] = await Promise.all([
		ids.base,
		ids.ours,
		ids.theirs
	].map((id) => id && repository.objects.readBlob(id)));
	if (!ours || !theirs) return void 0;
	const choices = decision && !isWhole(decision) ? decision : void 0;
	return mergeContents({
		path,
		base,
		ours,
		theirs,
		codec: host.codec,
		...decidedBy(choices)
	});
}

// ../../work/h/me/dist/engine/sync/moveHead.js
/**
* Moving the working copy from one commit to another: files, then index, then the branch. The journal makes it
* repeatable: killed anywhere in between, the next run finishes it.
*/
const commitId = custom((value) => typeof value === "string" && isObjectId(value));
const schema$1 = object({
	branch: string(),
	from: commitId.optional(),
	to: commitId,
	reason: string()
});
const journalOf = (project) => new StateFile(project.host.disk, project.stateFile("journal.json"), schema$1);
/**
* @throws SyncError `UNSAFE_PATH`, `OBJECT_MISSING` before anything is changed
* @returns what could not be put on disk because a person had changed it meanwhile; it is merged at the next snapshot
*/
async function moveHead(project, move, options = {}) {
	await project.repository.checkTarget((await project.repository.graph.commit(move.to)).tree);
	await journalOf(project).write(move);
	return await carryOut(project, move, options);
}
async function carryOut(project, { branch, from, to, reason }, options) {
	const { repository } = project;
	const target = await repository.graph.commit(to);
	const before = from && (await repository.graph.commit(from)).tree;
	const pulledFiles = new PulledFiles(project);
	await pulledFiles.remember(await repository.trees.diff(before, target.tree));
	const { kept } = await repository.checkout({
		to: target.tree,
		filters: project.filters,
		beforeIndex: ({ kept, written }) => pulledFiles.settle(kept, written),
		...options
	});
	await repository.refs.update([{
		ref: branch,
		expected: from,
		next: to
	}], {
		message: reason,
		who: project.signature()
	});
	await journalOf(project).remove();
	return { kept };
}
/** Finishes what a killed process had begun. Where someone moved the branch since, there is nothing to finish. */
async function recover(project, options = {}) {
	const { host, repository } = project;
	await host.disk.removeTree(project.stateFile("tmp"));
	await repository.releaseDeadLocks();
	const move = await journalOf(project).read();
	if (!move) return;
	const { branch, commit } = await repository.refs.head();
	if (branch === move.branch && commit === move.from && await isPossible(project, move)) await carryOut(project, move, options);
	else await journalOf(project).remove();
}
/** False for a promise that cannot be kept: it must not stand in the way of every later run. */
async function isPossible({ repository }, { to }) {
	try {
		await repository.checkTarget((await repository.graph.commit(to)).tree);
		return true;
	} catch (error) {
		if (hasCode(error, "UNSAFE_PATH") || hasCode(error, "OBJECT_MISSING")) return false;
		throw error;
	}
}

// ../../work/h/me/dist/engine/diagnose.js
/** Locks that Git and modsync take, and that a killed Git leaves behind. */
const LOCKS = [
	"index",
	"HEAD",
	"packed-refs",
	"config",
	"shallow"
];
/** A lock younger than this may well be in use. Seconds. */
const FRESH = 60;
async function diagnoseProject(project, connect, fix) {
	const findings = [];
	const look = async (check, find) => {
		try {
			for (const finding of [await find()].flat()) findings.push({
				check,
				...finding
			});
		} catch (error) {
			findings.push({
				check,
				state: "bad",
				message: errorBody(error).message
			});
		}
	};
	await look("project", async () => ({
		state: "good",
		message: `${project.name} (${project.id}) in ${project.folder}`
	}));
	await look("locks", () => locks(project, fix));
	await look("unfinished work", () => unfinished(project, fix));
	await look("repository", () => repository(project));
	await look("assets", () => assets(project));
	await look("stock git", () => stockGit(project, fix));
	await look("conflicts", () => conflicts(project));
	await look("remote", () => remoteAnswers(connect));
	return findings;
}
async function stockGit(project, fix) {
	const filter = await stockGitFilter(project) ?? (fix ? (await setUpStockGit(project)).filter : void 0);
	if (filter !== void 0) return {
		state: "good",
		message: `${filter} keeps assets out of its history`
	};
	return {
		state: "warning",
		message: "neither git-lfs nor modsync is its filter here: it would take assets into its history as they are",
		mend: "modsync install"
	};
}
async function locks(project, fix) {
	const found = [];
	const { disk } = project.host;
	for (const name of LOCKS) {
		const path = join(project.repository.gitDir, `${name}.lock`);
		const stat = await disk.lstat(path);
		if (!stat) continue;
		const age = Math.round(Date.now() / 1e3 - stat.mtimeSeconds);
		if (age < FRESH) found.push({
			state: "warning",
			message: `${path} is ${age} s old: a program is at work, or was just killed.`,
			mend: "Look again in a minute."
		});
		else if (fix) {
			await disk.remove(path);
			found.push({
				state: "good",
				message: `${path} was left behind ${age} s ago; removed.`
			});
		} else found.push({
			state: "bad",
			message: `${path} was left behind ${age} s ago and stops every change.`,
			mend: "Close programs that use Git here, then: modsync doctor --fix"
		});
	}
	return found.length > 0 ? found : [{
		state: "good",
		message: "none left behind"
	}];
}
async function unfinished(project, fix) {
	const doing = await project.repository.mergeInProgress();
	if (doing) return {
		state: "warning",
		message: `Git is in the middle of a ${doing}; modsync waits.`,
		mend: `Finish it, or: git ${doing} --abort`
	};
	if (!await project.host.disk.read(project.stateFile("journal.json"))) return {
		state: "good",
		message: "none"
	};
	if (!fix) return {
		state: "warning",
		message: "A sync was stopped in the middle.",
		mend: "The next sync finishes it by itself; or: modsync doctor --fix"
	};
	const lock = await project.lock();
	try {
		await recover(project);
	} finally {
		await lock.release();
	}
	return {
		state: "good",
		message: "A sync that was stopped in the middle has been finished."
	};
}
async function repository(project) {
	const { refs, graph, trees, objects } = project.repository;
	const { branch, commit } = await refs.head();
	if (!branch) return {
		state: "bad",
		message: "HEAD is detached: no branch is checked out.",
		mend: "git switch main"
	};
	if (!commit) return {
		state: "warning",
		message: `${branch} has no snapshot yet.`,
		mend: "modsync sync"
	};
	const files = await trees.list((await graph.commit(commit)).tree);
	const blobs = [...files.values()].filter(({ mode }) => mode !== MODE.submodule).map(({ id }) => id);
	const missing = (await objects.hasMany(blobs)).filter((here) => !here).length;
	if (missing > 0) return {
		state: "bad",
		message: `${missing} objects of the newest snapshot are missing.`,
		mend: "git fsck tells which; a fresh clone beside this folder has them."
	};
	return {
		state: "good",
		message: `${branch.replace("refs/heads/", "")} at ${commit.slice(0, 10)}, ${files.size} files`
	};
}
async function assets(project) {
	const all = await trackedAssets(project);
	const isHere = ({ cached, onDisk, size }) => cached || onDisk === "content" || size === 0;
	const out = all.filter((asset) => !asset.wanted && !isHere(asset)).length;
	const absent = all.filter((asset) => asset.wanted && !isHere(asset));
	const [first] = absent;
	const leftOut = out > 0 ? `; ${out} are left out, as chosen (modsync assets only)` : "";
	if (!first) return {
		state: "good",
		message: `${all.length} assets, ${out > 0 ? `${all.length - out} of them` : "all"} here${leftOut}`
	};
	return {
		state: "warning",
		message: `${absent.length} of ${all.length} assets are not here, ${first.path} for one${leftOut}.`,
		mend: "modsync assets fetch"
	};
}
async function conflicts(project) {
	const open = await openConflicts(project);
	if (open.length === 0) return {
		state: "good",
		message: "none open"
	};
	return {
		state: "warning",
		message: `${open.length} open: ${open.map(({ path }) => path).join(", ")}`,
		mend: "modsync resolve PATH --use local|remote"
	};
}
async function remoteAnswers(connect) {
	const remote = await connect();
	if (!remote) return {
		state: "warning",
		message: "This project has no remote: it is only here.",
		mend: "modsync init --relay URL"
	};
	const started = performance.now();
	const { refs } = await remote.history.listRefs();
	return {
		state: "good",
		message: `${remote.url} answers in ${Math.round(performance.now() - started)} ms, ${refs.size} ${refs.size === 1 ? "ref" : "refs"}`
	};
}

// ../../work/h/me/dist/engine/snapshot/messages.js
/** The messages of the snapshots that modsync makes by itself, and how they are told from a person's. */
const TRAILER = "Modsync-Snapshot: automatic";
const isAutomatic = (message) => message.trimEnd().endsWith(TRAILER);
const NOUNS = {
	plugin: "plugin",
	script: "compiled script",
	"script-source": "script",
	texture: "texture",
	mesh: "mesh",
	sound: "sound",
	archive: "archive"
};
/** `Update TheBeacon.esp`, `Add 2 plugins, 14 textures, 3 files`, with the trailer. */
function automaticMessage(changes) {
	const kinds = new Set(changes.map(({ kind }) => kind));
	const [only] = kinds;
	return `${only && kinds.size === 1 ? VERBS[only] : "Update"} ${subject(changes.map(({ path }) => path))}\n\n${TRAILER}\n`;
}
const VERBS = {
	added: "Add",
	modified: "Update",
	deleted: "Delete"
};
/** What a tree's change is to a person. */
const changedPath = ({ path, before, after }) => ({
	path,
	kind: before === void 0 ? "added" : after === void 0 ? "deleted" : "modified"
});
const DECIDED = "Modsync-Decided";
function mergeMessage(branch, decided) {
	const trailers = decided.map(({ path, how }) => `${DECIDED}: ${how} ${quoted(path)}\n`);
	return `Merge the remote's ${branch}\n${trailers.length > 0 ? `\n${trailers.join("")}` : ""}`;
}
/** A name may hold a line break. */
const quoted = (path) => /[\p{Cc}"\\]/u.test(path) ? JSON.stringify(path) : path;
function subject(paths) {
	if (paths.length === 0) return "nothing";
	if (paths.length <= 2) return paths.map(nameOf$1).join(" and ");
	const counts = /* @__PURE__ */ new Map();
	for (const path of paths) {
		const noun = NOUNS[classify(path)] ?? "file";
		counts.set(noun, (counts.get(noun) ?? 0) + 1);
	}
	return [...counts].map(([noun, count]) => `${count} ${count === 1 ? noun : plural(noun)}`).join(", ");
}
const plural = (noun) => noun === "mesh" ? "meshes" : `${noun}s`;

// ../../work/h/me/dist/engine/snapshot/backup.js
/**
* Keeps something reachable that history will no longer show: a snapshot that was coalesced, a save that was merged
* or set aside. One chain of commits for each branch, `refs/modsync/backup/<branch>`, newest first; local, never
* pushed.
*/
async function backup(project, branch, tree, commit, why) {
	const { objects, refs } = project.repository;
	const ref = backupRef(branch);
	const previous = await refs.read(ref);
	const who = project.signature();
	const parents = [previous, commit].filter((id) => id !== void 0);
	const data = formatCommit({
		tree,
		parents,
		author: who,
		committer: who,
		message: `${why}\n`
	});
	const [kept] = await objects.write([{
		type: "commit",
		data
	}]);
	await refs.update([{
		ref,
		expected: previous,
		next: kept
	}], {
		message: why,
		who
	});
}

// ../../work/h/me/dist/engine/snapshot/largeFiles.js
/**
* Files that are about to get into Git's history for ever although they should be assets.
* @returns a warning for each
* @throws SyncError `INVALID_INPUT` for one that is too large for any Git host, with the rule to add
*/
async function checkLargeFiles({ repository, host }, { unstaged, staged }) {
	const limits = await sizeLimits(repository);
	const added = staged.flatMap(({ path, after }) => after ? [path] : []);
	const stats = await host.disk.lstatMany(repository.folder, added);
	const sizes = new Map(added.map((path, at) => [path, stats[at]?.size ?? 0]));
	for (const { path, stat } of unstaged) sizes.set(path, stat?.size ?? 0);
	const files = [...sizes].map(([path, size]) => ({
		path,
		size
	}));
	const large = await oversized(repository, files, limits.warn);
	const refused = large.filter(({ size }) => size > limits.refuse);
	const [first] = refused;
	if (first) throw new SyncError("INVALID_INPUT", `${first.path} (${megabytes(first.size)}) is too large for Git itself, and no rule makes it an asset. Add one: ${first.rule}${refused.length > 1 ? ` (${refused.length - 1} more like it)` : ""}. Or leave it out with a line in .gitignore. Nothing was committed.`, { data: {
		paths: refused.map(({ path }) => path),
		rule: first.rule
	} });
	return large.map(({ path, size, rule }) => `${path} (${megabytes(size)}) is in Git's history now, not an asset: no rule covers it. For the next ones like it: ${rule}`);
}

// ../../work/h/me/dist/engine/snapshot/staleEdits.js
/**
* Saves over pulled files, judged before they are committed. An editor that still held the old version brings it
* back with its save; committed as it is, that would undo the other person's work in silence. Such a save is merged
* (base: what the editor had loaded; ours: the save; theirs: what was pulled), or held for a person to decide.
*/
const HOUR = 36e5;
/**
* A save without evidence either way changes every place that the pull had changed. The Creation Kit keeps what it
* has loaded for a whole session, so a plugin is held for a decision. Other programs reload more often than not: their
* save counts as an edit, and is told of.
*/
const HELD_FOR = 12 * HOUR;
const TOLD_FOR = HOUR;
/** Paths that wait for a person: they are looked at with every snapshot, whatever else is. */
async function heldPaths$1(project) {
	return [...await new PulledFiles(project).all()].flatMap(([path, { held }]) => held ? [path] : []);
}
/** @param changed project paths that differ from the index, with what is on disk now */
async function judgeSaves(project, branch, changed) {
	const pulledFiles = new PulledFiles(project);
	const files = await pulledFiles.all();
	const held = /* @__PURE__ */ new Set();
	const newly = [];
	const merged = [];
	const doubtful = [];
	const restored = [];
	const judged = {
		held,
		newly,
		merged,
		doubtful,
		restored
	};
	if (files.size === 0) return judged;
	const before = new Map(files);
	const dirty = new Set(changed);
	for (const [path, file] of files) {
		if (!dirty.has(path)) {
			if (file.held) files.delete(path);
			continue;
		}
		const verdict = await judge(project, path, file);
		if (verdict.outcome === "fresh") {
			files.delete(path);
			if (verdict.doubtful) doubtful.push(path);
		} else if (verdict.outcome === "merged") {
			await keepSave(project, branch, path, verdict.saved);
			await project.repository.restoreFile(path, verdict.merged, { filters: project.filters });
			files.delete(path);
			merged.push(path);
		} else if (verdict.outcome === "restored") {
			await project.repository.restoreFile(path, verdict.pulled, { filters: project.filters });
			files.delete(path);
			restored.push(path);
		} else {
			held.add(path);
			if (file.held === verdict.saved) continue;
			await keepSave(project, branch, path, verdict.saved);
			newly.push(path);
			files.set(path, {
				...file,
				held: verdict.saved
			});
		}
	}
	if (!sameEntries(before, files)) await pulledFiles.save(files);
	return judged;
}
async function judge(project, path, file) {
	const { repository, filters, host } = project;
	const saved = await repository.storeFile(path, { filters });
	const committed = await headFile(project, path);
	if (committed?.id !== file.pulled) return { outcome: "fresh" };
	if (saved === void 0 && committed && file.unseen) return {
		outcome: "restored",
		pulled: committed
	};
	if (saved === void 0 || saved === file.accepted || saved === file.pulled) return { outcome: "fresh" };
	if (file.pulled === void 0 || committed === void 0) return {
		outcome: "held",
		saved
	};
	const read = (id) => id && repository.objects.readBlob(id);
	const [loaded, pulled, content] = await Promise.all([
		file.loaded,
		file.pulled,
		saved
	].map(read));
	if (!pulled || !content) return { outcome: "fresh" };
	const save = {
		path,
		saved: content,
		codec: host.codec
	};
	let base = loaded;
	if (file.unseen) {
		const onDisk = await read(file.unseen.base);
		if (!(loaded && onDisk && await verdictOn(project, {
			...save,
			loaded,
			pulled: onDisk
		}) === "stale")) base = onDisk;
	} else {
		if (!loaded) return { outcome: "fresh" };
		const verdict = await verdictOn(project, {
			...save,
			loaded,
			pulled
		});
		if (verdict === "fresh") return { outcome: "fresh" };
		if (verdict === "unclear") {
			const age = Date.now() - file.at;
			if (isPlugin(path) && age < HELD_FOR) return {
				outcome: "held",
				saved
			};
			return {
				outcome: "fresh",
				doubtful: age < TOLD_FOR
			};
		}
	}
	const outcome = mergeContents({
		path,
		base,
		ours: content,
		theirs: pulled,
		codec: host.codec
	});
	if ("conflict" in outcome) return {
		outcome: "held",
		saved
	};
	const [id] = await repository.objects.write([{
		type: "blob",
		data: outcome.merged
	}]);
	return {
		outcome: "merged",
		saved,
		merged: {
			mode: committed.mode,
			id
		}
	};
}
/** Of assets Git holds pointers only: their bytes are in the cache. */
async function verdictOn(project, save) {
	const verdict = judgeSave(save);
	if (verdict !== "unclear") return verdict;
	const [loaded, pulled, saved] = [
		save.loaded,
		save.pulled,
		save.saved
	].map(parsePointer).map((pointer) => pointer && project.cache.pathOf(pointer.oid));
	if (!loaded || !pulled || !saved) return verdict;
	const evidence = new BlockEvidence();
	for (let at = 0;; at += PIECE) {
		const pieces = [
			loaded,
			pulled,
			saved
		].map((path) => project.host.disk.readRange(path, at, PIECE));
		const [p, q, l] = await Promise.all(pieces);
		if (!p?.length || !q?.length || !l?.length) return evidence.verdict();
		evidence.add(p, q, l);
	}
}
/** Bytes of each file in memory at a time. */
const PIECE = 1 << 20;
/** Makes a save that is about to leave the disk reachable. */
async function keepSave(project, branch, path, saved) {
	const { refs, graph, trees } = project.repository;
	const { commit } = await refs.head();
	const base = commit && (await graph.commit(commit)).tree;
	const mode = (await headFile(project, path))?.mode ?? MODE.file;
	const tree = await trees.write(base, [{
		path,
		after: {
			mode,
			id: saved
		}
	}]);
	await backup(project, branch, tree, commit, `Keep the save of ${path} as it was on disk`);
}
async function headFile(project, path) {
	const tree = await project.repository.headTree();
	return tree && await project.repository.trees.find(tree, path);
}
function sameEntries(a, b) {
	if (a.size !== b.size) return false;
	for (const [path, file] of a) if (b.get(path) !== file && b.get(path)?.held !== file.held) return false;
	return true;
}

// ../../work/h/me/dist/engine/snapshot/snapshot.js
/** A snapshot of the working copy: what changed since the last one, as a commit. */
/** @throws SyncError `MERGE_IN_PROGRESS` while stock Git is in the middle of something, `UNSAFE_PATH`, … */
async function takeSnapshot(project, options) {
	const { repository, filters } = project;
	const { ref: branch, commit: head } = await project.branch();
	await refuseDuringMerge(project);
	const { signal, onProgress } = options;
	const only = options.only && [...options.only, ...await heldPaths$1(project)];
	const calls = {
		...signal && { signal },
		...onProgress && { onProgress }
	};
	const status = await repository.status({
		filters,
		...only && { only },
		...signal && { signal }
	});
	const changed = changedPaths(status);
	if (changed.size === 0) return {
		changes: [],
		warnings: []
	};
	const { held, newly, merged, doubtful, restored } = await judgeSaves(project, branch, changed.keys());
	const grown = await moveGrownPlugins(project, status.unstaged);
	const paths = [.../* @__PURE__ */ new Set([...changed.keys(), ...grown])].filter((path) => !held.has(path));
	const warnings = [
		...await checkLargeFiles(project, status),
		...newly.map((path) => `${path} was saved over a version that had just been pulled, and cannot be merged by itself. It waits for you: modsync resolve "${path}" --use local|remote`),
		...doubtful.map((path) => `${path} was saved over a version that had just been pulled, and changes all that the pull had changed. If the program had not reloaded it, look at what it replaced: modsync diff`),
		...restored.map((path) => `${path} was deleted here while a sync brought a change of it: it was put back. Delete it again if you mean it.`),
		...merged.map((path) => `${path} was saved over a version that had just been pulled: both were merged.`),
		...grown.map(() => "A plugin grew beyond 20 MB and moved to LFS: its line in .gitattributes stays.")
	];
	if (paths.length === 0) return {
		changes: [],
		warnings
	};
	const replaced = options.message === void 0 && head ? await coalescible(project, branch, head) : void 0;
	const message = options.message === void 0 ? automaticMessage(union(replaced?.changes ?? [], paths, changed)) : withNewline(options.message);
	if (replaced && head) await backup(project, branch, replaced.tree, head, "Keep a snapshot that was coalesced");
	const made = await repository.commitWorkingTree({
		message,
		author: project.signature(),
		filters,
		only: paths,
		exclude: held,
		...replaced && { parents: replaced.parents },
		...calls
	});
	if (!made) return {
		changes: [],
		warnings
	};
	const present = made.changes.flatMap(({ path, after }) => after ? [path] : []);
	await markLockable(project, present);
	return {
		commit: made.commit,
		changes: made.changes,
		warnings
	};
}
function changedPaths({ staged, unstaged }) {
	const changed = /* @__PURE__ */ new Map();
	for (const change of staged) changed.set(change.path, changedPath(change).kind);
	for (const { path, kind } of unstaged) changed.set(path, kind);
	return changed;
}
/** What a snapshot changes that takes the place of another. */
function union(replaced, paths, kinds) {
	const all = new Map(replaced.map((change) => [change.path, change]));
	for (const path of paths) if (!all.has(path)) all.set(path, {
		path,
		kind: kinds.get(path) ?? "modified"
	});
	return [...all.values()];
}
async function refuseDuringMerge(project) {
	const doing = await project.repository.mergeInProgress();
	if (doing === void 0) return;
	throw new SyncError("MERGE_IN_PROGRESS", `Git is in the middle of a ${doing} in ${project.folder}. Finish it (or "git ${doing} --abort") and sync again; until then modsync changes nothing.`, { data: { doing } });
}
/**
* HEAD, when the next automatic snapshot may take its place: made by modsync for this person, nowhere but here, and
* without a name. It stays reachable from the backup chain.
*/
async function coalescible(project, branch, head) {
	const { graph, trees } = project.repository;
	const commit = await graph.commit(head);
	if (!isAutomatic(commit.message) || commit.parents.length > 1) return void 0;
	if (commit.author.email !== project.identity.email) return void 0;
	const tracked = await project.tracked(branch);
	if (tracked === void 0 || await graph.isAncestor(head, tracked)) return void 0;
	if (await isNamed(project, head)) return void 0;
	const [parent] = commit.parents;
	const changes = await trees.diff(parent && (await graph.commit(parent)).tree, commit.tree);
	return {
		parents: commit.parents,
		tree: commit.tree,
		changes: changes.map(changedPath)
	};
}
/** A tag points to the commit: a person gave it a name. */
async function isNamed(project, commit) {
	const { refs, objects } = project.repository;
	for (const id of (await refs.list("refs/tags/")).values()) {
		if (id === commit) return true;
		const { type, data } = await objects.read(id);
		if (type === "tag" && text(data.subarray(0, 48)).startsWith(`object ${commit}`)) return true;
	}
	return false;
}
/**
* A plugin beyond the limit gets an attribute line of its own and moves to LFS. It never flips back, so that its
* history does not alternate between two homes.
*/
async function moveGrownPlugins(project, changes) {
	const grown = changes.filter(({ path, stat }) => stat !== void 0 && stat.size > 20971520 && isPlugin(path)).map(({ path }) => path);
	if (grown.length === 0) return [];
	const attributes = await project.repository.attributes(grown);
	const lines = grown.filter((_, at) => attributes[at]?.get("filter") !== "lfs").map(lfsLineFor);
	if (lines.length === 0) return [];
	const path = join(project.folder, ".gitattributes");
	const before = await project.host.disk.read(path) ?? /* @__PURE__ */ new Uint8Array();
	const gap = before.length > 0 && before[before.length - 1] !== 10 ? "\n" : "";
	await project.host.disk.publish(path, concat([before, utf8(`${gap}${lines.join("\n")}\n`)]));
	return [".gitattributes"];
}
const withNewline = (message) => message.endsWith("\n") ? message : `${message}\n`;

// ../../work/h/me/dist/engine/history.js
/** Looking back: the list of snapshots, their names, and putting an old one back as a new one. */
async function listSnapshots(project, limit) {
	const { graph } = project.repository;
	const { ref: branch, commit: head } = await project.branch();
	if (!head) return [];
	const names = await namesByCommit(project);
	const tracked = await project.tracked(branch);
	const unpushed = /* @__PURE__ */ new Set();
	for await (const commit of graph.log(head, { not: tracked ? [tracked] : [] })) unpushed.add(commit.id);
	const snapshots = [];
	for await (const commit of graph.log(head, { limit })) snapshots.push({
		snapshotId: snapshotId(project.id, commit.id),
		commitId: commit.id,
		parents: commit.parents,
		message: commit.message,
		author: {
			name: commit.author.name,
			email: commit.author.email
		},
		timestamp: (/* @__PURE__ */ new Date(commit.author.seconds * 1e3)).toISOString(),
		names: names.get(commit.id) ?? [],
		automatic: isAutomatic(commit.message),
		pushed: !unpushed.has(commit.id)
	});
	return snapshots;
}
async function namesByCommit(project) {
	const names = /* @__PURE__ */ new Map();
	for (const [ref, id] of await project.repository.refs.list("refs/tags/")) {
		const commit = await peel(project, id);
		if (commit) names.set(commit, [...names.get(commit) ?? [], shortName(ref)]);
	}
	return names;
}
/** The commit behind a tag object, or the commit itself; `undefined` for tags on trees and blobs. */
async function peel(project, id) {
	const { type, data } = await project.repository.objects.read(id);
	if (type === "commit") return id;
	return type === "tag" ? await peel(project, parseTag(id, data).object) : void 0;
}
/**
* What a person calls a snapshot: `projectId:commitId`, a commit id or the beginning of one (of those in this
* branch's history), or a name.
* @throws SyncError `NOT_FOUND`
*/
async function findSnapshot(project, called) {
	const { refs, graph, objects } = project.repository;
	const bare = called.startsWith(`${project.id}:`) ? called.slice(project.id.length + 1) : called;
	const { commit: head } = await project.branch();
	if (bare === "HEAD" && head) return head;
	if (isObjectId(bare) && await objects.has(bare)) {
		const commit = await peel(project, bare);
		if (commit) return commit;
	}
	for (const ref of [`refs/tags/${bare}`, `refs/heads/${bare}`]) {
		const id = await refs.read(ref).catch(() => void 0);
		const commit = id && await peel(project, id);
		if (commit) return commit;
	}
	if (head && /^[0-9a-f]{4,39}$/.test(bare)) {
		const matches = [];
		for await (const { id } of graph.log(head, {})) if (id.startsWith(bare)) matches.push(id);
		if (matches.length === 1 && matches[0]) return matches[0];
		if (matches.length > 1) throw new SyncError("NOT_FOUND", `"${called}" fits ${matches.length} snapshots. Give more of its letters.`);
	}
	throw new SyncError("NOT_FOUND", `There is no snapshot "${called}". "modsync history" lists them.`, { data: { snapshot: called } });
}
/** An annotated tag on the newest snapshot; local changes become a snapshot first. */
async function nameSnapshot(project, name, message) {
	const lock = await project.lock();
	try {
		await recover(project);
		const { refs, objects } = project.repository;
		const ref = `refs/tags/${name}`;
		if (name.startsWith("-") || !isRefName(ref)) throw new SyncError("INVALID_INPUT", `"${name}" cannot be a name. Leave out spaces, ".." and ~ ^ : ? * [ \\, and do not begin with "-" or a dot.`, { data: { name } });
		if (await refs.read(ref)) throw new SyncError("INVALID_INPUT", `There is a snapshot named "${name}" already. Choose another name; names never move.`, { data: { name } });
		await takeSnapshot(project, { message: message ?? name });
		const { commit: head } = await project.branch();
		if (!head) throw new SyncError("NOT_FOUND", "There is nothing to name yet: the project has no files.");
		const who = project.signature();
		const data = formatTag({
			object: head,
			type: "commit",
			name,
			tagger: who,
			message: `${message ?? name}\n`
		});
		const [tag] = await objects.write([{
			type: "tag",
			data
		}]);
		await refs.update([{
			ref,
			expected: void 0,
			next: tag
		}], {
			message: `modsync: snapshot ${name}`,
			who
		});
		const [snapshot] = await listSnapshots(project, 1);
		if (snapshot) return snapshot;
		throw new SyncError("NOT_FOUND", "The snapshot vanished while it was named. Try again.");
	} finally {
		await lock.release();
	}
}
/** A new commit with the old tree: history is never rewritten. What was not saved yet becomes a snapshot first. */
async function restore(project, called, options) {
	const lock = await project.lock(options.signal);
	try {
		await recover(project);
		await takeSnapshot(project, options);
		const wanted = await findSnapshot(project, called);
		const { graph, objects } = project.repository;
		const { ref: branch, commit: head } = await project.branch();
		if (!head) throw new SyncError("NOT_FOUND", "There is nothing to restore: the project has no snapshots.");
		const { tree, message } = await graph.commit(wanted);
		if ((await graph.commit(head)).tree !== tree) {
			const who = project.signature();
			const [subject] = message.split("\n");
			const data = formatCommit({
				tree,
				parents: [head],
				author: who,
				committer: who,
				message: `Restore ${wanted.slice(0, 10)}: ${subject}\n`
			});
			const [id] = await objects.write([{
				type: "commit",
				data
			}]);
			const to = id;
			await options.beforeCheckout(head, to);
			await moveHead(project, {
				branch,
				from: head,
				to,
				reason: `modsync: restore ${wanted.slice(0, 10)}`
			}, options);
		}
		const [snapshot] = await listSnapshots(project, 1);
		if (snapshot) return snapshot;
		throw new SyncError("NOT_FOUND", "The snapshot vanished while it was restored. Try again.");
	} finally {
		await lock.release();
	}
}

// ../../work/h/me/dist/engine/diffProject.js
/** What differs between two snapshots, or between a snapshot and the files on disk. */
/** Text beyond this is not shown line by line. Bytes. */
const LARGE$1 = 2097152;
/** @param to left out: the working copy; @param from left out: the newest snapshot */
async function diffProject(project, from, to) {
	const { graph, trees } = project.repository;
	const { commit: head } = await project.branch();
	const start = from === void 0 ? head : await findSnapshot(project, from);
	const before = start && (await graph.commit(start)).tree;
	const end = to === void 0 ? head : await findSnapshot(project, to);
	const committed = await trees.diff(before, end && (await graph.commit(end)).tree);
	const changes = to === void 0 ? await withWorkingCopy(project, committed) : committed;
	return await Promise.all(changes.map((change) => fileDiff(project, change)));
}
/** The same changes, with the files on disk in place of those of HEAD. Their contents are stored, as `git add` does. */
async function withWorkingCopy(project, committed) {
	const { repository, filters } = project;
	const { unstaged, staged } = await repository.status({ filters });
	const changes = new Map(committed.map((change) => [change.path, change]));
	const tree = await repository.headTree();
	for (const path of new Set([...unstaged, ...staged].map((change) => change.path))) {
		const inHead = changes.get(path)?.before ?? (changes.has(path) || !tree ? void 0 : await repository.trees.find(tree, path));
		const id = await repository.storeFile(path, { filters });
		const stat = unstaged.find((change) => change.path === path)?.stat;
		const mode = stat?.kind === "symlink" ? MODE.symlink : stat && (stat.mode & 73) !== 0 ? MODE.executable : MODE.file;
		const after = id && {
			mode,
			id
		};
		if (inHead?.id === after?.id) changes.delete(path);
		else changes.set(path, {
			path,
			...inHead && { before: inHead },
			...after && { after }
		});
	}
	return [...changes.values()].sort((a, b) => a.path < b.path ? -1 : 1);
}
async function fileDiff(project, change) {
	const [before, after] = await Promise.all([contentOf(project, change.before), contentOf(project, change.after)]);
	const binary = [before, after].some((side) => side?.asset || side && isBinary(side.bytes));
	const large = [before, after].some((side) => side && side.bytes.length > LARGE$1);
	return {
		...changedPath(change),
		binary,
		...before && { sizeBefore: before.size },
		...after && { sizeAfter: after.size },
		...!binary && !large && { patch: unifiedDiff(before?.bytes ?? /* @__PURE__ */ new Uint8Array(), after?.bytes ?? /* @__PURE__ */ new Uint8Array()) }
	};
}
async function contentOf(project, file) {
	if (!file || file.mode === MODE.submodule) return void 0;
	const bytes = await project.repository.objects.readBlob(file.id);
	const pointer = bytes.length < 1024 ? parsePointer(bytes) : void 0;
	return {
		bytes,
		size: pointer?.size ?? bytes.length,
		asset: pointer !== void 0
	};
}

// ../../work/h/me/dist/engine/locks/fileLocks.js
/** Sorted by path. @throws SyncError `LOCKS_UNSUPPORTED` */
async function listLocks(project, remote, options) {
	const known = await refreshLocks(project, locksOf(remote), options);
	await markLockable(project, known.moved);
	return [...known.ours.map((lock) => ({
		...lock,
		mine: true
	})), ...known.theirs.map((lock) => ({
		...lock,
		mine: false
	}))].sort((a, b) => a.path < b.path ? -1 : 1);
}
/**
* All of the paths, as far as they are free; what another person holds is told at the end.
* @returns this person's locks on the paths, those that were there before included
* @throws SyncError `LOCKED` with who and since when
*/
async function lockFiles(project, remote, paths, options) {
	const locks = locksOf(remote);
	const held = [];
	for (const path of paths) {
		const { lock, isNew } = await locks.lock(path, options);
		if (!isNew) held.push(lock);
	}
	const { ours, moved } = await refreshLocks(project, locks, options);
	await markLockable(project, [...moved, ...paths]);
	const mine = new Set(ours.map(({ id }) => id));
	const refused = held.filter(({ id }) => !mine.has(id));
	if (refused.length > 0) throw new SyncError("LOCKED", `${refused.map((lock) => `${lock.path} is locked by ${holderOf(lock)}`).join("; ")}. Ask them to unlock it; an owner of the project can take it away: modsync unlock --force`, { data: { paths: refused.map(({ path }) => path) } });
	const wanted = new Set(paths);
	return ours.filter(({ path }) => wanted.has(path));
}
/**
* A lock on a path that is no file would keep nobody from anything.
* @throws SyncError `NOT_FOUND`, `INVALID_INPUT` for a folder
*/
async function refuseNoFiles(project, paths) {
	const { repository, host, folder } = project;
	const stats = await host.disk.lstatMany(folder, paths);
	const tree = await repository.headTree();
	for (const [at, path] of paths.entries()) {
		if (stats[at]?.kind === "folder") throw new SyncError("INVALID_INPUT", `${path} is a folder: locks are for files. Name the files in it.`, { data: { path } });
		if (!stats[at] && !(tree && await repository.trees.find(tree, path))) throw new SyncError("NOT_FOUND", `${path} is neither on disk nor in the newest snapshot: nothing was locked. Check the spelling.`, { data: { path } });
	}
}
/**
* @param options.force also another person's, where the remote allows it, and files with changes that nobody else has
* @throws SyncError `NOT_FOUND` when a path is not locked; `LOCKED` when it is another's; `WOULD_OVERWRITE` when it has
*   changes that are in no snapshot yet
*/
async function unlockFiles(project, remote, paths, { force = false, ...options }) {
	const locks = locksOf(remote);
	const { ours, theirs } = await refreshLocks(project, locks, options);
	const wanted = paths.map((path) => {
		const lock = [...ours, ...theirs].find((one) => one.path === path);
		if (!lock) throw new SyncError("NOT_FOUND", `${path} is not locked. "modsync locks" lists what is.`, { data: { path } });
		if (!force && !ours.includes(lock)) throw new SyncError("LOCKED", `${path} is locked by ${holderOf(lock)}. Ask them; an owner of the project can take it away: modsync unlock --force "${path}"`, { data: { path } });
		return lock;
	});
	if (!force) await refuseUnsaved$1(project, paths);
	for (const { id } of wanted) await locks.unlock(id, {
		...options,
		force
	});
	const { moved } = await refreshLocks(project, locks, options);
	await markLockable(project, [...moved, ...paths]);
	return wanted;
}
/** As `git lfs unlock`: who unlocks says that others can go on from what is there. */
async function refuseUnsaved$1(project, paths) {
	const { unstaged, staged } = await project.repository.status({
		filters: project.filters,
		only: paths
	});
	const wanted = new Set(paths);
	const changed = [...unstaged, ...staged].map(({ path }) => path).filter((path) => wanted.has(path));
	if (changed.length === 0) return;
	throw new SyncError("WOULD_OVERWRITE", `${changed.join(", ")}: your changes are not sent yet, and others would go on without them. Run "modsync sync" first, or unlock with --force.`, { data: { paths: changed } });
}
/** @throws SyncError `LOCKS_UNSUPPORTED` */
function locksOf(remote) {
	if (remote?.locks) return remote.locks;
	throw new SyncError("LOCKS_UNSUPPORTED", "This project’s remote keeps no locks, or there is no remote. A relay keeps them: modsync init --relay URL");
}

// ../../work/h/me/dist/engine/AutoSync.js
/** A burst of saves is one snapshot: it is taken after this much quiet, or at the deadline. Milliseconds. */
const QUIET = 250;
const DEADLINE = 2e3;
/** Hints come in bursts too. */
const HINT_QUIET = 30;
const FIRST_RETRY = 1e3;
const LAST_RETRY = 6e4;
/** A watcher can miss things: now and then everything is looked at. */
const FULL_LOOK = 6e5;
/** How soon a commit that stock Git made here is noticed. */
const HEAD_LOOK = 2e3;
/** The user has to act first, and then should not wait long: looking costs next to nothing. */
const WAIT_FOR_PERSON = 2e3;
const WAITS_FOR_PERSON = [
	"MERGE_IN_PROGRESS",
	"ACCESS_DENIED",
	"UNSAFE_PATH",
	"NOT_FOUND",
	"ASSET_MISSING",
	"LOCKED",
	"UNSUPPORTED_REPOSITORY"
];
var AutoSync = class {
	#options;
	#stop = new AbortController();
	/** `undefined`: anything may have changed. */
	#dirty;
	/** The remote may have something, or something here waits to go out. */
	#exchange = true;
	#firstChange;
	#timer;
	#due = Number.POSITIVE_INFINITY;
	#running;
	#failures = 0;
	#retryIn = FIRST_RETRY;
	#online = false;
	#feed;
	#watching;
	#polls = [];
	/** HEAD as the last sync left it. */
	#head;
	/** Git's index as the last sync left it: but for what is dirty, the working tree equals it. */
	#settled;
	/** What was told last: the same failure, again and again, is one event. */
	#told;
	#lastFull = 0;
	constructor(options) {
		this.#options = options;
	}
	get online() {
		return this.#online;
	}
	/** Where the working tree can differ from Git's index; `undefined`: anywhere. */
	async dirtyPaths() {
		if (this.#running || this.#dirty === void 0 || !await this.#isSettled()) return void 0;
		return [...this.#dirty];
	}
	/** Nobody else has written Git's index since: "git reset" changes what differs, and no file. */
	async #isSettled() {
		const { repository } = this.#options.project;
		return this.#settled !== void 0 && this.#settled === await repository.indexState();
	}
	/** Resolves when watching has begun; the first sync follows at once. */
	async start() {
		const { project, remote, interval } = this.#options;
		this.#watching = await project.host.watch.start(project.folder, {
			onChange: (paths) => this.#changed(paths),
			onError: (error) => {
				this.#changed(void 0);
				this.#options.report({
					type: "error",
					error: errorBody(error)
				});
			}
		});
		this.#feed = remote?.feed?.subscribe({
			onEvent: ({ change }) => this.#hinted(change),
			onConnect: () => {
				this.#setOnline(true);
				this.#options.onLocks();
				this.#wantExchange(0);
			},
			onDisconnect: (error) => this.#setOnline(false, errorBody(error).message)
		});
		this.#polls = [setInterval(() => {
			if (!this.#online) this.#wantExchange(0);
			else if (Date.now() - this.#lastFull > FULL_LOOK) this.#changed(void 0);
		}, interval), setInterval(() => void this.#lookAtHead(), HEAD_LOOK)];
		this.#schedule(0);
	}
	/** Stops after what is being done; nothing is left half done. */
	async close() {
		clearTimeout(this.#timer);
		for (const poll of this.#polls) clearInterval(poll);
		this.#feed?.close();
		this.#stop.abort();
		await this.#watching?.close();
		await this.#running;
	}
	#changed(paths) {
		if (paths?.length === 0) return;
		if (paths === void 0) this.#dirty = void 0;
		else for (const path of paths) this.#dirty?.add(path);
		const now = performance.now();
		this.#firstChange ??= now;
		this.#reschedule(Math.min(QUIET, Math.max(0, this.#firstChange + DEADLINE - now)));
	}
	#hinted(change) {
		if (change.origin === this.#options.project.identity.device && change.kind !== "message") return;
		this.#options.report({
			type: "remote-change",
			change
		});
		if (change.kind === "lock") this.#options.onLocks();
		else if (change.kind !== "message") this.#wantExchange(HINT_QUIET);
	}
	/** A commit, a pull or the end of a merge by stock Git: nothing in the working tree need have changed. */
	async #lookAtHead() {
		if (this.#running) return;
		const { commit } = await this.#options.project.repository.refs.head().catch(() => ({ commit: this.#head }));
		if (!this.#running && commit !== this.#head) this.#wantExchange(0);
	}
	#wantExchange(delay) {
		this.#exchange = true;
		this.#schedule(delay);
	}
	#setOnline(online, message = "") {
		if (online === this.#online) return;
		this.#online = online;
		this.#options.report(online ? { type: "online" } : {
			type: "offline",
			message
		});
	}
	/** Each further save of a burst moves the snapshot back, up to the deadline. */
	#reschedule(delay) {
		this.#due = Number.POSITIVE_INFINITY;
		this.#schedule(delay);
	}
	#schedule(delay) {
		const due = performance.now() + delay;
		if (this.#stop.signal.aborted || this.#running || due >= this.#due) return;
		clearTimeout(this.#timer);
		this.#due = due;
		this.#timer = setTimeout(() => {
			this.#running = this.#run().finally(() => {
				this.#running = void 0;
				if (this.#pending) this.#schedule(this.#failures > 0 ? this.#retryIn : QUIET);
			});
		}, delay);
	}
	get #pending() {
		return this.#exchange || this.#dirty === void 0 || this.#dirty.size > 0;
	}
	#retryDelay() {
		return Math.min(FIRST_RETRY * 2 ** (this.#failures - 1), LAST_RETRY) * (.75 + Math.random() / 2);
	}
	async #run() {
		const reported = this.#dirty;
		const exchange = this.#exchange;
		this.#dirty = /* @__PURE__ */ new Set();
		this.#exchange = false;
		this.#firstChange = void 0;
		this.#due = Number.POSITIVE_INFINITY;
		const dirty = await this.#isSettled().catch(() => false) ? reported : void 0;
		if (dirty === void 0) this.#lastFull = Date.now();
		try {
			const result = await this.#options.sync({
				...dirty && { only: [...dirty] },
				onlyIfChanged: !exchange,
				signal: this.#stop.signal
			});
			this.#failures = 0;
			this.#told = void 0;
			this.#head = result.commitId;
			this.#settled = await this.#options.project.repository.indexState();
			if (result.outcome !== "up-to-date" || result.warnings.length > 0) this.#options.report({
				type: "synced",
				result
			});
		} catch (error) {
			this.#failed(error, dirty);
		}
	}
	/** What was to be looked at still is. */
	#failed(error, dirty) {
		if (this.#stop.signal.aborted) return;
		if (dirty === void 0) this.#dirty = void 0;
		else for (const path of dirty) this.#dirty?.add(path);
		this.#exchange = true;
		this.#failures++;
		if (hasCode(error, "BACKEND_CONNECTION_FAILED")) this.#setOnline(false, error.message);
		const body = errorBody(error);
		const retryInMs = WAITS_FOR_PERSON.includes(body.code) ? WAIT_FOR_PERSON : this.#retryDelay();
		this.#retryIn = retryInMs;
		if (this.#told === body.message) return;
		this.#told = body.message;
		this.#options.report({
			type: "error",
			error: body,
			retryInMs: Math.round(retryInMs)
		});
	}
};

// ../../work/h/me/dist/engine/collaboration.js
const SNAPSHOTS = 100;
const MOST_PATHS = 100;
/** What was heard of people since the project was opened. */
var Heard = class {
	#last = /* @__PURE__ */ new Map();
	add(change) {
		const before = this.#last.get(change.author);
		if (before === void 0 || before.timestamp <= change.timestamp) this.#last.set(change.author, change);
	}
	get changes() {
		return [...this.#last.values()];
	}
};
async function collaborationSession(project, heard, online) {
	const self = project.identity.name;
	const people = /* @__PURE__ */ new Map();
	const know = (name, more = {}) => {
		const known = people.get(name) ?? {
			name,
			isSelf: name === self,
			locked: []
		};
		const isNewer = more.lastSeen !== void 0 && more.lastSeen > (known.lastSeen ?? "");
		people.set(name, isNewer ? {
			...known,
			...more
		} : known);
	};
	know(self);
	for (const { author, timestamp } of await listSnapshots(project, SNAPSHOTS)) know(author.name, { lastSeen: timestamp });
	for (const { author, timestamp, paths = [] } of heard.changes) know(author, {
		lastSeen: timestamp,
		lastPaths: paths.slice(0, MOST_PATHS).map(({ path }) => path)
	});
	const { ours, theirs } = await knownLocks(project);
	for (const { owner, path } of [...ours.map((lock) => ({
		...lock,
		owner: self
	})), ...theirs]) {
		if (owner === void 0) continue;
		know(owner);
		const known = people.get(owner);
		people.set(owner, {
			...known,
			locked: [...known.locked, path]
		});
	}
	const newestFirst = (a, b) => (b.lastSeen ?? "").localeCompare(a.lastSeen ?? "") || a.name.localeCompare(b.name);
	return {
		projectId: project.id,
		online,
		participants: [...people.values()].sort(newestFirst)
	};
}

// ../../work/h/me/dist/engine/status.js
/**
* How a working copy stands, without asking anyone: what changed here, and the remote as of the last contact.
* @param dirty the only paths that can differ from Git's index, where a watcher knows; saves held for a decision differ
*   besides
*/
async function projectStatus(project, dirty) {
	const { repository, filters } = project;
	const { ref: branch, commit } = await project.branch();
	const only = dirty && [...dirty, ...await heldPaths(project)];
	const { staged, unstaged } = await repository.status({
		filters,
		only
	});
	const changes = /* @__PURE__ */ new Map();
	for (const change of staged) changes.set(change.path, changedPath(change));
	for (const { path, kind } of unstaged) changes.set(path, {
		path,
		kind
	});
	const tracked = await project.tracked(branch);
	return {
		projectId: project.id,
		path: project.folder,
		branch: shortName(branch),
		...commit && { commitId: commit },
		changes: [...changes.values()].sort((a, b) => a.path < b.path ? -1 : 1),
		...await aheadBehind(project, commit, tracked),
		conflicts: await openConflicts(project)
	};
}
async function heldPaths(project) {
	return [...await new PulledFiles(project).all()].flatMap(([path, { held }]) => held ? [path] : []);
}
async function aheadBehind(project, commit, tracked) {
	const { graph } = project.repository;
	if (commit && tracked) return await graph.countAheadBehind(commit, tracked);
	const count = async (from) => {
		let commits = 0;
		if (from) for await (const _ of graph.log(from, {})) commits++;
		return commits;
	};
	return {
		ahead: await count(commit),
		behind: await count(tracked)
	};
}

// ../../work/h/me/dist/engine/sync/ProgressMeter.js
/** Each phase's share of a sync's bar, in order. A phase that does not happen is skipped over. */
const SHARES = [
	["scan", 5],
	["hash", 15],
	["commit", 5],
	["fetch", 10],
	["merge", 5],
	["download", 25],
	["checkout", 5],
	["upload", 25],
	["push", 5]
];
/** The rate is that of the last seconds, not of the whole: a stalled line shows. Milliseconds. */
const WINDOW = 5e3;
var ProgressMeter = class {
	#current;
	#phase;
	#samples = [];
	#percent = 0;
	#forward;
	constructor(forward) {
		this.#forward = forward;
	}
	get current() {
		return this.#current;
	}
	report = (raw) => {
		const now = performance.now();
		if (raw.phase !== this.#phase) {
			this.#phase = raw.phase;
			this.#samples = [];
		}
		this.#samples.push({
			at: now,
			bytes: raw.bytes
		});
		while (this.#samples.length > 2 && now - (this.#samples[0]?.at ?? now) > WINDOW) this.#samples.shift();
		const first = this.#samples[0] ?? {
			at: now,
			bytes: raw.bytes
		};
		const seconds = (now - first.at) / 1e3;
		const rate = seconds > 0 ? Math.max(0, raw.bytes - first.bytes) / seconds : 0;
		const left = raw.totalBytes !== void 0 && rate > 0 ? (raw.totalBytes - raw.bytes) / rate : void 0;
		this.#percent = Math.max(this.#percent, percentOf(raw));
		this.#current = {
			...raw,
			percent: this.#percent,
			bytesPerSecond: rate,
			...left !== void 0 && { secondsLeft: left }
		};
		this.#forward?.(this.#current, raw);
	};
};
function percentOf({ phase, files, totalFiles, bytes, totalBytes }) {
	let before = 0;
	for (const [name, share] of SHARES) {
		if (name !== phase) {
			before += share;
			continue;
		}
		const done = totalBytes ? bytes / totalBytes : totalFiles ? files / totalFiles : 0;
		return Math.round(before + share * Math.min(1, done));
	}
	return before;
}

// ../../work/h/me/dist/engine/locks/autoLock.js
/** @returns warnings: what another person has locked already; the push will say so once more */
async function lockChanged(project, remote, paths, options) {
	if (paths.length === 0 || !remote.locks || !(await rulesOf(project)).autoLock) return [];
	const mine = new Set((await knownLocks(project)).ours.map(({ path }) => path));
	const fresh = (await lockablePaths(project, paths)).filter((path) => !mine.has(path));
	if (fresh.length === 0) return [];
	try {
		await lockFiles(project, remote, fresh, options);
		return [];
	} catch (error) {
		if (hasCode(error, "LOCKED")) return [error.message];
		if (hasCode(error, "LOCKS_UNSUPPORTED")) return [];
		throw error;
	}
}

// ../../work/h/me/dist/engine/sync/localObjects.js
/**
* A repository as `History` sees it.
* @param received is told the objects of every pack that is stored
*/
function localObjects({ objects, refs, graph }, received) {
	return {
		has: (id) => objects.has(id),
		async storePack(pack, options) {
			const stored = await objects.storePack(pack, options);
			received?.(stored.ids);
			return stored;
		},
		shallow: async () => [...graph.shallow],
		makePack: (wants, haves, options) => objects.makePack(wants, haves, options),
		/** Remote-tracking tips first: unless the remote was rewritten, it has every one of them. */
		async haves(limit) {
			const haves = new Set((await refs.list("refs/remotes/")).values());
			const { commit } = await refs.head();
			if (commit) for await (const { id } of graph.log(commit, { limit })) {
				if (haves.size >= limit) break;
				haves.add(id);
			}
			return [...haves];
		}
	};
}

// ../../work/h/me/dist/engine/sync/exchange.js
const isBranch = (ref) => ref.startsWith("refs/heads/");
const isTag = (ref) => ref.startsWith("refs/tags/");
/** Brings all branches and new tags. A tag that is here already never moves. */
async function fetchAll(project, remote, options) {
	const { refs, objects } = project.repository;
	options.onProgress?.({
		phase: "fetch",
		files: 0,
		bytes: 0
	});
	const theirs = await remote.history.listRefs(options);
	const tags = await refs.list("refs/tags/");
	const updates = [];
	for (const [ref, id] of theirs.refs) if (isBranch(ref)) {
		const tracking = await project.trackingRef(ref);
		const before = await refs.read(tracking);
		if (before !== id) updates.push({
			ref: tracking,
			expected: before,
			next: id
		});
	} else if (isTag(ref) && !ref.endsWith("^{}") && !tags.has(ref)) updates.push({
		ref,
		expected: void 0,
		next: id
	});
	const wanted = [...new Set(updates.map(({ next }) => next).filter((id) => id !== void 0))];
	const present = await objects.hasMany(wanted);
	const wants = wanted.filter((_, at) => !present[at]);
	if (wants.length > 0) {
		const received = /* @__PURE__ */ new Set();
		const local = localObjects(project.repository, (ids) => {
			for (const id of ids) received.add(id);
		});
		await remote.history.fetch(local, wants, options);
		await project.repository.checkConnected(wants, received, options);
	}
	if (updates.length > 0) await refs.update(updates, {
		message: "modsync: fetch",
		who: project.signature()
	});
	return theirs;
}
/** What the remote lacks: the branch's commits, and tags that only we have. */
async function pushUpdates(project, branch, next, theirs) {
	const updates = [];
	const expected = theirs.refs.get(branch);
	if (expected !== next) updates.push({
		ref: branch,
		expected,
		next
	});
	for (const [ref, id] of await project.repository.refs.list("refs/tags/")) if (!theirs.refs.has(ref)) updates.push({
		ref,
		expected: void 0,
		next: id
	});
	return updates;
}
/**
* @returns false when somebody else was faster: fetch and try again
* @throws SyncError `PUSH_REJECTED` with the remote's words
*/
async function push(project, remote, updates, options) {
	const { refs } = project.repository;
	const outcomes = await remote.history.push(localObjects(project.repository), updates, options);
	const refused = outcomes.find((outcome) => !outcome.ok && outcome.why === "refused");
	if (refused && !refused.ok) throw new SyncError("PUSH_REJECTED", `The remote refused ${refused.ref}: ${refused.message}. Your work is safe in your own history.`, { data: {
		ref: refused.ref,
		message: refused.message
	} });
	if (outcomes.some((outcome) => !outcome.ok)) return false;
	const moved = [];
	for (const { ref, next } of updates) if (isBranch(ref) && next) moved.push({
		ref: await project.trackingRef(ref),
		expected: "any",
		next
	});
	if (moved.length > 0) await refs.update(moved, {
		message: "modsync: push",
		who: project.signature()
	});
	return true;
}
/** The tips that the remote is known to have, which bound what a push must look at. */
const knownTips = (theirs) => [...theirs.refs].filter(([ref]) => isBranch(ref)).map(([, id]) => id);

// ../../work/h/me/dist/engine/sync/integrate.js
/** Bringing what was fetched into the working copy: fast-forward, merge, or open conflicts. */
const NOTHING$1 = {
	received: [],
	conflicts: [],
	warnings: [],
	bytesDownloaded: 0
};
/** @param theirs the remote's branch, already fetched */
async function integrate(project, remote, theirs, { strategy, ...options }) {
	const { repository } = project;
	const { graph } = repository;
	const { ref: branch, commit: ours } = await project.branch();
	if (ours === theirs || ours && await graph.isAncestor(theirs, ours)) {
		await closeConflict(project, branch);
		return NOTHING$1;
	}
	if (ours === void 0 || await graph.isAncestor(ours, theirs)) {
		await closeConflict(project, branch);
		return await arrive(project, remote, {
			branch,
			from: ours,
			to: theirs,
			reason: "modsync: fast-forward"
		}, options);
	}
	const decisions = await new Decisions(project).all();
	options.onProgress?.({
		phase: "merge",
		files: 0,
		bytes: 0
	});
	const chosen = byDecisions(project, decisions);
	const merged = await mergeCommits(repository, ours, theirs, {
		...chosen,
		signal: options.signal,
		decide: (conflict) => byStrategy(strategy) ?? chosen.decide?.(conflict)
	});
	if (merged.conflicts.length > 0) {
		await openConflict(project, branch, theirs);
		return {
			...NOTHING$1,
			conflicts: await describe(project, merged.conflicts, {
				ours,
				theirs,
				bases: merged.bases
			})
		};
	}
	const { tree, settled } = merged;
	const integration = await arrive(project, remote, {
		branch,
		from: ours,
		to: await commitMerge(project, branch, {
			ours,
			theirs,
			tree,
			settled
		}),
		reason: "modsync: merge"
	}, options);
	await closeConflict(project, branch);
	return integration;
}
const byStrategy = (strategy) => strategy === "local" || strategy === "remote" ? strategy : void 0;
/**
* Automatic snapshots that nobody else has seen become one, on top of the remote's head, so that history reads as a
* line. Whatever a person made stays as it is and is merged; so does a merge in which one side was chosen, since its
* second parent is what keeps the other side reachable.
*/
async function commitMerge(project, branch, { ours, theirs, tree, settled }) {
	const { graph, objects, trees } = project.repository;
	const who = project.signature();
	const theirTree = (await graph.commit(theirs)).tree;
	if (settled.length === 0 && await allAutomatic(project, ours, theirs)) {
		await backup(project, branch, (await graph.commit(ours)).tree, ours, "Keep a snapshot that was moved onto the remote’s head");
		if (tree === theirTree) return theirs;
		const changes = (await trees.diff(theirTree, tree)).map(changedPath);
		return await write({
			parents: [theirs],
			message: automaticMessage(changes)
		});
	}
	return await write({
		parents: [ours, theirs],
		message: mergeMessage(shortName(branch), settled)
	});
	async function write({ parents, message }) {
		const data = formatCommit({
			tree,
			parents,
			author: who,
			committer: who,
			message
		});
		const [id] = await objects.write([{
			type: "commit",
			data
		}]);
		return id;
	}
}
async function allAutomatic(project, ours, theirs) {
	for await (const commit of project.repository.graph.log(ours, { not: [theirs] })) {
		if (!isAutomatic(commit.message) || commit.parents.length > 1 || commit.author.email !== project.identity.email) return false;
		if (await isNamed(project, commit.id)) return false;
	}
	return true;
}
/** Assets first, so that the working copy never shows a pointer where a texture should be; then the move. */
async function arrive(project, remote, move, options) {
	const { graph, trees } = project.repository;
	const before = move.from && (await graph.commit(move.from)).tree;
	const received = await trees.diff(before, (await graph.commit(move.to)).tree);
	const { bytes, absent } = await bringAssets(project, remote, received, options);
	const { from, ...rest } = move;
	const { kept } = await moveHead(project, {
		...rest,
		...from && { from }
	}, options);
	await markLockable(project, received.flatMap(({ path, after }) => after ? [path] : []));
	return {
		received,
		conflicts: [],
		bytesDownloaded: bytes,
		warnings: [...absent.map((path) => `${path}: the remote has not got its bytes (yet); a pointer stands in its place. Whoever added it should sync, or run "git lfs push --all".`), ...kept.map(({ path }) => `${path} was changed here during the sync and was left as it is; it is merged at the next one.`)]
	};
}
async function openConflict(project, branch, theirs) {
	const { refs } = project.repository;
	const ref = conflictRef(branch);
	await refs.update([{
		ref,
		expected: await refs.read(ref),
		next: theirs
	}], {
		message: "modsync: conflict",
		who: project.signature()
	});
}
async function closeConflict(project, branch) {
	const { refs } = project.repository;
	const ref = conflictRef(branch);
	const open = await refs.read(ref);
	if (open === void 0) return;
	await refs.update([{
		ref,
		expected: open,
		next: void 0
	}], {
		message: "modsync: resolved",
		who: project.signature()
	});
	await new Decisions(project).clear();
}
/** @throws SyncError `PUSH_REJECTED` */
function refuseStalePush(branch) {
	throw new SyncError("PUSH_REJECTED", `The remote's ${shortName(branch)} has work that is not here yet, and you asked for a push only. Run "modsync sync" to bring it in and push.`);
}

// ../../work/h/me/dist/engine/sync/sync.js
/** Rounds of fetch and push before a crowded remote is given up on. */
const ROUNDS = 10;
/**
* @param connect the project's remote; `undefined` when it has none
* @throws SyncError `BACKEND_CONNECTION_FAILED`: the snapshot is made, the rest waits; `PUSH_REJECTED`,
*   `MERGE_IN_PROGRESS`, `PROJECT_BUSY`, `ABORTED`, …
*/
async function syncOnce(project, connect, request) {
	const started = performance.now();
	const lock = await project.lock(request.signal);
	try {
		await recover(project, request);
		const snapshot = await takeSnapshot(project, request);
		const exchanged = await exchange(project, connect, request, snapshot);
		const { commit } = await project.branch();
		const open = exchanged.conflicts.length > 0 ? exchanged.conflicts : await openConflicts(project);
		const moved = snapshot.commit !== void 0 || exchanged.received.length > 0 || exchanged.pushed;
		const upkeep = moved ? await keepUp(project, request.signal) : [];
		return {
			projectId: project.id,
			direction: request.direction,
			outcome: open.length > 0 ? "conflicts" : moved ? "synced" : "up-to-date",
			...commit && { commitId: commit },
			...snapshot.commit && { snapshot: snapshot.commit },
			pushed: exchanged.pushed,
			sent: exchanged.pushed ? exchanged.sent : [],
			received: exchanged.received.map(changedPath),
			conflicts: open,
			warnings: [
				...snapshot.warnings,
				...exchanged.warnings,
				...upkeep
			],
			bytesUploaded: exchanged.bytesUploaded,
			bytesDownloaded: exchanged.bytesDownloaded,
			durationMs: performance.now() - started
		};
	} finally {
		await lock.release();
	}
}
/** The sync is done: what goes wrong now is only said. */
async function keepUp(project, signal) {
	try {
		await project.repository.upkeep({ signal });
		return [];
	} catch (error) {
		if (hasCode(error, "ABORTED") || hasCode(error, "SYNC_TIMEOUT")) return [];
		return [`Upkeep of the repository stopped, nothing is lost: ${errorBody(error).message}`];
	}
}
const NOTHING = {
	pushed: false,
	sent: [],
	conflicts: [],
	bytesUploaded: 0,
	bytesDownloaded: 0,
	received: [],
	warnings: []
};
async function exchange(project, connect, request, snapshot) {
	if (request.onlyIfChanged && snapshot.commit === void 0 && !await hasUnsent(project)) return NOTHING;
	try {
		const remote = await connect();
		if (!remote) return NOTHING;
		const changed = snapshot.changes.map(({ path }) => path);
		const warnings = await lockChanged(project, remote, changed, request);
		const exchanged = await rounds(project, remote, request);
		return {
			...exchanged,
			warnings: [...warnings, ...exchanged.warnings]
		};
	} catch (error) {
		if (!hasCode(error, "BACKEND_CONNECTION_FAILED")) throw error;
		const { ref } = await project.branch();
		throw new SyncError(error.code, `${error.message.replace(/[^.]$/, "$&.")} Your work is safe in the local history of ${shortName(ref)}, and goes out with the next sync.`, {
			data: error.data,
			cause: error
		});
	}
}
/** Somebody committed here with stock Git since the last contact with the remote. */
async function hasUnsent(project) {
	const { ref, commit } = await project.branch();
	return commit !== await project.tracked(ref);
}
async function rounds(project, remote, request) {
	const { direction, strategy, signal, onProgress } = request;
	const options = {
		...signal && { signal },
		...onProgress && { onProgress }
	};
	const received = [];
	const warnings = [];
	let bytesUploaded = 0;
	let bytesDownloaded = 0;
	for (let round = 1;; round++) {
		throwIfAborted(signal);
		const theirs = await fetchAll(project, remote, options);
		const { ref: branch } = await project.branch();
		const tip = theirs.refs.get(branch);
		if (tip !== void 0) {
			if (direction === "push") await refuseIfBehind(project, branch, tip);
			const integrated = await integrate(project, remote, tip, {
				...options,
				strategy
			});
			received.push(...integrated.received);
			warnings.push(...integrated.warnings);
			bytesDownloaded += integrated.bytesDownloaded;
			if (integrated.conflicts.length > 0) return {
				...NOTHING,
				conflicts: integrated.conflicts,
				received,
				warnings,
				bytesDownloaded
			};
		}
		const { commit: next } = await project.branch();
		const updates = direction === "pull" || next === void 0 ? [] : await pushUpdates(project, branch, next, theirs);
		if (updates.length === 0 || next === void 0) return {
			...NOTHING,
			received,
			warnings,
			bytesDownloaded
		};
		const known = await heldTips(project, knownTips(theirs));
		bytesUploaded += await sendUnlessLocked(project, remote, {
			tip,
			next,
			known
		}, options);
		onProgress?.({
			phase: "push",
			files: 0,
			bytes: 0
		});
		if (await push(project, remote, updates, options).catch((error) => {
			if (round === 1 && hasCode(error, "BACKEND_CONNECTION_FAILED") && error.data.dropped) return false;
			throw error;
		})) return {
			pushed: true,
			sent: (await changesBetween(project, tip, next)).map(changedPath),
			conflicts: [],
			received,
			warnings,
			bytesUploaded,
			bytesDownloaded
		};
		if (round === ROUNDS) throw new SyncError("PUSH_REJECTED", `Others pushed first, ${ROUNDS} times in a row. Your work is safe in your own history; sync again in a moment.`);
		await pause(Math.random() * 100 * round, signal);
	}
}
/** The locks are asked for while the assets are sent; a lock of another person's stops the sending. */
async function sendUnlessLocked(project, remote, { tip, next, known }, options) {
	const stop = new AbortController();
	const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
	const changed = async () => (await changesBetween(project, tip, next)).map(({ path }) => path);
	const asking = refuseLockedPaths(project, remote, changed, options).catch((error) => {
		stop.abort(error);
		throw error;
	});
	const [asked, sent] = await Promise.allSettled([asking, sendAssets(project, remote, next, known, {
		...options,
		signal
	})]);
	if (asked.status === "rejected") throw asked.reason;
	if (sent.status === "rejected") throw sent.reason;
	return sent.value;
}
async function refuseIfBehind(project, branch, tip) {
	const { commit } = await project.branch();
	if (commit === void 0 || !await project.repository.graph.isAncestor(tip, commit)) refuseStalePush(branch);
}
async function heldTips(project, tips) {
	const here = await project.repository.objects.hasMany(tips);
	return tips.filter((_, at) => here[at]);
}
async function changesBetween(project, from, to) {
	const { graph, trees } = project.repository;
	return await trees.diff(from && (await graph.commit(from)).tree, (await graph.commit(to)).tree);
}

// ../../work/h/me/dist/engine/sync/withTimeout.js
/**
* Runs work that is stopped when it makes no progress for `timeout` milliseconds. Slow is fine, stuck is not.
* @throws SyncError `SYNC_TIMEOUT`
*/
async function withTimeout({ timeout, signal, onProgress }, work) {
	const stuck = new AbortController();
	const give = () => stuck.abort(new SyncError("SYNC_TIMEOUT", `Sync timeout: nothing moved for ${Math.round(timeout / 1e3)} s. Your files are as they were; check the connection and sync again.`));
	let timer = setTimeout(give, timeout);
	const alive = (progress) => {
		clearTimeout(timer);
		timer = setTimeout(give, timeout);
		onProgress?.(progress);
	};
	try {
		return await work({
			signal: signal ? AbortSignal.any([signal, stuck.signal]) : stuck.signal,
			onProgress: alive
		});
	} finally {
		clearTimeout(timer);
	}
}

// ../../work/h/me/dist/engine/OpenedProject.js
var OpenedProject = class {
	project;
	heard = new Heard();
	#around;
	#remote;
	#auto;
	#starting;
	#meter;
	#lastSync;
	#lastError;
	/** Syncs of one engine queue up here; those of other processes wait at the project's lock. */
	#queue = Promise.resolve();
	constructor(project, around) {
		this.project = project;
		this.#around = around;
	}
	/** The project's remote, if it has one. Makes no request. */
	remote() {
		this.#remote ??= connectRemote(this.#around, this.project);
		return this.#remote;
	}
	/** The project has another one now. */
	forgetRemote() {
		this.#remote = void 0;
	}
	/** @throws SyncError `INVALID_CONFIG` where the remote has none */
	async feed() {
		const feed = (await this.remote())?.feed;
		if (feed) return feed;
		throw new SyncError("INVALID_CONFIG", "This project’s remote has no feed of changes: it is a plain Git host, or there is none. A relay has one.");
	}
	sync(request) {
		const run = this.#queue.then(() => this.#syncNow(request), () => this.#syncNow(request));
		this.#queue = run.catch(() => void 0);
		return run;
	}
	/** Resolves when watching has begun. @param interval milliseconds */
	async enableAutoSync(interval) {
		this.#starting ??= this.#startAutoSync(interval);
		try {
			await this.#starting;
		} catch (error) {
			this.#starting = void 0;
			throw error;
		}
	}
	async disableAutoSync() {
		await this.#starting?.catch(() => void 0);
		await this.#auto?.close();
		this.#auto = void 0;
		this.#starting = void 0;
	}
	async status() {
		const progress = this.#meter?.current;
		const remote = await this.project.remoteUrl();
		const { only, without, isWhole } = await partsOf$1(this.project);
		return {
			...await projectStatus(this.project, await this.#auto?.dirtyPaths()),
			isSyncing: this.#meter !== void 0,
			syncProgress: progress?.percent ?? (this.#meter ? 0 : 100),
			...progress && { progress },
			...!isWhole && { parts: {
				only,
				without
			} },
			autoSync: this.#auto !== void 0,
			online: this.#auto?.online ?? (this.#lastSync !== void 0 && this.#lastError === void 0),
			...remote !== void 0 && { remote },
			...this.#lastSync !== void 0 && { lastSync: this.#lastSync },
			...this.#lastError && { lastError: this.#lastError }
		};
	}
	async collaboration() {
		return await collaborationSession(this.project, this.heard, this.#auto?.online ?? false);
	}
	/** Stops what runs; what was begun is finished or undone. */
	async close() {
		await this.disableAutoSync();
		await this.#queue.catch(() => void 0);
		await (await this.#remote?.catch(() => void 0))?.close();
	}
	async #startAutoSync(interval) {
		const { project } = this;
		const auto = new AutoSync({
			project,
			remote: await this.remote(),
			interval,
			sync: (request) => this.sync({
				...request,
				direction: "bidirectional"
			}),
			onLocks: () => void this.remote().then((remote) => listLocks(project, remote, {})).catch(() => void 0),
			report: (activity) => {
				if (activity.type === "remote-change") this.heard.add(activity.change);
				this.#around.report(project, activity);
			}
		});
		this.#auto = auto;
		await auto.start();
	}
	async #syncNow({ strategy, signal, onProgress, ...request }) {
		const { config } = this.#around;
		const meter = new ProgressMeter(onProgress && ((progress) => onProgress(progress)));
		this.#meter = meter;
		try {
			const result = await withTimeout({
				timeout: config.timeout,
				signal,
				onProgress: meter.report
			}, (calls) => syncOnce(this.project, () => this.remote(), {
				...request,
				...calls,
				strategy: strategy ?? config.conflictResolutionMode
			}));
			this.#lastSync = (/* @__PURE__ */ new Date()).toISOString();
			this.#lastError = void 0;
			return result;
		} catch (error) {
			this.#lastError = errorBody(error);
			throw error;
		} finally {
			this.#meter = void 0;
		}
	}
};
/** @param other instead of the project's own remote */
async function connectRemote({ host, backends, config }, project, other) {
	const url = other ?? await project.remoteUrl();
	if (url === void 0) return void 0;
	return await backends.connect(host, {
		backend: config.backend,
		url,
		apiKey: config.provider.apiKey,
		workingCopy: workingCopyOf(project.repository),
		device: project.identity.device
	});
}

// ../../work/h/me/dist/engine/project/knownProjects.js
/** Which projects this user has on this machine, and where: a project can have several working copies. */
const schema = record(string(), array(string()));
var KnownProjects = class {
	#host;
	#path;
	#file;
	constructor(host) {
		this.#host = host;
		this.#path = join(host.home, "projects.json");
		this.#file = new StateFile(host.disk, this.#path, schema);
	}
	async add(id, folder) {
		if ((await this.#file.read())?.[id]?.includes(folder)) return;
		const lock = await this.#host.disk.lockFile(`${this.#path}.change`);
		try {
			const known = await this.#file.read() ?? {};
			const folders = (known[id] ?? []).filter((each) => each !== folder);
			await this.#file.write({
				...known,
				[id]: [...folders, folder]
			});
		} finally {
			await lock.release();
		}
	}
	/**
	* The one folder where this user has the project.
	* @throws SyncError `NOT_A_PROJECT`, `PROJECT_AMBIGUOUS`
	*/
	async folderOf(id) {
		const folders = [];
		for (const folder of (await this.#file.read())?.[id] ?? []) if (await this.#host.disk.lstat(join(folder, ".modsync.json"))) folders.push(folder);
		const [only, second] = folders;
		if (only === void 0) throw new SyncError("NOT_A_PROJECT", `Project ${id} is not on this machine. Open its folder, clone it or join it first.`, { data: { projectId: id } });
		if (second !== void 0) throw new SyncError("PROJECT_AMBIGUOUS", `Project ${id} has several folders here. Open the one you mean: ${folders.join(", ")}`, { data: {
			projectId: id,
			folders
		} });
		return only;
	}
};

// ../../work/h/me/dist/engine/OpenedProjects.js
/** The projects that an engine has opened, by id; one that is asked for is found by where this user has it. */
var OpenedProjects = class {
	#around;
	#known;
	#opened = /* @__PURE__ */ new Map();
	constructor(around) {
		this.#around = around;
		this.#known = new KnownProjects(around.host);
	}
	/** @throws SyncError `NOT_A_PROJECT`, `PROJECT_AMBIGUOUS` */
	async get(projectId) {
		const opened = this.#opened.get(projectId);
		if (opened) return opened;
		return await this.add(await Project.find(this.#around.host, await this.#known.folderOf(projectId)));
	}
	/** A working copy in another folder than before takes the place of the one that was open. */
	async add(project) {
		let opened = this.#opened.get(project.id);
		if (opened?.project.folder !== project.folder) {
			await opened?.disableAutoSync();
			opened = new OpenedProject(project, this.#around);
			this.#opened.set(project.id, opened);
		}
		await this.#known.add(project.id, project.folder);
		const { autoSync, syncInterval } = this.#around.config;
		if (autoSync) await opened.enableAutoSync(syncInterval);
		return opened;
	}
	/** Only what is open already. @throws SyncError `NOT_FOUND` */
	peek(projectId) {
		const opened = this.#opened.get(projectId);
		if (opened) return opened;
		throw new SyncError("NOT_FOUND", `Project ${projectId} is not open here.`);
	}
	async close() {
		for (const opened of this.#opened.values()) await opened.close();
		this.#opened.clear();
	}
};

// ../../work/h/me/dist/engine/project/createProject.js
/** Making a folder a project, and getting a working copy of one that is elsewhere. */
/** Carries out a plan: the files, the repository, the first snapshot. Repeating it changes nothing more. */
async function createProject(host, plan, options) {
	for (const { path, content } of plan.filesToWrite) await host.disk.publish(join(plan.folder, path), utf8(content));
	const repository = plan.existingRepository ? await Repository.open(host, plan.folder) : await Repository.init(host, plan.folder, { branch: plan.branch });
	const project = await Project.open(repository, plan.projectId, plan.name);
	const lock = await project.lock(options.signal);
	try {
		await recover(project, options);
		await takeSnapshot(project, {
			...options,
			message: `Start ${plan.name} with modsync`
		});
	} finally {
		await lock.release();
	}
	return project;
}
/**
* Makes `url` the project's remote, for stock Git as well: its credential helper answers from modsync's own store. An
* `origin` that was there before, and the branch's upstream, stay what they are.
*/
async function setRemote(project, url) {
	const { config } = project.repository;
	const origin = await config.get("remote.origin.url");
	const name = origin === void 0 || origin === url ? "origin" : "modsync";
	await config.set(`remote.${name}.url`, url);
	await config.set(`remote.${name}.fetch`, `+refs/heads/*:refs/remotes/${name}/*`);
	if (name !== "origin") await config.set("modsync.remote", name);
	const { ref } = await project.branch();
	const upstream = `branch.${shortName(ref)}`;
	if (name === "origin" || await config.get(`${upstream}.remote`) === void 0) {
		await config.set(`${upstream}.remote`, name);
		await config.set(`${upstream}.merge`, ref);
	}
	await setCredentialHelper(project.repository, url);
}
/**
* A working copy of a hosted project, in a new or empty folder.
* @throws SyncError `WOULD_OVERWRITE` when the folder holds something; `NOT_A_PROJECT`
*/
async function cloneProject(host, folder, { gitUrl, hosting }, connect, { parts, ...options }) {
	const partsSettings = parts ? partsConfig(parts) : [];
	const before = await host.disk.list(folder);
	if (before && before.length > 0 && !await isUnfinishedClone(host, folder, gitUrl)) throw new SyncError("WOULD_OVERWRITE", `${folder} is not empty. Name a new folder; nothing was changed.`, { data: { folder } });
	const remote = await connect({ url: gitUrl });
	try {
		const theirs = await remote.history.listRefs(options);
		const branch = theirs.head ? shortName(theirs.head) : hosting?.branch ?? "main";
		const repository = await Repository.init(host, folder, { branch });
		const mark = markOf(repository);
		await mark.write({ url: gitUrl });
		await repository.config.setMany([["remote.origin.url", gitUrl], ...partsSettings]);
		const project = await openCloned(host, repository, remote, branch, {
			hosting,
			gitUrl,
			options
		});
		await setRemote(project, gitUrl);
		await mark.remove();
		return project;
	} catch (error) {
		if (!before) await host.disk.removeTree(folder);
		else if (before.length === 0) await emptyFolder(host, folder);
		throw error;
	} finally {
		await remote.close();
	}
}
async function emptyFolder(host, folder) {
	for (const { name } of await host.disk.list(folder) ?? []) await host.disk.removeTree(join(folder, name));
}
async function openCloned(host, repository, remote, branch, { hosting, gitUrl, options }) {
	const guess = await Project.open(repository, hosting?.projectId ?? "clone", hosting?.name ?? nameOf$1(repository.folder));
	const lock = await guess.lock(options.signal);
	try {
		await recover(guess, options);
		const tip = (await fetchAll(guess, remote, options)).refs.get(`refs/heads/${branch}`);
		if (tip) {
			await refuseForeign(repository, tip, gitUrl);
			await integrate(guess, remote, tip, {
				...options,
				strategy: "manual"
			});
		}
	} finally {
		await lock.release();
	}
	return await Project.find(host, repository.folder);
}
/** Before the first file is written: is it a project at all? */
async function refuseForeign(repository, tip, url) {
	const { trees, graph, objects } = repository;
	const file = await trees.find((await graph.commit(tip)).tree, PROJECT_FILE);
	if (!file) throw new SyncError("NOT_A_PROJECT", `${url} is a Git repository, but no modsync project: it has no ${PROJECT_FILE}. Clone it with Git and run "modsync init" there.`, { data: { url } });
	parseProjectFile(await objects.readBlob(file.id));
}
/** Stands as long as a clone is not done: it says where from. */
const markOf = (repository) => new StateFile(repository.host.disk, join(repository.gitDir, "modsync", "cloning.json"), object({ url: string() }));
/** A clone that was killed is carried on by the same command. */
async function isUnfinishedClone(host, folder, url) {
	const names = await host.disk.list(folder);
	const onlyGit = names?.length === 1 && names[0]?.name === ".git" && names[0].kind === "folder";
	if (onlyGit && !await host.disk.lstat(join(folder, ".git", "HEAD"))) return true;
	try {
		const repository = await Repository.open(host, folder);
		if ((await markOf(repository).read())?.url === url) return true;
		const origin = await repository.config.get("remote.origin.url");
		const { commit } = await repository.refs.head();
		return commit === void 0 && (origin === url || onlyGit && origin === void 0);
	} catch {
		return false;
	}
}

// ../../work/h/me/dist/engine/project/trackFiles.js
/** Which files are assets: reads and changes `.gitattributes`, as `git lfs track` does. */
const ATTRIBUTES = ".gitattributes";
/** Git, git-lfs and modsync read these themselves: a pointer in their place would break the project. */
const NEVER_ASSETS = [
	".git",
	".lfs",
	".modsync"
];
const canBeAsset = (path) => !NEVER_ASSETS.some((prefix) => nameOf$1(path).startsWith(prefix));
/** The patterns of all attribute files, the deepest file first. */
async function listTracked({ host, folder }) {
	const sources = (await host.disk.walk(folder, (_at, entries) => entries.filter(({ name, kind }) => kind === "folder" ? name !== ".git" : name === ATTRIBUTES))).map(({ path }) => path).sort((a, b) => b.length - a.length);
	const contents = await host.disk.readMany(sources.map((path) => join(folder, path)));
	return sources.flatMap((source, at) => patternsIn(text(contents[at] ?? /* @__PURE__ */ new Uint8Array()), source));
}
function patternsIn(content, source) {
	return content.split("\n").flatMap((line) => {
		const [pattern = "", ...words] = line.trim().split(/\s+/);
		if (pattern.startsWith("#") || !words.includes("filter=lfs")) return [];
		const folder = parentOf(source);
		return [{
			pattern: folder === "" ? pattern : `${folder}/${pattern}`,
			lockable: words.includes("lockable"),
			source
		}];
	});
}
/**
* @param folder project path of the folder whose `.gitattributes` is written: patterns are relative to it
* @throws SyncError `INVALID_INPUT` when a pattern would make an asset of what Git itself reads
*/
async function trackFiles(project, patterns, { folder, ...options }) {
	const before = await readAttributes(project, folder);
	const known = await listTracked(project);
	const { content, tracked, already } = trackPatterns(before, patterns, {
		...options,
		folder,
		known
	});
	if (content === before) return {
		tracked,
		already,
		moves: []
	};
	const paths = await trackedFiles(project);
	const rules = new AttributeRules({ ignoreCase: false });
	rules.put(folder, utf8(content));
	const broken = paths.find((path) => !canBeAsset(path) && rules.of(path).get("filter") === "lfs");
	if (broken !== void 0) throw new SyncError("INVALID_INPUT", `That would make an asset of ${broken}, which Git and modsync must read themselves. Choose a narrower pattern; nothing was changed.`, { data: { path: broken } });
	const moves = await changeAttributes(project, folder, content, paths);
	if (options.lockable !== void 0) await markLockable(project, [ATTRIBUTES]);
	return {
		tracked,
		already,
		moves
	};
}
async function untrackFiles(project, patterns, { folder }) {
	const { content, untracked } = untrackPatterns(await readAttributes(project, folder), patterns);
	if (untracked.length === 0) return {
		untracked,
		moves: []
	};
	return {
		untracked,
		moves: await changeAttributes(project, folder, content, await trackedFiles(project))
	};
}
/** Writes the file, and has Git look again at those of `paths` that now are assets, or no longer are. */
async function changeAttributes(project, folder, content, paths) {
	const { host, repository } = project;
	const before = await areAssets(project, paths);
	await host.disk.publish(join(project.folder, folder, ATTRIBUTES), utf8(content));
	const after = await areAssets(project, paths);
	const moves = paths.filter((_, at) => before[at] !== after[at]);
	for (const path of moves) await host.disk.touch(join(repository.folder, path));
	return moves;
}
async function areAssets({ repository }, paths) {
	return (await repository.attributes(paths)).map((attributes) => attributes.get("filter") === "lfs");
}
async function readAttributes({ host, folder }, at) {
	return text(await host.disk.read(join(folder, at, ATTRIBUTES)) ?? /* @__PURE__ */ new Uint8Array());
}
/** Those of the newest commit, and those that are staged. */
async function trackedFiles({ repository, host }) {
	const tree = await repository.headTree();
	const paths = new Set(tree ? (await repository.trees.list(tree)).keys() : []);
	const index = join(repository.gitDir, "index");
	if (await host.disk.lstat(index)) for (const { path } of await stagedFiles(repository, index)) paths.add(path);
	return [...paths];
}

// ../../work/h/me/dist/engine/project/migrateToLfs.js
/** Moves files of the newest snapshot out of Git into the asset store. History stays as it is. */
/** @throws SyncError `INVALID_INPUT` when one of the files has changes that no snapshot has; what a snapshot throws */
async function migrateToLfs(project, options) {
	const lock = await project.lock(options.signal);
	try {
		await recover(project, options);
		const head = (await project.branch()).commit;
		const files = head ? await filesToMove(project, options) : [];
		const paths = files.map(({ path }) => path);
		const history = head ? await historyOf(project, head, new Set(paths)) : NO_HISTORY;
		const wanted = await wantedLines(project, paths, options);
		if (files.length === 0 || options.dryRun) return {
			files,
			lines: wanted.lines,
			history
		};
		await refuseUnsaved(project, paths);
		await changeAttributes(project, "", wanted.content, paths);
		const moved = await areAssets(project, paths);
		const kept = paths.find((_, at) => !moved[at]);
		if (kept !== void 0) throw new SyncError("INVALID_INPUT", `${kept} stays in Git: another line says that it is no asset (look at .gitattributes beside it). Nothing was committed.`, { data: { path: kept } });
		for (const path of paths) await project.host.disk.touch(join(project.folder, path));
		const { commit } = await takeSnapshot(project, {
			...options,
			message: `Move ${files.length === 1 ? paths[0] : `${files.length} files`} to LFS`,
			only: [".gitattributes", ...paths]
		});
		return {
			...commit && { commitId: commit },
			files,
			lines: wanted.lines,
			history
		};
	} finally {
		await lock.release();
	}
}
const NO_HISTORY = {
	commits: 0,
	rewritten: 0,
	versions: 0
};
async function filesToMove(project, { patterns = [], above }) {
	const { repository, host } = project;
	const tree = await repository.headTree();
	const all = tree ? await repository.trees.list(tree) : /* @__PURE__ */ new Map();
	const matches = patterns.length > 0 ? matcher(patterns) : () => true;
	const named = [...all].filter(([path, { mode }]) => (mode === MODE.file || mode === MODE.executable) && canBeAsset(path) && matches(path));
	const assets = await areAssets(project, named.map(([path]) => path));
	const byRule = patterns.length === 0 && above === void 0;
	const stats = await host.disk.lstatMany(project.folder, named.map(([path]) => path));
	const files = [];
	for (const [at, [path, { id }]] of named.entries()) {
		const size = stats[at]?.size;
		if (size === void 0 || size === 0 || size <= (above ?? 0) || byRule && !assets[at]) continue;
		if (assets[at] && parsePointer(await repository.objects.readBlob(id))) continue;
		files.push({
			path,
			size
		});
	}
	return files;
}
function matcher(patterns) {
	const rules = new AttributeRules({ ignoreCase: false });
	rules.put("", utf8(patterns.map((pattern) => `${trackLine(pattern)}\n`).join("")));
	return (path) => rules.of(path).get("filter") === "lfs";
}
/** With patterns, lines for them; without, one for each file that has no rule yet. */
async function wantedLines(project, paths, { patterns = [], above }) {
	const before = await readAttributes(project, "");
	if (patterns.length > 0 && above === void 0) {
		const { content } = trackPatterns(before, patterns, { known: await listTracked(project) });
		return {
			content,
			lines: linesAdded(before, content)
		};
	}
	const assets = await areAssets(project, paths);
	const lines = paths.filter((_, at) => !assets[at]).map(lfsLineFor);
	const gap = before === "" || before.endsWith("\n") ? "" : "\n";
	return {
		content: lines.length === 0 ? before : `${before}${gap}${lines.join("\n")}\n`,
		lines
	};
}
function linesAdded(before, after) {
	const had = new Set(before.split(/\r?\n/));
	return after.split(/\r?\n/).filter((line) => !had.has(line));
}
async function refuseUnsaved({ repository, filters }, paths) {
	const { unstaged, staged } = await repository.status({
		filters,
		only: paths
	});
	const wanted = new Set(paths);
	const changed = [...unstaged, ...staged].find(({ path }) => wanted.has(path));
	if (changed) throw new SyncError("INVALID_INPUT", `${changed.path} has changes that are in no snapshot. Run "modsync sync" first, or "git commit" it; nothing was changed.`, { data: { path: changed.path } });
}
/** @param paths as they are called now: under earlier names they are not found */
async function historyOf({ repository }, head, paths) {
	const { graph, trees } = repository;
	const versions = /* @__PURE__ */ new Set();
	let commits = 0;
	let rewritten = 0;
	for await (const { tree, parents } of graph.log(head)) {
		commits++;
		const [parent] = parents;
		for (const { path, after } of await trees.diff(parent && (await graph.commit(parent)).tree, tree)) {
			if (!after || !paths.has(path)) continue;
			versions.add(after.id);
			rewritten = commits;
		}
	}
	return {
		commits,
		rewritten,
		versions: versions.size
	};
}

// ../../work/h/me/dist/engine/project/allowList.js
/** `.gitignore` lines that leave a whole folder alone but for the files named. */
const newNode = () => ({
	folders: /* @__PURE__ */ new Map(),
	files: /* @__PURE__ */ new Set()
});
/**
* Git never looks into an ignored folder, so every folder on the way to a file is let in and emptied again. A folder
* that carries the plugin's name is let in whole: what is added there later belongs to the plugin too.
*/
function allowList(plugin, paths) {
	const stem = plugin.replace(/\.[^.]+$/, "").toLowerCase();
	const owned = /* @__PURE__ */ new Set([stem, plugin.toLowerCase()]);
	const root = newNode();
	for (const path of [
		".gitattributes",
		".gitignore",
		".modsync.json",
		...paths
	]) {
		const names = path.split("/");
		const file = names.pop();
		let node = root;
		let whole = false;
		for (const name of names) {
			let next = node.folders.get(name);
			if (!next) {
				next = newNode();
				node.folders.set(name, next);
			}
			node = next;
			whole = owned.has(name.toLowerCase());
			if (whole) break;
		}
		if (!whole && file !== void 0) node.files.add(file);
	}
	const lines = [
		`# This folder holds the game. Only what belongs to ${plugin} is part of the project;`,
		"# to add a file, let it in with a line of its own, such as: !/Textures/shared.dds",
		"/*"
	];
	write(root, "", lines);
	return `${lines.join("\n")}\n`;
}
function write({ folders, files }, at, lines) {
	for (const file of [...files].sort()) lines.push(`!${at}/${escaped(file)}`);
	for (const [name, node] of [...folders].sort(([a], [b]) => a < b ? -1 : 1)) {
		const folder = `${at}/${escaped(name)}`;
		lines.push(`!${folder}/`);
		if (node.folders.size === 0 && node.files.size === 0) continue;
		lines.push(`${folder}/*`);
		write(node, folder, lines);
	}
}
const escaped = (name) => name.replace(/[\\*?[]/g, "\\$&").replace(/ $/, "\\ ");

// ../../work/h/me/dist/engine/project/planProject.js
/** What making a folder a project would do, before anything is done. */
/** Files beyond this that no rule makes an asset are worth a word. Bytes. */
const LARGE = 10485760;
/** @throws SyncError `NOT_FOUND`, `PROJECT_EXISTS`, `GAME_FOLDER` (a plugin must be named), `UNSUPPORTED_REPOSITORY` */
async function planProject(host, folder, options = {}) {
	const names = await host.disk.list(folder);
	if (!names) throw new SyncError("NOT_FOUND", `There is no folder ${folder}.`, { data: { folder } });
	const projectFile = await host.disk.read(join(folder, PROJECT_FILE));
	const repository = await openIfRepository(host, folder);
	const { projectId, name } = chooseName(host, folder, projectFile, options);
	const gameFolder = isGameFolder(names.map((entry) => entry.name));
	const existing = {
		ignore: await host.disk.read(join(folder, ".gitignore")),
		attributes: await host.disk.read(join(folder, ".gitattributes"))
	};
	const everything = await host.disk.walk(folder, (at, entries) => entries.filter((entry) => !(entry.name === ".git" && entry.kind === "folder") && !nestedRepository(at, entries)));
	const plugin = gameFolder ? await choosePlugin(host, folder, everything, options.plugin) : void 0;
	const filesToWrite = [];
	if (!projectFile) filesToWrite.push({
		path: PROJECT_FILE,
		content: text(formatProjectFile(projectId, name))
	});
	if (!repository && !existing.attributes) filesToWrite.push({
		path: ".gitattributes",
		content: gitAttributes()
	});
	if (plugin) filesToWrite.push({
		path: ".gitignore",
		content: `${existing.ignore ? text(existing.ignore) : gitIgnore()}\n${plugin.ignore}`
	});
	else if (!repository && !existing.ignore) filesToWrite.push({
		path: ".gitignore",
		content: gitIgnore()
	});
	const content = (path) => filesToWrite.find((file) => file.path === path)?.content;
	const rules = rulesFor(content(".gitignore") ?? existing.ignore, content(".gitattributes") ?? existing.attributes);
	const files = (await host.disk.walk(folder, rules.visit)).filter(({ path }) => !content(path));
	const game = files.filter(({ path }) => isGameFile(path));
	const taken = gameFolder ? files.filter(({ path }) => !isGameFile(path)) : files;
	const assets = taken.filter(({ path }) => rules.isAsset(path));
	const inGit = taken.filter(({ path }) => !rules.isAsset(path));
	const own = filesToWrite.reduce((sum, file) => sum + utf8(file.content).length, 0);
	return {
		folder,
		projectId,
		name,
		branch: options.branch ?? await currentBranch(repository) ?? "main",
		...options.relay !== void 0 && { relay: options.relay },
		existingRepository: repository !== void 0,
		gameFolder,
		...plugin && { plugin: plugin.name },
		filesToWrite,
		inGit: {
			files: inGit.length + filesToWrite.length,
			bytes: total(inGit) + own
		},
		asAssets: {
			files: assets.length,
			bytes: total(assets)
		},
		leftAlone: everything.length - taken.length,
		maybe: plugin?.maybe ?? [],
		warnings: [...game.length > 0 && !gameFolder ? [`${game.length} files of the game itself (${game.slice(0, 3).map(({ path }) => path).join(", ")}…) would be shared: that is not allowed. Move them out, or add them to .gitignore.`] : [], ...inGit.filter(({ path, stat }) => stat.size > LARGE && !isPlugin(path)).map(({ path, stat }) => `${path} (${Math.round(stat.size / 1e6)} MB) goes into Git itself: no rule in .gitattributes makes it an asset.`)]
	};
}
async function openIfRepository(host, folder) {
	try {
		return await Repository.open(host, folder);
	} catch (error) {
		if (hasCode(error, "NOT_A_PROJECT")) return void 0;
		throw error;
	}
}
async function currentBranch(repository) {
	const branch = (await repository?.refs.head())?.branch;
	return branch && shortName(branch);
}
function chooseName(host, folder, projectFile, { name }) {
	if (projectFile) {
		const known = parseProjectFile(projectFile);
		return {
			projectId: known.projectId,
			name: known.name
		};
	}
	const chosen = (name ?? nameOf$1(folder)).trim() || "project";
	return {
		projectId: makeProjectId(chosen, host.codec.randomBytes(6)),
		name: chosen
	};
}
const nestedRepository = (at, entries) => at !== "" && entries.some(({ name }) => name === ".git");
/** In the game's own folder: the plugin that the project is about, and rules that leave everything else alone. */
async function choosePlugin(host, folder, files, wanted) {
	const plugins = files.map(({ path }) => path).filter((path) => !path.includes("/") && isPlugin(path) && !isGameFile(path));
	const name = plugins.find((path) => path.toLowerCase() === wanted?.toLowerCase());
	if (name === void 0) {
		const which = plugins.length > 0 ? `It has: ${plugins.slice(0, 20).join(", ")}.` : "It has no plugin that is not the game’s: make one first.";
		const problem = wanted === void 0 ? "it holds the game, which is never shared" : `it has no plugin "${wanted}"`;
		throw new SyncError("GAME_FOLDER", `${folder}: ${problem}. Name the plugin that the project is about: --plugin NAME. ${which}`, { data: {
			folder,
			plugins
		} });
	}
	const bytes = await host.disk.read(join(folder, name));
	const { belongs, maybe } = filesOfPlugin(name, bytes, files.map(({ path }) => path), host.codec);
	return {
		name,
		maybe,
		ignore: allowList(name, belongs)
	};
}
/** The ignore and attribute rules as they will be, for a folder that may not be a repository yet. */
function rulesFor(ignore, attributes) {
	const bytes = (content) => typeof content === "string" ? utf8(content) : content;
	const ignored = new IgnoreRules([], false);
	const marked = new AttributeRules({ ignoreCase: false });
	marked.put("", bytes(attributes));
	const visit = (folder, entries, read) => {
		const has = (name) => entries.some((entry) => entry.name === name);
		if (folder !== "" && has(".git")) return [];
		ignored.enter(folder, folder === "" ? bytes(ignore) : has(".gitignore") ? read(".gitignore") : void 0);
		if (folder !== "") marked.put(folder, has(".gitattributes") ? read(".gitattributes") : void 0);
		return entries.filter(({ name, kind }) => name !== ".git" && !ignored.isIgnored(folder, name, kind === "folder"));
	};
	return {
		visit,
		isAsset: (path) => marked.of(path).get("filter") === "lfs"
	};
}
const total = (files) => files.reduce((sum, { stat }) => sum + stat.size, 0);

// ../../work/h/me/node_modules/picomatch/lib/constants.js
var require_constants = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const WIN_SLASH = "\\\\/";
	const WIN_NO_SLASH = `[^${WIN_SLASH}]`;
	const DEFAULT_MAX_EXTGLOB_RECURSION = 0;
	/**
	* Posix glob regex
	*/
	const DOT_LITERAL = "\\.";
	const PLUS_LITERAL = "\\+";
	const QMARK_LITERAL = "\\?";
	const SLASH_LITERAL = "\\/";
	const ONE_CHAR = "(?=.)";
	const QMARK = "[^/]";
	const END_ANCHOR = `(?:${SLASH_LITERAL}|$)`;
	const START_ANCHOR = `(?:^|${SLASH_LITERAL})`;
	const DOTS_SLASH = `${DOT_LITERAL}{1,2}${END_ANCHOR}`;
	const POSIX_CHARS = {
		DOT_LITERAL,
		PLUS_LITERAL,
		QMARK_LITERAL,
		SLASH_LITERAL,
		ONE_CHAR,
		QMARK,
		END_ANCHOR,
		DOTS_SLASH,
		NO_DOT: `(?!${DOT_LITERAL})`,
		NO_DOTS: `(?!${START_ANCHOR}${DOTS_SLASH})`,
		NO_DOT_SLASH: `(?!${DOT_LITERAL}{0,1}${END_ANCHOR})`,
		NO_DOTS_SLASH: `(?!${DOTS_SLASH})`,
		QMARK_NO_DOT: `[^.${SLASH_LITERAL}]`,
		STAR: `${QMARK}*?`,
		START_ANCHOR,
		SEP: "/"
	};
	/**
	* Windows glob regex
	*/
	const WINDOWS_CHARS = {
		...POSIX_CHARS,
		SLASH_LITERAL: `[${WIN_SLASH}]`,
		QMARK: WIN_NO_SLASH,
		STAR: `${WIN_NO_SLASH}*?`,
		DOTS_SLASH: `${DOT_LITERAL}{1,2}(?:[${WIN_SLASH}]|$)`,
		NO_DOT: `(?!${DOT_LITERAL})`,
		NO_DOTS: `(?!(?:^|[${WIN_SLASH}])${DOT_LITERAL}{1,2}(?:[${WIN_SLASH}]|$))`,
		NO_DOT_SLASH: `(?!${DOT_LITERAL}{0,1}(?:[${WIN_SLASH}]|$))`,
		NO_DOTS_SLASH: `(?!${DOT_LITERAL}{1,2}(?:[${WIN_SLASH}]|$))`,
		QMARK_NO_DOT: `[^.${WIN_SLASH}]`,
		START_ANCHOR: `(?:^|[${WIN_SLASH}])`,
		END_ANCHOR: `(?:[${WIN_SLASH}]|$)`,
		SEP: "\\"
	};
	/**
	* POSIX Bracket Regex
	*/
	const POSIX_REGEX_SOURCE = {
		__proto__: null,
		alnum: "a-zA-Z0-9",
		alpha: "a-zA-Z",
		ascii: "\\x00-\\x7F",
		blank: " \\t",
		cntrl: "\\x00-\\x1F\\x7F",
		digit: "0-9",
		graph: "\\x21-\\x7E",
		lower: "a-z",
		print: "\\x20-\\x7E ",
		punct: "\\-!\"#$%&'()\\*+,./:;<=>?@[\\]^_`{|}~",
		space: " \\t\\r\\n\\v\\f",
		upper: "A-Z",
		word: "A-Za-z0-9_",
		xdigit: "A-Fa-f0-9"
	};
	module.exports = {
		DEFAULT_MAX_EXTGLOB_RECURSION,
		MAX_LENGTH: 65536,
		POSIX_REGEX_SOURCE,
		REGEX_BACKSLASH: /\\(?![*+?^${}(|)[\]])/g,
		REGEX_NON_SPECIAL_CHARS: /^[^@![\].,$*+?^{}()|\\/]+/,
		REGEX_SPECIAL_CHARS: /[-*+?.^${}(|)[\]]/,
		REGEX_SPECIAL_CHARS_BACKREF: /(\\?)((\W)(\3*))/g,
		REGEX_SPECIAL_CHARS_GLOBAL: /([-*+?.^${}(|)[\]])/g,
		REGEX_REMOVE_BACKSLASH: /(?:\[.*?[^\\]\]|\\(?=.))/g,
		REPLACEMENTS: {
			__proto__: null,
			"***": "*",
			"**/**": "**",
			"**/**/**": "**"
		},
		CHAR_0: 48,
		CHAR_9: 57,
		CHAR_UPPERCASE_A: 65,
		CHAR_LOWERCASE_A: 97,
		CHAR_UPPERCASE_Z: 90,
		CHAR_LOWERCASE_Z: 122,
		CHAR_LEFT_PARENTHESES: 40,
		CHAR_RIGHT_PARENTHESES: 41,
		CHAR_ASTERISK: 42,
		CHAR_AMPERSAND: 38,
		CHAR_AT: 64,
		CHAR_BACKWARD_SLASH: 92,
		CHAR_CARRIAGE_RETURN: 13,
		CHAR_CIRCUMFLEX_ACCENT: 94,
		CHAR_COLON: 58,
		CHAR_COMMA: 44,
		CHAR_DOT: 46,
		CHAR_DOUBLE_QUOTE: 34,
		CHAR_EQUAL: 61,
		CHAR_EXCLAMATION_MARK: 33,
		CHAR_FORM_FEED: 12,
		CHAR_FORWARD_SLASH: 47,
		CHAR_GRAVE_ACCENT: 96,
		CHAR_HASH: 35,
		CHAR_HYPHEN_MINUS: 45,
		CHAR_LEFT_ANGLE_BRACKET: 60,
		CHAR_LEFT_CURLY_BRACE: 123,
		CHAR_LEFT_SQUARE_BRACKET: 91,
		CHAR_LINE_FEED: 10,
		CHAR_NO_BREAK_SPACE: 160,
		CHAR_PERCENT: 37,
		CHAR_PLUS: 43,
		CHAR_QUESTION_MARK: 63,
		CHAR_RIGHT_ANGLE_BRACKET: 62,
		CHAR_RIGHT_CURLY_BRACE: 125,
		CHAR_RIGHT_SQUARE_BRACKET: 93,
		CHAR_SEMICOLON: 59,
		CHAR_SINGLE_QUOTE: 39,
		CHAR_SPACE: 32,
		CHAR_TAB: 9,
		CHAR_UNDERSCORE: 95,
		CHAR_VERTICAL_LINE: 124,
		CHAR_ZERO_WIDTH_NOBREAK_SPACE: 65279,
		/**
		* Create EXTGLOB_CHARS
		*/
		extglobChars(chars) {
			return {
				"!": {
					type: "negate",
					open: "(?:(?!(?:",
					close: `))${chars.STAR})`
				},
				"?": {
					type: "qmark",
					open: "(?:",
					close: ")?"
				},
				"+": {
					type: "plus",
					open: "(?:",
					close: ")+"
				},
				"*": {
					type: "star",
					open: "(?:",
					close: ")*"
				},
				"@": {
					type: "at",
					open: "(?:",
					close: ")"
				}
			};
		},
		/**
		* Create GLOB_CHARS
		*/
		globChars(win32) {
			return win32 === true ? WINDOWS_CHARS : POSIX_CHARS;
		}
	};
}));

// ../../work/h/me/node_modules/picomatch/lib/utils.js
var require_utils = /* @__PURE__ */ __commonJSMin(((exports) => {
	const { REGEX_BACKSLASH, REGEX_REMOVE_BACKSLASH, REGEX_SPECIAL_CHARS, REGEX_SPECIAL_CHARS_GLOBAL } = require_constants();
	exports.isObject = (val) => val !== null && typeof val === "object" && !Array.isArray(val);
	exports.hasRegexChars = (str) => REGEX_SPECIAL_CHARS.test(str);
	exports.isRegexChar = (str) => str.length === 1 && exports.hasRegexChars(str);
	exports.escapeRegex = (str) => str.replace(REGEX_SPECIAL_CHARS_GLOBAL, "\\$1");
	exports.toPosixSlashes = (str) => str.replace(REGEX_BACKSLASH, "/");
	exports.isWindows = () => {
		if (typeof navigator !== "undefined" && navigator.platform) {
			const platform = navigator.platform.toLowerCase();
			return platform === "win32" || platform === "windows";
		}
		if (typeof process !== "undefined" && process.platform) return process.platform === "win32";
		return false;
	};
	exports.removeBackslashes = (str) => {
		return str.replace(REGEX_REMOVE_BACKSLASH, (match) => {
			return match === "\\" ? "" : match;
		});
	};
	exports.escapeLast = (input, char, lastIdx) => {
		const idx = input.lastIndexOf(char, lastIdx);
		if (idx === -1) return input;
		if (input[idx - 1] === "\\") return exports.escapeLast(input, char, idx - 1);
		return `${input.slice(0, idx)}\\${input.slice(idx)}`;
	};
	exports.removePrefix = (input, state = {}) => {
		let output = input;
		if (output.startsWith("./")) {
			output = output.slice(2);
			state.prefix = "./";
		}
		return output;
	};
	exports.wrapOutput = (input, state = {}, options = {}) => {
		let output = `${options.contains ? "" : "^"}(?:${input})${options.contains ? "" : "$"}`;
		if (state.negated === true) output = `(?:^(?!${output}).*$)`;
		return output;
	};
	exports.basename = (path, { windows } = {}) => {
		const segs = path.split(windows ? /[\\/]/ : "/");
		const last = segs[segs.length - 1];
		if (last === "") return segs[segs.length - 2];
		return last;
	};
}));

// ../../work/h/me/node_modules/picomatch/lib/scan.js
var require_scan = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const utils = require_utils();
	const { CHAR_ASTERISK, CHAR_AT, CHAR_BACKWARD_SLASH, CHAR_COMMA, CHAR_DOT, CHAR_EXCLAMATION_MARK, CHAR_FORWARD_SLASH, CHAR_LEFT_CURLY_BRACE, CHAR_LEFT_PARENTHESES, CHAR_LEFT_SQUARE_BRACKET, CHAR_PLUS, CHAR_QUESTION_MARK, CHAR_RIGHT_CURLY_BRACE, CHAR_RIGHT_PARENTHESES, CHAR_RIGHT_SQUARE_BRACKET } = require_constants();
	const isPathSeparator = (code) => {
		return code === CHAR_FORWARD_SLASH || code === CHAR_BACKWARD_SLASH;
	};
	const depth = (token) => {
		if (token.isPrefix !== true) token.depth = token.isGlobstar ? 1e400 : 1;
	};
	/**
	* Quickly scans a glob pattern and returns an object with a handful of
	* useful properties, like `isGlob`, `path` (the leading non-glob, if it exists),
	* `glob` (the actual pattern), `negated` (true if the path starts with `!` but not
	* with `!(`) and `negatedExtglob` (true if the path starts with `!(`).
	*
	* ```js
	* const pm = require('picomatch');
	* console.log(pm.scan('foo/bar/*.js'));
	* { isGlob: true, input: 'foo/bar/*.js', base: 'foo/bar', glob: '*.js' }
	* ```
	* @param {String} `str`
	* @param {Object} `options`
	* @return {Object} Returns an object with tokens and regex source string.
	* @api public
	*/
	const scan = (input, options) => {
		const opts = options || {};
		const length = input.length - 1;
		const scanToEnd = opts.parts === true || opts.tokens === true || opts.scanToEnd === true;
		const slashes = [];
		const tokens = [];
		const parts = [];
		let str = input;
		let index = -1;
		let start = 0;
		let lastIndex = 0;
		let isBrace = false;
		let isBracket = false;
		let isGlob = false;
		let isExtglob = false;
		let isGlobstar = false;
		let braceEscaped = false;
		let backslashes = false;
		let negated = false;
		let negatedExtglob = false;
		let finished = false;
		let braces = 0;
		let prev;
		let code;
		let token = {
			value: "",
			depth: 0,
			isGlob: false
		};
		const eos = () => index >= length;
		const peek = () => str.charCodeAt(index + 1);
		const advance = () => {
			prev = code;
			return str.charCodeAt(++index);
		};
		while (index < length) {
			code = advance();
			let next;
			if (code === CHAR_BACKWARD_SLASH) {
				backslashes = token.backslashes = true;
				code = advance();
				if (code === CHAR_LEFT_CURLY_BRACE) braceEscaped = true;
				continue;
			}
			if (braceEscaped === true || code === CHAR_LEFT_CURLY_BRACE) {
				braces++;
				while (eos() !== true && (code = advance())) {
					if (code === CHAR_BACKWARD_SLASH) {
						backslashes = token.backslashes = true;
						advance();
						continue;
					}
					if (code === CHAR_LEFT_CURLY_BRACE) {
						braces++;
						continue;
					}
					if (braceEscaped !== true && code === CHAR_DOT && (code = advance()) === CHAR_DOT) {
						isBrace = token.isBrace = true;
						isGlob = token.isGlob = true;
						finished = true;
						if (scanToEnd === true) continue;
						break;
					}
					if (braceEscaped !== true && code === CHAR_COMMA) {
						isBrace = token.isBrace = true;
						isGlob = token.isGlob = true;
						finished = true;
						if (scanToEnd === true) continue;
						break;
					}
					if (code === CHAR_RIGHT_CURLY_BRACE) {
						braces--;
						if (braces === 0) {
							braceEscaped = false;
							isBrace = token.isBrace = true;
							finished = true;
							break;
						}
					}
				}
				if (scanToEnd === true) continue;
				break;
			}
			if (code === CHAR_FORWARD_SLASH) {
				slashes.push(index);
				tokens.push(token);
				token = {
					value: "",
					depth: 0,
					isGlob: false
				};
				if (finished === true) continue;
				if (prev === CHAR_DOT && index === start + 1) {
					start += 2;
					continue;
				}
				lastIndex = index + 1;
				continue;
			}
			if (opts.noext !== true) {
				if ((code === CHAR_PLUS || code === CHAR_AT || code === CHAR_ASTERISK || code === CHAR_QUESTION_MARK || code === CHAR_EXCLAMATION_MARK) === true && peek() === CHAR_LEFT_PARENTHESES) {
					isGlob = token.isGlob = true;
					isExtglob = token.isExtglob = true;
					finished = true;
					if (code === CHAR_EXCLAMATION_MARK && index === start) negatedExtglob = true;
					if (scanToEnd === true) {
						let parens = 0;
						while (eos() !== true && (code = advance())) {
							if (code === CHAR_BACKWARD_SLASH) {
								backslashes = token.backslashes = true;
								advance();
								continue;
							}
							if (code === CHAR_LEFT_PARENTHESES) {
								parens++;
								continue;
							}
							if (code === CHAR_RIGHT_PARENTHESES && --parens === 0) {
								finished = true;
								break;
							}
						}
						continue;
					}
					break;
				}
			}
			if (code === CHAR_ASTERISK) {
				if (prev === CHAR_ASTERISK) isGlobstar = token.isGlobstar = true;
				isGlob = token.isGlob = true;
				finished = true;
				if (scanToEnd === true) continue;
				break;
			}
			if (code === CHAR_QUESTION_MARK) {
				isGlob = token.isGlob = true;
				finished = true;
				if (scanToEnd === true) continue;
				break;
			}
			if (code === CHAR_LEFT_SQUARE_BRACKET) {
				while (eos() !== true && (next = advance())) {
					if (next === CHAR_BACKWARD_SLASH) {
						backslashes = token.backslashes = true;
						advance();
						continue;
					}
					if (next === CHAR_RIGHT_SQUARE_BRACKET) {
						isBracket = token.isBracket = true;
						isGlob = token.isGlob = true;
						finished = true;
						break;
					}
				}
				if (scanToEnd === true) continue;
				break;
			}
			if (opts.nonegate !== true && code === CHAR_EXCLAMATION_MARK && index === start) {
				negated = token.negated = true;
				start++;
				continue;
			}
			if (opts.noparen !== true && code === CHAR_LEFT_PARENTHESES) {
				isGlob = token.isGlob = true;
				if (scanToEnd === true) {
					let parens = 1;
					while (eos() !== true && (code = advance())) {
						if (code === CHAR_BACKWARD_SLASH) {
							backslashes = token.backslashes = true;
							advance();
							continue;
						}
						if (code === CHAR_LEFT_PARENTHESES) {
							parens++;
							continue;
						}
						if (code === CHAR_RIGHT_PARENTHESES && --parens === 0) {
							finished = true;
							break;
						}
					}
					continue;
				}
				break;
			}
			if (isGlob === true) {
				finished = true;
				if (scanToEnd === true) continue;
				break;
			}
		}
		if (opts.noext === true) {
			isExtglob = false;
			isGlob = false;
		}
		let base = str;
		let prefix = "";
		let glob = "";
		if (start > 0) {
			prefix = str.slice(0, start);
			str = str.slice(start);
			lastIndex -= start;
		}
		if (base && isGlob === true && lastIndex > 0) {
			base = str.slice(0, lastIndex);
			glob = str.slice(lastIndex);
		} else if (isGlob === true) {
			base = "";
			glob = str;
		} else base = str;
		if (base && base !== "" && base !== "/" && base !== str) {
			if (isPathSeparator(base.charCodeAt(base.length - 1))) base = base.slice(0, -1);
		}
		if (opts.unescape === true) {
			if (glob) glob = utils.removeBackslashes(glob);
			if (base && backslashes === true) base = utils.removeBackslashes(base);
		}
		const state = {
			prefix,
			input,
			start,
			base,
			glob,
			isBrace,
			isBracket,
			isGlob,
			isExtglob,
			isGlobstar,
			negated,
			negatedExtglob
		};
		if (opts.tokens === true) {
			state.maxDepth = 0;
			if (!isPathSeparator(code)) tokens.push(token);
			state.tokens = tokens;
		}
		if (opts.parts === true || opts.tokens === true) {
			let prevIndex;
			for (let idx = 0; idx < slashes.length; idx++) {
				const n = prevIndex !== void 0 ? prevIndex + 1 : start;
				const i = slashes[idx];
				const value = input.slice(n, i);
				if (opts.tokens) {
					if (idx === 0 && start !== 0) {
						tokens[idx].isPrefix = true;
						tokens[idx].value = prefix;
					} else tokens[idx].value = value;
					depth(tokens[idx]);
					state.maxDepth += tokens[idx].depth;
				}
				if (i >= start) {
					parts.push(value);
					prevIndex = i;
				}
			}
			const n = prevIndex !== void 0 ? prevIndex + 1 : start;
			const value = input.slice(n);
			parts.push(value);
			if (opts.tokens && prevIndex && prevIndex + 1 < input.length) {
				tokens[tokens.length - 1].value = value;
				depth(tokens[tokens.length - 1]);
				state.maxDepth += tokens[tokens.length - 1].depth;
			}
			state.slashes = slashes;
			state.parts = parts;
		}
		return state;
	};
	module.exports = scan;
}));

// ../../work/h/me/node_modules/picomatch/lib/parse.js
var require_parse = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const constants = require_constants();
	const utils = require_utils();
	/**
	* Constants
	*/
	const { MAX_LENGTH, POSIX_REGEX_SOURCE, REGEX_NON_SPECIAL_CHARS, REGEX_SPECIAL_CHARS_BACKREF, REPLACEMENTS } = constants;
	/**
	* Helpers
	*/
	const expandRange = (args, options) => {
		if (typeof options.expandRange === "function") return options.expandRange(...args, options);
		args.sort();
		const value = `[${args.join("-")}]`;
		try {
			new RegExp(value);
		} catch (ex) {
			return args.map((v) => utils.escapeRegex(v)).join("..");
		}
		return value;
	};
	/**
	* Create the message for a syntax error
	*/
	const syntaxError = (type, char) => {
		return `Missing ${type}: "${char}" - use "\\\\${char}" to match literal characters`;
	};
	const splitTopLevel = (input) => {
		const parts = [];
		let bracket = 0;
		let paren = 0;
		let quote = 0;
		let value = "";
		let escaped = false;
		for (const ch of input) {
			if (escaped === true) {
				value += ch;
				escaped = false;
				continue;
			}
			if (ch === "\\") {
				value += ch;
				escaped = true;
				continue;
			}
			if (ch === "\"") {
				quote = quote === 1 ? 0 : 1;
				value += ch;
				continue;
			}
			if (quote === 0) {
				if (ch === "[") bracket++;
				else if (ch === "]" && bracket > 0) bracket--;
				else if (bracket === 0) {
					if (ch === "(") paren++;
					else if (ch === ")" && paren > 0) paren--;
					else if (ch === "|" && paren === 0) {
						parts.push(value);
						value = "";
						continue;
					}
				}
			}
			value += ch;
		}
		parts.push(value);
		return parts;
	};
	const isPlainBranch = (branch) => {
		let escaped = false;
		for (const ch of branch) {
			if (escaped === true) {
				escaped = false;
				continue;
			}
			if (ch === "\\") {
				escaped = true;
				continue;
			}
			if (/[?*+@!()[\]{}]/.test(ch)) return false;
		}
		return true;
	};
	const normalizeSimpleBranch = (branch) => {
		let value = branch.trim();
		let changed = true;
		while (changed === true) {
			changed = false;
			if (/^@\([^\\()[\]{}|]+\)$/.test(value)) {
				value = value.slice(2, -1);
				changed = true;
			}
		}
		if (!isPlainBranch(value)) return;
		return value.replace(/\\(.)/g, "$1");
	};
	const hasRepeatedCharPrefixOverlap = (branches) => {
		const values = branches.map(normalizeSimpleBranch).filter(Boolean);
		for (let i = 0; i < values.length; i++) for (let j = i + 1; j < values.length; j++) {
			const a = values[i];
			const b = values[j];
			const char = a[0];
			if (!char || a !== char.repeat(a.length) || b !== char.repeat(b.length)) continue;
			if (a === b || a.startsWith(b) || b.startsWith(a)) return true;
		}
		return false;
	};
	const parseRepeatedExtglob = (pattern, requireEnd = true) => {
		if (pattern[0] !== "+" && pattern[0] !== "*" || pattern[1] !== "(") return;
		let bracket = 0;
		let paren = 0;
		let quote = 0;
		let escaped = false;
		for (let i = 1; i < pattern.length; i++) {
			const ch = pattern[i];
			if (escaped === true) {
				escaped = false;
				continue;
			}
			if (ch === "\\") {
				escaped = true;
				continue;
			}
			if (ch === "\"") {
				quote = quote === 1 ? 0 : 1;
				continue;
			}
			if (quote === 1) continue;
			if (ch === "[") {
				bracket++;
				continue;
			}
			if (ch === "]" && bracket > 0) {
				bracket--;
				continue;
			}
			if (bracket > 0) continue;
			if (ch === "(") {
				paren++;
				continue;
			}
			if (ch === ")") {
				paren--;
				if (paren === 0) {
					if (requireEnd === true && i !== pattern.length - 1) return;
					return {
						type: pattern[0],
						body: pattern.slice(2, i),
						end: i
					};
				}
			}
		}
	};
	const buildCharClassStar = (chars) => {
		return `${chars.length === 1 ? utils.escapeRegex(chars[0]) : `[${chars.map((ch) => utils.escapeRegex(ch)).join("")}]`}*`;
	};
	const getStarExtglobSequenceChars = (pattern) => {
		let index = 0;
		const chars = [];
		while (index < pattern.length) {
			const match = parseRepeatedExtglob(pattern.slice(index), false);
			if (!match || match.type !== "*") return;
			const branches = splitTopLevel(match.body).map((branch) => branch.trim());
			if (branches.length !== 1) return;
			const branch = normalizeSimpleBranch(branches[0]);
			if (!branch || branch.length !== 1) return;
			chars.push(branch);
			index += match.end + 1;
		}
		if (chars.length < 1) return;
		return chars;
	};
	const repeatedExtglobRecursion = (pattern) => {
		let depth = 0;
		let value = pattern.trim();
		let match = parseRepeatedExtglob(value);
		while (match) {
			depth++;
			value = match.body.trim();
			match = parseRepeatedExtglob(value);
		}
		return depth;
	};
	const analyzeRepeatedExtglob = (body, options) => {
		if (options.maxExtglobRecursion === false) return { risky: false };
		const max = typeof options.maxExtglobRecursion === "number" ? options.maxExtglobRecursion : constants.DEFAULT_MAX_EXTGLOB_RECURSION;
		const branches = splitTopLevel(body).map((branch) => branch.trim());
		if (branches.length > 1) {
			if (branches.some((branch) => branch === "") || branches.some((branch) => /^[*?]+$/.test(branch)) || hasRepeatedCharPrefixOverlap(branches)) return { risky: true };
		}
		const safeChars = [];
		let sawStarSequence = false;
		let combinable = true;
		for (const branch of branches) {
			const chars = getStarExtglobSequenceChars(branch);
			if (chars) {
				sawStarSequence = true;
				safeChars.push(...chars);
				continue;
			}
			const literal = normalizeSimpleBranch(branch);
			if (literal && literal.length === 1) {
				safeChars.push(literal);
				continue;
			}
			combinable = false;
			if (repeatedExtglobRecursion(branch) > max) return { risky: true };
		}
		if (sawStarSequence) return combinable ? {
			risky: true,
			safeOutput: buildCharClassStar([...new Set(safeChars)])
		} : { risky: true };
		return { risky: false };
	};
	/**
	* Parse the given input string.
	* @param {String} input
	* @param {Object} options
	* @return {Object}
	*/
	const parse = (input, options) => {
		if (typeof input !== "string") throw new TypeError("Expected a string");
		input = REPLACEMENTS[input] || input;
		const opts = { ...options };
		const max = typeof opts.maxLength === "number" ? Math.min(MAX_LENGTH, opts.maxLength) : MAX_LENGTH;
		let len = input.length;
		if (len > max) throw new SyntaxError(`Input length: ${len}, exceeds maximum allowed length: ${max}`);
		const bos = {
			type: "bos",
			value: "",
			output: opts.prepend || ""
		};
		const tokens = [bos];
		const capture = opts.capture ? "" : "?:";
		const PLATFORM_CHARS = constants.globChars(opts.windows);
		const EXTGLOB_CHARS = constants.extglobChars(PLATFORM_CHARS);
		const { DOT_LITERAL, PLUS_LITERAL, SLASH_LITERAL, ONE_CHAR, DOTS_SLASH, NO_DOT, NO_DOT_SLASH, NO_DOTS_SLASH, QMARK, QMARK_NO_DOT, STAR, START_ANCHOR } = PLATFORM_CHARS;
		const globstar = (opts) => {
			return `(${capture}(?:(?!${START_ANCHOR}${opts.dot ? DOTS_SLASH : DOT_LITERAL}).)*?)`;
		};
		const nodot = opts.dot ? "" : NO_DOT;
		const qmarkNoDot = opts.dot ? QMARK : QMARK_NO_DOT;
		let star = opts.bash === true ? globstar(opts) : STAR;
		if (opts.capture) star = `(${star})`;
		if (typeof opts.noext === "boolean") opts.noextglob = opts.noext;
		const state = {
			input,
			index: -1,
			start: 0,
			dot: opts.dot === true,
			consumed: "",
			output: "",
			prefix: "",
			backtrack: false,
			negated: false,
			brackets: 0,
			braces: 0,
			parens: 0,
			quotes: 0,
			globstar: false,
			tokens
		};
		input = utils.removePrefix(input, state);
		len = input.length;
		const extglobs = [];
		const braces = [];
		const stack = [];
		let prev = bos;
		let value;
		/**
		* Tokenizing helpers
		*/
		const eos = () => state.index === len - 1;
		const peek = state.peek = (n = 1) => input[state.index + n];
		const advance = state.advance = () => input[++state.index] || "";
		const remaining = () => input.slice(state.index + 1);
		const consume = (value = "", num = 0) => {
			state.consumed += value;
			state.index += num;
		};
		const append = (token) => {
			state.output += token.output != null ? token.output : token.value;
			consume(token.value);
		};
		const negate = () => {
			let count = 1;
			while (peek() === "!" && (peek(2) !== "(" || peek(3) === "?")) {
				advance();
				state.start++;
				count++;
			}
			if (count % 2 === 0) return false;
			state.negated = true;
			state.start++;
			return true;
		};
		const increment = (type) => {
			state[type]++;
			stack.push(type);
		};
		const decrement = (type) => {
			state[type]--;
			stack.pop();
		};
		/**
		* Push tokens onto the tokens array. This helper speeds up
		* tokenizing by 1) helping us avoid backtracking as much as possible,
		* and 2) helping us avoid creating extra tokens when consecutive
		* characters are plain text. This improves performance and simplifies
		* lookbehinds.
		*/
		const push = (tok) => {
			if (prev.type === "globstar") {
				const isBrace = state.braces > 0 && (tok.type === "comma" || tok.type === "brace");
				const isExtglob = tok.extglob === true || extglobs.length && (tok.type === "pipe" || tok.type === "paren");
				if (tok.type !== "slash" && tok.type !== "paren" && !isBrace && !isExtglob) {
					state.output = state.output.slice(0, -prev.output.length);
					prev.type = "star";
					prev.value = "*";
					prev.output = star;
					state.output += prev.output;
				}
			}
			if (extglobs.length && tok.type !== "paren") extglobs[extglobs.length - 1].inner += tok.value;
			if (tok.value || tok.output) append(tok);
			if (prev && prev.type === "text" && tok.type === "text") {
				prev.output = (prev.output || prev.value) + tok.value;
				prev.value += tok.value;
				return;
			}
			tok.prev = prev;
			tokens.push(tok);
			prev = tok;
		};
		const extglobOpen = (type, value) => {
			const token = {
				...EXTGLOB_CHARS[value],
				conditions: 1,
				inner: ""
			};
			token.prev = prev;
			token.parens = state.parens;
			token.output = state.output;
			token.startIndex = state.index;
			token.tokensIndex = tokens.length;
			const output = (opts.capture ? "(" : "") + token.open;
			increment("parens");
			push({
				type,
				value,
				output: state.output ? "" : ONE_CHAR
			});
			push({
				type: "paren",
				extglob: true,
				value: advance(),
				output
			});
			extglobs.push(token);
		};
		const extglobClose = (token) => {
			const literal = input.slice(token.startIndex, state.index + 1);
			const body = input.slice(token.startIndex + 2, state.index);
			const analysis = analyzeRepeatedExtglob(body, opts);
			if ((token.type === "plus" || token.type === "star") && analysis.risky) {
				const safeOutput = analysis.safeOutput ? (token.output ? "" : ONE_CHAR) + (opts.capture ? `(${analysis.safeOutput})` : analysis.safeOutput) : void 0;
				const open = tokens[token.tokensIndex];
				open.type = "text";
				open.value = literal;
				open.output = safeOutput || utils.escapeRegex(literal);
				for (let i = token.tokensIndex + 1; i < tokens.length; i++) {
					tokens[i].value = "";
					tokens[i].output = "";
					delete tokens[i].suffix;
				}
				state.output = token.output + open.output;
				state.backtrack = true;
				push({
					type: "paren",
					extglob: true,
					value,
					output: ""
				});
				decrement("parens");
				return;
			}
			let output = token.close + (opts.capture ? ")" : "");
			let rest;
			if (token.type === "negate") {
				let extglobStar = star;
				if (token.inner && token.inner.length > 1 && token.inner.includes("/")) extglobStar = globstar(opts);
				if (extglobStar !== star || eos() || /^\)+$/.test(remaining())) output = token.close = `)$))${extglobStar}`;
				if (token.inner.includes("*") && (rest = remaining()) && /^\.[^\\/.]+$/.test(rest)) output = token.close = `)${parse(rest, {
					...options,
					fastpaths: false
				}).output})${extglobStar})`;
				if (token.prev.type === "bos") state.negatedExtglob = true;
			}
			push({
				type: "paren",
				extglob: true,
				value,
				output
			});
			decrement("parens");
		};
		/**
		* Fast paths
		*/
		if (opts.fastpaths !== false && !/(^[*!]|[/()[\]{}"])/.test(input)) {
			let backslashes = false;
			let output = input.replace(REGEX_SPECIAL_CHARS_BACKREF, (m, esc, chars, first, rest, index) => {
				if (first === "\\") {
					backslashes = true;
					return m;
				}
				if (first === "?") {
					if (esc) return esc + first + (rest ? QMARK.repeat(rest.length) : "");
					if (index === 0) return qmarkNoDot + (rest ? QMARK.repeat(rest.length) : "");
					return QMARK.repeat(chars.length);
				}
				if (first === ".") return DOT_LITERAL.repeat(chars.length);
				if (first === "*") {
					if (esc) return esc + first + (rest ? star : "");
					return star;
				}
				return esc ? m : `\\${m}`;
			});
			if (backslashes === true) {
				if (opts.unescape === true) output = output.replace(/\\/g, "");
				else output = output.replace(/\\+/g, (m) => {
					return m.length % 2 === 0 ? "\\\\" : m ? "\\" : "";
				});
			}
			if (output === input && opts.contains === true) {
				state.output = input;
				return state;
			}
			state.output = utils.wrapOutput(output, state, options);
			return state;
		}
		/**
		* Tokenize input until we reach end-of-string
		*/
		while (!eos()) {
			value = advance();
			if (value === "\0") continue;
			/**
			* Escaped characters
			*/
			if (value === "\\") {
				const next = peek();
				if (next === "/" && opts.bash !== true) continue;
				if (next === "." || next === ";") continue;
				if (!next) {
					value += "\\";
					push({
						type: "text",
						value
					});
					continue;
				}
				const match = /^\\+/.exec(remaining());
				let slashes = 0;
				if (match && match[0].length > 2) {
					slashes = match[0].length;
					state.index += slashes;
					if (slashes % 2 !== 0) value += "\\";
				}
				if (opts.unescape === true) value = advance();
				else value += advance();
				if (state.brackets === 0) {
					push({
						type: "text",
						value
					});
					continue;
				}
			}
			/**
			* If we're inside a regex character class, continue
			* until we reach the closing bracket.
			*/
			if (state.brackets > 0 && (value !== "]" || prev.value === "[" || prev.value === "[^")) {
				if (opts.posix !== false && value === ":") {
					const inner = prev.value.slice(1);
					if (inner.includes("[")) {
						prev.posix = true;
						if (inner.includes(":")) {
							const idx = prev.value.lastIndexOf("[");
							const pre = prev.value.slice(0, idx);
							const rest = prev.value.slice(idx + 2);
							const posix = POSIX_REGEX_SOURCE[rest];
							if (posix) {
								prev.value = pre + posix;
								state.backtrack = true;
								advance();
								if (!bos.output && tokens.indexOf(prev) === 1) bos.output = ONE_CHAR;
								continue;
							}
						}
					}
				}
				if (value === "[" && peek() !== ":" || value === "-" && peek() === "]") value = `\\${value}`;
				if (value === "]" && (prev.value === "[" || prev.value === "[^")) value = `\\${value}`;
				if (opts.posix === true && value === "!" && prev.value === "[") value = "^";
				prev.value += value;
				append({ value });
				continue;
			}
			/**
			* If we're inside a quoted string, continue
			* until we reach the closing double quote.
			*/
			if (state.quotes === 1 && value !== "\"") {
				value = utils.escapeRegex(value);
				prev.value += value;
				append({ value });
				continue;
			}
			/**
			* Double quotes
			*/
			if (value === "\"") {
				state.quotes = state.quotes === 1 ? 0 : 1;
				if (opts.keepQuotes === true) push({
					type: "text",
					value
				});
				continue;
			}
			/**
			* Parentheses
			*/
			if (value === "(") {
				increment("parens");
				push({
					type: "paren",
					value
				});
				continue;
			}
			if (value === ")") {
				if (state.parens === 0 && opts.strictBrackets === true) throw new SyntaxError(syntaxError("opening", "("));
				const extglob = extglobs[extglobs.length - 1];
				if (extglob && state.parens === extglob.parens + 1) {
					extglobClose(extglobs.pop());
					continue;
				}
				push({
					type: "paren",
					value,
					output: state.parens ? ")" : "\\)"
				});
				decrement("parens");
				continue;
			}
			/**
			* Square brackets
			*/
			if (value === "[") {
				if (opts.nobracket === true || !remaining().includes("]")) {
					if (opts.nobracket !== true && opts.strictBrackets === true) throw new SyntaxError(syntaxError("closing", "]"));
					value = `\\${value}`;
				} else increment("brackets");
				push({
					type: "bracket",
					value
				});
				continue;
			}
			if (value === "]") {
				if (opts.nobracket === true || prev && prev.type === "bracket" && prev.value.length === 1) {
					push({
						type: "text",
						value,
						output: `\\${value}`
					});
					continue;
				}
				if (state.brackets === 0) {
					if (opts.strictBrackets === true) throw new SyntaxError(syntaxError("opening", "["));
					push({
						type: "text",
						value,
						output: `\\${value}`
					});
					continue;
				}
				decrement("brackets");
				const prevValue = prev.value.slice(1);
				if (prev.posix !== true && prevValue[0] === "^" && !prevValue.includes("/")) value = `/${value}`;
				prev.value += value;
				append({ value });
				if (opts.literalBrackets === false || utils.hasRegexChars(prevValue)) continue;
				const escaped = utils.escapeRegex(prev.value);
				state.output = state.output.slice(0, -prev.value.length);
				if (opts.literalBrackets === true) {
					state.output += escaped;
					prev.value = escaped;
					continue;
				}
				prev.value = `(${capture}${escaped}|${prev.value})`;
				state.output += prev.value;
				continue;
			}
			/**
			* Braces
			*/
			if (value === "{" && opts.nobrace !== true) {
				increment("braces");
				const open = {
					type: "brace",
					value,
					output: "(",
					outputIndex: state.output.length,
					tokensIndex: state.tokens.length
				};
				braces.push(open);
				push(open);
				continue;
			}
			if (value === "}") {
				const brace = braces[braces.length - 1];
				if (opts.nobrace === true || !brace) {
					push({
						type: "text",
						value,
						output: value
					});
					continue;
				}
				let output = ")";
				if (brace.dots === true) {
					const arr = tokens.slice();
					const range = [];
					for (let i = arr.length - 1; i >= 0; i--) {
						tokens.pop();
						if (arr[i].type === "brace") break;
						if (arr[i].type !== "dots") range.unshift(arr[i].value);
					}
					output = expandRange(range, opts);
					state.backtrack = true;
				}
				if (brace.comma !== true && brace.dots !== true) {
					const out = state.output.slice(0, brace.outputIndex);
					const toks = state.tokens.slice(brace.tokensIndex);
					brace.value = brace.output = "\\{";
					value = output = "\\}";
					state.output = out;
					for (const t of toks) state.output += t.output || t.value;
				}
				push({
					type: "brace",
					value,
					output
				});
				decrement("braces");
				braces.pop();
				continue;
			}
			/**
			* Pipes
			*/
			if (value === "|") {
				if (extglobs.length > 0) extglobs[extglobs.length - 1].conditions++;
				push({
					type: "text",
					value
				});
				continue;
			}
			/**
			* Commas
			*/
			if (value === ",") {
				let output = value;
				const brace = braces[braces.length - 1];
				if (brace && stack[stack.length - 1] === "braces") {
					brace.comma = true;
					output = "|";
				}
				push({
					type: "comma",
					value,
					output
				});
				continue;
			}
			/**
			* Slashes
			*/
			if (value === "/") {
				if (prev.type === "dot" && state.index === state.start + 1) {
					state.start = state.index + 1;
					state.consumed = "";
					state.output = "";
					tokens.pop();
					prev = bos;
					continue;
				}
				push({
					type: "slash",
					value,
					output: SLASH_LITERAL
				});
				continue;
			}
			/**
			* Dots
			*/
			if (value === ".") {
				if (state.braces > 0 && prev.type === "dot") {
					if (prev.value === ".") prev.output = DOT_LITERAL;
					const brace = braces[braces.length - 1];
					prev.type = "dots";
					prev.output += value;
					prev.value += value;
					brace.dots = true;
					continue;
				}
				if (state.braces + state.parens === 0 && prev.type !== "bos" && prev.type !== "slash") {
					push({
						type: "text",
						value,
						output: DOT_LITERAL
					});
					continue;
				}
				push({
					type: "dot",
					value,
					output: DOT_LITERAL
				});
				continue;
			}
			/**
			* Question marks
			*/
			if (value === "?") {
				if (!(prev && prev.value === "(") && opts.noextglob !== true && peek() === "(" && peek(2) !== "?") {
					extglobOpen("qmark", value);
					continue;
				}
				if (prev && prev.type === "paren") {
					const next = peek();
					let output = value;
					if (prev.value === "(" && !/[!=<:]/.test(next) || next === "<" && !/<([!=]|\w+>)/.test(remaining())) output = `\\${value}`;
					push({
						type: "text",
						value,
						output
					});
					continue;
				}
				if (opts.dot !== true && (prev.type === "slash" || prev.type === "bos")) {
					push({
						type: "qmark",
						value,
						output: QMARK_NO_DOT
					});
					continue;
				}
				push({
					type: "qmark",
					value,
					output: QMARK
				});
				continue;
			}
			/**
			* Exclamation
			*/
			if (value === "!") {
				if (opts.noextglob !== true && peek() === "(") {
					if (peek(2) !== "?" || !/[!=<:]/.test(peek(3))) {
						extglobOpen("negate", value);
						continue;
					}
				}
				if (opts.nonegate !== true && state.index === 0) {
					negate();
					continue;
				}
			}
			/**
			* Plus
			*/
			if (value === "+") {
				if (opts.noextglob !== true && peek() === "(" && peek(2) !== "?") {
					extglobOpen("plus", value);
					continue;
				}
				if (prev && prev.value === "(" || opts.regex === false) {
					push({
						type: "plus",
						value,
						output: PLUS_LITERAL
					});
					continue;
				}
				if (prev && (prev.type === "bracket" || prev.type === "paren" || prev.type === "brace") || state.parens > 0) {
					push({
						type: "plus",
						value
					});
					continue;
				}
				push({
					type: "plus",
					value: PLUS_LITERAL
				});
				continue;
			}
			/**
			* Plain text
			*/
			if (value === "@") {
				if (opts.noextglob !== true && peek() === "(" && peek(2) !== "?") {
					push({
						type: "at",
						extglob: true,
						value,
						output: ""
					});
					continue;
				}
				push({
					type: "text",
					value
				});
				continue;
			}
			/**
			* Plain text
			*/
			if (value !== "*") {
				if (value === "$" || value === "^") value = `\\${value}`;
				const match = REGEX_NON_SPECIAL_CHARS.exec(remaining());
				if (match) {
					value += match[0];
					state.index += match[0].length;
				}
				push({
					type: "text",
					value
				});
				continue;
			}
			/**
			* Stars
			*/
			if (prev && (prev.type === "globstar" || prev.star === true)) {
				prev.type = "star";
				prev.star = true;
				prev.value += value;
				prev.output = star;
				state.backtrack = true;
				state.globstar = true;
				consume(value);
				continue;
			}
			let rest = remaining();
			if (opts.noextglob !== true && /^\([^?]/.test(rest)) {
				extglobOpen("star", value);
				continue;
			}
			if (prev.type === "star") {
				if (opts.noglobstar === true) {
					consume(value);
					continue;
				}
				const prior = prev.prev;
				const before = prior.prev;
				const isStart = prior.type === "slash" || prior.type === "bos";
				const afterStar = before && (before.type === "star" || before.type === "globstar");
				if (opts.bash === true && (!isStart || rest[0] && rest[0] !== "/")) {
					push({
						type: "star",
						value,
						output: ""
					});
					continue;
				}
				const isBrace = state.braces > 0 && (prior.type === "comma" || prior.type === "brace");
				const isExtglob = extglobs.length && (prior.type === "pipe" || prior.type === "paren");
				if (!isStart && prior.type !== "paren" && !isBrace && !isExtglob) {
					push({
						type: "star",
						value,
						output: ""
					});
					continue;
				}
				while (rest.slice(0, 3) === "/**") {
					const after = input[state.index + 4];
					if (after && after !== "/") break;
					rest = rest.slice(3);
					consume("/**", 3);
				}
				const isEnd = eos() || state.parens > 0 && rest === ")".repeat(state.parens) && !extglobs.some((extglob) => extglob.type === "negate");
				if (prior.type === "bos" && eos()) {
					prev.type = "globstar";
					prev.value += value;
					prev.output = globstar(opts);
					state.output = prev.output;
					state.globstar = true;
					consume(value);
					continue;
				}
				if (prior.type === "slash" && prior.prev.type !== "bos" && !afterStar && isEnd) {
					state.output = state.output.slice(0, -(prior.output + prev.output).length);
					prior.output = `(?:${prior.output}`;
					prev.type = "globstar";
					prev.output = globstar(opts) + (opts.strictSlashes ? ")" : "|$)");
					prev.value += value;
					state.globstar = true;
					state.output += prior.output + prev.output;
					consume(value);
					continue;
				}
				if (prior.type === "slash" && prior.prev.type !== "bos" && rest[0] === "/") {
					const end = rest[1] !== void 0 ? "|$" : "";
					state.output = state.output.slice(0, -(prior.output + prev.output).length);
					prior.output = `(?:${prior.output}`;
					prev.type = "globstar";
					prev.output = `${globstar(opts)}${SLASH_LITERAL}|${SLASH_LITERAL}${end})`;
					prev.value += value;
					state.output += prior.output + prev.output;
					state.globstar = true;
					consume(value + advance());
					push({
						type: "slash",
						value: "/",
						output: ""
					});
					continue;
				}
				if (prior.type === "bos" && rest[0] === "/") {
					prev.type = "globstar";
					prev.value += value;
					prev.output = `(?:^|${SLASH_LITERAL}|${globstar(opts)}${SLASH_LITERAL})`;
					state.output = prev.output;
					state.globstar = true;
					consume(value + advance());
					push({
						type: "slash",
						value: "/",
						output: ""
					});
					continue;
				}
				state.output = state.output.slice(0, -prev.output.length);
				prev.type = "globstar";
				prev.output = globstar(opts);
				prev.value += value;
				state.output += prev.output;
				state.globstar = true;
				consume(value);
				continue;
			}
			const token = {
				type: "star",
				value,
				output: star
			};
			if (opts.bash === true) {
				token.output = ".*?";
				if (prev.type === "bos" || prev.type === "slash") token.output = nodot + token.output;
				push(token);
				continue;
			}
			if (prev && (prev.type === "bracket" || prev.type === "paren") && opts.regex === true) {
				token.output = value;
				push(token);
				continue;
			}
			if (state.index === state.start || prev.type === "slash" || prev.type === "dot") {
				if (prev.type === "dot") {
					state.output += NO_DOT_SLASH;
					prev.output += NO_DOT_SLASH;
				} else if (opts.dot === true) {
					state.output += NO_DOTS_SLASH;
					prev.output += NO_DOTS_SLASH;
				} else {
					state.output += nodot;
					prev.output += nodot;
				}
				if (peek() !== "*") {
					state.output += ONE_CHAR;
					prev.output += ONE_CHAR;
				}
			}
			push(token);
		}
		while (state.brackets > 0) {
			if (opts.strictBrackets === true) throw new SyntaxError(syntaxError("closing", "]"));
			state.output = utils.escapeLast(state.output, "[");
			decrement("brackets");
		}
		while (state.parens > 0) {
			if (opts.strictBrackets === true) throw new SyntaxError(syntaxError("closing", ")"));
			state.output = utils.escapeLast(state.output, "(");
			decrement("parens");
		}
		while (state.braces > 0) {
			if (opts.strictBrackets === true) throw new SyntaxError(syntaxError("closing", "}"));
			state.output = utils.escapeLast(state.output, "{");
			decrement("braces");
		}
		if (opts.strictSlashes !== true && (prev.type === "star" || prev.type === "bracket")) push({
			type: "maybe_slash",
			value: "",
			output: `${SLASH_LITERAL}?`
		});
		if (state.backtrack === true) {
			state.output = "";
			for (const token of state.tokens) {
				state.output += token.output != null ? token.output : token.value;
				if (token.suffix) state.output += token.suffix;
			}
		}
		return state;
	};
	/**
	* Fast paths for creating regular expressions for common glob patterns.
	* This can significantly speed up processing and has very little downside
	* impact when none of the fast paths match.
	*/
	parse.fastpaths = (input, options) => {
		const opts = { ...options };
		const max = typeof opts.maxLength === "number" ? Math.min(MAX_LENGTH, opts.maxLength) : MAX_LENGTH;
		const len = input.length;
		if (len > max) throw new SyntaxError(`Input length: ${len}, exceeds maximum allowed length: ${max}`);
		input = REPLACEMENTS[input] || input;
		const { DOT_LITERAL, SLASH_LITERAL, ONE_CHAR, DOTS_SLASH, NO_DOT, NO_DOTS, NO_DOTS_SLASH, STAR, START_ANCHOR } = constants.globChars(opts.windows);
		const nodot = opts.dot ? NO_DOTS : NO_DOT;
		const slashDot = opts.dot ? NO_DOTS_SLASH : NO_DOT;
		const capture = opts.capture ? "" : "?:";
		const state = {
			negated: false,
			prefix: ""
		};
		let star = opts.bash === true ? ".*?" : STAR;
		if (opts.capture) star = `(${star})`;
		const globstar = (opts) => {
			if (opts.noglobstar === true) return star;
			return `(${capture}(?:(?!${START_ANCHOR}${opts.dot ? DOTS_SLASH : DOT_LITERAL}).)*?)`;
		};
		const create = (str) => {
			switch (str) {
				case "*": return `${nodot}${ONE_CHAR}${star}`;
				case ".*": return `${DOT_LITERAL}${ONE_CHAR}${star}`;
				case "*.*": return `${nodot}${star}${DOT_LITERAL}${ONE_CHAR}${star}`;
				case "*/*": return `${nodot}${star}${SLASH_LITERAL}${ONE_CHAR}${slashDot}${star}`;
				case "**": return nodot + globstar(opts);
				case "**/*": return `(?:${nodot}${globstar(opts)}${SLASH_LITERAL})?${slashDot}${ONE_CHAR}${star}`;
				case "**/*.*": return `(?:${nodot}${globstar(opts)}${SLASH_LITERAL})?${slashDot}${star}${DOT_LITERAL}${ONE_CHAR}${star}`;
				case "**/.*": return `(?:${nodot}${globstar(opts)}${SLASH_LITERAL})?${DOT_LITERAL}${ONE_CHAR}${star}`;
				default: {
					const match = /^(.*?)\.(\w+)$/.exec(str);
					if (!match) return;
					const source = create(match[1]);
					if (!source) return;
					return source + DOT_LITERAL + match[2];
				}
			}
		};
		let source = create(utils.removePrefix(input, state));
		if (source && opts.strictSlashes !== true) source += `${SLASH_LITERAL}?`;
		return source;
	};
	module.exports = parse;
}));

// ../../work/h/me/node_modules/picomatch/lib/picomatch.js
var require_picomatch$1 = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const scan = require_scan();
	const parse = require_parse();
	const utils = require_utils();
	const constants = require_constants();
	const isObject = (val) => val && typeof val === "object" && !Array.isArray(val);
	/**
	* Creates a matcher function from one or more glob patterns. The
	* returned function takes a string to match as its first argument,
	* and returns true if the string is a match. The returned matcher
	* function also takes a boolean as the second argument that, when true,
	* returns an object with additional information.
	*
	* ```js
	* const picomatch = require('picomatch');
	* // picomatch(glob[, options]);
	*
	* const isMatch = picomatch('*.!(*a)');
	* console.log(isMatch('a.a')); //=> false
	* console.log(isMatch('a.b')); //=> true
	*
	* // For environments without `node.js`, `picomatch/posix` provides you a dependency-free matcher, without automatic OS detection.
	* const picomatch = require('picomatch/posix');
	* // the same API, defaulting to posix paths
	* const isMatch = picomatch('a/*');
	* console.log(isMatch('a\\b')); //=> false
	* console.log(isMatch('a/b')); //=> true
	*
	* // you can still configure the matcher function to accept windows paths
	* const isMatch = picomatch('a/*', { options: windows });
	* console.log(isMatch('a\\b')); //=> true
	* console.log(isMatch('a/b')); //=> true
	* ```
	* @name picomatch
	* @param {String|Array} `globs` One or more glob patterns.
	* @param {Object=} `options`
	* @return {Function=} Returns a matcher function.
	* @api public
	*/
	const picomatch = (glob, options, returnState = false) => {
		if (Array.isArray(glob)) {
			const fns = glob.map((input) => picomatch(input, options, returnState));
			const arrayMatcher = (str) => {
				for (const isMatch of fns) {
					const state = isMatch(str);
					if (state) return state;
				}
				return false;
			};
			return arrayMatcher;
		}
		const isState = isObject(glob) && glob.tokens && glob.input;
		if (glob === "" || typeof glob !== "string" && !isState) throw new TypeError("Expected pattern to be a non-empty string");
		const opts = options || {};
		const posix = opts.windows;
		const regex = isState ? picomatch.compileRe(glob, options) : picomatch.makeRe(glob, options, false, true);
		const state = regex.state;
		delete regex.state;
		let isIgnored = () => false;
		if (opts.ignore) {
			const ignoreOpts = {
				...options,
				ignore: null,
				onMatch: null,
				onResult: null
			};
			isIgnored = picomatch(opts.ignore, ignoreOpts, returnState);
		}
		const matcher = (input, returnObject = false) => {
			const { isMatch, match, output } = picomatch.test(input, regex, options, {
				glob,
				posix
			});
			const result = {
				glob,
				state,
				regex,
				posix,
				input,
				output,
				match,
				isMatch
			};
			if (typeof opts.onResult === "function") opts.onResult(result);
			if (isMatch === false) {
				result.isMatch = false;
				return returnObject ? result : false;
			}
			if (isIgnored(input)) {
				if (typeof opts.onIgnore === "function") opts.onIgnore(result);
				result.isMatch = false;
				return returnObject ? result : false;
			}
			if (typeof opts.onMatch === "function") opts.onMatch(result);
			return returnObject ? result : true;
		};
		if (returnState) matcher.state = state;
		return matcher;
	};
	/**
	* Test `input` with the given `regex`. This is used by the main
	* `picomatch()` function to test the input string.
	*
	* ```js
	* const picomatch = require('picomatch');
	* // picomatch.test(input, regex[, options]);
	*
	* console.log(picomatch.test('foo/bar', /^(?:([^/]*?)\/([^/]*?))$/));
	* // { isMatch: true, match: [ 'foo/', 'foo', 'bar' ], output: 'foo/bar' }
	* ```
	* @param {String} `input` String to test.
	* @param {RegExp} `regex`
	* @return {Object} Returns an object with matching info.
	* @api public
	*/
	picomatch.test = (input, regex, options, { glob, posix } = {}) => {
		if (typeof input !== "string") throw new TypeError("Expected input to be a string");
		if (input === "") return {
			isMatch: false,
			output: ""
		};
		const opts = options || {};
		const format = opts.format || (posix ? utils.toPosixSlashes : null);
		let match = input === glob;
		let output = match && format ? format(input) : input;
		if (match === false) {
			output = format ? format(input) : input;
			match = output === glob;
		}
		if (match === false || opts.capture === true) {
			if (opts.matchBase === true || opts.basename === true) match = picomatch.matchBase(input, regex, options, posix);
			else match = regex.exec(output);
		}
		return {
			isMatch: Boolean(match),
			match,
			output
		};
	};
	/**
	* Match the basename of a filepath.
	*
	* ```js
	* const picomatch = require('picomatch');
	* // picomatch.matchBase(input, glob[, options]);
	* console.log(picomatch.matchBase('foo/bar.js', '*.js'); // true
	* ```
	* @param {String} `input` String to test.
	* @param {RegExp|String} `glob` Glob pattern or regex created by [.makeRe](#makeRe).
	* @return {Boolean}
	* @api public
	*/
	picomatch.matchBase = (input, glob, options, posix = options && options.windows) => {
		return (glob instanceof RegExp ? glob : picomatch.makeRe(glob, options)).test(utils.basename(input, { windows: posix }));
	};
	/**
	* Returns true if **any** of the given glob `patterns` match the specified `string`.
	*
	* ```js
	* const picomatch = require('picomatch');
	* // picomatch.isMatch(string, patterns[, options]);
	*
	* console.log(picomatch.isMatch('a.a', ['b.*', '*.a'])); //=> true
	* console.log(picomatch.isMatch('a.a', 'b.*')); //=> false
	* ```
	* @param {String|Array} str The string to test.
	* @param {String|Array} patterns One or more glob patterns to use for matching.
	* @param {Object} [options] See available [options](#options).
	* @return {Boolean} Returns true if any patterns match `str`
	* @api public
	*/
	picomatch.isMatch = (str, patterns, options) => picomatch(patterns, options)(str);
	/**
	* Parse a glob pattern to create the source string for a regular
	* expression.
	*
	* ```js
	* const picomatch = require('picomatch');
	* const result = picomatch.parse(pattern[, options]);
	* ```
	* @param {String} `pattern`
	* @param {Object} `options`
	* @return {Object} Returns an object with useful properties and output to be used as a regex source string.
	* @api public
	*/
	picomatch.parse = (pattern, options) => {
		if (Array.isArray(pattern)) return pattern.map((p) => picomatch.parse(p, options));
		return parse(pattern, {
			...options,
			fastpaths: false
		});
	};
	/**
	* Scan a glob pattern to separate the pattern into segments.
	*
	* ```js
	* const picomatch = require('picomatch');
	* // picomatch.scan(input[, options]);
	*
	* const result = picomatch.scan('!./foo/*.js');
	* console.log(result);
	* { prefix: '!./',
	*   input: '!./foo/*.js',
	*   start: 3,
	*   base: 'foo',
	*   glob: '*.js',
	*   isBrace: false,
	*   isBracket: false,
	*   isGlob: true,
	*   isExtglob: false,
	*   isGlobstar: false,
	*   negated: true }
	* ```
	* @param {String} `input` Glob pattern to scan.
	* @param {Object} `options`
	* @return {Object} Returns an object with
	* @api public
	*/
	picomatch.scan = (input, options) => scan(input, options);
	/**
	* Compile a regular expression from the `state` object returned by the
	* [parse()](#parse) method.
	*
	* ```js
	* const picomatch = require('picomatch');
	* const state = picomatch.parse('*.js');
	* // picomatch.compileRe(state[, options]);
	*
	* console.log(picomatch.compileRe(state));
	* //=> /^(?:(?!\.)(?=.)[^/]*?\.js)$/
	* ```
	* @param {Object} `state`
	* @param {Object} `options`
	* @param {Boolean} `returnOutput` Intended for implementors, this argument allows you to return the raw output from the parser.
	* @param {Boolean} `returnState` Adds the state to a `state` property on the returned regex. Useful for implementors and debugging.
	* @return {RegExp}
	* @api public
	*/
	picomatch.compileRe = (state, options, returnOutput = false, returnState = false) => {
		if (returnOutput === true) return state.output;
		const opts = options || {};
		const prepend = opts.contains ? "" : "^";
		const append = opts.contains ? "" : "$";
		let source = `${prepend}(?:${state.output})${append}`;
		if (state && state.negated === true) source = `^(?!${source}).*$`;
		const regex = picomatch.toRegex(source, options);
		if (returnState === true) regex.state = state;
		return regex;
	};
	/**
	* Create a regular expression from a parsed glob pattern.
	*
	* ```js
	* const picomatch = require('picomatch');
	* // picomatch.makeRe(state[, options]);
	*
	* const result = picomatch.makeRe('*.js');
	* console.log(result);
	* //=> /^(?:(?!\.)(?=.)[^/]*?\.js)$/
	* ```
	* @param {String} `state` The object returned from the `.parse` method.
	* @param {Object} `options`
	* @param {Boolean} `returnOutput` Implementors may use this argument to return the compiled output, instead of a regular expression. This is not exposed on the options to prevent end-users from mutating the result.
	* @param {Boolean} `returnState` Implementors may use this argument to return the state from the parsed glob with the returned regular expression.
	* @return {RegExp} Returns a regex created from the given pattern.
	* @api public
	*/
	picomatch.makeRe = (input, options = {}, returnOutput = false, returnState = false) => {
		if (!input || typeof input !== "string") throw new TypeError("Expected a non-empty string");
		let parsed = {
			negated: false,
			fastpaths: true
		};
		if (options.fastpaths !== false && (input[0] === "." || input[0] === "*")) parsed.output = parse.fastpaths(input, options);
		if (!parsed.output) parsed = parse(input, options);
		return picomatch.compileRe(parsed, options, returnOutput, returnState);
	};
	/**
	* Create a regular expression from the given regex source string.
	*
	* ```js
	* const picomatch = require('picomatch');
	* // picomatch.toRegex(source[, options]);
	*
	* const { output } = picomatch.parse('*.js');
	* console.log(picomatch.toRegex(output));
	* //=> /^(?:(?!\.)(?=.)[^/]*?\.js)$/
	* ```
	* @param {String} `source` Regular expression source string.
	* @param {Object} `options`
	* @return {RegExp}
	* @api public
	*/
	picomatch.toRegex = (source, options) => {
		try {
			const opts = options || {};
			return new RegExp(source, opts.flags || (opts.nocase ? "i" : ""));
		} catch (err) {
			if (options && options.debug === true) throw err;
			return /$^/;
		}
	};
	/**
	* Picomatch constants.
	* @return {Object}
	*/
	picomatch.constants = constants;
	/**
	* Expose "picomatch"
	*/
	module.exports = picomatch;
}));

// ../../work/h/me/node_modules/picomatch/index.js
var require_picomatch = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const pico = require_picomatch$1();
	const utils = require_utils();
	function picomatch(glob, options, returnState = false) {
		if (options && (options.windows === null || options.windows === void 0)) options = {
			...options,
			windows: utils.isWindows()
		};
		return pico(glob, options, returnState);
	}
	Object.assign(picomatch, pico);
	module.exports = picomatch;
}));

// ../../work/h/me/dist/engine/subscriptions.js
var import_picomatch = /* @__PURE__ */ __toESM(require_picomatch(), 1);
/** A filter that is left out lets everything pass; a change without paths passes every path filter. */
function changeFilter({ paths, kinds, authors } = {}) {
	const onPath = paths && (0, import_picomatch.default)([...paths], {
		dot: true,
		nocase: true
	});
	return (change) => {
		if (kinds && !kinds.includes(change.kind)) return false;
		if (authors && !authors.includes(change.author)) return false;
		if (!onPath || !change.paths || change.paths.length === 0) return true;
		return change.pathsTruncated === true || change.paths.some(({ path }) => onPath(path));
	};
}
const REMEMBERED = 1e3;
/** A hint can come more than once over the wire, after a reconnect for one; the caller gets it once. */
function onceEach() {
	const seen = /* @__PURE__ */ new Set();
	return ({ changeId }) => {
		if (seen.has(changeId)) return false;
		seen.add(changeId);
		if (seen.size > REMEMBERED) for (const oldest of seen) return seen.delete(oldest);
		return true;
	};
}

// ../../work/h/me/dist/engine/sync/resolve.js
/** Deciding conflicts. The side not taken stays reachable: in the merge commit, or in the backup chain. */
/**
* All of them, or none.
* @throws SyncError `NOT_FOUND` when a conflict is not open (any more) as it was shown; `INVALID_INPUT` for a choice
*   that it does not have
*/
async function resolveConflicts(project, decisions) {
	const lock = await project.lock();
	try {
		await recover(project);
		await refuseDuringMerge(project);
		const open = new Map((await openConflicts(project)).map((conflict) => [conflict.conflictId, conflict]));
		const found = [];
		for (const { conflict, resolution } of decisions) {
			const standing = open.get(conflict.conflictId);
			if (!standing) throw notOpen(conflict.path);
			found.push({
				conflict: standing,
				decision: await decisionFor(project, standing, resolution)
			});
		}
		const kept = new Decisions(project);
		for (const { conflict, decision } of found) {
			const { conflictId, path, kind } = conflict;
			if (decision === void 0) await kept.forget(conflictId);
			else await kept.add(conflictId, decision);
			if (kind === "stale-edit" && await decideSave(project, path, (await kept.all()).get(conflictId))) await kept.forget(conflictId);
		}
	} finally {
		await lock.release();
	}
}
const notOpen = (path) => new SyncError("NOT_FOUND", `${path} has no open conflict like that: one side has changed, or it was decided already. List them anew: modsync conflicts`, { data: { path } });
/** @returns `undefined` for one that takes a decision back */
async function decisionFor(project, conflict, resolution) {
	const { path } = conflict;
	const refuse = (why) => new SyncError("INVALID_INPUT", `${path}: ${why}`, { data: { path } });
	const isOneFile = conflict.kind !== "file-folder" && conflict.kind !== "case-collision";
	if ("use" in resolution) {
		const { use } = resolution;
		if (use === "merge") {
			if (conflict.hunks || conflict.records) return void 0;
			throw refuse("there is nothing in it that could be merged. Choose local or remote, or name a file.");
		}
		if (use === "base" && !(conflict.base && isOneFile)) throw refuse("there is no version that both of you began with. Choose local or remote.");
		return use;
	}
	if ("file" in resolution) {
		if (!isOneFile) throw refuse("one path stands in the way of another. Choose local or remote.");
		const blob = await project.repository.storeFileAs(path, resolution.file, { filters: project.filters });
		if (blob === void 0) throw new SyncError("NOT_FOUND", `There is no file ${resolution.file}.`, { data: { path: resolution.file } });
		return {
			blob,
			mode: MODE.file
		};
	}
	if ("hunks" in resolution) return { hunks: hunkChoices(conflict, resolution.hunks, refuse) };
	return { records: recordChoices(conflict, resolution.records, refuse) };
}
function hunkChoices({ hunks = [] }, choices, refuse) {
	const known = new Map(hunks.map((hunk) => [String(hunk.number), hunk]));
	if (known.size === 0) throw refuse("it has no places to choose from; it is taken whole.");
	for (const [number, choice] of Object.entries(choices)) {
		const hunk = known.get(number);
		if (!hunk) throw refuse(`it has no place ${number}, only 1 to ${known.size}.`);
		if (choice === "both" && hunk.name !== void 0) throw refuse(`${hunk.name} can have one value only. Choose local or remote.`);
	}
	return { ...choices };
}
function recordChoices({ records = [] }, choices, refuse) {
	const known = new Set(records.map(({ formId }) => formId));
	if (known.size === 0) throw refuse("it has no records to choose from; it is taken whole.");
	const chosen = {};
	for (const [typed, choice] of Object.entries(choices)) {
		const formId = typed.replace(/^0x/i, "").toUpperCase().padStart(8, "0");
		if (!known.has(formId)) throw refuse(`no open record has the FormID ${typed}. They are ${[...known].slice(0, 8).join(", ")}.`);
		chosen[formId] = choice;
	}
	return chosen;
}
/** @returns false while places in it are open */
async function decideSave(project, path, decision) {
	const { repository, filters } = project;
	const pulledFiles = new PulledFiles(project);
	const files = await pulledFiles.all();
	const file = files.get(path);
	if (!file || decision === void 0) return false;
	const { held: _, ...rest } = file;
	if (decision === "local") {
		const saved = await repository.storeFile(path, { filters });
		files.set(path, {
			...rest,
			...saved && { accepted: saved }
		});
	} else {
		const next = await contentFor(project, path, file, decision);
		if (next === "open") return false;
		const { ref: branch } = await project.branch();
		const tree = await repository.headTree();
		const mode = (tree && await repository.trees.find(tree, path))?.mode ?? MODE.file;
		const saved = await repository.storeFile(path, { filters });
		if (saved) await keepSave(project, branch, path, saved);
		await repository.restoreFile(path, next && {
			mode,
			id: next
		}, { filters });
		files.delete(path);
	}
	await pulledFiles.save(files);
	return true;
}
/** The blob that takes the place of a save that waits; `undefined`: none. */
async function contentFor(project, path, file, decision) {
	if (decision === "remote") return sidesOfSave(file).theirs;
	if (decision === "base") return sidesOfSave(file).base;
	if (typeof decision === "object" && "blob" in decision) return decision.blob;
	const outcome = await mergeSave(project, path, file, decision);
	if (!outcome || !("merged" in outcome)) return "open";
	const [id] = await project.repository.objects.write([{
		type: "blob",
		data: outcome.merged
	}]);
	return id;
}

// ../../work/h/me/dist/engine/CloudSyncEngine.js
/**
* The engine: it organises, the rooms below do the work. Every method rejects with a `SyncError`;
* `ENGINE_NOT_INITIALIZED` before `initialize()`.
*/
var CloudSyncEngine$1 = class {
	#given;
	#host;
	#backends;
	#listeners = /* @__PURE__ */ new Set();
	#subscribed = 0;
	#subscriptions = /* @__PURE__ */ new Map();
	#running;
	constructor(config, host, backends) {
		this.#given = config;
		this.#host = host;
		this.#backends = backends;
	}
	/** @throws SyncError `INVALID_CONFIG` that lists every fault */
	async initialize() {
		if (!isEnabled(this.#host.environment)) throw new SyncError("INVALID_CONFIG", "Syncing is turned off here (CLOUD_SYNC_ENABLED). Set it to true to use modsync.");
		const config = checkConfig(this.#given, this.#host.environment);
		await identityFor(this.#host);
		const around = {
			host: this.#host,
			backends: this.#backends,
			config,
			report: (project, activity) => this.#report(project.id, activity)
		};
		this.#running = {
			...around,
			projects: new OpenedProjects(around)
		};
	}
	/** Stops what runs, in order; what was begun is finished or undone. */
	async close() {
		for (const subscription of this.#subscriptions.values()) subscription.unsubscribe();
		await this.#running?.projects.close();
		this.#running = void 0;
	}
	/** Opens the project that `folder` (a disk path) is in. @throws SyncError `NOT_A_PROJECT` */
	async openProject(folder) {
		const { projects } = this.#ready();
		const { project } = await projects.add(await Project.find(this.#host, folder));
		return project.id;
	}
	/** What `createProject` would do with a folder. Changes nothing. */
	planProject(folder, options = {}) {
		this.#ready();
		return planProject(this.#host, folder, options);
	}
	/** @throws SyncError `PROJECT_EXISTS`, `ACCESS_DENIED`, `BACKEND_CONNECTION_FAILED`: the local project is made then, and the next call goes on */
	async createProject(plan, options = {}) {
		const { config, projects } = this.#ready();
		const project = await createProject(this.#host, plan, options);
		const { warnings } = await setUpStockGit(project);
		const { id } = project;
		const opened = await projects.add(project);
		const endpoint = plan.relay ?? config.provider.endpoint;
		if (endpoint !== void 0) {
			const { ref } = await project.branch();
			const branch = ref.replace("refs/heads/", "");
			const hosting = await this.#backends.createProject(this.#host, {
				endpoint,
				apiKey: config.provider.apiKey,
				projectId: id,
				name: plan.name,
				branch
			}, options);
			await setRemote(project, hosting.gitUrl);
			opened.forgetRemote();
			await this.syncProject(id, "bidirectional", options);
		}
		const { commit } = await project.branch();
		const remote = await project.remoteUrl();
		return {
			projectId: id,
			name: project.name,
			path: project.folder,
			branch: plan.branch,
			...commit && { commitId: commit },
			...remote !== void 0 && { remote },
			...warnings.length > 0 && { warnings }
		};
	}
	/** A working copy of the project at a Git URL. @throws SyncError `WOULD_OVERWRITE`, `NOT_A_PROJECT`, `ACCESS_DENIED` */
	cloneProject(url, folder, options = {}) {
		return this.#clone(folder, { gitUrl: url }, options);
	}
	/**
	* Accepts an invite and makes a working copy.
	* @param folder default: the project's name, in the current folder of the caller, who must say it here
	* @throws SyncError `INVALID_INVITE`, `WOULD_OVERWRITE`
	*/
	async joinProject(inviteCode, folder, options = {}) {
		this.#ready();
		const { name } = await identityFor(this.#host);
		const hosting = await this.#backends.acceptInvite(this.#host, inviteCode, name, options);
		const where = typeof folder === "function" ? folder(hosting.name) : folder;
		if (where === void 0) throw new SyncError("INVALID_INPUT", "Say which folder the working copy goes to.");
		return await this.#clone(where, {
			gitUrl: hosting.gitUrl,
			hosting
		}, options);
	}
	/** An invite that lets whoever has it work on the project. `collaborators` are noted for the caller; nobody is mailed. */
	async shareProject(projectId, collaborators = []) {
		const opened = await this.#open(projectId);
		const access = (await opened.remote())?.access;
		if (!access) throw new SyncError("INVALID_CONFIG", "This project has no relay to invite people to. Run \"modsync init --relay URL\" in its folder first.");
		const { code } = await access.invite();
		return {
			projectId: opened.project.id,
			inviteCode: code,
			collaborators
		};
	}
	/**
	* One sync: snapshot, fetch, merge, assets, push. `push` sends only, and refuses when the remote has more; `pull`
	* brings only. Conflicts are a result, not an error.
	* @throws SyncError `BACKEND_CONNECTION_FAILED`, `PUSH_REJECTED`, `MERGE_IN_PROGRESS`, `SYNC_TIMEOUT`, `ABORTED`, …
	*/
	async syncProject(projectId, direction = "bidirectional", options = {}) {
		return await (await this.#open(projectId)).sync({
			...options,
			direction
		});
	}
	/** @param interval milliseconds between looks at a remote whose feed cannot be reached */
	async enableAutoSync(projectId, interval) {
		const { config } = this.#ready();
		await (await this.#open(projectId)).enableAutoSync(interval ?? config.syncInterval);
	}
	async disableAutoSync(projectId) {
		await (await this.#open(projectId)).disableAutoSync();
	}
	/** What auto-sync does, as it happens. @returns ends the listening */
	onActivity(listener) {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}
	/** Tells the project's other devices. A hint: whoever needs the content fetches it. */
	async broadcastChange(change) {
		const opened = await this.#open(change.projectId);
		const feed = await opened.feed();
		const changeId = change.changeId ?? this.#host.codec.sha256().update(this.#host.codec.randomBytes(16)).hex().slice(0, 32);
		const { device, name } = opened.project.identity;
		await feed.publish({
			origin: device,
			author: name,
			...change,
			changeId,
			timestamp: change.timestamp ?? (/* @__PURE__ */ new Date()).toISOString()
		});
	}
	async subscribeToChanges(projectId, callback, filters = {}) {
		const opened = await this.#open(projectId);
		const feed = await opened.feed();
		const wanted = changeFilter(filters);
		const isNew = onceEach();
		const subscription = feed.subscribe({
			onEvent: ({ change }) => {
				opened.heard.add(change);
				if (isNew(change) && wanted(change)) callback(change);
			},
			onConnect: () => void 0,
			onDisconnect: () => void 0
		});
		const subscriptionId = `${opened.project.id}-${++this.#subscribed}`;
		const made = {
			subscriptionId,
			projectId: opened.project.id,
			unsubscribe: () => {
				subscription.close();
				this.#subscriptions.delete(subscriptionId);
			}
		};
		this.#subscriptions.set(subscriptionId, made);
		return made;
	}
	/** What would conflict if the two states were merged. Both commits must be in the local repository. */
	async detectSyncConflicts(localState, remoteState) {
		const opened = await this.#open(localState.projectId);
		if (localState.projectId !== remoteState.projectId) throw new SyncError("INVALID_INPUT", "The two states are of different projects.");
		if (!localState.commitId || !remoteState.commitId) return [];
		return await conflictsBetween(opened.project, localState.commitId, remoteState.commitId);
	}
	/** The states that `detectSyncConflicts` compares: here, and the remote as of the last contact. */
	async getProjectStates(projectId) {
		const { project } = await this.#open(projectId);
		const { ref: branch, commit } = await project.branch();
		const tracked = await project.tracked(branch);
		const at = (commitId) => ({
			projectId: project.id,
			branch,
			...commitId && { commitId }
		});
		return {
			local: at(commit),
			remote: at(tracked)
		};
	}
	/** What waits for a person in this working copy. */
	async listConflicts(projectId) {
		return await openConflicts((await this.#open(projectId)).project);
	}
	/** Decides one conflict, or a part of it. After the last one the merge is made, and the sync goes on by itself. */
	resolveSyncConflict(conflict, resolution, options = {}) {
		return this.resolveSyncConflicts([{
			conflict,
			resolution
		}], options);
	}
	/**
	* Several of one project: all of them or none, and one sync.
	* @throws SyncError `NOT_FOUND`: one is not open (any more) as it was shown; `INVALID_INPUT`: it has no such choice
	*/
	async resolveSyncConflicts(decisions, options = {}) {
		const [first] = decisions;
		if (!first || decisions.some(({ conflict }) => conflict.projectId !== first.conflict.projectId)) throw new SyncError("INVALID_INPUT", "Name the conflicts to decide, all of one project.");
		const opened = await this.#open(first.conflict.projectId);
		await resolveConflicts(opened.project, decisions);
		return await opened.sync({
			...options,
			direction: "bidirectional"
		});
	}
	/** Newest first. */
	async getProjectHistory(projectId, { limit = 100 } = {}) {
		return await listSnapshots((await this.#open(projectId)).project, limit);
	}
	/** Names the newest snapshot: an annotated tag. @throws SyncError `INVALID_INPUT` for a name that is taken or not allowed */
	async nameSnapshot(projectId, name, message) {
		return await nameSnapshot((await this.#open(projectId)).project, name, message);
	}
	/**
	* Puts an old snapshot back as a new one. `snapshotId` may also be a name, or the beginning of a commit id, when
	* `projectId` says of which project.
	*/
	async restoreSnapshot(snapshotId, options = {}) {
		const colon = snapshotId.indexOf(":");
		if (colon < 0 && options.projectId === void 0) throw new SyncError("INVALID_INPUT", `Say of which project: "PROJECT:${snapshotId}".`);
		const id = options.projectId ?? parseProjectId(snapshotId.slice(0, colon));
		const opened = await this.#open(id);
		const { project } = opened;
		const beforeCheckout = async (from, to) => {
			const { graph, trees } = project.repository;
			const changes = await trees.diff((await graph.commit(from)).tree, (await graph.commit(to)).tree);
			const remote = await opened.remote();
			if (remote) await bringAssets(project, remote, changes, options);
		};
		return await restore(project, snapshotId, {
			...options,
			beforeCheckout
		});
	}
	/** @param to left out: the files on disk; @param from left out: the newest snapshot */
	async diffProject(projectId, from, to) {
		return await diffProject((await this.#open(projectId)).project, from, to);
	}
	async getSyncStatus(projectId) {
		return await (await this.#open(projectId)).status();
	}
	/** Who works on the project, as far as is known here. Asks nobody over the network. */
	async getCollaborationSession(projectId) {
		return await (await this.#open(projectId)).collaboration();
	}
	/**
	* Stores one file's bytes at the remote.
	* @param assetPath a disk path, of any file, or a project path
	* @throws SyncError `NOT_FOUND`, `INVALID_CONFIG` without a remote, `ASSET_REFUSED`, …
	*/
	async uploadAsset(assetPath, projectId, options = {}) {
		const opened = await this.#open(projectId);
		return await uploadAsset(opened.project, await opened.remote(), assetPath, options);
	}
	/**
	* Brings an asset, checked by its hash, to a disk path where nothing is yet.
	* @throws SyncError `WOULD_OVERWRITE`, `ASSET_MISSING`, …
	*/
	async downloadAsset(cdnUrl, localPath, options = {}) {
		const opened = await this.#open(cdnUrl.projectId);
		return await downloadAsset(opened.project, await opened.remote(), cdnUrl, localPath, options);
	}
	/** Where an opened project is, its name, and where modsync keeps its own state of it: disk paths. */
	placeOf(projectId) {
		const { project } = this.#ready().projects.peek(projectId);
		return {
			path: project.folder,
			name: project.name,
			state: project.stateFile("").replace(/\/$/, "")
		};
	}
	/** Everyone's locks, as of now. @throws SyncError `LOCKS_UNSUPPORTED` */
	async listLocks(projectId, options = {}) {
		const opened = await this.#open(projectId);
		return await listLocks(opened.project, await opened.remote(), options);
	}
	/** @param paths project paths @throws SyncError `NOT_FOUND`: no such file; `LOCKED`: others have them; `LOCKS_UNSUPPORTED` */
	async lockFiles(projectId, paths, options = {}) {
		const opened = await this.#open(projectId);
		await refuseNoFiles(opened.project, paths);
		return await lockFiles(opened.project, await opened.remote(), paths, options);
	}
	/** @throws SyncError `NOT_FOUND`, `LOCKED`, `ACCESS_DENIED`, `WOULD_OVERWRITE`: changes that are not sent yet */
	async unlockFiles(projectId, paths, options = {}) {
		const opened = await this.#open(projectId);
		return await unlockFiles(opened.project, await opened.remote(), paths, options);
	}
	/**
	* modsync as stock Git's filter and hooks, in the repository whose working tree is `folder`. Close it.
	* @throws SyncError `NOT_A_PROJECT`, `UNSUPPORTED_REPOSITORY`
	*/
	async stockGit(folder) {
		const running = this.#ready();
		const repository = await Repository.open(this.#host, folder);
		const project = await Project.open(repository, "git", nameOf$1(folder));
		return new StockGit(project, (url) => connectRemote(running, project, url));
	}
	/** The newest snapshot's assets, and where their bytes are here. @param patterns as in `.gitignore`; none: all */
	async listAssets(projectId, patterns = []) {
		return await listAssets((await this.#open(projectId)).project, patterns);
	}
	/** @param patterns as in `.gitignore`; none: the parts that this working copy has */
	async fetchAssets(projectId, patterns = [], options = {}) {
		const opened = await this.#open(projectId);
		return await fetchAssets(opened.project, await opened.remote(), patterns, options);
	}
	/** Frees copies in the cache of what the remote has. @param patterns none: the whole cache */
	async dropAssets(projectId, patterns = [], options = {}) {
		const opened = await this.#open(projectId);
		return await dropAssets(opened.project, await opened.remote(), patterns, options);
	}
	/** The parts of the project that this working copy has; both empty: all of it. */
	async getParts(projectId) {
		const { only, without } = await partsOf$1((await this.#open(projectId)).project);
		return {
			only,
			without
		};
	}
	/** Chooses them, and makes the disk agree. @throws SyncError `INVALID_INPUT` for a pattern that cannot be kept */
	async chooseParts(projectId, parts, options = {}) {
		const opened = await this.#open(projectId);
		return await chooseParts(opened.project, await opened.remote(), parts, options);
	}
	async getDiskUse(projectId) {
		return await diskUse((await this.#open(projectId)).project);
	}
	/** The patterns that make files assets. */
	async listTracked(projectId) {
		return await listTracked((await this.#open(projectId)).project);
	}
	/**
	* Makes assets of files by a line in `.gitattributes`. The next snapshot moves those that are in Git already.
	* @param options.folder project path of the folder whose file it is; patterns are relative to it
	*/
	async trackFiles(projectId, patterns, options) {
		return await trackFiles((await this.#open(projectId)).project, patterns, options);
	}
	async untrackFiles(projectId, patterns, options) {
		return await untrackFiles((await this.#open(projectId)).project, patterns, options);
	}
	/** Moves files of the newest snapshot out of Git, in a new one; history is not rewritten. */
	async migrateToLfs(projectId, options = {}) {
		return await migrateToLfs((await this.#open(projectId)).project, options);
	}
	/** Looks at a project and its remote. @param folder a disk path in the project */
	async diagnose(folder, { fix = false } = {}) {
		this.#ready();
		const opened = await this.#open(await this.openProject(folder));
		return await diagnoseProject(opened.project, () => opened.remote(), fix);
	}
	#ready() {
		if (this.#running) return this.#running;
		throw new SyncError("ENGINE_NOT_INITIALIZED", "Engine not initialized: call initialize() first, and not after close().");
	}
	async #open(projectId) {
		return await this.#ready().projects.get(projectId);
	}
	async #clone(folder, from, options) {
		const { config, projects } = this.#ready();
		const { device } = await identityFor(this.#host);
		const connect = ({ url }) => this.#backends.connect(this.#host, {
			backend: config.backend,
			url,
			apiKey: config.provider.apiKey,
			workingCopy: workingCopyAt(this.#host, folder),
			device
		});
		const project = await cloneProject(this.#host, folder, from, connect, options);
		const { warnings } = await setUpStockGit(project);
		await projects.add(project);
		const { commit } = await project.branch();
		return {
			projectId: project.id,
			name: project.name,
			path: project.folder,
			...commit && { commitId: commit },
			...warnings.length > 0 && { warnings }
		};
	}
	#report(projectId, activity) {
		for (const listener of this.#listeners) listener({
			...activity,
			projectId
		});
	}
};

// ../../work/h/me/dist/index.js
/**
* modsync's public surface: the engine bound to this machine and to the backends, its values and its errors.
*
* ```ts
* const engine = new CloudSyncEngine({ backend: 'self-hosted', provider: { type: 'relay', endpoint, apiKey } });
* await engine.initialize();
* const projectId = await engine.openProject('/home/me/MyMod');
* await engine.syncProject(projectId);
* ```
*/
var CloudSyncEngine = class extends CloudSyncEngine$1 {
	/** @param host this machine, as Node sees it, unless a test or a browser brings its own */
	constructor(config = {}, host = nodeHost()) {
		super(config, host, backends);
	}
};

export { CloudSyncEngine, SyncError, diskPath, isObjectId, isOid, isProjectId, nodeHost, parseProjectId, snapshotId };