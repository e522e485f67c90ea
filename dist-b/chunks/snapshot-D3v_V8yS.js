import { c as shown } from "./format-lNoT_KKD.js";

// ../../work/h/me/dist/cli/commands/snapshot.js
const snapshot = async ({ name, message }, context) => {
	const { engine, projectId } = await context.reachProject();
	const made = await engine.nameSnapshot(projectId, name, message);
	return {
		data: made,
		text: (paint) => [
			`${paint("green", "✓")} ${shown(name)} names snapshot ${made.commitId.slice(0, 7)}.`,
			"",
			`Next:  modsync sync    send it`,
			`       modsync restore ${shown(name)}    come back to it, whenever you like`
		]
	};
};

export { snapshot };