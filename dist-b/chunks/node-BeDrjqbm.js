import { i as throwIfAborted, t as SyncError } from "./errors-CKzV5trQ.js";
import { i as parentOf, n as join$1, r as nameOf } from "./paths-CcTiHc6F.js";
import { a as diskError, c as patiently, i as makeFolders, n as diskPath, o as isAbsent, r as native, s as isErrno, t as nodeSockets } from "./localSockets-DXGbsRhs.js";
import { c as utf8, o as text } from "./bytes-N1wsZNrM.js";
import { fileURLToPath } from "node:url";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { deflateSync, inflateSync } from "node:zlib";
import { accessSync, chmodSync, closeSync, constants, copyFileSync, existsSync, fstatSync, fsyncSync, ftruncateSync, linkSync, lstatSync, openSync, readFileSync, readSync, readdirSync, readlinkSync, realpathSync, renameSync, rmSync, rmdirSync, statSync, symlinkSync, unlinkSync, utimesSync, writeFileSync, writeSync } from "node:fs";
import { copyFile, open } from "node:fs/promises";
import { setImmediate, setTimeout as setTimeout$1 } from "node:timers/promises";
import { delimiter, dirname, isAbsolute, join, sep } from "node:path";
import { homedir, hostname, tmpdir, uptime } from "node:os";
import { parseEnv } from "node:util";
import { spawn } from "node:child_process";

// ../../work/h/me/dist/platform/node/codec.js
function digest(algorithm) {
	const hash = createHash(algorithm);
	return {
		update(bytes) {
			hash.update(bytes);
			return this;
		},
		hex: () => hash.digest("hex")
	};
}
const nodeCodec = {
	sha1: () => digest("sha1"),
	sha256: () => digest("sha256"),
	deflate: (bytes, level = 1) => deflateSync(bytes, { level }),
	inflate(bytes, maxLength) {
		try {
			const chunkSize = Math.max(64, Math.min(maxLength + 1, bytes.length * 4 + 256));
			const { buffer, engine } = inflateSync(bytes, {
				info: true,
				maxOutputLength: Math.max(maxLength, 1),
				chunkSize
			});
			if (buffer.length > maxLength) throw new RangeError("longer than declared");
			return {
				data: buffer,
				consumed: engine.bytesWritten
			};
		} catch (error) {
			throw new SyncError("MALFORMED_OBJECT", "Compressed data is broken or longer than it says.", { cause: error });
		}
	},
	randomBytes: (length) => randomBytes(length)
};

