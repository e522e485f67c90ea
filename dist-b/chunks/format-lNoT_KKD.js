import { stripVTControlCharacters } from "node:util";

// ../../work/h/me/dist/cli/format.js
/** How values read on a terminal. Pure. */
/** Names and messages come from other people's machines: without what would steer the terminal. */
function shown(text, { lines = false } = {}) {
	return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) => {
		if (lines && (character === "\n" || character === "	")) return character;
		if (character === "\n" || character === "	") return " ";
		return `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, "0")}`;
	});
}
const UNITS = [
	"B",
	"KB",
	"MB",
	"GB",
	"TB"
];
/** `0 B`, `812 B`, `1.4 MB`: powers of 1000, as disks are sold. */
function size(bytes) {
	let value = bytes;
	let unit = 0;
	while (value >= 999.5 && unit < UNITS.length - 1) {
		value /= 1e3;
		unit++;
	}
	const digits = unit === 0 || value >= 99.95 ? 0 : 1;
	return `${value.toFixed(digits)} ${UNITS[unit]}`;
}
/** `1 file`, `3 files`; `plural` where an "s" does not do. */
const count = (number, one, plural = `${one}s`) => `${number.toLocaleString("en-US")} ${number === 1 ? one : plural}`;
/** `340 ms`, `2.1 s`, `3 min 20 s`. */
function duration(ms) {
	if (ms < 1e3) return `${Math.round(ms)} ms`;
	if (ms < 59950) return `${(ms / 1e3).toFixed(1)} s`;
	const seconds = Math.round(ms / 1e3);
	if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
	return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds % 3600 / 60)} min`;
}
const STEPS = [
	[
		60,
		1,
		"second"
	],
	[
		3600,
		60,
		"minute"
	],
	[
		86400,
		3600,
		"hour"
	],
	[
		604800,
		86400,
		"day"
	],
	[
		2678400,
		604800,
		"week"
	],
	[
		31536e3,
		2626560,
		"month"
	],
	[
		Number.POSITIVE_INFINITY,
		31536e3,
		"year"
	]
];
const relative = new Intl.RelativeTimeFormat("en", {
	numeric: "always",
	style: "long"
});
/** `just now`, `3 minutes ago`, `2 weeks ago`. @param timestamp ISO 8601 */
function ago(timestamp, now = Date.now()) {
	const seconds = (now - Date.parse(timestamp)) / 1e3;
	if (Number.isNaN(seconds)) return "at an unknown time";
	if (seconds < 5) return "just now";
	const [, length, unit] = STEPS.find(([limit]) => seconds < limit) ?? [
		0,
		1,
		"second"
	];
	return relative.format(-Math.floor(seconds / length), unit);
}
/** `14:03:07`, of this machine's clock. */
const clock = (date = /* @__PURE__ */ new Date()) => date.toTimeString().slice(0, 8);
/** In characters, colours left out. */
const width = (cell) => [...stripVTControlCharacters(cell)].length;
/** Columns as wide as their widest cell, two spaces between; the last one is not padded. */
function columns(rows, indent = "") {
	const widths = [];
	for (const row of rows) row.forEach((cell, at) => {
		widths[at] = Math.max(widths[at] ?? 0, width(cell));
	});
	return rows.map((row) => {
		return (indent + row.map((cell, at) => cell + " ".repeat((widths[at] ?? 0) - width(cell))).join("  ")).trimEnd();
	});
}
/** The first `limit` of them, and how many more there are. */
function firstOf(items, limit, line) {
	const lines = items.slice(0, limit).map(line);
	if (items.length > limit) lines.push(`… and ${(items.length - limit).toLocaleString("en-US")} more`);
	return lines;
}
const firstLine = (text) => shown(text.split("\n", 1)[0] ?? "");

export { duration as a, shown as c, count as i, size as l, clock as n, firstLine as o, columns as r, firstOf as s, ago as t, width as u };