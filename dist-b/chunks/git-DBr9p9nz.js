import { a as fromHex, c as utf8, i as exactText, n as concat, o as text, r as equal, s as toHex, t as compareBytes } from "./bytes-N1wsZNrM.js";
import { t as isObjectId } from "./ids-DsdmpKNc.js";
import { i as throwIfAborted, r as hasCode, t as SyncError } from "./errors-CKzV5trQ.js";
import { i as isWindows, n as GitConfig, o as xdgConfigHome, r as expandHome, t as pause } from "./pause-cDHNEcVL.js";
import { i as parentOf, n as join, r as nameOf$1 } from "./paths-CcTiHc6F.js";

// ../../work/h/me/dist/git/objects/format.js
/** Objects live in memory whole; what is larger than this belongs into LFS, and hostile sizes stop here. */
const MAX_OBJECT_SIZE = 1 << 30;
/** Git's own limit for the chains that it writes. */
const MAX_DELTA_DEPTH = 4095;
const ID_LENGTH = 20;
const malformed$1 = (what, cause) => new SyncError("MALFORMED_OBJECT", `${what}. The repository's or the remote's data is damaged: "git fsck" in the project says what is broken; a fresh clone mends it.`, { cause });
const missing = (id) => new SyncError("OBJECT_MISSING", `The Git object ${id} is not in this repository. "git fsck" says what is missing; a new clone has it: modsync clone URL`, { data: { id } });
const tooLarge = (size) => new SyncError("MALFORMED_OBJECT", `A Git object says that it has ${size} bytes; at most ${MAX_OBJECT_SIZE} are read. Larger files belong into LFS ("git lfs migrate").`, { data: { size } });
const headers = /* @__PURE__ */ new Map([
	["commit", "commit "],
	["tree", "tree "],
	["blob", "blob "],
	["tag", "tag "]
]);
const isObjectType = (text) => headers.has(text);
/** `blob 12\0`: what stands before the content when it is hashed, and in a loose object. */
const objectHeader = (type, size) => utf8(`${headers.get(type)}${size}\0`);
const hashObject = (codec, { type, data }) => codec.sha1().update(objectHeader(type, data.length)).update(data).hex();
const nibble = (code) => code < 58 ? code - 48 : code - 87;
/** Twenty bytes of an id into `target`. */
function writeId(target, at, id) {
	for (let i = 0; i < 20; i++) target[at + i] = nibble(id.charCodeAt(i * 2)) << 4 | nibble(id.charCodeAt(i * 2 + 1));
}
function idBytes(id) {
	const bytes = new Uint8Array(20);
	writeId(bytes, 0, id);
	return bytes;
}

// ../../work/h/me/dist/git/commits.js
/** Commits and annotated tags: from the bytes of their objects and back. Source: git-cat-file(1), gitformat-signature(5). */
function parseHeaders(data) {
	const lines = [];
	let at = 0;
	let encoding = "utf-8";
	while (at < data.length && data[at] !== 10) {
		let end = data.indexOf(10, at);
		if (end < 0) end = data.length;
		const line = text(data.subarray(at, end));
		at = end + 1;
		const last = lines.at(-1);
		if (line.startsWith(" ") && last) {
			last[1] += `\n${line.slice(1)}`;
			continue;
		}
		const space = line.indexOf(" ");
		const name = space < 0 ? line : line.slice(0, space);
		const value = space < 0 ? "" : line.slice(space + 1);
		if (name === "encoding") encoding = value;
		lines.push([name, value]);
	}
	return {
		lines,
		message: decode(data.subarray(at + 1), encoding)
	};
}
function decode(bytes, encoding) {
	if (/^utf-?8$/i.test(encoding)) return text(bytes);
	try {
		return new TextDecoder(encoding).decode(bytes);
	} catch {
		return text(bytes);
	}
}
/** As forgiving as `git log` is: a broken date reads as 1970, a missing name as ''. */
function parseSignature(line) {
	const open = line?.lastIndexOf("<") ?? -1;
	const close = line?.lastIndexOf(">") ?? -1;
	if (line === void 0 || open < 0 || close < open) return {
		name: line ?? "",
		email: "",
		seconds: 0,
		offset: 0
	};
	const [, seconds = "0", sign = "+", hours = "0", minutes = "0"] = /^\s*(-?\d{1,15})(?:\s+([+-])(\d\d)(\d\d))?/.exec(line.slice(close + 1)) ?? [];
	return {
		name: line.slice(0, open).trim(),
		email: line.slice(open + 1, close),
		seconds: Number(seconds),
		offset: (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) || 0
	};
}
/** Git drops what would break the line, and these characters at either end. */
const clean = (part) => part.replace(/[<>\n\0]/g, "").replace(/^[\s.,:;"'\\]+|[\s.,:;"'\\]+$/g, "");
/** `Ann <ann@example.org> 1700000000 +0100` */
function formatSignature({ name, email, seconds, offset }) {
	const minutes = Math.abs(Math.trunc(offset));
	const zone = String(Math.floor(minutes / 60) * 100 + minutes % 60).padStart(4, "0");
	return `${clean(name)} <${clean(email)}> ${Math.trunc(seconds)} ${offset < 0 ? "-" : "+"}${zone}`;
}
function idOf(what, value) {
	if (value !== void 0 && isObjectId(value)) return value;
	throw malformed$1(`${what} is not an object id`);
}
/** @throws SyncError `MALFORMED_OBJECT` */
function parseCommit(id, data) {
	const { lines, message } = parseHeaders(data);
	if (lines[0]?.[0] !== "tree") throw malformed$1(`The commit ${id} has no tree`);
	const tree = idOf(`The tree of commit ${id}`, lines[0][1]);
	const parents = [];
	let at = 1;
	for (; lines[at]?.[0] === "parent"; at++) parents.push(idOf(`A parent of commit ${id}`, lines[at]?.[1]));
	const find = (name) => lines.find((line) => line[0] === name)?.[1];
	return {
		id,
		tree,
		parents,
		author: parseSignature(find("author")),
		committer: parseSignature(find("committer")),
		message
	};
}
/** The message is written as it is: Git's own commands end it with one newline. */
function formatCommit(commit) {
	const lines = [`tree ${commit.tree}`, ...commit.parents.map((parent) => `parent ${parent}`)];
	lines.push(`author ${formatSignature(commit.author)}`, `committer ${formatSignature(commit.committer)}`);
	return utf8(`${lines.join("\n")}\n\n${commit.message.replaceAll("\0", "")}`);
}
/** @throws SyncError `MALFORMED_OBJECT` */
function parseTag(id, data) {
	const { lines, message } = parseHeaders(data);
	const [object, type, name] = lines;
	if (object?.[0] !== "object" || type?.[0] !== "type" || name?.[0] !== "tag" || !isObjectType(type[1])) throw malformed$1(`The tag ${id} has not the lines of a tag`);
	const tagger = lines.find((line) => line[0] === "tagger")?.[1];
	return {
		id,
		object: idOf(`What the tag ${id} names`, object[1]),
		type: type[1],
		name: name[1],
		...tagger !== void 0 && { tagger: parseSignature(tagger) },
		message
	};
}
function formatTag(tag) {
	const lines = [
		`object ${tag.object}`,
		`type ${tag.type}`,
		`tag ${tag.name}`
	];
	if (tag.tagger) lines.push(`tagger ${formatSignature(tag.tagger)}`);
	return utf8(`${lines.join("\n")}\n\n${tag.message.replaceAll("\0", "")}`);
}

// ../../work/h/me/dist/git/CommitQueue.js
/** Commits, the newest by committer date first; of equal dates, the one that came first. A binary heap. */
var CommitQueue = class {
	#heap = [];
	#turns = 0;
	get size() {
		return this.#heap.length;
	}
	push(commit) {
		const heap = this.#heap;
		const item = {
			commit,
			turn: this.#turns++
		};
		let at = heap.length;
		heap.push(item);
		while (at > 0) {
			const parent = at - 1 >> 1;
			if (!this.#before(at, parent)) break;
			this.#swap(at, parent);
			at = parent;
		}
	}
	peek() {
		return this.#heap[0]?.commit;
	}
	pop() {
		const heap = this.#heap;
		const top = heap[0];
		const last = heap.pop();
		if (!top || !last) return void 0;
		if (heap.length > 0) {
			heap[0] = last;
			for (let at = 0;;) {
				let first = at;
				for (const child of [2 * at + 1, 2 * at + 2]) if (child < heap.length && this.#before(child, first)) first = child;
				if (first === at) break;
				this.#swap(at, first);
				at = first;
			}
		}
		return top.commit;
	}
	#before(a, b) {
		const x = this.#heap[a];
		const y = this.#heap[b];
		const order = y.commit.committer.seconds - x.commit.committer.seconds;
		return order === 0 ? x.turn < y.turn : order < 0;
	}
	#swap(a, b) {
		const item = this.#heap[a];
		this.#heap[a] = this.#heap[b];
		this.#heap[b] = item;
	}
};

// ../../work/h/me/dist/git/objects/LruCache.js
/** Keeps what was used last, up to a total weight. */
var LruCache = class {
	#limit;
	#entries = /* @__PURE__ */ new Map();
	#weight = 0;
	constructor(limit) {
		this.#limit = limit;
	}
	get(key) {
		const entry = this.#entries.get(key);
		if (!entry) return void 0;
		this.#entries.delete(key);
		this.#entries.set(key, entry);
		return entry.value;
	}
	/** A value that weighs more than half of the whole would push out too much, and is not kept. */
	set(key, value, weight) {
		this.delete(key);
		if (weight > this.#limit / 2) return;
		this.#entries.set(key, {
			value,
			weight
		});
		this.#weight += weight;
		for (const oldest of this.#entries.keys()) {
			if (this.#weight <= this.#limit) break;
			this.delete(oldest);
		}
	}
	delete(key) {
		const entry = this.#entries.get(key);
		if (!entry) return;
		this.#entries.delete(key);
		this.#weight -= entry.weight;
	}
};

// ../../work/h/me/dist/git/graph.js
/** Commits that are kept parsed. */
const CACHE$3 = 5e4;
/**
* Dates guide the walks, and clocks differ: a walk that looks for everything on one side goes on until it is this
* many seconds past the oldest commit that it would report.
*/
const CLOCK_SLOP = 86400;
const A = 1;
const B = 2;
const BOTH = 3;
/** Below a common ancestor: nothing new is found there. */
const STALE = 4;
/** The ids in `.git/shallow`: commits whose parents were left out on purpose. */
async function readShallow(disk, gitDir) {
	const bytes = await disk.read(join(gitDir, "shallow"));
	const lines = bytes ? text(bytes).split("\n") : [];
	return new Set(lines.filter((line) => isObjectId(line)));
}
/** How commits follow one another. Parents beyond a shallow clone's edge do not exist for it. */
var CommitGraph = class {
	#objects;
	#shallow;
	#cache = new LruCache(CACHE$3);
	/** The edge of a shallow clone. */
	get shallow() {
		return this.#shallow;
	}
	constructor(objects, shallow = /* @__PURE__ */ new Set()) {
		this.#objects = objects;
		this.#shallow = shallow;
	}
	/** @throws SyncError `OBJECT_MISSING`, `MALFORMED_OBJECT` */
	async commit(id) {
		const cached = this.#cache.get(id);
		if (cached) return cached;
		const { type, data } = await this.#objects.read(id);
		if (type !== "commit") throw malformed$1(`The object ${id} is a ${type} where a commit was expected`);
		const whole = parseCommit(id, data);
		const commit = this.#shallow.has(id) ? {
			...whole,
			parents: []
		} : whole;
		this.#cache.set(id, commit, 1 + (data.length >> 12));
		return commit;
	}
	/**
	* What `from` reaches and `not` does not: newest first by committer date, and never a parent before any of its
	* children, whatever the clocks said. Streams: a limit on a long history reads little more than it reports.
	*/
	async *log(from, options = {}) {
		const tips = typeof from === "string" ? [from] : from;
		const { not = [], limit = Number.POSITIVE_INFINITY } = options;
		let left = limit;
		const regions = not.length > 0 ? this.#difference(tips, not) : this.#regions(tips);
		for await (const region of regions) for (const commit of inOrder$1(region)) {
			if (left-- <= 0) return;
			yield commit;
		}
	}
	/** Every commit is an ancestor of itself. */
	async isAncestor(ancestor, descendant) {
		if (ancestor === descendant) return true;
		return (await this.mergeBases(ancestor, descendant)).includes(ancestor);
	}
	/** All best common ancestors: more than one in a criss-cross history, none for unrelated ones. */
	async mergeBases(a, b) {
		if (a === b) return [a];
		const flags = await this.#paint([a], [b], true);
		const common = [];
		for (const [id, flag] of flags) if ((flag & BOTH) === BOTH && !(flag & STALE)) common.push(id);
		return common.length < 2 ? common : this.#independent(common);
	}
	/** How many commits `a` has and `b` does not, and the other way round. */
	async countAheadBehind(a, b) {
		if (a === b) return {
			ahead: 0,
			behind: 0
		};
		let ahead = 0;
		let behind = 0;
		for (const flag of (await this.#paint([a], [b], false)).values()) {
			if (flag === A) ahead++;
			if (flag === B) behind++;
		}
		return {
			ahead,
			behind
		};
	}
	/**
	* Walks from both sides, newest first, and says of each commit which sides reach it. A commit that is reached
	* again with more to say is walked again. Ends when all that is left is known to both.
	*
	* @param stale the walk is for merge bases: marks what lies below a common ancestor and stops where only that is
	*   left. Otherwise it is for counting, and goes on past the oldest commit of one side, for clocks that differ.
	*/
	async #paint(a, b, stale) {
		const flags = /* @__PURE__ */ new Map();
		const waiting = /* @__PURE__ */ new Map();
		const queue = new CommitQueue();
		let open = 0;
		const closed = stale ? 7 : BOTH;
		const isOpen = (flag) => (flag & closed) !== closed;
		const reach = async (id, more) => {
			const before = flags.get(id) ?? 0;
			const now = before | more;
			if (now === before) return;
			flags.set(id, now);
			if (waiting.has(id)) {
				if (isOpen(before) && !isOpen(now)) open--;
				return;
			}
			const commit = await this.commit(id);
			waiting.set(id, commit);
			queue.push(commit);
			if (isOpen(now)) open++;
		};
		for (const id of a) await reach(id, A);
		for (const id of b) await reach(id, B);
		let oldest = Number.POSITIVE_INFINITY;
		while (open > 0 || !stale && (queue.peek()?.committer.seconds ?? 0) >= oldest - CLOCK_SLOP) {
			const commit = queue.pop();
			if (!commit) break;
			waiting.delete(commit.id);
			const flag = flags.get(commit.id);
			if (isOpen(flag)) open--;
			if ((flag & BOTH) !== BOTH) oldest = Math.min(oldest, commit.committer.seconds);
			const handed = stale && (flag & BOTH) === BOTH ? flag | STALE : flag;
			for (const parent of commit.parents) await reach(parent, handed);
		}
		return flags;
	}
	/** Those of `ids` that no other of them reaches. Rare (criss-cross), so the exact, long way. */
	async #independent(ids) {
		const redundant = /* @__PURE__ */ new Set();
		for (const id of ids) {
			if (redundant.has(id)) continue;
			const seen = /* @__PURE__ */ new Set([id]);
			const stack = [id];
			for (let next = stack.pop(); next; next = stack.pop()) for (const parent of (await this.commit(next)).parents) {
				if (seen.has(parent)) continue;
				seen.add(parent);
				stack.push(parent);
			}
			for (const other of ids) if (other !== id && seen.has(other)) redundant.add(other);
		}
		return ids.filter((id) => !redundant.has(id));
	}
	async *#difference(from, not) {
		const flags = await this.#paint(from, not, false);
		const region = [];
		for (const [id, flag] of flags) if (flag === A) region.push(await this.commit(id));
		yield region;
	}
	/**
	* Cuts history into pieces such that no commit of a later piece is a child of one in an earlier piece. A piece
	* ends where all that is left to walk lies below one single commit, unless a root was met: its descendants may
	* then still be to come.
	*/
	async *#regions(from) {
		const seen = /* @__PURE__ */ new Set();
		const queue = new CommitQueue();
		const reach = async (id) => {
			if (seen.has(id)) return;
			seen.add(id);
			queue.push(await this.commit(id));
		};
		for (const id of from) await reach(id);
		let region = [];
		let metRoot = false;
		for (let commit = queue.pop(); commit; commit = queue.pop()) {
			region.push(commit);
			if (commit.parents.length === 0) metRoot = true;
			for (const parent of commit.parents) await reach(parent);
			if (queue.size === 1 && !metRoot) {
				yield region;
				region = [];
			}
		}
		yield region;
	}
};
/** Children before parents, otherwise by date. */
function inOrder$1(region) {
	if (region.length < 2) return [...region];
	const byId = new Map(region.map((commit) => [commit.id, commit]));
	const children = /* @__PURE__ */ new Map();
	for (const commit of region) for (const parent of new Set(commit.parents)) if (byId.has(parent)) children.set(parent, (children.get(parent) ?? 0) + 1);
	const queue = new CommitQueue();
	for (const commit of region) if (!children.has(commit.id)) queue.push(commit);
	const ordered = [];
	for (let commit = queue.pop(); commit; commit = queue.pop()) {
		ordered.push(commit);
		for (const id of new Set(commit.parents)) {
			const left = (children.get(id) ?? 0) - 1;
			children.set(id, left);
			const parent = byId.get(id);
			if (left === 0 && parent) queue.push(parent);
		}
	}
	return ordered;
}