// ../../work/h/me/dist/platform/node/locks.js
/**
* Lock files that say who holds them. The file is linked into place with its content, so it is never seen empty;
* a holder that died (or did not survive a restart of the machine) is recognised, and its lock taken over.
*/
const MARK = "modsync-lock";
/** `modsync-lock PID MILLISECONDS BIRTH NONCE HOST`; BIRTH is "-" where it is not known. `undefined`: not ours. */
function parseHolder(content) {
	const line = content.trimEnd();
	const [mark, pid, since, birth, nonce, ...host] = line.split(" ");
	if (mark !== MARK || nonce === void 0) return void 0;
	return {
		pid: Number(pid),
		since: Number(since),
		birth: birth === "-" ? void 0 : birth,
		host: host.join(" "),
		line
	};
}
const newHolderLine = () => `${MARK} ${process.pid} ${Date.now()} ${ownBirth ?? "-"} ${randomUUID().slice(0, 8)} ${hostname()}\n`;
function readHolder(lockPath) {
	try {
		return parseHolder(readFileSync(native(lockPath), "latin1").slice(0, 500));
	} catch {
		return;
	}
}
/** Linux says which start of the machine it is, which view of its processes, and when a process began, in ticks. */
function birthOf(pid) {
	if (process.platform !== "linux") return void 0;
	try {
		const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").slice(0, 8);
		const namespace = readlinkSync("/proc/self/ns/pid").replace(/\D/g, "");
		const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
		const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
		return ticks && [
			boot,
			namespace,
			ticks
		].join(".");
	} catch {
		return;
	}
}
const ownBirth = birthOf(process.pid);
const isRunning = (pid) => {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return !isErrno(error, "ESRCH");
	}
};
function isDead({ pid, host, since, birth }) {
	if (host !== hostname()) return false;
	if (birth !== void 0 && ownBirth !== void 0) {
		const [boot, namespace] = birth.split(".");
		const [ownBoot, ownNamespace] = ownBirth.split(".");
		if (boot !== ownBoot) return true;
		if (namespace !== ownNamespace) return false;
		return birthOf(pid) !== birth;
	}
	if (!Number.isSafeInteger(pid) || pid <= 0 || !isRunning(pid)) return true;
	return since < Date.now() - uptime() * 1e3 - 2e3;
}
/** Creates the file with its content in one step, or answers false because it exists. */
function createWhole(lockPath, content) {
	const target = native(lockPath);
	const temporary = `${target}.${randomUUID().slice(0, 8)}.lock`;
	try {
		writeFileSync(temporary, content, { flag: "wx" });
		linkSync(temporary, target);
		return true;
	} catch (error) {
		if (isErrno(error, "EEXIST")) return false;
		if (isErrno(error, "EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EINVAL", "EISDIR", "UNKNOWN")) return createInPlace(target, content);
		throw error;
	} finally {
		rmSync(temporary, { force: true });
	}
}
function createInPlace(target, content) {
	let file;
	try {
		file = openSync(target, "wx");
	} catch (error) {
		if (isErrno(error, "EEXIST")) return false;
		throw error;
	}
	try {
		writeSync(file, content);
	} finally {
		closeSync(file);
	}
	return true;
}
/**
* Removes the lock that a dead process left. Several may try at once: whoever wants to remove this very lock first
* takes a lock that is named after it, and looks again. So nobody takes away the lock that another has made
* meanwhile. That second lock may be left behind too, and is removed in the same way.
*/
function removeDead(lockPath, holder) {
	const guard = `${lockPath}.${holder.line.split(" ")[4]}.takeover.lock`;
	if (!createWhole(guard, newHolderLine())) {
		const other = readHolder(guard);
		if (other && isDead(other)) removeDead(guard, other);
		return;
	}
	try {
		if (readHolder(lockPath)?.line === holder.line) unlinkSync(native(lockPath));
	} finally {
		rmSync(native(guard), { force: true });
	}
}
/** Takes the lock at `lockPath`, waiting up to `waitMs`; false when it stayed taken. */
async function takeLock(lockPath, waitMs, signal) {
	const deadline = performance.now() + waitMs;
	for (let wait = 5;; wait = Math.min(wait * 1.5, 100)) {
		throwIfAborted(signal);
		try {
			if (createWhole(lockPath, newHolderLine())) return true;
			const holder = readHolder(lockPath);
			if (holder && isDead(holder)) {
				removeDead(lockPath, holder);
				if (!readHolder(lockPath)) continue;
			}
		} catch (error) {
			if (!isAbsent(error)) throw diskError(error, lockPath);
			try {
				makeFolders(dirname(native(lockPath)));
			} catch (cause) {
				throw diskError(cause, lockPath);
			}
			continue;
		}
		if (performance.now() >= deadline) return false;
		await setTimeout$1(wait);
	}
}
function dropLock(lockPath) {
	try {
		unlinkSync(native(lockPath));
	} catch (error) {
		if (!isAbsent(error)) throw diskError(error, lockPath);
	}
}
/** Git itself does not believe a `gc.pid` that is older. Milliseconds. */
const LONGEST_GC = 432e5;
/**
* Takes `gc.pid` as `git gc` takes it, so that the two never run at once: under `gc.pid.lock`, and only when no living
* process (or one of another machine) holds it. False: somebody is at it. Source: git's builtin/gc.c.
*/
function takeGcLock(path) {
	const target = native(path);
	const lock = `${target}.lock`;
	try {
		if (Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > LONGEST_GC) rmSync(lock, { force: true });
		writeFileSync(lock, `${process.pid} ${hostname()}`, { flag: "wx" });
	} catch (error) {
		if (isErrno(error, "EEXIST")) return false;
		throw diskError(error, path);
	}
	let isOurs = false;
	try {
		const made = statSync(target, { throwIfNoEntry: false })?.mtimeMs;
		if (made !== void 0 && Math.abs(Date.now() - made) <= LONGEST_GC) {
			const [pid, host] = readFileSync(target, "latin1").split(" ");
			if (host !== void 0 && (host.trim() !== hostname() || isRunning(Number(pid)))) return false;
		}
		renameSync(lock, target);
		isOurs = true;
		return true;
	} catch (error) {
		throw diskError(error, path);
	} finally {
		if (!isOurs) rmSync(lock, { force: true });
	}
}

// ../../work/h/me/dist/platform/node/stat.js
/** Exact stats: nanoseconds as integers, as Git's index keeps them. */
const kindOf = (of) => of.isFile() ? "file" : of.isDirectory() ? "folder" : of.isSymbolicLink() ? "symlink" : "other";
const BILLION = 1000000000n;
const OPTIONS = {
	bigint: true,
	throwIfNoEntry: false
};
/** By the bits: `BigIntStats` answers `isFile()` in three operations on big integers. */
const kindOfMode = (mode) => {
	const type = mode & constants.S_IFMT;
	if (type === constants.S_IFREG) return "file";
	if (type === constants.S_IFDIR) return "folder";
	return type === constants.S_IFLNK ? "symlink" : "other";
};
const exact = (stat) => ({
	kind: kindOfMode(Number(stat.mode)),
	mode: Number(stat.mode),
	size: Number(stat.size),
	dev: Number(stat.dev),
	ino: Number(stat.ino),
	uid: Number(stat.uid),
	gid: Number(stat.gid),
	mtimeSeconds: Number(stat.mtimeNs / BILLION),
	mtimeNanoseconds: Number(stat.mtimeNs % BILLION),
	ctimeSeconds: Number(stat.ctimeNs / BILLION),
	ctimeNanoseconds: Number(stat.ctimeNs % BILLION),
	links: Number(stat.nlink)
});
/** `path` is a disk path. @throws SyncError other than for absence */
function statOf(path) {
	try {
		const stat = lstatSync(native(path), OPTIONS);
		return stat && exact(stat);
	} catch (error) {
		if (isAbsent(error)) return void 0;
		throw diskError(error, path);
	}
}
const sameFile = (a, b) => a.kind === b.kind && a.size === b.size && a.ino === b.ino && a.mtimeSeconds === b.mtimeSeconds && a.mtimeNanoseconds === b.mtimeNanoseconds;

