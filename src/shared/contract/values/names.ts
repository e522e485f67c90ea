/** What the values are made of: ids, paths, times, and lists of them. */
import { z } from 'zod';
import {
  type BlobId,
  type CommitId,
  isObjectId,
  isOid,
  isProjectId,
  type Oid,
  type ProjectId,
} from '../../ids.ts';

export const text = (longest: number) => z.string().max(longest);
export const list = <Item extends z.ZodType>(item: Item, most = 100_000) =>
  z.array(item).max(most).readonly();

const branded = <Id extends string>(isOne: (value: string) => boolean, error: string) =>
  z.custom<Id>((value) => typeof value === 'string' && isOne(value), { error });

export const projectId = branded<ProjectId>(
  isProjectId,
  'must be a project id: 3 to 64 of a-z, 0-9 and "-"',
).meta({ id: 'ProjectId' });
export const commitId = branded<CommitId>(isObjectId, 'must be a commit id: 40 lowercase hex digits').meta({
  id: 'CommitId',
});
export const blobId = branded<BlobId>(isObjectId, 'must be a blob id: 40 lowercase hex digits').meta({
  id: 'BlobId',
});
export const oid = branded<Oid>(isOid, 'must be a SHA-256: 64 lowercase hex digits').meta({ id: 'Oid' });
/** `PROJECT:COMMIT`; with the project said beside it also a name, or the beginning of a commit id. */
export const snapshotName = text(300).min(1).meta({ id: 'SnapshotName' });
export const snapshotId = z.templateLiteral([z.string(), ':', z.string()]);

export const bytes = z.number().int().min(0);
export const time = z.iso.datetime();
const isProjectPath = (path: string) =>
  path !== '' &&
  !path.includes('\0') &&
  path.split('/').every((name) => name !== '' && name !== '.' && name !== '..');
export const projectPath = text(4096)
  .refine(isProjectPath, {
    error: 'must be a path inside the project, with "/" between names',
  })
  .meta({ id: 'ProjectPath' });
const isAbsolute = (path: string) => /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path) && !path.includes('\0');
/** A path of the machine's: Windows' own spelling becomes ours. */
export const diskPath = text(32_768)
  .refine(isAbsolute, { error: 'must be an absolute path' })
  .overwrite((path) => (path.startsWith('/') ? path : path.replaceAll('\\', '/')))
  .meta({ id: 'DiskPath' });
export const assetPath = text(32_768)
  .refine((path) => isAbsolute(path) || isProjectPath(path), {
    error: 'must be an absolute path, or one inside the project',
  })
  .meta({ id: 'AssetPath' });
export const patterns = list(text(4096).min(1), 1000).meta({ id: 'Patterns' });

export const direction = z.enum(['push', 'pull', 'bidirectional']);
export const strategy = z.enum(['local', 'remote', 'merge', 'manual']);

export const changedPath = z
  .strictObject({
    path: text(4096),
    kind: z.enum(['added', 'modified', 'deleted']),
  })
  .meta({ id: 'ChangedPath' });
export const person = z.strictObject({ name: z.string(), email: z.string() }).meta({ id: 'Person' });
