/** `node --import …/peakMemory.mjs`: says at the end how much memory the process had at the most, in the file that MODSYNC_TEST_PEAK names. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';

const STATUS = '/proc/self/status';

/** In bytes. What `resourceUsage` says begins, on Linux, with the peak of the process that started this one. */
function peak() {
  const kilobytes = existsSync(STATUS)
    ? Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(STATUS, 'utf8'))?.[1])
    : process.resourceUsage().maxRSS;
  return kilobytes * 1024;
}

const file = process.env.MODSYNC_TEST_PEAK;
if (file) process.on('exit', () => appendFileSync(file, `${process.argv[2]} ${peak()}\n`));
