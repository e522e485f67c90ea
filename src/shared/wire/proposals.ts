/** A pull request, as the contract gives it and as a working copy remembers it. */
import { z } from 'zod';

export const proposal = z.strictObject({
  number: z.number().int().min(1),
  title: z.string(),
  url: z.string(),
  author: z.string(),
  branch: z.string(),
  base: z.string(),
  draft: z.boolean(),
  mergeable: z.enum(['yes', 'conflicts', 'blocked', 'unknown']),
});
