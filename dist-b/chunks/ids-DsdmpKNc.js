import { t as SyncError } from "./errors-CKzV5trQ.js";

// ../../work/h/me/dist/shared/ids.js
/**
* Branded identifiers: strings that cannot be swapped by accident.
*
* `Oid` names an asset's bytes (SHA-256, 64 lowercase hex). A Git object is named by `CommitId`, `TreeId`,
* `BlobId` or `TagId` (SHA-1, 40 lowercase hex); `ObjectId` is any of the four.
*/
const OID = /^[0-9a-f]{64}$/;
const OBJECT_ID = /^[0-9a-f]{40}$/;
const PROJECT_ID = /^[a-z0-9][a-z0-9-]{1,62}[a-z0-9]$/;
const isOid = (text) => OID.test(text);
const isObjectId = (text) => OBJECT_ID.test(text);
const isProjectId = (text) => PROJECT_ID.test(text);
/** @throws SyncError `INVALID_ID` */
function parseProjectId(text) {
	if (isProjectId(text)) return text;
	throw new SyncError("INVALID_ID", `"${text}" is not a project id: 3 to 64 of a-z, 0-9 and "-".`);
}
const snapshotId = (project, commit) => `${project}:${commit}`;

export { snapshotId as a, parseProjectId as i, isOid as n, isProjectId as r, isObjectId as t };