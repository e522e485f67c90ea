import { r as relayApi } from "./relayApi-DfzQCqkk.js";
import { n as UsageError } from "./exit-BD5oHEeD.js";
import { c as shown } from "./format-lNoT_KKD.js";

// ../../work/h/me/dist/cli/commands/login.js
const login = async (options, context) => {
	const parsed = URL.canParse(options.url) ? new URL(options.url) : void 0;
	if (!parsed || !/^https?:$/.test(parsed.protocol)) throw new UsageError(`"${options.url}" is not a relay's address: it looks like http://relay.example:7460.`);
	const { origin } = parsed;
	const token = (options.token ?? await context.ask(`Token for ${origin}: `, { secret: true }) ?? await context.readInput()).trim();
	if (!token) throw new UsageError("Give the token: --token TOKEN, or on standard input.");
	const user = await relayApi({
		origin,
		token: async () => token
	}).whoAmI(context.call);
	await (await context.host()).keys.set(origin, token);
	return {
		data: {
			origin,
			...user
		},
		text: (paint) => [
			`${paint("green", "✓")} Signed in at ${origin} as ${shown(user.name)}.`,
			"",
			user.mayCreateProjects ? `Next:  modsync init --relay ${origin}    in the folder of your mod` : "Next:  modsync join INVITE, or modsync clone URL"
		]
	};
};

export { login };