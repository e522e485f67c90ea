import { c as shown, i as count, l as size, r as columns } from "./format-lNoT_KKD.js";

// ../../work/h/me/dist/cli/commands/diff.js
const diff = async ({ from, to, stat, nameOnly }, context) => {
	const { engine, projectId } = await context.reachProject();
	const files = await engine.diffProject(projectId, from, to);
	return {
		data: nameOnly ? files.map(({ path, kind }) => ({
			path,
			kind
		})) : files,
		text: (paint) => {
			if (files.length === 0) return [];
			if (nameOnly) return files.map(({ path }) => shown(path));
			return stat ? statLines(files, paint) : files.flatMap((file) => patchLines(file, paint));
		}
	};
};
const BAR_WIDTH = 30;
function statLines(files, paint) {
	const counted = files.map((file) => ({
		file,
		...countLines(file.patch)
	}));
	const most = Math.max(1, ...counted.map(({ added, removed }) => added + removed));
	const scale = Math.min(1, BAR_WIDTH / most);
	const rows = counted.map(({ file, added, removed }) => [` ${shown(file.path)}`, file.patch === void 0 ? sizes(file) : `${String(added + removed).padStart(4)} ${paint("green", "+".repeat(Math.ceil(added * scale)))}${paint("red", "-".repeat(Math.ceil(removed * scale)))}`]);
	const sum = (key) => counted.reduce((total, one) => total + one[key], 0);
	return [...columns(rows), ` ${count(files.length, "file")} changed, ${count(sum("added"), "line")} added, ${count(sum("removed"), "line")} removed`];
}
function countLines(patch = "") {
	let added = 0;
	let removed = 0;
	for (const line of patch.split("\n")) if (line.startsWith("+") && !line.startsWith("+++ ")) added++;
	else if (line.startsWith("-") && !line.startsWith("--- ")) removed++;
	return {
		added,
		removed
	};
}
function sizes({ kind, sizeBefore = 0, sizeAfter = 0 }) {
	if (kind === "added") return `new, ${size(sizeAfter)}`;
	if (kind === "deleted") return `deleted, ${size(sizeBefore)}`;
	return `${size(sizeBefore)} → ${size(sizeAfter)}`;
}
function patchLines(file, paint) {
	const title = paint("bold", `${file.kind === "modified" ? "changed" : file.kind === "added" ? "new" : "deleted"}: ${shown(file.path)}`);
	if (file.patch === void 0) return [
		title,
		`  ${file.binary ? "binary" : "too large to show"}: ${sizes(file)}`,
		""
	];
	return [
		title,
		...file.patch.replace(/\n$/, "").split("\n").map((line) => paintLine(shown(line.replace(/\r$/, ""), { lines: true }), paint)),
		""
	];
}
function paintLine(line, paint) {
	if (line.startsWith("@@")) return paint("cyan", line);
	if (line.startsWith("+")) return paint("green", line);
	if (line.startsWith("-")) return paint("red", line);
	return line;
}

export { diff };