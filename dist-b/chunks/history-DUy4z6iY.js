import { c as shown, o as firstLine, r as columns, t as ago } from "./format-lNoT_KKD.js";

// ../../work/h/me/dist/cli/commands/history.js
const history = async ({ limit }, context) => {
	const { engine, projectId } = await context.reachProject();
	const snapshots = await engine.getProjectHistory(projectId, { limit });
	return {
		data: snapshots,
		text: (paint) => snapshots.length > 0 ? historyLines(snapshots, paint) : "There are no snapshots yet: modsync sync"
	};
};
const historyLines = (snapshots, paint) => columns(snapshots.map(({ commitId, timestamp, author, message, names, pushed }) => [
	paint("yellow", commitId.slice(0, 7)),
	paint("dim", ago(timestamp)),
	shown(author.name),
	(names.length > 0 ? `${paint("green", `[${names.map((name) => shown(name)).join(", ")}]`)} ` : "") + firstLine(message) + (pushed ? "" : paint("dim", " (not sent yet)"))
]));

export { history };