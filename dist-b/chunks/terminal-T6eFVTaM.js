// ../../work/h/me/dist/cli/terminal.js
const processTerminal = () => ({
	out: process.stdout,
	err: process.stderr,
	input: process.stdin,
	environment: process.env,
	writeBytes: (bytes) => new Promise((resolve, reject) => {
		process.stdout.write(bytes, (error) => error ? reject(error) : resolve());
	})
});
/** https://no-color.org; `FORCE_COLOR` is what Node itself goes by. */
function hasColours(sink, environment) {
	if (environment.NO_COLOR) return false;
	const forced = environment.FORCE_COLOR;
	if (forced !== void 0) return forced !== "0" && forced !== "false";
	return sink.isTTY === true && environment.TERM !== "dumb";
}
/** A person can be asked. */
const isInteractive = ({ input, err }) => input.isTTY === true && err.isTTY === true;

export { isInteractive as n, processTerminal as r, hasColours as t };