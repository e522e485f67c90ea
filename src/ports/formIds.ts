import type { IdRange } from '../shared/idRanges.ts';
import type { CallOptions } from '../shared/progress.ts';

export interface LeaseWish {
  /** 8 to 32 hex digits, made at random by who asks. */
  readonly leaseId: string;
  /** The file's name, without folders; spellings of one name are one plugin. */
  readonly plugin: string;
  readonly count: number;
  /** Ascending, none of them meets another, 1 to 1000: what is free as far as who asks knows. */
  readonly free: readonly IdRange[];
}

export interface GivenLease extends IdRange {
  readonly leaseId: string;
  /** Display name. */
  readonly who: string;
  readonly mine: boolean;
  /** ISO 8601. */
  readonly at: string;
}

/**
 * Object ids of plugins, given out by the place that hosts the project: never one of a plugin to two people. Errors:
 * `ACCESS_DENIED`, `BACKEND_CONNECTION_FAILED`, …; `undefined`: this place gives none out after all, an older relay for one.
 */
export interface FormIdLeases {
  /**
   * The first `count` in a row that are free and that nobody has. The same `leaseId` again answers the same lease, so an
   * answer that got lost can be asked for again, whatever is free by then.
   * @throws SyncError `INVALID_INPUT` when nothing is left, or the id is another lease's
   */
  lease(wish: LeaseWish, options?: CallOptions): Promise<GivenLease | undefined>;
  /** Of one plugin, ascending. */
  list(plugin: string, options?: CallOptions): Promise<GivenLease[] | undefined>;
  /** Gives it back; others may get it. What is not there is given back already. @throws SyncError `ACCESS_DENIED`: another's */
  release(leaseId: string, options?: CallOptions): Promise<void>;
}
