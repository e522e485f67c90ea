import { T as parsePlugin, h as sameRecord, k as RECORD_FLAG } from "./bethesda-BKckgJL1.js";
import { r as equal } from "./bytes-N1wsZNrM.js";
import { i as GROUP, m as formIdText, o as groupName, r as layOutVersions, t as cellsOf } from "./layout-C8oeoO2Y.js";
import { n as errorBody, t as SyncError } from "./errors-CKzV5trQ.js";
import { n as UsageError } from "./exit-BD5oHEeD.js";
import { c as shown, i as count, r as columns } from "./format-lNoT_KKD.js";

// ../../work/h/me/dist/merge/plugin/describe.js
/** What a plugin says, record by record, and what differs between two: for people, and for `git diff`. */
/** Nothing in it that the Creation Kit writes anew with each save. @throws SyncError `MALFORMED_PLUGIN` */
function describePlugin(bytes, codec) {
	const plugin = parsePlugin(bytes);
	const rowsOf = (record) => [...cellsOf(record, codec).values()].map(({ name, text }) => ({
		name,
		text
	}));
	const header = cellsOf(plugin.tes4, codec).values();
	return {
		masters: plugin.masters,
		kind: kindOf(plugin),
		header: [...header].filter(({ type }) => !SHOWN_ELSEWHERE.has(type)).map(({ name, text }) => ({
			name,
			text
		})),
		records: placed(plugin).map(({ record, groupPath }) => ({
			...named(record, groupPath, codec),
			flags: (record.flags & ~RECORD_FLAG.compressed) >>> 0,
			rows: rowsOf(record)
		}))
	};
}
const SHOWN_ELSEWHERE = /* @__PURE__ */ new Set([
	"HEDR",
	"MAST",
	"DATA"
]);
const kindOf = ({ isMaster, isLight, isLocalized }) => [
	...isMaster ? ["master"] : [],
	...isLight ? ["light"] : [],
	...isLocalized ? ["localized"] : []
];
/**
* Records are the same when they come from the same master and have the same number there, whatever place the master
* has in the list.
* @throws SyncError `MALFORMED_PLUGIN`
*/
function diffPlugins(before, after, codec) {
	const [a, b] = [parsePlugin(before), parsePlugin(after)];
	const [old, now] = [keyed(a), keyed(b)];
	const records = [];
	let noise = 0;
	for (const [key, { record, groupPath }] of now) {
		const was = old.get(key);
		const identity = named(record, groupPath, codec);
		if (!was) records.push({
			...identity,
			kind: "added",
			rows: []
		});
		else if (was.groupPath !== groupPath || !sameRecord(was.record, record, codec)) {
			const rows = layOutVersions(record.type, was.record, record, void 0, codec);
			records.push({
				...identity,
				kind: "changed",
				rows: rows.filter(isChange)
			});
		} else if (!equal(was.record.header, record.header) || !equal(was.record.data, record.data)) noise++;
	}
	for (const [key, { record, groupPath }] of old) if (!now.has(key)) records.push({
		...named(record, groupPath, codec),
		kind: "deleted",
		rows: []
	});
	const header = layOutVersions("TES4", a.tes4, b.tes4, void 0, codec);
	return {
		masters: {
			before: a.masters,
			after: b.masters
		},
		header: header.filter((row) => isChange(row) && row.type !== "HEDR" && row.type !== "MAST"),
		records,
		noise
	};
}
const isChange = ({ changedBy }) => changedBy === "ours" || changedBy === "both";
/**
* By FormID within their group, since the Creation Kit writes them in another order at times; but the lines of a topic
* as they stand, since the game takes the first that fits. What belongs to a record follows it.
*/
function placed({ nodes }) {
	const found = [];
	const walk = (list, path, inOrder) => {
		const units = [];
		for (const node of list) {
			const last = units.at(-1);
			if (node.kind === "group" && last?.[0]?.kind === "record") last.push(node);
			else units.push([node]);
		}
		const rank = ([first]) => first?.kind === "record" ? first.formId : first?.label ?? 0;
		if (!inOrder) units.sort((a, b) => rank(a) - rank(b));
		for (const node of units.flat()) if (node.kind === "record") found.push({
			record: node,
			groupPath: path
		});
		else walk(node.children, joined(path, node), node.groupType === GROUP.topic);
	};
	walk(nodes, "", true);
	return found;
}
const joined = (path, group) => path ? `${path} › ${groupName(group)}` : groupName(group);
function keyed(plugin) {
	const found = /* @__PURE__ */ new Map();
	for (const one of placed(plugin)) {
		const { formId, type } = one.record;
		const key = `${plugin.masters[formId >>> 24]?.toLowerCase() ?? ""} ${type} ${formId & 16777215}`;
		let free = key;
		for (let time = 2; found.has(free); time++) free = `${key} ${time}`;
		found.set(free, one);
	}
	return found;
}
function named({ formId, type, ...record }, groupPath, codec) {
	const editorId = cellsOf({
		formId,
		type,
		...record
	}, codec).get("EDID#1")?.text;
	return {
		formId: formIdText(formId),
		type,
		...editorId !== void 0 && { editorId },
		groupPath
	};
}

