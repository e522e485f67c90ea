import { n as UsageError } from "./exit-BD5oHEeD.js";

// ../../work/h/me/dist/cli/commands/credential.js
/** What a relay's tokens begin with: credentials of other hosts are none of ours, even when Git offers them. */
const RELAY_TOKEN = /^ms_/;
/** Source: git `Documentation/git-credential.txt`, "INPUT/OUTPUT FORMAT". An operation that is new to us is ignored. */
const credential = async ({ operation }, context) => {
	const asked = /* @__PURE__ */ new Map();
	for (const line of (await context.readInput()).split("\n")) {
		const equals = line.indexOf("=");
		if (equals > 0) asked.set(line.slice(0, equals), line.slice(equals + 1).replace(/\r$/, ""));
	}
	const origin = originOf(asked);
	if (origin === void 0) throw new UsageError("Git did not say for which host: protocol and host are needed.");
	const { keys } = await context.host();
	const password = asked.get("password");
	switch (operation) {
		case "get": {
			const token = await keys.get(origin);
			if (token !== void 0) context.output.raw(`username=modsync\npassword=${token}\n`);
			break;
		}
		case "store":
			if (password !== void 0 && RELAY_TOKEN.test(password) && await keys.get(origin) !== password) await keys.set(origin, password);
			break;
		case "erase": if (password !== void 0 && await keys.get(origin) === password) await keys.remove(origin);
	}
};
function originOf(asked) {
	const url = asked.get("url") ?? `${asked.get("protocol") ?? ""}://${asked.get("host") ?? ""}`;
	return URL.canParse(url) && /^https?:/.test(url) ? new URL(url).origin : void 0;
}

export { credential };