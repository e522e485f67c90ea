import { i as throwIfAborted, t as SyncError } from "./errors-CKzV5trQ.js";
import { c as utf8, o as text } from "./bytes-N1wsZNrM.js";
import { i as parentOf, n as join } from "./paths-CcTiHc6F.js";

// ../../work/h/me/dist/git/configFormat.js
/** The text of a Git configuration file: read it, and change one value leaving all else as it was. */
const HEADER = /\[([-A-Za-z0-9.]+)(?:[ \t]+"((?:[^"\\\n]|\\[^\n])*)")?\]/y;
const NAME = /([A-Za-z][-A-Za-z0-9]*)[ \t]*/y;
/** Splits at the first and the last dot. @throws SyncError `INVALID_INPUT` */
function splitKey(key) {
	const first = key.indexOf(".");
	const last = key.lastIndexOf(".");
	if (first < 1 || last === key.length - 1) throw new SyncError("INVALID_INPUT", `"${key}" is not a configuration key: section.name.`, { data: { key } });
	const section = key.slice(0, first);
	const subsection = first === last ? void 0 : key.slice(first + 1, last);
	const name = key.slice(last + 1);
	return {
		section,
		subsection,
		name,
		normal: normalKey(section, subsection, name)
	};
}
const normalKey = (section, subsection, name) => subsection === void 0 ? `${section.toLowerCase()}.${name.toLowerCase()}` : `${section.toLowerCase()}.${subsection}.${name.toLowerCase()}`;
/** @throws SyncError `INVALID_CONFIG` */
const parseConfig = (source, file) => scan(source, file).lines;
function scan(source, file) {
	const lines = [];
	const sections = [];
	let prefix;
	let at = source.startsWith("﻿") ? 1 : 0;
	const fail = () => {
		const line = source.slice(0, at).split("\n").length;
		throw new SyncError("INVALID_CONFIG", `Line ${line} of ${file} is not Git configuration. Mend it, or run "git config --edit".`, { data: {
			file,
			line
		} });
	};
	while (at < source.length) {
		const char = source[at];
		if (/\s/.test(char)) at++;
		else if (char === "#" || char === ";") at = endOfLine(source, at);
		else if (char === "[") {
			HEADER.lastIndex = at;
			const header = HEADER.exec(source);
			if (!header) return fail();
			const section = header[1].toLowerCase();
			prefix = header[2] === void 0 ? section : `${section}.${header[2].replace(/\\(.)/g, "$1")}`;
			at = HEADER.lastIndex;
			sections.push({
				name: prefix,
				end: lineEndAfter(source, at)
			});
		} else {
			NAME.lastIndex = at;
			const name = NAME.exec(source);
			if (!name || prefix === void 0) return fail();
			const start = at;
			at = NAME.lastIndex;
			let value = "true";
			if (source[at] === "=") {
				const read = readValue(source, at + 1);
				if (!read) return fail();
				({value} = read);
				at = read.end;
			} else {
				if (!/^(?:\r?\n|$)/.test(source.slice(at, at + 2))) return fail();
				at = endOfLine(source, at);
			}
			const end = Math.min(at + 1, source.length);
			lines.push({
				key: `${prefix}.${name[1].toLowerCase()}`,
				value,
				start,
				end
			});
			const last = sections.at(-1);
			if (last) last.end = end;
			at = end;
		}
	}
	return {
		lines,
		sections
	};
}
function endOfLine(source, at) {
	const end = source.indexOf("\n", at);
	return end < 0 ? source.length : end;
}
const lineEndAfter = (source, at) => {
	const rest = source.slice(at, endOfLine(source, at)).trim();
	return rest === "" || /^[#;]/.test(rest) ? Math.min(endOfLine(source, at) + 1, source.length) : at;
};
const ESCAPES = {
	n: "\n",
	t: "	",
	b: "\b",
	"\\": "\\",
	"\"": "\""
};
/** A value up to the end of its line(s). Spaces outside quotes are trimmed at both ends. */
function readValue(source, from) {
	let value = "";
	let spaces = "";
	let quoted = false;
	for (let at = from;; at++) {
		const char = source[at];
		if (char === void 0 || char === "\n") return quoted ? void 0 : {
			value,
			end: at
		};
		if (char === "\r" && source[at + 1] === "\n") continue;
		if (!quoted && (char === " " || char === "	" || char === "\r")) {
			if (value !== "") spaces += char;
			continue;
		}
		if (!quoted && (char === "#" || char === ";")) return {
			value,
			end: endOfLine(source, at)
		};
		value += spaces;
		spaces = "";
		if (char === "\"") quoted = !quoted;
		else if (char !== "\\") value += char;
		else {
			const next = source[++at];
			if (next === "\n" || next === void 0) continue;
			if (next === "\r" && source[at + 1] === "\n") {
				at++;
				continue;
			}
			const escaped = ESCAPES[next];
			if (escaped === void 0) return void 0;
			value += escaped;
		}
	}
}
/** The file with one value set: its last line changed, or a line added to its section; `undefined` removes all. */
function setInConfig(source, key, value) {
	const { section, subsection, name, normal } = splitKey(key);
	const { lines, sections } = scan(source, ".git/config");
	const found = lines.filter((line) => line.key === normal);
	if (value === void 0) {
		let rest = source;
		for (const line of found.reverse()) rest = rest.slice(0, startOfLine(rest, line.start)) + rest.slice(line.end);
		return rest;
	}
	const written = `${name} = ${quoteValue(value)}\n`;
	const last = found.at(-1);
	if (last) return `${source.slice(0, last.start)}${written}${source.slice(last.end)}`;
	const prefix = normal.slice(0, normal.lastIndexOf("."));
	const home = sections.findLast((candidate) => candidate.name === prefix);
	if (home) {
		const before = source.slice(0, home.end);
		return `${before}${lineBreakAfter(before)}\t${written}${source.slice(home.end)}`;
	}
	const header = subsection === void 0 ? `[${section}]` : `[${section} "${subsection.replace(/["\\]/g, "\\$&")}"]`;
	return `${source}${lineBreakAfter(source)}${header}\n\t${written}`;
}
/** What ends the last line, also where a backslash asks for one more. */
function lineBreakAfter(text) {
	if (text === "" || text === "﻿") return "";
	return (text.endsWith("\n") ? "" : "\n") + (/\\\r?\n?$/.test(text) ? "\n" : "");
}
/** From the indentation of a line's name on, unless something stands before it on that line. */
function startOfLine(source, at) {
	const start = source.lastIndexOf("\n", at - 1) + 1;
	return source.slice(start, at).trim() === "" ? start : at;
}
function quoteValue(value) {
	const escaped = value.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("	", "\\t");
	return /^\s|\s$|[#;]/.test(value) || value === "" ? `"${escaped}"` : escaped;
}

// ../../work/h/me/dist/git/config.js
const DEEPEST_INCLUDE = 10;
const TRUE = /^(?:true|yes|on)$/i;
const FALSE = /^(?:false|no|off|)$/i;
/** What Git reads outside of any repository. @throws SyncError `INVALID_CONFIG` */
const userConfig = (host) => GitConfig.open(host, void 0);
var GitConfig = class GitConfig {
	#host;
	#file;
	/** `undefined` for the user's own settings alone. */
	#gitDir;
	#values = /* @__PURE__ */ new Map();
	#stamps = /* @__PURE__ */ new Map();
	constructor(host, gitDir) {
		this.#host = host;
		this.#gitDir = gitDir;
		this.#file = gitDir === void 0 ? "" : join(gitDir, "config");
	}
	/** @throws SyncError `INVALID_CONFIG` naming the file and line that Git could not read either */
	static async open(host, gitDir) {
		const config = new GitConfig(host, gitDir);
		await config.#load();
		return config;
	}
	/** Reads the files again if one of them changed. */
	async refresh() {
		for (const [path, stamp] of this.#stamps) if (stampOf(await this.#host.disk.lstat(path)) !== stamp) return this.#load();
	}
	/** The last value. A key is `section.name` or `section.subsection.name`; `name` alone on its line is "true". */
	get(key) {
		return this.#values.get(splitKey(key).normal)?.at(-1);
	}
	getAll(key) {
		return this.#values.get(splitKey(key).normal) ?? [];
	}
	/** `undefined` when it is not set. @throws SyncError `INVALID_CONFIG` */
	getBool(key) {
		const value = this.get(key);
		if (value === void 0) return void 0;
		if (TRUE.test(value)) return true;
		if (FALSE.test(value)) return false;
		if (/^[+-]?\d+$/.test(value)) return Number(value) !== 0;
		throw new SyncError("INVALID_CONFIG", `Git's configuration has ${key} = ${value}, which is neither true nor false.`, { data: {
			key,
			value
		} });
	}
	/** Names of `[section "name"]`. */
	subsections(section) {
		const names = /* @__PURE__ */ new Set();
		const prefix = `${section.toLowerCase()}.`;
		for (const key of this.#values.keys()) if (key.startsWith(prefix) && key.lastIndexOf(".") > prefix.length - 1) names.add(key.slice(prefix.length, key.lastIndexOf(".")));
		return [...names];
	}
	/** All keys that are set, sections and names in lowercase. */
	keys() {
		return [...this.#values.keys()];
	}
	/** Sets one value (`undefined`: removes every one) in the repository's own file. */
	async set(key, value) {
		await this.setMany([[key, value]]);
	}
	async setMany(changes) {
		const { disk } = this.#host;
		const lock = await disk.lockFile(this.#file);
		try {
			let content = text(await disk.read(this.#file) ?? /* @__PURE__ */ new Uint8Array(0));
			for (const [key, value] of changes) content = setInConfig(content, key, value);
			await lock.commit(utf8(content));
		} finally {
			await lock.release();
		}
		await this.#load();
	}
	async #load() {
		const values = /* @__PURE__ */ new Map();
		this.#stamps = /* @__PURE__ */ new Map();
		const put = (key, value) => {
			const all = values.get(key);
			if (all) all.push(value);
			else values.set(key, [value]);
		};
		for (const path of this.#outerFiles()) await this.#readInto(path, put, 0);
		if (this.#gitDir !== void 0) {
			await this.#readInto(this.#file, put, 0);
			const worktreeConfig = values.get("extensions.worktreeconfig")?.at(-1);
			if (worktreeConfig !== void 0 && TRUE.test(worktreeConfig)) await this.#readInto(join(this.#gitDir, "config.worktree"), put, 0);
		}
		const { environment } = this.#host;
		for (let i = 0; i < Number(environment.GIT_CONFIG_COUNT ?? 0); i++) {
			const key = environment[`GIT_CONFIG_KEY_${i}`];
			if (key) put(splitKey(key).normal, environment[`GIT_CONFIG_VALUE_${i}`] ?? "");
		}
		this.#values = values;
	}
	#outerFiles() {
		const { environment } = this.#host;
		const files = [];
		if (!environment.GIT_CONFIG_NOSYSTEM || FALSE.test(environment.GIT_CONFIG_NOSYSTEM)) {
			if (environment.GIT_CONFIG_SYSTEM) files.push(slashed(environment.GIT_CONFIG_SYSTEM));
			else if (isWindows(this.#host)) for (const programs of [environment.ProgramFiles, environment.ProgramW6432]) {
				const file = programs && join(slashed(programs), "Git/etc/gitconfig");
				if (file && !files.includes(file)) files.push(file);
			}
			else files.push("/etc/gitconfig");
		}
		if (environment.GIT_CONFIG_GLOBAL !== void 0) {
			if (environment.GIT_CONFIG_GLOBAL !== "") files.push(slashed(environment.GIT_CONFIG_GLOBAL));
		} else {
			const xdg = xdgConfigHome(this.#host);
			if (xdg) files.push(join(xdg, "git/config"));
			const home = homeFolder(this.#host);
			if (home) files.push(join(home, ".gitconfig"));
		}
		return files;
	}
	async #readInto(path, put, depth) {
		const { disk } = this.#host;
		this.#stamps.set(path, stampOf(await disk.lstat(path)));
		const content = await disk.read(path);
		if (!content) return;
		for (const line of parseConfig(text(content), path)) {
			put(line.key, line.value);
			const included = this.#included(line, path);
			if (included && depth < DEEPEST_INCLUDE) await this.#readInto(included, put, depth + 1);
		}
	}
	/** `include.path`, and `includeIf` for `gitdir:` and `gitdir/i:` without wildcards. */
	#included({ key, value }, from) {
		const path = () => expandHome(this.#host, value, parentOf(from));
		if (key === "include.path") return path();
		const condition = /^includeif\.gitdir(\/i)?:(.*)\.path$/.exec(key);
		if (!condition) return void 0;
		const folded = (path) => condition[1] ? path.toLowerCase() : path;
		let wanted = expandHome(this.#host, condition[2], parentOf(from), true);
		if (wanted.endsWith("/")) wanted += "**";
		const here = folded(this.#gitDir ?? "");
		if (wanted.endsWith("/**")) return here.startsWith(folded(wanted.slice(0, -2))) ? path() : void 0;
		return folded(wanted) === here ? path() : void 0;
	}
};
const stampOf = (stat) => stat ? `${stat.ino} ${stat.size} ${stat.mtimeSeconds} ${stat.mtimeNanoseconds} ${stat.ctimeSeconds} ${stat.ctimeNanoseconds}` : "";
const slashed = (path) => path.replaceAll("\\", "/");
/** The environment names it on every Windows since NT. */
const isWindows = (host) => host.environment.OS === "Windows_NT";
function homeFolder({ environment }) {
	const home = environment.HOME || environment.USERPROFILE;
	return home ? slashed(home) : void 0;
}
function xdgConfigHome(host) {
	const { XDG_CONFIG_HOME } = host.environment;
	if (XDG_CONFIG_HOME) return slashed(XDG_CONFIG_HOME);
	const home = homeFolder(host);
	return home && join(home, ".config");
}
/** A path from a configuration file: `~/` is the user's folder; relative to the file it stands in. */
function expandHome(host, path, folder, anywhere = false) {
	const slashedPath = slashed(path);
	if (slashedPath.startsWith("~/")) return join(homeFolder(host) ?? "", slashedPath.slice(2));
	if (slashedPath.startsWith("/") || /^[A-Za-z]:/.test(slashedPath)) return slashedPath;
	if (slashedPath.startsWith("./")) return join(folder, slashedPath.slice(2));
	return anywhere ? `/**/${slashedPath}` : join(folder, slashedPath);
}

// ../../work/h/me/dist/shared/pause.js
/** Waits; an abort ends it early. @throws SyncError `ABORTED` */
async function pause(ms, signal) {
	throwIfAborted(signal);
	if (ms <= 0) return;
	await new Promise((resolve) => {
		const wake = () => {
			clearTimeout(timer);
			signal?.removeEventListener("abort", wake);
			resolve();
		};
		const timer = setTimeout(wake, ms);
		signal?.addEventListener("abort", wake);
	});
	throwIfAborted(signal);
}

export { userConfig as a, isWindows as i, GitConfig as n, xdgConfigHome as o, expandHome as r, parseConfig as s, pause as t };