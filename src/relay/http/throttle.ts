/**
 * How much one address may ask, how often it may be wrong, and how much may go on in one project. Buckets, in memory, that
 * fill up again within a minute.
 */
import type { ProjectId } from '../../shared/ids.ts';
import type { Limits } from '../limits.ts';
import { tooMany } from './http.ts';

/** Buckets beyond this many are looked through, and the full ones forgotten: they say nothing. */
const MOST_BUCKETS = 10_000;
const MINUTE_MS = 60_000;

class Buckets {
  readonly #capacity: number;
  readonly #buckets = new Map<string, { level: number; at: number }>();

  constructor(perMinute: number) {
    this.#capacity = perMinute;
  }

  /** How many may be taken now. */
  level(key: string): number {
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return this.#capacity;
    const now = performance.now();
    bucket.level = Math.min(this.#capacity, bucket.level + ((now - bucket.at) / MINUTE_MS) * this.#capacity);
    bucket.at = now;
    return bucket.level;
  }

  take(key: string): void {
    const level = this.level(key) - 1;
    const bucket = this.#buckets.get(key);
    if (bucket !== undefined) bucket.level = Math.max(0, level);
    else {
      if (this.#buckets.size >= MOST_BUCKETS) this.#forgetFull();
      this.#buckets.set(key, { level, at: performance.now() });
    }
  }

  /** Seconds until one may be taken, or a few more than that. */
  wait(key: string): number {
    return Math.max(1, Math.ceil(((1 - this.level(key)) / this.#capacity) * 60));
  }

  #forgetFull(): void {
    for (const key of this.#buckets.keys()) if (this.level(key) >= this.#capacity) this.#buckets.delete(key);
  }
}

export class Throttle {
  readonly #requests: Buckets;
  readonly #guesses: Buckets;
  /** By project. */
  readonly #changes: Buckets;
  /** Hashes of tokens that were right before: one guesser does not lock out everybody behind the same address. */
  readonly #known = new Set<string>();

  constructor(limits: Limits) {
    this.#requests = new Buckets(limits.requestsPerMinute);
    this.#guesses = new Buckets(limits.guessesPerMinute);
    this.#changes = new Buckets(limits.changesPerMinute);
  }

  /** Counts a request. @throws RelayError 429 */
  request(address: string): void {
    takeFrom(this.#requests, address);
  }

  /** Counts an event that somebody makes. @throws RelayError 429 */
  change(project: ProjectId): void {
    takeFrom(this.#changes, project);
  }

  /** Before a secret is looked at. @throws RelayError 429 while the address has guessed too often */
  beforeSecret(address: string, tokenHash?: string): void {
    if (tokenHash !== undefined && this.#known.has(tokenHash)) return;
    if (this.#guesses.level(address) < 1) throw tooMany(this.#guesses.wait(address));
  }

  wrongSecret(address: string): void {
    this.#guesses.take(address);
  }

  rightToken(tokenHash: string): void {
    this.#known.add(tokenHash);
  }
}

function takeFrom(buckets: Buckets, key: string): void {
  if (buckets.level(key) < 1) throw tooMany(buckets.wait(key));
  buckets.take(key);
}
