/** What happened in a project, as its feed tells. */
import { z } from 'zod';
import type { ProjectChange } from '../../types.ts';
import { changedPath, commitId, list, patterns, projectId, text, time } from './names.ts';

const change = {
  projectId,
  kind: z.enum(['push', 'tag', 'message', 'lock', 'people']),
  origin: text(100).exactOptional(),
  ref: text(300).exactOptional(),
  commitId: commitId.exactOptional(),
  previousCommitId: commitId.exactOptional(),
  paths: list(changedPath, 1000).exactOptional(),
  pathsTruncated: z.boolean().exactOptional(),
  message: text(10_000).exactOptional(),
};
export const projectChange: z.ZodType<ProjectChange> = z
  .strictObject({
    ...change,
    changeId: text(100).min(1),
    author: text(200),
    timestamp: time,
  })
  .meta({ id: 'ProjectChange' });
/** The engine adds what is left out. */
export const newChange = z
  .strictObject({
    ...change,
    changeId: text(100).min(1).exactOptional(),
    author: text(200).exactOptional(),
    timestamp: time.exactOptional(),
  })
  .meta({ id: 'NewChange' });
export const changeFilters = z
  .strictObject({
    paths: patterns.exactOptional(),
    kinds: list(change.kind, 5).exactOptional(),
    authors: list(text(200), 1000).exactOptional(),
  })
  .meta({ id: 'ChangeFilters' });