// ../../work/h/me/dist/platform/node/publish.js
/** Publishing one file: written beside its target under a name that Git's own clean-up knows, then renamed. */
/** Above this a copy leaves the main thread. Bytes. */
const LARGE = 4 << 20;
const umask = process.umask();
/** `git prune` removes what starts with `tmp_obj_` below `.git/objects`; what ends in `.lock` is no ref below `.git/refs`. */
const temporaryIn = (folder) => join$1(folder, `tmp_obj_${randomUUID()}.lock`);
const modeFor = ({ executable, secret }) => secret ? 384 : (executable ? 511 : 438) & ~umask;
function writeWhole(path, content, mode, sync = false) {
	const file = openSync(native(path), "wx", mode);
	try {
		for (let at = 0; at < content.length;) at += writeSync(file, content, at);
		if (sync) fsyncSync(file);
	} finally {
		closeSync(file);
	}
}
async function writeStream(path, content, mode, sync) {
	const file = await open(native(path), "wx", mode);
	try {
		for await (const chunk of content) for (let at = 0; at < chunk.length;) at += (await file.write(chunk, at)).bytesWritten;
		if (sync) await file.sync();
	} finally {
		await file.close();
	}
}
/** Runs `write`; when the parent folder is missing, makes it and runs it again. `git gc` removes empty ones beside us. */
async function withParent(folder, write) {
	for (let attempt = 0;; attempt++) try {
		return await write();
	} catch (error) {
		if (!isErrno(error, "ENOENT") || attempt === 5) throw error;
		makeFolders(native(folder));
	}
}
async function publish(path, content, options = {}) {
	const folder = parentOf(path);
	const temporary = temporaryIn(folder);
	const mode = modeFor(options);
	try {
		if (content instanceof Uint8Array) await withParent(folder, () => writeWhole(temporary, content, mode, options.sync));
		else {
			makeFolders(native(folder));
			await writeStream(temporary, content, mode, options.sync ?? false);
		}
		if (options.exclusive) return linkIfAbsent(temporary, path);
		await patiently(path, () => renameSync(native(temporary), native(path)));
		return true;
	} catch (error) {
		throw diskError(error, path);
	} finally {
		rmSync(native(temporary), { force: true });
	}
}
function linkIfAbsent(temporary, path) {
	try {
		linkSync(native(temporary), native(path));
		return true;
	} catch (error) {
		if (isErrno(error, "EEXIST")) return false;
		if (statOf(path)) return false;
		renameSync(native(temporary), native(path));
		return true;
	}
}
/** A copy of `from` beside `to`, blocks shared where the disk can, with a mode of its own. */
async function copyToTemporary(from, to, options, folder = parentOf(to)) {
	const temporary = temporaryIn(folder);
	const flags = constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL;
	const large = (statOf(from)?.size ?? 0) > LARGE;
	try {
		makeFolders(native(folder));
		if (large) await copyFile(native(from), native(temporary), flags);
		else copyFileSync(native(from), native(temporary), flags);
		chmodSync(native(temporary), modeFor(options));
		return temporary;
	} catch (error) {
		rmSync(native(temporary), { force: true });
		throw diskError(error, isAbsent(error) ? from : to);
	}
}

// ../../work/h/me/dist/platform/node/walk.js
const SLICE$2 = 15;
/** Depth first, one `readdir` a folder, one `lstat` a kept file. What vanishes while it is walked is left out. */
async function walk(root, visit, signal) {
	const files = [];
	const folders = [""];
	let until = performance.now() + SLICE$2;
	for (let folder = folders.pop(); folder !== void 0; folder = folders.pop()) {
		const here = join$1(root, folder);
		for (const entry of visit(folder, entriesOf(here), (name) => contentOf(join$1(here, name)))) {
			const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
			if (entry.kind === "folder") folders.push(path);
			else if (entry.kind !== "other") {
				const stat = statOf(join$1(root, path));
				if (stat) files.push({
					path,
					stat,
					entry
				});
			}
		}
		if (performance.now() > until) {
			await setImmediate();
			throwIfAborted(signal);
			until = performance.now() + SLICE$2;
		}
	}
	return files;
}
function entriesOf(folder) {
	try {
		return readdirSync(native(folder), { withFileTypes: true }).map((entry) => ({
			name: entry.name,
			kind: kindOf(entry)
		}));
	} catch (error) {
		if (isAbsent(error)) return [];
		throw diskError(error, folder);
	}
}
function contentOf(path) {
	try {
		return readFileSync(native(path));
	} catch (error) {
		if (isAbsent(error)) return void 0;
		throw diskError(error, path);
	}
}

