import { n as diskPath, r as native, t as nodeSockets } from "./localSockets-DXGbsRhs.js";
import { a as callsThrough, r as reachOwner } from "./reach-CJVIbxA4.js";
import { l as statusAnswer } from "./conflicts-B1ZxSGuk.js";
import { t as EXIT } from "./exit-BD5oHEeD.js";
import { t as makeOutput } from "./output-qXR6ch3r.js";
import { lstatSync, readFileSync } from "node:fs";

// ../../work/h/me/dist/cli/quickStatus.js
/**
* `modsync status` beside a running watch: shells and editors ask it all the time. It goes straight to the owner, before
* the rest of the command line is loaded; whatever is out of the ordinary is left to the ordinary way.
*/
const disk = {
	read: async (path) => readFileSync(native(path)),
	isThere: async (path) => lstatSync(native(path), { throwIfNoEntry: false }) !== void 0
};
/** @returns the exit code; `undefined`: nothing has been said, and the ordinary way is to be gone */
async function quickStatus(argv, terminal) {
	const words = new Set(argv);
	const json = words.delete("--json");
	if (!words.delete("status") || words.size > 0 || argv.length > 2) return void 0;
	try {
		const reached = await reachOwner({
			disk,
			sockets: nodeSockets
		}, diskPath("."));
		if (reached.owner !== "reached") return void 0;
		const { client } = reached;
		const status = await callsThrough(client).getSyncStatus(client.projectId);
		client.close();
		makeOutput(terminal, json).answer(statusAnswer(status));
		return EXIT.done;
	} catch {
		return;
	}
}

export { quickStatus };