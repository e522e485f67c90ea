/** What the relay takes and answers about leases of object ids, for both of its sides. Paths are in `relayRoutes`. */
import { z } from 'zod';

/** Made by who asks, at random: the same again is the same lease, so an answer that got lost can be asked for again. */
export const LEASE_ID = /^[0-9a-f]{8,32}$/;
/** Object ids of one lease. */
export const MOST_IDS = 1_000_000;
/** Ranges that one request names. */
export const MOST_RANGES = 1000;

const objectId = z.int().min(1).max(0xffffff);
/** The file's name, without folders: what the game knows a plugin by. */
export const pluginName = z
  .string()
  .max(200)
  .regex(/^[^\\/:*?"<>|\p{Cc}\p{Cf}]+\.es[pml]$/iu, { error: 'is not the name of a plugin' });

const range = z
  .object({ from: objectId, to: objectId })
  .refine(({ from, to }) => from <= to, { error: 'ends before it begins' });

export const leaseRequest = z.object({
  plugin: pluginName,
  count: z.int().min(1).max(MOST_IDS),
  /** Ascending: what the plugin's flags allow, without what records and other leases have, as far as who asks knows. */
  free: z
    .array(range)
    .min(1)
    .max(MOST_RANGES)
    .refine((all) => all.every(({ from }, at) => at === 0 || from > (all[at - 1]?.to ?? 0)), {
      error: 'is not in ascending order',
    }),
});
export type LeaseRequest = z.infer<typeof leaseRequest>;

export const leaseInfo = z.object({
  leaseId: z.string().regex(LEASE_ID),
  plugin: pluginName,
  /** First and last object id. */
  from: objectId,
  to: objectId,
  who: z.string(),
  /** The caller's own. */
  mine: z.boolean(),
  at: z.iso.datetime(),
});
export type LeaseInfo = z.infer<typeof leaseInfo>;
