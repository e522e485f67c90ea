import { t as SyncError } from "./errors-CKzV5trQ.js";
import { randomUUID } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { dirname, join, resolve } from "node:path";
import { tmpdir } from "node:os";
import { createConnection, createServer } from "node:net";

// ../../work/h/me/dist/platform/node/failures.js
/** Turns the operating system's errors into `SyncError`s, and retries those that pass by themselves. */
/** By shape, not `instanceof`: Node's own errors can come from another realm. */
const errno = (error) => typeof error === "object" && error !== null && "code" in error && typeof error.code === "string" ? error.code : void 0;
const isErrno = (error, ...codes) => {
	const code = errno(error);
	return code !== void 0 && codes.includes(code);
};
const isAbsent = (error) => isErrno(error, "ENOENT", "ENOTDIR");
const KNOWN = {
	EACCES: ["PERMISSION_DENIED", "this user may not do that here; check the permissions of the file and its folder"],
	EPERM: ["PERMISSION_DENIED", "the system does not allow it; check permissions, or whether a program holds the file open"],
	EROFS: ["PERMISSION_DENIED", "the disk is read-only"],
	ENOSPC: ["NO_SPACE", "the disk is full; free some space and run it again, nothing is lost"],
	EDQUOT: ["NO_SPACE", "the disk quota is used up; free some space and run it again, nothing is lost"],
	EBUSY: ["FILE_BUSY", "another program holds it open; close it and run it again"],
	ETXTBSY: ["FILE_BUSY", "it is being run; close it and run it again"],
	ENOTDIR: ["INVALID_INPUT", "a file stands where a folder is needed; name another folder, or move the file away"],
	ENAMETOOLONG: ["UNSAFE_PATH", "the name is too long for this disk"]
};
function diskError(error, path) {
	if (error instanceof SyncError) return error;
	const code = errno(error) ?? "";
	const known = KNOWN[code];
	const words = known?.[1] ?? (error instanceof Error ? error.message : String(error));
	return new SyncError(known?.[0] ?? "INTERNAL", `${path}: ${words}`, {
		data: {
			path,
			errno: code
		},
		cause: error
	});
}
/** On Windows a virus scanner or an open editor makes a rename fail for a moment with EPERM or EACCES. */
const PASSING = process.platform === "win32" ? [
	"EBUSY",
	"ETXTBSY",
	"EPERM",
	"EACCES"
] : ["EBUSY", "ETXTBSY"];
const PAUSES = [
	5,
	10,
	20,
	50,
	100,
	200,
	400,
	800
];
/** Runs a file operation, again after short pauses while somebody holds the file open. @throws SyncError */
async function patiently(path, operation) {
	for (let attempt = 0;; attempt++) try {
		return operation();
	} catch (error) {
		const wait = PAUSES[attempt];
		if (wait === void 0 || !isErrno(error, ...PASSING)) throw diskError(error, path);
		await setTimeout(wait);
	}
}

// ../../work/h/me/dist/platform/node/folders.js
/** With its parents. `path` as the system calls it. Node says ENOENT where a disk is read-only: this says why. */
function makeFolders(path) {
	try {
		mkdirSync(path, { recursive: true });
	} catch (error) {
		if (!isErrno(error, "ENOENT")) throw error;
		makeOneByOne(path, true);
	}
}
function makeOneByOne(path, hasParent = false) {
	try {
		mkdirSync(path);
	} catch (error) {
		if (isErrno(error, "EEXIST")) return;
		if (hasParent || !isErrno(error, "ENOENT") || dirname(path) === path) throw error;
		makeOneByOne(dirname(path));
		makeOneByOne(path, true);
	}
}

// ../../work/h/me/dist/platform/node/native.js
/** Between disk paths (absolute, `/`) and what the operating system calls them. */
const WINDOWS = process.platform === "win32";
/** Windows refuses paths from 260 characters on unless they carry this prefix; it turns off `/` and `..` for them. */
const LONG = "\\\\?\\";
function windowsPath(path) {
	const backslashed = path.replaceAll("/", "\\");
	if (backslashed.length < 248 || backslashed.startsWith(LONG)) return backslashed;
	return backslashed.startsWith("\\\\") ? `${LONG}UNC\\${backslashed.slice(2)}` : LONG + backslashed;
}
const native = (path) => WINDOWS ? windowsPath(path) : path;
/** A disk path for whatever a person typed, relative to the current folder. */
function diskPath(typed) {
	const absolute = resolve(typed);
	return WINDOWS ? absolute.replaceAll("\\", "/") : absolute;
}

