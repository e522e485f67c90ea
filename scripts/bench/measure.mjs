/** Timing: child processes with their CPU time and peak memory, two sides in turn, medians. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** GNU time tells what Node does not: the CPU time and peak memory of a child and of its children. */
const GNU_TIME = process.platform === 'linux' && existsSync('/usr/bin/time') ? '/usr/bin/time' : undefined;

/**
 * Runs one command to its end. `codes`: those that are no failure.
 * @returns {Promise<{ms: number, cpu?: number, memory?: number, out: string}>} milliseconds, and bytes of peak memory
 */
export async function timed(command, args, { env, cwd, scratch, codes = [0] }) {
  const report = join(scratch, 'time.txt');
  const words = GNU_TIME
    ? [GNU_TIME, '-q', '-o', report, '-f', '%U %S %M', command, ...args]
    : [command, ...args];
  const started = performance.now();
  const child = spawn(words[0], words.slice(1), {
    env,
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
  const [code] = await once(child, 'close');
  const ms = performance.now() - started;
  if (!codes.includes(code))
    throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${err || out}`);
  if (!GNU_TIME) return { ms, out };
  const [user, system, kilobytes] = readFileSync(report, 'utf8').trim().split(' ').map(Number);
  return { ms, cpu: (user + system) * 1000, memory: kilobytes * 1024, out };
}

/**
 * Lets the disk write what was just made. On ext4 without a journal that is not enough: for a minute and more it passes
 * over each inode that was freed, one by one, at each new file, whoever makes it.
 */
export const settle = () => new Promise((resolve) => setTimeout(resolve, 5500));

/** Adds up what one side does in several steps: the times one after the other, the memory at its highest. */
export async function inTurn(...steps) {
  const total = { ms: 0, cpu: 0, memory: 0 };
  for (const step of steps) {
    const { ms, cpu, memory } = await step();
    total.ms += ms;
    total.cpu = cpu === undefined ? undefined : total.cpu + cpu;
    total.memory = Math.max(total.memory, memory ?? 0) || undefined;
  }
  return total;
}

/**
 * One warm-up, then both sides `runs` times in turn, so that a busy machine is busy for both.
 * @param {{runs: number, git: (run: number) => Promise<object>, ours: (run: number) => Promise<object>}} sides
 */
export async function compare({ runs, git, ours }) {
  const samples = { git: [], ours: [] };
  const sides = { git, ours };
  for (let run = 0; run <= runs; run++) {
    const order = run % 2 === 0 ? ['git', 'ours'] : ['ours', 'git'];
    for (const side of order) {
      const sample = await sides[side](run);
      if (run > 0 || runs === 0) samples[side].push(sample);
    }
  }
  return { git: summary(samples.git), ours: summary(samples.ours) };
}

function summary(samples) {
  const of = (key) => {
    const values = samples.map((sample) => sample[key]).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : median(values);
  };
  return { ms: of('ms'), cpu: of('cpu'), memory: of('memory'), bytes: of('bytes') };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
