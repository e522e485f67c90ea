import { a as duration, c as shown, i as count, l as size, o as firstLine, r as columns, t as ago, u as width } from "./format-lNoT_KKD.js";
import { n as UsageError, t as EXIT } from "./exit-BD5oHEeD.js";
import { t as SyncError } from "./errors-CKzV5trQ.js";
import { n as partsText } from "./assets-DTddVK9U.js";

// ../../work/h/me/dist/cli/conflictView.js
/** @param width characters in a line */
function conflictView(conflict, width, paint) {
	const { path, kind, reason, hunks = [], records = [] } = conflict;
	const lines = [`${paint("bold", shown(path))}  ${paint("dim", kind)}`, `  ${shown(reason)}`];
	for (const [name, side] of [
		["base", conflict.base],
		["yours", conflict.ours],
		["theirs", conflict.theirs]
	]) lines.push(`  ${name.padEnd(6)}  ${sideText(side, paint)}`);
	for (const hunk of hunks) lines.push("", ...hunkLines(hunk, hunks.length, width, paint));
	for (const record of records) lines.push("", ...recordLines(record, width, paint));
	lines.push("", ...choicesOf(conflict), "");
	return lines;
}
function sideText(side, paint) {
	if (!side) return paint("dim", "not there");
	const words = [side.blobId.slice(0, 7), size(side.size)];
	if (side.author) words.push(shown(side.author.name));
	if (side.timestamp) words.push(ago(side.timestamp));
	return `${words.join(", ")}${side.message ? paint("dim", `  ${firstLine(side.message)}`) : ""}`;
}
function choicesOf({ path, hunks, records }) {
	const name = /[\s'"$`\\]/.test(path) ? `'${shown(path)}'` : shown(path);
	const [hunk] = hunks?.filter(({ decided }) => decided === void 0) ?? [];
	const [record] = records ?? [];
	return [
		...hunk ? [`  modsync resolve ${name} --hunk ${hunk.number}=local   (or remote${hunk.name ? "" : ", both"})`] : [],
		...record ? [`  modsync resolve ${name} --record ${record.formId}=local   (or remote)`] : [],
		`  modsync resolve ${name} --use local   (or remote${hunk || record ? ", for the whole file" : ""})`
	];
}
function hunkLines(hunk, of, width, paint) {
	const { number, name, base, ours, theirs, decided } = hunk;
	const column = (title, side, colour) => ({
		title: side.line === void 0 ? title : `${title}, line ${side.line}`,
		lines: side.lines.length > 0 ? side.lines : ["(nothing)"],
		colour: (line) => side.lines.length > 0 ? colour(line) : "dim"
	});
	const was = new Set(base.lines);
	const kept = /* @__PURE__ */ new Set([...ours.lines, ...theirs.lines]);
	const began = column("both began with", base, (line) => kept.has(line) ? void 0 : "red");
	const sides = [column("yours", ours, (line) => was.has(line) ? void 0 : "green"), column("theirs", theirs, (line) => was.has(line) ? void 0 : "cyan")];
	const title = `place ${number} of ${of}${name === void 0 ? "" : `  ${shown(name)}`}`;
	const state = decided ? paint("green", `  decided: ${decided}`) : "";
	const body = width >= 116 ? beside([began, ...sides], width, paint) : [...beside(sides, width, paint), ...beside([began], width, paint)];
	return [paint("magenta", title) + state, ...body];
}
const GAP = " │ ";
function beside(columns, width, paint) {
	const room = Math.max(12, Math.floor((width - 2 - 3 * (columns.length - 1)) / columns.length));
	const cells = columns.map(({ lines, colour }) => lines.flatMap((line) => wrapped(shown(line), room).map((text) => ({
		text,
		colour: colour(line)
	}))));
	const rows = [`  ${columns.map(({ title }) => paint("dim", padded(title, room))).join(GAP)}`.trimEnd()];
	for (let at = 0; at < Math.max(...cells.map((list) => list.length)); at++) {
		const row = cells.map((list) => {
			const { text, colour } = list[at] ?? {
				text: "",
				colour: void 0
			};
			const cell = padded(text, room);
			return colour ? paint(colour, cell) : cell;
		});
		rows.push(`  ${row.join(GAP)}`.trimEnd());
	}
	return rows;
}
function recordLines(record, width, paint) {
	const { formId, type, editorId, groupPath, kind, reason, rows } = record;
	const lines = [`${paint("magenta", `${type}${editorId === void 0 ? "" : ` ${shown(editorId)}`}  ${formId}`)}  ${paint("dim", kind)}`];
	lines.push(`  ${reason}${groupPath ? paint("dim", `  in ${shown(groupPath)}`) : ""}`);
	const changed = rows.filter(({ changedBy }) => changedBy !== "nobody");
	if (changed.length > 0) lines.push(...table(changed, width, paint));
	const same = rows.length - changed.length;
	if (same > 0) lines.push(paint("dim", `  ${count(same, "subrecord")} the same`));
	return lines;
}
function table(rows, width$1, paint) {
	const names = Math.min(28, Math.max(...rows.map(({ name }) => width(shown(name)))));
	const room = Math.max(8, Math.floor((width$1 - 2 - names - 6) / 3));
	const line = (cells) => `  ${cells.join("  ")}`.trimEnd();
	const heads = [
		"base",
		"yours",
		"theirs"
	].map((head) => paint("dim", padded(head, room)));
	return [line([" ".repeat(names), ...heads]), ...rows.map(({ name, base, ours, theirs, changedBy }) => {
		const cell = (text, colour) => {
			const words = padded(cut(text === void 0 ? "–" : shown(text), room), room);
			return colour ? paint(colour, words) : words;
		};
		const byUs = changedBy === "ours" || changedBy === "both" || changedBy === "alike";
		const byThem = changedBy === "theirs" || changedBy === "both" || changedBy === "alike";
		return line([
			padded(cut(shown(name), names), names),
			cell(base, void 0),
			cell(ours, byUs ? "green" : void 0),
			cell(theirs, byThem ? "cyan" : void 0)
		]);
	})];
}
const padded = (text, to) => text + " ".repeat(Math.max(0, to - width(text)));
const cut = (text, to) => width(text) > to ? `${[...text].slice(0, to - 1).join("")}…` : text;
function wrapped(text, to) {
	const characters = [...text];
	const lines = [];
	for (let at = 0; at < characters.length; at += to) lines.push(characters.slice(at, at + to).join(""));
	return lines.length > 0 ? lines : [""];
}

// ../../work/h/me/dist/cli/commands/status.js
const MOST_PATHS$1 = 50;
const status = async (_options, context) => {
	const { engine, projectId } = await context.reachProject();
	return statusAnswer(await engine.getSyncStatus(projectId));
};
const statusAnswer = (now) => ({
	data: now,
	text: (paint) => statusText(now, paint)
});
function statusText(status, paint) {
	const { changes, behind, conflicts } = status;
	const ahead = status.remote ? status.ahead : 0;
	const lines = [`${paint("bold", shown(status.branch))} in ${shown(status.path)}`];
	const since = status.lastSync ? `, last sync ${ago(status.lastSync)}` : "";
	lines.push(status.remote ? `${shown(status.remote)}${paint("dim", since)}` : "It has no remote: this copy only.");
	if (status.parts) lines.push(paint("dim", partsText(status.parts)));
	if (status.progress) lines.push(`A sync is running: ${status.progress.phase}, ${Math.floor(status.progress.percent)}%`);
	if (ahead > 0) lines.push(`${count(ahead, "snapshot")} to send`);
	if (behind > 0) lines.push(`${count(behind, "snapshot")} to receive`);
	if (status.lastError) lines.push(paint("yellow", `The last sync failed: ${shown(status.lastError.message)}`));
	if (conflicts.length > 0) lines.push("", ...conflictLines(conflicts, paint));
	if (changes.length > 0) lines.push("", "Changed since the last snapshot:", ...changeLines(changes, paint, MOST_PATHS$1));
	if (conflicts.length > 0) return lines;
	if (changes.length > 0 || ahead > 0 || behind > 0) lines.push("", "Next:  modsync sync");
	else lines.push(paint("green", "Nothing to do: everything is in a snapshot."));
	return lines;
}
const COLOURS = {
	added: "green",
	modified: "cyan",
	deleted: "red"
};
function changeLines(changes, paint, limit) {
	const rows = changes.slice(0, limit).map(({ path, kind }) => [paint(COLOURS[kind], kind), shown(path)]);
	const more = changes.length - rows.length;
	return [...columns(rows, "  "), ...more > 0 ? [`  … and ${count(more, "more", "more")}`] : []];
}

// ../../work/h/me/dist/cli/commands/sync.js
const MOST_PATHS = 20;
const sync = async ({ push, pull, message, strategy }, context) => {
	const { engine, projectId } = await context.reachProject();
	const direction = push ? "push" : pull ? "pull" : "bidirectional";
	const result = await engine.syncProject(projectId, direction, {
		...context.call,
		message,
		strategy
	});
	return answerOf(result);
};
/** A sync's result as an answer; also what `resolve` ends with. */
const answerOf = (result) => ({
	data: result,
	text: (paint) => syncText(result, paint),
	warnings: result.warnings,
	exitCode: result.outcome === "conflicts" ? EXIT.conflicts : EXIT.done
});
function syncText(result, paint) {
	const lines = [];
	if (result.received.length > 0) lines.push("Received:", ...changeLines(result.received, paint, MOST_PATHS));
	if (result.sent.length > 0) lines.push("Sent:", ...changeLines(result.sent, paint, MOST_PATHS));
	if (result.outcome === "conflicts") return [...lines, ...conflictLines(result.conflicts, paint)];
	if (result.outcome === "up-to-date") return [...lines, `${paint("green", "✓")} Up to date.`];
	const moved = [
		result.sent.length > 0 && `${count(result.sent.length, "file")} sent`,
		result.received.length > 0 && `${count(result.received.length, "file")} received`,
		result.bytesUploaded > 0 && `${size(result.bytesUploaded)} of assets up`,
		result.bytesDownloaded > 0 && `${size(result.bytesDownloaded)} down`
	].filter((part) => part !== false);
	const what = moved.length > 0 ? `: ${moved.join(", ")}` : "";
	const where = result.snapshot && !result.pushed ? ", in the local history" : "";
	return [...lines, `${paint("green", "✓")} Synced in ${duration(result.durationMs)}${where}${what}.`];
}

// ../../work/h/me/dist/cli/commands/resolve.js
const resolve = async (options, context) => {
	const resolution = await resolutionOf(options, context);
	if (options.all ? options.paths.length > 0 : options.paths.length === 0) throw new UsageError("Name the files to settle, or use --all without any.");
	if (!("use" in resolution) && (options.all || options.paths.length > 1)) throw new UsageError("--record, --hunk and a file are for one conflict: name that one.");
	const project = await context.reachProject();
	const chosen = options.all ? await project.engine.listConflicts(project.projectId) : await namedConflicts(project, options.paths, context);
	if (chosen.length === 0) return {
		data: [],
		text: () => "No conflicts are open."
	};
	const decisions = chosen.map((conflict) => ({
		conflict,
		resolution
	}));
	const answer = answerOf(await project.engine.resolveSyncConflicts(decisions, context.call));
	const settled = chosen.map(({ path }) => `${done(resolution)}: ${shown(path)}`);
	return {
		...answer,
		text: (paint) => [...settled, ...answer.text(paint)]
	};
};
/** The open conflicts of these paths, as the list prints them or relative to where the user is. */
async function namedConflicts({ engine, projectId, root }, paths, context) {
	const open = await engine.listConflicts(projectId);
	const chosen = [];
	for (const typed of paths) {
		const slashed = typed.replaceAll("\\", "/");
		const onDisk = await context.pathFrom(typed);
		const conflict = open.find(({ path }) => path === slashed || `${root}/${path}` === onDisk);
		if (conflict === void 0) throw new SyncError("NOT_FOUND", `There is no open conflict in "${typed}". "modsync conflicts" lists them.`, { data: { path: typed } });
		chosen.push(conflict);
	}
	return chosen;
}
async function resolutionOf({ use, record, hunk }, context) {
	if ([
		use,
		record,
		hunk
	].filter((one) => one !== void 0).length !== 1) throw new UsageError("Say what to take, in one way: --use, --record or --hunk.");
	if (record) return { records: record };
	if (hunk) return { hunks: hunk };
	if (use === "local" || use === "remote" || use === "base" || use === "merge") return { use };
	const file = await context.pathFrom(use ?? "");
	if ((await (await context.host()).disk.lstat(file))?.kind !== "file") throw new UsageError(`--use takes local, remote, base, merge or a file, and there is no file "${use}".`);
	return { file };
}
function done(resolution) {
	if ("file" in resolution) return "Took the file";
	if ("records" in resolution) return `Decided ${Object.keys(resolution.records).join(", ")}`;
	if ("hunks" in resolution) return `Decided place ${Object.keys(resolution.hunks).join(", ")}`;
	return DONE[resolution.use];
}
const DONE = {
	local: "Kept yours",
	remote: "Took theirs",
	base: "Took what both began with",
	merge: "To be decided place by place"
};

// ../../work/h/me/dist/cli/commands/conflicts.js
const conflicts = async ({ action, paths }, context) => {
	const project = await context.reachProject();
	const open = paths.length > 0 ? await namedConflicts(project, paths, context) : await project.engine.listConflicts(project.projectId);
	const lines = (paint) => action === "show" ? open.flatMap((conflict) => conflictView(conflict, context.width, paint)) : conflictLines(open, paint);
	return {
		data: open,
		text: (paint) => open.length > 0 ? lines(paint) : "No conflicts are open.",
		exitCode: open.length > 0 ? EXIT.conflicts : EXIT.done
	};
};
function conflictLines(open, paint) {
	const lines = [paint("yellow", `Conflicts detected: ${count(open.length, "file")} that both sides changed.`)];
	for (const conflict of open) {
		const who = conflict.theirs?.author?.name;
		lines.push(`  ${paint("bold", shown(conflict.path))}  ${paint("dim", conflict.kind)}`);
		lines.push(`    ${shown(conflict.reason)}${who ? paint("dim", ` (theirs: ${shown(who)})`) : ""}`);
	}
	lines.push("", "Your files are as you left them; nothing is sent until this is settled:");
	if (open.some(({ hunks, records }) => hunks || records)) lines.push("  modsync conflicts show PATH          see both sides, and decide inside the file");
	lines.push("  modsync resolve PATH --use local     keep yours");
	lines.push("  modsync resolve PATH --use remote    take theirs; yours stays in history");
	return lines;
}

export { answerOf as a, status as c, resolve as i, statusAnswer as l, conflicts as n, sync as o, namedConflicts as r, changeLines as s, conflictLines as t };