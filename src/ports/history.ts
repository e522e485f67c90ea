import type { CommitId, ObjectId } from '../shared/ids.ts';
import type { CallOptions } from '../shared/progress.ts';

/** What a remote said its refs were at one moment. */
export interface RemoteRefs {
  readonly refs: ReadonlyMap<string, ObjectId>;
  /** The branch that the remote's HEAD names, such as `refs/heads/main`. */
  readonly head?: string;
}

/** The local side of a fetch or a push: one Git repository, seen from outside. */
export interface LocalObjects {
  has(id: ObjectId): Promise<boolean>;
  /** Commits the other side may share, most likely first: tips of remote-tracking refs, then recent history. */
  haves(limit: number): Promise<CommitId[]>;
  /** In a shallow clone: the commits whose parents were left out. The other side must not build on those. */
  shallow?(): Promise<readonly CommitId[]>;
  /** Indexes and stores a pack as it streams in; nothing is visible before the whole pack is checked. */
  storePack(pack: AsyncIterable<Uint8Array>, options?: CallOptions): Promise<{ readonly objects: number }>;
  /** A (thin) pack of what `wants` reach and `haves` do not. */
  makePack(
    wants: readonly ObjectId[],
    haves: readonly ObjectId[],
    options?: CallOptions,
  ): Promise<AsyncIterable<Uint8Array>>;
}

export interface PushUpdate {
  readonly ref: string;
  /** What the ref must be now; `undefined`: it must not exist. */
  readonly expected: ObjectId | undefined;
  /** `undefined` deletes the ref. */
  readonly next: ObjectId | undefined;
}

export type PushOutcome =
  | { readonly ref: string; readonly ok: true }
  /** `lost-race`: the ref was not as expected; fetch and try again. `refused`: the remote does not want it. */
  | {
      readonly ref: string;
      readonly ok: false;
      readonly why: 'lost-race' | 'refused';
      readonly message: string;
    };

/** How history travels. */
export interface History {
  listRefs(options?: CallOptions): Promise<RemoteRefs>;
  /** Brings everything that `wants` reach into the local repository. Moves no ref. */
  fetch(local: LocalObjects, wants: readonly ObjectId[], options?: CallOptions): Promise<void>;
  /** All updates or none where the remote can. A lost race is a value, never an exception. */
  push(local: LocalObjects, updates: readonly PushUpdate[], options?: CallOptions): Promise<PushOutcome[]>;
}
