import { i as throwIfAborted } from "./errors-CKzV5trQ.js";
import { Writable } from "node:stream";
import { createInterface } from "node:readline/promises";

// ../../work/h/me/dist/cli/ask.js
/** A question on the terminal. */
/** @param secret what is typed does not show */
async function askOn({ input, err }, question, signal, secret) {
	let silent = false;
	const output = new Writable({ write(chunk, _encoding, done) {
		if (!silent) err.write(String(chunk));
		done();
	} });
	const lines = createInterface({
		input,
		output,
		terminal: true
	});
	lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
	try {
		const answer = lines.question(question, { signal });
		silent = secret;
		return (await answer).trim();
	} catch (error) {
		throwIfAborted(signal);
		throw error;
	} finally {
		lines.close();
		if (secret) err.write("\n");
	}
}

export { askOn };