// ../../work/h/me/dist/platform/node/replace.js
/**
* Working files replaced and removed while an editor may be saving them. Between a look at a file and its replacement
* there is a moment, and a save in it must not be lost: the old file keeps a second name until it is sure that nobody
* wrote to it any more.
*/
/** A program that had opened the file before it was replaced has begun to write by then. Milliseconds. */
const LATE = 5;
/** One batch of them. `temp` is a folder on the same disk. */
var Replacements = class {
	#temp;
	#old = [];
	constructor(temp) {
		this.#temp = temp;
	}
	/** Puts `temporary` at `target` if what is there is as expected: the stat of what stands there then. */
	async replace(temporary, target, expected) {
		if (expected === void 0) return move(temporary, target);
		if (expected === "absent") return await placeNew(temporary, target) ? statOf(target) : void 0;
		const name = secondName(target, this.#temp);
		if (name === void 0) return isStill(target, expected) ? move(temporary, target) : void 0;
		if (!isStill(name, expected)) {
			rmSync(native(name), { force: true });
			return;
		}
		const successor = await move(temporary, target);
		this.#old.push({
			target,
			name,
			expected,
			successor
		});
		return successor;
	}
	/** Removes `target` if it is as expected; says whether it did. */
	async remove(target, expected) {
		if (expected && !isStill(target, expected)) return false;
		const name = temporaryIn(this.#temp);
		await move(target, name);
		if (expected) this.#old.push({
			target,
			name,
			expected,
			successor: void 0
		});
		else unlinkSync(native(name));
		return true;
	}
	/** Gives those their name back that were saved after all, and forgets the others. Answers the targets given back. */
	async settle() {
		const saved = /* @__PURE__ */ new Set();
		if (this.#old.length > 0) await setTimeout$1(LATE);
		for (const { target, name, expected, successor } of this.#old.splice(0)) {
			if (!isStill(name, expected) && await giveBack(name, target, successor)) saved.add(target);
			rmSync(native(name), { force: true });
		}
		return saved;
	}
};
/** Not over a save that came later still. What is replaced is in Git. */
async function giveBack(name, target, successor) {
	if (!successor) return placeNew(name, target);
	if (!isStill(target, successor)) return false;
	await move(name, target);
	return true;
}
const isStill = (path, expected) => {
	const stat = statOf(path);
	return stat !== void 0 && sameFile(stat, expected);
};
async function move(from, to) {
	await patiently(to, () => renameSync(native(from), native(to)));
	return statOf(to);
}
/** `undefined` where the disk or the system gives none: FAT, a file of another user, nothing there. */
function secondName(path, temp) {
	const name = temporaryIn(temp);
	try {
		linkSync(native(path), native(name));
		return name;
	} catch {
		return;
	}
}
async function placeNew(from, to) {
	try {
		linkSync(native(from), native(to));
	} catch (error) {
		if (isErrno(error, "EEXIST") || statOf(to)) return false;
		await move(from, to);
		return true;
	}
	unlinkSync(native(from));
	return true;
}

