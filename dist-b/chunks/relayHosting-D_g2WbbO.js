import { r as hasCode, t as SyncError } from "./errors-CKzV5trQ.js";
import { p as relayRoutes } from "./relay-C9Y_RNf1.js";
import { n as parseInvite, r as relayApi } from "./relayApi-DfzQCqkk.js";

// ../../work/h/me/dist/backends/relayHosting.js
async function createAtRelay(host, { endpoint, apiKey, projectId, name, branch }, options) {
	const origin = originOf(endpoint);
	const token = apiKey ?? await host.keys.get(origin);
	if (token === void 0) throw new SyncError("ACCESS_DENIED", `You are not signed in at ${origin}. Whoever runs it has a token for you: modsync login ${origin} --token TOKEN`, { data: { origin } });
	const api = relayApi({
		origin,
		token: async () => token
	});
	return hosting(origin, await api.createProject({
		projectId,
		name,
		defaultBranch: branch
	}, options));
}
/** Someone who is signed in there already stays the same person. */
async function acceptAtRelay(host, invite, name, options) {
	const { origin, code } = parseInvite(invite);
	const kept = await host.keys.get(origin);
	const accept = (token) => relayApi({
		origin,
		token: async () => token
	}).acceptInvite(code, name, options);
	const { token, project } = await accept(kept).catch((error) => {
		if (kept !== void 0 && hasCode(error, "ACCESS_DENIED")) return accept(void 0);
		throw error;
	});
	await host.keys.set(origin, token);
	return hosting(origin, project);
}
/**
* At the address that was just used, whatever the relay calls itself: that one works from here, and the token is kept
* for it and for no other.
*/
const hosting = (origin, { projectId, name, defaultBranch }) => ({
	projectId,
	name,
	branch: defaultBranch,
	gitUrl: `${origin}${relayRoutes.git(projectId)}`
});
function originOf(endpoint) {
	const parsed = URL.canParse(endpoint) ? new URL(endpoint) : void 0;
	if (parsed && /^https?:$/.test(parsed.protocol)) return parsed.origin;
	throw new SyncError("INVALID_CONFIG", `"${endpoint}" is not a relay's address: it looks like http://relay.example:7460.`);
}

export { acceptAtRelay, createAtRelay };