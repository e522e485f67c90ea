/** One bar on stderr while something slow runs: phase, percent, bytes, rate, time left. On a terminal only. */
import type { OnProgress, Progress, SyncPhase } from '../shared/progress.ts';
import { duration, size } from './format.ts';
import type { Terminal } from './terminal.ts';

export interface ProgressBar {
  readonly onProgress: OnProgress;
  /** Clears the bar away. */
  stop(): void;
}

const WORDS: Readonly<Record<SyncPhase, string>> = {
  scan: 'Looking for changes',
  hash: 'Hashing',
  commit: 'Making a snapshot',
  fetch: 'Fetching history',
  download: 'Downloading',
  merge: 'Merging',
  checkout: 'Writing files',
  upload: 'Uploading',
  push: 'Sending history',
};
const PHASE_WIDTH = Math.max(...Object.values(WORDS).map(({ length }) => length));
const BAR_WIDTH = 24;
/** What is over sooner shows no bar. Milliseconds. */
const QUIET_MS = 250;
/** The rate is that of the last seconds, not of the whole phase. Milliseconds. */
const WINDOW_MS = 4000;

const still: ProgressBar = { onProgress: () => undefined, stop: () => undefined };

export async function progressBar(terminal: Terminal): Promise<ProgressBar> {
  if (terminal.err.isTTY !== true || terminal.err !== process.stderr) return still;
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar({
    stream: process.stderr,
    clearOnComplete: true,
    // a process that is killed must not leave a terminal without cursor or line breaks
    hideCursor: false,
    linewrap: true,
    fps: 12,
    format: (_options, _params, payload: { line?: string }) => payload.line ?? '',
  });
  const started = performance.now();
  const rate = new Rate();
  let visible = false;
  return {
    onProgress(progress) {
      const now = performance.now();
      const line = describe(progress, rate.after(progress, now));
      if (visible) bar.update(0, { line });
      else if (now - started > QUIET_MS) {
        visible = true;
        bar.start(1, 0, { line });
      }
    },
    stop() {
      if (visible) bar.stop();
      visible = false;
    },
  };
}

/** Bytes per second, over the last few seconds of one phase. */
export class Rate {
  #phase: SyncPhase | undefined;
  #samples: { at: number; bytes: number }[] = [];

  after({ phase, bytes }: Progress, now: number): number {
    if (phase !== this.#phase || bytes < (this.#samples.at(-1)?.bytes ?? 0)) this.#samples = [];
    this.#phase = phase;
    const last = this.#samples.at(-1);
    // a sample every 100 ms is enough: the window stays short however often progress is told
    if (last === undefined || now - last.at >= 100) this.#samples.push({ at: now, bytes });
    while (this.#samples.length > 2 && now - (this.#samples[0]?.at ?? now) > WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0];
    if (first === undefined || now - first.at < 200) return 0;
    return ((bytes - first.bytes) / (now - first.at)) * 1000;
  }
}

/** `Uploading            ████████░░░░░░░░  45%  12.3 of 27.1 MB  3.2 MB/s  5 s left` */
export function describe(progress: Progress, bytesPerSecond: number): string {
  const { phase, files, totalFiles, bytes, totalBytes } = progress;
  const words = WORDS[phase].padEnd(PHASE_WIDTH);
  const share = totalBytes ? bytes / totalBytes : totalFiles ? files / totalFiles : undefined;
  const parts: string[] = [words];
  if (share !== undefined) {
    const whole = Math.min(1, share);
    const filled = Math.round(whole * BAR_WIDTH);
    parts.push('█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled));
    parts.push(`${Math.floor(whole * 100)}%`.padStart(4));
  }
  if (totalBytes) parts.push(`${size(bytes)} of ${size(totalBytes)}`);
  else if (bytes > 0) parts.push(size(bytes));
  const unit = phase === 'fetch' || phase === 'push' ? 'objects' : 'files';
  if (totalFiles) parts.push(`${files}/${totalFiles} ${unit}`);
  else if (files > 0) parts.push(`${files} ${unit}`);
  if (bytesPerSecond > 0) {
    parts.push(`${size(bytesPerSecond)}/s`);
    if (totalBytes) parts.push(`${left((totalBytes - bytes) / bytesPerSecond)} left`);
  }
  return parts.join('  ');
}

/** Whole seconds: what is left is a guess. */
const left = (seconds: number): string =>
  seconds < 60 ? `${Math.max(0, Math.ceil(seconds))} s` : duration(Math.ceil(seconds) * 1000);
