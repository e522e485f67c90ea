import { n as errorBody } from "./errors-CKzV5trQ.js";
import { c as shown } from "./format-lNoT_KKD.js";
import { t as hasColours } from "./terminal-T6eFVTaM.js";
import { styleText } from "node:util";

// ../../work/h/me/dist/cli/output.js
/**
* The only place of the CLI that prints. A command returns an `Answer`; here it becomes text, or with `--json` one
* object: `{ "success": true, "data": … }` or `{ "success": false, "error": { "code", "message" } }`.
* Answers go to stdout; what goes wrong, and progress, to stderr (with `--json`, failures go to stdout too).
*/
const success = (data) => ({
	success: true,
	data
});
const painter = (coloured) => (colour, text) => coloured ? styleText(colour, text, { validateStream: false }) : text;
function makeOutput(terminal, json) {
	const { out, err, environment } = terminal;
	const paint = painter(hasColours(out, environment));
	const paintError = painter(hasColours(err, environment));
	const object = (value) => out.write(`${JSON.stringify(value)}\n`);
	const warn = (text) => err.write(`${paintError("yellow", "warning:")} ${shown(text)}\n`);
	return {
		json,
		paint,
		answer({ data, text, warnings = [] }) {
			if (json) return void object(success(data));
			const lines = [text(paint)].flat();
			if (lines.length > 0) out.write(`${lines.join("\n")}\n`);
			for (const warning of warnings) warn(warning);
		},
		event(data, lines) {
			if (json) object(success(data));
			else for (const line of lines) out.write(`${line}\n`);
		},
		note: (text) => void (json || err.write(`${text}\n`)),
		warn: (text) => void (json || warn(text)),
		failure(error) {
			const { code, message } = errorBody(error);
			if (json) return void object({
				success: false,
				error: {
					code,
					message
				}
			});
			err.write(`${paintError("red", "error:")} ${shown(message)} ${paintError("dim", `(${code})`)}\n`);
			if (environment.MODSYNC_DEBUG && error instanceof Error) err.write(`${causes(error)}\n`);
		},
		raw: (text) => void out.write(text)
	};
}
function causes(error) {
	const own = shown(error.stack ?? error.message, { lines: true });
	return error.cause instanceof Error ? `${own}\ncaused by ${causes(error.cause)}` : own;
}

export { makeOutput as t };