// ../../work/h/me/dist/platform/node/localSockets.js
/** Unix sockets, or Windows' named pipes, that carry lines of text between processes of one user. */
/** Where the system cuts a socket's path off, with some room: 104 bytes on macOS, 108 on Linux. */
const LONGEST_PATH = 100;
/** Characters of a line. Who sends more is cut off. */
const LONGEST_LINE = 16 << 20;
const nodeSockets = {
	async listen(path, accept) {
		const { address, folder } = addressFor(path);
		const open = /* @__PURE__ */ new Set();
		const server = createServer((socket) => {
			open.add(socket);
			socket.once("close", () => open.delete(socket));
			speakLines(socket, accept(connectionOf(socket)), LONGEST_LINE);
		});
		const close = async () => {
			const closed = new Promise((resolve) => server.close(() => resolve()));
			for (const socket of open) socket.destroy();
			await closed;
			if (folder !== void 0) rmSync(folder, {
				recursive: true,
				force: true
			});
		};
		try {
			await listening(server, address);
			if (process.platform !== "win32") chmodSync(address, 384);
		} catch (error) {
			await close();
			throw diskError(error, address);
		}
		return {
			address,
			close
		};
	},
	connect: (address, handlers) => new Promise((resolve, reject) => {
		const socket = createConnection(address);
		const refused = (error) => {
			if (isErrno(error, "ECONNREFUSED", "ENOENT", "ENOTSOCK", "EPIPE", "ECONNRESET")) resolve(void 0);
			else reject(diskError(error, address));
		};
		socket.once("error", refused);
		socket.once("connect", () => {
			socket.off("error", refused);
			speakLines(socket, handlers, Number.POSITIVE_INFINITY);
			resolve(connectionOf(socket));
		});
	}),
	forget(address) {
		if (process.platform !== "win32" && lstatSync(address, { throwIfNoEntry: false })?.isSocket()) rmSync(address, { force: true });
	}
};
/** Beside `path`; in a short folder of the user's own where the system could not take that. */
function addressFor(path) {
	if (process.platform === "win32") return { address: `\\\\.\\pipe\\modsync-${randomUUID()}` };
	const address = native(path);
	if (Buffer.byteLength(address) <= LONGEST_PATH) {
		makeFolders(dirname(address));
		rmSync(address, { force: true });
		return { address };
	}
	const short = Buffer.byteLength(tmpdir()) <= LONGEST_PATH / 2 ? tmpdir() : "/tmp";
	const folder = mkdtempSync(join(short, "modsync-"));
	return {
		address: join(folder, "s"),
		folder
	};
}
const listening = (server, address) => new Promise((resolve, reject) => {
	server.once("error", reject);
	server.listen(address, () => {
		server.off("error", reject);
		resolve();
	});
});
const connectionOf = (socket) => ({
	send: (line) => void (socket.destroyed || socket.write(`${line}\n`)),
	get backlog() {
		return socket.writableLength;
	},
	close: () => void (socket.destroyed || socket.end()),
	cut: () => void socket.destroy()
});
/** JSON has no line breaks, so that a line is a message. */
function speakLines(socket, { onLine, onClose }, longest) {
	let pieces = [];
	let length = 0;
	socket.setEncoding("utf8");
	socket.on("data", (text) => {
		let start = 0;
		for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
			pieces.push(text.slice(start, end));
			const line = pieces.join("");
			pieces = [];
			length = 0;
			start = end + 1;
			if (line.length <= longest) onLine(line);
			else socket.destroy();
		}
		if (start < text.length) {
			pieces.push(text.slice(start));
			length += text.length - start;
			if (length > longest) socket.destroy();
		}
	});
	socket.on("error", () => void 0);
	socket.once("close", onClose);
}

export { diskError as a, patiently as c, makeFolders as i, diskPath as n, isAbsent as o, native as r, isErrno as s, nodeSockets as t };