/** How much of a proof a run makes: `npm test` a sample, in minutes; `npm run soak` all of it, times its factor. */
export const SOAK = Number(process.env.MODSYNC_SOAK ?? 1);

/** A count: `sample` in `npm test`, and `full` for each time of the soak's factor. */
export const sampled = (sample: number, full: number): number => (SOAK === 1 ? sample : full * SOAK);
