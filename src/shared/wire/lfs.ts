/** The LFS API, for both of its sides. Source: git-lfs `docs/api/batch.md`, `basic-transfers.md`, `locking.md`. */
import { z } from 'zod';

export const LFS_MEDIA_TYPE = 'application/vnd.git-lfs+json';

/** What a `verify` action is sent. */
export const lfsObject = z.object({ oid: z.string(), size: z.number() });

export const batchRequest = z.object({
  operation: z.enum(['download', 'upload']),
  transfers: z.array(z.string()).nullish(),
  ref: z.object({ name: z.string() }).nullish(),
  /** Judged one by one: a bad oid or size is that object's 422, not the request's. */
  objects: z.array(lfsObject),
  hash_algo: z.string().nullish(),
});
export type BatchRequest = z.infer<typeof batchRequest>;

export const batchAction = z.object({
  href: z.url(),
  header: z.record(z.string(), z.string()).nullish(),
  /** Seconds; beats `expires_at`. */
  expires_in: z.number().nullish(),
  expires_at: z.string().nullish(),
});
export type BatchAction = z.infer<typeof batchAction>;

export const batchResponse = z.object({
  transfer: z.string().nullish(),
  objects: z.array(
    z.object({
      oid: z.string(),
      size: z.number().nullish(),
      authenticated: z.boolean().nullish(),
      actions: z
        .object({
          download: batchAction.optional(),
          upload: batchAction.optional(),
          verify: batchAction.optional(),
        })
        .nullish(),
      error: z.object({ code: z.number(), message: z.string() }).nullish(),
    }),
  ),
});
export type BatchResponse = z.infer<typeof batchResponse>;

/** Which assets a bundle is to have (assetBundle.ts); and the answer to one that was sent: how it went for each. */
export const bundleRequest = z.object({ objects: z.array(lfsObject) });
export const bundleAnswer = z.object({
  objects: z.array(
    z.object({
      oid: z.string(),
      error: z.object({ code: z.number(), message: z.string() }).nullish(),
    }),
  ),
});
export type BundleAnswer = z.infer<typeof bundleAnswer>;

const ref = z.object({ name: z.string() }).nullish();

export const lfsLock = z.object({
  id: z.string(),
  path: z.string(),
  locked_at: z.string(),
  owner: z.object({ name: z.string() }).nullish(),
});
export type LfsLock = z.infer<typeof lfsLock>;

export const lockRequest = z.object({ path: z.string().min(1).max(4096), ref });
export const unlockRequest = z.object({ force: z.boolean().nullish(), ref });
export const verifyLocksRequest = z.object({
  cursor: z.string().nullish(),
  limit: z.int().min(0).nullish(),
  ref,
});

/** Of a lock that was made (201), that another one has (409), or that was removed (200). */
export const lockAnswer = z.object({ lock: lfsLock });

const nextCursor = z.string().nullish();
/** Empty lists come as null from some servers. */
const lockList = z
  .array(lfsLock)
  .nullish()
  .transform((locks) => locks ?? []);
export const lockPage = z.object({ locks: lockList, next_cursor: nextCursor });
export const verifyLocksPage = z.object({ ours: lockList, theirs: lockList, next_cursor: nextCursor });
