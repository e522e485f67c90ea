/**
 * Branded identifiers: strings that cannot be swapped by accident.
 *
 * `Oid` names an asset's bytes (SHA-256, 64 lowercase hex). A Git object is named by `CommitId`, `TreeId`,
 * `BlobId` or `TagId` (SHA-1, 40 lowercase hex); `ObjectId` is any of the four.
 */
import { SyncError } from './errors.ts';

declare const brand: unique symbol;
type Brand<Name extends string> = string & { readonly [brand]: Name };

export type ProjectId = Brand<'ProjectId'>;
export type Oid = Brand<'Oid'>;
export type CommitId = Brand<'CommitId'>;
export type TreeId = Brand<'TreeId'>;
export type BlobId = Brand<'BlobId'>;
export type TagId = Brand<'TagId'>;
export type ObjectId = CommitId | TreeId | BlobId | TagId;
/** `projectId:commitId`. */
export type SnapshotId = `${string}:${string}`;

const OID = /^[0-9a-f]{64}$/;
const OBJECT_ID = /^[0-9a-f]{40}$/;
const PROJECT_ID = /^[a-z0-9][a-z0-9-]{1,62}[a-z0-9]$/;

export const isOid = (text: string): text is Oid => OID.test(text);
export const isObjectId = (text: string): text is ObjectId => OBJECT_ID.test(text);
export const isProjectId = (text: string): text is ProjectId => PROJECT_ID.test(text);

/** @throws SyncError `INVALID_ID` */
export function parseProjectId(text: string): ProjectId {
  if (isProjectId(text)) return text;
  throw new SyncError('INVALID_ID', `"${text}" is not a project id: 3 to 64 of a-z, 0-9 and "-".`);
}

export const snapshotId = (project: ProjectId, commit: CommitId): SnapshotId => `${project}:${commit}`;
