/** `node --import …/peakMemory.mjs`: says at the end how much memory the process had at the most, in the file that MODSYNC_TEST_PEAK names. */
import { appendFileSync } from 'node:fs';

const file = process.env.MODSYNC_TEST_PEAK;
if (file)
  process.on('exit', () =>
    appendFileSync(file, `${process.argv[2]} ${process.resourceUsage().maxRSS * 1024}\n`),
  );
