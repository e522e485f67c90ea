#!/usr/bin/env node
import { t as SyncError } from "../chunks/errors-CKzV5trQ.js";
import { t as EXIT } from "../chunks/exit-BD5oHEeD.js";
import { r as processTerminal } from "../chunks/terminal-T6eFVTaM.js";

// ../../work/h/me/dist/cli/main.js
/**
* The `modsync` command. program.ts lists the commands and what they take; each lives in commands/ and is loaded when
* it is called. This file is the edge to the process: arguments, signals, the exit code.
*/
const interruption = new AbortController();
let exitCode;
function interrupt(signal) {
	const code = signal === "SIGTERM" ? 143 : EXIT.interrupted;
	if (interruption.signal.aborted) process.exit(code);
	exitCode = code;
	interruption.abort(new SyncError("ABORTED", "Stopped before it was done. Nothing is lost; run it again to go on."));
}
for (const signal of [
	"SIGINT",
	"SIGTERM",
	"SIGHUP"
]) process.on(signal, interrupt);
for (const stream of [process.stdout, process.stderr]) stream.on("error", (error) => {
	if (error.code === "EPIPE") process.exit(EXIT.done);
	throw error;
});
const argv = process.argv.slice(2);
const terminal = processTerminal();
const code = (argv.includes("status") ? await (await import("../chunks/quickStatus-C8vPuOHS.js")).quickStatus(argv, terminal) : void 0) ?? await (await import("../chunks/program-BTgoNSpw.js")).runProgram(argv, terminal, interruption.signal);
const last = code === EXIT.interrupted ? exitCode ?? code : code;
process.stdout.write("", () => process.stderr.write("", () => process.exit(last)));

export {  };