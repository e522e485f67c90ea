import { c as shown, o as firstLine } from "./format-lNoT_KKD.js";

// ../../work/h/me/dist/cli/commands/restore.js
const restore = async ({ snapshot }, context) => {
	const { engine, projectId } = await context.reachProject();
	const made = await engine.restoreSnapshot(snapshot, {
		...context.call,
		projectId
	});
	return {
		data: made,
		text: (paint) => [
			`${paint("green", "✓")} The files are those of ${shown(snapshot)} again, as snapshot ${made.commitId.slice(0, 7)}: ${firstLine(made.message)}`,
			"",
			"Next:  modsync sync    send it"
		]
	};
};

export { restore };