// ../../work/h/me/dist/platform/node/workingTree.js
/** Batches that change a working tree: never through a symlinked folder, never over what was not expected. */
const SLICE$1 = 15;
/** What stands at the parent folders below `root`, each looked at once. @throws SyncError `UNSAFE_PATH` at a symlink */
var Parents = class {
	#root;
	#seen = /* @__PURE__ */ new Map([["", "folder"]]);
	constructor(root) {
		this.#root = root;
	}
	of(path) {
		return this.#look(parentOf(path));
	}
	made(folder) {
		for (let at = folder; this.#seen.get(at) !== "folder"; at = parentOf(at)) this.#seen.set(at, "folder");
	}
	#look(folder) {
		const known = this.#seen.get(folder);
		if (known) return known;
		const above = this.#look(parentOf(folder));
		const found = above === "folder" ? this.#stat(folder) : above;
		this.#seen.set(folder, found);
		return found;
	}
	#stat(folder) {
		const stat = statOf(join$1(this.#root, folder));
		if (!stat) return "absent";
		if (stat.kind === "folder") return "folder";
		if (stat.kind !== "symlink") return "blocked";
		throw new SyncError("UNSAFE_PATH", `${folder} is a symbolic link: modsync does not write through it. Replace it by a folder.`, { data: {
			path: folder,
			rule: "symlinked parent folder"
		} });
	}
};
async function prepare(temp, file) {
	if (!(file.content instanceof Uint8Array) && "copyFrom" in file.content) return copyToTemporary(file.content.copyFrom, file.path, { executable: file.executable ?? false }, temp);
	const temporary = temporaryIn(temp);
	if (file.content instanceof Uint8Array) writeWhole(temporary, file.content, modeFor({ executable: file.executable ?? false }));
	else symlinkSync(file.content.linkTo, native(temporary));
	return temporary;
}
const writeMany = async (root, temp, files) => {
	const parents = new Parents(root);
	for (const file of files) parents.of(file.path);
	makeFolders(native(temp));
	const outcomes = [];
	const replacements = new Replacements(temp);
	let saved = /* @__PURE__ */ new Set();
	let until = performance.now() + SLICE$1;
	try {
		for (const file of files) {
			outcomes.push(await writeOne(join$1(root, file.path), temp, file, parents, replacements));
			if (performance.now() > until) {
				await setImmediate();
				until = performance.now() + SLICE$1;
			}
		}
	} finally {
		saved = await replacements.settle();
	}
	return outcomes.map((outcome, i) => saved.has(join$1(root, files[i]?.path ?? "")) ? void 0 : outcome);
};
async function writeOne(target, temp, file, parents, replacements) {
	if (parents.of(file.path) === "blocked") return void 0;
	let temporary;
	try {
		temporary = await prepare(temp, file);
		if (parents.of(file.path) === "absent") {
			makeFolders(native(parentOf(target)));
			parents.made(parentOf(file.path));
		}
		if (process.platform === "win32") liftReadOnly(target, file.expect);
		return await replacements.replace(temporary, target, file.expect);
	} catch (error) {
		throw diskError(error, target);
	} finally {
		if (temporary) rmSync(native(temporary), { force: true });
	}
}
/** Windows replaces no read-only file, and a file that waits for its lock is one. */
function liftReadOnly(target, expected) {
	const stat = statOf(target);
	if (stat?.kind !== "file" || (stat.mode & 128) !== 0) return;
	if (expected === void 0 || expected !== "absent" && sameFile(stat, expected)) chmodSync(native(target), 438);
}
const removeMany = async (root, temp, files) => {
	const parents = new Parents(root);
	for (const file of files) parents.of(file.path);
	makeFolders(native(temp));
	const replacements = new Replacements(temp);
	const outcomes = [];
	let saved = /* @__PURE__ */ new Set();
	try {
		for (const { path, expect } of files) {
			const target = join$1(root, path);
			const isGone = parents.of(path) !== "folder" || !statOf(target);
			outcomes.push(isGone || await replacements.remove(target, expect));
		}
	} finally {
		saved = await replacements.settle();
	}
	const emptied = /* @__PURE__ */ new Set();
	const removed = files.map(({ path }, i) => outcomes[i] === true && !saved.has(join$1(root, path)));
	for (const [i, { path }] of files.entries()) if (removed[i]) emptied.add(parentOf(path));
	for (const folder of emptied) removeUpwards(root, folder);
	return removed;
};
function removeUpwards(root, folder) {
	for (let at = folder; at !== ""; at = parentOf(at)) try {
		rmdirSync(native(join$1(root, at)));
	} catch (error) {
		if (isErrno(error, "ENOENT")) continue;
		if (isErrno(error, "ENOTEMPTY", "EEXIST", "EBUSY", "EPERM", "EACCES", "ENOTDIR")) return;
		throw diskError(error, at);
	}
}

// ../../work/h/me/dist/platform/node/disk.js
const CHUNK = 1 << 20;
/** Milliseconds of synchronous work after which a batch lets timers and sockets have a turn. */
const SLICE = 15;
/** Runs `each` over items, giving way to other work now and then. */
async function inSlices(items, each) {
	const results = [];
	let until = performance.now() + SLICE;
	for (const item of items) {
		results.push(each(item));
		if (performance.now() > until) {
			await setImmediate();
			until = performance.now() + SLICE;
		}
	}
	return results;
}
function absentAs(path, absent, operation) {
	try {
		return operation();
	} catch (error) {
		if (isAbsent(error)) return absent;
		throw diskError(error, path);
	}
}
const read = (path) => absentAs(path, void 0, () => readFileSync(native(path)));
function readRange(path, offset, length) {
	return absentAs(path, void 0, () => {
		const file = openSync(native(path), "r");
		try {
			const bytes = new Uint8Array(length);
			let filled = 0;
			while (filled < length) {
				const got = readSync(file, bytes, filled, length - filled, offset + filled);
				if (got === 0) break;
				filled += got;
			}
			return filled === length ? bytes : bytes.subarray(0, filled);
		} finally {
			closeSync(file);
		}
	});
}
async function* stream(path, range = {}) {
	const file = await open(native(path), "r").catch((error) => {
		if (isAbsent(error)) throw new SyncError("NOT_FOUND", `${path} is not there (any more).`, {
			data: { path },
			cause: error
		});
		throw diskError(error, path);
	});
	try {
		let at = range.start ?? 0;
		const end = range.end ?? Number.POSITIVE_INFINITY;
		while (at < end) {
			const { bytesRead, buffer } = await file.read(new Uint8Array(Math.min(CHUNK, end - at)), 0, null, at);
			if (bytesRead === 0) return;
			at += bytesRead;
			yield bytesRead === buffer.length ? buffer : buffer.subarray(0, bytesRead);
		}
	} catch (error) {
		throw diskError(error, path);
	} finally {
		await file.close();
	}
}
/** All of it or nothing: a disk that fills up in the middle does not leave half a line. */
function append(path, content) {
	const file = openSync(native(path), "a");
	try {
		const { size } = fstatSync(file);
		try {
			for (let at = 0; at < content.length;) at += writeSync(file, content, at);
		} catch (error) {
			ftruncateSync(file, size);
			throw error;
		}
	} finally {
		closeSync(file);
	}
}
function nodeDisk() {
	return {
		lstat: async (path) => statOf(path),
		lstatMany: (root, paths) => inSlices(paths, (path) => statOf(join$1(root, path))),
		list: async (folder) => absentAs(folder, void 0, () => readdirSync(native(folder), { withFileTypes: true }).map((entry) => ({
			name: entry.name,
			kind: kindOf(entry)
		}))),
		walk,
		read: async (path) => read(path),
		readMany: (paths) => inSlices(paths, read),
		readRange: async (path, offset, length) => readRange(path, offset, length),
		stream,
		readLink: async (path) => absentAs(path, void 0, () => {
			try {
				return readlinkSync(native(path));
			} catch (error) {
				if (isErrno(error, "EINVAL")) return void 0;
				throw error;
			}
		}),
		publish,
		writeMany,
		removeMany,
		async copy(from, to, options = {}) {
			const temporary = await copyToTemporary(from, to, options);
			try {
				await patiently(to, () => renameSync(native(temporary), native(to)));
			} finally {
				rmSync(native(temporary), { force: true });
			}
		},
		append: (path, content) => patiently(path, () => {
			try {
				append(path, content);
			} catch (error) {
				if (!isAbsent(error)) throw error;
				makeFolders(native(parentOf(path)));
				append(path, content);
			}
		}),
		touch: async (path) => absentAs(path, false, () => {
			const now = /* @__PURE__ */ new Date();
			utimesSync(native(path), now, now);
			return true;
		}),
		rename: (from, to) => patiently(to, () => renameSync(native(from), native(to))),
		setWritable: async (path, writable) => absentAs(path, void 0, () => {
			const { kind, mode = 0 } = statOf(path) ?? {};
			if (kind !== "file" || (mode & 128) !== 0 === writable) return;
			const next = writable ? mode | 128 | (mode & 36) >> 1 & ~process.umask() : mode & -147;
			chmodSync(native(path), next & 4095);
		}),
		symlink: (target, path) => patiently(path, () => symlinkSync(target, native(path))),
		makeFolder: async (path) => {
			await patiently(path, () => makeFolders(native(path)));
		},
		remove: (path) => patiently(path, () => {
			try {
				unlinkSync(native(path));
			} catch (error) {
				if (!isAbsent(error)) throw error;
			}
		}),
		removeEmptyFolder: async (path) => {
			try {
				rmdirSync(native(path));
				return true;
			} catch (error) {
				if (isErrno(error, "ENOENT")) return true;
				if (isErrno(error, "ENOTEMPTY", "EEXIST", "ENOTDIR", "EBUSY", "EPERM")) return false;
				throw diskError(error, path);
			}
		},
		removeTree: async (path) => {
			await patiently(path, () => rmSync(native(path), {
				recursive: true,
				force: true
			}));
		},
		async lockFile(path, { waitMs = 1e4, signal } = {}) {
			const lockPath = `${path}.lock`;
			if (!await takeLock(lockPath, waitMs, signal)) {
				const holder = readHolder(lockPath);
				const who = holder ? `modsync (process ${holder.pid} on ${holder.host})` : "another program, such as git,";
				throw new SyncError("LOCK_TIMEOUT", `${who} holds ${lockPath}. Wait until it is done and try again; if nothing is running, "modsync doctor" tells more.`, { data: {
					path: lockPath,
					...holder && { pid: holder.pid }
				} });
			}
			let held = true;
			const release = async () => {
				if (!held) return;
				held = false;
				dropLock(lockPath);
			};
			return {
				async publish(content, options = {}) {
					await publish(path, content, {
						sync: true,
						...options
					});
				},
				async commit(content, options = {}) {
					await publish(path, content, {
						sync: true,
						...options
					});
					await release();
				},
				release
			};
		},
		async lockProcess(path, { waitMs = 0, signal } = {}) {
			if (!await takeLock(path, waitMs, signal)) return void 0;
			return { release: async () => dropLock(path) };
		},
		async lockGarbageCollection(gitDir) {
			const path = join$1(gitDir, "gc.pid");
			return takeGcLock(path) ? { release: async () => dropLock(path) } : void 0;
		},
		async sharesBlocks(folder) {
			const probe = temporaryIn(folder);
			try {
				makeFolders(native(folder));
				writeFileSync(native(probe), /* @__PURE__ */ new Uint8Array(65536), { flag: "wx" });
				const flags = constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL;
				copyFileSync(native(probe), native(`${probe}-copy`), flags);
				return true;
			} catch (error) {
				return isErrno(error, "ENOTSUP", "EOPNOTSUPP", "EXDEV", "ENOSYS", "EINVAL", "ENOTTY") ? false : void 0;
			} finally {
				for (const path of [probe, `${probe}-copy`]) rmSync(native(path), { force: true });
			}
		},
		async ignoresCase(folder) {
			const name = nameOf(folder);
			const swapped = name === name.toLowerCase() ? name.toUpperCase() : name.toLowerCase();
			if (swapped === name) return process.platform === "win32" || process.platform === "darwin";
			const there = statOf(folder);
			const other = statOf(join$1(parentOf(folder), swapped));
			return there !== void 0 && other !== void 0 && there.ino === other.ino && there.dev === other.dev;
		}
	};
}

// ../../work/h/me/dist/platform/node/environment.js
/** The environment, with what `.env.local` in the current folder adds; what is set already wins. */
/**
* What the file may set. The current folder may be somebody else's project: nothing of it steers Git's configuration,
* or where tokens are kept.
*/
const NAMES = /* @__PURE__ */ new Set([
	"AUTO_SYNC_INTERVAL",
	"AWS_ACCESS_KEY_ID",
	"AWS_SECRET_ACCESS_KEY",
	"CLOUD_SYNC_ENABLED",
	"ENCRYPTION_KEY",
	"FIREBASE_API_KEY",
	"FIREBASE_AUTH_DOMAIN",
	"FIREBASE_PROJECT_ID",
	"GITHUB_TOKEN",
	"POCKETBASE_KEY",
	"POCKETBASE_URL",
	"SUPABASE_KEY",
	"SUPABASE_URL"
]);
/** @param folder a folder of the operating system; default: the current one */
function localEnvironment(set = process.env, folder = ".") {
	const path = join(folder, ".env.local");
	try {
		const lines = Object.entries(parseEnv(readFileSync(path, "utf8")));
		return {
			...Object.fromEntries(lines.filter(([name]) => NAMES.has(name))),
			...set
		};
	} catch (error) {
		if (isAbsent(error)) return set;
		throw diskError(error, path);
	}
}

// ../../work/h/me/dist/platform/node/programs.js
/**
* Other programs are started by their absolute path. Given a bare name, Windows would look into the current folder
* first, and a project can hold a `git.exe` of its own (CVE-2020-27955).
*/
const WINDOWS = process.platform === "win32";
/** Of the absolute folders of PATH. On Windows an `.exe`: a `.cmd` would be run by a shell. */
function findProgram(name, environment) {
	const path = environment.PATH ?? environment.Path ?? "";
	for (const folder of path.split(delimiter)) {
		if (!isAbsolute(folder)) continue;
		const file = join(folder, WINDOWS ? `${name}.exe` : name);
		try {
			accessSync(file, constants.X_OK);
			if (statSync(file).isFile()) return file;
		} catch {}
	}
}

// ../../work/h/me/dist/platform/node/gitCredentials.js
/** What Git's credential helpers know. Source: git-credential(1). */
/** A helper that waits for somebody is not waited for. Milliseconds. */
const PATIENCE = 15e3;
const LONGEST_ANSWER = 65536;
const gitCredentials = (environment) => ({ async fill(url, folder) {
	if (/[\n\r\0]/.test(url)) return void 0;
	const answer = await ask(`url=${url}\n\n`, environment, folder);
	const lines = new Map((answer ?? "").split("\n").map((line) => {
		const equals = line.indexOf("=");
		return [line.slice(0, equals), line.slice(equals + 1)];
	}));
	const password = lines.get("password");
	return password ? {
		user: lines.get("username") ?? "",
		password
	} : void 0;
} });
/** `undefined` where there is no git, no helper that knows, or nobody answers in time. */
function ask(input, environment, folder) {
	const git = findProgram("git", environment);
	if (git === void 0) return Promise.resolve(void 0);
	return new Promise((resolve) => {
		const child = spawn(git, [
			"-c",
			"credential.interactive=false",
			"credential",
			"fill"
		], {
			cwd: folder !== void 0 && existsSync(native(folder)) ? native(folder) : tmpdir(),
			env: {
				...environment,
				GIT_TERMINAL_PROMPT: "0",
				GIT_ASKPASS: "",
				SSH_ASKPASS: "",
				GCM_INTERACTIVE: "never"
			},
			stdio: [
				"pipe",
				"pipe",
				"ignore"
			],
			windowsHide: true
		});
		const late = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
		const end = (answer) => {
			clearTimeout(late);
			resolve(answer);
		};
		let out = "";
		child.stdout.setEncoding("utf8").on("data", (text) => {
			if (out.length < LONGEST_ANSWER) out += text;
		});
		child.stdin.on("error", () => void 0).end(input);
		child.on("error", () => end(void 0));
		child.on("close", (code) => end(code === 0 ? out : void 0));
	});
}

// ../../work/h/me/dist/platform/node/home.js
/** Where a person's own state lives: identity, known projects, credentials. */
function homeFolder(environment) {
	const given = environment.MODSYNC_HOME;
	if (given) return diskPath(given);
	const home = environment.HOME ?? homedir();
	if (process.platform === "win32") return diskPath(join(environment.APPDATA ?? join(home, "AppData", "Roaming"), "modsync"));
	if (process.platform === "darwin") return join(home, "Library", "Application Support", "modsync");
	return join(environment.XDG_CONFIG_HOME ?? join(home, ".config"), "modsync");
}

// ../../work/h/me/dist/platform/node/keys.js
/** Secrets in one owner-only file of the home folder. */
function fileKeys(disk, home) {
	const path = join$1(home, "credentials.json");
	async function load() {
		const bytes = await disk.read(path);
		if (!bytes) return {};
		try {
			const parsed = JSON.parse(text(bytes));
			if (typeof parsed === "object" && parsed !== null) return Object.fromEntries(Object.entries(parsed).filter((entry) => typeof entry[1] === "string"));
		} catch {}
		throw new SyncError("INVALID_CONFIG", `${path} is not readable as JSON. Mend it, or remove it and log in again.`, { data: { path } });
	}
	async function change(edit) {
		const lock = await disk.lockFile(path);
		try {
			const secrets = await load();
			edit(secrets);
			await lock.commit(utf8(`${JSON.stringify(secrets, null, 2)}\n`), { secret: true });
		} finally {
			await lock.release();
		}
	}
	return {
		get: async (name) => (await load())[name],
		set: (name, secret) => change((secrets) => secrets[name] = secret),
		remove: (name) => change((secrets) => delete secrets[name]),
		names: async () => Object.keys(await load())
	};
}

// ../../work/h/me/dist/platform/node/proxy.js
/**
* HTTP through a proxy. Node's own `fetch` takes a proxy's agent only from the very version of undici that it contains,
* so a proxy brings undici's `fetch` along: an optional dependency, loaded when somebody uses a proxy.
*/
/** @param proxy `http://user:password@host:port`, or the same with https @throws SyncError `INVALID_CONFIG` */
async function fetchThrough(proxy) {
	const undici = await import("undici").catch((cause) => {
		throw new SyncError("INVALID_CONFIG", "A proxy is configured, and the package that speaks to proxies is not installed. Install it (\"npm install undici\"), or leave the proxy out with NO_PROXY.", { cause });
	});
	const url = new URL(proxy);
	const credentials = url.username ? `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString("base64")}` : void 0;
	const dispatcher = new undici.ProxyAgent({
		uri: url.origin,
		...credentials !== void 0 && { token: credentials }
	});
	const send = undici.fetch;
	return (input, init) => {
		const { headers, ...rest } = init ?? {};
		return send(String(input), {
			...rest,
			headers: [...new Headers(headers)],
			dispatcher
		});
	};
}

// ../../work/h/me/dist/platform/node/watch.js
/** How often to look when the native watcher does not load. Milliseconds. */
const POLL = 2e3;
/** `@parcel/watcher`; a timer that says "anything may have changed" where that has no build for the platform. */
const nodeWatch = { async start(folder, { onChange, onError }) {
	const root = realpathSync.native(native(folder));
	const watcher = await import("@parcel/watcher").catch(() => void 0);
	if (!watcher) {
		const timer = setInterval(() => onChange(void 0), POLL);
		return { close: async () => clearInterval(timer) };
	}
	const subscription = await watcher.subscribe(root, (error, events) => {
		if (!error) onChange(events.map((event) => event.path.slice(root.length + 1).replaceAll(sep, "/")).filter((path) => path !== "" && path !== ".git" && !path.startsWith(".git/")));
		else if (error.message.includes("must be re-scanned") || error.message.includes("dropped")) onChange(void 0);
		else onError(error);
	}, { ignore: [".git"] });
	return { close: () => subscription.unsubscribe() };
} };

// ../../work/h/me/dist/platform/node/index.js
/**
* The machine as Node sees it. Batches use synchronous fs calls (20 times cheaper than promises per file) and give
* way to other work every few milliseconds. Whoever starts a process for a person (CLI, Electron, a test) makes one
* host and passes it down; no other room imports this folder.
*/
function nodeHost(options = {}) {
	const environment = options.environment ?? localEnvironment();
	const home = options.home ?? homeFolder(environment);
	const disk = nodeDisk();
	const command = [process.execPath, fileURLToPath(new URL("../../cli/main.js", import.meta.url))];
	const hooks = diskPath(fileURLToPath(new URL("../../../hooks", import.meta.url)));
	const keys = fileKeys(disk, home);
	return {
		disk,
		codec: nodeCodec,
		keys,
		watch: nodeWatch,
		home,
		environment,
		command,
		hooks,
		sockets: nodeSockets,
		gitCredentials: gitCredentials(environment),
		fetchThrough
	};
}

export { findProgram as n, localEnvironment as r, nodeHost as t };