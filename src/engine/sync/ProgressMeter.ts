/** Turns the progress of the steps into what a person wants to know: how far, how fast, how long. */
import type { OnProgress, Progress, SyncPhase } from '../../shared/progress.ts';
import type { SyncProgress } from '../../shared/types.ts';

/** Each phase's share of a sync's bar, in order. A phase that does not happen is skipped over. */
const SHARES: readonly (readonly [SyncPhase, number])[] = [
  ['scan', 5],
  ['hash', 15],
  ['commit', 5],
  ['fetch', 10],
  ['merge', 5],
  ['download', 25],
  ['checkout', 5],
  ['upload', 25],
  ['push', 5],
];

/** The rate is that of the last seconds, not of the whole: a stalled line shows. Milliseconds. */
const WINDOW = 5000;

export class ProgressMeter {
  #current: SyncProgress | undefined;
  #phase: SyncPhase | undefined;
  #samples: { readonly at: number; readonly bytes: number }[] = [];
  #percent = 0;
  readonly #forward: ((progress: SyncProgress, raw: Progress) => void) | undefined;

  constructor(forward?: (progress: SyncProgress, raw: Progress) => void) {
    this.#forward = forward;
  }

  get current(): SyncProgress | undefined {
    return this.#current;
  }

  readonly report: OnProgress = (raw) => {
    const now = performance.now();
    if (raw.phase !== this.#phase) {
      this.#phase = raw.phase;
      this.#samples = [];
    }
    this.#samples.push({ at: now, bytes: raw.bytes });
    while (this.#samples.length > 2 && now - (this.#samples[0]?.at ?? now) > WINDOW) this.#samples.shift();
    const first = this.#samples[0] ?? { at: now, bytes: raw.bytes };
    const seconds = (now - first.at) / 1000;
    const rate = seconds > 0 ? Math.max(0, raw.bytes - first.bytes) / seconds : 0;
    const left = raw.totalBytes !== undefined && rate > 0 ? (raw.totalBytes - raw.bytes) / rate : undefined;
    // a retry may take bytes back, the bar does not
    this.#percent = Math.max(this.#percent, percentOf(raw));
    this.#current = {
      ...raw,
      percent: this.#percent,
      bytesPerSecond: rate,
      ...(left !== undefined && { secondsLeft: left }),
    };
    this.#forward?.(this.#current, raw);
  };
}

function percentOf({ phase, files, totalFiles, bytes, totalBytes }: Progress): number {
  let before = 0;
  for (const [name, share] of SHARES) {
    if (name !== phase) {
      before += share;
      continue;
    }
    const done = totalBytes ? bytes / totalBytes : totalFiles ? files / totalFiles : 0;
    return Math.round(before + share * Math.min(1, done));
  }
  return before;
}
