// ../../work/h/me/dist/shared/contract/channels.js
/**
* The names of the contract: every call, and the engine's method that answers it. Apart from its schemas (index.ts), so
* that a client which only calls, and leaves the checking to the server, loads none of them.
*/
/** What a mod tool's window may call: Electron's channels carry these names behind `cloud-sync:`. */
const windowChannels = {
	"sync-project": "syncProject",
	"enable-auto-sync": "enableAutoSync",
	"share-project": "shareProject",
	"join-project": "joinProject",
	"broadcast-change": "broadcastChange",
	"subscribe-to-changes": "subscribeToChanges",
	"unsubscribe-from-changes": "unsubscribe",
	"detect-conflicts": "detectSyncConflicts",
	"resolve-conflict": "resolveSyncConflict",
	"get-project-history": "getProjectHistory",
	"restore-snapshot": "restoreSnapshot",
	"upload-asset": "uploadAsset",
	"download-asset": "downloadAsset",
	"get-status": "getSyncStatus",
	"get-collaboration-session": "getCollaborationSession"
};
/** What the commands need besides, of the process that owns a project. */
const commandChannels = {
	"disable-auto-sync": "disableAutoSync",
	"subscribe-to-activity": "subscribeToActivity",
	"get-project-states": "getProjectStates",
	"list-conflicts": "listConflicts",
	"resolve-conflicts": "resolveSyncConflicts",
	"name-snapshot": "nameSnapshot",
	"diff-project": "diffProject",
	"list-locks": "listLocks",
	"lock-files": "lockFiles",
	"unlock-files": "unlockFiles",
	"list-assets": "listAssets",
	"fetch-assets": "fetchAssets",
	"drop-assets": "dropAssets",
	"get-parts": "getParts",
	"choose-parts": "chooseParts",
	"get-disk-use": "getDiskUse"
};
const channels = {
	...windowChannels,
	...commandChannels
};
const windowChannelNames = Object.keys(windowChannels);
const channelNames = Object.keys(channels);

// ../../work/h/me/dist/rpc/messages.js
/** Beside the project's lock, readable by its owner only: says where the owner listens, and lets clients in. */
const OWNER_FILE = "owner.json";
const OWNER_LOCK = "owner.lock";
const OWNER_SOCKET = "owner.sock";
const failed = (error) => ({
	success: false,
	error
});
/** @returns the object on the line; `undefined` where it is none */
function parseLine(line) {
	try {
		const value = JSON.parse(line);
		return typeof value === "object" && value !== null && !Array.isArray(value) ? value : void 0;
	} catch {
		return;
	}
}
/** As far as it can be read: another version may have written it. */
function parseOwnerFile(bytes) {
	if (bytes === void 0) return void 0;
	try {
		const value = JSON.parse(new TextDecoder().decode(bytes));
		return typeof value === "object" && value !== null ? value : {};
	} catch {
		return {};
	}
}

export { parseLine as a, channels as c, failed as i, OWNER_LOCK as n, parseOwnerFile as o, OWNER_SOCKET as r, channelNames as s, OWNER_FILE as t };