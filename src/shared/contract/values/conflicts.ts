/** Conflicts, and what a person says of them. */
import { z } from 'zod';
import type { ConflictResolution, SyncConflict } from '../../types.ts';
import { blobId, bytes, diskPath, list, person, projectId, text } from './names.ts';

const side = z
  .strictObject({
    blobId,
    size: bytes,
    author: person.exactOptional(),
    timestamp: z.string().exactOptional(),
    message: z.string().exactOptional(),
  })
  .meta({ id: 'ConflictSide' });
const hunkChoice = z.enum(['local', 'remote', 'both']).meta({ id: 'HunkChoice' });
const hunkSide = z
  .strictObject({ line: bytes.exactOptional(), lines: list(z.string()) })
  .meta({ id: 'HunkSide' });
const hunk = z
  .strictObject({
    number: z.number().int().min(1),
    name: z.string().exactOptional(),
    base: hunkSide,
    ours: hunkSide,
    theirs: hunkSide,
    decided: hunkChoice.exactOptional(),
  })
  .meta({ id: 'ConflictHunk' });
const record = z
  .strictObject({
    formId: z.string(),
    type: z.string(),
    editorId: z.string().exactOptional(),
    groupPath: z.string(),
    kind: z.enum(['both-modified', 'deleted-by-us', 'deleted-by-them', 'formid-collision']),
    reason: z.string(),
    rows: list(
      z.strictObject({
        type: z.string(),
        name: z.string(),
        base: z.string().exactOptional(),
        ours: z.string().exactOptional(),
        theirs: z.string().exactOptional(),
        changedBy: z.enum(['nobody', 'ours', 'theirs', 'both', 'alike']),
      }),
    ),
  })
  .meta({ id: 'ConflictRecord' });
export const syncConflict: z.ZodType<SyncConflict, SyncConflict> = z
  .strictObject({
    conflictId: text(200).min(1),
    projectId,
    path: text(4096).min(1),
    kind: z.enum([
      'both-modified',
      'both-added',
      'deleted-by-us',
      'deleted-by-them',
      'file-folder',
      'case-collision',
      'rename-rename',
      'rename-modify',
      'previs-set',
      'mode',
      'stale-edit',
    ]),
    reason: z.string(),
    base: side.exactOptional(),
    ours: side.exactOptional(),
    theirs: side.exactOptional(),
    hunks: list(hunk).exactOptional(),
    records: list(record).exactOptional(),
    decided: z.enum(['local', 'remote', 'base', 'both', 'file', 'inside']).exactOptional(),
  })
  .meta({ id: 'SyncConflict' });
/** Exactly one of the ways. */
export const conflictResolution: z.ZodType<ConflictResolution, ConflictResolution> = z
  .union(
    [
      z.strictObject({ use: z.enum(['local', 'remote', 'base', 'both', 'merge']) }),
      z.strictObject({ file: diskPath }),
      z.strictObject({ hunks: z.record(z.string().regex(/^\d{1,6}$/), hunkChoice) }),
      z.strictObject({
        records: z.record(z.string().regex(/^(0x)?[0-9a-f]{1,8}$/i), z.enum(['local', 'remote'])),
      }),
    ],
    { error: 'must be one of { use }, { file }, { hunks } and { records }, with a choice of theirs' },
  )
  .meta({ id: 'ConflictResolution' });
