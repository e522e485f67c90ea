import { i as throwIfAborted, r as hasCode, t as SyncError } from "./errors-CKzV5trQ.js";
import { n as concat, s as toHex } from "./bytes-N1wsZNrM.js";
import { n as isOid } from "./ids-DsdmpKNc.js";
import { t as pause } from "./pause-cDHNEcVL.js";
import { i as parentOf, n as join, r as nameOf } from "./paths-CcTiHc6F.js";

// ../../work/h/me/dist/assets/addContent.js
/** Up to this size content waits in memory until its name is known, and is written only if it is new. Bytes. */
const IN_MEMORY$1 = 8 << 20;
/** Bytes that are gathered before they are written. */
const BUFFER$1 = 1 << 20;
/** See `AssetCache.addContent`. */
async function addContent(folder, content, { signal }) {
	const digest = folder.codec.sha256();
	const source = content[Symbol.asyncIterator]();
	let size = 0;
	/** Reads until about `limit` bytes are here, or all. */
	async function read(limit) {
		const parts = [];
		let length = 0;
		while (length < limit) {
			throwIfAborted(signal);
			const next = await source.next();
			if (next.done) return {
				bytes: concat(parts),
				done: true
			};
			digest.update(next.value);
			parts.push(next.value);
			length += next.value.length;
			size += next.value.length;
		}
		return {
			bytes: concat(parts),
			done: false
		};
	}
	function named() {
		const oid = digest.hex();
		if (isOid(oid)) return {
			oid,
			size
		};
		throw new SyncError("INTERNAL", "The machine computes no SHA-256.");
	}
	const first = await read(IN_MEMORY$1);
	if (first.done) {
		const asset = named();
		if (size > 0 && !await folder.has(asset)) await folder.admitBytes(asset.oid, first.bytes);
		return asset;
	}
	return await folder.withTemporary("unknown", async (path) => {
		for (let piece = first;; piece = await read(BUFFER$1)) {
			if (piece.bytes.length > 0) await folder.disk.append(path, piece.bytes);
			if (piece.done) break;
		}
		const asset = named();
		if (await folder.has(asset)) await folder.disk.remove(path);
		else await folder.admit(asset.oid, path);
		return asset;
	});
}

// ../../work/h/me/dist/assets/addFile.js
/** Up to this size a file passes through memory once; above, it is streamed: hashed, copied, and the copy hashed. */
const IN_MEMORY = 8 << 20;
/** Milliseconds before a file that changed while it was read is read again. */
const PAUSES = [
	20,
	50,
	100,
	200,
	400,
	800
];
/** See `AssetCache.addFile`. */
async function addFile(folder, path, options) {
	for (let attempt = 0;; attempt++) {
		throwIfAborted(options.signal);
		const before = await folder.disk.lstat(path);
		if (before?.kind !== "file") throw new SyncError("NOT_FOUND", `${path} is no file (any more).`, { data: { path } });
		const added = await (before.size <= IN_MEMORY ? addSmall : addLarge)(folder, path, before, options);
		if (added) return added;
		const wait = PAUSES[attempt];
		if (wait === void 0) throw new SyncError("FILE_BUSY", `${path} keeps changing while it is read; close the program that writes it and run it again.`, { data: { path } });
		await pause(wait, options.signal);
	}
}
const sameFile = (a, b) => b !== void 0 && a.size === b.size && a.mtimeSeconds === b.mtimeSeconds && a.mtimeNanoseconds === b.mtimeNanoseconds && a.ctimeSeconds === b.ctimeSeconds && a.ctimeNanoseconds === b.ctimeNanoseconds && a.ino === b.ino;
/** `undefined`: it changed while it was read. */
async function addSmall(folder, path, before, { onProgress }) {
	const content = await folder.disk.read(path);
	if (content?.length !== before.size || !sameFile(before, await folder.disk.lstat(path))) return void 0;
	const asset = {
		oid: oidFrom(folder.codec.sha256().update(content).hex()),
		size: content.length
	};
	if (!await folder.has(asset)) await folder.admitBytes(asset.oid, content);
	onProgress?.({
		phase: "hash",
		files: 1,
		totalFiles: 1,
		bytes: asset.size,
		totalBytes: asset.size
	});
	return asset;
}
async function addLarge(folder, path, before, options) {
	const oid = await hashOf(folder, path, before.size, options);
	if (!sameFile(before, await folder.disk.lstat(path))) return void 0;
	const asset = {
		oid,
		size: before.size
	};
	if (await folder.has(asset)) return asset;
	return await folder.withTemporary(oid, async (copy) => {
		await folder.disk.copy(path, copy);
		if (await hashOf(folder, copy, before.size, { signal: options.signal }) === oid) {
			await folder.admit(oid, copy);
			return asset;
		}
		await folder.disk.remove(copy);
	});
}
async function hashOf({ disk, codec }, path, size, { signal, onProgress }) {
	const digest = codec.sha256();
	let bytes = 0;
	for await (const chunk of disk.stream(path, { end: size })) {
		throwIfAborted(signal);
		digest.update(chunk);
		bytes += chunk.length;
		onProgress?.({
			phase: "hash",
			files: bytes === size ? 1 : 0,
			totalFiles: 1,
			bytes,
			totalBytes: size
		});
	}
	return oidFrom(digest.hex());
}
function oidFrom(hex) {
	if (isOid(hex)) return hex;
	throw new SyncError("INTERNAL", "The machine computes no SHA-256.");
}