// ../../work/h/me/dist/cli/commands/plugin.js
/** Plugins (esp, esm, esl) in words: all that one says, or what differs between two. */
const plugin = async ({ action, files }, context) => {
	const run = ACTIONS[action];
	if (!run) throw new UsageError(`"${action}" is not one of: ${Object.keys(ACTIONS).join(", ")}.`);
	const wanted = action === "diff" ? 2 : 1;
	if (files.length !== wanted) throw new UsageError(wanted === 2 ? "Name two plugins: before and after." : "Name one plugin.");
	return await run(files, context);
};
const ACTIONS = {
	async show([file = ""], context) {
		const { codec } = await context.host();
		const described = describePlugin(await read(file, context), codec);
		return {
			data: described,
			text: (paint) => pluginLines(described, paint)
		};
	},
	async diff([before = "", after = ""], context) {
		const { codec } = await context.host();
		const difference = diffPlugins(await read(before, context), await read(after, context), codec);
		return {
			data: difference,
			text: (paint) => differenceLines(difference, paint)
		};
	},
	/** Git gives up on the whole diff when this fails. */
	async textconv([file = ""], context) {
		const { codec } = await context.host();
		const bytes = await read(file, context);
		const plain = (_colour, words) => words;
		try {
			const described = describePlugin(bytes, codec);
			return {
				data: described,
				text: () => pluginLines(described, plain)
			};
		} catch (error) {
			const hash = codec.sha256().update(bytes).hex();
			const told = `${errorBody(error).message}\n${bytes.length} bytes, sha256 ${hash}`;
			return {
				data: { told },
				text: () => told
			};
		}
	}
};
async function read(typed, context) {
	const path = await context.pathFrom(typed);
	const bytes = await (await context.host()).disk.read(path);
	if (bytes) return bytes;
	throw new SyncError("NOT_FOUND", `There is no file ${typed}.`, { data: { path } });
}
function pluginLines({ masters, kind, header, records }, paint) {
	return [
		`masters: ${masters.map((name) => shown(name)).join(", ") || "none"}`,
		...kind.length > 0 ? [`kind: ${kind.join(", ")}`] : [],
		...header.map(({ name, text }) => `${name}: ${shown(text)}`),
		...records.flatMap((record) => ["", ...recordLines(record, paint)])
	];
}
/** The first line begins with a letter: Git shows it above a hunk. */
const recordLines = (record, paint) => [
	title(record, paint),
	...record.flags ? [`  flags: ${record.flags.toString(16).padStart(8, "0")}`] : [],
	...record.rows.map(({ name, text }) => `  ${shown(name)}: ${shown(text)}`)
];
function title({ type, formId, editorId, groupPath }, paint) {
	const name = editorId === void 0 ? "" : ` ${shown(editorId)}`;
	const where = groupPath === type ? "" : paint("dim", `  in ${shown(groupPath)}`);
	return `${type} ${formId}${paint("bold", name)}${where}`;
}
const MARKS = {
	added: ["green", "+"],
	changed: ["yellow", "~"],
	deleted: ["red", "-"]
};
function differenceLines({ masters, header, records, noise }, paint) {
	const lines = [];
	const [was, is] = [masters.before.join(", "), masters.after.join(", ")];
	if (was !== is) lines.push(paint("yellow", `~ masters: ${shown(was)} → ${shown(is)}`));
	for (const row of header) lines.push(paint("yellow", "~ header"), ...rowLines([row], paint));
	for (const record of records) {
		const [colour, mark] = MARKS[record.kind];
		lines.push(`${paint(colour, mark)} ${title(record, paint)}`, ...rowLines(record.rows, paint));
	}
	const kinds = [
		"added",
		"changed",
		"deleted"
	].map((kind) => `${records.filter((record) => record.kind === kind).length} ${kind}`);
	lines.push(records.length > 0 ? `${count(records.length, "record")}: ${kinds.join(", ")}` : "No record differs.");
	if (noise > 0) lines.push(paint("dim", `${count(noise, "record")} more in what the Creation Kit writes anew with each save`));
	return lines;
}
const rowLines = (rows, paint) => columns(rows.map(({ name, base, ours }) => [shown(name), `${base === void 0 ? paint("dim", "nothing") : paint("red", shown(base))} → ${ours === void 0 ? paint("dim", "nothing") : paint("green", shown(ours))}`]), "    ");

export { plugin };