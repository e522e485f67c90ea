import { t as SyncError } from "./errors-CKzV5trQ.js";

// ../../work/h/me/dist/cli/exit.js
/** What the exit code of a command says. Scripts rely on these. */
const EXIT = {
	done: 0,
	failed: 1,
	usage: 2,
	conflicts: 3,
	/** 128 + SIGINT, as shells expect it. */
	interrupted: 130
};
/** The command line itself is wrong; `message` says how to put it right. */
var UsageError = class extends SyncError {
	constructor(message) {
		super("INVALID_INPUT", message);
	}
};
function exitCodeOf(error, signal) {
	if (error instanceof UsageError) return EXIT.usage;
	if (signal.aborted) return EXIT.interrupted;
	if (error instanceof SyncError && error.code === "CONFLICTS_DETECTED") return EXIT.conflicts;
	return EXIT.failed;
}

export { UsageError as n, exitCodeOf as r, EXIT as t };