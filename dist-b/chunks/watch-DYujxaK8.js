import { a as duration, c as shown, i as count, n as clock } from "./format-lNoT_KKD.js";
import { t as packageVersion } from "./version-Cth4qMlq.js";
import { setTimeout } from "node:timers/promises";

// ../../work/h/me/dist/cli/commands/watch.js
/** Milliseconds between looks at who owns the project, while one owner has ended and the next is not there yet. */
const LOOK_AGAIN = 200;
/**
* The first to watch a project owns it: it syncs, and serves the other processes of this machine. Who comes later
* tells what the owner does, and takes its place when that ends.
*/
const watch = async ({ interval }, context) => {
	const { signal, output } = context;
	const { engine, projectId } = await context.openProject();
	const [{ ownProject }, { neighbourhoodOf, otherVersion, reachOwner }, host] = await Promise.all([
		import("./owner-w049Vzw0.js"),
		import("./reach-C8FIWM-T.js"),
		context.host()
	]);
	const { path } = engine.placeOf(projectId);
	const ended = aborted(signal);
	const tell = (event) => {
		const time = output.paint("dim", clock());
		output.event(event, linesOf(event, output.paint).map((line) => `${time}  ${line}`));
	};
	const began = () => output.event({
		type: "watching",
		projectId,
		path
	}, [`Watching ${shown(path)}. Ctrl-C ends it.`]);
	while (!signal.aborted) {
		const ownership = await ownProject(engine, {
			host,
			projectId,
			program: `modsync ${packageVersion()}`
		});
		if (ownership) {
			const stopListening = engine.onActivity(tell);
			try {
				await engine.enableAutoSync(projectId, interval === void 0 ? void 0 : interval * 1e3);
				began();
				await ended;
			} finally {
				stopListening();
				await engine.disableAutoSync(projectId);
				await ownership.close();
			}
			return;
		}
		const reached = await reachOwner(neighbourhoodOf(host), path);
		if (reached.owner === "other-version") throw otherVersion(reached.program);
		if (reached.owner === "none") {
			await Promise.race([ended, setTimeout(LOOK_AGAIN)]);
			continue;
		}
		const { client } = reached;
		try {
			if (await client.onActivity(tell).catch(() => void 0)) {
				began();
				await Promise.race([ended, client.ended]);
			}
		} finally {
			client.close();
		}
	}
};
const aborted = (signal) => new Promise((resolve) => {
	if (signal.aborted) resolve();
	else signal.addEventListener("abort", () => resolve(), { once: true });
});
function linesOf(event, paint) {
	switch (event.type) {
		case "synced": return syncedLines(event.result, paint);
		case "remote-change": {
			const { change } = event;
			const author = shown(change.author || "someone");
			if (change.kind === "message") return [`${paint("magenta", author)}: ${shown(change.message ?? "")}`];
			if (change.kind === "lock") return [paint("dim", `${author} ${shown(change.message ?? "locked")} ${namesOf(change.paths ?? [])}`)];
			return [paint("dim", `${author} ${change.kind === "tag" ? `named a snapshot ${shown(change.ref?.split("/").at(-1) ?? "")}` : `sent ${namesOf(change.paths ?? [])}`}`)];
		}
		case "online": return [paint("green", "connected")];
		case "offline": return [paint("yellow", `offline: ${shown(event.message)}`)];
		case "error": {
			const retry = event.retryInMs === void 0 ? "" : paint("dim", ` (again in ${duration(event.retryInMs)})`);
			return [`${paint("red", "error:")} ${shown(event.error.message)}${retry}`];
		}
	}
}
function syncedLines(result, paint) {
	const { sent, received, conflicts, warnings, snapshot } = result;
	const took = paint("dim", `  ${duration(result.durationMs)}`);
	const lines = [];
	if (received.length > 0) lines.push(`${paint("cyan", "↓")} ${namesOf(received)}${took}`);
	if (sent.length > 0) lines.push(`${paint("green", "↑")} ${namesOf(sent)}${took}`);
	else if (snapshot && !result.pushed) lines.push(`● snapshot ${snapshot.slice(0, 7)}, not sent yet`);
	for (const { path, reason } of conflicts) lines.push(`${paint("yellow", "!")} conflict in ${shown(path)}: ${shown(reason)}`);
	if (conflicts.length > 0) lines.push(paint("yellow", "! settle it with: modsync resolve PATH --use local|remote"));
	for (const warning of warnings) lines.push(`${paint("yellow", "!")} ${shown(warning)}`);
	return lines;
}
const MOST_NAMES = 3;
const SIGNS = {
	added: " (new)",
	modified: "",
	deleted: " (deleted)"
};
function namesOf(paths) {
	if (paths.length === 0) return "something";
	const names = paths.slice(0, MOST_NAMES).map(({ path, kind }) => shown(path) + SIGNS[kind]);
	const more = paths.length - names.length;
	return names.join(", ") + (more > 0 ? ` and ${count(more, "file")} more` : "");
}

export { watch };