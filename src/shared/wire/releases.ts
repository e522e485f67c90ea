/** What the relay takes and answers about releases, for both of its sides. Paths are in `relayRoutes`. */
import { z } from 'zod';
import { isObjectId, isOid } from '../ids.ts';

/** `v1.2.0`, `v1.2.0-beta.1`. */
export const RELEASE_TAG = /^v\d{1,9}\.\d{1,9}\.\d{1,9}(-[0-9A-Za-z.-]{1,100})?$/;

const tag = z.string().regex(RELEASE_TAG, { error: 'is not the tag of a release, such as v1.2.0' });
const oid = z.string().refine(isOid, { error: 'is not a SHA-256: 64 lowercase hex digits' });
const commitId = z.string().refine(isObjectId, { error: 'is not a Git object id: 40 lowercase hex digits' });
/** A name of one file, on every system: nothing that is a way to somewhere, or that hides what follows it. */
const fileName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\\/:*?"<>|\p{Cc}\p{Cf}]+$/u)
  .refine((name) => !/^\.|[. ]$/.test(name), { error: 'is not the name of a file' });

export const releaseFile = z.object({ name: fileName, size: z.int().min(1), sha256: oid });

/** Makes a draft, or changes one. */
export const saveReleaseRequest = z.object({
  tag,
  commitId,
  title: z.string().trim().min(1).max(200),
  /** Markdown. */
  notes: z.string().max(200_000),
  prerelease: z.boolean(),
  files: z
    .array(releaseFile)
    .min(1)
    .max(100)
    .refine((files) => new Set(files.map(({ name }) => name.toLowerCase())).size === files.length, {
      error: 'has a name twice',
    }),
});
export type SaveReleaseRequest = z.infer<typeof saveReleaseRequest>;

export const releaseInfo = saveReleaseRequest.extend({
  draft: z.boolean(),
  author: z.string(),
  /** When players could see it first. */
  publishedAt: z.iso.datetime().optional(),
  /** For a browser. */
  page: z.url(),
  files: z.array(
    releaseFile.extend({
      /** Bytes that are here; an upload goes on behind them. */
      received: z.int().min(0),
      url: z.url(),
    }),
  ),
});
export type ReleaseInfo = z.infer<typeof releaseInfo>;

/** Who sees releases that are no drafts: everyone, or the members of the project. */
export const audience = z.enum(['public', 'members']);
export type Audience = z.infer<typeof audience>;

export const audienceRequest = z.object({ audience });
export const draftRequest = z.object({ draft: z.boolean() });
export const releaseList = z.object({
  audience,
  /** Bytes that one file may have here. */
  largestFile: z.int(),
  releases: z.array(releaseInfo),
});
export type ReleaseList = z.infer<typeof releaseList>;