// ../../work/h/me/dist/git/objects/LooseObjects.js
const pathOf = (id) => `${id.slice(0, 2)}/${id.slice(2)}`;
/** One file for each object: `objects/ab/cdef…`, a zlib stream of header and content. */
var LooseObjects = class {
	#host;
	#folder;
	constructor(host, folder) {
		this.#host = host;
		this.#folder = folder;
	}
	/** An empty file, left by a crash of the machine, counts as absent: writing the object again mends it. */
	async has(ids) {
		return (await this.#host.disk.lstatMany(this.#folder, ids.map(pathOf))).map((stat) => stat !== void 0 && stat.size > 0);
	}
	/** Sets their age to nothing; says which are here. */
	async freshen(ids) {
		const here = [];
		for (const id of ids) here.push(await this.#host.disk.touch(join(this.#folder, pathOf(id))));
		return here;
	}
	async read(ids) {
		return (await this.#host.disk.readMany(ids.map((id) => join(this.#folder, pathOf(id))))).map((bytes, i) => bytes && bytes.length > 0 ? this.#parse(ids[i], bytes) : void 0);
	}
	/** Each written beside its place, flushed, renamed. Objects that others depend on come first. */
	async write(objects) {
		for (const { id, object } of objects) {
			const whole = concat([objectHeader(object.type, object.data.length), object.data]);
			await this.#host.disk.publish(join(this.#folder, pathOf(id)), this.#host.codec.deflate(whole), { sync: true });
		}
	}
	#parse(id, bytes) {
		const { data } = this.#host.codec.inflate(bytes, MAX_OBJECT_SIZE);
		const end = data.subarray(0, 32).indexOf(0);
		const [type = "", size = ""] = text(data.subarray(0, Math.max(end, 0))).split(" ");
		const object = {
			type,
			data: data.subarray(end + 1)
		};
		if (end < 0 || !isObjectType(type) || size !== String(object.data.length)) throw malformed$1(`The object ${id} has a broken header`);
		const checked = {
			type,
			data: object.data
		};
		if (hashObject(this.#host.codec, checked) !== id) throw malformed$1(`The object ${id} has other content`);
		return checked;
	}
};

// ../../work/h/me/dist/shared/git.js
const MODE = {
	file: 33188,
	executable: 33261,
	symlink: 40960,
	submodule: 57344,
	tree: 16384
};

// ../../work/h/me/dist/git/treeFormat.js
/** One tree object: from its bytes to its entries and back. Source: git's tree.c, tree-walk.c, fsck.c. */
const SPACE$1 = 32;
const SLASH$1 = 47;
const TYPE_BITS = 61440;
function modeOf$1(mode) {
	switch (mode & TYPE_BITS) {
		case 32768: return mode & 64 ? MODE.executable : MODE.file;
		case MODE.tree: return MODE.tree;
		case MODE.symlink: return MODE.symlink;
		case MODE.submodule: return MODE.submodule;
		default: return;
	}
}
function nameOf(bytes, start, end) {
	let name = "";
	for (let i = start; i < end; i++) {
		const byte = bytes[i];
		if (byte >= 128) return exactText(bytes.subarray(start, end));
		name += String.fromCharCode(byte);
	}
	return name;
}
/** Git's order: by bytes, a folder's name as if it ended in "/". */
function inOrder(bytes, [aStart, aEnd, aFolder], [bStart, bEnd, bFolder]) {
	for (let i = 0;; i++) {
		const a = aStart + i < aEnd ? bytes[aStart + i] : aStart + i === aEnd && aFolder ? SLASH$1 : 0;
		const b = bStart + i < bEnd ? bytes[bStart + i] : bStart + i === bEnd && bFolder ? SLASH$1 : 0;
		if (a !== b) return a < b;
		if (a === 0) return false;
	}
}
/** @throws SyncError `MALFORMED_OBJECT`: cut short, unsorted, duplicate, empty or not UTF-8 names, "/" in a name */
function parseTree(id, data) {
	const entries = [];
	/** Files whose name a later folder could repeat: they do not stand side by side. */
	const files = /* @__PURE__ */ new Set();
	let before;
	for (let at = 0; at < data.length;) {
		let raw = 0;
		const modeAt = at;
		for (; at < data.length && data[at] !== SPACE$1; at++) {
			const digit = data[at] - 48;
			if (digit < 0 || digit > 7 || at - modeAt > 7) throw malformed$1(`The tree ${id} has a broken mode`);
			raw = raw * 8 + digit;
		}
		const start = at + 1;
		const end = data.indexOf(0, start);
		if (end < 0 || end + 1 + 20 > data.length) throw malformed$1(`The tree ${id} is cut short`);
		const mode = modeOf$1(raw);
		if (mode === void 0) throw malformed$1(`The tree ${id} has an entry of unknown kind ${raw.toString(8)}`);
		const name = nameOf(data, start, end);
		if (!name) throw malformed$1(`The tree ${id} has a name that is empty or not UTF-8`);
		if (name.includes("/")) throw malformed$1(`The tree ${id} has the name "${name}" with a slash in it`);
		const place = [
			start,
			end,
			mode === MODE.tree
		];
		if (before && !inOrder(data, before, place)) throw malformed$1(`The tree ${id} is not in order, or has a name twice, at "${name}"`);
		if (mode === MODE.tree ? files.has(name) : false) throw malformed$1(`The tree ${id} has a file and a folder with the name "${name}"`);
		if (mode !== MODE.tree) files.add(name);
		before = place;
		at = end + 1 + 20;
		entries.push({
			name,
			mode,
			id: toHex(data, end + 1, at)
		});
	}
	return entries;
}
function formatTree(entries) {
	const sorted = entries.map((entry) => ({
		entry,
		key: utf8(entry.mode === MODE.tree ? `${entry.name}/` : entry.name)
	})).sort((a, b) => compare(a.key, b.key));
	const parts = [];
	for (const { entry } of sorted) {
		const head = utf8(`${entry.mode.toString(8)} ${entry.name}\0`);
		const id = new Uint8Array(20);
		writeId(id, 0, entry.id);
		parts.push(head, id);
	}
	return concat(parts);
}
function compare(a, b) {
	const length = Math.min(a.length, b.length);
	for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i] - b[i];
	return a.length - b.length;
}

// ../../work/h/me/dist/git/trees.js
/** Bytes of tree objects whose entries are kept (these take a few times as much). */
const CACHE$2 = 8 << 20;
/** A tree of trees that repeat themselves can expand without end. */
const MAX_FILES$1 = 1e6;
const MAX_DEPTH$3 = 1e3;
/** Trees read in one go. */
const BATCH$2 = 256;
/** The folders that commits hold: read, listed, compared, and written anew where files change. */
var Trees = class {
	#objects;
	#cache = new LruCache(CACHE$2);
	constructor(objects) {
		this.#objects = objects;
	}
	/** @throws SyncError `OBJECT_MISSING`, `MALFORMED_OBJECT` */
	async read(id) {
		const [entries] = await this.readMany([id]);
		return entries;
	}
	/** In the order of `ids`. */
	async readMany(ids) {
		const trees = ids.map((id) => this.#cache.get(id));
		const absent = ids.flatMap((_, i) => trees[i] ? [] : [i]);
		for (let at = 0; at < absent.length; at += BATCH$2) {
			const batch = absent.slice(at, at + BATCH$2);
			const objects = await this.#objects.readMany(batch.map((i) => ids[i]));
			for (const [n, i] of batch.entries()) {
				const id = ids[i];
				const { type, data } = objects[n];
				if (type !== "tree") throw malformed$1(`The object ${id} is a ${type} where a tree was expected`);
				const entries = parseTree(id, data);
				this.#cache.set(id, entries, data.length + 100);
				trees[i] = entries;
			}
		}
		return trees;
	}
	/** Every file below, by project path, in the order of Git's index. */
	async list(id) {
		const found = [];
		for (const change of await this.diff(void 0, id)) if (change.after) found.push([change.path, change.after]);
		return new Map(found);
	}
	/** The file at a project path; `undefined` when there is none, or a folder. */
	async find(id, path) {
		const names = path.split("/");
		const last = names.pop();
		let folder = id;
		for (const name of names) {
			const entry = (await this.read(folder)).find((candidate) => candidate.name === name);
			if (entry?.mode !== MODE.tree) return void 0;
			folder = entry.id;
		}
		const entry = (await this.read(folder)).find((candidate) => candidate.name === last);
		return entry && entry.mode !== MODE.tree ? {
			mode: entry.mode,
			id: entry.id
		} : void 0;
	}
	/** The files that differ, sorted by path. Folders with equal ids are never read. */
	async diff(before, after) {
		const changes = [];
		let level = [];
		const descend = (path, a, b) => {
			if (a !== b) level.push({
				path,
				...a && { before: a },
				...b && { after: b }
			});
		};
		descend("", before, after);
		for (let depth = 0; level.length > 0; depth++) {
			if (depth > MAX_DEPTH$3) throw malformed$1("A tree has folders in folders without end");
			const pairs = level;
			level = [];
			for (let at = 0; at < pairs.length; at += BATCH$2) {
				const some = pairs.slice(at, at + BATCH$2);
				const ids = some.flatMap((pair) => [pair.before, pair.after].filter((id) => id !== void 0));
				const trees = (await this.readMany(ids))[Symbol.iterator]();
				const next = (id) => id ? trees.next().value ?? [] : [];
				for (const pair of some) {
					const prefix = pair.path === "" ? "" : `${pair.path}/`;
					compareEntries(next(pair.before), next(pair.after), (name, a, b) => {
						const path = prefix + name;
						const fileBefore = a && a.mode !== MODE.tree ? {
							mode: a.mode,
							id: a.id
						} : void 0;
						const fileAfter = b && b.mode !== MODE.tree ? {
							mode: b.mode,
							id: b.id
						} : void 0;
						if (fileBefore || fileAfter) changes.push({
							path,
							...fileBefore && { before: fileBefore },
							...fileAfter && { after: fileAfter }
						});
						descend(path, a?.mode === MODE.tree ? a.id : void 0, b?.mode === MODE.tree ? b.id : void 0);
					});
					if (changes.length + level.length > MAX_FILES$1) throw malformed$1(`A tree expands to more than ${MAX_FILES$1} files`);
				}
			}
		}
		return changes.sort((a, b) => compareBytes(a.path, b.path));
	}
	/**
	* The tree that `base` becomes with these changes. Only folders that change get new objects; a folder left empty
	* vanishes; a file takes the place of a folder of its name, and the other way round.
	* @param store where new trees go to
	* @throws SyncError `INVALID_INPUT` when the changes put a file and a folder at one path
	*/
	async write(base, changes, store = this.#objects) {
		const root = {
			files: /* @__PURE__ */ new Map(),
			folders: /* @__PURE__ */ new Map()
		};
		for (const { path, after } of changes) {
			const names = path.split("/");
			const last = names.pop();
			let folder = root;
			for (const name of names) folder = childOf(folder, name);
			if (last === "" || names.includes("")) throw new SyncError("INVALID_INPUT", `"${path}" is not a project path.`, { data: { path } });
			folder.files.set(last, after);
		}
		const fresh = [];
		const id = await this.#apply(base, root, "", fresh);
		if (id === void 0) {
			const empty = {
				type: "tree",
				data: /* @__PURE__ */ new Uint8Array(0)
			};
			fresh.push(empty);
			await store.write(fresh);
			return this.#objects.hash(empty);
		}
		if (fresh.length > 0) await store.write(fresh);
		return id;
	}
	/** Adds new trees to `fresh`, those inside first; `undefined` when nothing is left. */
	async #apply(base, change, path, fresh) {
		const entries = /* @__PURE__ */ new Map();
		for (const entry of base ? await this.read(base) : []) entries.set(entry.name, entry);
		for (const [name, file] of change.files) {
			const there = entries.get(name);
			if (file) entries.set(name, {
				name,
				mode: file.mode,
				id: file.id
			});
			else if (there?.mode !== MODE.tree) entries.delete(name);
		}
		for (const [name, inner] of change.folders) {
			const there = entries.get(name);
			const below = path === "" ? name : `${path}/${name}`;
			const id = await this.#apply(there?.mode === MODE.tree ? there.id : void 0, inner, below, fresh);
			if (id && change.files.get(name)) throw new SyncError("INVALID_INPUT", `"${below}" cannot be a file and a folder at once.`, { data: { path: below } });
			if (id) entries.set(name, {
				name,
				mode: MODE.tree,
				id
			});
			else if (there?.mode === MODE.tree) {
				if (!change.files.get(name)) entries.delete(name);
			}
		}
		if (entries.size === 0) return void 0;
		const object = {
			type: "tree",
			data: formatTree([...entries.values()])
		};
		const id = this.#objects.hash(object);
		if (id !== base) fresh.push(object);
		return id;
	}
};
function childOf(folder, name) {
	const child = folder.folders.get(name) ?? {
		files: /* @__PURE__ */ new Map(),
		folders: /* @__PURE__ */ new Map()
	};
	folder.folders.set(name, child);
	return child;
}
/** Calls `differ` for each name whose entries differ. Both sides are in Git's order, which is not the names' order. */
function compareEntries(before, after, differ) {
	if (before.length === 0) {
		for (const entry of after) differ(entry.name, void 0, entry);
		return;
	}
	const rest = new Map(before.map((entry) => [entry.name, entry]));
	for (const entry of after) {
		const old = rest.get(entry.name);
		rest.delete(entry.name);
		if (old?.id !== entry.id || old.mode !== entry.mode) differ(entry.name, old, entry);
	}
	for (const entry of rest.values()) differ(entry.name, entry, void 0);
}

// ../../work/h/me/dist/git/objects/delta.js
/** Git's binary deltas: copies from a base, and new bytes. Source: gitformat-pack(5), "Deltified representation". */
function readSize(delta, cursor) {
	let size = 0;
	for (let scale = 1;; scale *= 128) {
		const byte = delta[cursor.at++];
		if (byte === void 0) throw malformed$1("A delta is cut short");
		size += (byte & 127) * scale;
		if (size > 1073741824 || scale > 1073741824) throw tooLarge(size);
		if (!(byte & 128)) return size;
	}
}
/** @throws SyncError `MALFORMED_OBJECT` unless the delta fits the base and gives exactly the size it says */
function applyDelta(base, delta) {
	const cursor = { at: 0 };
	if (readSize(delta, cursor) !== base.length) throw malformed$1("A delta was made for another base");
	const size = readSize(delta, cursor);
	const result = new Uint8Array(size);
	let filled = 0;
	let at = cursor.at;
	while (at < delta.length) {
		const op = delta[at++];
		if (op & 128) {
			let offset = 0;
			let length = 0;
			if (op & 1) offset = delta[at++] ?? 0;
			if (op & 2) offset += (delta[at++] ?? 0) << 8;
			if (op & 4) offset += (delta[at++] ?? 0) << 16;
			if (op & 8) offset += (delta[at++] ?? 0) * 16777216;
			if (op & 16) length = delta[at++] ?? 0;
			if (op & 32) length += (delta[at++] ?? 0) << 8;
			if (op & 64) length += (delta[at++] ?? 0) << 16;
			if (length === 0) length = 65536;
			if (at > delta.length || offset + length > base.length || filled + length > size) throw malformed$1("A delta copies from outside of its base, or more than it says");
			if (length < 24) for (let i = 0; i < length; i++) result[filled + i] = base[offset + i];
			else result.set(base.subarray(offset, offset + length), filled);
			filled += length;
		} else {
			if (op === 0) throw malformed$1("A delta has the reserved instruction 0");
			if (at + op > delta.length || filled + op > size) throw malformed$1("A delta has more bytes than it says");
			if (op < 24) for (let i = 0; i < op; i++) result[filled + i] = delta[at + i];
			else result.set(delta.subarray(at, at + op), filled);
			at += op;
			filled += op;
		}
	}
	if (filled !== size) throw malformed$1("A delta gives fewer bytes than it says");
	return result;
}
/** Bytes per indexed piece of the base: a shared run of 2 × BLOCK - 1 bytes is always found. */
const BLOCK = 16;
/** Pieces of one hash that are looked at: repetitive content must not make this quadratic. */
const MAX_CHAIN = 32;
const MULTIPLIER = 134775813;
const TOP = (() => {
	let power = 1;
	for (let i = 1; i < BLOCK; i++) power = Math.imul(power, MULTIPLIER);
	return power;
})();
function blockHash(bytes, at) {
	let hash = 0;
	for (let i = at; i < at + BLOCK; i++) hash = Math.imul(hash, MULTIPLIER) + bytes[i] | 0;
	return hash;
}
/** Non-overlapping blocks of the base by hash: `heads[slot]` is a block number + 1, `next[block]` the one before. */
function indexBlocks(base) {
	const blocks = Math.floor(base.length / BLOCK);
	const bits = Math.max(4, 32 - Math.clz32(blocks));
	const shift = 32 - bits;
	const heads = new Int32Array(1 << bits);
	const next = new Int32Array(blocks);
	let previous = 0;
	for (let block = blocks - 1; block >= 0; block--) {
		const hash = blockHash(base, block * BLOCK);
		const slot = Math.imul(hash, 2654435761) >>> shift;
		if (hash === previous && heads[slot] === block + 2) next[block] = next[block + 1];
		else next[block] = heads[slot];
		heads[slot] = block + 1;
		previous = hash;
	}
	return {
		heads,
		next,
		shift
	};
}
var DeltaWriter = class {
	bytes;
	length = 0;
	constructor(limit) {
		this.bytes = new Uint8Array(Math.min(limit, 4096) + 16);
	}
	reserve(more) {
		if (this.length + more <= this.bytes.length) return;
		const larger = new Uint8Array((this.length + more) * 2);
		larger.set(this.bytes.subarray(0, this.length));
		this.bytes = larger;
	}
	size(value) {
		this.reserve(5);
		let rest = value;
		while (rest >= 128) {
			this.bytes[this.length++] = rest % 128 | 128;
			rest = Math.floor(rest / 128);
		}
		this.bytes[this.length++] = rest;
	}
	insert(target, start, end) {
		for (let at = start; at < end;) {
			const count = Math.min(127, end - at);
			this.reserve(count + 1);
			this.bytes[this.length++] = count;
			this.bytes.set(target.subarray(at, at + count), this.length);
			this.length += count;
			at += count;
		}
	}
	copy(start, count) {
		for (let offset = start, left = count; left > 0;) {
			const length = Math.min(65536, left);
			this.reserve(8);
			const opAt = this.length++;
			let op = 128;
			for (let i = 0, rest = offset; i < 4; i++, rest = Math.floor(rest / 256)) {
				if (rest % 256 === 0) continue;
				op |= 1 << i;
				this.bytes[this.length++] = rest % 256;
			}
			const coded = length === 65536 ? 0 : length;
			for (let i = 0; i < 2; i++) {
				const byte = coded >> 8 * i & 255;
				if (byte === 0) continue;
				op |= 16 << i;
				this.bytes[this.length++] = byte;
			}
			this.bytes[opAt] = op;
			offset += length;
			left -= length;
		}
	}
};
/**
* A delta that makes `target` out of `base`, in time linear in both; `undefined` when it would be longer than
* `limit` bytes.
*/
function makeDelta(base, target, limit = target.length) {
	if (base.length < BLOCK || target.length < BLOCK) return void 0;
	const { heads, next, shift } = indexBlocks(base);
	const writer = new DeltaWriter(limit);
	writer.size(base.length);
	writer.size(target.length);
	let pending = 0;
	let at = 0;
	let hash = blockHash(target, 0);
	const last = target.length - BLOCK;
	while (at <= last) {
		let bestStart = 0;
		let bestLength = 0;
		let block = heads[Math.imul(hash, 2654435761) >>> shift];
		for (let tries = 0; block !== 0 && tries < MAX_CHAIN; tries++) {
			const start = (block - 1) * BLOCK;
			let length = 0;
			const most = Math.min(base.length - start, target.length - at);
			while (length < most && base[start + length] === target[at + length]) length++;
			if (length > bestLength) {
				bestLength = length;
				bestStart = start;
				if (length >= 4096) break;
			}
			block = next[block - 1];
		}
		if (bestLength < BLOCK) {
			if (at === last) break;
			hash = hash - Math.imul(target[at], TOP) | 0;
			hash = Math.imul(hash, MULTIPLIER) + target[at + BLOCK] | 0;
			at++;
			if (writer.length + (at - pending) > limit) return void 0;
			continue;
		}
		let start = bestStart;
		let from = at;
		while (from > pending && start > 0 && base[start - 1] === target[from - 1]) {
			from--;
			start--;
		}
		writer.insert(target, pending, from);
		writer.copy(start, at + bestLength - from);
		at += bestLength;
		pending = at;
		if (writer.length > limit) return void 0;
		if (at <= last) hash = blockHash(target, at);
	}
	writer.insert(target, pending, target.length);
	return writer.length > limit ? void 0 : writer.bytes.subarray(0, writer.length);
}

// ../../work/h/me/dist/git/objects/crc32.js
/** CRC-32 as pack indexes hold it (zlib's polynomial, reflected). */
const TABLE = /* @__PURE__ */ new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
	let value = byte;
	for (let bit = 0; bit < 8; bit++) value = value & 1 ? value >>> 1 ^ 3988292384 : value >>> 1;
	TABLE[byte] = value >>> 0;
}
/** `before` continues an earlier sum. */
function crc32(bytes, before = 0) {
	let sum = ~before;
	for (let i = 0; i < bytes.length; i++) sum = TABLE[(sum ^ bytes[i]) & 255] ^ sum >>> 8;
	return ~sum >>> 0;
}

// ../../work/h/me/dist/git/objects/packEntry.js
const PACK_HEADER_LENGTH = 12;
/** Type and size take at most 10 bytes, the base at most 20. */
const MAX_ENTRY_HEADER = 32;
const TYPES = [
	void 0,
	"commit",
	"tree",
	"blob",
	"tag"
];
const CODES = {
	commit: 1,
	tree: 2,
	blob: 3,
	tag: 4
};
const OFS_DELTA = 6;
const REF_DELTA = 7;
/** @throws SyncError `MALFORMED_OBJECT` */
function readEntryHeader(bytes, offset) {
	let at = 0;
	const next = () => {
		const byte = bytes[at++];
		if (byte === void 0) throw malformed$1("A pack ends in the middle of an entry");
		return byte;
	};
	let byte = next();
	const code = byte >> 4 & 7;
	let size = byte & 15;
	for (let scale = 16; byte & 128; scale *= 128) {
		byte = next();
		size += (byte & 127) * scale;
		if (size > 1073741824 || scale > 1073741824) throw tooLarge(size);
	}
	const type = TYPES[code];
	if (type) return {
		type,
		base: void 0,
		size,
		length: at
	};
	if (code === OFS_DELTA) {
		byte = next();
		let distance = byte & 127;
		while (byte & 128) {
			byte = next();
			distance = (distance + 1) * 128 + (byte & 127);
			if (distance > offset) break;
		}
		if (distance <= 0 || distance > offset - 12) throw malformed$1("A delta in a pack points outside of it");
		return {
			type: void 0,
			base: { offset: offset - distance },
			size,
			length: at
		};
	}
	if (code === REF_DELTA) {
		if (at + 20 > bytes.length) throw malformed$1("A pack ends in the middle of an entry");
		return {
			type: void 0,
			base: { id: toHex(bytes, at, at + 20) },
			size,
			length: at + 20
		};
	}
	throw malformed$1(`A pack has an entry of the unknown type ${code}`);
}
/** For an `offset` base, give the distance back from this entry. */
function entryHeader(kind, size) {
	const header = new Uint8Array(32);
	let at = 0;
	const code = typeof kind === "string" ? CODES[kind] : "id" in kind ? REF_DELTA : OFS_DELTA;
	let rest = Math.floor(size / 16);
	header[at++] = code << 4 | size & 15 | (rest > 0 ? 128 : 0);
	while (rest > 0) {
		const low = rest % 128;
		rest = Math.floor(rest / 128);
		header[at++] = low | (rest > 0 ? 128 : 0);
	}
	if (typeof kind === "string") return header.subarray(0, at);
	if ("id" in kind) {
		writeId(header, at, kind.id);
		return header.subarray(0, at + 20);
	}
	const digits = [];
	let distance = kind.distance;
	digits.push(distance % 128);
	while (distance >= 128) {
		distance = Math.floor(distance / 128) - 1;
		digits.push(distance % 128 | 128);
	}
	for (const digit of digits.reverse()) header[at++] = digit;
	return header.subarray(0, at);
}
function packHeader(objects) {
	const header = new Uint8Array(12);
	const view = new DataView(header.buffer);
	view.setUint32(0, 1346454347);
	view.setUint32(4, 2);
	view.setUint32(8, objects);
	return header;
}
/** @returns the number of objects */
function readPackHeader(bytes) {
	if (bytes.length < 12) throw malformed$1("A pack is cut short");
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	if (view.getUint32(0) !== 1346454347) throw malformed$1("What should be a pack is not one");
	const version = view.getUint32(4);
	if (version !== 2 && version !== 3) throw malformed$1(`A pack has the unknown version ${version}`);
	return view.getUint32(8);
}
/** What zlib needs at most for `size` bytes when it cannot compress them, with room for small blocks. */
const compressedBound = (size) => size + (size >> 5) + (size >> 7) + 64;
/**
* The data of an entry whose zlib stream starts at `offset` and that says it has `size` bytes.
* @throws SyncError `MALFORMED_OBJECT`
*/
async function inflateEntry(codec, read, offset, size) {
	for (let length = compressedBound(size), looks = 1;; length *= 4, looks++) {
		const bytes = await read(offset, length);
		try {
			const inflated = codec.inflate(bytes, size);
			if (inflated.data.length !== size) throw malformed$1(`An entry of a pack has ${inflated.data.length} bytes and not the ${size} it says`);
			return inflated;
		} catch (error) {
			if (looks === 3 || bytes.length < length) throw error;
		}
	}
}

// ../../work/h/me/dist/git/objects/packIndex.js
const MAGIC$1 = 4285812579;
const FANOUT_AT = 8;
const IDS_AT = 1032;
const TRAILER$1 = 2 * 20;
const LARGE$4 = 2147483648;
/** An index in memory, as it is on disk; 28 bytes for each object. */
var PackIndex = class {
	count;
	#bytes;
	#view;
	#offsetsAt;
	#largeAt;
	#largeCount;
	/** @throws SyncError `MALFORMED_OBJECT`, `UNSUPPORTED_REPOSITORY` (version 1, of before 2007) */
	constructor(bytes) {
		this.#bytes = bytes;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
		if (bytes.length < IDS_AT + TRAILER$1) throw malformed$1("A pack index is cut short");
		if (this.#view.getUint32(0) !== MAGIC$1 || this.#view.getUint32(4) !== 2) throw new SyncError("UNSUPPORTED_REPOSITORY", "A pack index is not of version 2. Run \"git repack -ad\" in the project once, then try again.");
		let count = 0;
		for (let first = 0; first < 256; first++) {
			const next = this.#view.getUint32(FANOUT_AT + first * 4);
			if (next < count) throw malformed$1("A pack index is not in order");
			count = next;
		}
		this.count = count;
		this.#offsetsAt = IDS_AT + count * (20 + 4);
		this.#largeAt = this.#offsetsAt + count * 4;
		const rest = bytes.length - this.#largeAt - TRAILER$1;
		if (rest < 0 || rest % 8 !== 0) throw malformed$1("A pack index has not the length that it says");
		this.#largeCount = rest / 8;
	}
	/** Offset in the pack, or `undefined`. */
	find(id) {
		const first = id[0];
		let low = first === 0 ? 0 : this.#view.getUint32(FANOUT_AT + (first - 1) * 4);
		let high = this.#view.getUint32(FANOUT_AT + first * 4);
		while (low < high) {
			const middle = low + high >>> 1;
			const order = this.#compare(middle, id);
			if (order === 0) return this.#offset(middle);
			if (order < 0) low = middle + 1;
			else high = middle;
		}
	}
	/** Every object id, in order. */
	*ids() {
		for (let i = 0; i < this.count; i++) {
			const at = IDS_AT + i * 20;
			yield toHex(this.#bytes, at, at + 20);
		}
	}
	/** Every entry, in the order of ids. */
	*entries() {
		let position = 0;
		for (const id of this.ids()) {
			yield {
				id,
				crc: this.#view.getUint32(IDS_AT + this.count * 20 + position * 4),
				offset: this.#offset(position)
			};
			position++;
		}
	}
	#compare(position, id) {
		const at = IDS_AT + position * 20;
		for (let i = 0; i < 20; i++) {
			const order = this.#bytes[at + i] - id[i];
			if (order !== 0) return order;
		}
		return 0;
	}
	#offset(position) {
		const offset = this.#view.getUint32(this.#offsetsAt + position * 4);
		if (offset < LARGE$4) return offset;
		const large = offset - LARGE$4;
		if (large >= this.#largeCount) throw malformed$1("A pack index points outside of itself");
		const at = this.#largeAt + large * 8;
		return this.#view.getUint32(at) * 4294967296 + this.#view.getUint32(at + 4);
	}
};
/** @param packTrailer the SHA-1 at the end of the pack, hex */
function formatPackIndex(codec, entries, packTrailer) {
	const sorted = [...entries].sort((a, b) => a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
	const large = sorted.filter((entry) => entry.offset >= LARGE$4);
	const crcAt = IDS_AT + sorted.length * 20;
	const offsetsAt = crcAt + sorted.length * 4;
	const largeAt = offsetsAt + sorted.length * 4;
	const bytes = new Uint8Array(largeAt + large.length * 8 + TRAILER$1);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, MAGIC$1);
	view.setUint32(4, 2);
	const fanout = /* @__PURE__ */ new Uint32Array(256);
	let largeUsed = 0;
	for (const [i, { id, crc, offset }] of sorted.entries()) {
		const at = IDS_AT + i * 20;
		writeId(bytes, at, id);
		const first = bytes[at];
		fanout[first] = fanout[first] + 1;
		view.setUint32(crcAt + i * 4, crc);
		if (offset < LARGE$4) view.setUint32(offsetsAt + i * 4, offset);
		else {
			view.setUint32(offsetsAt + i * 4, LARGE$4 + largeUsed);
			view.setUint32(largeAt + largeUsed * 8, Math.floor(offset / 4294967296));
			view.setUint32(largeAt + largeUsed * 8 + 4, offset % 4294967296);
			largeUsed++;
		}
	}
	let total = 0;
	for (let first = 0; first < 256; first++) {
		total += fanout[first];
		view.setUint32(FANOUT_AT + first * 4, total);
	}
	const trailerAt = bytes.length - TRAILER$1;
	bytes.set(fromHex(packTrailer), trailerAt);
	const sum = codec.sha1().update(bytes.subarray(0, trailerAt + 20));
	bytes.set(fromHex(sum.hex()), trailerAt + 20);
	return bytes;
}

// ../../work/h/me/dist/git/objects/PackWriter.js
/** Makes a pack piece by piece: every call returns the next bytes of it. */
var PackWriter = class {
	entries = [];
	#codec;
	#digest;
	#offset = 0;
	#trailer = "";
	constructor(codec) {
		this.#codec = codec;
		this.#digest = codec.sha1();
	}
	/** Where the next entry will stand. */
	get offset() {
		return this.#offset;
	}
	/** SHA-1 of everything before it, hex; after `finish`. It names the pack: `pack-<trailer>.pack`. */
	get trailer() {
		return this.#trailer;
	}
	start(objects) {
		return this.raw(packHeader(objects));
	}
	/** @param deflated the entry's data, or the delta's */
	entry(id, kind, size, deflated) {
		const bytes = concat([entryHeader(kind, size), deflated]);
		this.entries.push({
			id,
			offset: this.#offset,
			crc: crc32(bytes)
		});
		return this.raw(bytes);
	}
	object(id, type, data, level = 1) {
		return this.entry(id, type, data.length, this.#codec.deflate(data, level));
	}
	/** Bytes that are part of a pack already. */
	raw(bytes) {
		this.#digest.update(bytes);
		this.#offset += bytes.length;
		return bytes;
	}
	finish() {
		this.#trailer = this.#digest.hex();
		return fromHex(this.#trailer);
	}
	index() {
		return formatPackIndex(this.#codec, this.entries, this.#trailer);
	}
};

// ../../work/h/me/dist/git/objects/pieces.js
/** Joins small pieces until they are worth a write or a packet. */
async function* inPieces(source, size = 262144) {
	let parts = [];
	let length = 0;
	for await (const part of source) {
		parts.push(part);
		length += part.length;
		if (length < size) continue;
		yield concat(parts);
		parts = [];
		length = 0;
	}
	if (length > 0) yield concat(parts);
}
/** Reads ahead up to `limit` bytes: a small stream comes back whole, a larger one as it was. */
async function peek(source, limit) {
	const iterator = source[Symbol.asyncIterator]();
	const parts = [];
	let length = 0;
	while (length <= limit) {
		const next = await iterator.next();
		if (next.done) return { whole: concat(parts) };
		parts.push(next.value);
		length += next.value.length;
	}
	return { rest: { async *[Symbol.asyncIterator]() {
		try {
			yield* parts;
			for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
		} finally {
			await iterator.return?.();
		}
	} } };
}
/** Up to here a pack is made in memory. Bytes. */
const SMALL = 4 << 20;
/** One array for a small pack: writing that costs a tenth of writing a stream, most of all on a busy machine. */
async function wholeIfSmall(source) {
	const peeked = await peek(source, SMALL);
	return "whole" in peeked ? peeked.whole : inPieces(peeked.rest);
}

// ../../work/h/me/dist/git/objects/makePack.js
/** Longer chains cost every later reader more than they save. */
const MAX_DEPTH$2 = 50;
/** Above this, looking for a delta takes too much memory; such files belong into LFS. Bytes. */
const MAX_DELTA_SIZE$1 = 64 << 20;
/** zlib level: what a wire costs is worth the time. Above `LARGE` bytes the quick level. */
const LEVEL$1 = 6;
const LARGE$3 = 4 << 20;
/** Objects, and bytes of them, that are read ahead. */
const BATCH$1 = 128;
async function makePack({ objects, host, gitDir }, wants, haves, { signal, onProgress, thin = true }) {
	const items = await enumerate(objects, new CommitGraph(objects, await readShallow(host.disk, gitDir)), wants, haves, signal);
	const writer = new PackWriter(host.codec);
	const inPack = new Set(items.map(({ id }) => id));
	const offsets = /* @__PURE__ */ new Map();
	const depths = /* @__PURE__ */ new Map();
	const asDelta = async (item, object) => {
		const { base } = item;
		const depth = base ? depths.get(base) ?? 0 : 0;
		if (!base || depth >= MAX_DEPTH$2 || object.data.length > MAX_DELTA_SIZE$1) return void 0;
		if (!offsets.has(base) && (!thin || inPack.has(base))) return void 0;
		const [from] = await objects.readMany([base]);
		if (!from || from.type !== object.type || from.data.length > MAX_DELTA_SIZE$1) return void 0;
		const delta = makeDelta(from.data, object.data, object.data.length >> 1);
		if (!delta) return void 0;
		const deflated = host.codec.deflate(delta, LEVEL$1);
		if (delta.length > object.data.length >> 3) {
			if (host.codec.deflate(object.data, LEVEL$1).length <= deflated.length + 24) return void 0;
		}
		depths.set(item.id, depth + 1);
		const at = offsets.get(base);
		const kind = at === void 0 ? { id: base } : { distance: writer.offset - at };
		const { offset } = writer;
		const bytes = writer.entry(item.id, kind, delta.length, deflated);
		offsets.set(item.id, offset);
		return bytes;
	};
	const stream = async function* () {
		yield writer.start(items.length);
		let done = 0;
		for (let at = 0; at < items.length; at += BATCH$1) {
			throwIfAborted(signal);
			const batch = items.slice(at, at + BATCH$1);
			for (const item of batch) {
				const object = await objects.read(item.id);
				const delta = await asDelta(item, object);
				if (delta) yield delta;
				else {
					offsets.set(item.id, writer.offset);
					yield writer.object(item.id, object.type, object.data, object.data.length > LARGE$3 ? 1 : LEVEL$1);
				}
			}
			done += batch.length;
			onProgress?.({
				phase: "push",
				files: done,
				totalFiles: items.length,
				bytes: writer.offset
			});
		}
		yield writer.finish();
	};
	return inPieces(stream(), 65536);
}
/** Commits and tags first, then trees, then blobs, older ones before those that build on them. */
async function enumerate(objects, graph, wants, haves, signal) {
	const roots = await peel(objects, wants);
	const here = await objects.hasMany(haves);
	const known = await peel(objects, haves.filter((_, i) => here[i]));
	const commits = [];
	for await (const commit of graph.log([...roots.commits], { not: [...known.commits] })) {
		throwIfAborted(signal);
		commits.push(commit);
	}
	commits.reverse();
	const sent = /* @__PURE__ */ new Set();
	const heads = [];
	const trees = [];
	const blobs = [];
	const add = (list, id, base) => {
		sent.add(id);
		list.push(base ? {
			id,
			base
		} : { id });
	};
	for (const tag of roots.tags) if (!known.tags.has(tag)) add(heads, tag);
	for (const commit of commits) add(heads, commit.id);
	const walk = new TreeWalk(new Trees(objects), sent, {
		tree: (id, base) => add(trees, id, base),
		blob: (id, base) => add(blobs, id, base)
	});
	for (const commit of commits) {
		throwIfAborted(signal);
		const parents = [];
		for (const parent of commit.parents) parents.push((await graph.commit(parent)).tree);
		await walk.commit(commit.tree, parents);
	}
	const knownTrees = [...known.trees];
	for (const tree of roots.trees) await walk.commit(tree, knownTrees);
	for (const blob of roots.blobs) if (!sent.has(blob) && !known.blobs.has(blob)) add(blobs, blob);
	return [
		...heads.reverse(),
		...trees,
		...blobs
	];
}
/** Follows annotated tags to what they name. */
async function peel(objects, ids) {
	const peeled = {
		tags: /* @__PURE__ */ new Set(),
		commits: /* @__PURE__ */ new Set(),
		trees: /* @__PURE__ */ new Set(),
		blobs: /* @__PURE__ */ new Set()
	};
	for (const start of ids) for (let id = start; id;) {
		const { type, data } = await objects.read(id);
		let next;
		if (type === "tag") {
			if (peeled.tags.has(id)) break;
			peeled.tags.add(id);
			next = parseTag(id, data).object;
		} else if (type === "commit") peeled.commits.add(id);
		else if (type === "tree") peeled.trees.add(id);
		else peeled.blobs.add(id);
		id = next;
	}
	return peeled;
}
/** Finds what a commit's tree has and its parents' trees have not. */
var TreeWalk = class {
	#trees;
	#sent;
	#found;
	constructor(trees, sent, found) {
		this.#trees = trees;
		this.#sent = sent;
		this.#found = found;
	}
	async commit(tree, parents) {
		if (this.#sent.has(tree) || parents.includes(tree)) return;
		const moved = await this.#goneFrom(tree, parents[0]);
		await this.#folder(tree, parents, moved, 0);
	}
	async #folder(tree, parents, moved, depth) {
		if (depth > 1e3) throw malformed$1("A tree has folders in folders without end");
		this.#found.tree(tree, parents[0]);
		const [entries = [], ...befores] = await this.#trees.readMany([tree, ...parents]);
		const known = befores.map((before) => new Map(before.map((entry) => [entry.name, entry])));
		for (const entry of entries) {
			if (entry.mode === MODE.submodule || this.#sent.has(entry.id) || moved.has(entry.id)) continue;
			const old = known.map((before) => before.get(entry.name));
			if (old.some((other) => other?.id === entry.id)) continue;
			if (entry.mode === MODE.tree) {
				const folders = old.flatMap((other) => other?.mode === MODE.tree ? [other.id] : []);
				await this.#folder(entry.id, folders, moved, depth + 1);
				continue;
			}
			const base = old.find((other) => other && other.mode !== MODE.tree && other.mode !== MODE.submodule);
			this.#found.blob(entry.id, base?.mode === MODE.tree ? void 0 : base?.id);
		}
	}
	/**
	* Files and folders that the commit took away from some path: what turns up elsewhere with the same content was
	* only moved, and the other side has it.
	*/
	async #goneFrom(tree, parent) {
		const gone = /* @__PURE__ */ new Set();
		if (!parent) return gone;
		const look = async (before, after) => {
			const [old = [], now = []] = await this.#trees.readMany(after ? [before, after] : [before]);
			const names = new Map(now.map((entry) => [entry.name, entry]));
			for (const entry of old) {
				const other = names.get(entry.name);
				if (other?.id === entry.id) continue;
				gone.add(entry.id);
				if (entry.mode === MODE.tree) await look(entry.id, other?.mode === MODE.tree ? other.id : void 0);
			}
		};
		await look(parent, tree);
		return gone;
	}
};

// ../../work/h/me/dist/git/objects/MultiPackIndex.js
/**
* One index of many packs, as `git multi-pack-index write` and `git maintenance` make it. The packs keep their own
* indexes, so that one that cannot be read is left out and nothing is missing. Source: gitformat-pack(5).
*/
const MAGIC = 1296647256;
const HEADER$1 = 12;
const CHUNK = 12;
const NAMES = 1347305805;
const FANOUT = 1330201670;
const IDS = 1330201676;
const OFFSETS = 1330595398;
const LARGE_OFFSETS = 1280263750;
const LARGE$2 = 2147483648;
var MultiPackIndex = class {
	/** Of the packs that it covers, without their ending. */
	names;
	#bytes;
	#view;
	#fanoutAt;
	#idsAt;
	#offsetsAt;
	#largeAt;
	/** @throws SyncError `MALFORMED_OBJECT`, also for a form of another Git (SHA-256, a chain of indexes) */
	constructor(bytes) {
		this.#bytes = bytes;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
		if (!(bytes.length > HEADER$1 + 20 && this.#view.getUint32(0) === MAGIC && bytes[4] === 1 && bytes[5] === 1 && bytes[7] === 0)) throw malformed$1("A multi-pack-index is of another kind");
		const chunks = this.#chunks(bytes[6]);
		const chunk = (id, size) => {
			const found = chunks.get(id);
			if (!found || found.end - found.at < size) throw malformed$1("A multi-pack-index is cut short");
			return found.at;
		};
		this.#fanoutAt = chunk(FANOUT, 1024);
		let count = 0;
		for (let first = 0; first < 256; first++) {
			const next = this.#view.getUint32(this.#fanoutAt + first * 4);
			if (next < count) throw malformed$1("A multi-pack-index is not in order");
			count = next;
		}
		this.#idsAt = chunk(IDS, count * 20);
		this.#offsetsAt = chunk(OFFSETS, count * 8);
		this.#largeAt = chunks.has(LARGE_OFFSETS) ? chunk(LARGE_OFFSETS, 8) : void 0;
		const names = chunks.get(NAMES) ?? {
			at: 0,
			end: 0
		};
		this.names = text(bytes.subarray(names.at, names.end)).split("\0").filter((name) => name.endsWith(".idx")).map((name) => name.slice(0, -4));
		if (this.names.length !== this.#view.getUint32(8)) throw malformed$1("A multi-pack-index names too few packs");
	}
	find(id) {
		const first = id[0];
		let low = first === 0 ? 0 : this.#view.getUint32(this.#fanoutAt + (first - 1) * 4);
		let high = this.#view.getUint32(this.#fanoutAt + first * 4);
		while (low < high) {
			const middle = low + high >>> 1;
			const order = this.#compare(middle, id);
			if (order === 0) return this.#place(middle);
			if (order < 0) low = middle + 1;
			else high = middle;
		}
	}
	#chunks(count) {
		const chunks = /* @__PURE__ */ new Map();
		if (HEADER$1 + (count + 1) * CHUNK > this.#bytes.length) throw malformed$1("A multi-pack-index is cut short");
		const startOf = (entry) => {
			const at = HEADER$1 + entry * CHUNK + 4;
			return this.#view.getUint32(at) * 4294967296 + this.#view.getUint32(at + 4);
		};
		for (let entry = 0; entry < count; entry++) {
			const at = startOf(entry);
			const end = startOf(entry + 1);
			if (at > end || end > this.#bytes.length) throw malformed$1("A multi-pack-index points outside of itself");
			chunks.set(this.#view.getUint32(HEADER$1 + entry * CHUNK), {
				at,
				end
			});
		}
		return chunks;
	}
	#compare(position, id) {
		const at = this.#idsAt + position * 20;
		for (let i = 0; i < 20; i++) {
			const order = this.#bytes[at + i] - id[i];
			if (order !== 0) return order;
		}
		return 0;
	}
	#place(position) {
		const at = this.#offsetsAt + position * 8;
		const name = this.names[this.#view.getUint32(at)];
		if (name === void 0) throw malformed$1("A multi-pack-index names a pack that it has not");
		const offset = this.#view.getUint32(at + 4);
		if (this.#largeAt === void 0 || offset < LARGE$2) return {
			name,
			offset
		};
		const large = this.#largeAt + (offset - LARGE$2) * 8;
		if (large + 8 > this.#bytes.length) throw malformed$1("A multi-pack-index points outside of itself");
		return {
			name,
			offset: this.#view.getUint32(large) * 4294967296 + this.#view.getUint32(large + 4)
		};
	}
};

// ../../work/h/me/dist/git/objects/PackFile.js
/** The pack was there when the folder was listed and is not now: stock Git has repacked. Look again. */
var PackGone = class extends Error {};
const MIN_WINDOW = 16384;
const MAX_WINDOW = 524288;
/** One pack and its index. Never in memory whole: ranged reads through a window that grows while reads go on in order. */
var PackFile = class {
	name;
	#host;
	#path;
	#cache;
	#index;
	#window = {
		at: 0,
		bytes: /* @__PURE__ */ new Uint8Array(0)
	};
	#windowSize = MIN_WINDOW;
	/** @param path without `.pack` and `.idx` */
	constructor(host, path, cache) {
		this.#host = host;
		this.#path = path;
		this.#cache = cache;
		this.name = path.slice(path.lastIndexOf("/") + 1);
	}
	/** @throws PackGone */
	index() {
		this.#index ??= this.#host.disk.read(`${this.#path}.idx`).then((bytes) => {
			if (!bytes) throw new PackGone();
			return new PackIndex(bytes);
		});
		return this.#index;
	}
	/**
	* The object whose entry starts at `offset`. Its bytes may be shared with the cache: never change them.
	* @throws PackGone
	* @throws SyncError `MALFORMED_OBJECT`
	*/
	async read(offset) {
		const deltas = [];
		let held = 0;
		let at = offset;
		let object;
		for (;;) {
			const cached = this.#cache.get(this.#key(at));
			if (cached) {
				object = cached;
				break;
			}
			const { header, data } = await this.#entry(at);
			if (header.type) {
				object = {
					type: header.type,
					data
				};
				this.#keep(at, object);
				break;
			}
			held += data.length;
			deltas.push({
				at,
				data
			});
			if (deltas.length > 4095 || held > 1073741824) throw malformed$1(`A chain of deltas in ${this.name} does not end`);
			at = await this.#baseOf(header);
		}
		for (let delta = deltas.pop(); delta; delta = deltas.pop()) {
			object = {
				type: object.type,
				data: applyDelta(object.data, delta.data)
			};
			this.#keep(delta.at, object);
		}
		return object;
	}
	async #baseOf({ base }) {
		if (base && "offset" in base) return base.offset;
		const offset = base && (await this.index()).find(idBytes(base.id));
		if (offset === void 0) throw malformed$1(`A delta in ${this.name} lacks its base`);
		return offset;
	}
	async #entry(offset) {
		const bytes = await this.#bytes(offset, 32);
		const header = readEntryHeader(bytes, offset);
		const read = (at, length) => this.#bytes(at, length);
		const { data } = await inflateEntry(this.#host.codec, read, offset + header.length, header.size);
		return {
			header,
			data
		};
	}
	/** Fewer than `length` bytes only at the end of the pack. */
	async #bytes(offset, length) {
		const { at, bytes } = this.#window;
		const end = at + bytes.length;
		if (offset >= at && offset + length <= end) return bytes.subarray(offset - at, offset - at + length);
		const inOrder = offset >= at && offset <= end + MIN_WINDOW;
		this.#windowSize = inOrder ? Math.min(this.#windowSize * 2, MAX_WINDOW) : MIN_WINDOW;
		const fresh = await this.#host.disk.readRange(`${this.#path}.pack`, offset, Math.max(length, this.#windowSize));
		if (!fresh) throw new PackGone();
		if (fresh.length <= MAX_WINDOW) this.#window = {
			at: offset,
			bytes: fresh
		};
		return fresh.length > length ? fresh.subarray(0, length) : fresh;
	}
	#key(offset) {
		return `${this.name}:${offset}`;
	}
	#keep(offset, object) {
		this.#cache.set(this.#key(offset), object, object.data.length + 200);
	}
};

// ../../work/h/me/dist/git/objects/Packs.js
/** A pack is made new again at most this often. Milliseconds. */
const FRESH = 6e5;
/** Bytes of objects that are kept as bases of deltas. */
const CACHE$1 = 64 << 20;
const MULTI_PACK_INDEX = "multi-pack-index";
/**
* All packs of a repository. New packs are noticed when an object is not found; a pack that stock Git has replaced
* (`git gc`, `git repack -ad`) is noticed when it cannot be read, and the object is found in its successor.
*/
var Packs = class {
	#host;
	#folder;
	#cache = new LruCache(CACHE$1);
	#freshened = /* @__PURE__ */ new WeakMap();
	/** The pack that had the last object first: the next one is likely there too. */
	#packs;
	#joint;
	#last = Promise.resolve([]);
	#next;
	constructor(host, folder) {
		this.#host = host;
		this.#folder = folder;
	}
	async has(ids) {
		return (await this.#places(ids)).map((place) => place !== void 0);
	}
	/** In the order of `ids`; `undefined` for what is in no pack. Bytes may be shared: never change them. */
	async read(ids) {
		const objects = new Array(ids.length);
		let wanted = ids.map((_, i) => i);
		for (let attempt = 0; wanted.length > 0; attempt++) {
			const places = await this.#places(wanted.map((i) => ids[i]));
			const found = wanted.flatMap((i, n) => places[n] ? [{
				i,
				...places[n]
			}] : []);
			if (found.length > 1) found.sort((a, b) => a.pack === b.pack ? a.offset - b.offset : a.pack.name < b.pack.name ? -1 : 1);
			const again = [];
			for (const { i, pack, offset } of found) try {
				objects[i] = await pack.read(offset);
			} catch (error) {
				if (!(error instanceof PackGone)) throw error;
				if (attempt === 4) throw malformed$1(`${pack.name}.pack is gone and its index is not`, error);
				again.push(i);
			}
			if (again.length > 0) await this.#look();
			wanted = again;
		}
		return objects;
	}
	/** Sets the age of the packs that have these objects to nothing. */
	async freshen(ids) {
		for (const place of ids.length > 0 ? await this.#places(ids) : []) {
			if (!place) continue;
			const { pack } = place;
			const now = performance.now();
			if (now - (this.#freshened.get(pack) ?? Number.NEGATIVE_INFINITY) < FRESH) continue;
			this.#freshened.set(pack, now);
			await this.#host.disk.touch(join(this.#folder, `${pack.name}.pack`));
		}
	}
	async #places(ids) {
		const keys = ids.map(idBytes);
		const places = new Array(ids.length);
		const known = this.#packs ?? await this.#look();
		const missing = await this.#search(known, keys, places, [...keys.keys()]);
		if (missing.length === 0) return places;
		const fresh = (await this.#look()).filter((pack) => !known.includes(pack));
		await this.#search(fresh, keys, places, missing);
		return places;
	}
	/**
	* Pack by pack, so that one look into an index serves all keys.
	* @param wanted positions in `keys`
	* @returns those that are in none of the packs
	*/
	async #search(packs, keys, places, wanted) {
		let missing = this.#searchJoint(keys, places, wanted);
		for (const pack of packs) {
			if (missing.length === 0) break;
			if (this.#joint?.packs.get(pack.name) === pack) continue;
			try {
				const index = await pack.index();
				const before = missing.length;
				missing = missing.filter((i) => {
					const offset = index.find(keys[i]);
					if (offset !== void 0) places[i] = {
						pack,
						offset
					};
					return offset === void 0;
				});
				if (missing.length < before && this.#packs && this.#packs[0] !== pack) this.#packs = [pack, ...this.#packs.filter((other) => other !== pack)];
			} catch (error) {
				if (!(error instanceof PackGone)) throw error;
				this.#packs = this.#packs?.filter((other) => other !== pack);
			}
		}
		return missing;
	}
	#searchJoint(keys, places, wanted) {
		const { index, packs } = this.#joint ?? {};
		if (!index) return wanted;
		return wanted.filter((i) => {
			const found = index.find(keys[i]);
			const pack = found && packs?.get(found.name);
			if (found && pack) places[i] = {
				pack,
				offset: found.offset
			};
			return pack === void 0;
		});
	}
	/** Lists the folder again, once for all who ask before it begins: what was there when they asked is seen. */
	#look() {
		this.#next ??= this.#last.then(() => {
			this.#next = void 0;
			return this.#list();
		});
		this.#last = this.#next.catch(() => []);
		return this.#next;
	}
	async #list() {
		const entries = await this.#host.disk.list(this.#folder) ?? [];
		const files = new Set(entries.map((entry) => entry.name));
		const known = new Map(this.#packs?.map((pack) => [pack.name, pack]));
		const packs = [];
		for (const [name, pack] of known) if (files.has(`${name}.idx`)) packs.push(pack);
		for (const file of files) {
			if (!file.startsWith("pack-") || !file.endsWith(".idx")) continue;
			const name = file.slice(0, -4);
			if (known.has(name) || !files.has(`${name}.pack`)) continue;
			packs.push(new PackFile(this.#host, join(this.#folder, name), this.#cache));
		}
		this.#joint = files.has(MULTI_PACK_INDEX) ? await this.#readJoint(packs) : void 0;
		this.#packs = packs;
		return packs;
	}
	/** One that is broken, or names a pack that is gone, is left out: each pack has its own index too. */
	async #readJoint(packs) {
		const { disk } = this.#host;
		const path = join(this.#folder, MULTI_PACK_INDEX);
		const stat = await disk.lstat(path);
		const same = this.#joint?.stat;
		const index = stat && same && stat.ino === same.ino && stat.size === same.size ? this.#joint?.index : parse(await disk.read(path));
		if (!index || !stat) return void 0;
		const byName = new Map(packs.map((pack) => [pack.name, pack]));
		const covered = index.names.flatMap((name) => byName.get(name) ?? []);
		if (covered.length < index.names.length) return void 0;
		return {
			index,
			stat,
			packs: new Map(covered.map((pack) => [pack.name, pack]))
		};
	}
};
function parse(bytes) {
	try {
		return bytes && new MultiPackIndex(bytes);
	} catch {
		return;
	}
}

// ../../work/h/me/dist/git/objects/PackResolver.js
/** Bytes of resolved objects that are kept while their deltas are looked at. */
const CACHE = 64 << 20;
/**
* Resolves the deltas of one received pack: gives each entry its type and id. Base before delta, deepest first, so
* that the base is nearly always still in the cache.
*/
var PackResolver = class {
	/** Objects from outside of the pack that it builds on. */
	bases = /* @__PURE__ */ new Set();
	#codec;
	#entries;
	#read;
	#readBase;
	#signal;
	#cache = new LruCache(CACHE);
	#parents = /* @__PURE__ */ new Map();
	#waitingForOffset = /* @__PURE__ */ new Map();
	#waitingForId = /* @__PURE__ */ new Map();
	constructor(codec, entries, read, readBase, signal) {
		this.#codec = codec;
		this.#entries = entries;
		this.#read = read;
		this.#readBase = readBase;
		this.#signal = signal;
	}
	/** @throws SyncError `MALFORMED_OBJECT`, `OBJECT_MISSING` when a base is neither in the pack nor here */
	async resolve() {
		let unresolved = 0;
		for (const entry of this.#entries) {
			if (!entry.base) continue;
			unresolved++;
			if ("offset" in entry.base) add(this.#waitingForOffset, entry.base.offset, entry);
			else add(this.#waitingForId, entry.base.id, entry);
		}
		if (unresolved === 0) return;
		for (const entry of this.#entries) if (entry.type) unresolved -= await this.#resolveFrom(entry);
		for (const id of [...this.#waitingForId.keys()]) {
			const object = this.#waitingForId.get(id) && await this.#readBase(id);
			if (!object) continue;
			this.bases.add(id);
			this.#keep(id, object);
			unresolved -= await this.#resolveFrom(id);
		}
		if (unresolved === 0) return;
		const [id] = this.#waitingForId.keys();
		if (!id) throw malformed$1("A pack has deltas without their base");
		throw new SyncError("OBJECT_MISSING", `A pack builds on the object ${id}, which is not here. Fetch again; if it stays, clone the project anew.`, { data: { id } });
	}
	/** The object of a resolved entry. */
	async read(entry) {
		return await this.#object(entry);
	}
	/** Resolves all that builds on `root`, directly or not; says how many. */
	async #resolveFrom(root) {
		let resolved = 0;
		const stack = [{
			parent: root,
			depth: 0
		}];
		for (let top = stack.pop(); top; top = stack.pop()) {
			const { parent, depth } = top;
			const children = this.#take(parent);
			if (children.length === 0) continue;
			if (depth >= 4095) throw malformed$1("A chain of deltas in a pack does not end");
			const base = await this.#object(parent);
			for (const child of children) {
				throwIfAborted(this.#signal);
				const delta = await this.#inflate(child);
				const object = {
					type: base.type,
					data: applyDelta(base.data, delta)
				};
				child.type = object.type;
				child.id = hashObject(this.#codec, object);
				this.#parents.set(child, parent);
				resolved++;
				if (!this.#waitingForOffset.has(child.offset) && !this.#waitingForId.has(child.id)) continue;
				this.#keep(child, object);
				stack.push({
					parent: child,
					depth: depth + 1
				});
			}
		}
		return resolved;
	}
	#take(parent) {
		const id = typeof parent === "string" ? parent : parent.id;
		const byId = (id && this.#waitingForId.get(id)) ?? [];
		if (id) this.#waitingForId.delete(id);
		if (typeof parent === "string") return byId;
		const byOffset = this.#waitingForOffset.get(parent.offset) ?? [];
		this.#waitingForOffset.delete(parent.offset);
		return [...byOffset, ...byId];
	}
	async #object(from) {
		const deltas = [];
		let at = from;
		for (;;) {
			const object = this.#cache.get(at) ?? await this.#whole(at);
			if (object) {
				let data = object.data;
				for (let delta = deltas.pop(); delta; delta = deltas.pop()) data = applyDelta(data, await this.#inflate(delta));
				const result = {
					type: object.type,
					data
				};
				this.#keep(from, result);
				return result;
			}
			const parent = typeof at === "string" ? void 0 : this.#parents.get(at);
			if (typeof at === "string" || !parent) throw malformed$1("A pack has a delta without its base");
			deltas.push(at);
			at = parent;
		}
	}
	/** What is not a delta. */
	async #whole(at) {
		if (typeof at === "string") return this.#readBase(at);
		if (at.base || !at.type) return void 0;
		return {
			type: at.type,
			data: await this.#inflate(at)
		};
	}
	async #inflate(entry) {
		const read = (offset, length) => this.#read(offset, Math.min(length, entry.offset + entry.length - offset));
		return (await inflateEntry(this.#codec, read, entry.offset + entry.headerLength, entry.size)).data;
	}
	#keep(at, object) {
		this.#cache.set(at, object, object.data.length + 200);
	}
};
function add(map, key, entry) {
	const list = map.get(key);
	if (list) list.push(entry);
	else map.set(key, [entry]);
}

// ../../work/h/me/dist/git/objects/packStream.js
const PIECE = 524288;
/** Bytes of an object. */
const LARGE$1 = 8 << 20;
/** A window over a stream: bytes in front of it have been handed on, bytes behind it have not arrived. */
var Window = class {
	#source;
	#bytes = /* @__PURE__ */ new Uint8Array(0);
	/** Position of `#bytes[0]` in the stream. */
	#start = 0;
	#end = 0;
	#ended = false;
	constructor(source) {
		this.#source = source;
	}
	/** Bytes of the stream from `offset` on; fewer than `length` only at its end. Valid until the next call. */
	async read(offset, length) {
		const from = offset - this.#start;
		while (this.#end - from < length && !this.#ended) await this.#pull(length - (this.#end - from));
		return this.#bytes.subarray(from, Math.min(from + length, this.#end));
	}
	/** Gives up what is in front of `offset`, as a copy. */
	take(offset) {
		const count = offset - this.#start;
		const taken = this.#bytes.slice(0, count);
		this.#bytes.copyWithin(0, count, this.#end);
		this.#start = offset;
		this.#end -= count;
		return taken;
	}
	async #pull(needed) {
		const parts = [];
		let more = 0;
		while (more < needed) {
			const next = await this.#source.next();
			if (next.done) {
				this.#ended = true;
				break;
			}
			parts.push(next.value);
			more += next.value.length;
		}
		if (this.#end + more > this.#bytes.length) {
			const larger = new Uint8Array(Math.max((this.#end + more) * 2, 2 * PIECE));
			larger.set(this.#bytes.subarray(0, this.#end));
			this.#bytes = larger;
		}
		for (const part of parts) {
			this.#bytes.set(part, this.#end);
			this.#end += part.length;
		}
	}
};
/**
* Yields the pack's own bytes in pieces while it fills `entries`; returns the pack's checksum, hex.
* @throws SyncError `MALFORMED_OBJECT`
*/
async function* readPackStream(codec, source, entries, onEntry) {
	const iterator = source[Symbol.asyncIterator]();
	try {
		const window = new Window(iterator);
		const digest = codec.sha1();
		const total = readPackHeader(await window.read(0, 12));
		const read = (at, length) => window.read(at, length);
		let offset = 12;
		let taken = 0;
		const piece = () => {
			const bytes = window.take(offset);
			digest.update(bytes);
			taken = offset;
			return bytes;
		};
		for (let count = 0; count < total; count++) {
			const header = readEntryHeader(await window.read(offset, 32), offset);
			const { data, consumed } = await inflateEntry(codec, read, offset + header.length, header.size);
			const length = header.length + consumed;
			entries.push({
				offset,
				length,
				headerLength: header.length,
				size: header.size,
				crc: crc32(await window.read(offset, length)),
				type: header.type,
				id: header.type && hashObject(codec, {
					type: header.type,
					data
				}),
				base: header.base
			});
			offset += length;
			onEntry(count + 1, total, offset);
			if (header.size > LARGE$1) await pause(1);
			if (offset - taken >= PIECE) yield piece();
		}
		yield piece();
		const checksum = digest.hex();
		const trailer = await window.read(offset, 20 + 1);
		if (trailer.length !== 20 || toHex(trailer) !== checksum) throw malformed$1("A pack does not have the checksum that it says: it was cut short or changed on its way");
		yield window.take(offset + 20);
		return checksum;
	} finally {
		await iterator.return?.();
	}
}

// ../../work/h/me/dist/git/objects/storePack.js
/** Packs up to here are kept in memory while they are checked; larger ones are spooled to a file. */
const IN_MEMORY = 4 << 20;
/** Objects that are in memory together take at most about as much. Bytes. */
const LARGE = 16 << 20;
/** @throws SyncError `MALFORMED_OBJECT`, `OBJECT_MISSING` (a thin pack builds on what is not here), `ABORTED` */
async function storePack(target, source, { signal, onProgress } = {}) {
	const { disk, codec } = target.host;
	const entries = [];
	const onEntry = (count, total, bytes) => {
		throwIfAborted(signal);
		if (onProgress && (count === total || count % 256 === 0)) onProgress({
			phase: "fetch",
			files: count,
			totalFiles: total,
			bytes
		});
	};
	throwIfAborted(signal);
	const peeked = await peek(source, IN_MEMORY);
	if ("whole" in peeked) {
		const { whole } = peeked;
		const checksum = await drain(readPackStream(codec, once(whole), entries, onEntry));
		const read = async (offset, length) => whole.subarray(offset, offset + length);
		const resolver = new PackResolver(codec, entries, read, target.readBase, signal);
		await resolver.resolve();
		const few = entries.length <= target.few ? await readSmall(entries, resolver) : void 0;
		if (few) await target.writeFew(few);
		else if (resolver.bases.size === 0) await publishPack(target, entries, checksum, (path) => disk.publish(path, whole, { sync: true }));
		else await completeThin(target, entries, resolver, once(whole));
		return stored(entries);
	}
	const spool = join(target.folder, `tmp_pack_${toHex(codec.randomBytes(8))}`);
	try {
		let checksum = "";
		const pieces = readPackStream(codec, peeked.rest, entries, onEntry);
		const stream = async function* () {
			checksum = yield* pieces;
		};
		await disk.publish(spool, stream(), { sync: true });
		const read = async (offset, length) => {
			const bytes = await disk.readRange(spool, offset, length);
			if (!bytes) throw malformed$1("A pack vanished while it was being received");
			return bytes;
		};
		const resolver = new PackResolver(codec, entries, windowed(read), target.readBase, signal);
		await resolver.resolve();
		if (resolver.bases.size === 0) await publishPack(target, entries, checksum, (path) => disk.rename(spool, path));
		else await completeThin(target, entries, resolver, disk.stream(spool));
	} finally {
		await disk.remove(spool);
	}
	return stored(entries);
}
/** All objects at once; `undefined` when they are too large for that, however small they were on the way. */
async function readSmall(entries, resolver) {
	const objects = [];
	let left = LARGE;
	for (const entry of entries) {
		left -= entry.size;
		if (left < 0) return void 0;
		const object = await resolver.read(entry);
		if (entry.base) left -= object.data.length;
		objects.push(object);
	}
	return objects;
}
const stored = (entries) => ({
	objects: entries.length,
	ids: entries.flatMap(({ id }) => id ? [id] : [])
});
/** The pack first, then the index that makes it visible. */
async function publishPack({ host, folder, keep }, entries, checksum, place) {
	const indexed = entries.map(({ id, offset, crc }) => {
		if (!id) throw malformed$1("A pack has a delta without its base");
		return {
			id,
			offset,
			crc
		};
	});
	const path = join(folder, `pack-${checksum}`);
	await keep(path);
	await place(`${path}.pack`);
	await host.disk.publish(`${path}.idx`, formatPackIndex(host.codec, indexed, checksum), { sync: true });
}
/** A thin pack with the bases that it lacks appended, as `git index-pack --fix-thin` does it. */
async function completeThin(target, entries, resolver, thin) {
	const { disk, codec } = target.host;
	const last = entries.at(-1);
	const end = last ? last.offset + last.length : 12;
	const writer = new PackWriter(codec);
	const bases = [];
	const stream = async function* () {
		yield writer.raw(packHeader(entries.length + resolver.bases.size));
		let at = 0;
		for await (const piece of thin) {
			const body = piece.subarray(Math.max(0, 12 - at), Math.max(0, end - at));
			at += piece.length;
			if (body.length > 0) yield writer.raw(body);
		}
		for (const id of resolver.bases) {
			const object = await target.readBase(id);
			if (!object) throw malformed$1("The base of a delta vanished");
			const { offset } = writer;
			const bytes = writer.object(id, object.type, object.data);
			const crc = writer.entries.at(-1)?.crc ?? 0;
			bases.push({
				id,
				type: object.type,
				offset,
				crc,
				length: bytes.length,
				headerLength: 0,
				size: object.data.length,
				base: void 0
			});
			yield bytes;
		}
		yield writer.finish();
	};
	const complete = join(target.folder, `tmp_pack_${toHex(codec.randomBytes(8))}`);
	try {
		await disk.publish(complete, await wholeIfSmall(stream()), { sync: true });
		await publishPack(target, [...entries, ...bases], writer.trailer, (path) => disk.rename(complete, path));
	} finally {
		await disk.remove(complete);
	}
}
async function* once(bytes) {
	yield bytes;
}
async function drain(pieces) {
	for (;;) {
		const next = await pieces.next();
		if (next.done) return next.value;
	}
}
/** Deltas are resolved mostly in the order of the pack: one read serves many entries. */
function windowed(read, size = 262144) {
	let start = 0;
	let bytes = /* @__PURE__ */ new Uint8Array(0);
	return async (offset, length) => {
		if (offset < start || offset + length > start + bytes.length) {
			bytes = await read(offset, Math.max(length, size));
			start = offset;
		}
		return bytes.subarray(offset - start, offset - start + length);
	};
}

// ../../work/h/me/dist/git/objects/ObjectStore.js
/**
* Up to here, new objects become loose ones, each flushed to the disk; more become one pack with a single flush.
* Measured: 2 ms for a flushed loose object, 9 ms for a flushed pack of 110. Fewer packs are quicker to search.
*/
const FEW = 20;
/** What others depend on comes first, so that a kill never leaves an object whose parts are missing. */
const RANK = {
	blob: 0,
	tree: 1,
	commit: 2,
	tag: 3
};
var ObjectStore = class {
	#host;
	#gitDir;
	#packFolder;
	#loose;
	#packs;
	#holds = /* @__PURE__ */ new Set();
	#kept = /* @__PURE__ */ new Map();
	constructor(host, gitDir) {
		this.#host = host;
		this.#gitDir = gitDir;
		this.#packFolder = join(gitDir, "objects/pack");
		this.#loose = new LooseObjects(host, join(gitDir, "objects"));
		this.#packs = new Packs(host, this.#packFolder);
	}
	/** @throws SyncError `OBJECT_MISSING`, `MALFORMED_OBJECT` */
	async read(id) {
		const [object] = await this.#find([id]);
		if (!object) throw missing(id);
		return object;
	}
	/**
	* In the order of `ids`. All are in memory at once: ask for blobs in portions. Bytes may be shared with a cache:
	* never change them.
	* @throws SyncError `OBJECT_MISSING`, `MALFORMED_OBJECT`
	*/
	async readMany(ids) {
		return (await this.#find(ids)).map((object, i) => {
			if (!object) throw missing(ids[i]);
			return object;
		});
	}
	/** @throws SyncError `OBJECT_MISSING`, `MALFORMED_OBJECT` (also when it is not a blob) */
	async readBlob(id) {
		const { type, data } = await this.read(id);
		if (type !== "blob") throw malformed$1(`The object ${id} is a ${type} where a blob was expected`);
		return data;
	}
	async has(id) {
		return (await this.hasMany([id]))[0] === true;
	}
	async hasMany(ids) {
		if (ids.length === 0) return [];
		const here = await this.#packs.has(ids);
		const look = async (has) => {
			const rest = ids.flatMap((_, i) => here[i] ? [] : [i]);
			if (rest.length === 0) return;
			const found = await has(rest.map((i) => ids[i]));
			for (const [n, i] of rest.entries()) here[i] = found[n] === true;
		};
		await look((rest) => this.#loose.has(rest));
		await look((rest) => this.#packs.has(rest));
		return here;
	}
	hash(object) {
		return hashObject(this.#host.codec, object);
	}
	/** Writes what is not here yet, flushed to the disk. Answers the ids in the order of `objects`. */
	async write(objects) {
		const ids = objects.map((object) => this.hash(object));
		const fresh = new Map(ids.map((id, i) => [id, objects[i]]));
		const known = [...fresh.keys()];
		const here = await this.hasMany(known);
		const old = known.filter((_, i) => here[i]);
		for (const id of old) fresh.delete(id);
		await this.#freshen(old);
		if (fresh.size === 0) return ids;
		const sorted = [...fresh].map(([id, object]) => ({
			id,
			object
		})).sort((a, b) => RANK[a.object.type] - RANK[b.object.type]);
		if (sorted.length <= FEW) await this.#loose.write(sorted);
		else await this.#writePack(sorted);
		return ids;
	}
	/**
	* Packs that come in until `release` get a `.keep` file, as `git fetch` makes it: a `git repack -ad` beside us would
	* otherwise drop objects that no ref reaches yet. The file says which process it belongs to; upkeep removes those of
	* dead ones.
	*/
	hold() {
		const hold = {};
		this.#holds.add(hold);
		return { release: async () => {
			this.#holds.delete(hold);
			if (this.#holds.size > 0) return;
			const kept = [...this.#kept.values()];
			this.#kept.clear();
			for (const lock of kept) await lock.release();
		} };
	}
	/**
	* Takes in a pack; thin packs are completed. Nothing is visible before all of it is checked.
	* @throws SyncError `MALFORMED_OBJECT`, `OBJECT_MISSING`, `ABORTED`
	*/
	storePack(pack, options = {}) {
		const target = {
			host: this.#host,
			folder: this.#packFolder,
			keep: (path) => this.#keep(path),
			few: FEW,
			readBase: async (id) => (await this.#find([id]))[0],
			writeFew: (objects) => this.write([...objects].reverse())
		};
		return storePack(target, pack, options);
	}
	/**
	* A pack of what `wants` reach and `haves` do not, with deltas against what the haves' side has (thin). Haves that
	* are not here are ignored. `thin: false` makes a pack that stands alone.
	* @throws SyncError `OBJECT_MISSING`, `MALFORMED_OBJECT`, `ABORTED`
	*/
	makePack(wants, haves, options = {}) {
		return makePack({
			objects: this,
			host: this.#host,
			gitDir: this.#gitDir
		}, wants, haves, options);
	}
	async #find(ids) {
		const objects = await this.#packs.read(ids);
		const rest = ids.flatMap((_, i) => objects[i] ? [] : [i]);
		if (rest.length === 0) return objects;
		const loose = await this.#loose.read(rest.map((i) => ids[i]));
		const gone = [];
		for (const [n, i] of rest.entries()) {
			objects[i] = loose[n];
			if (!loose[n]) gone.push(i);
		}
		if (gone.length === 0) return objects;
		const again = await this.#packs.read(gone.map((i) => ids[i]));
		for (const [n, i] of gone.entries()) objects[i] = again[n];
		return objects;
	}
	async #writePack(objects) {
		const { disk, codec } = this.#host;
		const writer = new PackWriter(codec);
		const stream = async function* () {
			yield writer.start(objects.length);
			for (const { id, object } of objects) yield writer.object(id, object.type, object.data);
			yield writer.finish();
		};
		const temporary = join(this.#packFolder, `tmp_pack_${toHex(codec.randomBytes(8))}`);
		try {
			await disk.publish(temporary, await wholeIfSmall(stream()), { sync: true });
			const path = join(this.#packFolder, `pack-${writer.trailer}`);
			await this.#keep(path);
			await disk.rename(temporary, `${path}.pack`);
			await disk.publish(`${path}.idx`, writer.index(), { sync: true });
		} finally {
			await disk.remove(temporary);
		}
	}
	/** @param path of a pack that is about to become visible, without its ending */
	async #keep(path) {
		if (this.#holds.size === 0 || this.#kept.has(path)) return;
		const lock = await this.#host.disk.lockProcess(`${path}.keep`);
		if (lock) this.#kept.set(path, lock);
	}
	/** What is written again counts as new: `git prune` looks at the age of what nothing reaches. */
	async #freshen(ids) {
		if (ids.length === 0) return;
		const loose = await this.#loose.freshen(ids);
		await this.#packs.freshen(ids.filter((_, i) => !loose[i]));
	}
};

// ../../work/h/me/dist/git/connectivity.js
/**
* Before a ref moves to what was fetched: is everything here that it leads to? A remote that sends less than it should
* (a fault, a lie, a broken repository of its own) would otherwise leave a history with holes.
*/
/**
* Follows `wants` through what was `received`; at what was here before, it is enough that it is here.
* @throws SyncError `OBJECT_MISSING` naming the first object that is neither
*/
async function checkConnected({ objects, graph, trees }, wants, received, { signal } = {}) {
	const walk = new Walk(received);
	for (const id of wants) walk.reach(id, "any");
	for (;;) {
		throwIfAborted(signal);
		const commit = walk.commits.pop();
		if (commit !== void 0) {
			const { tree, parents } = await graph.commit(commit);
			walk.reach(tree, "tree");
			for (const parent of parents) walk.reach(parent, "commit");
			continue;
		}
		const any = walk.any.pop();
		if (any !== void 0) {
			const { type, data } = await objects.read(any);
			if (type === "commit") walk.commits.push(any);
			if (type === "tree") walk.trees.push(any);
			if (type === "tag") walk.reach(parseTag(any, data).object, "any");
			continue;
		}
		if (walk.trees.length === 0) break;
		for (const entries of await trees.readMany(walk.trees.splice(-256))) for (const { mode, id } of entries) if (mode === MODE.tree) walk.reach(id, "tree");
		else if (mode !== MODE.submodule) walk.reach(id, "blob");
	}
	const elsewhere = [...walk.elsewhere];
	const missing = (await objects.hasMany(elsewhere)).indexOf(false);
	if (missing < 0) return;
	throw new SyncError("OBJECT_MISSING", `The remote sent history that leads to the object ${elsewhere[missing]}, and did not send that. No branch was moved. Sync again; if it stays, the remote's repository is damaged ("git fsck" there).`, { data: { id: elsewhere[missing] } });
}
var Walk = class {
	commits = [];
	trees = [];
	any = [];
	/** Was not received: must have been here. */
	elsewhere = /* @__PURE__ */ new Set();
	#received;
	#seen = /* @__PURE__ */ new Set();
	constructor(received) {
		this.#received = received;
	}
	reach(id, as) {
		if (!this.#received.has(id)) this.elsewhere.add(id);
		else if (as !== "blob" && !this.#seen.has(id)) {
			this.#seen.add(id);
			if (as === "commit") this.commits.push(id);
			else if (as === "tree") this.trees.push(id);
			else this.any.push(id);
		}
	}
};

// ../../work/h/me/dist/git/worktree/pathPolicy.js
/**
* Names and symlinks that no checkout may write, on any platform: `.git` aliases, names that Windows cannot hold or
* reads as something else, names that fall together, links that lead out. `git fsck` on Linux lets most of them pass.
*/
/** Zero-width and direction marks that HFS+ leaves out when it compares names. */
const INVISIBLE = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
const LONGEST_NAME = 255;
const LONGEST_PATH = 4096;
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)[ ]*(?:[.:].*)?$/i;
const WINDOWS_CHARACTER = /[<>:"|?*\0-\x1f\x7f\x1b]/;
/** Files that Git or LFS obeys, and so must not be a link: by name, and the start of its 8.3 short name. */
const OBEYED = [
	[
		".gitmodules",
		"gitmod",
		"gi7eba"
	],
	[
		".gitattributes",
		"gitatt",
		"gi7d29"
	],
	[
		".gitignore",
		"gitign",
		"gi250a"
	],
	[
		".lfsconfig",
		"lfscon",
		"lf"
	]
];
const SHORT_NAME_LENGTH = 8;
/** A name as a file system might see it: without invisible marks, streams, trailing dots and spaces; lowercase. */
function seenAs(name) {
	const bare = name.replace(INVISIBLE, "").toLowerCase();
	const stream = bare.indexOf(":", 1);
	return (stream < 0 ? bare : bare.slice(0, stream)).replace(/[. ]+$/, "");
}
function isDotGit(name) {
	const seen = seenAs(name);
	return seen === ".git" || seen === "git~1";
}
function isObeyed(name) {
	const seen = seenAs(name);
	return OBEYED.some(([full, short, hashed]) => seen === full || seen.startsWith(`${short}~`) && /^[1-4]$/.test(seen.slice(short.length + 1)) || isHashedShortName(seen, hashed));
}
/** NTFS, out of plain short names: some of the name, a hash of it, and a number, eight characters in all. */
function isHashedShortName(seen, hashed) {
	const tilde = seen.indexOf("~");
	if (tilde < 1 || seen.length !== SHORT_NAME_LENGTH || !/^[1-9][0-9]*$/.test(seen.slice(tilde + 1))) return false;
	const start = seen.slice(0, tilde);
	return hashed.startsWith(start) || start.startsWith(hashed) && /^[0-9a-f]*$/.test(start.slice(hashed.length));
}
/** The rule that one name of a tree breaks, or `undefined`. */
function brokenNameRule(name) {
	if (SAFE_NAME.test(name) && !name.endsWith(".")) return WINDOWS_DEVICE.test(name) ? "a device name on Windows" : name.length > LONGEST_NAME ? "longer than 255 bytes" : void 0;
	if (name === "" || name === "." || name === "..") return "empty, \".\" or \"..\"";
	if (name.includes("/")) return "a slash within a name";
	if (isDotGit(name) || name.includes("\\") && name.split("\\").some(isDotGit)) return "an alias of .git";
	if (name.includes("\\")) return "a backslash";
	if (WINDOWS_CHARACTER.test(name)) return "a character that Windows does not allow";
	if (/[. ]$/.test(name)) return "a trailing dot or space";
	if (WINDOWS_DEVICE.test(name)) return "a device name on Windows";
	if (utf8(name).length > LONGEST_NAME) return "longer than 255 bytes";
}
/** The common case, decided with one look. A name that begins with a dot or has a tilde takes the long way. */
const SAFE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
function unsafePath(path, rule) {
	return new SyncError("UNSAFE_PATH", `"${path}" cannot be kept on every machine: ${rule}. Rename it; nothing was written.`, { data: {
		path,
		rule
	} });
}
/** @throws SyncError `UNSAFE_PATH` */
function checkPath(path) {
	if (path.length > LONGEST_PATH / 4 && utf8(path).length > LONGEST_PATH) throw unsafePath(path, "a path longer than 4096 bytes");
	for (const name of path.split("/")) {
		const rule = brokenNameRule(name);
		if (rule) throw unsafePath(path, rule);
	}
}
/** Names with equal keys are one file on a Windows or Mac disk. */
function collisionKey(name) {
	if (SAFE_NAME.test(name)) return name.toLowerCase();
	return [...name.replace(INVISIBLE, "").normalize("NFC")].map((char) => {
		const upper = char.toUpperCase();
		return (upper.length === char.length ? upper : char).toLowerCase();
	}).join("").normalize("NFC");
}
/**
* One folder of a tree about to be written.
* @param folder its path, '' for the root
* @throws SyncError `UNSAFE_PATH`
*/
function checkFolder(folder, entries) {
	const keys = /* @__PURE__ */ new Map();
	const pathOf = (name) => folder === "" ? name : `${folder}/${name}`;
	if (folder.length > LONGEST_PATH / 4 && utf8(folder).length > LONGEST_PATH) throw unsafePath(folder, "a path longer than 4096 bytes");
	for (const { name, mode } of entries) {
		const rule = brokenNameRule(name);
		if (rule) throw unsafePath(pathOf(name), rule);
		if (mode === MODE.symlink && isObeyed(name)) throw unsafePath(pathOf(name), "a symbolic link that Git would obey");
		const key = collisionKey(name);
		const other = keys.get(key);
		if (other === name) throw unsafePath(pathOf(name), "twice in one folder");
		if (other !== void 0) throw unsafePath(pathOf(name), `the same name as "${other}" where case or Unicode form does not count`);
		keys.set(key, name);
	}
}
/** The rule that a symlink breaks, or `undefined`. Where it leads is decided by its text, as if written on any platform. */
function brokenLinkRule(path, target) {
	if (isObeyed(nameOf$1(path))) return "a symbolic link that Git would obey";
	if (target === "" || target.includes("\0")) return "a symbolic link to nothing";
	const parts = target.replaceAll("\\", "/").split("/");
	if (parts[0] === "" || /^[A-Za-z]:/.test(target)) return "a symbolic link to an absolute path";
	let depth = path.split("/").length - 1;
	let named = false;
	for (const part of parts) {
		if (part === "" || part === ".") continue;
		if (part === "..") {
			if (named || --depth < 0) return "a symbolic link that leads out of the project";
		} else {
			named = true;
			if (isDotGit(part)) return "a symbolic link into .git";
		}
	}
}
/** Where a safe link's text leads, as a project path; '' is the project's folder itself. */
function linkTarget(path, target) {
	const parts = path.split("/").slice(0, -1);
	for (const part of target.replaceAll("\\", "/").split("/")) {
		if (part === "" || part === ".") continue;
		if (part === "..") parts.pop();
		else parts.push(part);
	}
	return parts.join("/");
}

// ../../work/h/me/dist/git/index/compareTree.js
/** The index beside a tree: what differs, and the cached trees of an index that equals one. */
const MAX_FILES = 1e6;
/** Folders read in one go: what a tree expands to is known only when it is read. */
const BATCH = 256;
/** Deeper than any path can be. */
const MAX_DEPTH$1 = 2048;
/**
* Folders whose cached tree is the tree's own are skipped unread. Entries that are only an intent to add count as
* absent; unmerged paths are not compared.
* @param onFolder sees the entries of each folder of the tree that is read, parents first
*/
async function compareIndexToTree(index, tree, trees, onFolder) {
	const differences = [];
	let level = [{
		path: "",
		tree,
		from: 0,
		to: index.entries.length,
		cached: index.cacheTree
	}];
	for (let depth = 0; level.length > 0; depth++) {
		const folders = level.filter(({ tree: id, cached }) => id === void 0 || cached?.valid?.id !== id);
		level = [];
		for (let at = 0; at < folders.length; at += BATCH) {
			const some = folders.slice(at, at + BATCH);
			const ids = some.flatMap((folder) => folder.tree ? [folder.tree] : []);
			const read = (await trees.readMany(ids))[Symbol.iterator]();
			for (const folder of some) {
				const entries = folder.tree ? read.next().value ?? [] : [];
				if (folder.tree) onFolder?.(folder.path, entries);
				compareFolder(index, folder, entries, differences, level);
			}
			if (differences.length + level.length > MAX_FILES || depth > MAX_DEPTH$1) throw unsafePath(level[0]?.path ?? "", `a tree that expands to more than ${MAX_FILES} files`);
		}
	}
	return differences.sort((a, b) => compareBytes(a.path, b.path));
}
function compareFolder(index, { path, from, to, cached }, entries, differences, next) {
	const prefix = path === "" ? "" : `${path}/`;
	const rest = new Map(entries.map((entry) => [entry.name, entry]));
	const unmerged = /* @__PURE__ */ new Set();
	for (let at = from; at < to;) {
		const entry = index.entries[at];
		const slash = entry.path.indexOf("/", prefix.length);
		if (slash >= 0) {
			const below = entry.path.slice(0, slash);
			const name = below.slice(prefix.length);
			const [, end] = index.below(below, at, to);
			const inTree = rest.get(name);
			const isFolder = inTree?.mode === MODE.tree;
			if (isFolder) rest.delete(name);
			next.push({
				path: below,
				tree: isFolder ? inTree.id : void 0,
				from: at,
				to: end,
				cached: cached?.children.get(name)
			});
			at = end;
			continue;
		}
		at++;
		const name = entry.path.slice(prefix.length);
		if (entry.flags.stage !== 0) {
			unmerged.add(name);
			continue;
		}
		if (entry.flags.intentToAdd) continue;
		const inTree = rest.get(name);
		if (!inTree || inTree.mode === MODE.tree) differences.push({
			path: entry.path,
			entry
		});
		else {
			rest.delete(name);
			if (inTree.mode !== entry.mode || inTree.id !== entry.id) differences.push({
				path: entry.path,
				entry,
				file: {
					mode: inTree.mode,
					id: inTree.id
				}
			});
		}
	}
	for (const [name, entry] of rest) {
		const below = prefix + name;
		if (entry.mode === MODE.tree) next.push({
			path: below,
			tree: entry.id,
			from: to,
			to,
			cached: void 0
		});
		else if (!unmerged.has(name)) differences.push({
			path: below,
			file: {
				mode: entry.mode,
				id: entry.id
			}
		});
	}
}
/**
* The cached trees of an index that holds exactly what `tree` holds: reads only the folders that changed.
* `undefined` when some entries are not part of any tree.
*/
async function cacheTreeOf(index, tree, trees) {
	if (index.entries.some((entry) => entry.flags.intentToAdd || entry.flags.stage !== 0)) return void 0;
	const makeNode = (id, entries) => ({
		valid: {
			id,
			entries
		},
		children: /* @__PURE__ */ new Map()
	});
	const root = makeNode(tree, index.entries.length);
	let level = [{
		path: "",
		node: root,
		from: 0,
		to: index.entries.length,
		old: index.cacheTree
	}];
	while (level.length > 0) {
		const folders = level;
		level = [];
		const contents = await trees.readMany(folders.map(({ node }) => node.valid.id));
		for (const [i, folder] of folders.entries()) for (const entry of contents[i] ?? []) {
			if (entry.mode !== MODE.tree) continue;
			const old = folder.old?.children.get(entry.name);
			if (old?.valid?.id === entry.id) {
				folder.node.children.set(entry.name, old);
				continue;
			}
			const path = folder.path === "" ? entry.name : `${folder.path}/${entry.name}`;
			const [from, to] = index.below(path, folder.from, folder.to);
			const node = makeNode(entry.id, to - from);
			folder.node.children.set(entry.name, node);
			level.push({
				path,
				node,
				from,
				to,
				old
			});
		}
	}
	return root;
}

// ../../work/h/me/dist/git/index/CacheTree.js
/**
* The index's `TREE` extension: for each folder the id of the tree that its entries make, while nothing below it has
* changed. It lets status and commit skip every folder that equals HEAD's.
*
* Source: gitformat-index(5).
*/
const LF$2 = 10;
const DEEPEST = 2e3;
/** `undefined` when malformed: it is only a cache. */
function parseCacheTree(bytes) {
	let at = 0;
	const decoder = new TextDecoder("utf-8", {
		fatal: true,
		ignoreBOM: true
	});
	const read = (depth) => {
		const nul = bytes.indexOf(0, at);
		const end = nul < 0 ? -1 : bytes.indexOf(LF$2, nul);
		if (end < 0 || depth > DEEPEST) return void 0;
		const name = decoder.decode(bytes.subarray(at, nul));
		const numbers = /^(-?\d+) (\d+)$/.exec(decoder.decode(bytes.subarray(nul + 1, end)));
		if (!numbers) return void 0;
		const entries = Number(numbers[1]);
		at = end + 1;
		let valid;
		if (entries >= 0) {
			if (at + 20 > bytes.length) return void 0;
			valid = {
				id: toHex(bytes, at, at + 20),
				entries
			};
			at += 20;
		}
		const children = /* @__PURE__ */ new Map();
		for (let i = Number(numbers[2]); i > 0; i--) {
			const child = read(depth + 1);
			if (!child) return void 0;
			children.set(child.name, child.node);
		}
		return {
			name,
			node: {
				...valid && { valid },
				children
			}
		};
	};
	try {
		return read(0)?.node;
	} catch {
		return;
	}
}
function formatCacheTree(root) {
	const parts = [];
	const write = (name, node) => {
		parts.push(utf8(`${name}\0${node.valid?.entries ?? -1} ${node.children.size}\n`));
		if (node.valid) parts.push(fromHex(node.valid.id));
		for (const [childName, child] of [...node.children].sort(bySize)) write(childName, child);
	};
	write("", root);
	return concat(parts);
}
/** Git keeps subtrees by length of name, then by bytes, and searches them so. */
function bySize([a], [b]) {
	const x = utf8(a);
	const y = utf8(b);
	if (x.length !== y.length) return x.length - y.length;
	for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return x[i] - y[i];
	return 0;
}
/** The same without what it says of these paths' folders. */
function invalidate(root, paths) {
	const touched = { children: /* @__PURE__ */ new Map() };
	for (const path of paths) {
		let node = touched;
		const names = path.split("/");
		names.pop();
		for (const name of names) {
			let child = node.children.get(name);
			if (!child) {
				child = { children: /* @__PURE__ */ new Map() };
				node.children.set(name, child);
			}
			node = child;
		}
	}
	return without(root, touched);
}
function without(node, touched) {
	const children = new Map(node.children);
	for (const [name, below] of touched.children) {
		const child = children.get(name);
		if (child) children.set(name, without(child, below));
	}
	return { children };
}

// ../../work/h/me/dist/git/index/IndexFile.js
/**
* Git's index as a value: entries sorted by path, then stage. Changing it makes a new one.
*/
var IndexFile = class IndexFile {
	/** 2 or 3 (chosen by what it holds), or 4. */
	version;
	entries;
	cacheTree;
	/** When the file on disk was written, in seconds; 0 for one that is not on disk. */
	seconds;
	#byPath;
	#unmerged;
	constructor(entries, options = {}) {
		this.entries = entries;
		this.version = options.version ?? 2;
		this.cacheTree = options.cacheTree;
		this.seconds = options.seconds ?? 0;
	}
	static empty = new IndexFile([]);
	/** Stage 0 entries only. */
	get(path) {
		return this.byPath.get(path);
	}
	get byPath() {
		if (!this.#byPath) {
			this.#byPath = /* @__PURE__ */ new Map();
			for (const entry of this.entries) if (entry.flags.stage === 0) this.#byPath.set(entry.path, entry);
		}
		return this.#byPath;
	}
	/** Paths with stages 1 to 3, each once. */
	get unmerged() {
		this.#unmerged ??= [...new Set(this.entries.flatMap(({ flags, path }) => flags.stage === 0 ? [] : [path]))];
		return this.#unmerged;
	}
	/** Position of the first entry whose path is not before `path`. */
	lowerBound(path, from = 0, to = this.entries.length) {
		let low = from;
		let high = to;
		while (low < high) {
			const middle = low + high >> 1;
			if (compareBytes(this.entries[middle].path, path) < 0) low = middle + 1;
			else high = middle;
		}
		return low;
	}
	/** Positions [from, to) of what lies below a folder. */
	below(folder, from = 0, to = this.entries.length) {
		if (folder === "") return [from, to];
		const start = this.lowerBound(`${folder}/`, from, to);
		return [start, this.lowerBound(`${folder}0`, start, to)];
	}
	hasBelow(folder) {
		const [from, to] = this.below(folder);
		return from < to;
	}
	/**
	* With entries put in (all stages of their path replaced) or, for `undefined`, taken out. A file takes the place of
	* what was below its path, and of a file that was where its folder is. Cached trees stay where content does.
	*/
	with(changes, newCacheTree) {
		if (changes.size === 0 && !newCacheTree) return this;
		const differing = [...changes.keys()].filter((path) => !this.#hasContent(path, changes.get(path)));
		const dropped = this.#displaced(changes, differing);
		const added = [...changes.values()].filter((entry) => entry !== void 0).sort((a, b) => compareBytes(a.path, b.path));
		const entries = [];
		let next = 0;
		for (const entry of this.entries) {
			if (changes.has(entry.path) || dropped.has(entry.path)) continue;
			while (next < added.length && compareBytes(added[next].path, entry.path) < 0) entries.push(added[next++]);
			entries.push(entry);
		}
		while (next < added.length) entries.push(added[next++]);
		const cacheTree = newCacheTree ?? (differing.length + dropped.size === 0 || !this.cacheTree ? this.cacheTree : invalidate(this.cacheTree, [...differing, ...dropped]));
		return new IndexFile(entries, {
			version: this.version,
			cacheTree,
			seconds: this.seconds
		});
	}
	#hasContent(path, entry) {
		const old = this.byPath.get(path);
		if (!old || !entry) return false;
		return old.id === entry.id && old.mode === entry.mode && old.flags.intentToAdd === entry.flags.intentToAdd;
	}
	#displaced(changes, differing) {
		const displaced = /* @__PURE__ */ new Set();
		for (const path of differing) {
			if (!changes.get(path)) continue;
			const [from, to] = this.below(path);
			for (let at = from; at < to; at++) displaced.add(this.entries[at].path);
			for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) {
				const parent = path.slice(0, slash);
				if (this.byPath.has(parent)) displaced.add(parent);
			}
		}
		for (const path of displaced) if (changes.get(path)) displaced.delete(path);
		return displaced;
	}
};

// ../../work/h/me/dist/git/index/IndexEntry.js
/** One entry of Git's index: a path, what is staged for it, and the stat data of the file it was staged from. */
const low32 = (number) => number <= 4294967295 && number >= 0 ? number : Number(BigInt.asUintN(32, BigInt(number)));
const indexStat = (stat) => ({
	ctimeSeconds: low32(stat.ctimeSeconds),
	ctimeNanoseconds: stat.ctimeNanoseconds,
	mtimeSeconds: low32(stat.mtimeSeconds),
	mtimeNanoseconds: stat.mtimeNanoseconds,
	dev: low32(stat.dev),
	ino: low32(stat.ino),
	uid: low32(stat.uid),
	gid: low32(stat.gid),
	size: low32(stat.size)
});
/** No file looks like this, so Git compares the content: for an entry whose file on disk is another. */
const NO_STAT = {
	ctimeSeconds: 0,
	ctimeNanoseconds: 0,
	mtimeSeconds: 0,
	mtimeNanoseconds: 0,
	dev: 0,
	ino: 0,
	uid: 0,
	gid: 0,
	size: 0
};
/** Nearly every entry's: one object for all of them. */
const PLAIN = {
	stage: 0,
	assumeUnchanged: false,
	skipWorktree: false,
	intentToAdd: false
};
const EMPTY_BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
var IndexEntry = class IndexEntry {
	path;
	mode;
	stat;
	flags;
	#id;
	#source;
	#at;
	/** @param source the bytes that hold the id at `at`: turned into hex when someone asks */
	constructor(path, mode, stat, id, flags = PLAIN) {
		this.path = path;
		this.mode = mode;
		this.stat = stat;
		this.flags = flags;
		this.#id = typeof id === "string" ? id : void 0;
		this.#source = typeof id === "string" ? NO_BYTES$1 : id.source;
		this.#at = typeof id === "string" ? 0 : id.at;
	}
	get id() {
		this.#id ??= toHex(this.#source, this.#at, this.#at + 20);
		return this.#id;
	}
	/** Puts the 20 bytes of the id at `at`. */
	copyId(target, at) {
		if (this.#source.length > 0) {
			target.set(this.#source.subarray(this.#at, this.#at + 20), at);
			return;
		}
		const id = this.id;
		for (let i = 0; i < 20; i++) target[at + i] = Number.parseInt(id.slice(i * 2, i * 2 + 2), 16);
	}
	get file() {
		return {
			mode: this.mode,
			id: this.id
		};
	}
	get isSubmodule() {
		return this.mode === MODE.submodule;
	}
	with(change) {
		return new IndexEntry(this.path, this.mode, change.stat ?? this.stat, this.id, change.flags ?? this.flags);
	}
};
const NO_BYTES$1 = /* @__PURE__ */ new Uint8Array(0);

// ../../work/h/me/dist/git/index/indexFormat.js
/**
* The bytes of `.git/index`, versions 2, 3 and 4. Extensions that this room keeps up to date (`TREE`) are read and
* written; other optional ones are left out when the index is written, as Git does with those it does not know.
*
* Source: gitformat-index(5).
*/
const SIGNATURE = 1145655875;
const HEADER = 12;
const CHECKSUM$1 = 20;
const FIXED = 62;
const EXTENDED = 16384;
const NAME_MASK = 4095;
const malformed = (what) => new SyncError("MALFORMED_OBJECT", `Git's index (.git/index) is damaged: ${what}. Delete that file and run "git reset" (or "modsync doctor"): no file in the folder is touched.`, { data: { what } });
const unsupported = (what, remedy) => new SyncError("UNSUPPORTED_REPOSITORY", `This repository uses ${what}. ${remedy}`, { data: { what } });
/**
* @param seconds when the file was written
* @throws SyncError `MALFORMED_OBJECT`; `UNSUPPORTED_REPOSITORY` for a split or sparse index, and for names that are
* not UTF-8
*/
function parseIndex(bytes, codec, seconds = 0) {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (bytes.length < 32 || view.getUint32(0) !== SIGNATURE) throw malformed("no index header");
	const version = view.getUint32(4);
	if (version < 2 || version > 4) throw unsupported(`index version ${version}`, "Run \"git update-index --index-version 4\".");
	const body = bytes.length - CHECKSUM$1;
	checkSum(bytes, body, codec);
	const count = view.getUint32(8);
	const entries = [];
	const names = new Names();
	let at = HEADER;
	let previous = "";
	let previousStage = 0;
	let isOrdered = true;
	for (let i = 0; i < count; i++) {
		if (at + FIXED > body) throw malformed("it ends within an entry");
		const flags = view.getUint16(at + 60);
		const extended = (flags & EXTENDED) !== 0;
		if (extended && version < 3) throw malformed("extended flags in version 2");
		const more = extended ? view.getUint16(at + FIXED) : 0;
		const start = at + (extended ? 64 : FIXED);
		const name = version === 4 ? names.compressed(bytes, start, body) : names.plain(bytes, start, body, flags & NAME_MASK);
		const path = name.path;
		const stage = flags >> 12 & 3;
		const order = compareBytes(previous, path);
		if (path === "" || order > 0 || order === 0 && previousStage >= stage) isOrdered = false;
		entries.push(new IndexEntry(path, fileMode(view.getUint32(at + 24)), statAt(view, at), {
			source: bytes,
			at: at + 40
		}, (flags & -4096) === 0 ? PLAIN : {
			stage,
			assumeUnchanged: (flags & 32768) !== 0,
			skipWorktree: (more & 16384) !== 0,
			intentToAdd: (more & 8192) !== 0
		}));
		previous = path;
		previousStage = stage;
		at = version === 4 ? name.end + 1 : at + (name.end - at + 8 & -8);
	}
	const cacheTree = readExtensions(bytes, view, at, body);
	if (!isOrdered) throw malformed("its entries are not in order");
	return new IndexFile(entries, {
		version: version === 4 ? 4 : 2,
		cacheTree,
		seconds
	});
}
function checkSum(bytes, body, codec) {
	const written = toHex(bytes, body);
	if (/^0+$/.test(written)) return;
	if (codec.sha1().update(bytes.subarray(0, body)).hex() !== written) throw malformed("its checksum does not match");
}
function fileMode(mode) {
	const kind = mode & 61440;
	if (kind === MODE.symlink || kind === MODE.submodule) return kind;
	if (kind === 32768) return (mode & 64) !== 0 ? MODE.executable : MODE.file;
	if (kind === MODE.tree) throw unsupported("a sparse index", "Run \"git sparse-checkout reapply --no-sparse-index\".");
	throw malformed(`an entry has mode ${mode.toString(8)}`);
}
function statAt(view, at) {
	return {
		ctimeSeconds: view.getUint32(at),
		ctimeNanoseconds: view.getUint32(at + 4),
		mtimeSeconds: view.getUint32(at + 8),
		mtimeNanoseconds: view.getUint32(at + 12),
		dev: view.getUint32(at + 16),
		ino: view.getUint32(at + 20),
		uid: view.getUint32(at + 28),
		gid: view.getUint32(at + 32),
		size: view.getUint32(at + 36)
	};
}
/** Reads names one after the other: version 4 stores each as a difference to the one before. */
var Names = class {
	#previous = /* @__PURE__ */ new Uint8Array(0);
	plain(bytes, start, limit, length) {
		const end = length < NAME_MASK ? start + length : bytes.indexOf(0, start);
		if (end < 0 || end >= limit || bytes[end] !== 0) throw malformed("a name does not end");
		return {
			path: decodeName(bytes, start, end),
			end
		};
	}
	compressed(bytes, start, limit) {
		let at = start;
		let byte = bytes[at++];
		let strip = byte & 127;
		while (byte & 128) {
			if (at >= limit) throw malformed("a name does not end");
			byte = bytes[at++];
			strip = (strip + 1) * 128 + (byte & 127);
		}
		const end = bytes.indexOf(0, at);
		const kept = this.#previous.length - strip;
		if (end < 0 || end >= limit || kept < 0) throw malformed("a name does not end");
		const whole = concat([this.#previous.subarray(0, kept), bytes.subarray(at, end)]);
		this.#previous = whole;
		return {
			path: decodeName(whole, 0, whole.length),
			end
		};
	}
};
function decodeName(bytes, start, end) {
	const name = exactText(bytes.subarray(start, end));
	if (name !== void 0) return name;
	const shown = new TextDecoder().decode(bytes.subarray(start, end));
	throw unsupported(`a file name that is not UTF-8: ${shown}`, "Rename that file with \"git mv\" and commit.");
}
function readExtensions(bytes, view, from, body) {
	let cacheTree;
	let at = from;
	while (at + 8 <= body) {
		const name = String.fromCharCode(...bytes.subarray(at, at + 4));
		const length = view.getUint32(at + 4);
		const start = at + 8;
		if (start + length > body) throw malformed(`its extension ${name} is cut short`);
		if (name === "TREE") cacheTree = parseCacheTree(bytes.subarray(start, start + length));
		else if (name === "link") throw unsupported("a split index", "Run \"git update-index --no-split-index\".");
		else if (name === "sdir") throw unsupported("a sparse index", "Run \"git sparse-checkout reapply --no-sparse-index\".");
		else if (name < "A" || name[0] > "Z") throw unsupported(`the index extension "${name}"`, "Update modsync.");
		at = start + length;
	}
	return cacheTree;
}
/** Version 2, or 3 where an entry needs it; 4 where it was 4. */
function formatIndex(index, codec) {
	const extended = index.entries.some(needsExtended);
	const version = index.version === 4 ? 4 : extended ? 3 : 2;
	const writer = new Writer(index.entries.length);
	writer.header(version, index.entries.length);
	for (const entry of index.entries) writer.entry(entry, version);
	if (index.cacheTree) writer.extension("TREE", formatCacheTree(index.cacheTree));
	const body = writer.bytes();
	return concat([body, fromHex(codec.sha1().update(body).hex())]);
}
const needsExtended = ({ flags }) => flags.skipWorktree || flags.intentToAdd;
var Writer = class {
	#bytes;
	#view;
	#at = 0;
	#previous = /* @__PURE__ */ new Uint8Array(0);
	#encoder = new TextEncoder();
	constructor(entries) {
		this.#bytes = new Uint8Array(HEADER + entries * 128 + 1024);
		this.#view = new DataView(this.#bytes.buffer);
	}
	bytes() {
		return this.#bytes.subarray(0, this.#at);
	}
	header(version, count) {
		this.#view.setUint32(0, SIGNATURE);
		this.#view.setUint32(4, version);
		this.#view.setUint32(8, count);
		this.#at = HEADER;
	}
	entry(entry, version) {
		const { path, stat, flags } = entry;
		this.#room(78 + path.length * 3);
		const start = this.#at;
		const view = this.#view;
		view.setUint32(start, stat.ctimeSeconds);
		view.setUint32(start + 4, stat.ctimeNanoseconds);
		view.setUint32(start + 8, stat.mtimeSeconds);
		view.setUint32(start + 12, stat.mtimeNanoseconds);
		view.setUint32(start + 16, stat.dev);
		view.setUint32(start + 20, stat.ino);
		view.setUint32(start + 24, entry.mode);
		view.setUint32(start + 28, stat.uid);
		view.setUint32(start + 32, stat.gid);
		view.setUint32(start + 36, stat.size);
		entry.copyId(this.#bytes, start + 40);
		const extended = needsExtended(entry);
		const nameStart = start + FIXED + (extended ? 2 : 0);
		if (extended) view.setUint16(start + FIXED, (flags.skipWorktree ? 16384 : 0) | (flags.intentToAdd ? 8192 : 0));
		let length;
		if (version === 4) length = this.#compressedName(path, nameStart);
		else {
			length = this.#encoder.encodeInto(path, this.#bytes.subarray(nameStart)).written;
			const end = start + (nameStart + length - start + 8 & -8);
			this.#bytes.fill(0, nameStart + length, end);
			this.#at = end;
		}
		view.setUint16(start + 60, (flags.assumeUnchanged ? 32768 : 0) | (extended ? EXTENDED : 0) | flags.stage << 12 | Math.min(length, NAME_MASK));
	}
	#compressedName(path, start) {
		const name = this.#encoder.encode(path);
		let shared = 0;
		while (shared < name.length && shared < this.#previous.length && name[shared] === this.#previous[shared]) shared++;
		let at = start;
		for (const byte of offsetVarint(this.#previous.length - shared)) this.#bytes[at++] = byte;
		this.#bytes.set(name.subarray(shared), at);
		at += name.length - shared;
		this.#bytes[at++] = 0;
		this.#at = at;
		this.#previous = name;
		return name.length;
	}
	extension(name, content) {
		this.#room(8 + content.length);
		this.#encoder.encodeInto(name, this.#bytes.subarray(this.#at));
		this.#view.setUint32(this.#at + 4, content.length);
		this.#bytes.set(content, this.#at + 8);
		this.#at += 8 + content.length;
	}
	#room(length) {
		if (this.#at + length <= this.#bytes.length) return;
		const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + length));
		larger.set(this.#bytes.subarray(0, this.#at));
		this.#bytes = larger;
		this.#view = new DataView(larger.buffer);
	}
};
/** Git's offset encoding: seven bits a byte, the highest first, one added for each byte that follows. */
function offsetVarint(value) {
	const bytes = [value & 127];
	for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift(128 | --rest & 127);
	return bytes;
}

// ../../work/h/me/dist/git/index/IndexStore.js
const ATTEMPTS$1 = 20;
const CHECKSUM = 20;
var IndexStore = class {
	#host;
	#path;
	#known;
	constructor(host, gitDir) {
		this.#host = host;
		this.#path = join(gitDir, "index");
	}
	/** @throws SyncError `MALFORMED_OBJECT`, `UNSUPPORTED_REPOSITORY` */
	async read() {
		const { disk, codec } = this.#host;
		for (let attempt = 0; attempt < ATTEMPTS$1; attempt++) {
			const stat = await disk.lstat(this.#path);
			if (this.#known && sameStat(this.#known.stat, stat)) return this.#known.index;
			const bytes = stat && await disk.read(this.#path);
			if (!sameStat(stat, await disk.lstat(this.#path))) continue;
			if (stat && !bytes) continue;
			const index = bytes ? parseIndex(bytes, codec, stat?.mtimeSeconds) : IndexFile.empty;
			this.#known = {
				stat,
				index
			};
			return index;
		}
		throw new SyncError("LOCK_TIMEOUT", `${this.#path} changes all the time. Let other Git programs finish, then try again.`, { data: { path: this.#path } });
	}
	/**
	* Holds `index.lock` around `change`, which gets the index as it is under the lock. What it answers as `index` is
	* written; `undefined` leaves the file alone.
	* @param waitMs how long to wait for the lock; 0 gives up at once
	* @throws SyncError `LOCK_TIMEOUT`
	*/
	async update(change, options = {}) {
		const { disk, codec } = this.#host;
		const lock = await disk.lockFile(this.#path, {
			...options.signal && { signal: options.signal },
			...options.waitMs !== void 0 && { waitMs: options.waitMs }
		});
		try {
			const { index, result, beforeRelease } = await change(await this.read());
			if (index) {
				const bytes = formatIndex(index, codec);
				await lock.publish(bytes, { sync: false });
				await this.#remember(index, bytes);
			}
			await beforeRelease?.();
			return result;
		} finally {
			await lock.release();
		}
	}
	/** Spares the next read, if nobody else wrote in between. */
	async #remember(index, bytes) {
		const { disk } = this.#host;
		this.#known = void 0;
		const stat = await disk.lstat(this.#path);
		if (stat?.size !== bytes.length) return;
		const end = await disk.readRange(this.#path, bytes.length - CHECKSUM, CHECKSUM);
		if (!end || !equal(end, bytes.subarray(bytes.length - CHECKSUM))) return;
		if (!sameStat(stat, await disk.lstat(this.#path))) return;
		const { entries, version, cacheTree } = index;
		this.#known = {
			stat,
			index: new IndexFile(entries, {
				version,
				cacheTree,
				seconds: stat.mtimeSeconds
			})
		};
	}
};
function sameStat(a, b) {
	if (!a || !b) return a === b;
	return a.ino === b.ino && a.size === b.size && a.mtimeSeconds === b.mtimeSeconds && a.mtimeNanoseconds === b.mtimeNanoseconds && a.ctimeSeconds === b.ctimeSeconds && a.ctimeNanoseconds === b.ctimeNanoseconds;
}

// ../../work/h/me/dist/git/isomorphicFs.js
const AT_ONCE = 64;
var FsError = class extends Error {
	code;
	constructor(code, path) {
		super(`${code}: ${path}`);
		this.code = code;
	}
};
/** @param objects left out while there is no repository yet */
function isomorphicFs(host, gitDir, objects) {
	const { disk, codec } = host;
	const objectsFolder = `${join(gitDir, "objects")}/`;
	const packFolder = join(gitDir, "objects/pack");
	const statOf = async (path) => {
		const stat = await disk.lstat(path);
		if (!stat) throw new FsError("ENOENT", path);
		const { kind, ...rest } = stat;
		return {
			...rest,
			type: kind === "folder" ? "dir" : kind === "symlink" ? "symlink" : "file",
			mtimeMs: stat.mtimeSeconds * 1e3 + stat.mtimeNanoseconds / 1e6,
			ctimeMs: stat.ctimeSeconds * 1e3 + stat.ctimeNanoseconds / 1e6,
			isFile: () => kind === "file",
			isDirectory: () => kind === "folder",
			isSymbolicLink: () => kind === "symlink"
		};
	};
	/** What a loose object's file would hold, for one that is in a pack. */
	const packedAsLoose = async (path) => {
		if (!objects || !path.startsWith(objectsFolder)) return void 0;
		const id = path.slice(objectsFolder.length).replace("/", "");
		if (!isObjectId(id)) return void 0;
		try {
			const { type, data } = await objects.read(id);
			return codec.deflate(concat([objectHeader(type, data.length), data]));
		} catch (error) {
			if (hasCode(error, "OBJECT_MISSING")) return void 0;
			throw error;
		}
	};
	return { promises: bounded({
		async readFile(path, options) {
			const content = await disk.read(path) ?? await packedAsLoose(path);
			if (!content) throw new FsError((await disk.lstat(path))?.kind === "folder" ? "EISDIR" : "ENOENT", path);
			const encoding = typeof options === "string" ? options : options?.encoding;
			return encoding === void 0 || encoding === "buffer" ? content : text(content);
		},
		async writeFile(path, content, options) {
			const mode = typeof options === "object" ? options.mode : void 0;
			const bytes = typeof content === "string" ? utf8(content) : content;
			await disk.publish(path, bytes, { executable: mode !== void 0 && (mode & 64) !== 0 });
		},
		async unlink(path) {
			if (!await disk.lstat(path)) throw new FsError("ENOENT", path);
			await disk.remove(path);
		},
		async readdir(path) {
			const entries = await disk.list(path);
			if (!entries) throw new FsError(await disk.lstat(path) ? "ENOTDIR" : "ENOENT", path);
			return path === packFolder && objects ? [] : entries.map((entry) => entry.name);
		},
		async mkdir(path) {
			if (await disk.lstat(path)) throw new FsError("EEXIST", path);
			if (!await disk.lstat(parentOf(path))) throw new FsError("ENOENT", path);
			await disk.makeFolder(path);
		},
		async rmdir(path) {
			if (!await disk.lstat(path)) throw new FsError("ENOENT", path);
			if (!await disk.removeEmptyFolder(path)) throw new FsError("ENOTEMPTY", path);
		},
		async rm(path, options) {
			if (options?.recursive) await disk.removeTree(path);
			else await disk.remove(path);
		},
		stat: statOf,
		lstat: statOf,
		async readlink(path) {
			const target = await disk.readLink(path);
			if (target === void 0) throw new FsError("ENOENT", path);
			return target;
		},
		symlink: (target, path) => disk.symlink(target, path)
	}) };
}
/** At most `AT_ONCE` calls run; isomorphic-git starts thousands. */
function bounded(promises) {
	let running = 0;
	const waiting = [];
	const limit = (call) => async (...values) => {
		if (running >= AT_ONCE) await new Promise((go) => waiting.push(go));
		else running++;
		try {
			return await call(...values);
		} finally {
			const next = waiting.shift();
			if (next) next();
			else running--;
		}
	};
	return {
		readFile: limit(promises.readFile),
		writeFile: limit(promises.writeFile),
		unlink: limit(promises.unlink),
		readdir: limit(promises.readdir),
		mkdir: limit(promises.mkdir),
		rmdir: limit(promises.rmdir),
		rm: limit(promises.rm),
		stat: limit(promises.stat),
		lstat: limit(promises.lstat),
		readlink: limit(promises.readlink),
		symlink: limit(promises.symlink)
	};
}

// ../../work/h/me/dist/git/objects/NewObjects.js
/** What waits at most before it is stored. Bytes. */
const MOST = 8 << 20;
/**
* Objects that belong together, on their way into the store: the blobs, trees and commit of a snapshot become one pack
* with one flush to the disk. Nothing is sure to be stored before `flush`.
*/
var NewObjects = class {
	#store;
	#waiting = /* @__PURE__ */ new Map();
	#bytes = 0;
	constructor(store) {
		this.#store = store;
	}
	hash(object) {
		return this.#store.hash(object);
	}
	async write(objects) {
		const ids = objects.map((object) => this.hash(object));
		for (const [i, object] of objects.entries()) {
			this.#waiting.set(ids[i], object);
			this.#bytes += object.data.length;
		}
		if (this.#bytes > MOST) await this.flush();
		return ids;
	}
	/** Also one that waits. */
	async readBlob(id) {
		const waiting = this.#waiting.get(id);
		return waiting?.type === "blob" ? waiting.data : this.#store.readBlob(id);
	}
	async flush() {
		const objects = [...this.#waiting.values()];
		this.#waiting.clear();
		this.#bytes = 0;
		if (objects.length > 0) await this.#store.write(objects);
	}
};

// ../../work/h/me/dist/git/packedRefs.js
/** The file `packed-refs`: refs that have no file of their own. Source: git's refs/packed-backend.c. */
/** Lines that are not understood are left out, as Git itself would refuse them. */
function parsePackedRefs(bytes) {
	const refs = /* @__PURE__ */ new Map();
	let fullyPeeled = false;
	let last;
	for (const line of bytes ? text(bytes).split("\n") : []) if (line.startsWith("#")) fullyPeeled ||= / fully-peeled( |$)/.test(line);
	else if (line.startsWith("^")) {
		const peeled = line.slice(1, 41);
		const ref = last === void 0 ? void 0 : refs.get(last);
		if (last !== void 0 && ref && isObjectId(peeled)) refs.set(last, {
			...ref,
			peeled
		});
	} else {
		const id = line.slice(0, 40);
		last = line.slice(41);
		if (isObjectId(id) && line[40] === " " && last !== "") refs.set(last, { id });
		else last = void 0;
	}
	return {
		refs,
		fullyPeeled
	};
}
function formatPackedRefs({ refs, fullyPeeled }) {
	const lines = [`# pack-refs with: peeled ${fullyPeeled ? "fully-peeled " : ""}sorted `];
	for (const [name, { id, peeled }] of [...refs].sort(([a], [b]) => compareBytes(a, b))) {
		lines.push(`${id} ${name}`);
		if (peeled) lines.push(`^${peeled}`);
	}
	return utf8(`${lines.join("\n")}\n`);
}

// ../../work/h/me/dist/git/refNames.js
/** Which names a ref may have. Source: git-check-ref-format(1). */
const FORBIDDEN = /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{/;
function isRefName(name) {
	if (name === "" || name === "@" || FORBIDDEN.test(name) || name.endsWith(".")) return false;
	return name.split("/").every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock"));
}
/** `refs/…` below the repository, or one of the names like `HEAD` and `ORIG_HEAD` beside it. */
const isFullRefName = (name) => /^[A-Z_]+$/.test(name) || name.startsWith("refs/") && isRefName(name);
/** @throws SyncError `INVALID_INPUT` */
function checkRefName(name) {
	if (isFullRefName(name)) return;
	throw new SyncError("INVALID_INPUT", `"${name}" is not a name that Git allows for a branch or tag.`, { data: { ref: name } });
}

// ../../work/h/me/dist/git/refs.js
const ZERO = "0".repeat(40);
const MAX_SYMREFS = 5;
const LOGGED = /^(HEAD$|refs\/(heads|remotes|notes)\/)/;
/** Branches, tags and HEAD in Git's files, under Git's own locks. */
var Refs = class {
	#disk;
	#gitDir;
	constructor(host, gitDir) {
		this.#disk = host.disk;
		this.#gitDir = gitDir;
	}
	/** `branch` is absent when HEAD is detached; `commit` when the branch has none yet. */
	async head() {
		const { name, id } = await this.#resolve("HEAD");
		return {
			...name !== "HEAD" && { branch: name },
			...id && { commit: id }
		};
	}
	/** Follows symbolic refs. */
	async read(ref) {
		return (await this.#resolve(ref)).id;
	}
	/** What a symbolic ref names, whether or not that exists; `undefined` when it is not symbolic or not there. */
	async readSymbolic(ref) {
		const bytes = isFullRefName(ref) ? await this.#file(ref) : void 0;
		return bytes && targetOf(text(bytes));
	}
	/** All refs whose names start with `prefix` (such as `refs/heads/`), in order. Broken ones are left out. */
	async list(prefix) {
		const found = /* @__PURE__ */ new Map();
		for (const [name, { id }] of (await this.#packed()).refs) if (name.startsWith(prefix)) found.set(name, id);
		const names = await this.#looseNames(prefix);
		const files = await this.#disk.readMany(names.map((name) => join(this.#gitDir, name)));
		for (const [i, name] of names.entries()) {
			const content = files[i] && text(files[i]).trimEnd();
			const id = content?.startsWith("ref:") ? await this.read(name) : content?.slice(0, 40);
			if (id !== void 0 && isObjectId(id)) found.set(name, id);
		}
		return new Map([...found].sort(([a], [b]) => a < b ? -1 : 1));
	}
	/**
	* Moves all of them or none, each only from the value it is expected to have. Symbolic refs are followed: `HEAD`
	* moves the branch that it names.
	* @throws SyncError `REF_CHANGED`, `INVALID_INPUT` (name, or in the way of another), `LOCK_TIMEOUT`
	*/
	async update(updates, reason) {
		for (const { ref } of updates) checkRefName(ref);
		const named = [];
		for (const update of updates) named.push({
			update,
			name: (await this.#resolve(update.ref)).name
		});
		named.sort((a, b) => a.name < b.name ? -1 : 1);
		const twice = named.find(({ name }, i) => named[i + 1]?.name === name);
		if (twice) throw new SyncError("INVALID_INPUT", `${twice.name} cannot be moved twice at once.`, { data: { ref: twice.name } });
		const moves = [];
		try {
			await this.#checkNeighbours(named);
			for (const { update, name } of named) {
				const lock = await this.#lock(name);
				moves.push({
					update,
					name,
					lock,
					before: void 0
				});
				const before = (await this.#resolve(name)).id;
				moves[moves.length - 1] = {
					update,
					name,
					lock,
					before
				};
				this.#checkExpected(update, name, before);
			}
			const head = await this.#resolve("HEAD");
			for (const move of moves) if (move.update.next !== void 0) await this.#move(move, head.name, reason);
			const deleted = moves.filter((move) => move.update.next === void 0);
			if (deleted.length > 0) await this.#delete(deleted, head.name, reason);
		} finally {
			for (const { lock } of moves) await lock.release();
		}
		for (const { update, name } of moves) if (update.next === void 0) await this.#removeEmptyFolders(parentOf(name));
	}
	/** Makes `name` (such as `HEAD`) stand for `target`, which need not exist. With a reason, HEAD's log gets a line. */
	async setSymbolic(name, target, reason) {
		checkRefName(name);
		checkRefName(target);
		const lock = await this.#lock(name);
		try {
			const before = await this.read(name);
			const after = await this.read(target);
			if (reason && after) await this.#log(name, before, after, reason);
			await lock.commit(utf8(`ref: ${target}\n`));
		} finally {
			await lock.release();
		}
	}
	async #resolve(ref) {
		let name = ref;
		for (let hops = 0; hops <= MAX_SYMREFS; hops++) {
			if (!isFullRefName(name)) return {
				name,
				id: void 0
			};
			const bytes = await this.#file(name);
			if (!bytes) return {
				name,
				id: (await this.#packed()).refs.get(name)?.id
			};
			const content = text(bytes);
			const target = targetOf(content);
			if (target === void 0) {
				const id = content.slice(0, 40);
				if (isObjectId(id)) return {
					name,
					id
				};
				throw new SyncError("UNSUPPORTED_REPOSITORY", `The ref ${name} is damaged. "git fsck" shows it; "git reflog ${name}" shows what it was.`, { data: { ref: name } });
			}
			name = target;
		}
		throw new SyncError("UNSUPPORTED_REPOSITORY", `The symbolic ref ${ref} goes in a circle.`, { data: { ref } });
	}
	/** A folder of that name counts as absent. */
	async #file(name) {
		const path = join(this.#gitDir, name);
		if (name.includes("/") && (await this.#disk.lstat(path))?.kind !== "file") return void 0;
		return this.#disk.read(path);
	}
	async #packed() {
		return parsePackedRefs(await this.#disk.read(join(this.#gitDir, "packed-refs")));
	}
	async #looseNames(prefix) {
		const folder = prefix.slice(0, Math.max(prefix.lastIndexOf("/"), 4));
		return (await this.#disk.walk(join(this.#gitDir, folder), (_, entries) => entries.filter(({ name }) => !name.startsWith(".") && !name.endsWith(".lock")))).map(({ path }) => `${folder}/${path}`).filter((name) => name.startsWith(prefix) && isFullRefName(name));
	}
	async #lock(name) {
		const folder = parentOf(name);
		if (folder !== "") await this.#disk.makeFolder(join(this.#gitDir, folder));
		return this.#disk.lockFile(join(this.#gitDir, name));
	}
	#checkExpected(update, name, before) {
		const { expected } = update;
		if (!("expected" in update) || expected === "any" || expected === before) return;
		throw new SyncError("REF_CHANGED", `${name} was moved by somebody else meanwhile (expected ${expected ?? "nothing"}, found ${before ?? "nothing"}). Try again.`, { data: {
			ref: name,
			expected,
			found: before,
			next: update.next
		} });
	}
	/** A ref is a file: `a` and `a/b` cannot both be, unless one goes away in the same update. */
	async #checkNeighbours(named) {
		const created = named.filter(({ update }) => update.next !== void 0).map(({ name }) => name);
		if (created.length === 0) return;
		const refs = new Set((await this.#packed()).refs.keys());
		for (const name of await this.#looseNames("refs/")) refs.add(name);
		for (const { name, update } of named) if (update.next === void 0) refs.delete(name);
		else refs.add(name);
		const folders = /* @__PURE__ */ new Map();
		for (const name of refs) for (let folder = parentOf(name); folder !== ""; folder = parentOf(folder)) folders.set(folder, name);
		for (const name of created) {
			let other = folders.get(name);
			for (let folder = parentOf(name); folder !== ""; folder = parentOf(folder)) if (refs.has(folder)) other = folder;
			if (other === void 0) continue;
			throw new SyncError("INVALID_INPUT", `${name} cannot be made while ${other} exists: in Git one name cannot be the folder of another. Delete or rename one of them.`, { data: {
				ref: name,
				other
			} });
		}
	}
	async #move({ update, name, before, lock }, head, reason) {
		const { next } = update;
		if (next === void 0 || next === before) return;
		await this.#log(name, before, next, reason);
		if (head === name && name !== "HEAD") await this.#log("HEAD", before, next, reason);
		const path = join(this.#gitDir, name);
		if ((await this.#disk.lstat(path))?.kind === "folder") await this.#removeEmptyTree(path);
		await lock.commit(utf8(`${next}\n`));
	}
	/** First out of the packed list, then the file: the old packed value must not come back to life between the two. */
	async #delete(moves, head, reason) {
		const packedPath = join(this.#gitDir, "packed-refs");
		const lock = await this.#disk.lockFile(packedPath);
		try {
			const packed = await this.#packed();
			if (moves.some(({ name }) => packed.refs.has(name))) {
				const refs = new Map(packed.refs);
				for (const { name } of moves) refs.delete(name);
				await lock.commit(formatPackedRefs({
					...packed,
					refs
				}));
			}
			for (const { name, before } of moves) {
				if (before && head === name) await this.#log("HEAD", before, void 0, reason);
				await this.#disk.remove(join(this.#gitDir, name));
				await this.#disk.remove(join(this.#gitDir, "logs", name));
				await this.#removeEmptyFolders(join("logs", parentOf(name)));
			}
		} finally {
			await lock.release();
		}
	}
	async #log(name, before, next, { message, who }) {
		const path = join(this.#gitDir, "logs", name);
		const stat = await this.#disk.lstat(path);
		if (!stat && !LOGGED.test(name)) return;
		if (stat?.kind === "folder") await this.#removeEmptyTree(path);
		const words = message.replace(/\s+/g, " ").trim();
		const line = `${before ?? ZERO} ${next ?? ZERO} ${formatSignature(who)}${words ? `\t${words}` : ""}\n`;
		await this.#disk.append(path, utf8(line));
	}
	/** What deleted branches leave behind: folders that hold nothing but folders. */
	async #removeEmptyTree(path) {
		for (const { name, kind } of await this.#disk.list(path) ?? []) if (kind === "folder") await this.#removeEmptyTree(join(path, name));
		await this.#disk.removeEmptyFolder(path);
	}
	/** Upwards, as far as they are empty; `refs/heads` and its like stay. */
	async #removeEmptyFolders(folder) {
		const least = folder.startsWith("logs") ? 4 : 3;
		for (let at = folder; at.split("/").length >= least; at = parentOf(at)) if (!await this.#disk.removeEmptyFolder(join(this.#gitDir, at))) return;
	}
};
function targetOf(content) {
	return content.startsWith("ref:") ? content.slice(4).trim() : void 0;
}

// ../../work/h/me/dist/git/repositoryFormat.js
const KNOWN_EXTENSIONS = /* @__PURE__ */ new Set([
	"noop",
	"preciousobjects",
	"worktreeconfig",
	"objectformat",
	"refstorage"
]);
const refuse = (folder, what, remedy) => new SyncError("UNSUPPORTED_REPOSITORY", `${folder} is ${what}, which modsync cannot work on. ${remedy}`, { data: {
	folder,
	what
} });
/**
* @returns the `.git` folder
* @throws SyncError `NOT_A_PROJECT`, `UNSUPPORTED_REPOSITORY`
*/
async function findGitDir({ disk }, folder) {
	const gitDir = join(folder, ".git");
	const stat = await disk.lstat(gitDir);
	if (stat?.kind === "folder") {
		if (await disk.lstat(join(gitDir, "HEAD"))) return gitDir;
		throw new SyncError("NOT_A_PROJECT", `${gitDir} is not a Git repository: it has no HEAD. Run "git init" or "modsync init" there.`, { data: { folder } });
	}
	if (stat?.kind === "file") throw refuse(folder, "a linked worktree or a submodule", "Use the main working tree, or a clone of its own.");
	if (stat) throw refuse(folder, "a repository whose .git is a link", "Move the repository here, or clone it.");
	const [head, objects, refs] = await disk.lstatMany(folder, [
		"HEAD",
		"objects",
		"refs"
	]);
	if (head?.kind === "file" && objects?.kind === "folder" && refs?.kind === "folder") throw refuse(folder, "a bare repository", "Clone it, and work in the clone.");
	throw new SyncError("NOT_A_PROJECT", `${folder} is not a project: there is no Git repository. Run "modsync init" there first.`, { data: { folder } });
}
/** @throws SyncError `UNSUPPORTED_REPOSITORY` */
async function checkFormat({ disk }, folder, gitDir, config) {
	if (config.getBool("core.bare")) throw refuse(folder, "a bare repository", "Clone it, and work in the clone.");
	if (config.get("core.worktree") !== void 0) throw refuse(folder, "a repository with core.worktree", "Run \"git config --unset core.worktree\", or clone it.");
	const objectFormat = config.get("extensions.objectformat")?.toLowerCase();
	if (objectFormat !== void 0 && objectFormat !== "sha1") throw refuse(folder, `a ${objectFormat.toUpperCase()} repository`, "Make the project anew with \"git init --object-format=sha1\".");
	const refStorage = config.get("extensions.refstorage")?.toLowerCase();
	if (refStorage !== void 0 && refStorage !== "files") throw refuse(folder, `a repository with ${refStorage} refs`, "Run \"git refs migrate --ref-format=files\".");
	const version = Number(config.get("core.repositoryformatversion") ?? 0);
	if (!(version === 0 || version === 1)) throw refuse(folder, `a repository of format ${version}`, "Update modsync.");
	for (const key of config.keys()) {
		const extension = /^extensions\.([^.]+)$/.exec(key)?.[1];
		if (extension === void 0 || KNOWN_EXTENSIONS.has(extension)) continue;
		if (version === 0 && extension !== "partialclone") continue;
		throw refuse(folder, `a repository with the extension ${extension}`, "Clone it without that extension.");
	}
	const alternates = await disk.read(join(gitDir, "objects/info/alternates"));
	if (alternates && /^[^#\s]/m.test(text(alternates))) throw refuse(folder, "a repository that borrows objects (alternates)", "Run \"git repack -a -d\" and delete .git/objects/info/alternates.");
	if (await disk.lstat(join(gitDir, "commondir"))) throw refuse(folder, "a linked worktree", "Use the main working tree, or a clone of its own.");
}

// ../../work/h/me/dist/git/upkeep/leftBehind.js
/** Nobody writes to one temporary file for so long. Seconds. */
const ABANDONED = 86400;
/** Names that modsync gives to files that are not finished, and to locks on locks. */
const UNFINISHED = /^tmp_(obj|pack)_|\.[0-9a-f]{8}\.(takeover\.)?lock$/;
/**
* Locks of modsync whose process died. We take such a lock over when we need it; stock Git would wait for a person.
* Those of living processes and of git stay.
*/
async function releaseDeadLocks(disk, gitDir) {
	const isLock = (name) => name.endsWith(".lock");
	const look = async (folder, deep) => {
		for (const { name, kind } of await disk.list(folder) ?? []) {
			const path = join(folder, name);
			if (kind === "folder") {
				if (deep) await look(path, true);
			} else if (isLock(name)) await (await disk.lockProcess(path))?.release();
		}
	};
	await releaseDeadKeeps(disk, gitDir);
	await look(gitDir, false);
	await look(join(gitDir, "refs"), true);
}
/** Keep files of modsync whose process died before its refs moved. Those of people and of git stay. */
async function releaseDeadKeeps(disk, gitDir) {
	const folder = join(gitDir, "objects/pack");
	for (const { name } of await disk.list(folder) ?? []) {
		if (!name.endsWith(".keep")) continue;
		await (await disk.lockProcess(join(folder, name)))?.release();
	}
}
/** Unfinished files that nobody has touched for a day. */
async function removeLeftovers(disk, gitDir) {
	const old = Date.now() / 1e3 - ABANDONED;
	const files = await disk.walk(gitDir, (folder, entries) => entries.filter(({ name, kind }) => kind === "folder" ? !(folder === "" && [
		"lfs",
		"modules",
		"logs"
	].includes(name)) : UNFINISHED.test(name)));
	for (const { path, stat } of files) if (stat.mtimeSeconds < old) await disk.remove(join(gitDir, path));
}

// ../../work/h/me/dist/git/upkeep/predecessors.js
/** Which object stood at the same path one commit earlier: the likely base of a delta. */
/** What piles up is recent: after so many commits in a row that are elsewhere, older ones are not looked at. */
const ELSEWHERE = 500;
/**
* Found along the commits that refs reach, newest first, until `deadline` (of `performance.now()`). Both objects of a
* pair are of `ids`.
*/
async function predecessors({ refs, graph, trees }, ids, deadline) {
	const wanted = new Set(ids);
	const bases = /* @__PURE__ */ new Map();
	const put = (id, base) => {
		if (id !== base && wanted.has(id) && wanted.has(base) && !bases.has(id)) bases.set(id, base);
	};
	const pair = async (before, after) => {
		put(after, before);
		const [old = [], now = []] = await trees.readMany([before, after]);
		const names = new Map(old.map((entry) => [entry.name, entry]));
		for (const entry of now) {
			const other = names.get(entry.name);
			if (!other || other.id === entry.id || entry.mode === MODE.submodule || !wanted.has(entry.id)) continue;
			if (entry.mode !== MODE.tree) put(entry.id, other.id);
			else if (other.mode === MODE.tree) await pair(other.id, entry.id);
		}
	};
	const tips = [];
	for (const [ref, id] of await refs.list("refs/")) if (!ref.startsWith("refs/tags/")) tips.push(id);
	try {
		let elsewhere = 0;
		for await (const { id, tree, parents } of graph.log(tips)) {
			if (performance.now() > deadline || elsewhere > ELSEWHERE) break;
			elsewhere = wanted.has(id) ? 0 : elsewhere + 1;
			const [first] = parents;
			if (elsewhere === 0 && first !== void 0) await pair((await graph.commit(first)).tree, tree);
		}
	} catch (error) {
		if (!hasCode(error, "MALFORMED_OBJECT") && !hasCode(error, "OBJECT_MISSING")) throw error;
	}
	return bases;
}

// ../../work/h/me/dist/git/upkeep/PackMerge.js
/**
* Makes one pack out of several packs and loose objects. Entries are copied as they are, deltas with their bases; what
* is stored whole becomes a delta against its predecessor at the same path, as long as there is time.
*/
/** A chain of deltas that is copied may be as long as this; a new delta only makes chains up to `MAX_NEW_DEPTH`. */
const MAX_DEPTH = 250;
const MAX_NEW_DEPTH = 50;
/** Above this, looking for a delta takes too much memory and time. Bytes. */
const MAX_DELTA_SIZE = 32 << 20;
const LEVEL = 6;
/** Milliseconds of work after which others get a turn. */
const SLICE = 15;
const TRAILER = 20;
/** Writes the pack and looks at it; removes nothing. @throws SyncError; then no pack was made */
async function mergeIntoPack(target, packs, loose, { signal, budgetMs }) {
	const { disk, codec } = target.host;
	const merge = new PackMerge(target, signal, budgetMs);
	for (const pack of packs) await merge.addPack(pack);
	for (const id of loose) merge.addLoose(id);
	const folder = join(target.gitDir, "objects/pack");
	const temporary = join(folder, `tmp_pack_${toHex(codec.randomBytes(8))}`);
	const { writer } = merge;
	try {
		await disk.publish(temporary, inPieces(merge.stream()), { sync: true });
		const pack = `pack-${writer.trailer}`;
		const path = join(folder, pack);
		await disk.rename(temporary, `${path}.pack`);
		await disk.publish(`${path}.idx`, writer.index(), { sync: true });
		await check(target, path, writer);
		return {
			pack,
			objects: writer.entries.length,
			loose
		};
	} finally {
		await disk.remove(temporary);
	}
}
/** What is about to be the only copy is read back: all of its ids, its length, its checksum. */
async function check({ host }, path, writer) {
	const index = await new PackFile(host, path, new LruCache(0)).index();
	const isFound = writer.entries.every(({ id, offset }) => index.find(idBytes(id)) === offset);
	const end = await host.disk.readRange(`${path}.pack`, writer.offset, 21);
	if (isFound && end && end.length === TRAILER && toHex(end) === writer.trailer) return;
	throw malformed$1(`The new pack ${path} is not as it was written`);
}
var PackMerge = class {
	writer;
	#target;
	#signal;
	#budgetMs;
	/** `undefined`: a loose object. */
	#places = /* @__PURE__ */ new Map();
	#idsByOffset = /* @__PURE__ */ new Map();
	#written = /* @__PURE__ */ new Map();
	#underWay = /* @__PURE__ */ new Set();
	#bases = /* @__PURE__ */ new Map();
	#deadline = 0;
	#nextTurn = 0;
	constructor(target, signal, budgetMs) {
		this.#target = target;
		this.#signal = signal;
		this.#budgetMs = budgetMs;
		this.writer = new PackWriter(target.host.codec);
	}
	async addPack({ name, size }) {
		const bytes = await this.#target.host.disk.read(join(this.#target.gitDir, "objects/pack", `${name}.idx`));
		if (!bytes) throw malformed$1(`${name} went away while it was looked at`);
		const entries = [...new PackIndex(bytes).entries()].sort((a, b) => a.offset - b.offset);
		const ids = /* @__PURE__ */ new Map();
		for (const [i, { id, offset, crc }] of entries.entries()) {
			ids.set(offset, id);
			if (this.#places.has(id)) continue;
			this.#places.set(id, {
				pack: name,
				offset,
				end: entries[i + 1]?.offset ?? size - TRAILER,
				crc
			});
		}
		this.#idsByOffset.set(name, ids);
	}
	addLoose(id) {
		if (!this.#places.has(id)) this.#places.set(id, void 0);
	}
	async *stream() {
		this.#deadline = performance.now() + this.#budgetMs;
		this.#bases = await predecessors(this.#target, this.#places.keys(), this.#deadline);
		yield this.writer.start(this.#places.size);
		for (const id of this.#places.keys()) yield* this.#write(id);
		yield this.writer.finish();
	}
	/** An object, and before it the base of its delta. */
	async *#write(wanted) {
		const stack = [wanted];
		for (let id = stack.at(-1); id; id = stack.at(-1)) {
			if (this.#written.has(id)) {
				stack.pop();
				continue;
			}
			await this.#giveWay();
			const place = this.#places.get(id);
			const entry = place && await this.#read(place);
			const base = entry?.base ?? this.#newBase(id);
			if (base && this.#places.has(base) && !this.#written.has(base) && !this.#underWay.has(base)) {
				this.#underWay.add(id);
				stack.push(base);
				continue;
			}
			stack.pop();
			this.#underWay.delete(id);
			yield await this.#entry(id, entry, base);
		}
	}
	/** Reads the entry's bytes once more than needed when its base comes first; that is rare, and memory stays small. */
	async #read(place) {
		const path = join(this.#target.gitDir, "objects/pack", `${place.pack}.pack`);
		const bytes = await this.#target.host.disk.readRange(path, place.offset, place.end - place.offset);
		if (!bytes || bytes.length !== place.end - place.offset || crc32(bytes) !== place.crc) throw malformed$1(`${place.pack}.pack is damaged at ${place.offset}, or went away`);
		const header = readEntryHeader(bytes.subarray(0, 32), place.offset);
		const base = header.base && ("id" in header.base ? header.base.id : this.#idsByOffset.get(place.pack)?.get(header.base.offset));
		if (header.base && !base) throw malformed$1(`${place.pack}.pack has a delta without its base`);
		return {
			header,
			base,
			data: bytes.subarray(header.length)
		};
	}
	#newBase(id) {
		return performance.now() < this.#deadline ? this.#bases.get(id) : void 0;
	}
	async #entry(id, entry, base) {
		const from = base && this.#written.get(base);
		const { offset } = this.writer;
		const note = (depth) => this.#written.set(id, {
			offset,
			depth
		});
		if (entry?.header.type === void 0 && entry && from && from.depth < MAX_DEPTH) {
			note(from.depth + 1);
			return this.writer.entry(id, { distance: offset - from.offset }, entry.header.size, entry.data);
		}
		const looks = !(entry?.header.type !== void 0) || entry.header.size >= 64 && entry.header.size <= MAX_DELTA_SIZE;
		if (base && from && from.depth < MAX_NEW_DEPTH && looks && performance.now() < this.#deadline) {
			const delta = await this.#delta(id, base, entry?.data.length);
			if (delta) {
				note(from.depth + 1);
				return this.writer.entry(id, { distance: offset - from.offset }, delta.size, delta.deflated);
			}
		}
		note(0);
		if (entry?.header.type) return this.writer.entry(id, entry.header.type, entry.header.size, entry.data);
		const { type, data } = await this.#target.objects.read(id);
		return this.writer.object(id, type, data, performance.now() < this.#deadline ? LEVEL : 1);
	}
	/** @param whole bytes that the object takes as it is, where known */
	async #delta(id, base, whole) {
		const { objects, host } = this.#target;
		const [from, to] = await objects.readMany([base, id]);
		if (from.type !== to.type || Math.max(from.data.length, to.data.length) > MAX_DELTA_SIZE) return void 0;
		const delta = makeDelta(from.data, to.data, to.data.length >> 1);
		if (!delta) return void 0;
		const deflated = host.codec.deflate(delta, LEVEL);
		return (whole === void 0 ? delta.length < to.data.length >> 3 : deflated.length + 24 < whole) ? {
			size: delta.length,
			deflated
		} : void 0;
	}
	async #giveWay() {
		throwIfAborted(this.#signal);
		if (performance.now() < this.#nextTurn) return;
		await pause(1);
		this.#nextTurn = performance.now() + SLICE;
	}
};

// ../../work/h/me/dist/git/upkeep/sources.js
/** Git's defaults for `gc.auto` and `gc.autoPackLimit`. */
const LOOSE_LIMIT = 6700;
const PACK_LIMIT = 50;
/** Ids are hashes: one of the 256 folders tells how full all are. The one that Git looks at. */
const SAMPLE = "17";
/** Objects in one new pack; more wait for the next time. */
const MOST_LOOSE = 5e4;
async function isPiledUp(disk, gitDir, config) {
	const looseLimit = numberOf(config.get("gc.auto"), LOOSE_LIMIT);
	if (looseLimit <= 0) return false;
	if ((await disk.list(join(gitDir, "objects", SAMPLE)) ?? []).filter(({ name }) => isObjectId(SAMPLE + name)).length > Math.ceil(looseLimit / 256)) return true;
	const packLimit = numberOf(config.get("gc.autopacklimit"), PACK_LIMIT);
	return packLimit > 0 && packNames(await packFolder(disk, gitDir)).length > packLimit;
}
function numberOf(value, fallback) {
	const [, digits, unit] = /^\s*(-?\d+)\s*([kmg]?)\s*$/i.exec(value ?? "") ?? [];
	if (digits === void 0) return fallback;
	return Number(digits) * 1024 ** " kmg".indexOf(unit ? unit.toLowerCase() : " ");
}
const packFolder = async (disk, gitDir) => new Set((await disk.list(join(gitDir, "objects/pack")) ?? []).map(({ name }) => name));
/** Whole packs, but those that somebody keeps, that a partial clone needs, or in which Git keeps what is unreachable. */
function packNames(files) {
	return [...files].filter((file) => file.startsWith("pack-") && file.endsWith(".idx")).map((file) => file.slice(0, -4)).filter((name) => files.has(`${name}.pack`) && ![
		"keep",
		"promisor",
		"mtimes"
	].some((ending) => files.has(`${name}.${ending}`)));
}
async function listPacks(disk, gitDir) {
	const folder = join(gitDir, "objects/pack");
	const names = packNames(await packFolder(disk, gitDir));
	const stats = await disk.lstatMany(folder, names.map((name) => `${name}.pack`));
	return names.flatMap((name, i) => {
		const stat = stats[i];
		return stat ? [{
			name,
			size: stat.size,
			made: stat.mtimeSeconds
		}] : [];
	});
}
/**
* The small ones. A pack that is more than twice as large as all smaller ones together stays as it is, so that each
* byte is copied only a few times over the years. Oldest first.
*/
function choosePacks(packs, maxBytes) {
	const bySize = [...packs].sort((a, b) => a.size - b.size);
	const chosen = [];
	let total = 0;
	for (const pack of bySize) {
		if (total + pack.size > maxBytes || chosen.length > 1 && pack.size > 2 * total) break;
		chosen.push(pack);
		total += pack.size;
	}
	return chosen.sort((a, b) => a.made - b.made || (a.name < b.name ? -1 : 1));
}
/** Loose objects at least `minAge` seconds old. An empty one, left by a crash of the machine, is no object. */
async function listLoose(disk, gitDir, minAge) {
	const files = await disk.walk(join(gitDir, "objects"), (folder, entries) => entries.filter(({ name, kind }) => folder === "" ? kind === "folder" && /^[0-9a-f]{2}$/.test(name) : isObjectId(folder + name)));
	const newest = Date.now() / 1e3 - minAge;
	return files.filter(({ stat }) => stat.kind === "file" && stat.size > 0 && (minAge === 0 || stat.mtimeSeconds <= newest)).slice(0, MOST_LOOSE).map(({ path }) => path.replace("/", ""));
}

// ../../work/h/me/dist/git/upkeep/index.js
/**
* @returns `undefined` when there was nothing to do, or somebody else is at it
* @throws SyncError `ABORTED`, `NO_SPACE`, `MALFORMED_OBJECT`, …: the repository is as it was
*/
async function upkeep(target, { signal, budgetMs = 3e3, maxBytes = 256 << 20, minAge = 3600 } = {}) {
	const { host, gitDir, config } = target;
	await config.refresh();
	if (!await isPiledUp(host.disk, gitDir, config)) return void 0;
	const lock = await host.disk.lockGarbageCollection(gitDir);
	if (!lock) return void 0;
	try {
		await releaseDeadKeeps(host.disk, gitDir);
		await removeLeftovers(host.disk, gitDir);
		const packs = choosePacks(await listPacks(host.disk, gitDir), maxBytes);
		const loose = await listLoose(host.disk, gitDir, minAge);
		if (packs.length < 2 && loose.length < 2) return void 0;
		throwIfAborted(signal);
		const merged = await mergeIntoPack(target, packs, loose, {
			signal,
			budgetMs
		});
		const others = packs.filter(({ name }) => name !== merged.pack);
		for (const id of merged.loose) await host.disk.remove(loosePath(gitDir, id));
		const packsRemoved = await removePacks(target, others);
		return {
			pack: merged.pack,
			objects: merged.objects,
			packsRemoved,
			looseRemoved: merged.loose.length
		};
	} finally {
		await lock.release();
	}
}
const loosePath = (gitDir, id) => join(gitDir, "objects", id.slice(0, 2), id.slice(2));
/** The index first: without it nobody sees the pack any more. One that a program holds open stays for the next time. */
async function removePacks({ host: { disk }, gitDir }, packs) {
	const folder = join(gitDir, "objects/pack");
	if (packs.length > 0) await disk.remove(join(folder, "multi-pack-index"));
	let removed = 0;
	for (const { name } of packs) {
		const path = join(folder, name);
		if (await disk.lstat(`${path}.keep`)) continue;
		try {
			for (const ending of [
				"idx",
				"pack",
				"rev",
				"bitmap"
			]) await disk.remove(`${path}.${ending}`);
			removed++;
		} catch {}
	}
	return removed;
}

// ../../work/h/me/dist/git/worktree/symlinks.js
/** Symlinks about to be written or committed: their text, and where a chain of them leads. */
const LONGEST_TARGET = 4096;
const MOST_HOPS = 40;
/** @throws SyncError `UNSAFE_PATH` for a link that is absolute, leaves the project, enters .git or goes in circles */
async function checkSymlinks(links, find, objects) {
	for (const { path, id } of links) {
		const target = await readTarget(path, id, objects);
		const rule = brokenLinkRule(path, target);
		if (rule) throw unsafePath(path, rule);
	}
	for (const { path, id } of links) await follow(path, id, find, objects);
}
async function readTarget(path, id, objects) {
	const blob = await objects.readBlob(id);
	const target = blob.length > LONGEST_TARGET ? void 0 : exactText(blob);
	if (target === void 0) throw unsafePath(path, "a symbolic link whose target is too long or not UTF-8");
	return target;
}
async function follow(path, id, find, objects) {
	let at = path;
	let blob = id;
	for (let hop = 0; hop < MOST_HOPS; hop++) {
		const names = linkTarget(at, await readTarget(at, blob, objects)).split("/");
		let prefix = "";
		let next;
		for (const name of names) {
			prefix = prefix === "" ? name : `${prefix}/${name}`;
			if (prefix === "") break;
			const file = await find(prefix);
			if (file?.mode !== MODE.symlink) continue;
			next = {
				path: prefix,
				id: file.id
			};
			break;
		}
		if (!next) return;
		at = next.path;
		blob = next.id;
	}
	throw unsafePath(path, "a symbolic link that leads in a circle");
}

// ../../work/h/me/dist/git/worktree/addPolicy.js
/** What a commit must not add: names that the others could not check out. */
/**
* Looks at paths that the index has and HEAD has not, and at links that change.
* @throws SyncError `UNSAFE_PATH`
*/
async function checkAdditions(index, differences, objects) {
	const siblings = /* @__PURE__ */ new Map();
	const checked = /* @__PURE__ */ new Set();
	const links = [];
	for (const { path, entry, file } of differences) {
		if (!entry) continue;
		if (entry.mode === MODE.symlink) links.push({
			path,
			id: entry.id
		});
		if (file) continue;
		checkPath(path);
		for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
			const at = path.slice(0, end);
			if (checked.has(at)) break;
			checked.add(at);
			const slash = at.lastIndexOf("/");
			const folder = slash < 0 ? "" : at.slice(0, slash);
			const name = at.slice(slash + 1);
			const names = siblings.get(folder) ?? namesIn(index, folder);
			siblings.set(folder, names);
			const other = names.get(`${collisionKey(name)}\0${name}`);
			if (other !== void 0) throw unsafePath(path, `"${name}" and "${other}" are one name where case or Unicode form does not count`);
		}
	}
	await checkSymlinks(links, (path) => index.get(path)?.file, objects);
}
/** For each name that shares its collision key with another one: that other one. */
function namesIn(index, folder) {
	const first = /* @__PURE__ */ new Map();
	const colliding = /* @__PURE__ */ new Map();
	const prefix = folder === "" ? 0 : folder.length + 1;
	const [from, to] = index.below(folder);
	for (let at = from; at < to;) {
		const path = index.entries[at]?.path ?? "";
		const slash = path.indexOf("/", prefix);
		const name = path.slice(prefix, slash < 0 ? void 0 : slash);
		if (slash < 0) at++;
		else [, at] = index.below(path.slice(0, slash), at, to);
		const key = collisionKey(name);
		const other = first.get(key);
		if (other === void 0) first.set(key, name);
		else if (other !== name) {
			colliding.set(`${key}\0${name}`, other);
			colliding.set(`${key}\0${other}`, name);
		}
	}
	return colliding;
}

// ../../work/h/me/dist/git/index/statMatch.js
/** @param indexSeconds when the index was written: a file as young as that may have changed unnoticed */
function compareStat(entry, stat, indexSeconds, config) {
	if (entry.mode === MODE.symlink) {
		if (stat.kind !== "symlink" && (config.symlinks || stat.kind !== "file")) return "changed";
	} else {
		if (stat.kind !== "file") return "changed";
		if (config.fileMode && entry.mode === MODE.executable !== ((stat.mode & 64) !== 0)) return "changed";
	}
	const known = entry.stat;
	const now = indexStat(stat);
	if (known.size !== now.size) return known.size === 0 ? "unsure" : "resized";
	if (known.size === 0 && entry.id !== "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391") return "unsure";
	if (known.mtimeSeconds !== now.mtimeSeconds) return "unsure";
	if (config.minimal) return isRacy(entry, indexSeconds) ? "unsure" : "same";
	if (known.mtimeNanoseconds !== 0 && known.mtimeNanoseconds !== now.mtimeNanoseconds) return "unsure";
	if (config.trustCtime) {
		if (known.ctimeSeconds !== now.ctimeSeconds) return "unsure";
		if (known.ctimeNanoseconds !== 0 && known.ctimeNanoseconds !== now.ctimeNanoseconds) return "unsure";
	}
	if (known.uid !== now.uid || known.gid !== now.gid) return "unsure";
	if (known.ino !== 0 && known.ino !== now.ino) return "unsure";
	return isRacy(entry, indexSeconds) ? "unsure" : "same";
}
/** Whole seconds, as Git compares them: clocks of file systems are coarser than their nanoseconds claim. */
const isRacy = (entry, indexSeconds) => indexSeconds > 0 && entry.stat.mtimeSeconds >= indexSeconds;

// ../../work/h/me/dist/git/worktree/workingFiles.js
/** Larger files are hashed as a stream when nothing has to be converted. */
const STREAMED = 16 << 20;
/** What the index would call this file. Where the disk cannot say, it is what it was. */
function modeOf(stat, entry, config) {
	if (stat.kind === "symlink") return MODE.symlink;
	if (entry?.mode === MODE.symlink && !config.symlinks) return MODE.symlink;
	if (config.fileMode) return (stat.mode & 64) !== 0 ? MODE.executable : MODE.file;
	return entry?.mode === MODE.executable ? MODE.executable : MODE.file;
}
/** The ids that working files would get, nothing stored. Not in the map: the file is gone, or is no file now. */
async function hashFiles(files, context) {
	const ids = /* @__PURE__ */ new Map();
	const { content, objects } = context;
	await content.prepare(files.map((file) => file.path));
	const whole = [];
	for (const file of files) if (file.stat.kind === "file" && file.stat.size > STREAMED && content.isPlain(file.path)) {
		const id = await hashStream(file, context);
		if (id) ids.set(file.path, id);
	} else if (file.stat.kind === "file" || file.stat.kind === "symlink") whole.push(file);
	for await (const batch of content.blobs(whole.map(sized), context.signal)) for (const { path, blob } of batch) if (blob) ids.set(path, objects.hash({
		type: "blob",
		data: blob
	}));
	return ids;
}
const sized = ({ path, stat }) => ({
	path,
	size: stat.size,
	isLink: stat.kind === "symlink"
});
async function hashStream({ path, stat }, { disk, codec, folder, signal }) {
	const digest = codec.sha1().update(utf8(`blob ${stat.size}\0`));
	let length = 0;
	for await (const chunk of disk.stream(join(folder, path))) {
		throwIfAborted(signal);
		digest.update(chunk);
		length += chunk.length;
	}
	return length === stat.size ? digest.hex() : void 0;
}
/**
* Decides what stat data could not.
* @returns the true changes, and entries with fresh stat data for files that turned out to be as they were
*/
async function resolveCandidates(candidates, context) {
	const { content } = context;
	await content.prepare(candidates.flatMap(({ path, verdict }) => verdict === "resized" ? [path] : []));
	const ids = await hashFiles(candidates.filter(({ path, verdict }) => verdict === "unsure" || verdict === "resized" && !content.isPlain(path)).flatMap(({ path, stat, entry }) => stat ? [{
		path,
		stat,
		entry
	}] : []), context);
	const changes = [];
	const refreshed = /* @__PURE__ */ new Map();
	for (const { path, entry, stat } of candidates) if (entry && stat && ids.get(path) === entry.id) refreshed.set(path, entry.with({ stat: indexStat(stat) }));
	else if (!entry || entry.flags.intentToAdd) changes.push({
		path,
		kind: "added",
		...stat && { stat }
	});
	else changes.push({
		path,
		kind: stat ? "modified" : "deleted",
		before: entry.file,
		...stat && { stat }
	});
	return {
		changes,
		refreshed
	};
}
/**
* Stores the content of candidates. Answers the entry that each path becomes; `undefined`: it leaves the index.
* Files that turned out unchanged get fresh stat data.
*/
async function stageCandidates(candidates, context) {
	const staged = /* @__PURE__ */ new Map();
	const files = /* @__PURE__ */ new Map();
	for (const { path, stat, entry } of candidates) if (stat) files.set(path, {
		path,
		stat,
		entry
	});
	else staged.set(path, void 0);
	let done = 0;
	let bytes = 0;
	for await (const batch of context.content.blobs([...files.values()].map(sized), context.signal)) {
		const fresh = [];
		for (const { path, blob } of batch) {
			const file = files.get(path);
			if (!file) continue;
			if (!blob) {
				if (file.entry) staged.set(path, void 0);
				continue;
			}
			const object = {
				type: "blob",
				data: blob
			};
			const id = context.objects.hash(object);
			if (id !== file.entry?.id || file.entry.flags.intentToAdd) fresh.push(object);
			staged.set(path, new IndexEntry(path, modeOf(file.stat, file.entry, context.stat), indexStat(file.stat), id));
			bytes += blob.length;
		}
		await context.objects.write(fresh);
		done += batch.length;
		context.onProgress?.({
			phase: "hash",
			files: done,
			totalFiles: files.size,
			bytes
		});
	}
	return staged;
}

// ../../work/h/me/dist/git/worktree/checkout.js
const GITATTRIBUTES$1 = ".gitattributes";
const BATCH_BYTES$1 = 32 << 20;
const MOST_AT_ONCE = 512;
/**
* Names, collisions and links of what differs. Writes nothing.
* @throws SyncError `UNSAFE_PATH`
*/
async function checkTarget(index, to, context) {
	const attributeBlobs = /* @__PURE__ */ new Map();
	const differences = await compareIndexToTree(index, to, context.trees, (folder, entries) => {
		checkFolder(folder, entries);
		const attributes = entries.find((entry) => entry.name === GITATTRIBUTES$1);
		const isFile = attributes?.mode === MODE.file || attributes?.mode === MODE.executable;
		attributeBlobs.set(folder, isFile ? attributes.id : void 0);
	});
	const links = differences.flatMap(({ path, file }) => file?.mode === MODE.symlink ? [{
		path,
		id: file.id
	}] : []);
	await checkSymlinks(links, (path) => context.trees.find(to, path), context.objects);
	return {
		differences,
		attributeBlobs
	};
}
/** @throws SyncError `UNSAFE_PATH` before anything is written */
async function checkoutTree(index, to, context) {
	const { differences, attributeBlobs } = await checkTarget(index, to, context);
	const checkout = new Checkout(index.seconds, context, context.targetContent(attributeBlobs));
	await checkout.look(differences);
	await checkout.remove();
	await checkout.write();
	const next = index.with(checkout.entries);
	const cacheTree = await cacheTreeOf(next, to, context.trees);
	return {
		index: cacheTree ? next.with(/* @__PURE__ */ new Map(), cacheTree) : next,
		written: checkout.written,
		kept: checkout.kept
	};
}
var Checkout = class {
	entries = /* @__PURE__ */ new Map();
	written = [];
	kept = [];
	#context;
	#content;
	#indexSeconds;
	#removals = [];
	#writes = [];
	#done = 0;
	#bytes = 0;
	#total = 0;
	constructor(indexSeconds, context, content) {
		this.#indexSeconds = indexSeconds;
		this.#context = context;
		this.#content = content;
	}
	/** Sorts the paths into those to remove, to write, and to leave alone. Removes and writes nothing. */
	async look(differences) {
		const { disk, folder } = this.#context;
		this.#total = differences.length;
		const paths = differences.map(({ path }) => path);
		const blocked = await blockedFolders(disk, folder, paths);
		const stats = await disk.lstatMany(folder, paths);
		const steps = differences.map(({ path, entry, file }, i) => {
			const stat = blocked.has(parentOf(path)) ? void 0 : stats[i];
			return {
				path,
				entry: entry?.flags.intentToAdd ? void 0 : entry,
				file,
				stat
			};
		});
		const ids = await this.#hash(steps);
		const removed = /* @__PURE__ */ new Map();
		for (const step of steps) {
			const { path, file, stat } = step;
			if (file || await this.#isSpecial(step)) continue;
			if (!stat) this.#settle(step);
			else if (this.#isAsStaged(step, ids)) {
				this.#removals.push(step);
				removed.set(path.toLowerCase(), stat.ino);
			} else this.#keep(step);
		}
		for (const step of steps) {
			const { path, entry, file, stat } = step;
			if (!file || await this.#isSpecial(step)) continue;
			const isRenamed = this.#context.ignoreCase && stat !== void 0 && removed.get(path.toLowerCase()) === stat.ino;
			if (stat && this.#isTarget(step, ids) && !isRenamed) this.#settle(step, indexStat(stat));
			else if (entry && stat && this.#isAsStaged(step, ids)) this.#writes.push(step);
			else if (!entry && (!stat || stat.kind === "folder")) this.#writes.push(step);
			else if (!entry && isRenamed) this.#writes.push({
				...step,
				stat: void 0
			});
			else this.#keep(step);
		}
	}
	async remove() {
		const { disk, folder, temp, signal } = this.#context;
		throwIfAborted(signal);
		const files = this.#removals.map(({ path, stat }) => ({
			path,
			...stat && { expect: stat }
		}));
		const outcomes = await disk.removeMany(folder, temp, files);
		for (const [i, step] of this.#removals.entries()) if (outcomes[i]) this.#settle(step);
		else this.#keep(step);
	}
	async write() {
		const { disk, folder, objects, signal } = this.#context;
		const blocked = await blockedFolders(disk, folder, this.#writes.map(({ path }) => path));
		const steps = [];
		for (const step of this.#writes) if (!blocked.has(parentOf(step.path)) && await this.#makeWay(step)) steps.push(step);
		else this.#keep(step);
		await this.#content.prepare(steps.map(({ path }) => path));
		let batch = [];
		let files = [];
		let bytes = 0;
		const flush = async () => {
			await this.#writeBatch(batch, files);
			batch = [];
			files = [];
			bytes = 0;
		};
		let atOnce = 8;
		for (let at = 0; at < steps.length;) {
			throwIfAborted(signal);
			const some = steps.slice(at, at + atOnce);
			at += some.length;
			const blobs = await objects.readMany(some.map(({ file }) => file.id));
			let read = 0;
			for (const [i, step] of some.entries()) {
				const blob = blobs[i]?.data ?? NO_BYTES;
				read += blob.length;
				files.push(await this.#fileToWrite(step, blob));
				batch.push(step);
			}
			bytes += read;
			if (bytes >= BATCH_BYTES$1 || batch.length >= MOST_AT_ONCE) await flush();
			const average = Math.max(1, read / some.length);
			atOnce = Math.max(1, Math.min(MOST_AT_ONCE, atOnce * 2, Math.floor(BATCH_BYTES$1 / average)));
		}
		await flush();
	}
	/** Folders without a file in them are nothing to Git: one gives way to a file. */
	async #makeWay({ path, stat }) {
		if (stat?.kind !== "folder") return true;
		return removeEmptyFolders(this.#context.disk, join(this.#context.folder, path));
	}
	async #writeBatch(batch, files) {
		if (batch.length === 0) return;
		const { disk, folder, temp, onProgress } = this.#context;
		const outcomes = await disk.writeMany(folder, temp, files);
		for (const [i, step] of batch.entries()) {
			const stat = outcomes[i];
			if (stat) {
				this.#bytes += stat.size;
				this.#settle(step, indexStat(stat));
			} else this.#keep(step);
		}
		onProgress?.({
			phase: "checkout",
			files: this.#done,
			totalFiles: this.#total,
			bytes: this.#bytes
		});
	}
	async #fileToWrite({ path, file, stat }, blob) {
		const { mode, id } = file;
		const expect = stat && stat.kind !== "folder" ? stat : "absent";
		if (mode === MODE.symlink) {
			const linkTo = exactText(blob) ?? "";
			return {
				path,
				expect,
				content: this.#context.stat.symlinks ? { linkTo } : blob
			};
		}
		return {
			path,
			expect,
			content: await this.#content.toDisk(path, blob, id),
			executable: mode === MODE.executable
		};
	}
	/** Submodules are not entered, and what is outside a sparse checkout stays outside: both change in the index only. */
	async #isSpecial(step) {
		const { path, entry, file, stat } = step;
		const { disk, folder } = this.#context;
		if (entry?.flags.skipWorktree) {
			this.#settle(step, NO_STAT, entry.flags);
			return true;
		}
		if (file?.mode === MODE.submodule) {
			if (!stat && !entry) await disk.makeFolder(join(folder, path));
			this.#settle(step, NO_STAT);
			return true;
		}
		if (!entry?.isSubmodule) return false;
		const isGone = !stat || await disk.removeEmptyFolder(join(folder, path));
		if (file && isGone) this.#writes.push({
			...step,
			entry: void 0,
			stat: void 0
		});
		else if (file) this.#keep(step);
		else this.#settle(step);
		return true;
	}
	#isAsStaged({ path, entry, stat }, ids) {
		if (!entry || !stat) return false;
		const verdict = compareStat(entry, stat, this.#indexSeconds, this.#context.stat);
		return verdict === "same" || verdict !== "changed" && ids.get(path) === entry.id;
	}
	#isTarget({ path, entry, file, stat }, ids) {
		if (!file || !stat || stat.kind !== "file" && stat.kind !== "symlink") return false;
		return ids.get(path) === file.id && modeOf(stat, entry, this.#context.stat) === file.mode;
	}
	/** Hashes the files whose stat data does not say that they are as staged. */
	async #hash(steps) {
		const doubtful = steps.flatMap(({ path, entry, stat }) => {
			if (!stat || stat.kind === "folder" || stat.kind === "other" || entry?.flags.skipWorktree) return [];
			return entry && compareStat(entry, stat, this.#indexSeconds, this.#context.stat) === "same" ? [] : [{
				path,
				stat,
				entry
			}];
		});
		return hashFiles(doubtful, this.#context);
	}
	/** The path is now as the tree has it. */
	#settle(step, stat = NO_STAT, flags) {
		const { path, file } = step;
		this.entries.set(path, file && new IndexEntry(path, file.mode, stat, file.id, flags));
		this.written.push(changeOf(step));
		this.#done++;
	}
	/** The index goes on without the file: it shows as modified, deleted or untracked from now on. */
	#keep(step) {
		const { path, file } = step;
		this.entries.set(path, file && new IndexEntry(path, file.mode, NO_STAT, file.id));
		this.kept.push(changeOf(step));
		this.#done++;
	}
};
const NO_BYTES = /* @__PURE__ */ new Uint8Array(0);
const changeOf = ({ path, entry, file }) => ({
	path,
	...entry && { before: entry.file },
	...file && { after: file }
});
async function removeEmptyFolders(disk, folder) {
	for (const { name, kind } of await disk.list(folder) ?? []) if (kind !== "folder" || !await removeEmptyFolders(disk, join(folder, name))) return false;
	return disk.removeEmptyFolder(folder);
}
/** Those parent folders of the paths where a file or a link stands, in their place or further up. */
async function blockedFolders(disk, root, paths) {
	const folders = /* @__PURE__ */ new Set();
	for (const path of paths) for (let at = parentOf(path); at !== "" && !folders.has(at); at = parentOf(at)) folders.add(at);
	const sorted = [...folders].sort((a, b) => a.length - b.length);
	const stats = await disk.lstatMany(root, sorted);
	const blocked = /* @__PURE__ */ new Set();
	for (const [i, folder] of sorted.entries()) {
		const kind = stats[i]?.kind;
		if (kind !== void 0 && kind !== "folder" || blocked.has(parentOf(folder))) blocked.add(folder);
	}
	return blocked;
}

// ../../work/h/me/dist/git/worktree/racy.js
/**
* @param next what is to be written in the place of `current`
* @param since when the operation began, in seconds: before, the files that it looked at cannot have changed unnoticed
*/
async function settleRacy(next, current, context, since) {
	const isOld = (entry) => current.get(entry.path) === entry;
	const young = next.entries.filter((entry) => entry.stat.mtimeSeconds >= Math.min(since, current.seconds || since) && entry.flags.stage === 0 && !entry.isSubmodule && !entry.flags.skipWorktree && entry.stat.size !== 0 && (isOld(entry) ? isRacy(entry, current.seconds) : entry.stat.mtimeSeconds >= since));
	if (young.length === 0) return next;
	const stats = await context.disk.lstatMany(context.folder, young.map((entry) => entry.path));
	const smudged = /* @__PURE__ */ new Map();
	const doubtful = young.flatMap((entry, i) => {
		const stat = stats[i];
		const verdict = stat && compareStat(entry, stat, 0, context.stat);
		if (verdict === "unsure" || verdict === "same" && isOld(entry)) return [{
			path: entry.path,
			stat,
			entry
		}];
		return [];
	});
	const ids = await hashFiles(doubtful.flatMap(({ stat, ...rest }) => stat ? [{
		...rest,
		stat
	}] : []), context);
	for (const { path, entry } of doubtful) if (ids.get(path) !== entry.id) smudged.set(path, entry.with({ stat: {
		...entry.stat,
		size: 0
	} }));
	return next.with(smudged);
}
/** For `since`: a little earlier than now, as file systems' clocks tick coarsely. */
const secondsNow = () => Math.floor((Date.now() - 100) / 1e3);

// ../../work/h/me/dist/git/worktree/restoreFile.js
/**
* @returns the entry that the index is to have
* @throws SyncError `WOULD_OVERWRITE`, `UNSAFE_PATH`
*/
async function restoreFile(path, file, expect, context) {
	const { disk, folder, temp, objects, content, stat } = context;
	const inTheWay = () => new SyncError("WOULD_OVERWRITE", `${path} changed in the meantime, or something else stands in its place. It was left as it is.`, { data: { path } });
	checkPath(path);
	if (!file) {
		if (expect === "absent") {
			if (await disk.lstat(join(folder, path))) throw inTheWay();
			return;
		}
		const [removed] = await disk.removeMany(folder, temp, [{
			path,
			...expect && { expect }
		}]);
		if (!removed) throw inTheWay();
		return;
	}
	if (file.mode === MODE.submodule) return new IndexEntry(path, file.mode, NO_STAT, file.id);
	const blob = await objects.readBlob(file.id);
	const expected = expect && { expect };
	let written;
	if (file.mode === MODE.symlink) {
		const linkTo = exactText(blob) ?? "";
		const rule = brokenLinkRule(path, linkTo);
		if (rule) throw unsafePath(path, rule);
		written = await disk.writeMany(folder, temp, [{
			path,
			...expected,
			content: stat.symlinks ? { linkTo } : blob
		}]);
	} else {
		await content.prepare([path]);
		const onDisk = await content.toDisk(path, blob, file.id);
		const executable = file.mode === MODE.executable;
		written = await disk.writeMany(folder, temp, [{
			path,
			...expected,
			content: onDisk,
			executable
		}]);
	}
	if (!written[0]) throw inTheWay();
	return new IndexEntry(path, file.mode, indexStat(written[0]), file.id);
}

// ../../work/h/me/dist/git/worktree/scan.js
const NOTHING = [0, 0];
const GIT = ".git";
const GITIGNORE = ".gitignore";
/** @param only project paths (files or folders) to look at; left out: everything */
async function scan(input, only) {
	const scanner = new Scanner(input);
	if (only === void 0) await scanner.folder("");
	else {
		const targets = await scanner.narrow(only);
		for (const target of targets) await scanner.path(target);
	}
	return scanner.candidates.sort((a, b) => compareBytes(a.path, b.path));
}
var Scanner = class {
	candidates = [];
	#input;
	#submodules;
	#unmerged;
	/** Folders of which only tracked files count: nested repositories, and what lies below them. */
	#foreign = /* @__PURE__ */ new Set();
	/** Positions [from, to) in the index of what lies below a folder, for folders that the walk has come to. */
	#ranges = /* @__PURE__ */ new Map();
	#folded;
	constructor(input) {
		this.#input = input;
		this.#submodules = new Set(input.index.entries.filter((entry) => entry.isSubmodule).map((entry) => entry.path));
		this.#unmerged = new Set(input.index.unmerged);
	}
	/** Walks one folder; index entries below it that the walk does not meet are gone. */
	async folder(root) {
		const { disk, folder, index, signal } = this.#input;
		const range = index.below(root);
		this.#ranges.set(root, range);
		const visit = (below, entries, read) => {
			const path = root === "" ? below : below === "" ? root : `${root}/${below}`;
			return this.#keep(path, entries, read);
		};
		const prefix = root === "" ? "" : `${root}/`;
		const [from, to] = range;
		const seen = new Uint8Array(to - from);
		for (const { path, stat, entry } of await disk.walk(join(folder, root), visit, signal)) if (entry.at === void 0) this.#untracked(prefix + path, stat);
		else {
			seen[entry.at - from] = 1;
			this.#file(index.entries[entry.at], stat);
		}
		for (let at = from; at < to; at++) if (seen[at - from] === 0) this.#gone(index.entries[at]);
	}
	/** One path that a watcher named, whatever it is now. Its parents are folders, and were entered. */
	async path(path) {
		const { disk, folder, index, ignore } = this.#input;
		if (path === "") return this.folder("");
		const stat = await disk.lstat(join(folder, path));
		const tracked = this.#tracked(path);
		const entry = tracked === void 0 ? void 0 : index.entries[tracked];
		if (stat?.kind === "folder") {
			if (entry) this.#gone(entry);
			const parent = parentOf(path);
			const foreign = this.#foreign.has(parent) || ignore.isIgnored(parent, nameOf$1(path), true);
			if (!this.#submodules.has(path) && (!foreign || index.hasBelow(path))) {
				if (this.#foreign.has(parent)) this.#foreign.add(path);
				await this.folder(path);
			}
			return;
		}
		const [from, to] = index.below(path);
		for (let at = from; at < to; at++) this.#gone(index.entries[at]);
		if (!stat) {
			if (entry) this.#gone(entry);
		} else if (stat.kind !== "other") {
			const parent = parentOf(path);
			if (entry) this.#file(entry, stat);
			else if (!(this.#foreign.has(parent) || ignore.isIgnored(parent, nameOf$1(path), false))) this.#untracked(path, stat);
		} else if (entry) this.#gone(entry);
	}
	/**
	* The paths to look at: none inside another one, none below what is not a folder, and a whole folder where its
	* ignore rules changed. Enters their parents' ignore rules.
	*/
	async narrow(only) {
		const wanted = /* @__PURE__ */ new Set();
		for (const path of only) {
			if (path.split("/").some((name) => name.toLowerCase() === GIT)) continue;
			wanted.add(nameOf$1(path) === GITIGNORE ? parentOf(path) : path);
		}
		if (wanted.has("")) return [""];
		const parents = /* @__PURE__ */ new Set();
		for (const path of wanted) for (let at = parentOf(path); at !== ""; at = parentOf(at)) parents.add(at);
		const sorted = [...parents].sort((a, b) => a.length - b.length);
		const { disk, folder, ignore } = this.#input;
		const stats = await disk.lstatMany(folder, sorted);
		const real = /* @__PURE__ */ new Set([""]);
		const blocked = /* @__PURE__ */ new Set();
		for (const [i, parent] of sorted.entries()) if (stats[i]?.kind === "folder" && real.has(parentOf(parent))) real.add(parent);
		else if (real.has(parentOf(parent))) blocked.add(parent);
		const entered = ["", ...sorted.filter((parent) => real.has(parent))].filter((parent) => !ignore.has(parent));
		const rules = await regularFiles(disk, folder, entered, GITIGNORE);
		const nested = await disk.lstatMany(folder, entered.map((parent) => parent === "" ? GIT : `${parent}/${GIT}`));
		for (const [i, parent] of entered.entries()) {
			ignore.enter(parent, rules[i]);
			if (parent !== "" && (nested[i] !== void 0 || this.#foreign.has(parentOf(parent)) || this.#submodules.has(parent))) this.#foreign.add(parent);
		}
		const targets = /* @__PURE__ */ new Set();
		for (const path of wanted) {
			let top = path;
			for (let at = parentOf(path); at !== ""; at = parentOf(at)) if (wanted.has(at) || blocked.has(at)) top = at;
			targets.add(top);
		}
		return [...targets];
	}
	#keep(folder, entries, read) {
		const { ignore, ignoreCase } = this.#input;
		let rules;
		for (const { name, kind } of entries) if (name === GITIGNORE && kind === "file") rules = read(GITIGNORE);
		else if (name === GIT && folder !== "") this.#foreign.add(folder);
		if (!ignore.has(folder)) ignore.enter(folder, rules);
		const foreign = this.#foreign.has(folder);
		const prefix = folder === "" ? "" : `${folder}/`;
		const tracked = this.#inFolder(folder, prefix);
		const kept = [];
		for (const { name, kind } of entries) {
			if (kind === "other" || this.#isGit(name)) continue;
			if (kind === "folder") {
				if (!tracked.folders.has(name) && (foreign || ignore.isIgnored(folder, name, true))) continue;
				const path = prefix + name;
				if (this.#submodules.has(path)) continue;
				if (foreign) this.#foreign.add(path);
				kept.push({
					name,
					kind,
					at: void 0
				});
				continue;
			}
			const at = tracked.files.get(name) ?? (ignoreCase ? this.#tracked(prefix + name) : void 0);
			if (at !== void 0 || !(foreign || ignore.isIgnored(folder, name, false))) kept.push({
				name,
				kind,
				at
			});
		}
		return kept;
	}
	/**
	* What the index has directly in a folder: the positions of its files (stage 0), the names of its folders. By name,
	* folder by folder: looking up whole paths costs more than the walk itself.
	*/
	#inFolder(folder, prefix) {
		const { entries } = this.#input.index;
		const files = /* @__PURE__ */ new Map();
		const folders = /* @__PURE__ */ new Set();
		const [from, to] = this.#ranges.get(folder) ?? NOTHING;
		for (let at = from; at < to;) {
			const { path, flags } = entries[at];
			const slash = path.indexOf("/", prefix.length);
			if (slash < 0) {
				if (flags.stage === 0) files.set(path.slice(prefix.length), at);
				at++;
				continue;
			}
			const below = path.slice(0, slash);
			const range = this.#input.index.below(below, at, to);
			this.#ranges.set(below, range);
			folders.add(below.slice(prefix.length));
			at = range[1];
		}
		return {
			files,
			folders
		};
	}
	#isGit(name) {
		return name === GIT || this.#input.ignoreCase && name.length === 4 && name.toLowerCase() === GIT;
	}
	/** The position of a path's entry (stage 0). */
	#tracked(path) {
		const { index, ignoreCase } = this.#input;
		const at = index.lowerBound(path);
		const found = index.entries[at];
		if (found?.path === path && found.flags.stage === 0) return at;
		if (!ignoreCase) return void 0;
		this.#folded ??= new Map(index.entries.flatMap((entry, i) => entry.flags.stage === 0 ? [[entry.path.toLowerCase(), i]] : []));
		return this.#folded.get(path.toLowerCase());
	}
	#untracked(path, stat) {
		if (!this.#unmerged.has(path)) this.candidates.push({
			path,
			stat,
			verdict: "untracked"
		});
	}
	#file(entry, stat) {
		const { path } = entry;
		const { assumeUnchanged, skipWorktree, intentToAdd } = entry.flags;
		if (assumeUnchanged || skipWorktree) return;
		const verdict = intentToAdd ? "changed" : compareStat(entry, stat, this.#input.index.seconds, this.#input.stat);
		if (verdict !== "same") this.candidates.push({
			path,
			entry,
			stat,
			verdict
		});
	}
	#gone(entry) {
		const { stage, assumeUnchanged, skipWorktree } = entry.flags;
		if (stage !== 0 || assumeUnchanged || skipWorktree || entry.isSubmodule) return;
		this.candidates.push({
			path: entry.path,
			entry,
			verdict: "deleted"
		});
	}
};
/** The content of a file of this name in each folder. Links are not followed, as Git does not follow them. */
async function regularFiles(disk, root, folders, name) {
	const paths = folders.map((folder) => folder === "" ? name : `${folder}/${name}`);
	const stats = await disk.lstatMany(root, paths);
	const files = paths.flatMap((_, i) => stats[i]?.kind === "file" ? [i] : []);
	const contents = await disk.readMany(files.map((i) => join(root, paths[i])));
	const found = paths.map(() => void 0);
	for (const [n, i] of files.entries()) found[i] = contents[n];
	return found;
}

// ../../work/h/me/dist/git/worktree/wildmatch.js
/**
* Git's wildmatch, as `.gitignore` and `.gitattributes` use it. It compares bytes, so both sides are byte strings
* (`byteString`). Compiled to tokens and run with at most two places to go back to, never to a RegExp: a pattern that
* a stranger wrote must not be able to take exponential time.
*
* Source: git 2.39 wildmatch.c, dir.c (match_basename, match_pathname).
*/
/** One char per UTF-8 byte. The same string when it is ASCII. */
function byteString(text) {
	if (!/[^\0-\x7f]/.test(text)) return text;
	let bytes = "";
	for (const byte of utf8(text)) bytes += String.fromCharCode(byte);
	return bytes;
}
/** Lowers A-Z only: Git folds bytes, not characters. */
const lowerAscii = (text) => text.replace(/[A-Z]+/g, (part) => part.toLowerCase());
const never = () => false;
/**
* @param pattern a byte string
* @returns a test for byte strings; with `ignoreCase` the caller lowers the text (`lowerAscii`)
*/
function compileWildmatch(pattern, options) {
	const tokens = tokenize(pattern, options);
	if (!tokens) return never;
	return (text) => run(tokens, text, options.pathname);
}
const SLASH = 47;
const code = (char) => char.charCodeAt(0);
/** `undefined` for a malformed pattern, which matches nothing. */
function tokenize(pattern, { pathname, ignoreCase }) {
	const tokens = [];
	let at = 0;
	while (at < pattern.length) {
		const char = pattern[at];
		if (char === "*") {
			const start = at;
			while (pattern[at] === "*") at++;
			if (at - start === 1) {
				tokens.push({ kind: pathname ? "star" : "globstar" });
				continue;
			}
			const startsName = start === 0 || pattern[start - 1] === "/";
			if (!pathname) tokens.push({ kind: "globstar" });
			else if (startsName && pattern[at] === "/") {
				at++;
				tokens.push({ kind: "folders" });
			} else if (startsName && (at === pattern.length || pattern.startsWith("\\/", at))) tokens.push({ kind: "globstar" });
			else tokens.push({ kind: "star" });
		} else if (char === "?") {
			tokens.push({ kind: "any" });
			at++;
		} else if (char === "[") {
			const end = readClass(pattern, at, ignoreCase);
			if (!end) return void 0;
			tokens.push({
				kind: "class",
				members: end.members
			});
			at = end.next;
		} else if (char === "\\") {
			const escaped = pattern[at + 1];
			if (escaped === void 0) return void 0;
			tokens.push({
				kind: "char",
				code: code(escaped)
			});
			at += 2;
		} else {
			tokens.push({
				kind: "char",
				code: code(ignoreCase ? lowerAscii(char) : char)
			});
			at++;
		}
	}
	return tokens;
}
const CLASSES = {
	alnum: /[0-9A-Za-z]/,
	alpha: /[A-Za-z]/,
	blank: /[ \t]/,
	cntrl: /[\0-\x1f\x7f]/,
	digit: /[0-9]/,
	graph: /[!-~]/,
	lower: /[a-z]/,
	print: /[ -~]/,
	punct: /[!-/:-@[-`{-~]/,
	space: /[ \t\n\v\f\r]/,
	upper: /[A-Z]/,
	xdigit: /[0-9A-Fa-f]/
};
/** The bytes that a bracket expression matches, by Git's rules, quirks included; `undefined` when it never ends. */
function readClass(pattern, open, ignoreCase) {
	const matched = /* @__PURE__ */ new Uint8Array(256);
	const addRange = (from, to) => {
		for (let byte = from; byte <= to; byte++) {
			matched[byte] = 1;
			if (ignoreCase && byte >= 65 && byte <= 90) matched[byte + 32] = 1;
		}
	};
	let at = open + 1;
	const negated = pattern[at] === "!" || pattern[at] === "^";
	if (negated) at++;
	let previous = 0;
	do {
		let char = pattern[at];
		if (char === void 0) return void 0;
		let current = code(char);
		if (char === "\\") {
			char = pattern[++at];
			if (char === void 0) return void 0;
			current = code(char);
			matched[current] = 1;
		} else if (char === "-" && previous && at + 1 < pattern.length && pattern[at + 1] !== "]") {
			char = pattern[++at];
			if (char === "\\") char = pattern[++at];
			if (char === void 0) return void 0;
			addRange(previous, code(char));
			current = 0;
		} else if (char === "[" && pattern[at + 1] === ":") {
			const close = pattern.indexOf("]", at + 2);
			if (close < 0) return void 0;
			if (close - at - 3 < 0 || pattern[close - 1] !== ":") matched[current] = 1;
			else {
				const name = pattern.slice(at + 2, close - 1);
				const members = CLASSES[name];
				if (!members) return void 0;
				for (let byte = 0; byte < 128; byte++) if (members.test(String.fromCharCode(byte))) matched[byte] = 1;
				if (ignoreCase && name === "upper") addRange(65, 90);
				at = close;
				current = 0;
			}
		} else matched[current] = 1;
		previous = current;
		at++;
	} while (pattern[at] !== "]");
	if (negated) for (let byte = 0; byte < 256; byte++) matched[byte] = matched[byte] ? 0 : 1;
	return {
		members: matched,
		next: at + 1
	};
}
/**
* Going back to the last `*` in this name, then to the last `**`, is enough: an earlier `*` cannot cross the slash that
* the later one has to stop at, and a longer run for an earlier `**` leaves nothing that the later one could not take.
*/
function run(tokens, text, pathname) {
	let token = 0;
	let at = 0;
	let star = -1;
	let starAt = 0;
	let wide = -1;
	let wideAt = 0;
	for (;;) {
		const next = tokens[token];
		if (!next) {
			if (at === text.length) return true;
		} else if (next.kind === "star") {
			star = token++;
			starAt = at;
			continue;
		} else if (next.kind === "globstar" || next.kind === "folders") {
			wide = token++;
			wideAt = at;
			star = -1;
			continue;
		} else if (at < text.length && matches(next, text.charCodeAt(at), pathname)) {
			token++;
			at++;
			continue;
		}
		if (star >= 0 && starAt < text.length && text.charCodeAt(starAt) !== SLASH) {
			at = ++starAt;
			token = star + 1;
		} else if (wide >= 0 && wideAt < text.length) {
			if (tokens[wide]?.kind === "folders") {
				const slash = text.indexOf("/", wideAt);
				if (slash < 0) return false;
				wideAt = slash + 1;
			} else wideAt++;
			at = wideAt;
			token = wide + 1;
			star = -1;
		} else return false;
	}
}
function matches(token, byte, pathname) {
	if (token.kind === "char") return token.code === byte;
	if (pathname && byte === SLASH) return false;
	if (token.kind === "class") return token.members[byte] === 1;
	return token.kind === "any";
}

// ../../work/h/me/dist/git/worktree/pathPattern.js
/** One line's pattern of `.gitignore` or `.gitattributes`, and what it matches. Source: git 2.39 dir.c. */
function patternSubject(path, isFolder, ignoreCase) {
	const bytes = byteString(path);
	const folded = ignoreCase ? lowerAscii(bytes) : bytes;
	return {
		path: folded,
		name: folded.slice(folded.lastIndexOf("/") + 1),
		isFolder
	};
}
const WILD = /[*?[\\]/;
/**
* @param source the pattern as written, `!` and trailing slash included
* @param base the folder of the file that the pattern stands in, '' for the root
*/
function parsePathPattern(source, base, ignoreCase) {
	let pattern = byteString(source);
	const negative = pattern.startsWith("!");
	if (negative) pattern = pattern.slice(1);
	const folderOnly = pattern.endsWith("/");
	if (folderOnly) pattern = pattern.slice(0, -1);
	const test = pattern.includes("/") ? pathTest(pattern, base, ignoreCase) : nameTest(pattern, base, ignoreCase);
	return {
		negative,
		matches: folderOnly ? (subject) => subject.isFolder && test(subject) : test
	};
}
const fold = (text, ignoreCase) => ignoreCase ? lowerAscii(text) : text;
/** A pattern without a slash looks at the name alone, at any depth below its base. */
function nameTest(pattern, base, ignoreCase) {
	const below = base === "" ? void 0 : `${fold(byteString(base), ignoreCase)}/`;
	const within = (test) => below === void 0 ? ({ name }) => test(name) : ({ path, name }) => path.startsWith(below) && test(name);
	if (!WILD.test(pattern)) {
		const literal = fold(pattern, ignoreCase);
		return within((name) => name === literal);
	}
	if (pattern.startsWith("*") && !WILD.test(pattern.slice(1))) {
		const ending = fold(pattern.slice(1), ignoreCase);
		return within((name) => name.endsWith(ending));
	}
	return within(compileWildmatch(pattern, {
		pathname: false,
		ignoreCase
	}));
}
/** A pattern with a slash looks at the whole path below its base. Git compares what has no wildcard first. */
function pathTest(pattern, base, ignoreCase) {
	const anchored = pattern.startsWith("/") ? pattern.slice(1) : pattern;
	const wild = anchored.search(WILD);
	const literal = wild < 0 ? anchored : anchored.slice(0, wild);
	const folder = base === "" ? "" : `${byteString(base)}/`;
	const start = fold(folder + literal, ignoreCase);
	if (wild < 0) return ({ path }) => path === start;
	const rest = compileWildmatch(anchored.slice(wild), {
		pathname: true,
		ignoreCase
	});
	return ({ path }) => path.startsWith(start) && rest(path.slice(start.length));
}

// ../../work/h/me/dist/git/worktree/attributes.js
/**
* What `.gitattributes` say of a path: the file of its own folder, then of each parent, under `.git/info/attributes`
* and over `core.attributesFile`. The last line that names an attribute decides.
*
* Source: gitattributes(5), git 2.39 attr.c.
*/
const NAME = /^[0-9A-Za-z._][-0-9A-Za-z._]*$/;
const LONGEST_LINE = 2048;
const MACRO = "[attr]";
/** `macros`: whether `[attr]` lines count; only files that speak for the whole project may have them. */
function parseAttributeFile(content, base, ignoreCase, macros) {
	const lines = [];
	let source = text(content);
	if (source.startsWith("﻿")) source = source.slice(1);
	for (const raw of source.split("\n")) {
		if (raw.length >= LONGEST_LINE / 4 && new TextEncoder().encode(raw).length >= LONGEST_LINE) continue;
		const end = raw.indexOf("\0");
		const line = parseLine(end < 0 ? raw : raw.slice(0, end), base, ignoreCase, macros);
		if (line) lines.push(line);
	}
	return lines.reverse();
}
function parseLine(raw, base, ignoreCase, macros) {
	const line = raw.replace(/^[ \t\r]+/, "");
	if (line === "" || line.startsWith("#")) return void 0;
	const quoted = line.startsWith("\"") ? unquote(line) : void 0;
	const name = quoted?.text ?? /^[^ \t\r]*/.exec(line)?.[0];
	const rest = line.slice(quoted?.length ?? name.length);
	const states = [];
	for (const word of rest.split(/[ \t\r]+/)) {
		if (word === "") continue;
		const state = parseState(word);
		if (!state) return void 0;
		states.push(state);
	}
	states.reverse();
	if (name.length > 6 && name.startsWith(MACRO)) {
		const macro = name.slice(6);
		return macros && NAME.test(macro) ? {
			macro,
			states
		} : void 0;
	}
	if (name.startsWith("!")) return void 0;
	return {
		pattern: parsePathPattern(name, base, ignoreCase),
		states
	};
}
function parseState(word) {
	const sign = word[0];
	if (sign === "-" || sign === "!") {
		const name = word.slice(1).split("=", 1)[0];
		return NAME.test(name) ? [name, sign === "-" ? false : void 0] : void 0;
	}
	const equals = word.indexOf("=");
	const name = equals < 0 ? word : word.slice(0, equals);
	return NAME.test(name) ? [name, equals < 0 ? true : word.slice(equals + 1)] : void 0;
}
const ESCAPES = {
	a: "\x07",
	b: "\b",
	f: "\f",
	n: "\n",
	r: "\r",
	t: "	",
	v: "\v",
	"\\": "\\",
	"\"": "\""
};
/** A C-style quoted word at the start of the line; `undefined` when it is not one. */
function unquote(line) {
	let unquoted = "";
	for (let at = 1; at < line.length; at++) {
		const char = line[at];
		if (char === "\"") return {
			text: decodeOctal(unquoted),
			length: at + 1
		};
		if (char !== "\\") {
			unquoted += char;
			continue;
		}
		const octal = /^[0-3][0-7]{2}/.exec(line.slice(at + 1, at + 4))?.[0];
		const escaped = ESCAPES[line[at + 1] ?? ""];
		if (octal) {
			unquoted += String.fromCharCode(63232 + Number.parseInt(octal, 8));
			at += 3;
		} else if (escaped !== void 0) {
			unquoted += escaped;
			at += 1;
		} else return void 0;
	}
}
function decodeOctal(marked) {
	return marked.replace(/[\uf700-\uf7ff]+/g, (run) => text(Uint8Array.from(run, (char) => char.charCodeAt(0) - 63232)));
}
const BUILT_IN = [{
	macro: "binary",
	states: [
		["text", false],
		["merge", false],
		["diff", false]
	]
}];
/** The attribute files of one operation. Folders' files are put in as they are read; lookups are synchronous. */
var AttributeRules = class {
	#ignoreCase;
	#strongest;
	#weakest;
	#folders = /* @__PURE__ */ new Map();
	#macros;
	constructor({ info, global, system, ignoreCase }) {
		this.#ignoreCase = ignoreCase;
		const parse = (content) => content ? [parseAttributeFile(content, "", ignoreCase, true)] : [];
		this.#strongest = parse(info);
		this.#weakest = [
			...parse(global),
			...parse(system),
			BUILT_IN
		];
	}
	has(folder) {
		return this.#folders.has(folder);
	}
	put(folder, content) {
		this.#folders.set(folder, content && parseAttributeFile(content, folder, this.#ignoreCase, folder === ""));
		if (folder === "") this.#macros = void 0;
	}
	/** Folders of these paths (all parents included) that have not been put in yet. */
	foldersToRead(paths) {
		const missing = /* @__PURE__ */ new Set();
		for (const path of paths) for (let folder = parentOf(path);; folder = parentOf(folder)) {
			if (this.#folders.has(folder) || missing.has(folder)) break;
			missing.add(folder);
			if (folder === "") break;
		}
		return [...missing];
	}
	of(path) {
		const subject = patternSubject(path, false, this.#ignoreCase);
		const macros = this.#macros ?? this.#collectMacros();
		const values = /* @__PURE__ */ new Map();
		const fill = (states) => {
			for (const [name, value] of states) {
				if (values.has(name)) continue;
				values.set(name, value);
				const macro = value === true ? macros.get(name) : void 0;
				if (macro) fill(macro);
			}
		};
		const apply = (file) => {
			for (const line of file ?? []) if (line.pattern?.matches(subject)) fill(line.states);
		};
		for (const file of this.#strongest) apply(file);
		for (let folder = parentOf(path);; folder = parentOf(folder)) {
			apply(this.#folders.get(folder));
			if (folder === "") break;
		}
		for (const file of this.#weakest) apply(file);
		const specified = /* @__PURE__ */ new Map();
		for (const [name, value] of values) if (value !== void 0) specified.set(name, value);
		return specified;
	}
	#collectMacros() {
		const macros = /* @__PURE__ */ new Map();
		for (const file of [
			...this.#strongest,
			this.#folders.get(""),
			...this.#weakest
		]) for (const { macro, states } of file ?? []) if (macro && !macros.has(macro)) macros.set(macro, states);
		this.#macros = macros;
		return macros;
	}
};

// ../../work/h/me/dist/git/worktree/ignore.js
/**
* Which paths Git ignores: `.gitignore` files of each folder, `.git/info/exclude`, `core.excludesFile`. The last line
* that matches decides, the deepest file first; nothing below an ignored folder can be re-included.
*
* Source: gitignore(5), git 2.39 dir.c.
*/
function parseIgnoreFile(content, base, ignoreCase) {
	const list = [];
	let source = text(content);
	if (source.startsWith("﻿")) source = source.slice(1);
	for (let line of source.split("\n")) {
		if (line === "" || line.startsWith("#")) continue;
		const end = line.indexOf("\0");
		if (end >= 0) line = line.slice(0, end);
		if (line.endsWith("\r")) line = line.slice(0, -1);
		list.push(parsePathPattern(withoutTrailingSpaces(line), base, ignoreCase));
	}
	return list.reverse();
}
/** A backslash keeps the space after it. */
function withoutTrailingSpaces(line) {
	let end = -1;
	for (let at = 0; at < line.length; at++) {
		const char = line[at];
		if (char === " ") {
			if (end < 0) end = at;
			continue;
		}
		end = -1;
		if (char === "\\" && ++at >= line.length) return line;
	}
	return end < 0 ? line : line.slice(0, end);
}
/** `undefined`: no line matches. */
function verdict(list, subject) {
	for (const pattern of list) if (pattern.matches(subject)) return !pattern.negative;
}
/** The rules of one walk. Folders are entered parents first; each one's `.gitignore` is parsed once. */
var IgnoreRules = class {
	#ignoreCase;
	#shared;
	#folders = /* @__PURE__ */ new Map();
	/** Folders are asked for twice: by their parent, and when they are entered. */
	#folderVerdicts = /* @__PURE__ */ new Map();
	/** @param shared lists for the whole project, the strongest first: info/exclude, then core.excludesFile */
	constructor(shared, ignoreCase) {
		this.#shared = shared;
		this.#ignoreCase = ignoreCase;
	}
	has(folder) {
		return this.#folders.has(folder);
	}
	/** Takes in a folder, after its parent. `gitignore`: its own file's content, if it has one. */
	enter(folder, gitignore) {
		const parent = folder === "" ? void 0 : this.#folders.get(parentOf(folder));
		const ignored = folder !== "" && this.isIgnored(parentOf(folder), nameOf$1(folder), true);
		const inherited = parent?.lists ?? [];
		const lists = gitignore && !ignored ? [parseIgnoreFile(gitignore, folder, this.#ignoreCase), ...inherited] : inherited;
		this.#folders.set(folder, {
			ignored,
			lists
		});
	}
	/** @param folder one that was entered */
	isIgnored(folder, name, isFolder) {
		const rules = this.#folders.get(folder);
		if (!rules) return false;
		if (rules.ignored) return true;
		const path = folder === "" ? name : `${folder}/${name}`;
		if (!isFolder) return this.#decide(rules, path, false);
		const known = this.#folderVerdicts.get(path);
		if (known !== void 0) return known;
		const ignored = this.#decide(rules, path, true);
		this.#folderVerdicts.set(path, ignored);
		return ignored;
	}
	#decide(rules, path, isFolder) {
		const subject = patternSubject(path, isFolder, this.#ignoreCase);
		for (const list of rules.lists) {
			const ignored = verdict(list, subject);
			if (ignored !== void 0) return ignored;
		}
		for (const list of this.#shared) {
			const ignored = verdict(list, subject);
			if (ignored !== void 0) return ignored;
		}
		return false;
	}
};

// ../../work/h/me/dist/git/worktree/settings.js
/** @throws SyncError `INVALID_CONFIG` */
function workTreeSettings(host, folder, config) {
	const autocrlf = config.get("core.autocrlf")?.toLowerCase() === "input" ? "input" : config.getBool("core.autocrlf") ?? false;
	const fileFor = (key, standard) => {
		const named = config.get(key);
		if (named) return expandHome(host, named, folder);
		const home = named === void 0 ? xdgConfigHome(host) : void 0;
		return home && join(home, "git", standard);
	};
	return {
		stat: {
			trustCtime: config.getBool("core.trustctime") ?? true,
			fileMode: config.getBool("core.filemode") ?? !isWindows(host),
			symlinks: config.getBool("core.symlinks") ?? !isWindows(host),
			minimal: config.get("core.checkstat")?.toLowerCase() === "minimal"
		},
		lineEndings: {
			autocrlf,
			eol: eolOf(host, config.get("core.eol"))
		},
		ignoreCase: config.getBool("core.ignorecase") ?? false,
		excludesFile: fileFor("core.excludesfile", "ignore"),
		attributesFile: fileFor("core.attributesfile", "attributes")
	};
}
function eolOf(host, value) {
	const eol = value?.toLowerCase() ?? "native";
	if (eol === "lf" || eol === "crlf") return eol;
	if (eol === "native") return isWindows(host) ? "crlf" : "lf";
	throw new SyncError("INVALID_CONFIG", `Git's configuration has core.eol = ${value}; it can be lf, crlf or native.`, { data: {
		key: "core.eol",
		value
	} });
}

// ../../work/h/me/dist/git/worktree/encoding.js
/** `working-tree-encoding`: UTF-16 on disk (as the game's translation files are), UTF-8 in the blob. */
const ENCODINGS = {
	"UTF-16": {
		littleEndian: true,
		mark: true,
		byMark: true
	},
	"UTF-16LE-BOM": {
		littleEndian: true,
		mark: true,
		byMark: true
	},
	"UTF-16BE-BOM": {
		littleEndian: false,
		mark: true,
		byMark: true
	},
	"UTF-16LE": {
		littleEndian: true,
		mark: false,
		byMark: false
	},
	"UTF-16BE": {
		littleEndian: false,
		mark: false,
		byMark: false
	}
};
/** `undefined`: nothing to convert. @throws SyncError `UNSUPPORTED_REPOSITORY` for other encodings */
function encodingOf(name, path) {
	if (typeof name !== "string" || name === "" || /^utf-?8$/i.test(name)) return void 0;
	const encoding = ENCODINGS[name.toUpperCase().replace(/^UTF16/, "UTF-16")];
	if (encoding) return encoding;
	throw new SyncError("UNSUPPORTED_REPOSITORY", `${path} has working-tree-encoding=${name} in .gitattributes; modsync knows UTF-8 and the UTF-16 ones. Change or remove that attribute.`, { data: {
		path,
		encoding: name
	} });
}
/** @throws SyncError `INVALID_INPUT` when the file is not in the encoding that its attribute names */
function decodeFromDisk(bytes, name, path) {
	const encoding = encodingOf(name, path);
	if (!encoding || bytes.length === 0) return bytes;
	const big = bytes[0] === 254 && bytes[1] === 255;
	const little = bytes[0] === 255 && bytes[1] === 254;
	const refuse = (what) => {
		throw new SyncError("INVALID_INPUT", `${path} is to be ${name} (.gitattributes), but ${what}. Save it again in that encoding.`, { data: {
			path,
			encoding: name
		} });
	};
	if (encoding.mark !== (big || little)) refuse(encoding.mark ? "has no byte order mark" : "has a byte order mark");
	const littleEndian = encoding.byMark ? little : encoding.littleEndian;
	try {
		const decoder = new TextDecoder(littleEndian ? "utf-16le" : "utf-16be", {
			fatal: true,
			ignoreBOM: true
		});
		return utf8(decoder.decode(encoding.mark ? bytes.subarray(2) : bytes));
	} catch {
		return refuse("holds bytes that are not");
	}
}
/** A blob that is not UTF-8 goes to disk as it is, as Git leaves it. */
function encodeForDisk(blob, name, path) {
	const encoding = encodingOf(name, path);
	if (!encoding || blob.length === 0) return blob;
	const text = exactText(blob);
	if (text === void 0) return blob;
	const mark = encoding.mark ? 1 : 0;
	const bytes = new Uint8Array((text.length + mark) * 2);
	const view = new DataView(bytes.buffer);
	if (mark) view.setUint16(0, 65279, encoding.littleEndian);
	for (let i = 0; i < text.length; i++) view.setUint16((i + mark) * 2, text.charCodeAt(i), encoding.littleEndian);
	return bytes;
}

// ../../work/h/me/dist/git/worktree/ident.js
/** The `ident` attribute: `$Id: <blob id> $` on disk, `$Id$` in the blob. Source: git 2.39 convert.c. */
const DOLLAR = 36;
const LF$1 = 10;
const SPACE = 32;
const I = 73;
const D = 100;
const COLON = 58;
/** The closing `$` of an expanded keyword whose `$` is at `at`; -1 when there is none on this line. */
function closing(bytes, at) {
	const end = bytes.indexOf(DOLLAR, at + 4);
	if (end < 0) return -1;
	return bytes.subarray(at, end).indexOf(LF$1) < 0 ? end : -1;
}
const startsKeyword = (bytes, at) => bytes[at + 1] === I && bytes[at + 2] === D;
function collapseIdent(bytes) {
	const parts = [];
	let from = 0;
	for (let at = bytes.indexOf(DOLLAR); at >= 0; at = bytes.indexOf(DOLLAR, at)) {
		const end = startsKeyword(bytes, at) && bytes[at + 3] === COLON ? closing(bytes, at) : -1;
		if (end < 0) {
			at++;
			continue;
		}
		parts.push(bytes.subarray(from, at + 3));
		from = end;
		at = end + 1;
	}
	return parts.length === 0 ? bytes : concat([...parts, bytes.subarray(from)]);
}
function expandIdent(bytes, id) {
	const parts = [];
	const expanded = utf8(`Id: ${id} $`);
	let from = 0;
	for (let at = bytes.indexOf(DOLLAR); at >= 0; at = bytes.indexOf(DOLLAR, at)) {
		let end = -1;
		if (startsKeyword(bytes, at)) {
			if (bytes[at + 3] === DOLLAR) end = at + 3;
			else if (bytes[at + 3] === COLON) {
				end = closing(bytes, at);
				const space = bytes.indexOf(SPACE, at + 5);
				if (space >= 0 && space < end - 1) end = -1;
			}
		}
		if (end < 0) {
			at++;
			continue;
		}
		parts.push(bytes.subarray(from, at + 1), expanded);
		from = end + 1;
		at = end + 1;
	}
	return parts.length === 0 ? bytes : concat([...parts, bytes.subarray(from)]);
}

// ../../work/h/me/dist/git/worktree/lineEndings.js
/** `undefined`: bytes as they are. */
function lineEndingRule(attributes, config) {
	const text = textState(attributes.get("text")) ?? textState(attributes.get("crlf"));
	if (text === "binary") return void 0;
	const eol = attributes.get("eol");
	const crlfByConfig = config.autocrlf === true || config.autocrlf === false && config.eol === "crlf";
	if (text === "auto") return {
		auto: true,
		crlf: eol === "crlf" || eol !== "lf" && crlfByConfig
	};
	if (eol === "lf" || eol === "crlf") return {
		auto: false,
		crlf: eol === "crlf"
	};
	if (text === "input") return {
		auto: false,
		crlf: false
	};
	if (text === "text") return {
		auto: false,
		crlf: crlfByConfig
	};
	if (config.autocrlf === false) return void 0;
	return {
		auto: true,
		crlf: config.autocrlf === true
	};
}
function textState(value) {
	if (value === true) return "text";
	if (value === false) return "binary";
	return value === "input" || value === "auto" ? value : void 0;
}
const CR = 13;
const LF = 10;
function statsOf(bytes) {
	let crlf = 0;
	let loneCr = 0;
	let loneLf = 0;
	let nul = 0;
	let printable = 0;
	let nonPrintable = 0;
	for (let i = 0; i < bytes.length; i++) {
		const byte = bytes[i];
		if (byte === CR) {
			if (bytes[i + 1] === LF) {
				crlf++;
				i++;
			} else loneCr++;
		} else if (byte === LF) loneLf++;
		else if (byte === 127) nonPrintable++;
		else if (byte >= 32) printable++;
		else if (byte === 8 || byte === 9 || byte === 27 || byte === 12) printable++;
		else {
			if (byte === 0) nul++;
			nonPrintable++;
		}
	}
	if (bytes[bytes.length - 1] === 26) nonPrintable--;
	const binary = loneCr > 0 || nul > 0 || printable >> 7 < nonPrintable;
	return {
		crlf,
		loneCr,
		loneLf,
		binary
	};
}
/** Whether `text=auto` has to leave a file alone because its blob in the index has CR-LF already. */
function hasCrlf(blob) {
	if (!blob.includes(CR)) return false;
	const stats = statsOf(blob);
	return !stats.binary && stats.crlf > 0;
}
/** `indexHasCrlf` is asked only when the answer depends on it. */
async function toLf(bytes, rule, indexHasCrlf) {
	if (!rule || !bytes.includes(CR)) return bytes;
	const stats = statsOf(bytes);
	if (stats.crlf === 0) return bytes;
	if (rule.auto && (stats.binary || await indexHasCrlf())) return bytes;
	const converted = new Uint8Array(bytes.length - stats.crlf);
	let at = 0;
	for (let i = 0; i < bytes.length; i++) {
		const byte = bytes[i];
		if (byte !== CR || bytes[i + 1] !== LF) converted[at++] = byte;
	}
	return converted;
}
function toWorkingLineEndings(bytes, rule) {
	if (!rule?.crlf || !bytes.includes(LF)) return bytes;
	const stats = statsOf(bytes);
	if (stats.loneLf === 0) return bytes;
	if (rule.auto && (stats.loneCr > 0 || stats.crlf > 0 || stats.binary)) return bytes;
	const converted = new Uint8Array(bytes.length + stats.loneLf);
	let at = 0;
	for (let i = 0; i < bytes.length; i++) {
		const byte = bytes[i];
		if (byte === LF && bytes[i - 1] !== CR) converted[at++] = CR;
		converted[at++] = byte;
	}
	return converted;
}

// ../../work/h/me/dist/git/worktree/WorkingContent.js
/** Files in flight at once through filters: they stream, the disk is what they wait for. */
const FILTERS_AT_ONCE = 4;
const BATCH_BYTES = 32 << 20;
const BATCH_FILES = 4096;
var WorkingContent = class {
	#source;
	#filters;
	constructor(source) {
		this.#source = source;
		this.#filters = new Map(source.filters.map((filter) => [filter.name, filter]));
	}
	/** Reads the attribute files that these paths need; `conversionOf` is for them only. */
	async prepare(paths) {
		const { rules, readAttributes } = this.#source;
		const folders = rules.foldersToRead(paths);
		if (folders.length === 0) return;
		const contents = await readAttributes(folders);
		for (const [i, folder] of folders.entries()) rules.put(folder, contents[i]);
	}
	conversionOf(path) {
		const attributes = this.#source.rules.of(path);
		const filter = attributes.get("filter");
		return {
			filter: typeof filter === "string" ? this.#filters.get(filter) : void 0,
			lineEndings: lineEndingRule(attributes, this.#source.lineEndings),
			encoding: attributes.get("working-tree-encoding"),
			ident: attributes.get("ident") === true
		};
	}
	/** The blob has the file's own bytes. */
	isPlain(path) {
		const { filter, lineEndings, encoding, ident } = this.conversionOf(path);
		return !filter && !lineEndings && !ident && (typeof encoding !== "string" || encoding === "");
	}
	/**
	* Blobs of working files (symlinks: their target), in order, in batches whose bytes fit in memory. `undefined` for
	* a file that is gone.
	*/
	async *blobs(files, signal) {
		await this.prepare(files.map((file) => file.path));
		let batch = [];
		let bytes = 0;
		for (const file of files) {
			const conversion = file.isLink ? void 0 : this.conversionOf(file.path);
			const size = conversion?.filter ? 1024 : file.size;
			if (batch.length > 0 && (bytes + size > BATCH_BYTES || batch.length >= BATCH_FILES)) {
				yield await this.#readBatch(batch, signal);
				batch = [];
				bytes = 0;
			}
			batch.push({
				path: file.path,
				conversion
			});
			bytes += size;
		}
		if (batch.length > 0) yield await this.#readBatch(batch, signal);
	}
	async #readBatch(batch, signal) {
		throwIfAborted(signal);
		const { host, folder } = this.#source;
		const blobs = /* @__PURE__ */ new Map();
		const whole = batch.filter(({ conversion }) => conversion && !conversion.filter);
		const contents = await host.disk.readMany(whole.map(({ path }) => join(folder, path)));
		for (const [i, { path, conversion }] of whole.entries()) {
			const content = contents[i];
			blobs.set(path, content && conversion && await this.#toBlob(path, content, conversion));
		}
		for (const { path, conversion } of batch) {
			if (conversion) continue;
			const target = await host.disk.readLink(join(folder, path));
			blobs.set(path, target === void 0 ? void 0 : new TextEncoder().encode(target));
		}
		const filtered = batch.filter(({ conversion }) => conversion?.filter)[Symbol.iterator]();
		const work = async () => {
			for (const { path, conversion } of filtered) {
				throwIfAborted(signal);
				const diskPath = join(folder, path);
				const cleaned = await host.disk.lstat(diskPath) && await conversion?.filter?.clean(diskPath, path);
				blobs.set(path, cleaned && conversion && await this.#toBlob(path, cleaned, conversion));
			}
		};
		await Promise.all(Array.from({ length: FILTERS_AT_ONCE }, work));
		return batch.map(({ path }) => ({
			path,
			blob: blobs.get(path)
		}));
	}
	async #toBlob(path, content, conversion) {
		const decoded = decodeFromDisk(content, conversion.encoding, path);
		const lines = await toLf(decoded, conversion.lineEndings, async () => {
			const staged = await this.#source.indexBlob(path);
			return staged !== void 0 && hasCrlf(staged);
		});
		return conversion.ident ? collapseIdent(lines) : lines;
	}
	/** The blob that a file which lies elsewhere on the disk would be at `path`; `undefined` when it is gone. */
	async blobFrom(path, diskPath) {
		await this.prepare([path]);
		const conversion = this.conversionOf(path);
		const { filter } = conversion;
		const content = filter ? await filter.clean(diskPath, path) : await this.#source.host.disk.read(diskPath);
		return content && await this.#toBlob(path, content, conversion);
	}
	/** After `prepare`. */
	async toDisk(path, blob, id) {
		const conversion = this.conversionOf(path);
		const expanded = conversion.ident ? expandIdent(blob, id) : blob;
		const lines = toWorkingLineEndings(expanded, conversion.lineEndings);
		const encoded = encodeForDisk(lines, conversion.encoding, path);
		return conversion.filter ? conversion.filter.smudge(encoded, path) : encoded;
	}
};

// ../../work/h/me/dist/git/worktree/WorkTree.js
const GITATTRIBUTES = ".gitattributes";
/** Made for one operation, on one state of the index. */
var WorkTree = class WorkTree {
	#parts;
	#settings;
	#index;
	constructor(parts, settings, index) {
		this.#parts = parts;
		this.#settings = settings;
		this.#index = index;
	}
	static async open(parts, index) {
		await parts.config.refresh();
		return new WorkTree(parts, workTreeSettings(parts.host, parts.folder, parts.config), index);
	}
	async ignoreRules() {
		const { host, gitDir } = this.#parts;
		const { excludesFile, ignoreCase } = this.#settings;
		const [exclude, global] = await host.disk.readMany([join(gitDir, "info/exclude"), excludesFile ?? ""]);
		const lists = [exclude, excludesFile ? global : void 0].flatMap((content) => content ? [parseIgnoreFile(content, "", ignoreCase)] : []);
		return new IgnoreRules(lists, ignoreCase);
	}
	async attributeRules() {
		const { host, gitDir } = this.#parts;
		const { attributesFile, ignoreCase } = this.#settings;
		const [info, global, system] = await host.disk.readMany([
			join(gitDir, "info/attributes"),
			attributesFile ?? "",
			"/etc/gitattributes"
		]);
		return new AttributeRules({
			info,
			global: attributesFile ? global : void 0,
			system,
			ignoreCase
		});
	}
	async scanInput(signal) {
		const { host, folder } = this.#parts;
		const { ignoreCase, stat } = this.#settings;
		return {
			disk: host.disk,
			folder,
			index: this.#index,
			ignore: await this.ignoreRules(),
			ignoreCase,
			stat,
			signal
		};
	}
	/** Ignore rules with the folders above a path entered. */
	async ignoreRulesAbove(path) {
		const { host, folder } = this.#parts;
		const ignore = await this.ignoreRules();
		const folders = [""];
		for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) folders.push(path.slice(0, at));
		const contents = await regularFiles(host.disk, folder, folders, ".gitignore");
		for (const [i, at] of folders.entries()) ignore.enter(at, contents[i]);
		return ignore;
	}
	/** Attributes as they are on disk; where a folder's file is missing there, as the index has it. */
	async readAttributes(folders) {
		const { host, folder } = this.#parts;
		const contents = await regularFiles(host.disk, folder, folders, GITATTRIBUTES);
		for (const [i, at] of folders.entries()) if (!contents[i]) contents[i] = await this.indexBlob(at === "" ? GITATTRIBUTES : `${at}/${GITATTRIBUTES}`);
		return contents;
	}
	async indexBlob(path) {
		const entry = this.#index.get(path);
		return entry && !entry.isSubmodule ? this.#parts.objects.readBlob(entry.id) : void 0;
	}
	async hashContext(options) {
		const { host, folder, objects } = this.#parts;
		return {
			disk: host.disk,
			codec: host.codec,
			folder,
			objects,
			stat: this.#settings.stat,
			content: await this.#content(options, (folders) => this.readAttributes(folders)),
			signal: options.signal,
			onProgress: options.onProgress
		};
	}
	async checkoutContext(options) {
		const { gitDir, objects, trees } = this.#parts;
		const rules = await this.attributeRules();
		const fromTarget = (blobs) => this.#makeContent(options, rules, (folders) => this.#targetAttributes(folders, blobs));
		return {
			...await this.hashContext(options),
			objects,
			trees,
			temp: join(gitDir, "modsync/tmp"),
			ignoreCase: this.#settings.ignoreCase,
			targetContent: fromTarget
		};
	}
	/** A folder without the file in the tree may have an untracked one on disk. */
	async #targetAttributes(folders, blobs) {
		const { host, folder, objects } = this.#parts;
		const onDisk = await regularFiles(host.disk, folder, folders, GITATTRIBUTES);
		const contents = [];
		for (const [i, at] of folders.entries()) {
			const id = blobs.get(at);
			const isTracked = this.#index.get(at === "" ? GITATTRIBUTES : `${at}/${GITATTRIBUTES}`) !== void 0;
			if (id) contents.push(await objects.readBlob(id));
			else contents.push(isTracked && blobs.has(at) ? void 0 : onDisk[i]);
		}
		return contents;
	}
	async #content(options, read) {
		return this.#makeContent(options, await this.attributeRules(), read);
	}
	#makeContent(options, rules, readAttributes) {
		const { host, folder } = this.#parts;
		return new WorkingContent({
			host,
			folder,
			rules,
			readAttributes,
			lineEndings: this.#settings.lineEndings,
			filters: options.filters ?? [],
			indexBlob: (path) => this.indexBlob(path)
		});
	}
};

// ../../work/h/me/dist/git/Repository.js
const UNDER_WAY = [
	["MERGE_HEAD", "merge"],
	["rebase-merge", "rebase"],
	["rebase-apply", "rebase"],
	["CHERRY_PICK_HEAD", "cherry-pick"],
	["REVERT_HEAD", "revert"]
];
const ATTEMPTS = 20;
var Repository = class Repository {
	host;
	folder;
	gitDir;
	objects;
	trees;
	refs;
	graph;
	config;
	#index;
	#parts;
	#cache = {};
	constructor(host, folder, gitDir, config, graph) {
		this.host = host;
		this.folder = folder;
		this.gitDir = gitDir;
		this.config = config;
		this.objects = new ObjectStore(host, gitDir);
		this.trees = new Trees(this.objects);
		this.refs = new Refs(host, gitDir);
		this.graph = graph(this.objects);
		this.#index = new IndexStore(host, gitDir);
		this.#parts = {
			host,
			folder,
			gitDir,
			config,
			objects: this.objects,
			trees: this.trees
		};
	}
	/** A new, empty repository; one that is there already is opened as it is. */
	static async init(host, folder, options) {
		const gitDir = join(folder, ".git");
		if (await host.disk.lstat(join(gitDir, "HEAD"))) return Repository.open(host, folder);
		for (const name of [
			"objects/info",
			"objects/pack",
			"refs/heads",
			"refs/tags",
			"info",
			"hooks"
		]) await host.disk.makeFolder(join(gitDir, name));
		await (await GitConfig.open(host, gitDir)).setMany([
			["core.repositoryformatversion", "0"],
			["core.filemode", String(!isWindows(host))],
			["core.bare", "false"],
			["core.logallrefupdates", "true"],
			["core.symlinks", isWindows(host) ? "false" : void 0],
			["core.ignorecase", await host.disk.ignoresCase(folder) ? "true" : void 0]
		]);
		await host.disk.publish(join(gitDir, "HEAD"), utf8(`ref: refs/heads/${options.branch}\n`), { sync: true });
		return Repository.open(host, folder);
	}
	/** @throws SyncError `NOT_A_PROJECT`; `UNSUPPORTED_REPOSITORY`, which says what to do */
	static async open(host, folder) {
		const gitDir = await findGitDir(host, folder);
		const config = await GitConfig.open(host, gitDir);
		await checkFormat(host, folder, gitDir, config);
		const shallow = await readShallow(host.disk, gitDir);
		const repository = new Repository(host, folder, gitDir, config, (objects) => new CommitGraph(objects, shallow));
		await repository.#index.read();
		return repository;
	}
	/** For calls of isomorphic-git: on the one file system that all of this room uses. */
	isomorphic() {
		return {
			fs: isomorphicFs(this.host, this.gitDir, this.objects),
			dir: this.folder,
			gitdir: this.gitDir,
			cache: this.#cache
		};
	}
	/** The same object as long as nobody writes Git's index: what equalled it then differs now only if the file changed. */
	async indexState() {
		return await this.#index.read();
	}
	/** `undefined` before the first commit. */
	async headTree() {
		return this.#treeOf((await this.refs.head()).commit);
	}
	/** What stock Git is in the middle of. */
	async mergeInProgress() {
		const stats = await this.host.disk.lstatMany(this.gitDir, UNDER_WAY.map(([file]) => file));
		const found = UNDER_WAY.find((_, i) => stats[i] !== void 0);
		if (found) return found[1];
		return (await this.#index.read()).unmerged.length > 0 ? "conflict" : void 0;
	}
	/** Like `git status`: the index gets fresh stat data where files turned out unchanged, if nobody holds its lock. */
	async status(options = {}) {
		const since = secondsNow();
		const index = await this.#index.read();
		const workTree = await WorkTree.open(this.#parts, index);
		const candidates = await scan(await workTree.scanInput(options.signal), options.only);
		const { changes, refreshed } = await resolveCandidates(candidates, await workTree.hashContext(options));
		const staged = await compareIndexToTree(index, await this.headTree(), this.trees);
		await this.#refresh(index, refreshed, options, since);
		return {
			unstaged: changes,
			staged: staged.map(headToIndex),
			unmerged: index.unmerged,
			submodules: index.entries.filter((entry) => entry.isSubmodule).map((entry) => entry.path)
		};
	}
	/** For each path, by the files on disk. */
	async attributes(paths) {
		const workTree = await WorkTree.open(this.#parts, await this.#index.read());
		const rules = await workTree.attributeRules();
		const folders = rules.foldersToRead(paths);
		for (const [i, content] of (await workTree.readAttributes(folders)).entries()) rules.put(folders[i], content);
		return paths.map((path) => rules.of(path));
	}
	/** Whether Git would leave an untracked file here alone. Tracked files are never ignored. */
	async isIgnored(path) {
		const index = await this.#index.read();
		if (index.get(path) || index.hasBelow(path)) return false;
		const ignore = await (await WorkTree.open(this.#parts, index)).ignoreRulesAbove(path);
		const stat = await this.host.disk.lstat(join(this.folder, path));
		return ignore.isIgnored(parentOf(path), nameOf$1(path), stat?.kind === "folder");
	}
	/**
	* Like `git add -A && git commit`: objects first, then the index, then the ref. `undefined` when HEAD's tree would
	* not change.
	* @throws SyncError `MERGE_IN_PROGRESS` (unmerged entries), `UNSAFE_PATH`, `REF_CHANGED`, `LOCK_TIMEOUT`
	*/
	async commitWorkingTree(options) {
		for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
			const outcome = await this.#tryCommit(options);
			if (outcome !== AGAIN) return outcome;
		}
		throw new SyncError("LOCK_TIMEOUT", "Another Git program keeps changing the index or HEAD. Let it finish, then try again.");
	}
	async #tryCommit(options) {
		const since = secondsNow();
		const index = await this.#index.read();
		const workTree = await WorkTree.open(this.#parts, index);
		const candidates = (await scan(await workTree.scanInput(options.signal), options.only)).filter(({ path }) => !options.exclude?.has(path));
		const fresh = new NewObjects(this.objects);
		const context = {
			...await workTree.hashContext(options),
			objects: fresh
		};
		const staged = await stageCandidates(candidates, context);
		const made = await this.#index.update(async (current) => {
			if (!isUnchanged(candidates, current)) return { result: AGAIN };
			if (current.unmerged.length > 0) throw new SyncError("MERGE_IN_PROGRESS", "Some files have unresolved conflicts. Resolve them (\"git add\" or \"git mergetool\"), then go on.", { data: { paths: current.unmerged } });
			const head = await this.refs.head();
			const before = await this.#treeOf(head.commit);
			let next = current.with(staged);
			const differences = await compareIndexToTree(next, before, this.trees);
			await checkAdditions(next, differences, fresh);
			next = await settleRacy(next, current, context, since);
			const changes = differences.map(headToIndex);
			if (changes.length === 0 && !options.allowEmpty) {
				await fresh.flush();
				return {
					index: next === current ? void 0 : next,
					result: void 0
				};
			}
			const tree = await this.trees.write(before, changes, fresh);
			const parents = options.parents ?? (head.commit ? [head.commit] : []);
			const message = options.message.endsWith("\n") ? options.message : `${options.message}\n`;
			const data = formatCommit({
				tree,
				parents,
				author: options.author,
				committer: options.author,
				message
			});
			const [commit] = await fresh.write([{
				type: "commit",
				data
			}]);
			await fresh.flush();
			const cacheTree = await cacheTreeOf(next, tree, this.trees);
			if (cacheTree) next = next.with(/* @__PURE__ */ new Map(), cacheTree);
			const result = {
				commit,
				tree,
				changes
			};
			const beforeRelease = () => this.refs.update([{
				ref: "HEAD",
				expected: head.commit,
				next: result.commit
			}], {
				message: options.reason ?? reasonFor(options, head.commit),
				who: options.author
			});
			return {
				index: next,
				result,
				beforeRelease
			};
		}, options).catch((error) => {
			if (hasCode(error, "REF_CHANGED") && options.parents === void 0) return AGAIN;
			throw error;
		});
		if (made === AGAIN || made === void 0) return made;
		const files = made.changes.length;
		options.onProgress?.({
			phase: "commit",
			files,
			totalFiles: files,
			bytes: 0
		});
		return made;
	}
	/**
	* Index and working tree move from what the index has to `to`; the caller moves the ref. A working file that is not
	* what the index says, and an untracked file in the way, is kept as it is (unless it already is what `to` has): the
	* index gets the new blob for it, so that it shows as changed.
	* @throws SyncError `UNSAFE_PATH` before anything is written; `MERGE_IN_PROGRESS`, `OBJECT_MISSING`, `LOCK_TIMEOUT`
	*/
	async checkout(options) {
		const since = secondsNow();
		return this.#index.update(async (current) => {
			if (current.unmerged.length > 0) throw new SyncError("MERGE_IN_PROGRESS", "Some files have unresolved conflicts. Resolve them (\"git add\" or \"git mergetool\"), then go on.", { data: { paths: current.unmerged } });
			const context = await (await WorkTree.open(this.#parts, current)).checkoutContext(options);
			const { index, written, kept } = await checkoutTree(current, options.to, context);
			await options.beforeIndex?.({
				written,
				kept
			});
			const settled = await settleRacy(index, current, context, since);
			return {
				index: settled === current ? void 0 : settled,
				result: {
					written,
					kept
				}
			};
		}, options);
	}
	/**
	* What `checkout` would refuse, without doing anything: to be asked before a move is begun.
	* @throws SyncError `UNSAFE_PATH`, `OBJECT_MISSING`, `MALFORMED_OBJECT`
	*/
	async checkTarget(to) {
		await checkTarget(await this.#index.read(), to, this);
	}
	/**
	* Before refs move to what a remote sent: `received` names the objects that came.
	* @throws SyncError `OBJECT_MISSING` when `wants` lead to something that is not here
	*/
	checkConnected(wants, received, options = {}) {
		return checkConnected(this, wants, received, options);
	}
	/**
	* Puts one version of a file on disk and into the index; `undefined` removes it from both.
	* @param options.expect what is believed to be there; left out: whatever it is
	* @throws SyncError `WOULD_OVERWRITE` when it is not as expected, `UNSAFE_PATH`
	*/
	async restoreFile(path, file, options = {}) {
		const since = secondsNow();
		await this.#index.update(async (current) => {
			const context = await (await WorkTree.open(this.#parts, current)).checkoutContext(options);
			const entry = await restoreFile(path, file, options.expect, context);
			return {
				index: await settleRacy(current.with(/* @__PURE__ */ new Map([[path, entry]])), current, context, since),
				result: void 0
			};
		}, options);
	}
	/**
	* Like `restoreFile` for many files, in one change of the index.
	* @returns the paths that were not as expected, and were left as they are
	*/
	async restoreFiles(files, options = {}) {
		const since = secondsNow();
		return await this.#index.update(async (current) => {
			const context = await (await WorkTree.open(this.#parts, current)).checkoutContext(options);
			await context.content.prepare(files.map(({ path }) => path));
			const entries = /* @__PURE__ */ new Map();
			const kept = [];
			for (const { path, file, expect } of files) {
				throwIfAborted(options.signal);
				try {
					entries.set(path, await restoreFile(path, file, expect, context));
				} catch (error) {
					if (!hasCode(error, "WOULD_OVERWRITE")) throw error;
					kept.push(path);
				}
			}
			return {
				index: await settleRacy(current.with(entries), current, context, since),
				result: kept
			};
		}, options);
	}
	/** The id that the working file would get, nothing stored; `undefined` when there is no file. */
	async hashFile(path, options = {}) {
		const stat = await this.host.disk.lstat(join(this.folder, path));
		if (!stat) return void 0;
		const workTree = await WorkTree.open(this.#parts, await this.#index.read());
		return (await hashFiles([{
			path,
			stat
		}], await workTree.hashContext(options))).get(path);
	}
	/** Like `hashFile`, and the blob is stored. */
	async storeFile(path, options = {}) {
		const stat = await this.host.disk.lstat(join(this.folder, path));
		if (stat?.kind !== "file" && stat?.kind !== "symlink") return void 0;
		const workTree = await WorkTree.open(this.#parts, await this.#index.read());
		return (await stageCandidates([{
			path,
			stat,
			verdict: "untracked"
		}], await workTree.hashContext(options))).get(path)?.id;
	}
	/** Stores what a file anywhere on the disk would be at `path`; `undefined` when there is no such file. */
	async storeFileAs(path, diskPath, options = {}) {
		if ((await this.host.disk.lstat(diskPath))?.kind !== "file") return void 0;
		const data = await (await (await WorkTree.open(this.#parts, await this.#index.read())).hashContext(options)).content.blobFrom(path, diskPath);
		if (!data) return void 0;
		const [id] = await this.objects.write([{
			type: "blob",
			data
		}]);
		return id;
	}
	/**
	* Makes one pack of loose objects and packs that have piled up, by Git's own settings (`gc.auto`,
	* `gc.autoPackLimit`) and under its lock. Drops nothing. `undefined` when there was nothing to do.
	*/
	upkeep(options = {}) {
		return upkeep(this, options);
	}
	/** Ends the locks that killed modsync processes left, which stock Git would not. Others' locks stay. */
	releaseDeadLocks() {
		return releaseDeadLocks(this.host.disk, this.gitDir);
	}
	async #treeOf(commit) {
		return commit && (await this.graph.commit(commit)).tree;
	}
	/** Saves the next status from reading the same files again. Never waits, never fails. */
	async #refresh(index, refreshed, options, since) {
		const now = Math.floor(Date.now() / 1e3);
		const settled = new Map([...refreshed].filter(([, entry]) => entry.stat.mtimeSeconds < now));
		if (settled.size === 0) return;
		try {
			await this.#index.update(async (current) => {
				if (current !== index) return { result: void 0 };
				const context = await (await WorkTree.open(this.#parts, current)).hashContext(options);
				return {
					index: await settleRacy(current.with(settled), current, context, since),
					result: void 0
				};
			}, { waitMs: 0 });
		} catch (error) {
			if (!hasCode(error, "LOCK_TIMEOUT") && !hasCode(error, "PERMISSION_DENIED") && !hasCode(error, "NO_SPACE")) throw error;
		}
	}
};
const AGAIN = "the index changed";
const headToIndex = ({ path, entry, file }) => ({
	path,
	...file && { before: file },
	...entry && { after: entry.file }
});
/** Whether the index still says of these paths what it said when they were scanned. */
function isUnchanged(candidates, current) {
	return candidates.every(({ path, entry }) => {
		const now = current.get(path);
		return now === entry || now !== void 0 && entry !== void 0 && now.id === entry.id && now.mode === entry.mode;
	});
}
function reasonFor({ message, parents }, head) {
	return `${head === void 0 ? "commit (initial)" : (parents?.length ?? 1) > 1 ? "commit (merge)" : "commit"}: ${message.split("\n", 1)[0]}`;
}

// ../../work/h/me/dist/git/stagedFiles.js
/**
* What a commit of this index would add or change. Git's hooks name one that is about to become `.git/index`.
* @param indexFile a disk path
* @throws SyncError `NOT_FOUND`, `MALFORMED_OBJECT`
*/
async function stagedFiles(repository, indexFile) {
	const { host, trees } = repository;
	const bytes = await host.disk.read(indexFile);
	if (!bytes) throw new SyncError("NOT_FOUND", `There is no index ${indexFile}.`, { data: { path: indexFile } });
	const index = parseIndex(bytes, host.codec);
	return (await compareIndexToTree(index, await repository.headTree(), trees)).flatMap(({ path, entry }) => entry && !entry.isSubmodule ? [{
		path,
		file: entry.file,
		size: entry.stat.size
	}] : []);
}

export { formatSignature as _, parsePathPattern as a, parseTag as b, isRefName as c, checkPath as d, ObjectStore as f, formatCommit as g, CommitGraph as h, AttributeRules as i, brokenLinkRule as l, MODE as m, Repository as n, patternSubject as o, Trees as p, IgnoreRules as r, Refs as s, stagedFiles as t, brokenNameRule as u, formatTag as v, parseCommit as y };