// ../../work/h/me/dist/assets/lfsFolder.js
var LfsFolder = class {
	disk;
	codec;
	/** Of the objects. */
	root;
	#lfs;
	constructor(disk, codec, gitDir) {
		this.disk = disk;
		this.codec = codec;
		this.#lfs = join(gitDir, "lfs");
		this.root = join(this.#lfs, "objects");
	}
	/** Relative to `root`. */
	nameOf(oid) {
		return `${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid}`;
	}
	pathOf(oid) {
		return join(this.root, this.nameOf(oid));
	}
	partialPath(oid) {
		return join(this.#lfs, "incomplete", `${oid}.part`);
	}
	async has(asset) {
		return isWhole(await this.disk.lstat(this.pathOf(asset.oid)), asset);
	}
	/**
	* Calls `write` with a path in `lfs/tmp`, where git-lfs clears away what is older than an hour, and removes it after.
	* @param oid of what is written, when that is known: git-lfs clears it away sooner then, once the object is there
	*/
	async withTemporary(oid, write) {
		const path = join(this.#lfs, "tmp", `${oid}-${toHex(this.codec.randomBytes(8))}`);
		try {
			return await write(path);
		} catch (error) {
			await this.disk.remove(path);
			throw error;
		}
	}
	/** Makes a whole, verified file visible as the object. */
	async admit(oid, path) {
		const target = this.pathOf(oid);
		await this.disk.makeFolder(parentOf(target));
		await this.disk.rename(path, target);
	}
	async admitBytes(oid, content) {
		await this.withTemporary(oid, async (path) => {
			await this.disk.append(path, content);
			await this.admit(oid, path);
		});
	}
	async remove(oid) {
		const path = this.pathOf(oid);
		await this.disk.remove(path);
		if (await this.disk.removeEmptyFolder(parentOf(path))) await this.disk.removeEmptyFolder(parentOf(parentOf(path)));
	}
	/** Every object, by its name and its file's size. */
	async all() {
		return (await this.disk.walk(this.root, (_, entries) => entries)).flatMap(({ path, stat }) => {
			const oid = nameOf(path);
			return isOid(oid) && path === this.nameOf(oid) && stat.kind === "file" ? [{
				oid,
				size: stat.size
			}] : [];
		});
	}
	/** Takes a damaged object out of the way, to where `git lfs fsck` puts it. */
	async setAside(oid) {
		const bad = join(this.#lfs, "bad", oid);
		await this.disk.makeFolder(parentOf(bad));
		await this.disk.rename(this.pathOf(oid), bad);
	}
};
/** The empty asset has no file: its content is known. */
const isWhole = (stat, { size }) => size === 0 || stat?.kind === "file" && stat.size === size;

// ../../work/h/me/dist/assets/partialFile.js
/** Bytes that are gathered before they are written. An asset that fits in never has a partial file. */
const BUFFER = 1 << 20;
/** One asset as it comes in, in `lfs/incomplete/<oid>.part` where git-lfs would continue it too. */
var PartialFile = class {
	#folder;
	#path;
	#asset;
	#digest;
	#buffer = [];
	#buffered = 0;
	/** Bytes in the file, and in all. */
	#written = 0;
	#received = 0;
	/** Bytes of the stream that the file has already. */
	#skip = 0;
	constructor(folder, asset) {
		this.#folder = folder;
		this.#asset = asset;
		this.#path = folder.partialPath(asset.oid);
		this.#digest = folder.codec.sha256();
	}
	/** Says that the stream begins at this offset. What the file has before and after it is kept, and hashed again. */
	async openAt(start, signal) {
		const { disk } = this.#folder;
		if (start === 0) return await disk.remove(this.#path);
		const size = (await disk.lstat(this.#path))?.size ?? 0;
		if (size < start || size > this.#asset.size) throw await this.#corrupt("does not continue what is here");
		for await (const chunk of disk.stream(this.#path)) {
			throwIfAborted(signal);
			this.#digest.update(chunk);
			this.#written += chunk.length;
		}
		this.#received = this.#written;
		this.#skip = this.#written - start;
	}
	/** @throws SyncError `ASSET_CORRUPT` when more comes than the asset has */
	async add(chunk) {
		const fresh = chunk.subarray(this.#skip);
		this.#skip -= chunk.length - fresh.length;
		if (fresh.length === 0) return;
		this.#received += fresh.length;
		if (this.#received > this.#asset.size) throw await this.#corrupt("is longer than it should be");
		this.#digest.update(fresh);
		this.#buffer.push(fresh);
		this.#buffered += fresh.length;
		if (this.#buffered >= BUFFER) await this.#flush();
	}
	/**
	* The end of the stream: makes the asset visible.
	* @throws SyncError `BACKEND_CONNECTION_FAILED` when it came too early, `ASSET_CORRUPT` when the bytes are wrong
	*/
	async finish() {
		const { oid, size } = this.#asset;
		if (this.#received < size) throw new SyncError("BACKEND_CONNECTION_FAILED", `Backend connection failed: asset ${oid} broke off after ${this.#received} of ${size} bytes; try again to go on from there.`, { data: {
			oid,
			received: this.#received,
			size,
			retryable: true
		} });
		if (this.#digest.hex() !== oid) throw await this.#corrupt("has other bytes than its name says");
		if (this.#written === 0) return await this.#folder.admitBytes(oid, concat(this.#buffer));
		await this.#flush();
		if ((await this.#folder.disk.lstat(this.#path))?.size !== size) throw await this.#corrupt("was written by two programs at once");
		await this.#folder.admit(oid, this.#path);
	}
	/** After a break: writes what is still in memory, so that the next attempt asks for the rest only. */
	async keep() {
		await this.#flush().catch(() => void 0);
	}
	async #flush() {
		if (this.#buffered === 0) return;
		const bytes = concat(this.#buffer);
		this.#buffer = [];
		this.#buffered = 0;
		await this.#folder.disk.append(this.#path, bytes);
		this.#written += bytes.length;
	}
	async #corrupt(how) {
		await this.#folder.disk.remove(this.#path);
		this.#buffer = [];
		this.#buffered = 0;
		const { oid, size } = this.#asset;
		return new SyncError("ASSET_CORRUPT", `What came for asset ${oid} ${how} and was thrown away; try again, and tell the store's owner if it stays.`, { data: {
			oid,
			size,
			retryable: true
		} });
	}
};

// ../../work/h/me/dist/assets/cache.js
/** Up to this size an object is read in one call, which costs less than a stream. Bytes. */
const WHOLE = 1 << 20;
var AssetCache = class {
	disk;
	#folder;
	/** Assets that are being received now: a second stream of the same one waits for the first. */
	#receiving = /* @__PURE__ */ new Map();
	/** @param gitDir the repository's common Git folder, a disk path */
	constructor({ disk, codec }, gitDir) {
		this.disk = disk;
		this.#folder = new LfsFolder(disk, codec, gitDir);
	}
	/** Where the asset's bytes are, or would be. A disk path. */
	pathOf(oid) {
		return this.#folder.pathOf(oid);
	}
	/** By presence and size, as git-lfs looks: the bytes were verified when they came in. */
	async has(asset) {
		return asset.size === 0 || await this.#folder.has(asset);
	}
	/** One answer for each asset, in order. */
	async hasMany(assets) {
		const names = assets.map(({ oid }) => this.#folder.nameOf(oid));
		const stats = await this.disk.lstatMany(this.#folder.root, names);
		return assets.map((asset, at) => isWhole(stats[at], asset));
	}
	/** Everything that is kept, with the sizes of the files. */
	all() {
		return this.#folder.all();
	}
	/** Gives an asset up. Whoever calls this knows that it can be had again. */
	drop({ oid }) {
		return this.#folder.remove(oid);
	}
	/**
	* Hashes a file and keeps a copy of exactly the bytes that were hashed; no copy where the cache has them already.
	* A file that changes meanwhile is read again. An empty file has an `AssetRef`, but nothing is kept for it.
	* @throws SyncError `NOT_FOUND`, `FILE_BUSY` when it keeps changing, `ABORTED`
	*/
	addFile(diskPath, options = {}) {
		return addFile(this.#folder, diskPath, options);
	}
	/**
	* Like `addFile`, for content that comes as a stream, read once: what Git hands to a filter. It becomes visible
	* whole, or not at all.
	* @throws SyncError `ABORTED`, `NO_SPACE`, what the stream throws
	*/
	addContent(content, options = {}) {
		return addContent(this.#folder, content, options);
	}
	/** How many bytes of a broken-off download are kept, to be continued. */
	async partialSize(asset) {
		return (await this.disk.lstat(this.#folder.partialPath(asset.oid)))?.size ?? 0;
	}
	/**
	* Receives an asset, from offset `start` on (0, or at most what `partialSize` says). It becomes visible whole and
	* verified, or not at all: when the stream breaks off, what came is kept to be continued; when the bytes are wrong,
	* they are gone.
	* @throws SyncError `ASSET_CORRUPT` and `BACKEND_CONNECTION_FAILED` (too short), both with `data.retryable`;
	*   `ABORTED`; what the stream throws
	*/
	async addStream(asset, start, bytes, { signal } = {}) {
		const first = this.#receiving.get(asset.oid);
		if (!first) {
			const receiving = this.#receive(asset, start, bytes, signal);
			this.#receiving.set(asset.oid, receiving);
			return await receiving.finally(() => this.#receiving.delete(asset.oid));
		}
		await close(bytes);
		await first.catch(() => void 0);
		if (await this.has(asset)) return;
		throw new SyncError("ASSET_MISSING", `Another transfer of asset ${asset.oid} failed; try again.`, { data: {
			oid: asset.oid,
			retryable: true
		} });
	}
	/**
	* Takes an asset that is in memory.
	* @throws SyncError `ASSET_CORRUPT` when the bytes are not the asset's: nothing is kept then
	*/
	async addBytes(asset, bytes) {
		if (!(bytes.length === asset.size && this.#folder.codec.sha256().update(bytes).hex() === asset.oid)) throw new SyncError("ASSET_CORRUPT", `The bytes that came for asset ${asset.oid} are not its own.`, { data: {
			oid: asset.oid,
			retryable: true
		} });
		if (asset.size > 0) await this.#folder.admitBytes(asset.oid, bytes);
	}
	/**
	* The asset's bytes. Read from the beginning they are verified on the way: damaged ones end in `ASSET_CORRUPT`
	* before the last piece is out, and leave the cache for `lfs/bad`, as with `git lfs fsck`.
	* Reading throws `ASSET_MISSING` when the cache has not got it.
	* @param verified false: whoever gets the bytes verifies them
	*/
	source(asset, verified = true) {
		const path = this.pathOf(asset.oid);
		return {
			oid: asset.oid,
			size: asset.size,
			open: (start = 0) => start > 0 || !verified ? this.#read(asset, path, start) : this.#readVerified(asset, path, () => this.#setAside(asset))
		};
	}
	/**
	* The asset's bytes from a file that is believed to hold them: a working file, where the cache has no copy of it.
	* Always read from its beginning, and verified on the way: reading ends in `ASSET_MISSING` when the file is
	* another one by now, before the last piece is out.
	*/
	sourceAt(diskPath, asset) {
		return {
			oid: asset.oid,
			size: asset.size,
			open: () => this.#readVerified(asset, diskPath, async () => notHere(asset))
		};
	}
	async #receive(asset, start, bytes, signal) {
		const file = new PartialFile(this.#folder, asset);
		try {
			await file.openAt(start, signal);
		} catch (error) {
			await close(bytes);
			throw error;
		}
		try {
			for await (const chunk of bytes) {
				await file.add(chunk);
				throwIfAborted(signal);
			}
			await file.finish();
		} catch (error) {
			await file.keep();
			throw error;
		}
	}
	async *#read(asset, path, start) {
		if (asset.size === 0) return;
		if (start === 0 && asset.size <= WHOLE) {
			const bytes = await this.disk.read(path);
			if (!bytes) throw notHere(asset);
			yield bytes;
			return;
		}
		try {
			yield* this.disk.stream(path, { start });
		} catch (error) {
			throw hasCode(error, "NOT_FOUND") ? notHere(asset) : error;
		}
	}
	/** @param onDamage says what is wrong when the bytes are not the asset's */
	async *#readVerified(asset, path, onDamage) {
		const digest = this.#folder.codec.sha256();
		let held;
		for await (const chunk of this.#read(asset, path, 0)) {
			if (held) yield held;
			digest.update(chunk);
			held = chunk;
		}
		if (asset.size > 0 && digest.hex() !== asset.oid) throw await onDamage();
		if (held) yield held;
	}
	async #setAside(asset) {
		await this.#folder.setAside(asset.oid);
		return new SyncError("ASSET_CORRUPT", `The cached copy of asset ${asset.oid} is damaged and was set aside in .git/lfs/bad. Save the file that it belongs to once more and sync again, or fetch the asset anew.`, { data: {
			oid: asset.oid,
			retryable: false
		} });
	}
};
const notHere = ({ oid }) => new SyncError("ASSET_MISSING", `Asset ${oid} is not on this machine; fetch it first.`, { data: {
	oid,
	retryable: false
} });
const close = async (bytes) => {
	await bytes[Symbol.asyncIterator]().return?.();
};

export { AssetCache as t };