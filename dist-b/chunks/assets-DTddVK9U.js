import { n as UsageError } from "./exit-BD5oHEeD.js";
import { c as shown, i as count, l as size, r as columns } from "./format-lNoT_KKD.js";

// ../../work/h/me/dist/cli/commands/assets.js
const assets = async (options, context) => {
	const action = actions[options.action];
	if (!action) throw new UsageError(`"${options.action}" is not one of: ${Object.keys(actions).join(", ")}.`);
	if (options.action !== "only" && (options.without || options.all)) throw new UsageError("--without and --all go with \"modsync assets only\".");
	return await action(options, context);
};
const actions = {
	async ls({ paths }, context) {
		const { engine, projectId } = await context.openProject();
		const found = await engine.listAssets(projectId, paths);
		return {
			data: found,
			text: (paint) => found.length === 0 ? "No assets." : columns(found.map((one) => row(one, paint)))
		};
	},
	async fetch({ paths }, context) {
		const { engine, projectId } = await context.openProject();
		const fetched = await engine.fetchAssets(projectId, paths, context.call);
		return {
			data: fetched,
			text: (paint) => fetchedText(fetched, paint),
			warnings: absentWarnings(fetched)
		};
	},
	async drop({ paths }, context) {
		const { engine, projectId } = await context.openProject();
		const dropped = await engine.dropAssets(projectId, paths, context.call);
		const kept = dropped.kept > 0 ? `; ${count(dropped.kept, "copy stays", "copies stay")}: the remote has not got them` : "";
		return {
			data: dropped,
			text: (paint) => `${paint("green", "✓")} Freed ${size(dropped.bytes)} in ${count(dropped.objects, "copy", "copies")}${kept}.`
		};
	},
	async only({ paths, without = [], all }, context) {
		const { engine, projectId } = await context.openProject();
		if (!all && paths.length + without.length === 0) {
			const parts = await engine.getParts(projectId);
			return {
				data: parts,
				text: () => partsText(parts)
			};
		}
		if (all && paths.length + without.length > 0) throw new UsageError("--all takes everything: name no patterns beside it.");
		const chosen = await engine.chooseParts(projectId, {
			only: paths,
			without
		}, context.call);
		return {
			data: chosen,
			text: (paint) => chosenText(chosen, paint),
			warnings: [...chosen.kept.map((path) => `${path} stays: it was changed here, or the remote has not got it yet.`), ...absentWarnings(chosen)]
		};
	}
};
function row({ path, size: bytes, cached, onDisk, wanted }, paint) {
	const where = onDisk === "content" ? paint("green", cached ? "here" : "here, not cached") : wanted ? paint("yellow", cached ? "cached" : "missing") : paint("dim", "left out");
	return [
		shown(path),
		size(bytes),
		where
	];
}
const absentWarnings = ({ absent }) => absent.map((path) => `${path}: the remote has not got its bytes (yet). Whoever added it should sync.`);
function fetchedText({ files, bytes, restored }, paint) {
	if (files === 0 && restored === 0) return [`${paint("green", "✓")} Everything asked for is here.`];
	return [`${paint("green", "✓")} ${count(files, "asset")} fetched (${size(bytes)}), ${count(restored, "file")} put in place of pointers.`];
}
function partsText({ only, without }) {
	if (only.length + without.length === 0) return "This copy has all parts of the project.";
	return `This copy has ${[only.length > 0 && `only ${only.map((pattern) => shown(pattern)).join(", ")}`, without.length > 0 && `without ${without.map((pattern) => shown(pattern)).join(", ")}`].filter((part) => part !== false).join(", ")}.`;
}
const chosenText = (chosen, paint) => [
	partsText(chosen),
	...chosen.left > 0 ? [`${count(chosen.left, "file")} became ${chosen.left === 1 ? "a pointer" : "pointers"}.`] : [],
	...fetchedText(chosen, paint)
];

export { partsText as n, assets as t };