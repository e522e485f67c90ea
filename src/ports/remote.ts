import type { Access } from './access.ts';
import type { AssetStore } from './assetStore.ts';
import type { Feed } from './feed.ts';
import type { Following } from './following.ts';
import type { FormIdLeases } from './formIds.ts';
import type { History } from './history.ts';
import type { Locks } from './locks.ts';
import type { Proposals } from './proposals.ts';
import type { Releases } from './releases.ts';

/** What a host takes of one file in Git itself, in bytes. */
export interface Limits {
  readonly warnFile: number;
  readonly refuseFile: number;
}

/** What a service still answers. */
export interface RateBudget {
  /** Requests an hour. */
  readonly limit: number;
  readonly remaining: number;
  /** ISO 8601. */
  readonly resetsAt: string;
}

/** Where one project's history and assets live. */
export interface Remote {
  /** What a person recognises it by: a URL without secrets. */
  readonly url: string;
  readonly history: History;
  readonly assets: AssetStore;
  readonly feed?: Feed;
  readonly access?: Access;
  readonly locks?: Locks;
  readonly following?: Following;
  readonly proposals?: Proposals;
  /** Left out where players cannot be given files. */
  readonly releases?: Releases;
  /** Left out where leases stand in the project alone. */
  readonly formIds?: FormIdLeases;
  /** What is looked at before a push; left out: the remote says it itself. */
  readonly limits?: Limits;
  /** As of the last answer; `undefined`: nothing was asked yet. Makes no request. */
  budget?(): RateBudget | undefined;
  close(): Promise<void>;
}
