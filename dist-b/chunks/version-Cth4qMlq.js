import { readFileSync } from "node:fs";

// ../../work/h/me/dist/cli/version.js
function packageVersion() {
	const file = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
	const { version } = JSON.parse(file);
	return version;
}

export { packageVersion as t };